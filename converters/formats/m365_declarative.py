"""Microsoft 365 Copilot declarative agents: one JSON manifest an agent, which an app package names.

Facts: <https://learn.microsoft.com/microsoft-365-copilot/extensibility/declarative-agent-manifest-1.8> and the
JSON Schema v1.8 in release 1.1.2 of `@microsoft/app-manifest`, both read 2026-11-21. A key that is not in the
schema makes the client refuse the manifest, and so does a text that breaks a pattern: `[[name]]` is a string
of the app package, and a name, a description or a conversation starter stands on one line.
"""

from __future__ import annotations

import json
import re

from converters.formats._codecs import best_summary, best_title, free, questions, replaced, text
from converters.formats._granted import granted
from converters.formats._kit import PROMPT, Codec, Container, Format, Limit, Refers, Row
from converters.model import AgentSpec, Json, Tool, Tools
from converters.syntax import Mapping, Node
from converters.syntax.yaml import value_of
from converters.tools import client_names, meaning

_ID = "m365-declarative"
_SCHEMA = "https://developer.microsoft.com/json-schemas/copilot/declarative-agent/v1.8/schema.json"
_CAPABILITIES = frozenset(
    {
        "WebSearch", "GraphicArt", "CodeInterpreter", "OneDriveAndSharePoint", "GraphConnectors", "TeamsMessages",
        "EmbeddedKnowledge", "Email", "EmailActions", "People", "Meetings", "MeetingActions", "Dataverse",
        "ScenarioModels",
    }
)  # fmt: skip
_BREAK = re.compile(r"(?<!\s)\s*[\n\r\u2028\u2029]\s*")
_ODD_BREAK = re.compile(r"[\u2028\u2029]")
_DOUBLED = re.compile(r"(?<=\[)(?=\[)|(?<=\])(?=\])")
_OPENING = re.compile(r" *\[\[")
_CLOSING = re.compile(r"\]\] *\Z")


def _one_line(said: str) -> str:
    return _DOUBLED.sub(" ", _BREAK.sub(" ", said)).strip()


_EXAMPLE = re.compile(r"(?<!\s)\s*(?:\bExamples?:\s*)?<example>.*?</example>", re.DOTALL)
_LONGEST = 1000


def _described(said: str) -> str:
    """A description on one line; one that is too long goes without its examples, which start conversations."""
    line = _one_line(said)
    if len(line) <= _LONGEST:
        return line
    ended, end, rest = said.rpartition("</example>")
    return _one_line(_EXAMPLE.sub("", ended + end) + rest)


_line = replaced("text on one line, without `[[` and `]]`", "its line breaks and double brackets", _one_line)

_description = replaced(
    "text on one line, without `[[` and `]]`", "its line breaks, and examples where it is too long", _described
)


def _prompt_in(node: Node) -> str | None:
    said = text.decode(node)
    if said and said[0] == " " and _OPENING.match(said):
        said = said[1:]
    return said[:-1] if said and said[-1] == " " and _CLOSING.search(said) else said


def _instructions(prompt: str) -> str:
    said = _ODD_BREAK.sub("\n", prompt)
    said = f" {said}" if _OPENING.match(said) else said
    return f"{said} " if _CLOSING.search(said) else said


_prompt: Codec[str] = Codec(
    _prompt_in,
    _instructions,
    "text that neither begins with `[[` nor ends in `]]`: a space keeps them apart",
    lost=lambda *_: "its odd line breaks",
)


def _capability(node: Node) -> tuple[Tool, ...]:
    said = value_of(node) if isinstance(node, Mapping) else None
    name = said.pop("name", None) if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(name, str):
        raise ValueError("expected capabilities, each with its `name`")
    only = tuple(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in said.items())
    return tuple(Tool(tool, only) for tool in meaning(_ID, name) or (f"{_ID}:{name}",))


def _spelled(tool: Tool) -> Json:
    name = client_names(_ID).get(tool.name) or tool.name.removeprefix(f"{_ID}:")
    if name not in _CAPABILITIES:
        return None
    said: dict[str, Json] = {"name": name}
    for only in tool.only:
        key, _, value = only.partition(": ")
        try:
            said[key] = json.loads(value)
        except ValueError:
            return None  # a limit in another client's words: without it, more would be allowed
    return said


def _starters(spec: AgentSpec) -> Json:
    """What a user says first in the agent's examples, at most the twelve the client takes."""
    if spec.source is not None and spec.source.format == _ID:
        return None
    said = dict.fromkeys(line for question in questions(spec) if (line := _one_line(question)))
    return [{"text": line} for line in list(said)[:12]] or None


FORMAT = Format(
    id=_ID,
    title="Microsoft 365 Copilot",
    source="https://learn.microsoft.com/microsoft-365-copilot/extensibility/declarative-agent-manifest-1.8",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("appPackage/{name}.json", "**/declarativeAgent*.json", "**/declarative-agent*.json"),
    suffix=".json",
    rows=(
        Row(
            "$schema",
            ".$schema",
            text,
            default=lambda spec: None if spec.source and spec.source.format == _ID else _SCHEMA,
            origin="the schema's own address",
        ),
        Row(
            "version",
            ".version",
            text,
            required=True,
            default=lambda _: "v1.8",
            origin="the schema this table follows",
            note="of the schema, not of the agent",
        ),
        Row("id", "name", replaced("text on one line", "its line breaks and double brackets", _one_line)),
        Row("name", "title", _line, required=True, default=best_title, origin="the title", note="what people see"),
        Row("description", "description", _description, required=True, default=best_summary, origin="the summary"),
        Row("instructions", PROMPT, _prompt),
        Row(
            "capabilities",
            "tools.whole",
            granted(_capability, _spelled, "capabilities, each with its `name`"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none; what else stands in one is a limit on it",
        ),
        Row(
            "conversation_starters",
            ".conversation_starters",
            free,
            default=_starters,
            origin="what users say in its examples",
            note="at most 12",
        ),
        Row("actions", ".actions", free, note="API plugins, by the files that describe them"),
        Row(
            "worker_agents",
            ".worker_agents",
            free,
            note="other declarative agents, each by its `id` or `file`",
            refers=(Refers("delegates_to", agent=("id", "file")),),
        ),
        Row("behavior_overrides", ".behavior_overrides", free),
        Row("disclaimer", ".disclaimer", free),
        Row("user_overrides", ".user_overrides", free),
        Row("editorial_answers", ".editorial_answers", free),
        Row("sensitivity_label", ".sensitivity_label", free),
    ),
    limits=(
        Limit("prompt", most=8000),
        Limit("title", most=100, least=1),
        Limit("description", most=_LONGEST, least=1),
    ),
    signature=frozenset(
        {"conversation_starters", "worker_agents", "behavior_overrides", "editorial_answers", "sensitivity_label"}
    ),
    marks=(r"copilot/declarative-agent/v1\.",),
    unsaid_tools=Tools(()),
    safest="only WebSearch and Microsoft's own capabilities can be named",
    notes=(
        "capabilities stand in place of tools; the model is Microsoft's",
        "the app's manifest names the file under `copilotAgents`",
    ),
)
