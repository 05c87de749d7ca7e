"""Drawing: what all our pictures of the graph share, from the sheet of paper to the arrow."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import escape

from converters.graph.analyse import communities
from converters.graph.build import Network
from converters.graph.export import attribute, called, ids_of
from converters.graph.layout import Point
from converters.graph.lettering import cut, plain, width

LIGHT = ("#076eb5", "#ac3a00", "#098d63", "#b5579b", "#ad7902", "#3f2a8c", "#4197d6", "#6b3d1e")
DARK = ("#428fc5", "#f0813a", "#2fc79a", "#e59ccb", "#f2d24b", "#a99bff", "#a3dfff", "#b08a66")
"""Colours of the largest groups, told apart under each kind of colour blindness too; other groups are grey."""

TITLE = "Who works with whom"
PAD = 28.0
LETTER = 12.0
LINE = 20.0
COLUMN = 214.0
HEAD = 78.0
"""Height of the title and the line below it."""

_GREYS = ("#6b7375", "#98a3a6")
_LOOKS = """\
{id} text{{font:12px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif;fill:#1c2426}}
{id} .paper{{fill:#fbfaf7}}
{id} .head{{font-size:20px;font-weight:600}}
{id} .soft{{fill:#535e61}}
{id} .name{{paint-order:stroke;stroke:#fbfaf7;stroke-width:3px;stroke-linejoin:round}}
{id} .hub{{font-weight:600}}
{heads}
{id} .tie{{fill:none;stroke:#8d8778}}
{id} .edge:hover{{opacity:1;stroke-width:3px}}
{id} .dot{{stroke:#fbfaf7;stroke-width:1.5px}}
{id} .gone .dot{{fill:#fbfaf7;stroke-width:1.6px;stroke-dasharray:3 2.4}}
{id} .gone .name{{font-style:italic;fill:#535e61}}
{id} .rule{{stroke:#e2dccf}}
{id} .count{{fill:#fff;text-anchor:middle}}
{light}
@media (prefers-color-scheme:dark){{
{id} text{{fill:#e6ebea}}
{id} .paper{{fill:#14191c}}
{id} .soft,{id} .gone .name{{fill:#a7b4b6}}
{id} .name{{stroke:#14191c}}
{id} .dot{{stroke:#14191c}}
{id} .gone .dot{{fill:#14191c}}
{id} .rule{{stroke:#2c373b}}
{id} .tie{{stroke:#77878c}}
{id} .count{{fill:#14191c}}
{dark}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Agents that are tied more to each other than to the rest."""

    colour: str
    """The class of its marks, `c0` for the largest group; `cx` where colours have run out and for those alone."""
    hub: str
    """The member with most references."""
    agents: tuple[str, ...]
    """Those with most references first."""
    missing: tuple[str, ...]
    """The missing agents that one of them was the first to name."""


def groups(graph: Network) -> tuple[Group, ...]:
    """The groups of `graph`, the largest first; who is tied to nobody that exists is a group alone."""
    found = communities(graph)
    home = {key: place for place, keys in enumerate(found) for key in keys}
    missing: defaultdict[int, list[str]] = defaultdict(list)
    for key in sorted(key for key in graph if key not in home):
        speakers = [other for other in graph.predecessors(key) if other in home]
        if speakers:
            missing[home[min(speakers)]].append(key)
    made = []
    for place, keys in enumerate(found):
        agents = tuple(sorted(keys, key=lambda key: (-graph.degree(key), key)))
        colour = f"c{place}" if place < len(LIGHT) and len(keys) > 1 else "cx"
        made.append(Group(colour=colour, hub=agents[0], agents=agents, missing=tuple(missing[place])))
    return tuple(made)


class Name(NamedTuple):
    """What a node is called."""

    title: str
    """For people, on one line."""
    id: str
    """For programs, its key, escaped for an attribute in double quotes."""


Names: TypeAlias = Mapping[str, Name]


def names_of(graph: Network) -> Names:
    """The nodes' names by their keys; no two are alike."""
    ids = ids_of(graph)
    return {key: Name(plain(title), attribute(ids[key])) for key, title in called(graph).items()}


def whole_name(group: Group, names: Names, most: float = inf) -> str:
    """A group by its hub, `Harbour Master and 9 others`; the hub's name is cut to `most` sizes of letters."""
    return f"{cut(names[group.hub].title, most)} and {count(len(group.agents) - 1, 'other')}"


def count(number: int, noun: str) -> str:
    """`1 agent`, `2,000 agents`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def sizes(graph: Network) -> str:
    """How much there is to see, in one line."""
    missing = sum(facts["kind"] == "missing" for _, facts in graph.nodes(data=True))
    said = [count(len(graph) - missing, "agent"), count(graph.number_of_edges(), "reference")]
    return ", ".join([*said, count(missing, "missing agent")] if missing else said)


def number(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{round(value, 1):g}"


def words(at: Point, text: str, looks: str = "", anchor: str = "") -> str:
    """`text` at a place; `looks` are its classes."""
    classes = f' class="{looks}"' if looks else ""
    stands = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{number(at[0])}" y="{number(at[1])}"{classes}{stands}>{escape(text)}</text>'


def hint(*lines: str) -> str:
    """A tooltip of several lines, each put on one line and cut where it is very long."""
    return f"<title>{escape(chr(10).join(cut(plain(line), 120) for line in lines))}</title>"


def curve(start: Point, end: Point, room: tuple[float, float], bend: float = 0.14) -> list[Point]:
    """Start, control point and end of an arc to the right of the straight way, `room` away from either centre."""
    x, y = end[0] - start[0], end[1] - start[1]
    length = sqrt(x * x + y * y) or 1.0
    away = min(bend * length, 46.0) / length
    middle = ((start[0] + end[0]) / 2 - y * away, (start[1] + end[1]) / 2 + x * away)
    return [_towards(start, middle, room[0]), middle, _towards(end, middle, room[1])]


def _towards(start: Point, end: Point, far: float) -> Point:
    x, y = end[0] - start[0], end[1] - start[1]
    length = sqrt(x * x + y * y) or 1.0
    part = min(far / length, 0.9)
    return start[0] + x * part, start[1] + y * part


def path(points: Sequence[Point]) -> str:
    """The `d` of an arc."""
    (a, b), (c, d), (e, f) = points
    return f"M{number(a)} {number(b)}Q{number(c)} {number(d)} {number(e)} {number(f)}"


def along(points: Sequence[Point], step: float = 12.0) -> Iterable[Point]:
    """Places on an arc, about `step` apart."""
    (a, b), (c, d), (e, f) = points
    pieces = max(2, int((abs(e - a) + abs(f - b)) / step))
    for piece in range(pieces + 1):
        t = piece / pieces
        u = 1 - t
        yield u * u * a + 2 * u * t * c + t * t * e, u * u * b + 2 * u * t * d + t * t * f


def legend(entries: Sequence[tuple[str, str]], top: float, right: float) -> tuple[list[str], float]:
    """Marks and what they mean in rows from the left, and where the next row would stand.

    A mark is drawn in a box of 22 by 16 around its own origin.
    """
    parts = [f'<path class="rule" d="M{number(PAD)} {number(top)}H{number(right - PAD)}"/>']
    wide = max((34 + width(text) * LETTER for _, text in entries), default=1.0)
    columns = max(1, int((right - 2 * PAD) // wide))
    y = top + 28
    for place, (mark, text) in enumerate(entries):
        x, y = PAD + place % columns * wide, top + 28 + place // columns * LINE
        parts.append(f'<g transform="translate({number(x + 9)} {number(y - 4)})">{mark}</g>')
        parts.append(words((x + 26, y), text, "soft"))
    return parts, y + PAD


def frame(graph: Network, *, line: str, description: str, body: Sequence[str], size: Point) -> str:
    """The whole file: `body` on paper of `size`, below the title and a line."""
    id_ = _id(graph)
    wide, high = ceil(size[0]), ceil(size[1])
    classes = [*(f"c{place}" for place in range(len(LIGHT))), "cx"]
    looks = _LOOKS.format(
        id=f"#{id_}",
        light=_colours(f"#{id_}", (*LIGHT, _GREYS[0])),
        dark=_colours(f"#{id_}", (*DARK, _GREYS[1])),
        heads="\n".join(f"#{id_} .edge.{name}{{marker-end:url(#{id_}-{name})}}" for name in classes),
    )
    heads = "\n".join(
        f'<marker id="{id_}-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="{name}" d="M0 1 8 4 0 7z"/></marker>'
        for name in classes
    )
    room = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    told = f'aria-labelledby="{id_}-title {id_}-desc"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{id_}" {room} role="img" {told}>',
            f'<title id="{id_}-title">{TITLE}</title>',
            f'<desc id="{id_}-desc">{escape(description)}</desc>',
            f"<style>\n{looks}</style>",
            f"<defs>\n{heads}\n</defs>",
            f'<rect class="paper" width="{wide}" height="{high}" rx="10"/>',
            words((PAD, 42), TITLE, "head"),
            words((PAD, 63), line, "soft"),
            *body,
            "</svg>\n",
        ]
    )


def _id(graph: Network) -> str:
    """A name for the file's root, so that two pictures on one page do not dress each other."""
    seen = hashlib.sha256()
    for end in (*graph, *(end for pair in graph.edges() for end in pair)):
        seen.update(end.encode("utf-8", "surrogatepass") + b"\0")
    return f"agents-{seen.hexdigest()[:10]}"


def _colours(id_: str, colours: Sequence[str]) -> str:
    named = {**{f"c{place}": colour for place, colour in enumerate(colours[:-1])}, "cx": colours[-1]}
    return "\n".join(
        f"{id_} .{name}{{fill:{colour}}}{id_} .edge.{name},{id_} .gone.{name} .dot{{stroke:{colour}}}"
        f"{id_} .edge.{name}{{fill:none}}"
        for name, colour in named.items()
    )
