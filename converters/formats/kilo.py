"""Kilo Code agents: Markdown with YAML front matter, one agent a file.

Facts: <https://app.kilo.ai/config.json> and the loader of release 7.7.9, both read 2026-11-21. It began as
OpenCode's and takes its keys, with names for people, owners and requirements besides. Keys it does not know
go to the model's provider, and a value of the wrong kind makes the client leave the agent out.
"""

from __future__ import annotations

from converters.formats._codecs import choice, free, text
from converters.formats._kit import Container, Format, Home, Row
from converters.formats._opencode import OWN_AGENTS, settings

FORMAT = Format(
    id="kilo",
    title="Kilo Code",
    source="https://app.kilo.ai/config.json",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(
        ".kilo/agents/{name}.md",
        ".kilo/agents/**/*.md",
        ".kilo/agent/**/*.md",
        ".kilo/modes/*.md",
        ".kilo/mode/*.md",
        ".kilocode/agents/**/*.md",
        ".kilocode/agent/**/*.md",
        "kilo/agents/**/*.md",
        "kilo/agent/**/*.md",
    ),
    suffix=".md",
    home=Home(
        folder=".config/kilo",
        place="agents/{name}.md",
        source="https://app.kilo.ai/config.json",
        read_on="2026-11-21",
        moved=(("KILO_CONFIG_DIR", ""), ("XDG_CONFIG_HOME", "kilo")),
    ),
    named_by="file",
    rows=(
        Row("name", "name", text, note="in place of the file's path"),
        Row("displayName", "title", text, note="what people see"),
        *settings("kilo"),
        Row("source", ".source", choice("organization", "global", "project")),
        Row("requirements", ".requirements", free),
        Row("prompt", ".prompt", text, note="not read: the body is the prompt"),
    ),
    signature=frozenset({"displayName", "requirements"}),
    own_agents=OWN_AGENTS,
    notes=(
        "agents stand under `agent` in `kilo.json` as well, which is read `--from opencode-json`",
        "the body, trimmed, is the prompt",
        "files in `mode/` are agents of `mode: primary`",
        "no skills, hooks, memory, isolation or servers of an agent's own",
    ),
)
