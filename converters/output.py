"""Artifacts onto the disk: whole or not at all, and never over what somebody else wrote."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from converters import canonical
from converters.convert import CANONICAL, Artifact
from converters.findings import EDITED_OUTPUT, NOT_OURS, UNREADABLE, Finding, Span
from converters.inputs import MANIFEST

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


@dataclass(frozen=True, slots=True)
class Owned:
    """One file of the manifest."""

    sha256: str
    target: str
    collections: tuple[str, ...]
    next: str | None = None
    """The SHA-256 of what a run set out to write there; still said when the run was killed."""

    def holds(self, data: bytes) -> bool:
        """Whether the tool wrote that."""
        return _sha(data) in {self.sha256, self.next}


class Output:
    """A folder that this tool writes to and keeps account of."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.owned = _load_manifest(root / MANIFEST)

    def plan(self, artifacts: Iterable[Artifact], *, force: bool = False, refresh: bool = False) -> list[Change]:
        """Compare artifacts with what lies there; nothing is written."""
        return [self._change(artifact, force, refresh) for artifact in artifacts]

    def _change(self, artifact: Artifact, force: bool, refresh: bool) -> Change:
        path, data = artifact.path, artifact.data
        where = self.root / path
        if not _inside(where, self.root):
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
        if owned is not None and not owned.holds(before) and not force:
            return Change(path, "kept", before, data, EDITED_OUTPUT.at(Span(path), path=path), artifact)
        if artifact.target == CANONICAL and not refresh and _same_source(before, data):
            return Change(path, "unchanged", before, before, None, artifact)
        return Change(path, "changed", before, data, None, artifact)

    def prunable(
        self, written: Collection[str], targets: Collection[str], collections: Collection[str]
    ) -> list[Change]:
        """Files this tool wrote for these targets and collections and no longer makes."""
        changes = []
        for path, owned in sorted(self.owned.items()):
            if path in written or owned.target not in targets or not set(owned.collections) <= set(collections):
                continue
            where = self.root / path
            try:
                before = where.read_bytes() if _inside(where, self.root) else None
            except OSError:
                before = None
            if before is None:
                changes.append(Change(path, "removed"))
            elif owned.holds(before):
                changes.append(Change(path, "removed", before))
            else:
                changes.append(Change(path, "kept", before, None, EDITED_OUTPUT.at(Span(path), path=path)))
        return changes

    def apply(self, changes: Iterable[Change]) -> list[Finding]:
        """Carry the changes out, each file whole or not at all; the manifest is told before and after.

        Raises `OSError` before anything is changed where not even the manifest can be written.
        """
        changes, owned, found = list(changes), dict[str, Owned | None](), list[Finding]()
        before = dict(self.owned)
        clear_drafts({self.root, *((self.root / change.path).parent for change in changes if change.kind != "kept")})
        self._account({change.path: entry for change in changes if (entry := self._intended(change))})
        for change in changes:
            where = self.root / change.path
            try:
                if change.kind in {"new", "changed"} and change.after is not None:
                    write_whole(where, change.after)
                elif change.kind == "removed":
                    where.unlink(missing_ok=True)
                    owned[change.path] = None
            except OSError as error:
                found.append(UNREADABLE.at(Span(change.path), problem=f"cannot write: {error.strerror or error}"))
            except UnicodeEncodeError as error:
                problem = f"cannot write: file names in {error.encoding} have no {error.object[error.start]!r} here"
                found.append(UNREADABLE.at(Span(change.path), problem=problem))
            if found and found[-1].span.path == change.path:
                owned[change.path] = before.get(change.path)
            elif entry := _entry(change):
                owned[change.path] = entry
        self._account(owned)
        return found

    def _intended(self, change: Change) -> Owned | None:
        """What is said of a file while it may already be written or not: so that a killed run's files stay ours."""
        entry = _entry(change) if change.kind in {"new", "changed"} else None
        before = self.owned.get(change.path)
        return replace(before, next=entry.sha256) if entry and before and before != entry else entry

    def _account(self, changes: Mapping[str, Owned | None]) -> None:
        """Bring the manifest up to date; what another run has written to it meanwhile stays."""
        if all(self.owned.get(path) == entry for path, entry in changes.items()):
            return
        with _held(self.root):
            before = _load_manifest(self.root / MANIFEST)
            after = {path: entry for path, entry in {**before, **changes}.items() if entry is not None}
            if after != before:
                write_whole(self.root / MANIFEST, _dump_manifest(after))
        self.owned = after


def _entry(change: Change) -> Owned | None:
    """What the manifest is to say of a file that is written, or right as it is."""
    if not change.artifact or change.kind == "kept" or change.after is None:
        return None
    names = tuple(sorted({owner.partition("/")[0] for owner in change.artifact.owners}))
    return Owned(_sha(change.after), change.artifact.target, names)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep other runs from doing so at the same time, where the system can."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


_DRAFT = re.compile(r"\..+\.(\d+)-\d+\.tmp")
_ABANDONED = 86_400
"""Seconds after which a draft is nobody's any more, where processes cannot be asked for."""


def clear_drafts(folders: Iterable[Path]) -> None:
    """Remove what runs that were killed left half-written in some folders; drafts of running ones stay."""
    for folder in folders:
        try:
            drafts = [(path, match) for path in folder.iterdir() if (match := _DRAFT.fullmatch(path.name))]
        except OSError:
            continue
        for draft, match in drafts:
            with suppress(OSError):
                if _is_abandoned(draft, int(match[1])):
                    draft.unlink()


def _is_abandoned(draft: Path, process: int) -> bool:
    if os.name != "posix":  # where signal 0 would end the process
        return time.time() - draft.lstat().st_mtime > _ABANDONED
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return process == os.getpid()  # of an earlier run: in a container the numbers come again


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(100):
        draft = path.with_name(f".{path.name[:100]}.{os.getpid()}-{attempt}.tmp")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
            break
        except FileExistsError:
            continue
    else:
        raise FileExistsError(f"no free name for a draft beside {path}")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


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


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _load_manifest(path: Path) -> dict[str, Owned]:
    """What the manifest says; one that is broken or missing says nothing is ours."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Owned(
                str(entry["sha256"]), str(entry["target"]), tuple(map(str, entry["collections"])), entry.get("next")
            )
            for name, entry in said["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _dump_manifest(owned: Mapping[str, Owned]) -> bytes:
    lines = [
        f"  {json.dumps(path, ensure_ascii=False)}: "
        + json.dumps(
            {"sha256": o.sha256, "target": o.target, "collections": list(o.collections)}
            | ({"next": o.next} if o.next else {}),
            ensure_ascii=False,
        )
        for path, o in sorted(owned.items())
    ]
    return ('{"version": 1, "files": {\n' + ",\n".join(lines) + "\n}}\n").encode("utf-8", "surrogateescape")
