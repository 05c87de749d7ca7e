"""How much of an agent survives from each format to each other, measured on given agents.

Each agent is written as a format (its access may widen, what the format requires is filled in) and
read back by that format's own reader: so it stands as its users have it. What is then kept or
changed on the way to another format, of all the fields it says there, is that pair's share. No
number is stored: a table that changes changes the matrix. An agent that a client would refuse
counts for none of its pairs, and a pair has no share where no agent is left, where the first format
cannot be both written and read, or the second cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from converters.fates import WORDS, fates_of
from converters.fitting import refusals, with_defaults
from converters.formats._kit import Format
from converters.model import AgentSpec, Source
from converters.reading import parse, read
from converters.text import decode
from converters.writing import artifact_name, prompt_beside, write, write_shared

SAMPLE = 3
"""Agents that `sample` takes: 50 formats by 50 take about two seconds with them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the agents of one format keep as another."""

    kept: int = 0
    """Fields kept or changed."""
    fields: int = 0
    """All that the agents say, as the first format has them."""
    agents: int = 0
    refused: int = 0
    """Agents that the second format's client would not take."""

    @property
    def share(self) -> float | None:
        """Between 0 and 1; `None` where nothing was measured."""
        return self.kept / self.fields if self.fields else None

    @property
    def percent(self) -> int | None:
        """The share in whole percent, rounded down: 100 is all."""
        return self.kept * 100 // self.fields if self.fields else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The measured pairs of formats."""

    formats: tuple[str, ...]
    """Ids, in the order of rows and columns."""
    agents: tuple[str, ...]
    """Names of the agents it was measured on."""
    cells: Mapping[str, Mapping[str, Cell]]
    """By the format they are in, then by the one they go to."""


def sample(specs: Iterable[AgentSpec], most: int = SAMPLE) -> tuple[AgentSpec, ...]:
    """The few agents of different names that together say the most different fields.

    Each says the most that those before it leave unsaid; once all is said, the count begins anew.
    Among equals the shortest prompt is taken, then the first.
    """
    left = list({spec.name: spec for spec in reversed(list(specs))}.values())[::-1]
    left.sort(key=lambda spec: len(spec.prompt))
    said = {id(spec): frozenset(spec.said()) for spec in left}
    chosen: list[AgentSpec] = []
    heard: frozenset[str] = frozenset()
    while left and len(chosen) < most:
        best = max(left, key=lambda spec: len(said[id(spec)] - heard))
        if heard and said[id(best)] <= heard:
            heard = frozenset()
            continue
        heard |= said[id(best)]
        left = [spec for spec in left if spec is not best]
        chosen.append(best)
    return tuple(chosen)


def measure(specs: Sequence[AgentSpec], formats: Iterable[Format]) -> Matrix:
    """What each of `specs` keeps on its way from each of `formats` to each other.

    The last answers are remembered: a site that is served asks again with every edit.
    """
    return _answered(_Question(tuple(specs), tuple(formats)))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is to be measured; specs have no hash of their own."""

    specs: tuple[AgentSpec, ...]
    formats: tuple[Format, ...]

    def __hash__(self) -> int:
        return hash((*(spec.name for spec in self.specs), *(fmt.id for fmt in self.formats)))


@lru_cache(maxsize=4)
def _answered(asked: _Question) -> Matrix:
    cells = {}
    for fmt in asked.formats:
        agents = [again for spec in asked.specs if (again := as_users_have(spec, fmt)) is not None]
        cells[fmt.id] = MappingProxyType({target.id: _cell(agents, fmt, target) for target in asked.formats})
    names = tuple(spec.name for spec in asked.specs)
    return Matrix(tuple(fmt.id for fmt in asked.formats), names, MappingProxyType(cells))


def as_users_have(spec: AgentSpec, fmt: Format) -> AgentSpec | None:
    """An agent written as `fmt` and read back; `None` where that cannot be."""
    at_home = spec.source is not None and spec.source.format == fmt.id
    if not (fmt.reads and fmt.writes) or (not at_home and _is_refused(spec, fmt)):
        return None
    fitted = with_defaults(spec, fmt)
    data = write_shared([fitted], fmt) if fmt.shared else write(fitted, fmt)
    path = fmt.files[0].replace("{name}", artifact_name(spec, fmt))
    beside = prompt_beside(fitted, fmt)
    texts = {beside[0]: decode(beside[1], beside[0]).text} if beside else {}
    result = read(parse(decode(data, path), fmt), fmt, raw=data, place=Source(path=path), beside=texts.get)
    return result.specs[0] if result.specs else None


def _is_refused(spec: AgentSpec, target: Format) -> bool:
    return any(refusal.is_final for refusal in refusals(spec, target))


def _cell(agents: Sequence[AgentSpec], fmt: Format, target: Format) -> Cell:
    if not target.writes:
        return Cell()
    taken = [agent for agent in agents if target.id == fmt.id or not _is_refused(agent, target)]
    words = [WORDS[fate.status] for agent in taken for fate in fates_of(agent, target)]
    kept, lost = words.count("kept") + words.count("changed"), words.count("lost")
    return Cell(kept, kept + lost, len(taken), len(agents) - len(taken))
