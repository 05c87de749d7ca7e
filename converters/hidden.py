"""Characters nobody sees: what they hide, and where they only help letters and emoji along.

The rules rest on UAX #9 (bidirectional text), UAX #15 (at most 30 marks in a row), UTS #37 and #51 (variation
and tag sequences) and UTS #39, as known in 2026; `CVE-2021-42574` is the attack with bidirectional controls.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from converters.findings import (
    BIDI_CONTROL,
    HIDDEN_BYTES,
    HIDDEN_TAGS,
    INVISIBLE,
    MARK_FLOOD,
    ZERO_WIDTH,
    Finding,
    Fix,
    Span,
)

MOST_MARKS = 30
"""Combining marks in a row that a reader must take: UAX #15's stream-safe text."""

_MOST = 20
"""Places of one kind told in one file."""

_ANY = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_WIDTHLESS = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]+"
)
"""Of these, what neither turns text about, nor selects a variant, nor is a tag."""
_TAGS = "[\U000e0000-\U000e007f]+"
_FLAG_BEFORE = "\U0001f3f4"
_FLAG = "[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""The tags behind a black flag that make it that of a region: England's spell `gbeng`."""
_MANY = rf"[^\x00-\x7f]{{{MOST_MARKS + 1},}}"
_ESCAPED = r"\\U000[eE]00[0-7][0-9a-fA-F]|\\u[dD][bB]40\\u[dD][cC][0-7][0-9a-fA-F]"
_MARK_ESCAPED = rf"(?:\\u0[34][0-9a-fA-F]{{2}}){{{MOST_MARKS + 1}}}"

_TURNS = "[\u202a-\u202e\u2066-\u2069]+"
_OVERRIDES = frozenset("\u202d\u202e")
_OPENS = frozenset("\u202a\u202b\u2066\u2067\u2068")
_CLOSES = frozenset("\u202c\u2069")
_JOINERS = frozenset("\u200c\u200d")
_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\ufeff")
_DIRECTION = frozenset("\u200e\u200f\u061c")
_SELECTORS = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
_EMOJI_ENDS = "[\ufe0f\U0001f3fb-\U0001f3ff]"

_JOINING = (
    "ARABIC", "HEBREW", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
    "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN", "KHMER", "MYANMAR", "THAI", "LAO",
)  # fmt: skip
"""Scripts, by the names of their letters, in which joiners and breaks are spelling."""
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "YI ")
"""Scripts that are written without spaces, where a break that has no width says where a line may end."""


