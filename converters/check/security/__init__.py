"""What in a file could harm whoever runs, reads or shares its agents: a look at the words, which proves nothing.

Nothing is run, fetched, imported or expanded, and no text is looked through more than a fixed number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from converters.check.places import Places
from converters.check.security._page import Page
from converters.check.security.access import unasked
from converters.check.security.commands import expanded, started
from converters.check.security.encoded import decoded
from converters.check.security.keys import written_out
from converters.check.security.markup import active, formulas, links
from converters.check.security.names import lookalikes, odd_keys, odd_names
from converters.check.security.phrases import injected
from converters.check.values import quoted
from converters.conversion import Outcome
from converters.findings import LIKELY_SECRET, Finding, Span
from converters.formats import FORMATS
from converters.hidden import noted
from converters.inputs import Input
from converters.model import AgentSpec

__all__ = ["findings", "lookalikes", "of_spec"]


_ABOVE = 2
"""Folders that commonly lie between a project and its agents: `.claude/agents`."""


_MOST = 20
"""Findings of one kind that are told of one file."""


def findings(outcome: Outcome, source: Input) -> list[Finding]:
    """What is found in one file that was read, in the order it stands there."""
    if outcome.text is None or outcome.status == "skipped":
        return []
    page = Page(outcome.shown, outcome.text, partial(quoted, outcome.text, outcome.shown))
    names = [_place_of_name(outcome, number, page) for number in range(len(outcome.specs))]
    return _found(page, source.relative.count("/") + _ABOVE, zip(outcome.specs, names, strict=True))


def of_spec(spec: AgentSpec, text: str, places: Places) -> list[Finding]:
    """What is found in one canonical file, but for what follows from the rest of it."""
    derived, name = places.key("/derived"), places.key("/name")
    said = text[: derived.start] if derived.start else text
    page = Page(name.path, said, lambda: tuple(one for one in places.quoted() if one.stop <= len(said)))
    path = spec.source.path if spec.source else spec.id
    return _found(page, path.count("/") + _ABOVE, [(spec, name)])


def _found(page: Page, depth: int, specs: Iterable[tuple[AgentSpec, Span]]) -> list[Finding]:
    settings = [one for spec, name in specs for one in _in_spec(page, spec, name)]
    named = [one.span for one in settings if one.rule is LIKELY_SECRET]
    found = [*(one for one in _in_text(page, depth) if not _is_named(one, named)), *settings]
    told = {(f.rule.code, f.span, f.message): f for f in found}
    return sorted(told.values(), key=lambda f: (f.span.start, f.rule.code))


def _is_named(found: Finding, named: Iterable[Span]) -> bool:
    """Whether a value that looks like a key is told of already as the setting it is."""
    return found.rule is LIKELY_SECRET and any(
        span.start < found.span.stop and found.span.start < span.stop for span in named
    )


def _in_text(page: Page, depth: int) -> Iterator[Finding]:
    """What the text of a file holds, whatever its agents are; of each kind the first few."""
    yield from noted(page.text, page.path)
    for found in (
        written_out(page),
        decoded(page),
        injected(page),
        expanded(page),
        active(page),
        links(page, depth),
    ):
        yield from islice(found, _MOST)


def _in_spec(page: Page, spec: AgentSpec, place: Span) -> Iterator[Finding]:
    """What one agent's fields say; `place` is where its name stands."""
    yield from odd_names(spec, place)
    yield from odd_keys(page, spec)
    yield from formulas(page, spec)
    yield from started(page, spec)
    yield from unasked(page, spec)


def _place_of_name(outcome: Outcome, number: int, page: Page) -> Span:
    fmt = FORMATS.get(outcome.format or "")
    row = fmt.by_field.get("name") if fmt else None
    if row and number < len(outcome.places) and row.key in outcome.places[number]:
        return outcome.places[number][row.key]
    name = outcome.specs[number].name
    at = page.text.find(name)
    return page.span(at, at + len(name)) if at >= 0 and name else page.span(0, 0)
