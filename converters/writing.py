"""From a spec to a file of some format, and the report of what became of every field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from converters.formats._kit import PROMPT, Container, Format, Row, is_silent
from converters.formats._tools import ALL
from converters.identity import identity, slug
from converters.mending import still_true, undo
from converters.model import AgentSpec, Edit, HeaderEntry, Json, Section, SharedDocument, Source
from converters.reading import FENCE, default_name
from converters.syntax import Mapping, Node, SyntaxFault
from converters.syntax.yaml import DEEPEST, compose, in_brackets, node_of, spell, value_of
from converters.text import encode_as

ITEM = "  - "


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of output text and the edits that undo its mends, counted from its start."""

    text: str
    edits: tuple[Edit, ...] = ()


def write(spec: AgentSpec, fmt: Format, *, as_read: bool = False) -> bytes:
    """Spell one agent as a file of `fmt`.

    Read from the same format and unchanged, it comes back as it was; `as_read` also takes back
    the mends made while reading.
    """
    source = spec.source if spec.source and spec.source.format == fmt.id else None
    pieces = _record(spec, fmt, source)
    outer = source.edits if source else ()
    return _encoded(_joined(pieces, outer, as_read), source)


def write_shared(
    specs: Sequence[AgentSpec], fmt: Format, shared: SharedDocument | None = None, *, as_read: bool = False
) -> bytes:
    """Spell several agents as one file of `fmt`, inside what `shared` says lies around them."""
    pieces = [Piece(shared.open if shared else f"{fmt.member_list}:\n")]
    for spec in specs:
        own = spec.source if spec.source and spec.source.format == fmt.id else None
        if shared is None and own is not None and own.open is not None:
            own = None  # another file's indentation or brackets
        pieces += _record(spec, fmt, own)
    pieces.append(Piece(shared.close if shared else ""))
    source = shared.source if shared else None
    return _encoded(_joined(pieces, source.edits if source else (), as_read), source)


def _encoded(text: str, source: Source | None) -> bytes:
    if source is None:
        return text.encode("utf-8", "surrogatepass")
    try:
        return encode_as(text, source)
    except UnicodeEncodeError:  # an edit brought in what the old encoding cannot say
        return encode_as(text, replace(source, encoding="utf-8"))


def _joined(pieces: Sequence[Piece], outer: Sequence[Edit], as_read: bool) -> str:
    text = "".join(piece.text for piece in pieces)
    if not as_read:
        return text
    edits, at = list(outer), 0
    for piece in pieces:
        edits += [replace(edit, at=edit.at + at) for edit in still_true(piece.text, piece.edits)]
        at += len(piece.text)
    return undo(text, edits)


def _record(spec: AgentSpec, fmt: Format, source: Source | None) -> list[Piece]:
    """One agent's part of a file."""
    if fmt.container is Container.MARKDOWN:
        return _prompt(spec)
    usual = (FENCE, FENCE) if fmt.container is Container.FRONT_MATTER else (ITEM, "")
    if source is not None and source.header is None:
        added = _header(spec, fmt, source, 0)
        return [Piece(FENCE), *added, Piece(FENCE), *_prompt(spec)] if added else _prompt(spec)
    opened = usual[0] if source is None or source.open is None else source.open
    closed = usual[1] if source is None or source.close is None else source.close
    indent = len(opened.rpartition("\n")[2]) if fmt.container is Container.YAML_MEMBERS else 0
    entries = _header(spec, fmt, source, indent)
    if indent and entries:
        first = entries[0]
        entries[0] = Piece(first.text.removeprefix(" " * indent), first.edits)
    if entries and closed.startswith("---") and not entries[-1].text.endswith("\n"):
        entries.append(Piece("\n"))
    body = _prompt(spec) if fmt.container is Container.FRONT_MATTER else []
    return [Piece(opened), *entries, Piece(closed), *body]


def _prompt(spec: AgentSpec) -> list[Piece]:
    pieces: list[Piece] = []
    slot: str | None = None
    for section in spec.sections:
        if section.slot != slot and pieces and not pieces[-1].text.endswith("\n\n"):
            pieces.append(Piece("\n" if pieces[-1].text.endswith("\n") else "\n\n"))
        slot = section.slot
        pieces.append(Piece(_text(section), section.edits))
    return pieces


