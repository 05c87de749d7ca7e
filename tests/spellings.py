"""Hypothesis strategies over files: any key, any value, spelled in every way people and editors spell them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import yaml
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from strategies import NASTY

from converters.fields import meaning_of
from converters.fitting import with_defaults
from converters.formats._kit import KEYED, SILENT, Container, Format, Row
from converters.formats._tools import ALL
from converters.model import AgentSpec, Json, Tool, Tools
from converters.spelling import frame
from converters.syntax import toml
from converters.syntax.yaml import node_of
from converters.writing import prepared

WORDS = (
    "a",
    "a b",
    "a, b",
    "Read, Bash(git:*)",
    "Read Write",
    "*",
    "mcp__gh__issue, Task",
    "5",
    "0",
    "true",
    "False",
    "0.95",
    "1.10",
    "01",
    "on",
    "~",
    "null",
    "high",
    "high # why",
    "a#b",
    "a: b",
    "a: b, c: d",
    "*star",
    "&anchor",
    "@at",
    "`code`",
    "%x",
    "- a",
    "[a",
    "{a",
    "it's",
    'say "x"',
    '"a" b',
    "a \\n b",
    "a\\tb",
    "!tag x",
    "|x",
    "? x",
    "日本語",
    "🔍 é",
    "CafÃ© â€” x",
    "\u2028x",
    "x\ty",
    "http://a/b?c#d",
    "2024-01-01",
)
QUOTED = (
    '""',
    "''",
    '"a"',
    "'a'",
    '"a\\nb"',
    "'it''s'",
    '"a\\u00e9\\t"',
    '"a: #b"',
    '"unclosed',
    "'unclosed",
    '"a" # why',
    "'a'b",
    '"\\ud800"',
    '"a\\qb"',
    '"two\n  lines"',
    "'two\n\n  lines'",
)
LISTS = (
    "[]",
    "[a, b]",
    '["a", "b"]',
    "['a', 'b']",
    "[a,b ]",
    "[a, [b, c]]",
    "[a, {b: c}]",
    "[1, 2.50, true, ~]",
    "[a,\n  b]",
    "\n- a\n- b",
    "\n  - a\n  - b",
    "\n    - a\n    - 'b'",
    "\n- a: b\n  c: d",
    "\n-  a",
    "\n- [read, {fileRegex: x}]\n- edit",
    "[read, [edit, {fileRegex: '\\.md$', description: d}]]",
    "[read, edit, command, mcp]",
    "[read, unknown]",
    "[~]",
    "[a",
)
MAPPINGS = (
    "{}",
    "{a: b}",
    '{"a": 1.0}',
    "\n  a: b\n  c: [d]",
    "\n  a:\n    - b\n    - c: d",
    "{a: b, a: c}",
    "\n  1: a",
    "\n  <<: a",
    "\n  a: &x b",
)
BLOCKS = (
    "|\n  a\n  b",
    "|-\n  a",
    "|+\n  a\n",
    ">\n  a\n  b\n\n  c",
    ">-\n  a b",
    "|2\n    a",
    "|\n  # Title\n\n  text: a\n",
    ">\n\n  a",
    "|\n\ta",
    "a\n  b",
    "a\n\n  b",
    "a\nb",
    'a\n\nContext: b\nuser: "x"',
    "\n  a",
    "|\n",
    "|\n  a\n ---",
    "# just a comment",
)
VALUES: SearchStrategy[str] = st.one_of(
    st.just(""),
    st.sampled_from(WORDS),
    st.sampled_from(QUOTED),
    st.sampled_from(LISTS),
    st.sampled_from(MAPPINGS),
    st.sampled_from(BLOCKS),
)
"""What stands behind a key's colon."""

