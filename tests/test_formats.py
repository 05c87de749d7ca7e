"""Every format's table, and goldens by hand: a file, the spec it is, and what was found, side by side."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from trips import OWN, mended, through_disk, understood, written

from converters import canonical, validation
from converters.convert import CANONICAL, Options, Outcome, understand
from converters.detect import detect
from converters.findings import show
from converters.fitting import with_defaults
from converters.formats import FORMATS, HEADER_KEYS
from converters.formats._kit import PROMPT, Container
from converters.inputs import Input
from converters.model import AgentSpec, Section, Tool, Tools
from converters.planning import plan
from converters.report import report
from converters.text import decode

GOLDENS = Path(__file__).parent / "goldens"
OURS = ("spec.yaml", "findings.txt")
CASES = tuple(
    sorted(path for folder in GOLDENS.iterdir() if folder.is_dir() for path in folder.iterdir() if path.is_dir())
)

def _input(case: Path) -> Path:
    (path,) = (path for path in case.iterdir() if path.name not in OURS)
    return path


def _outcome(case: Path) -> Outcome:
    path = _input(case)
    source = Input(path, path.name, f"agents/{path.name}", "goldens", explicit=True)
    return understand(source, Options(source=case.parent.name))


def _specs(outcome: Outcome) -> str:
    """The canonical files of all agents of the input, and the record of what they share."""
    parts = [canonical.dump(spec) for spec in outcome.specs]
    if outcome.shared:
        parts.append(canonical.dump_shared(outcome.shared))
    return "---\n".join(parts) or "# refused: there is no spec\n"


def _findings(outcome: Outcome, text: str) -> str:
    return "".join(show(finding, text) + "\n" for finding in outcome.findings) or "none\n"


case_of = pytest.mark.parametrize(
    ("id_", "case"), [(case.parent.name, case) for case in CASES], ids=[f"{c.parent.name}/{c.name}" for c in CASES]
)


@case_of
def test_golden(id_: str, case: Path, accept: bool) -> None:
    """The spec and the findings are those somebody read and accepted."""
    outcome = _outcome(case)
    text = decode(_input(case).read_bytes(), "x").text
    for name, seen in zip(OURS, (_specs(outcome), _findings(outcome, text)), strict=True):
        golden = case / name
        missing = not golden.is_file()
        if accept or missing:
            golden.write_bytes(seen.encode())
        command = f"pytest tests/test_formats.py -k '{id_}/{case.name}' --accept"
        assert not missing or accept, f"{golden} was written: read it; if it is not right, mend and run {command}"
        assert seen == golden.read_bytes().decode(), f"if this is right, run {command}"


@case_of
def test_goldens_come_back_byte_for_byte(id_: str, case: Path) -> None:
    outcome = _outcome(case)
    if outcome.status != "read":
        assert case.name.startswith("refused")
        return
    fmt, raw = FORMATS[id_], _input(case).read_bytes()
    specs, shared = through_disk(outcome)
    assert specs == outcome.specs
    assert written(specs, fmt, shared, as_read=True) == raw
    if not mended(outcome):
        assert written(specs, fmt, shared) == raw


@pytest.mark.parametrize("id_", OWN)
def test_every_format_has_goldens(id_: str) -> None:
    """At least three, one of them of a file with a fault."""
    cases = [case for case in CASES if case.parent.name == id_]
    assert len(cases) >= 3
    assert any(
        "error[" in (case / "findings.txt").read_text() or "warning[" in (case / "findings.txt").read_text()
        for case in cases
    )


@pytest.mark.parametrize(
    "code",
    ["S004", "S005", "S007", "S102", "S103", "S104", "S105", "S106", "S107", "S112", "S114", "S120", "V103", "V104"],
)
def test_every_repair_has_a_golden(code: str) -> None:
    assert any(f"[{code} " in (case / "findings.txt").read_text(encoding="utf-8") for case in CASES)


# --- tables -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", FORMATS)
def test_a_table_says_where_its_facts_are_from(id_: str) -> None:
    fmt = FORMATS[id_]
    assert fmt.source.startswith("https://")
    assert date.fromisoformat(fmt.read_on) <= date(2026, 12, 31)
    assert fmt.title
    assert re.fullmatch(r"[a-z][a-z0-9-]*", fmt.id)


@pytest.mark.parametrize("id_", FORMATS)
def test_a_table_is_consistent(id_: str) -> None:
    fmt = FORMATS[id_]
    assert len(fmt.by_key) == len(fmt.rows), "every key once"
    assert fmt.by_key.keys() <= HEADER_KEYS
    assert fmt.signature <= fmt.by_key.keys() | {fmt.members}
    assert fmt.files[0].endswith(fmt.suffix)
    assert ("{name}" in fmt.files[0]) == (fmt.shared is False)
    assert bool(fmt.around[0]) <= fmt.shared
    for row in fmt.rows:
        assert row.codec.says, row.key
        assert row.default is None or row.origin, f"{row.key}: where is its default from?"
        assert row.default is None or row.required, f"{row.key} has a default nobody asks for"
        assert row.field[0] != "." or row.field == f".{row.key}", row.key
    has_tools = any(row.field == "tools" for row in fmt.rows)
    assert has_tools or not fmt.limits_tools
    assert all(row.strict for row in fmt.rows if row.field.startswith("tools")), (
        "what limits access is never passed over"
    )


FULL = AgentSpec(
    name="tide-forecaster",
    title="Tide Forecaster",
    description="Use when a berth depends on the tide.",
    when_to_use="Before a ship comes in.",
    tools=Tools((Tool("read"), Tool("grep"), Tool("shell", ("git:*",))), (Tool("web-fetch"),)),
    model="sonnet",
    temperature=0.2,
    max_turns=5,
    tags=("harbour",),
    sections=(Section(text="# Tide Forecaster\n\nYou forecast tides.\n"),),
    extensions={
        "eipas": {"phase": "phase4", "threshold": 0.9},
        "copilot": {"target": "vscode", "argument-hint": "x"},
        "cursor": {"readonly": True},
    },
)


@pytest.mark.parametrize("id_", FORMATS)
def test_what_is_written_is_detected(id_: str) -> None:
    """An artifact in the place where its tool looks is taken for that tool's."""
    fmt = FORMATS[id_]
    data = written([with_defaults(FULL, fmt)], fmt)
    path = fmt.files[0].format(name="tide-forecaster")
    if fmt.container is Container.MARKDOWN:
        path = f"agents/{path}"
    found = detect(decode(data, path), path=path)
    assert found.format == id_, found


