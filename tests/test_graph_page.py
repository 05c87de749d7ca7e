"""The page of the graph: a map without collisions, a list that says the same, the command line's own answers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import networkx as nx
import pytest
from browsing import visitor
from hypothesis import given
from hypothesis import strategies as st
from test_publish import HOSTILE, catalogue

from converters import canonical, graph
from converters.library import Collection, library_of, load_library
from converters.model import AgentSpec, Collaboration, Derived, Evidence, Section, Source
from converters.publish import Catalogue, Site, api, atlas, graph_view, shell
from converters.publish.addresses import agent_json

ROOT = Path(__file__).parents[1]
Place = tuple[float, float]


def _network(ties: list[tuple[int, int]], agents: int, missing: int = 0) -> atlas.Network:
    """Agents 0 and on, missing ones after them; what a tie begins with is always an agent."""
    network: atlas.Network = nx.MultiDiGraph()
    told = {"collection": "harbour", "categories": [], "suggestions": [], "summary": "", "access": []}
    keys = [f"harbour/a{n:03}" for n in range(agents)] + [f"?harbour/m{n:03}" for n in range(missing)]
    for key in keys:
        name = key.rpartition("/")[2]
        network.add_node(
            key, kind="missing" if key[0] == "?" else "agent", name=name, title=name, doubtful=False, **told
        )
    for u, v in ties:
        if u != v:
            network.add_edge(keys[u % agents], keys[v % len(keys)], relation="supports", about=None)
    network.remove_edges_from([(u, v) for u, v in list(network.edges()) if u == v])
    return network


@given(
    st.integers(1, 40).flatmap(
        lambda agents: st.tuples(
            st.just(agents), st.integers(0, 6), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=90)
        )
    )
)
def test_no_two_islands_touch_and_everybody_stands_on_one(made: tuple[int, int, list[tuple[int, int]]]) -> None:
    """Whatever the ties: each node once, inside its island's shore; no shore reaches another."""
    agents, missing, ties = made
    network = _network(ties, agents, missing)
    network.remove_nodes_from([n for n in list(network) if n[0] == "?" and not network.degree(n)])
    found = atlas.islands(network)
    drawn = atlas.read(found, atlas.draw(network, found))
    assert sorted(key for island in drawn.islands for key in island.nodes) == sorted(network)
    for place, island in enumerate(drawn.islands):
        assert all(math.dist(drawn.places[key], island.at) <= island.radius - atlas.STEP for key in island.nodes)
        for other in drawn.islands[:place]:
            assert math.dist(island.at, other.at) > island.radius + other.radius
        for one in island.nodes:
            assert all(math.dist(drawn.places[one], drawn.places[two]) > 4 for two in island.nodes if one != two)


def test_colours_begin_anew_in_another_shape() -> None:
    """So that thirty-two groups are told apart, by whoever sees no colours too; then marks are grey."""
    pairs = [(n, n + 1) for n in range(0, 80, 2)]
    found = [island for island in atlas.islands(_network(pairs, 80, 0)) if island.kind == "group"]
    assert len(found) == 40
    marks = [(island.colour, island.shape) for island in found]
    assert marks[:8] == [(n, 0) for n in range(8)]
    assert len(set(marks[:32])) == 32 and {shape for _, shape in marks[:32]} == set(range(atlas.SHAPES))
    assert marks[32:] == [(None, 0)] * 8


_LENGTH = st.floats(-50, 50, allow_nan=False)
_PLACE = st.tuples(_LENGTH, _LENGTH)


