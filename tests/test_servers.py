"""MCP servers, names, models and efforts: what one client says in its own shape, another is told in its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from trips import understood, written

from converters.fates import FieldFate
from converters.formats import FORMATS
from converters.formats._efforts import efforts
from converters.formats._mcp import Settings
from converters.model import AgentSpec, Json, Section
from converters.report import report
from converters.syntax.yaml import node_of

TIDES: Settings = {"type": "stdio", "command": "tide-server", "args": ["--pier", "7"]}
CHARTS: Settings = {"type": "http", "url": "https://charts.example/mcp", "headers": {"X-Pier": "7"}}
SPEC = AgentSpec(
    name="tide-forecaster",
    description="Use when a berth depends on the tide.",
    mcp_servers=["gauges", {"tides": TIDES}, {"charts": CHARTS}],
    sections=(Section(text="You forecast tides for the harbour office.\n"),),
)


def told(id_: str, field: str, spec: AgentSpec) -> Any:
    """What a format's file says of a field."""
    return FORMATS[id_].by_field[field].codec.encode(getattr(spec, field))


def fate(id_: str, field: str, spec: AgentSpec) -> FieldFate:
    return next(fate for fate in report(spec, FORMATS[id_]).fields if fate.field == field)


# --- servers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", ["claude-code", "superclaude", "eipas", "rulesync", "antigravity"])
def test_claude_s_clients_are_given_a_list(id_: str) -> None:
    assert told(id_, "mcp_servers", SPEC) == SPEC.mcp_servers
    assert fate(id_, "mcp_servers", SPEC).status in {"kept", "renamed"}
    assert told(id_, "mcp_servers", replace(SPEC, mcp_servers={"tides": TIDES})) == [{"tides": TIDES}]


COPILOTS: Settings = {
    "tides": {"type": "local", "command": "tide-server", "args": ["--pier", "7"], "tools": ["*"]},
    "charts": {**CHARTS, "tools": ["*"]},
}


@pytest.mark.parametrize("id_", ["copilot", "vscode"])
def test_copilot_s_clients_are_given_what_their_loader_wants(id_: str) -> None:
    assert told(id_, "mcp_servers", SPEC) == COPILOTS
    lost = fate(id_, "mcp_servers", SPEC)
    assert (lost.status, lost.note) == ("reduced", "without the servers that are only named")
    assert told(id_, "mcp_servers", replace(SPEC, mcp_servers=["gauges"])) is None


def test_copilot_s_servers_come_back() -> None:
    codec = FORMATS["copilot"].by_field["mcp_servers"].codec
    assert codec.decode(node_of(COPILOTS)) == [{"tides": TIDES}, {"charts": CHARTS}]
    bare: Json = [{"tides": {"command": "tide-server"}}]
    assert codec.encode(bare) == {
        "tides": {"type": "local", "command": "tide-server", "args": [], "tools": ["*"]},
    }
    assert codec.encode([{"gulls": {"type": "ws", "url": "wss://gulls.example"}}]) is None


@pytest.mark.parametrize(
    ("id_", "tides", "charts"),
    [
        ("gemini-cli", {"command": "tide-server", "args": ["--pier", "7"]}, CHARTS),
        (
            "qwen-code",
            {"command": "tide-server", "args": ["--pier", "7"]},
            {"httpUrl": "https://charts.example/mcp", "headers": {"X-Pier": "7"}},
        ),
        ("kiro", TIDES, CHARTS),
        ("amazonq", TIDES, CHARTS),
        (
            "codex",
            {"command": "tide-server", "args": ["--pier", "7"]},
            {"url": "https://charts.example/mcp", "http_headers": {"X-Pier": "7"}},
        ),
    ],
)
def test_other_clients_are_given_a_mapping(id_: str, tides: Json, charts: Json) -> None:
    assert told(id_, "mcp_servers", SPEC) == {"tides": tides, "charts": charts}
    codec = FORMATS[id_].by_field["mcp_servers"].codec
    assert codec.decode(node_of({"tides": tides, "charts": charts})) == [{"tides": TIDES}, {"charts": CHARTS}]


