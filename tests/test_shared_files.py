"""Files that hold several agents: what lies around them stays, whoever comes or goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import run

OPENCODE = """{
  // keep me
  "mcp": {"charts": {"type": "local", "command": ["charts"]}},
  "agent": {
    "tide": {
      "description": "Tides.",
      "prompt": "You forecast."
    },
    "berth": {"description": "Berths.", "prompt": "You assign."}
  },
  "permission": {"bash": "deny"}
}
"""
ROO = """{
  "customModes": [
    {"slug": "tide", "name": "Tide", "roleDefinition": "You forecast.", "groups": []}
  ]
}
"""
NEW = 'spec: 1\nname: pilot\ndescription: Pilots.\nsections: [{text: "You pilot.\\n"}]\n'


def _specs(folder: Path, name: str, text: str) -> None:
    (folder / "crew").mkdir()
    (folder / "crew" / name).write_text(text)
    made = run("convert", "crew", "--quiet", cwd=folder)
    assert made.returncode == 0, made.stderr


def _back(folder: Path, target: str) -> str:
    made = run("convert", "specs", "--to", target, "-o", "back", "--access", "allow", "--quiet", cwd=folder)
    assert made.returncode == 0, made.stderr
    (path,) = (path for path in (folder / "back").rglob("*") if path.is_file() and "manifest" not in path.name)
    return path.read_text()


def test_a_new_agent_joins_the_others(tmp_path: Path) -> None:
    """In JSON with comments, before what follows the agents."""
    _specs(tmp_path, "opencode.json", OPENCODE)
    (tmp_path / "specs" / "crew" / "pilot.yaml").write_text(NEW + "source: {collection: crew, path: opencode.json}\n")
    text = _back(tmp_path, "opencode-json")
    assert text.startswith(OPENCODE[: OPENCODE.index('\n  },\n  "permission"')])
    assert text.endswith('  },\n  "permission": {"bash": "deny"}\n}\n')
    plain = json.loads(text.replace("  // keep me\n", ""))
    assert list(plain["agent"]) == ["tide", "berth", "pilot"]


def test_a_new_agent_joins_a_list_in_brackets(tmp_path: Path) -> None:
    _specs(tmp_path, ".roomodes", ROO)
    (tmp_path / "specs" / "crew" / "pilot.yaml").write_text(NEW)
    modes = json.loads(_back(tmp_path, "roo"))["customModes"]
    assert [mode["slug"] for mode in modes] == ["tide", "pilot"]


def test_an_agent_that_goes_takes_its_comma_along(tmp_path: Path) -> None:
    _specs(tmp_path, "opencode.json", OPENCODE)
    (berth,) = (tmp_path / "specs" / "crew").rglob("berth.yaml")
    berth.unlink()
    text = _back(tmp_path, "opencode-json")
    assert list(json.loads(text.replace("  // keep me\n", ""))["agent"]) == ["tide"]


@pytest.mark.parametrize(
    ("target", "name", "text"),
    [
        ("kiro", "a.json", '{\n  "name": "a", "description": "d",\n  "prompt": "x"\n}\n'),
        ("rulesync", "a.md", "---\nname: x\nclaudecode/tools: Read\ndescription: d\n---\nhi\n"),
        ("opencode-json", "opencode.json", '{\n  "agent": {\n    "a": {}\n  }\n}\n'),
        ("crewai", "agents.yaml", "a: {role: A, goal: g, backstory: b}\nb: {role: B, goal: g, backstory: c}\n"),
        (
            "roo",
            ".roomodes",
            (
                "customModes:\n  - slug: a\n    name: A\n    roleDefinition: x\n    groups: []\n"
                "  -\n    slug: b\n    name: B\n    roleDefinition: y\n    groups: []\n"
            ),
        ),
        ("claude-code", "a.md", "---\nname: a\n---\nBody\n"),
        (
            "fortium-yaml",
            "a.yaml",
            "metadata/category: one key\n~metadata/category: another\nmetadata:\n  name: a\n  category: quality\n",
        ),
    ],
)
def test_odd_spellings_come_back(tmp_path: Path, target: str, name: str, text: str) -> None:
    """Through specs on disk and a conversion home, nothing added."""
    (tmp_path / name).write_text(text)
    made = run("convert", name, "--from", target, "--collection", "crew", "--quiet", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    back = run("convert", "specs", "--to", target, "--layout", "source", "-o", "back", "--quiet", cwd=tmp_path)
    assert back.returncode == 0, back.stderr
    assert (tmp_path / "back" / name).read_text() == text


@pytest.mark.parametrize(
    ("target", "name", "text"),
    [
        ("roo", ".roomodes", "customModes: []\n"),
        ("opencode-json", "opencode.json", '{"agent": {}}'),
        ("crewai", "agents.yaml", "{}"),
    ],
)
def test_a_file_of_no_agents_says_so(tmp_path: Path, target: str, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    made = run("convert", name, "--from", target, cwd=tmp_path)
    assert made.returncode == 2
    assert "error[S122 no-agents]" in made.stderr
