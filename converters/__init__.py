"""Move AI-agent definitions between tools without losing anything, and publish them.

>>> import converters
>>> spec = converters.read("agents/tide-forecaster.md").specs[0]  # doctest: +SKIP
>>> converters.write(spec, "roo")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from converters.findings import Finding
    from converters.formats import FORMATS
    from converters.front import convert, load_library, read, write
    from converters.model import AgentSpec

_HOMES = {
    "AgentSpec": "model",
    "FORMATS": "formats",
    "Finding": "findings",
    "convert": "front",
    "load_library": "front",
    "read": "front",
    "write": "front",
}

__all__ = ["FORMATS", "AgentSpec", "Finding", "convert", "load_library", "read", "write"]


def __getattr__(name: str) -> Any:
    """Import what is asked for only when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
