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
from dataclasses import replace
from importlib.util import find_spec
from math import dist
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import graph as graphs
from converters.findings import Finding
from converters.graph import measures
from converters.library import Collection, library_of
from converters.model import AgentSpec, Collaboration, Derived, Evidence, Source

RELATIONS = {
    "->": "hands_off_to",
    "~": "collaborates_with",
    "+": "supports",
    "!": "escalates_to",
    ">": "delegates_to",
    "^": "reports_to",
}


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
    """The graph and what was found; an alias that means the empty text is the name of nobody."""
    homes = {
        home: Collection(
            home,
            aliases={name: meant for name, meant in named.items() if meant},
            not_agents=tuple(name for name, meant in named.items() if not meant),
        )
        for home, named in aliases.items()
    }
    return graphs.build(library_of(specs, homes))


@pytest.mark.parametrize(
    ("client", "names"),
    [
        ("gemini-cli", ("codebase-investigator", "cli-help", "generalist", "browser-agent")),
        ("codex", ("default", "explorer", "worker")),
    ],
)
def test_agents_that_the_client_brings_are_nobody_s_lack(client: str, names: tuple[str, ...]) -> None:
    """Gemini CLI 0.61.0 and Codex 0.169.0 bring these, Claude Code others; a library's own of such a name is meant."""
    speaker = agent("a/lead", *(f"-> {name}" for name in names))
    source = speaker.source or Source()
    for fmt, missing in ((client, 0), ("claude-code", len(names))):
        graph, found = build(replace(speaker, source=replace(source, format=fmt)))
        assert len([finding for finding in found if finding.rule.code in {"G101", "G107"}]) == missing
        assert graph.number_of_edges() == missing
    graph, found = build(replace(speaker, source=replace(source, format=client)), agent(f"a/{names[-1]}"))
    assert [target for _, target in graph.edges()] == [f"a/{names[-1]}"]


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


def test_a_curated_alias_settles_what_a_name_leaves_open() -> None:
    near, far = agent("a/sea/pilot"), agent("a/air/pilot")
    graph, findings = build(agent("a/sea/me", "-> pilot"), near, far, a={"pilot": "air/pilot"})
    assert (only_edge(graph)["resolution"], only_edge(graph)["target"]) == ("alias", "a/air/pilot")
    assert not findings


def test_a_name_that_a_keeper_calls_nobody_s_is_no_reference() -> None:
    graph, findings = build(agent("a/me", "-> Quality Team"), agent("b/me", "-> quality-team"), a={"quality-team": ""})
    assert only_edge(graph)["source"] == "b/me", "each collection has its own list"
    assert [finding.facts["agent"] for finding in findings] == ["quality-team"]


def test_dead_aliases_are_known() -> None:
    homes = {"a": Collection("a", aliases={"boss": "pilot", "chief": "nobody", "other": "b/pilot"})}
    library = library_of([agent("a/pilot"), agent("b/pilot")], homes)
    assert list(graphs.Resolver(library).dead_aliases()) == [("a", "chief", "nobody")]


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


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("kotlin", "kotlin-specialist"),
        ("kotlin-specialists", "kotlin-specialist"),
        ("kotlin-agent", "kotlin-specialist"),
        ("rope-clerks", "rope-clerk"),
        ("crane-planer", "crane-planner"),
        ("ux-designer", "ui-designer"),
    ],
)
def test_near_names_are_suggested_and_never_taken(said: str, suggested: str) -> None:
    crowd = [agent(f"a/{word}-designer") for word in ("hull", "sail", "deck", "mast")]
    others = [agent(f"a/{name}") for name in ("kotlin-specialist", "rope-clerk", "crane-planner", "ui-designer")]
    graph, _ = build(agent("a/me", f"-> {said}"), *crowd, *others)
    assert only_edge(graph)["resolution"] == "missing"
    assert graph.nodes[f"?a/{said}"]["suggestions"][0] == suggested


def test_a_last_word_alone_makes_no_two_names_alike() -> None:
    graph, _ = build(agent("a/me", "-> ios-developer"), agent("a/cli-developer"), agent("a/rust-developer"))
    assert graph.nodes["?a/ios-developer"]["suggestions"] == []


