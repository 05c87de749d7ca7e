"""`specs uninstall`: what was installed goes, and everything else stays as it is, to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from converters.cli import specs
from converters.formats import FORMATS
from converters.inputs import MANIFEST
from converters.parts import Unfit, holder_of, put, take

NAMES = ("berth-clerk", "crane-planner", "tide-forecaster")


def agent(name: str) -> str:
    word = name.partition("-")[0]
    return f"---\nname: {name}\ndescription: The {word}'s.\ntools: Read\n---\n\n# {word}\n\nYou do {word}s: {{a, b}}.\n"


@pytest.fixture(autouse=True)
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three agents in `crew`, and an empty home in `home`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "crew").mkdir()
    for name in NAMES:
        (tmp_path / "crew" / f"{name}.md").write_text(agent(name))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(specs, list(words))


def install(*words: str) -> None:
    done = run("install", *words, "--from", "crew", "--access", "allow", "-q")
    assert done.exit_code == 0, done.output


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file with its bytes, and every folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


EVERYWHERE = ",".join(
    id_ for id_, fmt in FORMATS.items() if fmt.writes and id_ not in {"eipas", "kilo", "vscode", "semantic-kernel"}
)


def test_everything_goes_and_nothing_else(crew: Path) -> None:
    """Of every format at once, folders and manifest included."""
    (crew / ".claude").mkdir()
    (crew / ".claude" / "settings.json").write_text("{}\n")
    before = tree(crew)
    run("install", "--all", "--to", EVERYWHERE, "--from", "crew", "--access", "allow", "-q")
    assert len(tree(crew)) > 60
    assert run("uninstall", "--all").exit_code == 0
    assert tree(crew) == before


def test_from_the_home_too(crew: Path) -> None:
    (crew / "home").mkdir()
    before = tree(crew)
    install("--all", "--to", "claude-code,opencode,codex", "--user")
    assert tree(crew) != before
    done = run("uninstall", "--all", "--user")
    assert done.exit_code == 0, done.output
    assert "removed   ~/.config/opencode/agents/berth-clerk.md" in done.output
    assert tree(crew) == before


def test_by_name_and_by_tool(crew: Path) -> None:
    install("--all", "--to", "claude-code,codex")
    assert run("uninstall", "tide-forecaster", "--to", "codex").exit_code == 0
    assert not (crew / ".codex" / "agents" / "tide-forecaster.toml").exists()
    assert (crew / ".claude" / "agents" / "tide-forecaster.md").exists()
    assert run("uninstall", "crew/tide-forecaster", "berth-clerk").exit_code == 0
    assert sorted(json.loads((crew / MANIFEST).read_text())["files"]) == [
        ".claude/agents/crane-planner.md", ".codex/agents/crane-planner.toml",
    ]  # fmt: skip


def test_who_is_not_there_is_said(crew: Path) -> None:
    assert run("uninstall", "nobody").exit_code == 1
    assert "No agent 'nobody' was installed here" in run("uninstall", "nobody").output
    assert run("uninstall").exit_code == 2
    assert run("uninstall", "--all").exit_code == 0
    assert not (crew / MANIFEST).exists()


@pytest.mark.parametrize("target", ["claude-code", "roo"])
def test_what_was_edited_stays_and_is_named(target: str, crew: Path) -> None:
    install("--all", "--to", target)
    path = crew / FORMATS[target].files[0].replace("{name}", "crane-planner")
    edited = path.read_text().replace("You do cranes", "You do CRANES")
    path.write_text(edited)
    done = run("uninstall", "--all")
    assert done.exit_code == 1
    assert "P103 edited-output" in done.output and "crane-planner" in done.output
    assert "You do CRANES" in path.read_text() and "You do tides" not in path.read_text()
    assert run("uninstall", "--all").exit_code == 1  # again: it is still edited
    forced = run("uninstall", "--all", "--force")
    assert forced.exit_code == 0
    assert not path.exists()
    assert f"backup    {path.relative_to(crew)}.bak" in forced.output
    assert "You do CRANES" in Path(f"{path}.bak").read_text()


def test_a_dry_run_touches_nothing(crew: Path) -> None:
    install("--all", "--to", "claude-code,roo")
    before = tree(crew)
    done = run("uninstall", "--all", "--dry-run")
    assert "4 files would be removed" in done.output
    assert tree(crew) == before


def test_backups_are_told_of_and_stay(crew: Path) -> None:
    mine = crew / ".claude" / "agents" / "tide-forecaster.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    install("tide-forecaster", "--to", "claude-code", "--force")
    done = run("uninstall", "tide-forecaster")
    path = ".claude/agents/tide-forecaster.md"
    told = f"what was at {path} before `--force` overwrote it is in {path}.bak; rename it to have it back"
    assert told in " ".join(done.stderr.split())
    assert [path.name for path in mine.parent.iterdir()] == ["tide-forecaster.md.bak"]


def test_of_a_file_that_others_share_it_is_told_that_nothing_was_put_back(crew: Path) -> None:
    """It is still there, so that another in its place would take along what else is in it by now."""
    (crew / "opencode.json").write_text('{"agent": {"tide-forecaster": {"prompt": "mine"}}}')
    install("tide-forecaster", "--to", "opencode-json", "--force")
    done = run("uninstall", "--all")
    told = "what was at opencode.json before `--force` overwrote it is in opencode.json.bak; nothing of it was put back"
    assert told in " ".join(done.stderr.split())
    assert (crew / "opencode.json").exists() and "mine" in (crew / "opencode.json.bak").read_text()
    assert json.loads(run("uninstall", "--all", "--json").stdout)["backups"] == []


def test_a_manifest_cannot_reach_outside(crew: Path) -> None:
    """Whatever a stranger's repository says was installed."""
    (crew / "precious.md").write_text("precious\n")
    one = {"name": "x", "from": "crew", "spec": "0"}
    entry = {"sha256": "0", "target": "claude-code", "collections": ["c"], "agents": {"c/x": one}}
    project = crew / "project"
    project.mkdir()
    said = {"version": 1, "folders": ["..", "."], "files": {"../precious.md": entry, str(crew / "precious.md"): entry}}
    (project / MANIFEST).write_text(json.dumps(said))
    run("uninstall", "--all", "--force", "--project", "project")
    assert (crew / "precious.md").read_text() == "precious\n"


