"""The collaboration graph for the browser: nodes with places and colours, edges with evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import networkx as nx

from converters.graph import communities

from . import words
from .api import VERSION
from .catalogue import Catalogue
from .pages import Pages, evidence

COLOURS = 8
"""How many communities have a colour of their own; the rest share a grey."""


def document(pages: Pages) -> dict[str, Any]:
    """`api/graph.json`: networkx node-link, with a place, a community and an address for each node."""
    catalogue = pages.catalogue
    network = _shown(catalogue)
    groups = _communities(network)
    places = _places(catalogue, network, groups)
    degree = dict(network.degree())
    return {
        "schema_version": VERSION,
        "directed": True,
        "multigraph": True,
        "graph": {},
        "relations": {name: said[0] for name, said in words.RELATIONS.items()},
        "nodes": [_node(pages, n, places[n], groups.get(n), degree[n]) for n in network],
        "edges": [
            {
                "source": u,
                "target": v,
                **{
                    name: text
                    for name in ("relation", "about", "when", "resolution", "confidence")
                    if (text := said.get(name))
                },
                **({"evidence": shown} if (shown := evidence(said)) else {}),
            }
            for u, v, said in network.edges(data=True)
        ],
    }


def _shown(catalogue: Catalogue) -> nx.MultiDiGraph[str]:
    """The part of the graph that may be published, in a stable order."""
    whole, agents = catalogue.network, catalogue.agents
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    found.add_nodes_from((key, whole.nodes[key]) for key in agents if key in whole)
    edges = [
        (u, v, said) for u, v, said in whole.edges(data=True) if u in agents and (v in agents or v.startswith("?"))
    ]
    edges.sort(key=lambda e: (e[0], e[1], str(e[2].get("relation")), str(e[2].get("about"))))
    found.add_nodes_from((node, whole.nodes[node]) for node in sorted({v for _, v, _ in edges if v.startswith("?")}))
    found.add_edges_from(edges)
    return found


def _node(pages: Pages, node: str, at: tuple[float, float], community: int | None, degree: int) -> dict[str, Any]:
    card = pages.cards.get(node)
    found: dict[str, Any] = {"id": node, "x": round(at[0], 1), "y": round(at[1], 1), "degree": degree}
    if card is None:
        found |= {
            "kind": "missing",
            "title": node.rpartition("/")[2].lstrip("?"),
            "collection": node.lstrip("?").partition("/")[0],
        }
        if names := [title for title, _ in pages.suggestions(node)]:
            found["suggestions"] = names
    else:
        found |= {"kind": "agent", "title": card.title, "collection": card.collection, "url": card.href}
        if card.categories:
            found["category"] = card.categories[0]
    return found | ({"community": community} if community is not None else {})


def _communities(network: nx.MultiDiGraph[str]) -> Mapping[str, int]:
    """Groups of agents that speak of each other most, from 0 for the largest; loners have none."""
    groups = communities(network) if network else ()
    return {node: place for place, group in enumerate(groups) if len(group) > 1 for node in group}


def _places(
    catalogue: Catalogue, network: nx.MultiDiGraph[str], groups: Mapping[str, int]
) -> dict[str, tuple[float, float]]:
    """Where each node stands; those the layout does not place stand on a sunflower by community."""
    order = sorted(network, key=lambda n: (groups.get(n, len(groups)), n))
    spiral = {n: _sunflower(i, len(order)) for i, n in enumerate(order)}
    return {n: tuple(catalogue.layout.get(n, spiral[n])) for n in network}  # type: ignore[misc]  # pairs stay pairs


def _sunflower(place: int, of: int) -> tuple[float, float]:
    radius = 480 * math.sqrt((place + 0.5) / max(of, 1))
    angle = place * math.pi * (3 - math.sqrt(5))
    return 500 + radius * math.cos(angle), 500 + radius * math.sin(angle)


def summary(pages: Pages) -> dict[str, int]:
    """The graph's sizes, for its page."""
    network = _shown(pages.catalogue)
    missing = sum(1 for n in network if n.startswith("?"))
    alone = sum(1 for _, degree in network.degree() if not degree)
    return {"agents": len(network) - missing, "missing": missing, "ties": network.number_of_edges(), "alone": alone}


def sky(pages: Pages) -> str:
    """The graph without its words, for the home page; empty where there is too little or too much to see."""
    drawn = document(pages)
    nodes = {n["id"]: n for n in drawn["nodes"] if n["kind"] == "agent" and n["degree"]}
    if not 6 <= len(nodes) <= _MOST_STARS:
        return ""
    lines = {
        tuple(sorted((e["source"], e["target"])))
        for e in drawn["edges"]
        if e["source"] in nodes and e["target"] in nodes
    }
    xs, ys = [n["x"] for n in nodes.values()], [n["y"] for n in nodes.values()]
    left, top, wide, high = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    parts = [
        f'<line x1="{nodes[a]["x"]:g}" y1="{nodes[a]["y"]:g}" x2="{nodes[b]["x"]:g}" y2="{nodes[b]["y"]:g}"/>'
        for a, b in sorted(lines)
        if a != b
    ]
    for node in nodes.values():
        group = node.get("community", COLOURS)
        colour = f"g{group}" if group < _STAR_COLOURS else "gx"
        size = 5 + min(11.0, math.sqrt(node["degree"]) * 1.7)
        parts.append(f'<circle class="{colour}" cx="{node["x"]:g}" cy="{node["y"]:g}" r="{size:.1f}"/>')
    box = f"{left - 24:g} {top - 24:g} {wide + 48:g} {high + 48:g}"
    return f'<svg class="as-hero__sky" viewBox="{box}" aria-hidden="true">{"".join(parts)}</svg>'


_MOST_STARS = 600
_STAR_COLOURS = 6
