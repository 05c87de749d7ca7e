"""A source file taken apart without losing a character."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from converters.findings import RULES, Finding, Fix, Span
from converters.mending import Mending
from converters.model import Edit
from converters.mojibake import mojibake
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.front_matter import Note, compose_header, find_header, near_fence, note
from converters.syntax.yaml import DEEPEST, LARGEST, compose
from converters.text import Decoded, undecoded


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a record, in the mended text."""

    key: str
    value: Node
    base: int
    """What the places inside `value` are counted from."""
    start: int
    stop: int
    """Where the next entry begins, so that comments travel with the entry they follow."""


@dataclass(frozen=True, slots=True)
class Record:
    """One agent's part of a document: what opens it, its entries, what closes them, the prompt."""

    start: int
    entries: tuple[Entry, ...] | None
    """`None` where the record has no header at all."""
    body: int
    """The first character of the prompt; equal to `stop` where the prompt is an entry."""
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A decoded file, mended where that was needed, and the records found in it."""

    source: Decoded
    mending: Mending = field(repr=False)
    records: tuple[Record, ...] = ()
    """In the order they stand; together with what lies around them they are the whole text."""
    findings: tuple[Finding, ...] = ()
    refused: bool = False

    @property
    def path(self) -> str:
        """The path the file was read under."""
        return self.source.path

    @property
    def text(self) -> str:
        """The mended text."""
        return self.mending.text

    def span(self, start: int, stop: int) -> Span:
        """A range of the mended text as a place in the unmended one."""
        first = self.mending.origin(start)
        return Span(self.path, first, max(first, self.mending.origin(stop)))

    def edits(self, start: int, stop: int) -> tuple[Edit, ...]:
        """The mends inside a range of the mended text, counted from its start."""
        return self.mending.within(start, stop) if self.mending.hunks else ()


def plain(source: Decoded) -> Document:
    """A file that is nothing but prompt."""
    mending, notes = _mended(source)
    if source.refused:
        return Document(source=source, mending=mending, findings=source.findings, refused=True)
    near_fence(mending, notes)
    return _whole(source, mending, notes)


def _whole(source: Decoded, mending: Mending, notes: list[Note]) -> Document:
    record = Record(0, None, 0, len(mending.text))
    return Document(source=source, mending=mending, records=(record,), findings=_found(source, notes))


def front_matter(source: Decoded, keys: Collection[str] = ()) -> Document:
    """A Markdown file with a YAML header, or without; `keys` are those some format knows."""
    mending, notes = _mended(source)
    if source.refused:
        return Document(source=source, mending=mending, findings=source.findings, refused=True)
    header = find_header(mending, keys, notes)
    if header is None:
        return _whole(source, mending, notes)
    try:
        header, node = compose_header(mending, header, keys, notes)
    except SyntaxFault as fault:
        return _refused(source, mending, notes, fault)
    entries = tuple(_entries(node, header.start, header.stop, mending.text)) if isinstance(node, Mapping) else ()
    _look_closer(entries, mending, header.body, notes)
    record = Record(0, entries, header.body, len(mending.text))
    return Document(source=source, mending=mending, records=(record,), findings=_found(source, notes))


def members(source: Decoded, key: str) -> Document:
    """A YAML file whose list under `key` holds one agent an item."""
    mending, notes = _mended(source)
    if source.refused:
        return Document(source=source, mending=mending, findings=source.findings, refused=True)
    text = mending.text
    try:
        root = compose(text)
        if not isinstance(root, Mapping):
            raise SyntaxFault("a list" if isinstance(root, Sequence) else "text", 0, code="S111")
        listed = next((value for name, value in root.pairs if name.text == key), None)
        if not isinstance(listed, Sequence):
            raise SyntaxFault(f"{key!r} holds no list", 0)
        for item in listed.items:
            if not isinstance(item, Mapping):
                raise SyntaxFault(f"{key!r} holds an item without keys", item.start)
    except SyntaxFault as fault:
        return _refused(source, mending, notes, fault)
    marks = [_item_start(text, item.start) for item in listed.items]
    after = next((name.start for name, _ in root.pairs if name.start > listed.start), len(text))
    records = tuple(
        Record(start, tuple(_entries(item, 0, stop, text)), stop, stop)
        for item, start, stop in zip(listed.items, marks, [*marks[1:], after], strict=True)
        if isinstance(item, Mapping)
    )
    return Document(source=source, mending=mending, records=records, findings=_found(source, notes))


def _item_start(text: str, at: int) -> int:
    """The start of the line, or of the bracket, that opens a list's item."""
    line = text.rfind("\n", 0, at) + 1
    return line if text[line:at].strip() == "-" else at


