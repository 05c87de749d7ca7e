"""`specs search`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import click

from converters.cli._console import Console, common, print_json
from converters.cli._layout import WIDTH, Page, columns, count, cut, left, listed, plain, wrapped
from converters.cli._library import in_format_option, library_from
from converters.cli._run import format_ids
from converters.conversion import CANONICAL, Options
from converters.findings import printable
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.identity import slug
from converters.model import AgentSpec, Derived, Source
from converters.remotes import is_web_address
from converters.report import report
from converters.search import FACETS, Answer, Finder, Reason, Result, stem, words

_LONGEST = 500
"""Characters of a request; a longer one is a text, and no question."""
_FEW = 10
"""Results shown where no limit is given."""
_PLACES = 3
"""Kinds of text told for each word that answers."""
_CALLED = {"spoken of": "what others ask it for"}


@click.command()
@click.argument("said", metavar="WORDS...", nargs=-1)
@click.option(
    "--from",
    "--in",
    "--library",
    "source",
    metavar="DIR|URL",
    help="A library, a folder of agents, or a published catalogue, of which only the index is searched, no prompts; "
    "by default the library in specs/.",
)
@click.option("--collection", multiple=True, metavar="NAME", help="Only of this collection.")
@click.option("--category", multiple=True, metavar="NAME", help="Only of this category.")
@click.option("--access", multiple=True, metavar="WORD", help="Only who may do this: read, write, shell, network ...")
@click.option("--tool", multiple=True, metavar="NAME", help="Only who names this tool: read, web-search ...")
@in_format_option
@click.option("--to", "target", metavar="FORMAT", help="Only what can be written for this tool with no wider access.")
@click.option("--inside", is_flag=True, help="Look for every word inside the prompts instead, and show the place.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="Results shown at most; by default ten, and only who answers well.",
)
@common
def search(
    said: tuple[str, ...], source: str | None, collection: tuple[str, ...], category: tuple[str, ...],
    access: tuple[str, ...], tool: tuple[str, ...], in_format: tuple[str, ...], target: str | None, inside: bool,
    limit: int | None, as_json: bool, quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Find agents by plain words: what you would ask for, not what they are called.

    The ranking is that of the published site: names count most, then what an agent says it is for,
    then what others ask it for. Words of the same meaning count too, and misspelt ones are
    understood. Of a longer request some is enough, and those who answer little of it are only
    counted. Agents of one name are one result. Without WORDS, everybody who fits is listed.

    A filter may be given several times, or with commas; any of its values will do. Nothing found is
    an answer too, and no error: exit status 0.

    \b
    Examples:
      specs search make my site faster
      specs search review --access read --limit 3
      specs search --category safety
      specs search tides --from https://example.org/catalogue/
    """  # noqa: D301 - click keeps the lines of a paragraph behind it
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    text = " ".join(said)
    if len(text) > _LONGEST:
        raise click.UsageError(f"That is {len(text)} characters; at most {_LONGEST} are looked for.")
    wanted = {
        facet: tuple(word.strip() for group in groups for word in group.split(",") if word.strip())
        for facet, groups in zip(FACETS, (collection, category, access, tool, in_format), strict=True)
    }
    targets = format_ids(target)
    if len(targets) > 1:
        raise click.UsageError("--to takes one format here.")
    if not text.strip() and not any(wanted.values()) and not targets:
        raise click.UsageError("Say what you look for, or give a filter such as --category.")
    finder, where = _finder(source, console, whole=bool(targets) or inside)
    wanted = {facet: tuple(_known(finder, facet, value) for value in values) for facet, values in wanted.items()}
    fits = _fitting(finder, finder.chosen(wanted), targets)
    found = finder.ask(text, inside=inside, fits=fits, limit=limit or _FEW, well=limit is None)
    near = {word: finder.near(word) for word in (found.unknown or _words(text)) if not found.total}
    if as_json:
        print_json(_document(finder, found, text, near))
        return
    page = Page(no_color=no_color)
    page.lines(_understood(found))
    for result in found.results:
        _show(page, finder, result)
    if found.results:
        console.say(_counted(found, where))
    else:
        filters = [word for facet, values in wanted.items() for value in values for word in (_option(facet), value)]
        filters += ["--to", targets[0]] if targets else []
        _help(page, finder, found, text, near, filters, inside=inside)
        if not is_web_address(where):
            page.lines(wrapped(f"`specs list{'' if source is None else f' {source}'}` names all agents", first="  - "))
    if is_web_address(where):
        console.say("Searched: names, titles, tags, summaries and categories. An index has no prompts.")


