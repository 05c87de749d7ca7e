"""The language a prompt is written in, told by its script and its commonest words."""

from __future__ import annotations

import re
from functools import cache

from converters.vocabulary import load

_SAMPLE = 4_000
"""Characters looked at; a prompt that changes its language later is a rarity we accept."""

_GLANCE = 1_000
"""Characters that are enough where twice the share of them is English."""

_ENOUGH = 0.04
"""The least share of English words that must be among the commonest for the text to be English."""

_WEIGHT = 3
"""How many Latin letters a Chinese or Japanese sign is worth, for it says as much as half a word."""

_SCRIPTS = {
    "kana": re.compile("[\u3041-\u30ff]"),
    "han": re.compile("[\u3400-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
}
_ASCII = bytes(range(128))
_LATIN = re.compile("[A-Za-zÀ-ɏ]")


def language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, or `None` where it cannot be told cheaply."""
    sample = text[:_SAMPLE]
    if not sample.isascii() and (told := _by_script(sample)):
        return told
    return "en" if _english(sample[:_GLANCE]) >= 2 * _ENOUGH or _english(sample) >= _ENOUGH else None


def _english(sample: str) -> float:
    """Return the share of words that are among the commonest of English."""
    words = [word for word in sample.lower().split() if word[0].isalpha()]
    return sum(map(_common_english().__contains__, words)) / len(words) if words else 0.0


def _by_script(sample: str) -> str | None:
    foreign = sample.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    counts = {name: len(script.findall(foreign)) for name, script in _SCRIPTS.items()}
    if not any(counts.values()):
        return None
    latin = len(_LATIN.findall(sample))
    kana, han = counts.pop("kana"), counts.pop("han")
    east_asian = (kana + han) * _WEIGHT
    if east_asian > latin:
        return "ja" if kana * 10 > han else "zh"
    name, count = max(counts.items(), key=lambda item: item[1])
    return name if count * (_WEIGHT if name == "ko" else 1) > latin else None


@cache
def _common_english() -> frozenset[str]:
    return frozenset(load("sections")["common_english"])
