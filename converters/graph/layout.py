"""Laying out: a place on the page for every node, worked out once, when the site is built.

Only addition, multiplication, division and square roots are used on the way, which IEEE 754 rounds
alike everywhere; a sine would not be, and forces would amplify its last digit into another picture.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from math import ceil, sqrt
from typing import TypeAlias

from converters.graph.analyse import communities
from converters.graph.build import Network

Point: TypeAlias = tuple[float, float]
_Ties: TypeAlias = dict[tuple[int, int], float]
_Cells: TypeAlias = defaultdict[tuple[int, int], list[int]]

SIDE = 1_000.0
"""Width and height of the box all coordinates lie in."""

_MARGIN = 20.0
_REACH = 2.0
"""Distance beyond which nodes no longer push each other, in ideal distances between neighbours."""
_ROUNDS, _FEWEST_ROUNDS = 120, 40
_ALL_ROUNDS_UP_TO = 500
"""Nodes that settle in all rounds; more have fewer, so that the work grows little faster than their number."""
_GRAVITY = 0.4
"""Pull to the middle, divided by the square root of the number of nodes."""
_BETWEEN = 0.25
"""Pull of a tie between communities; inside one it is 1."""


def gap(nodes: int) -> float:
    """The least distance `layout` leaves between the centres of two of `nodes` nodes."""
    return min(120.0, SIDE / (2.5 * sqrt(max(nodes, 1))))


def layout(graph: Network) -> dict[str, Point]:
    """A place for every node, in a box of 1,000 by 1,000 with a margin; islands stand in rows below the rest.

    Communities are placed first, then their members settle by forces; no two are nearer than `gap`.
    """
    keys = sorted(graph)
    numbers = {key: number for number, key in enumerate(keys)}
    pairs = sorted({(min(numbers[u], numbers[v]), max(numbers[u], numbers[v])) for u, v in graph.edges() if u != v})
    tied = sorted({number for pair in pairs for number in pair})
    islands = [number for number in range(len(keys)) if number not in set(tied)]
    share = max(0.9 * len(islands) / len(keys), 3 * _MARGIN / SIDE) if islands else 0.0
    floor = SIDE * (1 - min(share, 0.4))
    places = _settled(keys, tied, pairs, _groups(graph, numbers, pairs))
    points = _fitted(places, floor) if tied else {}
    points |= _rows(islands, floor if tied else _MARGIN)
    apart = _apart(points, gap(len(keys)))
    return {key: (round(apart[number][0], 2), round(apart[number][1], 2)) for key, number in numbers.items()}


def _groups(graph: Network, numbers: Mapping[str, int], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The community of each node; a missing agent is in that of the first who names it."""
    groups = {numbers[key]: group for group, keys in enumerate(communities(graph)) for key in keys}
    for u, v in pairs:
        for one, other in ((u, v), (v, u)):
            if one not in groups and other in groups:
                groups[one] = groups[other]
    return groups


def _settled(
    keys: Sequence[str], tied: Sequence[int], pairs: Sequence[tuple[int, int]], groups: Mapping[int, int]
) -> dict[int, Point]:
    sizes: defaultdict[int, int] = defaultdict(int)
    for node in tied:
        sizes[groups[node]] += 1
    between: _Ties = {}
    for u, v in pairs:
        one, other = sorted((groups[u], groups[v]))
        if one != other:
            between[one, other] = between.get((one, other), 0.0) + 1.0
    spread = sqrt(len(tied) / max(len(sizes), 1)) * 1.5
    most = max(between.values(), default=1.0)
    centres = {group: _start(f"community {group}", (0.0, 0.0), sqrt(len(sizes))) for group in sorted(sizes)}
    centres = _forces(centres, {pair: count / most for pair, count in between.items()})
    starts = {
        node: _start(keys[node], (x * spread, y * spread), sqrt(sizes[groups[node]]))
        for node in tied
        for x, y in [centres[groups[node]]]
    }
    degree: defaultdict[int, int] = defaultdict(int)
    for pair in pairs:
        for node in pair:
            degree[node] += 1
    ties = {(u, v): (1.0 if groups[u] == groups[v] else _BETWEEN) / min(degree[u], degree[v]) for u, v in pairs}
    return _forces(starts, ties)


