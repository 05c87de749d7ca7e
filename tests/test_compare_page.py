"""The page that compares agents: it aligns as `specs compare` does, and shows what differs to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from browsing import Visitor, grave, judged_by_axe, visitor
from hypothesis import given
from hypothesis import strategies as st

from converters import comparison
from converters.library import Library
from converters.model import AgentSpec, Section
from converters.prose import language
from converters.publish.loading import load as load_site
from converters.sections import split
from converters.vocabulary import load

pytestmark = pytest.mark.browser

MASTER = "harbour/02-safety/incident-commander"
COMMANDER = "workshop/03-delivery/incident-commander"
EDITOR = "newsroom/photo-editor"
STAR = "observatory/agents/site/weather-watch"
"""Published in summary."""
PAIRS = [
    (MASTER, COMMANDER),
    (EDITOR, "harbour/01-operations/berth-planner"),
    ("newsroom/archive-librarian", "newsroom/fact-checker"),
    ("workshop/01-core/data-steward", "workshop/01-core/api-designer"),
    ("harbour/02-safety/weather-watch", "harbour/02-safety/hull-inspector"),
]
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_site(ROOT / "specs").library


@pytest.fixture(scope="module")
def script(browser: Any, site: str) -> Iterator[Any]:
    """A page on which the rules run by themselves."""
    with visitor(browser, site) as one:
        page = one.visit("schema/")
        page.evaluate(
            "address => import(address).then((module) => { window.rules = module; })", f"{site}assets/comparison.js"
        )
        page.evaluate("words => { window.english = new Set(words); }", english())
        yield page


def english() -> list[str]:
    return sorted(load("sections")["common_english"])


def compare_page(seen: Visitor, *keys: str) -> Any:
    query = "&".join(f"{letter}={key}" for letter, key in zip("abcde", keys, strict=False))
    page = seen.visit(f"compare/?{query}")
    page.wait_for_selector("[data-as-compare][data-ready]", state="attached")
    return page


# --- the same rules ------------------------------------------------------------------------------

ALIGN = """agents => {
  const rows = rules.align(agents, english);
  return rows.map((row) => row.map((section) => section && section.at));
}"""


def told(spec: AgentSpec) -> dict[str, Any]:
    """An agent's sections as the API has them, numbered."""
    return {
        "sections": [
            {
                "heading": s.heading,
                "title": s.title,
                "kind": s.kind,
                "level": s.level,
                "text": s.text,
                "slot": s.slot,
                "at": at,
            }
            for at, s in enumerate(spec.sections)
        ]
    }


def rows(specs: list[AgentSpec]) -> list[list[int | None]]:
    """The same from the command's own alignment."""
    places = [{id(section): at for at, section in enumerate(spec.sections)} for spec in specs]
    made = comparison.compare(specs)
    return [[places[n][id(s)] if s else None for n, s in enumerate(row.sections)] for row in made.rows]


def test_examples_are_aligned_as_the_command_aligns_them(script: Any, library: Library) -> None:
    specs = {library.key(spec): spec for spec in library.agents}
    groups = [list(pair) for pair in PAIRS]
    groups += [list(pair) for pair in list(combinations(sorted(specs), 2))[::40]]
    groups += [[MASTER, COMMANDER, EDITOR, STAR, "harbour/01-operations/berth-planner"]]
    for keys in groups:
        agents = [specs[key] for key in keys]
        assert script.evaluate(ALIGN, [told(agent) for agent in agents]) == rows(agents), keys


TITLES = ("Tasks", "Core tasks", "Output", "output!", "潮位", "", "Ablauf")
KINDS = (None, "responsibilities", "constraints", "output")
SECTIONS = st.builds(
    lambda title, kind, level, slot, text: Section(
        heading=f"## {title}\n" if title else None, title=title or None, kind=kind, level=level, slot=slot, text=text
    ),
    st.sampled_from(TITLES),
    st.sampled_from(KINDS),
    st.sampled_from((None, 1, 2)),
    st.sampled_from((None, "rules")),
    st.sampled_from(("the tide is in the harbour\n", "潮水会来，潮水会退，港口里的船都在等\n", "Ebbe\n", "\n", " ")),
)
AGENTS = st.builds(
    lambda sections: AgentSpec(name="tide-forecaster", sections=tuple(sections)), st.lists(SECTIONS, max_size=7)
)


