"""Resolving: which agent a name, as another agent wrote it, means."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import takewhile
from typing import Literal, TypeAlias

from converters.formats import FORMATS
from converters.library import Library, slug
from converters.model import AgentSpec
from converters.vocabulary import load

Resolution: TypeAlias = Literal["exact", "alias", "elsewhere", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a reference came to."""

    target: str | None
    """The agent's `collection/id`; `None` where nobody answers to the name."""
    resolution: Resolution
    candidates: tuple[str, ...] = ()
    """Every agent it may mean, sorted, the target among them; empty where only one does."""
    is_nearest: bool = False
    """Whether the target shares more folders with the speaker than every other."""

    @property
    def ambiguous(self) -> bool:
        """Whether it may mean another than the target."""
        return len(self.candidates) > 1


class Resolver:
    """Looks names up in a library: first among the speaker's own collection, then in the others."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._exact = _Names(_own_names)
        self._former = _Names(_other_names)
        homes = library.collections.items()
        self._curated = {
            home: {slug(alias): meant for alias, meant in collection.aliases.items()} for home, collection in homes
        }
        self._nobody = {home: frozenset(map(slug, collection.not_agents)) for home, collection in homes}
        for spec in library.agents:
            self._exact.add(spec)
            self._former.add(spec)
        self._close = _CloseNames(library)
        self.slug = cache(slug)
        """`slug`, asked again and again for the same names."""

    def resolve(self, speaker: AgentSpec, name: str) -> Resolved:
        """Whom `speaker` means by `name`.

        What `aliases` of `collections.yaml` say comes first. Then, within its collection: by name,
        by the last segment of the id, by title; then by former names; then by the same means
        elsewhere. Of several, the speaker itself comes first, then who shares most folders with it.
        """
        home, wanted = _home(speaker), self.slug(name)
        if not wanted:
            return _MISSING
        if found := self._by_curation(home, wanted):
            return _chosen(speaker, found, "alias")
        if found := self._exact.find(home, wanted):
            return _chosen(speaker, found, "exact")
        if found := self._former.find(home, wanted):
            return _chosen(speaker, found, "alias")
        if found := self._exact.elsewhere(home, wanted) or self._former.elsewhere(home, wanted):
            return _chosen(speaker, found, "elsewhere")
        return _MISSING

    def means_nobody(self, speaker: AgentSpec, name: str) -> bool:
        """Whether the name is that of no agent of a library.

        So it is where the keeper of the speaker's collection says so, by `not_agents`, and where the speaker's client
        brings an agent of that name itself and nobody else is called so.
        """
        wanted = self.slug(name)
        if wanted in self._nobody.get(_home(speaker), ()):
            return True
        fmt = FORMATS.get(speaker.source.format) if speaker.source else None
        return fmt is not None and wanted in fmt.own_agents and self.resolve(speaker, name).target is None

    def suggest(self, collection: str, name: str) -> tuple[str, ...]:
        """At most three names that look like `name`, those of the same collection first."""
        return self._close.to(collection, self.slug(name))

    def sounds_like_an_agent(self, collection: str, name: str) -> bool:
        """Whether a name is not that of a thing done, such as `sprint-planning`.

        It is not if a keeper curated it, or if its last word is a doer's by vocabulary or the
        last of an agent's name in the library.
        """
        wanted = self.slug(name)
        if wanted in self._curated.get(collection, {}) or self._close.is_last_word(wanted.rpartition("-")[2]):
            return True
        return not wanted.endswith(_activity_endings())

    def dead_aliases(self) -> Iterator[tuple[str, str, str]]:
        """Collection, alias and meaning, for each curated alias that means nobody."""
        for home, collection in self._library.collections.items():
            for alias, meant in collection.aliases.items():
                if not self._meant(home, meant):
                    yield home, alias, meant

    def _by_curation(self, home: str, wanted: str) -> Sequence[AgentSpec]:
        said = self._curated.get(home)
        meant = said.get(wanted) if said else None
        return () if meant is None else self._meant(home, meant)

    def _meant(self, home: str, meant: str) -> Sequence[AgentSpec]:
        spec = self._library.get(f"{home}/{meant}") or self._library.get(meant)
        return (spec,) if spec else self._exact.find(home, slug(meant))


class _Names:
    """Agents by collection and by the slugs of the names they go by, the strongest kind of name first."""

    def __init__(self, names_of: _NamesOf) -> None:
        self._names_of = names_of
        self._kinds: list[defaultdict[str, defaultdict[str, list[AgentSpec]]]] = []
        """One table for each kind of name: slug, then collection, then agents by key."""

    def add(self, spec: AgentSpec) -> None:
        for rank, names in enumerate(self._names_of(spec)):
            if rank == len(self._kinds):
                self._kinds.append(defaultdict(lambda: defaultdict(list)))
            for name in sorted({slug(name) for name in names} - {""}):
                self._kinds[rank][name][_home(spec)].append(spec)

    def find(self, collection: str, name: str) -> Sequence[AgentSpec]:
        """The agents of the strongest kind of name that anyone there goes by."""
        for kind in self._kinds:
            if name in kind and collection in kind[name]:
                return kind[name][collection]
        return ()

    def elsewhere(self, collection: str, name: str) -> Sequence[AgentSpec]:
        """The same in all other collections."""
        for kind in self._kinds:
            if name in kind and (
                found := [s for home, specs in kind[name].items() if home != collection for s in specs]
            ):
                return found
        return ()


_NamesOf: TypeAlias = Callable[[AgentSpec], tuple[Iterable[str], ...]]

_MISSING = Resolved(target=None, resolution="missing")


def _own_names(spec: AgentSpec) -> tuple[Iterable[str], ...]:
    title = spec.title or spec.derived.title
    return (spec.name,), (_last(spec.id),), (title,) if title else ()


def _other_names(spec: AgentSpec) -> tuple[Iterable[str], ...]:
    return ([*spec.aliases, *map(_last, spec.aliases)],)


def _chosen(speaker: AgentSpec, found: Sequence[AgentSpec], resolution: Resolution) -> Resolved:
    if len(found) == 1:
        return Resolved(target=Library.key(found[0]), resolution=resolution)
    here = Library.key(speaker)
    keys = sorted(map(Library.key, found))
    if here in keys:
        return Resolved(target=here, resolution=resolution)
    shared = {key: _shared_folders(here, key) for key in keys}
    most = max(shared.values())
    nearest = [key for key in keys if shared[key] == most]
    return Resolved(target=nearest[0], resolution=resolution, candidates=tuple(keys), is_nearest=len(nearest) == 1)


def _shared_folders(one: str, other: str) -> int:
    folders = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], folders))


def _home(spec: AgentSpec) -> str:
    return spec.source.collection if spec.source else ""


def _last(path: str) -> str:
    return path.rpartition("/")[2]


# --- near names ----------------------------------------------------------------------------------

_LIKE_ENOUGH = 0.6
"""Share of characters in common from which words are alike; difflib's own default."""

