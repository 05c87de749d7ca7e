"""From a document to what its agents are, by the table of its format."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from converters.document import Document, front_matter, keyed, plain
from converters.findings import BAD_VALUE, Finding, Span
from converters.formats import known_keys, limiting_keys
from converters.formats._kit import Format
from converters.formats._secrets import HOLDS_SECRETS, secrets_in
from converters.model import AgentSpec, SharedDocument, Source
from converters.records import Beside, RecordReader
from converters.spelling import NOTATIONS
from converters.syntax.entries import Keys
from converters.text import Decoded

_NOWHERE = Source()


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
    if fmt.keyed:
        return keyed(source, NOTATIONS[fmt.container], fmt.members, fmt.alone)
    return front_matter(source, Keys(known_keys(), fmt.lines, limiting_keys())) if fmt.has_body else plain(source)


def read(
    document: Document,
    fmt: Format,
    *,
    raw: bytes = b"",
    place: Source = _NOWHERE,
    beside: Beside = lambda _: None,
) -> Reading:
    """Understand a document as `fmt`; what a broken file still says is found, never raised.

    `place` carries the collection, its licence and its revision, and the path below its root;
    `beside` gives the prompt that a file keeps in another one.
    """
    if document.refused:
        return Reading(format=fmt, findings=document.findings)
    found = [*document.findings, *_secrets(document)]
    if len(found) > len(document.findings):
        return Reading(format=fmt, findings=tuple(found))
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
        reader = RecordReader(document, fmt, base, found, beside)
        spec = reader.read(record)
        if spec is not None:
            specs.append(spec)
            places.append(reader.places)
    if len(specs) < len(document.records):  # a file that lost one of its agents could not be written back
        return Reading(format=fmt, findings=tuple(found))
    shared = _shared(document, base, specs) if fmt.shared else None
    dialect = specs[0].source.dialect if specs and specs[0].source else None
    return Reading(
        format=fmt, dialect=dialect, specs=tuple(specs), shared=shared, findings=tuple(found), places=tuple(places)
    )


def _secrets(document: Document) -> Iterator[Finding]:
    """The keys to programs that are written out in a file, by an agent or around it."""
    if not _MAY_HOLD_SECRETS.search(document.text):
        return
    entries = (entry for record in document.records for entry in record.entries or ())
    values = ((entry.key, entry.value, entry.base) for entry in entries)
    for named, value, base in [("", document.root, 0)] if document.root else values:
        for key, node in secrets_in(value, named):
            span = document.span(base + node.start, base + node.stop)
            yield BAD_VALUE.at(span, key=key, problem=HOLDS_SECRETS, covered=True)


_MAY_HOLD_SECRETS = re.compile(r"api_key|apiKey")


def _shared(document: Document, base: Source, specs: list[AgentSpec]) -> SharedDocument:
    first = document.records[0].start if document.records else len(document.text)
    last = document.records[-1].stop if document.records else len(document.text)
    return SharedDocument(
        source=replace(base, edits=document.mending.outside([(first, last)]) if document.mending.hunks else ()),
        open=document.text[:first],
        close=document.text[last:],
        members=tuple(spec.id for spec in specs),
    )
