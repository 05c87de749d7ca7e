"""`specs show`."""

from __future__ import annotations

import sys

import click

from converters.canonical import to_json
from converters.cli._card import card
from converters.cli._console import Console, common, finding_json, print_json
from converters.cli._layout import WIDTH, Page
from converters.cli._library import agents_at, in_option
from converters.cli._run import format_ids
from converters.conversion import Options, Outcome
from converters.findings import WIDER_ACCESS
from converters.planning import plan


@click.command()
@click.argument("what", metavar="INPUT|NAME")
@click.option("--from", "source", metavar="FORMAT", help="Read it as this format; otherwise it is detected.")
@in_option
@click.option("--to", "target", metavar="FORMAT", help="Print it as a file of this format instead.")
@common
def show(
    what: str, source: str | None, within: str | None, target: str | None, as_json: bool, quiet: bool, verbose: bool,
    no_color: bool,
) -> None:  # fmt: skip
    """Show one file or agent as it is understood.

    INPUT is a file, a folder or `-`; NAME is an agent of the library, or of what --in names: its
    name, its id, or `collection/id`.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    (source_id,) = format_ids(source, place="with --in") or (None,)
    targets = format_ids(target)
    if len(targets) > 1:
        raise click.UsageError("--to takes one format here; `specs convert` writes several.")
    options = Options(source=source_id, targets=targets)
    outcomes = agents_at(what, console, options, within)
    if targets and not as_json:
        _print(outcomes[0].shown if within else what, outcomes, options, console)
        return
    for outcome in outcomes:
        if outcome.status != "skipped":
            console.find(outcome.findings, outcome.text)
        elif not as_json:
            console.say(f"skipped {outcome.shown}: {outcome.findings[0].facts['why']}")
    if as_json:
        print_json(
            {
                "agents": [to_json(spec) for outcome in outcomes for spec in outcome.specs],
                "findings": [finding_json(f, outcome.text) for outcome in outcomes for f in outcome.findings],
            }
        )
    else:
        page = Page(no_color=no_color)
        for number, (spec, outcome) in enumerate((spec, one) for one in outcomes for spec in one.specs):
            if number:
                page.lines(["", "-" * WIDTH])
            card(page, spec, outcome)
    if not any(outcome.specs for outcome in outcomes):
        raise click.exceptions.Exit(2)
    console.leave()


def _print(what: str, outcomes: list[Outcome], options: Options, console: Console) -> None:
    """The artifact's own bytes, where there is just one."""
    plan(outcomes, options)
    found = [finding for outcome in outcomes for finding in outcome.findings]
    for outcome in outcomes:
        console.find(outcome.findings, outcome.text)
    artifacts = [
        artifact for outcome in outcomes for artifact in outcome.artifacts if "/.documents/" not in artifact.path
    ]
    if len(artifacts) > 1:
        raise click.UsageError(
            f"{what} holds {len(artifacts)} agents, each a file of its own: `specs convert` writes them."
        )
    if not artifacts:
        if leave := next((finding.facts["leave"] for finding in found if finding.rule is WIDER_ACCESS), None):
            way = f"`specs convert {what} --to {options.targets[0]} -o - --access {leave}`"
            console.say(f"{way} prints it all the same")
        raise click.exceptions.Exit(1 if any(outcome.specs for outcome in outcomes) else 2)
    sys.stdout.buffer.write(artifacts[0].data)
    sys.stdout.buffer.flush()
    console.leave()
