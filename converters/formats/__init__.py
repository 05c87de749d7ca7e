"""Every module here without a leading underscore is a format and exports `FORMAT`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
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
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda e: e.name):
        fmt = entry.load()
        found.setdefault(fmt.id, fmt)
    return found


FORMATS: Mapping[str, Format] = MappingProxyType(_discover())
"""Every format, by id."""

HEADER_KEYS: frozenset[str] = frozenset(key for fmt in FORMATS.values() for key in fmt.by_key)
"""Every key that some format knows: what may open an entry in a broken header."""
