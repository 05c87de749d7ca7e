"""`specs diff`."""

from __future__ import annotations

from pathlib import Path

import click

from converters import canonical
from converters.changes import Changes, changes
from converters.check import is_library
from converters.cli._console import Console, common, print_json
from converters.cli._layout import WIDTH, Page, cut
from converters.cli._library import tell
from converters.cli._review import MOST, Fold, changes_json, markdown, outline, summary, text_lines
from converters.cli._run import read_inputs
from converters.conversion import Options
from converters.findings import ERROR, INFO
from converters.library import Library, library_of, load_library


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print it; markdown is for a pull request.",
)
@click.option("--exit-code", is_flag=True, help="End with 1 where the states differ, as git does.")
@common
def diff(
    old: str, new: str, form: str, exit_code: bool, as_json: bool, quiet: bool, verbose: bool, no_color: bool
) -> None:
    """Tell two states of a library, or of a folder of agents, apart.

    OLD and NEW are libraries (specs/), folders or files. What widens access comes first. Agents are
    the same by collection and id; one whose text went on under another id has moved.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    if console.least > INFO:  # what was mended on the way is nothing to a reader of the whole
        console.least = ERROR
    told = changes(_state(old, console), _state(new, console))
    if as_json or form == "json":
        print_json(changes_json(told))
    elif form == "markdown":
        click.echo(markdown(told, "Agents"), nl=False)
    else:
        _print(Page(no_color=no_color), told, verbose=verbose)
    console.leave()
    if exit_code and told.any:
        raise click.exceptions.Exit(1)


def _state(where: str, console: Console) -> Library:
    """The library at a path, or of what is below it; it may be empty, for every library once was."""
    path = Path(where)
    if not path.exists():
        raise click.ClickException(f"There is no {where!r}.")
    if is_library(path):
        library = load_library(path, canonical.load_file)
        tell(library.findings, console)
        return library
    outcomes = read_inputs((where,), Options(), console)
    for outcome in outcomes:
        if outcome.status != "skipped":
            console.find(outcome.findings, outcome.text)
    library = library_of(spec for outcome in outcomes for spec in outcome.specs)
    console.find(library.findings)
    return library


def _print(page: Page, told: Changes, *, verbose: bool) -> None:
    page.heading(cut(summary(told), WIDTH))
    for heading, entries in outline(told):
        page.heading(f"{heading} ({len(entries)})")
        page.lines(text_lines(entries, fold=None if verbose else Fold(MOST, MOST)))
