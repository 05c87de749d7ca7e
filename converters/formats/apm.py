"""Agents of an APM package: Markdown with YAML front matter, `.apm/agents/<name>.agent.md`.

Facts: <https://microsoft.github.io/apm/producer/author-primitives/instructions-and-agents/> and
`agent_integrator.py` of microsoft/apm, both read 2026-11-21. The package manager copies the file as it is
to Copilot, Claude Code, Cursor, Grok Build and OpenCode, and parts of it to Codex and Kiro: a key means
what each of them takes it for, and none is checked on the way.
"""

from __future__ import annotations

from dataclasses import replace

from converters.formats._codecs import best_summary, flag, free, text
from converters.formats._efforts import openai_effort
from converters.formats._handoffs import HANDS_OFF
from converters.formats._kit import Codec, Container, Format, Row
from converters.formats._models import model_names
from converters.formats._names import VSCODE_AGENTS
from converters.formats._tools import tool_names
from converters.model import Tool
from converters.models import neutral_model
from converters.syntax import Mapping, Node, Sequence
from converters.tools import is_known, meaning

_OTHERS = ("copilot", "vscode")
"""Whose words are read where a name is none of Claude Code's."""

_COPILOTS = ("argument-hint", "agents", "target", "infer", "disable-model-invocation", "mcp-servers")


def _tools() -> Codec[tuple[Tool, ...]]:
    """Tools as Claude Code calls them; another client's word is read as that client means it."""
    names = tool_names("claude-code")

    def decode(node: Node) -> tuple[Tool, ...] | None:
        tools = names.decode(node)
        return tools and tuple(dict.fromkeys(meant for tool in tools for meant in _meant(tool)))

    return replace(names, decode=decode)


def _meant(tool: Tool) -> tuple[Tool, ...]:
    """What a tool stands for: itself, where Claude Code knows it or nobody does."""
    if is_known(tool.name):
        return (tool,)
    members = next((found for client in _OTHERS if (found := meaning(client, tool.name))), (tool.name,))
    return tuple(replace(tool, name=name) for name in members)


def _models() -> Codec[str]:
    """A model as Claude Code calls it, or as another of the clients does."""
    names = model_names("claude-code")

    def decode(node: Node) -> str | None:
        name = names.decode(node)
        return name and next((said for client in _OTHERS if (said := neutral_model(client, name)) != name), name)

    return replace(names, decode=decode)


def _switched(names: Codec[tuple[Tool, ...]]) -> Codec[tuple[Tool, ...]]:
    """Names as `names` has them, or a mapping in which those that are true count and the others are not granted."""

    def decode(node: Node) -> tuple[Tool, ...] | None:
        if not isinstance(node, Mapping):
            return names.decode(node)
        on = tuple(name for name, value in node.pairs if flag.decode(value))
        return names.decode(Sequence(on, "flow", node.start, node.stop))

    return Codec(decode, names.encode, f"{names.says}; or each with true or false", names.listed, names.lost)


FORMAT = Format(
    id="apm",
    title="APM package",
    source="https://microsoft.github.io/apm/producer/author-primitives/instructions-and-agents/",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".apm/agents/{name}.agent.md", ".apm/agents/**/*.md"),
    suffix=".agent.md",
    named_by="file",
    rows=(
        Row("name", "name", text, note="absent: the file's name; not `default` or `start`"),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("model", "model", _models(), note="handed on untranslated"),
        Row("model_reasoning_effort", "effort", openai_effort, note="for Codex"),
        Row(
            "tools",
            "tools",
            _switched(_tools()),
            strict=True,
            note="a list, which OpenCode refuses; or `name: true`, which others pass over. Codex gets no tools at all",
        ),
        Row("color", "color", text, note="OpenCode wants `#rrggbb` or a word of its theme"),
        Row("handoffs", ".handoffs", free, note="names, or VS Code's objects", refers=(HANDS_OFF,)),
        Row("user-invocable", ".user-invocable", flag, note="false: only other agents start it"),
        Row("visibility", ".visibility", text, note="`internal` is `user-invocable: false`"),
        *(Row(key, f".{key}", free, note="for Copilot, which gets the file as it is") for key in _COPILOTS),
    ),
    signature=frozenset({"model_reasoning_effort", "visibility"}),
    own_agents=VSCODE_AGENTS,
    notes=(
        "the body is the prompt; links in it to the package's own files are set right on the way",
        "tools and models are written as Claude Code has them, which Copilot takes too, and read as either has them",
    ),
)
