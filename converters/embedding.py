"""What a format cannot say, carried by a comment at the prompt's end and read back as what it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from converters.fields import as_read, is_same, tools_as_read
from converters.formats._kit import Format, is_silent
from converters.identity import slug
from converters.model import SPEC_VERSION, AgentSpec, Section, Tools
from converters.tools import gains

_COMMENT = re.compile(r"\n<!-- agent-specs: (\{[^<>\n]*\}) -->\n?\Z")
_CARRIED = frozenset(f.name for f in fields(AgentSpec)) - {
    "id", "sections", "source", "extensions", "derived", "aliases", "hooks", "mcp_servers", "permission_mode"
}  # fmt: skip
"""Fields a comment may carry: none that starts programs or asks less, for a comment is easily overlooked."""


def can_embed(field: str, status: str) -> bool:
    """Whether a field that fared so can be carried by a comment."""
    return status in {"dropped", "reduced"} and field.partition(".")[0] in _CARRIED


def within(tools: Tools | None, sight: Tools | None, spec: AgentSpec, fmt: Format) -> Tools | None:
    """What a comment may carry of `tools` where a file's own keys say `sight`; `None` where that tells nothing more."""
    if tools is None or not gains(sight, tools):
        return tools
    if tools.allow is None:
        return None
    allow = tuple(tool for tool in tools.allow if not gains(sight, Tools((tool,))))
    left = replace(tools, allow=allow)
    is_read = tools_as_read(replace(spec, tools=left), fmt) == sight  # else it is taken for an older one
    return left if allow and is_read and not is_same("tools.whole", left, sight) else None


def embed(spec: AgentSpec, said: Mapping[str, Any]) -> AgentSpec:
    """`spec` with a comment at its prompt's end that says these fields."""
    return _with_comment(spec, _comment(said)) if said else spec


def _with_comment(spec: AgentSpec, comment: str) -> AgentSpec:
    slot = spec.sections[-1].slot if spec.sections else None
    return replace(spec, sections=(*spec.sections, Section(text=comment, slot=slot)))


def _comment(said: Mapping[str, Any]) -> str:
    import json

    from converters import canonical

    document = canonical.to_json(AgentSpec(**said))
    del document["spec"]
    text = json.dumps(document, ensure_ascii=False, separators=(", ", ": "))
    for char, escape in (("<", "\\u003c"), (">", "\\u003e"), ("--", "-\\u002d"), ("{{", "{ {"), ("}}", "} }")):
        text = text.replace(char, escape)
    return f"\n<!-- agent-specs: {text} -->\n"


def carried(prompt: str) -> tuple[str, AgentSpec] | None:
    """The comment at a prompt's end and what it says; `None` where there is none that is valid."""
    if not prompt.endswith(("-->\n", "-->")) or not (found := _COMMENT.search(prompt)):
        return None
    import json

    from converters import canonical, validation

    try:
        said = json.loads(found[1])
    except (ValueError, RecursionError):
        return None
    document = {"spec": SPEC_VERSION, "name": "-", **said}
    if not said.keys() <= _CARRIED or validation.validate(document, ""):
        return None
    return found[0], canonical.from_json(document if "name" in said else {**document, "name": ""})


def taken_in(spec: AgentSpec, said: AgentSpec, fmt: Format) -> AgentSpec:
    """`spec` with what its comment says, field by field; where the file itself has been changed since, that counts."""
    values = {}
    for name, value in said.said().items():
        here = getattr(spec, name)
        if name == "tools" and gains(here, value):
            continue  # what stands in sight is not widened by what does not
        if is_silent(name, here) or here == _left_of(said, name, fmt):
            values[name] = value
    return replace(spec, **values) if values else spec


def _left_of(said: AgentSpec, name: str, fmt: Format) -> Any:
    """What writing a carried value as `fmt` leaves of it."""
    if name == "tools":
        return tools_as_read(said, fmt)
    row = fmt.by_field.get(name)
    if row is None:
        return slug(said.name) if name == "name" else None
    return as_read(row, getattr(said, name))


def carrying(spec: AgentSpec, fmt: Format) -> AgentSpec:
    """`spec` with the comment it was read with, saying what its fields say now."""
    source = spec.source
    if source is None or source.format != fmt.id or source.embedded is None:
        return spec
    read = carried(source.embedded)
    if read is None:
        return spec
    names = read[1].said()
    unchanged = all(getattr(spec, name) == value for name, value in names.items())
    comment = source.embedded if unchanged else _comment({name: getattr(spec, name) for name in names})
    return _with_comment(spec, comment)
