"""Auggie subagents: Markdown with YAML front matter, one agent a file.

Facts: <https://docs.augmentcode.com/cli/subagents> and the loader of Auggie 0.36.0, both read
2026-11-21. A header that is no YAML counts as none. Where allowed and denied tools are both listed,
the client drops the allowed ones; an empty list is no list.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, flag, text
from converters.formats._kit import Container, Format, Home, Row
from converters.formats._models import model_names
from converters.formats._names import sanitised_name
from converters.formats._tools import tool_names

FORMAT = Format(
    id="augment",
    title="Augment",
    source="https://docs.augmentcode.com/cli/subagents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".augment/agents/{name}.md", ".augment/agents/*.md", ".augment/agents/*.txt"),
    suffix=".md",
    home=Home(
        folder=".augment",
        place="agents/{name}.md",
        source="https://docs.augmentcode.com/cli/subagents",
        read_on="2026-11-21",
    ),
    rows=(
        Row("name", "name", sanitised_name, note="absent: the file's name"),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("model", "model", model_names("augment"), note="a model of the account's; any other is passed over"),
        Row("color", "color", text),
        Row(
            "tools",
            "tools",
            tool_names("augment", empty="all", unknown="never"),
            strict=True,
            note="absent or empty: all the host has",
        ),
        Row("disabled_tools", "tools.deny", tool_names("augment", empty="all", unknown="never"), strict=True),
        Row("hidden", ".hidden", flag),
        Row("finish_tool", ".finish_tool", text),
        Row("provider_model", ".provider_model", text),
        Row("provider_api_key", ".provider_api_key", text),
        Row("provider_base_url", ".provider_base_url", text),
        Row("replace_system_prompt", ".replace_system_prompt", flag),
        Row("disable_rules", ".disable_rules", flag),
        Row("disable_workspace_guidelines", ".disable_workspace_guidelines", flag),
        Row("disable_skills", ".disable_skills", flag),
        Row("tool_description", ".tool_description", text),
        Row("instruction_description", ".instruction_description", text),
    ),
    signature=frozenset(
        {"disabled_tools", "replace_system_prompt", "disable_rules", "disable_workspace_guidelines", "disable_skills"}
    ),
    denies_alone=True,
    notes=("that an agent has no tools cannot be said: an empty list gives it all",),
)
