"""From a text to the terms it is found by, by the tables of `vocabulary/synonyms.yaml` alone.

`site/assets/search.js` does the same to what is typed, with the same tables: what changes here changes there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeAlias

from converters.vocabulary import load

LONGEST = 40
"""Letters of a word that count; what is longer is no word."""

_CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts written without spaces: every two characters that stand together are a word."""
_WORD = re.compile(rf"[{_CHARACTERS}]+|(?:(?![{_CHARACTERS}])[^\W_])+")
_CHARACTER = re.compile(rf"[{_CHARACTERS}]")
_SPACED = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[a-z0-9]+")
_MARKS = re.compile(r"[\u0300-\u036f]")


Row: TypeAlias = tuple[str, ...]
"""One or more terms that mean something together."""


class Ending(NamedTuple):
    """One way a word ends, and what its stem ends in instead."""

    ending: str
    replacement: str
    least: int
    """Letters that must be left without the ending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What decides which words are the same; stems throughout, but for the spellings."""

    spelled: Mapping[str, str]
    """What stands in a text, and the words it is read as."""
    steps: tuple[tuple[Ending, ...], ...]
    kept: Mapping[str, str]
    """Words whose stem is not what the steps would make of them."""
    quiet: frozenset[str]
    """Stems that say nothing of what is wanted."""
    faint: frozenset[str]
    """Stems that say little of it."""
    joined: Mapping[Row, str]
    """Stems in a row, and the one that stands for them."""
    same: Mapping[Row, tuple[Row, ...]]
    """Terms in a row, and the rows of the same meaning."""
    leads: Mapping[Row, tuple[Row, ...]]
    """Terms in a row, and the rows they point to."""

    def document(self) -> dict[str, Any]:
        """The tables as JSON; rows of terms are joined by spaces."""
        return {
            "spelled": dict(self.spelled),
            "steps": [[list(ending) for ending in step] for step in self.steps],
            "kept": dict(self.kept),
            "quiet": sorted(self.quiet),
            "faint": sorted(self.faint),
            "joined": {" ".join(row): term for row, term in self.joined.items()},
            "same": {" ".join(row): [" ".join(other) for other in others] for row, others in self.same.items()},
            "leads": {" ".join(row): [" ".join(other) for other in others] for row, others in self.leads.items()},
        }


@cache
def tables() -> Tables:
    """The tables, with every word in them brought to its stem."""
    said = load("synonyms")
    joined = {tuple(_stems(words)): one for one, spellings in said["joined"].items() for words in (one, *spellings)}
    same: dict[Row, dict[Row, None]] = {}
    for group in said["same"]:
        alike = list(dict.fromkeys(join(_stems(words), joined) for words in group))
        for row in alike:
            same.setdefault(row, {}).update((other, None) for other in alike if other != row)
    leads = {
        join(_stems(words), joined): tuple(dict.fromkeys(join(_stems(to), joined) for to in targets))
        for words, targets in said["leads"].items()
    }
    return Tables(
        spelled=said["spelled"],
        steps=_steps(),
        kept={word: stem(word) for word in said["kept"]},
        quiet=frozenset(map(stem, said["quiet"])),
        faint=frozenset(map(stem, said["faint"])),
        joined=joined,
        same={row: tuple(others) for row, others in same.items()},
        leads=leads,
    )


@cache
def _steps() -> tuple[tuple[Ending, ...], ...]:
    return tuple(tuple(Ending(*ending) for ending in step) for step in load("synonyms")["stems"])


@cache
def _by_last_letter() -> tuple[Mapping[str, tuple[Ending, ...]], ...]:
    """The steps, in each the endings that end in a letter, by that letter."""
    return tuple(
        {last: tuple(e for e in step if e.ending[-1] == last) for last in {e.ending[-1] for e in step}}
        for step in _steps()
    )


def fold(text: str) -> str:
    """`text` in lower case, without accents."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).lower()


def words(text: str) -> list[str]:
    """The words of `text`, folded, in order."""
    folded = f" {fold(text)}"
    for sign, word in load("synonyms")["spelled"].items():
        if sign in folded:
            folded = folded.replace(sign, f" {word} ")
    if folded.isascii():
        found: Iterable[str] = _PLAIN.findall(folded)
    elif not _CHARACTER.search(folded):
        found = _SPACED.findall(folded)
    else:
        found = (word for run in _WORD.findall(folded) for word in _split(run))
    return [word for word in found if len(word) <= LONGEST]


def _split(word: str) -> Iterator[str]:
    if not "\u3040" <= word[0] <= "\u9fff" or len(word) == 1:
        yield word
    else:
        yield from (word[at : at + 2] for at in range(len(word) - 1))


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """What all forms of a folded `word` have in common."""
    kept: str | None = load("synonyms")["kept"].get(word)
    if kept is not None:
        return kept if kept == word else stem(kept)
    for step in _by_last_letter():
        for ending, replacement, least in step.get(word[-1], ()):
            if word.endswith(ending):
                if len(word) - len(ending) >= least:
                    word = word[: len(word) - len(ending)] + replacement
                break
    return word


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]


def join(stems: Sequence[str], joined: Mapping[Row, str]) -> Row:
    """`stems` with every row of them that is one term taken for that term, longest first."""
    return tuple(term for term, _ in rows(stems, joined))


def rows(stems: Sequence[str], joined: Mapping[Row, str]) -> Iterator[tuple[str, int]]:
    """The terms of `stems` in order, each with how many stems it stands for."""
    at = 0
    while at < len(stems):
        for length in (3, 2, 1):
            term = joined.get(tuple(stems[at : at + length])) if at + length <= len(stems) else None
            if term is not None:
                yield term, length
                at += length
                break
        else:
            yield stems[at], 1
            at += 1


@cache
def _joining() -> frozenset[str]:
    """The stems a row that is one term begins with."""
    return frozenset(row[0] for row in tables().joined)


def terms(text: str, *, whole: bool = False) -> list[str]:
    """What `text` is found by: its stems in order, and behind those a row begins with that is one term, that term.

    Small words are left out, unless the `whole` is wanted.
    """
    stems, joined, joining, quiet = _stems(text), tables().joined, _joining(), tables().quiet
    found = []
    for at, one in enumerate(stems):
        if whole or one not in quiet:
            found.append(one)
        if one in joining:
            longer = (joined.get(tuple(stems[at : at + length])) for length in (1, 2, 3) if at + length <= len(stems))
            found += [term for term in longer if term is not None and term != one]
    return found
