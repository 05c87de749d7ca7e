"""Roo Code custom modes: one YAML file, `.roomodes`, with a list of modes.

Facts: <https://github.com/RooCodeInc/Roo-Code/blob/main/packages/types/src/mode.ts>, read
2026-11-21. One invalid mode makes the client refuse the whole file.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_title, slug_text, text
from converters.formats._kit import PROMPT, Container, Format, Row, Trap
from converters.formats._tools import ALL, tool_groups

FORMAT = Format(
    id="roo",
    title="Roo Code",
    source="https://github.com/RooCodeInc/Roo-Code/blob/main/packages/types/src/mode.ts",
    read_on="2026-11-21",
    container=Container.YAML,
    files=(".roomodes", "**/.roomodes", "**/.kilocodemodes", "**/custom_modes.yaml"),
    suffix=".roomodes",
    homeless="they lie in the editor's own storage, whose place depends on the editor; add them there in the client",
    rows=(
        Row("slug", "name", slug_text, required=True, note="letters, digits and `-`"),
        Row("name", "title", text, required=True, default=best_title, origin="the title", note="what people see"),
        Row("roleDefinition", PROMPT, text, required=True),
        Row("whenToUse", "when_to_use", text),
        Row("description", "description", text),
        Row(
            "groups",
            "tools",
            tool_groups("roo"),
            required=True,
            strict=True,
            default=lambda _: ALL,
            origin="all groups, as the host would",
        ),
        Row("customInstructions", f"{PROMPT}:customInstructions", text),
        Row("source", ".source", text),
    ),
    members="customModes",
    alone=("slug", "roleDefinition"),
    around=("customModes:\n", ""),
    signature=frozenset({"customModes", "roleDefinition"}),
    traps=(
        Trap(
            re.compile(r"[\xa0\u200b-\u200d\u2010-\u2015\u2018\u2019\u201c\u201d\u2212]"),
            "makes it a plain sign before it reads the file, and curly quotes and odd spaces too",
            example="\u2014",
            fields=("title", "description", "when_to_use", PROMPT),
        ),
    ),
    lends_model=True,
    notes=(
        "Kilo Code still reads these modes, from `.kilocodemodes`, and makes agents of its own of them",
        "tools come in four groups; asking, to-do lists and starting another mode are always there",
        "no model, temperature or colour: people set the model of a mode in the client",
    ),
)
