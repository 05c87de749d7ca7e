"""A prompt's Markdown as the sections a reader sees, without losing a character of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from converters.model import Section
from converters.vocabulary import load

LONGEST_HEADING = 120
"""Characters a bold or underlined line may have and still be a heading."""

_BLANK = " \t\r"
_COLONS = (":", "：")
_COMMON = ("- ", "* ", "+ ", "--")
"""How most lines begin; none of these opens a heading or a quote."""
_QUOTING = frozenset("`~< \t")
_UNDERLINES = frozenset({"==", "--"})
_ENDINGS = frozenset(":：*_>")
"""What the last character of a heading can be that is no Markdown heading."""
_ITEM = re.compile(r"[ \t]*(?:[-*+•‣]|\d{1,3}[.)、]|\[[ xX]\])[ \t]")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})([^\r]*)")
_TAG = re.compile(r"<([A-Za-z][\w-]*)>")
_CLOSING_TAG = re.compile(r"</([A-Za-z][\w-]*)>")
_SENTENCE_END = (".", "!", ";", "。", "！", "；")
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_MARK = re.compile("[`，。]|[.?:] |://")
_WORD = re.compile(r"\w+")
_NESTING = frozenset({"markdown", "md", "mdx"})


def split(body: str) -> tuple[Section, ...]:
    r"""Take a prompt apart at its headings.

    `heading + text` of all sections, joined, is `body`. The first section has no heading where text precedes the
    first heading; an empty body has no sections. Lines end at `\n` only, and a `\r` before it belongs to the end.
    """
    sections: list[Section] = []
    lines = body.split("\n")
    starts = line_starts(lines)
    opened: _Heading | None = None
    at = 0
    for found in _headings(body, lines):
        start = starts[found.line]
        if opened or start:
            sections.append(_section(body, starts, at, start, opened))
        at, opened = start, found
    if body:
        sections.append(_section(body, starts, at, len(body), opened))
    return tuple(sections)


@lru_cache(maxsize=8192)
def kind(title: str) -> str | None:
    """Say what a section of this title is for, or `None` where its words do not tell."""
    folded = title[:LONGEST_HEADING].casefold()
    first = min(map(_told_by, _WORD.findall(folded)), default=len(_kinds()))
    for place, phrase, way in _phrases():
        if place < first and phrase in folded and re.search(way, folded):
            first = place
            break
    return _kinds()[first].name if first < len(_kinds()) else None


@lru_cache(maxsize=8192)
def _told_by(word: str) -> int:
    """Return the place of the first kind that one word tells; one past the last where none does."""
    for place, told in enumerate(_kinds()):
        if word in told.words or word.startswith(told.stems) or any(phrase in word for phrase in told.phrases):
            return place
    return len(_kinds())


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line that is neither fenced code nor part of an `<example>`, with its offset in `text`."""
    lines = text.split("\n")
    starts = line_starts(lines)
    number = 0
    while number < len(lines):
        end = _end_of_quote(lines, number)
        if end == number:
            yield starts[number], lines[number]
            end += 1
        number = end


def open_fence(text: str) -> int | None:
    """Return the offset of a code fence that nothing closes."""
    if "```" not in text and "~~~" not in text:
        return None
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        end = _end_of_quote(lines, number)
        if (
            end == len(lines)
            and lines[number].lstrip(" \t")[:1] in {"`", "~"}
            and not _closes(lines[end - 1], lines[number])
        ):
            return line_starts(lines)[number]
        number = max(end, number + 1)
    return None


def _closes(line: str, opening: str) -> bool:
    fence, opened = _FENCE.match(line), _FENCE.match(opening)
    return line is not opening and bool(fence and opened and fence[1].startswith(opened[1]) and not fence[2].strip())


def line_starts(lines: Sequence[str]) -> list[int]:
    r"""Return the offset of each line in the text they were split from at `\n`, and one past its end."""
    return list(accumulate([len(line) + 1 for line in lines], initial=0))


class _Heading(NamedTuple):
    line: int
    """Number of its first line, from 0."""
    lines: int
    """How many lines it takes: 2 where underlined."""
    title: str
    level: int


def _section(body: str, starts: list[int], start: int, stop: int, heading: _Heading | None) -> Section:
    if heading is None:
        return Section(text=body[start:stop])
    text_at = min(starts[heading.line + heading.lines], stop)
    return Section(
        heading=body[start:text_at],
        title=heading.title,
        kind=kind(heading.title),
        level=heading.level,
        text=body[text_at:stop],
    )


