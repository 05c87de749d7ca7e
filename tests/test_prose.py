"""What an agent's prose says: title, summary, examples, language, and whom it works with."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from trips import understood

from converters.model import Collaboration
from converters.prose import (
    collaboration,
    examples,
    is_own_title,
    language,
    name_from_title,
    own_title,
    summary,
    title,
)
from converters.prose.mentions import slug
from converters.sections import split

SHARED = Path(__file__).parents[2] / "shared"


def said(body: str, name: str = "tide-forecaster", description: str | None = None) -> tuple[Collaboration, ...]:
    return collaboration(name, split(body), description)


def among_others(line: str) -> str:
    """Put a line where prompts speak of other agents."""
    return f"You forecast tides.\n\nIntegration with other agents:\n- {line}\n"


# titles, names, summaries


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# Tide Forecaster\nText.\n\n## Duties\nx\n", "Tide Forecaster"),
        ("You forecast.\n\n# Tide Forecaster\nText.\n", "Tide Forecaster"),
        ("Tide Forecaster\n===\nText.\n", "Tide Forecaster"),
        ("## Duties\nx\n# Tide Forecaster\n", None),
        ("# Core Responsibilities\nx\n", None),
        ("TIDES:\n- x\n", None),
        ("No heading at all.", None),
    ],
)
def test_the_title_is_the_first_heading_that_names_the_agent(body: str, expected: str | None) -> None:
    sections = split(body)
    own = own_title(sections)
    assert title(sections) == expected
    assert (own.title if own else None) == expected
    assert [section.title for section in sections if is_own_title(section, sections)] == [expected][: own is not None]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("HARBOUR PLANNING SPECIALIST", "harbour-planning-specialist"),
        ("⚓ Tide Forecaster Agent", "tide-forecaster"),
        ("Tide Forecaster — eyes on the water", "tide-forecaster"),
        ("Agent: Tide Forecaster", "tide-forecaster"),
        ("Tide Forecaster (beta)", "tide-forecaster"),
        ("Tide Forecaster: System Prompt", "tide-forecaster"),
        ("潮汐预报员", "潮汐预报员"),
        ("Agent", "agent"),
        ("⚓", ""),
    ],
)
def test_a_name_is_the_title_without_its_noise(heading: str, name: str) -> None:
    assert name_from_title(heading) == name


@pytest.mark.parametrize(
    ("description", "body", "expected"),
    [
        ("Forecasts tides. Use it daily.", "", "Forecasts tides."),
        ("Reads gauges, e.g. the v. 5.1 one. More.", "", "Reads gauges, e.g. the v. 5.1 one."),
        ("Use for tides. Examples:\\n\\n<example>x</example>", "", "Use for tides."),
        ("Use for tides and swell. Specifically:\n\n<example>x</example>", "", "Use for tides and swell."),
        ("Use for tides Examples: <example>", "", "Use for tides"),
        ("预报潮汐。每天使用。", "", "预报潮汐。"),
        (None, "# Tide\n\n- a\n\nYou **forecast** `tides`\nby [gauge](g). Rest.", "You forecast tides by gauge."),
        ("", "```\ncode\n```\nYou forecast.", "You forecast."),
        (None, "# Tide Forecaster\n", None),
        (None, "", None),
    ],
)  # fmt: skip
def test_a_summary_is_one_sentence(description: str | None, body: str, expected: str | None) -> None:
    assert summary(description, split(body)) == expected


def test_a_long_summary_is_cut_at_a_word() -> None:
    cut = summary("tide " * 100, ())
    assert cut is not None
    assert cut.endswith("tide…")
    assert len(cut) <= 201


# examples

SPELLINGS = {
    "lines": '<example>\nContext: Low water\nuser: "Can she sail?"\nassistant: "I\'ll ask."\n'
    "<commentary>\nDepth decides.\n</commentary>\n</example>",
    "escaped": '<example>\\nContext: Low water\\nuser: "Can she sail?"\\nassistant: "I\'ll ask."\\n'
    "<commentary>\\nDepth decides.\\n</commentary>\\n</example>",
    "one line": "<example>Context: Low water user: 'Can she sail?' assistant: 'I'll ask.' "
    "<commentary>Depth decides.</commentary></example>",
    "named": '<example>\nContext: Low water\nUser Query: "Can she sail?"\nAssistant Response: "I\'ll ask."\n'
    "Commentary: Depth decides.\n</example>",
    "bold": "<example>\n**Context**: Low water\n**User**: “Can she sail?”\n**Assistant**: I'll ask.\n"
    "**Commentary**: Depth decides.\n</example>",
    "tags": "<example>\n<context>Low water</context>\n<user>Can she sail?</user>\n<assistant>I'll ask.</assistant>\n"
    "<commentary>Depth decides.</commentary>\n</example>",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_an_example_in_each_spelling(text: str) -> None:
    (example,) = examples(f"Use for tides. Examples: {text}", "description")
    assert example.context == "Low water"
    assert [(turn.role, turn.text) for turn in example.turns] == [
        ("user", "Can she sail?"),
        ("assistant", "I'll ask."),
        ("commentary", "Depth decides."),
    ]
    assert example.where == "description"


def test_an_example_never_closed_ends_where_the_next_begins() -> None:
    first, second = examples('<example>\nuser: "a"\n<example>\nuser: "b"\n', "body")
    assert [turn.text for turn in first.turns] == ["a"]
    assert [turn.text for turn in second.turns] == ["b"]


def test_what_nobody_speaks_is_context() -> None:
    (example,) = examples("<example>low water -> wait</example>", "body")
    assert (example.context, example.turns) == ("low water -> wait", ())


def test_words_before_a_colon_are_no_speaker() -> None:
    (example,) = examples('<example>user: "Say: the user data: gone"\n</example>', "body")
    assert [turn.text for turn in example.turns] == ["Say: the user data: gone"]


@given(
    st.lists(st.sampled_from(["<example>", "</example>", "user: 'x'", "\n", "\\n", " ", "<commentary>"])).map("".join)
)
def test_there_is_an_example_for_each_tag(text: str) -> None:
    assert len(examples(text, "body")) == text.count("<example>")


# language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You are the pilot of the harbour and you plan for the tides.", "en"),
        ("你是港口的引航员，负责潮汐预报和 tide-forecaster 的协作。", "zh"),
        ("あなたは港の水先案内人です。潮を予測します。", "ja"),
        ("당신은 항구의 도선사입니다. 조수를 예측합니다.", "ko"),
        ("Вы лоцман порта и прогнозируете приливы.", "ru"),
        ("أنت مرشد الميناء وتتوقع المد والجزر.", "ar"),
        ("Du bist Lotse im Hafen und planst nach Ebbe und Flut.", None),
        ("tide gauge harbour", None),
        ("", None),
    ],
)
def test_the_language_of_a_prompt(text: str, expected: str | None) -> None:
    assert language(text) == expected


# whom it works with


@pytest.mark.parametrize(
    ("line", "agent", "relation", "about"),
    [
        ("Collaborate with berth-planner on arrival times", "berth-planner", "collaborates_with", "arrival times"),
        ("Work with berth-planner for arrival times", "berth-planner", "collaborates_with", "arrival times"),
        ("Support berth-planner with tide tables", "berth-planner", "supports", "tide tables"),
        ("Provide tide tables to berth-planner", "berth-planner", "supports", "tide tables"),
        ("Guide berth-planner on slack water", "berth-planner", "guides", "slack water"),
        ("Coordinate with berth-planner on dredging", "berth-planner", "coordinates_with", "dredging"),
        ("Consult berth-planner about draughts", "berth-planner", "depends_on", "draughts"),
        ("Request draughts from berth-planner", "berth-planner", "depends_on", "draughts"),
        ("Sail on routes defined by route-designer", "route-designer", "depends_on", "on routes"),
        ("Receive soundings from depth-surveyor", "depth-surveyor", "receives_from", "soundings"),
        ("Hand off the berth plan to crane-operator", "crane-operator", "hands_off_to", "the berth plan"),
        ("Delegate paperwork to customs-clerk-agent", "customs-clerk-agent", "delegates_to", "paperwork"),
        ("Escalate groundings to harbour-master", "harbour-master", "escalates_to", "groundings"),
        ("Report delays to harbour-master", "harbour-master", "reports_to", "delays"),
        ("Review route-designer's charts", "route-designer", "reviews", "charts"),
        ("**Works with berth-planner**: Plans arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("**Coordinates with `berth-planner`** on arrivals", "berth-planner", "coordinates_with", "arrivals"),
        ("**berth-planner**: for arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("**berth-planner** – arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("berth-planner: Validates arrivals", "berth-planner", "hands_off_to", "arrivals"),
        ("berth-planner: Provides arrivals", "berth-planner", "receives_from", "arrivals"),
        ("berth-planner provides arrivals", "berth-planner", "receives_from", "arrivals"),
        ("berth-planner: Sync on arrivals", "berth-planner", "coordinates_with", "arrivals"),
        ("With berth-planner: arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("@berth-planner: arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("Delegating arrivals to @berth-planner-lead...", "berth-planner-lead", "delegates_to", "arrivals"),
        ("For arrivals → call `berth-planner`", "berth-planner", "delegates_to", "arrivals"),
        ("Arrivals → **berth-planner**", "berth-planner", "delegates_to", "Arrivals"),
        ("For arrivals, ask berth-planner", "berth-planner", "depends_on", "arrivals"),
        ("Plan arrivals (delegate to berth-planner)", "berth-planner", "delegates_to", "Plan arrivals"),
        ("Read the log that berth-planner keeps", "berth-planner", "depends_on", "the log"),
        ("Work with Berth Planner on arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("Work with the berth_planner on arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("Berth-Planner: arrivals", "berth-planner", "collaborates_with", "arrivals"),
        ("Work with chart-7.2-expert on arrivals", "chart-7-2-expert", "collaborates_with", "arrivals"),
        ("Partner with pilot-boats on arrivals", "pilot-boats", "collaborates_with", "arrivals"),
        ("Work with `planner` on arrivals", "planner", "collaborates_with", "arrivals"),
        ("与 berth-planner 协作安排泊位", "berth-planner", "collaborates_with", "安排泊位"),
        ("支持 berth-planner 安排泊位", "berth-planner", "supports", "安排泊位"),
        ("向 harbour-master 报告延误", "harbour-master", "reports_to", "延误"),
        ("与berth-planner协作安排泊位", "berth-planner", "collaborates_with", "安排泊位"),
        ("支持berth-planner的泊位", "berth-planner", "supports", "的泊位"),
        ("Assist pilot specialist on arrivals", "pilot-specialist", "supports", "arrivals"),
        ("Guide dispatcher on arrivals", "dispatcher", "guides", "arrivals"),
        ("**After**: berth-planner (arrivals are known)", "berth-planner", "receives_from", "arrivals are known"),
        ("**Before**: berth-planner (arrivals come first)", "berth-planner", "hands_off_to", "arrivals come first"),
        ("berth-planner — Hand off arrivals", "berth-planner", "hands_off_to", "arrivals"),
        ("Let berth-planner decide where ships wait", "berth-planner", "delegates_to", "where ships wait"),
        ("Ask weather-watch for the wind", "weather-watch", "depends_on", "the wind"),
        ("Warn weather-watch about fog", "weather-watch", "reports_to", "fog"),
        ("Receives soundings from sounding-boat", "sounding-boat", "receives_from", "soundings"),
        ("Obtain gate times from lock-house", "lock-house", "depends_on", "gate times"),
        ("Report late switches to release-captain", "release-captain", "reports_to", "late switches"),
        ("Provide light switches to release-captain", "release-captain", "supports", "light switches"),
        ("Invoke draught-analyzer for arrivals", "draught-analyzer", "delegates_to", "arrivals"),
        (
            "Arrivals belong to the `berth-planner` agent — you only read them",
            "berth-planner",
            "delegates_to",
            "Arrivals",
        ),
        ("Use with **tide-and-berth** for arrivals", "tide-and-berth", "collaborates_with", "arrivals"),
        ("Call the `tide-line` subagent for arrivals", "tide-line", "delegates_to", "arrivals"),
        (
            "[berth-planner](https://x.example/a/chart-editor): Provides depths",
            "berth-planner",
            "receives_from",
            "depths",
        ),
    ],
)
def test_a_relation_in_each_style(line: str, agent: str, relation: str, about: str) -> None:
    (found,) = said(among_others(line))
    assert (found.agent, found.relation, found.about) == (agent, relation, about)
    assert found.evidence.where == "body"
    assert found.evidence.text == line


@pytest.mark.parametrize(
    ("line", "agents"),
    [
        ("Work with berth-planner and crane-operator on arrivals", ["berth-planner", "crane-operator"]),
        ("**berth-planner / crane-operator** – arrivals", ["berth-planner", "crane-operator"]),
        ("Ask **berth-planner**, `crane-operator` or @log-keeper", ["berth-planner", "crane-operator", "log-keeper"]),
        ("Guide Berth/Crane Planners on arrivals", ["berth-planner", "crane-planner"]),
        ("Hand charts to berth-planner and logs to crane-operator", ["berth-planner", "crane-operator"]),
        ("Hand off to berth-planner for arrivals, crane-operator for cargo", ["berth-planner", "crane-operator"]),
        ("Delegate work to specialist agents: berth-planner, crane-operator", ["berth-planner", "crane-operator"]),
        ("Partner with berth-planner/crane-operator on arrivals", ["berth-planner", "crane-operator"]),
        ("For arrivals use berth-planner, and for cargo, say, use crane-operator", ["berth-planner", "crane-operator"]),
    ],
)  # fmt: skip
def test_several_agents_said_in_one_breath(line: str, agents: list[str]) -> None:
    found = said(among_others(line))
    assert [one.agent for one in found] == agents
    assert len({one.relation for one in found}) == 1


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("Escalate to harbour-master when a gale is forecast", "a gale is forecast"),
        ("Hand off the plan to crane-operator once the ship is moored", "once the ship is moored"),
        ("If the gauge fails, escalate to harbour-master", "the gauge fails"),
    ],
)
def test_a_condition_is_told_apart_from_the_topic(line: str, when: str) -> None:
    (found,) = said(among_others(line))
    assert found.when == when


def test_what_a_list_is_led_in_by_tells_its_relation() -> None:
    body = (
        "## Working with agents\n\nEscalate to these:\n- harbour-master: gales\n\nHandoff:\n- crane-operator: cargo\n"
    )
    assert [(one.agent, one.relation) for one in said(body)] == [
        ("harbour-master", "escalates_to"),
        ("crane-operator", "hands_off_to"),
    ]


@pytest.mark.parametrize(
    ("title", "relation"),
    [
        ("Receives work from", "receives_from"),
        ("Hands off to", "hands_off_to"),
        ("Escalates to", "escalates_to"),
        ("Coordinates with", "coordinates_with"),
    ],
)
def test_a_heading_may_begin_the_sentence_its_list_goes_on_with(title: str, relation: str) -> None:
    (found,) = said(f"You forecast tides.\n\n{title}:\n- @berth-planner: Arrivals on paper\n")
    assert (found.agent, found.relation, found.about) == ("berth-planner", relation, "Arrivals on paper")


def test_what_stands_before_a_bracket_is_its_own_topic() -> None:
    line = (
        "Draw charts (delegate to route-designer), plan berths (delegate to berth-planner), sweep (delegate to a team)"
    )
    assert [(one.agent, one.about) for one in said(f"## Limits\n{line}\n")] == [
        ("route-designer", "Draw charts"),
        ("berth-planner", "plan berths"),
    ]


def test_the_section_on_collaboration_goes_before_other_talk_of_agents() -> None:
    passing = "## Agents in use\n- Work with berth-planner on ropes\n\n"
    body = f"{passing}## Collaboration\n- Work with berth-planner on arrivals\n"
    (found,) = said(body)
    assert found.about == "arrivals"


def test_a_name_without_a_verb_is_an_inference() -> None:
    listed, told = said(among_others("berth-planner: arrivals\n- Work with crane-operator on cargo"))
    assert (listed.confidence, told.confidence) == ("inferred", "stated")


def test_what_an_orchestrator_lists_it_delegates_to() -> None:
    (found,) = said(among_others("berth-planner: arrivals"), "harbour-orchestrator")
    assert found.relation == "delegates_to"


@pytest.mark.parametrize(
    ("cell", "about"),
    [
        ("Read/search/Bash plus TaskList/SendMessage", "arrivals"),
        ("Read, Grep", "arrivals"),
        ("All tools (Read, Write, Bash, etc.)", "arrivals"),
        ("Read/write of the log", "Read/write of the log"),
        ("Read the log, then plan", "Read the log, then plan"),
    ],
)
def test_the_tools_of_an_agent_are_no_topic(cell: str, about: str) -> None:
    body = f"## Agents\n\n| Agent | Tools | Use for |\n|---|---|---|\n| `berth-planner` | {cell} | arrivals |\n"
    assert [(one.agent, one.about) for one in said(body)] == [("berth-planner", about)]


def test_a_table_of_agents() -> None:
    body = "## Agent handoff\n\n| Work | Agent | Brings |\n|---|---|---|\n| Arrivals | berth-planner | a plan |\n"
    (found,) = said(body)
    assert (found.agent, found.relation, found.about) == ("berth-planner", "delegates_to", "Arrivals")


def test_a_call_in_a_client_s_own_syntax_counts_in_code_too() -> None:
    """Its topic is the heading's, for beside a call nobody says why."""
    (found,) = said("## Phase 1: Moor the ship\n```\n#tool:agent berth-planner\n```\n")
    assert (found.agent, found.relation, found.about) == ("berth-planner", "delegates_to", "Moor the ship")
    assert found.evidence.text == "#tool:agent berth-planner"


