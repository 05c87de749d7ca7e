"""What `specs check` says clients do with files, held against what the clients did with them."""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from converters.check.clients import CLIENTS, Client, Ruling, Seen, file_of, rulings
from converters.check.clients._mends import blocked_lines, quoted_lines, simple_pairs
from converters.check.clients._yaml import kind, tree
from converters.check.files import check_file
from converters.check.names import Folder
from converters.cli import specs
from converters.findings import CRASHED, ERROR, Finding
from converters.inputs import Input
from converters.syntax import Mapping, Scalar, Sequence, SyntaxFault
from converters.syntax.yaml import compose
from converters.text import decode
from converters.vocabulary import load

JUDGES = SHARED / "judges"
CASES = JUDGES / "client-edge-cases.md"
JUDGED = {
    "claude": "claude-code",
    "gemini": "gemini-cli",
    "qwen": "qwen-code",
    "copilot": "copilot",
    "opencode": "opencode",
    "kilo": "kilo",
}
"""The formats of the clients, by their judges."""


def verdict(client: Client, raw: bytes) -> tuple[Seen, list[Ruling]]:
    """A file as a client has it, and what we say the client does with it."""
    seen = client.reader.see(file_of(decode(raw, "agent.md")))
    return seen, list(rulings(client, seen))


def is_taken(ruled: list[Ruling]) -> bool:
    """Whether we say that there is an agent."""
    return not any(ruling.verdict.is_final for ruling in ruled)


# --- the measured table ----------------------------------------------------------------------------


