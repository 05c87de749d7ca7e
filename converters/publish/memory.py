"""What one build leaves for the next: at hand in the same process, in the store for another."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from converters import canonical
from converters.findings import Finding
from converters.model import AgentSpec

from . import render
from .store import Store

_SETTLED = 2 * 10**9
"""Nanoseconds after its last change from which a file's times of change tell the next change apart."""


@dataclass(frozen=True, slots=True)
class _File:
    """A canonical file as it was when it was read."""

    stamp: tuple[int, int, int, int]
    sha256: str
    spec: AgentSpec
    digest: str | None


class Memory:
    """Remembers specs by their files, and what was worked out of them by their content."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store()
        self._files: dict[Path, _File] = {}
        self._before: dict[Path, _File] = {}
        self._digests: dict[int, tuple[AgentSpec, str | None]] = {}
        self._origins: dict[int, tuple[AgentSpec, Path, str]] = {}
        self._recalled: dict[tuple[str, str], Any] = {}

    def begin(self) -> None:
        """A library is about to be read: what the last one did not hold can be forgotten."""
        self._before, self._files = self._files, {}
        self._digests.clear()
        self._origins.clear()

    def read(self, path: Path) -> tuple[AgentSpec | None, list[Finding]]:
        """The agent of a canonical file, as `canonical.load_file` gives it."""
        try:
            state = path.stat()
            stamp = state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino
            known = self._before.get(path)
            if known is None or known.stamp != stamp:
                content = path.read_bytes()
                text = content.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return canonical.load_file(path)
        if known is None or known.stamp != stamp:
            name = hashlib.sha256(content).hexdigest()
            said = self.store.get("spec", name)
            spec = canonical.from_json(orjson.loads(said)) if said else None
            if spec is None:
                spec, found = canonical.load(text.replace("\r\n", "\n"), str(path))
                if spec is None or found:
                    return spec, found
                said = _json(spec)
                if said is not None:
                    self.store.put("spec", name, said)
            known = _File(stamp, name, spec, _digest(said) if said else None)
        if time.time_ns() - max(stamp[1:3]) > _SETTLED:
            self._files[path] = known
        self._digests[id(known.spec)] = known.spec, known.digest
        self._origins[id(known.spec)] = known.spec, path, known.sha256
        return known.spec, []

    def origin(self, spec: AgentSpec) -> tuple[Path, str] | None:
        """The file that says what `spec` does and no more, and its SHA-256; `None` where there is none."""
        held = self._origins.get(id(spec))
        return held[1:] if held and held[0] is spec else None

    def digest(self, spec: AgentSpec) -> str | None:
        """A digest of all that `spec` says; `None` where it holds what is no text."""
        held = self._digests.get(id(spec))
        if held is None or held[0] is not spec:
            said = _json(spec)
            held = self._digests[id(spec)] = spec, _digest(said) if said else None
        return held[1]

    @contextmanager
    def rendering(self, key: str) -> Iterator[None]:
        """Take the HTML of an agent's texts from an earlier build, where they are still the same."""
        if not self.store.is_open:
            yield
            return
        held = self.store.get("html", key)
        known: dict[str, str] = orjson.loads(held) if held else {}
        with render.remembering(known) as used:
            yield
        if used != known:
            self.store.put("html", key, orjson.dumps(used))

    def recall(self, kind: str, key: str | None, make: Callable[[], Any]) -> Any:
        """The JSON value that `make` gave for `key` in some earlier build, else the one it gives now.

        Without a key it is always made.
        """
        if key is None:
            return make()
        if (kind, key) not in self._recalled:
            self._recalled[kind, key] = self.look_up(kind, key, make)
        return self._recalled[kind, key]

    def look_up(self, kind: str, key: str | None, make: Callable[[], Any]) -> Any:
        """The same of what is much, and not held at hand beside."""
        held = self.store.get(kind, key) if key is not None else None
        if held is not None:
            return orjson.loads(held)
        value = make()
        if key is not None and self.store.is_open:
            self.store.put(kind, key, orjson.dumps(value))
        return value


def _json(spec: AgentSpec) -> bytes | None:
    try:
        return orjson.dumps(canonical.to_json(spec), option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return None


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=20).hexdigest()
