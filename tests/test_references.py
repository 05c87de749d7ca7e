"""Whom agents name in keys: expected edges by hand, from what each format's documentation says of the key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import JSON, SPECS
from trips import loaded, understood

from converters.check.places import find_name
from converters.derive import derive
from converters.fields import access_of_spec
from converters.formats import FORMATS
from converters.formats._kit import Row
from converters.model import AgentSpec, Collaboration, Evidence, Section, Source
from converters.prose.mentions import slug
from converters.references import references

PROSE = {"body", "description", "when_to_use"}

REFERRING = [(fmt.id, row) for fmt in FORMATS.values() for row in fmt.rows if row.refers]
"""Every row that declares how its value names agents."""

Tie = tuple[str, str, str, str]
"""Relation, agent, the key, and the name as written there."""


def _read(fmt: str, text: str, path: str = "crew/quay-lead.md") -> dict[str, AgentSpec]:
    outcome = understood(dedent(text).lstrip("\n").encode(), path, fmt=fmt)
    assert outcome.specs, [finding.message for finding in outcome.findings]
    return {spec.name: spec for spec in outcome.specs}


def _one(fmt: str, text: str, path: str = "crew/quay-lead.md") -> AgentSpec:
    (spec,) = _read(fmt, text, path).values()
    return spec


def _ties(spec: AgentSpec) -> list[Tie]:
    return [
        (said.relation, said.agent, said.evidence.where, said.evidence.text)
        for said in spec.derived.collaboration
        if said.evidence.where not in PROSE
    ]


def _topics(spec: AgentSpec) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    return {(said.relation, said.agent): (said.about, said.when) for said in spec.derived.collaboration}


# --- Claude Code and its family --------------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["claude-code", "claude-plugin", "eipas", "superclaude"])
@pytest.mark.parametrize(
    ("tools", "wanted"),
    [
        ("Agent(berth-clerk, crane-planner), Read", ["berth-clerk", "crane-planner"]),
        ("Task(berth-clerk)", ["berth-clerk"]),
        ("Read, Agent", []),
        ("Agent(Explore, general-purpose, Plan, berth-clerk)", ["berth-clerk"]),
        ("Agent(harbour:berth-clerk)", ["harbour:berth-clerk"]),
        ("Agent(quay-lead, berth-*)", []),
        ("Bash(git:*), Read(berth-clerk)", []),
    ],
)
def test_claude_code_limits_whom_an_agent_starts(fmt: str, tools: str, wanted: list[str]) -> None:
    """`Agent(a, b)`: only those; a plugin's stand behind its name. Explore, Plan and general-purpose are its own."""
    spec = _one(fmt, f"---\nname: quay-lead\ndescription: Leads.\ntools: {tools}\n---\nLead.\n")
    assert _ties(spec) == [("delegates_to", name.rpartition(":")[2], "tools", name) for name in wanted]


def test_claude_code_denies_an_agent() -> None:
    head = "tools: Agent(berth-clerk, crane-planner)\ndisallowedTools: Agent(crane-planner)\n"
    spec = _one("claude-code", f"---\nname: quay-lead\ndescription: Leads.\n{head}---\nLead.\n")
    assert _ties(spec) == [("delegates_to", "berth-clerk", "tools", "berth-clerk")]


def test_rulesync_has_the_list_in_a_block() -> None:
    head = "claudecode:\n  tools: Agent(berth-clerk)\n"
    spec = _one("rulesync", f"---\nname: quay-lead\ndescription: Leads.\n{head}---\nLead.\n")
    assert _ties(spec) == [("delegates_to", "berth-clerk", "claudecode/tools", "berth-clerk")]


# --- VS Code and those that take its keys ------------------------------------------------------------

VSCODE = """
    ---
    description: Leads.
    agents: ['Berth Clerk', crane-planner]
    handoffs:
    - label: Plan the cranes
      agent: crane-planner
      prompt: Plan them now. Then wait.
      send: false
    - agent: tide-forecaster.agent.md
      prompt: Forecast the tide for the day. Use the gauge.
    - label: Go on by yourself
      agent: agent
    - label: Nobody
      prompt: No agent is named.
    ---
    Lead.
    """


