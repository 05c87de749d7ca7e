"""What speaks for a file's being of a format: its place, its keys, marks in its text, the tools it names."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache, lru_cache
from typing import NamedTuple

from converters.formats import FORMATS
from converters.formats._kit import PROMPT, Format
from converters.vocabulary import client, clients

MARKDOWN = (".md", ".markdown", ".txt")
"""What any Markdown file may be called."""

AGENT_FOLDERS = frozenset({"agents", "agent", "subagents"})
"""Folders of agents that are nobody's own."""

_TOOLS = re.compile(r"^[ \t]*[\w-]*[tT]ools[ \t]*:(.*(?:\n[ \t]*-.*|\n[ \t]+.*|\n\].*)*)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z][\w/-]*")

_SAYS_NOTHING = re.compile(
    r"(?:[a-z]|[0-9a-f_-]{2,}|(?:stdin|input|file|agent|content|test|tmp|temp|sample|unknown|untitled|document|data|text)\d*)",
    re.IGNORECASE,
)
"""The stem of a file that was named without thought, as a pipe's or a draft's."""

_PLACED, _OWN, _MARKED, _MISNAMED, _FACELESS = 8, 3, 5, -10, -2
"""What a format's place, a key only it has, a mark, another's file name and nothing of its own count."""


class Evidence(NamedTuple):
    """How much speaks for a format; a key it knows counts one."""

    score: float
    telling: bool
    """Whether something speaks for this format that does not for its neighbours."""


@cache
def _places() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """The formats' own places as patterns of whole paths, and whether a place is but the end of a file's name."""
    found = []
    for fmt in FORMATS.values():
        for place in fmt.files:
            suffix = place.startswith("*.")
            if place[0] == "." or suffix or not set("*{") & set(place.rpartition("/")[2]) or _is_ours(place, fmt):
                glob = place.replace("{name}", "*").replace("**/", "").lstrip("*")
                found.append((fmt.id, re.compile(translate(("*" if suffix else "*/") + glob)), suffix))
    return tuple(found)


def _is_ours(pattern: str, fmt: Format) -> bool:
    """Whether it is where we write, in a folder whose name is nobody else's."""
    folder = pattern.partition("/")[0]
    return pattern == fmt.files[0] and folder != pattern and folder not in AGENT_FOLDERS


def placed_in(path: str) -> frozenset[str]:
    """The formats whose own folders hold a file of this path; where none does, those whose files end so."""
    held = [(id_, suffix) for id_, pattern, suffix in _places() if pattern.match(f"/{path}")]
    return frozenset(id_ for id_, suffix in held if not suffix) or frozenset(id_ for id_, _ in held)


class Seen(NamedTuple):
    """What there is to judge a file by."""

    keys: frozenset[str]
    """At the top of its header, or of the file."""
    text: str
    header: str
    """The text of its front matter; empty where it has none."""
    path: str
    placed: frozenset[str]
    """The formats whose own place that path is."""


def weigh(fmt: Format, seen: Seen) -> Evidence:
    """What a file's keys, text and path say for a format."""
    table, keys = _table(fmt.id), seen.keys
    holds = table.members in keys and _of_mappings(table.members or "").search(seen.text) is not None
    alone = table.members is None or (fmt.alone and keys.issuperset(fmt.alone))
    if alone:
        known = sum(key in table.known for key in keys)
        score = known - (0.4 * (len(keys) - known) if table.known else 0)
        score -= 0.6 * sum(key not in keys for key in table.required)
    else:
        score = 4.0 * holds
    telling = _OWN * sum(key in fmt.signature for key in keys) + (fmt.likely(keys, seen.text) if fmt.likely else 0.0)
    telling += _MARKED * any(mark.search(seen.header if fmt.has_body else seen.text) for mark in table.marks)
    score += telling + (0.5 if fmt.usual else _FACELESS * (fmt.has_body and telling <= 0)) + _place_speaks(fmt, seen)
    score += _tools_speak(fmt, seen.header) if fmt.has_body else 0.0
    found = holds if table.members and not alone else _says_an_agent(fmt, keys, telling=telling > 0)
    if not found and fmt.id not in seen.placed:
        score = 0.0
    return Evidence(score, telling >= 1 or fmt.id in seen.placed)


