"""The library a server answers from: held in memory, and read again once its files have changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from converters.library import Library
from converters.search import Finder

if TYPE_CHECKING:
    from converters.graph import Network

_PATIENCE = 2.0
"""Seconds for which nobody looks whether files have changed."""


class Held:
    """A library and what was worked out from it, each when it is first asked for."""

    def __init__(self, library: Library) -> None:
        self.library = library

    @cached_property
    def finder(self) -> Finder:
        """Who finds agents by words."""
        return Finder({self.library.key(spec): spec for spec in self.library.agents})

    @cached_property
    def network(self) -> Network:
        """Who works with whom."""
        from converters.graph import build

        return build(self.library)[0]


class Shelf:
    """Gives the library as it is now; it is read when it is first asked for."""

    def __init__(self, load: Callable[[], Library], stamp: Callable[[], Hashable]) -> None:
        """Take what reads the library, and what is another value once that would read another one."""
        self._load = load
        self._stamp = stamp
        self._seen: Hashable = None
        self._held: Held | None = None
        self._looked = 0.0

    def held(self) -> Held:
        """The library, read again where its files are others than when it was read."""
        if self._held is None or monotonic() - self._looked >= _PATIENCE:
            seen = self._stamp()
            if self._held is None or seen != self._seen:
                self._held, self._seen = Held(self._load()), seen
            self._looked = monotonic()
        return self._held
