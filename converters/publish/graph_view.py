"""The collaboration graph on the site: its document, its page with a list of the same, and the map the page draws."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import networkx as nx

from converters.graph.analyse import HANDING_ON
from converters.graph.drawing import DARK, LIGHT
from converters.graph.roles import Candidate, Profiles

from . import api, atlas, words
from .atlas import Atlas, Island, Network
from .late import fingerprint
from .pages import Card, Pages, Tie, evidence
from .press import Asset, Press

MANY = 500
"""Agents up to which the list tells every statement; beyond, each agent's page does."""
_QUOTED = ("about", "when", "evidence")
"""An agent's own words, which are shown only where its prompt is."""
_TOLD = ("relation", "about", "when", "resolution", "confidence")
_BOX = 1_000.0
_NEAREST = 5
"""Other islands that the list names with each."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The graph as it may be published, and where all of it stands."""

    network: Network
    atlas: Atlas


@lru_cache(maxsize=1)
def chart(pages: Pages) -> Chart:
    """The chart of one catalogue; it is asked for by several pages of a build, and worked out once."""
    network = _shown(pages)
    found = atlas.islands(network)
    said = fingerprint([(i.name, i.kind, i.nodes) for i in found], list(network.edges()))
    drawn = pages.catalogue.memory.recall("atlas", said, lambda: atlas.draw(network, found))
    return Chart(network, atlas.read(found, drawn))


def _shown(pages: Pages) -> Network:
    """The part of the graph that may be published, in a stable order; no words of whose prompt may not be shown."""
    catalogue = pages.catalogue
    whole, agents = catalogue.network, catalogue.agents
    found: Network = nx.MultiDiGraph()
    found.add_nodes_from((key, whole.nodes[key]) for key in agents if key in whole)
    edges = [
        (key, end, said if catalogue.publish(key) == "full" else {**said, **dict.fromkeys(_QUOTED)})
        for key in agents
        for end, said in catalogue.edges(key)
        if end in agents or end.startswith("?")
    ]
    found.add_nodes_from((node, whole.nodes[node]) for node in sorted({v for _, v, _ in edges if v.startswith("?")}))
    found.add_edges_from(edges)
    return found


# --- the document ------------------------------------------------------------------------------------


def document(pages: Pages) -> dict[str, Any]:
    """`api/graph.json`: networkx node-link, with a place, a community and an address for each node."""
    drawn = chart(pages)
    groups = [island for island in drawn.atlas.islands if island.kind == "group"]
    home = {key: place for place, island in enumerate(groups) for key in island.nodes}
    places, degree = _boxed(drawn.atlas.places), dict(drawn.network.degree())
    return {
        "schema_version": api.VERSION,
        "directed": True,
        "multigraph": True,
        "graph": {},
        "relations": {name: said[0] for name, said in words.RELATIONS.items()},
        "communities": [{"name": island.name, "agents": len(island.agents)} for island in groups],
        "nodes": [
            {
                "id": node,
                "x": places[node][0],
                "y": places[node][1],
                "degree": degree[node],
                **_node(pages, drawn.network, node),
                **({"community": home[node]} if node in home else {}),
            }
            for node in drawn.network
        ],
        "edges": [_edge(u, v, said) for u, v, said in drawn.network.edges(data=True)],
    }


def _node(pages: Pages, network: Network, node: str) -> dict[str, Any]:
    """What a node is, without its place."""
    card = pages.cards.get(node)
    found: dict[str, Any]
    if card is None:
        found = {"kind": "missing", "title": _name(node), "collection": node.lstrip("?").partition("/")[0]}
        if names := [title for title, _ in pages.suggestions(node)]:
            found["suggestions"] = names
        if network.nodes[node].get("doubtful"):
            found["doubtful"] = True
    else:
        found = {"kind": "agent", "title": card.title, "collection": card.collection, "url": card.href}
        if card.categories:
            found["category"] = card.categories[0]
    return found


def _edge(source: str, target: str, said: Mapping[str, Any]) -> dict[str, Any]:
    found = {"source": source, "target": target}
    found |= {name: text for name in _TOLD if (text := said.get(name))}
    return found | ({"evidence": quoted} if (quoted := evidence(said)) else {})


