"""YAML as spellings: a reader that refuses what is no tree of text, and a writer that keeps an author's style."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import yaml

from converters.model import Json
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault

DEEPEST = 20
"""Levels of nesting a header may have."""

LARGEST = 65_536
"""Characters a header may have."""

LINE_ENDS = "\n\r\x85\u2028\u2029"
"""Each ends a line."""

_Events = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Gives events, and builds nothing; pure Python where PyYAML was built without libyaml."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}


def compose(text: str, *, largest: int = LARGEST, deepest: int = DEEPEST, lines: Collection[str] = ()) -> Node | None:
    """Take `text` apart; `None` where it holds no value.

    A bare value of a key in `lines` is the rest of its line, whatever YAML would make of that.
    Raises `SyntaxFault` for whatever is not plain, tree-shaped YAML of at most `largest` characters
    and `deepest` levels. No recursion here or in the parser, so that no depth can exhaust a stack.
    """
    if len(text) > largest:
        raise SyntaxFault(f"{len(text)} characters", largest, code="S008")
    shown = _LINE.sub(lambda found: _veiled(found, lines), text) if lines else text
    try:
        node = _tree(_Events(shown), deepest)
        return node if shown == text or not isinstance(node, Mapping) else _unveiled(node, text, lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = mark.index if mark else getattr(error, "position", 0)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        raise SyntaxFault(str(problem), min(at, len(text))) from None
    except ValueError as error:  # unpaired surrogates, which libyaml cannot take
        raise SyntaxFault(f"not text: {error}", 0) from None


_LINE = re.compile(r"^([A-Za-z_][\w.-]*)([ \t]*:[ \t]+)(?![\"'\[|>#])(\S(?:[^\r\n]*\S)?)", re.MULTILINE)


def _veiled(found: re.Match[str], lines: Collection[str]) -> str:
    """An entry whose value YAML is not to see, at its length."""
    return f"{found[1]}{found[2]}{'x' * len(found[3])}" if found[1] in lines else found[0]


def _unveiled(node: Mapping, text: str, lines: Collection[str]) -> Mapping:
    """The entries with the values YAML has not seen."""
    seen = (
        (key, value._replace(text=text[value.start : value.stop]))
        if key.text in lines and isinstance(value, Scalar) and value.style == "plain"
        else (key, value)
        for key, value in node.pairs
    )
    return node._replace(pairs=tuple(seen))


def is_line(value: Json) -> bool:
    """Whether a value may stand bare as the rest of its line."""
    if not isinstance(value, str):
        return False
    found = _LINE.fullmatch(f"key: {value}")
    return found is not None and found[3] == value != "~" and isinstance(typed(value), str)


def _tree(events: Any, deepest: int) -> Node | None:
    """The one tree that `events` describe, refused at the first event no tree of text has."""
    root: Node | None = None
    opened: list[tuple[Any, list[Node]]] = []
    while events.check_event():
        event = events.get_event()
        start, stop = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.NodeEvent):
            _refuse(event, start, len(opened) > deepest)
        if isinstance(event, yaml.ScalarEvent):
            if not event.value.isascii() and _SURROGATE.search(event.value):  # libyaml takes no escape of a half
                raise SyntaxFault("found invalid Unicode character escape code", start)
            node: Node = Scalar(event.value, _STYLES[event.style], start, stop)
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event, []))
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            node = _collection(*opened.pop(), stop)
        elif isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise SyntaxFault("a second document", start)
        else:
            continue
        if opened:
            opened[-1][1].append(node)
        else:
            root = node
    return root


def _refuse(event: Any, start: int, too_deep: bool) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise SyntaxFault("an alias", start, code="S108")
    if event.anchor is not None:
        raise SyntaxFault("an anchor", start, code="S108")
    if event.tag is not None:
        raise SyntaxFault("a tag", start, code="S109")
    if too_deep:
        raise SyntaxFault("nested too deep", start, code="S110")


def _collection(first: Any, nodes: list[Node], stop: int) -> Node:
    start, style = first.start_mark.index, "flow" if first.flow_style else "block"
    if isinstance(first, yaml.SequenceStartEvent):
        return Sequence(tuple(nodes), style, start, stop)
    pairs = []
    for key, value in zip(nodes[::2], nodes[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise SyntaxFault("a key that is a list or a mapping", key.start, code="S113")
        if key.style == "plain" and key.text == "<<":
            raise SyntaxFault("a merge key", key.start, code="S108")
        if key.style == "plain" and len(key.text) <= _LONGEST and not _is_text(key.text):
            raise SyntaxFault(f"the key {key.text!r}", key.start, code="S113")
        pairs.append((key, value))
    return Mapping(tuple(pairs), style, start, stop)


# --- typing, for keys nobody has given a codec -------------------------------------------------

_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,25}(?:e[-+][0-9]{2,3})?\Z")
_LONGEST = 1 + 17 + 1 + 25 + 5
"""Characters of the longest bare word that is more than text."""


def typed(text: str) -> Json:
    """What an unquoted scalar means, typed only where the value prints back as spelled."""
    if _INT.match(text):
        return int(text) if str(int(text)) == text else text
    if _FLOAT.match(text):
        return float(text) if number(float(text)) == text else text
    return {"true": True, "false": False, "null": None}.get(text, text)


@lru_cache(maxsize=4096)
def _is_text(word: str) -> bool:
    """Whether a bare word is text; keys come again and again, so that the last answers are kept."""
    return isinstance(typed(word), str)


def value_of(node: Node) -> Json:
    """The JSON value a node stands for."""
    if isinstance(node, Scalar):
        return (typed(node.text) if node.text else None) if node.style == "plain" else node.text
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    return {key.text: value_of(value) for key, value in node.pairs}


def node_of(value: Json) -> Node:
    """A JSON value as if it had been read, for a codec to decode."""
    if isinstance(value, list):
        return Sequence(tuple(node_of(item) for item in value), "flow", 0, 0)
    if isinstance(value, dict):
        pairs = tuple((Scalar(key, "double", 0, 0), node_of(item)) for key, item in value.items())
        return Mapping(pairs, "flow", 0, 0)
    if isinstance(value, str):
        return Scalar(value, "double", 0, 0)
    return Scalar(_atom(value) or "", "plain", 0, 0)


# --- writing -----------------------------------------------------------------------------------

_RETYPED = re.compile(
    r"""(?:
    [-+]?[.\d][\d_,.:eExXobOB+\-a-fA-FTZ ]*   # numbers of every base, sexagesimals, dates
    | [-+]?\.(?:inf|nan) | ~ | = | <<
    | y|n|yes|no|on|off|true|false|null
    )\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_UNSAFE_START = frozenset("&*!|>%@`\"'#,[]{}?:- \t")
