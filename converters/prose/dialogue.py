"""The worked examples in an agent's text, as turns of a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from converters.model import Example, Turn
from converters.vocabulary import load

_OPENING, _CLOSING = "<example>", "</example>"
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」"}
_TAGS = re.compile(r"</?(?:commentary|context|user|assistant|example)>", re.IGNORECASE)

_MARK = re.compile(r"[:：](?:\*\*|__)?|<(context|user|assistant|commentary)>", re.IGNORECASE)
_LONGEST_LABEL = 24

_Speaker = Literal["context", "user", "assistant", "commentary"]


def examples(text: str, where: str) -> tuple[Example, ...]:
    r"""Return one example for each `<example>` of `text`, in order; line breaks may be spelled `\n`.

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
    for mark in _MARK.finditer(block):
        tag = mark[1]
        label = None if tag else _label().search(block, max(at, mark.start() - _LONGEST_LABEL), mark.start())
        named = _speakers().get((tag or (label[1] if label else "")).lower())
        if named:
            yield speaker, _unquoted(block[at : label.start() if label else mark.start()])
            speaker, at = named, mark.end()
    yield speaker, _unquoted(block[at:])


def _unquoted(words: str) -> str:
    words = _TAGS.sub("", words).strip()
    closing = _QUOTES.get(words[:1])
    return words[1:-1].strip() if closing and len(words) > 1 and words.endswith(closing) else words


@cache
def _speakers() -> Mapping[str, _Speaker]:
    return {word: speaker for speaker, words in load("sections")["speakers"].items() for word in words}


@cache
def _label() -> re.Pattern[str]:
    """Return what a speaker's label is, right before its colon."""
    words = "|".join(map(re.escape, sorted(_speakers(), key=len, reverse=True)))
    return re.compile(rf"(?:^|(?<=[\s>*_]))(?:\*\*|__)?({words})(?:\*\*|__)?\Z", re.IGNORECASE)
