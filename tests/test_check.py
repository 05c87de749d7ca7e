"""Checking, part by part: where a finding stands, what a library has lost touch with, what a baseline remembers."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from converters.check import Checked, check, is_library
from converters.check.baseline import Baseline, BaselineFault, Known, load_baseline
from converters.check.comments import comments
from converters.check.fingerprints import fingerprint
from converters.check.places import Places, find_name, text_of
from converters.cli.check_ import check as check_command
from converters.cli.convert_ import convert
from converters.findings import QUOTED, RULES, SKIPPED, UNKNOWN_FORMAT, Finding, Fix, Rule, Span, show
from converters.inputs import Input, find_inputs
from converters.library import load_collections

# --- places -----------------------------------------------------------------------------------------

SPEC = """\
name: tide-forecaster
tools:
  allow: [read, {name: grep}]
sections:
- title: Tides
  text: |
    High.
- [[deep]]
- []
empty: {}
a b: 'x'
"""


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("/name", "name"),
        ("/tools", "tools"),
        ("/tools/allow", "allow"),
        ("/tools/allow/0", "read"),
        ("/tools/allow/1", "grep"),
        ("/tools/allow/1/name", "name"),
        ("/tools/allow/2", "allow"),
        ("/tools/allow/first", "allow"),
        ("/tools/deny", "tools"),
        ("/tools/deny/0", "tools"),
        ("/sections/0", "Tides"),
        ("/sections/0/text", "text"),
        ("/sections/1", "deep"),
        ("/sections/2", "[]"),
        ("/sections/3", "sections"),
        ("/sections/-1", "sections"),
        ("/empty/x", "empty"),
        ("/name/0", "name"),
        ("/a b", "a b"),
        ("/nowhere", ""),
        ("/nowhere/name", ""),
        ("", ""),
    ],
)
def test_a_pointer_leads_to_its_key_or_to_the_nearest_above(pointer: str, words: str) -> None:
    span = Places("a.yaml", SPEC).key(pointer)
    assert span.path == "a.yaml"
    assert SPEC[span.start : span.stop] == words
    if not words:
        assert span == Span("a.yaml")


def test_of_a_long_item_the_first_characters_are_shown() -> None:
    text = f"tags: [{'x' * 81}, {'y' * 80}]\n"
    assert Places("a.yaml", text).key("/tags/0") == Span("a.yaml", 7, 87)
    assert Places("a.yaml", text).key("/tags/1") == Span("a.yaml", 90, 170)


@pytest.mark.parametrize("text", ["", "a: [", "text", "- &x a"])
def test_in_a_text_that_is_no_mapping_nothing_has_a_place(text: str) -> None:
    assert Places("a.yaml", text).key("/name") == Span("a.yaml")


TEXT = """\
---
name: tide-forecaster
peers: [berth-clerk, 'crane planner']
handoffs: {to: berth-clerk}
---
Ask the Berth Clerk, then
the crane_planner. Not the crane-planner-2.
"""


@pytest.mark.parametrize(
    ("evidence", "name", "keys", "words", "line"),
    [
        ("Ask the Berth Clerk, then\nthe", "berth-clerk", (), "Berth Clerk", 6),
        ("the crane_planner.", "crane-planner", (), "crane_planner", 7),
        ("berth-clerk", "berth-clerk", (), "berth-clerk", 3),
        ("berth-clerk", "berth-clerk", ("handoffs", "to"), "berth-clerk", 4),
        ("berth-clerk", "berth-clerk", ("handoffs", "from"), "berth-clerk", 4),
        ("berth-clerk", "berth-clerk", ("nowhere",), "berth-clerk", 3),
        ("crane planner", "crane-planner", ("peers",), "crane planner", 3),
        ("crane", "crane", ("name",), "crane", 3),
        ("Ask the Berth Clerk, then\nthe", "pilot", (), "Ask the Berth Clerk, then", 6),
        ("then\nthe crane_planner", "🚢", (), "then", 6),
    ],
)
def test_a_name_is_found_however_it_is_spelled(
    evidence: str, name: str, keys: tuple[str, ...], words: str, line: int
) -> None:
    span = find_name(TEXT, evidence, name, "a.md", keys)
    assert span is not None and span.path == "a.md"
    assert (TEXT[span.start : span.stop], TEXT.count("\n", 0, span.start) + 1) == (words, line)


def test_a_name_that_is_not_there_has_no_place() -> None:
    assert find_name(TEXT, "lock-keeper", "lock-keeper", "a.md") is None
    assert find_name("ab", "", "x", "a.md") == Span("a.md", 0, 1)
    assert find_name("a" * 90, "a" * 90, "x", "a.md") == Span("a.md", 0, 80)


def test_the_text_of_a_file_that_is_none_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("\ufeffé\r\n".encode())
    (tmp_path / "b.md").write_bytes(b"\0")
    assert text_of(tmp_path / "a.md") == "é\n"
    assert text_of(tmp_path / "b.md") is None
    assert text_of(tmp_path / "c.md") is None


# --- comments ---------------------------------------------------------------------------------------


def test_a_comment_and_its_words_have_places() -> None:
    text = (
        "---\na: b  # specs: ignore V101,S005 --  so  it\n# specs:ignore V102\n---\nx <!-- specs: ignore G101 --> y\n"
    )
    line, file, prose = comments(text, "a.md")
    assert text[line.start : line.stop] == "# specs: ignore V101,S005 --  so  it"
    assert [(word, text[at : at + len(word)]) for word, at in line.words] == [("V101", "V101"), ("S005", "S005")]
    assert line.reason == "so it"
    assert line.lines is not None
    assert text[slice(*line.lines)] == "a: b  # specs: ignore V101,S005 --  so  it"
    assert (text[file.start : file.stop], file.reason, file.lines) == ("# specs:ignore V102", "", None)
    assert text[prose.start : prose.stop] == "<!-- specs: ignore G101 -->"
    assert [(word, text[at : at + 4]) for word, at in prose.words] == [("G101", "G101")]
    assert prose.lines is not None
    assert text[slice(*prose.lines)] == "x <!-- specs: ignore G101 --> y"


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("a.md", "# specs: ignore V101\n", 0),
        ("a.md", "---\n# specs: ignore V101\n", 0),
        ("a.md", "x\n---\n# specs: ignore V101\n---\n", 0),
        ("a.md", "---\n#specs: ignore V101\n--- \n", 1),
        ("a.md", "---\na: b# specs: ignore V101\n---\n", 0),
        ("a.md", "---\na: [b, # specs: ignore V101\n  c]\n---\n", 1),
        ("a.md", "---\na: b: c\n# specs: ignore V101\nd: 'x # specs: ignore V101'\n---\n", 1),
        ("a.md", "`` ` <!-- specs: ignore V101 -->\n", 0),
        ("a.md", "`a` <!-- specs: ignore V101 --> `b\n", 1),
        ("a.md", "<!-- specs: ignore V101 --> <!-- specs: ignore V102 -->\n", 2),
        ("a.md", "<!-- specs: ignore -->\n", 0),
        ("a.md", "<example>\n<!-- specs: ignore V101 -->\n</example>\n", 0),
        ("a.TOML", "# specs: ignore V101\n", 1),
        ("a.YML", "# specs: ignore V101", 1),
        (".roomodes", "# specs: ignore V101\n", 0),
        ("a.roomodes", "# specs: ignore V101\n", 1),
        ("a.jsonc", "---\n# specs: ignore V101\n---\n", 0),
        ("a.json5", "---\n# specs: ignore V101\n---\n", 0),
    ],
)
def test_what_counts_as_a_comment(path: str, text: str, count: int) -> None:
    assert len(comments(text, path)) == count


# --- as it is shown -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.advice], ids=lambda rule: rule.code)
def test_the_way_out_fits_the_terminal(rule: Rule) -> None:
    facts = dict.fromkeys(re.findall(r"\{(\w+)", rule.wording + rule.advice), 1)
    lines = show(rule.at(Span("a.md"), **facts), None).splitlines()[1:]
    assert max(map(len, lines)) <= 80
    assert " ".join(line.removeprefix("  = ").strip() for line in lines) == rule.advice.format(**facts)
    (_, way) = show(rule.at(Span("a.md"), fix=Fix(Span("a.md"), "x" * 200), **facts), None).splitlines()
    assert len(way) <= 80


@pytest.mark.parametrize(("size", "shown"), [(71, "x" * 71), (72, "x" * 68 + "..."), (200, "x" * 68 + "...")])
def test_a_proposal_that_is_cut_says_so(size: int, shown: str) -> None:
    found = QUOTED.at(Span("a.md"), fix=Fix(Span("a.md"), "x" * size), key="tide")
    assert show(found, None).splitlines()[1] == f"  = try: {shown}"


# --- fingerprints and baselines -----------------------------------------------------------------------


def test_a_fingerprint_is_of_the_rule_and_the_words() -> None:
    rule, other = RULES["G103"], RULES["S104"]
    text = "one two\none  two\ntwo\n"
    assert fingerprint(rule.at(Span("a", 4, 7)), text) == fingerprint(rule.at(Span("b", 13, 16)), text)
    assert fingerprint(rule.at(Span("a", 4, 7)), text) != fingerprint(rule.at(Span("a", 0, 3)), text)
    assert fingerprint(rule.at(Span("a", 4, 7)), text) != fingerprint(rule.at(Span("a", 17, 20)), text)
    assert fingerprint(rule.at(Span("a", 4, 7)), text) != fingerprint(other.at(Span("a", 4, 7), key="k"), text)
    assert fingerprint(rule.at(Span("a", 0, 3)), "one") == fingerprint(rule.at(Span("a", 1, 4)), "\none\n")
    assert fingerprint(rule.at(Span("a")), text) == fingerprint(rule.at(Span("b", 4, 7)), None)
    assert fingerprint(other.at(Span("a"), key="k"), None) == fingerprint(other.at(Span("a"), key="l"), None)
    problems = [RULES["S101"].at(Span("a"), problem=problem) for problem in "xy"]
    assert fingerprint(problems[0], None) != fingerprint(problems[1], None)
    assert len(fingerprint(rule.at(Span("a")), "\ud800")) == 16


def _found(path: str, *starts: int) -> Checked:
    return Checked(path, "a a a\nb\n", tuple(RULES["G103"].at(Span(path, at, at + 1)) for at in starts))


def test_a_baseline_knows_each_of_several_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").touch()
    first = Baseline(Path("below/known.json"))
    assert [len(one.findings) for one in first.sift([_found("a.md", 0, 2, 6), _found("c.md", 0)])] == [3, 1]
    assert (first.matched, first.new) == (0, 4)
    (tmp_path / "below").mkdir()
    Path("below/known.json").write_bytes(first.dump({"G103"}))
    rows = json.loads(Path("below/known.json").read_text())
    assert rows["baseline"] == 1
    assert [(row["path"], row["code"], row["name"], row["nth"]) for row in rows["findings"]] == [
        ("../a.md", "G103", "self-reference", row["nth"]) for row in rows["findings"][:3]
    ] + [("../c.md", "G103", "self-reference", 1)]
    assert sorted(row["nth"] for row in rows["findings"][:3]) == [1, 1, 2]

    again = load_baseline(Path("below/known.json"))
    (left,) = again.sift([_found("a.md", 0, 2, 4)])
    assert [finding.span.start for finding in left.findings] == [4], "two were known, and the third is new"
    assert (again.matched, again.new) == (2, 1)
    gone = again.gone({"G103"})
    assert [(one.path, one.nth) for one in sorted(gone)] == [("../a.md", 1), ("../c.md", 1)], "c.md is no file"
    assert again.gone({"V101"}) == frozenset()
    kept = json.loads(again.dump({"G103"}))["findings"]
    assert [(row["path"], row["nth"]) for row in kept] == [("../a.md", 1), ("../a.md", 2), ("../a.md", 3)]
    assert len(json.loads(again.dump({"V101"}))["findings"]) == 5


def test_what_was_not_looked_at_may_still_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    known = Known("a.md", "G103", "0" * 16, 1)
    baseline = Baseline(tmp_path / "known.json", [known])
    assert baseline.gone({"G103"}) == frozenset()
    (tmp_path / "a.md").unlink()
    assert baseline.gone({"G103"}) == {known}


def test_a_file_alone_cannot_say_that_a_name_is_answered_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").touch()
    together, by_itself = Known("a.md", "G101", "0" * 16, 1), Known("a.md", "S102", "0" * 16, 1)
    for alone, gone in (True, {by_itself}), (False, {together, by_itself}):
        baseline = Baseline(tmp_path / "known.json", [together, by_itself])
        list(baseline.sift([Checked("a.md", alone=alone)]))
        assert baseline.gone({"G101", "S102"}) == gone


def test_a_file_that_is_passed_over_is_nothing_to_know_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    passed = tuple(rule.at(Span("README.md"), why="it is a README") for rule in (SKIPPED, UNKNOWN_FORMAT))
    told_of_old = Known("README.md", "V106", "0" * 16, 1)
    baseline = Baseline(tmp_path / "known.json", [told_of_old])
    (one,) = baseline.sift([Checked("README.md", findings=passed, counts=False)])
    assert (one.findings, baseline.new, baseline.matched) == ((), 0, 0)
    assert baseline.gone({"V106"}) == frozenset(), "what an older release wrote down is not mended now"
    assert json.loads(baseline.dump({"V106"}))["findings"] == []


def test_a_rule_that_is_no_more_has_no_name(tmp_path: Path) -> None:
    baseline = Baseline(tmp_path / "known.json", [Known("a.md", "Z999", "é" * 16, 1)])
    (row,) = json.loads(baseline.dump(()))["findings"]
    assert (row["name"], row["digest"]) == ("", "é" * 16)
    assert "é" in baseline.dump(()).decode()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("[]", "not a baseline: it has no list `findings`"),
        ('{"findings": {}}', "not a baseline: it has no list `findings`"),
        ('{"findings": []}', "a baseline of version None; this release reads 1"),
        ('{"baseline": 2, "findings": []}', "a baseline of version 2; this release reads 1"),
        (
            '{"baseline": 1, "findings": [{"path": "a", "code": "b", "digest": "c", "nth": 1}, {"path": "a"}]}',
            "finding 2 is not one: it needs `path`, `code`, `digest` and `nth`",
        ),
        ('{"baseline": 1, "findings": [1]}', "finding 1 is not one: it needs `path`, `code`, `digest` and `nth`"),
        (None, "there is no such file; --write-baseline makes it"),
    ],
)
def test_what_is_no_baseline_is_told_why(tmp_path: Path, said: str | None, why: str) -> None:
    path = tmp_path / "known.json"
    if said is not None:
        path.write_text(said)
    with pytest.raises(BaselineFault) as caught:
        load_baseline(path)
    assert str(caught.value) == why


def test_a_baseline_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text("{")
    with pytest.raises(BaselineFault, match=r"^not a baseline: \w"):
        load_baseline(tmp_path / "known.json")
    with pytest.raises(BaselineFault, match=r"^Is a directory"):
        load_baseline(tmp_path)


# --- a library and its sources -----------------------------------------------------------------------

AGENT = "---\nname: {name}\ndescription: {says}\n---\n# {name}\n\nYou work in the harbour.\n\n## Rules\n\nRow.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two agents, and their sources beside it."""
    folder = tmp_path_factory.mktemp("port")
    (folder / "agents").mkdir()
    for name, says in (("tide-forecaster", "Forecasts tides."), ("berth-clerk", "Assigns berths.")):
        (folder / "agents" / f"{name}.md").write_text(AGENT.format(name=name, says=says))
    (folder / "specs").mkdir()
    (folder / "specs" / "collections.yaml").write_text("port: {root: agents, license: MIT}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(convert, ["agents", "--collection", "port", "-q"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def port(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy, in which we stand."""
    shutil.copytree(made, tmp_path / "port")
    monkeypatch.chdir(tmp_path / "port")
    return tmp_path / "port"


Told = list[tuple[str, str, str]]


def told(*paths: str) -> Told:
    """Code, file and underlined words of each finding."""
    collections, _ = load_collections(Path("specs/collections.yaml"))
    return [_case(finding, one) for one in _checked(*paths) for finding in one.findings] if collections else []


def _checked(*paths: str) -> list[Checked]:
    collections, _ = load_collections(Path("specs/collections.yaml"))
    return list(check(find_inputs(paths or ("specs",), collections, project=Path()), collections))


def _case(finding: Finding, one: Checked) -> tuple[str, str, str]:
    span = finding.span
    return finding.rule.code, span.path, (one.text or "")[span.start : span.stop]


TIDE = "specs/port/tide-forecaster.yaml"


def rewrite(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


@pytest.mark.usefixtures("port")
def test_a_library_that_follows_from_its_sources_is_clean() -> None:
    assert told() == []
    specs = [one for one in _checked() if one.shown.startswith("specs/port/")]
    assert [(one.shown, one.collection, one.beside, one.counts) for one in specs] == [
        ("specs/port/berth-clerk.yaml", "port", "agents/berth-clerk.md", True),
        (TIDE, "port", "agents/tide-forecaster.md", True),
    ]


@pytest.mark.usefixtures("port")
def test_a_source_that_has_changed_is_told_at_its_sum() -> None:
    rewrite("agents/tide-forecaster.md", "Row.", "Row hard.")
    assert told() == [("V113", TIDE, "sha256")]
    assert told("specs/port/berth-clerk.yaml") == []


@pytest.mark.usefixtures("port")
def test_a_source_that_is_gone_is_told_at_its_path() -> None:
    Path("agents/tide-forecaster.md").unlink()
    assert told() == [("V115", TIDE, "path")]
    Path("specs/collections.yaml").write_text("port: {root: agents, license: MIT, origin: specs}\n")
    assert told() == [], "where specs are the origin, sources may go"


@pytest.mark.usefixtures("port")
def test_a_spec_edited_by_hand_is_told_with_the_file_to_edit_instead() -> None:
    rewrite(TIDE, "Forecasts tides.", "Foretells tides.")
    (case,) = [(f.rule.code, f.message) for one in _checked() for f in one.findings if f.rule.code == "V112"]
    assert "agents/tide-forecaster.md" in case[1]
    Path("specs/.specs-manifest.json").unlink()
    assert "V112" in {code for code, _, _ in told()}, "made anew from its source, it is another"
    Path("agents/tide-forecaster.md").unlink()
    assert "V112" not in {code for code, _, _ in told()}, "there is nothing to hold it against"


@pytest.mark.usefixtures("port")
def test_what_no_longer_follows_is_told_where_it_stands() -> None:
    Path("specs/collections.yaml").write_text("port: {root: agents, license: MIT, origin: specs}\n")
    rewrite(TIDE, "language: en", "language: de")
    rewrite(TIDE, "kind: constraints", "kind: output")
    assert [(code, path) for code, path, _ in told()] == [("V110", TIDE)] * 2
    assert {words for _, _, words in told()} == {"language", "kind"}


@pytest.mark.usefixtures("port")
def test_a_spec_that_is_no_text_or_no_spec_is_told() -> None:
    Path(TIDE).write_bytes(b"name: caf\xe9\n")
    assert [(code, path) for code, path, _ in told(TIDE)] == [("S010", TIDE)]
    Path(TIDE).write_text("spec: 1\nname: tide-forecaster\nshade: teal\n")
    assert told(TIDE) == [("V108", TIDE, "shade")]
    assert told("specs/port/berth-clerk.yaml") == []


@pytest.mark.usefixtures("port")
def test_two_specs_of_one_id_clash() -> None:
    shutil.copy(TIDE, "specs/port/again.yaml")
    assert told() == [("P101", TIDE, "")]


@pytest.mark.usefixtures("port")
def test_an_alias_that_means_nobody_is_told_at_its_key() -> None:
    Path("specs/collections.yaml").write_text("port: {root: agents, license: MIT, aliases: {boss: harbour-boss}}\n")
    assert told() == [("G108", "specs/collections.yaml", "boss")]
    shutil.rmtree("specs/port")
    assert told() == [], "where there are no specs, it is meant for raw files"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("root: agents", "P104"),
        ("root: agents, publish: full, repository: 'https://git.example/x'", "P104"),
        ("root: agents, repository: 'https://git.example/x'", "P107"),
        ("root: agents, publish: summary", None),
        ("root: agents, publish: none", None),
        ("root: agents, license: MIT", None),
    ],
)
@pytest.mark.usefixtures("port")
def test_a_collection_without_a_licence_is_told(said: str, code: str | None) -> None:
    Path("specs/collections.yaml").write_text(f"# ours\nport: {{{said}}}\n")
    for spec in Path("specs/port").glob("*.yaml"):
        spec.write_text(spec.read_text().replace("license: MIT", "license: NOASSERTION"))
    found = [case for case in told() if case[0].startswith("P1")]
    assert found == ([(code, "specs/collections.yaml", "port")] if code else [])


