"""From what was read to a plan of artifacts, each with its report, before anything is written."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from converters import canonical
from converters.calling import miscalls, names_of
from converters.conversion import CANONICAL, Artifact, Options, Outcome, crashed
from converters.embedding import embed
from converters.entries import own_spelling
from converters.findings import CLASH, LOSS, MISCALLED, TWICE, WIDER_ELSEWHERE, Finding, Span
from converters.fitting import with_defaults
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.inputs import MANIFEST
from converters.leave import decided, narrowest
from converters.library import Library
from converters.model import AgentSpec, SharedDocument
from converters.originals import in_order
from converters.overlap import Overlap, gained_from_others, loaded_by, overlaps, titles
from converters.report import report
from converters.tools import touching
from converters.writing import artifact_name, prompt_beside, write, write_shared


def plan(outcomes: Sequence[Outcome], options: Options) -> None:
    """Give every outcome its artifacts, reports and the findings that follow from them."""
    for outcome in outcomes:
        outcome.keys = outcome.keys or tuple(Library.key(spec) for spec in outcome.specs)
    many = len({key.partition("/")[0] for outcome in outcomes for key in outcome.keys}) > 1
    for outcome in outcomes:
        if not outcome.planned:
            plan_alone(outcome, options, many=many)
    for target in options.targets:
        if target != CANONICAL and FORMATS[target].shared:
            _plan_shared(outcomes, FORMATS[target], options, many)
    _refuse_clashes(outcomes)
    _warn_of_twice(outcomes)
    if any(target != CANONICAL for target in options.targets):
        _warn_of_miscalls(outcomes)


def _warn_of_twice(outcomes: Sequence[Outcome]) -> None:
    """Say, once for each, where one client would load agents from files for two."""
    told = set[Overlap]()
    for outcome in outcomes:
        made = {artifact.target for artifact in outcome.artifacts}
        for pair in outcome.overlaps:
            if pair in told or made.isdisjoint({pair.target, pair.other}):
                continue
            told.add(pair)
            outcome.findings.append(TWICE.at(Span(outcome.shown), reader=FORMATS[pair.reader].title, **titles(pair)))


def _warn_of_miscalls(outcomes: Sequence[Outcome]) -> None:
    """Say which names lead to agents here, and to nobody where clients know these by their own names alone."""
    agents = [(outcome, one) for outcome in outcomes for one in outcome.names or map(names_of, outcome.specs)]
    homes = {one.key: outcome for outcome, one in reversed(agents)}
    for found in miscalls(one for _, one in agents):
        called = found.meant[0] + (f" and {len(found.meant) - 1} more" if len(found.meant) > 1 else "")
        home = homes[found.speaker]
        home.findings.append(MISCALLED.at(Span(home.shown), agent=found.name, called=called, meant=found.meant))


def stands_alone(options: Options) -> bool:
    """Whether each input can be planned without knowing the others."""
    shared = (t != CANONICAL and FORMATS[t].shared for t in options.targets)
    return options.layout != "source" and not any(shared)


def plan_alone(outcome: Outcome, options: Options, *, many: bool = False) -> None:
    """Plan the artifacts that hold agents of one input only; a failure of ours is a finding too."""
    try:
        for target in options.targets:
            if target == CANONICAL:
                _plan_canonical(outcome, packed=options.packed)
            elif not FORMATS[target].shared:
                _plan_single(outcome, FORMATS[target], options, many)
        if options.layout == "tool":
            for number in range(len(outcome.specs)):
                _overlapping(outcome, number, options)
    except Exception as error:  # noqa: BLE001 - as in `understand`
        outcome.status, outcome.artifacts = "refused", []
        outcome.findings.append(crashed(outcome.shown, error))


def _overlapping(outcome: Outcome, number: int, options: Options) -> None:
    """Note which clients would load an agent twice, and say which would load it without its limits."""
    spec, key, targets = outcome.specs[number], outcome.keys[number], options.targets
    made = {artifact.target for artifact in outcome.artifacts if key in artifact.owners}
    formats = [id_ for id_ in dict.fromkeys([*targets, *sorted(set(options.there.values()))]) if id_ != CANONICAL]
    there = {id_ for id_ in formats if options.there.get(_usual(spec, FORMATS[id_], options)) == id_}
    lying = [id_ for id_ in formats if id_ in made | there]
    outcome.overlaps += (pair for pair in overlaps(lying) if not made.isdisjoint({pair.target, pair.other}))
    for reader, others in loaded_by([id_ for id_ in formats if id_ in targets or id_ in there], lying):
        gained, leave = gained_from_others(spec, reader), options.access_to(reader.id)
        if not gained or decided(leave, gained) == "allow" or not ({reader.id} & set(targets) or made & set(others)):
            continue
        before = outcome.reports[number].access_before  # it is the same for all targets
        words, files = touching(gained, besides=before), " and ".join(FORMATS[other].title for other in others)
        least, at = narrowest(gained, leave), Span(outcome.shown)
        outcome.findings.append(
            WIDER_ELSEWHERE.at(at, reader=reader.title, others=files, gains=words, target=reader.id, leave=least)
        )


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
        fitted = _fitted(outcome, number, fmt, options)
        path, owners = _path(spec, fmt, options, many), (outcome.keys[number],)
        files = [path]
        beside = prompt_beside(fitted or spec, fmt)
        if beside:
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), beside[0]))
            if _is_prompt(place, _place(fmt, options)):  # elsewhere it is read, and left where it is
                files.append(place)
        if fitted is None:
            outcome.withheld_from += files
            continue
        contents = (write(fitted, fmt, as_read=options.as_read), beside[1] if beside else b"")
        for file, data in zip(files, contents, strict=False):
            outcome.artifacts.append(Artifact(file, data, fmt.id, owners, (outcome.shown,)))


def _plan_shared(outcomes: Sequence[Outcome], fmt: Format, options: Options, many: bool) -> None:
    """Put agents that share a file together, in the order they came."""
    files: dict[str, list[tuple[Outcome, AgentSpec]]] = {}
    for outcome in outcomes:
        for number, spec in enumerate(outcome.specs):
            fitted, path = _fitted(outcome, number, fmt, options), _path(spec, fmt, options, many)
            if fitted is not None:
                files.setdefault(path, []).append((outcome, fitted))
            else:
                outcome.withheld_from.append(path)
    for path, all_of_it in files.items():
        shared = _common(all_of_it, fmt)
        members = all_of_it if shared else _told_apart(all_of_it, fmt, path)
        if not members:
            continue
        specs = in_order([spec for _, spec in members], shared)
        keys = tuple(Library.key(spec) for spec in specs)
        inputs = tuple(dict.fromkeys(outcome.shown for outcome, _ in members))
        data = write_shared(specs, fmt, shared, as_read=options.as_read)
        members[0][0].artifacts.append(Artifact(path, data, fmt.id, keys, inputs))


def _clash(outcome: Outcome, number: int, path: str, owners: str) -> Finding:
    return CLASH.at(Span(outcome.shown), count=number, clash=f"would be written to {path}", owners=owners)


def _told_apart(members: list[tuple[Outcome, AgentSpec]], fmt: Format, path: str) -> list[tuple[Outcome, AgentSpec]]:
    """The members that a client can tell from all others in the file; the rest are said to clash."""
    claims: dict[str, list[int]] = {}
    for number, (_, spec) in enumerate(members):
        for called in dict.fromkeys([path] if fmt.apart else _called(spec, fmt)):
            claims.setdefault(called, []).append(number)
    lost = set[int]()
    for called, claimed in claims.items():
        if len(claimed) < 2:
            continue
        owners = ", ".join(dict.fromkeys(Library.key(members[number][1]) for number in claimed))
        place = path if fmt.apart else f"{path} as {called!r}"
        for outcome in {id(members[number][0]): members[number][0] for number in claimed}.values():
            outcome.findings.append(_clash(outcome, len(claimed), place, owners))
        lost.update(claimed)
    for number in lost:
        members[number][0].withheld += 1
    return [member for number, member in enumerate(members) if number not in lost]


def _called(spec: AgentSpec, fmt: Format) -> list[str]:
    """What tells an agent from the others in a shared file: its key there, or what stands under `name` or the like."""
    rows = [row for row in fmt.rows if row.field == "name" and not row.alias] if fmt.keyed else []
    return [str(row.codec.encode(spec.name)) for row in rows]


def _common(members: list[tuple[Outcome, AgentSpec]], fmt: Format) -> SharedDocument | None:
    """What lies around the members in the one file that all but the new ones come from."""
    homes = {
        (o.shared.source.collection, o.shared.source.path): o.shared
        for o, spec in members
        if o.shared and spec.source and spec.source.format == fmt.id
    }
    return next(iter(homes.values())) if len(homes) == 1 else None


def _fitted(outcome: Outcome, number: int, fmt: Format, options: Options) -> AgentSpec | None:
    """One agent as a format is to have it, reported on; `None` where its artifact may not be written."""
    spec = outcome.specs[number]
    made = report(spec, fmt, embed=options.embed)
    outcome.reports.append(made)
    at_home = own_spelling(spec, fmt) is not None
    leave, places = options.access_to(fmt.id), outcome.places[number] if outcome.places else None
    found = made.findings(outcome.shown, places, at_home=at_home, access=leave)
    if options.loss == "ignore":
        found = [f for f in found if f.rule.severity is not LOSS]
    access = decided(leave, made.gains)
    outcome.findings += found
    widened = bool(made.gains) and access == "refuse"
    lost = bool(made.losses) and options.loss == "refuse"
    refused = not at_home and any(refusal.is_final for refusal in made.refusals)
    if not fmt.writes or widened or lost or refused:
        outcome.withheld += 1
        outcome.barred += [fmt.id] if widened or refused else []
        return None
    if options.embed:
        spec = embed(spec, made.carried)
    return spec if at_home else with_defaults(spec, fmt)


def _is_prompt(place: str, usual: str) -> bool:
    """Whether a prompt may be written there: a text below the output, in no hidden folder but the client's own."""
    path, own = PurePosixPath(place), set(PurePosixPath(usual).parts)
    hidden = {part for part in path.parts if part.startswith(".")} - own
    return not path.is_absolute() and not hidden and path.suffix.lower() in {".md", ".markdown", ".txt", ".prompt"}


