"""What becomes of every field in a conversion, computed from the tables of both formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from converters.addressed import addressed, why_left
from converters.embedding import can_embed
from converters.entries import is_unread, own_spelling
from converters.fields import as_read, as_told, is_same, listed_twice, meaning_of, tools_as_read, tools_held
from converters.findings import DEFAULTED, DROPPED, EMBEDDED, REDUCED, RENAMED, WIDER_ACCESS, Finding, Span
from converters.fitting import Refusal, is_missing, refusals, with_defaults
from converters.formats import FORMATS
from converters.formats._kit import PROMPT, Format, Row, is_silent
from converters.model import AgentSpec, Json
from converters.sections import split
from converters.spelling import default_name
from converters.syntax.yaml import node_of
from converters.tools import EVERYTHING, access_of, gains, left_of, touching, words_for
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


_TOOLS = ("tools", "tools.whole", "tools.deny")
_MORE_SERVERS = "use more MCP servers, or more of their tools"
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
    called: str = ""
    """The agent's name in the artifact."""
    refusals: tuple[Refusal, ...] = ()
    """Why the client would not take the artifact, or would not take all of it."""

    @property
    def losses(self) -> tuple[FieldFate, ...]:
        """The fields that did not make it whole."""
        return tuple(fate for fate in self.fields if WORDS[fate.status] == "lost")

    def findings(self, path: str, places: Mapping[str, Span] | None = None, *, at_home: bool = False) -> list[Finding]:
        """The losses, additions, refusals and wider access as findings about the file at `path`.

        `places` says where the value of each of the source's keys stands; a file that stays `at_home`
        in its format is not told again what its client would refuse.
        """
        target = FORMATS.get(self.target)
        title = target.title if target else self.target
        found = []
        for fate in self.fields:
            at = (places or {}).get(fate.source_key or "", Span(path))
            if fate.status == "dropped":
                why = f": {fate.note}" if fate.note else ""
                found.append(DROPPED.at(at, format=title, field=as_said(fate.field), why=why))
            elif fate.status == "reduced":
                found.append(REDUCED.at(at, format=title, field=as_said(fate.field), what=fate.note))
            elif fate.status in {"defaulted", "invented"}:
                found.append(DEFAULTED.at(at, format=title, field=as_said(fate.field), origin=fate.note))
        for refusal in () if at_home else self.refusals:
            key = next((fate.source_key for fate in self.fields if fate.field == refusal.field), None)
            at = (places or {}).get(key or "", Span(path))
            found.append(refusal.rule.at(at, format=title, **refusal.facts))
        if self.called != self.agent and not at_home:
            name = next((fate.source_key for fate in self.fields if fate.field == "name"), None)
            found.append(RENAMED.at((places or {}).get(name or "", Span(path)), format=title, now=self.called))
        embedded = [as_said(fate.field) for fate in self.fields if fate.status == "embedded"]
        if embedded:
            found.append(EMBEDDED.at(Span(path), format=title, fields=", ".join(embedded)))
        if self.gains:
            words = touching(self.gains)
            if "mcp" in self.access_before:  # it has servers: what it gains are others
                words = words.replace(words_for("mcp"), _MORE_SERVERS)
            way = self._way(target)
            at = self._tools_at(places or {}) or Span(path)
            found.append(WIDER_ACCESS.at(at, format=title, gains=words, way=way, target=self.target))
        return found

    def _tools_at(self, places: Mapping[str, Span]) -> Span | None:
        """Where the source says which tools there are, else which are denied."""
        source = FORMATS.get(self.source or "")
        keys = [row.key for field in _TOOLS for row in (source.rows if source else ()) if row.field == field]
        return next((places[key] for key in keys if key in places), None)

    def _way(self, target: Format | None) -> str:
        """What to do about wider access: the target's own way, unless it has been gone already or would not help."""
        if target is None:
            return "choose a target that can limit tools"
        held_back = {"write", "shell"}  # what a switch for all tools holds back
        switched = EVERYTHING - set(self.access_after) >= held_back
        helps = held_back & set(self.gains) or not any(row.field == "tools.whole" for row in target.rows)
        safest = target.safest if helps and not switched else ""
        return safest or "choose a target that can limit tools"