def test_a_name_that_sounds_like_an_activity_is_doubted_only_if_nothing_speaks_for_it() -> None:
    def codes(*specs: AgentSpec, **aliases: dict[str, str]) -> list[str]:
        return [finding.rule.code for finding in build(*specs, **aliases)[1]]

    me = agent("a/me", "~ sprint-planning")
    assert codes(me) == ["G107"]
    assert codes(me, agent("a/you", "~ sprint-planning")) == ["G101", "G101"], "two agents use it"
    assert codes(me, agent("a/cargo-planning")) == ["G101"], "an agent's name ends so"
    assert codes(me, agent("a/sprint-plannings")) == ["G101"], "an agent's name is like it"
    assert codes(me, a={"sprint-planning": "gone"}) == ["G101"], "a keeper curated it"
    assert codes(agent("a/me", "~ harbour-captain")) == ["G101"], "it sounds like a person"


def test_two_names_of_one_agent_are_found() -> None:
    other = agent("a/tide-teller", title="Teller of Tides")
    _, (finding,) = build(agent("a/me", "-> tide-teller", "~ teller-of-tides", "+ teller-of-tides"), other)
    assert finding.rule.code == "G104"
    assert finding.message == "'teller-of-tides' and 'tide-teller' both mean a/tide-teller"


@pytest.mark.parametrize(("up", "word"), [("!", "escalated to"), ("^", "reported to")])
def test_an_agent_both_above_and_below_is_found(up: str, word: str) -> None:
    _, (finding,) = build(agent("a/me", "> pilot", f"{up} pilot", "~ clerk"), agent("a/pilot"), agent("a/clerk"))
    assert finding.rule.code == "G105"
    assert finding.message == f"'pilot' is both given work and {word}"
    assert not build(agent("a/me", "> pilot"), agent("a/pilot", "! me"))[1], (
        "each says it of the other: as it should be"
    )


def test_one_way_references_are_those_not_answered_at_home() -> None:
    graph, _ = build(
        agent("a/1", "-> 2", "~ 2", "~ 3", "-> other", "-> gone"), agent("a/2", "+ 1"), agent("a/3"), agent("b/other")
    )
    assert [(u, v, said["relation"]) for u, v, said in graphs.one_way(graph)] == [("a/1", "a/3", "collaborates_with")]


def test_several_of_one_name_are_ambiguous_and_the_nearest_is_meant() -> None:
    near, far = agent("a/sea/pilot"), agent("a/air/pilot")
    graph, nothing = build(agent("a/sea/me", "-> pilot"), near, far)
    edge = only_edge(graph)
    assert (edge["target"], edge["ambiguous"], edge["candidates"]) == (
        "a/sea/pilot",
        True,
        ["a/air/pilot", "a/sea/pilot"],
    )
    assert not nothing, "one lies beside it: that is the one"
    graph, (finding,) = build(agent("a/me", "-> pilot"), near, far)
    assert only_edge(graph)["target"] == "a/air/pilot"
    assert finding.rule.code == "G102"
    assert finding.message == "'pilot' names 2 agents here, none nearer than the others"


def test_of_three_of_a_name_two_as_near_as_each_other_are_told() -> None:
    crews = [agent(f"a/sea/{crew}/pilot") for crew in ("day", "night")]
    _, (finding,) = build(agent("a/sea/me", "-> pilot"), agent("a/air/pilot"), *crews)
    assert (finding.rule.code, finding.facts["count"]) == ("G102", 3)


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
        "path": "x/pilot.md",
        "summary": "Does x/pilot.",
        "categories": ["x"],
        "access": [],
        "variants": 2,
    }
    assert graph.nodes["a/Z"]["variants"] == 1
    assert graph.nodes["a/Z"]["title"] == "Z"
    assert list(graph) == ["a/Z", "a/pilot", "b/x/pilot"]


# --- through `specs check` ---------------------------------------------------------------------------

