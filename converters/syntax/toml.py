"""TOML as spellings: a reader that finds each entry's place, and a writer that keeps an author's style."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from datetime import date, time
from typing import Any, NamedTuple

from converters.model import Json
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.yaml import number

DEEPEST = 40
"""Levels of nesting a document may have."""

LARGEST = 4_194_304
"""Characters a document may have."""

_STYLES = {'"""': "block", "'''": "literal", '"': "double", "'": "single"}
_SKIPPED = re.compile(r"[ \t\r\n]+|#[^\n]*")
_PART = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\n]*')[ \t]*""")
_MARK = re.compile(r"[\"'#\[\]{}\n]")
_STOP = {
    '"""': re.compile(r'\\.|"""', re.DOTALL),
    "'''": re.compile(r"'''"),
    '"': re.compile(r'\\.|["\n]'),
    "'": re.compile(r"['\n]"),
}
"""What ends a text, or is an escape in it."""

_PLACE = re.compile(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)\Z", re.DOTALL)


def compose(text: str, *, largest: int = LARGEST, deepest: int = DEEPEST) -> Node | None:
    """Take `text` apart into its top-level entries; `None` where it holds none.

    A value's place is that of the value in `key = value`. Tables and dotted keys of one name are
    one value, from the first `[` or key to the end of the last line that says something. A key
    starts where its entry does, at the `[` of a table, and what lies within a value has the place
    of the whole.

    Raises `SyntaxFault` for whatever is not TOML of at most `largest` characters and `deepest`
    levels, for tables of one name that stand apart, and for numbers that JSON has no word for.
    """
    if len(text) > largest:
        raise SyntaxFault(f"{len(text)} characters", largest, code="S008")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SyntaxFault("not text: an unpaired surrogate", error.start) from None
    statements = list(_statements(text, deepest))
    values = _values(text, statements)
    pairs = tuple(
        (key, _written(text, run, values[key.text], deepest - 1)) for key, run in _runs(text, statements).items()
    )
    return Mapping(pairs, "block", statements[0].start, statements[-1].end) if pairs else None


class _Statement(NamedTuple):
    """A table's header, or a key with its value."""

    start: int
    name: tuple[int, int]
    """Where the first part of the key stands."""
    parts: int
    value: tuple[int, int] | None
    """`None` for a header."""
    end: int
    """The end of the line, before its line break."""


def _statements(text: str, deepest: int) -> Iterator[_Statement]:
    """The statements of valid TOML, refused where they nest too deep.

    Other text may end early, and give anything from its fault on.
    """
    start = _gap(text, 0)
    while start < len(text):
        header = text.startswith("[", start)
        first = start + (text.startswith("[[", start) + header)
        parts = list(_parts(text, first, deepest))
        if not parts:
            return
        stop = parts[-1].end()
        value = None
        if not header:
            stop = _blanks(text, stop + 1)
            value = stop, stop + len(text[stop : _value_stop(text, stop, deepest)].rstrip(" \t\r"))
            stop = value[1]
        line = text.find("\n", stop)
        end = stop + len(text[stop : line if line >= 0 else len(text)].rstrip(" \t\r"))
        yield _Statement(start, parts[0].span(1), len(parts), value, end)
        start = _gap(text, end)


def _parts(text: str, at: int, deepest: int) -> Iterator[re.Match[str]]:
    """The parts of a dotted key."""
    count = 0
    while part := _PART.match(text, at):
        count += 1
        if count > deepest:
            raise SyntaxFault("nested too deep", part.start(1), code="S110")
        yield part
        if not text.startswith(".", part.end()):
            return
        at = part.end() + 1


def _gap(text: str, at: int) -> int:
    """The first character from `at` on that is neither blank nor comment."""
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    return at


def _blanks(text: str, at: int) -> int:
    while text.startswith((" ", "\t"), at):
        at += 1
    return at


def _value_stop(text: str, at: int, deepest: int) -> int:
    """Where the comment or the line break behind a value stands."""
    depth = 0
    while mark := _MARK.search(text, at):
        at = mark.start()
        if mark[0] in {"#", "\n"}:
            if depth <= 0:
                return at
            at = text.find("\n", at) + 1 or len(text)
        elif mark[0] in {'"', "'"}:
            at = _text_stop(text, at)
        else:
            depth += 1 if mark[0] in {"[", "{"} else -1
            if depth > deepest:
                raise SyntaxFault("nested too deep", at, code="S110")
            at += 1
    return len(text)


def _text_stop(text: str, at: int) -> int:
    """Where the text that opens at `at` has ended."""
    quote = _quote(text, at)
    stops = _STOP[quote]
    found = stops.search(text, at + len(quote))
    while found and found[0][0] == "\\":
        found = stops.search(text, found.end())
    stop = found.end() if found else len(text)
    if len(quote) == 3:  # one or two more are the text's own
        stop += text.startswith(quote[0], stop) + text.startswith(quote[:2], stop)
    return stop


