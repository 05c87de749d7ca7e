"""Specs on disk: the canonical YAML, both ways, and upgrades between its versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, cast

from converters.findings import INVALID_SPEC, NEWER_SPEC, RULES, Finding, Span
from converters.identity import identity
from converters.model import (
    SPEC_VERSION,
    AgentSpec,
    Collaboration,
    Derived,
    Edit,
    Evidence,
    Example,
    HeaderEntry,
    Json,
    Section,
    SharedDocument,
    Source,
    Tool,
    Tools,
    Turn,
)
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node, Scalar, Sequence, SyntaxFault
from converters.syntax.blocks import dump as dump_blocks
from converters.syntax.yaml import compose
from converters.validation import DEEPEST, LARGEST, span_of, validate

SCHEMA_URL = "https://agent-specs.github.io/agent-specs/schema.json"
_MODELINE = f"# yaml-language-server: $schema={SCHEMA_URL}\n"


# --- to JSON -----------------------------------------------------------------------------------


def to_json(spec: AgentSpec) -> dict[str, Json]:
    """The canonical document as JSON values, silent fields left out, derived ones last."""
    source, derived = spec.source, spec.derived
    return {
        "spec": SPEC_VERSION,
        **_spoken(spec, ("id", "name", "title", "description", "when_to_use")),
        **({"tools": _tools_json(spec.tools)} if spec.tools is not None else {}),
        **_spoken(spec, _SETTINGS),
        **({"sections": [_section_json(s) for s in spec.sections]} if spec.sections else {}),
        **({"source": _source_json(source)} if source else {}),
        **({"extensions": {owner: dict(keys) for owner, keys in spec.extensions.items()}} if spec.extensions else {}),
        **({"derived": said} if (said := _derived_json(derived)) else {}),
    }


_SETTINGS = (
    "model", "effort", "temperature", "top_p", "max_turns", "permission_mode", "color", "skills", "mcp_servers",
    "hooks", "memory", "isolation", "background", "author", "version", "deprecated", "replaced_by", "tags", "aliases",
)  # fmt: skip


def _spoken(thing: Any, names: tuple[str, ...]) -> dict[str, Json]:
    """The named attributes that say something else than their default, in this order."""
    usual = _usual(thing.__class__)
    values = [(name, getattr(thing, name)) for name in names]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value != usual[name]}


@cache
def _usual(kind: Any) -> Mapping[str, Any]:
    return {field.name: field.default for field in fields(kind)}


def _tools_json(tools: Tools) -> Json:
    said: dict[str, Json] = {"allow": "all" if tools.allow is None else [_tool_json(t) for t in tools.allow]}
    if tools.deny:
        said["deny"] = [_tool_json(t) for t in tools.deny]
    return said


def _tool_json(tool: Tool) -> Json:
    return {"tool": tool.name, "only": list(tool.only)} if tool.only else tool.name


def _edits_json(edits: tuple[Edit, ...]) -> dict[str, Json]:
    if not edits:
        return {}
    return {"edits": [{"rule": e.rule, "at": e.at, "was": e.was, "now": e.now} for e in edits]}


def _section_json(section: Section) -> Json:
    return {
        **_spoken(section, ("heading", "title", "kind", "level", "slot")),
        "text": section.text,
        **_edits_json(section.edits),
    }


def _source_json(source: Source) -> Json:
    return {
        **_spoken(source, ("collection", "path", "member", "format", "dialect", "sha256")),
        "license": source.license,
        **_spoken(source, ("repository", "revision", "encoding", "bom", "newline", "open")),
        **({"header": [_entry_json(entry) for entry in source.header]} if source.header is not None else {}),
        **_spoken(source, ("close", "body", "prompt_file", "embedded")),
        **_edits_json(source.edits),
    }


def _entry_json(entry: HeaderEntry) -> Json:
    if entry.style is None and entry.raw is None and not entry.edits:
        return entry.key
    return {"key": entry.key, **_spoken(entry, ("style", "raw")), **_edits_json(entry.edits)}


def _derived_json(derived: Derived) -> dict[str, Json]:
    said = _spoken(derived, ("title", "summary", "model_tier", "access", "categories", "language"))
    if derived.examples:
        said["examples"] = [
            {
                **_spoken(example, ("context",)),
                "turns": [{"role": turn.role, "text": turn.text} for turn in example.turns],
                "in": example.where,
            }
            for example in derived.examples
        ]
    if derived.collaboration:
        said["collaboration"] = [
            {
                **_spoken(edge, ("agent", "relation", "about", "when", "confidence")),
                "evidence": {"in": edge.evidence.where, "text": edge.evidence.text},
            }
            for edge in derived.collaboration
        ]
    return said


def dump(spec: AgentSpec) -> str:
    """The canonical file of one agent."""
    return _MODELINE + dump_blocks(to_json(spec))


def shared_to_json(shared: SharedDocument) -> dict[str, Json]:
    """The record of what belongs to no single agent of a shared file."""
    return {
        "spec": SPEC_VERSION,
        "shared": {"open": shared.open, "close": shared.close, "members": list(shared.members)},
        "source": _source_json(shared.source),
    }


def dump_shared(shared: SharedDocument) -> str:
    """The file of a shared document's record."""
    return dump_blocks(shared_to_json(shared))


