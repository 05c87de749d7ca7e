"""`specs compare`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from converters.cli._console import Console, common, print_json
from converters.cli._layout import WIDTH, Page, columns, count, cut, cut_start, left, plain, wrapped
from converters.cli._library import variants_at
from converters.cli._review import percent
from converters.cli._run import format_ids
from converters.cli._values import marked, said
from converters.comparison import Comparison, Field, Row, passages
from converters.comparison import compare as side_by_side
from converters.conversion import Options
from converters.fields import text_of, tools_of
from converters.formats import FORMATS
from converters.library import Library
from converters.model import AgentSpec, Section, Source
from converters.tools import gains, touching
from converters.twins import Twin, kinship

_LETTERS = "ABCDE"
_MOST = len(_LETTERS)

_TOLD = 6
"""Places of one section that are told without `--verbose`."""

_LONGEST = 240
"""Characters of one place that are shown without `--verbose`."""


@click.command()
@click.argument("inputs", metavar="NAME|INPUT...", nargs=-1, required=True)
@click.option("--from", "source", metavar="FORMAT", help="Read files as this format; otherwise it is detected.")
@common
def compare(
    inputs: tuple[str, ...], source: str | None, as_json: bool, quiet: bool, verbose: bool, no_color: bool
) -> None:
    """Show two variants or more side by side.

    INPUT is a file, a folder or `-`; NAME is an agent of the library and brings all its variants.
    Fields, access, sections and wording are each told beside the first, A.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    (source_id,) = format_ids(source) or (None,)
    found: dict[str, tuple[AgentSpec, str]] = {}
    for where in inputs:
        for outcome in variants_at(where, console, Options(source=source_id)):
            if outcome.status != "skipped":
                console.find(outcome.findings, outcome.text)
            for spec in outcome.specs:
                found.setdefault(f"{outcome.shown}#{Library.key(spec)}", (spec, outcome.shown))
    if not 2 <= len(found) <= _MOST:
        raise click.ClickException(_other_number([Library.key(spec) for spec, _ in found.values()]))
    made = side_by_side([spec for spec, _ in found.values()])
    twins = [None, *(kinship(made.agents[0], spec) for spec in made.agents[1:])]
    shown = [where for _, where in found.values()]
    if as_json:
        print_json(_json(made, twins, shown))
    else:
        _print(Page(no_color=no_color), made, twins, shown, verbose=verbose)
    console.leave()


def _other_number(keys: list[str]) -> str:
    if len(keys) < 2:
        only = f" and there is only one, {plain(keys[0])}" if keys else ""
        return f"It takes two texts to compare{only or ', and there is none'}."
    named = "\n".join(f"  {plain(key)}" for key in keys[:20])
    return f"{count(len(keys), 'agent')} are more than fit side by side; name two to {_MOST} of them:\n{named}"


# --- for people ----------------------------------------------------------------------------------


def _print(page: Page, made: Comparison, twins: list[Twin | None], shown: list[str], *, verbose: bool) -> None:
    titles = dict.fromkeys(spec.title or spec.derived.title or spec.name for spec in made.agents)
    page.heading(cut(", ".join(titles), WIDTH))
    for letter, spec, where in zip(_LETTERS, made.agents, shown, strict=False):
        source = spec.source or Source()
        fmt = FORMATS.get(source.format)
        tail = f", {cut(source.member, 20)}" if source.member else ""
        tail += f" ({fmt.title})" if fmt else ""
        page.line(f"  {letter}  {cut_start(where, WIDTH - 5 - columns(tail))}{tail}")
    for letter, twin in zip(_LETTERS[1:], twins[1:], strict=False):
        page.lines(wrapped(_kin(twin), first=f"  {letter}  is "))
    _fields(page, made)
    _access(page, made)
    _sections(page, made)
    for number, letter in enumerate(_LETTERS[1 : len(made.agents)], 1):
        twin = twins[number]
        if verbose or twin is None or twin.kind != "translation":
            _wording(page, made, number, letter, verbose=verbose)


def _kin(twin: Twin | None) -> str:
    """What a text is to A."""
    if twin is None:
        return "no copy of A, and has another name"
    if twin.kind == "exact":
        return "an exact copy of A"
    if twin.kind == "near":
        return f"a near copy of A: of all runs of three words {percent(twin.share)} are in both"
    if twin.kind == "translation":
        shared = f"{percent(twin.share)} of its names, code and numbers are in both"
        return f"a translation of A: {shared} (--verbose shows the wording)"
    return f"called the same as A; of all runs of three words {percent(twin.share)} are in both"


def _fields(page: Page, made: Comparison) -> None:
    """The fields that differ, in columns where all values are short; then those that agree, in one line."""
    differ = [field for field in made.fields if not field.is_same]
    label = min(24, max((columns(plain(field.name)) for field in differ), default=0))
    cell = (WIDTH - 2 - label) // len(made.agents) - 2
    short = [field for field in differ if all(columns(plain(text)) <= cell for text in _values(field))]
    if differ:
        page.heading("Fields that differ")
    lines = [(field.name, _values(field)) for field in short]
    for name, texts in [("", list(_LETTERS[: len(made.agents)])), *lines] if short else []:
        page.line((f"  {left(name, label)}  " + "  ".join(left(text, cell) for text in texts)).rstrip())
    for field in differ:
        if field not in short:
            page.line(f"  {cut(field.name, WIDTH - 2)}")
            for letters, text in _grouped(field):
                page.lines(wrapped(cut(text, 3 * (WIDTH - 12)), first=f"    {left(letters, 2 * len(made.agents))} "))
    if same := [field.name for field in made.fields if field.is_same]:
        page.heading("Fields that agree")
        page.lines(wrapped(", ".join(same), first="  "))


