"""A badge: what a badge server is told, so that a README can show how many agents there are.

https://shields.io/badges/endpoint-badge (read on 2026-11-21) names the keys.
"""

from __future__ import annotations

import json
from typing import Any

COLOR = "0b5c5c"
"""White letters are read on it."""
_KEYS = ("schemaVersion", "label", "message", "color")


def badge(label: str, message: str, color: str = COLOR) -> dict[str, Any]:
    """One badge, as its server reads it."""
    return dict(zip(_KEYS, (1, label, message, color), strict=True))


def is_badge(text: str) -> bool:
    """Whether a file is such a badge, and nothing more."""
    try:
        said = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and {"schemaVersion", "label", "message"} <= said.keys()
