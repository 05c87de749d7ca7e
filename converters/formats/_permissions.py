"""Codecs of OpenCode's permissions: one mapping of patterns that says what is allowed and what is denied.

The last pattern that fits decides, what is to be asked for is allowed, and an agent that says nothing
has all its host has. Source: the loader of release 1.18.34, read 2026-11-21.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from converters.formats._codecs import blank, kind_of
from converters.formats._kit import Codec
from converters.formats._tools import ALL, tools_lost
from converters.model import Json, Tool, Tools
from converters.syntax import Mapping, Node, Scalar
from converters.tools import groups, mcp_name, trait

_ACTIONS = ("allow", "ask", "deny")
_BARE = frozenset({"todowrite", "question", "webfetch", "websearch"})
"""Permissions that take an action and no patterns."""

_ASKED_FOR = frozenset({"question", "plan_exit"})
"""What an agent has only where its own permissions allow it."""

_SWITCHES = {"write": "edit", "patch": "edit"}
"""What else the older mapping calls a permission."""

_NO_PATTERN = "regex:"
"""What begins a limit that no glob can say."""

_NOT_IN_MCP = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of the permissions."""

    permission: str
    pattern: str
    allows: bool


def permissions(client: str) -> Codec[Tools]:
    """`permission`: one action for all, or `{bash: {"*": deny, "git *": allow}, webfetch: deny}`."""

    def decode(node: Node) -> Tools | None:
        return None if blank(node) else _meant(client, list(_rules(node)))

    def encode(tools: Tools) -> Json:
        return _said(client, tools)

    return Codec(decode, encode, "allow, ask or deny, for all tools or for each", lost=_lost)


def switches(client: str) -> Codec[Tools]:
    """`tools`, the older mapping of names to true and false."""

    def decode(node: Node) -> Tools | None:
        return None if blank(node) else _meant(client, list(_switched(node)))

    def encode(tools: Tools) -> Json:
        said = _said(client, tools)
        if not isinstance(said, dict) or any(isinstance(action, dict) for action in said.values()):
            return None
        return {name: action != "deny" for name, action in said.items()}

    return Codec(decode, encode, "true or false for each tool", lost=_lost)


def _rules(node: Node) -> Iterator[_Rule]:
    if isinstance(node, Scalar):
        yield _Rule("*", "*", _allows(node))
        return
    if not isinstance(node, Mapping):
        raise ValueError(f"expected an action or a mapping, found {kind_of(node)}")
    for key, value in node.pairs:
        if isinstance(value, Mapping) and key.text not in _BARE:
            for pattern, action in value.pairs:
                yield _Rule(key.text, pattern.text, _allows(action))
        else:
            yield _Rule(key.text, "*", _allows(value))


def _allows(node: Node) -> bool:
    if not isinstance(node, Scalar) or node.text not in _ACTIONS:
        found = repr(node.text[:40]) if isinstance(node, Scalar) else kind_of(node)
        raise ValueError(f"expected {', '.join(_ACTIONS[:-1])} or {_ACTIONS[-1]}, found {found}")
    return node.text != "deny"


def _switched(node: Node) -> Iterable[_Rule]:
    if not isinstance(node, Mapping):
        raise ValueError(f"expected a mapping of names to true and false, found {kind_of(node)}")
    said: dict[str, _Rule] = {}
    for key, value in node.pairs:
        if not isinstance(value, Scalar) or value.text not in {"true", "false"}:
            raise ValueError(f"expected true or false for {key.text[:40]!r}")
        name = _SWITCHES.get(key.text, key.text)
        said[name] = _Rule(name, "*", value.text == "true")
    return said.values()


def _meant(client: str, rules: list[_Rule]) -> Tools | None:
    """What the rules leave an agent; `None` where they take nothing away."""
    whole = [number for number, rule in enumerate(rules) if rule.permission == rule.pattern == "*"]
    narrow = bool(whole) and not rules[whole[-1]].allows
    rules = rules[whole[-1] + 1 :] if whole else rules
    allow: dict[str, tuple[Tool, ...]] = {}
    deny: dict[str, tuple[Tool, ...]] = {}
    for name in _spoken_of(client, rules):
        tools = _tools_of(client, name)
        open_, allowed, denied = _outcome(name, rules, allows=not narrow)
        allow[name] = tuple(Tool(tool, () if open_ else allowed) for tool in tools) if open_ or allowed else ()
        if open_ or allowed:
            deny[name] = tuple(Tool(tool, denied) for tool in tools) if denied else ()
        else:
            deny[name] = tuple(Tool(tool) for tool in tools)
    taken = tuple(tool for tools in deny.values() for tool in tools)
    if narrow:
        return Tools(tuple(tool for tools in allow.values() for tool in tools), taken)
    if any(tool.only for tools in allow.values() for tool in tools):  # all the others, and these to a limit
        names = dict.fromkeys([*_host(client), *(name for name, tools in allow.items() if tools)])
        kept = [name for name in names if name not in deny or allow[name]]
        every = [tool for name in kept for tool in allow.get(name) or _plain(client, name)]
        return Tools((*every, Tool("mcp:*")), taken)
    return Tools(None, taken) if taken else None


def _plain(client: str, name: str) -> tuple[Tool, ...]:
    return tuple(Tool(tool) for tool in _tools_of(client, name))


def _host(client: str) -> list[str]:
    """The permissions an agent has that says nothing."""
    return [name for name in groups(client) if name not in _ASKED_FOR]


