"""What earlier builds worked out, kept beside the project by its content: safe to delete, to lose and to spoil."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("cmarkgfm", "jinja2", "markupsafe", "mkdocs", "mkdocs-material", "nh3", "pillow", "pyyaml")
_PATIENCE = 2.0
"""Seconds to wait for another build that writes; after that nothing is kept."""
_SPARE = 3
"""How many times what one build needed may be kept before what it did not need goes."""
_NOTE = "# What `specs build` and `mkdocs` worked out; safe to delete at any time.\n*\n"


class Store:
    """A cache in one file, or in memory alone.

    Every entry stands under the digest of what it was made from and of the program that made it,
    beside a digest of itself. What cannot be read, or is not what was written, is as if it had
    never been there. Entries are data: nothing in them is run.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._database = _opened(folder) if folder else None
        self._needed: set[bytes] = set()
        self._only: set[bytes] | None = set() if self._is_empty() else None
        """The names of all that is kept, where nothing was before; else nobody has counted them."""

    @property
    def is_open(self) -> bool:
        """Whether anything is kept."""
        return self._database is not None

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under `kind` and `key`, if it is still there and whole."""
        name = _name(kind, key)
        self._needed.add(name)
        if self._database is None or (self._only is not None and name not in self._only):
            return None
        try:
            row = self._database.execute("SELECT value, digest FROM kept WHERE name = ?", (name,)).fetchone()
        except sqlite3.Error:
            self._give_up()
            return None
        if row is None or not isinstance(row[0], bytes) or _digest(row[0]) != row[1]:
            return None
        return row[0]

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep `value`; whether that works is nobody's concern."""
        name = _name(kind, key)
        self._needed.add(name)
        if self._only is not None:
            self._only.add(name)
        if self._database is not None:
            try:
                self._database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (name, value, _digest(value)))
            except sqlite3.Error:
                self._give_up()

    def commit(self) -> None:
        """Bring what was put to the disk, and drop what the last builds had no use for."""
        if self._database is None:
            return
        try:
            count = self._database.execute("SELECT count(*) FROM kept").fetchone()[0]
            if count > _SPARE * len(self._needed) + 1_000:
                spare = [
                    (name,) for (name,) in self._database.execute("SELECT name FROM kept") if name not in self._needed
                ]
                self._database.executemany("DELETE FROM kept WHERE name = ?", spare)
            self._database.commit()
        except sqlite3.Error:
            self._give_up()

    def close(self) -> None:
        """Commit, and let go of the file."""
        self.commit()
        if self._database is not None:
            self._database.close()
            self._database = None

    def _is_empty(self) -> bool:
        try:
            return self._database is None or self._database.execute("SELECT 1 FROM kept LIMIT 1").fetchone() is None
        except sqlite3.Error:
            return False

    def _give_up(self) -> None:
        """Go on without a file; one that is no database any more is removed, for the next build to begin again."""
        error = sys.exc_info()[1]
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None
        if self._folder and type(error) is sqlite3.DatabaseError:
            _remove(self._folder)


def _opened(folder: Path) -> sqlite3.Connection | None:
    """The database in `folder`, begun again where it is spoilt; `None` where there can be none."""
    for _ in range(2):
        database: sqlite3.Connection | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            note = folder / ".gitignore"
            if not note.exists():
                note.write_text(_NOTE, encoding="utf-8")
            database = sqlite3.connect(folder / _FILE, timeout=_PATIENCE, check_same_thread=False)
            database.execute("PRAGMA synchronous = OFF")  # a row that a power cut spoils is not believed
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE IF NOT EXISTS kept (name BLOB PRIMARY KEY, value BLOB, digest BLOB)")
            database.commit()
        except (OSError, sqlite3.Error) as error:
            if database is not None:
                database.close()
            if type(error) is not sqlite3.DatabaseError:
                return None
            _remove(folder)
        else:
            return database
    return None


_FILE = "store.sqlite"


def _remove(folder: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            (folder / f"{_FILE}{suffix}").unlink()


def _name(kind: str, key: str) -> bytes:
    return blake2b(f"{kind}\0{key}".encode("utf-8", "surrogatepass"), digest_size=20, key=program()).digest()


def _digest(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()


@cache
def program() -> bytes:
    """A digest of all that turns specs into a site: our own files, the libraries they use, and Python."""
    told = blake2b(sys.version.encode(), digest_size=32)
    for library in _LIBRARIES:
        try:
            told.update(f"{library} {version(library)}\n".encode())
        except PackageNotFoundError:
            told.update(f"{library}\n".encode())
    package = Path(__file__).parents[1]
    schema = (package.parent / "schema.json", package / "schema.json")
    ours = (path for path in package.rglob("*") if path.suffix in {".py", ".yaml", ".html", ".ttf"})
    for path in sorted({*ours, *filter(Path.is_file, schema)}):
        told.update(path.relative_to(package.parent).as_posix().encode() + b"\0" + path.read_bytes())
    return told.digest()
