"""Where each page and file of the site stands: the addresses others may link to."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from converters.identity import identity

_PLAIN = {
    ".af", ".json", ".jsonc", ".jsonl", ".markdown", ".md", ".mdc", ".mdx", ".prompt", ".prompty", ".text", ".toml",
    ".txt", ".yaml", ".yml",
}  # fmt: skip
"""Endings that no web server runs, and none serves as something a browser runs."""
_FORBIDDEN = frozenset('\\:*?"<>|')
_LONGEST = 200


def segments(path: str) -> tuple[str, ...] | None:
    """The parts of a relative POSIX path, or `None` where it could leave the site or not be written."""
    parts = tuple(path.split("/"))
    return parts if all(map(_writable, parts)) else None


def _writable(part: str) -> bool:
    return (
        part not in {"", ".", ".."}
        and len(part.encode("utf-8", "replace")) <= _LONGEST
        and part[-1] not in ". "
        and not any(c in _FORBIDDEN or unicodedata.category(c) in {"Cc", "Cs", "Cf", "Zl", "Zp"} for c in part)
    )


def agent(key: str) -> str:
    """The page of one agent."""
    return f"agents/{key}/"


def agent_yaml(key: str) -> str:
    """The canonical document of one agent."""
    return f"agents/{key}/agent.yaml"


def agent_json(key: str) -> str:
    """One agent in the JSON API."""
    return f"api/agents/{key}.json"


def shared(collection: str, path: str) -> str:
    """What belongs to no single agent of a file that holds several, in the canonical form."""
    return f"api/shared/{collection}/{identity(path)}.yaml"


def collection(name: str) -> str:
    """The page of one collection."""
    return f"collections/{name}/"


def format_page(id_: str) -> str:
    """The page of one format."""
    return f"formats/{id_}/"


def raw(collection: str, path: str) -> str | None:
    """The original file; `None` where its path cannot be one of ours.

    `.txt` is added where a server or a browser might run the file, or obey it.
    """
    if segments(collection) is None or segments(path) is None:
        return None
    name = PurePosixPath(path.lower())
    plain = name.suffix in _PLAIN or not (name.suffix or name.name.startswith(".ht"))
    return f"raw/{collection}/{path}{'' if plain else '.txt'}"


def link(address: str) -> str:
    """An address as it stands in an `href`: percent-encoded, slashes kept."""
    return quote(address, safe="/~", errors="replace")


def root(address: str) -> str:
    """The way from a page's address back to the site's root: `../` a level, or empty."""
    return "../" * address.count("/")


def between(page: str, to: str) -> str:
    """The shortest way from a page's address to what an `href` from the root names, both below the site's root."""
    here, there = link(page).split("/")[:-1], to.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return "../" * (len(here) - same) + "/".join(there[same:]) or "./"