def _path(spec: AgentSpec, fmt: Format, options: Options, many: bool) -> str:
    """Where an artifact goes; several targets side by side get a folder each."""
    name, place = _name(spec, fmt), _usual(spec, fmt, options)
    if options.layout == "tool":
        return place
    if options.layout == "flat":
        path = place if fmt.shared and not fmt.apart else name + fmt.suffix
    else:
        path = _source_path(spec, fmt, place)
        if many and spec.source and spec.source.collection:
            path = f"{spec.source.collection}/{path}"
    return f"{fmt.id}/{path}" if len(options.targets) > 1 else path


def _name(spec: AgentSpec, fmt: Format) -> str:
    """What an artifact is called, without its suffix."""
    at_home = spec.source is not None and spec.source.format == fmt.id
    return PurePosixPath(spec.source.path).stem if fmt.apart and at_home and spec.source else artifact_name(spec, fmt)


def _usual(spec: AgentSpec, fmt: Format, options: Options) -> str:
    """Where the tool looks for an agent."""
    return _place(fmt, options).replace("{name}", _name(spec, fmt))


def _place(fmt: Format, options: Options) -> str:
    """Where the tool looks for a file, below the project or the person's home."""
    if options.of_a_person and fmt.home:
        return f"{fmt.home.folder}/{fmt.home.place}"
    return fmt.files[0]


def _source_path(spec: AgentSpec, fmt: Format, place: str) -> str:
    """The path the agent was read from, its suffix changed to the target's."""
    source = spec.source
    if source is None or not source.path:
        return place
    if ".git" in PurePosixPath(source.path).parts or source.path.endswith(MANIFEST):
        return place
    if source.format == fmt.id:
        return source.path
    if fmt.shared and not fmt.apart:
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
            outcome.findings.append(_clash(outcome, len(claimed), artifact.path, owners))
