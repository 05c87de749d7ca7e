"""Exports of the graph, each read again by a program that is not ours: the same nodes, references and facts."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from math import dist
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters import graph as graphs
from converters.graph.drawing import DARK, LIGHT
from converters.graph.lettering import cut, width
from converters.graph.picture import MANY

HOSTILE = (
    'a "quoted" ]] name',
    "line\nbreak\r\tand tab\r\nend",
    '--> n1[x]; click n0 href "javascript:alert(1)"',
    "<script>alert(1)</script> &lt; &quot; &#34; ]]> <!-- -->",
    "back\\slash\\",
    "\\N \\G {a|b} %%{init}%% `md` #quot; ; \\; a; b",
    "🏗️ Architect 灯台守 👨‍👩‍👧",
    "\u202egnp.exe \u2066x\u2069 مرفأ",
    "nul\0 bell\a esc\x1b[31m csi\x9b fe\ufffe sep\u2028x\x85 \x1c",
    "lone\ud800",
    "lone\udfff",
    "=cmd|' /C calc'!A0",
    "'=1+1",
    "''@x",
    "＝wide",
    "end",
    "graph",
    "subgraph",
    "1. list",
    "- list",
    "__init__ *x* ~~y~~",
    "ﬂ°°60¶ß",
    "url(#x) {id} %s {0} $& \\1",
    "x" * 3_000,
    "灯" * 400,
    " ",
    "",
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
LISTS = st.lists(TEXTS.filter(bool), max_size=3)
MAYBE = st.none() | TEXTS


@st.composite
def networks(draw: st.DrawFn) -> Any:
    """Graphs as `build` makes them, with names as no one should choose them."""
    graph = nx.MultiDiGraph()
    for key in draw(st.lists(TEXTS.map(lambda text: f"a/{text}"), max_size=8, unique=True)):
        facts = {"name": draw(TEXTS), "title": draw(TEXTS), "collection": draw(TEXTS), "id": key[2:]}
        more = {"summary": draw(MAYBE), "categories": draw(LISTS), "variants": draw(st.integers(1, 9))}
        graph.add_node(key, kind="agent", **facts, **more)
    agents = list(graph)
    for key in draw(st.lists(TEXTS.map(lambda text: f"?a/{text}"), max_size=3, unique=True)) if agents else ():
        graph.add_node(key, kind="missing", name=key[3:], title=key[3:], collection="a", suggestions=draw(LISTS))
    ends = st.tuples(st.sampled_from(agents), st.sampled_from(list(graph))) if agents else st.nothing()
    for u, v in draw(st.lists(ends.filter(lambda pair: pair[0] != pair[1]), max_size=12)) if len(graph) > 1 else ():
        facts = {"source": u, "target": v, "relation": draw(st.sampled_from(["supports", "hands_off_to"]))}
        facts |= {"about": draw(MAYBE), "when": draw(MAYBE), "confidence": "stated", "resolution": "exact"}
        facts |= {"ambiguous": draw(st.booleans()), "candidates": draw(LISTS), "evidence": draw(TEXTS), "where": "body"}
        graph.add_edge(u, v, **facts)
    return graph


def crowd(count: int, edges: int) -> Any:
    """`count` agents in crews of twelve, each naming `edges` others, most of them of the crew."""
    graph, dice = nx.MultiDiGraph(), random.Random(4)
    for n in range(count):
        facts = {"name": f"agent-{n}", "title": f"Agent {n}", "collection": f"dock-{n // 12 % 3}", "id": f"agent-{n}"}
        graph.add_node(f"dock/agent-{n}", kind="agent", **facts, summary=f"Does {n}.", categories=[], variants=1)
    keys = list(graph)
    for n in range(count * edges):
        u, far = n // edges, dice.random() < 0.1
        v = dice.randrange(count) if far else min(count - 1, u // 12 * 12 + dice.randrange(12))
        if u != v:
            facts = {"relation": "hands_off_to", "about": "the berth plan", "candidates": [], "ambiguous": False}
            graph.add_edge(keys[u], keys[v], source=keys[u], target=keys[v], **facts)
    return graph


def written(form: str, graph: Any) -> str:
    return "".join(graphs.WRITERS[form](graph))


def held(text: str) -> str:
    """What XML 1.0 holds of a text, and we keep; the rest are question marks in a diamond."""

    def stays(point: int) -> bool:
        if point < 0x20 or 0x7F <= point <= 0x9F:
            return point in {0x9, 0xA, 0xD, 0x85}
        return not (0xD800 <= point <= 0xDFFF or point in {0xFFFE, 0xFFFF})

    return "".join(char if stays(ord(char)) else "\ufffd" for char in text)


def parted(text: str) -> list[str]:
    """The items of a list that was written as one text."""
    items, escaped = [""], False
    for char in text:
        if not escaped and char in "\\;":
            escaped = char == "\\"
            if char == ";":
                items.append("")
        else:
            items[-1], escaped = items[-1] + char, False
    return [items[0], *(item[1:] for item in items[1:])]


def facts_of(facts: Mapping[str, Any], *without: str) -> dict[str, Any]:
    """The facts that a text can say, as it would hold them."""
    kept = {name: fact for name, fact in facts.items() if name not in without and fact not in (None, "", [])}
    return {
        name: held(fact) if isinstance(fact, str) else [held(item) for item in fact] if isinstance(fact, list) else fact
        for name, fact in kept.items()
    }


def relisted(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that were read, those that were lists taken apart."""
    lists = {"categories", "suggestions", "candidates"}
    return {name: parted(fact) if name in lists else fact for name, fact in facts.items() if fact != ""}


