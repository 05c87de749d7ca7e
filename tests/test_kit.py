"""What formats are made of: a codec reads what it writes and says why not, and a table knows its own shape."""

from __future__ import annotations

import re
from typing import Any

import pytest

from converters import kit
from converters.formats import _codecs as codecs
from converters.formats._kit import KEYED, PROMPT, Codec, Container, Format, Limit, Row, Trap, is_silent
from converters.model import AgentSpec, Derived, Example, Json, Tools, Turn
from converters.syntax.yaml import compose, node_of

NOTHING = ("", "~", "null")


def read(codec: Codec[Any], written: str) -> Any:
    """What a codec makes of a value as YAML spells it."""
    node = compose(f"[{written}]")
    assert node is not None and hasattr(node, "items")
    (value,) = node.items if written else (node_of(None),)
    return codec.decode(value)


def refusal(codec: Codec[Any], written: str) -> str:
    with pytest.raises(ValueError, match=r"^expected ") as caught:
        read(codec, written)
    return str(caught.value)


# --- codecs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", NOTHING)
@pytest.mark.parametrize(
    "codec",
    [
        kit.text,
        kit.number,
        kit.count,
        kit.flag,
        kit.words,
        kit.free,
        kit.slug_text,
        kit.escaped_text,
        codecs.filled_text,
        codecs.identifier,
        codecs.record,
    ],
    ids=lambda codec: codec.says,
)
def test_nothing_written_is_nothing_said(codec: Codec[Any], written: str) -> None:
    assert read(codec, written) is None or (codec is kit.free and written == "~")


@pytest.mark.parametrize("written", ['"~"', "'null'"])
def test_what_stands_in_quotes_is_said(written: str) -> None:
    assert read(kit.text, written) == read(kit.words, written)[0] == written[1:-1]


@pytest.mark.parametrize(
    ("codec", "written", "value"),
    [
        (kit.text, "on", "on"),
        (kit.text, "1.10", "1.10"),
        (kit.text, '""', None),
        (codecs.filled_text, '" a"', " a"),
        (kit.escaped_text, "a\\nb", "a\nb"),
        (kit.escaped_text, '"a\\nb"', "a\nb"),
        (kit.number, "0.2", 0.2),
        (kit.number, "2", 2),
        (kit.number, "-1", -1),
        (kit.number, "1.10", 1.1),
        (kit.number, "'1'", 1),
        (kit.number, "1e3", 1000.0),
        (kit.count, "1", 1),
        (kit.count, "'10'", 10),
        (kit.count, "999999999", 999_999_999),
        (kit.flag, "true", True),
        (kit.flag, "FALSE", False),
        (kit.flag, "'True'", True),
        (kit.words, "' a , b c ,, '", ("a", "b c")),
        (kit.words, '""', ()),
        (kit.words, "[]", ()),
        (kit.words, "[a, 'b, c']", ("a", "b, c")),
        (codecs.identifier, "tide_forecaster", "tide-forecaster"),
        (codecs.record, "{a: [1]}", {"a": [1]}),
        (kit.free, "{a: [1, on]}", {"a": [1, "on"]}),
    ],
)
def test_a_value_is_read(codec: Codec[Any], written: str, value: object) -> None:
    said = read(codec, written)
    assert said == value and type(said) is type(value)


