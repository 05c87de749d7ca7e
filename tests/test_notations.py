"""JSON and TOML: what they mean, what is refused and where, and that entries are read as they were spelled."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import JSON, NASTY, NUMBERS, TEXTS

from converters.model import Json
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax import json as as_json
from converters.syntax import toml as as_toml
from converters.syntax.notations import FLOW

JSON_STYLES = (None, "ascii", "flow")
TOML_STYLES = (None, "single", "double", "literal", "block", "flow")
SAYABLE: st.SearchStrategy[Json] = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=10,
)
"""What TOML has a word for."""

every_notation = pytest.mark.parametrize("notation", [as_json, as_toml], ids=["json", "toml"])


def value_of(node: Node) -> Json:
    """What a node says, every number as the standard library reads it."""
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: value_of(item) for key, item in node.pairs}
    return json.loads(node.text) if node.style == "plain" else node.text


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, whole numbers apart from others, keys in any order."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def only(node: Node | None) -> tuple[str, Node]:
    """Key and value of a mapping that has one."""
    assert isinstance(node, Mapping)
    ((key, value),) = node.pairs
    return key.text, value


def fault_of(compose: Callable[..., Node | None], text: str) -> tuple[str, int, str]:
    """Code, place and problem of a text that is refused."""
    with pytest.raises(SyntaxFault) as caught:
        compose(text)
    return caught.value.code, caught.value.at, caught.value.problem


def cut(text: str, node: Node) -> str:
    """The part of a text where a node stands."""
    return text[node.start : node.stop]


# --- JSON: reading ----------------------------------------------------------------------------------


def test_json_with_comments_is_taken_apart() -> None:
    text = '// top\n{\n  "a": [1, 2.50e3, true, null,], /* , } */ "é": {"🔍": "x\\n"},\n  "a": -0 // end\n}\n'
    node = as_json.compose(text)
    assert isinstance(node, Mapping)
    assert [(cut(text, key), cut(text, value)) for key, value in node.pairs] == [
        ('"a"', "[1, 2.50e3, true, null,]"),
        ('"é"', '{"🔍": "x\\n"}'),
        ('"a"', "-0"),
    ]
    items, inside, again = (value for _, value in node.pairs)
    assert isinstance(items, Sequence)
    assert [item.text for item in items.items if isinstance(item, Scalar)] == ["1", "2.50e3", "true", "null"]
    assert again == Scalar("-0", "plain", text.index("-0"), text.index("-0") + 2)
    assert only(inside)[1] == Scalar("x\n", "double", text.index('"x'), text.index('"x') + 5)
    assert cut(text, node) == text[7:-1]


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "// a", "/* a */ // b\n", "/**/"])
def test_a_text_without_a_value_holds_none(text: str) -> None:
    assert as_json.compose(text) is None


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ('{"a" 1}', "S101", 5),
        ('{"a": 1 "b": 2}', "S101", 8),
        ("{a: 1}", "S101", 1),
        ("{'a': 1}", "S101", 1),
        ("{,}", "S101", 1),
        ("['x']", "S101", 1),
        ("[1 2]", "S101", 3),
        ("[1,,2]", "S101", 3),
        ("[,]", "S101", 1),
        ("[1}", "S101", 2),
        ("[NaN]", "S101", 1),
        ("[1, -Infinity]", "S101", 4),
        ("Infinity", "S101", 0),
        ("01", "S101", 1),
        ("+1", "S101", 0),
        (".5", "S101", 0),
        ("1.", "S101", 1),
        ("truely", "S101", 4),
        ("nul", "S101", 0),
        ("1 2", "S101", 2),
        ("{} x", "S101", 3),
        ("]", "S101", 0),
        ("[", "S101", 1),
        ('{"a": ', "S101", 6),
        ('"abc', "S101", 0),
        ('"\\', "S101", 0),
        ('"a\nb"', "S101", 2),
        ('"a\x00b"', "S101", 2),
        ('"a\\x"', "S101", 2),
        ('"\\ud800"', "S101", 1),
        ('"\\ud83d\\ude00 \\udc00"', "S101", 14),
        ('"\\\\ud800 \\uDBFF\\u0041"', "S101", 9),
        ('{"\\ude00": 1}', "S101", 2),
        ('"a\ud800"', "S101", 2),
        ("// \udfff\n1", "S101", 3),
        ("1 /* x", "S101", 2),
        ("/*/ 1", "S101", 0),
        ("1 / 2", "S101", 2),
        ("\ufeff1", "S101", 0),
        ("\u00a01", "S101", 0),
        ("[" * 41 + "]" * 41, "S110", 41),
        ("[" * 42 + "]" * 42, "S110", 41),
        ('{"a":' * 41 + "1" + "}" * 41, "S110", 205),
    ],
)
def test_what_is_no_json_is_refused_in_its_place(text: str, code: str, at: int) -> None:
    if text == "[" * 41 + "]" * 41:  # as deep as may be
        assert as_json.compose(text) is not None
        return
    found, place, problem = fault_of(as_json.compose, text)
    assert (found, place) == (code, at)
    assert problem


@given(value=JSON)
def test_json_is_read_as_the_standard_library_reads_it(value: Json) -> None:
    for text in (as_json.dumps(value), json.dumps(value), json.dumps(value, indent="\t", ensure_ascii=False)):
        node = as_json.compose(text)
        assert node is not None
        assert same(value_of(node), value)
        assert same(json.loads(text), value)
        _places_hold(text, node)


def _places_hold(text: str, node: Node) -> None:
    """Cut out, each node is itself."""
    if isinstance(node, Mapping):
        for key, value in node.pairs:
            assert json.loads(cut(text, key)) == key.text
            _places_hold(text, value)
    elif isinstance(node, Sequence):
        for item in node.items:
            _places_hold(text, item)
    assert same(json.loads(cut(text, node)), value_of(node))


@given(
    pieces=st.lists(
        st.sampled_from(("[", "]", "{", "}", ",", ":", "1", "-", "0.5e", "null", "nul", '"a"', '"', "\\", "\\ud800"))
        | st.sampled_from(("//", "/*", "*/", "\n", " ", "\r", "\t", "\ud800", "\udc00", "\ufeff", "é", "\x00", "'")),
        max_size=30,
    )
)
def test_any_text_is_json_or_a_fault(pieces: list[str]) -> None:
    _is_total(as_json, "".join(pieces))


@given(text=st.text(max_size=60))
def test_any_text_at_all_is_a_tree_or_a_fault(text: str) -> None:
    _is_total(as_json, text)
    _is_total(as_toml, text)


def _is_total(notation: ModuleType, text: str) -> None:
    for known in (notation.value_in(text, 2), notation.last(text), notation.inner(text)):
        assert known is None or isinstance(known, str | Scalar | Sequence | Mapping)
    try:
        node = notation.compose(text)
    except SyntaxFault as fault:
        assert 0 <= fault.at <= len(text)
        assert fault.problem
        return
    assert node is None or 0 <= node.start <= node.stop <= len(text)


@given(
    pieces=st.lists(
        st.sampled_from(("[", "]", "{", "}", ",", ":", "1", "-", ".5", "e", " ", '"a"', "true")), max_size=9
    )
)
def test_what_the_standard_library_takes_is_taken(pieces: list[str]) -> None:
    """The rest of what we take has comments, or commas that trail."""
    text = "".join(pieces)
    try:
        meant = json.loads(text)
    except json.JSONDecodeError:
        assume(",]" not in text.replace(" ", "") and ",}" not in text.replace(" ", ""))
        assume(text.strip())
        fault_of(as_json.compose, text)
        return
    node = as_json.compose(text)
    assert node is not None
    assert same(value_of(node), meant)


# --- JSON: writing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "style", "entry"),
    [
        ("a", None, '  "k": "a",\n'),
        ('é\n"\\/', None, '  "k": "é\\n\\"\\\\/",\n'),
        ("\u2028\u2029\x7f\x85\ufeff", None, '  "k": "\\u2028\\u2029\\u007f\\u0085\\ufeff",\n'),
        ("é🔍\x7f", "ascii", '  "k": "\\u00e9\\ud83d\\udd0d\\u007f",\n'),
        ([1, 1e-07, 1e16, None, False], "flow", '  "k": [1, 1e-07, 1e+16, null, false],\n'),
        ({"a": []}, "flow", '  "k": {"a": []},\n'),
        ({"a": [1], "b": {}}, None, '  "k": {\n    "a": [\n      1\n    ],\n    "b": {}\n  },\n'),
        ([], None, '  "k": [],\n'),
        ("a", "flow", None),
        ("a", "literal", None),
        (float("nan"), None, None),
        ([float("-inf")], "flow", None),
        ("\ud800", None, None),
        ({"\ud800": 1}, "ascii", None),
    ],
)
def test_a_json_entry_is_spelled(value: Json, style: str | None, entry: str | None) -> None:
    assert as_json.spell("k", value, style=style) == entry


@given(key=TEXTS, value=JSON, indent=st.sampled_from((0, 2, 4)))
def test_json_entries_are_read_as_they_were_spelled(key: str, value: Json, indent: int) -> None:
    for style in JSON_STYLES:
        entry = as_json.spell(key, value, indent=indent, style=style)
        if entry is None:
            assert style == "flow" and not isinstance(value, list | dict)
            continue
        assert entry.startswith(" " * indent + '"')
        assert entry.endswith(",\n")
        assert same(json.loads(f"{{{entry[:-2]}}}"), {key: value})
        assert entry.isascii() or style != "ascii"
        name, read = only(as_json.compose(f"{{\n{entry}}}"))
        assert name == key
        assert same(value_of(read), value)
        inside = as_json.value_in(entry, indent)
        assert inside is not None
        assert same(json.loads(cut(entry, inside)), value)
        assert entry in {
            as_json.spell(key, value, indent=indent, style=tried) for tried in (None, *as_json.styles_for(read))
        }


@pytest.mark.parametrize("value", [float("inf"), "\ud800", {"a": [float("nan")]}])
def test_no_document_says_what_json_cannot(value: Json) -> None:
    with pytest.raises(ValueError, match=r"."):
        as_json.dumps(value)


def test_a_json_document_has_two_spaces_a_level() -> None:
    assert as_json.dumps({"a": ["é\u2028"], "b": []}) == '{\n  "a": [\n    "é\\u2028"\n  ],\n  "b": []\n}\n'


# --- JSON: one entry --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "last", "inner"),
    [
        ('"a": 1', '"a": 1', '"a": 1,'),
        ('  "a": 1,\n', '  "a": 1\n', '  "a": 1,\n'),
        ('"a": ",", // x, y\n  ', '"a": "," // x, y\n  ', '"a": ",", // x, y\n  '),
        ('"a": [1,] // x, y\n', '"a": [1,] // x, y\n', '"a": [1,], // x, y\n'),
        ('"a": 1 /* , */\n  , // z', '"a": 1 /* , */\n   // z', '"a": 1 /* , */\n  , // z'),
        ('//,\n"a,": {"b": "}, \\","}/**/', '//,\n"a,": {"b": "}, \\","}/**/', '//,\n"a,": {"b": "}, \\","},/**/'),
        ("no entry,", "no entry,", "no entry,"),
        ('"a": 1, "b": 2,', '"a": 1, "b": 2,', '"a": 1, "b": 2,'),
        ("", "", ""),
    ],
)  # fmt: skip
def test_an_entry_has_its_comma_or_not(entry: str, last: str, inner: str) -> None:
    assert as_json.last(entry) == last
    assert as_json.inner(entry) == inner


GAPS = st.lists(st.sampled_from((" ", "\n", "// x, y: {\n", "/* , \" ' } */", "\t")), max_size=3).map("".join)


@given(key=TEXTS, value=JSON, gaps=st.tuples(GAPS, GAPS, GAPS, GAPS), comma=st.booleans())
def test_commas_come_and_go_between_comments(key: str, value: Json, gaps: tuple[str, ...], comma: bool) -> None:
    head = f"{gaps[0]}{json.dumps(key)}{gaps[1]}:"
    bare = f"{head}{json.dumps(value)}{gaps[2]}{gaps[3]}"
    text = f"{head}{json.dumps(value)}{gaps[2]},{gaps[3]}" if comma else bare
    assert as_json.last(text) == as_json.last(as_json.inner(text)) == bare
    assert as_json.inner(bare) == f"{head}{json.dumps(value)},{gaps[2]}{gaps[3]}"
    assert as_json.inner(as_json.inner(text)) == as_json.inner(text)
    inside = as_json.value_in(text, 0)
    assert inside is not None
    assert cut(text, inside) == json.dumps(value)
    _places_hold(text, inside)


@pytest.mark.parametrize(
    "raw", ['"a"', '"a": 1}', '"a": 1, "b": 2', '{"a": 1}', '"a": 1,,', '"a": \ud800', "a: 1", '"a": /*']
)
def test_what_is_no_entry_has_no_value(raw: str) -> None:
    assert as_json.value_in(raw, 0) is None


# --- TOML: reading ----------------------------------------------------------------------------------

WHOLE = '''# top
model = "gpt-5" # why
prompt = """
# a [b]
c""""
"rés um\\u00e9" = \'\'\'d\'\'\'
it . x = 1  # "one
it."y]" = 'C:\\'
w = { x = [1, 2], "=" = '#' } # end
list = [
  "a", # ]
  \'\'\'
"b\'\'\',
]

# tables
[mcp.a]  # note
args = ["#", 1_000]

# between
  [ mcp . "b.c" ]
t = 2024-01-01T10:00:00Z
# behind

[["q q"]]
z = 1e16
[["q q"]]
[["q q".r]]
'''


def test_toml_is_taken_apart_by_its_entries() -> None:
    node = as_toml.compose(WHOLE)
    assert isinstance(node, Mapping)
    assert [(key.text, key.style, cut(WHOLE, key)) for key, _ in node.pairs] == [
        ("model", "plain", "model"),
        ("prompt", "plain", "prompt"),
        ("rés umé", "double", '"rés um\\u00e9"'),
        ("it", "plain", "it"),
        ("w", "plain", "w"),
        ("list", "plain", "list"),
        ("mcp", "plain", "[mcp"),
        ("q q", "double", '[["q q"'),
    ]
    assert [(value.style, cut(WHOLE, value)) for _, value in node.pairs] == [
        ("double", '"gpt-5"'),
        ("block", '"""\n# a [b]\nc""""'),
        ("literal", "'''d'''"),
        ("block", 'it . x = 1  # "one\nit."y]" = \'C:\\\''),
        ("flow", "{ x = [1, 2], \"=\" = '#' }"),
        ("flow", "[\n  \"a\", # ]\n  '''\n\"b''',\n]"),
        ("block", WHOLE[WHOLE.index("[mcp") : WHOLE.index("\n# behind")]),
        ("block", WHOLE[WHOLE.index("[[") : -1]),
    ]
    read = value_of(node._replace(pairs=tuple(pair for pair in node.pairs if pair[0].text != "mcp")))
    meant = tomllib.loads(WHOLE)
    mcp = only(node._replace(pairs=node.pairs[6:7]))[1]
    assert isinstance(mcp, Mapping)
    assert only(mcp.pairs[1][1])[1] == Scalar("2024-01-01T10:00:00+00:00", "plain", mcp.start, mcp.stop)
    assert value_of(mcp.pairs[0][1]) == meant.pop("mcp")["a"]
    table = mcp.pairs[0][1]
    assert isinstance(table, Mapping)
    assert (table.style, table.pairs[0][0].style, only(table)[1].style) == ("block", "plain", "flow")
    assert read == meant


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2024-01-01", "2024-01-01"),
        ("07:32:00.5", "07:32:00.500000"),
        ("1979-05-27 07:32:00-08:00", "1979-05-27T07:32:00-08:00"),
        ("true", "true"),
        ("0x_f"[:2] + "f", "15"),
        ("+1_000", "1000"),
        ("1e16", "1.0e+16"),
        ("-0.0", "-0.0"),
        (str(-(2**63)), str(-(2**63))),
    ],
)
def test_what_is_no_text_is_plain(written: str, text: str) -> None:
    assert only(as_toml.compose(f"a = {written}\n"))[1] == Scalar(text, "plain", 4, 4 + len(written))


