"""`specs init`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from converters import starting
from converters.caches import user_cache
from converters.cli._console import Console, common, print_json
from converters.cli._layout import Page, count, wrapped
from converters.cli._library import headcount
from converters.cli._syncing import Run, cache_option
from converters.findings import Finding, printable
from converters.library import Collection, Library, described_collections, library_of, load_locks
from converters.lock import NAME
from converters.output import Change, Output
from converters.remotes import fault, is_address
from converters.starting import COLLECTIONS, Facts
from converters.syncing import How, has_errors, library_before
from converters.syntax.yaml import word


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="FOLDER|GIT-URL",
    help="Where agents come from; as often as there are sources. Otherwise those that lie in DIR already.",
)
@click.option("--name", help="The catalogue's title; otherwise the name of DIR's repository, or of DIR.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would be written.")
@click.option("--force", is_flag=True, help="Write our files over yours too; specs/collections.yaml is always yours.")
@cache_option
@common
def init(
    folder: Path, sources: tuple[str, ...], name: str | None, dry_run: bool, force: bool, cache: Path | None,
    as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Start a catalogue repository of your own in DIR, or bring one up to date.

    It holds where the agents come from (specs/collections.yaml), the agents (specs/), the settings
    and pages of its site, a README with their list, and a workflow that publishes the site on GitHub
    Pages. `specs serve` and `specs build` work in it at once.

    Nothing is asked: titles, addresses and licences are taken from the folder, its git repository
    and its LICENSE. A source whose agents all lie in a folder such as agents/ gets it as its `root`,
    so that ids do not begin with it. In a catalogue that is there, files you did not edit are brought up to date;
    yours are kept and named.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    page = None if as_json or quiet else Page(no_color=no_color)
    known, before = _known(folder, console)
    told = starting.facts(folder, name)
    wanted = _wanted(folder, sources, known, told)
    run = Run(
        how=How(project=folder, cache=cache or user_cache()),
        console=console,
        page=page if wanted else None,
        dry=dry_run,
        root_of=starting.quiet_root,
    )
    locked, found = load_locks(folder / "specs" / NAME)
    console.find(found)
    if found:
        raise click.exceptions.Exit(2)
    run.bring(wanted, locked)
    taken = [made.collection for made in run.steps if made.is_taken]
    if wanted and not taken:
        console.say("nothing was written")
        raise click.exceptions.Exit(2)
    changes = _planned(folder, told, run, known, taken, before, force=force)
    names = [*known, *(home.name for home in taken)]
    hides = starting.hidden(folder, starting.needed(changes, names)) if folder.is_dir() else []
    if not dry_run:
        run.save(locked)
        _apply(folder, changes, console)
    if page:
        _tell(page, folder, changes, hides, has_agents=bool(taken or known), dry=dry_run)
    console.find(change.finding for change in changes if change.finding)
    _warn(folder, hides, console)
    if as_json:
        rows = [{"path": change.path, "kind": change.kind} for change in changes]
        said = run.json()
        print_json({"title": told.title, **said, "files": [*rows, *said["files"]]})
    for line in [*_skills(run), *_roots(run), *_titles(folder, run, told)]:
        console.say(line)
    for line in wrapped(_end_line(changes, run)):
        console.say(line)
    console.leave()


def _known(folder: Path, console: Console) -> tuple[Mapping[str, Collection], str | None]:
    """The collections there are, and the text that describes them; ends the run where that is wrong."""
    path = folder / COLLECTIONS
    if not path.is_file():
        return {}, None
    homes, found = described_collections(path)
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    console.find(found, text)
    if has_errors(found):
        console.say("nothing was written: mend that first")
        raise click.exceptions.Exit(2)
    return homes, text


def _wanted(folder: Path, sources: Sequence[str], known: Mapping[str, Collection], told: Facts) -> list[Collection]:
    """The collections to begin with: those that were asked for and are not there, else the folder's own agents."""
    made: list[Collection] = []
    for source in sources:
        problem = fault(source)
        if problem:
            raise click.UsageError(f"--from {printable(source)}: it {problem}")
        if not is_address(source) and not Path(source).expanduser().is_dir():
            raise click.UsageError(f"--from {printable(source)}: there is no such folder")
        home = starting.sourced(folder, source, [*known, *(one.name for one in made)])
        if not any(_is_same(one, home) for one in (*known.values(), *made)):
            made.append(home)
    if not sources and not known and folder.is_dir():
        own = starting.own(folder, told)
        made += [own] if own else []
    return made


def _is_same(one: Collection, other: Collection) -> bool:
    """Whether two collections are of one source, whichever folder of it they are; else of one folder."""
    return one.source == other.source and (one.source is not None or one.root == other.root)


