"""Naming: what agents, and groups of them, are about, in their own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from math import log
from pathlib import PurePosixPath

from converters.graph.build import Network
from converters.identity import slug
from converters.shelves import is_field, title
from converters.vocabulary import load, spellings

_WORDS = 3
"""Words in a name, at most."""
_MOST_OF_IT = 0.5
"""Share of a group from which what its members share is what the group is called."""
_MOST_OF_ALL = 0.5
"""Share of all agents from which a category tells no group from another."""
_SOME_OF_IT = 0.15
"""Share of a group whose names have a word from which the word tells of the group."""
_NEARLY_ALL = 0.8
"""Share of a group from which its place is where its members are."""
_SHORT = 36
"""Characters of a title that may stand in a name."""
_MORE_OFTEN = 1.2
"""How much more often than among all agents a word stands in the names of those it tells of."""
_WORD = re.compile(r"[^\W_](?:[\w+#.]*[\w+#])?")


def words_of(text: str) -> Iterator[str]:
    """The words of a text that say what it is about, in order, in lower case and the singular."""
    small = _small_words()
    for word in _WORD.findall(text.lower()):
        if word not in small and len(word) > 1 and not word.replace(".", "").isdigit():
            yield _singular(word)


def subjects_of(name: str) -> Iterator[str]:
    """The words of a name or title without those that only say that it is an agent's."""
    roles = _role_words()
    for word in words_of(name.replace("-", " ").replace("_", " ")):
        if word not in roles:
            yield word


