"""From a spec to a file of some format, and the report of what became of every field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from converters.addressed import addressed
from converters.embedding import carrying
from converters.entries import (
    Parts,
    Written,
    beside,
    decode,
    is_due,
    named_file,
    own_spelling,
    says_more,
    says_nothing,
    understood,
    unnamed,
    written_values,
)
from converters.fields import as_read, gap, meaning_of, text_of
from converters.formats._kit import KEYED, PROMPT, Container, Format, Row
from converters.identity import identity, slug
from converters.mending import still_true, undo
from converters.model import AgentSpec, Edit, HeaderEntry, SharedDocument, Source
from converters.nesting import dig, put, without
from converters.spelling import FENCE, frame, notation_of
from converters.syntax import Mapping as MappingNode
from converters.syntax import toml
from converters.syntax.notations import TOML, Notation
from converters.syntax.yaml import LINE_ENDS, in_brackets, node_of, value_of
from converters.text import encode_as


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
    source = own_spelling(spec, fmt)
    pieces = _record(prepared(spec, fmt), fmt, source)
    outer = source.edits if source else ()
    return _encoded(_joined(pieces, outer, as_read), source)


def prompt_beside(spec: AgentSpec, fmt: Format) -> tuple[str, bytes] | None:
    """The file that holds the prompt apart, by its path from the agent's own; `None` where there is none."""
    if fmt.prompt_file:
        return fmt.prompt_file, spec.prompt.encode("utf-8", "surrogatepass")
    path = named_file(spec, fmt)
    return None if path is None else (path, spec.prompt.encode("utf-8", "surrogatepass"))


def prepared(spec: AgentSpec, fmt: Format) -> AgentSpec:
    """`spec` as the format's rows and prompt are to be written."""
    spec = carrying(addressed(spec, fmt), fmt)
    return fmt.before_write(spec) if fmt.before_write else spec


def write_shared(
    specs: Sequence[AgentSpec], fmt: Format, shared: SharedDocument | None = None, *, as_read: bool = False
) -> bytes:
    """Spell several agents as one file of `fmt`, inside what `shared` says lies around them."""
    pieces = [Piece(shared.open if shared else fmt.around[0])]
    records = []
    for spec in specs:
        own = own_spelling(spec, fmt)
        if shared is None and own is not None and own.open is not None:
            own = None  # another file's indentation or brackets
        records.append(_record(prepared(spec, fmt), fmt, own, inside=in_brackets_at(shared, fmt)))
    scattered = shared is not None and callable(fmt.members)
    ends_alike = shared is not None and shared.members[-1:] == tuple(spec.id for spec in specs[-1:])
    for number, record in enumerate(records):
        last = number == len(records) - 1  # its author may have put a comma behind it
        apart = scattered or (last and ends_alike) or not in_brackets_at(shared, fmt)
        pieces += record if apart else _parted(record, last=last)
    pieces.append(Piece(shared.close if shared else fmt.around[1]))
    source = shared.source if shared else None
    return _encoded(_joined(pieces, source.edits if source else (), as_read), source)


def in_brackets_at(shared: SharedDocument | None, fmt: Format) -> bool:
    """Whether the agents of a shared file stand inside brackets, parted by commas."""
    return fmt.container is Container.JSON or (shared is not None and shared.open.rstrip().endswith(("[", "{")))


def _parted(record: list[Piece], *, last: bool) -> list[Piece]:
    """An agent of a shared file with the comma that parts it from the next, where it stands in brackets."""
    close = record[-1]
    if not close.text.lstrip().startswith("}"):
        return record
    has = close.text.lstrip()[1:].lstrip().startswith(",")
    if has and last:
        return [*record[:-1], replace(close, text=close.text.replace(",", "", 1))]
    if not has and not last:
        return [*record[:-1], replace(close, text=close.text.replace("}", "},", 1))]
    return record


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