# --- from JSON ---------------------------------------------------------------------------------


def from_json(said: Mapping[str, Any]) -> AgentSpec:
    """The spec a valid canonical document stands for."""
    tools = said.get("tools")
    spoken: dict[str, Any] = {
        name: tuple(value) if name in _TUPLES else value
        for name in ("name", "title", "description", "when_to_use", *_SETTINGS)
        if (value := said.get(name)) is not None
    }
    return AgentSpec(
        id=said.get("id", ""),
        tools=None if tools is None else _tools(tools),
        sections=tuple(_section(s) for s in said.get("sections", ())),
        source=_source(said["source"]) if "source" in said else None,
        extensions=said.get("extensions", {}),
        derived=_derived(said.get("derived", {})),
        **spoken,
    )


_TUPLES = frozenset({"skills", "tags", "aliases", "access", "categories"})


def _tools(said: Mapping[str, Any]) -> Tools:
    allow = said.get("allow", "all")
    return Tools(None if allow == "all" else tuple(map(_tool, allow)), tuple(map(_tool, said.get("deny", ()))))


def _tool(said: Any) -> Tool:
    return Tool(said) if isinstance(said, str) else Tool(said["tool"], tuple(said["only"]))


def _edits(said: Mapping[str, Any]) -> tuple[Edit, ...]:
    return tuple(Edit(e["rule"], e["at"], e["was"], e["now"]) for e in said.get("edits", ()))


def _section(said: Mapping[str, Any]) -> Section:
    return Section(
        heading=said.get("heading"), title=said.get("title"), kind=said.get("kind"), level=said.get("level"),
        text=said["text"], slot=said.get("slot"), edits=_edits(said),
    )  # fmt: skip


def _source(said: Mapping[str, Any]) -> Source:
    header = said.get("header")
    plain = {k: v for k, v in said.items() if k not in {"header", "edits"}}
    return Source(**plain, header=None if header is None else tuple(map(_entry, header)), edits=_edits(said))


def _entry(said: Any) -> HeaderEntry:
    if isinstance(said, str):
        return HeaderEntry(key=said)
    return HeaderEntry(key=said["key"], style=said.get("style"), raw=said.get("raw"), edits=_edits(said))


def _derived(said: Mapping[str, Any]) -> Derived:
    plain: dict[str, Any] = {
        k: tuple(v) if k in _TUPLES else v for k, v in said.items() if k not in {"examples", "collaboration"}
    }
    return Derived(
        **plain,
        examples=tuple(
            Example(
                context=e.get("context"),
                turns=tuple(Turn(role=t["role"], text=t["text"]) for t in e["turns"]),
                where=e["in"],
            )
            for e in said.get("examples", ())
        ),
        collaboration=tuple(
            Collaboration(
                agent=c["agent"],
                relation=c["relation"],
                about=c.get("about"),
                when=c.get("when"),
                confidence=c.get("confidence", "stated"),
                evidence=Evidence(where=c["evidence"]["in"], text=c["evidence"]["text"]),
            )
            for c in said.get("collaboration", ())
        ),
    )