def group_names(graph: Network, groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A name for each group, no two alike.

    It is the first of these that there is: the file that holds all its members; the category that
    half of them or more share, with words that several of their names have and others have less
    often; such words alone, where half of the names have one; the two categories that half of them
    lie in; the collection that it nearly is; else the two members with most references. Categories
    of half of all agents tell nothing.

    Nobody shall take a group for the category it is called by: it is part of that where others are in
    it too, and mostly that where some of its members are not. Groups that would be called alike say in
    which collection they are, or in which folder, or else who has most references there.
    """
    namer = _Namer(graph)
    alike: dict[str, list[Sequence[str]]] = {}
    for group in groups:
        alike.setdefault(namer.name(group), []).append(group)
    names: dict[str, str] = {}
    for name, same in alike.items():
        for group, place in zip(same, namer.places(same), strict=True):
            said = place if place and slug(place) != slug(name) else namer.hubs(group)[0]
            names[group[0]] = name if len(same) == 1 else f"{name} ({said})"
    found: dict[str, None] = {}
    for group in groups:
        said = names[group[0]]
        while said in found:
            said += "'"
        found[said] = None
    return tuple(found)


class _Namer:
    """Finds words for groups of one graph."""

    def __init__(self, graph: Network) -> None:
        self._graph = graph
        self._agents = [key for key, facts in graph.nodes(data=True) if facts["kind"] == "agent"]
        self._words = {key: frozenset(subjects_of(str(graph.nodes[key]["name"]))) for key in self._agents}
        self._everywhere = Counter(word for words in self._words.values() for word in words)
        self._filled = Counter(shelf for key in self._agents for shelf in self._shelves(key))
        self._titled = {slug(title(shelf)): shelf for shelf in sorted(self._filled)}
        self._sizes = Counter(str(graph.nodes[key]["collection"]) for key in self._agents)
        self._several = len(self._sizes) > 1
        self._common = {shelf for shelf, count in self._filled.items() if count > _MOST_OF_ALL * len(self._agents)}

    def name(self, group: Sequence[str]) -> str:
        """What the members have in common, in words; a category's own name only where they are all of it."""
        said = self._shared(group)
        shelf = self._titled.get(slug(said))
        if shelf is None:
            return said
        inside = sum(shelf in self._shelves(key) for key in group)
        if inside == len(group):
            return said if inside == self._filled[shelf] else f"Part of {said}"
        return f"Mostly {said}" if inside > len(group) / 2 else self._central(group)

    def _shared(self, group: Sequence[str]) -> str:
        if file := self._file(group):
            return file
        shelves = Counter(shelf for key in group for shelf in self._shelves(key) if shelf not in self._common)
        ranked = sorted(shelves, key=lambda shelf: (-shelves[shelf], shelf))
        words = self._telling(group)
        if ranked and shelves[ranked[0]] >= _MOST_OF_IT * len(group) and len(group) > 1:
            called = title(ranked[0])
            more = [word for word in words if word not in set(words_of(called.replace("-", " ")))]
            return f"{called}: {_listed(more)}" if more else called
        if words and self._having(group, words) >= _MOST_OF_IT * len(group):
            return _listed(words)
        if len(ranked) > 1 and sum(shelves[shelf] for shelf in ranked[:2]) >= _MOST_OF_IT * len(group):
            return ", ".join(map(title, ranked[:2]))
        if self._several and (home := self._home(group)):
            return home
        return self._central(group)

    def _central(self, group: Sequence[str]) -> str:
        """The two members with most references, and where they are."""
        hubs = " and ".join(self.hubs(group)[:2])
        place = next(self._ways(group), None) if self._several else None
        return f"{hubs} ({place})" if place else hubs

    def places(self, groups: Sequence[Sequence[str]]) -> list[str | None]:
        """For each of some groups the collection nearly all of it is in, or else the folder, that no other is in."""
        ways = [list(self._ways(group)) for group in groups]
        shared = Counter(way for some in ways for way in some)
        return [next((way for way in some if shared[way] == 1), None) for some in ways]

    def hubs(self, group: Sequence[str]) -> list[str]:
        """What those with most references are called, the first; those of a name that says nothing last."""
        order = sorted(group, key=lambda key: (not self._words[key], -self._graph.degree(key), key))
        return list(dict.fromkeys(map(self._called, order[:4])))

    def _called(self, key: str) -> str:
        """An agent's title, or its name where that is a whole sentence."""
        facts = self._graph.nodes[key]
        said = str(facts["title"])
        return said if len(said) <= _SHORT else title(slug(str(facts["name"]))[:_SHORT] or said[:_SHORT])

    def _shelves(self, key: str) -> frozenset[str]:
        return frozenset(self._graph.nodes[key]["categories"])

    def _path(self, key: str) -> PurePosixPath:
        return PurePosixPath(str(self._graph.nodes[key].get("path") or ""))

    def _file(self, group: Sequence[str]) -> str | None:
        """The one file that holds all of a group, by its name, where that says something."""
        files = {(self._graph.nodes[key]["collection"], self._path(key)) for key in group}
        _, path = next(iter(files))
        stem = slug(path.name.partition(".")[0])
        return title(stem) if len(files) == 1 and len(group) > 1 and is_field(stem) else None

    def _home(self, group: Sequence[str]) -> str | None:
        """The collection nearly all of a group is in, where that is nearly all of the collection."""
        homes = Counter(str(self._graph.nodes[key]["collection"]) for key in group)
        home, count = min(homes.items(), key=lambda home: (-home[1], home[0]))
        return title(slug(home)) or None if count >= _NEARLY_ALL * max(len(group), self._sizes[home]) else None

    def _telling(self, group: Sequence[str]) -> list[str]:
        """The words several members' names have, and have more often than others', the most telling first."""
        counted = Counter(word for key in group for word in self._words[key])
        scores = {
            word: count * log(1 + lift)
            for word, count in counted.items()
            if count >= max(2, _SOME_OF_IT * len(group)) and (lift := self._lift(word, count, len(group)))
        }
        return sorted(scores, key=lambda word: (-round(scores[word], 6), word))[:_WORDS]

    def _lift(self, word: str, count: int, size: int) -> float:
        """How much more often a word stands in a group's names than in all; 0 where that is no more."""
        lift = count / size * len(self._agents) / self._everywhere[word]
        return lift if lift > _MORE_OFTEN or size == len(self._agents) else 0.0

    def _having(self, group: Sequence[str], words: Sequence[str]) -> int:
        return sum(not self._words[key].isdisjoint(words) for key in group)

    def _ways(self, group: Sequence[str]) -> Iterator[str]:
        """Where nearly all of a group is: the collection, where there are several, then folders from the outside."""
        homes = Counter(str(self._graph.nodes[key]["collection"]) for key in group)
        folders = Counter(folder for key in group for folder in dict.fromkeys(self._path(key).parts[:-1]))
        first = self._path(group[0]).parts[:-1]
        found = [*(homes if self._several else ()), *dict.fromkeys(first)]
        yield from (way for way in found if (homes[way] or folders[way]) >= _NEARLY_ALL * len(group))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(map(spelled, words))


def spelled(word: str) -> str:
    """A word in lower case as one writes it: `API`, `DevOps`."""
    return spellings().get(word, word)


@cache
def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "os", "sis", "xis", "ics", "ops")):
        return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


@cache
def _small_words() -> frozenset[str]:
    return frozenset(load("topics")["small_words"])


@cache
def _role_words() -> frozenset[str]:
    return frozenset(load("relations")["agent_words"])