def _rows() -> Iterator[tuple[str, str, str]]:
    """The file, the judge and the cell of each verdict in the table."""
    lines = [line for line in CASES.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    judges = [word.strip() for word in lines[0].strip("| ").split("|")][1:]
    for line in lines[2:]:
        case, *cells = (cell.strip() for cell in line[1:].rstrip("| ").split(" | "))
        assert len(cells) == len(judges), line
        yield from ((case, judge, cell) for judge, cell in zip(judges, cells, strict=True))


OTHER_LENGTHS = {
    ("e13-empty-body", "claude"): "the client has a prompt of its own for an agent without one",
    ("e09-crlf", "claude"): "the client keeps the two characters that end each line, which are one to us",
    ("e09-crlf", "gemini"): "the client keeps the two characters that end each line, which are one to us",
}
"""Cells whose length of the prompt is not ours to say, and why."""


def _differences(case: str, judge: str, cell: str) -> Iterator[str]:
    folder = "opencode" if judge == "kilo" else judge
    suffix = ".agent.md" if judge == "copilot" else ".md"
    client = CLIENTS[JUDGED[judge]]
    raw = (JUDGES / "cases" / folder / f"{case}{suffix}").read_bytes()
    seen, ruled = verdict(client, raw)
    if is_taken(ruled) != cell.startswith("ok"):
        yield f"taken: {is_taken(ruled)}: {[ruling.met.why for ruling in ruled]}"
    if not (is_taken(ruled) and cell.startswith("ok")):
        return
    described = re.search(r"desc=('.*?'|\".*?\")(?= (?:tools|model|plen|name)=|$)", cell)
    if described:
        node = seen.said.get("description")
        has = node.text if isinstance(node, Scalar) else "None"
        has = has.replace("\\n", "\n") if client.joins_lines else has
        shown = ast.literal_eval(described[1])
        if has[: len(shown)] != shown:
            yield f"description: {has!r}"
        if node is None and b"\ndescription:" in raw and not ruled:
            yield "nothing is said of the lost description"
    length = re.search(r"plen=(\d+)", cell)
    if length and (case, judge) not in OTHER_LENGTHS and len(seen.body.strip()) != int(length[1]):
        yield f"prompt of {len(seen.body.strip())}"


needs_table = pytest.mark.skipif(not CASES.is_file(), reason=f"the measured table is not at {CASES}")


@needs_table
@pytest.mark.parametrize("judge", JUDGED)
def test_our_verdicts_are_those_that_were_measured(judge: str) -> None:
    rows = [row for row in _rows() if row[1] == judge]
    assert len(rows) == 64
    found = [
        f"{case}: {said}; the client: {cell}" for case, _, cell in rows for said in _differences(case, judge, cell)
    ]
    assert not found, "\n".join(found)


@needs_table
def test_the_tools_that_were_lost_are_told() -> None:
    """Of each list, the names that brought the client no tool of its own, read off the table."""
    lost = {
        ("e06c-tools-unknown", "copilot"): ("NoSuchTool",),
        ("e06h-tools-mcp", "copilot"): ("mcp__github__create_issue",),
        ("e06i-tools-paren", "copilot"): ("Bash(git:*)",),
        ("e06c-tools-unknown", "claude"): ("NoSuchTool",),
    }
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    for case, judge, cell in _rows():
        if judge in {"copilot", "claude"} and cell.startswith("ok"):
            suffix = ".agent.md" if judge == "copilot" else ".md"
            _, ruled = verdict(CLIENTS[JUDGED[judge]], (JUDGES / "cases" / judge / f"{case}{suffix}").read_bytes())
            names = [name for ruling in ruled if ruling.met.key == "tools" for name in ruling.met.items]
            told |= {(case, judge): tuple(names)} if names else {}
    assert told == lost


# --- each client, in files of our own --------------------------------------------------------------

PLACES = {
    "claude-code": ".claude/agents/tide-forecaster.md",
    "gemini-cli": ".gemini/agents/tide-forecaster.md",
    "qwen-code": ".qwen/agents/tide-forecaster.md",
    "copilot": ".github/agents/tide-forecaster.agent.md",
    "opencode": ".opencode/agents/tide-forecaster.md",
    "kilo": ".kilo/agents/tide-forecaster.md",
}
GOOD = {
    "gemini-cli": "name: tide-forecaster\ndescription: Forecasts tides.\ntools: [read_file, mcp_buoys_*]\n",
    "qwen-code": "name: tide-forecaster\ndescription: Forecasts tides.\ntools: [read_file]\n",
    "claude-code": "name: tide-forecaster\ndescription: Forecasts tides.\ntools: Read, Bash(git log:*), mcp__buoys\n",
    "copilot": "description: Forecasts tides.\ntools: [read, search]\n",
    "opencode": "description: Forecasts tides.\nmode: subagent\ntools:\n  bash: false\n",
    "kilo": "description: Forecasts tides.\nmode: subagent\ndisplayName: Tides\n",
}
BODY = "You forecast tides for the harbour.\n"


def checked(fmt: str, raw: str | bytes, *, asked: tuple[str, ...] = ()) -> list[Finding]:
    """What checking a file in a client's folder finds of clients."""
    data = raw.encode() if isinstance(raw, str) else raw
    source = Input(Path(PLACES[fmt]), PLACES[fmt], PLACES[fmt], "harbour", explicit=True)
    others = dict.fromkeys(asked, "refuse")
    found = check_file(source, None, data, source_format=fmt, asked=others, folder=Folder()).findings
    return [finding for finding in found if finding.rule.code.startswith("V2") or finding.rule is CRASHED]


def agent(header: str, body: str = BODY) -> str:
    return f"---\n{header}---\n{body}"


@pytest.mark.parametrize("fmt", CLIENTS)
def test_a_good_file_is_not_talked_about(fmt: str) -> None:
    assert checked(fmt, agent(GOOD[fmt])) == []


NAMED = "name: tide-forecaster\n"
TOLD = "description: Forecasts tides.\n"
RULED = [
    # Claude Code: silent without a name, wordy where there is one
    ("claude-code", agent(TOLD), "V202", "has no 'name'"),
    ("claude-code", agent(f"name:\n{TOLD}"), "V202", "'name' is empty"),
    ("claude-code", agent(f"name: 7\n{TOLD}"), "V201", "'name' is a number"),
    ("claude-code", agent(f"name: -tides\n{TOLD}"), "V201", "begins with `-`"),
    ("claude-code", agent(f"name: port:tides\n{TOLD}"), "V201", "colon"),
    ("claude-code", agent(f"name: port：tides\n{TOLD}"), "V201", "colon"),
    ("claude-code", agent(f"name: {'t' * 257}\n{TOLD}"), "V201", "256"),
    ("claude-code", agent(NAMED), "V201", "has no 'description'"),
    ("claude-code", agent(f"{NAMED}description: true\n"), "V201", "'description' is true or false"),
    ("claude-code", BODY, "V202", "does not begin with a header"),
    ("claude-code", "\n" + agent(NAMED + TOLD), "V202", "blank lines"),
    ("claude-code", agent(NAMED + TOLD).replace("\n", "\r"), "V202", "carriage returns"),
    ("claude-code", agent(f"{NAMED}{TOLD}hooks: [one]\n"), "V201", "'hooks' is a list"),
    ("claude-code", agent(f"{NAMED}{TOLD}model: [haiku]\n"), "V203", "'model' is a list"),
    ("claude-code", agent(f"{NAMED}{TOLD}tools:\n"), "V203", "'tools' is empty"),
    ("claude-code", agent(f"{NAMED}{TOLD}tools: Read, Grpe\n"), "V203", "no tool 'Grpe'"),
    # Gemini CLI: strict throughout
    ("gemini-cli", "\ufeff" + agent(NAMED + TOLD), "V201", "byte order mark"),
    ("gemini-cli", agent(NAMED + TOLD).replace("---\n", "--- \n", 1), "V201", "white space behind `---`"),
    ("gemini-cli", agent(f"{NAMED}description: tides: high and low\n"), "V201", "no strict YAML"),
    ("gemini-cli", agent(f"{NAMED}{NAMED}{TOLD}"), "V201", "'name' stands twice"),
    ("gemini-cli", agent(f"name: Tide Forecaster\n{TOLD}"), "V201", "lower-case letters"),
    ("gemini-cli", agent(f"name: 2024-01-01\n{TOLD}"), "V201", "'name' is a date"),
    ("gemini-cli", agent(f"{NAMED}{TOLD}tools: read_file\n"), "V201", "'tools' is text, not a list"),
    ("gemini-cli", agent(f"{NAMED}{TOLD}tools:\n"), "V201", "'tools' is empty"),
    ("gemini-cli", agent(f"{NAMED}{TOLD}tools: [raed_file]\n"), "V201", "no tool 'raed_file'"),
    ("gemini-cli", agent(f"{NAMED}{TOLD}color: blue\nowner: pilot\n"), "V201", "'color', 'owner'"),
    ("gemini-cli", agent(f"{NAMED}{TOLD}max_turns: 0\n"), "V201", "whole number"),
    ("gemini-cli", agent(f"{NAMED}{TOLD}temperature: warm\n"), "V201", "'temperature' is text"),
    ("gemini-cli", agent(NAMED + TOLD).replace("---\nYou", "--- end\nYou"), "V203", "the prompt is empty"),
    # Qwen Code: mends the header, and wants a name and a prompt of some length
    ("qwen-code", agent(f"name: Tide Forecaster\n{TOLD}"), "V201", "more than letters"),
    ("qwen-code", agent(f"name: t\n{TOLD}"), "V201", "2 to 50"),
    ("qwen-code", agent(f"name: _tides\n{TOLD}"), "V201", "begins or ends"),
    ("qwen-code", agent(f"name: Main\n{TOLD}"), "V201", "a word of its own"),
    ("qwen-code", agent(NAMED), "V201", "has no 'description'"),
    ("qwen-code", agent(NAMED + TOLD, "Tides.\n"), "V201", "has 6 characters, and it wants 10"),
    ("qwen-code", agent(NAMED + TOLD, ""), "V201", "the prompt is empty"),
    ("qwen-code", agent(NAMED + TOLD)[: -len(BODY) - 1], "V201", "header"),
    ("qwen-code", agent(f"{NAMED}{TOLD}approvalMode: never\n"), "V201", "none of default"),
    # GitHub Copilot
    ("copilot", agent("name: Tides\n"), "V201", "has no 'description'"),
    ("copilot", agent(f"{TOLD}tools:\n  read: true\n"), "V201", "'tools' is a mapping"),
    ("copilot", agent(f"{TOLD}name: 7\n"), "V201", "'name' is a number"),
    (
        "copilot",
        agent(f"{TOLD}mcp-servers:\n  buoys:\n    url: https://b.example\n"),
        "V201",
        "'buoys' in 'mcp-servers'",
    ),
    ("copilot", agent(TOLD, "Caf\xe9 hours.\n").encode("latin-1"), "V201", "not UTF-8"),
    ("copilot", agent(f"{TOLD}tools: [read, Grpe]\n"), "V203", "no tool 'Grpe'"),
    # OpenCode stops altogether, Kilo Code leaves the one agent out
    ("opencode", agent(f"{TOLD}mode: subagent\ntools: read\n"), "V204", "'tools' is text, not a mapping"),
    ("opencode", agent(f"{TOLD}mode: subagent\ncolor: teal\n"), "V204", "no colour"),
    ("opencode", agent(f"{TOLD}mode: helper\n"), "V204", "none of subagent"),
    ("opencode", agent(f"{TOLD}mode: subagent\nsteps: 1.5\n"), "V204", "whole number"),
    ("opencode", agent(f"{TOLD}mode: subagent\ntools:\n  bash: maybe\n"), "V204", "'bash' in 'tools' is text"),
    ("opencode", agent(f"{TOLD}mode: subagent\nowner: pilot\n"), "V203", "sends 'owner' to the model's provider"),
    ("opencode", BODY, "V203", "does not begin with a header"),
    ("opencode", agent('description: "Plans "tides" daily"\n'), "V203", "none of it counts"),
    ("opencode", agent("description: Plans: tides\n\nin: [three\n"), "V202", "no strict YAML"),
    ("kilo", agent(f"{TOLD}mode: subagent\ncolor: teal\n"), "V202", "no colour"),
    *[
        ("opencode", agent(f"{TOLD}mode: subagent\n{line}\n"), "V204", why)
        for line, why in (
            ("options: [a]", "'options' is a list, not a mapping"),
            ("hidden: maybe", "'hidden' is text, not true or false"),
            ("disable: 1", "'disable' is a number, not true or false"),
            ("temperature: warm", "'temperature' is text, not a number"),
            ("top_p: [1]", "'top_p' is a list, not a number"),
            ("steps: 0", "'steps' is no whole number from 1"),
            ("maxSteps: 1.5", "'maxSteps' is no whole number from 1"),
            ("model: 7", "'model' is a number, not text"),
            ("variant: true", "'variant' is true or false, not text"),
            ("prompt: [a]", "'prompt' is a list, not text"),
            ("permission: 7", "'permission' is a number, not a mapping or text"),
            ("permission: maybe", "'permission' is none of ask, allow, deny"),
            ("permission: {bash: 7}", "'bash' in 'permission' is a number, not text or a mapping"),
        )
    ],
    ("opencode", agent(f"{TOLD}mode: subagent\nname: true\n"), "V203", "'name' is true or false, not text or a number"),
]


@pytest.mark.parametrize(("fmt", "raw", "code", "why"), RULED)
def test_what_a_client_does_with_a_file_of_its_own(fmt: str, raw: str | bytes, code: str, why: str) -> None:
    found = checked(fmt, raw)
    assert {finding.rule.code for finding in found} == {code}
    assert any(why in finding.message for finding in found), [finding.message for finding in found]
    assert all(finding.message.startswith(CLIENTS[fmt].title) for finding in found)


WHOLE = [
    # the client's words, what to do, and what is underlined
    ("claude-code", agent(TOLD), "silently ignores it: it has no 'name'", "add `name:`", ""),
    (
        "claude-code",
        agent(f"name:\n{TOLD}"),
        "silently ignores it: 'name' is empty",
        "say what it is behind `name:`",
        "name",
    ),
    ("claude-code", agent(f"name: ''\n{TOLD}"), "silently ignores it: 'name' is empty", "say something there", "name"),
    (
        "claude-code",
        agent(f"name: 7\n{TOLD}"),
        "refuses it: 'name' is a number, not text or a date",
        "put it in quotes",
        "name",
    ),
    (
        "claude-code",
        agent(f"name: [a]\n{TOLD}"),
        "refuses it: 'name' is a list, not text or a date",
        "write text or a date",
        "name",
    ),
    ("claude-code", agent(f"name: -tides\n{TOLD}"), "refuses it: 'name' begins with `-`", "rename the agent", "name"),
    (
        "claude-code",
        agent(f"{NAMED}{TOLD}hooks: [one]\n"),
        "refuses it: 'hooks' is a list, not a mapping",
        "write a mapping",
        "hooks",
    ),
    (
        "claude-code",
        agent(f"{NAMED}{TOLD}model: [haiku]\n"),
        "takes only part of it: 'model' is a list, not text",
        "name one",
        "model",
    ),
    (
        "claude-code",
        agent(f"{NAMED}{TOLD}model: sonet\n"),
        "reads it otherwise: 'model' is 'sonet', which it does not know",
        "write `sonnet`",
        "sonet",
    ),
    (
        "claude-code",
        agent(f"{NAMED}{TOLD}'tools':\n"),
        "takes only part of it: 'tools' is empty, not text or a list",
        "take the key out, or name tools",
        "'tools'",
    ),
    (
        "claude-code",
        agent(f"{NAMED}{TOLD}tools: a1, b2(x y), c3, d4, e5, f6\n"),
        "takes only part of it: it has no tool 'a1', 'b2(x y)', 'c3', 'd4' and 2 more",
        "name one that it has",
        "a1",
    ),
    (
        "claude-code",
        BODY,
        "silently ignores it: it does not begin with a header",
        "begin it with `---`, `name` and `description`",
        "Y",
    ),
    (
        "claude-code",
        "\n " + agent(NAMED + TOLD),
        "silently ignores it: blank lines or spaces before `---` hide the header",
        "begin the file with `---`",
        "-",
    ),
    (
        "claude-code",
        agent(NAMED + TOLD).replace("\n", "\r"),
        "silently ignores it: its lines end in lone carriage returns",
        "save it with ordinary line ends",
        "-",
    ),
    (
        "claude-code",
        f"---\n{NAMED}{TOLD}",
        "silently ignores it: the header has no end",
        "end it with a line `---`",
        "-",
    ),
    (
        "gemini-cli",
        "\ufeff" + agent(NAMED + TOLD),
        "refuses it: a byte order mark hides the header",
        "save it without one",
        "-",
    ),
    (
        "gemini-cli",
        agent(NAMED + TOLD).replace("---\n", "--- \n", 1),
        "refuses it: white space behind `---` hides the header",
        "remove it",
        " ",
    ),
    (
        "gemini-cli",
        "---\n---\nx\n",
        "refuses it: the header is empty, or ends otherwise than in `---`",
        "write `description` there",
        "-",
    ),
    (
        "gemini-cli",
        agent(f"{NAMED}{TOLD}a: 1\nb: 1\nc: 1\nd: 1\ne: 1\n"),
        "refuses it: it takes no other keys than its own, and here is 'a', 'b', 'c', 'd' and 1 more",
        "take them out",
        "a",
    ),
    (
        "gemini-cli",
        agent(f"{NAMED}{TOLD}tools: [read_file, 7]\n"),
        "refuses it: an item of 'tools' is a number, not text",
        "put it in quotes",
        "tools",
    ),
    (
        "gemini-cli",
        agent(f"{NAMED}{TOLD}max_turns: 1.5\n"),
        "refuses it: 'max_turns' is no whole number from 1",
        "write one",
        "max_turns",
    ),
    (
        "gemini-cli",
        agent(f"{NAMED}{TOLD}kind: remote\n"),
        "refuses it: 'kind' is none of local",
        "write one of those",
        "kind",
    ),
    (
        "gemini-cli",
        agent(NAMED + TOLD).replace("---\nYou", "--- end\nYou"),
        "takes only part of it: something stands behind the closing `---`, so that the prompt is empty",
        "remove it",
        "-",
    ),
    (
        "qwen-code",
        agent(NAMED + TOLD, " Tides. \n"),
        "refuses it: the prompt has 6 characters, and it wants 10",
        "say more below the header",
        " ",
    ),
    (
        "qwen-code",
        agent(f"{NAMED}{TOLD}approvalMode: never\n"),
        "refuses it: 'approvalMode' is none of default, plan, auto-edit, yolo, bubble",
        "write one of those",
        "approvalMode",
    ),
    (
        "copilot",
        agent(TOLD, "Caf\xe9 hours.\n").encode("latin-1"),
        "refuses it: it is not UTF-8",
        "save it as UTF-8",
        "é",
    ),
    (
        "copilot",
        agent(f"{TOLD}mcp-servers:\n  gauge: {{tools: [x]}}\n  buoys:\n    url: https://b.example\n"),
        "refuses it: 'buoys' in 'mcp-servers' has no 'tools'",
        "add `tools:` to it",
        "buoys",
    ),
    (
        "copilot",
        agent(f"{TOLD}tools: [read, Grpe]\n"),
        "takes only part of it: it has no tool 'Grpe'",
        "name one that it has",
        "Grpe",
    ),
    (
        "opencode",
        agent(f"{TOLD}mode: subagent\ntools:\n  bash: maybe\n"),
        "loads no agent at all: 'bash' in 'tools' is text, not true or false",
        "correct it",
        "tools",
    ),
    (
        "opencode",
        agent(f"{TOLD}mode: subagent\npermission:\n  bash: [a]\n"),
        "loads no agent at all: 'bash' in 'permission' is a list, not text or a mapping",
        "correct it",
        "permission",
    ),
    (
        "opencode",
        "---\n---\nYou forecast.\n",
        "reads it otherwise: the header says nothing",
        "write `description` there",
        "-",
    ),
]


@pytest.mark.parametrize(("fmt", "raw", "message", "way", "words"), WHOLE)
def test_a_verdict_says_why_what_to_do_and_where(
    fmt: str, raw: str | bytes, message: str, way: str, words: str
) -> None:
    text = decode(raw if isinstance(raw, bytes) else raw.encode(), "agent.md").text
    said = [(f.message, f.advice, text[f.span.start : f.span.stop]) for f in checked(fmt, raw)]
    assert (f"{CLIENTS[fmt].title} {message}", way, words) in said


def test_what_takes_no_agent_away_is_left_unsaid_where_there_is_none() -> None:
    """A client that has no agent loses nothing of it, and of several reasons for that all are told."""
    ruled = verdict(CLIENTS["claude-code"], agent("name: 7\nmodel: [haiku]\n").encode())[1]
    assert [ruling.met.about for ruling in ruled] == ["name", "description"]
    ruled = verdict(CLIENTS["claude-code"], BODY.encode())[1]
    assert [ruling.met.is_header for ruling in ruled] == [True]
    ruled = verdict(CLIENTS["claude-code"], agent(f"{NAMED}{TOLD}tools:\nmodel: [haiku]\n").encode())[1]
    assert [ruling.met.key for ruling in ruled] == ["tools", "model"]


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("1", True),
        ("+01", True),
        ("2.0", True),
        ("0", False),
        ("-1", False),
        ("1.5", False),
        ("10", True),
        ("00", False),
    ],
)
def test_a_whole_number_from_one(text: str, is_taken: bool) -> None:
    found = checked("gemini-cli", agent(f"{NAMED}{TOLD}max_turns: {text}\n"))
    assert (found == []) is is_taken


