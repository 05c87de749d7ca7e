"""The graph from afar: a bubble for each group of agents, a line for all that two groups say of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt

import networkx as nx

from converters.graph.build import Network
from converters.graph.drawing import (
    HEAD,
    LETTER,
    PAD,
    Group,
    Names,
    along,
    count,
    curve,
    frame,
    groups,
    hint,
    legend,
    names_of,
    number,
    path,
    sizes,
    whole_name,
    words,
)
from converters.graph.layout import Point, layout
from converters.graph.lettering import Box, Sheet, cut, plain, width

_MOST = 40
"""Groups that are drawn; the rest are counted."""
_LINES = 3
"""Lines between groups, for each of them on average."""
_APART = 34.0
_LONGEST = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bubble:
    """A group, where it stands, and what is written below it."""

    group: Group
    at: Point
    radius: float
    lines: tuple[str, ...]
    """The most connected, others, and the collection where there are several."""

    @property
    def half(self) -> float:
        """Half of what it is wide, with its name."""
        return max(self.radius, *(width(line) * LETTER / 2 for line in self.lines)) + _APART / 2

    @property
    def below(self) -> float:
        """How far it reaches down from its centre, with its words."""
        return self.radius + 6 + 15 * len(self.lines)


def overview(graph: Network) -> str:
    """`graph` as a picture of its groups; they carry the keys of their hubs as `data-key`."""
    names, all_ = names_of(graph), groups(graph)
    several = [group for group in all_ if len(group.agents) > 1]
    drawn = several[:_MOST]
    between = _between(graph, drawn)
    kept = sorted(between, key=lambda pair: (-sum(between[pair]), pair))[: _LINES * len(drawn)]
    bubbles = _bubbles(graph, drawn, kept)
    body, right, bottom = _sheet(bubbles, {pair: between[pair] for pair in kept}, names)
    notes = list(_notes(graph, all_, several[_MOST:], len(between) - len(kept)))
    keys, bottom = legend(list(_entries(notes)), bottom + PAD, right)
    return frame(
        graph,
        line=sizes(graph),
        description=" ".join([*_described(drawn, names), *(f"{note[:1].upper()}{note[1:]}." for note in notes)]),
        body=[*body, *keys],
        size=(right, bottom),
    )


def _between(graph: Network, drawn: Sequence[Group]) -> dict[tuple[int, int], tuple[int, int]]:
    """References between two groups, there and back, by their places, the smaller first."""
    home = {key: place for place, group in enumerate(drawn) for key in group.agents}
    counts: Counter[tuple[int, int]] = Counter()
    for u, v in graph.edges():
        one, other = home.get(u), home.get(v)
        if one is not None and other is not None and one != other:
            counts[one, other] += 1
    pairs = {(min(pair), max(pair)) for pair in counts}
    return {pair: (counts[pair], counts[pair[::-1]]) for pair in pairs}


def _bubbles(graph: Network, drawn: Sequence[Group], kept: Sequence[tuple[int, int]]) -> list[_Bubble]:
    sketch: Network = nx.MultiDiGraph()
    for group in drawn:
        sketch.add_node(group.hub, **graph.nodes[group.hub])
    sketch.add_edges_from((drawn[one].hub, drawn[other].hub) for one, other in kept)
    places, largest = layout(sketch), max((len(group.agents) for group in drawn), default=1)
    room = sqrt(max(len(drawn), 1)) / 1_000
    bubbles = [
        _Bubble(
            group=group,
            at=(places[group.hub][0] * room * 210, places[group.hub][1] * room * 150),
            radius=14 + 56 * sqrt(len(group.agents) / largest),
            lines=_lines(graph, group),
        )
        for group in drawn
    ]
    return _apart(bubbles)


def _lines(graph: Network, group: Group) -> tuple[str, ...]:
    facts = [graph.nodes[key] for key in group.agents]
    titles = [plain(str(each["title"])) or plain(key) for key, each in zip(group.agents, facts, strict=True)]
    homes = Counter(plain(str(each["collection"])) for each in facts).most_common()
    home = [f"{homes[0][0] or '(none)'}{f' and {len(homes) - 1} more' if len(homes) > 1 else ''}"]
    several = len({str(each["collection"]) for _, each in graph.nodes(data=True)}) > 1
    said = [titles[0], ", ".join(titles[1:3]), *(home if several else [])]
    return tuple(cut(line, _LONGEST + 3 * bool(place)) for place, line in enumerate(said))


def _apart(bubbles: Sequence[_Bubble]) -> list[_Bubble]:
    """`bubbles` moved as little as will do until none covers another or its words."""
    sunk = [(bubble.below - bubble.radius) / 2 for bubble in bubbles]
    tall = [(bubble.below + bubble.radius + _APART) / 2 for bubble in bubbles]
    middles = [(bubble.at[0], bubble.at[1] + down) for bubble, down in zip(bubbles, sunk, strict=True)]
    for _ in range(1_000):
        moved = False
        for one, other in combinations(range(len(bubbles)), 2):
            (x, y), (u, v) = middles[one], middles[other]
            across = bubbles[one].half + bubbles[other].half - abs(u - x)
            down = tall[one] + tall[other] - abs(v - y)
            if min(across, down) > 0.1:
                moved = True
                aside = (across / 2 if u >= x else -across / 2) if across < down else 0.0
                under = 0.0 if across < down else (down / 2 if v >= y else -down / 2)
                middles[one], middles[other] = (x - aside, y - under), (u + aside, v + under)
        if not moved:
            break
    return [replace(bubble, at=(x, y - down)) for bubble, (x, y), down in zip(bubbles, middles, sunk, strict=True)]


def _sheet(
    bubbles: Sequence[_Bubble], kept: Mapping[tuple[int, int], tuple[int, int]], names: Names
) -> tuple[list[str], float, float]:
    """The drawing, its width, and where it ends."""
    left = min((bubble.at[0] - bubble.half for bubble in bubbles), default=0.0)
    right = max((bubble.at[0] + bubble.half for bubble in bubbles), default=0.0)
    top = min((bubble.at[1] - bubble.radius for bubble in bubbles), default=0.0)
    bottom = max((bubble.at[1] + bubble.below for bubble in bubbles), default=0.0)
    parts = [f'<g transform="translate({number(PAD - left)} {number(HEAD + PAD - top)})">']
    most = max(map(sum, kept.values()), default=1)
    sheet, lines = Sheet(), []
    for bubble in bubbles:
        sheet.take(_covered(bubble))
    for (one, other), (there, back) in kept.items():
        u, v = bubbles[one], bubbles[other]
        arc = curve(u.at, v.at, (u.radius, v.radius), 0.06)
        lines.append(
            f'<path class="edge tie" d="{path(arc)}" stroke-width="{0.8 + 9 * sqrt((there + back) / most):.1f}" '
            f'opacity="0.35" data-source="{names[u.group.hub].id}" data-target="{names[v.group.hub].id}">'
            f"{hint(*_told(u, v, there, names), *_told(v, u, back, names))}</path>"
        )
        spot = list(along(arc))
        x, y = spot[len(spot) // 2]
        half = width(f"{there + back:,}") * LETTER / 2 + 2
        box = (x - half, y - 7, x + half, y + 8)
        if len(lines) <= 2 * len(bubbles) and sheet.best([box]) == 0:
            sheet.take(box)
            parts.append(words((x, y + 4), f"{there + back:,}", "soft name", "middle"))
    numbers, parts = parts[1:], parts[:1]
    return (
        [*parts, *lines, *numbers, *map(_drawn, bubbles, [names] * len(bubbles)), "</g>"],
        max(right - left + 2 * PAD, 720.0),
        HEAD + PAD + bottom - top,
    )


def _covered(bubble: _Bubble) -> Box:
    (x, y), r = bubble.at, bubble.radius
    half = bubble.half - _APART / 2
    return x - half, y - r, x + half, y + bubble.below


def _drawn(bubble: _Bubble, names: Names) -> str:
    (x, y), group = bubble.at, bubble.group
    shown = [names[key].title for key in group.agents[:20]]
    more = [f"and {len(group.agents) - 20:,} more"] if len(group.agents) > 20 else []
    missing = [count(len(group.missing), "missing agent")] if group.missing else []
    size = f"{len(group.agents):,}"
    written = "".join(
        words((x, y + bubble.radius + 16 + 15 * row), line, "name soft" if row else "name hub", "middle")
        for row, line in enumerate(bubble.lines)
    )
    return (
        f'<g class="node" data-key="{names[group.hub].id}">'
        f"{hint(count(len(group.agents), 'agent'), *missing, *shown, *more)}"
        f'<circle class="dot {group.colour}" cx="{number(x)}" cy="{number(y)}" r="{number(bubble.radius)}"/>'
        f"{words((x, y + 4), size, 'count hub')}"
        f"{written}</g>"
    )


def _told(one: _Bubble, other: _Bubble, references: int, names: Names) -> list[str]:
    ends = f"{names[one.group.hub].title} … → {names[other.group.hub].title} …"
    return [f"{ends}: {count(references, 'reference')}"] if references else []


def _notes(graph: Network, all_: Sequence[Group], small: Sequence[Group], weak: int) -> Iterator[str]:
    """What is not drawn."""
    if small:
        yield f"{count(len(small), 'smaller group')} of {count(sum(len(g.agents) for g in small), 'agent')} not drawn"
    if alone := sum(len(group.agents) == 1 for group in all_):
        yield f"{count(alone, 'agent')} tied to no other not drawn"
    if weak:
        yield f"{count(weak, 'weaker tie')} between groups not drawn"
    if missing := sum(facts["kind"] == "missing" for _, facts in graph.nodes(data=True)):
        yield f"{count(missing, 'missing agent')} counted with those who name them"


def _entries(notes: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield '<circle class="dot cx" r="7"/>', "agents that work together, their number, and the most connected"
    yield '<path class="edge tie" d="M-9 0 9 0" stroke-width="5" opacity="0.5"/>', "references between two groups"
    for note in notes:
        yield '<circle class="cx" r="2"/>', note


def _described(drawn: Sequence[Group], names: Names) -> Iterator[str]:
    if drawn:
        said = "; ".join(whole_name(group, names) for group in drawn[:12])
        yield f"Groups that work together, the largest first: {said}."
    else:
        yield "No agents work together."
