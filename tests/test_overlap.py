"""Clients that load the files of others: who is there twice, and who without the limits of its source."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from trips import understood

from converters.cli import specs
from converters.cli._run import _chunk
from converters.conversion import Options
from converters.formats import FORMATS
from converters.inputs import Input, find_inputs
from converters.overlap import beside
from converters.planning import plan

CLERK = "---\nname: berth-clerk\ndescription: Assigns berths.\ntools: Read, Grep\n---\nYou assign the berths.\n"
FREE = "---\nname: crane-planner\ndescription: Plans cranes.\n---\nYou plan the cranes.\n"
BEYOND_READING = "write+shell+network+spawn+mcp"
CLAUDE, CURSOR = ".claude/agents/berth-clerk.md", ".cursor/agents/berth-clerk.md"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in a folder with one agent that only reads, and a home of its own."""
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "berth-clerk.md").write_text(CLERK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return lambda *words: CliRunner().invoke(specs, words)


def told(done: Result) -> list[str]:
    """The codes of what is about clients that load the files of others."""
    return sorted(re.findall(r"\[(P106|A104) ", done.stderr))


def leave_found(text: str, targets: str, **more: Any) -> list[object]:
    """The leave that each A104 of a run names."""
    outcome = understood(text.encode(), "crew/a.md", fmt="claude-code")
    plan([outcome], Options(targets=tuple(targets.split(",")), **more))
    return [finding.facts["leave"] for finding in outcome.findings if finding.rule.code == "A104"]


@pytest.mark.parametrize(
    ("text", "targets", "more", "leave"),
    [
        (CLERK, "claude-code,cursor", {}, [BEYOND_READING]),
        (CLERK, "cursor,claude-code", {}, [BEYOND_READING]),
        (CLERK, "codex,cursor", {}, []),  # neither is written
        (CLERK, "codex,cursor", {"access_apart": {"codex": "mcp"}}, [BEYOND_READING]),
        (CLERK, "claude-code,cursor", {"access_apart": {"cursor": "network+spawn+mcp"}}, [BEYOND_READING]),
        (CLERK, "claude-code,cursor", {"access_apart": {"cursor": BEYOND_READING}}, []),
        (CLERK, "claude-code,cursor", {"access": "allow"}, []),
        (CLERK, "claude-code,cursor", {"layout": "flat"}, []),
        (CLERK, "claude-code", {}, []),  # whoever uses Cursor besides has not said so
        (CLERK, "cursor", {}, []),
        (CLERK, "claude-code,vscode", {}, []),  # VS Code obeys the list of tools
        (FREE, "claude-code,cursor", {}, []),
    ],
)
def test_a_client_that_passes_over_the_limits_of_a_file_is_named(
    text: str, targets: str, more: dict[str, Any], leave: list[object]
) -> None:
    assert leave_found(text, targets, **more) == leave


def test_an_agent_refused_for_a_client_that_loads_it_all_the_same_is_told(run: Run) -> None:
    done = run("convert", "crew", "--to", "claude-code,cursor")
    assert (done.exit_code, told(done), Path(CURSOR).exists()) == (1, ["A104"], False)
    assert "Cursor loads the files of Claude Code, too" in done.stderr
    free = run("convert", "crew", "--to", "claude-code,cursor", "--access", f"cursor={BEYOND_READING}")
    assert (free.exit_code, told(free)) == (0, ["P106"])


@pytest.mark.parametrize("verb", ["convert", "install"])
def test_what_earlier_runs_wrote_counts_in_either_order(verb: str, run: Run) -> None:
    words = {"convert": ("convert", "crew"), "install": ("install", "berth-clerk", "--from", "crew")}[verb]
    leave = ("--access", "cursor=network+spawn+mcp")
    assert told(run(*words, "--to", "claude-code")) == []
    assert told(run(*words, "--to", "cursor")) == ["A104"]
    assert told(run(*words, "--to", "cursor", *leave)) == ["A104", "P106"]
    Path(CLAUDE).unlink()
    assert told(run(*words, "--to", "cursor", *leave, "--verbose")) == []
    assert told(run(*words, "--to", "claude-code", *leave)) == ["A104", "P106"]
    assert told(run(*words, "--to", "copilot")) == ["P106"], "of VS Code; of Cursor it was told"


def test_in_one_s_home_it_is_told_too_and_by_status(run: Run) -> None:
    words = ("install", "berth-clerk", "--from", "crew", "--access", "cursor=allow")
    assert told(run(*words, "--to", "claude-code")) == []
    assert told(run(*words, "--to", "cursor", "--user")) == [], "a project's files are not one's own"
    assert "twice" not in run("status").stderr + run("status", "--user").stderr
    assert told(run(*words, "--to", "claude-code", "--user")) == ["P106"]
    said = "Cursor reads its own files and those of Claude Code, and loads 1 agent twice\n"
    assert said in run("status", "--user").stderr
    assert "twice" not in run("status").stderr


@pytest.mark.usefixtures("run")
def test_workers_find_the_same() -> None:
    """Where agents are let go once they are planned."""
    options = Options(targets=("claude-code", "cursor"), access_apart={"cursor": "network+spawn+mcp"})
    outcomes = _chunk([one for one in find_inputs(("crew",), {}, project=None) if isinstance(one, Input)], options, {})
    plan(outcomes, options)
    found = [finding.rule.code for outcome in outcomes for finding in outcome.findings]
    assert (found.count("A104"), found.count("P106")) == (1, 1)


def test_only_files_that_meet_those_of_a_run_are_looked_at() -> None:
    there = {CLAUDE: "claude-code", CURSOR: "cursor", ".roomodes": "roo", "a.x": "no-such-format"}
    assert beside(there, ["codex"]) == {CURSOR: "cursor"}
    assert beside(there, ["cursor"]) == {CLAUDE: "claude-code"}
    assert beside(there, ["copilot"]) == {CLAUDE: "claude-code"}, "by VS Code"
    assert beside(there, ["opencode"]) == {}


def test_whoever_meets_has_a_file_for_each_agent() -> None:
    """Whether one is there can be told before others are planned."""
    readers = [fmt for fmt in FORMATS.values() if fmt.also_loads]
    assert not [fmt.id for fmt in readers if fmt.shared or any(FORMATS[other].shared for other in fmt.also_loads)]
