"""Factory droids: Markdown with YAML front matter, one droid a file.

Facts: <https://docs.factory.ai/cli/configuration/custom-droids> and the loader of droid 0.225.2, both read
2026-11-21. Keys it does not know are passed over and broken YAML is read line by line, but a tool it does
not know makes the droid invalid. To-do lists and skills are always there.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, text, words
from converters.formats._efforts import efforts
from converters.formats._kit import PROMPT, Codec, Container, Format, Home, Limit, Row
from converters.formats._mcp import server_names
from converters.formats._models import model_names
from converters.formats._names import name_of
from converters.formats._tools import tool_names
from converters.model import Json, Tool
from converters.syntax import Node

_names = tool_names("factory", unknown="never")


def _at_least_one(tools: tuple[Tool, ...]) -> Json:
    """The tools; for none at all the one that every droid has, for an empty list is an error."""
    return _names.encode(tools) or ["TodoWrite"]


def _servers(node: Node) -> Json:
    named = words.decode(node)
    return None if named is None else list(named)


FORMAT = Format(
    id="factory",
    title="Factory",
    source="https://docs.factory.ai/cli/configuration/custom-droids",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".factory/droids/{name}.md", ".factory/droids/*.md"),
    suffix=".md",
    home=Home(
        folder=".factory",
        place="droids/{name}.md",
        source="https://docs.factory.ai/cli/configuration/custom-droids",
        read_on="2026-11-21",
    ),
    rows=(
        Row(
            "name",
            "name",
            name_of(r"[a-z0-9_-]+", "lower-case letters, digits, `-` and `_`"),
            required=True,
            note="lower-case letters, digits, `-` and `_`",
        ),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("model", "model", model_names("factory"), note="absent, or one it does not have: inherit"),
        Row(
            "reasoningEffort",
            "effort",
            efforts("off", "none", "low", "medium", "high"),
            note="passed over where the model is inherited; one the model has not makes the droid invalid",
        ),
        Row(
            "tools",
            "tools",
            Codec(
                _names.decode,
                _at_least_one,
                "tool names, as a list or in a string, or a category: `read-only`, `edit`, `execute`, `web`, `mcp`",
                listed=_at_least_one,
                lost=_names.lost,
            ),
            strict=True,
            note="absent: all the host has",
        ),
        Row(
            "mcpServers",
            "mcp_servers",
            Codec(_servers, server_names.encode, "names of servers, as a list or in a string", lost=server_names.lost),
            note="servers of the host's",
        ),
        Row("version", "version", text),
        Row("color", "color", text),
        Row("createdAt", ".createdAt", text),
        Row("updatedAt", ".updatedAt", text),
    ),
    signature=frozenset({"reasoningEffort", "createdAt", "updatedAt"}),
    limits=(
        Limit("description", most=500, hard=False),
        Limit(PROMPT, most=1_000_000, least=1, advice="write one"),
    ),
    notes=(
        "the body is the prompt; folders below the folder are not looked at",
        "to-do lists and skills are there whatever the list says",
        "no list of denied tools, no turns, hooks or permission mode",
    ),
)
