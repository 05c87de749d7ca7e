"""What clients do with a file, as findings: the one it is for, and others that are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from converters.check.clients._closest import closest_tool
from converters.check.clients._habits import Met, Verdict, text_of
from converters.check.clients._seen import Seen, file_of
from converters.check.clients._table import CLIENTS, Client
from converters.conversion import Outcome
from converters.findings import (
    BAD_VALUE,
    CLIENT_IGNORES,
    CLIENT_LOSES,
    CLIENT_REFUSES,
    CLIENT_REFUSES_ALL,
    ELSEWHERE,
    ERROR,
    INDENTED_KEY,
    LEADING_BLANK,
    MISSING_KEY,
    ODD_VALUE,
    UNKNOWN_TOOL,
    Finding,
    Fix,
    Rule,
    Span,
)
from converters.text import Decoded

_RULES = {
    Verdict.REFUSES: CLIENT_REFUSES,
    Verdict.IGNORES: CLIENT_IGNORES,
    Verdict.REFUSES_ALL: CLIENT_REFUSES_ALL,
    Verdict.LOSES: CLIENT_LOSES,
    Verdict.OTHERWISE: CLIENT_LOSES,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One reason of one client for what it does with a file."""

    verdict: Verdict
    met: Met


def rulings(client: Client, seen: Seen) -> Iterator[Ruling]:
    """What the client does with a file and why; where that is to have no agent, only the reasons for that."""
    final = False
    for habit in client.habits:
        if final and not habit.verdict.is_final:
            return
        for met in habit.when(seen):
            final = final or habit.verdict.is_final
            yield Ruling(habit.verdict, met)
        if final and (seen.header is None or (seen.fault is not None and not seen.mended)):
            return  # whatever it says, the client does not know it


def at_home(outcome: Outcome, decoded: Decoded) -> tuple[Finding, ...]:
    """The findings of reading a file with what its own client does, which takes the place of what says less."""
    client = CLIENTS.get(outcome.format or "")
    if client is None or outcome.status == "skipped" or not decoded.text:
        return tuple(_hinted(outcome.findings, outcome.format or "", decoded))
    ours = list(outcome.findings)
    for ruling in rulings(client, client.reader.see(file_of(decoded))):
        met, rule = _sharpened(ruling.met, outcome.findings), _RULES[ruling.verdict]
        if any(_says_all(finding, met, rule) for finding in ours):
            continue
        ours = [finding for finding in ours if not _says_less(finding, met)]
        at, fix = _place(met, decoded, client)
        does = ruling.verdict.value
        ours.append(rule.at(at, fix=fix, client=client.title, does=does, why=met.why, way=met.way))
    return tuple(_hinted(ours, client.format, decoded))


def _sharpened(met: Met, found: Iterable[Finding]) -> Met:
    """A reason with the way out that reading the file has shown: quotes do not help where a key is indented."""
    indented = next((finding for finding in found if finding.rule is INDENTED_KEY), None) if met.is_fault else None
    return replace(met, way=indented.advice) if indented else met


def _says_all(finding: Finding, met: Met, rule: Rule) -> bool:
    """Whether an error says already that the header cannot be read, or of a value more than `rule` would."""
    if finding.rule is BAD_VALUE:
        return finding.facts["key"] == met.key and rule.severity < ERROR
    return met.is_fault and finding.rule.severity is ERROR and finding.rule.code.startswith("S1")


def _says_less(finding: Finding, met: Met) -> bool:
    """Whether a finding only says what stands in the way of what the client trips over."""
    if finding.rule is UNKNOWN_TOOL:
        return finding.facts["tool"] in met.items
    if finding.rule is LEADING_BLANK:
        return met.is_header
    return finding.rule in {MISSING_KEY, ODD_VALUE, BAD_VALUE} and finding.facts["key"] == met.about


