"""Resolving: which agent a name, as another agent wrote it, means."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import takewhile
from typing import Literal, TypeAlias

from converters.library import Library, slug
from converters.model import AgentSpec

Resolution: TypeAlias = Literal["exact", "alias", "elsewhere", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a reference came to."""

    target: str | None
    """The agent's `collection/id`; `None` where nobody answers to the name."""
    resolution: Resolution
    candidates: tuple[str, ...] = ()
    """Every agent it may mean, sorted, the target among them; empty where only one does."""

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
        self._curated = {
            name: {slug(alias): meant for alias, meant in collection.aliases.items()}
            for name, collection in library.collections.items()
        }
        for spec in library.agents:
            self._exact.add(spec)
            self._former.add(spec)
        self._close = _CloseNames(library)

    def resolve(self, speaker: AgentSpec, name: str) -> Resolved:
        """Whom `speaker` means by `name`.

        Within its collection: by name, by the last segment of the id, by title; then by former
        names and by the aliases of `collections.yaml`; then by the same means elsewhere. Of
        several, the speaker itself comes first, then who shares most folders with it.
        """
        home, wanted = _home(speaker), slug(name)
        if not wanted:
            return Resolved(target=None, resolution="missing")
        if found := self._exact.find(home, wanted):
            return _chosen(speaker, found, "exact")
        if found := self._former.find(home, wanted) or self._by_curation(home, wanted):
            return _chosen(speaker, found, "alias")
        if found := self._exact.elsewhere(home, wanted):
            return _chosen(speaker, found, "elsewhere")
        return Resolved(target=None, resolution="missing")

    def suggest(self, collection: str, name: str) -> tuple[str, ...]:
        """At most three names that look like `name`, those of the same collection first."""
        return self._close.to(collection, slug(name))

    def _by_curation(self, home: str, wanted: str) -> Sequence[AgentSpec]:
        meant = self._curated.get(home, {}).get(wanted)
        if meant is None:
            return ()
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


def _own_names(spec: AgentSpec) -> tuple[Iterable[str], ...]:
    title = spec.title or spec.derived.title
    return (spec.name,), (_last(spec.id),), (title,) if title else ()


def _other_names(spec: AgentSpec) -> tuple[Iterable[str], ...]:
    return ([*spec.aliases, *map(_last, spec.aliases)],)


def _chosen(speaker: AgentSpec, found: Sequence[AgentSpec], resolution: Resolution) -> Resolved:
    here = Library.key(speaker)
    keys = sorted(map(Library.key, found))
    if here in keys:
        return Resolved(target=here, resolution=resolution)
    target = min(keys, key=lambda key: (-_shared_folders(here, key), key))
    return Resolved(target=target, resolution=resolution, candidates=tuple(keys) if len(keys) > 1 else ())


def _shared_folders(one: str, other: str) -> int:
    folders = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], folders))


def _home(spec: AgentSpec) -> str:
    return spec.source.collection if spec.source else ""


def _last(path: str) -> str:
    return path.rpartition("/")[2]


_LIKE_ENOUGH = 0.6
"""Share of characters in common from which a name is worth suggesting; difflib's own default."""

_COMPARED = 40
"""Names compared character by character; the others share too few letter triples to be close."""


class _CloseNames:
    """Finds names that look alike without comparing each with all."""

    def __init__(self, library: Library) -> None:
        self._homes: defaultdict[str, set[str]] = defaultdict(set)
        for spec in library.agents:
            self._homes[slug(spec.name)].add(_home(spec))
        self._homes.pop("", None)
        self._by_triple: defaultdict[str, list[str]] = defaultdict(list)
        self._bearers = Counter(word for name in self._homes for word in set(name.split("-")))
        for name in sorted(self._homes):
            for triple in _triples(name):
                self._by_triple[triple].append(name)
        self._alike = cache(self._compare)

    def to(self, collection: str, name: str) -> tuple[str, ...]:
        alike = self._alike(name)
        ranked = sorted(alike, key=lambda other: (collection not in self._homes[other], -alike[other], other))
        return tuple(ranked[:3])

    def _compare(self, name: str) -> dict[str, float]:
        shared = Counter(other for triple in _triples(name) for other in self._by_triple.get(triple, ()))
        nearest = sorted(shared, key=lambda other: (-shared[other] / (len(other) + len(name)), other))[:_COMPARED]
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(name)
        alike: dict[str, float] = {}
        for other in nearest:
            matcher.set_seq1(other)
            if other != name and matcher.quick_ratio() >= _LIKE_ENOUGH and (ratio := matcher.ratio()) >= _LIKE_ENOUGH:
                alike[other] = ratio + self._shared_words(name, other)
        return alike

    def _shared_words(self, name: str, other: str) -> float:
        """The share of `name`'s words that `other` has, a rare word (`kotlin`) weighing more than `expert`."""
        weights = {word: 1 / (1 + self._bearers[word]) for word in name.split("-")}
        return sum(weights[word] for word in weights if word in other.split("-")) / sum(weights.values())


def _triples(name: str) -> Iterator[str]:
    padded = f"  {name} "
    yield from {padded[i : i + 3]: None for i in range(len(padded) - 2)}
