"""The notations a file's keys and values are spelled in, each with the same few verbs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from typing import NamedTuple

from converters.model import Json
from converters.syntax import Mapping, Node, SyntaxFault, json, toml, yaml

LARGEST = 4_194_304
"""Characters a whole file of keys and values may have."""

DEEPEST = 40
"""Levels of nesting it may have."""


class Notation(NamedTuple):
    """How keys and values are taken apart and spelled."""

    compose: Callable[[str], Node | None]
    """Raises `SyntaxFault`; `None` where the text holds no value."""
    spell: Callable[[str, Json, int, str | None], str | None]
    """A whole entry from key, value, indentation and style; `None` where the style cannot say the value."""
    styles_for: Callable[[Node], tuple[str, ...]]
    """The styles worth trying to spell a value as its author did."""
    value_in: Callable[[str, int], Node | None]
    """The value of an entry's own spelling, which stands at an indentation; its places are counted from there."""
    inner: Callable[[str], str]
    """An entry's spelling as it stands before another."""
    last: Callable[[str], str]
    """An entry's spelling as it stands last."""
    in_place: bool
    """Whether a new value takes the place of the old one inside the entry's own spelling."""
    loose: Callable[[str], SyntaxFault | None] | None = None
    """What stricter readers of the notation refuse in a text that is read here."""


def _same(text: str) -> str:
    return text


def _block_value(raw: str, indent: int, lines: Collection[str] = ()) -> Node | None:
    pad = indent if indent and not raw.startswith(" ") else 0
    try:
        node = yaml.compose(" " * pad + raw, largest=LARGEST, lines=lines)
    except SyntaxFault:
        return None
    if not isinstance(node, Mapping) or not node.pairs:
        return None
    value = node.pairs[0][1]
    return value._replace(start=value.start - pad, stop=value.stop - pad)


def _flow_value(raw: str, _: int = 0) -> Node | None:
    try:
        node = yaml.compose("{" + raw.rstrip(" \t\r\n,") + " }", largest=LARGEST)
    except SyntaxFault:
        return None
    if not isinstance(node, Mapping) or len(node.pairs) != 1:
        return None
    value = node.pairs[0][1]
    return value._replace(start=value.start - 1, stop=value.stop - 1)


def _flow_inner(raw: str) -> str:
    value = _flow_value(raw)
    return raw if value is None or "," in raw[value.stop :] else f"{raw[: value.stop]}, {raw[value.stop :].lstrip(' ')}"


def _flow_last(raw: str) -> str:
    value = _flow_value(raw)
    return raw if value is None else raw[: value.stop] + raw[value.stop :].replace(",", "", 1)


YAML = Notation(
    lambda text: yaml.compose(text, largest=LARGEST, deepest=DEEPEST),
    lambda key, value, indent, style: yaml.spell(key, value, indent=indent, style=style),
    yaml.styles_for,
    _block_value,
    _same,
    _same,
    in_place=False,
)


@cache
def with_lines(keys: frozenset[str]) -> Notation:
    """YAML where a bare value of these keys is the rest of its line."""
    return YAML._replace(
        compose=lambda text: yaml.compose(text, largest=LARGEST, deepest=DEEPEST, lines=keys),
        spell=lambda key, value, indent, style: (
            f"{key}: {value}\n"
            if key in keys and style in {None, "plain"} and not indent and yaml.is_line(value)
            else yaml.spell(key, value, indent=indent, style=style)
        ),
        value_in=lambda raw, indent: _block_value(raw, indent, keys),
    )


FLOW = Notation(
    YAML.compose,
    lambda key, value, _, style: (
        None if style else f"{yaml.key_in_brackets(yaml.in_brackets(key))} {yaml.in_brackets(value)}, "
    ),
    lambda _: (),
    _flow_value,
    _flow_inner,
    _flow_last,
    in_place=True,
)
"""YAML inside brackets."""
JSON = Notation(
    lambda text: json.compose(text, largest=LARGEST, deepest=DEEPEST),
    lambda key, value, indent, style: json.spell(key, value, indent=indent, style=style),
    json.styles_for,
    json.value_in,
    json.inner,
    json.last,
    in_place=True,
    loose=json.loose,
)
TOML = Notation(
    lambda text: toml.compose(text, largest=LARGEST, deepest=DEEPEST),
    lambda key, value, indent, style: toml.spell(key, value, indent=indent, style=style),
    toml.styles_for,
    toml.value_in,
    _same,
    _same,
    in_place=False,
)