def elsewhere(outcome: Outcome, decoded: Decoded, formats: Iterable[str]) -> Iterator[Finding]:
    """What other clients would do with the file as it stands."""
    file = file_of(decoded)
    for client in (CLIENTS[id_] for id_ in formats if id_ in CLIENTS):
        if client.format == outcome.format or outcome.status == "skipped" or not decoded.text:
            continue
        seen = client.reader.see(file)
        ruled = list(rulings(client, seen))
        if not any(ruling.verdict.is_final for ruling in ruled):
            ruled += _other_words(client, seen, outcome)
        for ruling in ruled:
            met, does = _sharpened(ruling.met, outcome.findings), ruling.verdict.value
            at, fix = _place(met, decoded, client)
            way = f"a copy for it would say `{fix.text}`" if fix else met.way
            yield ELSEWHERE.at(at, client=client.title, does=does, why=met.why, way=way)


def _other_words(client: Client, seen: Seen, outcome: Outcome) -> Iterator[Ruling]:
    """Where a client has another description, or another name, than the client a file is for."""
    spec = outcome.specs[0] if outcome.specs else None
    if spec is None or seen.header is None:
        return
    if "name" not in seen.said:
        yield Ruling(Verdict.OTHERWISE, Met("it has no 'name': its file's name counts", f"add `name: {spec.name}`"))
    said = text_of(seen.said.get("description"))
    if said is None:
        return
    theirs, ours = " ".join(said.split()), " ".join((spec.description or "").split())
    if client.joins_lines:
        theirs = " ".join(theirs.replace("\\n", " ").split())
    way = "put it in double quotes, or write a block: `description: |`"
    if theirs == ours:
        return
    if " ".join(theirs.replace("\\n", " ").split()) == ours:
        why = r"a written `\n` in the description is no line break to it"
        yield Ruling(Verdict.OTHERWISE, Met(why, way, "description"))
    elif ours.startswith(theirs):
        yield Ruling(Verdict.LOSES, Met(f"the description ends at {theirs[-30:]!r}", way, "description"))
    else:
        yield Ruling(Verdict.OTHERWISE, Met("the description has other words to it", way, "description"))


_NEXT_KEY = re.compile(r"^(?:[^\s#-]|---)", re.MULTILINE)
"""Where an entry of a header ends."""


def _place(met: Met, decoded: Decoded, client: Client) -> tuple[Span, Fix | None]:
    """Where a reason stands in the text, and what would mend it."""
    text, path = decoded.text, decoded.path
    if met.at is not None:
        at = min(met.at, max(0, len(text) - 1))
        return Span(path, at, at + 1), None
    found = met.key and re.compile(rf"^[\"']?{re.escape(met.key)}[\"']?[ \t]*:", re.MULTILINE).search(text)
    if not found:
        return Span(path), None
    if met.items:
        behind = _NEXT_KEY.search(text, found.end())
        stop = behind.start() if behind else len(text)
        word = re.compile(rf"(?<![\w-]){re.escape(met.items[0])}(?![\w-])").search(text, found.end(), stop)
        if word:
            span = Span(path, word.start(), word.end())
            meant = met.meant or closest_tool(client.format, met.items[0])
            return span, Fix(span, meant, safe=False) if meant else None
    return Span(path, found.start(), found.end() - 1), None


def _hinted(found: Iterable[Finding], format_id: str, decoded: Decoded) -> Iterator[Finding]:
    """Unknown tools, each at its own word and with the name that was probably meant."""
    for finding in found:
        if finding.rule is not UNKNOWN_TOOL:
            yield finding
            continue
        tool, span = str(finding.facts["tool"]), finding.span
        word = re.compile(rf"(?<![\w-]){re.escape(tool)}(?![\w-])").search(decoded.text, span.start, span.stop)
        at = Span(span.path, word.start(), word.end()) if word else span
        meant = closest_tool(format_id, tool) if word else None
        yield replace(finding, span=at, fix=Fix(at, meant, safe=False) if meant else None)
