"""Two states of a library told apart: its agents, what they may touch, whom they name, and their texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from converters.comparison import Field, compare
from converters.fields import tools_of
from converters.identity import slug
from converters.library import Library
from converters.model import AgentSpec, Section
from converters.tools import gains
from converters.twins import Twin, Twins, kinship

_GUARDS = frozenset({"permissionmode", "hooks", "mcpservers", "isolation", "sandbox", "sandboxmode", "permission"})
"""Fields that decide what an agent may do beside its tools, in any format's spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one agent."""

    old: AgentSpec
    new: AgentSpec
    is_moved: bool
    """Whether the agent has another id now."""
    is_sure: bool
    """Whether a moved agent can be no other: it is called or described the same, and nobody else is as close."""
    twin: Twin | None
    """What a moved agent's new text is to its old one."""
    fields: tuple[Field, ...]
    """Those that differ, each with its old and its new value."""
    may_also: tuple[str, ...]
    """What it may touch and could not before, sorted; a limit that fell away counts."""
    may_no_longer: tuple[str, ...]
    names: tuple[str, ...]
    """Agents it refers to and did not before, as written and slugged; sorted."""
    names_no_longer: tuple[str, ...]
    lines_added: int
    """Lines of the prompt, blank ones left out; those that only moved do not count."""
    lines_removed: int
    sections_added: tuple[str, ...]
    """Their headings, in their order."""
    sections_removed: tuple[str, ...]
    sections_changed: tuple[str, ...]
    rearranged: bool
    """Whether the prompt differs though no line does: in their order, or in white space."""

    @property
    def guards(self) -> tuple[Field, ...]:
        """Fields that differ and decide what it may do beside its tools."""
        return tuple(f for f in self.fields if f.name.rpartition(".")[2].replace("_", "").lower() in _GUARDS)

    @property
    def counts(self) -> bool:
        """Whether there is anything to tell."""
        return bool(
            self.is_moved
            or self.fields
            or self.may_also
            or self.may_no_longer
            or self.names
            or self.names_no_longer
            or self.is_reworded
        )

    @property
    def is_reworded(self) -> bool:
        """Whether the prompt is another."""
        return bool(self.lines_added or self.lines_removed or self.rearranged)

    @property
    def is_respaced(self) -> bool:
        """Whether the prompt is another in its white space alone."""
        return self.is_reworded and self.old.prompt.split() == self.new.prompt.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A name that an agent uses and nobody has, which was not so before."""

    agent: AgentSpec
    name: str
    """As the agent writes it, slugged."""
    is_new: bool
    """Whether the agent did not use the name before."""
    meant: AgentSpec | None
    """Who would have been meant before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A new agent that is a copy of another."""

    agent: AgentSpec
    of: Twin


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything in which the new state differs from the old one; agents in the order of their keys."""

    old: Library
    new: Library
    added: tuple[AgentSpec, ...]
    removed: tuple[AgentSpec, ...]
    changed: tuple[Change, ...]
    """Moved ones among them."""
    missing: tuple[Broken, ...]
    copies: tuple[Copy, ...]
    """The closest other agent of each that was added; which of the two came first cannot be known from the texts."""

    @property
    def any(self) -> bool:
        """Whether the states differ."""
        return bool(self.added or self.removed or self.changed or self.missing)

    def key(self, agent: AgentSpec) -> str:
        """What an agent of either state is the same by; one of a third collection is told with its own."""
        homes = self.old.collections.keys() | self.new.collections.keys()
        is_known = not agent.source or agent.source.collection in homes | {""}
        return agent.id if is_known and _are_alone(self.old, self.new) else Library.key(agent)

    def who_names(self, gone: AgentSpec) -> tuple[AgentSpec, ...]:
        """The agents that still use a name by which they meant one that was removed."""
        return tuple({id(broken.agent): broken.agent for broken in self.missing if broken.meant is gone}.values())