_MARKS = frozenset(",[]{}?")
# Classes of what is meant, not of what is not: Python compiles these ten times as fast.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_CONTROLS = bytes([*range(9), *range(11, 32), 127])
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')


def is_plain(text: str) -> bool:
    """Whether every YAML reader takes the bare `text` for this very string."""
    if not text or text[0] in _UNSAFE_START or text[-1] in " \t:":
        return _plain_dash(text)
    return not (": " in text or " #" in text or "\t" in text or _UNPRINTABLE.search(text) or _RETYPED.match(text))


def _plain_dash(text: str) -> bool:
    """`-x` and `:x` may stand bare where the rest may."""
    rest = text.lstrip("-:")
    if rest in {"", text} or rest[0] in " \t":
        return False
    return is_plain(rest) and not _RETYPED.match(text, len(text) - len(rest) - 1)


def quoted(text: str) -> str:
    """`text` in double quotes, escaped so that every YAML reader takes it for this very string."""
    if _ESCAPED.search(text) is None:
        return f'"{text}"'
    return '"' + _ESCAPED.sub(lambda m: _ESCAPES.get(m[0]) or _numeric(ord(m[0])), text) + '"'


def word(text: str) -> str:
    """`text` as it may stand inside brackets, where a few more characters are marks."""
    return text if is_plain(text) and text[0] != ":" and _MARKS.isdisjoint(text) else quoted(text)


_LONGEST_KEY = 1_000
"""Characters of a key, as spelled, that need no `?` before them; YAML takes 1,024."""


def key_in_block(name: str, pad: str = "") -> str:
    """A key as spelled, at its indentation and with its colon."""
    return f"{pad}{name}:" if len(name) <= _LONGEST_KEY else f"{pad}? {name}\n{pad}:"


def key_in_brackets(name: str) -> str:
    """A key as spelled, with its colon, inside brackets."""
    return f"{name}:" if len(name) <= _LONGEST_KEY else f"? {name} :"


