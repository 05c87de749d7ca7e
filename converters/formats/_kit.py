"""What a format is made of: a table of rows, each a key, a field and the codec between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from converters.model import AgentSpec, Json, Relation, Tools
from converters.syntax import Mapping as Mapping_
from converters.syntax import Node

T = TypeVar("T")

PROMPT = "prompt"
"""The pseudo-field of the prompt; `prompt:KEY` is the part of it a format keeps under KEY."""


SILENT: Mapping[str, Any] = {**{f.name: f.default for f in fields(AgentSpec)}, "tools.deny": ()}
"""What a row's field holds where nobody says anything."""

KEYED = ""
"""The key of the row that says what stands before an agent's entries: its name in a mapping of agents."""


def is_silent(field: str, value: Any) -> bool:
    """Whether a row's field with this value says nothing."""
    return value is None or value == "" or value == SILENT.get(field)


class Container(Enum):
    """How agents lie in a file."""

    FRONT_MATTER = "Markdown with a YAML header; the body is the prompt"
    MARKDOWN = "Markdown alone, all of it the prompt"
    YAML = "YAML; the prompt is one of its values"
    JSON = "JSON; the prompt is one of its values"
    TOML = "TOML; the prompt is one of its values"


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """A pair of inverse functions between a dialect's spelling and our value."""

    decode: Callable[[Node], T | None]
    """Raises `ValueError`, worded for the author of the file; `None` where nothing is said."""
    encode: Callable[[T], Json]
    """Says as much of the value as the dialect can; `None` leaves the key out."""
    says: str
    """What may stand there, for people: `text`, `a whole number from 1`."""
    listed: Callable[[T], Json] | None = None
    """The same value as a list, where the dialect takes both."""
    lost: Callable[[T, T | None], str | None] | None = None
    """What reading `encode`'s result back has no longer, or has besides, in words; `None` if nothing.

    Without it, any difference is a loss of the exact value.
    """
    rest: Callable[[Node], Json] | None = None
    """What a value says besides, which no field has; it stays with the format, and `None` is nothing."""
    filler: Json = field(default=None, hash=False)
    """What is written in a new file where nothing is said and the client wants something; it is read as nothing."""


A_NAME = re.compile(r"[^*?{}<>\[\]$|,;\"\n]{1,100}")
"""What may be an agent's name: no pattern, no placeholder, no list."""


@dataclass(frozen=True, slots=True)
class Refers:
    """How a row's value names other agents: one name, a list of names or of mappings, or a mapping by name."""

    relation: Relation
    """What those are to the agent that names them."""
    at: str = ""
    """The keys that lead to the names inside the value, `a/b`; empty where it is they."""
    agent: tuple[str, ...] = ()
    """Where each is a mapping: the keys that may name the agent, the first that does counts."""
    about: tuple[str, ...] = ()
    """Beside them, the keys that may say what it is about."""
    when: tuple[str, ...] = ()
    """Beside them, the keys that may say on what condition."""
    names: re.Pattern[str] = A_NAME
    """What a whole name looks like; anything else there names nobody."""
    divider: str = "/"
    """What parts the folders or modules before a name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a format's table: their key, our field, the way between."""

    key: str
    """As written; `a/b` for a key inside the mapping `a`; `KEYED` for an agent's own key in a mapping of agents."""
    field: str
    """A field of `AgentSpec`; `tools` for the allowed ones, `tools.deny`, or `tools.whole` for both;
    `prompt` or `prompt:KEY`; `.KEY` for an extension."""
    codec: Codec[Any]
    required: bool = False
    strict: bool = False
    """Whether a value that cannot be read refuses the file, because ignoring it would widen access."""
    note: str = ""
    default: Callable[[AgentSpec], Any] | None = None
    """What the key is filled with where the spec says nothing; `None` from it fills nothing."""
    origin: str = ""
    """Where that comes from, for people."""
    alias: bool = False
    """Whether it is read, and written only where its author used it."""
    withholds: Callable[[Any], bool] | None = None
    """For an extension: whether its value takes away some access, which is had again where it is dropped."""
    meant_for: Callable[[Any, str], bool] | None = None
    """For an extension that says which formats an agent is for: whether that of an id is among them."""
    short: bool = False
    """Whether the mapping around a nested key may be given as this value alone."""
    refers: tuple[Refers, ...] = ()
    """How its value names other agents."""

    @property
    def top(self) -> str:
        """The key of the entry the row stands in."""
        return self.key.partition("/")[0]

    @property
    def path(self) -> tuple[str, ...]:
        """The keys that lead to it inside that entry."""
        return tuple(self.key.split("/")[1:])


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of a field the client takes."""

    field: str
    """A row's field; `prompt` for the whole of it."""
    most: int
    least: int = 0
    unit: Literal["characters", "bytes"] = "characters"
    hard: bool = True
    """Whether the client refuses or cuts what is over, so that nothing is written; else it only warns."""
    advice: str = ""
    """What the author can do, where it is not simply to shorten the field."""

    def breaks(self, text: str) -> int | None:
        """The size of `text`, where that is not within the limit."""
        size = len(text) if self.unit == "characters" else len(text.encode("utf-8", "surrogatepass"))
        return None if self.least <= size <= self.most else size


