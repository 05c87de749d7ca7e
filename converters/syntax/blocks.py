"""YAML for people: prose as literal blocks, small things on one line, the same bytes every time."""

from __future__ import annotations

from functools import lru_cache

from converters.model import Json
from converters.syntax.yaml import is_plain, is_prose, key_in_block, literal, number, quoted, word

_SHORT = 100
"""Characters a list or mapping may take on one line."""

_USUAL = 32
"""Characters of keys, kinds and names, which come again and again, so that their spelling is kept in mind."""


def dump(value: dict[str, Json] | list[Json], *, short: int = _SHORT) -> str:
    """A mapping or a list as a YAML document; what is in it takes one line if that has no more characters than `short`.

    With 0 every item and every key has a line of its own.
    """
    if not value:
        return f"{_flow(value, short)}\n"
    return _entries(value, 0, short) if isinstance(value, dict) else _items(value, 0, short)


def _entries(value: dict[str, Json], indent: int, short: int) -> str:
    pad = " " * indent
    return "".join([key_in_block(_bare(name), pad) + _after(item, indent, short) for name, item in value.items()])


def _items(value: list[Json], indent: int, short: int) -> str:
    pad = " " * indent
    return "".join([f"{pad}-{_after(item, indent, short, of_item=True)}" for item in value])


def _after(value: Json, indent: int, short: int, *, of_item: bool = False) -> str:
    """What follows a key's colon or an item's dash, line break included."""
    if isinstance(value, str):
        return f" {literal(value, indent + 2)}" if _in_lines(value) else f" {_bare(value)}\n"
    flow = _flow(value, short)
    if flow is not None and (not value or len(flow) <= short or not isinstance(value, list | dict)):
        return f" {flow}\n"
    deeper = indent + 2
    if isinstance(value, dict):
        block = _entries(value, deeper, short)
    else:
        assert isinstance(value, list)
        block = _items(value, deeper if of_item else indent, short)
    return f" {block[deeper:]}" if of_item else f"\n{block}"


def _in_lines(text: str) -> bool:
    return "\n" in text and is_prose(text)


def _bare(text: str) -> str:
    return _short_bare(text) if len(text) <= _USUAL else text if is_plain(text) else quoted(text)


def _word(text: str) -> str:
    return _short_word(text) if len(text) <= _USUAL else word(text)


@lru_cache(maxsize=4096)
def _short_bare(text: str) -> str:
    return text if is_plain(text) else quoted(text)


_short_word = lru_cache(maxsize=4096)(word)


def _flow(value: Json, short: int) -> str | None:
    """`value` as it may stand inside brackets, on one line; `None` where it holds prose or is too long for that."""
    if isinstance(value, str):
        return None if len(value) > short or _in_lines(value) else _word(value)
    if isinstance(value, list):
        words: list[str] = []
        taken = 0
        for item in value:
            if (flow := _flow(item, short)) is None or (taken := taken + len(flow) + 2) > short:
                return None
            words.append(flow)
        return f"[{', '.join(words)}]"
    if isinstance(value, dict):
        pairs: list[str] = []
        taken = 0
        for key, item in value.items():
            if (flow := _flow(item, short)) is None or (taken := taken + len(key) + len(flow) + 4) > short:
                return None
            pairs.append(f"{_word(key)}: {flow}")
        return "{" + ", ".join(pairs) + "}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value)
