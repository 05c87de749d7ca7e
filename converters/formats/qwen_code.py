r"""Qwen Code subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://qwenlm.github.io/qwen-code-docs/en/users/features/sub-agents/> and the loader of release
0.24.4, both read 2026-11-21. Keys it does not know are passed over, broken YAML is mended. When an agent
starts, `${word}` in the prompt is filled in, and the agent fails where there is no such value; a backslash
(`$\{word}`) is the least change that is left as it stands.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, count, flag, number, record, text
from converters.formats._kit import PROMPT, Codec, Container, Format, Home, Limit, Row
from converters.formats._mcp import Settings, server_map
from converters.formats._models import model_names
from converters.formats._names import name_of
from converters.formats._placeholders import escaped, placeholder
from converters.formats._tools import tool_names
from converters.formats._words import color_names, permission_modes
from converters.model import Json, Tool
from converters.syntax import Node, Scalar

_BUBBLE = "bubble"
"""A mode of this client alone: the caller is asked."""

_names = tool_names("qwen-code", empty="all")
_modes = permission_modes("qwen-code")


def _by_name(tools: tuple[Tool, ...]) -> Json:
    """The tools to allow, each by its own name: that of a server alone brings none of its tools."""
    return _names.encode(tuple(tool for tool in tools if tool.name[:4] != "mcp:" or "/" in tool.name))


def _mode(node: Node) -> str | None:
    return _BUBBLE if isinstance(node, Scalar) and node.text == _BUBBLE else _modes.decode(node)


def _theirs(settings: Settings) -> Settings | None:
    """A server's settings; how it is reached is told by the key of its address, not by a `type`."""
    told = {key: value for key, value in settings.items() if key not in {"type", "url"}}
    if "command" in settings or "url" not in settings:
        return told if {"command", "tcp"} & told.keys() else None
    return {"url" if settings.get("type") == "sse" else "httpUrl": settings["url"], **told}


def _ours(told: Settings) -> Settings:
    if "type" in told or not {"command", "httpUrl", "url"} & told.keys():
        return told
    if "command" in told:
        return {"type": "stdio", **told}
    settings: Settings = {"type": "http" if "httpUrl" in told else "sse", "url": told.get("httpUrl", told.get("url"))}
    return settings | {key: value for key, value in told.items() if key not in {"httpUrl", "url"}}


FORMAT = Format(
    id="qwen-code",
    title="Qwen Code",
    source="https://qwenlm.github.io/qwen-code-docs/en/users/features/sub-agents/",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".qwen/agents/{name}.md", ".qwen/agents/*.md"),
    suffix=".md",
    home=Home(
        folder=".qwen",
        place="agents/{name}.md",
        source="https://qwenlm.github.io/qwen-code-docs/en/users/features/sub-agents/",
        read_on="2026-11-21",
        moved=(("QWEN_HOME", ""),),
    ),
    rows=(
        Row(
            "name",
            "name",
            name_of(r"[^\W_](?:[\w-]*[^\W_])?", "letters, digits, `-` and `_`"),
            required=True,
            note="letters, digits, and `-` or `_` between them",
        ),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row(
            "tools",
            "tools",
            Codec(_names.decode, _by_name, _names.says, listed=_by_name, lost=_names.lost),
            strict=True,
            note="absent or empty: all the host has",
        ),
        Row("disallowedTools", "tools.deny", tool_names("qwen-code"), strict=True),
        Row("model", "model", model_names("qwen-code"), note="absent: inherit"),
        Row("modelConfig/model", "model", model_names("qwen-code"), alias=True, note="before it was `model`"),
        Row(
            "approvalMode",
            "permission_mode",
            Codec(_mode, lambda mode: mode if mode == _BUBBLE else _modes.encode(mode), _modes.says, lost=_modes.lost),
            note="any other makes the client refuse the file",
        ),
        Row(
            "permissionMode",
            "permission_mode",
            choice("default", "plan", "acceptEdits", "auto", "bypassPermissions", "dontAsk"),
            alias=True,
            note="Claude Code's; passed over beside `approvalMode`",
        ),
        Row("maxTurns", "max_turns", count),
        Row("runConfig/max_turns", "max_turns", count, alias=True, note="before it was `maxTurns`"),
        Row("runConfig/max_time_minutes", ".runConfig/max_time_minutes", number, note="how long it may work"),
        Row("color", "color", color_names("qwen-code")),
        Row("background", "background", flag),
        Row("mcpServers", "mcp_servers", server_map(_theirs, _ours, allowed="includeTools", denied="excludeTools")),
        Row("hooks", "hooks", record),
        Row("executor", ".executor", record, note="an agent outside: `kind` (`acp` or `codex`), `command`, `args`"),
        Row("executionBackend", ".executionBackend", choice("container")),
    ),
    signature=frozenset({"approvalMode", "runConfig", "executor", "executionBackend"}),
    bodies=(escaped(r"[a-zA-Z_]\w*"),),
    traps=(placeholder(r"[a-zA-Z_]\w*"),),
    limits=(
        Limit("name", most=50, least=2, advice="give it another name"),
        Limit("description", most=1000, hard=False),
        Limit(PROMPT, most=1_000_000, least=10, advice="say more"),
        Limit(PROMPT, most=10_000, hard=False),
    ),
    reserved=frozenset({"self", "system", "user", "model", "tool", "config", "default", "main"}),
    any_case=True,
    notes=(
        "the body, trimmed, is the prompt",
        "folders below the folder are not looked at",
        "no way to allow no tool at all, nor all tools of one server and no others",
    ),
)
