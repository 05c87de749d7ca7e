"""What a run of `specs convert` tells of every input, as JSON, and the file it is kept in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converters.cli._console import Console, finding_json
from converters.conversion import Outcome
from converters.drafts import write_whole
from converters.fates import WORDS
from converters.findings import ERROR, NOT_OURS, Finding, Span
from converters.formats import FORMATS


def account(outcomes: list[Outcome], kinds: Mapping[int, str]) -> dict[str, Any]:
    """What became of every input and field: `inputs`, a row each, and `totals`."""
    said = ("inputs", "read", "repaired", "skipped", "refused", "agents", "written", "unchanged", "withheld")
    totals: Counter[str] = Counter(dict.fromkeys(said, 0))
    rows = []
    for outcome in outcomes:
        status = _status(outcome, kinds)
        totals["inputs"] += 1
        totals["read"] += outcome.status == "read"
        totals["repaired"] += outcome.repaired
        totals[status] += 1
        totals["agents"] += len(outcome.keys)
        totals["withheld"] += outcome.withheld
        rows.append(
            {
                "path": outcome.shown,
                "status": status,
                "format": outcome.format,
                "dialect": outcome.dialect,
                "agents": list(outcome.keys),
                "outputs": [artifact.path for artifact in outcome.artifacts],
                "withheld": list(outcome.withheld_from),
                "findings": [finding_json(finding, outcome.text) for finding in outcome.findings],
                "fields": [
                    {
                        "agent": report.agent,
                        "target": report.target,
                        "called": report.called,
                        "access_before": list(report.access_before),
                        "access_after": list(report.access_after),
                        "fields": [
                            {
                                "field": f.field,
                                "status": f.status,
                                "word": WORDS[f.status],
                                "key": f.key,
                                "note": f.note,
                            }
                            for f in report.fields
                        ],
                        "refused_for": [refusal.field for refusal in report.refusals if refusal.is_final],
                    }
                    for report in outcome.reports
                ],
            }
        )
    return {"inputs": rows, "totals": dict(totals)}


def _status(outcome: Outcome, kinds: Mapping[int, str]) -> str:
    """`written`, `unchanged`, `skipped` or `refused`: every input is just one of them."""
    if outcome.status != "read":
        return outcome.status
    made = {kinds.get(id(artifact), "kept") for artifact in outcome.artifacts}
    if made & {"new", "changed"}:
        return "written"
    if "unchanged" in made:
        return "unchanged"
    shared = any(FORMATS[r.target].shared for r in outcome.reports if r.target in FORMATS)
    blocked = any(finding.rule.severity >= ERROR for finding in outcome.findings)
    return "written" if shared and not blocked and "kept" not in made else "refused"


def keep_report(
    path: str | None, said: dict[str, Any], outcomes: list[Outcome], console: Console, *, force: bool
) -> None:
    """Write what a run said to the file that is asked for; SARIF, where its name ends so."""
    if path:
        told = _findings(outcomes) if path.endswith(".sarif") else _json(said)
        console.find(_reported(Path(path), told, force=force))


def _json(said: dict[str, Any]) -> bytes:
    import json

    return json.dumps(said, ensure_ascii=False, indent=2).encode()


def _findings(outcomes: list[Outcome]) -> bytes:
    """What was found, losses among it, for code scanning."""
    from converters.check import Checked
    from converters.check.report import to_sarif
    from converters.cli._told import version_of_ours

    told = (Checked(outcome.shown, outcome.text, tuple(outcome.findings)) for outcome in outcomes)
    return to_sarif(told, version_of_ours())


def _reported(path: Path, said: bytes, *, force: bool) -> list[Finding]:
    """Write the report, but not over a file that is none."""
    before = path.read_bytes() if path.is_file() else None
    if before and not force and not _is_report(before):
        return [NOT_OURS.at(Span(str(path)), path=path)]
    write_whole(path, said)
    return []


def _is_report(data: bytes) -> bool:
    import orjson

    from converters.check.report import is_sarif

    try:
        said = orjson.loads(data)
    except ValueError:
        return False
    return (isinstance(said, dict) and said.keys() == {"inputs", "totals"}) or is_sarif(data)
