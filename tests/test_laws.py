"""The laws of the house, over every format there is: on any spec, on any file, on any bytes."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import frontmatter
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from spellings import files
from strategies import JSON, SPECS, SPOKEN, TEXTS
from trips import (
    READ_AND_WRITTEN,
    WRITTEN,
    again,
    converted,
    crashes,
    fresh,
    is_refused,
    loaded,
    mended,
    path_of,
    read_back,
    said_fields,
    through_disk,
    understood,
    written,
)

from converters.canonical import dump
from converters.cli import _run
from converters.cli._console import Console
from converters.conversion import CANONICAL, Options, Outcome
from converters.document import Document
from converters.entries import written_values
from converters.fates import WORDS, FieldFate
from converters.fields import access_of_spec, as_read, tools_of
from converters.fitting import with_defaults
from converters.formats import FORMATS
from converters.formats._kit import PROMPT, Container, Format
from converters.model import AgentSpec, Derived, Section, Tools
from converters.mojibake import mojibake
from converters.planning import plan
from converters.reading import parse
from converters.report import Report, report
from converters.spelling import notation_of
from converters.syntax import Mapping, Node, Scalar, Sequence, toml
from converters.syntax import json as as_json
from converters.syntax.notations import DEEPEST
from converters.syntax.yaml import compose, node_of, value_of
from converters.text import decode
from converters.tools import gains
from converters.writing import prepared, write

every_format = pytest.mark.parametrize("id_", FORMATS)
every_read = pytest.mark.parametrize("id_", [id_ for id_, fmt in FORMATS.items() if fmt.reads])
every_return = pytest.mark.parametrize("id_", READ_AND_WRITTEN)
WITNESSES: dict[Container, Callable[[str], object]] = {
    Container.YAML: yaml.safe_load,
    Container.JSON: json.loads,
    Container.TOML: tomllib.loads,
}
OTHERS = st.sampled_from([FORMATS[id_] for id_ in READ_AND_WRITTEN])
"""Another format to go to: every pair comes up, not every time."""

# --- specs nobody has read -----------------------------------------------------------------------


@st.composite
def _clean(draw: st.DrawFn) -> AgentSpec:
    """A spec written by hand: no spelling, a prompt that UTF-8 can carry, extensions of the right kinds."""
    spec = draw(SPOKEN)
    prompt = "".join((section.heading or "") + section.text for section in spec.sections)
    prompt = prompt.replace("\r", "").replace("\0", "").lstrip("\ufeff")
    own = {}
    for owner, keys in spec.extensions.items():
        rows = FORMATS[owner].by_key if owner in FORMATS else {}
        kept = {key: value for key, value in keys.items() if key not in rows and _is_key(key)}
        if kept:
            own[owner] = kept
    sections = (Section(text=prompt),) if prompt.replace("-", "").strip() else ()
    return replace(fresh(spec), sections=sections, extensions=own, derived=Derived())


def _is_key(key: str) -> bool:
    """Whether YAML has such a key at all: text, and no longer than a key may be."""
    return key != "<<" and len(key) < 100


HANDWRITTEN = _clean()


def _nothing_to_say(spec: AgentSpec, fmt: Format) -> bool:
    """What is not written, as a bare prompt without a prompt; or is mended in reading, as garbled text."""
    if is_refused(spec, fmt) or (fmt.container is Container.MARKDOWN and not spec.sections):
        return True
    return bool(mojibake(converted(spec, fmt).decode("utf-8", "replace")))


def _conserved(spec: AgentSpec, back: AgentSpec, made: Report, fmt: Format) -> None:
    """Every field survives or is named as lost: never both, never neither; nothing comes from nowhere."""
    before, after = said_fields(spec), said_fields(back)
    fates = {fate.field: fate for fate in made.fields}
    added = {name for name, fate in fates.items() if WORDS[fate.status] == "added"}
    assert fates.keys() - added == before.keys(), f"{fmt.id}: every field is accounted for"
    assert len(fates) == len(made.fields)
    for name, value in before.items():
        survived, fate = _survived(name, before, back), fates[name]
        if WORDS[fate.status] == "lost":
            assert not survived, f"{fmt.id}: {name} is said to be lost: {value!r}"
        elif _goes_unsaid(spec, fate, value):
            assert after.get(name) in (None, value), f"{fmt.id}: {name} is left unsaid, and became {after[name]!r}"
        else:
            assert survived, f"{fmt.id}: {name} is reported {fate.status}: {value!r} became {after.get(name)!r}"
    new = {name for name in after.keys() - before.keys() if not name.startswith(PROMPT)}
    assert new <= added, f"{fmt.id}: {new - added} came from nowhere"


def _goes_unsaid(spec: AgentSpec, fate: FieldFate, value: object) -> bool:
    """Whether leaving a field out says it: the host's own model, all the host's tools, what all agents get there."""
    if fate.key is not None or fate.status != "mapped":
        return False
    if not fate.field.startswith("extensions."):
        return (fate.field, value) in (("model", "inherit"), ("tools", None))
    _, owner, key = fate.field.split(".", 2)
    others = {name: said for name, said in spec.extensions[owner].items() if name != key}
    anybodys = replace(spec, source=None, extensions={**spec.extensions, owner: others})
    there = read_back(anybodys, FORMATS[owner])
    return there is not None and there.extensions[owner].get(key) == value


def _survived(name: str, before: dict[str, object], back: AgentSpec) -> bool:
    """Whether what was said is still there; parts of a prompt may stand under other keys, or run together."""
    value, now = before[name], said_fields(back).get(name)
    if name.startswith(PROMPT) and now != value:
        alone = name == PROMPT and sum(other.startswith(PROMPT) for other in before) == 1
        return not (alone and now is not None) and str(value) in back.prompt
    if name in {"tools", "tools.deny"} and isinstance(value, tuple):
        return isinstance(now, tuple) and set(now) == set(value)
    return name in said_fields(back) and now == value


@every_return
@given(spec=HANDWRITTEN)
def test_nothing_is_lost_silently(id_: str, spec: AgentSpec) -> None:
    """A field survives the trip, or a loss names it."""
    fmt = FORMATS[id_]
    made = report(spec, fmt)
    assume(not _nothing_to_say(spec, fmt) and not any(refusal.is_final for refusal in made.refusals))
    back = read_back(spec, fmt)
    assert back is not None
    _conserved(spec, back, report(spec, fmt), fmt)


@pytest.mark.parametrize(
    ("home", "line", "field", "value", "there"),
    [
        ("factory", "tools: []", "tools", (), "antigravity"),  # Factory's own files name at least one
        ("cursor", "model: sonnet", "model", "sonnet", "claude-code"),
        ("agent-skill", "name: Tide Tables", "name", "Tide Tables", "claude-code"),
    ],
)
def test_what_survives_is_not_lost_though_its_own_format_would_spell_it_otherwise(
    home: str, line: str, field: str, value: object, there: str
) -> None:
    """What the way back would make of it is told when that way is taken."""
    said = {"name": "name: tide-forecaster", "description": "description: Forecasts tides.", field: line}
    text = "---\n" + "".join(f"{one}\n" for one in said.values()) + "---\nYou forecast tides.\n"
    (spec,) = understood(text.encode(), path_of(FORMATS[home]), fmt=home).specs
    met = set[str]()
    for fmt in (fmt for fmt in FORMATS.values() if fmt.writes and fmt.reads and fmt.id != home):
        if _nothing_to_say(spec, fmt) or (back := read_back(spec, fmt)) is None:
            continue
        made = report(spec, fmt)
        now = said_fields(back).get(field)
        met |= {fmt.id} if now == value else set()
        _conserved(spec, back, made, fmt)
    assert there in met


@every_return
@given(spec=HANDWRITTEN)
def test_writing_what_was_written_changes_nothing(id_: str, spec: AgentSpec) -> None:
    """What write gives is read and written as the same bytes."""
    fmt = FORMATS[id_]
    assume(not _nothing_to_say(spec, fmt))
    first, outcome = converted(spec, fmt), again(spec, fmt)
    assert outcome.status == "read", [f.message for f in outcome.findings]
    assert written(outcome.specs, fmt, outcome.shared) == first
    assert not mended(outcome), "what we write needs no mending"


@every_format
@given(spec=HANDWRITTEN)
def test_other_readers_see_the_values_we_wrote(id_: str, spec: AgentSpec) -> None:
    """The witnesses: PyYAML's own loader (YAML 1.1), python-frontmatter, and Python's readers of JSON and TOML."""
    fmt = FORMATS[id_]
    spec = prepared(with_defaults(spec, fmt), fmt)
    data = written([spec], fmt)
    expected = {key: said.value for key, said in written_values(spec, fmt).items() if said.is_said}
    tools = fmt.by_field.get("tools")
    spared: set[str] = set()
    if tools and not tools.required and spec.tools and spec.tools.allow is None and spec.tools.deny:
        spared.add(tools.key)  # what is not denied need not be allowed, and may be
    for row in fmt.rows:
        if row.alias and not row.path:
            expected.pop(row.key, None)  # what its author used, and nobody did
    if fmt.keyed:
        root = _without(WITNESSES[fmt.container](data.decode()), spared)
        expected = _without(expected, spared)
        assert _holds(root, expected) if fmt.shared else (root or {}) == expected
    elif fmt.has_body:
        assume("\n---" not in f"\n{spec.prompt}" and not spec.prompt.startswith("\ufeff"))
        post = frontmatter.loads(data.decode())
        body = fmt.bodies[0].encode(spec.prompt) if fmt.bodies else spec.prompt
        assert _without(post.metadata, spared) == _without(expected, spared)
        assert post.content == ("" if fmt.prompt_file else body.strip())
    elif fmt.section is None:
        assert data.decode() == spec.prompt


def _without(root: Any, keys: Collection[str]) -> Any:
    """A document with no such keys."""
    if isinstance(root, dict):
        return {key: _without(value, keys) for key, value in root.items() if key not in keys}
    return [_without(item, keys) for item in root] if isinstance(root, list) else root


def _holds(root: object, expected: object) -> bool:
    """Whether what is expected stands somewhere in a document."""
    inside = root.values() if isinstance(root, dict) else root if isinstance(root, list) else ()
    return root == expected or any(_holds(item, expected) for item in inside)


@every_return
@given(spec=HANDWRITTEN)
def test_access_never_grows_unsaid(id_: str, spec: AgentSpec) -> None:
    """What the artifact may touch beyond its source, its report says."""
    fmt = FORMATS[id_]
    assume(not _nothing_to_say(spec, fmt))
    back = read_back(spec, fmt)
    assert back is not None
    made = report(spec, fmt)
    assert gains(tools_of(spec), tools_of(back)) == made.gains
    assert made.access_after == tuple(sorted(access_of_spec(back)))


@every_return
@given(data=st.data())
def test_the_access_told_at_home_is_what_the_file_says(id_: str, data: st.DataObject) -> None:
    """Nothing is filled in where nothing is written: what was left to the host stays so."""
    fmt = FORMATS[id_]
    outcome = understood(data.draw(files(fmt)), path_of(fmt), fmt=fmt.id)
    assume(outcome.status == "read")
    back = understood(written(outcome.specs, fmt, outcome.shared), path_of(fmt), fmt=fmt.id)
    for spec, now in zip(outcome.specs, back.specs, strict=True):
        assert report(spec, fmt).access_after == tuple(sorted(access_of_spec(now)))


@every_return
@given(spec=HANDWRITTEN, other=OTHERS)
def test_a_detour_loses_what_its_first_leg_named(id_: str, other: Format, spec: AgentSpec) -> None:
    """From A to B and back loses what A to B reported, and no more."""
    fmt = FORMATS[id_]
    assume(not _nothing_to_say(spec, fmt))
    start = read_back(spec, fmt)
    assert start is not None
    start = fresh(start)
    assume(not _nothing_to_say(start, other))
    same = read_back(start, fmt)
    assume(same is not None and said_fields(same) == said_fields(start))  # a name that stood in the file's name may not
    there = read_back(start, other)
    assume(there is not None)  # text that a bare prompt's reader takes for a header
    assert there is not None
    back = read_back(fresh(there), fmt)
    assert back is not None
    _detoured(start, back, report(start, other))


def _detoured(start: AgentSpec, back: AgentSpec, outward: Report) -> None:
    before, after = said_fields(start), said_fields(back)
    for fate in outward.fields:
        if fate.field in before and WORDS[fate.status] != "lost" and not _goes_unsaid(start, fate, before[fate.field]):
            was, now = before[fate.field], after.get(fate.field)
            there = str(was) in back.prompt if fate.field.startswith(PROMPT) else _survived(fate.field, before, back)
            assert there, f"{outward.target}: {fate.field}: {was!r} became {now!r}"


# --- files ---------------------------------------------------------------------------------------


@every_read
@given(data=st.data())
def test_what_was_read_is_written_back(id_: str, data: st.DataObject) -> None:
    """The same bytes, also through the canonical text on disk; mends are taken back on request only."""
    fmt = FORMATS[id_]
    raw = data.draw(files(fmt))
    outcome = understood(raw, path_of(fmt), fmt=fmt.id)
    assert not crashes(outcome), crashes(outcome)
    if outcome.status != "read":
        return
    assert written(outcome.specs, fmt, outcome.shared, as_read=True) == raw
    specs, shared = through_disk(outcome)
    assert specs == outcome.specs
    assert written(specs, fmt, shared, as_read=True) == raw
    if not mended(outcome):
        assert written(specs, fmt, shared) == raw


@every_read
@given(data=st.data())
def test_what_was_mended_needs_no_mending_again(id_: str, data: st.DataObject) -> None:
    """Mended text reads as the same agents, and comes back as it stands."""
    fmt = FORMATS[id_]
    outcome = understood(data.draw(files(fmt)), path_of(fmt), fmt=fmt.id)
    if outcome.status != "read" or not mended(outcome):
        return
    second = written(outcome.specs, fmt, outcome.shared)
    third = understood(second, path_of(fmt), fmt=fmt.id)
    assert third.status == "read"
    assert not mended(third)
    assert written(third.specs, fmt, third.shared) == second
    for was, now in zip(outcome.specs, third.specs, strict=True):
        assert said_fields(was) == said_fields(now)


@every_read
@given(data=st.data())
def test_nothing_of_a_file_is_lost_silently(id_: str, data: st.DataObject) -> None:
    """Conservation and access, from any file of one format to any format."""
    fmt = FORMATS[id_]
    outcome = understood(data.draw(files(fmt)), path_of(fmt), fmt=fmt.id)
    for spec in outcome.specs:
        for target in data.draw(st.lists(OTHERS, min_size=1, max_size=4, unique_by=lambda other: other.id)):
            if _nothing_to_say(spec, target) or not _utf8(spec):
                continue
            back = read_back(spec, target)
            assert back is not None, target.id
            _conserved(spec, back, report(spec, target), target)


def _utf8(spec: AgentSpec) -> bool:
    """Whether the prompt can be told apart from its spelling: no stray line ends, no mark at its start."""
    prompt = spec.prompt
    return (
        "\r" not in prompt
        and not prompt.startswith("\ufeff")
        and not mojibake(prompt)
        and bool(prompt.replace("-", "").strip() or not prompt)
    )


@every_read
@given(data=st.data())
def test_changing_one_field_changes_one_entry(id_: str, data: st.DataObject) -> None:
    """Every other line of the file stays as its author spelled it."""
    fmt = FORMATS[id_]
    outcome = understood(data.draw(files(fmt)), path_of(fmt), fmt=fmt.id)
    changes: dict[str, object] = {"model": "other-model-7", "description": "Said anew.", "tags": ("new-tag",)}
    for name, value in changes.items():
        rows = [row for row in fmt.rows if row.field == name]
        if not rows or not outcome.specs or as_read(rows[0], value) != value:
            continue
        keys = {row.top for row in rows}
        first = outcome.specs[0]
        changed = (replace(first, **{name: value}), *outcome.specs[1:])  # type: ignore[arg-type]  # the names are fields
        before = written(outcome.specs, fmt, outcome.shared)
        after = written(changed, fmt, outcome.shared)
        now = understood(after, path_of(fmt), fmt=fmt.id)
        assert now.status == "read"
        assert getattr(now.specs[0], name) == value, "a field that was set is obeyed"
        mine = {name, *(f"extensions.{fmt.id}.{key}" for key in keys)}
        was, is_ = said_fields(first), said_fields(now.specs[0])
        assert {k: v for k, v in was.items() if k not in mine} == {k: v for k, v in is_.items() if k not in mine}
        held = _entries(before, fmt)
        assert [e for e in held if e[0] not in keys] == [e for e in _entries(after, fmt) if e[0] not in keys]


def _entries(raw: bytes, fmt: Format) -> list[tuple[str, str]]:
    """The key and the text of every entry of every agent, what parts it from the next one apart."""
    document = parse(decode(raw, "x"), fmt)
    found = []
    for record in document.records:
        commas = notation_of(fmt, flow=record.flow).in_place
        for entry in record.entries or ():
            text = document.text[entry.start : entry.stop]
            found.append((entry.key, re.sub(r"[\s,]", "", text) if commas else text.rstrip()))
    return found


# --- totality and places -------------------------------------------------------------------------


@every_format
@given(raw=st.binary(max_size=200) | st.binary(max_size=80).map(lambda inner: b"---\n" + inner + b"\n---\nbody\n"))
def test_any_bytes_are_read_or_refused_with_a_reason(id_: str, raw: bytes) -> None:
    """Reading never raises."""
    fmt = FORMATS[id_]
    _is_accounted_for(understood(raw, path_of(fmt), fmt=fmt.id))


@every_format
@given(inner=st.lists(TEXTS | st.sampled_from(("name", "tools", ":", ": ", "\n", "- ", "  ")), max_size=8).map("".join))
def test_any_text_between_fences_is_read_or_refused(id_: str, inner: str) -> None:
    fmt = FORMATS[id_]
    raw = f"---\n{inner}\n---\nYou are a pilot.\n".encode("utf-8", "surrogatepass")
    _is_accounted_for(understood(raw, path_of(fmt), fmt=fmt.id))


@given(
    raw=st.binary(max_size=120),
    name=st.sampled_from(("x.md", "a/x.txt", ".roomodes", "x.yaml", "x.json", "x.toml", "README.md", "x")),
)
def test_any_bytes_under_any_name_are_accounted_for(raw: bytes, name: str) -> None:
    for explicit in (False, True):
        _is_accounted_for(understood(raw, name, explicit=explicit))


def _is_accounted_for(outcome: Outcome) -> None:
    assert not crashes(outcome), crashes(outcome)
    assert bool(outcome.specs) == (outcome.status == "read")
    assert outcome.findings or outcome.status == "read", "what is not read has a reason"
    _places(outcome)


def _places(outcome: Outcome) -> None:
    for finding in outcome.findings:
        span = finding.span
        assert 0 <= span.start <= span.stop, finding
        if span.stop:
            assert outcome.text is not None
            assert span.stop <= len(outcome.text) + 1, finding
        assert finding.message


@every_read
@given(data=st.data())
def test_every_place_is_in_the_text(id_: str, data: st.DataObject) -> None:
    fmt = FORMATS[id_]
    raw = data.draw(files(fmt))
    _places(understood(raw, path_of(fmt), fmt=fmt.id))
    entries_parse_to_themselves(parse(decode(raw, "x"), fmt), fmt)


def entries_parse_to_themselves(document: Document, fmt: Format) -> None:
    """Every entry, cut out with its first line's indentation restored, is its key and its value."""
    text = document.text
    for record in document.records:
        for entry in record.entries or ():
            line = text.rfind("\n", 0, entry.start) + 1
            cut = " " * (entry.start - line) + text[entry.start : entry.stop]
            value = _alone(cut, fmt, inside=record.flow)
            assert value is not None, cut
            assert value_of(value) == value_of(entry.value)
            scalar = entry.value
            if isinstance(scalar, Scalar) and scalar.style in {"single", "double"}:
                spelling = text[entry.base + scalar.start : entry.base + scalar.stop]
                assert spelling[0] == spelling[-1] == {"single": "'", "double": '"'}[scalar.style]


