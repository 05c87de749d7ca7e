"""When each agent's file was last changed, as the git work tree that holds the library tells it."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from converters.git import GitFault, git
from converters.library import Library
from converters.model import AgentSpec

_COMMITS = 5_000
"""Commits that are looked at, the newest first."""
_MOST = 5
"""Changes of one file that are told."""
_COMMIT = re.compile(r"\n?\x01([0-9a-f]{40,64})\x02((\d{4}-\d\d-\d\d)[^\x02]*)\x02(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that changed a file."""

    day: str
    """As in `2026-11-21`, where the committer was."""
    sha: str
    subject: str
    at: str = ""
    """The same to the second, as in `2026-11-21T18:04:09+01:00`."""
    new: bool = False
    """Whether the file came with it."""


def changes(library: Library, specs: Path) -> Mapping[str, tuple[Change, ...]]:
    """The last changes of each agent's source file, or else of its spec, by key; the newest first.

    Agents of which git knows nothing are left out: all of them where `specs` lies in no work tree, where
    only part of its past was cloned, or where there is no git.
    """
    top = _top(specs)
    if top is None:
        return {}
    project, inside = (_relative(folder, top) for folder in (specs.resolve().parent, specs.resolve()))
    below = {collection.folder for collection in library.collections.values() if collection.folder}
    folders = [specs.resolve(), *(folder for root in sorted(below) if (folder := _inside(specs, root, top)))]
    told = _log(top, folders)

    def of(spec: AgentSpec) -> tuple[Change, ...]:
        key = library.key(spec)
        home = library.collections.get(key.partition("/")[0])
        if home and home.folder and spec.source and spec.source.path:
            source = posixpath.normpath(posixpath.join(project, home.folder, spec.source.path))
            if source in told:
                return told[source]
        return told.get(posixpath.normpath(posixpath.join(inside, f"{key}.yaml")), ())

    found = {library.key(spec): of(spec) for spec in library.agents}
    return {key: said for key, said in found.items() if said}


def _relative(folder: Path, top: Path) -> str:
    return Path(os.path.relpath(folder, top)).as_posix()


def _inside(specs: Path, root: str, top: Path) -> Path | None:
    """A collection's folder, where it lies in the same work tree."""
    folder = (specs.resolve().parent / root).resolve()
    return folder if folder.is_dir() and folder.is_relative_to(top) else None


def _top(folder: Path) -> Path | None:
    """The root of the work tree a folder lies in, if all of its past is there."""
    said = _git(folder, "rev-parse", "--is-shallow-repository", "--show-toplevel")
    shallow, _, top = (said or "").rstrip("\n").partition("\n")
    return Path(top).resolve() if shallow == "false" and top else None


def _log(top: Path, folders: Iterable[Path]) -> dict[str, tuple[Change, ...]]:
    """The last changes of every file below `folders`, by its path below `top`."""
    said = _git(
        top, "log", "-z", "--name-status", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-show-signature",
        "--no-mailmap", "--no-color", "--encoding=UTF-8", f"--max-count={_COMMITS}",
        "--format=%x01%H%x02%cI%x02%s", "--", *map(str, folders),
    )  # fmt: skip
    found: dict[str, list[Change]] = {}
    change, status = None, ""
    for piece in (said or "").split("\0"):
        if status and change:
            known = found.setdefault(piece, [])
            if len(known) < _MOST:
                known.append(replace(change, new=status == "A"))
            status = ""
        elif begun := _COMMIT.match(piece):
            change = Change(begun[3], begun[1], begun[4], begun[2])
        else:
            status = piece.removeprefix("\n")
    return {path: tuple(known) for path, known in found.items()}


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says, or nothing where it cannot."""
    try:
        return git(folder, *arguments).decode("utf-8", "replace")
    except GitFault:
        return None
