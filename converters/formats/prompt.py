"""A bare prompt: Markdown without front matter, named by its title or its file."""

from __future__ import annotations

from converters.formats._kit import Container, Format

FORMAT = Format(
    id="prompt",
    title="Bare prompt",
    source="https://commonmark.org/",
    read_on="2026-11-21",
    container=Container.MARKDOWN,
    files=("{name}.md", "agents/**/*.md", "subagents/**/*.md"),
    suffix=".md",
    named_by="title",
    part_names=frozenset({"agents", "agents-md", "claude", "claude-md", "gemini", "gemini-md", "copilot-instructions"}),
    limits_tools=False,
    notes=("nothing but the prompt is said: the host decides on tools and model",),
)
