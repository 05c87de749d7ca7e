"""Where in a canonical file a value stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from converters.check.values import doubly
from converters.findings import Finding, Span
from converters.identity import slug
from converters.inputs import read_bytes
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.yaml import compose
from converters.text import decode
from converters.validation import LARGEST

_WIDEST = 80


class Places:
    """The keys and values of one YAML file, by JSON pointer."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        try:
            self._root = compose(text, largest=LARGEST)
        except SyntaxFault:
            self._root = None

    def key(self, pointer: str) -> Span:
        """The key at `pointer`, or an item's first characters; of what is not there, the nearest above."""
        node, span = self._root, Span(self._path)
        for part in pointer.strip("/").split("/"):
            if isinstance(node, Mapping):
                pair = next(((key, value) for key, value in node.pairs if key.text == part), None)
                if pair is None:
                    return span
                span, node = Span(self._path, pair[0].start, pair[0].stop), pair[1]
            elif isinstance(node, Sequence) and part.isdigit() and int(part) < len(node.items):
                node = node.items[int(part)]
                span = self._first(node)
            else:
                return span
        return span

    def quoted(self) -> tuple[Scalar, ...]:
        """The keys and values in double quotes, by place."""
        return doubly(self._root)

    def _first(self, node: Node) -> Span:
        while not isinstance(node, Scalar):
            if isinstance(node, Mapping) and node.pairs:
                node = node.pairs[0][1]
            elif isinstance(node, Sequence) and node.items:
                node = node.items[0]
            else:
                break
        return Span(self._path, node.start, min(node.stop, node.start + _WIDEST))


def find_name(text: str, evidence: str, name: str, path: str, keys: Iterable[str] = ()) -> Span | None:
    """Where `evidence` stands in `text`, and in it the name, however that is spelled there; `keys` may lead to it."""
    at = _below(text, evidence, keys)
    if at < 0:
        return None
    words = [re.escape(word) for word in slug(name).split("-") if word]
    found = re.search(r"[\W_]*".join(words), evidence, re.IGNORECASE) if words else None
    if found:
        return Span(path, at + found.start(), at + found.end())
    return Span(path, at, at + min(len(evidence.split("\n", 1)[0]) or 1, _WIDEST))


def _below(text: str, evidence: str, keys: Iterable[str]) -> int:
    """Where `evidence` first stands as whole words behind its keys, else anywhere; -1 where it does not."""
    at = 0
    for key in keys:
        named = re.compile(rf"(?:^|[{{,])[ \t]*(?:- )?([\"']?){re.escape(key)}\1[ \t]*:", re.MULTILINE).search(text, at)
        at = named.end() if named else at
    whole = re.compile(rf"(?<![\w-]){re.escape(evidence)}(?![\w-])").search(text, at) if at else None
    return whole.start() if whole else text.find(evidence)


def text_of(path: Path) -> str | None:
    """The decoded text of a file; `None` where it cannot be read."""
    raw = read_bytes(path, str(path))
    if isinstance(raw, Finding):
        return None
    decoded = decode(raw, str(path))
    return None if decoded.refused else decoded.text
