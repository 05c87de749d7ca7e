"""What a client would take for something else: told, spelled so that it does not, or refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from trips import converted, understood, written

from converters.conversion import Options, Outcome
from converters.findings import Finding, show
from converters.fitting import refusals
from converters.formats import FORMATS
from converters.planning import plan

AGENT = """---
name: {name}
description: {description}
tools: Read
---
{prompt}
"""


def agent(name: str = "tide", description: str = "Forecasts tides.", prompt: str = "You forecast tides.") -> Outcome:
    said = AGENT.format(name=name, description=description, prompt=prompt)
    return understood(said.encode(), f".claude/agents/{name}.md", fmt="claude-code")


def traps(outcome: Outcome, target: str) -> dict[str, object]:
    """What each trapped field holds."""
    found = refusals(outcome.specs[0], FORMATS[target])
    return {refusal.field: refusal.facts["found"] for refusal in found if refusal.rule.code == "L108"}


def errors(outcome: Outcome) -> list[Finding]:
    return [found for found in outcome.findings if found.rule.severity.word == "error"]


# --- one file, many agents ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("roo", ("tide_gauge", "tide-gauge")),
        ("crewai", ("tide_gauge", "tide-gauge")),
        ("bedrock-agent", ("tide_gauge", "tide-gauge")),
        ("opencode-json", ("tide-gauge", "tide-gauge")),
        ("cagent", ("tide-gauge", "tide-gauge")),
    ],
)
def test_two_agents_never_share_a_name_in_a_file(target: str, names: tuple[str, str]) -> None:
    """A client would lose one of them or refuse all: neither is written, and the others are."""
    prompt = "You read the gauge at the harbour's mouth, and you say when it is high."
    said = [AGENT.format(name=name, description="Gauges.", prompt=prompt) for name in (*names, "berth")]
    outcomes = [understood(text.encode(), f"crew{number}/a.md", fmt="claude-code") for number, text in enumerate(said)]
    plan(outcomes, Options(targets=(target,), access="allow"))
    assert [[f.rule.code for f in errors(outcome)] for outcome in outcomes] == [["P101"], ["P101"], []]
    assert [outcome.withheld for outcome in outcomes] == [1, 1, 0]
    (artifact,) = (artifact for outcome in outcomes for artifact in outcome.artifacts)
    again = understood(artifact.data, artifact.path, fmt=target)
    assert [spec.name for spec in again.specs] == ["berth"]


def test_a_file_at_home_keeps_what_its_author_called_alike() -> None:
    raw = b"customModes:\n  - slug: tide_gauge\n    name: A\n    roleDefinition: One.\n    groups: [read]\n"
    raw += b"  - slug: tide-gauge\n    name: B\n    roleDefinition: Two.\n    groups: [read]\n"
    outcome = understood(raw, ".roomodes", fmt="roo")
    plan([outcome], Options(targets=("roo",)))
    assert [artifact.data for artifact in outcome.artifacts] == [raw]


# --- one client, two folders ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        ("claude-code,opencode,copilot", ["VS Code reads the files of GitHub Copilot and those of Claude Code"]),
        ("vscode,claude-code", ["VS Code reads its own files and those of Claude Code"]),
        ("cursor,codex", ["Cursor reads its own files and those of Codex"]),
        ("claude-code,codex", []),  # whoever uses Cursor besides has not said so
        ("copilot,opencode", []),
        ("claude-code", []),
    ],
)
def test_a_client_that_reads_two_of_the_folders_is_named(targets: str, told: list[str]) -> None:
    """Also VS Code, to which Copilot's folder is its own, where files are written for Copilot."""
    text = AGENT.format(name="berth", description="Berths.", prompt="You assign the berths of the harbour.")
    asked = Options(targets=tuple(targets.split(",")), access="allow")
    said = [f"{words}, and would load these agents twice" for words in told]
    for options, messages in ((asked, said), (replace(asked, layout="flat"), [])):
        outcome = understood(text.encode(), "crew/a.md", fmt="claude-code")
        plan([outcome], options)
        assert [found.message for found in outcome.findings if found.rule.code == "P106"] == messages


# --- what a client fills in ---------------------------------------------------------------------


def test_what_opencode_would_fill_in_is_written_otherwise() -> None:
    """It looks for variables and files in the raw text, before that is parsed."""
    prompt = "Say {env:HOME}, then {file:tide.md}, then { env:X }, \\{env:Y}."
    spec = agent(description="Tides at {env:PORT}.", prompt=prompt).specs[0]
    fmt = FORMATS["opencode-json"]
    data = converted(spec, fmt)
    assert b"{env:" not in data
    assert b"{file:" not in data
    assert b"\\u007benv:HOME}" in data
    said = json.loads(data)["agent"]["tide"]
    assert (said["description"], said["prompt"]) == ("Tides at {env:PORT}.", prompt + "\n")
    again = understood(data, "opencode.json", fmt=fmt.id)
    assert again.specs[0].prompt == prompt + "\n"
    assert written(again.specs, fmt, again.shared) == data


