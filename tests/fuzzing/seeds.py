"""What the campaign begins with: our own files, and others' where they lie beside the repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fuzzing.harnesses import WAYS, address_of

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
LARGEST = 1_500
"""Bytes of a seed: of those that are longer this much is taken."""
_OWN = ("examples", "tests/goldens", "tests/written", "tests/fixtures", "specs", "docs/format-template")
_FOREIGN = ("hostile", "seeds", "corpus")


def own() -> list[bytes]:
    """Inputs from the repository's own files, the same on every machine."""
    return [data for name in _OWN for data in _inputs(ROOT / name)]


def foreign() -> list[bytes]:
    """Inputs from files that lie beside the repository; none where there are none."""
    return [data for name in _FOREIGN for data in _inputs(SHARED / name)]


def _inputs(folder: Path) -> Iterator[bytes]:
    """Each file as an input for the reader of its format, where its folder is named so, and for detection."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix in {".sh", ".pyc", ".py", ".png"}:
            continue
        raw = path.read_bytes()[:LARGEST]
        for way in dict.fromkeys((_asked(path), _detected(path))):
            if way is not None:
                yield address_of(way) + raw


def _asked(path: Path) -> int | None:
    named = {way.format: number for number, way in enumerate(WAYS) if way.format}
    return next((named[part] for part in reversed(path.parts[:-1]) if part in named), None)


def _detected(path: Path) -> int:
    open_ = [(number, way) for number, way in enumerate(WAYS) if way.format is None]
    fitting = [number for number, way in open_ if way.path.endswith((path.name, path.suffix or path.name))]
    return (fitting or [number for number, _ in open_])[0]
