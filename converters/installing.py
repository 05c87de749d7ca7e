"""Agents put where their clients look for them, taken out again, and compared with what they came from.

A scope is a folder with a manifest: a project, or a client's own folder in a person's home. The manifest
tells what was installed there and from where; whatever it does not tell of is somebody else's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal, TypeAlias

import orjson

from converters import canonical
from converters.conversion import Artifact
from converters.findings import EDITED_OUTPUT, NAME_TAKEN, UNFIT, Finding, Span
from converters.formats import FORMATS
from converters.leave import Access
from converters.manifest import Installed, Owned, sha256_of, text_of
from converters.model import AgentSpec
from converters.output import Change, Kind, Output
from converters.parts import Holder, Part, Unfit, holder_of, is_bare, put, take, takes_parts
from converters.widening import Widening

Here: TypeAlias = Literal["as installed", "edited", "missing"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What an agent is installed from."""

    source: str
    """As `Installed.source`."""
    spec: AgentSpec
    revision: str | None = None
    """The commit its file was taken at."""
    document: str | None = None
    """SHA-256 of its canonical document, as a catalogue published that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asked for that decides what is written, so that the same can be done again."""

    access: Mapping[str, Access] = field(default_factory=dict)
    """What is done where an agent could touch more than before, by format; where nothing is said, it is refused."""
    names: str | None = None
    """As `Installed.names`."""
    now: Mapping[str, Access] = field(default_factory=dict)
    """The same as `access`, as far as this run says it: what counts where one could touch more than as installed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one agent stands in one place."""

    agent: str
    """`collection/id`."""
    target: str
    path: str
    here: Here
    installed: Installed


def digest(spec: AgentSpec) -> str:
    """What tells whether an agent says something else than before; what is derived from it does not count."""
    said = canonical.to_json(spec)
    said.pop("derived", None)
    source = said.get("source")
    if isinstance(source, dict):
        for key in ("repository", "revision", "license"):
            source.pop(key, None)
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


# --- putting in -----------------------------------------------------------------------------------------


def to_install(
    output: Output,
    artifacts: Sequence[Artifact],
    origins: Mapping[str, Origin],
    asked: Asked = Asked(),
    *,
    force: bool,
) -> tuple[list[Change], list[Finding]]:
    """What putting artifacts below a scope's root changes; nothing is written.

    An agent that comes under another path than last time leaves its old place.
    """
    putting = _Putting(output, origins, asked, force=force)
    changes = [putting.change(artifact) for artifact in artifacts]
    now = {change.path for change in changes}
    coming = {(artifact.target, key) for artifact in artifacts for key in artifact.owners} - putting.wider.refused

    def moved(path: str, owned: Owned, key: str) -> bool:
        return path not in now and (owned.target, key) in coming

    left, found = to_uninstall(output, moved, force=False)
    return [*changes, *left], [*putting.found, *putting.wider.found, *found]


def renamed(owned: Mapping[str, Owned], now: Mapping[str, str]) -> dict[str, Owned]:
    """What a manifest says, agents by the keys they have `now`; where a file has one of that key already, it stays."""

    def key_of(key: str, one: Owned) -> str:
        return key if now.get(key) in one.agents else now.get(key, key)

    return {
        path: replace(one, agents={key_of(key, one): known for key, known in one.agents.items()})
        for path, one in owned.items()
    }


