"""How VS Code's keys, which others take as well, name agents."""

from __future__ import annotations

from converters.formats._kit import Refers

STARTS = Refers("delegates_to")
"""A list of the agents that may be started; `*` is all, and nobody in particular."""

HANDS_OFF = Refers("hands_off_to", agent=("agent",), about=("label", "prompt"))
"""`[{label: ..., agent: ..., prompt: ...}]`: buttons that go on with another agent; or names alone."""
