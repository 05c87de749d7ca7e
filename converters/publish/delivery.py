"""The site's folder, brought in step with what is published: what is there and right is left as it is."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from .late import Late, fingerprint, made
from .store import Store

STAGE = ".building"
"""The folder below the site's in which files are written before they take their places."""
_KIND = "delivered"


class Delivery:
    """Files on their way to a folder.

    Each takes its place whole: whoever looks at the folder, or comes after a build that was killed,
    sees the file as it was or as it is. A file whose inputs and whose state on disk are those of the
    last delivery is not made again; one whose bytes are right is not written again.
    """

    def __init__(self, out: Path, store: Store) -> None:
        self.out = out
        self.stage = out / STAGE
        self._top = os.fspath(out)
        self._stage = os.fspath(self.stage)
        self._store = store
        self._before: dict[str, list[Any]] = self._recalled()
        self._now: dict[str, list[Any]] = {}
        self._folders: set[str] = set()
        self._begun = 0
        self.written = 0
        """Files that had to be written."""

    def _recalled(self) -> dict[str, list[Any]]:
        held = self._store.get(_KIND, str(self.out))
        try:
            found = orjson.loads(held) if held else {}
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}

    def begin(self) -> Path:
        """The empty folder to build in; what an earlier build left there is gone."""
        self._now = {}
        self._folders = {self._top}
        shutil.rmtree(self.stage, ignore_errors=True)
        self.stage.mkdir(parents=True, exist_ok=True)
        self._begun = self.stage.stat().st_mtime_ns
        return self.stage

    def put(self, path: str, content: bytes | Late[bytes]) -> None:
        """Deliver a file; the first of a path counts."""
        if path in self._now:
            return
        inputs = fingerprint(content.inputs) if isinstance(content, Late) else None
        place = self._open(path)
        known = self._before.get(path)
        if inputs is None or known is None or known[0] != inputs or known[1:] != _state(place):
            self._settle(place, made(content))
            known = [inputs, *_state(place)]
        self._now[path] = known

    def take(self, staged: Path) -> frozenset[str]:
        """Deliver every file below a folder that was not delivered yet, and empty it; gives their paths."""
        taken = set()
        for folder, _, names in os.walk(staged):
            for name in names:
                source = Path(folder, name)
                path = source.relative_to(staged).as_posix()
                if path in self._now:
                    source.unlink()
                    continue
                place = self._open(path)
                if not _holds(place, source.read_bytes()):
                    self._move(str(source), place)
                self._now[path] = [None, *_state(place)]
                taken.add(path)
        return frozenset(taken)

    def end(self, kept: Iterable[str] = ()) -> None:
        """Remove what neither was delivered nor is one of the `kept` of the last delivery, and remember the rest.

        What is hidden at the top stays (`.git`, `.nojekyll`), and so does what somebody else has
        written there since this delivery began.
        """
        for path in kept:
            self._now.setdefault(path, self._before.get(path, []))
        shutil.rmtree(self.stage, ignore_errors=True)
        self._sweep()
        self._before, self._now = self._now, {}
        with suppress(TypeError):
            self._store.put(_KIND, str(self.out), orjson.dumps(self._before))
        self._store.commit()

    def _sweep(self) -> None:
        """Remove the files that were not delivered, and the folders that are empty without them."""
        folders = [""]
        for folder in folders:  # it grows meanwhile, each folder before those in it
            with suppress(FileNotFoundError), os.scandir(f"{self._top}/{folder}") as entries:
                for entry in entries:
                    path = f"{folder}{entry.name}"
                    if path.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{path}/")
                    elif path not in self._now and not self._is_new(entry):
                        os.unlink(entry.path)
        for folder in reversed(folders[1:]):
            with suppress(OSError):  # what is not empty stays
                os.rmdir(f"{self._top}/{folder}")

    def _is_new(self, entry: os.DirEntry[str]) -> bool:
        return bool(self._begun) and entry.stat(follow_symlinks=False).st_mtime_ns >= self._begun

    def abandon(self) -> None:
        """Leave the folder as it is."""
        shutil.rmtree(self.stage, ignore_errors=True)
        self._now = {}

    def _settle(self, place: str, content: bytes) -> None:
        if _holds(place, content):
            return
        if not os.path.isdir(self._stage):
            self.stage.mkdir(parents=True)
        staged = f"{self._stage}/{os.getpid()}.tmp"
        with open(staged, "wb") as file:
            file.write(content)
        self._move(staged, place)

    def _move(self, source: str, place: str) -> None:
        self.written += 1
        try:
            os.replace(source, place)
        except OSError:
            if not os.path.isdir(place) or os.path.islink(place):
                raise
            shutil.rmtree(place)
            self._folders = {folder for folder in self._folders if not f"{folder}/".startswith(f"{place}/")}
            os.replace(source, place)

    def _open(self, path: str) -> str:
        """Where a file shall stand: in a folder of the site's own, whatever stood in its way."""
        place = f"{self._top}/{path}"
        if place.rpartition("/")[0] not in self._folders:
            folder = self._top
            for name in path.split("/")[:-1]:
                folder = f"{folder}/{name}"
                if folder in self._folders:
                    continue
                try:
                    os.mkdir(folder)
                except FileExistsError:
                    if os.path.islink(folder) or not os.path.isdir(folder):
                        os.unlink(folder)
                        os.mkdir(folder)
                self._folders.add(folder)
        return place


def _state(place: str) -> list[int]:
    """Size, times of change and number of a file: what changes with its content; nothing where there is none."""
    try:
        state = os.stat(place, follow_symlinks=False)
    except OSError:
        return []
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def _holds(place: str, content: bytes) -> bool:
    """Whether a file is there and has that content."""
    try:
        state = os.stat(place, follow_symlinks=False)
        if state.st_size != len(content) or not stat.S_ISREG(state.st_mode):
            return False
        with open(place, "rb") as file:
            return file.read() == content
    except OSError:
        return False
