"""A source file taken apart without losing a character."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from converters.findings import RULES, Finding, Fix, Span
from converters.mending import Mending
from converters.model import Edit
from converters.mojibake import mojibake
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.entries import FOR_US, Keys
from converters.syntax.front_matter import compose_header, find_header, near_fence
from converters.syntax.notations import Notation
from converters.syntax.notes import Note, note
from converters.syntax.yaml import DEEPEST, LARGEST, LINE_ENDS
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
    key: Scalar | None = None
    """The key the agent stands under, in a mapping of agents."""
    flow: bool = False
    """Whether the entries stand inside brackets."""


_DOTS = re.compile(r"^\.\.\.(?=\s|\Z)", re.MULTILINE)

_NONE = Keys()

Members: TypeAlias = "str | Callable[[Mapping], Iterable[Mapping]] | None"
"""How the agents of a shared file are found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A decoded file, mended where that was needed, and the records found in it."""

    source: Decoded
    mending: Mending = field(repr=False)
    records: tuple[Record, ...] = ()
    """In the order they stand; together with what lies around them they are the whole text."""
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    root: Mapping | None = field(default=None, repr=False)
    """All of a file of keys and values."""

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


def front_matter(source: Decoded, keys: Keys = _NONE) -> Document:
    """A Markdown file with a YAML header, or without."""
    mending, notes = _mended(source)
    if source.refused:
        return Document(source=source, mending=mending, findings=source.findings, refused=True)
    header = find_header(mending, keys.known, notes)
    if header is None:
        return _whole(source, mending, notes)
    try:
        header, node = compose_header(mending, header, keys, notes)
    except SyntaxFault as fault:
        return _refused(source, mending, notes, fault)
    flow = isinstance(node, Mapping) and node.style == "flow"
    stop = header.start + node.stop - 1 if node is not None and flow else header.stop
    entries = tuple(_entries(node, header.start, stop, mending.text)) if isinstance(node, Mapping) else ()
    _look_closer(entries, mending, header.body, notes)
    record = Record(0, entries, header.body, len(mending.text), flow=flow)
    return Document(source=source, mending=mending, records=(record,), findings=_found(source, notes))


def keyed(source: Decoded, notation: Notation, members: Members = None, alone: Collection[str] = ()) -> Document:
    """A file of keys and values: one agent, or those that `members` finds.

    `members` is the key of a list or mapping of agents, an empty one for the whole file, or what
    picks the agents' mappings, in the order they stand; a file with the keys of `alone` is one.
    """
    mending, notes = _mended(source)
    if source.refused:
        return Document(source=source, mending=mending, findings=source.findings, refused=True)
    text = mending.text
    try:
        root = notation.compose(text)
        if not isinstance(root, Mapping):
            raise SyntaxFault(_what(root), 0, code="S111")
        is_alone = bool(alone) and set(alone) <= {key.text for key, _ in root.pairs}
        records = _records(text, root, None if is_alone else members)
    except SyntaxFault as fault:
        return _refused(source, mending, notes, fault)
    for record in records:
        _repeated(record.entries or (), mending, notes)
    if notation.loose and source.path.endswith(".json") and (odd := notation.loose(text)):
        notes.append(note(mending, "S123", odd.at, odd.at + 1, problem=odd.problem))
    return Document(source=source, mending=mending, records=records, findings=_found(source, notes), root=root)


def _what(node: Node | None) -> str:
    return {Sequence: "a list", Scalar: "text", Mapping: "a mapping"}.get(type(node), "nothing")


def _records(text: str, root: Mapping, members: Members) -> tuple[Record, ...]:
    if members is None:
        return (_record(text, root, 0, len(text), _document_end(text, root)),)
    if callable(members):
        nodes = list(members(root))
        if not nodes:
            raise SyntaxFault("no agents: there is none in this file", root.start, code="S122")
        marks = [_block_start(text, node.pairs[0][0].start) if node.style == "block" else node.start for node in nodes]
        ends = [*marks[1:], _document_end(text, root)]
        return tuple(
            _record(text, node, start, stop, _line_end(text, node))
            for node, start, stop in zip(nodes, marks, ends, strict=True)
        )
    held: Node | None = (
        root if members == "" else next((value for name, value in root.pairs if name.text == members), None)
    )
    if isinstance(held, Sequence):
        return _listed(text, root, held, members)
    if not isinstance(held, Mapping):
        raise SyntaxFault(f"no agents: {members!r} holds {_what(held)}", held.start if held else 0, code="S122")
    return _mapped(text, root, held)


def _document_end(text: str, root: Mapping) -> int:
    """Where the dots stand that end a document of YAML, else the end of the text."""
    last = root.pairs[-1][1].stop if root.style == "block" and root.pairs else root.stop
    dots = _DOTS.search(text, last)
    return dots.start() if dots else len(text)


def _listed(text: str, root: Mapping, held: Sequence, key: str) -> tuple[Record, ...]:
    nodes = []
    for item in held.items:
        if not isinstance(item, Mapping):
            raise SyntaxFault(f"no agent: an item of {key!r} is {_what(item)}", item.start, code="S122")
        nodes.append(item)
    if not nodes:
        raise SyntaxFault(f"no agents: {key!r} is empty", held.start, code="S122")
    marks = [_item_start(text, node.start) for node in nodes]
    ends = [*marks[1:], _after(text, root, held)]
    return tuple(_record(text, node, start, stop) for node, start, stop in zip(nodes, marks, ends, strict=True))


def _mapped(text: str, root: Mapping, held: Mapping) -> tuple[Record, ...]:
    for name, value in held.pairs:
        if not isinstance(value, Mapping):
            raise SyntaxFault(f"no agent: {name.text!r} holds {_what(value)}", value.start, code="S122")
    if not held.pairs:
        raise SyntaxFault("no agents: the mapping of them is empty", held.start, code="S122")
    marks = [_line_start(text, name.start) for name, _ in held.pairs]
    ends = [*marks[1:], _after(text, root, held)]
    return tuple(
        replace(_record(text, value, start, stop), key=name)
        for (name, value), start, stop in zip(held.pairs, marks, ends, strict=True)
        if isinstance(value, Mapping)
    )


def _after(text: str, root: Mapping, held: Node) -> int:
    """Where what holds the agents ends."""
    if held.style == "flow":
        bracket = held.stop - 1
        line = _line(text, bracket)
        return bracket if text[line:bracket].strip() else line
    later = (name.start for name, _ in root.pairs if held is not root and name.start > held.start)
    return next((_line_start(text, at) for at in later), _document_end(text, root))


def _record(text: str, node: Mapping, start: int, stop: int, ends_at: int | None = None) -> Record:
    """The part of the text from `start` to `stop`, whose keys are those of `node`."""
    flow = node.style == "flow"
    if flow:
        ends_at = node.stop - 1
        line = _line(text, ends_at)
        ends_at = line if line > node.start and not text[line:ends_at].strip() else ends_at
    entries = list(_entries(node, 0, stop if ends_at is None else ends_at, text))
    if entries:
        entries[0] = replace(entries[0], start=node.pairs[0][0].start)
    return Record(start, tuple(entries), stop, stop, flow=flow)


def _line(text: str, at: int, since: int = 0) -> int:
    """Where the line of a place begins; `since` is how far back that is looked for."""
    line = text.rfind("\n", since, at) + 1 or since
    return max(line, *(text.rfind(end, line, at) + 1 for end in LINE_ENDS))


_BREAK = re.compile(f"[{LINE_ENDS}]")


def _line_end(text: str, node: Mapping) -> int:
    """Where the line ends on which a block's last value does."""
    stop = node.pairs[-1][1].stop if node.pairs else node.stop
    line = _line(text, stop)
    if not text[line:stop].strip():  # a block stops where what follows it begins
        return line
    ended = _BREAK.search(text, stop)
    return ended.end() if ended else len(text)


