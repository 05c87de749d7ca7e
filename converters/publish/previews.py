"""The picture others show beside a link to the site: one an agent, or one a collection where agents are many."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

from . import addresses, words
from .late import Late
from .pages import Card
from .press import Asset, Press

SIZE = (600, 315)
"""Pixels; what networks ask for as the least of a wide picture."""
MOST = 2_500
"""Agents that still have a picture each; in a larger library all of a collection share one."""
OWN = "assets/preview.png"
"""The site's own picture, for every page that has no other."""
LETTERS = (
    "\u0020-\u007e\u00a0-\u017f\u018f\u0192\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u01fa-\u021b\u0259\u02bc\u02c6\u02c7"
    "\u02d8-\u02dd\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u045f\u0490\u0491"
    "\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a"
    "\u2044\u20ac\u2116\u2122"
)
"""Ranges of the characters that both fonts have."""

_STRANGE = re.compile(f"[^{LETTERS}]")
_FONTS = Path(__file__).parent / "fonts"
_SERIF, _SANS = "NotoSerif-Bold", "NotoSans-Regular"
_LEFT, _RIGHT = 36, SIZE[0] - 36
_PAPER, _INK, _ACCENT = "#faf8f4", "#1c2426", "#0b5c5c"
_CRAMMED = 7_500
"""Bytes from which a picture is worth more work to make it smaller: twice that of a first try."""
_HUES = (8, 32, 52, 84, 130, 160, 184, 205, 228, 260, 292, 332)
"""Of marks, in degrees, as on the pages."""
_INKED, _MARKED, _ACCENTED = range(8), range(8, 12), range(12, 16)
"""The palette: from paper to ink, from a mark's ground to its letter, from paper to our colour."""


def _ramp(shades: range, most: float = 1) -> list[int]:
    """For each of 256 greys its place in the palette; 255 is `most` of the way."""
    return [shades[round(grey * most * (len(shades) - 1) / 255)] for grey in range(256)]


_DARK, _SOFT = _ramp(_INKED), _ramp(_INKED, 0.72)
_TITLE, _ABOVE, _ABOUT, _BELOW = (_SERIF, 35, True), (_SANS, 17, False), (_SANS, 19, False), (_SANS, 16, True)
"""Font, size in pixels, and whether it is in full ink."""


def of_agent(press: Press, key: str) -> str:
    """The address of an agent's picture, from the site's root."""
    if len(press.catalogue.agents) <= MOST:
        return f"{addresses.agent(key)}preview.png"
    return of_collection(key.partition("/")[0])


def of_collection(name: str) -> str:
    """The address of a collection's picture, from the site's root."""
    return f"{addresses.collection(name)}preview.png"


def assets(press: Press) -> Iterator[Asset]:
    """The pictures of the site and of its collections."""
    catalogue, site = press.catalogue, press.name
    held = f"{_counted(len(catalogue.agents), 'agent')} in {_counted(len(catalogue.members), 'collection')}"
    about = "A catalogue of AI agents: what each is for, what it may touch, and whom it works with."
    yield Asset(OWN, draw(Preview(title=site, about=about, below=held)))
    for name, keys in catalogue.members.items():
        known = catalogue.collections.get(name)
        preview = Preview(
            title=(known.title if known else None) or words.title(name),
            name=name,
            site=site,
            above="Collection",
            about=(known.description if known else None) or "",
            below=_counted(len(keys), "agent"),
        )
        yield Asset(of_collection(name), draw(preview))


def each(press: Press, key: str) -> Iterator[Asset]:
    """An agent's own picture."""
    if len(press.catalogue.agents) <= MOST:
        preview = of_card(press.made.cards[key], press.name)
        yield Asset(of_agent(press, key), Late(("preview", preview), lambda: draw(preview)))


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a picture says. A text in letters that the fonts lack is left out."""

    title: str
    name: str = ""
    """Stands in for a title that is left out."""
    above: str = ""
    about: str = ""
    below: str = ""
    site: str = ""
    hue: int = 174
    """Of its mark, in degrees."""


def of_card(card: Card, site: str = "") -> Preview:
    """What an agent's picture says."""
    return Preview(
        title=card.title,
        name=card.name,
        site=site,
        above=card.collection_title,
        about=card.summary,
        below=words.may(card.access),
        hue=card.hue,
    )


