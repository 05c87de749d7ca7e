r"""Agents of a Claude Code plugin: files as Claude Code's own, in the plugin's folder `agents`.

Facts: <https://code.claude.com/docs/en/plugins-reference> and the loader of release 2.1.329, both
read 2026-11-21. A plugin's agent may not say what starts programs or how its host asks: such keys
are passed over with a warning. It is called `<plugin>:<name>`, with the folders between in the middle.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, choice, count, escaped_text, flag, free, text, words
from converters.formats._efforts import effort_level
from converters.formats._kit import PROMPT, Container, Format, Limit, Row, Trap
from converters.formats._models import model_names
from converters.formats._names import CLAUDE_AGENTS, LONGEST_CLAUDE, claude_name
from converters.formats._tools import tool_calls
from converters.formats._words import color_names

_PASSED_OVER = "not read from a plugin"

FORMAT = Format(
    id="claude-plugin",
    title="Claude Code plugin",
    source="https://code.claude.com/docs/en/plugins-reference",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=("plugin/agents/{name}.md", "plugins/*/agents/**/*.md"),
    suffix=".md",
    homeless="a plugin is installed by the client itself",
    named_by="file",
    rows=(
        Row("name", "name", claude_name, note="absent: the file's name"),
        Row("description", "description", escaped_text, required=True, default=best_summary, origin="the summary"),
        Row("when_to_use", "description", escaped_text, alias=True, note="where there is no description"),
        Row("when-to-use", "description", escaped_text, alias=True, note="where there is no description"),
        Row("tools", "tools", tool_calls("claude-code"), strict=True, note="absent: all the host has"),
        Row("disallowedTools", "tools.deny", tool_calls("claude-code"), strict=True),
        Row("model", "model", model_names("claude-code"), note="`inherit`, an alias such as `sonnet`, or a full id"),
        Row("effort", "effort", effort_level),
        Row("maxTurns", "max_turns", count),
        Row("color", "color", color_names("claude-code")),
        Row("memory", "memory", choice("user", "project", "local"), note="brings reading, writing and editing with it"),
        Row("isolation", "isolation", choice("worktree")),
        Row("background", "background", flag),
        Row("skills", "skills", words),
        Row("omitClaudeMd", ".omitClaudeMd", flag),
        Row("autoCompactWindow", ".autoCompactWindow", count, note="tokens, from 100,000"),
        Row("observeToolResults", ".observeToolResults", flag),
        Row("experimental", ".experimental", free, note="`cacheTtl`: `5m` or `1h`"),
        Row("permissionMode", ".permissionMode", text, note=_PASSED_OVER),
        Row("mcpServers", ".mcpServers", free, note=_PASSED_OVER),
        Row("hooks", ".hooks", free, note=_PASSED_OVER),
        Row("initialPrompt", ".initialPrompt", text, note=_PASSED_OVER),
        Row("observer", ".observer", text, note=_PASSED_OVER),
        Row("observerMessage", ".observerMessage", text, note=_PASSED_OVER),
        Row("observeSubagents", ".observeSubagents", flag, note=_PASSED_OVER),
        Row("author", "author", text, note="not read by the client"),
        Row("version", "version", text, note="not read by the client"),
        Row("tags", "tags", words, note="not read by the client"),
    ),
    likely=lambda keys, _: 0.0 if "name" in keys else -1.0,  # beyond its place, a file is Claude Code's own
    limits=(
        Limit("name", most=LONGEST_CLAUDE),
        Limit(PROMPT, most=1_048_576, unit="bytes", advice="the client reads no larger file"),
    ),
    traps=(
        Trap(
            re.compile(r"\$\{(?:CLAUDE_PLUGIN_ROOT|CLAUDE_PLUGIN_DATA|user_config\.(?:(?!\$\{)[^}\n])*+)\}"),
            "puts the plugin's folder, or a setting, in its place",
            example="${CLAUDE_PLUGIN_ROOT}",
        ),
    ),
    memory_tools=("read", "write", "edit"),
    own_agents=CLAUDE_AGENTS,
    notes=(
        "what is written is a folder `plugin`, which needs a `.claude-plugin/plugin.json` beside its folder `agents`",
        "no permission mode, hooks or MCP servers: the client takes those from a plugin as a whole",
    ),
)
