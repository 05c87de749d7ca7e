"""The codec of reasoning effort: each client's words for how hard a model thinks."""

from __future__ import annotations

from converters.formats._codecs import text
from converters.formats._kit import Codec

_LEVELS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""All clients' words, least first."""


def efforts(*words: str) -> Codec[str]:
    """Words of ours that the client has too; for any other the nearest of them, and any that is read is kept.

    `None` is written for what is no word, such as a number of tokens.
    """

    def encode(effort: str) -> str | None:
        if effort in words or effort not in _LEVELS:
            return effort if effort in words else None
        wanted = _LEVELS.index(effort)
        return min(words, key=lambda word: abs(_LEVELS.index(word) - wanted))

    def lost(before: str, after: str | None) -> str | None:
        if after == before:
            return None
        return "the client has no such effort" if after is None else "the nearest effort it has"

    return Codec(text.decode, encode, "one of " + ", ".join(f"`{word}`" for word in words), lost=lost)