@pytest.mark.parametrize("code", ["V201", "V202", "V203", "V204"])
def test_an_explained_example_shows_the_fault_and_its_cure(code: str) -> None:
    said = load("explanations")[code]
    assert {finding.rule.code for finding in checked(said["format"], said["bad"])} == {code}
    assert checked(said["format"], said["good"]) == []


def test_a_misspelled_tool_is_found_at_its_word_with_the_name_that_was_meant() -> None:
    text = agent(f"{NAMED}{TOLD}tools: Read, Grpe\n")
    (found,) = checked("claude-code", text)
    assert text[found.span.start : found.span.stop] == "Grpe"
    assert found.fix is not None
    assert (found.fix.text, found.fix.safe) == ("Grep", False)


def test_a_misspelled_model_is_found_too() -> None:
    (found,) = checked("claude-code", agent(f"{NAMED}{TOLD}model: sonet\n"))
    assert (found.rule.code, found.fix and found.fix.text) == ("V203", "sonnet")
    for model in ("sonnet", "Opus", "inherit", "claude-sonnet-4-5", "glm", "no-such-model-9"):
        assert checked("claude-code", agent(f"{NAMED}{TOLD}model: {model}\n")) == []


@pytest.mark.parametrize(("written", "meant"), [("Grpe", "Grep"), ("harbour-radar", None)])
def test_a_format_without_verdicts_has_its_unknown_tools_shown_too(written: str, meant: str | None) -> None:
    text = agent(f"{NAMED}{TOLD}tools: [Read, {written}]\n")
    source = Input(Path("tide-forecaster.md"), "tide-forecaster.md", "tide-forecaster.md", "harbour", explicit=True)
    found = check_file(source, None, text.encode(), source_format="claude-plugin", folder=Folder()).findings
    (one,) = (finding for finding in found if finding.facts.get("tool") == written)
    assert text[one.span.start : one.span.stop] == written
    assert (one.fix and (one.fix.text, one.fix.safe, one.fix.span)) == (meant and (meant, False, one.span))


