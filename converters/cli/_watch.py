"""Converting again what changes, for as long as somebody works on it.

What is watched only wakes us up. What has changed is found by looking at the inputs again, so that a file of our own
making, which is none of them, can never set off the next round.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn, TypeAlias

import click

from converters.cli._console import Console, project_collections
from converters.cli._layout import WIDTH, count, cut, cut_start, listed
from converters.cli._run import found_inputs, use_map
from converters.cli._written import written
from converters.conversion import Options, Outcome, spare_prompts, understand
from converters.findings import ERROR, INFO, LOSS, Finding
from converters.inputs import Input
from converters.library import Collection, Library
from converters.output import Change, Output
from converters.planning import plan, plan_alone

_PAUSE = 0.2
"""Seconds of quiet that end a burst of changes, as an editor or a checkout makes them."""

Stamp: TypeAlias = tuple[int, int, int]
"""What changes with a file: size, time of change, number."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An input as it was last read, planned by itself."""

    stamp: Stamp
    outcome: Outcome
    beside: Mapping[Path, Stamp | None]
    """Other files that its prompt was taken from."""


class Watch:
    """The inputs of a conversion and what became of each."""

    def __init__(
        self,
        inputs: tuple[str, ...],
        root: Path,
        options: Options,
        console: Console,
        *,
        collection: str | None = None,
        force: bool = False,
        prune: bool = False,
        refresh: bool = False,
        names: str | None = None,
    ) -> None:
        self.inputs, self.root, self.options, self.console = inputs, root, options, console
        self.collection, self.force, self.prune, self.refresh = collection, force, prune, refresh
        self.names = Path(names) if names else None
        self._named = _stamp(self.names) if self.names else None
        self._seen: dict[str, Seen] = {}
        self._settings: Mapping[str, Collection] | None = None
        self._fresh: frozenset[str] = frozenset()
        """Those that were not read before."""
        self._made: set[str] = set()
        """Those that have outputs."""

    def round(self) -> list[str]:
        """Bring the output in step with the inputs; a line for each that has changed."""
        collections, project = project_collections(self.console)
        if collections != self._settings:
            self._seen, self._settings = {}, collections
        self._use_names()
        before, now = self._seen, dict[str, Seen]()
        ours = Output(self.root).owned
        faults: list[Finding] = []
        sources: dict[str, Input] = {}
        for found in found_inputs(self.inputs, collections, project, self.collection):
            if isinstance(found, Finding):
                faults.append(found)
            elif found.explicit or self._below(found.path) not in ours:  # what we wrote there is no input
                sources[found.shown] = found
                now[found.shown] = self._look(found, collections.get(found.collection), before.get(found.shown))
        changed = [shown for shown, seen in now.items() if before.get(shown) is not seen]
        gone = [shown for shown in before if shown not in now]
        self._seen, self._fresh = now, frozenset(now.keys() - before.keys())
        if not changed and not gone:
            return []
        self.console.find(faults)
        outcomes = {shown: _copy(seen.outcome) for shown, seen in now.items()}
        spare_prompts(list(outcomes.values()), sources)
        plan(list(outcomes.values()), self.options)
        changes = written(
            self.root, list(outcomes.values()), self.options, self.console,
            dry=False, force=self.force, prune=self.prune, refresh=self.refresh,
            names=str(self.names) if self.names else None,
        )  # fmt: skip
        passed = set() if before or self.console.least <= INFO else _passed_over(outcomes)
        if passed:
            self.console.say(f"{len(passed)} of {count(len(now), 'input')} passed over; --verbose names them")
        told = [shown for shown in changed if shown not in passed]
        lines = list(self._told(told, gone, outcomes, changes))
        self._made |= {shown for change in changes if change.kind != "kept" for shown in _inputs_of(change)}
        return lines

    def _use_names(self) -> None:
        """Have the user's map of names count as it is now; while it cannot be read, what it said before does."""
        if self.names is None or (stamp := _stamp(self.names)) == self._named:
            return
        self._named = stamp
        try:
            use_map(str(self.names))
        except click.UsageError as error:
            self.console.say(f"{error.message}; its former names are used")
        else:
            self._seen = {}

    def _look(self, source: Input, home: Collection | None, known: Seen | None) -> Seen:
        """An input as it is now; nothing is read where nothing has changed."""
        stamp = _stamp(source.path) or (0, 0, 0)
        if known and known.stamp == stamp and all(_stamp(path) == was for path, was in known.beside.items()):
            return known
        outcome = understand(source, self.options, home)
        beside = {Path(path): _stamp(Path(path)) for path in outcome.prompt_files}
        if self.options.layout != "source":  # where paths depend on who else is there
            outcome.keys = tuple(map(Library.key, outcome.specs))
            plan_alone(outcome, self.options)
            outcome.planned = True
        return Seen(stamp, outcome, beside)

    def _below(self, path: Path) -> str | None:
        """A path as our manifest would have it; `None` where it does not lie below the output's root."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except (ValueError, OSError):
            return None

    def _told(
        self, changed: Iterable[str], gone: Iterable[str], outcomes: Mapping[str, Outcome], changes: Iterable[Change]
    ) -> Iterator[str]:
        """A line for each input that changed or went, and what is wrong with those that changed."""
        files: dict[str, list[Change]] = {}
        for change in changes:
            for shown in _inputs_of(change):
                files.setdefault(shown, []).append(change)
        for shown in changed:
            outcome, made = outcomes[shown], files.get(shown, [])
            self.console.find(self._grave(outcome.findings), outcome.text)
            self.console.find(change.finding for change in made if change.finding)
            words = _became(outcome, made)
            if words != _NOTHING or shown not in self._fresh:
                yield _line(shown, words)
        for shown in gone:
            stays = shown in self._made and not self.prune
            yield _line(shown, "gone; its outputs stay without --prune" if stays else "gone")

    def _grave(self, findings: Iterable[Finding]) -> list[Finding]:
        """What is told of an input each time: errors, and with --verbose everything; losses are counted."""
        return [found for found in findings if found.rule.severity >= ERROR or self.console.least <= INFO]


_NOTHING = "nothing to change"


def _passed_over(outcomes: Mapping[str, Outcome]) -> set[str]:
    return {shown for shown, outcome in outcomes.items() if outcome.status == "skipped"}


def _inputs_of(change: Change) -> tuple[str, ...]:
    return tuple(change.artifact.inputs) if change.artifact else ()


def _became(outcome: Outcome, made: Iterable[Change]) -> str:
    """What became of an input, in a few words."""
    if outcome.status == "skipped":
        return f"skipped: {outcome.findings[0].facts['why']}"
    fresh = [change.artifact.target for change in made if change.kind in {"new", "changed"} and change.artifact]
    kept = [change.artifact.target for change in made if change.kind == "kept" and change.artifact]
    said = [listed(list(dict.fromkeys(fresh)), 6)] if fresh else []
    said += [f"kept as they are: {listed(list(dict.fromkeys(kept)), 6)}"] if kept else []
    if not said and (outcome.status == "refused" or any(f.rule.severity >= ERROR for f in outcome.findings)):
        return "refused"
    losses = sum(finding.rule.severity is LOSS for finding in outcome.findings)
    said += [f"{outcome.withheld} withheld"] if outcome.withheld else []
    said += [f"{losses} {'loss' if losses == 1 else 'losses'}"] if losses and said else []
    return "; ".join(said) or _NOTHING


def _line(shown: str, words: str) -> str:
    room = WIDTH - min(len(words), WIDTH // 2) - 4
    return f"{cut_start(shown, room)} -> {cut(words, max(20, WIDTH - 4 - min(room, len(shown))))}"


def _copy(outcome: Outcome) -> Outcome:
    """The same, so that planning it with others leaves it as it was."""
    return replace(
        outcome,
        findings=[*outcome.findings],
        reports=[*outcome.reports],
        artifacts=[*outcome.artifacts],
        withheld_from=[*outcome.withheld_from],
        barred=[*outcome.barred],
    )


def _stamp(path: Path) -> Stamp | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns, state.st_ino


def watch(rounds: Callable[[], list[str]], inputs: Iterable[str]) -> NoReturn:
    """Go round whenever something stirs among the inputs, until somebody stops it."""
    woken = threading.Event()
    with _awake(inputs, woken):
        _tell(rounds())
        while True:
            woken.wait()
            while woken.is_set():  # until it is quiet
                woken.clear()
                woken.wait(_PAUSE)
            try:
                _tell(rounds())
            except click.ClickException as error:  # a disk that is full now may not be later
                error.show()


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


@contextmanager
def _awake(inputs: Iterable[str], woken: threading.Event) -> Iterator[None]:
    """Have the system say when a file below the inputs, or the settings of the collections, may have changed."""
    from watchdog.events import EVENT_TYPE_CLOSED_NO_WRITE, EVENT_TYPE_OPENED, FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    class Wake(FileSystemEventHandler):
        """Wakes whoever waits."""

        def on_any_event(self, event: FileSystemEvent) -> None:
            if event.event_type not in {EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE}:
                woken.set()

    observer = Observer()
    for folder, deep in _folders(inputs).items():
        observer.schedule(Wake(), folder, recursive=deep)
    observer.start()
    try:
        yield
    finally:
        observer.stop()
        observer.join()


def _folders(inputs: Iterable[str]) -> dict[str, bool]:
    """The folders to watch, and whether with all that is below."""
    folders = {"specs": False} if Path("specs").is_dir() else {}
    for name in inputs:
        path = Path(name)
        if path.is_dir():
            folders[name] = True
        else:
            folders.setdefault(str(path.parent), False)
    return folders