@pytest.mark.parametrize(
    ("line", "relation"),
    [
        ("Coordinate with berth-planner for arrivals.", "coordinates_with"),
        ("Escalate back to the Harbour Agent if the gauge fails.", "escalates_to"),
        ("You do not draw charts -- defer to route-designer.", "delegates_to"),
        ("The plan is handed off to `crane-operator`.", "hands_off_to"),
        ("Draw no charts (delegate to route-designer).", "delegates_to"),
        ("**Complements**: berth-planner (arrivals)", "collaborates_with"),
        ("For arrivals, assign `planner` or `route-designer`.", "delegates_to"),
        ("Hand off the plan to the berth-clerk agent.", "hands_off_to"),
        ("Escalate to the `berth-clerk` subagent if no berth is free.", "escalates_to"),
        ("Use the berth-clerk agent for arrivals.", "delegates_to"),
        ("Delegate arrivals to @berth-clerk.", "delegates_to"),
    ],
)
def test_a_relation_said_in_passing(line: str, relation: str) -> None:
    assert {found.relation for found in said(f"# Tide Forecaster\n\n## Depths\n{line}\n")} == {relation}


@pytest.mark.parametrize(
    "line",
    [
        "Never hand off to the berth-clerk agent.",
        "Hand off to a berth-clerk agent.",
        "Hand off to one of the berth-clerk agents.",
        "Unlike the berth-clerk agent, you plan.",
        "The berth-clerk agent is old.",
        "Use the read-only agent for arrivals.",
        "Call the ship-facing agent for arrivals.",
        "Hand off the draft to `berth-form`.",
        "Use `@font-face` for the board.",
        "```\nHand off the plan to the berth-clerk agent.\n```",
    ],
)
def test_what_is_no_relation_in_passing(line: str) -> None:
    assert said(f"# Tide Forecaster\n\n## Depths\n{line}\n") == ()


