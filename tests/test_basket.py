"""The basket: several agents, whom they still need, and in one archive the files that `specs convert` writes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from browsing import Visitor, grave, judged_by_axe, visitor
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from test_engine import AT_HAND, converted
from test_graph import agent

from converters import graph as graphs
from converters.cli import specs as command
from converters.library import library_of
from converters.publish import Catalogue, Site, teams

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
BERTH = "harbour/01-operations/berth-planner"
EDITOR = "newsroom/photo-editor"
STAR = "observatory/agents/site/weather-watch"
"""Published in summary."""


@pytest.fixture(scope="module")
def script(browser: Any, site: str) -> Iterator[Any]:
    """A page on which teams are found by themselves."""
    with visitor(browser, site) as one:
        page = one.visit("schema/")
        page.evaluate(
            "address => import(address).then((module) => { window.teams = module; })", f"{site}assets/team.js"
        )
        yield page


def basket(seen: Visitor, *keys: str, to: str | None = None) -> Any:
    """The page of the basket somebody shared."""
    query = f"?agents={','.join(keys)}" if keys else ""
    page = seen.visit(f"basket/{query}{f'&to={to}' if to else ''}")
    page.wait_for_selector("[data-as-basketpage][data-ready]", state="attached")
    return page


def settled(page: Any, count: int) -> None:
    """Once so many agents are in it."""
    page.wait_for_function(
        "count => document.querySelector('[data-as-basketpage][data-ready]')"
        " && document.querySelectorAll('.as-held__one').length === count",
        arg=count,
    )


# --- whom they still need --------------------------------------------------------------------------

TEAM = """([told, keys]) => {
  const { members, roles, exact } = teams.team(teams.read(told), keys);
  const because = (all) => all.map(({ agent, relation }) => [agent, relation]);
  return {
    members: members.map((one) => [one.agent, one.asked, because(one.because)]),
    roles: roles.map((one) => [one.name, because(one.because), one.candidates.map(([at]) => told.keys[at])]),
    exact,
  };
}"""


def said(team: dict[str, Any]) -> dict[str, Any]:
    """The document of `specs team --json` as the test asks the page."""

    def because(all_: list[dict[str, Any]]) -> list[list[str]]:
        return [[one["agent"], one["relation"]] for one in all_]

    return {
        "members": [[one["agent"], one["asked"], because(one["because"])] for one in team["members"]],
        "roles": [
            [one["name"], because(one["because"]), [c["agent"] for c in one["candidates"]]] for one in team["unfilled"]
        ],
        "exact": team["exact"],
    }


@pytest.mark.parametrize(
    "keys",
    [(BERTH,), (EDITOR,), (BERTH, EDITOR), ("workshop/01-core/data-steward",), ("roo/roomodes/docs-writer", EDITOR)],
    ids=lambda keys: "+".join(key.rpartition("/")[2] for key in keys),
)
def test_the_team_is_that_of_the_command(script: Any, site: str, keys: tuple[str, ...]) -> None:
    told = script.evaluate("address => fetch(address).then((answer) => answer.json())", f"{site}api/teams.json")
    done = CliRunner().invoke(command, ["team", *keys, "--in", str(ROOT / "specs"), "--json"])
    assert done.exit_code in {0, 1}, done.output
    assert script.evaluate(TEAM, [told, list(keys)]) == said(json.loads(done.stdout))


NAMES = ("1", "2", "3", "4", "9")
HANDS = st.builds(lambda sign, name: f"{sign} {name}", st.sampled_from(("->", "!", "+", "~")), st.sampled_from(NAMES))


@given(
    st.dictionaries(
        st.sampled_from(["a/1", "a/x/1", "a/2", "a/y/2", "a/3", "b/1", "b/4"]), st.lists(HANDS, max_size=3), min_size=1
    ),
    st.data(),
)
def test_any_team_is_that_of_the_command(script: Any, made: dict[str, list[str]], data: st.DataObject) -> None:
    """Also where a name may mean several agents: no other team is smaller."""
    library = library_of([agent(key, *hands) for key, hands in made.items()])
    network, _ = graphs.build(library)
    asked = data.draw(st.lists(st.sampled_from(sorted(made)), min_size=1, max_size=2, unique=True))
    team = graphs.team(network, *asked)
    found = script.evaluate(TEAM, [teams.document(Site(Catalogue(library, network))), asked])
    assert found["exact"] == team.exact
    assert [one[0] for one in found["members"]] == [one.agent for one in team.members]
    assert [[n, c] for n, _, c in found["roles"]] == [[r.name, [c.agent for c in r.candidates]] for r in team.roles]
    assert [b for _, _, b in found["members"]] == [[[r.agent, r.relation] for r in one.because] for one in team.members]


def test_one_click_completes_the_team(seen: Visitor) -> None:
    page = basket(seen, EDITOR)
    team = json.loads(CliRunner().invoke(command, ["team", EDITOR, "--in", str(ROOT / "specs"), "--json"]).stdout)
    wanted = [one["agent"] for one in team["members"]]
    page.get_by_role("button", name="Complete the team").click()
    settled(page, len(wanted))
    assert page.evaluate("document.activeElement.id") == "as-held-title"
    assert page.locator(".as-held__one").evaluate_all("(all) => all.map((one) => one.dataset.key)") == wanted
    assert "Nobody" in page.locator(".as-needs__out .as-note").inner_text()
    assert unquote(page.url).partition("agents=")[2].partition("&")[0].split(",") == wanted


# --- what is in it -----------------------------------------------------------------------------------


def test_cards_and_pages_put_agents_in(seen: Visitor) -> None:
    """By keyboard; the header counts, the basket stays, and a card that comes later knows."""
    page = seen.visit("catalogue/?collection=newsroom")
    page.wait_for_selector("[data-as-catalogue][data-ready]", state="attached")
    button = page.locator(f'[data-basket="{EDITOR}"]')
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("[data-count]").inner_text() == "1"
    page.goto(f"{seen.site}agents/{BERTH}/")
    page.locator(f'[data-basket="{BERTH}"]').click()
    assert page.locator(f'[data-basket="{BERTH}"]').inner_text() == "In your basket"
    page.goto(f"{seen.site}catalogue/?collection=harbour")
    page.wait_for_selector("[data-as-catalogue][data-ready]", state="attached")
    page.wait_for_selector(f'[data-basket="{BERTH}"][aria-pressed=true]')
    page.locator("[data-as-basket]").click()
    settled(page, 2)
    assert f"agents={EDITOR},{BERTH}" in page.url
    assert not page.locator(".as-shared").is_visible()
    page.get_by_role("button", name="Remove Photo Editor").focus()
    page.keyboard.press("Enter")
    settled(page, 1)
    assert page.evaluate("document.activeElement.closest('.as-held__one')?.dataset.key") == BERTH
    page.get_by_role("button", name="Empty the basket").click()
    page.get_by_text("Nothing is in it yet.").wait_for()
    assert page.locator("[data-count]").inner_text() == ""


def test_a_shared_basket_leaves_ones_own_alone(seen: Visitor) -> None:
    page = seen.visit(f"agents/{BERTH}/")
    page.locator(f'[data-basket="{BERTH}"]').click()
    page = basket(seen, EDITOR, to="codex")
    settled(page, 1)
    assert "Your own, with 1 agent, is untouched" in page.locator(".as-shared").inner_text()
    assert page.locator("#as-home-format").input_value() == "codex"
    assert page.evaluate("localStorage.getItem('as-basket')") == json.dumps([BERTH])
    page.get_by_role("button", name="Add these to mine").click()
    settled(page, 2)
    assert json.loads(page.evaluate("localStorage.getItem('as-basket')")) == [BERTH, EDITOR]


def test_a_basket_without_storage_lasts_as_long_as_the_page(browser: Any, site: str) -> None:
    with visitor(browser, site, alone=True) as one:
        one.page.context.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } })"
        )
        page = one.visit(f"agents/{BERTH}/")
        page.locator(f'[data-basket="{BERTH}"]').click()
        assert page.locator("[data-count]").inner_text() == "1"
        assert [said for said in one.minded() if "forbidden" not in said] == []


def test_whatever_is_stored_is_no_harm(browser: Any, site: str) -> None:
    with visitor(browser, site) as one:
        page = basket(one)
        for kept in ("", "{", "null", '{"a": 1}', '[1, null, "x"]', '["<img src=x onerror=alert(1)>/x"]'):
            page.evaluate("kept => localStorage.setItem('as-basket', kept)", kept)
            page = basket(one)
            assert page.locator("[data-as-basketpage] :is(img, script)").count() == 0
        assert "<img" in page.locator(".as-held__one").inner_text()
        assert [said for said in one.minded() if "404" not in said] == []


def test_what_is_not_published_is_not_taken(seen: Visitor) -> None:
    page = basket(seen, STAR, EDITOR)
    assert "not part of the archive" in page.locator(f'[data-key="{STAR}"]').inner_text()
    words = page.locator("#as-basket-install").inner_text()
    assert EDITOR in words and STAR not in words


def test_what_is_not_published_is_not_offered(seen: Visitor) -> None:
    """Neither on its page, nor on its card before and after the script has run, nor to complete a team."""
    page = seen.visit(f"agents/{STAR}/")
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-basket]").count() == 0
    page = seen.visit("catalogue/?collection=observatory&collection=newsroom")
    page.wait_for_selector("[data-as-catalogue][data-ready]", state="attached")
    offered = page.locator("[data-basket]").evaluate_all("(all) => all.map((one) => one.dataset.basket)")
    assert offered and all(key.startswith("newsroom/") for key in offered)
    page = basket(seen, STAR)
    others = page.locator(".as-needs__out li[data-key^='observatory/']")
    for place in range(others.count()):
        assert "summary only" in others.nth(place).inner_text()
        assert others.nth(place).get_by_role("button").count() == 0


def test_nobody_of_that_name_is_said(browser: Any, site: str) -> None:
    with visitor(browser, site) as one:
        page = basket(one, "harbour/nobody", quote("häfen/a,b", safe=""))
        assert page.locator(".as-held__one").all_inner_texts()[0].startswith("harbour/nobody no such agent")
        assert page.locator(".as-held__one").nth(1).get_attribute("data-key") == "häfen/a,b"
        assert not page.locator(".as-home").is_visible()


# --- taking them home ----------------------------------------------------------------------------------


def test_the_command_is_that_of_the_tool(seen: Visitor) -> None:
    page = basket(seen, BERTH, EDITOR, to="roo")
    words = f"specs install {BERTH} {EDITOR} --to roo --from {seen.site}"
    assert page.locator("#as-basket-install").inner_text() == words
    page.get_by_role("button", name="Copy the command").click()
    page.wait_for_function("() => document.querySelector('.as-home__command button').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == words


@AT_HAND
def test_the_archive_holds_what_the_command_writes(seen: Visitor, tmp_path: Path) -> None:
    """For one tool, and then for another, which keeps all of them in a file."""
    keys = (EDITOR, BERTH)
    page = basket(seen, *keys, to="claude-code")
    for target in ("claude-code", "roo"):
        page.locator("#as-home-format").select_option(target)
        with page.expect_download(timeout=180_000) as told:
            page.get_by_role("button", name="Download one zip").click()
        assert told.value.suggested_filename == f"agents-{target}.zip"
        files, report = converted([ROOT / "specs" / f"{key}.yaml" for key in keys], target, tmp_path / target)
        with zipfile.ZipFile(io.BytesIO(told.value.path().read_bytes())) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == files
        rows = page.locator(".as-fates-all tbody tr")
        assert rows.count() == len(keys)
        for at, row in enumerate(report["inputs"]):
            fates = [field["word"] for field in row["fields"][0]["fields"]]
            shown = rows.nth(at).locator("td.as-number").all_inner_texts()
            assert shown == [str(fates.count(word)) for word in ("kept", "changed", "added", "lost")]


@pytest.mark.parametrize(
    ("before", "after", "wider", "said"),
    [
        (["read"], ["read"], [], "the same"),
        (["read", "shell"], ["read"], [], "narrower"),
        (["shell"], ["shell", "read"], [], "the same"),  # whoever has a shell reads
        (["read"], ["read", "mcp"], ["mcp"], "wider: use MCP servers"),
        (["read"], ["new", "mcp"], ["new", "mcp"], "wider: new, use MCP servers"),
    ],
)
def test_access_is_told_in_the_words_of_the_report(
    script: Any, before: list[str], after: list[str], wider: list[str], said: str
) -> None:
    report = {
        "access": {"before": before, "after": after, "wider": wider},
        "phrases": {"mcp": "use MCP servers", "read": "read files"},
    }
    assert script.evaluate("async (report) => (await import('../assets/fates.js')).access(report)", report) == said


@AT_HAND
def test_agents_of_one_file_go_home_in_that_file(seen: Visitor) -> None:
    """With what stands around them there; the file is the one they were read from."""
    keys = sorted(path.stem for path in (ROOT / "specs/roo/roomodes").iterdir())
    page = basket(seen, *(f"roo/roomodes/{name}" for name in keys), to="roo")
    with page.expect_download(timeout=180_000) as told:
        page.get_by_role("button", name="Download one zip").click()
    with zipfile.ZipFile(io.BytesIO(told.value.path().read_bytes())) as archive:
        assert archive.read(".roomodes") == (ROOT / "examples/roo/.roomodes").read_bytes()


def test_the_page_of_an_agent_names_who_is_in_its_file(seen: Visitor) -> None:
    names = sorted(path.stem for path in (ROOT / "specs/roo/roomodes").iterdir())
    page = seen.visit(f"agents/roo/roomodes/{names[0]}/")
    links = page.locator("#same-file a").evaluate_all("(all) => all.map((one) => new URL(one.href).pathname)")
    assert sorted(link.rstrip("/").rpartition("/")[2] for link in links) == names[1:]


@AT_HAND
def test_what_is_refused_is_said_and_can_be_allowed(seen: Visitor) -> None:
    page = basket(seen, BERTH, EDITOR, to="codex")
    page.get_by_role("button", name="Show what is kept and lost").click()
    page.locator(".as-bundle").wait_for(timeout=180_000)
    assert page.locator("tr.as-refused th").inner_text().startswith("Photo Editor")
    assert page.locator("td[data-word=access]").all_inner_texts() == ["the same", "wider: use MCP servers"]
    box, words = (
        page.locator(".as-bundle .as-note").bounding_box(),
        page.locator(".as-bundle .as-note li").bounding_box(),
    )
    assert words["y"] - box["y"] > 6 and box["y"] + box["height"] - words["y"] - words["height"] > 6
    refused = page.locator(".as-home__refused")
    assert refused.inner_text().startswith("Refuses 1 of 2 as it stands")
    assert refused.locator("code").inner_text() == "--access codex=mcp"
    page.get_by_label("Some may touch more there").check()
    page.wait_for_function("() => document.querySelector('.as-bundle') && !document.querySelector('.as-refused')")
    assert page.locator("#as-basket-install").inner_text().endswith(" --access codex=mcp")
    assert refused.count() == 0


@AT_HAND
def test_where_all_are_refused_there_is_no_archive(seen: Visitor) -> None:
    page = basket(seen, EDITOR, to="codex")
    page.get_by_role("button", name="Download one zip").click()
    page.locator(".as-bundle").wait_for(timeout=180_000)
    told = page.locator(".as-bundle").inner_text()
    assert told.startswith("There is no archive: the agent is refused.")
    assert "Nothing is lost" not in told and "What is in the archive" not in told


def test_without_the_converters_the_files_are_offered(made_without: str) -> None:
    assert "specs install" in made_without and "data-as-zip" not in made_without
    assert "as-home__files" in made_without and "data-converts" not in made_without


@pytest.fixture
def made_without(tmp_path: Path) -> str:
    return Site(Catalogue(library=library_of(())), sources=tmp_path).fragment("basket", "../")


# --- for everybody -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1024, 1920])
def test_it_fits(browser: Any, site: str, width: int) -> None:
    with visitor(browser, site, viewport={"width": width, "height": 844}) as one:
        for page in (basket(one), basket(one, BERTH, STAR, EDITOR)):
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert page.locator("h1").count() == 1
        assert one.minded() == []


CRAMPED = """() => {
  const all = [...document.querySelectorAll(".as-basketpage :is(a, button, select, input, .as-badge)")], told = [];
  const found = all.filter((one) => one.offsetParent).map((one) => [one, one.getBoundingClientRect()]);
  for (const [at, [one, a]] of found.entries()) {
    if (!one.matches(".as-badge") && (a.height < 24 || a.width < 24)) told.push(`${one.textContent} is small`);
    for (const [other, b] of found.slice(at + 1)) {
      const across = Math.max(a.left, b.left) - Math.min(a.right, b.right);
      const down = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
      if (Math.max(across, down) < 4) told.push(`${one.textContent} touches ${other.textContent}`);
    }
  }
  return told;
}"""


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_what_one_presses_is_large_enough_and_nothing_touches(browser: Any, site: str, width: int) -> None:
    with visitor(browser, site, viewport={"width": width, "height": 844}) as one:
        page = basket(one, BERTH, STAR, EDITOR, "workshop/01-core/api-designer", "workshop/02-quality/release-captain")
        assert page.locator(".as-team button").count() > 3, "there are some to be added"
        assert page.evaluate(CRAMPED) == []


@judged_by_axe
@pytest.mark.parametrize("keys", [(), (BERTH, STAR)])
def test_axe_finds_nothing_grave(seen: Visitor, keys: tuple[str, ...]) -> None:
    page = basket(seen, *keys)
    for width in (1440, 390):
        assert grave(page, width) == set()
