"""Amazon Q Developer CLI agents: JSON, one agent a file.

Facts: the schema at <https://raw.githubusercontent.com/aws/amazon-q-developer-cli/refs/heads/main/schemas/agent-v1.json>
and the project's docs/agent-format.md, read 2026-11-21. The schema refuses keys it does not know.
Kiro's command line is its successor.
"""

from __future__ import annotations

import re

from converters.formats._allowed import allowed_only
from converters.formats._codecs import flag, free, text
from converters.formats._kit import PROMPT, Container, Format, Home, Refers, Row, Trap
from converters.formats._mcp import server_map
from converters.formats._models import model_names
from converters.formats._tools import tool_names
from converters.formats._withheld import narrows
from converters.model import Tools

FORMAT = Format(
    id="amazonq",
    title="Amazon Q Developer",
    source="https://raw.githubusercontent.com/aws/amazon-q-developer-cli/refs/heads/main/schemas/agent-v1.json",
    read_on="2026-11-21",
    container=Container.JSON,
    files=(".amazonq/cli-agents/{name}.json", ".amazonq/cli-agents/*.json", ".aws/amazonq/cli-agents/*.json"),
    suffix=".json",
    home=Home(
        folder=".aws/amazonq",
        place="cli-agents/{name}.json",
        source="https://raw.githubusercontent.com/aws/amazon-q-developer-cli/refs/heads/main/schemas/agent-v1.json",
        read_on="2026-11-21",
    ),
    rows=(
        Row("$schema", ".$schema", text),
        Row("name", "name", text, required=True),
        Row("description", "description", text, note="for people; no model is told"),
        Row("prompt", PROMPT, text, note="text, or `file://` and a path from this file"),
        Row("mcpServers", "mcp_servers", server_map()),
        Row(
            "tools",
            "tools.whole",
            allowed_only("amazonq", tool_names("amazonq", unknown="never")),
            strict=True,
            required=True,
            default=lambda _: Tools(),
            origin="all tools, as the host would",
            note="names, `@server`, `@server/tool`, `@builtin`, `*`; absent or empty: none",
        ),
        Row("toolAliases", ".toolAliases", free),
        Row("allowedTools", ".allowedTools", free, note="what runs without asking"),
        Row("resources", ".resources", free, note="`file://` and a path or a glob"),
        Row("hooks", ".hooks", free, note="`agentSpawn`, `userPromptSubmit`, `preToolUse`, `postToolUse`, `stop`"),
        Row(
            "toolsSettings",
            ".toolsSettings",
            free,
            withholds=narrows,
            refers=(Refers("delegates_to", at="subagent/availableAgents"),),
        ),
        Row("useLegacyMcpJson", ".useLegacyMcpJson", flag, note="whether it has its host's MCP servers"),
        Row("model", "model", model_names("amazonq")),
    ),
    signature=frozenset({"useLegacyMcpJson"}),
    marks=(r'"\$schema"\s*:\s*"[^"]*/agent-v1\.json"',),
    reference=re.compile(r"file://(.+)"),
    unsaid_tools=Tools(()),
    traps=(Trap(re.compile(r"\Afile://.+\Z"), "reads the prompt from that file", example="file://prompt.md"),),
)
