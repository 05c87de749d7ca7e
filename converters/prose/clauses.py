"""What one sentence says of the agents named in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from converters.model import Relation
from converters.prose.mentions import Mention
from converters.prose.relations import POSSESSIVE, around, first_words, links_of, told_by_noun, words

LONGEST_TOPIC = 120
"""Characters a topic or a condition may have."""

_TOGETHER = re.compile(r"[\s*`_@/,&+()、]*(?:(?:and|or|the|和|或|与|以及)[\s*`_@]*)*(?:agents?[\s*`_,]*(?:(?:and|or)[\s*`_@]*)?)?")
_BOUNDARY = re.compile(r"[;；。→⇒(（]|[.!?]\s|->|=>|\s[–—|]\s|\s--\s|[:：](?=[\s*])|——")
_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_SEPARATOR = re.compile(r"[\s*`_)\]]*(?:[:：–—→=|]|->|=>|--?\s)[\s*_>]*")
_MARKS = " \t\r\n*`_\"“”"
_CONDITION = re.compile(r"(?:^|[\s,(])(?=(?:when(?:ever)?|if|once|after|before|until|unless|where|while)\s)", re.IGNORECASE)
_TOPIC_LINK = re.compile(r"(?:for|on|with|to|about|regarding|in|during|of|through|via|around|concerning|using|by)\s+", re.IGNORECASE)
_TOPIC_END = re.compile(r"[;；。.](?:\s|$)|[,，)]|\s[–—]\s|\s--\s|。")
_POSSESSIVE = re.compile(r"['’]s\b[*_`]*\s*")
_WHEN = re.compile(r"(?:when|if)\s+", re.IGNORECASE)
_OPENING = re.compile(r"[\s*_]*(for|when|whenever|if|once|after|before)\s+([^,]+),", re.IGNORECASE)
_IMPERATIVE = re.compile(r"^[\s*_]*[A-Za-z]+\s+(?=\S)")
_BEING = re.compile(r"\s*\b(?:is|are|be|was|were|being|must be|should be|can be)\s*$")
_PARTICLE = re.compile(r"^\s*(?:off|over|back|up|on|along|directly|closely|together)\b|^.*?\b(?:and|or)\s+(?=\w+ \w+ to\b)")
_CARRIED = re.compile(r"\b(?:and|or)[\s*`_@]*$")
_WORDLIKE = re.compile(r"\w")
_BY_US = frozenset({"collaborates_with", "coordinates_with", "supports", "delegates_to", "escalates_to", "hands_off_to", "guides"})
REACH = 14
"""Words between a verb and its agent, at most."""
_CJK = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Clause:
    """What a sentence says of one agent."""

    agent: str
    relation: Relation
    about: str | None
    when: str | None


class _Verb(NamedTuple):
    relation: Relation
    start: int
    stop: int
    """Where the verb stands in the sentence."""
    link: int
    """Where the word that links it to the agent stands; the agent's own place where there is none."""


class _Said(NamedTuple):
    relation: Relation
    about: str | None = None
    when: str | None = None


def read(text: str, named: Sequence[Mention], lead: str, default: Relation | None) -> Iterator[Clause]:
    """Yield what `text` says of each agent named in it.

    `default` is what an agent is that stands first, without a verb; `None` where that says nothing.
    """
    said: _Said | None = None
    previous = 0
    for group in _groups(text, named):
        first, last = group[0], group[-1]
        start = max((found.end() for found in _BOUNDARY.finditer(text, 0, first.start)), default=0)
        carried = said.relation if said and _CARRIED.search(text, previous, first.start) else None
        said = _told(text, start, previous, first, last, default, carried)
        if said:
            for mention in group:
                yield Clause(mention.agent, *said)
        previous = last.stop


