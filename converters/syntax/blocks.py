"""YAML for people: prose as literal blocks, small things on one line, the same bytes every time."""

from __future__ import annotations

from converters.model import Json
from converters.syntax.yaml import is_plain, is_prose, literal, quoted

_SHORT = 100
"""Characters a list or mapping may take on one line."""


def dump(value: dict[str, Json]) -> str:
    """A mapping as a YAML document."""
    return "".join(_entry(key, item, 0) for key, item in value.items())


def _entry(key: str, value: Json, indent: int) -> str:
    name = key if is_plain(key) else quoted(key)
    return f"{' ' * indent}{name}:{_after(value, indent)}"


def _after(value: Json, indent: int) -> str:
    """What follows a key's colon or an item's dash, line break included."""
    if isinstance(value, str) and "\n" in value and is_prose(value):
        return f" {literal(value, indent + 2)}"
    flow = _flow(value)
    if flow is not None and (len(flow) <= _SHORT or not isinstance(value, list | dict)):
        return f" {flow}\n"
    if isinstance(value, dict):
        return "\n" + "".join(_entry(key, item, indent + 2) for key, item in value.items())
    assert isinstance(value, list)
    return "\n" + "".join(_item(item, indent) for item in value)


def _item(value: Json, indent: int) -> str:
    flow = _flow(value)
    if isinstance(value, dict) and value and (flow is None or len(flow) > _SHORT):
        block = "".join(_entry(key, item, indent + 2) for key, item in value.items())
        return f"{' ' * indent}- {block[indent + 2 :]}"
    return f"{' ' * indent}-{_after(value, indent)}"


def _flow(value: Json) -> str | None:
    """`value` on one line; `None` where it holds prose or is more than two levels deep."""
    if isinstance(value, str):
        if "\n" in value and is_prose(value):
            return None
        return value if is_plain(value) else quoted(value)
    if isinstance(value, list):
        words = [_flow(item) if not isinstance(item, str) else _word(item) for item in value]
        if any(word is None for word in words):
            return None
        return "[" + ", ".join(word for word in words if word) + "]"
    if isinstance(value, dict):
        pairs = [(key, _word(item) if isinstance(item, str) else _flow(item)) for key, item in value.items()]
        if any(word is None for _, word in pairs):
            return None
        return "{" + ", ".join(f"{_word(key)}: {word}" for key, word in pairs) + "}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _word(text: str) -> str | None:
    """A string inside brackets."""
    if "\n" in text and is_prose(text):
        return None
    return text if is_plain(text) and not set(text) & set(",[]{}") else quoted(text)
