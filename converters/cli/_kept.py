"""Keeping files in step with the agents: finding the files, what each is, and writing it whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from glob import has_magic
from pathlib import Path
from typing import Literal, TypeAlias

import click

from converters.cli._console import Console, dumped, finding_json, print_json, show_diff
from converters.cli._layout import count, wrapped
from converters.cli._library import library_from, written_in
from converters.cli._shipped import ground_of
from converters.conversion import Options
from converters.drafts import write_whole
from converters.findings import NOT_OURS, STALE_LIST, UNREADABLE, Finding, Span
from converters.library import Library
from converters.listing import Ask, Entry, Kept, badge, is_badge, keep_marketplace, keep_plugin, keep_regions
from converters.listing.kept import named
from converters.model import AgentSpec

Kind: TypeAlias = Literal["markdown", "plugin", "marketplace", "badge"]
_MANIFESTS: Mapping[str, Kind] = {"plugin.json": "plugin", "marketplace.json": "marketplace"}
_FOR_READERS: frozenset[Kind] = frozenset({"markdown", "badge"})
"""What tells people of agents, and so of those alone that are published; a plugin's manifest is what a client loads."""
_HOME = ".claude-plugin"


class Links:
    """The way from one folder to the files of agents, as far as they lie in the same repository."""

    def __init__(self, library: Library, files: Mapping[str, Path], folder: Path) -> None:
        self._library = library
        self._files = files
        self._folder = _absolute(folder)
        self.top = _top(self._folder)
        """The folder that no way leaves."""

    def to(self, spec: AgentSpec) -> str | None:
        """The path of an agent's source, else of its spec, with `/` between its parts; `None` where neither is near."""
        for path in (self._source(spec), self._files.get(Library.key(spec))):
            if path is not None and _absolute(path).is_relative_to(self.top) and path.is_file():
                return Path(os.path.relpath(path, self._folder)).as_posix()
        return None

    def _source(self, spec: AgentSpec) -> Path | None:
        home = self._library.collections.get(spec.source.collection) if spec.source else None
        if spec.source is None or not spec.source.path or home is None or home.folder is None:
            return None
        return Path(home.folder, spec.source.path)


def _absolute(path: Path) -> Path:
    """A path from the root of the disk, without `..`, links not followed."""
    return Path(os.path.normpath(path.absolute()))


def _top(folder: Path) -> Path:
    """The repository that a folder lies in; without one, the folder that the command runs in, if that holds it."""
    above = next((path for path in (folder, *folder.parents) if (path / ".git").exists()), None)
    here = Path.cwd()
    return above or (here if folder.is_relative_to(here) else folder)


@dataclass(frozen=True, slots=True)
class _File:
    """One file that is kept."""

    path: Path
    shown: str
    kind: Kind
    before: bytes | None
    kept: Kept
    is_left: bool = False
    """Whether it stays as it is because an input cannot be read, whose agents would go from it."""

    @property
    def after(self) -> bytes:
        return _bytes(self.kept.text)

    @property
    def status(self) -> str:
        """What becomes of it."""
        if self.kept.faults or self.is_left:
            return "kept"
        return "unchanged" if self.after == self.before else "new" if self.before is None else "changed"


def keep(
    inputs: Sequence[str], into: Sequence[str], form: str | None, ask: Ask, console: Console, *,
    in_format: Sequence[str], check: bool, diff: bool, as_json: bool,
) -> None:  # fmt: skip
    """Bring every list of the named files in step, or tell what is not."""
    paths = [path for word in into for path in _paths(word)]
    kinds = [_kind(path, form) for path in paths]
    files: dict[str, Path] = {}
    least = console.least
    library = written_in(library_from(inputs, console, Options(), files), in_format)
    console.least, unread = least, console.failed
    kept = [_kept(path, kind, library, files, ask) for path, kind in zip(paths, kinds, strict=True)]
    kept = [replace(file, is_left=unread) for file in kept]
    hidden = len(library.agents) - len(library.published.agents)
    told: list[tuple[_File, list[Finding]]] = []
    for file in kept:
        found = [*file.kept.faults, *file.kept.remarks, *(file.kept.stale if check and not unread else ())]
        if not check and not diff and file.status in {"new", "changed"}:
            found += _written(file)
        console.find(found, _text(file.before or b""))
        told.append((file, found))
        if diff and not as_json and file.status != "kept":
            show_diff(file.shown, file.before or b"", file.after)
        elif not (as_json or check or console.quiet) and file.status in {"new", "changed"}:
            click.echo(f"{file.status:<9} {file.shown}")
    if as_json:
        print_json({"files": [_row(file, found) for file, found in told]})
    if hidden and not _FOR_READERS.isdisjoint(kinds):
        console.say(f"{count(hidden, 'agent')} left out: not published (`publish: false`)")
    if unread:
        console.say("mend what is told above first: what cannot be read would be missing here")
    _close(kept, console, is_written=not check and not diff)
    console.leave()


