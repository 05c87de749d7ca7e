"""Lighthouse agents: one JSON file an agent. A made-up client; put yours in its place.

Facts: where you read them, and the day. Say what the client does with unknown keys, with an empty list of
tools, and with names it does not like: that is what a converter is for.
"""

from __future__ import annotations

from converters.kit import PROMPT, Container, Format, Limit, Row, best_summary, number, text, tool_calls

FORMAT = Format(
    id="lighthouse",
    title="Lighthouse",
    source="https://example.org/lighthouse/agents",
    read_on="2026-11-21",
    container=Container.JSON,
    files=(".lighthouse/{name}.lamp.json", "**/*.lamp.json"),
    suffix=".lamp.json",
    rows=(
        Row("name", "name", text, required=True),
        Row("purpose", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("may", "tools", tool_calls("claude-code"), strict=True, note="absent: all the host has"),
        Row("engine/id", "model", text),
        Row("engine/heat", "temperature", number),
        Row("orders", PROMPT, text, required=True),
        Row("lamp", ".lamp", text, note="only Lighthouse knows what it means"),
    ),
    signature=frozenset({"purpose", "orders", "lamp"}),
    limits=(Limit("description", most=200),),
    notes=("unknown keys are ignored by the client",),
)
