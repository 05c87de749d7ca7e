"""Bytes to characters and back: the law, the hostile encodings, and what mojibake must leave alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from converters.findings import Severity, Span
from converters.model import Source
from converters.mojibake import mojibake
from converters.text import LARGEST, NEWLINES, Decoded, Hunk, decode, encode, encode_as, undecoded

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "latin-1")
HIGH = "".join(chr(c) for c in range(0x80, 0x250)) + "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸğş\uf8ff√¬≈∆∂∑∏π∫Ω≠≤≥\ufffd"


def codes(read: Decoded) -> list[str]:
    assert {found.span.path for found in read.findings} <= {read.path}
    return [found.rule.code for found in read.findings]


def again(read: Decoded) -> bytes:
    return encode(read.text, encoding=read.encoding, bom=read.bom, newline=read.newline)


def apply(text: str, hunks: list[Hunk]) -> str:
    for hunk in reversed(hunks):
        assert text[hunk.start : hunk.start + len(hunk.was)] == hunk.was
        text = text[: hunk.start] + hunk.now + text[hunk.start + len(hunk.was) :]
    return text


def mended(text: str) -> str:
    return apply(text, mojibake(text))


def as_cp1252(text: str) -> str:
    """As browsers read it: the holes as C1 controls."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


def as_mac(text: str) -> str:
    return text.encode().decode("mac_roman")


# The law.

TRICKY = st.lists(
    st.sampled_from(
        [
            b"\r",
            b"\n",
            b"\r\n",
            b"\x00",
            b"a",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"\xfe\xff",
            b"\xc3\xa9",
            b"\xe9",
            b"\x81",
            b"\xe2\x80",
            b"\xc0\xaf",
            b"\xed\xa0\x80",
            b"\xd8\x00",
            b"\xe2\x80\xa8",
            b"\xc2\x85",
            b"\x7f",
            b"\x0c",
            b"\xf0\x9f\x9a\x80",
        ]
    )
).map(b"".join)


@given(raw=st.binary() | TRICKY)
@example(b"\xff\xfe\x00\xd8")
@example(b"\r\n\r\n\xe9")
@example(b"\xef\xbb\xbf\xef\xbb\xbfa")
def test_bytes_come_back(raw: bytes) -> None:
    """Reading never raises; what is not refused is written as the same bytes; every span lies in the text."""
    read = decode(raw, "a.md")
    assert read.refused == any(found.rule.severity is Severity.ERROR for found in read.findings)
    for found in read.findings:
        assert found.span.path == "a.md"
        assert 0 <= found.span.start <= found.span.stop <= len(read.text)
        assert found.message
    if not read.refused:
        assert again(read) == raw
        source = Source(encoding=read.encoding, bom=read.bom, newline=read.newline)
        assert encode_as(read.text, source) == raw


@given(text=st.text(), encoding=st.sampled_from(ENCODINGS), newline=st.sampled_from(list(NEWLINES)), bom=st.booleans())
def test_text_in_any_spelling_comes_back(text: str, encoding: str, newline: str, bom: bool) -> None:
    text = text.replace("\r", "").replace("\0", "").encode(encoding, "ignore").decode(encoding).removeprefix("\ufeff")
    marked = encoding.startswith("utf-16") or (encoding == "utf-8" and bom)
    raw = encode(text, encoding=encoding, bom=marked, newline=newline)
    read = decode(raw, "a.md")
    assert again(read) == raw or read.refused
    if marked and text:
        assert (read.text, read.encoding, read.bom) == (text, encoding, True)
        assert read.newline == (newline if "\n" in text else "lf")