def _headings(body: str, lines: list[str]) -> Iterator[_Heading]:
    """Yield the headings in order, in one pass.

    Headings that are no Markdown headings are one deeper than the Markdown heading above them, or 2 without one.
    """
    margin = _margin(lines)
    closings = _closings(lines) if "</" in body else {}
    depth, skip, last = 1, 0, len(lines) - 1
    for number, line in enumerate(lines):
        if number < skip or line.startswith(_COMMON):
            continue
        if line[:1] in _QUOTING and (skip := _end_of_quote(lines, number)) > number:
            continue
        bare = line.strip(_BLANK)
        if not bare:
            continue
        indent = 0 if line[0] == bare[0] else len(line[: line.index(bare[0])].expandtabs(4)) - margin
        if bare[0] == "#":
            if indent <= 3 and (found := _atx(bare)):
                depth = found[0]
                yield _Heading(number, 1, found[1], depth)
        elif number < last and lines[number + 1][:2] in _UNDERLINES and (level := _underlined(lines, number)):
            depth, skip = level, number + 2
            yield _Heading(number, 2, _cut(bare), depth)
        elif indent <= 0 and bare[-1] in _ENDINGS and (title := _unmarked(bare, lines, number, closings)):
            yield _Heading(number, 1, title, depth + 1)


def _margin(lines: list[str]) -> int:
    """Return the indentation that all lines share, which some editors add to a whole file."""
    for end in (lines, reversed(lines)):
        if not next((line for line in end if line.strip(_BLANK)), "").startswith("    "):
            return 0
    return min(len(line) - len(line.lstrip(" ")) for line in lines if line.strip(_BLANK))


def _atx(line: str) -> tuple[int, str] | None:
    """Return the level and the title of a `#` heading; one without words is none."""
    words = line.lstrip("#")
    level = len(line) - len(words)
    if level > 6 or words[:1] not in (" ", "\t"):
        return None
    closing = words.rstrip("#")
    title = _cut(closing if closing.endswith((" ", "\t")) else words)
    return (level, title) if title else None


def _unmarked(line: str, lines: list[str], number: int, closings: Mapping[str, int]) -> str | None:
    """Return the title of a line that readers take for a heading and Markdown does not."""
    if line.startswith(("**", "__")):
        leads_in = line.endswith(_COLONS) or line[:-2].endswith(_COLONS)
        return None if leads_in and _opens_quote(lines, number) else _bold(line)
    if line.endswith(_COLONS):
        return _worded(line, lines, number)
    return _tagged(line, number, closings) if line[0] == "<" else None


def _end_of_quote(lines: Sequence[str], number: int) -> int:
    """Return the line after the fenced code or the example that begins at a line; the line itself if none does."""
    line = lines[number].lstrip(" \t")
    if line.startswith(("```", "~~~")):
        return _end_of_fence(lines, number)
    if line.startswith("<example>"):
        return _end_of_example(lines, number)
    return number


def _end_of_fence(lines: Sequence[str], number: int) -> int:
    opening = _FENCE.match(lines[number])
    if opening is None or (opening[1][0] == "`" and "`" in opening[2]):
        return number
    marks, inner = opening[1], 0
    # Prompts quote whole Markdown files, fences and all. CommonMark ends them at the first inner fence; people do not.
    nesting = opening[2].strip().lower() in _NESTING
    for end in range(number + 1, len(lines)):
        fence = _FENCE.match(lines[end]) if marks in lines[end] else None
        if fence is None or fence[1][0] != marks[0] or len(fence[1]) < len(marks):
            continue
        if fence[2].strip():
            inner += nesting
        elif inner:
            inner -= 1
        else:
            return end + 1
    return len(lines)


def _end_of_example(lines: Sequence[str], number: int) -> int:
    """Return where an example ends: its closing tag, else the next Markdown heading or example."""
    heading = None
    for end in range(number, len(lines)):
        line = lines[end]
        if "</example>" in line:
            return end + 1
        if end > number and line.lstrip(" \t").startswith("<example>"):
            return heading or end
        if heading is None and line.startswith("#") and line.lstrip("#").startswith(" "):
            heading = end
    return heading or len(lines)


def _underlined(lines: list[str], number: int) -> int:
    """Return 1 or 2 where the next line underlines this one as a heading, else 0.

    A rule right under a paragraph, a list or a sentence is a rule, whatever CommonMark makes of it.
    """
    line, marks = lines[number].rstrip(_BLANK), lines[number + 1].rstrip(_BLANK)
    if len(marks) < 3 or marks.strip(marks[0]) or len(line) > LONGEST_HEADING:
        return 0
    if number and lines[number - 1].strip(_BLANK):
        return 0
    if _ITEM.match(line) or line.lstrip()[:1] in "|<>=-*_" or line.endswith(_SENTENCE_END):
        return 0
    return 1 if marks[0] == "=" else 2