def check_ids(ids: list[str], graph: Any) -> dict[str, str]:
    """The name of each node where it was read, after seeing that each has one of its own and close to its key."""
    assert len(set(ids)) == len(ids) == len(graph)
    for id_, key in zip(ids, graph, strict=True):
        assert id_ == held(key) or (id_.startswith(held(key)) and held(key) != key)
    return dict(zip(graph, ids, strict=True))


# --- JSON ----------------------------------------------------------------------------------------


@given(networks())
def test_json_holds_everything(graph: Any) -> None:
    text = written("json", graph)
    linked = json.loads(text.encode())
    assert linked == graphs.to_json(graph)
    assert text.isascii() or not re.search("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
    again = nx.node_link_graph(linked, edges="edges")
    assert len(again) == len(graph)
    for key, id_ in zip(graph, again, strict=True):
        assert id_ == unpaired(key) or (key != unpaired(key) and id_.startswith(f"{unpaired(key)}~"))
    for (_, was), (_, now) in zip(graph.nodes(data=True), again.nodes(data=True), strict=True):
        assert unpaired({name: fact for name, fact in was.items() if name != "id"}) == now
    pairs = zip(graph.edges(data=True), linked["edges"], strict=True)
    for (_, _, was), now in pairs:
        ends = {"source", "target", "key"}
        assert unpaired({name: fact for name, fact in was.items() if name not in ends}) == {
            name: fact for name, fact in now.items() if name not in ends
        }


def unpaired(fact: Any) -> Any:
    """`fact` with each unpaired surrogate in it replaced."""
    if isinstance(fact, dict):
        return {name: unpaired(item) for name, item in fact.items()}
    if isinstance(fact, list):
        return [unpaired(item) for item in fact]
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in fact) if isinstance(fact, str) else fact


# --- GraphML -------------------------------------------------------------------------------------


@given(networks())
def test_graphml_is_read_by_networkx(graph: Any) -> None:
    again = nx.read_graphml(io.BytesIO(graphs.to_graphml(graph).encode()), force_multigraph=True)
    ids = check_ids(list(again), graph)
    for key, facts in graph.nodes(data=True):
        assert relisted(again.nodes[ids[key]]) == facts_of(facts)
    edges = {number: (u, v, facts) for u, v, number, facts in again.edges(keys=True, data=True)}
    assert len(edges) == graph.number_of_edges()
    for number, (u, v, facts) in enumerate(graph.edges(data=True)):
        one, other, said = edges[f"e{number}"]
        assert (one, other) == (ids[u], ids[v])
        assert relisted(said) == facts_of(facts, "source", "target")


# --- Graphviz ------------------------------------------------------------------------------------

needs_graphviz = pytest.mark.skipif(not shutil.which("dot"), reason="`apt-get install graphviz` brings dot, the judge")


