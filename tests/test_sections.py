"""A prompt's sections join to it byte for byte, and are those a reader sees."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.model import Section
from converters.sections import kind, prose_lines, split
from converters.vocabulary import load

SHARED = Path(__file__).parents[2] / "shared"

LINES = [
    "# Tides",
    "## Depths ##",
    "####### no",
    "#tag",
    "**Moorings**",
    "**Moorings:**",
    "__Cranes__:",
    "DUTIES:",
    "Duties at dawn:",
    "- look out",
    "1. cast off",
    "",
    " ",
    "===",
    "---",
    "```",
    "~~~",
    "```md",
    "````",
    "<example>",
    "</example>",
    "<role>",
    "</role>",
    "You watch the tide.",
    "\r",
    "a\rb",
    "\u2028",
    "\x00",
    "    ## deep",
    "\t# tab",
    "值班:",
    "- 观察",
    "🎯 Goals:",
    "<b>",
    ":",
    "**",
    "****:",
]
BODIES = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(st.sampled_from(LINES), max_size=30),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)


def joined(sections: tuple[Section, ...]) -> str:
    return "".join((section.heading or "") + section.text for section in sections)


def titles(body: str) -> list[str | None]:
    return [section.title for section in split(body) if section.heading]


@given(st.one_of(st.text(), BODIES))
def test_sections_join_to_the_body(body: str) -> None:
    sections = split(body)
    assert joined(sections) == body
    assert all(section.heading for section in sections[1:])
    assert all(section.heading or section.text for section in sections)


@given(BODIES)
def test_what_a_heading_says_is_said_together(body: str) -> None:
    """Title and level are there exactly where a heading is, and a heading ends with its line."""
    for section in split(body):
        assert (section.heading is None) == (section.title is None) == (section.level is None)
        if section.heading and section.text:
            assert section.heading.endswith("\n")


def test_an_empty_body_has_no_sections() -> None:
    assert split("") == ()


def test_text_before_the_first_heading_has_none() -> None:
    first, second = split("You pilot ships.\n\n# Rules\nGo slow.\n")
    assert (first.heading, first.text) == (None, "You pilot ships.\n\n")
    assert (second.heading, second.text) == ("# Rules\n", "Go slow.\n")


@pytest.mark.parametrize(
    ("body", "heading", "title", "level"),
    [
        ("## Watch duties\nx", "## Watch duties\n", "Watch duties", 2),
        ("   ### Watch duties ###  \nx", "   ### Watch duties ###  \n", "Watch duties", 3),
        ("# C#\nx", "# C#\n", "C#", 1),
        ("## **Watch** duties:\nx", "## **Watch** duties:\n", "Watch duties", 2),
        ("## 🎯 Goals\r\nx", "## 🎯 Goals\r\n", "🎯 Goals", 2),
        ("# Last", "# Last", "Last", 1),
        ("Harbour pilot\n=====\nx", "Harbour pilot\n=====\n", "Harbour pilot", 1),
        ("Watch duties\r\n---\r\nx", "Watch duties\r\n---\r\n", "Watch duties", 2),
        ("**Watch duties**\nx", "**Watch duties**\n", "Watch duties", 2),
        ("**Watch duties:**\n- x", "**Watch duties:**\n", "Watch duties", 2),
        ("**Watch duties**:\n- x", "**Watch duties**:\n", "Watch duties", 2),
        ("__Watch duties__\nx", "__Watch duties__\n", "Watch duties", 2),
        ("WATCH DUTIES:\nRow.", "WATCH DUTIES:\n", "WATCH DUTIES", 2),
        ("Watch duties:\n- row", "Watch duties:\n", "Watch duties", 2),
        ("When hailed:\n\n1. row", "When hailed:\n", "When hailed", 2),
        ("值班清单:\n- 观察", "值班清单:\n", "值班清单", 2),
        ("<duties>\nRow.\n</duties>\n", "<duties>\n", "duties", 2),
    ],
)
def test_a_heading_of_each_style(body: str, heading: str, title: str, level: int) -> None:
    first = split(body)[0]
    assert (first.heading, first.title, first.level) == (heading, title, level)


@pytest.mark.parametrize(
    "body",
    [
        "#harbour\n",
        "##\ntext\n",
        "####### Seven\n",
        "    # deep\ntext\n",
        "\t# tabbed\ntext\n",
        "- # in a list\n",
        "Watch **the tide**\n",
        "**Never** trust **maps**\n",
        "**Always keep a lookout.**\n",
        "**Progress:**\n```json\n{}\n```\n",
        "Progress report:\n```json\n{}\n```\n",
        "Say this:\n> Ahoy\n",
        "Say this:\n\n“Ahoy”\n",
        "Then the pilot goes aboard by the ladder:\n- x\n",
        "Your final report will include:\n- x\n",
        "  Indented words:\n- x\n",
        "- item:\n  - x\n",
        "Watch duties:\nRow hard.\n",
        "The tide turns.\n---\nIt does.\n",
        "One line\nanother line\n---\n",
        "- item\n---\n",
        "| a |\n---\n",
        "<duties>\nnever closed\n",
        "<example>\n# Not a heading\nDUTIES:\n</example>\n",
        "<example>\nuser: hi\n## Still none\n</example>\n",
        "```\n# code\n```\n",
        "~~~text\nDUTIES:\n```\n# code\n~~~\n",
        "````\n```\n# code\n```\n````\n",
        "```md\n# quoted\n```sh\n# code\n```\n## quoted too\n```\n",
        "  - list\n      ```\n# code\n      ```\n",
        "```\n# never closed\n",
    ],
)
def test_what_is_no_heading(body: str) -> None:
    assert titles(body) == []


def test_headings_that_markdown_does_not_know_are_one_deeper() -> None:
    body = "Duties:\n- a\n\n### Ladder\n**Ropes**\nx\nKNOTS:\ny\n# Tide\nTables:\n- b\n"
    assert [(s.title, s.level) for s in split(body)] == [
        ("Duties", 2),
        ("Ladder", 3),
        ("Ropes", 4),
        ("KNOTS", 4),
        ("Tide", 1),
        ("Tables", 2),
    ]


def test_a_heading_may_stand_over_another_of_its_kind() -> None:
    assert titles("Do's and don'ts:\n\nDo:\n- row\n\nDon't:\n- sleep\n") == ["Do's and don'ts", "Do", "Don't"]


def test_a_file_that_is_indented_as_a_whole_keeps_its_headings() -> None:
    assert titles("\n    # Tide\n    text\n\n    Duties:\n    - row\n") == ["Tide", "Duties"]


def test_a_closing_tag_belongs_to_the_text() -> None:
    opened, later = split("<duties>\nRow.\n</duties>\n# Next\n")
    assert opened.text == "Row.\n</duties>\n"
    assert later.title == "Next"


def test_an_example_never_closed_ends_at_the_next_heading() -> None:
    assert titles("<example>\nuser: hi\n## Rules\nx\n") == ["Rules"]
    assert titles("<example>\na\n<example>\n# b\n</example>\n## Rules\n") == ["Rules"]


def test_lines_end_at_line_feeds_only() -> None:
    assert titles("a\r# Tide\u2028# Wind\x0b# Swell\n") == []


def test_prose_lines_leave_out_code_and_examples() -> None:
    text = "one\n```\ncode\n```\n<example>\nuser: x\n</example>\ntwo"
    assert [(text[at : at + len(line)], line) for at, line in prose_lines(text)] == [("one", "one"), ("two", "two")]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("CORE RESPONSIBILITIES", "responsibilities"),
        ("When invoked", "workflow"),
        ("Berthing checklist", "checklist"),
        ("Integration with other agents", "collaboration"),
        ("Handoff notes", "collaboration"),
        ("Communication Protocol", "communication"),
        ("Deliverables", "deliverables"),
        ("Output format", "output"),
        ("Do not", "constraints"),
        ("Guiding principles", "principles"),
        ("Areas of expertise", "expertise"),
        ("Success metrics", "metrics"),
        ("Use cases", "examples"),
        ("与其他代理的集成", "collaboration"),
        ("检查清单", "checklist"),
        ("开发工作流程", "workflow"),
        ("Barnacles", None),
    ],
)
def test_the_kind_of_a_section(title: str, expected: str | None) -> None:
    assert kind(title) == expected


def test_the_vocabulary_holds_words_only() -> None:
    """Words such as `on`, `off` and `no` must stay words."""

    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for key, inner in value.items() for leaf in (key, *leaves(inner))]
        return [leaf for inner in value for leaf in leaves(inner)] if isinstance(value, list) else [value]

    said = {name: load(name) for name in ("sections", "relations")}
    limits = said["sections"]["plain_heading"]
    assert all(isinstance(limit, int) for limit in limits.values())
    for name, words in said.items():
        rest = {key: value for key, value in words.items() if key != "plain_heading"}
        assert [leaf for leaf in leaves(rest) if not isinstance(leaf, str)] == [], name


@pytest.mark.parametrize(
    "bait",
    [
        "# " + " " * 300_000 + "x",
        "A:\n" * 60_000,
        "A:\n" + "\n" * 300_000,
        "> " * 20_000,
        "```\n" * 60_001,
        "```md\n" * 50_000,
        "<example>\n" * 60_000,
        "<a>\n" * 50_000,
        "**a\n" * 60_000,
        "a\n---\n" * 50_000,
        "#" * 300_000,
        "x" * 1_000_000,
    ],
    ids=lambda bait: bait[:6].replace("\n", "/"),
)
def test_hostile_bodies_are_split_in_linear_time(bait: str) -> None:
    began = time.process_time()
    assert joined(split(bait)) == bait
    assert time.process_time() - began < 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus lies in ../shared, which is no part of this repository")
def test_every_shared_file_joins() -> None:
    for folder in ("seeds", "hostile", "corpus/VoltAgent__awesome-claude-code-subagents"):
        for path in (SHARED / folder).rglob("*.*"):
            if path.is_file():
                body = path.read_bytes().decode("utf-8", "replace")
                assert joined(split(body)) == body, path
