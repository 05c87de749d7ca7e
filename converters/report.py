"""What becomes of every field in a conversion, computed from the tables of both formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from converters.findings import DEFAULTED, DROPPED, REDUCED, WIDER_ACCESS, Finding, Span
from converters.formats import FORMATS
from converters.formats._kit import PROMPT, Format, Row
from converters.formats._tools import ALL
from converters.model import AgentSpec, Tools
from converters.reading import default_name
from converters.sections import split
from converters.syntax.yaml import node_of
from converters.tools import access_of, gains, words_for
from converters.writing import file_name, is_unread, meaning_of

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


@dataclass(frozen=True, slots=True)
class Report:
    """One agent's conversion."""

    agent: str
    source: str | None
    """Id of the format it was read as; `None` for a hand-written spec."""
    target: str
    fields: tuple[FieldFate, ...]
    """One for every field the source says and every one the target adds."""
    access_before: tuple[str, ...]
    access_after: tuple[str, ...]
    gains: tuple[str, ...]
    """What the artifact may touch and its source may not."""

    @property
    def losses(self) -> tuple[FieldFate, ...]:
        """The fields that did not make it whole."""
        return tuple(fate for fate in self.fields if WORDS[fate.status] == "lost")

    def findings(self, path: str, places: Mapping[str, Span] | None = None) -> list[Finding]:
        """The losses, additions and wider access as findings about the file at `path`.

        `places` says where the value of each of the source's keys stands.
        """
        title = FORMATS[self.target].title if self.target in FORMATS else self.target
        found = []
        for fate in self.fields:
            at = (places or {}).get(fate.source_key or "", Span(path))
            if fate.status == "dropped":
                found.append(DROPPED.at(at, format=title, field=fate.field))
            elif fate.status == "reduced":
                found.append(REDUCED.at(at, format=title, field=fate.field, what=fate.note))
            elif fate.status in {"defaulted", "invented"}:
                found.append(DEFAULTED.at(at, format=title, field=fate.field, origin=fate.note))
        if self.gains:
            key = next((fate.source_key for fate in self.fields if fate.field == "tools"), None)
            words = ", ".join(words_for(gain) for gain in self.gains)
            found.append(WIDER_ACCESS.at((places or {}).get(key or "", Span(path)), format=title, gains=words))
        return found


def report(spec: AgentSpec, target: Format) -> Report:
    """Tell what writing `spec` as `target` does to each of its fields and to its access."""
    source = FORMATS.get(spec.source.format) if spec.source else None
    after = _tools_after(spec, target)
    return Report(
        agent=spec.name,
        source=source.id if source else None,
        target=target.id,
        fields=tuple(replace(f, source_key=_source_key(f.field, source)) for f in _all_fates(spec, source, target)),
        access_before=tuple(sorted(access_of(spec.tools))),
        access_after=tuple(sorted(access_of(after))),
        gains=gains(spec.tools, after),
    )


def _source_key(field: str, source: Format | None) -> str | None:
    if field.startswith("extensions."):
        return field.split(".", 2)[2]
    row = source.by_field.get(field) if source else None
    return row.key if row else None


def _all_fates(spec: AgentSpec, source: Format | None, target: Format) -> Iterator[FieldFate]:
    yield from _fates(spec, source, target)
    yield from _added(spec, target)


def _fates(spec: AgentSpec, source: Format | None, target: Format) -> Iterator[FieldFate]:
    for field in _said(spec):
        row = target.by_field.get(field)
        if field.startswith(PROMPT):
            yield FieldFate(field, "kept", row.key if row else None)
        elif row is None:
            yield _unsaid(spec, field, target)
        else:
            yield _fate(field, meaning_of(spec, row, target), row, source)
    for owner, keys in spec.extensions.items():
        for key in keys:
            row = target.by_key.get(key)
            if owner == target.id and (row is None or row.field == f".{key}" or is_unread(spec, row, target)):
                yield FieldFate(f"extensions.{owner}.{key}", "kept", key)
            else:
                yield FieldFate(f"extensions.{owner}.{key}", "dropped")


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
        headings = split(spec.prompt)  # as the artifact's reader will see them
        name, origin = default_name(f"{file_name(spec)}{target.suffix}", target, headings)
        if name == spec.name:
            return FieldFate(field, "renamed", note=f"it is the {origin}")
    return FieldFate(field, "dropped")


def _fate(field: str, value: Any, row: Row, source: Format | None) -> FieldFate:
    written = row.codec.encode(value)
    try:
        again = row.codec.decode(node_of(written))
    except ValueError as error:
        return FieldFate(field, "dropped", note=str(error))
    if again != value:
        lost = row.codec.lost(value, again) if row.codec.lost else "its exact value"
        if lost:
            return FieldFate(field, "reduced", row.key, note=lost)
        return FieldFate(field, "mapped", row.key)
    origin = source.by_field.get(field) if source else None
    if origin is None:
        return FieldFate(field, "kept" if row.key == field else "renamed", row.key)
    if origin.codec.encode(value) != written:
        return FieldFate(field, "mapped", row.key)
    return FieldFate(field, "kept" if origin.key == row.key else "renamed", row.key)


def _added(spec: AgentSpec, target: Format) -> Iterator[FieldFate]:
    for row in target.rows:
        if _is_missing(spec, row, target):
            yield FieldFate(row.field, "defaulted", row.key, note=row.origin)


def _is_missing(spec: AgentSpec, row: Row, target: Format) -> bool:
    """Whether the target requires what nobody said."""
    said = meaning_of(spec, row, target) is not None or is_unread(spec, row, target)
    if row.field == "tools" and spec.tools is not None and spec.tools.allow is None and spec.tools.deny:
        said = False  # a list of denied tools alone
    return row.required and row.default is not None and not said


def _tools_after(spec: AgentSpec, target: Format) -> Tools | None:
    """What the artifact itself says of tools; `None` where it leaves them to the host."""
    allow, deny = target.by_field.get("tools"), target.by_field.get("tools.deny")
    allowed = _again(spec, allow, target) if allow else None
    denied = _again(spec, deny, target) if deny else None
    if allowed is None and not denied:
        return None
    return Tools(None if allowed is None or allowed == ALL else allowed, denied or ())


def _again(spec: AgentSpec, row: Row, target: Format) -> Any:
    value = meaning_of(spec, row, target)
    if value is None and row.required and row.default:
        value = row.default(spec)
    try:
        return None if value is None else row.codec.decode(node_of(row.codec.encode(value)))
    except ValueError:
        return None


def with_defaults(spec: AgentSpec, target: Format) -> AgentSpec:
    """`spec` with what the target requires and nobody said."""
    filled = {
        row.field: row.default(spec)
        for row in target.rows
        if row.default is not None and _is_missing(spec, row, target)
    }
    if "tools" in filled:
        allow = filled["tools"]
        filled["tools"] = Tools(None if allow == ALL else allow, spec.tools.deny if spec.tools else ())
    return replace(spec, **filled)