@pytest.mark.parametrize("fmt", ["vscode", "copilot"])
def test_vscode_starts_agents_and_hands_off(fmt: str) -> None:
    """`agents` are whom it may start; a handoff goes on with another, and its label is what people see."""
    spec = _one(fmt, VSCODE, "crew/quay-lead.agent.md")
    assert set(_ties(spec)) == {
        ("delegates_to", "berth-clerk", "agents", "Berth Clerk"),
        ("delegates_to", "crane-planner", "agents", "crane-planner"),
        ("hands_off_to", "crane-planner", "handoffs", "crane-planner"),
        ("hands_off_to", "tide-forecaster", "handoffs", "tide-forecaster.agent.md"),
    }
    topics = _topics(spec)
    assert topics["hands_off_to", "crane-planner"] == ("Plan the cranes", None)
    assert topics["hands_off_to", "tide-forecaster"] == ("Forecast the tide for the day", None)


@pytest.mark.parametrize(
    "said", ["'*'", "['*']", "[]", "", "[agent, Plan]", "[quay-lead]", "['{{name}}', <agent>, '[agent]']"]
)
def test_vscode_names_nobody(said: str) -> None:
    """All, none, its own agents, itself, and placeholders."""
    assert not _ties(_one("vscode", f"---\ndescription: Leads.\nagents: {said}\n---\nLead.\n", "quay-lead.agent.md"))


def test_apm_takes_names_or_objects() -> None:
    head = "handoffs: [berth-clerk, {label: Plan, agent: crane-planner, prompt: Go}]\n"
    spec = _one("apm", f"---\nname: quay-lead\ndescription: Leads.\n{head}---\nLead.\n")
    assert _ties(spec) == [
        ("hands_off_to", "berth-clerk", "handoffs", "berth-clerk"),
        ("hands_off_to", "crane-planner", "handoffs", "crane-planner"),
    ]
    assert _topics(spec)["hands_off_to", "crane-planner"] == ("Plan", None)


# --- OpenCode, Kilo ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["opencode", "kilo"])
def test_opencode_permits_the_start_of_agents(fmt: str) -> None:
    """Under `task`, names and patterns: the last that fits decides, and its own agents are nobody's."""
    spec = _one(
        fmt,
        """
        ---
        description: Leads.
        permission:
          task:
            "*": deny
            "crane-*": allow
            berth-clerk: allow
            harbour/tide-forecaster: ask
            gull-counter: deny
            explore: allow
        ---
        Lead.
        """,
    )
    assert _ties(spec) == [
        ("delegates_to", "berth-clerk", "permission", "berth-clerk"),
        ("delegates_to", "tide-forecaster", "permission", "harbour/tide-forecaster"),
    ]


def test_opencode_json_has_many() -> None:
    said = {"permission": {"task": {"*": "deny", "berth-clerk": "allow"}}, "description": "Leads.", "prompt": "Lead."}
    specs = _read(
        "opencode-json", json.dumps({"agent": {"quay-lead": said, "berth-clerk": {"prompt": "Keep."}}}), "opencode.json"
    )
    assert _ties(specs["quay-lead"]) == [("delegates_to", "berth-clerk", "permission", "berth-clerk")]
    assert not _ties(specs["berth-clerk"])


# --- others, a key each ------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["kiro", "amazonq"])
def test_kiro_has_a_roster_in_the_settings_of_a_tool(fmt: str) -> None:
    roster = {"subagent": {"availableAgents": ["berth-clerk", "crane-*"], "trustedAgents": ["gull-counter"]}}
    said = {"name": "quay-lead", "prompt": "Lead.", "tools": ["subagent"], "toolsSettings": roster}
    where = "toolsSettings/subagent/availableAgents"
    assert _ties(_one(fmt, json.dumps(said), "quay-lead.json")) == [
        ("delegates_to", "berth-clerk", where, "berth-clerk")
    ]


def test_kiro_in_markdown() -> None:
    head = "tools: ['*']\ntoolsSettings: {subagent: {availableAgents: [berth-clerk]}}\n"
    spec = _one("kiro-md", f"---\nname: quay-lead\n{head}---\nLead.\n")
    where = "toolsSettings/subagent/availableAgents"
    assert _ties(spec) == [("delegates_to", "berth-clerk", where, "berth-clerk")]


def test_antigravity_lists_subagents() -> None:
    spec = _one(
        "antigravity", "---\nname: quay-lead\ndescription: L.\ntools: []\nsubagents: [berth-clerk]\n---\nLead.\n"
    )
    assert _ties(spec) == [("delegates_to", "berth-clerk", "subagents", "berth-clerk")]


