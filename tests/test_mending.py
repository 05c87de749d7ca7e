"""Mends as recorded edits: undoing them gives the original, and every place can be traced back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TEXTS
from trips import loaded, understood

from converters.canonical import to_json
from converters.formats import FORMATS
from converters.mending import Mending, still_true, undo
from converters.model import Edit
from converters.writing import write

RULES = ("S007", "S102", "S103", "S107")


@st.composite
def mendings(draw: st.DrawFn) -> tuple[str, Mending]:
    """A text under repair, mended a few times here and there, one mend over another or many at once."""
    text = draw(TEXTS | st.text("abc\n", max_size=12))
    mending = Mending(text)
    for _ in range(draw(st.integers(0, 5))):
        rule, size = draw(st.sampled_from(RULES)), len(mending.text)
        if draw(st.booleans()):
            start = draw(st.integers(0, size))
            stop = draw(st.integers(start, min(size, start + 4)))
            mending.replace(rule, start, stop, draw(st.text("xyz\n", max_size=3)))
        else:
            cuts = sorted(draw(st.sets(st.integers(0, size), max_size=6)))
            spans = list(zip(cuts[::2], cuts[1::2], strict=False))
            mending.all_at_once(
                rule, [(start, stop, draw(st.text("xyz", min_size=1, max_size=3))) for start, stop in spans]
            )
    return text, mending


def _edits(mending: Mending) -> tuple[Edit, ...]:
    return mending.outside([])


@given(pair=mendings())
def test_undoing_every_edit_gives_the_original(pair: tuple[str, Mending]) -> None:
    text, mending = pair
    assert undo(mending.text, _edits(mending)) == text


@given(pair=mendings())
def test_hunks_stand_apart_and_in_order(pair: tuple[str, Mending]) -> None:
    _, mending = pair
    for before, after in pairwise(mending.hunks):
        assert before.stop <= after.at
    for hunk in mending.hunks:
        assert mending.text[hunk.at : hunk.stop] == hunk.now


@given(pair=mendings())
def test_characters_nobody_touched_are_traced_to_themselves(pair: tuple[str, Mending]) -> None:
    text, mending = pair
    touched = {at for hunk in mending.hunks for at in range(hunk.at, hunk.stop)}
    origins = [mending.origin(at) for at in range(len(mending.text) + 1)]
    assert all(0 <= origin <= len(text) for origin in origins)
    assert origins == sorted(origins)
    for at, char in enumerate(mending.text):
        if at not in touched:
            assert text[origins[at]] == char


@given(pair=mendings(), cuts=st.lists(st.integers(0, 30), max_size=4))
def test_every_edit_belongs_to_one_region_or_to_none(pair: tuple[str, Mending], cuts: list[int]) -> None:
    _, mending = pair
    marks = sorted({min(cut, len(mending.text)) for cut in cuts})
    regions = list(pairwise(marks))
    inside = [edit for start, stop in regions for edit in mending.within(start, stop)]
    assert len(inside) + len(mending.outside(regions)) == len(mending.hunks)
    for start, stop in regions:
        part = mending.text[start:stop]
        assert still_true(part, mending.within(start, stop)) == list(mending.within(start, stop))


@given(text=TEXTS, start=st.integers(0, 10))
def test_replacing_a_run_by_itself_is_no_mend(text: str, start: int) -> None:
    mending = Mending(text)
    mending.replace("S102", start, start + 3, text[start : start + 3])
    assert not mending.hunks


def test_a_mend_over_a_mend_remembers_the_first_text() -> None:
    mending = Mending("one two three")
    mending.replace("S102", 4, 7, "TWO!")
    mending.replace("S103", 2, 6, "-")
    assert mending.text == "on-O! three"
    (hunk,) = mending.hunks
    assert (hunk.was, hunk.now) == ("e two", "-O!")
    assert undo(mending.text, _edits(mending)) == "one two three"


def test_an_edit_whose_result_was_changed_is_passed_over() -> None:
    edits = (Edit("S007", 0, "Ã©", "é"), Edit("S007", 5, "Ã¨", "è"))
    assert undo("é or x", edits) == "Ã© or x"


def test_undecodable_bytes_are_kept_as_digits() -> None:
    edit = Edit("S004", 3, "e9", "é")
    assert undo("caf\u00e9", [edit]).encode("utf-8", "surrogateescape") == b"caf\xe9"


# --- what is mended, and what stays ----------------------------------------------------------------

BROKEN = {
    "S102 bare colon": (
        "description: Use when asked. Triggers: audit, review\n",
        "Use when asked. Triggers: audit, review",
    ),
    "S126 open quote": ('description: "never closed\n', "never closed"),
    "S126 open single quote": ("description: 'never: closed # at all\n", "never: closed # at all"),
    "S126 open quote with an escape": ('description: "one\\n two\n', "one\n two"),
    "S126 open quote before what is no escape": ('description: "a \\d\n', '"a \\d'),
    "S126 open quote over lines": ('description: "never\n  closed\n', '"never closed'),
    "S102 a quote within": ("description: 'it's open\n", "'it's open"),
    "S124 indented key": ("description: Use it: now\n color: red\n", "Use it: now color: red"),
    "S102 inner quotes": ('description: "say "hi" now"\n', 'say "hi" now'),
    "S102 star": ("description: *bold* words\n", "*bold* words"),
    "S102 bracket": ("description: [WIP] helper\n", "[WIP] helper"),
    "S102 backtick": ("description: `code` first\n", "`code` first"),
    "S102 written break": ("description: One: two\\nthree\n", "One: two\nthree"),
    "S103 several lines": (
        'description: One of: a, b.\n\nContext: a user\nuser: "help"\n',
        'One of: a, b.\n\nContext: a user\nuser: "help"',
    ),
    "S103 at the margin": ("description: one: two\nand on it goes\n", "one: two\nand on it goes"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_broken_entry_is_read_as_the_text_it_is(case: str, newline: str) -> None:
    entry, value = BROKEN[case]
    raw = f"---\nname: tide\n{entry}model: opus\n---\nYou are a pilot.\n".replace("\n", newline).encode()
    outcome = understood(raw, fmt="claude-code")
    (spec,) = outcome.specs
    assert case[:4] in {finding.rule.code for finding in outcome.findings}
    assert (spec.name, spec.description, spec.model) == ("tide", value, "opus")
    assert write(loaded(spec), FORMATS["claude-code"], as_read=True) == raw


def test_tabs_indent_as_two_spaces_each() -> None:
    raw = b"---\nname: tide\ntools:\n\t- Read\n\t- Grep\n---\nx\n"
    (spec,) = understood(raw, fmt="claude-code").specs
    assert spec.tools is not None
    assert [tool.name for tool in spec.tools.allow or ()] == ["read", "grep"]
    assert write(spec, FORMATS["claude-code"]) == raw.replace(b"\t", b"  ")
    assert write(spec, FORMATS["claude-code"], as_read=True) == raw


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("S105", b"---\nname: tide\ndescription: d\nYou are a pilot.\n"),
        ("S106", b"\n\n---\nname: tide\ndescription: d\n---\nYou are a pilot.\n"),
        ("S107", b"  ---\n  name: tide\n  description: d\n  ---\n  You are a pilot.\n"),
    ],
)
def test_a_header_that_hides_is_found(code: str, raw: bytes) -> None:
    outcome = understood(raw, fmt="claude-code")
    (spec,) = outcome.specs
    assert code in {finding.rule.code for finding in outcome.findings}
    assert (spec.name, spec.description) == ("tide", "d")
    assert spec.prompt.strip() == "You are a pilot."
    fixed = write(spec, FORMATS["claude-code"])
    assert fixed == b"---\nname: tide\ndescription: d\n---\nYou are a pilot.\n"
    assert write(loaded(spec), FORMATS["claude-code"], as_read=True) == raw


def test_an_edit_is_counted_inside_its_own_entry() -> None:
    """Text that comes or goes before a mended entry moves no edit: review sees one line."""
    short = b"---\nname: a\ndescription: x: y\n---\nCaf\xc3\x83\xc2\xa9\n"
    long = b"---\nname: a-much-longer-name\ndescription: x: y\n---\nCaf\xc3\x83\xc2\xa9\n"
    (one,), (two,) = (understood(raw, fmt="claude-code").specs for raw in (short, long))
    first, second = to_json(one), to_json(two)
    assert first["sections"] == second["sections"]
    assert isinstance(first["source"], dict)
    assert isinstance(second["source"], dict)
    assert first["source"]["header"] == second["source"]["header"]


def test_a_hand_edit_elsewhere_leaves_the_other_mends_undoable() -> None:
    raw = b"---\nname: a\ndescription: x: y\n---\nCaf\xc3\x83\xc2\xa9 and tea\n"
    (spec,) = understood(raw, fmt="claude-code").specs
    changed = replace(spec, name="another-name")
    assert write(changed, FORMATS["claude-code"], as_read=True) == raw.replace(b"name: a\n", b"name: another-name\n")
    assert (
        write(changed, FORMATS["claude-code"])
        == '---\nname: another-name\ndescription: "x: y"\n---\nCafé and tea\n'.encode()
    )


def test_a_new_value_leaves_the_comments_behind_it() -> None:
    """They stand with the entry before them, and are about the one after."""
    raw = b"---\nname: a\nmodel: opus # dear\n\n# What it may do.\ntools:\n- Read\n---\nx\n"
    (spec,) = understood(raw, fmt="claude-code").specs
    changed = write(replace(spec, model="haiku"), FORMATS["claude-code"])
    assert changed == raw.replace(b"opus # dear", b"haiku")


def test_deletions_side_by_side_are_undone_in_order() -> None:
    mending = Mending("abcd")
    mending.replace("S107", 0, 1, "")
    mending.replace("S107", 0, 1, "")
    mending.replace("S102", 0, 0, "x")
    assert mending.text == "xcd"
    assert undo(mending.text, _edits(mending)) == "abcd"


def test_what_no_mend_helps_is_refused_with_its_place() -> None:
    raw = b"---\nname: a\ntools: {a: [b\n---\nx\n"
    outcome = understood(raw, fmt="claude-code")
    assert outcome.status == "refused" or outcome.repaired
