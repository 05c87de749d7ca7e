"""The laws on real files: every one accounted for, every one read comes back byte for byte.

A quick run takes some of every collection and format, always the same; `make corpus` takes all 2,860.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import cycle, islice
from pathlib import Path

import jsonschema
import pytest
from conftest import SHARED
from test_laws import _conserved, _goes_unsaid, _nothing_to_say, _survived, _utf8, entries_parse_to_themselves
from trips import READ_AND_WRITTEN, crashes, mended, read_back, said_fields, through_disk, understood, written

from converters import canonical, validation
from converters.conversion import Options, Outcome
from converters.fates import WORDS
from converters.fields import as_read, meaning_of, tools_of
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.model import AgentSpec
from converters.planning import plan
from converters.reading import parse
from converters.report import report
from converters.text import decode
from converters.tools import gains

CORPUS = SHARED / "corpus"
GOLDENS = Path(__file__).parent / "goldens"
ACCEPT = "pytest tests/test_corpus.py -m 'heavy or not heavy' --accept"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CORPUS / "MANIFEST.csv").is_file(), reason=f"the corpus is not in {CORPUS}"),
]


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the manifest."""

    collection: str
    path: str
    kind: str

    @property
    def raw(self) -> bytes:
        """The file's bytes."""
        return (CORPUS / self.collection / self.path).read_bytes()

    def read(self, raw: bytes | None = None) -> Outcome:
        """As in a walk over the collection's folder."""
        return understood(self.raw if raw is None else raw, self.path, explicit=False, collection=self.collection)


SOME = 10
"""A quick run takes one in so many."""
whole_when_heavy = pytest.mark.parametrize("every", [SOME, pytest.param(1, marks=pytest.mark.heavy)])


@cache
def _rows(every: int = 1) -> tuple[Row, ...]:
    """One file in so many of every collection and format, and at least one of each, in the order of the manifest."""
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = [Row(row["collection"], row["path"], row["format"]) for row in csv.DictReader(file)]
    met: Counter[tuple[str, str]] = Counter()
    taken = []
    for row in rows:
        if met[row.collection, row.kind] % every == 0:
            taken.append(row)
        met[row.collection, row.kind] += 1
    return tuple(taken)


@dataclass(slots=True)
class Survey:
    """What one pass over the corpus saw."""

    files: int
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    read_as: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    entries: int = 0
    raw: int = 0


@pytest.fixture(scope="module", params=[SOME, pytest.param(1, marks=pytest.mark.heavy)])
def survey(request: pytest.FixtureRequest) -> Survey:
    seen = Survey(len(_rows(request.param)))
    for row in _rows(request.param):
        outcome = row.read()
        where = f"{row.collection}/{row.path}"
        seen.statuses[row.kind, outcome.status] += 1
        seen.codes.update(finding.rule.code for finding in outcome.findings)
        seen.read_as.setdefault(row.kind, Counter())[outcome.format or outcome.status] += 1
        seen.faults += [f"{where}: {crash}" for crash in crashes(outcome)]
        if outcome.status != "read" and not outcome.findings:
            seen.unexplained.append(where)
        size = len(outcome.text or "")
        for finding in outcome.findings:
            if not 0 <= finding.span.start <= finding.span.stop <= size + 1:
                seen.misplaced.append(f"{where}: {finding.rule.code} {finding.span}")
        for spec in outcome.specs:
            seen.invalid += [f"{where}: {f.message}" for f in validation.validate(canonical.to_json(spec), where)]
            _header_share(spec, seen)
    return seen


def _header_share(spec: AgentSpec, seen: Survey) -> None:
    for entry in (spec.source.header if spec.source else None) or ():
        seen.entries += 1
        seen.raw += entry.raw is not None


def test_every_file_is_accounted_for(survey: Survey) -> None:
    """Read, skipped or refused, each with its reason, and nothing crashes."""
    assert sum(survey.statuses.values()) == survey.files
    assert not survey.faults
    assert not survey.unexplained


def test_every_spec_is_valid(survey: Survey) -> None:
    assert not survey.invalid


def test_every_finding_has_its_place_in_the_text(survey: Survey) -> None:
    assert not survey.misplaced


