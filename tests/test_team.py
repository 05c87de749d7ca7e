"""Teams: the smallest set of agents in which all work that is handed on finds its agent."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from test_graph import agent, build

from converters import graph as graphs
from converters.cli.team_ import team as command
from converters.library import library_of
from converters.model import AgentSpec
from converters.publish import Catalogue, Site, graph_view, teams

ASSETS = Path(__file__).parents[1] / "site/assets"

HANDING = {"hands_off_to", "delegates_to", "escalates_to"}


def members(team: Any) -> list[str]:
    return [member.agent for member in team.members]


def needs(graph: Any, key: str) -> list[set[str]]:
    """What the agent needs one of each of, read off the edges."""
    found = []
    for _, target, said in graph.out_edges(key, data=True):
        if said["relation"] in HANDING and graph.nodes[target]["kind"] == "agent":
            found.append({target, *said["candidates"]})
    return found


def closed(graph: Any, team: set[str]) -> bool:
    return all(need & team for key in team for need in needs(graph, key))


# --- the smallest -----------------------------------------------------------------------------------


def test_a_team_is_all_that_work_reaches() -> None:
    graph, _ = build(
        agent("a/1", "-> 2", "~ 5"),
        agent("a/2", "! 3", "+ 6"),
        agent("a/3", "-> 1"),
        agent("a/4", "-> 1"),
        agent("a/5"),
    )
    team = graphs.team(graph, "a/1")
    assert members(team) == ["a/1", "a/2", "a/3"]
    assert [member.asked for member in team.members] == [True, False, False]
    assert [[(r.agent, r.relation, r.about) for r in member.because] for member in team.members] == [
        [("a/3", "hands_off_to", "the 1")],
        [("a/1", "hands_off_to", "the 2")],
        [("a/2", "escalates_to", "the 3")],
    ]
    assert team.exact
    assert not team.roles
    assert members(graphs.team(graph, "a/4", "a/5")) == ["a/4", "a/5", "a/1", "a/2", "a/3"]


def test_where_every_name_means_one_the_team_is_what_networkx_reaches() -> None:
    marks = ("->", "~", "!", "+")
    specs = [
        agent(f"a/n{n}", *(f"{marks[(n + k) % 4]} n{(n * 7 + k * 5 + 1) % 30}" for k in range(3))) for n in range(30)
    ]
    graph, _ = build(*specs)
    handing = nx.DiGraph([(u, v) for u, v, relation in graph.edges(data="relation") if relation in HANDING])
    handing.add_nodes_from(graph)
    for key in graph:
        assert set(members(graphs.team(graph, key))) == {key, *nx.descendants(handing, key)}


def test_more_relations_can_make_a_need() -> None:
    graph, _ = build(agent("a/1", "~ 2"), agent("a/2"))
    assert members(graphs.team(graph, "a/1")) == ["a/1"]
    assert members(graphs.team(graph, "a/1", also=("collaborates_with",))) == ["a/1", "a/2"]


def test_a_name_of_several_means_the_one_that_keeps_the_team_small() -> None:
    crowd = agent("a/x/pilot", "-> boatman"), agent("a/boatman"), agent("a/y/pilot")
    graph, _ = build(agent("a/x/me", "-> pilot"), *crowd)
    team = graphs.team(graph, "a/x/me")
    assert graph.nodes["a/x/pilot"], "the nearest by folder, which needs a boatman"
    assert members(team) == ["a/x/me", "a/y/pilot"]
    assert team.exact
    assert team.members[1].because[0].choice == ("a/x/pilot", "a/y/pilot")


def test_two_names_share_a_member_where_they_can() -> None:
    pilots = [agent(f"a/{n}/pilot") for n in "xyz"]
    graph, _ = build(
        agent("a/x/one", "-> pilot", "-> two"),
        agent("a/z/two", "-> pilot", "-> three"),
        agent("a/y/three", "! 1"),
        *pilots,
        agent("a/w/1", name="1"),
    )
    team = graphs.team(graph, "a/x/one")
    assert len([key for key in members(team) if key.endswith("pilot")]) == 1
    assert len(team.members) == 5


def test_a_member_in_the_team_already_is_meant_by_the_name() -> None:
    graph, _ = build(agent("a/x/me", "-> pilot"), agent("a/x/pilot"), agent("a/y/pilot"))
    assert members(graphs.team(graph, "a/x/me", "a/y/pilot")) == ["a/x/me", "a/y/pilot"]


def test_among_equals_fewer_collections_then_the_nearest() -> None:
    graph, _ = build(agent("m/me", "-> pilot", "-> clerk"), agent("a/pilot"), agent("b/pilot"), agent("b/clerk"))
    assert members(graphs.team(graph, "m/me")) == ["m/me", "b/clerk", "b/pilot"]
    near, _ = build(agent("a/y/me", "-> pilot"), agent("a/x/pilot"), agent("a/y/pilot"))
    assert members(graphs.team(near, "a/y/me")) == ["a/y/me", "a/y/pilot"]


LIBRARIES = st.lists(
    st.tuples(
        st.sampled_from("pqr"),
        st.lists(st.tuples(st.sampled_from(["->", "!", "~"]), st.sampled_from("pqrs")), max_size=3),
    ),
    min_size=1,
    max_size=7,
)


@given(LIBRARIES)
def test_no_smaller_team_is_closed(said: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """Against every set of agents there is: closed, no set smaller, nobody in it for nothing."""
    specs = [
        agent(f"a/f{n % 3}/n{n}", *(f"{mark} {other}" for mark, other in others), name=name)
        for n, (name, others) in enumerate(said)
    ]
    graph, _ = build(*specs)
    agents = [key for key, kind in graph.nodes(data="kind") if kind == "agent"]
    for start in agents:
        team = graphs.team(graph, start)
        found = set(members(team))
        assert start in found
        assert closed(graph, found)
        others = [key for key in agents if key != start]
        sizes = (
            size + 1
            for size in range(len(agents))
            for more in combinations(others, size)
            if closed(graph, {start, *more})
        )
        assert len(found) == next(sizes) == team.at_least
        assert team.exact


def test_a_search_that_is_cut_short_says_how_far_it_may_be_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["converters.graph.team"], "_WEIGHED", 1)
    pilots = [agent(f"a/{n}/pilot", *(f"-> boat{n}{k}" for k in range(3))) for n in "xyz"]
    boats = [agent(f"a/boat{n}{k}") for n in "xyz" for k in range(3)]
    clerks = [agent(f"a/{n}/clerk", "-> boatx0", "-> boaty1") for n in "xy"]
    graph, _ = build(agent("a/me", "-> pilot", "-> clerk"), *pilots, *boats, *clerks)
    team = graphs.team(graph, "a/me")
    assert closed(graph, set(members(team)))
    assert len(team.members) == 7, "a pilot with three boats, one of which is also the clerk's"
    assert team.at_least == 5, "the one asked for, a pilot, a clerk, and the two boats that either clerk needs"
    assert not team.exact


def test_a_long_chain_of_choices_is_no_trouble() -> None:
    """More choices than Python would follow by recursion."""
    links = [agent(f"a/{n}/link{k}", f"-> link{k + 1}") for k in range(1100) for n in "xy"]
    graph, _ = build(*links, agent("a/x/link1100"), agent("a/y/link1100"))
    team = graphs.team(graph, "a/x/link0")
    assert len(team.members) == 1101
    assert team.exact, "a name is needed for each link, and no two share an agent"


def test_who_is_no_agent_has_no_team() -> None:
    graph, _ = build(agent("a/1", "-> gone"))
    for key in ("a/2", "?a/gone"):
        with pytest.raises(KeyError):
            graphs.team(graph, key)


# --- roles nobody fills -----------------------------------------------------------------------------


def crew() -> Any:
    def who(key: str, *said: str, summary: str, access: tuple[str, ...] = ()) -> AgentSpec:
        from dataclasses import replace

        spec = agent(key, *said)
        return replace(spec, derived=replace(spec.derived, summary=summary, access=access))

    return build(
        who("a/me", "-> tide-reader", "! storm-warden", summary="Plans.", access=("shell",)),
        who("a/you", "-> tide-reader", summary="Plans.", access=("shell", "write")),
        who("a/tide-forecaster", summary="Reads the gauge.", access=("shell",)),
        who("a/crane-planner", summary="Plans cranes, and is warden of the quay in a storm."),
        who("a/quay-reader", summary="Reads plates."),
        *(who(f"a/{word}-clerk", summary=f"Keeps {word}.") for word in ("rope", "buoy", "hull", "lock")),
    )[0]


def test_unfilled_roles_have_candidates_and_reasons() -> None:
    team = graphs.team(crew(), "a/me", "a/you")
    assert members(team) == ["a/me", "a/you"]
    first, second = team.roles
    assert (first.name, [request.agent for request in first.because]) == ("tide-reader", ["a/me", "a/you"])
    best = first.candidates[0]
    assert best.agent == "a/tide-forecaster"
    assert "tide" in best.shared
    assert best.lacks == ()
    assert (second.name, [one.agent for one in second.candidates]) == ("storm-warden", ["a/crane-planner"])
    assert second.candidates[0].shared == ("storm", "warden")
    assert second.candidates[0].lacks == ("shell",), "who asks may run commands, and the candidate may not"
    assert not second.candidates[0].looks_alike


def test_who_asks_for_a_role_cannot_fill_it() -> None:
    graph, _ = build(agent("a/tide-forecaster", "-> tide-forecasters"), agent("a/rope-clerk"))
    (role,) = graphs.team(graph, "a/tide-forecaster").roles
    assert role.candidates == ()


# --- on the terminal --------------------------------------------------------------------------------

EXAMPLES = Path(__file__).parents[1] / "examples"


def said(*args: str) -> str:
    done = CliRunner().invoke(command, [*args, "--in", str(EXAMPLES)])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("name", ["desk-editor", "harbour-master", "api-designer", "lighthouse-keeper"])
def test_a_team_fits_eighty_columns(name: str) -> None:
    for text in (said(name), said(name, "--verbose", "--also", "depends_on")):
        assert text.startswith("Team of ")
        assert all(len(line) <= 80 for line in text.splitlines()), text


def test_the_json_says_the_same() -> None:
    document = json.loads(said("desk-editor", "--json"))
    assert [member["name"] for member in document["members"]] == ["desk-editor", "fact-checker"]
    assert document["members"][0]["asked"]
    assert document["exact"]
    assert document["at_least"] == 2
    (role,) = document["unfilled"]
    assert role["name"] == "legal-counsel"
    assert all(request["evidence"] for request in role["because"])


@pytest.mark.parametrize("args", [[], ["no-such"], ["desk-editor", "--also", "likes"]])
def test_misuse_says_so(args: list[str]) -> None:
    done = CliRunner().invoke(command, [*args, "--in", str(EXAMPLES)])
    assert done.exit_code != 0
    assert "Traceback" not in done.output


# --- the same on the site ---------------------------------------------------------------------------

SITE_TEAMS = """
import { readFileSync } from "node:fs";
import { read, team } from "./team.js";
import * as ways from "./graph-ways.js";
const { told, map, keys } = JSON.parse(readFileSync(0, "utf8"));
const graph = read(told), drawn = ways.read(map);
console.log(JSON.stringify(keys.map((key) => {
  const basket = team(graph, [key]), page = ways.team(drawn, drawn.byKey.get(key));
  const found = [page.members.map(([node]) => node.key), page.exact];
  return [[basket.members.map(({ agent }) => agent), basket.exact], found];
})));
"""


def two_fleets() -> list[AgentSpec]:
    """Two collections with the same names, one of them in two folders, whose bearers hand on differently.

    Work goes round among thirty, so that no search tries every choice: it must know that nobody can do with fewer
    than one of each name.
    """
    made = []
    for home, folder, more in (("east", "quay/", ()), ("east", "dock/", (9,)), ("west", "", (3,))):
        for n in range(30):
            others = {(n + step) % 30 for step in (1, *more)}
            made.append(agent(f"{home}/{folder}mate-{n}", *(f"-> mate-{other}" for other in sorted(others))))
    made.append(agent("north/pilot", "-> mate-2", "! mate-7", "+ warden"))
    made.append(agent("east/harbour-master", "-> mate-0", "+ mate-5"))
    return made


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_the_command_the_basket_and_the_map_agree_where_names_are_ambiguous(tmp_path: Path) -> None:
    """Within the collection first; then the smallest, the fewest collections, the nearest folders."""
    library = library_of(two_fleets())
    network, _ = graphs.build(library)
    site = Site(Catalogue(library, network))
    keys = ["east/quay/mate-4", "east/dock/mate-0", "west/mate-1", "north/pilot", "east/harbour-master"]
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("team.js", "graph-ways.js"):
        shutil.copy(ASSETS / name, tmp_path / name)
    (tmp_path / "ask.js").write_text(SITE_TEAMS)
    asked = json.dumps({"told": teams.document(site), "map": graph_view.map_document(site.made), "keys": keys})
    done = subprocess.run(
        [str(shutil.which("node")), "ask.js"], input=asked.encode(), capture_output=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    ambiguous = 0
    for key, (basket, page) in zip(keys, json.loads(done.stdout), strict=True):
        team = graphs.team(network, key)
        assert basket == page == [members(team), team.exact], key
        assert closed(network, set(basket[0]))
        home = key.partition("/")[0]
        ambiguous += sum(bool(request.choice) for one in team.members for request in one.because)
        if home in {"east", "west"}:
            assert {one.partition("/")[0] for one in basket[0]} == {home}, "a name is looked for at home first"
    assert ambiguous > 50


def test_names_that_only_files_have_are_told_for_nobody_answers_to_them_once_installed(tmp_path: Path) -> None:
    """By name and by title an agent is known from its file; where another bears the name, that one answers."""
    graph, _ = build(
        agent("a/master", "-> planner", "-> Chart Keeper", "-> pilot", "-> ghost"),
        agent("a/yard/planner", "-> master", name="yard-planner"),
        agent("a/charts", name="quay-charts", title="Chart Keeper"),
        agent("a/pilot", name="pilot"),
    )
    made = graphs.team(graph, "a/master")
    assert {one.agent: one.miscalled for one in made.members if one.miscalled} == {"a/yard/planner": ("planner",)}
    for path, name in (("master", "harbour-master"), ("planner", "yard-planner")):
        other = {"master": "planner", "planner": "harbour-master"}[path]
        text = f"---\nname: {name}\ndescription: Works.\n---\n\n## Working with others\n\n- Hand off plans to {other}\n"
        (tmp_path / f"{path}.md").write_text(text)
    done = CliRunner().invoke(command, ["harbour-master", "--in", str(tmp_path)])
    assert "All that is handed on finds its agent.\n  Once installed, 1 member will not answer" in done.output
    told = "\n  called 'planner' in the prompt of harbour-master; write 'yard-planner' there:\n"
    assert f'{told}    "Hand off plans to yard-planner"\n' in done.output
    document = json.loads(CliRunner().invoke(command, ["harbour-master", "--in", str(tmp_path), "--json"]).stdout)
    assert [one.get("miscalled") for one in document["members"]] == [None, ["planner"]]


def test_ids_and_titles_are_told_whole(tmp_path: Path) -> None:
    folder = tmp_path / "the-harbour-and-all-its-many-quays" / "plugins" / "night-and-day-shift-planning" / "agents"
    folder.mkdir(parents=True)
    name = "planner-of-all-the-night-and-day-shifts-of-the-outer-harbour"
    (folder / "planner.md").write_text(
        f"---\nname: {name}\ndescription: Works.\n---\n\n- Hand off it to nobody-at-all.\n"
    )
    done = CliRunner().invoke(command, [name, "--in", str(tmp_path / "the-harbour-and-all-its-many-quays")])
    assert "..." not in done.output
    assert "the-harbour-and-all-its-many-quays/plugins/" in done.output
    assert f"Team of 1 agent around\n  {name}\n" in done.output
    assert all(len(line) <= 80 for line in done.output.splitlines())


def test_where_nothing_finds_its_agent_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "courier.md").write_text(
        "---\nname: lost-courier\ndescription: Carries.\n---\n\n"
        "## Working with others\n\n- Hand off parcels to parcel-sorter\n"
    )
    done = CliRunner().invoke(command, ["lost-courier", "--in", str(tmp_path)])
    assert "Nothing that is handed on finds its agent" in done.output
    assert "All that" not in done.output
