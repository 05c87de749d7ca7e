"""From a collection of 150 agents to five of them at work, with nothing but the wheel: a command a step."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = "\n".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "site" / "guide").glob("*.md")))
AGENTS = 150
FIVE = ["mole-001", "mole-002", "mole-003", "mole-004", "mole-005"]
SHOWN = {
    "init": r"specs init \S+ --from ",
    "sync": r"specs sync$",
    "build": r"specs build --strict",
    "install": r"specs install .*--to \w[\w-]*,\w",
    "list": r"specs list --into README\.md",
    "check": r"specs check .*--since ",
}
"""How the guide spells each step."""


def agent(number: int) -> str:
    """An agent's file as Claude Code has it; each hands on to the next."""
    return (
        f"---\nname: mole-{number:03}\ndescription: Use when ships wait at mole {number}.\n---\n"
        f"You watch mole {number} of the harbour.\n\n## Working with others\n\n"
        f"- Hand off ships that leave to mole-{number % AGENTS + 1:03}.\n"
    )


def git(folder: Path, *words: str) -> None:
    """Run git there, as somebody without settings of their own."""
    said = ["-c", "user.name=Harbour", "-c", "user.email=harbour@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *said, *words], cwd=folder, capture_output=True, check=True, env=alone())


def alone(**more: str) -> dict[str, str]:
    """The environment without anybody's settings of git."""
    return os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}


@pytest.mark.slow
def test_the_path_from_a_collection_to_agents_at_work(wheel: Path, tmp_path: Path) -> None:
    source, catalogue = tmp_path / "moles", tmp_path / "catalogue"
    (source / "agents").mkdir(parents=True)
    for number in range(1, AGENTS + 1):
        (source / "agents" / f"mole-{number:03}.md").write_text(agent(number), encoding="utf-8")
    git(source, "init")
    git(source, "add", ".")
    git(source, "commit", "-m", "Moles")
    ours = f"import converters; assert converters.__file__.startswith({str(wheel)!r})"

    def specs(*words: str, where: Path = catalogue, status: int = 0) -> str:
        assert re.search(SHOWN[words[0]], GUIDE, re.MULTILINE), words[0]
        done = subprocess.run(
            [sys.executable, "-c", f"{ours}; from converters.cli import main; main()", *words],
            cwd=where,
            env=alone(PYTHONPATH=str(wheel), XDG_CACHE_HOME=str(tmp_path / "cache"), COLUMNS="80"),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    assert f"{AGENTS} agents, all new" in specs("init", "catalogue", "--from", str(source), where=tmp_path)

    changed = source / "agents" / "mole-007.md"
    changed.write_text(agent(7).replace("ships wait", "tugs wait"), encoding="utf-8")
    git(source, "commit", "-am", "Mole 7 is for tugs")
    told = specs("sync")
    assert f"1 changed, {AGENTS - 1} the same" in told
    assert "mole-007" in told

    specs("build", "--strict", "--quiet")
    pages = list((catalogue / "build" / "site" / "agents").rglob("index.html"))
    assert len(pages) == AGENTS

    specs("install", *FIVE, "--to", "claude-code,codex,copilot")
    for number, name in enumerate(FIVE, 1):
        for place in (f".claude/agents/{name}.md", f".codex/agents/{name}.toml", f".github/agents/{name}.agent.md"):
            assert f"You watch mole {number} " in (catalogue / place).read_text(encoding="utf-8")

    specs("list", "--into", "README.md")
    table = (catalogue / "README.md").read_text(encoding="utf-8")
    assert {f"mole-{number:03}" for number in range(1, AGENTS + 1)} == set(re.findall(r"\[(mole-\d+)\]", table))

    git(source, "switch", "-c", "more")
    (source / "agents" / "mole-151.md").write_text("---\nname: mole-151\n---\nYou watch.\n", encoding="utf-8")
    git(source, "add", ".")
    git(source, "commit", "-m", "One more")
    found = specs("check", "agents", "--since", "main", where=source, status=1)
    assert re.search(r"^agents/mole-151\.md:1:1: error\[V201 .* it has no 'description'$", found, re.MULTILINE)
    assert not re.search(r"mole-(?!151)\d+\.md:", found), "what did not change is not told about"
