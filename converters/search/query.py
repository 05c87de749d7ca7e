"""From what somebody types to the agents they may mean, the likeliest first.

`site/assets/search.js` ranks alike, from the same index: what changes here changes there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from converters.search.analysis import Row, rows, stem, tables, words
from converters.search.index import BITS, COMMON, FULL, Index

FACTORS: Mapping[str, float] = MappingProxyType(
    {
        "same": 0.75,  # a term of the same meaning
        "leads": 0.7,  # one that what was typed points to
        "part": 0.4,  # one word of several that mean something together
        "begins": 0.8,  # one that begins as an unfinished word does, which is none itself
        "begins_known": 0.3,  # and which is one itself
        "understood": 0.8,  # the best of these, where no agent says what was typed
        "misspelt": 0.6,  # one that is spelled nearly so
        "faint": 0.25,  # what a word counts that says little
        "phrase": 0.8,  # what several such words count that mean something together
        "share": 0.4,  # of what the best result answers of a request, the part every other must
        "floor": 0.7,  # of its score, what is left to a result that answers next to nothing of the request
        "likely": 0.33,  # of its score, what is left at least to a result that answers several words well
        "first": 3,  # results that do, whatever is left to them
        "named": 2.0,  # what the score of an agent is multiplied by whose very name was typed
        "known": 0.03,  # what each doubling of those who speak of an agent adds
        "common": COMMON,  # the share of agents below which a term hardly tells more for being rarer
        "longest": 4,  # words of a row in the tables
        "most": 24,  # terms that may stand for one word
    }
)
"""What the ranking rests on, besides the words."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for."""

    said: str
    """The words, folded."""
    weight: float
    """How much of what is wanted they say, at most 1."""
    meant: Mapping[Row, float]
    """What answers them in the index, each with how well; empty where nothing does."""
    misspelt: bool = False
    """Whether they were taken for others that are spelled nearly so."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result."""

    key: str
    score: float
    variants: tuple[str, ...]
    """Keys of the other agents found of the same name, the likeliest first."""


def find(index: Index, text: str, *, literal: bool = False) -> list[Hit]:
    """The agents that answer `text`, the likeliest first, those of one name as one.

    With `literal` every word must be there, in one of its forms; without, words of the same meaning
    count too, misspelt ones are understood, and some of a longer request is enough.
    """
    groups: dict[int, list[tuple[float, int]]] = {}
    name = " ".join(words(text))
    for agent, score in scores(index, asked(index, text, literal=literal), literal=literal).items():
        told = score * FACTORS["named"] if index.names[agent] == name else score
        groups.setdefault(index.groups[agent], []).append((-told, agent))
    return [_hit(index, group) for group in sorted(sorted(group) for group in groups.values())]


def likely(request: Sequence[Term], scores: Sequence[float]) -> int:
    """How many results, given by their scores from the best on, answer well; all do where one word was asked for."""
    if not scores or sum(len(term.said.split()) for term in request) < 2:
        return len(scores)
    least = min(FACTORS["likely"] * scores[0], scores[: int(FACTORS["first"])][-1])
    return sum(score >= least for score in scores)


NEARLY = 0.8
"""The share of the best score of a name from which the agent that stands for the name leads."""


def _hit(index: Index, group: Sequence[tuple[float, int]]) -> Hit:
    """Agents of one name as one result, given with their negative scores, the best first."""
    best, _ = group[0]
    leads = (one for score, one in group if one == index.groups[one] and score <= NEARLY * best)
    first = next(leads, group[0][1])
    return Hit(index.keys[first], -best, tuple(index.keys[one] for _, one in group if one != first))


# --- what is asked for -----------------------------------------------------------------------------


def asked(index: Index, text: str, *, literal: bool = False) -> list[Term]:
    """What `text` asks for, in its order; the last word counts as unfinished where nothing follows it."""
    said = words(text)
    taken = [(stem(word), 1) for word in said] if literal else list(rows([*map(stem, said)], tables().joined))
    ends = bool(said) and text[-1:].isalnum()
    found: dict[str, Term] = {}
    at = start = 0
    while at < len(taken):
        length = 1 if literal else _row_at(taken, at)
        row = tuple(term for term, _ in taken[at : at + length])
        stop = start + sum(size for _, size in taken[at : at + length])
        told = " ".join(said[start:stop])
        if length > 1 or row[0] not in tables().quiet:
            unfinished = told if ends and stop == len(said) else ""
            found.setdefault(told, _term(index, told, row, unfinished, literal=literal))
        at, start = at + length, stop
    if not found and not literal:  # nothing but small words: then they are what is asked for
        found = {word: _term(index, word, (stem(word),), word, literal=True) for word in said}
    return list(found.values())


def _row_at(taken: Sequence[tuple[str, int]], at: int) -> int:
    """How many terms from `at` on the tables know as one row; 1 where they know none."""
    for length in range(min(int(FACTORS["longest"]), len(taken) - at), 1, -1):
        row = tuple(term for term, _ in taken[at : at + length])
        if row in tables().same or row in tables().leads:
            return length
    return 1


