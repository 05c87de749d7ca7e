"""What the site may know of a library: nothing it works out, or repeats, names an agent that is kept back.

The words of agents that are shown are their own: a prompt that names one kept back is published as it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from converters.graph.resolve import Resolver
from converters.identity import slug
from converters.library import Library
from converters.model import AgentSpec


class Discretion:
    """Tells a library without those of its agents that the site does not show."""

    def __init__(self, library: Library) -> None:
        self._whole = library
        self.hidden = frozenset(library.key(spec) for spec in library.agents if library.shown(spec) == "none")
        """The keys of those kept back."""

    @cached_property
    def library(self) -> Library:
        """The library as a reader of the site knows it: no graph of it, and no finding, names anybody else."""
        if not self.hidden:
            return self._whole
        shown = (spec for spec in self._whole.agents if self._whole.key(spec) not in self.hidden)
        return replace(self._whole, agents=tuple(map(self.told, shown)), findings=())

    def told(self, spec: AgentSpec) -> AgentSpec:
        """An agent without what it says of those kept back; the same one where it says nothing of them."""
        if not self.hidden:
            return spec
        said = spec.derived.collaboration
        kept = tuple(one for one in said if not self._means_hidden(spec, one.agent))
        if len(kept) < len(said):
            spec = replace(spec, derived=replace(spec.derived, collaboration=kept))
        if spec.replaced_by and self._means_hidden(spec, spec.replaced_by):
            spec = replace(spec, replaced_by=None)
        return spec

    def names_hidden(self, text: str) -> bool:
        """Whether a line that goes with an agent, such as a commit's subject, names one that is kept back."""
        if not self.hidden:
            return False
        line = f"-{slug(text)}-"
        return any(f"-{name}-" in line for name in self._names)

    def _means_hidden(self, speaker: AgentSpec, name: str) -> bool:
        return name in self.hidden or self._resolver.resolve(speaker, name).target in self.hidden

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self._whole)

    @cached_property
    def _names(self) -> frozenset[str]:
        """What those kept back are called: by name, by file and by title."""
        specs = [spec for spec in self._whole.agents if self._whole.key(spec) in self.hidden]
        titles = (spec.title or spec.derived.title or "" for spec in specs)
        files = (spec.id.rpartition("/")[2] for spec in specs)
        return frozenset(map(slug, (*(spec.name for spec in specs), *files, *titles))) - {""}


def are_shown_alike(library: Library, owners: list[AgentSpec]) -> bool:
    """Whether the file of these agents may be told of: not if one of them is kept back, or less of it is shown."""
    shown = {library.shown(spec) for spec in owners}
    return len(shown) == 1 and "none" not in shown
