"""One collection after the other: what would change, and bringing it about."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from converters import canonical
from converters.changes import Change as AgentChange
from converters.changes import Changes, changes
from converters.collection import Collection
from converters.conversion import CANONICAL, Options, Outcome, spare_prompts, understand
from converters.findings import (
    ERROR,
    LOCK_DIFFERS,
    NOTHING_LEFT,
    OTHER_LICENCE,
    UNFETCHED,
    WIDER_UPSTREAM,
    Finding,
    Span,
)
from converters.inputs import Input, find_inputs, read_bytes
from converters.leave import Decision, decided, narrowest
from converters.library import Library, idle_choices, library_of, load_library
from converters.lock import Lock
from converters.model import NO_LICENCE, AgentSpec
from converters.output import Change, Output
from converters.planning import plan
from converters.remotes import is_address

from .licensing import Licences, agree
from .moving import add_former_ids, exposed, moved
from .taking import Fault, How, Taken, take, unlaid

RootOf: TypeAlias = Callable[[Sequence[AgentSpec]], str | None]
"""Finds the folder that all of some agents lie in, where its name can be left out."""


@dataclass(slots=True, kw_only=True)
class Step:
    """What became, or would become, of one collection."""

    collection: Collection
    before: Lock | None = None
    after: Lock | None = None
    """What the lock file is to say; `None` of what is not fetched, or cannot be."""
    outcomes: list[Outcome] = field(default_factory=list)
    changes: Changes | None = None
    """Between the specs there were and those that were read; `None` where nothing could be read."""
    findings: list[Finding] = field(default_factory=list)
    is_taken: bool = False
    """Whether it may be written."""
    unread: frozenset[str] = frozenset()
    """Paths of files, below the root, that are there and could not be read this time."""
    uncommitted: bool = False
    """Whether it was taken from a folder with a repository, of which only what is committed counts."""

    @property
    def kept(self) -> list[AgentSpec]:
        """The agents that those files were before."""
        old = self.changes.old.agents if self.changes else ()
        return [spec for spec in old if spec.source and spec.source.path in self.unread]

    @property
    def keys(self) -> set[str]:
        """The agents it has, or had, by `collection/id`."""
        changes = self.changes
        return {Library.key(spec) for spec in (*changes.old.agents, *changes.new.agents)} if changes else set()

    @property
    def wider(self) -> list[AgentChange]:
        """The agents that may touch more than before, or are guarded otherwise."""
        return [change for change in self.changes.changed if change.may_also or change.guards] if self.changes else []


def library_before(how: How, names: Iterable[str] | None = None) -> Library:
    """The specs there are of some collections, or of all."""
    wanted, specs = None if names is None else frozenset(names), how.project / "specs"
    if not specs.is_dir():
        return library_of(())

    def read(path: Path) -> tuple[AgentSpec | None, list[Finding]]:
        is_wanted = wanted is None or path.relative_to(specs).parts[0] in wanted
        return canonical.load_file(path) if is_wanted else (None, [])

    return load_library(specs, read)


def step(home: Collection, lock: Lock | None, before: Library, how: How, root_of: RootOf | None = None) -> Step:
    """Fetch and read one collection, and tell what would change; nothing is written but the cache.

    What is fetched and has no `root` is given the one that `root_of` finds.
    """
    made = Step(collection=home, before=lock)
    with TemporaryDirectory(prefix="specs-") as scratch:
        try:
            taken = take(home, lock, how, Path(scratch))
            _read(made, taken, how)
            if root_of and home.source and not home.root:
                made = _rooted(made, taken, how, root_of)
        except Fault as fault:
            made.findings.append(fault.finding)
            return made
    old = before.in_collection(home.name)
    unread = [spec for spec in old if spec.source and spec.source.path in made.unread]
    made.changes = changes(library_of(old), _now(made, unread))
    if not any(outcome.status == "read" for outcome in made.outcomes):
        where = "/".join(part for part in (home.source, home.root) if part)
        made.findings.append(NOTHING_LEFT.at(Span(home.name), source=where, collection=home.name))
        return made
    asked = {Library.key(change.new): _decided(change, how) for change in made.wider}
    if not home.source:  # one's own files are one's own decision
        asked = dict.fromkeys(asked, "allow")
    shown = list(exposed(home, made.changes))
    made.is_taken = "refuse" not in asked.values() and not shown
    made.findings += shown
    made.findings += [
        _wider(change, how, is_taken=made.is_taken)
        for change in made.wider
        if asked[Library.key(change.new)] != "allow"
    ]
    if made.after and not how.locked:
        made.after = replace(made.after, moved=moved(made.after.moved, made.changes, home.aliases))
        add_former_ids(made.outcomes, made.after.moved)
        made.changes = replace(made.changes, new=_now(made, unread))
    there = made.changes.new if made.is_taken else made.changes.old
    made.findings += idle_choices(library_of(there.agents, {home.name: home}), lambda name, _: Span(name))
    return made


def _now(made: Step, unread: Iterable[AgentSpec]) -> Library:
    """The collection as it will be."""
    return library_of([*(spec for outcome in made.outcomes for spec in outcome.specs), *unread])


def written(made: Step, how: How, *, dry: bool, force: bool = False, refresh: bool = False) -> list[Change]:
    """Bring the specs of a collection in step, or with `dry` only say what would be done.

    What an unreadable file was made into before stays. Raises `OSError` where nothing can be written.
    """
    output = Output(how.project / "specs")
    plan(made.outcomes, Options())
    artifacts = [artifact for outcome in made.outcomes for artifact in outcome.artifacts]
    stay = {artifact.path for artifact in artifacts}.union(*map(_files, made.kept))
    planned = output.plan(artifacts, force=force, refresh=refresh)
    planned += output.prunable(stay, {CANONICAL}, {made.collection.name})
    if not dry:
        made.findings += output.apply(planned)
    made.findings += [change.finding for change in planned if change.finding]
    return planned


def gone(name: str, how: How, *, dry: bool) -> list[Change]:
    """Remove the specs of a collection that was fetched once and is described no more; edited ones stay."""
    output = Output(how.project / "specs")
    planned = output.prunable(set(), {CANONICAL}, {name})
    if not dry:
        output.apply(planned)
    return planned


# --- reading a source ----------------------------------------------------------------------------


def _read(made: Step, taken: Taken, how: How) -> None:
    home, top = made.collection, taken.top
    made.uncommitted = taken.commit is not None and not is_address(home.source or "")
    made.findings += [unlaid(home, path) for path in taken.left]
    root = Path(os.path.normpath(top / home.root)) if home.root else top
    if not root.resolve().is_relative_to(top.resolve()) or not root.is_dir():
        problem = f"it has no folder {home.root!r}"
        raise Fault(UNFETCHED.at(Span(home.name), source=home.source or how.project.as_posix(), problem=problem))
    here = {home.name: replace(home, source=None, root=str(root.absolute()))}
    found = list(find_inputs((str(root),), here, project=how.project))
    inputs = [one for one in found if isinstance(one, Input) and one.collection == home.name]
    made.findings += [one for one in found if isinstance(one, Finding)]
    if taken.commit:
        prefix = f"{home.name}@{taken.commit[:7]}:{f'{home.root}/' if home.root else ''}"
        inputs = [replace(one, shown=prefix + one.relative) for one in inputs]
    licences = Licences(top)
    made.outcomes = [understand(one, Options(), _under(home, licences.of(one.path.parent))) for one in inputs]
    spare_prompts(made.outcomes, {one.shown: one for one in inputs})
    made.unread = frozenset(
        one.relative for one, outcome in zip(inputs, made.outcomes, strict=True) if outcome.status == "refused"
    )
    if home.source:
        _account(made, taken, inputs, licences, how)


def _rooted(made: Step, taken: Taken, how: How, root_of: RootOf) -> Step:
    """The collection as it is read from the folder that all its agents lie in, if it is the same from there."""
    root = root_of([spec for outcome in made.outcomes for spec in outcome.specs])
    if root is None:
        return made
    again = Step(collection=replace(made.collection, root=root), before=made.before)
    _read(again, taken, how)
    return again if _what_is_read(again) == _what_is_read(made) else made


def _what_is_read(made: Step) -> tuple[set[str], list[tuple[str | None, ...]]]:
    """The files below the top that are refused, and the agents of the others."""
    below = f"{made.collection.root}/" if made.collection.root else ""
    specs = [(spec, spec.source) for outcome in made.outcomes for spec in outcome.specs if spec.source]
    agents: list[tuple[str | None, ...]] = [
        (below + at.path, at.member, at.format, spec.name, spec.prompt) for spec, at in specs
    ]
    return {below + path for path in made.unread}, agents


def _under(home: Collection, licence: str) -> Collection:
    """The collection as one folder of it has it: its owner's word on the licence first, if it is fetched at all."""
    return replace(home, license=licence) if home.source and home.license == NO_LICENCE else home