def _alone(entry: str, fmt: Format, *, inside: bool) -> Node | None:
    """The value of an entry read by itself."""
    if fmt.container is Container.TOML:
        node: Node | None = toml.compose(entry)
    elif fmt.container is Container.JSON:
        node = as_json.compose("{" + entry + "}")
    else:
        cut = "{" + entry.rstrip(" \t\r\n,") + "\n}" if inside else entry
        node = compose(cut, deepest=DEEPEST, lines=() if inside else fmt.lines)
    assert isinstance(node, Mapping), entry
    ((_, value),) = node.pairs
    return value


@every_read
@given(data=st.data())
def test_sections_join_to_the_prompt(id_: str, data: st.DataObject) -> None:
    fmt = FORMATS[id_]
    raw = data.draw(files(fmt))
    outcome = understood(raw, path_of(fmt), fmt=fmt.id)
    if outcome.status != "read" or fmt.keyed or fmt.bodies or fmt.prompt_file:
        return
    document = parse(decode(raw, "x"), fmt)
    (record,) = document.records
    assert outcome.specs[0].prompt == document.text[record.body : record.stop]


# --- codecs --------------------------------------------------------------------------------------

_NODES = st.recursive(
    st.builds(Scalar, TEXTS, st.sampled_from(("plain", "double")), st.just(0), st.just(0)),
    lambda inner: (
        st.builds(Sequence, st.lists(inner, max_size=3).map(tuple), st.just("flow"), st.just(0), st.just(0))
        | st.builds(
            Mapping,
            st.lists(
                st.tuples(st.builds(Scalar, TEXTS, st.just("double"), st.just(0), st.just(0)), inner), max_size=3
            ).map(tuple),
            st.just("flow"),
            st.just(0),
            st.just(0),
        )
    ),
    max_leaves=5,
)