def _record(spec: AgentSpec, fmt: Format, source: Source | None, *, inside: bool = False) -> list[Piece]:
    """One agent's part of a file; `inside` brackets it stands as JSON does."""
    if source is None and inside and fmt.container is Container.YAML:
        return [Piece("    {"), *_header(spec, fmt, None, 0, inside=True), Piece("},\n")]
    if fmt.container is Container.MARKDOWN:
        return [Piece(fmt.section(spec))] if fmt.section else _prompt(spec)
    body = _body(spec, fmt, source) if fmt.has_body else []
    if source is not None and source.header is None:
        added = _header(spec, fmt, source, 0)
        return [Piece(FENCE), *added, Piece(FENCE), *body] if added else body
    key = _member_key(spec, fmt)
    usual = frame(fmt, key)
    found = callable(fmt.members)  # its key stands outside of what was read
    renamed = (
        source is not None
        and source.member is not None  # in a list, where they should have keys, no name is written
        and not found
        and KEYED in fmt.by_key
        and key != source.member
        and not _is_called(spec, source.member, fmt)
    )
    opened = usual[0] if source is None or source.open is None or renamed else source.open
    closed = usual[1] if source is None or source.close is None else source.close
    indent = _indentation(opened) if fmt.keyed else 0
    entries = _header(spec, fmt, source, indent)
    if indent and entries:
        first = entries[0]
        entries[0] = Piece(first.text.removeprefix(" " * indent), first.edits)
    if entries and closed.startswith("---") and not entries[-1].text.endswith("\n"):
        entries.append(Piece("\n"))
    pieces = [Piece(opened), *entries, Piece(closed), *body]
    at_home = spec.source is not None and spec.source.format == fmt.id
    return [Piece(fmt.spelled(piece.text)) for piece in pieces] if fmt.spelled and not at_home else pieces


def _indentation(opened: str) -> int:
    """How far in the first entry stands behind what opens a record."""
    return len(opened) - 1 - max(map(opened.rfind, LINE_ENDS))


def _member_key(spec: AgentSpec, fmt: Format) -> str:
    """The key an agent stands under in a mapping of agents."""
    row = fmt.by_key.get(KEYED)
    return str(row.codec.encode(meaning_of(spec, row, fmt))) if row else ""


def _is_called(spec: AgentSpec, key: str, fmt: Format) -> bool:
    """Whether the key an agent stood under still says its name, though we would spell it otherwise."""
    row = fmt.by_key[KEYED]
    return bool(row.codec.decode(node_of(key)) == meaning_of(spec, row, fmt))


def _body(spec: AgentSpec, fmt: Format, source: Source | None) -> list[Piece]:
    """The prompt below the header, as the client wants it spelled."""
    if not fmt.bodies or fmt.prompt_file:
        return [] if fmt.prompt_file else _prompt(spec)
    used = source.body if source else None
    if used == "verbatim":
        return _prompt(spec)
    body = next((body for body in fmt.bodies if body.id == used), fmt.bodies[0])
    text = body.encode(spec.prompt)
    return _prompt(spec) if text == spec.prompt else [Piece(text)]


def _prompt(spec: AgentSpec) -> list[Piece]:
    pieces: list[Piece] = []
    slot: str | None = None
    for section in spec.sections:
        if section.slot != slot and pieces and (blank := gap(pieces[-1].text)):
            pieces.append(Piece(blank))
        slot = section.slot
        pieces.append(Piece(text_of(section), section.edits))
    return pieces


