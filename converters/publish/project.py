"""The MkDocs project of a library: what its `mkdocs.yml` must say, and all that it may leave to us."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import File, Files, set_exclusions
from mkdocs.utils.yaml import yaml_load

from converters.syntax.yaml import word

_SETTINGS = "site.yml"
"""What every site of a library has in common, in the site's sources."""


def site_sources() -> Path:
    """The site's own sources (pages, theme, assets): as installed, or in a checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "site"
    return packaged if packaged.is_dir() else here.parents[1] / "site"


def settings(
    *,
    name: str,
    url: str | None = None,
    repository: str | None = None,
    folders: tuple[str, str] = ("site", "build/site"),
    plugin: Mapping[str, str] = MappingProxyType({"specs": "specs"}),
) -> str:
    """A `mkdocs.yml` that publishes a library.

    `folders` are that of the project's own pages, which may be empty, and that of the site. Paths are
    absolute, or relative to the file.
    """
    docs, out = folders
    said = [
        ("site_name", name, ""),
        ("site_url", url, "  # for the sitemap, the feeds and links that others share"),
        ("repo_url", repository, ""),
        ("docs_dir", docs, "  # pages of your own; one named as ours is takes its place"),
        ("site_dir", out, ""),
    ]
    lines = [f"{key}: {word(value)}{why}" for key, value, why in said if value]
    lines += ["theme:", "  name: material", "plugins:", "  - agent-specs:"]
    lines += [f"      {key}: {word(value)}" for key, value in plugin.items()]
    return "\n".join(lines).encode("utf-8", "replace").decode() + "\n"


def complete(config: MkDocsConfig) -> None:
    """Let the site's own settings stand wherever the project's `mkdocs.yml` says nothing, as `INHERIT` would.

    A project that inherits them, and lies on the sources itself, stays as it is.
    """
    said = _said(config)
    if _is_ours(Path(config.docs_dir)):
        return
    with (site_sources() / _SETTINGS).open("rb") as file:
        ours: dict[str, Any] = yaml_load(file)
    theme = said.get("theme")
    own_theme = theme if isinstance(theme, dict) else {"name": theme} if theme else {}
    custom = own_theme.pop("custom_dir", None)
    merged = _merged(ours, {key: value for key, value in said.items() if key in ours} | {"theme": own_theme})
    whole = MkDocsConfig(config.config_file_path)
    needed = {"site_name": "-", "docs_dir": config.docs_dir, "site_dir": config.site_dir, "plugins": []}
    whole.load_dict({**merged, **needed})
    failed, _ = whole.validate()
    if failed:
        key, why = failed[0]
        raise ConfigurationError(f"Config value {key!r}: {why}")
    for key in [*ours, "mdx_configs"]:
        config[key] = whole[key]
    folder = Path(config.config_file_path).parent if config.config_file_path else Path()
    config.theme.dirs[:0] = [*([str(folder / custom)] if custom else []), str(site_sources() / "theme")]


def _said(config: MkDocsConfig) -> dict[str, Any]:
    """What the project's own file says, all it inherits included."""
    if not config.config_file_path or not os.path.isfile(config.config_file_path):  # noqa: PTH113 - it may be ""
        return {}
    with Path(config.config_file_path).open("rb") as file:
        said: dict[str, Any] = yaml_load(file) or {}
    return said


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings key by key, where both say one; all else as `theirs` says it."""
    both = dict(ours)
    for key, value in theirs.items():
        held = both.get(key)
        both[key] = _merged(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return both


def complete_files(files: Files, config: MkDocsConfig) -> None:
    """Add the site's own pages and assets to those of the project; of two with one address the project's stays."""
    sources = site_sources()
    if _is_ours(Path(config.docs_dir)):
        return
    taken = {file.dest_uri for file in files}
    added = [file for file in _files(sources, config) if file.dest_uri not in taken]
    set_exclusions(added, config)
    for file in added:
        file.edit_uri = None  # it lies in no repository of theirs
        files.append(file)


def _files(sources: Path, config: MkDocsConfig) -> Iterator[File]:
    for folder, folders, names in os.walk(sources):
        folders.sort()
        for name in sorted(names, key=lambda name: (name != "index.md", name)):  # as MkDocs orders its own
            path = Path(folder, name).relative_to(sources).as_posix()
            yield File(path, str(sources), config.site_dir, config.use_directory_urls)


def engine_sources(config: MkDocsConfig, place: str) -> Path:
    """The sources that hold the engine: the project's, where it has one of its own."""
    own = Path(config.docs_dir)
    return own if (own / place / "vendor.json").is_file() else site_sources()


def _is_ours(docs: Path) -> bool:
    """Whether a project's pages are the site's sources themselves, or a whole copy of them."""
    return (docs / _SETTINGS).is_file()