FORECASTER = """\
---
name: tide-forecaster
description: Forecasts tides.
---
You forecast tides.

## Collaboration

- Delegate soundings to berth-clerk
- Escalate to berth-clerk when the gauge fails
- Collaborate with crane-planer on cranes
- Work with quay-testing on trials
- Coordinate with harbour-boss on storms
- Coordinate with storm-desk on storms
- Receive soundings from crane-planner
"""
OTHERS = "---\nname: {0}\ndescription: Works.\n---\nYou work.\n"
KEPT = """\
port:
  root: agents
  license: MIT
  aliases: {harbour-boss: harbour-mastr}
  not_agents: [storm-desk]
"""


@pytest.fixture
def port_on_disk(tmp_path: Path) -> Path:
    """A library of three agents, its sources beside it."""
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "tide-forecaster.md").write_text(FORECASTER)
    for name in ("berth-clerk", "crane-planner"):
        (tmp_path / "agents" / f"{name}.md").write_text(OTHERS.format(name))
    specs_of(tmp_path, "convert", "agents", "--collection", "port", "--quiet")
    (tmp_path / "specs" / "collections.yaml").write_text(KEPT)
    return tmp_path


def specs_of(folder: Path, *args: str) -> str:
    program = [sys.executable, "-c", "from converters.cli import main; main()", *args]
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(program, cwd=folder, env=environ, capture_output=True, text=True, check=False).stdout


def found_by_check(folder: Path) -> dict[tuple[str, str], tuple[str, int, int]]:
    """What `specs check` finds of names: code and words, and where."""
    found = json.loads(specs_of(folder, "check", "specs", "--select", "G", "--json"))["findings"]
    return {(one["code"], one["message"].split("'")[1]): (one["path"], one["line"], one["column"]) for one in found}


def test_check_finds_names_where_they_stand(port_on_disk: Path) -> None:
    def at(words: str, name: str) -> tuple[str, int, int]:
        lines = FORECASTER.splitlines()
        row = next(n for n, line in enumerate(lines) if words in line)
        return "agents/tide-forecaster.md", row + 1, lines[row].index(name) + 1

    assert found_by_check(port_on_disk) == {
        ("G101", "crane-planer"): at("crane-planer", "crane-planer"),
        ("G101", "harbour-boss"): at("harbour-boss", "harbour-boss"),
        ("G105", "berth-clerk"): at("Escalate", "berth-clerk"),
        ("G106", "crane-planner"): at("Receive", "crane-planner"),  # who names nobody, and would send nothing
        ("G107", "quay-testing"): at("quay-testing", "quay-testing"),
        ("G108", "harbour-boss"): ("specs/collections.yaml", 4, KEPT.splitlines()[3].index("harbour-boss") + 1),
    }


def test_without_the_source_check_points_into_the_spec(port_on_disk: Path) -> None:
    shutil.rmtree(port_on_disk / "agents")
    path, row, column = found_by_check(port_on_disk)["G101", "crane-planer"]
    assert path == "specs/port/tide-forecaster.yaml"
    line = (port_on_disk / path).read_text().splitlines()[row - 1]
    assert line[column - 1 :].startswith("crane-planer")


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
    assert found.pieces == (9, 3)
    assert found.sampled is None
    assert found.relations[:2] == (("collaborates_with", 34), ("hands_off_to", 3))
    assert found.missing == (graphs.Missing(name="nobody", collection="b", wanted_by=("b/three",), suggestions=()),)
    assert found.cycles == (graphs.Cycle(agents=("b/one", "b/two", "b/three"), group=("b/one", "b/three", "b/two")),)
    assert found.pairs == 24 + 8 + 2 + 4
    assert found.one_way == 6 + 2, "six of the crews are not named back by joint; one, two are not by two, three"
    assert [(c.collection, c.agents, c.connected, c.references) for c in found.coverage] == [
        ("a", 9, 9, 34),
        ("b", 4, 3, 5),
    ]
    assert found.coverage[1].share == 0.75


