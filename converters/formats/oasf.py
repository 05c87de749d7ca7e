"""OASF records: one JSON object that describes an agent to a directory, by a taxonomy of what it can do.

Facts: <https://github.com/agntcy/oasf> at v1.1.1, its proto `agntcy.oasf.types.v1.Record` and its schema, read
2026-11-21. Skills, domains and modules are members of a taxonomy that only people can choose from. An unknown
key is an error there.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, blank, free, kind_of, text
from converters.formats._kit import PROMPT, Codec, Container, Format, Row
from converters.model import Json
from converters.nesting import dig
from converters.syntax import Node, Scalar, Sequence
from converters.syntax.yaml import value_of

_ID = "oasf"
_MODULE, _NUMBER = "core/language_model/prompt", "10301"


def _prompt_in(node: Node) -> str | None:
    """The first prompt of the module that holds prompts; other modules say nothing of it."""
    if blank(node):
        return None
    if not isinstance(node, Sequence):
        raise ValueError(f"expected a list of modules, found {kind_of(node)}")
    for module in node.items:
        if _word(module, "name") == _MODULE or _word(module, "id") == _NUMBER:
            prompts = dig(module, ["data", "prompts"])
            for prompt in prompts.items if isinstance(prompts, Sequence) else ():
                return _word(prompt, "command")
    return None


def _word(node: Node, key: str) -> str | None:
    found = dig(node, [key])
    return found.text if isinstance(found, Scalar) and found.text else None


def _module(prompt: str) -> Json:
    told: Json = {"name": "system", "description": "The system prompt.", "command": prompt}
    return [{"name": _MODULE, "data": {"prompts": [told]}}]


_modules: Codec[str] = Codec(_prompt_in, _module, f"a list of modules; `{_MODULE}` holds the prompt")


def _authors_in(node: Node) -> str | None:
    said = value_of(node)
    names = said if isinstance(said, list) else [said]
    if not all(isinstance(name, str) for name in names):
        raise ValueError("expected a list of names")
    return ", ".join(str(name) for name in names) or None


_authors: Codec[str] = Codec(_authors_in, lambda said: [*said.split(", ")], "a list of `Name <address>`")

FORMAT = Format(
    id=_ID,
    title="OASF record",
    source="https://github.com/agntcy/oasf",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("{name}.oasf.json", "*.oasf.json"),
    suffix=".oasf.json",
    rows=(
        Row("name", "name", text, required=True, note="usually with the owner's domain before it"),
        Row("version", "version", text, required=True, default=lambda _: "1.0.0", origin="a first version"),
        Row(
            "schema_version",
            ".schema_version",
            text,
            required=True,
            default=lambda _: "1.1.1",
            origin="the schema this table follows",
        ),
        Row("description", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("authors", "author", _authors, required=True, default=lambda _: "unknown", origin="nobody being named"),
        Row(
            "created_at",
            ".created_at",
            text,
            required=True,
            default=lambda _: "1970-01-01T00:00:00Z",
            origin="a placeholder: the file does not say when",
        ),
        Row(
            "skills",
            ".skills",
            free,
            required=True,
            default=lambda _: [],
            origin="nothing: choose classes of the taxonomy",
            note="classes by `name`, such as `software_engineering/code_quality/code_review`, or `id`",
        ),
        Row("domains", ".domains", free, note="classes of the taxonomy"),
        Row("modules", PROMPT, _modules, note="one of them, of language models, holds prompts; the others stay"),
        Row("locators", ".locators", free, note="where the agent itself is to be had"),
        Row("annotations", ".annotations", free, note="text by name"),
    ),
    signature=frozenset({"schema_version", "locators", "modules"}),
    marks=(r"\"schema_version\"\s*:",),
    limits_tools=False,
    safest="a record tells what an agent does, not what it may touch",
    notes=("model and tools have no place in a record", "modules other than the prompt stay with the file"),
)