@every_format
@given(node=_NODES, more=JSON.map(node_of))
def test_codecs_are_inverse_on_what_they_accept(id_: str, node: Node, more: Node) -> None:
    """Decoding what was encoded gives the value again; what a codec refuses, it refuses in words."""
    fmt = FORMATS[id_]
    for row in fmt.rows:
        for candidate in (node, more):
            try:
                value = row.codec.decode(candidate)
            except ValueError as error:
                assert str(error)
                continue
            if value is None:
                continue
            said = row.codec.encode(value)
            now = None if said is None else row.codec.decode(node_of(said))
            if now != value:  # then it is reported, and what is left is stable
                assert now is None or row.codec.decode(node_of(row.codec.encode(now))) == now
            if row.codec.listed is not None and (listed := row.codec.listed(value)) is not None:
                assert row.codec.decode(node_of(listed)) in (value, now)


# --- many files ----------------------------------------------------------------------------------

AGENT = "---\nname: {name}\ndescription: Use when {name} is due.\ntools: Read\n---\n# {name}\n\nYou are {name}.\n"


def _planned(paths: list[str], target: str = CANONICAL) -> dict[str, bytes]:
    outcomes = [understood(AGENT.format(name=Path(path).stem).encode(), path) for path in paths]
    plan(outcomes, Options(targets=(target,), access="allow"))
    return {artifact.path: artifact.data for outcome in outcomes for artifact in outcome.artifacts}