def _says_an_agent(fmt: Format, keys: frozenset[str], *, telling: bool) -> bool:
    """Whether a file of keys says what its agent is told, or who it is and something that only this format says."""
    table = _table(fmt.id)
    if not fmt.keyed or callable(fmt.members) or not table.prompts:
        return True  # with its agents anywhere in the file, the keys at its top are no agent's
    return not table.prompts.isdisjoint(keys) or (telling and not table.naming.isdisjoint(keys))


class _Table(NamedTuple):
    """A format's table, as far as it is asked again and again."""

    known: frozenset[str]
    required: tuple[str, ...]
    members: str | None
    marks: tuple[re.Pattern[str], ...]
    prompts: frozenset[str]
    """Where a prompt may stand."""
    naming: frozenset[str]
    """What says who an agent is."""


@cache
def _table(id_: str) -> _Table:
    fmt = FORMATS[id_]
    required = tuple(row.top for row in fmt.rows if row.required and row.key)
    members = fmt.members if isinstance(fmt.members, str) else None
    prompts = frozenset(row.top for row in fmt.rows if row.field.startswith(PROMPT))
    naming = frozenset(row.top for row in fmt.rows if row.field in {"name", "title", "description"})
    marks = tuple(re.compile(m, re.MULTILINE) for m in fmt.marks)
    return _Table(frozenset(fmt.by_entry), required, members, marks, prompts, naming)


@cache
def _of_mappings(key: str) -> re.Pattern[str]:
    """What a key looks like, in YAML or JSON, that holds agents by name or a list of them, and no paths to some."""
    space = r"\s*+(?:#[^\n]*+\s*+)*+"
    entry = r"(?:\{|(?:\"[^\"\n]*+\"|'[^'\n]*+'|[\w$][^\n:]*+)[ \t]*+:(?:\s|\Z))"
    held = rf"(?:-\s++|\[{space})?(?:{entry}|\])"
    return re.compile(rf"(?:^|[{{,])[ \t]*+[\"']?{re.escape(key)}[\"']?[ \t]*+:{space}{held}", re.MULTILINE)


def _place_speaks(fmt: Format, seen: Seen) -> float:
    """What a path says for a format; among other files, one whose name is not the format's speaks against it."""
    if fmt.id in seen.placed:
        return _PLACED
    if not fmt.has_body or fmt.suffix in MARKDOWN or seen.path.endswith(fmt.suffix):
        return 0
    if seen.path.count("/") > 1 or seen.path.partition("/")[0].lower() in AGENT_FOLDERS:
        return _MISNAMED
    stem = seen.path.rpartition("/")[2].partition(".")[0]
    return 0 if _SAYS_NOTHING.fullmatch(stem) else _MISNAMED / 5


def _tools_speak(fmt: Format, header: str) -> float:
    """How far the tools a header names are this client's, from -2 to 3."""
    words, known = _tools_named(header), _tool_words(fmt.id)
    return 5 * sum(word in known for word in words) / len(words) - 2 if words and known else 0.0


@lru_cache(maxsize=8)
def _tools_named(header: str) -> list[str]:
    said = _TOOLS.search(header)
    return _WORD.findall(said[1]) if said else []


@cache
def _tool_words(name: str) -> frozenset[str]:
    """Every word a client has for a tool."""
    if name not in clients():
        return frozenset()
    said = client(name)
    lists = [*said.get("tools", {}).values(), *said.get("group_names", {}).values()]
    return frozenset([*(word for words in lists for word in words), *said.get("groups", {}), *said.get("sets", ())])
