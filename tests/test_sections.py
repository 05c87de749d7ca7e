"""A prompt's sections join to it byte for byte, and are those a reader sees."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.model import Section
from converters.sections import LONGEST_HEADING, kind, line_starts, open_fence, prose_lines, split
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


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("# Level X\n", "Level X"),
        ("# Level ##X##\n", "Level ##X##"),
        ("###### Sixth ######\n", "Sixth"),
        ("#\tTabbed\t#\t\n", "Tabbed"),
        ("# Tide\xa0\n", "Tide\xa0"),
        ("# __Watch__ **duties**\n", "Watch duties"),
        ("# Watch duties ：\n", "Watch duties"),
        ("a\n\nTide\n---\n", "Tide"),
        ("Tide\n===\n", "Tide"),
        ("**a**\n", "a"),
        ("**Moorings：**\n", "Moorings"),
        ("**Moorings** :\n", "Moorings"),
        ("**Never trust maps?**\n", "Never trust maps?"),
        ("RÓW:\n", "RÓW"),
        ("One two three four five six:\n- row\n", "One two three four five six"),
        ("Duties of a pilot at sea:\n\n\n- row\n", "Duties of a pilot at sea"),
        ("值班清单值班清单值班清单值班清单值班清单:\n- 观察\n", "值班清单值班清单值班清单值班清单值班清单"),
        ("  \nDuties:\n[ ] row\n", "Duties"),
        ("Duties:\n• row\n", "Duties"),
        ("Duties:\n100) row\n", "Duties"),
        ("<my-duties>\nRow.\n </my-duties>\t\n", "my-duties"),
        ("```md\n```sh\nx\n```\n# quoted\n```\n# Rules\n", "Rules"),
        ("```md\n```sh\n```\n```js\n```\n# quoted\n```\n# Rules\n", "Rules"),
        ("```sh\n```js\n# code\n```\n# Rules\n", "Rules"),
        ("~~~\n# code\n```\n# code\n~~~~ \n# Rules\n", "Rules"),
        ("```a`b\n# Rules\n", "Rules"),
        ("  <example>\n# Hi\n</example> and more\n# Rules\n", "Rules"),
        ("<example> hi </example>\n# Rules\n", "Rules"),
        ("<example>\n#no heading\nx\n# Rules\n", "Rules"),
    ],
)
def test_the_one_heading_of_a_text(body: str, title: str) -> None:
    assert titles(body) == [title]


@pytest.mark.parametrize(
    "body",
    [
        "# \n",
        "# #\n",
        "# **\n",
        "    # Deep\n# \n",
        "Tide\n--\n",
        "Tide\n-=-\n",
        "Tide\n---x\n",
        "Above\nTide\n===\n",
        "1. Tide\n===\n",
        "> Tide\n===\n",
        "<b>Tide</b>\n===\n",
        "_Tide_\n===\n",
        "The tide turns;\n===\n",
        "****\n",
        "** **\n",
        "__Moorings**\n",
        "**Moorings__\n",
        "**Cast off!**\n",
        "**Never** and **never**\n",
        " **Moorings**\n",
        "AB:\n",
        "| A | B:\n- row\n",
        "[Duties]:\n- row\n",
        "(DUTIES:\n",
        "`DUTIES`:\n- row\n",
        "One two three four five six seven:\n- row\n",
        "值班清单值班清单值班清单值班清单值班清单吗:\n- 观察\n",
        "Duties, which are:\n- row\n",
        "Duties. Rules:\n- row\n",
        "See https://tide.example for duties:\n- row\n",
        "Duties:\n",
        "Duties:\n\n",
        "- [ ] DUTIES:\n",
        "</duties>\n<duties>\nRow.\n",
        "<duties>x\n</duties>\n",
        "<Pre>\nRow.\n</Pre>\n",
        "<duties>\nRow. </duties>\n",
        "**Report:**\n\n> Ahoy\n",
        '**Report**:\n"Ahoy"\n',
        "**Report:**\n  ~~~\n  x\n  ~~~\n",
    ],
)
def test_what_only_looks_like_a_heading(body: str) -> None:
    assert titles(body) == []


@pytest.mark.parametrize("shape", ["{}\n===\n", "**{}**\n", "{}:\n", "__{}__:\n"])
def test_a_heading_that_no_markdown_has_is_not_long(shape: str) -> None:
    """As many characters as may be, its marks among them, but for those on the line below."""
    room = LONGEST_HEADING - len(shape.split("\n", 1)[0].format(""))
    assert titles(shape.format("T" * room)) == ["T" * room]
    assert titles(shape.format("T" * (room + 1))) == []


def test_indentation_is_counted_in_columns() -> None:
    assert titles("   # Tide\n") == ["Tide"]
    assert titles("  \t# Tide\n") == []
    assert titles("    # Tide\n\n      text\n    Rules:\n    - row\n") == ["Tide", "Rules"]
    assert titles("    # Tide\nat the margin\n") == []
    assert titles("at the margin\n    # Tide\n") == []
    assert titles("    # Tide\n  # Less\n    text\n") == ["Tide", "Less"]


def test_a_level_is_that_of_the_marks() -> None:
    body = "###### Six\nx\n**Under it**\nThat\n\nUnderlined\n---\n**Under that**\nDUTIES：\n\nFirst\n=====\nRULES:\n"
    assert [(s.title, s.level) for s in split(body)] == [
        ("Six", 6),
        ("Under it", 7),
        ("Underlined", 2),
        ("Under that", 3),
        ("DUTIES", 3),
        ("First", 1),
        ("RULES", 2),
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("no fence", None),
        ("```\ncode\n```\n", None),
        ("one\n```\ncode\n", 4),
        ("one\n  ~~~sh\ncode\n```\n", 4),
        ("```\na\n```\n\n````\n```\n", 11),
        ("```\n", 0),
        ("```", 0),
        ("```\ncode\n``` \t", None),
        ("```\ncode\n```sh", 0),
        ("````\ncode\n`````", None),
        ("````\ncode\n```", 0),
        ("```a`b\n", None),
        ("<example>\n```\ncode\n", None),
        ("<example>\nx\n</example>\n```\n", 23),
        ("a `` b\n~~~", 7),
    ],
)
def test_a_fence_that_nothing_closes_is_found(text: str, at: int | None) -> None:
    """CommonMark: it is closed by as many of its marks or more, with nothing behind them."""
    assert open_fence(text) == at


def test_lines_start_behind_line_feeds() -> None:
    assert line_starts(["a", "", "bcd"]) == [0, 2, 3, 7]


def test_prose_begins_again_behind_each_quote() -> None:
    text = "a\n~~~\nx\n~~~\nb\n<example>\nhi\n# c\nd\n```"
    assert list(prose_lines(text)) == [(0, "a"), (12, "b"), (27, "# c"), (31, "d")]
    assert list(prose_lines("```\nnever closed\n# c")) == []
    assert list(prose_lines("")) == [(0, "")]


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
    assert titles("<example>\na\n# Rules\n<example>\n# b\n</example>\n") == ["Rules"]


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
        ("", None),
        ("Tasks, with an example", "examples"),
        ("The example of tasks", "examples"),
        ("Multitasking", None),
        ("Never-ending tides", "constraints"),
        ("Anti-Patterns", "constraints"),
        ("DON'T", "constraints"),
        ("Works with the pilot", "collaboration"),
        ("Use-case-free", None),
        ("x" * LONGEST_HEADING + " example", None),
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
