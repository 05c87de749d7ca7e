"""How agents call each other, and by which of these names no client knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from converters.identity import slug
from converters.library import Library
from converters.model import AgentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What one agent goes by, and whom it names; it travels lighter than the agent."""

    key: str
    """`collection/id`."""
    called: str
    """What a client calls it."""
    known: frozenset[str]
    """Slugs that its own file tells: its name, and its title."""
    placed: frozenset[str]
    """Slugs that only its place in a library tells, and those it had before."""
    names: tuple[str, ...]
    """Whom it names, slugged; each once, in the order of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miscall:
    """A name that leads to an agent where the agents lie, and to nobody once they are installed."""

    name: str
    speaker: str
    """The key of the first agent that uses it."""
    meant: tuple[str, ...]
    """What clients call those it may mean; sorted."""


def own_slugs(name: str, title: str, id_: str) -> frozenset[str]:
    """The slugs by which an agent is known from its file alone; without a name that is the file's."""
    return frozenset({slug(name) or slug(_last(id_)), slug(title)} - {""})


def names_of(spec: AgentSpec) -> Names:
    """What an agent goes by, and whom it names."""
    known = own_slugs(spec.name, spec.title or spec.derived.title or "", spec.id)
    placed = {slug(_last(path)) for path in (spec.id, *spec.aliases)} - known - {""}
    said = dict.fromkeys(slug(statement.agent) for statement in spec.derived.collaboration)
    return Names(
        key=Library.key(spec),
        called=spec.name or _last(spec.id),
        known=known,
        placed=frozenset(placed),
        names=tuple(name for name in said if name),
    )


def miscalls(agents: Iterable[Names]) -> Iterator[Miscall]:
    """The names that lead to one of `agents` by its place alone, each once, in the order they are used."""
    told: Sequence[Names] = tuple(agents)
    answered = {name for one in told for name in one.known}
    meant: dict[str, dict[str, str]] = {}
    for one in told:
        for name in one.placed - answered:
            meant.setdefault(name, {})[one.key] = one.called
    for one in told if meant else ():
        for name in one.names:
            others = {called for key, called in meant.get(name, {}).items() if key != one.key}
            if others:
                yield Miscall(name=name, speaker=one.key, meant=tuple(sorted(others)))
                del meant[name]


def _last(path: str) -> str:
    return path.rpartition("/")[2]