@pytest.mark.parametrize("id_", ["factory", "junie"])
def test_some_clients_know_servers_by_name_alone(id_: str) -> None:
    assert told(id_, "mcp_servers", SPEC) == ["gauges"]


def test_an_older_word_for_an_address_is_understood() -> None:
    codec = FORMATS["gemini-cli"].by_field["mcp_servers"].codec
    assert codec.decode(node_of({"gulls": {"http_url": "https://gulls.example"}})) == [
        {"gulls": {"type": "http", "url": "https://gulls.example"}}
    ]


@pytest.mark.parametrize(
    ("id_", "key"),
    [("copilot", "tools"), ("gemini-cli", "include_tools"), ("qwen-code", "includeTools"), ("codex", "enabled_tools")],
)
def test_a_server_s_tools_stay_limited(id_: str, key: str) -> None:
    few: Json = [{"tides": {"type": "stdio", "command": "tide-server", "args": [], "tools": ["heights"]}}]
    assert told(id_, "mcp_servers", replace(SPEC, mcp_servers=few))["tides"][key] == ["heights"]
    assert fate(id_, "mcp_servers", replace(SPEC, mcp_servers=few)).status in {"kept", "renamed"}


@pytest.mark.parametrize("id_", ["claude-code", "kiro", "amazonq"])
def test_a_server_whose_tools_cannot_be_limited_is_left_out(id_: str) -> None:
    few: Json = [{"tides": {"type": "stdio", "command": "tide-server", "tools": ["heights"]}}]
    assert told(id_, "mcp_servers", replace(SPEC, mcp_servers=few)) is None
    assert fate(id_, "mcp_servers", replace(SPEC, mcp_servers=few)).status == "dropped"


@pytest.mark.parametrize("servers", [None, 7, "tides", [7], {"tides": 7}, [{"tides": None}], [[]]])
def test_what_is_no_server_is_never_written(servers: Json) -> None:
    for id_ in ("claude-code", "copilot", "gemini-cli", "qwen-code", "codex", "kiro"):
        assert told(id_, "mcp_servers", replace(SPEC, mcp_servers=servers)) in (None, [])


# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", ["claude-code", "claude-plugin", "superclaude", "eipas", "rulesync"])
@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("tide-forecaster", "tide-forecaster"),
        ("Tide Forecaster!", "Tide Forecaster!"),
        ("-tide", "tide"),
        ("harbour:tide", "harbour-tide"),
        ("harbour\uff1atide", "harbour-tide"),
        ("t" * 300, "t" * 256),
    ],
)
def test_a_name_claude_refuses_is_changed(id_: str, name: str, called: str) -> None:
    made = report(replace(SPEC, name=name), FORMATS[id_])
    assert made.called == called
    assert ("name" in {fate.field for fate in made.losses}) == (name != called)


def test_a_refused_name_is_read_as_it_stands() -> None:
    raw = b"---\nname: harbour:tide\ndescription: Tides.\n---\nYou forecast tides.\n"
    (spec,) = understood(raw, "agents/tide.md", fmt="claude-code").specs
    assert spec.name == "harbour:tide"
    assert written([spec], FORMATS["claude-code"]) == raw


@pytest.mark.parametrize(("name", "called"), [("Tide_Forecaster", "tide-forecaster"), ("tide-2", "tide-2")])
def test_cursor_takes_small_letters(name: str, called: str) -> None:
    assert report(replace(SPEC, name=name), FORMATS["cursor"]).called == called