@pytest.mark.parametrize("text", ["", "\n", "# a", "# a\r\n  \t# b"])
def test_a_text_without_an_entry_holds_none(text: str) -> None:
    assert as_toml.compose(text) is None


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("a = ", "S101", 4),
        ("a = 1\nb = @\n", "S101", 10),
        ("a = 1\r\nb = @\r\n", "S101", 11),
        ("é = 1", "S101", 0),
        ("a = [1,", "S101", 7),
        ('a = "x', "S101", 6),
        ('a = """x', "S101", 8),
        ("a = 1 b = 2", "S101", 6),
        ("a = 1\na = 2", "S101", 11),
        ("[a]\n[a]\n", "S101", 6),
        ('a = "\\ud800"', "S101", 11),
        ("# \udc00", "S101", 2),
        ("a = '\x00'", "S101", 5),
        ("a = 1\rb = 2", "S101", 5),
        ("\ufeffa = 1", "S101", 0),
        ("a = 2024-02-30", "S101", 4),
        ("a = nan", "S101", 4),
        ("a = 1\nb = [1, -inf]", "S101", 10),
        ("[a]\nb = 1\nc = 1e999", "S101", 14),
        (f"a = 1\nb = {'9' * 5000}", "S101", 10),
        (f"b = {2**63}", "S101", 4),
        (f"b = 0x{'f' * 5000}", "S101", 4),
        (f"b = {-(2**63) - 1}", "S101", 4),
        ("[a]\n[b]\n[a.c]\n", "S101", 8),
        ("a.x = 1\nb = 1\na.y = 1\n", "S101", 14),
        ("a.x = 1\nb = 1\n['a'.y]\n", "S101", 14),
        ("a = " + "[" * 41, "S110", 44),
        ("a = " + "[" * 40 + "]" * 40, "", 0),
        ("a = " + "[" * 40 + "1" + "]" * 40, "S110", 4),
        ("a = " + "{a=" * 50, "S110", 124),
        ("a" + ".a" * 40 + " = 1", "S110", 80),
        ("[a" + ".a" * 40 + "]", "S110", 81),
        ("[a" + ".a" * 30 + "]\na" + ".a" * 30 + " = 1", "S110", 0),
    ],
)
def test_what_is_no_toml_is_refused_in_its_place(text: str, code: str, at: int) -> None:
    if not code:  # as deep as may be
        assert as_toml.compose(text) is not None
        return
    found, place, problem = fault_of(as_toml.compose, text)
    assert (found, place) == (code, at)
    assert problem
    assert "(at " not in problem
    assert (problem == "nested too deep") is (code == "S110")


