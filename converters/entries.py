"""What each entry of a format says: as it is to be written of a spec, and as its author has written it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from converters.fields import as_read, meaning_of
from converters.formats._kit import PROMPT, Format, Row, is_silent
from converters.model import AgentSpec, HeaderEntry, Json, Source
from converters.nesting import dig, joined, put, without
from converters.spelling import default_name
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node
from converters.syntax.yaml import node_of, value_of


def own_spelling(spec: AgentSpec, fmt: Format) -> Source | None:
    """How the agent was spelled in this very format; `None` where it comes from elsewhere."""
    source = spec.source
    if source is None or source.format != fmt.id or (fmt.keyed and source.header is None):
        return None
    return source


def named_file(spec: AgentSpec, fmt: Format) -> str | None:
    """The path of the file that an agent's own spelling says its prompt is in."""
    source = own_spelling(spec, fmt)
    named = fmt.reference.fullmatch(source.prompt_file) if source and source.prompt_file and fmt.reference else None
    return named[1] if named else None


# --- what they are to say -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """What a format's entry is to say."""

    meaning: Any
    """Our value."""
    value: Json
    """Theirs."""
    listed: Json = None
    """Theirs as a list, where the format takes both."""
    is_said: bool = True
    """Whether the client has a way to say it."""
    is_filler: bool = False
    """Whether the spec says nothing, and the client wants something all the same."""


def written_values(spec: AgentSpec, fmt: Format) -> dict[str, Written]:
    """What each of a format's entries is to say of `spec`, in the order of the table."""
    own = spec.extensions.get(fmt.id, {})
    values: dict[str, Written] = {}
    for key, rows in fmt.by_entry.items():
        written = _nested(spec, key, rows, fmt) if fmt.is_nested(key) else _flat(spec, rows[0], fmt)
        if written is not None:
            values[key] = written
    for name, extra in own.items():
        key = fmt.entry(name)
        if key not in values and f".{name}" not in fmt.by_field and not fmt.is_nested(key):
            values[key] = Written(extra, extra)
    return values


def _flat(spec: AgentSpec, row: Row, fmt: Format) -> Written | None:
    if is_unread(spec, row, fmt):
        kept = spec.extensions[fmt.id][row.key]
        return Written(kept, kept)
    meaning = meaning_of(spec, row, fmt)
    if meaning is None:
        filler = row.codec.filler
        return None if filler is None else Written(None, filler, is_filler=True)
    value = row.codec.encode(meaning)
    listed = row.codec.listed(meaning) if row.codec.listed else None
    if (value is None and row.field[0] != ".") or not _is_said(row, value):
        return Written(meaning, None, is_said=False)
    if row.field == PROMPT and (spec.source and spec.source.prompt_file) and named_file(spec, fmt):
        value = spec.source.prompt_file
        return Written(value, value)
    return Written(meaning, value, listed)


def _nested(spec: AgentSpec, key: str, rows: tuple[Row, ...], fmt: Format) -> Written | None:
    """One entry from the rows inside it and what no row says."""
    own = spec.extensions.get(fmt.id, {})
    rest = own.get(key, {})
    said: dict[str, Any] = {}
    inside: dict[str, Json] = {}
    for row in rows:
        meaning = meaning_of(spec, row, fmt)
        if meaning is None and row.codec.filler is not None and isinstance(rest, dict):
            put(inside, row.path, row.codec.filler)
        if meaning is None or _goes_unsaid(row, meaning, fmt):
            continue
        said[row.key] = meaning
        value = row.codec.encode(meaning)
        told = (value is not None or row.field[0] == ".") and not _goes_unsaid(row, as_read(row, meaning), fmt)
        if not row.alias and row.path and told and _is_said(row, value):
            put(inside, row.path, value)
    if isinstance(rest, dict):  # what could not be read, and has been said since
        rest = without(rest, [row.path for row in rows if row.key in said and row.path])
    if not isinstance(rest, dict):
        return Written(Parts(said, rest), dict(inside) if inside else rest)
    is_filler = not said and not rest and key not in own
    if is_filler and not inside:
        return None
    said_all = joined(inside, rest)
    return Written(Parts(said, rest), said_all, is_said=bool(inside or rest or key in own), is_filler=is_filler)


def is_unread(spec: AgentSpec, row: Row, fmt: Format) -> bool:
    """Whether an extension keeps what this row could not read, and the field has said nothing since."""
    own = spec.extensions.get(fmt.id, {})
    if row.key not in own or row.path:
        return False
    meaning = meaning_of(spec, row, fmt)
    if row.field == f".{row.key}":
        return meaning is not None and not _says(row, meaning)
    source = own_spelling(spec, fmt)
    if beside(row.key, spec, fmt, source):
        return True
    return meaning is None or not is_due(row.key, spec, fmt, source)


