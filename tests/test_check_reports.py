"""What `specs check` tells programs, and what it leaves out: SARIF, JUnit, GitHub, baselines, suppressions, changes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.check import Checked
from converters.check.comments import comments
from converters.check.fingerprints import fingerprint
from converters.check.report import to_github, to_junit, to_sarif
from converters.check.report.counts import counted
from converters.check.since import Since
from converters.check.suppression import is_ignorable, rule_of
from converters.cli import main
from converters.cli._summary import job_summary
from converters.findings import ERROR, INFO, LOSS, RULES, WARNING, Finding, Fix, Rule, Severity, Span, place
from converters.git import GitFault
from converters.library import load_collections


@dataclass(frozen=True)
class Result:
    """What a run of the command came to."""

    exit_code: int
    stdout: str
    stderr: str


Specs = Callable[..., Result]

TIDES = """\
---
name: tide-forecaster
description: Forecasts tides for the harbour.
shade: teal
---
You forecast tides. 🌊
"""


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Specs:
    """Run a verb in a fresh folder with two agents."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "tide-forecaster.md").write_text(TIDES, encoding="utf-8")
    clerk = TIDES.replace("tide-forecaster", "berth-clerk").replace("You forecast tides. 🌊", "You assign berths.")
    (tmp_path / "agents" / "berth-clerk.md").write_text(clerk, encoding="utf-8")

    def run(*words: object) -> Result:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        monkeypatch.setattr(sys, "argv", ["specs", *map(str, words)])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as left:
            main()
        return Result(int(left.value.code or 0), *(_written(stream) for stream in (out, err)))

    return run


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def codes(result: Result) -> list[str]:
    return [found["code"] for found in json.loads(result.stdout)["findings"]]


def tides(text: str) -> None:
    Path("agents/tide-forecaster.md").write_text(text, encoding="utf-8")


# --- SARIF ----------------------------------------------------------------------------------------


def sarif(*checked: Checked) -> dict[str, Any]:
    (run,) = json.loads(to_sarif(checked, "1.2.3"))["runs"]
    return dict(run)


TEXT = "one\n🌊🌊 two\nthree\n"
TWO = Span("agents/höhe 1#%.md", TEXT.index("two"), TEXT.index("two") + 3)


def test_sarif_says_where_in_code_points() -> None:
    run = sarif(Checked("x", TEXT, (RULES["G103"].at(TWO),)))
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    (location,) = result["locations"]
    where = location["physicalLocation"]
    assert where["region"] == {"startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 7}
    artifact = where["artifactLocation"]
    assert artifact["uri"] == "agents/h%C3%B6he%201%23%25.md"
    assert unquote(artifact["uri"]) == TWO.path
    assert artifact["uriBaseId"] in run["originalUriBaseIds"]


def test_sarif_s_fix_applied_is_the_fix() -> None:
    fix = Fix(TWO, "zwei", safe=False)
    (result,) = sarif(Checked("x", TEXT, (RULES["G103"].at(TWO, fix=fix),)))["results"]
    ((change,),) = [fix["artifactChanges"] for fix in result["fixes"]]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    lines = TEXT.split("\n")
    row = lines[region["startLine"] - 1]
    lines[region["startLine"] - 1] = (
        row[: region["startColumn"] - 1] + replacement["insertedContent"]["text"] + row[region["endColumn"] - 1 :]
    )
    assert "\n".join(lines) == TEXT.replace("two", "zwei")


def test_a_fix_that_holds_a_secret_stays_here() -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    text = f"token: {key}\n"
    span = Span("a.md", 7, 7 + len(key))
    said = to_sarif([Checked("a.md", text, (RULES["G103"].at(span, fix=Fix(span, f'"{key}"')),))], "1")
    assert key.encode() not in said and b"fixes" not in said


def test_a_loss_is_a_warning_that_says_so_and_security_has_a_score() -> None:
    lost = RULES["L101"].at(Span("a.md"), format="Codex", field="color", why="")
    run = sarif(Checked("a.md", None, (lost, *_security())))
    by_rule = {result["ruleId"]: result for result in run["results"]}
    assert by_rule["L101"]["level"] == "warning"
    assert by_rule["L101"]["properties"]["severity"] == "loss"
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    for code, result in by_rule.items():
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]] is rules[code]
        assert rules[code]["help"]["text"] and rules[code]["help"]["markdown"]
        assert ("security-severity" in rules[code]["properties"]) == (code[0] == "X")


def _security() -> list[Finding]:
    return [
        rule.at(Span("a.md"), **dict.fromkeys(re.findall(r"\{(\w+)", rule.wording + rule.advice), 1))
        for rule in RULES.values()
        if rule.code[0] == "X"
    ]


def test_sarif_is_sorted_and_carries_what_was_suppressed(specs: Specs) -> None:
    tides(TIDES.replace("shade: teal", "shade: teal  # specs: ignore V101 -- our theme needs it"))
    first, second = (specs("check", "agents", "-v", "--format", "sarif").stdout for _ in range(2))
    assert first == second
    (run,) = json.loads(first)["runs"]
    results = run["results"]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert uris == sorted(uris)
    said = {uri: result["suppressions"] for uri, result in zip(uris, results, strict=True)}
    assert said["agents/tide-forecaster.md"] == [{"kind": "inSource", "justification": "our theme needs it"}]
    assert said["agents/berth-clerk.md"] == []


def test_a_fingerprint_moves_with_its_line() -> None:
    def prints(text: str) -> list[str]:
        places = [match.start() for match in re.finditer("teal", text)]
        found = tuple(RULES["G103"].at(Span("a.md", at, at + 4)) for at in places)
        return [
            r["partialFingerprints"]["primaryLocationLineHash"] for r in sarif(Checked("a.md", text, found))["results"]
        ]

    before = prints("a: teal\nb: teal\nb: teal\n")
    assert len(set(before)) == 3
    assert prints("new\n\na: teal\nmore\n  b:  teal\nb: teal\n") == before
    assert prints("a: teal!\nb: teal\nb: teal\n")[1:] == before[1:]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_reported(text: str, path: str) -> None:
    found = RULES["S101"].at(Span(path or "x", 0, len(text)), problem=text)
    checked = Checked(path or "x", text, (found,))
    json.loads(to_sarif([checked], "1").decode())
    ET.fromstring(to_junit([checked], INFO).encode("utf-8", "backslashreplace"))


