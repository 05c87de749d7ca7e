"""JSON as spellings: a reader that takes comments and trailing commas, and a writer that keeps an author's style."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from converters.model import Json
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault

DEEPEST = 40
"""Levels of nesting a document may have."""

LARGEST = 4_194_304
"""Characters a document may have."""

_CLOSING = {"[": "]", "{": "}"}
_SKIPPED = re.compile(r"[ \t\n\r]+|//[^\n\r]*|/\*(?s:.*?)\*/")
_WORD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_FOUND = re.compile(r"[\w.+-]{1,20}|.", re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.")
"""An escape: two that are one character, one that is none (and is caught), or any other."""

_DECODER = json.JSONDecoder()


def compose(text: str, *, largest: int = LARGEST, deepest: int = DEEPEST) -> Node | None:
    """Take `text` apart; `None` where it holds no value.

    Raises `SyntaxFault` for whatever is not JSON with comments of at most `largest` characters
    and `deepest` levels. No recursion, so that no depth can exhaust a stack.
    """
    if len(text) > largest:
        raise SyntaxFault(f"{len(text)} characters", largest, code="S008")
    _refuse_surrogates(text)
    at = _gap(text, 0)
    if at == len(text):
        return None
    node = _tree(text, at, deepest)
    at = _gap(text, node.stop)
    if at < len(text):
        raise _unexpected(text, at, "the end")
    return node


def loose(text: str) -> SyntaxFault | None:
    """Where a reader of plain JSON would stop: at a comment or a trailing comma."""
    try:
        _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return SyntaxFault(_worded(error), min(error.pos, len(text)))
    except (ValueError, RecursionError):  # a number longer than Python converts
        return None
    return None


def _worded(error: json.JSONDecodeError) -> str:
    problem = error.msg.removesuffix(" at").removesuffix(" starting").rstrip(": ")
    return problem[0].lower() + problem[1:]


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SyntaxFault("not text: an unpaired surrogate", error.start) from None


class _Opened(NamedTuple):
    """A list or an object that is not closed yet."""

    mark: str
    start: int
    keys: list[Scalar]
    nodes: list[Node]

    def closed(self, stop: int) -> Node:
        if self.mark == "[":
            return Sequence(tuple(self.nodes), "flow", self.start, stop)
        return Mapping(tuple(zip(self.keys, self.nodes, strict=True)), "flow", self.start, stop)


def _tree(text: str, at: int, deepest: int) -> Node:
    """The value that starts at `at`."""
    opened: list[_Opened] = []
    while True:
        if len(opened) > deepest:
            raise SyntaxFault("nested too deep", at, code="S110")
        if text.startswith(("[", "{"), at):
            opened.append(_Opened(text[at], at, [], []))
            at = _gap(text, at + 1)
        else:
            node: Node = _scalar(text, at)
            if not opened:
                return node
            at = _taken(text, opened[-1], node)
        while text.startswith(_CLOSING[opened[-1].mark], at):
            node = opened.pop().closed(at + 1)
            if not opened:
                return node
            at = _taken(text, opened[-1], node)
        if opened[-1].mark == "{":
            key = _key(text, at)
            opened[-1].keys.append(key)
            at = _behind_colon(text, key.stop)


def _taken(text: str, opened: _Opened, node: Node) -> int:
    """Put `node` where it belongs; give where the next one starts, or the bracket that closes."""
    opened.nodes.append(node)
    at = _gap(text, node.stop)
    if text.startswith(",", at):
        return _gap(text, at + 1)
    if not text.startswith(_CLOSING[opened.mark], at):
        raise _unexpected(text, at, f"a comma or {_CLOSING[opened.mark]!r}")
    return at


def _gap(text: str, at: int) -> int:
    """The first character from `at` on that is neither blank nor comment."""
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    if text.startswith("/*", at):
        raise SyntaxFault("a comment without an end", at)
    return at


def _key(text: str, at: int) -> Scalar:
    if not text.startswith('"', at):
        raise _unexpected(text, at, "a key in double quotes")
    return _quoted(text, at)


def _behind_colon(text: str, at: int) -> int:
    at = _gap(text, at)
    if not text.startswith(":", at):
        raise _unexpected(text, at, "a colon")
    return _gap(text, at + 1)


def _scalar(text: str, at: int) -> Scalar:
    if text.startswith('"', at):
        return _quoted(text, at)
    word = _WORD.match(text, at)
    if word is None:
        raise _unexpected(text, at, "a value")
    return Scalar(word[0], "plain", at, word.end())


def _quoted(text: str, at: int) -> Scalar:
    try:
        value, stop = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise SyntaxFault(_worded(error), min(error.pos, len(text))) from None
    try:
        value.encode()
    except UnicodeEncodeError:
        lone = next(escape.start() for escape in _SURROGATE.finditer(text, at, stop) if escape[1])
        raise SyntaxFault("not text: an unpaired surrogate", lone) from None
    return Scalar(value, "double", at, stop)


def _unexpected(text: str, at: int, wanted: str) -> SyntaxFault:
    found = _FOUND.match(text, at)
    return SyntaxFault(f"{wanted} is expected, not {repr(found[0]) if found else 'the end'}", at)


# --- writing -----------------------------------------------------------------------------------

_INVISIBLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff]")
_NOT_ASCII = re.compile(r"[\x7f-\U0010ffff]")


def spell(key: str, value: Json, *, indent: int = 2, style: str | None = None) -> str | None:
    """One whole `"key": value,` entry, or `None` where `style` or JSON cannot say the value.

    Lists and objects stand over several lines, or on one in the style `flow`; the style `ascii`
    escapes whatever is not ASCII.
    """
    if style not in {None, "ascii"} and not (style == "flow" and isinstance(value, list | dict)):
        return None
    pad = " " * indent
    try:
        written = _spelled(value, style).replace("\n", f"\n{pad}")
        return f"{pad}{_spelled(key, style)}: {written},\n"
    except (ValueError, RecursionError):
        return None


def dumps(value: Json) -> str:
    """A whole document; raises `ValueError` for what JSON has no word for."""
    return _spelled(value, None) + "\n"


def _spelled(value: Json, style: str | None) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=None if style == "flow" else 2)
    text.encode()  # refuses unpaired surrogates, by an error that is a ValueError
    if text.isascii() and "\x7f" not in text:
        return text
    return (_NOT_ASCII if style == "ascii" else _INVISIBLE).sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}" if match[0] <= "\uffff" else json.dumps(match[0])[1:-1]


def styles_for(node: Node) -> tuple[str, ...]:
    """The styles worth trying to spell `node` as its author did."""
    if isinstance(node, Scalar):
        return ("ascii",)  # its key may need it where the value does not
    return ("flow", "ascii")


# --- one entry ---------------------------------------------------------------------------------


def value_in(raw: str, indent: int) -> Node | None:  # noqa: ARG001  # as for a notation where it counts
    """The value of one entry's own spelling, its places counted in `raw`; `None` where that is no entry."""
    try:
        return _entry(raw)[0]
    except SyntaxFault:
        return None


def last(text: str) -> str:
    """An entry's spelling as it stands last in its object, without a comma; other text unchanged."""
    try:
        _, comma = _entry(text)
    except SyntaxFault:
        return text
    return text[:comma] + text[comma + 1 :] if text.startswith(",", comma) else text


def inner(text: str) -> str:
    """An entry's spelling as another follows it, with a comma; other text unchanged."""
    try:
        value, comma = _entry(text)
    except SyntaxFault:
        return text
    return text if text.startswith(",", comma) else f"{text[: value.stop]},{text[value.stop :]}"


def _entry(raw: str) -> tuple[Node, int]:
    """An entry's value, and where its comma stands or what comes instead."""
    _refuse_surrogates(raw)
    key = _key(raw, _gap(raw, 0))
    value = _tree(raw, _behind_colon(raw, key.stop), DEEPEST)
    comma = _gap(raw, value.stop)
    stop = _gap(raw, comma + 1) if raw.startswith(",", comma) else comma
    if stop < len(raw):
        raise _unexpected(raw, stop, "the end")
    return value, comma
