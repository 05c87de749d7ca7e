"""Spellings with places: what YAML means, what is refused, and that we spell so that everyone reads the same."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import JSON, NASTY, TEXTS

from converters.mending import Mending
from converters.model import Json
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.blocks import dump
from converters.syntax.entries import Keys
from converters.syntax.front_matter import compose_header, find_header
from converters.syntax.notes import Note
from converters.syntax.yaml import (
    compose,
    in_brackets,
    is_line,
    is_plain,
    is_prose,
    literal,
    node_of,
    quoted,
    spell,
    styles_for,
    typed,
    value_of,
)

STYLES = (None, "plain", "escaped", "single", "double", "literal", "flow", "double-flow", "single-flow", "outdented")
KEYS = TEXTS.filter(lambda key: key not in {"", "<<"} and len(key) < 100)


def safe(text: str) -> Any:
    """What PyYAML's own loader, which speaks YAML 1.1, makes of a text."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def only(text: str) -> tuple[str, Node]:
    """Key and value of a text that is one entry."""
    node = compose(text)
    assert isinstance(node, Mapping)
    ((key, value),) = node.pairs
    return key.text, value


# --- our spelling, our reading, and a witness -------------------------------------------------------


@given(key=KEYS, text=TEXTS, indent=st.sampled_from((0, 2, 4)))
def test_text_is_read_as_it_was_spelled(key: str, text: str, indent: int) -> None:
    """In every style that takes it, here and in PyYAML."""
    for style in STYLES:
        entry = spell(key, text, indent=indent, style=style)
        if entry is None:
            assert style not in {None, "double"}
            continue
        assert entry.startswith(" " * indent)
        assert entry.endswith("\n")
        name, value = only(entry)
        assert name == key
        assert isinstance(value, Scalar)
        if style == "escaped":  # for clients that take a written `\n` for a line break
            assert value.text.replace("\\n", "\n") == text
            continue
        assert value.text == text
        assert safe(entry) == {key: text}


@given(text=TEXTS)
def test_bare_text_is_text_for_everyone(text: str) -> None:
    if is_plain(text):
        assert safe(f"key: {text}\n") == {"key": text}
        assert safe(f"{text}: value\n") == {text: "value"}
        assert typed(text) == text
    assert safe(f"key: {quoted(text)}\n") == {"key": text}


@pytest.mark.parametrize("text", sorted(set(NASTY)))
def test_nasty_text_in_every_style(text: str) -> None:
    for style in STYLES:
        entry = spell("key", text, style=style)
        if entry is not None and style != "escaped":
            assert safe(entry) == {"key": text}, style
            assert value_of(only(entry)[1]) == text, style


@given(text=TEXTS.filter(is_prose), indent=st.sampled_from((2, 4, 8)))
def test_a_literal_block_holds_any_prose(text: str, indent: int) -> None:
    assume(text.strip("\n"))
    block = " " * (indent - 2) + "key: " + literal(text, indent)
    assert safe(block) == {"key": text}
    assert value_of(only(block)[1]) == text


@given(key=KEYS, value=JSON, indent=st.sampled_from((0, 2)))
def test_values_are_read_as_they_were_spelled(key: str, value: Json, indent: int) -> None:
    assume(_has_plain_keys(value))
    for style in STYLES:
        entry = spell(key, value, indent=indent, style=style)
        if entry is None or style == "escaped":
            continue
        assert value_of(only(entry)[1]) == value, style
        assert safe(entry) == {key: value}, style


@pytest.mark.parametrize("word", ["it's", 'a"b', "a\\b", "a,b", "[a", ":a", "?", "-", "a: b", "a #b"])
def test_words_in_brackets_in_every_style(word: str) -> None:
    """What may stand bare in a line need not bear the quotes its neighbours have."""
    for style in STYLES:
        entry = spell("key", [word, "b"], style=style)
        if entry is not None:
            assert safe(entry) == {"key": [word, "b"]}, style


@given(value=JSON)
def test_brackets_hold_any_value(value: Json) -> None:
    assume(_has_plain_keys(value))
    text = in_brackets(value)
    assert "\n" not in text
    assert value_of(only(f"key: {text}\n")[1]) == value
    assert safe(f"key: {text}\n") == {"key": value}


