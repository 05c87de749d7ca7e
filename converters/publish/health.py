"""What a library's keeper should look at: missing agents, faults of files, ambiguities, islands, doubles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from converters import vocabulary
from converters.findings import RULES, Severity

from . import about, render, words
from .pages import Card, Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An agent that others name and nobody is."""

    name: str
    collection: str
    wanted_by: tuple[tuple[Card, str, str | None], ...]
    """Who names it, in which relation, about what."""
    suggestions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What one rule found, or mended while a file was read."""

    code: str
    name: str
    severity: str
    why: str
    """HTML: why it matters, in a sentence or two; may be empty."""
    advice: str
    """HTML."""
    cases: tuple[tuple[Card, str, str], ...]
    """In which agent, where in its file, and what was found or done."""

    @property
    def agents(self) -> int:
        """How many have it."""
        return len({card.key for card, _, _ in self.cases})


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """Agents of one name."""

    name: str
    cards: tuple[Card, ...]
    inside: bool
    """Whether two of them are of one collection."""
    prompts: int
    """How many different prompts they have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What `health.html` lays out."""

    missing: tuple[Missing, ...]
    faults: tuple[Fault, ...]
    """Of warnings and graver, the gravest first, then the most frequent."""
    ambiguous: tuple[tuple[Card, str, tuple[Card, ...]], ...]
    islands: tuple[Card, ...]
    doubles: tuple[Double, ...]
    agents: int
    told: Mapping[str, int]
    """How many findings of each code `specs check` tells of references: one for each agent that uses a name."""

    def counted(self, severity: str) -> int:
        """Agents with a fault of that severity."""
        return len({card.key for fault in self.faults if fault.severity == severity for card, _, _ in fault.cases})


def examine(pages: Pages) -> Health:
    """Look the whole library over once."""
    catalogue = pages.catalogue
    return Health(
        missing=tuple(_missing(pages)),
        faults=tuple(_faults(pages)),
        ambiguous=tuple(_ambiguous(pages)),
        islands=tuple(
            pages.cards[k] for k in catalogue.agents if k in catalogue.network and not catalogue.network.degree(k)
        ),
        doubles=tuple(_doubles(pages)),
        agents=len(catalogue.agents),
        told=Counter(f.rule.code for key in catalogue.agents for f in catalogue.findings.get(key, ())),
    )


def _missing(pages: Pages) -> list[Missing]:
    network = pages.catalogue.network
    found = []
    for node in network:
        if not node.startswith("?"):
            continue
        wanted = [
            (
                pages.cards[end],
                words.relation(str(said.get("relation") or "collaborates_with")),
                said.get("about") if pages.cards[end].full else None,
            )
            for end, said in pages.catalogue.edges(node, incoming=True)
            if end in pages.cards
        ]
        if wanted:
            collection, _, name = node[1:].partition("/")
            found.append(
                Missing(
                    name=name or collection,
                    collection=collection,
                    wanted_by=tuple(wanted),
                    suggestions=pages.suggestions(node),
                )
            )
    return sorted(found, key=lambda m: (-len({card.key for card, _, _ in m.wanted_by}), m.name, m.collection))


_FACT = re.compile(r"\{(\w+)[^{}]*\}")
"""What an advice says of one case."""


def _faults(pages: Pages) -> list[Fault]:
    """The findings of every agent by their rule; those about references stand elsewhere on the page."""
    grave = {severity.word: severity for severity in Severity if severity >= Severity.WARNING}
    found: dict[str, list[tuple[Card, about.Notice]]] = {}
    for key, spec in pages.catalogue.agents.items():
        for notice in about.notices(pages.catalogue, key, spec):
            if notice.severity in grave and not notice.code.startswith("G"):
                found.setdefault(notice.code, []).append((pages.cards[key], notice))
    explained = vocabulary.load("explanations")
    faults = [
        Fault(
            code=code,
            name=cases[0][1].name,
            severity=cases[0][1].severity,
            why=render.inline(explained.get(code, {}).get("why", "")),
            advice=render.inline(_FACT.sub(r"<\1>", RULES[code].advice)) if code in RULES else "",
            cases=tuple((card, notice.where, notice.message) for card, notice in cases),
        )
        for code, cases in found.items()
    ]
    return sorted(faults, key=lambda fault: (-grave[fault.severity], -fault.agents, fault.code))


def _ambiguous(pages: Pages) -> Iterator[tuple[Card, str, tuple[Card, ...]]]:
    """Each agent, the name it uses, and the agents that name may mean; the one it is taken for first."""
    for key, card in pages.cards.items():
        for end, said in pages.catalogue.edges(key):
            if said.get("ambiguous") and said.get("resolution") != "elsewhere" and end in pages.cards:
                others = (pages.cards[k] for k in said.get("candidates", ()) if k in pages.cards and k != end)
                yield card, pages.cards[end].name, (pages.cards[end], *others)


def _doubles(pages: Pages) -> list[Double]:
    catalogue = pages.catalogue
    found = []
    for name, keys in catalogue.variants.items():
        if len(keys) > 1 and name:
            collections = [k.partition("/")[0] for k in keys]
            found.append(
                Double(
                    name=name,
                    cards=tuple(pages.cards[k] for k in keys),
                    inside=len(set(collections)) < len(collections),
                    prompts=len({catalogue.agents[k].prompt for k in keys}),
                )
            )
    return sorted(found, key=lambda d: (-len(d.cards), d.name))
