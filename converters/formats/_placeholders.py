"""A way to spell prompts for clients that fill `${word}` in: a backslash keeps it from them."""

from __future__ import annotations

import re

from converters.formats._kit import Body, Trap


def escaped(word: str) -> Body:
    r"""A prompt in which every `${word}` is written `$\{word}`; `word` is the client's own pattern.

    What the client is to fill in is an author's own, and is read as it stands.
    """
    plain = re.compile(r"\$(\\*)(\{" + word + r"\})", re.ASCII)
    spelled = re.compile(r"\$\\(\\*)(\{" + word + r"\})", re.ASCII)
    return Body(
        "escaped",
        lambda text: spelled.sub(r"$\1\2", text),
        lambda prompt: plain.sub(r"$\\\1\2", prompt),
    )


def placeholder(word: str) -> Trap:
    """What becomes of `${word}` in a prompt from elsewhere."""
    return Trap(
        re.compile(r"\$\{" + word + r"\}", re.ASCII),
        "fills it in, and fails where it is given no such value: it is written with a backslash",
        example="${word}",
    )
