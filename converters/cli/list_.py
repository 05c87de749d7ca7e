"""`specs list`."""

from __future__ import annotations

import re
from typing import Any

import click

from converters.cli._console import Console, common, print_json
from converters.cli._layout import WIDTH, Page, columns, count, cut, left, plain
from converters.cli._library import library_from
from converters.convert import Options
from converters.identity import slug
from converters.library import Library
from converters.model import AgentSpec

_NAME = 28
"""Columns a name has at most; the summary needs the rest."""


@click.command(name="list")
@click.argument("inputs", metavar="[LIBRARY|INPUT]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.option(
    "--group-by",
    type=click.Choice(["category", "collection"]),
    default="collection",
    show_default=True,
    help="What the agents are sorted under.",
)
@common
def list_agents(
    inputs: tuple[str, ...], form: str, group_by: str, as_json: bool, quiet: bool, verbose: bool, no_color: bool
) -> None:
    """List the agents of a library, or of files and folders, by default of specs/."""
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    library = library_from(inputs, console, Options())
    groups = _grouped(library, group_by)
    if as_json or form == "json":
        print_json({"agents": [_row(spec, group) for group, specs in groups for spec in specs]})
    elif form == "markdown":
        click.echo(_markdown(library, groups), nl=False)
    else:
        _text(Page(no_color=no_color), groups, group_by)
        console.say(f"{count(len(library.agents), 'agent')} in {count(len(groups), group_by)}")
    console.leave()


def _grouped(library: Library, group_by: str) -> list[tuple[str, list[AgentSpec]]]:
    """The groups by their names, agents of none last; in each the agents by name."""
    groups: dict[str, list[AgentSpec]] = {}
    for spec in library.agents:
        name = _collection(spec) if group_by == "collection" else " / ".join(spec.derived.categories)
        groups.setdefault(name, []).append(spec)
    return [
        (name, sorted(groups[name], key=lambda spec: (spec.name.casefold(), Library.key(spec))))
        for name in sorted(groups, key=lambda name: (not name, name.casefold(), name))
    ]


def _collection(spec: AgentSpec) -> str:
    return spec.source.collection if spec.source else ""


def _summary(spec: AgentSpec) -> str:
    """What it is for, without the name that some summaries begin with."""
    said = spec.derived.summary or spec.description or ""
    first, dash, rest = said.partition(" - ")
    return rest if dash and slug(first) in {slug(spec.name), slug(spec.title or spec.derived.title or "")} else said


def _row(spec: AgentSpec, group: str) -> dict[str, Any]:
    source = spec.source
    return {
        "key": Library.key(spec),
        "collection": _collection(spec),
        "id": spec.id,
        "name": spec.name,
        "title": spec.title or spec.derived.title or spec.name,
        "summary": _summary(spec) or None,
        "categories": list(spec.derived.categories),
        "model": spec.model,
        "model_tier": spec.derived.model_tier,
        "access": list(spec.derived.access),
        "format": source.format if source else "",
        "path": source.path if source else "",
        "group": group,
    }


def _text(page: Page, groups: list[tuple[str, list[AgentSpec]]], group_by: str) -> None:
    for group, specs in groups:
        widest = min(_NAME, max(columns(plain(spec.name)) for spec in specs))
        page.heading(f"{cut(group or f'no {group_by}', WIDTH - 12)} ({len(specs)})")
        for spec in specs:
            head = f"  {left(spec.name, widest)}  "
            page.line((head + cut(_summary(spec), WIDTH - columns(head))).rstrip())


_MARKUP = re.compile(r"([\\`*_{}\[\]|#~$])")


def _inert(text: str) -> str:
    """Text of a file on one line of Markdown, without its markup and tags taking effect."""
    shown = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", shown)


def _markdown(library: Library, groups: list[tuple[str, list[AgentSpec]]]) -> str:
    """A table for each group, names linked to the files they come from where the library knows them."""
    parts = []
    for group, specs in groups:
        described = library.collections.get(group)
        title = described.title if described and described.title else group or "Others"
        lines = [f"## {_inert(title)}", "", "| Agent | What it is for | Model |", "| --- | --- | --- |"]
        lines += [f"| {_link(library, s)} | {_inert(_summary(s))} | {_inert(s.model or '')} |" for s in specs]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _link(library: Library, spec: AgentSpec) -> str:
    name = _inert(spec.name)
    source = spec.source
    home = library.collections.get(_collection(spec))
    if source is None or not source.path or home is None or home.root is None:
        return name
    from urllib.parse import quote

    return f"[{name}]({quote(f'{home.root}/{source.path}')})"