def _planned(
    folder: Path, told: Facts, run: Run, known: Mapping[str, Collection], taken: Sequence[Collection],
    before: str | None, *, force: bool,
) -> list[Change]:  # fmt: skip
    """What becomes of each file of the repository, those of `specs` but `collections.yaml` left out."""
    homes = {**known, **{home.name: home for home in taken}}
    specs = [spec for made in run.steps if made.is_taken and made.changes for spec in made.changes.new.agents]
    old = library_before(run.how, set(known)) if known else library_of(())
    library: Library = library_of([*old.agents, *specs], homes)
    changes = starting.planned(folder, starting.files(told, library), force=force)
    text = before if before is not None else starting.template("collections.yaml")
    data = (text + starting.described(taken)).encode("utf-8", "surrogateescape")
    held = before.encode("utf-8", "surrogateescape") if before is not None else None
    kind = "new" if held is None else "unchanged" if held == data else "changed"
    return [*changes, Change(COLLECTIONS, kind, held, data)]  # type: ignore[arg-type]  # one of the kinds


def _apply(folder: Path, changes: Sequence[Change], console: Console) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        console.find(Output(folder).apply(changes))
    except OSError as error:
        raise click.ClickException(f"cannot write {folder}: {error.strerror or error}") from None


def _tell(
    page: Page, folder: Path, changes: Sequence[Change], hides: Sequence[Finding], *, has_agents: bool, dry: bool
) -> None:
    """What becomes of the files, and what to do next."""
    told = [change for change in changes if change.kind != "unchanged"]
    if told:
        page.heading("Files")
    for change in sorted(told, key=lambda one: one.path):
        why = ""
        if change.kind == "kept":
            why = "  (edited)" if starting.is_edited(folder, change.path) else f"  (yours{_needs(change)})"
        page.line(f"  {change.kind:<9} {printable(change.path)}{why}")
    if dry or not any(change.path == "mkdocs.yml" and change.kind == "new" for change in changes):
        return
    page.heading("Next")
    if folder.resolve() != Path.cwd():
        page.line(f"  cd {printable(shlex.quote(str(folder)))}")
    if not has_agents:
        page.line("  specs init . --from FOLDER|GIT-URL    add agents")
    page.line("  specs serve                            look at the site")
    begin = "" if starting.said(folder, "rev-parse", "--git-dir") else "git init && "
    page.line(f"  {begin}git add . && git commit".ljust(41) + "then push")
    page.line("On GitHub, choose GitHub Actions as the source under Settings, Pages.")


def _needs(change: Change) -> str:
    """What a file of somebody's own must say for the site to be built."""
    held = (change.before or b"").decode("utf-8", "replace")
    if change.path == "mkdocs.yml" and "agent-specs" not in held:
        return "; add `agent-specs` to its plugins"
    if change.path == "README.md" and "<!-- specs:" not in held:
        return "; `specs list --into` can keep a list in it"
    if change.path == ".gitignore" and "build" not in held:
        return "; add /build/ and /.cache/"
    if change.path == "requirements.txt" and "agent-specs" not in held:
        return "; add agent-specs"
    return ""


def _warn(folder: Path, hides: Sequence[Finding], console: Console) -> None:
    for finding in hides:
        path = folder / finding.span.path
        console.find([finding], path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None)


def _skills(run: Run) -> Iterator[str]:
    """Of each source that holds both: how many of its agents are skills, and how to do without them."""
    for made in run.steps:
        told = headcount(made.changes.new.agents if made.is_taken and made.changes else ())
        if " and " in told:
            yield from wrapped(
                f'{made.collection.name}: {told}; exclude: ["*SKILL.md"] in {COLLECTIONS} leaves skills out'
            )


def _roots(run: Run) -> Iterator[str]:
    """Of each source whose agents all lie in one folder: the line that keeps it out of their ids, there or to add."""
    for made in run.steps:
        home, specs = made.collection, made.changes.new.agents if made.is_taken and made.changes else ()
        if not home.source or not specs:
            continue
        if home.root:
            yield from wrapped(
                f"{home.name}: every agent lies in {home.root}/, so {COLLECTIONS} says `root: {word(home.root)}`: "
                "ids do not begin with it, and other folders are left out"
            )
        elif not starting.quiet_root(specs) and (root := starting.shared_root(specs)):
            yield from wrapped(
                f"{home.name}: every agent lies in {root}/, and its id says so; for shorter ids add "
                f"this line to `{home.name}` in {COLLECTIONS}, then run `specs sync`:"
            )
            yield f"  root: {printable(word(root))}"


def _titles(folder: Path, run: Run, told: Facts) -> Iterator[str]:
    """Of agents that lie here, where nothing but the folder's name says what they are: where to call them otherwise."""
    for made in run.steps:
        home = made.collection
        named = None if home.source or told.repository else starting.title(folder.absolute().resolve().name)
        if made.is_taken and home.title == named:
            yield from wrapped(
                f'{home.name}: its title is "{home.title}", after the folder; '
                f"another goes behind `title:` in {COLLECTIONS}"
            )


def _end_line(changes: Sequence[Change], run: Run) -> str:
    kinds = [change.kind for change in changes]
    verb = "would be written" if run.dry else "written"
    told = (
        f"{count(kinds.count('new') + kinds.count('changed'), 'file')} {verb}, {kinds.count('unchanged')} as they were"
    )
    told += f", {kinds.count('kept')} of yours kept" if "kept" in kinds else ""
    return told + (f"; {run.end_line()}" if run.steps else "")
