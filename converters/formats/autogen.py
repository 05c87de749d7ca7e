"""AutoGen agents: one JSON component a file, an `AssistantAgent` with its settings under `config`.

Facts: <https://microsoft.github.io/autogen/stable/user-guide/agentchat-user-guide/serialize-components.html> and
the loader of autogen-agentchat 0.7.5, both read 2026-11-21. Loading a file can run code: a tool is a component
that carries its own. The client of the model is part of the agent, and takes no model it has no facts about.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, best_title, choice, count, flag, free, identifier, number, text
from converters.formats._granted import granted
from converters.formats._kit import PROMPT, Codec, Container, Format, Refers, Row
from converters.formats._models import model_names
from converters.model import AgentSpec, Json, Tool, Tools
from converters.models import client_model
from converters.nesting import dig
from converters.syntax import Mapping, Node, Scalar

_ID = "autogen"
_PLACEHOLDER = "gpt-4o-mini"
_names = model_names(_ID)


def _named(model: str) -> Json:
    return _names.encode(model) or _PLACEHOLDER


def _lost(before: str, after: str | None) -> str | None:
    if after == _PLACEHOLDER != before and not client_model(_ID, before).chosen:
        return "a placeholder stands there; give a model with --map"
    return _names.lost(before, after) if _names.lost else None


_model: Codec[str] = Codec(_names.decode, _named, "a model's id", lost=_lost)


def _is_claude(spec: AgentSpec) -> bool:
    return bool(spec.model) and str(client_model(_ID, spec.model or "").name).startswith("claude-")


def _client(spec: AgentSpec) -> str:
    maker = "anthropic.Anthropic" if _is_claude(spec) else "openai.OpenAI"
    return f"autogen_ext.models.{maker}ChatCompletionClient"


def _facts(spec: AgentSpec) -> Json:
    """What the client is to know of a model it may not have heard of."""
    if spec.model in {None, _PLACEHOLDER} or client_model(_ID, spec.model or "").name is None:
        return None
    if spec.source is not None and spec.source.format == _ID:
        return None
    return {
        "vision": False,
        "function_calling": True,
        "json_output": False,
        "structured_output": False,
        "family": "unknown",
    }


def _tool(node: Node) -> tuple[Tool, ...]:
    for path in (["config", "name"], ["label"], ["provider"]):
        found = dig(node, path)
        if isinstance(found, Scalar) and found.text:
            return (Tool(f"{_ID}:{found.text}"),)
    raise ValueError("expected tools, each a component" if isinstance(node, Mapping) else "expected components")


FORMAT = Format(
    id=_ID,
    title="AutoGen",
    source="https://microsoft.github.io/autogen/stable/user-guide/agentchat-user-guide/serialize-components.html",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("agents/{name}.json", "**/*.autogen.json"),
    suffix=".json",
    rows=(
        Row(
            "provider",
            ".provider",
            text,
            required=True,
            default=lambda _: "autogen_agentchat.agents.AssistantAgent",
            origin="the agent that has a prompt",
        ),
        Row(
            "component_type",
            ".component_type",
            choice("agent"),
            strict=True,
            default=lambda spec: None if spec.source and spec.source.format == _ID else "agent",
            origin="what the component is",
            note="a team holds agents, and is none",
        ),
        Row("version", ".version", count, note="of the component's form, not of the agent"),
        Row("component_version", ".component_version", count, note="2, or absent"),
        Row("label", "title", text, default=best_title, origin="the title", note="what AutoGen Studio shows"),
        Row("description", ".description", text, note="of the component; the agent's own stands in `config`"),
        Row("config/name", "name", identifier, required=True),
        Row("config/description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("config/system_message", PROMPT, text),
        Row(
            "config/model_client/provider",
            ".config/model_client/provider",
            text,
            required=True,
            default=_client,
            origin="the maker of the model",
        ),
        Row(
            "config/model_client/component_type",
            ".config/model_client/component_type",
            text,
            default=lambda spec: None if spec.source and spec.source.format == _ID else "model",
            origin="what the component is",
        ),
        Row(
            "config/model_client/config/model",
            "model",
            _model,
            required=True,
            default=lambda _: _PLACEHOLDER,
            origin="a placeholder: an agent without a model does not load",
        ),
        Row(
            "config/model_client/config/model_info",
            ".config/model_client/config/model_info",
            free,
            default=_facts,
            origin="a guess at what the model can do",
        ),
        Row("config/model_client/config/temperature", "temperature", number),
        Row("config/model_client/config/top_p", "top_p", number),
        Row(
            "config/tools",
            "tools.whole",
            granted(_tool, lambda _: None, "tools, each a component that carries its code"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none",
        ),
        Row("config/workbench", ".config/workbench", free),
        Row(
            "config/handoffs",
            ".config/handoffs",
            free,
            note="objects with `target`: the loader trips over names",
            refers=(Refers("hands_off_to", agent=("target",), about=("description",)),),
        ),
        Row(
            "config/reflect_on_tool_use",
            ".config/reflect_on_tool_use",
            flag,
            required=True,
            default=lambda _: False,
            origin="the program's own default",
        ),
        Row(
            "config/tool_call_summary_format",
            ".config/tool_call_summary_format",
            text,
            required=True,
            default=lambda _: "{result}",
            origin="the program's own default",
        ),
        Row("config/max_tool_iterations", "max_turns", count, note="absent: 1"),
        Row("config/model_context", ".config/model_context", free),
        Row("config/memory", ".config/memory", free),
        Row("config/model_client_stream", ".config/model_client_stream", flag),
        Row("config/structured_message_factory", ".config/structured_message_factory", free),
        Row("config/metadata/color", "color", text, note="metadata is the author's own: text by name"),
        Row("config/metadata/author", "author", text),
        Row("config/metadata/version", "version", text),
    ),
    signature=frozenset({"component_version", "component_type"}),
    marks=(r"\"autogen_agentchat\.agents\.",),
    unsaid_tools=Tools(()),
    safest="a tool is a component that carries its code, and none is written",
    notes=(
        "names are Python identifiers",
        "a team is not read: its participants are components, each a file of this format",
    ),
)
