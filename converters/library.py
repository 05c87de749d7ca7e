"""The library: the agents of all collections, who each one is, and which copy of it is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Literal, TypeAlias

from converters import findings as rules
from converters.collection import (
    PUBLISH,
    Collection,
    Publish,
    described_collections,
    load_collections,
    load_locks,
    meant_pattern,
)
from converters.findings import Finding, Span
from converters.formats import FORMATS
from converters.identity import identity, slug
from converters.model import NO_LICENCE, AgentSpec, Json, Source

Shown: TypeAlias = Literal["full", "summary", "none"]
Read: TypeAlias = Callable[[Path], tuple[AgentSpec | None, list[Finding]]]


def own_name(spec: AgentSpec) -> str:
    """An agent's name, which its variants share; empty where it has none, or one that any file's agent may have."""
    fmt = FORMATS.get(spec.source.format) if spec.source else None
    return "" if fmt and slug(spec.name) in fmt.part_names else spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an agent came from and under what terms, its collection filling what it leaves unsaid."""

    repository: str | None
    revision: str | None
    path: str
    """The file to edit: the source below the collection's root, or empty where the spec is the truth."""
    license: str


@dataclass(frozen=True)
class Library:
    """All agents of all collections."""

    collections: Mapping[str, Collection]
    """By name, sorted; those nobody described are there with their name alone."""
    agents: tuple[AgentSpec, ...]
    """Sorted by collection and id, which together are unique."""
    findings: tuple[Finding, ...] = ()

    @staticmethod
    def key(spec: AgentSpec) -> str:
        """`collection/id`, or the id alone for an agent of no collection."""
        collection = spec.source.collection if spec.source else ""
        return f"{collection}/{spec.id}" if collection else spec.id

    def get(self, key: str) -> AgentSpec | None:
        """The agent of that `collection/id`."""
        return self._by_key.get(key)

    def by_name(self, name: str) -> tuple[AgentSpec, ...]:
        """All agents whose name has the same slug, in every collection: each other's variants."""
        return tuple(self._by_name.get(wanted, ())) if (wanted := slug(name)) else ()

    def meant(self, name: str) -> tuple[AgentSpec, ...]:
        """The agents meant by `collection/id`, an id or a name, else by a file's name, a title or a former id."""
        if one := self.get(name.removesuffix(".yaml")):
            return (one,)
        wanted = slug(name)
        by_id = tuple(spec for spec in self.agents if spec.id == name)
        called = by_id or self.by_name(name)
        return called or tuple(s for s in self.agents if wanted and wanted in _called(s)) or self.had(name)

    def had(self, key: str) -> tuple[AgentSpec, ...]:
        """The agents that had this `collection/id` before; none where one has it still."""
        collection, _, id_ = key.partition("/")
        held = () if self.get(key) else self.in_collection(collection)
        return tuple(spec for spec in held if id_ in spec.aliases)

    def in_collection(self, name: str) -> tuple[AgentSpec, ...]:
        """The agents of one collection, sorted by id."""
        return tuple(self._by_collection.get(name, ()))

    def provenance(self, spec: AgentSpec) -> Provenance:
        """Where `spec` came from; what it does not say itself, its collection does."""
        source = spec.source or Source()
        home = self.collections.get(source.collection) or Collection(source.collection)
        return Provenance(
            repository=source.repository or home.repository,
            revision=source.revision or home.revision,
            path="" if home.origin == "specs" else source.path,
            license=source.license if source.license != NO_LICENCE else home.license,
        )

    def shown(self, spec: AgentSpec) -> Shown:
        """How much of `spec` a site may show; where its collection's owner did not decide, its licence does.

        An agent's own file may have less shown than that: `publish: false`, or what nobody understands, hides it.
        Without a licence one is shown whole only if no repository is named that it came from: then it is the
        publisher's own.
        """
        said = self.settled(spec)
        own = {_word(value) for _, value in own_choices(spec)}
        if own & {"none", None}:
            return "none"
        return "summary" if said == "full" and "summary" in own else said

    def chosen(self, spec: AgentSpec) -> Publish:
        """How much of `spec` its collection's owner said to show."""
        return self._home(spec).published(published_path(spec))

    def settled(self, spec: AgentSpec) -> Shown:
        """The same, where nothing was said by licence; what its own file says is not asked."""
        if (said := self.chosen(spec)) != "auto":
            return said
        terms = self.provenance(spec)
        foreign = self._home(spec).origin == "remote" or terms.repository is not None
        return "summary" if foreign and terms.license == NO_LICENCE else "full"

    @cached_property
    def published(self) -> Library:
        """The library without the agents of which a site may show nothing."""
        agents = tuple(spec for spec in self.agents if self.shown(spec) != "none")
        return self if len(agents) == len(self.agents) else replace(self, agents=agents)

    def _home(self, spec: AgentSpec) -> Collection:
        return self.collections.get(_collection(spec)) or Collection(_collection(spec))

    @cached_property
    def _by_key(self) -> dict[str, AgentSpec]:
        return {self.key(spec): spec for spec in self.agents}

    @cached_property
    def _by_name(self) -> dict[str, list[AgentSpec]]:
        return _grouped((slug(spec.name), spec) for spec in self.agents)

    @cached_property
    def _by_collection(self) -> dict[str, list[AgentSpec]]:
        return _grouped((_collection(spec), spec) for spec in self.agents)


def published_path(spec: AgentSpec) -> str:
    """What patterns of its collection's `publish` are held against."""
    return spec.source.path if spec.source and spec.source.path else spec.id


