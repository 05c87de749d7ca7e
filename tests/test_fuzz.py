"""What fuzzing found does not come back, and a few hundred spoiled files a run keep the laws; `make fuzz` goes on."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from fuzzing.campaign import run
from fuzzing.harnesses import HARNESSES, WAYS, Way, hold_reading
from fuzzing.limits import attempt, fault
from fuzzing.mutation import mutated
from fuzzing.seeds import own
from fuzzing.shrinking import shrunk
from hypothesis import given
from hypothesis import strategies as st
from trips import loaded, understood, written

from converters.check.fixing import mended
from converters.conversion import Options, understand
from converters.findings import RULES
from converters.fitting import with_defaults
from converters.formats import FORMATS
from converters.inputs import Input
from converters.mending import MANY, Mending, undo
from converters.model import AgentSpec

HEADER = b"---\nname: tide-forecaster\ndescription: Use when tides are due.\n---\n"
FLAG = "\U0001f3f4\U000e0067\U000e007f"
"""A black flag and tags that spell no region: words for machines alone."""


@pytest.fixture(scope="module")
def seeds() -> list[bytes]:
    return own()


# --- what was found --------------------------------------------------------------------------------

FOUND = {
    "a key behind a question mark": ("claude-code", b"---\nname: tide\nown:\n? \n: \n---\nYou forecast tides.\n"),
    "a key on the line below its mark": (
        "claude-code",
        b"---\nname: tide\n?\n  phase\n: ebb\n---\nYou forecast tides.\n",
    ),
    "a mark and a remark": ("claude-code", b"---\nname: tide\n? # why\n  phase\n: ebb\n---\nYou forecast tides.\n"),
    "a list where there should be keys": ("cagent", b"agents:\n- name: tide\n  instruction: You forecast tides.\n"),
    "bytes inside garbled text": (
        "claude-code",
        HEADER + "caf\u00e9 ".encode() + b"\xc3\xa2\xe2\x82\xac\x9d\xc2\xa8\x82 x\n",
    ),
    "many lines that are mended": (
        "claude-code",
        b"---\nname: tide\n" + b"stray\n" * 300 + b"model: opus\n---\nYou.\n",
    ),
    "many tabs": ("claude-code", b"---\nname: tide\nhooks:\n" + b"\ta: b\n" * 2 + b"\t\n" * 800 + b"---\nYou.\n"),
    "many garbled words": ("claude-code", HEADER + b"Ebb \xc3\x83\xc2\xa9b \xc3\x83\xc2\xa9b.\n" * 400),
    "many bytes that are no text": ("claude-code", HEADER + "\u00e9".encode() + b"\x93a " * 1_500),
    "many of both": ("claude-code", HEADER + "\u00e9".encode() + b"\x93a " * 900 + "\u00c3\u00a9 a ".encode() * 900),
    "a value of dashes": ("claude-code", b"---\nname: tide\nown: ['" + b"-" * 3_000 + b"']\n---\nYou.\n"),
    "a line end of Unicode before the first key": ("goose-recipe", "\u2028a: \ntide: b\ntide:\n c\n".encode()),
    "a canonical file that is no text": (None, b"spec: 1\nname: tide \xed\xa0\x80\n"),
    "a return that ends a remark": ("semantic-kernel", b"#\rdescription: Tides\nmoon:\n-"),
    "next-line characters between agents": (
        "roo",
        "customModes:\x85  - slug: ebb\x85    name: Ebb\x85  - slug: flow\x85    name: Flow\x85".encode(),
    ),
}
"""Inputs that once broke a law: the format they are read as, and the file."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_once_keeps_the_laws(name: str) -> None:
    format_id, raw = FOUND[name]
    path = "crew/tide.md" if format_id == "claude-code" else "tide.yaml"
    start = time.process_time()
    for choice in range(4):  # each of the costly laws
        hold_reading(Way(path, format_id), raw, choice)
    assert time.process_time() - start < 4


def test_words_in_tags_are_refused_however_they_come_about() -> None:
    """Read in the wrong encoding they are none, and once that is mended they are: in prose, in names of tools."""
    garbled = FLAG.encode().decode("mac_roman")
    for raw in (HEADER + garbled.encode(), f"---\nname: tide\ntools: Read, R{garbled}d\n---\nYou.\n".encode()):
        outcome = understood(raw, fmt="claude-code")
        assert (outcome.status, outcome.findings[-1].rule.code) == ("refused", "X101")


def test_marks_that_a_summary_would_join_are_refused() -> None:
    """Two runs of marks that a letter can bear, parted by what no summary keeps."""
    raw = (
        HEADER.replace(b"description: Use when tides are due.\n", b"")
        + f"lock{20 * chr(0x301)}**{20 * chr(0x301)}**\n".encode()
    )
    outcome = understood(raw, fmt="claude-code")
    assert (outcome.status, outcome.findings[-1].rule.code) == ("refused", "X102")


@pytest.mark.parametrize("id_", ["claude-code", "crewai", "cagent", "roo"])
def test_yaml_takes_keys_of_any_length(id_: str) -> None:
    """A bare key of more than 1,024 characters is none to YAML: such a one stands behind a question mark."""
    key, fmt = "k" * 1_500, FORMATS[id_]
    own_keys = {key: 1, "x": {key: [{key: ["a"]}]}}
    spec = AgentSpec(id="tide", name="tide", description="Tides.", extensions={id_: own_keys})
    assert loaded(spec) == spec
    made = written([with_defaults(spec, fmt)], fmt)
    (back,) = understood(made, fmt.suffix if fmt.shared else "tide.md", fmt=id_).specs
    assert back.extensions[id_] == own_keys


