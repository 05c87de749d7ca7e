"""What nobody wants to be told of a conversion: what `specs check` would not tell of the same file either."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from converters.conversion import Outcome
from converters.findings import LOSS, Finding, Severity
from converters.library import load_collections


def heard(outcomes: Sequence[Outcome], least: Severity) -> list[list[Finding]]:
    """What is told of each input: all but the warnings and notes that its file or its project ignores.

    A loss or an error is told always, for then something is not written, or not all of it. Below `least`
    nothing is looked up.
    """
    if not any(_is_mild(finding, least) for outcome in outcomes for finding in outcome.findings):
        return [outcome.findings for outcome in outcomes]
    from converters.check.places import text_of
    from converters.check.suppression import Suppressions

    collections, _ = load_collections(Path("specs/collections.yaml"))
    suppressions = Suppressions(collections, Path())

    def kept(outcome: Outcome) -> list[Finding]:
        if not any(_is_mild(finding, least) for finding in outcome.findings):
            return outcome.findings
        text = text_of(Path(outcome.shown)) if outcome.text is None and outcome.shown != "-" else outcome.text
        is_hushed = suppressions.within(text or "", outcome.shown)
        return [finding for finding in outcome.findings if finding.rule.severity >= LOSS or not is_hushed(finding)]

    return [kept(outcome) for outcome in outcomes]


def _is_mild(finding: Finding, least: Severity) -> bool:
    return least <= finding.rule.severity < LOSS
