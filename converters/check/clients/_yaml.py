"""A header as strict readers of YAML take it, anchors and aliases followed."""

from __future__ import annotations

import re
from typing import Any

import yaml

from converters.findings import OPEN_QUOTE
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.yaml import DEEPEST, LARGEST

_Events = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}

NOTHING, TEXT, LIST, MAPPING, NUMBER, DATE, TRUTH = (
    "empty",
    "text",
    "a list",
    "a mapping",
    "a number",
    "a date",
    "true or false",
)
"""What a value can be, for people."""

_UNCLOSED = frozenset({"found unexpected end of stream", "found unexpected document indicator"})
"""How the end of a header is met inside of quotes."""

_NUMBER = re.compile(
    r"[-+]?(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|\d+|(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[-+]?\d+)?)", re.IGNORECASE
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?[ \t]*(?:Z|[-+]\d\d?(?::?\d\d)?)?"
)
_TRUTHS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_NOTHINGS = frozenset({"", "~", "null", "Null", "NULL"})


def kind(node: Node) -> str:
    """What a value is to readers of YAML 1.2 with dates, which of these clients' readers are the strictest."""
    if isinstance(node, Sequence):
        return LIST
    if isinstance(node, Mapping):
        return MAPPING
    if node.style != "plain":
        return TEXT
    if node.text in _NOTHINGS:
        return NOTHING
    if node.text in _TRUTHS:
        return TRUTH
    return NUMBER if _NUMBER.fullmatch(node.text) else DATE if _DATE.fullmatch(node.text) else TEXT


def tree(text: str, *, once: bool) -> Node | None:
    """What `text` says; `None` where it says nothing. `once` refuses a key that stands twice in its mapping.

    Raises `SyntaxFault`. No recursion, and an alias is the node itself, so that no text can exhaust memory.
    """
    if len(text) > LARGEST:
        raise SyntaxFault("it is too long", 0, code="S008")
    try:
        return _tree(_Events(text), once)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = mark.index if mark else getattr(error, "position", 0)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        opened = getattr(error, "context_mark", None)
        if opened and problem in _UNCLOSED and getattr(error, "context", None) == "while scanning a quoted scalar":
            raise SyntaxFault("a quote is never closed", opened.index, code=OPEN_QUOTE.code) from None
        raise SyntaxFault(str(problem), min(at, len(text))) from None
    except ValueError:  # unpaired surrogates, which libyaml cannot take
        raise SyntaxFault("it is no text", 0) from None


def _tree(events: Any, once: bool) -> Node | None:
    opened: list[tuple[Any, list[Node]]] = [(None, [])]
    anchors: dict[str | None, Node] = {}
    while events.check_event():
        event = events.get_event()
        start, stop = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.CollectionStartEvent):
            if len(opened) > DEEPEST:
                raise SyntaxFault("it is nested too deep", start, code="S110")
            opened.append((event, []))
            continue
        if isinstance(event, yaml.ScalarEvent):
            node: Node = Scalar(event.value, _STYLES[event.style], start, stop)
            anchors[event.anchor] = node
        elif isinstance(event, yaml.CollectionEndEvent):
            first, nodes = opened.pop()
            node = anchors[first.anchor] = _collection(first, nodes, stop, once)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                raise SyntaxFault(f"no anchor is called {event.anchor!r}", start, code="S108")
            node = anchors[event.anchor]
        elif isinstance(event, yaml.DocumentStartEvent) and opened[0][1]:
            raise SyntaxFault("a second document", start)
        else:
            continue
        opened[-1][1].append(node)
    return next(iter(opened[0][1]), None)


def _collection(first: Any, nodes: list[Node], stop: int, once: bool) -> Node:
    start, style = first.start_mark.index, "flow" if first.flow_style else "block"
    if isinstance(first, yaml.SequenceStartEvent):
        return Sequence(tuple(nodes), style, start, stop)
    pairs: list[tuple[Scalar, Node]] = []
    merged: list[tuple[Scalar, Node]] = []
    seen = set[str]()
    for key, value in zip(nodes[::2], nodes[1::2], strict=True):
        if not isinstance(key, Scalar):
            continue
        if key.style == "plain" and key.text == "<<":
            merged += value.pairs if isinstance(value, Mapping) else ()
            continue
        if once and key.text in seen:
            raise SyntaxFault(f"{key.text!r} stands twice", key.start, code="S112")
        seen.add(key.text)
        pairs.append((key, value))
    pairs += [(key, value) for key, value in merged if key.text not in seen]
    return Mapping(tuple(pairs), style, start, stop)
