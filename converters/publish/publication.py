"""The whole site as fragments, pages and files, before anything knows of MkDocs.

To add a kind, write its maker in a module of its own and name it in `FRAGMENTS`, `EACH`, `PAGES`
or `ASSETS`: one line each. A maker is given the `Press` and holds no more than one result at a time.
What is costly to make, it gives as `Late`, beside all that decides it: a build that finds it made
already leaves it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from itertools import chain
from types import MappingProxyType
from typing import Any

from converters import canonical, validation

from . import (
    addresses,
    api,
    badges,
    collection_pages,
    comparing,
    documents,
    engine,
    feeds,
    format_pages,
    graph_view,
    health,
    llms,
    manual,
    previews,
    reference,
    search_index,
    statistics,
    targets,
    teams,
)
from .late import Late, changed
from .press import Asset, Page, Press

# --- fragments: the content of the pages in MkDocs' navigation --------------------------------------


def _home(press: Press) -> dict[str, Any]:
    return {
        "collections": collection_pages.summaries(press),
        "categories": collection_pages.categories(press),
        "featured": _featured(press),
        "sky": graph_view.sky(press.made),
    }


def _convert(press: Press) -> dict[str, Any]:
    size = engine.weight(press.sources) if press.sources is not None and press.converts else 0
    known = press.formats.all
    read = sum(fmt.reads for fmt in known)
    return {"converts": press.converts, "read": read, "all": len(known), "megabytes": round(size / 1_000_000)}


@cache
def _commands() -> list[manual.Verb]:
    """The command line's verbs; it stands downstream of us, so it is asked when a page wants it and not before."""
    return manual.verbs(import_module("converters.cli").specs)


@cache
def _findings() -> list[tuple[str, str, list[manual.Explained]]]:
    return manual.findings()


FRAGMENTS: Mapping[str, Callable[[Press], dict[str, Any]]] = MappingProxyType(
    {
        "home": _home,
        "catalogue": search_index.facts,
        "collections": lambda press: {"collections": collection_pages.summaries(press)},
        "categories": collection_pages.listed,
        "graph": graph_view.facts,
        "health": lambda press: {"health": health.examine(press.made)},
        "formats": lambda press: {"formats": press.formats, "levels": format_pages.LEVELS},
        "commands": lambda _: {"verbs": _commands()},
        "codes": lambda _: {"families": _findings()},
        "schema": lambda _: {"parts": reference.schema(json.loads(validation.schema_text()))},
        "compare": lambda _: {},
        "basket": teams.facts,
        "convert": _convert,
        "statistics": lambda press: {"told": statistics.count(press)},
    }
)
"""Each fragment's name, which a page asks for by `agent-specs: <name>` and which its template bears, and its facts."""


def _featured(press: Press) -> list[Any]:
    """The agents most others speak of, at most six, each name once."""
    network = press.catalogue.network
    wanted = sorted(
        press.made.cards.values(), key=lambda c: (-(network.in_degree(c.key) if c.key in network else 0), c.key)
    )
    return list({c.name: c for c in reversed(wanted[:60])}.values())[::-1][:6]


# --- what is made of each agent ----------------------------------------------------------------------


def _agent(press: Press, key: str) -> Iterator[Page]:
    with press.catalogue.memory.rendering(key):
        page = press.made.agent(key, whole=press.whole)
    address = addresses.agent(key)
    facts = {
        "page": page,
        "root": addresses.root(address),
        "formats": press.formats.titles,
        "url": press.url,
        "converts": press.converts,
    }
    near = partial(addresses.between, address)
    body = Late(("agent", facts), lambda: press.render("agent", near=near, **facts))
    yield Page(address, page.card.title, page.card.summary, body, "catalogue/", previews.of_agent(press, key))


def _json(press: Press, key: str) -> Iterator[Asset]:
    yield Asset(addresses.agent_json(key), api.dump(api.agent(press.made, key, whole=press.whole)))


def _canonical(press: Press, key: str) -> Iterator[Asset]:
    """The canonical document of an agent that may be shown whole."""
    catalogue = press.catalogue
    if key in catalogue.canonical and catalogue.publish(key) == "full":
        told = documents.late(catalogue.canonical, key)
        yield Asset(addresses.agent_yaml(key), changed(told, documents.spelled))


def _original(press: Press, key: str) -> Iterator[Asset]:
    """The file of an agent that may be shown whole; no other file, whatever lies beside it."""
    source = press.catalogue.agents[key].source
    if source is None or press.catalogue.publish(key) != "full":
        return
    place = key.partition("/")[0], source.path
    address = addresses.raw(*place)
    if address and place in press.catalogue.originals:
        yield Asset(address, documents.late(press.catalogue.originals, place))