def _header(spec: AgentSpec, fmt: Format, source: Source | None, indent: int, *, inside: bool = False) -> list[Piece]:
    """The entries of one agent: its author's in their order, then those that are new."""
    said = written_values(spec, fmt)
    entries = source.header or () if source else ()
    inside = inside or (source is not None and (source.open or "").rstrip().endswith("{"))
    notation = notation_of(fmt, flow=inside)
    last = {entry.key: entry for entry in entries}
    pieces: list[Piece] = []
    for entry in entries:
        if entry is not last[entry.key] and entry.raw is not None:
            pieces.append(Piece(entry.raw, entry.edits))
            continue
        spot = _Spot(notation, indent, entry is entries[-1])
        due = is_due(entry.key, spec, fmt, source) and not _is_told(entry.key, spec, fmt, source, spot)
        piece = _kept(entry, fmt, said.get(entry.key), spot, due=due)
        if piece is not None:
            pieces.append(piece)
    if fmt.container is Container.TOML:
        pieces = _parted_from_tables(pieces)
    whole = len(pieces) == len(entries)
    fields = {row.field for key in last for row in fmt.by_entry.get(key, ())}
    new = [
        Piece(_spelled(key, written, notation, indent, fmt))
        for key, written in said.items()
        if key not in last and written.is_said and _is_new(key, fmt, fields)
        if source is None or not written.is_filler
        if is_due(key, spec, fmt, source) or says_more(written.meaning, key, fmt)
    ]
    return _separated(pieces, new, notation, whole=whole)


def _is_told(key: str, spec: AgentSpec, fmt: Format, source: Source | None, spot: _Spot) -> bool:
    """Whether another entry says the field of this one, or is the one to say it."""
    for entry in beside(key, spec, fmt, source):
        node = spot.notation.value_in(entry.raw, spot.indent) if entry.raw is not None else None
        if (
            fmt.by_key[key].alias
            or entry.raw is None
            or (node is not None and not says_nothing(fmt, entry.key, understood(fmt, entry.key, node)))
        ):
            return True
    return False


def _is_new(key: str, fmt: Format, fields: set[str]) -> bool:
    """Whether an entry is to be added: an alias never, nor what another key's entry says already."""
    rows = fmt.by_entry.get(key, ())
    return not rows or any(not row.alias and not (row.field in fields and row.field != PROMPT) for row in rows)


def _spelled(key: str, written: Written, notation: Notation, indent: int, fmt: Format) -> str:
    rows = fmt.by_entry.get(key, ())
    if any(row.field.startswith(PROMPT) for row in rows):
        text = notation.spell(key, written.value, indent, "prose" if fmt.is_nested(key) else "literal")
        if text is not None:
            return text
    return notation.spell(key, written.value, indent, None) or ""


def _parted_from_tables(pieces: list[Piece]) -> list[Piece]:
    """Entries of TOML, the tables last."""
    return sorted(pieces, key=lambda piece: toml.is_table(piece.text))


def _separated(old: list[Piece], new: list[Piece], notation: Notation, *, whole: bool) -> list[Piece]:
    """Entries with what parts them: nothing, or commas inside brackets; untouched where all are the author's."""
    if not new and whole:
        return old
    if notation is TOML:
        return _parted_from_tables([*old, *new])
    pieces = [*old, *new]
    if pieces and notation.in_place:
        parted = [replace(piece, text=notation.inner(piece.text)) for piece in pieces[:-1]]
        return [*parted, replace(pieces[-1], text=notation.last(pieces[-1].text))]
    return pieces


class _Spot(NamedTuple):
    """How an entry stands."""

    notation: Notation
    indent: int
    final: bool
    """Whether it was its author's last."""