_STEMS = st.lists(
    st.sampled_from(
        (
            "tide",
            "Tide",
            "tide ",
            "berth",
            "pilot-2",
            "pilot_2",
            "灯台",
            "C++",
            "c#",
            "a.b",
            "crew/tide",
            "crew/x/berth",
            "!!!",
            "con",
        )
    ),
    unique=True,
    min_size=1,
    max_size=6,
)


@given(stems=_STEMS)
def test_adding_a_file_changes_no_other_spec(stems: list[str]) -> None:
    """Ids and specs depend on their own file alone; only a clash, which is reported, takes one away."""
    paths = [f"{stem}.md" for stem in stems]
    before, after = _planned(paths[:-1]), _planned(paths)
    for path, data in before.items():
        assert after.get(path, data) == data
    gone = before.keys() - after.keys()
    if gone:
        outcomes = [understood(AGENT.format(name="x").encode(), path) for path in paths]
        plan(outcomes, Options())
        assert any(f.rule.code == "P101" for outcome in outcomes for f in outcome.findings)


@pytest.mark.parametrize("id_", WRITTEN)
def test_order_of_inputs_changes_no_artifact(id_: str) -> None:
    fmt = FORMATS[id_]
    if fmt.shared:
        pytest.skip("agents that share a file stand in the order they came")
    paths = [f"crew/{name}.md" for name in ("tide", "berth", "pilot", "灯台守")]
    forward, backward = _planned(paths, fmt.id), _planned(paths[::-1], fmt.id)
    assert forward == backward
    assert len(forward) >= len(paths)


