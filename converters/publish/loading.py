"""A catalogue from a folder of specs: everything the site needs, worked out once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from converters import graph
from converters.findings import Finding
from converters.library import Library, load_library
from converters.originals import load_records

from .catalogue import Catalogue
from .documents import canonical_documents, original_files
from .history import changes
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
    network, found = graph.build(library)
    records = load_records(specs, library) if specs else {}
    return Catalogue(
        library=library,
        network=network,
        findings=MappingProxyType(_by_agent(library, (*library.findings, *found), specs)),
        canonical=canonical_documents(library, memory),
        originals=original_files(library, records, memory),
        records=MappingProxyType(records),
        history=changes(library, specs) if specs else {},
        memory=memory,
    )


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
