"""Bytes to characters and back, with nothing lost on the way.

`decode` keeps what it found out about the spelling (encoding, byte order mark, line ends) so that `encode`
gives the same bytes again. What looks misread, `mojibake` and `undecoded` propose to mend; `decode` never does.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from converters import findings as rules
from converters.findings import Finding, Span
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
    Found: S001 to S006, S008, S009 and S121.
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


# Mojibake: UTF-8 read as a one-byte encoding. A reading turns characters back into the bytes they were, written as
# U+0080 to U+00FF, and others of that range into "\0". cp1252 is read as browsers do, its holes as C1 controls, which
# covers latin-1, and with the two letters of its Turkish twin cp1254 that matter here.


def _reading(encoding: str, more: dict[str, int]) -> dict[int, str]:
    table = {point: chr(point) if encoding == "cp1252" and point < 0xA0 else "\0" for point in range(0x80, 0x100)}
    for byte in range(0x80, 0x100):
        table[ord(bytes([byte]).decode(encoding, "ignore") or chr(byte))] = chr(byte)
    return table | {ord(char): chr(byte) for char, byte in more.items()}


_READINGS = {"cp1252": _reading("cp1252", {"ğ": 0xF0, "Ğ": 0xD0}), "mac_roman": _reading("mac_roman", {})}


def _any(encoding: str, low: int, high: int) -> str:
    return f"[{re.escape(''.join(chr(c) for c, byte in _READINGS[encoding].items() if low <= ord(byte) <= high))}]"


# The large patterns are compiled when a text is first found not to be ASCII; most never are.
@cache
def _candidate() -> re.Pattern[str]:
    return re.compile("|".join(_any(e, 0xC2, 0xF4) + _any(e, 0x80, 0xBF) for e in _READINGS) + "|€\ufffd")


_REGION = re.compile("[^\\x00-\\x7f]{2,}")
_SEQUENCE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_USUAL = (
    "\xa0-\u017fƒƠơƯưȘ-țˆ˜\u0300-\u036fΆ-ώЀ-џҐґא-ת،-\u061b\u061d-ۿ\u0900-\u0e7fẠ-ỹ\u2002-\u200d\u2010-\u2027\u202f-\u205e\u2060"
    "\u2070-\u209c\u20a0-\u20c0\u20d0-\u20f0\u2100-\u218b\u2190-\u2bff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\ufb00-\ufb06"
    "\ufe0e\ufe0f\ufeff\uff01-\uffee\U0001f000-\U0001fbff\U00020000-\U0002fa1d\U000e0020-\U000e007f"
)
"""What people write: no control, no bidirectional mark, nothing private, no phonetic letter.

Python's own tables lag behind new emoji."""
_C1 = re.compile("[\x80-\x9f]")


@cache
def _likely(between: bool) -> re.Pattern[str]:
    """Between rounds a C1 control may stand for a byte cp1252 has no character for; never at the end."""
    return re.compile(f"[{_C1.pattern[1:-1] if between else ''}{_USUAL}]")


_CLOSING = frozenset("\xa0\xad»’”…–—›")
_OPENING = frozenset("\xa0\xad«‘’“„‚–—‹¡¿")
_AFTER_A_WORD = _CLOSING | _OPENING | frozenset("™©®°¹²³·•†‡§¼½¾£")
_MAC_LETTERS = frozenset("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûüßÆØæø")
_MATHS = frozenset("∞±≤≥µ∂∑∏π∫Ω≠")


def mojibake(text: str) -> list[Hunk]:
    """Find the runs that are UTF-8 read as cp1252, cp1254, latin-1 or MacRoman, once or repeatedly, in order.

    Cautious: a run that could be genuine text (a letter and the marks that may follow a word) stays, unless it stands
    beside one that could not. Mending all hunks leaves nothing more to find.
    """
    if text.isascii():
        return []
    dense = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    if not _candidate().search(dense):
        return []
    return [
        hunk
        for region in _REGION.finditer(text)
        if _candidate().search(region[0])
        for hunk in _mend(text, *region.span())
    ]


def _mend(text: str, start: int, stop: int) -> list[Hunk]:
    """Mend one run of non-ASCII characters until nothing is left; several rounds make one hunk."""
    was, before, after = text[start:stop], text[start - 1 : start] if start else "", text[stop : stop + 1]
    now, rounds = was, list[list[Hunk]]()
    while True:
        settled, more = _settle(now, before, after, _likely(between=True))
        if _C1.search(settled):
            settled, more = _settle(now, before, after, _likely(between=False))
        if not more:
            break
        now, rounds = settled, rounds + more
    if len(rounds) < 2:
        return [Hunk(start + hunk.start, hunk.was, hunk.now, hunk.encoding) for hunks in rounds for hunk in hunks]
    shorter = min(len(was), len(now))
    head = next((i for i in range(shorter) if was[i] != now[i]), shorter)
    tail = next((i for i in range(shorter - head) if was[-1 - i] != now[-1 - i]), shorter - head)
    return [Hunk(start + head, was[head : len(was) - tail], now[head : len(now) - tail], rounds[0][0].encoding)]


