"""Codecs of names and texts in clients that take fewer characters than we do."""

from __future__ import annotations

import re
from collections.abc import Callable

from converters.formats._codecs import text
from converters.formats._kit import Codec
from converters.identity import slug
from converters.syntax import Node

_LETTERS = "letters the client does not take"


def _ascii(name: str) -> str:
    return slug(name).encode("ascii", "ignore").decode().strip("-")


def name_like(pattern: str, says: str, most: int = 256) -> Codec[str]:
    """A name that matches `pattern` as it stands, else its slug in ASCII, cut at `most` characters.

    `None` is written for a name of which nothing is left.
    """
    allowed = re.compile(pattern)

    def encode(name: str) -> str | None:
        if allowed.fullmatch(name) and len(name) <= most:
            return name
        return _ascii(name)[:most].strip("-") or None

    return Codec(text.decode, encode, says, lost=lambda *_: _LETTERS)


def with_space_before(mark: str, says: str) -> Codec[str]:
    """Text that the client takes for something else where it begins with `mark`: a space is put before it.

    The space is no part of the text, so that it is taken off again.
    """
    bare = re.compile(rf" *{re.escape(mark)}")

    def decode(node: Node) -> str | None:
        said = text.decode(node)
        return said[1:] if said and said[0] == " " and bare.match(said) else said

    def encode(said: str) -> str:
        return f" {said}" if bare.match(said) else said

    return Codec(decode, encode, says)


def replaced(says: str, lost: str, change: Callable[[str], str]) -> Codec[str]:
    """Text as `change` makes it, and what is lost by that, in words."""
    return Codec(text.decode, lambda said: change(said) or None, says, lost=lambda *_: lost)
