"""Exporting: the graph in the languages of other programs.

What each can hold: JSON everything; GraphML and DOT everything but characters XML forbids, and what is empty;
CSV the references, so no agent without; Mermaid the agents' titles, and of each pair the relations.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from converters.graph.build import Network

_UNPAIRED = re.compile("[\ud800-\udfff]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def to_json(graph: Network) -> dict[str, Any]:
    """The graph as networkx' node-link data, with `edges` as the key of the edges.

    A node's `id` is its key in the graph, `collection/id` or `?collection/slug`. Nothing is left out; an unpaired
    surrogate, which no UTF-8 holds, is a U+FFFD.
    """
    nodes, edges = _linked(graph)
    return {"directed": True, "multigraph": True, "graph": {}, "nodes": list(nodes), "edges": list(edges)}


def to_graphml(graph: Network) -> str:
    """The graph as GraphML; what is unsaid or empty is left out, and what XML forbids is a U+FFFD.

    A list is one text, its items joined by `; `, with a backslash before any semicolon or backslash of their own.
    """
    return "".join(_graphml(graph))


def to_dot(graph: Network) -> str:
    """The graph for Graphviz, every fact an attribute, with lists as in GraphML; missing agents are dashed.

    A backslash is written twice, also in the names of nodes, where Graphviz keeps both. `name` and `id`, which are
    Graphviz' own words, are called `agent` and `agent_id`.
    """
    return "".join(_dot(graph))


def to_mermaid(graph: Network) -> str:
    """The graph as a Mermaid flowchart: every node by its title, and one arrow for each pair with its relations.

    Keys, topics and evidence are left out: labels that held them would be past reading, and Mermaid draws no more
    than 50,000 characters and 500 arrows unless its page says otherwise.
    """
    return "".join(_mermaid(graph))


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
    "name",
)


def to_csv(graph: Network) -> str:
    """The references as a table, with lists as in GraphML.

    A cell a spreadsheet would take for a formula begins with an apostrophe, and so does one that begins with
    apostrophes before what it would take for one: a reader takes the first away.
    """
    return "".join(_csv(graph))


# --- JSON ----------------------------------------------------------------------------------------


def _linked(graph: Network) -> tuple[Iterator[dict[str, Any]], Iterator[dict[str, Any]]]:
    ids = ids_of(graph, _UNPAIRED)
    numbers: Counter[tuple[str, str]] = Counter()

    def paired(fact: object) -> object:
        if isinstance(fact, str):
            return _UNPAIRED.sub("\ufffd", fact)
        return [paired(item) for item in fact] if isinstance(fact, list) else fact

    def edge(u: str, v: str, facts: Mapping[str, object]) -> dict[str, Any]:
        number = numbers[u, v]
        numbers[u, v] += 1
        said = {name: paired(fact) for name, fact in facts.items()}
        return {**said, "source": ids[u], "target": ids[v], "key": number}

    nodes = (
        {**{name: paired(fact) for name, fact in facts.items()}, "id": ids[key]}
        for key, facts in graph.nodes(data=True)
    )
    return nodes, (edge(u, v, facts) for u, v, facts in graph.edges(data=True))


_HIDDEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff]")


def _json(graph: Network) -> Iterator[str]:
    """`to_json` as text; what would steer a terminal or turn text around is escaped."""
    nodes, edges = _linked(graph)
    yield '{\n  "directed": true,\n  "multigraph": true,\n  "graph": {},\n  "nodes": ['
    yield from _items(nodes)
    yield '],\n  "edges": ['
    yield from _items(edges)
    yield "]\n}\n"


def _items(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = "\n    "
    for item in items:
        text = json.dumps(item, ensure_ascii=False, allow_nan=False, indent=2).replace("\n", "\n    ")
        yield before + _HIDDEN.sub(lambda char: f"\\u{ord(char[0]):04x}", text)
        before = ",\n    "
    if before.startswith(","):
        yield "\n  "


# --- GraphML -------------------------------------------------------------------------------------


def _graphml(graph: Network) -> Iterator[str]:
    ids = ids_of(graph)
    yield (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    of_nodes = _types(facts for _, facts in graph.nodes(data=True))
    of_edges = _types(facts for _, _, facts in graph.edges(data=True))
    for prefix, ends, types in (("n", "node", of_nodes), ("e", "edge", of_edges)):
        for name, kind in types.items():
            yield f'  <key id="{prefix}-{name}" for="{ends}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '  <graph edgedefault="directed">\n'
    for key, facts in graph.nodes(data=True):
        yield f'    <node id="{attribute(ids[key])}">{_data("n", facts, of_nodes)}</node>\n'
    for number, (u, v, facts) in enumerate(graph.edges(data=True)):
        ends = f'id="e{number}" source="{attribute(ids[u])}" target="{attribute(ids[v])}"'
        yield f"    <edge {ends}>{_data('e', facts, of_edges)}</edge>\n"
    yield "  </graph>\n</graphml>\n"


def _types(all_: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """The type of each fact that is ever said, in the order first met; mixed ones are text."""
    types: dict[str, str] = {}
    for facts in all_:
        for name, fact in facts.items():
            if fact is not None and name not in {"source", "target"}:
                kind = {bool: "boolean", int: "long", float: "double"}.get(type(fact), "string")
                if types.setdefault(name, kind) != kind:
                    types[name] = "string"
    return types


def _data(prefix: str, facts: Mapping[str, object], types: Mapping[str, str]) -> str:
    said = ((name, _spelled(facts.get(name))) for name in types)
    return "".join(
        f'<data key="{prefix}-{name}">{escape(_NOT_TEXT.sub(chr(0xFFFD), text), {chr(13): "&#13;"})}</data>'
        for name, text in said
        if text
    )


def attribute(text: str) -> str:
    """`text`, which XML can hold, within double quotes, its line breaks kept."""
    return escape(text, {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


# --- Graphviz ------------------------------------------------------------------------------------

_OURS = MappingProxyType({"name": "agent", "id": "agent_id"})


def _dot(graph: Network) -> Iterator[str]:
    ids, titles = ids_of(graph), called(graph)
    yield 'digraph agents {\n  rankdir=LR;\n  node [shape=box, style="rounded"];\n'
    for key, facts in graph.nodes(data=True):
        looks = f"label={_label(titles[key])}, tooltip={_label(str(facts.get('summary') or key))}"
        missing = ', style="dashed,rounded"' if facts["kind"] == "missing" else ""
        yield f"  {_quoted(ids[key])} [{looks}{missing}{_attributes(facts)}];\n"
    for u, v, facts in graph.edges(data=True):
        relation, about = str(facts["relation"]), facts.get("about")
        tooltip = f"{relation}: {about}" if about else relation
        looks = f"label={_label(relation.replace('_', ' '))}, edgetooltip={_label(tooltip)}"
        yield f"  {_quoted(ids[u])} -> {_quoted(ids[v])} [{looks}{_attributes(facts)}];\n"
    yield "}\n"


def _attributes(facts: Mapping[str, object]) -> str:
    said = ((name, _spelled(fact)) for name, fact in facts.items() if name not in {"source", "target"})
    return "".join(f", {_OURS.get(name, name)}={_quoted(text)}" for name, text in said if text)


def _quoted(text: str) -> str:
    return '"' + _NOT_TEXT.sub("\ufffd", text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _label(text: str) -> str:
    return _quoted(" ".join(text.split()).replace("&", "&amp;"))  # Graphviz decodes entities in labels


# --- Mermaid -------------------------------------------------------------------------------------


def _mermaid(graph: Network) -> Iterator[str]:
    numbers, titles = {key: f"n{number}" for number, key in enumerate(graph)}, called(graph)
    yield "flowchart LR\n"
    for key, facts in graph.nodes(data=True):
        missing = ":::missing" if facts["kind"] == "missing" else ""
        yield f'  {numbers[key]}["{_entities(titles[key])}"]{missing}\n'
    relations: dict[tuple[str, str], dict[str, None]] = {}
    for u, v, relation in graph.edges(data="relation"):
        relations.setdefault((u, v), {})[str(relation).replace("_", " ")] = None
    for (u, v), names in relations.items():
        yield f'  {numbers[u]} -->|"{_entities(", ".join(names))}"| {numbers[v]}\n'
    yield "  classDef missing stroke-dasharray: 4 4\n"


_MARKS = re.compile(
    r"(?<=[^\W_])[-_.](?=[^\W_])|[ ,]"  # inside a word they are neither a list nor emphasis
    r"|([\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f"
    r"\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff])"  # these turn text around
)


def _entities(text: str) -> str:
    """Letters, digits and harmless signs as they are, the rest as Mermaid's numbered entities."""
    held = _NOT_TEXT.sub("\ufffd", text).replace("ﬂ°", "fl°").replace("¶ß", "¶ ß")  # Mermaid's own marks
    return _MARKS.sub(lambda mark: f"#{ord(mark[1])};" if mark[1] else mark[0], held)


