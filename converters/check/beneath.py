"""What else is found in a file whose header is broken: in its other entries, and in its prompt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from converters.conversion import Options, Outcome, understand
from converters.findings import ERROR, Finding
from converters.formats import FORMATS, known_keys
from converters.inputs import Input
from converters.library import Collection
from converters.syntax.front_matter import entries_apart
from converters.text import Decoded


@dataclass(frozen=True, slots=True)
class Beneath:
    """A file read as if what is broken in its header were not there."""

    outcome: Outcome
    raw: bytes
    """The file's text with comments in place of the broken entries, as long as they are."""
    sure: tuple[tuple[int, int], ...]
    """The parts of the text that say what they will say once the header is mended."""
    is_named: bool
    """Whether the name of its agent is among what is sure."""

    def added(self, told: Sequence[Finding], found: Sequence[Finding]) -> tuple[Finding, ...]:
        """`told`, which was found in the whole file, and with it what was `found` here in the parts that are sure."""
        sure = [finding for finding in found if self._holds(finding)]
        known = [finding for finding in told if finding.rule.severity >= ERROR or not self._holds(finding)]
        return (*known, *(finding for finding in sure if finding not in known))

    def _holds(self, finding: Finding) -> bool:
        at = finding.span
        return at.stop > 0 and any(start <= at.start and at.stop <= stop for start, stop in self.sure)


def beneath(outcome: Outcome, source: Input, decoded: Decoded, collection: Collection | None) -> Beneath | None:
    """Read a file again without the entries that strict YAML refuses, or that say what their format does not allow.

    `None` where there are none, or where nobody can tell what belongs to them.
    """
    fmt = FORMATS.get(outcome.format or "")
    if fmt is None or fmt.keyed or not fmt.has_body or decoded.refused:
        return None
    parted = entries_apart(decoded.text, known_keys(), fmt.lines)
    if parted is None:
        return None
    wrong = [found.span for found in outcome.findings if found.rule.severity >= ERROR]
    broken, sure = list(parted.broken), list[tuple[str, int, int]]()
    for key, start, stop in parted.sound:
        refused = not outcome.specs and any(start <= span.start < span.stop <= stop for span in wrong)
        (broken if refused else sure).append((key, start, stop))
    if not broken:
        return None
    needed = {row.key for row in fmt.rows if row.required}
    raw = _without(decoded.text, broken, needed).encode("utf-8", "surrogateescape")
    options = Options(source=fmt.id, targets=())
    read = understand(replace(source, explicit=True), options, collection, raw)
    parts = (*((start, stop) for _, start, stop in sure), (parted.body, len(decoded.text)))
    names = {row.key for row in fmt.rows if row.field == "name"}
    return Beneath(read, raw, parts, is_named=names.isdisjoint(key for key, _, _ in broken))


def _without(text: str, broken: Sequence[tuple[str, int, int]], needed: AbstractSet[str]) -> str:
    """`text` with these entries made comments, as long as they are; a key that is needed stays, with another value."""
    for key, start, stop in broken:
        lines, stub = re.sub(r"[^\r\n]", "#", text[start:stop]), f"{key}: x"
        if key in needed and lines.startswith("#" * len(stub)):
            lines = stub + lines[len(stub) :]
        text = text[:start] + lines + text[stop:]
    return text
