"""Artifacts onto the disk: whole or not at all, and never over what somebody else wrote."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from converters import canonical, manifest
from converters.conversion import CANONICAL, Artifact
from converters.drafts import clear_drafts, held, write_whole
from converters.findings import EDITED_OUTPUT, HOLDS_INSTALLED, NOT_OURS, OTHER_NAMES, UNREADABLE, Finding, Span
from converters.inputs import MANIFEST
from converters.manifest import Manifest, Owned, sha256_of

Kind: TypeAlias = Literal["new", "changed", "unchanged", "kept", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a run does, or would do, to one file."""

    path: str
    kind: Kind
    """`kept` is somebody's own file or edit, left as it is."""
    before: bytes | None = None
    after: bytes | None = None
    finding: Finding | None = None
    artifact: Artifact | None = None
    owned: Owned | None = None
    """What the manifest is to say of the file, where that does not follow from the artifact."""
    forgotten: bool = False
    """Whether the manifest is to say nothing of it any more."""
    backup: str | None = None
    """The file that is to hold what was there."""


class Output:
    """A folder that this tool writes to and keeps account of."""

    def __init__(self, root: Path, *, trusts_links: bool = False, names: str | None = None) -> None:
        """`names` is the path of the map of names by which this run converts."""
        self.root, self.trusts_links, self.names = root, trusts_links, manifest.given(names) if names else None
        self.owned, self._folders = manifest.load(root / MANIFEST)

    def plan(self, artifacts: Iterable[Artifact], *, force: bool = False, refresh: bool = False) -> list[Change]:
        """Compare artifacts with what lies there; nothing is written."""
        return [self._change(artifact, force, refresh) for artifact in artifacts]

    def _change(self, artifact: Artifact, force: bool, refresh: bool) -> Change:
        path, data = artifact.path, artifact.data
        where = self.root / path
        if not self._reaches(path):
            found = NOT_OURS.at(Span(path), path=f"{path} (through a link that leaves the folder)")
            return Change(path, "kept", None, data, found, artifact)
        try:
            before = where.read_bytes() if where.exists() or where.is_symlink() else None
        except OSError as error:
            return Change(
                path, "kept", None, data, UNREADABLE.at(Span(path), problem=error.strerror or error), artifact
            )
        if before is None:
            return Change(path, "new", None, data, None, artifact)
        if before == data:
            return Change(path, "unchanged", before, data, None, artifact)
        owned = self.owned.get(path)
        if owned is None and not force:
            return Change(path, "kept", before, data, NOT_OURS.at(Span(path), path=path), artifact)
        if owned is not None and not force and (owned.mixed or not set(owned.agents) <= set(artifact.owners)):
            agents = ", ".join(owned.agents)
            return Change(
                path, "kept", before, data, HOLDS_INSTALLED.at(Span(path), path=path, agents=agents), artifact
            )
        if owned is not None and not owned.holds(before) and not force:
            return Change(path, "kept", before, data, EDITED_OUTPUT.at(Span(path), path=path), artifact)
        if artifact.target == CANONICAL and not refresh and _same_source(before, data):
            return Change(path, "unchanged", before, before, None, artifact)
        return Change(path, "changed", before, data, None, artifact)

    def prunable(
        self, written: Collection[str], targets: Collection[str], collections: Collection[str]
    ) -> list[Change]:
        """Files this tool wrote for these targets and collections and no longer makes; installed agents stay."""
        changes = []
        for path, owned in sorted(self.owned.items()):
            if path in written or owned.target not in targets or not set(owned.collections) <= set(collections):
                continue
            if owned.agents:
                continue
            before = self.bytes_of(path)
            if before is None:
                changes.append(Change(path, "removed"))
            elif owned.holds(before):
                changes.append(Change(path, "removed", before))
            else:
                changes.append(Change(path, "kept", before, None, EDITED_OUTPUT.at(Span(path), path=path)))
        return changes

    def named_otherwise(self, changes: Iterable[Change]) -> Iterator[Finding]:
        """A finding for each other map of names by which files that are to change were written the last time."""
        files: dict[str, list[str]] = {}
        for change in changes:
            then = self.owned[change.path].names if change.kind == "changed" and change.path in self.owned else None
            if then and then != self.names:
                files.setdefault(then, []).append(change.path)
        for then, paths in files.items():
            more = f"; so {'was' if len(paths) == 2 else 'were'} {len(paths) - 1} more" if len(paths) > 1 else ""
            now = f"has --map {self.names}" if self.names else "has none"
            yield OTHER_NAMES.at(Span(paths[0]), then=then, now=now, more=more)

    def bytes_of(self, path: str) -> bytes | None:
        """What lies at a path below the root, links that leave it not followed; `None` where that cannot be had."""
        where = self.root / path
        try:
            return where.read_bytes() if self._reaches(path) else None
        except OSError:
            return None

    def apply(self, changes: Iterable[Change]) -> list[Finding]:
        """Carry the changes out, each file whole or not at all; the manifest is told before and after.

        Raises `OSError` before anything is changed where not even the manifest can be written.
        """
        changes, owned, found = list(changes), dict[str, Owned | None](), list[Finding]()
        before = dict(self.owned)
        clear_drafts({self.root, *((self.root / change.path).parent for change in changes if change.kind != "kept")})
        made = self._missing_folders(change.path for change in changes if change.owned and change.kind == "new")
        self._account({change.path: entry for change in changes if (entry := self._intended(change))}, made)
        for change in changes:
            try:
                self._carry_out(change)
                if change.kind == "removed":
                    owned[change.path] = None
            except OSError as error:
                found.append(UNREADABLE.at(Span(change.path), problem=f"cannot write: {error.strerror or error}"))
            except UnicodeEncodeError as error:
                problem = f"cannot write: file names in {error.encoding} have no {error.object[error.start]!r} here"
                found.append(UNREADABLE.at(Span(change.path), problem=problem))
            if found and found[-1].span.path == change.path:
                owned[change.path] = before.get(change.path)
            elif change.forgotten:
                owned[change.path] = None
            elif entry := self._entry(change):
                owned[change.path] = entry
        removed = [change.path for change in changes if change.kind == "removed"]
        specs = {path for path in removed if path in before and _is_spec(before[path])}
        self._account(owned, gone=self._emptied(removed, specs))
        return found

    def _carry_out(self, change: Change) -> None:
        where = self.root / change.path
        if change.backup and change.before is not None:
            write_whole(self.root / change.backup, change.before)
        if change.kind in {"new", "changed"} and change.after is not None:
            write_whole(where, change.after)
        elif change.kind == "removed" and change.before is not None and self._reaches(change.path):
            where.unlink(missing_ok=True)

    def _reaches(self, path: str) -> bool:
        """Whether a path stays below the root, whatever a manifest says, links followed unless they are trusted."""
        if self.trusts_links:
            return ".." not in PurePosixPath(path).parts
        return _inside(self.root / path, self.root)

    def _intended(self, change: Change) -> Owned | None:
        """What is said of a file while it may already be written or not: so that a killed run's files stay ours."""
        entry = self._entry(change) if change.kind in {"new", "changed"} else None
        before = self.owned.get(change.path)
        if entry is None or before is None or before == entry:
            return entry
        there = before.sha256
        if change.before is not None and before.holds(change.before):  # as an earlier run left it, perhaps killed too
            there = sha256_of(change.before)
        return replace(before, sha256=there, next=entry.sha256, agents={**before.agents, **entry.agents})

    def _entry(self, change: Change) -> Owned | None:
        """What the manifest is to say of a file that is written, or right as it is."""
        if change.owned is not None or not change.artifact or change.kind == "kept" or change.after is None:
            return change.owned
        before = self.owned.get(change.path)
        if before is not None and before.agents and change.kind == "unchanged":
            return before
        collections = tuple(sorted({owner.partition("/")[0] for owner in change.artifact.owners}))
        return Owned(sha256_of(change.after), change.artifact.target, collections, names=self.names)

    def _missing_folders(self, paths: Iterable[str]) -> frozenset[str]:
        """The folders that writing there makes; `.` is the root, and `..` the one above it."""
        below = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
        missing = {folder for folder in below if not (self.root / folder).exists()}
        if "." in missing:
            parents = self.root.absolute().parents
            missing.update("/".join([".."] * up) for up, parent in enumerate(parents, 1) if not parent.exists())
        return frozenset(missing)

    def _emptied(self, paths: Iterable[str], specs: Collection[str]) -> frozenset[str]:
        """The folders left empty by what is gone, those that installing made and all of specs; they are removed."""
        gone = set[str]()
        for path in paths:
            if not self._reaches(path):
                continue
            for folder in map(str, PurePosixPath(path).parents):
                if folder == "." or not (path in specs or folder in self._folders):
                    break
                try:
                    (self.root / folder).rmdir()
                except FileNotFoundError:
                    pass
                except OSError:  # somebody's files lie there
                    break
                gone.add(folder)
        return frozenset(gone)

    def _account(
        self,
        changes: Mapping[str, Owned | None],
        made: frozenset[str] = frozenset(),
        gone: frozenset[str] = frozenset(),
    ) -> None:
        """Bring the manifest up to date; what another run has written to it meanwhile stays.

        A manifest that has no file left to tell of goes, and with it the root and those above that were made for it.
        """
        if all(self.owned.get(path) == entry for path, entry in changes.items()) and not gone:
            return
        with held(self.root):
            said = manifest.load(self.root / MANIFEST)
            after = {path: entry for path, entry in {**said.files, **changes}.items() if entry is not None}
            folders = (said.folders | made) - gone
            if not after and any(entry is None for entry in changes.values()):
                (self.root / MANIFEST).unlink(missing_ok=True)
                above = sorted((folder for folder in folders if set(folder) <= set("./")), key=len)
                with suppress(OSError):  # somebody's files lie there
                    for folder in above:
                        Path(os.path.normpath(self.root.absolute() / folder)).rmdir()
                folders = frozenset()
            elif (now := Manifest(after, folders)) != said:
                write_whole(self.root / MANIFEST, manifest.dump(now))
        self.owned, self._folders = after, folders


def _is_spec(owned: Owned) -> bool:
    """Whether the path of a file, folders and all, is one that only this tool gives: that of a spec."""
    return owned.target == CANONICAL and not owned.agents


def _inside(path: Path, root: Path) -> bool:
    """Whether writing `path` stays below `root`, links followed."""
    return path.parent.resolve().is_relative_to(root.resolve())


def _same_source(before: bytes, after: bytes) -> bool:
    """Whether two canonical files differ only in what was derived."""
    try:
        old, _ = canonical.parse(before.decode(), "before")
        new, _ = canonical.parse(after.decode(), "after")
    except UnicodeDecodeError:
        return False
    if old is None or new is None:
        return False
    return {k: v for k, v in old.items() if k != "derived"} == {k: v for k, v in new.items() if k != "derived"}