@given(value=st.dictionaries(KEYS, JSON, max_size=4))
def test_a_dumped_document_is_read_alike(value: dict[str, Json]) -> None:
    assume(_has_plain_keys(value))
    text = dump(value)
    node = compose(text)
    assert (value_of(node) if node else {}) == value
    assert (safe(text) or {}) == value
    assert dump(value_of(node) if node else {}) == text  # type: ignore[arg-type]  # a mapping, as just seen


def _has_plain_keys(value: Json) -> bool:
    """Whether no key is empty, a merge, or longer than YAML's keys may be."""
    if isinstance(value, dict):
        return all(0 < len(key) < 100 and key != "<<" and _has_plain_keys(item) for key, item in value.items())
    return not isinstance(value, list) or all(map(_has_plain_keys, value))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [("a: b", True), ("# a", False), ("a # b", True), ("[a", False), ("'a", False), ("|", False), (" a", False),
     ("a ", False), ("a\nb", False), ("", False), ("7", False), ("true", False), ("~", False), (7, False),
     (None, False), (["a"], False)],
)  # fmt: skip
def test_what_may_stand_as_the_rest_of_its_line(value: Json, is_one: bool) -> None:
    """For a client that splits lines at their first colon: text, and nothing that YAML would take otherwise."""
    assert is_line(value) is is_one
    if is_one:
        node = compose(f"key: {value}\n", lines=("key",))
        assert value_of(node or node_of(None)) == {"key": value}


@pytest.mark.parametrize(
    ("text", "entry"), [("a\nb", "k: a\\nb\n"), ("a", None), ("a\n\\nb", None), ("a: b\nc", None), ("\n", "k: \\n\n")]
)
def test_a_line_break_may_be_written_out(text: str, entry: str | None) -> None:
    assert spell("k", text, style="escaped") == entry


def test_a_value_as_a_node_stands_nowhere() -> None:
    assert node_of({"a": [1, None, "b"]}) == Mapping(
        (
            (
                Scalar("a", "double", 0, 0),
                Sequence(
                    (Scalar("1", "plain", 0, 0), Scalar("null", "plain", 0, 0), Scalar("b", "double", 0, 0)),
                    "flow",
                    0,
                    0,
                ),
            ),
        ),
        "flow",
        0,
        0,
    )


@given(value=JSON)
def test_a_value_as_a_node_is_the_value(value: Json) -> None:
    assert value_of(node_of(value)) == value


@given(text=TEXTS)
def test_typed_values_print_back_as_spelled(text: str) -> None:
    value = typed(text)
    if not isinstance(value, str):
        entry = spell("key", value)
        assert entry == f"key: {text}\n"


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "Off",
        "yes",
        "NO",
        "y",
        "1.10",
        "0.90",
        "010",
        "0o7",
        "0x1f",
        "1_000",
        "1:20",
        "190:20:30",
        "2024-01-01",
        "1e400",
        ".nan",
        "+1",
        "~ ",
        "True",
        "NULL",
        "1.",
        "-0",
    ],
)
def test_what_other_readers_retype_stays_text(text: str) -> None:
    """The Norway problem and its relatives."""
    assert typed(text) == text
    assert value_of(only(f"key: {text}\n")[1]) == text.strip() or text == "~ "


@given(
    entry=st.sampled_from(
        ("k: a\n", "k: 'a'\n", 'k: "a b"\n', "k: |\n  a\n", "k: [a, b]\n", "k: ['a']\n", "k:\n- a\n", "k: >\n  a\n")
    )
)
def test_an_author_s_style_is_tried(entry: str) -> None:
    _, value = only(entry)
    spelled = {spell("k", value_of(value), style=style) for style in styles_for(value)}
    assert entry in spelled or entry.startswith("k: >")


# --- places -----------------------------------------------------------------------------------------


@given(
    text=st.lists(
        st.sampled_from(
            ("a: b\n", "é: 🔍\n", "'q': \"x\"\n", "l: [a, é]\n", "m: {x: y}\n", "# c\n", "\n", "b: |\n  x\n")
        ),
        unique=True,
    ).map("".join)
)
def test_places_are_characters_of_the_text(text: str) -> None:
    """Counted in code points, whatever bytes they take."""
    node = compose(text)
    if node is None:
        return
    assert isinstance(node, Mapping)
    for key, value in node.pairs:
        _cut_is_itself(text, key)
        _cut_is_itself(text, value)


