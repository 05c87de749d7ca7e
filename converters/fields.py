"""What a spec says in a field of a format's table, and what a reader of the artifact will see there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from converters.formats._kit import PROMPT, Format, Row, is_silent
from converters.formats._tools import ALL
from converters.model import AgentSpec, Section, Tool, Tools
from converters.syntax.yaml import node_of


def meaning_of(spec: AgentSpec, row: Row, fmt: Format) -> Any:
    """Our value for a row, or `None` where the spec says nothing."""
    field = row.field
    if field == "tools":
        if listed_twice(spec, fmt):
            return left_of(spec.tools)
        return None if spec.tools is None else ALL if spec.tools.allow is None else spec.tools.allow
    if field == "tools.deny":
        return spec.tools.deny if spec.tools and spec.tools.deny and not listed_twice(spec, fmt) else None
    if field == "tools.whole":
        return spec.tools
    if field.startswith(PROMPT):
        slot = field.partition(":")[2] or None
        split = any(r.field.startswith(f"{PROMPT}:") for r in fmt.rows)
        parts = [
            s for s in spec.sections if not split or s.slot == slot or (slot is None and not _has_slot(fmt, s.slot))
        ]
        return run_together(parts) if parts else None
    if field[0] == ".":
        return spec.extensions.get(fmt.id, {}).get(field[1:])
    value = getattr(spec, field)
    return None if is_silent(field, value) else value


def listed_twice(spec: AgentSpec, fmt: Format) -> bool:
    """Whether tools are allowed and denied where the client takes only one of the lists."""
    return fmt.denies_alone and spec.tools is not None and spec.tools.allow is not None and spec.tools.deny != ()


def left_of(tools: Tools | None) -> tuple[Tool, ...]:
    """The allowed tools without those that are denied."""
    if tools is None or tools.allow is None:
        return ()
    denied = {tool.name for tool in tools.deny if not tool.only}
    return tuple(tool for tool in tools.allow if tool.name not in denied)


def _has_slot(fmt: Format, slot: str | None) -> bool:
    return slot is not None and f"{PROMPT}:{slot}" in fmt.by_field


def run_together(sections: Sequence[Section]) -> str:
    """The parts of a prompt as one text, a blank line before each that stood under another key."""
    text, slot = "", None
    for section in sections:
        text += (gap(text) if section.slot != slot and text else "") + text_of(section)
        slot = section.slot
    return text


def gap(text: str) -> str:
    """What a text lacks to end in a blank line."""
    return "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"


def text_of(section: Section) -> str:
    """A section's part of the prompt."""
    return (section.heading or "") + section.text


def is_same(field: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same; tools may stand in any order."""
    if field in {"tools", "tools.deny"} and one is not None and other is not None:
        return set(one) == set(other)
    if field == "tools.whole" and one is not None and other is not None:
        return is_same("tools", one.allow, other.allow) and set(one.deny) == set(other.deny)
    return bool(one == other)


def as_read(row: Row, value: Any) -> Any:
    """What is read back of a value that a row has written; `None` where that is nothing."""
    try:
        written = row.codec.encode(value)
        return None if written is None and row.field[0] != "." else row.codec.decode(node_of(written))
    except ValueError:
        return None


def tools_as_read(spec: AgentSpec, fmt: Format) -> Tools | None:
    """What an artifact of `fmt` itself says of tools; `None` where it leaves them to the host."""
    whole = fmt.by_field.get("tools.whole")
    if whole is not None:
        read: Tools | None = _value_as_read(spec, whole, fmt)
        return fmt.unsaid_tools if read is None else read
    allow, deny = fmt.by_field.get("tools"), fmt.by_field.get("tools.deny")
    allowed = _value_as_read(spec, allow, fmt) if allow else None
    denied = _value_as_read(spec, deny, fmt) if deny else None
    if allowed is None and fmt.unsaid_tools is not None:
        allowed = fmt.unsaid_tools.allow
    if allowed is None and not denied:
        return None
    return Tools(None if allowed is None or allowed == ALL else allowed, denied or ())


def _value_as_read(spec: AgentSpec, row: Row, fmt: Format) -> Any:
    value = meaning_of(spec, row, fmt)
    if value is None and row.default:
        value = row.default(spec)
    return None if value is None else as_read(row, value)
