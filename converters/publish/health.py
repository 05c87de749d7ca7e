"""What a library's keeper should look at: missing agents, repairs, ambiguities, islands, doubles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from converters.findings import RULES, Severity
from converters.model import AgentSpec

from . import about, words
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
class Repair:
    """What one rule mended in one part of a file while it was read."""

    card: Card
    rule: str
    place: str
    told: str
    """What was done."""


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
    repairs: tuple[Repair, ...]
    ambiguous: tuple[tuple[Card, str, tuple[Card, ...]], ...]
    islands: tuple[Card, ...]
    doubles: tuple[Double, ...]
    worst: tuple[tuple[Card, str, str, str], ...]
    """Agents with errors: the rule, its message and what to do."""
    agents: int


def examine(pages: Pages) -> Health:
    """Look the whole library over once."""
    catalogue = pages.catalogue
    return Health(
        missing=tuple(_missing(pages)),
        repairs=tuple(r for key, spec in catalogue.agents.items() for r in _repairs(pages.cards[key], spec)),
        ambiguous=tuple(_ambiguous(pages)),
        islands=tuple(
            pages.cards[k] for k in catalogue.agents if k in catalogue.network and not catalogue.network.degree(k)
        ),
        doubles=tuple(_doubles(pages)),
        worst=tuple(
            (pages.cards[key], f"{f.rule.code} {f.rule.name}", f.message, f.rule.advice)
            for key, found in sorted(catalogue.findings.items())
            if key in pages.cards
            for f in found
            if f.rule.severity is Severity.ERROR
        ),
        agents=len(catalogue.agents),
    )


def _missing(pages: Pages) -> list[Missing]:
    network = pages.catalogue.network
    found = []
    for node in network:
        if not node.startswith("?"):
            continue
        wanted = [
            (pages.cards[end], words.relation(str(said.get("relation") or "collaborates_with")), said.get("about"))
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


def _repairs(card: Card, spec: AgentSpec) -> Iterator[Repair]:
    for place, code, told in about.repairs(spec):
        rule = RULES.get(code)
        yield Repair(card=card, rule=f"{code} {rule.name}" if rule else code, place=place, told=told)


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
