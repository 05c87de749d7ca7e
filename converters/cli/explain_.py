"""`specs explain`."""

from __future__ import annotations

from typing import Any

import click

from converters.cli._console import Console, common, print_json, rule_codes
from converters.cli._layout import WIDTH, Page, columns, table, wrapped
from converters.findings import FAMILIES, RULES, Rule, Severity, printable, unfilled
from converters.vocabulary import load

_SEVERE = {
    Severity.INFO: "for your information; never fails a run unless asked to",
    Severity.WARNING: "handled, but better mended; fails a run with --fail-on warning",
    Severity.LOSS: "something is left out; fails a run with --fail-on loss",
    Severity.ERROR: "not done; fails the run",
}


@click.command()
@click.argument("code", required=False)
@common
def explain(code: str | None, as_json: bool, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Explain a finding by its code or name: what it means, an example, how to mend it.

    Without one, or with the beginning of a code (`S1`), the findings are listed.
    """
    Console(quiet=quiet, verbose=verbose, no_color=no_color)
    codes = sorted(RULES if code is None else _meant(code))
    if as_json:
        said = [_told(RULES[one]) for one in codes]
        print_json(said[0] if len(said) == 1 and code is not None else {"rules": said})
    elif len(codes) == 1:
        _page(Page(no_color=no_color), RULES[codes[0]])
    else:
        _list(Page(no_color=no_color), [RULES[one] for one in codes])


def _meant(code: str) -> set[str]:
    if code.upper() in RULES:
        return {code.upper()}
    found = rule_codes([code]) if code.strip() else set()
    if not found:
        from difflib import get_close_matches

        names = [*RULES, *(rule.name for rule in RULES.values())]
        near = get_close_matches(code.upper(), names, 1) or get_close_matches(code.lower(), names, 1)
        hint = f" Did you mean {near[0]}?" if near else " `specs explain` lists them."
        raise click.ClickException(f"There is no finding {code!r}.{hint}")
    return found


def _told(rule: Rule) -> dict[str, Any]:
    said = load("explanations").get(rule.code, {})
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.word,
        "wording": rule.wording,
        "advice": rule.advice or None,
        "why": said.get("why"),
        "path": said.get("path"),
        "bad": said.get("bad"),
        "good": said.get("good"),
    }


def _page(page: Page, rule: Rule) -> None:
    said = _told(rule)
    page.heading(f"{rule.code} {rule.name} ({rule.severity.word})")
    page.lines(wrapped(said["why"] or "", first="  "))
    page.line()
    page.lines(wrapped(unfilled(rule.wording), first="  says      "))
    if rule.advice:
        page.lines(wrapped(rule.advice, first="  mend      "))
    page.lines(wrapped(_SEVERE[rule.severity], first=f"  {rule.severity.word:<8}  "))
    file = f" ({said['path']})" if said["path"] else ""
    for heading, text in ((f"For example{file}", said["bad"]), ("Better", said["good"])):
        if text:
            page.heading(heading)
            page.lines(_quoted(text))


def _quoted(text: str) -> list[str]:
    """An example, line by line, each character that does not print shown as an escape."""
    lines = text.removesuffix("\n").split("\n")
    return [
        f"  | {shown if columns(shown) <= WIDTH - 4 else shown[: WIDTH - 7] + '...'}".rstrip()
        for shown in map(printable, lines)
    ]


def _list(page: Page, rules: list[Rule]) -> None:
    for letter, title in FAMILIES.items():
        rows = [
            (rule.code, rule.severity.word, rule.name, unfilled(rule.wording))
            for rule in rules
            if rule.code[0] == letter
        ]
        if rows:
            page.heading(title)
            page.lines(table(rows, indent="  "))
