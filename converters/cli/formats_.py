"""`specs formats`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from converters.canonical import SCHEMA_URL
from converters.cli._console import Console, common, print_json
from converters.cli._layout import Page, columns, left, plain, table, wrapped
from converters.cli._run import format_ids
from converters.conversion import CANONICAL
from converters.formats import FORMATS
from converters.formats._kit import KEYED, PROMPT, Format, Limit
from converters.model import SPEC_VERSION
from converters.validation import schema_text

_KEY = 18


@click.command()
@click.argument("format_id", metavar="[FORMAT]", required=False)
@common
def formats(format_id: str | None, as_json: bool, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Show the formats, or one format's table: its keys, what may stand there, its limits."""
    Console(quiet=quiet, verbose=verbose, no_color=no_color)
    wanted = format_ids(format_id)
    if len(wanted) > 1:
        raise click.UsageError("Name one format, or none for a list of them.")
    told = [_told(FORMATS[id_]) if id_ in FORMATS else _canonical() for id_ in wanted or (*FORMATS, CANONICAL)]
    if as_json:
        print_json(told[0] if wanted else {"formats": told})
    elif wanted:
        _table(Page(no_color=no_color), told[0])
    else:
        _list(Page(no_color=no_color), told)


def _told(fmt: Format) -> dict[str, Any]:
    return {
        "id": fmt.id,
        "title": fmt.title,
        "container": fmt.container.value,
        "files": list(fmt.files),
        "dialects": [{"id": dialect.id, "title": dialect.title} for dialect in fmt.dialects],
        "rows": len(fmt.rows),
        "reads": fmt.reads,
        "writes": fmt.writes,
        "why": fmt.why or None,
        "many_agents": fmt.shared,
        "limits_tools": fmt.limits_tools,
        "limits_whole": fmt.limits_whole,
        "limits": [_limit(limit) for limit in fmt.limits],
        "reserved": sorted(fmt.reserved),
        "traps": [trap.told for trap in fmt.traps],
        "also_loads": list(fmt.also_loads),
        "table": [
            {
                "key": "(its name)" if row.key == KEYED else row.key,
                "field": row.field if row.field[0] != "." else f"extensions.{fmt.id}{row.field}",
                "says": row.codec.says,
                "required": row.required,
                "filled_from": row.origin or None,
                "note": row.note,
            }
            for row in fmt.rows
        ],
        "personal_files": f"~/{fmt.home.folder}/{fmt.home.place}" if fmt.home else None,
        "moved_by": [name for name, _ in fmt.home.moved] if fmt.home else [],
        "notes": list(fmt.notes),
        "source": fmt.source,
        "read_on": fmt.read_on,
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "field": limit.field,
        "least": limit.least or None,
        "most": limit.most,
        "unit": limit.unit,
        "hard": limit.hard,
    }


def _canonical() -> dict[str, Any]:
    """Our own form, told from its schema."""
    agent = json.loads(schema_text())["$defs"]["agentSpec"]
    return {
        "id": CANONICAL,
        "title": f"Canonical spec, version {SPEC_VERSION}",
        "container": "YAML or JSON, one agent a file, valid against schema.json",
        "files": ["specs/<collection>/<id>.yaml"],
        "dialects": [],
        "rows": len(agent["properties"]),
        "reads": True,
        "writes": True,
        "why": None,
        "many_agents": False,
        "limits_tools": True,
        "limits_whole": False,
        "limits": [],
        "reserved": [],
        "traps": [],
        "also_loads": [],
        "table": [
            {
                "key": key,
                "field": key,
                "says": _type(said),
                "required": key in agent.get("required", ()),
                "filled_from": None,
                "note": said.get("description", ""),
            }
            for key, said in agent["properties"].items()
        ],
        "personal_files": None,
        "moved_by": [],
        "notes": ["says everything every other format can say; what only one of them says stands in `extensions`"],
        "source": SCHEMA_URL,
        "read_on": None,
    }


def _type(said: Mapping[str, Any]) -> str:
    if "const" in said:
        return f"`{said['const']}`"
    name = said.get("type") or said.get("$ref", "#/any JSON").rpartition("/")[2]
    words = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping",
    }
    return " or ".join(words.get(word, word) for word in ([name] if isinstance(name, str) else name))


