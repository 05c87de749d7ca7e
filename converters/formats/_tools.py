"""Codecs of tool lists: names with limits, groups, aliases. What they lose is told tool by tool."""

from __future__ import annotations

import re

from converters.formats._codecs import blank, flag, kind_of, name_in
from converters.formats._kit import Codec
from converters.model import Json, Tool
from converters.syntax import Mapping, Node, Sequence
from converters.syntax.yaml import value_of
from converters.tools import client_names, group_names, groups, neutral_names

ALL: tuple[Tool, ...] = (Tool("*"),)
"""What a tools codec calls every tool the host has."""

_REGEX = "regex:"
"""What begins a limit that is a regular expression, where the usual one is a glob."""

_CALL = re.compile(r"[^\s,()]+(?:\([^()]*\))?|\S")


def tool_calls(client: str) -> Codec[tuple[Tool, ...]]:
    """Tool names as Claude Code takes them: `Read, Bash(git:*), mcp__server__tool`.

    A string is split on commas and spaces outside parentheses; blank means none; `*` means all.
    """

    def decode(node: Node) -> tuple[Tool, ...]:
        if isinstance(node, Mapping):
            raise ValueError("expected tool names, found a mapping")
        if isinstance(node, Sequence):
            names = [name_in(item) for item in node.items]
        else:
            names = [] if blank(node) else [m[0] for m in _CALL.finditer(node.text) if m[0] != ","]
        if names == ["*"]:
            return ALL
        return tuple(dict.fromkeys(_called(client, name) for name in names))

    def written(tools: tuple[Tool, ...]) -> list[str]:
        return [_call(client, tool) for tool in tools]

    def encode(tools: tuple[Tool, ...]) -> Json:
        names = written(tools)
        return ", ".join(names) if names and all(_CALL.fullmatch(name) for name in names) else list[Json](names)

    return Codec(
        decode,
        encode,
        "tool names, as a list or separated by commas; empty for none, `*` for all",
        listed=lambda tools: list(written(tools)),
        lost=_tools_lost,
    )


def _called(client: str, name: str) -> Tool:
    base, _, inside = name.partition("(")
    only = tuple(part.strip() for part in inside.rstrip(")").split(",") if part.strip())
    if base.startswith("mcp__"):
        server, _, tool = base[5:].partition("__")
        return Tool(f"mcp:{server}/{tool}" if tool else f"mcp:{server}", only)
    return Tool(neutral_names(client).get(base.lower(), base), only)


def _call(client: str, tool: Tool) -> str:
    if tool.name.startswith("mcp:"):
        server, _, name = tool.name[4:].partition("/")
        base = f"mcp__{server}__{name}" if name else f"mcp__{server}"
    else:
        base = client_names(client).get(tool.name, tool.name)
    said = tool.only and not any(set(only) & set("(),") or only.startswith(_REGEX) for only in tool.only)
    return f"{base}({', '.join(tool.only)})" if said else base


def tool_groups(client: str) -> Codec[tuple[Tool, ...]]:
    """A client's coarse groups: `[read, [edit, {fileRegex: ..., description: ...}]]`."""
    table = groups(client)

    def decode(node: Node) -> tuple[Tool, ...]:
        if not isinstance(node, Sequence):
            raise ValueError(f"expected a list of groups, found {kind_of(node)}")
        return tuple(dict.fromkeys(tool for entry in node.items for tool in grouped(entry)))

    def grouped(node: Node) -> tuple[Tool, ...]:
        only: tuple[str, ...] = ()
        if isinstance(node, Sequence):
            if len(node.items) != 2 or not isinstance(node.items[1], Mapping):
                raise ValueError("expected [group, {fileRegex: ...}]")
            options = value_of(node.items[1])
            pattern = options.get("fileRegex") if isinstance(options, dict) else None
            only = (_REGEX + pattern,) if isinstance(pattern, str) else ()
            node = node.items[0]
        return _members(client, name_in(node), only)

    def encode(tools: tuple[Tool, ...]) -> Json:
        if tools == ALL:
            return list(table)
        held = {group: {tool.only for tool in _held(client, group, tools)} for group in table}
        return [_limited(group, limits) for group, limits in held.items() if limits] + _own(client, tools)

    return Codec(decode, encode, "a list of groups: " + _listed(client), lost=_tools_lost)


