"""What agents may do more as they come than as they were installed, each read as its client's own file says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from converters.conversion import Artifact
from converters.fields import tools_of
from converters.findings import WIDER_INSTALLED, Finding, Span
from converters.formats import FORMATS
from converters.leave import Access, decided, narrowest
from converters.manifest import Installed
from converters.model import AgentSpec
from converters.output import Output
from converters.parts import Unfit, holder_of, takes_parts
from converters.reading import parse, read
from converters.text import decode
from converters.tools import KINDS, access_of, gains, touching

_BESIDES = {
    "hooks": "set off other hooks",
    "mcp_servers": "start other MCP servers",
    "permission_mode": "act in another permission mode",
    "isolation": "work in another isolation",
}
"""What decides beside its tools what an agent may do, and what another value of it lets the agent do."""


class _Held(NamedTuple):
    """One agent as a file says it."""

    spec: AgentSpec
    part: str | None
    """SHA-256 of its part of a file that can hold several."""


class Widening:
    """The agents of one scope that could touch more by what comes for them."""

    def __init__(self, output: Output, said: Mapping[str, Access], before: Mapping[str, Access]) -> None:
        self.found: list[Finding] = []
        self.refused = set[tuple[str, str]]()
        """Formats and agents that stay as they are."""
        self._output, self._said, self._before = output, said, before
        self._read: dict[tuple[str, bytes], Mapping[str, _Held]] = {}
        self._places = defaultdict[tuple[str, str], list[str]](list)
        for path, owned in output.owned.items():
            for key in owned.agents:
                self._places[owned.target, key].append(path)

    def place(self, artifact: Artifact) -> str:
        """Where the artifact's agents are installed by now; the artifact's own place where that is nowhere else."""
        places = [place for key in artifact.owners for place in self._places[artifact.target, key]]
        return places[0] if places and artifact.path not in places else artifact.path

    def refuses(self, key: str, name: str, artifact: Artifact) -> bool:
        """Whether an agent stays as it is, as it could touch more and nobody said that it may.

        `name` is what a file of several agents calls it.
        """
        target, path = artifact.target, self.place(artifact)
        said = self._said.get(target, "refuse")
        gained = {} if said == "allow" else self._gained(key, name, artifact)
        access = decided(said, gained)
        if not gained or access == "allow":
            return False
        then = "; it stays as it is" if access == "refuse" else ""
        title, more, leave = (
            FORMATS[target].title,
            ", ".join(gained.values()),
            narrowest(gained, self._before.get(target, "refuse")),
        )
        self.found.append(
            WIDER_INSTALLED.at(Span(path), agent=key, format=title, gains=more, then=then, target=target, leave=leave)
        )
        if access == "refuse":
            self.refused.add((target, key))
        return access == "refuse"

    def _gained(self, key: str, name: str, artifact: Artifact) -> Mapping[str, str]:
        """What the agent could do more, with each in words: kinds of access, and fields of `_BESIDES`."""
        target = artifact.target
        installed = list(self._installed(key, target))
        held = self._of(artifact.data, artifact.path, target) if installed else {}
        now = held[name] if name in held else next(iter(held.values())) if len(held) == 1 else None
        if now is None:
            return {}
        tools = tools_of(now.spec)
        more = {access for before in installed for access in gains(tools_of(before), tools)}
        had = frozenset[str]().union(*(access_of(tools_of(before)) for before in installed))
        others = {f: words for f, words in _BESIDES.items() if any(_is_new(f, one, now.spec) for one in installed)}
        return {kind: touching([kind], besides=had) for kind in KINDS if kind in more} | others

    def _installed(self, key: str, target: str) -> Iterator[AgentSpec]:
        """An agent as files of ours say it; nothing where one is not as it was written."""
        for path in self._places[target, key]:
            data, owned = self._output.bytes_of(path), self._output.owned[path]
            if data is not None and (takes_parts(FORMATS[target]) or owned.holds(data)):
                one = _as_written(self._of(data, path, target), owned.agents[key])
                if one is not None:
                    yield one.spec

    def _of(self, data: bytes, path: str, target: str) -> Mapping[str, _Held]:
        """The agents of a file, by what it calls them; it is read once."""
        if (target, data) not in self._read:
            self._read[target, data] = _agents(data, path, target)
        return self._read[target, data]


def _is_new(field: str, before: AgentSpec, now: AgentSpec) -> bool:
    """Whether a field says what it did not; hooks and servers that are gone do nothing any more."""
    value = getattr(now, field)
    return value != getattr(before, field) and (value is not None or field in {"permission_mode", "isolation"})


def _as_written(held: Mapping[str, _Held], known: Installed) -> _Held | None:
    if known.part is None and len(held) == 1:
        return next(iter(held.values()))
    one = held.get(known.name)
    return one if one is not None and one.part == known.part else None


def _agents(data: bytes, path: str, target: str) -> Mapping[str, _Held]:
    fmt, source = FORMATS[target], decode(data, path)
    found = () if source.refused else read(parse(source, fmt), fmt, raw=data).specs
    if not takes_parts(fmt) or fmt.section:
        return {spec.name: _Held(spec, None) for spec in found}
    try:
        parts = holder_of(data, path, fmt).parts
    except Unfit:
        return {}
    return {part.name: _Held(spec, part.sha256) for part, spec in zip(parts, found, strict=False)}