def _crew(folder: Path, count: int = 12) -> list[Path]:
    folder.mkdir()
    made = []
    for number in range(count):
        path = folder / f"agent-{number:02}.md"
        path.write_bytes(
            AGENT.format(name=f"agent-{number:02}").encode() + b"\n## Work with\n- Ask agent-01 about tides\n"
        )
        made.append(path)
    (folder / ".roomodes").write_text(
        "customModes:\n  - slug: mate\n    name: Mate\n    roleDefinition: You help.\n    groups: [read]\n"
    )
    (folder / "broken.md").write_text("---\nname: x\ndescription: a: b\n---\n")
    return made


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the hash seed, the locale, the time zone, and the order of the inputs."""
    paths = _crew(tmp_path / "crew")
    trees = []
    for number, (seed, locale, zone) in enumerate(
        [("0", "C", "UTC"), ("1", "C.UTF-8", "Pacific/Kiritimati"), ("random", "POSIX", "")]
    ):
        random.Random(number).shuffle(paths)
        inputs = (
            [str(tmp_path / "crew")]
            if number == 0
            else [*map(str, paths), str(tmp_path / "crew" / "broken.md"), str(tmp_path / "crew" / ".roomodes")]
        )
        env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        out = tmp_path / f"out-{number}"
        run = [
            sys.executable,
            "-c",
            "from converters.cli import main; main()",
            "convert",
            *inputs,
            "--to",
            f"{CANONICAL},claude-code",
            "-o",
            str(out),
            "--collection",
            "crew",
        ]
        done = subprocess.run(run, env=env, capture_output=True, check=False, cwd=tmp_path)
        assert done.returncode in {0, 1}, done.stderr.decode()
        trees.append(_tree(out))
    assert len(trees[0]) > 20
    assert trees[0] == trees[1] == trees[2]


@pytest.mark.parametrize("targets", [("canonical",), ("claude-code", "copilot"), ("roo",)])
def test_the_number_of_workers_changes_nothing(
    targets: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _crew(tmp_path / "crew")
    monkeypatch.setattr(_run, "_WORTH_A_POOL", 0)
    monkeypatch.setattr(_run, "_CHUNK", 3)
    options = Options(targets=targets, layout="flat")
    runs = []
    for jobs in (1, 2):
        outcomes = _run.read_inputs([str(tmp_path / "crew")], options, Console(), jobs=jobs)
        plan(outcomes, options)
        runs.append([(o.shown, o.status, o.format, o.keys, o.findings, o.reports, o.artifacts) for o in outcomes])
    assert runs[0] == runs[1]
    assert len(runs[0]) == 14


# --- writing -------------------------------------------------------------------------------------


@given(spec=SPECS)
def test_a_spec_comes_back_from_its_canonical_file(spec: AgentSpec) -> None:
    """dump, parse, validate, load: the same spec; and the same text again."""
    again = loaded(spec)
    assert dump(again) == dump(spec)
    assert again == spec or _only_silence_differs(spec, again)


def _only_silence_differs(spec: AgentSpec, again: AgentSpec) -> bool:
    """Whether they differ only in what says nothing, such as `""` for `None`."""
    return dump(spec) == dump(again) and said_fields(spec) == said_fields(again)


@every_format
@given(spec=SPECS)
def test_writing_never_fails_on_any_spec(id_: str, spec: AgentSpec) -> None:
    """Even one with a foreign, broken or forged spelling in it."""
    fmt = FORMATS[id_]
    forged = replace(spec, source=replace(spec.source, format=fmt.id) if spec.source else None)
    for one in (spec, forged):
        data = written([with_defaults(one, fmt)], fmt)
        assert isinstance(data, bytes)
        report(one, fmt)


def test_a_tool_list_of_none_and_of_all_stay_apart() -> None:
    """`None` leaves it to the host, empty grants nothing, `*` grants everything."""
    fmt = FORMATS["claude-code"]
    for tools in (None, Tools(()), Tools(None)):
        spec = AgentSpec(name="a", description="b", tools=tools)
        again = read_back(spec, fmt)
        assert again is not None
        assert again.tools == tools, write(spec, fmt)
