"""Exporting: the graph in the languages of other programs."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import networkx as nx

from converters.graph.build import Network

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def to_json(graph: Network) -> dict[str, Any]:
    """The graph as networkx' node-link data, with `edges` as the key of the edges.

    A node's `id` is its key in the graph, `collection/id` or `?collection/slug`.
    """
    linked: dict[str, Any] = nx.node_link_data(_clean_graph(graph), edges="edges")
    return linked


def to_graphml(graph: Network) -> str:
    """The graph as GraphML; lists are joined by `; `, and what is unsaid is left out."""
    clean, plain = _clean_graph(graph), nx.MultiDiGraph()
    for key, facts in clean.nodes(data=True):
        plain.add_node(key, **_flat(facts))
    for number, (u, v, facts) in enumerate(clean.edges(data=True)):
        said = {name: fact for name, fact in facts.items() if name not in {"source", "target"}}
        plain.add_edge(u, v, key=f"e{number}", **_flat(said))
    written = io.BytesIO()  # `generate_graphml` would break lines at U+2028
    nx.write_graphml_xml(plain, written)
    return written.getvalue().decode("utf-8")


def to_dot(graph: Network) -> str:
    """The graph for Graphviz; missing agents are dashed, and the topics of edges are tooltips."""
    lines = ["digraph agents {", "  rankdir=LR;", '  node [shape=box, style="rounded"];']
    for key, facts in graph.nodes(data=True):
        looks = {
            "label": _dot_label(str(facts["title"] or key)),
            "tooltip": _dot_label(str(facts.get("summary") or key)),
        }
        missing = ', style="dashed,rounded"' if facts["kind"] == "missing" else ""
        lines.append(f"  {_dot(key)} [label={looks['label']}, tooltip={looks['tooltip']}{missing}];")
    for u, v, facts in graph.edges(data=True):
        relation, about = str(facts["relation"]), facts["about"]
        tooltip = f"{relation}: {about}" if about else relation
        lines.append(f"  {_dot(u)} -> {_dot(v)} [label={_dot_label(relation)}, edgetooltip={_dot_label(tooltip)}];")
    return "\n".join([*lines, "}"]) + "\n"


def to_mermaid(graph: Network) -> str:
    """The graph as a Mermaid flowchart, one arrow for each pair of agents."""
    numbers = {key: f"n{number}" for number, key in enumerate(graph)}
    lines = ["flowchart LR"]
    for key, facts in graph.nodes(data=True):
        missing = ":::missing" if facts["kind"] == "missing" else ""
        lines.append(f'  {numbers[key]}["{_mermaid(str(facts["title"] or key))}"]{missing}')
    relations: dict[tuple[str, str], dict[str, None]] = {}
    for u, v, relation in graph.edges(data="relation"):
        relations.setdefault((u, v), {})[str(relation)] = None
    for (u, v), names in relations.items():
        lines.append(f'  {numbers[u]} -->|"{_mermaid(", ".join(names))}"| {numbers[v]}')
    return "\n".join([*lines, "  classDef missing stroke-dasharray: 4 4"]) + "\n"


COLUMNS = (
    "source",
    "target",
    "relation",
    "about",
    "when",
    "confidence",
    "resolution",
    "ambiguous",
    "candidates",
    "evidence",
    "where",
)


def to_csv(graph: Network) -> str:
    """The edges as a table; a cell a spreadsheet would take for a formula begins with an apostrophe."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for _, _, facts in graph.edges(data=True):
        writer.writerow([_cell(facts[column]) for column in COLUMNS])
    return table.getvalue()


def _clean(text: str) -> str:
    """`text` without the characters that XML, or UTF-8, cannot hold."""
    return _NOT_TEXT.sub("\ufffd", text)


def _clean_graph(graph: Network) -> Network:
    clean: Network = nx.MultiDiGraph()
    for key, facts in graph.nodes(data=True):
        clean.add_node(_clean(key), **{name: _clean_fact(fact) for name, fact in facts.items()})
    for u, v, facts in graph.edges(data=True):
        clean.add_edge(_clean(u), _clean(v), **{name: _clean_fact(fact) for name, fact in facts.items()})
    return clean


def _clean_fact(fact: object) -> object:
    if isinstance(fact, str):
        return _clean(fact)
    return [_clean_fact(item) for item in fact] if isinstance(fact, list) else fact


def _flat(facts: dict[str, Any]) -> dict[str, str | int | float]:
    joined = {name: "; ".join(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}
    return {name: fact for name, fact in joined.items() if fact is not None}


def _dot(text: str) -> str:
    return '"' + _clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ") + '"'


def _dot_label(text: str) -> str:
    return _dot(" ".join(text.split()).replace("&", "&amp;"))  # Graphviz decodes entities in labels


def _mermaid(text: str) -> str:
    """Letters, digits and harmless signs as they are, the rest as Mermaid's numbered entities."""
    flat = " ".join(_clean(text).split())
    return "".join(char if char.isalnum() or char in " -_,." or ord(char) > 0x7F else f"#{ord(char)};" for char in flat)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _cell(fact: object) -> str:
    if isinstance(fact, bool):
        return str(fact).lower()
    text = "; ".join(map(str, fact)) if isinstance(fact, list) else "" if fact is None else str(fact)
    text = _clean(text)
    return f"'{text}" if text.startswith(_FORMULA) else text