def test_a_tool_that_is_like_none_gets_no_proposal() -> None:
    (found,) = checked("claude-code", agent(f"{NAMED}{TOLD}tools: Read, harbour-radar\n"))
    assert found.fix is None


def test_a_ruling_takes_the_place_of_what_says_less() -> None:
    source = Input(Path(PLACES["claude-code"]), PLACES["claude-code"], PLACES["claude-code"], "harbour", explicit=True)
    found = check_file(source, None, agent(TOLD).encode(), source_format="claude-code", folder=Folder()).findings
    assert [finding.rule.code for finding in found] == ["V105", "V202"]


# --- clients that are asked besides ----------------------------------------------------------------


def told(fmt: str, raw: str, *asked: str) -> list[str]:
    found = checked(fmt, raw, asked=asked)
    assert {finding.rule.code for finding in found} <= {"V205"}
    return [finding.message for finding in found]


def test_others_are_only_told_about() -> None:
    raw = agent(GOOD["claude-code"])
    assert told("claude-code", raw) == []
    assert told("claude-code", raw, "claude-code") == []
    assert told("claude-code", raw, "gemini-cli", "opencode", "kilo") == [
        "Gemini CLI refuses it: 'tools' is text, not a list",
        "OpenCode loads no agent at all: 'tools' is text, not a mapping",
        "Kilo Code silently ignores it: 'tools' is text, not a mapping",
    ]