# --- models -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "id_",
    [
        "codex",
        "gemini-cli",
        "qwen-code",
        "cursor",
        "kiro",
        "amazonq",
        "junie",
        "factory",
        "cline",
        "goose-agent",
        "augment",
        "devin",
    ],
)
@pytest.mark.parametrize("model", ["GPT-5 (copilot)", "Tide Model 4", "gulls/Tide Model"])
def test_a_name_for_people_is_no_id(id_: str, model: str) -> None:
    spec = replace(SPEC, model=model)
    assert told(id_, "model", spec) != model
    assert fate(id_, "model", spec).status in {"dropped", "reduced"}


@pytest.mark.parametrize(
    ("said", "model"),
    [
        ("Claude Sonnet 4.5 (copilot)", "sonnet"),
        ("Claude Sonnet 4.5", "sonnet"),
        ("Claude Sonnet 4", "claude-sonnet-4"),
        ("Claude Opus 4.5 (copilot)", "claude-opus-4-5"),
        ("Claude Sonnet 3.7", "Claude Sonnet 3.7"),
        ("GPT-5 (copilot)", "GPT-5 (copilot)"),
    ],
)
def test_vs_code_s_names_of_claude_s_models_are_understood(said: str, model: str) -> None:
    assert FORMATS["vscode"].by_field["model"].codec.decode(node_of(said)) == model


LISTED = b"""---
description: Watches the quay
model: ['Claude Sonnet 4.5 (copilot)', "GPT-5 (copilot)"]
---
You watch the quay.
"""


def test_the_first_model_of_a_list_is_the_agent_s() -> None:
    (spec,) = understood(LISTED, "agents/watch.agent.md", fmt="vscode").specs
    assert spec.model == "sonnet"
    assert written([spec], FORMATS["vscode"]) == LISTED
    assert not report(spec, FORMATS["vscode"]).losses
    assert fate("claude-code", "extensions.vscode.model", spec).status == "dropped"
    assert b"model: sonnet\n" in written([spec], FORMATS["claude-code"])
    changed = written([replace(spec, model="haiku")], FORMATS["vscode"])
    assert b"Haiku" in changed and b"GPT-5" not in changed


def test_a_list_of_models_holds_names() -> None:
    outcome = understood(LISTED.replace(b'"GPT-5 (copilot)"', b"[]"), "agents/watch.agent.md", fmt="vscode")
    assert "V104" in {finding.rule.code for finding in outcome.findings}


# --- efforts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "effort", "word"),
    [
        ("codex", "max", "xhigh"),
        ("apm", "minimal", "minimal"),
        ("apm", "max", "xhigh"),
        ("prompty", "max", "xhigh"),
        ("factory", "max", "high"),
        ("factory", "minimal", "low"),
        ("factory", "off", "off"),
        ("junie", "off", "low"),
        ("claude-code", "none", "low"),
        ("claude-code", "12000", 12000),
        ("codex", "12000", None),
    ],
)
def test_an_effort_is_the_nearest_there_is(id_: str, effort: str, word: Json) -> None:
    spec = replace(SPEC, effort=effort)
    assert told(id_, "effort", spec) == word
    lost = fate(id_, "effort", spec)
    assert (lost.status in {"dropped", "reduced"}) == (str(word) != effort), lost


def test_an_effort_that_is_read_is_kept() -> None:
    assert efforts("low", "high").decode(node_of("turbo")) == "turbo"


# --- others -----------------------------------------------------------------------------------------


def test_a_skill_s_metadata_goes_along() -> None:
    spec = replace(SPEC, title="Tide Forecaster", color="blue", tags=("harbour", "tide"))
    skill = FORMATS["agent-skill"]
    raw = written([spec], skill)
    assert b"metadata:\n  title: Tide Forecaster\n  color: blue\n" in raw
    (again,) = understood(raw, "skills/tide-forecaster/SKILL.md", fmt="agent-skill").specs
    assert (again.title, again.color, again.tags) == (spec.title, spec.color, spec.tags)
    assert told("agent-skill", "tags", replace(SPEC, tags=("a, b",))) is None
