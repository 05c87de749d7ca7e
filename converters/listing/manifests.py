"""The manifests of Claude Code plugins: which agents a plugin lists, kept in step, and nothing else touched.

Facts: the manifest's schema and `claude plugin validate` of release 2.1.330, read 2026-11-21. `agents` is one path
or a list of paths, from the plugin's folder, each of which begins with `./` and ends with `.md`; where one is a folder,
or a file that is not there, the plugin is refused. Where the key is absent the client reads the folder `agents`; where
it is there, only what it lists.
"""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from converters.findings import BAD_MANIFEST, STALE_LIST, UNLISTED_PLUGIN, UNPLACED, Finding, Span
from converters.listing.kept import Kept, differences
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.json import compose, loose

_BOM = "\ufeff"
_MANIFEST = ".claude-plugin/plugin.json"
"""Where a plugin says what it is, from its folder."""
_OWN = "agents/"
"""The folder that is read where a manifest lists none."""
_IDLE_PLUGIN = ("it lists no agents: nothing to keep", "Claude Code reads the folder `agents` by itself")
_IDLE = ("no entry lists agents: nothing to keep", "Claude Code reads the folder `agents` of each plugin by itself")


@dataclass(frozen=True, slots=True)
class _Plugin:
    """What one plugin lists: the node that holds it, its folder, and how it ought to read."""

    node: Mapping
    folder: str
    value: Node | None
    wanted: tuple[str, ...]
    """Its agents, from the folder that everything is counted from."""
    may_grow: bool = True
    """Whether it is known to be the one that an agent of its folder belongs to."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies in the folder that everything is counted from; paths are from there, with `/` between their parts."""

    agents: Collection[str]
    """The files of agents that Claude Code can read."""
    holds: Callable[[str], bool]
    """Whether there is a file at a path."""
    is_others: Callable[[str], bool] = lambda _: False
    """Whether a file is there for somebody else: for another client, or as a copy this tool made of an agent."""

    def ships(self, agent: str, folder: str) -> bool:
        """Whether an agent's file is the plugin's of a folder to ship; all that its own folder `agents` holds is."""
        return agent.startswith(posixpath.join(folder, _OWN)) or not self.is_others(agent)


def keep_plugin(text: str, path: str, ground: Ground) -> Kept:
    """Bring the agents that a `plugin.json` lists in step with those that lie in the plugin's folder."""
    root = _read(text, path)
    if isinstance(root, Finding):
        return Kept(text, faults=(root,))
    wanted = tuple(sorted(_own(ground, "", ())))
    value = _value(root, "agents")
    if value is None and all(agent.startswith(_OWN) for agent in wanted):
        return Kept(text, idle=_IDLE_PLUGIN)
    return _kept(text, path, [_Plugin(root, "", value, wanted)], ground, ())


def keep_marketplace(text: str, path: str, ground: Ground) -> Kept:
    """Bring the agents that the plugins of a `marketplace.json` list in step; entries that list none stay so.

    Of several plugins of one folder none is given an agent that is new: its owner has to say which one it is of.
    Nor is a plugin offered that has no entry: that is its owner's to decide, and so it is told.
    """
    root = _read(text, path)
    if isinstance(root, Finding):
        return Kept(text, faults=(root,))
    plugins = list(_plugins(root))
    folders = [folder for _, folder in plugins]
    lists, remarks = [], []
    for node, folder in plugins:
        value = _value(node, "agents")
        if value is not None:
            own = tuple(sorted(_own(ground, folder, folders)))
            lists.append(_Plugin(node, folder, value, own, folders.count(folder) == 1))
    for folder in dict.fromkeys(one.folder for one in lists if not one.may_grow):
        same = [one for one in lists if one.folder == folder]
        listed = {means for one in same for _, means in _said(one)}
        nobody = [agent for agent in same[0].wanted if agent not in listed]
        remarks += [UNPLACED.at(Span(path), agent=agent, count=len(same)) for agent in nobody]
    start = root.start + len(text) - len(text.removeprefix(_BOM))
    remarks += [
        UNLISTED_PLUGIN.at(Span(path, start, start + 1), folder=folder, agents=told)
        for folder, told in _unlisted(root, ground, folders)
    ]
    kept = _kept(text, path, lists, ground, tuple(remarks))
    return kept if lists else replace(kept, idle=_IDLE)


