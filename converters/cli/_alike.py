"""What is to be told of many agents, as a team meets it by the dozen: each thing once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from converters.cli._console import Console
from converters.cli._layout import count
from converters.conversion import Outcome
from converters.findings import INFO, LOSS, WIDER_ACCESS, WIDER_ELSEWHERE, Finding
from converters.formats import FORMATS


def tell_alike(console: Console, heard: Iterable[tuple[Outcome, Sequence[Finding]]]) -> None:
    """Show what was heard of inputs; a loss, or a gain of access, like one that was shown is counted there.

    What a file would lose that is not written for another reason is not shown. Asked for all, all is. Where a
    file was held back for its losses, each is shown.
    """
    is_folded = INFO < console.least <= LOSS
    told = [(outcome, one, _kind(outcome, one) if is_folded else None) for outcome, found in heard for one in found]
    told = [(outcome, one, kind) for outcome, one, kind in told if not (is_folded and _is_moot(outcome, one))]
    many = Counter(kind for _, _, kind in told if kind)
    for outcome, finding, kind in told:
        if kind is None:
            console.find([finding], outcome.text)
        elif others := many.pop(kind, 0):
            console.find([finding], outcome.text)
            if others > 1:
                console.say(f"  = the same in {count(others - 1, 'more agent')} (--verbose names them)")


def _kind(outcome: Outcome, finding: Finding) -> tuple[str, str, str] | None:
    """What like findings have in common; `None` for what is told by itself."""
    is_why = finding.rule.severity is LOSS and outcome.withheld > len(outcome.barred)
    is_alike = finding.rule.severity is LOSS or finding.rule in {WIDER_ACCESS, WIDER_ELSEWHERE}
    return (finding.rule.code, finding.message, finding.advice) if is_alike and not is_why else None


def _is_moot(outcome: Outcome, finding: Finding) -> bool:
    """Whether it is a loss in a format in which no agent of the file is written, whatever it loses."""
    none = {FORMATS[id_].title for id_, withheld in Counter(outcome.barred).items() if withheld == len(outcome.keys)}
    return finding.rule.severity is LOSS and finding.facts.get("format") in none
