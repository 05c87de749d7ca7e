"""Lists of agents: what a README or a manifest of Claude plugins leaves out, and what it names in vain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from converters.check.indexes import check_indexes
from converters.findings import Finding

AGENTS = ("berth-clerk", "crane-planner", "tide-forecaster", "weather-watch", "yard-chief")


@pytest.fixture
def port(tmp_path: Path) -> Path:
    """A repository with five agents in one folder."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "agents").mkdir()
    for name in AGENTS:
        (tmp_path / "agents" / f"{name}.md").write_text(f"---\nname: {name}\ndescription: x\n---\nYou work.\n")
    return tmp_path


def told(port: Path) -> list[tuple[str, str, str]]:
    """Code, file and underlined words of every finding."""
    agents = {path: path.name for path in sorted(port.rglob("agents/*.md"))}
    return [_case(finding, one.text) for one in check_indexes(agents) for finding in one.findings]


def _case(finding: Finding, text: str | None) -> tuple[str, str, str]:
    span = finding.span
    return finding.rule.code, Path(span.path).name, text[span.start : span.stop] if text else ""


def links(*names: str) -> str:
    return "# Our agents\n\n" + "".join(f"- [{name}](agents/{name}.md)\n" for name in names)


def test_an_agent_that_a_readme_leaves_out_is_told(port: Path) -> None:
    (port / "README.md").write_text(links(*AGENTS[:4]))
    assert told(port) == [("P111", "yard-chief.md", "")]
    (port / "README.md").write_text(links(*AGENTS))
    assert told(port) == []


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_readme_that_links_a_few_is_no_index(port: Path, number: int) -> None:
    """Fewer than half are examples, and so are two."""
    (port / "README.md").write_text(links(*AGENTS[:number], "sea-captain"))
    assert told(port) == []


def test_a_readme_s_dead_links_are_told_only_where_agents_are_listed(port: Path) -> None:
    (port / "README.md").write_text(
        links(*AGENTS, "crane-planer") + "\nSee [the guide](docs/guide.md), [a site](https://port.example/agents/x.md)"
        " and [the folder](agents/). `[not a link](agents/nobody.md)`\n\n```\n[nor this](agents/none.md)\n```\n"
    )
    assert [case for case in told(port) if case[2] != "agents/nobody.md"] == [
        ("P112", "README.md", "agents/crane-planer.md")
    ]


def test_links_are_read_however_they_are_written(port: Path) -> None:
    (port / "README.md").write_text(
        "| [b](./agents/berth-clerk.md) | <a href='agents/crane-planner.md'>c</a> |\n\n[t]\n\n"
        '[t]: agents/tide-forecaster.md "Tides"\n\n[w](</agents/weather-watch.md#top>)\n'
        "[y](https://github.com/port/agents/blob/main/agents/yard-chief.md)\n"
    )
    assert told(port) == []


def test_a_readme_beside_the_agents_is_an_index_too(port: Path) -> None:
    (port / "agents" / "README.md").write_text("".join(f"- [{n}]({n}.md)\n" for n in AGENTS[1:]) + "[up](../../x.md)\n")
    agents = {path: path.name for path in (port / "agents").glob("*-*.md")}
    (found,) = [finding for one in check_indexes(agents) for finding in one.findings]
    assert (found.rule.code, found.span.path) == ("P111", "berth-clerk.md")


def test_a_manifest_that_lists_half_of_a_folder_is_its_index(port: Path) -> None:
    (port / ".claude-plugin").mkdir()
    manifest = port / ".claude-plugin" / "plugin.json"
    manifest.write_text(json.dumps({"agents": [f"./agents/{name}.md" for name in (*AGENTS[:3], "crane-planer")]}))
    assert told(port) == [
        ("P111", "weather-watch.md", ""),
        ("P111", "yard-chief.md", ""),
        ("P112", "plugin.json", '"./agents/crane-planer.md"'),
    ]
    manifest.write_text(json.dumps({"agents": "./agents/", "commands": ["./commands/dock.md"]}))
    assert told(port) == [("P126", "plugin.json", '"./agents/"'), ("P112", "plugin.json", '"./commands/dock.md"')]
    manifest.write_text(json.dumps({"agents": ["./agents/berth-clerk.md", "../../etc/passwd", 7, None]}))
    assert told(port) == []


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ('"./agents/"', ["P126"]),
        ('["agents/berth-clerk.md"]', ["P126"]),
        ('["./agents"]', ["P126"]),
        ('["./agents/berth-clerk.md"]', []),
        ('"./agents/berth-clerk.md"', []),
    ],
)
def test_an_entry_for_which_claude_code_refuses_a_plugin_is_told(port: Path, said: str, refused: list[str]) -> None:
    """As `claude plugin validate` of release 2.1.330 answers for each of them."""
    (port / ".claude-plugin").mkdir()
    (port / ".claude-plugin" / "plugin.json").write_text(f'{{"name": "quay", "agents": {said}}}')
    assert [code for code, _, _ in told(port) if code != "P111"] == refused


