"""The site's folder, brought in step with what is published: what is there and right is left as it is."""

from __future__ import annotations

import os
import shutil
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
        self._store = store
        self._before: dict[str, list[Any]] = self._recalled()
        self._now: dict[str, list[Any]] = {}
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
        shutil.rmtree(self.stage, ignore_errors=True)
        self.stage.mkdir(parents=True, exist_ok=True)
        self._begun = self.stage.stat().st_mtime_ns
        return self.stage

    def put(self, path: str, content: bytes | Late[bytes]) -> None:
        """Deliver a file; the first of a path counts."""
        if path in self._now:
            return
        inputs = fingerprint(content.inputs) if isinstance(content, Late) else None
        place = self.out / path
        known = self._before.get(path)
        if inputs is not None and known is not None and known[0] == inputs and known[1:] == _state(place):
            self._now[path] = known
            return
        self._settle(place, made(content))
        self._now[path] = [inputs, *(_state(place) or ())]

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
                place = self.out / path
                if not _same(source, place):
                    self._move(source, place)
                self._now[path] = [None, *(_state(place) or ())]
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
        for folder, folders, names in os.walk(self.out, topdown=False):
            here = Path(folder)
            below = here.relative_to(self.out)
            if below.parts and below.parts[0].startswith("."):
                continue
            for name in names:
                hidden = not below.parts and name.startswith(".")
                if not hidden and (below / name).as_posix() not in self._now and not self._is_new(here / name):
                    (here / name).unlink(missing_ok=True)
            for name in folders:
                if (here / name).is_symlink():
                    (here / name).unlink()
            if below.parts:
                with suppress(OSError):  # what is not empty stays
                    here.rmdir()
        self._before, self._now = self._now, {}
        with suppress(TypeError):
            self._store.put(_KIND, str(self.out), orjson.dumps(self._before))
        self._store.commit()

    def abandon(self) -> None:
        """Leave the folder as it is."""
        shutil.rmtree(self.stage, ignore_errors=True)
        self._now = {}

    def _is_new(self, place: Path) -> bool:
        state = _state(place)
        return bool(self._begun) and state is not None and state[1] >= self._begun

    def _settle(self, place: Path, content: bytes) -> None:
        try:
            if place.stat().st_size == len(content) and place.read_bytes() == content:
                return
        except OSError:
            pass
        self.stage.mkdir(parents=True, exist_ok=True)
        staged = self.stage / f"{os.getpid()}.tmp"
        staged.write_bytes(content)
        self._move(staged, place)

    def _move(self, source: Path, place: Path) -> None:
        self.written += 1
        try:
            source.replace(place)
        except OSError:
            self._clear(place)
            source.replace(place)

    def _clear(self, place: Path) -> None:
        """Make way for a file: its folder, and nothing where it shall stand."""
        for parent in reversed(place.relative_to(self.out).parents[:-1]):
            folder = self.out / parent
            if folder.is_symlink() or folder.is_file():
                folder.unlink()
            folder.mkdir(exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)


def _state(place: Path) -> list[int] | None:
    """Size, times of change and number of a file: what changes with its content."""
    try:
        state = place.stat()
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
    except OSError:
        return False