_MISSPELT = 0.7
"""The same where that is all two names have in common."""

_COMPARED = 10
"""Names compared character by character; the others share too few letter triples to be close."""

_LOOKED_UP = 3_000
"""Names looked up for one by their letter triples, at least; the rarest triples come first, for they tell most."""

_ENDINGS = frozenset({"agent", "subagent", "specialist", "expert", "pro"})
"""Last words that many names have and some leave out."""

_COMMON = 0.02
"""Share of the names that have a word from which that word alone makes no two of them alike."""


class _CloseNames:
    """Finds names that look alike without comparing each with all."""

    def __init__(self, library: Library) -> None:
        self._homes: defaultdict[str, set[str]] = defaultdict(set)
        for spec in library.agents:
            self._homes[slug(spec.name)].add(_home(spec))
        self._homes.pop("", None)
        self._by_triple: defaultdict[str, list[str]] = defaultdict(list)
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        self._bearers = Counter(word for name in self._homes for word in set(name.split("-")))
        self._last_words = frozenset(name.rpartition("-")[2] for name in self._homes)
        for name in sorted(self._homes):
            self._by_stem[_stem(name)].append(name)
            for triple in _triples(name):
                self._by_triple[triple].append(name)
        self._alike = cache(self._compare)

    def to(self, collection: str, name: str) -> tuple[str, ...]:
        alike = self._alike(name)
        ranked = sorted(alike, key=lambda other: (collection not in self._homes[other], -alike[other], other))
        return tuple(ranked[:3])

    def is_last_word(self, word: str) -> bool:
        return word in self._last_words or word in _agent_words()

    def _compare(self, name: str) -> dict[str, float]:
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(name)
        alike = {other: 3.0 for other in self._by_stem.get(_stem(name), ()) if other != name}
        for other in self._nearest(name):
            matcher.set_seq1(other)
            if other == name or other in alike or matcher.quick_ratio() < _LIKE_ENOUGH:
                continue
            if self._worth_saying(name, other) and (ratio := matcher.ratio()) >= _LIKE_ENOUGH:
                alike[other] = ratio + self._shared_words(name, other)
        return alike

    def _nearest(self, name: str) -> list[str]:
        """The names that share most letter triples with this one."""
        shared: Counter[str] = Counter()
        left = _LOOKED_UP
        for triple in sorted(_triples(name), key=lambda triple: (len(self._by_triple.get(triple, ())), triple)):
            if left <= 0:
                break
            having = self._by_triple.get(triple, ())
            left -= len(having)
            shared.update(having)
        least = max(shared.values(), default=0) // 2
        nearest = (other for other, count in shared.items() if count >= least)
        return sorted(nearest, key=lambda other: (-shared[other] / (len(other) + len(name)), other))[:_COMPARED]

    def _worth_saying(self, name: str, other: str) -> bool:
        """Whether more than a common or a last word is shared: `ios-developer` is not like every developer."""
        words, others = name.split("-"), other.split("-")
        common = max(3, int(_COMMON * len(self._homes)))
        shared = set(words) & set(others) - ({words[-1]} if words[-1] == others[-1] else set())
        if any(self._bearers[word] <= common for word in shared):
            return True
        mine = "-".join(word for word in words if word not in others)
        theirs = "-".join(word for word in others if word not in words)
        if not mine or not theirs:
            return True
        one_sign = len(mine) == len(theirs) and sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        return one_sign or (matcher.quick_ratio() >= _MISSPELT and matcher.ratio() >= _MISSPELT)

    def _shared_words(self, name: str, other: str) -> float:
        """The share of `name`'s words that `other` has, a rare word (`kotlin`) weighing more than `expert`."""
        weights = {word: 1 / (1 + self._bearers[word]) for word in name.split("-")}
        return sum(weights[word] for word in weights if word in other.split("-")) / sum(weights.values())


@cache
def _agent_words() -> frozenset[str]:
    return frozenset(load("relations")["agent_words"])


@cache
def _activity_endings() -> tuple[str, ...]:
    return tuple(load("topics")["activity_endings"])


def _stem(name: str) -> str:
    """A name without a last word that says little, and in the singular: `kotlin` for `kotlin-specialist`."""
    words = name.split("-")
    if len(words) > 1 and words[-1].removesuffix("s") in _ENDINGS:
        words.pop()
    last = words[-1]
    words[-1] = last.removesuffix("s") if len(last) > 3 and not last.endswith("ss") else last
    return "-".join(words)


def _triples(name: str) -> Iterator[str]:
    padded = f"  {name} "
    yield from {padded[i : i + 3]: None for i in range(len(padded) - 2)}
