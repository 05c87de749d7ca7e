"""What lies in a plugin's folder: which files are its own agents, and which were put there for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath

from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.listing import Entry, Ground
from converters.output import Output

_CLAUDE = ".claude"


def ground_of(folder: Path, top: Path, entries: Iterable[Entry]) -> Ground:
    """What lies in a folder; copies are known by the manifests in it and above it, up to `top`."""
    agents = {
        entry.path
        for entry in entries
        if entry.path and not entry.path.startswith("../") and _is_claudes(_format(entry))
    }

    @cache
    def written(root: Path) -> frozenset[Path]:
        """What this tool wrote and keeps account of in a folder."""
        return frozenset(Path(root, path) for path in Output(root).owned)

    def is_others(path: str) -> bool:
        homes = PurePosixPath(path).parts[:-1]
        if any(home.startswith(".") and home not in {"..", _CLAUDE} for home in homes):
            return True
        file = Path(folder, path)
        roots = (root for root in file.parents if root.is_relative_to(top))
        return any(file in written(root) for root in roots)

    return Ground(agents, lambda path: Path(folder, path).is_file(), is_others)


def _format(entry: Entry) -> Format | None:
    return FORMATS.get(entry.spec.source.format) if entry.spec.source else None


def _is_claudes(fmt: Format | None) -> bool:
    """Whether Claude Code reads files of a format: Markdown that lies in no other client's folder."""
    if fmt is None:
        return True
    home = fmt.files[0].partition("/")[0]
    return fmt.suffix == ".md" and (home == _CLAUDE or not home.startswith("."))
