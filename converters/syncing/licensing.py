"""What licence the files of a source are under."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from converters.inputs import read_bytes
from converters.licences import is_licence, licence_of, together
from converters.model import NO_LICENCE


class Licences:
    """What licence the files of a folder are under: by the nearest licence file, from there up to the top."""

    def __init__(self, top: Path) -> None:
        self._top = top.absolute()
        self.of = cache(self._of)

    def _of(self, folder: Path) -> str:
        folder = folder.absolute()
        files = self.files(folder)
        if files:
            return together(map(self._said, files))
        return self.of(folder.parent) if folder != self._top and folder.is_relative_to(self._top) else NO_LICENCE

    def files(self, folder: Path) -> list[Path]:
        """The licence files of a folder, by name."""
        try:
            return sorted(path for path in folder.iterdir() if is_licence(path.name) and path.is_file())
        except OSError:
            return []

    def _said(self, path: Path) -> str:
        raw = read_bytes(path, path.name) if path.resolve().is_relative_to(self._top.resolve()) else b""
        return licence_of(raw.decode("utf-8", "replace")) if isinstance(raw, bytes) else NO_LICENCE


def agree(said: str, found: str) -> bool:
    """Whether a stated licence agrees with the one found, or nothing is known of that."""
    return found == NO_LICENCE or bool(_licences_in(found) & _licences_in(said))


def _licences_in(expression: str) -> set[str]:
    words = {word.strip("()").removesuffix("-only").removesuffix("-or-later") for word in expression.split()}
    return words - {"OR", "AND", "WITH"}