def _close(files: Sequence[_File], console: Console, *, is_written: bool) -> None:
    """The end line, which accounts for every file; one that holds no list says why."""
    if len(files) == 1 and files[0].kept.idle:
        for number, line in enumerate(files[0].kept.idle):
            console.say(f"  {line}" if number else f"{files[0].shown}: {line}")
        return
    told = Counter(_word(file, is_written=is_written) for file in files)
    outcome = ", ".join(f"{number} {word}" for word, number in told.items()) if len(files) > 1 else next(iter(told))
    if idle := [file.shown for file in files if file.kept.idle]:
        outcome += f"; without a list {'is' if len(idle) == 1 else 'are'} {named(idle)}"
    one = files[0].shown if len(files) == 1 and files[0].status in {"unchanged", "kept"} else count(len(files), "file")
    for line in wrapped(f"{one}: {outcome}"):
        console.say(line)


def _word(file: _File, *, is_written: bool) -> str:
    """What became of a file, in a word or two."""
    if file.kept.idle:
        return "without a list"
    if file.status == "kept":
        return "not touched"
    if file.status == "unchanged":
        return "in step, but for what is told above" if file.kept.remarks else "in step"
    return "written" if is_written else "not in step"


def _row(file: _File, found: Sequence[Finding]) -> dict[str, object]:
    text = _text(file.before or b"")
    return {
        "path": file.shown,
        "kind": file.kind,
        "status": file.status,
        "lists": file.kept.lists,
        "findings": [finding_json(finding, text) for finding in found],
    }


# --- which files, and what they are --------------------------------------------------------------------


def _paths(word: str) -> list[Path]:
    """The file that is named, or those that a pattern means."""
    path = Path(word)
    if path.is_file() or not has_magic(word):
        return [path]
    folder = Path(path.anchor)
    found = sorted(one for one in folder.glob(str(path.relative_to(folder))) if one.is_file())
    if not found:
        raise click.ClickException(f"--into {word}: there is no such file.")
    return found


def _kind(path: Path, form: str | None) -> Kind:
    """What is kept in a file: as said, else as its name says."""
    if form in {"markdown", "plugin", "marketplace", "badge"}:
        kind: Kind = form  # type: ignore[assignment]  # one of the four
    elif form:
        raise click.UsageError(f"--format {form} does not go with --into.")
    else:
        kind = _MANIFESTS.get(path.name) or ("badge" if path.suffix == ".json" else "markdown")
    if kind != "badge" and not path.is_file():
        raise click.ClickException(f"--into {path}: there is no such file.")
    return kind


def _kept(path: Path, kind: Kind, library: Library, files: Mapping[str, Path], ask: Ask) -> _File:
    shown = path.as_posix()
    library = library.published if kind in _FOR_READERS else library
    try:
        before = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise click.ClickException(f"--into {shown}: cannot read: {error.strerror or error}") from None
    text = _text(before or b"")
    if kind == "badge":
        return _File(path, shown, kind, before, _badge(text, shown, before, library))
    folder = path.parent
    if kind != "markdown" and folder.name == _HOME:
        folder = folder.parent
    links = Links(library, files, folder)
    entries = [Entry(spec, links.to(spec)) for spec in library.agents]
    if kind == "markdown":
        return _File(path, shown, kind, before, keep_regions(text, shown, entries, library.collections, ask))
    ground = ground_of(_absolute(folder), links.top, entries)
    keeping = keep_plugin if kind == "plugin" else keep_marketplace
    return _File(path, shown, kind, before, keeping(text, shown, ground))


def _badge(text: str, shown: str, before: bytes | None, library: Library) -> Kept:
    if before is not None and not is_badge(text):
        return Kept(text, faults=(NOT_OURS.at(Span(shown), path=shown),))
    now = dumped(badge("agents", f"{len(library.agents):,}"))
    what = f"it ought to say {len(library.agents):,}" if before is not None else "the badge is not there yet"
    return Kept(now, 1, stale=(STALE_LIST.at(Span(shown), what=what),) if text != now else ())


def _written(file: _File) -> list[Finding]:
    """Put a file where the old one lies, unless somebody has changed it meanwhile."""
    try:
        place = file.path.resolve()
        if file.before is None:
            write_whole(place, file.after)
            return []
        mode = place.stat().st_mode
        if place.read_bytes() != file.before:
            return [UNREADABLE.at(Span(file.shown), problem="it changed meanwhile; it is left as it is")]
        write_whole(place, file.after)
        place.chmod(mode & 0o7777)
    except OSError as error:
        return [UNREADABLE.at(Span(file.shown), problem=f"cannot write: {error.strerror or error}")]
    return []


def _text(data: bytes) -> str:
    """Bytes as text that comes back as the same bytes, whatever they are."""
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
