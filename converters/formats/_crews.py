"""What CrewAI's two kinds of agent files have in common."""

from __future__ import annotations

import re

from converters.formats._kit import PROMPT, Trap

INPUTS = Trap(
    re.compile(r"\{[A-Za-z_][A-Za-z0-9_-]*\}"),
    "fills it in from the inputs of a run, and stops where one is missing",
    example="{topic}",
    fields=("title", "description", PROMPT),
)
"""What becomes of names in braces; nothing hides them."""

NOTES = (
    "tools are the project's own code: an agent of another client is written with none of them",
    "the prompt is the backstory, which the client sets into a frame of its own",
)
