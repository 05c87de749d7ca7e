"""The theme's frame around a page: rendered once a depth, then filled by joining strings.

The theme does not escape what pages say of themselves, and rendering it takes milliseconds. So it
never sees an agent: it is rendered with marks in place of title, description, address and content,
and cut at the marks; each page is those pieces with its own, escaped, words between them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from . import addresses
from .late import Late, fingerprint
from .press import Page

TITLE, DESCRIPTION, ADDRESS, IMAGE, CONTENT = (
    "zq-shell-title-zq",
    "zq-shell-description-zq",
    "zq-shell-address-zq",
    "zq-shell-image-zq",
    "zq-shell-content-zq",
)
_MARKS = re.compile(f"({TITLE}|{DESCRIPTION}|{ADDRESS}|{IMAGE}|{CONTENT})")
_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL)


@dataclass
class Shell:
    """Frames pages; `render` gives the theme's page for an address below a section, marks inside."""

    render: Callable[[str, str], str]
    protect: bool = True
    """Whether to forbid every script that is not the site's own, by a Content-Security-Policy."""
    _cut: dict[tuple[int, str], list[str]] = field(default_factory=dict)

    def frame(self, page: Page) -> str:
        """The whole HTML of `page`."""
        words = {
            TITLE: escape(page.title),
            DESCRIPTION: escape(page.description),
            ADDRESS: escape(addresses.link(page.address)),
            IMAGE: escape(addresses.link(page.image)),
            CONTENT: page.html,
        }
        return "".join(words[piece] if place % 2 else piece for place, piece in enumerate(self._pieces(page)))

    def late(self, page: Page) -> bytes | Late[bytes]:
        """The file of `page`, to be made where it is written, if its content is."""

        def make() -> bytes:
            return self.frame(page).encode("utf-8", "xmlcharrefreplace")

        if not isinstance(page.body, Late):
            return make()
        said = page.address, page.title, page.description, page.image
        return Late((said, page.body.inputs, fingerprint(self._pieces(page))), make)

    def _pieces(self, page: Page) -> list[str]:
        """The theme's page for a page, cut at the marks; each depth and section has its own."""
        depth = page.address.count("/")
        pieces = self._cut.get((depth, page.section))
        if pieces is None:
            html = tight(self.render("x/" * depth, page.section))
            pieces = self._cut[depth, page.section] = _MARKS.split(policy(html) if self.protect else html)
        return pieces


_KEPT = re.compile(r"(<(?:script|style|pre|textarea)\b.*?</(?:script|style|pre|textarea)>)", re.DOTALL | re.IGNORECASE)
_INDENTED = re.compile(r"\n\s+")


def tight(html: str) -> str:
    """`html` without the indentation and the empty lines that its templates left, a fifth of the frame."""
    pieces = _KEPT.split(html)
    return "".join(piece if place % 2 else _INDENTED.sub("\n", piece) for place, piece in enumerate(pieces))


def policy(html: str) -> str:
    """`html` with a policy in its head: the site's own scripts and those inline ones it has now, nothing else."""
    hashes = sorted({_digest(script) for script in _SCRIPT.findall(html)})
    rule = (
        "default-src 'none'; "
        f"script-src 'self' {' '.join(hashes)}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'"
    )
    return html.replace(
        '<meta charset="utf-8">',
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{rule}">',
        1,
    )


def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
