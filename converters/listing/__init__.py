"""Lists of agents in files that people keep: tables between markers, the entries of manifests, a badge."""

from __future__ import annotations

from converters.listing.badges import badge, is_badge
from converters.listing.kept import Kept
from converters.listing.manifests import Ground, keep_marketplace, keep_plugin
from converters.listing.regions import keep_regions
from converters.listing.tables import COLUMNS, Ask, Entry, GroupBy, grouped, markdown, title_of

__all__ = [
    "COLUMNS",
    "Ask",
    "Entry",
    "Ground",
    "GroupBy",
    "Kept",
    "badge",
    "grouped",
    "is_badge",
    "keep_marketplace",
    "keep_plugin",
    "keep_regions",
    "markdown",
    "title_of",
]
