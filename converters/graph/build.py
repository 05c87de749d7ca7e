"""Building: the library's agents as nodes, what they say of each other as edges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import networkx as nx

from converters.findings import AMBIGUOUS_AGENT, MISSING_AGENT, SELF_REFERENCE, Finding, Span
from converters.graph.resolve import Resolved, Resolver
from converters.library import Library, slug
from converters.model import AgentSpec, Collaboration

Network: TypeAlias = nx.MultiDiGraph
"""Agents and missing agents, keyed `collection/id` and `?collection/slug`, in the order of their keys.

Agents have kind (`agent`), name, title, collection, id, summary, categories and variants (how
many agents of the library have the name, this one included). Missing agents have kind
(`missing`), name, title, collection and suggestions. Edges run from who speaks to who is named,
in the order of the text, with source, target, relation, about, when, confidence, resolution,
ambiguous, candidates, evidence and where.
"""


def build(library: Library) -> tuple[Network, tuple[Finding, ...]]:
    """The graph of `library`, and what is wrong with the names its agents use.

    An agent that names itself gets no edge. A name is found once for each agent that uses it.
    """
    graph: Network = nx.MultiDiGraph()
    resolver = Resolver(library)
    edges: list[tuple[str, str, dict[str, object]]] = []
    missing: dict[str, tuple[str, str]] = {}
    found: list[Finding] = []
    for spec in library.agents:
        key = library.key(spec)
        collection = spec.source.collection if spec.source else ""
        graph.add_node(key, **_agent(library, spec))
        told: set[str] = set()
        for said in spec.derived.collaboration:
            resolved = resolver.resolve(spec, said.agent)
            name = slug(said.agent) or "unnamed"
            if name not in told:
                told.add(name)
                hints = () if resolved.target else resolver.suggest(collection, name)
                found.extend(_findings(spec, key, said, resolved, hints))
            if resolved.target == key:
                continue
            target = resolved.target or f"?{collection}/{name}"
            if resolved.target is None:
                missing[target] = collection, name
            edges.append((key, target, _edge(key, target, said, resolved)))
    for target, (collection, name) in sorted(missing.items()):
        hints = resolver.suggest(collection, name)
        graph.add_node(target, kind="missing", name=name, title=name, collection=collection, suggestions=list(hints))
    for source, target, facts in edges:
        graph.add_edge(source, target, **facts)
    return graph, tuple(found)


def _agent(library: Library, spec: AgentSpec) -> dict[str, object]:
    return {
        "kind": "agent",
        "name": spec.name,
        "title": spec.title or spec.derived.title or spec.name or spec.id,
        "collection": spec.source.collection if spec.source else "",
        "id": spec.id,
        "summary": spec.derived.summary,
        "categories": list(spec.derived.categories),
        "variants": max(1, len(library.by_name(spec.name))),
    }


def _edge(source: str, target: str, said: Collaboration, resolved: Resolved) -> dict[str, object]:
    return {
        "source": source,
        "target": target,
        "relation": said.relation,
        "about": said.about,
        "when": said.when,
        "confidence": said.confidence,
        "resolution": resolved.resolution,
        "ambiguous": resolved.ambiguous,
        "candidates": list(resolved.candidates),
        "evidence": said.evidence.text,
        "where": said.evidence.where,
    }


def _findings(
    spec: AgentSpec, key: str, said: Collaboration, resolved: Resolved, hints: tuple[str, ...]
) -> Iterator[Finding]:
    place = Span((spec.source.path if spec.source else "") or key)
    if resolved.target == key:
        yield SELF_REFERENCE.at(place, agent=said.agent)
    elif resolved.target is None:
        hint = f"; did you mean {hints[0]}?" if hints else ""
        yield MISSING_AGENT.at(place, agent=said.agent, hint=hint, suggestions=hints)
    elif resolved.ambiguous and resolved.resolution != "elsewhere":  # elsewhere it is nobody's fault
        count = len(resolved.candidates)
        yield AMBIGUOUS_AGENT.at(place, agent=said.agent, count=count, candidates=resolved.candidates)
