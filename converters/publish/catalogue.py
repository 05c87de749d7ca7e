"""What a site is made from: a library, its graph, and what goes with each agent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import networkx as nx

from converters.findings import Finding
from converters.library import Collection, Library, Shown, own_name
from converters.model import AgentSpec, SharedDocument
from converters.twins import Twins

from .addresses import segments
from .discretion import Discretion
from .history import Change
from .memory import Memory


@dataclass(frozen=True)
class Catalogue:
    """Everything the site says; agents are known by `collection/id` throughout."""

    library: Library
    network: nx.MultiDiGraph[str] = field(default_factory=nx.MultiDiGraph)
    """The collaboration graph, as `converters.graph.build` makes it."""
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    """What reading and checking found, by agent."""
    canonical: Mapping[str, str] = field(default_factory=dict)
    """The canonical document, by agent."""
    originals: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    """The files agents were read from, by collection and path."""
    records: Mapping[tuple[str, str], SharedDocument] = field(default_factory=dict)
    """What belongs to no single agent of a file that holds several, by collection and path."""
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    """The last changes of each agent's file, the newest first, by agent."""
    memory: Memory = field(default_factory=Memory, compare=False)
    """What earlier builds worked out."""

    @cached_property
    def discretion(self) -> Discretion:
        """Who is kept back."""
        return Discretion(self.library)

    @cached_property
    def agents(self) -> Mapping[str, AgentSpec]:
        """The agents that may be shown, by key, in order of key.

        Left out are those of collections with `publish: none`, and those whose key could not be
        a path below the site's root.
        """
        shown = {
            key: self.discretion.told(spec)
            for spec in self.library.agents
            if segments(key := self.library.key(spec)) is not None and self.publish(key) != "none"
        }
        return MappingProxyType(dict(sorted(shown.items())))

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """The collections that may be shown, by name, in order of name."""
        known = self.library.collections
        return MappingProxyType({name: known[name] for name in sorted(known) if known[name].publish != "none"})

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of each collection's agents, in order."""
        found: dict[str, list[str]] = {name: [] for name in self.collections}
        for key in self.agents:
            found.setdefault(key.partition("/")[0], []).append(key)
        return MappingProxyType({name: tuple(keys) for name, keys in found.items()})

    @cached_property
    def variants(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of all agents that share a name, by that name; one without a name of its own goes by its key."""
        found: dict[str, list[str]] = {}
        for key, spec in self.agents.items():
            found.setdefault(own_name(spec) or key, []).append(key)
        return MappingProxyType({name: tuple(keys) for name, keys in found.items()})

    def alike(self, key: str) -> tuple[str, ...]:
        """The keys of the other agents of an agent's name."""
        return tuple(other for other in self.variants[own_name(self.agents[key]) or key] if other != key)

    @cached_property
    def together(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The keys of the agents of each file that holds several, by collection and path."""
        found: dict[tuple[str, str], list[str]] = {}
        for key, spec in self.agents.items():
            if spec.source and spec.source.member is not None:
                found.setdefault((spec.source.collection, spec.source.path), []).append(key)
        return MappingProxyType({place: tuple(keys) for place, keys in found.items()})

    def record(self, key: str) -> SharedDocument | None:
        """What lies around an agent in the file it shares with others, where that may be shown."""
        source = self.agents[key].source
        found = self.records.get((source.collection, source.path)) if source and source.member is not None else None
        return found if found and self.publish(key) == "full" else None

    @cached_property
    def twins(self) -> Twins:
        """Which of the agents that may be shown are copies of each other."""
        return Twins(tuple(self.agents.values()))

    def publish(self, key: str) -> Shown:
        """How much of an agent may be shown."""
        spec = self.library.get(key)
        return self.library.shown(spec) if spec is not None else "none"

    def edges(self, key: str, *, incoming: bool = False) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The other end and the attributes of each edge at `key`, in a stable order."""
        if key not in self.network:
            return
        if incoming:
            found = [(u, data) for u, _, data in self.network.in_edges(key, data=True)]
        else:
            found = [(v, data) for _, v, data in self.network.out_edges(key, data=True)]
        yield from sorted(found, key=lambda edge: (edge[0].startswith("?"), edge[0], str(edge[1].get("relation"))))

    def changed_since(self, before: Catalogue) -> frozenset[str]:
        """The agents that are not as they were, and those they have or had to do with."""
        changed = {
            key for key, spec in self.agents.items() if (old := before.agents.get(key)) is not spec and old != spec
        }
        changed |= before.agents.keys() - self.agents.keys()
        near = set(changed)
        for catalogue in (before, self):
            for key in changed:
                if key in catalogue.network:
                    near.update(catalogue.network.predecessors(key), catalogue.network.successors(key))
                if key in catalogue.agents:
                    near.update(catalogue.alike(key))
        return frozenset(near & self.agents.keys())