@given(st.lists(AGENTS, min_size=2, max_size=4))
def test_any_sections_are_aligned_alike(script: Any, agents: list[AgentSpec]) -> None:
    assert script.evaluate(ALIGN, [told(agent) for agent in agents]) == rows(agents)


CHINESE = "你负责预报港口的潮汐。\n## 潮位计\n每小时读取一次。\n## 输出\n写一张表。\n"
ENGLISH = "You forecast the tides of the harbour and tell us.\n## The gauges\nRead them.\n## What to write\nA table.\n"


def test_a_translation_is_aligned_by_its_outline(script: Any) -> None:
    agents = [AgentSpec(name="tide-forecaster", sections=split(text)) for text in (CHINESE, ENGLISH)]
    assert script.evaluate(ALIGN, [told(agent) for agent in agents]) == [[0, 0], [1, 1], [2, 2]] == rows(agents)


def test_languages_are_told_alike(script: Any, library: Library) -> None:
    texts = [spec.prompt for spec in library.agents]
    texts += [
        "",
        "潮汐",
        "潮汐 tide tide tide",
        "こんにちは、潮の番人です",
        "안녕하세요 항구",
        "Привет, гавань",
        "مرحبا",
        "Ebbe und Flut",
        "x " * 5000,
    ]
    found = script.evaluate("texts => texts.map((text) => rules.language(text, english))", texts)
    assert found == [language(text) for text in texts]


def test_fields_are_those_of_the_command(seen: Visitor, site: str, library: Library) -> None:
    page = seen.visit("schema/")
    specs = {library.key(spec): spec for spec in library.agents}
    keys = [pair for pair in PAIRS if STAR not in pair]
    found = page.evaluate(
        """async ([root, pairs]) => {
          const { fields } = await import(`${root}assets/comparison.js`);
          const get = (place) => fetch(root + place).then((answer) => answer.json());
          const order = Object.keys((await get("api/comparing.json")).fields);
          return Promise.all(pairs.map(async (pair) => {
            const agents = await Promise.all(pair.map((key) => get(`api/agents/${key}.json`)));
            return fields(agents, order).map(({ name, same }) => [name, same]);
          }));
        }""",
        [site, [list(pair) for pair in keys]],
    )
    for pair, told_ in zip(keys, found, strict=True):
        made = comparison.compare([specs[key] for key in pair])
        assert told_ == [[field.name, field.is_same] for field in made.fields], pair


@pytest.mark.parametrize(
    ("one", "other", "passages"),
    [
        ("The tide.\n", "  The  tide.\n", [{"same": ["  The  tide."]}]),
        (
            "Read the gauge every hour.\nTell it.\n",
            "Read the gauge every day.\nTell it.\n",
            [
                {
                    "pieces": [["same", "Read the gauge every"], ["first", "hour."], ["second", "day."]],
                    "lines": [["Read the gauge every hour."], ["Read the gauge every day."]],
                },
                {"same": ["Tell it."]},
            ],
        ),
        (
            "One.\n",
            "Two and three.\nOne.\n",
            [{"pieces": [["second", "Two and three."]], "lines": [[], ["Two and three."]]}, {"same": ["One."]}],
        ),
        ("", "", []),
    ],
)
def test_wording_is_told_apart(script: Any, one: str, other: str, passages: list[Any]) -> None:
    assert script.evaluate("([one, other]) => rules.passages(one, other)", [one, other]) == passages


LINES = st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5).map(" ".join), max_size=6).map("\n".join)


@given(LINES, LINES)
def test_nothing_gets_lost_between_two_wordings(script: Any, one: str, other: str) -> None:
    """The words of each side are all there, in order, and nobody else's."""
    found = script.evaluate("([one, other]) => rules.passages(one, other)", [one, other])
    for side, text in (("first", one), ("second", other)):
        pieces = [
            words
            for passage in found
            for sign, words in (passage.get("pieces") or [["same", " ".join(passage["same"])]])
            if sign in {"same", side}
        ]
        assert " ".join(pieces).split() == text.split()


# --- the page -------------------------------------------------------------------------------------


