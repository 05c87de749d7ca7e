"""Codecs of parts of a prompt that a format keeps as lists or mappings: as text they are bullets, or YAML."""

from __future__ import annotations

import re

from converters.formats._codecs import blank, kind_of
from converters.formats._kit import Codec
from converters.model import Json
from converters.syntax import Node, Scalar, Sequence, SyntaxFault
from converters.syntax.blocks import dump
from converters.syntax.yaml import compose, value_of

_BULLETS = re.compile(r"^- [^\n]*\n(?:(?:  [^\n]*)?\n)*", re.MULTILINE)


def _bulleted(items: list[str]) -> str:
    return "".join("- " + re.sub(r"\n(?!\n|\Z)", "\n  ", item) + "\n" for item in items)


def _said(node: Node) -> str | None:
    if blank(node):
        return None
    if isinstance(node, Scalar):
        return node.text or None
    if not isinstance(node, Sequence) or not all(isinstance(item, Scalar) for item in node.items):
        raise ValueError(f"expected text or a list of texts, found {kind_of(node)}")
    return _bulleted([item.text for item in node.items if isinstance(item, Scalar)]) or None


def _listed(text: str) -> Json:
    items = [item[2:-1].replace("\n  ", "\n") for item in _BULLETS.findall(text)]
    return list[Json](items) if items and _bulleted(items) == text else text


bullets: Codec[str] = Codec(_said, _listed, "text, or a list of texts")
"""A list is read as bullets, and bullets are written as a list."""


def outline(title: str) -> Codec[str]:
    """A mapping or a list of mappings: read as a heading with YAML below, and written as what that says."""
    heading = f"## {title}\n\n"

    def decode(node: Node) -> str | None:
        if blank(node):
            return None
        if isinstance(node, Scalar):
            return node.text or None
        value = value_of(node)
        assert isinstance(value, dict | list)
        return heading + dump(value, short=0)

    def encode(text: str) -> Json:
        if not text.startswith(heading):
            return text
        try:
            node = compose(text.removeprefix(heading))
        except SyntaxFault:
            return text
        if node is None or isinstance(node, Scalar) or decode(node) != text:
            return text
        return value_of(node)

    return Codec(decode, encode, "text, a list or a mapping")
