"""Codecs of switches that stand for all an agent's tools: what a client can say that names none."""

from __future__ import annotations

from dataclasses import replace

from converters.formats._codecs import flag
from converters.formats._kit import Codec
from converters.formats._tools import ALL, tools_lost
from converters.model import AgentSpec, Json, Tool, Tools
from converters.syntax import Node, Scalar

CHANGING = ("write", "edit", "notebook-edit", "shell")
"""The tools that change files or may."""

_DECIDING = ("write", "edit", "shell")
"""Those of them that a switch is for; whoever is denied these is to change nothing, notebooks or not."""

_LOOKING = ("read", "list", "glob", "grep", "mcp:*", "web-search")
"""What Codex's read-only sandbox leaves."""

_WORKING = ("read", "list", "glob", "grep", "write", "edit", "shell", "mcp:*", "web-search")
"""What its sandbox of the workspace leaves."""

_SANDBOXES = {
    "read-only": Tools(tuple(map(Tool, _LOOKING))),
    "workspace-write": Tools(tuple(map(Tool, _WORKING))),
    "danger-full-access": Tools(),
}


def _can_change(tools: Tools) -> bool:
    """Whether any tool is left that changes something."""
    denied = {tool.name for tool in tools.deny if not tool.only}
    held = _DECIDING if tools.allow is None else [tool.name for tool in tools.allow if tool.name in _DECIDING]
    return any(name not in denied for name in held)


def _lost(before: Tools, after: Tools | None) -> str | None:
    """How the tools differ that the switch leaves from those meant, both lists taken together."""
    if after == before:
        return None
    if after is None or after == Tools():
        return None if before == Tools() else "nothing limits the tools"
    allowed = tools_lost(ALL if before.allow is None else before.allow, ALL if after.allow is None else after.allow)
    denied = tools_lost(before.deny, after.deny)
    told = [allowed and f"allowed: {allowed}", denied and f"denied: {denied}"]
    return "; ".join(words for words in told if words) or None


def _is_read_only(node: Node) -> Tools | None:
    return Tools(None, tuple(map(Tool, CHANGING))) if flag.decode(node) else None


read_only: Codec[Tools] = Codec(
    _is_read_only,
    lambda tools: None if _can_change(tools) else True,
    "true or false: true denies what writes files or runs commands",
    lost=_lost,
)
"""Cursor's `readonly`: it is set only where no tool is left that changes anything.

Source: <https://cursor.com/docs/subagents>, read 2026-11-21.
"""


def _sandbox(node: Node) -> Tools | None:
    if not isinstance(node, Scalar) or node.text not in _SANDBOXES:
        found = repr(node.text[:40]) if isinstance(node, Scalar) else "no text"
        raise ValueError(f"expected one of {', '.join(_SANDBOXES)}, found {found}")
    return _SANDBOXES[node.text]


def _named(tools: Tools) -> Json:
    if tools == Tools():
        return None
    return "workspace-write" if _can_change(tools) else "read-only"


sandbox_mode: Codec[Tools] = Codec(
    _sandbox,
    _named,
    "one of " + ", ".join(f"`{word}`" for word in _SANDBOXES),
    lost=_lost,
)
"""Codex's `sandbox_mode`: the narrowest that still holds the tools for files and commands.

Nothing is written for an agent that nothing limits: `danger-full-access` would take away what its
host's sandbox holds back. It is read as no limit, and stays where its author wrote it.
Source: <https://developers.openai.com/codex/subagents> and codex-rs of release 0.169.0, read 2026-11-21.
"""


_SEARCH = Tool("web-search")


def no_search(spec: AgentSpec) -> str | None:
    """Codex's `web_search` for an agent that may not search the web; `None` for one that may."""
    tools = spec.tools or Tools()
    held = tools.allow is None or any(tool.name == _SEARCH.name for tool in tools.allow)
    return None if held and _SEARCH not in tools.deny else "disabled"


def search_disabled(spec: AgentSpec) -> AgentSpec:
    """`spec` as it was read, without the web search that `web_search` takes away."""
    if not _has_no_search(spec):
        return spec
    tools = spec.tools or Tools()
    if tools.allow is None:
        return replace(spec, tools=Tools(None, tuple(dict.fromkeys((*tools.deny, _SEARCH)))))
    return replace(spec, tools=replace(tools, allow=tuple(tool for tool in tools.allow if tool != _SEARCH)))


def search_unsaid(spec: AgentSpec) -> AgentSpec:
    """`spec` with the tools that `sandbox_mode` is to say, where `web_search` says the rest."""
    if not _has_no_search(spec) or spec.tools is None:
        return spec
    deny = tuple(tool for tool in spec.tools.deny if tool != _SEARCH)
    allow = None if spec.tools.allow is None else tuple(dict.fromkeys((*spec.tools.allow, _SEARCH)))
    return replace(spec, tools=Tools(allow, deny))


def _has_no_search(spec: AgentSpec) -> bool:
    return spec.extensions.get("codex", {}).get("web_search") == "disabled"