@pytest.mark.parametrize("id_", FORMATS)
def test_every_row_is_used(id_: str) -> None:
    """A file that says every key gives a spec that says every field."""
    fmt = FORMATS[id_]
    spec = with_defaults(FULL, fmt)
    outcome = understood(written([spec], fmt), fmt.files[0].format(name="tide-forecaster"), fmt=id_)
    (again,) = outcome.specs
    assert again.name == spec.name
    assert again.prompt == spec.prompt
    for row in fmt.rows:
        if row.field[0] != "." and not row.field.startswith((PROMPT, "tools")) and getattr(FULL, row.field):
            assert getattr(again, row.field) == getattr(FULL, row.field), row.key


@pytest.mark.parametrize("id_", FORMATS)
def test_a_conversion_is_reported_in_its_own_words(id_: str) -> None:
    made = report(FULL, FORMATS[id_])
    for fate in made.losses:
        assert "sonnet" not in (fate.note or ""), "notes never hold values"
    for finding in made.findings("x.md"):
        assert FORMATS[id_].title in finding.message


@pytest.mark.parametrize("id_", FORMATS)
def test_wider_access_is_refused_unless_allowed(id_: str) -> None:
    """An agent that may only read never leaves with a shell, except on its owner's word."""
    raw = b"---\nname: reader\ndescription: Reads.\ntools: Read\n---\nYou read.\n"
    for access in ("refuse", "warn", "allow"):
        outcome = understood(raw, "agents/reader.md", fmt="claude-code")
        plan([outcome], Options(targets=(id_,), access=access))
        (made,) = outcome.reports
        if made.gains and access == "refuse":
            assert not outcome.artifacts
        else:
            assert len(outcome.artifacts) == 1
        assert ("A101" in {f.rule.code for f in outcome.findings}) == (bool(made.gains) and access != "allow")


@pytest.mark.parametrize("id_", FORMATS)
def test_a_loss_is_refused_warned_of_or_ignored(id_: str) -> None:
    """As its owner asks: nothing that loses is written, or it is written and each loss named, or not named."""
    raw = b"---\nname: reader\ndescription: Reads.\nmodel: haiku\ncolor: red\ntemper: even\n---\nYou read.\n"
    for loss in ("refuse", "warn", "ignore"):
        outcome = understood(raw, "agents/reader.md", fmt="claude-code")
        plan([outcome], Options(targets=(id_,), access="allow", loss=loss))
        (made,) = outcome.reports
        lost = {fate.field for fate in made.fields if fate.status in {"dropped", "reduced"}}
        named = {str(f.facts["field"]) for f in outcome.findings if f.rule.code in {"L101", "L102"}}
        assert named == (set() if loss == "ignore" else lost)
        assert bool(outcome.artifacts) == (loss != "refuse" or not lost)
        assert bool(lost) == (id_ != "claude-code"), "only the format itself can say it all"


def test_canonical_is_a_target_like_the_others() -> None:
    outcome = understood(b"---\nname: reader\ndescription: Reads.\n---\nYou read.\n", "agents/reader.md")
    plan([outcome], Options(targets=(CANONICAL,)))
    (artifact,) = outcome.artifacts
    spec, found = canonical.load(artifact.data.decode(), artifact.path)
    assert not found
    assert spec == outcome.specs[0]
    assert not validation.validate(canonical.to_json(outcome.specs[0]), "x")
