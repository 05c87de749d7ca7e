"""What it would cost to have the agents of a file in other formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from converters.conversion import Outcome
from converters.findings import Finding
from converters.formats import FORMATS
from converters.leave import Access
from converters.report import report


def costs(outcome: Outcome, formats: Mapping[str, Access]) -> Iterator[Finding]:
    """The losses, refusals and wider access of converting each agent, at the lines they come from.

    `formats` has for each what leave there is for wider access.
    """
    for target in (FORMATS[id_] for id_ in formats if id_ in FORMATS and id_ != outcome.format):
        for number, spec in enumerate(outcome.specs):
            places = outcome.places[number] if outcome.places else None
            yield from report(spec, target).findings(outcome.shown, places, access=formats[target.id])