def test_a_library_is_known_by_its_files(port: Path) -> None:
    assert is_library(port / "specs")
    assert not is_library(port / "specs" / "port")
    (port / "specs" / "collections.yaml").unlink()
    assert is_library(port / "specs"), "our manifest lists canonical files"
    (port / "specs" / ".specs-manifest.json").unlink()
    assert not is_library(port / "specs")


@pytest.mark.usefixtures("port")
def test_whom_an_agent_names_is_told_where_it_says_so_else_in_its_spec() -> None:
    for path in Path("agents").glob("tide*"):
        path.write_text(path.read_text() + "\nEscalate to the harbour-master agent.\n")
    assert CliRunner().invoke(convert, ["agents", "--collection", "port", "-q"]).exit_code == 0
    assert told() == [("G101", "agents/tide-forecaster.md", "harbour-master")]
    assert told("specs/port/berth-clerk.yaml") == []
    (one,) = (one for one in _checked() if one.findings)
    assert (one.counts, one.collection, one.beside) == (False, "port", TIDE)
    Path("agents/tide-forecaster.md").unlink()
    assert [case for case in told() if case[0] == "G101"] == [("G101", TIDE, "harbour-master")]


def test_a_name_is_told_in_the_folder_that_a_collection_is_synced_from(port: Path) -> None:
    """It is the file to mend; where that is not at hand, its path is told."""
    for path in Path("agents").glob("tide*"):
        path.write_text(path.read_text() + "\nEscalate to the harbour-master agent.\n")
    assert CliRunner().invoke(convert, ["agents", "--collection", "port", "-q"]).exit_code == 0
    (port / "agents").rename(port.parent / "quay")
    described = port / "specs" / "collections.yaml"
    described.write_text("port: {source: ../quay, license: MIT, origin: files}\n")
    assert told() == [("G101", "../quay/tide-forecaster.md", "harbour-master")]
    found = partial(CliRunner().invoke, check_command, ["specs", "--json"])
    assert "named in" not in found().output

    described.write_text("port: {source: ../quay, license: MIT, check: {ignore: [G101]}}\n")
    said = json.loads(found().stdout)
    assert ([row["code"] for row in said["findings"]], said["totals"]["suppressed"]) == ([], 1)

    described.write_text("port: {source: ../gone, license: MIT}\n")
    assert told() == [("G101", TIDE, "harbour-master")]
    (row,) = json.loads(found().stdout)["findings"]
    assert row["message"] == "no agent is called 'harbour-master' (named in tide-forecaster.md)"

    described.write_text("port: {root: quay, license: MIT, origin: specs}\n")
    (row,) = json.loads(found().stdout)["findings"]
    assert row["message"] == "no agent is called 'harbour-master'", "here the spec is what one mends"


