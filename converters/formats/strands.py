"""Strands agent configurations: one JSON object an agent.

Facts: <https://strandsagents.com/latest/documentation/docs/user-guide/concepts/experimental/agent-config/> and
`strands.experimental.agent_config` of release 1.62.0, both read 2026-11-21. Four keys, and no other. A tool is a
path, a module or a function that can be loaded: with one that cannot, there is no agent.
"""

from __future__ import annotations

from converters.formats._codecs import text
from converters.formats._granted import granted_own
from converters.formats._kit import PROMPT, Container, Format, Row
from converters.formats._models import model_names
from converters.model import Tools

_ID = "strands"

FORMAT = Format(
    id=_ID,
    title="Strands Agents",
    source="https://strandsagents.com/latest/documentation/docs/user-guide/concepts/experimental/agent-config/",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("agents/{name}.strands.json", "*.strands.json"),
    suffix=".strands.json",
    rows=(
        Row("name", "name", text),
        Row("model", "model", model_names(_ID), note="an id of Amazon Bedrock; absent: the library's own choice"),
        Row("prompt", PROMPT, text),
        Row(
            "tools",
            "tools.whole",
            granted_own(_ID, "paths, modules or functions", "a list of paths, modules and functions"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none",
        ),
    ),
    unsaid_tools=Tools(()),
    safest="a tool is code of the program's own, and none is written",
    notes=("there is no description: nothing but people says when to use the agent",),
)
