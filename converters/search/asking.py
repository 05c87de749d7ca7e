"""Asking a library: who answers, by which of its words, and what else to try where nobody does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from converters.identity import slug
from converters.model import AgentSpec
from converters.search.analysis import Row, join, rows, stem, tables, words
from converters.search.index import Index, index_of, prompts_of, spoken_of, standing, texts_of
from converters.search.query import FACTORS, Hit, Term, asked, find, likely, told_of

FACETS = ("collection", "category", "access", "tool", "format")
"""What a choice among agents may rest on besides words."""

_AROUND = 160
"""Characters of a prompt that are quoted."""
_LIKE = 0.7
"""How alike two spellings must be for one to be proposed for the other, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was asked for, and what of an agent answers it."""

    said: str
    """As it was asked for, folded."""
    word: str
    """What the agent says for it, folded."""
    where: tuple[str, ...]
    """The texts of the agent that say so, by the names of `FIELDS`, the most telling first."""
    same: bool
    """Whether the one is the other: in another form, or as it is also spelled, "k8s" and "kubernetes"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One name that answers."""

    key: str
    score: float
    """0 where nothing was asked for in words."""
    variants: tuple[str, ...]
    """Keys of the other agents of the name that answer, the likeliest first."""
    reasons: tuple[Reason, ...]
    """One for each thing asked for that the agent answers, in the order of the request; what says little of what is
    wanted is one only where the agent is called so, or there is no other."""
    passage: str | None
    """The part of the prompt where most of the words stand together, where prompts were looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a library has for a request."""

    results: tuple[Result, ...]
    """The likeliest first."""
    total: int
    """How many names answer, those beyond the results too."""
    likely: int
    """How many of them answer well, the first; the others say little of what several words ask for."""
    unfit: int
    """How many more would, but for the choice."""
    read_as: Mapping[str, str]
    """Misspelt words, and what they were taken for."""
    unknown: tuple[str, ...]
    """What no agent answers, and was passed over."""


def values_of(spec: AgentSpec) -> dict[str, frozenset[str]]:
    """An agent's values of each facet.

    One whose tools are left to the host also has the access `everything`, one that has no tool `none`.
    """
    allowed = spec.tools.allow if spec.tools else None
    limits = {"everything"} if allowed is None else set() if allowed else {"none"}
    return {
        "collection": frozenset({spec.source.collection} if spec.source else ()),
        "category": frozenset(spec.derived.categories),
        "access": frozenset(spec.derived.access).union(limits),
        "tool": frozenset(tool.name for tool in allowed or ()),
        "format": frozenset({spec.source.format} if spec.source and spec.source.format else ()),
    }


def _anybody(_: str) -> bool:
    return True


class Finder:
    """Answers requests about the same agents; what it learns of them it learns when it is first asked."""

    def __init__(
        self,
        agents: Mapping[str, AgentSpec],
        values: Mapping[str, Mapping[str, frozenset[str]]] | None = None,
    ) -> None:
        """Take agents by key, and their values of each facet where these are known otherwise."""
        self.agents = agents
        self._values = values

    @cached_property
    def values(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Each agent's values of each facet, by key."""
        return self._values if self._values is not None else {key: values_of(s) for key, s in self.agents.items()}

    @cached_property
    def index(self) -> Index:
        """The index by what agents are called and said to be for."""
        return index_of(self.agents)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """The agents' numbers in either index, by key."""
        return {key: number for number, key in enumerate(self.agents)}

    @cached_property
    def prompts(self) -> Index:
        """The index by every word of their prompts."""
        return prompts_of(self.agents)

    def choices(self, facet: str) -> Counter[str]:
        """How many agents have each value of a facet; by value, sorted."""
        counted = Counter(value for values in self.values.values() for value in values[facet])
        return Counter({value: counted[value] for value in sorted(counted)})

    def spelled(self, facet: str, value: str) -> str | None:
        """A value of a facet as agents have it, however somebody spells it; `None` where no agent has it."""
        choices = self.choices(facet)
        return value if value in choices else {slug(one): one for one in choices}.get(slug(value))

    def like(self, facet: str, value: str) -> tuple[str, ...]:
        """The values of a facet that are spelled most like one."""
        spelled = {slug(one): one for one in self.choices(facet)}
        return tuple(spelled[one] for one in get_close_matches(slug(value), spelled, 3))

    def chosen(self, wanted: Mapping[str, Iterable[str]]) -> Callable[[str], bool]:
        """Whether an agent, by key, has one of the wanted values of every facet that says any."""
        sets = {facet: frozenset(values) for facet, values in wanted.items()}
        sets = {facet: values for facet, values in sets.items() if values}
        return lambda key: all(self.values[key][facet] & values for facet, values in sets.items())

    def ask(
        self,
        text: str,
        *,
        inside: bool = False,
        fits: Callable[[str], bool] = _anybody,
        limit: int | None = None,
        well: bool = False,
    ) -> Answer:
        """The agents that answer `text`, of those that fit; all that fit where nothing is asked for.

        With `well` the results are of those that answer well alone.

        With `inside` every word must stand in the prompt, in one of its forms.
        """
        index = self.prompts if inside else self.index
        request = asked(index, text, literal=inside) if text.strip() else []
        hits = find(index, text, literal=inside) if text.strip() else self._everybody()
        fitting = [kept for hit in hits if (kept := _fitting(hit, fits))]
        good = len(fitting) if inside else likely(request, [hit.score for hit in fitting])
        return Answer(
            results=tuple(
                self._result(hit, request, index, inside=inside) for hit in fitting[: good if well else None][:limit]
            ),
            total=len(fitting),
            likely=good,
            unfit=len(hits) - len(fitting),
            read_as={term.said: self._surface(next(iter(term.meant))[0]) for term in request if _misread(term)},
            unknown=tuple(term.said for term in request if not term.meant),
        )

    def near(self, word: str) -> tuple[str, ...]:
        """Words of agents' names and summaries that are spelled most like one."""
        return tuple(get_close_matches(word, self._vocabulary, 3, _LIKE))

    # --- what a result says -----------------------------------------------------------------------

    def _result(self, hit: Hit, request: Iterable[Term], index: Index, *, inside: bool) -> Result:
        spec, number = self.agents[hit.key], self._numbers[hit.key]
        said: dict[str, dict[str, str]] = {}
        if not inside:
            texts = texts_of(spec, self._spoken.get(slug(spec.name), ()))
            said = {name: _surfaces(text) for name, text in texts.items() if text}
        found = []
        for term in request:
            rows_ = told_of(index, term, number)
            if reason := _reason(term, rows_, said) or _reason(term, rows_, _prompt(spec)):
                found.append((reason, term.weight > FACTORS["faint"] or "name" in reason.where))
        reasons = tuple(reason for reason, tells in found if tells) or tuple(reason for reason, _ in found)
        passage = _passage(spec.prompt, {stem(word) for one in reasons for word in words(one.word)})
        return Result(
            key=hit.key,
            score=hit.score,
            variants=hit.variants,
            reasons=reasons,
            passage=passage if inside else None,
        )

    def _everybody(self) -> list[Hit]:
        """Every name, those others speak of most first."""
        keys = list(self.agents)
        groups, known = standing(self.agents)
        names: dict[int, list[str]] = {}
        for at, first in enumerate(groups):
            names.setdefault(first, []).append(keys[at])
        order = sorted(names, key=lambda at: (-known[at], self.agents[keys[at]].name.casefold(), at))
        return [Hit(keys[at], 0.0, tuple(key for key in names[at] if key != keys[at])) for at in order]

    def _surface(self, term: str) -> str:
        """A stem as some agent's name or summary spells it."""
        return next((word for word in self._vocabulary if stem(word) == term), term)

    @cached_property
    def _spoken(self) -> Mapping[str, list[str]]:
        return spoken_of(self.agents)

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        """The words of agents' names and summaries but the small ones, the commonest first."""
        counted: Counter[str] = Counter()
        for spec in self.agents.values():
            counted.update(set(words(f"{spec.name} {spec.derived.title or ''} {spec.derived.summary or ''}")))
        quiet = tables().quiet
        told = (word for word in counted if stem(word) not in quiet and len(word) > 2)
        return tuple(sorted(told, key=lambda word: (-counted[word], word)))


