"""`specs compat`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import click

from converters.cli._console import Console, common, finding_json, print_json
from converters.cli._layout import WIDTH, Page, columns, cut, wrapped
from converters.cli._library import agents_at, in_option
from converters.cli._run import format_ids, map_option, use_map
from converters.conversion import CANONICAL, Options
from converters.fates import WORDS
from converters.fields import access_of_spec
from converters.findings import Span
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.leave import narrowest
from converters.model import AgentSpec
from converters.report import Report, report
from converters.tools import touching

_TOLD = 12
"""Formats whose losses are told without being asked for."""

_COUNTS = ("kept", "changed", "added", "lost")


@click.command()
@click.argument("what", metavar="INPUT|NAME")
@click.option("--from", "source", metavar="FORMAT", help="Read it as this format; otherwise it is detected.")
@in_option
@click.option("--to", "targets", metavar="FORMAT[,FORMAT...]", help="Compare with these formats only.")
@map_option
@common
def compat(
    what: str, source: str | None, within: str | None, targets: str | None, map_path: str | None, as_json: bool,
    quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Compare one agent with every format: what is kept, changed, added and lost, and its access.

    Nothing is written. INPUT is a file, a folder or `-`; NAME is an agent of the library, or
    of what --in names.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    use_map(map_path)
    (source_id,) = format_ids(source, place="with --in") or (None,)
    wanted = format_ids(targets) or tuple(FORMATS)
    outcomes = agents_at(what, console, Options(source=source_id), within)
    agents = [_compared(spec, wanted) for outcome in outcomes for spec in outcome.specs]
    for outcome in outcomes:
        if outcome.status != "skipped":
            console.find(outcome.findings, outcome.text)
        elif not as_json:
            console.say(f"skipped {outcome.shown}: {outcome.findings[0].facts['why']}")
    if as_json:
        found = [finding_json(finding, outcome.text) for outcome in outcomes for finding in outcome.findings]
        print_json({"agents": agents, "findings": found})
    else:
        page = Page(no_color=no_color)
        for agent in agents:
            _print(page, agent, verbose)
    if not agents:
        raise click.exceptions.Exit(2)
    console.leave()


def _compared(spec: AgentSpec, targets: tuple[str, ...]) -> dict[str, Any]:
    source = spec.source.format if spec.source and spec.source.format else CANONICAL
    return {
        "agent": spec.name,
        "id": spec.id,
        "format": source,
        "access": sorted(access_of_spec(spec)),
        "formats": [_fate(spec, target) for target in targets],
    }


def _fate(spec: AgentSpec, target: str) -> dict[str, Any]:
    """What becomes of the agent in one format; the canonical form says everything."""
    before = sorted(access_of_spec(spec))
    if target == CANONICAL:
        fields = [
            {"field": field, "status": "kept", "word": "kept", "key": field, "note": None} for field in spec.said()
        ]
        after, gains, refused = before, [], []
    else:
        made = report(spec, FORMATS[target])
        fields = [
            {"field": f.field, "status": f.status, "word": WORDS[f.status], "key": f.key, "note": f.note}
            for f in made.fields
        ]
        before, after, gains = list(made.access_before), list(made.access_after), list(made.gains)
        refused = _refused(spec, FORMATS[target], made)
    counts = Counter(field["word"] for field in fields)
    return {
        "format": target,
        **{word: counts[word] for word in _COUNTS},
        "lost_fields": [field["field"] for field in fields if field["word"] == "lost"],
        "fields": fields,
        "access_before": before,
        "access_after": after,
        "gains": gains,
        "refused": bool(gains or refused),
        "refused_for": refused,
    }


def _refused(spec: AgentSpec, target: Format, made: Report) -> list[str]:
    """Why the client would not take the agent, where it is not there already."""
    if not target.writes:
        return [f"{target.title} files are read and not written: {target.why}"]
    if spec.source and spec.source.format == target.id:
        return []
    span = Span(spec.source.path if spec.source else "")
    return [r.rule.at(span, format=target.title, **r.facts).message for r in made.refusals if r.is_final]


def _print(page: Page, agent: dict[str, Any], verbose: bool) -> None:
    title = FORMATS[agent["format"]].title if agent["format"] in FORMATS else "canonical spec"
    page.heading(cut(f"{agent['agent']} ({title})", WIDTH))
    page.lines(wrapped(f"may {touching(agent['access'])}", first="  "))
    width = max(columns(fate["format"]) for fate in agent["formats"])
    page.line()
    page.line(f"  {'':<{width}} " + "".join(f"{word:>8}" for word in _COUNTS) + "  access")
    for fate in agent["formats"]:
        counts = "".join(f"{fate[word] or '-':>8}" for word in _COUNTS)
        page.line(f"  {fate['format']:<{width}} {counts}  {_access(fate)}")
    if len(agent["formats"]) > _TOLD and not verbose:
        page.line()
        page.lines(wrapped("What is lost or added, and why: `--to FORMAT` for some formats, `--verbose` for all."))
        return
    told = [(fate, list(_details(fate, agent["access"], verbose))) for fate in agent["formats"]]
    if any(lines for _, lines in told):
        page.heading("In detail" if verbose else "Lost, added or refused")
    for fate, lines in told:
        for number, line in enumerate(lines):
            label = "" if number else fate["format"]
            page.lines(wrapped(line, first=f"  {label:<{width}}  ", rest=" " * (width + 6)))


def _access(fate: dict[str, Any]) -> str:
    if fate["refused_for"]:
        return "not written"
    if fate["gains"]:
        return "wider: refused"
    return "same" if set(fate["access_before"]) <= set(fate["access_after"]) else "narrower"


def _details(fate: dict[str, Any], access: Sequence[str], verbose: bool) -> Iterator[str]:
    """What is lost, added, refused or narrower, or meant so by the author; with `verbose`, also what changes.

    `access` is what the agent may touch where its author says nothing for one client alone.
    """
    for status, word in sorted(WORDS.items(), key=lambda entry: entry[1] == "added"):
        if status == "kept" or not (verbose or word in {"lost", "added"}):
            continue
        label = word if word == "added" else status
        fields = [field for field in fate["fields"] if field["status"] == status]
        if bare := [field["field"] for field in fields if not field["note"]]:
            yield f"{label}: {', '.join(_folded(bare))}"
        for field in fields:
            if field["note"]:
                yield f"{label}: {next(_folded([field['field']]))} ({field['note']})"
    for reason in fate["refused_for"]:
        yield f"refused: {reason}"
    if fate["gains"]:
        more, leave = touching(fate["gains"], besides=fate["access_before"]), narrowest(fate["gains"])
        yield f"refused: may also {more}; convert with --access {fate['format']}={leave} to write it"
    elif fate["access_before"] != access:
        yield f"its author says another access for it: may {touching(fate['access_after'])}"
    elif fate["access_before"] != fate["access_after"]:
        still = "still " if fate["access_after"] else ""
        yield f"may {still}{touching(fate['access_after'])}"


def _folded(fields: Sequence[str]) -> Iterator[str]:
    """Names of fields, those of one format's extensions told by their keys."""
    owners: dict[str, list[str]] = {}
    for field in fields:
        parts = field.split(".", 2)
        if parts[0] == "extensions" and len(parts) == 3:
            owners.setdefault(parts[1], []).append(parts[2])
        else:
            yield field
    for owner, keys in owners.items():
        yield f"{owner}'s own {', '.join(keys)}"
