"""Building a site where there is no MkDocs project: one is made for it, elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from .catalogue import Catalogue
from .plugin import AgentSpecsPlugin
from .project import settings


def write_project(
    folder: Path,
    *,
    name: str,
    out: Path | None = None,
    url: str | None = None,
    cache: Path | None = None,
) -> Path:
    """Write a `mkdocs.yml` in `folder` that publishes the library in its `specs`, and return its path.

    `mkdocs build` and `mkdocs serve` work on it as on any project. What builds leave for the next
    is kept in `cache`, or else in the project.
    """
    (folder / "site").mkdir(exist_ok=True)
    path = folder / "mkdocs.yml"
    folders = str(folder / "site"), str(out or folder / "build" / "site")
    plugin = {"specs": str(folder / "specs"), **({"cache": str(cache)} if cache else {})}
    path.write_text(settings(name=name, url=url, folders=folders, plugin=plugin), encoding="utf-8")
    return path


def configure(catalogue: Catalogue, path: Path, *, strict: bool = False) -> MkDocsConfig:
    """The project at `path`, publishing `catalogue` whatever its `specs` folder holds."""
    config = load_config(str(path), plugins=[], strict=strict)
    plugin = AgentSpecsPlugin()
    plugin.load_config({"cache": ""}, config_file_path=str(path))
    plugin.catalogue = catalogue
    config.plugins["agent-specs"] = plugin
    return config


def build(
    catalogue: Catalogue, out: Path, *, name: str = "Agent Specs", url: str | None = None, strict: bool = False
) -> None:
    """Build the site of `catalogue` into `out`."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_project(Path(folder), name=name, out=out.resolve(), url=url)
        mkdocs_build(configure(catalogue, path, strict=strict))
