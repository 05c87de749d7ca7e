"""A catalogue from a folder of specs: everything the site needs, worked out once."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from converters.findings import Finding

from .catalogue import Catalogue


def load(specs: Path) -> Catalogue:
    """Read the library at `specs`; a missing folder is an empty one."""
    if not specs.is_dir():
        return Catalogue(library=_nothing())
    library = import_module("converters.library").load(specs)
    return prepare(library)


def prepare(library: Any) -> Catalogue:
    """All the site needs of a library: its graph, layout, findings, canonical texts and original files."""
    build = import_module("converters.graph")
    dump = import_module("converters.canonical").dump
    graph = build.build(library)
    found: dict[str, list[Finding]] = {}
    canonical: dict[str, str] = {}
    by_path: dict[str, str] = {}
    for spec in library.agents:
        key = library.key(spec)
        canonical[key] = dump(spec)
        by_path[key] = key
        if spec.source:
            by_path.setdefault(f"{spec.source.collection}/{spec.source.path}", key)
            by_path.setdefault(spec.source.path, key)
    for finding in (*getattr(library, "findings", ()), *getattr(graph, "findings", ())):
        if (owner := by_path.get(finding.span.path)) is not None:
            found.setdefault(owner, []).append(finding)
    return Catalogue(
        library=library,
        graph=graph,
        findings=MappingProxyType({key: tuple(items) for key, items in found.items()}),
        canonical=MappingProxyType(canonical),
        originals=import_module("converters.convert").restore(library),
        layout=build.layout(graph),
    )


def _nothing() -> Any:
    return SimpleNamespace(collections={}, agents=(), key=lambda spec: f"{spec.source.collection}/{spec.id}")
