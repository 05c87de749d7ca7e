"""Badges for a README: what a badge server is told of the library and of each collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from converters.findings import Severity
from converters.listing import badge
from converters.listing.badges import COLOR

from . import api
from .press import Asset, Press

PLACE = "api/badges/"
_GOOD, _FAIR, _BAD, _PLAIN = "2e7d4f", "8f5600", "b3372a", COLOR
"""Colours that white letters are read on."""


def assets(press: Press) -> Iterator[Asset]:
    """`api/badges/agents.json`, `health.json` and `references.json`, and the same of each collection."""
    yield from _of(press, PLACE, press.catalogue.agents)
    for name, keys in press.catalogue.members.items():
        yield from _of(press, f"{PLACE}collections/{name}/", keys)


def _of(press: Press, folder: str, keys: Iterable[str]) -> Iterator[Asset]:
    told = tuple(keys)
    for name, made in (("agents", agents(told)), ("health", health(press, told)), ("references", met(press, told))):
        yield Asset(f"{folder}{name}.json", api.dump(made))


def agents(keys: tuple[str, ...]) -> dict[str, Any]:
    """How many agents there are."""
    return badge("agents", f"{len(keys):,}", _PLAIN)


def health(press: Press, keys: tuple[str, ...]) -> dict[str, Any]:
    """How many agents have errors, or else warnings."""
    worst = [max((f.rule.severity for f in press.catalogue.findings.get(key, ())), default=None) for key in keys]
    errors = sum(severity is not None and severity >= Severity.ERROR for severity in worst)
    warnings = sum(severity is not None and Severity.WARNING <= severity < Severity.ERROR for severity in worst)
    if errors:
        return badge("health", f"{errors:,} with errors", _BAD)
    return badge("health", f"{warnings:,} with warnings", _FAIR) if warnings else badge("health", "good", _GOOD)


def met(press: Press, keys: tuple[str, ...]) -> dict[str, Any]:
    """The share of references to other agents that lead to one."""
    ends = [end for key in keys for end, _ in press.catalogue.edges(key)]
    if not ends:
        return badge("references", "none", _PLAIN)
    share = sum(not end.startswith("?") for end in ends) / len(ends)
    percent = 100 if share == 1 else min(99, int(share * 100))
    return badge("references", f"{percent}% met", _GOOD if share == 1 else _FAIR if share >= 0.8 else _BAD)