def test_an_agent_under_a_long_name_is_read_again() -> None:
    name = "tide " * 400
    fmt = FORMATS["crewai"]
    made = written([with_defaults(AgentSpec(id="tide", name=name, description="Tides."), fmt)], fmt)
    assert understood(made, "agents.yaml", fmt="crewai").status == "read"


def _mended_twice(raw: bytes, *, unsafe: bool = False) -> bytes:
    source = Input(Path("c/crew/tide.md"), "crew/tide.md", "crew/tide.md", "c")
    once = mended(source, None, raw, codes=RULES, unsafe=unsafe)
    assert mended(source, None, once.data, codes=RULES, unsafe=unsafe).data == once.data
    assert understand(source, Options(), raw=once.data).status == "read"
    return once.data


def test_mending_ends_where_it_should() -> None:
    """A name that is there and empty is filled in once; nothing is mended that makes another client's file of it."""
    assert (
        _mended_twice(b"---\nname:\ndescription: Tides.\n---\nYou.\n")
        == b"---\nname: tide\ndescription: Tides.\n---\nYou.\n"
    )
    assert _mended_twice(b"---\nname: # why\n---\nYou.\n") == b"---\nname: tide # why\n---\nYou.\n"
    assert b"name" not in _mended_twice(b"---\ntools: read\n")
    assert b"\r" not in _mended_twice(b'---\nname: t\rcommandExecutionPolicy:"\nln', unsafe=True)


# --- mends in bulk -----------------------------------------------------------------------------------


@given(text=st.text("abc\n", max_size=14), number=st.integers(0, 10**6))
def test_mends_in_any_order_are_taken_back(text: str, number: int) -> None:
    """Whatever several rounds of mends replace, and wherever they meet."""
    mending, rng = Mending(text), Random(number)
    for step in range(3):
        at, spans = 0, []
        while at <= len(mending.text) and rng.random() < 0.7:
            start = rng.randint(at, len(mending.text))
            stop = min(len(mending.text), start + rng.choice((0, 0, 1, 2)))
            spans.append((start, stop, rng.choice(("", "x", "yy"))))
            at = stop + (start == stop)
        expected = mending.text
        for start, stop, now in reversed(spans):
            expected = expected[:start] + now + expected[stop:]
        mending.all_at_once(f"S10{step}", spans)
        assert mending.text == expected
        assert undo(mending.text, mending.outside([])) == text


def test_very_many_mends_are_told_in_proportion() -> None:
    """Neighbours become one edit, and all are taken back alike."""
    text = "ab\n" * 2_000
    mending = Mending(text)
    mending.all_at_once("S103", [(at, at, "  ") for at in range(0, len(text), 3)])
    edits = mending.within(0, len(mending.text))
    assert len(edits) < MANY
    assert sum(len(edit.was) + len(edit.now) for edit in edits) < 3 * len(text)
    assert undo(mending.text, edits) == text


# --- a few hundred more ------------------------------------------------------------------------------

SHARE = {
    "reading": 250,
    "reader": 250,
    "checker": 50,
    "mender": 50,
    "settings": 60,
    "catalogue": 60,
    "searcher": 25,
    "renderer": 60,
    "page": 12,
}
"""How many spoiled files each harness is given in an ordinary run."""


@pytest.mark.parametrize("name", HARNESSES)
def test_spoiled_files_keep_the_laws(name: str, seeds: list[bytes]) -> None:
    """The same ones every time."""
    rng = Random(f"harbour {name}")
    for _ in range(SHARE[name]):
        data = mutated(rng.choice(seeds), rng, seeds, longest=1_000)
        HARNESSES[name](data)


def test_the_campaign_notices_what_breaks(seeds: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """A harness that minds the word tide: the fault is found, told once and cut down to that word."""

    def minding(data: bytes) -> frozenset[str]:
        assert b"tide" not in data[1:], "it speaks of tides"
        return frozenset({str(len(data))})

    monkeypatch.setitem(HARNESSES, "minding", minding)  # type: ignore[arg-type]  # it is a dict behind its type
    told = run("minding", seeds[:40], inputs=80, seconds=20, seed=1)
    assert told.inputs == 80
    assert [short[1:] for short in told.faults.values()] == [b"tide"]


def test_what_takes_too_long_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzzing.limits.SECONDS", 0.02)

    def slow(data: bytes) -> frozenset[str]:
        end = time.process_time() + len(data) / 100
        while time.process_time() < end:
            pass
        return frozenset()

    assert attempt(slow, b"1") == (frozenset(), None)
    kind, story = fault(slow, b"12345") or ("", "")
    assert (kind.startswith("TooMuch") and "0.0" in story) or "0.1" in story
    assert shrunk(slow, b"1234567890", kind)[:1] == b"1"


def test_inputs_are_read_in_every_way(seeds: list[bytes]) -> None:
    """The seeds reach every reader, and detection."""
    reached = Counter(WAYS[data[0] % len(WAYS)].format for data in seeds)
    assert not {id_ for id_, fmt in FORMATS.items() if fmt.reads} - reached.keys()
    assert reached[None] > 100
    assert len(WAYS) <= 256
    assert json.dumps(sorted(map(str, reached)))