@given(st.lists(st.tuples(_PLACE, _PLACE), min_size=1, max_size=8))
def test_no_other_turn_looks_more_to_the_other_islands(pairs: list[tuple[Place, Place]]) -> None:
    """Tried against every degree, mirrored and not; turning changes no distance from the middle."""

    def gain(turned: list[Place]) -> float:
        return sum(a * c + b * d for (a, b), (_, (c, d)) in zip(turned, pairs, strict=True))

    def turn(mirror: int, degree: int) -> list[Place]:
        cosine, sine = math.cos(math.radians(degree)), math.sin(math.radians(degree))
        return [(x * cosine - mirror * y * sine, x * sine + mirror * y * cosine) for (x, y), _ in pairs]

    inside = {str(n): here for n, (here, _) in enumerate(pairs)}
    found = list(atlas._looking(inside, pairs).values())
    best = max(gain(turn(mirror, degree)) for mirror in (1, -1) for degree in range(360))
    assert gain(found) >= best - 1e-6 * (1 + abs(best))
    for (x, y), (there, _) in zip(found, pairs, strict=True):
        assert math.hypot(x, y) == pytest.approx(math.hypot(*there), abs=1e-6)


@pytest.fixture(scope="module")
def examples() -> Site:
    library = load_library(ROOT / "specs", canonical.load_file)
    return Site(Catalogue(library=library, network=graph.build(library)[0]))


@pytest.fixture(scope="module")
def hostile() -> Site:
    return Site(catalogue())


@pytest.fixture(scope="module")
def strangers() -> Site:
    """Two agents that both name a third, whom there is not."""
    said = Collaboration(
        agent="warden", relation="supports", about=None, evidence=Evidence(where="body", text="Help warden")
    )
    agents = [
        AgentSpec(id=name, name=name, source=Source(collection="harbour"), derived=Derived(collaboration=(said,)))
        for name in ("pilot", "clerk")
    ]
    library = library_of(agents)
    return Site(Catalogue(library=library, network=graph.build(library)[0]))


@pytest.mark.parametrize("which", ["examples", "hostile"])
def test_the_map_tells_ties_in_the_order_of_each_agent_s_document(which: str, request: pytest.FixtureRequest) -> None:
    """So the page finds the words of a tie: the third of an agent on the map is the third in its `works_with`."""
    site: Site = request.getfixturevalue(which)
    said = graph_view.map_document(site.made)
    keys, relations = said["keys"], [name for name, *_ in said["relations"]]
    ties = list(zip(said["from"], said["to"], said["relation"], strict=True))
    for number, key in enumerate(keys[: said["agents"]]):
        told = api.agent(site.made, key)
        out = [(keys[v].rpartition("/")[2] if v >= said["agents"] else keys[v], relations[r]) for u, v, r in ties
               if u == number]  # fmt: skip
        assert out == [(tie["agent"], tie["relation"]) for tie in told["works_with"]]
        into = [(keys[u], relations[r]) for u, v, r in ties if v == number]
        assert into == [(tie["agent"], tie["relation"]) for tie in told["named_by"]]


def test_the_document_names_its_communities(examples: Site) -> None:
    """As the command line does, and each node says which it is of."""
    said = graph_view.document(examples.made)
    found = graph.analyse(examples.catalogue.network).communities
    assert [c["name"] for c in said["communities"]] == [c.name for c in found if len(c.agents) > 1]
    for number, community in enumerate(found):
        agents = {n["id"] for n in said["nodes"] if n["kind"] == "agent" and n.get("community") == number}
        assert agents == (set(community.agents) if len(community.agents) > 1 else set())


def test_words_of_agents_that_are_kept_back_name_nothing() -> None:
    """An agent of which only a summary is shown lends no word of its prompt to names, candidates or documents."""

    def said(to: str, about: str) -> Collaboration:
        return Collaboration(
            agent=to, relation="hands_off_to", about=about, evidence=Evidence(where="body", text=f"{about} to {to}")
        )

    names = ("pilot", "clerk", "warden", "diver")
    agents = [
        AgentSpec(
            id=name,
            name=name,
            sections=(Section(text="smuggling"),),
            source=Source(collection="quiet", path=f"{name}.md"),
            derived=Derived(collaboration=tuple(said(other, "smuggling") for other in (*names, "smugglr"))),
        )
        for name in names
    ]
    library = library_of(agents, {"quiet": Collection("quiet", publish="summary")})
    site = Site(Catalogue(library=library, network=graph.build(library)[0]))
    shown = site.fragment("graph", "../") + "".join(one.content.decode() for one in graph_view.assets(site))
    assert "smugglr" in shown
    assert "smuggling" not in shown.lower()


