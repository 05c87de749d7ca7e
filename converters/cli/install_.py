"""`specs install`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from converters.cli._console import Console, common, fail_on_option, finding_json, print_json
from converters.cli._layout import count
from converters.cli._run import format_ids
from converters.cli._scopes import carried_out, changes_json, output_of, scope_options, scopes_of, tell_changes
from converters.cli._sources import Found, keys_of, source_at
from converters.convert import CANONICAL, Options, Outcome
from converters.findings import NOT_GIVEN_OUT, Finding, Span
from converters.installing import Scope, to_install
from converters.output import Change
from converters.planning import plan


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option(
    "--to", "target", metavar="FORMAT[,...]", required=True, help="The tools' formats; `specs formats` lists them."
)
@click.option(
    "--from",
    "source",
    metavar="URL|DIR",
    help="A published catalogue, or a folder of agents; by default the library in specs/.",
)
@scope_options
@click.option("--collection", "collections", metavar="NAME", multiple=True, help="Every agent of this collection.")
@click.option("--all", "every", is_flag=True, help="Every agent there is.")
@click.option(
    "--access",
    type=click.Choice(["refuse", "warn", "allow"]),
    default="refuse",
    show_default=True,
    help="What to do where an agent could touch more than before.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change.")
@click.option(
    "--force", is_flag=True, help="Overwrite files of others and edits; what was there is kept beside, as FILE.bak."
)
@fail_on_option
@common
def install(
    names: tuple[str, ...], target: str, source: str | None, user: bool, project: Path | None,
    collections: tuple[str, ...], every: bool, access: Any, dry_run: bool, force: bool,
    fail_on: str, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Put agents where a tool finds them, from a library, a folder or a published catalogue.

    NAMES are agents by name, id or collection/id. They go into the project here, or with --user
    where the tool looks for your own agents. Files of others stay as they are; in a file that
    several agents share, only these are added. What a tool cannot say is told, as by `specs convert`.

    \b
      specs install tide-forecaster --to claude-code,codex
      specs install --collection harbour --to opencode --user
      specs install berth-clerk --to roo --from https://agents.example/

    Installed again, an agent is brought up to date. `specs status` tells whether it is, and
    `specs uninstall` takes it out.
    """  # noqa: D301 - click keeps the lines of a paragraph behind it
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color, fail_on=fail_on)
    targets = format_ids(target)
    if not targets or CANONICAL in targets:
        raise click.UsageError("--to names formats of tools, such as one format or `claude-code,codex`")
    if not (names or collections or every):
        raise click.UsageError("say which agents: NAME..., --collection NAME or --all")
    scopes = scopes_of(targets, project, console, user=user)
    targets = tuple(target for target in targets if any(target in scope.targets for scope in scopes))
    if not targets:
        raise click.exceptions.Exit(2)
    held = source_at(source, console)
    keys = keys_of(held, dict.fromkeys(names), collections, every=every)
    home = scopes[0].root
    found = list(held.found(keys, home, personal=user))
    outcomes = _outcomes(found, names, console)
    plan(outcomes, Options(targets=targets, access=access, of_a_person=user))
    told: list[Finding] = []
    before = [output_of(scope).owned for scope in scopes]
    changed = [(scope, _changes(scope, outcomes, found, told, force=force)) for scope in scopes]
    if not dry_run:
        changed = [(scope, carried_out(scope, output_of(scope), changes, console)) for scope, changes in changed]
    for outcome in outcomes:
        console.find(outcome.findings, outcome.text)
    all_changes = [change for _, changes in changed for change in changes]
    told += [change.finding for change in all_changes if change.finding]
    console.find(told)
    if as_json:
        findings = [finding_json(f, o.text) for o in outcomes for f in o.findings] + [finding_json(f) for f in told]
        files = [
            file
            for (scope, changes), was in zip(changed, before, strict=True)
            for file in changes_json(scope, was, changes)
        ]
        print_json({"agents": keys, "files": files, "findings": findings})
    else:
        for scope, changes in changed:
            tell_changes(scope, changes)
    same = sum(change.kind == "unchanged" for change in all_changes)
    made = sum(change.kind in {"new", "changed"} for change in all_changes)
    verb = "would be written" if dry_run else "written"
    console.say(f"{count(len(keys), 'agent')}: {count(made, 'file')} {verb}, {same} unchanged")
    console.leave()


def _outcomes(found: list[Found], names: tuple[str, ...], console: Console) -> list[Outcome]:
    """What was found; who was named and cannot be had ends the run, of a whole collection they are told."""
    for one in found:
        if one.outcome is None:
            if names:
                raise click.ClickException(one.problem)
            console.find([NOT_GIVEN_OUT.at(Span(one.key), agent=one.key, problem=one.problem)])
    return [one.outcome for one in found if one.outcome is not None]


def _changes(
    scope: Scope, outcomes: list[Outcome], found: list[Found], told: list[Finding], *, force: bool
) -> list[Change]:
    """What becomes of the files of one scope."""
    artifacts = []
    for outcome in outcomes:
        for artifact in outcome.artifacts:
            path = scope.below(artifact.path)
            if artifact.target in scope.targets and path is not None:
                artifacts.append(replace(artifact, path=path))
    origins = {one.key: one.origin for one in found if one.origin is not None}
    changes, findings = to_install(output_of(scope), artifacts, origins, force=force)
    told += findings
    return changes
