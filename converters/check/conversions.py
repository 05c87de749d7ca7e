"""What it would cost to have the agents of a file in other formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from converters.conversion import Outcome
from converters.findings import Finding
from converters.formats import FORMATS
from converters.report import report


def costs(outcome: Outcome, formats: Iterable[str]) -> Iterator[Finding]:
    """The losses, refusals and wider access of converting each agent, at the lines they come from."""
    for target in (FORMATS[id_] for id_ in formats if id_ in FORMATS and id_ != outcome.format):
        for number, spec in enumerate(outcome.specs):
            places = outcome.places[number] if outcome.places else None
            yield from report(spec, target).findings(outcome.shown, places)
