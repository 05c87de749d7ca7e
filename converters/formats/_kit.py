"""What a format is made of: a table of rows, each a key, a field and the codec between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from converters.model import AgentSpec, Json
from converters.syntax import Node

T = TypeVar("T")

PROMPT = "prompt"
"""The pseudo-field of the prompt; `prompt:KEY` is the part of it a format keeps under KEY."""


SILENT: Mapping[str, Any] = {**{f.name: f.default for f in fields(AgentSpec)}, "tools.deny": ()}
"""What a row's field holds where nobody says anything."""


def is_silent(field: str, value: Any) -> bool:
    """Whether a row's field with this value says nothing."""
    return value is None or value == "" or value == SILENT.get(field)


class Container(Enum):
    """How agents lie in a file."""

    FRONT_MATTER = "Markdown with a YAML header; the body is the prompt"
    MARKDOWN = "Markdown alone, all of it the prompt"
    YAML_MEMBERS = "a YAML list of agents in one file"


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """A pair of inverse functions between a dialect's spelling and our value."""

    decode: Callable[[Node], T | None]
    """Raises `ValueError`, worded for the author of the file; `None` where nothing is said."""
    encode: Callable[[T], Json]
    """Says as much of the value as the dialect can."""
    says: str
    """What may stand there, for people: `text`, `a whole number from 1`."""
    listed: Callable[[T], Json] | None = None
    """The same value as a list, where the dialect takes both."""
    lost: Callable[[T, T | None], str | None] | None = None
    """What reading `encode`'s result back no longer has of the value, in words; `None` if nothing.

    Without it, any difference is a loss.
    """


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a format's table: their key, our field, the way between."""

    key: str
    field: str
    """A field of `AgentSpec`; `tools.deny`; `prompt` or `prompt:KEY`; `.KEY` for an extension."""
    codec: Codec[Any]
    required: bool = False
    strict: bool = False
    """Whether a value that cannot be read refuses the file, because ignoring it would widen access."""
    note: str = ""
    default: Callable[[AgentSpec], Any] | None = None
    """What a required key is filled with where the spec says nothing."""
    origin: str = ""
    """Where that comes from, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A named variant within a format."""

    id: str
    title: str
    recognise: Callable[[frozenset[str], str], bool]
    """Told the header's keys and the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One client's agent files, told as a table."""

    id: str
    title: str
    source: str
    """Where the facts were read."""
    read_on: str
    """ISO date of that reading."""
    container: Container
    files: tuple[str, ...]
    """Globs of the places the client reads; the first shows where `write` puts a file."""
    suffix: str
    """What a file's name ends in, whole: `.agent.md`."""
    rows: tuple[Row, ...] = ()
    member_list: str = ""
    """The key whose list holds the agents of a shared file."""
    member_key: str = ""
    """The key that names an agent inside a shared file."""
    dialects: tuple[Dialect, ...] = ()
    signature: frozenset[str] = frozenset()
    """Header keys that only this format has."""
    named_by: Literal["key", "file", "title"] = "key"
    """What names an agent: a row, the file's name, or the prompt's title."""
    limits_tools: bool = True
    """Whether a file of this format can limit what an agent touches."""
    notes: tuple[str, ...] = ()
    """What the table cannot say, for people."""

    by_key: Mapping[str, Row] = field(init=False, repr=False, compare=False)
    """The rows by their key."""
    by_field: Mapping[str, Row] = field(init=False, repr=False, compare=False)
    """The rows by our field; where several say one field, the first."""

    def __post_init__(self) -> None:
        known = {f.name for f in fields(AgentSpec)} | {"tools.deny", PROMPT}
        for row in self.rows:
            if row.field not in known and row.field[:1] != "." and not row.field.startswith(f"{PROMPT}:"):
                raise TypeError(f"{self.id}: no field {row.field!r}")
        object.__setattr__(self, "by_key", {row.key: row for row in self.rows})
        object.__setattr__(self, "by_field", {row.field: row for row in reversed(self.rows)})
