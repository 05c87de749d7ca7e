"""Paths: how one agent leads to another, and the words each step rests on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from converters.graph.build import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reference on the way."""

    source: str
    """The key of who speaks."""
    target: str
    """The key of who is named."""
    back: bool
    """Whether the way goes against it, from who is named to who speaks."""
    relation: str
    about: str | None
    when: str | None
    confidence: str
    evidence: str
    where: str
    path: str
    """The file of who speaks, below its collection's root."""


def shortest_path(graph: Network, start: str, end: str) -> tuple[Step, ...] | None:
    """The fewest references that lead from `start` to `end`; `None` where none do.

    Only if none lead there in their own direction are they followed backwards, too. Of equally
    short ways it is the one whose keys sort first, and of several statements between two agents
    the first that is stated rather than inferred. Missing agents are ends, never between.
    Raises `KeyError` where `graph` has no such agent.
    """
    for key in (start, end):
        if key not in graph:
            raise KeyError(key)
    way = _way(graph, start, end, graph.successors)
    way = way or _way(graph, start, end, lambda key: {*graph.successors(key), *graph.predecessors(key)})
    return None if way is None else tuple(_step(graph, u, v) for u, v in pairwise(way))


def _way(graph: Network, start: str, end: str, neighbours: Callable[[str], Iterable[str]]) -> list[str] | None:
    came_from, queue = {start: ""}, deque([start])
    while queue:
        here = queue.popleft()
        if here == end:
            way = [here]
            while came_from[way[-1]]:
                way.append(came_from[way[-1]])
            return way[::-1]
        if here != start and graph.nodes[here]["kind"] == "missing":
            continue
        for other in sorted(neighbours(here)):
            if other not in came_from:
                came_from[other] = here
                queue.append(other)
    return None


def _step(graph: Network, here: str, there: str) -> Step:
    back = not graph.has_edge(here, there)
    source, target = (there, here) if back else (here, there)
    said: list[dict[str, Any]] = list(graph[source][target].values())
    facts = next((facts for facts in said if facts["confidence"] == "stated"), said[0])
    names = ("relation", "about", "when", "confidence", "evidence", "where")
    return Step(
        source=source,
        target=target,
        back=back,
        path=str(graph.nodes[source]["path"]),
        **{name: facts[name] for name in names},
    )
