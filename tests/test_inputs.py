"""Which files of a folder are read, and which never are."""

from __future__ import annotations

from pathlib import Path

import pytest

from converters.conversion import Options, understand
from converters.inputs import Input, find_inputs
from converters.library import Collection

AGENT = "---\nname: {name}\ndescription: Use when the {name} is due.\n---\nYou are the {name}.\n"


@pytest.fixture
def quay(tmp_path: Path) -> Path:
    for name in ("pilot", "cook", "README", "template"):
        (tmp_path / f"{name}.md").write_text(AGENT.format(name=name))
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "diver.md").write_text(AGENT.format(name="diver"))
    (tmp_path / "modes.yaml").write_text("customModes: []\n")
    return tmp_path


def _seen(folder: Path, collection: Collection) -> list[str]:
    found = find_inputs((str(folder),), {"quay": collection}, project=folder)
    return [one.relative for one in found if isinstance(one, Input)]


def test_a_collection_reads_what_its_owner_includes(quay: Path) -> None:
    assert _seen(quay, Collection("quay", root=".", include=("p*.md", "drafts/*"))) == ["pilot.md", "drafts/diver.md"]


def test_a_collection_leaves_out_what_its_owner_excludes(quay: Path) -> None:
    seen = _seen(quay, Collection("quay", root=".", exclude=("drafts/*", "*.yaml")))
    assert seen == ["README.md", "cook.md", "pilot.md", "template.md"]


@pytest.mark.parametrize("source", ["prompt", "claude-code"])
def test_a_format_that_is_asked_for_makes_no_agent_of_a_document(quay: Path, source: str) -> None:
    found = find_inputs((str(quay),), {}, project=quay)
    outcomes = {one.relative: understand(one, Options(source=source)) for one in found if isinstance(one, Input)}
    assert {path for path, one in outcomes.items() if one.status == "read"} == {
        "cook.md",
        "pilot.md",
        "drafts/diver.md",
    }
    assert {path for path, one in outcomes.items() if one.status == "skipped"} == {
        "README.md",
        "template.md",
        "modes.yaml",
    }