def _option(facet: str) -> str:
    return f"--{'in-' if facet == 'format' else ''}{facet}"


def _words(text: str) -> Iterable[str]:
    return dict.fromkeys(text.casefold().split())


# --- where to look -------------------------------------------------------------------------------


def _finder(source: str | None, console: Console, *, whole: bool) -> tuple[Finder, str]:
    """Who answers, and what people call the place; `whole` where more than an index tells is asked for."""
    if source and is_web_address(source):
        if whole:
            raise click.UsageError(
                "Of a published catalogue only the index is searched: it has no prompts to look --inside, and too "
                "little for --to. The catalogue's own page looks inside prompts."
            )
        return _published(source)
    library = library_from((source,) if source else (), console, Options(), option="--from")
    return Finder({library.key(spec): spec for spec in library.agents}), source or "specs"


def _published(address: str) -> tuple[Finder, str]:
    from converters.published import Published, Unreachable

    try:
        catalogue = Published(address)
        entries = catalogue.entries()
    except Unreachable as error:
        raise click.ClickException(printable(str(error))) from None
    agents, values = {}, {}
    for one in entries:
        collection, _, id_ = one.key.partition("/")
        told = Derived(title=one.title, summary=one.summary, categories=one.categories, access=one.access)
        home = Source(collection=collection, format=one.format)
        agents[one.key] = AgentSpec(id=id_, name=one.name, tags=one.tags, source=home, derived=told)
        values[one.key] = {
            "collection": frozenset({collection}),
            "category": frozenset(one.categories),
            "access": frozenset(one.access),
            "tool": frozenset(one.tools),
            "format": frozenset({one.format}),
        }
    return Finder(agents, values), catalogue.root


def _known(finder: Finder, facet: str, value: str) -> str:
    """A value as the library spells it; ends the run where no agent has it."""
    known = finder.spelled(facet, value)
    if known is not None:
        return known
    choices, near = finder.choices(facet), finder.like(facet, value)
    hint = f" Did you mean {' or '.join(map(printable, near))}?" if near else ""
    there = f" There are: {plain(listed([one for one, _ in choices.most_common(12)]))}." if choices and not near else ""
    raise click.ClickException(f"No agent here has the {facet} {printable(value)!r}.{hint}{there}")


def _fitting(finder: Finder, chosen: Callable[[str], bool], targets: tuple[str, ...]) -> Callable[[str], bool]:
    if not targets or targets == (CANONICAL,):
        return chosen
    fmt = FORMATS[targets[0]]
    if not fmt.writes:
        raise click.ClickException(f"{fmt.title} files are read and not written: {fmt.why}")
    return lambda key: chosen(key) and _can_be(finder.agents[key], fmt)


def _can_be(spec: AgentSpec, fmt: Format) -> bool:
    """Whether a conversion would write the agent, unasked."""
    if spec.source and spec.source.format == fmt.id:
        return True
    made = report(spec, fmt)
    return not made.gains and not any(refusal.is_final for refusal in made.refusals)


# --- for people ----------------------------------------------------------------------------------


def _understood(found: Answer) -> Iterator[str]:
    """How the words were taken, where that is not as they stand."""
    said = [f'Read "{word}" as "{meant}".' for word, meant in found.read_as.items()]
    said += [f'Nothing is called "{word}", so it was left out.' for word in found.unknown if found.results]
    for line in said:
        yield from wrapped(line)


