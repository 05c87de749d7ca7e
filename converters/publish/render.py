"""An agent's prose as HTML that can do no harm and leaves nothing out."""

from __future__ import annotations

import ctypes
import html
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from cmarkgfm import _cmark, cmark

LARGEST = 200_000
"""Characters of one text that are still read as Markdown; more is shown as it stands."""
GROWTH = 16
"""Characters of HTML for one of text that are still shown as such: a row of one cell is filled up to a thousand."""
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
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
)
_AUTOLINK = re.compile(r"<(?=https?://[^\s<>]{1,2000}>)")
_TAG = re.compile(r"<(/?)[a-z][a-z0-9]*[^<>]*>")
_IMAGE = re.compile(r'<img src="[^"]*" alt="([^"]*)"(?: title="[^"]*")? />')
_HEADING = re.compile(r"(</?h)([1-6])>")
_WORDS = re.compile(r"[^\W\d_](?:[^\W_]|[ ,()/?-])*")
"""A line in which Markdown and HTML mean nothing, as most headings are."""
_EMPTY_LINK = re.compile(r'<a rel="[^"]*">')
_LINK = re.compile(r'<a href="([^"]*)" rel="[^"]*">(.*?)</a>', re.DOTALL)
_SILENT = (
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""Characters that show nothing and can change what the others seem to say; joiners of letters and emoji are left."""
_HAS_SILENT = re.compile(_SILENT)
_EACH_SILENT = re.compile(f"(\U0001f3f4[\U000e0020-\U000e007e]{{2,6}}\U000e007f)|({_SILENT})")
"""Each of them, and flags, which are spelled with some."""


def markdown(text: str, *, level: int = 3) -> str:
    """GitHub-flavoured Markdown as safe HTML.

    Tags written in the text are shown, not obeyed; images become their words, so that no page
    asks anything of another server; a link names the host it leads to, and a relative one loses
    its target, which is not ours to know; characters nobody sees are marked; headings begin at
    `level`. Takes time linear in the text.
    """
    if _remembered is None:
        return _made(text, level)
    known, used = _remembered
    name = blake2b(f"{level} {text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    made = used[name] = known[name] if name in known else _made(text, level)
    return made


_remembered: tuple[Mapping[str, str], dict[str, str]] | None = None


@contextmanager
def remembering(known: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Let `markdown` answer from what it made of the same texts before; gives all that it then answered.

    `known` and what is given hold HTML by the digest of the text it was made from.
    """
    global _remembered  # noqa: PLW0603  # it is one for all that renders, however deep down
    before, used = _remembered, dict[str, str]()
    _remembered = known, used
    try:
        yield used
    finally:
        _remembered = before


def _made(text: str, level: int) -> str:
    if len(text) > LARGEST:
        return plain(text)
    stand_in = _unused(text)
    guarded = _AUTOLINK.sub("\0", text.replace("\0", "\ufffd")).replace("<", stand_in).replace("\0", "<")
    try:
        made = _cmark_html(guarded)
    except UnicodeEncodeError:  # half of a character, which no file can hold but JSON can spell
        return _made(text.encode("utf-8", "replace").decode(), level)
    made = made.replace('<input type="checkbox" disabled="" />', "☐").replace(
        '<input type="checkbox" checked="" disabled="" />', "☑"
    )
    made = _IMAGE.sub(lambda found: f"<em>[image: {found[1] or 'no description'}]</em>", made)
    made = _HEADING.sub(lambda found: f"{found[1]}{min(6, int(found[2]) + level - 1)}>", made)
    if len(made) > GROWTH * len(text) + 2_000 or _depth(made) > DEEPEST:
        return plain(text)
    clean = _LINK.sub(_with_host, _EMPTY_LINK.sub("<a>", _CLEANER.clean(made)))
    return _marked(clean.replace(stand_in, "&lt;").replace(_percent(stand_in), "%3C"))


def inline(text: str) -> str:
    """One line of Markdown without the paragraph around it."""
    line = text.strip().replace("\n", " ")
    if _WORDS.fullmatch(line):
        return line
    made = markdown(line)
    if made.startswith("<p>") and made.count("<p>") == 1 and made.endswith("</p>\n"):
        return made[3:-5]
    return source(line)


def plain(text: str) -> str:
    """Text as it stands, every character shown."""
    return f"<pre>\n{source(text)}</pre>\n"  # the first line break is not part of its text


def source(text: str) -> str:
    """Text as HTML that gives exactly the text again when it is copied, what nobody sees marked."""
    return _marked(html.escape(text))


def shown(text: str) -> str:
    """A line of plain text with what nobody sees spelled out: `[U+202E]`."""
    return (
        _EACH_SILENT.sub(lambda found: found[1] or f"[{_point(found[2])}]", text) if _HAS_SILENT.search(text) else text
    )


def _marked(made: str) -> str:
    """HTML whose texts, and no attributes, may hold what nobody sees."""
    if not _HAS_SILENT.search(made):
        return made
    return _EACH_SILENT.sub(
        lambda found: found[1] or f'<span class="as-unseen" data-point="{_point(found[2])}">{found[2]}</span>', made
    )


def _point(char: str) -> str:
    return f"U+{ord(char):04X}"


def _with_host(found: re.Match[str]) -> str:
    """A link, with the host it leads to behind it unless its words are the address."""
    address, words = html.unescape(found[1]), html.unescape(_TAG.sub("", found[2]))
    if words in {address, address.removeprefix("mailto:")}:
        return found[0]
    return f'{found[0]}<span class="as-host"> ({html.escape(host(address))})</span>'


def host(address: str) -> str:
    """Whom a web or mail address leads to, in the letters that machines read: `xn--` for a name in others."""
    if address.lower().startswith("mailto:"):
        return unquote(address[7:].partition("?")[0])
    try:
        name = unquote(urlsplit(address).netloc.rpartition("@")[2])
        return name if name.isascii() else name.encode("idna").decode()
    except ValueError:
        return "somewhere unclear"


def _unused(text: str) -> str:
    """A private character `text` does not hold, to stand for `<` while Markdown is read."""
    return next(c for c in map(chr, range(0xE000, 0xF8FF)) if c not in text)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _depth(made: str) -> int:
    """How deep its tags are nested, or that this is at most `DEEPEST`."""
    if made.count("<") <= DEEPEST:
        return 0
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
