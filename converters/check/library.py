"""Checking a library: its specs, whether they still follow from their sources, and whom they name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection as Some
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from converters import canonical, validation
from converters.check import security
from converters.check._checked import Checked
from converters.check.names import Folder, faults
from converters.check.places import Places, text_of
from converters.check.publishing import unclear_of_spec
from converters.check.sources import below, folder, presumed_folder, synced_folder
from converters.collection import choice_place
from converters.conversion import Options, understand
from converters.derive import derive
from converters.fields import access_of_spec
from converters.findings import (
    DEAD_ALIAS,
    EDITED_SPEC,
    ONE_WAY,
    SOURCE_GONE,
    STALE,
    STALE_SPEC,
    SUMMARIES,
    UNREADABLE,
    Finding,
    Span,
)
from converters.findings import NO_LICENCE as UNLICENSED
from converters.identity import slug
from converters.inputs import Input, read_bytes
from converters.library import Collection, Library, idle_choices, library_of, load_collections, unclear_choices
from converters.model import NO_LICENCE, AgentSpec, Derived, Source
from converters.output import Output
from converters.references import references
from converters.sections import kind

_NOT_SPECS = frozenset({"collections.yaml", ".specs-manifest.json"})


def check_library(
    root: Path, paths: Mapping[Path, str], sources: dict[Path, str], raw: Folder, named: set[str]
) -> Iterator[Checked]:
    """Check files of the library at `root` one by one, and then what its agents say of each other.

    `paths` are the files to tell about, absolute like `root`, each as the user would write it; `sources` takes
    the source files of those in the same way. What was found in the `raw` files of agents is not told again of
    their specs; `named` takes the keys of those whose words for each other are told of here.
    """
    library = _Library(root, raw)
    described = root / "collections.yaml"
    if described in paths:
        yield library.described(paths[described])
    collections = {path.relative_to(root).parts[0] for path in paths}
    specs: list[AgentSpec] = []
    for path in library.files():
        place = path.relative_to(root).parts
        beside = place[1].startswith(".") and place[0] in collections  # the walk passes over dot-folders
        checked, spec = library.check(path, paths.get(path) or (_shown(path) if beside else None))
        if checked is not None:
            yield checked
        if spec is not None:
            specs.append(spec)
    yield from library.clashes(specs)
    yield from library.unlicensed(specs, collections)
    told = frozenset(Library.key(spec) for spec in specs if library.file_of(spec) in paths)
    sources.update(library.sources(specs, told))
    yield from library.publishing(specs, told)
    yield from library.names(specs, told)
    named.update(Library.key(spec) for spec in specs if Library.key(spec) in told and raw.holds(spec))
    if described in paths:
        yield from library.aliases(specs, paths[described])
        yield from library.idle(specs, paths[described])


class _Library:
    """One library on disk, its sources beside it."""

    def __init__(self, root: Path, raw: Folder) -> None:
        self.root = root
        self._raw = raw
        self.collections, self._found = load_collections(root / "collections.yaml")
        self._owned = Output(root).owned
        self._places: dict[str, Path] = {}
        """Where each spec was loaded from, by its key."""
        self._silent: set[str] = set()
        """Names of agents whose specs are not valid: whom they name is not known."""

    def described(self, shown: str) -> Checked:
        """What was found in collections.yaml."""
        text = (self.root / "collections.yaml").read_text(encoding="utf-8-sig", errors="replace")
        place = Path(shown)  # of the lock file beside it, too, is told here
        found = (
            replace(f, span=replace(f.span, path=place.with_name(Path(f.span.path).name).as_posix()))
            for f in self._found
        )
        return Checked(shown, text, tuple(found), holds_agents=False)

    def files(self) -> list[Path]:
        """The files that are specs, or records of shared files, sorted."""
        below = (path for path in self.root.rglob("*") if path.suffix in {".yaml", ".yml", ".json"})
        return sorted(
            path for path in below if path.name not in _NOT_SPECS and path.parent != self.root and path.is_file()
        )

    def file_of(self, spec: AgentSpec) -> Path | None:
        """The file a spec was loaded from."""
        return self._places.get(Library.key(spec))

    def check(self, path: Path, shown: str | None) -> tuple[Checked | None, AgentSpec | None]:
        """Load a file; where it is to be told about, as `shown`, check all that can be known of it alone."""
        raw = read_bytes(path, shown or str(path))
        if isinstance(raw, Finding):
            return (Checked(shown, None, (raw,)) if shown else None), None
        try:
            text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            return (Checked(shown, None, (UNREADABLE.at(Span(shown), problem=error),)) if shown else None), None
        if any(part.startswith(".") for part in path.relative_to(self.root).parts):
            return (self._record(shown, text) if shown else None), None
        spec, found = canonical.load(text, shown or str(path))
        placed = self._placed(spec or _broken(text, path), path)
        self._places.setdefault(Library.key(placed), path)
        if spec is None:
            self._silent.add(slug(placed.name))
        if not shown:
            return None, placed
        if spec is not None:
            places = Places(shown, text)
            found += _stale(placed, places)
            found += self._against_source(placed, path, text, places)
            found += () if self._raw.holds(placed) else security.of_spec(placed, text, places)
        source = self.source_file(placed.source) if placed.source else None
        beside, home = _shown(source) if source else None, path.relative_to(self.root).parts[0]
        return Checked(shown, text, tuple(found), collection=home, beside=beside), placed

    def _record(self, shown: str, text: str) -> Checked:
        said, found = canonical.parse(text, shown)
        if said is not None:
            found = validation.validate(said, shown, text)
        return Checked(shown, text, tuple(found), holds_agents=False)

    def _placed(self, spec: AgentSpec, path: Path) -> AgentSpec:
        """The spec with what its place says of it."""
        place = path.relative_to(self.root)
        if not spec.id:
            spec = replace(spec, id=place.relative_to(place.parts[0]).with_suffix("").as_posix())
        source = spec.source or Source()
        return spec if source.collection else replace(spec, source=replace(source, collection=place.parts[0]))

    # --- against the source ------------------------------------------------------------------

    def _against_source(self, spec: AgentSpec, path: Path, text: str, places: Places) -> Iterator[Finding]:
        source = spec.source
        if source is None or not source.path or not source.sha256:
            return
        home = self.collections.get(source.collection) or Collection(source.collection)
        where = self.source_file(source)
        raw = read_bytes(where, str(where)) if where and where.is_file() else None
        shown = _shown(where) if where else source.path
        same = isinstance(raw, bytes) and _sha(raw) == source.sha256
        if home.origin != "specs" and self._edited(spec, path, text, raw if same and isinstance(raw, bytes) else None):
            yield EDITED_SPEC.at(places.key(""), path=shown)
        if isinstance(raw, bytes) and not same:
            yield STALE_SPEC.at(places.key("/source/sha256"), path=shown)
        if self._is_orphan(spec):
            yield SOURCE_GONE.at(places.key("/source/path"), path=shown)

    def _is_orphan(self, spec: AgentSpec) -> bool:
        """Whether the file that a spec was made from is no longer there, though that is where the truth lies."""
        home = self.collections.get(spec.source.collection) if spec.source else None
        where = self.source_file(spec.source) if spec.source and spec.source.path and spec.source.sha256 else None
        return where is not None and not where.exists() and (home is None or home.origin == "files")

    def source_file(self, source: Source) -> Path | None:
        """The file a spec was made from, where its collection says where those lie."""
        home = self.collections.get(source.collection)
        return below(folder(home, self.root.parent), source.path) if home else None

    def _to_edit(self, source: Source) -> Path | None:
        """The file in which to mend what a spec says: its source, also where that is synced from a folder here.

        Only the description of the project that one stands in is trusted to name folders elsewhere. Where nobody says
        in which folder the sources lie, it is the one that is called as the collection, if the file there is the same.
        """
        home, project = self.collections.get(source.collection) or Collection(source.collection), self.root.parent
        if home.origin == "specs":
            return None
        if presumed := below(presumed_folder(home, project), source.path):
            raw = read_bytes(presumed, str(presumed)) if presumed.is_file() else None
            return presumed if isinstance(raw, bytes) and _sha(raw) == source.sha256 else None
        elsewhere = synced_folder(home, project) if self.root == Path.cwd() / "specs" else None
        return self.source_file(source) or below(elsewhere, source.path)

    def _is_generated(self, source: Source) -> bool:
        home = self.collections.get(source.collection)
        return bool(source.path) and (home is None or home.origin != "specs")

    def sources(self, specs: list[AgentSpec], told: Some[str]) -> Iterator[tuple[Path, str]]:
        """The source files there are of the agents that are told about."""
        for spec in specs:
            where = self.source_file(spec.source) if spec.source and Library.key(spec) in told else None
            if where is not None and where.is_file():
                yield where, _shown(where)

    def _edited(self, spec: AgentSpec, path: Path, text: str, raw: bytes | None) -> bool:
        """Whether somebody changed a spec since we wrote it: by our manifest, else made anew from its source."""
        owned = self._owned.get(path.relative_to(self.root).as_posix())
        if owned is not None:
            return _sha(text.encode("utf-8", "surrogateescape")) != owned.sha256
        if raw is None or spec.source is None:
            return False
        made = self._made(spec.source, raw).get(spec.id)
        return made is not None and _from_file(made) != _from_file(spec)

    def _made(self, source: Source, raw: bytes) -> Mapping[str, AgentSpec]:
        """The agents of a source file as we read it today, by id."""
        where = self.source_file(source) or Path(source.path)
        again = Input(where, source.path, source.path, source.collection, explicit=True)
        outcome = understand(again, Options(source=source.format), self.collections.get(source.collection), raw)
        return {spec.id: spec for spec in outcome.specs}

    # --- what the agents say of each other -----------------------------------------------------

    def clashes(self, specs: list[AgentSpec]) -> Iterator[Checked]:
        """Specs that have one key."""
        for finding in library_of(specs).findings:
            path = _shown(self.root / f"{finding.span.path}.yaml")
            yield Checked(path, None, (replace(finding, span=Span(path)),), counts=False)

    def unlicensed(self, specs: list[AgentSpec], collections: Some[str]) -> Iterator[Checked]:
        """Collections whose terms nobody stated: those that publish whole prompts, and those that do not for it."""
        silent = {spec.source.collection: spec for spec in specs if spec.source and spec.source.license == NO_LICENCE}
        path = self.root / "collections.yaml"
        text = text_of(path) if path.is_file() else None
        library = Library(self.collections, ())
        for name in sorted(set(silent) & set(collections)):
            home = self.collections.get(name) or Collection(name)
            rule = {"full": UNLICENSED, "summary": SUMMARIES}.get(library.shown(silent[name]))
            if home.license == NO_LICENCE and home.publish in {"auto", "full"} and rule:
                place = Places(_shown(path), text or "").key(f"/{name}")
                yield Checked(place.path, text, (rule.at(place, collection=name),), counts=False)

    def publishing(self, specs: list[AgentSpec], told: Some[str]) -> Iterator[Checked]:
        """What agents' own files say of publishing and nobody understands."""
        for spec in specs:
            if Library.key(spec) not in told or self._raw.holds(spec) or not any(unclear_choices(spec)):
                continue
            path = self._places[Library.key(spec)]
            text, where = text_of(path) or "", self._to_edit(spec.source or Source())
            written = text_of(where) if where and where.is_file() else None
            source = (written, _shown(where)) if where and written else None
            home = Library.key(spec).partition("/")[0]
            for finding in unclear_of_spec(spec, Places(_shown(path), text), source):
                shown = finding.span.path
                seen = written if source and shown == source[1] else text
                yield Checked(shown, seen, (finding,), counts=False, collection=home, beside=_shown(path))

    def names(self, specs: list[AgentSpec], told: Some[str]) -> Iterator[Checked]:
        """What the graph finds, at the words in the source file where that is known, else in the spec.

        An agent whose source is gone from files that were checked, too, is nobody that these can name.
        """
        walked = self._raw.collections()
        there = [s for s in specs if not (Library.key(s).partition("/")[0] in walked and self._is_orphan(s))]
        read = cache(text_of)
        places = cache(lambda path: Places(_shown(path), read(path) or ""))
        by_key = {Library.key(spec): spec for spec in specs}
        for fault in faults(there, self.collections):
            key = Library.key(fault.agent)
            if key not in told or (fault.finding.rule is ONE_WAY and fault.finding.facts["agent"] in self._silent):
                continue
            if self._raw.has(by_key[key]) and not self._raw.holds(by_key[key]):
                continue  # the file says something else by now, and is asked itself
            source = by_key[key].source or Source()
            where = self._to_edit(source)
            text = read(where) if where and where.is_file() else None
            span = fault.within(text, _shown(where)) if where and text else None
            finding = fault.at(span) if span else None
            if finding is None:
                path = self._places[key]
                text, span = read(path) or "", places(path).key(fault.pointer)
                finding = fault.in_spec(span, source.path if self._is_generated(source) else "")
            home, file = key.partition("/")[0], _shown(self._places[key])
            yield Checked(finding.span.path, text, (finding,), counts=False, collection=home, beside=file)

    def aliases(self, specs: list[AgentSpec], shown: str) -> Iterator[Checked]:
        """Aliases of collections.yaml that mean nobody; those of a collection without specs are for its raw files."""
        from converters.graph import Resolver

        text = text_of(self.root / "collections.yaml") or ""
        places = Places(shown, text)
        library = library_of(specs, self.collections)
        for collection, alias, meant in Resolver(library).dead_aliases():
            if not library.in_collection(collection):
                continue
            place = places.key(f"/{collection}/aliases/{alias}")
            yield Checked(shown, text, (DEAD_ALIAS.at(place, alias=alias, meant=meant),), counts=False)

    def idle(self, specs: list[AgentSpec], shown: str) -> Iterator[Checked]:
        """Patterns of `publish` in collections.yaml that fit no agent."""
        text = text_of(self.root / "collections.yaml") or ""
        library = library_of(specs, self.collections)
        for finding in idle_choices(library, partial(choice_place, shown, text)):
            yield Checked(shown, text, (finding,), counts=False)