def as_said(field: str) -> str:
    """A field as people are told of it: `rulesync's own copilot` for `extensions.rulesync.copilot`."""
    parts = field.split(".", 2)
    return f"{parts[1]}'s own {parts[2]}" if parts[0] == "extensions" and len(parts) == 3 else field


def report(spec: AgentSpec, target: Format, *, embed: bool = False) -> Report:
    """Tell what writing `spec` as `target` does to each of its fields and to its access.

    With `embed`, what the target cannot say is said by a comment at the prompt's end.
    """
    spec = addressed(spec, target)
    source = FORMATS.get(spec.source.format) if spec.source else None
    at_home = own_spelling(spec, target) is not None
    filled = spec if at_home else with_defaults(spec, target)
    before, after = tools_held(spec.tools, spec, source), tools_held(tools_as_read(filled, target), spec, target)
    every = chain(fates_of(spec, target), () if at_home else _added(spec, target))
    fates = tuple(FieldFate(f.field, f.status, f.key, _source_key(f.field, source), f.note) for f in every)
    lifted = tuple(_limit_of(fate) for fate in fates if _is_lifted(fate, spec))
    if embed:
        narrower = not gains(after, spec.tools)
        fates = tuple(
            replace(f, status="embedded", note=None)
            if can_embed(f.field, f.status) and (narrower or not f.field.startswith("tools"))
            else f
            for f in fates
        )
    return Report(
        agent=spec.name,
        source=source.id if source else None,
        target=target.id,
        fields=fates,
        access_before=tuple(sorted(access_of(before))),
        access_after=tuple(sorted(access_of(after))),
        gains=(*gains(before, after), *lifted),
        called=_called(spec, target),
        refusals=tuple(refusals(spec, target)),
    )


def _is_lifted(fate: FieldFate, spec: AgentSpec) -> bool:
    """Whether what a key of one format withheld is had again, because nothing says it any more."""
    if not fate.field.startswith("extensions.") or WORDS[fate.status] != "lost":
        return False
    _, owner, key = fate.field.split(".", 2)
    row = FORMATS[owner].by_field.get(f".{key}") if owner in FORMATS else None
    return row is not None and row.withholds is not None and row.withholds(spec.extensions[owner][key])


def _limit_of(fate: FieldFate) -> str:
    return f"limit:{fate.field.split('.', 2)[2]}"


def _called(spec: AgentSpec, target: Format) -> str:
    """What the agent's name is in the artifact."""
    row = target.by_field.get("name")
    if row is None:
        return file_name(spec) if target.named_by == "file" else spec.name
    try:
        called = row.codec.decode(node_of(row.codec.encode(spec.name)))
        return str(called) if called else spec.name
    except ValueError:
        return spec.name


def _source_key(field: str, source: Format | None) -> str | None:
    if field.startswith("extensions."):
        key = field.split(".", 2)[2]
        row = source.by_field.get(f".{key}") if source else None
        return row.key if row else key
    row = source.by_field.get(field) if source else None
    if row is None and source and field in _TOOLS:
        row = source.by_field.get("tools.whole")
    return row.key if row else None


def fates_of(spec: AgentSpec, target: Format) -> Iterator[FieldFate]:
    """What becomes of each field that `spec` says when it is written as `target`, without the source's keys."""
    spec = addressed(spec, target)
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
                yield _elsewhere(owner, key, keys[key], target)


def _elsewhere(owner: str, key: str, value: Json, target: Format) -> FieldFate:
    """What only another format says, where it is not left out for nothing."""
    field = f"extensions.{owner}.{key}"
    row = FORMATS[owner].by_field.get(f".{key}") if owner in FORMATS else None
    if row is None or row.meant_for is None:
        return FieldFate(field, "dropped", note=why_left(owner, key, target))
    if row.meant_for(value, target.id):
        return FieldFate(field, "kept")
    return FieldFate(field, "dropped", note=f"its author did not mean the agent for {target.title}")


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


def _added(spec: AgentSpec, target: Format) -> Iterator[FieldFate]:
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
