"""Kiro custom agents: JSON, one agent a file.

Facts: <https://kiro.dev/docs/custom-agents/configuration-reference>, read 2026-11-21. Of the command
line's release 2, which reads nothing else; release 3 and the IDE take Markdown besides. An agent
without a list of tools has none (<https://github.com/kirodotdev/Kiro/issues/7839>).
"""

from __future__ import annotations

import re

from converters.formats._codecs import text
from converters.formats._kiro import CONFIGURATION, NAMING, OWN_KEYS
from converters.formats._kit import PROMPT, Container, Format, Home, Row, Trap
from converters.model import Tools

FORMAT = Format(
    id="kiro",
    title="Kiro",
    source="https://kiro.dev/docs/custom-agents/configuration-reference",
    read_on="2026-11-21",
    container=Container.JSON,
    files=(".kiro/agents/{name}.json", ".kiro/agents/*.json"),
    suffix=".json",
    home=Home(
        folder=".kiro",
        place="agents/{name}.json",
        source="https://kiro.dev/docs/custom-agents/configuration-reference",
        read_on="2026-11-21",
    ),
    rows=(
        *NAMING,
        Row("prompt", PROMPT, text, note="text, or `file://` and a path from this file"),
        *CONFIGURATION,
    ),
    signature=OWN_KEYS,
    reference=re.compile(r"file://(.+)"),
    unsaid_tools=Tools(()),
    traps=(Trap(re.compile(r"\Afile://.+\Z"), "reads the prompt from that file", example="file://prompt.md"),),
)
