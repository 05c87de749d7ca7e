"""`specs check`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from converters.check import Checked
from converters.check import check as examine
from converters.check.report import counted, to_github
from converters.cli._console import (
    Console,
    common,
    fail_on_option,
    finding_json,
    print_json,
    project_collections,
    rule_codes,
)
from converters.cli._layout import Page, count
from converters.cli._run import format_ids, found_inputs
from converters.findings import INFO, RULES, Finding, Severity


@click.command()
@click.argument("inputs", metavar="[INPUT]...", nargs=-1)
@click.option("--from", "source", metavar="FORMAT", help="Read raw files as this format; otherwise it is detected.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print findings.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Only these: codes, their beginnings, or names, separated by commas.",
)
@click.option("--ignore", multiple=True, metavar="CODES", help="All but these.")
@fail_on_option
@common
def check(
    inputs: tuple[str, ...], source: str | None, form: str, select: tuple[str, ...], ignore: tuple[str, ...],
    fail_on: str, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Check agent files, specs and libraries, by default the library in specs/.

    Raw files are read as `specs convert` would. Specs are held against the schema, against
    what follows from them and against their sources; a library's agents against each other.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color, fail_on=fail_on)
    console.color = Page(no_color=no_color).color  # findings are what is asked for: they go to standard output
    (source_format,) = format_ids(source) or (None,)
    if not inputs and not Path("specs").is_dir():
        raise click.ClickException("There is no library here (no folder specs/): name files or folders.")
    wanted = _wanted(select, ignore)
    collections, project = project_collections(Console(quiet=True))
    stdin = sys.stdin.buffer.read() if "-" in inputs else b""
    found = found_inputs(inputs or ("specs",), collections, project, None)
    checked = (_only(one, wanted) for one in examine(found, collections, stdin=stdin, source_format=source_format))
    files, counts = _print(checked, console, "json" if as_json else form)
    console.say(
        f"{count(files, 'file')} checked: {counted(counts)}"
        + (" (--verbose shows notes)" if _hidden(console, counts) else "")
    )
    if not files:
        raise click.exceptions.Exit(2)
    if any(number and severity >= console.fail_on for severity, number in counts.items()):
        raise click.exceptions.Exit(1)


def _wanted(select: tuple[str, ...], ignore: tuple[str, ...]) -> frozenset[str]:
    """The codes to tell about; a word that means none ends the run."""
    for words in (*select, *ignore):
        for word in words.split(","):
            if word.strip() and not rule_codes([word]):
                raise click.UsageError(f"No rule is called {word.strip()!r}. `specs explain` lists them.")
    chosen = rule_codes(select) if select else set(RULES)
    return frozenset(chosen - rule_codes(ignore))


def _only(checked: Checked, codes: frozenset[str]) -> Checked:
    return replace(checked, findings=tuple(finding for finding in checked.findings if finding.rule.code in codes))


def _print(checked: Iterable[Checked], console: Console, form: str) -> tuple[int, Counter[Severity]]:
    """Print findings as they come (JSON at the end); the number of files, and of findings by severity."""
    files, counts, rows = 0, Counter[Severity](), []
    for one in checked:
        files += one.counts
        for finding in one.findings:
            counts[finding.rule.severity] += 1
            if form == "json":
                rows.append(finding_json(finding, one.text))
            elif finding.rule.severity >= console.least:
                click.echo(_line(finding, one.text, console, form), color=console.color or None)
    if form == "json":
        print_json({"findings": rows, "totals": {"files": files, **{s.word: counts[s] for s in reversed(Severity)}}})
    return files, counts


def _line(finding: Finding, text: str | None, console: Console, form: str) -> str:
    return to_github(finding, text) if form == "github" else console.styled(finding, text)


def _hidden(console: Console, counts: Counter[Severity]) -> bool:
    return bool(counts[INFO]) and console.least > INFO
