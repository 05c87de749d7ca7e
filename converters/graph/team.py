"""Teams: the smallest set of agents in which all work that is handed on finds its agent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from converters.calling import own_slugs
from converters.graph.analyse import HANDING_ON
from converters.graph.build import Network
from converters.graph.roles import Candidate, Profiles

_WEIGHED = 100_000
"""Members of all teams tried, at most, where names leave a choice; the first team is finished in any case."""

_Need: TypeAlias = tuple[str, ...]
"""The agents one reference may mean, the nearest first; a team needs one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One reference by which a member hands work on."""

    agent: str
    """The key of who hands on."""
    name: str
    """What it calls the other, slugged."""
    relation: str
    about: str | None
    when: str | None
    evidence: str
    choice: tuple[str, ...] = ()
    """The agents the name may mean, where it may mean several; sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An agent of the team, and why it is."""

    agent: str
    asked: bool
    """Whether the team was asked for by its name."""
    because: tuple[Request, ...]
    """Who of the team hands what to it, in the order of the team and of each text."""
    miscalled: tuple[str, ...] = ()
    """The names among them that its place or an alias tells, and not its file; nobody answers to these in a client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A name that members hand work to, and nobody bears."""

    name: str
    because: tuple[Request, ...]
    candidates: tuple[Candidate, ...]
    """Who could fill it, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Agents that together have somebody for whatever they hand on, as far as there is anybody."""

    members: tuple[Member, ...]
    """Those asked for first, then as they are handed work to: the nearest first, then by key."""
    roles: tuple[Role, ...]
    """Names nobody bears, by how many members use them, then by name."""
    at_least: int
    """No team of fewer members would do; where it equals their number, this is a smallest one."""

    @property
    def exact(self) -> bool:
        """Whether no smaller team is possible."""
        return self.at_least == len(self.members)


def team(graph: Network, *agents: str, also: Collection[str] = ()) -> Team:
    """The smallest team around `agents`, given by key.

    A member needs an agent for each of its references that hands work on: it hands off to,
    delegates to, escalates to, or has one of the relations in `also`. Where each name means one
    agent the team is all that can be reached over these, and there is only one such set. Where a
    name may mean several, one of them is enough, and which one decides what else is needed. Then
    the choices are searched for a team of the fewest members; among equals it is one of the
    fewest collections, then one in which most names mean the agent nearest by folder. The search
    ends when a hundred thousand members of teams were weighed. If it was not through by then, the best
    team so far is given, and `at_least` says how far from the smallest it may be: no untried choice
    leads below that number, for it counts but one agent for all those one name may mean.

    Raises `KeyError` where `graph` has no agent of a key.
    """
    for key in agents:
        if key not in graph or graph.nodes[key]["kind"] != "agent":
            raise KeyError(key)
    search = _Search(graph, HANDING_ON.union(also))
    chosen, at_least = search.smallest(agents)
    members = _in_order(agents, chosen, search)
    requests: dict[str, list[Request]] = {}
    for key in members:
        for target, request in _requests(graph, key, search, chosen):
            requests.setdefault(target, []).append(request)
    asked = frozenset(agents)
    profiles = Profiles(graph)
    roles = [
        Role(name=str(graph.nodes[key]["name"]), because=tuple(because), candidates=profiles.candidates(key))
        for key, because in requests.items()
        if graph.nodes[key]["kind"] == "missing"
    ]
    facts = [graph.nodes[key] for key in members]
    answered = {name for one in facts for name in own_slugs(one["name"], one["title"], one["id"])}
    return Team(
        members=tuple(
            Member(
                agent=key,
                asked=key in asked,
                because=(because := tuple(requests.get(key, ()))),
                miscalled=tuple(dict.fromkeys(one.name for one in because if one.name not in answered)),
            )
            for key in members
        ),
        roles=tuple(sorted(roles, key=lambda role: (-len({r.agent for r in role.because}), role.name))),
        at_least=at_least,
    )


class _Partial(NamedTuple):
    """A set of agents that is closed but for some needs that leave a choice."""

    members: frozenset[str]
    open: tuple[_Need, ...]
    """Those that no member fills."""
    bound: int
    """The size below which no closed set around it is."""


class _Search:
    """Looks for the smallest set that is closed under handing on."""

    def __init__(self, graph: Network, relations: frozenset[str]) -> None:
        self._graph = graph
        self._relations = relations
        self._needs: dict[str, tuple[_Need, ...]] = {}
        self._kin: dict[str, str] = {}
        """Leads from an agent to another that the same name may mean, and so on to the one that stands for its kin."""
        self._common: dict[str, frozenset[str]] = {}
        """What all of a kin need, by who stands for it, as those who stand for others."""

    def smallest(self, agents: Sequence[str]) -> tuple[frozenset[str], int]:
        """The smallest closed set found around `agents`, and the size that none is below."""
        self._relate(agents)
        stack = [self._grown(frozenset(), (), agents)]
        best: tuple[int, int, int, list[str]] | None = None
        weighed = 0
        while stack and (best is None or weighed < _WEIGHED):
            partial = stack.pop()
            weighed += len(partial.members)
            if best is not None and partial.bound > best[0]:
                continue
            if not partial.open:
                members = partial.members
                cost = len(members), self._collections(members), self._far(members), sorted(members)
                best = cost if best is None else min(best, cost)
                continue
            need = min(partial.open, key=lambda need: (len(need), need))
            grown = [self._grown(partial.members, partial.open, [option]) for option in need]
            grown.sort(key=lambda one: (one.bound, self._collections(one.members), sorted(one.members)), reverse=True)
            stack += grown
        chosen = frozenset(best[3] if best else ())
        return chosen, min([len(chosen), *(partial.bound for partial in stack)])

    def _relate(self, agents: Iterable[str]) -> None:
        """Learn of everybody that might be needed, and who is whose kin."""
        queue = list(agents)
        seen = set(queue)
        while queue:
            for need in self.needs(queue.pop()):
                for option in need:
                    self._kin[self._head(option)] = self._head(need[0])
                queue += [option for option in need if option not in seen]
                seen.update(need)
        members: dict[str, list[str]] = {}
        for key in seen:
            members.setdefault(self._head(key), []).append(key)
        self._common |= {
            head: frozenset.intersection(*(frozenset(self._head(need[0]) for need in self.needs(key)) for key in kin))
            for head, kin in members.items()
        }

    def _head(self, key: str) -> str:
        """Who stands for an agent's kin."""
        way = []
        while (further := self._kin.get(key, key)) != key:
            way.append(key)
            key = further
        for passed in way:
            self._kin[passed] = key
        return key

    def _bound(self, members: frozenset[str], unfilled: Iterable[_Need]) -> int:
        """The members, one more for each kin that is needed next, and one for each kin that all of these need."""
        here = {self._head(key) for key in members}
        found = {self._head(need[0]) for need in unfilled}
        queue = list(found)
        while queue:
            further = self._common[queue.pop()] - found - here
            found |= further
            queue += further
        return len(members) + len(found)

    def needs(self, key: str) -> tuple[_Need, ...]:
        """What a member needs, each need once."""
        if key not in self._needs:
            edges = self._graph.out_edges(key, data=True)
            found = (self.options(v, facts) for _, v, facts in edges if facts["relation"] in self._relations)
            self._needs[key] = tuple(dict.fromkeys(need for need in found if need))
        return self._needs[key]

    def hands_on(self, relation: str) -> bool:
        """Whether a relation makes a need."""
        return relation in self._relations

    def options(self, target: str, facts: Mapping[str, object]) -> _Need:
        """The agents a reference may mean, the nearest first; none for a missing one."""
        if self._graph.nodes[target]["kind"] == "missing":
            return ()
        candidates = facts["candidates"]
        others = (
            (key for key in candidates if key != target and key in self._graph) if isinstance(candidates, list) else ()
        )
        return (target, *others)

    def _grown(self, given: frozenset[str], unfilled: Iterable[_Need], new: Iterable[str]) -> _Partial:
        """The members `given` with `new` and all that these leave no choice about."""
        found, queue, needs = set(given), list(new), list(unfilled)
        while queue:
            key = queue.pop()
            if key not in found:
                found.add(key)
                for need in self.needs(key):
                    if len(need) == 1:
                        queue.append(need[0])
                    else:
                        needs.append(need)
        still = tuple(need for need in dict.fromkeys(needs) if found.isdisjoint(need))
        members = frozenset(found)
        return _Partial(members, still, self._bound(members, still))

    def _collections(self, members: Iterable[str]) -> int:
        return len({self._graph.nodes[key]["collection"] for key in members})

    def _far(self, members: frozenset[str]) -> int:
        """How many names do not mean the agent nearest by folder."""
        return sum(need[0] not in members for key in members for need in self.needs(key))


def _in_order(agents: Iterable[str], chosen: frozenset[str], search: _Search) -> list[str]:
    """The members as work reaches them."""
    found = dict.fromkeys(agents)
    ring = list(found)
    while ring:
        reached = {key for one in ring for need in search.needs(one) for key in _taken(need, chosen)}
        ring = sorted(reached - found.keys())
        found.update(dict.fromkeys(ring))
    return list(found)


def _taken(need: _Need, chosen: frozenset[str]) -> tuple[str, ...]:
    """The member a need is filled by: the nearest of those that are in the team."""
    return next(((key,) for key in need if key in chosen), ())


def _requests(graph: Network, key: str, search: _Search, chosen: frozenset[str]) -> Iterator[tuple[str, Request]]:
    """Whom a member hands work to, and with what words."""
    for _, target, facts in graph.out_edges(key, data=True):
        if not search.hands_on(facts["relation"]):
            continue
        options = search.options(target, facts)
        request = Request(
            agent=key,
            name=facts["name"],
            relation=facts["relation"],
            about=facts["about"],
            when=facts["when"],
            evidence=facts["evidence"],
            choice=tuple(sorted(options)) if len(options) > 1 else (),
        )
        yield (_taken(options, chosen)[0] if options else target), request
