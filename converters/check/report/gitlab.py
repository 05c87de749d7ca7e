"""Findings as a Code Quality report of GitLab, which it shows beside the lines of a merge request.

<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>, read 2026-11-21.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable

from converters.check._checked import Checked
from converters.check.fingerprints import fingerprint
from converters.findings import ERROR, INFO, LOSS, WARNING, place

_SEVERITIES = {INFO: "info", WARNING: "minor", LOSS: "major", ERROR: "critical"}


def to_gitlab(checked: Iterable[Checked]) -> bytes:
    """A list of findings by file and place, each known again while its line moves."""
    told = [(finding, one.text) for one in checked for finding in one.findings]
    told.sort(key=lambda case: (case[0].span.path, case[0].span.start, case[0].rule.code))
    seen: Counter[tuple[str, str]] = Counter()
    rows = []
    for finding, text in told:
        rule, span = finding.rule, finding.span
        print_ = fingerprint(finding, text)
        seen[span.path, print_] += 1
        rows.append(
            {
                "description": finding.message + (f" ({finding.advice})" if rule.advice else ""),
                "check_name": f"{rule.code} {rule.name}",
                "fingerprint": f"{print_}:{seen[span.path, print_]}",
                "severity": _SEVERITIES[rule.severity],
                "location": {
                    "path": os.path.normpath(span.path).replace(os.sep, "/"),
                    "lines": {"begin": place(text, span.start)[0] if text is not None else 1},
                },
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n"


def is_gitlab(data: bytes) -> bool:
    """Whether a file is such a report."""
    try:
        rows = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(rows, list) and all(isinstance(row, dict) and "check_name" in row for row in rows)