def _name(missing: str) -> str:
    return missing.rpartition("/")[2].lstrip("?")


def _boxed(places: Mapping[str, atlas.Point]) -> dict[str, atlas.Point]:
    """The map shrunk or stretched into a box of 1,000 by 1,000, its shape kept."""
    xs, ys = [x for x, _ in places.values()] or [0.0], [y for _, y in places.values()] or [0.0]
    scale = _BOX / max(max(xs) - min(xs), max(ys) - min(ys), atlas.STEP)
    left, top = (min(xs) + max(xs) - _BOX / scale) / 2, (min(ys) + max(ys) - _BOX / scale) / 2
    return {node: (round((x - left) * scale, 1), round((y - top) * scale, 1)) for node, (x, y) in places.items()}


# --- the page and its list ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An agent in the list."""

    card: Card
    ties: tuple[tuple[str, tuple[Tie, ...]], ...]
    """Each relation in words, and whom it is to; empty where the agent's own page has to tell."""
    names: int
    """How many others it names."""
    named_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One island in the list."""

    island: Island
    title: str
    """The island's name with a capital."""
    agents: tuple[Listed, ...]
    near: tuple[tuple[str, int], ...]
    """The islands it has most to do with, and how many references there are between them."""


def facts(press: Press) -> dict[str, Any]:
    """What `graph.html` lays out."""
    drawn = chart(press.made)
    found = drawn.atlas.islands
    ties = atlas.between(drawn.network, found)
    missing = sum(node.startswith("?") for node in drawn.network)
    alone = [island for island in found if island.kind == "alone"]
    return {
        "chapters": [
            Chapter(
                island=island,
                title=island.name[:1].upper() + island.name[1:],
                agents=tuple(_listed(press.made, drawn.network, island)),
                near=_near(found, ties, place),
            )
            for place, island in enumerate(found)
            if island.kind != "alone"
        ],
        "many": len(drawn.network) - missing > MANY,
        "alone": [press.made.cards[key] for island in alone for key in island.agents],
        "count": {
            "agents": len(drawn.network) - missing,
            "missing": missing,
            "ties": drawn.network.number_of_edges(),
            "to_nobody": sum(end.startswith("?") for _, end in drawn.network.edges()),
            "communities": sum(island.kind == "group" for island in found),
            "relations": len({_relation(said) for *_, said in drawn.network.edges(data=True)}),
            "collections": len({card.collection for card in press.made.cards.values()}),
        },
    }


def _listed(pages: Pages, network: Network, island: Island) -> Iterator[Listed]:
    for key in island.agents:
        ties: dict[str, list[Tie]] = {}
        if len(pages.cards) <= MANY:
            for tie in pages.ties(key):
                ties.setdefault(tie.words, []).append(tie)
        yield Listed(
            card=pages.cards[key],
            ties=tuple((said, tuple({t.key or t.label: t for t in some}.values())) for said, some in ties.items()),
            names=len(network.succ[key]),
            named_by=len(network.pred[key]),
        )


def _near(found: Sequence[Island], ties: Mapping[tuple[int, int], int], place: int) -> tuple[tuple[str, int], ...]:
    near = [(count, sum(pair) - place) for pair, count in ties.items() if place in pair]
    return tuple((found[other].name, count) for count, other in sorted(near, key=lambda n: (-n[0], n[1]))[:_NEAREST])


# --- the map -----------------------------------------------------------------------------------------


def assets(press: Press) -> Iterator[Asset]:
    """The files of the graph: the whole, and what its page draws."""
    yield Asset("api/graph.json", api.dump(document(press.made)))
    yield Asset("api/graph-map.json", api.dump(map_document(press.made)))


