"""What follows from an agent's file without being said in a field, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from converters.identity import slug
from converters.model import AgentSpec, Collaboration, Derived
from converters.prose import collaboration, examples, language, summary, title
from converters.shelves import categories
from converters.vocabulary import load, spellings


def derive(spec: AgentSpec, access: frozenset[str], named: Sequence[Collaboration] = ()) -> Derived:
    """Understand `spec`; the same spec always gives the same answer.

    `access` and `named`, the agents it names in keys, are what its format's table says of it.
    """
    description = spec.when_to_use if spec.description is None else spec.description
    prompt = spec.prompt
    path = spec.source.path if spec.source else ""
    found = examples(description, "description") if description and "<example" in description else ()
    if "<example" in prompt:
        found += examples(prompt, "body")
    return Derived(
        title=None if spec.title else _quiet(title(spec.sections)) or _titled(spec.name),
        summary=_unnamed(summary(description, spec.sections), spec.name),
        model_tier=model_tier(spec.model),
        access=tuple(sorted(access)),
        categories=categories(path, spec.name),
        language=language(prompt) or language(description or ""),
        examples=found,
        collaboration=_together(named, tuple(_told(spec))),
    )


def _told(spec: AgentSpec) -> Iterator[Collaboration]:
    """What the prose says of other agents: the prompt, the description, and when to use the agent."""
    yield from collaboration(spec.name, spec.sections, spec.description)
    for said in collaboration(spec.name, (), spec.when_to_use):
        yield replace(said, evidence=replace(said.evidence, where="when_to_use"))


def _together(named: Sequence[Collaboration], told: Sequence[Collaboration]) -> tuple[Collaboration, ...]:
    """One statement for each agent and relation: keys go before prose, which may say what their ties are about.

    What prose leaves us to conclude of an agent is no relation of its own where a key has told it.
    """
    kept = {(said.agent, said.relation): said for said in named}
    keyed = {said.agent: said.relation for said in reversed(named)}
    for said in told:
        key = said.agent, said.relation
        if said.confidence == "inferred" and said.agent in keyed:
            key = said.agent, keyed[said.agent]
        first = kept.setdefault(key, said)
        if first.about is None and first.when is None:
            kept[key] = replace(first, about=said.about, when=said.when)
    return tuple(kept.values())


def _unnamed(sentence: str | None, name: str) -> str | None:
    """A summary without the agent's own name in front: `Tide Forecaster - Turns ...`."""
    if sentence is None:
        return None
    before, _, rest = sentence.partition(" - ")
    return rest if rest and slug(before) == slug(name) else sentence


def _titled(name: str) -> str:
    """A name as people write it: `qa-lead` is QA Lead."""
    return " ".join(_capital(word) for word in re.split(r"[-_\s]+", name) if word)


def _capital(word: str) -> str:
    return spellings().get(word.lower()) or word[:1].upper() + word[1:]


def _quiet(heading: str | None) -> str | None:
    """A title written in capitals, as people would say it."""
    if heading is None or not heading.isupper() or " " not in heading:
        return heading
    first, *others = heading.lower().split(" ")
    small = load("titles")["small_words"]
    return " ".join([_capital(first), *(word if word in small else _capital(word) for word in others)])


@lru_cache(maxsize=1)
def _tiers() -> Mapping[str, Any]:
    tiers: Mapping[str, Any] = load("models")["tiers"]
    return tiers


@lru_cache(maxsize=1024)
def model_tier(model: str | None) -> str | None:
    """`frontier`, `balanced`, `fast` or `inherit`; `None` for a model of no known family."""
    if not model:
        return None
    words = set(re.split(r"[^a-z0-9]+", model.lower())) | {model.lower()}
    for tier in ("inherit", "fast", "frontier", "balanced"):
        if any(name in words or ("-" in name and name in model.lower()) for name in _tiers()[tier]):
            return tier
    return None