def test_a_marketplace_lists_by_plugin(port: Path) -> None:
    quay = port / "plugins" / "quay" / "agents"
    quay.mkdir(parents=True)
    for name in ("winch-hand", "rope-hand"):
        (quay / f"{name}.md").write_text("You work.\n")
    (port / ".claude-plugin").mkdir()
    plugins = [
        {"name": "quay", "source": "./plugins/quay", "agents": ["./agents/winch-hand.md"]},
        {"name": "far", "source": {"source": "github", "repo": "port/far"}, "agents": ["./agents/gone.md"]},
        {"name": "left", "source": "./plugins/left", "agents": ["./agents/gone.md"]},
    ]
    (port / ".claude-plugin" / "marketplace.json").write_text(json.dumps({"plugins": plugins}))
    assert told(port) == [("P111", "rope-hand.md", "")]


def test_a_marketplace_may_keep_its_plugins_in_one_folder(port: Path) -> None:
    """`metadata.pluginRoot` is what a plugin's source that does not begin with a dot is below."""
    quay = port / "plugins" / "quay" / "agents"
    quay.mkdir(parents=True)
    for name in ("winch-hand", "rope-hand"):
        (quay / f"{name}.md").write_text("You work.\n")
    (port / ".claude-plugin").mkdir()
    said = {
        "metadata": {"pluginRoot": "./plugins"},
        "plugins": [{"name": "quay", "source": "quay", "agents": ["./agents/winch-hand.md"]}],
    }
    (port / ".claude-plugin" / "marketplace.json").write_text(json.dumps(said))
    assert told(port) == [("P111", "rope-hand.md", "")]


def test_an_agent_that_several_lists_leave_out_is_told_once(port: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(port)
    (port / ".claude-plugin").mkdir()
    listed = [f"./agents/{name}.md" for name in AGENTS[:4]]
    (port / "README.md").write_text(links(*AGENTS[:4]))
    (port / ".claude-plugin" / "plugin.json").write_text(json.dumps({"agents": listed}))
    plugins = {"plugins": [{"name": "port", "source": "./", "agents": listed}]}
    (port / ".claude-plugin" / "marketplace.json").write_text(json.dumps(plugins))
    assert told(port) == [("P111", "yard-chief.md", "")]
    agents = {path: path.name for path in sorted(port.rglob("agents/*.md"))}
    ((found,),) = [one.findings for one in check_indexes(agents)]
    assert found.facts["lists"] == "README.md, .claude-plugin/plugin.json and .claude-plugin/marketplace.json"
    assert "`specs list --into FILE`" in found.advice
    (port / "README.md").write_text(links(*AGENTS))
    ((found,),) = [one.findings for one in check_indexes(agents)]
    assert found.facts["lists"] == ".claude-plugin/plugin.json and .claude-plugin/marketplace.json"


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"agents": {}}', '{"plugins": 3}', '{"plugins": [[], 1, {"source": 1}]}']
)
def test_a_manifest_of_any_kind_is_read(port: Path, text: str) -> None:
    (port / ".claude-plugin").mkdir()
    for name in ("plugin.json", "marketplace.json"):
        (port / ".claude-plugin" / name).write_text(text)
    assert told(port) == []


def test_a_hostile_readme_takes_no_time(port: Path) -> None:
    (port / "README.md").write_text(
        "](" * 100_000 + "[a" * 100_000 + "\n" + "[x](agents/\0.md)\n" + "<a href='" * 50_000
    )
    assert told(port) == []
