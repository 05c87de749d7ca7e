"""What becomes of every field that is written in another format, computed from the tables of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from converters.addressed import addressed, why_left
from converters.entries import is_unread
from converters.fields import as_read, as_told, is_same, listed_twice, meaning_of, tools_as_read
from converters.fitting import is_missing
from converters.formats import FORMATS
from converters.formats._kit import PROMPT, Format, Row, is_silent
from converters.model import AgentSpec, Json
from converters.sections import split
from converters.spelling import default_name
from converters.syntax.yaml import node_of
from converters.tools import left_of
from converters.writing import file_name, is_kept, prepared

WORDS = {
    "kept": "kept",
    "renamed": "changed",
    "mapped": "changed",
    "embedded": "changed",
    "defaulted": "added",
    "invented": "added",
    "reduced": "lost",
    "dropped": "lost",
}
"""The eight statuses a field can have, and the four words people see."""

_UNSAID = "left unsaid, which means the same there"


@dataclass(frozen=True, slots=True)
class FieldFate:
    """What became of one field."""

    field: str
    """Our name of it; `extensions.<format>.<key>` for what only one format says."""
    status: str
    """One of the eight of `WORDS`."""
    key: str | None = None
    """The target's key that says it."""
    source_key: str | None = None
    """The source's key that says it."""
    note: str | None = None
    """What is no longer there, or where an added value comes from; never a value."""


def fates_of(spec: AgentSpec, target: Format) -> Iterator[FieldFate]:
    """What becomes of each field that `spec` says when it is written as `target`, without the source's keys.

    Where its author says another for the target alone, that is what is written, and told.
    """
    own = addressed(spec, target)
    others = {} if own is spec else _replaced(spec, own, f"its author says another for {target.title}")
    for fate in _fates(own, target):
        note = others.pop(fate.field, None)
        yield replace(fate, **_noted(fate, note)) if note else fate
    for field, note in others.items():
        yield FieldFate(field, "mapped", note=note)


def _replaced(spec: AgentSpec, own: AgentSpec, note: str) -> dict[str, str]:
    """The fields of `spec` that are others in `own`, each with what is said of that."""
    return {
        field: note for field in _said(spec) if not field.startswith(PROMPT) and _at(spec, field) != _at(own, field)
    }


def _at(spec: AgentSpec, field: str) -> Any:
    if not field.startswith("tools"):
        return getattr(spec, field)
    return spec.tools and (spec.tools.deny if field == "tools.deny" else spec.tools.allow)


def _noted(fate: FieldFate, note: str) -> dict[str, str]:
    """What changes in a fate whose value is not the one all are told."""
    if WORDS[fate.status] == "lost":
        return {"note": f"{note}: {fate.note}" if fate.note else note}
    return {"status": "mapped", "note": note}


def _fates(spec: AgentSpec, target: Format) -> Iterator[FieldFate]:
    source = FORMATS.get(spec.source.format) if spec.source else None
    ready = prepared(spec, target)
    for field in _said(spec):
        row = target.by_field.get(field)
        if field.startswith(PROMPT):
            yield _prompt_fate(field, spec, ready, row, target)
        elif row is None and field.startswith("tools") and "tools.whole" in target.by_field:
            yield _whole_fate(field, spec, target, source)
        elif field.startswith("tools") and listed_twice(spec, target) and not (field == "tools" and _is_left(spec)):
            yield _left_fate(field, ready, target, source)
        elif row is None:
            yield _unsaid(spec, field, target)
        elif is_kept(spec, row, target):
            yield FieldFate(field, "kept", row.key)
        else:
            fate = _fate(field, meaning_of(ready, row, target), row, source, target)
            yield _unsaid(spec, field, target) if field == "name" and fate.status == "dropped" else fate
    for owner, keys in spec.extensions.items():
        for key in keys:
            row = target.by_key.get(key)
            at_home = owner == target.id
            if at_home and (row is None or row.field == f".{key}" or _stays(spec, row, target)):
                yield FieldFate(f"extensions.{owner}.{key}", "kept", key)
            else:
                yield _elsewhere(spec, owner, key, target)


