"""What every agent is found by, worked out once: its terms, each with how much it says of the agent."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2
from typing import Any

from converters.identity import slug
from converters.model import AgentSpec
from converters.search.analysis import stem, tables, terms, words
from converters.search.variants import stand_ins

COMMON = 0.005
"""The share of agents below which a term does not tell much more for being rarer: it may be rare by chance."""
FULL = 15
"""The weight of a term that says all there is to say of an agent."""
BITS = 4
"""Of a posting that are its weight; those above are the agent's number."""


@dataclass(frozen=True, slots=True)
class Field:
    """One kind of text an agent is found by."""

    weight: float
    even: float
    """How far a long text counts for less than a short one, from 0 to 1."""


FIELDS: Mapping[str, Field] = {
    "name": Field(8.0, 0.6),
    "tags": Field(3.0, 0.5),
    "summary": Field(2.5, 0.5),
    "description": Field(1.0, 0.6),
    "spoken of": Field(1.0, 0.8),
    "categories": Field(0.8, 0.5),
    "examples": Field(0.5, 0.8),
    "headings": Field(0.5, 0.8),
    "tools": Field(0.5, 0.8),
    "prompt": Field(0.3, 0.8),
}
"""What an agent is called, what it says it is for, and what others go to it for; most telling first."""

_HALF = 4.0
"""The sum of a term's weighted places at which it counts half of all it can."""
_OFTEN = 3
"""Times a term counts in one field at most."""
_DESCRIPTION = 4_000
"""Characters of a description that are read."""
_AGAIN = 2
"""Times a prompt must say what its agent is to be found by: what is said in passing misleads."""
_PLENTY = 20
"""Times a word counts in one prompt at most."""
_MOST = 120
"""Terms an agent is found by, the most telling."""


@dataclass(frozen=True)
class Index:
    """Agents by number, and the terms each is found by."""

    keys: tuple[str, ...]
    """`collection/id` of each agent."""
    names: tuple[str, ...]
    """The words of each agent's name, joined by spaces."""
    groups: tuple[int, ...]
    """For each agent the number of the one that stands for its name: variants are one result."""
    known: tuple[int, ...]
    """How many others speak of each, in doublings."""
    postings: Mapping[str, array[int]]
    """For each term, sorted, the agents it stands for, ascending: their number, and their weight in the last `BITS`."""

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Every term, sorted."""
        return tuple(self.postings)

    def rarity(self, term: str) -> float:
        """How well a term, which some agent has, tells one agent from another."""
        return log2(1 + 1 / (len(self.postings[term]) / len(self.keys) + COMMON))


def counts_of(agents: Mapping[str, AgentSpec]) -> list[Counter[str]]:
    """How often each prompt says what, in the agents' order."""
    return [count(spec.prompt) for spec in agents.values()]


def count(prompt: str) -> Counter[str]:
    """How often a prompt says what: its stems but the small words."""
    quiet, stems = tables().quiet, Counter[str]()
    for word, times in Counter(words(prompt)).items():
        if (one := stem(word)) not in quiet:
            stems[one] += times
    return stems


def index_of(agents: Mapping[str, AgentSpec], prompts: Sequence[Counter[str]] | None = None) -> Index:
    """The index of `agents` by what they are called and said to be for; by key, in their order.

    `prompts` are their `counts_of`, where they are known already.
    """
    spoken = spoken_of(agents)
    counted = [
        dict(_fields(spec, spoken.get(slug(spec.name), ()), said))
        for spec, said in zip(agents.values(), prompts or counts_of(agents), strict=True)
    ]
    usual = {name: _mean(fields[name].total() for fields in counted if name in fields) for name in FIELDS}
    having = Counter(term for fields in counted for term in set().union(*fields.values()))
    rarity = {term: log2(1 + len(counted) / times) for term, times in having.items()}
    postings: dict[str, array[int]] = defaultdict(_none)
    for number, fields in enumerate(counted):
        for term, much in _telling(_weights(fields, usual), rarity):
            postings[term].append(number << BITS | _weight(much))
    return _index(agents, postings, spoken)


def prompts_of(agents: Mapping[str, AgentSpec], prompts: Sequence[Counter[str]] | None = None) -> Index:
    """The index of `agents` by every word of their prompts but the small ones, none taken for another.

    `prompts` are their `counts_of`, where they are known already.
    """
    postings: dict[str, array[int]] = defaultdict(_none)
    counts = prompts or counts_of(agents)
    usual = _mean(counted.total() for counted in counts)
    for number, counted in enumerate(counts):
        dampened = 0.5 + counted.total() / usual
        weighed = [number << BITS | _weight(times / (times + dampened)) for times in range(_PLENTY + 1)]
        for one, times in counted.items():
            postings[one].append(weighed[min(times, _PLENTY)])
    return _index(agents, postings, {})