@pytest.mark.parametrize(
    ("codec", "written", "why"),
    [
        (kit.text, "[a]", "expected text, found a list"),
        (kit.text, "{a: b}", "expected text, found a mapping"),
        (codecs.filled_text, '" \t"', "expected text, found only white space"),
        (kit.number, "high", "expected a number, found 'high'"),
        (kit.number, "true", "expected a number, found 'true'"),
        (kit.number, ".inf", "expected a number, found '.inf'"),
        (kit.number, "1e400", "expected a number, found '1e400'"),
        (kit.number, "nan", "expected a number, found 'nan'"),
        (kit.number, "x" * 41, f"expected a number, found '{'x' * 40}'"),
        (kit.count, "0", "expected a whole number from 1, found '0'"),
        (kit.count, "01", "expected a whole number from 1, found '01'"),
        (kit.count, "1.0", "expected a whole number from 1, found '1.0'"),
        (kit.count, "1000000000", "expected a whole number from 1, found '1000000000'"),
        (kit.count, "7" * 41, f"expected a whole number from 1, found '{'7' * 40}'"),
        (kit.flag, "yes", "expected true or false, found 'yes'"),
        (kit.flag, "y" * 41, f"expected true or false, found '{'y' * 40}'"),
        (kit.words, "{a: b}", "expected names, as a list or separated by commas, found a mapping"),
        (kit.words, "[a, [b]]", "expected a name in the list, found a list"),
        (kit.words, "[a, {b: c}]", "expected a name in the list, found a mapping"),
        (kit.words, "[a, ~]", "expected a name in the list, found nothing"),
        (codecs.record, "[a]", "expected a mapping, found a list"),
        (codecs.record, "a", "expected a mapping, found text"),
    ],
)
def test_a_value_that_is_not_taken_is_refused_in_words(codec: Codec[Any], written: str, why: str) -> None:
    assert refusal(codec, written) == why


@pytest.mark.parametrize(
    ("codec", "value", "written"),
    [
        (kit.words, ("a", "b c"), "a, b c"),
        (kit.words, ("a", "b, c"), ["a", "b, c"]),
        (kit.words, (" a",), [" a"]),
        (kit.words, ("a", ""), ["a", ""]),
        (kit.words, (), ""),
        (kit.slug_text, "Tide-Forecaster9", "Tide-Forecaster9"),
        (kit.slug_text, "Tide Forecaster!", "tide-forecaster"),
        (kit.slug_text, "tide_潮", "tide-" + "tide-潮".encode("punycode").decode().rpartition("-")[2]),
        (kit.slug_text, "潮汐", "潮汐".encode("punycode").decode()),
        (kit.escaped_text, "a---b----c--d", "a\u2014b\u2014c--d"),
        (codecs.identifier, "tide-forecaster", "tide_forecaster"),
        (codecs.identifier, "Tide_9", "Tide_9"),
        (codecs.identifier, "Tide Forecaster", "tide_forecaster"),
        (codecs.identifier, "9-knots", "agent_9_knots"),
        (codecs.identifier, "class", "class_agent"),
        (codecs.identifier, "user", "user_agent"),
        (codecs.identifier, "🚀", "_agent"),
        (kit.number, 0.2, 0.2),
        (kit.flag, False, False),
        (codecs.record, {"a": 1}, {"a": 1}),
        (codecs.record, ["a"], None),
    ],
)
def test_a_value_is_written(codec: Codec[Any], value: object, written: Json) -> None:
    assert codec.encode(value) == written
    if codec is codecs.identifier:
        assert str(written).isidentifier()


def test_a_choice_takes_its_words_and_no_others() -> None:
    colour = kit.choice("red", "blue")
    assert colour.says == "one of `red`, `blue`"
    assert read(colour, "blue") == colour.encode("blue") == "blue"
    assert read(colour, "") is None
    assert refusal(colour, "teal") == "expected one of red, blue, found 'teal'"
    assert refusal(kit.choice("red"), "t" * 41) == f"expected one of red, found '{'t' * 40}'"


def test_what_a_codec_loses_is_said() -> None:
    assert codecs.identifier.lost is not None
    assert codecs.identifier.lost("Tide", "tide") == "its letters"
    assert codecs.identifier.lost("", None) is None
    lost = kit.escaped_text.lost
    assert lost is not None
    assert lost("a", "a") is None
    assert lost("a\\nb", "a\nb") == "its exact words"
    assert lost("a---b", "a\u2014b") == "`---`, where its client ends the header"


