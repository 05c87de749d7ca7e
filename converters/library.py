"""The library: collections of agents, who each agent is, and which copy of it is the truth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from converters import findings as rules
from converters.findings import RULES, Finding, Span
from converters.identity import identity, slug
from converters.model import NO_LICENCE, AgentSpec, Source
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node, Scalar, SyntaxFault
from converters.syntax import Sequence as SequenceNode
from converters.syntax.yaml import compose

Origin: TypeAlias = Literal["files", "specs", "remote"]
Shown: TypeAlias = Literal["full", "summary", "none"]
Publish: TypeAlias = Literal["auto", "full", "summary", "none"]
Read: TypeAlias = Callable[[Path], tuple[AgentSpec | None, list[Finding]]]

# --- collections ---------------------------------------------------------------------------------

_NONE: Mapping[str, str] = {}
_NO_WORDS: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Collection:
    """One source of agents, as its owner describes it in `specs/collections.yaml`."""

    name: str
    """Also the name of its folder below `specs/`."""
    _: KW_ONLY
    title: str | None = None
    description: str | None = None
    root: str | None = None
    """Folder of the source files, below the project."""
    origin: Origin = "files"
    """Which copy is the truth: the source files, the specs, or a synced repository."""
    license: str = NO_LICENCE
    """SPDX identifier, or `NOASSERTION`."""
    repository: str | None = None
    """URL of the repository it is taken from."""
    revision: str | None = None
    """The commit, tag or branch to take."""
    format: str | None = None
    """Id of the format its files are read as; `None` leaves that to detection."""
    include: tuple[str, ...] = ()
    """Patterns of the files to read; empty means all."""
    exclude: tuple[str, ...] = ()
    publish: Publish = "auto"
    """How much of each agent the site shows; what `auto` comes to, `Library.shown` says."""
    ids: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Ids set by hand, by source path; `path#member` inside a shared file."""
    aliases: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Names the collection's agents use, and the name, id or `collection/id` they mean."""
    not_agents: tuple[str, ...] = ()
    """Names the collection's agents use that mean nobody."""
    check: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_WORDS)
    """Codes, their beginnings and names of the findings not to be told, by pattern of the files; `*` is all."""

    def id_of(self, path: str, *, suffixes: Sequence[str] = (), member: str | None = None) -> str:
        """The id set by hand for the agent at `path`, else its `identity`."""
        key = path if member is None else f"{path}#{member}"
        return self.ids.get(key) or identity(path, suffixes=suffixes, member=member)


_TEXTS = ("title", "description", "root", "origin", "license", "repository", "revision", "format", "publish")
_LISTS = ("include", "exclude", "not_agents")
_MAPPINGS = ("ids", "aliases")
_KEYS = (*_TEXTS, *_LISTS, *_MAPPINGS, "check")
_CHOICES: Mapping[str, tuple[str, ...]] = {"origin": get_args(Origin), "publish": get_args(Publish)}
_NAME = re.compile(r"(?!(?:con|prn|aux|nul|(?:com|lpt)\d)(?:\.|\Z))[^\W_](?:[\w.-]*\w)?\Z", re.IGNORECASE)


