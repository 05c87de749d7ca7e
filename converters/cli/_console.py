"""What every verb shares: its common options, and how findings reach people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from converters.findings import ERROR, INFO, WARNING, Finding, Severity, meant, place, printable, show
from converters.library import Collection, load_collections

F = TypeVar("F", bound=Callable[..., Any])

LEVELS = {level.word: level for level in Severity}
_COLOURS = {"error": "red", "loss": "magenta", "warning": "yellow", "info": "cyan"}


def common(command: F) -> F:
    """The options every verb takes."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output."),
        click.option("-q", "--quiet", is_flag=True, help="Show errors only; the exit status is the same."),
        click.option("-v", "--verbose", is_flag=True, help="Show every finding, notes too."),
        click.option("--no-color", is_flag=True, help="No colours (NO_COLOR is honoured too)."),
    ):
        command = option(command)
    return command


fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(list(LEVELS)),
    default="error",
    show_default=True,
    help="Exit 1 if anything is found that is at least as grave.",
)


class Console:
    """Where a verb's findings go, and what they come to."""

    def __init__(
        self, *, quiet: bool = False, verbose: bool = False, no_color: bool = False, fail_on: str = "error"
    ) -> None:
        self.least = ERROR if quiet else INFO if verbose else WARNING
        self.quiet = quiet
        self.color = not no_color and "NO_COLOR" not in os.environ and sys.stderr.isatty()
        self.fail_on = LEVELS[fail_on]
        self.failed = False

    def find(self, findings: Iterable[Finding], text: str | None = None) -> None:
        """Show findings on standard error; those at the failing level fail the run."""
        for finding in findings:
            if finding.rule.severity >= self.fail_on:
                self.failed = True
            if finding.rule.severity >= self.least:
                click.echo(self.styled(finding, text), err=True, color=self.color or None)

    def styled(self, finding: Finding, text: str | None) -> str:
        """A finding as people read it."""
        shown = show(finding, text)
        if not self.color:
            return shown
        word = finding.rule.severity.word
        return shown.replace(f"{word}[", click.style(word, fg=_COLOURS[word], bold=True) + "[", 1)

    def say(self, message: str) -> None:
        """A line about the run, on standard error."""
        if not self.quiet:
            click.echo(printable(message), err=True)

    def leave(self) -> None:
        """End with the exit status the findings ask for."""
        if self.failed:
            raise click.exceptions.Exit(1)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(dumped(value), nl=False)


def dumped(value: Any) -> str:
    """A JSON document as people and scripts read it."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def finding_json(finding: Finding, text: str | None = None) -> dict[str, Any]:
    """A finding for scripts; line and column count from 1."""
    said: dict[str, Any] = {
        "path": finding.span.path,
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.rule.severity.word,
        "message": finding.message,
    }
    if text is not None:
        said["line"], said["column"] = place(text, finding.span.start)
    if finding.proposal:
        said["fix"] = finding.proposal
    elif finding.rule.advice:
        said["advice"] = finding.advice
    return said


def project_collections(console: Console) -> tuple[dict[str, Collection], Path]:
    """The collections of the project here, and its folder; none where it has no `specs/`."""
    path = Path("specs/collections.yaml")
    if not path.is_file():
        return {}, Path()
    collections, found = load_collections(path)
    console.find(found, path.read_text(encoding="utf-8", errors="replace"))
    return collections, Path()


def rule_codes(words: Iterable[str]) -> set[str]:
    """Codes from codes, prefixes of codes, or names."""
    return {code for group in words for word in group.split(",") for code in meant(word)}


def show_diff(path: str, before: bytes, after: bytes) -> None:
    """What changes in a file, as a unified diff; a stranger's control characters are shown as escapes."""
    import difflib

    old, new = (data.decode("utf-8", "backslashreplace").splitlines(keepends=True) for data in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
        click.echo("\t".join(map(printable, line.rstrip("\n").split("\t"))))
