"""Agents that go on under another id or path upstream: their former pages lead to those they have now.

What their owner held back at its former path must not be shown because somebody else moved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from glob import escape

from converters.changes import Changes
from converters.collection import Collection
from converters.conversion import Outcome
from converters.findings import MOVED_INTO_VIEW, Finding, Span
from converters.identity import slug
from converters.library import Shown, library_of, published_path
from converters.model import AgentSpec

_MORE: Mapping[Shown, int] = {"none": 0, "summary": 1, "full": 2}


def moved(before: Mapping[str, str], changes: Changes, said: Mapping[str, str]) -> dict[str, str]:
    """Former ids, each with the present one; who may be another agent is not among them.

    Of some the collection's owner has `said` who has them. An id that an agent has is nobody's former
    one, and where the agent is gone altogether it leads nowhere.
    """
    now = {change.old.id: change.new.id for change in changes.changed if change.is_moved and change.is_sure}
    ids = {spec.id for spec in changes.new.agents}
    every = {former: now.get(id_, id_) for former, id_ in before.items()} | now
    return {former: id_ for former, id_ in sorted(every.items()) if id_ in ids and former not in {*ids, *said}}


def exposed(home: Collection, changes: Changes) -> Iterator[Finding]:
    """Agents that `publish` held back where they were, and of which more would be shown where they are.

    An entry for the new path itself is its owner's decision, whatever it says.
    """
    old, new = (library_of(one.agents, {home.name: home}) for one in (changes.old, changes.new))
    for was, now in _gone_on(changes):
        before, path = old.chosen(was), published_path(now)
        decided = home.publish_only.get(line := escape(path))
        if before not in {"none", "summary"} or (decided and decided == new.chosen(now)):
            continue
        if _MORE[new.shown(now)] > _MORE[old.settled(was)]:
            yield MOVED_INTO_VIEW.at(
                Span(home.name),
                old=published_path(was),
                new=path,
                then=f"; nothing of {home.name!r} is taken",
                line=f'"{line}": {"false" if before == "none" else before}',
            )


def _gone_on(changes: Changes) -> Iterator[tuple[AgentSpec, AgentSpec]]:
    """Agents whose path is another now; to be safe, one removed is taken for one added that is called the same."""
    before = {spec.id: spec for spec in changes.old.agents}
    kept = ((before[spec.id], spec) for spec in changes.new.agents if spec.id in before)
    moves = ((change.old, change.new) for change in changes.changed if change.is_moved)
    named = ((was, now) for was in changes.removed for now in changes.added if slug(was.name) == slug(now.name))
    for was, now in (*kept, *moves, *named):
        if published_path(was) != published_path(now):
            yield was, now


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
