"""A spec as a target needs it: what is required filled in, and what its client would refuse found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from converters.addressed import addressed
from converters.entries import is_unread
from converters.fields import meaning_of
from converters.findings import ERROR, OVER_ADVICE, OVER_LIMIT, RESERVED, TRAP, UNSAYABLE, Rule
from converters.formats._kit import KEYED, PROMPT, Format, Row
from converters.formats._tools import ALL
from converters.model import AgentSpec, Json, Tools
from converters.sections import split
from converters.syntax.yaml import node_of
from converters.writing import file_name, prepared


def is_missing(spec: AgentSpec, row: Row, target: Format) -> bool:
    """Whether the target is given what nobody said."""
    if row.default is None or is_unread(spec, row, target):
        return False
    said = meaning_of(spec, row, target) is not None
    if row.field == "tools" and spec.tools is not None and spec.tools.allow is None and spec.tools.deny:
        said = False  # a list of denied tools alone
    return not said and row.default(spec) is not None


def with_defaults(spec: AgentSpec, target: Format) -> AgentSpec:
    """`spec` with what the target requires and nobody said."""
    spec = addressed(spec, target)
    own: dict[str, Json] = {}
    filled: dict[str, Any] = {}
    for row in target.filled:
        if not is_missing(spec, row, target):
            continue
        assert row.default is not None
        value = row.default(spec)
        if row.field[0] == ".":
            own[row.field[1:]] = value
        elif row.field.startswith(PROMPT):
            slot = row.field.partition(":")[2] or None
            parts = filled.get("sections", spec.sections)
            filled["sections"] = (*parts, *(replace(section, slot=slot) for section in split(value)))
        elif row.field == "tools.whole":
            filled["tools"] = value
        elif row.field == "tools":
            filled["tools"] = Tools(None if value == ALL else value, spec.tools.deny if spec.tools else ())
        else:
            filled[row.field] = value
    if own:
        filled["extensions"] = {**spec.extensions, target.id: {**spec.extensions.get(target.id, {}), **own}}
    return replace(spec, **filled) if filled else spec


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a client would not take an artifact, or not all of it."""

    rule: Rule
    field: str
    facts: Mapping[str, Any]

    @property
    def is_final(self) -> bool:
        """Whether the artifact is not to be written."""
        return self.rule.severity is ERROR


def refusals(spec: AgentSpec, target: Format) -> Iterator[Refusal]:
    """The limits that `spec` breaks as `target`, the keys it cannot do without, its name, the traps in its texts."""
    ready = prepared(with_defaults(spec, target), target)
    for limit in target.limits:
        size = limit.breaks(_text_of(limit.field, ready, target))
        if size is None:
            continue
        facts = {
            "field": "the prompt" if limit.field == PROMPT else limit.field,
            "range": f"{limit.least} to {limit.most:,}" if limit.least else f"at most {limit.most:,}",
            "unit": limit.unit,
            "size": f"{size:,}",
            "advice": limit.advice or f"shorten it to {limit.most:,} {limit.unit}",
        }
        yield Refusal(OVER_LIMIT if limit.hard else OVER_ADVICE, limit.field, facts)
    for row in target.rows:
        if row.required and (problem := _unsayable(ready, row, target)):
            facts = {"field": _spoken(row.field), "problem": problem}
            yield Refusal(UNSAYABLE, row.field, facts)
    for called in sorted(_names(ready, target)) if target.reserved else ():
        if called in target.reserved or (target.any_case and called.lower() in target.reserved):
            yield Refusal(RESERVED, "name", {"called": called})
    for trap in target.traps:
        for field in trap.fields:
            found = trap.pattern.search(spec.prompt if field == PROMPT else _text_of(field, ready, target))
            if found:
                said = "the prompt" if field == PROMPT else field
                facts = {"does": trap.does, "found": found[0][:40], "field": said}
                yield Refusal(TRAP, field, facts)


def _names(spec: AgentSpec, target: Format) -> set[str]:
    """All that the client may call the agent: its file, what stands under `name`, what it stands under."""
    said = {_text_of(row.field, spec, target) for row in target.rows if row.key in {"name", KEYED}}
    return said | {file_name(spec)} if target.named_by == "file" else said


def _spoken(field: str) -> str:
    return "a prompt" if field.startswith(PROMPT) else field.removeprefix(".")


def _text_of(field: str, spec: AgentSpec, target: Format) -> str:
    """The text a limit counts: what is written of a field."""
    row = target.by_field.get(field)
    if row is None:
        return (target.bodies[0].encode(spec.prompt) if target.bodies else spec.prompt) if field == PROMPT else ""
    value = meaning_of(spec, row, target)
    written = None if value is None else row.codec.encode(value)
    return written if isinstance(written, str) else ""


def _unsayable(spec: AgentSpec, row: Row, target: Format) -> str | None:
    """Why a required key cannot be written; `None` where it can."""
    if is_unread(spec, row, target):
        return None
    value = meaning_of(spec, row, target)
    if value is None:
        return "there is none"
    try:
        written = row.codec.encode(value)
        row.codec.decode(node_of(written))
    except ValueError as error:
        return str(error)
    return "it has no words for it" if written is None and row.field[0] != "." else None