def _text(section: Section) -> str:
    return (section.heading or "") + section.text


def _header(spec: AgentSpec, fmt: Format, source: Source | None, indent: int) -> list[Piece]:
    values = written_values(spec, fmt)
    entries = source.header or () if source else ()
    inside = source is not None and (source.open or "").rstrip().endswith("{")
    last = {entry.key: entry for entry in entries}
    pieces = []
    for entry in entries:
        if entry is not last[entry.key] and entry.raw is not None:
            pieces.append(Piece(entry.raw, entry.edits))
            continue
        due = _is_due(entry.key, spec, fmt, source)
        row = fmt.by_key.get(entry.key)
        piece = _kept(entry, row, values.get(entry.key), _Spot(indent, inside), due=due)
        if piece is not None:
            pieces.append(piece)
    new = [(key, written) for key, written in values.items() if key not in last and _is_due(key, spec, fmt, source)]
    if inside:
        return [Piece("".join(f"{in_brackets(key)}: {in_brackets(written.value)}, " for key, written in new)), *pieces]
    for key, written in new:
        row = fmt.by_key.get(key)
        style = "literal" if row is not None and row.field.startswith(PROMPT) else None
        text = spell(key, written.value, indent=indent, style=style) or spell(key, written.value, indent=indent)
        pieces.append(Piece(text or ""))
    return pieces


def _is_due(key: str, spec: AgentSpec, fmt: Format, source: Source | None) -> bool:
    """Whether an entry its author left out is to be added."""
    row = fmt.by_key.get(key)
    if row is None or row.field not in {"tools", "name"}:
        return True
    if row.field == "tools":  # a list of denied tools alone says nothing of the allowed ones
        return row.required or spec.tools is None or spec.tools.allow is not None or not spec.tools.deny
    return source is None or spec.name != default_name(source.path, fmt, spec.sections)[0]


class _Spot(NamedTuple):
    """How the entries of a header stand."""

    indent: int
    inside: bool
    """Whether they stand inside brackets, as in JSON."""


def _kept(entry: HeaderEntry, row: Row | None, written: Written | None, spot: _Spot, *, due: bool) -> Piece | None:
    """An entry in its author's spelling while that still says the field's value.

    Inside brackets a new value takes the place of the old one and the rest stays. What is not
    `due` may stay unsaid, as in `name:`.
    """
    indent, inside = spot
    if entry.raw is not None:
        node = _flow_value(entry.raw) if inside else _block_value(entry.raw, indent)
        meaning = decode(row, node) if node is not None else None
        silent = meaning is None or (row is not None and is_silent(row.field, meaning))
        same = written is not None and meaning == written.meaning
        if node is not None and (same or (silent and (written is None or not due))):
            return Piece(entry.raw, entry.edits)
        if inside and written is not None and node is not None:
            return Piece(entry.raw[: node.start] + in_brackets(written.value) + entry.raw[node.stop :])
    if written is None:
        return None
    listed = entry.style in {"block", "flow", "double-flow", "single-flow", "outdented"}
    value = written.listed if listed and written.listed is not None else written.value
    text = spell(entry.key, value, indent=indent, style=None if entry.style == "block" else entry.style)
    text = text or spell(entry.key, written.value, indent=indent) or ""
    return Piece(text + _behind(entry.raw, indent), entry.edits)


def _behind(raw: str | None, indent: int) -> str:
    """The blank lines and comments behind an entry's value, which go with what follows."""
    node = _block_value(raw, indent) if raw else None
    if raw is None or node is None:
        return ""
    stop = node.stop - (indent if not raw.startswith(" ") else 0)
    if raw[stop - 1 : stop] != "\n":
        stop = raw.find("\n", stop) + 1 or len(raw)
    lines = raw[stop:].splitlines(keepends=True)
    return raw[stop:] if all(not line.strip() or line.lstrip().startswith("#") for line in lines) else ""


