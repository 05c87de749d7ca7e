"""Faults: what is wrong with how an agent names others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converters.findings import (
    AMBIGUOUS_AGENT,
    CROSSED_LINES,
    DOUBTFUL_NAME,
    DUPLICATE_REFERENCE,
    MISSING_AGENT,
    SELF_REFERENCE,
    Finding,
    Span,
)
from converters.graph.resolve import Resolved

_DOWN = {"delegates_to": "given work"}
_UP = {"escalates_to": "escalated to", "reports_to": "reported to"}


def of_a_name(place: Span, speaker: str, name: str, resolved: Resolved, nobody: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with one name that the agent of the key `speaker` uses.

    `nobody` is what the node of a missing agent carries; it is not asked for one that exists.
    """
    if resolved.target == speaker:
        yield SELF_REFERENCE.at(place, agent=name)
    elif resolved.target is None and nobody["doubtful"]:
        yield DOUBTFUL_NAME.at(place, agent=name)
    elif resolved.target is None:
        hints = tuple(nobody["suggestions"])
        hint = f"; did you mean {hints[0]}?" if hints else ""
        yield MISSING_AGENT.at(place, agent=name, hint=hint, suggestions=hints)
    elif resolved.ambiguous and not resolved.is_nearest and resolved.resolution != "elsewhere":  # there, nobody's fault
        count = len(resolved.candidates)
        yield AMBIGUOUS_AGENT.at(place, agent=name, count=count, candidates=resolved.candidates)


def of_all_names(place: Span, told: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """What is wrong with an agent's statements taken together: each a name, the key it came to, and the relation."""
    names: dict[str, list[str]] = {}
    relations: dict[str, dict[str, str]] = {}
    for name, target, relation in told:
        used = names.setdefault(target, [])
        if name not in used:
            if used:
                yield DUPLICATE_REFERENCE.at(place, agent=name, other=used[0], target=target)
            used.append(name)
        relations.setdefault(target, {}).setdefault(relation, name)
    for found in relations.values():
        down = next((relation for relation in _DOWN if relation in found), None)
        up = next((relation for relation in _UP if relation in found), None)
        if down and up:
            yield CROSSED_LINES.at(place, agent=found[up], relation=up, down=_DOWN[down], up=_UP[up])