def _values(field: Field) -> list[str]:
    return [said(field.name, value) for value in field.values]


def _grouped(field: Field) -> Iterator[tuple[str, str]]:
    """Each value once, with the letters of those that say it; a reworded one beside that of A."""
    by_value: dict[str, list[str]] = {}
    for letter, text in zip(_LETTERS, _values(field), strict=False):
        by_value.setdefault(text, []).append(letter)
    first = next(iter(by_value))
    in_words = all(isinstance(value, str) for value in field.values)
    for text, letters in by_value.items():
        yield " ".join(letters), _beside(first, text) if in_words and text != first else text


def _beside(first: str, text: str) -> str:
    """A text as it is worded otherwise than the first, or as it is where little is the same."""
    found = list(passages(first, text))
    kept = any(piece.sign == "same" for passage in found for piece in passage)
    return "; ".join(map(marked, found)) if kept else text


def _access(page: Page, made: Comparison) -> None:
    page.heading("Access")
    page.lines(wrapped(f"may {touching(made.access[0])}", first="  A  "))
    for letter, more, less in _steps(made):
        also = [f"may also {touching(more, besides=made.access[0])}"] if more else []
        also += [f"may not {touching(less)}"] if less else []
        page.lines(wrapped("; ".join(also) or "the same", first=f"  {letter}  "))


def _steps(made: Comparison) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each agent but the first with what it may touch beyond it, and what it may not."""
    first = tools_of(made.agents[0])
    for letter, spec in zip(_LETTERS[1:], made.agents[1:], strict=False):
        yield letter, gains(first, tools_of(spec)), gains(tools_of(spec), first)


def _sections(page: Page, made: Comparison) -> None:
    """One line for each section: how many words it has in each text, and `=` where it is as in A."""
    if not made.rows:
        return
    cell = 7
    kinds = max(columns(row.first.kind or "") for row in made.rows)
    title = WIDTH - 2 - kinds - 2 - cell * len(made.agents) - 1
    page.heading("Sections, in words; = is as in A")
    letters = "".join(f"{letter} ".rjust(cell) for letter in _LETTERS[: len(made.agents)])
    page.line(" " * (WIDTH - 1 - len(letters)) + letters.rstrip())
    for row in made.rows:
        cells = "".join(_cell(row, number).rjust(cell) for number in range(len(made.agents)))
        page.line(f"  {left(_title(row.first), title)}  {left(row.first.kind or '', kinds)}{cells}".rstrip())


def _cell(row: Row, number: int) -> str:
    section = row.sections[number]
    if section is None:
        return "- "
    return f"{_words(section)}{'=' if number and row.is_same(number) else ' '}"


def _title(section: Section) -> str:
    return section.title or section.heading or "(before the first heading)"


def _words(section: Section) -> int:
    return len(section.text.split())


def _wording(page: Page, made: Comparison, number: int, letter: str, *, verbose: bool) -> None:
    """Where a text is worded otherwise than A, section by section; what either lacks is not repeated."""
    begun = False
    for row, places in _reworded(made, number):
        if not begun:
            page.heading(f"Worded otherwise in {letter}: [-as in A-] {{+as in {letter}+}}")
        begun = True
        page.line(f"  {cut(_title(row.first), WIDTH - 2)}")
        for text in places[: None if verbose else _TOLD]:
            page.lines(wrapped(text if verbose else cut(text, _LONGEST), first="    ", rest="      "))
        if len(places) > _TOLD and not verbose:
            page.line(f"    and {len(places) - _TOLD} more; --verbose shows all")


def _reworded(made: Comparison, number: int) -> Iterator[tuple[Row, list[str]]]:
    for row in made.rows:
        one, other = row.sections[0], row.sections[number]
        if one is not None and other is not None and not row.is_same(number):
            places = [marked(passage) for passage in passages(text_of(one), text_of(other))]
            if places:
                yield row, places


# --- for scripts ---------------------------------------------------------------------------------


def _json(made: Comparison, twins: list[Twin | None], shown: list[str]) -> dict[str, Any]:
    beyond = {letter: (more, less) for letter, more, less in _steps(made)}
    agents = zip(_LETTERS, made.agents, made.access, twins, shown, strict=False)
    return {
        "agents": [
            {
                "letter": letter,
                "key": Library.key(spec),
                "name": spec.name,
                "path": where,
                "format": spec.source.format if spec.source else "",
                "copy": _copy(twin),
                "access": list(access),
                "access_gained": list(beyond[letter][0]) if letter in beyond else [],
                "access_lost": list(beyond[letter][1]) if letter in beyond else [],
            }
            for letter, spec, access, twin, where in agents
        ],
        "fields": [{"field": field.name, "same": field.is_same, "values": list(field.values)} for field in made.fields],
        "sections": [_section(row) for row in made.rows],
    }


def _copy(twin: Twin | None) -> dict[str, Any] | None:
    return {"kind": twin.kind, "share": round(twin.share, 4), "differs": list(twin.differs)} if twin else None


def _section(row: Row) -> dict[str, Any]:
    first = row.sections[0]
    return {
        "title": _title(row.first),
        "kind": row.first.kind,
        "in": [
            None
            if section is None
            else {
                "title": section.title,
                "words": _words(section),
                "same": row.is_same(number),
                "reworded": [
                    [{"sign": piece.sign, "text": piece.text} for piece in passage]
                    for passage in (passages(text_of(first), text_of(section)) if number and first else ())
                ],
            }
            for number, section in enumerate(row.sections)
        ],
    }