def test_a_filler_is_read_as_nothing() -> None:
    filled = codecs.filled_with("none", kit.text)
    assert (filled.filler, filled.says) == ("none", kit.text.says)
    assert read(filled, "none") is None
    assert read(filled, "red") == "red"


def test_text_that_is_replaced_says_what_is_lost() -> None:
    upper = codecs.replaced("capitals", "its case", str.upper)
    assert (upper.encode("a"), upper.encode(""), upper.says) == ("A", None, "capitals")
    assert upper.lost is not None and upper.lost("a", "A") == "its case"


def test_an_agent_without_a_description_has_what_is_understood_of_it() -> None:
    turns = (Turn(role="assistant", text="Ahoy"), Turn(role="user", text="High?"), Turn(role="user", text="Low?"))
    spec = AgentSpec(
        name="tide", derived=Derived(title="Tide", summary="Forecasts.", examples=(Example(turns=turns),) * 2)
    )
    assert (kit.best_summary(spec), kit.best_title(spec)) == ("Forecasts.", "Tide")
    assert codecs.questions(spec) == ("High?",)
    bare = AgentSpec(name="tide")
    assert kit.best_summary(bare) == kit.best_title(bare) == "tide"
    silent = Example(turns=(Turn(role="assistant", text="Ahoy"),))
    assert codecs.questions(AgentSpec(name="tide", derived=Derived(examples=(silent,)))) == codecs.questions(bare) == ()
    assert kit.best_title(AgentSpec(name="tide", title="High Tide", derived=Derived(title="Tide"))) == "High Tide"


# --- the table --------------------------------------------------------------------------------------


def table(*rows: Row, **more: Any) -> Format:
    given: dict[str, Any] = {
        "id": "harbour",
        "title": "Harbour Code",
        "source": "https://example.org/docs/agents",
        "read_on": "2026-11-21",
        "container": Container.FRONT_MATTER,
        "files": (".harbour/agents/{name}.md",),
        "suffix": ".md",
    }
    return Format(**(given | more), rows=rows)


NAME = Row("name", "name", kit.text)


def test_a_row_s_key_leads_into_its_entry() -> None:
    deep = Row("limits/turns/most", "max_turns", kit.count)
    assert (deep.top, deep.path) == ("limits", ("turns", "most"))
    assert (NAME.top, NAME.path) == ("name", ())


def test_a_table_is_found_by_key_field_and_entry() -> None:
    keyed = Row(KEYED, "title", kit.text)
    model, other = Row("limits/model", "model", kit.text), Row("model", "model", kit.text, alias=True)
    turns = Row("limits/turns", "max_turns", kit.count)
    fmt = table(keyed, NAME, model, turns, other)
    assert fmt.by_key == {KEYED: keyed, "name": NAME, "limits/model": model, "limits/turns": turns, "model": other}
    assert fmt.by_field["model"] is model, "the first"
    assert fmt.by_entry == {"name": (NAME,), "limits": (model, turns), "model": (other,)}
    assert (fmt.flat("name"), fmt.flat("limits"), fmt.flat("nowhere")) == (NAME, None, None)
    assert [fmt.is_nested(key) for key in ("name", "limits", "nowhere")] == [False, True, False]


@pytest.mark.parametrize(
    ("key", "kept"),
    [("flag", "flag"), ("metadata/flag", "~metadata/flag"), ("~metadata/flag", "~~metadata/flag"), ("~flag", "~flag")],
)
def test_an_entry_that_spells_a_nested_key_is_kept_apart_from_it(key: str, kept: str) -> None:
    fmt = table(Row("metadata/flag", ".metadata/flag", kit.text), Row("flag", ".flag", kit.text))
    assert fmt.extension(key) == kept
    assert fmt.entry(kept) == key


@pytest.mark.parametrize("field", ["tools", "tools.deny", "tools.whole", PROMPT, "prompt:rules", ".shade", "hooks"])
def test_a_row_says_a_field_of_ours(field: str) -> None:
    assert table(Row("key", field, kit.text)).by_field.keys() == {field}


