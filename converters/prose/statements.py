"""Whom an agent works with, read from the sentences that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from converters.model import Collaboration, Evidence, Relation, Section
from converters.prose.clauses import Clause, read
from converters.prose.headline import own_title
from converters.prose.mentions import Mention, mentions, names_anyone, slug, without_addresses
from converters.prose.relations import (
    lists_tools,
    told_by_ends,
    told_by_label,
    told_by_noun,
    told_by_role,
    vocabulary,
    words,
)
from converters.prose.topics import HIDDEN
from converters.sections import prose_lines

LONGEST_STATEMENT = 2_000
"""Characters of a statement that are worth reading; longer ones are data."""

_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
_TITLE_WORDS = re.compile(r"[a-z][a-z-]*")
_KEY = re.compile(r"\s*[a-z]\w*:(?:\s|$)")
_JSON = re.compile(r'"\s*:|^\s*[{}\[\]]')
_CELL = re.compile(r"[^|]+")
_LABEL = re.compile(r"[*_]*([A-Za-z][A-Za-z -]{2,30})[*_]*[:：][*_]*\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)[\"'”’)*_`]*\s+(?=[A-Z*`\"“(@])|(?<=[。！？])")

_FIRST, _AMONG, _PASSING = range(3)
"""Where a statement stands: in the section on collaboration, where the text speaks of other agents, anywhere else."""

_NO_LEVEL = 9
"""Deeper than any heading."""

_NUMBERED = re.compile(r"^(?:[\W_]*(?:phase|step|stage|gate)?\s*\d+[\W_]*|[\W_]+)", re.IGNORECASE)

_SPEAKING = frozenset(
    {None, "collaboration", "communication", "workflow", "examples", "responsibilities", "constraints"}
)
"""Kinds of sections that go on speaking of other agents where the section around them does."""


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    lead: str = ""
    """The line that introduces the list it stands in."""
    kind: Literal["item", "prose", "row"] = "prose"


def collaboration(name: str, sections: Sequence[Section], description: str | None) -> tuple[Collaboration, ...]:
    """Return what the agent called `name` says of other, named agents: one statement for each agent and relation.

    What stands in a section about other agents goes before what is said in passing. Code, examples and the agent's
    own name say nothing.
    """
    found = list(_in_sections(name, sections))
    if description and names_anyone(description):
        found += _in_description(name, description)
    found.sort(key=lambda pair: (pair[0], pair[1].about is None))
    kept: dict[tuple[str, Relation], Collaboration] = {}
    for _, statement in found:
        kept.setdefault((statement.agent, statement.relation), statement)
    return tuple(kept.values())


def _in_sections(name: str, sections: Sequence[Section]) -> Iterator[tuple[int, Collaboration]]:
    """Yield each statement, and how little its section is about other agents, from 0."""
    own = own_title(sections)
    about_agents: list[int] = []
    sample = _NO_LEVEL
    for section in sections:
        level = section.level or 0
        if level <= sample:
            sample = level if section.kind == "examples" and not about_agents else _NO_LEVEL
        while about_agents and about_agents[-1] >= level:
            about_agents.pop()
        about = section is not own and level <= sample and _is_about_agents(section.title or "", section.kind)
        near = about or (bool(about_agents) and section.kind in _SPEAKING)
        if near and section.title:
            about_agents.append(level)
        rank = _FIRST if about and section.kind == "collaboration" else _AMONG if near else _PASSING
        title = section.title or ""
        if title and section is not own and title in (section.heading or "") and names_anyone(title):
            yield from ((_PASSING, said) for said in _said(name, _Statement(title), "", near=False, where="body"))
        if near or names_anyone(section.text):
            for statement in _statements(section.text, near=near):
                led = near or told_by_ends(statement.lead) is not None
                yield from ((rank, said) for said in _said(name, statement, title, near=led, where="body"))
        if "#" in section.text:
            yield from ((_AMONG, call) for call in _calls(section))


def _in_description(name: str, description: str) -> Iterator[tuple[int, Collaboration]]:
    for statement in _statements(description.partition("<example")[0], near=False):
        yield from ((_PASSING, said) for said in _said(name, statement, "", near=False, where="description"))


@lru_cache(maxsize=4096)
def _is_about_agents(title: str, kind: str | None) -> bool:
    titled = _TITLE_WORDS.findall(title.lower())
    if not words("contrast_titles").isdisjoint(titled):
        return False
    return kind == "collaboration" or not words("agent_titles").isdisjoint(titled) or told_by_ends(title) is not None


def _statements(text: str, *, near: bool) -> Iterator[_Statement]:
    """Yield the items, table rows and sentences of a section's text, marks cut off; each is a substring of it."""
    lead = ""
    for kind, start, stop in _blocks(text):
        if stop - start > LONGEST_STATEMENT:
            continue
        block = text[start:stop].rstrip()
        if kind == "prose":
            lead = block if block.endswith((":", "：")) else ""
        if not names_anyone(block, near=near):
            continue
        if kind == "row":
            yield _Statement(block.strip(), lead, "row")
            continue
        for sentence in _sentences(block):
            yield _Statement(sentence, lead if kind == "item" else "", kind)


