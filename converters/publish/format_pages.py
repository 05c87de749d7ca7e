"""The pages of the formats: what each can say, and what survives from each to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from converters import fidelity
from converters.formats import FORMATS
from converters.formats._kit import KEYED, PROMPT, Format, Limit, Row

from . import about, addresses, render, words
from .api import VERSION
from .catalogue import Catalogue
from .late import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A line of a format's table."""

    key: str
    """As written; empty for what stands before an agent's entries."""
    meaning: str
    """What it says of an agent, in plain words."""
    says: str
    """What may stand there, as HTML."""
    required: bool
    filled_from: str
    note: str
    """HTML."""
    alias: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A cell of the matrix, told of the format at its other end."""

    title: str
    href: str
    cell: fidelity.Cell

    @property
    def level(self) -> str:
        """How it is shaded."""
        return level(self.cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatPage:
    """What `format.html` lays out, and a line of the list of formats."""

    id: str
    title: str
    href: str
    container: str
    way: str
    why: str
    files: tuple[str, ...]
    shared: bool
    named_by: str
    prompt_at: str
    limits_tools: bool
    limits_whole: bool
    """Only all together, as by a sandbox."""
    safest: str
    keys: tuple[Key, ...]
    limits: tuple[str, ...]
    traps: tuple[str, ...]
    """The pattern, and what the client does with it, as HTML."""
    notes: tuple[str, ...]
    """HTML."""
    dialects: tuple[tuple[str, str], ...]
    also_loads: tuple[tuple[str, str | None], ...]
    """Titles, and where there is a page of it, its address."""
    source: str | None
    read_on: str
    agents: int
    """Of the catalogue, read from it."""
    targets: tuple[Share, ...]
    """What agents keep on their way from here, the most first."""
    sources: tuple[Share, ...]
    """What agents keep on their way to here, the most first."""


LEVELS = (
    ("all", "100"),
    ("most", "90 to 99"),
    ("much", "75 to 89"),
    ("half", "50 to 74"),
    ("some", "25 to 49"),
    ("little", "under 25"),
)
"""The shades of the matrix and the percents they stand for."""


def level(cell: fidelity.Cell) -> str:
    """The shade of a cell."""
    if cell.percent is None:
        return "none"
    floors = (100, 90, 75, 50, 25, 0)
    return next(name for (name, _), floor in zip(LEVELS, floors, strict=True) if cell.percent >= floor)


class Formats:
    """Every format this installation knows, seen with one catalogue's agents."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.all = tuple(
            sorted((f for f in FORMATS.values() if addresses.segments(f.id)), key=lambda f: (f.title.casefold(), f.id))
        )
        self._catalogue = catalogue
        self._agents = Counter(spec.source.format for spec in catalogue.agents.values() if spec.source)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Of all, by id."""
        return {fmt.id: fmt.title for fmt in self.all}

    @cached_property
    def matrix(self) -> fidelity.Matrix:
        """What survives from each format to each other, measured on a few of the catalogue's agents."""
        specs = fidelity.sample(self._catalogue.agents.values())
        memory = self._catalogue.memory
        digests = [memory.digest(spec) for spec in specs]
        asked = None if None in digests else fingerprint(digests, [fmt.id for fmt in self.all])
        told = memory.recall("matrix", asked, lambda: _said(fidelity.measure(specs, self.all)))
        cells = {
            fmt.id: {to.id: fidelity.Cell(*told[place][at]) for at, to in enumerate(self.all)}
            for place, fmt in enumerate(self.all)
        }
        return fidelity.Matrix(tuple(cells), tuple(spec.name for spec in specs), cells)

    @property
    def measured(self) -> int:
        """The pairs that have a share, without those of a format and itself."""
        rows = self.matrix.cells.items()
        return sum(cell.share is not None for a, row in rows for b, cell in row.items() if a != b)

    @cached_property
    def pages(self) -> tuple[FormatPage, ...]:
        """The formats by title."""
        return tuple(map(self._page, self.all))

    def rows(self) -> Iterator[tuple[FormatPage, list[tuple[int | None, str]]]]:
        """The matrix: each format with the percents kept to each in turn, and their shades."""
        for page in self.pages:
            cells = self.matrix.cells[page.id]
            yield (
                page,
                [
                    (cells[to.id].percent, "same" if to is page and cells[to.id].fields else level(cells[to.id]))
                    for to in self.pages
                ],
            )

    def _page(self, fmt: Format) -> FormatPage:
        return FormatPage(
            id=fmt.id,
            title=fmt.title,
            href=addresses.link(addresses.format_page(fmt.id)),
            container=fmt.container.value,
            way=_way(fmt),
            why=fmt.why,
            files=fmt.files,
            shared=fmt.shared,
            named_by=_named_by(fmt),
            prompt_at=_prompt_at(fmt),
            limits_tools=fmt.limits_tools,
            limits_whole=fmt.limits_whole,
            safest=fmt.safest,
            keys=tuple(map(_key, fmt.rows)),
            limits=(*map(_limit, fmt.limits), *_kept(fmt.reserved)),
            traps=tuple(render.inline(trap.told) for trap in fmt.traps),
            notes=tuple(map(render.inline, fmt.notes)),
            dialects=tuple((dialect.id, dialect.title) for dialect in fmt.dialects),
            also_loads=tuple(map(_other, fmt.also_loads)),
            source=about.web(fmt.source),
            read_on=fmt.read_on,
            agents=self._agents[fmt.id],
            targets=self._shares((other, self.matrix.cells[fmt.id][other.id]) for other in self.all if other != fmt),
            sources=self._shares((other, self.matrix.cells[other.id][fmt.id]) for other in self.all if other != fmt),
        )

    @staticmethod
    def _shares(cells: Iterator[tuple[Format, fidelity.Cell]]) -> tuple[Share, ...]:
        told = [
            Share(title=other.title, href=addresses.link(addresses.format_page(other.id)), cell=cell)
            for other, cell in cells
            if cell.share is not None
        ]
        return tuple(sorted(told, key=lambda share: (-(share.cell.share or 0), share.title.casefold())))

    def document(self) -> dict[str, Any]:
        """`api/formats.json`: every format's table, and the matrix."""
        return {
            "schema_version": VERSION,
            "formats": [self._entry(fmt, page) for fmt, page in zip(self.all, self.pages, strict=True)],
            "matrix": {
                "agents": self.matrix.agents,
                "cells": {
                    a: {b: _measured(cell) for b, cell in row.items() if cell.share is not None}
                    for a, row in self.matrix.cells.items()
                },
            },
        }

    @staticmethod
    def _entry(fmt: Format, page: FormatPage) -> dict[str, Any]:
        return {
            "id": fmt.id,
            "title": fmt.title,
            "url": page.href,
            "container": fmt.container.value,
            "files": fmt.files,
            "many_agents": fmt.shared,
            "reads": fmt.reads,
            "writes": fmt.writes,
            "why": fmt.why or None,
            "limits_tools": fmt.limits_tools,
            "limits_whole": fmt.limits_whole,
            "safest": fmt.safest or None,
            "dialects": [{"id": dialect.id, "title": dialect.title} for dialect in fmt.dialects],
            "also_loads": fmt.also_loads,
            "limits": [
                {"field": x.field, "least": x.least or None, "most": x.most, "unit": x.unit, "hard": x.hard}
                for x in fmt.limits
            ],
            "reserved": sorted(fmt.reserved),
            "traps": [{"pattern": trap.pattern.pattern, "does": trap.told} for trap in fmt.traps],
            "table": [
                {
                    "key": row.key if row.key != KEYED else None,
                    "field": row.field if row.field[0] != "." else f"extensions.{fmt.id}{row.field}",
                    "says": row.codec.says,
                    "required": row.required,
                    "filled_from": row.origin or None,
                    "note": row.note or None,
                }
                for row in fmt.rows
            ],
            "notes": fmt.notes,
            "source": fmt.source,
            "read_on": fmt.read_on,
            "agents": page.agents,
        }