def map_document(pages: Pages) -> dict[str, Any]:
    """`api/graph-map.json`: what the page draws, in columns.

    Agents stand before missing ones. The ties of one agent stand together, in the order in which
    `works_with` of its own document tells them, and those to one agent in that of its `named_by`.
    `choices` tells whom else a tie that hands work on may mean, by tie.
    """
    drawn = chart(pages)
    network, found = drawn.network, drawn.atlas.islands
    numbers = {node: number for number, node in enumerate(network)}
    home = {key: place for place, island in enumerate(found) for key in island.nodes}
    edges = list(network.edges(data=True))
    relations = [name for name, _ in Counter(_relation(said) for *_, said in edges).most_common()]
    relation = {name: number for number, name in enumerate(relations)}
    profiles = Profiles(network)
    missing = [node for node in network if node.startswith("?")]
    collections = {card.collection: card.collection_title for card in pages.cards.values()}
    return {
        "schema_version": api.VERSION,
        "palette": {"light": LIGHT, "dark": DARK},
        "step": atlas.STEP,
        "relations": [[name, words.relation(name), words.relation(name, incoming=True)] for name in relations],
        "handing_on": [number for name, number in relation.items() if name in HANDING_ON],
        "collections": sorted(collections.items()),
        "islands": [
            [island.name, island.kind, *island.at, island.radius, island.colour, len(island.agents), island.shape]
            for island in found
        ],
        "agents": len(network) - len(missing),
        "keys": list(network),
        "titles": [pages.cards[node].title if node in pages.cards else _name(node) for node in network],
        "home": [home[node] for node in network],
        "x": [drawn.atlas.places[node][0] for node in network],
        "y": [drawn.atlas.places[node][1] for node in network],
        "from": [numbers[u] for u, *_ in edges],
        "to": [numbers[v] for _, v, _ in edges],
        "relation": [relation[_relation(said)] for *_, said in edges],
        "choices": {
            str(number): others
            for number, (_, v, said) in enumerate(edges)
            if said.get("relation") in HANDING_ON and (others := _others(v, said, numbers))
        },
        "missing": [
            {
                "doubtful": bool(network.nodes[node].get("doubtful")),
                "candidates": [_candidate(one, numbers) for one in profiles.candidates(node) if one.agent in numbers],
            }
            for node in missing
        ],
    }


def _relation(said: Mapping[str, Any]) -> str:
    return str(said.get("relation") or "collaborates_with")


def _others(target: str, said: Mapping[str, Any], numbers: Mapping[str, int]) -> list[int]:
    """Whom else a name may mean, the nearest first; nobody else where it means nobody."""
    if target.startswith("?"):
        return []
    return [numbers[key] for key in said.get("candidates") or () if key != target and key in numbers]


def _candidate(one: Candidate, numbers: Mapping[str, int]) -> list[Any]:
    """Who, whether its name is alike, the words it shares, and what it may not touch."""
    lacks = [words.ACCESS[name].word if name in words.ACCESS else name for name in one.lacks]
    return [numbers[one.agent], one.looks_alike, list(one.shared), lacks]


# --- the home page -----------------------------------------------------------------------------------


def sky(pages: Pages) -> str:
    """The graph without its words, for the home page; empty where there is too little or too much to see."""
    drawn = chart(pages)
    network, places = drawn.network, drawn.atlas.places
    colours = {key: island.colour for island in drawn.atlas.islands if not island.shape for key in island.nodes}
    stars = [node for node in network if not node.startswith("?") and network.degree(node)]
    if not 6 <= len(stars) <= _MOST_STARS:
        return ""
    seen = set(stars)
    lines = {(min(u, v), max(u, v)) for u, v in network.edges() if u in seen and v in seen and u != v}
    xs, ys = [places[node][0] for node in stars], [places[node][1] for node in stars]
    left, top, wide, high = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    unit = max(wide, high) / _BOX
    parts = [
        f'<line x1="{places[a][0]:g}" y1="{places[a][1]:g}" x2="{places[b][0]:g}" y2="{places[b][1]:g}"/>'
        for a, b in sorted(lines)
    ]
    for node in stars:
        group = colours.get(node)
        colour = f"g{group}" if group is not None and group < _STAR_COLOURS else "gx"
        size = (6 + min(12.0, math.sqrt(network.degree(node)) * 1.8)) * unit
        at = places[node]
        parts.append(f'<circle class="{colour}" cx="{at[0]:g}" cy="{at[1]:g}" r="{size:.1f}"/>')
    room = 24 * unit
    box = f"{left - room:g} {top - room:g} {wide + 2 * room:g} {high + 2 * room:g}"
    return f'<svg class="as-hero__sky" viewBox="{box}" aria-hidden="true">{"".join(parts)}</svg>'


_MOST_STARS = 600
_STAR_COLOURS = 6