def test_a_sarif_report_as_the_standard_has_it() -> None:
    """Every property of one, its names and values from the standard and from what GitHub says it reads."""
    tabs = RULES["S104"].at(Span("./agents/tide.md", 4, 7), fix=Fix(Span("./agents/tide.md", 4, 4), "  "), key="a")
    text = "a:\n\tb: c\n"
    (run,) = json.loads(to_sarif([Checked("agents/tide.md", text, (tabs,))], "1.2.3"))["runs"]
    (rule,) = run["tool"]["driver"].pop("rules")
    assert run["tool"] == {"driver": {"name": "agent-specs", "semanticVersion": "1.2.3"}}
    assert run["automationDetails"] == {"id": "specs/"}
    assert run["originalUriBaseIds"].keys() == {"%SRCROOT%"}
    assert (rule["id"], rule["name"]) == ("S104", "TabIndent")
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert rule["properties"] == {"tags": ["syntax"], "problem.severity": "warning", "severity": "warning"}
    assert rule["shortDescription"]["text"] == "Tab indent: tabs indent this entry; read as two spaces each."
    assert "\n\nTo mend it: indent with spaces.\n\n`specs explain S104` says more." in rule["help"]["text"]
    assert "\n\nTo mend it: indent with spaces.\n\nFor example:\n\n```\n---\n" in rule["help"]["markdown"]
    assert rule["help"]["markdown"].endswith("\n```")
    why = rule["fullDescription"]["text"]
    assert why[0].isupper() and why.endswith(".") and "\n" not in why
    (result,) = run["results"]
    assert len(result.pop("partialFingerprints")["primaryLocationLineHash"].partition(":")[0]) == 16
    artifact = {"uri": "agents/tide.md", "uriBaseId": "%SRCROOT%"}
    assert result == {
        "ruleId": "S104",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": "tabs indent this entry; read as two spaces each (indent with spaces)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 2, "startColumn": 2, "endLine": 2, "endColumn": 5},
                }
            }
        ],
        "properties": {"severity": "warning"},
        "fixes": [
            {
                "description": {"text": "mends it"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {
                                "deletedRegion": {"startLine": 2, "startColumn": 2, "endLine": 2, "endColumn": 2},
                                "insertedContent": {"text": "  "},
                            }
                        ],
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("code", "level", "problem", "tag"),
    [
        ("S101", "error", "error", "syntax"),
        ("V101", "note", "recommendation", "values"),
        ("L101", "warning", "warning", "losses"),
        ("X113", "warning", "warning", "security"),
        ("G103", "warning", "warning", "graph"),
    ],
)
def test_a_rule_is_as_grave_to_github_as_to_us(code: str, level: str, problem: str, tag: str) -> None:
    facts = dict.fromkeys(re.findall(r"\{(\w+)", RULES[code].wording), "x")
    run = sarif(Checked("a.md", None, (RULES[code].at(Span("a.md"), **facts),)))
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["defaultConfiguration"]["level"] == level == run["results"][0]["level"]
    assert rule["properties"]["problem.severity"] == problem
    assert rule["properties"]["tags"] == [tag]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_a_path_outside_is_named_as_it_is_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for shown, uri, is_inside in (
        ("../tide 1.md", (tmp_path / "tide 1.md").as_uri(), False),
        (str(tmp_path / "here" / "tide.md"), "tide.md", True),
        ("a/../..tide.md", "..tide.md", True),
    ):
        (result,) = sarif(Checked(shown, None, (RULES["G103"].at(Span(shown)),)))["results"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == ({"uri": uri, "uriBaseId": "%SRCROOT%"} if is_inside else {"uri": uri})


def test_a_finding_at_no_character_has_a_start_and_no_end() -> None:
    (result,) = sarif(Checked("a.md", "one\ntwo\n", (RULES["G103"].at(Span("a.md", 5, 5)),)))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 2}


def test_losses_of_a_conversion_are_sarif_too(specs: Specs) -> None:
    tides(TIDES.replace("shade: teal", "color: teal"))
    specs("convert", "agents", "--to", "codex", "-o", "out", "--access", "allow", "--report", "losses.sarif")
    (run,) = json.loads(Path("losses.sarif").read_text())["runs"]
    (lost,) = [
        result for result in run["results"] if result["ruleId"] == "L101" and "color" in result["message"]["text"]
    ]
    region = lost["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], lost["properties"]["severity"]) == (4, "loss")
    again = specs("convert", "agents", "--to", "codex", "-o", "out", "--access", "allow", "--report", "losses.sarif")
    assert "P102" not in again.stderr


@pytest.mark.clients
def test_the_standard_s_own_validator_takes_it(specs: Specs, tmp_path: Path) -> None:
    program = shutil.which("sarif-multitool") or shutil.which("Sarif.Multitool")
    if program is None:
        pytest.skip("sarif-multitool is not installed")
    specs("check", "agents", "-v", "--format", "sarif", "-o", "found.sarif")
    done = subprocess.run(
        [program, "validate", "found.sarif"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "error" not in done.stdout.replace("0 error", "")


# --- JUnit, GitHub, files -----------------------------------------------------------------------


def test_junit_has_a_case_a_file_that_fails_at_the_failing_level(specs: Specs) -> None:
    tides(TIDES + "Escalate to the <b>& agent.\n")
    for level, failed in (("error", 0), ("info", 2)):
        done = specs("check", "agents", "-v", "--format", "junit", "--fail-on", level)
        root = ET.fromstring(done.stdout)
        (suite,) = root
        assert (root.get("name"), suite.get("name")) == ("specs check", "agents")
        assert [case.get("name") for case in suite] == ["agents/berth-clerk.md", "agents/tide-forecaster.md"]
        for element in (root, suite):
            assert (element.get("tests"), element.get("failures")) == ("2", str(failed))
        failures = [case.find("failure") for case in suite]
        assert sum(failure is not None for failure in failures) == failed
        for failure in failures:
            if failure is not None:
                assert failure.get("type") == "V101 unknown-key"
                assert "4:1: info[V101 unknown-key]" in str(failure.text)
        assert done.exit_code == bool(failed)


def test_a_junit_report_as_reporters_read_it() -> None:
    """A suite a collection, a case a file, in the order the files came; grave findings fail, others are output."""
    text = "one\ntwo\n"
    grave = RULES["S101"].at(Span("a<b.md", 4, 7), problem='not "YAML"')
    slight = RULES["S104"].at(Span("a<b.md", 0, 1), key="a")
    self_named = RULES["G103"].at(Span("c.md"))
    report = to_junit(
        [
            Checked("a<b.md", text, (slight, grave), collection="port"),
            Checked("b.md", None, ()),
            Checked("c.md", None, (self_named, self_named), collection="port"),
            Checked("a<b.md", text, (self_named,), counts=False),
            Checked("d.md", None, (), counts=False),
        ],
        WARNING,
    )
    named = "1:1: warning[G103 self-reference] the agent names itself"
    tabs = "1:1: warning[S104 tab-indent] tabs indent this entry; read as two spaces each (indent with spaces)"
    assert report.split("\n") == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="specs check" tests="3" failures="2" errors="0" skipped="0" time="0">',
        '  <testsuite name="port" tests="2" failures="2" errors="0" skipped="0" time="0">',
        '    <testcase classname="port" name="a&lt;b.md" file="a&lt;b.md" time="0">',
        """      <failure type="S101 not-yaml" message='1 error, 2 warnings; the first: not "YAML"'>""",
        tabs,
        '2:1: error[S101 not-yaml] not "YAML"',
        named + "</failure>",
        "    </testcase>",
        '    <testcase classname="port" name="c.md" file="c.md" time="0">',
        '      <failure type="G103 self-reference" message="2 warnings; the first: the agent names itself">',
        named,
        named + "</failure>",
        "    </testcase>",
        "  </testsuite>",
        '  <testsuite name="files" tests="1" failures="0" errors="0" skipped="0" time="0">',
        '    <testcase classname="files" name="b.md" file="b.md" time="0"/>',
        "  </testsuite>",
        "</testsuites>",
        "",
    ]
    told = to_junit([Checked("a.md", text, (slight, grave, slight), collection="port")], ERROR)
    assert """ message='not "YAML"'>\n2:1: error[S101 not-yaml] not "YAML"</failure>\n""" in told
    assert f"      <system-out>{tabs}\n{tabs}</system-out>\n    </testcase>" in told
    assert 'failures="1"' in told


def test_what_xml_cannot_say_is_replaced() -> None:
    found = RULES["S101"].at(Span("a\x01.md"), problem="b\ufffe & c")
    report = to_junit([Checked("a\ud800.md", None, (found,), collection="x\ny\x02")], ERROR)
    (suite,) = ET.fromstring(report)
    assert suite.get("name") == "x\ny\ufffd"
    assert suite[0].get("classname") == "x\ny\ufffd"
    (failure,) = suite[0]
    assert "\ufffe" not in report and "&amp; c" in report and "& c" in str(failure.text)


def test_an_annotation_is_a_workflow_command() -> None:
    """<https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>, and how it escapes."""
    text = "one\ntwo three\n"
    tabs = RULES["S104"]
    title = "title=warning S104 tab-indent"
    said = "::tabs indent this entry; read as two spaces each (indent with spaces)"
    for span, where in (
        (Span("a.md", 4, 7), "file=a.md,line=2,col=1,endLine=2,endColumn=4"),
        (Span("a.md", 2, 5), "file=a.md,line=1,col=3"),  # a column of another line would be none of this one
        (Span("a.md", 5, 5), "file=a.md,line=2,col=2,endLine=2,endColumn=2"),
        (Span("a.md"), "file=a.md"),
        (Span("a:b,c%.md"), "file=a%3Ab%2Cc%25.md"),
    ):
        assert to_github(tabs.at(span, key="a"), text) == f"::warning {where},{title}{said}"
    assert to_github(tabs.at(Span("a.md", 4, 7), key="a"), None) == f"::warning file=a.md,{title}{said}"
    kinds = {"S101": "error", "V101": "notice", "L101": "warning"}
    for code, kind in kinds.items():
        facts = dict.fromkeys(re.findall(r"\{(\w+)", RULES[code].wording), "100%")
        told = to_github(RULES[code].at(Span("a.md"), **facts), None)
        assert told.startswith(f"::{kind} file=a.md,title=") and "100%25" in told


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "nothing found"),
        ({ERROR: 0}, "nothing found"),
        ({ERROR: 1}, "1 error"),
        ({INFO: 1, WARNING: 2, LOSS: 1, ERROR: 3}, "3 errors, 1 loss, 2 warnings, 1 note"),
        ({INFO: 2, LOSS: 2}, "2 losses, 2 notes"),
        ({WARNING: 1}, "1 warning"),
    ],
)
def test_counts_are_words_the_gravest_first(counts: dict[Severity, int], words: str) -> None:
    assert counted(counts) == words


