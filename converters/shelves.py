"""Shelves: the fields that the folders an agent lies in sort it by, and how people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import inf
from typing import Any

from converters.identity import slug
from converters.vocabulary import load, spellings

_NUMBER = re.compile(r"\A(\d+)[-_. ]+")
_DIGITS = 9
"""Digits of a folder's number that count."""
_REGION = re.compile(r"([a-z]{2})-[a-z]{2,4}\Z")
_VERSION = re.compile(r"v?\d+\Z")
_COUNTED = re.compile(r"([^\W\d_]+)(\d+)\Z")


def categories(path: str, name: str = "") -> tuple[str, ...]:
    """The fields by which the folders of a source path sort the agent called `name`: slugs, outermost first.

    A folder that says what kind of thing lies in it (`agents`, `skills`) parts the path: the folders
    below the last of these sort, and only where there are none, those above. `NN-` before a name is
    its place in a list. No field is what says nothing to a reader: hidden folders, those of a
    project's order, of notations and tools, of a language, of a version, and the agent's own. What
    lies among tests is sorted by nothing. The path alone decides, so that no other file changes it.
    """
    *folders, file = path.split("/")
    if folders and file.partition(".")[0].lower() in _words("unnamed_files"):
        folders.pop()
    kinds = [place for place, folder in enumerate(folders) if slug(_NUMBER.sub("", folder)) in _words("kinds")]
    below = folders[kinds[-1] + 1 :] if kinds else []
    above = folders[: kinds[-1]] if kinds else folders
    if found := tuple(_fields(below, name)):
        return found
    return () if any(slug(folder) in _words("tests") for folder in above) else tuple(_fields(above, name))


def order(paths: Iterable[str]) -> Callable[[str], tuple[float, str, str]]:
    """How categories stand side by side: as the numbers before folders' names put them, then by their titles.

    Of several folders of one name the least number counts; what has none stands behind.
    """
    numbers: dict[str, int] = {}
    for folder in {folder for path in paths for folder in path.split("/")[:-1]}:
        if counted := _NUMBER.match(folder):
            field, number = slug(folder[counted.end() :]), int(counted[1][:_DIGITS])
            numbers[field] = min(number, numbers.get(field, number))
    return lambda category: (numbers.get(category, inf), title(category).casefold(), category)


def _fields(folders: Sequence[str], name: str) -> Iterator[str]:
    """The folders that name a field, each once."""
    own = slug(name)
    named = (slug(_NUMBER.sub("", folder)) for folder in folders if not folder.startswith((".", "_")))
    yield from dict.fromkeys(field for field in named if field and field != own and not _says_nothing(field))


@lru_cache(maxsize=4_096)
def _says_nothing(field: str) -> bool:
    region = _REGION.match(field)
    if field in _words("languages") or (region and region[1] in _words("languages")):
        return True
    return all(word in _words("quiet_words", "kinds") or _VERSION.match(word) for word in field.split("-"))


def is_field(name: str) -> bool:
    """Whether a slug says of what is called so what it is about: `data-ai` does, `agents` does not."""
    return bool(name) and name not in _words("unnamed_files") and not _says_nothing(name)


@lru_cache(maxsize=4_096)
def title(category: str) -> str:
    """A category as people read it: `data-ai` is Data & AI."""
    if written := _table()["fields"].get(category):
        return str(written)
    first, *others = [word for word in re.split(r"[-_\s]+", category) if word] or [category]
    small = _small()
    return " ".join([_capital(first), *(word if word in small else _capital(word) for word in others)])


def _capital(word: str) -> str:
    counted = _COUNTED.match(word)
    if counted and counted[1].lower() in _words("counted"):
        return f"{_capital(counted[1])} {counted[2]}"
    return _written().get(word.lower()) or word[:1].upper() + word[1:]


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = load("shelves")
    return table


@cache
def _words(*lists: str) -> frozenset[str]:
    return frozenset(str(word) for one in lists for word in _table()[one])


@cache
def _written() -> Mapping[str, str]:
    words = _table()["as_written"]
    return {**spellings(), **{word.lower(): word for word in words}, **_table()["spelled"]}


@cache
def _small() -> frozenset[str]:
    return frozenset(load("titles")["small_words"])
