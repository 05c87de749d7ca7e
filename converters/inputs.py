"""Which files a run reads, what collection each belongs to, and its path there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from converters.detect import SUFFIXES
from converters.findings import UNREADABLE, Finding, Span
from converters.library import Collection
from converters.text import LARGEST

MANIFEST = ".specs-manifest.json"
"""The file at an output's root that says what the tool wrote there."""

_SKIPPED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "env", "node_modules", "__pycache__", ".tox", ".mypy_cache",
     ".ruff_cache", ".pytest_cache", ".hypothesis", ".idea", "dist", "build", ".documents"}
)  # fmt: skip

_DEEPEST = 3
"""How many folders a tool's own place for agents has at most: `.claude/agents`, `.config/opencode/agents`."""


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read."""

    path: Path
    """Where it lies."""
    shown: str
    """As the user would write it."""
    relative: str
    """POSIX path below its collection's root."""
    collection: str
    explicit: bool = False
    """Whether the file itself was named, not a folder above it."""

    @property
    def root(self) -> str:
        """The folder that `relative` is counted from: its name, or in a tool's own folder the way from there."""
        depth, parents = self.relative.count("/"), self.path.absolute().parents
        if depth >= len(parents):
            return ""
        last = PurePath(os.path.normpath(parents[depth])).parts[-_DEEPEST:]
        own = max((at for at, part in enumerate(last) if part.startswith(".")), default=len(last) - 1)
        return "/".join(last[own:])


def find_inputs(
    paths: tuple[str, ...], collections: Mapping[str, Collection], *, project: Path, collection: str | None = None
) -> Iterator[Input | Finding]:
    """Every file to look at, in a stable order; what cannot be reached is found, not raised."""
    for shown in paths:
        path = Path(shown)
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield UNREADABLE.at(Span(_spoken(shown)), problem=error.strerror or error)
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(path, shown, collections, project, collection)
        else:
            root, name = _home(path, collections, project) or (path.parent, collection or _named_after(path.parent))
            relative = _below(path, root)
            yield Input(path, _spoken(shown), relative, collection or name, explicit=True)


def _walk(
    folder: Path, shown: str, collections: Mapping[str, Collection], project: Path, named: str | None
) -> Iterator[Input | Finding]:
    usual = named or _named_after(folder)
    top = folder.resolve()
    closed: list[OSError] = []
    for directory, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(f for f in folders if f not in _SKIPPED_FOLDERS)
        for name in sorted(names):
            if not name.lower().endswith(SUFFIXES) or name == MANIFEST:
                continue
            path = Path(directory, name)
            where = _spoken(_written(shown, os.path.relpath(path, folder)))
            if path.is_symlink() and not path.resolve().is_relative_to(top):
                yield UNREADABLE.at(Span(where), problem="a link that leaves the folder")
                continue
            home = None if named else _home(path, collections, project)
            root, collection = home or (folder, usual)
            if home and not _belongs(_below(path, root), collections[collection]):
                continue
            yield Input(path, where, _below(path, root), collection)
    for error in closed:
        yield UNREADABLE.at(Span(_spoken(str(error.filename))), problem=error.strerror or error)


def _belongs(path: str, collection: Collection) -> bool:
    """Whether a path below a collection's root is one of those its owner asks for."""
    included = not collection.include or any(fnmatchcase(path, pattern) for pattern in collection.include)
    return included and not any(fnmatchcase(path, pattern) for pattern in collection.exclude)


def _below(path: Path, root: Path) -> str:
    return _spoken(Path(os.path.relpath(path, root)).as_posix())


def _written(folder: str, below: str) -> str:
    """A path below a folder as people write it: without `./` before it, which git refuses in a patch."""
    while folder.startswith("./"):
        folder = folder[2:].lstrip("/")
    return below if folder in {"", "."} else f"{folder.rstrip('/')}/{below}"


def _spoken(path: str) -> str:
    r"""A path as text; bytes of it that are no UTF-8 become `\xff`, which any file can hold."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _home(path: Path, collections: Mapping[str, Collection], project: Path) -> tuple[Path, str] | None:
    """The root and name of the collection whose root holds `path`; the innermost wins."""
    here = path.absolute()
    best: tuple[Path, str] | None = None
    for name, collection in collections.items():
        if collection.folder is None:
            continue
        root = Path(os.path.normpath(project.absolute() / collection.folder))
        if Path(os.path.normpath(here)).is_relative_to(root) and (best is None or len(root.parts) > len(best[0].parts)):
            best = root, name
    return best


def _named_after(folder: Path) -> str:
    """A repository's or folder's own name."""
    return folder.absolute().resolve().name or "root"


def read_beside(source: Input, path: str) -> tuple[Path, bytes] | None:
    """The place and the bytes of a file that an input names from its own folder.

    `None` where there is none, where it is no regular file, and where it lies outside the input's
    root, links followed.
    """
    depth, parents = source.relative.count("/"), source.path.absolute().parents
    if "\0" in path or PurePath(path).is_absolute() or depth >= len(parents):
        return None
    try:
        wanted = (source.path.parent / path).resolve()
        if not wanted.is_relative_to(parents[depth].resolve()):
            return None
    except (OSError, RuntimeError, ValueError):
        return None
    taken = read_bytes(wanted, path)
    return (wanted, taken) if isinstance(taken, bytes) and len(taken) <= LARGEST else None


def read_bytes(path: Path, shown: str) -> bytes | Finding:
    """A regular file's bytes; anything else, or a failure, is a finding."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        return UNREADABLE.at(Span(shown), problem=getattr(error, "strerror", None) or error)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return UNREADABLE.at(Span(shown), problem="not a regular file")
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        return UNREADABLE.at(Span(shown), problem=error.strerror or error)
    finally:
        os.close(handle)
