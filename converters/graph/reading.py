"""The graph in words: a reading for people, at most eighty columns wide."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from converters.findings import printable
from converters.graph.analyse import Analysis, analyse
from converters.graph.build import Network

_WIDTH = 80
_INDENT = "    "
_Called: TypeAlias = Mapping[str, str]


def to_text(graph: Network, *, limit: int = 12) -> str:
    """Sizes, hubs, bridges, missing agents, islands and cycles of delegation, at most `limit` of each."""
    found = analyse(graph)
    called = _short_names(graph)
    parts = (
        _sizes(found),
        _hubs(found, called, limit),
        _bridges(found, called, limit),
        _communities(found, called, limit),
        _missing(found, called, limit),
        _islands(found, called, limit),
        _cycles(found, called, limit),
    )
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _short_names(graph: Network) -> _Called:
    """What each agent is called where that is unmistakable, else its key."""
    names = {key: str(facts["name"]) or key for key, facts in graph.nodes(data=True)}
    bearers = Counter(names.values())
    return {key: name if bearers[name] == 1 else key for key, name in names.items()}


def _sizes(found: Analysis) -> Iterator[str]:
    yield (
        f"{_count(found.agents, 'agent')} in {_count(len(found.coverage), 'collection')}, "
        f"{_count(found.references, 'reference')}, {_count(len(found.missing), 'missing agent')}"
    )
    width = max([len("collection"), *(_columns(c.collection) for c in found.coverage)])
    if found.coverage:
        yield f"  {_left('collection', min(width, 40))} {'agents':>8} {'references':>11} {'connected':>10}"
    for part in found.coverage:
        name = _left(printable(part.collection) or "(none)", min(width, 40))
        yield f"  {name} {part.agents:>8} {part.references:>11} {part.share:>10.0%}"
    if found.pairs:
        yield f"  one-way: {found.one_way} of {_count(found.pairs, 'pair')}, the second never names the first"


def _hubs(found: Analysis, called: _Called, limit: int) -> Iterator[str]:
    if found.hubs:
        yield "Hubs (named by, names)"
        for hub in found.hubs[:limit]:
            yield f"  {hub.named_by:>5} {hub.names:>5}  {_cut(called[hub.agent], _WIDTH - 15)}"
        yield from _more(found.hubs, limit, "connected agent")


def _bridges(found: Analysis, called: _Called, limit: int) -> Iterator[str]:
    if found.bridges:
        yield "Bridges (share of the shortest ways between others)"
        for agent, share in found.bridges[:limit]:
            yield f"  {share:>11.1%}  {_cut(called[agent], _WIDTH - 15)}"
        yield from _more(found.bridges, limit, "bridge")


def _communities(found: Analysis, called: _Called, limit: int) -> Iterator[str]:
    groups = [group for group in found.communities if len(group) > 1]
    if len(groups) > 1:
        yield "Communities (tied more to each other than to the rest)"
        for group in groups[:limit]:
            yield from _wrapped(
                f"  {len(group):>5}  ",
                ", ".join(called[key] for key in group[:6]) + (", ..." if len(group) > 6 else ""),
            )
        yield from _more(groups, limit, "community")


def _missing(found: Analysis, called: _Called, limit: int) -> Iterator[str]:
    if found.missing:
        yield "Missing agents (named, but nobody answers)"
        for missing in found.missing[:limit]:
            where = f" in {missing.collection}" if missing.collection else ""
            yield f"  {_cut(missing.name + where, _WIDTH - 2)}"
            wanted = _listed([called[key] for key in missing.wanted_by], limit)
            yield from _wrapped(_INDENT, f"wanted by {wanted}")
            if missing.suggestions:
                yield from _wrapped(_INDENT, f"did you mean {_either(missing.suggestions)}?")
        yield from _more(found.missing, limit, "missing agent")


def _islands(found: Analysis, called: _Called, limit: int) -> Iterator[str]:
    if found.islands:
        yield "Islands (name nobody, named by nobody)"
        for agent in found.islands[:limit]:
            yield f"  {_cut(called[agent], _WIDTH - 2)}"
        yield from _more(found.islands, limit, "island")


def _cycles(found: Analysis, called: _Called, limit: int) -> Iterator[str]:
    if found.cycles:
        yield "Cycles of delegation (work may go round)"
        for cycle in found.cycles[:limit]:
            yield from _wrapped("  ", " -> ".join(called[key] for key in (*cycle.agents, cycle.agents[0])))
            if len(cycle.group) > len(cycle.agents):
                yield f"{_INDENT}and other ways round among {len(cycle.group)} agents"
        yield from _more(found.cycles, limit, "cycle")


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def _more(items: Sequence[object], limit: int, noun: str) -> Iterator[str]:
    if len(items) > limit:
        yield f"  ... and {_count(len(items) - limit, 'more ' + noun)}"


def _listed(names: Sequence[str], limit: int) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _columns(text: str) -> int:
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _cut(text: str, width: int) -> str:
    text = printable(text)
    if _columns(text) <= width:
        return text
    while _columns(text) > width - 3:  # the end of a key says more than its beginning
        text = text[1:]
    return f"...{text}"


def _left(text: str, width: int) -> str:
    text = _cut(text, width)
    return text + " " * (width - _columns(text))


def _wrapped(first: str, text: str) -> Iterator[str]:
    """`text` over lines of at most eighty columns, broken at spaces, indented as far as `first`."""
    line, empty = first, True
    for word in _words(text, _WIDTH - len(first)):
        if not empty and _columns(line) + 1 + _columns(word) > _WIDTH:
            yield line
            line, empty = " " * len(first), True
        line, empty = line + ("" if empty else " ") + word, False
    yield line


def _words(text: str, width: int) -> Iterable[str]:
    return (_cut(word, width) for word in printable(text).split(" "))
