"""A file's text as a reader of its prose meets it: what in it is code, and what is a comment."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property

from converters.findings import Span
from converters.syntax import Scalar

_FENCE = re.compile(r"^[ \t>]{0,12}(?:(?:[-*+]|\d{1,3}\.)[ \t]{1,4})?(`{3,}|~{3,})([^\n`]*)$", re.MULTILINE)
_INLINE = re.compile(r"``[^\n]{1,400}?``|`[^`\n]+`")
_NOTE = re.compile(
    r"^[ \t]{0,3}\[(?://|comment|_comment|#|\^?hidden)\]:[ \t]*(?:#|<>)?[ \t]*[(\"']?([^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
"""A link's definition that serves as a comment: `[//]: # (text)`."""
_SINGLE_OPENS = re.compile(r"(?:^|(?<=[\s(]))'")
_SINGLE_CLOSES = re.compile(r"(?<=\S)'(?!\w)")
"""Single quotes, which apostrophes inside words are not."""
_PICTURES = frozenset({"mermaid"})
"""Languages of code blocks that pages draw, so that they are no code to a reader."""


class Page:
    """One file's text, and where in it code and comments stand."""

    def __init__(self, path: str, text: str, values: Callable[[], tuple[Scalar, ...]] = tuple) -> None:
        self.path = path
        self.text = text
        self.values = values
        """What stands in double quotes where the text has keys and values, by place."""

    @cached_property
    def small(self) -> str:
        """The text in small letters, of the same length."""
        return self.text.replace("\u0130", "I").lower()

    @cached_property
    def _code(self) -> tuple[list[int], list[int]]:
        """Where code starts and stops, in order."""
        found: list[tuple[int, int]] = []
        at = 0
        for start, stop in self._blocks():
            found += [met.span() for met in self._inline(at, start)]
            found.append((start, stop))
            at = stop
        found += [met.span() for met in self._inline(at, len(self.text))]
        return [start for start, _ in found], [stop for _, stop in found]

    def _inline(self, start: int, stop: int) -> Iterator[re.Match[str]]:
        return _INLINE.finditer(self.text, start, stop) if self.text.find("`", start, stop) >= 0 else iter(())

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Fenced blocks; one that is never closed ends with the text."""
        opened: re.Match[str] | None = None
        for met in _FENCE.finditer(self.text) if "```" in self.text or "~~~" in self.text else ():
            if opened is None:
                opened = met
            elif met[1].startswith(opened[1]) and not met[2].strip():
                if opened[2].strip().lower() not in _PICTURES:
                    yield opened.start(), met.end()
                opened = None
        if opened is not None:
            yield opened.start(), len(self.text)

    def is_code(self, at: int) -> bool:
        """Whether the character at `at` stands in code, which pages show as it is."""
        starts, stops = self._code
        index = bisect_right(starts, at) - 1
        return index >= 0 and at < stops[index]

    def is_quoted(self, start: int, stop: int) -> bool:
        """Whether a range is spoken about, not spoken: in code, in quotes, or in a line that lists such phrases."""
        if self.is_code(start):
            return True
        before = self.text[max(0, start - 200) : start].rpartition("\n")[2]
        after = self.text[stop : stop + 200].partition("\n")[0]
        if len(_SINGLE_OPENS.findall(before)) > len(_SINGLE_CLOSES.findall(before)) and "'" in after:
            return True
        return any(
            before.count(opened) > (before.count(closed) if opened != closed else 0)
            and (opened != closed or before.count(opened) % 2 == 1)
            and closed in after
            for opened, closed in (('"', '"'), ("\u201c", "\u201d"), ("\u2018", "\u2019"), ("\u00ab", "\u00bb"))
        )

    def comments(self) -> Iterator[tuple[int, int]]:
        """What a page would not show: comments of HTML outside code, and link definitions that serve as such."""
        at = self.text.find("<!--")
        while at >= 0:
            end = self.text.find("-->", at + 4)
            if end < 0:
                break
            if not self.is_code(at):
                yield at + 4, end
            at = self.text.find("<!--", end)
        if "]:" in self.text:
            for met in _NOTE.finditer(self.text):
                if not self.is_code(met.start()):
                    yield met.span(1)

    def span(self, start: int, stop: int) -> Span:
        """A range of the text, as the place of a finding."""
        return Span(self.path, start, stop)


def short(text: str, most: int = 60) -> str:
    """At most so many characters of `text`, white space folded."""
    text = " ".join(text[: 4 * most].split())
    return text if len(text) <= most else f"{text[: most - 3]}..."