def _blocks(text: str) -> Iterator[tuple[Literal["item", "prose", "row"], int, int]]:
    """Yield where each list item, table row and paragraph begins and ends, its mark not counted."""
    kind: Literal["item", "prose", "row"] = "prose"
    start = stop = -1
    for at, line in prose_lines(text):
        bare = line.strip()
        item = _ITEM.match(line)
        new = item or not bare or bare[0] in "|>#" or at != stop + 1 or _KEY.match(line)
        if new and start >= 0:
            yield kind, start, stop
            start = -1
        if bare and start < 0 and not _JSON.search(bare):
            start = at + (item.end() if item else len(line) - len(line.lstrip(" \t>")))
            kind = "item" if item else "row" if bare[0] == "|" else "prose"
        stop = at + len(line)
    if start >= 0:
        yield kind, start, stop


def _sentences(block: str) -> Iterator[str]:
    at = 0
    for end in _SENTENCE_END.finditer(block):
        yield block[at : end.start()].strip()
        at = end.end()
    if sentence := block[at:].strip():
        yield sentence


def _said(name: str, statement: _Statement, title: str, *, near: bool, where: str) -> Iterator[Collaboration]:
    """Yield what one statement says of other agents."""
    own = slug(name)
    text = without_addresses(statement.text)
    found = [mention for mention in mentions(text, near=near) if not _is_self(mention.agent, own)]
    names = {mention.agent for mention in found}
    named = [mention for mention in found if _plain_name(mention.agent) not in names - {mention.agent}]
    if not named or (statement.kind == "row" and not near):
        return
    default = _default(statement, title, own) if near else _labelled(text)
    clauses = _row(text, named, default) if statement.kind == "row" else read(text, named, default)
    for clause in clauses:
        yield Collaboration(
            agent=clause.agent,
            relation=clause.relation,
            about=clause.about,
            when=clause.when,
            confidence="inferred" if clause.inferred else "stated",
            evidence=Evidence(where=where, text=statement.text),
        )


def _labelled(text: str) -> Relation | None:
    """Return the relation that the label at the front of a statement names: "**Works with**: a, b"."""
    label = _LABEL.match(text)
    return told_by_label(label[1]) or told_by_noun(label[1]) if label else None


def _default(statement: _Statement, title: str, own: str) -> Relation:
    """Return the relation of an agent that is listed without a verb."""
    return told_by_noun(statement.lead) or told_by_role(own) or told_by_noun(title) or "collaborates_with"


def _is_self(agent: str, own: str) -> bool:
    return _plain_name(agent) == _plain_name(own)


def _plain_name(agent: str) -> str:
    """Return what an agent may be called in the same breath: "**Planner Agent**: use `planner`"."""
    return agent.removesuffix("-agent")


def _row(text: str, named: Sequence[Mention], default: Relation | None) -> Iterator[Clause]:
    """Yield the agents of a table's row; what it says first beside them is the topic, but for their tools."""
    relation = "delegates_to" if default in (None, "collaborates_with", "hands_off_to") else default
    cells = [cell.span() for cell in _CELL.finditer(text)]
    sure = [mention for mention in named if mention.sure]
    holding = [(start, stop) for start, stop in cells if any(start <= mention.start < stop for mention in sure)]
    others = (text[slice(*cell)].strip() for cell in cells if cell not in holding)
    topic = next((cell for cell in others if cell and HIDDEN not in cell and not lists_tools(cell)), None)
    for mention in sure:
        if holding[0][0] <= mention.start < holding[0][1]:
            yield Clause(mention.agent, relation, topic, None)


def _calls(section: Section) -> Iterator[Collaboration]:
    """Yield the agents called in a client's own syntax, which counts wherever it stands; the heading is the topic."""
    about = _NUMBERED.sub("", section.title or "").strip() or None
    for call in vocabulary()["calls"]:
        for before in section.text.split(call)[1:]:
            agent = re.match(r"[\w.-]+", before)
            if agent:
                evidence = Evidence(where="body", text=call + agent[0])
                yield Collaboration(agent=slug(agent[0]), relation="delegates_to", about=about, evidence=evidence)