def _start(key: str, centre: Point, width: float) -> Point:
    """A place near `centre` that only `key` decides."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    x, y = (int.from_bytes(digest[at : at + 4], "big") / 2**32 - 0.5 for at in (0, 4))
    return centre[0] + x * width, centre[1] + y * width


def _forces(starts: Mapping[int, Point], ties: _Ties) -> dict[int, Point]:
    """Fruchterman and Reingold's forces, at an ideal distance of 1; only near nodes push each other."""
    places = {node: place for place, node in enumerate(starts)}
    xs, ys = [x for x, _ in starts.values()], [y for _, y in starts.values()]
    pulls = [(places[u], places[v], pull) for (u, v), pull in ties.items()]
    root = sqrt(max(len(places), 1))
    rounds = max(_FEWEST_ROUNDS, int(_ROUNDS * min(1.0, sqrt(_ALL_ROUNDS_UP_TO) / root)))
    for turn in range(rounds):
        dx, dy = _pushes(xs, ys)
        for u, v, pull in pulls:
            x, y = xs[u] - xs[v], ys[u] - ys[v]
            force = sqrt(x * x + y * y) * pull
            dx[u] -= x * force
            dy[u] -= y * force
            dx[v] += x * force
            dy[v] += y * force
        step = 0.1 * root * (1 - turn / rounds) + 0.01
        for n in range(len(places)):
            x, y = dx[n] - _GRAVITY / root * xs[n], dy[n] - _GRAVITY / root * ys[n]
            length = sqrt(x * x + y * y)
            shorten = step / length if length > step else 1.0
            xs[n] += x * shorten
            ys[n] += y * shorten
    return {node: (xs[place], ys[place]) for node, place in places.items()}