def changes(old: Library, new: Library) -> Changes:
    """Tell two states apart.

    Agents are the same by collection and id; where each state has but one collection, by id alone.
    One that is gone and one that came are the same, moved, where their texts are copies.
    """
    before, after = _keyed(old, new), _keyed(new, old)
    gone = [spec for key, spec in before.items() if key not in after]
    came = [spec for key, spec in after.items() if key not in before]
    moves = _moves(gone, came)
    pairs = [_Pair(before[key], spec) for key, spec in after.items() if key in before] + moves
    pairs.sort(key=lambda pair: Library.key(pair.new))
    left, arrived = {id(pair.old) for pair in moves}, {id(pair.new) for pair in moves}
    added = tuple(spec for spec in came if id(spec) not in arrived)
    all_of_them = [*((pair.old, pair.new) for pair in pairs), *((None, spec) for spec in added)]
    return Changes(
        old=old,
        new=new,
        added=added,
        removed=tuple(spec for spec in gone if id(spec) not in left),
        changed=tuple(change for pair in pairs if not pair.is_same and (change := _change(pair)).counts),
        missing=tuple(missing(old, new, all_of_them)),
        copies=tuple(_copies(new, added)),
    )


class _Pair(NamedTuple):
    """One agent before and after."""

    old: AgentSpec
    new: AgentSpec
    is_moved: bool = False
    is_sure: bool = False
    twin: Twin | None = None

    @property
    def is_same(self) -> bool:
        """Whether, at a glance, nothing changed."""
        old, new = self.old, self.new
        return (
            not self.is_moved
            and old.said() == new.said()
            and old.extensions == new.extensions
            and _names(old) == _names(new)
            and tools_of(old) == tools_of(new)
        )


def _keyed(library: Library, other: Library) -> dict[str, AgentSpec]:
    """The agents by what they are the same by."""
    alone = _are_alone(library, other)
    return {spec.id if alone else Library.key(spec): spec for spec in library.agents}


def _are_alone(library: Library, other: Library) -> bool:
    """Whether each state has but one collection, so that its name tells nothing."""
    return all(
        len({spec.source.collection if spec.source else "" for spec in one.agents}) <= 1 for one in (library, other)
    )


def _moves(gone: Sequence[AgentSpec], came: Sequence[AgentSpec]) -> list[_Pair]:
    """Who of those that came is who of those gone: by a former id, else by the closest copy, same names first."""
    if not gone or not came:
        return []
    arrived = {id(spec) for spec in came}
    heirs = {alias: spec for spec in came for alias in spec.aliases}
    said = [_Pair(spec, heirs[spec.id], is_moved=True, is_sure=True) for spec in gone if spec.id in heirs]
    known = {id(spec) for pair in said for spec in (pair.old, pair.new)}
    arrived = {id(spec) for spec in came} - known
    twins = Twins([*gone, *came])
    likely = [
        _Likely(spec, twin)
        for spec in gone
        if id(spec) not in known
        for twin in twins.of(spec)
        if id(twin.agent) in arrived and twin.kind in {"exact", "near"}
    ]
    likely.sort(key=lambda one: one.order)
    found = [
        _Pair(one.gone, one.twin.agent, is_moved=True, is_sure=is_sure, twin=one.twin)
        for one, is_sure in zip(likely, _sure(likely), strict=True)
    ]
    moves: list[_Pair] = []
    taken: set[int] = set()
    for pair in [*said, *found]:
        if not taken & {id(pair.old), id(pair.new)}:
            taken |= {id(pair.old), id(pair.new)}
            moves.append(pair if pair.twin else pair._replace(twin=kinship(pair.old, pair.new)))
    return moves


_SURE = 0.9
"""Share of its text from which a near copy of another name may be the same agent beyond doubt."""


class _Likely(NamedTuple):
    """An agent that is gone, and a copy of it that came."""

    gone: AgentSpec
    twin: Twin

    @property
    def is_called_alike(self) -> bool:
        return slug(self.twin.agent.name) == slug(self.gone.name)

    @property
    def is_plain(self) -> bool:
        """Whether one look says that they are the same; texts alone may be boilerplate."""
        if self.is_called_alike:
            return True
        before, after = ((spec.description or "").split() for spec in (self.gone, self.twin.agent))
        return before == after != [] and self.twin.share >= _SURE

    @property
    def folders(self) -> int:
        """How much of their ids is the same, from the end."""
        ends = zip(reversed(self.gone.id.split("/")), reversed(self.twin.agent.id.split("/")), strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))

    @property
    def rank(self) -> tuple[int, int]:
        """How far they are from being the same, whatever the texts share."""
        return (self.twin.kind == "near") + (not self.is_called_alike), -self.folders

    @property
    def order(self) -> tuple[str, float, bool, int, str, str]:
        """The likeliest first."""
        keys = Library.key(self.gone), Library.key(self.twin.agent)
        return self.twin.kind, -self.twin.share, not self.is_called_alike, -self.folders, *keys


