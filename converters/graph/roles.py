"""Roles: who could be the agent that others name and nobody is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log

from converters.graph.build import Network
from converters.graph.naming import subjects_of, words_of
from converters.library import slug

_WORTH_NAMING = 0.5
"""Share of the best candidate's score from which another is named, too."""
_LEAST = 0.4
"""Score from which somebody comes into question whose name is not like the one asked for."""
_MOSTLY = 0.5
"""Share of what all words asked for weigh from which topics alone make a candidate."""
_SAID_OF_IT = 0.6
"""What a word counts in a summary or category, beside one in a name or title."""
_NAMED_ALIKE, _OF_THE_NAME, _AT_HOME = 1.0, 2.0, 1.25
"""What a name that looks alike adds, what each word of the name asked for counts, and how far being at home lifts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An agent that could fill a role, and why."""

    agent: str
    score: float
    """From 0; comparable within one role only."""
    looks_alike: bool
    """Whether its name looks like the one asked for."""
    shared: tuple[str, ...]
    """Words asked for that are also in its name, title, summary or categories; the rarest first."""
    lacks: tuple[str, ...]
    """What those who ask for the role may all touch and it may not."""


class Profiles:
    """What each agent of a graph says it is about, and how rare each word is."""

    def __init__(self, graph: Network) -> None:
        self._graph = graph

    def candidates(self, missing: str, *, limit: int = 3) -> tuple[Candidate, ...]:
        """Who could be the missing agent of that key, the best first, at most `limit`.

        What is asked for are the words of its name and of what it is named for; a rare word weighs
        more. An agent comes into question whose name looks alike, that shares a word of the name
        other than its last (`designer`), or that shares most of what is asked for.
        """
        facts = self._graph.nodes[missing]
        asking = list(self._graph.predecessors(missing))
        named, told = set(words_of(str(facts["name"]).replace("-", " "))), set(subjects_of(str(facts["name"])))
        asked = set(named)
        for _, _, about in self._graph.in_edges(missing, data="about"):
            asked.update(subjects_of(str(about or "")))
        weights = {word: self._weight(word) * (_OF_THE_NAME if word in named else 1.0) for word in sorted(asked)}
        whole = sum(weights.values())
        alike = {key for name in facts["suggestions"] for key in self._by_name.get(name, ())}
        scores: defaultdict[str, float] = defaultdict(float)
        for word, weight in weights.items():
            for key in self._having.get(word, ()):
                scores[key] += weight / whole * (1 if word in self._titles[key] else _SAID_OF_IT)
        found = []
        for key in {*scores, *alike}.difference(asking):
            if key in alike or not told.isdisjoint(self._words[key]) or scores[key] >= _MOSTLY:
                score = scores[key] + (_NAMED_ALIKE if key in alike else 0)
                score *= _AT_HOME if self._graph.nodes[key]["collection"] == facts["collection"] else 1
                if key in alike or score >= _LEAST:
                    found.append((round(score, 4), key))
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        return tuple(
            self._candidate(key, score, weights, asking, looks_alike=key in alike)
            for score, key in found[:limit]
            if score >= _WORTH_NAMING * found[0][0]
        )

    def _candidate(
        self, key: str, score: float, weights: Mapping[str, float], asking: Iterable[str], *, looks_alike: bool
    ) -> Candidate:
        mine = self._words[key]
        shared = sorted((word for word in weights if word in mine), key=lambda word: (-weights[word], word))
        needed = [set(self._graph.nodes[u]["access"]) for u in asking]
        lacks = set.intersection(*needed) - set(self._graph.nodes[key]["access"]) if needed else set()
        return Candidate(
            agent=key, score=score, looks_alike=looks_alike, shared=tuple(shared), lacks=tuple(sorted(lacks))
        )

    def _weight(self, word: str) -> float:
        return log(1 + len(self._words) / (1 + len(self._having.get(word, ()))))

    @cached_property
    def _titles(self) -> dict[str, set[str]]:
        """The words of each agent's name and title."""
        return {
            key: set(words_of(f"{facts['name']} {facts['title']}".replace("-", " ")))
            for key, facts in self._graph.nodes(data=True)
            if facts["kind"] == "agent"
        }

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        """The same, and those of its summary and categories."""
        found = {}
        for key, title in self._titles.items():
            facts = self._graph.nodes[key]
            said = " ".join(facts["categories"]).replace("-", " ")
            found[key] = {*title, *words_of(f"{said} {facts['summary'] or ''}")}
        return found

    @cached_property
    def _having(self) -> dict[str, list[str]]:
        """The agents that have each word."""
        found: dict[str, list[str]] = {}
        for key, words in self._words.items():
            for word in words:
                found.setdefault(word, []).append(key)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, facts in self._graph.nodes(data=True):
            if facts["kind"] == "agent":
                found.setdefault(slug(str(facts["name"])), []).append(key)
        return found
