"""From one input to what became of it: taken from the disk, detected, read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from converters import canonical
from converters.calling import Names
from converters.detect import Detection, asked_for, detect
from converters.document import keyed
from converters.findings import (
    BAD_VALUE,
    CRASHED,
    ERROR,
    INFO,
    NO_AGENTS,
    NO_FORMAT,
    SKIPPED,
    TOO_MANY_SECTIONS,
    TOO_MANY_TIES,
    UNKNOWN_FORMAT,
    WARNING,
    Finding,
    Span,
    worst,
)
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.hidden import may_be_escaped, may_be_joined, refusal
from converters.identity import identity
from converters.inputs import Input, read_beside, read_bytes
from converters.leave import Access
from converters.library import Collection, Library
from converters.model import AgentSpec, SharedDocument, Source
from converters.overlap import Overlap
from converters.reading import Reading, parse, read
from converters.report import Report
from converters.syntax.notations import JSON, TOML, YAML
from converters.text import Decoded, decode

CANONICAL = "canonical"
Layout: TypeAlias = Literal["tool", "source", "flat"]
Policy: TypeAlias = Literal["refuse", "warn", "ignore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run converts."""

    source: str | None = None
    """Id of the format to read every input as; `None` leaves that to detection."""
    targets: tuple[str, ...] = (CANONICAL,)
    layout: Layout = "tool"
    of_a_person: bool = False
    """Whether files go where the tool looks for the agents of one person, below their home, and not of a project."""
    loss: Policy = "warn"
    access: Access = "refuse"
    access_apart: Mapping[str, Access] = field(default_factory=dict)
    """The formats for which that is another."""
    as_read: bool = False
    embed: bool = False
    """Whether a comment at the prompt's end says what the target cannot."""
    there: Mapping[str, str] = field(default_factory=dict)
    """The formats of files that earlier runs wrote and a client loads besides these, by paths as of artifacts."""
    packed: bool = False
    """Whether canonical artifacts are lines of JSON, to be put into one file."""

    def access_to(self, target: str) -> Access:
        """What is done where an agent could touch more in a format than before."""
        return self.access_apart.get(target, self.access)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file to write."""

    path: str
    """POSIX path below the output's root."""
    data: bytes
    target: str
    owners: tuple[str, ...]
    """`collection/id` of the agents in it."""
    inputs: tuple[str, ...] = ()
    """The inputs it was made from, as shown."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of one input."""

    shown: str
    status: Literal["read", "skipped", "refused"]
    format: str | None = None
    dialect: str | None = None
    specs: tuple[AgentSpec, ...] = ()
    keys: tuple[str, ...] = ()
    """`collection/id` of each agent; they stay when `specs` are let go after planning."""
    names: tuple[Names, ...] = ()
    """What each agent goes by, and whom it names, once `specs` are let go."""
    planned: bool = False
    """Whether a worker has planned it already."""
    shared: SharedDocument | None = None
    places: tuple[Mapping[str, Span], ...] = ()
    """For each spec, where the value of each header key stands in `text`."""
    findings: list[Finding] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    text: str | None = None
    """The decoded text, where findings have places in it."""
    repaired: bool = False
    prompt_files: tuple[str, ...] = ()
    """Other files the prompts were taken from, by their resolved paths."""
    withheld: int = 0
    """Artifacts that were not made because they would lose something or could touch more."""
    withheld_from: list[str] = field(default_factory=list)
    """Where these would have gone: what stands there is no agent's that is gone."""
    barred: list[str] = field(default_factory=list)
    """The target of each that was not made whatever it would lose."""
    overlaps: list[Overlap] = field(default_factory=list)
    """By which clients an agent of it is loaded twice."""


def understand(
    source: Input, options: Options, collection: Collection | None = None, raw: bytes | None = None
) -> Outcome:
    """Read one input, whatever is in it; a failure of ours is a finding too."""
    try:
        return _understand(source, options, collection, raw)
    except Exception as error:  # noqa: BLE001 - content never stops a run: the file is named, the others go on
        return Outcome(shown=source.shown, status="refused", findings=[crashed(source.shown, error)])


def crashed(shown: str, error: Exception) -> Finding:
    """A failure of ours, as a finding about the input it struck."""
    return CRASHED.at(Span(shown), problem=f"{type(error).__name__}: {error}"[:300])


