"""Cursor subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://cursor.com/docs/subagents>, read 2026-11-21. There is no list of tools: an agent has
all of its host's, or with `readonly` none that changes anything. The client's YAML is simple: values
stand on one line.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, flag, text
from converters.formats._kit import Container, Format, Home, Row
from converters.formats._models import model_names
from converters.formats._names import name_of
from converters.formats._sandboxes import read_only

FORMAT = Format(
    id="cursor",
    title="Cursor",
    source="https://cursor.com/docs/subagents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".cursor/agents/{name}.md", ".cursor/agents/**/*.md"),
    suffix=".md",
    home=Home(
        folder=".cursor",
        place="agents/{name}.md",
        source="https://cursor.com/docs/subagents",
        read_on="2026-11-21",
    ),
    named_by="file",
    rows=(
        Row(
            "name", "name", name_of(r"[a-z0-9-]+", "lower-case letters, digits and `-`"), note="absent: the file's name"
        ),
        Row("description", "description", text, default=best_summary, origin="the summary"),
        Row("model", "model", model_names("cursor"), note="`inherit` or a model's id; absent: `inherit`"),
        Row(
            "readonly", "tools.whole", read_only, strict=True, note="nothing is written and no command changes anything"
        ),
        Row("is_background", "background", flag),
    ),
    signature=frozenset({"readonly", "is_background"}),
    limits_tools=False,
    safest="deny the tools that change files or run commands, and `readonly` will be set",
    also_loads=("claude-code", "codex"),
    notes=("tools cannot be limited by name",),
)
