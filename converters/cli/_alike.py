"""Losses that many agents share, as a team meets them by the dozen: each told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from converters.cli._console import Console
from converters.cli._layout import count
from converters.conversion import Outcome
from converters.findings import INFO, LOSS, Finding


def tell_alike(console: Console, heard: Iterable[tuple[Outcome, Sequence[Finding]]]) -> None:
    """Show what was heard of inputs; a loss like one that was shown is counted there, unless all is asked for.

    Where a file was held back, each loss is shown: it may be why.
    """
    is_folded = INFO < console.least <= LOSS
    told = [(outcome, one, _kind(outcome, one) if is_folded else None) for outcome, found in heard for one in found]
    many = Counter(kind for _, _, kind in told if kind)
    for outcome, finding, kind in told:
        if kind is None:
            console.find([finding], outcome.text)
        elif others := many.pop(kind, 0):
            console.find([finding], outcome.text)
            if others > 1:
                console.say(f"  = the same in {count(others - 1, 'more agent')} (--verbose names them)")


def _kind(outcome: Outcome, finding: Finding) -> tuple[str, str] | None:
    """What like losses have in common; `None` for what is told by itself."""
    is_alike = finding.rule.severity is LOSS and not outcome.withheld
    return (finding.rule.code, finding.message) if is_alike else None
