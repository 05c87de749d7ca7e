"""Hypothesis strategies over the model: whole specs, spelled as nastily as files spell them."""

from __future__ import annotations

from typing import TypeVar, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from converters.hidden import refusal
from converters.model import (
    NO_LICENCE,
    AgentSpec,
    Collaboration,
    Derived,
    Edit,
    Evidence,
    Example,
    HeaderEntry,
    Json,
    Relation,
    Section,
    SharedDocument,
    Source,
    Tool,
    Tools,
    Turn,
)

T = TypeVar("T")

NASTY = (
    # what YAML 1.1 or 1.2 takes for something else than text
    "on", "Off", "yes", "n", "Y", "null", "NULL", "~", "true", "False", "1", "-1", "+1", "0", "007", "0o14", "0x1f",
    "0b1", "1_000", "1.10", "0.90", ".5", "5.", "1e5", "1.5e-7", "-.inf", ".NaN", "nan", "1:30", "190:20:30.15",
    "2024-01-01", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "=", "<<", "6a791b2d", "12e03",
    # what YAML takes for its own marks
    "a: b", "a:", ":a", ":", "a:b", "http://a/b?c#d", "# c", "a #b", "a#b", "- d", "-", "-d", "--", "---", "--- a",
    "...", "? k", "?", "why?", "a?b", "?a", "[", "[a]", "a]", "{", "{}", "{a: b}", "a, b", ",", "&a", "a &b", "& b",
    "*a", "git:*", "*", "!t", "! t", "a !b", "|", "a |", "key: |", ">-", "a >", "'", "it's", '"', 'a "b"', "\\",
    "\\n", "%TAG", "@a", "`a`", "<<: *a", "[&a", "{!t", ", &a", "[" * 30, "{" * 30, "- " * 30 + "a", " " * 70 + "a",
    # what white space and line ends do
    "", " ", "  ", "\t", " a", "a ", "\ta", "a\t", "a\tb", "  a\n b", "\n", "\n\n", "\na", "\n\n a", "a\n", "a\n\n",
    "a\n\n\n", "a\nb", "a\n\nb\n", "a \n b\n", "a\n  \n", "a\n \n\n", " \na", "\n \na\n", "\t\na", "a\n\tb\n", "a\r",
    "a\r\nb\r\n", "\r", "a\u0085b", "a\u2028b", "a\u2029b\n", "\ufeffa", "a\ufeff\n", "\u00a0a", "\u3000", "\u200b",
    # what lies beyond ASCII, or below it
    "é", "e\u0301", "日本語：はい", "「一」\n- 二\n", "🌊", "👩‍🔬 a\n", "\x00", "\x07", "\x1b[0m", "\x7f", "\x9f",
    "\ufffd", "\ufffe", "\uffff", "\U0001ffff", "\U0010ffff", "%s {0}",
    # what prose is made of
    "# Title\n\nText.\n", "## Steps\n1. a\n2. b\n", '<example>\nuser: "a"\n</example>\n', "---\nname: a\n---\n",
    "```yaml\na: &b\n```\n", "&a b\n*c\n", "!t\n", "<<: a\n", "- [&a\n", "x: |\n  y\n",
)  # fmt: skip
"""Strings that some reader or writer of YAML has been known to get wrong."""

_FREE = st.text(st.characters(codec="utf-8"), max_size=40).filter(lambda text: refusal(text, "") is None)
TEXTS: SearchStrategy[str] = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.sampled_from((*NASTY, "\n", " ", "a")), min_size=1, max_size=4).map("".join),
    _FREE,
)
"""Any text without lone surrogates."""

NAMES = TEXTS.filter(bool)
NUMBERS: SearchStrategy[float] = st.one_of(
    st.sampled_from((0.0, -0.5, 1e-07, 1e16, -1.5e-300, 1e100, 0.00012345678901234567)),
    st.floats(allow_nan=False, allow_infinity=False),
)
JSON: SearchStrategy[Json] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)
FORMAT_IDS = st.sampled_from(("claude-code", "eipas", "roo", "a", "b2-c3"))


def _maybe(strategy: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | strategy


def _tuples(strategy: SearchStrategy[T], longest: int = 3) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=longest).map(tuple)


_TEXT, _WORDS = _maybe(TEXTS), _tuples(TEXTS)