def _shared(press: Press, key: str) -> Iterator[Asset]:
    """What lies around an agent in the file it shares with others: with it, the file can be written as it was."""
    record = press.catalogue.record(key)
    if record is not None:
        address = addresses.shared(key.partition("/")[0], record.source.path)
        yield Asset(address, canonical.dump_shared(record).encode("utf-8", "backslashreplace"))


EACH: tuple[Callable[[Press, str], Iterator[Page | Asset]], ...] = (
    _agent, _json, _canonical, _original, _shared, previews.each,
)  # fmt: skip
"""The makers of what belongs to one agent, asked for each in turn; agents of one file may give the same one."""


# --- pages: those outside the navigation -----------------------------------------------------------


def _format_pages(press: Press) -> Iterator[Page]:
    for fmt in press.formats.pages:
        address = addresses.format_page(fmt.id)
        html = press.render("format", page=fmt, root=addresses.root(address), matrix=press.formats.matrix)
        yield Page(address, fmt.title, f"What {fmt.title} can say of an agent.", html, "formats/")


PAGES: tuple[Callable[[Press], Iterator[Page]], ...] = (collection_pages.pages, _format_pages)
"""The makers of other pages outside the navigation."""


# --- files: what is served as it is ----------------------------------------------------------------


def _api(press: Press) -> Iterator[Asset]:
    yield Asset("api/index.json", api.dump(api.index(press.made)))
    yield Asset("api/formats.json", api.dump(press.formats.document()))
    yield Asset("schema.json", validation.schema_text().encode())


def _redirects(press: Press) -> Iterator[Asset]:
    """A page at each former id that no agent has now."""
    taken = set(press.catalogue.agents)
    for key, spec in press.catalogue.agents.items():
        for alias in spec.aliases:
            old = f"{key.partition('/')[0]}/{alias}"
            if old in taken or addresses.segments(old) is None:
                continue
            taken.add(old)
            address, card = addresses.agent(old), press.made.cards[key]
            html = press.render("redirect", target=addresses.root(address) + card.href, title=card.title)
            yield Asset(f"{address}index.html", html.encode("utf-8", "xmlcharrefreplace"))


def _engine(press: Press) -> Iterator[Asset]:
    """Our converters, where readers' browsers can run them."""
    if press.sources is not None and press.converts:
        yield from (Asset(path, content) for path, content in engine.files(press.sources))


ASSETS: tuple[Callable[[Press], Iterator[Asset]], ...] = (
    _api,
    _redirects,
    _engine,
    graph_view.assets,
    search_index.assets,
    targets.assets,
    comparing.assets,
    teams.assets,
    statistics.assets,
    badges.assets,
    feeds.assets,
    llms.assets,
    previews.assets,
)
"""The makers of other files."""


LATER = frozenset({"formats", "graph", "health", "statistics"})
"""Fragments that tell of the library as a whole: while a site is served they may come a moment late."""


class Site(Press):
    """Everything published of one catalogue."""

    def fragment(self, name: str, root: str = "") -> str:
        """The content of one of `FRAGMENTS`, with links from a page `root` below the site's root."""
        facts = FRAGMENTS[name](self)
        return self.render(name, root=root, site_name=self.name, numbers=self.numbers, **facts)

    def output(self) -> Iterator[Page | Asset]:
        """Every page outside the navigation and every file, each once; all of one agent together."""
        seen: set[str] = set()
        for one in chain(self.first(self.catalogue.agents), self.rest(self.catalogue.agents)):
            if one.path not in seen:
                seen.add(one.path)
                yield one

    def first(self, keys: Iterable[str]) -> Iterator[Page | Asset]:
        """What belongs to some agents, and the other pages."""
        for key in keys:
            for each in EACH:
                yield from each(self, key)
        for pages in PAGES:
            yield from pages(self)

    def rest(self, keys: Container[str]) -> Iterator[Page | Asset]:
        """What `first` leaves: what belongs to the other agents, and the other files."""
        for key in self.catalogue.agents:
            if key not in keys:
                for each in EACH:
                    yield from each(self, key)
        for assets in ASSETS:
            yield from assets(self)

    def pages(self) -> Iterator[Page]:
        """Every page outside the navigation: agents, collections and formats."""
        return (one for one in self.output() if isinstance(one, Page))

    def assets(self) -> Iterator[Asset]:
        """Every file beside the pages: the API, the downloads, the redirects, `llms.txt`."""
        return (one for one in self.output() if isinstance(one, Asset))