@needs_graphviz
@given(networks())
def test_dot_is_read_by_graphviz(graph: Any) -> None:
    done = subprocess.run(["dot", "-Tdot_json"], input=graphs.to_dot(graph).encode(), capture_output=True, check=True)
    assert not done.stderr
    again = json.loads(done.stdout)
    nodes = again.get("objects", [])
    ids = check_ids([once(node["name"]) for node in nodes], graph)
    for node, (_, facts) in zip(nodes, graph.nodes(data=True), strict=True):
        assert dot_facts(node) == spelled(facts_of(facts))
        assert ("dashed" in node.get("style", "")) == (facts["kind"] == "missing")
    edges = again.get("edges", [])
    got = [(once(nodes[e["tail"]]["name"]), once(nodes[e["head"]]["name"]), dot_facts(e)) for e in edges]
    meant = [(ids[u], ids[v], spelled(facts_of(f, "source", "target"))) for u, v, f in graph.edges(data=True)]
    assert sorted(got, key=in_order) == sorted(meant, key=in_order)


def in_order(edge: tuple[str, str, dict[str, Any]]) -> str:
    """Something to sort by, for Graphviz gives edges back node by node."""
    return json.dumps(edge, sort_keys=True)


def once(text: str) -> str:
    """Backslashes as they were before they were doubled."""
    return text.replace("\\\\", "\\")


def dot_facts(said: Mapping[str, Any]) -> dict[str, Any]:
    ours = {"agent": "name", "agent_id": "id"}
    looks = {"_gvid", "name", "label", "tooltip", "style", "shape", "edgetooltip", "head", "tail"}
    return relisted({ours.get(name, name): once(fact) for name, fact in said.items() if name not in looks})


