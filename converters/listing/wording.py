"""Strangers' words in Markdown, without their markup taking effect."""

from __future__ import annotations

import re

from converters.findings import printable

_MARKUP = re.compile(r"([\\`*_{}\[\]|~$])")
_LINKED = re.compile(r"://|www\.|@|xmpp:|mailto:", re.IGNORECASE)
"""What some renderers make a link or a mention of where it stands in plain text, escaped or not."""


_ENTITY = re.compile(r"&(?=#?\w+;)")


def one_line(text: str) -> str:
    """White space folded, control characters shown as escapes."""
    return printable(" ".join(text.split()))


def inert(text: str) -> str:
    """Text on one line: no markup, tag, link or mention in it takes effect; what would be a link is a code span."""
    return " ".join(
        code(word).replace("|", "\\|") if _LINKED.search(word) else _escaped(word) for word in one_line(text).split(" ")
    )


def _escaped(text: str) -> str:
    shown = _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", shown)


def code(text: str) -> str:
    """A code span of any text, on one line: no markup, link or mention in it takes effect."""
    shown = one_line(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    gap = " " if len(fence) > 1 or not shown.strip() else ""
    return f"{fence}{gap}{shown or ' '}{gap}{fence}"


def plain_of(markdown: str) -> str:
    """Escaped words as they are read."""
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip("` ")