def _pushes(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """How far each node is pushed by those within reach, along either axis."""
    dx, dy = [0.0] * len(xs), [0.0] * len(ys)
    for here, others in _cells(dict(enumerate(zip(xs, ys, strict=True))), _REACH):
        for at, u in enumerate(here):
            own_x, own_y, push_x, push_y = xs[u], ys[u], 0.0, 0.0
            for v in chain(here[at + 1 :], others):
                x, y = own_x - xs[v], own_y - ys[v]
                square = x * x + y * y
                if square < _REACH * _REACH:
                    if square < 1e-4:
                        x, y, square = 0.01, 0.01 * (1 if u < v else -1), 1e-4
                    x, y = x / square, y / square
                    push_x += x
                    push_y += y
                    dx[v] -= x
                    dy[v] -= y
            dx[u] += push_x
            dy[u] += push_y
    return dx, dy


def _cells(points: Mapping[int, Point], reach: float) -> Iterator[tuple[list[int], list[int]]]:
    """The nodes of each cell of a grid, and those of the cells beside it that did not have it beside them."""
    cells: _Cells = defaultdict(list)
    for node, (x, y) in points.items():
        cells[int(x // reach), int(y // reach)].append(node)
    for (column, row), here in cells.items():
        beside = ((column + 1, row), (column - 1, row + 1), (column, row + 1), (column + 1, row + 1))
        yield here, [node for cell in beside for node in cells.get(cell, ())]


def _near(points: Mapping[int, Point], reach: float) -> Iterator[tuple[int, int]]:
    """Pairs in the same or in neighbouring cells of a grid: all pairs within `reach`, and some others."""
    for here, others in _cells(points, reach):
        yield from combinations(here, 2)
        yield from product(here, others)


def _fitted(places: Mapping[int, Point], height: float) -> dict[int, Point]:
    """`places` stretched over the box down to `height`, no axis more than 1.5 times as much as the other."""
    least = [min(p[axis] for p in places.values()) for axis in (0, 1)]
    most = [max(p[axis] for p in places.values()) for axis in (0, 1)]
    room = [SIDE - 2 * _MARGIN, height - 2 * _MARGIN]
    scales = [room[axis] / max(most[axis] - least[axis], 1e-9) for axis in (0, 1)]
    scales = [min(scale, 1.5 * min(scales)) for scale in scales]
    middle = [SIDE / 2, height / 2]

    def fit(point: Point, axis: int) -> float:
        return middle[axis] + (point[axis] - (least[axis] + most[axis]) / 2) * scales[axis]

    return {node: (fit(point, 0), fit(point, 1)) for node, point in places.items()}


def _rows(nodes: Sequence[int], top: float) -> dict[int, Point]:
    """Rows from the left, as square as the room below `top` allows."""
    if not nodes:
        return {}
    width, height = SIDE - 2 * _MARGIN, SIDE - _MARGIN - top
    columns = ceil(sqrt(len(nodes) * width / height))
    rows = ceil(len(nodes) / columns)
    return {
        node: (_MARGIN + (number % columns + 0.5) * width / columns, top + (number // columns + 0.5) * height / rows)
        for number, node in enumerate(nodes)
    }


def _apart(points: Mapping[int, Point], least: float) -> dict[int, Point]:
    """`points` inside the box and no two nearer than `least`, moved as little as will do."""
    now = {node: _inside(point) for node, point in points.items()}
    for _ in range(60):
        moved = False
        for u, v in list(_near(now, least)):
            x, y = now[u][0] - now[v][0], now[u][1] - now[v][1]
            distance = sqrt(x * x + y * y)
            if distance < least:
                moved = True
                if distance < 1e-6:
                    x, y, distance = 1.0, 1.0 if (u + v) % 2 else -1.0, sqrt(2.0)
                push = (least * 1.02 - distance) / 2 / distance
                now[u] = _inside((now[u][0] + x * push, now[u][1] + y * push))
                now[v] = _inside((now[v][0] - x * push, now[v][1] - y * push))
        if not moved:
            break
    return _placed(now, least)


def _inside(point: Point) -> Point:
    return min(max(point[0], _MARGIN), SIDE - _MARGIN), min(max(point[1], _MARGIN), SIDE - _MARGIN)


def _placed(points: Mapping[int, Point], least: float) -> dict[int, Point]:
    """Each node where it is if that is free, else at the nearest free spot of a lattice, of which there are enough."""
    cells: _Cells = defaultdict(list)
    placed: dict[int, Point] = {}
    room = least + 0.02  # for rounding to hundredths
    for node, wanted in sorted(points.items()):
        spot = next(spot for spot in _spots(wanted, least / 2) if _is_free(spot, room, cells, placed))
        placed[node] = spot
        cells[int(spot[0] // room), int(spot[1] // room)].append(node)
    return placed


def _spots(wanted: Point, step: float) -> Iterator[Point]:
    yield wanted
    for ring in range(1, ceil(SIDE / step) + 2):
        around = [(i, j) for i in range(-ring, ring + 1) for j in range(-ring, ring + 1) if max(abs(i), abs(j)) == ring]
        for i, j in sorted(around, key=lambda at: (at[0] * at[0] + at[1] * at[1], at)):
            spot = wanted[0] + i * step, wanted[1] + j * step
            if spot == _inside(spot):
                yield spot


def _is_free(spot: Point, room: float, cells: _Cells, placed: Mapping[int, Point]) -> bool:
    column, row = int(spot[0] // room), int(spot[1] // room)
    return all(
        (spot[0] - placed[n][0]) * (spot[0] - placed[n][0]) + (spot[1] - placed[n][1]) * (spot[1] - placed[n][1])
        >= room * room
        for i in (column - 1, column, column + 1)
        for j in (row - 1, row, row + 1)
        for n in cells.get((i, j), ())
    )