def test_annotations_come_gravest_first_and_say_when_there_are_too_many(specs: Specs) -> None:
    for number in range(12):
        (Path("agents") / f"crew-{number:02}.md").write_text(TIDES.replace("tide-forecaster", f"crew-{number:02}"))
    Path("agents/zulu.md").write_bytes(b"")
    done = specs("check", "agents", "--format", "github", "-v")
    assert done.stdout.startswith("::error file=agents/zulu.md,")
    assert "GitHub shows 10 annotations of each kind" in done.stderr
    few = specs("check", "agents/berth-clerk.md", "--format", "github", "-v")
    assert "GitHub shows" not in few.stderr


def test_a_job_s_summary_is_added_where_github_asks(specs: Specs, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("summary.md").write_text("# Before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    specs("check", "agents", "-v")
    assert Path("summary.md").read_text() == "# Before\n"
    specs("check", "agents", "-v", "--format", "github")
    said = Path("summary.md").read_text()
    assert said.startswith("# Before\n### `specs check`: 2 files, 2 notes\n")
    assert "`agents/berth-clerk.md:4`" in said


HOSTILE = (
    "<img src=x onerror=alert(1)> | [x](javascript:a) `` ` `` @everyone https://evil.example www.evil.example **b**"
)


def test_nothing_takes_effect_in_a_summary() -> None:
    found = RULES["S101"].at(Span(f"a|{HOSTILE}.md"), problem=HOSTILE)
    page = cmarkgfm.github_flavored_markdown_to_html(job_summary([(found, None)], 1, {ERROR: 1}))
    assert not re.search(r"<(?:img|a|strong|em)\b", page)
    assert page.count("<tr>") == 2 and page.count("<td>") == 4


def test_a_summary_stays_below_github_s_limit() -> None:
    found = RULES["S101"].at(Span("a.md"), problem="界" * 200)
    said = job_summary([(found, None)] * 20_000, 1, {ERROR: 20_000})
    assert 900_000 < len(said.encode()) <= 1_000_000
    shown, left = said.count("| Error |"), re.search(r"(\d+) more are in the log", said)
    assert left and shown + int(left[1]) == 20_000


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_a_report_is_written_over_its_like_and_over_nothing_else(specs: Specs, form: str) -> None:
    words = ("check", "agents", "-v", "--format", form, "-o", "out/report")
    printed = specs("check", "agents", "-v", "--format", form).stdout
    assert specs(*words).exit_code == 0
    assert printed in Path("out/report").read_text(encoding="utf-8")
    tides(TIDES.replace("shade", "hue"))
    assert specs(*words).exit_code == 0
    assert "hue" in Path("out/report").read_text(encoding="utf-8")
    Path("out/report").write_text("my own words\n")
    assert specs(*words).exit_code == 2
    assert Path("out/report").read_text() == "my own words\n"


# --- baselines ------------------------------------------------------------------------------------


def test_a_baseline_hides_what_is_known_wherever_it_moved(specs: Specs) -> None:
    done = specs("check", "agents", "--baseline", "known.json", "--write-baseline")
    assert (done.exit_code, done.stdout) == (0, "")
    rows = json.loads(Path("known.json").read_text())["findings"]
    assert [(row["path"], row["code"], row["nth"]) for row in rows] == [
        ("agents/berth-clerk.md", "V101", 1),
        ("agents/tide-forecaster.md", "V101", 1),
    ]
    assert Path("known.json").read_text().count("\n") == 5 + len(rows)
    tides(TIDES.replace("name:", "color: red\nname:").replace("shade: teal", "shade: teal\nhue: red"))
    done = specs("check", "agents", "--baseline", "known.json", "--json")
    (found,) = json.loads(done.stdout)["findings"]
    assert (found["code"], found["line"]) == ("V101", 6)
    assert json.loads(done.stdout)["totals"]["known"] == 2


def test_the_baseline_that_lies_among_the_agents_is_none(specs: Specs) -> None:
    done = specs("check", ".", "--baseline", "known.json", "--write-baseline")
    assert (done.exit_code, Path("known.json").is_file()) == (0, True)
    first = Path("known.json").read_bytes()
    done = specs("check", ".", "--baseline", "known.json", "--verbose")
    assert "known.json" not in done.stdout + done.stderr
    specs("check", ".", "--baseline", "known.json", "--write-baseline")
    assert Path("known.json").read_bytes() == first


def test_what_is_wrong_with_the_projects_own_file_is_told_once_and_fails(specs: Specs) -> None:
    Path("specs").mkdir(exist_ok=True)
    Path("specs/collections.yaml").write_text("port: {root: agents, licence: MIT}\n")
    for inputs in ("agents",), ("agents", "specs"), ("agents", "specs", "--format", "json"):
        done = specs("check", *inputs)
        assert done.exit_code == 1
        assert (done.stdout + done.stderr).count("did you mean license?") == 1, inputs


def test_of_many_findings_it_is_told_how_many_each_rule_has(specs: Specs) -> None:
    names = [f"shade{number}" for number in range(20)]
    tides(TIDES.replace("shade: teal", "\n".join(f"{name}: teal" for name in names)))
    assert " x" not in specs("check", "agents/tide-forecaster.md").stderr
    done = specs("check", "agents", "--verbose")
    assert done.stderr.splitlines()[-2] == "V101 unknown-key x21"
    assert "V101 unknown-key x" not in specs("check", "agents", "--format", "github").stderr


def test_what_no_longer_holds_is_told_and_dropped_when_the_baseline_is_written(specs: Specs) -> None:
    write = ("check", "agents", "--baseline", "known.json", "--write-baseline")
    specs(*write)
    tides(TIDES.replace("shade: teal\n", ""))
    done = specs("check", "agents", "--baseline", "known.json")
    assert "known.json: 1 finding no longer there" in done.stderr
    for part in (
        ("agents/berth-clerk.md",),
        ("agents", "--ignore", "V101"),
    ):  # what was not looked for may still be there
        assert "no longer" not in specs("check", *part, "--baseline", "known.json").stderr
    assert "1 finding known (0 new, 1 gone)" in specs(*write).stderr
    before = Path("known.json").read_bytes()
    specs(*write)
    assert Path("known.json").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [None, "", "{", "[]", '{"findings": 1}', '{"baseline": 2, "findings": []}', '{"baseline": 1, "findings": [{}]}'],
)
def test_a_bad_baseline_is_misuse(specs: Specs, text: str | None) -> None:
    if text is not None:
        Path("known.json").write_text(text)
    done = specs("check", "agents", "--baseline", "known.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: known.json: ") and done.stderr.count("\n") == 1


# --- suppressions -----------------------------------------------------------------------------------


def _said(text: str, path: str = "a.md") -> list[tuple[list[str], str, bool]]:
    return [([word for word, _ in c.words], c.reason, c.lines is None) for c in comments(text, path)]


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("a.md", "---\n# specs: ignore V101, S005 -- so it is\na: b\n---\nx", [(["V101", "S005"], "so it is", True)]),
        ("a.md", "---\na: b  # specs: ignore V101\n---\nx", [(["V101"], "", False)]),
        ("a.md", "---\na: b: c # specs: ignore V101\nd: e # specs: ignore V104\n---\nx", [(["V104"], "", False)]),
        ("a.md", "---\na: |\n  # specs: ignore V101\n---\n# specs: ignore V101\n", []),
        ("a.md", "---\na: 'x # specs: ignore V101'\n---\n", []),
        ("a.md", "Ask x. <!-- specs: ignore G101 -- he left --> And y.", [(["G101"], "he left", False)]),
        ("a.md", "  <!--specs: ignore missing-agent-->  \n", [(["missing-agent"], "", True)]),
        ("a.md", "```\n<!-- specs: ignore G101 -->\n```\n`<!-- specs: ignore G101 -->`\n", []),
        ("a.toml", "a = 1 # specs: ignore V101\nb = '''\n# specs: ignore V102\n'''\n", [(["V101"], "", False)]),
        ("a.yaml", "# specs: ignore V110\na: 1\n", [(["V110"], "", True)]),
        ("a.json", '{"a": "# specs: ignore V101"}\n# specs: ignore V101', []),
    ],
)
def test_a_comment_counts_where_it_is_one(path: str, text: str, wanted: list[Any]) -> None:
    assert _said(text, path) == wanted


