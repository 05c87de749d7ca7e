"""AGENTS.md: one Markdown file of instructions, a section for each agent; written, never read.

Facts: <https://agents.md/>, read 2026-11-21. It has no header and no structure that a client relies
on: what an agent is called and what it is for stand in words before its prompt.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, best_title, text
from converters.formats._kit import KEYED, PROMPT, Container, Format, Limit, Row
from converters.model import AgentSpec, Section
from converters.sections import open_fence

_TOP, _DEEPEST = 3, 6
"""Levels of a prompt's highest headings, below their agent's, and of the deepest there are."""


def _level(section: Section) -> int | None:
    """The level of a heading that is one of Markdown's: behind `#`, or underlined."""
    first, *more = (section.heading or "").splitlines() or [""]
    return section.level if first.lstrip().startswith("#") or (more and set(more[0].strip()) <= set("=-")) else None


def _heading(section: Section, down: int) -> str:
    """A section's heading, so many levels down where it is one of Markdown's."""
    level, written = _level(section), section.heading or ""
    if level is None:
        return written
    title = written.splitlines()[0].strip().lstrip("#").strip()
    return f"{'#' * min(level + down, _DEEPEST)} {title}\n"


def _section(spec: AgentSpec) -> str:
    """`## Title`, the agent's name and description, and its prompt, any open code fence closed."""
    down = max(0, _TOP - min((level for part in spec.sections if (level := _level(part))), default=_TOP))
    prompt = "".join(_heading(part, down) + part.text for part in spec.sections).strip("\n")
    if open_fence(prompt) is not None:
        prompt += "\n```"
    about = f"`{spec.name}`: {' '.join((spec.description or '').split())}".removesuffix(": ")
    return "\n" + "\n\n".join(part for part in (f"## {best_title(spec)}", about, prompt) if part) + "\n"


FORMAT = Format(
    id="agents-md",
    title="AGENTS.md",
    source="https://agents.md/",
    read_on="2026-11-21",
    container=Container.MARKDOWN,
    files=("AGENTS.md",),
    suffix="AGENTS.md",
    homeless="each client that reads it looks for a file of one person elsewhere, or nowhere",
    rows=(
        Row("title", "title", text, required=True, default=best_title, origin="the title"),
        Row("name", "name", text),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
    ),
    members=KEYED,
    around=("# Agents\n", ""),
    section=_section,
    reads=False,
    why="its text is free: where one agent ends and what belongs to none is nowhere said",
    limits=(
        Limit(
            PROMPT,
            most=32_768,
            unit="bytes",
            hard=False,
            advice="Codex reads no more than 32 KiB of all AGENTS.md files together, unless it is set otherwise",
        ),
    ),
    limits_tools=False,
    safest="choose a target with agent files of its own",
    lends_model=True,
    notes=(
        "every agent is read by the same client at once: none has tools, a model or a context of its own",
        "a prompt's headings go down as far as needed to stand below its agent's",
    ),
)
