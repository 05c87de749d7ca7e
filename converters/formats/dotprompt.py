r"""Dotprompt files: Markdown with YAML front matter, and a Handlebars template below it.

Facts: <https://google.github.io/dotprompt/reference/frontmatter/> and the loader of dotprompt 1.1.2, both read
2026-11-21. Where the header is no YAML, the whole file is taken for the template, and only a line in the log
says so. A template speaks as the user until `{{role "system"}}`; a name it is not given vanishes without a
word; `\{{` is `{{`.
"""

from __future__ import annotations

import re

from converters.formats._codecs import free, number, text
from converters.formats._granted import granted
from converters.formats._kit import Body, Container, Format, Row, Trap
from converters.formats._models import model_names
from converters.model import Json, Tool, Tools
from converters.syntax import Node, Scalar
from converters.tools import meaning

_ID = "dotprompt"
_SYSTEM = '{{role "system"}}\n'
_OPEN = re.compile(r"(?<!\\)(\\*)\{\{")
_SPELLED = re.compile(r"(?<!\\)\\(\\+)\{\{!\}\}\\\{\{|\\\{\{")


def _escaped(prompt: str) -> str:
    r"""Each `{{` behind a backslash; an empty comment parts it from backslashes of its own, which would be halved."""
    return _OPEN.sub(lambda m: f"\\{m[1]}{{{{!}}}}\\{{{{" if m[1] else "\\{{", prompt)


def _plain(template: str) -> str:
    return _SPELLED.sub(lambda m: f"{m[1] or ''}{{{{", template)


def _spoken(body: str) -> str | None:
    return _plain(body.removeprefix(_SYSTEM)) if body.startswith(_SYSTEM) else None


def _asked(name: str, end: str = "\n") -> Body:
    """A prompt behind which the user says what the program is given as `name`."""
    turn = f'{{{{role "user"}}}}\n{{{{{name}}}}}{end}'
    return Body(
        f"asked-{name}" if end else f"asked-{name}-at-the-end",
        lambda body: _spoken(body.removesuffix(turn)) if body.endswith(turn) else None,
        lambda prompt: _SYSTEM + _escaped(prompt) + turn,
    )


def _tool(node: Node) -> tuple[Tool, ...]:
    if not isinstance(node, Scalar) or not node.text:
        raise ValueError("expected the names of tools")
    return tuple(map(Tool, meaning(_ID, node.text) or (node.text,)))


def _spelled(tool: Tool) -> Json:
    if tool.only or not re.fullmatch(r"[A-Za-z0-9_./-]{1,128}", tool.name):
        return None  # without its limits, more would be allowed
    return tool.name


FORMAT = Format(
    id=_ID,
    title="Dotprompt",
    source="https://google.github.io/dotprompt/reference/frontmatter/",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=("prompts/{name}.prompt", "*.prompt"),
    suffix=".prompt",
    bodies=(
        Body("system", _spoken, lambda prompt: _SYSTEM + _escaped(prompt) if prompt else ""),
        Body("user", _plain, _escaped),
        *(_asked(name, end) for name in ("question", "input") for end in ("\n", "")),
    ),
    rows=(
        Row("name", "name", text),
        Row("variant", ".variant", text),
        Row("version", "version", text),
        Row("description", "description", text),
        Row("model", "model", model_names(_ID), note="`provider/id`"),
        Row(
            "tools",
            "tools.whole",
            granted(_tool, _spelled, "a list of names"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none; a name is its program's, which registers the tool",
        ),
        Row("toolDefs", ".toolDefs", free),
        Row("config/temperature", "temperature", number),
        Row("config/topP", "top_p", number),
        Row("config/topK", ".config/topK", number),
        Row("config/maxOutputTokens", ".config/maxOutputTokens", number),
        Row("config/stopSequences", ".config/stopSequences", free),
        Row("input", ".input", free),
        Row("output", ".output", free),
        Row("metadata", ".metadata", free),
    ),
    traps=(
        Trap(
            re.compile(r"<<<dotprompt:(?:role:[a-z]+|history|media:url|section)"),
            "takes it for a mark of its own, and parts the prompt there",
            example="<<<dotprompt:role:user",
        ),
    ),
    signature=frozenset({"toolDefs", "variant", "input", "output"}),
    unsaid_tools=Tools(()),
    safest="tools are those its program registers by name",
    notes=(
        "keys with a dot, such as `crew.color`, are an author's own and go along",
        "the prompt is trimmed at both ends",
    ),
)
