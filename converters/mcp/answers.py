"""From a request to its answer: the library is asked, and nothing is run, fetched or written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from converters import canonical, engine
from converters.check import security
from converters.check.files import check_file
from converters.check.names import Folder
from converters.check.places import Places
from converters.comparison import Field, Piece, compare, passages
from converters.conversion import CANONICAL, Options, understand
from converters.fields import text_of, tools_of
from converters.findings import ERROR, LOSS, WARNING, Finding, place, printable
from converters.formats import FORMATS, meant_by
from converters.identity import slug
from converters.inputs import Input
from converters.library import Library
from converters.mcp import requests, results
from converters.mcp.shelf import Held
from converters.model import AgentSpec
from converters.search import FACETS, values_of
from converters.tools import gains
from converters.twins import kinship

if TYPE_CHECKING:
    from converters.graph import Network, Request

LARGEST_FILE = 400_000
"""Characters of a file that is given; no real one of 2,894 has half of them."""
_SHORT = 300
_LONG = 2_000
"""Characters of a value, and of a text, that are quoted."""
_MOST = 100
"""Ties, findings and reworded places that are told."""
_NOWHERE = Path(os.devnull)
"""Below it there is nothing, so that a draft that names other files gets none."""


class Fault(Exception):
    """A request that cannot be answered; the words are for whoever asked."""


# --- finding ---------------------------------------------------------------------------------------


def search(held: Held, asked: requests.Search) -> results.Found:
    """The agents that answer plain words, by the ranking of the site."""
    _inhabited(held)
    finder = held.finder
    wanted = {facet: [_value(held, facet, said) for said in getattr(asked, facet)] for facet in FACETS}
    found = finder.ask(asked.query, inside=asked.inside_prompts, fits=finder.chosen(wanted), limit=asked.limit)
    words = found.unknown or tuple(dict.fromkeys(asked.query.casefold().split()))[:8]
    near = {word: finder.near(word) for word in words} if not found.total else {}
    return results.Found(
        total=found.total,
        agents=tuple(
            results.Match(
                **_brief(held, held.finder.agents[one.key]).model_dump(),
                why=tuple(results.Why(said=why.said, word=why.word, where=why.where) for why in one.reasons),
                passage=_short(one.passage) if one.passage else None,
                variants=one.variants[:_MOST],
            )
            for one in found.results
        ),
        read_as=dict(found.read_as),
        unknown=found.unknown,
        did_you_mean={word: others for word, others in near.items() if others},
    )


def _value(held: Held, facet: str, said: str) -> str:
    """A value of a facet as agents have it."""
    known = held.finder.spelled(facet, said)
    if known is None:
        common = [value for value, _ in held.finder.choices(facet).most_common(12)]
        there = ", ".join(map(_short, held.finder.like(facet, said) or common)) or "none"
        raise Fault(f"No agent here has the {facet} {printable(said)!r}. There are: {there}.")
    return known


def _brief(held: Held, spec: AgentSpec) -> results.Brief:
    return results.Brief(
        key=held.library.key(spec),
        name=_short(spec.name),
        title=_short(spec.title or spec.derived.title or spec.name),
        summary=_short(spec.derived.summary or spec.description or ""),
        categories=spec.derived.categories,
        access=tuple(sorted(values_of(spec)["access"])),
        format=spec.source.format if spec.source else "",
    )


def _short(text: str, most: int = _SHORT) -> str:
    """A stranger's text on one line, controls and what turns text about shown as escapes, long ones cut."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 3].rstrip()}..."


def one(held: Held, name: str) -> AgentSpec:
    """The one agent a name means."""
    found = held.library.meant(name)
    if len(found) == 1:
        return found[0]
    _inhabited(held)
    if found:
        keys = ", ".join(map(held.library.key, found[:20]))
        raise Fault(f"{len(found)} agents go by {printable(name)!r}; say which: {printable(keys)}.")
    names = {slug(spec.name): spec.name for spec in held.library.agents}
    near = [_short(names[word]) for word in get_close_matches(slug(name), names, 3)]
    raise Fault(f"There is no agent {printable(name)!r}." + (f" Did you mean {' or '.join(near)}?" if near else ""))