@pytest.mark.parametrize("quotes", ["", '"', '""'])
def test_a_text_in_triple_quotes_may_end_in_quotes_of_its_own(quotes: str) -> None:
    text = f'a = """x{quotes}"""\nb = 1\n'
    node = as_toml.compose(text)
    assert isinstance(node, Mapping)
    assert [(key.text, cut(text, value)) for key, value in node.pairs] == [("a", f'"""x{quotes}"""'), ("b", "1")]


@pytest.mark.parametrize("number", ["inf", "1e999", "-nan", "9" * 5000])
def test_a_number_that_is_none_to_others_is_named_so(number: str) -> None:
    assert fault_of(as_toml.compose, f"a = {number}\n") == ("S101", 4, "a number out of range")


def test_a_number_of_more_than_64_bits_is_named_so() -> None:
    for number in (2**63, -(2**63) - 1):
        assert fault_of(as_toml.compose, f"a = {number}\n")[2] == "a number of more than 64 bits"


def test_tables_that_stand_apart_are_named() -> None:
    assert fault_of(as_toml.compose, "[a]\n[b]\n['a'.c]\n")[2] == "the tables of 'a' stand apart"


@given(value=st.dictionaries(TEXTS, SAYABLE, max_size=5))
def test_toml_is_read_as_the_standard_library_reads_it(value: dict[str, Json]) -> None:
    text = as_toml.dumps(value)
    assert same(tomllib.loads(text), value)
    node = as_toml.compose(text)
    assert (node is None) == (not value)
    if node is not None:
        assert same(value_of(node), value)
        _entries_hold(text, node)


