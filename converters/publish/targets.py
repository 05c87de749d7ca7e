"""The formats an agent can be taken home in, short enough to be fetched by its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converters.formats import FORMATS

from . import api
from .press import Asset, Press

PLACE = "api/targets.json"
FIRST = ("claude-code", "copilot", "cursor", "codex", "gemini-cli", "opencode")
"""The assistants most people use, which the page offers before all others."""


def assets(_: Press) -> Iterator[Asset]:
    """`api/targets.json`: every format that can be written, those most used first."""
    yield Asset(PLACE, api.dump({"schema_version": api.VERSION, "first": len(FIRST), "formats": document()}))


def document() -> list[dict[str, Any]]:
    """The formats by their ids, titles, and where their clients look for files."""
    written = {fmt.id: fmt for fmt in FORMATS.values() if fmt.writes}
    order = [*FIRST, *sorted(written.keys() - set(FIRST), key=lambda id_: written[id_].title.casefold())]
    return [{"id": id_, "title": written[id_].title, "path": written[id_].files[0]} for id_ in order]