def test_tools_of_another_kind_are_lost_to_qwen_code() -> None:
    raw = agent(f"{NAMED}{TOLD}tools:\n  read: true\n")
    assert told("opencode", raw, "qwen-code") == [
        "Qwen Code takes only part of it: 'tools' is a mapping, not text or a list"
    ]


def test_another_description_is_told() -> None:
    raw = agent(f"{NAMED}description: |-\n  Forecasts tides.\n  Warns early.\n")
    assert told("claude-code", raw, "qwen-code") == []
    raw = agent(f"{NAMED}description: Forecasts: tides\n\n  and winds\n\n<example>\nHigh: noon\n")
    (said,) = [f.message for f in checked("claude-code", raw, asked=("qwen-code",)) if f.rule.code == "V205"]
    assert said == "Qwen Code takes only part of it: the description ends at 'Forecasts: tides'"
    raw = agent(f"{NAMED}description: Forecasts tides.\\nWarns early.\n")
    assert told("claude-code", raw, "qwen-code") == [
        r"Qwen Code reads it otherwise: a written `\n` in the description is no line break to it"
    ]


@pytest.mark.parametrize("text", ["---", "---x", "---\n", "---\n---"])
def test_a_fence_and_nothing_else_is_a_header_that_says_nothing(text: str) -> None:
    """To OpenCode, whose reader takes what follows three dashes for a header, closed or not."""
    ruled = verdict(CLIENTS["opencode"], text.encode())[1]
    assert [ruling.met.why for ruling in ruled] == ["the header says nothing"]


