"""Every module here without a leading underscore is a format and exports `FORMAT`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType

from converters.formats._kit import Format

ENTRY_POINTS = "converters.formats"
"""The entry-point group through which other packages add formats."""


def _discover() -> dict[str, Format]:
    found: dict[str, Format] = {}
    for module in sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")):
        fmt: Format = import_module(f"{__name__}.{module}").FORMAT
        if fmt.id != module.replace("_", "-"):
            raise TypeError(f"{module}.py must call its format {module.replace('_', '-')!r}")
        found[fmt.id] = fmt
    for fmt in _from_other_packages() if _is_announced() else ():
        found.setdefault(fmt.id, fmt)
    return found


def _from_other_packages() -> Iterator[Format]:
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda e: e.name):
        yield entry.load()


def _is_announced() -> bool:
    """Whether any installed package names our group: importing `importlib.metadata` costs ten times this look."""
    heading = f"[{ENTRY_POINTS}]".encode()
    for folder in sys.path:
        try:
            packages = [
                found.path for found in os.scandir(folder or ".") if found.name.endswith((".dist-info", ".egg-info"))
            ]
        except OSError:  # a zip archive, or nothing
            continue
        for package in packages:
            try:
                if heading in Path(package, "entry_points.txt").read_bytes():
                    return True
            except OSError:
                continue
    return False


FORMATS: Mapping[str, Format] = MappingProxyType(_discover())
"""Every format, by id."""

HEADER_KEYS: frozenset[str] = frozenset(key for fmt in FORMATS.values() for key in fmt.by_key)
"""Every key that some format knows: what may open an entry in a broken header."""
