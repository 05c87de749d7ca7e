"""The codec of Docker Agent's toolsets: `[{type: filesystem, tools: [read_file]}, {type: shell}]`."""

from __future__ import annotations

from converters.formats._codecs import kind_of, name_in
from converters.formats._kit import Codec
from converters.formats._tools import ALL, tools_lost
from converters.model import Json, Tool, Tools
from converters.nesting import dig
from converters.syntax import Mapping, Node, Scalar, Sequence
from converters.tools import client_names, groups, meaning

_SET_UP = frozenset({"memory", "lsp"})
"""Toolsets that need a path or a command, which nobody but the author knows."""

_BARE = frozenset({"think", "tasks", "background_agents"})
"""Toolsets only this client has that need neither."""


def toolsets(client: str) -> Codec[Tools]:
    """What an agent may use, by kinds of tools and names of single ones; what is denied is left out.

    A toolset with settings is understood by its kind, and kept as its author wrote it.
    """
    own = f"{client}:"

    def decode(node: Node) -> Tools | None:
        if not isinstance(node, Sequence):
            raise ValueError(f"expected a list of toolsets, found {kind_of(node)}")
        return Tools(tuple(dict.fromkeys(tool for item in node.items for tool in meant(item))))

    def meant(node: Node) -> tuple[Tool, ...]:
        if not isinstance(node, Mapping) or (kind := _word(node, "type")) is None:
            raise ValueError("expected toolsets, each with its `type`")
        named = dig(node, ["tools"])
        names = [name_in(item) for item in named.items] if isinstance(named, Sequence) else []
        if kind == "mcp":
            server = (_word(node, "name") or _word(node, "ref") or "*").removeprefix("docker:")
            return tuple(Tool(f"mcp:{server}/{name}") for name in names) or (Tool(f"mcp:{server}"),)
        if kind == "filesystem" and names:
            found = [meaning(client, name) or (own + name,) for name in names]
            return tuple(Tool(tool) for tools in found for tool in tools)
        return tuple(Tool(tool) for tool in groups(client).get(kind, (own + kind,)))

    def encode(tools: Tools) -> Json:
        held = _held(client, tools)
        sets: list[Json] = []
        for kind, members in groups(client).items():
            wanted = [member for member in members if member in held]
            if wanted and kind not in _SET_UP:
                single: list[Json] = [client_names(client)[member] for member in wanted if len(members) > 1]
                sets.append({"type": kind, "tools": single} if len(wanted) < len(members) else {"type": kind})
        bare: list[Json] = [{"type": kind} for kind in sorted(_BARE) if own + kind in held]
        return sets + bare

    return Codec(decode, encode, "a list of toolsets, each with its `type`", lost=_lost)


def _word(node: Mapping, key: str) -> str | None:
    value = dig(node, [key])
    return value.text if isinstance(value, Scalar) and value.text else None


def _held(client: str, tools: Tools) -> set[str]:
    """The names of the tools an agent may use, as far as this client has them."""
    denied = {tool.name for tool in tools.deny if not tool.only}
    every = [tool for members in groups(client).values() for tool in members]
    return {*(every if tools.allow is None else (tool.name for tool in tools.allow))} - denied


def _lost(before: Tools, after: Tools | None) -> str | None:
    """How the tools differ that the toolsets hold from those meant, both lists taken together."""
    if after == before or after is None:
        return None
    denied = {tool.name for tool in before.deny if not tool.only}
    allowed = ALL if before.allow is None else tuple(tool for tool in before.allow if tool.name not in denied)
    limited = tuple(tool for tool in before.deny if tool.only)
    told = [tools_lost(allowed, after.allow or ()), limited and "the limits on what is denied fall away"]
    return "; ".join(words for words in told if words) or None
