"""Clients that load the files of others as well: whom they get twice, and whom without the limits of their source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from converters.addressed import addressed
from converters.fields import tools_held
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.model import AgentSpec
from converters.tools import gains


class Overlap(NamedTuple):
    """Two formats that one client loads, by their ids."""

    target: str
    """What lies where the client's own files do."""
    reader: str
    other: str
    """What it loads besides."""


def overlaps(targets: Sequence[str]) -> Iterator[Overlap]:
    """Two of these formats, with the client that reads the first in its own place, and the second besides."""
    known = [FORMATS[target] for target in targets if target in FORMATS]
    for fmt in known:
        for reader in (fmt, *(one for one in FORMATS.values() if one.files[0] == fmt.files[0] and one not in known)):
            others = (other for other in reader.also_loads if other in targets and other != fmt.id)
            yield from (Overlap(fmt.id, reader.id, other) for other in others)


def beside(there: Mapping[str, str], targets: Collection[str]) -> dict[str, str]:
    """Of the files that are there, by their formats, those that one client loads together with these targets'."""
    more = set(there.values()) - set(targets)
    met = {id_ for id_ in more if any(id_ in (one.target, one.other) for one in overlaps([*targets, id_]))}
    return {path: id_ for path, id_ in there.items() if id_ in met}


def titles(pair: Overlap) -> dict[str, Any]:
    """The two as people are told of them."""
    own = "its own files" if pair.reader == pair.target else f"the files of {FORMATS[pair.target].title}"
    return {"own": own, "other": FORMATS[pair.other].title}


def loaded_by(clients: Iterable[str], lying: Collection[str]) -> Iterator[tuple[Format, list[str]]]:
    """Each of the clients that loads files of others, with the formats of those that are there."""
    for reader in (FORMATS[client] for client in clients):
        if others := [other for other in reader.also_loads if other in lying]:
            yield reader, others


def gained_from_others(spec: AgentSpec, reader: Format) -> tuple[str, ...]:
    """What an agent may touch and its source may not where `reader` loads it from another client's file.

    A client that cannot be told of single tools finds nothing in that file that it obeys.
    """
    if reader.limits_tools:
        return ()
    source = FORMATS.get(spec.source.format) if spec.source else None
    spec = addressed(spec, reader)
    return gains(tools_held(spec.tools, spec, source), None)
