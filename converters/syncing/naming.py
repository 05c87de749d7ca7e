"""Who is still called by names after a run: looked up in the whole library as it will be, not in one collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from converters.changes import missing
from converters.library import Library, library_of
from converters.model import AgentSpec

from .steps import Step, library_before
from .taking import How


def look_names_up(steps: Sequence[Step], before: Library, how: How) -> None:
    """Tell of each collection which names are nobody's now, those by which others mean its removed agents among them.

    A name is told of once: where it lost its agent, else where it stands.
    `before` holds at least the specs there were of these collections.
    """
    known = [(made, made.changes) for made in steps if made.changes and made.changes.new.agents]
    if not any(changes.removed or changes.missing for _, changes in known):
        return
    there = library_before(how)
    own = {made.collection.name for made, _ in known}
    rest = [spec for spec in there.agents if _home(spec) not in own]
    old = library_of([*rest, *(spec for spec in before.agents if _home(spec) in own)], there.collections)
    new = library_of([*rest, *(spec for _, changes in known for spec in changes.new.agents)], there.collections)
    was = {Library.key(change.new): change.old for _, changes in known for change in changes.changed}
    pairs = [(was.get(Library.key(spec)) or old.get(Library.key(spec)), spec) for spec in new.agents]
    broken = list(missing(old, new, pairs))
    gone = {Library.key(spec): made.collection.name for made, changes in known for spec in changes.removed}
    told_at = [(gone.get(Library.key(one.meant)) if one.meant else None) or _home(one.agent) for one in broken]
    for made, changes in known:
        mine = (one for one, home in zip(broken, told_at, strict=True) if home == made.collection.name)
        made.changes = replace(changes, missing=tuple(mine))


def _home(spec: AgentSpec) -> str:
    return spec.source.collection if spec.source else ""