def test_ambiguous_names_are_gathered() -> None:
    pilots = agent("a/sea/pilot"), agent("a/air/pilot")
    graph, _ = build(agent("a/1", "-> pilot", "~ pilot"), agent("a/2", "-> pilot"), *pilots, agent("b/1", "-> pilot"))
    assert graphs.analyse(graph).ambiguous == (
        graphs.Ambiguous(name="pilot", candidates=("a/air/pilot", "a/sea/pilot"), used_by=("a/1", "a/2")),
    )


def test_hubs_say_what_they_are_asked_for() -> None:
    def asking(key: str, about: str) -> AgentSpec:
        spec = agent(key, "~ pilot")
        said = tuple(replace(one, about=about) for one in spec.derived.collaboration)
        return replace(spec, derived=replace(spec.derived, collaboration=said))

    abouts = ("berth plans", "the berth plan", "pilot berths and tides", "storms")
    graph, _ = build(*(asking(f"a/{n}", about) for n, about in enumerate(abouts)), agent("a/pilot"))
    assert graphs.analyse(graph).hubs[0].topics == ("berth", "plan"), (
        "in the singular, not its own name, more than once"
    )


def test_communities_are_named_by_their_words() -> None:
    def crew(word: str, other: str) -> list[AgentSpec]:
        roles = ("planner", "clerk", "inspector")
        return [agent(f"a/{other}/{word}-{role}", *(f"~ {word}-{r}" for r in roles if r != role)) for role in roles]

    shelves = {"sail": "water", "tide": "water", "crane": "quay", "rope": "dock"}
    graph, _ = build(*(one for word, shelf in shelves.items() for one in crew(word, shelf)))
    names = {group.agents[0].split("/")[2].partition("-")[0]: group.name for group in graphs.analyse(graph).communities}
    assert names == {"sail": "Water: sail", "tide": "Water: tide", "crane": "Quay: crane", "rope": "Dock: rope"}


def test_no_community_bears_the_name_of_a_category_that_it_is_not() -> None:
    def crew(*keys: str) -> list[AgentSpec]:
        names = [key.rpartition("/")[2] for key in keys]
        return [
            agent(key, *(f"~ {other}" for other in names if other != name))
            for key, name in zip(keys, names, strict=True)
        ]

    whole = crew("a/dock/rope", "a/dock/anchor", "a/dock/fender")
    part = crew("a/water/tide", "a/water/swell", "a/water/foam")
    elsewhere = crew("a/water/ebb", "a/office/ink", "a/office/stamp", "a/office/paper")
    graph, _ = build(*whole, *part, *elsewhere)
    names = {group.name: len(group.agents) for group in graphs.analyse(graph).communities}
    assert names == {"Dock": 3, "Part of Water": 3, "Mostly Office": 4}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40), st.sampled_from(["x", "1", ""]))
def test_every_community_has_a_name_of_its_own(ties: list[tuple[int, int]], word: str) -> None:
    said: dict[int, list[str]] = {n: [] for n in range(13)}
    for u, v in ties:
        said[u].append(f"~ {word}{v}")
    graph, _ = build(*(agent(f"a/{word}{n}", *others) for n, others in said.items()))
    names = [group.name for group in graphs.analyse(graph).communities]
    assert len(set(names)) == len(names)
    assert all(names)


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
    assert graphs.find(graph, "Gone") == ("?a/gone",)
    titled, _ = build(agent("a/x/pilot", name="P", title="The Helm"), agent("b/helm", name="pilot"))
    assert graphs.find(titled, "the helm") == ("a/x/pilot",)
    assert graphs.find(titled, "pilot") == ("b/helm",), "a name is stronger than a file's"
    assert graphs.find(titled, "helm") == ("b/helm",)
    assert graphs.find(graph, "nobody") == graphs.find(graph, "!") == ()


# --- ways between agents ----------------------------------------------------------------------------


