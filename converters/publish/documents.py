"""The files that go with agents, their canonical documents and their originals: made where they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from converters import canonical
from converters.formats import FORMATS
from converters.library import Library
from converters.model import AgentSpec, SharedDocument
from converters.originals import restore
from converters.output import Output
from converters.writing import prompt_beside

from . import render
from .discretion import are_shown_alike
from .late import Late, fingerprint
from .memory import Memory

K = TypeVar("K")
V = TypeVar("V", str, bytes)
Place: TypeAlias = tuple[str, str]
"""A collection and a path in it."""

_AT_HAND = 64
"""Files held at a time: those of the agent whose page is made, and a few more."""


class Documents(Mapping[K, V], Generic[K, V]):
    """Files by key. What is known of each without making it again is remembered from build to build."""

    def __init__(self, kind: str, inputs: Mapping[K, object], make: Callable[[K], V | None], memory: Memory) -> None:
        self._kind = kind
        self._inputs = inputs
        self._memory = memory
        self._made: Callable[[K], V | None] = lru_cache(maxsize=_AT_HAND)(make)

    def __getitem__(self, key: K) -> V:
        """The file; raises `KeyError` where there is none."""
        content = self._made(key) if key in self._inputs else None
        if content is None:
            raise KeyError(key)
        return content

    def __iter__(self) -> Iterator[K]:
        """The keys of the files there are."""
        return (key for key in self._inputs if key in self)

    def __len__(self) -> int:
        """How many files there are."""
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a file."""
        return key in self._inputs and self.told(key)[0]  # type: ignore[arg-type]  # it is one of the keys

    def told(self, key: K) -> tuple[bool, bool]:
        """Whether there is such a file, and whether a page can show it."""
        if key not in self._inputs:
            return False, False

        def find() -> list[bool]:
            content = self._made(key)
            return [content is not None, content is not None and _is_shown(content)]

        there, shown = self._memory.recall(self._kind, fingerprint(self._inputs[key]), find)
        return bool(there), bool(shown)

    def sha256(self, key: K) -> str:
        """The SHA-256 of the file as it is published; raises `KeyError` where there is none."""
        found = self._memory.recall(f"{self._kind}-sha256", fingerprint(self._inputs[key]), lambda: _sha256(self[key]))
        return str(found)

    def late(self, key: K) -> Late[V]:
        """The file, to be made where it is written."""
        return Late((self._kind, self._inputs[key]), lambda: self[key])


def can_be_shown(files: Mapping[K, V], key: K) -> bool:
    """Whether a page can show a file: there is one, it is text, and not too much of it."""
    if isinstance(files, Documents):
        return files.told(key)[1]
    return key in files and _is_shown(files[key])


def sha256(files: Mapping[K, V], key: K) -> str:
    """The SHA-256 of a file there is, in hexadecimal."""
    return files.sha256(key) if isinstance(files, Documents) else _sha256(files[key])


def spelled(content: str) -> bytes:
    """A text as it is published: half of a character, which no UTF-8 has, is shown as an escape."""
    return content.encode("utf-8", "backslashreplace")


def _sha256(content: str | bytes) -> str:
    return hashlib.sha256(spelled(content) if isinstance(content, str) else content).hexdigest()


def late(files: Mapping[K, V], key: K) -> V | Late[V]:
    """A file there is, or what makes it."""
    return files.late(key) if isinstance(files, Documents) else files[key]


def _is_shown(content: str | bytes) -> bool:
    ends = "\0" in content if isinstance(content, str) else b"\0" in content
    return not ends and len(content) <= render.LARGEST


def canonical_documents(library: Library, memory: Memory, folder: Path | None = None) -> Documents[str, str]:
    """The canonical document of each agent, by key.

    A file of ours in `folder` is it, where nobody has edited it: making it again takes 15 times as long.
    """
    specs = {library.key(spec): spec for spec in library.agents}
    ours = {(folder / path, owned.sha256) for path, owned in Output(folder).owned.items()} if folder else set()

    origins = {key: origin for key, spec in specs.items() if (origin := memory.origin(spec)) in ours}

    def make(key: str) -> str:
        return (_as_read(*origins[key]) if key in origins else None) or canonical.dump(specs[key])

    inputs = {key: _all(memory.digest(spec), origins[key][1] if key in origins else "") for key, spec in specs.items()}
    return Documents("canonical", inputs, make, memory)


def _as_read(path: Path, sha256: str) -> str | None:
    """The file's text, where it is still what it was."""
    try:
        content = path.read_bytes()
        return content.decode("utf-8") if hashlib.sha256(content).hexdigest() == sha256 else None
    except (OSError, UnicodeDecodeError):
        return None


def original_files(
    library: Library, records: Mapping[Place, SharedDocument], memory: Memory
) -> Documents[Place, bytes]:
    """The files the agents were read from, byte for byte.

    Left out are those edited since, and those that hold agents besides who are shown less of.
    """
    owners: dict[Place, list[AgentSpec]] = {}
    for spec in library.agents:
        if (source := spec.source) and source.path and source.format in FORMATS:
            owners.setdefault((source.collection, source.path), []).append(spec)
    owners = {place: specs for place, specs in owners.items() if are_shown_alike(library, specs)}
    homes: dict[Place, Place] = {place: place for place in owners}
    for place, specs in owners.items():
        fmt = FORMATS[specs[0].source.format] if specs[0].source else None
        if fmt and not fmt.shared and prompt_beside(specs[0], fmt):
            files = restore(Library(MappingProxyType({}), tuple(specs)))
            homes |= {beside: place for beside in files if beside not in owners}
    inputs = {
        place: _all(*map(memory.digest, owners[home]), fingerprint(records.get(home)), place[1])
        for place, home in homes.items()
    }

    def make(place: Place) -> bytes | None:
        home = homes[place]
        files = restore(Library(MappingProxyType({}), tuple(owners[home])), records)
        content = files.get(place)
        if content is None or place != home:
            return content
        said = {spec.source.sha256 for spec in owners[home] if spec.source and spec.source.sha256}
        return content if said <= {hashlib.sha256(content).hexdigest()} else None

    return Documents("original", inputs, make, memory)


def _all(*digests: str | None) -> object:
    """What decides a file; where a digest is missing, nothing else is equal to it."""
    return _Unknown() if None in digests else digests


class _Unknown:
    """Something of which no digest can be taken."""