def _kept(text: str, path: str, plugins: list[_Plugin], ground: Ground, remarks: tuple[Finding, ...]) -> Kept:
    parts, stale, at = [], [], 0
    shift = len(text) - len(text.removeprefix(_BOM))
    for plugin in sorted(plugins, key=lambda one: one.node.start):
        start, stop, now, found = _mended(text.removeprefix(_BOM), plugin, ground)
        if found:
            parts += [text[at : start + shift], now]
            at = stop + shift
            stale.append(STALE_LIST.at(Span(path, start + shift, max(stop, start + 1) + shift), what=found))
    return Kept("".join([*parts, text[at:]]), len(plugins), stale=tuple(stale), remarks=remarks)


def _read(text: str, path: str) -> Mapping | Finding:
    """The manifest taken apart; what its client could not read is not mended here."""
    shift = len(text) - len(text.removeprefix(_BOM))
    text = text.removeprefix(_BOM)
    try:
        root = compose(text)
        fault = loose(text)
    except SyntaxFault as problem:
        fault = problem
    if fault:
        return BAD_MANIFEST.at(Span(path, fault.at + shift, fault.at + shift + 1), problem=f"no JSON: {fault.problem}")
    return root if isinstance(root, Mapping) else BAD_MANIFEST.at(Span(path), problem="it holds no object")


def _plugins(root: Mapping) -> Iterator[tuple[Mapping, str]]:
    """The entries of a marketplace whose plugins lie beside it, each with its folder."""
    metadata = _value(root, "metadata")
    base = _text(_value(metadata, "pluginRoot")) if isinstance(metadata, Mapping) else None
    plugins = _value(root, "plugins")
    for node in plugins.items if isinstance(plugins, Sequence) else ():
        source = _text(_value(node, "source")) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and source:
            folder = posixpath.normpath(source if source.startswith(".") else f"{base or '.'}/{source}")
            if not folder.startswith(("..", "/")):
                yield node, "" if folder == "." else folder


def _unlisted(root: Mapping, ground: Ground, folders: Collection[str]) -> Iterator[tuple[str, str]]:
    """Folders of plugins that no entry leads to, with their agents counted; a name alone may be fetched from afar."""
    plugins = _value(root, "plugins")
    names = {_text(_value(node, "name")) for node in (plugins.items if isinstance(plugins, Sequence) else ())}
    homes = Counter(
        home
        for agent in ground.agents
        if agent.endswith(".md") and ground.ships(agent, home := _home(agent, ground.holds))
    )
    for folder, number in sorted(homes.items()):
        if folder and folder not in folders and posixpath.basename(folder) not in names:
            yield folder, f"{number} agent{'' if number == 1 else 's'}"


def _home(agent: str, holds: Callable[[str], bool]) -> str:
    """The folder of the plugin that an agent lies in, the innermost; empty where it lies in none further in."""
    folder = posixpath.dirname(agent)
    while folder and not holds(f"{folder}/{_MANIFEST}"):
        folder = posixpath.dirname(folder)
    return folder


def _own(ground: Ground, folder: str, folders: Collection[str]) -> Iterator[str]:
    """The agents of a folder that belong to no plugin further in, as Claude Code reads them: Markdown."""
    for agent in ground.agents:
        inside = not folder or agent.startswith(f"{folder}/")
        if not agent.endswith(".md") or not inside or not ground.ships(agent, folder):
            continue
        between = posixpath.dirname(agent)
        while between != folder:
            if between in folders or ground.holds(f"{between}/{_MANIFEST}"):
                break
            between = posixpath.dirname(between)
        else:
            yield agent


# --- one list ----------------------------------------------------------------------------------------


def _said(plugin: _Plugin) -> Iterator[tuple[Scalar, str]]:
    """Each path as it is written, and the one it means."""
    items = plugin.value.items if isinstance(plugin.value, Sequence) else (plugin.value,)
    for item in items:
        if isinstance(item, Scalar) and item.style == "double":
            yield item, posixpath.normpath(posixpath.join(plugin.folder, item.text))


