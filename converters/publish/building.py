"""Building a site where there is no MkDocs project: one is made for it, elsewhere."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from .catalogue import Catalogue
from .plugin import AgentSpecsPlugin


def site_sources() -> Path:
    """The site's own sources (MkDocs' `docs_dir`): as installed, or in a checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "site"
    return packaged if packaged.is_dir() else here.parents[1] / "site"


def user_cache() -> Path:
    """Where the caches of the user's programs lie, and in it the folder for ours."""
    home, named = Path.home(), os.environ.get("XDG_CACHE_HOME")
    if sys.platform == "win32":
        named = os.environ.get("LOCALAPPDATA")
        return (Path(named) if named else home / "AppData" / "Local") / "agent-specs" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "agent-specs"
    return (Path(named) if named else home / ".cache") / "agent-specs"


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
    sources = site_sources()
    settings = {"specs": str(folder / "specs"), **({"cache": str(cache)} if cache else {})}
    said: dict[str, object] = {
        "INHERIT": str(sources / "site.yml"),
        "site_name": name,
        "docs_dir": str(sources),
        "site_dir": str(out or folder / "build" / "site"),
        "theme": {"custom_dir": str(sources / "theme")},
        "plugins": [{"agent-specs": settings}],
    }
    if url:
        said["site_url"] = url
    path = folder / "mkdocs.yml"
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")  # JSON is YAML
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