def test_a_name_is_told_in_the_folder_called_as_the_collection_where_nobody_says_another(port: Path) -> None:
    for path in Path("agents").glob("tide*"):
        path.write_text(path.read_text() + "\nEscalate to the harbour-master agent.\n")
    assert CliRunner().invoke(convert, ["agents", "--collection", "port", "-q"]).exit_code == 0
    (port / "agents").rename(port / "port")
    described = port / "specs" / "collections.yaml"
    described.write_text("port: {license: MIT}\n")
    assert told() == [("G101", "port/tide-forecaster.md", "harbour-master")]
    described.write_text("port: {license: MIT, check: {ignore: [G101]}}\n")
    said = json.loads(CliRunner().invoke(check_command, ["specs", "--json"]).stdout)
    assert ([row["code"] for row in said["findings"]], said["totals"]["suppressed"]) == ([], 1)
    described.write_text("port: {license: MIT}\n")
    rewrite("port/tide-forecaster.md", "Row.", "Sail.")
    assert told() == [("G101", TIDE, "harbour-master")], "it may be another file"


@pytest.mark.usefixtures("port")
def test_a_library_of_others_names_no_folders_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in Path("agents").glob("tide*"):
        path.write_text(path.read_text() + "\nEscalate to the harbour-master agent.\n")
    assert CliRunner().invoke(convert, ["agents", "--collection", "port", "-q"]).exit_code == 0
    Path("specs/collections.yaml").write_text("port: {source: agents, license: MIT}\n")
    assert told()[0][:2] == ("G101", "agents/tide-forecaster.md")
    monkeypatch.chdir("..")
    found = CliRunner().invoke(check_command, ["port/specs", "--json"])
    assert [row["path"] for row in json.loads(found.stdout)["findings"]] == ["port/" + TIDE]


