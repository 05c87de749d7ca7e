"""What a check found, as a page of Markdown for the summary of a job on GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from converters.check.report import counted
from converters.cli._layout import count
from converters.findings import Finding, Severity, place
from converters.listing.wording import code

LARGEST = 1_000_000
"""Bytes of a summary; GitHub refuses a step's with 1,048,576 or more."""
_WORDS = {"error": "Error", "loss": "Loss", "warning": "Warning", "info": "Note"}


def job_summary(
    findings: Iterable[tuple[Finding, str | None]], files: int, counts: Mapping[Severity, int], most: int = LARGEST
) -> str:
    """A heading and a table of findings in the order given, as many as there is room for.

    Strangers' words stand in code spans, where no markup, link or mention takes effect.
    """
    rows = [
        f"### `specs check`: {count(files, 'file')}, {counted(counts)}\n\n",
        "| | Finding | Where | What |\n|---|---|---|---|\n",
    ]
    room = most - sum(map(len, rows)) - 100
    told = 0
    listed = list(findings)
    for finding, text in listed:
        row = _row(finding, text)
        room -= len(row.encode("utf-8", "backslashreplace"))
        if room < 0:
            break
        rows.append(row)
        told += 1
    if not listed:
        return rows[0]
    if told < len(listed):
        rows.append(f"\n{len(listed) - told} more are in the log of the step.\n")
    return "".join(rows)


def append(path: Path, text: str) -> None:
    """Add to the file that GitHub reads when the step is over; raises `OSError`."""
    with path.open("ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def _row(finding: Finding, text: str | None) -> str:
    rule, span = finding.rule, finding.span
    where = span.path
    if text is not None and (span.start or span.stop):
        where += f":{place(text, span.start)[0]}"
    message = finding.message + (f" ({finding.advice})" if rule.advice else "")
    cells = (_WORDS[rule.severity.word], f"{rule.code} {rule.name}", _cell(where), _cell(message))
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str) -> str:
    """A code span in a table, where only a bar would still count."""
    return code(text).replace("|", "\\|")
