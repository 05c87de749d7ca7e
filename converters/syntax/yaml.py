"""YAML as spellings: a guard before the parser, the parser, and a writer that keeps an author's style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from converters.model import Json
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault

DEEPEST = 20
"""Levels of nesting a header may have."""

LARGEST = 65_536
"""Characters a header may have."""

_Composer = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Composes without resolving types; pure Python where PyYAML was built without libyaml."""

_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}


def compose(text: str, *, largest: int = LARGEST) -> Node | None:
    """Take `text` apart; `None` where it holds no value.

    Raises `SyntaxFault` for whatever is not plain, tree-shaped YAML of at most `largest` characters.
    """
    guard(text, largest)
    try:
        root = _Composer(text).get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = mark.index if mark else getattr(error, "position", 0)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        raise SyntaxFault(str(problem), min(at, len(text))) from None
    except ValueError as error:  # unpaired surrogates, which libyaml cannot take
        raise SyntaxFault(f"not text: {error}", 0) from None
    return None if root is None else _node(root, set(), 0)


def _node(node: Any, seen: set[int], depth: int) -> Node:
    start, stop = node.start_mark.index, node.end_mark.index
    if id(node) in seen:
        raise SyntaxFault("an alias", start, code="S108")
    if depth > DEEPEST:
        raise SyntaxFault("nested too deep", start, code="S110")
    if isinstance(node, yaml.ScalarNode):
        return Scalar(node.value, _STYLES[node.style], start, stop)
    seen.add(id(node))
    style = "flow" if node.flow_style else "block"
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_node(item, seen, depth + 1) for item in node.value), style, start, stop)
    pairs = []
    for key, value in node.value:
        name = _node(key, seen, depth + 1)
        if not isinstance(name, Scalar):
            raise SyntaxFault("a key that is a list or a mapping", key.start_mark.index, code="S113")
        if name.style == "plain" and not isinstance(typed(name.text), str):
            raise SyntaxFault(f"the key {name.text!r}", key.start_mark.index, code="S113")
        pairs.append((name, _node(value, seen, depth + 1)))
    return Mapping(tuple(pairs), style, start, stop)


_SUSPECT = re.compile(r"(?:^|[\s\[{,])[&!]\S|<<[ \t]*:", re.MULTILINE)
_AT_VALUE = re.compile(r"""[ \t]*(?:-[ \t]+)*(?:(?:"[^"\n]*"|'[^'\n]*'|[^\s:"'#][^:\n"']*)[ \t]*:[ \t]+)?(?:-[ \t]+)*""")
_BLOCK = re.compile(r"(?:^|[ \t])[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?\Z")


def guard(text: str, largest: int = LARGEST) -> None:
    """Refuse, in linear time, what would make a YAML parser swell, hang or run code."""
    if len(text) > largest:
        raise SyntaxFault(f"{len(text)} characters", largest, code="S008")
    if text.count("[") + text.count("{") > DEEPEST or "- " * DEEPEST in text or " " * DEEPEST in text:
        _guard_depth(text)
    if _SUSPECT.search(text):
        _guard_references(text)


def _guard_references(text: str) -> None:
    for start, line in _lines_outside_blocks(text):
        lead = _AT_VALUE.match(line)
        at = lead.end() if lead else 0
        rest = line[at:]
        flow = rest[:1] in "[{"
        for offset in [at, *(m.start() + 1 for m in re.finditer(r"[\[{,:] *(?=[&!])", line) if flow)]:
            mark = line[offset:].lstrip()
            if mark[:1] == "&" and not mark[1:2].isspace() and mark[1:2] not in {"", "&"}:
                raise SyntaxFault("an anchor", start + offset, code="S108")
            if mark[:1] == "!" and not mark[1:2].isspace() and mark[1:2]:
                raise SyntaxFault("a tag", start + offset, code="S109")
        stripped = line.lstrip(" \t-{")
        if stripped.startswith("<<") and stripped[2:].lstrip().startswith(":"):
            raise SyntaxFault("a merge key", start, code="S108")


def _guard_depth(text: str) -> None:
    depth, indents = 0, [0]
    for start, line in _lines_outside_blocks(text):
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        while body.startswith("- "):
            body = body[2:]
            depth_here = line.count("- ")
            if depth_here > DEEPEST:
                raise SyntaxFault("nested too deep", start, code="S110")
        while indents and indent < indents[-1]:
            indents.pop()
        if body and indent > (indents[-1] if indents else -1):
            indents.append(indent)
        if len(indents) > DEEPEST + 1:
            raise SyntaxFault("nested too deep", start, code="S110")
        for offset, char in enumerate(line):
            if char in "[{":
                depth += 1
                if depth > DEEPEST:
                    raise SyntaxFault("nested too deep", start + offset, code="S110")
            elif char in "]}":
                depth = max(0, depth - 1)


