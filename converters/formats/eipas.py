"""EIPAS agents: Claude Code files that also say where they stand in a phased process.

Facts: the 34 agent files of <https://github.com/rgcs-trial/eipas-system>, read 2026-11-21. Claude
Code loads them and passes over the keys it does not know.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, count, escaped_text, flag, free, number, text, words
from converters.formats._efforts import effort_level
from converters.formats._kit import PROMPT, Container, Format, Home, Limit, Row
from converters.formats._mcp import server_list
from converters.formats._models import model_names
from converters.formats._names import CLAUDE_AGENTS, LONGEST_CLAUDE, claude_name
from converters.formats._tools import tool_calls
from converters.formats._words import color_names, permission_modes

FORMAT = Format(
    id="eipas",
    title="EIPAS",
    source="https://github.com/rgcs-trial/eipas-system",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".claude/agents/{name}.md", "agent-templates/**/*.md"),
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
        Row("author", "author", text),
        Row("version", "version", text),
        Row("phase", ".phase", text, note="`phase1` to `phase5`, `meta` ..."),
        Row("role", ".role", text, note="what the agent does in the phase"),
        Row("threshold", ".threshold", number, note="the score, from 0 to 1, that passes the phase's gate"),
        Row("iterative", ".iterative", flag, note="whether the phase is run again until the gate passes"),
        Row("interaction_mode", ".interaction_mode", text),
        Row("tools", "tools", tool_calls("claude-code"), strict=True),
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
        Row("tags", "tags", words),
    ),
    memory_tools=("read", "write", "edit"),
    own_agents=CLAUDE_AGENTS,
    signature=frozenset({"phase", "threshold", "iterative", "interaction_mode"}),
    limits=(
        Limit("name", most=LONGEST_CLAUDE),
        Limit(PROMPT, most=1_048_576, unit="bytes", advice="the client reads no larger file"),
    ),
    notes=("read by Claude Code, which passes over the phase keys",),
)