@given(raw=st.binary())
def test_escaped_bytes_are_told_in_full(raw: bytes) -> None:
    text = raw.decode("utf-8", "surrogateescape")
    for hunk in undecoded(text):
        run = text[hunk.start : hunk.start + len(hunk.was) // 2]
        assert bytes.fromhex(hunk.was) == run.encode("utf-8", "surrogateescape") == hunk.now.encode(hunk.encoding)
    assert bool(undecoded(text)) == any("\udc80" <= c <= "\udcff" for c in text)


# The spellings.


@pytest.mark.parametrize(
    ("raw", "text", "newline", "found"),
    [
        (b"a\nb\n", "a\nb\n", "lf", []),
        (b"a\r\nb\r\n", "a\nb\n", "crlf", []),
        (b"a\rb\r", "a\nb\n", "cr", []),
        (b"a\r\nb\n", "a\r\nb\n", "lf", ["S006"]),
        (b"a\r\r\nb", "a\r\r\nb", "lf", ["S006"]),
        (b"a\n\rb", "a\n\rb", "lf", ["S006"]),
        (b"a", "a", "lf", []),
    ],
)
def test_line_ends(raw: bytes, text: str, newline: str, found: list[str]) -> None:
    read = decode(raw, "a.md")
    assert (read.text, read.newline, codes(read)) == (text, newline, found)


def test_mixed_line_ends_are_counted_where_they_first_differ() -> None:
    (found,) = decode(b"---\r\n# A\r\n# B\n# C\r\r\nx", "a.md").findings
    assert found.message == "line ends differ: 3 CRLF, 1 LF, 1 CR"
    assert found.span == Span("a.md", 13, 14)


def test_byte_order_marks() -> None:
    read = decode(b"\xef\xbb\xbf---\nname: caf\xc3\xa9\n", "a.md")
    assert (read.text, read.bom, codes(read)) == ("---\nname: café\n", True, ["S005"])
    for encoding in ("utf-16-le", "utf-16-be"):
        read = decode("\ufeffcafé 🚀\r\n".encode(encoding), "a.md")
        assert (read.text, read.encoding, read.bom, read.newline) == ("café 🚀\n", encoding, True, "crlf")
        assert [found.message for found in read.findings] == [f"byte 0 is not UTF-8; read as {encoding}"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("a: café\n".encode("utf-16-be"), "the file is probably UTF-16 without a byte order mark"),
        ("a: b\n".encode("utf-16-le"), "the file is probably UTF-16 without a byte order mark"),
        ("\ufeffa".encode("utf-32-le"), "the file is probably UTF-32"),
        (b"---\nname: nul\0.md\ndescription: a\0b\n---\nbody\0tail", "the file is probably binary"),
        (b"x\0", "the file is probably binary"),
        (b"caf\xed\xa0\xbd\xed\xb8\x80", "byte 3 begins an encoded surrogate"),
        (b"..\xc0\xaf..", "byte 2 begins an overlong form"),
        (b"caf\xc3\xa9 \xe0\x80\xaf \xe9", "byte 6 begins an overlong form"),
        (b"\xff\xfea\0b", "byte 4 begins half a UTF-16 character"),
        (b"\xff\xfea\0\0\xd8", "byte 4 begins an unpaired surrogate"),
        (b"\xff\xfea\0\0\xdcb\0", "byte 4 begins an unpaired surrogate"),
        (b"a" * (LARGEST + 1), "the file has 1048577 bytes; at most 1048576 are read"),
    ],
)
def test_refused(raw: bytes, message: str) -> None:
    read = decode(raw, "a.md")
    assert read.refused
    (found,) = read.findings
    assert message in found.message
    assert found.rule.severity is Severity.ERROR
    assert read.path == found.span.path == "a.md"