def test_files_that_are_gone_already_are_forgotten(crew: Path) -> None:
    install("--all", "--to", "claude-code")
    (crew / ".claude" / "agents" / "tide-forecaster.md").unlink()
    assert run("uninstall", "tide-forecaster").exit_code == 0
    assert "tide" not in (crew / MANIFEST).read_text()


# --- files of several agents --------------------------------------------------------------------------

MODE = "slug: mine\n{0}name: Mine\n{0}roleDefinition: |\n{0}  You are mine.\n\n{0}  Really.\n{0}groups: []\n"
OTHERS = {
    "roo": [
        "customModes: []\n",
        "customModes: []",
        "customModes: []  # none yet\n",
        "# mine\nother: 1\n",
        "other: 1",
        "customModes:\n- " + MODE.format("  "),
        "customModes:\n    - " + MODE.format("      ") + "after: 1\n",
        "customModes:\n  -\n    " + MODE.format("    ") + "  # the last\n",
        "customModes:\n  - " + MODE.format("    ").rstrip("\n"),
        ("customModes:\n  - " + MODE.format("    ")).replace("\n", "\r\n"),
        "\ufeffcustomModes:\n  - " + MODE.format("    "),
        '{"customModes": [{"slug": "mine", "name": "M", "roleDefinition": "x", "groups": []}]}',
        '{\n  "customModes": [\n    {"slug": "mine", "name": "M", "roleDefinition": "x", "groups": []}\n  ]\n}\n',
        "{}",
        '{"customModes": []}\n',
    ],
    "opencode-json": [
        "{}",
        "{\n}\n",
        '{"model": "x"}\n',
        '{\n  "$schema": "https://opencode.ai/config.json",\n  // mine\n  "model": "x", // too\n}\n',
        '{"agent": {}, "model": "x"}',
        '{"agent": {"mine": {"prompt": "p"}}}',
        '{\n  "agent": {\n    "mine": {\n      "prompt": "p"\n    }, // mine\n  },\n  "x": 1\n}\n',
        '{\n  "agent": {\n    "mine": {"prompt": "p"}\n  }\n}',
        '{\n  "agent": {\n    "mine": {"prompt": "p"} // mine, {too}\n  }\n}',
    ],
    "crewai": [
        "# none yet\n",
        "mine:\n  role: R\n  goal: g\n  backstory: b\n",
        "mine:\n    role: R\n    goal: g\n    backstory: >\n        b\n\n        c",
    ],
    "cagent": [
        'version: "7"\nagents:\n  root:\n    instruction: x\nmodels: {}\n',
        "models: {}\n",
        "agents:\n    root:\n        instruction: x # mine\n",
    ],
    "agents-md": [
        "# Mine\n\nText.\n",
        "# Mine\n\nText.",
        "Mine\n====\n\n## Foo\n\n`foo` is mine.\n\n### Deep\n\ntext\n\n\n",
        "# Mine\r\n\r\nText.\r\n",
    ],
}
CASES = [(target, text) for target, texts in OTHERS.items() for text in texts]


