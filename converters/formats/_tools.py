"""Codecs of tool lists: names, names with limits, groups. What they lose or bring is told tool by tool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from converters.formats._codecs import blank, kind_of, name_in
from converters.formats._kit import Codec
from converters.model import Json, Tool
from converters.syntax import Mapping, Node, Scalar, Sequence
from converters.syntax.yaml import value_of
from converters.tools import (
    categories,
    client_names,
    every_tool,
    group_names,
    groups,
    is_freely_named,
    is_known,
    meaning,
    names_for,
    owner_of,
    trait,
)

ALL: tuple[Tool, ...] = (Tool("*"),)
"""What a tools codec calls every tool the host has."""

_REGEX = "regex:"
"""What begins a limit that is a regular expression, where the usual one is a glob."""

_CALL = re.compile(r"[^\s,()]+(?:\([^()]*\))?|\S")
"""A tool in a string, its limits in parentheses; what stands alone between two is no tool's."""


def tool_names(
    client: str,
    *,
    empty: Literal["none", "all"] = "none",
    listed: bool = True,
    unknown: Literal["kept", "never"] = "kept",
) -> Codec[tuple[Tool, ...]]:
    """Tools by the names of `vocabulary/clients/<client>.yaml`, as a list or in a string.

    `empty` says what the client takes an empty list for: where that is all, none is ever written.
    `listed` is whether we write a list. Names nobody knows are `kept` as written, or, where the client
    would refuse the file, `never` written but for those read from that client itself. What else differs
    from client to client stands in its file: whether `Bash(git:*)` is understood (`limits`), whether
    a missing key means `none` (`absent`), and whether spaces part the names in a string (`string`).
    """
    names = _Names(client, empty, listed, unknown)
    says = "tool names, as a list or in a string" + ("; empty for none" if empty == "none" else "")
    return Codec(names.decode, names.encode, says, listed=names.as_list, lost=tools_lost)


@dataclass(frozen=True, slots=True)
class _Names:
    """One client's way with the names of tools."""

    client: str
    empty: str
    listed: bool
    unknown: str

    def decode(self, node: Node) -> tuple[Tool, ...] | None:
        if isinstance(node, Mapping):
            raise ValueError("expected tool names, found a mapping")
        if isinstance(node, Scalar) and (members := categories(self.client).get(node.text.strip())):
            return tuple(Tool(member) for member in members)
        if isinstance(node, Sequence):
            names = [name_in(item) for item in node.items]
        else:
            names = [] if blank(node) else self.split(node.text)
        if every_tool(self.client) in names:
            return ALL
        if not names and self.empty == "all":
            return None
        return tuple(dict.fromkeys(tool for name in names for tool in self.meant(name)))

    def split(self, text: str) -> list[str]:
        """The names in a string; where limits are understood, spaces part them as commas do."""
        if trait(self.client, "limits"):
            return [found[0] for found in _CALL.finditer(text) if found[0] != ","]
        if self.spaced:
            return text.split()
        return [word.strip() for word in text.split(",") if word.strip()]

    @property
    def spaced(self) -> bool:
        """Whether a string with spaces is all the client takes."""
        return bool(trait(self.client, "string") == "spaces")

    def meant(self, name: str) -> tuple[Tool, ...]:
        """The tools a written name stands for; one nobody knows stands for itself."""
        only: tuple[str, ...] = ()
        if trait(self.client, "limits"):
            name, _, inside = name.partition("(")
            only = tuple(part.strip() for part in inside.rstrip(")").split(",") if part.strip())
        members = meaning(self.client, name)
        if members is not None:
            return tuple(Tool(member, only) for member in members)
        if is_freely_named(self.client) and name != "*" and not name.startswith("mcp:"):
            return (Tool(name, only),)
        ours = is_known(name) or name == "*" or owner_of(name) is not None
        return (Tool(name if self.unknown == "kept" and not ours else f"{self.client}:{name}", only),)

    def encode(self, tools: tuple[Tool, ...]) -> Json:
        names = self.named(tools)
        if names is None:
            return None
        if tools == ALL and categories(self.client):  # a word in place of a list
            return every_tool(self.client)
        if self.listed:
            return list[Json](names)
        fit = [name for name in names if self.split(name) == [name]]
        if self.spaced:
            return " ".join(fit)
        return ", ".join(names) if names and fit == names else list[Json](names)

    def as_list(self, tools: tuple[Tool, ...]) -> Json:
        names = self.named(tools)
        return None if names is None else list[Json](names)

    def named(self, tools: tuple[Tool, ...]) -> list[str] | None:
        """The names to write; `None` where a missing key says it, or nothing can."""
        if tools == ALL:
            every = every_tool(self.client)
            return [every] if every else _all_names(self.client) if trait(self.client, "absent") == "none" else None
        spelled = names_for(self.client, [tool.name for tool in tools])
        told = [(spelled.get(tool.name) or self.own(tool.name), tool) for tool in tools]
        names = [*dict.fromkeys(self.called(name, tool) for name, tool in told if name is not None)]
        return names if names or self.empty == "none" else None

    def own(self, tool: str) -> str | None:
        """How a tool without a name in the vocabulary is written, if it is: as its author had it."""
        owner = owner_of(tool)
        if owner is not None:
            return tool.removeprefix(f"{owner}:") if owner == self.client else None
        if is_freely_named(self.client):
            return None if tool.startswith("mcp:") else tool
        return tool if self.unknown == "kept" and not is_known(tool) else None

    def called(self, name: str, tool: Tool) -> str:
        """A name with the limits of its tool, where they can be said."""
        odd = any(set(only) & set("(),") or only.startswith(_REGEX) for only in tool.only)
        return f"{name}({', '.join(tool.only)})" if tool.only and not odd and trait(self.client, "limits") else name