def test_a_file_that_is_named_is_always_read(quay: Path) -> None:
    (one,) = find_inputs((str(quay / "README.md"),), {}, project=quay)
    assert isinstance(one, Input)
    assert understand(one, Options(source="prompt")).status == "read"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (".claude/commands/berth/assign.md", "a command"),
        (".github/prompts/assign.prompt.md", "a command"),
        (".opencode/command/assign.md", "a command"),
        (".rulesync/commands/assign.md", "a command"),
        (".github/instructions/quay.instructions.md", "a rule"),
        (".rulesync/rules/quay.md", "a rule"),
    ],
)
def test_what_tools_keep_beside_agents_is_none_unless_it_is_named(path: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "crew" / path
    file.parent.mkdir(parents=True)
    file.write_text('---\nname: quay\ntargets: ["*"]\ndescription: The quay.\n---\nMind the gap.\n')
    inside = Path(path).relative_to(Path(path).parts[0])
    for collection, below in ("crew", path), (Path(path).parts[0], inside.as_posix()):
        found = understand(Input(file, str(file), below, collection), Options())
        assert found.status == "skipped"
        assert found.findings[0].facts["why"].startswith(f"{what}, not an agent")
    assert understand(Input(file, str(file), path, "crew", explicit=True), Options()).specs


def test_subagents_beside_rules_are_agents(tmp_path: Path) -> None:
    file = tmp_path / "quay.md"
    file.write_text('---\nname: quay\ntargets: ["*"]\ndescription: The quay.\n---\nMind the gap.\n')
    for path in (".rulesync/subagents/quay.md", "commands/quay.md", "rules/quay.md"):
        assert understand(Input(file, str(file), path, "crew"), Options()).specs


@pytest.mark.parametrize("name", ["plugin.json", "marketplace.json"])
def test_what_lists_the_agents_of_a_plugin_is_none(tmp_path: Path, name: str) -> None:
    file = tmp_path / ".claude-plugin" / name
    file.parent.mkdir()
    file.write_text('{"name": "port", "version": "1.0.0", "agents": ["./agents/pilot.md"]}')
    (one,) = find_inputs((str(tmp_path),), {}, project=tmp_path)
    assert isinstance(one, Input)
    outcome = understand(one, Options())
    assert (outcome.status, [finding.rule.name for finding in outcome.findings]) == ("skipped", ["not-an-agent"])


@pytest.mark.parametrize("name", ["plugin.json", "marketplace.json"])
def test_it_is_none_either_where_it_is_named(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text('{"name": "port", "version": "1.0.0", "agents": ["./agents/pilot.md"], "description": "The port."}')
    for source in (Input(file, name, name, "port", explicit=True), Input(file, "m.json", "m.json", "p", explicit=True)):
        outcome = understand(source, Options())
        assert not outcome.specs
        assert "letta" not in str([finding.message for finding in outcome.findings]).lower()
    (told,) = understand(Input(file, name, name, "port", explicit=True), Options()).findings
    assert told.facts["why"] == f"{name} lists what a plugin brings, and is no agent: name the plugin's folder"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".claude/settings.json", '{"permissions": {"allow": ["Bash(ls:*)"]}, "model": "opus", "hooks": {}}'),
        (".gemini/settings.json", '{"mcpServers": {}, "model": {"name": "pro"}, "tools": {"core": ["ls"]}}'),
        ("gemini-extension.json", '{"name": "port", "version": "1.0.0", "description": "The port.", "mcpServers": {}}'),
        ("crew.json", '{"name": "port", "agents": ["pilot", "cook"]}'),
        ("crew.yaml", "name: port\nagents:\n  - ./agents/pilot.md\n  - ./agents/cook.md\n"),
        ("dock.yaml", "agents: ./agents\nversion: 2\n"),
    ],
)
def test_a_file_that_says_nothing_of_one_agent_is_none(tmp_path: Path, path: str, text: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    (one,) = find_inputs((str(tmp_path),), {}, project=tmp_path)
    assert isinstance(one, Input)
    outcome = understand(one, Options())
    assert (outcome.status, outcome.specs) == ("skipped", ())


@pytest.mark.parametrize(
    ("text", "format_id"),
    [
        ('{"agents": [{"name": "pilot", "llm_config": {}, "block_ids": []}], "mcp_servers": []}', "letta-af"),
        ("agents:  # all of them\n  # the first\n  root:\n    instruction: Pilot.\n", "cagent"),
        ("agents: {root: {model: m, instruction: Pilot.}}\n", "cagent"),
        ('"agents":\n  "Chief Pilot":\n    instruction: Pilot.\n', "cagent"),
    ],
)
def test_a_file_of_agents_is_known_by_what_its_key_holds(tmp_path: Path, text: str, format_id: str) -> None:
    file = tmp_path / ("crew.json" if text[0] == "{" else "crew.yaml")
    file.write_text(text)
    (one,) = find_inputs((str(file),), {}, project=tmp_path)
    assert isinstance(one, Input)
    assert understand(one, Options()).format == format_id


@pytest.mark.parametrize(
    ("path", "format_id"),
    [
        (".apm/agents/pilot.agent.md", "apm"),
        (".github/agents/pilot.agent.md", "copilot"),
        (".claude/agents/pilot.md", "claude-code"),
        (".claude/agents/crew/pilot.md", "claude-code"),
        (".cursor/agents/pilot.md", "cursor"),
        (".gemini/agents/pilot.md", "gemini-cli"),
        (".opencode/agents/pilot.md", "opencode"),
        (".rulesync/subagents/pilot.md", "rulesync"),
        ("agents/pilot.md", "claude-code"),
    ],
)
def test_a_tools_own_folder_tells_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, format_id: str
) -> None:
    """The project, the tool's folder, that of its agents, or the file: it lies in the same place."""
    file = tmp_path / "port" / path
    file.parent.mkdir(parents=True)
    file.write_text("---\nname: pilot\ndescription: Brings ships in.\n---\nBring them in.\n")
    inside = Path(path).parents[-2].name
    for start, named in (("", "."), ("", inside), ("", str(Path(path).parent)), (Path(path).parent, "."), ("", path)):
        monkeypatch.chdir(tmp_path / "port" / start)
        (one,) = find_inputs((str(named),), {}, project=Path())
        assert isinstance(one, Input)
        assert understand(one, Options()).format == format_id, named


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        (".", "drafts/diver.md"),
        ("./", "drafts/diver.md"),
        (".//.", "drafts/diver.md"),
        ("drafts", "drafts/diver.md"),
        ("./drafts/", "drafts/diver.md"),
        ("../quay", "../quay/drafts/diver.md"),
        ("/", "/drafts/diver.md"),
    ],
)
def test_files_are_named_as_git_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, shown: str
) -> None:
    quay = tmp_path / "quay"
    (quay / "drafts").mkdir(parents=True)
    (quay / "drafts" / "diver.md").write_text(AGENT.format(name="diver"))
    monkeypatch.chdir(quay)
    if named == "/":
        named, shown = str(quay), f"{quay}{shown}"
    (one,) = find_inputs((named,), {}, project=Path())
    assert isinstance(one, Input)
    assert one.shown == shown
    assert Path(one.shown).is_file()
