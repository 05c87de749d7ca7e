"""Devin's subagents: Markdown with YAML front matter, a folder or a file each.

Facts: <https://docs.devin.ai/cli/subagents>, as other projects cite it; read 2026-11-21. Its command
line and the desktop that followed Windsurf read the same files.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, count, free, text
from converters.formats._kit import Container, Format, Home, Row
from converters.formats._models import model_names
from converters.formats._tools import tool_names
from converters.formats._withheld import denies

_TOOLS = tool_names("devin", empty="all", unknown="never")

FORMAT = Format(
    id="devin",
    title="Devin",
    source="https://docs.devin.ai/cli/subagents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".devin/agents/{name}/AGENT.md", ".devin/agents/*.md"),
    suffix="/AGENT.md",
    home=Home(
        folder=".config/devin",
        place="agents/{name}/AGENT.md",
        source="https://docs.devin.ai/cli/subagents",
        read_on="2026-11-21",
    ),
    named_by="file",
    rows=(
        Row("name", "name", text, note="absent: the folder's name"),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("model", "model", model_names("devin"), note="`opus`, `sonnet`, `swe` ..., or an id"),
        Row("allowed-tools", "tools", _TOOLS, strict=True, note="absent: all the host has"),
        Row("tools", "tools", _TOOLS, strict=True, alias=True, note="another name of `allowed-tools`"),
        Row(
            "permissions",
            ".permissions",
            free,
            withholds=denies,
            note="lists `allow`, `deny` and `ask`, of `Exec(git)`, `Read(src/**)`",
        ),
        Row("max-nesting", ".max-nesting", count, note="how deep its own subagents may go; absent: it starts none"),
    ),
    signature=frozenset({"max-nesting", "permissions"}),
    notes=("whether an empty list of tools grants none is not documented: none is ever written",),
)
