"""Where a Markdown file's header begins and ends, and how a broken one is made whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from converters.mending import Mending
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.entries import Keys, fault_of, mend_entry
from converters.syntax.notes import Note, note
from converters.syntax.yaml import compose

_FENCE = re.compile(r"---[ \t]*(?:\r?\n|\Z)")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"^([A-Za-z_][\w.-]*)[ \t]*:(?=[ \t\r]|$)", re.MULTILINE)
_NEAR = re.compile(
    r"""\s{0,80}(
      (?:-{4,}|—{1,3}|–{2,3})(?=[ \t]*\r?\n[A-Za-z_][\w.-]*[ \t]*:)
    | (?P<code>`{3,}[ ]*(?:ya?ml|markdown|md)?)(?=[ \t]*\r?\n(?:---[ \t]*\r?\n)?[A-Za-z_][\w.-]*[ \t]*:)
    | \+\+\+(?=[ \t]*\r?\n[A-Za-z_][\w.-]*[ \t]*=)
    | \{(?=\s{0,80}"[\w.-]+"[ \t]*:)
    | %(?:YAML|TAG)[ ][^\r\n]{0,40}
    )""",
    re.VERBOSE,
)
_INDENTED = re.compile(r"(?:[ \t]*\r?\n)*([ \t]+)---[ \t]*\r?\n")


_MOST = 1000
"""Entries a header may have and still be mended; mending one moves all mends behind it."""


class Header(NamedTuple):
    """A header's place in the mended text: half-open character offsets."""

    start: int
    """The first character after the opening fence's line."""
    stop: int
    """The closing fence."""
    body: int
    """The first character of the prompt."""


def find_header(mending: Mending, keys: Collection[str], notes: list[Note]) -> Header | None:
    """Find the header, mending what hides it; `None` where the file has none."""
    _unindent(mending, notes)
    _strip_blank_lines(mending, notes)
    text = mending.text
    fence = _FENCE.match(text)
    if not fence:
        near_fence(mending, notes)
        return None
    if fence.end() - fence.start() > len("---") and text[3] in " \t":
        notes.append(note(mending, "S115", 3, fence.end()))
    start = fence.end()
    close = _CLOSE.search(text, start)
    if close:
        return Header(start, close.start(), close.end())
    return _close_header(mending, start, keys, notes)


def near_fence(mending: Mending, notes: list[Note]) -> None:
    """Note what opens a file as if it were a header's fence: `----`, TOML's, JSON's, a directive, a code fence."""
    near = _NEAR.match(mending.text)
    if near:
        code = "S120" if near["code"] else "S116"
        notes.append(note(mending, code, near.start(1), near.end(1), line=near[1]))


def _unindent(mending: Mending, notes: list[Note]) -> None:
    """Take a common indentation off a file whose fence is indented."""
    match = _INDENTED.match(mending.text) if mending.text[:1] in {" ", "\t", "\n", "\r"} else None
    if not match:
        return
    pad, text = match[1], mending.text
    lines = [m.start() for m in re.finditer(r"^(?=[^\r\n])", text, re.MULTILINE)]
    if not all(text.startswith(pad, at) or not text[at : text.find("\n", at)].strip() for at in lines):
        return
    notes.append(note(mending, "S107", match.start(1), match.end(1), width=len(pad)))
    cuts = [(at, at + len(pad), "") for at in lines if text.startswith(pad, at)]
    mending.all_at_once("S107", cuts)


def _strip_blank_lines(mending: Mending, notes: list[Note]) -> None:
    match = re.match(r"(?:[ \t]*\r?\n)+(?=---[ \t]*\r?\n)", mending.text)
    if match and _KEY.match(mending.text, mending.text.index("\n", match.end()) + 1):
        notes.append(note(mending, "S106", 0, match.end()))
        mending.replace("S106", 0, match.end(), "")


def _close_header(mending: Mending, start: int, keys: Collection[str], notes: list[Note]) -> Header | None:
    """Close a header that nobody closed behind its last known entry."""
    text, stop, seen = mending.text, start, False
    while stop < len(text):
        line_end = text.find("\n", stop) + 1 or len(text)
        key = _KEY.match(text, stop)
        if not (key and key[1] in keys) and not (seen and text[stop : stop + 1] in {" ", "\t", "-"}):
            break
        seen, stop = True, line_end
    if not seen:
        return None
    notes.append(note(mending, "S105", start, stop))
    fence = "---\n" if text[stop - 1 : stop] == "\n" else "\n---\n"
    mending.replace("S105", stop, stop, fence)
    close = stop + fence.index("---")
    return Header(start, close, stop + len(fence))


def compose_header(mending: Mending, header: Header, keys: Keys, notes: list[Note]) -> tuple[Header, Node | None]:
    """Take the header apart, mending entry by entry what strict YAML refuses.

    Raises `SyntaxFault`, its place counted in the mended text, where no mend helps.
    """
    text = mending.text[header.start : header.stop]
    try:
        node = compose(text, lines=keys.lines)
        if isinstance(node, Mapping) or node is None:
            return header, node
        if not _KEY.search(text):
            raise SyntaxFault(_what(node), 0, code="S111")
    except SyntaxFault as fault:
        braced = fault.code == "S113" and text.startswith("{{", fault.at - 1)  # a template's `{{name}}` is text
        if fault.code != "S101" and not braced:
            raise SyntaxFault(fault.problem, header.start + min(fault.at, len(text)), code=fault.code) from None
    header = _mend_entries(mending, header, keys, notes)
    try:
        node = compose(mending.text[header.start : header.stop], lines=keys.lines)
    except SyntaxFault as fault:
        raise SyntaxFault(fault.problem, header.start + fault.at, code=fault.code) from None
    if not isinstance(node, Mapping):
        raise SyntaxFault("text", header.start, code="S111")
    return header, node


def _what(node: Node) -> str:
    """What stands in place of `key: value` lines, in words."""
    if isinstance(node, Scalar):
        return "text"
    remote = isinstance(node, Sequence) and all(
        isinstance(item, Mapping) and any(key.text in {"agent_card_url", "agent_card_json"} for key, _ in item.pairs)
        for item in node.items
    )
    return "a list of remote agents, which have no prompt" if remote else "a list"


def _mend_entries(mending: Mending, header: Header, keys: Keys, notes: list[Note]) -> Header:
    size = len(mending.text)
    chunks = _entries(mending.text[header.start : header.stop], keys.known)
    if len(chunks) > _MOST:
        return header
    for key, first, last in reversed(chunks):
        start, stop = header.start + first, header.start + last
        if key not in keys.lines or fault_of(mending.text[start:stop], keys.lines) is not None:
            mend_entry(mending, (key, start, stop), keys, notes)
    shift = len(mending.text) - size
    return Header(header.start, header.stop + shift, header.body + shift)


def _entries(text: str, keys: Collection[str]) -> list[tuple[str, int, int]]:
    """Key, start and stop of each entry; a line `word:` that no format knows may be prose."""
    starts: list[tuple[str, int]] = []
    for match in _KEY.finditer(text):
        key = match[1]
        if starts:
            doubtful = key not in keys or key in (known for known, _ in starts)
            if doubtful and _runs_on(text[starts[-1][1] : match.start()], key):
                continue
        starts.append((key, match.start()))
    stops = [*(start for _, start in starts), len(text)][1:]
    return [(key, start, stop) for (key, start), stop in zip(starts, stops, strict=True)]


class Parted(NamedTuple):
    """The entries of a header one by one, each with its key and its place in the text."""

    sound: tuple[tuple[str, int, int], ...]
    """Those that strict YAML takes by themselves."""
    broken: tuple[tuple[str, int, int], ...]
    """The others, those that stand twice among them, and what stands before the first, which has no key."""
    body: int
    """The first character of the prompt."""


def entries_apart(text: str, keys: Collection[str], lines: Collection[str] = ()) -> Parted | None:
    """The entries of a text's header; `None` where it has none, or where only a mend shows where it is."""
    mending = Mending(text)
    header = find_header(mending, keys, [])
    if header is None or mending.hunks:
        return None
    entries = _entries(text[header.start : header.stop], keys)
    if not entries or len(entries) > _MOST:
        return None
    first = header.start + entries[0][1]
    sound: list[tuple[str, int, int]] = []
    broken = [("", header.start, first)] if text[header.start : first].strip() else []
    once = Counter(match[1] for match in _KEY.finditer(text, header.start, header.stop))
    for key, start, stop in entries:
        place = (key, header.start + start, header.start + stop)
        is_sound = once[key] == 1 and fault_of(text[place[1] : place[2]], lines) is None
        (sound if is_sound else broken).append(place)
    return Parted(tuple(sound), tuple(broken), header.body)


def _runs_on(entry: str, word: str) -> bool:
    """Whether the entry before `word:` ran on at the margin, so that the word may be its prose."""
    lines = entry.split("\n")[1:-1]
    if any(line.strip() and line[0] not in " \t#-" for line in lines):
        return True
    return any(not line.strip() for line in lines) and (word[0].isupper() or word in {"user", "assistant"})