@given(st.text("-#<!>` \n:'\"|\\abspecs ignore V101", max_size=200))
def test_comments_are_found_in_any_text(text: str) -> None:
    for path in ("a.md", "a.yaml", "a.toml"):
        for comment in comments(f"---\n{text}\n# specs: ignore V101\n---\n{text}", path):
            assert comment.start < comment.stop


def test_a_comment_on_its_line_counts_for_the_file_and_beside_something_for_the_line(specs: Specs) -> None:
    two = TIDES.replace("shade: teal", "shade: teal\nhue: red")
    for text, left in (
        (two, 2),
        (two.replace("hue: red", "hue: red # specs: ignore V101"), 1),
        (two.replace("hue: red", "# specs: ignore unknown-key\nhue: red"), 0),
        (f"{two}\n<!-- specs: ignore V101 -- the theme's -->\n", 0),
    ):
        tides(text)
        done = specs("check", "agents/tide-forecaster.md", "--json")
        assert codes(done) == ["V101"] * left
        assert json.loads(done.stdout)["totals"]["suppressed"] == 2 - left


def test_a_comment_is_no_part_of_what_is_said(specs: Specs) -> None:
    """A header that has to be mended keeps it out of the value before it."""
    tides(TIDES.replace("tides for the harbour.", "tides: for the harbour.\n# specs: ignore S102 -- as ever"))
    assert codes(specs("check", "agents/tide-forecaster.md", "--json")) == ["V101"]
    (agent,) = json.loads(specs("show", "agents/tide-forecaster.md", "--json").stdout)["agents"]
    assert agent["description"] == "Forecasts tides: for the harbour."


