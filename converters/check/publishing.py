"""What an agent's own file says of publishing, where that means nothing."""

from __future__ import annotations

from collections.abc import Iterator

from converters.check.places import Places, find_name
from converters.conversion import Outcome
from converters.findings import UNCLEAR_PUBLISH, Finding, Span
from converters.library import unclear_choices
from converters.model import AgentSpec


def unclear(outcome: Outcome) -> Iterator[Finding]:
    """Each such word in a file that was read."""
    for spec, places in zip(outcome.specs, outcome.places, strict=False):
        for pointer, said in unclear_choices(spec):
            place = places.get(_key(pointer), Span(outcome.shown))
            yield UNCLEAR_PUBLISH.at(place, said=said)


def unclear_of_spec(spec: AgentSpec, places: Places, source: tuple[str, str] | None) -> Iterator[Finding]:
    """Each such word of a spec: in the text of its source file, shown as the other of the two, else in the spec."""
    for pointer, said in unclear_choices(spec):
        place = find_name(source[0], str(said), "", source[1], (_key(pointer),)) if source else None
        yield UNCLEAR_PUBLISH.at(place or places.key(pointer), said=said)


def _key(pointer: str) -> str:
    return pointer.rpartition("/")[2]
