"""Whom an agent names in its keys: handoffs, subagents, rosters, by the tables of the formats that have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from converters.fields import meaning_of
from converters.formats import FORMATS
from converters.formats._kit import A_NAME, Format, Refers, Row
from converters.model import AgentSpec, Collaboration, Evidence, Json, Relation
from converters.prose.mentions import slug

_STARTER = "spawn"
"""The tool that starts other agents; its limits are their names."""

_FILE = re.compile(r"(?:\.(?:agent|chatmode))?\.(?:md|ya?ml|jsonc?)\Z")
_AROUND = frozenset({"root-agent", "agent", "recipe", "skill"})
"""What files are called whose folder has the name."""

_PLACEHOLDER = re.compile(
    r"(?:[a-z-]+-)?agent-(?:name|id|type)|(?:your|my|any|some|other|another|target|example)-agent"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_LONGEST = 300
"""Characters of a topic or a condition; what is longer is told in full where it stands."""


def references(spec: AgentSpec) -> tuple[Collaboration, ...]:
    """The agents that `spec` names in keys, each once for a relation, in the order of the tables.

    The evidence is the name as written, in the key it stands in. Patterns, placeholders, the agent itself and
    agents of the client's own are nobody here.
    """
    kept: dict[tuple[str, Relation], Collaboration] = {}
    for said in _said(spec):
        first = kept.setdefault((said.agent, said.relation), said)
        if (said.about or said.when) and not (first.about or first.when):
            kept[said.agent, said.relation] = said
    return tuple(kept.values())


def _said(spec: AgentSpec) -> Iterator[Collaboration]:
    home = spec.source.format if spec.source else ""
    yield from _startable(spec, FORMATS.get(home))
    for id_ in dict.fromkeys([home, *sorted(spec.extensions)]):
        fmt = FORMATS.get(id_)
        for row in _referring(id_):
            value = _written(spec, row, fmt) if fmt else None
            for refers in row.refers if value is not None else ():
                where = f"{row.key}/{refers.at}" if refers.at else row.key
                for name, beside in _named(_inside(value, refers.at), refers):
                    agent = _agent(spec, name, refers, fmt)
                    if agent:
                        yield Collaboration(
                            agent=agent,
                            relation=refers.relation,
                            about=_phrase(beside, refers.about),
                            when=_phrase(beside, refers.when),
                            evidence=Evidence(where=where, text=name),
                        )


def _startable(spec: AgentSpec, fmt: Format | None) -> Iterator[Collaboration]:
    """The agents to which the tool that starts agents is limited: `Agent(worker, researcher)`."""
    if spec.tools is None:
        return
    row = (fmt.by_field.get("tools") or fmt.by_field.get("tools.whole")) if fmt else None
    denied = {name for tool in spec.tools.deny if tool.name == _STARTER for name in tool.only}
    for tool in spec.tools.allow or ():
        for name in tool.only if tool.name == _STARTER else ():
            agent = _agent(spec, name, _STARTS, fmt)
            if agent and name not in denied:
                evidence = Evidence(where=row.key if row else "tools", text=name)
                yield Collaboration(agent=agent, relation=_STARTS.relation, evidence=evidence)


_STARTS = Refers("delegates_to")


@cache
def _referring(id_: str) -> tuple[Row, ...]:
    return tuple(row for row in FORMATS[id_].rows if row.refers) if id_ in FORMATS else ()


def _written(spec: AgentSpec, row: Row, fmt: Format) -> Json:
    """What a row's key says, as the format writes it."""
    value = meaning_of(spec, row, fmt)
    return value if value is None or row.field[0] == "." else row.codec.encode(value)


def _inside(value: Any, path: str) -> Any:
    for key in path.split("/") if path else ():
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _named(value: Any, refers: Refers) -> Iterator[tuple[str, Any]]:
    """Each name, and the mapping that says more of it."""
    if isinstance(value, Mapping) and not refers.agent:
        yield from value.items()
        return
    for item in value if isinstance(value, list) else [value]:
        name = item
        if isinstance(item, Mapping):
            said = (_inside(item, key) for key in refers.agent)
            name = next((name for name in said if isinstance(name, str) and name.strip()), None)
        if isinstance(name, str):
            yield name, item


def _agent(spec: AgentSpec, name: str, refers: Refers, fmt: Format | None) -> str | None:
    """The slug of an agent's name as written; `None` where that is nobody's, or its own."""
    if not A_NAME.fullmatch(name) or not refers.names.fullmatch(name):
        return None
    agent = slug(_bare(name, refers.divider))
    if not agent or _PLACEHOLDER.fullmatch(agent) or (fmt and agent in fmt.own_agents):
        return None
    own = {slug(said).removesuffix("-agent") for said in (_bare(spec.name, "/"), spec.title or "")}
    return None if agent.removesuffix("-agent") in own else agent


def _bare(name: str, divider: str) -> str:
    """A name without what leads to it: folders, a plugin, a registry and its tag, the end of a file's name."""
    folders, _, last = name.strip().rstrip("/").rpartition(divider)
    if divider != "/":
        return last
    last = last.partition(":")[0].partition("@")[0] or last if folders else last.rpartition(":")[2]
    stem = _FILE.sub("", last)
    return folders.rpartition("/")[2] if folders.strip("./") and stem != last and slug(stem) in _AROUND else stem


def _phrase(beside: Any, keys: tuple[str, ...]) -> str | None:
    """What the first of the keys that says something says: its first sentence, or all the items of a list."""
    for key in keys:
        said = _inside(beside, key)
        lines = [_sentence(line) for line in (said if isinstance(said, list) else [said]) if isinstance(line, str)]
        text = "; ".join(filter(None, lines))
        if text:
            return text if len(text) <= _LONGEST else None
    return None


def _sentence(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return _SENTENCE.split(line, maxsplit=1)[0].rstrip(" .:;")
