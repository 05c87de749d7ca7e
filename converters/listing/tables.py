"""Agents in groups, and the tables that tell of them in Markdown."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias
from urllib.parse import quote

from converters import shelves
from converters.identity import slug
from converters.library import Collection, Library
from converters.listing.wording import inert
from converters.model import AgentSpec, Tool, Tools

GroupBy: TypeAlias = Literal["category", "collection"]
Style: TypeAlias = Literal["table", "list"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One agent of a list."""

    spec: AgentSpec
    path: str | None = None
    """Its file, from the folder of the file that the list stands in; `None` where no link can lead there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Which agents a list shows, and how."""

    group_by: GroupBy = "collection"
    columns: tuple[str, ...] = ("name", "summary", "model")
    style: Style = "table"
    collection: str | None = None
    category: str | None = None
    folder: str | None = None
    """Only agents whose files lie below it; from the folder that the list stands in."""
    level: int | None = None
    """Of the groups' headings, 1 to 6; 0 puts all agents under none."""

    def wants(self, entry: Entry) -> bool:
        """Whether an agent belongs into the list."""
        if self.collection is not None and _collection(entry.spec) != self.collection:
            return False
        if self.category is not None and slug(self.category) not in entry.spec.derived.categories:
            return False
        return self.folder is None or (entry.path is not None and is_below(entry.path, self.folder))


def is_below(path: str, folder: str) -> bool:
    """Whether a relative path lies below a relative folder."""
    return not posixpath.relpath(path, folder or ".").startswith("..")


def grouped(agents: Iterable[AgentSpec], by: GroupBy) -> list[tuple[str, list[AgentSpec]]]:
    """The groups, agents of none last; in each the agents by name.

    Categories stand as the numbers of their folders put them, `01-core` before `02-language`, those without one
    behind by their titles; collections by their names.
    """
    groups: dict[str, list[AgentSpec]] = {}
    agents = tuple(agents)
    for spec in agents:
        name = _collection(spec) if by == "collection" else " / ".join(spec.derived.categories)
        groups.setdefault(name, []).append(spec)
    if by == "category":
        place = shelves.order(spec.source.path for spec in agents if spec.source)
        names = sorted(groups, key=lambda name: (not name, [place(field) for field in name.split(" / ")]))
    else:
        names = sorted(groups, key=lambda name: (not name, name.casefold(), name))
    return [(name, sorted(groups[name], key=_by_name)) for name in names]


def title_of(group: str, by: GroupBy, collections: Mapping[str, Collection] = MappingProxyType({})) -> str:
    """A group as people read it: a category by its title, a collection by the one its owner gave it."""
    if by == "category":
        return " / ".join(map(shelves.title, group.split(" / "))) if group else ""
    described = collections.get(group)
    return described.title if described and described.title else group


def summary_of(spec: AgentSpec) -> str:
    """What it is for, without the name that some summaries begin with."""
    said = spec.derived.summary or spec.description or ""
    first, dash, rest = said.partition(" - ")
    return rest if dash and slug(first) in {slug(spec.name), slug(spec.title or spec.derived.title or "")} else said


def markdown(
    entries: Iterable[Entry], ask: Ask, collections: Mapping[str, Collection], *, level: int | None
) -> Iterator[str]:
    """The lines of the list that is asked for, a blank one between its parts; no headings where `level` is `None`."""
    wanted = {Library.key(entry.spec): entry for entry in entries if ask.wants(entry)}
    groups = grouped((entry.spec for entry in wanted.values()), ask.group_by)
    if level is None:
        groups = [("", sorted((s for _, specs in groups for s in specs), key=_by_name))]
    for number, (group, specs) in enumerate(groups):
        if number:
            yield ""
        if level is not None:
            title = inert(title_of(group, ask.group_by, collections) or "Others").replace("#", "\\#")
            yield f"{'#' * level} {title}"
            yield ""
        told = [wanted[Library.key(spec)] for spec in specs]
        yield from _table(told, ask.columns, collections) if ask.style == "table" else _bullets(told)


def _by_name(spec: AgentSpec) -> tuple[str, str]:
    return spec.name.casefold(), Library.key(spec)


def _table(entries: Sequence[Entry], columns: Sequence[str], collections: Mapping[str, Collection]) -> Iterator[str]:
    yield _row(COLUMNS[column][0] for column in columns)
    yield _row("---" for _ in columns)
    for entry in entries:
        yield _row(
            _linked(entry) if column == "name" else inert(COLUMNS[column][1](entry.spec, collections))
            for column in columns
        )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bullets(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        summary = inert(summary_of(entry.spec))
        yield f"- {_linked(entry)}{' - ' if summary else ''}{summary}"


def _linked(entry: Entry) -> str:
    name = inert(entry.spec.name)
    return f"[{name}]({quote(entry.path)})" if entry.path else name


# --- columns ---------------------------------------------------------------------------------------


def _collection(spec: AgentSpec) -> str:
    return spec.source.collection if spec.source else ""


def _tools(tools: Tools | None) -> str:
    if tools is None:
        return "left to the host"
    allowed = "all" if tools.allow is None else ", ".join(map(_tool, tools.allow)) or "none"
    return allowed + (f"; never {', '.join(map(_tool, tools.deny))}" if tools.deny else "")


def _tool(tool: Tool) -> str:
    return f"{tool.name} ({', '.join(tool.only)} only)" if tool.only else tool.name


COLUMNS: Mapping[str, tuple[str, Callable[[AgentSpec, Mapping[str, Collection]], str]]] = {
    "name": ("Agent", lambda spec, _: spec.name),
    "summary": ("What it is for", lambda spec, _: summary_of(spec)),
    "tools": ("Tools", lambda spec, _: _tools(spec.tools)),
    "model": ("Model", lambda spec, _: spec.model or ""),
    "access": ("May", lambda spec, _: ", ".join(spec.derived.access)),
    "category": ("Category", lambda spec, _: title_of(" / ".join(spec.derived.categories), "category")),
    "collection": ("Collection", lambda spec, known: title_of(_collection(spec), "collection", known)),
    "format": ("Format", lambda spec, _: spec.source.format if spec.source else ""),
}
"""The columns that a table can have: heading, and what stands below it."""