def test_what_an_author_has_filled_in_stays() -> None:
    raw = b'{\n  "agent": {\n    "tide": {\n      "description": "At {env:PORT}.",\n      "prompt": "Go."\n    }\n'
    raw += b"  }\n}\n"
    fmt = FORMATS["opencode-json"]
    outcome = understood(raw, "opencode.json", fmt=fmt.id)
    assert written(outcome.specs, fmt, outcome.shared) == raw
    assert b"At {env:PORT}." in converted(outcome.specs[0], fmt)


def test_traps_are_found_in_every_text_the_client_looks_at() -> None:
    said = agent(description="Tides at {port}.", prompt="Greet {guest}.")
    assert traps(said, "crewai") == {"description": "{port}", "prompt": "{guest}"}
    said = agent(description="Tides of ${new Date()}.", prompt="Say ${HOME}.")
    assert traps(said, "cagent") == {"description": "${new Date()}"}
    assert traps(said, "gemini-cli") == {"prompt": "${HOME}"}
    said = agent(description="Tides \u2014 and \u201cwinds\u201d.", prompt="Be\u00a0brief.")
    assert traps(said, "roo") == {"description": "\u2014", "prompt": "\u00a0"}
    assert not traps(agent(description='Tides - and "winds".'), "roo")


@pytest.mark.parametrize("id_", [fmt.id for fmt in FORMATS.values() if fmt.traps])
def test_an_example_of_a_trap_is_one(id_: str) -> None:
    for trap in FORMATS[id_].traps:
        assert trap.pattern.search(trap.example)
        assert trap.told.startswith(f"`{trap.example}` in ")


# --- what may not be read -----------------------------------------------------------------------

SECRET = "sk-live-4711"
HOLDERS = {
    "augment": "---\nname: tide\ndescription: Tides.\nprovider_api_key: {key}\n---\nYou forecast tides.\n",
    "autogen": '{{"provider": "autogen_agentchat.agents.AssistantAgent", "component_type": "agent", "config": '
    '{{"name": "tide", "system_message": "Go.", "model_client": {{"config": {{"api_key": "{key}"}}}}}}}}',
    "agentspec": "component_type: Agent\nname: tide\nsystem_prompt: Go.\n"
    "llm_config: {{component_type: OpenAiConfig, name: m, model_id: m, api_key: '{key}'}}\n",
    "agent-framework": "kind: Prompt\nname: tide\ninstructions: Go.\n"
    "model: {{id: m, connection: {{kind: key, apiKey: '{key}'}}}}\n",
    "cagent": "models: {{m: {{provider: openai, api_key: '{key}'}}}}\nagents:\n  root:\n    instruction: Go.\n",
}


@pytest.mark.parametrize("id_", HOLDERS)
def test_no_secret_reaches_a_spec(id_: str) -> None:
    path = f"crew/tide{FORMATS[id_].suffix}"
    outcome = understood(HOLDERS[id_].format(key=SECRET).encode(), path, fmt=id_)
    assert not outcome.specs
    (found,) = errors(outcome)
    assert found.rule.code == "V103"
    assert "the file holds secrets" in found.message
    assert SECRET not in found.message
    assert SECRET not in show(found, outcome.text), "nor the line it stands in, though it has no key's shape"


@pytest.mark.parametrize("id_", HOLDERS)
@pytest.mark.parametrize("key", ["", "unused", "${TIDE_KEY}", "TIDE_KEY", "{{key}}", "****", "=Env.TIDE_KEY"])
def test_what_stands_for_a_secret_is_read(id_: str, key: str) -> None:
    said = HOLDERS[id_].format(key=key if id_ != "augment" or not key else f"'{key}'")
    outcome = understood(said.encode(), f"crew/tide{FORMATS[id_].suffix}", fmt=id_)
    assert len(outcome.specs) == 1
    assert not errors(outcome)


@pytest.mark.parametrize("said", ["kind: remote", "agent_card_url: https://harbour.example/card.json"])
def test_a_remote_agent_has_no_prompt_to_read(said: str) -> None:
    raw = f"---\nname: tide\ndescription: Tides.\n{said}\n---\n".encode()
    outcome = understood(raw, ".gemini/agents/tide.md", fmt="gemini-cli")
    assert not outcome.specs
    assert "a remote agent has a card in place of a prompt" in errors(outcome)[0].message


def test_a_list_of_remote_agents_is_called_so() -> None:
    raw = b"---\n- name: tide\n  agent_card_url: https://harbour.example/a.json\n---\n"
    (found,) = errors(understood(raw, ".gemini/agents/tide.md", fmt="gemini-cli"))
    assert (found.rule.code, "a list of remote agents" in found.message) == ("S111", True)


def test_the_modes_kilo_code_still_reads_are_roos() -> None:
    raw = b"customModes:\n  - slug: tide\n    name: Tide\n    roleDefinition: You forecast.\n    groups: [read]\n"
    outcome = understood(raw, ".kilocodemodes", explicit=False)
    assert (outcome.format, len(outcome.specs)) == ("roo", 1)
