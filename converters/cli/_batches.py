"""Agents on their way to be installed: those together that come from one place and for which the same was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import click

from converters.cli._access import Allowed
from converters.cli._console import Console
from converters.cli._layout import listed
from converters.cli._run import use_map
from converters.cli._scopes import lying_beside, named_from, output_of, way
from converters.cli._sources import Source, moved_of, source_at
from converters.conversion import Options
from converters.findings import printable
from converters.installing import Asked, Standing, standings
from converters.leave import Access
from converters.scopes import Scope
from converters.vocabulary import override


@dataclass(frozen=True, slots=True)
class Batch:
    """Agents of one source on their way to the same tools."""

    held: Source
    keys: Sequence[str]
    access: Mapping[str, Access]
    """The tools' formats, each with what is done where an agent could touch more there."""
    names: str | None = None
    """The path of the user's map of names."""
    now: Mapping[str, str] = field(default_factory=dict)
    """Keys that some of the agents were installed or asked for by, each with the one it has at its source now."""

    @property
    def targets(self) -> tuple[str, ...]:
        """The tools' formats."""
        return tuple(self.access)

    @property
    def words(self) -> str:
        """The options that say what was asked."""
        said = [f"--access {target}={word}" for target, word in self.access.items() if word != "refuse"]
        return " ".join([*said, *([f"--map {self.names}"] if self.names else [])])

    def options(self, scopes: Iterable[Scope], said: Allowed, *, personal: bool) -> Options:
        """How they are planned, where these scopes may hold what a client would load besides.

        Leave that is `said` now for other tools counts for what those load.
        """
        access, there = {**said.apart, **self.access}, lying_beside(scopes, self.targets)
        return Options(
            targets=self.targets, access=said.otherwise, access_apart=access, of_a_person=personal, there=there
        )

    def asked(self, scope: Scope) -> Asked:
        """What a scope's manifest is to remember."""
        names = named_from(scope.root, Path(self.names), personal=bool(scope.folder)) if self.names else None
        return Asked(self.access, names)


def moved_to(held: Source, keys: Sequence[str], scopes: Iterable[Scope], names: Iterable[str]) -> dict[str, str]:
    """Keys that some of these agents were installed by, or are asked for by, each with the one it has now."""
    homes = {key.partition("/")[0] for key in keys}
    there = texts_of(one for scope in scopes for one in standings(output_of(scope)))
    gone = sorted(there.keys() - set(keys))
    now = {key: held.now(key, there[key], there) for key in gone if key.partition("/")[0] in homes}
    moved = {key: new for key, new in now.items() if new and new in keys}
    asked = {name: key for name, key in moved_of(held, names).items() if key not in moved.values()}
    return moved | asked


def texts_of(there: Iterable[Standing]) -> dict[str, str | None]:
    """The agents that are installed, each with the digest of its name and prompt."""
    return {one.agent: one.installed.text for one in there}


def put_in_force(names: str | None) -> None:
    """Let a map of names count from now on, and no other."""
    override({})
    use_map(names)


def opened(where: str | None, names: str | None, console: Console) -> Source:
    """A source, read by a map of names."""
    put_in_force(names)
    return source_at(where, console)


class _Start(NamedTuple):
    """Where agents came from, and the map of names by which they were written."""

    where: str
    names: str
    """Empty where there was none."""


def batches_again(
    scopes: Iterable[Scope], targets: Sequence[str], said: Allowed, names: str | None, console: Console
) -> list[Batch]:
    """What is installed, each agent from where it came and as it was asked for then; what is said now counts first.

    What is gone from there is told. Ends the run where a map is gone.
    """
    tools: dict[tuple[_Start, str], dict[str, Access]] = {}
    there: dict[str, str | None] = {}
    for scope in scopes:
        installed = list(standings(output_of(scope)))
        there |= texts_of(installed)
        for one in installed:
            if not targets or one.target in targets:
                then = one.installed
                map_ = names or (way(scope, then.names) if then.names else "")
                asked = tools.setdefault((_Start(way(scope, then.source), map_), one.agent), {})
                asked[one.target] = said.of(one.target, then.access or "refuse")
    if not tools:
        console.say("no agents were installed here")
    groups: dict[_Start, dict[tuple[tuple[str, Access], ...], list[str]]] = {}
    for start, agent in sorted(tools):
        asked = tools[start, agent]
        groups.setdefault(start, {}).setdefault(tuple(sorted(asked.items())), []).append(agent)
    for start in groups:
        if start.names and not Path(start.names).is_file():
            raise click.ClickException(
                f"{printable(start.names)}, a map of names that was given, is not there; --map names another."
            )
    return [batch for start, group in groups.items() for batch in _batches(start, group, there, console)]


def _batches(
    start: _Start,
    group: Mapping[tuple[tuple[str, Access], ...], Sequence[str]],
    there: Mapping[str, str | None],
    console: Console,
) -> Iterator[Batch]:
    """The batches of one source, which is opened once."""
    names = start.names or None
    held = opened(start.where, names, console)
    known = set(held.keys(None))
    for asked, agents in group.items():
        now = {key: held.now(key, there[key], there) for key in agents if key not in known}
        moved = {key: new for key, new in now.items() if new}
        keys = dict.fromkeys(moved.get(key, key) for key in agents if key in known or key in moved)
        batch = Batch(held, list(keys), dict(asked), names, moved)
        if words := batch.words:
            console.say(f"with {words}: {listed(batch.keys, 3)}")
        yield batch
        for key, new in now.items():
            if not new:
                console.say(f"{key} is gone from {start.where}; `specs uninstall` takes it out")
