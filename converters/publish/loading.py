"""A catalogue from a folder of specs: everything the site needs, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from converters import graph
from converters.findings import CLASH, Finding
from converters.library import Library, load_library
from converters.model import AgentSpec, SharedDocument
from converters.originals import load_records

from .catalogue import Catalogue
from .discretion import Discretion, are_shown_alike
from .documents import Place, canonical_documents, original_files
from .history import Change, changes
from .memory import Memory


def load(specs: Path, memory: Memory | None = None) -> Catalogue:
    """Read the library at `specs`; a missing folder is an empty one."""
    if not specs.is_dir():
        return Catalogue(library=Library(MappingProxyType({}), ()))
    memory = memory or Memory()
    memory.begin()
    return prepare(load_library(specs, memory.read), specs, memory)


def prepare(library: Library, specs: Path | None = None, memory: Memory | None = None) -> Catalogue:
    """All the site needs of a library: its graph, findings, canonical texts and original files.

    `specs` is the folder it was loaded from, where findings point.
    """
    memory = memory or Memory()
    discretion = Discretion(library)
    network, found = graph.build(discretion.library)
    records = load_records(specs, library) if specs else {}
    return Catalogue(
        library=library,
        network=network,
        findings=MappingProxyType(_by_agent(library, (*_told(library, discretion), *found), specs)),
        canonical=canonical_documents(library, memory, specs),
        originals=original_files(library, records, memory),
        records=MappingProxyType(_whole(library, records)),
        history=_discreet(changes(library, specs), discretion) if specs else {},
        memory=memory,
    )


def _told(library: Library, discretion: Discretion) -> Iterable[Finding]:
    """What reading found; a clash of ids tells of the other's file, which may be one that is kept back."""
    return (one for one in library.findings if not discretion.hidden or one.rule is not CLASH)


def _whole(library: Library, records: Mapping[Place, SharedDocument]) -> dict[Place, SharedDocument]:
    """The records of files all of whose agents are shown alike: a record names each of them."""
    owners: dict[Place, list[AgentSpec]] = {}
    for spec in library.agents:
        if spec.source and (place := (spec.source.collection, spec.source.path)) in records:
            owners.setdefault(place, []).append(spec)
    return {place: record for place, record in records.items() if are_shown_alike(library, owners.get(place, []))}


def _discreet(history: Mapping[str, tuple[Change, ...]], discretion: Discretion) -> Mapping[str, tuple[Change, ...]]:
    """The changes, without the subjects of commits that name who is kept back."""
    return {
        key: tuple(replace(one, subject="") if discretion.names_hidden(one.subject) else one for one in said)
        for key, said in history.items()
    }


def _by_agent(library: Library, found: Iterable[Finding], specs: Path | None) -> dict[str, tuple[Finding, ...]]:
    """The findings of each agent; those whose path may be of several agents belong to none."""
    owners: dict[str, set[str]] = {}
    for spec in library.agents:
        key = library.key(spec)
        paths = {key, spec.source.path if spec.source else key, str(specs / f"{key}.yaml") if specs else key}
        for path in paths:
            owners.setdefault(path, set()).add(key)
    by_agent: dict[str, list[Finding]] = {}
    for finding in found:
        keys = owners.get(finding.span.path, ())
        if len(keys) == 1:
            by_agent.setdefault(next(iter(keys)), []).append(finding)
    return {key: tuple(items) for key, items in by_agent.items()}
