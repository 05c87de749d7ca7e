"""Agents that go on under another id upstream: links to their former pages lead to those they have now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from converters.changes import Changes
from converters.conversion import Outcome
from converters.model import AgentSpec


def moved(before: Mapping[str, str], changes: Changes, said: Mapping[str, str]) -> dict[str, str]:
    """Former ids, each with the present one; who may be another agent is not among them.

    Of some the collection's owner has `said` who has them. An id that an agent has is nobody's former
    one, and where the agent is gone altogether it leads nowhere.
    """
    now = {change.old.id: change.new.id for change in changes.changed if change.is_moved and change.is_sure}
    ids = {spec.id for spec in changes.new.agents}
    every = {former: now.get(id_, id_) for former, id_ in before.items()} | now
    return {former: id_ for former, id_ in sorted(every.items()) if id_ in ids and former not in {*ids, *said}}


def add_former_ids(outcomes: Iterable[Outcome], moved: Mapping[str, str]) -> None:
    """Let agents tell their former ids."""
    former: dict[str, list[str]] = {}
    for old, new in moved.items():
        former.setdefault(new, []).append(old)
    for outcome in outcomes:
        outcome.specs = tuple(_with(spec, former.get(spec.id, ())) for spec in outcome.specs)


def _with(spec: AgentSpec, former: Iterable[str]) -> AgentSpec:
    aliases = tuple(dict.fromkeys([*spec.aliases, *former]))
    return spec if aliases == spec.aliases else replace(spec, aliases=aliases)
