"""`specs check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import click

from converters.check import Checked
from converters.check import check as examine
from converters.check.baseline import Baseline, BaselineFault, is_baseline, load_baseline
from converters.check.places import text_of
from converters.check.since import Since
from converters.check.sources import sources_here
from converters.check.suppression import Suppressions
from converters.cli._access import Allowed, access_option
from converters.cli._console import Console, common, fail_on_option, rule_codes
from converters.cli._fixes import mend
from converters.cli._layout import Page, count
from converters.cli._run import format_ids, found_inputs
from converters.cli._told import Run, end_lines, write_report
from converters.findings import RULES, Finding, printable
from converters.git import GitFault
from converters.inputs import Input
from converters.library import Collection, load_collections

_OURS = Path("specs/collections.yaml")
"""What the project here says of its collections."""


@click.command()
@click.argument("inputs", metavar="[INPUT]...", nargs=-1)
@click.option("--from", "source", metavar="FORMAT", help="Read agent files as this format; otherwise it is detected.")
@click.option(
    "--since", metavar="REF", help="Tell only about new files, and those changed since this branch left REF in git."
)
@click.option(
    "--for",
    "asked",
    multiple=True,
    metavar="FORMATS",
    help="Tell also what the tools of these formats would do with the files as they are, and what converting them "
    "would lose.",
)
@access_option("FORMAT", "With --for: what a conversion is to do with")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github", "gitlab", "junit"]),
    default="text",
    show_default=True,
    help="How to print findings.",
)
@click.option("-o", "--output", metavar="FILE", help="Write the findings there instead of printing them.")
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Only these findings: codes, beginnings of codes or names, with commas between, as V2,not-yaml.",
)
@click.option("--ignore", multiple=True, metavar="CODES", help="All findings but these.")
@click.option(
    "--fix", is_flag=True, help="Mend agent files where they lie, as far as no meaning changes, then check them."
)
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also mends that may change what is said.")
@click.option("--diff", is_flag=True, help="Only show what --fix would change; exit 1 if anything.")
@click.option(
    "--baseline",
    "baseline_path",
    metavar="FILE",
    help="A file of known findings: only others are told. --write-baseline makes it.",
)
@click.option(
    "--write-baseline", is_flag=True, help="Put all that is found into --baseline's file; what is gone goes out."
)
@fail_on_option
@common
def check(
    inputs: tuple[str, ...], source: str | None, since: str | None, asked: tuple[str, ...], access: Allowed,
    form: str, output: str | None, select: tuple[str, ...], ignore: tuple[str, ...], fix: bool, unsafe_fixes: bool,
    diff: bool, baseline_path: str | None, write_baseline: bool, fail_on: str, as_json: bool, quiet: bool,
    verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Check agent files, specs and libraries, by default the library in specs/ and the files it is made from.

    Agent files are read as `specs convert` reads them, and you are told what the tool that each is
    for would do with it. Specs are held against the schema, against what follows from them and
    against their sources; agents that lie together against each other. `specs explain CODE` says
    what a finding means.

    \b
      specs check .claude/agents
      specs check .claude/agents --for codex,copilot
      specs check .claude/agents --diff
    """  # noqa: D301 - click keeps the lines of a paragraph behind it
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color, fail_on=fail_on)
    if access != Allowed() and not asked:
        raise click.UsageError("--access goes with --for, which says the formats.")
    console.color = Page(no_color=no_color).color and not output  # findings are what is asked for
    (source_format,) = format_ids(source, place="without an option") or (None,)
    if not inputs and not Path("specs").is_dir():
        raise click.ClickException("There is no library here (no folder specs/): name files or folders.")
    wanted = _wanted(select, ignore)
    known = _baseline(baseline_path, write=write_baseline)
    collections, faults = load_collections(_OURS)
    project = Path()
    inputs = inputs or ("specs", *sources_here(collections, project))
    changed = _since(since, inputs, source_format)
    stdin = sys.stdin.buffer.read() if "-" in inputs else b""
    found = _agents(inputs, collections, project, baseline_path)
    if fix or diff:
        is_wanted = changed.is_changed if changed else bool
        differs = mend(
            found,
            collections,
            wanted,
            console,
            unsafe=unsafe_fixes,
            show=diff,
            source_format=source_format,
            is_wanted=is_wanted,
            suppressions=Suppressions(collections, project),
        )
        if diff:
            console.find(faults, text_of(_OURS))
            raise click.exceptions.Exit(1 if differs else 0)
        found = _agents(inputs, collections, project, baseline_path)
    elif unsafe_fixes:
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff.")
    others = {target: access.of(target) for target in format_ids(",".join(asked))}
    checked: Iterable[Checked] = examine(found, collections, stdin=stdin, source_format=source_format, asked=others)
    checked = changed.keep(checked) if changed else checked
    checked = _with_ours(checked, faults)
    whole = () if changed else map(Path, inputs)
    checked = Suppressions(collections, project, whole=whole).apply(checked)
    checked = (_only(one, wanted) for one in checked)
    checked = known.sift(checked) if known else checked
    if known and write_baseline:
        _write_baseline(known, sum(one.counts for one in checked), wanted, console)
        return
    run = Run(console, "json" if as_json else form, Path(output) if output and output != "-" else None)
    run.print(checked, known)
    for line in end_lines(run, known, wanted, since):
        console.say(line)
    if not run.files and not changed:
        raise click.exceptions.Exit(2)
    if any(number and severity >= console.fail_on for severity, number in run.counts.items()):
        raise click.exceptions.Exit(1)