def _counted(found: Answer, where: str) -> str:
    """How many answer, and how many of them are not shown."""
    shown, less = len(found.results), found.total - found.likely
    if shown > found.likely:  # whoever asks for them is not told apart
        less = 0
    told = found.total - less
    part = f", {shown} of them shown" if shown < told else ""
    rest = f"; {less} more {'answers' if less == 1 else 'answer'} less of it (--limit {found.total})" if less else ""
    whole = f"; --limit {told} shows all" if part and not less else ""
    return f"{count(told, 'name')} in {where}{part}{rest}{whole}"


def _show(page: Page, finder: Finder, result: Result) -> None:
    spec = finder.agents[result.key]
    folder, _, last = result.key.rpartition("/")
    name = spec.name or spec.id
    home = folder if last == slug(name) else result.key
    if columns(name) + columns(home) + 2 <= WIDTH:
        page.heading(f"{left(name, WIDTH - 2 - columns(home))}  {plain(home)}")
    else:  # each whole: they are what `specs install` is told
        first, *rest = wrapped(name)
        page.heading(first)
        page.lines([*rest, *wrapped(home, first="  ")])
    page.line(f"  {cut(spec.derived.summary or spec.description or 'No description.', WIDTH - 2)}".rstrip())
    if result.passage:
        page.lines(wrapped(f'"{result.passage}"', first="  "))
    elif result.reasons:
        page.lines(wrapped("; ".join(map(_why, result.reasons)), first="  > ", rest="    "))
    if result.variants:
        page.lines(wrapped(listed(result.variants, 4), first="  also "))


def _why(reason: Reason) -> str:
    places = ", ".join(_CALLED.get(name, name) for name in reason.where[:_PLACES])
    said, found = (set(map(stem, words(text))) for text in (reason.said, reason.word))
    if found == said:
        return f'"{reason.said}" in {places}'
    if reason.same:
        return f'"{reason.said}" ({reason.word}) in {places}'
    return (
        f'"{reason.word}" of "{reason.said}" in {places}'
        if found < said
        else f'"{reason.word}" for "{reason.said}", in {places}'
    )


def _help(
    page: Page, finder: Finder, found: Answer, text: str, near: Mapping[str, tuple[str, ...]], filters: list[str],
    *, inside: bool,
) -> None:  # fmt: skip
    """What else to try."""
    said = f'"{text}"' if text.strip() else "that choice"
    page.lines(wrapped(f"No agent answers {said}" + (" and fits." if found.unfit else ".")))
    for word, others in near.items():
        if others:
            page.lines(wrapped(f'for "{word}", did you mean {" or ".join(others)}?', first="  - "))
    if found.unfit:
        page.lines(wrapped(f"without {shlex.join(filters)}: {count(found.unfit, 'name')}", first="  - "))
    if inside:
        page.lines(wrapped("without --inside, words need not be the author's own, nor all of them", first="  - "))
    elif text.strip() and not found.unfit and _has_prompts(finder):
        there = finder.ask(text, inside=True, limit=0).total
        if there:
            page.lines(wrapped(f"--inside finds the words in {count(there, 'prompt')}", first="  - "))


def _has_prompts(finder: Finder) -> bool:
    return any(spec.sections for spec in finder.agents.values())


# --- for scripts ---------------------------------------------------------------------------------


def _document(finder: Finder, found: Answer, text: str, near: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "query": text,
        "total": found.total,
        "likely": found.likely,
        "unfit": found.unfit,
        "agents": [_row(finder, result) for result in found.results],
        "read_as": dict(found.read_as),
        "unknown": list(found.unknown),
        "did_you_mean": {word: list(others) for word, others in near.items() if others},
    }


def _row(finder: Finder, result: Result) -> dict[str, Any]:
    spec = finder.agents[result.key]
    source = spec.source
    return {
        "key": result.key,
        "collection": source.collection if source else "",
        "id": spec.id,
        "name": spec.name,
        "title": spec.title or spec.derived.title or spec.name,
        "summary": spec.derived.summary,
        "categories": list(spec.derived.categories),
        "access": sorted(finder.values[result.key]["access"]),
        "format": source.format if source else "",
        "score": result.score,
        "variants": list(result.variants),
        "why": [{"said": one.said, "word": one.word, "where": list(one.where)} for one in result.reasons],
        **({"passage": result.passage} if result.passage else {}),
    }
