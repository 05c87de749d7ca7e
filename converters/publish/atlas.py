"""The atlas: a map of the graph on which each community is an island, and no two islands touch.

Like the layout of the islands' insides, it is worked out when the site is built, by sums, products
and square roots alone, so that every machine draws the same map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from math import ceil, pi, sqrt
from typing import Any, Literal, TypeAlias

import networkx as nx

from converters.graph import layout
from converters.graph.drawing import LIGHT, Group, groups
from converters.graph.naming import group_names

Network: TypeAlias = "nx.MultiDiGraph[str]"
Point: TypeAlias = tuple[float, float]

STEP = 10.0
"""About the least distance between two nodes of an island; all lengths of the map are seen beside it."""
_ROOM = 1.3
"""Radius of an island of one node, in steps; it grows with the square root of its nodes."""
_SHORE = 1.7
"""From the outermost nodes to an island's shore, in steps."""
_SEA = 4.0
"""Between two shores at least, in steps."""
_WIDER = 1.3
"""How much wider than high the map becomes, about."""
_MOST = 80
"""Islands at most; the smallest groups beyond share one."""
_LINES = 3
"""Ties between islands that shape the map, for each of them on average; the strongest count."""
_ROUNDS, _LAST_ROUNDS = 160, 400
SHAPES = 4
"""Shapes the marks of groups have when the colours begin anew: discs, diamonds, squares, triangles."""
_REST, _ALONE = "In no group", "Without ties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Island:
    """Nodes that stand together."""

    name: str
    kind: Literal["group", "rest", "alone"]
    """A community; agents whose ties make none; agents without ties."""
    agents: tuple[str, ...]
    """By key, those with most ties first."""
    missing: tuple[str, ...]
    """By key, what one of them was the first to name."""
    colour: int | None
    """Its place in the palette; `None` is grey."""
    shape: int = 0
    """Of its marks, by number; groups of one colour have different ones."""
    at: Point = (0.0, 0.0)
    radius: float = 0.0

    @property
    def nodes(self) -> tuple[str, ...]:
        """All that stand on it."""
        return self.agents + self.missing


@dataclass(frozen=True, slots=True)
class Atlas:
    """The map."""

    islands: tuple[Island, ...]
    """The largest community first, then the rest, then those without ties."""
    places: Mapping[str, Point]
    """Where each node stands."""


def islands(network: Network) -> tuple[Island, ...]:
    """Who stands with whom; nowhere yet."""
    found = groups(network)
    names = group_names(network, [sorted(group.agents) for group in found])
    several = [(group, name) for group, name in zip(found, names, strict=True) if len(group.agents) > 1]
    other = [*(group for group, _ in several[_MOST:]), *(group for group in found if len(group.agents) == 1)]
    alone = {key for group in other for key in group.agents if not network.degree(key)}
    made = [
        Island(
            name=name,
            kind="group",
            agents=group.agents,
            missing=group.missing,
            colour=place % len(LIGHT) if place < SHAPES * len(LIGHT) else None,
            shape=place // len(LIGHT) if place < SHAPES * len(LIGHT) else 0,
        )
        for place, (group, name) in enumerate(several[:_MOST])
    ]
    rest = [key for group in other for key in group.agents if key not in alone]
    if rest:
        made.append(
            Island(name=_REST, kind="rest", agents=_ranked(network, rest), missing=_missing(other), colour=None)
        )
    if alone:
        made.append(Island(name=_ALONE, kind="alone", agents=tuple(sorted(alone)), missing=(), colour=None))
    return tuple(made)


def _ranked(network: Network, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(keys, key=lambda key: (-network.degree(key), key)))


def _missing(found: Sequence[Group]) -> tuple[str, ...]:
    return tuple(sorted(chain.from_iterable(group.missing for group in found)))


def draw(network: Network, found: Sequence[Island]) -> dict[str, Any]:
    """Places for `found` and all that stand on them, as JSON has them: `islands` as `[x, y, radius]`, and `nodes`."""
    insides = [_inside(network, island) for island in found]
    radii = [_radius(inside) + _SHORE * STEP for inside in insides]
    drawn = [place for place, island in enumerate(found) if island.kind != "alone"]
    centres = _centres(network, [found[place] for place in drawn], [radii[place] for place in drawn])
    ends = [x + radii[place] for place, (x, _) in zip(drawn, centres, strict=True)]
    centres += [(max(ends, default=0.0) + _SEA * STEP + radius, 0.0) for radius in radii[len(drawn) :]]
    insides = _turned(network, insides, centres)
    places = {
        key: [round(centre[0] + x, 1), round(centre[1] + y, 1)]
        for inside, centre in zip(insides, centres, strict=True)
        for key, (x, y) in inside.items()
    }
    rings = [[round(value, 1) for value in (*centre, radius)] for centre, radius in zip(centres, radii, strict=True)]
    return {"islands": rings, "nodes": places}


def read(found: Sequence[Island], drawn: Mapping[str, Any]) -> Atlas:
    """The map of what `draw` gave."""
    placed = (replace(i, at=(x, y), radius=r) for i, (x, y, r) in zip(found, drawn["islands"], strict=True))
    return Atlas(tuple(placed), {key: (x, y) for key, (x, y) in drawn["nodes"].items()})


# --- an island's inside, around its middle -----------------------------------------------------------


