"""OpenCode's configuration, `opencode.json`: under `agent`, a mapping of names to agents.

Facts: <https://opencode.ai/docs/agents> and <https://opencode.ai/config.json>, with the loader of release
1.18.34, all read 2026-11-21. Comments and trailing commas are read. Before anything else the client puts
files and variables of its environment in, wherever the text says `{file:path}` or `{env:NAME}`.
"""

from __future__ import annotations

import re

from converters.formats._codecs import text
from converters.formats._kit import KEYED, PROMPT, Container, Format, Home, Row
from converters.formats._opencode import OWN_AGENTS, settings

_FILLED_IN = re.compile(r"\{(?=(?:env|file):)")
"""A brace in the file's raw text, in whose place the client puts something: in JSON it can be written otherwise."""

FORMAT = Format(
    id="opencode-json",
    title="OpenCode configuration",
    source="https://opencode.ai/docs/agents",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("opencode.json", "**/opencode.json", "**/opencode.jsonc"),
    suffix="opencode.json",
    home=Home(
        folder=".config/opencode",
        place="opencode.json",
        source="https://opencode.ai/docs/agents",
        read_on="2026-11-21",
        moved=(("XDG_CONFIG_HOME", "opencode"),),
    ),
    members="agent",
    around=('{\n  "$schema": "https://opencode.ai/config.json",\n  "agent": {\n', "  }\n}\n"),
    reference=re.compile(r"\{file:(?:\./)?([^{}]+)\}"),
    rows=(
        Row(KEYED, "name", text, required=True),
        *settings("opencode"),
        Row("prompt", PROMPT, text, note="or `{file:./path}`, counted from this file"),
    ),
    marks=(r"opencode\.ai/config\.json",),
    spelled=lambda text: _FILLED_IN.sub(r"\\u007b", text),
    own_agents=OWN_AGENTS,
    notes=(
        "an agent of a built-in one's name (`build`, `plan`, `general`) changes that one",
        "of an agent from elsewhere, the brace of `{env:` and `{file:` is written `\\u007b`, which hides it",
    ),
)
