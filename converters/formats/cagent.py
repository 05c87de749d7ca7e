"""Docker Agent, formerly cagent: one YAML file with a mapping of agents.

Facts: <https://github.com/docker/docker-agent>, its `agent-schema.json` of version 7 and its loader,
read 2026-11-21. The schema is closed: an unknown key makes the client refuse the whole file.
"""

from __future__ import annotations

import re

from converters.formats._codecs import count, flag, free, text
from converters.formats._docker_toolsets import toolsets
from converters.formats._kit import KEYED, PROMPT, Container, Format, Refers, Row, Trap
from converters.formats._models import model_names
from converters.model import Tools

FORMAT = Format(
    id="cagent",
    title="Docker Agent",
    source="https://github.com/docker/docker-agent",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("cagent.yaml", "**/cagent.yaml", "**/docker-agent.yaml"),
    suffix=".yaml",
    rows=(
        Row(KEYED, "name", text, required=True, note="the agent `root`, else the first, is started"),
        Row("model", "model", model_names("cagent"), note="`provider/model`, or a key of `models` in the same file"),
        Row("description", "description", text, note="`${...}` is evaluated by the client"),
        Row("instruction", PROMPT, text),
        Row(
            "toolsets",
            "tools.whole",
            toolsets("cagent"),
            strict=True,
            default=lambda _: Tools(),
            origin="all the toolsets that need no settings",
            note="absent or empty: none",
        ),
        Row("max_iterations", "max_turns", count),
        Row("hooks", ".hooks", free),
        Row(
            "sub_agents",
            ".sub_agents",
            free,
            note="agents of the same file, or references to others",
            refers=(Refers("delegates_to"),),
        ),
        Row(
            "handoffs",
            ".handoffs",
            free,
            note="agents of the same file, or references to others",
            refers=(Refers("hands_off_to"),),
        ),
        Row("fallback", ".fallback", free),
        Row("welcome_message", ".welcome_message", text),
        Row("add_date", ".add_date", flag),
        Row("add_environment_info", ".add_environment_info", flag),
        Row("add_prompt_files", ".add_prompt_files", free),
        Row("add_description_parameter", ".add_description_parameter", flag),
        Row("num_history_items", ".num_history_items", free),
        Row("commands", ".commands", free),
        Row("structured_output", ".structured_output", free),
        Row("rag", ".rag", free),
        Row("skills", ".skills", flag, note="whether the workspace's skills are found"),
        Row("code_mode_tools", ".code_mode_tools", flag),
    ),
    members="agents",
    around=('version: "7"\nagents:\n', ""),
    part_names=frozenset({"root"}),
    unsaid_tools=Tools(()),
    marks=(
        r"^[ \t]+instruction:",
        r"^[ \t]+toolsets:\s*$",
        r"^[ \t]++(?:-[ \t]*+)?type: (?:filesystem|shell|think|todo)\b",
    ),
    traps=(
        Trap(
            re.compile(r"\$\{(?:(?!\$\{)[^}])*+\}"),
            "evaluates it as an expression",
            example="${...}",
            fields=("description",),
        ),
    ),
    notes=(
        "models, MCP servers and permissions are the whole file's, and no agent's",
        "temperature belongs to an entry of `models`, which is not written",
    ),
)
