"""A published catalogue, read over the web: which agents it has, and each as a canonical document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from converters.identity import slug

_LARGEST = 64 * 2**20
"""Bytes of the index, at most; 10,000 agents take a tenth of it."""

_LARGEST_AGENT = 8 * 2**20
_PATIENCE = 20
"""Seconds to wait for a server."""

_PAGES = frozenset(
    {
        "agents", "api", "basket", "catalogue", "categories", "collections", "compare", "convert", "formats", "graph",
        "guide", "health", "raw", "schema", "statistics",
    }
)  # fmt: skip
"""Folders of a site's root, from any page of which one finds back to it."""
_MOST_ROOTS = 3
"""Folders above a page that are asked for a catalogue."""


class Unreachable(Exception):
    """Something of the catalogue cannot be had; the words are for people."""


class _Absent(Unreachable):
    """A server answered, and what was asked for is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An agent in short, as the index tells it."""

    key: str
    """`collection/id`."""
    name: str
    title: str
    summary: str
    format: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    tools: tuple[str, ...]
    access: tuple[str, ...]
    """What it may touch; `everything` where its tools are left to the host, `none` where it has no tool."""
    aliases: tuple[str, ...] = ()
    """Ids it had before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An agent as a catalogue gives it out, its document checked against what the catalogue says of it."""

    document: str
    """The canonical document."""
    sha256: str
    """Of the document, in hexadecimal."""
    source_sha256: str | None
    """Of the file it was made from, as the catalogue says."""
    revision: str | None
    """The commit that file was taken at."""
    record: str | None
    """What stands around it in a file of several agents, in the canonical form."""