def _inside(network: Network, island: Island) -> dict[str, Point]:
    if island.kind == "alone":
        return dict(zip(island.agents, _lattice(len(island.agents)), strict=True))
    part: Network = nx.MultiDiGraph()
    part.add_nodes_from((key, network.nodes[key]) for key in sorted(island.nodes))
    part.add_edges_from((u, v, said) for u, v, said in network.edges(sorted(part), data=True) if v in part)
    places = layout(part)
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    around = {key: (x - middle[0], y - middle[1]) for key, (x, y) in places.items()}
    scale = _ROOM * STEP * sqrt(len(part)) / max(_radius(around), 1e-9) if len(part) > 1 else 0.0
    return {key: (x * scale, y * scale) for key, (x, y) in around.items()}


def _radius(inside: Mapping[str, Point]) -> float:
    return max((sqrt(x * x + y * y) for x, y in inside.values()), default=0.0)


def _lattice(count: int) -> list[Point]:
    """As many points of a lattice as near the middle as can be."""
    reach = ceil(sqrt(count / pi)) + 2
    points = ((x, y) for x in range(-reach, reach + 1) for y in range(-reach, reach + 1))
    nearest = sorted(points, key=lambda at: (at[0] * at[0] + at[1] * at[1], at[1], at[0]))
    return [(x * STEP, y * STEP) for x, y in nearest[:count]]


# --- the islands among each other ---------------------------------------------------------------------


def between(network: Network, found: Sequence[Island]) -> dict[tuple[int, int], int]:
    """How many references there are between two islands, by their places, the smaller first."""
    home = {key: place for place, island in enumerate(found) for key in island.nodes}
    ends = ((home[u], home[v]) for u, v in network.edges() if u in home and v in home)
    return dict(sorted(Counter((min(pair), max(pair)) for pair in ends if pair[0] != pair[1]).items()))


def _centres(network: Network, found: Sequence[Island], radii: Sequence[float]) -> list[Point]:
    """Where islands stand: near those they have most to do with, as close to the middle as there is room."""
    ties = between(network, found)
    strong = sorted(ties, key=lambda pair: (-ties[pair], pair))[: _LINES * len(found)]
    sketch: Network = nx.MultiDiGraph()
    sketch.add_nodes_from((_sketched(place), {"kind": "agent", "collection": ""}) for place in range(len(found)))
    sketch.add_edges_from((_sketched(one), _sketched(other)) for one, other in strong)
    side = sqrt(sum(pi * radius * radius for radius in radii) * 2)
    start = layout(sketch)
    xs = [(start[_sketched(place)][0] / 1_000 - 0.5) * side * _WIDER for place in range(len(found))]
    ys = [(start[_sketched(place)][1] / 1_000 - 0.5) * side / _WIDER for place in range(len(found))]
    for turn in range(_ROUNDS + _LAST_ROUNDS):
        if turn < _ROUNDS:
            xs, ys = [x * 0.99 for x in xs], [y * 0.975 for y in ys]
        if not _pushed(xs, ys, radii) and turn >= _ROUNDS:
            break
    return list(zip(xs, ys, strict=True))


def _sketched(place: int) -> str:
    return f"{place:06}"


def _pushed(xs: list[float], ys: list[float], radii: Sequence[float]) -> bool:
    """Push islands that touch apart, the smaller the further; whether there were any."""
    moved = False
    for u, v in combinations(range(len(radii)), 2):
        x, y = xs[u] - xs[v], ys[u] - ys[v]
        room = radii[u] + radii[v] + _SEA * STEP
        square = x * x + y * y
        if square < room * room:
            moved = True
            if square < 1e-6:
                x, y, square = 1.0, 1.0 if (u + v) % 2 else -1.0, 2.0
            distance = sqrt(square)
            push = (room * 1.001 - distance) / distance
            share = radii[v] * radii[v] / (radii[u] * radii[u] + radii[v] * radii[v])
            xs[u] += x * push * share
            ys[u] += y * push * share
            xs[v] -= x * push * (1 - share)
            ys[v] -= y * push * (1 - share)
    return moved


def _turned(
    network: Network, insides: Sequence[Mapping[str, Point]], centres: Sequence[Point]
) -> list[dict[str, Point]]:
    """`insides`, each turned or mirrored so that those with ties to other islands look their way."""
    home = {key: place for place, inside in enumerate(insides) for key in inside}
    abroad: list[list[tuple[str, str]]] = [[] for _ in insides]
    for u, v in network.edges():
        if home[u] != home[v]:
            abroad[home[u]].append((u, v))
            abroad[home[v]].append((v, u))
    found = [dict(inside) for inside in insides]
    for _ in range(3):
        for place, ties in enumerate(abroad):
            here = centres[place]
            towards = []
            for key, other in ties:
                there, at = centres[home[other]], found[home[other]][other]
                towards.append((found[place][key], (there[0] + at[0] - here[0], there[1] + at[1] - here[1])))
            if towards:
                found[place] = _looking(found[place], towards)
    return found


def _looking(inside: Mapping[str, Point], towards: Sequence[tuple[Point, Point]]) -> dict[str, Point]:
    """`inside` turned, or mirrored and turned, so that the first of each pair points most to the second.

    The best turn is known without trying: its cosine and sine are as the sums of the pairs' inner and outer products.
    """
    best: tuple[float, float, float, float] = (0.0, 1.0, 1.0, 0.0)
    for mirror in (1.0, -1.0):
        inner = sum(a * c + mirror * b * d for (a, b), (c, d) in towards)
        outer = sum(a * d - mirror * b * c for (a, b), (c, d) in towards)
        length = sqrt(inner * inner + outer * outer)
        if length > best[0] * 1.000001 and length > 0:
            best = length, mirror, inner / length, outer / length
    _, mirror, cosine, sine = best
    return {key: (x * cosine - mirror * y * sine, x * sine + mirror * y * cosine) for key, (x, y) in inside.items()}
