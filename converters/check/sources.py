"""Where on this disk the files lie that specs were made from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from converters.collection import Collection
from converters.remotes import is_address


def folder(home: Collection, project: Path) -> Path | None:
    """The folder of the project that a collection's files lie in; `None` where they lie in none."""
    return None if home.folder is None else _normal(project / home.folder)


def sources_here(collections: Mapping[str, Collection], project: Path) -> list[str]:
    """The folders that specs are made from, those that lie in the project, as its owner writes them."""
    homes = {home.folder: folder(home, project) for home in collections.values() if home.origin != "specs"}
    top = _normal(project)
    return [said for said, where in homes.items() if said and where and where.is_relative_to(top) and where.is_dir()]


def synced_folder(home: Collection, project: Path) -> Path | None:
    """The folder elsewhere that a collection's files are synced from; `None` where they are not, or from an address."""
    if home.source is None or is_address(home.source):
        return None
    try:
        return _normal(project / Path(home.source).expanduser() / (home.root or ""))
    except RuntimeError:  # nobody has that name here
        return None


def presumed_folder(home: Collection, project: Path) -> Path | None:
    """The folder called as a collection of which nobody says where its files lie; they may lie there."""
    return _normal(project / home.name) if home.name and home.source is None and home.folder is None else None


def below(folder: Path | None, path: str) -> Path | None:
    """A source path in the folder of its collection, which it may not leave."""
    where = _normal(folder / path) if folder and path else None
    return where if folder and where and where.is_relative_to(folder) else None


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))
