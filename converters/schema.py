"""A validator of the words of JSON Schema that ours uses, for where no other runs: a reader's browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Fault: TypeAlias = tuple[list[str], str, list[str]]
"""Where, what, and the keys that are unknown there."""

WORDS = frozenset(
    {"$defs", "$ref", "additionalProperties", "const", "else", "enum", "if", "items", "maxLength", "minItems",
     "minLength", "minimum", "pattern", "properties", "propertyNames", "required", "then", "type"}
)  # fmt: skip
"""The words that count here; those that describe are passed over."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value % 1 == 0,
    "null": lambda value: value is None,
    "number": _is_number,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
_SPOKEN = {"array": "a list", "boolean": "true or false", "integer": "a whole number", "null": "nothing",
           "number": "a number", "object": "a mapping", "string": "text"}  # fmt: skip


def checker(schema: Mapping[str, Any]) -> Callable[[Any], Iterator[Fault]]:
    """What finds the faults of a JSON value by `schema`, whose references all lead to its own `$defs`."""
    return lambda said: _faults(said, schema, schema.get("$defs", {}), [])


def _faults(value: Any, schema: Mapping[str, Any], named: Mapping[str, Any], where: list[str]) -> Iterator[Fault]:
    if "$ref" in schema:
        yield from _faults(value, named[schema["$ref"].removeprefix("#/$defs/")], named, where)
    if "if" in schema:
        fails = next(_faults(value, schema["if"], named, where), None) is not None
        yield from _faults(value, schema.get("else" if fails else "then", {}), named, where)
    yield from ((where, problem, []) for problem in _of_any(value, schema))
    if isinstance(value, str):
        yield from ((where, problem, []) for problem in _of_text(value, schema))
    elif isinstance(value, list):
        yield from _of_list(value, schema, named, where)
    elif isinstance(value, dict):
        yield from _of_mapping(value, schema, named, where)


def _of_any(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_KINDS[kind](value) for kind in kinds):
        yield f"expected {' or '.join(_SPOKEN[kind] for kind in kinds)}, found {_shown(value)}"
    for allowed in ([schema["const"]] if "const" in schema else None, schema.get("enum")):
        if allowed is not None and not any(_is_same(value, one) for one in allowed):
            yield f"expected {' or '.join(map(_shown, allowed))}, found {_shown(value)}"
    if "minimum" in schema and _is_number(value) and value < schema["minimum"]:
        yield f"{_shown(value)} is less than {schema['minimum']}"


def _of_text(value: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{_shown(value)} is too short"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{_shown(value)} is too long"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{_shown(value)} does not match {schema['pattern']}"


def _of_list(
    value: list[Any], schema: Mapping[str, Any], named: Mapping[str, Any], where: list[str]
) -> Iterator[Fault]:
    if len(value) < schema.get("minItems", 0):
        yield where, "too few items", []
    for number, item in enumerate(value) if "items" in schema else ():
        yield from _faults(item, schema["items"], named, [*where, str(number)])


def _of_mapping(
    value: dict[str, Any], schema: Mapping[str, Any], named: Mapping[str, Any], where: list[str]
) -> Iterator[Fault]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key in schema.get("required", ()):
        if key not in value:
            yield where, f"{key!r} is missing", []
    unknown = [key for key in value if key not in known]
    if others is False and unknown:
        yield where, f"no such key: {', '.join(unknown)}", unknown
    for key, item in value.items():
        inner = known.get(key, others)
        if isinstance(inner, dict):
            yield from _faults(item, inner, named, [*where, key])
        if "propertyNames" in schema:
            yield from ((where, problem, []) for _, problem, _ in _faults(key, schema["propertyNames"], named, where))


def _is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, where `true` is no 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _shown(value: Any) -> str:
    return {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), repr(value)[:80])
