"""The page for addresses that lead nowhere: it offers the nearest agents, and shows strangers' words as words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
if not CHROMIUM.exists():
    pytest.skip("there is no /usr/bin/chromium", allow_module_level=True)

ROOT = Path(__file__).parents[1]
PLACE = "http://site.test/sub/path/"
KEYS = ("harbour/operations/tide-forecaster", "harbour/operations/berth-planner", "market/fish-clerk", "market/häfen")
INDEX = {
    "agents": [
        {"title": f"<b>{key.rpartition('/')[2]}</b>", "collection": key.partition("/")[0], "url": f"agents/{key}/"}
        for key in KEYS
    ],
    "collections": [{"title": "Market", "url": "collections/market/"}],
}
BODY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Not found</title><h1>There is no such page</h1>
<section data-as-lost data-root="/sub/path" hidden><ul></ul></section><input id="lost-q">
<script src="/sub/path/assets/site.js" defer></script><script src="/sub/path/assets/lost.js" defer></script>"""


@pytest.fixture(scope="module")
def lost() -> Iterator[Any]:
    """Opens an address that is not there; gives the words and addresses offered, and what the search begins with."""
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = chromium.new_page()

        def answer(route: Any) -> None:
            path = route.request.url.partition("?")[0].removeprefix(PLACE)
            if path == "api/index.json":
                route.fulfill(content_type="application/json", body=json.dumps(INDEX))
            elif path.startswith("assets/"):
                route.fulfill(content_type="text/javascript", body=(ROOT / "site" / path).read_text("utf-8"))
            else:
                route.fulfill(content_type="text/html", body=BODY)

        page.route("**/*", answer)

        def ask(path: str) -> tuple[list[tuple[str, str]], str]:
            page.goto(PLACE + path, wait_until="networkidle")
            found = page.eval_on_selector_all(
                "[data-as-lost]:not([hidden]) a", "all => all.map((a) => [a.textContent, a.href])"
            )
            return [(words, href.removeprefix(PLACE)) for words, href in found], page.input_value("#lost-q")

        yield ask
        chromium.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("agents/harbour/tide-forecaster/", KEYS[0]),
        ("agents/market/tide-forecaster", KEYS[0]),
        ("agents/harbour/operations/tide-forcaster/", KEYS[0]),
        ("agents/Harbour/Operations/Tide_Forecaster.md", KEYS[0]),
        ("raw/market/fish-clerk.yaml", KEYS[2]),
        ("agents/market/hafen/", KEYS[3]),
        ("agents/harbour/tide/", KEYS[0]),
        ("clerk", KEYS[2]),
    ],
)
def test_the_nearest_agent_comes_first(lost: Any, path: str, key: str) -> None:
    """Moved, misspelt, in other case, with an ending: the one that was meant; its title is text, never markup."""
    found, _ = lost(path)
    assert found[0][0] == f"<b>{key.rpartition('/')[2]}</b>"
    assert found[0][1] in {f"agents/{key}/", f"agents/{key}/".replace("ä", "%C3%A4")}


@pytest.mark.browser
def test_a_collection_is_offered_too(lost: Any) -> None:
    assert lost("collections/markt/")[0][0] == ("Market", "collections/market/")


@pytest.mark.browser
@pytest.mark.parametrize("path", ["agents/zzz/quux/", "%E0%A4%A", "<script>alert(1)</script>", ""])
def test_what_is_like_nothing_offers_nothing(lost: Any, path: str) -> None:
    assert lost(path)[0] == []


@pytest.mark.browser
def test_the_search_begins_with_what_was_asked_for(lost: Any) -> None:
    assert lost("agents/harbour/pilot-dispatcher/")[1] == "pilot dispatcher"
