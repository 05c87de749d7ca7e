"""What tools an agent may use, in neutral names, and what they let it touch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from converters import vocabulary
from converters.model import Tool, Tools
from converters.vocabulary import clients, load, remembered

KINDS = ("read", "write", "shell", "network", "spawn", "mcp", "other")
"""The kinds of access, the mildest first."""

EVERYTHING = frozenset(KINDS) - {"other"}
"""What a host lets an agent touch when nobody says otherwise."""

_IMPLIED = {"shell": frozenset({"read", "write", "network"})}
"""A shell reaches what these do, whatever the list of tools says."""


@lru_cache(maxsize=1)
def _vocabulary() -> Mapping[str, Any]:
    said: Mapping[str, Any] = load("tools")
    return said


@remembered
def neutral_names(client: str) -> Mapping[str, str]:
    """A client's tool names, lower-cased, to neutral ones."""
    return {name.lower(): neutral for neutral, names in _table(client, "tools").items() for name in names}


@remembered
def client_names(client: str) -> Mapping[str, str]:
    """Neutral names to the one name a client is written with."""
    return {neutral: names[0] for neutral, names in _table(client, "tools").items()}


@remembered
def groups(client: str) -> Mapping[str, tuple[str, ...]]:
    """A client's names that each stand for several tools, with the neutral tools in them."""
    return {group: tuple(tools) for group, tools in _table(client, "groups").items()}


@remembered
def group_names(client: str) -> Mapping[str, str]:
    """What else a client calls its groups, lower-cased, to the group's own name."""
    return {name.lower(): group for group, names in _table(client, "group_names").items() for name in names}


@remembered
def categories(client: str) -> Mapping[str, tuple[str, ...]]:
    """Words that stand in place of a whole list of a client's tools, with the neutral tools they mean."""
    return {word: tuple(tools) for word, tools in _table(client, "categories").items()}


@remembered
def is_freely_named(client: str) -> bool:
    """Whether a client leaves the names of tools to the author, so that ours serve as well as any."""
    said = vocabulary.client(client)
    return "tools" not in said and "groups" not in said


def trait(client: str, name: str) -> Any:
    """What a client's file says of how it takes tools: `limits`, `absent`, `string`; `None` where nothing."""
    return vocabulary.client(client).get(name)


def every_tool(client: str) -> str | None:
    """The one name that stands for all the client has; `None` where leaving the list out says so."""
    name: str | None = vocabulary.client(client).get("all")
    return name


def meaning(client: str, name: str) -> tuple[str, ...] | None:
    """The neutral tools a client's name stands for, MCP among them; `None` for a name nobody knows."""
    found = _known(client).get(name.lower())
    if found is not None:
        return found
    server = mcp_tool(client, name)
    return (server,) if server is not None else None


@remembered
def _known(client: str) -> Mapping[str, tuple[str, ...]]:
    """A client's names, lower-cased, to what they stand for; a group before a tool of its name."""
    known: dict[str, tuple[str, ...]] = {name: (neutral,) for name, neutral in neutral_names(client).items()}
    known |= {name.lower(): tuple(tools) for name, tools in _table(client, "understood").items()}
    known |= {group.lower(): tools for group, tools in groups(client).items()}
    known |= {name: groups(client)[group] for name, group in group_names(client).items()}
    return known


def owner_of(tool: str) -> str | None:
    """The client that alone knows a tool: `roo` of `roo:modes`."""
    owner, colon, _ = tool.partition(":")
    return owner if colon and owner in clients() else None


def is_own(client: str, name: str) -> bool:
    """Whether a name nobody else knows is one of the client's own: of a tool, or of a set of them."""
    return name.lower() in _own(client)


@remembered
def _own(client: str) -> frozenset[str]:
    said = vocabulary.client(client)
    return frozenset(str(name).lower() for key in ("others", "sets") for name in said.get(key, ()))