def _list(page: Page, told: list[dict[str, Any]]) -> None:
    page.heading("Formats")
    rows = [("id", "title", "keys", "way", "limits", "read on")]
    for fmt in told:
        limits = "yes" if fmt["limits_tools"] else "whole" if fmt["limits_whole"] else "no"
        way = "both" if fmt["reads"] and fmt["writes"] else "read" if fmt["reads"] else "write"
        rows.append((fmt["id"], fmt["title"], str(fmt["rows"]), way, limits, fmt["read_on"] or ""))
    page.lines(table(rows, indent="  ", right=(2,)))
    page.line()
    page.lines(wrapped("`limits` tells whether a file can limit what an agent touches, by tool or as a whole."
                       " `specs formats FORMAT` shows its keys, limits, and where the facts were read."))  # fmt: skip


def _table(page: Page, fmt: Mapping[str, Any]) -> None:
    page.heading(f"{fmt['title']} ({fmt['id']})")
    page.line()
    page.lines(wrapped(fmt["container"], first="  lies in       "))
    places = ", ".join(fmt["files"])
    page.lines(wrapped(places, first="  found at      "))
    if fmt["personal_files"]:
        page.lines(wrapped(_home(fmt), first="  your own at   "))
    if fmt["dialects"]:
        page.lines(wrapped(", ".join(f"{d['id']} ({d['title']})" for d in fmt["dialects"]), first="  dialects      "))
    page.lines(
        wrapped(
            "yes"
            if fmt["limits_tools"]
            else "only as a whole: none can be named"
            if fmt["limits_whole"]
            else "no: the host decides what an agent may touch",
            first="  limits tools  ",
        )
    )
    page.lines(
        wrapped(fmt["source"] + (f", read {fmt['read_on']}" if fmt["read_on"] else ""), first="  source        ")
    )
    if fmt["why"]:
        page.lines(wrapped(fmt["why"], first="  one way       "))
    if fmt["table"]:
        page.heading("Keys (* must be there)")
    width = max([_KEY, *(columns(row["key"]) + 1 for row in fmt["table"])])
    for row in fmt["table"]:
        key = left(row["key"] + ("*" if row["required"] else ""), width)
        page.lines(wrapped(_says(row), first=f"  {key}  "))
    notes = [
        *map(_bounds, fmt["limits"]),
        *_kept(fmt["reserved"]),
        *fmt["traps"],
        *fmt["notes"],
    ]
    if fmt["also_loads"]:
        notes.append(f"also loads the files of {', '.join(fmt['also_loads'])}")
    if notes:
        page.heading("Limits and notes")
        for note in notes:
            page.lines(wrapped(note, first="  - "))


def _home(fmt: Mapping[str, Any]) -> str:
    """Where one's own agents lie, in words."""
    moved = " or ".join(f"${name}" for name in fmt["moved_by"])
    return f"{fmt['personal_files']}" + (f", unless {moved} says otherwise" if moved else "")


def _bounds(limit: Mapping[str, Any]) -> str:
    """One limit in words."""
    field = "the prompt" if limit["field"] == PROMPT else limit["field"]
    least = f"at least {limit['least']} and " if limit["least"] else ""
    how = "" if limit["hard"] else " (advice)"
    return f"{field}: {least}at most {limit['most']:,} {limit['unit']}{how}"


def _kept(names: Sequence[str]) -> list[str]:
    """The names no agent may have, in words."""
    return [f"names the client keeps for itself: {', '.join(names)}"] if names else []


def _says(row: Mapping[str, Any]) -> str:
    """What one key says, in a sentence's worth of words."""
    field = plain(row["field"])
    slot = field.partition(":")[2]
    if row["key"] == field:
        meaning = ""
    elif field.startswith("extensions."):
        meaning = "its own"
    elif field.startswith(PROMPT):
        meaning = "a part of the prompt" if slot else "the prompt"
    else:
        meaning = field
    filled = f"where unsaid, filled from {row['filled_from']}" if row["filled_from"] else ""
    said = "; ".join(dict.fromkeys(part for part in (row["says"], row["note"], filled) if part))
    return f"{meaning}: {said}" if meaning else said