def test_what_suppresses_nothing_and_what_means_no_rule_is_told(specs: Specs) -> None:
    tides(TIDES.replace("shade: teal", "# specs: ignore V111 G101 V1O1"))
    assert codes(specs("check", "agents", "--json", "--select", "P1")) == ["P110", "P108", "P108"]
    alone = specs("check", "agents/tide-forecaster.md", "--json", "--select", "P108")
    assert codes(alone) == ["P108"]  # whom it names cannot be asked of a file alone


def where(result: Result) -> list[tuple[str, str, int, int]]:
    """Code, message and place of each finding."""
    found = json.loads(result.stdout)["findings"]
    return [(one["code"], one["message"], one["line"], one["column"]) for one in found]


def test_a_suppression_is_told_about_at_its_word(specs: Specs) -> None:
    comment = "# specs: ignore V111, no-such-rule, mising-agent VV101"
    tides(f"---\nname: tide-forecaster\ndescription: Forecasts tides.\n{comment}\n---\nTide.\n")
    assert where(specs("check", "agents/tide-forecaster.md", "--json", "--select", "P1")) == [
        ("P110", "no rule is called 'no-such-rule'", 4, 23),
        ("P110", "no rule is called 'mising-agent'; did you mean missing-agent?", 4, 37),
        ("P110", "no rule is called 'VV101'; did you mean V101?", 4, 50),
        ("P108", f"nothing here is V111 {RULES['V111'].name}, so that ignoring it does nothing", 4, 17),
    ]


def test_a_refused_suppression_is_told_at_the_comment(specs: Specs) -> None:
    tides("---\nname: &a loop\n# specs: ignore yaml-alias\nother: *a\n---\nx\n")
    assert where(specs("check", "agents/tide-forecaster.md", "--json", "--select", "P109")) == [
        ("P109", "S108 yaml-alias cannot be ignored from within the file", 3, 1)
    ]
    told = specs("check", "agents/tide-forecaster.md", "--format", "github", "--select", "P109").stdout
    assert f",line=3,col=1,endLine=3,endColumn={len('# specs: ignore yaml-alias') + 1}," in told


def test_a_suppression_of_a_line_counts_for_what_touches_it(specs: Specs) -> None:
    head = "---\nname: tide-forecaster\ndescription: Forecasts tides.\n"
    for header, left in (
        ("shade: teal\nhue: red  # specs: ignore V101\n", [4]),
        ("shade: teal  # specs: ignore V101\nhue: red\n", [5]),
        ("shade: teal  # specs: ignore V104\n", [4]),
        ("shade: teal  # specs: ignore V104 unknown-key -- the theme's\n", []),
    ):
        tides(f"{head}{header}---\nYou forecast.\n")
        done = specs("check", "agents/tide-forecaster.md", "--json", "--select", "V101")
        assert [case[2] for case in where(done)] == left


def test_what_a_report_says_of_suppressions(specs: Specs) -> None:
    """A comment in the source, with its reason, or the configuration."""
    Path("specs").mkdir()
    Path("specs/collections.yaml").write_text("port: {root: agents, check: {paths: {'berth-*': [V101]}}}\n")
    tides(TIDES.replace("shade: teal", "shade: teal  # specs: ignore V101 -- our  theme"))
    (run,) = json.loads(specs("check", "agents", "-v", "--format", "sarif").stdout)["runs"]
    said = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: result["suppressions"]
        for result in run["results"]
    }
    assert said == {
        "agents/berth-clerk.md": [{"kind": "external", "justification": "by collections.yaml"}],
        "agents/tide-forecaster.md": [{"kind": "inSource", "justification": "our theme"}],
    }


def test_a_file_cannot_excuse_itself_from_errors_nor_from_security(specs: Specs) -> None:
    assert {code for code, rule in RULES.items() if is_ignorable(rule)} == {
        code for code, rule in RULES.items() if rule.severity < ERROR and code[0] != "X"
    }
    tides("---\n# specs: ignore S108\nname: &a loop\nother: *a\n---\nx\n")
    done = specs("check", "agents/tide-forecaster.md", "--json", "--select", "S,P")
    assert codes(done) == ["S108", "P109"]
    assert done.exit_code == 1
    Path("specs").mkdir()
    Path("specs/collections.yaml").write_text("port: {root: agents, check: {paths: {'tide-*': [yaml-alias, P109]}}}\n")
    assert codes(specs("check", "agents/tide-forecaster.md", "--json", "--select", "S,P")) == []


