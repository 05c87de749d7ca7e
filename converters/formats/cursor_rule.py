"""Cursor rules: Markdown with three keys, which a persona may be kept as.

Facts: <https://cursor.com/docs/context/rules>, read 2026-11-21. A rule is part of the conversation
it is loaded into, not an agent of its own: it has no name but its file's, no tools and no model.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, flag, free, text
from converters.formats._kit import Container, Format, Row

FORMAT = Format(
    id="cursor-rule",
    title="Cursor rule",
    source="https://cursor.com/docs/context/rules",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".cursor/rules/{name}.mdc", ".cursor/rules/**/*.mdc", "*.mdc"),
    suffix=".mdc",
    homeless="rules of one person are kept in the client's settings, not in files",
    named_by="file",
    rows=(
        Row("description", "description", text, default=best_summary, origin="the summary"),
        Row("globs", ".globs", free, note="the files that bring the rule in, separated by commas, without quotes"),
        Row(
            "alwaysApply",
            ".alwaysApply",
            flag,
            default=lambda _: False,
            origin="Cursor decides by the description",
        ),
    ),
    lines=frozenset({"globs"}),
    signature=frozenset({"globs", "alwaysApply"}),
    limits_tools=False,
    safest="a Cursor subagent with `readonly`: convert to cursor",
    lends_model=True,
    notes=(
        "a rule speaks to the agent at work: tools, model and name are that agent's",
        "always, by the files touched, by its description, or only when named: the three keys say which",
    ),
)
