"""`specs status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import click

from converters.cli._batches import put_in_force
from converters.cli._console import Console, common, print_json
from converters.cli._layout import WIDTH, Page, columns, count, left, plain, wrapped
from converters.cli._run import format_ids
from converters.cli._scopes import all_scopes, output_of, scope_options, way
from converters.cli._sources import AT_ONCE, Source, source_at
from converters.findings import Finding
from converters.formats import FORMATS
from converters.installing import Standing, standings
from converters.manifest import Installed
from converters.overlap import overlaps, titles
from converters.remotes import is_web_address
from converters.scopes import Scope

State: TypeAlias = Literal["same", "changed", "moved", "gone", "unknown"]
_WORDS = {
    "changed": "source changed",
    "moved": "moved at its source",
    "gone": "gone from its source",
    "unknown": "unknown",
}
_ORDER = (
    *("up to date", "source changed", "moved at its source", "gone from its source"),
    *("edited here", "missing", "unknown"),
)


_FEW = 20
"""Agents of one tool that are all named; of more, only those that differ."""


@dataclass(frozen=True, slots=True)
class Told:
    """One installed agent, compared with its source."""

    scope: Scope
    standing: Standing
    source: State
    why: str = ""
    """Why the source is unknown."""
    now: str | None = None
    """The key it has at its source, where that is another than it was."""

    @property
    def states(self) -> tuple[str, ...]:
        """What is to be said of it, in people's words, the gravest first."""
        here, words = self.standing.here, []
        if here == "missing":
            words.append("missing")
        elif here == "edited":
            words.append("edited here")
        if self.source in _WORDS:
            words.append(_WORDS[self.source])
        return tuple(words) or ("up to date",)


