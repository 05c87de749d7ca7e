"""Conversions as messages: what a page asks of the worker beside it, answered in plain values and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from converters import canonical
from converters.conversion import CANONICAL, Artifact, Options, Outcome, understand
from converters.entries import own_spelling
from converters.fates import WORDS
from converters.findings import ERROR, WIDER_ACCESS, Finding, place, printable
from converters.formats import FORMATS
from converters.inputs import Input
from converters.leave import Access, decided, narrowest
from converters.model import SharedDocument
from converters.planning import plan
from converters.report import Report, report
from converters.tools import words_for

COUNTED = ("kept", "changed", "added", "lost")
"""The four words of a report, in the order people read them."""


def answer(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is asked by its `verb`: `formats`, `read`, `reports`, `convert` or `bundle`, the other keys its arguments.

    An agent is `{canonical, shared?, path?}`, all text, or `{raw, path, format?}` with a file's bytes.
    Whatever cannot be answered is a `problem`, in words; nothing raises.
    """
    verb, arguments = asked.get("verb"), {key: value for key, value in asked.items() if key != "verb"}
    try:
        return _VERBS[str(verb)](**arguments)
    except Exception as error:  # noqa: BLE001 - the page that asks has nobody to raise to
        return {"problem": printable(f"This could not be done: {type(error).__name__}: {error}"[:300])}


def formats() -> Mapping[str, Any]:
    """Every format there is, and where its client looks for files."""
    return {
        "formats": [
            {
                "id": fmt.id,
                "title": fmt.title,
                "path": fmt.files[0],
                "reads": fmt.reads,
                "writes": fmt.writes,
                "shared": fmt.shared and not fmt.apart,
                "why": fmt.why,
            }
            for fmt in FORMATS.values()
        ]
    }


def read(raw: bytes, path: str, format: str | None = None) -> Mapping[str, Any]:  # noqa: A002 - as the page calls it
    """The agents of one file as canonical documents, and what was found on the way."""
    outcome = _understood({"raw": raw, "path": path, "format": format})
    shared = canonical.dump_shared(outcome.shared) if outcome.shared and outcome.format != CANONICAL else None
    known = FORMATS.get(outcome.format or "")
    return {
        "format": outcome.format,
        "title": known.title if known else "Canonical form" if outcome.format == CANONICAL else None,
        "agents": [
            {"key": key, "name": printable(spec.name), "canonical": canonical.dump(spec), "shared": shared}
            for key, spec in zip(outcome.keys, outcome.specs, strict=True)
        ],
        "findings": [_told(finding, outcome) for finding in outcome.findings],
    }


def reports(agent: Mapping[str, Any], targets: Sequence[str]) -> Mapping[str, Any]:
    """What each of `targets` would make of an agent, and nothing written."""
    outcome = _understood(agent)
    if not outcome.specs:
        return {"problem": next(_missing([outcome], ()), "There is no agent in it.")}
    asked = [(FORMATS[target], number) for target in targets for number in range(len(outcome.specs))]
    return {"reports": [_reported(outcome, number, report(outcome.specs[number], fmt)) for fmt, number in asked]}


def convert(
    agents: Sequence[Mapping[str, Any]],
    target: str,
    access: Access = "refuse",
    embed: bool = False,  # noqa: FBT002 - as above
) -> Mapping[str, Any]:
    """Agents as the files that `specs convert --to TARGET` writes for them, with their reports.

    `refused` says why a file is missing, one sentence a reason; it is empty where none is. `leave` is
    the least that lets all of them gain what they would; it is empty where they gain nothing.
    """
    if target != CANONICAL and target not in FORMATS:
        return {"problem": printable(f"There is no format {target!r}.")}
    outcomes = [_understood(agent) for agent in agents]
    options = Options(targets=(target,), access=access, embed=embed)
    plan(outcomes, options)
    made = [artifact for outcome in outcomes for artifact in outcome.artifacts]
    return {
        "files": [{"path": one.path, "bytes": one.data, "agents": list(one.owners)} for one in made],
        "reports": [
            _reported(outcome, number, one, allowed=decided(access, one.gains) != "refuse")
            for outcome in outcomes
            for number, one in enumerate(outcome.reports)
        ],
        "findings": [_told(finding, outcome) for outcome in outcomes for finding in outcome.findings],
        "leave": narrowest({gain for outcome in outcomes for one in outcome.reports for gain in one.gains}),
        "refused": list(dict.fromkeys(_missing(outcomes, made))),
    }