def test_the_list_says_what_the_map_says(examples: Site) -> None:
    """Every agent with ties, under its community, and everyone it names."""
    shown = examples.fragment("graph", "../")
    network = graph_view.chart(examples.made).network
    for u, v in network.edges():
        entry = shown.split(f'<dt><a href="../agents/{u}/">', 1)[1].split("</div>", 1)[0]
        missing = f'<span class="as-missing">{v.rpartition("/")[2]}'
        assert (missing if v[0] == "?" else f'href="../agents/{v}/"') in entry
    for island in graph_view.chart(examples.made).atlas.islands:
        assert f"{island.name[1:]}</span>" in shown


def test_a_large_library_s_list_leaves_ties_to_the_agents_pages(
    examples: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_view, "MANY", 10)
    shown = examples.fragment("graph", "../")
    assert "as-tielist" not in shown
    for key in examples.catalogue.agents:
        assert f'href="../agents/{key}/"' in shown


def test_a_library_without_ties_says_so() -> None:
    library = library_of([AgentSpec(id="keeper", name="keeper", source=Source(collection="harbour"))])
    site = Site(Catalogue(library=library, network=graph.build(library)[0]))
    shown = site.fragment("graph", "../")
    assert "No agent names another yet" in shown
    assert "data-as-graph" not in shown


# --- in the browser ---------------------------------------------------------------------------------------

PLACE = "http://site.test/sub/path/"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CLERK = "harbour/03-trade/manifest-clerk"
INKED = """(() => {
  const canvas = document.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, at) => at % 4 === 3 && value).length;
})()"""


def _page(site: Site) -> str:
    return shell.policy(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Graph</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="../assets/site.css"><script src="../assets/site.js" defer></script></head>'
        '<body data-md-color-scheme="default"><main class="md-typeset"><h1>Who works with whom</h1>'
        f"{site.fragment('graph', '../')}</main></body></html>"
    )


class _Opened:
    """The page of a site's graph, open in a browser."""

    def __init__(self, page: Any, site: Site) -> None:
        self.page = page
        made = {one.path: one.content for one in graph_view.assets(site)}
        made |= {agent_json(key): api.dump(api.agent(site.made, key)) for key in site.catalogue.agents}
        made["graph/"] = _page(site).encode()

        def answer(route: Any) -> None:
            path = unquote(urlsplit(route.request.url).path.removeprefix("/sub/path/"))
            kind = "text/html" if path == "graph/" else "application/json"
            if path.startswith("assets/"):
                kind = "text/css" if path.endswith(".css") else "text/javascript"
                made[path] = (ROOT / "site" / path).read_bytes()
            route.fulfill(content_type=f"{kind}; charset=utf-8", body=made[path])

        page.route(f"{PLACE}**", answer)

    def go(self, query: str = "") -> Any:
        self.page.goto(f"{PLACE}graph/{query}")
        self.page.wait_for_selector("[data-as-graph][data-ready]", state="attached")
        return self.page

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query, keep_blank_values=True)


@pytest.fixture
def opened(browser: Any, request: pytest.FixtureRequest) -> Iterator[_Opened]:
    """By default the examples' graph on a desk; whatever the browser minds fails the test."""
    which, viewport, scripted = getattr(request, "param", ("examples", WIDE, True))
    site = request.getfixturevalue(which)
    with visitor(browser, PLACE, viewport=viewport, java_script_enabled=scripted) as someone:
        yield _Opened(someone.page, site)
        if scripted:
            assert someone.minded() == []


on_hostile = pytest.mark.parametrize("opened", [("hostile", WIDE, True)], indirect=True, ids=["hostile"])
on_a_telephone = pytest.mark.parametrize("opened", [("examples", NARROW, True)], indirect=True, ids=["390"])
without_scripts = pytest.mark.parametrize("opened", [("examples", WIDE, False)], indirect=True, ids=["no scripts"])