def _block_start(text: str, at: int) -> int:
    """The start of the line where only indentation and the dashes of lists stand before `at`, else `at`."""
    line = _line(text, at)
    return at if text[line:at].strip(" -") else line


def _item_start(text: str, at: int) -> int:
    """The start of the line, or of the bracket, that opens a list's item."""
    line = _line(text, at)
    if text[line:at].strip() == "-":
        return line
    dash = len(text[:at].rstrip()) - 1  # the dash may stand on a line of its own
    above = _line(text, dash)
    return above if text[above : dash + 1].strip() == "-" else at


def _entries(node: Mapping, base: int, stop: int, text: str) -> Iterator[Entry]:
    """Whole entries of a mapping whose places are counted from `base`."""
    starts, behind = [], base
    for key, value in node.pairs:
        starts.append(_mark_start(text, behind, base + key.start))
        behind = base + value.stop
    for (key, value), start, end in zip(node.pairs, starts, [*starts, stop][1:], strict=True):
        yield Entry(key.text, value, base, start, end)


def _mark_start(text: str, behind: int, at: int) -> int:
    """The start of the line of a key, or of the `?` that stands before it; `behind` is where the last value ends."""
    mark = text.find("?", behind, at)
    found = _MARK.search(text, behind, at) if mark >= 0 else None
    return found.start() if found else _line_start(text, at)


