"""Conditions under which a client does something else than its user meant, and what it does then."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from converters.check.clients._closest import closest
from converters.check.clients._seen import Seen
from converters.check.clients._yaml import DATE, NOTHING, NUMBER, TEXT, TRUTH, kind
from converters.findings import OPEN_QUOTE
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault


class Verdict(Enum):
    """What a client does with a file, in words that its name goes before."""

    REFUSES = "refuses it"
    IGNORES = "silently ignores it"
    REFUSES_ALL = "loads no agent at all"
    LOSES = "takes only part of it"
    OTHERWISE = "reads it otherwise"

    @property
    def is_final(self) -> bool:
        """Whether there is no agent then."""
        return self in {Verdict.REFUSES, Verdict.IGNORES, Verdict.REFUSES_ALL}


@dataclass(frozen=True, slots=True)
class Met:
    """A condition that holds: why, in words, and where."""

    why: str
    way: str
    key: str | None = None
    at: int | None = None
    """A character of the text, where no key has the place."""
    items: tuple[str, ...] = ()
    """The words in the key's value that are meant, where those are but some."""
    meant: str = ""
    """What probably was to stand in place of the first of them."""
    missing: str = ""
    """The key that is not there."""
    is_fault: bool = False
    """Whether it is that the header is no YAML."""
    is_header: bool = False
    """Whether it is that there is no header."""

    @property
    def about(self) -> str | None:
        """The key that it is about, there or not."""
        return self.key or self.missing or None


Condition: TypeAlias = "Callable[[Seen], Iterable[Met]]"


@dataclass(frozen=True, slots=True)
class Habit:
    """One row: the condition and the verdict."""

    when: Condition
    verdict: Verdict


def no_header(seen: Seen) -> Iterator[Met]:
    """No header that this client finds."""
    if seen.header is None:
        why, way, at = _hidden(seen)
        yield Met(why, way, at=at, is_header=True)


_OPEN = re.compile(r"---[ \t]*\r?\n")
_CLOSE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


def _hidden(seen: Seen) -> tuple[str, str, int]:
    """Why there is no header, what to do, and where."""
    text = seen.file.text
    opened = _OPEN.match(text)
    if "\n" not in text and "\r" in text:
        return "its lines end in lone carriage returns", "save it with ordinary line ends", 0
    if opened is None:
        late = re.match(r"\s+(?=---[ \t]*\r?\n)", text)
        if late:
            return "blank lines or spaces before `---` hide the header", "begin the file with `---`", late.end()
        return "it does not begin with a header", "begin it with `---`, `name` and `description`", 0
    if seen.file.bom:
        return "a byte order mark hides the header", "save it without one", 0
    if not _CLOSE.search(text, opened.end()):
        return "the header has no end", "end it with a line `---`", 0
    if text[3] in " \t":
        return "white space behind `---` hides the header", "remove it", 3
    return "the header is empty, or ends otherwise than in `---`", "write `description` there", 0


def not_yaml(seen: Seen) -> Iterator[Met]:
    """A header that is no YAML, and no mend of the client's helps."""
    if seen.fault is not None and not seen.mended:
        yield Met(
            f"the header is no strict YAML: {seen.fault.problem}",
            _way_out(seen.fault),
            at=seen.fault.at,
            is_fault=True,
        )


def _way_out(fault: SyntaxFault) -> str:
    return "close it" if fault.code == OPEN_QUOTE.code else "put such values in quotes"


def not_utf8(seen: Seen) -> Iterator[Met]:
    """Bytes that are no UTF-8."""
    if not seen.file.is_utf8:
        yield Met("it is not UTF-8", "save it as UTF-8", at=max(0, seen.file.text.find("\ufffd")))


def missing(key: str, *, way: str = "", null: bool = True) -> Condition:
    """A key that is not there; with `null`, or has no value."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        if node is None:
            yield Met(f"it has no {key!r}", way or f"add `{key}:`", missing=key)
        elif null and kind(node) == NOTHING:
            yield Met(f"{key!r} is empty", way or f"say what it is behind `{key}:`", key)

    return when


def blank(key: str, *, trimmed: bool = False) -> Condition:
    """Text without a character."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        if isinstance(node, Scalar) and node.style != "plain" and not (node.text.strip() if trimmed else node.text):
            yield Met(f"{key!r} is empty", "say something there", key)

    return when


def unlike(key: str, *kinds: str, way: str = "", null: bool = False) -> Condition:
    """A value of none of these kinds; with `null`, an empty one will do."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        if node is None:
            return
        is_ = kind(node)
        if is_ not in kinds and not (null and is_ == NOTHING):
            wanted = " or ".join(kinds)
            usual = "put it in quotes" if TEXT in kinds and is_ in {NUMBER, DATE, TRUTH} else f"write {wanted}"
            yield Met(f"{key!r} is {is_}, not {wanted}", way or usual, key)

    return when


def text_of(node: Node | None) -> str | None:
    """The words of one value."""
    return node.text if isinstance(node, Scalar) else None


def items_of(node: Node | None) -> list[Node]:
    """The items of a list; of anything else none."""
    return list(node.items) if isinstance(node, Sequence) else []


def odd(key: str, is_taken: Callable[[str], bool], problem: str, way: str) -> Condition:
    """Text that the client does not take for this key."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        if isinstance(node, Scalar) and node.text and not is_taken(node.text):
            yield Met(f"{key!r} {problem}", way, key)

    return when


