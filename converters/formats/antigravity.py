"""Google Antigravity subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://antigravity.google/docs/subagents>, as other projects cite it, and public files; read
2026-11-21. A model that is no tier, or tools that are no list, make the client drop the agent unsaid.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, flag, free, text, words
from converters.formats._kit import Codec, Container, Format, Home, Refers, Row
from converters.formats._mcp import server_list
from converters.formats._models import model_names
from converters.formats._tools import ALL, tool_names
from converters.syntax import Node

_names: Codec[str] = model_names("antigravity")


def _tier(node: Node) -> str | None:
    name = _names.decode(node)
    if name not in {None, "inherit", "pro", "flash"}:
        raise ValueError(f"expected inherit, pro or flash, found {str(name)[:40]!r}: the client drops the agent")
    return name


_listed: Codec[tuple[str, ...]] = Codec(words.decode, list, "a list of names")

FORMAT = Format(
    id="antigravity",
    title="Antigravity",
    source="https://antigravity.google/docs/subagents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".agents/agents/{name}.md", ".agents/agents/*/agent.md", ".gemini/config/agents/**/*.md"),
    suffix=".md",
    home=Home(
        folder=".gemini",
        place="config/agents/{name}.md",
        source="https://antigravity.google/docs/subagents",
        read_on="2026-11-21",
    ),
    rows=(
        Row("name", "name", text, required=True),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row(
            "tools",
            "tools",
            tool_names("antigravity", unknown="never"),
            strict=True,
            default=lambda _: ALL,
            origin="all tools, as the host would",
            note="a list; a name the client does not know can hang the agent",
        ),
        Row("model", "model", Codec(_tier, _names.encode, "`inherit`, `pro` or `flash`", lost=_names.lost)),
        Row("mainAgent", ".mainAgent", flag, note="whether people can choose it; absent: true"),
        Row("subagent", ".subagent", flag, note="whether agents can start it; absent: true"),
        Row("subagents", ".subagents", free, note="whom it may start", refers=(Refers("delegates_to"),)),
        Row("commandExecutionPolicy", ".commandExecutionPolicy", choice("sandbox", "auto", "eager")),
        Row("mcpServers", "mcp_servers", server_list),
        Row("inheritMcp", ".inheritMcp", flag, note="whether it has its host's MCP servers"),
        Row("inheritCustomizations", ".inheritCustomizations", flag),
        Row("skills", "skills", _listed),
        Row("plugins", ".plugins", free),
        Row("hidden", ".hidden", flag),
    ),
    signature=frozenset({"mainAgent", "subagent", "commandExecutionPolicy", "inheritMcp", "inheritCustomizations"}),
    also_loads=(),
    notes=("a key for MCP servers without `inheritMcp: false` adds to what the host has",),
)