def test_claude_code_files_are_read(survey: Survey) -> None:
    """At least 199 in 200; the others are no agents (templates, essays) or are refused for a reason."""
    kind = "claude-agent-md"
    of_it = sum(count for (of, _), count in survey.statuses.items() if of == kind)
    assert of_it - survey.statuses[kind, "read"] <= max(1, of_it // 200), survey.read_as[kind]


def test_spelling_is_kept_as_style_not_as_copies(survey: Survey) -> None:
    """Storing whole headers cannot pass for fidelity: at most one entry in seven is kept raw."""
    assert survey.raw / survey.entries < 1 / 7, f"{survey.raw} of {survey.entries}"


def test_findings_are_those_we_know(survey: Survey, accept: bool) -> None:
    """A rule that grows noisy, or goes quiet, shows as a changed count in review."""
    seen = {
        "findings": dict(sorted(survey.codes.items())),
        "read_as": {kind: dict(sorted(counts.items())) for kind, counts in sorted(survey.read_as.items())},
        "raw_entries": [survey.raw, survey.entries],
    }
    golden = GOLDENS / ("corpus.json" if survey.files == len(_rows()) else "corpus-some.json")
    if accept or not golden.is_file():
        golden.write_text(json.dumps(seen, indent=1) + "\n", encoding="utf-8")
    assert seen == json.loads(golden.read_text(encoding="utf-8")), f"if this is meant: {ACCEPT}"


# --- return --------------------------------------------------------------------------------------


def _mixed(raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    return b"\n".join(line.rstrip(b"\r") + (b"\r" if number % 3 == 0 else b"") for number, line in enumerate(lines))


VARIANTS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda raw: raw,
    "crlf": lambda raw: raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "mixed line ends": _mixed,
    "byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "no final line end": lambda raw: raw.rstrip(b"\r\n"),
    "trailing blanks": lambda raw: raw + b"  \n\n \n",
}
VARIED = 3
"""Variants are tried on every third of the files that are tried as they are."""


def _agents(kinds: frozenset[str], every: int = 1, step: int = 1) -> Iterator[tuple[str, Row]]:
    """Files of these kinds: of one in `every` of each collection and format, one in `step`."""
    rows = [row for row in _rows(every) if row.kind in kinds]
    for row in rows[::step]:
        yield f"{row.collection}/{row.path}", row


CLAUDE = frozenset({"claude-agent-md"})
OURS = frozenset(
    {"claude-agent-md", "roo-roomodes", "roo-mode-yaml", "copilot-agent-md", "copilot-chatmode-md", "cursor-agent-md"}
)
OTHERS = frozenset(
    {
        "skill-md",
        "gemini-agent-md",
        "codex-agent-toml",
        "cursor-mdc",
        "cagent-yaml",
        "opencode-agent-md",
        "fortium-agent-yaml",
        "oracle-agent-spec",
        *OURS,
    }
) - {"claude-agent-md"}


@pytest.mark.parametrize("variant", VARIANTS)
@whole_when_heavy
def test_what_was_read_is_written_back(every: int, variant: str) -> None:
    """Through the canonical text on disk: the same bytes; without `as_read`, wherever nothing was mended."""
    change, changed, read = VARIANTS[variant], [], 0
    kinds, step = (OURS, 1) if variant == "as it is" else (CLAUDE, VARIED)
    for where, row in _agents(kinds, every, step):
        raw = change(row.raw)
        outcome = row.read(raw)
        if outcome.status != "read":
            continue
        read += 1
        fmt = FORMATS[str(outcome.format)]
        specs, shared = through_disk(outcome)
        if specs != outcome.specs:
            changed.append(f"{where}: another spec came back from the canonical file")
        if written(specs, fmt, shared, as_read=True) != raw:
            changed.append(f"{where}: other bytes with as_read")
        if not mended(outcome) and written(specs, fmt, shared) != raw:
            changed.append(f"{where}: other bytes, though nothing was mended")
    assert not changed
    assert read > 430 // every


# --- other laws ----------------------------------------------------------------------------------


@whole_when_heavy
def test_entries_parse_to_themselves(every: int) -> None:
    for _, row in _agents(OURS, every, 2):
        outcome = row.read()
        if outcome.status == "read":
            fmt = FORMATS[str(outcome.format)]
            entries_parse_to_themselves(parse(decode(row.raw, row.path), fmt), fmt)


@whole_when_heavy
def test_changing_the_model_touches_at_most_two_lines(every: int) -> None:
    """One line goes and one comes; all others stay."""
    touched: list[str] = []
    for where, row in _agents(CLAUDE, every, 2):
        for spec in row.read().specs:
            fmt = FORMATS[spec.source.format if spec.source else ""]
            if "model" not in fmt.by_field:
                continue
            before = Counter(written([spec], fmt).splitlines())
            after = Counter(written([replace(spec, model="some-model-9")], fmt).splitlines())
            missing, extra = before - after, after - before
            if missing.total() > 1 or extra.total() > (1 if spec.source and spec.source.header is not None else 3):
                touched.append(f"{where}: {dict(missing)} became {dict(extra)}")
    assert not touched


@whole_when_heavy
def test_one_edited_bullet_changes_one_section(every: int) -> None:
    """The section's text, the hash of the file, and what was derived from that section; nothing else."""
    edited = 0
    for where, row in _agents(CLAUDE, every, 5 if every == 1 else 1):
        raw = row.raw
        at = raw.rfind(b"\n- ")
        if at < 0 or b"\r" in raw or b"---" in raw[at:]:
            continue
        end = raw.find(b"\n", at + 1)
        end = end if end >= 0 else len(raw)
        before, after = row.read(raw), row.read(raw[:end] + b" at noon" + raw[end:])
        if before.status != "read" or before.format == "roo":
            continue
        (old,), (new,) = before.specs, after.specs
        edited += 1
        assert len(old.sections) == len(new.sections), where
        differing = [n for n, pair in enumerate(zip(old.sections, new.sections, strict=True)) if pair[0] != pair[1]]
        assert len(differing) == 1, where
        (n,) = differing
        assert replace(new.sections[n], text=old.sections[n].text) == old.sections[n], where
        assert old.source is not None and new.source is not None
        assert replace(new.source, sha256="") == replace(old.source, sha256=""), where
        was = replace(old, sections=(), source=None, derived=old.derived)
        now = replace(new, sections=(), source=None, derived=old.derived)
        assert was == now, where
        others = "".join((s.heading or "") + s.text for m, s in enumerate(old.sections) if m != n)
        _derived_follows(old, new, others, where)
    assert edited > (150 if every == 1 else 60)


def _derived_follows(old: AgentSpec, new: AgentSpec, others: str, where: str) -> None:
    """What rests on words of other sections is as it was."""
    for name in ("title", "model_tier", "access", "categories"):
        assert getattr(old.derived, name) == getattr(new.derived, name), where
    kept = [
        edge for edge in old.derived.collaboration if edge.evidence.where == "body" and edge.evidence.text in others
    ]
    now = {(edge.agent, edge.relation) for edge in new.derived.collaboration}
    for edge in kept:
        assert (edge.agent, edge.relation) in now, where


@pytest.mark.parametrize(("step", "targets"), [(31, 4), pytest.param(7, 0, marks=pytest.mark.heavy)])
def test_nothing_real_is_lost_silently(step: int, targets: int) -> None:
    """Conservation from real files to every format; in a quick run to some, in turn, so that each has its files."""
    turns = cycle(READ_AND_WRITTEN)
    for where, row in _agents(OURS, step=step):
        for spec in row.read().specs:
            for target in (FORMATS[id_] for id_ in (islice(turns, targets) if targets else READ_AND_WRITTEN)):
                if _nothing_to_say(spec, target) or not _utf8(spec):
                    continue
                again = read_back(spec, target)
                assert again is not None, f"{where} as {target.id}"
                _conserved(spec, again, report(spec, target), target)


# --- there and back ------------------------------------------------------------------------------


@cache
def _specs_of(kinds: frozenset[str], step: int) -> list[tuple[str, AgentSpec]]:
    return [(where, spec) for where, row in _agents(kinds, step=step) for spec in row.read().specs]


def faults_there_and_back(where: str, spec: AgentSpec, target: Format) -> Iterator[str]:
    """What a report says of the way to a format, and is not so there, or after the way back."""
    if _nothing_to_say(spec, target) or not _utf8(spec):
        return
    at = f"{where} as {target.id}: "
    made, there = report(spec, target), read_back(spec, target)
    if there is None:
        yield f"{at}what was written is not read"
        return
    try:
        _conserved(spec, there, made, target)
    except AssertionError as error:
        yield at + str(error).split("\n", maxsplit=1)[0]
    found = gains(tools_of(spec), tools_of(there))
    if found != tuple(gain for gain in made.gains if not gain.startswith("limit:")):
        yield f"{at}the report says it gains {made.gains}, and it gains {found}"
    home = FORMATS[spec.source.format if spec.source else ""]
    back = read_back(there, home)
    if back is None:
        if not _nothing_to_say(there, home):
            yield f"{at}it does not come back"
        return
    before, after = said_fields(spec), said_fields(back)
    promised = {fate.field: fate for fate in made.fields if WORDS[fate.status] != "lost" and fate.field in before}
    for fate in report(there, home).losses if home.id != "claude-code" else ():
        promised.pop(fate.field, None)  # what only its author could say there
    for fate in (fate for fate in promised.values() if not _goes_unsaid(spec, fate, before[fate.field])):
        if not _survived(fate.field, before, back) and not (fate.note and _is_odd(fate.field, spec, home)):
            was, now = before[fate.field], after.get(fate.field)
            yield f"{at}{fate.field} is {fate.status}, and {was!r} comes back as {now!r}"


def _is_odd(field: str, spec: AgentSpec, home: Format) -> bool:
    """Whether an author wrote what their own client would say otherwise, as another company's model."""
    row = home.by_field.get(field)
    value = meaning_of(spec, row, home) if row else None
    return row is not None and as_read(row, value) != value


def _turn_of(id_: str, kinds: frozenset[str], every: int) -> list[tuple[str, AgentSpec]]:
    """One in `every` of the agents; each format begins with another, so that together they have many."""
    return _specs_of(kinds, min(every, 20))[READ_AND_WRITTEN.index(id_) % max(1, every // 20) :: max(1, every // 20)]


@pytest.mark.parametrize("id_", READ_AND_WRITTEN)
@pytest.mark.parametrize("every", [160, pytest.param(1, marks=pytest.mark.heavy)])
def test_claude_code_comes_back_from_every_format(id_: str, every: int) -> None:
    """What the report calls kept or changed is equal, field by field, the prompt byte for byte."""
    agents = _turn_of(id_, CLAUDE, every)
    assert len(agents) >= 1280 // every
    assert not [fault for where, spec in agents for fault in faults_there_and_back(where, spec, FORMATS[id_])]


@pytest.mark.parametrize("id_", READ_AND_WRITTEN)
@pytest.mark.parametrize("every", [220, pytest.param(3, marks=pytest.mark.heavy)])
def test_other_formats_come_back_from_every_format(id_: str, every: int) -> None:
    """The same from the files of other clients."""
    agents = _turn_of(id_, OTHERS, every)
    assert len(agents) >= 1320 // every
    assert not [fault for where, spec in agents for fault in faults_there_and_back(where, spec, FORMATS[id_])]


def test_adding_a_file_changes_no_other_spec() -> None:
    """A folder with one file less gives the same specs but one; a clash in a flat folder is reported."""
    rows = [row for _, row in _agents(CLAUDE) if row.collection == "lst97__claude-code-sub-agents"]
    outcomes = [row.read() for row in rows]
    plan(outcomes, Options())
    whole = {artifact.path: artifact.data for outcome in outcomes for artifact in outcome.artifacts}
    fewer = [row.read() for row in rows[1:]]
    plan(fewer, Options())
    part = {artifact.path: artifact.data for outcome in fewer for artifact in outcome.artifacts}
    assert len(whole) > 30
    assert part.items() <= whole.items()
    assert len(whole) - len(part) <= 1


def test_the_reference_validator_agrees() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(validation.schema_text()))
    for _, row in _agents(OURS, step=60):
        for spec in row.read().specs:
            validator.validate(canonical.to_json(spec))


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.heavy)])
def test_mended_files_are_read_as_themselves(every: int) -> None:
    """What was mended and written needs no mending again, and says the same."""
    mends = 0
    for where, row in _agents(CLAUDE, every):
        outcome = row.read()
        if outcome.status != "read" or not mended(outcome):
            continue
        mends += 1
        fmt = FORMATS[str(outcome.format)]
        second = written(outcome.specs, fmt, outcome.shared)
        again = understood(second, row.path, fmt=fmt.id, collection=row.collection)
        assert not mended(again), where
        assert [said_fields(spec) for spec in again.specs] == [said_fields(spec) for spec in outcome.specs], where
    assert mends > 40 // every


def test_shared_files_hold_all_their_agents() -> None:
    """Every mode of every real `.roomodes` is an agent, and its place in the file is kept."""
    for where, row in _agents(frozenset({"roo-roomodes"})):
        outcome = row.read()
        if outcome.status != "read" or FORMATS[str(outcome.format)].shared is False:
            continue
        assert outcome.shared is not None
        assert len(outcome.shared.members) == len(outcome.specs) == len({spec.id for spec in outcome.specs}), where
