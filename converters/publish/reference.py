"""The reference page's model: what the canonical form is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import render, words


@dataclass(frozen=True, slots=True)
class Property:
    """A key of the canonical form."""

    name: str
    type: str
    description: str
    """HTML."""
    required: bool
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """An object of the canonical form."""

    anchor: str
    title: str
    description: str
    properties: tuple[Property, ...]


def schema(document: Mapping[str, Any]) -> list[Part]:
    """Every object the JSON Schema describes: the document itself, then its definitions and nested objects."""
    found: list[Part] = []
    if document:
        _collect(found, "agent", str(document.get("title") or "The document"), document)
        for name, one in (document.get("$defs") or {}).items():
            _collect(found, name, str(one.get("title") or words.spaced(name)), one)
    return found


def _collect(found: list[Part], anchor: str, title: str, node: Any) -> None:
    if not isinstance(node, Mapping):
        return
    properties = node.get("properties") or {}
    required = set(node.get("required") or ())
    rows = tuple(_property(name, one, name in required) for name, one in properties.items())
    if rows or node.get("description"):
        found.append(Part(anchor, title, render.inline(str(node.get("description") or "")), rows))
    for name, one in properties.items():
        inner = one.get("items", one) if isinstance(one, Mapping) else one
        if isinstance(inner, Mapping) and inner.get("properties"):
            _collect(found, f"{anchor}-{name}", f"{title}: {name}", inner)


def _property(name: str, node: Any, required: bool) -> Property:
    if not isinstance(node, Mapping):
        return Property(name, "anything", "", required, ())
    allowed = node.get("enum") or ((node["const"],) if "const" in node else ())
    return Property(
        name, _type(node), render.inline(str(node.get("description") or "")), required, tuple(map(str, allowed))
    )


def _type(node: Mapping[str, Any]) -> str:
    if "$ref" in node:
        return str(node["$ref"]).rpartition("/")[2]
    for choice in ("oneOf", "anyOf"):
        if choice in node:
            return " or ".join(dict.fromkeys(_type(one) for one in node[choice] if isinstance(one, Mapping)))
    if "const" in node:
        return "always the same"
    kind = node.get("type")
    kinds: Iterable[Any] = kind if isinstance(kind, list) else (kind,)
    told = []
    for one in kinds:
        if one == "array" and isinstance(node.get("items"), Mapping):
            told.append(f"list of {_type(node['items'])}")
        elif one:
            told.append({"string": "text", "object": "mapping", "array": "list"}.get(one, str(one)))
    return " or ".join(told) or ("one of the words listed" if "enum" in node else "anything")