def spelled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and truths as text, which is all that Graphviz has."""
    return {name: fact if isinstance(fact, str | list) else str(fact).lower() for name, fact in facts.items()}


# --- CSV -----------------------------------------------------------------------------------------


@given(networks())
def test_csv_is_read_by_a_table_reader_and_runs_no_formula(graph: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(graphs.to_csv(graph), newline="")))
    ends = iter(graph.edges(data=True))
    for row, (u, v, facts) in zip(rows, ends, strict=True):
        assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row.values())
        cells = {name: re.sub(r"(?s)^'('*[=+\-@\t\r\n＝＋－＠])", r"\1", cell) for name, cell in row.items()}
        assert cells.pop("source").startswith(held(u))
        assert cells.pop("target").startswith(held(v))
        assert relisted(cells) == spelled(facts_of(facts, "source", "target"))


# --- Mermaid -------------------------------------------------------------------------------------

MERMAID = Path(os.environ.get("JUDGES_HOME") or Path.home() / ".cache" / "agent-judges") / "mermaid"
READER = Path(__file__).parent / "read_mermaid.mjs"


@given(networks())
def test_mermaid_has_one_harmless_line_for_each_thing(graph: Any) -> None:
    first, *lines, last = graphs.to_mermaid(graph).split("\n")[:-1]
    assert (first, last) == ("flowchart LR", "  classDef missing stroke-dasharray: 4 4")
    assert len(lines) == len(graph) + len(set(graph.edges()))
    label = r'"(?:[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x9f\u2028-\u202e\u2066-\u2069]|[ ,]|\b[-_.]\b|#\d+;)+"'
    for line in lines:
        assert re.fullmatch(rf"  n\d+(?:\[{label}\](?::::missing)?| -->\|{label}\| n\d+)", line), line


@pytest.mark.clients
@pytest.mark.skipif(
    not (MERMAID / "node_modules" / "mermaid").is_dir() or not shutil.which("node"),
    reason=f"`npm i --ignore-scripts --prefix {MERMAID} mermaid jsdom` brings Mermaid, the judge",
)
def test_mermaid_is_read_by_mermaid(tmp_path: Path) -> None:
    dice = random.Random(20)
    chars = [*map(chr, range(0x20, 0x7F)), "\n", "\u2028", "é", "灯", "🌊", "\u202e", "ﬂ", "°", "¶", "ß"]
    titles = [text for text in HOSTILE if text.strip()]
    titles += ["".join(dice.choices(chars, k=dice.randrange(1, 24))) + "!" for _ in range(400)]
    hostile = nx.MultiDiGraph()
    for number, title in enumerate(titles):
        kind = "missing" if number % 7 == 6 else "agent"
        hostile.add_node(f"a/{number}", kind=kind, title=f"{title} {number}", name="", collection="a")
    for number in range(len(titles)):
        for other, relation in ((1, "supports"), (5, "hands_off_to"), (1, "hands_off_to"), (1, "supports")):
            hostile.add_edge(f"a/{number}", f"a/{(number + other) % len(titles)}", relation=relation)
    drawn = {"hostile": hostile, "crowd": crowd(200, 4), "empty": nx.MultiDiGraph()}
    files = [tmp_path / f"{name}.mmd" for name in drawn]
    for file, graph in zip(files, drawn.values(), strict=True):
        file.write_text(graphs.to_mermaid(graph), encoding="utf-8")
    done = subprocess.run(["node", READER, MERMAID, *files], capture_output=True, check=True)
    for line, graph in zip(done.stdout.splitlines(), drawn.values(), strict=True):
        read = json.loads(line)
        assert "error" not in read, read
        keys = {f"n{number}": key for number, key in enumerate(graph)}
        shown = [held(" ".join(facts["title"].split())) for _, facts in graph.nodes(data=True)]
        assert [node["id"] for node in read["nodes"]] == list(keys)
        assert [node["text"] for node in read["nodes"]] == [
            text.replace("ﬂ°", "fl°").replace("¶ß", "¶ ß") for text in shown
        ]
        gone = [facts["kind"] == "missing" for _, facts in graph.nodes(data=True)]
        assert [node["classes"] == ["missing"] for node in read["nodes"]] == gone
        said: dict[tuple[str, str], dict[str, None]] = {}
        for u, v, relation in graph.edges(data="relation"):
            said.setdefault((u, v), {})[relation.replace("_", " ")] = None
        pairs = {(keys[edge["start"]], keys[edge["end"]]): edge["text"] for edge in read["edges"]}
        assert len(pairs) == len(read["edges"])
        assert pairs == {pair: ", ".join(relations) for pair, relations in said.items()}


# --- SVG -----------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def drawn(graph: Any) -> ET.Element:
    """The picture, after seeing that it stands alone, describes itself and runs nothing."""
    text = graphs.to_svg(graph)
    root = ET.fromstring(text.encode())
    parents = {child: parent for parent in root.iter() for child in parent}
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text and desc.text
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "style", "defs", "marker", "rect", "g", "path", "circle", "text",
        }  # fmt: skip
        assert not any(name.startswith("on") or "href" in name for name in element.keys())  # noqa: SIM118
        assert element.tag != f"{SVG}style" or parents[element] is root
    style = root.findtext(f"{SVG}style") or ""
    assert re.findall(r"url\((.)", style) == ["#"] * 9
    assert "@import" not in style
    own = f"#{root.get('id')} "
    for rule in re.sub(r"@media[^{]*\{|\}\n\}", "}", style).split("}"):
        selectors = rule.partition("{")[0].strip()
        assert all(selector.startswith(own) for selector in selectors.split(",") if selector), selectors
    return root


def nodes_in(root: ET.Element) -> dict[str, ET.Element]:
    return {element.get("data-key", ""): element for element in root.iter(f"{SVG}g") if "data-key" in element.attrib}


def pairs_in(root: ET.Element) -> dict[tuple[str, str], ET.Element]:
    lines = [element for element in root.iter(f"{SVG}path") if "data-source" in element.attrib]
    return {(line.get("data-source", ""), line.get("data-target", "")): line for line in lines}


def shown(text: str) -> str:
    return re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "\ufffd", held(" ".join(text.split())))


@given(networks())
def test_pictures_show_every_agent_and_every_pair(graph: Any) -> None:
    root = drawn(graph)
    nodes, pairs = nodes_in(root), pairs_in(root)
    ids = check_ids(list(by_key(nodes, graph)), graph)
    assert set(pairs) == {(ids[u], ids[v]) for u, v in graph.edges()}
    for key, facts in graph.nodes(data=True):
        node = nodes[ids[key]]
        first = (node.findtext(f"{SVG}title") or "").split("\n")[0]
        meant = shown(facts["title"]) or shown(key)
        assert first.startswith(meant[:60])
        assert ("gone" in node.get("class", "")) == (facts["kind"] == "missing" and graph.degree(key) > 0)
    for u, v, facts in graph.edges(data=True):
        told = pairs[ids[u], ids[v]].findtext(f"{SVG}title") or ""
        relation, about = facts["relation"].replace("_", " "), shown(facts["about"] or "")[:60]
        assert (f"{relation}: {about}" if about else relation) in told


def by_key(nodes: Mapping[str, Any], graph: Any) -> Iterator[str]:
    """The drawn keys in the order of the graph's, by what XML holds of them."""
    left = dict.fromkeys(nodes)
    for key in graph:
        id_ = held(key) if held(key) in left else min(id_ for id_ in left if id_.startswith(held(key)))
        del left[id_]
        yield id_


