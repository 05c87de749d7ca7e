"""The JSON API: the catalogue for programs, and the index the site's own search reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

import orjson

from converters.model import NO_LICENCE, AgentSpec, Json, Section

from . import about, addresses, documents, words
from .pages import Pages, Tie

VERSION = 1
"""Of the API's shape; it rises when a key is taken away or changes its meaning."""


def dump(value: object) -> bytes:
    """JSON as every address of the API holds it: UTF-8, one line, the same bytes each time."""
    with suppress(TypeError):  # which is half of a character, that no UTF-8 has, or a very large number
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def index(pages: Pages) -> dict[str, Any]:
    """`api/index.json`: every agent in short, with what it can be found by."""
    catalogue = pages.catalogue
    return {
        "schema_version": VERSION,
        "collections": [
            {
                "name": name,
                "title": c.title or words.title(name),
                "description": c.description,
                "license": c.license or NO_LICENCE,
                "repository": c.repository,
                "revision": c.revision,
                "agents": len(catalogue.members[name]),
                "url": addresses.link(addresses.collection(name)),
            }
            for name, c in catalogue.collections.items()
        ],
        "agents": [_entry(pages, key, spec) for key, spec in catalogue.agents.items()],
    }


def _source(pages: Pages, spec: AgentSpec) -> dict[str, Any] | None:
    """Where an agent's file is from; what it does not say itself, its collection does."""
    if spec.source is None:
        return None
    names = ("path", "member", "format", "dialect", "sha256", "repository", "revision", "encoding", "newline")
    terms = pages.catalogue.library.provenance(spec)
    said = {name: getattr(spec.source, name) for name in names}
    return said | {"repository": terms.repository, "revision": terms.revision}


def _entry(pages: Pages, key: str, spec: AgentSpec) -> dict[str, Any]:
    card, source = pages.cards[key], spec.source
    found = {
        "id": spec.id,
        "collection": card.collection,
        "name": card.name,
        "title": card.title,
        "summary": card.summary,
        "url": card.href,
        "api": addresses.link(addresses.agent_json(key)),
        "categories": spec.derived.categories,
        "tags": spec.tags,
        "tools": sorted({t.name for t in spec.tools.allow}) if spec.tools and spec.tools.allow else [],
        "access": [badge.id if badge.id != "other" else badge.word for badge in card.access],
        "model": spec.model,
        "tier": spec.derived.model_tier,
        "format": source.format if source else "",
        "dialect": source.dialect if source else None,
        "language": spec.derived.language,
        "license": about.licence(pages.catalogue, key, spec),
        "characters": len(spec.prompt),
        "tokens": words.tokens(spec.prompt),
        "hue": card.hue,
        "deprecated": spec.deprecated,
        "aliases": spec.aliases,
    }
    return {name: value for name, value in found.items() if value not in (None, "", (), [], False)}


def agent(pages: Pages, key: str, *, whole: bool = True) -> dict[str, Any]:
    """`api/agents/<collection>/<id>.json`: all that is published of one agent.

    Unless `whole`, its sections are left to the canonical document, where there is one.
    """
    spec = pages.catalogue.agents[key]
    full = pages.catalogue.publish(key) == "full"
    source = spec.source
    raw = addresses.raw(key.partition("/")[0], source.path) if source else None
    held = bool(source and (key.partition("/")[0], source.path) in pages.catalogue.originals)
    given = full and key in pages.catalogue.canonical
    apart = given and not whole
    return {
        "schema_version": VERSION,
        **_entry(pages, key, spec),
        "description": spec.description if full else None,
        "when_to_use": spec.when_to_use if full else None,
        "tools": _tools(spec),
        "settings": {n: plain(v) for n, v in spec.said().items() if n not in (_TOLD_APART if full else _PROSE)},
        "extensions": plain(spec.extensions) if full else None,
        "source": _source(pages, spec),
        **(
            {"sections_in": "canonical"}
            if apart
            else {"sections": [_section(section) for section in spec.sections] if full else None}
        ),
        "works_with": [_tie(tie) for tie in pages.ties(key)],
        "named_by": [_tie(tie) for tie in pages.ties(key, incoming=True)],
        "changes": [
            {"day": c.day, "commit": c.sha, "subject": c.subject} for c in pages.catalogue.history.get(key, ())
        ],
        "variants": list(pages.catalogue.alike(key)),
        "findings": [
            {"code": f.rule.code, "name": f.rule.name, "severity": f.rule.severity.word, "message": f.message}
            for f in pages.catalogue.findings.get(key, ())
        ],
        "same_file": [k for k in pages.catalogue.together.get((source.collection, source.path), ()) if k != key]
        if source
        else [],
        "shared": addresses.link(addresses.shared(source.collection, source.path))
        if source and pages.catalogue.record(key)
        else None,
        "canonical": addresses.link(addresses.agent_yaml(key)) if given else None,
        "canonical_sha256": documents.sha256(pages.catalogue.canonical, key) if given else None,
        "raw": addresses.link(raw) if full and held and raw else None,
    }


_TOLD_APART = frozenset({"name", "title", "description", "when_to_use", "tools", "sections", "tags"})
_PROSE = _TOLD_APART | {"extensions", "hooks", "mcp_servers"}
"""What may hold words of its author's, and is kept back with the prompt."""


def _section(section: Section) -> dict[str, Json]:
    held: dict[str, Json] = {"heading": section.heading, "title": section.title, "kind": section.kind}
    held |= {"level": section.level, "text": section.text}
    return held | ({"slot": section.slot} if section.slot else {})


def _tools(spec: AgentSpec) -> Json:
    if spec.tools is None:
        return None
    allow = spec.tools.allow
    return {
        "allow": "all" if allow is None else [words_of(t.name, t.only) for t in allow],
        "deny": [words_of(t.name, t.only) for t in spec.tools.deny],
    }


def words_of(name: str, only: tuple[str, ...]) -> Json:
    """A tool as the canonical form spells it."""
    return {"tool": name, "only": list(only)} if only else name


def _tie(tie: Tie) -> dict[str, Any]:
    return {
        "agent": tie.key or tie.label,
        "relation": tie.relation,
        "about": tie.about,
        "when": tie.when,
        "resolution": tie.resolution,
        "confidence": tie.confidence,
        "evidence": tie.evidence,
    }


def plain(value: object) -> Any:
    """A value of the model as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def counts(pages: Pages) -> dict[str, int]:
    """What the home page boasts of, counted."""
    catalogue = pages.catalogue
    network = catalogue.network
    shown = catalogue.agents
    ties = [v for u, v in network.edges() if u in shown and (v in shown or v.startswith("?"))]
    formats = Counter(spec.source.format for spec in shown.values() if spec.source and spec.source.format)
    return {
        "agents": len(shown),
        "skills": formats["agent-skill"],
        "collections": len(catalogue.members),
        "names": len(catalogue.variants),
        "ties": len(ties),
        "between": sum(end in shown for end in ties),
        "formats": len(formats),
        "missing": len({v for u, v in network.edges() if u in shown and v.startswith("?")}),
        "words": sum(spec.prompt.count(" ") for spec in shown.values()),
    }
