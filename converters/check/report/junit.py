"""Findings as JUnit XML, which test reporters of most CI systems show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from converters.check._checked import Checked
from converters.check.report.counts import counted
from converters.findings import Finding, Severity, place, printable

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say."""


@dataclass(slots=True)
class _Case:
    """One file, and every finding about it in one line each."""

    suite: str
    lines: list[tuple[Finding, str]] = field(default_factory=list)


def to_junit(checked: Iterable[Checked], fail_on: Severity) -> str:
    """One suite a collection and one case a file, which fails where a finding is at or above `fail_on`.

    Files keep their order, as do the findings about each; the others are told as the case's output. Nothing is
    timed, so the same files give the same bytes.
    """
    cases: dict[str, _Case] = {}
    for one in checked:
        if one.counts or one.findings:
            case = cases.setdefault(one.shown, _Case(one.collection or "files"))
            case.lines += [(finding, _line(finding, one.text)) for finding in one.findings]
    suites: dict[str, dict[str, _Case]] = {}
    for path, case in cases.items():
        suites.setdefault(case.suite, {})[path] = case
    failed = {path for path, case in cases.items() if any(f.rule.severity >= fail_on for f, _ in case.lines)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites name={_said('specs check')} {_sums(cases, failed)}>",
    ]
    for suite, inside in suites.items():
        lines.append(f"  <testsuite name={_said(suite)} {_sums(inside, failed)}>")
        for path, case in inside.items():
            lines += _case(path, case, fail_on)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _sums(cases: Iterable[str], failed: set[str]) -> str:
    """The counts of a suite; a file that cannot be read is a failure too, for the check did not break on it."""
    paths = list(cases)
    return f'tests="{len(paths)}" failures="{len(failed.intersection(paths))}" errors="0" skipped="0" time="0"'


def _case(path: str, case: _Case, fail_on: Severity) -> Iterator[str]:
    shown = printable(path)
    head = f'    <testcase classname={_said(case.suite)} name={_said(shown)} file={_said(shown)} time="0"'
    grave = [(finding, line) for finding, line in case.lines if finding.rule.severity >= fail_on]
    slight = [line for finding, line in case.lines if finding.rule.severity < fail_on]
    if not case.lines:
        yield f"{head}/>"
        return
    yield f"{head}>"
    if grave:
        worst = max((finding for finding, _ in grave), key=lambda finding: finding.rule.severity)
        counts: dict[Severity, int] = {}
        for finding, _ in grave:
            counts[finding.rule.severity] = counts.get(finding.rule.severity, 0) + 1
        message = worst.message if len(grave) == 1 else f"{counted(counts)}; the first: {worst.message}"
        yield f"      <failure type={_said(f'{worst.rule.code} {worst.rule.name}')} message={_said(message)}>"
        yield _text("\n".join(line for _, line in grave)) + "</failure>"
    if slight:
        yield f"      <system-out>{_text(chr(10).join(slight))}</system-out>"
    yield "    </testcase>"


def _line(finding: Finding, text: str | None) -> str:
    """A finding on a line of its own, without the file's words around it."""
    rule = finding.rule
    row, column = place(text, finding.span.start) if text is not None and finding.span.stop else (1, 1)
    way = f" ({finding.advice})" if rule.advice else ""
    return f"{row}:{column}: {rule.severity.word}[{rule.code} {rule.name}] {finding.message}{way}"


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))


def _said(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