def bundle(agents: Sequence[Mapping[str, Any]], target: str, **options: Any) -> Mapping[str, Any]:
    """What `convert` makes, with `zip` its files in one archive, to be unpacked where the tool is used."""
    made = convert(agents, target, **options)
    if "problem" in made:
        return made
    return {**made, "zip": _zipped((one["path"], one["bytes"]) for one in made["files"])}


_VERBS: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "formats": formats, "read": read, "reports": reports, "convert": convert, "bundle": bundle,
}  # fmt: skip


# --- reading what is sent --------------------------------------------------------------------------


def _understood(agent: Mapping[str, Any]) -> Outcome:
    """An agent as sent, read once however often it is asked about; plans do not share their findings."""
    if "canonical" in agent:
        known = _read(agent.get("path") or "agent.yaml", CANONICAL, _bytes(agent["canonical"]))
    else:
        known = _read(agent.get("path") or "agent.md", agent.get("format") or None, _bytes(agent["raw"]))
    shared = _record(agent["shared"]) if agent.get("shared") else known.shared
    return replace(known, shared=shared, findings=list(known.findings), reports=[], artifacts=[])


def _bytes(sent: Any) -> bytes:
    return sent.encode("utf-8", "replace") if isinstance(sent, str) else bytes(sent)


@lru_cache(maxsize=256)
def _read(path: str, source: str | None, raw: bytes) -> Outcome:
    relative = PurePosixPath(path).as_posix().lstrip("/")
    asked = Input(Path(relative), relative, relative, "mine", explicit=True)
    return understand(asked, Options(source=source, targets=()), None, raw)


@lru_cache(maxsize=16)
def _record(text: str) -> SharedDocument | None:
    said, _ = canonical.parse(text, "shared.yaml")
    return canonical.shared_from_json(said) if said and "shared" in said else None


# --- saying what became of it ------------------------------------------------------------------------


def _reported(outcome: Outcome, number: int, made: Report, *, allowed: bool = False) -> Mapping[str, Any]:
    """One agent in one format: its fields by the four words, its access, and why it would not be written."""
    spec, fmt = outcome.specs[number], FORMATS[made.target]
    found = made.findings(outcome.shown, at_home=own_spelling(spec, fmt) is not None)
    reasons = [_sentence(f) for f in found if f.rule.severity >= ERROR and not (allowed and f.rule is WIDER_ACCESS)]
    fields = [
        {"field": printable(f.field), "word": WORDS[f.status], "status": f.status, "key": f.key, "note": f.note}
        for f in made.fields
    ]
    touched = dict.fromkeys((*made.access_before, *made.access_after, *made.gains))
    return {
        "agent": outcome.keys[number],
        "format": fmt.id,
        "title": fmt.title,
        "called": printable(made.called),
        **{word: [field for field in fields if field["word"] == word] for word in COUNTED},
        "access": {"before": made.access_before, "after": made.access_after, "wider": made.gains},
        "phrases": {access: words_for(access) for access in touched},
        "refused": reasons if fmt.writes else [f"{fmt.title} files are read and not written: {fmt.why}"],
    }


def _missing(outcomes: Sequence[Outcome], made: Sequence[Artifact]) -> Iterator[str]:
    """Why agents have no file, a sentence each."""
    written = {owner for artifact in made for owner in artifact.owners}
    for outcome in outcomes:
        if outcome.specs and written.issuperset(outcome.keys):
            continue
        reasons = [_sentence(finding) for finding in outcome.findings if finding.rule.severity >= ERROR]
        targets = [FORMATS[one.target] for one in outcome.reports]
        unwritten = [f"{fmt.title} files are read and not written: {fmt.why}" for fmt in targets if not fmt.writes]
        yield from reasons or unwritten or [_sentence(finding) for finding in outcome.findings[:1]]


def _told(finding: Finding, outcome: Outcome) -> Mapping[str, Any]:
    """A finding for people; line and column count from 1, and stand only where the text is at hand."""
    line, column = place(outcome.text, finding.span.start) if outcome.text is not None else (None, None)
    return {
        "agent": outcome.keys[0] if len(outcome.keys) == 1 else None,
        "path": printable(finding.span.path),
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.rule.severity.word,
        "message": finding.message,
        "advice": finding.advice,
        "line": line,
        "column": column,
    }


def _sentence(finding: Finding) -> str:
    return f"{finding.message[:1].upper()}{finding.message[1:]}."


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive whose bytes depend on nothing but the files: no dates, no compression."""
    from zipfile import ZipFile, ZipInfo

    held = BytesIO()
    with ZipFile(held, "w") as archive:
        for path, data in files:
            entry = ZipInfo(path)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
    return held.getvalue()