class _Putting:
    """One run of putting in."""

    def __init__(self, output: Output, origins: Mapping[str, Origin], asked: Asked, *, force: bool) -> None:
        self.output, self.origins, self.asked, self.force = output, origins, asked, force
        self.wider = Widening(output, asked.now, asked.access)
        self.found: list[Finding] = []
        """About single agents of a file; what is about all of it stands with its change."""

    def change(self, artifact: Artifact) -> Change:
        """What becomes of one file."""
        change = self.output.plan([artifact], force=self.force or _shares(artifact.target))[0]
        if change.kind == "kept":
            return change
        return self._joined(change, artifact) if _shares(artifact.target) else self._whole(change, artifact)

    def _whole(self, change: Change, artifact: Artifact) -> Change:
        """A file that only the artifact's agents are in."""
        owned = self.output.owned.get(change.path)
        if change.kind == "unchanged" and owned is None and not self.force:
            return replace(change, artifact=None)  # somebody else put just that there; it stays theirs
        if [key for key in artifact.owners if self.wider.refuses(key, self.origins[key].spec.name, artifact)]:
            path = self.wider.place(artifact)
            return replace(change, path=path, kind="kept", before=self.output.bytes_of(path), after=None)
        agents = {key: self._installed(key, artifact.target) for key in artifact.owners}
        return self._entered(change, agents)

    def _joined(self, change: Change, artifact: Artifact) -> Change:
        """A file that others may have agents in: each of ours is put in by itself."""
        path, before = change.path, change.before
        made = holder_of(artifact.data, path, FORMATS[artifact.target])
        named = dict(zip((part.name for part in made.parts), artifact.owners, strict=True))
        target = artifact.target
        all_new = {named[p.name]: self._installed(named[p.name], target, p.name, p.sha256) for p in made.parts}
        if before is None or not before.strip():
            return self._entered(change, all_new)
        owned = self.output.owned.get(path)
        ours = owned.agents if owned else {}
        try:
            start = holder = holder_of(before, path, made.fmt)
            came = list[str]()
            for part in made.parts:
                may_come = self._may_come(holder, part, ours.get(named[part.name]))
                if may_come and not self.wider.refuses(named[part.name], part.name, artifact):
                    holder = _settled(holder, part, made, ours.get(named[part.name]))
                    came.append(part.name)
        except Unfit as problem:
            if self.force:
                return self._entered(change, all_new)
            return replace(change, kind="kept", finding=UNFIT.at(Span(path), path=path, problem=problem))
        data = holder.spelled(holder.text)
        if not came:
            return replace(change, kind="kept", after=None, artifact=None)
        agents = {key: _again(one, start, holder) for key, one in ours.items()}
        for name in came:
            agents[named[name]] = self._installed(named[name], target, name, holder.sha256(name))
        change = replace(change, kind="unchanged" if data == before else "changed", after=data)
        own = owned is not None and bool(owned.agents)
        mixed = owned is None or not own or owned.mixed
        opened = owned.opened if owned is not None and own else made.fmt.section is None and start.held is None
        entered = self._entered(change, agents, overwrites=_overwrites(start, made, ours))
        assert entered.owned is not None
        sha256 = _accounted(owned, before, data) if owned is not None and own else entered.owned.sha256
        return replace(entered, owned=replace(entered.owned, sha256=sha256, mixed=mixed, opened=opened))

    def _may_come(self, holder: Holder, part: Part, known: Installed | None) -> bool:
        """Whether nothing of somebody else's is in the way of an agent."""
        path, old = holder.source.path, holder.part(part.name)
        if old is None or self.force:
            return True
        if known is None or known.name != part.name:
            self.found.append(NAME_TAKEN.at(Span(path), path=path, name=part.name))
            return False
        if old.sha256 != known.part:
            self.found.append(EDITED_OUTPUT.at(Span(path), path=f"{part.name} in {path}"))
            return False
        return True

    def _installed(self, key: str, target: str, name: str | None = None, part: str | None = None) -> Installed:
        origin, access = self.origins[key], self.asked.access.get(target)
        return Installed(
            name=name or origin.spec.name,
            source=origin.source,
            spec=digest(origin.spec),
            revision=origin.revision,
            document=origin.document,
            text=text_of(origin.spec),
            part=part,
            access=access if access != "refuse" else None,
            names=self.asked.names,
        )

    def _entered(self, change: Change, agents: Mapping[str, Installed], *, overwrites: bool = True) -> Change:
        """The change with what the manifest is to say of it; what it overwrites of somebody else's is kept."""
        assert change.after is not None
        assert change.artifact is not None
        backup = _backup(self.output, change) if overwrites else None
        owned = self.output.owned.get(change.path)
        backups = dict.fromkeys([*(owned.backups if owned else ()), *([backup] if backup else [])])
        target, collections = change.artifact.target, _collections(agents)
        entry = Owned(sha256_of(change.after), target, collections, agents=agents, backups=tuple(backups))
        return replace(change, owned=entry, backup=backup)


def _shares(target: str) -> bool:
    """Whether agents go into a file of that format one by one."""
    return target in FORMATS and takes_parts(FORMATS[target])


def _accounted(owned: Owned, before: bytes, after: bytes) -> str:
    """The digest of a file that nobody else wrote to; of one that somebody did, one that it never has again."""
    return sha256_of(after) if owned.holds(before) else owned.sha256


def _collections(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({key.partition("/")[0] for key in keys}))


def _backup(output: Output, change: Change) -> str | None:
    """The file that is to keep what somebody else wrote and is now overwritten; `None` where nobody did."""
    owned, before = output.owned.get(change.path), change.before
    if change.kind not in {"changed", "removed"} or before is None or not before.strip():
        return None
    if owned is not None and owned.holds(before) and not owned.mixed:
        return None
    names = (f"{change.path}.bak{number if number > 1 else ''}" for number in count(1))
    return next(name for name in names if output.bytes_of(name) in {None, before})


def _is_untouched(holder: Holder, known: Installed) -> bool:
    part = holder.part(known.name)
    return part is not None and part.sha256 == known.part


def _overwrites(holder: Holder, made: Holder, ours: Mapping[str, Installed]) -> bool:
    """Whether an agent that somebody else wrote or edited is in the way of one that comes."""
    untouched = {known.name for known in ours.values() if _is_untouched(holder, known)}
    return any(holder.part(part.name) is not None and part.name not in untouched for part in made.parts)


