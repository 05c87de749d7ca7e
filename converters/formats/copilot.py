"""GitHub Copilot custom agents: Markdown with YAML front matter, `<id>.agent.md`.

Facts: <https://docs.github.com/en/copilot/reference/custom-agents-configuration> and the loader of
Copilot CLI 0.0.423, both read 2026-11-21. The file's name is the agent's id; `name` is shown to
people. Strict YAML: a header that is broken makes the client refuse the file.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, choice, flag, free, text
from converters.formats._handoffs import HANDS_OFF, STARTS
from converters.formats._kit import PROMPT, Container, Format, Home, Limit, Row
from converters.formats._mcp import copilot_servers
from converters.formats._models import model_names
from converters.formats._names import VSCODE_AGENTS
from converters.formats._tools import tool_aliases

_KEYS = frozenset({"name", "description", "tools", "model", "target", "infer", "mcp-servers", "metadata"})
_DISPLAY = re.compile(r"^name:[ \t]*[\"']?(?=\S)(?:[A-Z]|[^\n]*?\S \w|[^\n]*?[a-z][A-Z])", re.MULTILINE)

_IN_A_ROW = re.compile(r"^tools:[ \t]*[^\s\[\"'*]", re.MULTILINE)
"""Tools as a bare string, which its own files have as lists."""


def _likely(keys: frozenset[str], text: str) -> float:
    """Its `name` is for people, and may be left out."""
    if not keys <= _KEYS or _IN_A_ROW.search(text):
        return 0
    return 3 if "name" not in keys and "description" in keys else 2.5 if _DISPLAY.search(text) else 0


_OWN = frozenset({"code-review", "explore", "general-purpose", "research", "security-review", "task"})
"""Agents that Copilot CLI brings."""

FORMAT = Format(
    id="copilot",
    title="GitHub Copilot",
    source="https://docs.github.com/en/copilot/reference/custom-agents-configuration",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".github/agents/{name}.agent.md", "*.agent.md", ".github/agents/*.md"),
    suffix=".agent.md",
    home=Home(
        folder=".copilot",
        place="agents/{name}.agent.md",
        source="https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-config-dir-reference",
        read_on="2026-11-21",
        moved=(("COPILOT_HOME", ""),),
    ),
    named_by="file",
    rows=(
        Row("name", "title", text, note="what people see; the file's name is the id"),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("tools", "tools", tool_aliases("copilot"), strict=True, note="absent or `*`: all the host has"),
        Row("model", "model", model_names("copilot"), note="absent: the one people have chosen"),
        Row("target", ".target", choice("vscode", "github-copilot"), note="absent: both"),
        Row("infer", ".infer", flag, note="retired: the opposite of `disable-model-invocation`"),
        Row("disable-model-invocation", ".disable-model-invocation", flag),
        Row("user-invocable", ".user-invocable", flag),
        Row(
            "mcp-servers",
            "mcp_servers",
            copilot_servers,
            note="by name; each names its `tools`, and its `args` or `url`",
        ),
        Row("metadata", ".metadata", free, note="names and values of text"),
        Row("github", ".github", free, note="what the agent's token may do"),
        Row("argument-hint", ".argument-hint", text, note="VS Code only"),
        Row("handoffs", ".handoffs", free, note="VS Code only", refers=(HANDS_OFF,)),
        Row("agents", ".agents", free, note="VS Code only", refers=(STARTS,)),
        Row("hooks", ".hooks", free, note="VS Code only"),
    ),
    likely=_likely,
    signature=frozenset({"target", "infer", "mcp-servers"}),
    limits=(Limit(PROMPT, most=30_000),),
    # Copilot CLI 1.0.102 leaves out an agent called like the third, and when asked for the others runs its own
    reserved=_OWN,
    own_agents=_OWN | VSCODE_AGENTS,
    notes=(
        "the body is the prompt, at most 30,000 characters on github.com",
        "tools are aliases that stand for several; unknown names are passed over by the client",
    ),
)
