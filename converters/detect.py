"""What a file is: its format, how sure that is, and why; or why it is no agent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any

from converters.formats import FORMATS
from converters.formats._kit import Container, Format
from converters.syntax import Mapping as MappingNode
from converters.syntax import SyntaxFault, json
from converters.text import Decoded
from converters.vocabulary import client, clients, load

MARKDOWN = (".md", ".markdown", ".txt")
KEYED_SUFFIXES = (".yaml", ".yml", ".toml", ".json", ".jsonc", ".af")
"""What a file of keys and values may be called; Cline calls Markdown so."""
SUFFIXES = (*MARKDOWN, *KEYED_SUFFIXES, ".mdc", ".roomodes", ".kilocodemodes", ".prompty", ".prompt")
"""What a file's name may end in to be looked at in a folder."""

_KEY = re.compile(r"^[ \t]*([A-Za-z_][\w.-]*)[ \t]*:", re.MULTILINE)
_TOP_KEY = re.compile(r"^[\"']?([A-Za-z_$][\w.$-]*)[\"']?[ \t]*:(?:\s|$)", re.MULTILINE)
_TOML_KEY = re.compile(r"^(?:\[\[?)?[\"']?([A-Za-z_][\w-]*)[\"']?(?:\.[\w.-]+)?[ \t]*(?:=|\])", re.MULTILINE)
_TOML = re.compile(
    r"\s*(?:#[^\n]*\n\s*)*(?:\[\[?[\w.\"-]+\]\]?[ \t]*(?:#[^\n]*)?$|[\w.\"-]+[ \t]*=[ \t]*\S)", re.MULTILINE
)
_YAML = re.compile(
    r"\s*(?:[#%][^\n]*\n\s*)*(?:---[^\n]*\n\s*(?:#[^\n]*\n\s*)*)?[\"']?[A-Za-z_$][\w.$ -]*[\"']?[ \t]*:(?:\s|$)"
)
_HEADER = re.compile(r"\s*---[ \t]*\r?\n")
_END = re.compile(r"^[ \t]*(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_UNLISTED = re.compile(r"\s{0,80}(?:\{|- [\w.-]{1,80}:\s)")
"""How a header begins that is not `key: value` lines."""
_AGENT_FOLDERS = frozenset({"agents", "agent", "subagents"})
_PLACEHOLDER = re.compile(
    r"^name:[ \t]*[\"']?(?:[\[<{].*|your[-_ ]agent.*|agent[-_]name)[\"']?[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_AGENT_KEYS = frozenset({"name", "description", "tools", "model"})
_TOOLS = re.compile(r"^[ \t]*[\w-]*[tT]ools[ \t]*:(.*(?:\n[ \t]*-.*|\n[ \t]+.*|\n\].*)*)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z][\w/-]*")

_SAYS_NOTHING = re.compile(
    r"(?:[a-z]|[0-9a-f_-]{2,}|(?:stdin|input|file|agent|content|test|tmp|temp|sample|unknown|untitled|document|data|text)\d*)",
    re.IGNORECASE,
)
"""The stem of a file that was named without thought, as a pipe's or a draft's."""

_PLACED, _OWN, _MARKED, _MISNAMED, _FACELESS = 8, 3, 5, -10, -2
"""What a format's place, a key only it has, a mark, another's file name and nothing of its own count."""
_ENOUGH = 2.0
"""What a file of keys and values must score to be an agent at all."""
_NEAR = 1.0
"""Formats that score so much less than the best are told as possible."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A judgement on one file."""

    format: str | None
    """Id of a format; `None` for what is skipped."""
    confidence: float
    """From 0 to 1."""
    why: str
    known: bool = True
    """False where the file may be an agent of a format that is not read."""


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
    if name.endswith((".yaml", ".yml", ".json")) and re.search(
        r"^[\"{ ]*spec\"?: *\d", source.text[:4000], re.MULTILINE
    ):
        return Detection("canonical", 1.0, "it says which version of the canonical form it is")
    where = f"{root}/{path}"
    container = _container(name, source.text)
    if container in {Container.FRONT_MATTER, Container.MARKDOWN}:
        return _markdown(source, where, explicit)
    return _keyed(source, where, container)


def _container(name: str, text: str) -> Container:
    """How a file is built, by its first characters; a name that ends in `.md` settles it."""
    if name.lower().endswith((*MARKDOWN, ".mdc", ".prompty", ".prompt")) and name != "stdin.md":
        return Container.FRONT_MATTER
    if text.lstrip()[:1] in {"{", "["} and name.lower().endswith((".json", ".jsonc", ".af", ".roomodes", "stdin.md")):
        return Container.JSON
    if name.lower().endswith(".toml") or (not name.lower().endswith((".yaml", ".yml")) and _TOML.match(text)):
        return Container.TOML
    if _HEADER.match(text) and (end := _END.search(text, 4)) and text[end.end() :].strip():
        return Container.FRONT_MATTER
    if name.lower().endswith(KEYED_SUFFIXES) or _YAML.match(text):
        return Container.JSON if text.lstrip()[:1] in {"{", "["} else Container.YAML
    return Container.JSON if text.lstrip()[:1] == "{" else Container.MARKDOWN


def passed_over(path: str) -> Detection | None:
    """Why a file of this name is no agent in any format; `None` where it may be one."""
    name = path.replace("\\", "/").rpartition("/")[2]
    stem = name.rpartition(".")[0].lower() or name.lower()
    if name.lower().endswith(KEYED_SUFFIXES):
        return None
    if stem in _words()["documents"]:
        return Detection(None, 1.0, f"{name} is a document about a folder, not an agent")
    return Detection(None, 1.0, "a template, not an agent") if stem in _words()["templates"] else None


def asked_for(fmt: str, path: str) -> Detection:
    """The judgement on a file of a folder that is to be read as one format."""
    no_agent = passed_over(path)
    if no_agent:
        return no_agent
    known = FORMATS.get(fmt)
    if known is None or not known.reads:
        return Detection(None, 1.0, f"{known.title if known else fmt} files are not read")
    suffixes = (*KEYED_SUFFIXES, ".roomodes", known.suffix) if known.keyed else (*MARKDOWN, ".mdc", known.suffix)
    if not path.lower().endswith(suffixes):
        return Detection(None, 1.0, f"its name is none that {known.title} files have")
    return Detection(fmt, 1.0, "it was asked for")


def _keyed(source: Decoded, path: str, container: Container) -> Detection:
    """Judge a file of keys and values."""
    keys = _keys(container, source.text)
    if keys is None:
        return Detection(None, 0.9, f"no agent: it is not {container.name}", known=False)
    containers = {container, Container.YAML} if container is Container.JSON else {container}
    return _best(
        source.text,
        keys,
        path,
        [fmt for fmt in FORMATS.values() if fmt.container in containers and fmt.reads],
        f"{container.name} of no known format",
    )


def _keys(container: Container, text: str) -> frozenset[str] | None:
    """The keys at the top of a file of keys and values; `None` where it is none."""
    if container is Container.YAML:
        return frozenset(_TOP_KEY.findall(text))
    if container is Container.TOML:
        return frozenset(_TOML_KEY.findall(text))
    try:
        root = json.compose(text)
    except SyntaxFault:
        return frozenset(re.findall(r"^[ \t{]*[\"']?([A-Za-z_$][\w$-]*)[\"']?[ \t]*:", text, re.MULTILINE))
    return frozenset(key.text for key, _ in root.pairs) if isinstance(root, MappingNode) else None


def _best(text: str, keys: frozenset[str], path: str, formats: list[Format], otherwise: str) -> Detection:
    """The format that keys, place and marks speak for most."""
    placed = _placed(path)
    scored = sorted((-_score(fmt, keys, text) - _place_speaks(fmt, path, placed), fmt.id) for fmt in formats)
    if not scored or -scored[0][0] < _ENOUGH:
        return Detection(None, 0.8, otherwise, known=False)
    score, best = -scored[0][0], scored[0][1]
    why = _why(FORMATS[best], keys, best in placed)
    near = [id_ for other, id_ in scored[1:] if score + other < _NEAR]
    if near:
        why += f"; it could also be {' or '.join(near[:3])}"
    return Detection(best, _sure(score, near), why)


def _sure(score: float, near: list[str]) -> float:
    return min(0.6 if near else 1.0, 0.5 + 0.05 * score)


def _why(fmt: Format, keys: frozenset[str], placed: bool) -> str:
    own = sorted(keys & fmt.signature)
    said = own or sorted(keys & (_AGENT_KEYS | fmt.by_entry.keys()))[:4]
    what = "front matter" if fmt.has_body else "keys"
    why = f"{what} with {', '.join(said)}" if said else f"the form of {fmt.title}"
    return f"it lies where {fmt.title} looks, {why}" if placed else why


def _markdown(source: Decoded, path: str, explicit: bool) -> Detection:
    keys = header_keys(source.text)
    if keys is not None and _UNLISTED.match(_header(source.text)):
        return Detection("claude-code", 0.5, "front matter in brackets, or a list")
    if not keys:
        own = [id_ for id_ in sorted(_placed(path)) if FORMATS[id_].has_body and FORMATS[id_].suffix not in MARKDOWN]
        if own:
            return Detection(own[0], 0.8, f"it lies where {FORMATS[own[0]].title} looks, without front matter")
        if explicit or any(_holds_agents(folder) for folder in path.split("/")[:-1]):
            why = "it was named" if explicit else "it lies in a folder of agents"
            return Detection("prompt", 0.6 if explicit else 0.7, f"Markdown without front matter, and {why}")
        return Detection(None, 0.8, "Markdown without front matter outside a folder of agents; --from prompt reads it")
    if not explicit and not path.endswith("/SKILL.md") and _PLACEHOLDER.search(_header(source.text)):
        return Detection(None, 0.9, "its name is a placeholder: a template, not an agent")
    if not keys & _AGENT_KEYS and not explicit and not any(keys & fmt.signature for fmt in FORMATS.values()):
        return Detection(None, 0.7, "its front matter says neither name, description, tools nor model")
    headed = [fmt for fmt in FORMATS.values() if fmt.has_body and fmt.reads]
    found = _best(source.text, keys, path, headed, "front matter of no known format")
    return found if found.format else Detection("claude-code", 0.5, "front matter that says little")


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """The formats' own places as globs of whole paths: a folder of the client, a file name of its own."""
    return tuple(
        (
            fmt.id,
            ("*" if pattern.startswith("*.") else "*/") + pattern.replace("{name}", "*").replace("**/", "").lstrip("*"),
        )
        for fmt in FORMATS.values()
        for pattern in fmt.files
        if pattern.startswith((".", "*.")) or not set("*{") & set(pattern.rpartition("/")[2]) or _is_ours(pattern, fmt)
    )


def _is_ours(pattern: str, fmt: Format) -> bool:
    """Whether it is where we write, in a folder whose name is nobody else's."""
    folder = pattern.partition("/")[0]
    return pattern == fmt.files[0] and folder != pattern and folder not in _AGENT_FOLDERS


def _placed(path: str) -> set[str]:
    """The formats whose own folders hold a file of this path; where none does, those whose files end so."""
    held = [(id_, pattern) for id_, pattern in _places() if fnmatchcase(path, pattern)]
    return {id_ for id_, pattern in held if pattern[:2] != "*."} or {id_ for id_, _ in held}


def _place_speaks(fmt: Format, path: str, placed: set[str]) -> float:
    """What a path says for a format; among other files, one whose name is not the format's speaks against it."""
    if fmt.id in placed:
        return _PLACED
    if not fmt.has_body or fmt.suffix in MARKDOWN or path.endswith(fmt.suffix):
        return 0
    if path.count("/") > 1:
        return _MISNAMED
    return 0 if _SAYS_NOTHING.fullmatch(path.rpartition("/")[2].partition(".")[0]) else _MISNAMED / 5


def _score(fmt: Format, keys: frozenset[str], text: str) -> float:
    """How much in the text speaks for a format."""
    own = keys & fmt.signature
    known = len(keys & fmt.by_entry.keys())
    unknown = len(keys - fmt.by_entry.keys()) if fmt.by_entry else 0
    usual = fmt.id == "claude-code"
    missing = sum(row.required and row.top not in keys for row in fmt.rows if row.key)
    if isinstance(fmt.members, str) and not (fmt.alone and set(fmt.alone) <= keys):
        known, unknown, missing = (4 * (fmt.members in keys) if fmt.members else 0), 0, 0
    marked = any(re.search(mark, text, re.MULTILINE) for mark in fmt.marks)
    likely = fmt.likely(keys, text) if fmt.likely else 0.0
    telling = _OWN * len(own) + _MARKED * marked + likely
    faceless = _FACELESS * (fmt.has_body and telling <= 0 and not usual)
    return known - 0.4 * unknown - 0.6 * missing + 0.5 * usual + telling + faceless + _tools_speak(fmt, text)


def _tools_speak(fmt: Format, text: str) -> float:
    """How far the tools a header names are this client's, from -2 to 3."""
    if not fmt.has_body:
        return 0.0
    said = _TOOLS.search(_header(text))
    words = _WORD.findall(said[1]) if said else []
    known = _tool_words(fmt.id)
    if not words or not known:
        return 0.0
    return 5 * sum(word in known for word in words) / len(words) - 2


@cache
def _tool_words(name: str) -> frozenset[str]:
    """Every word a client has for a tool."""
    if name not in clients():
        return frozenset()
    said = client(name)
    lists = [*said.get("tools", {}).values(), *said.get("group_names", {}).values()]
    return frozenset([*(word for words in lists for word in words), *said.get("groups", {}), *said.get("sets", ())])


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
