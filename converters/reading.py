"""From a document to what its agents are, by the table of its format."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from converters.derive import derive
from converters.document import Document, Entry, Record, front_matter, members, plain
from converters.findings import (
    BAD_VALUE,
    EMPTY_FILE,
    MISSING_KEY,
    NAMED_AFTER,
    NO_NAME,
    ODD_VALUE,
    OPEN_FENCE,
    UNKNOWN_KEY,
    UNKNOWN_TOOL,
    Finding,
    Rule,
    Span,
)
from converters.formats import HEADER_KEYS
from converters.formats._kit import PROMPT, Container, Format, is_silent
from converters.formats._tools import ALL
from converters.identity import identity, slug
from converters.model import AgentSpec, HeaderEntry, Json, Section, SharedDocument, Source, Tool, Tools
from converters.prose import name_from_title, title
from converters.sections import open_fence, split
from converters.syntax.yaml import spell, styles_for, value_of
from converters.text import Decoded
from converters.tools import access_of, is_known

FENCE = "---\n"
_NOWHERE = Source()
_NOTHING = re.compile(r"\s*(?:---\s*){0,2}")
"""What a file without an agent may hold: white space, and fences around nothing."""
_EMPTY = re.compile(r"^[ \t-]*\{", re.MULTILINE)
"""The bracket of a header in brackets that holds nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one file holds."""

    format: Format
    dialect: str | None = None
    specs: tuple[AgentSpec, ...] = ()
    shared: SharedDocument | None = None
    """What belongs to no single agent, where the file can hold several."""
    findings: tuple[Finding, ...] = ()
    places: tuple[Mapping[str, Span], ...] = ()
    """For each spec, where the value of each header key stands."""


def parse(source: Decoded, fmt: Format) -> Document:
    """Take a decoded file apart the way `fmt` is built."""
    if fmt.container is Container.FRONT_MATTER:
        return front_matter(source, HEADER_KEYS)
    if fmt.container is Container.YAML_MEMBERS:
        return members(source, fmt.member_list)
    return plain(source)


def read(document: Document, fmt: Format, *, raw: bytes = b"", place: Source = _NOWHERE) -> Reading:
    """Understand a document as `fmt`; what a broken file still says is found, never raised.

    `place` carries the collection, its licence and its revision, and the path below its root.
    """
    if document.refused:
        return Reading(format=fmt, findings=document.findings)
    found = list(document.findings)
    base = replace(
        place,
        format=fmt.id,
        sha256=hashlib.sha256(raw).hexdigest(),
        encoding=document.source.encoding,
        bom=document.source.bom,
        newline=document.source.newline,
    )
    specs, places = [], []
    for record in document.records:
        reader = _Reader(document, fmt, base, found)
        spec = reader.read(record)
        if spec is not None:
            specs.append(spec)
            places.append(reader.places)
    if len(specs) < len(document.records):  # a file that lost one of its agents could not be written back
        return Reading(format=fmt, findings=tuple(found))
    shared = _shared(document, base, specs) if fmt.container is Container.YAML_MEMBERS else None
    dialect = specs[0].source.dialect if specs and specs[0].source else None
    return Reading(
        format=fmt, dialect=dialect, specs=tuple(specs), shared=shared, findings=tuple(found), places=tuple(places)
    )


def _shared(document: Document, base: Source, specs: list[AgentSpec]) -> SharedDocument:
    first = document.records[0].start if document.records else len(document.text)
    last = document.records[-1].stop if document.records else len(document.text)
    return SharedDocument(
        source=replace(base, edits=document.mending.outside([(first, last)]) if document.mending.hunks else ()),
        open=document.text[:first],
        close=document.text[last:],
        members=tuple(spec.id for spec in specs),
    )


class _Reader:
    """One record on its way to a spec."""

    def __init__(self, document: Document, fmt: Format, base: Source, found: list[Finding]) -> None:
        self.document, self.fmt, self.base, self.found = document, fmt, base, found
        self.said: dict[str, Any] = {}
        self.places: dict[str, Span] = {}
        self.extra: dict[str, Json] = {}
        self.sections: list[Section] = []
        self.refused = False

    def read(self, record: Record) -> AgentSpec | None:
        entries = record.entries
        header = None
        if entries is not None:
            last = {entry.key: entry for entry in entries}
            header = tuple(self._entry(entry, last[entry.key] is entry) for entry in entries)
        if record.body < record.stop:
            self._prompt(self.document.text[record.body : record.stop], None, record.body)
        if self.refused:
            return None
        return self._spec(record, header)

    def _entry(self, entry: Entry, counts: bool) -> HeaderEntry:
        text = self.document.text[entry.start : entry.stop]
        edits = self.document.edits(entry.start, entry.stop)
        spelled, indent = text, len(text) - len(text.lstrip(" "))
        if not indent:  # the first entry of a list's item stands behind its dash
            indent = entry.start - (self.document.text.rfind("\n", 0, entry.start) + 1)
            spelled = " " * indent + text
        style: str | None = None
        if not counts:
            return HeaderEntry(key=entry.key, raw=text, edits=edits)
        values = self._decode(entry)
        for value in values:
            if spell(entry.key, value, indent=indent) == spelled:
                return HeaderEntry(key=entry.key, style="block" if value is not values[0] else None, edits=edits)
            for style in styles_for(entry.value):
                if spell(entry.key, value, indent=indent, style=style) == spelled:
                    return HeaderEntry(key=entry.key, style=style, edits=edits)
        return HeaderEntry(key=entry.key, raw=text, edits=edits)

    def _decode(self, entry: Entry) -> tuple[Json, ...]:
        """Take the value in; give what it would be written as, other choices last."""
        key, row = entry.key, self.fmt.by_key.get(entry.key)
        self.places[key] = self._span(entry)
        if row is None:
            value = self.extra[key] = value_of(entry.value)
            self._find(UNKNOWN_KEY, entry, format=self.fmt.title, key=key)
            return (value,)
        try:
            decoded = row.codec.decode(entry.value)
        except ValueError as error:
            if row.strict:
                self.refused = True
                self._find(BAD_VALUE, entry, key=key, problem=error)
                return ()
            self._find(ODD_VALUE, entry, key=key, problem=error)
            value = self.extra[key] = value_of(entry.value)
            return (value,)
        if is_silent(row.field, decoded):
            return ()
        if row.field[0] == ".":
            self.extra[row.field[1:]] = decoded
        elif row.field.startswith(PROMPT):
            self._prompt(str(decoded), row.field.partition(":")[2] or None, None)
        else:
            self.said[row.field] = decoded
        encoded = row.codec.encode(decoded)
        return (encoded,) if row.codec.listed is None else (encoded, row.codec.listed(decoded))

    def _prompt(self, text: str, slot: str | None, base: int | None) -> None:
        if base is not None and (fence := open_fence(text)) is not None:
            self.found.append(OPEN_FENCE.at(self.document.span(base + fence, base + fence + 3)))
        at = base
        for section in split(text):
            size = len(section.heading or "") + len(section.text)
            edits = self.document.edits(at, at + size) if at is not None else ()
            if at is not None:
                at += size
            self.sections.append(replace(section, slot=slot, edits=edits) if slot or edits else section)

    def _span(self, entry: Entry) -> Span:
        return self.document.span(entry.base + entry.value.start, entry.base + entry.value.stop)

    def _find(self, rule: Rule, entry: Entry, **facts: Any) -> None:
        named = rule is UNKNOWN_KEY
        span = self.document.span(entry.start, entry.start + len(entry.key)) if named else self._span(entry)
        self.found.append(rule.at(span, **facts))

    def _spec(self, record: Record, header: tuple[HeaderEntry, ...] | None) -> AgentSpec | None:
        said, fmt, document = self.said, self.fmt, self.document
        if not header and _NOTHING.fullmatch(document.text):
            self.found.append(EMPTY_FILE.at(Span(document.path)))
            return None
        allow, deny = said.pop("tools", None), said.pop("tools.deny", ())
        if allow is not None or deny:
            said["tools"] = Tools(None if allow is None or allow == ALL else allow, deny)
            self._unknown_tools(allow or (), record)
        keys = frozenset(entry.key for entry in header or ())
        for row in fmt.rows:
            if row.required and row.key not in keys:
                self.found.append(
                    MISSING_KEY.at(document.span(record.start, record.start), format=fmt.title, key=row.key)
                )
        member = said.get("name") if fmt.member_key else None
        name = said.pop("name", None) or self._name()
        sections = tuple(self.sections)
        prompt = "".join((s.heading or "") + s.text for s in sections)
        source = replace(
            self.base,
            member=member,
            dialect=next((d.id for d in fmt.dialects if d.recognise(keys, prompt)), None),
            header=header,
            **self._around(record),
        )
        spec = AgentSpec(
            id=identity(self.base.path or document.path, suffixes=(fmt.suffix,), member=member),
            name=name,
            sections=sections,
            source=source,
            extensions={fmt.id: self.extra} if self.extra else {},
            **said,
        )
        return replace(spec, derived=derive(spec, access_of(spec.tools)))

    def _around(self, record: Record) -> dict[str, Any]:
        """What lies before, between and behind the entries and the prompt, where it is not usual."""
        text, entries = self.document.text, record.entries
        if entries is None:
            return {"edits": self._outer_edits(record)}
        first = entries[0].start if entries else record.body
        last = entries[-1].stop if entries else record.body
        opened, closed = text[record.start : first], text[last : record.body]
        if not entries:  # what is added later goes inside the brackets, or before the closing fence
            bracket = _EMPTY.search(opened)
            at = bracket.end() if bracket else max(opened.rfind("\n---"), opened.rfind("\n...")) + 1
            opened, closed = opened[:at], opened[at:]
        usual = (FENCE, FENCE) if self.fmt.container is Container.FRONT_MATTER else ("  - ", "")
        return {
            "open": None if opened == usual[0] else opened,
            "close": None if closed == usual[1] else closed,
            "edits": self._outer_edits(record),
        }

    def _outer_edits(self, record: Record) -> tuple[Any, ...]:
        if not self.document.mending.hunks or self.fmt.container is Container.YAML_MEMBERS:
            return ()
        regions = [(entry.start, entry.stop) for entry in record.entries or ()]
        at = record.body
        for section in self.sections if record.body < record.stop else ():
            size = len(section.heading or "") + len(section.text)
            regions.append((at, at + size))
            at += size
        return self.document.mending.outside(regions)

    def _name(self) -> str:
        name, origin = default_name(self.base.path or self.document.path, self.fmt, tuple(self.sections))
        rule = NO_NAME if self.fmt.named_by == "key" else NAMED_AFTER
        self.found.append(rule.at(Span(self.document.path), name=name, origin=origin))
        return name

    def _unknown_tools(self, allow: tuple[Tool, ...], record: Record) -> None:
        for tool in allow:
            if not is_known(tool.name) and tool.name != "*":
                entry = next(
                    e for e in record.entries or () if self.fmt.by_key.get(e.key) == self.fmt.by_field["tools"]
                )
                self._find(UNKNOWN_TOOL, entry, format=self.fmt.title, tool=tool.name)


def default_name(path: str, fmt: Format, sections: Sequence[Section]) -> tuple[str, str]:
    """What an agent is called whose file does not say, and what that is taken from.

    Where the client goes by `name`, people look for the file; a bare prompt has its title.
    """
    heading = title(tuple(sections)) if fmt.named_by == "title" else None
    if heading and (name := name_from_title(heading)):
        return name, "title"
    stem = path.replace("\\", "/").rpartition("/")[2]
    return slug(stem.removesuffix(fmt.suffix)) or slug(path) or "agent", "file name"