def test_a_publish_that_means_nothing_is_told_where_it_stands(port: Path) -> None:
    path = port / "agents" / "tide-forecaster.md"
    path.write_text(path.read_text().replace("description", "publish: flase\ndescription", 1))
    (one,) = [case for case in told("agents") if case[0] == "P113"]
    assert one == ("P113", "agents/tide-forecaster.md", "flase")
    assert CliRunner().invoke(convert, ["agents", "--collection", "port", "-q"]).exit_code == 0
    assert told() == [one]
    path.unlink()
    assert ("P113", TIDE, "publish") in told()
    path.write_text(AGENT.format(name="tide-forecaster", says="x").replace("name", "publish: false\nname", 1))
    assert "P113" not in {code for code, _, _ in told("agents")}


@pytest.mark.usefixtures("port")
def test_a_spec_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, shown: str) -> bytes | Finding:
        return RULES["S010"].at(Span(shown), problem="gone") if path.name.startswith("tide") else path.read_bytes()

    monkeypatch.setattr("converters.check.library.read_bytes", fail)
    assert told("specs/port/tide-forecaster.yaml") == [("S010", TIDE, "")]
    assert told("specs/port/berth-clerk.yaml") == []


MODES = """\
customModes:
  - slug: tide-forecaster
    name: Tide Forecaster
    roleDefinition: You forecast tides.
    groups: [read]
"""