OTHER_KEYS = (
    "phase",
    "x-own",
    "Name",
    "a.b",
    "customModes",
    "1",
    "on",
    '"quoted key"',
    "tools ",
    "über",
    "[a]",
    "? a",
    "mode",
)
TAME_KEYS = ("phase", "x-own", "Name", "a.b", "über", "mode")
BETWEEN = ("", "", "", "", "\n", "# a comment\n", "  # deep\n", "\n\n", "stray line\n", "\t\n", "\r\n")
TAME_BETWEEN = ("", "", "\n", "# a comment\n", "  # deep\n", "\n\n")
BODIES = st.one_of(
    st.sampled_from(
        (
            "",
            "\n",
            "You are a pilot.\n",
            "\n# Title\n\nText\n\n## Work with\n- Ask harbour-master\n",
            "no end",
            "---\n",
            "---\nname: b\n---\nc\n",
            "\n```\nopen",
        )
    ),
    st.lists(
        st.sampled_from((*NASTY, "\n", "# A\n", "CAPS:\n- a\n", "**Bold**\n", "Title\n=====\n", "<example>\n")),
        max_size=6,
    ).map("".join),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
)
"""Prompts, tame and wild."""

FENCES = ("---\n",) * 9 + ("--- \n", "---\t\n", "\n---\n", "  ---\n", "----\n", "--- # x\n", "")
CLOSES = ("---\n",) * 9 + ("---", "--- \n", "...\n", "", "\n---\n", "----\n", " ---\n")

JSON_VALUES: SearchStrategy[str] = st.one_of(
    st.sampled_from(
        (
            '"a"',
            '"a, b"',
            '"Read, Bash(git:*)"',
            '"*"',
            '""',
            "5",
            "0",
            "-0",
            "1.10",
            "1e5",
            "true",
            "false",
            "null",
            '"a\\nb"',
            '"\\u00e9\\/"',
            '"日本語"',
            '"it\'s"',
            "[]",
            "[ ]",
            '["a","b"]',
            '["a", "b",]',
            '[\n  "a",\n  "b"\n]',
            "{}",
            '{"a": "b"}',
            '{"a": 1, "a": 2}',
            '[["read", {"fileRegex": "x"}]]',
            "[1, 2.50, true, null]",
            '"\\ud800"',
            "tru",
            "'a'",
            '"unclosed',
            '/* why */ "a"',
            '"a" /* why */',
        )
    ),
    st.sampled_from(NASTY).map(json.dumps),
    st.sampled_from(NASTY).map(lambda text: json.dumps(text, ensure_ascii=False)),
)
"""What stands behind a key's colon in JSON, and what may not."""

TOML_VALUES: SearchStrategy[str] = st.one_of(
    st.sampled_from(
        (
            '"a"',
            "'a'",
            "''",
            '"""\na\nb\n"""',
            "'''\na\nb\n'''",
            '"""a"""',
            "'''it's'''",
            '"a\\nb \\u00e9"',
            '"""\\\n  a \\\n  b"""',
            '""""a""""',
            "'''\n# Title\n\n[a]\n'''",
            "5",
            "0.5",
            "1_000",
            "0x1f",
            "true",
            "false",
            "inf",
            "2024-01-01",
            "07:32:00",
            "[]",
            '["a", "b"]',
            "['a']",
            '[\n  "a",\n  "b", # why\n]',
            "{}",
            '{ a = "b" }',
            '[{ a = "b" }]',
            '"a" # why',
            "",
            "unquoted",
            '"unclosed',
        )
    ),
    st.sampled_from(NASTY).map(lambda text: toml.spell("k", text) or "").map(lambda said: said[4:].rstrip("\n")),
)
"""What stands behind a key's equals sign in TOML, and what may not."""

PROMPTS = (
    "You are a pilot.",
    "You are a pilot.\n",
    "# Pilot\n\nYou are a pilot.\n\n## Work with\n- Ask harbour-master: always\n",
    "  indented\nand not\n",
    "text\n\n\n",
    "{{berth}} {% if a %} ${HARBOUR} {berth} `x` \\n\n",
    "tab\there, 灯台, 🔍\n",
    "---\nname: b\n---\n",
)
_TOOLS = (
    Tools((Tool("read"), Tool("grep"))),
    Tools((Tool("read"), Tool("edit"), Tool("write"), Tool("shell"))),
    Tools(None, (Tool("shell"),)),
    Tools((Tool("read"), Tool("mcp:tides/*")), (Tool("web-fetch"),)),
    Tools(()),
    Tools(None),
)
_SAMPLES: tuple[Json, ...] = (
    "a",
    "a-b",
    "a: b # c",
    "two\nlines\n",
    "5",
    True,
    False,
    1,
    7,
    0.25,
    [],
    ["a", "b"],
    {},
    {"a": "b"},
    {"a": {"b": ["c", 1.5]}},
    [{"a": "b", "c": [True]}],
)
"""Values of every kind."""


