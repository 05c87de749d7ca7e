"""Subagents of rulesync: Markdown with YAML front matter, one file from which each tool's is made.

Facts: the package rulesync 17.0.0, <https://github.com/dyoshikawa/rulesync>, read 2026-11-21. What stands
under the name of a tool is for that tool alone. We read Claude Code's block, which says the most; what
other tools are told is kept as it stands.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, count, flag, free, text, words
from converters.formats._efforts import effort_level
from converters.formats._kit import Container, Format, Row
from converters.formats._mcp import server_list
from converters.formats._models import model_names
from converters.formats._names import CLAUDE_AGENTS, claude_name
from converters.formats._tools import tool_calls
from converters.formats._words import color_names, permission_modes
from converters.model import AgentSpec, Json

_TOOLS = (
    "agentsmd", "antigravity-cli", "antigravity-ide", "antigravity-plugin", "augmentcode", "claudecode-plugin",
    "claudecode-legacy", "cline", "codexcli", "commandcode", "copilot", "copilotcli", "cortexcode", "cursor",
    "deepagents", "devin", "factorydroid", "geminicli", "goose", "grokcli", "hermesagent", "junie", "kilo",
    "kimi-code", "kiro", "kiro-cli", "kiro-ide", "opencode", "pool", "qwencode", "reasonix", "roo", "rovodev",
    "tabnine", "takt", "vibe", "zcode", "zoocode",
)  # fmt: skip
"""Who else may be told something of its own."""


def _targets(spec: AgentSpec) -> Json:
    """Claude Code alone where its block limits the tools: the others would not hear of it."""
    return ["claudecode"] if spec.tools is not None else None


FORMAT = Format(
    id="rulesync",
    title="rulesync",
    source="https://github.com/dyoshikawa/rulesync",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".rulesync/subagents/{name}.md",),
    suffix=".md",
    rows=(
        Row(
            "targets",
            ".targets",
            free,
            default=_targets,
            origin="only Claude Code is told of the tools",
            note="the tools it is written for; absent: `*`, all of them",
        ),
        Row("name", "name", claude_name, required=True),
        Row("description", "description", text, default=best_summary, origin="the summary"),
        Row("claudecode/model", "model", model_names("claude-code")),
        Row("claudecode/tools", "tools", tool_calls("claude-code"), strict=True, note="for Claude Code alone"),
        Row("claudecode/disallowedTools", "tools.deny", tool_calls("claude-code"), strict=True),
        Row("claudecode/permissionMode", "permission_mode", permission_modes("claude-code")),
        Row("claudecode/maxTurns", "max_turns", count),
        Row("claudecode/skills", "skills", words),
        Row("claudecode/color", "color", color_names("claude-code")),
        Row("claudecode/memory", "memory", choice("user", "project", "local")),
        Row("claudecode/effort", "effort", effort_level),
        Row("claudecode/isolation", "isolation", choice("worktree", "remote")),
        Row("claudecode/background", "background", flag),
        Row("claudecode/mcpServers", "mcp_servers", server_list),
        Row("claudecode/hooks", "hooks", free),
        *(Row(tool, f".{tool}", free, note="for this tool alone") for tool in _TOOLS),
    ),
    memory_tools=("read", "write", "edit"),
    own_agents=CLAUDE_AGENTS,
    signature=frozenset({"targets", "claudecode", "codexcli", "copilotcli", "geminicli", "opencode"}),
    marks=(r"^claudecode:[ \t]*\r?$",),
    notes=(
        "the body is the prompt, without white space around it in what the tools get",
        "a block `claudecode` does not bind other tools: where it limits tools, `targets` should name it alone",
    ),
)