@pytest.mark.parametrize(
    ("raw", "text", "place", "encoding", "bom"),
    [
        (b"caf\xc3\xa9 \xc0\xaf", "café \ufffd\ufffd", 5, "utf-8", False),
        (b"\xef\xbb\xbfcaf\xc3\xa9 \xc0\xaf", "café \ufffd\ufffd", 5, "utf-8", True),
        (b"\xfe\xff\0c\0\xe9\xdc\0\0x", "cé\ufffdx", 2, "utf-16-be", True),
        (b"\xff\xfec\0\xe9\0x", "cé\ufffd", 2, "utf-16-le", True),
        (b"\xef\xbb\xbf\xc3\xa9\0", "é\0", 1, "utf-8", True),
        (b"caf\xe9\0\0", "café\0\0", 4, "cp1252", False),
        (b"\xc3\xa9 \xe9\0", "é ?\0", 3, "utf-8", False),
        (b"\xff\xfea\0\0\0", "a\0", 1, "utf-16-le", True),
        ("é\r\nb\U000e0041\r\n".encode(), "é\nb\U000e0041\n", 3, "utf-8", False),
        ("\ufeffé\U000e0041".encode(), "é\U000e0041", 1, "utf-8", True),
        ("\ufeffé\U000e0041".encode("utf-16-be"), "é\U000e0041", 1, "utf-16-be", True),
    ],
)
def test_what_is_refused_is_shown_as_far_as_it_is_text(
    raw: bytes, text: str, place: int, encoding: str, bom: bool
) -> None:
    read = decode(raw, "a.md")
    assert (read.refused, read.text, read.encoding, read.bom, read.newline) == (True, text, encoding, bom, "lf")
    assert [(found.span.start, found.span.stop) for found in read.findings] == [(place, place + 1)]