def test_the_record_of_a_shared_file_is_checked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies around the agents of a file has a record of its own, which the walk of folders passes over."""
    monkeypatch.chdir(tmp_path)
    for folder in ("modes", "specs"):
        Path(folder).mkdir()
    Path("modes/.roomodes").write_text(MODES)
    Path("specs/collections.yaml").write_text("modes: {root: modes, license: MIT}\n")
    assert CliRunner().invoke(convert, ["modes", "-q"]).exit_code == 0
    (record,) = Path("specs").rglob(".*/*.yaml")
    assert told() == []
    assert record.as_posix() in {one.shown for one in _checked()}
    rewrite(str(record), "shared:", "shade: teal\nshared:")
    assert told() == [("V108", record.as_posix(), "shade")]
    assert told("specs/modes/roomodes") == [("V108", record.as_posix(), "shade")], "it is part of the collection"
    record.write_text("a: [")
    assert [(code, path) for code, path, _ in told()] == [("S101", record.as_posix())]


# --- files ------------------------------------------------------------------------------------------

STDIN = Input(Path("stdin.md"), "-", "stdin.md", "stdin", explicit=True)
ODD = "---\ndescription: Forecasts tides.\nmode: helper\n---\nYou forecast tides.\n"


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("tide.md").write_text(ODD)
    return Path("tide.md")


@pytest.mark.parametrize("stdin", [False, True])
def test_a_file_is_checked_as_the_format_that_is_asked_for(odd: Path, stdin: bool) -> None:
    """OpenCode loads no agent at all for a mode it has none of, and Kilo Code leaves out the one."""
    inputs, raw = ([STDIN], ODD.encode()) if stdin else (list(find_inputs((str(odd),), {}, project=Path())), b"")
    for source_format, code in (("opencode", "V204"), ("kilo", "V202")):
        (one,) = check(inputs, {}, stdin=raw, source_format=source_format)
        assert code in {finding.rule.code for finding in one.findings}
        assert (one.shown, one.counts, one.alone) == ("-" if stdin else "tide.md", True, True)
        assert one.text == ODD


@pytest.mark.parametrize("stdin", [False, True])
def test_other_clients_are_asked_about_a_file(odd: Path, stdin: bool) -> None:
    inputs, raw = ([STDIN], ODD.encode()) if stdin else (list(find_inputs((str(odd),), {}, project=Path())), b"")
    (one,) = check(inputs, {}, stdin=raw, source_format="opencode", asked={"qwen-code": "refuse", "opencode": "refuse"})
    said = [finding.message for finding in one.findings if finding.rule.code == "V205"]
    assert said == ["Qwen Code refuses it: it has no 'name'"]
    assert not any(f.rule.code[0] == "L" and "OpenCode" in f.message for f in one.findings)
    (alone,) = check(inputs, {}, stdin=raw, source_format="opencode")
    assert "V205" not in {finding.rule.code for finding in alone.findings}


def test_agents_of_a_folder_are_held_against_each_other_and_a_named_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "agents"
    folder.mkdir()
    (folder / "a.md").write_text(
        AGENT.format(name="tide-forecaster", says="Tides.") + "\nEscalate to the harbour-master agent.\n"
    )
    (folder / "c.md").write_text(AGENT.format(name="berth-clerk", says="Berths."))
    (one,) = (c for c in check(find_inputs((str(folder),), {}, project=tmp_path), {}) if not c.counts)
    ((code, path, words),) = [_case(finding, one) for finding in one.findings]
    assert (code, Path(path).name, words) == ("G101", "a.md", "harbour-master")
    (folder / "c.md").unlink()
    assert all(c.counts for c in check(find_inputs((str(folder),), {}, project=tmp_path), {})), "nobody else to ask"


@pytest.mark.usefixtures("port")
@pytest.mark.parametrize(
    "named",
    [("team", "team/data"), ("team/data", "./team"), ("team/data/a.md", "team"), ("team", "team/data/a.md"),
     ("team", "again")],
)  # fmt: skip
def test_of_paths_that_overlap_each_file_is_checked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: tuple[str, str]
) -> None:
    """Whichever is named first, a file in a folder is held against those that lie with it."""
    monkeypatch.chdir(tmp_path)
    Path("team/data").mkdir(parents=True)
    Path("again").symlink_to("team")
    for path, prose in {"data/a": "Ask the harbour-master agent.", "b": "Work."}.items():
        Path(f"team/{path}.md").write_text(f"---\nname: {path[-1]}\ndescription: Works.\n---\n{prose}\n")
    said = json.loads(CliRunner().invoke(check_command, [*named, "--select", "G101", "--json"]).stdout)
    assert [(found["code"], found["path"]) for found in said["findings"]] == [("G101", "team/data/a.md")]
    assert said["totals"]["files"] == 2


def test_a_path_that_is_not_there_is_a_finding_and_no_file() -> None:
    (one,) = _checked("nowhere.md")
    assert (one.shown, one.counts, len(one.findings)) == ("nowhere.md", False, 1)
