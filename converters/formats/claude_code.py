r"""Claude Code subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://code.claude.com/docs/en/sub-agents> and the loader of release 2.1.329, both read
2026-11-21. The loader repairs broken YAML itself, and takes a written `\n` for a line break.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, choice, count, escaped_text, flag, free, text, words
from converters.formats._efforts import effort_level
from converters.formats._kit import PROMPT, Container, Dialect, Format, Home, Limit, Row
from converters.formats._mcp import server_list
from converters.formats._models import model_names
from converters.formats._names import CLAUDE_AGENTS, LONGEST_CLAUDE, claude_name
from converters.formats._tools import tool_calls
from converters.formats._words import color_names, permission_modes

_FLAT_LISTS = re.compile(r"^\w[^\n]{0,60}[:：]\n(?:- |1\. )", re.MULTILINE)


def _is_voltagent(keys: frozenset[str], prompt: str) -> bool:
    """Flush-left `Words words:` lists throughout, and the context query that opens the work."""
    return '"requesting_agent"' in prompt and len(_FLAT_LISTS.findall(prompt)) >= 4


FORMAT = Format(
    id="claude-code",
    usual=True,
    title="Claude Code",
    source="https://code.claude.com/docs/en/sub-agents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".claude/agents/{name}.md", ".claude/agents/**/*.md", "agents/**/*.md"),
    suffix=".md",
    home=Home(
        folder=".claude",
        place="agents/{name}.md",
        source="https://code.claude.com/docs/en/sub-agents",
        read_on="2026-11-21",
        moved=(("CLAUDE_CONFIG_DIR", ""),),
    ),
    rows=(
        Row("name", "name", claude_name, required=True),
        Row("description", "description", escaped_text, required=True, default=best_summary, origin="the summary"),
        Row("tools", "tools", tool_calls("claude-code"), strict=True, note="absent: all the host has"),
        Row("disallowedTools", "tools.deny", tool_calls("claude-code"), strict=True),
        Row("model", "model", model_names("claude-code"), note="`inherit`, an alias such as `sonnet`, or a full id"),
        Row("effort", "effort", effort_level),
        Row("maxTurns", "max_turns", count),
        Row("permissionMode", "permission_mode", permission_modes("claude-code")),
        Row("color", "color", color_names("claude-code")),
        Row("memory", "memory", choice("user", "project", "local"), note="brings reading, writing and editing with it"),
        Row("isolation", "isolation", choice("worktree", "remote")),
        Row("background", "background", flag),
        Row("skills", "skills", words),
        Row("mcpServers", "mcp_servers", server_list),
        Row("hooks", "hooks", free, note="as in settings.json; the client refuses the agent where they are malformed"),
        Row("initialPrompt", ".initialPrompt", text, note="only where the agent leads the conversation"),
        Row("omitClaudeMd", ".omitClaudeMd", flag),
        Row("autoCompactWindow", ".autoCompactWindow", count, note="tokens, from 100,000"),
        Row("observer", ".observer", text, note="the agent that watches this one"),
        Row("observerMessage", ".observerMessage", text),
        Row("observeSubagents", ".observeSubagents", flag),
        Row("observeToolResults", ".observeToolResults", flag),
        Row("experimental", ".experimental", free, note="`cacheTtl`: `5m` or `1h`"),
        Row("author", "author", text, note="not read by the client"),
        Row("version", "version", text, note="not read by the client"),
        Row("tags", "tags", words, note="not read by the client"),
    ),
    dialects=(Dialect(id="voltagent", title="VoltAgent collections", recognise=_is_voltagent),),
    memory_tools=("read", "write", "edit"),
    own_agents=CLAUDE_AGENTS,
    signature=frozenset({"disallowedTools", "permissionMode", "maxTurns", "mcpServers", "omitClaudeMd"}),
    limits=(
        Limit("name", most=LONGEST_CLAUDE),
        Limit(PROMPT, most=1_048_576, unit="bytes", advice="the client reads no larger file"),
    ),
    notes=("the body is the system prompt; a file without `name` is not an agent to the client",),
)