def shared_from_json(said: Mapping[str, Any]) -> SharedDocument:
    """The shared document a record stands for."""
    around = said["shared"]
    return SharedDocument(
        source=_source(said["source"]), open=around["open"], close=around["close"], members=tuple(around["members"])
    )


# --- loading -----------------------------------------------------------------------------------


def parse(text: str, path: str) -> tuple[dict[str, Json] | None, list[Finding]]:
    """A canonical file's JSON values, upgraded to this version; `None` beside an error."""
    try:
        root = compose(text, largest=LARGEST, deepest=DEEPEST)
    except SyntaxFault as fault:
        limit = DEEPEST if fault.code == "S110" else LARGEST
        facts: dict[str, Any] = {"what": fault.problem, "limit": limit, "size": len(text), "unit": "characters"}
        return None, [RULES[fault.code].at(Span(path, fault.at, fault.at + 1), problem=fault.problem, **facts)]
    if not isinstance(root, MappingNode):
        return None, [INVALID_SPEC.at(Span(path), pointer="/", problem="not a mapping")]
    said = cast("dict[str, Json]", _core(root))
    version = said.get("spec")
    if isinstance(version, int) and version > SPEC_VERSION:
        return None, [NEWER_SPEC.at(span_of(root, path, ["spec"]), version=version, ours=SPEC_VERSION)]
    return upgrade(said), []


def load(text: str, path: str) -> tuple[AgentSpec | None, list[Finding]]:
    """The agent of a canonical file; `None` beside an error, never raised."""
    said, found = parse(text, path)
    if said is None:
        return None, found
    if "shared" in said:
        return None, [
            INVALID_SPEC.at(Span(path), pointer="/shared", problem="the record of a shared file, not an agent")
        ]
    found = validate(said, path, text)
    return (None, found) if found else (from_json(said), [])


def shared_path(source: Source) -> str:
    """Where the record of a shared file lies below its collection's folder of specs."""
    return f".documents/{identity(source.path)}.yaml"


def load_shared(path: Path) -> SharedDocument | None:
    """The record of a shared file on disk; `None` where there is none that is valid."""
    try:
        said, _ = parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError):
        return None
    if said is None or "shared" not in said or validate(said, str(path)):
        return None
    return shared_from_json(said)


def load_file(path: Path) -> tuple[AgentSpec | None, list[Finding]]:
    """The agent of a canonical file on disk."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return None, [RULES["S010"].at(Span(str(path)), problem=error)]
    return load(text.replace("\r\n", "\n"), str(path))


_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: Mapping[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def _plain(text: str) -> Json:
    """What a bare word means by YAML 1.2's core schema; numbers of over 40 characters stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789" or len(text) > 40:
        return text
    if _INT.match(text):
        return int(text)
    return number if _FLOAT.match(text) and isfinite(number := float(text)) else text


def _core(node: Node) -> Json:
    """The JSON value of a node; of a repeated key the last counts."""
    if isinstance(node, Scalar):
        return _plain(node.text) if node.style == "plain" else node.text
    if isinstance(node, Sequence):
        return [_core(item) for item in node.items]
    return {key.text: _core(value) for key, value in node.pairs}


_UPGRADES: Mapping[int, Callable[[dict[str, Json]], dict[str, Json]]] = {}
"""For each version, the pure step to the next one."""


def upgrade(said: dict[str, Json]) -> dict[str, Json]:
    """A document of any older version, as this version says it; the argument is left alone."""
    version = said.get("spec")
    while isinstance(version, int) and version in _UPGRADES:
        said = _UPGRADES[version](said)
        version = said["spec"]
    return said