def _term(index: Index, said: str, row: Row, unfinished: str, *, literal: bool) -> Term:
    """`said` with the rows of the index that answer it, and how well each does."""
    meant: dict[Row, float] = {row: 1.0} if literal else _of_one_meaning(row)
    if unfinished and len(row) == 1 and not _is_whole(row):
        for term in _beginning(index, unfinished):
            meant.setdefault((term,), FACTORS["begins_known" if row[0] in index.postings else "begins"])
    known = {other: much for other, much in meant.items() if all(term in index.postings for term in other)}
    misspelt = not known and len(row) == 1 and not literal
    if misspelt:
        known = {(term,): FACTORS["misspelt"] for term in nearly(index, row[0])}
    elif row in known:  # no other word tells more than the one that was typed
        own = rarity(index, row)
        known = {other: much * min(1.0, own / rarity(index, other)) for other, much in known.items()}
    elif known:
        scale = FACTORS["understood"] / max(known.values())
        known = {other: much * scale for other, much in known.items()}
    weight = 1.0
    if not literal and all(term in tables().faint or term in tables().quiet for term in row):
        weight = FACTORS["faint" if len(row) == 1 else "phrase"]
    return Term(said, weight, known, misspelt)


def _is_whole(row: Row) -> bool:
    """Whether the tables know a word, which then is no beginning of others: "app" of "approach"."""
    return row in tables().same or row in tables().leads or row[0] in tables().faint or row[0] in tables().quiet


def _of_one_meaning(row: Row) -> dict[Row, float]:
    """What the tables say may be meant by `row`, itself first."""
    meant: dict[Row, float] = {row: 1.0}
    for other in tables().same.get(row, ()):
        meant.setdefault(other, FACTORS["same"])
    for other in tables().leads.get(row, ()):
        meant.setdefault(other, FACTORS["leads"])
    if len(row) > 1:
        for part in row:
            if part not in tables().quiet:
                meant.setdefault((part,), FACTORS["part"])
    return meant


def _beginning(index: Index, start: str) -> Iterable[str]:
    """The terms most agents have of those that begin so."""
    if len(start) < 2:
        return ()
    at = bisect_left(index.vocabulary, start)
    found = []
    while at < len(index.vocabulary) and index.vocabulary[at].startswith(start):
        found.append(index.vocabulary[at])
        at += 1
    return _commonest(index, found)


def _commonest(index: Index, found: Iterable[str]) -> list[str]:
    return sorted(found, key=lambda term: (-len(index.postings[term]), term))[: int(FACTORS["most"])]


def nearly(index: Index, word: str) -> list[str]:
    """The terms spelled most like `word`: one letter off, two in a long word; none for a short one."""
    if len(word) < 4:
        return []
    most = 2 if len(word) > 7 else 1
    near: dict[int, list[str]] = {}
    for term in index.vocabulary:
        if abs(len(term) - len(word)) <= most and term[0] == word[0]:
            near.setdefault(_apart(word, term, most), []).append(term)
    least = min(near, default=most + 1)
    return _commonest(index, near[least]) if least <= most else []


def _apart(one: str, other: str, most: int) -> int:
    """How many letters are put in, left out, changed or swapped between two words; `most` + 1 where it is more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i] * (len(other) + 1)
        for j, there in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]


# --- who answers -----------------------------------------------------------------------------------


def scores(index: Index, request: Sequence[Term], *, literal: bool = False) -> dict[int, float]:
    """How well each agent answers, by number; those that answer too little are left out."""
    weights = [_telling(index, term) for term in request]
    whole = sum(weights)
    if literal and not all(weights):
        return {}
    sums: dict[int, float] = {}
    shares: dict[int, float] = {}
    for term, weight in zip(request, weights, strict=True):
        best: dict[int, float] = {}
        for row, much in term.meant.items():
            for agent, there in _having(index, row):
                best[agent] = max(best.get(agent, 0.0), much * there)
        for agent, much in best.items():
            sums[agent] = sums.get(agent, 0.0) + term.weight * much
            shares[agent] = shares.get(agent, 0.0) + weight / whole
    least = 1.0 if literal else FACTORS["share"] * max(shares.values(), default=0.0)
    floor, known = FACTORS["floor"], FACTORS["known"]
    return {
        agent: round(much * (floor + (1 - floor) * shares[agent] ** 2) * (1 + known * index.known[agent]), 6)
        for agent, much in sums.items()
        if shares[agent] > least - 1e-9
    }


def _telling(index: Index, term: Term) -> float:
    """How much of the request a term is."""
    return term.weight * max((much * rarity(index, row) for row, much in term.meant.items()), default=0.0)


def rarity(index: Index, row: Row) -> float:
    """How well the terms of `row` tell one agent from another."""
    return sum(map(index.rarity, row)) / len(row)


def _having(index: Index, row: Row) -> Iterable[tuple[int, float]]:
    """The agents that have every term of `row`, and how much it says of each."""
    if len(row) == 1:
        rarity = index.rarity(row[0]) / FULL
        return [(posting >> BITS, (posting & FULL) * rarity) for posting in index.postings[row[0]]]
    found: dict[int, list[float]] = {}
    for term in row:
        rarity = index.rarity(term) / FULL
        for posting in index.postings[term]:
            found.setdefault(posting >> BITS, []).append((posting & FULL) * rarity)
    return [(agent, sum(weights) / len(row)) for agent, weights in found.items() if len(weights) == len(row)]


def told_of(index: Index, term: Term, agent: int) -> list[Row]:
    """The rows that answer a term: first the very words, then those that say most of one agent."""
    best = max(term.meant.values(), default=0.0)
    much = {row: share * _said_of(index, row, agent) for row, share in term.meant.items()}
    return sorted(term.meant, key=lambda row: (term.meant[row] < best, -much[row], -term.meant[row]))


def _said_of(index: Index, row: Row, agent: int) -> float:
    """How much the terms of `row` say of an agent; 0 where it lacks one of them."""
    total = 0.0
    for term in row:
        found = index.postings[term]
        at = bisect_left(found, agent << BITS)
        if at == len(found) or found[at] >> BITS != agent:
            return 0.0
        total += (found[at] & FULL) * index.rarity(term)
    return total / len(row)
