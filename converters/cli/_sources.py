"""What agents are installed from: a library, a folder of agents, or a published catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from converters import canonical
from converters.cli._console import Console
from converters.cli._library import SPECS, ambiguous, chosen, has_moved, library_from
from converters.cli._scopes import named_from
from converters.conversion import CANONICAL, Options, Outcome
from converters.findings import ERROR, Finding, printable, worst
from converters.formats import FORMATS
from converters.identity import slug
from converters.installing import Origin, digest
from converters.library import Library
from converters.manifest import text_of
from converters.model import AgentSpec, SharedDocument
from converters.remotes import is_web_address

if TYPE_CHECKING:
    from converters.published import Published


@dataclass(frozen=True, slots=True)
class Found:
    """One agent on its way to be installed."""

    key: str
    outcome: Outcome | None
    """`None` where it cannot be had."""
    origin: Origin | None = None
    problem: str = ""
    """Why it cannot be had."""


class Source(Protocol):
    """Something that agents are installed from."""

    @property
    def shown(self) -> str:
        """What people call it."""

    def meant(self, name: str) -> Sequence[str]:
        """The keys of the agents meant by a key, an id or a name, and by the key or id of another time."""

    def has_moved(self, name: str, key: str) -> bool:
        """Whether a name is an id or key that the agent of that key had before, and has no more."""

    def keys(self, collection: str | None) -> Sequence[str]:
        """The keys of a collection's agents, or of all."""

    def found(self, keys: Sequence[str], root: Path, *, personal: bool) -> Iterator[Found]:
        """The agents with these keys, to be installed below a root."""

    def now(self, key: str, text: str | None = None, others: Collection[str] = ()) -> str | None:
        """The key of the agent that had this one before; `None` where that is nobody, several, or it still has it.

        Where none says so, it is the one of its collection with its name and prompt, by their digest `text`, if that
        is none of the `others`, which are installed themselves.
        """

    def is_as_it_was(self, key: str, spec: str, document: str | None) -> bool | None:
        """Whether an agent is what its digests say; `None` where there is none of that key."""


def source_at(where: str | None, console: Console) -> Source:
    """The source at an address or a path; ends the run where there is none."""
    return Catalogue(where) if where and is_web_address(where) else Local(where, console)


def keys_of(source: Source, names: Iterable[str], collections: Iterable[str], *, every: bool) -> list[str]:
    """The keys that names, collections or everything come to, each once; ends the run where one is nobody's."""
    keys = list(source.keys(None)) if every else []
    for collection in collections:
        held = source.keys(collection)
        if not held:
            raise click.ClickException(f"There is no collection {collection!r} in {source.shown}.")
        keys += held
    for name in names:
        meant = source.meant(name)
        if not meant:
            raise click.ClickException(f"There is no agent {name!r} in {source.shown}.{_near(source, name)}")
        if len(meant) > 1:
            raise click.ClickException(ambiguous(name, meant))
        keys += meant
    return list(dict.fromkeys(keys))


def moved_of(source: Source, names: Iterable[str]) -> dict[str, str]:
    """The ids and keys among some names that agents had before, each with the key of the one that had it."""
    return {name: key for name in names for key in source.meant(name) if source.has_moved(name, key)}


def _near(source: Source, name: str) -> str:
    """What was perhaps meant by a name that is nobody's."""
    ids = {slug(key.rpartition("/")[2]): key for key in source.keys(None)}
    near = [printable(ids[word]) for word in get_close_matches(slug(name.rpartition("/")[2]), ids, 3)]
    return f" Did you mean {' or '.join(near)}?" if near else ""


class Local:
    """A library or a folder on this machine."""

    def __init__(self, where: str | None, console: Console) -> None:
        self.shown = where or f"{SPECS}/"
        self._where = Path(where or SPECS)
        self._files: dict[str, Path] = {}
        least = console.least
        self._outcomes: dict[str, Outcome] = {}
        paths, options = (where,) if where else (), Options(targets=())  # for tools: their texts are kept
        self._library = library_from(paths, console, options, self._files, self._outcomes, option="--from")
        console.least = least  # what reading told of all is one thing, what installing loses another

    def meant(self, name: str) -> Sequence[str]:
        return [Library.key(spec) for spec in chosen(self._library, name)]

    def has_moved(self, name: str, key: str) -> bool:
        spec = self._library.get(key)
        return spec is not None and has_moved(name, key, spec.name, spec.aliases)

    def keys(self, collection: str | None) -> Sequence[str]:
        agents = self._library.agents if collection is None else self._library.in_collection(collection)
        return [Library.key(spec) for spec in agents]

    def found(self, keys: Sequence[str], root: Path, *, personal: bool) -> Iterator[Found]:
        named = named_from(root, self._where, personal=personal)
        for key in keys:
            spec = self._library.get(key)
            assert spec is not None
            revision = self._library.provenance(spec).revision
            yield Found(key, self._outcome(key, spec), Origin(named, spec, revision))

    def now(self, key: str, text: str | None = None, others: Collection[str] = ()) -> str | None:
        collection, _, id_ = key.partition("/")
        held = () if self._library.get(key) else self._library.in_collection(collection)
        found = [Library.key(spec) for spec in held if id_ in spec.aliases]
        if not found and text:
            found = [Library.key(spec) for spec in held if text_of(spec) == text]
            found = [] if len(found) == 1 and found[0] in others else found
        return found[0] if len(found) == 1 else None

    def is_as_it_was(self, key: str, spec: str, document: str | None) -> bool | None:
        held = self._library.get(key)
        return None if held is None else digest(held) == spec

    def _outcome(self, key: str, spec: AgentSpec) -> Outcome:
        """One agent by itself, with its text and what stands around it in the file it shares with others."""
        read = self._outcomes.get(key)
        if read is not None:
            places = tuple(at for at, one in zip(read.places, read.specs, strict=False) if one is spec)
            return Outcome(
                shown=read.shown, status="read", format=read.format, specs=(spec,), places=places, shared=read.shared,
                text=read.text,
            )  # fmt: skip
        shown = self._files[key].as_posix() if key in self._files else key
        return Outcome(shown=shown, status="read", format=CANONICAL, specs=(spec,), shared=self._record(spec))

    def _record(self, spec: AgentSpec) -> SharedDocument | None:
        """What stands around an agent of a library in the file it shares with others."""
        source = spec.source
        if source is None or source.format not in FORMATS or not FORMATS[source.format].shared:
            return None
        return canonical.load_shared(self._where / source.collection / canonical.shared_path(source))