def test_a_sentence_may_run_over_lines() -> None:
    body = "## Depths\nRead the gauge. Always hand the\nplan to crane-operator. Then rest.\n"
    (found,) = said(body)
    assert found.evidence.text == "Always hand the\nplan to crane-operator."
    assert found.evidence.text in body


def test_a_relation_in_a_description() -> None:
    (found,) = said(
        "", description="Forecasts tides. Works with berth-planner on arrivals. <example>use x-expert</example>"
    )
    assert (found.agent, found.evidence.where) == ("berth-planner", "description")
    assert found.evidence.text == "Works with berth-planner on arrivals."


def test_one_statement_for_each_agent_and_relation_from_the_best_place() -> None:
    in_passing = "## Depths\nWork with berth-planner.\n\n"
    body = f"{in_passing}## Collaboration\n- Work with berth-planner on arrivals\n- Guide berth-planner\n"
    assert [(one.relation, one.about) for one in said(body)] == [
        ("collaborates_with", "arrivals"),
        ("guides", None),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Work with the harbour team on arrivals",
        "Work with stakeholders and developers",
        "Work with the dispatcher on arrivals",
        "Use the `call_agent` function for arrivals",
        "Wrap the run (`create_tide_agent`) in a log",
        "Coordinate Agents: plan arrivals",
        "Ask Harbour Agents about arrivals",
        "Prefer tide-4-pro or berth-2.5-pro",
        "Read [the log](https://x.example/harbour-agent/berth-planner)",
        "Follow https://x.example/berth-planner for news",
        "Coordinate with other agents and sub-agents",
        "Run multi-agent work with specialist-agents",
        "Work with domain-experts on arrivals",
        "Work with tide-forecaster on tides",
        "Work with tide-forecaster-agent on tides",
        "Query sequential-thinking for plans",
        "Use context7: documentation",
        "Delegate to @agent-name or [some-planner]",
        "Support real-time updates",
        "Assist cross-functional work",
        "Unlike berth-planner, you know the tide",
        "Never call berth-planner",
        "Do not duplicate berth-planner's work",
        "Skip berth-planner for small boats",
        "`berth-planner` hands its plan to `crane-operator`",
        "Read docs/berth-planner.md first",
        "berth-planner → crane-operator",
        '"agent": "berth-planner"',
        "Ask follow-up questions about berths",
        "Plan with informed risk-taking, always",
        "Collect data from time-series, weekly",
        "Read the tide-table for arrivals",
    ],
)
def test_what_names_no_related_agent(line: str) -> None:
    assert said(among_others(line)) == ()


