"""A conformance kit: the laws every format keeps, to be run on any `Format` with files of its own.

>>> from converters import testing
>>> testing.broken(my_format.FORMAT, {"agents/a.my.md": raw})  # doctest: +SKIP
[]

In pytest, one test a law: `@pytest.mark.parametrize("law", testing.LAWS, ids=lambda law: law.__name__)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from converters import canonical
from converters.fates import WORDS
from converters.fields import is_same, meaning_of
from converters.fitting import with_defaults
from converters.formats._kit import PROMPT, Format
from converters.model import AgentSpec, Source
from converters.originals import in_order
from converters.reading import Reading, parse, read
from converters.report import report
from converters.text import decode
from converters.writing import prompt_beside, write, write_shared

Samples: TypeAlias = Mapping[str, bytes]
"""Files of the format by their path below a collection's root; files that they name stand among them."""

Law: TypeAlias = Callable[[Format, Samples], Iterator[str]]
"""Tells in words where a format breaks it."""


def broken(fmt: Format, samples: Samples) -> list[str]:
    """Every law the format breaks on these files, in words; nothing is good news."""
    return [f"{law.__name__}: {words}" for law in LAWS for words in law(fmt, samples)]


def _read(fmt: Format, path: str, raw: bytes, samples: Samples) -> Reading:
    folder = path.rpartition("/")[0]

    def beside(name: str) -> str | None:
        found = samples.get(f"{folder}/{name.removeprefix('./')}".lstrip("/"))
        return None if found is None else found.decode("utf-8", "replace")

    document = parse(decode(raw, path), fmt)
    return read(document, fmt, raw=raw, place=Source(collection="samples", path=path), beside=beside)


def _agents(fmt: Format, samples: Samples) -> Iterator[tuple[str, bytes, Reading]]:
    companions = {beside for path in samples for beside in _companions(fmt, path)}
    for path, raw in samples.items():
        if path in companions or not path.endswith(fmt.suffix):
            continue
        reading = _read(fmt, path, raw, samples)
        if reading.specs:
            yield path, raw, reading


def _companions(fmt: Format, path: str) -> tuple[str, ...]:
    return (f"{path.rpartition('/')[0]}/{fmt.prompt_file}".lstrip("/"),) if fmt.prompt_file else ()


def _written(fmt: Format, reading: Reading, specs: tuple[AgentSpec, ...], *, as_read: bool = False) -> bytes:
    if fmt.shared:
        return write_shared(in_order(specs, reading.shared), fmt, reading.shared, as_read=as_read)
    return write(specs[0], fmt, as_read=as_read)


def _fresh(fmt: Format, spec: AgentSpec) -> bytes:
    """The agent as a new file."""
    ready = with_defaults(replace(spec, source=None), fmt)
    return write_shared([ready], fmt) if fmt.shared else write(ready, fmt)


def _again(fmt: Format, spec: AgentSpec) -> AgentSpec | None:
    """The agent written as a new file and read back."""
    path = fmt.files[0].replace("{name}", "sample")
    ready = with_defaults(replace(spec, source=None), fmt)
    beside = prompt_beside(ready, fmt)
    samples = {f"{path.rpartition('/')[0]}/{beside[0]}".lstrip("/"): beside[1]} if beside else {}
    specs = _read(fmt, path, _fresh(fmt, spec), samples).specs
    return specs[0] if specs else None


# --- the laws --------------------------------------------------------------------------------------


def facts(fmt: Format, _: Samples) -> Iterator[str]:
    """The table says where its facts were read and when, and every row says what may stand there."""
    if not fmt.source.startswith("https://"):
        yield "`source` is no link"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", fmt.read_on):
        yield "`read_on` is no date"
    for row in fmt.rows:
        if not row.codec.says:
            yield f"{row.key!r}: its codec does not say what may stand there"
        if row.default is not None and not row.origin:
            yield f"{row.key!r}: nobody is told where its default comes from"
        if row.field.startswith("tools") and not row.strict:
            yield f"{row.key!r}: a list of tools that cannot be read must refuse the file"


def samples(fmt: Format, samples: Samples) -> Iterator[str]:
    """At least one of the files is read, so that the other laws are about something."""
    if not any(True for _ in _agents(fmt, samples)):
        yield "none of the files could be read"


