"""Two states of a library told apart, for people, scripts and pull requests."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import run

from converters.changes import Change, Changes, changes
from converters.cli._layout import columns
from converters.cli._review import changes_json, code, markdown, outline, text_lines
from converters.cli._values import hidden, told
from converters.comparison import Field
from converters.library import Collection, library_of
from converters.model import AgentSpec, Collaboration, Evidence, Source, Tool, Tools
from converters.sections import split

TIDES = """You forecast tides for the harbour office, from the gauges and from the almanac of the year.

## Responsibilities

Read the gauge every hour.

## Output

A table of heights.
"""
CRANES = "You plan which crane serves which ship, so that no crane stands idle while a ship waits for it."
READS = Tools((Tool("read"), Tool("grep")))


def agent(key: str, text: str = TIDES, *names: str, **said: Any) -> AgentSpec:
    """An agent `collection/id` that names others."""
    collection, _, id = key.partition("/")
    spec = AgentSpec(id=id, name=id.rpartition("/")[2], sections=split(text), tools=READS)
    spec = replace(spec, source=Source(collection=collection, path=f"{id}.md", format="claude-code"), **said)
    ties = tuple(
        Collaboration(agent=name, relation="depends_on", evidence=Evidence(where="body", text=name)) for name in names
    )
    return replace(spec, derived=replace(spec.derived, collaboration=ties))


def between(old: list[AgentSpec], new: list[AgentSpec], **aliases: Any) -> Changes:
    homes = {name: Collection(name, **said) for name, said in aliases.items()}
    return changes(library_of(old, homes), library_of(new, homes))


def only(made: Changes) -> Change:
    (change,) = made.changed
    return change


def keys(specs: tuple[AgentSpec, ...]) -> list[str]:
    return [f"{spec.source.collection if spec.source else ''}/{spec.id}" for spec in specs]


# --- who is who --------------------------------------------------------------------------------


def test_equal_states_have_nothing_between_them() -> None:
    made = between([agent("a/x"), agent("b/y", CRANES, "x")], [agent("a/x"), agent("b/y", CRANES, "x")])
    assert not made.any
    assert outline(made) == []


def test_agents_come_and_go() -> None:
    made = between(
        [agent("a/x"), agent("b/y", CRANES)], [agent("a/x"), agent("b/z", "Another text altogether, of another agent.")]
    )
    assert (keys(made.added), keys(made.removed), made.changed) == (["b/z"], ["b/y"], ())


@pytest.mark.parametrize("text", [TIDES, TIDES.replace("every hour", "every ten minutes")])
def test_a_copy_under_another_id_has_moved(text: str) -> None:
    made = between([agent("a/x"), agent("b/y", CRANES)], [agent("a/deep/x", text), agent("b/y", CRANES)])
    assert (made.added, made.removed) == ((), ())
    assert (only(made).old.id, only(made).new.id, only(made).is_moved) == ("x", "deep/x", True)


def test_of_several_copies_the_one_of_the_same_name_is_the_one_that_moved() -> None:
    old = [agent("a/x"), agent("a/y"), agent("b/other", CRANES)]
    new = [agent("a/deep/y"), agent("a/deep/x"), agent("b/other", CRANES)]
    made = between(old, new)
    assert [(change.old.id, change.new.id) for change in made.changed] == [("x", "deep/x"), ("y", "deep/y")]


def test_a_former_id_says_who_moved_whatever_its_text() -> None:
    new = agent("a/tide-reader", CRANES, aliases=("tide-forecaster",))
    made = between([agent("a/tide-forecaster"), agent("b/y", CRANES)], [new, agent("b/y", CRANES)])
    assert (only(made).old.id, only(made).new.id) == ("tide-forecaster", "tide-reader")


def test_the_name_of_the_only_collection_tells_nothing() -> None:
    """Two folders of agents are two states of one, whatever they are called."""
    assert not between([agent("old/x"), agent("old/y", CRANES)], [agent("new/x"), agent("new/y", CRANES)]).any
    made = between([agent("old/x"), agent("b/y", CRANES)], [agent("new/x"), agent("b/y", CRANES)])
    assert only(made).is_moved


def test_a_state_may_be_empty() -> None:
    assert keys(between([], [agent("a/x")]).added) == ["a/x"]
    assert keys(between([agent("a/x")], []).removed) == ["a/x"]


# --- what changed ------------------------------------------------------------------------------


def test_fields_are_told_old_and_new() -> None:
    change = only(between([agent("a/x", model="sonnet")], [agent("a/x", model="opus", color="blue")]))
    assert [(field.name, field.values) for field in change.fields] == [
        ("model", ("sonnet", "opus")),
        ("color", (None, "blue")),
    ]
    assert not change.is_reworded


def test_wider_and_narrower_access() -> None:
    git = Tools((Tool("read"), Tool("shell", ("git:*",))))
    shell = Tools((Tool("read"), Tool("shell")))
    change = only(between([agent("a/x", tools=git)], [agent("a/x", tools=shell)]))
    assert (change.may_also, change.may_no_longer) == (("shell",), ())
    change = only(between([agent("a/x", tools=shell)], [agent("a/x", tools=git)]))
    assert (change.may_also, change.may_no_longer) == ((), ("shell",))


def test_the_prompt_is_counted_by_lines_and_sections() -> None:
    text = TIDES.replace("Read the gauge every hour.", "Read it.\n\nSay so.") + "\n## Limits\n\nNever guess.\n"
    change = only(between([agent("a/x")], [agent("a/x", text.replace("## Output\n\nA table of heights.\n", ""))]))
    assert (change.lines_added, change.lines_removed) == (4, 3)
    assert change.sections_added == ("Limits",)
    assert change.sections_removed == ("Output",)
    assert change.sections_changed == ("Responsibilities",)


def test_lines_in_another_order_are_neither_added_nor_removed() -> None:
    text = "One line.\nAnother line.\n"
    change = only(between([agent("a/x", text)], [agent("a/x", "Another line.\nOne line.\n")]))
    assert (change.lines_added, change.lines_removed, change.rearranged) == (0, 0, True)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Tides.\nBerths.", "Tides.\nBerths.\n\n", "white space only"),
        ("Tides.\nBerths.", "  Tides.\n\nBerths.", "white space only"),
        ("Tides.\nBerths.", "Tides. Berths.", "white space only"),
        ("Tides.\nBerths.", "Berths.\nTides.", "the same lines in another order"),
        ("Tides.\nBerths.", "Tides.\nCranes.", "+1 -1 lines"),
    ],
)
def test_what_became_of_the_prompt_is_said(old: str, new: str, words: str) -> None:
    made = between([agent("a/x", old)], [agent("a/x", new)])
    ((_, (entry,)),) = outline(made)
    assert entry.details[0] == (f"prompt: {words}",)
    assert changes_json(made)["changed"][0]["prompt"]["white_space_only"] == (words == "white space only")


def test_references_gained_lost_and_broken() -> None:
    old = [agent("a/x", CRANES, "y", "lost"), agent("a/y"), agent("a/z", "Keeps to itself.", "y")]
    new = [agent("a/x", CRANES, "z", "nobody"), agent("a/z", "Keeps to itself.", "y")]
    made = between(old, new)
    change = only(made)
    assert (change.names, change.names_no_longer) == (("nobody", "z"), ("lost", "y"))
    assert [(one.agent.id, one.name, one.is_new) for one in made.missing] == [("x", "nobody", True), ("z", "y", False)]


def test_a_name_that_was_missing_before_is_no_news() -> None:
    assert not between([agent("a/x", CRANES, "nobody")], [agent("a/x", CRANES, "nobody")]).missing


def test_a_name_the_keeper_gave_to_nobody_is_not_missing() -> None:
    made = between([], [agent("a/x", CRANES, "code-review")], a={"not_agents": ("code-review",)})
    assert not made.missing


def test_a_new_copy_is_told_once() -> None:
    made = between(
        [agent("a/x")], [agent("a/x"), agent("a/y", model="opus"), agent("a/z", CRANES), agent("a/w", CRANES)]
    )
    told = [(copy.agent.id, copy.of.agent.id, copy.of.kind, copy.of.differs) for copy in made.copies]
    assert told == [("w", "z", "exact", ()), ("y", "x", "exact", ("model",))]


IDS = st.lists(st.sampled_from("pqrstu"), unique=True, max_size=6)


@given(IDS, IDS, st.data())
def test_every_agent_is_told_of_once(before: list[str], after: list[str], data: st.DataObject) -> None:
    texts = st.sampled_from([TIDES, CRANES, "Short.", TIDES + CRANES])
    states = [
        [agent(f"a/{id}", data.draw(texts), model=data.draw(st.sampled_from(["opus", None]))) for id in ids]
        for ids in (before, after)
    ]
    made = between(*states)
    old, new = [spec.id for spec in made.removed], [spec.id for spec in made.added]
    old += [change.old.id for change in made.changed]
    new += [change.new.id for change in made.changed]
    same = [one.id for one in states[0] if one in states[1]]
    assert sorted(old + same) == sorted(before)
    assert sorted(new + same) == sorted(after)


# --- secrets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api_key", "hunter2"),
        ("mcp_servers.berths.env.PLACE", "quay"),
        ("mcp_servers.berths.headers.Authorization", "Basic abc"),
        ("hooks.Stop", "curl -H 'Authorization: Bearer abcdefgh1234'"),
        ("mcp_servers.berths.url", "https://clerk:hunter2@berths.example/mcp"),
        ("description", "Uses gh" + "p_" + "a1b2c3d4" * 5),
        ("description", "Key AKIA" + "ABCD1234" * 2),
        ("claude-code.note", "sk-" + "abc9-" * 5),
        ("claude-code.note", "a3f5c7e9b1d2f4a6c8e0b2d4f6a8c0e2"),
    ],
)
def test_what_looks_secret_is_hidden(name: str, value: str) -> None:
    assert hidden(name, value) == "(hidden)"
    assert all(value not in words for _, words in told(Field(name, (value, "another"))))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", "claude-sonnet-4-5-20250929"),
        ("model", "accounts/fireworks/models/llama-v3p1-405b-instruct"),
        ("mcp_servers.berths.env.TOKEN", "${BERTH_TOKEN}"),
        ("mcp_servers.berths.url", "https://berths.example/mcp?port=14"),
        ("description", "Watches the internationalization of 2026 harbours."),
        ("tools", "mcp:berths/list_all_the_berths_of_a_harbour"),
    ],
)
def test_what_does_not_is_shown(name: str, value: str) -> None:
    assert hidden(name, value) == value


def test_no_secret_is_in_any_form_of_a_difference() -> None:
    servers = [{"berths": {"command": "npx", "env": {"TOKEN": word}}} for word in ("swordfish9", "swordfish10")]
    made = between(*([agent("a/x", mcp_servers=value, hooks={"key": "sk-" + "a1" * 12})] for value in servers))
    shown = markdown(made, "Agents") + "\n".join(line for _, part in outline(made) for line in text_lines(part))
    assert "mcp_servers.berths.env.TOKEN" in shown
    assert "swordfish" not in shown and "a1a1" not in shown


# --- Markdown and text -------------------------------------------------------------------------

HOSTILE = "`x` ``y`` @team #12 <img src=x onerror=alert(1)> [a](javascript:b) | ** \x1b[31m\u202e\n# Big"


def test_strangers_words_take_no_effect_in_markdown() -> None:
    old, new = agent("a/x"), agent("a/x", TIDES + f"\n## {HOSTILE}\n", HOSTILE, description=HOSTILE, color=HOSTILE)
    spec = agent("a/y", CRANES, description=HOSTILE, extensions={"claude-code": {HOSTILE: "z"}})
    text = markdown(between([old, agent("b/z")], [new, spec, agent("b/z")]), "Agents")
    page = cmarkgfm.github_flavored_markdown_to_html(text)
    outside = re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL)
    assert "@team" in page and "@team" not in outside
    assert not {"img", "a", "strong", "h1"} & set(re.findall(r"<(\w+)", outside))
    assert "\x1b" not in text and "\u202e" not in text


@given(st.text(min_size=1, max_size=60))
def test_a_code_span_holds_any_text_and_nothing_gets_out(text: str) -> None:
    page = cmarkgfm.github_flavored_markdown_to_html(f"@ {code(text)} @")
    assert re.fullmatch(r"<p>@ <code>.*</code> @</p>\n", page, re.DOTALL)
    assert page.count("<code>") == page.count("</code>") == 1


def test_text_keeps_to_eighty_columns() -> None:
    made = between(
        [agent("a/x")], [agent("a/" + "y" * 200, CRANES, description=HOSTILE * 9), agent("a/x", HOSTILE * 5)]
    )
    lines = [line for _, entries in outline(made) for line in text_lines(entries)]
    assert max(map(columns, lines)) <= 80


def test_what_widens_access_is_told_first() -> None:
    wide = Tools((*(READS.allow or ()), Tool("shell")))
    made = between([agent("a/x"), agent("a/y", CRANES, tools=wide)], [agent("a/x", tools=wide), agent("a/y", CRANES)])
    heading, entries = outline(made)[0]
    assert heading == "Access"
    assert list(text_lines(entries)) == ["  x may now also run shell commands", "  y may no longer run shell commands"]


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Path:
    shutil.copytree(Path(__file__).parent / "transcripts" / "files", tmp_path / "here")
    return tmp_path / "here"


def test_libraries_and_folders_are_told_apart_alike(here: Path) -> None:
    raw = json.loads(run("diff", "then", "now", "--json", cwd=here).stdout)
    for state in ("then", "now"):
        run("convert", "-q", state, "-o", f"library-{state}", cwd=here)
        (here / f"library-{state}" / "collections.yaml").write_text(f"{state}: {{license: MIT}}\n")
    stored = json.loads(run("diff", "library-then", "library-now", "--json", cwd=here).stdout)
    assert stored == raw


def test_the_exit_status_tells_of_differences_only_where_asked(here: Path) -> None:
    assert run("diff", "then", "now", cwd=here).returncode == 0
    assert run("diff", "then", "now", "--exit-code", cwd=here).returncode == 1
    assert run("diff", "then", "then", "--exit-code", cwd=here).returncode == 0
    assert run("diff", "then", "nowhere", cwd=here).returncode == 2


def test_the_first_agents_of_a_library_are_all_new(here: Path) -> None:
    (here / "empty").mkdir()
    made = json.loads(run("diff", "empty", "then", "--format", "json", cwd=here).stdout)
    assert made["agents"] == {"old": 0, "new": 4}
    assert len(made["added"]) == 4


@pytest.mark.slow
def test_hostile_files_are_told_apart_too(here: Path, shared: Path) -> None:
    (here / "empty").mkdir()
    done = run("diff", here / "empty", shared / "hostile", "--format", "markdown", cwd=here)
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    assert "Traceback" not in done.stderr and "internal error" not in done.stderr
    assert len(done.stdout.splitlines()) > 100
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u2028\u202a-\u202e]", done.stdout)
