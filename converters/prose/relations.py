"""The words agents use for one another, ready for looking up: `vocabulary/relations.yaml` compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from converters.model import Relation
from converters.vocabulary import load

POSSESSIVE = "'s"
"""The link of a verb whose object is something the other agent has."""

_OPEN_TITLE = 5
"""Words a heading has, at most, that is the beginning of the sentence its list goes on with."""

_CONSONANT_Y = re.compile(r"[^aeiou]y$")
_HISSING = re.compile(r"(?:s|x|z|ch|sh)$")


@cache
def vocabulary() -> Mapping[str, Any]:
    """Return the data as written; treat it as read-only."""
    return cast("Mapping[str, Any]", load("relations"))


@cache
def words(key: str) -> frozenset[str]:
    """Return one of the plain word lists."""
    return frozenset(vocabulary()[key])


@cache
def links_of() -> Mapping[str, Mapping[str, Relation]]:
    """Return, for each form of each verb, the links it takes and the relation each makes; `""` is a plain object."""
    forms: dict[str, dict[str, Relation]] = {}
    for relation, phrases in vocabulary()["verbs"].items():
        for phrase in phrases:
            verb, *rest = phrase.split()
            link = rest[-1] if rest and rest[-1] in words("links") | {POSSESSIVE} else ""
            for form in _forms(verb):
                forms.setdefault(form, {}).setdefault(link, relation)
    return forms


@cache
def first_words() -> Mapping[str, Relation]:
    """Return what the other agent's verb makes it to us, where a statement begins with it: "X: validates ..."."""
    return {verb: relation for relation, verbs in vocabulary()["others"].items() for verb in verbs}


@cache
def around() -> tuple[tuple[tuple[str, ...], tuple[str, ...], Relation], ...]:
    """Return the Chinese frames: what stands before the agent, what after it, and the relation."""
    return tuple((tuple(frame["before"]), tuple(frame["after"]), frame["relation"]) for frame in vocabulary()["around"])


def told_by_noun(text: str) -> Relation | None:
    """Return the relation a heading, a label or a lead-in names, whichever comes first in it."""
    found = _nouns()[0].search(text[:200].casefold())
    return _nouns()[1][found[0]] if found else told_by_ends(text)


def told_by_ends(text: str) -> Relation | None:
    """Return the relation of a heading that goes on in the list below it: "Receives charts from"."""
    spoken = re.findall(r"[\w'-]+", text[:60].casefold())
    return links_of().get(spoken[0], {}).get(spoken[-1]) if 1 < len(spoken) <= _OPEN_TITLE else None


def told_by_label(text: str) -> Relation | None:
    """Return the relation that a word alone before a colon tells: "**After**: the chart-drawer"."""
    labels: Mapping[str, Relation] = vocabulary()["labels"]
    return labels.get(text.casefold())


@cache
def summons() -> frozenset[str]:
    """Return all forms of the verbs that have agents as their objects, hardly ever things."""
    return frozenset(form for verb in words("summons") for form in _forms(verb))


@cache
def addressing() -> frozenset[str]:
    """Return the verbs that are said of agents where a statement begins with them, as it then has them."""
    return frozenset(form for verb in words("addressing") for form in _forms(verb) if not form.endswith("ed"))


def lists_tools(text: str) -> bool:
    """Return whether a text is a list of an agent's tools: "Read/search/Bash", "Read, Grep"."""
    return ("/" in text or "," in text) and len(_tools().intersection(re.findall(r"\w+", text))) > 1


@cache
def _tools() -> frozenset[str]:
    """Return the tools' names that are no words of a sentence as they are written there."""
    known = load("clients/claude-code")
    return frozenset([*known["others"], *(name for names in known["tools"].values() for name in names)])


def told_by_role(name: str) -> Relation | None:
    """Return what an agent of this name is to those it lists without saying why."""
    roles: Mapping[str, Relation] = vocabulary()["roles"]
    return roles.get(name.rpartition("-")[2])


@cache
def _nouns() -> tuple[re.Pattern[str], Mapping[str, Relation]]:
    relations: dict[str, Relation] = {
        noun: relation for relation, nouns in vocabulary()["nouns"].items() for noun in nouns
    }
    ways = "|".join(map(re.escape, sorted(relations, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])(?:{ways})(?![\w-])"), relations


def _forms(verb: str) -> Iterator[str]:
    """Yield a verb with its endings, as English spells them."""
    yield verb
    yield from vocabulary()["irregular"].get(verb, ())
    if _CONSONANT_Y.search(verb):
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
        return
    yield f"{verb}es" if _HISSING.search(verb) else f"{verb}s"
    stem = verb.removesuffix("e")
    yield from (f"{stem}ed", f"{stem}ing")


def any_of(key: str) -> str:
    """Return the small words of one kind as an alternative of a regular expression, the longest first."""
    small: list[str] = vocabulary()["grammar"][key]
    return "|".join(map(re.escape, sorted(small, key=len, reverse=True)))