def test_configuration_counts_for_its_collection_and_only_from_where_the_user_stands(specs: Specs) -> None:
    Path("specs").mkdir()
    Path("specs/collections.yaml").write_text("port: {root: agents, check: {ignore: [V1]}}\n")
    assert codes(specs("check", "agents", "--json")) == []
    Path("elsewhere/specs").mkdir(parents=True)
    shutil.copytree("agents", "elsewhere/agents")
    shutil.copy("specs/collections.yaml", "elsewhere/specs")
    assert codes(specs("check", "elsewhere/agents", "--json")) == ["V101", "V101"]


def test_configuration_that_suppresses_nothing_is_told_when_all_was_looked_at(specs: Specs) -> None:
    Path("specs").mkdir()
    Path("specs/collections.yaml").write_text("port:\n  root: agents\n  check:\n    ignore: [V101, S005]\n")
    found = json.loads(specs("check", "agents", "--json", "--select", "P108,V101").stdout)["findings"]
    assert [(one["code"], one["path"], one["line"]) for one in found] == [("P108", "specs/collections.yaml", 4)]
    assert codes(specs("check", "agents/tide-forecaster.md", "--json")) == []


def test_a_library_s_files_are_counted_without_what_describes_it(specs: Specs) -> None:
    """Two agents make two specs, collections.yaml or not; where it is all that is checked, it is the one file."""
    specs("convert", "agents", "--collection", "port", "-q")
    Path("specs/collections.yaml").write_text("port: {root: agents, license: MIT}\n")
    assert json.loads(specs("check", "specs", "--json").stdout)["totals"]["files"] == 2
    assert specs("check", "specs").stderr.endswith("2 files checked: nothing found\n")
    alone = specs("check", "specs/collections.yaml")
    assert (alone.exit_code, alone.stderr) == (0, "1 file checked: nothing found\n")


TWICE = ("convert", "agents", "--to", "vscode,claude-code", "--access", "allow", "-o", "out", "--dry-run")


def test_a_conversion_does_not_tell_what_its_files_or_its_project_ignore(specs: Specs) -> None:
    clerk, text = (
        Path("agents/berth-clerk.md"),
        "---\nname: berth-clerk\ndescription: Berths.\n---\nYou assign berths.\n",
    )
    Path("agents/tide-forecaster.md").unlink()
    clerk.write_text(text, encoding="utf-8")
    assert specs(*TWICE).stderr.count("P106") == 1
    assert specs(*TWICE, "--fail-on", "warning").exit_code == 1
    clerk.write_text(text.replace("---\n", "---\n# specs: ignore P106 -- nobody has VS Code\n", 1), encoding="utf-8")
    hushed = specs(*TWICE, "--fail-on", "warning")
    assert (hushed.exit_code, "P106" in hushed.stderr) == (0, False)
    assert "P108" not in specs("check", "agents", "--verbose").stdout, "check cannot know of it"
    clerk.write_text(text, encoding="utf-8")
    Path("specs").mkdir()
    Path("specs/collections.yaml").write_text("port: {root: agents, check: {ignore: [P106, A, L]}}\n")
    assert "P106" not in specs(*TWICE).stderr
    clerk.write_text(text.replace("description", "tools: Read\ndescription"), encoding="utf-8")
    refused = specs("convert", "agents", "--to", "prompt", "-o", "out", "--dry-run", "--collection", "port")
    assert (refused.exit_code, "A101" in refused.stderr) == (1, True), "what is not written is told always"


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ("claude-code", "2 written, 0"),
        ("claude-code,opencode", "2 written in 4 files, 0"),
        ("roo", "2 written in 1 file, 0"),
    ],
)
def test_a_conversion_counts_inputs_and_files_where_these_are_not_as_many(
    specs: Specs, targets: str, said: str
) -> None:
    for name in ("tide-forecaster", "berth-clerk"):
        Path(f"agents/{name}.md").write_text(f"---\nname: {name}\ndescription: Tides.\n---\nYou work.\n")
    done = specs("convert", "agents", "--to", targets, "-o", "out", "--access", "allow")
    assert f"2 inputs, 2 agents: {said} unchanged, 0 skipped, 0 refused\n" in done.stderr


def test_an_unknown_rule_in_the_configuration_is_found(tmp_path: Path) -> None:
    path = tmp_path / "collections.yaml"
    path.write_text("port: {check: {ignore: [V101, V9, missing-agnet], path: {}}}\n")
    collections, found = load_collections(path)
    assert collections["port"].check == {"*": ("V101",)}
    assert [finding.rule.code for finding in found] == ["V103"] * 3
    assert "did you mean missing-agent?" in found[1].message


def test_a_word_in_a_file_means_one_rule() -> None:
    assert rule_of("v101") is RULES["V101"] and rule_of("Unknown-Key") is RULES["V101"]
    assert rule_of("V1") is None and rule_of("") is None


# --- since ------------------------------------------------------------------------------------------


def git(*words: str, cwd: str = ".") -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    name = ("-c", "user.name=clerk", "-c", "user.email=clerk@port.example", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *name, *words], cwd=cwd, env=env, check=True, capture_output=True)


@pytest.fixture
def repository(specs: Specs) -> Specs:
    git("init", "-q")
    Path(".gitignore").write_text("drafts/\n")
    git("add", ".")
    git("commit", "-qm", "first")
    git("switch", "-qc", "work")
    return specs


def paths(result: Result) -> list[str]:
    return sorted(found["path"] for found in json.loads(result.stdout)["findings"])


def test_since_tells_about_changed_and_new_files(repository: Specs) -> None:
    done = repository("check", "agents", "--since", "main", "-v")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "no file to check has changed since main\n"
    tides(TIDES + "More.\n")
    Path("agents/drafts").mkdir()
    for name in ("new one", "drafts/idea"):
        Path(f"agents/{name}.md").write_text(TIDES.replace("tide-forecaster", "x"))
    assert paths(repository("check", "agents", "--since", "main", "--json")) == [
        "agents/new one.md", "agents/tide-forecaster.md",
    ]  # fmt: skip
    git("add", ".")
    git("commit", "-qm", "second")
    assert len(paths(repository("check", "agents", "--since", "main", "--json"))) == 2
    assert paths(repository("check", "agents", "--since", "HEAD", "--json")) == []