def _account(made: Step, taken: Taken, inputs: Sequence[Input], licences: Licences, how: How) -> None:
    """Say what was taken, and hold it against the lock file and the description."""
    home = made.collection
    assert home.source is not None
    files = licences.files(taken.top)
    made.after = Lock(
        source=home.source,
        revision=home.revision,
        commit=taken.commit,
        sha256=_digest(inputs),
        files=len(inputs),
        license=licences.of(taken.top),
        license_file=files[0].name if files else None,
        moved=made.before.moved if made.before and made.before.source == home.source else {},
        tool=version("agent-specs"),
    )
    if made.before and made.before.says_of(made.after):
        made.after = made.before
    elif how.locked:
        problem = "the files of the source are others now"
        raise Fault(LOCK_DIFFERS.at(Span(home.name), collection=home.name, problem=problem))
    add_former_ids(made.outcomes, {old: new for old, new in made.after.moved.items() if old not in home.aliases})
    if home.license != NO_LICENCE and not agree(home.license, made.after.license):
        path, licence = made.after.license_file, made.after.license
        made.findings.append(
            OTHER_LICENCE.at(Span(home.name), collection=home.name, said=home.license, path=path, found=licence)
        )


def _digest(inputs: Iterable[Input]) -> str:
    """Of the paths and contents of files, whatever order they come in."""
    whole = hashlib.sha256()
    for one in sorted(inputs, key=lambda one: one.relative):
        raw = read_bytes(one.path, one.shown)
        whole.update(one.relative.encode("utf-8", "backslashreplace") + b"\0")
        whole.update(hashlib.sha256(raw if isinstance(raw, bytes) else b"").digest())
    return whole.hexdigest()