def totality(fmt: Format, samples: Samples) -> Iterator[str]:
    """Cut, doubled or garbled, a file is read or refused, and never raises."""
    for path, raw in samples.items():
        middle = len(raw) // 2
        for name, bad in {
            "cut in the middle": raw[:middle],
            "without its beginning": raw[middle:],
            "twice": raw + raw,
            "with a byte order mark": b"\xef\xbb\xbf" + raw,
            "with CRLF": raw.replace(b"\n", b"\r\n"),
            "with brackets": raw.replace(b":", b": [", 1),
            "with bytes that are no text": raw[:middle] + b"\xff\xfe\x80" + raw[middle:],
        }.items():
            try:
                _read(fmt, path, bad, samples)
            except Exception as error:  # noqa: BLE001 - this is what the law is about
                yield f"{path}, {name}: {type(error).__name__}: {error}"


def back_means_back(fmt: Format, samples: Samples) -> Iterator[str]:
    """What was read is written back byte for byte, also through the canonical form."""
    for path, raw, reading in _agents(fmt, samples):
        if _written(fmt, reading, reading.specs, as_read=True) != raw:
            yield f"{path} comes back otherwise"
        loaded = tuple(canonical.load(canonical.dump(spec), path)[0] or spec for spec in reading.specs)
        if loaded != reading.specs:
            yield f"{path}: the canonical form says something else"
        elif _written(fmt, reading, loaded, as_read=True) != raw:
            yield f"{path} comes back otherwise from its canonical form"


def stability(fmt: Format, samples: Samples) -> Iterator[str]:
    """Written anew, read and written again, an agent is the same."""
    for path, _, reading in _agents(fmt, samples):
        for spec in reading.specs if fmt.writes else ():
            again = _again(fmt, spec)
            if again is None:
                yield f"{path}: what was written for {spec.name!r} cannot be read"
            elif _fresh(fmt, again) != _fresh(fmt, spec):
                yield f"{path}: {spec.name!r} changes when it is written again"


def conservation(fmt: Format, samples: Samples) -> Iterator[str]:
    """A field survives writing and reading, or the report names it as lost."""
    for path, _, reading in _agents(fmt, samples):
        for spec in reading.specs if fmt.writes else ():
            yield from (f"{path}: {words}" for words in _unaccounted(fmt, replace(spec, source=None)))


def _unaccounted(fmt: Format, spec: AgentSpec) -> Iterator[str]:
    again = _again(fmt, spec)
    if again is None:
        return
    for fate in report(spec, fmt).fields:
        row = fmt.by_field.get(fate.field)
        if row is None or fate.field.startswith(PROMPT) or WORDS[fate.status] == "added":
            continue
        same = is_same(row.field, meaning_of(again, row, fmt), meaning_of(spec, row, fmt))
        if same and WORDS[fate.status] == "lost":
            yield f"{fate.field} is reported lost and is there"
        elif not same and WORDS[fate.status] != "lost" and (fate.key is not None or meaning_of(again, row, fmt)):
            yield f"{fate.field} is reported {fate.status} and is not the same"


def locality(fmt: Format, samples: Samples) -> Iterator[str]:
    """A changed description changes one entry."""
    row = fmt.by_field.get("description")
    if row is None:
        return
    for path, _, reading in _agents(fmt, samples):
        changed = (replace(reading.specs[0], description="Said anew."), *reading.specs[1:])
        before, after = _written(fmt, reading, reading.specs), _written(fmt, reading, changed)
        specs = _read(fmt, path, after, samples).specs
        if not specs or specs[0].description != "Said anew.":
            yield f"{path}: a new description is not written"
        if _others(fmt, path, before) != _others(fmt, path, after):
            yield f"{path}: a new description changes other entries"


def _others(fmt: Format, path: str, raw: bytes) -> list[tuple[str, str]]:
    """The entries of all agents that say no description, without what parts them."""
    document = parse(decode(raw, path), fmt)
    saying = {row.top for row in fmt.rows if row.field == "description"}
    return [
        (entry.key, document.text[entry.start : entry.stop].strip(" ,\r\n"))
        for record in document.records
        for entry in record.entries or ()
        if entry.key not in saying
    ]


def sections_join(fmt: Format, samples: Samples) -> Iterator[str]:
    """The sections joined are the prompt, and none is empty."""
    for path, _, reading in _agents(fmt, samples):
        for spec in reading.specs:
            if any(not (section.heading or section.text) for section in spec.sections):
                yield f"{path}: {spec.name!r} has an empty section"


LAWS: tuple[Law, ...] = (
    facts,
    samples,
    totality,
    back_means_back,
    stability,
    conservation,
    locality,
    sections_join,
)
"""Every law, in the order of their weight."""
