"""The site in a browser: it works, asks nobody else for anything, and says nothing on the console."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import SCHEMES, colour, grave, judged_by_axe, served, visitor
from test_publish import BASE, catalogue

from converters.publish import addresses, build

pytestmark = pytest.mark.browser
WIDE, NARROW = (1280, 900), (390, 844)
AGENT = "agents/harbour/dock-2/agent-18/"
PAGES = (
    "",
    "catalogue/",
    "catalogue/?q=nowhereatall",
    AGENT,
    "collections/",
    "collections/harbour/",
    "categories/",
    "graph/",
    "health/",
    "statistics/",
    "formats/",
    "formats/claude-code/",
    "schema/",
    "convert/",
    "guide/",
    "guide/canonical-form/",
    "guide/commands/",
    "guide/codes/",
    "guide/glossary/",
    "compare/",
    "compare/?a=harbour/dock-2/agent-18&b=market/dock-2/agent-22",
    "basket/",
    "basket/?agents=harbour/dock-2/agent-18,market/dock-2/agent-22",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the site below a sub-path, as on project pages."""
    root = tmp_path_factory.mktemp("served")
    build(catalogue(), root / BASE.strip("/"), strict=True)
    with served(root) as host:
        yield host.removesuffix("/") + BASE


@pytest.fixture
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that fails its test on any complaint of the browser and any request to elsewhere."""
    width, height = getattr(request, "param", WIDE)
    with visitor(browser, address, viewport={"width": width, "height": height}) as one:
        yield one.page
        assert one.minded() == []


@pytest.mark.parametrize("page", [NARROW], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_every_kind_of_page_is_quiet_and_fits(page: Any, address: str, name: str) -> None:
    """No console message, no foreign request, one main heading, no sideways scrolling, and none on a wider screen."""
    page.goto(address + name, wait_until="networkidle")
    assert page.locator("h1").count() == 1
    for width in (NARROW[0], WIDE[0]):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


MOVED = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries())
    if (!shift.hadRecentInput) window.moved.push([shift.value, shift.sources.map(({ node }) => node?.className ?? "")]);
}).observe({type: "layout-shift", buffered: true});
"""


def test_what_is_read_stays_where_it_is_while_scripts_arrive(browser: Any, address: str) -> None:
    """Below 0.1 in all is good, says https://web.dev/articles/cls (read 2026-11-22); scripts come late here."""
    with visitor(browser, address, viewport={"width": 412, "height": 823}, alone=True) as one:
        one.page.add_init_script(MOVED)
        one.page.route("**/*.js", lambda route: (time.sleep(0.05), route.continue_()))
        moved = {}
        for name in PAGES:
            one.page.goto(address + name, wait_until="networkidle")
            moved[name] = one.page.evaluate("window.moved")
    assert {name: shifts for name, shifts in moved.items() if sum(score for score, _ in shifts) >= 0.1} == {}


@judged_by_axe
@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith((AGENT, "compare/", "basket/"))])
def test_axe_finds_nothing_on_any_kind_of_page(page: Any, address: str, name: str) -> None:
    """Wide and narrow, light and dark, with everything opened: no issue at all that it calls serious or critical.

    What tests of their own ask of an agent's page, of comparisons and of the basket is not asked again.
    """
    page.goto(address + name, wait_until="networkidle")
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    page.evaluate(  # they are all alike, and it looks at each of their thousands of cells
        "for (const row of document.querySelectorAll('.as-matrix tbody tr:nth-child(n + 8)')) row.remove()"
    )
    for width in (1440, 390):
        assert grave(page, width) == set(), width


def _ready(page: Any, address: str, query: str = "") -> None:
    page.goto(f"{address}catalogue/{query}")
    page.wait_for_selector("[data-as-catalogue][data-ready]", state="attached")


def test_typing_narrows_and_the_address_says_so(page: Any, address: str) -> None:
    _ready(page, address)
    before = page.locator("#as-cards .as-card").count()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "as-q"
    page.keyboard.type("tide 31")
    page.wait_for_function("() => document.querySelector('.as-status').textContent.includes(' of ')")
    assert 0 < page.locator("#as-cards .as-card").count() < before
    assert parse_qs(urlsplit(page.url).query) == {"q": ["tide 31"]}


def test_facets_narrow_and_back_undoes(page: Any, address: str) -> None:
    _ready(page, address)
    whole = page.locator(".as-status").text_content()
    box = page.locator("input[data-facet=access][value=shell]")
    count = int(page.locator("label:has(input[data-facet=access][value=shell]) .as-count").text_content())
    box.check()
    assert f"{count} of" in page.locator(".as-status").text_content()
    assert parse_qs(urlsplit(page.url).query) == {"access": ["shell"]}
    page.locator("input[data-facet=collection][value=market]").check()
    narrowed = page.locator(".as-status").text_content()
    page.reload()
    page.wait_for_selector("[data-as-catalogue][data-ready]", state="attached")
    assert page.locator(".as-status").text_content() == narrowed
    page.go_back()
    page.go_back()
    page.wait_for_function("text => document.querySelector('.as-status').textContent === text", arg=whole)
    assert urlsplit(page.url).query == ""