def _cut_is_itself(text: str, node: Node) -> None:
    cut = text[node.start : node.stop]
    if isinstance(node, Scalar):
        if node.style == "plain":
            assert cut == node.text
        elif node.style in {"single", "double"}:
            assert safe(cut) == node.text
    elif isinstance(node, Sequence):
        assert value_of(compose(cut) or node) == value_of(node)
        for item in node.items:
            _cut_is_itself(text, item)


# --- what is no tree of text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x b\n", "S108"),
        ("a: *x\n", "S108"),
        ("<<: {a: b}\n", "S108"),
        ("a:\n  <<: b\n", "S108"),
        ("a: &x [*x]\n", "S108"),
        ("a: !!str b\n", "S109"),
        ("a: !x b\n", "S109"),
        ("!!map {a: b}\n", "S109"),
        ("a: !!python/object/apply:os.system [id]\n", "S109"),
        ("a: " + "[" * 30 + "]" * 30 + "\n", "S110"),
        ("a: {" * 25 + "}" * 25 + "\n", "S110"),
        ("[a]: b\n", "S113"),
        ("{a: b}: c\n", "S113"),
        ("1: a\n", "S113"),
        ("null: a\n", "S113"),
        ("true: a\n", "S113"),
        ("a: b: c\n", "S101"),
        ("a: [b\n", "S101"),
        ("a: b\n---\nc: d\n", "S101"),
        ("a: \x07\n", "S101"),
        ("a: \ud800\n", "S101"),
        ('a: "\\ud800"\n', "S101"),
        ("x" * 70_000, "S008"),
    ],
)
def test_what_is_refused_says_why_and_where(text: str, code: str) -> None:
    with pytest.raises(SyntaxFault) as caught:
        compose(text)
    assert caught.value.code == code
    assert 0 <= caught.value.at <= len(text)
    assert caught.value.problem


def test_quoted_keys_may_be_anything() -> None:
    """Quotes make a text of a number, and of a merge."""
    assert value_of(compose('"1": a\n"<<": b\n"null": c\n') or node_of(None)) == {"1": "a", "<<": "b", "null": "c"}


@given(text=st.text(st.sampled_from("ab:-?[]{}&*!|>'\"%@`# \n\t,.<\\0é\u2028\ufeff\x00\ud800"), max_size=60))
def test_any_text_is_a_tree_or_a_fault(text: str) -> None:
    try:
        node = compose(text)
    except SyntaxFault as fault:
        assert 0 <= fault.at <= len(text)
        return
    assert node is None or 0 <= node.start <= node.stop <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "{a: ",
        "- ",
        "? ",
        "&a ",
        "*a ",
        "!t ",
        "'",
        '"',
        "a: ",
        "a:\n ",
        "|\n",
        "# ",
        "%Y ",
        "---\n",
        ",",
        "\t",
        "<<: ",
        "a: &b\n- *b\n",
    ],
)
def test_the_guard_takes_linear_time(piece: str) -> None:
    """Refused, or taken, before a parser can swell or recurse."""
    text = (piece * 65_536)[:65_536]
    start = time.process_time()
    try:
        compose(text)
    except SyntaxFault as fault:
        assert fault.at <= len(text)
    assert time.process_time() - start < 1.0


@given(value=st.dictionaries(KEYS, JSON, max_size=3))
def test_both_parsers_of_pyyaml_agree(value: dict[str, Json]) -> None:
    """Where PyYAML comes without libyaml, the same text means the same."""
    assume(_has_plain_keys(value))
    text = dump(value)
    assert (yaml.load(text, Loader=yaml.SafeLoader) or {}) == value


# --- the header of a Markdown file ------------------------------------------------------------------

KNOWN = frozenset({"name", "description", "model", "tools"})


