"""Codecs of reasoning effort: each client's words for how hard a model thinks, or a number of tokens."""

from __future__ import annotations

import re

from converters.formats._codecs import blank, kind_of, text
from converters.formats._kit import Codec
from converters.model import Json
from converters.syntax import Node, Scalar

_ALL = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""All clients' words, least first."""

_SAME = {"off": "none"}
"""Words that stand where another does."""

_CLAUDES = ("low", "medium", "high", "xhigh", "max")
_ALSO = {"med": "medium"}
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def _nearest(effort: str, words: tuple[str, ...]) -> str | None:
    """A client's word for an effort, else the nearest, of two the greater; `None` for what is nobody's word."""
    if effort in words:
        return effort
    if _SAME.get(effort, effort) not in _ALL:
        return None
    return min(words, key=lambda word: (abs(_rank(word) - _rank(effort)), -_rank(word)))


def _rank(effort: str) -> int:
    return _ALL.index(_SAME.get(effort, effort))


def _lost(before: str, after: str | None) -> str | None:
    if after == before:
        return None
    return "the client has no such effort" if after is None else "the nearest effort it has"


def efforts(*words: str) -> Codec[str]:
    """Words of ours that the client has too; for any other the nearest of them, and any that is read is kept.

    Nothing is written for what is no word, such as a number of tokens.
    """
    says = "one of " + ", ".join(f"`{word}`" for word in words)
    return Codec(text.decode, lambda effort: _nearest(effort, words), says, lost=_lost)


openai_effort: Codec[str] = efforts("none", "minimal", "low", "medium", "high", "xhigh")
"""Source: <https://developers.openai.com/codex/config-reference>, read 2026-11-21; its clients take any word."""


def _level(node: Node) -> str | None:
    if blank(node):
        return None
    if not isinstance(node, Scalar):
        raise ValueError(f"expected one of {', '.join(_CLAUDES)}, found {kind_of(node)}")
    level = _ALSO.get(node.text, node.text)
    if level not in _CLAUDES and not _NUMBER.fullmatch(level):
        raise ValueError(f"expected one of {', '.join(_CLAUDES)}, or a whole number, found {level[:40]!r}")
    return level


def _level_written(effort: str) -> Json:
    return int(effort) if _NUMBER.fullmatch(effort) else _nearest(effort, _CLAUDES)


effort_level: Codec[str] = Codec(_level, _level_written, "`low` to `max`, or a whole number", lost=_lost)
"""Source: the loader of Claude Code 2.1.329, read 2026-11-21; it passes over any other word."""