def in_brackets(value: Json) -> str:
    """`value` on one line as JSON spells it, in characters that YAML takes."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))
    if isinstance(value, list):
        return f"[{', '.join(map(in_brackets, value))}]"
    if isinstance(value, dict):
        pairs = (f"{key_in_brackets(in_brackets(key))} {in_brackets(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    return number(value) if isinstance(value, float) else json.dumps(value)


def number(value: float) -> str:
    """A number that YAML 1.1 takes for one too, which wants a point before an exponent."""
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")


def _numeric(point: int) -> str:
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def is_prose(text: str) -> bool:
    """Whether a literal block can hold `text` so that every YAML reader gives it back."""
    if text.isascii():
        raw = text.encode()
        return len(raw.translate(None, _CONTROLS)) == len(raw)
    return _UNPRINTABLE.search(text.replace("\n", "")) is None


def literal(text: str, indent: int) -> str:
    """`text` as a literal block, its header included, each line indented by `indent` spaces."""
    body = text.rstrip("\n")
    tail = len(text) - len(body)
    chomp = "-" if tail == 0 else "" if tail == 1 and body else "+"
    hint = "2" if text.lstrip("\n")[:1] in {" ", "\t"} else ""
    pad = " " * indent
    lines = "".join([f"{pad}{line}\n" if line else "\n" for line in body.split("\n")]) if body else ""
    return f"|{hint}{chomp}\n{lines}" + "\n" * (tail - 1 if body else tail)


def spell(key: str, value: Json, *, indent: int = 0, style: str | None = None) -> str | None:
    """One whole `key: value` entry, or `None` where `style` cannot say the value safely.

    Without `style` the value is spelled as we would: bare where that is safe, else in double
    quotes; lists and mappings as blocks, in the style `prose` with literal ones for texts of several lines.
    """
    pad = " " * indent
    before = key_in_block(key if is_plain(key) else quoted(key), pad)
    if style in {None, "prose"}:
        inner = _fresh(value, indent, prose=style == "prose")
        return None if inner is None else f"{before}{inner}"
    if isinstance(value, str):
        inner = _scalar(value, style, indent)
        return None if inner is None else f"{before} {inner}\n"
    if isinstance(value, list) and value:
        words = [_flow_word(item) for item in value]
        if style == "flow" and None not in words:
            return f"{before} [{', '.join(w for w in words if w)}]\n"
        mark = {"double-flow": '"', "single-flow": "'"}.get(style)
        if mark and all(isinstance(item, str) and is_plain(item) and not {mark, "\\"} & set(item) for item in value):
            return f"{before} [{', '.join(f'{mark}{item}{mark}' for item in value)}]\n"
        if style == "outdented" and None not in words:
            return f"{before}\n" + "".join(f"{pad}- {word}\n" for word in words)
    return None


def styles_for(node: Node) -> tuple[str, ...]:
    """The styles worth trying to spell `node` as its author did."""
    if isinstance(node, Scalar):
        return (node.style,) if node.style != "plain" else ("plain", "escaped")
    if isinstance(node, Sequence):
        if node.style == "flow":
            return ("flow", "double-flow", "single-flow")
        return ("outdented",)
    return ()


def _scalar(text: str, style: str, indent: int) -> str | None:
    if style == "plain":
        return text if is_plain(text) else None
    if style == "escaped":
        flat = text.replace("\n", "\\n")
        return flat if "\n" in text and "\\n" not in text and is_plain(flat) else None
    if style == "single":
        safe = "\n" not in text and not _UNPRINTABLE.search(text)
        return "'" + text.replace("'", "''") + "'" if safe else None
    if style == "double":
        return quoted(text)
    if style == "literal" and text.strip("\n") and is_prose(text) and not text.endswith("\n\n"):
        return literal(text, indent + 2)[:-1]
    return None


def _flow_word(value: Json) -> str | None:
    return word(value) if isinstance(value, str) else _atom(value)


def _atom(value: Json) -> str | None:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return value if is_plain(value) else quoted(value)
    return ("[]" if isinstance(value, list) else "{}") if not value else None


def _fresh(value: Json, indent: int, *, prose: bool = False) -> str | None:
    atom = _scalar(value, "literal", indent) if prose and isinstance(value, str) and "\n" in value else None
    atom = _atom(value) if atom is None else atom
    if atom is not None:
        return f" {atom}\n"
    pad = " " * (indent + 2)
    if isinstance(value, list):
        return "\n" + "".join(_item(item, indent + 2) for item in value)
    assert isinstance(value, dict)
    return "\n" + "".join(
        key_in_block(name if is_plain(name) else quoted(name), pad) + (_fresh(item, indent + 2, prose=prose) or "")
        for name, item in value.items()
    )


def _item(value: Json, indent: int) -> str:
    pad = " " * indent
    atom = _atom(value)
    if atom is not None:
        return f"{pad}- {atom}\n"
    if isinstance(value, dict):
        block = (_fresh(value, indent) or "")[1:]
        return f"{pad}- {block[indent + 2 :]}"
    assert isinstance(value, list)
    return f"{pad}-\n" + "".join(_item(item, indent + 2) for item in value)
