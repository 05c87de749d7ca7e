"""What a spec says in a field of a format's table, and what a reader of the artifact will see there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from converters.formats import FORMATS
from converters.formats._kit import PROMPT, Format, Row, is_silent
from converters.formats._tools import ALL
from converters.model import AgentSpec, Section, Tool, Tools
from converters.syntax.yaml import node_of
from converters.tools import access_of, left_of


def meaning_of(spec: AgentSpec, row: Row, fmt: Format) -> Any:
    """Our value for a row, or `None` where the spec says nothing."""
    field = row.field
    if field == "tools":
        if spec.tools is not None and listed_twice(spec, fmt):
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
    """Whether tools are allowed and denied where the client takes one list: only what is left is written."""
    if spec.tools is None or spec.tools.allow is None or not spec.tools.deny:
        return False
    return fmt.denies_alone or ("tools" in fmt.by_field and "tools.deny" not in fmt.by_field)


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
    ready = as_told(spec, fmt)
    read = replace(ready, tools=_told_by_rows(ready, fmt))
    return (fmt.after_read(read) if fmt.after_read else read).tools


def as_told(spec: AgentSpec, fmt: Format) -> AgentSpec:
    """`spec` with its tools as the rows are to say them, where other keys say a part of them."""
    if fmt.after_read is None:
        return spec
    own = {row.field[1:]: row.default(spec) for row in fmt.rows if row.field[0] == "." and row.default}
    own = {key: value for key, value in own.items() if value is not None} | dict(spec.extensions.get(fmt.id, {}))
    filled = replace(spec, extensions={**spec.extensions, fmt.id: own}) if own else spec
    return fmt.before_write(filled) if fmt.before_write else filled


def access_of_spec(spec: AgentSpec) -> frozenset[str]:
    """What an agent may touch in the client its file is for."""
    return access_of(tools_of(spec))


def tools_of(spec: AgentSpec) -> Tools | None:
    """The tools an agent has in the client its file is for."""
    return tools_held(spec.tools, spec, FORMATS.get(spec.source.format) if spec.source else None)


def tools_held(tools: Tools | None, spec: AgentSpec, fmt: Format | None) -> Tools | None:
    """`tools` with those that `fmt`'s client adds to a list where the agent has a memory."""
    row = fmt.by_field.get("memory") if fmt else None
    if fmt is None or row is None or not fmt.memory_tools or tools is None or tools.allow is None:
        return tools
    if spec.memory is None or as_read(row, spec.memory) is None:
        return tools
    return replace(tools, allow=tuple(dict.fromkeys([*tools.allow, *map(Tool, fmt.memory_tools)])))


def _told_by_rows(spec: AgentSpec, fmt: Format) -> Tools | None:
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
    return None if value is None else as_read(row, value)