def _bold(line: str) -> str | None:
    """Return the title of a line that is bold from end to end, `**Words**:` and `**Words:**` alike."""
    if len(line) > LONGEST_HEADING:
        return None
    words = line[:-1].rstrip() if line.endswith(_COLONS) else line
    mark = line[:2]
    if mark not in ("**", "__") or not words.endswith(mark) or len(words) <= 4:
        return None
    title = words[2:-2]
    return None if mark in title or title.endswith(_SENTENCE_END) else _cut(title) or None


def _worded(line: str, lines: list[str], number: int) -> str | None:
    """Return the title of an `ALL CAPS:` line, or of a short `Words words:` line that opens a list."""
    if not line.endswith(_COLONS) or len(line) > LONGEST_HEADING or _ITEM.match(line):
        return None
    title = _cut(line)
    if not title or title[0] in "|>[(`<":
        return None
    if title.isupper() and len(title) > 2:
        return title
    words = title.split()
    limits = _words()["plain_heading"]
    if len(words) > limits["words"] or (len(title) > limits["characters"] and _SPACELESS.search(title)):
        return None
    if words[-1].casefold() in _words()["lead_in_endings"] or _SENTENCE_MARK.search(title):
        return None
    return title if _opens_list(lines, number) else None


def _opens_list(lines: list[str], number: int) -> bool:
    """Whether the next written line is a list item, or a like heading that opens a list itself."""
    number = _next_written(lines, number)
    if _ITEM.match(lines[number]):
        return True
    return lines[number].rstrip(_BLANK).endswith(_COLONS) and bool(_ITEM.match(lines[_next_written(lines, number)]))


def _opens_quote(lines: list[str], number: int) -> bool:
    """Whether the next written line begins fenced code or quoted words."""
    return lines[_next_written(lines, number)].lstrip().startswith(("```", "~~~", ">", '"', "“"))


def _next_written(lines: list[str], number: int) -> int:
    """Return the next line that is not blank; the last line where there is none."""
    last = len(lines) - 1
    while number < last:
        number += 1
        if lines[number].strip(_BLANK):
            break
    return number


def _tagged(line: str, number: int, closings: Mapping[str, int]) -> str | None:
    """Return the name of an XML tag that stands alone and is closed on a line of its own further down."""
    tag = _TAG.fullmatch(line)
    if tag is None or tag[1].lower() in _words()["quoting_tags"] or closings.get(tag[1], -1) <= number:
        return None
    return tag[1]


def _closings(lines: list[str]) -> Mapping[str, int]:
    """Return the last line on which each XML tag is closed."""
    return {
        closing[1]: number
        for number, line in enumerate(lines)
        if "</" in line and (closing := _CLOSING_TAG.fullmatch(line.strip(_BLANK)))
    }


def _cut(title: str) -> str:
    """Return a heading's words without marks of emphasis and the final colon."""
    words = title.replace("**", "").replace("__", "") if "**" in title or "__" in title else title
    words = words.strip(_BLANK)
    return words[:-1].rstrip() if words.endswith(_COLONS) else words


class _Kind(NamedTuple):
    name: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    """How its words may begin."""
    phrases: tuple[str, ...]
    """What may stand anywhere, within a word too."""


@cache
def _kinds() -> tuple[_Kind, ...]:
    return tuple(
        _Kind(name, *(tuple(said.get(ways, ())) for ways in ("words", "stems", "phrases")))
        for name, said in _words()["kinds"].items()
    )


@cache
def _phrases() -> tuple[tuple[int, str, str], ...]:
    """Return what tells a kind and is more than one word: the kind's place, the letters, and how they must stand."""
    return tuple(
        (place, phrase, way)
        for place, told in enumerate(_kinds())
        for phrase, way in (
            *((phrase, re.escape(phrase)) for phrase in told.phrases),
            *((stem, rf"\b{re.escape(stem)}") for stem in told.stems),
            *((word, rf"\b{re.escape(word)}(?!\w)") for word in told.words),
        )
        if not _WORD.fullmatch(phrase)
    )


@cache
def _words() -> Any:
    said = load("sections")
    return said | {name: frozenset(said[name]) for name in ("lead_in_endings", "quoting_tags")}
