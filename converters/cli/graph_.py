"""`specs graph`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from converters.cli._console import Console, common, print_json
from converters.cli._layout import Page, count
from converters.cli._library import followed, inputs_as_arguments, library_from
from converters.cli._ties import meant, neighbourhood, way
from converters.conversion import Artifact, Options
from converters.findings import printable
from converters.output import Output

if TYPE_CHECKING:
    from converters.graph import Network

_FORMS = ("text", "json", "graphml", "dot", "mermaid", "csv", "svg")
_MOST = 10
"""Things of each kind that a reading tells, unless it is to tell all."""


@click.command()
@click.argument("inputs", metavar="[LIBRARY|INPUT]...", nargs=-1)
@inputs_as_arguments
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    help="How to print it; text is a reading.",
)
@click.option("-o", "--output", metavar="FILE", help="Write a file instead of printing.")
@click.option("--collection", metavar="NAME", help="Only the agents of this collection.")
@click.option("--around", metavar="NAME", help="Only what lies around this agent.")
@click.option(
    "--depth", type=click.IntRange(0, 99), default=1, show_default=True, help="References away from it, at most."
)
@click.option(
    "--path", "ends", nargs=2, metavar="A B", help="How A leads to B by the fewest references; as text or JSON."
)
@click.option("--force", is_flag=True, help="Overwrite a file this tool did not write or that was edited since.")
@common
def graph(
    inputs: tuple[str, ...], form: str, output: str | None, collection: str | None, around: str | None, depth: int,
    ends: tuple[str, str] | None, force: bool, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Show who works with whom, in the library (specs/) or in files and folders.

    Text is a reading: its shape, what to mend, who carries it, who belongs together. With --around
    or --path it is about one agent, or two; --verbose leaves nothing out. `specs team` finds a set
    of agents that works by itself.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    library = library_from(inputs, console, Options())
    from converters.graph import build

    network, _ = build(library)
    if collection is not None:
        network = _within(network, collection, console)
    form, limit = "json" if as_json else form, len(network) if verbose else _MOST
    if ends:
        start, end = (meant(network, followed(library, name, console)) for name in ends)
        _print_way(network, (start, end), ends, form, output, Page(no_color=no_color))
        return console.leave()
    center = meant(network, followed(library, around, console)) if around else None
    if center is not None:
        from converters.graph import around as nearby

        network = nearby(network, center, depth)
    if output and output != "-":
        _write(Path(output), "".join(_exported(network, form, limit)), form, force, console)
    elif form == "text" and center is not None:
        neighbourhood(Page(no_color=no_color), network, center)
    else:
        for piece in _exported(network, form, limit):
            click.echo(piece, nl=False)
    return console.leave()


def _print_way(
    network: Network, ends: tuple[str, str], named: tuple[str, str], form: str, output: str | None, page: Page
) -> None:
    from converters.graph import shortest_path

    if form not in {"text", "json"} or output:
        raise click.UsageError("--path is printed, as text or JSON.")
    start, end = ends
    steps = shortest_path(network, start, end)
    if form == "json":
        print_json({"from": start, "to": end, "steps": None if steps is None else [asdict(step) for step in steps]})
    if steps is None:
        raise click.ClickException(f"Nothing leads from {named[0]!r} to {named[1]!r}, in either direction.")
    if form == "text":
        way(page, network, start, end, steps)


def _exported(network: Network, form: str, limit: int) -> Iterable[str]:
    """The export in pieces, so that a large one never lies in memory whole; a reading tells `limit` of each kind."""
    from converters.graph import WRITERS, to_svg, to_text

    if form == "text":
        return (to_text(network, limit=limit),)
    return (to_svg(network),) if form == "svg" else WRITERS[form](network)


def _within(network: Network, collection: str, console: Console) -> Network:
    """The part of one collection; ties that leave it are counted, for they are not shown."""
    inside = {key for key, facts in network.nodes(data=True) if facts["collection"] == collection}
    if not inside:
        from difflib import get_close_matches

        names = sorted({str(facts["collection"]) for _, facts in network.nodes(data=True)})
        near = get_close_matches(collection, names, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(map(printable, names))}."
        raise click.ClickException(f"There is no collection {collection!r}. {hint}")
    part = type(network)()
    part.add_nodes_from((key, facts) for key, facts in network.nodes(data=True) if key in inside)
    part.add_edges_from((u, v, facts) for u, v, facts in network.edges(data=True) if u in inside and v in inside)
    leaving = sum((u in inside) != (v in inside) for u, v in network.edges())
    if leaving:
        console.say(f"{count(leaving, 'reference')} to or from other collections left out")
    return part


def _write(path: Path, text: str, form: str, force: bool, console: Console) -> None:
    """Put the export at `path`, never over what somebody else wrote."""
    if path.is_dir():
        raise click.UsageError(f"{path} is a folder; name a file.")
    made = Output(path.parent)
    changes = made.plan([Artifact(path.name, text.encode("utf-8", "replace"), f"graph-{form}", ())], force=force)
    console.find(change.finding for change in changes if change.finding)
    try:
        console.find(made.apply(changes))
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None
    if not console.failed:
        console.say(f"{path}: {changes[0].kind}")