def test_since_counts_from_where_the_branch_left(repository: Specs) -> None:
    git("switch", "-q", "main")
    Path("agents/berth-clerk.md").write_text(TIDES.replace("teal", "red"))
    git("commit", "-qam", "main goes on")
    git("switch", "-q", "work")
    git("mv", "agents/tide-forecaster.md", "agents/moon-forecaster.md")
    assert paths(repository("check", "agents", "--since", "main", "--json")) == ["agents/moon-forecaster.md"]


def test_line_ends_of_a_checkout_are_no_change(repository: Specs) -> None:
    Path("agents/tide-forecaster.md").write_bytes(TIDES.replace("\n", "\r\n").encode())
    assert paths(repository("check", "agents", "--since", "main", "--json")) == []


def test_names_are_held_against_agents_that_have_not_changed(repository: Specs) -> None:
    tides(TIDES + "\nEscalate to the berth-clerk agent. Ask the harbour-master agent.\n")
    done = repository("check", "agents", "--since", "main", "--json", "--select", "G101")
    (found,) = json.loads(done.stdout)["findings"]
    assert "harbour-master" in found["message"]


def _gone() -> None:
    Path("agents/tide-forecaster.md").unlink()


def _renamed() -> None:
    git("mv", "agents/tide-forecaster.md", "agents/moon-forecaster.md")
    Path("agents/moon-forecaster.md").write_text(TIDES.replace("name: tide", "name: moon"), encoding="utf-8")


def _called_otherwise() -> None:
    """In a file of another name, by which it could be found."""
    git("mv", "agents/tide-forecaster.md", "agents/sea.md")
    git("commit", "-qm", "moved")
    git("branch", "-f", "main")
    Path("agents/sea.md").write_text(TIDES.replace("name: tide", "name: moon"), encoding="utf-8")


def _unreadable_then() -> None:
    """What it was called nobody can tell, but by its file."""
    Path("agents/tide-forecaster.md").write_bytes(b"---\nname: x\0y\n---\n")
    git("commit", "-qam", "broken")
    git("branch", "-f", "main")
    Path("agents/tide-forecaster.md").unlink()


@pytest.mark.parametrize("change", [_gone, _renamed, _called_otherwise, _unreadable_then])
def test_who_names_an_agent_that_has_gone_is_told(repository: Specs, change: Callable[[], None]) -> None:
    """In a file that nobody changed, and of that file nothing else."""
    told = "Ask the tide-forecaster agent. Ask the harbour-master agent. <!-- specs: ignore V999 S101 -->\n"
    for name, more in {"berth-clerk": told, "pilot": ""}.items():
        Path(f"agents/{name}.md").write_text(TIDES.replace("tide-forecaster", name) + more, encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "more")
    git("branch", "-f", "main")
    assert paths(repository("check", "agents", "--since", "main", "--json")) == []
    change()
    since = ("check", "agents", "--since", "main", "--fail-on", "warning")
    done = repository(*since, "--json")
    found = [one for one in json.loads(done.stdout)["findings"] if one["path"] == "agents/berth-clerk.md"]
    assert [(one["code"], one["message"].split("'")[1]) for one in found] == [("G101", "tide-forecaster")]
    assert done.exit_code == 1
    assert json.loads(done.stdout)["totals"]["files"] == (change in {_renamed, _called_otherwise})
    assert repository(*since, "--ignore", "G101").exit_code == 0


def test_an_agent_whose_file_moved_is_not_gone(repository: Specs) -> None:
    Path("agents/berth-clerk.md").write_text("Ask the tide-forecaster agent.\n" + TIDES, encoding="utf-8")
    git("commit", "-qam", "more")
    git("mv", "agents/tide-forecaster.md", "agents/tides.md")
    assert "agents/berth-clerk.md" not in paths(repository("check", "agents", "--since", "HEAD", "--json"))


def test_a_baseline_keeps_what_is_known_of_files_told_in_part(repository: Specs) -> None:
    for name, more in {"berth-clerk": "Ask the tide-forecaster agent.\n", "pilot": ""}.items():
        Path(f"agents/{name}.md").write_text(TIDES.replace("tide-forecaster", name) + more, encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "more")
    repository("check", "agents", "--baseline", "known.json", "--write-baseline")
    _gone()
    since = ("check", "agents", "--since", "HEAD", "--baseline", "known.json")
    done = repository(*since)
    assert done.stdout.startswith("agents/berth-clerk.md:7:9: warning[G101 missing-agent]")
    first, *more = done.stderr.splitlines()
    assert first == "0 files checked: 1 warning"
    assert more == ["known.json: 1 finding no longer there; --write-baseline drops them"], "of the file that has gone"


def test_in_a_catalogue_the_files_are_checked_with_the_specs_and_told_of_once(specs: Specs) -> None:
    """What a client refuses is in the file, not in the spec; whom an agent names and what could do harm is in both."""
    names = "Escalate to the harbour-master agent.\n\n    export PILOT_API_KEY=Zm4xq0Tw8sVbP3kLr7Yd\n"
    tides(TIDES + names)
    Path("elsewhere").mkdir()
    Path("elsewhere/pilot.md").write_text(TIDES.replace("tide-forecaster", "pilot"))
    Path("specs").mkdir()
    Path("specs/collections.yaml").write_text(
        "port: {root: agents, license: MIT}\nfar: {source: https://port.example/far, root: elsewhere, license: MIT}\n"
    )
    specs("convert", "agents", "-q")
    Path("agents/berth-clerk.md").write_text('---\nname: berth-clerk\ndescription: "Use for x\n---\nYou do x.\n')
    for words in [(), ("specs", "agents"), (".",)]:
        found = json.loads(specs("check", *words, "--json").stdout)["findings"]
        told = [(one["code"], one["path"]) for one in found]
        assert ("V201", "agents/berth-clerk.md") in told
        assert [path for code, path in told if code == "G101"] == ["agents/tide-forecaster.md"]
        assert [path for code, path in told if code == "X111"] == ["agents/tide-forecaster.md"]
        assert words == (".",) or not any(path.startswith("elsewhere") for _, path in told)
    alone = json.loads(specs("check", "specs", "--json").stdout)["findings"]
    assert [one["path"] for one in alone if one["code"] == "X111"] == ["specs/port/tide-forecaster.yaml"]
    tides(TIDES + "Escalate to the dock-master agent.\n")
    found = json.loads(specs("check", "--json", "--select", "G101").stdout)["findings"]
    assert ["dock-master" in one["message"] for one in found] == [True], "the file says another name by now"


