"""Prompts that lie in another file: read from below the input's root, from nowhere else, and written back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import run

from converters.conversion import Options, Outcome, understand
from converters.inputs import Input

PROMPT = "You forecast tides.\n\n## Steps\n\n1. Read the gauge.\n"


def _agent(folder: Path, said: str) -> Input:
    """A Kiro agent three folders below its collection's root, whose prompt is `said`."""
    place = folder / "crew" / ".kiro" / "agents" / "tide.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps({"name": "tide", "description": "Tides.", "prompt": said, "tools": ["read"]}, indent=2))
    return Input(place, "tide.json", ".kiro/agents/tide.json", "crew")


def _read(source: Input) -> Outcome:
    return understand(source, Options(source="kiro"))


@pytest.mark.parametrize("path", ["tide.md", "./tide.md", "../../prompts/tide.md"])
def test_a_prompt_below_the_root_is_read(tmp_path: Path, path: str) -> None:
    source = _agent(tmp_path, f"file://{path}")
    target = source.path.parent / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(PROMPT)
    (spec,) = _read(source).specs
    assert spec.prompt == PROMPT
    assert [section.title for section in spec.sections] == [None, "Steps"]
    assert spec.source is not None
    assert spec.source.prompt_file == f"file://{path}"


@pytest.mark.parametrize(
    "path", ["../../../secret.md", "{root}/secret.md", "link.md", "missing.md", "folder", "a\0b", ""]
)
def test_no_other_file_is_read(tmp_path: Path, path: str) -> None:
    """What lies outside, behind a link, or is no file leaves the words as the prompt, and is told."""
    (tmp_path / "secret.md").write_text("the key is 1234")
    said = f"file://{path.format(root=tmp_path)}"
    source = _agent(tmp_path, said)
    (source.path.parent / "folder").mkdir()
    (source.path.parent / "link.md").symlink_to(tmp_path / "secret.md")
    outcome = _read(source)
    assert outcome.status == "read"
    assert "1234" not in outcome.specs[0].prompt
    assert outcome.specs[0].prompt == said
    assert path == "" or any(finding.rule.code == "V116" for finding in outcome.findings)


def test_both_files_come_back(tmp_path: Path) -> None:
    """Through the canonical form on disk, byte for byte."""
    source = _agent(tmp_path, "file://../../prompts/tide.md")
    prompts = tmp_path / "crew" / "prompts"
    prompts.mkdir()
    (prompts / "tide.md").write_text(PROMPT)
    made = run("convert", "crew", "--quiet", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    back = run(
        "convert", "specs", "--to", "kiro", "--layout", "source", "--as-read", "-o", "back", "--quiet", cwd=tmp_path
    )
    assert back.returncode == 0, back.stderr
    (agent,) = (tmp_path / "back").rglob("tide.json")
    assert agent.read_bytes() == source.path.read_bytes()


def test_a_spec_cannot_write_outside(tmp_path: Path) -> None:
    """A canonical spec from a stranger whose prompt file points upwards writes the agent, and nothing above."""
    source = _agent(tmp_path, "file://./tide.md")
    (source.path.parent / "tide.md").write_text(PROMPT)
    assert run("convert", "crew", "--quiet", cwd=tmp_path).returncode == 0
    (spec,) = (tmp_path / "specs").rglob("tide.yaml")
    spec.write_text(spec.read_text().replace("file://./tide.md", "file://../../../../evil.md"))
    made = run("convert", "specs", "--to", "kiro", "-o", "out/here", cwd=tmp_path)
    assert "Traceback" not in made.stderr
    assert not list(tmp_path.rglob("evil.md"))


def test_a_folder_that_is_an_agent(tmp_path: Path) -> None:
    """Gitagent keeps the prompt in `SOUL.md`: both files are one agent, and both are written."""
    folder = tmp_path / "crew" / "agents" / "tide"
    folder.mkdir(parents=True)
    (folder / "agent.yaml").write_text('spec_version: "0.1.0"\nname: tide\nversion: 0.1.0\ndescription: Tides.\n')
    (folder / "SOUL.md").write_text(PROMPT)
    shown = run("show", "crew/agents/tide/agent.yaml", "--json", cwd=tmp_path)
    (agent,) = json.loads(shown.stdout)["agents"]
    assert "".join(part.get("heading", "") + part["text"] for part in agent["sections"]) == PROMPT
    made = run("convert", "crew", "--to", "gitagent", "-o", "out", "--quiet", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    (soul,) = (tmp_path / "out").rglob("SOUL.md")
    assert soul.read_text() == PROMPT
