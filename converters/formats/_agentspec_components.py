"""What an Open Agent Spec document is made of: components that hold others, and tools as components."""

from __future__ import annotations

from collections.abc import Iterator

from converters.formats._codecs import kind_of
from converters.formats._kit import Codec
from converters.formats._tools import tools_lost
from converters.model import Json, Tool
from converters.nesting import dig
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault

_REFERENCE = "$component_ref"
_MCP = frozenset({"MCPTool", "MCPToolBox"})


def agents(root: Mapping) -> list[Mapping]:
    """The agents of a document, outermost only, in the order they stand; raises `SyntaxFault` where there is none."""
    found = list(_agents(root))
    if not found:
        said = _word(root, "component_type")
        raise SyntaxFault(
            f"no agents: no component is of the type Agent{f', the whole a {said}' if said else ''}", 0, code="S122"
        )
    return found


def _agents(root: Node) -> Iterator[Mapping]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            if _word(node, "component_type") == "Agent":
                yield node
            else:
                waiting += [value for _, value in reversed(node.pairs)]
        elif isinstance(node, Sequence):
            waiting += reversed(node.items)


def _word(node: Node, key: str) -> str | None:
    value = dig(node, [key])
    return value.text if isinstance(value, Scalar) and value.text else None


def component_tools(client: str) -> Codec[tuple[Tool, ...]]:
    """Tools by the name their author gave them: `[{component_type: BuiltinTool, name: read, tool_type: read}]`.

    We write built-in ones, which a runtime has by itself. A tool that stands elsewhere in the document
    is known by its id.
    """
    elsewhere = f"{client}:$"

    def decode(node: Node) -> tuple[Tool, ...] | None:
        if not isinstance(node, Sequence):
            raise ValueError(f"expected a list of tools, found {kind_of(node)}")
        return tuple(dict.fromkeys(Tool(named(item)) for item in node.items))

    def named(node: Node) -> str:
        reference = _word(node, _REFERENCE)
        name = _word(node, "name")
        if reference:
            return elsewhere + reference
        if not name:
            raise ValueError("expected tools, each with its `name`")
        return f"mcp:*/{name}" if _word(node, "component_type") in _MCP else name

    def encode(tools: tuple[Tool, ...]) -> Json:
        names = dict.fromkeys(tool.name for tool in tools)
        return [component(name) for name in names if name.startswith(elsewhere) or (":" not in name and name != "*")]

    def component(name: str) -> Json:
        if name.startswith(elsewhere):
            return {_REFERENCE: name.removeprefix(elsewhere)}
        return {"component_type": "BuiltinTool", "id": f"tool-{name}", "name": name, "tool_type": name}

    return Codec(decode, encode, "a list of components, each with its `name`", lost=tools_lost)