def _broken(text: str, path: Path) -> AgentSpec:
    """A spec that is not valid, as the others know it: by its name."""
    said, _ = canonical.parse(text, str(path))
    name = said.get("name") if said else None
    return AgentSpec(name=name if isinstance(name, str) and name else path.stem)


def _stale(spec: AgentSpec, places: Places) -> Iterator[Finding]:
    """Derived fields that are no longer what follows from the rest."""
    if spec.derived != Derived():
        said = _derived_json(spec.derived)
        fresh = _derived_json(derive(spec, access_of_spec(spec), references(spec)))
        for name in sorted(said.keys() | fresh.keys()):
            if said.get(name) != fresh.get(name):
                pointer = f"/derived/{name}"
                yield STALE.at(places.key(pointer), pointer=pointer)
    for number, section in enumerate(spec.sections):
        if section.kind is not None and section.title is not None and section.kind != kind(section.title):
            pointer = f"/sections/{number}/kind"
            yield STALE.at(places.key(pointer), pointer=pointer)


def _from_file(spec: AgentSpec) -> AgentSpec:
    """What of a spec its source file says: not what is derived, nor what collections.yaml adds."""
    source = replace(spec.source or Source(), license=NO_LICENCE, repository=None, revision=None, dialect=None)
    sections = tuple(replace(section, kind=None) for section in spec.sections)
    return replace(spec, source=source, sections=sections, aliases=(), derived=Derived())


def _shown(path: Path) -> str:
    """A path as one would write it from here."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on Windows, from another drive
        return path.as_posix()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _derived_json(derived: Derived) -> dict[str, Any]:
    """The derived part of a canonical document."""
    said: Any = canonical.to_json(AgentSpec(derived=derived)).get("derived", {})
    return dict(said)
