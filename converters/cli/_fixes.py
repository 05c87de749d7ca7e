"""Mending the files that are to be checked: shown first when asked to, then written where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from converters.check import is_library
from converters.check.fixing import Mended, mended
from converters.check.suppression import Suppressions
from converters.cli._console import Console, show_diff
from converters.cli._layout import count, wrapped
from converters.drafts import write_whole
from converters.findings import RULES, UNREADABLE, Finding, Span
from converters.inputs import Input, read_bytes
from converters.library import Collection as Home


def mend(
    found: Iterable[Input | Finding], homes: Mapping[str, Home], codes: Collection[str], console: Console, *,
    unsafe: bool, show: bool, source_format: str | None, is_wanted: Callable[[str], bool], suppressions: Suppressions,
) -> bool:  # fmt: skip
    """Mend raw files, or only `show` what mending would change; whether there was anything to mend."""
    done, left, files = Counter[str](), Counter[str](), 0
    how = {"codes": codes, "unsafe": unsafe, "source_format": source_format, "suppressions": suppressions}
    for source, before, after in _mended(found, homes, how):
        if not is_wanted(source.shown):
            continue
        left.update(mend.rule.code for mend in after.left)
        if after.data == before:
            continue
        if show:
            show_diff(source.shown, before, after.data)
        elif (failed := _write(source, before, after.data)) is not None:
            console.find([failed])
            continue
        files += 1
        done.update(mend.rule.code for mend in after.done)
    if files:
        console.say(f"{'would mend' if show else 'mended'} {_told(done)} in {count(files, 'file')}")
    if left and not unsafe:
        told = f"left: {_told(left)}, which may change what is said: --unsafe-fixes mends them too"
        for line in wrapped(told, rest="  "):
            console.say(line)
    return files > 0


def _mended(
    found: Iterable[Input | Finding], homes: Mapping[str, Home], how: Mapping[str, Any]
) -> Iterator[tuple[Input, bytes, Mended]]:
    """Each raw file that can be read, its bytes, and its mends; specs are made from other files, which are."""
    for source in found:
        if isinstance(source, Finding) or source.shown == "-" or _is_spec(source.path):
            continue
        raw = read_bytes(source.path, source.shown)
        if isinstance(raw, bytes):
            home = homes.get(source.collection)
            yield source, raw, mended(source, home, raw, **how)


def _is_spec(path: Path) -> bool:
    return path.suffix in {".yaml", ".yml"} and any(is_library(folder) for folder in path.absolute().parents)


def _write(source: Input, before: bytes, after: bytes) -> Finding | None:
    """Put the mended file where the old one lies, unless somebody has changed it meanwhile."""
    try:
        place = source.path.resolve()
        mode = place.stat().st_mode
        if place.read_bytes() != before:
            return UNREADABLE.at(Span(source.shown), problem="it changed while it was mended; it is left as it is")
        write_whole(place, after)
        place.chmod(mode & 0o7777)
    except OSError as error:
        return UNREADABLE.at(Span(source.shown), problem=f"cannot write: {error.strerror or error}")
    return None


def _told(mends: Mapping[str, int]) -> str:
    return ", ".join(
        f"{code} {RULES[code].name}" + (f" x{number}" if number > 1 else "") for code, number in sorted(mends.items())
    )
