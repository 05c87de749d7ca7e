"""The press: a library of specs as a searchable site."""

from __future__ import annotations

from pathlib import Path

from .catalogue import Catalogue
from .loading import load, prepare
from .site import Asset, Page, Site

__all__ = ["Asset", "Catalogue", "Page", "Site", "load", "prepare", "site_sources"]


def site_sources() -> Path:
    """The site's own sources (MkDocs' `docs_dir`): as installed, or in a checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "site"
    return packaged if packaged.is_dir() else here.parents[1] / "site"
