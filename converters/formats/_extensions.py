"""Goose's extensions as tools: a recipe that lists any has no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from converters.model import AgentSpec, Json, Tool, Tools

_DEVELOPER = {
    "shell": ("shell",),
    "text_editor": ("read", "write", "edit"),
    "read": ("read",),
    "write": ("write",),
    "edit": ("edit",),
    "tree": ("list",),
}
"""The tools of the extension that works on files, of its older and newer releases."""


def with_extensions(spec: AgentSpec) -> AgentSpec:
    """`spec` with the tools of its extensions, where its file lists those."""
    listed = spec.extensions.get("goose-recipe", {}).get("extensions")
    if not isinstance(listed, list):
        return spec
    return replace(spec, tools=Tools(tuple(dict.fromkeys(tool for one in listed for tool in _tools_of(one)))))


def _tools_of(extension: Json) -> Iterator[Tool]:
    said = extension if isinstance(extension, dict) else {"name": extension}
    name, only = str(said.get("name", "")), said.get("available_tools")
    singly = [str(tool) for tool in only] if isinstance(only, list) and only else []
    if name == "developer":
        names = [tool for one in singly or ("shell", "text_editor") for tool in _DEVELOPER.get(one, ())]
        yield from map(Tool, names)
    elif name:
        yield from (Tool(f"mcp:{name}/{tool}") for tool in singly)
        if not singly:
            yield Tool(f"mcp:{name}")