def _limited(group: str, limits: set[tuple[str, ...]]) -> Json:
    """A group as it is written: with its limit where all its tools share one regular expression."""
    only = next(iter(limits)) if len(limits) == 1 else ()
    if len(only) == 1 and only[0].startswith(_REGEX):
        return [group, {"fileRegex": only[0].removeprefix(_REGEX)}]
    return group


def tool_aliases(client: str) -> Codec[tuple[Tool, ...]]:
    """Aliases that each stand for several tools, and `server/tool` for MCP; `*` is all, no entry is none."""

    def decode(node: Node) -> tuple[Tool, ...]:
        if isinstance(node, Mapping):
            raise ValueError("expected tool names, found a mapping")
        if isinstance(node, Sequence):
            names = [name_in(entry) for entry in node.items]
        else:
            names = [] if blank(node) else [word.strip() for word in node.text.split(",") if word.strip()]
        if names == ["*"]:
            return ALL
        return tuple(dict.fromkeys(tool for name in names for tool in named(name)))

    def named(name: str) -> tuple[Tool, ...]:
        server, slash, tool = name.partition("/")
        if slash and name.lower() not in group_names(client):
            return (Tool(f"mcp:{server}" if tool == "*" else f"mcp:{name}"),)
        return _members(client, name, ())

    def encode(tools: tuple[Tool, ...]) -> Json:
        if tools == ALL:
            return ["*"]
        servers = [tool.name[4:] for tool in tools if tool.name.startswith("mcp:")]
        written: list[Json] = [group for group in groups(client) if _held(client, group, tools)]
        return [*written, *_own(client, tools), *(name if "/" in name else f"{name}/*" for name in servers)]

    return Codec(decode, encode, f"names of tools, `*` for all: {_listed(client)}, `server/tool`", lost=_tools_lost)


def _tools_lost(before: tuple[Tool, ...], after: tuple[Tool, ...] | None) -> str | None:
    """The tools, and the limits on tools, that are no longer there."""
    if after is not None and ALL in {before, after}:
        return None
    held = set(after or ())
    names = {tool.name for tool in held}
    gone = [t.name for t in before if t.name not in names and not (t.name.startswith("mcp:") and "mcp:*" in names)]
    freed = [t.name for t in before if t.only and t.name in names and t not in held]
    parts = [f"without {', '.join(sorted(set(gone)))}"] if gone else []
    parts += [f"the limits on {', '.join(sorted(set(freed)))} fall away"] if freed else []
    return "; ".join(parts) or None


_CHANGING = tuple(Tool(name) for name in ("write", "edit", "notebook-edit", "shell"))
"""The tools a read-only agent is denied."""


def _is_read_only(node: Node) -> tuple[Tool, ...] | None:
    said = flag.decode(node)
    return None if said is None else _CHANGING if said else ()


read_only: Codec[tuple[Tool, ...]] = Codec(
    _is_read_only,
    lambda denied: set(_CHANGING) <= set(denied),
    "true or false: true denies what writes files or runs commands",
    lost=_tools_lost,
)


def _members(client: str, name: str, only: tuple[str, ...]) -> tuple[Tool, ...]:
    """The tools a group's or an alias's name stands for; a name nobody knows stands for itself."""
    group = group_names(client).get(name.lower(), name.lower())
    members = groups(client).get(group)
    return (Tool(f"{client}:{name}", only),) if members is None else tuple(Tool(tool, only) for tool in members)


def _held(client: str, group: str, tools: tuple[Tool, ...]) -> list[Tool]:
    """Which of the tools a group brings."""
    members = groups(client)[group]
    return [tool for tool in tools if tool.name in members or ("mcp:*" in members and tool.name.startswith("mcp:"))]


def _own(client: str, tools: tuple[Tool, ...]) -> list[Json]:
    """Names that only this client knows."""
    return [tool.name.removeprefix(f"{client}:") for tool in tools if tool.name.startswith(f"{client}:")]


def _listed(client: str) -> str:
    return ", ".join(f"`{group}`" for group in groups(client))