def _settle(region: str, before: str, after: str, likely: re.Pattern[str]) -> tuple[str, list[list[Hunk]]]:
    """Mend the region round by round, with the hunks of each."""
    rounds = []
    while hunks := _round(region, before, after, likely):
        rounds.append(hunks)
        for hunk in reversed(hunks):
            region = region[: hunk.start] + hunk.now + region[hunk.start + len(hunk.was) :]
    return region, rounds


def _round(region: str, before: str, after: str, likely: re.Pattern[str]) -> list[Hunk]:
    """Read the region in the encoding that explains most of it."""
    readings = [list(_misread(region, before, after, encoding, likely)) for encoding in _READINGS]
    return max(readings, key=lambda hunks: sum(len(hunk.was) for hunk in hunks))


def _misread(region: str, before: str, after: str, encoding: str, likely: re.Pattern[str]) -> Iterator[Hunk]:
    # A closing quote lost its last byte to U+FFFD wherever cp1252 was read strictly.
    view = region.replace("â€\ufffd", "â€\x9d").translate(_READINGS[encoding])
    judge = _impossible if encoding == "cp1252" else _impossible_mac
    start = stop = impossible = 0
    now: list[str] = []
    for match in (*_SEQUENCE.finditer(view), None):
        char = match[0].encode("latin-1").decode("utf-8", "ignore") if match else ""
        usual = likely.fullmatch(char) and (char >= "\U0001f000" or unicodedata.category(char) != "Cn")
        if now and (match is None or match.start() != stop or not usual):
            was = region[start:stop]
            if impossible or (len(now) > 2 and not set(was) & set("√¬≈∆ƒ")):
                yield Hunk(start, was, "".join(now).replace("\ufeff", ""), _twin(was, encoding))
            now, impossible = [], 0
        if match and usual:
            start, stop = (start if now else match.start()), match.end()
            now.append(char)
            previous = region[match.start() - 1] if match.start() else before
            impossible += char == "\ufeff" or judge(
                region[match.start() : stop], previous, region[stop : stop + 1] or after
            )


def _twin(was: str, encoding: str) -> str:
    if encoding != "cp1252":
        return encoding
    if set(was) & set("ğĞ"):
        return "cp1254"
    return "latin-1" if any("\x80" <= c <= "\x9f" and c not in "\x81\x8d\x8f\x90\x9d" for c in was) else "cp1252"


def _impossible(was: str, before: str, after: str) -> bool:
    """Whether no genuine text has these characters of cp1252, a letter and one to three others, in this place."""
    lead, rest = was[0], frozenset(was[1:])
    if lead in "×ØÙÚÛÜÝÞßñòóô":
        return False
    if lead == "â":
        return bool(rest - _CLOSING) or was in ("â›”", "â””")
    if lead.isupper() and before.islower():
        return True
    if lead in "ÂÃ":
        if was[1] == "\xa0":
            return not before.isupper() and (after.isspace() or after.isalnum())
        if was[1] == "—" and before == after == " ":
            return True
        return was[1] not in _CLOSING or (not before.isupper() and (after.islower() or after.isdigit()))
    if rest - _AFTER_A_WORD - (frozenset("±") if lead == "Å" else frozenset()):
        return True
    return was[-1] not in _OPENING and not before.isupper() and (after.islower() if lead.isupper() else after.isalpha())


def _impossible_mac(was: str, before: str, after: str) -> bool:
    """Whether no genuine text has these characters of MacRoman in this place."""
    lead, rest = was[0], frozenset(was[1:])
    inside = before.islower() and after.islower()
    match lead:
        case "\uf8ff" | "‚":
            return True
        case "√" | "¬" if not rest & _MATHS:
            return True
        case "√" | "¬":
            return (inside and not rest & set("πΩ")) or (lead == "¬" and before.isdigit())
        case "≈" | "ƒ":
            return inside or (rest <= _MAC_LETTERS and any(c.isalpha() and c.isascii() for c in (before, after)))
        case "∆":
            return inside
        case "Œ" | "œ":
            return not before.isalpha() and not after.isalpha() and not rest & set("™®©")
        case "Ô":
            return was[1] in "∏ªºΩ¨"
        case "·":
            return was[1] in "ªº"
        case _:
            return lead in "„‰ÂÊÁËÈÍÎÏÌÓ" and bool(rest - _MAC_LETTERS - set("™®©†°•£ªº§±"))