@pytest.mark.parametrize(
    ("raw", "guess"),
    [
        ("# Tide\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"a\0b\0", "UTF-16 without a byte order mark"),
        ("潮汐表は a b c を見る\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0", "binary"),
        (b"# Tide\n\nA word\0 and, far from it, one more\0.\n", "binary"),
        ("\ufeff# Tide\n".encode("utf-32-be"), "UTF-32"),
    ],
    ids=["utf-16", "short", "few ascii", "program", "two in a text", "utf-32"],
)
def test_what_holds_nuls_is_guessed(raw: bytes, guess: str) -> None:
    (found,) = decode(raw, "a.md").findings
    assert found.facts["guess"] == guess


def test_the_largest_file_is_read() -> None:
    assert not decode(b"a" * LARGEST, "a.md").refused
    assert not decode(b"\xc3\xa9" * (LARGEST // 2), "a.md").refused
    assert decode(b"\xc3\xa9" * (LARGEST // 2) + b"a", "a.md").refused


def test_one_byte_encodings() -> None:
    read = decode(b"caf\xe9 \x96 na\xefve \x93x\x94", "a.md")
    assert (read.text, read.encoding) == ("café – naïve “x”", "cp1252")
    (found,) = read.findings
    assert found.message == "byte 3 is not UTF-8; read as cp1252"
    assert found.span == Span("a.md", 3, 4)
    read = decode(b"a\r\nb\r\ncaf\xe9\r\n", "a.md")
    assert (read.text, read.newline) == ("a\nb\ncafé\n", "crlf")
    assert (read.findings[0].facts["offset"], read.findings[0].span.start) == (9, 7)
    read = decode(b"caf\xe9 \x81", "a.md")
    assert (read.text, read.encoding, codes(read)) == ("café \x81", "latin-1", ["S004"])
    read = decode(b"VOIL\xc0\xa0! Caf\xe9", "a.md")
    assert (read.text, read.encoding) == ("VOILÀ\xa0! Café", "cp1252"), "no overlong form, but French"


def test_mixed_bytes_are_kept_one_by_one() -> None:
    read = decode(b"\xef\xbb\xbf\xc3\xa9 \x93x\x94 \xe9\x81", "a.md")
    assert (read.text, read.encoding) == ("é \udc93x\udc94 \udce9\udc81", "utf-8")
    assert [found.message for found in read.findings][1:] == ["byte 6 is not UTF-8; read as latin-1"]
    assert read.findings[1].span.start == 2
    assert undecoded(read.text) == [
        Hunk(2, "93", "“", "cp1252"),
        Hunk(4, "94", "”", "cp1252"),
        Hunk(6, "e981", "é\x81", "latin-1"),
    ]


def test_odd_characters_are_found_once_each() -> None:
    read = decode("a\u2028b\u2028c\u2029d\x85e\n\tf\x0b\x0b\x7f\x1b".encode(), "a.md")
    assert [(found.rule.code, found.facts["point"], found.span.start) for found in read.findings] == [
        ("S009", 0x2028, 1),
        ("S009", 0x2029, 5),
        ("S009", 0x85, 7),
        ("S121", 0x0B, 12),
        ("S121", 0x7F, 14),
        ("S121", 0x1B, 15),
    ]
    assert {found.span.path for found in read.findings} == {"a.md"}
    assert codes(decode(b"a\x07b\n", "a.md")) == ["S121"]
    assert codes(decode("é\x07b\n".encode(), "a.md")) == ["S121"]
    assert codes(decode("a\u2029b\n".encode(), "a.md")) == ["S009"]


def test_text_is_spelled_as_utf8_unless_told_otherwise() -> None:
    """With the bytes again that stood for no character."""
    assert encode("é\n\udc93\udcff") == b"\xc3\xa9\n\x93\xff"
    assert encode("é\n", bom=True, newline="cr") == b"\xef\xbb\xbf\xc3\xa9\r"


def test_what_an_encoding_cannot_say_is_not_written() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode("🚀", encoding="cp1252")
    with pytest.raises(UnicodeEncodeError):
        encode("\ud800")


# Mojibake: what is mended.


@pytest.mark.parametrize(
    ("was", "now", "encoding"),
    [
        ("\uf8ffüîç", "🔍", "mac_roman"),
        ("‚úÖ", "✅", "mac_roman"),
        ("‚Äî", "—", "mac_roman"),
        ("‚Üí", "→", "mac_roman"),
        ("‚ö†Ô∏è", "⚠️", "mac_roman"),
        ("Êó•Êú¨", "日本", "mac_roman"),
        ("–ø—Ä–∏–≤–µ—Ç", "привет", "mac_roman"),
        ("√©", "é", "mac_roman"),
        ("â€”", "—", "cp1252"),
        ("ðŸš€", "🚀", "cp1252"),
        ("Ã©", "é", "cp1252"),
        ("â†’", "→", "cp1252"),
        ("â\x9dŒ", "❌", "cp1252"),
        ("âš\xa0ï¸\x8f", "⚠️", "cp1252"),
        ("â”œâ”€", "├─", "cp1252"),
        ("â€�", "”", "cp1252"),
        ("â\x80\x94", "—", "latin-1"),
        ("Â©", "©", "cp1252"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет", "cp1252"),
        ("æ—¥æœ¬èªž", "日本語", "cp1252"),
        ("ğŸ‡ªğŸ‡¸", "🇪🇸", "cp1254"),
        ("ï»¿", "", "cp1252"),
        ("ÃƒÂ©", "é", "cp1252"),
        ("Ã¢â‚¬â€�", "—", "cp1252"),
        ("âÂ\x9dÅ’", "❌", "cp1252"),
    ],
)
def test_misread_characters_are_recognised(was: str, now: str, encoding: str) -> None:
    assert mojibake(f"# a {was} b") == [Hunk(4, was, now, encoding)]
    assert mended(f"# a {was} b") == f"# a {now} b"


def test_words_are_mended_inside_true_text() -> None:
    assert mended("cafÃ© und Ã–sterreich, 20Â°C, 1920Ã—1080, schÃ¶n") == "café und Österreich, 20°C, 1920×1080, schön"
    assert mended("Tiáº¿ng Viá»‡t, vaikÅ³, voilÃ\xa0 !") == "Tiếng Việt, vaikų, voilà !"
    assert mended("caf√©, sch√∂n, 20¬∞C, ma√±ana") == "café, schön, 20°C, mañana"
    assert mended("→â€”→ 中文â€”中文 √2 ‚úÖ") == "→—→ 中文—中文 √2 ✅"


SENTENCES = (
    "Überprüfe „Größe“ – schön, 20 °C, 5 € und Straße…",
    "« Déjà vu », c’est l’été\xa0! Où ça ? Noël — œuvre “à la carte”",
    "não, são, coração, MAÇÃ… “AMANHÔ",
    "Tiếng Việt: không được, ước gì",
    "Ağ bağlantısı, İstanbul, çalışıyor; DAĞ’DA",
    "請用繁體中文。日本語のテキスト、「引用」。한국어",
    "Ελληνικά, Русский язык, עברית, العربية",
    "zażółć gęślą jaźń, Őrült, ţară, știință",
    "100 £ · 50 ¢ · ¥5 · €7 · ½ · 10 µs · ≤5 ≥3 ≈£5 · x² · π ≠ 3",
    "‘quoted’ “text” – — … • † ‡ ™ © ® § ¶",
    "🚀 ✅ ⚠️ 👩🏽‍💻 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🇪🇸 → ⇒ ├── └── │",
)


@pytest.mark.parametrize("text", SENTENCES)
def test_genuine_text_is_left_alone(text: str) -> None:
    assert mojibake(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ã",
        "a letra “Ã” e a letra Ã…",
        "la lettre Ã\xa0: « Ã\xa0» ; « â\xa0» ; « é\xa0»",
        "“MAÇÔ “IRMÔ, ROMÃ– ESPAÑ”",
        "Â, ÂÂ, «Â», 5 Å², 5 Å³, 10 Å–20 Å",
        "Spaß“ „Spaß” GRÖSSEÄ“",
        "café\xa0», café—“hello”, aquí»¿Qué? año¹²",
        "2×½ 3×£5 Ø½ ×¼",
        "«État» «à» …à l’été “été” —à —¿Y?",
        "√π √2π ¬p ∧ ¬Ω ≈± ∆°C ƒ(x)",
        "‚Ärger‘ „Äpfel“ „Übermut“",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ",
        "\ud83d \udc80\udcff lone surrogates",
        "bidi \u202e and private \ue000 characters",
    ],
)
def test_what_could_be_genuine_is_left_alone(text: str) -> None:
    assert mojibake(text) == []


def test_invisible_and_impossible_characters_are_never_made() -> None:
    for char in "\x9f\u061c\u202e\u2066\u2028\ue000\ufffd\u0a00\U0010ffff":
        assert char not in mended(f"a {as_cp1252(char)} {as_mac(char)} b")


# Mojibake: laws.


@pytest.mark.parametrize("text", SENTENCES[:6] + SENTENCES[9:])
def test_misread_sentences_come_back_where_safe(text: str) -> None:
    """No round of misreading and mending makes a text longer, or leaves something to mend."""
    for wrong in (as_cp1252(text), as_mac(text), as_cp1252(as_cp1252(text))):
        better = mended(wrong)
        assert len(better) < len(wrong)
        assert mojibake(better) == []
    assert mended(as_cp1252(SENTENCES[5])) == SENTENCES[5]
    assert mended(as_cp1252(as_cp1252(SENTENCES[5]))) == SENTENCES[5]


@given(text=st.text(st.sampled_from(HIGH + "aB 1:\n")) | st.text().map(as_cp1252) | st.text().map(as_mac))
def test_mending_once_is_enough(text: str) -> None:
    hunks = mojibake(text)
    assert mojibake(apply(text, hunks)) == []
    ends = [(hunk.start, hunk.start + len(hunk.was)) for hunk in hunks]
    assert ends == sorted(ends)
    assert all(stop <= start for (_, stop), (start, _) in pairwise(ends))