def test_docker_agents_each_have_their_own() -> None:
    """Agents of one file, or references to a registry; `handoffs` give the conversation away."""
    specs = _read(
        "cagent",
        """
        version: "7"
        agents:
          root:
            model: openai/gpt-5
            instruction: Lead.
            sub_agents: [berth_clerk, docker.io/harbour/crane-planner:1.2, agentcatalog/pirate]
          berth_clerk:
            model: openai/gpt-5
            instruction: Keep the book.
            handoffs:
              - root
        """,
        "crew/cagent.yaml",
    )
    assert _ties(specs["root"]) == [
        ("delegates_to", "berth-clerk", "sub_agents", "berth_clerk"),
        ("delegates_to", "crane-planner", "sub_agents", "docker.io/harbour/crane-planner:1.2"),
        ("delegates_to", "pirate", "sub_agents", "agentcatalog/pirate"),
    ]
    assert _ties(specs["berth_clerk"]) == [("hands_off_to", "root", "handoffs", "root")]


def test_adk_names_files_or_code() -> None:
    spec = _one(
        "adk",
        """
        name: quay_lead
        instruction: Lead.
        sub_agents:
        - config_path: ./berth_clerk.yaml
        - config_path: crane_planner/root_agent.yaml
        - code: harbour.agents.tide_forecaster
        """,
        "quay_lead/root_agent.yaml",
    )
    assert _ties(spec) == [
        ("delegates_to", "berth-clerk", "sub_agents", "./berth_clerk.yaml"),
        ("delegates_to", "crane-planner", "sub_agents", "crane_planner/root_agent.yaml"),
        ("delegates_to", "tide-forecaster", "sub_agents", "harbour.agents.tide_forecaster"),
    ]


def test_goose_starts_other_recipes() -> None:
    spec = _one(
        "goose-recipe",
        """
        title: Quay Lead
        description: Leads.
        instructions: Lead.
        sub_recipes:
        - name: berth_plan
          path: ./berth-plan.yaml
          description: Plans the berths
        - path: ./crane_plan/recipe.yaml
        """,
        "quay-lead.yaml",
    )
    assert _ties(spec) == [
        ("delegates_to", "berth-plan", "sub_recipes", "berth_plan"),
        ("delegates_to", "crane-plan", "sub_recipes", "./crane_plan/recipe.yaml"),
    ]
    assert _topics(spec)["delegates_to", "berth-plan"] == ("Plans the berths", None)


def test_autogen_hands_off_to_targets() -> None:
    config = {
        "name": "quay_lead",
        "description": "Leads.",
        "system_message": "Lead.",
        "handoffs": [{"target": "berth_clerk", "description": "Hand the berth plan over."}, "crane_planner"],
    }
    said = {"provider": "autogen_agentchat.agents.AssistantAgent", "component_type": "agent", "config": config}
    spec = _one("autogen", json.dumps(said), "quay_lead.json")
    assert _ties(spec) == [
        ("hands_off_to", "berth-clerk", "config/handoffs", "berth_clerk"),
        ("hands_off_to", "crane-planner", "config/handoffs", "crane_planner"),
    ]
    assert _topics(spec)["hands_off_to", "berth-clerk"] == ("Hand the berth plan over", None)


def test_bedrock_names_its_collaborators() -> None:
    spec = _one(
        "bedrock-agent",
        """
        Resources:
          QuayLead:
            Type: AWS::Bedrock::Agent
            Properties:
              AgentName: quay-lead
              Instruction: You lead the quay, and give its work to those who are there.
              AgentCollaborators:
              - CollaboratorName: berth-clerk
                CollaborationInstruction: A ship asks for a berth.
                AgentDescriptor: {AliasArn: "arn:aws:bedrock:eu-west-1:1:agent-alias/A/B"}
        """,
        "port.template.yaml",
    )
    assert _ties(spec) == [("delegates_to", "berth-clerk", "Properties/AgentCollaborators", "berth-clerk")]
    assert _topics(spec)["delegates_to", "berth-clerk"] == (None, "A ship asks for a berth")


def test_m365_has_workers_by_id_or_file() -> None:
    said = {
        "version": "v1.8",
        "name": "Quay Lead",
        "description": "Leads.",
        "instructions": "Lead.",
        "worker_agents": [{"id": "berth-clerk"}, {"file": "agents/crane-planner.json"}],
    }
    assert _ties(_one("m365-declarative", json.dumps(said), "quay-lead.json")) == [
        ("delegates_to", "berth-clerk", "worker_agents", "berth-clerk"),
        ("delegates_to", "crane-planner", "worker_agents", "agents/crane-planner.json"),
    ]


