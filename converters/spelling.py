"""How the files of a format are spelled, and what their names say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from converters.formats._kit import KEYED, Container, Format
from converters.identity import slug
from converters.model import Section
from converters.prose import name_from_title, title
from converters.syntax.notations import FLOW, JSON, TOML, YAML, Notation, with_lines
from converters.syntax.yaml import in_brackets, is_plain, key_in_block, quoted

FENCE = "---\n"

NOTATIONS: Mapping[Container, Notation] = {Container.YAML: YAML, Container.JSON: JSON, Container.TOML: TOML}
"""How the files of keys and values are spelled."""


def notation_of(fmt: Format, *, flow: bool) -> Notation:
    """How the entries of a file are spelled; `flow` tells that they stand inside brackets."""
    usual = with_lines(fmt.lines) if fmt.lines and not flow else NOTATIONS.get(fmt.container, YAML)
    return FLOW if usual is YAML and flow else usual


def frame(fmt: Format, key: str) -> tuple[str, str]:
    """What stands before and behind a new agent's entries; `key` is what it stands under in a mapping."""
    if fmt.has_body:
        return FENCE, FENCE
    if fmt.container is Container.JSON:
        if not fmt.shared:
            return "{\n  ", "}\n"
        pad = "  " if fmt.members == KEYED else "    "
        name = f"{in_brackets(key)}: " if KEYED in fmt.by_key else ""
        return f"{pad}{name}{{\n{pad}  ", f"{pad}}},\n"
    if not fmt.shared or fmt.apart or fmt.container is Container.TOML:
        return "", ""
    if KEYED not in fmt.by_key:
        return "  - ", ""
    pad = "" if fmt.members == KEYED else "  "
    return f"{key_in_block(key if is_plain(key) else quoted(key), pad)}\n{pad}  ", ""


def default_name(path: str, fmt: Format, sections: Sequence[Section]) -> tuple[str, str]:
    """What an agent is called whose file does not say, and what that is taken from.

    Where the client goes by `name`, people look for the file; a bare prompt has its title.
    """
    heading = title(tuple(sections)) if fmt.named_by == "title" else None
    if heading and (name := name_from_title(heading)):
        return name, "title"
    path = path.replace("\\", "/")
    if fmt.suffix.startswith("/") and f"/{path}".endswith(fmt.suffix):
        folder = path.rpartition("/")[0].rpartition("/")[2]
        return slug(folder) or slug(path) or "agent", "folder's name"
    stem = path.rpartition("/")[2]
    end = max((end for end in fmt.suffixes if stem.endswith(end)), key=len, default="")
    return slug(stem.removesuffix(end)) or slug(path) or "agent", "file name"
