"""From what was read to a plan of artifacts, each with its report, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from converters import canonical
from converters.convert import CANONICAL, Artifact, Options, Outcome, crashed
from converters.findings import CLASH, LOSS, WIDER_ACCESS, Span
from converters.formats import FORMATS
from converters.formats._kit import Container, Format
from converters.library import Library
from converters.model import AgentSpec, SharedDocument
from converters.originals import in_order
from converters.report import report, with_defaults
from converters.writing import file_name, write, write_shared


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
        outcome.findings.append(crashed(outcome.shown, error))


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
            outcome.artifacts = [other for other in outcome.artifacts if other is not artifact]
            outcome.findings.append(
                CLASH.at(Span(outcome.shown), count=len(claimed), path=artifact.path, owners=owners)
            )
