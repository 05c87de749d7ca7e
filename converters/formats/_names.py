"""Codecs of an agent's name where a client's alphabet is narrow."""

from __future__ import annotations

import re
import unicodedata

from converters.formats._codecs import text
from converters.formats._kit import Codec
from converters.identity import ascii_slug, slug

_CLAUDE = re.compile(r"(?!-)[^:]{1,256}")
_LATIN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SKILL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _lost(before: str, after: str | None) -> str | None:
    return None if after == before else "what the client takes in no name"


def _latin(name: str) -> str:
    if _LATIN.fullmatch(name):
        return name
    plain = ascii_slug(name)
    return f"agent-{plain}" if plain[:1].isdigit() else plain


def _sanitised(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    return plain if name.isascii() and plain.strip("-_") else ascii_slug(name)


def _skill(name: str) -> str:
    plain = name if _SKILL.fullmatch(name) else slug(name)
    if len(plain) <= LONGEST_SKILL:
        return plain
    return plain[: LONGEST_SKILL + 1].rpartition("-")[0] or plain[:LONGEST_SKILL]


def _claude(name: str) -> str:
    if _CLAUDE.fullmatch(unicodedata.normalize("NFKC", name)):
        return name
    return slug(name)[:LONGEST_CLAUDE].strip("-") or "agent"


CLAUDE_AGENTS = frozenset({"general-purpose", "explore", "plan", "statusline-setup", "claude-code-guide"})
"""Agents that Claude Code brings. Source: <https://code.claude.com/docs/en/sub-agents>, read 2026-11-21."""
VSCODE_AGENTS = frozenset({"agent", "ask", "edit", "plan"})
"""Agents that VS Code brings."""
LONGEST_CLAUDE = 256
"""Characters the name of a Claude Code agent may have."""
LONGEST_SKILL = 64
"""Characters the name of a skill may have."""

claude_name: Codec[str] = Codec(
    text.decode, _claude, f"text without `:`, not starting with `-`, at most {LONGEST_CLAUDE} characters", lost=_lost
)
"""Source: the loader of Claude Code 2.1.329, read 2026-11-21; it passes over an agent of any other name."""
latin_name: Codec[str] = Codec(text.decode, _latin, "small letters, digits and `-`, a letter first", lost=_lost)
sanitised_name: Codec[str] = Codec(text.decode, _sanitised, "letters, digits, `_` and `-`", lost=_lost)
skill_name: Codec[str] = Codec(
    text.decode, _skill, f"small letters, digits and `-`, at most {LONGEST_SKILL}", lost=_lost
)


def name_of(pattern: str, says: str) -> Codec[str]:
    """A name in a client's alphabet, which others are slugged for."""
    fits = re.compile(pattern)

    def encode(value: str) -> str:
        if not fits.fullmatch(value):
            value = slug(value)
        if not fits.fullmatch(value):
            value = ascii_slug(value)
        return value

    return Codec(text.decode, encode, says)


_LETTERS = "letters the client does not take"


def _ascii(name: str) -> str:
    return slug(name).encode("ascii", "ignore").decode().strip("-")


def name_like(pattern: str, says: str, most: int = 256) -> Codec[str]:
    """A name that matches `pattern` as it stands, else its slug in ASCII, cut at `most` characters.

    `None` is written for a name of which nothing is left.
    """
    allowed = re.compile(pattern)

    def encode(name: str) -> str | None:
        if allowed.fullmatch(name) and len(name) <= most:
            return name
        return _ascii(name)[:most].strip("-") or None

    return Codec(text.decode, encode, says, lost=lambda *_: _LETTERS)
