"""One agent on a card of eighty columns."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from converters import shelves
from converters.cli._layout import WIDTH, Page, columns, count, cut, cut_start, left, listed, plain, wrapped
from converters.conversion import CANONICAL, Outcome
from converters.fields import access_of_spec
from converters.findings import RULES
from converters.formats import FORMATS
from converters.model import NO_LICENCE, AgentSpec, Section, Tool, Tools
from converters.tools import touching
from converters.vocabulary import load

_LABEL = 11
_DEEPEST = 6
_BEGUN = re.compile(r"(?:when|if|before|after|until|once|during|while|as|for|in|on|at|only)\b", re.IGNORECASE)
_MOST_TIES = 24
_MOST_EXAMPLES = 5


def card(page: Page, spec: AgentSpec, outcome: Outcome) -> None:
    """Print what is understood of one agent."""
    title = spec.title or spec.derived.title or spec.name
    page.heading(cut(title, WIDTH))
    page.lines(wrapped(_subtitle(spec, title), first="") if _subtitle(spec, title) else ())
    summary = spec.derived.summary or spec.description
    if summary:
        page.line()
        page.lines(wrapped(summary, first="  "))
    page.line()
    for label, text in _facts(spec, outcome):
        page.lines(wrapped(text, first=f"  {left(label, _LABEL)}"))
    _sections(page, spec.sections)
    _examples(page, spec)
    _ties(page, spec)


def _subtitle(spec: AgentSpec, title: str) -> str:
    name = spec.name if spec.name != title else ""
    return " - ".join(part for part in (name, ", ".join(map(shelves.title, spec.derived.categories))) if part)


def _facts(spec: AgentSpec, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Label and text, one fact a line."""
    yield "file", cut_start(outcome.shown, WIDTH - _LABEL - 2)
    yield "format", _format(spec, outcome)
    if spec.when_to_use:
        yield "use when", cut(spec.when_to_use, 3 * (WIDTH - _LABEL - 3))
    yield "model", _model(spec)
    yield from _tools(spec.tools)
    yield "may", touching(access_of_spec(spec))
    if settings := ", ".join(_settings(spec)):
        yield "settings", settings
    if spec.skills:
        yield "skills", listed(spec.skills)
    for owner, said in spec.extensions.items():
        yield (
            f"{owner}",
            cut(", ".join(f"{key} {_value(value)}" for key, value in said.items()), 3 * (WIDTH - _LABEL - 3)),
        )
    if origin := _origin(spec):
        yield "origin", origin
    if mends := _mends(spec):
        yield "mended", mends


def _format(spec: AgentSpec, outcome: Outcome) -> str:
    source = spec.source
    if source is None or source.format not in FORMATS:
        return "canonical spec"
    dialect = next((d.title for d in FORMATS[source.format].dialects if d.id == source.dialect), source.dialect)
    read = FORMATS[source.format].title + (f", {dialect}" if dialect else "")
    return f"canonical spec, read from {read}: {source.path}" if outcome.format == CANONICAL else read


def _model(spec: AgentSpec) -> str:
    if spec.model is None:
        return "left to the host"
    tier = spec.derived.model_tier
    about = [tier] if tier and tier != spec.model else []
    about += [f"effort {spec.effort}"] if spec.effort else []
    about += [f"temperature {spec.temperature:g}"] if spec.temperature is not None else []
    return spec.model + (f" ({', '.join(about)})" if about else "")


def _tools(tools: Tools | None) -> Iterator[tuple[str, str]]:
    if tools is None:
        yield "tools", "left to the host"
        return
    if tools.allow is None:
        yield "tools", "all the host has"
    else:
        yield "tools", ", ".join(_tool(tool) for tool in tools.allow) or "none"
    if tools.deny:
        yield "never", ", ".join(_tool(tool) for tool in tools.deny)


def _tool(tool: Tool) -> str:
    """A tool in plain words: `run commands (git:* only)`."""
    if tool.name.startswith("mcp:"):
        server, _, name = tool.name[4:].partition("/")
        words = (
            "any MCP server" if server == "*" else f"{name} of MCP server {server}" if name else f"MCP server {server}"
        )
    else:
        known = load("tools")["tools"].get(tool.name)
        words = str(known["means"]) if known else tool.name
    return f"{words} ({', '.join(tool.only)} only)" if tool.only else words


