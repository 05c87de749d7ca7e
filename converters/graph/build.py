"""Building: the library's agents as nodes, what they say of each other as edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

import networkx as nx

from converters.findings import Finding, Span
from converters.graph.faults import of_a_name, of_all_names
from converters.graph.resolve import Resolved, Resolver
from converters.library import Library, own_name
from converters.model import AgentSpec, Collaboration

Network: TypeAlias = nx.MultiDiGraph
"""Agents and missing agents, keyed `collection/id` and `?collection/slug`, in the order of their keys.

Agents have kind (`agent`), name, title, collection, id, path (of the source file), summary,
categories, access and variants (how many agents of the library have the name, this one
included). Missing agents have kind (`missing`), name, title, collection, suggestions and doubtful
(whether it may be no agent's name at all). Edges run from who speaks to who is named, in the
order of the text, with source, target, name (as the speaker spelled it, slugged), relation,
about, when, confidence, resolution, ambiguous, candidates, evidence and where.
"""


class _Said(NamedTuple):
    """One statement, and what its name came to."""

    statement: Collaboration
    name: str
    resolved: Resolved


def build(library: Library) -> tuple[Network, tuple[Finding, ...]]:
    """The graph of `library`, and what is wrong with the names its agents use.

    An agent that names itself gets no edge, and neither does a name of which `not_agents` in
    collections.yaml says that it is nobody's, or that of an agent the client brings. A name is found
    once for each agent that uses it.
    """
    resolver = Resolver(library)
    spoken = [(library.key(spec), spec, _said(spec, resolver)) for spec in library.agents]
    missing = _missing(spoken, resolver)
    graph: Network = nx.MultiDiGraph()
    graph.add_nodes_from((key, _agent(library, spec)) for key, spec, _ in spoken)
    graph.add_nodes_from(missing.items())
    found: list[Finding] = []
    for key, spec, told in spoken:
        ends = [said.resolved.target or _nobody(spec, said.name) for said in told]
        for said, target in zip(told, ends, strict=True):
            if target != key:
                graph.add_edge(key, target, **_edge(key, target, said))
        found.extend(_faults(key, spec, told, ends, missing))
    return graph, tuple(found)


def _said(spec: AgentSpec, resolver: Resolver) -> list[_Said]:
    return [
        _Said(statement, resolver.slug(statement.agent) or "unnamed", resolver.resolve(spec, statement.agent))
        for statement in spec.derived.collaboration
        if not resolver.means_nobody(spec, statement.agent)
    ]


def _nobody(spec: AgentSpec, name: str) -> str:
    return f"?{spec.source.collection if spec.source else ''}/{name}"


def _missing(spoken: Iterable[tuple[str, AgentSpec, list[_Said]]], resolver: Resolver) -> dict[str, dict[str, object]]:
    """The missing agents by key, sorted, with what their nodes carry."""
    wanted: dict[str, tuple[str, str, set[str]]] = {}
    for key, spec, told in spoken:
        for said in told:
            if said.resolved.target is None:
                home = spec.source.collection if spec.source else ""
                wanted.setdefault(_nobody(spec, said.name), (home, said.name, set()))[2].add(key)
    made: dict[str, dict[str, object]] = {}
    for target, (collection, name, speakers) in sorted(wanted.items()):
        hints = list(resolver.suggest(collection, name))
        doubtful = not hints and len(speakers) == 1 and not resolver.sounds_like_an_agent(collection, name)
        made[target] = {
            "kind": "missing",
            "name": name,
            "title": name,
            "collection": collection,
            "suggestions": hints,
            "doubtful": doubtful,
        }
    return made


def _faults(
    key: str, spec: AgentSpec, told: list[_Said], ends: list[str], missing: dict[str, dict[str, Any]]
) -> Iterator[Finding]:
    place = Span((spec.source.path if spec.source else "") or key)
    seen: set[str] = set()
    for said, target in zip(told, ends, strict=True):
        if said.name not in seen:
            seen.add(said.name)
            yield from of_a_name(place, key, said.statement.agent, said.resolved, missing.get(target, {}))
    together = (
        (said.statement.agent, target, said.statement.relation)
        for said, target in zip(told, ends, strict=True)
        if target != key
    )
    yield from of_all_names(place, together)


def _agent(library: Library, spec: AgentSpec) -> dict[str, object]:
    return {
        "kind": "agent",
        "name": spec.name,
        "title": spec.title or spec.derived.title or spec.name or spec.id,
        "collection": spec.source.collection if spec.source else "",
        "id": spec.id,
        "path": spec.source.path if spec.source else "",
        "summary": spec.derived.summary,
        "categories": list(spec.derived.categories),
        "access": list(spec.derived.access),
        "variants": max(1, len(library.by_name(own_name(spec)))),
    }


def _edge(source: str, target: str, said: _Said) -> dict[str, object]:
    statement, resolved = said.statement, said.resolved
    return {
        "source": source,
        "target": target,
        "name": said.name,
        "relation": statement.relation,
        "about": statement.about,
        "when": statement.when,
        "confidence": statement.confidence,
        "resolution": resolved.resolution,
        "ambiguous": resolved.ambiguous,
        "candidates": list(resolved.candidates),
        "evidence": statement.evidence.text,
        "where": statement.evidence.where,
    }
