"""Microsoft Agent Framework declarative agents: YAML of `kind: Prompt`, one agent a file.

Facts: <https://learn.microsoft.com/agent-framework/agents/declarative> and the loader of
agent-framework-declarative 1.4.0, both read 2026-11-21. A key that it does not know makes the loader fail, and
a text that begins with `=` is a PowerFx formula to it.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, free, number, text, words
from converters.formats._granted import granted
from converters.formats._kit import PROMPT, Codec, Container, Format, Row
from converters.formats._models import model_names
from converters.model import AgentSpec, Json, Tool, Tools
from converters.models import client_model
from converters.nesting import dig
from converters.syntax import Node, Scalar, Sequence
from converters.tools import client_names, meaning


def with_space_before(mark: str, says: str) -> Codec[str]:
    """Text that the client takes for something else where it begins with `mark`: a space is put before it.

    The space is no part of the text, so that it is taken off again.
    """
    bare = re.compile(rf" *{re.escape(mark)}")

    def decode(node: Node) -> str | None:
        said = text.decode(node)
        return said[1:] if said and said[0] == " " and bare.match(said) else said

    def encode(said: str) -> str:
        return f" {said}" if bare.match(said) else said

    return Codec(decode, encode, says)


_ID = "agent-framework"
_prompt = with_space_before("=", "text; a space goes before a leading `=`, which begins a formula")
_listed: Codec[tuple[str, ...]] = Codec(words.decode, list, "a list of words")
_FUNCTION = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOSTED = frozenset({"web_search", "file_search", "code_interpreter"})


def _tool(node: Node) -> tuple[Tool, ...]:
    kind, name = _said(node, "kind"), _said(node, "name")
    if kind == "function" and name:
        return tuple(map(Tool, meaning(_ID, name) or (name,)))
    if kind == "mcp" and (server := _said(node, "serverName") or name):
        allowed = dig(node, ["allowedTools"])
        items = allowed.items if isinstance(allowed, Sequence) else ()
        names = [item.text for item in items if isinstance(item, Scalar)]
        return tuple(Tool(f"mcp:{server}/{tool}") for tool in names) or (Tool(f"mcp:{server}"),)
    if kind is None:
        raise ValueError("expected tools, each with its `kind`")
    return tuple(map(Tool, meaning(_ID, kind) or (f"{_ID}:{kind}",)))


def _said(node: Node, key: str) -> str | None:
    found = dig(node, [key])
    return found.text if isinstance(found, Scalar) and found.text else None


def _spelled(tool: Tool) -> Json:
    if tool.only:
        return None  # without its limits, more would be allowed
    kind = client_names(_ID).get(tool.name) or tool.name.removeprefix(f"{_ID}:")
    if kind in _HOSTED:
        return {"kind": kind}
    if _FUNCTION.fullmatch(tool.name):
        return {"kind": "function", "name": tool.name}
    return None


def _provider(spec: AgentSpec) -> str | None:
    """Whose client runs the model; the loader would look for one of Foundry."""
    if spec.source is not None and spec.source.format == _ID:
        return None
    model = client_model(_ID, spec.model).name if spec.model else None
    makers = {"claude-": "Anthropic", "gpt-": "OpenAI", "o1": "OpenAI", "o3": "OpenAI", "o4": "OpenAI"}
    return next((maker for begin, maker in makers.items() if model and model.startswith(begin)), None)


FORMAT = Format(
    id=_ID,
    title="Microsoft Agent Framework",
    source="https://learn.microsoft.com/agent-framework/agents/declarative",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("agents/{name}.yaml", "**/*.agent.yaml"),
    suffix=".yaml",
    rows=(
        Row("kind", ".kind", text, required=True, default=lambda _: "Prompt", origin="the kind with a prompt"),
        Row("name", "name", text, required=True),
        Row("displayName", "title", text),
        Row("description", "description", _prompt, required=True, default=best_summary, origin="the summary"),
        Row("metadata/authors", ".metadata/authors", free),
        Row("metadata/author", "author", text, note="metadata is the author's own: the client does nothing with it"),
        Row("metadata/version", "version", text),
        Row("metadata/tags", "tags", _listed),
        Row("metadata/color", "color", text),
        Row("model/id", "model", model_names(_ID)),
        Row(
            "model/provider",
            ".model/provider",
            text,
            default=_provider,
            origin="the maker of the model",
            note="OpenAI, AzureOpenAI, Foundry or Anthropic",
        ),
        Row(
            "model/apiType",
            ".model/apiType",
            text,
            default=lambda spec: "Chat" if _provider(spec) == "Anthropic" else None,
            origin="the only one there is for the provider",
            note="Chat or Responses",
        ),
        Row("model/connection", ".model/connection", free),
        Row("model/options/temperature", "temperature", number),
        Row("model/options/topP", "top_p", number),
        Row(
            "tools",
            "tools.whole",
            granted(_tool, _spelled, "tools, each with its `kind`"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none; a function is its program's, which binds it by name",
        ),
        Row("inputSchema", ".inputSchema", free),
        Row("outputSchema", ".outputSchema", free),
        Row("template", ".template", free),
        Row("instructions", PROMPT, _prompt),
        Row("additionalInstructions", f"{PROMPT}:additionalInstructions", _prompt),
    ),
    signature=frozenset({"inputSchema", "outputSchema", "additionalInstructions"}),
    marks=(r"(?i)^kind: *[\"']?(?:Prompt|Agent)\b",),
    unsaid_tools=Tools(()),
    safest="tools are the functions its program binds",
    notes=(
        "what a function, a server or an index is told stays with the file it was read from",
        "kind `custom` is read, and the loader makes no agent of it",
    ),
)