@pytest.mark.parametrize(
    "body",
    [
        '## Integration with other agents\n```json\n{"requesting_agent": "berth-planner"}\n```\n',
        "## Integration with other agents\n<example>\nuser: work with berth-planner on x\n</example>\n",
        "## Boundaries with Related Agents\n**berth-planner** assigns berths; you do not.\n",
        "## Depths\nThe berth-planner knows the berths.\n",
        "## Depths\n- berth-planner: arrivals\n",
        "## Depths\n| Track A | berth-planner |\n",
        "## Depths\n(that's for berth-planner)\n",
        "## Depths\nMeasure them (using `depth-profiler`).\n",
        "## Depths\nShow the `planner` key.\n",
        "## Depths\nA plan is routed to an arrivals-judge, always.\n",
        "## Usage example\n### Agent answers\n| Agent | For |\n|---|---|\n| berth-planner | arrivals |\n",
        "## Depths\nReviewed with berth-planner coordination\n",
        "# Tide Forecaster Agent\n- berth-planner: arrivals\n",
    ],
)
def test_where_a_name_is_no_statement(body: str) -> None:
    assert said(body) == ()


@pytest.mark.parametrize(
    ("name", "slugged"),
    [
        ("Berth Planner", "berth-planner"),
        ("@berth_planner", "berth-planner"),
        ("Berth Planners", "berth-planner"),
        ("chart-7.2-expert", "chart-7-2-expert"),
        ("compass", "compass"),
    ],
)
def test_names_are_slugged_alike(name: str, slugged: str) -> None:
    assert slug(name) == slugged


