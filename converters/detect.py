"""What a file is: its format, how sure that is, and why; or why it is no agent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from converters.formats import FORMATS
from converters.formats._kit import Container, Format
from converters.text import Decoded
from converters.vocabulary import load

MARKDOWN = (".md", ".markdown", ".txt")
SUFFIXES = (*MARKDOWN, ".mdc", ".yaml", ".yml", ".toml", ".json", ".roomodes")
"""What a file's name may end in to be looked at in a folder."""

_KEY = re.compile(r"^[ \t]*([A-Za-z_][\w.-]*)[ \t]*:", re.MULTILINE)
_HEADER = re.compile(r"\s*---[ \t]*\r?\n")
_END = re.compile(r"^[ \t]*(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_UNLISTED = re.compile(r"\s{0,80}(?:\{|- [\w.-]{1,80}:\s)")
"""How a header begins that is not `key: value` lines."""
_AGENT_FOLDERS = frozenset({"agents", "agent", "subagents"})
_PLACEHOLDER = re.compile(
    r"^name:[ \t]*[\"']?(?:[\[<{].*|your[-_ ]agent.*|agent[-_]name)[\"']?[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_AGENT_KEYS = frozenset({"name", "description", "tools", "model"})


@dataclass(frozen=True, slots=True)
class Detection:
    """A judgement on one file."""

    format: str | None
    """Id of a format; `None` for what is skipped."""
    confidence: float
    """From 0 to 1."""
    why: str
    known: bool = True
    """False where the file is an agent of a format that is not read yet."""


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = load("skipped")
    return words


def detect(source: Decoded, *, path: str | None = None, root: str = "", explicit: bool = False) -> Detection:
    """Judge a decoded file by its name, its place and its header's keys.

    `path` is the one below the collection's root, else the source's own; `root` is the name of
    that root's folder; an `explicit` file, one somebody named, is read whatever it is called.
    """
    path = (path or source.path).replace("\\", "/")
    name = path.rpartition("/")[2]
    if not explicit and (no_agent := passed_over(path)):
        return no_agent
    shared = _shared(source, name)
    if shared:
        return shared
    if name.endswith((".yaml", ".yml", ".json")) and re.search(
        r"^[\"{ ]*spec\"?: *\d", source.text[:4000], re.MULTILINE
    ):
        return Detection("canonical", 1.0, "it says which version of the canonical form it is")
    unread = next(
        (
            row["name"]
            for row in _words()["unread"]
            if fnmatchcase(f"/{path}", row["glob"]) or fnmatchcase(name, row["glob"])
        ),
        None,
    )
    if unread and not explicit:
        return Detection(None, 0.9, f"{unread}: a format this release does not read", known=False)
    if not name.lower().endswith(MARKDOWN) and not explicit:
        return Detection(None, 0.9, "a format this release does not read", known=False)
    return _markdown(source, f"{root}/{path}", explicit)


def passed_over(path: str) -> Detection | None:
    """Why a file of this name is no agent in any format; `None` where it may be one."""
    name = path.replace("\\", "/").rpartition("/")[2]
    stem = name.rpartition(".")[0].lower() or name.lower()
    if stem in _words()["documents"]:
        return Detection(None, 1.0, f"{name} is a document about a folder, not an agent")
    return Detection(None, 1.0, "a template, not an agent") if stem in _words()["templates"] else None


def asked_for(fmt: str, path: str) -> Detection:
    """The judgement on a file of a folder that is to be read as one format."""
    no_agent = passed_over(path)
    if no_agent:
        return no_agent
    known = FORMATS.get(fmt)
    markdown = known is not None and known.container is not Container.YAML_MEMBERS
    if markdown != path.lower().endswith((*MARKDOWN, ".mdc")):
        return Detection(None, 1.0, f"its name is none that {known.title if known else fmt} files have")
    return Detection(fmt, 1.0, "it was asked for")


def _shared(source: Decoded, name: str) -> Detection | None:
    for fmt in FORMATS.values():
        if fmt.container is not Container.YAML_MEMBERS:
            continue
        if any(fnmatchcase(name, pattern.rpartition("/")[2]) for pattern in fmt.files):
            return Detection(fmt.id, 1.0, f"{name} is where {fmt.title} looks")
        if name.endswith((".yaml", ".yml")) and re.search(rf"^{fmt.member_list}:", source.text, re.MULTILINE):
            return Detection(fmt.id, 0.95, f"it has a list {fmt.member_list!r}")
    return None


def _markdown(source: Decoded, path: str, explicit: bool) -> Detection:
    keys = header_keys(source.text)
    if keys is not None and _UNLISTED.match(_header(source.text)):
        return Detection("claude-code", 0.5, "front matter in brackets, or a list")
    if not keys:
        if explicit or any(_holds_agents(folder) for folder in path.split("/")[:-1]):
            why = "it was named" if explicit else "it lies in a folder of agents"
            return Detection("prompt", 0.6 if explicit else 0.7, f"Markdown without front matter, and {why}")
        return Detection(None, 0.8, "Markdown without front matter outside a folder of agents; --from prompt reads it")
    if not explicit and _PLACEHOLDER.search(_header(source.text)):
        return Detection(None, 0.9, "its name is a placeholder: a template, not an agent")
    placed = _placed(path)
    scored = sorted(
        (
            (_score(fmt, keys, fmt.id in placed), fmt.id)
            for fmt in FORMATS.values()
            if fmt.container is Container.FRONT_MATTER
        ),
        reverse=True,
    )
    score, best = scored[0]
    if not keys & _AGENT_KEYS and not explicit:
        return Detection(None, 0.7, "its front matter says neither name, description, tools nor model")
    own = sorted(keys & FORMATS[best].signature)
    why = "front matter with " + ", ".join(own or sorted(keys & _AGENT_KEYS))
    if best in placed:
        why = f"it lies where {FORMATS[best].title} looks, {why}"
    return Detection(best, min(1.0, 0.5 + 0.1 * score), why)


def _placed(path: str) -> set[str]:
    """The formats whose own places hold a file of this path; a folder `agents` is nobody's own."""
    return {
        fmt.id
        for fmt in FORMATS.values()
        for pattern in fmt.files
        if pattern[:1] == "." or pattern[:2] == "*."
        if fnmatchcase(path, "*" + pattern.replace("{name}", "*").replace("**/", "").lstrip("*"))
    }


def _score(fmt: Format, keys: frozenset[str], placed: bool) -> float:
    """Known keys count one, a signature (two keys only this format has) three each, its place eight."""
    own = keys & fmt.signature
    known = len(keys & fmt.by_key.keys())
    usual = fmt.id == "claude-code"
    return known + (3 * len(own) if len(own) > 1 or usual else 0) + 0.5 * usual + 8 * placed


def header_keys(text: str) -> frozenset[str] | None:
    """The keys at the margin of a Markdown file's header; `None` where it has none."""
    return frozenset(_KEY.findall(_header(text))) if _HEADER.match(text) else None


def _header(text: str) -> str:
    fence = _HEADER.match(text)
    if not fence:
        return ""
    stop = _END.search(text, fence.end())
    return text[fence.end() : stop.start() if stop else fence.end() + 4000]


def _holds_agents(folder: str) -> bool:
    """Whether a folder's name says so; `owner__agents` is a mirror of the repository `agents`."""
    return folder.lower().rpartition("__")[2] in _AGENT_FOLDERS