def _block_value(raw: str, indent: int) -> Node | None:
    """The value of an entry's own spelling."""
    try:
        node = compose(" " * indent + raw if indent and not raw.startswith(" ") else raw)
    except SyntaxFault:
        return None
    return node.pairs[0][1] if isinstance(node, Mapping) and node.pairs else None


def _flow_value(raw: str) -> Node | None:
    """The value of an entry that stands inside brackets, as in JSON, its place counted in `raw`.

    The last entry's text runs on over the brackets that close behind it.
    """
    text = raw.rstrip()
    for _ in range(DEEPEST):
        try:
            node = compose("{" + text.rstrip(" \t\r\n,") + " }")
        except SyntaxFault:
            node = None
        if isinstance(node, Mapping) and len(node.pairs) == 1:
            value = node.pairs[0][1]
            return value._replace(start=value.start - 1, stop=value.stop - 1)
        if text[-1:] not in {",", "}", "]"}:
            return None
        text = text[:-1].rstrip()
    return None


def decode(row: Row | None, node: Node) -> Any:
    """What a written value means by its row; without one, or where the row refuses it, as JSON."""
    if row is None:
        return value_of(node)
    try:
        return row.codec.decode(node)
    except ValueError:
        return value_of(node)


@dataclass(frozen=True, slots=True)
class Written:
    """What a format's entry is to say."""

    meaning: Any
    """Our value."""
    value: Json
    """Theirs."""
    listed: Json = None
    """Theirs as a list, where the format takes both."""


def written_values(spec: AgentSpec, fmt: Format) -> dict[str, Written]:
    """What each of a format's keys is to say of `spec`, in the order of the table."""
    own = spec.extensions.get(fmt.id, {})
    values: dict[str, Written] = {}
    for row in fmt.rows:
        meaning = meaning_of(spec, row, fmt)
        if is_unread(spec, row, fmt):
            values[row.key] = Written(own[row.key], own[row.key])
            continue
        if meaning is None:
            continue
        value = row.codec.encode(meaning)
        if not _is_said(row, value):
            continue
        listed = row.codec.listed(meaning) if row.codec.listed else None
        values[row.key] = Written(meaning, value, listed)
    for key, extra in own.items():
        if key not in values and f".{key}" not in fmt.by_field:
            values[key] = Written(extra, extra)
    return values


def is_unread(spec: AgentSpec, row: Row, fmt: Format) -> bool:
    """Whether an extension keeps what this row could not read, and the field has said nothing since."""
    own = spec.extensions.get(fmt.id, {})
    if row.key not in own:
        return False
    meaning = meaning_of(spec, row, fmt)
    if row.field == f".{row.key}":
        return meaning is not None and not _says(row, meaning)
    source = spec.source if spec.source and spec.source.format == fmt.id else None
    return meaning is None or not _is_due(row.key, spec, fmt, source)


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


def meaning_of(spec: AgentSpec, row: Row, fmt: Format) -> Any:
    """Our value for a row, or `None` where the spec says nothing."""
    field = row.field
    if field == "tools":
        return None if spec.tools is None else ALL if spec.tools.allow is None else spec.tools.allow
    if field == "tools.deny":
        return spec.tools.deny if spec.tools and spec.tools.deny else None
    if field.startswith(PROMPT):
        slot = field.partition(":")[2] or None
        split = any(r.field.startswith(f"{PROMPT}:") for r in fmt.rows)
        parts = [
            s for s in spec.sections if not split or s.slot == slot or (slot is None and not _has_slot(fmt, s.slot))
        ]
        return "".join(_text(s) for s in parts) if parts else None
    if field[0] == ".":
        return spec.extensions.get(fmt.id, {}).get(field[1:])
    value = getattr(spec, field)
    return None if is_silent(field, value) else value


def _has_slot(fmt: Format, slot: str | None) -> bool:
    return slot is not None and f"{PROMPT}:{slot}" in fmt.by_field


def file_name(spec: AgentSpec) -> str:
    """A name any file system takes: the agent's name, slugged."""
    return identity(slug(spec.name) or slug(spec.id.rpartition("/")[2]) or "agent")
