"""The codec of an agent's tools where a client has a list of those allowed, and no way to deny."""

from __future__ import annotations

from converters.formats._granted import lost_of_both
from converters.formats._kit import Codec
from converters.formats._tools import ALL
from converters.model import Json, Tool, Tools
from converters.syntax import Node
from converters.syntax.yaml import node_of
from converters.tools import client_names, groups, left_of


def allowed_only(client: str, names: Codec[tuple[Tool, ...]]) -> Codec[Tools]:
    """What is left of the allowed tools, by `names`; where only some are denied, all others that have a name."""

    def decode(node: Node) -> Tools | None:
        allowed = names.decode(node)
        return None if allowed is None else Tools() if allowed == ALL else Tools(allowed)

    def encode(tools: Tools) -> Json:
        denied = {tool.name for tool in tools.deny if not tool.only}
        if tools.allow is None and not denied:
            return names.encode(ALL)
        allowed = _named(client) if tools.allow is None else tools.allow
        said = names.encode(left_of(Tools(allowed, tools.deny)))
        return [name for name in said if not denied & meant(name)] if isinstance(said, list) else said

    def meant(name: Json) -> set[str]:
        return {tool.name for tool in names.decode(node_of([name])) or ()}

    return Codec(decode, encode, names.says, lost=lost_of_both)


def _named(client: str) -> tuple[Tool, ...]:
    """Every tool a client has a name for."""
    members = [tool for group in groups(client).values() for tool in group]
    return tuple(map(Tool, dict.fromkeys([*client_names(client), *members])))
