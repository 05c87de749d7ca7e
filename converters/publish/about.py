"""What is to be said about an agent's file: what was found in it, what was mended, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from converters.findings import RULES, Severity, place, unfilled
from converters.model import NO_LICENCE, AgentSpec, Edit

from .catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A finding, for people."""

    code: str
    name: str
    severity: str
    message: str
    advice: str
    """In Markdown."""
    where: str


def notices(catalogue: Catalogue, key: str, spec: AgentSpec) -> Iterator[Notice]:
    """What reading, mending and checking found, the gravest first; mere remarks are left out."""
    at = (spec.source.collection, spec.source.path) if spec.source else None

    @cache
    def text() -> str:
        held = catalogue.originals.get(at) if at else None
        return held.decode("utf-8", "replace") if held is not None else ""

    for f in sorted(catalogue.findings.get(key, ()), key=lambda f: (-f.rule.severity, f.span.start)):
        if f.rule.severity > Severity.INFO or f.rule.code[0] in "AGX":
            yield Notice(
                code=f.rule.code,
                name=f.rule.name,
                severity=f.rule.severity.word,
                message=f.message,
                advice=f.advice or f.proposal or "",
                where=f"line {place(text(), f.span.start)[0]}" if f.span.stop and f.span.start < len(text()) else "",
            )
    for where, code, told in repairs(spec):
        if rule := RULES.get(code):
            advice = unfilled(rule.advice)
            yield Notice(
                code=code, name=rule.name, severity=rule.severity.word, message=told, advice=advice, where=where
            )  # fmt: skip


def repairs(spec: AgentSpec) -> Iterator[tuple[str, str, str]]:
    """What was mended while reading, once a rule and part of the file: the part, the rule's code, what was done."""
    grouped: dict[tuple[str, str], list[Edit]] = {}
    for where, edit in _edits(spec):
        grouped.setdefault((where, edit.rule), []).append(edit)
    for (where, code), edits in grouped.items():
        told = list(dict.fromkeys(map(_told, edits)))
        more = f"; and {len(told) - 3} more" if len(told) > 3 else ""
        yield where, code, "; ".join(told[:3]) + more


def _told(edit: Edit) -> str:
    if not edit.was:
        return f"put in {cut(edit.now)}"
    return f"{cut(edit.was)} is read as {cut(edit.now)}" if edit.now else f"left out {cut(edit.was)}"


def _edits(spec: AgentSpec) -> Iterator[tuple[str, Edit]]:
    if spec.source:
        yield from (("the file", e) for e in spec.source.edits)
        yield from ((entry.key, e) for entry in spec.source.header or () for e in entry.edits)
    yield from ((section.title or "prompt", e) for section in spec.sections for e in section.edits)


def cut(text: str) -> str:
    """At most 120 characters of `text`."""
    return text if len(text) <= 120 else text[:119] + "…"


def licence(catalogue: Catalogue, key: str, spec: AgentSpec) -> str:
    """The agent's licence, or its collection's, or `NOASSERTION`."""
    own = spec.source.license if spec.source else NO_LICENCE
    if own != NO_LICENCE:
        return own
    collection = catalogue.library.collections.get(key.partition("/")[0])
    return (collection.license if collection is not None else None) or NO_LICENCE


def provenance(catalogue: Catalogue, key: str, spec: AgentSpec) -> list[tuple[str, str, str | None]]:
    """Label, value and, where it is a web address, its link; the file's own words before the collection's."""
    source, collection = spec.source, catalogue.library.collections.get(key.partition("/")[0])
    repository = (source.repository if source else None) or getattr(collection, "repository", None)
    revision = (source.revision if source else None) or getattr(collection, "revision", None)
    terms = licence(catalogue, key, spec)
    told = [
        ("File", source.path if source else None, None),
        ("Member", source.member if source else None, None),
        ("Format", source.format if source else None, None),
        ("Dialect", source.dialect if source else None, None),
        ("Repository", repository, web(repository)),
        ("Revision", revision, None),
        ("Licence", "not stated" if terms == NO_LICENCE else terms, None),
        ("SHA-256", source.sha256 if source else None, None),
    ]
    return [(label, value, href) for label, value, href in told if value]


def held_back(catalogue: Catalogue, key: str, *, elsewhere: bool) -> str:
    """Why an agent is shown in summary, and whether the rest can be had `elsewhere`."""
    library, spec = catalogue.library, catalogue.agents[key]
    if library.chosen(spec) == "summary":
        home = library.collections.get(key.partition("/")[0])
        whole = home is not None and home.publish == "summary"
        why = "Its collection publishes summaries only." if whole else "Its keeper chose to show only a summary here."
    elif library.settled(spec) == "summary":
        why = "No licence allows others to copy its prompt, so only a summary is shown here."
        if not elsewhere and library.provenance(spec).repository is None:
            why += " Nobody said where it comes from."
    else:
        why = "Its own file asks that only a summary be shown."
    return f"{why} It can be read, and taken from, where it was published." if elsewhere else why


def web(address: str | None) -> str | None:
    """`address` where a browser may follow it, else nothing."""
    return address if address and address.startswith(("https://", "http://")) else None
