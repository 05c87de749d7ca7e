"""The account a folder keeps of the files this tool wrote to it: which, from what, and as what bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from converters.leave import Access, leave_of
from converters.model import AgentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """One agent that `specs install` put into a file, and what it was made from."""

    name: str
    """What the file calls it."""
    source: str
    """The catalogue's address, or a path: from the folder of the manifest where that is possible."""
    spec: str
    """Digest of the agent as it was read."""
    revision: str | None = None
    """The commit its source was taken at."""
    document: str | None = None
    """SHA-256 of its canonical document, where a catalogue published that."""
    text: str | None = None
    """Digest of its name and prompt: it is known by them where its source has it under another id."""
    part: str | None = None
    """SHA-256 of its part of a file that can hold several."""
    access: Access | None = None
    """What was to be done where it could touch more than before, if not to refuse it."""
    names: str | None = None
    """The user's map of names: a path, from the folder of the manifest where that is possible."""


@dataclass(frozen=True, slots=True)
class Owned:
    """One file of the manifest."""

    sha256: str
    target: str
    collections: tuple[str, ...]
    next: str | None = None
    """The SHA-256 of what a run set out to write there; still said when the run was killed."""
    agents: Mapping[str, Installed] = field(default_factory=dict)
    """The agents in it that were installed, by `collection/id`; none in a file that was converted."""
    mixed: bool = False
    """Whether somebody else's file was there before, which is only added to and taken from."""
    opened: bool = False
    """Whether the key that holds its agents was put there for them."""
    backups: tuple[str, ...] = ()
    """Files beside it that hold what was overwritten."""
    names: str | None = None
    """The map of names that the last conversion to write it was given, as `given` tells of it."""

    def holds(self, data: bytes) -> bool:
        """Whether the tool wrote that."""
        return sha256_of(data) in {self.sha256, self.next}


class Manifest(NamedTuple):
    """What it says."""

    files: dict[str, Owned]
    folders: frozenset[str]
    """Those that installing made, `.` being the root and `..` what it lies in."""


def load(path: Path) -> Manifest:
    """What the manifest says; one that is broken or missing says nothing is ours."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        files = {name: _owned(entry) for name, entry in said["files"].items()}
        return Manifest(files, frozenset(map(str, said.get("folders", ()))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest({}, frozenset())


def _owned(said: Mapping[str, Any]) -> Owned:
    return Owned(
        str(said["sha256"]),
        str(said["target"]),
        tuple(map(str, said["collections"])),
        said.get("next"),
        {key: _installed(one) for key, one in said.get("agents", {}).items()},
        said.get("mixed") is True,
        said.get("opened") is True,
        tuple(map(str, said.get("backups", ()))),
        str(said["names"]) if said.get("names") else None,
    )


_OPTIONAL = ("revision", "document", "text", "part", "names")


def _installed(said: Mapping[str, Any]) -> Installed:
    more = {name: str(said[name]) for name in _OPTIONAL if said.get(name)}
    access = leave_of(said.get("access"))
    return Installed(name=str(said["name"]), source=str(said["from"]), spec=str(said["spec"]), access=access, **more)


def dump(said: Manifest) -> bytes:
    """The manifest as a file, an entry a line."""
    lines = [f"  {_json(path)}: {_json(_said(entry))}" for path, entry in sorted(said.files.items())]
    made = f'"folders": {_json(sorted(said.folders))}, ' if said.folders else ""
    text = f'{{"version": 1, {made}"files": {{\n' + ",\n".join(lines) + "\n}}\n"
    return text.encode("utf-8", "surrogateescape")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _said(entry: Owned) -> dict[str, object]:
    agents = {
        key: {"name": one.name, "from": one.source, "spec": one.spec}
        | {name: value for name in (*_OPTIONAL, "access") if (value := getattr(one, name))}
        for key, one in sorted(entry.agents.items())
    }
    more = {
        "next": entry.next,
        "mixed": entry.mixed,
        "opened": entry.opened,
        "backups": list(entry.backups),
        "names": entry.names,
        "agents": agents,
    }
    told: dict[str, object] = {
        "sha256": entry.sha256, "target": entry.target, "collections": list(entry.collections)
    }  # fmt: skip
    return told | {name: value for name, value in more.items() if value}


def given(path: str) -> str:
    """A file that a run was given, in words that are the same on any machine: of an absolute path only the name."""
    return PurePath(path).name if PurePath(path).is_absolute() else PurePath(path).as_posix()


def text_of(spec: AgentSpec) -> str:
    """The digest of an agent's name and prompt."""
    return sha256_of(f"{spec.name}\0{spec.prompt}".encode("utf-8", "surrogatepass"))


def sha256_of(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