WORDS = [
    "Work",
    "with",
    "to",
    "berth-planner",
    "crane-operator",
    "**",
    "`",
    ",",
    "and",
    ":",
    "→",
    "(",
    ")",
    "for",
    "arrivals",
    "when",
    "\n",
    "- ",
    "## Agents\n",
    "与",
    "协作",
    "@x-agent",
    "'s",
    "<example>",
    "```",
]


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.text(max_size=40))
def test_evidence_is_what_the_author_wrote(body: str, description: str) -> None:
    for found in said(body, description=description):
        assert found.evidence.text in (body if found.evidence.where == "body" else description)
        for words in (found.about, found.when):
            assert words is None or words in found.evidence.text
        assert found.agent == slug(found.agent) != "tide-forecaster"


@pytest.mark.parametrize(
    "bait",
    [
        "x-developer " * 30_000,
        "a-" * 100_000,
        "Aa " * 60_000,
        "- Work with x-developer on y\n" * 5_000,
        ("- " + "with " * 390 + "x-developer\n") * 100,
        ("- " + "x-developer " * 160 + "\n") * 100,
        "[" * 200_000,
        "(" * 200_000,
        "`" * 200_000,
        "<example>" * 20_000,
    ],
    ids=lambda bait: bait[:8].strip(),
)
def test_hostile_prose_is_read_in_linear_time(bait: str) -> None:
    sections = split(f"## Collaboration\n{bait}")
    began = time.process_time()
    collaboration("tide-forecaster", sections, bait)
    summary(bait, sections)
    examples(bait, "body")
    language(bait)
    assert time.process_time() - began < 3


