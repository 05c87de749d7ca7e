"""A catalogue repository of one's own: its files, and what can be found out instead of asked for."""

from __future__ import annotations

from .facts import Facts, facts, said, title
from .files import COLLECTIONS, files, is_edited, needed, planned, template
from .ignored import hidden
from .sources import described, own, quiet_root, shared_root, sourced

__all__ = [
    "COLLECTIONS",
    "Facts",
    "described",
    "facts",
    "files",
    "hidden",
    "is_edited",
    "needed",
    "own",
    "planned",
    "quiet_root",
    "said",
    "shared_root",
    "sourced",
    "template",
    "title",
]
