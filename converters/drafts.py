"""Files that take their places whole, and one run at a time."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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


@contextmanager
def held(folder: Path) -> Iterator[None]:
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
