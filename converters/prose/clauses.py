"""What one sentence says of the agents named in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from converters.model import Relation
from converters.prose.mentions import Mention
from converters.prose.relations import (
    POSSESSIVE,
    addressing,
    any_of,
    around,
    first_words,
    links_of,
    summons,
    told_by_label,
    told_by_noun,
    words,
)
from converters.prose.topics import (
    ARROWS,
    BOUNDARY,
    HIDDEN,
    MARKS,
    SEPARATOR,
    WORD,
    Topic,
    before,
    cut,
    following,
    handed,
    is_bare_verb,
    leading,
    starts_topic,
    subject,
)

REACH = 20
"""Words between a verb and its agent, at most."""

_OF_PEOPLE = frozenset({"collaborates_with", "coordinates_with", "supports", "guides", "hands_off_to", "escalates_to"})
"""Relations that things cannot have, so that their verbs show a hyphenated word to be an agent."""

_OURS = _OF_PEOPLE | {"delegates_to"}
"""What a bare verb after a name makes of it, "X: sync on ...", where it is this agent that acts."""

_WITH = "与和跟同"
"""Chinese words that join things as well as people."""

_CJK = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Clause:
    """What a sentence says of one agent."""

    agent: str
    relation: Relation
    about: str | None
    when: str | None
    inferred: bool = False
    """Whether the relation is our guess at what a name without a verb means."""


class _Said(NamedTuple):
    relation: Relation
    topic: Topic = Topic()
    inferred: bool = False


class _Verb(NamedTuple):
    relation: Relation
    word: str
    """As written, in lower case."""
    start: int
    stop: int
    """Where the verb stands in the sentence."""
    link: int
    """Where the word that links it to the agent stands; the agent's own place where there is none."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where agents said in one breath stand in their sentence."""

    text: str
    clause: int
    """Where their clause begins."""
    previous: int
    """Where the agents named before them end."""
    start: int
    stop: int
    sure: bool

    @property
    def before(self) -> str:
        return self.text[self.clause : self.start]

    @property
    def after(self) -> str:
        after = self.text[self.stop :]
        return after.lstrip(f"]{HIDDEN}") if after.startswith(f"]{HIDDEN}") else after


def read(text: str, named: Sequence[Mention], default: Relation | None) -> Iterator[Clause]:
    """Yield what `text` says of each agent named in it.

    `default` is what an agent is that is named without a verb; `None` where that says nothing.
    """
    said: _Said | None = None
    previous = 0
    acting = False
    for group in _groups(text, named):
        start, stop = group[0].start, group[-1].stop
        clause = _clause(text, start)
        if acting and clause < previous:
            continue  # one of the others does something to another
        place = _Place(text, clause, previous, start, stop, any(mention.sure for mention in group))
        carried = said.relation if said and _carried().search(text, previous, start) else None
        said = _told(place, default, carried)
        if said:
            for mention in group:
                yield Clause(mention.agent, said.relation, *said.topic, inferred=said.inferred)
        previous = stop
        doing = WORD.match(place.after.lstrip(MARKS))
        acting = doing is not None and _is_theirs(doing[0].lower())


def _clause(text: str, start: int) -> int:
    """Return where the clause begins that an agent at `start` is named in; "delegate to experts: X, Y" is one."""
    ends = [0, *(found.end() for found in BOUNDARY.finditer(text, 0, start))]
    while len(ends) > 1 and text[ends[-1] - 1] in ":：" and _listing().search(text, ends[-2], ends[-1]):
        ends.pop()
    return ends[-1]