def _entries_hold(text: str, node: Node) -> None:
    """Cut where the next key starts, each entry is itself; cut out, each written text is itself."""
    assert isinstance(node, Mapping)
    starts = [key.start for key, _ in node.pairs]
    for (key, value), start, stop in zip(node.pairs, starts, [*starts[1:], len(text)], strict=True):
        entry = text[start:stop]
        assert same(tomllib.loads(entry), {key.text: value_of(value)})
        assert as_toml.is_table(entry) == entry.startswith("[")
        assert key.start <= value.start <= value.stop <= stop
        inside = as_toml.value_in(entry, 0)
        assert inside is not None
        assert cut(entry, inside) == cut(text, value)
        if value.style != "block" or isinstance(value, Scalar):
            assert same(tomllib.loads(f"key = {cut(text, value)}"), {"key": value_of(value)})


LINES = (
    "a = 1", "a.b = 1", "'a'.c = 2", "[a]", "[a.b]", "[[a]]", "[[b]]", "b = [", "]", "c = '''", "'''", '"""', 'd = """',
    "# c", "", "e = {x = '}'}", "f = nan", "x", "  g.\"h\" = \"]\\\"\" # '''", "\\", "'", '"', "}", "i = 2024-01-01",
    "[ b ]",
)  # fmt: skip