class Catalogue:
    """A published catalogue."""

    def __init__(self, address: str) -> None:
        from converters.published import Published, Unreachable

        self._unreachable = Unreachable
        try:
            self._catalogue: Published = Published(address)
        except Unreachable as error:
            raise click.ClickException(str(error)) from None
        self._compared: dict[tuple[str, str, str | None], bool | None] = {}

    @property
    def shown(self) -> str:
        """The address of its root."""
        return self._catalogue.root

    def meant(self, name: str) -> Sequence[str]:
        try:
            found: Sequence[str] = self._catalogue.keys(name)
        except self._unreachable as error:
            raise click.ClickException(str(error)) from None
        ending = slug(name)
        found = found or [key for key in self.keys(None) if ending and slug(key.rpartition("/")[2]) == ending]
        return found or self._had(name)

    def has_moved(self, name: str, key: str) -> bool:
        return key not in self._catalogue.keys(name) and key in self._had(name)

    def _had(self, name: str) -> list[str]:
        """The keys of the agents that had this id, or this key, before."""
        homes = dict.fromkeys(f"{key.partition('/')[0]}/" for key in self.keys(None))
        now = {self._catalogue.now(f"{home}{name}") for home in ("", *homes)}
        return sorted(key for key in now if key)

    def keys(self, collection: str | None) -> Sequence[str]:
        try:
            keys = [entry.key for entry in self._catalogue.entries()]
        except self._unreachable as error:
            raise click.ClickException(str(error)) from None
        return [key for key in keys if collection in {None, key.partition("/")[0]}]

    def found(self, keys: Sequence[str], root: Path, *, personal: bool) -> Iterator[Found]:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(AT_ONCE, len(keys) or 1)) as pool:
            yield from pool.map(self._found, keys)

    def now(self, key: str, text: str | None = None, others: Collection[str] = ()) -> str | None:
        try:  # its agents are not had without asking for each: only former ids tell
            return self._catalogue.now(key)
        except self._unreachable as error:
            raise click.ClickException(str(error)) from None

    def is_as_it_was(self, key: str, spec: str, document: str | None) -> bool | None:
        asked = (key, spec, document)
        if asked not in self._compared:
            self._compared[asked] = self._is_as_it_was(*asked)
        return self._compared[asked]

    def _is_as_it_was(self, key: str, spec: str, document: str | None) -> bool | None:
        try:
            if document is not None and self._catalogue.sha256(key) == document:
                return True
            found = self._found(key)
        except self._unreachable:
            return None
        return None if found.origin is None else digest(found.origin.spec) == spec

    def _found(self, key: str) -> Found:
        shown = self._catalogue.address(key)
        try:
            taken = self._catalogue.taken(key)
        except self._unreachable as error:
            return Found(key, None, problem=str(error))
        spec, findings = canonical.load(taken.document, shown)
        if spec is None:
            return Found(key, Outcome(shown=shown, status="refused", format=CANONICAL, findings=findings))
        if Library.key(spec) != key:
            return Found(key, None, problem=f"{shown} is about another agent")
        said = spec.source.sha256 if spec.source else None
        if said and taken.source_sha256 and said != taken.source_sha256:
            return Found(key, None, problem=f"{shown} was made from another file than the catalogue says")
        record, told = _shared(taken.record, shown)
        outcome = Outcome(
            shown=shown, status="read", format=CANONICAL, specs=(spec,), shared=record, findings=[*findings, *told]
        )
        revision = taken.revision or (spec.source.revision if spec.source else None)
        return Found(key, outcome, Origin(self.shown, spec, revision, taken.sha256))


AT_ONCE = 8
"""Agents fetched at a time."""


def _shared(record: str | None, shown: str) -> tuple[SharedDocument | None, list[Finding]]:
    """The record of a shared file, from its text."""
    from converters.validation import validate

    if record is None:
        return None, []
    said, found = canonical.parse(record, shown)
    if said is None or "shared" not in said:
        return None, found
    found = [*found, *validate(said, shown)]
    return (None, found) if (worst(found) or 0) >= ERROR else (canonical.shared_from_json(said), found)
