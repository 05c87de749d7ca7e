"""What the catalogue's page finds agents by: the cards and facets first, then the terms, then every prompt's words.

The three are read in that order by `site/assets/catalogue.js`, the later ones only when somebody types.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from converters import search
from converters.findings import RULES, Severity
from converters.model import NO_LICENCE, AgentSpec

from . import about, api, render, words
from .catalogue import Catalogue
from .late import Late, fingerprint
from .memory import Memory
from .pages import Card, Pages
from .press import Asset, Press

VERSION = 1
"""Of the shape of these files; it rises when a key is taken away or changes its meaning."""
FIRST = 24
"""Results on the catalogue's page before any script has run."""
_LISTED = 12
"""Agents of each collection that are listed where no script runs."""
_SHARD = 160_000
"""Characters of the prompts whose words one file holds, at least."""
_SHARDS = 256
"""Files of prompts' words, at most."""
_BEHIND = "\U0010ffff"
"""What stands behind every word."""
_DIGITS = "0123456789abcdef"

HEALTH = MappingProxyType(
    {
        "error": "has errors",
        "loss": "loses something",
        "warning": "has warnings",
        "info": "has remarks",
        "sound": "nothing found",
    }
)
"""What is to be said of an agent's file at worst, the worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A name in the list of results, and the agent that stands for it."""

    card: Card
    versions: int
    """How many agents bear the name."""


def facts(press: Press) -> dict[str, Any]:
    """What `catalogue.html` shows until the script has run, or where none will."""
    return {"results": list(_results(press))[:FIRST], "listed": list(_listed(press))}


def _results(press: Press) -> Iterator[Result]:
    """One result a name, those others speak of most first, then by title."""
    agents, cards = press.catalogue.agents, list(press.made.cards.values())
    groups, known = search.standing(agents)
    counted = Counter(groups)  # below, a title in lower case, as the script sorts
    order = sorted(counted, key=lambda at: (-known[at], words.plain_title(cards[at].title).lower(), at))
    return (Result(card=cards[at], versions=counted[at]) for at in order)


def _listed(press: Press) -> Iterator[tuple[str, str, list[Card], int]]:
    """Each collection's name and title, its first agents, and how many more it has."""
    for name, keys in press.catalogue.members.items():
        cards = sorted((press.made.cards[key] for key in keys), key=lambda c: words.plain_title(c.title).lower())
        if cards:
            yield name, cards[0].collection_title, cards[:_LISTED], len(cards) - _LISTED


def assets(press: Press) -> Iterator[Asset]:
    """The files the catalogue's script reads."""
    catalogue = press.catalogue
    told = {key: _told(catalogue, key, spec) for key, spec in catalogue.agents.items()}
    yield Asset("api/search.json", api.dump(cards(press.made)))
    shelf = _Shelf({key: spec.prompt for key, spec in told.items()}, told, catalogue.memory)
    found_by = _digest(map(_found_by, told.values(), shelf.prompts.values()))
    yield Asset("api/search-terms.json", Late(("terms", found_by), lambda: _terms(told, shelf.counts)))
    inputs = "prompts", _digest(shelf.prompts.values()), len(shelf)
    for number in range(len(shelf)):
        yield Asset(f"api/prompts/{number}.json", Late((*inputs, number), partial(shelf.file, number)))
    yield Asset("api/prompts/index.json", Late(inputs, shelf.index))


def _terms(agents: Mapping[str, AgentSpec], counts: Sequence[Counter[str]]) -> bytes:
    """`api/search-terms.json`: the terms agents are found by, and what decides which words are the same."""
    return api.dump(
        {
            "schema_version": VERSION,
            "tables": search.tables().document(),
            "factors": dict(search.FACTORS),
            **search.document(search.index_of(agents, counts).postings),
        }
    )


