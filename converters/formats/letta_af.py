"""Letta agent files: one JSON file with agents and all they need, their messages too; read, to take agents out.

Facts: <https://github.com/letta-ai/agent-file> and `letta.schemas.agent_file` of the server 0.16.8, both read
2026-11-21. An agent's tools, blocks and groups stand beside it in the file, by their ids.
"""

from __future__ import annotations

from converters.formats._codecs import free, text, words
from converters.formats._granted import granted_own
from converters.formats._kit import PROMPT, Codec, Container, Format, Row
from converters.formats._models import model_names
from converters.formats._secrets import named_secrets
from converters.model import Tools

_ID = "letta-af"
_listed: Codec[tuple[str, ...]] = Codec(words.decode, list, "a list of words")

FORMAT = Format(
    id=_ID,
    title="Letta agent file",
    source="https://github.com/letta-ai/agent-file",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("agents.af", "*.af"),
    suffix=".af",
    members="agents",
    around=(
        '{\n  "agents": [\n',
        '  ],\n  "groups": [], "blocks": [], "files": [], "sources": [], "tools": [], "mcp_servers": []\n}\n',
    ),
    rows=(
        Row("id", ".id", text),
        Row("name", "name", text),
        Row("description", "description", text),
        Row("system", PROMPT, text),
        Row("tags", "tags", _listed),
        Row("metadata/color", "color", text, note="metadata is the author's own"),
        Row("metadata/author", "author", text),
        Row("metadata/version", "version", text),
        Row("llm_config/model", "model", model_names("openai-assistant")),
        Row("llm_config/temperature", ".llm_config/temperature", free),
        Row("model", ".model", text, note="`provider/model`"),
        Row("agent_type", ".agent_type", text),
        Row("embedding_config", ".embedding_config", free),
        Row(
            "tool_ids",
            "tools.whole",
            granted_own(_ID, "ids of tools", "a list of ids"),
            strict=True,
            note="tools of the file, which carry their code; the server's own only speak and keep notes",
        ),
        Row("block_ids", ".block_ids", free, note="its memory: blocks of the file"),
        Row("source_ids", ".source_ids", free),
        Row("group_ids", ".group_ids", free),
        Row("tool_rules", ".tool_rules", free),
        Row("messages", ".messages", free),
        Row("in_context_message_ids", ".in_context_message_ids", free),
        Row("files_agents", ".files_agents", free),
        Row("include_base_tools", ".include_base_tools", free),
        Row("secrets", ".secrets", named_secrets, strict=True),
        Row("tool_exec_environment_variables", ".tool_exec_environment_variables", named_secrets, strict=True),
    ),
    signature=frozenset({"agents", "llm_config", "block_ids", "in_context_message_ids"}),
    marks=(r"\"in_context_message_ids\"\s*:", r"\A(?>[\s\S]*?\"mcp_servers\"\s*:\s*\[)[\s\S]*\"agent_type\""),
    unsaid_tools=Tools(()),
    safest="an agent has the server's base tools, and those of its file",
    writes=False,
    why="an agent file carries the state of a running agent: its memory, its messages and the code of its tools",
    notes=("the first form of the file, one agent at the top, is not read", "files that hold secrets are refused"),
)