def _elsewhere(spec: AgentSpec, owner: str, key: str, target: Format) -> FieldFate:
    """What only another format says, where it is not left out for nothing."""
    value = spec.extensions[owner][key]
    field = f"extensions.{owner}.{key}"
    row = FORMATS[owner].by_field.get(f".{key}") if owner in FORMATS else None
    if row is None or row.meant_for is None:
        if row is not None and _is_given(spec, row, value):
            return FieldFate(field, "mapped", note=_UNSAID)
        return FieldFate(field, "dropped", note=why_left(owner, key, target))
    if row.meant_for(value, target.id):
        return FieldFate(field, "kept")
    return FieldFate(field, "dropped", note=f"its author did not mean the agent for {target.title}")


def _is_given(spec: AgentSpec, row: Row, value: Json) -> bool:
    """Whether a key of one format says what any agent is given there, which is not its own."""
    return row.default is not None and value == as_read(row, row.default(replace(spec, source=None)))


def _stays(spec: AgentSpec, row: Row, target: Format) -> bool:
    """Whether an entry keeps what its row cannot read, or cannot read all of."""
    return is_unread(spec, row, target) or (row.codec.rest is not None and is_kept(spec, row, target))


def _is_left(spec: AgentSpec) -> bool:
    """Whether no tool is both allowed and denied."""
    return spec.tools is not None and left_of(spec.tools) == spec.tools.allow


def _left_fate(field: str, ready: AgentSpec, target: Format, source: Format | None) -> FieldFate:
    """One side of the tools where only those are written that are not denied."""
    row, note = target.by_field["tools"], "what is denied is only left out"
    fate = _fate("tools", meaning_of(ready, row, target), row, source, target)
    if field == "tools" and fate.status == "dropped":
        return fate
    if field == "tools" and fate.status == "reduced":
        note = f"{fate.note}; {note}"
    return FieldFate(field, "reduced", row.key, note=note)


def _prompt_fate(field: str, spec: AgentSpec, ready: AgentSpec, row: Row | None, target: Format) -> FieldFate:
    """The prompt goes along whole, or its client could not have it."""
    key = row.key if row else None
    if row is None:
        if target.keyed and not target.prompt_file and PROMPT not in target.by_field:
            return FieldFate(field, "dropped")
        if target.bodies and (target.bodies[0].decode(target.bodies[0].encode(spec.prompt)) != spec.prompt):
            return FieldFate(field, "reduced", note="its exact words")
        return FieldFate(field, "kept" if target.reads else "mapped")
    value = meaning_of(ready, row, target) or ""
    try:
        again = row.codec.decode(node_of(row.codec.encode(value)))
    except ValueError as error:
        return FieldFate(field, "dropped", key, note=str(error))
    if (again or "") != value:
        lost = row.codec.lost(value, again) if row.codec.lost else None
        return FieldFate(field, "reduced", key, note=lost or "its exact words")
    return FieldFate(field, "kept", key)


def _whole_fate(field: str, spec: AgentSpec, target: Format, source: Format | None) -> FieldFate:
    """One side of the tools where the target says both under one key."""
    row = target.by_field["tools.whole"]
    if is_kept(spec, row, target):
        return FieldFate(field, "kept", row.key)
    fate = _fate("tools.whole", as_told(spec, target).tools, row, source, target)
    again = tools_as_read(spec, target)
    side = "deny" if field == "tools.deny" else "allow"
    if again is not None and is_same("tools", getattr(again, side), getattr(spec.tools, side)):
        return FieldFate(field, "kept" if source is target else "mapped", row.key)
    return replace(fate, field=field)


