"""Measures over numbered graphs: whose ways lead through whom, who belongs together, where work goes round.

What is found is the same with and without rustworkx, which is asked where it is installed and
faster; networkx is what both are tested against.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random
from types import ModuleType
from typing import TypeAlias

import networkx as nx

Neighbours: TypeAlias = Sequence[Mapping[int, int]]
"""For each node, by its number, the nodes it is tied to and how strongly; both ways alike."""

_STEPS = 12_000_000
"""Steps that exact betweenness may take: one for each node and tie, from each source."""
_SAMPLED = 0.6
"""Share of those steps that are taken where they do not suffice: large graphs are slow to walk, too."""
_LEAST = 16
"""Nodes of a sample, at least."""
_SWEEPS = 16
"""Rounds in which nodes change their group, at most, before groups become nodes."""
_WORTH_IT = 100
"""Nodes from which another library is worth its import."""


@dataclass(frozen=True, slots=True)
class Between:
    """For each node, the share of the shortest ways between others that lead through it."""

    shares: Sequence[float]
    sources: int | None
    """How many nodes the ways were followed from; `None` means all, which is exact."""


def rustworkx() -> ModuleType | None:
    """The library that does the same faster, where it is installed."""
    try:
        import rustworkx as found
    except ImportError:
        return None
    module: ModuleType = found
    return module


def between(neighbours: Neighbours, *, fast: bool = True, steps: int = _STEPS) -> Between:
    """Betweenness after Brandes, as networkx normalises it; beyond `steps` from a sample of the nodes."""
    size = len(neighbours)
    each = size + sum(map(len, neighbours))
    sources = size if size * each <= steps else min(size, max(_LEAST, int(_SAMPLED * steps) // each))
    if size < 3:
        return Between([0.0] * size, None)
    if sources == size and fast and size >= _WORTH_IT and (rx := rustworkx()):
        graph = rx.PyGraph(multigraph=False)
        graph.add_nodes_from(range(size))
        graph.add_edges_from_no_data([(u, v) for u, ties in enumerate(neighbours) for v in ties if u < v])
        found = rx.betweenness_centrality(graph)
        return Between([found[node] for node in range(size)], None)
    chosen = range(size) if sources == size else sorted(Random(size).sample(range(size), sources))  # noqa: S311  # no secret
    lists = [list(ties) for ties in neighbours]
    totals = [0.0] * size
    for source in chosen:
        _add_dependencies(lists, source, totals)
    scale = size / (len(chosen) * (size - 1) * (size - 2))
    return Between([total * scale for total in totals], None if sources == size else sources)


def _add_dependencies(neighbours: Sequence[Sequence[int]], source: int, totals: list[float]) -> None:
    """Add to each node's total its share of the shortest ways from `source`."""
    size = len(neighbours)
    steps, ways = [-1] * size, [0.0] * size
    steps[source], ways[source] = 0, 1.0
    order = [source]
    for node in order:  # which grows
        further, here = steps[node] + 1, ways[node]
        for other in neighbours[node]:
            if steps[other] < 0:
                steps[other] = further
                ways[other] = here
                order.append(other)
            elif steps[other] == further:
                ways[other] += here
    shares = [0.0] * size
    for node in reversed(order):
        nearer = steps[node] - 1
        each = (1 + shares[node]) / ways[node]
        for other in neighbours[node]:
            if steps[other] == nearer:
                shares[other] += ways[other] * each
        totals[node] += shares[node]
    totals[source] -= shares[source]


def groups(neighbours: Neighbours) -> list[list[int]]:
    """Nodes tied more to each other than to the rest: Louvain's method, in whole numbers and in the nodes' order."""
    members = [[node] for node in range(len(neighbours))]
    level: Neighbours = neighbours
    own = [0] * len(neighbours)
    while True:
        group_of = _moved(level, own)
        numbers = {group: number for number, group in enumerate(dict.fromkeys(group_of))}
        if len(numbers) == len(level):
            return members
        joined: list[list[int]] = [[] for _ in numbers]
        ties: list[dict[int, int]] = [{} for _ in numbers]
        inside = [0] * len(numbers)
        for node, group in enumerate(group_of):
            here = numbers[group]
            joined[here] += members[node]
            inside[here] += own[node]
            mine = ties[here]
            for other, weight in level[node].items():
                there = numbers[group_of[other]]
                if there == here:
                    inside[here] += weight
                else:
                    mine[there] = mine.get(there, 0) + weight
        members, level, own = joined, ties, inside


def _moved(neighbours: Neighbours, own: Sequence[int]) -> list[int]:
    """A group for each node, none of which would do better in another; `own` is what ties each to itself."""
    degrees = [sum(ties.values()) + own[node] for node, ties in enumerate(neighbours)]
    whole = sum(degrees)
    group_of, totals = list(range(len(neighbours))), list(degrees)
    for _ in range(_SWEEPS):
        moved = 0
        for node, ties in enumerate(neighbours):
            here, degree = group_of[node], degrees[node]
            links: dict[int, int] = {}
            for other, weight in ties.items():
                group = group_of[other]
                links[group] = links.get(group, 0) + weight
            totals[here] -= degree
            best, most = here, links.get(here, 0) * whole - totals[here] * degree
            for group, weight in links.items():
                gain = weight * whole - totals[group] * degree
                if gain > most or (gain == most and best != here and group < best):
                    best, most = group, gain
            totals[best] += degree
            if best != here:
                group_of[node] = best
                moved += 1
        if moved * 1000 <= len(neighbours):
            break
    return group_of


def pieces(neighbours: Neighbours) -> list[list[int]]:
    """The nodes that hang together, each piece in order, the pieces by their first nodes."""
    seen = [False] * len(neighbours)
    found = []
    for start in range(len(neighbours)):
        if not seen[start]:
            seen[start] = True
            piece = [start]
            for node in piece:  # which grows
                for other in neighbours[node]:
                    if not seen[other]:
                        seen[other] = True
                        piece.append(other)
            found.append(sorted(piece))
    return found


def circles(arrows: Iterable[tuple[int, int]], *, fast: bool = True) -> list[list[int]]:
    """The groups of nodes each of which leads to all others of its group, those of one node left out; all sorted."""
    given = list(arrows)
    numbers = {node: number for number, node in enumerate(sorted(set(chain.from_iterable(given))))}
    nodes = list(numbers)
    rx = rustworkx() if fast and len(nodes) >= _WORTH_IT else None
    if rx is not None:
        graph = rx.PyDiGraph()
        graph.add_nodes_from(nodes)
        graph.add_edges_from_no_data([(numbers[u], numbers[v]) for u, v in given])
        found = [[nodes[number] for number in group] for group in rx.strongly_connected_components(graph)]
    else:
        found = [list(group) for group in nx.strongly_connected_components(nx.DiGraph(given))]
    return sorted(sorted(group) for group in found if len(group) > 1)


def way_round(successors: Mapping[int, Sequence[int]], group: Sequence[int]) -> list[int]:
    """A shortest way from the least node of a circle round to it again, that node first and not repeated."""
    inside, start = frozenset(group), min(group)
    came_from: dict[int, int] = {}
    queue = deque([start])
    while True:  # ends: from everywhere inside there is a way back to the start
        here = queue.popleft()
        for other in successors.get(here, ()):
            if other == start:
                way = [here]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if other in inside and other not in came_from:
                came_from[other] = here
                queue.append(other)
