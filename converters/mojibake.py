"""Text decoded with the wrong encoding: which runs of it are, and what they were.

A reading turns characters back into the bytes they were, written as U+0080 to U+00FF, and others of that range into
NUL. cp1252 is read as browsers do, its holes as C1 controls, which covers latin-1, and with the two letters of its
Turkish twin cp1254 that matter here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from converters.text import Hunk

_ASCII = bytes(range(128))


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
