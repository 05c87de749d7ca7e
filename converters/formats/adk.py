"""Google's Agent Development Kit: `root_agent.yaml`, one agent a file.

Facts: <https://adk.dev/agents/config/> and the loader of google-adk 2.13.0, both read 2026-11-21. A key
or a tool the client does not know makes it refuse the file. In `instruction` it takes `{name}` for a
variable of the session and stops where there is none; `static_instruction` it leaves alone.
"""

from __future__ import annotations

import re
from dataclasses import replace

from converters.formats._codecs import flag, free, identifier, kind_of, number, text
from converters.formats._kit import PROMPT, Codec, Container, Format, Refers, Row
from converters.formats._models import model_names
from converters.formats._tools import tool_names, tools_lost
from converters.model import AgentSpec, Json, Section, Tool, Tools
from converters.nesting import dig
from converters.syntax import Mapping, Node, Sequence

_STATIC = "static_instruction"
_VARIABLE = re.compile(r"\{\s*(?:artifact\.[^{}]*+|(?:(?:app|user|temp):)?[^\W\d]\w*\??\s*)\}")

_NAMES = tool_names("adk", unknown="never")


def _decode(node: Node) -> tuple[Tool, ...] | None:
    if not isinstance(node, Sequence):
        raise ValueError(f"expected a list of tools, found {kind_of(node)}")
    names = [dig(item, ["name"]) if isinstance(item, Mapping) else None for item in node.items]
    if None in names:
        raise ValueError("expected tools, each with its `name`")
    return _NAMES.decode(node._replace(items=tuple(name for name in names if name is not None)))


def _encode(tools: tuple[Tool, ...]) -> Json:
    names = _NAMES.encode(tools)
    return [{"name": name} for name in names] if isinstance(names, list) else None


_tools: Codec[tuple[Tool, ...]] = Codec(_decode, _encode, "a list of tools, each with its `name`", lost=tools_lost)
_said: Codec[str] = Codec(text.decode, str, "text; empty where all of it is static")


def _untemplated(spec: AgentSpec) -> AgentSpec:
    """The prompt moved whole to where the client leaves braces alone, if it has any that it would fill."""
    if (spec.source and spec.source.format == "adk") or not _VARIABLE.search(spec.prompt):
        return spec
    return replace(spec, sections=(Section(), *(replace(section, slot=_STATIC) for section in spec.sections)))


FORMAT = Format(
    id="adk",
    title="Google ADK",
    source="https://adk.dev/agents/config/",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("{name}/root_agent.yaml", "**/root_agent.yaml"),
    suffix="/root_agent.yaml",
    rows=(
        Row("agent_class", ".agent_class", text, note="absent: `LlmAgent`"),
        Row("name", "name", identifier, required=True, note="a Python identifier, and not `user`"),
        Row("model", "model", model_names("adk"), note="absent: the parent's, or the default"),
        Row("model_code", ".model_code", free),
        Row("description", "description", text),
        Row("instruction", PROMPT, _said, required=True, note="`{name}` is filled from the session"),
        Row(_STATIC, f"{PROMPT}:{_STATIC}", text, note="never filled; sent before the other"),
        Row(
            "tools",
            "tools",
            _tools,
            strict=True,
            default=lambda _: (),
            origin="the client's rule: none that is not named",
            note="the kit's own, or dotted names of Python; absent: none",
        ),
        Row(
            "sub_agents",
            ".sub_agents",
            free,
            note="`config_path` or `code` of each",
            refers=(
                Refers("delegates_to", agent=("config_path",)),
                Refers("delegates_to", agent=("code",), divider="."),
            ),
        ),
        Row("generate_content_config/temperature", "temperature", number),
        Row("generate_content_config/top_p", "top_p", number),
        Row("disallow_transfer_to_parent", ".disallow_transfer_to_parent", flag),
        Row("disallow_transfer_to_peers", ".disallow_transfer_to_peers", flag),
        Row("include_contents", ".include_contents", text, note="`default` or `none`"),
        Row("input_schema", ".input_schema", free),
        Row("output_schema", ".output_schema", free),
        Row("output_key", ".output_key", text),
        Row("max_iterations", ".max_iterations", free, note="of a LoopAgent"),
        *(
            Row(f"{when}_{what}_callbacks", f".{when}_{what}_callbacks", free)
            for what in ("agent", "model", "tool")
            for when in ("before", "after")
        ),
    ),
    signature=frozenset(
        {"agent_class", "static_instruction", "disallow_transfer_to_parent", "generate_content_config"}
    ),
    unsaid_tools=Tools(()),
    before_write=_untemplated,
    notes=("an agent of another client is written with the kit's own tools only: none reads files or runs commands",),
)