def _said(spec: AgentSpec) -> Iterator[str]:
    """The fields the spec speaks in, a denied list and each part of a split prompt apart."""
    for field in spec.said():
        if field == "sections":
            slots = dict.fromkeys(section.slot for section in spec.sections)
            yield from (PROMPT if slot is None else f"{PROMPT}:{slot}" for slot in slots)
        elif field == "tools":
            assert spec.tools is not None
            if spec.tools.allow is not None or not spec.tools.deny:
                yield "tools"
            if spec.tools.deny:
                yield "tools.deny"
        else:
            yield field


def _unsaid(spec: AgentSpec, field: str, target: Format) -> FieldFate:
    """A field the target has no key for; a name may still live in the file's name or its title."""
    if field == "name":
        headings = split(spec.prompt) if target.named_by == "title" else ()  # as the artifact's reader will see them
        name, origin = default_name(f"{file_name(spec)}{target.suffix}", target, headings)
        if name == spec.name:
            return FieldFate(field, "renamed", note=f"it is the {origin}")
    if field.startswith("tools") and target.after_read and tools_as_read(spec, target) == spec.tools:
        return FieldFate(field, "kept")  # another key says it
    if field == "model" and target.lends_model and spec.model == "inherit":
        return FieldFate(field, "mapped", note=_UNSAID)
    return FieldFate(field, "dropped")


def _fate(field: str, value: Any, row: Row, source: Format | None, target: Format) -> FieldFate:
    written = row.codec.encode(value)
    try:
        again = None if written is None else row.codec.decode(node_of(written))
    except ValueError as error:
        return FieldFate(field, "dropped", note=str(error))
    if again is None and target.unsaid_tools is not None and row.field in {"tools", "tools.whole"}:
        again = target.unsaid_tools if row.field == "tools.whole" else target.unsaid_tools.allow
    if not is_same(row.field, again, value) and not (again is None and is_silent(row.field, value)):
        lost = row.codec.lost(value, again) if row.codec.lost else None
        settled = row.codec.lost is not None and lost is None
        if again is None:
            return FieldFate(field, "mapped", note=_UNSAID) if settled else FieldFate(field, "dropped", note=lost)
        if settled and row.field == "model":  # the user's map has the same name for another one too
            return FieldFate(field, "mapped", row.key)
        return FieldFate(field, "reduced", row.key, note=lost or "its exact value")
    origin = source.by_field.get(field) if source else None
    if origin is None:
        return FieldFate(field, "kept" if row.key == field else "renamed", row.key)
    if source and row.codec is not origin.codec:
        if not is_same(row.field, as_read(origin, value), value):
            note = f"taken back, {source.title} would have another word for it"
            return FieldFate(field, "mapped", row.key, note=note)
        if origin.codec.encode(value) != written:
            return FieldFate(field, "mapped", row.key)
    return FieldFate(field, "kept" if origin.key == row.key else "renamed", row.key)


def added(spec: AgentSpec, target: Format) -> Iterator[FieldFate]:
    """What nobody said and the target is given; at home nothing is added to what its author left out."""
    for row in target.filled:
        if is_missing(spec, row, target):
            field = f"extensions.{target.id}{row.field}" if row.field[0] == "." else row.field.removesuffix(".whole")
            yield FieldFate(field, "defaulted", row.key, note=row.origin)
        elif row.codec.filler is not None and meaning_of(spec, row, target) is None:
            yield FieldFate(row.field, "defaulted", row.key, note=row.origin)
    whole = target.by_field.get("tools.whole")
    again = as_read(whole, as_told(spec, target).tools) if whole and spec.tools else None
    if whole and spec.tools and again is not None:  # one list said as the other
        if spec.tools.allow is None and spec.tools.deny and (again.allow is not None or not again.deny):
            yield FieldFate("tools", "defaulted", whole.key, note="all that is not denied")
        if again.deny and not spec.tools.deny:
            yield FieldFate("tools.deny", "defaulted", whole.key, note="all that is not allowed")
