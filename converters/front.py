"""The front door for programs: read a file, write an agent, convert between two formats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from converters import canonical, library
from converters.conversion import CANONICAL, Options, Outcome, understand
from converters.fitting import with_defaults
from converters.formats import FORMATS
from converters.inputs import Input
from converters.library import Library
from converters.model import AgentSpec
from converters.report import Report, report
from converters.writing import write as write_file


@dataclass(frozen=True, slots=True)
class Conversion:
    """An agent in another format, and what became of it on the way."""

    data: bytes
    report: Report


def read(path: str | Path, *, raw: bytes | None = None, source: str | None = None) -> Outcome:
    """Read one file: its agents, and what was found in it.

    `raw` gives the bytes of a file that is not on disk; `source` is the id of its format where
    that is not to be detected. Nothing in the content raises.
    """
    place = Path(path)
    options = Options(source=source)
    return understand(Input(place, str(path), place.name, place.parent.name, explicit=True), options, None, raw)


def write(spec: AgentSpec, target: str, *, as_read: bool = False) -> bytes:
    """Spell one agent as a file of the format `target`; raises `KeyError` for an unknown one."""
    if target == CANONICAL:
        return canonical.dump(spec).encode()
    fmt = FORMATS[target]
    return write_file(with_defaults(spec, fmt), fmt, as_read=as_read)


def convert(spec: AgentSpec, target: str) -> Conversion:
    """Spell one agent as a file of the format `target`, with a report of every field."""
    return Conversion(write(spec, target), report(spec, FORMATS[target]))


def load_library(folder: str | Path = "specs") -> Library:
    """Every canonical spec below `folder`, and its collections."""
    return library.load_library(Path(folder), canonical.load_file)


__all__ = ["Conversion", "convert", "load_library", "read", "write"]
