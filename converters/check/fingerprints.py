"""What makes a finding the same one again after its line has moved."""

from __future__ import annotations

import hashlib

from converters.findings import Finding
from converters.secrecy import veiled


def fingerprint(finding: Finding, text: str | None) -> str:
    """Sixteen hex digits of a finding's rule and of the words it is about, without where they stand.

    The words are the line and what is underlined there, for a message may speak of other files too; a finding
    without a place is known by its message.
    """
    span = finding.span
    if text is None or not (span.start or span.stop):
        words = finding.message
    else:
        text = veiled(text)  # a digest of a short secret would give it away
        begin = text.rfind("\n", 0, span.start) + 1
        end = text.find("\n", span.start)
        line = text[begin : end if end >= 0 else len(text)]
        words = f"{' '.join(line.split())}\0{text[span.start : span.stop]}"
    return hashlib.sha256(f"{finding.rule.code}\0{words}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