def _lines_outside_blocks(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of every line that is not inside a `|` or `>` block."""
    start, within = 0, -1
    for line in text.split("\n"):
        if within < 0 or (line.strip() and len(line) - len(line.lstrip(" ")) <= within):
            within = len(line) - len(line.lstrip(" -")) if _BLOCK.search(line) else -1
            yield start, line
        start += len(line) + 1


# --- typing, for keys nobody has given a codec -------------------------------------------------

_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,14}\Z")


def typed(text: str) -> Json:
    """What an unquoted scalar means, typed only where the value prints back as spelled."""
    if _INT.match(text):
        return int(text) if str(int(text)) == text else text
    if _FLOAT.match(text):
        return float(text) if repr(float(text)) == text else text
    return {"true": True, "false": False, "null": None}.get(text, text)


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
_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_ESCAPED = re.compile(r'[\\"\t\n\r]|' + _UNPRINTABLE.pattern)


def is_plain(text: str) -> bool:
    """Whether every YAML reader takes the bare `text` for this very string."""
    if not text or text[0] in _UNSAFE_START or text[-1] in " \t:":
        return _plain_dash(text)
    return not (": " in text or " #" in text or ":\t" in text or "\t#" in text or "\t" in text) and not (
        _UNPRINTABLE.search(text) or _RETYPED.match(text)
    )


def _plain_dash(text: str) -> bool:
    """`-x` and `:x` may stand bare where the rest may."""
    return len(text) > 1 and text[0] in "-:" and text[1] not in " \t" and is_plain(text[1:]) and not _RETYPED.match(text) and text != "---"


def quoted(text: str) -> str:
    """`text` in double quotes, escaped so that every YAML reader takes it for this very string."""
    if _ESCAPED.search(text) is None:
        return f'"{text}"'
    return '"' + _ESCAPED.sub(lambda m: _ESCAPES.get(m[0]) or _numeric(ord(m[0])), text) + '"'


def _numeric(point: int) -> str:
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def is_prose(text: str) -> bool:
    """Whether a literal block can hold `text` so that every YAML reader gives it back."""
    return _UNPRINTABLE.search(text.replace("\n", "")) is None


def literal(text: str, indent: int) -> str:
    """`text` as a literal block, its header included, each line indented by `indent` spaces."""
    body = text.rstrip("\n")
    tail = len(text) - len(body)
    chomp = "-" if tail == 0 else "" if tail == 1 and body else "+"
    hint = "2" if text.lstrip("\n")[:1] in {" ", "\t"} else ""
    pad = " " * indent
    lines = [pad + line if line else "" for line in body.split("\n")] if body else []
    return f"|{hint}{chomp}\n" + "".join(f"{line}\n" for line in lines) + "\n" * (tail - 1 if body else tail)


def spell(key: str, value: Json, *, indent: int = 0, style: str | None = None) -> str | None:
    """One whole `key: value` entry, or `None` where `style` cannot say the value safely.

    Without `style` the value is spelled as we would: bare where that is safe, else in double
    quotes; lists and mappings as blocks.
    """
    pad = " " * indent
    name = key if is_plain(key) else quoted(key)
    if style is None:
        inner = _fresh(value, indent)
        return None if inner is None else f"{pad}{name}:{inner}"
    if isinstance(value, str):
        inner = _scalar(value, style, indent)
        return None if inner is None else f"{pad}{name}: {inner}\n"
    if isinstance(value, list) and value:
        words = [_flow_word(item) for item in value]
        if style == "flow" and None not in words:
            return f"{pad}{name}: [{', '.join(w for w in words if w)}]\n"
        if style in {"double-flow", "single-flow"} and all(isinstance(item, str) and is_plain(item) for item in value):
            mark = '"' if style == "double-flow" else "'"
            return f"{pad}{name}: [{', '.join(f'{mark}{item}{mark}' for item in value)}]\n"
        if style == "outdented" and None not in words:
            return f"{pad}{name}:\n" + "".join(f"{pad}- {word}\n" for word in words)
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
        return flat if "\n" in text and is_plain(flat := text.replace("\n", "\\n")) else None
    if style == "single":
        safe = "\n" not in text and not _UNPRINTABLE.search(text)
        return "'" + text.replace("'", "''") + "'" if safe else None
    if style == "double":
        return quoted(text)
    if style == "literal" and text.strip("\n") and is_prose(text) and not text.endswith("\n\n"):
        return literal(text, indent + 2)[:-1]
    return None


def _flow_word(value: Json) -> str | None:
    if isinstance(value, str):
        return value if is_plain(value) and not set(value) & set(",[]{}") else quoted(value)
    return _atom(value)


def _atom(value: Json) -> str | None:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return value if is_plain(value) else quoted(value)
    return ("[]" if isinstance(value, list) else "{}") if not value else None


def _fresh(value: Json, indent: int) -> str | None:
    atom = _atom(value)
    if atom is not None:
        return f" {atom}\n"
    pad = " " * (indent + 2)
    if isinstance(value, list):
        return "\n" + "".join(_item(item, indent + 2) for item in value)
    assert isinstance(value, dict)
    return "\n" + "".join(
        f"{pad}{name if is_plain(name) else quoted(name)}:{_fresh(item, indent + 2)}" for name, item in value.items()
    )


def _item(value: Json, indent: int) -> str:
    pad = " " * indent
    atom = _atom(value)
    if atom is not None:
        return f"{pad}- {atom}\n"
    if isinstance(value, dict):
        block = (_fresh(value, indent) or "")[1:]
        return f"{pad}- {block[indent + 2:]}"
    assert isinstance(value, list)
    return f"{pad}-\n" + "".join(_item(item, indent + 2) for item in value)