def _inhabited(held: Held) -> None:
    if not held.library.agents:
        raise Fault("There are no agents in this library, or none of its files can be read: `specs check` tells why.")


# --- one agent -------------------------------------------------------------------------------------


def get(held: Held, asked: requests.Get) -> results.Given:
    """An agent as a file of a format, with the report of every field."""
    spec = one(held, asked.agent)
    _formats_known([asked.format])
    made = engine.convert([_sent(spec)], asked.format, access=asked.access)
    if "problem" in made:
        raise Fault(str(made["problem"]))
    said: Mapping[str, Any] = made["reports"][0] if made["reports"] else {}
    access = tuple(sorted(spec.derived.access))
    fates = {word: tuple(map(_fate, said.get(word, ()))) for word in engine.COUNTED}
    if asked.format == CANONICAL:
        fates["kept"] = tuple(
            results.Fate(field=_short(field), how="kept", key=_short(field), note=None) for field in spec.said()
        )
    terms = held.library.provenance(spec)
    return results.Given(
        agent=_brief(held, spec),
        origin=results.Origin(
            license=_short(terms.license),
            repository=_short(terms.repository) if terms.repository else None,
            revision=_short(terms.revision) if terms.revision else None,
            path=_short(terms.path),
        ),
        format=asked.format,
        files=tuple(results.File(path=file["path"], text=_text(file["bytes"])) for file in made["files"]),
        refused=tuple(made["refused"]),
        kept=fates["kept"],
        changed=fates["changed"],
        added=fates["added"],
        lost=fates["lost"],
        access_before=tuple(said["access"]["before"]) if said else access,
        access_after=tuple(said["access"]["after"]) if said else access,
        access_wider=tuple(said["access"]["wider"]) if said else (),
        suspicious=tuple(_suspicious(spec)),
    )


def document(held: Held, key: str, format_id: str = CANONICAL) -> str:
    """An agent by its key as the text of one file: canonical YAML, or another format's."""
    if held.library.get(key) is None:
        raise Fault(f"There is no agent {printable(key)!r}.")
    given = get(held, requests.Get(agent=key, format=format_id))
    if len(given.files) != 1:
        raise Fault(" ".join(given.refused) or f"In {format_id} it is {len(given.files)} files; get_agent gives them.")
    return given.files[0].text


def _sent(spec: AgentSpec) -> dict[str, str]:
    return {"canonical": canonical.dump(spec), "path": f"{Library.key(spec)}.yaml"}


def _formats_known(ids: Iterable[str]) -> None:
    for id_ in ids:
        if id_ not in FORMATS and id_ != CANONICAL:
            near = meant_by(id_, CANONICAL)
            raise Fault(
                f"There is no format {printable(id_)!r}." + (f" Did you mean {' or '.join(near)}?" if near else "")
            )


def _fate(said: Mapping[str, Any]) -> results.Fate:
    note = _short(said["note"]) if said["note"] else None
    return results.Fate(field=said["field"], how=said["status"], key=said["key"], note=note)


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Fault("The file is no text in UTF-8; `specs convert` writes it.") from None
    if len(text) > LARGEST_FILE:
        raise Fault(f"The file has {len(text)} characters, more than fit into an answer; `specs convert` writes it.")
    return text


def _suspicious(spec: AgentSpec) -> Iterator[results.Remark]:
    """What looking at the agent's words finds, as they stand and as its spec spells them; without the places."""
    spelled = canonical.dump(spec)
    told: list[Finding] = []
    for text in (spelled, "\n".join((spec.description or "", spec.when_to_use or "", spec.prompt))):
        told += security.of_spec(spec, text, Places(Library.key(spec), text if text is spelled else ""))
    for finding in list({(found.rule.code, found.message): found for found in told}.values())[:_MOST]:
        yield _remark(finding, None)