def test_of_a_missing_agent_that_many_name_a_few_places_are_shown(specs: Specs) -> None:
    for number in range(5):
        text = TIDES.replace("tide-forecaster", f"pilot-{number}") + "Escalate to the harbour-master agent.\n"
        Path(f"agents/pilot-{number}.md").write_text(text + "Escalate to the dock-master agent.\n" * (number == 4))
    words = ("check", "agents", "--select", "G101")
    told = specs(*words)
    assert [told.stdout.count(name) for name in ("called 'harbour-master'", "called 'dock-master'")] == [3, 1]
    assert told.stdout.count("\n  = 2 more places name it (--verbose shows them)\n") == 1
    assert "7 files checked: 6 warnings" in told.stderr
    assert specs(*words, "--verbose").stdout.count("G101") == 6
    assert len(json.loads(specs(*words, "--json").stdout)["findings"]) == 6
    first, other = specs(*words, "--format", "github").stdout.splitlines()
    assert "harbour-master" in first and first.endswith("%0A4 more places name it")
    assert "dock-master" in other and "more place" not in other


def test_a_baseline_is_known_by_its_form(specs: Specs) -> None:
    specs("check", "agents", "--baseline", "known.json", "--write-baseline")
    Path("other.json").write_text("{}\n")
    told = specs("check", ".", "--verbose").stdout
    assert "known.json" not in told and "other.json" in told


def test_a_changed_source_counts_for_its_spec(repository: Specs) -> None:
    repository("convert", "agents", "--collection", "port")
    Path("specs/collections.yaml").write_text("port: {root: agents, license: MIT}\n")
    git("add", ".")
    git("commit", "-qm", "specs")
    assert codes(repository("check", "specs", "--since", "HEAD", "--json")) == []
    tides(TIDES + "More.\n")
    found = json.loads(repository("check", "specs", "--since", "HEAD", "--json").stdout)["findings"]
    assert [(one["code"], one["path"]) for one in found] == [("V113", "specs/port/tide-forecaster.yaml")]


def test_submodules_links_and_what_is_ignored_are_no_changes(repository: Specs, tmp_path: Path) -> None:
    since = Since("main", [Path("agents")])
    assert not since.is_changed("agents/tide-forecaster.md")
    assert not since.is_changed(str(tmp_path.parent / "elsewhere.md")), "in no repository"
    Path("agents/drafts").mkdir()
    for name in ("drafts/a", "b"):
        Path(f"agents/{name}.md").write_text("x")
    Path("agents/link.md").symlink_to("tide-forecaster.md")
    since = Since("main", [Path("agents"), Path("agents/b.md")])
    assert [since.is_changed(f"agents/{name}.md") for name in ("drafts/a", "b", "link")] == [False, True, True]
    git("add", "agents/link.md")
    git("commit", "-qm", "a link")
    since = Since("HEAD", [Path("agents")])
    assert not since.is_changed("agents/link.md")
    tides(TIDES + "More.\n")
    assert since.is_changed("agents/link.md"), "what it leads to has changed"
    tides(TIDES)
    Path("agents/link.md").unlink()
    Path("agents/link.md").symlink_to("berth-clerk.md")
    assert since.is_changed("agents/link.md")
    assert repository("check", "agents", "--since", "HEAD", "--json").exit_code == 0


@pytest.mark.parametrize(
    ("ref", "why"),
    [("nowhere", "no commit is called 'nowhere' in "), ("apart", "'apart' and HEAD share no commit that is here")],
)
@pytest.mark.usefixtures("repository")
def test_a_commit_that_is_of_no_use_is_told_why(ref: str, why: str) -> None:
    git("switch", "-q", "--orphan", "apart")
    git("commit", "-qm", "apart", "--allow-empty")
    git("switch", "-q", "work")
    with pytest.raises(GitFault) as caught:
        Since(ref, [Path("agents")])
    assert str(caught.value).startswith(why)


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "main:agents", "", "a b"])
def test_an_unknown_commit_is_misuse(repository: Specs, ref: str) -> None:
    done = repository("check", "agents", f"--since={ref}")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: --since") and done.stderr.count("\n") == 1


def test_without_a_repository_there_is_no_since(specs: Specs) -> None:
    done = specs("check", "agents", "--since", "main")
    assert done.exit_code == 2 and "not a git repository" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_hostile_repository_runs_nothing(repository: Specs) -> None:
    """Filters, hooks, monitors, external diffs and text conversions are named, and none is started."""
    trap = Path("trap.sh").absolute()
    trap.write_text(f"#!/bin/sh\ntouch '{trap.parent}/sprung'\ncat\n")
    trap.chmod(0o755)
    Path(".gitattributes").write_text("* filter=trap diff=trap\n")
    git("add", ".gitattributes")
    git("commit", "-qm", "attributes")
    for key in ("filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "diff.trap.command",
                "diff.trap.textconv", "diff.external", "core.fsmonitor", "core.pager", "core.sshCommand",
                "core.gitProxy", "credential.helper", "gpg.program", "alias.rev-parse", "alias.ls-tree"):  # fmt: skip
        git("config", key, str(trap))
    Path(".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "post-checkout", "pre-commit", "reference-transaction"):
        shutil.copy(trap, Path(".git/hooks") / hook)
    tides(TIDES + "More.\n")
    os.utime("agents/berth-clerk.md", (1, 1))
    done = repository("check", "agents", "--since", "main", "--json")
    assert paths(done) == ["agents/tide-forecaster.md"]
    assert not Path("sprung").exists()
    git("diff", "main")
    assert Path("sprung").exists()  # the trap was set


def test_places_and_severities_are_those_of_the_findings() -> None:
    """The judge's own sums: what the reports say is what the findings say."""
    found = RULES["G103"].at(TWO)
    assert place(TEXT, TWO.start) == (2, 4)
    assert fingerprint(found, TEXT) == fingerprint(found, TEXT) != fingerprint(found, TEXT.replace("two", "tow"))
    assert isinstance(found.rule, Rule) and found.rule.severity is WARNING
