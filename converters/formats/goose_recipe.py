"""Goose recipes: one YAML or JSON file, a whole set-up of the client with its instructions.

Facts: <https://block.github.io/goose/docs/guides/recipes/recipe-reference> and crates/goose/src/recipe of
block/goose (`mod.rs`, `template_recipe.rs`, `validate_recipe.rs`), read 2026-11-21. The file is rendered
by MiniJinja before it is read: every name in `{{ }}` must be a parameter, or the client refuses it. The
Desktop's older wrapper, with all this under a key `recipe`, is not read.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, best_title, count, free, number, text
from converters.formats._extensions import with_extensions
from converters.formats._kit import PROMPT, Container, Format, Refers, Row
from converters.formats._models import model_names
from converters.formats._templates import jinja_text
from converters.model import AgentSpec


def _instructions(spec: AgentSpec) -> str | None:
    """For an agent without any prompt, which the client would refuse."""
    return None if spec.sections else best_summary(spec)


FORMAT = Format(
    id="goose-recipe",
    title="Goose recipe",
    source="https://block.github.io/goose/docs/guides/recipes/recipe-reference",
    read_on="2026-11-21",
    container=Container.YAML,
    files=(".goose/recipes/{name}.yaml", "**/recipe.yaml", "**/recipe.json", ".goose/recipes/*.json"),
    suffix=".yaml",
    homeless="recipes are found in the folder they are run in, and in those GOOSE_RECIPE_PATH names",
    named_by="file",
    rows=(
        Row(
            "version",
            ".version",
            text,
            default=lambda _: "1.0.0",
            origin="the version of recipes",
            note="of the file's form, not of the agent",
        ),
        Row("title", "title", jinja_text, required=True, default=best_title, origin="the title"),
        Row("description", "description", jinja_text, required=True, default=best_summary, origin="the summary"),
        Row("instructions", PROMPT, jinja_text, default=_instructions, origin="the summary"),
        Row("prompt", f"{PROMPT}:prompt", jinja_text, note="what the session starts with; needed without a person"),
        Row("settings/goose_model", "model", model_names("goose"), note="of `goose_provider`, or of people's own"),
        Row("settings/temperature", "temperature", number),
        Row("settings/max_turns", "max_turns", count),
        Row("author/contact", "author", text),
        Row("extensions", ".extensions", free, note="where tools come from; absent: those people have switched on"),
        Row("parameters", ".parameters", free, note="`key`, `input_type`, `requirement`, `description`, `default`"),
        Row("activities", ".activities", free, note="what people can click on to begin"),
        Row(
            "sub_recipes",
            ".sub_recipes",
            free,
            note="recipes it may start: `name`, `path`, `values`",
            refers=(Refers("delegates_to", agent=("name", "path"), about=("description",)),),
        ),
        Row("response", ".response", free, note="`json_schema` of the answer"),
        Row("retry", ".retry", free, note="`max_retries`, `checks`, `on_failure`"),
        Row("context", ".context", free),
    ),
    signature=frozenset({"instructions", "activities", "sub_recipes", "parameters", "extensions", "retry"}),
    after_read=with_extensions,
    limits_tools=False,
    safest="write `extensions` by hand: the client then loads those alone, each with its `available_tools`",
    notes=(
        "`instructions` is the system prompt, `prompt` the first message; one of them there must be",
        "a prompt from elsewhere is escaped for the template; a recipe's own parameters are read as they stand",
        "`goose_provider` and what else is in `settings` is kept as written",
    ),
)
