"""OpenAI assistants: the JSON objects of an interface that has been shut down; read, to take agents out.

Facts: <https://platform.openai.com/docs/api-reference/assistants/object> and the types of release 3.54.0 of the
SDK, both read 2026-11-21. The Assistants API ended on 2026-08-26.
"""

from __future__ import annotations

from converters.formats._codecs import choice, free, number, text
from converters.formats._granted import granted
from converters.formats._kit import PROMPT, Container, Format, Limit, Row
from converters.formats._models import model_names
from converters.model import Json, Tool, Tools
from converters.nesting import dig
from converters.syntax import Node, Scalar
from converters.tools import meaning

_ID = "openai-assistant"


def _tool(node: Node) -> tuple[Tool, ...]:
    kind, name = dig(node, ["type"]), dig(node, ["function", "name"])
    if isinstance(name, Scalar) and name.text:
        return tuple(map(Tool, meaning(_ID, name.text) or (name.text,)))
    if isinstance(kind, Scalar) and kind.text in {"code_interpreter", "file_search", "retrieval"}:
        return (Tool(f"{_ID}:{kind.text}"),)
    raise ValueError("expected tools, each a function with a name, code_interpreter or file_search")


def _spelled(tool: Tool) -> Json:
    own = tool.name.removeprefix(f"{_ID}:")
    if own != tool.name:
        return {"type": own}
    return None if tool.only or ":" in own else {"type": "function", "function": {"name": own}}


FORMAT = Format(
    id=_ID,
    title="OpenAI assistant",
    source="https://platform.openai.com/docs/api-reference/assistants/object",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("{name}.assistant.json", "*.assistant.json"),
    suffix=".assistant.json",
    rows=(
        Row("id", ".id", text),
        Row("object", ".object", choice("assistant")),
        Row("created_at", ".created_at", free, note="seconds since 1970"),
        Row("name", "name", text),
        Row("description", "description", text),
        Row("model", "model", model_names(_ID)),
        Row("instructions", PROMPT, text),
        Row(
            "tools",
            "tools.whole",
            granted(_tool, _spelled, "tools, each with its `type`"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none; a function is its program's",
        ),
        Row("tool_resources", ".tool_resources", free),
        Row("metadata/color", "color", text, note="metadata is the author's own: text by name"),
        Row("metadata/author", "author", text),
        Row("metadata/version", "version", text),
        Row("temperature", "temperature", number),
        Row("top_p", "top_p", number),
        Row("reasoning_effort", "effort", text),
        Row("response_format", ".response_format", free),
    ),
    limits=(
        Limit("name", most=256),
        Limit("description", most=512),
        Limit("prompt", most=256_000),
    ),
    signature=frozenset({"object", "tool_resources"}),
    marks=(r"\"object\"\s*:\s*\"assistant\"",),
    unsaid_tools=Tools(()),
    writes=False,
    why="the Assistants API ended on 2026-08-26: nothing takes such a file any more",
    notes=("what a function is told stays with the file it was read from",),
)