def _says(row: Row, meaning: Any) -> bool:
    """Whether a row's spelling of a value is read back as that value."""
    try:
        return bool(row.codec.decode(node_of(row.codec.encode(meaning))) == meaning)
    except (ValueError, TypeError, AttributeError):  # an extension may hold what the codec never gave
        return False


def _is_said(row: Row, value: Json) -> bool:
    """Whether the client would take the value; what it refuses is better left out, and reported."""
    try:
        row.codec.decode(node_of(value))
    except ValueError:
        return False
    return True


def is_due(key: str, spec: AgentSpec, fmt: Format, source: Source | None) -> bool:
    """Whether an entry its author left out is to be added."""
    row = fmt.by_key.get(key) or _naming(key, fmt)
    if row is None or row.field not in {"tools", "tools.whole", "name"}:
        return True
    unsaid = fmt.unsaid_tools if row.field != "name" and source is not None else None
    if unsaid is not None and spec.tools is not None and spec.tools.allow == unsaid.allow:
        return False
    if row.field == "tools.whole":
        return True
    if row.field == "tools":  # a list of denied tools alone says nothing of the allowed ones
        filled = row.required or row.default is not None
        return filled or spec.tools is None or spec.tools.allow is not None or not spec.tools.deny
    return source is None or spec.name != default_name(source.path, fmt, spec.sections)[0]


def _naming(key: str, fmt: Format) -> Row | None:
    """The row inside an entry that says the agent's name."""
    return next((row for row in fmt.by_entry.get(key, ()) if row.path and row.field == "name"), None)


def beside(key: str, spec: AgentSpec, fmt: Format, source: Source | None) -> list[HeaderEntry]:
    """An author's entries of other keys for the same field, but what could not be read."""
    row = fmt.by_key.get(key)
    own = spec.extensions.get(fmt.id, {})
    entries = source.header or () if source and row else ()
    rows = [(entry, fmt.by_key.get(entry.key)) for entry in entries if entry.key != key and entry.key not in own]
    return [entry for entry, other in rows if other and row and other.field == row.field]


# --- what they say as they stand ----------------------------------------------------------------------


class Parts(NamedTuple):
    """What a mapping means that rows take apart."""

    said: Mapping[str, Any]
    """By the rows' keys."""
    rest: Json
    """What no row says."""


def understood(fmt: Format, key: str, node: Node) -> Any:
    """What an entry's written value means by its rows; without one, or where the row refuses it, as JSON."""
    rows = fmt.by_entry.get(key, ())
    if not fmt.is_nested(key):
        return decode(rows[0] if rows else None, node)
    whole = isinstance(node, MappingNode)
    said, paths = {}, []
    for row in rows:
        inner = dig(node, row.path) if whole else node if row.short else None
        if inner is None:
            continue
        try:
            meaning = row.codec.decode(inner)
        except ValueError:
            continue
        paths.append(row.path)
        if not is_silent(row.field, meaning) and not _goes_unsaid(row, meaning, fmt):
            said[row.key] = meaning
    value = value_of(node)
    return Parts(said, without(value, paths) if whole else {} if said or value is None else value)


def _goes_unsaid(row: Row, meaning: Any, fmt: Format) -> bool:
    """Whether a nested key for tools says no more than its being left out."""
    return row.field == "tools.whole" and meaning == fmt.unsaid_tools


def decode(row: Row | None, node: Node) -> Any:
    """What a written value means by its row; without one, or where the row refuses it, as JSON."""
    if row is None:
        return value_of(node)
    try:
        return row.codec.decode(node)
    except ValueError:
        return value_of(node)


def says_nothing(fmt: Format, key: str, meaning: Any) -> bool:
    """Whether an entry's spelling says nothing that counts."""
    if meaning is None:
        return True
    if fmt.is_nested(key):
        return bool(meaning == Parts({}, {}))
    row = fmt.by_key.get(key)
    return row is not None and is_silent(row.field, meaning)


def unnamed(meaning: Any, key: str, fmt: Format) -> Any:
    """What an entry is to say, without the agent's name."""
    row = _naming(key, fmt)
    if row is None or not isinstance(meaning, Parts):
        return meaning
    return Parts({said: value for said, value in meaning.said.items() if said != row.key}, meaning.rest)


def says_more(meaning: Any, key: str, fmt: Format) -> bool:
    """Whether an entry that says the agent's name says something else besides."""
    other = unnamed(meaning, key, fmt)
    return other not in (meaning, Parts({}, {}))
