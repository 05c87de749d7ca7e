"""The files a library was read from, written again from its specs alone."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path

from converters import canonical
from converters.formats import FORMATS
from converters.library import Library
from converters.model import AgentSpec, SharedDocument
from converters.writing import prompt_beside, write, write_shared


def in_order(specs: Sequence[AgentSpec], shared: SharedDocument | None) -> list[AgentSpec]:
    """The agents of a shared file as they stood there; those new to it last."""
    order = {id_: index for index, id_ in enumerate(shared.members)} if shared else {}
    return sorted(specs, key=lambda spec: order.get(spec.id, len(order)))


def restore(
    library: Library, records: Mapping[tuple[str, str], SharedDocument] | None = None, *, as_read: bool = True
) -> dict[tuple[str, str], bytes]:
    """The original files of a library, by collection and source path, from its specs alone."""
    files: dict[tuple[str, str], list[AgentSpec]] = {}
    for spec in library.agents:
        if spec.source and spec.source.path and spec.source.format in FORMATS:
            files.setdefault((spec.source.collection, spec.source.path), []).append(spec)
    originals = {}
    for place, specs in files.items():
        source = specs[0].source
        assert source is not None
        fmt = FORMATS[source.format]
        if fmt.shared:
            shared = (records or {}).get(place)
            originals[place] = write_shared(in_order(specs, shared), fmt, shared, as_read=as_read)
        else:
            originals[place] = write(specs[0], fmt, as_read=as_read)
            beside = prompt_beside(specs[0], fmt)
            if beside:
                path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), beside[0]))
                originals[source.collection, path] = beside[1]
    return originals


def load_records(root: Path, library: Library) -> dict[tuple[str, str], SharedDocument]:
    """The records of the shared files that a library on disk was read from."""
    records = {}
    for spec in library.agents:
        source = spec.source
        if source is None or source.member is None or (source.collection, source.path) in records:
            continue
        record = canonical.load_shared(root / source.collection / canonical.shared_path(source))
        if record is not None:
            records[source.collection, source.path] = record
    return records
