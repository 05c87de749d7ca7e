"""Where a text names other agents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from converters.prose.relations import any_of, links_of, summons, vocabulary, words
from converters.prose.topics import HIDDEN

_GAPS = re.compile(r"[^0-9a-z\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_EDGE, _END = "(?<![A-Za-z0-9À-ɏ_-])", "(?![A-Za-z0-9À-ɏ_-])"
"""Where a name begins and ends; Chinese stands right beside names."""
_KEBAB = r"[A-Za-z0-9][A-Za-z0-9+#]*(?:-[A-Za-z0-9+#]+(?:\.[0-9]+)?)+"
_NEXT = re.compile(
    r"[*_`'’\")\]]*+\s*(?:$|[^\w\s]|[\u3400-\u9fff]|(?:on|for|to|with|when|and|or|if|in|about|after|before|once|regarding|via|as|who|that|is|can|will)\b)"
)

_CAPITALS = re.compile("[A-Z][^ \n]* [A-Z]")
_AT = re.compile("@[a-z]+-")
_DOERS = ("er", "or", "ist")
_ADDRESS = re.compile(r"(?<=\])\([^\s()]{1,500}\)|\bhttps?://[^\s()<>\"'`]{1,500}")
_MARKED = re.compile("`([a-z]{4,20})`")
_KIND = re.compile(r"\b[Aa]n? $")
_MODEL = re.compile(r"-[0-9]+(?:-[0-9]+)*-(?:pro|mini|max|lead|master)$")
_BEFORE_NO_NAME = frozenset("[<{/.$-_#=&\\")
_AFTER_NO_NAME = frozenset("]>}/(_=\\")
_NO_NAME_TAILS = (".md", ".agent", ".py", ".json", ".yaml", ".yml", ".ts", ".js", ".sh", ".toml", "://", '":')


@dataclass(frozen=True, slots=True)
class Mention:
    """One agent, named."""

    agent: str
    """Its name, slugged."""
    start: int
    stop: int
    """Where the name stands, marks such as `**` not counted; half-open."""
    sure: bool = True
    """Whether the name alone shows that it is an agent's; else only a verb before it does."""


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
    return re.compile(rf"-(?=[a-z])(?:{_last_words()}){_END}")  # the look ahead passes list marks quickly


def without_addresses(text: str) -> str:
    """Return a text as long as before in which no URL and no target of a link can be read."""
    return _ADDRESS.sub(lambda found: HIDDEN * len(found[0]), text) if "](" in text or "://" in text else text


def names_anyone(text: str, *, near: bool = False) -> bool:
    """Whether a closer look at the text is worth its time."""
    if near:
        return any(mark in text for mark in "-_@`*") or bool(_CAPITALS.search(text) or _plain().search(text))
    return bool(
        ("-" in text and candidate().search(text))
        or ("@" in text and _AT.search(text))
        or " Agent" in text
        or ("agent" in text and bool(_called_so().search(text)))
        or " Subagent" in text
        or ("_" in text and _snake().search(text))
        or ("`" in text and _summons_anyone(text))
    )


def _summons_anyone(text: str) -> bool:
    """Whether a marked single word is an agent that something is assigned to: "assign `planner`"."""
    named = (found for found in _MARKED.finditer(text) if found[1] in words("agent_words"))
    return any(
        not summons().isdisjoint(text[max(0, found.start() - 40) : found.start()].lower().split()) for found in named
    )


def mentions(text: str, *, near: bool) -> Iterator[Mention]:
    """Yield the agents named in `text`, in order.

    `near` says that the text speaks of agents: there, unknown endings, Title Case names, single marked words and the
    plain words after a verb ("Assist pilot specialist") count.
    """
    previous = 0
    for found in _pattern(_marks_of(text), near=near).finditer(text):
        way = found.lastgroup or ""
        if way == "joined":
            yield from _joined(found)
            continue
        agent = slug(found[way])
        beside = text[previous : found.start()] == "/" or _sibling().match(text, found.end())
        if agent in words("not_agents") or (not beside and _is_placeholder(text, found)) or _is_call(found[way], agent):
            continue
        sure = _sureness(found, agent, way, near=near)
        if sure is not None:
            yield Mention(agent, *found.span(way), sure=sure)
            previous = found.end()


def _sureness(found: re.Match[str], agent: str, way: str, *, near: bool) -> bool | None:
    """Return whether a name alone shows that it is an agent's; `None` where it cannot be one."""
    text, stop = found.string, found.end()
    last = agent.rpartition("-")[2]
    if way == "single" and not near:
        return False if _is_name(found[way], agent, way, known=True) else None
    if (
        way == "kebab"
        and _KIND.search(text, max(0, found.start() - 4), found.start())
        and not _called().match(text, stop)
    ):
        return None  # "a chart-reader": a kind, no one agent
    if way == "plain":
        return False if _NEXT.match(text, stop) and _is_spoken_to(text[: found.start()]) else None
    known = last in words("agent_words") or (near and last.endswith(_DOERS) and last not in words("no_doers"))
    if _is_name(found[way], agent, way, known=known):
        return near or last not in words("tool_words") or bool(_called().match(text, stop))
    if way != "kebab" or known:
        return None
    called = _called().match(text, stop)
    if not near:
        return True if called and _is_called_one(found, agent, called) else None
    if called and not last.endswith(("ed", "ing")) and last not in words("things"):
        return not called[0].endswith("s") or text[: found.start()].endswith((" and ", " or "))
    return False if _may_be_name(agent, text, stop) else None