# against labels made by people

labelled = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the labels lie in ../shared, which is no part of this repository"
)


def source(file: str) -> tuple[dict[str, str], str]:
    """Return the header and the body of a labelled file, broken YAML taken line by line."""
    path = SHARED / file if file.startswith("seeds/") else SHARED / "corpus" / file
    text = path.read_text(encoding="utf-8")
    found = re.match(r"\s*---\n(.*?)\n *---\n", text, re.DOTALL)
    if not found:
        return {}, text
    try:
        header = yaml.safe_load(found[1])
    except yaml.YAMLError:
        header = dict(re.findall(r"^(\w+):[ \t]*(.*)", found[1], re.MULTILINE))
    return {key: str(value) for key, value in header.items()}, text[found.end() :]


def gold(name: str) -> list[dict[str, object]]:
    lines = (SHARED / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [label for label in map(json.loads, lines) if str(label["file"]).endswith((".md", ".txt", ".mdc"))]


@labelled
def test_sections_are_those_people_see() -> None:
    found = missed = extra = 0
    for label in gold("meta"):
        header, body = source(str(label["file"]))
        if label["format"] != "claude-agent-md":
            continue
        sections = split(body)
        seen = [s.title for s in sections if s.heading and not is_own_title(s, sections)]
        wanted, free = list(label["sections"]), set(label["sections_optional"])  # type: ignore[call-overload]
        missed += sum(one not in seen for one in wanted)
        extra += sum(one not in wanted and one not in free for one in seen)
        found += len(seen)
        counted = examples(header.get("description", ""), "description") + examples(body, "body")
        assert len(counted) == label["examples"], label["file"]
        if label["title"]:
            assert title(sections) == label["title"]
    assert missed / found < 0.03
    assert extra / found < 0.03


def _slug(name: str) -> str:
    """A name as the labels' own scorer compares it."""
    plain = re.sub(r"[^0-9a-z]+", "-", name.lower().lstrip("@")).strip("-")
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > 4 else plain


def _words(topic: str | None) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", (topic or "").lower())) - {
        "the",
        "a",
        "an",
        "on",
        "for",
        "with",
        "of",
        "and",
        "to",
        "in",
    }


