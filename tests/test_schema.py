"""`schema.json` is the law, `model.py` its reading, and the canonical YAML loses nothing between them."""

from __future__ import annotations

import copy
import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import jsonschema
import jsonschema_rs
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import JSON, NASTY, SHARED, SPECS

from converters import canonical, model, validation
from converters.findings import Finding
from converters.schema import WORDS, checker
from converters.syntax import SyntaxFault, blocks
from converters.syntax.yaml import compose
from converters.text import NEWLINES
from converters.vocabulary import load

ROOT = Path(__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "schema.json").read_text(encoding="utf-8"))
GOLDEN = (ROOT / "tests" / "fixtures" / "spec-v1.yaml").read_text(encoding="utf-8")

REFERENCE = jsonschema.Draft202012Validator(SCHEMA)
FAST = jsonschema_rs.Draft202012Validator(SCHEMA)

slowly = settings(
    deadline=None,
    max_examples=6 * settings.default.max_examples,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def schemas(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every schema inside `schema`, itself first, with the way to it."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for word in ("properties", "$defs"):
        for name, inner in schema.get(word, {}).items():
            yield from schemas(inner, (*path, word, name))
    for word in ("items", "additionalProperties", "propertyNames", "if", "then", "else"):
        yield from schemas(schema.get(word), (*path, word))


EVERY = [pytest.param(path, schema, id="/".join(path) or "root") for path, schema in schemas(SCHEMA)]


# --- the schema as such ------------------------------------------------------------------------


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == canonical.SCHEMA_URL


def test_every_word_of_it_is_looked_at() -> None:
    """`schemas` above knows each keyword that holds schemas, so no corner escapes the tests below."""
    holding = {"properties", "$defs", "items", "additionalProperties", "propertyNames", "if", "then", "else"}
    plain = {
        "$schema", "$id", "$ref", "title", "description", "type", "const", "enum", "required", "pattern", "minLength",
        "maxLength", "minimum", "minItems", "default", "examples",
    }  # fmt: skip
    assert {word for _, schema in schemas(SCHEMA) for word in schema} <= holding | plain


@pytest.mark.parametrize(("path", "schema"), EVERY)
def test_every_property_is_described(path: tuple[str, ...], schema: dict[str, Any]) -> None:
    if path[-2:-1] in {("properties",), ("$defs",)} or not path:
        assert schema["description"].endswith(".")
    if path[-2:-1] == ("$defs",) or not path:
        assert schema["title"]


@pytest.mark.parametrize(("path", "schema"), EVERY)
def test_only_extensions_are_open(path: tuple[str, ...], schema: dict[str, Any]) -> None:
    """Mappings refuse what they do not name; the root hands that on to what it refers to."""
    if "extensions" in path or not path:
        return
    if "properties" in schema or "object" in str(schema.get("type", "")):
        assert schema["additionalProperties"] is False
        assert set(schema.get("required", ())) <= set(schema["properties"])


def test_every_reference_leads_somewhere_and_every_definition_is_used() -> None:
    used = {schema["$ref"].removeprefix("#/$defs/") for _, schema in schemas(SCHEMA) if "$ref" in schema}
    assert used == set(SCHEMA["$defs"])


def test_defaults_are_what_the_model_takes() -> None:
    for kind, name in DEFINED.items():
        for key, schema in properties(name).items():
            if "default" in schema:
                field = next(f for f in fields(kind) if renamed(kind, f.name) == key)
                assert schema["default"] == field.default


# --- the model and the schema, field by field --------------------------------------------------

DEFINED: Mapping[type, str] = {
    model.AgentSpec: "agentSpec",
    model.Tools: "tools",
    model.Tool: "tool",
    model.Section: "section",
    model.Source: "source",
    model.HeaderEntry: "headerEntry",
    model.Edit: "edit",
    model.Derived: "derived",
    model.Example: "example",
    model.Turn: "turn",
    model.Collaboration: "collaboration",
    model.Evidence: "evidence",
    model.SharedDocument: "sharedDocument",
}

RENAMED = {(model.Evidence, "where"): "in", (model.Example, "where"): "in", (model.Tool, "name"): "tool"}
"""Keys that are spelled otherwise than the fields they hold."""

WRITTEN = {
    model.AgentSpec: {"spec", "name"},
    model.Tool: {"only"},
    model.Section: {"text"},
    model.Example: {"turns", "in"},
    model.SharedDocument: {"spec", "shared"},
}
"""Keys that must be there though the field has a default, or no field holds them."""

CLOSED = {"model_tier": load("models")["tiers"], "newline": NEWLINES}
"""Fields that are any text to the model, and to the schema one of these."""

SHORT_FORMS = {model.Tool, model.HeaderEntry}
"""Kinds that a bare string may stand for."""


def renamed(kind: type, name: str) -> str:
    return RENAMED.get((kind, name), name)


def properties(name: str) -> dict[str, Any]:
    """The properties of a definition; those below `shared` are fields of the record itself."""
    found: dict[str, Any] = SCHEMA["$defs"][name]["properties"]
    if name != "sharedDocument":
        return found
    return {**{key: schema for key, schema in found.items() if key != "shared"}, **found["shared"]["properties"]}


def test_every_kind_of_the_model_is_defined() -> None:
    kinds = {kind for kind in vars(model).values() if isinstance(kind, type) and is_dataclass(kind)}
    assert kinds == set(DEFINED)
    assert set(SCHEMA["$defs"]) == {*DEFINED.values(), "edits"}


@pytest.mark.parametrize("kind", DEFINED, ids=lambda kind: kind.__name__)
def test_fields_and_properties_are_the_same(kind: type) -> None:
    keys = {renamed(kind, field.name) for field in fields(kind)}
    assert set(properties(DEFINED[kind])) - {"spec"} == keys


@pytest.mark.parametrize("kind", DEFINED, ids=lambda kind: kind.__name__)
def test_what_has_no_default_is_required(kind: type) -> None:
    needed = {renamed(kind, f.name) for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}
    assert set(SCHEMA["$defs"][DEFINED[kind]].get("required", ())) == needed | WRITTEN.get(kind, set())


@pytest.mark.parametrize("kind", DEFINED, ids=lambda kind: kind.__name__)
def test_types_are_the_same(kind: type) -> None:
    hints = get_type_hints(kind)
    for field in fields(kind):
        if (kind, field.name) == (model.Tools, "allow"):  # `None` is spelled `all`
            continue
        found, wanted = shape(properties(DEFINED[kind])[renamed(kind, field.name)]), expected(hints[field.name])
        if field.name in CLOSED:
            assert wanted == "string"
            assert found == ("one of", *CLOSED[field.name])
        else:
            assert found == wanted, field.name


@pytest.mark.parametrize("kind", sorted(SHORT_FORMS, key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_short_forms_are_strings(kind: type) -> None:
    assert SCHEMA["$defs"][DEFINED[kind]]["type"] == ["string", "object"]


def test_allow_is_all_or_a_list() -> None:
    allow = properties("tools")["allow"]
    assert allow["type"] == ["string", "array"]
    assert allow["then"] == {"const": "all"}
    assert allow["items"] == {"$ref": "#/$defs/tool"}


def test_the_version_is_ours() -> None:
    assert properties("agentSpec")["spec"]["const"] == model.SPEC_VERSION
    assert properties("sharedDocument")["spec"]["const"] == model.SPEC_VERSION


def expected(hint: Any) -> object:
    """What a field's type is in a schema."""
    if get_origin(hint) in {Union, types.UnionType}:
        arms = [arm for arm in get_args(hint) if arm is not types.NoneType]
        if len(arms) > 1:  # `Json`
            return "anything"
        hint = arms[0]
    if get_origin(hint) is Literal:
        return ("one of", *get_args(hint))
    if hint == tuple[model.Edit, ...]:
        return "edits"
    if get_origin(hint) is tuple:
        return ("list of", expected(get_args(hint)[0]))
    if get_origin(hint) is Mapping:
        return "object"
    if hint in DEFINED:
        return DEFINED[hint]
    return {str: "string", bool: "boolean", int: "integer", float: "number"}[hint]


def shape(schema: dict[str, Any]) -> object:
    """The same of a schema."""
    if "$ref" in schema:
        return schema["$ref"].removeprefix("#/$defs/")
    if "enum" in schema:
        return ("one of", *schema["enum"])
    if schema.get("type") == "array":
        return ("list of", shape(schema["items"]))
    return schema.get("type", "anything")


def test_the_schema_asks_for_nothing_a_spec_may_lack() -> None:
    """The emptiest spec, section, source ... validates, and says only what is required."""
    spec = model.AgentSpec(name="a")
    assert canonical.to_json(spec) == {"spec": 1, "name": "a"}
    assert validation.validate(canonical.to_json(spec), "a.yaml") == []


# --- examples and the golden -------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(SCHEMA["examples"])))
def test_examples_are_specs(number: int) -> None:
    example = SCHEMA["examples"][number]
    REFERENCE.validate(example)
    assert validation.validate(example, "example") == []
    said = canonical.to_json(canonical.from_json(example))
    assert said == example
    assert list(said) == list(example), "the order of the canonical document"


def test_properties_stand_in_canonical_order() -> None:
    said, _ = canonical.parse(GOLDEN, "spec-v1.yaml")
    assert said is not None
    assert list(said) == list(properties("agentSpec")), "the golden says every field"
    source = said["source"]
    assert isinstance(source, dict)
    assert list(source) == list(properties("source"))
    assert list(canonical.to_json(canonical.from_json(said))) == list(said)


def test_version_1_still_loads() -> None:
    spec, found = canonical.load(GOLDEN, "spec-v1.yaml")
    assert found == []
    assert spec is not None
    assert canonical.dump(spec) == GOLDEN
    assert spec.version == "1.10"
    assert spec.skills == ()
    assert spec.sections[1].text.startswith("  - A figure")
    assert spec.extensions["claude-code"]["on"] == {"1": [["a", "b"], []], "c": {}}


def test_upgrade_leaves_this_version_alone() -> None:
    said: dict[str, model.Json] = {"spec": model.SPEC_VERSION, "name": "a"}
    assert canonical.upgrade(dict(said)) == said


@pytest.mark.parametrize("version", [2, 3, 10**17])
def test_a_newer_version_is_found_not_crashed_on(version: int) -> None:
    text = f"# of the future\nspec: {version}\nnames: [a]\n"
    spec, found = canonical.load(text, "a.yaml")
    assert spec is None
    assert [f.rule.code for f in found] == ["V109"]
    assert spanned(found[0], text) == str(version)


# --- what the schema refuses -------------------------------------------------------------------


def spanned(finding: Finding, text: str) -> str:
    return text[finding.span.start : finding.span.stop]


@pytest.mark.parametrize(
    ("line", "pointer", "place"),
    [
        ("colour: red\n", "/colour", "colour"),
        ("source:\n  path: a\n  pth: b\n", "/source/pth", "pth"),
        ("tools: {denny: []}\n", "/tools/denny", "denny"),
        ("tools: {allow: some}\n", "/tools/allow", "some"),
        ("tools: {deny: [read, {tool: shell, only: [ls], on: 1}]}\n", "/tools/deny/1/on", "on"),
        ("sections:\n- text: a\n- text: 5\n", "/sections/1/text", "5"),
        ("sections:\n- text: a\n  kinds: b\n", "/sections/0/kinds", "kinds"),
        ("max_turns: 0\n", "/max_turns", "0"),
        ("version: 1.10\n", "/version", "1.10"),
        ("deprecated: yes\n", "/deprecated", "yes"),
        ("title: null\n", "/title", "null"),
        ("source: {newline: mixed}\n", "/source/newline", "mixed"),
        ("source: {sha256: abc}\n", "/source/sha256", "abc"),
        ("source: {header: [name, {kei: b, key: c}]}\n", "/source/header/1/kei", "kei"),
        ("derived: {language: english}\n", "/derived/language", "english"),
        ("extensions: {eipas: 5}\n", "/extensions/eipas", "5"),
        ("extensions: {Not An Id: {}}\n", "/extensions", "{Not An Id: {}}"),
    ],
)
def test_a_fault_is_found_at_its_place(line: str, pointer: str, place: str) -> None:
    text = f"spec: 1\nname: a\n{line}"
    spec, found = canonical.load(text, "a.yaml")
    assert spec is None
    assert {f.rule.code for f in found} == {"V108"}
    assert (pointer, place) in [(f.facts["pointer"], spanned(f, text)) for f in found]


@pytest.mark.parametrize(
    "text", ["", "a", "[]", "- spec: 1", "spec: one", "spec: 1.5\nname: a", "name: a", "spec: 1", "spec: 1\nname: ''"]
)
def test_what_is_no_spec_is_found(text: str) -> None:
    spec, found = canonical.load(text, "a.yaml")
    assert spec is None
    assert {f.rule.code for f in found} == {"V108"}


@given(st.text() | st.sampled_from(NASTY).map("spec: 1\nname: {}\n".format))
def test_loading_never_raises(text: str) -> None:
    spec, found = canonical.load(text, "a.yaml")
    assert (spec is None) == bool(found)


@pytest.mark.parametrize(
    "text", ["? " * 30_000, "- " * 30_000, "- ? " * 15_000, "[" * 60_000, "a: {" * 15_000, "a:\n" + " [\n" * 20_000]
)
def test_depth_exhausts_no_stack(text: str) -> None:
    with pytest.raises(SyntaxFault) as caught:
        compose(text)
    assert caught.value.code in {"S110", "S101"}


# --- there and back ----------------------------------------------------------------------------


@slowly
@given(SPECS)
def test_dump_and_load_lose_nothing(spec: model.AgentSpec) -> None:
    text = canonical.dump(spec)
    again, found = canonical.load(text, "a.yaml")
    assert found == []
    assert again == spec
    assert canonical.dump(again) == text


@slowly
@given(SPECS)
def test_other_readers_agree(spec: model.AgentSpec) -> None:
    """PyYAML's own loader, YAML 1.1 and all, reads what we wrote as what we meant, types included."""
    assert json.dumps(yaml.safe_load(canonical.dump(spec))) == json.dumps(canonical.to_json(spec))


@slowly
@given(SHARED)
def test_shared_records_lose_nothing(shared: model.SharedDocument) -> None:
    text = canonical.dump_shared(shared)
    said, found = canonical.parse(text, "a.yaml")
    assert said is not None
    assert found == validation.validate(said, "a.yaml", text) == []
    assert canonical.shared_from_json(said) == shared


@given(st.dictionaries(st.sampled_from(NASTY) | st.characters(codec="utf-8"), JSON, min_size=1, max_size=4))
def test_any_mapping_survives_the_writer(value: dict[str, model.Json]) -> None:
    text = blocks.dump(value)
    said, found = canonical.parse(text, "a.yaml")
    assert found == []
    assert json.dumps(said) == json.dumps(value)
    assert json.dumps(yaml.safe_load(text)) == json.dumps(value)


@pytest.mark.parametrize(
    "text", ["0o14", "0b1", "y", "No", "1_000", "1:30", "2024-01-01", "=", "\ufeffa", "a\ufeff", "\x85", "\u2028"]
)
def test_what_only_some_readers_would_take_for_text_is_quoted(text: str) -> None:
    """No reader here is of every kind, so this stands for those that are not."""
    assert blocks.dump({"key": text})[:6] == 'key: "'


def test_numbers_are_numbers_to_every_reader() -> None:
    """YAML 1.1 wants a point before an exponent."""
    assert blocks.dump({"a": 1e-07, "b": 1e16, "c": 0.5, "d": 3}) == "a: 1.0e-07\nb: 1.0e+16\nc: 0.5\nd: 3\n"


def test_one_edited_line_is_one_changed_line() -> None:
    edited = GOLDEN.replace("- A quotation has\ta recording.", "- A quotation has\ta recording, or two.", 1)
    spec, _ = canonical.load(edited, "a.yaml")
    assert spec is not None
    assert canonical.dump(spec) == edited


# --- three validators, one verdict -------------------------------------------------------------

OURS = checker(SCHEMA)


def test_ours_knows_every_word_of_the_schema() -> None:
    """A word that is neither known nor mere description would be passed over in silence."""
    describing = {"$schema", "$id", "title", "description", "default", "examples"}
    assert {word for _, schema in schemas(SCHEMA) for word in schema} <= WORDS | describing


@slowly
@given(SPECS)
def test_every_validator_takes_what_we_write(spec: model.AgentSpec) -> None:
    said = canonical.to_json(spec)
    assert FAST.is_valid(said)
    assert REFERENCE.is_valid(said)
    assert list(OURS(said)) == []


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """A canonical document with a key dropped, renamed or given another type, once or twice."""
    said = copy.deepcopy(draw(st.sampled_from(VALID) | SPECS.map(canonical.to_json)))
    for _ in range(draw(st.integers(1, 2))):
        inner = draw(st.sampled_from([node for node in mappings(said) if node] or [said]))
        if not inner:
            continue
        key = draw(st.sampled_from(sorted(inner)))
        match draw(st.sampled_from(("drop", "rename", "retype"))):
            case "drop":
                del inner[key]
            case "rename":
                inner[draw(st.sampled_from(("shared", "text", "name", f"{key}s", key.upper(), "")))] = inner.pop(key)
            case _:
                inner[key] = draw(
                    st.sampled_from((None, True, 1, 1.0, 0, -1, 1.5, "", "all", "a" * 65, [], [1], {}, {"a": 1}))
                )
    return said


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from mappings(item)


VALID: list[dict[str, Any]] = [
    *SCHEMA["examples"],
    yaml.safe_load(GOLDEN),
    canonical.shared_to_json(model.SharedDocument(source=model.Source())),
]


@settings(slowly, max_examples=20 * settings.default.max_examples)
@given(spoiled())
def test_the_validators_agree(said: dict[str, Any]) -> None:
    """Also on the places: ours names those that the reference names."""
    assert FAST.is_valid(said) == REFERENCE.is_valid(said)
    assert bool(validation.validate(said, "a.yaml")) != REFERENCE.is_valid(said)
    ours = {(tuple(where), tuple(sorted(unknown))) for where, _, unknown in OURS(said)}
    assert ours == {(tuple(w), tuple(sorted(u))) for w, _, u in validation.reference(SCHEMA)(said)}
