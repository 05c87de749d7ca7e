"""Where agents are installed: a project, or the clients' own folders in a person's home."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from converters.cli._console import Console
from converters.findings import HOMELESS, Span
from converters.formats import FORMATS
from converters.manifest import Owned
from converters.output import Change, Output
from converters.overlap import beside
from converters.scopes import Scope, personal_scopes

F = TypeVar("F", bound=Callable[..., Any])


def scope_options(command: F) -> F:
    """The options that say which scope is meant."""
    for option in (
        click.option(
            "--user",
            is_flag=True,
            help="Instead of a project's, your own agents: those in the tools' folders in your home.",
        ),
        click.option(
            "--project",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            help="The project whose agents are meant; by default this folder.",
        ),
    ):
        command = option(command)
    return command


def scopes_of(targets: Sequence[str], project: Path | None, console: Console, *, user: bool) -> list[Scope]:
    """The scopes that some formats' files belong to; a format without a place in the home is found."""
    if not user:
        return [Scope(_folder(project or Path()), targets=tuple(targets))]
    if project is not None:
        raise click.UsageError("--project and --user say two places; name one")
    for target in targets:
        fmt = FORMATS[target]
        if fmt.home is None:
            why = fmt.homeless or "none is known"
            console.find([HOMELESS.at(Span(target), format=fmt.title, why=why)])
    return personal_scopes(targets, os.environ, Path.home())


def all_scopes(project: Path | None, console: Console, *, user: bool) -> list[Scope]:
    """The project's scope, or those of every client that has one in the home."""
    return scopes_of([id_ for id_, fmt in FORMATS.items() if fmt.home], project, console, user=user)


def _folder(project: Path) -> Path:
    if project.exists() and not project.is_dir():
        raise click.UsageError(f"{project} is not a folder")
    return project


def output_of(scope: Scope) -> Output:
    """The scope's files and manifest; in one's own home, links are one's own."""
    return Output(scope.root, trusts_links=bool(scope.folder))


def lying_beside(scopes: Iterable[Scope], targets: Collection[str]) -> dict[str, str]:
    """Files that earlier runs wrote and one client would load with those of these targets: formats by planned paths."""
    found = dict[str, str]()
    for scope in scopes:
        ours = {path: owned.target for path, owned in output_of(scope).owned.items()}
        lying = ((path, id_) for path, id_ in beside(ours, targets).items() if (scope.root / path).is_file())
        found |= {f"{scope.folder}/{path}" if scope.folder else path: id_ for path, id_ in lying}
    return found


def carried_out(scope: Scope, output: Output, changes: Sequence[Change], console: Console) -> list[Change]:
    """Write what was planned; what could not be written is kept."""
    try:
        failed = output.apply(changes)
    except OSError as error:
        raise click.ClickException(f"cannot write {scope.root}: {error.strerror or error}") from None
    console.find(failed)
    places = {finding.span.path for finding in failed}
    return [replace(change, kind="kept", backup=None) if change.path in places else change for change in changes]


def named_from(root: Path, path: Path, *, personal: bool) -> str:
    """A path as a manifest below `root` names it: by the way to it, in one's home by its place."""
    here = Path(os.path.normpath(path.absolute()))
    if personal:
        return here.as_posix()
    try:
        return Path(os.path.relpath(here, root.absolute())).as_posix()
    except ValueError:  # another drive
        return here.as_posix()


def way(scope: Scope, named: str) -> str:
    """An address, or a path that the scope's manifest names, as it is found from here."""
    return named if "://" in named else Path(os.path.normpath(scope.root / named)).as_posix()


def tell_changes(scope: Scope, changes: Iterable[Change]) -> None:
    """A line for each file that is not as it was, and for what was set aside."""
    for change in changes:
        if change.kind != "unchanged":
            click.echo(f"{change.kind:<9} {scope.shown(change.path)}")
        if change.backup:
            click.echo(f"backup    {scope.shown(change.backup)}")


def changes_json(scope: Scope, before: Mapping[str, Owned], changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The files for scripts; `agents` are those that came or went. `before` is the manifest as it was."""
    told = []
    for change in changes:
        was = before.get(change.path)
        there, left = set(was.agents) if was else set(), set(change.owned.agents) if change.owned else set()
        target = change.artifact.target if change.artifact else was.target if was else None
        moved = set(change.artifact.owners) if change.artifact else there - left if change.kind != "kept" else there
        told.append(
            {
                "path": scope.shown(change.path),
                "change": change.kind,
                "format": target,
                "agents": sorted(moved),
                "backup": scope.shown(change.backup) if change.backup else None,
            }
        )
    return told
