"""EIPAS agents: Claude Code files that also say where they stand in a phased process.

Facts: the 34 agent files of <https://github.com/rgcs-trial/eipas-system>, read 2026-11-21. Claude
Code loads them and passes over the keys it does not know.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, count, escaped_text, flag, number, text, words
from converters.formats._kit import Container, Format, Row
from converters.formats._tools import tool_calls

FORMAT = Format(
    id="eipas",
    title="EIPAS",
    source="https://github.com/rgcs-trial/eipas-system",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".claude/agents/{name}.md", "agent-templates/**/*.md"),
    suffix=".md",
    rows=(
        Row("name", "name", text, required=True),
        Row("description", "description", escaped_text, required=True, default=best_summary, origin="the summary"),
        Row("author", "author", text),
        Row("version", "version", text),
        Row("phase", ".phase", text, note="`phase1` to `phase5`, `meta` ..."),
        Row("role", ".role", text, note="what the agent does in the phase"),
        Row("threshold", ".threshold", number, note="the score, from 0 to 1, that passes the phase's gate"),
        Row("iterative", ".iterative", flag, note="whether the phase is run again until the gate passes"),
        Row("interaction_mode", ".interaction_mode", text),
        Row("tools", "tools", tool_calls("claude-code"), strict=True),
        Row("disallowedTools", "tools.deny", tool_calls("claude-code"), strict=True),
        Row("model", "model", text),
        Row("maxTurns", "max_turns", count),
        Row(
            "permissionMode",
            "permission_mode",
            choice("default", "acceptEdits", "bypassPermissions", "plan", "dontAsk", "auto"),
        ),
        Row("color", "color", text),
        Row("tags", "tags", words),
    ),
    signature=frozenset({"phase", "threshold", "iterative", "interaction_mode"}),
    notes=("read by Claude Code, which passes over the phase keys",),
)
