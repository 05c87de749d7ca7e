"""What `schema.json` says of a document, each fault at its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from converters.findings import INVALID_SPEC, Finding, Span
from converters.schema import Fault, checker
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node, Sequence, SyntaxFault
from converters.syntax.yaml import DEEPEST as DEEPEST_HEADER
from converters.syntax.yaml import compose

LARGEST = 8_388_608
"""Characters a canonical file may have: eight times the largest source file."""
DEEPEST = DEEPEST_HEADER + 2
"""Levels of nesting a canonical file may have: an extension stands two deeper than in its header."""


@lru_cache(maxsize=1)
def schema_text() -> str:
    """`schema.json`: packaged beside this module, or at the root of the repository."""
    packaged = Path(__file__).parent / "schema.json"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent / "schema.json").read_text(encoding="utf-8")


def validate(said: Mapping[str, Any], path: str, text: str | None = None) -> list[Finding]:
    """What of a document the schema refuses; with `text`, at its place there."""
    faults = list(_faults()(said))
    if not faults:
        return []
    try:
        root = None if text is None else compose(text, largest=LARGEST, deepest=DEEPEST)
    except SyntaxFault:
        root = None
    found = []
    for where, message, unknown in faults:
        for steps, problem in [([*where, key], "no such key") for key in unknown] or [(where, message)]:
            span = span_of(root, path, steps, of_key=bool(unknown))
            found.append(INVALID_SPEC.at(span, pointer="/" + "/".join(steps), problem=problem[:300]))
    return found


@lru_cache(maxsize=1)
def _faults() -> Callable[[Mapping[str, Any]], Iterator[Fault]]:
    """The fast validator, or the reference where the platform has no wheel of it, or our own in a browser."""
    schema = json.loads(schema_text())
    try:
        import jsonschema_rs
    except ImportError:
        try:
            return reference(schema)
        except ImportError:
            return checker(schema)
    validator = jsonschema_rs.Draft202012Validator(schema)

    def faults(said: Mapping[str, Any]) -> Iterator[Fault]:
        if validator.is_valid(said):
            return
        for error in validator.iter_errors(said):
            unknown = getattr(error.kind, "unexpected", None) or []
            yield [str(part) for part in error.instance_path], error.message, list(unknown)

    return faults


def reference(schema: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Iterator[Fault]]:
    """The same verdicts by jsonschema, the reference implementation, 130 times slower."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(schema)

    def faults(said: Mapping[str, Any]) -> Iterator[Fault]:
        for error in validator.iter_errors(said):
            unknown = []
            if error.validator == "additionalProperties" and isinstance(error.instance, dict):
                unknown = [str(key) for key in error.instance if key not in error.schema.get("properties", {})]
            yield [str(part) for part in error.absolute_path], error.message, unknown

    return faults


def span_of(node: Node | None, path: str, steps: list[str], *, of_key: bool = False) -> Span:
    """The place of the value, or of the key, that `steps` lead to from `node`."""
    key: Node | None = None
    for step in steps:
        if isinstance(node, MappingNode):
            key, node = next((pair for pair in reversed(node.pairs) if pair[0].text == step), (key, node))
        elif isinstance(node, Sequence) and step.isdecimal() and int(step) < len(node.items):
            key, node = None, node.items[int(step)]
    place = key if of_key and key else node
    return Span(path, place.start, max(place.start + 1, min(place.stop, place.start + 80))) if place else Span(path)
