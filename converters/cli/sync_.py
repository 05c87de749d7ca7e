"""`specs sync`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

import click

from converters import lock as locks
from converters.caches import user_cache
from converters.cli._access import Allowed, access_option
from converters.cli._console import Console, common, print_json
from converters.cli._layout import Page, wrapped
from converters.cli._syncing import Run, cache_option
from converters.findings import printable
from converters.library import Collection, described_collections, load_locks
from converters.syncing import How, has_errors

DESCRIBED = Path("specs/collections.yaml")


@click.command()
@click.argument("names", metavar="[COLLECTION]...", nargs=-1)
@click.option("--own", is_flag=True, help="Only collections whose files lie in this project; nothing is fetched.")
@click.option("--locked", "--frozen", is_flag=True, help="Take just what the lock file says, or fail; for CI.")
@click.option("--offline", is_flag=True, help="Ask no server; take what was fetched before.")
@click.option("--dry-run", is_flag=True, help="Write nothing; tell what upstream changed.")
@click.option("--diff", is_flag=True, help="As --dry-run, and show every changed spec line by line.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@access_option("COLLECTION[/AGENT]")
@click.option("--force", is_flag=True, help="Overwrite specs that were edited by hand.")
@click.option("--refresh", is_flag=True, help="Derive anew also where the source has not changed.")
@cache_option
@common
def sync(
    names: tuple[str, ...], own: bool, locked: bool, offline: bool, dry_run: bool, diff: bool, check: bool,
    access: Allowed, force: bool, refresh: bool, cache: Path | None, as_json: bool, quiet: bool, verbose: bool,
    no_color: bool,
) -> None:  # fmt: skip
    """Bring collections in step with where they come from.

    specs/collections.yaml says for each collection where its files are: `source`, a folder or the
    address of a git repository, with `revision`, `root`, `include` and `exclude`; or just `root`, a
    folder of this project. Their agents become specs/COLLECTION/ID.yaml, as `specs convert` makes
    them; those gone upstream go. What changed is told in words. specs/collections.lock pins what was
    taken: commit it.

    Nothing of a fetched repository is run. A collection of which an agent could touch more than
    before is not taken, unless --access COLLECTION/AGENT=allow says so of each.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    homes, text = _described(console)
    wanted = _chosen(homes, names, own=own)
    _known(homes, (name.partition("/")[0] for name in access.apart))
    entries, found = load_locks(DESCRIBED.with_name(locks.NAME))
    console.find(found)
    if found:
        raise click.exceptions.Exit(2)
    run = Run(
        how=How(
            project=Path(),
            cache=cache or user_cache(),
            locked=locked,
            offline=offline,
            access=access.otherwise,
            access_apart=access.apart,
        ),
        console=console,
        page=None if as_json or quiet else Page(no_color=no_color),
        dry=dry_run or diff or check,
        diff=diff and not as_json,
        force=force,
        refresh=refresh,
        described=(DESCRIBED.as_posix(), text),
    )
    run.bring(wanted, entries)
    if not names and not locked and not own:
        run.drop(sorted(entries.keys() - homes.keys()))
    moved = run.save(entries)
    if as_json:
        print_json(run.json())
    for line in wrapped(run.end_line()):
        console.say(line)
    if run.steps and not any(made.is_taken for made in run.steps):
        raise click.exceptions.Exit(1 if any(made.changes for made in run.steps) else 2)
    if check and (moved or run.changes):
        raise click.exceptions.Exit(1)
    console.leave()


def _described(console: Console) -> tuple[Mapping[str, Collection], str]:
    """The collections of the project here, and the text that describes them; ends the run where that is wrong."""
    if not DESCRIBED.is_file():
        raise click.UsageError(f"There is no {DESCRIBED.as_posix()} here; `specs init` makes one.")
    text = DESCRIBED.read_text(encoding="utf-8-sig", errors="replace")
    homes, found = described_collections(DESCRIBED)
    console.find(found, text)
    if has_errors(found):
        console.say("nothing was taken: what is to be taken is not clear")
        raise click.exceptions.Exit(2)
    return homes, text


def _known(homes: Mapping[str, Collection], names: Iterable[str]) -> None:
    """End the run where a name is no collection's."""
    for name in names:
        if name not in homes:
            near = get_close_matches(name, homes, 1)
            hint = f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(homes) or 'none'}."
            raise click.UsageError(f"There is no collection {printable(name)!r} in {DESCRIBED.as_posix()}.{hint}")


def _chosen(homes: Mapping[str, Collection], names: tuple[str, ...], *, own: bool) -> list[Collection]:
    """The collections that were named, else all whose files can be found."""
    _known(homes, names)
    wanted = [homes[name] for name in dict.fromkeys(names)] if names else [*homes.values()]
    able = [home for home in wanted if home.source or (home.root and home.origin == "files")]
    for home in wanted if names else ():
        if home not in able:
            raise click.UsageError(f"{home.name!r} has neither `source` nor `root`: its specs are edited by hand.")
    if own:
        return [home for home in able if not home.source]
    if not able:
        raise click.UsageError(f"{DESCRIBED.as_posix()} names no `source` and no `root`: there is nothing to take.")
    return able
