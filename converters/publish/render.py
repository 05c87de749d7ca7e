"""An agent's prose as HTML that can do no harm and leaves nothing out."""

from __future__ import annotations

import ctypes
import html
import re
from collections.abc import Callable
from typing import Any

import nh3
from cmarkgfm import _cmark, cmark

LARGEST = 200_000
"""Characters of one text that are still read as Markdown; more is shown as it stands."""
DEEPEST = 60
"""Levels of nested HTML that are still shown as such; sanitising is quadratic in depth."""

_EXTENSIONS = ("table", "autolink", "strikethrough", "tasklist")
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=set(),
    attributes={"a": {"href"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
)
_AUTOLINK = re.compile(r"<(?=https?://[^\s<>]{1,2000}>)")
_TAG = re.compile(r"<(/?)[a-z][a-z0-9]*[^<>]*>")
_IMAGE = re.compile(r'<img src="[^"]*" alt="([^"]*)"(?: title="[^"]*")? />')
_HEADING = re.compile(r"(</?h)([1-6])>")
_EMPTY_LINK = re.compile(r'<a rel="[^"]*">')


def markdown(text: str, *, level: int = 3) -> str:
    """GitHub-flavoured Markdown as safe HTML.

    Tags written in the text are shown, not obeyed; images become their words, so that no page
    asks anything of another server; relative links lose their target, which is not ours to know;
    headings begin at `level`. Takes time linear in the text.
    """
    if len(text) > LARGEST:
        return plain(text)
    stand_in = _unused(text)
    guarded = _AUTOLINK.sub("\0", text.replace("\0", "\ufffd")).replace("<", stand_in).replace("\0", "<")
    made = _cmark_html(guarded)
    made = made.replace('<input type="checkbox" disabled="" />', "☐").replace(
        '<input type="checkbox" checked="" disabled="" />', "☑"
    )
    made = _IMAGE.sub(lambda found: f"<em>[image: {found[1] or 'no description'}]</em>", made)
    made = _HEADING.sub(lambda found: f"{found[1]}{min(6, int(found[2]) + level - 1)}>", made)
    if _depth(made) > DEEPEST:
        return plain(text)
    clean = _EMPTY_LINK.sub("<a>", _CLEANER.clean(made))
    return clean.replace(stand_in, "&lt;").replace(_percent(stand_in), "%3C")


def inline(text: str) -> str:
    """One line of Markdown without the paragraph around it."""
    made = markdown(text.strip().replace("\n", " "))
    if made.startswith("<p>") and made.count("<p>") == 1 and made.endswith("</p>\n"):
        return made[3:-5]
    return html.escape(text.strip())


def plain(text: str) -> str:
    """Text as it stands, every character shown."""
    return f"<pre>{html.escape(text)}</pre>\n"


def _unused(text: str) -> str:
    """A private character `text` does not hold, to stand for `<` while Markdown is read."""
    return next(c for c in map(chr, range(0xE000, 0xF8FF)) if c not in text)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _depth(made: str) -> int:
    deepest = depth = 0
    for tag in _TAG.finditer(made):
        if tag[1]:
            depth -= 1
        elif not tag[0].endswith("/>"):
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _releaser() -> Callable[[Any], None]:
    """What frees a parsed document, where the library lets us.

    cmarkgfm's own functions keep every tree they parse (250 MB for 2,000 agents); its shared
    library exports the way to free one on Linux and macOS.
    """
    try:
        free = ctypes.CDLL(_cmark.__file__).cmark_node_free
    except (AttributeError, OSError):  # pragma: no cover  # Windows exports nothing but the module
        return lambda _root: None
    free.argtypes, free.restype = [ctypes.c_void_p], None
    return lambda root: free(int(_cmark.ffi.cast("uintptr_t", root)))


_release = _releaser()
cmark.core_extensions_ensure_registered()
_ATTACHED = tuple(map(cmark.find_syntax_extension, _EXTENSIONS))


def _cmark_html(text: str) -> str:
    parser = cmark.parser_new(0)
    try:
        for extension in _ATTACHED:
            cmark.parser_attach_syntax_extension(parser, extension)
        cmark.parser_feed(parser, text)
        root = cmark.parser_finish(parser)
        try:
            made: str = cmark.render_html(root, 0, cmark.parser_get_syntax_extensions(parser))
        finally:
            _release(root)
    finally:
        cmark.parser_free(parser)
    return made
