"""Writing artifacts below a folder, and telling what changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from converters.cli._console import Console
from converters.conversion import Artifact, Options, Outcome
from converters.output import Change, Output


def written(
    root: Path,
    outcomes: Sequence[Outcome],
    options: Options,
    console: Console,
    *,
    dry: bool,
    force: bool,
    prune: bool = False,
    refresh: bool = False,
    names: str | None = None,
) -> list[Change]:
    """Write what was planned below `root`, or with `dry` only say what would; `names` is the run's map of names."""
    if root.exists() and not root.is_dir():
        raise click.UsageError(f"{root} is not a folder")
    artifacts: list[Artifact] = [artifact for outcome in outcomes for artifact in outcome.artifacts]
    output = Output(root, names=names)
    changes = output.plan(artifacts, force=force, refresh=refresh)
    console.find(output.named_otherwise(changes))
    if prune and any(outcome.status == "refused" for outcome in outcomes):
        console.say("nothing was looked for to remove: an input is refused, and its files stay until it is mended")
    elif prune:
        collections = {key.partition("/")[0] for outcome in outcomes for key in outcome.keys}
        stay = {a.path for a in artifacts}.union(*(outcome.withheld_from for outcome in outcomes))
        changes += output.prunable(stay, options.targets, collections)
    if not dry:
        try:
            failed = output.apply(changes)
            console.find(failed)
            places = {finding.span.path for finding in failed}
            changes = [replace(change, kind="kept") if change.path in places else change for change in changes]
        except OSError as error:
            raise click.ClickException(f"cannot write {root}: {error.strerror or error}") from None
    return changes


_PLANNED = {"new": "would add", "changed": "would change", "removed": "would remove", "kept": "would keep"}


def list_changes(changes: Sequence[Change]) -> None:
    """A line for each file that would not stay as it is."""
    for change in changes:
        if change.kind != "unchanged":
            click.echo(f"{_PLANNED[change.kind]:<12}  {change.path}")
