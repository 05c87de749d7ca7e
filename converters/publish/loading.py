"""A catalogue from a folder of specs: everything the site needs, worked out once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from converters import canonical, graph
from converters.findings import Finding
from converters.library import Library, load_library
from converters.originals import load_records, restore

from .catalogue import Catalogue


def load(specs: Path) -> Catalogue:
    """Read the library at `specs`; a missing folder is an empty one."""
    if not specs.is_dir():
        return Catalogue(library=Library(MappingProxyType({}), ()))
    library = load_library(specs, canonical.load_file)
    return prepare(library, specs)


def prepare(library: Library, specs: Path | None = None) -> Catalogue:
    """All the site needs of a library: its graph, layout, findings, canonical texts and original files.

    `specs` is the folder it was loaded from, where findings point.
    """
    network, found = graph.build(library)
    return Catalogue(
        library=library,
        network=network,
        findings=MappingProxyType(_by_agent(library, (*library.findings, *found), specs)),
        canonical=MappingProxyType({library.key(spec): canonical.dump(spec) for spec in library.agents}),
        originals=_originals(library, specs),
        layout=graph.layout(network),
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


def _originals(library: Library, specs: Path | None) -> dict[tuple[str, str], bytes]:
    """The files the agents were read from, byte for byte; those edited since are left out."""
    files = restore(library, load_records(specs, library) if specs else None)
    for spec in library.agents:
        if (source := spec.source) and source.sha256:
            place = source.collection, source.path
            if place in files and hashlib.sha256(files[place]).hexdigest() != source.sha256:
                del files[place]
    return files
