"""Values inside values, reached by the keys that lead to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from converters.model import Json
from converters.syntax import Mapping, Node


def dig(node: Node, path: Sequence[str]) -> Node | None:
    """The written value that `path` leads to; of a repeated key the last counts."""
    for key in path:
        if not isinstance(node, Mapping):
            return None
        found = [value for name, value in node.pairs if name.text == key]
        if not found:
            return None
        node = found[-1]
    return node


def without(value: Json, paths: Collection[Sequence[str]]) -> Json:
    """A copy of `value` that has none of `paths`, nor the mappings that only led to them."""
    if not isinstance(value, dict) or not paths:
        return value
    kept: dict[str, Json] = {}
    for key, item in value.items():
        inside = [path[1:] for path in paths if path[0] == key]
        if () in {tuple(path) for path in inside}:
            continue
        rest = without(item, inside)
        if not inside or rest != {}:
            kept[key] = rest
    return kept


def put(value: dict[str, Json], path: Sequence[str], item: Json) -> None:
    """Set what `path` leads to inside `value`, making the mappings on the way."""
    for key in path[:-1]:
        inner = value.get(key)
        if not isinstance(inner, dict):
            inner = value[key] = {}
        value = inner
    value[path[-1]] = item


def joined(first: Json, second: Json) -> Json:
    """Two values as one, mapping by mapping; where both say something, the second counts."""
    if isinstance(first, dict) and isinstance(second, dict):
        both = {key: joined(item, second[key]) if key in second else item for key, item in first.items()}
        return {**both, **{key: item for key, item in second.items() if key not in first}}
    return first if second is None else second
