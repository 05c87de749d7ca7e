"""Codecs of tools that are switched on one by one, as a mapping of their names to true or false."""

from __future__ import annotations

from converters.formats._codecs import flag
from converters.formats._kit import Codec
from converters.model import Tool
from converters.syntax import Mapping, Node, Sequence


def switched(names: Codec[tuple[Tool, ...]]) -> Codec[tuple[Tool, ...]]:
    """Names as `names` has them, or a mapping in which those that are true count and the others are not granted."""

    def decode(node: Node) -> tuple[Tool, ...] | None:
        if not isinstance(node, Mapping):
            return names.decode(node)
        on = tuple(name for name, value in node.pairs if flag.decode(value))
        return names.decode(Sequence(on, "flow", node.start, node.stop))

    return Codec(decode, names.encode, f"{names.says}; or each with true or false", names.listed, names.lost)
