"""Artifacts onto the disk: whole or not at all, and never over what somebody else wrote."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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
        if owned is not None and owned.sha256 != _sha(before) and not force:
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
            elif _sha(before) == owned.sha256:
                changes.append(Change(path, "removed", before))
            else:
                changes.append(Change(path, "kept", before, None, EDITED_OUTPUT.at(Span(path), path=path)))
        return changes

    def apply(self, changes: Iterable[Change]) -> list[Finding]:
        """Carry the changes out, each file whole or not at all, the manifest last."""
        owned, found = dict(self.owned), []
        for change in changes:
            where = self.root / change.path
            try:
                if change.kind in {"new", "changed"} and change.after is not None:
                    write_whole(where, change.after)
                elif change.kind == "removed":
                    where.unlink(missing_ok=True)
                    owned.pop(change.path, None)
            except OSError as error:
                found.append(UNREADABLE.at(Span(change.path), problem=f"cannot write: {error.strerror or error}"))
                continue
            if change.artifact and change.kind != "kept" and change.after is not None:
                names = tuple(sorted({owner.partition("/")[0] for owner in change.artifact.owners}))
                owned[change.path] = Owned(_sha(change.after), change.artifact.target, names)
        if owned != self.owned:
            write_whole(self.root / MANIFEST, _dump_manifest(owned))
            self.owned = owned
        return found


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
            name: Owned(str(entry["sha256"]), str(entry["target"]), tuple(map(str, entry["collections"])))
            for name, entry in said["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _dump_manifest(owned: Mapping[str, Owned]) -> bytes:
    lines = [
        f"  {json.dumps(path, ensure_ascii=False)}: "
        + json.dumps({"sha256": o.sha256, "target": o.target, "collections": list(o.collections)}, ensure_ascii=False)
        for path, o in sorted(owned.items())
    ]
    return ('{"version": 1, "files": {\n' + ",\n".join(lines) + "\n}}\n").encode("utf-8", "surrogateescape")