@pytest.mark.parametrize(
    ("text", "header", "body"),
    [
        ("---\na: b\n---\nx", "\na: b", "x"),
        ("---\na: b\n--- more\nx", "\na: b", " more\nx"),
        ("---\na: b\n---\r\nx", "\na: b", "x"),
        ("---\na: b\n", "\na: b\n", ""),
        ("--- # ours\na: b\n---", " # ours\na: b", ""),
        ("----\na: b\n---\nx", None, "----\na: b\n---\nx"),
        ("x\n---\na: b\n---\n", None, "x\n---\na: b\n---\n"),
    ],
)
def test_opencode_looks_for_dashes_only(text: str, header: str | None, body: str) -> None:
    seen = CLIENTS["opencode"].reader.see(file_of(decode(text.encode(), "a.md")))
    found = seen.header and seen.file.text[seen.header.start : seen.header.stop]
    assert (found, seen.body) == (header, body)


def test_a_header_that_is_too_long_is_no_yaml() -> None:
    (ruling,) = verdict(CLIENTS["gemini-cli"], agent(f"{NAMED}{TOLD}#{'x' * 70_000}\n").encode())[1]
    assert ruling.met.why == "the header is no strict YAML: it is too long"


def test_the_end_of_a_cut_description_is_shown() -> None:
    raw = agent(f"{NAMED}description: Forecasts: {'t' * 40}\n\n  and winds\n\n<example>\nHigh: noon\n")
    (told,) = [f for f in checked("claude-code", raw, asked=("qwen-code",)) if f.rule.code == "V205"]
    assert told.message.endswith(f"the description ends at '{'t' * 30}'")
    assert told.advice == "put it in double quotes, or write a block: `description: |`"
    assert raw[told.span.start : told.span.stop] == "description"


@pytest.mark.parametrize(
    "line",
    ["mode: all", "mode: primary", "permission: ask", "permission: {bash: deny}", "steps: 5", "hidden: true", "name: 7",
     "color: '#0aF9c0'", "color: accent", "options: {a: [b]}", "tools: {bash: false}", "top_p: 0.5", "disable: false"],
)  # fmt: skip
def test_what_opencode_takes_is_left_alone(line: str) -> None:
    assert checked("opencode", agent(f"{TOLD}{line}\n")) == []


def test_a_name_from_elsewhere_is_told() -> None:
    source = Input(Path("a.md"), "a.md", "a.md", "harbour", explicit=True)
    raw = agent("description: Forecasts tides.\nmode: subagent\n").encode()
    others = {"copilot": "refuse"}
    found = check_file(source, None, raw, source_format="opencode", asked=others, folder=Folder()).findings
    said = [finding.message for finding in found if finding.rule.code == "V205"]
    assert said == ["GitHub Copilot reads it otherwise: it has no 'name': its file's name counts"]


def test_what_a_conversion_loses_is_told_at_its_line() -> None:
    text = agent(f"{NAMED}{TOLD}tools: Read\ncolor: blue\n")
    source = Input(Path(PLACES["claude-code"]), PLACES["claude-code"], PLACES["claude-code"], "harbour", explicit=True)
    found = check_file(source, None, text.encode(), asked={"gemini-cli": "refuse"}, folder=Folder()).findings
    (lost,) = [finding for finding in found if finding.rule.code == "L101"]
    assert lost.message == "Gemini CLI cannot say color; it is left out"
    assert text[lost.span.start : lost.span.stop] == "blue"


def test_asked_clients_are_told_about_without_verbose(tmp_path: Path) -> None:
    place = tmp_path / ".claude/agents/tide-forecaster.md"
    place.parent.mkdir(parents=True)
    place.write_text(agent(f"{NAMED}{TOLD}tools: Read\n"), encoding="utf-8")
    runner = CliRunner()
    plain = runner.invoke(specs, ["check", str(tmp_path)])
    assert (plain.exit_code, "V2" in plain.output) == (0, False)
    asked = runner.invoke(specs, ["check", str(tmp_path), "--for", "gemini-cli", "--for", "kilo,opencode"])
    assert asked.exit_code == 0
    assert asked.output.count("info[V205 elsewhere]") == 3
    place.write_text(agent(f"{NAMED}{TOLD}tide: high\ntools: Read\n"), encoding="utf-8")
    for codes, ends in (
        ("V205", "1 file checked: 1 note\n"),
        ("V101,V205", "1 file checked: 2 notes (--verbose shows 1 more)\n"),
        ("V101", "1 file checked: 1 note (--verbose shows notes)\n"),
    ):
        some = runner.invoke(specs, ["check", str(tmp_path), "--for", "kilo", "--select", codes])
        assert some.output.endswith(ends)
    quiet = runner.invoke(specs, ["check", str(tmp_path), "--for", "gemini-cli", "--quiet"])
    assert "V205" not in quiet.output
    wrong = runner.invoke(specs, ["check", str(tmp_path), "--for", "gemini"])
    assert (wrong.exit_code, "Did you mean" in wrong.output) == (2, True)


# --- what clients make of a header that is no YAML -------------------------------------------------


