"""Codex custom agents: TOML, one role a file.

Facts: <https://developers.openai.com/codex/subagents> and codex-rs of release 0.169.0, both read
2026-11-21. A role is a layer of `config.toml`: whatever that may say stands in it too, and one key
the client does not know makes it pass over the file. There is no list of tools.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, filled_text, free, text
from converters.formats._efforts import openai_effort
from converters.formats._kit import PROMPT, Container, Format, Home, Row
from converters.formats._mcp import codex_servers
from converters.formats._models import model_names
from converters.formats._sandboxes import no_search, sandbox_mode, search_disabled, search_unsaid

FORMAT = Format(
    id="codex",
    title="Codex",
    source="https://developers.openai.com/codex/subagents",
    read_on="2026-11-21",
    container=Container.TOML,
    files=(".codex/agents/{name}.toml", ".codex/agents/**/*.toml"),
    suffix=".toml",
    home=Home(
        folder=".codex",
        place="agents/{name}.toml",
        source="https://developers.openai.com/codex/subagents",
        read_on="2026-11-21",
        moved=(("CODEX_HOME", ""),),
    ),
    rows=(
        Row("name", "name", filled_text, required=True),
        Row("description", "description", filled_text, required=True, default=best_summary, origin="the summary"),
        Row(
            "nickname_candidates", ".nickname_candidates", free, note="letters, digits, space, `-` and `_`, none twice"
        ),
        Row("model", "model", model_names("codex"), note="an id; absent: its parent's"),
        Row("model_provider", ".model_provider", text),
        Row(
            "model_reasoning_effort",
            "effort",
            openai_effort,
            note="the client takes any word",
        ),
        Row("model_reasoning_summary", ".model_reasoning_summary", text),
        Row("model_verbosity", ".model_verbosity", text),
        Row("sandbox_mode", "tools.whole", sandbox_mode, strict=True, note="absent: its parent's"),
        Row("sandbox_workspace_write", ".sandbox_workspace_write", free),
        Row("approval_policy", ".approval_policy", free),
        Row(
            "web_search",
            ".web_search",
            text,
            default=no_search,
            origin="the tools, which do not search the web",
            note="`disabled`, `cached` or `live`",
        ),
        Row("developer_instructions", PROMPT, filled_text, required=True),
        Row("mcp_servers", "mcp_servers", codex_servers),
        Row("skills", ".skills", free, note="`config`: a list of skills to switch on or off"),
        Row("features", ".features", free),
    ),
    signature=frozenset(
        {"developer_instructions", "nickname_candidates", "model_reasoning_effort", "sandbox_mode", "approval_policy"}
    ),
    own_agents=frozenset({"default", "explorer", "worker"}),
    before_write=search_unsaid,
    after_read=search_disabled,
    limits_tools=False,
    safest="deny the tools that change files or run commands, and the sandbox will be read-only",
    notes=("tools cannot be limited by name: the sandbox holds back what writes files and runs commands",),
)
