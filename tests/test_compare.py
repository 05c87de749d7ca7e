"""Variants side by side: fields, aligned sections, and what is worded otherwise."""

from __future__ import annotations

import json
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import test_cli
from hypothesis import given
from hypothesis import strategies as st

from converters.cli._layout import columns
from converters.cli._values import marked, said
from converters.comparison import Comparison, compare, passages
from converters.conversion import Options, understand
from converters.inputs import Input
from converters.model import AgentSpec, Section, Source, Tool, Tools
from converters.sections import split


def agent(text: str, **said: Any) -> AgentSpec:
    return AgentSpec(name="tide-forecaster", sections=split(text), source=Source(format="claude-code"), **said)


def titles(made: Comparison) -> list[tuple[str | None, ...]]:
    return [tuple(s and (s.title or "") for s in row.sections) for row in made.rows]


# --- fields ------------------------------------------------------------------------------------


def test_each_field_is_told_as_each_agent_says_it() -> None:
    made = compare([agent("", model="sonnet", max_turns=3), agent("", model="opus", max_turns=3), agent("")])
    assert [(field.name, field.values, field.is_same) for field in made.fields] == [
        ("name", ("tide-forecaster",) * 3, True),
        ("model", ("sonnet", "opus", None), False),
        ("max_turns", (3, 3, None), False),
    ]


def test_the_order_of_tools_tells_nothing() -> None:
    tools = [Tools(tuple(map(Tool, names))) for names in (("read", "shell"), ("shell", "read"), ("read",))]
    one, same, other = (agent("", tools=each) for each in tools)
    assert all(field.is_same for field in compare([one, same]).fields)
    assert [field.name for field in compare([one, other]).fields if not field.is_same] == ["tools"]
    assert compare([one, other]).access == (("read", "shell"), ("read",))


def test_what_only_one_format_can_say_has_its_owner_in_its_name() -> None:
    made = compare([agent("", extensions={"eipas": {"phase": "phase4"}}), agent("")])
    assert [(f.name, f.values) for f in made.fields if not f.is_same] == [("eipas.phase", ("phase4", None))]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("model", None, "left to the host"),
        ("effort", None, "-"),
        ("background", True, "yes"),
        ("tools", {"allow": "all", "deny": ["shell"]}, "all the host has; never shell"),
        ("tools", {"allow": ["read", {"tool": "shell", "only": ["git:*"]}]}, "read, shell (git:* only)"),
        ("tools", {"allow": []}, "none"),
        ("skills", ["tides", "moons"], "tides, moons"),
        ("hooks", {"Stop": []}, '{"Stop": []}'),
    ],
)
def test_values_are_told_in_words(name: str, value: Any, words: str) -> None:
    assert said(name, value) == words


# --- sections ----------------------------------------------------------------------------------


def test_sections_stand_beside_their_counterparts() -> None:
    one = agent("Intro.\n## Tasks\na\n## Output\nb\n")
    other = agent("Intro.\n## Tasks\na\n## Tide tables\nc\n## Output\nother\n")
    made = compare([one, other])
    assert titles(made) == [("", ""), ("Tasks", "Tasks"), (None, "Tide tables"), ("Output", "Output")]
    assert [None if None in row.sections else row.is_same(1) for row in made.rows] == [True, True, None, False]


def test_a_section_called_otherwise_is_found_by_what_it_is_for() -> None:
    one, other = agent("## Responsibilities\na\n"), agent("## Core responsibilities\na\n")
    assert titles(compare([one, other])) == [("Responsibilities", "Core responsibilities")]


def test_counterparts_never_cross() -> None:
    one, other = agent("## Gauges\na\n## Moons\nb\n## Ships\nc\n"), agent("## Ships\nc\n## Gauges\na\n## Moons\nb\n")
    assert titles(compare([one, other])) == [
        (None, "Ships"),
        ("Gauges", "Gauges"),
        ("Moons", "Moons"),
        ("Ships", None),
    ]


def test_three_texts_share_one_outline() -> None:
    made = compare([agent("## Moons\na\n"), agent("## Moons\na\n## Ships\nb\n"), agent("## Gauges\nc\n## Ships\nb\n")])
    assert titles(made) == [("Moons", "Moons", None), (None, None, "Gauges"), (None, "Ships", "Ships")]


CHINESE = """你负责预报港口的潮汐，并把结果告诉办公室。
## 潮位计
每小时读取一次潮位计的高度。
## 输出
写一张潮高表，每小时一行。
"""
ENGLISH = """You forecast the tides of the harbour and tell the office.
## The gauges
Read them.
## What to write
A table.
"""


def test_sections_of_a_translation_are_aligned_by_their_place() -> None:
    assert titles(compare([agent(CHINESE), agent(ENGLISH)])) == [
        ("", ""),
        ("潮位计", "The gauges"),
        ("输出", "What to write"),
    ]


SECTIONS = st.lists(
    st.builds(
        lambda title, text: Section(heading=f"## {title}\n", title=title, level=2, text=f"{text}\n"),
        st.sampled_from(["Gauges", "Moons", "Ships", "Output", "Limits"]),
        st.sampled_from(["a", "b"]),
    ),
    max_size=7,
)


@given(st.lists(SECTIONS, min_size=2, max_size=5))
def test_every_section_stands_once_and_in_order(texts: list[list[Section]]) -> None:
    made = compare([AgentSpec(name="x", sections=tuple(sections)) for sections in texts])
    for number, sections in enumerate(texts):
        assert [row.sections[number] for row in made.rows if row.sections[number]] == sections
    assert all(any(row.sections) for row in made.rows)


