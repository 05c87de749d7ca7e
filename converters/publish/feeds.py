"""What came and what changed, newest first, for feed readers: Atom and JSON Feed, of all and of each collection.

Every date is that of a commit. Where git tells none there is no feed, and nothing on the site points to one.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from . import addresses, api, words
from .history import Change
from .pages import Card
from .press import Asset, Press

MOST = 50
"""Entries of one feed."""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, however it is escaped."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one agent."""

    card: Card
    change: Change

    @property
    def title(self) -> str:
        """What happened, in a line."""
        return f"{self.card.title} {'added' if self.change.new else 'changed'}"

    @property
    def told(self) -> str:
        """What the agent is for, and why it changed, as its author said."""
        said = self.change.subject.strip()
        return "\n\n".join(part for part in (self.card.summary, said and f"Commit: {said}") if part)

    @property
    def moment(self) -> str:
        """When, in UTC."""
        return datetime.fromisoformat(self.change.at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def id(self) -> str:
        """The same wherever the site lies."""
        return _urn(f"{self.card.key}@{self.change.sha}")


def entries(press: Press, keys: Iterable[str], most: int = MOST) -> list[Entry]:
    """The last changes of these agents, the newest first."""
    history = press.catalogue.history
    found = [Entry(press.made.cards[key], change) for key in keys for change in history.get(key, ()) if change.at]
    found.sort(key=lambda entry: (entry.card.key, entry.change.sha))
    return sorted(found, key=lambda entry: entry.moment, reverse=True)[:most]


def are_kept(press: Press) -> bool:
    """Whether there is anything to tell."""
    return any(press.catalogue.history.get(key) for key in press.catalogue.agents)


def assets(press: Press) -> Iterator[Asset]:
    """`feed.xml` and `feed.json` of the whole site, and of each collection below its page."""
    yield from _pair(press, "", press.name, entries(press, press.catalogue.agents))
    for name, keys in press.catalogue.members.items():
        known = press.catalogue.collections.get(name)
        title = (known.title if known else None) or words.title(name)
        yield from _pair(press, addresses.collection(name), f"{title} · {press.name}", entries(press, keys))


def _pair(press: Press, folder: str, title: str, told: list[Entry]) -> Iterator[Asset]:
    if told:
        yield Asset(f"{folder}feed.xml", atom(press.url, folder, title, told))
        yield Asset(f"{folder}feed.json", api.dump(json_feed(press.url, folder, title, told)))


def atom(url: str | None, folder: str, title: str, told: list[Entry]) -> bytes:
    """An Atom feed (RFC 4287); its links are relative where the site's address is not known."""
    site = url or addresses.root(folder)
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _say(feed, "title", title)
    _say(feed, "id", f"{url}{addresses.link(folder)}" if url else _urn(_clean(f"{title}/{folder}")))
    _say(feed, "updated", told[0].moment)
    _say(ET.SubElement(feed, "author"), "name", title)
    _say(feed, "generator", "Agent Specs")
    place = f"{url}{addresses.link(folder)}" if url else ""
    ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{place}feed.xml"})
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": place or "./"})
    for one in told:
        entry = ET.SubElement(feed, "entry")
        _say(entry, "title", one.title)
        _say(entry, "id", one.id)
        _say(entry, "updated", one.moment)
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": site + one.card.href})
        ET.SubElement(entry, "category", {"term": one.card.collection, "label": _clean(one.card.collection_title)})
        _say(entry, "summary", one.told)
    ET.indent(feed)
    made: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def json_feed(url: str | None, folder: str, title: str, told: list[Entry]) -> Mapping[str, Any]:
    """The same as a JSON Feed 1.1."""
    site = url or addresses.root(folder)
    place = f"{url}{addresses.link(folder)}" if url else ""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": place or "./",
        "feed_url": f"{place}feed.json",
        "language": "en",
        "items": [
            {
                "id": one.id,
                "url": site + one.card.href,
                "title": one.title,
                "content_text": one.told or one.title,
                "date_modified": one.moment,
                "tags": [one.card.collection],
            }
            for one in told
        ],
    }


def _say(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _clean(text)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _urn(text: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"agent-specs:{text}").urn