def _network_of(site: Site) -> atlas.Network:
    return graph_view.chart(site.made).network


@pytest.mark.browser
@pytest.mark.parametrize("opened", [("examples", WIDE, True), ("hostile", WIDE, True)], indirect=True, ids=str)
def test_the_page_finds_the_ways_the_command_line_finds(opened: _Opened, request: pytest.FixtureRequest) -> None:
    which = "hostile" if "hostile" in request.node.name else "examples"
    network = _network_of(request.getfixturevalue(which))
    pairs = [(u, v) for u in list(network)[::3] for v in list(network)[::2] if u != v]
    found = opened.go().evaluate("pairs => pairs.map(([a, b]) => agentGraph.path(a, b))", [list(p) for p in pairs])
    for (u, v), way in zip(pairs, found, strict=True):
        steps = graph.shortest_path(network, u, v)
        wanted = None if steps is None else [
            [s.target if s.back else s.source, s.source if s.back else s.target, s.back] for s in steps
        ]  # fmt: skip
        assert way == wanted, (u, v)


@pytest.mark.browser
@pytest.mark.parametrize("opened", [("examples", WIDE, True), ("hostile", WIDE, True)], indirect=True, ids=str)
def test_the_page_makes_the_teams_the_command_line_makes(opened: _Opened, request: pytest.FixtureRequest) -> None:
    which = "hostile" if "hostile" in request.node.name else "examples"
    network = _network_of(request.getfixturevalue(which))
    agents = [key for key in network if key[0] != "?"]
    page = opened.go()
    for key, found in zip(agents, page.evaluate("all => all.map((key) => agentGraph.team(key))", agents), strict=True):
        team = graph.team(network, key)
        assert found["members"] == [member.agent for member in team.members]
        assert [name.rpartition("/")[2] for name in found["roles"]] == [role.name for role in team.roles]
        assert found["exact"] == team.exact


@pytest.mark.browser
@pytest.mark.parametrize("opened", [("strangers", WIDE, True)], indirect=True, ids=["strangers"])
def test_a_name_nobody_bears_joins_nobody(opened: _Opened) -> None:
    """Two agents that name the same missing one do not know each other by it."""
    page = opened.go("?agent=harbour/pilot&to=harbour/clerk")
    assert "No ties lead from one to the other" in page.locator(".as-told-of").text_content()
    assert page.evaluate("agentGraph.path('harbour/pilot', '?harbour/warden').length") == 1


@pytest.mark.browser
def test_a_click_shows_the_neighbourhood_and_back_undoes_it(opened: _Opened) -> None:
    page = opened.go()
    whole = page.locator(".as-graph-status").text_content()
    x, y = page.evaluate("key => agentGraph.place(key)", CLERK)
    page.locator("canvas").click(position={"x": x, "y": y})
    assert page.evaluate("agentGraph.focused()") == CLERK
    assert opened.query == {"agent": [CLERK]}
    assert page.locator(".as-told-of h2").text_content() == "Manifest Clerk Agent"
    page.wait_for_selector(".as-told-of blockquote")
    assert "Escalate to harbour-master if undeclared" in page.locator(".as-told-of").inner_text()
    assert page.locator(f".as-told-of a[href='../agents/{CLERK}/']").count() == 1
    page.get_by_role("button", name="Its team").click()
    assert opened.query == {"agent": [CLERK], "team": [""]}
    assert page.locator(".as-steps > li").count() == len(graph.team(_network_of_examples(), CLERK).members)
    page.go_back()
    assert opened.query == {"agent": [CLERK]}
    page.go_back()
    assert page.evaluate("agentGraph.focused()") is None
    assert page.locator(".as-graph-status").text_content() == whole
    page.go_forward()
    page.locator("canvas").press("Escape")
    assert page.evaluate("agentGraph.focused()") is None


def _network_of_examples() -> atlas.Network:
    return graph.build(load_library(ROOT / "specs", canonical.load_file))[0]


