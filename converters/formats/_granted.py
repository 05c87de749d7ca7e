"""Codecs of tools in clients where an agent has those its file names, and the program that loads it supplies them."""

from __future__ import annotations

from collections.abc import Callable

from converters.formats._codecs import blank, kind_of
from converters.formats._kit import Codec
from converters.formats._tools import ALL, tools_lost
from converters.model import Json, Tool, Tools
from converters.syntax import Node, Scalar, Sequence
from converters.tools import left_of


def granted(read: Callable[[Node], tuple[Tool, ...]], write: Callable[[Tool], Json], says: str) -> Codec[Tools]:
    """A list of tools, each taken apart by `read` and spelled by `write`; `None` from it leaves one out.

    There is no way to deny: what is denied is not written, and of an agent that is denied something
    and allowed all else nothing is, for only its host knows what else there is.
    """

    def decode(node: Node) -> Tools | None:
        if blank(node):
            return None
        if not isinstance(node, Sequence):
            raise ValueError(f"expected a list of tools, found {kind_of(node)}")
        return Tools(tuple(dict.fromkeys(tool for item in node.items for tool in read(item))))

    def encode(tools: Tools) -> Json:
        if tools == Tools():
            return None
        spelled = [write(tool) for tool in left_of(tools)]
        found: list[Json] = []
        for item in spelled:
            if item is not None and item not in found:
                found.append(item)
        return found

    return Codec(decode, encode, says, lost=lost_of_both)


def granted_own(client: str, expected: str, says: str) -> Codec[Tools]:
    """A list of what only `client`'s program knows; tools of others are left out. `expected` names an item's kind."""

    def read(node: Node) -> tuple[Tool, ...]:
        if not isinstance(node, Scalar) or not node.text:
            raise ValueError(f"expected {expected}")
        return (Tool(f"{client}:{node.text}"),)

    def write(tool: Tool) -> Json:
        own = tool.name.removeprefix(f"{client}:")
        return None if own == tool.name else own

    return granted(read, write, says)


def lost_of_both(before: Tools, after: Tools | None) -> str | None:
    """How the tools differ that are left from those meant, both lists taken together."""
    if after == before or (after is None and before == Tools()):
        return None
    if after is None or after == Tools():
        return "nothing limits the tools"
    told = [
        tools_lost(ALL if before.allow is None else before.allow, ALL if after.allow is None else after.allow),
        "what is denied is only left out" if before.deny and after.deny != before.deny else None,
    ]
    return "; ".join(words for words in told if words) or None
