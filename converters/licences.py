"""Which licence a text is, by phrases that stand in it and nowhere else: a guess, made only where it is sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from converters.model import NO_LICENCE
from converters.vocabulary import load

_MOST = 100_000
"""Characters of a text that are looked at; the longest licence known has half as many."""
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+() -]{1,80}?)[ \t]*(?:\*/|-->)?[ \t]*(?:\n|\r|\Z)")
_WORD = re.compile(r"[^\W_]+")
_SUFFIXES = ("", ".md", ".txt", ".rst", ".markdown")


def is_licence(name: str) -> bool:
    """Whether a file of this name is a licence: LICENSE, LICENCE.md, COPYING, LICENSE-MIT."""
    stem, dot, suffix = name.lower().rpartition(".")
    if not dot or f".{suffix}" not in _SUFFIXES:
        stem = name.lower()
    return bool(_names().fullmatch(stem))


@cache
def _names() -> re.Pattern[str]:
    words = load("licences")
    return re.compile(rf"(?:{words['files']})(?:[-_](?:{words['also']})[\w.-]{{0,40}})?")


def licence_of(text: str) -> str:
    """The SPDX identifier of the licence whose text this is, or `NOASSERTION`."""
    text = text[:_MOST]
    tag = _TAG.search(text)
    if tag:
        return tag[1]
    words, known = _WORD.findall(text.lower()), load("licences")
    whole, head = (" ".join(["", *some, ""]) for some in (words, words[: known["words"]]))
    found = {str(licence["id"]) for licence in known["licences"] if _fits(licence, whole, head)}
    return found.pop() if len(found) == 1 else NO_LICENCE


def _fits(licence: Mapping[str, Any], whole: str, head: str) -> bool:
    if "head" in licence:
        return any(f" {title} " in head for title in licence["head"])
    stands = all(f" {phrase} " in whole for phrase in licence["all"])
    return stands and not any(f" {phrase} " in whole for phrase in licence.get("not", ()))


def together(licences: Iterable[str]) -> str:
    """What several licence files side by side leave to choose: `Apache-2.0 OR MIT`."""
    found = sorted(set(licences))
    return NO_LICENCE if NO_LICENCE in found or not found else " OR ".join(found)