def _is_called_one(found: re.Match[str], agent: str, called: re.Match[str]) -> bool:
    """Whether what follows a name of unknown ending makes it one agent's, "the berth-clerk agent", and no kind's."""
    first, last = agent.partition("-")[0], agent.rpartition("-")[2]
    if last.endswith(("ed", "ing")) or last in words("things") or first in words("prefixes"):
        return False
    a_kind = _KIND.search(found.string, max(0, found.start() - 4), found.start())
    return not a_kind and not called[0].endswith("s")


def _joined(found: re.Match[str]) -> Iterator[Mention]:
    """Yield an agent for each of `Backend/Frontend Developers`."""
    *heads, last = found["joined"].split("/")
    first, _, noun = last.partition(" ")
    for head in (*heads, first):
        yield Mention(slug(f"{head} {noun}"), *found.span("joined"))


def _is_spoken_to(before: str) -> bool:
    """Whether a verb or its link stands right before a name in plain words, no article between them."""
    word = before.rstrip(" ").rpartition(" ")[2].lower().lstrip("*_([-")
    return word in words("links") or "" in links_of().get(word, {})


def _is_call(name: str, agent: str) -> bool:
    """Whether a name is a function's, `call_agent`, or a model's, `x-3-pro`."""
    first, _, rest = agent.partition("-")
    command = first in words("commands") and ("_" in name or rest == "agent")
    return command or not words("getters").isdisjoint(agent.split("-")) or bool(_MODEL.search(agent))


def _is_name(name: str, agent: str, way: str, *, known: bool) -> bool:
    """Whether the way a name is written shows that it is an agent's."""
    last = agent.rpartition("-")[2]
    if way == "title":
        return (
            last in words("agent_words")
            and not name.endswith(("gents", "Sub-Agents"))
            and last not in words("weak_words")
            and name.split(maxsplit=1)[0].lower() not in words("not_names")
        )
    if way == "at":
        return "-" in agent
    if way == "single":
        return last in words("agent_words") and agent not in words("weak_words") and agent not in words("not_names")
    return known and not (
        name.endswith("s") and not agent.endswith("s") and name[0].islower()
    )  # "domain-experts" are a kind


def _may_be_name(agent: str, text: str, stop: int) -> bool:
    """Whether a hyphenated word of unknown ending may be an agent's name: no adjective, no thing, no noun after it."""
    first, _, _ = agent.partition("-")
    last = agent.rpartition("-")[2]
    return first not in words("prefixes") and last not in words("things") and bool(_NEXT.match(text, stop))


def _is_placeholder(text: str, found: re.Match[str]) -> bool:
    before, after = text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1]
    if before == "[" and text.startswith(f"]{HIDDEN}", found.end()):
        return False  # the words of a link
    return before in _BEFORE_NO_NAME or after in _AFTER_NO_NAME or text.startswith(_NO_NAME_TAILS, found.end())


@cache
def _last_words() -> str:
    return "|".join(sorted(map(re.escape, vocabulary()["agent_words"]), key=len, reverse=True))


@cache
def _plain() -> re.Pattern[str]:
    """Return names in plain words: "pilot specialist", "dispatcher"."""
    ends, alone = "|".join(sorted(words("plain_ends"))), "|".join(sorted(words("plain_names")))
    return re.compile(rf"{_EDGE}(?:(?!(?:{'|'.join(sorted(_small()))})\b)[a-z]+ (?:{ends})|(?:{alone})){_END}")


@cache
def _small() -> frozenset[str]:
    return words("links") | words("fillers") | words("not_names")


@cache
def _called() -> re.Pattern[str]:
    """Return what says of the name before it that it is an agent's: "`x` subagent"."""
    return re.compile(rf"[*_`'’\")\]]*+ (?:{any_of('agent_nouns')})\b")


@cache
def _called_so() -> re.Pattern[str]:
    """Return a hyphenated name that is said to be an agent's."""
    return re.compile(rf"-[a-z][a-z0-9]*+[*_`'’\")\]]*+ (?:{any_of('agent_nouns')})\b")


@cache
def _sibling() -> re.Pattern[str]:
    """Return the second name of `x-planner/y-planner`, no path."""
    return re.compile(rf"/[A-Za-z0-9-]{{1,60}}-(?:{_last_words()})(?![\w/.-])")


@cache
def _snake() -> re.Pattern[str]:
    return re.compile(rf"_(?:{_last_words()}){_END}")


def _marks_of(text: str) -> frozenset[str]:
    """Return the marks a text has by which names can be told, so that no other is looked for; "A" is a capital."""
    return frozenset(mark for mark in "-_@`" if mark in text) | ({"A"} if _CAPITALS.search(text) else set())


@cache
def _pattern(marks: frozenset[str], *, near: bool) -> re.Pattern[str]:
    nouns = "|".join(word[:1].upper() + word[1:] for word in sorted(vocabulary()["agent_words"], key=len, reverse=True))
    name = r"[A-Z][\w+#.]*"
    titled = rf"{name}(?: {name}){{0,3}}?"
    ways = {
        r"(?<![\w@.])@(?P<at>[A-Za-z][\w-]*+)(?!\.\w)": "@" in marks,
        rf"{_EDGE}(?P<kebab>{_KEBAB}){_END}": "-" in marks,
        rf"{_EDGE}(?P<snake>[a-z0-9]+(?:_[a-z0-9]+)*_(?:{_last_words()})){_END}": "_" in marks,
        rf"(?<![\w-])(?P<joined>{name}(?:/{name})+ (?:{nouns})s?)(?![\w-])": near and "A" in marks,
        rf"(?<![\w-])(?P<title>{titled} (?:{nouns if near else 'Agent|Subagent'})s?)(?![\w-])": "A" in marks,
        r"(?<=[*`])(?P<single>[a-z]{4,20})(?=[*`])": near or "`" in marks,
        rf"(?P<plain>{_plain().pattern})": near,
    }
    return re.compile("|".join(way for way, wanted in ways.items() if wanted) or "(?!)")
