"""Cursor subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://cursor.com/docs/subagents>, read 2026-11-21. There is no list of tools: an agent has
all of its host's, or with `readonly` none that changes anything.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, flag, text
from converters.formats._kit import Container, Format, Row
from converters.formats._tools import read_only

FORMAT = Format(
    id="cursor",
    title="Cursor",
    source="https://cursor.com/docs/subagents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".cursor/agents/{name}.md", ".cursor/agents/**/*.md"),
    suffix=".md",
    rows=(
        Row("name", "name", text, required=True),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("model", "model", text, note="`inherit`, `fast` or a model's id"),
        Row(
            "readonly", "tools.deny", read_only, strict=True, note="nothing is written and no command changes anything"
        ),
        Row("is_background", "background", flag),
    ),
    signature=frozenset({"readonly", "is_background"}),
    limits_tools=False,
    notes=("tools cannot be limited by name",),
)