def _settings(spec: AgentSpec) -> Iterator[str]:
    if spec.top_p is not None:
        yield f"top-p {spec.top_p:g}"
    if spec.max_turns is not None:
        yield f"at most {count(spec.max_turns, 'turn')}"
    if spec.permission_mode:
        yield f"permissions {spec.permission_mode}"
    if spec.background is not None:
        yield "in the background" if spec.background else "in the foreground"
    for label, value in (("memory", spec.memory), ("isolation", spec.isolation), ("colour", spec.color)):
        if value:
            yield f"{label} {value}"
    if spec.mcp_servers:
        yield "MCP servers of its own"
    if spec.hooks:
        yield "hooks (never run here)"
    if spec.tags:
        yield f"tags {listed(spec.tags)}"
    if spec.deprecated:
        yield "deprecated" + (f", use {spec.replaced_by}" if spec.replaced_by else "")


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _origin(spec: AgentSpec) -> str:
    source = spec.source
    version = f"version {spec.version}" if spec.version else ""
    licence = source.license if source and source.license != NO_LICENCE else ""
    place = source.repository if source and source.repository else ""
    return ", ".join(part for part in (spec.author or "", version, licence, place) if part)


def _mends(spec: AgentSpec) -> str:
    """Each fault that was mended in reading, and where; how many edits that took is nothing to people."""
    source = spec.source
    places: dict[str, list[str]] = {}
    for entry in source.header or () if source else ():
        for rule in dict.fromkeys(edit.rule for edit in entry.edits):
            places.setdefault(rule, []).append(entry.key)
    for rule, number in Counter(edit.rule for section in spec.sections for edit in section.edits).items():
        places.setdefault(rule, []).append(f"{number} places of the prompt" if number > 1 else "the prompt")
    for rule in dict.fromkeys(edit.rule for edit in source.edits) if source else ():
        places.setdefault(rule, []).append("the file")
    told = [f"{rule} {RULES[rule].name} in {listed(where)}" for rule, where in sorted(places.items()) if rule in RULES]
    return f"{'; '.join(told)}; convert --as-read undoes it" if told else ""


def _sections(page: Page, sections: Sequence[Section]) -> None:
    """The outline: title by depth, what the section is for, and its size in words."""
    shown = [s for s in sections if s.heading is not None or s.text.strip()]
    if not shown:
        return
    page.heading(f"Sections ({count(sum(_words(s) for s in shown), 'word')})")
    top = min((section.level for section in shown if section.level), default=1)
    kinds = max((columns(s.kind or "") for s in shown), default=0)
    for section in shown:
        depth = min(_DEEPEST, max(0, (section.level or top) - top))
        title = section.title or section.heading or "(before the first heading)"
        if section.slot:
            title = section.slot if section.heading is None else f"{section.slot}: {title}"
        indent = "  " * (depth + 1)
        name = left(title, WIDTH - len(indent) - kinds - 9)
        page.line(f"{indent}{name}  {left(section.kind or '', kinds)} {_words(section):>6}".rstrip())


def _words(section: Section) -> int:
    return len(section.text.split())


def _examples(page: Page, spec: AgentSpec) -> None:
    if not spec.derived.examples:
        return
    page.heading(f"Examples ({len(spec.derived.examples)})")
    for example in spec.derived.examples[:_MOST_EXAMPLES]:
        said = example.context or next((turn.text for turn in example.turns), "")
        page.line(f"  {cut(said, WIDTH - 2)}")
    page.lines(_more(spec.derived.examples, _MOST_EXAMPLES))


def _ties(page: Page, spec: AgentSpec) -> None:
    ties = spec.derived.collaboration
    if not ties:
        return
    page.heading(f"Works with ({len({tie.agent for tie in ties})})")
    most = ties[:_MOST_TIES]
    relations = max(columns(tie.relation) for tie in most)
    names = min(32, max(columns(plain(tie.agent)) for tie in most))
    for tie in most:
        head = f"  {left(tie.relation.replace('_', ' '), relations)}  {left(tie.agent, names)}  "
        about = topic(tie.about, tie.when)
        page.lines(wrapped(cut(about, 3 * (WIDTH - columns(head) - 1)), first=head))
    page.lines(_more(ties, _MOST_TIES))


def topic(about: str | None, when: str | None) -> str:
    """What a tie is about and on what condition, in the author's words."""
    condition = when if not when or _BEGUN.match(when) else f"when {when}"
    return ", ".join(part for part in (about, condition) if part)


def _more(items: Sequence[object], most: int) -> Iterable[str]:
    return [f"  ... and {len(items) - most} more"] if len(items) > most else []