@labelled
def test_edges_are_those_people_see() -> None:
    """The thirty labelled files, keys and prose: who is named, what it is to the agent, and what it is about."""
    hits = extra = missed = right = told = topics = 0
    for label in map(json.loads, (SHARED / "gold" / "edges.jsonl").read_text(encoding="utf-8").splitlines()):
        file = str(label["file"])
        path = SHARED / file if file.startswith("seeds/") else SHARED / "corpus" / file
        got: dict[str, list[Collaboration]] = {}
        for spec in understood(path.read_bytes(), file).specs:
            for one in spec.derived.collaboration:
                got.setdefault(_slug(one.agent), []).append(one)
        wanted: dict[str, list[dict[str, Any]]] = {}
        for edge in label["edges"]:
            wanted.setdefault(_slug(edge["target"]), []).append(edge)
        sure = {target for target, edges in wanted.items() if not all(edge.get("optional") for edge in edges)}
        hits += len(sure & got.keys())
        missed += len(sure - got.keys())
        extra += len(got.keys() - wanted.keys())
        for target in sure & got.keys():
            relations = {relation for e in wanted[target] for relation in (e["relation"], *e["alt_relations"])}
            right += any(one.relation in relations for one in got[target])
            topic = set().union(*(_words(edge["topic"]) for edge in wanted[target]))
            topics += bool(topic)
            told += bool(topic) and any(2 * len(topic & _words(one.about)) >= len(topic) for one in got[target])
    assert hits / (hits + extra) >= 0.97
    assert hits / (hits + missed) >= 0.95
    assert right / hits >= 0.92
    assert told / topics >= 0.85
