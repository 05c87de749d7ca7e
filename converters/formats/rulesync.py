"""Subagents of rulesync: Markdown with YAML front matter, one file from which each tool's is made.

Facts: the package rulesync 17.0.0, <https://github.com/dyoshikawa/rulesync>, read 2026-11-21. What stands
under the name of a tool is for that tool alone. We read Claude Code's block, which says the most; another
tool's is kept as it stands, and obeyed where that tool's file is written.
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

_BLOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("claudecode", ("claude-code",)),
    ("claudecode-plugin", ("claude-plugin",)),
    ("antigravity-cli", ("antigravity",)),
    ("antigravity-ide", ("antigravity",)),
    ("antigravity-plugin", ("antigravity",)),
    ("augmentcode", ("augment",)),
    ("cline", ("cline",)),
    ("codexcli", ("codex",)),
    ("copilot", ("copilot", "vscode")),
    ("copilotcli", ("copilot",)),
    ("cursor", ("cursor",)),
    ("devin", ("devin",)),
    ("factorydroid", ("factory",)),
    ("geminicli", ("gemini-cli",)),
    ("goose", ("goose-agent",)),
    ("junie", ("junie",)),
    ("kilo", ("kilo",)),
    ("kiro", ("kiro",)),
    ("kiro-cli", ("kiro",)),
    ("kiro-ide", ("kiro-md",)),
    ("opencode", ("opencode", "opencode-json")),
    ("qwencode", ("qwen-code",)),
    ("roo", ("roo",)),
)
"""Its names of the tools that we know, each with whose files it writes for it."""
_OTHERS = (
    "agentsmd", "claudecode-legacy", "commandcode", "cortexcode", "deepagents", "grokcli", "hermesagent", "kimi-code",
    "pool", "reasonix", "rovodev", "tabnine", "takt", "vibe", "zcode", "zoocode",
)  # fmt: skip
"""Who else may be told something of its own."""


def _reaches(targets: Json, format_id: str) -> bool:
    """Whether a file with these targets is written for a format anyway."""
    listed = targets if isinstance(targets, list) else [targets]
    return "*" in listed or any(format_id in ids for tool, ids in _BLOCKS if tool in listed)


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
            meant_for=_reaches,
            origin="its limits on tools, of which only Claude Code is told",
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
        *(
            Row(tool, f".{tool}", free, note="for this tool alone, and obeyed where its files are written")
            for tool, _ in _BLOCKS
            if tool != "claudecode"
        ),
        *(Row(tool, f".{tool}", free, note="for this tool alone") for tool in _OTHERS),
    ),
    blocks=(*_BLOCKS, *((tool, ()) for tool in _OTHERS)),
    memory_tools=("read", "write", "edit"),
    own_agents=CLAUDE_AGENTS,
    signature=frozenset({"targets", "claudecode", "codexcli", "copilotcli", "geminicli", "opencode"}),
    marks=(r"^claudecode:[ \t]*\r?$",),
    notes=(
        "the body is the prompt, without white space around it in what the tools get",
        "a block `claudecode` does not bind other tools: where it limits tools, `targets` should name it alone",
    ),
)