def _remark(finding: Finding, text: str | None) -> results.Remark:
    line, column = place(text, finding.span.start) if text is not None else (None, None)
    return results.Remark(
        code=finding.rule.code,
        name=finding.rule.name,
        severity=finding.rule.severity.word,
        message=_short(finding.message, _LONG),
        advice=_short(finding.proposal or finding.advice, _LONG),
        line=line,
        column=column,
    )


# --- who works with whom ---------------------------------------------------------------------------


def neighbours(held: Held, asked: requests.Neighbours) -> results.Around:
    """Whom an agent names and who names it, each with the words it rests on."""
    spec, graph = one(held, asked.agent), held.network
    key = held.library.key(spec)
    names = [_tie(graph, other, said) for _, other, said in graph.out_edges(key, data=True)]
    named_by = [_tie(graph, other, said) for other, _, said in graph.in_edges(key, data=True)]
    return results.Around(
        agent=_brief(held, spec),
        names=tuple(names[:_MOST]),
        named_by=tuple(named_by[:_MOST]),
        more=len(names[_MOST:]) + len(named_by[_MOST:]),
    )


def _tie(graph: Network, key: str, said: Mapping[str, Any]) -> results.Tie:
    other = graph.nodes[key]
    missing = other["kind"] == "missing"
    return results.Tie(
        agent=None if missing else key,
        name=_short(str(other["name"])),
        relation=said["relation"],
        about=_short(said["about"]) if said["about"] else None,
        when=_short(said["when"]) if said["when"] else None,
        resolution=said["resolution"],
        evidence=_short(said["evidence"]),
        suggestions=tuple(map(_short, other["suggestions"])) if missing else (),
    )


def team(held: Held, asked: requests.Team) -> results.Crew:
    """The smallest team around some agents, and the roles nobody fills."""
    from converters.graph import team as smallest

    graph = held.network
    found = smallest(graph, *dict.fromkeys(held.library.key(one(held, name)) for name in asked.agents))
    return results.Crew(
        members=tuple(
            results.Member(
                agent=member.agent,
                name=_name(graph, member.agent),
                asked=member.asked,
                because=tuple(_needs(member.because)),
            )
            for member in found.members
        ),
        unfilled=tuple(
            results.Role(
                name=_short(role.name),
                because=tuple(_needs(role.because)),
                candidates=tuple(
                    results.Candidate(
                        agent=who.agent,
                        name=_name(graph, who.agent),
                        score=who.score,
                        shared=who.shared,
                        lacks=who.lacks,
                    )
                    for who in role.candidates
                ),
            )
            for role in found.roles
        ),
        exact=found.exact,
    )


def _name(graph: Network, key: str) -> str:
    return _short(str(graph.nodes[key]["name"]))


def _needs(because: Sequence[Request]) -> Iterator[results.Need]:
    for need in because[:_MOST]:
        about = _short(need.about) if need.about else None
        yield results.Need(agent=need.agent, relation=need.relation, about=about, evidence=_short(need.evidence))


# --- two agents ------------------------------------------------------------------------------------


def compared(held: Held, asked: requests.Compare) -> results.Compared:
    """Two agents side by side: fields, access, sections, wording."""
    first, second = _pair(held, asked)
    made = compare([first, second])
    twin = kinship(first, second)
    held_first, held_second = tools_of(first), tools_of(second)
    differing = [field for field in made.fields if not field.is_same]
    parts, left = [], _MOST
    more = 0
    for row in made.rows:
        told = []
        ours, theirs = row.sections
        if ours is not None and theirs is not None and not row.is_same(1):
            told = [_marked(passage) for passage in passages(text_of(ours), text_of(theirs))]
        kept, left = told[:left], max(0, left - len(told))
        more += len(told) - len(kept)
        parts.append(
            results.Part(
                title=_short(row.first.title or row.first.heading or "(before the first heading)"),
                kind=row.first.kind,
                words_first=len(ours.text.split()) if ours else None,
                words_second=len(theirs.text.split()) if theirs else None,
                same=row.is_same(1),
                reworded=tuple(kept),
            )
        )
    return results.Compared(
        first=_brief(held, first),
        second=_brief(held, second),
        copy_kind=twin.kind if twin else None,
        copy_share=round(twin.share, 4) if twin else None,
        differing=tuple(map(_differing, differing)),
        agreeing=tuple(_short(field.name) for field in made.fields if field.is_same),
        access_first=made.access[0],
        access_second=made.access[1],
        only_second_may=gains(held_first, held_second),
        only_first_may=gains(held_second, held_first),
        sections=tuple(parts),
        more=more,
    )