@dataclass(frozen=True, slots=True)
class Body:
    """A way the prompt is spelled below a header: a pair of inverse functions on whole texts."""

    id: str
    decode: Callable[[str], str | None]
    """`None` where the text is not spelled so."""
    encode: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Trap:
    """A pattern in a text that the client takes for an instruction to itself, and that no spelling hides."""

    pattern: re.Pattern[str]
    does: str
    """What the client does with it, where `it` is what the pattern finds: `fills it in from the inputs of a run`."""
    example: str
    """What it is, for people: `{topic}`."""
    fields: tuple[str, ...] = (PROMPT,)
    """The fields it is searched in: the whole prompt, and of others what is written."""

    @property
    def told(self) -> str:
        """What becomes of it and where, for people."""
        *others, last = ("the prompt" if field == PROMPT else field for field in self.fields)
        where = f"{', '.join(others)} or {last}" if others else last
        return f"`{self.example}` in {where}: the client {self.does}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A named variant within a format."""

    id: str
    title: str
    recognise: Callable[[frozenset[str], str], bool]
    """Told the header's keys and the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a client looks for the agents of one person, whatever the project."""

    folder: str
    """The client's own folder, a POSIX path below the person's home."""
    place: str
    """Where a new file goes below that folder, as in `Format.files`."""
    source: str
    """Where that was read."""
    read_on: str
    """ISO date of that reading."""
    moved: tuple[tuple[str, str], ...] = ()
    """Variables of the environment that put the folder elsewhere, and the way on from there; the first set counts."""


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
    """What a file's name ends in, whole: `.agent.md`; `/SKILL.md` where the folder has the name."""
    rows: tuple[Row, ...] = ()
    members: str | Callable[[Mapping_], Iterable[Mapping_]] | None = None
    """Where the agents of a shared file stand: the key that holds them, `KEYED` for the whole file, or
    what finds them; `None` where a file is one agent."""
    alone: tuple[str, ...] = ()
    """The keys by which a file is known that holds one agent of a shared file by itself."""
    around: tuple[str, str] = ("", "")
    """What stands before and behind the agents of a shared file that is new."""
    section: Callable[[AgentSpec], str] | None = None
    """How an agent is spelled in a shared Markdown file, where there are no keys to say it."""
    lines: frozenset[str] = frozenset()
    """Keys whose bare value is the rest of its line to the client, whatever YAML makes of that."""
    dialects: tuple[Dialect, ...] = ()
    signature: frozenset[str] = frozenset()
    """Keys that only this format has."""
    marks: tuple[str, ...] = ()
    """Regular expressions that only files of this format match, searched in the whole text."""
    likely: Callable[[frozenset[str], str], float] | None = None
    """What else in the keys and the text speaks for it, or against; a known key counts one."""
    usual: bool = False
    """Whether front matter with nothing telling in it is taken for this format."""
    named_by: Literal["key", "file", "title"] = "key"
    """What names an agent: a row, the file's name, or the prompt's title."""
    bodies: tuple[Body, ...] = ()
    """Ways the prompt below a header is spelled, the usual one first; without one, as it is."""
    prompt_file: str = ""
    """The file beside this one that holds the prompt, where the client keeps it apart."""
    reference: re.Pattern[str] | None = None
    """What a prompt looks like that names the file it stands in; group 1 is the path."""
    spelled: Callable[[str], str] | None = None
    """What no codec can say: the finished text of entries that come from elsewhere, spelled so that the client takes
    them as they stand."""
    before_write: Callable[[AgentSpec], AgentSpec] | None = None
    """What rows cannot say: a spec as this format needs it, called before each writing."""
    after_read: Callable[[AgentSpec], AgentSpec] | None = None
    """Its counterpart, called after each reading: what keys that are kept as they stand say of the tools."""
    limits: tuple[Limit, ...] = ()
    reserved: frozenset[str] = frozenset()
    """Names the client keeps for itself: an agent called so is left out, or never asked."""
    any_case: bool = False
    """Whether a reserved name is one in capitals as well."""
    part_names: frozenset[str] = frozenset()
    """Slugs of names that say an agent's part in its file and not which agent it is: many are called so."""
    blocks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Keys whose mapping is for others alone: the ids of those whose own table says what stands there."""
    own_agents: frozenset[str] = frozenset()
    """Slugs of the agents the client itself brings: to name one is to name no file's agent."""
    traps: tuple[Trap, ...] = ()
    limits_tools: bool = True
    """Whether a file of this format can limit what an agent touches."""
    denies_alone: bool = False
    """Whether the client passes over the allowed tools where denied ones are listed as well."""
    unsaid_tools: Tools | None = None
    """What an agent may use whose file has no key for tools; `None` leaves that to the host."""
    memory_tools: tuple[str, ...] = ()
    """What the client adds to the tools listed where an agent has a memory."""
    lends_model: bool = False
    """Whether it has no model of its own, and goes on with that of whoever uses it."""
    safest: str = ""
    """Where it cannot name tools: the nearest safe way, for people."""
    also_loads: tuple[str, ...] = ()
    """Ids of formats whose folders the client reads as well."""
    home: Home | None = None
    """Where it looks for the agents of one person; `None` where it has no such place, or none is known."""
    homeless: str = ""
    """Why there is no such place, where that is known."""
    reads: bool = True
    writes: bool = True
    why: str = ""
    """Why it is not read or not written."""
    notes: tuple[str, ...] = ()
    """What the table cannot say, for people."""

    by_key: Mapping[str, Row] = field(init=False, repr=False, compare=False)
    """The rows by their key."""
    by_field: Mapping[str, Row] = field(init=False, repr=False, compare=False)
    """The rows by our field; where several say one field, the first."""
    by_entry: Mapping[str, tuple[Row, ...]] = field(init=False, repr=False, compare=False)
    """The rows of each entry, by the entry's key."""
    filled: tuple[Row, ...] = field(init=False, repr=False, compare=False)
    """The rows that say something even where the spec does not."""

    def __post_init__(self) -> None:
        known = {f.name for f in fields(AgentSpec)} | {"tools.deny", "tools.whole", PROMPT}
        entries: dict[str, tuple[Row, ...]] = {}
        for row in self.rows:
            if row.field not in known and row.field[:1] != "." and not row.field.startswith(f"{PROMPT}:"):
                raise TypeError(f"{self.id}: no field {row.field!r}")
            if row.key != KEYED:
                entries[row.top] = (*entries.get(row.top, ()), row)
        object.__setattr__(self, "by_key", {row.key: row for row in self.rows})
        object.__setattr__(self, "by_field", {row.field: row for row in reversed(self.rows)})
        object.__setattr__(self, "by_entry", entries)
        filled = tuple(row for row in self.rows if row.default is not None or row.codec.filler is not None)
        object.__setattr__(self, "filled", filled)

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What a file's name may end in: the usual end, then others the client reads or read once."""
        ends = (re.split(r"\*|\{name\}", pattern.rpartition("/")[2])[-1] for pattern in self.files)
        return tuple(dict.fromkeys([self.suffix, *(end for end in ends if end[:1] == ".")]))

    @property
    def shared(self) -> bool:
        """Whether one file holds many agents."""
        return self.members is not None

    @property
    def apart(self) -> bool:
        """Whether a new agent gets a file of its own, though a file may hold many."""
        return self.shared and "{name}" in self.files[0]

    @property
    def has_body(self) -> bool:
        """Whether the prompt stands below a header."""
        return self.container is Container.FRONT_MATTER

    @property
    def keyed(self) -> bool:
        """Whether the file is a mapping of keys, and the prompt one of its values."""
        return self.container in {Container.YAML, Container.JSON, Container.TOML}

    @property
    def limits_whole(self) -> bool:
        """Whether tools can be limited only all together, as by a sandbox."""
        return not self.limits_tools and "tools.whole" in self.by_field

    def flat(self, key: str) -> Row | None:
        """The row of an entry that is one value; a key may hold a `/` of its own."""
        rows = self.by_entry.get(key, ())
        return rows[0] if rows and not rows[0].path else None

    def is_nested(self, key: str) -> bool:
        """Whether an entry of this key is taken apart by rows of its inner keys."""
        return any(row.path for row in self.by_entry.get(key, ()))

    def extension(self, key: str) -> str:
        """What an entry no row reads is kept as: its key, with `~` before one that spells a nested row's."""
        return f"~{key}" if self._spells_nested(key) else key

    def entry(self, extension: str) -> str:
        """The key of the entry that was kept as `extension`."""
        spelled = extension.removeprefix("~")
        return spelled if self._spells_nested(spelled) else extension

    def _spells_nested(self, key: str) -> bool:
        row = self.by_field.get(f".{key.lstrip('~')}")
        return row is not None and bool(row.path)