def test_gitagent_has_subagents_by_name() -> None:
    spec = _one(
        "gitagent",
        """
        spec_version: "0.1.0"
        name: quay-lead
        version: 0.1.0
        description: Leads.
        model: {preferred: "anthropic:claude-sonnet-4-5-20250929"}
        agents:
          berth-clerk:
            description: Keeps the book.
            delegation: {mode: auto, triggers: [a ship asks for a berth, a ship leaves]}
        delegation: {mode: router, router: crane-planner}
        """,
        "agents/quay-lead/agent.yaml",
    )
    assert _ties(spec) == [
        ("delegates_to", "berth-clerk", "agents", "berth-clerk"),
        ("delegates_to", "crane-planner", "delegation/router", "crane-planner"),
    ]
    assert _topics(spec)["delegates_to", "berth-clerk"] == ("Keeps the book", "a ship asks for a berth; a ship leaves")


def test_fortium_says_who_gets_and_gives_what() -> None:
    """Names there are small letters, digits and hyphens; other words are headings or crowds."""
    spec = _one(
        "fortium-yaml",
        """
        metadata:
          name: quay-lead
          description: Leads the work on the quay, from the first ship to the last.
        mission:
          summary: Lead.
        integrationProtocols:
          handoffFrom:
          - agent: tide-forecaster
            context: The forecast of the day
          - agent: All forecasters
            context: Whatever there is
          handoffTo:
          - agent: berth-clerk
            deliverables: The berth plan. It is signed.
            qualityGates: []
          collaboratesWith:
          - agent: gull-counter
            purpose: Counts of gulls
        delegationCriteria:
          whenToUse: [A ship comes]
          whenToDelegate:
          - agent: crane-planner
            triggers:
            - Cranes are needed
            - A crane has failed
        """,
        "agents/yaml/quay-lead.yaml",
    )
    assert _ties(spec) == [
        ("hands_off_to", "berth-clerk", "integrationProtocols/handoffTo", "berth-clerk"),
        ("receives_from", "tide-forecaster", "integrationProtocols/handoffFrom", "tide-forecaster"),
        ("collaborates_with", "gull-counter", "integrationProtocols/collaboratesWith", "gull-counter"),
        ("delegates_to", "crane-planner", "delegationCriteria/whenToDelegate", "crane-planner"),
    ]
    assert _topics(spec) == {
        ("hands_off_to", "berth-clerk"): ("The berth plan", None),
        ("receives_from", "tide-forecaster"): ("The forecast of the day", None),
        ("collaborates_with", "gull-counter"): ("Counts of gulls", None),
        ("delegates_to", "crane-planner"): (None, "Cranes are needed; A crane has failed"),
    }


# --- keys and prose --------------------------------------------------------------------------------


def _said(
    where: str, *, about: str | None = None, confidence: Any = "stated", relation: Any = "delegates_to"
) -> Collaboration:
    evidence = Evidence(where=where, text="berth-clerk")
    return Collaboration(agent="berth-clerk", relation=relation, about=about, confidence=confidence, evidence=evidence)


def test_keys_go_before_prose_and_take_its_topic() -> None:
    body = "## Collaboration\n\n- Hand the crane plan to crane-planner\n- Delegate the berth plan to berth-clerk\n"
    spec = _one("claude-code", f"---\nname: quay-lead\ndescription: L.\ntools: Agent(berth-clerk)\n---\n{body}")
    first, second = spec.derived.collaboration
    assert (first.agent, first.relation, first.evidence.where) == ("berth-clerk", "delegates_to", "tools")
    assert first.about == "the berth plan"
    assert (second.agent, second.relation, second.evidence.where) == ("crane-planner", "hands_off_to", "body")


def test_a_key_that_says_the_topic_keeps_its_own() -> None:
    spec = AgentSpec(name="quay-lead", sections=(Section(text="Delegate the berth plan to berth-clerk.\n"),))
    (said,) = derive(spec, frozenset(), [_said("handoffs", about="the book")]).collaboration
    assert said == _said("handoffs", about="the book")


def test_a_list_without_a_verb_adds_no_second_relation() -> None:
    """What we would conclude of it, a key tells."""
    body = "## Integration with other agents\n\n- **crane-planner**: the crane plan\n"
    head = "---\nname: quay-lead\ndescription: L.\n"
    (said,) = _one("claude-code", f"{head}---\n{body}").derived.collaboration
    assert said.confidence == "inferred"
    (said,) = _one("claude-code", f"{head}tools: Agent(crane-planner)\n---\n{body}").derived.collaboration
    assert (said.relation, said.about, said.evidence.where) == ("delegates_to", "the crane plan", "tools")


