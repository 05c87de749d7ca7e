"""`specs install`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from converters import canonical
from converters.cli._console import Console, common, fail_on_option
from converters.cli._layout import count
from converters.cli._library import ambiguous, chosen, library_from
from converters.cli._run import format_ids
from converters.cli._written import list_changes, written
from converters.convert import CANONICAL, Options, Outcome
from converters.library import Library
from converters.planning import plan


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--to", "target", metavar="FORMAT", required=True, help="The tool's format.")
@click.option(
    "--from",
    "source",
    metavar="URL|DIR",
    help="A published catalogue, or a folder of agents; by default the library in specs/.",
)
@click.option(
    "--project",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The project to put them in; by default this folder.",
)
@click.option(
    "--access",
    type=click.Choice(["refuse", "warn", "allow"]),
    default="refuse",
    show_default=True,
    help="What to do where an agent could touch more than before.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change.")
@click.option("--force", is_flag=True, help="Overwrite files this tool did not write or that were edited since.")
@fail_on_option
@common
def install(
    names: tuple[str, ...], target: str, source: str | None, project: Path, access: Any, dry_run: bool, force: bool,
    fail_on: str, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Put agents where a tool finds them, from a library, a folder or a published catalogue.

    NAMES are agents by name, id or collection/id. What the tool cannot say is told, as by
    `specs convert`.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color, fail_on=fail_on)
    targets = format_ids(target)
    if len(targets) != 1 or targets == (CANONICAL,):
        raise click.UsageError("--to names one format of a tool; `specs formats` lists them")
    options = Options(targets=targets, access=access)
    wanted = tuple(dict.fromkeys(names))
    if source and source.startswith(("http://", "https://")):
        outcomes = _fetched(source, wanted)
    else:
        outcomes = _found(source, wanted, console)
    plan(outcomes, options)
    changes = written(project, outcomes, options, console, dry=dry_run, force=force)
    for outcome in outcomes:
        console.find(outcome.findings, outcome.text)
    console.find(change.finding for change in changes if change.finding)
    list_changes(changes)
    same = sum(change.kind == "unchanged" for change in changes)
    made = sum(change.kind in {"new", "changed"} for change in changes)
    verb = "would be written" if dry_run else "written"
    console.say(f"{count(len(wanted), 'agent')}: {count(made, 'file')} {verb}, {same} unchanged")
    console.leave()


def _found(source: str | None, names: tuple[str, ...], console: Console) -> list[Outcome]:
    library = library_from((source,) if source else (), console, Options())
    outcomes = []
    for name in names:
        found = chosen(library, name)
        if not found:
            raise click.ClickException(f"There is no agent {name!r} in {source or 'specs/'}.")
        if len(found) > 1:
            raise click.ClickException(ambiguous(name, [Library.key(spec) for spec in found]))
        shown = Library.key(found[0])
        outcomes.append(Outcome(shown=shown, status="read", format=CANONICAL, specs=(found[0],)))
    return outcomes


def _fetched(address: str, names: tuple[str, ...]) -> list[Outcome]:
    from converters.published import Published, Unreachable

    outcomes = []
    try:
        catalogue = Published(address)
        for name in names:
            keys = catalogue.keys(name)
            if not keys:
                raise click.ClickException(f"There is no agent {name!r} in {catalogue.root}")
            if len(keys) > 1:
                raise click.ClickException(ambiguous(name, keys))
            shown = catalogue.address(keys[0])
            spec, found = canonical.load(catalogue.document(keys[0]), shown)
            specs = (spec,) if spec else ()
            outcomes.append(Outcome(shown=shown, status="read", format=CANONICAL, specs=specs, findings=found))
    except Unreachable as error:
        raise click.ClickException(str(error)) from None
    return outcomes
