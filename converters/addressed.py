"""What a file says for one other format alone, taken for the agent's own where that format is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from converters.formats import FORMATS
from converters.formats._kit import KEYED, PROMPT, Format, Row, is_silent
from converters.formats._tools import ALL
from converters.model import AgentSpec, Json, Tools
from converters.nesting import dig, without
from converters.syntax.yaml import node_of


def addressed(spec: AgentSpec, target: Format) -> AgentSpec:
    """`spec` as `target` is to have it: with what stands in the blocks that are for it alone.

    A block is obeyed key by key, by the target's own table; what that table does not know, and a
    prompt, stays where it was. Taken in twice, it is the same.
    """
    for owner, key in _blocks_for(spec, target):
        spec = _taken(spec, owner, key, target)
    return spec


def why_left(owner: str, key: str, target: Format) -> str | None:
    """Why `target` has nothing of an extension, for people; `None` where that is no block for one format."""
    fmt = FORMATS.get(owner)
    ids = dict(fmt.blocks).get(key) if fmt else None
    if ids is None:
        return None
    if target.id in ids:
        return "no key of its own says what stands there"
    return f"it is for {FORMATS[ids[0]].title if ids else 'another tool'} alone"


def _blocks_for(spec: AgentSpec, target: Format) -> Iterator[tuple[str, str]]:
    """The extensions of other formats that are for `target` alone: owner and key, the first to be obeyed first."""
    for owner, said in spec.extensions.items():
        fmt = FORMATS.get(owner)
        if fmt is not None and owner != target.id:
            yield from ((owner, key) for key, ids in fmt.blocks if target.id in ids and key in said)


def _taken(spec: AgentSpec, owner: str, key: str, target: Format) -> AgentSpec:
    block = spec.extensions[owner][key]
    if not isinstance(block, dict):
        return spec
    said: dict[str, Any] = {}
    own = dict(spec.extensions.get(target.id, {}))
    taken: list[tuple[str, ...]] = []
    for row, value in _read(block, target):
        if row.field in said or row.field[1:] in own:
            continue
        taken.append((row.top, *row.path))
        if value is None:
            continue
        if row.field[0] == ".":
            own[row.field[1:]] = value
        else:
            said[row.field] = value
    if not taken:
        return spec
    others = {name: value for name, value in spec.extensions[owner].items() if name != key}
    rest = without(block, taken)
    extensions = {**spec.extensions, owner: {**others, key: rest} if rest else others, target.id: own}
    tools = _tools(spec, said)
    return replace(spec, **said, tools=tools, extensions={name: keys for name, keys in extensions.items() if keys})


def _read(block: dict[str, Json], target: Format) -> Iterator[tuple[Row, Any]]:
    """What the target's rows read in a block."""
    node = node_of(block)
    for row in target.rows:
        if row.key == KEYED or row.field.startswith(PROMPT) or (found := dig(node, (row.top, *row.path))) is None:
            continue
        try:
            value = row.codec.decode(found)
        except ValueError:
            continue
        if row.codec.rest is None or row.codec.rest(found) is None:
            yield row, None if is_silent(row.field, value) else value


def _tools(spec: AgentSpec, said: dict[str, Any]) -> Tools | None:
    """The tools of `spec`, or those that a block says, which is taken out of what it said.

    Only a list replaces a list: a block that does no more than deny takes away from what all are told.
    """
    whole, allow, deny = (said.pop(field, None) for field in ("tools.whole", "tools", "tools.deny"))
    if whole is not None and whole.allow is not None:
        return Tools(whole.allow, whole.deny)
    denied = whole.deny if whole is not None else deny or ()
    if allow is None and not denied:
        return spec.tools
    before = spec.tools or Tools()
    allow = before.allow if allow is None else None if allow == ALL else allow
    return Tools(allow, tuple(dict.fromkeys((*before.deny, *denied))))