@given(text=st.lists(st.sampled_from(LINES), max_size=9).map("\n".join) | st.text("ab=.[]{}\"'#\\\n ,1\r", max_size=40))
def test_any_text_is_toml_or_a_fault(text: str) -> None:
    _is_total(as_toml, text)
    try:
        node = as_toml.compose(text)
    except SyntaxFault:
        return
    if node is not None and "i =" not in text:
        assert value_of(node) == tomllib.loads(text)
        _entries_hold(text, node)


@given(text=TEXTS, newline=st.sampled_from(("\n", "\r\n")))
def test_line_ends_move_no_place(text: str, newline: str) -> None:
    entries = [as_toml.spell("key", text, style=style) for style in TOML_STYLES]
    whole = newline.join(["a = 1 # b", "[t]", "c = [", "]", ""])
    node = as_toml.compose(whole)
    assert isinstance(node, Mapping)
    assert [cut(whole, value) for _, value in node.pairs] == ["1", newline.join(["[t]", "c = [", "]"])]
    for entry in entries:
        written = (entry or "a = 1\n").replace("\n", newline)
        _, value = only(as_toml.compose(written))
        assert tomllib.loads(f"key = {cut(written, value)}") == tomllib.loads(f"key = {cut(written, value)}{newline}")


# --- TOML: writing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "style", "entry"),
    [
        ("a", None, 'k = "a"\n'),
        ('\b\t\f\r"\\\x00\x7f\u2028é', None, 'k = "\\b\\t\\f\\r\\"\\\\\\u0000\\u007f\\u2028é"\n'),
        ("a\nb", None, "k = '''\na\nb'''\n"),
        ("a\nit's'", None, 'k = """\na\nit\'s\'"""\n'),
        ("a\r\n", None, 'k = """\na\\r\n"""\n'),
        ("a\nb", "double", 'k = "a\\nb"\n'),
        ("it", "single", "k = 'it'\n"),
        ("it's", "single", None),
        ("a\nb", "single", None),
        ("a", "literal", "k = '''\na'''\n"),
        ("'''", "literal", None),
        ("a'", "literal", None),
        ("a\r", "literal", None),
        ("a\tb", "block", 'k = """\na\tb"""\n'),
        ('\\ """" "', "block", 'k = """\n\\\\ ""\\"\\" \\""""\n'),
        ("a", "flow", None),
        (None, None, None),
        ([1, None], None, None),
        ({"a": None}, "flow", None),
        (float("inf"), None, None),
        ("\ud800", None, None),
        (2**63, None, None),
        (["a", 1, 1e-07, True, []], None, 'k = ["a", 1, 1e-07, true, []]\n'),
        (["a"], "flow", 'k = ["a"]\n'),
        (["a"], "double", None),
        ([{"a": 1}, 2], None, "k = [{ a = 1 }, 2]\n"),
        ({}, None, "[k]\n"),
        ({}, "flow", "k = {}\n"),
        ({"s": {"x": 1}, "a b": 2}, None, '[k]\n"a b" = 2\n\n[k.s]\nx = 1\n'),
        ({"s": {"x": 1}}, None, "[k.s]\nx = 1\n"),
        ({"s": {"x": 1}}, "flow", "k = { s = { x = 1 } }\n"),
        ([{"a": 1}, {"b": {}}], None, "[[k]]\na = 1\n\n[[k]]\n\n[k.b]\n"),
    ],
)
def test_a_toml_entry_is_spelled(value: Json, style: str | None, entry: str | None) -> None:
    assert as_toml.spell("k", value, style=style) == entry


