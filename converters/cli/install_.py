"""`specs install`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from converters.cli._access import Allowed, access_option
from converters.cli._alike import tell_alike
from converters.cli._batches import Batch, batches_again, moved_to, opened, put_in_force
from converters.cli._console import Console, common, fail_on_option, finding_json, print_json
from converters.cli._layout import count
from converters.cli._run import format_ids, map_option
from converters.cli._scopes import (
    all_scopes,
    carried_out,
    changes_json,
    output_of,
    scope_options,
    scopes_of,
    tell_changes,
)
from converters.cli._sources import Found, keys_of
from converters.conversion import CANONICAL, Outcome
from converters.findings import ERROR, INFO, MISCALLED, NOT_GIVEN_OUT, Finding, Span, printable
from converters.installing import renamed, to_install
from converters.output import Change
from converters.planning import plan
from converters.remotes import is_web_address
from converters.scopes import Scope


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option(
    "--to",
    "target",
    metavar="FORMAT[,...]",
    help="The tools, by their formats; `specs formats` lists them.",
)
@click.option(
    "--from",
    "--in",
    "source",
    metavar="URL|DIR",
    help="A published catalogue, or a folder of agents; by default the library in specs/.",
)
@scope_options
@click.option(
    "--collection", "collections", metavar="NAME", multiple=True, help="Install every agent of this collection."
)
@click.option("--all", "every", is_flag=True, help="Install every agent there is.")
@click.option("--again", is_flag=True, help="Bring whatever is installed up to date, from where it came.")
@access_option("FORMAT")
@map_option
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change.")
@click.option(
    "--force", is_flag=True, help="Overwrite what others wrote or edited, too; the old file is kept as FILE.bak."
)
@fail_on_option
@common
def install(
    names: tuple[str, ...], target: str, source: str | None, user: bool, project: Path | None,
    collections: tuple[str, ...], every: bool, again: bool, access: Allowed, map_path: str | None, dry_run: bool,
    force: bool, fail_on: str, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Put agents where a tool finds them, from a library, a folder or a published catalogue.

    Each NAME is that of an agent, its id, or collection/id. The agents go into the project here, or with
    --user where the tool looks for your own agents. Files of others stay as they are; in a file that
    several agents share, only these are added. What a tool cannot say is told, as by `specs convert`.

    \b
      specs install tide-forecaster --to claude-code,codex
      specs install --collection harbour --to opencode --user
      specs install berth-clerk --to roo --from https://agents.example/

    Installed again, an agent is brought up to date; --again does so with all that are installed.
    `specs status` tells whether they are, and `specs uninstall` takes them out.
    """  # noqa: D301 - click keeps the lines of a paragraph behind it
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color, fail_on=fail_on)
    targets = format_ids(target)
    if CANONICAL in targets or not (targets or again):
        raise click.UsageError("--to names formats of tools, such as one format or `claude-code,codex`")
    chosen = bool(names or collections or every)
    if again and (chosen or source):
        raise click.UsageError("--again takes what is installed from where it came: only --to says which of it")
    if not (again or chosen):
        raise click.UsageError("say which agents: NAME..., --collection NAME, --all, or --again")
    if again:
        batches = batches_again(all_scopes(project, console, user=user), targets, access, map_path, console)
    else:
        scopes = scopes_of(targets, project, console, user=user)
        targets = tuple(target for target in targets if any(target in scope.targets for scope in scopes))
        if not targets:
            raise click.exceptions.Exit(2)
        held = opened(source, map_path, console)
        keys = keys_of(held, dict.fromkeys(names), collections, every=every)
        asked = {target: access.of(target) for target in targets}
        batches = [Batch(held, keys, asked, map_path, moved_to(held, keys, scopes, names))]
    outcomes, told, files = list[Outcome](), list[Finding](), list[dict[str, Any]]()
    all_changes, names_of = list[tuple[Scope, Change]](), _Names(batch.held.shown for batch in batches)
    if names_of.address:
        console.say(f"from {names_of.address}")
    for batch in batches:
        put_in_force(batch.names)
        for key, new in batch.now.items():
            console.say(f"{printable(key)} is {printable(new)} now")
        scopes = scopes_of(batch.targets, project, console, user=user)
        found = list(batch.held.found(batch.keys, scopes[0].root, personal=user))
        coming = _outcomes(found, names, console)
        names_of.learn(found)
        plan(coming, batch.options(all_scopes(project, console, user=user), access, personal=user))
        outcomes += coming
        before = [output_of(scope).owned for scope in scopes]
        changed = [(scope, _changes(scope, coming, found, batch, access, told, force=force)) for scope in scopes]
        if not dry_run:
            changed = [(scope, carried_out(scope, output_of(scope), changes, console)) for scope, changes in changed]
        for (scope, changes), was in zip(changed, before, strict=True):
            files += changes_json(scope, was, changes)
            all_changes += [(scope, change) for change in changes]
    _tell(console, outcomes, names_of, (change for _, change in all_changes))
    told += [change.finding for _, change in all_changes if change.finding]
    console.find(names_of.given(told))
    keys = list(dict.fromkeys(key for batch in batches for key in batch.keys))
    if as_json:
        findings = [finding_json(f, o.text) for o in outcomes for f in o.findings] + [finding_json(f) for f in told]
        print_json({"agents": keys, "files": files, "findings": findings})
    else:
        for scope, change in all_changes:
            tell_changes(scope, [change])
    _close(console, keys, outcomes, [change for _, change in all_changes], dry=dry_run)
    console.leave()


