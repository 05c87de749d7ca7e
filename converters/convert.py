"""From inputs to a plan of artifacts: detect, read, report and write, before anything touches the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from converters import canonical
from converters.detect import Detection, detect
from converters.findings import (
    BAD_VALUE,
    CLASH,
    CRASHED,
    ERROR,
    LOSS,
    SKIPPED,
    UNKNOWN_FORMAT,
    WARNING,
    WIDER_ACCESS,
    Finding,
    Span,
    worst,
)
from converters.formats import FORMATS
from converters.formats._kit import Container, Format
from converters.identity import identity
from converters.inputs import Input, read_bytes
from converters.library import Collection, Library
from converters.model import AgentSpec, SharedDocument, Source
from converters.originals import in_order
from converters.reading import Reading, parse, read
from converters.report import Report, report, with_defaults
from converters.text import Decoded, decode
from converters.writing import file_name, write, write_shared

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
    loss: Policy = "warn"
    access: Literal["refuse", "warn", "allow"] = "refuse"
    as_read: bool = False
    packed: bool = False
    """Whether canonical artifacts are lines of JSON, to be put into one file."""


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
    withheld: int = 0
    """Artifacts that were not made because they would lose something or could touch more."""


# --- reading one input -------------------------------------------------------------------------


def understand(
    source: Input, options: Options, collection: Collection | None = None, raw: bytes | None = None
) -> Outcome:
    """Read one input, whatever is in it; a failure of ours is a finding too."""
    try:
        return _understand(source, options, collection, raw)
    except Exception as error:  # noqa: BLE001 - content never stops a run: the file is named, the others go on
        return Outcome(shown=source.shown, status="refused", findings=[_crashed(source.shown, error)])


def _crashed(shown: str, error: Exception) -> Finding:
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
        detection = Detection(asked, 1.0, "it was asked for")
    else:
        detection = detect(decoded, path=source.relative, root=source.root, explicit=source.explicit)
    if detection.format is None:
        rule = SKIPPED if detection.known else UNKNOWN_FORMAT
        found = rule.at(Span(source.shown), why=detection.why)
        return Outcome(shown=source.shown, status="skipped", findings=[found], text=None)
    if detection.format == CANONICAL:
        return _from_canonical(source, decoded)
    fmt = FORMATS[detection.format]
    place = _place(source, collection)
    result = read(parse(decoded, fmt), fmt, raw=raw, place=place)
    specs = tuple(_identified(spec, fmt, collection) for spec in result.specs)
    return _outcome(source, decoded, result, specs, keep=options.targets != (CANONICAL,))


def _outcome(source: Input, decoded: Decoded, result: Reading, specs: tuple[AgentSpec, ...], keep: bool) -> Outcome:
    refused = not specs
    found = list(result.findings)
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
        revision=collection.revision,
    )


def _identified(spec: AgentSpec, fmt: Format, collection: Collection | None) -> AgentSpec:
    if collection is None or spec.source is None:
        return spec
    id_ = collection.id_of(spec.source.path, suffixes=(fmt.suffix,), member=spec.source.member)
    former = tuple(old for old, new in collection.aliases.items() if new == id_)
    return replace(spec, id=id_, aliases=former) if id_ != spec.id or former else spec


def _from_canonical(source: Input, decoded: Decoded) -> Outcome:
    if decoded.refused:
        return Outcome(shown=source.shown, status="refused", format=CANONICAL, findings=list(decoded.findings))
    spec, found = canonical.load(decoded.text, source.shown)
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


# --- writing -----------------------------------------------------------------------------------


def plan(outcomes: Sequence[Outcome], options: Options) -> None:
    """Give every outcome its artifacts, reports and the findings that follow from them."""
    for outcome in outcomes:
        outcome.keys = outcome.keys or tuple(Library.key(spec) for spec in outcome.specs)
    many = len({key.partition("/")[0] for outcome in outcomes for key in outcome.keys}) > 1
    for outcome in outcomes:
        if not outcome.planned:
            plan_alone(outcome, options, many=many)
    for target in options.targets:
        if target != CANONICAL and FORMATS[target].container is Container.YAML_MEMBERS:
            _plan_shared(outcomes, FORMATS[target], options, many)
    _refuse_clashes(outcomes)


def stands_alone(options: Options) -> bool:
    """Whether each input can be planned without knowing the others."""
    shared = (t != CANONICAL and FORMATS[t].container is Container.YAML_MEMBERS for t in options.targets)
    return options.layout != "source" and not any(shared)


def plan_alone(outcome: Outcome, options: Options, *, many: bool = False) -> None:
    """Plan the artifacts that hold agents of one input only; a failure of ours is a finding too."""
    try:
        for target in options.targets:
            if target == CANONICAL:
                _plan_canonical(outcome, packed=options.packed)
            elif FORMATS[target].container is not Container.YAML_MEMBERS:
                _plan_single(outcome, FORMATS[target], options, many)
    except Exception as error:  # noqa: BLE001 - as in `understand`
        outcome.status, outcome.artifacts = "refused", []
        outcome.findings.append(_crashed(outcome.shown, error))


def _plan_canonical(outcome: Outcome, *, packed: bool) -> None:
    for spec, key in zip(outcome.specs, outcome.keys, strict=True):
        data = _record(spec) if packed else canonical.dump(spec).encode()
        outcome.artifacts.append(Artifact(f"{key}.yaml", data, CANONICAL, (key,), (outcome.shown,)))
    if outcome.shared and outcome.format != CANONICAL and not packed:
        source = outcome.shared.source
        path = f"{source.collection}/{canonical.shared_path(source)}"
        data = canonical.dump_shared(outcome.shared).encode()
        outcome.artifacts.append(Artifact(path, data, CANONICAL, outcome.keys, (outcome.shown,)))


def _record(spec: AgentSpec) -> bytes:
    """One agent as a line of JSON."""
    import orjson

    return orjson.dumps(canonical.to_json(spec))


def _plan_single(outcome: Outcome, fmt: Format, options: Options, many: bool) -> None:
    for number, spec in enumerate(outcome.specs):
        if not _allowed(outcome, number, fmt, options):
            continue
        data = write(with_defaults(spec, fmt), fmt, as_read=options.as_read)
        path = _path(spec, fmt, options, many)
        outcome.artifacts.append(Artifact(path, data, fmt.id, (outcome.keys[number],), (outcome.shown,)))


def _plan_shared(outcomes: Sequence[Outcome], fmt: Format, options: Options, many: bool) -> None:
    """Put agents that share a file together, in the order they came."""
    files: dict[str, list[tuple[Outcome, AgentSpec]]] = {}
    for outcome in outcomes:
        for number, spec in enumerate(outcome.specs):
            if _allowed(outcome, number, fmt, options):
                files.setdefault(_path(spec, fmt, options, many), []).append((outcome, spec))
    for path, members in files.items():
        shared = _common(members, fmt)
        specs = in_order([with_defaults(spec, fmt) for _, spec in members], shared)
        keys = tuple(Library.key(spec) for spec in specs)
        inputs = tuple(dict.fromkeys(outcome.shown for outcome, _ in members))
        data = write_shared(specs, fmt, shared, as_read=options.as_read)
        members[0][0].artifacts.append(Artifact(path, data, fmt.id, keys, inputs))


def _common(members: list[tuple[Outcome, AgentSpec]], fmt: Format) -> SharedDocument | None:
    """What lies around the members, where all of them come from the same file."""
    homes = {(o.shared.source.collection, o.shared.source.path): o.shared for o, _ in members if o.shared}
    alone = len(homes) == 1 and all(o.shared is not None and s.source and s.source.format == fmt.id for o, s in members)
    return next(iter(homes.values())) if alone else None


def _allowed(outcome: Outcome, number: int, fmt: Format, options: Options) -> bool:
    """Report on one agent in one format; whether its artifact may be written."""
    made = report(outcome.specs[number], fmt)
    outcome.reports.append(made)
    found = made.findings(outcome.shown, outcome.places[number] if outcome.places else None)
    if options.loss == "ignore":
        found = [f for f in found if f.rule.severity is not LOSS]
    if options.access == "allow":
        found = [f for f in found if f.rule is not WIDER_ACCESS]
    outcome.findings += found
    widened = bool(made.gains) and options.access == "refuse"
    lost = bool(made.losses) and options.loss == "refuse"
    outcome.withheld += widened or lost
    return not (widened or lost)


def _path(spec: AgentSpec, fmt: Format, options: Options, many: bool) -> str:
    """Where an artifact goes; several targets side by side get a folder each."""
    place = fmt.files[0].format(name=file_name(spec))
    if options.layout == "tool":
        return place
    if options.layout == "flat":
        path = place if fmt.container is Container.YAML_MEMBERS else file_name(spec) + fmt.suffix
    else:
        path = _source_path(spec, fmt, place)
        if many and spec.source and spec.source.collection:
            path = f"{spec.source.collection}/{path}"
    return f"{fmt.id}/{path}" if len(options.targets) > 1 else path


def _source_path(spec: AgentSpec, fmt: Format, place: str) -> str:
    """The path the agent was read from, its suffix changed to the target's."""
    source = spec.source
    if source is None or not source.path:
        return place
    if source.format == fmt.id:
        return source.path
    if fmt.container is Container.YAML_MEMBERS:
        return place
    old = FORMATS[source.format].suffix if source.format in FORMATS else ""
    stem = source.path.removesuffix(old) if old and source.path.endswith(old) else source.path.rpartition(".")[0]
    return (stem or source.path) + fmt.suffix


def _refuse_clashes(outcomes: Iterable[Outcome]) -> None:
    """Two artifacts with one path, on any file system: neither is written."""
    claims: dict[str, list[tuple[Outcome, Artifact]]] = {}
    for outcome in outcomes:
        for artifact in outcome.artifacts:
            claims.setdefault(artifact.path.casefold(), []).append((outcome, artifact))
    for claimed in claims.values():
        if len(claimed) < 2:
            continue
        owners = ", ".join(dict.fromkeys(owner for _, artifact in claimed for owner in artifact.owners))
        for outcome, artifact in claimed:
            outcome.artifacts.remove(artifact)
            outcome.findings.append(
                CLASH.at(Span(outcome.shown), count=len(claimed), path=artifact.path, owners=owners)
            )
