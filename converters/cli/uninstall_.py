"""`specs uninstall`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from converters.cli._console import Console, common, fail_on_option, finding_json, print_json
from converters.cli._layout import count, wrapped
from converters.cli._library import ambiguous
from converters.cli._run import format_ids
from converters.cli._scopes import all_scopes, carried_out, changes_json, output_of, scope_options, tell_changes
from converters.findings import printable
from converters.identity import slug
from converters.installing import to_uninstall
from converters.manifest import Owned
from converters.output import Change, Output
from converters.scopes import Scope


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--to", "target", metavar="FORMAT[,...]", help="Only from these tools; otherwise from all.")
@scope_options
@click.option("--all", "every", is_flag=True, help="Every agent that was installed.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change.")
@click.option("--force", is_flag=True, help="Take edited agents out too; what was there is kept beside, as FILE.bak.")
@fail_on_option
@common
def uninstall(
    names: tuple[str, ...], target: str | None, user: bool, project: Path | None, every: bool, dry_run: bool,
    force: bool, fail_on: str, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Take out what `specs install` put in, and nothing else.

    NAMES are agents by name, id or collection/id. An agent that was edited since stays and is
    named. In a file of several agents only the part goes, and everything around it stays. Folders
    that were made for the agents go when they are empty.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color, fail_on=fail_on)
    targets = format_ids(target)
    if bool(names) == every:
        raise click.UsageError("say which agents: NAME..., or --all")
    scopes = [(scope, output_of(scope)) for scope in all_scopes(project, console, user=user)]
    keys = _meant(names, [output for _, output in scopes], targets) if names else None

    def wanted(_: str, owned: Owned, key: str) -> bool:
        return (keys is None or key in keys) and (not targets or owned.target in targets)

    told, changed, files = [], list[tuple[Scope, list[Change]]](), list[dict[str, Any]]()
    backups: dict[str, str] = {}
    for scope, output in scopes:
        changes, findings = to_uninstall(output, wanted, force=force)
        backups |= _set_aside(scope, output, changes)
        before = output.owned
        if changes and not dry_run:
            changes = carried_out(scope, output, changes, console)
        changed.append((scope, changes))
        files += changes_json(scope, before, changes)
        told += [*findings, *(change.finding for change in changes if change.finding)]
    console.find(told)
    if as_json:
        print_json({"files": files, "backups": [*backups], "findings": [finding_json(finding) for finding in told]})
    else:
        for scope, changes in changed:
            tell_changes(scope, changes)
    for told_of in backups.values():
        for line in wrapped(told_of, rest="  "):
            console.say(line)
    _close(console, [change for _, changes in changed for change in changes], dry=dry_run)
    console.leave()


def _meant(names: Iterable[str], outputs: Sequence[Output], targets: Sequence[str]) -> set[str]:
    """The keys of the installed agents that are meant by names; ends the run where one is nobody's."""
    there = {
        (key, one.name)
        for output in outputs
        for owned in output.owned.values()
        if not targets or owned.target in targets
        for key, one in owned.agents.items()
    }
    keys = set()
    for name in names:
        found = (
            {key for key, _ in there if key == name.removesuffix(".yaml")}
            or {key for key, _ in there if key.partition("/")[2] == name}
            or {key for key, called in there if slug(name) in {slug(called), slug(key.rpartition("/")[2])}}
        )
        if not found:
            raise click.ClickException(
                f"No agent {printable(name)!r} was installed here; `specs status` names them all."
            )
        if len(found) > 1:
            raise click.ClickException(ambiguous(name, sorted(found)))
        keys |= found
    return keys


def _set_aside(scope: Scope, output: Output, changes: Iterable[Change]) -> dict[str, str]:
    """The files that hold what was overwritten where now nothing of ours is left, each with what to say of it."""
    said = {}
    for change in changes:
        owned, path = output.owned.get(change.path), scope.shown(change.path)
        for name in owned.backups if owned and change.forgotten else ():
            if (output.root / name).exists():
                backup = scope.shown(name)
                back = "rename it to have it back" if change.kind == "removed" else "nothing of it was put back"
                said[backup] = f"what was at {path} before `--force` overwrote it is in {backup}; {back}"
    return said


def _close(console: Console, changes: Sequence[Change], *, dry: bool) -> None:
    removed = sum(change.kind == "removed" for change in changes)
    changed = sum(change.kind == "changed" for change in changes)
    kept = sum(change.kind == "kept" for change in changes)
    would = "would be " if dry else ""
    said = [f"{count(removed, 'file')} {would}removed"]
    said += [f"{count(changed, 'shared file')} {would}changed"] if changed else []
    said += [f"{count(kept, 'file')} kept"] if kept else []
    console.say(", ".join(said))
