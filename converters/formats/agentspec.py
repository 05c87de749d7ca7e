"""Open Agent Specification: YAML or JSON, one tree of components in which agents stand.

Facts: <https://oracle.github.io/agent-spec/> and pyagentspec 26.3.1, both read 2026-11-21. An agent is
the whole document, or stands inside a swarm, a team or a flow. Each must name a model. `{{word}}` in a
prompt declares an input, and nothing hides it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from converters.formats._agentspec_components import agents, component_tools
from converters.formats._codecs import flag, free, number, text, words
from converters.formats._kit import PROMPT, Codec, Container, Format, Row
from converters.formats._models import model_names
from converters.model import AgentSpec, Json, Tools

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_LLM = "llm_config"
_VERSION = "26.1.2"
"""The lowest that has `LlmConfig`, a model of any maker."""

_kind: Codec[str] = Codec(lambda _: None, str, "`Agent`")


def _at_home(spec: AgentSpec) -> bool:
    return spec.source is not None and spec.source.format == "agentspec"


def _own(spec: AgentSpec, key: str) -> Json:
    return spec.extensions.get("agentspec", {}).get(key)


def _inputs(spec: AgentSpec) -> Json:
    """An input for every placeholder, which stands for itself."""
    if _at_home(spec):  # its author knows that they are inputs
        return None
    words = {found[1]: found[0] for found in reversed([*_PLACEHOLDER.finditer(spec.prompt)])}
    return [{"title": word, "type": "string", "default": words[word]} for word in reversed(words)] or None


def _placeholder(spec: AgentSpec) -> str | None:
    """The model of an agent that has none; one that stands elsewhere in the document is one."""
    return None if _at_home(spec) or _own(spec, _LLM) is not None else "inherit"


def _of_llm(value: str) -> Callable[[AgentSpec], str | None]:
    """What a model's entry needs besides its name, where there is none yet."""

    def default(spec: AgentSpec) -> str | None:
        written = {entry.key for entry in (spec.source and spec.source.header) or ()} if _at_home(spec) else set[str]()
        wanted = not _at_home(spec) or spec.model is not None
        return value if wanted and _LLM not in written and _own(spec, _LLM) is None else None

    return default


def _typed(spec: AgentSpec) -> AgentSpec:
    """The word that makes a component an agent, where its author has not written it."""
    own = {"component_type": "Agent", **spec.extensions.get("agentspec", {})}
    return spec if _at_home(spec) else replace(spec, extensions={**spec.extensions, "agentspec": own})


FORMAT = Format(
    id="agentspec",
    title="Open Agent Specification",
    source="https://oracle.github.io/agent-spec/",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("agents/{name}.agentspec.yaml", "*.agentspec.yaml", "*.agentspec.json"),
    suffix=".agentspec.yaml",
    rows=(
        Row("component_type", ".component_type", _kind),
        Row(
            "agentspec_version",
            ".agentspec_version",
            text,
            default=lambda spec: None if _at_home(spec) else _VERSION,
            origin="the lowest version that has models of any maker",
            note="of the whole document only",
        ),
        Row("id", ".id", text),
        Row("name", "name", text, required=True),
        Row("description", "description", text),
        Row("metadata/title", "title", text),
        Row("metadata/when_to_use", "when_to_use", text),
        Row("metadata/color", "color", text),
        Row("metadata/author", "author", text),
        Row("metadata/version", "version", text),
        Row("metadata/tags", "tags", words),
        Row(
            "inputs",
            ".inputs",
            free,
            default=_inputs,
            origin="`{{word}}` in the prompt, each standing for itself",
            note="JSON Schema, the name its `title`",
        ),
        Row("outputs", ".outputs", free),
        Row("system_prompt", PROMPT, text, required=True, note="`{{word}}` is filled from the inputs"),
        Row(
            "llm_config/component_type",
            ".llm_config/component_type",
            text,
            default=_of_llm("LlmConfig"),
            origin="the kind that any maker's model is",
        ),
        Row("llm_config/id", ".llm_config/id", text, default=_of_llm("llm"), origin="a name of ours"),
        Row("llm_config/name", ".llm_config/name", text, default=_of_llm("llm"), origin="a name of ours"),
        Row(
            "llm_config/model_id",
            "model",
            model_names("agentspec"),
            required=True,
            default=_placeholder,
            origin="a placeholder: every agent has a model",
        ),
        Row("llm_config/default_generation_parameters/temperature", "temperature", number),
        Row("llm_config/default_generation_parameters/top_p", "top_p", number),
        Row(
            "tools",
            "tools",
            component_tools("agentspec"),
            strict=True,
            default=lambda _: (),
            origin="the client's rule: none that is not named",
            note="absent or empty: none",
        ),
        Row("toolboxes", ".toolboxes", free, note="all the tools of an MCP server, or some"),
        Row("human_in_the_loop", ".human_in_the_loop", flag),
        Row("transforms", ".transforms", free),
        Row("$referenced_components", ".$referenced_components", free, note="what others in the document refer to"),
    ),
    members=agents,
    unsaid_tools=Tools(()),
    signature=frozenset({"component_type", "agentspec_version", "system_prompt", _LLM}),
    marks=(r"^[ \t]*\"?agentspec_version\"?[ \t]*:",),
    before_write=_typed,
    notes=(
        "tools are written as built-in ones of the runtime: it has to have them by these names",
        "`metadata` holds what is only shown: title, colour, author, version, tags",
    ),
)