_MARK = re.compile(r"^[ \t]*\?(?:\s|#[^\n]*\n)*\Z", re.MULTILINE)


def _line_start(text: str, at: int) -> int:
    """The start of the line where only indentation stands before `at`, else `at`."""
    line = _line(text, at, max(0, at - _DEEPEST_INDENT - 1))
    return line if at - line <= _DEEPEST_INDENT and not text[line:at].strip() else at


_DEEPEST_INDENT = 400
"""Characters before a key that are looked at for indentation: a file on one line is not looked through for each key."""


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


def key_place(entry: Entry, text: str) -> tuple[int, int]:
    """Where an entry's key stands, quotes and all: an entry may begin with its line's indentation."""
    start = entry.start
    while text.startswith((" ", "\t", "?"), start) and not text.startswith(entry.key or "?", start):
        start += 1
    return start, start + len(entry.key) + 2 * text.startswith(('"', "'"), start)


def _repeated(entries: tuple[Entry, ...], mending: Mending, notes: list[Note]) -> None:
    """Note the keys that stand twice."""
    seen = set[str]()
    for entry in entries:
        if entry.key in seen:
            notes.append(note(mending, "S112", *key_place(entry, mending.text), key=entry.key))
        seen.add(entry.key)


def _look_closer(entries: tuple[Entry, ...], mending: Mending, body: int, notes: list[Note]) -> None:
    """Note what a header says twice, or says and no client sees."""
    text = mending.text
    _repeated(entries, mending, notes)
    for entry in entries:
        value = entry.value
        if isinstance(value, Scalar) and value.style == "plain":
            at = entry.base + value.stop
            rest = text[at : entry.stop].partition("\n")[0]
            comment = rest.lstrip(" \t")
            if comment.startswith("#") and (value.text or comment[1:2].strip()) and not FOR_US.match(comment):
                notes.append(note(mending, "S114", at, at + len(rest), key=entry.key, kept=value.text[-40:]))
    if text.startswith("---", body) and text[body + 3 : body + 4] in {"\n", "\r"}:
        notes.append(note(mending, "S117", body, body + 3))


def _found(source: Decoded, notes: list[Note]) -> tuple[Finding, ...]:
    found = list(source.findings)
    for met in notes:
        fix = Fix(Span(source.path, *met.fix[:2]), met.fix[2], met.safe) if met.fix else None
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