# --- what to tell about ----------------------------------------------------------------------------


def _with_ours(checked: Iterable[Checked], faults: Iterable[Finding]) -> Iterator[Checked]:
    """What is wrong with the project's own description too, unless its library is checked anyway."""
    told = False
    for one in checked:
        told = told or Path(one.shown) == _OURS
        yield one
    if not told and (faults := tuple(faults)):
        yield Checked(_OURS.as_posix(), text_of(_OURS), faults, counts=False)


def _agents(
    inputs: tuple[str, ...], collections: Mapping[str, Collection], project: Path, baseline: str | None
) -> Iterator[Input | Finding]:
    """Every input there is, each once and called as it was first; baselines that lie among them are none."""
    ours = Path(baseline).absolute() if baseline else None
    place = cache(os.path.realpath)
    once: dict[tuple[str, str], Input | Finding] = {}
    for found in found_inputs(inputs, collections, project, None):
        path = Path(found.span.path) if isinstance(found, Finding) else found.path
        if isinstance(found, Input) and path.absolute() == ours:
            continue
        if isinstance(found, Input) and not found.explicit and path.suffix == ".json" and is_baseline(path):
            continue
        key = ("-", "") if isinstance(found, Input) and found.shown == "-" else (place(path.parent), path.name)
        first = once.setdefault(key, found)
        if isinstance(first, Input) and isinstance(found, Input) and first.explicit and not found.explicit:
            once[key] = replace(found, shown=first.shown)  # others lie with it
    yield from once.values()


def _wanted(select: tuple[str, ...], ignore: tuple[str, ...]) -> frozenset[str]:
    """The codes to tell about; a word that means none ends the run."""
    for words in (*select, *ignore):
        for word in words.split(","):
            if word.strip() and not rule_codes([word]):
                raise click.UsageError(f"No rule is called {word.strip()!r}. `specs explain` lists them.")
    chosen = rule_codes(select) if select else set(RULES)
    return frozenset(chosen - rule_codes(ignore))


def _only(checked: Checked, codes: frozenset[str]) -> Checked:
    return replace(
        checked,
        findings=tuple(finding for finding in checked.findings if finding.rule.code in codes),
        suppressed=tuple(hushed for hushed in checked.suppressed if hushed.finding.rule.code in codes),
    )


def _since(ref: str | None, inputs: Iterable[str], source_format: str | None) -> Since | None:
    if ref is None:
        return None
    try:
        paths = [Path(path) for path in inputs if path != "-" and Path(path).exists()]
        return Since(ref, paths, source_format=source_format)
    except GitFault as fault:
        raise click.ClickException(f"--since {ref}: {printable(str(fault))}") from None


def _baseline(where: str | None, *, write: bool) -> Baseline | None:
    if where is None:
        if write:
            raise click.UsageError("--write-baseline needs --baseline FILE, which says where.")
        return None
    path = Path(where)
    try:
        return load_baseline(path) if path.exists() or not write else Baseline(path)
    except BaselineFault as fault:
        raise click.ClickException(f"{where}: {printable(str(fault))}") from None


def _write_baseline(known: Baseline, files: int, wanted: frozenset[str], console: Console) -> None:
    if not files:
        console.say("0 files checked: the baseline is left as it is")
        raise click.exceptions.Exit(2)
    gone = len(known.gone(wanted))
    write_report(known.path, known.dump(wanted))
    console.say(
        f"{known.path}: {count(len(known.met) + len(known.known - known.met) - gone, 'finding')} known"
        f" ({known.new} new, {gone} gone)"
    )
