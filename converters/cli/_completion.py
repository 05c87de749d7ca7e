"""What a shell offers when somebody presses Tab: formats, codes, names and files.

Only imported while a shell asks. Names are those of files, for reading a library would take longer than
people wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem, FishComplete, ShellComplete, ZshComplete, add_completion_class
from click.types import StringParamType

_SPECS = Path("specs")
_MOST = 500
"""Names offered at once."""

Offer: TypeAlias = Callable[[str], Iterable[str]]


class _Known(StringParamType):
    """Text of which some is known beforehand."""

    def __init__(self, offer: Offer, *, files: bool = False) -> None:
        self._offer = offer
        self._files = files

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What may stand there, and files where they may."""
        known = sorted(dict.fromkeys(word for word in self._offer(incomplete) if word.startswith(incomplete)))
        items = [CompletionItem(word) for word in known[:_MOST]]
        return [*items, CompletionItem(incomplete, type="file")] if self._files and not items else items


class _Installed(StringParamType):
    """Agents that were installed where the options say."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Their ids, with their collections once a `/` is typed."""
        from converters.cli._console import Console
        from converters.cli._scopes import all_scopes
        from converters.inputs import MANIFEST
        from converters.manifest import load

        project, user = ctx.params.get("project"), bool(ctx.params.get("user"))
        if project is not None and (user or not project.is_dir()):
            return []
        scopes = all_scopes(project, Console(), user=user)
        owned = (owned for scope in scopes for owned in load(scope.root / MANIFEST).files.values())
        keys = {key if "/" in incomplete else key.rpartition("/")[2] for one in owned for key in one.agents}
        return [CompletionItem(key) for key in sorted(keys) if key.startswith(incomplete)][:_MOST]


class _WholeWords(ShellComplete):
    """A shell that takes `--to=cod` for one word, and puts what is offered in its place."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        before, sign, _ = incomplete.partition("=")
        items = super().get_completions(args, incomplete)
        for item in items:
            if sign and before.startswith("--") and item.type == "plain":
                item.value = f"{before}={item.value}"
        return items


class _Zsh(_WholeWords, ZshComplete):
    """As click has it."""


class _Fish(_WholeWords, FishComplete):
    """As click has it, but what is offered stays whole where a comma is in it."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')


def speak_to_shells() -> None:
    """Have shells asked in ways that suit what is offered here."""
    add_completion_class(_Zsh)
    add_completion_class(_Fish)


def complete(command: click.Command) -> None:
    """Let a verb's options and arguments say what they may be; those with choices of their own do already."""
    for param in command.params:
        if isinstance(param.type, StringParamType):
            param.type = _Installed() if _is_of_uninstall(command, param) else _type_of(param) or param.type


def _is_of_uninstall(command: click.Command, param: click.Parameter) -> bool:
    return command.name == "uninstall" and isinstance(param, click.Argument)


def _type_of(param: click.Parameter) -> _Known | None:
    """What may stand for an option or an argument, going by what its help calls it."""
    words = set(re.findall("[A-Z]+", param.metavar or ""))
    if "FORMAT" in words or "FORMATS" in words or param.name == "format_id":
        return _Known(_listed(_formats))
    if "CODES" in words or param.name == "code":
        return _Known(_listed(_codes))
    if param.name in {"collection", "collections"} or "COLLECTION" in words:
        return _Known(_collections)
    if param.metavar == "NAMES":
        return _Known(_listed(_columns))
    if param.name in {"around", "ends"} or ("NAME" in words and isinstance(param, click.Argument)):
        return _Known(_agents, files=True)
    if words & {"REF", "URL", "WORD", "WORDS", "N", "HOST", "NAME", "TEXT"} or param.name in {"name", "url"}:
        return None
    return _Known(lambda _: (), files=True)


def _listed(offer: Offer) -> Offer:
    """Words separated by commas: what is offered follows those that stand already."""

    def words(incomplete: str) -> Iterator[str]:
        before, comma, last = incomplete.rpartition(",")
        return (f"{before}{comma}{word}" for word in offer(last))

    return words


def _formats(_: str) -> Iterable[str]:
    from converters.formats import FORMATS

    return ("canonical", *FORMATS)


def _codes(said: str) -> Iterable[str]:
    """Codes to who begins with a capital, names of rules to others."""
    from converters.findings import RULES

    return RULES if said[:1].isupper() or not said else [rule.name for rule in RULES.values()]


def _columns(_: str) -> Iterable[str]:
    from converters.listing import COLUMNS

    return COLUMNS


def _collections(_: str) -> Iterable[str]:
    return [path.name for path in _SPECS.iterdir() if path.is_dir()] if _SPECS.is_dir() else ()


def _agents(said: str) -> Iterator[str]:
    """Ids of the library's agents, with their collections once a `/` is typed."""
    for path in _SPECS.glob("*/**/*.yaml") if _SPECS.is_dir() else ():
        key = path.relative_to(_SPECS).with_suffix("").as_posix()
        yield key if "/" in said else key.rpartition("/")[2]
