"""Mending files where they lie: what was mended in reading, and what findings propose.

Nothing is mended blindly: the result is read again, and a mend that counts as safe is taken back where the
agents it leaves are not those that were read before.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as AnyOf
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from converters.check.files import found_in
from converters.check.suppression import Suppressions
from converters.conversion import CANONICAL, Options, Outcome, understand
from converters.findings import (
    BOM,
    FENCE_SPACE,
    INDENTED_KEY,
    MIXED_NEWLINES,
    MOJIBAKE,
    MULTILINE,
    NO_NAME,
    NOT_UTF8,
    OPEN_QUOTE,
    QUOTED,
    RULES,
    Finding,
    Fix,
    Rule,
    Span,
)
from converters.formats import FORMATS
from converters.hidden import noted
from converters.inputs import Input
from converters.library import Collection
from converters.model import AgentSpec
from converters.reading import parse
from converters.syntax.yaml import is_plain, quoted
from converters.text import Decoded, decode, encode

_TURNS = 64
"""Times a file is read again because one mend uncovered another."""
_FENCE = re.compile(r"---[ \t]*\r?\n")
_TEXT = frozenset({QUOTED.code, MULTILINE.code})
"""Rules by which a value is read as the text it is."""


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing mended, or left because its mend was not asked for or would change what is said."""

    rule: Rule
    edits: tuple[Fix, ...] = ()
    """What to replace, ascending; empty for the spelling of the whole file, its encoding or its line ends."""

    @property
    def is_safe(self) -> bool:
        """Whether the meaning stays."""
        return self.rule is not MIXED_NEWLINES and all(edit.safe for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Mended:
    """One file after its mends."""

    data: bytes
    done: tuple[Mend, ...]
    left: tuple[Mend, ...] = ()
    """Mends that were not safe enough for what was asked."""


def mended(  # noqa: PLR0913 - what is to be mended, how, and how it is to be read
    source: Input, collection: Collection | None, raw: bytes, *, codes: AnyOf[str], unsafe: bool = False,
    source_format: str | None = None, suppressions: Suppressions | None = None,
) -> Mended:  # fmt: skip
    """The bytes of a file with every mend of the rules in `codes` made; the same bytes where there is none.

    A file that is refused or skipped, or that is a canonical one, is left as it is, and so is what is suppressed.
    """
    options, done, left = Options(source=source_format), list[Mend](), dict[str, Mend]()
    refused: set[tuple[Fix, ...] | str] = set()
    for _ in range(_TURNS):
        outcome = understand(source, options, collection, raw)
        if outcome.status != "read" or outcome.format in {None, CANONICAL}:
            break
        decoded = decode(raw, source.shown)
        told = found_in(outcome, source, raw)
        found = [mend for mend in _mends(outcome, told, decoded) if mend.rule.code in codes]
        if suppressions is not None:
            is_hushed = suppressions.within(decoded.text, source.shown)
            found = [mend for one in found if (mend := _unhushed(one, source.shown, is_hushed))]
        todo = _apart(mend for mend in found if (mend.is_safe or unsafe) and _name(mend) not in refused)
        taken = _kept(source, collection, outcome, decoded, todo, options=options)
        after = _made(decoded, taken) or raw
        kept = set(taken)
        left = {mend.rule.code: mend for mend in found if mend not in kept}
        news = {_name(mend) for mend in todo if mend not in kept}
        refused = set() if taken else refused | news  # what could not be mended before, may be now
        done += taken
        if after == raw and not news:
            break
        raw = after
    return Mended(raw, tuple(done), tuple(left.values()))


def _unhushed(mend: Mend, path: str, is_hushed: Callable[[Finding], bool]) -> Mend | None:
    """What is left of a mend without the places at which its rule is suppressed; `None` where that is nothing."""
    if not mend.edits:
        return None if is_hushed(mend.rule.at(Span(path))) else mend
    edits = tuple(edit for edit in mend.edits if not is_hushed(mend.rule.at(edit.span)))
    return replace(mend, edits=edits) if edits else None


def _name(mend: Mend) -> tuple[Fix, ...] | str:
    return mend.edits or mend.rule.code


def _mends(outcome: Outcome, told: Sequence[Finding], decoded: Decoded) -> Iterator[Mend]:
    """All that could be mended in a file, by its places."""
    document = parse(decoded, FORMATS[str(outcome.format)])
    unsure = any(found.rule in {INDENTED_KEY, OPEN_QUOTE} and not (found.fix and found.fix.safe) for found in told)
    shift, hunks = 0, []
    for hunk in document.mending.hunks:
        at = hunk.at - shift
        if not (unsure and hunk.rule in _TEXT):
            hunks.append((hunk.rule, Fix(Span(decoded.path, at, at + len(hunk.was)), hunk.now)))
        shift += len(hunk.now) - len(hunk.was)
    for code, edits in groupby(sorted(hunks, key=itemgetter(0)), itemgetter(0)):
        together = tuple(edit for _, edit in edits)
        apart = [(edit,) for edit in together] if code == MOJIBAKE.code else [together]
        yield from (Mend(RULES[code], edits) for edits in apart)
    mended = {rule for rule, _ in hunks}
    for finding in (*told, *noted(decoded.text, decoded.path, most=None)):
        if finding.rule.code not in mended:
            yield from _proposed(finding, outcome, decoded)


def _proposed(finding: Finding, outcome: Outcome, decoded: Decoded) -> Iterator[Mend]:
    rule, span = finding.rule, finding.span
    if finding.fix:
        yield Mend(rule, (finding.fix,))
    elif rule is BOM or rule is MIXED_NEWLINES or (rule is NOT_UTF8 and decoded.encoding != "utf-8"):
        yield Mend(rule)
    elif rule is FENCE_SPACE:
        stop = span.start + len(decoded.text[span.start : span.stop].rstrip("\r\n"))
        yield Mend(rule, (Fix(replace(span, stop=stop), ""),))
    elif rule is NO_NAME and (fence := _FENCE.match(decoded.text)) and len(outcome.specs) == 1:
        name = outcome.specs[0].name
        said = name if is_plain(name) else quoted(name)
        empty = outcome.places[0].get("name")
        if empty is None:
            yield Mend(rule, (Fix(Span(decoded.path, fence.end(), fence.end()), f"name: {said}\n"),))
        elif decoded.text[empty.start - 1 : empty.stop] == ":":
            yield Mend(rule, (Fix(empty, f" {said}"),))


def _apart(mends: Iterable[Mend]) -> list[Mend]:
    """Those that do not touch each other's places, the first of each."""
    taken, places = [], list[tuple[int, int]]()  # in order, none touching another
    for mend in mends:
        wanted = [(edit.span.start, edit.span.stop) for edit in mend.edits]
        if not any(_touches(places, *place) for place in wanted):
            taken.append(mend)
            for place in wanted:
                insort(places, place)
    return taken


def _touches(places: Sequence[tuple[int, int]], start: int, stop: int) -> bool:
    number = bisect_right(places, (start, stop))
    return any(other <= stop and start <= end for other, end in places[max(0, number - 1) : number + 1])


def _kept(  # noqa: PLR0913 - what is read, how, what it said, and what could be mended in it
    source: Input, collection: Collection | None, before: Outcome, decoded: Decoded, mends: Sequence[Mend], *,
    options: Options,
) -> list[Mend]:  # fmt: skip
    """The mends that leave the agents as they were, or that may change them."""

    def holds(some: Sequence[Mend]) -> bytes | None:
        data = _made(decoded, some)
        if data is None or not any(mend.is_safe for mend in some):
            return data
        after = understand(source, options, collection, data)
        alone = all(mend.is_safe for mend in some)
        kept = after.status == "read" and after.format == before.format  # a key more may make it another's file
        return data if kept and (not alone or _meaning(after) == _meaning(before)) else None

    safe = [mend for mend in mends if mend.is_safe]
    if holds(safe) is None:  # one of them at a time, then
        kept = list[Mend]()
        for mend in safe:
            if holds([*kept, mend]) is not None:
                kept.append(mend)
        safe = kept
    held = set(safe)
    chosen = [mend for mend in mends if not mend.is_safe or mend in held]
    return chosen if holds(chosen) is not None else safe


def _made(decoded: Decoded, mends: Iterable[Mend]) -> bytes | None:
    """The file with some mends made, from right to left; `None` where its encoding lacks a character."""
    mends = list(mends)
    rules = {mend.rule for mend in mends}
    parts, last = list[str](), len(decoded.text)
    edits = sorted((edit for mend in mends for edit in mend.edits), key=lambda e: (-e.span.start, -e.span.stop))
    for edit in edits:
        parts += [decoded.text[edit.span.stop : last], edit.text]
        last = edit.span.start
    text = "".join([*parts, decoded.text[:last]][::-1])
    if MIXED_NEWLINES in rules:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return encode(
            text,
            encoding="utf-8" if NOT_UTF8 in rules else decoded.encoding,
            bom=decoded.bom and BOM not in rules,
            newline=decoded.newline,
        )
    except UnicodeEncodeError:
        return None


def _meaning(outcome: Outcome) -> list[AgentSpec]:
    """The agents without how they were spelled."""
    return [
        replace(spec, source=None, sections=tuple(replace(section, edits=()) for section in spec.sections))
        for spec in outcome.specs
    ]
