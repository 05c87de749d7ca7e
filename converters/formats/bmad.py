"""BMAD agents of version 6 before 6.12: one YAML file, `<name>.agent.yaml`, compiled into a persona.

Facts: <https://github.com/bmad-code-org/BMAD-METHOD/blob/main/tools/schema/agent.js> and the agents of its
releases, read 2026-11-21. The schema takes no other keys, and no agent without a role, an identity, a
style, principles and a menu. Since 6.12 an agent is a skill, with its persona in `customize.toml`.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, best_title, filled_with, flag, free, text
from converters.formats._kit import PROMPT, Container, Format, Row
from converters.formats._parts import bullets
from converters.identity import slug
from converters.model import AgentSpec, Json


def _id(spec: AgentSpec) -> str:
    return f"_bmad/agents/{slug(spec.name) or 'agent'}.md"


def _menu(_: AgentSpec) -> Json:
    """The least a menu may hold: to talk."""
    return [{"trigger": "talk", "action": "Ask what there is to do, and do it.", "description": "Talk with the agent"}]


def _identity(spec: AgentSpec) -> str | None:
    return None if any(section.slot is None for section in spec.sections) else best_summary(spec)


_REQUIRED = "something its schema requires, which adds nothing"

FORMAT = Format(
    id="bmad",
    title="BMAD",
    source="https://github.com/bmad-code-org/BMAD-METHOD/blob/main/tools/schema/agent.js",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("agents/{name}.agent.yaml", "*.agent.yaml"),
    suffix=".agent.yaml",
    named_by="file",
    rows=(
        Row("agent/metadata/id", ".agent/metadata/id", text, default=_id, origin="where it is installed"),
        Row(
            "agent/metadata/name",
            ".agent/metadata/name",
            text,
            default=best_title,
            origin="the title",
            note="the persona's own name",
        ),
        Row("agent/metadata/title", "title", text, default=best_title, origin="the title"),
        Row("agent/metadata/icon", ".agent/metadata/icon", text, default=lambda _: "🤖", origin=_REQUIRED),
        Row("agent/metadata/module", ".agent/metadata/module", text),
        Row("agent/metadata/capabilities", ".agent/metadata/capabilities", text),
        Row(
            "agent/metadata/hasSidecar",
            ".agent/metadata/hasSidecar",
            flag,
            default=lambda _: False,
            origin=_REQUIRED,
            note="whether files of its own lie beside it",
        ),
        Row("agent/persona/role", "description", text, default=best_summary, origin="the summary"),
        Row("agent/persona/identity", PROMPT, text, default=_identity, origin="the summary"),
        Row(
            "agent/persona/communication_style",
            f"{PROMPT}:communication_style",
            filled_with("As the identity says.", text),
            origin=_REQUIRED,
        ),
        Row(
            "agent/persona/principles",
            f"{PROMPT}:principles",
            filled_with(["Do as the identity says."], bullets),
            origin=_REQUIRED,
        ),
        Row("agent/critical_actions", f"{PROMPT}:critical_actions", bullets, note="done before anything else"),
        Row(
            "agent/menu",
            ".agent/menu",
            free,
            default=_menu,
            origin=_REQUIRED,
            note="what people can start: `trigger`, `description`, and a `workflow`, `exec` or `action`",
        ),
        Row("agent/prompts", ".agent/prompts", free, note="texts the menu names: `id`, `content`"),
        Row("agent/discussion", ".agent/discussion", flag),
        Row("agent/conversational_knowledge", ".agent/conversational_knowledge", free),
    ),
    signature=frozenset({"agent"}),
    marks=(r"^agent:[ \t]*\r?\n(?:[ \t]*#.*\r?\n|[ \t]*\r?\n)*[ \t]+metadata:",),
    limits_tools=False,
    safest="a persona has no tools: the client that runs it limits them",
    notes=(
        "the identity is the prompt; style, principles and first actions are parts of it",
        "agents of version 4, Markdown with a block of YAML, are read as bare prompts",
    ),
)
