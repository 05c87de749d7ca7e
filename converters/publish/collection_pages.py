"""The pages of collections and of categories: what each source holds, and what authors filed together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from converters import shelves
from converters.formats import FORMATS
from converters.model import AgentSpec

from . import about, addresses, previews, words
from .pages import Card
from .press import Page, Press

CARDS = 240
"""Agents of one collection that are shown as cards; more are listed by their titles."""
MOST = 3_000
"""Agents that its page lists at all; for those after them it leads to the catalogue."""
_FREQUENT = 24
"""Categories that stand before the alphabet, those of most agents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A collection as lists of collections show it."""

    name: str
    title: str
    description: str | None
    license: str
    repository: str | None
    """Where a browser can follow it."""
    revision: str | None
    publish: str
    href: str
    agents: int
    categories: tuple[str, ...]
    """The most frequent, at most six."""
    formats: tuple[tuple[str, str], ...]
    """Ids and titles, the most frequent first."""
    changed: str | None
    """The day of the last change of one of its agents; `None` where nobody knows."""


def summaries(press: Press) -> list[Summary]:
    """Every collection that may be shown, the largest first."""
    found = [summary(press, name) for name in press.catalogue.members]
    return sorted(found, key=lambda one: (-one.agents, one.name))


def summary(press: Press, name: str) -> Summary:
    """One collection."""
    catalogue, known = press.catalogue, press.catalogue.collections.get(name)
    keys = catalogue.members[name]
    specs = [catalogue.agents[key] for key in keys]
    formats = Counter(spec.source.format for spec in specs if spec.source and spec.source.format)
    days = [history[0].day for key in keys if (history := catalogue.history.get(key))]
    return Summary(
        name=name,
        title=(known.title if known else None) or words.title(name),
        description=known.description if known else None,
        license=(known.license if known else None) or "not stated",
        repository=about.web(known.repository) if known else None,
        revision=known.revision if known else None,
        publish="summary" if keys and all(catalogue.publish(key) == "summary" for key in keys) else "full",
        href=addresses.link(addresses.collection(name)),
        agents=len(keys),
        categories=tuple(c for c, _ in Counter(c for s in specs for c in s.derived.categories[:1]).most_common(6)),
        formats=tuple((id_, FORMATS[id_].title if id_ in FORMATS else id_) for id_, _ in formats.most_common()),
        changed=max(days, default=None),
    )


def pages(press: Press) -> Iterator[Page]:
    """A page for each collection."""
    for one in summaries(press):
        address = addresses.collection(one.name)
        keys = press.catalogue.members[one.name][:MOST]
        html = press.render(
            "collection",
            root=addresses.root(address),
            collection=one,
            groups=groups([press.made.cards[key] for key in keys], [press.catalogue.agents[key] for key in keys]),
            as_cards=one.agents <= CARDS,
            listed=min(one.agents, MOST),
        )
        told = one.description or f"{one.agents:,} agent{'' if one.agents == 1 else 's'}"
        yield Page(address, one.title, told, html, "collections/", previews.of_collection(one.name))


def groups(cards: Iterable[Card], agents: Iterable[AgentSpec]) -> list[tuple[str, list[Card]]]:
    """Agents by their first category, in the order of the folders they lie in, those without one last."""
    found: dict[str, list[Card]] = {}
    for card in cards:
        found.setdefault(card.categories[0] if card.categories else "", []).append(card)
    place = shelves.order(spec.source.path for spec in agents if spec.source)
    return sorted(found.items(), key=lambda group: (group[0] == "", place(group[0])))


Category = tuple[str, int, list[tuple[str, str, int]]]
"""Its name, its agents counted, and the same by collection with the collection's title."""


def categories(press: Press) -> list[Category]:
    """Each category; that of most agents first."""
    by: dict[str, Counter[str]] = {}
    for card in press.made.cards.values():
        for category in dict.fromkeys(card.categories):
            by.setdefault(category, Counter())[card.collection] += 1
    titles = {card.collection: card.collection_title for card in press.made.cards.values()}
    found = [(c, n.total(), [(k, titles[k], m) for k, m in n.most_common()]) for c, n in by.items()]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def listed(press: Press) -> dict[str, Any]:
    """The categories of most agents, and where there are many, all by their first letter."""
    found = categories(press)
    by_name = sorted(found, key=lambda row: (_initial(row[0]), words.category(row[0]).casefold(), row[0]))
    letters = [(letter, list(rows)) for letter, rows in groupby(by_name, key=lambda row: _initial(row[0]))]
    return {"frequent": found[:_FREQUENT], "letters": letters if len(found) > _FREQUENT else [], "whole": len(found)}


def _initial(name: str) -> str:
    first = words.plain_title(words.category(name))[:1].upper()
    return first if first.isalpha() else "0–9"