def test_a_way_has_the_words_of_each_step() -> None:
    graph, _ = build(
        agent("a/1", "~ 2", "-> 4"), agent("b/2"), agent("a/4", "! 5"), agent("a/5", "-> gone"), agent("a/6")
    )
    steps = graphs.shortest_path(graph, "a/1", "a/5")
    assert steps is not None
    assert [(s.source, s.target, s.relation, s.back) for s in steps] == [
        ("a/1", "a/4", "hands_off_to", False),
        ("a/4", "a/5", "escalates_to", False),
    ]
    assert [(s.evidence, s.where, s.path, s.about) for s in steps] == [
        ("Work with 4.", "body", "1.md", "the 4"),
        ("Work with 5.", "body", "4.md", "the 5"),
    ]
    assert graphs.shortest_path(graph, "a/1", "a/1") == ()
    assert graphs.shortest_path(graph, "a/1", "a/6") is None
    with pytest.raises(KeyError):
        graphs.shortest_path(graph, "a/1", "a/9")


def test_a_way_goes_backwards_only_where_none_goes_forwards() -> None:
    graph, _ = build(agent("a/1", "-> 2"), agent("a/2", "-> 3"), agent("a/3", "-> 4"), agent("a/4", "-> 1"))
    assert [step.back for step in graphs.shortest_path(graph, "a/1", "a/4") or ()] == [False] * 3
    cut, _ = build(agent("a/1", "-> 2"), agent("a/2"), agent("a/3", "-> 2"))
    assert [step.back for step in graphs.shortest_path(cut, "a/1", "a/3") or ()] == [False, True]


def test_missing_agents_are_ends_and_never_between() -> None:
    graph, _ = build(agent("a/1", "-> gone"), agent("a/2", "-> gone"))
    assert graphs.shortest_path(graph, "a/1", "a/2") is None
    assert [step.target for step in graphs.shortest_path(graph, "a/1", "?a/gone") or ()] == ["?a/gone"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_ways_are_as_short_as_networkx_finds_them(ties: list[tuple[int, int]]) -> None:
    said: dict[int, list[str]] = {n: [] for n in range(10)}
    for u, v in ties:
        said[u].append(f"~ n{v}")
    graph, _ = build(*(agent(f"a/n{n}", *others) for n, others in said.items()))
    forwards = dict(nx.all_pairs_shortest_path_length(nx.DiGraph(graph)))
    either = dict(nx.all_pairs_shortest_path_length(nx.Graph(graph)))
    for u in graph:
        for v in graph:
            steps = graphs.shortest_path(graph, u, v)
            assert (None if steps is None else len(steps)) == forwards[u].get(v, either[u].get(v))
            here = u
            for step in steps or ():
                assert here == (step.target if step.back else step.source)
                here = step.source if step.back else step.target
            assert steps is None or here == v


# --- measures, against networkx ----------------------------------------------------------------------

SIZES = [(1, 0), (2, 1), (3, 2), (40, 60), (150, 600)]
FAST = [
    False,
    pytest.param(True, marks=pytest.mark.skipif(not find_spec("rustworkx"), reason="rustworkx is not installed")),
]


def numbered(size: int, ties: int) -> tuple[list[dict[int, int]], Any]:
    """A scattered but fixed graph, as measures take it and as networkx does."""
    neighbours: list[dict[int, int]] = [{} for _ in range(size)]
    for n in range(ties):
        u = (n * 7919 + 3) % size
        v = (u + 1 + n * n % 5) % size if n % 4 else (n * 104729 + 11) % size
        if u != v:
            neighbours[u][v] = neighbours[u].get(v, 0) + 1
            neighbours[v][u] = neighbours[v].get(u, 0) + 1
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_weighted_edges_from((u, v, w) for u, others in enumerate(neighbours) for v, w in others.items())
    return neighbours, graph


@pytest.mark.parametrize("fast", FAST)
@pytest.mark.parametrize(("size", "ties"), SIZES)
def test_betweenness_is_networkx_s(size: int, ties: int, fast: bool) -> None:
    neighbours, graph = numbered(size, ties)
    found = measures.between(neighbours, fast=fast)
    assert found.sources is None
    assert list(found.shares) == pytest.approx(list(nx.betweenness_centrality(graph).values()))


def test_betweenness_of_a_sample_says_so_and_is_near() -> None:
    neighbours, graph = numbered(150, 600)
    found = measures.between(neighbours, steps=60_000)
    assert found.sources == 36_000 // (150 + sum(map(len, neighbours)))
    exact = nx.betweenness_centrality(graph)
    order = sorted(exact, key=lambda node: -exact[node])
    assert sum(found.shares) == pytest.approx(sum(exact.values()), rel=0.2)
    best = max(range(150), key=lambda node: found.shares[node])
    assert best in order[:15]


@pytest.mark.parametrize("fast", FAST)
@pytest.mark.parametrize(("size", "ties"), SIZES)
def test_circles_are_networkx_s_strong_components(size: int, ties: int, fast: bool) -> None:
    arrows = [((n * 7919 + 3) % size, (n * 104729 + n * n + 1) % size) for n in range(ties)]
    arrows = [(u, v) for u, v in arrows if u != v]
    expected = [sorted(group) for group in nx.strongly_connected_components(nx.DiGraph(arrows)) if len(group) > 1]
    assert measures.circles(arrows, fast=fast) == sorted(expected)


@pytest.mark.parametrize(("size", "ties"), SIZES)
def test_pieces_are_networkx_s_components(size: int, ties: int) -> None:
    neighbours, graph = numbered(size, ties)
    assert measures.pieces(neighbours) == sorted(sorted(piece) for piece in nx.connected_components(graph))


@pytest.mark.parametrize(("size", "ties"), [size for size in SIZES if size[1] > 1])
def test_groups_are_as_good_as_networkx_s(size: int, ties: int) -> None:
    neighbours, graph = numbered(size, ties)
    found = measures.groups(neighbours)
    assert sorted(node for group in found for node in group) == list(range(size))
    best = max(nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed)) for seed in range(5))
    assert nx.community.modularity(graph, found) >= best - 0.05


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


