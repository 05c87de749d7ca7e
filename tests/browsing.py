"""A built site behind a server, and a browser that tells everything it minds."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
"""No other host is found, so nothing need stand between the browser and the site, and the browser keeps its cache."""

WATCH = """
window.minded = [];
document.addEventListener('securitypolicyviolation', (event) => window.minded.push(
  `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
"""
"""Runs before anything of a page: what its policy stops is kept."""


AXE = Path(os.environ.get("JUDGES_HOME") or Path.home() / ".cache" / "agent-judges") / "axe"
AXE_SCRIPT = AXE / "node_modules" / "axe-core" / "axe.min.js"
judged_by_axe = pytest.mark.skipif(
    not AXE_SCRIPT.is_file(), reason=f"`npm i --ignore-scripts --prefix {AXE} axe-core` brings axe, the judge"
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A browser that leaves a page before it has all of it is no error."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of `folder`, ending in `/`."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium; skips where it or Playwright is not installed."""
    play = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with play.sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        _IDLE.pop(browser, None)
        browser.close()


@dataclass
class Visitor:
    """A page of a browser that stays on one site, and what it had to complain of."""

    page: Any
    site: str
    complaints: list[str] = field(default_factory=list)

    def visit(self, address: str = "") -> Any:
        """The page at an address below the site's root, once it is at rest."""
        self.page.goto(self.site + address, wait_until="load")
        return self.page

    def minded(self) -> list[str]:
        """All complaints so far, those of the page that is open included."""
        return [*self.complaints, *self.page.evaluate("window.minded")]


WINDOW = {"width": 1280, "height": 900}
_IDLE: dict[Any, list[tuple[dict[str, Any], Any]]] = {}
"""Pages of each browser that nobody uses, with the options they were opened with: a new one costs more than a visit."""


@contextmanager
def visitor(
    browser: Any,
    site: str,
    *,
    viewport: Mapping[str, int] = WINDOW,
    color_scheme: str = "light",
    alone: bool = False,
    **options: Any,
) -> Iterator[Visitor]:
    """Someone who goes to `site` and nowhere else: every other request leads nowhere, and is told.

    They come without a past, but maybe on a page that others have left; `alone` is for who would spoil it.
    """
    idle = _IDLE.setdefault(browser, [])
    place = next((at for at, (opened, _) in enumerate(idle) if opened == options and not alone), None)
    page = _opened(browser, options) if place is None else idle.pop(place)[1]
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=color_scheme, media="null", reduced_motion="reduce")
    found = Visitor(page, site)
    told = found.complaints

    def asked(request: Any) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            told.append(f"asked {request.url}")

    def dialog(opened: Any) -> None:
        told.append(f"dialog: {opened.message}")
        opened.dismiss()

    heard: dict[str, Callable[[Any], None]] = {
        "console": lambda said: told.append(f"{said.type}: {said.text}") if said.type in {"error", "warning"} else None,
        "pageerror": lambda error: told.append(f"error: {error}"),
        "dialog": dialog,
        "popup": lambda popup: told.append(f"opened {popup.url}"),
        "response": lambda answer: told.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    }
    page.context.on("request", asked)
    for event, hears in heard.items():
        page.on(event, hears)
    yield found
    if alone or len(page.context.pages) > 1:
        page.context.close()
        return
    _forget(page)
    page.context.remove_listener("request", asked)
    for event, hears in heard.items():
        page.remove_listener(event, hears)
    idle.append((options, page))


def _opened(browser: Any, options: dict[str, Any]) -> Any:
    context = browser.new_context(reduced_motion="reduce", **options)
    context.add_init_script(WATCH)
    return context.new_page()


def _forget(page: Any) -> None:
    """Leave no trace of a visit: routes, permissions, and whatever the site has stored."""
    page.unroute_all(behavior="ignoreErrors")
    page.context.clear_permissions()
    page.context.clear_cookies()
    page.evaluate("try { localStorage.clear(); sessionStorage.clear(); } catch { /* there is none */ }")
    page.goto("about:blank")


# --- what everybody can see ------------------------------------------------------------------------

SCHEMES = {"light": "default", "dark": "slate"}
"""The systems' two kinds of colours, and what a page calls them."""
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules of axe that colours decide."""


def colour(page: Any, scheme: str) -> None:
    """Have the system's colours changed, and the page follow."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("(named) => document.body.dataset.mdColorScheme === named", arg=SCHEMES[scheme])


def grave(page: Any, width: int) -> set[tuple[str, str, str]]:
    """What axe calls serious or critical: of all there is in the light, and of the colours in the dark."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(AXE_SCRIPT.read_text())
    found = set()
    for scheme, rules in (("light", None), ("dark", OF_COLOURS)):
        colour(page, scheme)
        told = page.evaluate(
            "(rules) => axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) })", rules
        )
        found |= {
            (scheme, issue["id"], str(node["target"]))
            for issue in told["violations"]
            if issue["impact"] in {"serious", "critical"}
            for node in issue["nodes"]
        }
    return found