def _kept(entry: HeaderEntry, fmt: Format, written: Written | None, spot: _Spot, *, due: bool) -> Piece | None:
    """An entry in its author's spelling while that still says the field's value.

    What is not `due` may stay unsaid, as in `name:`.
    """
    notation, indent, final = spot
    if entry.raw is not None:
        node = notation.value_in(entry.raw, indent)
        meaning = understood(fmt, entry.key, node) if node is not None else None
        silent = says_nothing(fmt, entry.key, meaning)
        same = written is not None and (
            meaning == written.meaning or (not due and meaning == unnamed(written.meaning, entry.key, fmt))
        )
        unsaid = written is None or (not due and not says_more(written.meaning, entry.key, fmt))
        if node is not None and (same or (silent and unsaid)):
            return Piece(entry.raw, entry.edits)
        if isinstance(meaning, Parts) and isinstance(node, MappingNode) and written is not None:
            written = _patched(written, meaning, node, fmt.by_entry[entry.key])
        if notation.in_place and written is not None and written.is_said and node is not None:
            before = entry.raw[: node.start]
            if not before.rstrip().endswith(":"):  # a bare key of YAML, which says nothing
                before = f"{before.rstrip()}: "
            return Piece(before + in_brackets(written.value) + entry.raw[node.stop :])
    if written is None or not written.is_said:
        return None
    listed = entry.style in _LISTED - ({"block"} if notation is TOML else set())
    value = written.listed if listed and written.listed is not None else written.value
    style = None if entry.style == "block" and notation is not TOML else entry.style
    text = notation.spell(entry.key, value, indent, style)
    text = text or notation.spell(entry.key, written.value, indent, None) or ""
    text = notation.last(text) if final else text
    return Piece(text + ("" if notation.in_place else _behind(entry.raw, notation, indent)), entry.edits)


def _patched(written: Written, was: Parts, node: MappingNode, rows: Sequence[Row]) -> Written:
    """A mapping in its author's order and words, but for the rows that say something else now."""
    value = value_of(node)
    if written.meaning.rest != was.rest or not isinstance(value, dict):
        return written
    now = written.meaning.said
    gone = [row.path for row in rows if row.key in was.said and row.key not in now]
    value = without(value, gone)
    assert isinstance(value, dict)
    for row in rows:
        if row.key in now and now[row.key] != was.said.get(row.key):
            said = dig(node_of(written.value), row.path)
            if said is not None:
                put(value, row.path, value_of(said))
    return replace(written, value=value)


def is_kept(spec: AgentSpec, row: Row, fmt: Format) -> bool:
    """Whether a row's entry stays as its author wrote it, in words we would not choose."""
    source = own_spelling(spec, fmt)
    entries = [entry for entry in source.header or () if entry.key == row.top] if source else []
    if source is None or not entries or entries[-1].raw is None:
        return False
    opened = frame(fmt, "")[0] if source.open is None else source.open
    indent = _indentation(opened) if fmt.keyed else 0
    node = notation_of(fmt, flow=opened.rstrip().endswith("{")).value_in(entries[-1].raw, indent)
    node = dig(node, row.path) if node is not None else None
    meaning = meaning_of(spec, row, fmt)
    return node is not None and meaning is not None and bool(decode(row, node) == meaning)


_LISTED = frozenset({"block", "flow", "double-flow", "single-flow", "outdented"})
"""Styles of lists; in TOML `block` is one of text."""


def _behind(raw: str | None, notation: Notation, indent: int) -> str:
    """The blank lines and comments behind an entry's value, which go with what follows."""
    node = notation.value_in(raw, indent) if raw else None
    if raw is None or node is None:
        return ""
    stop = node.stop
    if raw[stop - 1 : stop] != "\n":
        stop = raw.find("\n", stop) + 1 or len(raw)
    lines = raw[stop:].splitlines(keepends=True)
    return raw[stop:] if all(not line.strip() or line.lstrip().startswith("#") for line in lines) else ""


def file_name(spec: AgentSpec) -> str:
    """A name any file system takes: the agent's name, slugged."""
    return identity(slug(spec.name) or slug(spec.id.rpartition("/")[2]) or "agent")


def artifact_name(spec: AgentSpec, fmt: Format) -> str:
    """What an agent's file or folder is called: a folder as the agent in it, else the slug of its name."""
    row = fmt.by_field.get("name")
    called = as_read(row, spec.name) if row and fmt.suffix.startswith("/") else None
    return called if called and _FOLDER.fullmatch(called) else file_name(spec)


_FOLDER = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
"""What every file system and client takes for a name."""
