"""One agent's page: everything said about it, ready for a template that only lays out."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from converters.identity import slug
from converters.model import AgentSpec, Section

from . import about, addresses, neighbourhood, render, upstream, words
from .catalogue import Catalogue
from .documents import can_be_shown
from .history import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An agent in a list."""

    key: str
    name: str
    title: str
    summary: str
    collection: str
    collection_title: str
    href: str
    """From the site's root, percent-encoded."""
    access: tuple[words.Badge, ...]
    tier: str | None
    categories: tuple[str, ...]
    hue: int
    """Of its mark, in degrees; the same name always has the same."""
    deprecated: bool
    full: bool
    """Whether its prompt and files may be shown, and so be taken home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of the prompt."""

    anchor: str
    title: str
    """Plain text; empty for what stands before the first heading."""
    heading: str
    """HTML of the heading's words."""
    kind: str | None
    level: int
    depth: int
    """Of its heading on the page, 3 to 6."""
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A statement that two agents have to do with each other, from one side."""

    words: str
    relation: str
    key: str | None
    """`None` where no such agent exists."""
    label: str
    href: str | None
    about: str | None
    when: str | None
    evidence: str | None
    resolution: str
    confidence: str
    suggestions: tuple[tuple[str, str], ...] = ()
    """Titles and addresses of agents that may be meant."""
    collection: str | None = None
    """Named only where it is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What is needed to take an agent home; the words of commands are as a shell must be given them."""

    install: str
    """How `specs install` is told which agent."""
    raw: str | None
    """Address of the original file."""
    raw_name: str
    raw_argument: str
    canonical: str | None
    """Address of the canonical document, from which every other format is made."""
    canonical_argument: str
    format: str
    """Id of the format the original is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPage:
    """What `agent.html` lays out."""

    card: Card
    description: str
    """HTML; empty where it says no more than the summary."""
    when_to_use: str
    tools_rule: str
    tools: tuple[str, ...]
    denied: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    characters: int
    tokens: int
    examples: tuple[Mapping[str, Any], ...]
    full: bool
    """Whether the prompt and the files may be shown."""
    held_back: str
    """Why they may not, and whether they can be had where it was published."""
    apart: bool
    """Whether the prompt is read from the canonical document beside the page, and not from the page."""
    parts: tuple[Part, ...]
    """Of the prompt, where the page holds it."""
    take: Take | None
    out: tuple[Tie, ...]
    into: tuple[Tie, ...]
    picture: str
    """SVG; empty where nothing is joined."""
    variants: tuple[Card, ...]
    same_prompt: frozenset[str]
    """Keys of the variants whose prompt is the same."""
    same_file: tuple[Card, ...]
    """The other agents of the file it comes from."""
    notices: tuple[about.Notice, ...]
    provenance: tuple[tuple[str, str, str | None], ...]
    """Label, value and, where it is a web address, its link."""
    files: tuple[tuple[str, str, str, bool], ...]
    """Label, name and address of each file to take, and whether a page can show it."""
    upstream: upstream.Upstream | None
    changes: tuple[Change, ...]
    """The last changes of its file, the newest first; empty where nobody knows."""
    json_href: str
    replaced_by: tuple[str, str | None] | None
    tags: tuple[str, ...]


