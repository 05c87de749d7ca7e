"""Every format's table, and goldens by hand: a file, the spec it is, and what was found, side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from trips import OWN, READ_AND_WRITTEN, WRITTEN, again, mended, through_disk, understood, written

from converters import canonical, validation
from converters.conversion import CANONICAL, Artifact, Options, Outcome, understand
from converters.detect import detect
from converters.findings import show
from converters.fitting import with_defaults
from converters.formats import FORMATS, meant_by
from converters.formats._kit import KEYED, PROMPT, Container, Format, Row
from converters.inputs import Input
from converters.model import AgentSpec, Section, Tool, Tools
from converters.planning import plan
from converters.report import as_said, report
from converters.text import decode
from converters.writing import prompt_beside

GOLDENS = Path(__file__).parent / "goldens"
OURS = ("spec.yaml", "findings.txt")
CASES = tuple(
    sorted(path for folder in GOLDENS.iterdir() if folder.is_dir() for path in folder.iterdir() if path.is_dir())
)


def _input(case: Path) -> Path:
    """The file to read; the prompt may lie beside it."""
    (path, *others) = (path for path in case.iterdir() if path.name not in OURS)
    if others:
        (path,) = (path for path in (path, *others) if not _is_beside(path, case.parent.name))
    return path


def _is_beside(path: Path, id_: str) -> bool:
    return path.name == FORMATS[id_].prompt_file or path.name.endswith(".prompt.md")


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
    for name, data in filter(None, (prompt_beside(spec, fmt) for spec in specs)):
        if (case / name).is_file():
            assert data == (case / name).read_bytes()


@pytest.mark.parametrize("id_", [id_ for id_ in OWN if FORMATS[id_].reads])
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
    fields = {row.field for row in fmt.rows}
    assert len(fmt.by_key) == len(fmt.rows), "every key once"
    assert callable(fmt.members) or fmt.signature <= fmt.by_key.keys() | fmt.by_entry.keys() | {fmt.members}
    assert fmt.files[0].endswith(fmt.suffix)
    assert ("{name}" in fmt.files[0]) == (fmt.apart or not fmt.shared)
    assert any(fmt.around) <= fmt.shared
    assert (KEYED in fmt.by_key) <= fmt.shared
    assert not (fmt.prompt_file and PROMPT in fields), "the prompt stands in one place"
    has_prompt = fmt.prompt_file or any(field.startswith(PROMPT) for field in fields)
    assert has_prompt or not fmt.keyed or "no prompt" in " ".join(fmt.notes), "where is it?"
    assert not (fmt.bodies and not fmt.has_body)
    for row in fmt.rows:
        _row_is_consistent(row, fmt)
    has_tools = any(field.startswith("tools") for field in fields)
    assert has_tools or not fmt.limits_tools
    assert not ("tools.whole" in fields and fields & {"tools", "tools.deny"}), "one way to say the tools"
    assert fmt.reads or fmt.why
    assert fmt.writes or fmt.why
    assert set(fmt.also_loads) <= FORMATS.keys()


def _row_is_consistent(row: Row, fmt: Format) -> None:
    assert row.codec.says, row.key
    assert row.default is None or row.origin, f"{row.key}: where is its default from?"
    assert row.field[0] != "." or row.field == f".{row.key}", row.key
    assert row.strict or not row.field.startswith("tools"), f"{row.key}: what limits access is never passed over"
    assert not row.alias or any(other.field == row.field and not other.alias for other in fmt.rows), row.key
    assert row.path or not row.short, f"{row.key}: nothing is around it"
    assert "" not in row.path, row.key


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
        "copilot": {"target": "github-copilot", "user-invocable": True},
        "superclaude": {"category": "planning"},
        "cursor": {"readonly": True},
    },
)


@pytest.mark.parametrize("id_", READ_AND_WRITTEN)
def test_what_is_written_is_detected(id_: str) -> None:
    """An artifact in the place where its tool looks is taken for that tool's."""
    fmt = FORMATS[id_]
    data = written([with_defaults(FULL, fmt)], fmt)
    path = fmt.files[0].format(name="tide-forecaster")
    if fmt.container is Container.MARKDOWN:
        path = f"agents/{path}"
    found = detect(decode(data, path), path=path)
    assert found.format == id_ or id_ in found.why.partition("it could also be")[2], found


@pytest.mark.parametrize("id_", READ_AND_WRITTEN)
def test_every_row_is_used(id_: str) -> None:
    """A file that says every key gives a spec that says every field, but for what the report says is lost."""
    fmt = FORMATS[id_]
    made = report(FULL, fmt)
    lost = {fate.field for fate in made.losses}
    assert PROMPT not in lost or (fmt.keyed and PROMPT not in fmt.by_field)
    (spec,) = again(FULL, fmt).specs
    assert spec.name == (made.called if "name" in lost else FULL.name)
    added = any(fate.field.startswith(PROMPT) and fate.status == "defaulted" for fate in made.fields)
    if not fmt.bodies and PROMPT not in lost:
        assert spec.prompt.startswith(FULL.prompt) if added else spec.prompt == FULL.prompt
    for row in fmt.rows:
        if row.field[0] != "." and not row.field.startswith((PROMPT, "tools")) and getattr(FULL, row.field):
            assert row.field in lost or getattr(spec, row.field) == getattr(FULL, row.field), row.key


@pytest.mark.parametrize("id_", FORMATS)
def test_a_conversion_is_reported_in_its_own_words(id_: str) -> None:
    made = report(FULL, FORMATS[id_])
    for fate in made.losses:
        assert "sonnet" not in (fate.note or ""), "notes never hold values"
    for finding in made.findings("x.md"):
        assert FORMATS[id_].title in finding.message


