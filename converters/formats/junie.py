"""JetBrains Junie CLI subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://junie.jetbrains.com/docs/junie-cli-subagents.html>, read 2026-11-21; the keys from
`mcpServers` on are newer, and known from other projects. Tools are groups. Whether an empty list
gives none is not documented: none is ever written.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, count, flag, text, words
from converters.formats._efforts import efforts
from converters.formats._kit import Container, Format, Home, Row
from converters.formats._mcp import server_names
from converters.formats._models import model_names
from converters.formats._names import latin_name
from converters.formats._tools import tool_names

FORMAT = Format(
    id="junie",
    title="Junie",
    source="https://junie.jetbrains.com/docs/junie-cli-subagents.html",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".junie/agents/{name}.md", ".junie/agents/*.md"),
    suffix=".md",
    home=Home(
        folder=".junie",
        place="agents/{name}.md",
        source="https://junie.jetbrains.com/docs/junie-cli-subagents.html",
        read_on="2026-11-21",
    ),
    rows=(
        Row("name", "name", latin_name, note="absent: the file's name"),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row(
            "tools",
            "tools",
            tool_names("junie", empty="all", unknown="never"),
            strict=True,
            note="absent: all the host has",
        ),
        Row("disallowedTools", "tools.deny", tool_names("junie", empty="all", unknown="never"), strict=True),
        Row("model", "model", model_names("junie"), note="`sonnet`, `opus`, `grok` or an id"),
        Row("skills", "skills", words),
        Row("mcpServers", "mcp_servers", server_names, note="names of servers set up elsewhere"),
        Row("permissionMode", ".permissionMode", text),
        Row("reasoningLevel", "effort", efforts("low", "medium", "high")),
        Row("effort", "effort", efforts("low", "medium", "high"), alias=True, note="another name of `reasoningLevel`"),
        Row("maxTurns", "max_turns", count),
        Row("allowPromptArgument", ".allowPromptArgument", flag, note="then `$name` in the prompt is filled in"),
    ),
    signature=frozenset({"reasoningLevel", "allowPromptArgument"}),
    notes=(
        "files that lie in `.agents` itself are read too, by other clients as well: nothing is written there",
        "whether an empty list of tools gives none or all is not documented: no empty list is written",
    ),
)