def _quote(text: str, at: int) -> str:
    return next((quote for quote in _STYLES if text.startswith(quote, at)), "")


def _values(text: str, statements: list[_Statement]) -> dict[str, Any]:
    """What the standard library reads, and its errors as faults."""
    try:
        return tomllib.loads(text, parse_float=_finite)
    except tomllib.TOMLDecodeError as error:
        raise _fault(text, str(error)) from None
    except ValueError:  # a number beyond what Python takes, or _finite
        raise SyntaxFault("a number out of range", _out_of_range(text, statements)) from None


def _finite(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise ValueError(written)
    return value


def _out_of_range(text: str, statements: list[_Statement]) -> int:
    """Where the first value stands that Python does not take."""
    for statement in statements:
        if statement.value is not None:
            start, stop = statement.value
            try:
                tomllib.loads(f"key = {text[start:stop]}", parse_float=_finite)
            except ValueError:
                return start
    return 0


def _fault(text: str, message: str) -> SyntaxFault:
    """An error of the standard library, which counts lines and columns from 1."""
    place = _PLACE.match(message)
    problem = place[1] if place else message
    at = len(text)
    if place and place[2]:
        at = 0
        for _ in range(int(place[2]) - 1):
            at = text.find("\n", at) + 1
        at = min(at + int(place[3]) - 1, len(text))
    return SyntaxFault(problem[:1].lower() + problem[1:], at)


def _runs(text: str, statements: list[_Statement]) -> dict[Scalar, list[_Statement]]:
    """The statements of each top-level name, by the key where it first stands."""
    runs: dict[Scalar, list[_Statement]] = {}
    seen: set[str] = set()
    name, in_table = None, False
    for statement in statements:
        header = statement.value is None
        if header or not in_table:
            key = _key(text, statement)
            if key.text != name:
                if key.text in seen:
                    raise SyntaxFault(f"the tables of {key.text!r} stand apart", key.start)
                name, run = key.text, runs.setdefault(key, [])
                seen.add(name)
        in_table = in_table or header
        run.append(statement)
    return runs


def _key(text: str, statement: _Statement) -> Scalar:
    start, stop = statement.name
    written = text[start:stop]
    if written[0] not in _STYLES:
        return Scalar(written, "plain", statement.start, stop)
    (name,) = tomllib.loads(f"{written} = 0")
    return Scalar(name, _STYLES[written[0]], statement.start, stop)


def _written(text: str, run: list[_Statement], value: Any, room: int) -> Node:
    """The value that a run of statements gives to one name."""
    first = run[0]
    if first.value is None or first.parts > 1:
        return _node(value, "block", (first.start, run[-1].end), room)
    return _node(value, _STYLES.get(_quote(text, first.value[0]), "flow"), first.value, room)


def _node(value: Any, style: str, place: tuple[int, int], room: int) -> Node:
    """A value that nests at most `room` levels, all of it at one place."""
    if room < 0:
        raise SyntaxFault("nested too deep", place[0], code="S110")
    if isinstance(value, dict):
        pairs = ((Scalar(key, "plain", *place), _within(item, style, place, room)) for key, item in value.items())
        return Mapping(tuple(pairs), style, *place)
    if isinstance(value, list):
        return Sequence(tuple(_within(item, style, place, room) for item in value), style, *place)
    if isinstance(value, str):
        return Scalar(value, style, *place)
    return Scalar(_word(value, place[0]), "plain", *place)


def _within(value: Any, style: str, place: tuple[int, int], room: int) -> Node:
    """A value inside another: where there are tables, what may be one is taken for one."""
    if isinstance(value, str):
        style = "double"
    elif isinstance(value, list) and not _is_tables(value):
        style = "flow"
    return _node(value, style, place, room - 1)


def _word(value: Any, at: int) -> str:
    """What is no text, as one that types back to what it is."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return number(value)
    if not isinstance(value, bool) and not _is_whole(value):
        raise SyntaxFault("a number of more than 64 bits", at)
    return str(value).lower()


# --- writing -----------------------------------------------------------------------------------

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_BLOCK_ESCAPED = re.compile(r'\\|"\Z|(?<="")"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def spell(key: str, value: Json, *, indent: int = 0, style: str | None = None) -> str | None:
    """One whole entry, or `None` where `style` or TOML cannot say the value.

    Without `style`, text of several lines stands in triple quotes, and mappings are tables; the
    style `flow` keeps them inside the brackets of one line. TOML has no null, no unpaired
    surrogates, and whole numbers of 64 bits.
    """
    try:
        _refuse_deep(value, DEEPEST - 1)
        written = _entry(_name(key), value, " " * indent, style)
        written.encode()  # refuses unpaired surrogates, by an error that is a ValueError
    except ValueError:
        return None
    return written


def dumps(value: dict[str, Json]) -> str:
    """A whole document, plain keys before tables; raises `ValueError` for what TOML has no word for."""
    _refuse_deep(value, DEEPEST)
    plain, tables = _parted(value)
    entries = "".join(_entry(_name(key), item, "", None) for key, item in plain.items())
    blocks = [_entry(_name(key), item, "", None) for key, item in tables.items()]
    written = "\n".join([entries, *blocks] if entries else blocks)
    written.encode()
    return written


def _refuse_deep(value: Json, room: int) -> None:
    """Refuse what our own reader would refuse, so that no recursion here need fear its depth."""
    if room < 0:
        raise ValueError("nested too deep")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _refuse_deep(item, room - 1)


def _is_tables(value: Any) -> bool:
    """Whether a value is spelled as one table or several."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict)


def _parted(value: dict[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """What must stand before the first table, and the tables."""
    tables = {key: item for key, item in value.items() if _is_tables(item)}
    return {key: item for key, item in value.items() if key not in tables}, tables


def _entry(name: str, value: Json, pad: str, style: str | None) -> str:
    """An entry under a key, or a dotted key, that is spelled already."""
    if style is None and _is_tables(value):
        return "\n".join(_tables(name, value, pad))
    if isinstance(value, str):
        return f"{pad}{name} = {_text(value, style)}\n"
    if style not in {None, "flow"} or (style == "flow" and not isinstance(value, list | dict)):
        raise ValueError(style)
    return f"{pad}{name} = {_inline(value)}\n"


def _tables(name: str, value: Json, pad: str) -> Iterator[str]:
    """Each table with its lines, one that holds nothing but tables left out where it may be."""
    listed = isinstance(value, list)
    for table in value if isinstance(value, list) else [value]:
        assert isinstance(table, dict)
        plain, tables = _parted(table)
        if listed or plain or not tables:
            header = f"[[{name}]]" if listed else f"[{name}]"
            yield f"{pad}{header}\n" + "".join(_entry(_name(key), item, pad, None) for key, item in plain.items())
        for key, item in tables.items():
            yield from _tables(f"{name}.{_name(key)}", item, pad)


def _name(key: str) -> str:
    return key if _BARE.fullmatch(key) else _basic(key)


def _text(text: str, style: str | None) -> str:
    if style is None:
        style = "double" if "\n" not in text else "literal" if _is_literal(text) else "block"
    if style == "double":
        return _basic(text)
    if style == "block":
        return f'"""\n{_BLOCK_ESCAPED.sub(_escape, text)}"""'
    if style == "literal" and _is_literal(text):
        return f"'''\n{text}'''"
    if style == "single" and not _UNPRINTABLE.search(text) and "\n" not in text and "'" not in text:
        return f"'{text}'"
    raise ValueError(style)


def _is_literal(text: str) -> bool:
    """Whether text may stand between three single quotes."""
    return "'''" not in text and not text.endswith("'") and not _UNPRINTABLE.search(text)


def _basic(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"


def _inline(value: Json) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return _basic(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{_name(key)} = {_inline(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or not (math.isfinite(value) if isinstance(value, float) else _is_whole(value)):
        raise ValueError(value)
    return repr(value)


def _is_whole(value: int) -> bool:
    """Whether a whole number is one of TOML's."""
    return -(2**63) <= value < 2**63


def styles_for(node: Node) -> tuple[str, ...]:
    """The styles worth trying to spell `node` as its author did."""
    if isinstance(node, Scalar):
        return (node.style,) if node.style != "plain" else ()
    return ("flow",) if node.style == "flow" else ()


# --- one entry ---------------------------------------------------------------------------------


def value_in(raw: str, indent: int) -> Node | None:  # noqa: ARG001  # as for a notation where it counts
    """The value of one entry's own spelling, its places counted in `raw`; `None` where that is no entry."""
    try:
        node = compose(raw)
    except SyntaxFault:
        return None
    return node.pairs[0][1] if isinstance(node, Mapping) and len(node.pairs) == 1 else None


def is_table(text: str) -> bool:
    """Whether an entry's spelling begins with a table, so that it must stand behind all plain ones."""
    return text.startswith("[", _gap(text, 0))


def last(text: str) -> str:
    """An entry's spelling as it stands last: lines need nothing between them."""
    return text


def inner(text: str) -> str:
    """An entry's spelling as another follows it: lines need nothing between them."""
    return text
