"""What several agents lose or gain alike is told once, and nobody's is hidden."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from converters.cli import specs

TEAM_OF_THREE = {"berth-clerk": "blue", "crane-planner": "red", "tide-forecaster": "blue"}


def _with(folder: Path, headers: Mapping[str, str]) -> Path:
    """A folder of agents, each with these lines in its header."""
    for name, lines in headers.items():
        (folder / f"{name}.md").write_text(f"---\nname: {name}\ndescription: Helps\n{lines}---\nHelp.\n")
    return folder


def _run(verb: str, folder: Path) -> list[str]:
    """The words that convert, or install, all agents of a folder."""
    out = str(folder / "out")
    words = {"convert": ["-o", out, str(folder)], "install": ["--all", "--from", str(folder), "--project", out]}
    return [verb, *words[verb]]


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Three agents that lose their colour in Gemini CLI, and one of them its memory, too."""
    memory = {"crane-planner": "memory: project\n"}
    return _with(
        tmp_path,
        {name: f"tools: Read\ncolor: {color}\n{memory.get(name, '')}" for name, color in TEAM_OF_THREE.items()},
    )


@pytest.mark.parametrize("verb", ["convert", "install"])
def test_a_loss_that_several_agents_share_is_told_once(verb: str, team: Path) -> None:
    words = [*_run(verb, team), "--to", "gemini-cli"]
    brief = CliRunner().invoke(specs, [*words, "--dry-run"])
    assert brief.exit_code == 0
    assert (brief.stderr.count("cannot say color"), brief.stderr.count("cannot say memory")) == (1, 1)
    assert "berth-clerk.md:5:8: loss[L101 dropped]" in brief.stderr
    after = brief.stderr.partition("cannot say color")[2].splitlines()[3]
    assert after == "  = the same in 2 more agents (--verbose names them)"
    assert brief.stderr.count("the same in") == 1, "who loses something alone is told so"
    whole = CliRunner().invoke(specs, [*words, "--dry-run", "--verbose"])
    assert (whole.stderr.count("cannot say color"), whole.stderr.count("the same in")) == (3, 0)
    assert CliRunner().invoke(specs, [*words, "--dry-run", "--quiet"]).stderr == ""
    assert CliRunner().invoke(specs, [*words, "--dry-run", "--quiet", "--fail-on", "loss"]).exit_code == 1
    told = json.loads(CliRunner().invoke(specs, [*words, "--dry-run", "--json"]).stdout)
    found = told["findings"] if verb == "install" else [one for row in told["inputs"] for one in row["findings"]]
    assert sum("cannot say color" in one["message"] for one in found) == 3


def test_of_agents_that_are_not_written_for_their_losses_each_is_told(team: Path) -> None:
    done = CliRunner().invoke(
        specs, ["convert", str(team), "-o", str(team / "out"), "--to", "gemini-cli", "--loss", "refuse"]
    )
    assert (done.stderr.count("cannot say color"), done.stderr.count("the same in")) == (3, 0)


READERS = {"berth-clerk": "Read", "crane-planner": "Read", "tide-forecaster": "Read, WebFetch"}


@pytest.fixture
def readers(tmp_path: Path) -> Path:
    """Three that lose their colour, and gain servers in Codex; in Cursor one of them gains less than the others."""
    return _with(tmp_path, {name: f"tools: {tools}\ncolor: red\n" for name, tools in READERS.items()})


@pytest.mark.parametrize("verb", ["convert", "install"])
def test_a_gain_that_several_agents_share_is_told_once_with_the_leave_that_serves_all(verb: str, readers: Path) -> None:
    words = [*_run(verb, readers), "--to", "codex,cursor", "--dry-run"]
    brief = CliRunner().invoke(specs, words)
    assert (brief.exit_code, brief.stderr.count("error[A101")) == (1, 3)
    assert brief.stderr.count("pass --access codex=mcp\n  = the same in 2 more agents (--verbose names them)\n") == 1
    assert brief.stderr.count("cursor=network+spawn+mcp\n  = the same in 1 more agent") == 1
    assert brief.stderr.count("cursor=spawn+mcp\n") == 1, "who gains something else is told so"
    assert "loss[" not in brief.stderr, "what would be lost of files that are not written is no news"
    assert brief.stderr.splitlines()[-1].endswith("; 6 artifacts withheld")
    whole = CliRunner().invoke(specs, [*words, "--verbose"])
    assert (whole.exit_code, whole.stderr.count("error[A101"), "the same in" in whole.stderr) == (1, 6, False)
    assert whole.stderr.count("cannot say color") == 6
    quiet = CliRunner().invoke(specs, [*words, "--quiet"])
    assert (quiet.exit_code, quiet.stderr.count("error[A101")) == (1, 6)
    told = json.loads(CliRunner().invoke(specs, [*words, "--json"]).stdout)
    found = told["findings"] if verb == "install" else [one for row in told["inputs"] for one in row["findings"]]
    assert (sum(one["code"] == "A101" for one in found), sum(one["severity"] == "loss" for one in found) > 6) == (
        6,
        True,
    )


def test_losses_of_the_other_files_of_an_agent_are_told(readers: Path) -> None:
    done = CliRunner().invoke(specs, ["convert", str(readers), "-o", str(readers / "out"), "--to", "codex,gemini-cli"])
    assert "Codex cannot say color" not in done.stderr
    assert done.stderr.count("Gemini CLI cannot say color") == 1
    assert "the same in 2 more agents" in done.stderr.partition("Gemini CLI cannot say color")[2]
