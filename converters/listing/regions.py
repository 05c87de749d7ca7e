"""Regions of a Markdown file that are kept in step with the agents: what stands between two markers.

A list stands between `<!-- specs:list -->` and `<!-- /specs:list -->`, each alone on its line; a number between
`<!-- specs:count -->` and `<!-- /specs:count -->`, anywhere in a line. In code neither is a marker.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, get_args

from converters.findings import BAD_MARKER, NO_MARKERS, STALE_LIST, Finding, Span
from converters.library import Collection
from converters.listing.kept import Kept, differences
from converters.listing.tables import COLUMNS, Ask, Entry, GroupBy, Style, markdown
from converters.listing.wording import plain_of
from converters.sections import prose_lines

_MARKER = re.compile(r"<!--[ \t]*(/?)specs:([A-Za-z][\w-]*)([^<>\n]*)-->")
_CODE = re.compile(r"(?<!`)(`+)(?!`).{0,1000}?(?<!`)\1(?!`)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|\r?\Z)")
_OPTION = re.compile(r"""[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(?:"([^"\n]*)"|([^\s"]+))(?=[ \t]|\Z)""")
_NUMBER = re.compile(r"\d{1,3}(?:[,.' ]\d{3})+|\d+")
_KINDS = {
    "list": ("group-by", "collection", "category", "folder", "columns", "as", "level"),
    "count": ("collection", "category", "folder"),
}
"""The markers there are, and the options of each."""
_OTHERS = frozenset({"ignore"})
"""Markers of other verbs."""


@dataclass(frozen=True, slots=True)
class _Region:
    """A pair of markers: the span between them, that of the first one, and what it asks for."""

    kind: str
    start: int
    stop: int
    marker: Span
    ask: Ask
    level: int
    """What headings in it would be, going by the heading above."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """One marker as it is written."""

    span: Span
    kind: str
    closes: bool
    options: str
    is_alone: bool
    above: int
    """The level of the last heading above, or 1."""


def keep_regions(
    text: str, path: str, entries: Sequence[Entry], collections: Mapping[str, Collection], usual: Ask
) -> Kept:
    """Bring what stands between the markers of a text in step; `usual` holds where a marker does not say.

    Whatever stands outside of them stays as it is, and where anything is wrong with one, everything does.
    """
    marks = list(_marks(text, path))
    regions: list[_Region] = []
    faults: list[Finding] = []
    for part in _paired(text, marks, usual):
        if isinstance(part, Finding):
            faults.append(part)
        else:
            regions.append(part)
    faults += [found for region in regions if (found := _idle(region, entries))]
    if not marks and not faults:
        faults.append(NO_MARKERS.at(Span(path), path=path))
    if faults:
        return Kept(text, len(regions), faults=tuple(sorted(faults, key=lambda found: found.span.start)))
    parts, stale, at = [], [], 0
    for region in regions:
        was = text[region.start : region.stop]
        now = _now(text, region, entries, collections)
        parts += [text[at : region.start], now]
        at = region.stop
        if was != now:
            stale.append(STALE_LIST.at(region.marker, what=_differs(region.kind, was, now)))
    return Kept("".join([*parts, text[at:]]), len(regions), stale=tuple(stale))


def _now(text: str, region: _Region, entries: Sequence[Entry], collections: Mapping[str, Collection]) -> str:
    """What ought to stand in a region, in the line ends of the line its first marker is on."""
    if region.kind == "count":
        return _counted(text[region.start : region.stop], sum(region.ask.wants(entry) for entry in entries))
    groups = {_group(entry, region.ask) for entry in entries if region.ask.wants(entry)}
    level = region.ask.level if region.ask.level is not None else region.level if len(groups) > 1 else 0
    lines = markdown(entries, region.ask, collections, level=level or None)
    newline = "\r\n" if text.startswith("\r\n", region.start - 2) else "\n"
    return newline + "".join(line + newline for line in lines) + newline


def _counted(was: str, number: int) -> str:
    """The words around a number with the right one among them, `1,024+` and the like left as they are."""
    found = _NUMBER.search(was)
    if found is None:
        return str(number)
    is_right = re.sub(r"\D", "", found[0]) == str(number)
    return was if is_right else was[: found.start()] + str(number) + was[found.end() :]


def _group(entry: Entry, ask: Ask) -> str:
    source = entry.spec.source
    return (source.collection if source else "") if ask.group_by == "collection" else str(entry.spec.derived.categories)


# --- finding them ------------------------------------------------------------------------------------


def _marks(text: str, path: str) -> Iterator[_Mark]:
    above, is_ours = 1, False
    for at, line in prose_lines(text):
        heading = _HEADING.match(line)
        above = len(heading[1]) if heading and not is_ours else above
        if "specs:" not in line or line.startswith(("    ", "\t")):
            continue
        bare = _CODE.sub(lambda code: " " * len(code[0]), line)
        alone = bare.strip("\ufeff \t\r")
        for found in _MARKER.finditer(bare):
            if found[2] in _OTHERS:
                continue
            span = Span(path, at + found.start(), at + found.end())
            mark = _Mark(span, found[2], bool(found[1]), found[3].strip(), alone == found[0], above)
            is_ours = not mark.closes if mark.kind == "list" else is_ours
            yield mark


def _paired(text: str, marks: Sequence[_Mark], usual: Ask) -> Iterator[_Region | Finding]:
    """Each pair as a region; what has no partner, and what cannot be read, as findings."""
    opened: _Mark | None = None
    for mark in marks:
        if mark.kind not in _KINDS:
            near = get_close_matches(mark.kind, _KINDS, 1)
            hint = f"did you mean specs:{near[0]}?" if near else f"there are {' and '.join(_KINDS)}"
            yield BAD_MARKER.at(mark.span, problem=f"there is no specs:{mark.kind}; {hint}")
        elif mark.kind == "list" and not mark.is_alone:
            yield BAD_MARKER.at(mark.span, problem="a marker of a list stands alone on its line")
        elif not mark.closes:
            if opened:
                yield BAD_MARKER.at(opened.span, problem=f"no <!-- /specs:{opened.kind} --> before the next marker")
            opened = mark
        elif opened is None:
            yield BAD_MARKER.at(mark.span, problem=f"no <!-- specs:{mark.kind} --> is open here")
        elif opened.kind != mark.kind:
            yield BAD_MARKER.at(mark.span, problem=f"this closes specs:{mark.kind}, and specs:{opened.kind} is open")
        else:
            yield _region(text, opened, mark, usual)
            opened = None
    if opened:
        yield BAD_MARKER.at(opened.span, problem=f"no <!-- /specs:{opened.kind} --> closes it")


def _region(text: str, first: _Mark, last: _Mark, usual: Ask) -> _Region | Finding:
    try:
        ask = replace(usual, **_options(first))
    except ValueError as error:
        return BAD_MARKER.at(first.span, problem=str(error))
    if last.options:
        return BAD_MARKER.at(last.span, problem="options belong into the first marker")
    start, stop = first.span.stop, last.span.start
    if first.kind == "list":  # the lines between those of the markers
        start, stop = text.index("\n", start) + 1, text.rfind("\n", 0, stop) + 1
    elif "\n" in text[start:stop]:
        return BAD_MARKER.at(first.span, problem="no <!-- /specs:count --> on the same line")
    return _Region(first.kind, start, stop, first.span, ask, min(6, first.above + 1))


def _options(mark: _Mark) -> dict[str, Any]:
    """What a marker asks for; raises `ValueError` worded for its author."""
    said: dict[str, str] = {}
    at = 0
    while at < len(mark.options):
        found = _OPTION.match(mark.options, at)
        if not found:
            raise ValueError(f"options are written name=value, and this is {mark.options[at:].strip()!r}")
        name = found[1]
        if name not in _KINDS[mark.kind]:
            near = get_close_matches(name, _KINDS[mark.kind], 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_KINDS[mark.kind])}"
            raise ValueError(f"specs:{mark.kind} has no option {name!r}; {hint}")
        if name in said:
            raise ValueError(f"{name!r} stands twice")
        said[name] = found[2] if found[2] is not None else found[3]
        at = found.end()
    return {_FIELDS.get(name, name): _value(name, value) for name, value in said.items()}


_FIELDS = {"group-by": "group_by", "as": "style"}


def _value(name: str, value: str) -> object:
    if name == "group-by":
        return _one_of(name, value, get_args(GroupBy))
    if name == "as":
        return _one_of(name, value, get_args(Style))
    if name == "columns":
        return columns_of(value)
    if name == "level":
        return int(_one_of(name, value, tuple("0123456")))
    return value


def columns_of(value: str) -> tuple[str, ...]:
    """Columns from a list of their names; raises `ValueError`."""
    names = tuple(_one_of("columns", word.strip(), tuple(COLUMNS)) for word in value.split(",") if word.strip())
    if not names:
        raise ValueError("columns are names separated by commas, without spaces")
    return tuple(dict.fromkeys(names))


def _one_of(name: str, value: str, known: Sequence[str]) -> str:
    if value in known:
        return value
    near = get_close_matches(value, known, 1)
    raise ValueError(
        f"{name}: there is no {value!r}; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}")
    )


def _idle(region: _Region, entries: Sequence[Entry]) -> Finding | None:
    """A list that nothing belongs into asks for what is not there."""
    if region.kind == "count" or any(region.ask.wants(entry) for entry in entries):
        return None
    ask = region.ask
    known: list[str] = []
    if ask.collection is not None:
        known = sorted({_group(entry, replace(ask, group_by="collection")) for entry in entries})
    elif ask.category is not None:
        known = sorted({category for entry in entries for category in entry.spec.derived.categories})
    near = get_close_matches(ask.collection or ask.category or "", known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return BAD_MARKER.at(region.marker, problem=f"no agent belongs into this list{hint}")


# --- telling what differs ----------------------------------------------------------------------------

_LABEL = re.compile(r"(?:\||-)[ \t]+\[?((?:\\.|[^\]|\\])*?)(?:\]\(| \|| - |\Z)")
_RULE = re.compile(r"\|(?:[ ]?:?-+:?[ ]?\|)+\Z")
_LONGEST = 40
"""Characters of a line that is told."""


def _differs(kind: str, was: str, now: str) -> str:
    """What differs between a region as it is and as it ought to be, by the agents it names."""
    if kind == "count":
        return f"it ought to say {plain_of(now)}, and says {plain_of(was) or 'nothing'}"
    heads = _heads(was) | _heads(now)
    before, after = _rows(was, heads), _rows(now, heads)
    lacking = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    otherwise = [name for name, rows in after.items() if name in before and before[name] != rows]
    return differences(lacking, gone, otherwise) or _between(_lines(was), _lines(now))


def _between(was: Sequence[str], now: Sequence[str]) -> str:
    """What differs besides the agents: headings, and the heads of tables."""
    lacking = [_quoted(line) for line in Counter(now) - Counter(was)]
    gone = [_quoted(line) for line in Counter(was) - Counter(now)]
    if found := differences(lacking, gone, []):
        return found
    if was == now:
        return "its empty lines or spaces differ"
    return "its agents stand in another order, or under other headings"


def _quoted(line: str) -> str:
    return f"the line '{line if len(line) <= _LONGEST else line[:_LONGEST] + '...'}'"


def _lines(region: str) -> list[str]:
    return [line for one in region.splitlines() if (line := one.strip())]


def _heads(region: str) -> frozenset[str]:
    """The first rows of tables, which name the columns."""
    return frozenset(line for line, below in pairwise(_lines(region)) if _RULE.match(below))


def _rows(region: str, heads: frozenset[str]) -> dict[str, list[str]]:
    """The rows of a region by what their first cells say, those of headings left out."""
    rows: dict[str, list[str]] = {}
    for line in _lines(region):
        if line not in heads and not _RULE.match(line) and (label := _LABEL.match(line)):
            rows.setdefault(plain_of(label[1]), []).append(line)
    return rows
