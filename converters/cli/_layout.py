"""Laying words out on a terminal of eighty columns."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, takewhile

import click

from converters.findings import printable

WIDTH = 80


def columns(text: str) -> int:
    """The columns `text` takes: two for a wide character, none for a mark on another."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def plain(text: str) -> str:
    """Text of a file on one line: white space folded, controls shown as escapes."""
    return printable(" ".join(text.split()))


def cut(text: str, width: int) -> str:
    """`text` on one line of at most `width` columns, its end given up."""
    text = plain(text)
    if columns(text) <= width:
        return text
    widths = accumulate(map(_width, text))
    kept = sum(1 for _ in takewhile(lambda used: used <= width - 3, widths))
    return text[:kept].rstrip() + "..."


def cut_start(text: str, width: int) -> str:
    """`text` on one line of at most `width` columns, its beginning given up: the end of a path says more."""
    text = plain(text)
    if columns(text) <= width:
        return text
    while columns(text) > width - 3:
        text = text[1:]
    return f"...{text}"


def left(text: str, width: int) -> str:
    """`text` cut or filled to just `width` columns."""
    text = cut(text, width)
    return text + " " * (width - columns(text))


def wrapped(text: str, *, first: str = "", rest: str | None = None, width: int = WIDTH) -> Iterator[str]:
    """`text` over lines of at most `width` columns, broken at spaces; a word too long is broken, an address is not."""
    rest = " " * columns(first) if rest is None else rest
    line, empty = first, True
    for word in plain(text).split(" "):
        for part in _parts(word, width - columns(rest)):
            if not empty and columns(line) + 1 + columns(part) > width:
                yield line.rstrip()
                line, empty = rest, True
            line, empty = line + ("" if empty else " ") + part, False
    yield line.rstrip()


def _parts(word: str, width: int) -> Iterator[str]:
    while columns(word) > width and "://" not in word:
        size = width
        while columns(word[:size]) > width:
            size -= 1
        yield word[: max(1, size)]
        word = word[max(1, size) :]
    yield word


def terminal_width() -> int | None:
    """The columns of the terminal that standard output is, if it is one."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return None


def table(
    rows: Iterable[Sequence[str]], *, indent: str = "", right: Sequence[int] = (), widest: int = 32
) -> Iterator[str]:
    """Rows in columns; the last column takes what is left of the line and is cut there.

    `right` are the numbers, from 0, of the columns that end flush.
    """
    lines = [[plain(cell) for cell in row] for row in rows]
    if not lines:
        return
    widths = [min(widest, max(columns(row[n]) for row in lines)) for n in range(len(lines[0]) - 1)]
    for row in lines:
        cells = [
            " " * (width - columns(cut(cell, width))) + cut(cell, width) if n in right else left(cell, width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        head = indent + "".join(f"{cell}  " for cell in cells)
        yield (head + cut(row[-1], WIDTH - columns(head))).rstrip()


def listed(words: Sequence[str], most: int = 12) -> str:
    """Words in a row, at most `most` of them."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 agent`, `2 entries`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


class Page:
    """Standard output for people; headings are bold on a terminal."""

    def __init__(self, *, no_color: bool = False) -> None:
        self.color = not no_color and "NO_COLOR" not in os.environ and sys.stdout.isatty()
        self._begun = False

    def heading(self, text: str, *, gap: bool = True) -> None:
        """A bold line, an empty one before it unless it is the first."""
        if self._begun and gap:
            self.line()
        self._put(click.style(text, bold=True) if self.color else text)

    def line(self, text: str = "") -> None:
        """One line, as it is."""
        self._put(text)

    def lines(self, lines: Iterable[str]) -> None:
        """Lines, as they are."""
        for line in lines:
            self._put(line)

    def _put(self, text: str) -> None:
        self._begun = True
        click.echo(text, color=self.color or None)