def test_when_to_use_is_read_beside_the_description() -> None:
    modes = _read(
        "roo",
        """
        customModes:
        - slug: quay-lead
          name: Lead
          roleDefinition: Lead.
          description: Leads.
          whenToUse: Hand cranes to crane-planner.
          groups: [read]
        """,
        ".roomodes",
    )
    (said,) = modes["quay-lead"].derived.collaboration
    assert (said.relation, said.agent) == ("hands_off_to", "crane-planner")
    assert said.evidence == Evidence(where="when_to_use", text="Hand cranes to crane-planner.")


# --- laws --------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["berth-clerk", "Berth Clerk", "a/b.yaml", "*", "crane-*", "{{x}}", "@berth-clerk", "", " ", "/", ":"]
)
KEYS = sorted(
    {key for _, row in REFERRING for refers in row.refers for key in (*refers.agent, *refers.about, *refers.when)}
)
MAPPINGS = st.dictionaries(st.sampled_from(KEYS), NAMES | st.lists(NAMES, max_size=2), max_size=3)
ROSTERS = (
    JSON | st.lists(NAMES | MAPPINGS | st.none(), max_size=4) | st.dictionaries(NAMES, MAPPINGS | st.none(), max_size=3)
)


@st.composite
def _specs(draw: st.DrawFn) -> AgentSpec:
    """Specs with anything where a format names agents."""
    id_, row = draw(st.sampled_from(REFERRING))
    value = draw(ROSTERS)
    for key in reversed(row.refers[0].at.split("/") if row.refers[0].at else ()):
        value = {key: value}
    spec = draw(SPECS)
    return replace(spec, source=Source(format=id_), extensions={id_: {row.field.lstrip("."): value}})


@given(_specs())
def test_references_follow_from_the_spec(spec: AgentSpec) -> None:
    """Any value is read without an error; names are slugs, each once for a relation, and never the agent's own."""
    found = references(spec)
    assert len({(said.agent, said.relation) for said in found}) == len(found)
    for said in found:
        assert said.agent == slug(said.agent) != ""
        assert said.agent != slug(spec.name)
        assert not set(said.evidence.text) & set("*{}<>[]")
    assert references(replace(spec, derived=derive(spec, access_of_spec(spec), found))) == found


@pytest.mark.parametrize("fmt", ["vscode", "copilot"])
def test_a_canonical_file_says_the_same(fmt: str) -> None:
    spec = _one(fmt, VSCODE, "crew/quay-lead.agent.md")
    again = loaded(spec)
    assert derive(again, access_of_spec(again), references(again)) == spec.derived


@pytest.mark.parametrize("row", [row for _, row in REFERRING], ids=[f"{id_}-{row.key}" for id_, row in REFERRING])
def test_a_row_that_names_agents_keeps_them(row: Row) -> None:
    """They are read from what the spec keeps of the key: an extension, or a part of the prompt."""
    assert row.field[0] == "." or row.field.startswith("prompt:")


def test_a_name_is_found_behind_its_key() -> None:
    """Where a missing agent is told: at the name in the key, not at the same word elsewhere."""
    text = "name: quay-lead\ndescription: Unlike nobody, it leads.\nagents: [nobody-here, nobody]\n"
    at = text.index(" nobody]") + 1
    span = find_name(text, "nobody", "nobody", "x.md", ("agents",))
    assert span is not None
    assert (span.start, span.stop) == (at, at + len("nobody"))
    assert find_name(text, "gull", "gull", "x.md", ("agents",)) is None


# --- real files --------------------------------------------------------------------------------------


def test_the_ties_two_people_found_in_keys(shared: Path) -> None:
    """Each labelled as structured or of the front matter is read, from a key, with a relation that was accepted."""
    lines = (shared / "gold" / "edges.jsonl").read_text(encoding="utf-8").splitlines()
    seen = 0
    for file in map(json.loads, lines):
        wanted = [
            edge
            for edge in file["edges"]
            if edge.get("where") in {"structured", "frontmatter"} and not edge.get("optional")
        ]
        if not wanted:
            continue
        path = (shared if file["source"] == "seeds" else shared / "corpus") / file["file"]
        raw = path.read_bytes()
        outcome = understood(raw, file["file"], explicit=False)
        found = {(tie[1], tie[0]): tie for spec in outcome.specs for tie in _ties(spec)}
        for edge in wanted:
            accepted = {edge["relation"], *edge["alt_relations"]}
            ties = [found[edge["target"], relation] for relation in accepted if (edge["target"], relation) in found]
            assert ties, (file["file"], edge["target"])
            assert all(tie[3] in raw.decode() for tie in ties)
            seen += 1
    assert seen >= 3
