"""Prompty files, version 2: Markdown with YAML front matter, and a Jinja template of chat messages below it.

Facts: <https://prompty.ai/docs/prompty-file-format> and the loader of prompty 2.1.0, both read 2026-11-21. The
loader ends the header at the first `---` or `+++` wherever it stands, and wants a body. It passes over keys it
does not know, those of version 1 among them: such a file has no model for it.
"""

from __future__ import annotations

import re

from converters.formats._codecs import free, number, replaced, text, words
from converters.formats._efforts import openai_effort
from converters.formats._granted import granted
from converters.formats._kit import Body, Codec, Container, Format, Limit, Row, Trap
from converters.formats._models import model_names
from converters.model import Json, Tool, Tools
from converters.nesting import dig
from converters.syntax import Mapping, Node, Scalar
from converters.tools import meaning

_ID = "prompty"
_listed: Codec[tuple[str, ...]] = Codec(words.decode, list, "a list of words")
_FENCE = re.compile(r"-{3,}|\+{3,}")
_fenceless = replaced("text without `---` or `+++`", "its rows of dashes", lambda said: _FENCE.sub("—", said))

_SYSTEM = "system:\n"
_RAW, _END = "{% raw %}", "{% endraw %}"
_MARKS = re.compile(r"\{[{%#]")
_ENDRAW = re.compile(r"\{%(?=[-+]?\s*endraw)")
_BROKEN = f"{_END}{{{{ '{{%' }}}}{_RAW}"
"""The opening of an end of its own inside a raw block: outside of it, as a value."""
_ROLE = re.compile(
    r"^[^\S\n]*+(?:#[^\S\n]*+)?(?:system|user|assistant|developer)(?:\[[^\]\n]*\])?[^\S\n]*:[^\S\n]*$",
    re.MULTILINE | re.IGNORECASE,
)


def _written(prompt: str) -> str:
    if not _MARKS.search(prompt):
        return _SYSTEM + prompt if prompt else ""
    return f"{_SYSTEM}{_RAW}{_ENDRAW.sub(lambda _: _BROKEN, prompt)}{_END}\n"


def _read(body: str) -> str | None:
    if not body.startswith(_SYSTEM):
        return None
    said = body.removeprefix(_SYSTEM)
    if said.startswith(_RAW) and said.endswith(f"{_END}\n"):
        return said[len(_RAW) : -len(_END) - 1].replace(_BROKEN, "{%")
    return None if _ROLE.search(said) else said


def _asked(name: str, end: str = "\n") -> Body:
    """A prompt behind which the user says what the program is given as `name`."""
    turn = f"\nuser:\n{{{{{name}}}}}{end}"
    return Body(
        f"asked-{name}" if end else f"asked-{name}-at-the-end",
        lambda body: _read(body.removesuffix(turn)) if body.endswith(turn) else None,
        lambda prompt: _written(prompt) + turn,
    )


def _bare(body: str) -> str | None:
    return None if _MARKS.search(body) or _ROLE.search(body) else body


def _tool(node: Node) -> tuple[Tool, ...]:
    if not isinstance(node, Mapping):
        raise ValueError("expected tools, each a mapping")
    kind, name, server = (_said(node, key) for key in ("kind", "name", "serverName"))
    if kind == "mcp" and (server or name):
        return (Tool(f"mcp:{server or name}"),)
    if not name:
        raise ValueError("expected tools, each with its `name`")
    return tuple(map(Tool, meaning(_ID, name) or (name,)))


def _said(node: Node, key: str) -> str | None:
    found = dig(node, [key])
    return found.text if isinstance(found, Scalar) and found.text else None


def _spelled(tool: Tool) -> Json:
    if tool.only or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool.name):
        return None  # without its limits, more would be allowed
    return {"name": tool.name, "kind": "function"}


FORMAT = Format(
    id=_ID,
    title="Prompty",
    source="https://prompty.ai/docs/prompty-file-format",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=("{name}.prompty", "*.prompty"),
    suffix=".prompty",
    bodies=(
        Body("system", _read, _written),
        Body("bare", _bare, str),
        *(_asked(name, end) for name in ("question", "input") for end in ("\n", "")),
    ),
    rows=(
        Row("name", "name", _fenceless),
        Row("displayName", "title", _fenceless),
        Row("description", "description", _fenceless),
        Row("metadata/authors", ".metadata/authors", free),
        Row("metadata/author", "author", _fenceless, note="metadata is the author's own: it goes along"),
        Row("metadata/version", "version", _fenceless),
        Row("metadata/tags", "tags", _listed),
        Row("metadata/color", "color", _fenceless),
        Row("model/id", "model", model_names(_ID), short=True),
        Row("model/provider", ".model/provider", text),
        Row("model/apiType", ".model/apiType", text),
        Row("model/connection", ".model/connection", free),
        Row("model/options/temperature", "temperature", number),
        Row("model/options/topP", "top_p", number),
        Row("model/options/reasoningEffort", "effort", openai_effort),
        Row(
            "tools",
            "tools.whole",
            granted(_tool, _spelled, "tools, each with its `name` and `kind`"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none; a function is its program's, which supplies it by name",
        ),
        Row("inputs", ".inputs", free),
        Row("outputs", ".outputs", free),
        Row("template", ".template", free, note="absent: Jinja2, and chat messages by role lines"),
        Row("authors", ".authors", free, note="version 1"),
        Row("tags", ".tags", free, note="version 1"),
        Row("version", ".version", free, note="version 1"),
        Row("sample", ".sample", free, note="version 1"),
    ),
    limits=(Limit("prompt", most=1_000_000, least=1, advice="write one: the loader wants a body"),),
    traps=(Trap(_ROLE, "begins another message of the chat at that line", example="user:"),),
    signature=frozenset({"sample", "inputs", "outputs", "template"}),
    unsaid_tools=Tools(()),
    safest="tools are the functions its program supplies",
    notes=(
        "a prompt that holds Jinja's marks stands in a raw block",
        "what a function is told stays with the file it was read from",
    ),
)
