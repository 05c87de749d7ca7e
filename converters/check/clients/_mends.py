"""What clients make of a header that is not YAML, each by the way of its own release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from converters.check.clients._yaml import tree
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault

_QUOTED = re.compile(r"([a-zA-Z_-]+):\s+(\S.*)")
_MARKS = re.compile(r"[{}\[\]*&#!|>%@`]|: ")


def quoted_lines(header: str) -> str:
    """Claude Code: values with marks of YAML in them are put in quotes, tabs become two spaces each."""
    lines = []
    for line in header.split("\n"):
        found = _QUOTED.fullmatch(line.removesuffix("\r"))
        if found and _MARKS.search(found[2]) and not _stands(found[2]):
            escaped = found[2].replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'{found[1]}: "{escaped}"')
        else:
            lines.append(line)
    return re.sub(r"(?m)^\t+", lambda tabs: "  " * len(tabs[0]), "\n".join(lines))


def _stands(value: str) -> bool:
    """Whether Claude Code leaves a value as it is: one in quotes, or a list."""
    if value[-1] == value[0] and value[0] in "\"'":
        return True
    if not (value[0] == "[" and value[-1] == "]"):
        return False
    try:
        return isinstance(tree(value, once=False), Sequence)
    except SyntaxFault:
        return False


_BLOCKED = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)")


def blocked_lines(header: str) -> str:
    """OpenCode and what came of it: values with a colon in them become blocks."""
    lines = []
    for line in re.split(r"\r?\n", header):
        found = None if line[:1] in {" ", "\t", "#"} else _BLOCKED.fullmatch(line)
        value = found[2].strip() if found else ""
        if found and ":" in value and value not in {">", "|"} and value[0] not in "\"'":
            lines += [f"{found[1]}: |-", f"  {value}"]
        else:
            lines.append(line)
    return "\n".join(lines)


def simple_pairs(header: str) -> Mapping:
    """Qwen Code: line by line, a key to its colon and the rest of the line its value."""
    lines = [line for line in re.split(r"\r\n?|\n", header) if line.strip() and not line.strip().startswith("#")]
    said: dict[str, Node] = {}
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or line.startswith("  - "):
            continue
        if value:
            said[key] = _simple(value)
            continue
        rows = list(_indented(lines, number, "  - "))
        if rows:
            said[key] = Sequence(tuple(_simple(row[4:].strip()) for row in rows), "block", 0, 0)
        elif rows := list(_indented(lines, number, "  ")):
            pairs = (row.strip().partition(":") for row in rows)
            said[key] = Mapping(
                tuple((_text(name.strip()), _simple(rest.strip())) for name, _, rest in pairs), "block", 0, 0
            )
        number += len(rows)
    return _mapping(said.items())


def _mapping(pairs: Iterable[tuple[str, Node]]) -> Mapping:
    return Mapping(tuple((_text(key), value) for key, value in pairs), "block", 0, 0)


def _indented(lines: list[str], first: int, start: str) -> Iterator[str]:
    """The lines from `first` on that start so."""
    for line in lines[first:]:
        if not line.startswith(start):
            return
        yield line


def _text(value: str) -> Scalar:
    return Scalar(value, "double", 0, 0)


def _simple(value: str) -> Scalar:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return _text(value[1:-1].replace('\\"', '"').replace("\\\\", "\\"))
    typed = value in {"true", "false", "null"} or re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", value)
    return Scalar(value, "plain" if typed else "double", 0, 0)