@given(key=TEXTS, value=SAYABLE, indent=st.sampled_from((0, 2)))
def test_toml_entries_are_read_as_they_were_spelled(key: str, value: Json, indent: int) -> None:
    for style in TOML_STYLES:
        entry = as_toml.spell(key, value, indent=indent, style=style)
        if entry is None:
            assert style is not None
            continue
        assert entry.startswith(" " * indent)
        assert entry.endswith("\n")
        assert same(tomllib.loads(entry), {key: value})
        name, read = only(as_toml.compose(entry))
        assert name == key
        assert same(value_of(read), value)
        assert as_toml.is_table(f"\n # c\n{entry}") == entry.lstrip(" ").startswith("[")
        assert same(value_of(as_toml.value_in(f"# c\n{entry}\n# d\n", indent) or read), value)


@given(text=TEXTS | st.text("\"'\\\n\r\t a", max_size=12))
def test_text_is_toml_in_every_style_that_takes_it(text: str) -> None:
    for style in TOML_STYLES:
        entry = as_toml.spell("key", text, style=style)
        if entry is None:
            assert style not in {None, "double", "block"}
            continue
        assert tomllib.loads(entry) == {"key": text}
        _, value = only(as_toml.compose(entry))
        assert value.style == style or style is None
        assert tomllib.loads(f"key = {cut(entry, value)}") == {"key": text}
        assert entry in {as_toml.spell("key", text, style=tried) for tried in as_toml.styles_for(value)}


