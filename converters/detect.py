"""What a file is: its format, how sure that is, and why; or why it is no agent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from converters.evidence import AGENT_FOLDERS, MARKDOWN, Seen, placed_in, weigh
from converters.formats import FORMATS
from converters.formats._kit import Container, Format
from converters.syntax import Mapping as MappingNode
from converters.syntax import SyntaxFault, json
from converters.text import Decoded
from converters.vocabulary import load

KEYED_SUFFIXES = (".yaml", ".yml", ".toml", ".json", ".jsonc", ".af")
"""What a file of keys and values may be called; Cline calls Markdown so."""
SUFFIXES = (*MARKDOWN, *KEYED_SUFFIXES, ".mdc", ".roomodes", ".kilocodemodes", ".prompty", ".prompt")
"""What a file's name may end in to be looked at in a folder."""

_CANONICAL = re.compile(r"\A\s*\{\s*\"spec\"\s*:\s*\d|^spec:[ \t]*\d", re.MULTILINE)
"""What a canonical spec says at its margin: its version."""

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
_PLACEHOLDER = re.compile(
    r"^name:[ \t]*[\"']?(?:[\[<{].*|your[-_ ]agent.*|agent[-_]name)[\"']?[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_AGENT_KEYS = frozenset({"name", "description", "tools", "model"})

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
    where = f"{root}/{path}"
    if not explicit and (no_agent := passed_over(path) or _beside_agents(where)):
        return no_agent
    if name.endswith((".yaml", ".yml", ".json")) and _CANONICAL.search(source.text[:4000]):
        return Detection("canonical", 1.0, "it says which version of the canonical form it is")
    container = _container(name, source.text)
    if container in {Container.FRONT_MATTER, Container.MARKDOWN}:
        return _markdown(source, where, explicit)
    found = _keyed(source, where, container)
    if found.format is None and explicit and (manifest := passed_over(path)):
        return replace(manifest, why=f"{manifest.why}: name the plugin's folder")
    return found


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
    if name.lower() in _words()["manifests"]:
        return Detection(None, 1.0, f"{name} lists what a plugin brings, and is no agent")
    if name.lower().endswith(KEYED_SUFFIXES):
        return None
    if stem in _words()["documents"]:
        return Detection(None, 1.0, f"{name} is a document about a folder, not an agent")
    return Detection(None, 1.0, "a template, not an agent") if stem in _words()["templates"] else None


def _beside_agents(path: str) -> Detection | None:
    """Why a file in a folder of the tools' own is no agent: they keep their commands and rules there."""
    for what, folders in _words()["folders"].items():
        for folder in folders:
            if f"/{folder}/" in f"/{path}":
                return Detection(None, 1.0, f"{what}, not an agent: it lies in {folder}")
    return None


def asked_for(fmt: str, path: str) -> Detection:
    """The judgement on a file of a folder that is to be read as one format."""
    no_agent = passed_over(path)
    if no_agent:
        return no_agent
    known = FORMATS.get(fmt)
    if known is None or not known.reads:
        return Detection(None, 1.0, f"{known.title if known else fmt} files are not read")
    suffixes = (*KEYED_SUFFIXES, *known.suffixes) if known.keyed else (*MARKDOWN, ".mdc", known.suffix)
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
    seen = Seen(keys, text, _header(text), path, placed_in(path))
    weighed = {fmt.id: weigh(fmt, seen) for fmt in formats}
    ranked = sorted(weighed, key=lambda id_: (-weighed[id_].score, id_))
    if not ranked or weighed[ranked[0]].score < _ENOUGH:
        return Detection(None, 0.8, otherwise, known=False)
    best, score = ranked[0], weighed[ranked[0]].score
    why = _why(FORMATS[best], keys, best in seen.placed)
    near = [id_ for id_ in ranked[1:] if score - weighed[id_].score < _NEAR and weighed[id_].telling]
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
        return Detection(_usual(), 0.5, "front matter in brackets, or a list")
    if not keys:
        own = [id_ for id_ in sorted(placed_in(path)) if FORMATS[id_].has_body and FORMATS[id_].suffix not in MARKDOWN]
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
    return found if found.format else Detection(_usual(), 0.5, "front matter that says little")


def _usual() -> str:
    """The format of front matter with nothing telling in it."""
    return next(fmt.id for fmt in FORMATS.values() if fmt.usual)


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
    return folder.lower().rpartition("__")[2] in AGENT_FOLDERS
