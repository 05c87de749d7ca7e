"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from converters.tools import group_names, groups
from converters.vocabulary import client, clients, remembered

_LIKE = 0.75
"""How alike two names must be, of 1: `Grpe` and `Grep`, but not `Task` and `Bash`."""


def closest(word: str, names: Mapping[str, str]) -> str | None:
    """The name most like a word, of names by their lower-case form; `None` where none is like it."""
    near = get_close_matches(word.lower(), names, 1, _LIKE)
    return names[near[0]] if near else None


def closest_tool(format_id: str, tool: str) -> str | None:
    """The client's tool whose name is most like an unknown one; `None` where none is like it."""
    return closest(tool, _names(format_id)) if format_id in clients() else None


@remembered
def _names(format_id: str) -> dict[str, str]:
    """The client's names of tools as it spells them, by their lower-case form."""
    said: Iterable[str] = (name for names in client(format_id).get("tools", {}).values() for name in names)
    return {name.lower(): name for name in (*group_names(format_id), *groups(format_id), *said)}