def _meanings(field: str) -> Sequence[object]:
    """What a field may say that a row must be able to spell."""
    if field == "tools":
        return [ALL if tools.allow is None else tools.allow for tools in _TOOLS]
    if field == "tools.deny":
        return [tools.deny for tools in _TOOLS]
    if field == "tools.whole":
        return _TOOLS
    if field.startswith("prompt"):
        return PROMPTS
    return {
        "model": ("sonnet", "haiku", "gpt-5"),
        "permission_mode": ("acceptEdits", "plan"),
        "color": ("blue", "#112233"),
        "effort": ("high",),
        "memory": ("project",),
        "isolation": ("worktree",),
    }.get(field, ("a-b",) if isinstance(SILENT.get(field), str | None) else ())


@cache
def _taken(row: Row) -> tuple[str, ...]:
    """Values that a row takes, as JSON."""
    found: list[Json] = []
    for value in _SAMPLES:
        try:
            if row.codec.decode(node_of(value)) is not None:
                found.append(value)
        except ValueError:
            continue
    for meaning in _meanings(row.field):
        try:
            found.append(row.codec.encode(meaning))
        except (ValueError, TypeError, AttributeError):  # of another kind
            continue
    return tuple(json.dumps(value, ensure_ascii=False) for value in found if value is not None)


# --- values, as each notation has them ---------------------------------------------------------------


class Tree(NamedTuple):
    """Keys, each with what stands behind it."""

    pairs: Sequence[tuple[str, Value]]


class Items(NamedTuple):
    """Several records of keys."""

    trees: Sequence[Tree]


Value: TypeAlias = "str | Tree | Items"
"""What stands behind a key: its spelling, or more keys, or several records of them."""


def _block(value: Json) -> str:
    """A value as YAML editors spell it, over several lines."""
    if isinstance(value, str) and value.strip() and "\t" not in value and value[0] not in " \n":
        end = "" if value.endswith("\n") and not value.endswith("\n\n") else "-" if not value.endswith("\n") else "+"
        lines = value.removesuffix("\n").split("\n")
        return f"|{end}\n" + "\n".join(f"  {line}" if line else "" for line in lines)
    if isinstance(value, list | dict) and value:
        lines = yaml.safe_dump(value, default_flow_style=False, allow_unicode=True, sort_keys=False).splitlines()
        return "".join(f"\n  {line}" for line in lines)
    return json.dumps(value, ensure_ascii=False)


