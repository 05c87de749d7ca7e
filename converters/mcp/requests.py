"""What each tool may be asked: flat, bounded, and told to whoever asks by the descriptions here."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from converters.tools import KINDS

LARGEST_DRAFT = 200_000
"""Characters of a draft that are read; the longest of 2,894 real files has 87,000."""


def _listed(said: object) -> object:
    """A list that arrives as text, as some clients send them: JSON, or values with commas between."""
    if not isinstance(said, str):
        return said
    if said.lstrip().startswith("["):
        try:
            return json.loads(said)
        except (ValueError, RecursionError):
            return said
    return [part.strip() for part in said.split(",") if part.strip()]


Agent = Annotated[str, Field(min_length=1, max_length=300)]
_Word = Annotated[str, Field(min_length=1, max_length=100)]
_Few = Annotated[tuple[_Word, ...], Field(max_length=20), BeforeValidator(_listed)]

_KIND = "|".join(KINDS)
_NAMED = "An agent by its name, its id, or collection/id as other tools here give it (`key`)."


class Asked(BaseModel):
    """What every request has in common: nothing is passed over that a tool does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Search(Asked):
    """What `search_agents` takes."""

    query: Annotated[str, Field(max_length=300, description="What is wanted, in plain words. Empty lists everybody.")]
    collection: Annotated[_Few, Field(description="Only agents of one of these collections.")] = ()
    category: Annotated[_Few, Field(description="Only agents of one of these categories.")] = ()
    access: Annotated[
        _Few,
        Field(description="Only agents that may do one of these: read, write, shell, network, spawn, mcp, none ..."),
    ] = ()
    tool: Annotated[
        _Few, Field(description="Only agents that name one of these tools: read, shell, web-search ...")
    ] = ()
    format: Annotated[
        _Few, Field(description="Only agents written in one of these formats: claude-code, agent-skill (a skill) ...")
    ] = ()
    inside_prompts: Annotated[
        bool, Field(description="Look for every word inside the prompts, and quote the place.")
    ] = False
    limit: Annotated[int, Field(ge=1, le=50, description="Results at most.")] = 10


class Get(Asked):
    """What `get_agent` takes."""

    agent: Annotated[Agent, Field(description=_NAMED)]
    format: Annotated[
        str,
        Field(max_length=60, description="Id of the format to write it in; `list_formats` lists them."),
    ] = "canonical"
    access: Annotated[
        str,
        Field(
            pattern=rf"^(refuse|allow|({_KIND})(\+({_KIND}))*)$",
            description="Whether a file is given that lets the agent touch more than its author said: refuse, allow, "
            "or allow these kinds of access alone, such as mcp or mcp+network.",
        ),
    ] = "refuse"


class Neighbours(Asked):
    """What `get_neighbours` takes."""

    agent: Annotated[Agent, Field(description=_NAMED)]


class Team(Asked):
    """What `find_team` takes."""

    agents: Annotated[
        tuple[Agent, ...],
        Field(min_length=1, max_length=10, description="Agents to build the team around: names, ids or keys."),
        BeforeValidator(_listed),
    ]


class Compare(Asked):
    """What `compare_agents` takes."""

    first: Annotated[Agent, Field(description=_NAMED)]
    second: Annotated[
        str, Field(max_length=300, description="The other one; empty where the first name is that of two agents.")
    ] = ""


class Check(Asked):
    """What `check_draft` takes."""

    text: Annotated[str, Field(min_length=1, max_length=LARGEST_DRAFT, description="The whole file.")]
    format: Annotated[str, Field(max_length=60, description="Id of its format; detected where empty.")] = ""
    path: Annotated[
        str,
        Field(
            max_length=200,
            description="Where the file is to lie, such as .claude/agents/x.md; helps to detect the format.",
        ),
    ] = "draft.md"
    for_formats: Annotated[
        _Few, Field(description="Formats whose clients are asked as well, and what a conversion to them would lose.")
    ] = ()


class Formats(Asked):
    """What `list_formats` takes: nothing."""


class Compat(Asked):
    """What `compare_formats` takes."""

    agent: Annotated[Agent, Field(description=_NAMED)]
    formats: Annotated[_Few, Field(description="Ids of the formats; all of them where empty.")] = ()