def test_differences_stand_first_and_the_rest_on_demand(seen: Visitor) -> None:
    page = compare_page(seen, MASTER, COMMANDER)
    labels = page.locator("table[aria-label=Fields] tbody tr:not(.as-row--same) th").all_inner_texts()
    assert labels[0].startswith("What it may touch") and "Collection" in labels
    hidden = page.locator("table[aria-label=Fields] tr.as-row--same")
    assert hidden.count() > 0 and not hidden.first.is_visible()
    page.get_by_label("Show also what is the same").check()
    assert hidden.first.is_visible()
    order = page.evaluate(
        "[...document.querySelectorAll('table[aria-label=Fields] tbody tr')].map((row) => row.matches('.as-row--same'))"
    )
    assert order == sorted(order)


def test_changed_words_are_marked_without_colour(seen: Visitor, site: str) -> None:
    """Words of one side are `del` or `ins`, underlined otherwise than each other, and told to those who listen."""

    def reworded(route: Any) -> None:
        agent = route.fetch(url=f"{site}api/agents/{EDITOR}.json").json()
        for section in agent["sections"]:
            section["text"] = section["text"].replace(" is ", " is always ", 1)
            section["text"] = section["text"].replace(" on most days ", " on many days ", 1)
        route.fulfill(json={**agent, "id": "other", "title": "Other"})

    seen.page.route("**/api/agents/newsroom/other.json", reworded)
    page = compare_page(seen, EDITOR, "newsroom/other")
    gone, come = page.locator(".as-beside del").first, page.locator(".as-beside ins", has_text="many")
    assert (gone.text_content(), come.text_content()) == ("most", "many")
    style = "(element) => getComputedStyle(element).textDecorationStyle"
    assert gone.evaluate(style) != come.evaluate(style)
    assert "only in the first" in gone.evaluate("(element) => getComputedStyle(element, '::before').content")


def test_what_is_published_in_summary_shows_no_more(seen: Visitor) -> None:
    page = compare_page(seen, STAR, MASTER)
    assert "not published here; only its summary is compared" in page.locator(".as-note").first.inner_text()
    cells = page.locator("table[aria-label='Prompt, section by section'] tbody td:nth-of-type(1)").all_inner_texts()
    assert cells and set(cells) == {"not published here"}


def test_agents_are_added_and_removed_by_keyboard(seen: Visitor) -> None:
    page = compare_page(seen, MASTER)
    assert "Add another" in page.locator(".as-comparison .as-status").inner_text()
    page.locator("#as-pick").focus()
    page.keyboard.type("photo editor")
    page.wait_for_selector("#as-pick-list li")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.as-heads__one').length === 2")
    assert page.url.endswith(f"compare/?a={MASTER}&b={EDITOR}")
    assert page.evaluate("document.activeElement.id") == "as-pick"
    page.get_by_role("button", name="Put first").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.as-heads__title').innerText.includes('Photo Editor')")
    assert page.url.endswith(f"compare/?a={EDITOR}&b={MASTER}")
    page.get_by_role("button", name="Remove Photo Editor").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.as-heads__one').length === 1")
    assert page.evaluate("document.activeElement.closest('.as-heads') !== null")
    page.go_back()
    page.wait_for_function("() => document.querySelectorAll('.as-heads__one').length === 2")


def test_variants_of_the_name_are_offered(seen: Visitor) -> None:
    page = compare_page(seen, MASTER)
    chip = page.locator(".as-variants-row button")
    assert "workshop" in chip.first.inner_text() and "same name" in chip.first.inner_text()
    chip.first.click()
    page.wait_for_function("() => document.querySelectorAll('.as-heads__one').length === 2")
    assert page.url.endswith(f"?a={MASTER}&b={COMMANDER}")


