"""Counts of findings, in words."""

from __future__ import annotations

from collections.abc import Mapping

from converters.findings import ERROR, INFO, LOSS, WARNING, Severity


def counted(findings: Mapping[Severity, int]) -> str:
    """Counts by severity, the gravest first: `2 errors, 1 loss, 3 warnings`; `nothing found` for none."""
    words = []
    for severity in sorted(findings, reverse=True):
        number = findings[severity]
        if number:
            noun = {ERROR: "error", LOSS: "loss", WARNING: "warning", INFO: "note"}[severity]
            plural = "losses" if noun == "loss" else f"{noun}s"
            words.append(f"{number} {noun if number == 1 else plural}")
    return ", ".join(words) or "nothing found"
