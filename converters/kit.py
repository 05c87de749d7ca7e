"""What another package needs to describe a format of its own; `converters.testing` tells whether it keeps the laws."""

from __future__ import annotations

from converters.formats._codecs import (
    best_summary,
    best_title,
    choice,
    count,
    escaped_text,
    flag,
    free,
    number,
    slug_text,
    text,
    words,
)
from converters.formats._kit import (
    KEYED,
    PROMPT,
    Body,
    Codec,
    Container,
    Dialect,
    Format,
    Home,
    Limit,
    Refers,
    Row,
    Trap,
)
from converters.formats._models import model_names
from converters.formats._tools import tool_calls, tool_names

__all__ = [
    "KEYED",
    "PROMPT",
    "Body",
    "Codec",
    "Container",
    "Dialect",
    "Format",
    "Home",
    "Limit",
    "Refers",
    "Row",
    "Trap",
    "best_summary",
    "best_title",
    "choice",
    "count",
    "escaped_text",
    "flag",
    "free",
    "model_names",
    "number",
    "slug_text",
    "text",
    "tool_calls",
    "tool_names",
    "words",
]