def test_one_agent_alone_is_told_to_be() -> None:
    graph, _ = build(agent("quay/tide-clerk"))
    text = graphs.to_text(graph)
    assert "1 agent in the collection quay" in text
    assert "It is the only agent here, and names nobody." in text
    graph, _ = build(agent("quay/tide-clerk"), agent("quay/berth-clerk"))
    assert "No agent names another." in graphs.to_text(graph)


def test_the_reading_fits_eighty_columns(graph: Any) -> None:
    text = graphs.to_text(graph)
    assert all(len(line) <= 80 for line in text.split("\n"))
    assert text.replace("\n", "").isprintable() or "🏗️" in text


def test_the_reading_says_it_all() -> None:
    assert (
        graphs.to_text(port())
        == """\
13 agents in 2 collections, 39 references
  9 of the 13 agents hang together, and there is 1 smaller group apart from
  them. 1 names nobody and is named by nobody. They mostly collaborate with
  (34), hand off to (3) and escalate to (1). In 15 of 23 couples each names the
  other, in the rest only one of them does.

Collections     agents  references  connected
  a                  9          34       100%
  b                  4           5        75%

What to mend, the most worthwhile first
  1. 1 circle in which work may go round, among 3 agents. Say where it ends.
     one -> two -> three -> one
  2. 1 name that nobody bears and none is like (1 reference). Write the agent,
     or name another.
        1  nobody: named by three
  3. 1 agent on its own, neither naming nor named. Name it wherever it would
     help.
     alone

Who carries it
  named by  names  on the way  agent
         8      2       24.2%  joint
         4      4        0.0%  x0
         4      4        0.0%  y0
         3      4        0.0%  x1
         3      4        0.0%  x2
         3      4        0.0%  x3
         3      4        0.0%  y1
         3      4        0.0%  y2
         3      4        0.0%  y3
         2      1        0.0%  two
  On the way: the share of the shortest ways between two others.

Who belongs together (tied more to each other than to the rest)
      5  joint and x0 (a)
         joint, x0, x1, x2, x3
      4  y0 and y1 (a)
         y0, y1, y2, y3
      3  three and two (b)
         three, two, one
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
    some = [key for key, kind in graph.nodes(data="kind") if kind == "agent"][:6]
    print([g.team(graph, key) for key in some], [g.shortest_path(graph, some[0], key) for key in some])
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
