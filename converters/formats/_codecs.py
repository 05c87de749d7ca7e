"""Codecs that several formats share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from converters.formats._kit import Codec
from converters.identity import slug
from converters.model import AgentSpec, Json, Tool
from converters.syntax import Mapping, Node, Scalar, Sequence
from converters.syntax.yaml import typed, value_of
from converters.tools import client_names, group_names, groups, neutral_names


def _what(node: Node) -> str:
    return {Mapping: "a mapping", Sequence: "a list"}.get(type(node), "text")


def _blank(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and node.text in {"", "~", "null"}


def _text(node: Node) -> str | None:
    if _blank(node):
        return None
    if not isinstance(node, Scalar):
        raise ValueError(f"expected text, found {_what(node)}")
    return node.text or None


def _unescaped(node: Node) -> str | None:
    text = _text(node)
    return text.replace("\\n", "\n") if text and "\\n" in text else text


def _number(node: Node) -> float | None:
    text = _text(node)
    if text is None:
        return None
    value = typed(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        try:
            value = float(text)
        except ValueError:
            value = None
        if value is None or value != value or value in {float("inf"), float("-inf")}:
            raise ValueError(f"expected a number, found {text[:40]!r}")
    return value


def _count(node: Node) -> int | None:
    text = _text(node)
    if text is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise ValueError(f"expected a whole number from 1, found {text[:40]!r}")
    return int(text)


def _flag(node: Node) -> bool | None:
    text = _text(node)
    if text is None:
        return None
    if text.lower() not in {"true", "false"}:
        raise ValueError(f"expected true or false, found {text[:40]!r}")
    return text.lower() == "true"


def _words(node: Node) -> tuple[str, ...] | None:
    if _blank(node):
        return None
    if isinstance(node, Scalar):
        return tuple(word.strip() for word in node.text.split(",") if word.strip())
    if isinstance(node, Sequence):
        return tuple(_item(item) for item in node.items)
    raise ValueError("expected names, as a list or separated by commas, found a mapping")


def _item(node: Node) -> str:
    if not isinstance(node, Scalar) or _blank(node):
        raise ValueError(f"expected a name in the list, found {'nothing' if _blank(node) else _what(node)}")
    return node.text


text: Codec[str] = Codec(_text, str, "text")
slug_text: Codec[str] = Codec(
    _text,
    lambda value: value if re.fullmatch(r"[A-Za-z0-9-]+", value) else slug(value).encode("ascii", "ignore").decode().strip("-"),
    "letters, digits and `-`",
    lost=lambda before, after: None if after else "its letters",
)
escaped_text: Codec[str] = Codec(_unescaped, str, r"text; `\n` is a line break")
number: Codec[float] = Codec(_number, lambda value: value, "a number")
count: Codec[int] = Codec(_count, lambda value: value, "a whole number from 1")
flag: Codec[bool] = Codec(_flag, lambda value: value, "true or false")
words: Codec[tuple[str, ...]] = Codec(_words, ", ".join, "names, as a list or separated by commas", listed=list)
def _first(node: Node) -> str | None:
    if isinstance(node, Sequence):
        names = [_item(item) for item in node.items]
        if len(names) != 1:
            raise ValueError(f"expected one model, found a list of {len(names)}")
        return names[0]
    return _text(node)


model_choice: Codec[str] = Codec(_first, str, "a model's name", listed=lambda value: [value])
free: Codec[Json] = Codec(value_of, lambda value: value, "any YAML")


def best_summary(spec: AgentSpec) -> str:
    """A description for an agent whose file has none: its summary, else its title."""
    return spec.derived.summary or best_title(spec)


def best_title(spec: AgentSpec) -> str:
    """A display name for an agent: its own, the one understood, or its name."""
    return spec.title or spec.derived.title or spec.name


def choice(*values: str) -> Codec[str]:
    """One of a client's fixed words; others are kept as written."""

    def decode(node: Node) -> str | None:
        word = _text(node)
        if word is not None and word not in values:
            raise ValueError(f"expected one of {', '.join(values)}, found {word[:40]!r}")
        return word

    return Codec(decode, str, "one of " + ", ".join(f"`{value}`" for value in values))


ALL: tuple[Tool, ...] = (Tool("*"),)
"""What a tools codec calls every tool the host has."""

_REGEX = "regex:"
"""What begins a limit that is a regular expression, where the usual one is a glob."""

_CALL = re.compile(r"[^\s,()]+(?:\([^()]*\))?|\S")


def tool_calls(client: str) -> Codec[tuple[Tool, ...]]:
    """Tool names as Claude Code takes them: `Read, Bash(git:*), mcp__server__tool`.

    A string is split on commas and spaces outside parentheses; blank means none; `*` means all.
    """

    def decode(node: Node) -> tuple[Tool, ...]:
        if isinstance(node, Mapping):
            raise ValueError("expected tool names, found a mapping")
        if isinstance(node, Sequence):
            names = [_item(item) for item in node.items]
        else:
            names = [] if _blank(node) else [m[0] for m in _CALL.finditer(node.text) if m[0] != ","]
        if names == ["*"]:
            return ALL
        return tuple(dict.fromkeys(_called(client, name) for name in names))

    def written(tools: tuple[Tool, ...]) -> list[str]:
        return [_call(client, tool) for tool in tools]

    def encode(tools: tuple[Tool, ...]) -> Json:
        names = written(tools)
        return ", ".join(names) if names and all(_CALL.fullmatch(name) for name in names) else list[Json](names)

    return Codec(
        decode, encode, "tool names, as a list or separated by commas; empty for none, `*` for all",
        listed=lambda tools: list(written(tools)), lost=_tools_lost,
    )


