"""How one broken entry of a header is made whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from converters.mending import Mending
from converters.syntax import Mapping, SyntaxFault
from converters.syntax.notes import Note, note
from converters.syntax.yaml import compose

FOR_US = re.compile(r"#[ \t]*specs:")
"""How a comment begins that speaks to this tool, and not to a client."""


class Keys(NamedTuple):
    """The keys that are known beforehand."""

    known: Collection[str] = ()
    """Those of some format."""
    lines: Collection[str] = ()
    """Those whose bare value is the rest of its line, whatever YAML makes of that."""
    limits: Collection[str] = ()
    """Those that no other key's value may take in: they limit what an agent may do."""


def mend_entry(mending: Mending, place: tuple[str, int, int], keys: Keys, notes: list[Note]) -> None:
    """Make the entry of a key, from its start to its stop, strict YAML with the smallest mend that does.

    It is left if none does. Raises `SyntaxFault` where one of `keys.limits` stands in its value.
    """
    key, start, stop = place
    entry = mending.text[start:stop]
    fault = fault_of(entry)
    if fault is None:
        return
    if "\t" in entry:
        tabs = [(start + m.start(), start + m.end(), "  " * len(m[0])) for m in re.finditer(r"(?m)^\t+", entry)]
        if tabs and fault_of(re.sub(r"(?m)^\t+", lambda m: "  " * len(m[0]), entry)) is None:
            notes.append(note(mending, "S104", tabs[0][0], tabs[0][1], key=key))
            mending.all_at_once("S104", tabs)
            return
    colon = entry.index(":") + 1
    value = _without_remarks(entry[colon:])
    first, last = colon + len(value) - len(value.lstrip(" \t")), colon + len(value.rstrip())
    if last <= first:
        return
    slipped = [found for found in _slipped(entry[first:last]) if found["key"] in keys.known]
    for found in slipped:
        if found["key"] in keys.limits:
            problem = f"{found['key']!r} is indented into {key!r}: nobody knows what the agent may do"
            raise SyntaxFault(problem, start + first + found.start("key"), code="S125")
    rows = entry[first:last].replace("\r", "").split("\n")
    block = any(not row.strip() or row[0] not in " \t" for row in rows[1:])
    at = min(max(first, fault), last - 1)
    met = [note(mending, "S103" if block else "S102", start + at, start + at + 1, key=key)]
    if opened := _opened(entry[first:last]):
        met = [note(mending, "S126", start + first, start + first + 1, key=key, quote=opened)]
    if slipped:
        met = [_moved(mending, start + first, key, found) for found in slipped]
    was = mending.origin(start + first), mending.origin(start + last)
    size = len(mending.text)
    closes = len(rows) == 1 and opened and fault_of(f"{entry[:last]}{opened}\n") is None
    if closes:
        mending.replace("S126", start + last, start + last, opened)
    else:
        (_as_block if block else _as_quoted)(mending, start + first, start + last)
    now = mending.text[start + first : start + last + len(mending.text) - size]
    is_sure = not slipped and (closes or not opened)
    notes += [met[0]._replace(fix=(*was, now))] if is_sure else met


_KEY = re.compile(r"^(?P<pad>[ \t]+)(?P<key>[A-Za-z_][\w.-]*)[ \t]*:(?=[ \t\r]|$)", re.MULTILINE)
_NESTED = re.compile(r"(?:[|>][-+\d]*)?[ \t]*\r?\n(?:[ \t]*\r?\n)*(?P<pad>[ \t]*)")


def _slipped(value: str) -> Iterator[re.Match[str]]:
    """What stands in a value like a key that its indentation put there; what is nested below a key is not."""
    nested = _NESTED.match(value)
    for found in _KEY.finditer(value):
        if nested is None or len(found["pad"]) < len(nested["pad"]):
            yield found


def _moved(mending: Mending, start: int, key: str, found: re.Match[str]) -> Note:
    """That a key was put into the value of another, and that it may be meant to stand at the margin."""
    met = note(mending, "S124", start + found.start("key"), start + found.end("key"), inner=found["key"], key=key)
    return met._replace(fix=(mending.origin(start + found.start()), met.start, ""), safe=False)


def _opened(value: str) -> str:
    """The quote that opens a value and that nothing in it closes."""
    quote = value[0]
    return quote if quote in "\"'" and len(value) > 1 and quote not in value[1:] else ""


def _without_remarks(value: str) -> str:
    """A value without the lines behind it that speak to this tool: they are comments, whatever comes before."""
    stop = len(value.rstrip())
    while (begin := value.rfind("\n", 0, stop) + 1) and FOR_US.match(value, begin, stop):
        stop = len(value[: begin - 1].rstrip())
    return value[:stop]


def fault_of(entry: str, lines: Collection[str] = ()) -> int | None:
    """Where strict YAML refuses an entry; `None` where it is just one entry."""
    try:
        node = compose(entry, lines=lines)
    except SyntaxFault as fault:
        return fault.at
    return None if isinstance(node, Mapping) and len(node.pairs) == 1 else 0


def _as_quoted(mending: Mending, start: int, stop: int) -> None:
    r"""Put quotes around a bare value, escaping as little as will do.

    A written `\n` becomes a line break, as Claude Code takes it in every style.
    """
    value = mending.text[start:stop]
    if len(value) > 1 and value[0] == value[-1] == '"':  # quoted by its author, but not its inner quotes
        inner = [
            (start + m.start(1), start + m.start(1), "\\")
            for m in re.finditer(r'(?<=.)(?<!\\)(")(?=.)', value, re.DOTALL)
        ]
        mending.all_at_once("S102", inner)
        return
    doubles = value.count('"') + len(re.findall(r"\\(?!n)", value))
    if "\\n" in value or doubles <= value.count("'"):
        marks = [(start + m.start(), start + m.start(), "\\") for m in re.finditer(r'"|\\(?!n)', value)]
        quote = '"'
    else:
        marks = [(start + m.start(), start + m.start(), "'") for m in re.finditer("'", value)]
        quote = "'"
    edits = sorted([(start, start, quote), *marks, (stop, stop, quote)])
    if marks and marks[0][0] == start:
        edits = [(start, start, quote + marks[0][2]), *marks[1:], (stop, stop, quote)]
    mending.all_at_once("S102", edits)


def _as_block(mending: Mending, start: int, stop: int) -> None:
    """Turn a bare value that runs over several lines into a literal block."""
    value = mending.text[start:stop]
    pads = [(start + m.start(), start + m.start(), "  ") for m in re.finditer(r"(?m)^(?=[^\r\n])", value) if m.start()]
    mending.all_at_once("S103", [(start, start, "|-\n  "), *pads])
