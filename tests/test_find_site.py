"""Finding agents in a browser: with the keyboard, on a telephone, inside prompts, and where nothing is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import visitor
from test_site import NARROW, WIDE, _ready, address, page, told_apart

__all__ = ["address", "page"]  # fixtures

pytestmark = pytest.mark.browser
STATUS = "document.querySelector('.as-status').textContent"
FOCUSED = "document.activeElement"


def _status(page: Any) -> str:
    return str(page.evaluate(STATUS))


def _found(page: Any) -> int:
    """The agents that are left, of all."""
    return int(_status(page).partition(" ")[0].replace(",", ""))


def test_a_misspelt_word_is_understood_and_said(page: Any, address: str) -> None:
    _ready(page, address, "?q=turnz")
    assert page.locator(".as-understood").text_content().strip() == "Read “turnz” as “turns”."
    assert _found(page) > 0


def test_another_spelling_of_what_is_asked_for_is_marked(page: Any, address: str) -> None:
    """One agent of the catalogue is made to speak of it, in its card and in the terms."""

    def reworded(path: str, change: Callable[[dict[str, Any]], object]) -> None:
        def answer(route: Any) -> None:
            said = route.fetch().json()
            change(said)
            route.fulfill(json=said)

        page.route(f"**/{path}", answer)

    reworded("api/search.json", lambda said: said["summaries"].__setitem__(0, "Moors Kubernetes."))
    reworded(
        "api/search-terms.json",
        lambda said: said.update(terms=f"{said['terms']} k8s", postings=f"{said['postings']} 0f"),
    )
    _ready(page, address, "?q=k8s")
    page.wait_for_selector(".as-card mark")
    assert page.locator(".as-card__summary mark").all_text_contents() == ["Kubernetes"]


def test_the_script_counts_as_the_page_did(page: Any, address: str) -> None:
    """The line of numbers stays as it was built; skills, were there any, are counted apart in it."""
    built = page.request.get(f"{address}catalogue/").text()
    said = re.search(r'class="as-status"[^>]*>([^<]*)<', built)
    _ready(page, address)
    assert said is not None and _status(page) == said[1]
    agents = int(said[1].partition(" ")[0])

    def skilled(route: Any) -> None:
        found = route.fetch().json()
        format_ = next(facet for facet in found["facets"] if facet["id"] == "format")
        format_["values"].append(["agent-skill", "agent-skill"])
        format_["of"][:2] = [len(format_["values"]) - 1] * 2
        route.fulfill(json=found)

    page.route("**/api/search.json", skilled)
    _ready(page, address)
    assert _status(page).startswith(f"{agents - 2} agents and 2 skills")
    _ready(page, address, "?q=tide")
    assert f" of {agents} agents and skills" in _status(page)


def test_the_arrows_lead_to_the_results_and_back(page: Any, address: str) -> None:
    """Down from the field to the first, along the row, up again; Enter opens, Escape clears."""
    _ready(page, address)
    page.keyboard.press("/")
    page.keyboard.type("tide")
    page.wait_for_function(f"() => {STATUS}.includes(' of ')")
    page.keyboard.press("ArrowDown")
    links = page.locator(".as-card__title a")
    assert links.nth(0).evaluate(f"link => link === {FOCUSED}")
    page.keyboard.press("ArrowRight")
    assert links.nth(1).evaluate(f"link => link === {FOCUSED}")
    page.keyboard.press("End")
    assert links.last.evaluate(f"link => link === {FOCUSED}")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(f"{FOCUSED}.id") == "as-q"
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => !{STATUS}.includes(' of ')")
    assert urlsplit(page.url).query == ""
    page.keyboard.type("agent-33")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {FOCUSED}.matches('.as-card__title a')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agents/**")


def test_who_answers_little_of_many_words_waits_behind_a_button(page: Any, address: str) -> None:
    """It says how many, the status too; the keyboard goes on at the first of them; another request begins anew."""
    _ready(page, address, "?q=checks+the+tide+when+ships+turn")
    links, button = page.locator(".as-card__title a"), page.locator(".as-showmore")
    page.wait_for_function(f"() => {STATUS}.includes('less of it')")
    shown = links.count()
    less = int(re.search(r"; ([0-9,]+) more answers? less of it$", _status(page))[1].replace(",", ""))  # type: ignore[index]
    told = re.fullmatch(r"Show ([0-9]+) more that answers? less of it", button.text_content())
    assert told and 0 < int(told[1]) <= less
    both = page.locator(".as-facets__both")
    assert both.inner_text() == "The counts include agents that answer less of it."
    assert _found(page) >= shown > 0
    button.focus()
    page.keyboard.press("Enter")
    assert links.count() > shown
    assert links.nth(shown).evaluate(f"link => link === {FOCUSED}")
    page.locator("#as-q").fill("when ships turn, checks the tide")
    page.wait_for_function("() => new URLSearchParams(location.search).get('q').startsWith('when')")
    page.wait_for_function("shown => document.querySelectorAll('.as-card__title a').length === shown", arg=shown)
    assert button.text_content() == told[0]
    page.locator("#as-q").fill("tide")
    page.wait_for_function(f"() => !{STATUS}.includes('less of it')")
    assert not both.is_visible()


def test_every_state_has_an_address_and_back_returns(page: Any, address: str) -> None:
    _ready(page, address, "?q=tide&access=shell&access=mcp&sort=title")
    before = _status(page)
    assert page.locator("#as-q").input_value() == "tide"
    assert page.locator("#as-sort").input_value() == "title"
    assert page.locator(".as-chosen .as-chip").count() == 2
    page.locator(".as-chosen .as-chip").first.click()
    page.wait_for_function("() => document.querySelectorAll('.as-chosen .as-chip').length === 1")
    assert parse_qs(urlsplit(page.url).query)["q"] == ["tide"]
    page.go_back()
    page.wait_for_function(f"before => {STATUS} === before", arg=before)
    assert page.locator(".as-chosen .as-chip").count() == 2


def test_values_of_one_facet_add_up_and_facets_narrow(page: Any, address: str) -> None:
    _ready(page, address)
    market, harbour = (
        int(page.locator(f"label:has(input[data-facet=collection][value={name}]) .as-count").text_content())
        for name in ("market", "harbour")
    )
    page.locator("input[data-facet=collection][value=market]").check()
    page.locator("input[data-facet=collection][value=harbour]").check()
    assert _found(page) == market + harbour
    page.locator("input[data-facet=access][value=mcp]").check()
    assert 0 < _found(page) < market + harbour
    greyed = page.locator(".as-facet label.as-zero .as-count")
    assert set(greyed.all_text_contents()) <= {"0"}


def test_nothing_found_says_which_filter_to_drop(page: Any, address: str) -> None:
    """The button tells how many agents its filter keeps away, and brings them."""
    _ready(page, address, "?access=shell&collection=nowhere")
    assert page.locator(".as-none").is_visible()
    drop = page.get_by_role("button", name="Drop Collection: nowhere")
    count = int(drop.text_content().rpartition("(")[2].rstrip(")"))
    drop.click()
    page.wait_for_function("() => document.querySelector('.as-none').hidden")
    assert _found(page) == count > 0


def test_near_words_are_offered_where_no_prompt_says_one(page: Any, address: str) -> None:
    _ready(page, address, "?q=hamdle&in=prompts")
    assert "No prompt says “hamdle”." in page.locator(".as-none").text_content()
    page.get_by_role("button", name="Drop the words").click()
    page.wait_for_function(f"() => !{STATUS}.includes(' of ')")


def test_prompts_are_searched_with_the_same_facets(page: Any, address: str) -> None:
    """The words are shown where they stand, marked; what may not be shown is not found."""
    _ready(page, address, "?q=checks")
    names = _found(page)
    page.get_by_role("button", name="Inside prompts", exact=True).click()
    page.wait_for_selector(".as-card__found mark")
    assert _found(page) >= names > 0
    assert parse_qs(urlsplit(page.url).query) == {"q": ["checks"], "in": ["prompts"]}
    assert {text.lower() for text in page.locator(".as-card__found mark").all_text_contents()} == {"checks"}
    assert page.locator("input[data-facet=collection][value=quiet]").count() == 0 or (
        page.locator("label:has(input[data-facet=collection][value=quiet]) .as-count").text_content() == "0"
    )
    before = _found(page)
    page.locator("input[data-facet=access][value=mcp]").check()
    page.wait_for_function(f"before => parseInt({STATUS}) < before", arg=before)


@pytest.mark.parametrize("page", [NARROW], indirect=True)
def test_the_drawer_is_a_dialog(page: Any, address: str) -> None:
    """It keeps the focus, Escape closes it, and the focus returns to the button that opened it."""
    _ready(page, address)
    page.locator(".as-filters-open").click()
    sheet = page.get_by_role("dialog", name="Filters")
    assert sheet.is_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(f"{FOCUSED} === document.body || {FOCUSED}.closest('dialog') !== null")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert page.evaluate(f"{FOCUSED}.matches('.as-filters-open')")


def test_a_wider_window_closes_the_drawer(page: Any, address: str) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    _ready(page, address)
    page.locator(".as-filters-open").click()
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.locator(".as-facets input[data-facet=access]").first.wait_for(state="visible")


def test_the_home_page_suggests(page: Any, address: str) -> None:
    page.goto(address)
    page.locator(".as-find input").click()
    page.wait_for_selector(".as-suggested", state="attached")
    page.keyboard.type("agent-33")
    page.wait_for_selector(".as-suggested [role=option]")
    page.keyboard.press("ArrowDown")
    assert page.locator(".as-suggested [aria-selected=true]").count() == 1
    page.keyboard.press("Escape")
    assert not page.locator(".as-suggested").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/?q=agent-33")


def test_everything_is_there_without_javascript(browser: Any, address: str) -> None:
    with visitor(browser, address, java_script_enabled=False) as one:
        opened = one.visit("catalogue/")
        assert opened.locator(".as-card__title a").count() > 10
        assert opened.get_by_role("link", name="Market", exact=True).is_visible()
        assert not opened.locator("#as-q").is_visible()


@pytest.mark.parametrize("query", ["?q=hamdle&in=prompts", "?q=tide+turnz&access=mcp", "?q=checks&in=prompts"])
def test_words_stand_out_from_their_ground(page: Any, address: str, query: str) -> None:
    told_apart(page, f"{address}catalogue/{query}")


def test_the_page_asks_for_little(page: Any, address: str) -> None:
    """No terms before somebody types, and no words of prompts before somebody looks inside them."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path.removeprefix(urlsplit(address).path)))
    _ready(page, address)
    assert [path for path in asked if path.startswith("api/")] == ["api/search.json"]
    page.keyboard.press("/")
    page.keyboard.type("tide")
    page.wait_for_function(f"() => {STATUS}.includes(' of ')")
    assert {path for path in asked if path.startswith("api/")} == {"api/search.json", "api/search-terms.json"}