def _groups(text: str, named: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Yield the agents said in one breath: `A / B`, `A, B and C`."""
    group: list[Mention] = []
    for mention in named:
        if group and mention.start > group[-1].stop and not _together().fullmatch(text, group[-1].stop, mention.start):
            yield group
            group = []
        group.append(mention)
    if group:
        yield group


def _told(place: _Place, default: Relation | None, carried: Relation | None) -> _Said | None:
    """Return what the clause says of the agents; `carried` is what it says of those before an "and"."""
    if _CJK.search(place.text) and (framed := _framed(place)) and (place.sure or framed.relation in _OF_PEOPLE):
        return framed
    spoken = WORD.findall(place.before.rpartition(",")[2].lower())
    if _is_negated(spoken) or (default is None and not _alone().match(place.after)):
        return None
    verb = _verb(place, near=default is not None)
    if verb and (place.sure or _is_of_agents(verb, place)):
        return _Said(verb.relation, _topic(place, verb))
    if not place.sure:
        return None
    if carried:
        return _Said(carried, _told_after(place))
    if default is None:
        return None
    if spoken == ["with"]:
        return _Said("collaborates_with", _told_after(place))
    return _listed(place, default) if words("fillers").issuperset(spoken) else None


def _is_of_agents(verb: _Verb, place: _Place) -> bool:
    """Whether a verb shows that what it is said of is an agent; some do at the front of a statement alone."""
    if (verb.word and verb.relation in _OF_PEOPLE) or verb.word in summons():
        return True
    return verb.word in addressing() and not place.text[: verb.start].strip(MARKS)


def _verb(place: _Place, *, near: bool) -> _Verb | None:
    """Return the nearest verb before the agent that takes the word between them."""
    spoken = list(WORD.finditer(place.text, place.clause, place.start))
    if near and spoken and spoken[-1][0].lower() in words("relatives"):
        return _Verb("depends_on", "", *spoken[0].span(), spoken[-1].start())
    while spoken and spoken[-1][0].lower() in words("fillers"):
        spoken.pop()
    if not spoken or any(mark in place.text[spoken[-1].end() : place.start] for mark in (",", ". ")):
        return None
    forms = links_of()
    last = spoken[-1][0].lower()
    if last not in words("links") and ":" in place.text[spoken[-1].end() : place.start]:
        return None
    direct = forms.get(last, {})
    possessed = place.after.lstrip("*_`").startswith(("'s", "’s"))
    if relation := (direct.get(POSSESSIVE) if possessed else None) or direct.get(""):
        return _Verb(relation, last, *spoken[-1].span(), place.start)
    if last in words("links"):
        front = spoken[: last != "by"]  # "Send the switches to X", but "Check what is kept by X"
        for word in (*front, *reversed(spoken[-REACH:-1])):
            relation = forms.get(word[0].lower(), {}).get(last)
            if relation and place.text[word.start() - 1 : word.start()] != "/":
                return _Verb(relation, word[0].lower(), *word.span(), spoken[-1].start())
    if near and last == "with" and len(spoken) > 1:
        return _Verb("collaborates_with", "", spoken[0].start(), spoken[0].start(), spoken[-1].start())
    return None


def _topic(place: _Place, verb: _Verb) -> Topic:
    """Return what the two have to do with each other, and on which condition."""
    about, when = _told_after(place)
    if not verb.word and about and " " not in about:
        about = None  # "what X records"
    if verb.link < place.start:
        told = handed(place.text[max(verb.stop, place.previous) : verb.link])
        about = told if told and (verb.word or not is_bare_verb(told)) else about
    led_in = place.text[place.clause : verb.start]
    led = leading(led_in)
    if verb.word in words("of_subjects"):
        about = subject(led_in) or about
    if about is None:
        about = led.about or (None if led.when else subject(led_in) or before(place.text[: place.clause]))
    return Topic(about, when or led.when)


def _told_after(place: _Place) -> Topic:
    separator = SEPARATOR.match(place.after)
    return following(place.after[separator.end() :], whole=True) if separator else following(place.after)


def _listed(place: _Place, default: Relation) -> _Said | None:
    """Return what an agent is that stands first: "X: the harbour", "X checks the chart", "charts → X"."""
    if led := before(place.text[: place.clause]):
        if place.previous and not place.text[place.previous : place.clause].strip(MARKS + "".join(ARROWS)):
            return None  # an order among the others
        return _Said("delegates_to" if default == "collaborates_with" else default, Topic(led))
    label = place.text[: place.clause].strip(MARKS + ":：")
    if _is_negated(WORD.findall(label.lower())) or place.after.lstrip(MARKS).startswith(ARROWS):
        return None
    named = told_by_label(label) or told_by_noun(label) if label else None
    separator = SEPARATOR.match(place.after)
    rest = place.after[separator.end() :] if separator else place.after.lstrip(MARKS)
    topic = following(rest, whole=separator is not None)
    if acted := _acted(rest, named or default, labelled=separator is not None):
        return _Said(acted, topic)
    if separator or not rest or rest[0] in "(（,.;" or starts_topic(rest):
        return _Said(named or default, topic, inferred=not named)
    return None


def _acted(rest: str, default: Relation, *, labelled: bool) -> Relation | None:
    """Return the relation that the verb after a name makes: theirs in "X checks", ours in "X: sync with"."""
    spoken = [word.lower() for word in WORD.findall(rest[:60])] if WORD.match(rest) else []
    if not spoken:
        return None
    if default == "collaborates_with" and spoken[0] in first_words():
        return first_words()[spoken[0]]
    links = links_of().get(spoken[0], {}) if labelled else {}
    link = spoken[1] if len(spoken) > 1 and spoken[1] in words("links") else ""
    relation = links.get(link) or links.get("with") or (None if spoken[0].endswith("ing") else links.get("to"))
    return relation if relation in _OURS else None


def _framed(place: _Place) -> _Said | None:
    """Return what a Chinese sentence says by the words around the agent."""
    head, tail = place.before.rstrip(MARKS), place.after.lstrip(MARKS)
    for befores, afters, relation in around():
        if head.endswith(befores):
            for word in afters:
                if tail.startswith(word) and (word or place.sure or befores[0] not in _WITH):
                    return _Said(relation, Topic(cut(tail.removeprefix(word))))
    return None


def _is_theirs(verb: str) -> bool:
    """Whether a word after a name says what the other agent does."""
    return verb in first_words() or (verb.endswith("s") and verb in links_of())


def _is_negated(spoken: list[str]) -> bool:
    return not words("negations").isdisjoint(spoken)


@cache
def _together() -> re.Pattern[str]:
    """Return what stands between agents said in one breath."""
    joint = rf"(?:(?:{any_of('together')})[\s*`_@]*)*"
    return re.compile(rf"[\s*`_@/,&+()、]*{joint}(?:(?:{any_of('agent_nouns')})[\s*`_,]*{joint})?")


@cache
def _listing() -> re.Pattern[str]:
    """Return the end of a clause whose agents are listed after its colon: "to experts:"."""
    links, fillers = "|".join(sorted(words("links"))), "|".join(sorted(map(re.escape, words("fillers"))))
    return re.compile(rf"\b(?:{links})(?: (?:{fillers}))+[:：]$")


@cache
def _carried() -> re.Pattern[str]:
    """Return what stands between an agent and a second one that the same verb is said of."""
    links = "|".join(sorted(words("links")))
    return re.compile(rf"(?:,|\b(?:and|or))\s*(?:(?:{any_of('together')}|{links})\s+)*[\s*`_@]*$")


@cache
def _alone() -> re.Pattern[str]:
    """Return what follows a name that is no part of a longer one."""
    noun = rf"(?:(?:{any_of('agent_nouns')})\b\s*)?"
    return re.compile(rf"['’]s\b|[*_`\"')\]]*\s*{noun}(?:$|[^\w\s]|(?:{any_of('after_names')})\b)")