@pytest.mark.parametrize("field", ["", "promt", "tools.allow", "shade", "prompts:x"])
def test_a_row_of_no_field_is_no_row(field: str) -> None:
    with pytest.raises(TypeError, match=re.escape(f"harbour: no field {field!r}")):
        table(Row("key", field, kit.text))


@pytest.mark.parametrize(
    ("files", "suffix", "suffixes"),
    [
        ((".harbour/agents/{name}.md",), ".md", (".md",)),
        (("agents/{name}.agent.md", "agents/*.chatmode.md", "a/{name}.md", "a/*.md"), ".agent.md",
         (".agent.md", ".chatmode.md", ".md")),
        (("{name}/SKILL.md", ".harbour/modes"), "/SKILL.md", ("/SKILL.md",)),
        ((".harbourmodes", "modes/*/a.yaml"), ".harbourmodes", (".harbourmodes",)),
    ],
)  # fmt: skip
def test_a_file_s_name_ends_as_the_client_reads_it(
    files: tuple[str, ...], suffix: str, suffixes: tuple[str, ...]
) -> None:
    assert table(files=files, suffix=suffix).suffixes == suffixes


def test_a_shared_file_may_leave_an_agent_its_own() -> None:
    alone = table()
    assert (alone.shared, alone.apart) == (False, False)
    modes = table(members="modes", files=("modes.yaml",))
    assert (modes.shared, modes.apart) == (True, False)
    both = table(members=KEYED, files=("{name}.yaml", "all.yaml"))
    assert (both.shared, both.apart) == (True, True)


def test_the_prompt_stands_where_the_container_has_it() -> None:
    said = {container: table(container=container) for container in Container}
    assert [c for c, fmt in said.items() if fmt.has_body] == [Container.FRONT_MATTER]
    assert [c for c, fmt in said.items() if fmt.keyed] == [Container.YAML, Container.JSON, Container.TOML]


def test_tools_may_be_limited_only_as_a_whole() -> None:
    whole = Row("sandbox", "tools.whole", kit.text)
    assert table(whole, limits_tools=False).limits_whole
    assert not table(whole).limits_whole
    assert not table(NAME, limits_tools=False).limits_whole


@pytest.mark.parametrize(
    ("field", "value", "silent"),
    [
        ("description", None, True),
        ("description", "", True),
        ("description", "x", False),
        ("tags", (), True),
        ("tags", ("x",), False),
        ("tools.deny", (), True),
        ("tools", Tools(), False),
        (".shade", None, True),
        (".shade", False, False),
        (".shade", 0, False),
        (".shade", (), False),
    ],
)
def test_a_field_that_says_nothing(field: str, value: object, silent: bool) -> None:
    assert is_silent(field, value) is silent


@pytest.mark.parametrize(
    ("limit", "text", "size"),
    [
        (Limit("name", 4), "tide", None),
        (Limit("name", 4), "tides", 5),
        (Limit("name", 4), "", None),
        (Limit("name", 4, least=1), "", 0),
        (Limit("name", 4, least=1), "a", None),
        (Limit("name", 4), "fähr", None),
        (Limit("name", 4, unit="bytes"), "fähr", 5),
        (Limit("name", 5, unit="bytes"), "fähr", None),
        (Limit("name", 2, unit="bytes"), "\ud800", 3),
    ],
)
def test_a_limit_is_counted_in_its_unit(limit: Limit, text: str, size: int | None) -> None:
    assert limit.breaks(text) == size


def test_a_trap_says_where_and_what() -> None:
    filled = {"pattern": re.compile("x"), "does": "fills it in", "example": "{topic}"}
    assert Trap(**filled).told == "`{topic}` in the prompt: the client fills it in"  # type: ignore[arg-type]  # a dict of many
    told = Trap(**filled, fields=("name", PROMPT, "description")).told  # type: ignore[arg-type]  # as above
    assert told == "`{topic}` in name, the prompt or description: the client fills it in"
