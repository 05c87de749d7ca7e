"""A picture of the graph: one SVG that stands alone, for readmes and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, TypeAlias

import networkx as nx

from converters.graph.build import Network
from converters.graph.drawing import (
    COLUMN,
    HEAD,
    LETTER,
    LINE,
    PAD,
    Group,
    Name,
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
from converters.graph.overview import overview

MANY = 500
"""Nodes up to which each is drawn; beyond, their groups are."""

_WIDE, _HIGH = 135.0, 92.0
"""Room for a node and its label, on average."""
_LONGEST = 17.0
"""Of a label, in sizes of its letters."""
_Pairs: TypeAlias = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """A node that is tied to others, where it stands and how it looks."""

    key: str
    name: Name
    at: Point
    radius: float
    ties: int
    """With how many others."""
    colour: str
    is_hub: bool

    @property
    def box(self) -> Box:
        """What the circle covers."""
        (x, y), r = self.at, self.radius + 1
        return x - r, y - r, x + r, y + r


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """A title that found room."""

    text: str
    at: Point
    anchor: str
    box: Box


def to_svg(graph: Network) -> str:
    """The graph as a picture: an SVG that needs no script, no font and no other file, and describes itself.

    Each agent is a circle in the colour of its group, each ordered pair of agents one arrow. Circles and arrows say all
    there is to say in tooltips, for labels that find no room are left out, those of the least connected first. Circles
    carry their keys as `data-key`, arrows as `data-source` and `data-target`. Of more than `MANY` nodes only the groups
    are drawn, and all references between two of them as one line.
    """
    if len(graph) > MANY:
        return overview(graph)
    names, pairs = names_of(graph), _pairs(graph)
    tied, alone = _parted(graph, pairs)
    crowd = groups(tied)
    crowded, right, bottom = _crowd(tied, crowd, names, pairs)
    listed, bottom = _alone(alone, names, right, bottom)
    keys, bottom = legend(list(_entries(tied, crowd, names)), bottom + PAD, right)
    return frame(
        graph,
        line=sizes(graph),
        description=" ".join(_described(tied, crowd, names, alone)),
        body=[*crowded, *listed, *keys],
        size=(right, bottom),
    )


def _pairs(graph: Network) -> _Pairs:
    """What one agent says of another, by both; no agent is a pair with itself."""
    pairs: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for u, v, facts in graph.edges(data=True):
        if u != v:
            pairs.setdefault((u, v), []).append(facts)
    return pairs


def _parted(graph: Network, pairs: _Pairs) -> tuple[Network, list[str]]:
    """The part whose nodes are tied, and the keys of the rest."""
    ends = {end for pair in pairs for end in pair}
    tied: Network = nx.MultiDiGraph()
    tied.add_nodes_from((key, facts) for key, facts in graph.nodes(data=True) if key in ends)
    tied.add_edges_from((u, v, facts) for (u, v), said in pairs.items() for facts in said)
    return tied, [key for key in graph if key not in ends]


# --- those with ties -----------------------------------------------------------------------------


def _crowd(tied: Network, crowd: Sequence[Group], names: Names, pairs: _Pairs) -> tuple[list[str], float, float]:
    """The circles, arrows and labels, the width of the sheet, and where they end."""
    spots = _spots(tied, crowd, names)
    arcs = {(u, v): curve(spots[u].at, spots[v].at, (spots[u].radius, spots[v].radius + 3)) for u, v in pairs}
    labels = _labels(spots, arcs.values())
    boxes = [spot.box for spot in spots.values()] + [label.box for label in labels.values()]
    left, top = min((box[0] for box in boxes), default=0.0), min((box[1] for box in boxes), default=0.0)
    right, bottom = max((box[2] for box in boxes), default=0.0), max((box[3] for box in boxes), default=0.0)
    sheet = max(right - left + 2 * PAD, 3 * COLUMN + 2 * PAD)
    aside = (sheet - (right - left)) / 2 - left
    near = {pair: spots[pair[0]].colour == spots[pair[1]].colour for pair in pairs}
    clear = min(0.75, max(0.3, 0.95 / sqrt(max(len(pairs) / max(len(spots), 1), 1))))
    parts = [f'<g transform="translate({number(aside)} {number(HEAD + PAD - top)})">']
    for u, v in sorted(pairs, key=lambda pair: (near[pair], pair)):
        colour, opacity = (spots[u].colour, clear) if near[u, v] else ("cx", clear * 0.7)
        parts.append(
            f'<path class="edge {colour}" d="{path(arcs[u, v])}" opacity="{opacity:.2f}" '
            f'stroke-width="{min(3.0, 0.8 + 0.4 * len(pairs[u, v])):.1f}" '
            f'data-source="{names[u].id}" data-target="{names[v].id}">'
            f"{hint(f'{names[u].title} → {names[v].title}', *map(_told, pairs[u, v]))}</path>"
        )
    upwards = sorted(spots.values(), key=lambda spot: (spot.ties, spot.key))
    parts += [_node(spot, tied.nodes[spot.key], labels.get(spot.key)) for spot in upwards]
    return [*parts, "</g>"], sheet, HEAD + PAD + bottom - top


def _spots(tied: Network, crowd: Sequence[Group], names: Names) -> dict[str, _Spot]:
    across, down = (max(380.0, each * sqrt(len(tied))) / 1_000 for each in (_WIDE, _HIGH))
    colours = {key: group.colour for group in crowd for key in (*group.agents, *group.missing)}
    ties = {key: len({*tied.successors(key), *tied.predecessors(key)}) for key in tied}
    hubs = sorted((key for key in ties if ties[key] > 2), key=lambda key: (-ties[key], key))[: ceil(len(ties) / 12)]
    return {
        key: _Spot(
            key=key,
            name=names[key],
            at=(x * across, y * down),
            radius=min(17.0, 4 + 1.7 * sqrt(ties[key])),
            ties=ties[key],
            colour=colours[key],
            is_hub=key in hubs,
        )
        for key, (x, y) in layout(tied).items()
    }


def _labels(spots: Mapping[str, _Spot], arcs: Iterable[Sequence[Point]]) -> dict[str, _Label]:
    """Where labels find room, the most connected first; those of hubs may cover a circle, but no label."""
    clear, crowded = Sheet(), Sheet()
    for spot in spots.values():
        clear.take(spot.box)
        crowded.cross([spot.at] * 20)
    for arc in arcs:
        clear.cross(along(arc))
    labels = {}
    for key, spot in sorted(spots.items(), key=lambda item: (-item[1].ties, item[0])):
        around = _around(spot)
        boxes = [label.box for label in around]
        best = clear.best(boxes)
        if best is None and spot.is_hub:
            best = crowded.best(boxes)
        if best is not None:
            labels[key] = around[best]
            clear.take(boxes[best])
            crowded.take(boxes[best])
    return labels


def _around(spot: _Spot) -> list[_Label]:
    """Places for its label, good ones first."""
    text = cut(spot.name.title, _LONGEST)
    wide, (x, y), r = width(text) * LETTER * (1.06 if spot.is_hub else 1.0), spot.at, spot.radius
    slant = r * 0.7 + 2
    places = (
        ("start", x + r + 4, y + 4), ("middle", x, y + r + 14), ("end", x - r - 4, y + 4), ("middle", x, y - r - 6),
        ("start", x + slant, y + slant + 9), ("end", x - slant, y + slant + 9), ("start", x + slant, y - slant - 2),
        ("end", x - slant, y - slant - 2), ("middle", x, y + r + 27), ("middle", x, y - r - 19),
    )  # fmt: skip
    before = {"start": 0.0, "middle": wide / 2, "end": wide}
    return [
        _Label(
            text=text,
            at=(at, base),
            anchor=anchor,
            box=(at - before[anchor] - 2, base - 11, at - before[anchor] + wide + 2, base + 4),
        )
        for anchor, at, base in places
    ]


def _node(spot: _Spot, facts: Mapping[str, Any], label: _Label | None) -> str:
    if gone := facts["kind"] == "missing":
        hints = ", ".join(map(str, facts["suggestions"]))
        told = ["Missing: named, but nobody answers.", *([f"Did you mean {hints}?"] if hints else [])]
    else:
        told = [spot.key, *([str(facts["summary"])] if facts["summary"] else [])]
    looks = "name hub" if spot.is_hub else "name"
    text = words(label.at, label.text, looks, label.anchor) if label else ""
    (x, y), r = spot.at, spot.radius
    return (
        f'<g class="node {"gone " if gone else ""}{spot.colour}" data-key="{spot.name.id}">'
        f"{hint(spot.name.title, *told)}"
        f'<circle class="dot" cx="{number(x)}" cy="{number(y)}" r="{number(r)}"/>{text}</g>'
    )


def _told(facts: Mapping[str, Any]) -> str:
    """A reference in words: `hands off to: the berth plan`."""
    relation, about = str(facts["relation"]).replace("_", " "), plain(str(facts.get("about") or ""))
    return f"{relation}: {about}" if about else relation


# --- those without, and the words around ---------------------------------------------------------


def _alone(alone: Sequence[str], names: Names, right: float, bottom: float) -> tuple[list[str], float]:
    """The agents without ties, in columns read downwards."""
    if not alone:
        return [], bottom
    columns = int((right - 2 * PAD) // COLUMN)
    wide = (right - 2 * PAD) / columns
    rows = ceil(len(alone) / columns)
    top = bottom + 48
    parts = [words((PAD, top), f"Named by nobody, naming nobody ({len(alone)})", "soft hub")]
    for place, key in enumerate(sorted(alone, key=lambda key: (names[key].title.casefold(), key))):
        x, y = PAD + place // rows * wide, top + 22 + place % rows * LINE
        parts.append(
            f'<g class="node cx" data-key="{names[key].id}">{hint(names[key].title, key)}'
            f'<circle class="dot" cx="{number(x + 5)}" cy="{number(y - 4)}" r="4"/>'
            f"{words((x + 16, y), cut(names[key].title, (wide - 28) / LETTER))}</g>"
        )
    return parts, top + 22 + (rows - 1) * LINE


def _entries(tied: Network, crowd: Sequence[Group], names: Names) -> Iterator[tuple[str, str]]:
    for group in crowd:
        if group.colour != "cx":
            yield f'<circle class="dot {group.colour}" r="6"/>', whole_name(group, names, 14)
    if any(group.colour == "cx" for group in crowd):
        yield '<circle class="dot cx" r="6"/>', "in a small group or none"
    if any(group.missing for group in crowd):
        yield '<g class="gone cx"><circle class="dot" r="6"/></g>', "missing: named, but nobody answers"
    if tied:
        yield '<path class="edge cx" d="M-9 0 9 0"/>', "speaks of the other; hover for what it says"
        yield '<circle class="dot cx" cx="-5" r="3"/><circle class="dot cx" cx="5" r="6"/>', "tied to few, to many"


def _described(tied: Network, crowd: Sequence[Group], names: Names, alone: Sequence[str]) -> Iterator[str]:
    named = [group for group in crowd if len(group.agents) > 1]
    if named:
        said = "; ".join(whole_name(group, names) for group in named[:8])
        yield f"Groups that work together: {said}{'; and smaller ones' if len(named) > 8 else ''}."
    gone = [names[key].title for key, facts in tied.nodes(data=True) if facts["kind"] == "missing"]
    if gone:
        yield f"Missing: {', '.join(gone[:12])}{f' and {len(gone) - 12} more' if len(gone) > 12 else ''}."
    if alone:
        yield f"{count(len(alone), 'agent')} without ties."
    if not tied and not alone:
        yield "There are no agents."