@given(SECTIONS)
def test_a_text_is_the_same_as_itself(sections: list[Section]) -> None:
    made = compare([AgentSpec(name="x", sections=tuple(sections))] * 2)
    assert all(row.is_same(1) for row in made.rows)
    assert all(field.is_same for field in made.fields)


# --- words -------------------------------------------------------------------------------------


def test_a_reworded_line_shows_the_words() -> None:
    (passage,) = passages("Same.\nRead the gauge every hour.\n", "Same.\nRead the gauge every ten minutes.\n")
    assert marked(passage) == "Read the gauge every [-hour.-] {+ten minutes.+}"


def test_where_little_stayed_one_stands_in_for_the_other() -> None:
    (passage,) = passages("Read the gauge.", "Never sail against the tide, whatever the captain says.")
    assert [piece.sign for piece in passage] == ["only-first", "only-second"]


def test_words_far_from_a_change_are_left_out() -> None:
    words = [f"w{n}" for n in range(30)]
    (passage,) = passages(" ".join(words), " ".join([*words[:15], "new", *words[15:]]))
    assert marked(passage) == "... w9 w10 w11 w12 w13 w14 {+new+} w15 w16 w17 w18 w19 w20 ..."


def test_white_space_is_no_difference() -> None:
    assert not list(passages("Read  the gauge.\n\n\nSay so.\n", "Read the gauge.\nSay so."))


LINES = st.lists(st.lists(st.sampled_from(["tide", "gauge", "moon", "ship"]), min_size=1, max_size=5), max_size=8)


@given(LINES, LINES)
def test_passages_hold_all_that_went_and_all_that_came(one: list[list[str]], other: list[list[str]]) -> None:
    """Words only of either side, put back beside those that stayed in place, are its words."""
    ones, others = ("\n".join(" ".join(line) for line in lines) for lines in (one, other))
    found = [piece for passage in passages(ones, others) for piece in passage]
    went, came = (
        sum(len(piece.text.split()) for piece in found if piece.sign == sign) for sign in ("only-first", "only-second")
    )
    assert len(others.split()) - len(ones.split()) == came - went
    assert bool(found) == (one != other)


# --- the command -------------------------------------------------------------------------------


run = partial(test_cli.run, "compare")

TEXT = "You forecast tides for the harbour office.\n\n## Output\n\nA table of heights.\n"
HOSTILE = "\x1b[31m@team <script>`|`\u202e " + "x" * 300


def test_files_of_different_formats_are_compared(tmp_path: Path) -> None:
    (tmp_path / "tide.md").write_text(f"---\nname: tide\ndescription: Tides.\nmodel: opus\ntools: Read\n---\n{TEXT}")
    (tmp_path / "tide.toml").write_text(
        f'name = "tide"\ndescription = "Tides."\nmodel = "gpt-5.4"\ndeveloper_instructions = """\n{TEXT}"""\n'
    )
    done = run("tide.md", "tide.toml", "--json", cwd=tmp_path)
    made = json.loads(done.stdout)
    assert [agent["format"] for agent in made["agents"]] == ["claude-code", "codex"]
    assert made["agents"][1]["copy"]["kind"] == "exact"
    assert {f["field"]: f["same"] for f in made["fields"]} | {"name": True, "model": False} == {
        f["field"]: f["same"] for f in made["fields"]
    }
    assert [row["in"][1]["same"] for row in made["sections"]] == [True, True]
    assert done.returncode == 0


def test_what_strangers_write_stays_inside_eighty_columns(tmp_path: Path) -> None:
    for name, text in [
        ("one", TEXT),
        ("two", TEXT.replace("heights", HOSTILE)),
        ("three", f"## {HOSTILE}\n{HOSTILE}\n"),
    ]:
        head = f"---\nname: {name}\ndescription: {json.dumps(HOSTILE + name)}\n---\n"
        (tmp_path / f"{name}.md").write_text(head + text, encoding="utf-8")
    for args in (["one.md", "two.md"], ["one.md", "two.md", "three.md", "--verbose"]):
        done = run(*args, cwd=tmp_path)
        assert done.stdout
        assert "\x1b" not in done.stdout and "\u202e" not in done.stdout
        assert max(map(columns, done.stdout.splitlines())) <= 80


def test_two_to_five_texts_are_compared_and_no_others(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"a{number}.md").write_text(f"---\nname: a{number}\ndescription: Tides.\n---\n{TEXT}")
    assert run("a0.md", cwd=tmp_path).returncode == 2
    assert run(".", cwd=tmp_path).returncode == 2
    assert run(*[f"a{n}.md" for n in range(5)], cwd=tmp_path).returncode == 0


@pytest.mark.heavy
def test_real_variants_are_compared_whatever_they_hold(shared: Path) -> None:
    """Any two neighbours of the corpus: every section stands once, and nothing is raised."""
    import csv

    specs: list[AgentSpec] = []
    with (shared / "corpus" / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            path = shared / "corpus" / row["collection"] / row["path"]
            specs += understand(Input(path, row["path"], row["path"], "x", explicit=True), Options()).specs
    specs.sort(key=lambda spec: (spec.name, spec.id))
    for one, other in pairwise(specs):
        made = compare([one, other])
        shown = [[s for s in spec.sections if s.heading is not None or s.text.strip()] for spec in (one, other)]
        assert [[row.sections[n] for row in made.rows if row.sections[n]] for n in (0, 1)] == shown
        assert bool(list(passages(one.prompt, other.prompt))) == (
            [line.split() for line in one.prompt.splitlines() if line.split()]
            != [line.split() for line in other.prompt.splitlines() if line.split()]
        )