@click.command()
@scope_options
@click.option("--to", "target", metavar="FORMAT[,...]", help="Only these tools; otherwise all.")
@click.option(
    "--from",
    "--in",
    "source",
    metavar="URL|DIR",
    help="Compare with this catalogue or folder; otherwise each agent with where it was taken from.",
)
@click.option("--offline", is_flag=True, help="Ask no catalogue on the web; what came from one is unknown.")
@click.option("--check", is_flag=True, help="Exit 1 unless every agent is up to date.")
@common
def status(
    user: bool, project: Path | None, target: str | None, source: str | None, offline: bool, check: bool,
    as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Tell how the installed agents stand: up to date, changed at their source, or edited here.

    \b
      up to date            as it was installed, and so is its source
      source changed        its source says something else now
      moved at its source   its source has it under another id
      gone from its source  its source has no such agent any more
      edited here           somebody changed the file
      missing               the file is gone, or the agent is no longer in it
      unknown               its source cannot be had

    `specs install --again` brings what changed or moved at its source, and leaves what was edited here.
    """  # noqa: D301 - click keeps the lines of a paragraph behind it
    targets = format_ids(target)
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    there = [
        (scope, standing)
        for scope in all_scopes(project, _Silent(), user=user)
        for standing in standings(output_of(scope))
        if not targets or standing.target in targets
    ]
    told = _Sources(source, offline=offline).compared(there)
    if as_json:
        print_json({"agents": [_json(one) for one in told], "states": _counts(told)})
    else:
        _show(told, Page(no_color=no_color), verbose=verbose)
    for why in dict.fromkeys(one.why for one in told if one.why):
        console.say(why)
    for line in _twice(told):
        console.say(line)
    if project is not None and not project.exists():
        console.say(f"there is no folder {project}")
    _close(console, told, user=user)
    if check and any(one.states != ("up to date",) for one in told):
        raise click.exceptions.Exit(1)


class _Silent(Console):
    """What is wrong with a source or a format is told where something is installed."""

    def find(self, findings: Iterable[Finding], text: str | None = None) -> None:
        """Nothing is told."""

    def say(self, message: str) -> None:
        """Nothing is told."""


class _Sources:
    """What installed agents are compared with."""

    def __init__(self, named: str | None, *, offline: bool) -> None:
        self.named, self.offline = named, offline

    def compared(self, there: Sequence[tuple[Scope, Standing]]) -> list[Told]:
        """Each agent beside its source, which is read as it was then; in the order given."""
        by_map: dict[str | None, list[int]] = {}
        for number, (scope, standing) in enumerate(there):
            names = standing.installed.names
            by_map.setdefault(way(scope, names) if names else None, []).append(number)
        told: dict[int, Told] = {}
        for names, numbers in by_map.items():
            told |= zip(numbers, self._compared([there[number] for number in numbers], names), strict=True)
        return [told[number] for number in sorted(told)]

    def _compared(self, there: Sequence[tuple[Scope, Standing]], names: str | None) -> list[Told]:
        """Those that were installed by one map of names; catalogues are asked for several agents at a time."""
        from concurrent.futures import ThreadPoolExecutor

        if names and not Path(names).is_file():
            return [Told(*one, "unknown", f"{names}, a map of names that was given, is not there") for one in there]
        put_in_force(names)
        ways = [self.named or way(scope, standing.installed.source) for scope, standing in there]
        opened: dict[str, Source | str] = {}
        for where in dict.fromkeys(ways):
            asked = not (self.offline and is_web_address(where))
            opened[where] = self._open(where) if asked else f"{where} was not asked: --offline"
        others = {standing.agent for _, standing in there}
        with ThreadPoolExecutor(AT_ONCE if any(map(is_web_address, ways)) else 1) as pool:
            return list(pool.map(lambda one, where: self._told(one[0], one[1], opened[where], others), there, ways))

    def _told(self, scope: Scope, standing: Standing, source: Source | str, others: Collection[str]) -> Told:
        if isinstance(source, str):
            return Told(scope, standing, "unknown", source)
        try:
            same = source.is_as_it_was(standing.agent, standing.installed.spec, standing.installed.document)
            now = source.now(standing.agent, standing.installed.text, others) if same is None else None
        except click.ClickException as error:
            return Told(scope, standing, "unknown", error.format_message())
        if now:
            return Told(scope, standing, "moved", now=now)
        return Told(scope, standing, "gone" if same is None else "same" if same else "changed")

    def _open(self, where: str) -> Source | str:
        """The source, or why it cannot be had."""
        if not is_web_address(where) and not Path(where).exists():
            return f"{where} is not there"
        try:
            source = source_at(where, _Silent())
            source.keys(None)
        except click.ClickException as error:
            return error.format_message()
        except click.exceptions.Exit:
            return f"{where} holds no agents"
        return source


def _show(told: Sequence[Told], page: Page, *, verbose: bool) -> None:
    groups: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        groups.setdefault((one.standing.target, one.scope.shown("")), []).append(one)
    for (target, _), members in sorted(groups.items()):
        title = FORMATS[target].title if target in FORMATS else target
        page.heading(f"{title} ({target})")
        listed = sorted(members, key=lambda one: one.standing.agent)
        shown = [one for one in listed if verbose or len(members) <= _FEW or one.states != ("up to date",)]
        rows = [(one, plain(one.standing.agent), ", ".join(one.states)) for one in shown]
        width = max((columns(key) for _, key, words in rows if columns(key) + len(words) + 4 <= WIDTH), default=0)
        for one, key, words in rows:
            aligned = max(width, columns(key)) + len(words) + 4 <= WIDTH
            if aligned or columns(key) + len(words) + 4 <= WIDTH:
                page.line(f"  {left(key, width) if aligned else key}  {words}")
            else:  # whole, for the next command needs it
                page.lines([*wrapped(key, first="  "), f"    {words}"])
            if verbose:
                page.lines(wrapped(one.scope.shown(one.standing.path), first="      at    "))
                page.lines(wrapped(way(one.scope, one.standing.installed.source), first="      from  "))
                if one.now:
                    page.lines(wrapped(one.now, first="      now   "))
                if one.standing.installed.revision:
                    page.line(f"      at revision {plain(one.standing.installed.revision)}")
                if asked := _asked(one.scope, one.standing.installed):
                    page.lines(wrapped(asked, first="      with  "))
        if len(shown) < len(members):
            page.line(f"  {len(members) - len(shown)} {'others ' if shown else ''}up to date (--verbose names them)")


def _twice(told: Iterable[Told]) -> Iterator[str]:
    """Which clients load agents twice: a line for each two formats that one of them reads."""
    formats: dict[str, list[str]] = {}
    for one in told:
        if one.standing.here != "missing":
            formats.setdefault(one.standing.agent, []).append(one.standing.target)
    pairs = Counter(pair for ids in formats.values() for pair in overlaps(sorted(ids)))
    for pair, agents in sorted(pairs.items()):
        both = "{own} and those of {other}".format(**titles(pair))
        yield f"{FORMATS[pair.reader].title} reads {both}, and loads {count(agents, 'agent')} twice"


def _asked(scope: Scope, installed: Installed) -> str:
    """The options that were given for it."""
    said = {"--access": installed.access, "--map": way(scope, installed.names) if installed.names else None}
    return " ".join(f"{option} {word}" for option, word in said.items() if word)


def _counts(told: Iterable[Told]) -> dict[str, int]:
    return dict(Counter(state for one in told for state in one.states))


def _close(console: Console, told: Sequence[Told], *, user: bool) -> None:
    if not told:
        console.say(f"no agents were installed {'for you' if user else 'here'}")
        return
    counts = Counter(one.states for one in told)  # each place once, by all that is said of it
    standing = sorted(counts, key=lambda states: [_ORDER.index(state) for state in states])
    agents = len({one.standing.agent for one in told})
    places = f" in {len(told)} places" if len(told) > agents else ""
    said = ", ".join(f"{counts[states]} {' and '.join(states)}" for states in standing)
    console.say(f"{count(agents, 'agent')}{places}: {said}")


def _json(one: Told) -> dict[str, Any]:
    standing, installed = one.standing, one.standing.installed
    return {
        "agent": standing.agent,
        "name": installed.name,
        "format": standing.target,
        "path": one.scope.shown(standing.path),
        "states": list(one.states),
        "here": standing.here,
        "source": one.source,
        "from": installed.source,
        "now": one.now,
        "revision": installed.revision,
        "access": installed.access or "refuse",
        "names": installed.names,
    }