def _pair(held: Held, asked: requests.Compare) -> tuple[AgentSpec, AgentSpec]:
    """The two agents; one name is enough where just two go by it."""
    if asked.second:
        return one(held, asked.first), one(held, asked.second)
    found = held.library.meant(asked.first)
    found = held.library.by_name(found[0].name) if len(found) == 1 else found
    if len(found) == 2:
        return found[0], found[1]
    keys = ", ".join(map(held.library.key, found[:20])) or "nobody"
    raise Fault(f"It takes two agents to compare, and these go by {printable(asked.first)!r}: {printable(keys)}.")


def _differing(field: Field) -> results.Differing:
    first, second = ("" if value is None else _short(_said(value), _LONG) for value in field.values)
    return results.Differing(field=_short(field.name), first=first, second=second)


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _marked(passage: Iterable[Piece]) -> str:
    """A reworded place on one line, what only the first has as `[-so-]`, only the second as `{+so+}`."""
    signs = {"same": "{}", "only-first": "[-{}-]", "only-second": "{{+{}+}}"}
    return _short(" ".join(signs[piece.sign].format(piece.text) for piece in passage), _LONG)


# --- texts and formats -----------------------------------------------------------------------------


def checked(held: Held, asked: requests.Check) -> results.Checked:  # noqa: ARG001 - as every answer is asked for
    """What is wrong with the text of an agent file; no file it names is looked for."""
    _formats_known([*([asked.format] if asked.format else []), *asked.for_formats])
    parts = [part for part in PurePosixPath(asked.path.replace("\\", "/")).parts if part not in {"/", ".", ".."}]
    shown = "/".join(parts) or "draft.md"
    draft = Input(_NOWHERE / shown, printable(shown), shown, "draft", explicit=True)
    raw = asked.text.encode("utf-8", "replace")
    others = dict.fromkeys(asked.for_formats, "refuse")
    found = check_file(draft, None, raw, source_format=asked.format or None, asked=others, folder=Folder())
    read = understand(draft, Options(source=asked.format or None, targets=()), None, raw)
    told = sorted(found.findings, key=lambda finding: (finding.span.start, finding.rule.code))
    severities = [finding.rule.severity for finding in told]
    return results.Checked(
        format=read.format,
        agents=tuple(_short(spec.name) for spec in read.specs),
        errors=severities.count(ERROR),
        losses=severities.count(LOSS),
        warnings=severities.count(WARNING),
        findings=tuple(_remark(finding, found.text) for finding in told[:_MOST]),
    )


def formats(held: Held, asked: requests.Formats) -> results.Listed:  # noqa: ARG001 - as above
    """Every format there is."""
    return results.Listed(formats=tuple(results.FormatTold(**told) for told in engine.formats()["formats"]))


def compat(held: Held, asked: requests.Compat) -> results.Fits:
    """What would become of an agent in some formats, or in all."""
    spec = one(held, asked.agent)
    _formats_known(asked.formats)
    wanted = [id_ for id_ in asked.formats or FORMATS if id_ != CANONICAL]
    made = engine.reports(_sent(spec), wanted)
    if "problem" in made:
        raise Fault(str(made["problem"]))
    return results.Fits(
        agent=_brief(held, spec),
        access_before=tuple(sorted(spec.derived.access)),
        formats=tuple(
            results.Fit(
                format=said["format"],
                title=said["title"],
                kept=len(said["kept"]),
                changed=len(said["changed"]),
                added=len(said["added"]),
                lost=tuple(fate["field"] for fate in said["lost"]),
                access_after=tuple(said["access"]["after"]),
                access_wider=tuple(said["access"]["wider"]),
                refused=tuple(said["refused"]),
            )
            for said in made["reports"]
        ),
    )