def _all_names(client: str) -> list[str]:
    """Every name the vocabulary has for a client's tools, groups left out that only sum up."""
    named = set(client_names(client))
    return [*client_names(client).values(), *(g for g, members in groups(client).items() if set(members) - named)]


def tool_calls(client: str) -> Codec[tuple[Tool, ...]]:
    """Tool names as Claude Code takes them: `Read, Bash(git:*), mcp__server__tool`.

    A string is split on commas and spaces outside parentheses; blank means none; `*` means all.
    """
    names = tool_names(client, listed=False)
    return Codec(
        names.decode,
        names.encode,
        "tool names, as a list or separated by commas; empty for none, `*` for all",
        listed=names.listed,
        lost=names.lost,
    )


def tool_aliases(client: str) -> Codec[tuple[Tool, ...]]:
    """Names that each may stand for several tools, and `server/tool` for MCP; no entry is none.

    A list is written. Names only this client knows are kept for it, and never told another.
    """
    names = tool_names(client, unknown="never")
    says = "names of tools and of groups of tools, `server/tool` for MCP"
    return Codec(names.decode, names.encode, says, lost=names.lost)


def tool_groups(client: str) -> Codec[tuple[Tool, ...]]:
    """A client's coarse groups: `[read, [edit, {fileRegex: ..., description: ...}]]`."""

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
            return list(groups(client))
        held = {group: {tool.only for tool in _held(client, group, tools)} for group in groups(client)}
        own = [tool.name.removeprefix(f"{client}:") for tool in tools if owner_of(tool.name) == client]
        return [*(_limited(group, limits) for group, limits in held.items() if limits), *dict.fromkeys(own)]

    return Codec(decode, encode, "a list of groups, each a name or `[name, {fileRegex: ...}]`", lost=tools_lost)


def _limited(group: str, limits: set[tuple[str, ...]]) -> Json:
    """A group as it is written: with its limit where all its tools share one regular expression."""
    only = next(iter(limits)) if len(limits) == 1 else ()
    if len(only) == 1 and only[0].startswith(_REGEX):
        return [group, {"fileRegex": only[0].removeprefix(_REGEX)}]
    return group


def _members(client: str, name: str, only: tuple[str, ...]) -> tuple[Tool, ...]:
    """The tools a group's name stands for; a name nobody knows stands for itself."""
    group = group_names(client).get(name.lower(), name.lower())
    members = groups(client).get(group, meaning(client, name))
    return (Tool(f"{client}:{name}", only),) if members is None else tuple(Tool(tool, only) for tool in members)


def _held(client: str, group: str, tools: tuple[Tool, ...]) -> list[Tool]:
    """Which of the tools a group brings."""
    members = groups(client)[group]
    return [tool for tool in tools if tool.name in members or ("mcp:*" in members and tool.name.startswith("mcp:"))]


def tools_lost(before: tuple[Tool, ...], after: tuple[Tool, ...] | None) -> str | None:
    """How the tools read back differ from those meant: what is gone, what is more, which limits are others.

    A list that leaves out nothing says no more than a missing one: that is no loss.
    """
    if after == before or (after is None and before == ALL):
        return None
    if after is None or after == ALL:
        return "nothing limits the tools"
    if before == ALL:
        return "without the tools it has no name for" if after else "none, where all were meant"
    was, now = _limits(before), _limits(after)
    told = [
        ("without {}", sorted(was.keys() - now.keys())),
        ("also brings {}", sorted(now.keys() - was.keys())),
        ("the limits on {} fall away", sorted(n for n in was.keys() & now.keys() if was[n] != now[n] and () in now[n])),
        (
            "the limits on {} change",
            sorted(n for n in was.keys() & now.keys() if was[n] != now[n] and () not in now[n]),
        ),
    ]
    return "; ".join(words.format(", ".join(names)) for words, names in told if names) or "their order"


def _limits(tools: tuple[Tool, ...]) -> dict[str, frozenset[tuple[str, ...]]]:
    return {tool.name: frozenset(other.only for other in tools if other.name == tool.name) for tool in tools}
