"""Every module here without a leading underscore is a format and exports `FORMAT`."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

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
        try:
            yield entry.load()
        except Exception as error:  # noqa: BLE001 - another package's fault is not to stop ours
            warnings.warn(f"the format {entry.name!r} of another package is left out: {error}", stacklevel=2)


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


class _Formats(Mapping[str, Format]):
    """Found when first looked into, so that a module that holds a format may itself be imported first."""

    @cached_property
    def _found(self) -> dict[str, Format]:
        return _discover()

    def __getitem__(self, id_: str) -> Format:
        return self._found[id_]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


FORMATS: Mapping[str, Format] = _Formats()
"""Every format, by id."""


def meant_by(word: str, *others: str) -> tuple[str, ...]:
    """The formats, or `others`, somebody may mean by a word that is none's id, the likeliest first; at most three.

    Those whose id begins with it (`claude`), is it without signs (`vs-code`) or whose title has it
    (`github`); else those that are spelled nearly so.
    """
    from difflib import get_close_matches

    asked = word.casefold().strip()
    begun = [id_ for id_ in FORMATS if asked and id_.startswith(f"{asked}-")]
    same = [id_ for id_ in FORMATS if id_.replace("-", "") == re.sub(r"[\s_.-]", "", asked)]
    titled = [id_ for id_, fmt in FORMATS.items() if asked in fmt.title.casefold().split()]
    usual = sorted([*same, *begun, *titled], key=lambda id_: not FORMATS[id_].usual)
    return tuple(dict.fromkeys(usual))[:3] or tuple(get_close_matches(asked, [*FORMATS, *others], 1))


@cache
def known_keys() -> frozenset[str]:
    """Every key that some format knows: what may open an entry in a broken header."""
    return frozenset(key for fmt in FORMATS.values() for key in fmt.by_entry)


@cache
def limiting_keys() -> frozenset[str]:
    """Those of them that can limit what an agent may do."""
    rows = (row for fmt in FORMATS.values() for row in fmt.by_key.values())
    return known_keys() & {row.top for row in rows if row.field in _LIMITS or "permission" in row.key.casefold()}


_LIMITS = frozenset({"tools", "tools.deny", "tools.whole", "permission_mode", "isolation"})
