"""The collaboration graph: resolving, building, analysing, exporting, laying out."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from math import dist
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import graph as graphs
from converters.findings import Finding
from converters.library import Collection, library_of
from converters.model import AgentSpec, Collaboration, Derived, Evidence, Source

RELATIONS = {"->": "hands_off_to", "~": "collaborates_with", "+": "supports", "!": "escalates_to"}


def agent(
    key: str, *said: str, name: str | None = None, title: str | None = None, aliases: tuple[str, ...] = ()
) -> AgentSpec:
    """An agent `collection/id` that says things like `-> other`."""
    collection, _, id = key.partition("/")
    collaboration = tuple(
        Collaboration(
            agent=other,
            relation=RELATIONS[mark],  # type: ignore[arg-type]  # a test's own table
            about=f"the {other}",
            evidence=Evidence(where="body", text=f"Work with {other}."),
        )
        for mark, _, other in (statement.partition(" ") for statement in said)
    )
    return AgentSpec(
        id=id,
        name=id.rpartition("/")[2] if name is None else name,
        title=title,
        aliases=aliases,
        source=Source(collection=collection, path=f"{id}.md"),
        derived=Derived(collaboration=collaboration, summary=f"Does {id}.", categories=tuple(id.split("/")[:-1])),
    )


def build(*specs: AgentSpec, **aliases: dict[str, str]) -> tuple[Any, tuple[Finding, ...]]:
    homes = {name: Collection(name, aliases=named) for name, named in aliases.items()}
    return graphs.build(library_of(specs, homes))


def only_edge(graph: Any) -> dict[str, Any]:
    ((_, _, facts),) = graph.edges(data=True)
    return dict(facts)


# --- resolving -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (agent("a/x/tide-teller"), "tide-teller"),
        (agent("a/x", name="Tide_Teller"), "@Tide Teller"),
        (agent("a/x/tide-teller", name="T. T."), "tide-teller"),
        (agent("a/x", title="🌊 Tide Teller"), "tide-teller"),
    ],
)
def test_names_ids_and_titles_resolve_exactly(other: AgentSpec, said: str) -> None:
    graph, findings = build(agent("a/me", f"-> {said}"), other, agent("b/tide-teller"))
    edge = only_edge(graph)
    assert (edge["resolution"], edge["target"], edge["ambiguous"]) == ("exact", f"a/{other.id}", False)
    assert edge["source"] == "a/me"
    assert edge["relation"] == "hands_off_to"
    assert (edge["evidence"], edge["where"]) == (f"Work with {said}.", "body")
    assert not findings


def test_a_name_is_stronger_than_an_id_and_an_id_than_a_title() -> None:
    title, path, name = agent("a/1", name="x", title="Pilot"), agent("a/0/pilot", name="y"), agent("a/2", name="pilot")
    me = agent("a/me", "-> pilot")
    assert only_edge(build(me, title, path, name)[0])["target"] == "a/2"
    assert only_edge(build(me, title, path)[0])["target"] == "a/0/pilot"
    assert only_edge(build(me, title)[0])["target"] == "a/1"


def test_former_names_resolve_as_aliases() -> None:
    graph, findings = build(agent("a/me", "-> old-pilot"), agent("a/pilot", aliases=("crew/old-pilot",)))
    assert (only_edge(graph)["resolution"], only_edge(graph)["target"]) == ("alias", "a/pilot")
    assert not findings


@pytest.mark.parametrize("meant", ["pilot", "crew/pilot", "b/pilot"])
def test_curated_aliases_mean_a_name_an_id_or_a_key(meant: str) -> None:
    specs = agent("a/me", "-> helmsman"), agent("a/crew/pilot"), agent("b/pilot")
    graph, _ = build(*specs, a={"Helms man": "x", "helmsman": meant})
    assert only_edge(graph)["resolution"] == "alias"
    assert only_edge(graph)["target"] == ("b/pilot" if meant == "b/pilot" else "a/crew/pilot")


def test_a_curated_alias_of_nobody_is_missing() -> None:
    graph, findings = build(agent("a/me", "-> helmsman"), a={"helmsman": "nobody"})
    assert only_edge(graph)["resolution"] == "missing"
    assert [finding.rule.code for finding in findings] == ["G101"]


def test_agents_elsewhere_are_the_last_resort() -> None:
    graph, findings = build(agent("m/me", "-> pilot"), agent("b/pilot"), agent("a/x/pilot"))
    edge = only_edge(graph)
    assert (edge["resolution"], edge["target"], edge["ambiguous"]) == ("elsewhere", "a/x/pilot", True)
    assert edge["candidates"] == ["a/x/pilot", "b/pilot"]
    assert not findings


def test_missing_agents_become_nodes_with_suggestions() -> None:
    graph, (finding,) = build(
        agent("a/me", "-> harbour-piolt", "~ harbour-piolt"), agent("a/harbour-pilot"), agent("b/harbour-pilots")
    )
    facts = graph.nodes["?a/harbour-piolt"]
    assert (facts["kind"], facts["name"], facts["collection"]) == ("missing", "harbour-piolt", "a")
    assert facts["suggestions"] == ["harbour-pilot", "harbour-pilots"]
    assert finding.rule.code == "G101"
    assert finding.message == "no agent is called 'harbour-piolt'; did you mean harbour-pilot?"
    assert (finding.span.path, finding.span.start) == ("me.md", 0)
    assert graph.number_of_edges() == 2


def test_a_rare_word_suggests_more_than_a_common_ending() -> None:
    crowd = [agent(f"a/{word}-engineer") for word in ("cloud", "data", "license", "platform", "websocket")]
    graph, _ = build(agent("a/me", "-> backend-engineer"), agent("a/backend-developer"), *crowd)
    assert graph.nodes["?a/backend-engineer"]["suggestions"][0] == "backend-developer"
    assert len(graph.nodes["?a/backend-engineer"]["suggestions"]) <= 3


def test_several_of_one_name_are_ambiguous_and_the_nearest_is_meant() -> None:
    near, far = agent("a/sea/pilot"), agent("a/air/pilot")
    graph, (finding,) = build(agent("a/sea/me", "-> pilot"), near, far)
    edge = only_edge(graph)
    assert (edge["target"], edge["ambiguous"], edge["candidates"]) == (
        "a/sea/pilot",
        True,
        ["a/air/pilot", "a/sea/pilot"],
    )
    assert finding.rule.code == "G102"
    assert finding.message == "'pilot' names 2 agents in this collection"
    assert only_edge(build(agent("a/me", "-> pilot"), near, far)[0])["target"] == "a/air/pilot"


def test_agents_that_name_themselves_get_a_finding_and_no_edge() -> None:
    graph, (finding,) = build(agent("a/sea/pilot", "-> pilot", "~ pilot"), agent("a/air/pilot"))
    assert graph.number_of_edges() == 0
    assert finding.rule.code == "G103"


def test_a_name_without_letters_is_missing() -> None:
    graph, _ = build(agent("a/me", "-> 🏗️"), agent("a/x", name="!"))
    assert only_edge(graph)["target"] == "?a/unnamed"


def test_nodes_carry_what_pages_show() -> None:
    graph, _ = build(agent("b/x/pilot", title="The Pilot"), agent("a/pilot"), agent("a/Z", name=""))
    assert dict(graph.nodes["b/x/pilot"]) == {
        "kind": "agent",
        "name": "pilot",
        "title": "The Pilot",
        "collection": "b",
        "id": "x/pilot",
        "summary": "Does x/pilot.",
        "categories": ["x"],
        "variants": 2,
    }
    assert graph.nodes["a/Z"]["variants"] == 1
    assert graph.nodes["a/Z"]["title"] == "Z"
    assert list(graph) == ["a/Z", "a/pilot", "b/x/pilot"]


# --- analysing -----------------------------------------------------------------------------------


def port() -> Any:
    """Two crews joined by one agent, an island, a missing agent, a circle of delegation."""
    crews = [
        agent(f"a/{crew}{n}", *(f"~ {crew}{m}" for m in range(4) if m != n), "~ joint")
        for crew in "xy"
        for n in range(4)
    ]
    circle = [agent("b/one", "-> two"), agent("b/two", "! three"), agent("b/three", "-> one", "-> two", "+ nobody")]
    return build(*crews, agent("a/joint", "~ x0", "~ y0"), *circle, agent("b/alone"))[0]


def test_the_analysis_names_what_stands_out() -> None:
    found = graphs.analyse(port())
    assert (found.agents, found.references) == (13, 24 + 8 + 2 + 5)
    assert found.hubs[0] == graphs.Hub(agent="a/joint", named_by=8, names=2)
    assert found.bridges[0][0] == "a/joint"
    assert found.islands == ("b/alone",)
    assert found.missing == (graphs.Missing(name="nobody", collection="b", wanted_by=("b/three",), suggestions=()),)
    assert found.cycles == (graphs.Cycle(agents=("b/one", "b/two", "b/three"), group=("b/one", "b/three", "b/two")),)
    assert found.pairs == 24 + 8 + 2 + 4
    assert found.one_way == 6 + 2, "six of the crews are not named back by joint; one, two are not by two, three"
    assert [(c.collection, c.agents, c.connected, c.references) for c in found.coverage] == [
        ("a", 9, 9, 34),
        ("b", 4, 3, 5),
    ]
    assert found.coverage[1].share == 0.75


def test_communities_are_the_crews() -> None:
    groups = [set(group) for group in graphs.communities(port())]
    assert any({"a/x1", "a/x2", "a/x3"} <= group for group in groups)
    assert {"b/one", "b/two", "b/three"} in groups
    assert not any({"a/x1", "a/y1"} <= group for group in groups)
    assert sum(map(len, groups)) == 13


def test_cycles_go_round_in_order() -> None:
    graph, _ = build(agent("a/c", "-> a"), agent("a/a", "-> b"), agent("a/b", "-> c", "~ a"))
    (cycle,) = graphs.analyse(graph).cycles
    assert cycle.agents == ("a/a", "a/b", "a/c")


def test_an_empty_library_is_no_trouble() -> None:
    graph, findings = build()
    assert graphs.analyse(graph).agents == 0
    assert graphs.layout(graph) == {}
    assert not findings
    for export in (graphs.to_text, graphs.to_graphml, graphs.to_dot, graphs.to_mermaid, graphs.to_csv, graphs.to_json):
        assert export(graph)


def test_around_takes_both_directions_up_to_a_depth() -> None:
    graph, _ = build(
        agent("a/1", "-> 2"), agent("a/2", "-> 3"), agent("a/3", "-> 4"), agent("a/4", "-> gone"), agent("a/9")
    )
    assert list(graphs.around(graph, "a/2", 0)) == ["a/2"]
    assert list(graphs.around(graph, "a/2")) == ["a/1", "a/2", "a/3"]
    assert list(graphs.around(graph, "a/2", 9)) == ["a/1", "a/2", "a/3", "a/4", "?a/gone"]
    assert graphs.around(graph, "a/2").number_of_edges() == 2
    with pytest.raises(KeyError):
        graphs.around(graph, "a/8")


def test_find_takes_a_key_an_id_or_a_name() -> None:
    graph, _ = build(agent("a/x/pilot", "-> gone"), agent("b/pilot"))
    assert graphs.find(graph, "b/pilot") == ("b/pilot",)
    assert graphs.find(graph, "x/pilot") == ("a/x/pilot",)
    assert graphs.find(graph, "@Pilot") == ("a/x/pilot", "b/pilot")
    assert graphs.find(graph, "?a/gone") == ("?a/gone",)
    assert graphs.find(graph, "nobody") == graphs.find(graph, "!") == ()


# --- exporting -----------------------------------------------------------------------------------

HOSTILE = [
    'a "quoted" ]] name',
    "line\nbreak\r\tand tab",
    '--> n1[x]; click n0 href "javascript:alert(1)"',
    "<script>alert(1)</script> &lt; &quot; &#34;",
    "back\\slash\\",
    "\\N \\G {a|b} %%{init}%% `md` #quot;",
    "🏗️ Architect 灯台守 \u202e",
    "nul\0 bell\a esc\x1b fe\ufffe lone\ud800 sep\u2028x\x85",
    "=cmd|' /C calc'!A0",
]


def hostile() -> Any:
    specs = [
        AgentSpec(
            id=f"agent-{n}",
            name=text,
            title=text,
            source=Source(collection="a"),
            derived=Derived(
                summary=text,
                categories=(text,),
                collaboration=(
                    Collaboration(
                        agent=f"agent-{(n + 1) % len(HOSTILE)}",
                        relation="supports",
                        about=text,
                        when=text,
                        evidence=Evidence(where=text, text=text),
                    ),
                ),
            ),
        )
        for n, text in enumerate(HOSTILE)
    ]
    return build(*specs)[0]


GRAPHS = {"port": port, "hostile": hostile}


@pytest.fixture(params=GRAPHS)
def graph(request: pytest.FixtureRequest) -> Any:
    return GRAPHS[request.param]()


def test_json_is_node_link_and_complete(graph: Any) -> None:
    linked = json.loads(json.dumps(graphs.to_json(graph), ensure_ascii=False).encode())
    again = nx.node_link_graph(linked, edges="edges")
    assert list(again) == list(graph)
    assert again.number_of_edges() == graph.number_of_edges()
    for edge in linked["edges"]:
        assert {"source", "target", "relation", "about", "resolution", "evidence"} <= edge.keys()


def test_json_keeps_every_word_utf8_can_hold() -> None:
    evidence = [edge["evidence"] for edge in graphs.to_json(hostile())["edges"]]
    assert evidence[:7] == HOSTILE[:7]
    assert evidence[8] == HOSTILE[8]


def test_graphml_is_read_again(graph: Any) -> None:
    text = graphs.to_graphml(graph)
    ET.fromstring(text)
    again = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
    assert list(again) == list(graph)
    assert sorted((u, v) for u, v in again.edges()) == sorted((u, v) for u, v in graph.edges())
    for _, facts in again.nodes(data=True):
        assert all(isinstance(fact, str | int | float) for fact in facts.values())
    ids = re.findall(r'<edge [^>]*\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids)) == graph.number_of_edges()


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_dot_is_read_by_graphviz(graph: Any) -> None:
    text = graphs.to_dot(graph)
    done = subprocess.run(["dot", "-Tdot_json"], input=text.encode(), capture_output=True, check=True)
    assert not done.stderr
    again = json.loads(done.stdout)
    assert [node["name"] for node in again["objects"]] == list(graph)
    assert len(again["edges"]) == graph.number_of_edges()
    svg = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=True).stdout.decode()
    shown = {
        " ".join(part.itertext()).replace("\xa0", " ")
        for part in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    }
    for _, facts in graph.nodes(data=True):
        label = " ".join(facts["title"].split())
        assert label in shown or any(char in label for char in "\0\ud800"), label
    assert subprocess.run(["dot", "-Tcanon"], input=text.encode(), capture_output=True, check=True).stdout


def test_mermaid_has_one_harmless_line_for_each_thing(graph: Any) -> None:
    first, *lines, last = graphs.to_mermaid(graph).splitlines()
    assert first == "flowchart LR"
    assert last.startswith("  classDef")
    for line in lines:
        assert re.fullmatch(
            r'  n\d+(?:\["[^"<>\[\]`{}|\\\x00-\x1f]*"\](?::::missing)?| -->\|"[\w#;, ]+"\| n\d+)', line
        ), line
        assert re.sub(r"#\d+;", "", line).count(";") == 0
    assert sum(" -->|" in line for line in lines) == len(set(graph.edges()))


def test_mermaid_labels_decode_to_what_was_said() -> None:
    decoded = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), graphs.to_mermaid(hostile()))
    assert HOSTILE[0] in decoded
    assert HOSTILE[2] in decoded
    assert HOSTILE[3] in decoded


def test_csv_runs_no_formula(graph: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(graphs.to_csv(graph), newline="")))
    assert len(rows) == graph.number_of_edges()
    for row, (u, v, facts) in zip(rows, graph.edges(data=True), strict=True):
        assert (row["source"], row["target"]) == (u, v)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
        if facts["evidence"].startswith(("=", "-")):
            assert row["evidence"] == "'" + facts["evidence"]


def test_the_reading_fits_eighty_columns(graph: Any) -> None:
    text = graphs.to_text(graph)
    assert all(len(line) <= 80 for line in text.split("\n"))
    assert text.replace("\n", "").isprintable() or "🏗️" in text


def test_the_reading_says_it_all() -> None:
    assert (
        graphs.to_text(port())
        == """\
