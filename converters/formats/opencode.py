"""OpenCode agents: Markdown with YAML front matter, one agent a file.

Facts: <https://opencode.ai/docs/agents> and the loader of release 1.18.34, both read 2026-11-21. An agent is
called by its path below the folder, unless the file says `name`. Broken YAML is mended once, value by value;
a value of the wrong kind makes the client refuse its whole configuration. Keys it does not know go to the
model's provider, so that nothing of another format is ever written.
"""

from __future__ import annotations

from converters.formats._codecs import text
from converters.formats._kit import Container, Format, Home, Row
from converters.formats._opencode import OWN_AGENTS, settings

FORMAT = Format(
    id="opencode",
    marks=(
        r"^mode:[ \t]*[\"']?(?:subagent|primary|all)\b",
        r"^(?:tools|permission):[ \t]*\n[ \t]+[\w\"*-]+:[ \t]*(?:true|false|allow|deny|ask)\b",
    ),
    title="OpenCode",
    source="https://opencode.ai/docs/agents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(
        ".opencode/agents/{name}.md",
        ".opencode/agents/**/*.md",
        ".opencode/agent/**/*.md",
        ".opencode/modes/*.md",
        ".opencode/mode/*.md",
        "opencode/agents/**/*.md",
        "opencode/agent/**/*.md",
    ),
    suffix=".md",
    home=Home(
        folder=".config/opencode",
        place="agents/{name}.md",
        source="https://opencode.ai/docs/agents",
        read_on="2026-11-21",
        moved=(("XDG_CONFIG_HOME", "opencode"),),
    ),
    named_by="file",
    rows=(
        Row("name", "name", text, note="in place of the file's path"),
        *settings("opencode"),
        Row("prompt", ".prompt", text, note="not read: the body is the prompt"),
    ),
    own_agents=OWN_AGENTS,
    notes=(
        "the body, trimmed, is the prompt",
        "files in `mode/` are agents of `mode: primary`",
        "no skills, hooks, memory, isolation or servers of an agent's own",
    ),
)