def _understand(source: Input, options: Options, collection: Collection | None, raw: bytes | None) -> Outcome:
    if raw is None:
        taken = read_bytes(source.path, source.shown)
        if isinstance(taken, Finding):
            return Outcome(shown=source.shown, status="refused", findings=[taken])
        raw = taken
    decoded = decode(raw, source.shown)
    asked = options.source or (collection.format if collection else None)
    if asked:
        detection = Detection(asked, 1.0, "it was named") if source.explicit else asked_for(asked, source.relative)
    else:
        detection = detect(decoded, path=source.relative, root=source.root, explicit=source.explicit)
    if detection.format is None and source.explicit and not detection.known:
        why = _unreadable(decoded, detection.why)
        return Outcome(shown=source.shown, status="refused", findings=why, text=decoded.text)
    if detection.format is None:
        rule = SKIPPED if detection.known else UNKNOWN_FORMAT
        found = rule.at(Span(source.shown), why=detection.why)
        return Outcome(shown=source.shown, status="skipped", findings=[found], text=None)
    if detection.format == CANONICAL:
        return _from_canonical(source, decoded)
    fmt = FORMATS[detection.format]
    place = _place(source, collection)
    prompts: dict[str, str] = {}
    result = read(parse(decoded, fmt), fmt, raw=raw, place=place, beside=partial(_beside, source, prompts))
    if not source.explicit and (other := _something_else(result, fmt, source)):
        return Outcome(shown=source.shown, status="skipped", findings=[SKIPPED.at(Span(source.shown), why=other)])
    specs = tuple(_identified(spec, fmt, collection) for spec in result.specs)
    outcome = _outcome(source, decoded, result, specs, keep=options.targets != (CANONICAL,))
    outcome.prompt_files = tuple(prompts)
    return outcome


def _something_else(result: Reading, fmt: Format, source: Input) -> str | None:
    """Why a file of a folder is no agent, where its format also describes other things, and it holds only such."""
    if not callable(fmt.members) or source.relative.endswith(fmt.suffixes):
        return None
    return next((str(found.facts["problem"]) for found in result.findings if found.rule is NO_AGENTS), None)


def _unreadable(decoded: Decoded, why: str) -> list[Finding]:
    """Why a file that was named cannot be read: its syntax, where that is at fault, else that no format fits."""
    notation = {".json": JSON, ".toml": TOML, ".yaml": YAML, ".yml": YAML}.get(PurePosixPath(decoded.path).suffix)
    document = keyed(decoded, notation) if notation else None
    found = list(document.findings if document else decoded.findings)
    return found if (worst(found) or INFO) >= ERROR else [*found, NO_FORMAT.at(Span(decoded.path), why=why)]


def _beside(source: Input, taken: dict[str, str], path: str) -> str | None:
    """The text of a file named from an input's folder, noted in `taken`; `None` unless it lies below the root."""
    found = read_beside(source, path)
    if found is None:
        return None
    decoded = decode(found[1], path)
    if decoded.refused:
        return None
    taken[str(found[0])] = path
    return decoded.text


def spare_prompts(outcomes: Sequence[Outcome], inputs: Mapping[str, Input]) -> None:
    """Skip the inputs that are but the prompts of others; `inputs` are by their shown paths."""
    owners = {path: outcome.shown for outcome in outcomes for path in outcome.prompt_files}
    for outcome in outcomes if owners else ():
        source = inputs.get(outcome.shown)
        owner = owners.get(str(source.path.resolve())) if source and not source.explicit else None
        if owner is not None and owner != outcome.shown:
            outcome.status, outcome.specs, outcome.keys, outcome.artifacts = "skipped", (), (), []
            outcome.findings = [SKIPPED.at(Span(outcome.shown), why=f"it holds the prompt of {owner}")]


def _outcome(source: Input, decoded: Decoded, result: Reading, specs: tuple[AgentSpec, ...], keep: bool) -> Outcome:
    found = [*result.findings, *_beyond(specs, decoded.text, source.shown)]
    if len(found) > len(result.findings):
        specs = ()
    refused = not specs
    if refused and (worst(found) or WARNING) < ERROR:
        found.append(BAD_VALUE.at(Span(source.shown), key="agents", problem="there is none in this file"))
    shared = replace(result.shared, members=tuple(s.id for s in specs)) if result.shared else None
    return Outcome(
        shown=source.shown,
        status="refused" if refused else "read",
        format=result.format.id,
        dialect=result.dialect,
        specs=specs,
        keys=tuple(Library.key(spec) for spec in specs),
        shared=shared,
        places=result.places,
        findings=found,
        text=decoded.text if found or keep else None,
        repaired=any(_mended(spec) for spec in specs),
    )