def _groups(text: str, named: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Yield the agents said in one breath: `A / B`, `A, B and C`."""
    group: list[Mention] = []
    for mention in named:
        if group and mention.start > group[-1].stop and not _TOGETHER.fullmatch(text, group[-1].stop, mention.start):
            yield group
            group = []
        group.append(mention)
    if group:
        yield group


def _told(
    text: str,
    start: int,
    previous: int,
    first: Mention,
    last: Mention,
    default: Relation | None,
    carried: Relation | None,
) -> _Said | None:
    """Return what the clause from `start` says of the agents from `first` to `last`."""
    before, after = text[start : first.start], text[last.stop :]
    if _CJK.search(text) and (framed := _framed(before, after)):
        return framed
    spoken = _WORD.findall(before.rpartition(",")[2].lower())
    if not words("negations").isdisjoint(spoken):
        return None
    if verb := _verb(text, start, first.start, after):
        return _Said(verb.relation, *_topic(text, start, previous, verb, first, after))
    if carried:
        return _Said(carried, *_after(after))
    if default is None:
        return None
    if spoken == ["with"]:
        return _Said("collaborates_with", *_after(after))
    if words("fillers").issuperset(spoken):
        return _listed(text, start, after, default)
    return None


def _verb(text: str, start: int, stop: int, after: str) -> _Verb | None:
    """Return the nearest verb before the agent that takes the word between them."""
    spoken = list(_WORD.finditer(text, start, stop))
    while spoken and spoken[-1][0].lower() in words("fillers"):
        spoken.pop()
    if not spoken:
        return None
    forms = links_of()
    last = spoken[-1][0].lower()
    direct = forms.get(last, {})
    if POSSESSIVE in direct and after.lstrip("*_`").startswith(("'s", "’s")):
        return _Verb(direct[POSSESSIVE], *spoken[-1].span(), stop)
    if "" in direct:
        return _Verb(direct[""], *spoken[-1].span(), stop)
    if last in words("links"):
        for word in reversed(spoken[-REACH:-1]):
            links = forms.get(word[0].lower(), {})
            if last in links:
                return _Verb(links[last], *word.span(), spoken[-1].start())
    return None


def _topic(
    text: str, start: int, previous: int, verb: _Verb, first: Mention, after: str
) -> tuple[str | None, str | None]:
    """Return what the two have to do with each other, and on which condition."""
    about, when = _after(after)
    given = _cut(_PARTICLE.sub("", text[max(verb.stop, previous) : verb.link])) if verb.link < first.start else None
    led_in = text[start : verb.start]
    opening = _OPENING.match(led_in)
    if opening:
        if opening[1].lower() == "for":
            given = given or _cut(opening[2])
        else:
            when = when or _cut(opening[2])
    elif not given and not about:
        about = _cut(_BEING.sub("", _IMPERATIVE.sub("", led_in))) or _topic_before(text, start)
    return given or about, when


def _topic_before(text: str, start: int) -> str | None:
    """Return what stands before the arrow or the bracket that opens the clause."""
    if text[:start].rstrip().endswith(("→", "->", "=>", "⇒", "(", "（")):
        return _cut(_TOPIC_LINK.sub("", _topic_text(text[:start]), count=1))
    return None


def _topic_text(text: str) -> str:
    parts = _BOUNDARY.split(text)
    return next((part for part in reversed(parts) if part.strip(_MARKS + "([:-=>")), "")


def _listed(text: str, start: int, after: str, default: Relation) -> _Said | None:
    """Return what an agent is that stands first: "X: the deployment", "X validates the design", "plan → X"."""
    led = _topic_before(text, start)
    if led is not None:
        return _Said("delegates_to" if default == "collaborates_with" else default, led)
    label = text[:start].strip(_MARKS + ":：")
    default = (told_by_noun(label) if label else None) or default
    separator = _SEPARATOR.match(after)
    rest = after[separator.end() :] if separator else after.lstrip(_MARKS)
    first, *others = (word.lower() for word in _WORD.findall(rest[:60])) if _WORD.match(rest) else ("",)
    if first in first_words():
        return _Said(first_words()[first], *_after(rest))
    links = links_of().get(first, {})
    if separator and links:
        relation = links.get(others[0] if others and others[0] in words("links") else "") or links.get("with")
        if relation in _BY_US:
            return _Said(relation, *_after(rest))
    if separator or not rest or rest[0] in "(（,.;" or _TOPIC_LINK.match(rest) or _CONDITION.match(rest):
        return _Said(default, *_after(rest))
    return None


def _framed(before: str, after: str) -> _Said | None:
    """Return what a Chinese sentence says by the words around the agent."""
    head, tail = before.rstrip(_MARKS), after.lstrip(_MARKS)
    for befores, afters, relation in around():
        if head.endswith(befores):
            for word in afters:
                if tail.startswith(word):
                    return _Said(relation, _cut(tail.removeprefix(word)))
    return None


def _after(after: str) -> tuple[str | None, str | None]:
    """Return the topic and the condition that follow an agent's name."""
    rest = _SEPARATOR.sub("", after, count=1) if _SEPARATOR.match(after) else after
    rest = _POSSESSIVE.sub("", rest.lstrip(_MARKS), count=1)
    if rest[:1] in ",.;)]，。；":
        return None, None
    rest = rest.strip("(")
    condition = _CONDITION.search(rest)
    when = None
    if condition:
        when = _cut(_WHEN.sub("", rest[condition.end() :], count=1))
        rest = rest[: condition.start()]
    word = _WORD.match(rest)
    if word and (word[0].lower() in first_words() or word[0].lower() in links_of()):
        rest = rest[word.end() :].lstrip()
    if rest.lower().startswith(("and ", "or ", "who ", "that ", "is ", "are ", "for them", "to ensure ")):
        return None, when
    return _cut(_TOPIC_LINK.sub("", rest, count=1) if _TOPIC_LINK.match(rest) else rest), when


def _cut(words: str) -> str | None:
    """Return the words up to the end of their phrase, without marks; `None` for nothing."""
    end = _TOPIC_END.search(words.lstrip())
    phrase = (words.lstrip()[: end.start()] if end else words).strip(_MARKS + ":：,.-–—()>=→")
    if len(phrase) > LONGEST_TOPIC:
        phrase = phrase[:LONGEST_TOPIC].rpartition(" ")[0]
    return phrase if _WORDLIKE.search(phrase) else None
