"""The site in a browser: it works, asks nobody else for anything, and says nothing on the console."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from test_publish import BASE, catalogue

from converters.publish import addresses, build

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
if not CHROMIUM.exists():
    pytest.skip("there is no /usr/bin/chromium", allow_module_level=True)

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = (1280, 900), (390, 844)
AGENT = "agents/harbour/dock-2/agent-18/"
PAGES = (
    "",
    "catalogue/",
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
    "compare/?a=harbour/dock-2/agent-18&b=market/dock-2/agent-22",
    "basket/?agents=harbour/dock-2/agent-18,market/dock-2/agent-22",
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the site below a sub-path, as on project pages."""
    root = tmp_path_factory.mktemp("served")
    build(catalogue(), root / BASE.strip("/"), strict=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{BASE}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that fails its test on any complaint of the browser and any request to elsewhere."""
    width, height = getattr(request, "param", WIDE)
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on(
        "console",
        lambda said: complaints.append(f"{said.type}: {said.text}") if said.type in {"error", "warning"} else None,
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(address))
    opened.on(
        "request",
        lambda asked: complaints.append(f"asked {asked.url}") if not asked.url.startswith((origin, "data:")) else None,
    )
    opened.on(
        "response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    yield opened
    context.close()
    assert complaints == []


both_widths = pytest.mark.parametrize("page", [WIDE, NARROW], indirect=True, ids=["1280", "390"])


@both_widths
@pytest.mark.parametrize("name", PAGES)
def test_every_kind_of_page_is_quiet_and_fits(page: Any, address: str, name: str) -> None:
    """No console message, no foreign request, no sideways scrolling, one main heading."""
    page.goto(address + name, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.locator("h1").count() == 1


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
    assert "<role>" in page.locator("#prompt-source").text_content()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    ["", "catalogue/?access=shell", AGENT, "health/", "guide/", "graph/", "formats/", "formats/codex/", "convert/"],
)
def test_words_stand_out_from_their_ground(browser: Any, address: str, name: str, scheme: str) -> None:
    """WCAG AA: every visible word has a contrast of at least 4.5."""
    context = browser.new_context(
        viewport={"width": WIDE[0], "height": WIDE[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    opened = context.new_page()
    opened.goto(address + name, wait_until="networkidle")
    assert opened.evaluate(CONTRAST) == []
    context.close()


def test_the_addresses_the_tests_use_are_agents() -> None:
    assert AGENT in {addresses.agent(key) for key in catalogue().agents}