def _entries(node: Mapping, base: int, stop: int, text: str) -> Iterator[Entry]:
    """Whole entries of a mapping whose places are counted from `base`."""
    starts = [_line_start(text, base + key.start) for key, _ in node.pairs]
    for (key, value), start, end in zip(node.pairs, starts, [*starts, stop][1:], strict=True):
        yield Entry(key.text, value, base, start, end)


def _line_start(text: str, at: int) -> int:
    """The start of the line where only indentation stands before `at`, else `at`."""
    line = text.rfind("\n", 0, at) + 1
    return at if text[line:at].strip() else line


def _mended(source: Decoded) -> tuple[Mending, list[Note]]:
    mending, notes = Mending(source.text), list[Note]()
    if source.text.isascii():
        return mending, notes
    mending.all_at_once("S004", [(h.start, h.start + len(h.was) // 2, h.now) for h in undecoded(source.text)])
    garbled = mojibake(mending.text)
    for hunk in garbled:
        met = note(
            mending, "S007", hunk.start, hunk.start + len(hunk.was), was=hunk.was, now=hunk.now, encoding=hunk.encoding
        )
        notes.append(met._replace(fix=(met.start, met.stop, hunk.now)))
    mending.all_at_once("S007", [(h.start, h.start + len(h.was), h.now) for h in garbled])
    return mending, notes


def _look_closer(entries: tuple[Entry, ...], mending: Mending, body: int, notes: list[Note]) -> None:
    """Note what a header says twice, or says and no client sees."""
    text, seen = mending.text, set[str]()
    for entry in entries:
        if entry.key in seen:
            notes.append(note(mending, "S112", entry.start, entry.start + len(entry.key), key=entry.key))
        seen.add(entry.key)
        value = entry.value
        if isinstance(value, Scalar) and value.style == "plain":
            at = entry.base + value.stop
            rest = text[at : entry.stop].partition("\n")[0]
            comment = rest.lstrip(" \t")
            if comment.startswith("#") and (value.text or comment[1:2].strip()):  # `color: #aabbcc` says nothing
                notes.append(note(mending, "S114", at, at + len(rest), key=entry.key, kept=value.text[-40:]))
    if text.startswith("---", body) and text[body + 3 : body + 4] in {"\n", "\r"}:
        notes.append(note(mending, "S117", body, body + 3))


def _found(source: Decoded, notes: list[Note]) -> tuple[Finding, ...]:
    found = list(source.findings)
    for met in notes:
        fix = Fix(Span(source.path, *met.fix[:2]), met.fix[2]) if met.fix else None
        found.append(RULES[met.code].at(Span(source.path, met.start, met.stop), fix=fix, **met.facts))
    return tuple(found)


_WHAT: dict[str, dict[str, Any]] = {
    "S008": {"what": "the header", "unit": "characters", "limit": LARGEST},
    "S110": {"limit": DEEPEST},
}


def _refused(source: Decoded, mending: Mending, notes: list[Note], fault: SyntaxFault) -> Document:
    at = mending.origin(fault.at)
    facts = {"problem": fault.problem, "what": fault.problem, "size": "more", **_WHAT.get(fault.code, {})}
    found = RULES[fault.code].at(Span(source.path, at, at + 1), **facts)
    return Document(source=source, mending=mending, findings=(*_found(source, notes), found), refused=True)
