"""One record of a document, which becomes an agent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from converters.derive import derive
from converters.document import Document, Entry, Record, key_place
from converters.embedding import carried, taken_in
from converters.fields import access_of_spec
from converters.findings import (
    BAD_VALUE,
    CARRIED,
    EMPTY_FILE,
    MISSING_KEY,
    NAMED_AFTER,
    NO_NAME,
    NO_PROMPT_FILE,
    ODD_VALUE,
    OPEN_FENCE,
    UNKNOWN_KEY,
    UNKNOWN_TOOL,
    Finding,
    Rule,
    Span,
)
from converters.formats._kit import KEYED, PROMPT, Format, Row, is_silent
from converters.formats._tools import ALL
from converters.identity import identity
from converters.model import AgentSpec, HeaderEntry, Json, Section, Source, Tool, Tools
from converters.nesting import dig, joined, put, without
from converters.references import references
from converters.sections import open_fence, split
from converters.spelling import default_name, frame, notation_of
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node
from converters.syntax.notations import TOML, Notation
from converters.syntax.yaml import value_of
from converters.tools import client_names, groups, is_known, is_own, owner_of
from converters.vocabulary import clients

_NOTHING = re.compile(r"\s*(?:---\s*){0,2}")
"""What a file without an agent may hold: white space, and fences around nothing."""
_EMPTY = re.compile(r"(?:^|\*/)[ \t-]*\{", re.MULTILINE)
"""The bracket of a header in brackets that holds nothing."""

Beside: TypeAlias = Callable[[str], "str | None"]
"""Gives the text of a file named by its path from the one that is read; `None` where it cannot be had."""


class RecordReader:
    """One record on its way to a spec."""

    def __init__(self, document: Document, fmt: Format, base: Source, found: list[Finding], beside: Beside) -> None:
        self.document, self.fmt, self.base, self.found, self.beside = document, fmt, base, found, beside
        self.said: dict[str, Any] = {}
        self.places: dict[str, Span] = {}
        self.extra: dict[str, Json] = {}
        self.sections: list[Section] = []
        self.around: dict[str, Any] = {}
        self.carried: AgentSpec | None = None
        self.refused = False
        self.indent = 0
        self.first: Entry | None = None

    def read(self, record: Record) -> AgentSpec | None:
        """The agent; `None` where the record is none, or says what cannot be understood, which is found."""
        entries = record.entries
        header = None
        if record.key is not None and (named := self.fmt.by_key.get(KEYED)):
            self.said[named.field] = named.codec.decode(record.key)
        if entries is not None:
            last = {entry.key: entry for entry in entries}
            notation = notation_of(self.fmt, flow=record.flow)
            if entries and self.fmt.keyed:  # as far in as the first one stands the others should
                self.indent = entries[0].start - (self.document.text.rfind("\n", 0, entries[0].start) + 1)
            header = tuple(
                self._entry(entry, notation, counts=last[entry.key] is entry, final=entry is entries[-1])
                for entry in entries
            )
        if record.body < record.stop or self.fmt.bodies:
            self._body(self.document.text[record.body : record.stop], record.body)
        if self.fmt.prompt_file:
            self._prompt_from(self.fmt.prompt_file)
        if self.refused:
            return None
        return self._spec(record, header)

    def _entry(self, entry: Entry, notation: Notation, *, counts: bool, final: bool) -> HeaderEntry:
        text = self.document.text[entry.start : entry.stop]
        edits = self.document.edits(entry.start, entry.stop)
        first = self.first is None or self.first is entry
        self.first = self.first or entry
        spelled = " " * self.indent + text if first else text
        if not counts:
            return HeaderEntry(key=entry.key, raw=text, edits=edits)
        values = self._decode(entry)
        for value in values:
            for style in (None, *notation.styles_for(entry.value)):
                said = notation.spell(entry.key, value, self.indent, style)
                if said is not None and (notation.last(said) if final else said) == spelled:
                    as_list = "flow" if notation is TOML else "block"
                    usual = style or (as_list if value is not values[0] else None)
                    return HeaderEntry(key=entry.key, style=usual, edits=edits)
        return HeaderEntry(key=entry.key, raw=text, edits=edits)

    def _decode(self, entry: Entry) -> tuple[Json, ...]:
        """Take the value in; give what it would be written as, other choices last."""
        key, fmt = entry.key, self.fmt
        self.places[key] = self._span(entry)
        if fmt.is_nested(key):
            return self._take_apart(entry)
        row = fmt.flat(key)
        if row is None:
            value = self.extra[fmt.extension(key)] = value_of(entry.value)
            self._find(UNKNOWN_KEY, entry, format=fmt.title, key=key)
            return (value,)
        try:
            decoded = row.codec.decode(entry.value)
        except ValueError as error:
            self._not_read(row, entry, error)
            value = self.extra[key] = value_of(entry.value)
            return (value,)
        if self._take(row, decoded) is False:
            if row.strict and decoded != self.said[row.field]:
                self._not_read(row, entry, ValueError("another key says this otherwise; keep one of them"))
            value = self.extra[key] = value_of(entry.value)
            return (value,)
        if is_silent(row.field, decoded):
            return ()
        if row.codec.rest and (rest := row.codec.rest(entry.value)) is not None:
            self.extra[key] = rest
            return ()
        encoded = row.codec.encode(decoded)
        return (encoded,) if row.codec.listed is None else (encoded, row.codec.listed(decoded))

    def _not_read(self, row: Row, entry: Entry, error: ValueError, node: Node | None = None) -> None:
        self.refused = self.refused or row.strict
        rule = BAD_VALUE if row.strict else ODD_VALUE
        self.found.append(rule.at(self._span(entry, node), key=row.key, problem=error))

    def _take(self, row: Row, decoded: Any) -> bool:
        """Take a row's value in; false where its field has been said already under another key."""
        if is_silent(row.field, decoded):
            return True
        if row.field[0] == ".":
            self.extra[row.field[1:]] = decoded
        elif row.field.startswith(PROMPT):
            self._spoken(str(decoded), row.field.partition(":")[2] or None)
        elif row.field in self.said:
            return False
        else:
            self.said[row.field] = decoded
        return True

    def _take_apart(self, entry: Entry) -> tuple[Json, ...]:
        """Take the values of a mapping in, row by row; what no row says is kept as an extension."""
        rows = self.fmt.by_entry[entry.key]
        if not isinstance(entry.value, MappingNode):
            rows = tuple(row for row in rows if row.short)
        taken: list[tuple[str, ...]] = []
        spoken: set[str] = set()
        said: dict[str, Json] = {}
        for row in rows:
            node = dig(entry.value, row.path) if isinstance(entry.value, MappingNode) else entry.value
            if node is None:
                continue
            self.places[row.key] = self._span(entry, node)
            try:
                decoded = row.codec.decode(node)
            except ValueError as error:
                self._not_read(row, entry, error, node)
                continue
            if self._take(row, decoded):
                taken.append(row.path)
                unsaid = row.field == "tools.whole" and decoded == self.fmt.unsaid_tools
                if decoded is not None and not row.alias and not unsaid:
                    put(said, row.path, row.codec.encode(decoded))
                    spoken.add(row.field)
        value = value_of(entry.value)
        if not isinstance(entry.value, MappingNode):
            if not taken and value is not None:
                self.extra[entry.key] = value
            return ()
        rest = without(value, taken)
        if rest or not taken:
            self.extra[entry.key] = rest
        _fill(said, [row for row in rows if row.field not in spoken])
        unnamed = any(row.field == "name" and row.path not in taken for row in rows)  # it is spelled as it stands
        return () if unnamed else (joined(said, rest),)

    def _body(self, text: str, base: int) -> None:
        """The prompt below a header, as the first of the format's spellings has it that gives it back."""
        for number, body in enumerate(self.fmt.bodies):
            meant = body.decode(text)
            if meant is not None and body.encode(meant) == text:
                if number:
                    self.around["body"] = body.id
                self._prompt(meant, None, base if meant == text else None)
                return
        if self.fmt.bodies:
            self.around["body"] = "verbatim"
        self._prompt(text, None, base)

    def _spoken(self, text: str, slot: str | None) -> None:
        """The prompt as an entry says it, or as the file has it that it names."""
        named = self.fmt.reference.fullmatch(text) if self.fmt.reference and slot is None else None
        if named is None or not self._prompt_from(named[1], text):
            self._prompt(text, slot, None)

    def _prompt_from(self, path: str, said: str | None = None) -> bool:
        """Take the prompt from another file; false where it cannot be had."""
        text = self.beside(path)
        if text is None:
            self.found.append(NO_PROMPT_FILE.at(Span(self.document.path), path=path))
            return False
        self._prompt(text, None, None)
        if said is not None:
            self.around["prompt_file"] = said
        return True

    def _prompt(self, text: str, slot: str | None, base: int | None) -> None:
        if comment := carried(text):
            self.carried = comment[1]
            self.around["embedded"] = comment[0]
            text = text.removesuffix(comment[0])
        if base is not None and (fence := open_fence(text)) is not None:
            self.found.append(OPEN_FENCE.at(self.document.span(base + fence, base + fence + 3)))
        at = base
        for section in split(text):
            size = len(section.heading or "") + len(section.text)
            edits = self.document.edits(at, at + size) if at is not None else ()
            if at is not None:
                at += size
            self.sections.append(replace(section, slot=slot, edits=edits) if slot or edits else section)

    def _span(self, entry: Entry, node: Node | None = None) -> Span:
        """Where an entry's value stands, or one inside it."""
        value = entry.value if node is None else node
        return self.document.span(entry.base + value.start, entry.base + value.stop)

    def _find(self, rule: Rule, entry: Entry, **facts: Any) -> None:
        named = rule is UNKNOWN_KEY
        span = self.document.span(*key_place(entry, self.document.text)) if named else self._span(entry)
        self.found.append(rule.at(span, **facts))

    def _tools(self, record: Record) -> None:
        """The tools as one value; a missing key means what the client makes of it."""
        said, fmt = self.said, self.fmt
        allow, deny, whole = said.pop("tools", None), said.pop("tools.deny", ()), said.pop("tools.whole", None)
        unsaid = fmt.unsaid_tools
        if whole is not None:
            said["tools"] = whole
        elif allow is not None and deny and fmt.denies_alone:
            self.refused = True
            one, other = fmt.by_field["tools"].key, fmt.by_field["tools.deny"].key
            entry = next(e for e in record.entries or () if e.key == one)
            self._find(BAD_VALUE, entry, key=one, problem=f"the client passes over it where there is {other!r}")
        elif allow is not None or deny:
            if allow is None and unsaid is not None:
                allow = unsaid.allow
            said["tools"] = Tools(None if allow is None or allow == ALL else allow, deny)
            self._unknown_tools(allow or (), record)
        elif unsaid is not None:
            said["tools"] = unsaid

    def _spec(self, record: Record, header: tuple[HeaderEntry, ...] | None) -> AgentSpec | None:
        said, fmt, document = self.said, self.fmt, self.document
        if not header and _NOTHING.fullmatch(document.text):
            self.found.append(EMPTY_FILE.at(Span(document.path)))
            return None
        self._tools(record)
        if self.refused:
            return None
        keys = frozenset(entry.key for entry in header or ())
        self._miss(keys, document.span(record.start, record.start))
        member = None
        if fmt.shared:
            member = record.key.text if record.key else said.get("name")
        name = said.pop("name", None) or self._name()
        sections = tuple(self.sections)
        prompt = "".join((s.heading or "") + s.text for s in sections)
        source = replace(
            self.base,
            member=member,
            dialect=next((d.id for d in fmt.dialects if d.recognise(keys, prompt)), None),
            header=header,
            **self._around(record),
            **self.around,
        )
        spec = AgentSpec(
            id=identity(self.base.path or document.path, suffixes=fmt.suffixes, member=member),
            name=name,
            sections=sections,
            source=source,
            extensions={fmt.id: self.extra} if self.extra else {},
            **said,
        )
        if fmt.after_read:
            spec = fmt.after_read(spec)
        if self.carried is not None:
            spec = taken_in(spec, self.carried, fmt)
            self.found.append(CARRIED.at(Span(document.path), fields=", ".join(self.carried.said())))
        return replace(spec, derived=derive(spec, access_of_spec(spec), references(spec)))

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
        usual = frame(self.fmt, record.key.text if record.key else "")
        return {
            "open": None if opened == usual[0] else opened,
            "close": None if closed == usual[1] else closed,
            "edits": self._outer_edits(record),
        }

    def _outer_edits(self, record: Record) -> tuple[Any, ...]:
        if not self.document.mending.hunks or self.fmt.shared:
            return ()
        regions = [(entry.start, entry.stop) for entry in record.entries or ()]
        at = record.body
        for section in self.sections if record.body < record.stop else ():
            size = len(section.heading or "") + len(section.text)
            regions.append((at, at + size))
            at += size
        return self.document.mending.outside(regions)

    def _name(self) -> str:
        """The name of an agent that says none; where the file's own name is its name, there is nothing to tell."""
        path = self.base.path or self.document.path
        name, origin = default_name(path, self.fmt, tuple(self.sections))
        rule = NO_NAME if self.fmt.named_by == "key" else NAMED_AFTER
        if rule is NO_NAME or not f"/{path}".endswith(tuple(f"/{name}{end}" for end in self.fmt.suffixes)):
            self.found.append(rule.at(Span(self.document.path), name=name, origin=origin))
        return name

    def _miss(self, keys: frozenset[str], at: Span) -> None:
        """Note each required key that is not there, nor another of the same field."""
        for row in self.fmt.rows:
            said = any(other.top in keys for other in self.fmt.rows if other.field == row.field)
            if row.required and row.key != KEYED and not said:
                self.found.append(MISSING_KEY.at(at, format=self.fmt.title, key=row.key))

    def _unknown_tools(self, allow: tuple[Tool, ...], record: Record) -> None:
        if self.fmt.id in clients() and not client_names(self.fmt.id) and not groups(self.fmt.id):
            return  # all names are their authors' own
        for tool in allow:
            owner = owner_of(tool.name)
            name = tool.name.removeprefix(f"{owner}:")
            client = owner or self.fmt.id
            if not is_known(tool.name) and tool.name != "*" and not (client in clients() and is_own(client, name)):
                tops = {row.top for row in self.fmt.rows if row.field == "tools"}
                entry = next(e for e in record.entries or () if e.key in tops)
                self._find(UNKNOWN_TOOL, entry, format=self.fmt.title, tool=name)


def _fill(said: dict[str, Json], rows: Iterable[Row]) -> None:
    """Add what the client wants where nothing is said."""
    for row in rows:
        if row.codec.filler is not None:
            put(said, row.path, row.codec.filler)