def _misread(term: Term) -> bool:
    return term.misspelt and bool(term.meant)


def _fitting(hit: Hit, fits: Callable[[str], bool]) -> Hit | None:
    """A result with those of its agents that fit; the likeliest of them leads."""
    kept = [key for key in (hit.key, *hit.variants) if fits(key)]
    return Hit(kept[0], hit.score, tuple(kept[1:])) if kept else None


def _prompt(spec: AgentSpec) -> Mapping[str, Mapping[str, str]]:
    return {"prompt": _surfaces(spec.prompt)}


def _surfaces(text: str) -> dict[str, str]:
    """The terms of a text, each as the text first spells it."""
    said = words(text)
    found: dict[str, str] = {}
    for word in said:
        found.setdefault(stem(word), word)
    at = 0
    for term, length in rows([*map(stem, said)], tables().joined):
        found.setdefault(term, " ".join(said[at : at + length]))
        at += length
    return found


def _reason(term: Term, meant: Iterable[Row], texts: Mapping[str, Mapping[str, str]]) -> Reason | None:
    """What in an agent's texts answers a term, the first of the rows `meant` that is there."""
    own = join([stem(word) for word in words(term.said)], tables().joined)
    for row in meant:
        spelled = [next((held[one] for held in texts.values() if one in held), None) for one in row]
        if None not in spelled:
            where = tuple(name for name, held in texts.items() if any(one in held for one in row))
            return Reason(term.said, " ".join(word for word in spelled if word), where, row == own)
    return None


_PLACE = re.compile(r"[^\W_]+")


def _passage(prompt: str, stems: set[str]) -> str | None:
    """The part of a prompt where most of the stems stand together, on one line; long ones are cut at words."""
    places = [(found.start(), said) for found in _PLACE.finditer(prompt) if (said := _stem_of(found[0])) in stems]
    if not places:
        return None
    best, most, last = 0, 0, 0
    near: Counter[str] = Counter()
    for first, (start, said) in enumerate(places):
        while last < len(places) and places[last][0] - start < _AROUND:
            near[places[last][1]] += 1
            last += 1
        if len(near) > most:
            best, most = first, len(near)
        near[said] -= 1
        if not near[said]:
            del near[said]
    line = prompt.rfind("\n", 0, places[best][0]) + 1
    begin = max(line, prompt.rfind(" ", 0, max(0, places[best][0] - _AROUND // 4)) + 1)
    end = min(len(prompt), begin + _AROUND)
    if end < len(prompt) and not prompt[end].isspace():
        end = max(prompt.rfind(" ", begin, end), places[best][0] + 1)
    return " ".join(_plain(prompt[begin:end]))


def _stem_of(word: str) -> str:
    folded = words(word)
    return stem(folded[0]) if folded else ""


def _plain(text: str) -> Iterator[str]:
    """The words of a passage without the signs of its markup."""
    for word in text.split():
        if told := word.strip("*`#|>_"):
            yield told