def _mended(text: str, plugin: _Plugin, ground: Ground) -> tuple[int, int, str, str]:
    """The span of a plugin's list, what ought to stand there, and what differs; nothing where nothing does."""
    entries: list[tuple[str, Scalar | None]] = []
    """What the list ought to hold: the spelling, and the old item it is, or was."""
    seen: set[str] = set()
    gone, otherwise, lacking = list[str](), list[str](), list[str]()
    for item, means in _said(plugin):
        inside = [agent for agent in plugin.wanted if agent.startswith(f"{means}/") or means in {"", "."}]
        if means in seen:
            otherwise.append(item.text)
        elif ground.holds(means) and ground.ships(means, plugin.folder):
            spelled = item.text if item.text.startswith("./") else _spelled(means, plugin.folder)
            otherwise += [item.text] if spelled != item.text else []
            entries.append((spelled, item))
            seen.add(means)
        elif inside:
            otherwise.append(item.text)
            new = [agent for agent in inside if agent not in seen]
            entries += [(_spelled(agent, plugin.folder), None) for agent in new]
            seen.update(new)
        else:
            gone.append(item.text)
    if plugin.may_grow:
        lacking = [_spelled(agent, plugin.folder) for agent in plugin.wanted if agent not in seen]
        entries = _joined(entries, lacking)
    found = differences(lacking, gone, otherwise)
    if plugin.value is None:
        start, now = _new_key(text, plugin.node, entries)
        return start, start, now, found
    if isinstance(plugin.value, Sequence):
        return plugin.value.start, plugin.value.stop, _list(text, plugin.value, plugin.node, entries), found
    shown = json.dumps(entries[0][0], ensure_ascii=False) if len(entries) == 1 else None
    now = shown or _list(text, None, plugin.node, entries)
    return plugin.value.start, plugin.value.stop, now, found


def _joined(entries: list[tuple[str, Scalar | None]], lacking: list[str]) -> list[tuple[str, Scalar | None]]:
    """New entries at their places in the alphabet where the old ones stand by it, else at the end."""
    spelled = [entry for entry, _ in entries]
    if spelled != sorted(spelled):
        return [*entries, *((entry, None) for entry in lacking)]
    return sorted([*entries, *((entry, None) for entry in lacking)], key=lambda pair: pair[0])


def _list(text: str, old: Sequence | None, holder: Mapping, entries: list[tuple[str, Scalar | None]]) -> str:
    """A list in the spelling of the old one; what stays keeps its spelling, and the gaps around it."""
    items = old.items if old else ()
    if old and items:
        head, tail = text[old.start : items[0].start], text[items[-1].stop : old.stop]
        gap = text[items[0].stop : items[1].start] if len(items) > 1 else _gap(head)
    else:
        inner, outer = _indents(text, holder)
        head, gap, tail = f"[{inner}", f",{inner or ' '}", f"{outer}]"
    if not entries:
        return "[]"
    next_to = {one.start: other for one, other in pairwise(items)}
    parts = [head]
    for number, (spelled, item) in enumerate(entries):
        kept = item is not None and item.text == spelled
        parts.append(text[item.start : item.stop] if item and kept else json.dumps(spelled, ensure_ascii=False))
        if number + 1 < len(entries):
            after = entries[number + 1][1]
            is_next = item is not None and after is not None and next_to.get(item.start) == after
            parts.append(text[item.stop : after.start] if item and after and is_next else gap)
    return "".join([*parts, tail])


def _gap(head: str) -> str:
    """What parts entries where the only one gives no example."""
    return f",{head[1:]}" if "\n" in head else ", "


def _indents(text: str, holder: Mapping) -> tuple[str, str]:
    """What stands before an entry of a new list and after the last: a line end and its indentation, or nothing."""
    if not holder.pairs or "\n" not in text[holder.start : holder.pairs[0][0].start]:
        return "", ""
    outer = text[holder.start + 1 : holder.pairs[0][0].start]
    newline, _, indent = outer.rpartition("\n")
    outer = ("\r\n" if newline.endswith("\r") else "\n") + indent
    before = text[text.rfind("\n", 0, holder.start) + 1 : holder.start]
    unit = indent.removeprefix(before[: len(before) - len(before.lstrip())]) or "  "
    return outer + unit, outer


def _new_key(text: str, holder: Mapping, entries: list[tuple[str, Scalar | None]]) -> tuple[int, str]:
    """Where the key `agents` is put, behind all the others, and what is put there."""
    if not holder.pairs:
        return holder.start + 1, f'"agents": {_list(text, None, holder, entries)}'
    key, value = holder.pairs[0]
    said = f'"agents"{text[key.stop : value.start]}{_list(text, None, holder, entries)}'
    return holder.pairs[-1][1].stop, f",{_indents(text, holder)[1] or ' '}{said}"


def _spelled(agent: str, folder: str) -> str:
    return f"./{posixpath.relpath(agent, folder or '.')}"


def _value(node: Node | None, key: str) -> Node | None:
    """The last value of a key: the one that counts."""
    pairs = node.pairs if isinstance(node, Mapping) else ()
    return next((value for name, value in reversed(pairs) if name.text == key), None)


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) and node.style == "double" else None
