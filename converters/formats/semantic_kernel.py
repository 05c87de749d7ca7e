"""Semantic Kernel declarative agents: one YAML file an agent.

Facts: <https://learn.microsoft.com/semantic-kernel/frameworks/agent/agent-templates> and the loader of
semantic-kernel 1.45.0 for Python, both read 2026-11-21. The instructions are a template whatever the file says
of that: `{{` opens an expression, and fails when the agent runs. The loader passes over unknown keys.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, free, number, text
from converters.formats._kit import PROMPT, Codec, Container, Format, Row
from converters.formats._models import model_names
from converters.formats._names import name_like
from converters.syntax import Node

_ID = "semantic-kernel"
_ESCAPED = "{{'{{'}}"


def _plain(node: Node) -> str | None:
    said = text.decode(node)
    return said and said.replace(_ESCAPED, "{{")


_template: Codec[str] = Codec(
    _plain, lambda prompt: prompt.replace("{{", _ESCAPED), f"a template; `{_ESCAPED}` is `{{{{`"
)

FORMAT = Format(
    id=_ID,
    title="Semantic Kernel",
    source="https://learn.microsoft.com/semantic-kernel/frameworks/agent/agent-templates",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("agents/{name}.yaml", "**/*.agent.yml"),
    suffix=".yaml",
    rows=(
        Row(
            "type",
            ".type",
            text,
            required=True,
            default=lambda _: "chat_completion_agent",
            origin="the kind that runs with any model",
            note="also openai_assistant, azure_assistant, openai_responses, azure_responses, foundry_agent",
        ),
        Row("id", ".id", text),
        Row("name", "name", name_like(r"[0-9A-Za-z_-]+", "letters, digits, `_` and `-`")),
        Row("description", "description", text, default=best_summary, origin="the summary"),
        Row("instructions", PROMPT, _template),
        Row("model/id", "model", model_names(_ID), note="the kernel's own service decides for a chat agent"),
        Row("model/api", ".model/api", text),
        Row("model/connection", ".model/connection", free),
        Row("model/options/temperature", "temperature", number),
        Row("model/options/top_p", "top_p", number),
        Row("tools", ".tools", free, note="each with `id` and `type`; a function must be in the kernel"),
        Row("template", ".template", free),
        Row("inputs", ".inputs", free),
        Row("outputs", ".outputs", free),
        Row("extras", ".extras", free),
    ),
    signature=frozenset({"extras", "instructions", "outputs"}),
    marks=(r"^type: *[\"']?(?:chat_completion_agent|(?:openai|azure)_(?:assistant|responses)|foundry_agent)\b",),
    limits_tools=False,
    safest="an agent has every function of the kernel it is made with; give it a kernel of its own",
    notes=("`tools` is checked and limits nothing: a chat agent has all functions of its kernel",),
)