@pytest.mark.browser
def test_agents_are_found_by_typing(opened: _Opened) -> None:
    """Suggestions are chosen by keys alone; so is the way to a second agent."""
    page = opened.go()
    page.locator("#as-graph-q").fill("manifest")
    assert page.locator("#as-graph-found [role=option]").all_text_contents() == ["Manifest Clerk AgentHarbour"]
    page.locator("#as-graph-q").press("Enter")
    assert page.evaluate("agentGraph.focused()") == CLERK
    field = page.locator(".as-wayto input")
    field.fill("tide fore")
    field.press("ArrowDown")
    field.press("Enter")
    assert opened.query["to"] == ["harbour/01-operations/tide-forecaster"]
    assert "From Manifest Clerk Agent to Tide Forecaster Agent" in page.locator(".as-told-of h2").text_content()
    assert page.locator(".as-steps > li").count() > 0
    page.locator("#as-graph-q").fill("nobody at all")
    assert "No agent of that name" in page.locator("#as-graph-found").text_content()


@pytest.mark.browser
def test_filters_narrow_and_the_address_keeps_them(opened: _Opened) -> None:
    page = opened.go()
    page.locator("[data-as-choose=relation] summary").click()
    box = page.get_by_role("checkbox", name="escalates to")
    box.check()
    wanted = sum(said["relation"] == "escalates_to" for *_, said in _network_of_examples().edges(data=True))
    assert page.locator(".as-graph-status").text_content().endswith(f"{wanted} statements")
    assert opened.query == {"relation": ["escalates_to"]}
    narrowed = page.locator(".as-graph-status").text_content()
    page.reload()
    page.wait_for_selector("[data-as-graph][data-ready]", state="attached")
    assert page.locator(".as-graph-status").text_content() == narrowed
    page.locator("#as-graph-missing").uncheck()
    assert "missing" not in page.locator(".as-graph-status").text_content()
    assert opened.query == {"relation": ["escalates_to"], "missing": ["no"]}


@pytest.mark.browser
def test_a_community_opens_from_the_legend(opened: _Opened) -> None:
    page = opened.go()
    first = page.locator(".as-islands button").first
    name, count = first.locator("span[dir]").text_content(), int(first.locator(".as-count").text_content())
    first.click()
    assert page.locator(".as-told-of h2").text_content() == name
    assert page.locator(".as-told-of .as-plain").first.locator("> li").count() == count
    assert opened.query["community"][0].lower() == name.lower()


@pytest.mark.browser
@on_a_telephone
def test_the_map_fits_a_telephone(opened: _Opened) -> None:
    """No sideways scrolling; the map lies upright and is inked."""
    page = opened.go()
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(INKED) > 2000
    map_, buttons = page.locator("canvas").bounding_box(), page.locator(".as-zoom").bounding_box()
    assert buttons["y"] >= map_["y"] + map_["height"], "no agent lies below a button"


WRITTEN = """
window.written = [];
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
  window.written.push(text);
  fill.call(this, text, ...at);
};
"""
"""What the map writes is kept."""


@pytest.mark.browser
def test_labels_are_whole_where_there_is_room(opened: _Opened) -> None:
    """On a desk nothing of our own library is cut: neither the names of islands nor those of agents."""
    opened.page.add_init_script(WRITTEN)
    page = opened.go()
    page.wait_for_timeout(200)
    written = set(page.evaluate("written"))
    assert written
    assert [text for text in written if text.endswith("…")] == []
    assert max(map(len, written)) > 30, "some are long"


@pytest.mark.browser
@on_a_telephone
def test_names_of_bubbles_are_whole_on_a_telephone(opened: _Opened) -> None:
    """From afar, where most of them have no room: rather across a bubble's shore than cut."""
    opened.page.add_init_script(WRITTEN)
    page = opened.go()
    islands = page.evaluate("fetch('../api/graph-map.json').then((answer) => answer.json())")["islands"]
    names = [name.replace(":", "").lower() for name, kind, *_ in islands if kind != "alone"]
    for _ in range(2):
        page.evaluate("written.length = 0")
        page.locator("[data-zoom=out]").click()
        page.wait_for_function("() => written.length")
        written = " ".join(page.evaluate("written")).lower()
        assert "…" not in written
        assert [name for name in names if not set(name.split()) <= set(written.split())] == []


