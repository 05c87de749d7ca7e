"""The manual's model: every verb of a command line with its options, and every finding with its explanation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import click
from markupsafe import Markup, escape

from converters.findings import FAMILIES, RULES, Rule, printable, unfilled
from converters.vocabulary import load

from . import render

GUIDES: Mapping[str, str] = MappingProxyType(
    {
        "convert": "moving",
        "show": "tutorial",
        "detect": "moving",
        "formats": "moving",
        "compat": "moving",
        "check": "checking",
        "explain": "checking",
        "graph": "collaboration",
        "team": "collaboration",
        "list": "lists",
        "search": "finding",
        "compare": "variants",
        "diff": "variants",
        "init": "own-catalogue",
        "sync": "own-catalogue",
        "install": "installing",
        "uninstall": "installing",
        "status": "installing",
        "build": "publishing",
        "serve": "publishing",
        "mcp": "assistants",
    }
)
"""The page of the guide that shows a verb at work."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a verb."""

    spelled: str
    """As `--help` has it, what follows it included: `-o, --output FILE`."""
    meaning: Markup
    names: tuple[str, ...]
    """Each of its spellings, the ones that switch it off included."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the command line."""

    name: str
    usage: str
    summary: Markup
    paragraphs: tuple[Markup, ...]
    """What its help says besides, each paragraph as HTML."""
    options: tuple[Option, ...]
    """Those of its own, in the order of its help."""
    common: tuple[Option, ...]
    """Those it has as most verbs do."""
    guide: str | None
    """The address of the page that shows it at work, from the site's root."""


def verbs(group: click.Group) -> list[Verb]:
    """Every verb of a command line, in its order; an option that most verbs have alike is common."""
    parent = click.Context(group, info_name="specs", **group.context_settings)
    read = [_read(name, group, parent) for name in group.list_commands(parent)]
    shared = Counter(option for _, options, _ in read for option in options)
    found = []
    for name, options, (usage, told) in read:
        common = tuple(option for option in options if 2 * shared[option] > len(read))
        own = tuple(option for option in options if option not in common)
        guide = f"guide/{GUIDES[name]}/" if name in GUIDES else None
        found.append(Verb(name, usage, told[0], told[1:], own, common, guide))
    return found


def _read(
    name: str, group: click.Group, parent: click.Context
) -> tuple[str, tuple[Option, ...], tuple[str, tuple[Markup, ...]]]:
    command = group.get_command(parent, name)
    assert command is not None
    ctx = click.Context(command, info_name=name, parent=parent)
    options = []
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is not None and record[1]:  # an argument stands in the usage
            options.append(Option(record[0], _words(record[1]), (*param.opts, *param.secondary_opts)))
    usage = " ".join((ctx.command_path, *command.collect_usage_pieces(ctx)))
    told = tuple(_paragraph(one) for one in re.split(r"\n[ ]*\n", command.help or "") if one.strip())
    return name, tuple(options), (usage, told or (Markup(),))


def _paragraph(text: str) -> Markup:
    r"""A paragraph of help as HTML; behind a `\b` its lines stay as they are."""
    lines = text.strip("\n").split("\n")
    if lines[0].strip() != "\b":
        return _words(" ".join(map(str.strip, lines)))
    indent = min(len(line) - len(line.lstrip()) for line in lines[1:])
    return Markup("<pre><code>{}</code></pre>").format("\n".join(line[indent:] for line in lines[1:]))


_CODE = re.compile(r"`([^`]+)`|(?<![\w-])(--[a-z][a-z-]*[a-z])|(<!--.*?-->)")


def _words(text: str) -> Markup:
    """A line of help as HTML: what stands in backticks, options and comments are code."""
    pieces = _CODE.split(text)
    made = [escape(piece) for piece in pieces[::4]]
    codes = [next(one for one in pieces[at : at + 3] if one is not None) for at in range(1, len(pieces), 4)]
    return made[0] + Markup().join(
        Markup("<code>{}</code>").format(code) + rest for code, rest in zip(codes, made[1:], strict=True)
    )


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding, as it is found, and why it matters."""

    rule: Rule
    says: Markup
    advice: Markup
    why: Markup
    path: str
    """The name of the file in the examples, where it matters."""
    bad: str
    """An example of the fault, control characters escaped; empty where there is none."""
    good: str
    """An example of its cure, as above."""


def findings() -> list[tuple[str, str, list[Explained]]]:
    """Every finding by family: its letter, its title, and those in it in the order of their codes."""
    told: Mapping[str, Mapping[str, Any]] = load("explanations")
    return [
        (letter, title, [_explained(RULES[code], told.get(code, {})) for code in sorted(RULES) if code[0] == letter])
        for letter, title in FAMILIES.items()
    ]


def _explained(rule: Rule, told: Mapping[str, Any]) -> Explained:
    return Explained(
        rule,
        _words(unfilled(rule.wording)),
        _words(unfilled(rule.advice)),
        Markup(render.inline(str(told.get("why", "")))),  # noqa: S704 - rendered safely
        str(told.get("path", "")),
        *("\n".join(map(printable, str(told.get(key, "")).split("\n"))) for key in ("bad", "good")),
    )
