"""Analysing: what the graph says about a library that no single file says."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx

from converters.graph import measures
from converters.graph.build import Network
from converters.graph.naming import group_names, subjects_of
from converters.library import slug

HANDING_ON = frozenset({"hands_off_to", "delegates_to", "escalates_to"})
"""Relations by which work leaves an agent, and may come back to it in a circle."""

_TOPICS = 3
"""Words on what a hub is asked for, at most."""
_EXPLAINED = 50
"""Hubs of which is said what they are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """An agent and the number of others it is tied to."""

    agent: str
    named_by: int
    names: int
    topics: tuple[str, ...] = ()
    """Words others use most when they say what they name it for, at most three; of the first fifty hubs only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Agents tied more to each other than to the rest."""

    name: str
    """What they are about, in words of their own; no other community of the graph has it."""
    agents: tuple[str, ...]
    """Sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A name that several agents of one collection bear."""

    name: str
    candidates: tuple[str, ...]
    used_by: tuple[str, ...]
    """The agents that use it, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A name nobody answers to."""

    name: str
    collection: str
    wanted_by: tuple[str, ...]
    """The agents that use it, sorted."""
    suggestions: tuple[str, ...] = ()
    """Names that look like it, the likeliest first."""
    doubtful: bool = False
    """Whether it may be no agent's name at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """Work that can go round."""

    agents: tuple[str, ...]
    """A shortest way round through the first of the group, each agent handing on to the next, the last to the first."""
    group: tuple[str, ...]
    """All agents from each of which work can reach each other, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One collection's share in the graph."""

    collection: str
    agents: int
    connected: int
    """Agents that name another, missing or not, or are named."""
    references: int

    @property
    def share(self) -> float:
        """Connected agents among all, from 0 to 1."""
        return self.connected / self.agents if self.agents else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything `analyse` finds; agents are named by their keys."""

    agents: int
    references: int
    relations: tuple[tuple[str, int], ...]
    """How many references say what; most first."""
    pairs: int
    """Ordered pairs of existing agents of which the first names the second."""
    one_way: int
    """Those of which the second does not name the first."""
    coverage: tuple[Coverage, ...]
    """Sorted by collection."""
    pieces: tuple[int, ...]
    """How many agents hang together, in each piece of more than one; the largest first."""
    hubs: tuple[Hub, ...]
    """All agents with ties, those named by most first."""
    bridges: tuple[tuple[str, float], ...]
    """Agents on the shortest ways between others, and the share of ways they are on; most first."""
    sampled: int | None
    """From how many agents those ways were followed; `None` means from all, which is exact."""
    communities: tuple[Community, ...]
    """The largest first; an agent tied to nobody is one of its own."""
    missing: tuple[Missing, ...]
    """Those wanted by most first."""
    ambiguous: tuple[Ambiguous, ...]
    """Those used by most first."""
    islands: tuple[str, ...]
    """Agents that name nobody and are named by nobody."""
    cycles: tuple[Cycle, ...]
    """One for each group among which work can go round."""


def analyse(graph: Network) -> Analysis:
    """Read `graph`; the same graph gives the same answer on every machine."""
    agents = agents_of(graph)
    ties = _Ties.of(graph)
    between = measures.between(ties.neighbours)
    groups = ties.groups()
    return Analysis(
        agents=len(agents),
        references=graph.number_of_edges(),
        relations=_most(Counter(str(relation) for _, _, relation in graph.edges(data="relation"))),
        pairs=sum(1 for _ in _pairs(graph, agents)),
        one_way=sum(not graph.has_edge(v, u) for u, v in _pairs(graph, agents)),
        coverage=_coverage(graph),
        pieces=tuple(
            sorted((len(piece) for piece in measures.pieces(ties.neighbours) if len(piece) > 1), reverse=True)
        ),
        hubs=_hubs(graph),
        bridges=_most({ties.keys[node]: round(share, 6) for node, share in enumerate(between.shares) if share > 5e-7}),
        sampled=between.sources,
        communities=tuple(
            Community(name=name, agents=group) for name, group in zip(group_names(graph, groups), groups, strict=True)
        ),
        missing=_missing(graph),
        ambiguous=_ambiguous(graph),
        islands=tuple(sorted(key for key in agents if not graph.degree(key))),
        cycles=_cycles(graph),
    )


def agents_of(graph: Network) -> dict[str, str]:
    """The agents that exist, by key, with their collections; in the graph's order."""
    return {key: str(facts["collection"]) for key, facts in graph.nodes(data=True) if facts["kind"] == "agent"}


def one_way(graph: Network) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Who names whom of its own collection and is not named back, with what is said first."""
    agents = agents_of(graph)
    for u, v in _pairs(graph, agents):
        if agents[u] == agents[v] and not graph.has_edge(v, u):
            yield u, v, next(iter(graph[u][v].values()))


def communities(graph: Network) -> tuple[tuple[str, ...], ...]:
    """Groups of agents tied more to each other than to the rest, the largest first; islands are alone."""
    return _Ties.of(graph).groups()


def _pairs(graph: Network, agents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each agent with each other it names, once."""
    for u in agents:
        for v in graph.adj[u]:
            if v in agents:
                yield u, v