def _index(
    agents: Mapping[str, AgentSpec], postings: Mapping[str, array[int]], spoken: Mapping[str, Sequence[str]]
) -> Index:
    return Index(
        keys=tuple(agents),
        names=tuple(" ".join(words(spec.name)) for spec in agents.values()),
        groups=stand_ins(agents),
        known=_known(agents, spoken),
        postings={term: postings[term] for term in sorted(postings)},
    )


def standing(agents: Mapping[str, AgentSpec]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The `groups` and the `known` of an index of `agents`, without the index."""
    return stand_ins(agents), _known(agents, spoken_of(agents))


def _known(agents: Mapping[str, AgentSpec], spoken: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    return tuple(min(FULL, round(log2(1 + len(spoken.get(slug(spec.name), ()))))) for spec in agents.values())


def _none() -> array[int]:
    return array("L")


def _weight(much: float) -> int:
    return max(1, round(FULL * much))


def _mean(numbers: Iterable[int]) -> float:
    found = list(numbers)
    return sum(found) / len(found) or 1.0 if found else 1.0


def spoken_of(agents: Mapping[str, AgentSpec]) -> dict[str, list[str]]:
    """By name, what each other agent goes to its bearer for, in the other's words; empty where it does not say."""
    found: dict[str, list[str]] = {}
    for spec in agents.values():
        told: dict[str, list[str]] = {}
        for said in spec.derived.collaboration:
            told.setdefault(said.agent, []).append(said.about or "")
        for name, topics in told.items():
            found.setdefault(name, []).append(" ".join(topics))
    return found


def texts_of(spec: AgentSpec, spoken: Sequence[str]) -> dict[str, str]:
    """What an agent is found by but its prompt, by the names of `FIELDS`; `spoken` is what others go to it for."""
    described = (spec.description or "")[:_DESCRIPTION].replace("\\n", " ")
    description, _, examples = described.partition("<example>")
    return {
        "name": " ".join(dict.fromkeys(map(slug, (spec.name, spec.title or spec.derived.title or "")))),
        "tags": " ".join(spec.tags),
        "summary": spec.derived.summary or "",
        "description": f"{description} {spec.when_to_use or ''}",
        "spoken of": " ".join(spoken),
        "categories": " ".join(spec.derived.categories),
        "examples": examples,
        "headings": " ".join(section.title or "" for section in spec.sections),
        "tools": " ".join(tool.name for tool in (spec.tools.allow or ())) if spec.tools else "",
    }


def _fields(spec: AgentSpec, spoken: Sequence[str], prompt: Counter[str]) -> Iterator[tuple[str, Counter[str]]]:
    for name, text in texts_of(spec, spoken).items():
        if counted := Counter(terms(text, whole=name == "name")):
            yield name, counted
    if again := Counter({term: times for term, times in prompt.items() if times >= _AGAIN}):
        yield "prompt", again


def _weights(fields: Mapping[str, Counter[str]], usual: Mapping[str, float]) -> dict[str, float]:
    """Each term of an agent, and how much it says of it, below 1."""
    sums: dict[str, float] = {}
    for name, counted in fields.items():
        kind = FIELDS[name]
        much = kind.weight / (1 - kind.even + kind.even * counted.total() / usual[name])
        for term, times in counted.items():
            sums[term] = sums.get(term, 0.0) + much * min(times, _OFTEN)
    return {term: total / (total + _HALF) for term, total in sums.items()}


def _telling(weights: Mapping[str, float], rarity: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    """The terms by which an agent is told from the others best."""
    if len(weights) <= _MOST:
        return weights.items()
    return sorted(weights.items(), key=lambda one: (-one[1] * rarity[one[0]], one[0]))[:_MOST]


# --- as text ---------------------------------------------------------------------------------------

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
_LAST = 32
"""Digits below it end a number; those above go on."""


def packed(found: array[int]) -> str:
    """Postings as text: for each the distance from the agent before it, in base 32, and one digit of weight."""
    letters, before = [], 0
    for posting in found:
        distance, before = (posting >> BITS) - before, posting >> BITS
        while distance >= _LAST:
            letters.append(_DIGITS[_LAST + distance % _LAST])
            distance //= _LAST
        letters.append(_DIGITS[distance])
        letters.append(_DIGITS[posting & FULL])
    return "".join(letters)


def document(postings: Mapping[str, array[int]]) -> dict[str, Any]:
    """Terms and their postings as JSON: two texts of as many words."""
    return {"terms": " ".join(postings), "postings": " ".join(map(packed, postings.values()))}
