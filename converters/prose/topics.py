"""What a statement about another agent is about, and on which condition it holds."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from converters.prose.relations import any_of, first_words, links_of, words

HIDDEN = "\x1f"
"""What stands for every character of an address once it is hidden."""

LONGEST = 120
"""Characters a topic or a condition may have."""

MARKS = ' \t\r\n*`_"“”'
"""What stands around a name or a phrase without belonging to it."""

BOUNDARY = re.compile(
    r"[;；。→⇒(（]|[.!?]\s|->|=>|\s[–—|]\s|\s--\s|[:：](?=[\s*])|——|,(?= (?:and |or )?for [^,]{1,200}, )"
)
"""Where one clause ends and the next begins."""

WORD = re.compile(r"[A-Za-z][\w'’-]*")

ARROWS = ("→", "->", "=>", "⇒")

SEPARATOR = re.compile(r"[\s*`_)\]]*(?:[:：–—=|]|--?\s)[\s*_>]*")
"""What sets a name apart from what is said of it: "X: ...", "**X** - ..."."""

_PHRASE_END = re.compile(rf"[;；。.](?:\s|$)|[,，]|\s[–—]\s|\s--\s|\]?{HIDDEN}")
_SENTENCE_END = re.compile(rf"[;；。.](?:\s|$)|\]?{HIDDEN}")
_STOPS = (*",.;)]，。；",)
_BEFORE_COMMA = re.compile(r"[\s*_]*([A-Za-z]+)\s+([^,]+),")
_FIRST_WORD = re.compile(r"^[\s*_]*[A-Za-z]+\s+(?=\S)")
_ASIDE = re.compile(r"[)）][,;]?\s|,\s")
_INK = re.compile(r"\w")


class Topic(NamedTuple):
    """What it is about and when, each in the author's words."""

    about: str | None = None
    when: str | None = None


def following(after: str, *, whole: bool = False) -> Topic:
    """Return the topic in the words after an agent's name; `whole` takes the sentence, else its first phrase."""
    rest = _own().sub("", after, count=1).lstrip(MARKS)
    if rest[:1] in _STOPS:
        return Topic()
    when = None
    condition = _condition().search(rest)
    if (
        condition
        and condition.start()
        and rest[: condition.start()].isalpha()
        and rest[condition.end() :].startswith(("where ", "when "))
    ):
        rest, condition = rest[condition.end() :], None  # what the other is to decide
    if condition:
        when = cut(_plain_condition().sub("", rest[condition.end() :], count=1))
        rest = rest[: condition.start()]
    word = WORD.match(rest)
    if word and _is_said_of(word[0].lower(), rest[word.end() :]):
        rest = _particles().sub("", rest[word.end() :]).lstrip()
    if _no_topic().match(rest):
        return Topic(None, when)
    return Topic(cut(unlinked(rest), whole=whole), when)


def _is_said_of(word: str, then: str) -> bool:
    """Whether a topic begins behind this verb: "validates" and "sync on", while "test plans" are a topic."""
    if word in words("nouns_too") or word.endswith("ed"):
        return bool(_link().match(then.lstrip()))
    return word in first_words() or word in links_of()


def is_bare_verb(phrase: str) -> bool:
    """Whether nothing but a verb and its particle is said: "finish", "follow up"."""
    _, _, rest = phrase.partition(" ")
    return not _particles().sub("", rest)


def leading(clause: str) -> Topic:
    """Return the topic or the condition in the words before a verb: "For prices, ...", "When it fails, ..."."""
    opening = _BEFORE_COMMA.match(clause)
    if opening is None:
        return Topic()
    word = opening[1].lower()
    if word == "for":
        return Topic(cut(opening[2]))
    return Topic(None, cut(opening[2])) if _condition().match(f"{word} ") else Topic()


def subject(clause: str) -> str | None:
    """Return who or what a passive verb is said of: "the draft" in "check the draft written", "it" in "it is sent"."""
    return None if "," in clause else cut(_being().sub("", _FIRST_WORD.sub("", clause)))


def handed(between: str) -> str | None:
    """Return what stands between a verb and its link: "the plan" in "hand off the plan to"; a pronoun is no topic."""
    told = cut(_particles().sub("", between.lstrip(" ,;")))
    return None if told and _pronouns().match(told) else told


def before(text: str) -> str | None:
    """Return what stands before the arrow or bracket that ends `text`; `None` where none does."""
    if not text.rstrip().endswith((*ARROWS, "(", "（")):
        return None
    parts = BOUNDARY.split(text)
    last = next((part for part in reversed(parts) if part.strip(MARKS + "([:-=>")), "")
    return cut(unlinked(last if text.rstrip().endswith(ARROWS) else _ASIDE.split(last)[-1]))


def starts_topic(rest: str) -> bool:
    """Whether these words, right after a name, tell a topic or a condition."""
    return bool(_link().match(rest) or _condition().match(rest))


def unlinked(phrase: str) -> str:
    """Return a phrase without the preposition it begins with."""
    bare = phrase.lstrip(MARKS + "(")
    link = _link().match(bare)
    return bare[link.end() :] if link else bare


def cut(phrase: str, *, whole: bool = False) -> str | None:
    """Return the words up to the end of their phrase, or of their `whole` sentence, without marks."""
    inked = phrase.lstrip(MARKS + "(（")
    end = (_SENTENCE_END if whole else _PHRASE_END).search(inked)
    said = (inked[: end.start()] if end else inked).strip(MARKS + ":：,.-–—()>=→")
    if len(said) > LONGEST:
        said = said[:LONGEST].rpartition(" ")[0].rstrip(" ,;")
    return said if _INK.search(said) else None


@cache
def _own() -> re.Pattern[str]:
    return re.compile(rf"^[*_`]*['’]s\b|^[\s*_`]*(?:{any_of('agent_nouns')})\b(?!['’-])")


@cache
def _condition() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s,(])(?=(?:{any_of('conditions')})\s)", re.IGNORECASE)


@cache
def _plain_condition() -> re.Pattern[str]:
    return re.compile(rf"^(?:{any_of('plain_conditions')})\s+", re.IGNORECASE)


@cache
def _link() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of('topic_links')})(?:[*_`]*:[*_`]*)?\s+", re.IGNORECASE)


@cache
def _no_topic() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of('no_topics')})(?!\w)", re.IGNORECASE)


@cache
def _being() -> re.Pattern[str]:
    return re.compile(rf"\s*\b(?:{any_of('beings')})\s*$")


@cache
def _pronouns() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of('pronouns')})(?: (?:{any_of('particles')}))?$", re.IGNORECASE)


@cache
def _particles() -> re.Pattern[str]:
    return re.compile(rf"^[\s*_`]*(?:(?:{any_of('particles')})\b\s*)+")
