"""Mends as recorded, reversible edits over one text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from converters.model import Edit

UNDECODED = "S004"
"""The rule whose edits hold bytes, not characters, in `was`."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One replaced run, its place counted in the mended text."""

    rule: str
    at: int
    was: str
    now: str

    @property
    def stop(self) -> int:
        """The first character after what stands there now."""
        return self.at + len(self.now)


class Mending:
    """A text under repair that remembers what each repair replaced."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.hunks: list[Hunk] = []

    def replace(self, rule: str, start: int, stop: int, now: str) -> None:
        """Put `now` in place of the current characters from `start` to `stop`."""
        if self.text[start:stop] == now:
            return
        touched = [h for h in self.hunks if (h.at < stop and start < h.stop) or (not h.now and start <= h.at <= stop)]
        first = min([start, *(h.at for h in touched)])
        last = max([stop, *(h.stop for h in touched)])
        mended = self.text[first:start] + now + self.text[stop:last]
        was = _undone(self.text[first:last], [replace(h, at=h.at - first) for h in touched])
        shift = len(mended) - (last - first)
        kept = [h for h in self.hunks if h not in touched]
        self.hunks = sorted(
            [replace(h, at=h.at + shift) if h.at >= last else h for h in kept] + [Hunk(rule, first, was, mended)],
            key=lambda h: (h.at, h.stop),
        )
        self.text = self.text[:first] + mended + self.text[last:]

    def all_at_once(self, rule: str, spans: Iterable[tuple[int, int, str]]) -> None:
        """Replace many runs of the current text, given in ascending order."""
        todo = list(spans)
        if self.hunks:
            for start, stop, now in reversed(todo):
                self.replace(rule, start, stop, now)
            return
        parts, last, shift = [], 0, 0
        for start, stop, now in todo:
            parts += [self.text[last:start], now]
            self.hunks.append(Hunk(rule, start + shift, self.text[start:stop], now))
            last, shift = stop, shift + len(now) - (stop - start)
        self.text = "".join([*parts, self.text[last:]])

    def origin(self, at: int) -> int:
        """Where a character of the mended text stood in the unmended one."""
        shift = 0
        for hunk in self.hunks[: bisect_right(self.hunks, at, key=lambda h: h.at)]:
            if at < hunk.stop:
                return hunk.at - shift + min(at - hunk.at, len(hunk.was))
            shift += len(hunk.now) - len(hunk.was)
        return at - shift

    def within(self, start: int, stop: int) -> tuple[Edit, ...]:
        """The edits inside a region of the mended text, counted from its start."""
        return tuple(_edit(h, h.at - start) for h in self.hunks if start <= h.at and h.stop <= stop and h.at < stop)

    def outside(self, regions: Iterable[tuple[int, int]]) -> tuple[Edit, ...]:
        """The edits inside none of the regions, counted from the start of the mended text."""
        spans = list(regions)
        return tuple(
            _edit(h, h.at)
            for h in self.hunks
            if not any(start <= h.at and h.stop <= stop and h.at < stop for start, stop in spans)
        )


def _edit(hunk: Hunk, at: int) -> Edit:
    if hunk.rule == UNDECODED:
        raw = hunk.was.encode("utf-8", "surrogateescape")
        return Edit(hunk.rule, at, raw.hex(), hunk.now)
    return Edit(hunk.rule, at, hunk.was, hunk.now)


def _undone(text: str, hunks: Iterable[Hunk]) -> str:
    for hunk in sorted(hunks, key=lambda h: (-h.at, -len(h.now))):
        text = text[: hunk.at] + hunk.was + text[hunk.stop :]
    return text


def still_true(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """The edits whose result still stands where they put it."""
    return [e for e in edits if text[e.at : e.at + len(e.now)] == e.now]


def undo(text: str, edits: Iterable[Edit]) -> str:
    """`text` as its author wrote it; edits that no longer apply are passed over."""
    for edit in sorted(still_true(text, edits), key=lambda e: (-e.at, -len(e.now))):
        was = bytes.fromhex(edit.was).decode("utf-8", "surrogateescape") if edit.rule == UNDECODED else edit.was
        text = text[: edit.at] + was + text[edit.at + len(edit.now) :]
    return text