def _spoken_of(client: str, rules: list[_Rule]) -> list[str]:
    """What the rules speak of, each once: the client's permissions, and names of others as written."""
    known = [*groups(client), *(trait(client, "others") or ())]
    named: dict[str, None] = {}
    for rule in rules:
        fitting = [name for name in known if _fits(rule.permission, name)]
        named |= dict.fromkeys(fitting or ([] if rule.permission == "*" else [rule.permission]))
    return [name for name in named if name not in (trait(client, "others") or ())]


@lru_cache(maxsize=4_096)
def _fits(pattern: str, name: str) -> bool:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), name, re.DOTALL) is not None


def _outcome(name: str, rules: list[_Rule], *, allows: bool) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Whether all uses are allowed but the last; else the patterns that are; and those denied among them."""
    open_, allowed, denied = allows, dict[str, None](), dict[str, None]()
    for rule in rules:
        if not _fits(rule.permission, name):
            continue
        if rule.pattern == "*":
            open_, allowed, denied = rule.allows, {}, {}
        elif rule.allows:
            denied.pop(rule.pattern, None)
            if not open_:
                allowed[rule.pattern] = None
        else:
            allowed.pop(rule.pattern, None)
            if open_ or allowed:
                denied[rule.pattern] = None
    spell = _prefix if name == "bash" else str
    return open_, tuple(map(spell, allowed)), tuple(map(spell, denied))


def _prefix(pattern: str) -> str:
    """`git *` as `git:*`: the command with any arguments, or none."""
    return f"{pattern[:-2]}:*" if pattern.endswith(" *") and "*" not in pattern[:-2] else pattern


def _glob(limit: str) -> str:
    return f"{limit[:-2]} *" if limit.endswith(":*") else limit


def _tools_of(client: str, name: str) -> tuple[str, ...]:
    """The neutral tools behind a permission; a name that is none of the client's is a server's or its own."""
    if name in groups(client):
        return groups(client)[name]
    stem = name.rstrip("*")
    if "*" in stem or "?" in stem or not stem.strip("_"):
        return (f"{client}:{name}",)
    if stem != name:
        return (f"mcp:{stem.removesuffix('_')}",)
    server, _, tool = name.partition("_")
    return (f"mcp:{server}/{tool}" if server and tool else f"{client}:{name}",)


def _name_of(client: str, tool: str) -> str | None:
    """The permission a neutral tool is under; `None` for one the client has no word for."""
    for name, members in groups(client).items():
        if tool in members:
            return name
    if tool.startswith(f"{client}:"):
        return tool.removeprefix(f"{client}:")
    if tool.startswith("mcp:") and tool != "mcp:*":
        server, slash, name = tool.removeprefix("mcp:").partition("/")
        return mcp_name(client, f"mcp:{_NOT_IN_MCP.sub('_', server)}{slash}{_NOT_IN_MCP.sub('_', name)}")
    return None


def _said(client: str, tools: Tools) -> Json:
    """The permissions to write; `None` where there is nothing to limit."""
    actions: dict[str, Json] = {}
    allow = tools.allow
    if allow is not None:
        names = {_name_of(client, tool.name) for tool in (*allow, *tools.deny)}
        whole = set(_host(client)) <= names and any(tool.name == "mcp:*" for tool in allow)
        if not whole:
            actions["*"] = "deny"
        for name, limits in _by_name(client, allow).items():
            action = _limited(name, limits)
            if not (whole and action == "allow" and name not in _ASKED_FOR):
                actions[name] = action
    for name, limits in _by_name(client, tools.deny).items():
        before = actions.pop(name, None)  # what is denied stands last, for the last that fits decides
        patterns: dict[str, Json] = {} if name in _BARE else dict.fromkeys(_patterns(name, limits) or (), "deny")
        if not patterns:
            actions[name] = "deny"
        elif before is not None or actions.get("*") != "deny":
            actions[name] = {**(before if isinstance(before, dict) else {"*": before} if before else {}), **patterns}
    return actions or None


def _by_name(client: str, tools: Iterable[Tool]) -> dict[str, list[tuple[str, ...]]]:
    """What each permission is limited to, tool by tool, in the order of the tools."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for tool in tools:
        name = _name_of(client, tool.name)
        if name is not None:
            found.setdefault(name, []).append(tool.only)
    return found


def _patterns(name: str, limits: list[tuple[str, ...]]) -> list[str] | None:
    """The patterns to write; `None` where one of the tools has no limit, or one that is no glob."""
    if any(not only or any(limit.startswith(_NO_PATTERN) for limit in only) for only in limits):
        return None
    spell: Callable[[str], str] = _glob if name == "bash" else str
    return [spell(limit) for only in limits for limit in only]


def _limited(name: str, limits: list[tuple[str, ...]]) -> Json:
    """What a permission is set to that is allowed within limits."""
    patterns = None if name in _BARE else _patterns(name, limits)
    return "allow" if patterns is None else {"*": "deny", **dict.fromkeys(patterns, "allow")}


def _lost(before: Tools, after: Tools | None) -> str | None:
    """How the tools differ that are left from those meant, both lists taken together."""
    after = after or Tools()
    if after == before:
        return None
    allowed = tools_lost(ALL if before.allow is None else before.allow, ALL if after.allow is None else after.allow)
    denied = tools_lost(before.deny, after.deny)
    told = [allowed and f"allowed: {allowed}", denied and f"denied: {denied}"]
    return "; ".join(words for words in told if words) or None
