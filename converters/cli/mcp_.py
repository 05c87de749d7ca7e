"""`specs mcp`."""

from __future__ import annotations

import sys
from collections.abc import Hashable
from importlib.util import find_spec
from pathlib import Path

import click

from converters.cli._console import Console
from converters.cli._library import SPECS, library_from
from converters.conversion import Options
from converters.findings import printable
from converters.inputs import Input, find_inputs
from converters.library import Library, library_of

_NEEDED = ("mcp", "mcp_types", "pydantic", "anyio")
"""What the SDK consists of from its second version on."""


@click.command()
@click.argument("inputs", metavar="[LIBRARY|INPUT]...", nargs=-1)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
def mcp(inputs: tuple[str, ...], quiet: bool) -> None:
    """Serve a library to assistants that speak MCP, by default specs/.

    It speaks the Model Context Protocol on standard input and output, so an assistant starts it;
    the guide shows how to register it. Assistants can then search the library, get an agent for
    any tool with a report of what is lost, see who works with whom, compare agents and check a
    draft. Nothing is written, fetched or run. Files that change are read again.

    It needs the MCP SDK: pip install "agent-specs[mcp]"
    """
    if not all(map(find_spec, _NEEDED)):
        raise click.ClickException(
            'specs mcp needs the MCP SDK, version 2, which is an extra: pip install "agent-specs[mcp]"'
        )
    roots = inputs or (str(SPECS),)
    for root in roots:
        if not Path(root).exists():
            hint = "" if inputs else ": name files, folders or a library"
            raise click.ClickException(f"There is no {printable(root)!r} here{hint}.")
    from converters.mcp.server import serve
    from converters.mcp.shelf import Shelf

    console = Console(quiet=quiet)
    console.say(f"serving {', '.join(roots)} over MCP")
    if sys.stdin.isatty():
        console.say("an assistant is to start this, and speak to it; Ctrl-C ends it")
    serve(Shelf(lambda: _library(inputs), lambda: _stamp(roots)))


def _library(inputs: tuple[str, ...]) -> Library:
    """The library as it is now; an empty one where nothing can be read."""
    try:
        return library_from(inputs, Console(quiet=True), Options())
    except (click.ClickException, click.exceptions.Exit):
        return library_of(())


def _stamp(roots: tuple[str, ...]) -> Hashable:
    """What is another value once a file is added, changed or gone."""
    return tuple(_file(found) for found in find_inputs(roots, {}, project=Path()) if isinstance(found, Input))


def _file(found: Input) -> Hashable:
    try:
        status = found.path.stat()
    except OSError:
        return found.shown
    return found.shown, status.st_mtime_ns, status.st_size
