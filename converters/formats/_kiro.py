"""The keys of Kiro's agents, which its JSON and its Markdown files share."""

from __future__ import annotations

from converters.formats._codecs import flag, free, text
from converters.formats._kit import Refers, Row
from converters.formats._mcp import server_map
from converters.formats._models import model_names
from converters.formats._tools import ALL, tool_names
from converters.formats._withheld import denies, narrows

NAMING = (
    Row("name", "name", text, note="absent: the file's name"),
    Row("description", "description", text),
)
CONFIGURATION = (
    Row("model", "model", model_names("kiro"), note="an id; absent or unknown: the client's default"),
    Row(
        "tools",
        "tools",
        tool_names("kiro", unknown="never"),
        strict=True,
        required=True,
        default=lambda _: ALL,
        origin="all tools, as the host would",
        note="tags (`read`, `shell`), names, `@server`, `@server/tool`, `*`; absent or empty: none",
    ),
    Row(
        "excludedTools",
        "tools.deny",
        tool_names("kiro", unknown="never"),
        strict=True,
        note="taken from what `tools` gives",
    ),
    Row("allowedTools", ".allowedTools", free, note="what runs without asking; of CLI 2"),
    Row("toolAliases", ".toolAliases", free, note="of CLI 2"),
    Row(
        "toolsSettings",
        ".toolsSettings",
        free,
        withholds=narrows,
        note="of CLI 2; `subagent/availableAgents` is whom it may start",
        refers=(Refers("delegates_to", at="subagent/availableAgents"),),
    ),
    Row(
        "permissions",
        ".permissions",
        free,
        withholds=denies,
        note="rules of `capability`, `match`, `exclude` and `effect`",
    ),
    Row("mcpServers", "mcp_servers", server_map(denied="disabledTools")),
    Row("includeMcpJson", ".includeMcpJson", flag, note="whether it has its host's MCP servers"),
    Row("includePowers", ".includePowers", flag, note="IDE only"),
    Row("resources", ".resources", free, note="`file://`, `skill://`, or a knowledge base"),
    Row("hooks", ".hooks", free, note="`agentSpawn`, `userPromptSubmit`, `preToolUse`, `postToolUse`, `stop`"),
    Row("keyboardShortcut", ".keyboardShortcut", text, note="of CLI 2"),
    Row("welcomeMessage", ".welcomeMessage", text),
)
OWN_KEYS = frozenset(
    {"excludedTools", "includeMcpJson", "includePowers", "welcomeMessage", "keyboardShortcut", "permissions"}
)
"""Keys that no other client's agents have together with Kiro's way of writing them."""
