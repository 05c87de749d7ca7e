"""Whether the lists that people and clients find agents by name them all, and name none that is not there."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from converters.check._checked import Checked
from converters.check.places import text_of
from converters.findings import DEAD_ENTRY, REFUSED_ENTRY, UNLISTED, Finding, Span
from converters.sections import prose_lines
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node, Scalar, Sequence, SyntaxFault, json

_LEAST = 3
"""Agents of one folder that a README must link to be its index; a manifest is one with any."""
_HIGHEST = 6
"""Folders above an agent's that are looked at, where no repository ends before."""
_READMES = ("README.md", "readme.md", "Readme.md")
_PLUGIN, _MARKETPLACE = ".claude-plugin/plugin.json", ".claude-plugin/marketplace.json"
_LINK = re.compile(
    r"""\]\([ \t]*<?([^)\s>]{1,400})            # [name](path)
    | ^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*<?([^\s>]{1,400})   # [name]: path
    | \bhref[ ]?=[ ]?["']([^"'\n]{1,400})["']""",
    re.VERBOSE | re.IGNORECASE,
)
_AWAY = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
_ON_GITHUB = re.compile(r"https?://(?:www\.)?github\.com/[^/]+/[^/]+/(?:blob|raw)/[^/]+/(.+)", re.IGNORECASE)


class _Entry(NamedTuple):
    """One path that an index lists: where it stands, as it is written, and the file or folder it means."""

    start: int
    stop: int
    said: str
    means: Path
    sure: bool = True
    """Whether it can mean nothing else, so that it is dead where there is no such file."""
    refused: str = ""
    """Why Claude Code takes no manifest that says so."""


@dataclass(frozen=True, slots=True)
class _Index:
    """A README or a manifest, and what it lists."""

    shown: str
    text: str
    entries: tuple[_Entry, ...]
    is_manifest: bool


def check_indexes(agents: Mapping[Path, str]) -> Iterator[Checked]:
    """Hold the files of agents, absolute and each as the user would write it, against the indexes around them.

    An index is a README that links at least half of the agents of a folder, or a manifest of Claude plugins that
    lists as many; what lists fewer was not meant to list them all, and nothing is said. An agent is told of once,
    whatever number of them leave it out.
    """
    left_out: dict[Path, list[str]] = {}
    """The indexes that lack an agent, each as the user would write it."""
    faults = list[Checked]()
    for index in _indexes(agents):
        listed = {path for entry in index.entries for path in _listed(entry, agents)}
        folders = Counter(path.parent for path in listed)
        sizes = Counter(path.parent for path in agents)
        least = 1 if index.is_manifest else _LEAST
        whole = {folder for folder, number in folders.items() if number >= max(least, sizes[folder] / 2)}
        for path in agents:
            if path.parent in whole and path not in listed:
                left_out.setdefault(path, []).append(index.shown)
        found = tuple(filter(None, (_fault(index, entry, whole) for entry in index.entries)))
        if found:
            faults.append(Checked(index.shown, index.text, found, counts=False))
    for path, lists in sorted(left_out.items()):
        shown = agents[path]
        yield Checked(shown, None, (UNLISTED.at(Span(shown), lists=_together(lists)),), counts=False)
    yield from faults


