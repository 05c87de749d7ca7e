"""Analysing: what the graph says about a library that no single file says."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from converters.graph.build import Network
from converters.library import slug

HANDING_ON = frozenset({"hands_off_to", "delegates_to", "escalates_to"})
"""Relations by which work leaves an agent, and may come back to it in a circle."""

_SEED = 20
_EXACT_UP_TO = 2_000
"""Nodes up to which betweenness is exact; beyond, paths from a sample are counted."""
_SAMPLE = 200
_LOUVAIN_UP_TO = 5_000
"""Nodes up to which communities are found by Louvain; beyond, by label propagation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """An agent and the number of others it is tied to."""

    agent: str
    named_by: int
    names: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A name nobody answers to."""

    name: str
    collection: str
    wanted_by: tuple[str, ...]
    """The agents that use it, sorted."""
    suggestions: tuple[str, ...]


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
    pairs: int
    """Ordered pairs of existing agents of which the first names the second."""
    one_way: int
    """Those of which the second does not name the first."""
    coverage: tuple[Coverage, ...]
    """Sorted by collection."""
    hubs: tuple[Hub, ...]
    """All agents with ties, those named by most first."""
    bridges: tuple[tuple[str, float], ...]
    """Agents on the shortest ways between others, and the share of ways they are on; most first."""
    communities: tuple[tuple[str, ...], ...]
    """Groups of agents tied more to each other than to the rest, the largest first."""
    missing: tuple[Missing, ...]
    """Those wanted by most first."""
    islands: tuple[str, ...]
    """Agents that name nobody and are named by nobody."""
    cycles: tuple[Cycle, ...]
    """One for each group among which work can go round."""


def analyse(graph: Network) -> Analysis:
    """Read `graph`; the same graph gives the same answer on every machine."""
    agents = agents_of(graph)
    named = {(u, v) for u, v in graph.edges() if u in agents and v in agents}
    ties = undirected(graph)
    return Analysis(
        agents=len(agents),
        references=graph.number_of_edges(),
        pairs=len(named),
        one_way=sum((v, u) not in named for u, v in named),
        coverage=_coverage(graph),
        hubs=_hubs(graph),
        bridges=_bridges(ties),
        communities=_communities(ties),
        missing=_missing(graph),
        islands=tuple(sorted(key for key in agents if not graph.degree(key))),
        cycles=_cycles(graph),
    )


def agents_of(graph: Network) -> dict[str, str]:
    """The agents that exist, by key, with their collections; in the graph's order."""
    return {key: str(facts["collection"]) for key, facts in graph.nodes(data=True) if facts["kind"] == "agent"}


def undirected(graph: Network) -> nx.Graph:
    """Who is tied to whom among the agents that exist; `weight` counts the references."""
    agents = agents_of(graph)
    ties = nx.Graph()
    ties.add_nodes_from(sorted(agents))
    for u, v in sorted((u, v) for u, v in graph.edges() if u in agents and v in agents and u != v):
        ties.add_edge(u, v, weight=ties.get_edge_data(u, v, {"weight": 0})["weight"] + 1)
    return ties


def communities(graph: Network) -> tuple[tuple[str, ...], ...]:
    """Groups of agents tied more to each other than to the rest, the largest first; islands are alone."""
    return _communities(undirected(graph))


def find(graph: Network, name: str) -> tuple[str, ...]:
    """The keys of the agents meant by a key, an id or a name, sorted; missing agents by key only."""
    if name in graph:
        return (name,)
    wanted = slug(name)
    facts = [(key, facts) for key, facts in graph.nodes(data=True) if facts["kind"] == "agent"]
    return tuple(sorted(key for key, f in facts if f["id"] == name or (wanted and slug(str(f["name"])) == wanted)))


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
        Hub(agent=key, named_by=len(set(graph.predecessors(key))), names=len(set(graph.successors(key))))
        for key in agents_of(graph)
    ]
    tied = [hub for hub in hubs if hub.named_by or hub.names]
    return tuple(sorted(tied, key=lambda hub: (-hub.named_by, -hub.names, hub.agent)))


def _bridges(ties: nx.Graph) -> tuple[tuple[str, float], ...]:
    numbered, keys = _numbered(ties)
    sample = None if len(keys) <= _EXACT_UP_TO else _SAMPLE
    between = nx.betweenness_centrality(numbered, k=sample, seed=_SEED)
    shares = [(keys[node], round(float(share), 6)) for node, share in between.items()]
    return tuple(sorted((pair for pair in shares if pair[1] > 0), key=lambda pair: (-pair[1], pair[0])))


def _communities(ties: nx.Graph) -> tuple[tuple[str, ...], ...]:
    numbered, keys = _numbered(ties)
    if not keys:
        return ()
    find_groups = nx.community.louvain_communities if len(keys) <= _LOUVAIN_UP_TO else nx.community.asyn_lpa_communities
    groups = (
        tuple(sorted(keys[node] for node in group)) for group in find_groups(numbered, weight="weight", seed=_SEED)
    )
    return tuple(sorted(groups, key=lambda group: (-len(group), group)))


def _numbered(ties: nx.Graph) -> tuple[nx.Graph, list[str]]:
    """`ties` between numbers, for networkx walks sets, whose order is that of hashes."""
    keys = sorted(ties)
    numbers = {key: number for number, key in enumerate(keys)}
    numbered = nx.Graph()
    numbered.add_nodes_from(range(len(keys)))
    numbered.add_weighted_edges_from(
        sorted((*sorted((numbers[u], numbers[v])), weight) for u, v, weight in ties.edges(data="weight"))
    )
    return numbered, keys


def _missing(graph: Network) -> tuple[Missing, ...]:
    missing = [
        Missing(
            name=str(facts["name"]),
            collection=str(facts["collection"]),
            wanted_by=tuple(sorted(set(graph.predecessors(key)))),
            suggestions=tuple(facts["suggestions"]),
        )
        for key, facts in graph.nodes(data=True)
        if facts["kind"] == "missing"
    ]
    return tuple(sorted(missing, key=lambda m: (-len(m.wanted_by), m.name, m.collection)))


def _cycles(graph: Network) -> tuple[Cycle, ...]:
    handing = nx.DiGraph()
    handing.add_edges_from(
        sorted((u, v) for u, v, relation in graph.edges(data="relation") if relation in HANDING_ON and u != v)
    )
    groups = (set(group) for group in nx.strongly_connected_components(handing) if len(group) > 1)
    cycles = (Cycle(agents=_way_round(handing, group), group=tuple(sorted(group))) for group in groups)
    return tuple(sorted(cycles, key=lambda cycle: cycle.group))


def _way_round(handing: nx.DiGraph, group: Iterable[str]) -> tuple[str, ...]:
    """A shortest cycle through the first agent of a strongly connected group."""
    inside = frozenset(group)
    start = min(inside)
    came_from: dict[str, str] = {}
    queue = deque([start])
    while True:  # ends: from everywhere inside there is a way back to the start
        here = queue.popleft()
        for other in sorted(inside.intersection(handing.successors(here))):
            if other == start:
                way = [here]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way))
            if other not in came_from:
                came_from[other] = here
                queue.append(other)
