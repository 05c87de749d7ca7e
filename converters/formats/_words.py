"""Codecs of a client's closed lists of words: permission modes and colours."""

from __future__ import annotations

import re

from converters import vocabulary
from converters.formats._codecs import blank, kind_of
from converters.formats._kit import Codec
from converters.syntax import Node, Scalar

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def permission_modes(client: str) -> Codec[str]:
    """How a client asks before it acts, as Claude Code calls it; `None` is written where it has no such mode."""

    def decode(node: Node) -> str | None:
        word = _word(node)
        for mode, names in _modes(client).items():
            if word in names:
                return mode
        if word is None:
            return None
        raise ValueError(f"expected one of {_listed(client)}, found {word[:40]!r}")

    def encode(mode: str) -> str | None:
        names = _modes(client).get(mode)
        return names[0] if names else None

    return Codec(decode, encode, "a mode of asking before acting", lost=_no_mode)


def _modes(client: str) -> dict[str, list[str]]:
    return vocabulary.client(client).get("permission_modes") or {}


def _listed(client: str) -> str:
    return ", ".join(name for names in _modes(client).values() for name in names)


def _no_mode(before: str, after: str | None) -> str | None:
    return None if after == before else "the client has no such mode"


def color_names(client: str) -> Codec[str]:
    """A colour of a client's list, `#RRGGBB` where that is in it; any other is read, and not written anew."""

    def has(color: str) -> bool:
        listed = vocabulary.client(client).get("colors") or ()
        return (color in listed and color != "#RRGGBB") or ("#RRGGBB" in listed and bool(_HEX.fullmatch(color)))

    return Codec(_word, lambda color: color if has(color) else None, "a colour of the client's list", lost=_no_color)


def _no_color(before: str, after: str | None) -> str | None:
    return None if after == before else "the client has no such colour"


def _word(node: Node) -> str | None:
    if blank(node):
        return None
    if not isinstance(node, Scalar):
        raise ValueError(f"expected text, found {kind_of(node)}")
    return node.text or None
