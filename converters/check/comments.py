"""The comments in which a file says what not to tell about it: `specs: ignore G101 -- why`."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from converters.check.values import header, scalars
from converters.sections import prose_lines
from converters.syntax import Node, SyntaxFault, toml, yaml
from converters.text import LARGEST

_HTML = re.compile(r"<!--[ \t]*specs:[ \t]*ignore[ \t]+([^\n<]{1,300}?)[ \t]*-->")
_HASH = re.compile(r"(?:(?<=[ \t])|^)#[ \t]*specs:[ \t]*ignore[ \t]+([^\n]{1,300})", re.MULTILINE)
_ENTRY = re.compile(r"^[^\s#-]", re.MULTILINE)
_WORD = re.compile(r"[^\s,]+")


class Comment(NamedTuple):
    """One `specs: ignore` of a file: half-open character offsets, and what it says."""

    start: int
    stop: int
    words: tuple[tuple[str, int], ...]
    """Each word that should be a rule, and where it stands."""
    reason: str
    lines: tuple[int, int] | None
    """The characters of the line it counts for; `None` where it stands alone and counts for the file."""


def comments(text: str, path: str) -> list[Comment]:
    """Every suppression in a file, in order.

    In the prose of Markdown they are HTML comments; in a header, YAML and TOML they begin with `#`. What
    stands in a code block, in backquotes or within a value is only told about. JSON has no comments.
    """
    if not re.search(r"specs:[ \t]*ignore", text):
        return []
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in {".json", ".jsonc", ".json5"}:
        return []
    if suffix == ".toml":
        found = _hashes(text, 0, len(text), toml.compose)
    elif suffix in {".yaml", ".yml", ".roomodes"}:
        found = _hashes(text, 0, len(text), yaml.compose)
    else:
        start, body = header(text)
        found = [*_hashes(text, start, body, yaml.compose), *_remarks(text, body)]
    return [_comment(text, *place) for place in found]


_Place = tuple[int, int, int]
"""Where a comment begins, where its words do, and where it ends."""


def _hashes(text: str, start: int, stop: int, compose: Callable[..., Node | None]) -> list[_Place]:
    found = [(m.start(), m.start(1), m.end(1)) for m in _HASH.finditer(text, start, stop)]
    if not found:
        return []
    values = _values(text, start, stop, compose)
    if values is not None:
        return [place for place in found if not _is_within(place[0], values)]
    entries = [start, *(m.start() for m in _ENTRY.finditer(text, start, stop)), stop]
    kept = []
    for begin, end in pairwise(entries):  # what cannot be read as a whole is read entry by entry
        inside = found[bisect(found, (begin,)) : bisect(found, (end,))]
        values = _values(text, begin, end, compose) if inside else None
        for place in inside:
            at_margin = place[0] == 0 or text[place[0] - 1] == "\n"  # where no value can reach
            if at_margin if values is None else not _is_within(place[0], values):
                kept.append(place)
    return kept


def _values(text: str, start: int, stop: int, compose: Callable[..., Node | None]) -> list[tuple[int, int]] | None:
    """Where the keys and values are, sorted; comments are in none of them."""
    try:
        root = compose(text[start:stop], largest=LARGEST)
    except SyntaxFault:
        return None
    return sorted((start + scalar.start, start + scalar.stop) for scalar in scalars(root))


def _is_within(at: int, values: list[tuple[int, int]]) -> bool:
    number = bisect(values, (at, LARGEST))
    return number > 0 and at < values[number - 1][1]


def _remarks(text: str, body: int) -> Iterator[_Place]:
    if _HTML.search(text, body):
        for at, line in prose_lines(text[body:]):
            for match in _HTML.finditer(line):
                if line.count("`", 0, match.start()) % 2 == 0:
                    begin = body + at
                    yield begin + match.start(), begin + match.start(1), begin + match.end()


def _comment(text: str, start: int, words: int, stop: int) -> Comment:
    said, _, reason = text[words:stop].removesuffix("-->").partition("--")
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", stop)
    end = len(text) if end < 0 else end
    alone = not (text[begin:start] + text[stop:end]).strip()
    listed = tuple((match[0], words + match.start()) for match in _WORD.finditer(said))
    return Comment(start, stop, listed, " ".join(reason.split()), None if alone else (begin, end))
