"""Where a text names other agents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from converters.prose.relations import vocabulary, words

_GAPS = re.compile(r"[^0-9a-z\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_KEBAB = r"[A-Za-z0-9][A-Za-z0-9+#]*(?:-[A-Za-z0-9+#]+(?:\.[0-9]+)?)+"
_NEXT = re.compile(r"[*_`'’\")\]]*\s*(?:$|[^\w\s]|(?:on|for|to|with|when|and|or|if|in|about|after|before|once|regarding|via|as|who|that|is|can|will)\b)")


@dataclass(frozen=True, slots=True)
class Mention:
    """One agent, named."""

    agent: str
    """Its name, slugged."""
    start: int
    stop: int
    """Where the name stands, marks such as `**` not counted; half-open."""


def slug(name: str) -> str:
    """Return a name in lower case, with one hyphen for whatever is no letter or digit, `@` and a plural s dropped."""
    plain = _GAPS.sub("-", unicodedata.normalize("NFKC", name).lower()).strip("-")
    head, _, last = plain.rpartition("-")
    if last.endswith("s") and last[:-1] in words("agent_words"):
        last = last[:-1]
    return f"{head}-{last}" if head else last


@cache
def candidate() -> re.Pattern[str]:
    """Return what a text must match somewhere to name an agent outside a collaboration section; cheap to look for."""
    return re.compile(rf"-(?:{_last_words()})(?![\w-])")


def names_anyone(text: str) -> bool:
    """Whether a closer look at the text is worth its time."""
    return bool(
        ("-" in text and candidate().search(text))
        or "@" in text
        or (" Agent" in text or " Subagent" in text)
        or ("_" in text and _snake().search(text))
    )


def mentions(text: str, *, near: bool) -> Iterator[Mention]:
    """Yield the agents named in `text`, in order.

    `near` says that the text speaks of agents: there, unknown endings, Title Case names and single marked words count.
    """
    for found in _pattern(near=near).finditer(text):
        name = found[0]
        kind = found.lastgroup
        if kind == "joined":
            yield from _joined(found)
            continue
        agent = slug(name)
        if agent and _is_agent(agent, text, found, kind, near=near):
            yield Mention(agent, found.start(kind), found.end(kind)) if kind else Mention(agent, found.start(), found.end())


def _joined(found: re.Match[str]) -> Iterator[Mention]:
    """Yield an agent for each of `Backend/Frontend Developers`."""
    *heads, last = found["joined"].split("/")
    first, _, noun = last.partition(" ")
    at = found.start("joined")
    for head in (*heads, first):
        yield Mention(slug(f"{head} {noun}"), at, found.end("joined"))


def _is_agent(agent: str, text: str, found: re.Match[str], kind: str | None, *, near: bool) -> bool:
    if agent in words("not_agents") or _is_placeholder(text, found):
        return False
    last = agent.rpartition("-")[2]
    known = last in words("agent_words")
    if kind == "title":
        lowered = found[0].lower().replace("-", " ").split()
        return known and lowered[0] not in words("not_names")
    if kind == "single":
        return known and agent not in {"agent", "subagent", "expert", "specialist", "lead", "dev", "pro", "master", "guide"}
    if kind == "at":
        return "-" in agent or known or near
    if found[0].endswith("s") and not agent.endswith("s") and found[0][0].islower():
        return False  # "domain-experts": a kind of agents, not one
    if known:
        return True
    return near and last not in words("things") and agent.partition("-")[0] not in _LOOSE_HEADS and bool(_NEXT.match(text, found.end()))


_LOOSE_HEADS = frozenset({"multi", "cross", "non", "pre", "post", "re", "self", "co", "well", "high", "low", "real", "end", "third", "in", "on", "up", "long", "short", "sub", "inter"})


def _is_placeholder(text: str, found: re.Match[str]) -> bool:
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    return before in ("[", "<", "{", "/", ".", "$", "-", "_", "#", "=") or after in ("]", ">", "}", "/", "(", "_", "=") or text.startswith((".md", ".py", ".json", ".yaml", ".ts", "://", '":'), found.end())


@cache
def _last_words() -> str:
    return "|".join(sorted(map(re.escape, vocabulary()["agent_words"]), key=len, reverse=True))


@cache
def _snake() -> re.Pattern[str]:
    return re.compile(rf"_(?:{_last_words()})(?![\w-])")


@cache
def _pattern(*, near: bool) -> re.Pattern[str]:
    titled = "|".join(sorted((word[:1].upper() + word[1:] for word in vocabulary()["agent_words"]), key=len, reverse=True))
    name = r"[A-Z][\w+#.]*"
    ways = [
        rf"(?<![\w@.])@(?P<at>[A-Za-z][\w-]*)(?![\w.])",
        rf"(?<![\w-])(?P<kebab>{_KEBAB})(?![\w-])",
        rf"(?<![\w-])(?P<snake>[a-z0-9]+(?:_[a-z0-9]+)*_(?:{_last_words()}))(?![\w-])",
    ]
    if near:
        ways += [
            rf"(?<![\w-])(?P<joined>{name}(?:/{name})+ (?:{titled})s?)(?![\w-])",
            rf"(?<![\w-])(?P<title>{name}(?: {name}){{0,3}}? (?:{titled})s?)(?![\w-])",
            r"(?<=[*`])(?P<single>[a-z]{4,20})(?=[*`])",
        ]
    else:
        ways.append(rf"(?<![\w-])(?P<title>{name}(?: {name}){{0,3}}? (?:Agent|Subagent))(?![\w-])")
    return re.compile("|".join(ways))
