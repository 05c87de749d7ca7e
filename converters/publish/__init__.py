"""The press: a library of specs as a searchable site."""

from __future__ import annotations

from .building import build, configure, write_project
from .catalogue import Catalogue
from .loading import load, prepare
from .press import Asset, Page, Press
from .project import settings, site_sources
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
    "settings",
    "site_sources",
    "write_project",
]
