"""The pictures that others show beside a link: small, quick, the same each time, and without boxes for letters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw
from test_publish import catalogue

from converters.publish import Site, collection_pages, previews, words
from converters.publish.previews import LETTERS, MOST, SIZE, Preview, draw, drawable

TIDES = Preview(
    title="Tide Forecaster",
    name="tide-forecaster",
    above="Harbour",
    about="Use when a schedule depends on the tide. Reads the gauges and tells when each berth has water enough.",
    below="May read files, run shell commands and reach the network",
    site="Agent Specs",
    hue=184,
)
LARGEST = 8_000
"""Bytes of one picture."""


def opened(preview: Preview) -> Image.Image:
    picture = Image.open(BytesIO(draw(preview)))
    picture.load()
    return picture


def ink(preview: Preview, box: tuple[int, int, int, int]) -> bool:
    """Whether anything stands in that part."""
    part = opened(preview).convert("RGB").crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, previews._PAPER)).getbbox() is not None


def test_it_is_a_small_picture_of_few_colours() -> None:
    picture = opened(TIDES)
    assert (picture.format, picture.mode, picture.size) == ("PNG", "P", SIZE)
    assert len(picture.getcolors() or ()) <= 16
    assert len(draw(TIDES)) <= LARGEST


def test_the_same_text_gives_the_same_bytes_in_any_process() -> None:
    program = (
        "import hashlib; from converters.publish.previews import Preview, draw; "
        f"print(hashlib.sha256(draw({TIDES!r})).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert draw(TIDES) != draw(replace(TIDES, title="Fish Clerk"))


@pytest.mark.parametrize("font", [previews._TITLE, previews._ABOVE])
def test_every_letter_is_in_both_fonts(font: tuple[str, int, bool]) -> None:
    """What `drawable` lets through is never drawn as the box that stands for a missing letter."""
    missing = bytes(previews._face(*font[:2]).getmask("\uffff"))
    runs = re.findall(r"(.)(?:-(.))?", LETTERS)
    letters = [chr(code) for first, last in runs for code in range(ord(first), ord(last or first) + 1)]
    assert len(letters) == len(set(letters)) > 700
    assert [char for char in letters if bytes(previews._face(*font[:2]).getmask(char)) == missing] == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Tides — “high” & low", "Tides — “high” & low"),
        ("Größe Ελλάδα Москва Việt", "Größe Ελλάδα Москва Việt"),
        ("潮汐预报员", ""),
        ("Forecasts 潮汐", ""),
        ("توقعات", ""),
        ("🚢 Berth clerk 🚢", "Berth clerk"),
        ("a\x00b\x1b[31m\u202ec\u200bd", "a b [31m c d"),
        ("cafe\u0301", "café"),
        ("two\n\tlines", "two lines"),
        ("a → b", "a b"),
        ("half \ud800 a sign", "half a sign"),
    ],
)
def test_a_line_is_whole_or_left_out(text: str, kept: str) -> None:
    """Signs may go; a letter may not, so a line that would miss one is not drawn."""
    assert drawable(text) == kept


def test_the_name_stands_for_a_title_in_another_script() -> None:
    assert draw(replace(TIDES, title="潮汐预报员")) == draw(replace(TIDES, title="tide-forecaster"))
    assert draw(replace(TIDES, title="潮汐预报员", name="潮汐")) == draw(replace(TIDES, title="", name=""))


def test_nothing_runs_over_the_edge() -> None:
    """However long a text is, it ends in dots inside the margins."""
    for text in ("word " * 200, "x" * 5_000, "W" * 399, "Ω" * 60 + " end"):
        long = Preview(title=text, above=text, about=text, below=text, site="Agent Specs")
        assert not ink(long, (SIZE[0] - 30, 0, SIZE[0], SIZE[1] - 8)), text[:9]
        assert not ink(long, (0, 0, 36, SIZE[1] - 8)), text[:9]
        assert not ink(long, (0, 296, SIZE[0], SIZE[1] - 8)), text[:9]


@given(st.text(max_size=300), st.text(max_size=300), st.integers(0, 359))
def test_any_text_makes_a_picture(one: str, other: str, hue: int) -> None:
    made = draw(Preview(title=one, name=other, above=other, about=one + other, below=other, site=one, hue=hue))
    assert Image.open(BytesIO(made)).size == SIZE and len(made) < 2 * LARGEST


@given(st.text(alphabet=st.characters(max_codepoint=0x17F), min_size=60, max_size=280))
def test_ordinary_text_stays_small(text: str) -> None:
    assert len(draw(replace(TIDES, about=text))) <= LARGEST


def test_access_is_said_in_words() -> None:
    access = words.ACCESS
    assert words.may([access["read"]]) == "May read files"
    assert words.may([access["read"], access["shell"], access["network"]]) == TIDES.below
    assert words.may([access["none"]]) == "Has no tools at all"
    assert words.may([access["everything"]]) == "May use everything its host allows"


def test_every_agent_and_collection_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the page of each names it; in a large library agents share that of their collection."""
    site = Site(catalogue(12), "Agent Specs", "https://example.org/")
    for most in (MOST, 3):
        monkeypatch.setattr(previews, "MOST", most)
        agents = site.catalogue.agents
        made = [*previews.assets(site), *(asset for key in agents for asset in previews.each(site, key))]
        pictures = {asset.path for asset in made}
        shown = [page.image for page in collection_pages.pages(site)] + [previews.of_agent(site, key) for key in agents]
        assert {previews.OWN, *shown} == pictures and len(made) == len(pictures)
        own = {f"agents/{key}/preview.png" for key in agents}
        assert (own <= pictures) == (most == MOST) and (not own & pictures) == (most == 3)


@pytest.mark.slow
def test_it_costs_little() -> None:
    """Less than ten times what compressing as many bytes does: about a millisecond, where ten agents take a second."""
    import zlib

    shown = [replace(TIDES, title=f"Tide Forecaster {number}") for number in range(60)]
    rows = bytes(range(256)) * (SIZE[0] // 2 * SIZE[1] // 256)
    for preview in shown[:5]:
        draw(preview)
    costs = []
    for _ in range(3):
        began = time.process_time()
        for preview in shown:
            draw(preview)
        drawn = time.process_time() - began
        began = time.process_time()
        for _ in shown:
            zlib.compress(rows, 3)
        costs.append(drawn / (time.process_time() - began))
    assert min(costs) < 10


@pytest.mark.parametrize("font", [previews._TITLE, previews._ABOVE, previews._ABOUT, previews._BELOW])
@given(word=st.text(st.sampled_from([char for char in map(chr, range(0x21, 0x2200)) if drawable(char)]), min_size=1))
def test_a_word_set_letter_by_letter_is_the_word_set_at_once(font: tuple[str, int, bool], word: str) -> None:
    """Pillow sets the whole word: the same ink in the same place, and the same way on."""
    face, shades = previews._face(*font[:2]), previews._DARK if font[2] else previews._SOFT
    drawn, advance = previews._word(font, word, 10_000)
    at_once = Image.new("L", drawn.size)
    ImageDraw.Draw(at_once).text((0, -font[1] // 10), word, font=face, fill=255)
    assert advance == face.getlength(word)
    assert drawn.tobytes() == at_once.point(shades).tobytes()
