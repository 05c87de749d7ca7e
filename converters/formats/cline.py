"""Cline's configured agents: Markdown with YAML front matter in a file called `.yaml`, one agent a file.

Facts: <https://github.com/cline/cline/blob/main/sdk/packages/core/src/extensions/tools/team/configured-agent-config.ts>
and @cline/core 0.0.86, read 2026-11-21. Strict YAML; a file without a prompt is refused. Its names of
tools are written; those of the extension for VS Code are understood, as the client itself does.
"""

from __future__ import annotations

from converters.formats._allowed import allowed_only
from converters.formats._codecs import best_summary, count, filled_text, text, words
from converters.formats._kit import PROMPT, Container, Format, Home, Limit, Row
from converters.formats._models import model_names
from converters.formats._tools import tool_names

_TOOLS = allowed_only("cline", tool_names("cline", unknown="never"))

FORMAT = Format(
    id="cline",
    title="Cline",
    source="https://github.com/cline/cline/blob/main/sdk/packages/core/src/extensions/tools/team/configured-agent-config.ts",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".cline/agents/{name}.yaml", ".cline/agents/*.yml", "Cline/Agents/*.yaml"),
    suffix=".yaml",
    home=Home(
        folder=".cline",
        place="agents/{name}.yaml",
        source="https://github.com/cline/cline/blob/main/sdk/packages/core/src/extensions/tools/team/configured-agent-config.ts",
        read_on="2026-11-21",
    ),
    rows=(
        Row("name", "name", filled_text, required=True),
        Row("description", "description", filled_text, required=True, default=best_summary, origin="the summary"),
        Row("tools", "tools.whole", _TOOLS, strict=True, note="absent: all the host has"),
        Row("skills", "skills", words, note="with any, the tool that runs skills is there too"),
        Row("providerId", ".providerId", text, note="absent: its parent's"),
        Row("modelId", "model", model_names("cline"), note="an id of that provider's; absent: its parent's"),
        Row("maxIterations", "max_turns", count),
    ),
    signature=frozenset({"modelId", "providerId", "maxIterations"}),
    limits=(Limit(PROMPT, most=4_194_304, least=1),),
    notes=("the body is the prompt, without the white space around it",),
)
