"""What a conversion does to one agent: to each of its fields, and to what it may touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from converters.addressed import addressed
from converters.embedding import can_embed, within
from converters.entries import own_spelling
from converters.fates import WORDS, FieldFate, added, fates_of
from converters.fields import tools_as_read, tools_held
from converters.findings import DEFAULTED, DROPPED, EMBEDDED, REDUCED, RENAMED, WIDER_ACCESS, Finding, Span
from converters.fitting import Refusal, refusals, with_defaults
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.leave import Access, decided, narrowest
from converters.model import AgentSpec, Tools
from converters.syntax.yaml import node_of
from converters.tools import EVERYTHING, access_of, gains, touching
from converters.writing import file_name

_TOOLS = ("tools", "tools.whole", "tools.deny")


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
    carried: Mapping[str, Any] = field(default_factory=dict)
    """What a comment at the prompt's end is to say."""

    @property
    def losses(self) -> tuple[FieldFate, ...]:
        """The fields that did not make it whole."""
        return tuple(fate for fate in self.fields if WORDS[fate.status] == "lost")

    def findings(
        self,
        path: str,
        places: Mapping[str, Span] | None = None,
        *,
        at_home: bool = False,
        access: Access = "refuse",
    ) -> list[Finding]:
        """The losses, additions, refusals and wider access as findings about the file at `path`.

        `places` says where the value of each of the source's keys stands; a file that stays `at_home`
        in its format is not told again what its client would refuse. `access` is what leave there is; what it
        allows is not told.
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
        if self.gains and decided(access, self.gains) != "allow":
            words, way = touching(self.gains, besides=self.access_before), self._way(target)
            at, leave = self._tools_at(places or {}) or Span(path), narrowest(self.gains, access)
            found.append(WIDER_ACCESS.at(at, format=title, gains=words, way=way, target=self.target, leave=leave))
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
    said, spec = spec, addressed(spec, target)
    source = FORMATS.get(spec.source.format) if spec.source else None
    at_home = own_spelling(spec, target) is not None
    filled = spec if at_home else with_defaults(spec, target)
    sight = tools_as_read(filled, target)
    before, after = tools_held(spec.tools, spec, source), tools_held(sight, spec, target)
    every = chain(fates_of(said, target), () if at_home else added(spec, target))
    fates = tuple(FieldFate(f.field, f.status, f.key, _source_key(f.field, source), f.note) for f in every)
    lifted = tuple(_limit_of(fate) for fate in fates if _is_lifted(fate, spec))
    carried = _carried(spec, target, fates, sight) if embed else {}
    return Report(
        agent=spec.name,
        source=source.id if source else None,
        target=target.id,
        fields=tuple(_embedded(fate, spec, carried) for fate in fates) if embed else fates,
        access_before=tuple(sorted(access_of(before))),
        access_after=tuple(sorted(access_of(after))),
        gains=(*gains(before, after), *lifted),
        called=_called(spec, target),
        refusals=tuple(refusals(spec, target)),
        carried=carried,
    )


def _carried(spec: AgentSpec, target: Format, fates: Iterable[FieldFate], sight: Tools | None) -> Mapping[str, Any]:
    """What a comment is to carry where the target's own keys say `sight` of tools."""
    names = dict.fromkeys(fate.field.partition(".")[0] for fate in fates if can_embed(fate.field, fate.status))
    said = {name: within(spec.tools, sight, spec, target) if name == "tools" else getattr(spec, name) for name in names}
    return {name: value for name, value in said.items() if value is not None}


def _embedded(fate: FieldFate, spec: AgentSpec, carried: Mapping[str, Any]) -> FieldFate:
    """A fate where a comment carries what can be carried."""
    if not can_embed(fate.field, fate.status):
        return fate
    name = fate.field.partition(".")[0]
    if carried.get(name) == getattr(spec, name):
        return replace(fate, status="embedded", note=None)
    why = "a comment adds no tool to those in sight"
    return replace(fate, note=f"{fate.note}; {why}" if fate.note else why)


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
