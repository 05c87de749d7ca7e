"""Bytes to characters and back, with nothing lost on the way.

`decode` keeps what it found out about the spelling (encoding, byte order mark, line ends) so that `encode`
gives the same bytes again. What cannot be decoded, `undecoded` proposes to mend; `decode` never does.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from converters import findings as rules
from converters.findings import Finding, Span
from converters.hidden import refusal
from converters.model import Source

LARGEST = 1_048_576
"""Bytes read of one file: Claude Code's cap on an agent file (its source, 2.1.329, read 2026-11-21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's characters, and all it takes to spell them as bytes again."""

    path: str
    """The file's name in every finding."""
    text: str
    """Without byte order mark; line ends are `\\n` where all are of one kind, else as they stand."""
    encoding: str
    """`utf-8`, `utf-16-le`, `utf-16-be`, `cp1252` or `latin-1`."""
    bom: bool
    """Whether the file began with a byte order mark."""
    newline: str
    """`lf`, `crlf` or `cr` where every line ends so; `lf` also where they differ (CRs are kept)."""
    refused: bool
    """Whether this is no text; then a finding is an ERROR, and `text` serves only to show the place."""
    findings: tuple[Finding, ...]
    """What was found, spans counted in `text`."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of characters that stands for another."""

    start: int
    """Characters before the run, from 0."""
    was: str
    """The run as it stands; for undecodable bytes their hexadecimal digits, two a character."""
    now: str
    """What was meant; empty for a misread byte order mark."""
    encoding: str
    """Python's name of the encoding that tells one from the other."""


NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
"""Line ends by name."""

_Read: TypeAlias = tuple[str, str, bool, list[Finding]]
"""Text, encoding, byte order mark, findings."""

_CONTROLS = bytes([*range(1, 9), 11, 12, *range(14, 32), 127])
_ASCII = bytes(range(128))
_ODD_BREAKS = "\x85\u2028\u2029"
_ODD = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
_ESCAPED = re.compile("[\udc80-\udcff]+")
_FORGED = re.compile(
    rb"(?P<long>[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2})|\xed[\xa0-\xbf][\x80-\xbf]"
)


def decode(raw: bytes, path: str) -> Decoded:
    """Read any bytes as text; never raises.

    Unless refused, `encode` with the result's encoding, bom and newline gives `raw` again. In a file of valid
    and invalid UTF-8, U+DC80 to U+DCFF stand for the invalid bytes 80 to FF (Python's `surrogateescape`);
    `converters.document` mends those by recorded edits, from `undecoded`.
    Found: S001 to S006, S008, S009 and S121; X101 and X102.
    """
    if raw.isascii() and raw and b"\r" not in raw and b"\0" not in raw and len(raw) <= LARGEST:
        text = raw.decode("ascii")
        odd = () if len(raw.translate(None, _CONTROLS)) == len(raw) else tuple(_oddities(text, path))
        return Decoded(path=path, text=text, encoding="utf-8", bom=False, newline="lf", refused=False, findings=odd)
    if len(raw) > LARGEST:
        return _refuse(
            path, rules.TOO_LARGE.at(Span(path), what="the file", size=len(raw), unit="bytes", limit=LARGEST)
        )
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    read = _utf16(raw, path) if utf16 else _utf8(raw, path)
    if isinstance(read, Decoded):
        return read
    text, encoding, bom, found = read
    if not text:
        return _refuse(path, rules.EMPTY_FILE.at(Span(path)), encoding, bom=bom)
    if "\0" in text:
        shown = text.encode("utf-8", "replace").decode()
        at = shown.index("\0")
        return _refuse(path, rules.NUL.at(Span(path, at, at + 1), guess=_guess(raw)), encoding, bom=bom, text=shown)
    if not text.isascii() and (why := refusal(text.replace("\r\n", "\n"), path)):
        return _refuse(path, why, encoding, bom=bom, text=text.replace("\r\n", "\n"))
    newline = "lf"
    if "\r" in text:
        spelled = text
        newline, text, mixed = _newlines(spelled, path)
        if len(text) != len(spelled):
            found = [replace(f, span=_moved(f.span, spelled)) for f in found]
        found += mixed
    if len(raw.translate(None, _CONTROLS)) != len(raw) or any(c in text for c in _ODD_BREAKS):
        found += _oddities(text, path)
    return Decoded(
        path=path, text=text, encoding=encoding, bom=bom, newline=newline, refused=False, findings=tuple(found)
    )


def _utf16(raw: bytes, path: str) -> _Read | Decoded:
    encoding = "utf-16-le" if raw[0] == 0xFF else "utf-16-be"
    try:
        return raw[2:].decode(encoding), encoding, True, [rules.NOT_UTF8.at(Span(path), offset=0, encoding=encoding)]
    except UnicodeDecodeError as error:
        what = "half a UTF-16 character" if error.reason == "truncated data" else "an unpaired surrogate"
        return _undecodable(raw, path, encoding, error.start + 2, what)


