"""Agent Skills: a folder with a `SKILL.md`, Markdown with YAML front matter.

Facts: <https://github.com/agentskills/agentskills> and its validator, skills-ref 0.1.1, read
2026-11-21. The validator takes six keys and no other, block style only, and cuts the header at the
first `---` in it; what clients take besides is read, and stays where its author wrote it.
`allowed-tools` lets tools run without asking and withholds none, so it is no list of an agent's tools.
"""

from __future__ import annotations

import re

from converters.formats._codecs import best_summary, flag, free, text, words
from converters.formats._kit import Codec, Container, Format, Home, Limit, Row
from converters.formats._names import LONGEST_SKILL, skill_name
from converters.syntax.yaml import node_of

_DASHES = re.compile("-{3,}")

_undashed: Codec[str] = Codec(
    text.decode,
    lambda value: _DASHES.sub("--", value),
    "text without `---`",
    lost=lambda before, after: None if after == before else "dashes that would end the header",
)


def _in_a_row(tags: tuple[str, ...]) -> str | None:
    """Tags in one text, the only kind of value that metadata has; `None` where they would not come back."""
    joined = ", ".join(tags)
    return joined if words.decode(node_of(joined)) == tags and not _DASHES.search(joined) else None


_joined_tags: Codec[tuple[str, ...]] = Codec(words.decode, _in_a_row, "words, separated by commas")

_AN_AGENTS = frozenset(
    {"tools", "disallowedTools", "color", "permissionMode", "mode", "globs", "handoffs", "target", "infer"}
)
_DISPLAY = re.compile(r"^name:[ \t]*[\"']?(?=\S)(?:[A-Z]|[^\n]*?\S \w)", re.MULTILINE)
"""A name for people, which no skill has."""
_ADDRESSED = re.compile(
    r"\A---\n.*?\n---\s*+(?:#(?:[^\n]*\s|[^\n]*+\s++))?(?:You are|You're|You will|Act as|As an?)\b", re.DOTALL
)
"""A prompt that begins by telling somebody who they are."""


def _likely(keys: frozenset[str], file: str) -> float:
    """A skill tells how something is done; an agent is told who it is, and with what."""
    if not {"name", "description"} <= keys or keys & _AN_AGENTS:
        return -4
    if "model" in keys:
        return -3
    says_so = "skill" in file.lower()
    if "category" in keys or _DISPLAY.search(file):
        return 3 if says_so else 0
    return 5 if says_so or not _ADDRESSED.match(file.replace("\r\n", "\n")) else 0


FORMAT = Format(
    id="agent-skill",
    title="Agent Skill",
    source="https://github.com/agentskills/agentskills",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".claude/skills/{name}/SKILL.md", ".agents/skills/**/SKILL.md", "**/SKILL.md", "**/skill.md"),
    suffix="/SKILL.md",
    home=Home(
        folder=".claude",
        place="skills/{name}/SKILL.md",
        source="https://code.claude.com/docs/en/skills",
        read_on="2026-11-21",
        moved=(("CLAUDE_CONFIG_DIR", ""),),
    ),
    rows=(
        Row("name", "name", skill_name, required=True, note="its folder's name"),
        Row("description", "description", _undashed, required=True, default=best_summary, origin="the summary"),
        Row("license", ".license", text),
        Row("compatibility", ".compatibility", text, note="at most 500 characters"),
        Row("metadata/author", "author", _undashed),
        Row("metadata/version", "version", _undashed),
        Row("metadata/title", "title", _undashed, note="metadata is the author's own: it goes along"),
        Row("metadata/color", "color", _undashed),
        Row("metadata/tags", "tags", _joined_tags),
        Row("allowed-tools", ".allowed-tools", free, note="what runs without asking; parted by spaces"),
        Row("when_to_use", ".when_to_use", text, note="Claude Code only"),
        Row("argument-hint", ".argument-hint", free, note="Claude Code and VS Code only"),
        Row("arguments", ".arguments", free, note="Claude Code only"),
        Row("disable-model-invocation", ".disable-model-invocation", flag, note="Claude Code and VS Code only"),
        Row("user-invocable", ".user-invocable", flag, note="Claude Code and VS Code only"),
        Row("model", ".model", text, note="Claude Code only"),
        Row("effort", ".effort", text, note="Claude Code only"),
        Row("context", ".context", text, note="Claude Code only; `fork` runs it in an agent of its own"),
        Row("agent", ".agent", text, note="Claude Code only; which agent that is"),
        Row("hooks", ".hooks", free, note="Claude Code only"),
        Row("paths", ".paths", free, note="Claude Code only"),
        Row("shell", ".shell", text, note="Claude Code only"),
        Row("version", ".version", text, note="not read by any client; the validator wants it in `metadata`"),
        Row("author", ".author", text, note="not read by any client; the validator wants it in `metadata`"),
        Row("tags", ".tags", free, note="not read by any client"),
    ),
    signature=frozenset({"allowed-tools", "compatibility"}),
    likely=_likely,
    limits=(
        Limit("name", most=LONGEST_SKILL),
        Limit("description", most=1024, least=1, advice="keep one paragraph; examples can stand in the prompt"),
    ),
    limits_tools=False,
    safest="keep it an agent: a skill has the tools of the agent that uses it",
    lends_model=True,
    notes=("a skill is no agent of its own: whoever loads it goes on with the same tools and the same model",),
)
