"""Naming: what agents, and groups of them, are about, in their own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

from converters.graph.build import Network
from converters.vocabulary import load

_WORDS = 3
"""Words in a name, at most."""
_MOST_OF_IT = 0.5
"""Share of a group from which a category of its members is what the group is called."""
_MOST_OF_ALL = 0.5
"""Share of all agents from which a category tells no group from another."""
_OF_A_NAME = 3
"""What a word of a member's name counts, beside one of a topic."""
_MORE_OFTEN = 1.2
"""How much more often than in all groups together a word stands in the one it tells of."""
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
    for word in words_of(name.replace("-", " ")):
        if word not in roles:
            yield word


def group_names(graph: Network, groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A name for each group, no two alike.

    It is the category that half of its members or more share, if no group before is called so,
    and up to three words that its members' names and the topics between them have more often
    than those of the other groups. A group that has no such word is called after its first member.
    """
    tallies = _tallies(graph, groups)
    everywhere: Counter[str] = Counter()
    for tally in tallies:
        everywhere.update(tally.words)
    whole = max(1, everywhere.total())
    common = _common_categories(graph)
    found: dict[str, None] = {}
    claimed: set[str] = set()
    for group, tally in zip(groups, tallies, strict=True):
        category = next((c for c in tally.categories(len(group)) if c not in common | claimed), None)
        claimed.update([category] if category else [])
        words = [word for word in tally.telling(everywhere, whole) if not category or word not in _plain(category)]
        name = _joined(category, words[:_WORDS])
        if not name or name in found:
            name = f"{name} ({graph.nodes[group[0]]['title']})" if name else str(graph.nodes[group[0]]["title"])
        while name in found:
            name += "'"
        found[name] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Tally:
    """How often a group says what."""

    words: Counter[str]
    shelves: Counter[str]
    """Its members' categories."""

    def categories(self, size: int) -> list[str]:
        """Those that most members share, the most shared first."""
        most = [category for category, count in self.shelves.items() if count >= _MOST_OF_IT * size and size > 1]
        return sorted(most, key=lambda category: (-self.shelves[category], category))

    def telling(self, everywhere: Mapping[str, int], whole: int) -> list[str]:
        """The words the group has more often than the others, the most telling first."""
        own = max(1, self.words.total())
        least = 1 + _OF_A_NAME if own > 20 * _OF_A_NAME else 1
        alone = everywhere == self.words
        scores = {
            word: count * log(1 + lift)
            for word, count in self.words.items()
            if count >= least and ((lift := count / own * whole / everywhere[word]) > _MORE_OFTEN or alone)
        }
        return sorted(scores, key=lambda word: (-round(scores[word], 6), word))


def _tallies(graph: Network, groups: Sequence[Sequence[str]]) -> list[_Tally]:
    group_of = {key: number for number, group in enumerate(groups) for key in group}
    tallies = [_Tally(Counter(), Counter()) for _ in groups]
    for key, number in group_of.items():
        facts = graph.nodes[key]
        for word in set(subjects_of(f"{facts['name']} {facts['title']}")):
            tallies[number].words[word] += _OF_A_NAME
        tallies[number].shelves.update(set(facts["categories"]))
    for u, v, about in graph.edges(data="about"):
        if about and (number := group_of.get(u, -1)) >= 0 and number == group_of.get(v):
            tallies[number].words.update(_subjects(str(about)))
    return tallies


@lru_cache(maxsize=65_536)
def _subjects(topic: str) -> frozenset[str]:
    return frozenset(subjects_of(topic))


def _common_categories(graph: Network) -> frozenset[str]:
    shelves = [facts["categories"] for _, facts in graph.nodes(data=True) if facts["kind"] == "agent"]
    counted = Counter(category for categories in shelves for category in set(categories))
    return frozenset(category for category, count in counted.items() if count > _MOST_OF_ALL * len(shelves))


def _joined(category: str | None, words: Sequence[str]) -> str:
    said = ", ".join(map(spelled, words))
    if not category:
        return said
    return f"{_plain(category)}: {said}" if said else _plain(category)


def _plain(category: str) -> str:
    return " ".join(map(spelled, category.replace("_", "-").split("-")))


def spelled(word: str) -> str:
    """A word in lower case as one writes it: `API`, `DevOps`."""
    return _as_written().get(word, word)


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


@cache
def _as_written() -> Mapping[str, str]:
    return {word.lower(): word for word in load("titles")["as_written"]}