# --- CSV -----------------------------------------------------------------------------------------

_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_MARKED = re.compile('[",\r\n]')


def _csv(graph: Network) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\n"
    ids = ids_of(graph)
    for u, v, facts in graph.edges(data=True):
        said = {**facts, "source": ids[u], "target": ids[v]}
        yield ",".join(_cell(_spelled(said.get(column))) for column in COLUMNS) + "\n"


def _cell(text: str) -> str:
    text = _NOT_TEXT.sub("\ufffd", text)
    text = f"'{text}" if _FORMULA.match(text) else text
    return '"' + text.replace('"', '""') + '"' if _MARKED.search(text) else text


# --- what they share -----------------------------------------------------------------------------

WRITERS: Mapping[str, Callable[[Network], Iterator[str]]] = MappingProxyType(
    {"json": _json, "graphml": _graphml, "dot": _dot, "mermaid": _mermaid, "csv": _csv}
)
"""The exports by name, each as pieces of text, for graphs whose whole text is better never held in memory."""


def called(graph: Network) -> dict[str, str]:
    """Each node's title on one line; where several have it, with the collection, or else the key."""
    titles = {key: _line(facts["title"]) or _line(key) or "?" for key, facts in graph.nodes(data=True)}
    for fact in ("collection", None):
        bearers = Counter(titles.values())
        for key, title in titles.items():
            own = _line(graph.nodes[key][fact] if fact else key)
            if bearers[title] > 1 and own:
                titles[key] = f"{title} ({own})"
    return titles


def _line(text: object) -> str:
    return " ".join(str(text).split())


def ids_of(graph: Network, unfit: re.Pattern[str] = _NOT_TEXT) -> dict[str, str]:
    """What each node is called where some characters are unfit; no two are called alike."""
    ids = {key: unfit.sub("\ufffd", key) for key in graph}
    bearers = Counter(ids.values())
    numbers: Counter[str] = Counter()
    for key, id_ in ids.items():
        if id_ != key and bearers[id_] > 1:
            while bearers[again := f"{id_}~{numbers[id_] + 1}"]:
                numbers[id_] += 1
            ids[key] = again
            bearers[again] += 1
    return ids


def _spelled(fact: object) -> str:
    """A fact as text; nothing for what is unsaid."""
    if fact is None:
        return ""
    if isinstance(fact, bool):
        return str(fact).lower()
    if isinstance(fact, list):
        return "; ".join(str(item).replace("\\", "\\\\").replace(";", "\\;") for item in fact)
    return str(fact)