def test_claude_code_puts_quotes_around_single_lines() -> None:
    header = 'name: tides\ndescription: high: "noon"\ntools: [Read, Grep]\nplace: "a: b"\n\tx: 1'
    assert quoted_lines(header).split("\n") == [
        "name: tides",
        'description: "high: \\"noon\\""',
        "tools: [Read, Grep]",
        'place: "a: b"',
        "  x: 1",
    ]


def test_opencode_makes_blocks_of_values_with_colons() -> None:
    assert blocked_lines('a: b: c\nd: "e: f"\n  g: h: i\nj: |\n# k: l: m') == (
        'a: |-\n  b: c\nd: "e: f"\n  g: h: i\nj: |\n# k: l: m'
    )


def test_qwen_code_reads_line_by_line() -> None:
    said = simple_pairs('a: b: c\n# no\nd: "e \\"f\\""\ng:\n  - h\n  - 7\ni:\n  j: k: l\nl: true\nm:\nn: o')
    values = {key.text: value for key, value in said.pairs}
    assert list(values) == ["a", "d", "g", "i", "l", "n"]
    scalars = [value.text for value in values.values() if isinstance(value, Scalar)]
    assert scalars == ["b: c", 'e "f"', "true", "o"]
    assert isinstance(values["g"], Sequence)
    assert [kind(item) for item in values["g"].items] == ["text", "a number"]
    assert isinstance(values["i"], Mapping)
    assert [(key.text, value.text) for key, value in values["i"].pairs if isinstance(value, Scalar)] == [("j", "k: l")]
    assert kind(values["l"]) == "true or false"


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        *[(text, "empty") for text in ("", "~", "null")],
        *[(text, "true or false") for text in ("true", "False")],
        *[(text, "a number") for text in ("7", "-7", "0x1F", "1.5", ".5", "1e3")],
        *[(text, "a date") for text in ("2024-01-01", "2024-1-1T00:00:00Z")],
        *[(text, "text") for text in ("yes", "no", "7 days", "1.2.3", '"7"', "2024-1-1")],
        ("[a]", "a list"),
        ("{a: b}", "a mapping"),
    ],
)
def test_kinds_are_those_of_yaml_with_dates(text: str, is_: str) -> None:
    node = tree(f"key: {text}", once=True)
    assert isinstance(node, Mapping)
    assert kind(node.pairs[0][1]) == is_


def test_aliases_and_merge_keys_are_followed() -> None:
    node = tree("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\ne: *x", once=True)
    assert isinstance(node, Mapping)
    values = {key.text: value for key, value in node.pairs}
    assert values["e"] is values["a"]
    assert isinstance(values["d"], Mapping)
    assert {key.text: value.text for key, value in values["d"].pairs if isinstance(value, Scalar)} == {
        "c": "3",
        "b": "1",
    }


def test_many_aliases_stay_small() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 200))]
    assert isinstance(tree("\n".join(lines), once=True), Mapping)


@pytest.mark.parametrize(
    ("text", "code", "problem", "at"),
    [
        ("a: *nobody", "S108", "no anchor is called 'nobody'", 3),
        ("a: 1\na: 2", "S112", "'a' stands twice", 5),
        ("[" * 100, "S110", "it is nested too deep", 21),
        ("a: 1\n---\nb: 2", "S101", "a second document", 5),
        ("a: \ud800", "S101", "it is no text", 0),
    ],
)
def test_what_is_no_yaml_is_refused(text: str, code: str, problem: str, at: int) -> None:
    with pytest.raises(SyntaxFault) as caught:
        tree(text, once=True)
    assert (caught.value.code, caught.value.problem) == (code, problem)
    assert caught.value.at == at or code == "S110"


@pytest.mark.parametrize("text", ["a: b: c", "a: [b", "a: \x07", "\ta: b", "a: b\nc"])
def test_why_it_is_no_yaml_is_said_as_the_parser_says_it(text: str) -> None:
    with pytest.raises(yaml.YAMLError) as judged:
        yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    error = judged.value
    for read in (lambda: tree(text, once=True), lambda: compose(text)):
        with pytest.raises(SyntaxFault) as caught:
            read()
        assert caught.value.problem in {getattr(error, "problem", None), getattr(error, "reason", None)} - {None}
        mark = getattr(error, "problem_mark", None)
        assert caught.value.at == min(mark.index if mark else error.position, len(text))


@pytest.mark.parametrize("text", ["a: '", 'name: x\ndescription: "tides\nmodel: y\n', "a: 'b\n---\nc: d\n"])
def test_a_quote_that_is_never_closed_is_told_where_it_opens(text: str) -> None:
    with pytest.raises(SyntaxFault) as caught:
        tree(text, once=True)
    assert (caught.value.code, caught.value.problem) == ("S126", "a quote is never closed")
    assert text[caught.value.at] in "\"'"


def test_what_no_reader_takes_is_told_once() -> None:
    source = Input(Path(PLACES["gemini-cli"]), PLACES["gemini-cli"], PLACES["gemini-cli"], "harbour", explicit=True)
    raw = agent(f"{NAMED}{TOLD}tools: &all [read_file]\nmore: *all\nodd: [\n").encode()
    found = check_file(source, None, raw, source_format="gemini-cli", folder=Folder()).findings
    assert [finding.rule.code for finding in found if finding.rule.severity >= ERROR] == ["S108"]


# --- whatever is in a file -------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *("---\n", "name: ", "description: ", "tools: ", "- ", "a: b: c\n", "\t", '"', "[", "{"),
        *("&a ", "*a", "\r", "\n", "\ufeff", "x" * 50),
    ]
)