class Pages:
    """Makes the pages of one catalogue; what all pages need is worked out once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.cards = {key: card(catalogue, key, spec) for key, spec in catalogue.agents.items()}
        self._by_slug: dict[str, list[str]] = {}
        for key, spec in catalogue.agents.items():
            self._by_slug.setdefault(slug(spec.name), []).append(key)
        self._digests = {
            key: hashlib.sha256(spec.prompt.encode("utf-8", "replace")).digest()
            for key, spec in catalogue.agents.items()
        }

    def agent(self, key: str, *, whole: bool = True) -> AgentPage:
        """The page of the agent at `key`; unless `whole`, without the prompt that a file beside it holds."""
        catalogue, spec, mine = self.catalogue, self.catalogue.agents[key], self.cards[key]
        full = catalogue.publish(key) == "full"
        out, into = tuple(self.ties(key)), tuple(self.ties(key, incoming=True))
        others = tuple(self.cards[other] for other in catalogue.alike(key))
        files = tuple(self._files(key, spec)) if full else ()
        origin = upstream.upstream(catalogue.library, spec, mine.title)
        apart = not whole and full and key in catalogue.canonical and bool(spec.prompt.strip())
        return AgentPage(
            card=mine,
            description=_more(spec, mine.summary) if full else "",
            when_to_use=render.markdown(spec.when_to_use) if full and spec.when_to_use else "",
            tools_rule=words.tools(spec),
            tools=tuple(map(words.tool, (spec.tools.allow or ()) if spec.tools else ())),
            denied=tuple(map(words.tool, spec.tools.deny if spec.tools else ())),
            settings=_settings(spec),
            characters=len(spec.prompt),
            tokens=words.tokens(spec.prompt),
            examples=tuple(_example(e) for e in spec.derived.examples) if full else (),
            full=full,
            held_back="" if full else about.held_back(catalogue, key, elsewhere=origin is not None),
            apart=apart,
            parts=tuple(parts(spec.sections)) if full and not apart else (),
            take=_take(key, spec, files) if full else None,
            out=out,
            into=into,
            picture=neighbourhood.draw(mine.title, out, into, partial(addresses.between, addresses.agent(key))),
            variants=others,
            same_prompt=frozenset(c.key for c in others if self._digests[c.key] == self._digests[key]),
            same_file=tuple(self.cards[k] for k in self._same_file(spec) if k != key),
            notices=tuple(about.notices(catalogue, key, spec)),
            provenance=tuple(about.provenance(catalogue, key, spec)),
            files=files,
            upstream=origin,
            changes=catalogue.history.get(key, ()),
            json_href=addresses.link(addresses.agent_json(key)),
            replaced_by=self._replacement(key, spec),
            tags=spec.tags,
        )

    def ties(self, key: str, *, incoming: bool = False) -> list[Tie]:
        """What the agent says of others, or what others say of it."""
        return [
            self._tie(key, end, said, incoming)
            for end, said in self.catalogue.edges(key, incoming=incoming)
            if end in self.cards or end.startswith("?")
        ]

    def _tie(self, key: str, end: str, said: Mapping[str, Any], incoming: bool) -> Tie:
        """`incoming`: what `end` says of the agent at `key`, else what that one says of `end`."""
        home = key.partition("/")[0]
        known = self.cards.get(end)
        relation = str(said.get("relation") or "collaborates_with")
        quoted = self._may_quote(end if incoming else key)
        return Tie(
            words=words.relation(relation, incoming=incoming),
            relation=relation,
            key=end if known else None,
            label=known.title if known else render.shown(end.rpartition("/")[2].lstrip("?")),
            href=known.href if known else None,
            about=_text(said.get("about")) if quoted else None,
            when=_text(said.get("when")) if quoted else None,
            evidence=evidence(said) if quoted else None,
            resolution=str(said.get("resolution") or "exact"),
            confidence=str(said.get("confidence") or "stated"),
            suggestions=() if known else self.suggestions(end),
            collection=known.collection_title if known and known.collection != home else None,
        )

    def _may_quote(self, key: str) -> bool:
        return self.catalogue.publish(key) == "full"

    def suggestions(self, node: str) -> tuple[tuple[str, str], ...]:
        """Titles and addresses of the agents a missing one may be."""
        if node not in self.catalogue.network:
            return ()
        home = node.lstrip("?").partition("/")[0]
        keys = (self._meant(home, str(name)) for name in self.catalogue.network.nodes[node].get("suggestions") or ())
        return tuple((self.cards[key].title, self.cards[key].href) for key in keys if key)

    def _meant(self, home: str, name: str) -> str | None:
        """The agent of that key or name, one of the collection `home` before others."""
        if name in self.cards:
            return name
        keys = self._by_slug.get(slug(name), ())
        return next((key for key in keys if key.startswith(f"{home}/")), keys[0] if keys else None)

    def _files(self, key: str, spec: AgentSpec) -> Iterator[tuple[str, str, str, bool]]:
        if key in self.catalogue.canonical:
            href = addresses.link(addresses.agent_yaml(key))
            yield "Canonical form", "agent.yaml", href, can_be_shown(self.catalogue.canonical, key)
        if spec.source:
            collection = key.partition("/")[0]
            place = collection, spec.source.path
            address = addresses.raw(*place)
            if address and place in self.catalogue.originals:
                shown = can_be_shown(self.catalogue.originals, place)
                yield "Original file", spec.source.path, addresses.link(address), shown

    def _same_file(self, spec: AgentSpec) -> tuple[str, ...]:
        place = (spec.source.collection, spec.source.path) if spec.source else ("", "")
        return self.catalogue.together.get(place, ())

    def _replacement(self, key: str, spec: AgentSpec) -> tuple[str, str | None] | None:
        if not spec.replaced_by:
            return None
        meant = self._meant(key.partition("/")[0], spec.replaced_by)
        return spec.replaced_by, self.cards[meant].href if meant else None


def card(catalogue: Catalogue, key: str, spec: AgentSpec) -> Card:
    """The agent as a list shows it."""
    name = key.partition("/")[0]
    collection = catalogue.library.collections.get(name)
    return Card(
        key=key,
        name=spec.name or spec.id,
        title=render.shown(spec.title or spec.derived.title or words.title(spec.name or spec.id.rpartition("/")[2])),
        summary=render.shown(_one_line(spec.derived.summary or spec.description or "")),
        collection=name,
        collection_title=(collection.title if collection else None) or words.title(name),
        href=addresses.link(addresses.agent(key)),
        access=words.access(spec),
        tier=spec.derived.model_tier,
        categories=spec.derived.categories,
        hue=hashlib.sha256((spec.derived.categories or (spec.name,))[0].encode("utf-8", "replace")).digest()[0]
        * 360
        // 256,
        deprecated=spec.deprecated,
        full=catalogue.publish(key) == "full",
    )


def _take(key: str, spec: AgentSpec, files: tuple[tuple[str, str, str, bool], ...]) -> Take:
    hrefs = {label: href for label, _, href, _ in files}
    raw = PurePosixPath(spec.source.path).name if spec.source else ""
    return Take(
        install=_argument(key),
        raw=hrefs.get("Original file"),
        raw_name=raw,
        raw_argument=_argument(raw),
        canonical=hrefs.get("Canonical form"),
        canonical_argument=_argument(f"{key.rpartition('/')[2]}.yaml"),
        format=spec.source.format if spec.source else "",
    )


def _argument(text: str) -> str:
    """A word of a command as a shell must be given it, whatever it holds."""
    return shlex.quote(f"./{text}" if text.startswith("-") else render.shown(text))


def parts(sections: tuple[Section, ...]) -> list[Part]:
    """The prompt's sections as HTML, in order, those that are blank left out."""
    found = []
    for place_, section in enumerate(sections, 1):
        heading, text = section.title or "", section.text
        opening = (section.heading or "").strip()
        if opening.startswith("<"):  # an XML tag: its closing half is no prose
            closing = f"</{opening[1:].split('>')[0].split()[0]}>" if len(opening) > 1 and opening[1:].split() else ""
            text = text.rstrip().removesuffix(closing) if closing else text
        elif section.heading and not heading:
            text = section.heading + text
        if not heading and not text.strip():
            continue
        depth = min(6, 2 + max(1, section.level or 1))
        html = render.markdown(text, level=min(6, depth + 1)) if text.strip() else ""
        found.append(
            Part(
                anchor=f"section-{place_}", title=heading, heading=render.inline(heading), kind=section.kind,
                level=section.level or 1, depth=depth, html=html,
            )
        )  # fmt: skip
    return found