def test_variants_of_one_collection_are_told_apart(seen: Visitor) -> None:
    """By the folder in which their ways part; who is alone of the name in a collection bears that."""
    copies = [f"upstream/{way}incident-commander" for way in ("ops/alpha/", "ops/beta/", "")]

    def grown(route: Any) -> None:
        tables = route.fetch().json()
        route.fulfill(json={**tables, "families": [{"exact": True, "agents": [MASTER, *copies]}]})

    def copy(route: Any) -> None:
        agent = route.fetch(url=f"{seen.site}api/agents/{MASTER}.json").json()
        route.fulfill(json={**agent, "id": "incident-commander", "collection": "upstream"})

    seen.page.route("**/api/comparing.json", grown)
    seen.page.route("**/api/agents/upstream/**", copy)
    page = compare_page(seen, MASTER)
    chips = page.locator(".as-variants-row button")
    places = ["upstream, alpha", "upstream, beta", "upstream", "workshop"]
    assert [
        text.split(" in ")[1] for text in chips.evaluate_all("(all) => all.map((one) => one.firstChild.data)")
    ] == places
    page = compare_page(seen, *copies[:2])
    assert page.locator(".as-heads__where span").all_inner_texts() == ["upstream, alpha", "upstream, beta"]
    whose = "(all) => all.slice(0, 2).map((cell) => cell.dataset.agent.split(', ').slice(1).join(', '))"
    assert page.locator(".as-beside td").evaluate_all(whose) == ["upstream, alpha", "upstream, beta"]


def test_nothing_chosen_and_nothing_found_are_said(browser: Any, site: str) -> None:
    with visitor(browser, site) as one:
        page = compare_page(one)
        assert "No agent is chosen yet" in page.locator(".as-comparison__out").inner_text()
        page = compare_page(one, "harbour/nobody", MASTER)
        assert "There is no agent harbour/nobody here." in page.locator(".as-note--warning").inner_text()
        assert page.locator(".as-heads__one").count() == 1
        page.get_by_role("button", name="Remove it").click()
        page.wait_for_function("() => !location.search.includes('nobody')")
        assert [said for said in one.minded() if "404" not in said] == []


def test_what_cannot_be_loaded_can_be_tried_again(browser: Any, site: str) -> None:
    with visitor(browser, site) as one:
        one.page.route("**/api/comparing.json", lambda route: route.fulfill(status=503, body=""))
        page = one.visit(f"compare/?a={MASTER}&b={EDITOR}")
        page.get_by_role("button", name="Try again").wait_for()
        one.page.unroute("**/api/comparing.json")
        page.get_by_role("button", name="Try again").click()
        page.wait_for_selector("[data-as-compare][data-ready]", state="attached")
        assert page.locator(".as-heads__one").count() == 2


@pytest.mark.parametrize("width", [800, 1024, 1920])
def test_names_stay_above_their_columns(browser: Any, site: str, width: int) -> None:
    """Five agents scroll sideways in their frame; the names go along, and stay when one reads on."""
    with visitor(browser, site, viewport={"width": width, "height": 800}) as one:
        page = compare_page(one, MASTER, COMMANDER, EDITOR, STAR, "harbour/01-operations/berth-planner")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.evaluate("window.scrollTo(0, 900); document.querySelector('.as-scrollx').scrollLeft = 300")
        page.wait_for_function(
            "() => document.querySelector('.as-heads').scrollLeft === document.querySelector('.as-scrollx').scrollLeft"
        )
        lefts = "(all) => all.map((one) => Math.round(one.getBoundingClientRect().left))"
        heads = page.locator(".as-heads__one").evaluate_all(lefts)
        cells = page.locator(".as-beside").first.locator("tbody tr:first-child td").evaluate_all(lefts)
        assert heads == cells
        assert 0 < page.locator(".as-heads").bounding_box()["y"] < 100
        assert one.minded() == []


def test_a_long_title_is_whole_on_a_telephone(browser: Any, site: str) -> None:
    with visitor(browser, site, viewport={"width": 390, "height": 844}) as one:
        page = compare_page(one, MASTER, COMMANDER, EDITOR)
        links = page.locator(".as-heads__title a")
        links.evaluate_all(
            "(all) => { for (const one of all) one.textContent = 'Interdepartmentalisation '.repeat(4); }"
        )
        for told in links.evaluate_all(
            "(all) => all.map((one) => [one.scrollHeight, one.clientHeight, one.scrollWidth])"
        ):
            height, seen_height, width = told
            assert height <= seen_height + 1 and width <= 390
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@judged_by_axe
@pytest.mark.parametrize("keys", [(), (MASTER, COMMANDER), (STAR, EDITOR, MASTER)])
def test_axe_finds_nothing_grave(seen: Visitor, keys: tuple[str, ...]) -> None:
    page = compare_page(seen, *keys)
    for box in page.get_by_label("Show also what is the same").all():
        box.check()
    for width in (1440, 390):
        assert grave(page, width) == set()
