"""A built site behind a server, and a browser that tells everything it minds."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
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


@contextmanager
def visitor(browser: Any, site: str, **options: Any) -> Iterator[Visitor]:
    """Someone who goes to `site` and nowhere else: every other request leads nowhere, and is told."""
    context = browser.new_context(reduced_motion="reduce", **options)
    context.add_init_script(WATCH)
    page = context.new_page()
    found = Visitor(page, site)
    told = found.complaints

    def asked(request: Any) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            told.append(f"asked {request.url}")

    context.on("request", asked)
    page.on(
        "console", lambda said: told.append(f"{said.type}: {said.text}") if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: told.append(f"opened {popup.url}"))
    page.on("response", lambda answer: told.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    yield found
    context.close()