@pytest.mark.parametrize(("target", "text"), CASES)
@pytest.mark.parametrize("order", [NAMES, NAMES[::-1], ("crane-planner", "berth-clerk", "tide-forecaster")])
def test_parts_come_and_go_and_leave_the_file_as_it_was(
    target: str, text: str, order: tuple[str, ...], crew: Path
) -> None:
    """Whatever its owner's spelling, and in whatever order they go."""
    path = crew / FORMATS[target].files[0]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    done = run("install", "--all", "--to", target, "--from", "crew", "--access", "allow")
    if "{too}" in text:
        assert "P133 cannot-join" in done.output
        assert path.read_bytes() == text.encode()
        return
    assert done.exit_code == 0, done.output
    there = holder_of(path.read_bytes(), "x", FORMATS[target])
    assert {part.name.replace("_", "-") for part in there.parts} >= set(NAMES)
    again = run("install", "--all", "--to", target, "--from", "crew", "--access", "allow")
    assert "0 files written, 3 unchanged in 1 file" in again.output
    for name in order:
        done = run("uninstall", name)
        assert done.exit_code == 0, done.output
    assert path.read_bytes() == text.encode()
    assert not (crew / MANIFEST).exists()


def test_the_owner_may_write_on_around_the_parts(crew: Path) -> None:
    install("berth-clerk", "tide-forecaster", "--to", "roo")
    path = crew / ".roomodes"
    path.write_text(path.read_text() + "  - " + MODE.format("    "))
    install("crane-planner", "--to", "roo")
    assert run("uninstall", "--all").exit_code == 0
    assert path.read_text() == "customModes:\n  - " + MODE.format("    ")


def test_parts_from_brackets_and_from_lines_fit_each_other() -> None:
    """An agent of a file in brackets joins one in lines, and the other way round."""
    fmt = FORMATS["roo"]
    lines = "customModes:\n  - slug: a\n    name: A\n    roleDefinition: |\n      x: y\n    groups: [read]\n"
    brackets = '{"customModes": [{"slug": "b", "name": "B", "roleDefinition": "z\\n", "groups": []}]}\n'
    for into, made, name in ((lines, brackets, "b"), (brackets, lines, "a")):
        there, other = holder_of(into.encode(), ".roomodes", fmt), holder_of(made.encode(), ".roomodes", fmt)
        joined = put(there, other.parts[0], other)
        assert [part.name for part in holder_of(joined, ".roomodes", fmt).parts] == [there.parts[0].name, name]
        assert take(holder_of(joined, ".roomodes", fmt), name) == into.encode()


@pytest.mark.parametrize("text", ["customModes: [", "- a\n", "customModes: 3\n", "slug: a\nroleDefinition: x\n", "\0"])
def test_files_that_cannot_be_added_to_say_why(text: str) -> None:
    with pytest.raises(Unfit):
        holder_of(text.encode(), ".roomodes", FORMATS["roo"])
