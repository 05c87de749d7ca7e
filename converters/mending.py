"""Mends as recorded, reversible edits over one text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice, takewhile
from operator import itemgetter

from converters.model import Edit

UNDECODED = "S004"
"""The rule whose edits hold bytes, not characters, in `was`."""

_BYTES = re.compile("[\udc80-\udcff]")
"""Characters that stand for bytes that are none."""

MANY = 64
"""Edits of one region that are still told one by one."""
NEAR = 40
"""Characters between two of more than that which make them one: about what an edit takes to be told."""


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
        """In their order; never changed in place."""
        self._counted: list[Hunk] | None = None
        self._shifts: list[int] = []
        """How much longer the mended text is before each of the hunks that were counted last."""

    def replace(self, rule: str, start: int, stop: int, now: str) -> None:
        """Put `now` in place of the current characters from `start` to `stop`."""
        if self.text[start:stop] == now:
            return
        touched = [hunk for hunk in self.hunks if _touches(hunk, start, stop)]
        first = min([start, *(h.at for h in touched)])
        last = max([stop, *(h.stop for h in touched)])
        mended = self.text[first:start] + now + self.text[stop:last]
        was = _undone(self.text[first:last], [_moved(hunk, -first) for hunk in touched])
        shift = len(mended) - (last - first)
        kept = [h for h in self.hunks if h not in touched]
        self.hunks = sorted(
            [replace(h, at=h.at + shift) if h.at >= last else h for h in kept] + [Hunk(rule, first, was, mended)],
            key=lambda h: (h.at, h.stop),
        )
        self.text = self.text[:first] + mended + self.text[last:]

    def all_at_once(self, rule: str, spans: Iterable[tuple[int, int, str]]) -> None:
        """Replace many runs of the current text, given in ascending order; in time linear in all there is."""
        parts, hunks, last, shift, done = list[str](), list[Hunk](), 0, 0, 0
        for place in self._places(spans):
            while done < len(self.hunks) and self.hunks[done] not in place.touched and self.hunks[done].at < place.stop:
                hunks.append(_moved(self.hunks[done], shift))
                done += 1
            done += len(place.touched)
            old, new = self.text[place.start : place.stop], place.mended(self.text)
            was = _undone(old, [_moved(hunk, -place.start) for hunk in place.touched])
            hunks.append(Hunk(rule, place.start + shift, was, new))
            parts += [self.text[last : place.start], new]
            last, shift = place.stop, shift + len(new) - len(old)
        self.hunks = [*hunks, *(_moved(hunk, shift) for hunk in self.hunks[done:])]
        self.text = "".join([*parts, self.text[last:]])

    def _places(self, spans: Iterable[tuple[int, int, str]]) -> list[_Place]:
        """The runs to replace, each with the hunks it touches; those that touch the same one in one place."""
        places, first = list[_Place](), 0
        for start, stop, now in spans:
            while first < len(self.hunks) and self.hunks[first].stop < start:
                first += 1
            near = takewhile(lambda hunk, stop=stop: hunk.at <= stop, islice(self.hunks, first, None))  # type: ignore[misc]
            touched = [hunk for hunk in near if _touches(hunk, start, stop)]
            begin = min([start, *(hunk.at for hunk in touched)])
            end = max([stop, *(hunk.stop for hunk in touched)])
            if places and (
                begin < places[-1].stop
                or (begin == places[-1].stop and not now)
                or any(hunk in places[-1].touched for hunk in touched[:1])
            ):
                places[-1].take(end, (start, stop, now), touched)
            elif self.text[start:stop] != now:
                places.append(_Place(begin, end, [(start, stop, now)], touched))
        return places

    def origin(self, at: int) -> int:
        """Where a character of the mended text stood in the unmended one."""
        if self._counted is not self.hunks:
            grown = (len(hunk.now) - len(hunk.was) for hunk in self.hunks)
            self._counted, self._shifts = self.hunks, [*accumulate(grown, initial=0)]
        number = bisect_right(self.hunks, at, key=_at)
        if number and at < (hunk := self.hunks[number - 1]).stop:
            return hunk.at - self._shifts[number - 1] + min(at - hunk.at, len(hunk.was))
        return at - self._shifts[number]

    def within(self, start: int, stop: int) -> tuple[Edit, ...]:
        """The edits inside a region of the mended text, counted from its start."""
        first, last = (bisect_left(self.hunks, at, key=_at) for at in (start, stop))
        return self._edits([hunk for hunk in self.hunks[first:last] if hunk.stop <= stop], start)

    def outside(self, regions: Iterable[tuple[int, int]]) -> tuple[Edit, ...]:
        """The edits inside none of the regions, which do not overlap, counted from the start of the mended text."""
        spans = sorted(regions)
        return self._edits([hunk for hunk in self.hunks if not _is_inside(hunk, spans)])

    def _edits(self, hunks: Sequence[Hunk], start: int = 0) -> tuple[Edit, ...]:
        """Hunks as edits counted from `start`; of very many, neighbours as one, so that they stay in proportion."""
        if len(hunks) <= MANY:
            return tuple(_edit(hunk, hunk.at - start) for hunk in hunks)
        joined = list[list[Hunk]]()
        for hunk in hunks:
            near = joined and joined[-1][-1].rule == hunk.rule and hunk.at - joined[-1][-1].stop <= NEAR
            if near:
                joined[-1].append(hunk)
            else:
                joined.append([hunk])
        return tuple(self._joined(together, start) for together in joined)

    def _joined(self, hunks: Sequence[Hunk], start: int) -> Edit:
        at, stop = hunks[0].at, hunks[-1].stop
        now = self.text[at:stop]
        was = _undone(now, [_moved(hunk, -at) for hunk in hunks])
        return _edit(Hunk(hunks[0].rule, at, was, now), at - start)


@dataclass(slots=True)
class _Place:
    """Part of a text under repair: the runs to replace in it, and the earlier repairs that they touch."""

    start: int
    stop: int
    runs: list[tuple[int, int, str]]
    touched: list[Hunk]

    def take(self, stop: int, run: tuple[int, int, str], touched: Iterable[Hunk]) -> None:
        """One more run, up to `stop` with all that it touches."""
        self.stop = max(self.stop, stop)
        self.runs.append(run)
        self.touched += [hunk for hunk in touched if hunk not in self.touched]

    def mended(self, text: str) -> str:
        """What is to stand there."""
        parts, at = list[str](), self.start
        for start, stop, now in self.runs:
            parts += [text[at:start], now]
            at = stop
        return "".join([*parts, text[at : self.stop]])


def _at(hunk: Hunk) -> int:
    return hunk.at


def _touches(hunk: Hunk, start: int, stop: int) -> bool:
    return (hunk.at < stop and start < hunk.stop) or (not hunk.now and start <= hunk.at <= stop)


def _moved(hunk: Hunk, by: int) -> Hunk:
    return Hunk(hunk.rule, hunk.at + by, hunk.was, hunk.now) if by else hunk


def _is_inside(hunk: Hunk, spans: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(spans, hunk.at, key=itemgetter(0)) - 1
    return number >= 0 and hunk.stop <= spans[number][1] and hunk.at < spans[number][1]


def _edit(hunk: Hunk, at: int) -> Edit:
    if hunk.rule == UNDECODED or _BYTES.search(hunk.was):  # what a later repair took in
        return Edit(UNDECODED, at, hunk.was.encode("utf-8", "surrogateescape").hex(), hunk.now)
    return Edit(hunk.rule, at, hunk.was, hunk.now)


def _undone(text: str, hunks: Iterable[Hunk]) -> str:
    return _put_back(text, [(hunk.at, hunk.stop, hunk.was) for hunk in hunks])


def _put_back(text: str, runs: Iterable[tuple[int, int, str]]) -> str:
    """`text` with what stood in the place of some runs, from the last to the first; one that overlaps is left."""
    parts, last = list[str](), len(text)
    for start, stop, was in reversed(sorted(runs, key=itemgetter(0, 1))):  # noqa: C413 - of two in one place the last first
        if stop <= last:
            parts += [text[stop:last], was]
            last = start
    return "".join([*parts, text[:last]][::-1])


def still_true(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """The edits whose result still stands where they put it."""
    return [e for e in edits if text[e.at : e.at + len(e.now)] == e.now]


def undo(text: str, edits: Iterable[Edit]) -> str:
    """`text` as its author wrote it; edits that no longer apply are passed over."""
    return _put_back(text, [(edit.at, edit.at + len(edit.now), _was(edit)) for edit in still_true(text, edits)])


def _was(edit: Edit) -> str:
    return bytes.fromhex(edit.was).decode("utf-8", "surrogateescape") if edit.rule == UNDECODED else edit.was
