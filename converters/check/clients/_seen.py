"""What one client sees of a file: whether there is a header, and what it says to that client."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from converters.check.clients._mends import blocked_lines, quoted_lines, simple_pairs
from converters.check.clients._yaml import tree
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node, SyntaxFault
from converters.text import Decoded


@dataclass(frozen=True, slots=True)
class Header:
    """Where a client finds the header, in characters of the decoded text."""

    start: int
    stop: int
    body: int
    """Where the prompt begins; the text's end where there is none to the client."""


@dataclass(frozen=True, slots=True)
class File:
    """A decoded file, in the characters that a client has before it looks for anything."""

    path: str
    text: str
    """Bytes that are no UTF-8 are U+FFFD, and places are those of the decoded text."""
    bom: bool
    is_utf8: bool


def file_of(decoded: Decoded) -> File:
    """What every client reads: the file's bytes, taken for UTF-8."""
    text, is_utf8 = decoded.text, decoded.encoding == "utf-8"
    if decoded.newline == "cr":
        text = text.replace("\n", "\r")
    if not text.isascii():
        foreign = "[\udc80-\udcff]" if is_utf8 else "[^\\x00-\\x7f]"
        text, changed = re.subn(foreign, "\ufffd", text)
        is_utf8 = is_utf8 and not changed
    return File(decoded.path, text, decoded.bom, is_utf8 and not decoded.encoding.startswith("utf-16"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as one client has it once it is read."""

    file: File
    header: Header | None = None
    said: Mapping[str, Node] = field(default_factory=dict)
    """The header's values by their keys."""
    body: str = ""
    fault: SyntaxFault | None = None
    """Why its YAML cannot be read, the place counted in the text."""
    mended: bool = False
    """Whether the client mended its YAML."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How a client takes a file apart."""

    fence: Callable[[File], Header | None]
    once: bool = True
    """Whether a key that stands twice is no YAML to it."""
    mend: Callable[[str], MappingNode | None] | None = None
    """What it tries next where the header is no YAML; raises `SyntaxFault` where that fails too."""

    def see(self, file: File) -> Seen:
        """The file as this client has it."""
        header = self.fence(file)
        if header is None:
            return Seen(file, body=file.text)
        text, body = file.text[header.start : header.stop], file.text[header.body :]
        try:
            return Seen(file, header, _pairs(tree(text, once=self.once)), body)
        except SyntaxFault as error:
            fault = SyntaxFault(error.problem, header.start + min(error.at, len(text)), code=error.code)
        if self.mend is not None:
            try:
                said = self.mend(text)
                return Seen(file, header, _pairs(said), body if said else file.text, fault, mended=True)
            except SyntaxFault:
                pass
        return Seen(file, header, {}, body, fault)


def _pairs(node: Node | None) -> dict[str, Node]:
    return {key.text: value for key, value in node.pairs} if isinstance(node, MappingNode) else {}


def pattern(regex: str, *, bom: bool = True) -> Callable[[File], Header | None]:
    """A header found by one expression, as clients find it: group 1 is the header, group 2 the prompt.

    `bom` tells that a byte order mark is passed over.
    """
    compiled = re.compile(regex)

    def fence(file: File) -> Header | None:
        found = compiled.match(file.text) if bom or not file.bom else None
        if found is None:
            return None
        body = found.start(2) if found.start(2) >= 0 else len(file.text)
        return Header(found.start(1), found.end(1), body)

    return fence


def first_dashes(file: File) -> Header | None:
    """Gray-matter's way: three dashes to the next line of three, whatever stands behind them, else to the end."""
    text = file.text
    if not text.startswith("---") or text.startswith("----"):
        return None
    line = re.search(r"\r?\n", text)
    if line is None:
        return Header(len(text), len(text), len(text))
    close = text.find("\n---", 3)
    if close < 0:
        return Header(3, len(text), len(text))
    behind = re.compile(r"\r?\n?").match(text, close + 4)
    return Header(3, close, behind.end() if behind else close + 4)


def with_quotes(header: str) -> MappingNode | None:
    """Claude Code's second try."""
    node = tree(quoted_lines(header), once=False)
    return node if isinstance(node, MappingNode) else None


def with_blocks(header: str) -> MappingNode | None:
    """OpenCode's second try, which it has only where that changes something."""
    blocked = blocked_lines(header)
    if blocked == header:
        return None
    node = tree(blocked, once=True)
    return node if isinstance(node, MappingNode) else None


def by_lines(header: str) -> MappingNode | None:
    """Qwen Code's second try, which always succeeds."""
    return simple_pairs(header)
