"""gitagent: a folder an agent, with `agent.yaml` for its settings and `SOUL.md` for its prompt.

Facts: <https://github.com/open-gitagent/gitagent> and the loader of release 1.5.2, both read 2026-11-21. The
loader only insists on a model, given as `provider:model`; the program needs `runtime` too. What is written
under `tools` changes nothing: every agent has all built-in tools.
"""

from __future__ import annotations

from converters import vocabulary
from converters.formats._codecs import best_summary, count, free, number, text, words
from converters.formats._kit import Codec, Container, Format, Refers, Row
from converters.formats._models import model_names
from converters.models import client_model

_ID = "gitagent"
_USUAL = "claude-sonnet-4-5-20250929"
_listed: Codec[tuple[str, ...]] = Codec(words.decode, list, "a list of names")
_names = model_names(_ID)
_FALLBACK = str(client_model(_ID, _USUAL).name)


def _lost(before: str, after: str | None) -> str | None:
    if after == _USUAL != before and not client_model(_ID, before).chosen:
        return "the model of the client's own examples stands there; give one with --map"
    return _names.lost(before, after) if _names.lost else None


def _written(model: str) -> str:
    """A model of the client's own table, one with an address, or one that the user's words name."""
    name, said = _names.encode(model), vocabulary.client(_ID)
    maker, _, id_ = str(name or "").partition(":")
    known = said["model_registry"].get(maker)
    lacks = known is not None and "@" not in id_ and id_ not in known.split() and model not in said["models"]
    return _FALLBACK if name is None or lacks else str(name)


_model: Codec[str] = Codec(_names.decode, _written, "`provider:model`", lost=_lost)

FORMAT = Format(
    id=_ID,
    title="gitagent",
    source="https://github.com/open-gitagent/gitagent",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("agents/{name}/agent.yaml",),
    suffix="/agent.yaml",
    prompt_file="SOUL.md",
    rows=(
        Row("spec_version", ".spec_version", text, required=True, default=lambda _: "0.1.0", origin="the only one"),
        Row("name", "name", text, required=True),
        Row("version", "version", text, required=True, default=lambda _: "0.1.0", origin="a first version"),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("author", "author", text),
        Row("license", ".license", text),
        Row("tags", "tags", _listed),
        Row(
            "model/preferred",
            "model",
            _model,
            required=True,
            default=lambda _: _USUAL,
            origin="the client's own examples",
            note="`provider:model`; `provider:model@address` for other services",
        ),
        Row("model/fallback", ".model/fallback", free),
        Row("model/constraints/temperature", "temperature", number),
        Row("model/constraints/top_p", "top_p", number),
        Row("tools", ".tools", free, note="for people: every agent has all built-in tools"),
        Row("skills", "skills", _listed, note="those of the folder that are told to the agent; absent: all"),
        Row(
            "runtime/max_turns",
            "max_turns",
            count,
            required=True,
            default=lambda _: 50,
            origin="what the client gives a new agent",
        ),
        Row("runtime/timeout", ".runtime/timeout", number),
        Row("metadata/color", "color", text, note="metadata is the author's own: single values by name"),
        Row("extends", ".extends", text, note="an address the client clones"),
        Row("dependencies", ".dependencies", free),
        Row(
            "agents",
            ".agents",
            free,
            note="subagents by name",
            refers=(Refers("delegates_to", about=("description",), when=("delegation/triggers",)),),
        ),
        Row("delegation", ".delegation", free, refers=(Refers("delegates_to", at="router"),)),
        Row("compliance", ".compliance", free),
        Row("plugins", ".plugins", free),
    ),
    signature=frozenset({"spec_version", "compliance", "delegation", "runtime"}),
    marks=(r"^spec_version:",),
    likely=lambda keys, _: 0.0 if "spec_version" in keys else -8.0,
    limits_tools=False,
    safest="the client gives every agent all its tools; limit them where it is started",
    notes=(
        "RULES.md, DUTIES.md and AGENTS.md beside it go into the prompt too, and stay where they are",
        "a file `agents/<name>.md` is front matter and a prompt, as Claude Code has them",
    ),
)
