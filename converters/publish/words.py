"""The plain words people read for what specs say in names of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from converters import shelves
from converters.model import AgentSpec, Tool
from converters.vocabulary import spellings


@dataclass(frozen=True, slots=True)
class Badge:
    """One thing an agent may do, short and in a sentence."""

    id: str
    word: str
    phrase: str


ACCESS = MappingProxyType(
    {
        badge.id: badge
        for badge in (
            Badge("everything", "everything", "may use everything its host allows: no tools are named"),
            Badge("none", "no tools", "has no tools at all"),
            Badge("read", "read", "may read files"),
            Badge("write", "write", "may change files"),
            Badge("shell", "shell", "may run shell commands"),
            Badge("network", "network", "may reach the network"),
            Badge("spawn", "spawn", "may start other agents"),
            Badge("mcp", "MCP", "may call MCP servers"),
            Badge("other", "other", "may use other tools, named below"),
        )
    }
)
"""What an agent may touch, in the order it is told."""

_ORDER = {name: place for place, name in enumerate(ACCESS)}

TIERS = MappingProxyType(
    {
        "frontier": "frontier: the strongest models",
        "balanced": "balanced: strong and affordable",
        "fast": "fast: small and cheap",
        "inherit": "inherit: the model of the conversation",
    }
)

RELATIONS = MappingProxyType(
    {
        "collaborates_with": ("works with", "works with this agent"),
        "supports": ("supports", "supports this agent"),
        "guides": ("guides", "guides this agent"),
        "depends_on": ("depends on", "depends on this agent"),
        "hands_off_to": ("hands over to", "hands over to this agent"),
        "receives_from": ("receives from", "receives from this agent"),
        "delegates_to": ("delegates to", "delegates to this agent"),
        "reports_to": ("reports to", "reports to this agent"),
        "reviews": ("reviews", "reviews this agent"),
        "escalates_to": ("escalates to", "escalates to this agent"),
        "coordinates_with": ("coordinates with", "coordinates with this agent"),
    }
)
"""Each relation as the speaker says it, and as its other end hears it."""

LANGUAGES = MappingProxyType(
    {
        "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
        "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese",
        "ru": "Russian", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
    }
)  # fmt: skip


def access(spec: AgentSpec) -> tuple[Badge, ...]:
    """What the agent may touch; never empty."""
    if spec.tools is None or spec.tools.allow is None:
        return (ACCESS["everything"],)
    if not spec.tools.allow:
        return (ACCESS["none"],)
    names = sorted(spec.derived.access, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
    return tuple(ACCESS.get(name) or Badge("other", name, f"may use {name}") for name in names) or (
        Badge("other", "named tools", "may use only the tools named below"),
    )


def may(access: Iterable[Badge]) -> str:
    """What an agent may touch, as a sentence without its end; `access` is never empty."""
    told = [badge.phrase.partition(":")[0] if badge.id != "other" else "may use other tools" for badge in access]
    ways = [phrase.removeprefix("may ") for phrase in told]
    said = ", ".join(ways[:-1]) + f" and {ways[-1]}" if len(ways) > 1 else ways[0]
    return f"May {said}" if told[0].startswith("may ") else said[:1].upper() + said[1:]


def tools(spec: AgentSpec) -> str:
    """The rule of the agent's tools, in one sentence."""
    if spec.tools is None:
        return "No tools are named, so the host decides: everything it has."
    denied = ", ".join(map(tool, spec.tools.deny))
    if spec.tools.allow is None:
        return f"Everything the host has, except {denied}." if denied else "Everything the host has."
    if not spec.tools.allow:
        return "None. The agent can only answer."
    return f"Only these, and never {denied}." if denied else "Only these."


def tool(one: Tool) -> str:
    """A tool with its restriction: `shell, only git:*`."""
    return f"{one.name}, only {' or '.join(one.only)}" if one.only else one.name


def relation(name: str, *, incoming: bool = False) -> str:
    """A relation in words, from the speaker's side or from the other's."""
    plain = name.replace("_", " ")
    return RELATIONS.get(name, (plain, f"{plain} this agent"))[incoming]


_FIELDS = MappingProxyType(
    {
        "tools": "the tools it may use",
        "tools.deny": "the tools it may not use",
        "tools.whole": "the tools it may and may not use",
        "prompt": "the prompt",
        "mcp_servers": "MCP servers",
        "top_p": "top p",
        "max_turns": "most turns",
        "replaced_by": "what replaces it",
    }
)


def field(name: str) -> str:
    """A field of a format's table in plain words."""
    if name.startswith("."):
        return "its own, kept as it is"
    if name.startswith("prompt:"):
        return "a part of the prompt"
    return _FIELDS.get(name, name.replace("_", " "))


def language(code: str | None) -> str:
    """A language's English name, or its code."""
    return LANGUAGES.get(code or "", code or "not stated")


def category(name: str) -> str:
    """A category as people read it: `data-ai` to `Data & AI`."""
    return shelves.title(name)


def tokens(text: str) -> int:
    """About how many tokens a prompt costs: one for four ASCII characters, one for each other."""
    ascii_only = len(text.encode("ascii", "ignore"))
    return round(ascii_only / 4 + (len(text) - ascii_only))


def title(name: str) -> str:
    """A name as a title: `tide-forecaster` to `Tide Forecaster`."""
    words = name.replace("_", "-").split("-")
    return " ".join(spellings().get(word.lower()) or word[:1].upper() + word[1:] for word in words if word) or name


def plain_title(text: str) -> str:
    """A title from its first letter or digit on, by which it is sorted and marked."""
    start = next((i for i, char in enumerate(text) if char.isalnum()), 0)
    return text[start:]


def spaced(name: str) -> str:
    """A name in camel case as words: `headerEntry` to `Header entry`."""
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()
    return words[:1].upper() + words[1:]


def headcount(numbers: Mapping[str, int]) -> str:
    """How many agents there are, skills apart: `3 agents and 2 skills`."""
    skills, agents = numbers["skills"], numbers["agents"] - numbers["skills"]
    told = [f"{agents:,} {'agent' if agents == 1 else 'agents'}"] if agents or not skills else []
    return " and ".join([*told, *([f"{skills:,} {'skill' if skills == 1 else 'skills'}"] if skills else [])])


def kinds(numbers: Mapping[str, int]) -> str:
    """What all of them are: `agents and skills`."""
    skills = numbers["skills"]
    return "agents" if not skills else "skills" if skills == numbers["agents"] else "agents and skills"
