"""Hypothesis strategies over files: any key, any value, spelled in every way people and editors spell them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from strategies import NASTY

from converters.formats._kit import Container, Format

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
BETWEEN = ("", "", "", "", "\n", "# a comment\n", "  # deep\n", "\n\n", "stray line\n", "\t\n", "\r\n")
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


@st.composite
def texts(draw: st.DrawFn, fmt: Format) -> str:
    """The text of a file that claims to be of `fmt`."""
    if fmt.container is Container.MARKDOWN:
        return draw(BODIES)
    keys = st.sampled_from([*fmt.by_key] * 3 + list(OTHER_KEYS))
    entries = draw(st.lists(st.tuples(keys, VALUES, st.sampled_from(BETWEEN)), max_size=6))
    if fmt.shared:
        return _members(
            fmt,
            entries,
            draw(st.sampled_from(("", "# head\n", "other: 1\n"))),
            draw(st.sampled_from(("", "# tail\n", "zone: x\n"))),
        )
    if draw(st.integers(0, 9)) == 0:
        inside = draw(st.sampled_from((", ", ",\n  ", ",")))
        header = "{" + inside.join(f'"{key}": {value}' for key, value, _ in entries if "\n" not in value) + "}\n"
    else:
        header = "".join(f"{between}{key}:{_value(value)}\n" for key, value, between in entries)
    return draw(st.sampled_from(FENCES)) + header + draw(st.sampled_from(CLOSES)) + draw(BODIES)


def _value(value: str) -> str:
    return value if value.startswith("\n") or not value else f" {value}"


def _members(fmt: Format, entries: list[tuple[str, str, str]], head: str, tail: str) -> str:
    """Two agents a file, the entries shared out; each names itself."""
    halves = (entries[::2], entries[1::2])
    items = []
    for number, half in enumerate(halves):
        lines = [f"slug: m{number}"] + [
            key + ":" + _value(value) for key, value, _ in half if key != "slug"
        ]
        items.append("  - " + "\n".join(lines).replace("\n", "\n    ") + "\n")
    return f"{head}{fmt.members}:\n{''.join(items)}{tail}"


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
