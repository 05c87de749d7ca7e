"""Reading many inputs, on one core or several, so that one that crashes names itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from converters.calling import names_of
from converters.cli._console import Console, project_collections
from converters.conversion import Options, Outcome, spare_prompts, understand
from converters.findings import CRASHED, Finding, Span, printable
from converters.formats import FORMATS, meant_by
from converters.inputs import Input, find_inputs
from converters.library import Collection
from converters.models import misspelt
from converters.planning import plan_alone, stands_alone
from converters.vocabulary import override, overrides

_CHUNK = 200
_WORTH_A_POOL = 1000
"""Inputs below which starting workers costs more than it saves."""


def read_inputs(
    paths: Sequence[str],
    options: Options,
    console: Console,
    *,
    collection: str | None = None,
    jobs: int = 1,
    shard: tuple[int, int] = (1, 1),
) -> list[Outcome]:
    """Read every input there is; a path that cannot be reached is an outcome too."""
    collections, project = project_collections(console)
    outcomes: dict[int, Outcome] = {}
    inputs: list[tuple[int, Input]] = []
    for number, found in enumerate(found_inputs(paths, collections, project, collection)):
        if number % shard[1] != shard[0] - 1:
            continue
        if isinstance(found, Finding):
            outcomes[number] = Outcome(shown=found.span.path, status="refused", findings=[found])
        elif found.shown == "-":
            raw = sys.stdin.buffer.read()
            outcomes[number] = understand(found, options, collections.get(found.collection), raw)
        else:
            inputs.append((number, found))
    todo = [source for _, source in inputs]
    for (number, _), outcome in zip(inputs, _understood(todo, options, collections, jobs), strict=True):
        outcomes[number] = outcome
    read = [outcomes[number] for number in sorted(outcomes)]
    spare_prompts(read, {source.shown: source for source in todo})
    return read


def found_inputs(
    paths: Sequence[str], collections: Mapping[str, Collection], project: Path, collection: str | None
) -> Iterator[Input | Finding]:
    """Every input there is, `-` among them; what cannot be reached is a finding."""
    for path in paths:
        if path == "-":
            yield Input(Path("stdin.md"), "-", "stdin.md", collection or "stdin", explicit=True)
        else:
            yield from find_inputs((path,), collections, project=project, collection=collection)


def _understood(
    inputs: list[Input], options: Options, collections: Mapping[str, Collection], jobs: int
) -> Iterator[Outcome]:
    if jobs < 2 or len(inputs) < _WORTH_A_POOL:
        for source in inputs:
            yield understand(source, options, collections.get(source.collection))
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    chunks = [inputs[at : at + _CHUNK] for at in range(0, len(inputs), _CHUNK)]
    with ProcessPoolExecutor(jobs, initializer=override, initargs=(overrides(),)) as pool:
        futures = [pool.submit(_chunk, chunk, options, collections) for chunk in chunks]
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                yield from future.result()
            except BrokenProcessPool:
                for source in chunk:
                    yield _alone(source, options, collections)


def _chunk(inputs: list[Input], options: Options, collections: Mapping[str, Collection]) -> list[Outcome]:
    """Read inputs in a worker, and plan them there: artifacts travel lighter than specs."""
    outcomes = [understand(source, options, collections.get(source.collection)) for source in inputs]
    if stands_alone(options):
        for outcome in outcomes:
            plan_alone(outcome, options)
            outcome.planned, outcome.names = True, tuple(map(names_of, outcome.specs))
            outcome.specs, outcome.places, outcome.shared = (), (), None
            outcome.text = outcome.text if outcome.findings else None
    return outcomes


def _alone(source: Input, options: Options, collections: Mapping[str, Collection]) -> Outcome:
    """Read one input in a process of its own, so that only it can crash."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(1, initializer=override, initargs=(overrides(),)) as pool:
            return pool.submit(_chunk, [source], options, collections).result()[0]
    except BrokenProcessPool:
        found = CRASHED.at(Span(source.shown), problem="the process reading it died")
        return Outcome(shown=source.shown, status="refused", findings=[found])


map_option = click.option(
    "--map",
    "map_path",
    type=click.Path(exists=True, dir_okay=False),
    help="A YAML file of your own names for models and tools, by format: {codex: {models: {sonnet: gpt-5}}}.",
)


def use_map(path: str | None) -> None:
    """Let a user's map of names count; one that is wrong ends the run with its reason."""
    if path is None:
        return
    import yaml

    try:
        said = yaml.safe_load(Path(path).read_bytes())
        override(said if said is not None else {})
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise click.UsageError(f"--map {path}: {error}") from None
    except RecursionError:
        raise click.UsageError(f"--map {path}: nested too deep") from None
    for where, near in misspelt():  # which may be anybody's own name of a model, so that it is only told
        told = f"--map {path}: {where}: no model is known by this name; did you mean {near!r}?"
        click.echo(printable(told), err=True)


def format_ids(value: str | None, *, place: str = "") -> tuple[str, ...]:
    """Format ids from a comma-separated list; one that does not exist ends the run with a hint.

    `place` says how a folder is named, where this option may be taken for that.
    """
    ids = tuple(word.strip() for word in (value or "").split(",") if word.strip())
    for id_ in ids:
        if id_ not in FORMATS and id_ != "canonical":
            near = meant_by(id_, "canonical")
            hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else " `specs formats` lists them."
            if place and Path(id_).exists():
                hint = f" A library or a folder is named {place}."
            raise click.UsageError(f"There is no format {id_!r}.{hint}")
    return ids
