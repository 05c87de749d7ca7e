"""Kiro custom agents in Markdown: YAML front matter with the keys of its JSON, one agent a file.

Facts: <https://kiro.dev/docs/custom-agents/configuration-reference>, read 2026-11-21. Of the IDE's
release 1 and the command line's release 3; whether these too give no tools where none are listed
is not documented, and taken to be so.
"""

from __future__ import annotations

from converters.formats._kiro import CONFIGURATION, NAMING, OWN_KEYS
from converters.formats._kit import Container, Format, Home
from converters.model import Tools

FORMAT = Format(
    id="kiro-md",
    title="Kiro (Markdown)",
    source="https://kiro.dev/docs/custom-agents/configuration-reference",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".kiro/agents/{name}.md", ".kiro/agents/*.md"),
    suffix=".md",
    home=Home(
        folder=".kiro",
        place="agents/{name}.md",
        source="https://kiro.dev/docs/custom-agents/configuration-reference",
        read_on="2026-11-21",
    ),
    rows=(*NAMING, *CONFIGURATION),
    signature=OWN_KEYS,
    unsaid_tools=Tools(()),
)
