"""`specs convert`."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from converters.cli._access import Allowed, access_option
from converters.cli._alike import tell_alike
from converters.cli._console import Console, common, fail_on_option, print_json, show_diff
from converters.cli._hushed import heard
from converters.cli._layout import count
from converters.cli._packing import packed
from converters.cli._reported import account, keep_report
from converters.cli._run import format_ids, map_option, read_inputs, use_map
from converters.cli._scopes import lying_beside
from converters.cli._written import list_changes, written
from converters.conversion import CANONICAL, Artifact, Options, Outcome
from converters.output import Change
from converters.planning import plan
from converters.scopes import Scope


@click.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("--from", "source", metavar="FORMAT", help="Read every input as this format; otherwise it is detected.")
@click.option(
    "--to",
    "targets",
    metavar="FORMAT[,FORMAT...]",
    default=CANONICAL,
    show_default=True,
    help="The formats to write; `specs formats` lists them.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR|FILE|-",
    help="Where to write; otherwise specs/ for canonical specs, and this folder for other formats. "
    "`-` prints the file that one input becomes; FILE.jsonl gets a line for each.",
)
@click.option(
    "--layout",
    type=click.Choice(["tool", "source", "flat"]),
    default="tool",
    show_default=True,
    help="Put files where each tool looks for them, where they lie in the source, or all side by side.",
)
@click.option(
    "--collection", metavar="NAME", help="The collection that the inputs belong to; otherwise their folder names it."
)
@click.option(
    "--loss",
    type=click.Choice(["refuse", "warn", "ignore"]),
    default="warn",
    show_default=True,
    help="What to do with an agent of which a format cannot say everything.",
)
@access_option("FORMAT")
@click.option(
    "--embed",
    is_flag=True,
    help="Carry what a format cannot say in a comment at the prompt's end, from which it is read again.",
)
@map_option
@click.option("--as-read", is_flag=True, help="Leave faults of the source, such as missing quotes, as they are.")
@click.option(
    "--report",
    "report_path",
    metavar="FILE.json|.sarif",
    help="Write a report as well, also with --check, --diff or --dry-run: .json of every input and field, "
    ".sarif of the findings.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Write no agents; exit 1 if anything would change, with --prune also if anything would go.",
)
@click.option("--diff", is_flag=True, help="Write no agents; show what would change, line by line.")
@click.option("--dry-run", is_flag=True, help="Write no agents; list the files that would change.")
@click.option("--force", is_flag=True, help="Overwrite files this tool did not write or that were edited since.")
@click.option(
    "--prune",
    is_flag=True,
    help="Remove files of agents that are gone, as far as earlier runs wrote them for these collections and formats; "
    "what an agent has that is withheld or refused stays.",
)
@click.option("--refresh", is_flag=True, help="Derive summaries and the like anew also where the source is the same.")
@click.option("--watch", "watching", is_flag=True, help="Go on, and convert again whatever is saved, until Ctrl-C.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to read with.")
@click.option(
    "--shard",
    metavar="I/N",
    default="1/1",
    help="Read every N-th input alone, from the I-th: a share for each of N machines.",
)
@fail_on_option
@common
def convert(
    inputs: tuple[str, ...], source: str | None, targets: str, output: str | None, layout: Any, collection: str | None,
    loss: Any, access: Allowed, embed: bool, map_path: str | None, as_read: bool, report_path: str | None, check: bool,
    diff: bool, dry_run: bool, force: bool, prune: bool, refresh: bool, watching: bool, jobs: int, shard: str,
    fail_on: str, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Convert agent files between formats, with a report of what becomes of every field.

    INPUTS are files, folders or `-` for standard input, in any format. By default every agent becomes
    a canonical spec, specs/<collection>/<id>.yaml, which says all that its file says. Nothing that
    somebody else wrote, or edited, is overwritten.

    \b
      specs convert .claude/agents --to opencode,copilot
      specs convert .claude/agents --to opencode --dry-run
      specs convert .claude/agents/berth-clerk.md --to codex -o -
    """  # noqa: D301 - click keeps the lines of a paragraph behind it
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color, fail_on=fail_on)
    (source_id,) = format_ids(source) or (None,)
    use_map(map_path)
    is_packed = bool(output and output.endswith(".jsonl"))
    options = Options(
        source=source_id, targets=format_ids(targets), layout=layout, loss=loss, access=access.otherwise,
        access_apart=access.apart, as_read=as_read, embed=embed, packed=is_packed,
    )  # fmt: skip
    if not options.targets:
        raise click.UsageError("--to names no format")
    if watching:
        named = bool(output and Path(output).suffix and not Path(output).is_dir())
        once = {
            "--check": check, "--diff": diff, "--dry-run": dry_run, "--json": as_json, "--report": report_path,
            "--shard": shard != "1/1", "-": "-" in inputs, "-o -": output == "-", "-o FILE": named,
        }  # fmt: skip
        if any(once.values()):
            word = next(word for word, is_said in once.items() if is_said)
            raise click.UsageError(f"--watch goes on and on, and {word} is for one run")
        _watch(
            inputs, output, options, console,
            collection=collection, force=force, prune=prune, refresh=refresh, names=map_path,
        )  # fmt: skip
    if options.targets != (CANONICAL,) and output != "-":
        options = replace(options, there=lying_beside([Scope(_root(output, options, []))], options.targets))
    outcomes = read_inputs(inputs, options, console, collection=collection, jobs=jobs, shard=_shard(shard))
    plan(outcomes, options)
    artifacts = [artifact for outcome in outcomes for artifact in outcome.artifacts]
    if output == "-":
        if len(artifacts) > 1:
            raise click.UsageError(f"-o - prints one artifact, and this run makes {len(artifacts)}")
        said = account(outcomes, {id(artifact): "new" for artifact in artifacts})
        keep_report(report_path, said, outcomes, console, force=force)
        _print(artifacts, outcomes, console)
        return
    if output and is_packed:
        changes = packed(Path(output), artifacts, dry=check or dry_run or diff, force=force)
    else:
        root = _root(output, options, outcomes)
        changes = written(
            root, outcomes, options, console, dry=check or dry_run or diff, force=force, prune=prune, refresh=refresh,
            names=map_path,
        )  # fmt: skip
    kinds = {id(change.artifact): change.kind for change in changes if change.artifact}
    said = account(outcomes, kinds)
    keep_report(report_path, said, outcomes, console, force=force and not (check or dry_run or diff))
    found = zip(outcomes, heard(outcomes, min(console.least, console.fail_on)), strict=True)
    tell_alike(console, ((outcome, told) for outcome, told in found if outcome.status != "skipped"))
    for change in changes:
        console.find([change.finding] if change.finding else [])
    if as_json:
        print_json(said)
    elif diff:
        _show_diff(changes)
    elif dry_run or check:
        list_changes(changes)
    _close(console, outcomes, said["totals"], changes, dry=check or diff or dry_run)
    if check and any(change.kind not in {"unchanged", "kept"} for change in changes):
        raise click.exceptions.Exit(1)
    if not any(outcome.status == "read" for outcome in outcomes):
        raise click.exceptions.Exit(2)
    console.leave()