def refusal(text: str, path: str) -> Finding | None:
    """What keeps a text from being read: words spelled in invisible tags, or more marks than a letter can bear."""
    if text.isascii():
        return None
    for run in _compiled(_TAGS).finditer(text):
        if not _is_flag(text, run):
            return HIDDEN_TAGS.at(Span(path, *run.span()), count=len(run[0]), spelled=spelled(run[0]))
    for run in _compiled(_MANY).finditer(text):
        start = run.start()
        for at in range(run.start(), run.end() + 1):
            if at < run.end() and unicodedata.combining(text[at]):
                continue
            if at - start > MOST_MARKS:
                return MARK_FLOOD.at(Span(path, start, at), count=at - start, limit=MOST_MARKS)
            start = at + 1
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first needed: not every run of the command needs it."""
    return re.compile(pattern)


def may_be_escaped(text: str) -> bool:
    """Whether a text of ASCII may hold what `refusal` finds once its escapes are read."""
    return "\\" in text and bool(_compiled(_ESCAPED).search(text) or _compiled(_MARK_ESCAPED).search(text))


def may_be_joined(text: str) -> bool:
    """Whether `refusal` may find something once what stands between two parts of a text is left out."""
    return not text.isascii() and any("\U000e0000" <= c <= "\U000e007f" or unicodedata.combining(c) for c in set(text))


def _is_flag(text: str, run: re.Match[str]) -> bool:
    return text[run.start() - 1 : run.start()] == _FLAG_BEFORE and bool(_compiled(_FLAG).fullmatch(run[0]))


def spelled(tags: str) -> str:
    """The ASCII text that tag characters spell."""
    said = "".join(chr(ord(c) - 0xE0000) for c in tags)
    return said if len(said) <= 60 else f"{said[:60]}..."


def noted(text: str, path: str, most: int | None = _MOST) -> Iterator[Finding]:
    """What is hidden in a text that is read all the same, a finding for each run of a kind, in their order.

    Of each kind the first so many, or all of them.
    """
    if text.isascii():
        return
    runs = list(_compiled(_ANY).finditer(text))
    if not runs:
        return
    yield from islice(_turns(text, runs, path), most)
    yield from islice(_bytes(text, runs, path), most)
    yield from islice(_splits(text, runs, path), most)


def _turns(text: str, runs: Iterable[re.Match[str]], path: str) -> Iterator[Finding]:
    """Controls that reorder what is shown, but for those that set off words in a line of right-to-left letters."""
    told: dict[int, bool] = {}
    for run in runs:
        for met in _compiled(_TURNS).finditer(text, *run.span()):
            line = text.rfind("\n", 0, met.start()) + 1
            if line not in told:
                end = text.find("\n", met.end())
                told[line] = not _is_set_off(text[line : end if end >= 0 else len(text)])
            if told[line]:
                yield BIDI_CONTROL.at(
                    Span(path, *met.span()),
                    fix=Fix(Span(path, *met.span()), "", safe=False),
                    points=points(met[0]),
                )


def _is_set_off(line: str) -> bool:
    """Whether a line has letters of both directions, and what is opened in it is closed, and nothing turned about."""
    if _OVERRIDES & set(line) or not _has_right_to_left(line):
        return False
    depth = 0
    for char in line:
        depth += (char in _OPENS) - (char in _CLOSES)
        if depth < 0:
            return False
    return depth == 0


def _has_right_to_left(text: str) -> bool:
    return any(char.isalpha() and unicodedata.bidirectional(char) in {"R", "AL"} for char in text if char > "\u0590")


def _bytes(text: str, runs: Iterable[re.Match[str]], path: str) -> Iterator[Finding]:
    """Variation selectors that choose no variant: two in a row, or one of a letter that has none."""
    for run in runs:
        for met in _compiled(_SELECTORS).finditer(text, *run.span()):
            before = text[met.start() - 1 : met.start()]
            if len(met[0]) == 1 and (met[0] < "\ufe10" or _script(before) in _UNSPACED):
                continue
            said = bytes(_byte(char) for char in met[0]).decode("utf-8", "replace")
            shown = f": {said[:60]!r}" if said.isprintable() and "\ufffd" not in said and len(said) > 1 else ""
            yield HIDDEN_BYTES.at(
                Span(path, *met.span()),
                fix=Fix(Span(path, *met.span()), "", safe=False),
                count=len(met[0]),
                spelled=shown,
            )


def _byte(selector: str) -> int:
    point = ord(selector)
    return point - 0xFE00 if point < 0xFE10 else point - 0xE0100 + 16


def _splits(text: str, runs: Iterable[re.Match[str]], path: str) -> Iterator[Finding]:
    """Characters without width or ink, where neither script nor emoji asks for them."""
    right_to_left: bool | None = None
    for run in runs:
        for met in _compiled(_WIDTHLESS).finditer(text, *run.span()):
            if set(met[0]) <= _DIRECTION:
                right_to_left = _has_right_to_left(text) if right_to_left is None else right_to_left
                if right_to_left:
                    continue
            if _is_spelling(met[0], text[met.start() - 1 : met.start()], text[met.end() : met.end() + 1]):
                continue
            rule = ZERO_WIDTH if set(met[0]) <= _ZERO_WIDTH else INVISIBLE
            span = Span(path, *met.span())
            yield rule.at(span, fix=Fix(span, "", safe=False), points=points(met[0]))


def _is_spelling(run: str, before: str, after: str) -> bool:
    """Whether a character between two others belongs to how those are written."""
    if run == "\u00ad":
        return before.isalpha() and after.isalpha()
    if run == "\u200d" and _is_emoji(before) and _is_emoji(after):
        return True
    if run in _JOINERS:
        return _script(before) in _JOINING
    return run in {"\u200b", "\u2060"} and any(_script(char) in (*_UNSPACED, *_JOINING) for char in (before, after))


def _is_emoji(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in {"So", "Cn"} or bool(_compiled(_EMOJI_ENDS).match(char)))


def _script(char: str) -> str:
    """The script a letter's name begins with, of those that matter here; empty for others."""
    name = unicodedata.name(char, "") if char else ""
    return next((script for script in (*_JOINING, *_UNSPACED) if name.startswith(script)), "")


def points(run: str) -> str:
    """The code points of a run, each once: `U+202E, U+2066`; the first four of more."""
    kinds = list(dict.fromkeys(run))
    shown = ", ".join(f"U+{ord(c):04X}" for c in kinds[:4])
    return f"{shown} ..." if len(kinds) > 4 else shown