def draw(preview: Preview) -> bytes:
    """The picture as a PNG; the same text gives the same bytes."""
    title = drawable(preview.title) or drawable(preview.name)
    picture = _ground(drawable(preview.site), words.plain_title(title)[:1].upper()).copy()
    _write(picture, drawable(preview.above), _ABOVE, (_LEFT + 64, 44, _RIGHT - 190), 1)
    lines = _write(picture, title, _TITLE, (_LEFT, 94, _RIGHT), 2)
    _write(picture, drawable(preview.about), _ABOUT, (_LEFT, 104 + 45 * lines, _RIGHT), 2)
    _write(picture, drawable(preview.below), _BELOW, (_LEFT, 272, _RIGHT), 1)
    return _png(picture, _palette(preview.hue // 30 % len(_HUES)))


def _png(picture: Image.Image, palette: bytes) -> bytes:
    """A PNG of 16 colours; smaller than Pillow's own in the same time."""
    width, height = SIZE
    picture.putpalette(palette)
    packed, row = picture.tobytes("raw", "P;4"), width // 2
    lines = b"".join([b"\0" + packed[at : at + row] for at in range(0, len(packed), row)])
    pressed = zlib.compress(lines, 3)
    if len(pressed) > _CRAMMED:
        pressed = zlib.compress(lines, 5)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", pressed),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held)) for name, held in chunks
    )


def drawable(text: str) -> str:
    """`text` on one line in the fonts' letters; empty where a letter or digit of another script would be missed."""
    flat = unicodedata.normalize("NFC", text[:400])
    if any(unicodedata.category(char)[0] in "LN" for char in set(_STRANGE.findall(flat))):
        return ""
    return " ".join(_STRANGE.sub(" ", flat).split())


def _write(picture: Image.Image, text: str, font: tuple[str, int, bool], box: tuple[int, int, int], most: int) -> int:
    """Set `text` on at most `most` lines, the last ending in dots where it goes on; how many there are.

    `box` is where lines begin, where the first stands, and where they end at the latest.
    """
    (left, top, right), height = box, round(font[1] * 1.3)
    x, line, rest = float(left), 0, text.split()
    space, dots = _word(font, " ", right)[1], _word(font, "…", right)
    room = right - left - ceil(dots[1])
    for place, word in enumerate(rest, 1):
        drawn, width = _word(font, word, room)
        last = line == most - 1
        if x > left and x + width > right - (dots[1] if last and place < len(rest) else 0):
            if last:
                picture.paste(dots[0], (round(x - space), top + line * height))
                break
            x, line = float(left), line + 1
        picture.paste(drawn, (round(x), top + line * height))
        x += width + space
    return line + 1 if text else 0


@lru_cache(maxsize=8_192)
def _word(font: tuple[str, int, bool], word: str, room: int) -> tuple[Image.Image, float]:
    """A word drawn, and how far it moves the pen; one wider than `room` is cut."""
    name, size, dark = font
    while (width := sum(_letter(name, size, char).advance for char in word)) > room:
        word = word[: len(word) * 3 // 4].rstrip("…") + "…"
    mask, x = Image.new("L", (max(1, round(width) + 1), round(size * 1.3))), 0.0
    for letter in (_letter(name, size, char) for char in word):
        mask.paste(255, (round(x) + letter.left, 0), letter.ink)
        x += letter.advance
    return mask.point(_DARK if dark else _SOFT), width


class _Letter(NamedTuple):
    """A letter drawn: our fonts set each where the one before it ends, whichever that is."""

    ink: Image.Image
    left: int
    """Where its ink begins, from the pen."""
    advance: float


@lru_cache(maxsize=2_048)
def _letter(font: str, size: int, char: str) -> _Letter:
    face = _face(font, size)
    mask = Image.new("L", (3 * size, round(size * 1.3)))
    ImageDraw.Draw(mask).text((size, -size // 10), char, font=face, fill=255)
    left, _, right, _ = mask.getbbox() or (size, 0, size + 1, 0)
    return _Letter(mask.crop((left, 0, right, mask.height)), left - size, face.getlength(char))


@lru_cache(maxsize=8)
def _face(font: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"{font}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=256)
def _ground(site: str, letter: str) -> Image.Image:
    """What stands on every picture of an agent with that first letter: its mark, the site's name and our own mark."""
    picture = Image.new("L", SIZE, 0)
    ImageDraw.Draw(picture).rectangle((0, SIZE[1] - 7, *SIZE), fill=_ACCENTED[-1])
    tile = Image.new("L", (48, 48), _MARKED[0])
    mask = Image.new("L", tile.size)
    ImageDraw.Draw(mask).text((24, 24), letter, font=_face(_SERIF, 27), fill=255, anchor="mm")
    tile.paste(mask.point(_ramp(_MARKED)))
    round_ = Image.new("1", tile.size)
    ImageDraw.Draw(round_).rounded_rectangle((0, 0, 47, 47), 11, fill=1)
    picture.paste(tile, (_LEFT, 32), round_)
    picture.paste(_logo().point(_ramp(_ACCENTED)), (_RIGHT - 32, 40))
    if (width := _face(*_ABOVE[:2]).getlength(site)) <= 140:
        _write(picture, site, _ABOVE, (_RIGHT - 43 - ceil(width), 44, _RIGHT), 1)
    return picture


@lru_cache(maxsize=1)
def _logo() -> Image.Image:
    """Our own mark, one sheet over another, as in the site's header."""
    big = Image.new("L", (32 * 8, 32 * 8))
    pen = ImageDraw.Draw(big)
    pen.rounded_rectangle((24, 64, 200, 216), 24, outline=255, width=18)
    pen.line([(56, 40), (232, 40), (232, 184)], fill=255, width=18, joint="curve")
    for end, height in ((136, 112), (160, 144), (112, 176)):
        pen.line([(64, height), (end, height)], fill=255, width=18)
    return big.resize((32, 32), Image.Resampling.BOX)


@lru_cache(maxsize=len(_HUES))
def _palette(hue: int) -> bytes:
    mark = f"hsl({_HUES[hue]}, 38%, 89%)", f"hsl({_HUES[hue]}, 55%, 24%)"
    ramps = (_PAPER, _INK, len(_INKED)), (*mark, len(_MARKED)), (_PAPER, _ACCENT, len(_ACCENTED))
    return bytes(value for ramp in ramps for value in _shades(*ramp))


def _shades(one: str, other: str, count: int) -> list[int]:
    """The steps from one colour to another, as a palette holds them."""
    ends = ImageColor.getrgb(one), ImageColor.getrgb(other)
    steps = [step / (count - 1) for step in range(count)]
    return [round(a + (b - a) * step) for step in steps for a, b in zip(*ends, strict=True)]