class Published:
    """One catalogue by its address."""

    def __init__(self, address: str) -> None:
        """Take the address of a built site's root, of its API or of any of its pages.

        Raises `Unreachable` where it is none of the web.
        """
        if urlsplit(address).scheme not in {"http", "https"}:
            raise Unreachable(f"{address} is no address of the web")
        root = urlsplit(address)._replace(query="", fragment="").geturl()
        root = root.removesuffix("index.json").removesuffix("index.html").rstrip("/").removesuffix("/api")
        self.root = root.rstrip("/") + "/"
        """The address of the root, once the index was asked for."""
        self._opener = _opener()
        self._keys: dict[str, tuple[str, ...]] | None = None
        self._former: dict[str, set[str]] | None = None

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys (`collection/id`) of the agents meant by a key, an id or a name, sorted.

        Raises `Unreachable` where the catalogue's index cannot be had.
        """
        if self._keys is None:
            found: dict[str, set[str]] = {}
            for one in self.entries():
                for word in (one.key, one.key.partition("/")[2], slug(one.name)):
                    found.setdefault(word, set()).add(one.key)
            self._keys = {word: tuple(sorted(keys)) for word, keys in found.items()}
        return self._keys.get(name) or self._keys.get(slug(name), ())

    def now(self, key: str) -> str | None:
        """The key of the agent that had this one before; `None` where that is nobody, several, or it still has it.

        Raises `Unreachable` where the catalogue's index cannot be had.
        """
        if self._former is None:
            former: dict[str, set[str]] = {}
            entries = self.entries()
            for one in entries:
                for alias in one.aliases:
                    former.setdefault(f"{one.key.partition('/')[0]}/{alias}", set()).add(one.key)
            for one in entries:
                former.pop(one.key, None)
            self._former = former
        found = self._former.get(key, set())
        return next(iter(found)) if len(found) == 1 else None

    def address(self, key: str) -> str:
        """Where the canonical document of an agent stands."""
        return f"{self.root}agents/{quote(key, safe='/~')}/agent.yaml"

    def sha256(self, key: str) -> str | None:
        """What the catalogue says is the SHA-256 of an agent's document, where it says so; raises `Unreachable`."""
        return _text(self._said(key), "canonical_sha256")

    def taken(self, key: str) -> Taken:
        """An agent with all that is needed to install it.

        Raises `Unreachable` where it cannot be had, is not given out, or is not what the catalogue says it is.
        """
        said = self._said(key)
        if said.get("canonical", key) is None:
            raise Unreachable(f"{self.root} publishes only a summary, which cannot be installed")
        where, promised = self.address(key), _text(said, "canonical_sha256")
        data = self._bytes(where, _LARGEST_AGENT)
        found = hashlib.sha256(data).hexdigest()
        if promised is not None and promised != found:
            raise Unreachable(f"{where} is not what the catalogue says it is: its SHA-256 is {found}, not {promised}")
        source = said.get("source")
        source, shared = source if isinstance(source, dict) else {}, _text(said, "shared")
        try:
            record = self._bytes(self.root + shared, _LARGEST_AGENT).decode("utf-8-sig") if shared else None
            return Taken(
                document=data.decode("utf-8-sig"),
                sha256=found,
                source_sha256=_text(source, "sha256"),
                revision=_text(source, "revision"),
                record=record,
            )
        except UnicodeDecodeError as error:
            raise Unreachable(f"{where} is no text: {error.reason}") from None

    def _said(self, key: str) -> Mapping[str, Any]:
        """What the API says of an agent."""
        where = f"{self.root}api/agents/{quote(key, safe='/~')}.json"
        try:
            said = json.loads(self._bytes(where, _LARGEST_AGENT))
        except (ValueError, RecursionError):
            raise Unreachable(f"{where} is not what a catalogue says of an agent") from None
        if not isinstance(said, dict):
            raise Unreachable(f"{where} is not what a catalogue says of an agent")
        return said

    def entries(self) -> tuple[Entry, ...]:
        """Every agent in short, in the index's order; raises `Unreachable` where it cannot be had.

        Where the address is that of a page, the nearest root above it is found.
        """
        try:
            return self._entries(self.root)
        except _Absent as problem:
            for root in _above(self.root):
                with suppress(_Absent):
                    found = self._entries(root)
                    self.root = root
                    return found
            raise Unreachable(f"{problem}; name the home page of the catalogue") from None

    def _entries(self, root: str) -> tuple[Entry, ...]:
        where = f"{root}api/index.json"
        try:
            said = json.loads(self._bytes(where, _LARGEST))
            return tuple(map(_entry, said["agents"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _Absent(f"{where} is not the index of a catalogue") from None

    def _bytes(self, where: str, most: int) -> bytes:
        asked = Request(where, headers={"Accept": "*/*"})  # noqa: S310 - the opener has only the web's schemes
        try:
            with self._opener.open(asked, timeout=_PATIENCE) as answer:
                data: bytes = answer.read(most + 1)
        except HTTPError as error:
            if error.code in {403, 404, 410}:  # some servers forbid what they do not have
                raise _Absent(f"{where}: it is not there, or not given out") from None
            raise Unreachable(f"{where}: {error.code} {error.reason}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(f"{where}: {_reason(getattr(error, 'reason', None) or error)}") from None
        if len(data) > most:
            raise Unreachable(f"{where}: larger than {most // 2**20} MiB")
        return data


def _above(address: str) -> Iterator[str]:
    """Where the root of a site may be that an address is a page of; the nearest first."""
    parts = urlsplit(address)
    folders = parts.path.strip("/").split("/")
    roots = [number for number, folder in enumerate(folders) if folder in _PAGES]
    for number in roots[::-1][:_MOST_ROOTS]:
        yield parts._replace(path="/".join(["", *folders[:number], ""])).geturl()


def _text(said: Mapping[str, Any], key: str) -> str | None:
    value = said.get(key)
    return value if isinstance(value, str) and value else None


def _entry(said: object) -> Entry:
    """One agent of the index; what has the wrong type is nothing, but for what identifies it."""
    if not isinstance(said, dict):
        raise TypeError(said)
    texts = {key: value for key, value in said.items() if isinstance(value, str)}
    lists = {key: tuple(map(str, value)) for key, value in said.items() if isinstance(value, list)}
    return Entry(
        key=f"{texts['collection']}/{texts['id']}",
        name=texts.get("name", ""),
        title=texts.get("title", ""),
        summary=texts.get("summary", ""),
        format=texts.get("format", ""),
        tags=lists.get("tags", ()),
        categories=lists.get("categories", ()),
        tools=lists.get("tools", ()),
        access=lists.get("access", ()),
        aliases=lists.get("aliases", ()),
    )


def _reason(problem: object) -> str:
    """Why a server could not be asked, without the number its system gives it."""
    return (isinstance(problem, OSError) and problem.strerror) or str(problem)


def _opener() -> OpenerDirector:
    """What opens addresses of the web, and neither files nor FTP, wherever a server redirects to."""
    opener = build_opener(ProxyHandler(), HTTPHandler(), HTTPSHandler())
    for scheme in ("file", "ftp", "data"):
        opener.handle_open.pop(scheme, None)  # type: ignore[attr-defined]  # typeshed leaves it out
    return opener