MOST_TIES = 500
"""References to other agents that one agent may make; the busiest of 2,860 real files makes 37."""


MOST_SECTIONS = 1_000
"""Sections of one agent's prompt; the longest of 2,860 real files has 122. Each is told of in some fifty bytes."""


def _beyond(specs: Sequence[AgentSpec], text: str, shown: str) -> Iterator[Finding]:
    """What keeps agents from being taken in, and shows only when all of them has been read."""
    for spec in specs:
        if (count := len(spec.derived.collaboration)) > MOST_TIES:
            yield TOO_MANY_TIES.at(Span(shown), count=count, limit=MOST_TIES)
        if (count := len(spec.sections)) > MOST_SECTIONS:
            yield TOO_MANY_SECTIONS.at(Span(shown), count=f"{count:,}", limit=f"{MOST_SECTIONS:,}")
    if (count := _named(text)) > MOST_TIES:
        yield TOO_MANY_TIES.at(Span(shown), count=count, limit=MOST_TIES)
    if (may_be_escaped(text) or may_be_joined(text) or any(map(_mended, specs))) and refusal(text, shown) is None:
        told = (refusal(canonical.dump(spec), shown) for spec in specs)
        yield from (replace(found, span=Span(shown)) for found in islice(filter(None, told), 1))


def _named(text: str) -> int:
    """How many names in the form of an agent's stand where a sentence says who works with whom."""
    if text.count("-") <= MOST_TIES:
        return 0
    return len({met[1] for met in _NAMED.finditer(text)})


_NAMED = re.compile(r"\b(?:with|to|from|by) @?([a-z][a-z0-9]{0,40}(?:-[a-z0-9]{1,40}){1,8})")


def _mended(spec: AgentSpec) -> bool:
    source = spec.source
    return bool(source and (source.edits or any(entry.edits for entry in source.header or ()))) or any(
        section.edits for section in spec.sections
    )


def _place(source: Input, collection: Collection | None) -> Source:
    if collection is None:
        return Source(collection=source.collection, path=source.relative)
    return Source(
        collection=source.collection,
        path=source.relative,
        license=collection.license,
        repository=collection.repository,
        revision=None if collection.source else collection.revision,  # the lock file says it, once
    )


def _identified(spec: AgentSpec, fmt: Format, collection: Collection | None) -> AgentSpec:
    if collection is None or spec.source is None:
        return spec
    id_ = collection.id_of(spec.source.path, suffixes=fmt.suffixes, member=spec.source.member)
    former = tuple(old for old, new in collection.aliases.items() if new == id_)
    return replace(spec, id=id_, aliases=former) if id_ != spec.id or former else spec


def _from_canonical(source: Input, decoded: Decoded) -> Outcome:
    if decoded.refused:
        found = list(decoded.findings)
        return Outcome(
            shown=source.shown, status="refused", format=CANONICAL, findings=found, text=decoded.text or None
        )
    spec, found = canonical.load(decoded.text, source.shown)
    if spec is not None and (beyond := list(_beyond([spec], decoded.text, source.shown))):
        spec, found = None, [*found, *beyond]
    text = decoded.text if found else None
    if spec is None:
        return Outcome(shown=source.shown, status="refused", format=CANONICAL, findings=found, text=text)
    place = PurePosixPath(source.relative).with_suffix("")
    if not spec.id:
        spec = replace(spec, id=identity(source.relative, suffixes=(".yaml",)))
    if spec.source is None or not spec.source.collection:
        folder = place.parts[0] if len(place.parts) > 1 else source.collection
        spec = replace(spec, source=replace(spec.source or Source(), collection=folder))
    shared = _shared_beside(source, spec)
    return Outcome(
        shown=source.shown,
        status="read",
        format=CANONICAL,
        specs=(spec,),
        keys=(Library.key(spec),),
        shared=shared,
        findings=found,
        text=text,
    )


def _shared_beside(source: Input, spec: AgentSpec) -> SharedDocument | None:
    """The record of the shared file a canonical spec was part of, where it lies in the library."""
    if spec.source is None or spec.source.member is None:
        return None
    depth = spec.id.count("/") + 1
    root = source.path.absolute().parents[depth - 1] if depth <= len(source.path.absolute().parents) else None
    return canonical.load_shared(root / canonical.shared_path(spec.source)) if root else None
