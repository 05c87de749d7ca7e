"""Which values of keys that only one client has take access away: dropping such a key is told as wider access."""

from __future__ import annotations

from typing import Any


def denies(value: Any) -> bool:
    """Whether rules deny something: a list under `deny`, an `effect` or an `action` of that name, `*: deny`."""
    if isinstance(value, dict):
        return bool(value.get("deny")) or any(denies(inner) for inner in value.values())
    return any(denies(inner) for inner in value) if isinstance(value, list) else value == "deny"


def narrows(value: Any) -> bool:
    """Whether settings of single tools limit one: `deniedCommands`, `availableAgents` ..."""
    if isinstance(value, list):
        return any(narrows(inner) for inner in value)
    if not isinstance(value, dict):
        return False
    return any(
        (key.startswith("denied") and bool(inner)) or (key == "availableAgents" and names_few(inner)) or narrows(inner)
        for key, inner in value.items()
    )


def names_few(value: Any) -> bool:
    """Whether a list names some of the agents and not, by `*`, all of them."""
    return isinstance(value, list) and "*" not in value


def is_set(value: Any) -> bool:
    """Whether a switch is on."""
    return value is True
