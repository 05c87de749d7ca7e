"""Twins: agents whose texts are copies of each other, translations, or different texts under one name."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import chain, pairwise
from math import ceil
from typing import Literal, TypeAlias, TypeVar

from converters.comparison import Settings, settings_of
from converters.identity import slug
from converters.library import Library
from converters.model import AgentSpec
from converters.prose import language

_K = TypeVar("_K", bound=Hashable)

Kind: TypeAlias = Literal["exact", "near", "translation", "same-name"]
"""Equal but for white space; equal enough; the same in another language; only called the same."""

NEAR = 0.6
"""Share of the runs of three words, of all that either text has, from which two are near copies.

In 2,895 public agents adapted copies lie above it, and what merely follows one template below.
"""

TRANSLATED = 0.8
"""Share of the Latin words and numbers of one text that a translation of it has too."""

SHORTEST = 12
"""Words below which a text says too little to be a copy of one under another name."""

_FEWEST_MARKS = 8
"""Latin words and numbers below which nothing is concluded from them."""

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_NO_WORD = {code: " " for code in range(128) if not chr(code).isalnum()}
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
"""A run of letters and digits; signs of scripts without spaces are words by themselves."""

_BITS = 20
"""Of a word's number; three make one run."""

_WORDS = 2**_BITS - 1
"""Words told apart; a library with more takes some for others."""

_RUN = 2 ** (3 * _BITS) - 1

_ROUNDING = 1e-6
"""What a product of fractions may be off."""

_PLACES = 8
"""Places to count in for each run; to count every run by itself would take more memory than all the agents."""

_NAMED = 0
"""The number of the word that stands for the agent's own name."""

_POSTED = 256
"""Texts kept for one run of words; who shares it with more is found through other runs, or through these."""

_VERIFIED = 256
"""Texts that one is compared with at most, those first that share most of its rare runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """What another agent is to one."""

    agent: AgentSpec
    """The other."""
    kind: Kind
    share: float
    """What the texts have in common, from 0 to 1, by the measure of its kind; for the same name that of copies."""
    differs: tuple[str, ...]
    """The fields in which the two differ, `access` among them; what they say in prose left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Agents that are copies of each other, directly or through others among them.

    Which of them came first cannot be known from the texts: the order is that of collection and id.
    """

    agents: tuple[AgentSpec, ...]
    """At least two."""
    exact: bool
    """Whether all texts are equal but for white space."""


def twins(library: Library) -> Twins:
    """The twins of every agent of a library."""
    return Twins(library.agents)


class Twins:
    """Who is whose twin among some agents.

    Copies are found by an exact join: texts that share enough runs of words share one of their
    rarest, so only those are looked up. The work grows with the words, not with the pairs.
    """

    def __init__(self, agents: Sequence[AgentSpec]) -> None:
        self.agents = agents
        self._known_settings: dict[int, Settings] = {}
        self._place = {id(spec): number for number, spec in enumerate(agents)}
        texts = _Texts()
        self._texts = [texts.take(spec) for spec in agents]
        self._family = _Joined(len(agents))
        self._by_name = _grouped((slug(spec.name), number) for number, spec in enumerate(agents))
        self._by_last = _grouped((_last(spec), number) for number, spec in enumerate(agents))
        for same in _grouped((text.exact, number) for number, text in enumerate(self._texts) if text.exact).values():
            for one, other in pairwise(same):
                self._family.join(one, other)
        _join_near(self._texts, self._family)

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """All families, in the order of their first agents."""
        return tuple(
            Family(
                agents=tuple(self.agents[number] for number in members),
                exact=len({self._texts[number].exact for number in members}) == 1,
            )
            for members in self._members.values()
            if len(members) > 1
        )

    def family(self, agent: AgentSpec) -> tuple[AgentSpec, ...]:
        """The copies of an agent and theirs, itself among them."""
        return tuple(self.agents[number] for number in self._members[self._family.of(self._place[id(agent)])])

    def of(self, agent: AgentSpec) -> tuple[Twin, ...]:
        """An agent's twins: copies, then translations, then those of its name; the closest first."""
        one = self._place[id(agent)]
        copies = self._members[self._family.of(one)]
        named = {other for copy in copies for other in self._called_as(self.agents[copy])}
        families = {self._family.of(other) for other in named} | {self._family.of(one)}
        around = sorted(other for family in families for other in self._members[family] if other != one)
        found = [twin for other in around if (twin := self._twin(one, other))]
        return tuple(sorted(found, key=lambda twin: (_KINDS.index(twin.kind), -twin.share)))

    def _called_as(self, agent: AgentSpec) -> list[int]:
        return [*self._by_name.get(slug(agent.name), ()), *self._by_last.get(_last(agent), ())]

    def _twin(self, one: int, other: int) -> Twin | None:
        agents = self.agents[one], self.agents[other]
        told = _kinship(agents, (self._texts[one], self._texts[other]))
        if told is None:
            return None
        differs = self._settings(one).differing(self._settings(other))
        return Twin(agent=agents[1], kind=told[0], share=told[1], differs=differs)

    def _settings(self, number: int) -> Settings:
        if number not in self._known_settings:
            self._known_settings[number] = settings_of(self.agents[number])
        return self._known_settings[number]

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        return _grouped((self._family.of(number), number) for number in range(len(self.agents)))


