"""The worked examples in an agent's text, as turns of a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from converters.model import Example, Turn
from converters.vocabulary import load

_OPENING, _CLOSING = "<example>", "</example>"
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」"}
_TAGS = re.compile(r"</?(?:commentary|context|user|assistant|example)>", re.IGNORECASE)

_Speaker = Literal["context", "user", "assistant", "commentary"]


def examples(text: str, where: str) -> tuple[Example, ...]:
    """Return one example for each `<example>` of `text`, in order; line breaks may be spelled `\\n`.

    An example that is never closed ends where the next begins.
    """
    if "\\n" in text and text.count("\\n") > text.count("\n"):
        text = text.replace("\\n", "\n").replace('\\"', '"')
    blocks = text.split(_OPENING)[1:]
    return tuple(_example(block.partition(_CLOSING)[0], where) for block in blocks)


def _example(block: str, where: str) -> Example:
    context: str | None = None
    turns: list[Turn] = []
    for speaker, words in _spoken(block):
        if not words:
            continue
        if speaker == "context":
            context = words if context is None else f"{context}\n{words}"
        else:
            turns.append(Turn(role=speaker, text=words))
    return Example(context=context, turns=tuple(turns), where=where)


def _spoken(block: str) -> Iterator[tuple[_Speaker, str]]:
    """Yield who speaks and what; what nobody is said to speak is context."""
    speaker: _Speaker = "context"
    at = 0
    for label in _labels().finditer(block):
        yield speaker, _unquoted(block[at : label.start()])
        speaker, at = _speaker(label), label.end()
    yield speaker, _unquoted(block[at:])


def _speaker(label: re.Match[str]) -> _Speaker:
    for name in ("context", "user", "assistant"):
        if label[name]:
            return name
    return "commentary"


def _unquoted(words: str) -> str:
    words = _TAGS.sub("", words).strip()
    closing = _QUOTES.get(words[:1])
    return words[1:-1].strip() if closing and len(words) > 1 and words.endswith(closing) else words


@cache
def _labels() -> re.Pattern[str]:
    """A speaker's label after a space or a line's start, or the tag that says as much.

    In running text only lower-case labels count, save `Context:`; "the User: ..." may be anyone's words.
    """
    said = load("sections")["speakers"]
    ways = [
        rf"(?P<{name}>(?:^|(?<=[\s>]))(?:\*\*|__)?(?:{'|'.join(map(re.escape, words))})(?:\*\*|__)?[:：](?:\*\*|__)?"
        rf"|<{name}>(?:\s*{name}:)?)"
        for name, words in said.items()
    ]
    return re.compile("|".join(ways), re.IGNORECASE | re.MULTILINE)
