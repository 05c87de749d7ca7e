"""A published catalogue, read over the web: which agents it has, and each as a canonical document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from converters.identity import slug

_LARGEST = 64 * 2**20
"""Bytes of the index, at most; 10,000 agents take a tenth of it."""

_LARGEST_AGENT = 8 * 2**20
_PATIENCE = 20
"""Seconds to wait for a server."""


class Unreachable(Exception):
    """Something of the catalogue cannot be had; the words are for people."""


class Published:
    """One catalogue by its address."""

    def __init__(self, address: str) -> None:
        """Take the address of any built site's root; raises `Unreachable` where it is none of the web."""
        if urlsplit(address).scheme not in {"http", "https"}:
            raise Unreachable(f"{address} is no address of the web")
        self.root = urlsplit(address)._replace(query="", fragment="").geturl().rstrip("/") + "/"
        self._opener = _opener()
        self._keys: dict[str, tuple[str, ...]] | None = None

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys (`collection/id`) of the agents meant by a key, an id or a name, sorted.

        Raises `Unreachable` where the catalogue's index cannot be had.
        """
        if self._keys is None:
            found: dict[str, set[str]] = {}
            for key, called in self._index():
                for word in (key, key.partition("/")[2], slug(called)):
                    found.setdefault(word, set()).add(key)
            self._keys = {word: tuple(sorted(keys)) for word, keys in found.items()}
        return self._keys.get(name) or self._keys.get(slug(name), ())

    def address(self, key: str) -> str:
        """Where the canonical document of an agent stands."""
        return f"{self.root}agents/{quote(key, safe='/~')}/agent.yaml"

    def document(self, key: str) -> str:
        """The canonical document of an agent; raises `Unreachable` where it cannot be had, or is not given out."""
        try:
            return self._bytes(self.address(key), _LARGEST_AGENT).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unreachable(f"{self.address(key)} is no text: {error.reason}") from None

    def _index(self) -> Iterator[tuple[str, str]]:
        where = f"{self.root}api/index.json"
        try:
            said = json.loads(self._bytes(where, _LARGEST))
            agents = [(f"{one['collection']}/{one['id']}", str(one.get("name", ""))) for one in said["agents"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Unreachable(f"{where} is not the index of a catalogue") from None
        yield from agents

    def _bytes(self, where: str, most: int) -> bytes:
        asked = Request(where, headers={"Accept": "*/*"})  # noqa: S310 - the opener has only the web's schemes
        try:
            with self._opener.open(asked, timeout=_PATIENCE) as answer:
                data: bytes = answer.read(most + 1)
        except HTTPError as error:
            reason = "it is not there, or not given out" if error.code == 404 else f"{error.code} {error.reason}"
            raise Unreachable(f"{where}: {reason}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(f"{where}: {getattr(error, 'reason', None) or error}") from None
        if len(data) > most:
            raise Unreachable(f"{where}: larger than {most // 2**20} MiB")
        return data


def _opener() -> OpenerDirector:
    """What opens addresses of the web, and neither files nor FTP, wherever a server redirects to."""
    opener = build_opener(ProxyHandler(), HTTPHandler(), HTTPSHandler())
    for scheme in ("file", "ftp", "data"):
        opener.handle_open.pop(scheme, None)  # type: ignore[attr-defined]  # typeshed leaves it out
    return opener