def kinship(one: AgentSpec, other: AgentSpec) -> Twin | None:
    """What `other` is to `one`; `None` where it is nothing to it."""
    texts = _Texts()
    told = _kinship((one, other), (texts.take(one), texts.take(other)))
    if told is None:
        return None
    return Twin(agent=other, kind=told[0], share=told[1], differs=settings_of(one).differing(settings_of(other)))


_KINDS: tuple[Kind, ...] = ("exact", "near", "translation", "same-name")


def _kinship(agents: tuple[AgentSpec, AgentSpec], texts: tuple[_Text, _Text]) -> tuple[Kind, float] | None:
    one, other = texts
    if one.exact is not None and one.exact == other.exact:
        return "exact", 1.0
    share = _share(one.runs, other.runs)
    if share >= NEAR and min(one.words, other.words) >= SHORTEST:
        return "near", share
    if one.script != other.script and (translated := _translated(*agents)) >= TRANSLATED:
        return "translation", translated
    return ("same-name", share) if slug(agents[0].name) == slug(agents[1].name) != "" else None


# --- texts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    """An agent's prompt, or its description where it has none, made ready to be compared."""

    words: int
    exact: Hashable
    """Equal for texts that differ in white space alone; `None` where there is no text."""
    runs: array[int]
    """Every run of three words once, its own name in any spelling being one word; sorted."""
    script: str | None
    """The language, where its script is not Latin."""


class _Texts:
    """Makes texts ready, numbering the words as they come."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(lambda: len(self._numbers) % _WORDS + 1)

    def take(self, spec: AgentSpec) -> _Text:
        written = text_of(spec)
        words = words_of(written)
        numbers = [self._numbers[word] for word in words]
        for name in _spellings(spec):
            _replace(numbers, [self._numbers[word] for word in name])
        runs = {(a << _BITS | b) << _BITS | c for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)}
        digest = blake2b(_folded(written).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        exact: Hashable = (digest if len(words) >= SHORTEST else (digest, slug(spec.name))) if words else None
        script = None if written.isascii() or (spoken := language(written)) == "en" else spoken
        return _Text(len(words), exact, array("Q", sorted(runs)), script)


def text_of(spec: AgentSpec) -> str:
    """The text an agent is known by: its prompt, or what describes it where it has none."""
    prompt = spec.prompt
    return prompt if prompt.strip() else spec.description or spec.when_to_use or ""


def words_of(text: str) -> list[str]:
    """The words of a text, without case; scripts that set no spaces give one for each sign."""
    if text.isascii():
        return text.lower().translate(_NO_WORD).split()
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _folded(text: str) -> str:
    folded = " ".join(text.split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def _spellings(spec: AgentSpec) -> list[list[str]]:
    """The names an agent goes by, in words and run together, the longest first."""
    names = (spec.name, spec.title, spec.derived.title, spec.id.rpartition("/")[2])
    said = {tuple(words_of(name)) for name in names if name} - {()}
    said |= {("".join(words),) for words in said}
    return [list(words) for words in sorted(said, key=lambda words: (-len(words), words))]


def _replace(numbers: list[int], name: list[int]) -> None:
    """Put the one word for the agent's name wherever its words stand."""
    at = 0
    try:
        while True:
            at = numbers.index(name[0], at)
            if numbers[at : at + len(name)] == name:
                numbers[at : at + len(name)] = [_NAMED]
            at += 1
    except ValueError:
        return