class _Names:
    """What agents of the only catalogue a run takes from are called, once its address has been said."""

    def __init__(self, sources: Iterable[str]) -> None:
        addresses = {where for where in sources if is_web_address(where)}
        self.address = addresses.pop() if len(addresses) == 1 else None
        self._keys: dict[str, str] = {}

    def learn(self, found: Iterable[Found]) -> None:
        """Remember whom documents are about."""
        if self.address:
            self._keys |= {
                one.outcome.shown: one.key for one in found if one.outcome and is_web_address(one.outcome.shown)
            }

    def given(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings that tell the agent where they would repeat the address of its document."""
        return [
            replace(one, span=replace(one.span, path=self._keys.get(one.span.path, one.span.path))) for one in findings
        ]


def _tell(console: Console, outcomes: list[Outcome], names: _Names, changes: Iterable[Change]) -> None:
    """Tell what was found of agents that are written or refused; of those that stay as they are it was told then."""
    coming = {
        key
        for change in changes
        if change.kind in {"new", "changed"} and change.artifact
        for key in change.artifact.owners
    }
    passed, heard = 0, list[tuple[Outcome, list[Finding]]]()
    for outcome in outcomes:
        anew = console.least <= INFO or outcome.withheld or not coming.isdisjoint(outcome.keys)
        least = INFO if anew else min(ERROR, console.fail_on)
        told = [f for f in outcome.findings if f.rule.severity >= least or (f.rule is MISCALLED and coming)]
        heard.append((outcome, names.given(told)))
        passed += sum(f.rule.severity >= console.least for f in outcome.findings if f not in told)
    tell_alike(console, heard)
    if passed:
        console.say(f"{count(passed, 'finding')} not told again, of agents that stay as they are (--verbose tells all)")


def _close(console: Console, keys: list[str], outcomes: list[Outcome], changes: list[Change], *, dry: bool) -> None:
    """What became of files, with the agents in them where these are not as many."""
    kinds = Counter(change.kind for change in changes)
    withheld = sum(outcome.withheld for outcome in outcomes)
    files, verb = kinds["new"] + kinds["changed"], f"{'would be ' if dry else ''}written"
    written, same = _owners(changes, "new", "changed"), _owners(changes, "unchanged")
    said = [f"{count(files, 'file')} {verb}" if written == files else f"{written} {verb} in {count(files, 'file')}"]
    in_files = "" if same == kinds["unchanged"] else f" in {count(kinds['unchanged'], 'file')}"
    said += [f"{same} unchanged{in_files}"]
    said += [f"{kinds['kept']} kept"] if kinds["kept"] else []
    left_out = len(set(keys).difference(*(outcome.keys for outcome in outcomes)))
    said += [f"{left_out} left out"] if left_out else []
    held = f"; {count(withheld, 'artifact')} withheld" if withheld else ""
    console.say(f"{count(len(keys), 'agent')}: {', '.join(said)}{held}")


def _owners(changes: Iterable[Change], *kinds: str) -> int:
    """How many agents are in files of these kinds."""
    return len({key for one in changes if one.kind in kinds and one.artifact for key in one.artifact.owners})


def _outcomes(found: list[Found], names: tuple[str, ...], console: Console) -> list[Outcome]:
    """What was found; who was named and cannot be had ends the run, of a collection it is told once for all."""
    missing: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if one.outcome is None:
            if names:
                raise click.ClickException(f"{one.key} cannot be had: {one.problem}")
            missing.setdefault((one.key.partition("/")[0], one.problem), []).append(one.key)
    for (collection, problem), keys in missing.items():
        console.find([NOT_GIVEN_OUT.at(Span(collection), agent=", ".join(keys), problem=problem)])
    return [one.outcome for one in found if one.outcome is not None]


def _changes(
    scope: Scope,
    outcomes: list[Outcome],
    found: list[Found],
    batch: Batch,
    access: Allowed,
    told: list[Finding],
    *,
    force: bool,
) -> list[Change]:
    """What becomes of the files of one scope."""
    output = output_of(scope)
    output.owned = renamed(output.owned, batch.now)
    artifacts = []
    for outcome in outcomes:
        for artifact in outcome.artifacts:
            path = scope.below(artifact.path)
            if artifact.target in scope.targets and path is not None:
                artifacts.append(replace(artifact, path=path))
    origins = {one.key: one.origin for one in found if one.origin is not None}
    asked = replace(batch.asked(scope), now={target: access.of(target) for target in scope.targets})
    changes, findings = to_install(output, artifacts, origins, asked, force=force)
    told += findings
    return changes