def _called(client: str, name: str) -> Tool:
    base, _, inside = name.partition("(")
    only = tuple(part.strip() for part in inside.rstrip(")").split(",") if part.strip())
    if base.startswith("mcp__"):
        server, _, tool = base[5:].partition("__")
        return Tool(f"mcp:{server}/{tool}" if tool else f"mcp:{server}", only)
    return Tool(neutral_names(client).get(base.lower(), base), only)


def _call(client: str, tool: Tool) -> str:
    if tool.name.startswith("mcp:"):
        server, _, name = tool.name[4:].partition("/")
        base = f"mcp__{server}__{name}" if name else f"mcp__{server}"
    else:
        base = client_names(client).get(tool.name, tool.name)
    said = tool.only and not any(set(only) & set("(),") or only.startswith(_REGEX) for only in tool.only)
    return f"{base}({', '.join(tool.only)})" if said else base


def tool_groups(client: str, *, star: bool = False) -> Codec[tuple[Tool, ...]]:
    """A client's coarse groups: `[read, [edit, {fileRegex: ..., description: ...}]]`.

    With `star`, `*` stands for all and a string of names for a list, as GitHub Copilot has it.
    """
    table, others = groups(client), group_names(client)

    def decode(node: Node) -> tuple[Tool, ...]:
        if star and isinstance(node, Scalar):
            names = [] if _blank(node) else [word.strip() for word in node.text.split(",") if word.strip()]
            return ALL if names == ["*"] else tuple(dict.fromkeys(t for name in names for t in _named(name, ())))
        if not isinstance(node, Sequence):
            raise ValueError(f"expected a list of groups, found {_what(node)}")
        tools = tuple(dict.fromkeys(tool for item in node.items for tool in _grouped(item)))
        return ALL if star and tools == _named("*", ()) else tools

    def _grouped(node: Node) -> Iterable[Tool]:
        only: tuple[str, ...] = ()
        if isinstance(node, Sequence):
            if star or len(node.items) != 2 or not isinstance(node.items[1], Mapping):
                raise ValueError("expected [group, {fileRegex: ...}]")
            options = value_of(node.items[1])
            assert isinstance(options, dict)
            pattern = options.get("fileRegex")
            only = (_REGEX + pattern,) if isinstance(pattern, str) else ()
            node = node.items[0]
        return _named(_item(node), only)

    def _named(name: str, only: tuple[str, ...]) -> tuple[Tool, ...]:
        group = others.get(name.lower(), name.lower())
        if group in table:
            return tuple(Tool(tool, only) for tool in table[group])
        if star and "/" in name:
            server, _, tool = name.partition("/")
            return (Tool(f"mcp:{server}" if tool == "*" else f"mcp:{name}", only),)
        return (Tool(f"{client}:{name}", only),)

    def encode(tools: tuple[Tool, ...]) -> Json:
        if tools == ALL:
            return ["*"] if star else list(table)
        written: list[Json] = []
        for group, members in table.items():
            held = [t for t in tools if t.name in members or (group == "mcp" and t.name.startswith("mcp:"))]
            if not held:
                continue
            patterns = {t.only for t in held}
            only = next(iter(patterns)) if len(patterns) == 1 else ()
            if len(only) == 1 and only[0].startswith(_REGEX) and not star:
                written.append([group, {"fileRegex": only[0].removeprefix(_REGEX)}])
            else:
                written.append(group)
        for tool in tools:
            if tool.name.startswith(f"{client}:"):
                written.append(tool.name.removeprefix(f"{client}:"))
            elif star and tool.name.startswith("mcp:"):
                written.append(tool.name[4:] if "/" in tool.name else f"{tool.name[4:]}/*")
        return written

    says = "a list of groups: " + ", ".join(f"`{group}`" for group in table)
    return Codec(decode, encode, says + ("; `*` for all" if star else ""), lost=_tools_lost)


def _tools_lost(before: tuple[Tool, ...], after: tuple[Tool, ...] | None) -> str | None:
    """The tools, and the limits on tools, that are no longer there."""
    if after is not None and (before == ALL or after == ALL):
        return None
    held = set(after or ())
    names = {tool.name for tool in held}
    gone = [t.name for t in before if t.name not in names and not (t.name.startswith("mcp:") and "mcp:*" in names)]
    freed = [t.name for t in before if t.only and t.name in names and t not in held]
    parts = [f"without {', '.join(sorted(set(gone)))}"] if gone else []
    parts += [f"the limits on {', '.join(sorted(set(freed)))} fall away"] if freed else []
    return "; ".join(parts) or None