13 agents in 2 collections, 39 references, 1 missing agent
  collection   agents  references  connected
  a                 9          34       100%
  b                 4           5        75%
  one-way: 8 of 38 pairs, the second never names the first

Hubs (named by, names)
      8     2  joint
      4     4  x0
      4     4  y0
      3     4  x1
      3     4  x2
      3     4  x3
      3     4  y1
      3     4  y2
      3     4  y3
      2     1  two
      1     3  three
      1     1  one

Bridges (share of the shortest ways between others)
        24.2%  joint

Communities (tied more to each other than to the rest)
      5  joint, x0, x1, x2, x3
      4  y0, y1, y2, y3
      3  one, three, two

Missing agents (named, but nobody answers)
  nobody in b
    wanted by three

Islands (name nobody, named by nobody)
  alone

Cycles of delegation (work may go round)
  one -> two -> three -> one
"""
    )


# --- laying out ----------------------------------------------------------------------------------


def crowd(count: int, edges: int) -> Any:
    """`count` agents, each naming `edges` others in a scattered but fixed way."""
    return build(
        *(
            agent(f"a/g{n % 7}/n{n}", *(f"~ n{(n * 31 + k * k * 7 + 1) % count}" for k in range(edges)))
            for n in range(count)
        )
    )[0]


def check_layout(graph: Any) -> None:
    places = graphs.layout(graph)
    assert set(places) == set(graph)
    least, points = graphs.gap(len(places)), sorted(places.values())
    for at, one in enumerate(points):
        assert 0 <= one[0] <= 1000
        assert 0 <= one[1] <= 1000
        for other in points[at + 1 :]:
            if other[0] - one[0] >= least:
                break
            assert dist(one, other) >= least


@pytest.mark.parametrize(("count", "edges"), [(1, 0), (2, 1), (5, 2), (40, 0), (60, 3), (300, 8)])
def test_layouts_stay_in_the_box_and_never_overlap(count: int, edges: int) -> None:
    check_layout(crowd(count, edges))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_layouts_of_anything_never_overlap(ties: list[tuple[int, int]]) -> None:
    said: dict[int, list[str]] = {}
    for u, v in ties:
        said.setdefault(u, []).append(f"~ n{v}")
    check_layout(build(*(agent(f"a/n{n}", *others) for n, others in said.items()))[0])


def test_a_thousand_agents_are_laid_out_in_seconds() -> None:
    graph, start = crowd(1000, 8), time.process_time()
    check_layout(graph)
    assert time.process_time() - start < 30


def test_neighbours_are_nearer_than_strangers() -> None:
    places = graphs.layout(port())
    within = [dist(places[f"a/x{n}"], places[f"a/x{m}"]) for n in range(4) for m in range(n)]
    between = [dist(places[f"a/x{n}"], places[f"a/y{m}"]) for n in range(4) for m in range(4)]
    assert sum(within) / len(within) < 0.6 * sum(between) / len(between)


# --- one answer everywhere -----------------------------------------------------------------------

_ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
import test_graph as t
from converters import graph as g
for graph in (t.port(), t.hostile(), t.crowd(80, 3)):
    print(graph.nodes(data=True), graph.edges(data=True))
    print(g.analyse(graph), g.layout(graph), list(g.around(graph, list(graph)[0], 2).edges(data=True)))
    exports = (g.to_text, g.to_graphml, g.to_dot, g.to_mermaid, g.to_csv)
    print(ascii([json.dumps(g.to_json(graph)), *(export(graph) for export in exports)]))
"""


def test_hash_seeds_change_nothing() -> None:
    here = Path(__file__).parent
    said = set()
    for seed in ("0", "1", "4242"):
        environ = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(here.parent),
            "PYTHONIOENCODING": "utf-8:surrogatepass",
        }
        done = subprocess.run([sys.executable, "-c", _ALL, str(here)], env=environ, capture_output=True, check=True)
        said.add(done.stdout)
    assert len(said) == 1
    assert len(said.pop()) > 10_000


def test_the_order_of_agents_changes_nothing() -> None:
    specs = [agent("a/x", "-> y"), agent("b/y", "-> x"), agent("a/z", "-> y", "-> q"), agent("c/y")]
    one, other = build(*specs), build(*reversed(specs))
    assert graphs.to_json(one[0]) == graphs.to_json(other[0])
    assert one[1] == other[1]
