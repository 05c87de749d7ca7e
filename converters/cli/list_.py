"""`specs list`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from converters.cli._console import Console, common, print_json
from converters.cli._layout import WIDTH, Page, columns, count, cut, left, plain, wrapped
from converters.cli._library import headcount, in_format_option, inputs_as_arguments, library_from, written_in
from converters.conversion import Options
from converters.library import Library
from converters.listing import Ask, Entry, GroupBy, badge, grouped, markdown, title_of
from converters.listing.regions import columns_of
from converters.listing.tables import summary_of
from converters.model import AgentSpec

_NAME = 28
"""Columns kept for names; a longer one takes what it needs, for other commands are told it."""
_LEAST = 20
"""Columns below which a summary stands on a line of its own."""


@click.command(name="list")
@click.argument("inputs", metavar="[LIBRARY|INPUT]...", nargs=-1)
@inputs_as_arguments
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "plugin", "marketplace", "badge"]),
    help="How to print it; with --into, what the file is.  [default: text, with --into as the file's name says]",
)
@in_format_option
@click.option(
    "--group-by",
    type=click.Choice(["category", "collection"]),
    default="collection",
    show_default=True,
    help="What the agents are sorted under.",
)
@click.option(
    "--columns",
    "columns_",
    metavar="NAMES",
    default="name,summary,model",
    show_default=True,
    help="Columns of Markdown tables: name, summary, tools, model, access, category, collection, format.",
)
@click.option(
    "--into",
    multiple=True,
    metavar="FILE",
    help="Keep the lists in this file in step: a README, a plugin's manifest, a badge; or in all that a pattern means.",
)
@click.option("--check", is_flag=True, help="With --into, write nothing; exit 1 where a list is not in step.")
@click.option("--diff", is_flag=True, help="With --into, write nothing; show what would change.")
@common
def list_agents(
    inputs: tuple[str, ...], form: str | None, in_format: tuple[str, ...], group_by: GroupBy, columns_: str,
    into: tuple[str, ...], check: bool, diff: bool, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """List the agents of a library, or of files and folders, by default of specs/.

    With --into, the lists in a file are written anew and nothing else in it. In Markdown a list stands
    between <!-- specs:list --> and <!-- /specs:list -->, each alone on its line. The first one can say
    more: <!-- specs:list group-by=category collection=harbour --> and so on, with group-by, collection,
    category, folder, columns, as (table or list) and level (of headings).

    Markdown and badges are for readers: they leave out agents with `publish: false`.

    Between <!-- specs:count --> and <!-- /specs:count --> the number of agents is kept. Of a Claude Code
    plugin.json or marketplace.json, it is the paths under "agents".
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    try:
        ask = Ask(group_by=group_by, columns=columns_of(columns_))
    except ValueError as error:
        raise click.UsageError(f"--columns: {error}") from None
    if not into and (check or diff):
        raise click.UsageError("--check and --diff go with --into, which says where the lists are.")
    if into:
        from converters.cli._kept import keep

        keep(inputs, into, form, ask, console, in_format=in_format, check=check, diff=diff, as_json=as_json)
        return
    files: dict[str, Path] = {}
    library = written_in(library_from(inputs, console, Options(), files), in_format)
    groups = grouped(library.agents, group_by)
    if as_json or form == "json":
        print_json({"agents": [_row(spec, group) for group, specs in groups for spec in specs]})
    elif form == "markdown":
        _markdown(library.published, ask, files)
    elif form == "badge":
        print_json(badge("agents", f"{len(library.published.agents):,}"))
    elif form in {"plugin", "marketplace"}:
        raise click.UsageError(f"--format {form} goes with --into, which names the manifest.")
    else:
        _text(Page(no_color=no_color), groups, group_by)
        console.say(f"{headcount(library.agents)} in {count(len(groups), group_by)}")
    console.leave()


def _row(spec: AgentSpec, group: str) -> dict[str, Any]:
    source = spec.source
    return {
        "key": Library.key(spec),
        "collection": source.collection if source else "",
        "id": spec.id,
        "name": spec.name,
        "title": spec.title or spec.derived.title or spec.name,
        "summary": summary_of(spec) or None,
        "categories": list(spec.derived.categories),
        "model": spec.model,
        "model_tier": spec.derived.model_tier,
        "access": list(spec.derived.access),
        "format": source.format if source else "",
        "path": source.path if source else "",
        "group": group,
    }


def _text(page: Page, groups: Sequence[tuple[str, list[AgentSpec]]], group_by: GroupBy) -> None:
    for group, specs in groups:
        widest = min(_NAME, max(columns(plain(spec.name)) for spec in specs))
        title = title_of(group, group_by) or f"no {group_by}"
        page.heading(f"{cut(title, WIDTH - 12)} ({len(specs)})")
        for spec in specs:
            page.lines(_entry(spec, widest))


def _entry(spec: AgentSpec, widest: int) -> Iterator[str]:
    """The name, whole, and what there is room for of the summary."""
    head = f"  {left(spec.name, max(widest, columns(plain(spec.name))))}"
    if columns(head) + 2 + _LEAST > WIDTH:
        yield from wrapped(spec.name, first="  ")
        head = " " * (widest + 2)
    yield f"{head}  {cut(summary_of(spec), WIDTH - columns(head) - 2)}".rstrip()


def _markdown(library: Library, ask: Ask, files: dict[str, Path]) -> None:
    """Each group's table, names linked to the files they come from, seen from this folder."""
    from converters.cli._kept import Links

    links = Links(library, files, Path())
    entries = [Entry(spec, links.to(spec)) for spec in library.agents]
    for line in markdown(entries, ask, library.collections, level=2):
        click.echo(line)
