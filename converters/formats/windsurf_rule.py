"""Windsurf rules: Markdown with a trigger, which a persona may be kept as.

Facts: <https://docs.windsurf.com/windsurf/cascade/memories>, read 2026-11-21. Windsurf has no agent
files; a rule is part of the conversation it is loaded into. Its successor's agents are Devin's.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, free, text
from converters.formats._kit import PROMPT, Container, Format, Limit, Row

FORMAT = Format(
    id="windsurf-rule",
    title="Windsurf rule",
    source="https://docs.windsurf.com/windsurf/cascade/memories",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".windsurf/rules/{name}.md", ".windsurf/rules/**/*.md", ".devin/rules/**/*.md"),
    suffix=".md",
    homeless="rules of one person share one file of prose, which is its owner's",
    named_by="file",
    rows=(
        Row(
            "trigger",
            ".trigger",
            choice("always_on", "model_decision", "glob", "manual"),
            default=lambda _: "model_decision",
            origin="Windsurf decides by the description",
        ),
        Row("description", "description", text, default=best_summary, origin="the summary"),
        Row("globs", ".globs", free, note="with `trigger: glob`: the files that bring the rule in, without quotes"),
    ),
    lines=frozenset({"globs"}),
    signature=frozenset({"trigger"}),
    limits=(Limit(PROMPT, most=12_000),),
    limits_tools=False,
    safest="an agent of Devin, Windsurf's successor, has a list of tools: convert to devin",
    lends_model=True,
    notes=("a rule speaks to the agent at work: tools, model and name are that agent's",),
)
