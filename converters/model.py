"""The one form every dialect is read into and written from: `schema.json` in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

SPEC_VERSION = 1
"""The version of the canonical form this code writes."""

NO_LICENCE = "NOASSERTION"
"""SPDX's word for a licence nobody has stated."""

Relation: TypeAlias = Literal[
    "collaborates_with",
    "supports",
    "guides",
    "depends_on",
    "hands_off_to",
    "receives_from",
    "delegates_to",
    "reports_to",
    "reviews",
    "escalates_to",
    "coordinates_with",
]
"""What one agent is to another, always from the speaking agent's side."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One capability an agent may use."""

    name: str
    """Neutral name (`read`, `shell`), `mcp:<server>/<tool>`, or a client's own name as written."""
    only: tuple[str, ...] = ()
    """Patterns the use is restricted to, such as `git:*`; empty means unrestricted."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What an agent may use; an `AgentSpec` without one leaves the choice to the host."""

    allow: tuple[Tool, ...] | None = None
    """Exactly these; `()` grants none; `None` grants all the host has."""
    deny: tuple[Tool, ...] = ()
    """Taken away from what `allow` grants."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One recorded, reversible mend."""

    rule: str
    """The code of the rule that mended."""
    at: int
    """Characters from the start of the mended header entry or section, from 0."""
    was: str
    """What the author wrote; for undecodable bytes, their hexadecimal digits."""
    now: str
    """What stands there after the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the prompt; `heading + text` of all sections joined is the prompt."""

    heading: str | None = None
    """Every character of the heading: marks, underline or opening tag, and its line break."""
    title: str | None = None
    """The heading without its marks and final colon."""
    kind: str | None = None
    """What the section is for, from `vocabulary/sections.yaml`; `None` where unknown."""
    level: int | None = None
    """Depth in the outline, from 1."""
    text: str = ""
    """All that follows the heading, blank lines and closing tags included."""
    slot: str | None = None
    """The key that holds this section where a format splits its prompt; `None` in the main one."""
    edits: tuple[Edit, ...] = ()
    """Mends made inside `heading + text`, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderEntry:
    """One entry of the source's header, as spelling; its value is a field of the spec."""

    key: str
    """The key as its author wrote it."""
    style: str | None = None
    """How the value is spelled when not as we would: `plain`, `single`, `double`, `flow`, ..."""
    raw: str | None = None
    """The mended entry, key and comments included; only where no style re-renders it."""
    edits: tuple[Edit, ...] = ()
    """Mends made inside the entry, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an agent came from, and what its spelling was."""

    collection: str = ""
    """The collection's name, or empty for a file read by itself."""
    path: str = ""
    """POSIX path below the collection's root."""
    member: str | None = None
    """The agent's key inside a file that holds several."""
    format: str = ""
    """Id of the format it was read as."""
    dialect: str | None = None
    """Named variant within the format."""
    sha256: str = ""
    """Of the file's bytes, in hexadecimal."""
    license: str = NO_LICENCE
    """SPDX identifier, or `NOASSERTION`."""
    repository: str | None = None
    """URL of the repository the file was taken from."""
    revision: str | None = None
    """Commit the file was taken at."""
    encoding: str = "utf-8"
    """Python's name of the encoding, byte order mark not counted."""
    bom: bool = False
    """Whether the file began with a byte order mark."""
    newline: str = "lf"
    """`lf`, `crlf` or `cr` where every line ends so; `lf` also where they differ (CRs are kept)."""
    open: str | None = None
    """What stands before the first header entry, where not the format's usual fence."""
    header: tuple[HeaderEntry, ...] | None = None
    """The header's entries in order; `None` where the file has no header."""
    close: str | None = None
    """What stands between the last entry and the prompt, where not the usual fence."""
    body: str | None = None
    """How the prompt is spelled below the header, where not as the format usually does."""
    prompt_file: str | None = None
    """The words that name the file holding the prompt, where this one does not hold it."""
    embedded: str | None = None
    """The comment at the prompt's end that carried fields the format cannot say."""
    edits: tuple[Edit, ...] = ()
    """Mends outside every entry and section, counted from the start of the mended text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDocument:
    """What belongs to no single agent of a file that holds several."""

    source: Source
    """The file's place and spelling; its `header` is unused."""
    open: str = ""
    """All that stands before the first agent."""
    close: str = ""
    """All that stands behind the last."""
    members: tuple[str, ...] = ()
    """Ids of the agents, in the order they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words a derived statement rests on."""

    where: str
    """`body`, or the key of the field the words stand in."""
    text: str
    """An exact substring of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration:
    """A statement that this agent works with another, named one."""

    agent: str
    """The other's name as written, slugged."""
    relation: Relation
    """What the other is to this agent."""
    about: str | None = None
    """The topic, in the author's words."""
    when: str | None = None
    """The condition, in the author's words."""
    confidence: Literal["stated", "inferred"] = "stated"
    """Whether the author said so or we conclude it."""
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance of an example."""

    role: Literal["user", "assistant", "commentary"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example of when the agent is used."""

    context: str | None = None
    turns: tuple[Turn, ...] = ()
    where: str = "body"
    """`body`, or the key of the field it stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What was understood from the file; recomputed when its source changes."""

    title: str | None = None
    """The name people call the agent, where the file's fields do not say one."""
    summary: str | None = None
    """One sentence on what the agent is for."""
    model_tier: str | None = None
    """`frontier`, `balanced`, `fast` or `inherit`."""
    access: tuple[str, ...] = ()
    """What the agent may touch, sorted: `read`, `write`, `shell`, `network`, `spawn`, `mcp` ..."""
    categories: tuple[str, ...] = ()
    """From the source's folders, `NN-` stripped, outermost first."""
    language: str | None = None
    """ISO 639-1 code of the prompt's language."""
    examples: tuple[Example, ...] = ()
    collaboration: tuple[Collaboration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One agent, said once."""

    id: str = ""
    """Path-like identity within the collection; the source path, slugged."""
    name: str = ""
    """What hosts call the agent; need not be unique."""
    title: str | None = None
    """Display name, where the file says one."""
    description: str | None = None
    """What the agent does or when to use it; one paragraph."""
    when_to_use: str | None = None
    """When to choose it, where the format says that apart from the description."""
    tools: Tools | None = None
    """What it may use; `None` leaves the choice to the host."""
    model: str | None = None
    """A model or family as written; `None` leaves the choice to the host."""
    effort: str | None = None
    """Reasoning effort, as written."""
    temperature: float | None = None
    top_p: float | None = None
    max_turns: int | None = None
    """Upper bound on turns of the agent's loop, from 1."""
    permission_mode: str | None = None
    """How the host asks before acting, in Claude Code's words."""
    color: str | None = None
    """Colour in the host's list, as written."""
    skills: tuple[str, ...] | None = None
    """Skills loaded at the start."""
    mcp_servers: Json = None
    """MCP servers, as the format spells them."""
    hooks: Json = None
    """Host hooks, as the format spells them; never run."""
    memory: str | None = None
    """Scope of the agent's own memory."""
    isolation: str | None = None
    """How its workspace is kept apart."""
    background: bool | None = None
    """Whether it runs while the caller goes on."""
    author: str | None = None
    version: str | None = None
    """The agent's own version, as written."""
    deprecated: bool = False
    """Whether its maintainer advises against new use."""
    replaced_by: str | None = None
    """Name of the agent to use instead."""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Former ids and other names it answers to."""
    sections: tuple[Section, ...] = ()
    """The prompt, taken apart; joined it is byte for byte the prompt."""
    source: Source | None = None
    extensions: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """What only one format can say, by format id: kept as it stands."""
    derived: Derived = Derived()

    @property
    def prompt(self) -> str:
        """The whole prompt: every section's heading and text, joined."""
        return "".join((s.heading or "") + s.text for s in self.sections)

    def said(self) -> dict[str, Any]:
        """The fields the file itself speaks in, by name, without those left silent."""
        return {name: value for name in _SAID if (value := getattr(self, name)) not in _SILENT}


_SAID = tuple(f.name for f in fields(AgentSpec) if f.name not in {"id", "source", "extensions", "derived", "aliases"})
_SILENT: tuple[Any, ...] = (None, "", False, ())