def names_for(client: str, tools: Iterable[str]) -> dict[str, str]:
    """The names a client is told these neutral tools by, each tool to its name; those without one are left out.

    A group is named where all of it is wanted, or where nothing narrower holds a tool.
    """
    wanted = list(dict.fromkeys(tools))
    found: dict[str, str] = {}
    by_size = sorted(groups(client).items(), key=lambda entry: -len(entry[1]))
    for group, members in by_size:
        if members and set(members) <= set(wanted) - found.keys():
            found |= dict.fromkeys(members, group)
    for tool in wanted:
        if tool not in found:
            name = client_names(client).get(tool) or mcp_name(client, tool) or _narrowest(by_size, tool)
            found |= {tool: name} if name else {}
    return {tool: found[tool] for tool in wanted if tool in found}


def _narrowest(by_size: Iterable[tuple[str, tuple[str, ...]]], tool: str) -> str | None:
    """The smallest group that holds a tool; any server's is in one that holds all."""
    every = "mcp:*" if tool.startswith("mcp:") else tool
    holding = [group for group, members in by_size if every in members]
    return holding[-1] if holding else None


def mcp_name(client: str, tool: str) -> str | None:
    """What a client calls `mcp:<server>`, `mcp:<server>/<tool>` or `mcp:*`; `None` where it cannot."""
    patterns = _table(client, "mcp")
    server, _, name = tool.removeprefix("mcp:").partition("/")
    wanted = "all" if tool == "mcp:*" else "tool" if name else "server"
    if not tool.startswith("mcp:") or wanted not in patterns:
        return None
    return str(patterns[wanted]).replace("{server}", server).replace("{tool}", name)


def mcp_tool(client: str, name: str) -> str | None:
    """The neutral name of what a client's name says of MCP; `None` where it says nothing of it."""
    patterns = _table(client, "mcp")
    if name == patterns.get("all"):
        return "mcp:*"
    said = vocabulary.client(client)
    if name in said.get("others", ()) or name.partition("/")[0] in said.get("sets", ()):
        return None
    for pattern in _mcp_patterns(client):
        if found := pattern.fullmatch(name):
            server, tool = found["server"], found.groupdict().get("tool")
            return f"mcp:{server}/{tool}" if tool and tool != "*" else f"mcp:{server}"
    return None


@remembered
def _mcp_patterns(client: str) -> tuple[re.Pattern[str], ...]:
    """A client's ways to name a server, and a server's tool; a server's name holds nothing that parts the two."""
    patterns = _table(client, "mcp")
    between = re.search(r"\{server\}(.*)\{tool\}", patterns.get("tool", ""))
    server = f"(?P<server>(?:(?!{re.escape(between[1])}).)+)" if between and between[1] else "(?P<server>.+)"
    return tuple(
        re.compile(
            re.escape(patterns[kind]).replace(r"\{server\}", server).replace(r"\{tool\}", "(?P<tool>.+)"), re.DOTALL
        )
        for kind in ("server", "tool")
        if kind in patterns
    )


def _table(client: str, table: str) -> Mapping[str, Any]:
    entries: Mapping[str, Any] = vocabulary.client(client).get(table) or {}
    return entries


def is_known(name: str) -> bool:
    """Whether the vocabulary tells what a tool of this neutral name touches."""
    return _touches(name) != "other"


def words_for(access: str) -> str:
    """What an access means, in plain words: `run shell commands`; `limit:KEY` is what a dropped key withheld."""
    if access.startswith("limit:"):
        return f"do what `{access.removeprefix('limit:')}` withheld"
    return str(_vocabulary()["access"][access])


def touching(access: Iterable[str], *, besides: Collection[str] = ()) -> str:
    """What an agent may touch, in plain words, the mildest first; `besides` is what it may touch anyway."""
    known = sorted(access, key=lambda one: (KINDS.index(one) if one in KINDS else len(KINDS), one))
    more: Mapping[str, str] = _vocabulary()["more"]
    return (
        ", ".join(more[one] if one in more and one in besides else words_for(one) for one in known) or "touch nothing"
    )


def _touches(name: str) -> str | None:
    if name.startswith("mcp:"):
        return "mcp"
    known = _vocabulary()["tools"].get(name)
    return known["access"] if known else "other"


