r"""Gemini CLI subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://geminicli.com/docs/core/subagents/> and packages/core/src/agents/agentLoader.ts of release
0.61.0, both read 2026-11-21. Strict throughout: a key or a tool the client does not know, broken YAML or a
byte order mark make it refuse the file. When an agent starts, `${word}` in the prompt is filled in, and the
agent fails where there is no such value; no spelling is left as it stands, and a backslash (`$\{word}`) is
the least change. Remote agents have a card in place of a prompt, and are not read.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, blank, choice, count, number, record, text
from converters.formats._kit import Codec, Container, Format, Home, Row
from converters.formats._mcp import Settings, server_map
from converters.formats._models import model_names
from converters.formats._names import name_of
from converters.formats._placeholders import escaped, placeholder
from converters.formats._tools import tool_names
from converters.model import Json, Tool
from converters.syntax import Node

_MCP = re.compile(r"mcp:(?:\*|[a-z0-9.:-]+(?:/(?!_*\Z)[a-z0-9_.:-]+)?)", re.IGNORECASE)
"""Servers and tools the client takes by name: a server's own must not have the `_` that parts the two."""

_names = tool_names("gemini-cli", unknown="never")


def _sayable(tools: tuple[Tool, ...]) -> Json:
    return _names.encode(tuple(tool for tool in tools if tool.name[:4] != "mcp:" or _MCP.fullmatch(tool.name)))


_TEXTS = ("command", "cwd", "url", "http_url", "tcp", "description")
_LISTS = ("args", "include_tools", "exclude_tools")
_TABLES = ("env", "headers")


def _is_taken(server: Settings) -> bool:
    """Whether its values are of the kinds for which Gemini CLI does not refuse the whole file."""
    lists = [server.get(key, []) for key in _LISTS]
    tables = [server.get(key, {}) for key in _TABLES]
    texts = [server[key] for key in _TEXTS if key in server]
    texts += [item for inner in lists if isinstance(inner, list) for item in inner]
    texts += [item for inner in tables if isinstance(inner, dict) for item in inner.values()]
    return (
        all(isinstance(inner, list) for inner in lists)
        and all(isinstance(inner, dict) for inner in tables)
        and all(isinstance(text, str) for text in texts)
        and isinstance(server.get("trust", False), bool)
        and isinstance(server.get("timeout", 0), int | float)
        and server.get("type", "http") in {"http", "sse"}
    )


def _theirs(settings: Settings) -> Settings | None:
    """A server's settings; one that is started by a command has no `type`."""
    told = {key: value for key, value in settings.items() if (key, value) != ("type", "stdio")}
    return told if _is_taken(told) else None


def _ours(told: Settings) -> Settings:
    if "http_url" in told and "url" not in told:
        told = {"type": "http", "url": told["http_url"], **told}
        del told["http_url"]
    return {"type": "stdio", **told} if "command" in told and "type" not in told else told


_REMOTE = "a remote agent has a card in place of a prompt: there is nothing to convert"
_local = choice("local")


def _not_remote(node: Node) -> str | None:
    if text.decode(node) == "remote":
        raise ValueError(_REMOTE)
    return _local.decode(node)


def _no_card(node: Node) -> None:
    if not blank(node):
        raise ValueError(_REMOTE)


_kind: Codec[str] = Codec(_not_remote, str, "`local`; an agent that is `remote` is not read")
_card: Codec[str] = Codec(_no_card, str, "nothing: an agent that has a card is not read")

FORMAT = Format(
    id="gemini-cli",
    title="Gemini CLI",
    source="https://geminicli.com/docs/core/subagents/",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".gemini/agents/{name}.md", ".gemini/agents/*.md"),
    suffix=".md",
    home=Home(
        folder=".gemini",
        place="agents/{name}.md",
        source="https://geminicli.com/docs/core/subagents/",
        read_on="2026-11-21",
        moved=(("GEMINI_CLI_HOME", ".gemini"),),
    ),
    rows=(
        Row("kind", ".kind", _kind, strict=True, note="absent: local, or remote with a card"),
        Row(
            "name",
            "name",
            name_of(r"[a-z0-9_-]+", "lower-case letters, digits, `-` and `_`"),
            required=True,
            note="lower-case letters, digits, `-` and `_`",
        ),
        Row("display_name", "title", text),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row(
            "tools",
            "tools",
            Codec(_names.decode, _sayable, "a list of tool names; empty for none, `*` for all", lost=_names.lost),
            strict=True,
            note="a list only; absent: all the host has",
        ),
        Row("mcp_servers", "mcp_servers", server_map(_theirs, _ours, allowed="include_tools", denied="exclude_tools")),
        Row("model", "model", model_names("gemini-cli"), note="absent: inherit"),
        Row("temperature", "temperature", number, note="absent: 1"),
        Row("max_turns", "max_turns", count, note="absent: 30"),
        Row("timeout_mins", ".timeout_mins", count, note="absent: 10"),
        Row("auth", ".auth", record, note="of a remote agent"),
        Row("agent_card_url", ".agent_card_url", _card, strict=True, note="of a remote agent"),
        Row("agent_card_json", ".agent_card_json", _card, strict=True, note="of a remote agent: its card as JSON"),
    ),
    signature=frozenset({"timeout_mins", "agent_card_url", "agent_card_json"}),
    own_agents=frozenset({"browser-agent", "cli-help", "codebase-investigator", "generalist"}),
    bodies=(escaped(r"\w+"),),
    traps=(placeholder(r"\w+"),),
    notes=(
        "the body, trimmed, is the prompt; a remote agent has none",
        "files whose names start with `_`, and folders below the folder, are not looked at",
        "an agent can neither ask the user nor start another agent",
    ),
)