TOOLS = st.builds(Tool, name=TEXTS, only=_WORDS)
GRANTS = st.builds(Tools, allow=_maybe(_tuples(TOOLS)), deny=_tuples(TOOLS))
EDITS = _tuples(st.builds(Edit, rule=TEXTS, at=st.integers(0, 10**6), was=TEXTS, now=TEXTS), 2)
SECTIONS = st.builds(
    Section,
    heading=_TEXT,
    title=_TEXT,
    kind=_TEXT,
    level=_maybe(st.integers(1, 9)),
    text=TEXTS,
    slot=_TEXT,
    edits=EDITS,
)
ENTRIES = st.builds(HeaderEntry, key=TEXTS, style=_TEXT, raw=_TEXT, edits=EDITS)
SOURCES = st.builds(
    Source,
    collection=TEXTS,
    path=TEXTS,
    member=_TEXT,
    format=TEXTS,
    dialect=_TEXT,
    sha256=st.just("") | st.text("0123456789abcdef", min_size=64, max_size=64),
    license=st.sampled_from((NO_LICENCE, "MIT")) | TEXTS,
    repository=_TEXT,
    revision=_TEXT,
    encoding=st.sampled_from(("utf-8", "utf-16-le", "cp1252")),
    bom=st.booleans(),
    newline=st.sampled_from(("lf", "crlf", "cr")),
    open=_TEXT,
    header=_maybe(_tuples(ENTRIES)),
    close=_TEXT,
    edits=EDITS,
)
TURNS = st.builds(Turn, role=st.sampled_from(("user", "assistant", "commentary")), text=TEXTS)
EXAMPLES = st.builds(Example, context=_TEXT, turns=_tuples(TURNS), where=TEXTS)
EDGES = st.builds(
    Collaboration,
    agent=TEXTS,
    relation=st.sampled_from(get_args(Relation)),
    about=_TEXT,
    when=_TEXT,
    confidence=st.sampled_from(("stated", "inferred")),
    evidence=st.builds(Evidence, where=TEXTS, text=TEXTS),
)
DERIVED = st.builds(
    Derived,
    title=_TEXT,
    summary=_TEXT,
    model_tier=_maybe(st.sampled_from(("frontier", "balanced", "fast", "inherit"))),
    access=_WORDS,
    categories=_WORDS,
    language=_maybe(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=2)),
    examples=_tuples(EXAMPLES, 2),
    collaboration=_tuples(EDGES, 2),
)
_SAID = {
    "id": TEXTS,
    "name": NAMES,
    "title": _TEXT,
    "description": _TEXT,
    "when_to_use": _TEXT,
    "tools": _maybe(GRANTS),
    "model": _TEXT,
    "effort": _TEXT,
    "temperature": _maybe(NUMBERS),
    "top_p": _maybe(NUMBERS),
    "max_turns": _maybe(st.integers(1, 10**9)),
    "permission_mode": _TEXT,
    "color": _TEXT,
    "skills": _maybe(_WORDS),
    "mcp_servers": JSON,
    "hooks": JSON,
    "memory": _TEXT,
    "isolation": _TEXT,
    "background": _maybe(st.booleans()),
    "author": _TEXT,
    "version": _TEXT,
    "deprecated": st.booleans(),
    "replaced_by": _TEXT,
    "tags": _WORDS,
    "aliases": _WORDS,
    "extensions": st.dictionaries(FORMAT_IDS, st.dictionaries(TEXTS, JSON, max_size=3), max_size=2),
}
_CALLS = st.builds(
    Tool,
    name=st.sampled_from(("read", "write", "edit", "shell", "grep", "web-fetch", "spawn", "mcp:tides", "mcp:tides/now"))
    | st.sampled_from(("*", "mcp:*", "roo:modes", "claude-code:Skill", "a b", "日本"))
    | TEXTS,
    only=st.just(()) | st.sampled_from((("git:*",), ("src/**", "docs/**"), ("regex:[.]md$",), ("a, b",))),
)
_SPOKEN = {
    **_SAID,
    "tools": _maybe(st.builds(Tools, allow=_maybe(_tuples(_CALLS)), deny=st.just(()) | _tuples(_CALLS))),
    "mcp_servers": _maybe(JSON),
    "hooks": _maybe(JSON),
}
SPOKEN = st.builds(AgentSpec, **_SPOKEN, sections=_tuples(st.builds(Section, text=TEXTS)))
"""Specs that say things, tools among them that clients know, with nothing that a reader adds; all are named."""

SPECS = st.builds(AgentSpec, **_SAID, sections=_tuples(SECTIONS), source=_maybe(SOURCES), derived=DERIVED)
"""Whole specs such as a reader may give."""

SHARED = st.builds(SharedDocument, source=SOURCES, open=TEXTS, close=TEXTS, members=_WORDS)