def _sure(likely: Sequence[_Likely]) -> list[bool]:
    """Which of some pairs can be no others: those that are likelier than any other of either agent."""
    ranks: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in likely:
        for spec in (one.gone, one.twin.agent):
            ranks[id(spec)].append(one.rank)

    def is_best(one: _Likely, spec: AgentSpec) -> bool:
        best = min(ranks[id(spec)])
        return one.rank == best and ranks[id(spec)].count(best) == 1

    return [one.is_plain and is_best(one, one.gone) and is_best(one, one.twin.agent) for one in likely]


def _change(pair: _Pair) -> Change:
    old, new = pair.old, pair.new
    side_by_side = compare((old, new))
    before, after = _names(old), _names(new)
    removed, added = (Counter(filter(None, map(str.strip, spec.prompt.splitlines()))) for spec in (old, new))
    return Change(
        old=old,
        new=new,
        is_moved=pair.is_moved,
        is_sure=pair.is_sure,
        twin=pair.twin,
        fields=tuple(field for field in side_by_side.fields if not field.is_same),
        may_also=gains(tools_of(old), tools_of(new)),
        may_no_longer=gains(tools_of(new), tools_of(old)),
        names=tuple(name for name in after if name not in before),
        names_no_longer=tuple(name for name in before if name not in after),
        lines_added=(added - removed).total(),
        lines_removed=(removed - added).total(),
        sections_added=tuple(_titles(row.sections[1] for row in side_by_side.rows if row.sections[0] is None)),
        sections_removed=tuple(_titles(row.sections[0] for row in side_by_side.rows if row.sections[1] is None)),
        sections_changed=tuple(
            _titles(row.sections[1] for row in side_by_side.rows if None not in row.sections and not row.is_same(1))
        ),
        rearranged=old.prompt != new.prompt and added == removed,
    )


def _titles(sections: Iterable[Section | None]) -> Iterator[str]:
    for section in sections:
        if section is not None:
            yield section.title or section.heading or "(before the first heading)"


def _names(spec: AgentSpec) -> tuple[str, ...]:
    """Whom an agent refers to, as it calls them; sorted."""
    return tuple(sorted({slug(said.agent) for said in spec.derived.collaboration} - {""}))


def missing(old: Library, new: Library, pairs: Iterable[tuple[AgentSpec | None, AgentSpec]]) -> Iterator[Broken]:
    """The names nobody answers to in the new state that are not as before; `pairs` are agents before and after."""
    from converters.graph.resolve import Resolver

    before, after = Resolver(old), Resolver(new)
    for was, spec in sorted(pairs, key=lambda one: Library.key(one[1])):
        known = _names(was) if was else ()
        for name in _names(spec):
            if after.resolve(spec, name).target is None and not after.means_nobody(spec, name):
                is_new = name not in known
                meant = before.resolve(was or spec, name).target
                if is_new or was is None or meant is not None:
                    yield Broken(agent=spec, name=name, is_new=is_new, meant=old.get(meant) if meant else None)


def _copies(new: Library, added: Sequence[AgentSpec]) -> Iterator[Copy]:
    """The closest copy of each new agent; of two new ones that are each other's only the first is told."""
    if not added:
        return
    twins = Twins(new.agents)
    told: set[tuple[int, int]] = set()
    for spec in added:
        copies = [twin for twin in twins.of(spec) if twin.kind in {"exact", "near"}]
        if copies and (id(copies[0].agent), id(spec)) not in told:
            told.add((id(spec), id(copies[0].agent)))
            yield Copy(agent=spec, of=copies[0])
