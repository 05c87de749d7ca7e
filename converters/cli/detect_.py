"""`specs detect`."""

from __future__ import annotations

import sys
from typing import Any

import click

from converters.cli._console import Console, common, print_json, project_collections
from converters.cli._layout import Page, columns, cut, cut_start, plain, terminal_width
from converters.cli._run import found_inputs
from converters.conversion import CANONICAL
from converters.detect import Detection
from converters.detect import detect as judge
from converters.findings import ERROR, Finding
from converters.formats import FORMATS
from converters.inputs import Input, read_bytes
from converters.reading import parse
from converters.text import Decoded, decode

_LEAST = 24
"""Columns that the path and the reason have at least."""


@click.command()
@click.argument("inputs", nargs=-1, required=True)
@common
def detect(inputs: tuple[str, ...], as_json: bool, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Tell which format each file is, how sure that is, and why.

    INPUTS are files, folders or `-` for standard input.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    collections, project = project_collections(console)
    rows: list[dict[str, Any]] = []
    page, width = Page(no_color=no_color), terminal_width()
    for found in found_inputs(inputs, collections, project, None):
        if isinstance(found, Finding):
            console.find([found])
            continue
        row = _judged(found, console)
        if row is None:
            continue
        rows.append(row)
        if not as_json:
            page.line(_line(row, width))
    if as_json:
        print_json({"inputs": rows})
    if not rows:
        raise click.exceptions.Exit(2)
    console.leave()


def _judged(source: Input, console: Console) -> dict[str, Any] | None:
    raw = sys.stdin.buffer.read() if source.shown == "-" else read_bytes(source.path, source.shown)
    if isinstance(raw, Finding):
        console.find([raw])
        return None
    decoded = decode(raw, source.shown)
    if decoded.refused:
        worst = next(finding for finding in decoded.findings if finding.rule.severity >= ERROR)
        judged = Detection(None, 1.0, worst.message)
    else:
        judged = judge(decoded, path=source.relative, root=source.root, explicit=source.explicit)
    return {
        "path": source.shown,
        "format": judged.format,
        "dialect": _dialect(decoded, judged.format),
        "confidence": round(judged.confidence, 2),
        "why": judged.why,
    }


def _dialect(decoded: Decoded, format_id: str | None) -> str | None:
    """The named variant, for which the file is taken apart and not yet understood."""
    fmt = FORMATS.get(format_id or CANONICAL)
    if fmt is None or not fmt.dialects:
        return None
    document = parse(decoded, fmt)
    for record in document.records:
        keys, prompt = frozenset(entry.key for entry in record.entries or ()), document.text[record.body : record.stop]
        return next((dialect.id for dialect in fmt.dialects if dialect.recognise(keys, prompt)), None)
    return None


def _line(row: dict[str, Any], width: int | None) -> str:
    """One line a file, whole in a pipe and cut to fit a terminal."""
    variant = f" ({row['dialect']})" if row["dialect"] else ""
    judged = f": {row['format'] or 'no agent'}{variant}, {row['confidence']:.0%}: "
    if width is None:
        return plain(row["path"]) + judged + plain(row["why"])
    path = cut_start(row["path"], max(_LEAST, width - len(judged) - _LEAST))
    return path + judged + cut(row["why"], max(3, width - columns(path) - len(judged)))
