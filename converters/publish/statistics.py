"""The library in numbers, each of them counted while the site is built."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import urlencode

from converters.formats import FORMATS
from converters.model import NO_LICENCE
from converters.twins import Family

from . import about, api, feeds, words
from .pages import Card
from .press import Asset, Press

PLACE = "api/statistics.json"
MOST = 15
"""Bars of one chart; what is less is told in one line."""
NOT_STATED = "not stated"
_SIZES = (0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
"""Where the columns of prompts by size begin, in tokens."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A value, and how many have it."""

    value: str
    """As the API spells it."""
    label: str
    count: int
    share: float
    """Of the chart's whole, from 0 to 1."""
    href: str | None
    """The agents it counts, from the site's root."""

    @property
    def percent(self) -> str:
        """The share for people."""
        return "<1 %" if 0 < self.share < 0.005 else f"{self.share:.0%}".replace("%", " %")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """How something is spread over the agents; the most frequent first."""

    id: str
    title: str
    note: str
    bars: tuple[Bar, ...]
    whole: int
    """What shares are of."""

    @property
    def shown(self) -> tuple[Bar, ...]:
        """The bars there is room for."""
        return self.bars[:MOST]

    @property
    def widest(self) -> float:
        """The greatest share, which fills its row."""
        return max((bar.share for bar in self.bars), default=0) or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How long prompts are, in tokens."""

    columns: tuple[Bar, ...]
    middle: int
    longest: tuple[tuple[Card, int], ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Agents whose prompts are another's, equal or nearly."""

    families: int
    largest: tuple[tuple[tuple[Card, ...], bool], ...]
    """And whether all texts are equal."""
    agents: int
    """In all families."""
    exact: int
    """Families whose texts are equal but for white space."""
    across: int
    """Families that reach over collections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What `statistics.html` lays out."""

    charts: tuple[Chart, ...]
    sizes: Sizes
    references: Chart
    relations: Chart
    silent: int
    """Agents that name no other."""
    named: tuple[tuple[Card, int], ...]
    """Those whom most others name, and how many do."""
    missing: tuple[tuple[str, str, int], ...]
    """Names nobody answers to, the collection where they are used, and by how many."""
    copies: Copies
    lately: tuple[feeds.Entry, ...]


def assets(press: Press) -> Iterator[Asset]:
    """The same numbers for programs."""
    yield Asset(PLACE, api.dump(document(press)))


