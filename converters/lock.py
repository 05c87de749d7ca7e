"""The lock file of a library: what of every fetched collection was taken, so that anyone can take the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from converters.model import NO_LICENCE

NAME = "collections.lock"
"""The file's name, beside `collections.yaml`."""

_VERSION = 1
_ABOUT = "Written by `specs sync`. Commit it; do not edit it."


class LockFault(Exception):
    """Why a lock file cannot be read, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What was taken of one collection's source."""

    source: str
    """The folder or git address, as `collections.yaml` says it."""
    revision: str | None = None
    """The branch, tag or commit that was asked for; `None` is the repository's own choice."""
    commit: str | None = None
    """The commit that was taken; `None` of a folder that is no repository."""
    sha256: str
    """Of the paths and contents of all files that were looked at."""
    files: int
    """How many those are."""
    license: str = NO_LICENCE
    """What the licence file at the top reads as, by SPDX's names."""
    license_file: str | None = None
    """That file's path, from the top of the source."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Former ids of its agents, each with the id that agent has now."""
    tool: str = ""
    """The release of ours that wrote this entry."""

    def says_of(self, other: Lock) -> bool:
        """Whether both tell of the same, whichever release took it."""
        return all(getattr(self, f.name) == getattr(other, f.name) for f in fields(self) if f.name != "tool")


def parse(text: str) -> dict[str, Lock]:
    """The entries by collection; raises `LockFault`."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LockFault(f"it is no JSON: {error}") from None
    if not isinstance(said, dict) or not isinstance(entries := said.get("collections"), dict):
        raise LockFault("it holds no `collections`")
    if said.get("version") != _VERSION:
        raise LockFault(f"its version is {said.get('version')!r}, and this release knows {_VERSION}")
    return {name: _entry(name, entry) for name, entry in entries.items()}


def _entry(name: str, said: Any) -> Lock:
    if not isinstance(said, dict):
        raise LockFault(f"{name!r} is no mapping")
    known = {f.name: said[f.name] for f in fields(Lock) if f.name in said}
    moved = known.get("moved", {})
    others = [value for key, value in known.items() if key not in {"files", "moved"} and value is not None]
    texts = isinstance(moved, dict) and all(isinstance(value, str) for value in [*others, *moved.values()])
    if not {"source", "sha256", "files"} <= known.keys() or not texts or type(known["files"]) is not int:
        raise LockFault(f"{name!r} lacks `source`, `sha256` or `files`, or says one of another kind")
    return Lock(**known)


def dump(locks: Mapping[str, Lock]) -> str:
    """The whole file, a block for each collection, sorted."""
    entries = {
        name: {k: v for k, v in asdict(lock).items() if v is not None and v != {}}
        for name, lock in sorted(locks.items())
    }
    whole = {"version": _VERSION, "about": _ABOUT, "collections": entries}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
