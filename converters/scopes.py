"""Where agents are installed: folders that some clients look into, in a project or in a person's home."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from converters.formats import FORMATS


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder that some clients look into, and that has a manifest of its own."""

    root: Path
    folder: str = ""
    """What the root is called in a plan: `.claude`; empty for a project."""
    targets: tuple[str, ...] = ()
    """The formats whose files belong there; empty means all."""

    def below(self, path: str) -> str | None:
        """A planned path counted from the root; `None` where it does not lie below it."""
        if not self.folder:
            return path
        return path.removeprefix(f"{self.folder}/") if path.startswith(f"{self.folder}/") else None

    def shown(self, path: str) -> str:
        """A path below the root as people find it."""
        if not self.folder:
            return path
        usual = Path.home() / self.folder
        return f"~/{self.folder}/{path}" if self.root == usual else (self.root / path).as_posix()


def personal_scopes(targets: Iterable[str], environment: Mapping[str, str], home: Path) -> list[Scope]:
    """The folders in a person's home where the clients of some formats look, each once."""
    found: dict[tuple[Path, str], list[str]] = {}
    for target in targets:
        place = FORMATS[target].home
        if place is not None:
            set_ = [(environment[name], on) for name, on in place.moved if environment.get(name)]
            root = Path(set_[0][0], set_[0][1]) if set_ else home / place.folder
            found.setdefault((root, place.folder), []).append(target)
    return [Scope(root, folder, tuple(ids)) for (root, folder), ids in found.items()]
