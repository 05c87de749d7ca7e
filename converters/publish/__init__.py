"""The press: a library of specs as a searchable site."""

from __future__ import annotations

from .building import build, configure, site_sources, write_project
from .catalogue import Catalogue
from .loading import load, prepare
from .publication import Asset, Page, Site

__all__ = [
    "Asset",
    "Catalogue",
    "Page",
    "Site",
    "build",
    "configure",
    "load",
    "prepare",
    "site_sources",
    "write_project",
]