@pytest.mark.parametrize("text", sorted(set(NASTY)))
def test_nasty_text_in_every_notation(text: str) -> None:
    for style in TOML_STYLES:
        entry = as_toml.spell(text, text, style=style)
        assert entry is None or tomllib.loads(entry) == {text: text}, style
    for style in JSON_STYLES:
        entry = as_json.spell(text, text, style=style)
        assert entry is None or json.loads(f"{{{entry[:-2]}}}") == {text: text}, style


@pytest.mark.parametrize("value", [{"a": None}, {"a": {"b": [float("nan")]}}, {"\ud800": 1}, {"a": [2**64]}])
def test_no_document_says_what_toml_cannot(value: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match=r"."):
        as_toml.dumps(value)


def test_a_toml_document_has_its_tables_behind() -> None:
    value: dict[str, Json] = {"t": {"a": 1}, "b": "c", "l": [{}], "d": True}
    assert as_toml.dumps(value) == 'b = "c"\nd = true\n\n[t]\na = 1\n\n[[l]]\n'
    assert as_toml.dumps({}) == ""


@given(text=TEXTS)
def test_lines_need_nothing_between_them(text: str) -> None:
    assert as_toml.last(text) == as_toml.inner(text) == text


@pytest.mark.parametrize("raw", ["", "# a", "a = 1\nb = 2\n", "a = ", "a: 1"])
def test_what_is_not_one_entry_has_no_value(raw: str) -> None:
    assert as_toml.value_in(raw, 0) is None


# --- both -------------------------------------------------------------------------------------------


@every_notation
def test_a_text_too_large_is_not_looked_at(notation: ModuleType) -> None:
    assert fault_of(lambda text: notation.compose(text, largest=10), "[" * 11)[:2] == ("S008", 10)


PIECES = (
    "[", "{", "]", "[[", '{"a":', '"', "'", '"""', "'''", '""', '\\"', "\\", "\\u", "/*", "/*/", "//", "/", "#",
    "# \n", "1", "1,", " ", "\n", "\r", "a.", "a=", "a = 1\n", "[a]\n", "[[a]]\n", 'a = "', "a = '", "a = {a",
    "a.b.c = 1\n", "é", "\ud800", "[],", ",", ":", "true", "0.", "9", "e+", "=", "a = [\n", '"a": 1,', "\\\n",
)  # fmt: skip


@every_notation
@pytest.mark.parametrize("before", ["", "[", '"', "a = ", 'a = """', '{"a": "', "a = [", "/*", "a = '''"])
def test_nothing_endless_is_more_than_refused(notation: ModuleType, before: str) -> None:
    """In time that grows with the text, and with no stack that does."""
    size = 10_000 if before else 100_000
    for piece in PIECES:
        _is_total(notation, before + piece * (size // len(piece)))


@every_notation
@given(value=SAYABLE)
def test_what_a_document_says_its_entries_say(notation: ModuleType, value: Json) -> None:
    assume(isinstance(value, dict))
    text = notation.dumps(value)
    node = notation.compose(text)
    assert notation.dumps(value_of(node) if node else {}) == text


@pytest.mark.parametrize("comma", ["", ", "])
def test_an_entry_between_brackets_may_be_long(comma: str) -> None:
    """As long as the file around it, not as a header."""
    raw = f"a: {'x' * 70_000}{comma}"
    value = FLOW.value_in(raw, 0)
    assert value is not None
    assert cut(raw, value) == "x" * 70_000
    assert FLOW.inner(raw) == f"a: {'x' * 70_000}, "
    assert FLOW.last(raw).rstrip() == f"a: {'x' * 70_000}"
