"""The whole site as pages and files, before anything knows of MkDocs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2

from converters import validation

from . import about, addresses, api, format_pages, graph_view, health, reference, words
from .catalogue import Catalogue
from .pages import Pages

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_TEMPLATES.globals["words"] = words
_TEMPLATES.filters |= {
    "thousands": lambda n: f"{n:,}",
    "link": addresses.link,
    "collection_href": lambda name: addresses.link(addresses.collection(name)),
    "plural": lambda n, one, more: f"{n:,} {one if n == 1 else more}",
}

FRAGMENTS = ("home", "catalogue", "collections", "categories", "graph", "health", "formats", "schema", "compare")
"""The pages MkDocs has in its navigation, whose content is made here."""
FIRST = 48
"""Cards on the catalogue page before any script has run."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page made here, to be put into the site's frame."""

    address: str
    """From the site's root, ending in `/`, not percent-encoded."""
    title: str
    description: str
    html: str
    section: str
    """Address of the page in the navigation it belongs under."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is served as it is."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Site:
    """Everything published of one catalogue."""

    catalogue: Catalogue
    name: str = "Agent Specs"

    @cached_property
    def made(self) -> Pages:
        """What the pages share."""
        return Pages(self.catalogue)

    @cached_property
    def formats(self) -> format_pages.Formats:
        """The formats, and what survives between them."""
        return format_pages.Formats(self.catalogue)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return api.counts(self.made)

    @cached_property
    def _categories(self) -> list[tuple[str, int, list[tuple[str, str, int]]]]:
        """Each category with its agents counted, in all and by collection; most first."""
        by: dict[str, Counter[str]] = {}
        for card in self.made.cards.values():
            for category in dict.fromkeys(card.categories):
                by.setdefault(category, Counter())[card.collection] += 1
        titles = {card.collection: card.collection_title for card in self.made.cards.values()}
        found = [(c, n.total(), [(k, titles[k], m) for k, m in n.most_common()]) for c, n in by.items()]
        return sorted(found, key=lambda row: (-row[1], row[0]))

    def fragment(self, name: str, root: str = "") -> str:
        """The content of one of `FRAGMENTS`, with links from a page `root` below the site's root."""
        facts: dict[str, Any] = {"root": root, "numbers": self._numbers, "site_name": self.name}
        if name == "home":
            facts |= {
                "collections": self._collections,
                "categories": self._categories[:14],
                "featured": self._featured,
                "sky": graph_view.sky(self.made),
            }
        elif name == "catalogue":
            cards = sorted(self.made.cards.values(), key=lambda c: (words.plain_title(c.title).casefold(), c.key))
            facts |= {"cards": cards[:FIRST]}
        elif name == "collections":
            facts |= {"collections": self._collections}
        elif name == "categories":
            facts |= {"categories": self._categories}
        elif name == "graph":
            facts |= {"ties": self._listed, "graph": graph_view.summary(self.made)}
        elif name == "health":
            facts |= {"health": health.examine(self.made)}
        elif name == "formats":
            facts |= {"formats": self.formats, "levels": format_pages.LEVELS}
        elif name == "schema":
            facts |= {"parts": reference.schema(json.loads(validation.schema_text()))}
        return self._render(name, **facts)

    def pages(self) -> Iterator[Page]:
        """Every page outside the navigation: agents, collections and formats."""
        known = {fmt.id for fmt in self.formats.all}
        for key in self.catalogue.agents:
            address = addresses.agent(key)
            page = self.made.agent(key)
            html = self._render("agent", page=page, root=addresses.root(address), address=address, formats=known)
            yield Page(address, page.card.title, page.card.summary, html, "catalogue/")
        for one in self._collections:
            address = addresses.collection(one["name"])
            html = self._render(
                "collection", root=addresses.root(address), collection=one, groups=self._groups(one["name"])
            )
            yield Page(address, one["title"], one["description"] or f"{one['agents']} agents", html, "collections/")
        for fmt in self.formats.pages:
            address = addresses.format_page(fmt.id)
            html = self._render("format", page=fmt, root=addresses.root(address), matrix=self.formats.matrix)
            yield Page(address, fmt.title, f"What {fmt.title} can say of an agent.", html, "formats/")

    def assets(self) -> Iterator[Asset]:
        """Every file beside the pages: the API, the downloads, the redirects, `llms.txt`."""
        catalogue = self.catalogue
        yield Asset("api/index.json", api.dump(api.index(self.made)))
        yield Asset("api/graph.json", api.dump(graph_view.document(self.made)))
        yield Asset("api/formats.json", api.dump(self.formats.document()))
        yield Asset("llms.txt", api.llms(self.made, self.name).encode())
        yield Asset("schema.json", validation.schema_text().encode())
        for key in catalogue.agents:
            yield Asset(addresses.agent_json(key), api.dump(api.agent(self.made, key)))
            if key in catalogue.canonical and catalogue.publish(key) == "full":
                yield Asset(addresses.agent_yaml(key), catalogue.canonical[key].encode("utf-8", "backslashreplace"))
        yield from self._originals()
        yield from self._redirects()

    def _originals(self) -> Iterator[Asset]:
        """The files of agents that may be shown whole; no other file, whatever lies beside them."""
        seen: set[str] = set()
        for key, spec in self.catalogue.agents.items():
            if spec.source is None or self.catalogue.publish(key) != "full":
                continue
            collection = key.partition("/")[0]
            address = addresses.raw(collection, spec.source.path)
            held = self.catalogue.originals.get((collection, spec.source.path))
            if address and held is not None and address not in seen:
                seen.add(address)
                yield Asset(address, held)

    def _redirects(self) -> Iterator[Asset]:
        """A page at each former id that no agent has now."""
        taken = set(self.catalogue.agents)
        for key, spec in self.catalogue.agents.items():
            for alias in spec.aliases:
                old = f"{key.partition('/')[0]}/{alias}"
                if old in taken or addresses.segments(old) is None:
                    continue
                taken.add(old)
                address = addresses.agent(old)
                html = self._render(
                    "redirect",
                    target=addresses.root(address) + self.made.cards[key].href,
                    title=self.made.cards[key].title,
                )
                yield Asset(f"{address}index.html", html.encode())

    @cached_property
    def _collections(self) -> list[dict[str, Any]]:
        found = []
        for name, keys in self.catalogue.members.items():
            known: Any = self.catalogue.collections.get(name)
            cards = [self.made.cards[k] for k in keys]
            found.append(
                {
                    "name": name,
                    "title": (known.title if known else None) or words.title(name),
                    "description": known.description if known else None,
                    "license": (known.license if known else None) or "not stated",
                    "repository": about.web(known.repository) if known else None,
                    "revision": known.revision if known else None,
                    "publish": known.publish if known else "full",
                    "href": addresses.link(addresses.collection(name)),
                    "agents": len(keys),
                    "categories": [
                        c for c, _ in Counter(c for card in cards for c in card.categories[:1]).most_common(6)
                    ],
                    "hues": list(dict.fromkeys(card.hue for card in cards))[:6],
                }
            )
        return sorted(found, key=lambda c: (-c["agents"], c["name"]))

    def _groups(self, name: str) -> list[tuple[str, list[Any]]]:
        groups: dict[str, list[Any]] = {}
        for key in self.catalogue.members[name]:
            card = self.made.cards[key]
            groups.setdefault(card.categories[0] if card.categories else "", []).append(card)
        return sorted(groups.items(), key=lambda g: (g[0] == "", g[0]))

    @cached_property
    def _featured(self) -> list[Any]:
        """The agents most others speak of, at most six, each name once."""
        network = self.catalogue.network
        wanted = sorted(
            self.made.cards.values(), key=lambda c: (-(network.in_degree(c.key) if c.key in network else 0), c.key)
        )
        return list({c.name: c for c in reversed(wanted[:60])}.values())[::-1][:6]

    @cached_property
    def _listed(self) -> list[tuple[Any, list[Any]]]:
        """Each agent that names others, with its ties, for those who cannot see the picture."""
        told = ((card, self.made.ties(key)) for key, card in self.made.cards.items())
        return [(card, ties) for card, ties in told if ties]

    def _render(self, name: str, **facts: Any) -> str:
        return _TEMPLATES.get_template(f"{name}.html").render(facts)