def _watch(
    inputs: tuple[str, ...], output: str | None, options: Options, console: Console, *, collection: str | None,
    force: bool, prune: bool, refresh: bool, names: str | None,
) -> NoReturn:  # fmt: skip
    """Convert, and again whenever something changes."""
    from converters.cli._watch import Watch, watch

    root = Path(output) if output else _root(None, options, [])
    seen = Watch(
        inputs, root, options, console, collection=collection, force=force, prune=prune, refresh=refresh, names=names
    )  # fmt: skip
    console.say(f"watching {', '.join((*inputs, *filter(None, [names])))}; Ctrl-C ends it")
    watch(seen.round, (*inputs, *filter(None, [names])))


def _shard(value: str) -> tuple[int, int]:
    try:
        part, whole = (int(word) for word in value.split("/"))
    except ValueError:
        part, whole = 0, 0
    if not 1 <= part <= whole:
        raise click.UsageError(f"--shard takes I/N with I from 1 to N, not {value!r}")
    return part, whole


def _print(artifacts: list[Artifact], outcomes: list[Outcome], console: Console) -> None:
    for outcome in outcomes:
        console.find(outcome.findings, outcome.text)
    if not artifacts:
        raise click.exceptions.Exit(1 if console.failed else 2)
    sys.stdout.buffer.write(artifacts[0].data)
    sys.stdout.buffer.flush()
    console.leave()


def _root(output: str | None, options: Options, outcomes: list[Outcome]) -> Path:
    """The folder to write to; where `-o` names a file, the only artifact takes that name."""
    if output is None:
        return Path("specs" if options.targets == (CANONICAL,) else ".")
    path = Path(output)
    owners = [outcome for outcome in outcomes if outcome.artifacts]
    if len(owners) == 1 and len(owners[0].artifacts) == 1 and path.suffix and not path.is_dir():
        owners[0].artifacts = [replace(owners[0].artifacts[0], path=path.name)]
        return path.parent
    return path


def _show_diff(changes: list[Change]) -> None:
    for change in changes:
        if change.kind not in {"unchanged", "kept"}:
            show_diff(change.path, change.before or b"", change.after or b"")


def _close(
    console: Console, outcomes: list[Outcome], totals: dict[str, int], changes: list[Change], *, dry: bool
) -> None:
    """The end line, which accounts for every input, and what was skipped and why."""
    skipped = [outcome for outcome in outcomes if outcome.status == "skipped"]
    if len(skipped) <= 12 or console.least < 20:
        for outcome in skipped:
            console.say(f"skipped {outcome.shown}: {outcome.findings[0].facts['why']}")
    else:
        reasons = Counter(str(outcome.findings[0].facts["why"]) for outcome in skipped)
        for reason, files in reasons.most_common():
            console.say(f"skipped {files}: {reason} (--verbose names them)")
    removed = sum(change.kind == "removed" for change in changes)
    withheld = sum(outcome.withheld for outcome in outcomes)
    verb = "would be written" if dry else "written"
    files = sum(change.kind in {"new", "changed"} for change in changes)
    verb += f" in {count(files, 'file')}" if files != totals["written"] else ""
    mended = f" ({totals['repaired']} mended)" if totals["repaired"] else ""
    console.say(
        f"{count(totals['inputs'], 'input')}, {count(totals['agents'], 'agent')}{mended}: "
        f"{totals['written']} {verb}, {totals['unchanged']} unchanged, "
        f"{totals['skipped']} skipped, {totals['refused']} refused"
        + (f"; {count(withheld, 'artifact')} withheld" if withheld else "")
        + (f"; {count(removed, 'file')} {'would be ' if dry else ''}removed" if removed else "")
    )