def idle_choices(library: Library, place: Callable[[str, str], Span]) -> Iterator[Finding]:
    """Patterns of `publish` that fit no agent of their collection, which may have been meant to hold one back.

    `place` tells where a collection, by name, has a pattern. Collections without agents are still to be read.
    """
    for name, home in library.collections.items():
        paths = [published_path(spec) for spec in library.in_collection(name)]
        for pattern, value in home.idle_choices(paths) if paths else ():
            rule = rules.HOLDS_NOBODY if value in {"none", "summary"} else rules.SHOWS_NOBODY
            near = meant_pattern(pattern, paths)
            hint = f"; did you mean {near!r}?" if near else ""
            yield rule.at(place(name, pattern), pattern=pattern, collection=name, hint=hint)


def own_choices(spec: AgentSpec) -> Iterator[tuple[str, Json]]:
    """What an agent's own file says of how much of it is shown: pointers into the spec, and the values there."""
    for id_, held in spec.extensions.items():
        for key, value in held.items():
            if key.lower() == "publish" and value is not None:
                yield f"/extensions/{id_}/{key}", value


def unclear_choices(spec: AgentSpec) -> Iterator[tuple[str, Json]]:
    """Those of them that mean nothing; they hide the agent, for they may have been meant to."""
    return ((pointer, value) for pointer, value in own_choices(spec) if _word(value) is None)


def _word(value: Json) -> Publish | None:
    return PUBLISH.get(str(value).strip().lower())


def _grouped(pairs: Iterable[tuple[str, AgentSpec]]) -> dict[str, list[AgentSpec]]:
    groups: dict[str, list[AgentSpec]] = {}
    for key, spec in pairs:
        groups.setdefault(key, []).append(spec)
    return groups


def _called(spec: AgentSpec) -> set[str]:
    """What an agent may be called by besides its name, slugged."""
    return {slug(spec.id.rpartition("/")[2]), slug(spec.title or spec.derived.title or ""), *map(slug, spec.aliases)}


def _collection(spec: AgentSpec) -> str:
    return spec.source.collection if spec.source else ""


def library_of(
    specs: Iterable[AgentSpec],
    collections: Mapping[str, Collection] = MappingProxyType({}),
    findings: Iterable[Finding] = (),
) -> Library:
    """A library of `specs`; of several with one key only the first stays, and the others are found."""
    found = list(findings)
    by_key = _grouped((Library.key(spec), spec) for spec in sorted(specs, key=lambda s: (_collection(s), s.id)))
    for key, same in by_key.items():
        if len(same) > 1:
            owners = ", ".join(s.source.path if s.source and s.source.path else s.name for s in same)
            clash = f"have the id {key}, and only the first is taken"
            found.append(rules.CLASH.at(Span(key), count=len(same), clash=clash, owners=owners))
    agents = [same[0] for same in by_key.values()]
    by_collection = _grouped((_collection(spec), spec) for spec in agents)
    known = {name: _unlisted(name, of) for name, of in by_collection.items() if name} | dict(collections)
    return Library(MappingProxyType(dict(sorted(known.items()))), tuple(agents), tuple(found))


def _unlisted(name: str, agents: Iterable[AgentSpec]) -> Collection:
    """A collection nobody described: what all its agents' sources agree on."""
    sources = [spec.source for spec in agents if spec.source]
    licences = {source.license for source in sources}
    repositories = {source.repository for source in sources}
    return Collection(
        name,
        license=licences.pop() if len(licences) == 1 else NO_LICENCE,
        repository=repositories.pop() if len(repositories) == 1 else None,
    )


def load_library(root: Path, read: Read) -> Library:
    """Load every `<collection>/**/*.yaml` below `root`; a bad file gives findings and the others go on.

    A spec without a collection or an id takes them from its place. Dot-folders, and what lies
    directly in `root`, are not agents.
    """
    collections, found = load_collections(root / "collections.yaml")
    if not root.is_dir():
        found.append(rules.UNREADABLE.at(Span(root.as_posix()), problem="no such folder"))
    specs: list[AgentSpec] = []
    for path, place in _spec_files(root):
        try:
            spec, problems = read(path)
        except OSError as error:
            spec, problems = None, [rules.UNREADABLE.at(Span(path.as_posix()), problem=error.strerror or str(error))]
        found.extend(problems)
        if spec is not None:
            specs.append(_placed(spec, place))
    return library_of(specs, collections, found)


def _spec_files(root: Path) -> list[tuple[Path, PurePosixPath]]:
    """The files to load and their places below `root`, sorted by place."""
    below = ((path, PurePosixPath(path.relative_to(root).as_posix())) for path in root.rglob("*.yaml"))
    specs = [
        (path, place)
        for path, place in below
        if len(place.parts) > 1 and not any(part.startswith(".") for part in place.parts) and not path.is_dir()
    ]
    return sorted(specs, key=lambda pair: pair[1].parts)


def _placed(spec: AgentSpec, place: PurePosixPath) -> AgentSpec:
    collection = place.parts[0]
    if not spec.id:
        spec = replace(spec, id="/".join(place.parts[1:]).removesuffix(".yaml"))
    if spec.source is None:
        return replace(spec, source=Source(collection=collection))
    return spec if spec.source.collection else replace(spec, source=replace(spec.source, collection=collection))


__all__ = [
    "Collection",
    "Library",
    "Provenance",
    "described_collections",
    "identity",
    "library_of",
    "load_collections",
    "load_library",
    "load_locks",
    "slug",
]
