"""A small picture of who an agent works with, drawn when the site is built."""

from __future__ import annotations

from collections.abc import Sequence
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


def draw(title: str, out: Sequence[Tie], into: Sequence[Tie], root: str) -> str:
    """SVG with those who name the agent on its left and those it names on its right.

    Each other agent stands once a side, at most seven of them; empty where there is nobody.
    `root` leads from the page to the site's root, for the links.
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
            line, box = _one(tie, side, top + (place + 0.5) * _ROW, middle, root)
            lines.append(line)
            boxes.append(box)
        if len(ties) > _MOST:
            x = 1 + _BOX / 2 if side < 0 else _WIDTH - 1 - _BOX / 2
            y = top + (_MOST + 0.5) * _ROW + 4
            boxes.append(f'<text class="nb-more" x="{x:g}" y="{y:g}">and {len(ties) - _MOST} more</text>')
    centre = f'<rect class="nb-self" x="{_WIDTH / 2 - 85:g}" y="{middle - 17:g}" width="170" height="34" rx="17"/>'
    centre += f'<text class="nb-self-label" x="{_WIDTH / 2:g}" y="{middle + 4.5:g}">{escape(_short(title, 22))}</text>'
    label = escape(f"{title}: named by {len(left)}, names {len(right)}")
    return (
        f'<svg class="neighbourhood" viewBox="0 0 {_WIDTH} {height:g}" role="group" aria-label="{label}">'
        + "".join(lines + boxes)
        + centre
        + "</svg>"
    )


def _one(tie: Tie, side: int, y: float, middle: float, root: str) -> tuple[str, str]:
    """The line and the box of one tie."""
    x = 1.0 if side < 0 else _WIDTH - _BOX - 1.0
    near, far = _WIDTH / 2 + side * 85, (x + _BOX if side < 0 else x)
    bend = (near + far) / 2
    kind = "nb-line" if tie.href else "nb-line nb-line-missing"
    line = f'<path class="{kind}" d="M{far:g} {y:g}C{bend:g} {y:g} {bend:g} {middle:g} {near:g} {middle:g}"/>'
    name = f"<title>{escape(tie.label)} ({escape(tie.words)})</title>"
    frame = "nb-box" if tie.href else "nb-box nb-missing"
    box = f'<rect class="{frame}" x="{x:g}" y="{y - 13:g}" width="{_BOX}" height="26" rx="6"/>'
    text = f'<text class="nb-label" x="{x + 10:g}" y="{y + 4.5:g}">{escape(_short(tie.label, _LETTERS))}</text>'
    drawn = f"{name}{box}{text}"
    return line, f'<a href="{escape(root + tie.href)}">{drawn}</a>' if tie.href else f"<g>{drawn}</g>"


def _once(ties: Sequence[Tie]) -> list[Tie]:
    found: dict[str, Tie] = {}
    for tie in ties:
        found.setdefault(tie.href or "?" + tie.label, tie)
    return list(found.values())


def _shown(ties: Sequence[Tie]) -> int:
    return min(len(ties), _MOST + 1)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