def _settled(holder: Holder, part: Part, made: Holder, known: Installed | None) -> Holder:
    """The file with one agent put in; where it had another name before, without that."""
    path = holder.source.path
    if known is not None and known.name != part.name and _is_untouched(holder, known):
        holder = holder_of(take(holder, known.name), path, holder.fmt)
    return holder_of(put(holder, part, made), path, holder.fmt)


def _again(known: Installed, before: Holder, after: Holder) -> Installed:
    """What is said of an agent that was there: its part may have got a comma since."""
    part = after.part(known.name)
    return replace(known, part=part.sha256) if part is not None and _is_untouched(before, known) else known


# --- taking out -----------------------------------------------------------------------------------------


def to_uninstall(
    output: Output, wanted: Callable[[str, Owned, str], bool], *, force: bool
) -> tuple[list[Change], list[Finding]]:
    """What taking agents out changes; nothing is written. `wanted` is told a path, its entry, and an agent's key."""
    taking = _Taking(output, force=force)
    changes = []
    for path, owned in sorted(output.owned.items()):
        keys = [key for key in owned.agents if wanted(path, owned, key)]
        if keys:
            changes.append(taking.change(path, owned, keys))
    return changes, taking.found


class _Taking:
    """One run of taking out."""

    def __init__(self, output: Output, *, force: bool) -> None:
        self.output, self.force = output, force
        self.found: list[Finding] = []

    def change(self, path: str, owned: Owned, keys: Collection[str]) -> Change:
        """What becomes of one file without some of its agents."""
        before = self.output.bytes_of(path)
        rest = {key: one for key, one in owned.agents.items() if key not in keys}
        if before is None:
            if not rest:
                return Change(path, "removed", forgotten=True)
            return Change(path, "unchanged", owned=replace(owned, agents=rest, collections=_collections(rest)))
        if not _shares(owned.target):
            if not rest:
                return self._removed(path, owned, before)
            problem = "its agents were written together, and go only together"
            return Change(path, "kept", before, None, UNFIT.at(Span(path), path=path, problem=problem))
        try:
            return self._without(path, owned, before, keys)
        except Unfit as problem:
            return Change(path, "kept", before, None, UNFIT.at(Span(path), path=path, problem=problem))

    def _removed(self, path: str, owned: Owned, before: bytes) -> Change:
        if not owned.holds(before) and not self.force:
            return Change(path, "kept", before, None, EDITED_OUTPUT.at(Span(path), path=path))
        change = Change(path, "removed", before, forgotten=True)
        return replace(change, backup=_backup(self.output, change))

    def _without(self, path: str, owned: Owned, before: bytes, keys: Collection[str]) -> Change:
        """A file that others have agents in, or something around them."""
        fmt, data, agents, edited = FORMATS[owned.target], before, dict(owned.agents), False
        for key in keys:
            holder = holder_of(data, path, fmt) if data.strip() else None
            part = holder.part(agents[key].name) if holder else None
            if holder and part:
                if part.sha256 != agents[key].part:
                    edited = True
                    if not self.force:
                        self.found.append(EDITED_OUTPUT.at(Span(path), path=f"{part.name} in {path}"))
                        continue
                data = take(holder, part.name, key=owned.opened and len(holder.parts) == 1)
            del agents[key]
        if agents.keys() == owned.agents.keys():
            return Change(path, "kept", before)
        kind: Kind = "unchanged" if data == before else "changed"
        if not data.strip() or not (agents or owned.mixed or not (owned.holds(before) or is_bare(data, path, fmt))):
            kind = "removed"
        change = Change(path, kind, before, data, forgotten=not agents)
        if agents:
            sha256, collections = _accounted(owned, before, data), _collections(agents)
            entry = replace(owned, sha256=sha256, next=None, agents=agents, collections=collections)
            change = replace(change, owned=entry)
        return replace(change, backup=_backup(self.output, change) if edited and self.force else None)


# --- how things stand -----------------------------------------------------------------------------------


def standings(output: Output) -> Iterator[Standing]:
    """Every agent that was installed below a scope's root, by path."""
    for path, owned in sorted(output.owned.items()):
        if not owned.agents:
            continue
        data = output.bytes_of(path)
        holder = None
        if data is not None and _shares(owned.target):
            try:
                holder = holder_of(data, path, FORMATS[owned.target])
            except Unfit:
                holder = None
        for key, one in sorted(owned.agents.items()):
            yield Standing(key, owned.target, path, _here(data, owned, holder, one), one)


def _here(data: bytes | None, owned: Owned, holder: Holder | None, one: Installed) -> Here:
    if data is None:
        return "missing"
    if holder is None:
        return "as installed" if owned.holds(data) else "edited"
    part = holder.part(one.name)
    return "missing" if part is None else "as installed" if part.sha256 == one.part else "edited"
