"""The graph in words: a report to a library's keeper, at most eighty columns wide."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from converters.findings import printable
from converters.graph.analyse import Analysis, Missing, analyse
from converters.graph.build import Network
from converters.graph.naming import spelled
from converters.graph.roles import Profiles

_WIDTH = 80
_SHOWN = 6
"""Members shown of each community, users of each name."""
_BRIDGE = 0.01
"""Share of the ways from which somebody who is no hub is worth naming."""
_Called: TypeAlias = Mapping[str, str]
_Part: TypeAlias = Iterator[str]

_TELLING = {
    "collaborates_with": "collaborate with",
    "supports": "support",
    "guides": "guide",
    "depends_on": "depend on",
    "hands_off_to": "hand off to",
    "receives_from": "receive from",
    "delegates_to": "delegate to",
    "reports_to": "report to",
    "reviews": "review",
    "escalates_to": "escalate to",
    "coordinates_with": "coordinate with",
}


def to_text(graph: Network, *, limit: int = 10) -> str:
    """What the library is, what in it to mend, who carries it and who belongs together.

    At most `limit` of each are told, and how many more there are.
    """
    found = analyse(graph)
    called = _short_names(graph)
    parts = (
        _shape(found),
        _collections(found),
        _to_mend(graph, found, called, limit),
        _carriers(found, called, limit),
        _communities(graph, found, called, limit),
    )
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _short_names(graph: Network) -> _Called:
    """What each agent is called: its name, and as much of its key before it as tells it from others of that name."""
    names = {key: str(facts["name"]) or key for key, facts in graph.nodes(data=True)}
    bearers = Counter(names.values())
    called = {key: name for key, name in names.items() if bearers[name] == 1}
    parts = 1
    while len(called) < len(names):
        parts += 1
        longer = {key: _end(key, parts) for key in names if key not in called}
        bearers = Counter(longer.values())
        called |= {key: name for key, name in longer.items() if bearers[name] == 1 or name == key}
    return called


def _end(key: str, parts: int) -> str:
    return "/".join(key.split("/")[-parts:])


# --- what it is -----------------------------------------------------------------------------------


def _shape(found: Analysis) -> _Part:
    homes = [part.collection for part in found.coverage]
    several = len(homes) != 1
    one = f"the collection {homes[0]}" if homes and homes[0] else "no collection"
    where = f"in {_count(len(homes), 'collection') if several else one}"
    yield from _wrapped("", f"{_count(found.agents, 'agent')} {where}, {_count(found.references, 'reference')}")
    if not found.references:
        yield "  It is the only agent here, and names nobody." if found.agents == 1 else "  No agent names another."
        return
    yield from _wrapped("  ", " ".join(_sentences(found)))


def _sentences(found: Analysis) -> Iterator[str]:
    if found.pieces:
        most, rest = found.pieces[0], len(found.pieces) - 1
        more = f", and there {_are(rest)} {_count(rest, 'smaller group')} apart from them" if rest else ""
        yield (
            f"{most} of the {found.agents} agents hang together{more}."
            if most < found.agents
            else ("All agents hang together." if most > 1 else "")
        )
    if found.islands:
        count = len(found.islands)
        yield f"{count} {'name' if count > 1 else 'names'} nobody and {_are(count)} named by nobody."
    said = [f"{_TELLING.get(relation, relation)} ({count})" for relation, count in found.relations[:3]]
    yield f"They {'mostly ' if len(found.relations) > 3 else ''}{_and(said)}."
    if found.pairs:
        both = (found.pairs - found.one_way) // 2
        couples = found.one_way + both
        if not both:
            yield "Nobody who is named names the other back."
        elif both == couples:
            yield "All who are named name the other back."
        else:
            yield f"In {both} of {_count(couples, 'couple')} each names the other, in the rest only one of them does."


def _collections(found: Analysis) -> _Part:
    if len(found.coverage) > 1:
        width = min(44, max([len("Collections"), *(_columns(printable(c.collection)) for c in found.coverage)]))
        yield f"{_left('Collections', width)}   {'agents':>8} {'references':>11} {'connected':>10}"
        for part in found.coverage:
            name = _left(part.collection or "(none)", width)
            yield f"  {name} {part.agents:>8} {part.references:>11} {part.share:>10.0%}"


# --- what to mend ---------------------------------------------------------------------------------


def _to_mend(graph: Network, found: Analysis, called: _Called, limit: int) -> _Part:
    alike = [missing for missing in found.missing if missing.suggestions]
    alone = [missing for missing in found.missing if not missing.suggestions and not missing.doubtful]
    doubtful = [missing for missing in found.missing if missing.doubtful]
    circling = sum(len(cycle.group) for cycle in found.cycles)
    doubled = sum(len(one.used_by) for one in found.ambiguous)
    faults = (  # what setting it right is worth, by the references it is about
        (2 * _uses(graph, alike), _misnamed(graph, alike, called, limit)),
        (_uses(graph, alone), _nobody(graph, alone, called, limit)),
        (2 * circling, _circles(found, called, limit)),
        (doubled / 2, _ambiguous(found, called, limit)),
        (0, _islands(found, called, limit)),
        (0, _doubtful(graph, doubtful, called, limit)),
    )
    told = [list(fault) for _, fault in sorted(faults, key=lambda fault: -fault[0])]
    if any(told):
        yield "What to mend, the most worthwhile first"
        for number, lines in enumerate((lines for lines in told if lines), 1):
            head, *rest = lines
            yield from _wrapped(f"  {number}. ", head)
            yield from rest


def _misnamed(graph: Network, missing: Sequence[Missing], called: _Called, limit: int) -> _Part:
    if missing:
        yield (
            f"{_names(missing)} that nobody bears, {'each ' if len(missing) > 1 else ''}like that of an agent "
            f"({_references(graph, missing)}). Correct the name, or say whom it means in collections.yaml (aliases)."
        )
        for one in missing[:limit]:
            yield from _wrapped(f"{len(one.wanted_by):>9}  ", f"{one.name}: perhaps {_or(one.suggestions)}?")
            yield from _wrapped(" " * 11, f"named by {_listed([called[key] for key in one.wanted_by])}")
        yield from _more(missing, limit, "name")


def _nobody(graph: Network, missing: Sequence[Missing], called: _Called, limit: int) -> _Part:
    if missing:
        yield (
            f"{_names(missing)} that nobody bears and none is like ({_references(graph, missing)}). Write the agent, "
            "or name another."
        )
        profiles = Profiles(graph)
        homes = Counter(one.name for one in missing)
        for one in missing[:limit]:
            where = f" in {one.collection}" if homes[one.name] > 1 else ""
            near = [called[c.agent] for c in profiles.candidates(f"?{one.collection}/{one.name}", limit=2)]
            topics = f"; {_or(near)} {'is' if len(near) == 1 else 'are'} about the same" if near else ""
            users = f"named by {_listed([called[key] for key in one.wanted_by])}"
            yield from _wrapped(f"{len(one.wanted_by):>9}  ", f"{one.name}{where}: {users}{topics}")
        yield from _more(missing, limit, "name")


def _circles(found: Analysis, called: _Called, limit: int) -> _Part:
    if found.cycles:
        agents = sum(len(cycle.group) for cycle in found.cycles)
        yield (
            f"{_count(len(found.cycles), 'circle')} in which work may go round, among {agents} agents. Say where it "
            "ends."
        )
        for cycle in found.cycles[:limit]:
            more = f" (one way round among {len(cycle.group)} agents)" if len(cycle.group) > len(cycle.agents) else ""
            yield from _wrapped(" " * 5, " -> ".join(called[key] for key in (*cycle.agents, cycle.agents[0])) + more)
        yield from _more(found.cycles, limit, "circle")


def _ambiguous(found: Analysis, called: _Called, limit: int) -> _Part:
    if found.ambiguous:
        yield (
            f"{_count(len(found.ambiguous), 'name')} that several agents of one collection bear. The nearest by folder "
            "is taken; rename one, or say which is meant in collections.yaml (aliases)."
        )
        for one in found.ambiguous[:limit]:
            bearers = [called.get(key, key) for key in one.candidates]
            yield from _wrapped(f"{len(one.used_by):>9}  ", f"{one.name}: {_or(_cut_list(bearers))}?")
        yield from _more(found.ambiguous, limit, "name")


def _islands(found: Analysis, called: _Called, limit: int) -> _Part:
    if found.islands and found.references:
        yield (
            f"{_count(len(found.islands), 'agent')} on {'its' if len(found.islands) == 1 else 'their'} own, neither "
            f"naming nor named. Name {_them(found.islands)} wherever {'it' if len(found.islands) == 1 else 'they'} "
            "would help."
        )
        yield from _wrapped(" " * 5, _listed([called[key] for key in found.islands], 2 * limit))


def _doubtful(graph: Network, missing: Sequence[Missing], called: _Called, limit: int) -> _Part:
    if missing:
        yield (
            f"{_names(missing)} that may be no {'agents' if len(missing) > 1 else 'agent'} "
            f"({_references(graph, missing)}). If so, list {_them(missing)} in collections.yaml (not_agents)."
        )
        for one in missing[:limit]:
            yield from _wrapped(" " * 5, f"{one.name}: named by {_listed([called[key] for key in one.wanted_by])}")
        yield from _more(missing, limit, "name")


def _names(missing: Sequence[Missing]) -> str:
    return _count(len(missing), "name")


def _uses(graph: Network, missing: Sequence[Missing]) -> int:
    return sum(graph.in_degree(f"?{one.collection}/{one.name}") for one in missing)


def _references(graph: Network, missing: Sequence[Missing]) -> str:
    return _count(_uses(graph, missing), "reference")


# --- who carries it -------------------------------------------------------------------------------


def _carriers(found: Analysis, called: _Called, limit: int) -> _Part:
    hubs = [hub for hub in found.hubs if hub.named_by][:limit]
    if not hubs:
        return
    shares = dict(found.bridges)
    width = min(32, max(_columns(printable(called[hub.agent])) for hub in hubs))
    yield "Who carries it"
    asked = "  asked for" if any(hub.topics for hub in hubs) else ""
    yield f"  {'named by':>8} {'names':>6} {'on the way':>11}  {_left('agent', width)}{asked}".rstrip()
    for hub in hubs:
        share = f"{shares.get(hub.agent, 0):.1%}"
        topics = _fitting(hub.topics, _WIDTH - 33 - width)
        yield f"  {hub.named_by:>8} {hub.names:>6} {share:>11}  {_left(called[hub.agent], width)}  {topics}".rstrip()
    shown = {hub.agent for hub in hubs}
    others = [
        f"{called[key]} ({share:.1%})" for key, share in found.bridges[:limit] if key not in shown and share >= _BRIDGE
    ]
    of = f", from {found.sampled} of {found.agents} agents, a sample" if found.sampled else ""
    if shares:
        yield from _wrapped("  ", f"On the way: the share of the shortest ways between two others{of}.")
    if others:
        yield from _wrapped("  ", f"Ways lead also through {_and(others)}.")


def _fitting(words: Sequence[str], width: int) -> str:
    """As many words as there is room for, the first first."""
    said = ""
    for word in map(spelled, words):
        longer = f"{said}, {word}" if said else word
        if _columns(printable(longer)) > width:
            break
        said = longer
    return printable(said)


# --- who belongs together -------------------------------------------------------------------------


def _communities(graph: Network, found: Analysis, called: _Called, limit: int) -> _Part:
    groups = [group for group in found.communities if len(group.agents) > 1]
    if groups:
        yield "Who belongs together (tied more to each other than to the rest)"
        for group in groups[:limit]:
            first = sorted(group.agents, key=lambda key: (-graph.degree(key), key))
            yield from _wrapped(f"{len(group.agents):>7}  ", group.name)
            yield from _wrapped(" " * 9, _listed([called[key] for key in first], _SHOWN))
        yield from _more(groups, limit, "community")


# --- words ----------------------------------------------------------------------------------------


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _them(items: Sequence[object]) -> str:
    return "it" if len(items) == 1 else "them"


def _more(items: Sequence[object], limit: int, noun: str) -> _Part:
    if len(items) > limit:
        yield f"     and {_count(len(items) - limit, 'more ' + noun)}"


def _listed(names: Sequence[str], limit: int = _SHOWN) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _cut_list(names: Sequence[str]) -> list[str]:
    return [*names[:_SHOWN], f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else list(names)


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


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
