"""Variants side by side: the fields they differ in, their sections aligned, and what is worded otherwise."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from converters.canonical import to_json
from converters.fields import access_of_spec, text_of
from converters.identity import slug
from converters.model import AgentSpec, Derived, Json, Section
from converters.prose import language

Sign: TypeAlias = Literal["same", "only-first", "only-second"]

_PROSE = frozenset({"name", "title", "description", "when_to_use"})
"""Fields in which nearly all agents differ."""

_NOT_SAID = frozenset({"spec", "id", "aliases"})

_ACCESS = "access"

_ORDER = [field.name for field in fields(AgentSpec)]

_MOST_CELLS = 1_000_000
"""Lines, or words, of one side times those of the other beyond which all between is taken as worded otherwise."""

_ALIKE = 0.4
"""Share of the longer of two passages from which they are one reworded; below it one stands in for the other."""

_GROWN = 0.9
"""Share of the shorter one from which the longer one is it with more words, where it has some words at all."""

_FEW = 8


@dataclass(frozen=True, slots=True)
class Field:
    """One field as each of the agents says it."""

    name: str
    """As in a canonical spec; `claude-code.phase` for what only one format can say."""
    values: tuple[Json, ...]
    """One for each agent; `None` where it says nothing."""

    @property
    def is_same(self) -> bool:
        """Whether all say the same; tools may stand in any order."""
        first, *others = self.values
        return all(first is other or _meaning(self.name, first) == _meaning(self.name, other) for other in others)


@dataclass(frozen=True, slots=True)
class Row:
    """Sections that are each other's counterpart."""

    sections: tuple[Section | None, ...]
    """One for each agent; `None` where it has no such section."""

    @property
    def first(self) -> Section:
        """The section of the first agent that has one."""
        return next(section for section in self.sections if section is not None)

    def is_same(self, number: int) -> bool:
        """Whether the section of an agent, from 0, is that of the first: equal but for white space at the ends."""
        one, other = self.sections[0], self.sections[number]
        return (text_of(one).strip() if one else None) == (text_of(other).strip() if other else None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two agents or more, side by side."""

    agents: tuple[AgentSpec, ...]
    fields: tuple[Field, ...]
    """Those that any of them says, in the order of a canonical spec."""
    access: tuple[tuple[str, ...], ...]
    """What each may touch, sorted."""
    rows: tuple[Row, ...]
    """Their sections, in the order of the first agent; what it lacks stands where the others have it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a passage, without the white space at their ends."""

    sign: Sign
    text: str


def compare(agents: Sequence[AgentSpec]) -> Comparison:
    """Lay agents side by side, in their order."""
    said = [fields_of(spec) for spec in agents]
    every = dict.fromkeys(name for spoken in said for name in spoken)
    names = sorted(every, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return Comparison(
        agents=tuple(agents),
        fields=tuple(Field(name, tuple(spoken.get(name) for spoken in said)) for name in names),
        access=tuple(tuple(sorted(access_of_spec(spec))) for spec in agents),
        rows=tuple(_rows(agents)),
    )


# --- fields --------------------------------------------------------------------------------------


def fields_of(spec: AgentSpec) -> dict[str, Json]:
    """What an agent says outside its prompt, by field, in the order of a canonical spec."""
    said = to_json(replace(spec, sections=(), source=None, derived=Derived(), extensions={}))
    own = {f"{owner}.{key}": value for owner, keys in spec.extensions.items() for key, value in keys.items()}
    return {name: value for name, value in said.items() if name not in _NOT_SAID} | own


@dataclass(frozen=True, slots=True)
class Settings:
    """What copies of one text may differ in, ready to be compared with many others."""

    format: str
    """Id of the format the agent was read as, or empty."""
    said: Mapping[str, str]
    """By field, what they say in prose left out, and `access`."""

    def differing(self, other: Settings) -> tuple[str, ...]:
        """The fields that differ, `access` last; what only one format can say counts where both are of it."""
        names = [name for name in dict.fromkeys([*self.said, *other.said]) if name != _ACCESS] + [_ACCESS]
        alike = self.format == other.format
        return tuple(
            name for name in names if self.said.get(name) != other.said.get(name) and (alike or "." not in name)
        )


def settings_of(spec: AgentSpec) -> Settings:
    """What an agent says beside its prose."""
    said = {name: _meaning(name, value) for name, value in fields_of(spec).items() if name not in _PROSE}
    said[_ACCESS] = " ".join(sorted(access_of_spec(spec)))
    return Settings(spec.source.format if spec.source else "", said)


def _meaning(name: str, value: Json) -> str:
    if name == "tools" and isinstance(value, dict):
        value = {key: sorted(tools, key=_written) if isinstance(tools, list) else tools for key, tools in value.items()}
    return _written(value)


def _written(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


# --- sections ------------------------------------------------------------------------------------


def _rows(agents: Sequence[AgentSpec]) -> list[Row]:
    spoken = [language(spec.prompt) for spec in agents]
    rows: list[list[Section | None]] = [[section] for section in _sections(agents[0])]
    for number, spec in enumerate(agents[1:], 1):
        ones = [next(section for section in row if section is not None) for row in rows]
        others = _sections(spec)
        foreign = None not in {spoken[0], spoken[number]} and spoken[0] != spoken[number]
        matches = _matched(ones, others, _FOREIGN_WAYS if foreign else _WAYS)
        grown: list[list[Section | None]] = []
        before = -1, -1
        for one, other in [*matches, (len(ones), len(others))]:
            grown += [[*row, None] for row in rows[before[0] + 1 : one]]
            grown += [[*[None] * number, section] for section in others[before[1] + 1 : other]]
            grown += [[*row, others[other]] for row in rows[one : one + 1]]
            before = one, other
        rows = grown
    return [Row(tuple(row)) for row in rows]


def _sections(spec: AgentSpec) -> list[Section]:
    return [section for section in spec.sections if section.heading is not None or section.text.strip()]


def _by_kind_and_title(section: Section) -> Hashable:
    return section.slot, section.kind, slug(section.title or section.heading or "")


def _by_title(section: Section) -> Hashable:
    return slug(section.title or section.heading or "")


def _by_kind(section: Section) -> Hashable:
    return section.kind


def _by_level(section: Section) -> Hashable:
    return section.level or 0


_Way: TypeAlias = Callable[[Section], Hashable]
_WAYS: tuple[_Way, ...] = (_by_kind_and_title, _by_title, _by_kind)
"""What counterparts have in common, the surest first."""

_FOREIGN_WAYS: tuple[_Way, ...] = (_by_title, _by_level)
"""The same where titles are in different languages: few are told what they are for, so that kinds mislead."""


def _matched(
    ones: Sequence[Section], others: Sequence[Section], ways: Sequence[_Way], at: tuple[int, int] = (0, 0)
) -> list[tuple[int, int]]:
    """The places of counterparts, in order and never crossing; what a surer way matches bounds the next."""
    if not ways or not ones or not others:
        return []
    found: list[tuple[int, int]] = []
    before = -1, -1
    for one, other in [*_common([*map(ways[0], ones)], [*map(ways[0], others)]), (len(ones), len(others))]:
        gap = before[0] + 1, before[1] + 1
        found += _matched(ones[gap[0] : one], others[gap[1] : other], ways[1:], (at[0] + gap[0], at[1] + gap[1]))
        if one < len(ones):
            found.append((at[0] + one, at[1] + other))
        before = one, other
    return found


def _common(ones: Sequence[Hashable], others: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest row of keys in both, the nth of a key standing for the nth; no key has no counterpart."""
    places = {key: place for place, key in enumerate(_numbered(others))}
    pairs = [(one, places[key]) for one, key in enumerate(_numbered(ones)) if key[0] is not None and key in places]
    ends: list[int] = []  # for each length, the least place a row of that length ends at
    longest: list[int] = []
    for _, other in pairs:
        length = bisect_left(ends, other)
        ends[length : length + 1] = [other]
        longest.append(length)
    row: list[tuple[int, int]] = []
    wanted = len(ends) - 1
    for pair, length in zip(reversed(pairs), reversed(longest), strict=True):
        if length == wanted and (not row or pair[1] < row[-1][1]):
            row.append(pair)
            wanted -= 1
    return row[::-1]


def _numbered(keys: Sequence[Hashable]) -> Iterator[tuple[Hashable, int]]:
    """Each key with how many of it stood before."""
    met: Counter[Hashable] = Counter()
    for key in keys:
        yield key, met[key]
        met[key] += 1


# --- words ---------------------------------------------------------------------------------------


def passages(one: str, other: str) -> Iterator[tuple[Piece, ...]]:
    """Where two texts are worded otherwise: one passage for each place, in their order.

    Lines that differ in white space alone are the same. A reworded passage holds the words that
    stayed; where little stayed, what stood there first and what stands there now.
    """
    ones, others = (
        [folded for line in text.splitlines() if (folded := " ".join(line.split()))] for text in (one, other)
    )
    for sign, i, j, k, n in _edits(ones, others):
        if sign != "equal":
            yield _reworded(" ".join(ones[i:j]).split(), " ".join(others[k:n]).split())


def _reworded(ones: Sequence[str], others: Sequence[str]) -> tuple[Piece, ...]:
    edits = list(_edits(ones, others))
    kept = sum(j - i for sign, i, j, _, _ in edits if sign == "equal")
    shorter, longer = sorted((len(ones), len(others)))
    if kept < _ALIKE * longer and (kept < _GROWN * shorter or shorter < _FEW):
        edits = [("replace", 0, len(ones), 0, len(others))]
    pieces: list[Piece] = []
    for sign, i, j, k, n in edits:
        if sign == "equal":
            pieces.append(Piece("same", " ".join(ones[i:j])))
            continue
        pieces += [Piece("only-first", " ".join(ones[i:j]))] if i < j else []
        pieces += [Piece("only-second", " ".join(others[k:n]))] if k < n else []
    return tuple(pieces)


_Edit: TypeAlias = tuple[str, int, int, int, int]


def _edits(left: Sequence[str], right: Sequence[str]) -> Iterator[_Edit]:
    """What stays and what changes from one row to the other, as `SequenceMatcher` says it; the work is bounded."""
    start, most = 0, min(len(left), len(right))
    while start < most and left[start] == right[start]:
        start += 1
    end = 0
    while end < most - start and left[-1 - end] == right[-1 - end]:
        end += 1
    i, j, k, n = start, len(left) - end, start, len(right) - end
    if start:
        yield "equal", 0, start, 0, start
    if (j - i) * (n - k) > _MOST_CELLS or i == j or k == n:
        if i < j or k < n:
            yield "replace", i, j, k, n
    else:
        matcher = SequenceMatcher(None, left[i:j], right[k:n], autojunk=False)
        for sign, a, b, c, d in matcher.get_opcodes():
            yield sign, i + a, i + b, k + c, k + d
    if end:
        yield "equal", j, len(left), n, len(right)