def header_of(text: str, lines: tuple[str, ...] = ()) -> tuple[str | None, str, list[Note]]:
    """The header as it is once mended, the prompt below it, and what was met on the way."""
    mending, notes = Mending(text), list[Note]()
    header = find_header(mending, KNOWN, notes)
    if header is None:
        return None, mending.text, notes
    header, _ = compose_header(mending, header, Keys(KNOWN, lines), notes)
    return mending.text[header.start : header.stop], mending.text[header.body :], notes


@pytest.mark.parametrize(
    ("text", "header", "body", "met"),
    [
        ("---\nname: a\n---\nx\n", "name: a\n", "x\n", []),
        ("---\r\nname: a\r\n---\r\nx", "name: a\r\n", "x", []),
        ("---\nname: a\n... \nx", "name: a\n", "x", []),
        ("---\nname: a\n---", "name: a\n", "", []),
        ("---\n---\nx", "", "x", []),
        ("--- \t\nname: a\n---\nx", "name: a\n", "x", [("S115", " \t\n")]),
        ("\n \n---\nname: a\n---\nx", "name: a\n", "x", [("S106", "\n \n")]),
        ("  ---\n  name: a\n\n  ---\n    x\n", "name: a\n\n", "  x\n", [("S107", "  ")]),
        ("---\nname: a\nshade: y\n  z\nx", "name: a\n", "shade: y\n  z\nx", [("S105", "name: a\n")]),
        ("---\ntools:\n- a\n b\nx", "tools:\n- a\n b\n", "x", [("S105", "tools:\n- a\n b\n")]),
        ("---\nname: a", "name: a\n", "", [("S105", "name: a")]),
        ("---\ntools:\n\t- a\nx", "tools:\n  - a\n", "x", [("S105", "tools:\n\t- a\n"), ("S104", "\t")]),
        ("x\n---\nname: a\n---\n", None, "x\n---\nname: a\n---\n", []),
        ("\n---\nx\n---\n", None, "\n---\nx\n---\n", []),
        ("  ---\n  name: a\n x\n", None, "  ---\n  name: a\n x\n", []),
        ("---\nshade: a\n", None, "---\nshade: a\n", []),
        ("----\nname: a\n", None, "----\nname: a\n", [("S116", "----")]),
        ("\n—\nname: a\n", None, "\n—\nname: a\n", [("S116", "—")]),
        ("+++\nname = 1\n", None, "+++\nname = 1\n", [("S116", "+++")]),
        ('{\n "name": 1}', None, '{\n "name": 1}', [("S116", "{")]),
        ("%YAML 1.2\n---\n", None, "%YAML 1.2\n---\n", [("S116", "%YAML 1.2")]),
        ("``` yaml\n---\nname: a\n", None, "``` yaml\n---\nname: a\n", [("S120", "``` yaml")]),
        ("----\nx\n", None, "----\nx\n", []),
        ("---\nname: {{x}}\n---\n", 'name: "{{x}}"\n', "", [("S102", "{")]),
        ("---\nname: a: b\nmodel: c\n---\nx", 'name: "a: b"\nmodel: c\n', "x", [("S102", ":")]),
        ("---\nname: a: 'b' \"c\"\n---\n", "name: \"a: 'b' \\\"c\\\"\"\n", "", [("S102", ":")]),
        ('---\nname: a: "b" "\n---\n', "name: 'a: \"b\" \"'\n", "", [("S102", ":")]),
        ('---\nname: "\n---\n', "name: '\"'\n", "", [("S102", '"')]),
        ("---\nname: a: b\n# specs: ignore S102\n# specs: ignore S103\n---\n",
         'name: "a: b"\n# specs: ignore S102\n# specs: ignore S103\n', "", [("S102", ":")]),
        ("---\nname: \"x\" 'y' it's: z\n---\n", "name: \"\\\"x\\\" 'y' it's: z\"\n", "", [("S102", "'")]),
        ('---\nname: "a "b" c"\n---\n', 'name: "a \\"b\\" c"\n', "", [("S102", "b")]),
        ("---\nname: a: b  # specs: ignore S102\n---\n", 'name: "a: b  # specs: ignore S102"\n', "", [("S102", ":")]),
        ("---\nname: a: b\n# specs: ignore S102\n---\n", 'name: "a: b"\n# specs: ignore S102\n', "", [("S102", ":")]),
        ('---\nname: "a b\nmodel: c\n---\n', 'name: "a b"\nmodel: c\n', "", [("S126", '"')]),
        ("---\nname: 'a: b  \nmodel: c\n---\n", "name: 'a: b'  \nmodel: c\n", "", [("S126", "'")]),
        ("---\nname: a: b\n model: c\n---\n", 'name: "a: b\n model: c"\n', "", [("S124", "model")]),
        ("---\nname: |\n   model: b\n description: c\n---\n",
         'name: "|\n   model: b\n description: c"\n', "", [("S124", "description")]),
        ("---\ntools:\n\t- a\n\t\t- b\n---\n", "tools:\n  - a\n    - b\n", "", [("S104", "\t")]),
        ("---\ndescription: a: b\nmore\n\nend\nmodel: x\n---\n",
         "description: |-\n  a: b\n  more\n\n  end\nmodel: x\n", "", [("S103", ":")]),
        ("---\ndescription: a: b\n\nuser: c\nUser: d\nname: e\n---\n",
         "description: |-\n  a: b\n\n  user: c\n  User: d\nname: e\n", "", [("S103", ":")]),
        ("---\ndescription: a: b\nshade: c\nname: e\n---\n",
         'description: "a: b"\nshade: c\nname: e\n', "", [("S102", ":")]),
        ("---\nname: a\ndescription: b: c\nmore\nname: d\n---\n",
         "name: a\ndescription: |-\n  b: c\n  more\n  name: d\n", "", [("S103", ":")]),
    ],
)  # fmt: skip
def test_a_header_is_found_and_made_whole(text: str, header: str | None, body: str, met: list[tuple[str, str]]) -> None:
    found, below, notes = header_of(text)
    assert (found, below) == (header, body)
    assert [(note.code, text[note.start : note.stop]) for note in notes] == met
    if found and "{" not in text:
        assert isinstance(safe(found), dict), "everyone reads it now"


