"""GitHub Copilot custom agents: Markdown with YAML front matter, `<id>.agent.md`.

Facts: <https://docs.github.com/en/copilot/reference/custom-agents-configuration> and the loader of
Copilot CLI 0.0.423, both read 2026-11-21. The file's name is the agent's id; `name` is shown to
people. Strict YAML: a header that is broken makes the client refuse the file.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, flag, free, model_choice, text
from converters.formats._kit import Container, Format, Row
from converters.formats._tools import tool_aliases

FORMAT = Format(
    id="copilot",
    title="GitHub Copilot",
    source="https://docs.github.com/en/copilot/reference/custom-agents-configuration",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".github/agents/{name}.agent.md", "*.agent.md", ".github/agents/*.md"),
    suffix=".agent.md",
    named_by="file",
    rows=(
        Row("name", "title", text, note="what people see; the file's name is the id"),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("tools", "tools", tool_aliases("copilot"), strict=True, note="absent or `*`: all the host has"),
        Row("model", "model", model_choice, note="VS Code also takes a list, best first"),
        Row("target", ".target", text, note="`vscode` or `github-copilot`; absent: both"),
        Row("infer", ".infer", flag, note="retired: the opposite of `disable-model-invocation`"),
        Row("disable-model-invocation", ".disable-model-invocation", flag),
        Row("user-invocable", ".user-invocable", flag),
        Row("mcp-servers", "mcp_servers", free),
        Row("argument-hint", ".argument-hint", text, note="VS Code only"),
        Row("handoffs", ".handoffs", free, note="VS Code only"),
        Row("agents", ".agents", free, note="VS Code only"),
        Row("hooks", "hooks", free, note="VS Code only"),
        Row("metadata", ".metadata", free),
    ),
    signature=frozenset({"target", "infer", "disable-model-invocation", "user-invocable", "argument-hint", "handoffs"}),
    notes=(
        "the body is the prompt, at most 30,000 characters on github.com",
        "tools are aliases that stand for several; unknown names are passed over by the client",
    ),
)
