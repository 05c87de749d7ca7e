"""Rules that spoke up where nothing was wrong: what is still told, and what is so no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from converters.check import check
from converters.findings import Finding
from converters.inputs import find_inputs

HEAD = "---\nname: {name}\ndescription: Plans the port.\n---\nYou plan.\n"


@pytest.fixture(autouse=True)
def _port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lay(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def told(*inputs: str, code: str) -> list[Finding]:
    """What a rule finds in folders or files below this one."""
    checked = check(find_inputs(inputs, {}, project=Path()), {})
    return [finding for one in checked for finding in one.findings if finding.rule.code == code]


def words(found: list[Finding]) -> list[str]:
    return [Path(f.span.path).read_text(encoding="utf-8")[f.span.start : f.span.stop] for f in found]


# --- V111 unknown-tool -----------------------------------------------------------------------------

VSCODE = "---\ndescription: Plans berths.\nmodel: GPT-5 (copilot)\ntools: [{tools}]\n---\nYou plan berths.\n"


def test_tools_that_vs_code_brings_are_known_to_it() -> None:
    """Today's names, former ones and sets, in any case; none of them has a neutral name."""
    own = "search/usages, usages, changes, execute/testFailure, vscode/VSCodeAPI, web/githubRepo, new, runTasks"
    lay(".github/agents/berth-planner.agent.md", VSCODE.format(tools=own))
    assert not told(".", code="V111")


def test_a_tool_it_does_not_bring_is_told_at_its_own_word_as_it_is_written() -> None:
    lay(".github/agents/berth-planner.agent.md", VSCODE.format(tools="usages, tide-tables, read/readFiel"))
    found = told(".", code="V111")
    assert words(found) == ["tide-tables", "read/readFiel"]
    assert found[0].message == "VS Code has no tool 'tide-tables' of its own; kept as written"
    assert [f.fix and f.fix.text for f in found] == [None, "read/readFile"]


def test_what_a_client_refuses_is_not_told_twice() -> None:
    tools = "name: tide-clerk\ndescription: Reads the gauge.\ntools:\n- read_file\n- gauge_log\n"
    lay(".gemini/agents/tide-clerk.md", f"---\n{tools}---\nYou read.\n")
    assert [f.rule.code for one in check(find_inputs((".",), {}, project=Path()), {}) for f in one.findings] == ["V201"]


# --- V114 named-after ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        (".opencode/agents/berth-clerk.md", "---\ndescription: Keeps berths.\n---\nYou keep.\n", None),
        (".github/agents/berth-clerk.agent.md", "---\ndescription: Keeps berths.\n---\nYou keep.\n", None),
        (".github/agents/BerthClerk.agent.md", "---\ndescription: Keeps berths.\n---\nYou keep.\n", "berthclerk"),
        ("agents/berth-clerk.md", "# Berth Clerk\n\nYou keep.\n", None),
        ("agents/clerk.md", "# Berth Clerk\n\nYou keep.\n", "berth-clerk"),
    ],
)
def test_a_name_is_told_where_it_is_not_the_files_own(path: str, text: str, name: str | None) -> None:
    lay(path, text)
    assert [f.facts["name"] for f in told(".", code="V114")] == ([name] if name else [])


# --- G102 ambiguous-agent, G106 one-way-reference ----------------------------------------------------


def test_copies_of_a_tree_do_not_make_names_ambiguous() -> None:
    for language in ("en", "nl"):
        for name in ("berth-clerk", "crane-planner"):
            lay(
                f"{language}/agents/{name}.md",
                HEAD.format(name=name) + "\n## Collaboration\n\n- Work with berth-clerk\n",
            )
    assert not told(".", code="G102")
    lay("harbour-master.md", HEAD.format(name="harbour-master") + "\n## Collaboration\n\n- Work with berth-clerk\n")
    (found,) = told(".", code="G102")
    assert (found.span.path, words([found])) == ("harbour-master.md", ["berth-clerk"])


@pytest.mark.parametrize(
    ("line", "awaited"),
    [
        ("- Receives berth plans from harbour-master", True),
        ("- Work with harbour-master on plans", False),
        ("- Support harbour-master in storms", False),
        ("- Hand off to harbour-master", False),
    ],
)
def test_only_work_that_is_to_come_needs_an_answer(line: str, awaited: bool) -> None:
    lay("agents/crane-planner.md", HEAD.format(name="crane-planner") + f"\n## Collaboration\n\n{line}\n")
    lay("agents/harbour-master.md", HEAD.format(name="harbour-master"))
    found = told("agents", code="G106")
    assert words(found) == ["harbour-master"] * awaited
    lay(
        "agents/harbour-master.md",
        HEAD.format(name="harbour-master") + "\n## Collaboration\n\n- Hand off to crane-planner\n",
    )
    assert not told("agents", code="G106")


# --- S122 no-agents ----------------------------------------------------------------------------------

FLOW = json.dumps({"component_type": "Flow", "agentspec_version": "26.1.2", "name": "tides", "nodes": [], "id": "f"})


def test_a_document_of_other_things_is_passed_over_in_a_folder() -> None:
    lay("flows/tides.json", FLOW)
    assert not told(".", code="S122")
    (skipped,) = told(".", code="V106")
    assert skipped.message == "skipped: no agents: no component is of the type Agent, the whole a Flow"


@pytest.mark.parametrize("asked", ["flows/tides.json", "."])
def test_it_is_an_error_where_it_is_named_or_called_an_agents_file(asked: str) -> None:
    lay("flows/tides.json" if asked != "." else "agents/tides.agentspec.json", FLOW)
    assert [f.rule.code for f in told(asked, code="S122")] == ["S122"]
    lay("empty/.roomodes", "customModes: none\n")
    assert len(told("empty", code="S122")) == 1