@given(st.lists(PIECES).map("".join).map(str.encode) | st.binary(), st.sampled_from(sorted(CLIENTS)))
def test_no_file_breaks_a_verdict(raw: bytes, fmt: str) -> None:
    found = checked(fmt, raw, asked=tuple(CLIENTS))
    assert not [finding for finding in found if finding.rule is CRASHED]
    text = decode(raw, "x").text
    assert all(0 <= finding.span.start <= finding.span.stop <= max(1, len(text)) for finding in found)
    for client in CLIENTS.values():
        if text:
            verdict(client, raw)


# --- the clients themselves ------------------------------------------------------------------------

HOME = Path(os.environ.get("JUDGES_HOME") or Path.home() / ".cache" / "agent-judges")
KILO = HOME / "kilo/node_modules/@kilocode/cli-linux-x64/bin/kilo"
ASKED: dict[str, tuple[str, Path, int]] = {
    "claude": ("claude.py", HOME / "claude/node_modules/@anthropic-ai/claude-code-linux-x64/claude", 400),
    "gemini": ("gemini.mjs", HOME / "gemini/node_modules/@google/gemini-cli-core/dist/src/agents/agentLoader.js", 400),
    "qwen": ("qwen.mjs", HOME / "qwen/node_modules/@qwen-code/qwen-code/chunks", 400),
    "copilot": ("copilot.py", HOME / "copilot/node_modules/@github/copilot-linux-x64/copilot", 400),
    "kilo": ("opencode.py", KILO, 400),
    # one run of the client for every file it refuses
    "opencode": ("opencode.py", HOME / "opencode/node_modules/opencode-linux-x64/bin/opencode", 60),
}
"""The judge of each client, what lies below the judges' home where it is installed, and how many files it is asked."""

ARTIFACTS = {
    # an agent the client itself has under this name is listed in its place
    ("claude", "general-purpose"): "the client's own agent",
    # the judge looks where the model is offered agents, and these ask not to be
    ("copilot", "gem-orchestrator"): "`disable-model-invocation`",
    ("copilot", "agentic-workflows"): "`disable-model-invocation`",
    # which events there are, and what may be done on them, is not held against the client's list
    ("copilot", "invalid-hooks"): "hooks are looked at from outside only",
    ("copilot", "agent-with-new-fields"): "hooks are looked at from outside only",
}
"""Files of the corpus where the judge's word and ours differ, and why."""


NAME = re.compile(r"^name[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*\r?$", re.MULTILINE)


def _sample(count: int) -> list[Path]:
    """Files of the corpus that are Markdown with a header, no two of one name."""
    with (SHARED / "corpus" / "MANIFEST.csv").open(encoding="utf-8", newline="") as rows:
        wanted = {"claude-agent-md", "copilot-agent-md", "gemini-agent-md", "opencode-agent-md"}
        rows_ = [row for row in csv.DictReader(rows) if row["format"] in wanted]
    taken: list[Path] = []
    names = set[str]()
    for row in rows_[:: max(1, len(rows_) // (2 * count))]:
        path = SHARED / "corpus" / row["collection"] / row["path"]
        claimed = NAME.search(path.read_text("utf-8", "replace"))
        own = {path.name.split(".")[0].casefold(), *([claimed[1].casefold()] if claimed else [])}
        if not own & names and len(taken) < count:
            names |= own
            taken.append(path)
    return taken


@pytest.mark.clients
@pytest.mark.skipif(not JUDGES.is_dir(), reason=f"the judges are not in {JUDGES}")
@pytest.mark.parametrize("judge", ASKED)
def test_the_clients_do_what_we_say(judge: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    script, installed, count = ASKED[judge]
    if not installed.exists():
        pytest.skip(f"{judge} is not in {HOME}; `judges/install.sh {judge}` brings it")
    suffix = ".agent.md" if judge == "copilot" else ".md"
    files = {tmp_path / f"{path.name.split('.')[0]}{suffix}": path for path in _sample(count)}
    for copy, path in files.items():
        copy.write_bytes(path.read_bytes())
    program = "node" if script.endswith(".mjs") else sys.executable
    env = {**os.environ, "JUDGES_HOME": str(HOME)} | (
        {"OPENCODE_BIN": str(KILO), "OC_DIR": ".kilo"} if judge == "kilo" else {}
    )
    command = [program, str(JUDGES / script), *map(str, files)]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if ran.returncode == 2:
        pytest.skip(f"no verdict: {ran.stderr.strip()[-300:]}")
    assert ran.returncode == 0, ran.stderr[-2000:]
    client, differences, agreed = CLIENTS[JUDGED[judge]], [], Counter[str]()
    for line in map(json.loads, ran.stdout.splitlines()):
        path = files[Path(line["file"])]
        _, ruled = verdict(client, path.read_bytes())
        if is_taken(ruled) == line["ok"]:
            agreed["taken" if line["ok"] else "refused"] += 1
        elif (judge, path.name.split(".")[0]) not in ARTIFACTS:
            differences.append(f"{path}: {line['ok']} {line['error']}; we say {[r.met.why for r in ruled]}")
    record_property("files", len(files))
    for word, number in agreed.items():
        record_property(f"agreed: {word}", number)
    assert not differences, "\n".join(differences)
    assert agreed.total() >= len(files) - len(ARTIFACTS)


def test_tools_of_claude_code_without_a_neutral_name_are_its_own() -> None:
    """As its release 2.1.329 lists them; a name like one of them is none."""
    header = f"{NAMED}{TOLD}tools: Read, SendMessage, ToolSearch\n"
    assert checked("claude-code", agent(header)) == []
    assert [found.rule.code for found in checked("claude-code", agent(header.replace("Mess", "Mes")))] == ["V203"]