def _share(one: array[int], other: array[int]) -> float:
    """What two texts have in common of the runs that either has."""
    common = len(set(one).intersection(other))
    every = len(one) + len(other) - common
    return common / every if every else 0.0


# --- copies --------------------------------------------------------------------------------------


def _join_near(texts: Sequence[_Text], families: _Joined) -> None:
    """Join the families of all near copies.

    Runs of words stand in one order for all texts, the rarest first. Two texts that have enough in
    common have one in common among the first of each, as many as the share leaves room for. Shorter
    texts come first, so that one that is looked up is never longer.
    """
    groups = _grouped((text.runs.tobytes(), n) for n, text in enumerate(texts) if text.words >= SHORTEST)
    for same in groups.values():
        for one, other in pairwise(same):
            families.join(one, other)
    numbers = sorted((same[0] for same in groups.values()), key=lambda number: len(texts[number].runs))
    met = _met([texts[number].runs for number in numbers])
    posted: dict[int, list[int]] = {}
    for number in numbers:
        runs = texts[number].runs
        first = _rarest(runs, met)
        seen = Counter(chain.from_iterable([posted[run] for run in first if run in posted]))
        likely = [(-times, other) for other, times in seen.items() if times >= _least(runs, texts[other].runs)]
        for _, other in sorted(likely)[:_VERIFIED]:
            if families.of(other) != families.of(number) and _share(runs, texts[other].runs) >= NEAR:
                families.join(other, number)
        for run in first:
            there = posted.setdefault(run, [])
            if len(there) < _POSTED:
                there.append(number)


def _met(texts: Sequence[array[int]]) -> bytearray:
    """How often a run was met, up to 255, in the place all runs of its remainder share."""
    met = bytearray(_PLACES * sum(map(len, texts)) + 1)
    places = len(met)
    for runs in texts:
        for run in runs:
            place = run % places
            if met[place] < 255:
                met[place] += 1
    return met


def _rarest(runs: array[int], met: bytearray) -> list[int]:
    """The runs to look a text up by; those that only it has are counted and left out."""
    room, places = len(runs) - _behind(runs), len(met)
    shared = [times << 3 * _BITS | run for run in runs if (times := met[run % places]) > 1]
    left = room - (len(runs) - len(shared))
    return [run & _RUN for run in sorted(shared)[:left]] if left > 0 else []


def _behind(runs: array[int]) -> int:
    """How many of its runs a text is not looked up by: one more, and a near copy could have them alone."""
    return ceil(NEAR * len(runs) - _ROUNDING) - 1


def _least(runs: array[int], others: array[int]) -> float:
    """How many of the runs both are looked up by two near copies share: all that cannot lie behind those."""
    common = NEAR / (1 + NEAR) * (len(runs) + len(others))
    return common - max(_behind(runs), _behind(others)) - _ROUNDING


class _Joined:
    """Numbers in families; each family goes by its least."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def of(self, number: int) -> int:
        above = self._above
        while above[number] != number:
            above[number] = number = above[above[number]]
        return number

    def join(self, one: int, other: int) -> None:
        one, other = self.of(one), self.of(other)
        self._above[max(one, other)] = min(one, other)


# --- translations --------------------------------------------------------------------------------


def _translated(one: AgentSpec, other: AgentSpec) -> float:
    """What two texts in different scripts have in common of what no translator touches.

    That is names of tools, agents and techniques, code and numbers: the Latin words and digits of
    the text that has fewer of them.
    """
    marks = [set(_ASCII_WORD.findall(text_of(spec).lower())) for spec in (one, other)]
    fewest = min(map(len, marks))
    return len(marks[0] & marks[1]) / fewest if fewest >= _FEWEST_MARKS else 0.0


def _last(spec: AgentSpec) -> str:
    return spec.id.rpartition("/")[2]


def _grouped(pairs: Iterable[tuple[_K, int]]) -> dict[_K, list[int]]:
    groups: dict[_K, list[int]] = {}
    for key, number in pairs:
        groups.setdefault(key, []).append(number)
    return groups