def evidence(said: Mapping[str, Any]) -> str | None:
    """The words an edge rests on, however the graph holds them."""
    found = said.get("evidence")
    if isinstance(found, Mapping):
        found = found.get("text")
    return _text(getattr(found, "text", found))


def _text(value: object) -> str | None:
    return str(value) if value else None


def _one_line(text: str) -> str:
    flat = " ".join(text.replace("\\n", " ").split())
    return flat if len(flat) <= 280 else flat[:279].rsplit(" ", 1)[0] + "…"


def _more(spec: AgentSpec, summary: str) -> str:
    """The description, without the examples that are shown as dialogues."""
    text = spec.description or ""
    if any(example.where == "description" for example in spec.derived.examples):
        text = _EXAMPLE.sub("", text)
        text = _EXAMPLES.sub("", text.rstrip())
    if not text or " ".join(text.split()) == summary:
        return ""
    return render.markdown(text.replace("\\n", "\n").strip(), level=4)


_EXAMPLE = re.compile(r"<example>(?:(?!<example>|</example>).){0,20000}</example>", re.DOTALL)
_EXAMPLES = re.compile(r"(?:[Ss]pecifically:|[Ee]xamples?(?: include)?:)(?:\\n|\s)*\Z")


def _settings(spec: AgentSpec) -> tuple[tuple[str, str], ...]:
    tier = spec.derived.model_tier
    told: tuple[tuple[str, object], ...] = (
        ("Model", spec.model or "left to the host"),
        ("Model tier", words.TIERS.get(tier, tier) if tier else None),
        ("Effort", spec.effort),
        ("Temperature", spec.temperature),
        ("Top p", spec.top_p),
        ("Most turns", spec.max_turns),
        ("Permission mode", spec.permission_mode),
        ("Skills", ", ".join(spec.skills) or "none" if spec.skills is not None else None),
        ("Memory", spec.memory),
        ("Isolation", spec.isolation),
        ("Background", {True: "yes", False: "no"}.get(spec.background) if spec.background is not None else None),
        ("MCP servers", "its own" if spec.mcp_servers else None),
        ("Hooks", "its own; never run here" if spec.hooks else None),
        ("Language", words.language(spec.derived.language) if spec.derived.language else None),
        ("Version", spec.version),
        ("Author", spec.author),
    )
    return tuple((label, str(value)) for label, value in told if value is not None)


def _example(example: Any) -> Mapping[str, Any]:
    turns = [(turn.role, render.markdown(turn.text.strip(), level=5)) for turn in example.turns]
    return {"context": getattr(example, "context", None), "turns": turns}
