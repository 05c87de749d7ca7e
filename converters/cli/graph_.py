"""`specs graph`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from converters.cli._card import topic
from converters.cli._console import Console, common
from converters.cli._layout import WIDTH, Page, columns, count, cut, left, plain, wrapped
from converters.cli._library import ambiguous, library_from
from converters.convert import Artifact, Options
from converters.findings import printable
from converters.output import Output

if TYPE_CHECKING:
    from converters.graph import Network

_FORMS = ("text", "json", "graphml", "dot", "mermaid", "csv")


@click.command()
@click.argument("inputs", metavar="[LIBRARY|INPUT]...", nargs=-1)
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
@click.option("--force", is_flag=True, help="Overwrite a file this tool did not write or that was edited since.")
@common
def graph(
    inputs: tuple[str, ...], form: str, output: str | None, collection: str | None, around: str | None, depth: int,
    force: bool, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Show who works with whom, in the library (specs/) or in files and folders.

    Text is a reading: sizes, hubs, bridges, missing agents, islands, cycles of delegation.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    library = library_from(inputs, console, Options())
    from converters.graph import build

    network, _ = build(library)
    if collection is not None:
        network = _within(network, collection, console)
    center = _center(network, around) if around else None
    if center is not None:
        from converters.graph import around as nearby

        network = nearby(network, center, depth)
    form = "json" if as_json else form
    if output and output != "-":
        _write(Path(output), _exported(network, form, center), form, force, console)
    elif form == "text" and center is not None:
        _ties(Page(no_color=no_color), network, center)
    else:
        click.echo(_exported(network, form, center), nl=False)
    console.leave()


def _exported(network: Network, form: str, center: str | None) -> str:
    from converters import graph as exports

    if form == "json":
        return json.dumps(exports.to_json(network), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if form == "text":
        return exports.to_text(network)
    if form == "graphml":
        return exports.to_graphml(network)
    if form == "dot":
        return exports.to_dot(network)
    return exports.to_mermaid(network) if form == "mermaid" else exports.to_csv(network)


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


def _center(network: Network, name: str) -> str:
    from converters.graph import find

    found = find(network, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise click.ClickException(ambiguous(name, found))
    from difflib import get_close_matches

    from converters.identity import slug

    names = {slug(str(facts["name"])): str(facts["name"]) for _, facts in network.nodes(data=True)}
    near = [names[word] for word in get_close_matches(slug(name), names, 3)]
    hint = f" Did you mean {' or '.join(map(printable, near))}?" if near else ""
    raise click.ClickException(f"There is no agent {name!r}.{hint}")


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


def _ties(page: Page, network: Network, center: str) -> None:
    """Each agent with whom it names and who names it, the one asked for first."""
    others = [
        key for key in network if key != center and network.out_degree(key) and network.nodes[key]["kind"] == "agent"
    ]
    for key in (center, *others):
        facts = network.nodes[key]
        page.heading(cut(str(facts["title"] or key), WIDTH))
        page.line(f"  {cut(key.lstrip('?'), WIDTH - 2)}" + (" (missing)" if facts["kind"] == "missing" else ""))
        spoken = [(v, said) for _, v, said in network.out_edges(key, data=True)]
        heard = [(u, said) for u, _, said in network.in_edges(key, data=True)] if key == center else []
        _told(page, network, "names", spoken)
        _told(page, network, "is named by", heard)
        if key == center and not spoken and not heard:
            page.line("  names nobody and is named by nobody")


def _told(page: Page, network: Network, label: str, ties: list[tuple[str, dict[str, Any]]]) -> None:
    if not ties:
        return
    page.line(f"  {label}")
    relations = max(len(str(said["relation"])) for _, said in ties)
    called = {key: str(network.nodes[key]["name"]) or key for key, _ in ties}
    width = min(32, max(columns(plain(name)) for name in called.values()))
    for key, said in ties:
        head = f"    {left(str(said['relation']).replace('_', ' '), relations)}  {left(called[key], width)}  "
        missing = "(missing) " if network.nodes[key]["kind"] == "missing" else ""
        page.lines(wrapped(f"{missing}{cut(topic(said['about'], said['when']), 120)}", first=head))
