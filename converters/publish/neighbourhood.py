"""A small picture of who an agent works with, drawn when the site is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Protocol

_MOST = 7
_ROW = 34
_WIDTH = 680
_BOX = 200
_LETTERS = 27


class Tie(Protocol):
    """One line of the picture."""

    @property
    def label(self) -> str:
        """The other agent's title."""

    @property
    def href(self) -> str | None:
        """Its page below the site's root; `None` for one that does not exist."""

    @property
    def words(self) -> str:
        """What it is to the agent."""


def draw(title: str, out: Sequence[Tie], into: Sequence[Tie], near: Callable[[str], str]) -> str:
    """SVG with those who name the agent on its left and those it names on its right.

    Each other agent stands once a side, at most seven of them; empty where there is nobody.
    `near` makes an address from the site's root one from the page. How large boxes are, the
    style sheet says.
    """
    left, right = _once(into), _once(out)
    if not left and not right:
        return ""
    rows = max(_shown(left), _shown(right), 1)
    height = rows * _ROW + 16
    middle = height / 2
    lines: list[str] = []
    boxes: list[str] = []
    for side, ties in ((-1, left), (1, right)):
        top = middle - _shown(ties) * _ROW / 2
        for place, tie in enumerate(ties[:_MOST]):
            line, box = _one(tie, side, top + (place + 0.5) * _ROW, middle, near)
            lines.append(line)
            boxes.append(box)
        if len(ties) > _MOST:
            x = 1 + _BOX / 2 if side < 0 else _WIDTH - 1 - _BOX / 2
            y = top + (_MOST + 0.5) * _ROW + 4
            boxes.append(f'<text class="nb-more" x="{x:g}" y="{y:g}">and {len(ties) - _MOST} more</text>')
    centre = f'<g class="nb-self"><rect x="{_WIDTH / 2 - 85:g}" y="{middle - 17:g}"/>'
    centre += f'<text x="{_WIDTH / 2:g}" y="{middle + 4.5:g}">{escape(_short(title, 20))}</text></g>'
    label = escape(f"{title}: named by {len(left)}, names {len(right)}")
    return (
        f'<svg class="neighbourhood" viewBox="0 0 {_WIDTH} {height:g}" role="group" aria-label="{label}">'
        + "".join(lines + boxes)
        + centre
        + "</svg>"
    )


def _one(tie: Tie, side: int, y: float, middle: float, near: Callable[[str], str]) -> tuple[str, str]:
    """The line and the box of one tie."""
    x = 1 if side < 0 else _WIDTH - _BOX - 1
    far, to = (x + _BOX, _WIDTH / 2 - 85) if side < 0 else (x, _WIDTH / 2 + 85)
    wide, down = to - far, middle - y
    missing = "" if tie.href else ' class="nb-missing"'
    line = f'<path{missing} d="M{far:g} {y:g}c{wide / 2:g} 0 {wide / 2:g} {down:g} {wide:g} {down:g}"/>'
    drawn = (
        f"<title>{escape(tie.label)} ({escape(tie.words)})</title>"
        f'<rect x="{x}" y="{y - 13:g}"/>'
        f'<text x="{x + 10}" y="{y + 4.5:g}">{escape(_short(tie.label, _LETTERS))}</text>'
    )
    return line, f'<a href="{escape(near(tie.href))}">{drawn}</a>' if tie.href else f"<g{missing}>{drawn}</g>"


def _once(ties: Sequence[Tie]) -> list[Tie]:
    found: dict[str, Tie] = {}
    for tie in ties:
        found.setdefault(tie.href or "?" + tie.label, tie)
    return list(found.values())


def _shown(ties: Sequence[Tie]) -> int:
    return min(len(ties), _MOST + 1)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
