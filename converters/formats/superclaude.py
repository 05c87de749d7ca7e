r"""SuperClaude agents: Claude Code files with a category, their prompts built from fixed sections.

Facts: the 20 agents of <https://github.com/SuperClaude-Org/SuperClaude_Framework>, read 2026-11-21.
They are installed into Claude Code's folder, which passes over the category.
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

_SECTIONS = re.compile(
    r"^## (?:Triggers|Behavioral Mindset|Focus Areas|Key Actions|Outputs|Boundaries)[ \t]*\r?$", re.MULTILINE
)


def _is_sectioned(_: frozenset[str], prompt: str) -> bool:
    """At least four of the six sections of a SuperClaude persona."""
    return len(set(_SECTIONS.findall(prompt))) >= 4


def _likely(keys: frozenset[str], file: str) -> float:
    """Without a category or the sections it is Claude Code's."""
    return 3.0 if _is_sectioned(keys, file) else 0.0 if "category" in keys else -3.0


FORMAT = Format(
    id="superclaude",
    title="SuperClaude",
    source="https://github.com/SuperClaude-Org/SuperClaude_Framework",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=("superclaude/agents/{name}.md", "superclaude/agents/**/*.md"),
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
        Row("category", ".category", text, note="`engineering`, `analysis`, `quality` ...; not read by Claude Code"),
        Row("tools", "tools", tool_calls("claude-code"), strict=True, note="absent: all the host has"),
        Row("disallowedTools", "tools.deny", tool_calls("claude-code"), strict=True),
        Row("model", "model", model_names("claude-code")),
        Row("effort", "effort", effort_level),
        Row("maxTurns", "max_turns", count),
        Row("permissionMode", "permission_mode", permission_modes("claude-code")),
        Row("color", "color", color_names("claude-code")),
        Row("memory", "memory", choice("user", "project", "local")),
        Row("isolation", "isolation", choice("worktree", "remote")),
        Row("background", "background", flag),
        Row("skills", "skills", words),
        Row("mcpServers", "mcp_servers", server_list),
        Row("hooks", "hooks", free),
        Row("initialPrompt", ".initialPrompt", text, note="only where the agent leads the conversation"),
        Row("omitClaudeMd", ".omitClaudeMd", flag),
        Row("autoCompactWindow", ".autoCompactWindow", count, note="tokens, from 100,000"),
        Row("observer", ".observer", text, note="the agent that watches this one"),
        Row("observerMessage", ".observerMessage", text),
        Row("observeSubagents", ".observeSubagents", flag),
        Row("observeToolResults", ".observeToolResults", flag),
        Row("experimental", ".experimental", free, note="`cacheTtl`: `5m` or `1h`"),
        Row("author", "author", text),
        Row("version", "version", text),
        Row("tags", "tags", words),
    ),
    dialects=(Dialect(id="persona", title="personas in six sections", recognise=_is_sectioned),),
    memory_tools=("read", "write", "edit"),
    own_agents=CLAUDE_AGENTS,
    signature=frozenset({"category"}),
    likely=_likely,
    limits=(
        Limit("name", most=LONGEST_CLAUDE),
        Limit(PROMPT, most=1_048_576, unit="bytes", advice="the client reads no larger file"),
    ),
    notes=("read by Claude Code, which passes over the category",),
)
