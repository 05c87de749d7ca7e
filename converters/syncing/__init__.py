"""Keeping collections in step with where they come from: fetched, pinned, read, and told apart from what is there."""

from __future__ import annotations

from .naming import look_names_up
from .steps import RootOf, Step, gone, has_errors, library_before, step, written
from .taking import How

__all__ = ["How", "RootOf", "Step", "gone", "has_errors", "library_before", "look_names_up", "step", "written"]