def test_a_note_says_what_was_mended_and_with_what() -> None:
    text = "---\nname: a: b\ndescription: c\n d: e\nf\n---\n"
    block, line = header_of(text)[2]
    assert (line.code, line.facts, block.code, block.facts) == (
        "S102", {"key": "name"}, "S103", {"key": "description"},
    )  # fmt: skip
    for note, was, now in ((line, "a: b", '"a: b"'), (block, "c\n d: e\nf", "|-\n  c\n   d: e\n  f")):
        assert note.fix is not None
        assert (text[note.fix[0] : note.fix[1]], note.fix[2]) == (was, now)
    assert header_of("  ---\n  name: a\n  ---\n")[2][0].facts == {"width": 2}
    assert header_of("----\nname: a\n")[2][0].facts == {"line": "----"}


def test_a_key_whose_value_is_its_line_needs_no_mend() -> None:
    text = "---\nname: a: b\nmodel: [x\n---\n"
    found, _, (note,) = header_of(text, ("name",))
    assert found == 'name: a: b\nmodel: "[x"\n'
    assert (note.code, note.facts) == ("S102", {"key": "model"})


@pytest.mark.parametrize(
    ("text", "code", "problem", "at"),
    [
        ("---\ntext\n---\n", "S111", "text", 4),
        ("---\n- a\n---\n", "S111", "a list", 4),
        ("---\n- agent_card_url: x\n- agent_card_json: y\n---\n", "S111",
         "a list of remote agents, which have no prompt", 4),
        ("---\n- agent_card_url: x\n- y: z\n---\n", "S111", "a list", 4),
        ("---\nname: &a b\n---\n", "S108", "an anchor", 10),
        ("---\nmodel: x\nname: !a b\n---\n", "S109", "a tag", 19),
    ],
)  # fmt: skip
def test_what_no_mend_helps_is_refused_in_its_place(text: str, code: str, problem: str, at: int) -> None:
    with pytest.raises(SyntaxFault) as caught:
        header_of(text)
    assert (caught.value.code, caught.value.problem) == (code, problem)
    assert caught.value.at == at


def test_a_header_of_more_than_a_thousand_entries_is_not_mended() -> None:
    entries = "".join(f"k{number}: a: b\n" for number in range(1001))
    with pytest.raises(SyntaxFault):
        header_of(f"---\n{entries}---\n")