def _most(counted: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True, slots=True)
class _Ties:
    """Who is tied to whom among the agents that exist, by number, and how many references tie them."""

    keys: list[str]
    """By number; sorted."""
    neighbours: list[dict[int, int]]

    @classmethod
    def of(cls, graph: Network) -> _Ties:
        keys = sorted(agents_of(graph))
        numbers = {key: number for number, key in enumerate(keys)}
        neighbours: list[dict[int, int]] = [{} for _ in keys]
        for key, here in numbers.items():
            for other, said in graph.adj[key].items():
                there = numbers.get(other, here)
                if there != here:
                    neighbours[here][there] = neighbours[here].get(there, 0) + len(said)
                    neighbours[there][here] = neighbours[there].get(here, 0) + len(said)
        return cls(keys, neighbours)

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The communities, the largest first."""
        named = (tuple(self.keys[node] for node in sorted(group)) for group in measures.groups(self.neighbours))
        return tuple(sorted(named, key=lambda group: (-len(group), group)))


def find(graph: Network, name: str) -> tuple[str, ...]:
    """The keys of the agents meant by a key, an id or a name, else by a file's name or title, else missing; sorted."""
    if name in graph:
        return (name,)
    wanted = slug(name)
    found: tuple[list[str], ...] = [], [], []
    for key, facts in graph.nodes(data=True):
        id_ = str(facts.get("id", ""))
        named = wanted and slug(str(facts["name"])) == wanted
        if facts["kind"] == "missing":
            found[2].extend([key] if named else [])
        elif named or id_ == name:
            found[0].append(key)
        elif wanted and wanted in {slug(id_.rpartition("/")[2]), slug(str(facts["title"]))}:
            found[1].append(key)
    return tuple(sorted(next(filter(None, found), ())))


def around(graph: Network, key: str, depth: int = 1) -> Network:
    """The part of `graph` at most `depth` references away from `key`, in either direction.

    Raises `KeyError` where no agent has that key.
    """
    if key not in graph:
        raise KeyError(key)
    steps, queue = {key: 0}, deque([key])
    while queue:
        here = queue.popleft()
        if steps[here] < depth:
            for other in sorted({*graph.successors(here), *graph.predecessors(here)} - steps.keys()):
                steps[other] = steps[here] + 1
                queue.append(other)
    part: Network = nx.MultiDiGraph()  # not `subgraph`, whose order follows a set's
    part.add_nodes_from((node, facts) for node, facts in graph.nodes(data=True) if node in steps)
    part.add_edges_from((u, v, facts) for u, v, facts in graph.edges(data=True) if u in steps and v in steps)
    return part


def _coverage(graph: Network) -> tuple[Coverage, ...]:
    members: defaultdict[str, list[str]] = defaultdict(list)
    for key, collection in agents_of(graph).items():
        members[collection].append(key)
    return tuple(
        Coverage(
            collection=collection,
            agents=len(keys),
            connected=sum(graph.degree(key) > 0 for key in keys),
            references=sum(graph.out_degree(key) for key in keys),
        )
        for collection, keys in sorted(members.items())
    )


def _hubs(graph: Network) -> tuple[Hub, ...]:
    hubs = [
        Hub(agent=key, named_by=len(graph.pred[key]), names=len(graph.adj[key]))
        for key in agents_of(graph)
        if graph.pred[key] or graph.adj[key]
    ]
    hubs.sort(key=lambda hub: (-hub.named_by, -hub.names, hub.agent))
    hubs[:_EXPLAINED] = [replace(hub, topics=_asked_for(graph, hub.agent)) for hub in hubs[:_EXPLAINED]]
    return tuple(hubs)


def _asked_for(graph: Network, key: str) -> tuple[str, ...]:
    """The words with which others say what they name an agent for, without those of its own name."""
    own = set(subjects_of(str(graph.nodes[key]["name"])))
    words: Counter[str] = Counter()
    for said in graph.pred[key].values():
        for facts in said.values():
            words.update({word for word in subjects_of(str(facts["about"] or "")) if word not in own})
    return tuple(word for word, count in _most(words)[:_TOPICS] if count > 1)


def _missing(graph: Network) -> tuple[Missing, ...]:
    missing = [
        Missing(
            name=str(facts["name"]),
            collection=str(facts["collection"]),
            wanted_by=tuple(sorted(set(graph.predecessors(key)))),
            suggestions=tuple(facts["suggestions"]),
            doubtful=bool(facts["doubtful"]),
        )
        for key, facts in graph.nodes(data=True)
        if facts["kind"] == "missing"
    ]
    return tuple(sorted(missing, key=lambda m: (-len(m.wanted_by), m.name, m.collection)))


def _ambiguous(graph: Network) -> tuple[Ambiguous, ...]:
    users: defaultdict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for u, _, facts in graph.edges(data=True):
        if facts["ambiguous"] and facts["resolution"] != "elsewhere":
            users[facts["name"], tuple(facts["candidates"])].add(u)
    found = (
        Ambiguous(name=name, candidates=candidates, used_by=tuple(sorted(users_of)))
        for (name, candidates), users_of in users.items()
    )
    return tuple(sorted(found, key=lambda one: (-len(one.used_by), one.name, one.candidates)))


def _cycles(graph: Network) -> tuple[Cycle, ...]:
    keys = sorted(agents_of(graph))
    numbers = {key: number for number, key in enumerate(keys)}
    handing = sorted(
        {
            (numbers[u], numbers[v])
            for u, v, relation in graph.edges(data="relation")
            if relation in HANDING_ON and v in numbers
        }
    )
    successors: defaultdict[int, list[int]] = defaultdict(list)
    for u, v in handing:
        successors[u].append(v)
    return tuple(
        Cycle(
            agents=tuple(keys[node] for node in measures.way_round(successors, group)),
            group=tuple(keys[node] for node in group),
        )
        for group in measures.circles(handing)
    )
