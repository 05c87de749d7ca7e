"""Agents of Fortium's claude-config: one YAML file, from which Claude Code's is made.

Facts: <https://github.com/FortiumPartners/claude-config/blob/main/schemas/agent-schema.json> and the 28
agents beside it, read 2026-11-21. The mission's summary is the prompt; what else an agent is told stands
apart, as lists and mappings, and is read as parts of the prompt with YAML below their headings.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, filled_with, flag, text, words
from converters.formats._kit import PROMPT, Container, Format, Limit, Refers, Row
from converters.formats._names import latin_name
from converters.formats._parts import outline
from converters.formats._tools import tool_names
from converters.model import AgentSpec, Json, Relation, Tool

_DUTIES: Json = [{"priority": "high", "title": "The mission", "description": "Do as the mission's summary says."}]
"""What stands for the responsibilities its schema requires, where a prompt says them all."""
_EVERY = ("read", "write", "edit", "shell", "grep", "glob", "todo", "spawn")
"""The tools its schema knows."""


_NAME = re.compile(r"[a-z][a-z0-9-]*")
"""What its schema takes for a name; what else stands there is a heading or a crowd."""


def _between(relation: Relation, key: str, *about: str) -> Refers:
    return Refers(relation, at=key, agent=("agent",), about=about, names=_NAME)


def _summary(spec: AgentSpec) -> str | None:
    return None if any(section.slot is None for section in spec.sections) else best_summary(spec)


FORMAT = Format(
    id="fortium-yaml",
    title="Fortium YAML",
    source="https://github.com/FortiumPartners/claude-config/blob/main/schemas/agent-schema.json",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("agents/yaml/{name}.yaml",),
    suffix=".yaml",
    rows=(
        Row("metadata/name", "name", latin_name, required=True),
        Row("metadata/description", "description", text, default=best_summary, origin="the summary"),
        Row("metadata/version", "version", text, default=lambda _: "1.0.0", origin="the first version"),
        Row(
            "metadata/category",
            ".metadata/category",
            text,
            default=lambda _: "specialist",
            origin="the usual category",
            note="orchestrator, specialist, framework-specialist, quality or workflow",
        ),
        Row(
            "metadata/tools",
            "tools",
            tool_names("claude-code"),
            strict=True,
            default=lambda _: tuple(map(Tool, _EVERY)),
            origin="all that its schema knows",
        ),
        Row("metadata/skills", "skills", words),
        Row("metadata/deprecated", "deprecated", flag),
        Row("metadata/replacementAgent", "replaced_by", text),
        Row("mission/summary", PROMPT, text, short=True, default=_summary, origin="the summary"),
        Row("mission/boundaries", f"{PROMPT}:boundaries", outline("Boundaries")),
        Row("mission/expertise", f"{PROMPT}:expertise", outline("Expertise")),
        Row("expertise", f"{PROMPT}:more-expertise", outline("Expertise")),
        Row(
            "responsibilities",
            f"{PROMPT}:responsibilities",
            filled_with(_DUTIES, outline("Responsibilities")),
            origin="something its schema requires, which adds nothing",
        ),
        Row("examples", f"{PROMPT}:examples", outline("Examples")),
        Row("qualityStandards", f"{PROMPT}:qualityStandards", outline("Quality Standards")),
        Row(
            "integrationProtocols",
            f"{PROMPT}:integrationProtocols",
            outline("Integration Protocols"),
            refers=(
                _between("hands_off_to", "handoffTo", "deliverables"),
                _between("receives_from", "handoffFrom", "context"),
                _between("collaborates_with", "collaboratesWith", "purpose"),
            ),
        ),
        Row(
            "delegationCriteria",
            f"{PROMPT}:delegationCriteria",
            outline("Delegation Criteria"),
            refers=(Refers("delegates_to", at="whenToDelegate", agent=("agent",), when=("triggers",), names=_NAME),),
        ),
    ),
    signature=frozenset({"mission", "responsibilities", "integrationProtocols", "delegationCriteria"}),
    marks=(r"^mission:[ \t]*\r?$",),
    limits=(
        Limit("description", least=20, most=200, hard=False),
        Limit(PROMPT, least=50, most=1_048_576, hard=False),
    ),
    notes=(
        "tools are named as Claude Code has them; the schema knows eight of them",
        "`lastUpdated`, `languages` and `frameworks` are kept as written",
    ),
)