def test_labels_cover_neither_circles_nor_each_other() -> None:
    root = drawn(crowd(120, 3))
    circles, labels = [], []
    for node in nodes_in(root).values():
        circle, text = node.find(f"{SVG}circle"), node.find(f"{SVG}text")
        assert circle is not None
        circles.append(tuple(float(circle.get(name, "")) for name in ("cx", "cy", "r")))
        if text is not None and text.text and "hub" not in text.get("class", ""):
            wide, x, y = width(text.text) * 12, float(text.get("x", "")), float(text.get("y", ""))
            left = x - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "")]
            labels.append((left, y - 10, left + wide, y + 3))
    assert len(labels) > 80
    for one, other in combinations(labels, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for left, top, right, bottom in labels:
        for x, y, r in circles:
            assert dist((x, y), (min(max(x, left), right), min(max(y, top), bottom))) >= r - 0.2


def test_the_most_connected_keep_their_labels() -> None:
    graph = crowd(MANY, 8)
    ties = {key: len({*graph.successors(key), *graph.predecessors(key)}) for key in graph}
    nodes = nodes_in(drawn(graph))
    ranked = sorted(graph, key=lambda key: (-ties[key], key))
    assert all(nodes[key].find(f"{SVG}text") is not None for key in ranked[:20])


def test_missing_agents_are_dashed_and_those_without_ties_are_listed() -> None:
    graph = crowd(4, 0)
    graph.add_node("?dock/pilot", kind="missing", name="pilot", title="pilot", collection="dock", suggestions=["plot"])
    graph.add_edge("dock/agent-0", "?dock/pilot", relation="hands_off_to", about=None)
    root = drawn(graph)
    gone = nodes_in(root)["?dock/pilot"]
    assert "gone" in gone.get("class", "")
    assert "Did you mean plot?" in (gone.findtext(f"{SVG}title") or "")
    assert "stroke-dasharray" in (root.findtext(f"{SVG}style") or "")
    assert "Named by nobody, naming nobody (3)" in [text.text for text in root.iter(f"{SVG}text")]


def test_many_agents_are_seen_from_afar() -> None:
    graph = crowd(MANY + 1, 4)
    root = drawn(graph)
    nodes = nodes_in(root)
    sizes = [int((node.findtext(f"{SVG}text") or "0").replace(",", "")) for node in nodes.values()]
    groups = [len(group) for group in graphs.communities(graph) if len(group) > 1][:40]
    assert sorted(sizes, reverse=True) == groups
    boxes = []
    for node in nodes.values():
        circle = node.find(f"{SVG}circle")
        assert circle is not None
        x, y, r = (float(circle.get(name, "")) for name in ("cx", "cy", "r"))
        last = node.findall(f"{SVG}text")[-1]
        boxes.append((x - r, y - r, x + r, float(last.get("y", ""))))
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    told = "\n".join(line.findtext(f"{SVG}title") or "" for line in pairs_in(root).values())
    home = {key: number for number, keys in enumerate(graphs.communities(graph)[:40]) for key in keys}
    between = sum(u in home and v in home and home[u] != home[v] for u, v in graph.edges())
    assert 0 < sum(int(number) for number in re.findall(r": (\d+) reference", told)) <= between


def test_pictures_of_two_graphs_share_no_id() -> None:
    ids = [element.get("id") for n in (3, 4) for element in drawn(crowd(n, 2)).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.browser
@pytest.mark.parametrize(("count", "edges"), [(40, 3), (200, 3), (MANY + 1, 4)])
def test_pictures_look_as_reckoned_in_a_browser(tmp_path: Path, count: int, edges: int) -> None:
    play = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("there is no /usr/bin/chromium")
    graph = crowd(count, edges)
    for number, (_, facts) in enumerate(graph.nodes(data=True)):
        facts["title"] = ("Berth Planning Clerk", "灯台守と潮汐予報", "WMWM @ M", "illicit filler")[
            number % 4
        ] + f" {number}"
    file = tmp_path / "graph.svg"
    file.write_text(graphs.to_svg(graph), encoding="utf-8")
    with play.sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"])
        page, asked = browser.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        boxes = page.evaluate(
            "[...document.querySelectorAll('.node text.name:not(.hub)')].map(t => [t.textContent, t.getBBox()])"
            ".map(([t, b]) => [t, b.x, b.y + 2, b.x + b.width, b.y + b.height - 2])"
        )
        inside = page.evaluate(
            "(() => { const s = document.documentElement, b = s.getBBox(), v = s.viewBox.baseVal;"
            " return b.x >= 0 && b.y >= 0 && b.x + b.width <= v.width + 1 && b.y + b.height <= v.height + 1 })()"
        )
        browser.close()
    assert asked == [file.as_uri()]
    assert inside
    assert boxes
    over = [
        (one[0], other[0])
        for one, other in combinations(boxes, 2)
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]
    assert len(over) <= len(boxes) / 100, over  # fonts differ; ours are reckoned rather too wide
    wide = [text for text, left, _, right, _ in boxes if right - left > 1.1 * width(text) * 12]
    assert not wide


# --- colours and letters -------------------------------------------------------------------------

SEEN = {  # Machado, Oliveira and Fernandes 2009, severity 1.0, over linear light
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(light: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* under D65."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in light)
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize(("colours", "paper"), [(LIGHT, "#fbfaf7"), (DARK, "#14191c")], ids=["light", "dark"])
def test_colours_are_told_apart_by_all_eyes(colours: tuple[str, ...], paper: str, eyes: str) -> None:
    seen = [
        lab([sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in SEEN[eyes]]) for colour in colours
    ]
    assert min(dist(one, other) for one, other in combinations(seen, 2)) >= 12
    for colour in colours:  # WCAG 2.2, 1.4.11: three to one
        lights = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(colour), linear(paper)))
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 3


@given(st.text(max_size=60), st.floats(2, 40))
def test_what_is_cut_fits_and_is_a_beginning(text: str, most: float) -> None:
    short = cut(text, most)
    assert width(short) <= most + 1e-9
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_cut_splits_no_character() -> None:
    assert cut("e\u0301" * 20, 6.0) in {"e\u0301" * n + "…" for n in range(20)}
    assert not cut("👨‍👩‍👧" * 20, 6.0)[:-1].endswith("\u200d")


# --- one answer everywhere -----------------------------------------------------------------------

_ALL = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import test_graph_exports as t
for graph in (t.crowd(60, 3), t.crowd(t.MANY + 1, 3)):
    texts = [t.graphs.to_svg(graph), *(t.written(form, graph) for form in t.graphs.WRITERS)]
    print(*(hashlib.sha256(text.encode()).hexdigest() for text in texts))
"""


def test_hash_seeds_change_no_export() -> None:
    here, said = Path(__file__).parent, set()
    for seed in ("0", "4242"):
        environ = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(here.parent)}
        done = subprocess.run([sys.executable, "-c", _ALL, str(here)], env=environ, capture_output=True, check=True)
        said.add(done.stdout)
    assert len(said) == 1


@pytest.mark.parametrize("form", graphs.WRITERS)
def test_pieces_are_small_and_make_the_whole(form: str) -> None:
    wholes: dict[str, Callable[[Any], str]] = {
        "graphml": graphs.to_graphml,
        "dot": graphs.to_dot,
        "mermaid": graphs.to_mermaid,
        "csv": graphs.to_csv,
        "json": lambda graph: json.dumps(graphs.to_json(graph), ensure_ascii=False, indent=2) + "\n",
    }
    graph = crowd(300, 4)
    pieces = list(graphs.WRITERS[form](graph))
    assert "".join(pieces) == wholes[form](graph)
    assert max(map(len, pieces)) < 2_000
