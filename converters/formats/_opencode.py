"""The keys of an agent that OpenCode, its configuration and Kilo Code have in common."""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, count, flag, free, number, record, text
from converters.formats._kit import Row
from converters.formats._models import model_names
from converters.formats._permissions import permissions, switches
from converters.formats._withheld import denies, is_set
from converters.formats._words import color_names
from converters.model import AgentSpec

_FAMILY = frozenset({"opencode", "opencode-json", "kilo"})


OWN_AGENTS = frozenset({"build", "plan", "general", "explore"})
"""Agents that the client brings."""


def _mode(spec: AgentSpec) -> str | None:
    """Agents of other clients are there to be called; here an agent that says nothing is also one to begin with."""
    return None if spec.source is not None and spec.source.format in _FAMILY else "subagent"


def settings(client: str) -> tuple[Row, ...]:
    """The rows of all but the agent's names and its prompt."""
    return (
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row(
            "mode",
            ".mode",
            choice("subagent", "primary", "all"),
            default=_mode,
            origin="what agents of other clients are",
            note="absent: all",
        ),
        Row("model", "model", model_names(client), note="`provider/model`; absent: the caller's"),
        Row("variant", "effort", text, note="of the model, such as `high`"),
        Row("temperature", "temperature", number),
        Row("top_p", "top_p", number),
        Row("steps", "max_turns", count),
        Row("maxSteps", "max_turns", count, alias=True, note="before it was `steps`"),
        Row(
            "permission",
            "tools.whole",
            permissions(client),
            strict=True,
            note="the last pattern that fits decides; absent: all the host has",
        ),
        Row("tools", "tools.whole", switches(client), strict=True, alias=True, note="before it was `permission`"),
        Row("color", "color", color_names(client), note="any other makes the configuration invalid"),
        Row("hidden", ".hidden", flag, note="from the list behind `@`"),
        Row("disable", ".disable", flag, withholds=is_set),
        Row("disabled", ".disabled", flag, withholds=is_set, note="of release 2"),
        Row("permissions", ".permissions", free, withholds=denies, note="of release 2: rules, each with its `action`"),
        Row("options", ".options", record, note="for the model's provider"),
    )
