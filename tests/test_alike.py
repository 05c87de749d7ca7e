"""Losses that several agents share are told once, and nobody's is hidden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from converters.cli import specs

TEAM_OF_THREE = {"berth-clerk": "blue", "crane-planner": "red", "tide-forecaster": "blue"}


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Three agents that lose their colour in Gemini CLI, and one of them its memory, too."""
    for name, color in TEAM_OF_THREE.items():
        memory = "memory: project\n" if name == "crane-planner" else ""
        text = f"---\nname: {name}\ndescription: Helps\ntools: Read\ncolor: {color}\n{memory}---\nHelp.\n"
        (tmp_path / f"{name}.md").write_text(text)
    return tmp_path


@pytest.mark.parametrize("verb", ["convert", "install"])
def test_a_loss_that_several_agents_share_is_told_once(verb: str, team: Path) -> None:
    out = str(team / "out")
    where = {"convert": ["convert", str(team), "-o", out], "install": ["install", "--all", "--from", str(team),
             "--project", out]}[verb]  # fmt: skip
    words = [*where, "--to", "gemini-cli"]
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