def _said(matrix: fidelity.Matrix) -> list[list[tuple[int, int, int, int]]]:
    """The cells as JSON, row by row."""
    rows = ([row[id_] for id_ in matrix.formats] for row in map(matrix.cells.__getitem__, matrix.formats))
    return [[(c.kept, c.fields, c.agents, c.refused) for c in row] for row in rows]


def _measured(cell: fidelity.Cell) -> Mapping[str, Any]:
    return {
        "share": round(cell.share or 0, 4),
        "kept": cell.kept,
        "fields": cell.fields,
        "agents": cell.agents,
        "refused": cell.refused,
    }


def _way(fmt: Format) -> str:
    return {(True, True): "both ways", (True, False): "read only", (False, True): "written only"}.get(
        (fmt.reads, fmt.writes), "neither"
    )


def _named_by(fmt: Format) -> str:
    """What an agent's name is taken from."""
    row = fmt.by_field.get("name")
    if row is not None:
        return "the key it stands under" if row.key == KEYED else f"its entry {row.key}"
    if fmt.named_by == "title":
        return "the prompt's title"
    return "its folder" if fmt.suffix.startswith("/") else "the file's name"


def _prompt_at(fmt: Format) -> str:
    """Where the prompt stands."""
    if fmt.prompt_file:
        return f"a file beside it, {fmt.prompt_file}"
    keys = [row.key for row in fmt.rows if row.field.startswith(PROMPT) and not row.alias]
    if not keys:
        return "below the header" if fmt.has_body else "the whole file"
    where = f"{'entry' if len(keys) == 1 else 'entries'} {', '.join(keys)}"
    return f"below the header, and the {where}" if fmt.has_body else f"the {where}"


def _key(row: Row) -> Key:
    return Key(
        key=row.key,
        meaning=words.field(row.field),
        says=render.inline(row.codec.says),
        required=row.required,
        filled_from=row.origin,
        note=render.inline(row.note) if row.note else "",
        alias=row.alias,
    )


def _limit(limit: Limit) -> str:
    """A limit as a sentence."""
    least = f"at least {limit.least:,} and " if limit.least else ""
    how = "" if limit.hard else "; more is only advised against"
    advice = f"; {limit.advice}" if limit.advice else ""
    name = words.field(limit.field)
    return f"{name[:1].upper()}{name[1:]}: {least}at most {limit.most:,} {limit.unit}{how}{advice}."


def _kept(names: Collection[str]) -> tuple[str, ...]:
    """The names no agent may have, as a sentence."""
    return (f"Names the client keeps for itself: {', '.join(sorted(names))}.",) if names else ()


def _other(id_: str) -> tuple[str, str | None]:
    known = FORMATS.get(id_)
    return (known.title, addresses.link(addresses.format_page(id_))) if known else (id_, None)