@lru_cache(maxsize=4096)
def access_of(tools: Tools | None) -> frozenset[str]:
    """What an agent with these tools may touch: `read`, `write`, `shell`, `network`, ...

    `None` means the host decides, which is everything. A denied tool narrows only what no
    other allowed tool reaches.
    """
    return frozenset(access for access, _ in _reach(tools))


def left_of(tools: Tools) -> tuple[Tool, ...]:
    """The tools that are listed as allowed without those that are denied; a denied server's are denied with it."""
    denied = {tool.name for tool in tools.deny if not tool.only}
    return tuple(tool for tool in tools.allow or () if not denied & _names_of(tool.name))


def _names_of(tool: str) -> set[str]:
    """The names by which a tool can be denied: its own, its server's, that of all servers."""
    return {tool, tool.partition("/")[0], "mcp:*", "mcp"} if tool.startswith("mcp:") else {tool}


def gains(before: Tools | None, after: Tools | None) -> tuple[str, ...]:
    """What `after` may touch and `before` may not, sorted.

    A limit that fell away is a gain, and so is a denial that is not kept, or an MCP server that nobody named.
    """
    return tuple(sorted({*_by_kind(before, after), *_undenied(before, after), *_unnamed_servers(before, after)}))


def _undenied(before: Tools | None, after: Tools | None) -> Iterator[str]:
    """What tools touch that were denied and no longer are."""
    for denied in before.deny if before else ():
        touched = _touches(denied.name)
        if touched and not _keeps(after, denied) and _reaches(after, denied.name):
            yield touched


def _keeps(tools: Tools | None, denied: Tool) -> bool:
    """Whether these tools deny at least what `denied` does."""
    return tools is not None and any(
        other.name in _names_of(denied.name) and (not other.only or set(denied.only) <= set(other.only) != set())
        for other in tools.deny
    )


def _reaches(tools: Tools | None, name: str) -> bool:
    """Whether a tool, or one of a server's, is among these."""
    if tools is None or tools.allow is None:
        return True
    return any(
        tool.name in _names_of(name) or (tool.name.startswith("mcp:") and name in _names_of(tool.name))
        for tool in left_of(tools)
    )


def _unnamed_servers(before: Tools | None, after: Tools | None) -> Iterator[str]:
    """`mcp`, where `after` names servers or their tools that `before` did not."""
    if before is None or before.allow is None:
        return
    had = {tool.name for tool in before.allow}
    new = ("mcp:*",) if after is None or after.allow is None else tuple(tool.name for tool in left_of(after))
    if any(name.startswith("mcp:") and not had & _names_of(name) for name in new):
        yield "mcp"


def _by_kind(before: Tools | None, after: Tools | None) -> tuple[str, ...]:
    """What kinds of things `after` may touch and `before` may not."""
    had = _reach(before)
    full = {access for access, only in had if not only}
    full |= {"other"} if before is None or before.allow is None else set()  # a host has tools of its own
    full |= {more for access in full for more in _IMPLIED.get(access, ())}
    limited = {access: only for access, only in had if only}
    return tuple(
        sorted(
            {
                access
                for access, only in _reach(after)
                if access not in full and not (only and only <= limited.get(access, frozenset()))
            }
        )
    )


def _reach(tools: Tools | None) -> frozenset[tuple[str, frozenset[str]]]:
    """Each access with the patterns it is limited to; no patterns is no limit."""
    if tools is None:
        return frozenset((access, frozenset[str]()) for access in EVERYTHING)
    every = (name for name in _vocabulary()["tools"] if name != "browser")  # which few hosts have
    return _summed(left_of(Tools(tuple(map(Tool, [*every, "mcp:*"])), tools.deny) if tools.allow is None else tools))


def _summed(tools: Iterable[Tool]) -> frozenset[tuple[str, frozenset[str]]]:
    limits: dict[str, set[str]] = {}
    unlimited: set[str] = set()
    for tool in tools:
        access = _touches(tool.name)
        if access is None:
            continue
        if tool.only:
            limits.setdefault(access, set()).update(tool.only)
        else:
            unlimited.add(access)
    return frozenset(
        [(access, frozenset[str]()) for access in unlimited]
        + [(access, frozenset(only)) for access, only in limits.items() if access not in unlimited]
    )
