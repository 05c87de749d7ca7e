"""A2A agent cards: one JSON object that tells other agents what an agent does and where it answers.

Facts: <https://a2a-protocol.org/latest/specification/> and the proto of release 1.0.0 as a2a-sdk 1.3.0 has it,
both read 2026-11-21. A card is the view from outside: instructions, model and tools stay where the agent runs.
Cards of v0.3 say `url`, `preferredTransport` and `additionalInterfaces` in place of `supportedInterfaces`.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, best_title, flag, free, questions, text
from converters.formats._kit import Container, Format, Row
from converters.identity import slug
from converters.model import AgentSpec, Json

_ID = "a2a-card"
_ADDRESS = "https://example.invalid/a2a/v1"
"""Where no agent answers, by RFC 2606: it is to be replaced."""


def _interfaces(spec: AgentSpec) -> Json:
    if "url" in spec.extensions.get(_ID, {}):  # a card of v0.3
        return None
    return [{"url": _ADDRESS, "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}]


def _skills(spec: AgentSpec) -> Json:
    """The one thing an agent surely does: what its description says, with its examples."""
    name = slug(spec.name) or spec.name
    skill: dict[str, Json] = {
        "id": name,
        "name": best_title(spec),
        "description": spec.description or best_summary(spec),
        "tags": list(spec.tags or spec.derived.categories or (name,)),
    }
    examples: list[Json] = [*questions(spec)]
    return [{**skill, "examples": examples} if examples else skill]


FORMAT = Format(
    id=_ID,
    title="A2A agent card",
    source="https://a2a-protocol.org/latest/specification/",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("{name}.agent-card.json", "*.agent-card.json", "**/agent-card.json", "**/.well-known/agent.json"),
    suffix=".agent-card.json",
    rows=(
        Row("name", "name", text, required=True),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("version", "version", text, required=True, default=lambda _: "1.0.0", origin="a first version"),
        Row(
            "supportedInterfaces",
            ".supportedInterfaces",
            free,
            default=_interfaces,
            origin="a placeholder: put there where the agent answers",
        ),
        Row("capabilities", ".capabilities", free, required=True, default=lambda _: {}, origin="none that is known"),
        Row(
            "defaultInputModes",
            ".defaultInputModes",
            free,
            required=True,
            default=lambda _: ["text/plain"],
            origin="plain text",
        ),
        Row(
            "defaultOutputModes",
            ".defaultOutputModes",
            free,
            required=True,
            default=lambda _: ["text/plain"],
            origin="plain text",
        ),
        Row(
            "skills",
            ".skills",
            free,
            required=True,
            default=_skills,
            origin="its description and examples",
            note="each with `id`, `name`, `description` and `tags`",
        ),
        Row("provider", ".provider", free, note="`organization` and `url`"),
        Row("documentationUrl", ".documentationUrl", text),
        Row("iconUrl", ".iconUrl", text),
        Row("securitySchemes", ".securitySchemes", free),
        Row("securityRequirements", ".securityRequirements", free),
        Row("security", ".security", free, note="v0.3"),
        Row("signatures", ".signatures", free),
        Row("protocolVersion", ".protocolVersion", text, note="v0.3"),
        Row("url", ".url", text, note="v0.3"),
        Row("preferredTransport", ".preferredTransport", text, note="v0.3"),
        Row("additionalInterfaces", ".additionalInterfaces", free, note="v0.3"),
        Row("supportsAuthenticatedExtendedCard", ".supportsAuthenticatedExtendedCard", flag, note="v0.3"),
    ),
    signature=frozenset({"supportedInterfaces", "defaultInputModes", "defaultOutputModes", "preferredTransport"}),
    limits_tools=False,
    safest="what the agent may touch is settled where it runs",
    notes=("there is no prompt, no model and no tool in a card: they are lost", "one agent a card"),
)