def _together(names: list[str]) -> str:
    """Names in a row, as one says them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _fault(index: _Index, entry: _Entry, whole: set[Path]) -> Finding | None:
    """What is wrong with one entry."""
    span = Span(index.shown, entry.start, entry.stop)
    if entry.refused:
        return REFUSED_ENTRY.at(span, problem=entry.refused)
    dead = entry.sure and _is_dead(entry, whole, index.is_manifest)
    return DEAD_ENTRY.at(span, entry=entry.said) if dead else None


def _listed(entry: _Entry, agents: Mapping[Path, str]) -> Iterable[Path]:
    """The agents that an entry means; a manifest may name a folder of them."""
    if entry.means in agents:
        return (entry.means,)
    return () if entry.means.suffix else (path for path in agents if path.parent == entry.means)


def _is_dead(entry: _Entry, whole: set[Path], is_manifest: bool) -> bool:
    """Whether nothing is where the entry points; a README also speaks of other things than agents."""
    if not is_manifest and (entry.means.parent not in whole or not entry.means.suffix):
        return False
    try:
        return not entry.means.exists()
    except (OSError, ValueError):
        return False


# --- finding and reading them ------------------------------------------------------------------------


def _indexes(agents: Iterable[Path]) -> Iterator[_Index]:
    folders: dict[Path, Path] = {}
    """Each folder that may hold an index, and the top that its entries may not leave."""
    parents = dict.fromkeys(path.parent for path in agents)
    common = _common(parents)
    for folder in parents:
        above = _above(folder, common)
        folders.update(dict.fromkeys(above, above[-1]))
    for folder, top in sorted(folders.items()):
        for name in (*_readmes(folder), _PLUGIN, _MARKETPLACE):
            path = folder / name
            text = text_of(path) if path.is_file() else None
            if text is not None:
                read = _linked if name in _READMES else _declared
                yield _Index(_shown(path), text, tuple(read(text, path, top)), name not in _READMES)


def _readmes(folder: Path) -> tuple[str, ...]:
    try:
        names = {entry.name for entry in os.scandir(folder)}
    except OSError:
        return ()
    return tuple(name for name in _READMES if name in names)[:1]


def _common(folders: Iterable[Path]) -> Path:
    """The innermost folder that holds all the others, and the one it lies in."""
    try:
        return Path(os.path.commonpath(list(folders) or [Path.cwd()])).parent
    except ValueError:  # on Windows, of two drives
        return Path.cwd()


def _above(folder: Path, common: Path) -> tuple[Path, ...]:
    """A folder and those above it: up to its repository's top, or without one up to `common`."""
    above = (folder, *folder.parents)[: _HIGHEST + 1]
    top = next((number for number, path in enumerate(above) if (path / ".git").exists()), None)
    if top is None:
        top = next((number for number, path in enumerate(above) if path == common), len(above) - 1)
    return above[: top + 1]


def _linked(text: str, path: Path, top: Path) -> Iterator[_Entry]:
    """What a README links, code left out."""
    for at, line in prose_lines(text):
        for match in _LINK.finditer(line):
            group = match.lastindex or 1
            said = match[group]
            start, stop = at + match.start(group), at + match.end(group)
            away = _ON_GITHUB.match(said)
            if away:  # of this repository or of another
                yield _Entry(start, stop, said, _below(top, away[1], top) or top, sure=False)
            elif not _AWAY.match(said):
                means = _below(top if said.startswith("/") else path.parent, said.lstrip("/"), top)
                if means is not None:
                    yield _Entry(start, stop, said, means)


def _declared(text: str, path: Path, top: Path) -> Iterator[_Entry]:
    """What the manifest of a plugin, or of a marketplace of plugins, lists of agents and commands."""
    try:
        root = json.compose(text)
    except SyntaxFault:
        return
    home = path.parent.parent
    if path.name == "plugin.json":
        yield from _paths(root, home, top)
        return
    base = _text(_value(_value(root, "metadata"), "pluginRoot")) or "."
    plugins = _value(root, "plugins")
    for plugin in plugins.items if isinstance(plugins, Sequence) else ():
        source = _text(_value(plugin, "source"))
        folder = _below(home, source if (source or "").startswith(".") else f"{base}/{source}", top) if source else None
        if folder is not None and folder.is_dir():
            yield from _paths(plugin, folder, top)


def _paths(node: Node | None, folder: Path, top: Path) -> Iterator[_Entry]:
    for key in ("agents", "commands"):
        value = _value(node, key)
        for item in value.items if isinstance(value, Sequence) else (value,):
            said = _text(item)
            means = _below(folder, said, top) if said else None
            if isinstance(item, Scalar) and said and means is not None:
                yield _Entry(item.start, item.stop, said, means, refused=_refused(said) if key == "agents" else "")


def _refused(said: str) -> str:
    """Why an agent's path is none to Claude Code, in the words of its release 2.1.330, read 2026-11-21."""
    if not said.endswith(".md"):
        return f"under `agents`, {said!r} must end with `.md`: files are listed, no folders"
    return "" if said.startswith("./") else f"under `agents`, {said!r} must start with `./`"


def _value(node: Node | None, key: str) -> Node | None:
    pairs = node.pairs if isinstance(node, MappingNode) else ()
    return next((value for name, value in pairs if name.text == key), None)


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) and node.style == "double" else None


def _below(folder: Path, said: str, top: Path) -> Path | None:
    """The place that a path means, links not followed; `None` where it leaves the top or can be no path."""
    path = unquote(re.split(r"[#?]", said, maxsplit=1)[0])
    if not path or "\0" in path or "\\" in path:
        return None
    means = Path(os.path.normpath(folder / path))
    return means if means.is_relative_to(top) else None


def _shown(path: Path) -> str:
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on Windows, from another drive
        return path.as_posix()
