"""What an agent is called and what it is for, in its own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from converters.model import Section
from converters.sections import prose_lines
from converters.vocabulary import load

LONGEST_SUMMARY = 200
"""Characters a summary may have; longer ones end in an ellipsis."""

LONGEST_OPENER = 20
"""Characters that "Examples:" and its like may take."""

_LONGEST_TITLE = 200
_SUBTITLE = re.compile(r"\s+[-–—|•]+\s+|\s*[:：]\s+|\s{2,}| — ")
_BRACKETS = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]")
_GAPS = re.compile(r"[^\w]+")
_SENTENCE_END = re.compile(r"[.!?](?=[\s\"'”’)*]|$)|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|dr|mr|ms|st|inc|ltd|[A-Za-z])|\.\.)$", re.IGNORECASE
)
_MARKS = re.compile(r"\*\*|__|`")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_NO_PROSE = re.compile(r"\s*(?:[-*+>|<•]|#|\d{1,3}[.)]\s|:::|---|===)")


def own_title(sections: Sequence[Section]) -> Section | None:
    """Return the section whose heading names the agent: the first, if it is an H1 that names no part of a prompt."""
    first = next((section for section in sections if section.heading), None)
    if first is None or first.level != 1 or not first.title or first.heading is None:
        return None
    return None if first.title.casefold().strip(" :") in _noise()["general"] else first


def is_own_title(section: Section, sections: Sequence[Section]) -> bool:
    """Whether the heading of `section`, one of `sections`, is the agent's own title."""
    return section is own_title(sections)


def title(sections: Sequence[Section]) -> str | None:
    """Return what the agent's first heading calls it."""
    found = own_title(sections)
    return found.title if found else None


def name_from_title(title: str) -> str:
    """Return the name a title stands for, slugged: without subtitle, brackets, emoji and words such as "agent".

    Empty where the title has no letter or digit.
    """
    parts = [part for part in _SUBTITLE.split(_BRACKETS.sub(" ", title[:_LONGEST_TITLE])) if _slug(part)]
    if not parts:
        return _slug(title[:_LONGEST_TITLE])
    front = len(parts) > 1 and _slug(parts[0]) in _noise()["front"]
    name = _slug(parts[front])
    for tail in _noise()["back"]:
        if name.endswith(f"-{tail}"):
            return name.removesuffix(f"-{tail}")
    return name


def summary(description: str | None, sections: Sequence[Section]) -> str | None:
    """Return one sentence on what the agent is for: the description's first, else the prompt's first in prose."""
    said = _first_sentence(_before_examples(description)) if description else ""
    if not said:
        paragraphs = (_opening(section.text) for section in sections)
        said = next((sentence for paragraph in paragraphs if (sentence := _first_sentence(paragraph))), "")
    return _shortened(said) or None


def _before_examples(description: str) -> str:
    r"""Return what a description says before its examples, literal `\n` read as line breaks."""
    text = description.replace("\\n", "\n").partition("<example")[0].rstrip()
    opener = _opener().search(text, max(0, len(text) - LONGEST_OPENER))
    return text[: opener.start()].rstrip() if opener else text


def _opening(text: str) -> str:
    """Return the first paragraph of prose: no list, table, quotation, code or rule."""
    paragraph: list[str] = []
    for _, line in prose_lines(text):
        if not line.strip() or (_NO_PROSE.match(line) and not line.startswith("**")):
            if paragraph:
                break
        else:
            paragraph.append(line.strip())
    return " ".join(paragraph)


def _first_sentence(text: str) -> str:
    plain = " ".join(_MARKS.sub("", _LINK.sub(r"\1", text.strip().partition("\n\n")[0])).split())
    for end in _SENTENCE_END.finditer(plain):
        if not _ABBREVIATION.search(plain[max(0, end.start() - 8) : end.start()]) or end.end() == len(plain):
            return plain[: end.end()]
    return plain


def _shortened(sentence: str) -> str:
    if len(sentence) <= LONGEST_SUMMARY:
        return sentence
    head, space, _ = sentence[:LONGEST_SUMMARY].rpartition(" ")
    return (head if space else sentence[: LONGEST_SUMMARY - 1]).rstrip(" ,;:–—-") + "…"


def _slug(text: str) -> str:
    return _GAPS.sub("-", unicodedata.normalize("NFKC", text).casefold().replace("_", " ")).strip("-")


@cache
def _noise() -> Any:
    said = load("sections")
    noise = said["title_noise"]
    return {
        "general": frozenset(said["general_titles"]),
        "front": frozenset(map(_slug, noise["front"])),
        "back": sorted(map(_slug, noise["back"]), key=len, reverse=True),
    }


@cache
def _opener() -> re.Pattern[str]:
    words = "|".join(map(re.escape, load("sections")["example_openers"]))
    return re.compile(rf"\b(?:{words})\s*[:：]?$", re.IGNORECASE)
