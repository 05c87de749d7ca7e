"""Codecs that several formats share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from keyword import iskeyword
from math import isfinite
from typing import TypeVar

from converters.formats._kit import Codec
from converters.identity import ascii_slug, slug
from converters.model import AgentSpec, Json
from converters.syntax import Mapping, Node, Scalar, Sequence
from converters.syntax.yaml import typed, value_of

T = TypeVar("T")


def kind_of(node: Node) -> str:
    """What was found, in words."""
    return {Mapping: "a mapping", Sequence: "a list"}.get(type(node), "text")


def blank(node: Node) -> bool:
    """Whether nothing is written."""
    return isinstance(node, Scalar) and node.style == "plain" and node.text in {"", "~", "null"}


def _text(node: Node) -> str | None:
    if blank(node):
        return None
    if not isinstance(node, Scalar):
        raise ValueError(f"expected text, found {kind_of(node)}")
    return node.text or None


def _filled(node: Node) -> str | None:
    said = _text(node)
    if said is not None and not said.strip():
        raise ValueError("expected text, found only white space")
    return said


def _unescaped(node: Node) -> str | None:
    text = _text(node)
    return text.replace("\\n", "\n") if text and "\\n" in text else text


def _number(node: Node) -> float | None:
    text = _text(node)
    if text is None:
        return None
    value = typed(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        try:
            value = float(text)
        except ValueError:
            value = None
        if value is None or not isfinite(value):
            raise ValueError(f"expected a number, found {text[:40]!r}")
    return value


def _count(node: Node) -> int | None:
    text = _text(node)
    if text is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise ValueError(f"expected a whole number from 1, found {text[:40]!r}")
    return int(text)


def _flag(node: Node) -> bool | None:
    text = _text(node)
    if text is None:
        return None
    if text.lower() not in {"true", "false"}:
        raise ValueError(f"expected true or false, found {text[:40]!r}")
    return text.lower() == "true"


def _words(node: Node) -> tuple[str, ...] | None:
    if blank(node):
        return None
    if isinstance(node, Scalar):
        return tuple(word.strip() for word in node.text.split(",") if word.strip())
    if isinstance(node, Sequence):
        return tuple(name_in(item) for item in node.items)
    raise ValueError("expected names, as a list or separated by commas, found a mapping")


def _joined(names: tuple[str, ...]) -> Json:
    """Names in a string; as a list where one of them would not come back from there."""
    plain = all(name.strip() == name and name and "," not in name for name in names)
    return ", ".join(names) if plain else list(names)


def name_in(node: Node) -> str:
    """A name in a list; raises `ValueError` where there is none."""
    if not isinstance(node, Scalar) or blank(node):
        raise ValueError(f"expected a name in the list, found {'nothing' if blank(node) else kind_of(node)}")
    return node.text


text: Codec[str] = Codec(_text, str, "text")
filled_text: Codec[str] = Codec(_filled, str, "text that is more than white space")
slug_text: Codec[str] = Codec(
    _text,
    lambda value: value if re.fullmatch(r"[A-Za-z0-9-]+", value) else ascii_slug(value),
    "letters, digits and `-`",
)


def _from_identifier(node: Node) -> str | None:
    text = _text(node)
    return text.replace("_", "-") if text else None


def _identifier(name: str) -> str:
    """A name as Python takes it; what begins with a digit, or is Python's own word, is called an agent."""
    if not name.replace("-", "_").isidentifier():
        name = slug(name)
    found = re.sub(r"\W", "", name.replace("-", "_"))
    if found[:1].isdigit():
        found = f"agent_{found}"
    return f"{found}_agent" if iskeyword(found) or found in {"", "user"} else found


identifier: Codec[str] = Codec(
    _from_identifier,
    _identifier,
    "a Python identifier; `_` for `-`",
    lost=lambda _, after: "its letters" if after else None,
)
"""A name that Python code goes by: kebab names come back as they were, others in words."""
escaped_text: Codec[str] = Codec(
    _unescaped,
    lambda value: re.sub("-{3,}", "\u2014", value),
    r"text; `\n` is a line break",
    lost=lambda before, after: (
        None if after == before else "`---`, where its client ends the header" if "---" in before else "its exact words"
    ),
)
"""Claude Code's loader of release 2.1.329, read 2026-11-21, ends a header at `---` wherever that stands."""
number: Codec[float] = Codec(_number, lambda value: value, "a number")
count: Codec[int] = Codec(_count, lambda value: value, "a whole number from 1")
flag: Codec[bool] = Codec(_flag, lambda value: value, "true or false")
words: Codec[tuple[str, ...]] = Codec(_words, _joined, "names, as a list or separated by commas", listed=list)


free: Codec[Json] = Codec(value_of, lambda value: value, "any value")


def best_summary(spec: AgentSpec) -> str:
    """A description for an agent whose file has none: its summary, else its title."""
    return spec.derived.summary or best_title(spec)


def questions(spec: AgentSpec) -> tuple[str, ...]:
    """What users say first in an agent's examples, each once."""
    asked = (next((turn.text for turn in one.turns if turn.role == "user"), "") for one in spec.derived.examples)
    return tuple(dict.fromkeys(line for line in asked if line))


def best_title(spec: AgentSpec) -> str:
    """A display name for an agent: its own, the one understood, or its name."""
    return spec.title or spec.derived.title or spec.name


def filled_with(filler: Json, codec: Codec[T]) -> Codec[T]:
    """`codec` where the client wants something said: `filler` is written for nothing, and read as nothing."""

    def decode(node: Node) -> T | None:
        return None if value_of(node) == filler else codec.decode(node)

    return replace(codec, decode=decode, filler=filler)


def choice(*values: str) -> Codec[str]:
    """One of a client's fixed words; others are kept as written."""

    def decode(node: Node) -> str | None:
        word = _text(node)
        if word is not None and word not in values:
            raise ValueError(f"expected one of {', '.join(values)}, found {word[:40]!r}")
        return word

    return Codec(decode, str, "one of " + ", ".join(f"`{value}`" for value in values))


def replaced(says: str, lost: str, change: Callable[[str], str]) -> Codec[str]:
    """Text as `change` makes it, and what is lost by that, in words."""
    return Codec(text.decode, lambda said: change(said) or None, says, lost=lambda *_: lost)


def _record(node: Node) -> Json:
    if blank(node):
        return None
    if not isinstance(node, Mapping):
        raise ValueError(f"expected a mapping, found {kind_of(node)}")
    return value_of(node)


record: Codec[Json] = Codec(_record, lambda value: value if isinstance(value, dict) else None, "a mapping")
