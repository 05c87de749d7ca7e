"""What tools an agent may use, in neutral names, and what they let it touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from converters.model import Tool, Tools
from converters.vocabulary import load

EVERYTHING = frozenset({"read", "write", "shell", "network", "spawn", "mcp"})
"""What a host lets an agent touch when nobody says otherwise."""

_IMPLIED = {"shell": frozenset({"read", "write", "network"})}
"""A shell reaches what these do, whatever the list of tools says."""


@lru_cache(maxsize=1)
def _vocabulary() -> Mapping[str, Any]:
    vocabulary: Mapping[str, Any] = load("tools")
    return vocabulary


def neutral_names(client: str) -> Mapping[str, str]:
    """A client's tool names, lower-cased, to neutral ones."""
    return _from_client(client)


@lru_cache(maxsize=64)
def _from_client(client: str) -> Mapping[str, str]:
    table = _vocabulary()["clients"][client]
    return {name.lower(): neutral for neutral, names in table.items() for name in names}


@lru_cache(maxsize=64)
def client_names(client: str) -> Mapping[str, str]:
    """Neutral names to the one name a client is written with."""
    return {neutral: names[0] for neutral, names in _vocabulary()["clients"][client].items()}


@lru_cache(maxsize=64)
def groups(client: str) -> Mapping[str, tuple[str, ...]]:
    """A client's tool groups, each with the neutral tools in it."""
    return {group: tuple(tools) for group, tools in _vocabulary()["groups"][client].items()}


@lru_cache(maxsize=64)
def group_names(client: str) -> Mapping[str, str]:
    """What else a client calls its groups, lower-cased, to the group's own name."""
    table = _vocabulary().get("group_names", {}).get(client, {})
    return {name.lower(): group for group, names in table.items() for name in names}


def is_known(name: str) -> bool:
    """Whether the vocabulary tells what a tool of this neutral name touches."""
    return _touches(name) != "other"


def words_for(access: str) -> str:
    """What an access means, in plain words: `run shell commands`."""
    return str(_vocabulary()["access"][access])


def _touches(name: str) -> str | None:
    if name.startswith("mcp:"):
        return "mcp"
    known = _vocabulary()["tools"].get(name)
    return known["access"] if known else "other"


@lru_cache(maxsize=4096)
def access_of(tools: Tools | None) -> frozenset[str]:
    """What an agent with these tools may touch: `read`, `write`, `shell`, `network`, ...

    `None` means the host decides, which is everything. A denied tool narrows only what no
    other allowed tool reaches.
    """
    return frozenset(access for access, _ in _reach(tools))


def gains(before: Tools | None, after: Tools | None) -> tuple[str, ...]:
    """What `after` may touch and `before` may not, sorted; a limit that fell away is a gain."""
    had = _reach(before)
    full = {access for access, only in had if not only}
    full |= {more for access in full for more in _IMPLIED.get(access, ())}
    limited = {access: only for access, only in had if only}
    return tuple(
        sorted(
            {
                access
                for access, only in _reach(after)
                if access not in full and not (only and only <= limited.get(access, frozenset()))
            }
        )
    )


def _reach(tools: Tools | None) -> frozenset[tuple[str, frozenset[str]]]:
    """Each access with the patterns it is limited to; no patterns is no limit."""
    if tools is None:
        return frozenset((access, frozenset[str]()) for access in EVERYTHING)
    denied = {tool.name for tool in tools.deny if not tool.only}
    if tools.allow is None:
        names = [name for name in _vocabulary()["tools"] if name not in denied]
        servers = [] if {"mcp:*", "mcp"} & denied else ["mcp:*"]
        return _summed(Tool(name) for name in [*names, *servers])
    return _summed(tool for tool in tools.allow if tool.name not in denied)


def _summed(tools: Iterable[Tool]) -> frozenset[tuple[str, frozenset[str]]]:
    limits: dict[str, set[str]] = {}
    unlimited: set[str] = set()
    for tool in tools:
        access = _touches(tool.name)
        if access is None:
            continue
        if tool.only:
            limits.setdefault(access, set()).update(tool.only)
        else:
            unlimited.add(access)
    return frozenset(
        [(access, frozenset[str]()) for access in unlimited]
        + [(access, frozenset(only)) for access, only in limits.items() if access not in unlimited]
    )
