"""The codec of reasoning effort as Claude Code takes it: a level, or a whole number."""

from __future__ import annotations

import re

from converters.formats._codecs import blank, kind_of
from converters.formats._kit import Codec
from converters.model import Json
from converters.syntax import Node, Scalar

_LEVELS = ("low", "medium", "high", "xhigh", "max")
_ALSO = {"med": "medium"}
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def _effort(node: Node) -> str | None:
    if blank(node):
        return None
    if not isinstance(node, Scalar):
        raise ValueError(f"expected one of {', '.join(_LEVELS)}, found {kind_of(node)}")
    level = _ALSO.get(node.text, node.text)
    if level not in _LEVELS and not _NUMBER.fullmatch(level):
        raise ValueError(f"expected one of {', '.join(_LEVELS)}, or a whole number, found {level[:40]!r}")
    return level


def _written(effort: str) -> Json:
    return int(effort) if _NUMBER.fullmatch(effort) else effort if effort in _LEVELS else None


def _lost(before: str, after: str | None) -> str | None:
    return None if after == before else "the client has no such level"


effort_level: Codec[str] = Codec(_effort, _written, "`low` to `max`, or a whole number", lost=_lost)
"""Source: the loader of Claude Code 2.1.329, read 2026-11-21; it passes over any other word."""