def load_collections(path: Path) -> tuple[dict[str, Collection], list[Finding]]:
    """The collections described at `path`, by name and sorted; what is wrong there is found, never raised.

    Values are text exactly as spelled (`license: 1.10` is `1.10`). A collection keeps what is
    right about it. A file that does not exist describes none.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        return {}, [rules.UNREADABLE.at(Span(path.as_posix()), problem=str(error))]
    reader = _Reader(path.as_posix())
    try:
        root = compose(text)
    except SyntaxFault as fault:
        facts: dict[str, Any] = {
            "problem": fault.problem,
            "what": fault.problem,
            "size": len(text),
            "unit": "characters",
            "limit": "65,536",
        }
        return {}, [RULES[fault.code].at(Span(reader.path, fault.at, fault.at + 1), **facts)]
    found = dict(reader.collections(root)) if root is not None else {}
    return dict(sorted(found.items())), reader.findings


class _Reader:
    """Gathers findings while it reads the nodes of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def bad(self, node: Node, key: str, problem: str) -> None:
        self.findings.append(rules.BAD_VALUE.at(Span(self.path, node.start, node.stop), key=key, problem=problem))

    def pairs(self, node: Node, key: str) -> Iterator[tuple[Scalar, Node]]:
        """Each key once, with its last value."""
        if _is_null(node):
            return
        if not isinstance(node, MappingNode):
            self.bad(node, key, "must be a mapping")
            return
        last: dict[str, tuple[Scalar, Node]] = {}
        for name, value in node.pairs:
            if name.text in last:
                earlier = last.pop(name.text)[0]
                self.findings.append(
                    rules.DUPLICATE_KEY.at(Span(self.path, earlier.start, earlier.stop), key=name.text)
                )
            last[name.text] = name, value
        yield from last.values()

    def text(self, node: Node, key: str) -> str | None:
        if isinstance(node, Scalar):
            return None if _is_null(node) else node.text.strip()
        self.bad(node, key, "must be text")
        return None

    def collections(self, root: Node) -> Iterator[tuple[str, Collection]]:
        folders: set[str] = set()
        for name, node in self.pairs(root, "collections"):
            if not _NAME.match(name.text):
                self.bad(name, name.text, "must be a plain folder name of letters, digits, `-`, `_` and `.`")
            elif name.text.casefold() in folders:
                self.bad(name, name.text, "differs only in case from another collection")
            else:
                folders.add(name.text.casefold())
                yield name.text, self.collection(name.text, node)

    def collection(self, name: str, node: Node) -> Collection:
        facts: dict[str, object] = {}
        for key, value in self.pairs(node, name):
            where = f"{name}.{key.text}"
            if key.text not in _KEYS:
                near = get_close_matches(key.text, _KEYS, 1)
                self.bad(key, where, "no such key" + (f"; did you mean {near[0]}?" if near else ""))
            elif key.text in _MAPPINGS:
                facts[key.text] = dict(self.mapping(value, key.text, where))
            elif key.text == "check":
                facts[key.text] = dict(self.ignored(value, where))
            elif key.text in _LISTS:
                facts[key.text] = tuple(text for _, text in self.listed(value, where))
            elif (text := self.text(value, where)) is not None:
                if text not in (allowed := _CHOICES.get(key.text, (text,))):
                    self.bad(value, where, f"must be one of {', '.join(allowed)}")
                else:
                    facts[key.text] = text
        return replace(Collection(name), **facts)  # type: ignore[arg-type]  # keys and types checked above

    def listed(self, node: Node, where: str) -> Iterator[tuple[Node, str]]:
        """The items of a list; text alone is a list of one."""
        for item in node.items if isinstance(node, SequenceNode) else () if _is_null(node) else (node,):
            if text := self.text(item, where):
                yield item, text

    def ignored(self, node: Node, where: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What is not to be told, by pattern: `ignore` for all files, `paths` for some."""
        for key, value in self.pairs(node, where):
            if key.text == "ignore":
                yield "*", tuple(self.rules(value, f"{where}.ignore"))
            elif key.text == "paths":
                for pattern, words in self.pairs(value, f"{where}.paths"):
                    yield pattern.text, tuple(self.rules(words, f"{where}.paths.{pattern.text}"))
            else:
                self.bad(key, f"{where}.{key.text}", "no such key; there are ignore and paths")

    def rules(self, node: Node, where: str) -> Iterator[str]:
        """Words that mean findings."""
        for item, word in self.listed(node, where):
            if rules.meant(word):
                yield word
            else:
                near = get_close_matches(word.lower(), [rule.name for rule in RULES.values()], 1)
                hint = f"did you mean {near[0]}?" if near else "`specs explain` lists them"
                self.bad(item, where, f"no rule is called {word!r}; {hint}")

    def mapping(self, node: Node, kind: str, where: str) -> Iterator[tuple[str, str]]:
        for key, value in self.pairs(node, where):
            text = self.text(value, f"{where}.{key.text}")
            if text and kind == "ids" and identity(f"{text}/x").removesuffix("/x") != text:
                self.bad(
                    value, f"{where}.{key.text}", "an id is lower-case words joined by `-`, in folders joined by `/`"
                )
            elif text:
                yield key.text, text


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and node.text in {"", "~", "null"}


# --- the library ---------------------------------------------------------------------------------


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

        Without a licence an agent is shown whole only if no repository is named that it came from: then
        it is the publisher's own.
        """
        home = self.collections.get(_collection(spec)) or Collection(_collection(spec))
        if home.publish != "auto":
            return home.publish
        terms = self.provenance(spec)
        foreign = home.origin == "remote" or terms.repository is not None
        return "summary" if foreign and terms.license == NO_LICENCE else "full"

    @cached_property
    def _by_key(self) -> dict[str, AgentSpec]:
        return {self.key(spec): spec for spec in self.agents}

    @cached_property
    def _by_name(self) -> dict[str, list[AgentSpec]]:
        return _grouped((slug(spec.name), spec) for spec in self.agents)

    @cached_property
    def _by_collection(self) -> dict[str, list[AgentSpec]]:
        return _grouped((_collection(spec), spec) for spec in self.agents)


def _grouped(pairs: Iterable[tuple[str, AgentSpec]]) -> dict[str, list[AgentSpec]]:
    groups: dict[str, list[AgentSpec]] = {}
    for key, spec in pairs:
        groups.setdefault(key, []).append(spec)
    return groups


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
            found.append(rules.CLASH.at(Span(key), count=len(same), path=f"{key}.yaml", owners=owners))
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
    "identity",
    "library_of",
    "load_collections",
    "load_library",
    "slug",
]