@pytest.fixture(scope="module")
def namesakes() -> Site:
    """Three planners of one title, in two collections and three folders, who name a clerk."""
    places = (("harbour", "quay"), ("harbour", "dock"), ("airfield", "tower"))

    def one(collection: str, folder: str, name: str, others: tuple[str, ...]) -> AgentSpec:
        said = tuple(
            Collaboration(agent=to, relation="supports", about=None, evidence=Evidence(where="body", text=to))
            for to in others
        )
        source = Source(collection=collection, path=f"{folder}/{name}.md")
        return AgentSpec(
            id=f"{folder}/{name}", name=name, title=name.title(), source=source, derived=Derived(collaboration=said)
        )

    clerk = one("harbour", "quay", "clerk", ())
    library = library_of([clerk, *(one(*place, "planner", ("clerk",)) for place in places)])
    return Site(Catalogue(library=library, network=graph.build(library)[0]))


@pytest.mark.browser
@pytest.mark.parametrize("opened", [("namesakes", WIDE, True)], indirect=True, ids=["namesakes"])
def test_agents_of_one_title_are_told_apart(opened: _Opened) -> None:
    """By their collection, or within it by the folder in which they lie; who has a title alone bears no more."""
    opened.page.add_init_script(WRITTEN)
    page = opened.go("?agent=harbour/quay/clerk")
    page.wait_for_timeout(200)
    written = set(page.evaluate("written"))
    assert {"Clerk", "Planner · quay", "Planner · dock", "Planner · Airfield"} <= written
    assert "Planner" not in written


@pytest.mark.browser
@on_hostile
def test_strangers_words_are_only_words(opened: _Opened, hostile: Site) -> None:
    """Every hostile title is shown as it stands, on one line, and nothing but text comes of it."""
    page = opened.go("?alone=yes")
    for key in [key for key, card in hostile.made.cards.items() if any(bad in card.title for bad in HOSTILE)]:
        page.evaluate("key => agentGraph.choose(key)", key)
        assert page.locator(".as-told-of h2").text_content() == " ".join(hostile.made.cards[key].title.split())
    page.locator("#as-graph-q").fill("agent 3")
    assert page.locator("#as-graph-found li").count() > 0
    assert page.locator(".as-graph :is(script, img, svg, iframe, form, style, base, meta)").count() == 0


@pytest.mark.browser
@without_scripts
def test_without_scripts_the_list_stands_alone(opened: _Opened) -> None:
    opened.page.goto(f"{PLACE}graph/")
    assert not opened.page.locator(".as-graph").is_visible()
    opened.page.locator(".as-told summary").first.click()
    assert opened.page.locator(".as-told dl a").first.is_visible()


@pytest.mark.browser
def test_a_map_that_does_not_come_is_told(opened: _Opened) -> None:
    opened.page.route(f"{PLACE}api/graph-map.json", lambda route: route.fulfill(status=200, body="not this"))
    opened.page.goto(f"{PLACE}graph/")
    opened.page.wait_for_selector(".as-graph--none")
    assert "the list below says the same" in opened.page.locator(".as-graph-status").text_content()


def test_the_files_are_json_of_one_line(examples: Site) -> None:
    for one in graph_view.assets(examples):
        assert json.loads(one.content)["schema_version"] == api.VERSION
        assert one.content.count(b"\n") == 1


@pytest.mark.browser
@pytest.mark.parametrize("opened", [("examples", WIDE, True)], indirect=True, ids=["examples"])
def test_an_agents_page_leads_to_it_in_the_graph(opened: _Opened, examples: Site) -> None:
    html = next(page for page in examples.pages() if page.address == f"agents/{CLERK}/").body
    html = html if isinstance(html, str) else html.make()
    assert f'href="../../../../graph/?agent={CLERK}"' in html
    assert opened.go(f"?agent={CLERK}").evaluate("agentGraph.focused()") == CLERK