def _utf8(raw: bytes, path: str) -> _Read | Decoded:
    """Read as UTF-8; where nothing but ASCII is, as cp1252 or latin-1; else with undecodable bytes escaped."""
    bom = raw.startswith(codecs.BOM_UTF8)
    body = raw[3:] if bom else raw
    found = [rules.BOM.at(Span(path))] if bom else []
    try:
        return body.decode(), "utf-8", bom, found
    except UnicodeDecodeError as error:
        first = error.start
    text = body.decode("utf-8", "surrogateescape")
    bad = "".join(_ESCAPED.findall(text)).encode("utf-8", "surrogateescape")
    foreign = not bom and bad == raw.translate(None, _ASCII)
    forged = _FORGED.search(raw)
    if forged and b"\0" not in raw and not (foreign and _strays(raw)):
        what = "an overlong form" if forged["long"] else "an encoded surrogate"
        return _undecodable(raw, path, "utf-8", forged.start(), what)
    reading = _legacy(bad)
    at = len(body[:first].decode())
    found.append(rules.NOT_UTF8.at(Span(path, at, at + 1), offset=first + len(raw) - len(body), encoding=reading))
    return (raw.decode(reading), reading, False, found) if foreign else (text, "utf-8", bom, found)


def encode(text: str, *, encoding: str = "utf-8", bom: bool = False, newline: str = "lf") -> bytes:
    """Spell `text` as bytes; the inverse of `decode`.

    Raises `UnicodeEncodeError` for a character the encoding does not have.
    """
    if newline != "lf":
        text = text.replace("\n", NEWLINES[newline])
    if bom:
        text = "\ufeff" + text
    return text.encode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")


def encode_as(text: str, source: Source) -> bytes:
    """Spell `text` as `source` was spelled; raises as `encode` does."""
    return encode(text, encoding=source.encoding, bom=source.bom, newline=source.newline)


def undecoded(text: str) -> list[Hunk]:
    """Read each run of undecodable bytes in a decoded text as cp1252, or latin-1 where that has no such character."""
    hunks: list[Hunk] = []
    if _is_unicode(text):
        return hunks
    for run in _ESCAPED.finditer(text):
        raw = run[0].encode("utf-8", "surrogateescape")
        encoding = _legacy(raw)
        hunks.append(Hunk(run.start(), raw.hex(), raw.decode(encoding), encoding))
    return hunks


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _legacy(raw: bytes) -> str:
    """Name the encoding that has a character for each byte: cp1252 leaves five without."""
    return "latin-1" if len(raw.translate(None, b"\x81\x8d\x8f\x90\x9d")) != len(raw) else "cp1252"


def _strays(raw: bytes) -> bool:
    """Whether bytes remain invalid outside what looks forged: capital A grave before a French quote is cp1252."""
    try:
        _FORGED.sub(b" ", raw).decode()
    except UnicodeDecodeError:
        return True
    return False


def _refuse(path: str, why: Finding, encoding: str = "utf-8", *, bom: bool = False, text: str = "") -> Decoded:
    return Decoded(path=path, text=text, encoding=encoding, bom=bom, newline="lf", refused=True, findings=(why,))


def _undecodable(raw: bytes, path: str, encoding: str, offset: int, what: str) -> Decoded:
    mark = 2 if encoding != "utf-8" else 3 if raw.startswith(codecs.BOM_UTF8) else 0
    at = len(raw[mark:offset].decode(encoding, "replace"))
    why = rules.BAD_BYTES.at(Span(path, at, at + 1), offset=offset, what=what)
    return _refuse(path, why, encoding, bom=bool(mark), text=raw[mark:].decode(encoding, "replace"))


def _guess(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    even, odd = raw[::2].count(0), raw[1::2].count(0)
    alternate = even + odd > 1 and min(even, odd) * 20 <= max(even, odd) and max(even, odd) * 8 >= len(raw)
    return "UTF-16 without a byte order mark" if alternate else "binary"


def _newlines(text: str, path: str) -> tuple[str, str, list[Finding]]:
    """Name the line end, `lf` where they differ, with the text normalised where they do not."""
    crlf = text.count("\r\n")
    kinds = {"CRLF": crlf, "LF": text.count("\n") - crlf, "CR": text.count("\r") - crlf}
    present = [kind for kind, count in kinds.items() if count]
    if len(present) == 1:
        newline = present[0].lower()
        return newline, text.replace(NEWLINES[newline], "\n"), []
    ends = re.finditer("\r\n?|\n", text)
    first = next(ends)
    other = next(end for end in ends if end[0] != first[0])
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in present)
    return "lf", text, [rules.MIXED_NEWLINES.at(Span(path, *other.span()), counts=counts)]


def _moved(span: Span, text: str) -> Span:
    """The span once every CRLF of `text` is one character."""
    return Span(span.path, *(at - text.count("\r\n", 0, at) for at in (span.start, span.stop)))


def _oddities(text: str, path: str) -> Iterator[Finding]:
    """Find control characters and doubtful line breaks, each code point once, where it first stands."""
    seen: dict[str, int] = {}
    for match in _ODD.finditer(text):
        seen.setdefault(match[0], match.start())
    for char, at in seen.items():
        rule = rules.ODD_BREAK if char in _ODD_BREAKS else rules.CONTROL
        yield rule.at(Span(path, at, at + 1), point=ord(char))
