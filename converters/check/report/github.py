"""Findings as workflow commands of GitHub Actions."""

from __future__ import annotations

from converters.findings import ERROR, INFO, LOSS, WARNING, Finding, place

MOST = 10
"""Annotations of one kind that GitHub shows of one step; the others are only in its log."""
KINDS = {INFO: "notice", WARNING: "warning", LOSS: "warning", ERROR: "error"}


def to_github(finding: Finding, text: str | None, more: str = "") -> str:
    """A finding as a workflow command, which GitHub shows beside the line of a change; `more` is a line below it.

    <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>, read 2026-11-21.
    """
    rule = finding.rule
    where = f"file={_property(finding.span.path)}"
    if text is not None and (finding.span.start or finding.span.stop):
        row, column = place(text, finding.span.start)
        stop_row, stop_column = place(text, max(finding.span.start, finding.span.stop))
        where += f",line={row},col={column}"
        where += f",endLine={row},endColumn={stop_column}" if stop_row == row else ""
    message = finding.message + (f" ({finding.advice})" if finding.advice else "") + (f"\n{more}" if more else "")
    title = _property(f"{rule.severity.word} {rule.code} {rule.name}")
    return f"::{KINDS[rule.severity]} {where},title={title}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