def other(key: str, *words: str) -> Condition:
    """A word the client has none of."""
    return odd(key, lambda text: text in words, f"is none of {', '.join(words)}", "write one of those")


def unknown_keys(*known: str, why: str, way: str) -> Condition:
    """Keys that the client does not know; `why` has them for `{keys}`."""

    def when(seen: Seen) -> Iterator[Met]:
        others = [key for key in seen.said if key not in known]
        if others:
            said = ", ".join(map(repr, others[:4])) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
            yield Met(why.format(keys=said), way, others[0])

    return when


_NAME = re.compile(r"[^\s,()]+(?:\([^()]*\))?")


def names_in(node: Node | None) -> list[str]:
    """The tools that text with commas, or a list, names."""
    if isinstance(node, Sequence):
        return [item.text for item in node.items if isinstance(item, Scalar)]
    return _NAME.findall(text_of(node) or "")


def unknown_items(key: str, is_known: Callable[[str], bool], *, way: str, text: bool = True) -> Condition:
    """Names in a list that the client does not know; without `text`, only one that is written as a list."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        others = [name for name in names_in(node) if not is_known(name)] if text or isinstance(node, Sequence) else []
        if others:
            said = ", ".join(map(repr, others[:4])) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
            yield Met(f"it has no tool {said}", way, key, items=tuple(others))

    return when


def misspelt(key: str, words: Callable[[], Iterable[str]]) -> Condition:
    """A word that is none of the client's, and like one of them."""

    def when(seen: Seen) -> Iterator[Met]:
        said = text_of(seen.said.get(key)) or ""
        known = {word.lower(): word for word in words()}
        near = closest(said, known) if said.isalpha() and said.lower() not in known else None
        if near:
            yield Met(f"{key!r} is {said!r}, which it does not know", f"write `{near}`", key, items=(said,), meant=near)

    return when


def items_unlike(key: str, kind_: str) -> Condition:
    """A list with an item of another kind."""

    def when(seen: Seen) -> Iterator[Met]:
        for item in items_of(seen.said.get(key)):
            if kind(item) != kind_:
                yield Met(f"an item of {key!r} is {kind(item)}, not {kind_}", "put it in quotes", key)
                return

    return when


def entries_unlike(key: str, *kinds: str) -> Condition:
    """A mapping with a value of another kind."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        for name, value in node.pairs if isinstance(node, Mapping) else ():
            if kind(value) not in kinds:
                yield Met(f"{name.text!r} in {key!r} is {kind(value)}, not {' or '.join(kinds)}", "correct it", key)
                return

    return when


def whole_number(key: str) -> Condition:
    """What should be a whole number from 1, and is another."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        if isinstance(node, Scalar) and kind(node) == NUMBER and not re.fullmatch(r"\+?0*[1-9]\d*(?:\.0*)?", node.text):
            yield Met(f"{key!r} is no whole number from 1", "write one", key)

    return when


def short_prompt(least: int) -> Condition:
    """A prompt of fewer characters than the client wants."""

    def when(seen: Seen) -> Iterator[Met]:
        size = len(seen.body.strip())
        if seen.header is not None and size < least:
            is_ = f"has {size} characters, and it wants {least}" if size else "is empty"
            yield Met(f"the prompt {is_}", "say more below the header", at=min(seen.header.body, len(seen.file.text)))

    return when


def lost_prompt(seen: Seen) -> Iterator[Met]:
    """A prompt below a closing fence with something behind it, which Gemini CLI never reaches."""
    header, text = seen.header, seen.file.text
    if header is not None and header.body == len(text):
        close = text.find("---", header.stop)
        rest = text[close + 3 :]
        if rest.strip() and not rest.startswith(("\n", "\r\n")):
            yield Met("something stands behind the closing `---`, so that the prompt is empty", "remove it", at=close)


def keys_lost(seen: Seen) -> Iterator[Met]:
    """A header that the client gives up on, and takes the whole file for the prompt."""
    if seen.header is None or seen.said:
        return
    if seen.fault is not None and seen.mended:
        why = f"the header is no strict YAML ({seen.fault.problem}), so that none of it counts"
        yield Met(why, _way_out(seen.fault), at=seen.fault.at, is_fault=True)
    elif "\n" not in seen.file.text and "\r" in seen.file.text:
        yield Met("its lines end in lone carriage returns: there is neither key nor prompt", "save it anew", at=0)
    elif seen.fault is None:
        yield Met("the header says nothing", "write `description` there", at=0)


def servers_without(key: str, inner: str) -> Condition:
    """Servers that do not say what the client asks each for."""

    def when(seen: Seen) -> Iterator[Met]:
        node = seen.said.get(key)
        for name, server in node.pairs if isinstance(node, Mapping) else ():
            if isinstance(server, Mapping) and inner not in {said.text for said, _ in server.pairs}:
                yield Met(
                    f"{name.text!r} in {key!r} has no {inner!r}", f"add `{inner}:` to it", key, items=(name.text,)
                )

    return when


def nfkc_colon(name: str) -> bool:
    """Whether a name has no colon, however it is spelled."""
    return ":" not in unicodedata.normalize("NFKC", name)
