"""Lettering: how wide text is when nobody can ask a font, and where labels find room."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom."""

_CELL = 48.0
_NARROW, _BROAD = frozenset("iIjlftr.,:;'!|()[] "), frozenset("mwMW@%&—")
_JOINER = "\u200d"
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What is not text in XML, or would turn the text around it."""


def plain(text: str) -> str:
    """`text` as one line that XML can hold and that turns nothing around."""
    return _UNSEEN.sub("\ufffd", " ".join(text.split()))


def width(text: str) -> float:
    """About how wide a line of sans serif is, in sizes of its letters; rather too much than too little."""
    return sum(map(_advance, text))


def cut(text: str, most: float) -> str:
    """`text`, or as much of its beginning as is no wider than `most` with an ellipsis, between whole characters."""
    if width(text) <= most:
        return text
    room, end = most - 1, 0
    while room >= (advance := _advance(text[end])):
        room, end = room - advance, end + 1
    while end and (text[end - 1] == _JOINER or _advance(text[end]) == 0):
        end -= 1
    return text[:end].rstrip() + "…"


def _advance(char: str) -> float:
    if char in _NARROW:
        return 0.38
    if char in _BROAD:
        return 0.98
    if char.isascii():
        return 0.72 if char.isupper() else 0.62
    if char == _JOINER or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    return 1.05 if unicodedata.east_asian_width(char) in {"W", "F"} else 0.72


class Sheet:
    """What is taken of a drawing, so that labels go where there is room."""

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)
        self._crossed: defaultdict[tuple[int, int], int] = defaultdict(int)

    def take(self, box: Box) -> None:
        """Nothing else may stand here."""
        for cell in _cells(box, _CELL):
            self._taken[cell].append(box)

    def cross(self, points: Iterable[tuple[float, float]]) -> None:
        """A line runs along here, which labels avoid where they can."""
        for x, y in points:
            self._crossed[int(x // 12), int(y // 12)] += 1

    def best(self, boxes: Sequence[Box]) -> int | None:
        """The place, in `boxes`, of the one that is free and crossed least; early ones are preferred."""
        free = [place for place, box in enumerate(boxes) if self._is_free(box)]
        return min(free, key=lambda place: (self._crossings(boxes[place]) + 1.5 * place, place), default=None)

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for cell in _cells(box, _CELL)
            for other in self._taken.get(cell, ())
        )

    def _crossings(self, box: Box) -> int:
        return sum(self._crossed.get(cell, 0) for cell in _cells(box, 12))


def _cells(box: Box, size: float) -> Iterable[tuple[int, int]]:
    left, top, right, bottom = (int(side // size) for side in box)
    return ((column, row) for column in range(left, right + 1) for row in range(top, bottom + 1))