def _found_by(spec: AgentSpec, prompt: str) -> tuple[object, ...]:
    """All of an agent that its terms come from."""
    derived = spec.derived
    said = (spec.name, spec.title, spec.description, spec.when_to_use, spec.tags, spec.tools)
    named = tuple((other.agent, other.about) for other in derived.collaboration)
    return (*said, derived.title, derived.summary, derived.categories, named, prompt)


def _digest(values: Iterable[object]) -> str:
    """In hexadecimal; equal for equal values, whatever their texts hold."""
    digest = blake2b(digest_size=20)
    for value in values:
        digest.update(repr(value).encode("utf-8", "backslashreplace") + b"\n")
    return digest.hexdigest()


class _Shelf:
    """The words of prompts, cut by the alphabet into as many files as they fill; made when one is wanted."""

    def __init__(self, prompts: Mapping[str, str], agents: Mapping[str, AgentSpec], memory: Memory) -> None:
        self.prompts = prompts
        self._agents = agents
        self._memory = memory

    def __len__(self) -> int:
        return max(1, min(_SHARDS, sum(map(len, self.prompts.values())) // _SHARD))

    @cached_property
    def counts(self) -> list[Counter[str]]:
        """How often each prompt says what: counted where no build has counted it before."""
        return [
            Counter(self._memory.look_up("counts", fingerprint(prompt), partial(search.count, prompt)))
            for prompt in self.prompts.values()
        ]

    def file(self, number: int) -> bytes:
        """The terms of one file, and their postings."""
        return api.dump(search.document(self._parts[number]))

    def index(self) -> bytes:
        """What each file begins with; a file without terms begins as the next one that has some."""
        starts, start = [], _BEHIND
        for part in reversed(self._parts):
            start = next(iter(part), start)
            starts.append(start)
        return api.dump({"schema_version": VERSION, "starts": starts[::-1]})

    @cached_property
    def _parts(self) -> list[dict[str, array[int]]]:
        """The terms in order, in parts of about one size."""
        postings = search.prompts_of(self._agents, self.counts).postings
        sizes = [len(term) + 2 * len(found) for term, found in postings.items()]
        parts: list[dict[str, array[int]]] = [{} for _ in range(len(self))]
        whole, before = sum(sizes), 0
        for (term, found), size in zip(postings.items(), sizes, strict=True):
            parts[before * len(parts) // whole][term] = found
            before += size
        return parts


def _told(catalogue: Catalogue, key: str, spec: AgentSpec) -> AgentSpec:
    """As much of an agent as the site may tell."""
    if catalogue.publish(key) == "full":
        return spec
    named = tuple(replace(said, about=None, when=None) for said in spec.derived.collaboration)
    derived = replace(spec.derived, collaboration=named)
    return replace(spec, description=None, when_to_use=None, sections=(), derived=derived)


# --- cards and facets ------------------------------------------------------------------------------


def cards(pages: Pages) -> dict[str, Any]:
    """`api/search.json`: column by column what a result shows, and the facets; agents are numbered from 0."""
    catalogue = pages.catalogue
    agents, shown = list(catalogue.agents.values()), [pages.cards[key] for key in catalogue.agents]
    groups, known = search.standing(catalogue.agents)
    return {
        "schema_version": VERSION,
        "ids": [spec.id for spec in agents],
        "names": [
            "" if spec.id.endswith(f"/{card.name}") else card.name for spec, card in zip(agents, shown, strict=True)
        ],
        "titles": [card.title for card in shown],
        "summaries": [card.summary for card in shown],
        "tokens": [words.tokens(spec.prompt) for spec in agents],
        "hues": "".join(_DIGITS[card.hue // 30] for card in shown),
        "known": "".join(_DIGITS[doublings] for doublings in known),
        "groups": {at: first for at, first in enumerate(groups) if first != at},
        "deprecated": [at for at, spec in enumerate(agents) if spec.deprecated],
        "held": [at for at, card in enumerate(shown) if not card.full],
        "badges": {
            badge.id if badge.id != "other" else badge.word: badge.word for card in shown for badge in card.access
        },
        "facets": [_facet(id_, title, told, order) for id_, title, told, order in _facets(pages, agents, shown)],
    }


_Values = list[list[tuple[str, str]]]
"""For each agent its values of one facet, each with what people read."""


def _facets(
    pages: Pages, agents: list[AgentSpec], shown: list[Card]
) -> Iterator[tuple[str, str, _Values, Iterable[str]]]:
    """Each facet's id and title, what it says of each agent, and the order of its values where they have one."""
    catalogue = pages.catalogue
    keys = list(catalogue.agents)
    yield "collection", "Collection", [[(card.collection, card.collection_title)] for card in shown], ()
    yield "category", "Category", [[(name, words.category(name)) for name in card.categories] for card in shown], ()
    yield "access", "Access", [[*map(_access, card.access)] for card in shown], words.ACCESS
    yield "tool", "Tool", [_tools(spec) for spec in agents], ()
    yield "tier", "Model tier", [[_tier(spec)] for spec in agents], words.TIERS
    yield "format", "Format", [_format(spec) for spec in agents], ()
    yield "language", "Language", [[_language(spec)] for spec in agents], ()
    yield (
        "license",
        "Licence",
        [[_licence(about.licence(catalogue, k, s))] for k, s in zip(keys, agents, strict=True)],
        (),
    )
    yield "health", "Health", [[_health(catalogue, k, s)] for k, s in zip(keys, agents, strict=True)], HEALTH


def _facet(id_: str, title: str, told: _Values, order: Iterable[str]) -> dict[str, Any]:
    """A facet as a table of values and, for each agent, the number of its value, or several."""
    counted = Counter(value for values in told for value, _ in dict.fromkeys(values))
    said = {value: word for values in told for value, word in values}
    place = {value: at for at, value in enumerate(order)}
    by_place = sorted(counted, key=lambda v: (place.get(v, len(place)), -counted[v], v))
    number = {value: at for at, value in enumerate(by_place)}
    of = [[*dict.fromkeys(number[value] for value, _ in values)] for values in told]
    return {
        "id": id_,
        "title": title,
        "values": [[value, render.shown(said[value])] for value in by_place],
        "of": [values[0] if len(values) == 1 else values for values in of],
    }


def _access(badge: words.Badge) -> tuple[str, str]:
    value = badge.id if badge.id != "other" else badge.word
    phrase = badge.phrase.partition(":")[0]
    for before in ("may use ", "may ", "has "):
        phrase = phrase.removeprefix(before)
    return value, phrase


def _tools(spec: AgentSpec) -> list[tuple[str, str]]:
    return [(tool.name, tool.name) for tool in spec.tools.allow] if spec.tools and spec.tools.allow else []


def _tier(spec: AgentSpec) -> tuple[str, str]:
    tier = spec.derived.model_tier
    return (tier, words.TIERS.get(tier, tier)) if tier else ("not stated", "not stated")


def _format(spec: AgentSpec) -> list[tuple[str, str]]:
    source = spec.source
    if source is None or not source.format:
        return [("not stated", "not stated")]
    found = [source.format, *([f"{source.format} / {source.dialect}"] if source.dialect else [])]
    return [(name, name) for name in found]


def _language(spec: AgentSpec) -> tuple[str, str]:
    return spec.derived.language or "not stated", words.language(spec.derived.language)


def _licence(terms: str) -> tuple[str, str]:
    return terms, "not stated" if terms == NO_LICENCE else terms


def _health(catalogue: Catalogue, key: str, spec: AgentSpec) -> tuple[str, str]:
    """The gravest thing found in the agent's file or mended in it."""
    found = [finding.rule.severity for finding in catalogue.findings.get(key, ())]
    found += [RULES[code].severity for _, code, _ in about.repairs(spec) if code in RULES]
    worst = Severity(max(found)).word if found else "sound"
    return worst, HEALTH[worst]