def count(press: Press) -> Statistics:
    """Count everything once."""
    made, catalogue = press.made, press.catalogue
    agents = catalogue.agents
    whole = len(agents)
    ends = [(key, end, said) for key in agents for end, said in catalogue.edges(key) if end in agents or end[:1] == "?"]
    in_: dict[str, set[str]] = {}
    for key, end, _ in ends:
        in_.setdefault(end, set()).add(key)
    most = sorted(in_.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    missing = [(end[1:].partition("/"), len(by)) for end, by in most if end.startswith("?")]
    return Statistics(
        charts=tuple(_charts(press)),
        sizes=_sizes(press),
        references=_chart(
            "references",
            "Where references lead",
            "What agents say of each other in prose and in keys, each statement once.",
            Counter(str(said.get("resolution") or "exact") for _, _, said in ends),
            len(ends),
            words_=_LED,
        ),
        relations=_chart(
            "relations",
            "What they say of each other",
            "",
            Counter(str(said.get("relation") or "collaborates_with") for _, _, said in ends),
            len(ends),
            words_={name: said[0] for name, said in words.RELATIONS.items()},
        ),
        silent=whole - len({key for key, _, _ in ends}),
        named=tuple((made.cards[end], len(by)) for end, by in most if end in made.cards)[:10],
        missing=tuple((name or home, home, by) for (home, _, name), by in missing[:10]),
        copies=_copies(press),
        lately=tuple(feeds.entries(press, agents, 10)),
    )


_LED = {
    "exact": "to an agent of the same collection",
    "alias": "to one by another of its names",
    "elsewhere": "to an agent of another collection",
    "missing": "to nobody",
}


def _charts(press: Press) -> Iterator[Chart]:
    catalogue = press.catalogue
    agents = catalogue.agents
    whole = len(agents)
    titles = {fmt.id: fmt.title for fmt in FORMATS.values()}
    yield _chart(
        "access", "What they may touch", "An agent may do several of these.",
        Counter(b.id if b.id != "other" else b.word for card in press.made.cards.values() for b in card.access),
        whole, "access", {badge.id: re.split(": |, ", badge.phrase)[0] for badge in words.ACCESS.values()},
    )  # fmt: skip
    yield _chart(
        "tools", "Tools they name", "By our neutral names; agents that name none are not counted here.",
        Counter(n for s in agents.values() if s.tools and s.tools.allow for n in {t.name for t in s.tools.allow}),
        whole, "tool",
    )  # fmt: skip
    yield _chart(
        "formats", "Formats they are written in", "",
        Counter((s.source.format if s.source else "") or NOT_STATED for s in agents.values()),
        whole, "format", titles,
    )  # fmt: skip
    yield _chart(
        "tiers", "Model tiers", "What the named model is: no model named leaves it to the host.",
        Counter(s.derived.model_tier or NOT_STATED for s in agents.values()), whole, "tier",
        dict(words.TIERS),
    )  # fmt: skip
    yield _chart(
        "languages", "Languages", "Of the prompt.",
        Counter(s.derived.language or NOT_STATED for s in agents.values()), whole, "language",
        dict(words.LANGUAGES),
    )  # fmt: skip
    yield _chart(
        "licences", "Licences", "As the file says, or its collection.",
        Counter(about.licence(catalogue, key, s) for key, s in agents.items()), whole, "license",
        {NO_LICENCE: NOT_STATED},
    )  # fmt: skip
    yield _chart(
        "sections", "What prompts are made of", "Agents with at least one section of the kind.",
        Counter(k for s in agents.values() for k in {part.kind for part in s.sections} if k), whole,
    )  # fmt: skip


def _chart(  # noqa: PLR0913, PLR0917 - a chart is these
    id_: str, title: str, note: str, counts: Counter[str], whole: int, facet: str | None = None,
    words_: Mapping[str, str] | None = None,
) -> Chart:  # fmt: skip
    known = words_ or {}
    bars = tuple(
        Bar(
            value, known.get(value, value.replace("_", " ")), number, number / whole if whole else 0,
            f"catalogue/?{urlencode({facet: value}, errors='replace')}" if facet else None,
        )
        for value, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )  # fmt: skip
    return Chart(id=id_, title=title, note=note, bars=bars, whole=whole)


def _sizes(press: Press) -> Sizes:
    sizes = {key: words.tokens(spec.prompt) for key, spec in press.catalogue.agents.items()}
    held = Counter(max(start for start in _SIZES if start <= size) for size in sizes.values())
    ends = [f"{start:,} to {end:,}" for start, end in pairwise(_SIZES[1:])]
    labels = dict(zip(_SIZES, [f"under {_SIZES[1]:,}", *ends, f"{_SIZES[-1]:,} and more"], strict=True))
    longest = sorted(sizes, key=lambda key: (-sizes[key], key))[:5]
    return Sizes(
        columns=tuple(
            Bar(str(start), labels[start], held[start], held[start] / len(sizes) if sizes else 0, None)
            for start in _SIZES
        ),
        middle=round(median(sizes.values())) if sizes else 0,
        longest=tuple((press.made.cards[key], sizes[key]) for key in longest),
        total=sum(sizes.values()),
    )


def _copies(press: Press) -> Copies:
    agents = press.catalogue.agents
    keys = {id(spec): key for key, spec in agents.items()}
    families = sorted(press.catalogue.twins.families, key=lambda family: -len(family.agents))

    def homes(family: Family) -> int:
        return len({keys[id(spec)].partition("/")[0] for spec in family.agents})

    return Copies(
        largest=tuple((tuple(press.made.cards[keys[id(s)]] for s in f.agents), f.exact) for f in families[:10]),
        families=len(families),
        agents=sum(len(family.agents) for family in families),
        exact=sum(family.exact for family in families),
        across=sum(homes(family) > 1 for family in families),
    )


def document(press: Press) -> dict[str, Any]:
    """`api/statistics.json`."""
    told = count(press)
    return {
        "schema_version": api.VERSION,
        "counts": dict(press.numbers),
        **{chart.id: _counts(chart.bars) for chart in told.charts},
        "tokens": {
            "total": told.sizes.total,
            "median": told.sizes.middle,
            "from": {bar.value: bar.count for bar in told.sizes.columns},
        },
        "references": _counts(told.references.bars),
        "relations": _counts(told.relations.bars),
        "silent": told.silent,
        "named": [{"agent": card.key, "by": by} for card, by in told.named],
        "missing_names": [{"name": name, "collection": home, "by": by} for name, home, by in told.missing],
        "copies": {
            "families": told.copies.families,
            "agents": told.copies.agents,
            "exact": told.copies.exact,
            "across_collections": told.copies.across,
        },
    }


def _counts(bars: Iterable[Bar]) -> dict[str, int]:
    return {bar.value: bar.count for bar in bars}