# --- what it comes to ----------------------------------------------------------------------------


def _files(spec: AgentSpec) -> Iterator[str]:
    """The files below `specs` that hold an agent, or part of the file it shares with others."""
    yield f"{Library.key(spec)}.yaml"
    if spec.source and spec.source.member is not None:
        yield f"{spec.source.collection}/{canonical.shared_path(spec.source)}"


def _decided(change: AgentChange, how: How) -> Decision:
    return decided(how.access_to(Library.key(change.new)), _widened(change))


def _widened(change: AgentChange) -> list[str]:
    """What is wider: kinds of access, and what no leave for those covers."""
    return [*change.may_also, *(f"guard:{field.name}" for field in change.guards)]


def _wider(change: AgentChange, how: How, *, is_taken: bool) -> Finding:
    key = Library.key(change.new)
    guards = ", ".join(field.name for field in change.guards)
    gains = "may touch more" if change.may_also else f"is guarded otherwise ({guards})"
    lacking = [kind for kind in change.may_also if kind not in how.access_to(key).split("+")]
    if lacking and len(lacking) < len(change.may_also):
        gains += f" than there is leave for ({', '.join(lacking)})"
    collection = key.partition("/")[0]
    then = "" if is_taken else f"; nothing of {collection!r} is taken"
    leave = narrowest(_widened(change), how.access_to(key))
    return WIDER_UPSTREAM.at(Span(collection), agent=key, gains=gains, then=then, leave=leave)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them stands in the way."""
    return any(finding.rule.severity >= ERROR for finding in findings)
