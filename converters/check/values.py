"""The values of a file by themselves: where its notation puts them, and each as a reader of it has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from converters.syntax import Mapping, Node, Scalar, SyntaxFault
from converters.syntax.notations import JSON, TOML, YAML

_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_NOTATIONS = {
    ".json": JSON, ".jsonc": JSON, ".json5": JSON, ".toml": TOML, ".yaml": YAML, ".yml": YAML, ".roomodes": YAML
}  # fmt: skip
"""By the suffix of a file that is keys and values throughout."""


def header(text: str) -> tuple[int, int]:
    """Where the front matter begins and ends; nowhere at the start for a text without."""
    first = _FENCE.match(text)
    last = _FENCE.search(text, first.end()) if first else None
    return (first.end(), last.start()) if first and last else (0, 0)


def scalars(root: Node | None) -> Iterator[Scalar]:
    """Every key and value below a node, in no order."""
    nodes = [root] if root is not None else []
    while nodes:
        node = nodes.pop()
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Mapping):
            nodes += [part for pair in node.pairs for part in pair]
        else:
            nodes += node.items


def quoted(text: str, path: str) -> tuple[Scalar, ...]:
    """What stands in double quotes where a file has keys and values, by place; nothing where it cannot be read."""
    notation = _NOTATIONS.get(PurePosixPath(path).suffix.lower())
    start, stop = (0, len(text)) if notation else header(text)
    if text.find('"', start, stop) < 0:
        return ()
    try:
        root = (notation or YAML).compose(text[start:stop])
    except SyntaxFault:
        return ()
    return doubly(root, start)


def doubly(root: Node | None, start: int = 0) -> tuple[Scalar, ...]:
    """What stands in double quotes below a node, by place, counted from `start`."""
    found = (one for one in scalars(root) if one.style == "double")
    return tuple(sorted((one._replace(start=start + one.start, stop=start + one.stop) for one in found), key=_place))


def _place(scalar: Scalar) -> int:
    return scalar.start
