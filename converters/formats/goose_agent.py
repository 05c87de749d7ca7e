"""Goose custom agents: Markdown with YAML front matter, `.goose/agents/<name>.md`.

Facts: <https://goose-docs.ai/docs/guides/context-engineering/custom-agents/> and rulesync 17.0.0, which
writes them, both read 2026-11-21. They are there since release 1.34; people start one by `@name`.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, text
from converters.formats._kit import Container, Format, Home, Row
from converters.formats._models import model_names

FORMAT = Format(
    id="goose-agent",
    title="Goose agent",
    source="https://goose-docs.ai/docs/guides/context-engineering/custom-agents/",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".goose/agents/{name}.md", ".config/goose/agents/*.md"),
    suffix=".md",
    home=Home(
        folder=".config/goose",
        place="agents/{name}.md",
        source="https://goose-docs.ai/docs/guides/context-engineering/custom-agents/",
        read_on="2026-11-21",
        moved=(("XDG_CONFIG_HOME", "goose"),),
    ),
    rows=(
        Row("name", "name", text, required=True, note="how people call it: `@name`"),
        Row("description", "description", text, default=best_summary, origin="the summary"),
        Row("model", "model", model_names("goose"), note="an id of the provider people have set up"),
    ),
    limits_tools=False,
    safest="a recipe lists the extensions it may use: convert to goose-recipe, then list them",
    also_loads=("antigravity",),
    notes=("the body is the prompt", "no tools: an agent has the extensions of its session"),
)
