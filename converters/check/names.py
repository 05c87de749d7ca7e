"""What is wrong with how agents name each other, whatever they were read from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from converters.check._checked import Checked
from converters.check.places import find_name, text_of
from converters.check.security import lookalikes
from converters.findings import LOOKALIKE, MISSING_AGENT, ONE_WAY, Finding, Span
from converters.inputs import Input
from converters.library import Collection, Library, library_of
from converters.model import AgentSpec, Collaboration, Source

_AWAITED = "receives_from"
"""The relation in which the other agent has to act, and so to know of it; most others are one-way by their nature."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding about a name, and who uses it where."""

    finding: Finding
    """Without a place."""
    agent: AgentSpec
    number: int
    """Of the statement, from 0; 0 also where none is meant."""
    statement: Collaboration | None

    def at(self, span: Span) -> Finding:
        """The finding, put in its place."""
        return replace(self.finding, span=span)

    def in_spec(self, span: Span, path: str) -> Finding:
        """The finding, put in its place in a spec, with the source `path` that somebody has to look for, if any."""
        found = self.at(span)
        if not path or found.rule is not MISSING_AGENT:
            return found
        return replace(found, facts={**found.facts, "hint": f"{found.facts['hint']} (named in {path})"})

    @property
    def pointer(self) -> str:
        """Where in the agent's spec it stands."""
        return "/name" if self.finding.rule is LOOKALIKE else f"/derived/collaboration/{self.number}"

    def within(self, text: str, shown: str) -> Span | None:
        """Where the name stands in the text of the agent's own file."""
        if self.finding.rule is LOOKALIKE:
            return find_name(text, self.agent.name, self.agent.name, shown, ("name",))
        if self.statement is None:
            return None
        return find_name(text, self.statement.evidence.text, self.statement.agent, shown, self._keys(self.statement))

    def _keys(self, said: Collaboration) -> tuple[str, ...]:
        """The keys behind which the words of a statement stand."""
        where = said.evidence.where
        member = self.agent.source.member if self.agent.source else None
        return () if where == "body" else (*filter(None, [member]), *where.split("/"))


def faults(
    specs: Iterable[AgentSpec], collections: Mapping[str, Collection], in_part: AbstractSet[str] = frozenset()
) -> Iterator[Fault]:
    """Hold all agents against each other; notes on references that are not returned come last.

    Agents whose keys are `in_part` were not read whole: whom they leave out, they may name.
    """
    from converters.graph import build, one_way

    # `build` names an agent's source path, which two collections may share: here it is to name the key.
    keyed = [replace(spec, source=replace(spec.source or Source(), path=Library.key(spec))) for spec in specs]
    by_key = {Library.key(spec): spec for spec in keyed}
    network, found = build(library_of(keyed, collections))
    unanswered = (
        ONE_WAY.at(Span(key), agent=said["name"], relation=said["relation"])
        for key, other, _ in one_way(network)
        if other not in in_part
        for said in [said for said in network[key][other].values() if said["relation"] == _AWAITED][:1]
    )
    for finding in (*found, *unanswered):
        spec = by_key.get(finding.span.path)
        if spec is None:
            continue
        name, relation = str(finding.facts.get("agent", "")), finding.facts.get("relation")
        told = enumerate(spec.derived.collaboration)
        meant = ((n, said) for n, said in told if said.agent == name and relation in {None, said.relation})
        yield Fault(finding, spec, *next(meant, (0, None)))
    for spec, finding in lookalikes(keyed):
        yield Fault(finding, spec, 0, None)


@dataclass(frozen=True, slots=True)
class Folder:
    """The agents of whole folders of raw files, gathered while these are checked."""

    _specs: dict[str, AgentSpec] = field(default_factory=dict)
    """The agents, by their keys."""
    _files: dict[str, Input] = field(default_factory=dict)
    """The file of each agent, by the agent's key."""
    _in_part: set[str] = field(default_factory=set)
    """The keys of agents that were not read whole."""

    def take(self, source: Input, specs: Iterable[AgentSpec], *, whole: bool = True) -> None:
        """Remember the agents of a file; all of them but what is broken where they are not `whole`."""
        for spec in specs:
            if Library.key(spec) not in self._files:
                self._files[Library.key(spec)] = source
                self._specs[Library.key(spec)] = spec
                if not whole:
                    self._in_part.add(Library.key(spec))

    def collections(self) -> frozenset[str]:
        """The collections that the agents belong to."""
        return frozenset(key.partition("/")[0] for key in self._files)

    def has(self, spec: AgentSpec) -> bool:
        """Whether there is an agent of that key."""
        return Library.key(spec) in self._specs

    def holds(self, spec: AgentSpec) -> bool:
        """Whether the file that a spec was made from is among these, and still what it was then."""
        taken = self._specs.get(Library.key(spec))
        made_from, now = (one.source.sha256 if one and one.source else None for one in (spec, taken))
        return now is not None and now == made_from

    def files(self) -> dict[Path, str]:
        """The files of the agents, absolute, each as the user would write it."""
        return {Path(os.path.normpath(file.path.absolute())): file.shown for file in self._files.values()}

    def names(self, collections: Mapping[str, Collection], told: AbstractSet[str] = frozenset()) -> Iterator[Checked]:
        """What is found at the words in the files; a lone agent cannot be asked whom it means.

        Agents whose keys are in `told` were held against more others than are here: of these it was told then.
        """
        read = cache(text_of)
        if len(self._specs) < 2 or told >= self._specs.keys():
            return
        for fault in faults(self._specs.values(), collections, self._in_part):
            if Library.key(fault.agent) in told:
                continue
            source = self._files[Library.key(fault.agent)]
            text = read(source.path)
            span = fault.within(text, source.shown) if text else None
            found = (fault.at(span or Span(source.shown)),)
            yield Checked(source.shown, text, found, counts=False, collection=source.collection)
