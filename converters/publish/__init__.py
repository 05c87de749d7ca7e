"""The press: a library of specs as a searchable site."""

from __future__ import annotations

from .building import build, configure, site_sources, user_cache, write_project
from .catalogue import Catalogue
from .loading import load, prepare
from .press import Asset, Page, Press
from .publication import Site

__all__ = [
    "Asset",
    "Catalogue",
    "Page",
    "Press",
    "Site",
    "build",
    "configure",
    "load",
    "prepare",
    "site_sources",
    "user_cache",
    "write_project",
]