def test_variants_are_one_card(page: Any, address: str) -> None:
    """Agents of one name share a card that names its versions."""
    _ready(page, address, "?q=agent-19")
    button = page.locator(".as-card:has-text('versions') button").first
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert page.locator(".as-card__more a").count() >= 2


def test_nothing_found_offers_ways_out(page: Any, address: str) -> None:
    _ready(page, address, "?q=nowhereatall&access=shell")
    assert page.locator(".as-none").is_visible()
    page.get_by_role("button", name="Drop the words").click()
    assert not page.locator(".as-none").is_visible()


@pytest.mark.parametrize("page", [NARROW], indirect=True)
def test_filters_are_a_drawer_on_a_telephone(page: Any, address: str) -> None:
    _ready(page, address)
    assert not page.locator(".as-facets").is_visible()
    page.locator(".as-filters-open").click()
    page.locator("input[data-facet=access][value=read]").check()
    page.locator(".as-filters-close").click()
    assert not page.locator(".as-facets").is_visible()
    assert page.locator(".as-filters-count").text_content() == "1"


@pytest.mark.parametrize("page", [NARROW], indirect=True)
def test_the_menu_opens_on_a_telephone(page: Any, address: str) -> None:
    page.goto(address)
    page.locator(".as-menu").click()
    page.get_by_role("link", name="Health", exact=True).first.wait_for(state="visible")


@pytest.mark.parametrize("page", [NARROW], indirect=True)
def test_the_menu_needs_no_pointer(page: Any, address: str) -> None:
    """Tab reaches it, Enter opens it, Escape closes it and goes back to it; what it covers is told."""
    page.goto(f"{address}guide/canonical-form/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").split()[-1] == "as-menu"
    page.keyboard.press("Enter")
    page.locator("#as-pages a[aria-current=page]", has_text="The canonical form").wait_for()
    page.keyboard.press("Escape")
    page.locator("#as-pages").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className").split()[-1] == "as-menu"


def test_the_menu_needs_no_script(browser: Any, address: str) -> None:
    narrow = {"width": NARROW[0], "height": NARROW[1]}
    with visitor(browser, address, viewport=narrow, java_script_enabled=False) as one:
        opened = one.visit(AGENT)
        assert not opened.locator("#as-pages").is_visible()
        opened.locator(".as-menu").click()
        opened.locator("#as-pages").get_by_role("link", name="Health").click()
        assert opened.url == f"{address}health/"


def test_every_page_of_the_navigation_is_in_the_header(page: Any, address: str) -> None:
    page.goto(address)
    said = page.locator(".as-nav a").all_text_contents()
    assert {"Catalogue", "Compare", "Convert", "Categories", "Statistics", "Guide"} <= set(said)
    assert not page.get_by_role("link", name="Convert", exact=True).first.is_visible()
    page.locator(".as-nav summary").click()
    page.locator(".as-nav").get_by_role("link", name="Convert", exact=True).wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(".as-nav").get_by_role("link", name="Convert", exact=True).is_visible()


