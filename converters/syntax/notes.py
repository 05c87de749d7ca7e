"""What is met on the way through a broken text."""

from __future__ import annotations

from typing import Any, NamedTuple

from converters.mending import Mending


class Note(NamedTuple):
    """Something met on the way: a rule's code, a place in the unmended text, the rule's facts."""

    code: str
    start: int
    stop: int
    facts: dict[str, Any]
    fix: tuple[int, int, str] | None = None
    """A range of the unmended text and what would mend it there."""
    safe: bool = True
    """Whether that keeps the meaning."""


def note(mending: Mending, code: str, start: int, stop: int, **facts: Any) -> Note:
    """A note at a place in the text as it stands now; later mends do not move it."""
    first = mending.origin(start)
    return Note(code, first, max(first, mending.origin(stop)), facts)