def _artifacts(outcome: Outcome, fmt: Format) -> list[Artifact]:
    """The agents' own files, without those that lie beside them."""
    made = [artifact for artifact in outcome.artifacts if artifact.target == fmt.id]
    own = [a for a in made if a.path.endswith(fmt.suffix) and a.path.rpartition("/")[2] != fmt.prompt_file]
    return own if fmt.prompt_file or fmt.reference else made


@pytest.mark.parametrize("id_", WRITTEN)
def test_wider_access_is_refused_unless_allowed(id_: str) -> None:
    """An agent that may only read never leaves with a shell, except on its owner's word."""
    raw = b"---\nname: reader\ndescription: Reads.\ntools: Read\n---\nYou read.\n"
    for access in ("refuse", "warn", "allow"):
        outcome = understood(raw, "agents/reader.md", fmt="claude-code")
        plan([outcome], Options(targets=(id_,), access=access))
        (made,) = outcome.reports
        refused = any(refusal.is_final for refusal in made.refusals)
        withheld = refused or (bool(made.gains) and access == "refuse")
        assert len(_artifacts(outcome, FORMATS[id_])) == (0 if withheld else 1)
        assert ("A101" in {f.rule.code for f in outcome.findings}) == (bool(made.gains) and access != "allow")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("claude", ("claude-code", "claude-plugin")),
        ("GitHub", ("copilot",)),
        ("vs-code", ("vscode",)),
        ("VS Code", ("vscode",)),
        ("goose", ("goose-agent", "goose-recipe")),
        ("codx", ("codex",)),
        ("canonicle", ("canonical",)),
        ("", ()),
        ("???", ()),
    ],
)
def test_what_people_call_a_format_leads_to_it(word: str, meant: tuple[str, ...]) -> None:
    assert meant_by(word, "canonical") == meant


@pytest.mark.parametrize("id_", WRITTEN)
def test_a_loss_is_refused_warned_of_or_ignored(id_: str) -> None:
    """As its owner asks: nothing that loses is written, or it is written and each loss named, or not named."""
    raw = b"---\nname: reader\ndescription: Reads.\nmodel: haiku\ncolor: red\ntemper: even\n---\nYou read.\n"
    for loss in ("refuse", "warn", "ignore"):
        outcome = understood(raw, "agents/reader.md", fmt="claude-code")
        plan([outcome], Options(targets=(id_,), access="allow", loss=loss))
        (made,) = outcome.reports
        lost = {as_said(fate.field) for fate in made.fields if fate.status in {"dropped", "reduced"}}
        named = {str(f.facts["field"]) for f in outcome.findings if f.rule.code in {"L101", "L102"}}
        assert named == (set() if loss == "ignore" else lost)
        refused = any(refusal.is_final for refusal in made.refusals)
        assert bool(outcome.artifacts) == (not refused and (loss != "refuse" or not lost))
        assert bool(lost) == (id_ != "claude-code"), "only the format itself can say it all"


def test_canonical_is_a_target_like_the_others() -> None:
    outcome = understood(b"---\nname: reader\ndescription: Reads.\n---\nYou read.\n", "agents/reader.md")
    plan([outcome], Options(targets=(CANONICAL,)))
    (artifact,) = outcome.artifacts
    spec, found = canonical.load(artifact.data.decode(), artifact.path)
    assert not found
    assert spec == outcome.specs[0]
    assert not validation.validate(canonical.to_json(outcome.specs[0]), "x")


# --- places, and what stands between entries --------------------------------------------------------


def test_a_key_is_pointed_at_without_its_indentation() -> None:
    raw = b'{\n  "name": "a",\n  "berth": 1,\n  "berth": 2,\n  "prompt": "x"\n}\n'
    outcome = understood(raw, "a.json", fmt="kiro")
    assert outcome.text is not None
    said = {
        f.rule.code: outcome.text[f.span.start : f.span.stop]
        for f in outcome.findings
        if f.rule.code in {"V101", "S112"}
    }
    assert said == {"V101": '"berth"', "S112": '"berth"'}


def test_a_value_inside_another_has_its_own_place() -> None:
    raw = (
        b"title: Tides\ndescription: Tells the tides\ninstructions: Tell them.\n"
        b"settings:\n  temperature: 0.5\n  max_turns: many\n"
    )
    outcome = understood(raw, "a.yaml", fmt="goose-recipe")
    assert outcome.text is not None
    (bad,) = [found for found in outcome.findings if found.rule.code == "V104"]
    assert outcome.text[bad.span.start : bad.span.stop] == "many"
    made = report(outcome.specs[0], FORMATS["claude-code"])
    (lost,) = [f for f in made.findings("a.yaml", outcome.places[0]) if f.facts.get("field") == "temperature"]
    assert outcome.text[lost.span.start : lost.span.stop] == "0.5"


def test_comments_between_entries_of_toml_outlive_a_change() -> None:
    text = (
        '# The tides.\nname = "tide"\n\n# Which one.\nmodel = "gpt-5"\n# Not for long.\n\n'
        '# What for.\ndescription = "Tells the tides"\ndeveloper_instructions = "Tell them."\n'
    )
    outcome = understood(text.encode(), "tide.toml", fmt="codex")
    changed = written([replace(outcome.specs[0], model="gpt-6")], FORMATS["codex"]).decode()
    assert changed == text.replace("gpt-5", "gpt-6")
