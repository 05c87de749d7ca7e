"""Checking one file: what is found when it is read."""

from __future__ import annotations

from converters.check._checked import Checked
from converters.check.names import Folder
from converters.convert import Options, understand
from converters.inputs import Input
from converters.library import Collection


def check_file(
    source: Input,
    collection: Collection | None,
    raw: bytes | None = None,
    *,
    source_format: str | None = None,
    folder: Folder,
) -> Checked:
    """Read a file as a conversion would, and keep only what was found; `folder` takes the agents of one not named."""
    outcome = understand(source, Options(source=source_format), collection, raw)
    if not source.explicit:
        folder.take(source, outcome.specs)
    return Checked(outcome.shown, outcome.text, tuple(outcome.findings), counts=outcome.status != "skipped")