def _inline(value: Json) -> str:
    """A value on one line of TOML; what TOML has no word for is left to fail."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _spelling(draw: st.DrawFn, container: Container, row: Row | None) -> str:
    """The text of one value: one its row takes, or any."""
    taken = _taken(row) if row else ()
    if not taken or draw(st.integers(0, 2 if container is Container.FRONT_MATTER else 5)) == 0:
        values = {Container.JSON: JSON_VALUES, Container.TOML: TOML_VALUES}.get(container, VALUES)
        return draw(values)
    written = draw(st.sampled_from(taken))
    value: Json = json.loads(written)
    if container is Container.JSON:
        return draw(st.sampled_from((written, json.dumps(value), json.dumps(value, indent=2, ensure_ascii=False))))
    if container is Container.TOML:
        style = draw(st.sampled_from((None, "double", "single", "literal", "block")))
        said = toml.spell("k", value, style=style) if isinstance(value, str) else None
        return said[4:].rstrip("\n") if said else _inline(value)
    return draw(st.sampled_from((_block(value), written)))


def _tree(draw: st.DrawFn, fmt: Format, rows: Sequence[tuple[tuple[str, ...], Row]], *, inner: bool = False) -> Tree:
    """Some entries of those the rows know, and others."""
    heads = list(dict.fromkeys(path[0] for path, _ in rows))
    if inner:
        keys = draw(st.lists(st.sampled_from([*heads, *heads, "own-key"]), max_size=4, unique=True))
    else:
        others = OTHER_KEYS if fmt.has_body else TAME_KEYS  # what is wrong anywhere in a file of keys refuses it
        keys = draw(st.lists(st.sampled_from(heads * 3 + list(others)), max_size=6))
    return Tree([(key, _value(draw, fmt, [(path, row) for path, row in rows if path[0] == key])) for key in keys])


def _value(draw: st.DrawFn, fmt: Format, rows: Sequence[tuple[tuple[str, ...], Row]]) -> Value:
    """What stands behind a key of these rows: mostly what they take."""
    below = [(path[1:], row) for path, row in rows if path[1:]]
    taken_apart = draw(st.integers(0, 3)) > 0
    if below and taken_apart:
        return _tree(draw, fmt, below, inner=True)
    whole = [row for path, row in rows if not path[1:] or row.short]
    return _spelling(draw, fmt.container, whole[0] if whole else None)


def _rows(fmt: Format) -> list[tuple[tuple[str, ...], Row]]:
    return [((row.top, *row.path), row) for row in fmt.rows if row.key != KEYED]


# --- trees as text -----------------------------------------------------------------------------------


def _as_yaml(tree: Tree, pad: str = "", between: Sequence[str] = ()) -> str:
    text = ""
    for number, (key, value) in enumerate(tree.pairs):
        text += between[number % len(between)] if between else ""
        if isinstance(value, str):
            said = value if value.startswith("\n") or not value else f" {value}"
            text += f"{pad}{key}:" + said.replace("\n", f"\n{pad}") + "\n"
        elif isinstance(value, Items):
            text += f"{pad}{key}:\n" + "".join(_item(tree, pad) for tree in value.trees)
        else:
            text += f"{pad}{key}:\n" + _as_yaml(value, pad + "  ") if value.pairs else f"{pad}{key}: {{}}\n"
    return text


def _item(tree: Tree, pad: str) -> str:
    inside = _as_yaml(tree, pad + "    ")
    return f"{pad}  - " + inside[len(pad) + 4 :] if inside else f"{pad}  - {{}}\n"


def _as_json(value: Value, gap: str, comments: Sequence[str] = (), depth: int = 1) -> str:
    """A value with its parts `gap` apart: a blank, nothing, or a line's end and the next one's indentation."""
    if isinstance(value, str):
        return value.replace("\n", gap * (depth - 1)) if gap.startswith("\n") else value
    inner, outer = (gap[:1] + gap[1:] * deep if gap else "" for deep in (depth, depth - 1))
    if isinstance(value, Items):
        parts = [_as_json(tree, gap, (), depth + 1) for tree in value.trees]
    else:
        colon = ": " if gap else ":"
        parts = [json.dumps(key) + colon + _as_json(item, gap, (), depth + 1) for key, item in value.pairs]
    opened, closed = "[]" if isinstance(value, Items) else "{}"
    if comments and gap.startswith("\n"):
        notes = [comments[number % len(comments)] for number in range(len(parts))]
        parts = [f"{note}{inner}{part}" if note else part for note, part in zip(notes, parts, strict=True)]
    return opened + ",".join(inner + part for part in parts) + (outer if parts else "") + closed


def _as_toml(tree: Tree, prefix: str = "", *, dotted: bool = False) -> str:
    """Plain keys, then tables; repeated keys only once."""
    pairs = dict(tree.pairs)
    plain = {key: value for key, value in pairs.items() if isinstance(value, str)}
    text = "".join(f"{prefix if dotted else ''}{_bare(key)} = {value}\n" for key, value in plain.items())
    for key, value in pairs.items():
        name = f"{prefix}{_bare(key)}"
        if isinstance(value, Items):
            text += "".join(f"\n[[{name}]]\n" + _as_toml(tree, f"{name}.") for tree in value.trees)
        elif isinstance(value, Tree):
            text += ("" if dotted else f"\n[{name}]\n") + _as_toml(value, f"{name}.", dotted=dotted)
    return text


def _bare(key: str) -> str:
    plain = key.replace("-", "").replace("_", "")
    return key if plain.isascii() and plain.isalnum() else json.dumps(key, ensure_ascii=False)


# --- files -------------------------------------------------------------------------------------------

_GAPS = ("\n  ", "\n  ", "\n    ", "\n\t", " ", "")
_COMMENTS: tuple[tuple[str, ...], ...] = ((), (), ("// why", ""), ("/* why */",))
_HEADS = {
    Container.YAML: ("", "", "---\n", "# head\n", "\n", "%YAML 1.2\n---\n"),
    Container.JSON: ("", "", "// head\n", "/* head */ ", "\n"),
    Container.TOML: ("", "", "# head\n", "\n"),
}
_TAILS = {
    Container.YAML: ("", "", "# tail\n", "...\n", "\n\n"),
    Container.JSON: ("\n", "\n", "", " // tail\n", "\n\n"),
    Container.TOML: ("", "", "# tail\n", "\n\n"),
}


@st.composite
def texts(draw: st.DrawFn, fmt: Format) -> str:
    """The text of a file that claims to be of `fmt`."""
    if fmt.container is Container.MARKDOWN:
        return draw(BODIES)
    if fmt.container is Container.FRONT_MATTER:
        opened, closed = draw(st.sampled_from(FENCES)), draw(st.sampled_from(CLOSES))
        return f"{opened}{_header(draw, fmt)}{closed}{draw(BODIES)}"
    text = _framed(draw, fmt) if callable(fmt.members) and not fmt.apart else _document(draw, fmt)
    if draw(st.integers(0, 9)) == 0:  # a slip of the pen
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(("", "x", '"', "\n", "}", ": ", "\t"))) + text[at + 1 :]
    head, tail = draw(st.sampled_from(_HEADS[fmt.container])), draw(st.sampled_from(_TAILS[fmt.container]))
    return f"{head}{text}{tail}"


def _header(draw: st.DrawFn, fmt: Format) -> str:
    tree = _tree(draw, fmt, _rows(fmt))
    if draw(st.integers(0, 9)) == 0:
        inside = draw(st.sampled_from((", ", ",\n  ", ",")))
        flat = [(key, _as_json(_without_blocks(value), " ")) for key, value in tree.pairs]
        return "{" + inside.join(f'"{key}": {value}' for key, value in flat if "\n" not in value) + "}\n"
    return _as_yaml(tree, between=draw(st.lists(st.sampled_from(BETWEEN), min_size=1, max_size=6)))


def _without_blocks(value: Value) -> Value:
    """What of a value can stand inside brackets."""
    if isinstance(value, str):
        return value
    if isinstance(value, Items):
        return Items([_flat(tree) for tree in value.trees])
    return _flat(value)


def _flat(tree: Tree) -> Tree:
    return Tree([(k, _without_blocks(v)) for k, v in tree.pairs if not isinstance(v, str) or "\n" not in v])


def _document(draw: st.DrawFn, fmt: Format) -> str:
    tree = _member(draw, fmt, 0) if fmt.apart else _agents(draw, fmt) if fmt.shared else _tree(draw, fmt, _rows(fmt))
    if fmt.container is Container.JSON:
        comments = draw(st.sampled_from(_COMMENTS))
        text = _as_json(tree, draw(st.sampled_from(_GAPS)), comments)
        return text[:-1].rstrip() + "," + text[-2:] if draw(st.integers(0, 9)) == 0 and text[-2:] == "\n}" else text
    if fmt.container is Container.TOML:
        return _as_toml(tree, dotted=draw(st.integers(0, 4)) == 0)
    if draw(st.integers(0, 9)) == 0:
        return _as_json(_without_blocks(tree), draw(st.sampled_from((*_GAPS[:3], " ")))) + "\n"
    return _as_yaml(tree, between=draw(st.lists(st.sampled_from(TAME_BETWEEN), min_size=1, max_size=6)))


def _agents(draw: st.DrawFn, fmt: Format) -> Tree:
    """Some agents in one file, each named, in the list or mapping that holds them."""
    members = _members(draw, fmt)
    named = Tree([(f"m{number}", member) for number, member in enumerate(members)])
    if fmt.members == KEYED:
        return named
    before: list[tuple[str, Value]] = draw(st.sampled_from(([], [], [("other", "1")])))
    behind: list[tuple[str, Value]] = draw(st.sampled_from(([], [], [("zone", "1")])))
    return Tree([*before, (str(fmt.members), named if KEYED in fmt.by_key else Items(members)), *behind])


def _members(draw: st.DrawFn, fmt: Format) -> list[Tree]:
    return [_member(draw, fmt, number) for number in range(draw(st.integers(1, 1 if fmt.apart else 3)))]


def _member(draw: st.DrawFn, fmt: Format, number: int) -> Tree:
    """An agent that is named and has what tells it from what is none."""
    told: dict[str, Value] = {}
    ready = prepared(with_defaults(AgentSpec(name=f"m{number}"), fmt), fmt)
    for row in fmt.rows:
        if row.field == "name" or (row.field[0] == "." and callable(fmt.members)):
            value = meaning_of(ready, row, fmt)
            if value is not None and row.key != KEYED and not row.alias:
                _put(told, (row.top, *row.path), json.dumps(row.codec.encode(value)))
    for key, value in _tree(draw, fmt, _rows(fmt)).pairs:
        held = told.get(key)
        if isinstance(held, Tree) and isinstance(value, Tree):
            told[key] = Tree([*held.pairs, *(pair for pair in value.pairs if pair[0] not in dict(held.pairs))])
        elif held is None:
            told[key] = value
    return Tree(list(told.items()) or [("own-key", "1")])


def _put(told: dict[str, Value], path: Sequence[str], value: str) -> None:
    if len(path) == 1:
        told[path[0]] = value
        return
    held = told.get(path[0])
    inside = dict(held.pairs) if isinstance(held, Tree) else {}
    _put(inside, path[1:], value)
    told[path[0]] = Tree(list(inside.items()))


def _framed(draw: st.DrawFn, fmt: Format) -> str:
    """Agents that only the format itself can find, framed as in a new file of ours."""
    parts = []
    for number, tree in enumerate(_members(draw, fmt)):
        opened, closed = frame(fmt, f"m{number}")
        pad = " " * len(opened.rpartition("\n")[2])
        if fmt.container is Container.JSON:
            inside = _as_json(tree, f"\n{pad}")[1:-1].strip() + "\n"
        else:
            inside = _as_yaml(tree, pad)[len(pad) :]
        parts.append((opened + inside, closed))
    last = parts[-1][1].replace(",", "", 1)
    body = "".join(opened + closed for opened, closed in parts[:-1]) + parts[-1][0] + last
    return fmt.around[0] + body + fmt.around[1]


def spelled(text: str, ends: str, mark: bool) -> bytes:
    """Text as bytes with line ends of one kind or mixed, with a byte order mark or without."""
    if ends == "mixed":
        lines = text.split("\n")
        text = "".join(line + ("\r\n" if n % 2 else "\n") for n, line in enumerate(lines[:-1])) + lines[-1]
    else:
        text = text.replace("\n", ends)
    return ("\ufeff" * mark + text).encode("utf-8", "surrogatepass")


def files(fmt: Format) -> SearchStrategy[bytes]:
    """The bytes of such a file."""
    return st.builds(
        spelled,
        texts(fmt),
        st.sampled_from(("\n", "\n", "\n", "\r\n", "\r", "mixed")),
        st.sampled_from((False, False, False, True)),
    )
