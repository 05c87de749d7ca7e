r"""Claude Code subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://code.claude.com/docs/en/sub-agents> and the loader of release 2.1.329, both read
2026-11-21. The loader repairs broken YAML itself, and takes a written `\n` for a line break.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, choice, count, escaped_text, flag, free, text, words
from converters.formats._kit import PROMPT, Container, Dialect, Format, Row
from converters.formats._tools import tool_calls

_FLAT_LISTS = re.compile(r"^\w[^\n]{0,60}[:：]\n(?:- |1\. )", re.MULTILINE)


def _is_voltagent(keys: frozenset[str], prompt: str) -> bool:
    """Flush-left `Words words:` lists throughout, and the context query that opens the work."""
    return '"requesting_agent"' in prompt and len(_FLAT_LISTS.findall(prompt)) >= 4


FORMAT = Format(
    id="claude-code",
    title="Claude Code",
    source="https://code.claude.com/docs/en/sub-agents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".claude/agents/{name}.md", ".claude/agents/**/*.md", "agents/**/*.md"),
    suffix=".md",
    rows=(
        Row("name", "name", text, required=True, note="not starting `-`, no `:`, at most 256 characters"),
        Row("description", "description", escaped_text, required=True, default=best_summary, origin="the summary"),
        Row("tools", "tools", tool_calls("claude-code"), strict=True, note="absent: all the host has"),
        Row("disallowedTools", "tools.deny", tool_calls("claude-code"), strict=True),
        Row("model", "model", text, note="`inherit`, an alias such as `sonnet`, or a full id"),
        Row("effort", "effort", text, note="`low` to `max`, or a whole number"),
        Row("maxTurns", "max_turns", count),
        Row(
            "permissionMode",
            "permission_mode",
            choice("default", "acceptEdits", "bypassPermissions", "plan", "dontAsk", "auto", "manual"),
        ),
        Row("color", "color", text),
        Row("memory", "memory", choice("user", "project", "local")),
        Row("isolation", "isolation", text),
        Row("background", "background", flag),
        Row("skills", "skills", words),
        Row("mcpServers", "mcp_servers", free),
        Row("hooks", "hooks", free),
        Row("initialPrompt", ".initialPrompt", text),
        Row("omitClaudeMd", ".omitClaudeMd", flag),
        Row("author", "author", text, note="not read by the client"),
        Row("version", "version", text, note="not read by the client"),
        Row("tags", "tags", words, note="not read by the client"),
    ),
    dialects=(Dialect(id="voltagent", title="VoltAgent collections", recognise=_is_voltagent),),
    signature=frozenset({"disallowedTools", "permissionMode", "maxTurns", "mcpServers", "omitClaudeMd"}),
    notes=(f"the body is the system prompt ({PROMPT}); a file without `name` is not an agent to the client",),
)