@pytest.mark.parametrize("width", [390, 1024, 1230, 1440])
def test_a_long_name_leaves_room_for_the_buttons(page: Any, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.evaluate(
        "document.querySelector('.as-brand span').textContent = 'The Harbour Authority and its Neighbours '.repeat(3)"
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for button in page.locator(".as-header__inner > button, .as-header__inner > a").all():
        box = button.bounding_box()
        assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= width)
    assert page.locator(".as-brand span").first.bounding_box()["width"] > 60


def test_colours_are_the_systems_until_others_are_chosen(browser: Any, address: str) -> None:
    """A choice holds on the next page; taken back, the system is followed again."""
    scheme = "document.body.dataset.mdColorScheme"
    with visitor(browser, address, color_scheme="dark") as one:
        opened = one.visit()
        button = opened.get_by_role("button", name="Dark colours")
        assert (opened.evaluate(scheme), button.get_attribute("aria-pressed")) == ("slate", "true")
        button.click()
        assert (opened.evaluate(scheme), button.get_attribute("aria-pressed")) == ("default", "false")
        one.visit("guide/")
        assert opened.evaluate(scheme) == "default"
        opened.get_by_role("button", name="Dark colours").click()
        opened.emulate_media(color_scheme="light")
        opened.wait_for_function(f"() => {scheme} === 'default'")


def test_an_agent_can_be_found_from_any_page(page: Any, address: str) -> None:
    page.goto(f"{address}guide/")
    page.keyboard.press("/")
    page.keyboard.type("agent 33")
    page.wait_for_selector("#as-found [aria-selected=true]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agent-33/")


def test_the_prompt_can_be_read_as_source(page: Any, address: str) -> None:
    page.goto(address + AGENT)
    page.get_by_role("tab", name="Source").click()
    assert "<role>" in page.locator("#prompt-source:not(:empty)").text_content()
    assert not page.locator("#pane-read").is_visible()


def test_the_files_are_shown_when_asked_for(page: Any, address: str) -> None:
    page.goto(address + AGENT)
    for name in ("Canonical form", "Original file"):
        box = page.locator("details", has_text=name)
        box.locator("summary").click()
        page.wait_for_function(
            "([box]) => !box.querySelector('pre').textContent.startsWith('Loading')", arg=[box.element_handle()]
        )
    assert "spec: 1" in page.locator("details pre").first.text_content()
    assert "<script>" in page.locator("details pre").last.text_content()


def test_two_agents_can_be_compared(page: Any, address: str) -> None:
    page.goto(f"{address}compare/?a=harbour/dock-2/agent-18&b=harbour/dock-2/agent-30")
    page.wait_for_selector("[data-as-compare][data-ready]", state="attached")
    assert page.locator(".as-beside tr:not(.as-row--same)").count() > 0
    assert page.locator(".as-beside ins").count() > 0


def test_on_a_phone_compared_agents_stand_one_below_the_other(page: Any, address: str) -> None:
    """Nothing is to be scrolled sideways, and each cell says whose it is."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}compare/?a=harbour/dock-2/agent-18&b=harbour/dock-2/agent-30")
    page.wait_for_selector("[data-as-compare][data-ready]", state="attached")
    assert page.locator(".as-scrollx").evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    row = page.locator(".as-beside tbody tr:not(.as-row--same)").first
    first, second = (row.locator("td").nth(at) for at in (0, 1))
    assert first.bounding_box()["y"] < second.bounding_box()["y"]
    names = page.locator(".as-heads__title a").all_text_contents()
    assert [cell.get_attribute("data-agent").split(",")[0] for cell in (first, second)] == names


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_window_s_scrollbars_are_of_the_theme(page: Any, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}health/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const behind = (element) => { for (let e = element; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] > 250) return c; } return rgb('#fff'); };
  const bad = new Set();
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || element.closest('svg, noscript, script, option') || !element.checkVisibility({ opacityProperty: true })) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) bad.add(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return [...bad];
}"""


def told_apart(page: Any, address: str) -> None:
    """WCAG AA: every visible word has a contrast of at least 4.5, in the light and in the dark."""
    page.goto(address, wait_until="networkidle")
    for scheme in SCHEMES:
        colour(page, scheme)
        assert page.evaluate(CONTRAST) == [], scheme


@pytest.mark.parametrize(
    "name",
    ["", "catalogue/?access=shell", AGENT, "health/", "guide/", "graph/", "formats/", "formats/codex/", "convert/"],
)
def test_words_stand_out_from_their_ground(page: Any, address: str, name: str) -> None:
    told_apart(page, address + name)


def test_the_addresses_the_tests_use_are_agents() -> None:
    assert AGENT in {addresses.agent(key) for key in catalogue().agents}


@pytest.mark.parametrize("place", ["basket/", "compare/", "convert/", "graph/", "catalogue/", ""])
def test_a_page_opened_from_a_disk_says_what_it_needs(browser: Any, published: Path, place: str) -> None:
    """Browsers load neither modules nor data from there; nothing stays on the page that would only be silent."""
    page = browser.new_page()
    page.goto((published / "site" / place / "index.html").as_uri())
    assert "python3 -m http.server" in page.locator(".as-from-disk").inner_text()
    assert page.locator("main :is(canvas, textarea, .as-pick input)").locator("visible=true").count() == 0
    page.close()


@pytest.mark.parametrize(("place", "instead"), [("compare/", "specs compare"), ("convert/", "specs compat")])
def test_without_scripts_no_field_waits_for_one(browser: Any, site: str, place: str, instead: str) -> None:
    with visitor(browser, site, java_script_enabled=False) as one:
        page = one.visit(place)
        assert instead in page.locator("main").inner_text()
        assert page.locator("main :is(input, textarea, button)").locator("visible=true").count() == 0


@pytest.mark.parametrize("place", ["health/", "schema/"])
def test_tables_need_no_scrolling_on_a_telephone(browser: Any, site: str, place: str) -> None:
    with visitor(browser, site, viewport={"width": 390, "height": 844}) as one:
        page = one.visit(place)
        wider = "all => all.filter((one) => one.scrollWidth > one.clientWidth).length"
        assert page.locator(".as-table").evaluate_all(wider) == 0
        assert page.locator(".as-table").count() > 0


@pytest.mark.parametrize(("place", "selector"), [("graph/", ".as-told summary"), ("formats/codex/", "main summary")])
def test_what_folds_out_shows_that_it_has_the_keyboard(browser: Any, site: str, place: str, selector: str) -> None:
    with visitor(browser, site) as one:
        page = one.visit(place)
        summary = page.locator(selector).first
        page.keyboard.press("Tab")  # the keyboard is what is used
        summary.focus()
        assert summary.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
