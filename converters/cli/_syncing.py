"""Bringing collections in step, one after the other, and telling what became of each."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from converters import lock as locks
from converters.check.places import Places
from converters.cli._console import Console, finding_json, show_diff
from converters.cli._layout import WIDTH, Page, count, cut, plain, wrapped
from converters.cli._review import Fold, changes_json, outline, summary, text_lines
from converters.drafts import write_whole
from converters.findings import ERROR, INFO, printable
from converters.library import Collection, Library
from converters.lock import Lock
from converters.model import NO_LICENCE
from converters.output import Change
from converters.syncing import How, RootOf, Step, gone, library_before, look_names_up, step, written

_FOLD = Fold(beyond=20, first=5)

cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where fetched repositories are kept; otherwise your user's cache folder.",
)


@dataclass(slots=True, kw_only=True)
class Run:
    """A run over several collections, and what it came to."""

    how: How
    console: Console
    page: Page | None
    """Where changes are told; `None` tells none."""
    dry: bool = False
    diff: bool = False
    force: bool = False
    refresh: bool = False
    root_of: RootOf | None = None
    """What finds a `root` for collections that are fetched and have none; `None` leaves them without."""
    described: tuple[str, str] = ("specs/collections.yaml", "")
    """The file that describes the collections, as shown, and its text."""
    steps: list[Step] = field(default_factory=list)
    planned: dict[str, list[Change]] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    """How many agents each collection had before."""
    removed: list[str] = field(default_factory=list)
    """Collections that were fetched once and are described no more."""

    def bring(self, homes: Sequence[Collection], locked: Mapping[str, Lock]) -> None:
        """Fetch and read all, then write and tell each."""
        before = library_before(self.how, [home.name for home in homes])
        for home in homes:
            self.held[home.name] = len(before.in_collection(home.name))
            if home.source and sys.stderr.isatty() and not self.how.offline:
                self.console.say(f"fetching {home.source}")
            self.steps.append(step(home, locked.get(home.name), before, self.how, self.root_of))
        _known(self.how.access_apart, self.steps)
        look_names_up(self.steps, before, self.how)
        for made in self.steps:
            if made.is_taken:
                self._write(made)
            self._find(made)
            planned = self.planned.get(made.collection.name, [])
            if self.page:
                _tell(self.page, made, None if self.console.least == INFO else _FOLD)
            if self.diff:
                _show(planned)

    def _write(self, made: Step) -> None:
        name = made.collection.name
        try:
            self.planned[name] = written(made, self.how, dry=self.dry, force=self.force, refresh=self.refresh)
        except OSError as error:
            raise click.ClickException(f"cannot write specs/: {error.strerror or error}") from None

    def _find(self, made: Step) -> None:
        """Tell what stands in the way; of what the files themselves say only that, unless more was asked for."""
        path, text = self.described
        places = Places(path, text)
        for finding in made.findings:
            if finding.span.path == made.collection.name:
                self.console.find([replace(finding, span=places.key(f"/{made.collection.name}"))], text or None)
            else:
                self.console.find([finding])
        for outcome in made.outcomes:
            if outcome.status != "skipped":
                least = INFO if self.console.least == INFO else ERROR
                self.console.find([f for f in outcome.findings if f.rule.severity >= least], outcome.text)

    def drop(self, names: Iterable[str]) -> None:
        """Remove what was fetched once and is described no more."""
        for name in names:
            self.removed.append(name)
            self.planned[name] = gone(name, self.how, dry=self.dry)
            if self.page:
                files = sum(change.kind == "removed" for change in self.planned[name])
                self.page.heading(f"{name}: described no more, {count(files, 'file')} removed")

    def save(self, locked: Mapping[str, Lock]) -> bool:
        """Bring the lock file in step; whether it is, or would be, another."""
        after = {name: entry for name, entry in locked.items() if name not in self.removed}
        after |= {made.collection.name: made.after for made in self.steps if made.is_taken and made.after}
        for made in self.steps:
            if made.collection.source is None:
                after.pop(made.collection.name, None)
        where = self.how.project / "specs" / locks.NAME
        said = locks.dump(after).encode()
        before = where.read_bytes() if where.is_file() else None
        if before == said or (before is None and not after):
            return False
        if not self.dry:
            write_whole(where, said)
        return True

    @property
    def changes(self) -> list[Change]:
        """Every file that is, or would be, another."""
        return [
            change
            for planned in self.planned.values()
            for change in planned
            if change.kind not in {"unchanged", "kept"}
        ]

    def end_line(self) -> str:
        """What it all comes to."""
        kinds = [change.kind for change in self.changes]
        made, went = len(kinds) - kinds.count("removed"), kinds.count("removed")
        left = [step.collection.name for step in self.steps if not step.is_taken]
        agents = sum(len(step.changes.new.agents) for step in self.steps if step.is_taken and step.changes)
        stay = sum(self.held[name] for name in left)
        told = f"{count(len(self.steps), 'collection')}, {count(agents + stay, 'agent')}: "
        told += f"{count(made, 'file')} {'would be written' if self.dry else 'written'}"
        same = sum(self._says_the_same(step) for step in self.steps if step.is_taken)
        told += f" ({same} only brought up to date, the agents in them say the same)" if same else ""
        told += f", {went} removed" if went else ""
        told += f"; {len(left)} not taken" if left else ""
        return told + (
            f", {'its' if len(left) == 1 else 'their'} {count(stay, 'agent')} here as before" if stay else ""
        )

    def _says_the_same(self, made: Step) -> int:
        """How many files are written though what their agents say has not changed."""
        if made.changes is None:
            return 0
        others = [*made.changes.added, *(change.new for change in made.changes.changed)]
        paths = {f"{Library.key(spec)}.yaml" for spec in others}
        planned = self.planned.get(made.collection.name, [])
        return sum(change.kind in {"new", "changed"} and change.path not in paths for change in planned)

    def json(self) -> dict[str, Any]:
        """The whole for scripts."""
        return {
            "collections": [_step_json(made, self.planned.get(made.collection.name, [])) for made in self.steps],
            "removed": self.removed,
            "files": [{"path": f"specs/{change.path}", "kind": change.kind} for change in self.changes],
        }


def _known(names: Iterable[str], steps: Iterable[Step]) -> None:
    """End the run where a name is that of an agent which its collection has not, and had not."""
    held = {made.collection.name: made.keys for made in steps if made.changes}
    for name in names:
        keys = held.get(name.partition("/")[0])
        if "/" in name and keys is not None and name not in keys:
            near = get_close_matches(name, sorted(keys), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"--access names {printable(name)!r}, and there is no such agent.{hint}")


def _tell(page: Page, made: Step, fold: Fold | None) -> None:
    """One collection: where it stands, and what changed."""
    home, lock = made.collection, made.after
    head = home.name
    if lock and lock.commit:
        was = made.before.commit if made.before and made.before.commit else None
        head += f": {home.revision or 'HEAD'} at {lock.commit[:7]}"
        head += f", was at {was[:7]}" if was and was != lock.commit else ""
    elif home.source or home.root:
        head += f": {home.source or home.root}"
    page.heading(cut(head, WIDTH))
    if made.changes is None or not made.changes.new.agents:
        page.line("  not taken")
        return
    if home.source:
        page.lines(wrapped(_terms(made), first="  "))
    if made.uncommitted:
        page.line("  taken as it is committed there; what is not committed is left out")
    page.lines(wrapped(_what(made), first="  "))
    if made.changes.old.agents:
        for heading, entries in outline(made.changes):
            page.heading(f"  {heading} ({len(entries)})")
            page.lines(f"  {line}".rstrip() for line in text_lines(entries, fold=fold, width=WIDTH - 2))
    _tell_lost_links(page, made)


def _terms(made: Step) -> str:
    """The licence; where none is known, what follows, and of what is taken the first time what changes that."""
    home, lock = made.collection, made.after
    licence = lock.license if lock and home.license == NO_LICENCE else home.license
    if licence != NO_LICENCE:
        return f"licence {licence}"
    told = f"{lock.license_file}: not known which licence" if lock and lock.license_file else "no licence found"
    is_foreign = home.origin == "remote" or home.repository is not None
    if not is_foreign or home.publish != "auto":
        return told
    if made.changes and made.changes.old.agents:
        return f"{told}: the site shows summaries"
    return (
        f"{told}: the site shows a summary of each agent and leads to its source; for more, state `license:`, "
        f"or `publish: full` if you may, in specs/collections.yaml"
    )


def _tell_lost_links(page: Page, made: Step) -> None:
    """Who moved and has no alias that old links find it by, and what gives it one."""
    assert made.changes is not None
    known = {*made.collection.aliases, *(made.after.moved if made.after else ())}
    lost = {change.old.id: change.new.id for change in made.changes.changed if change.is_moved}
    said = [f"  {plain(old)}: {plain(new)}" for old, new in sorted(lost.items()) if old not in known]
    if said:
        sure = "If these are the same agents, " if made.collection.source else ""
        told = f"{sure}`aliases` of {made.collection.name} in specs/collections.yaml keep links to them alive:"
        page.lines(["", *wrapped(told[0].upper() + told[1:], first="  ")])
        page.lines(f"  {line}" for line in said)


def _what(made: Step) -> str:
    assert made.changes is not None
    told = summary(made.changes)
    if not made.changes.old.agents:
        told = f"{count(len(made.changes.new.agents), 'agent')}, all new"
    elif not made.changes.any:
        told = f"{count(len(made.changes.new.agents), 'agent')}, nothing changed upstream"
    return told + ("" if made.is_taken else "; not taken")


def _show(planned: Iterable[Change]) -> None:
    for change in planned:
        if change.kind in {"changed", "removed"}:
            show_diff(f"specs/{change.path}", change.before or b"", change.after or b"")


def _step_json(made: Step, planned: Sequence[Change]) -> dict[str, Any]:
    home, lock = made.collection, made.after
    moved = any(change.kind not in {"unchanged", "kept"} for change in planned)
    return {
        "name": home.name,
        "source": home.source,
        "revision": home.revision,
        "status": "refused" if not made.is_taken else "changed" if moved else "unchanged",
        "commit": {"old": made.before.commit if made.before else None, "new": lock.commit if lock else None},
        "license": lock.license if lock and home.license == NO_LICENCE else home.license,
        "files": lock.files if lock else len(made.outcomes),
        "changes": changes_json(made.changes) if made.changes else None,
        "findings": [finding_json(finding) for finding in made.findings]
        + [finding_json(finding, outcome.text) for outcome in made.outcomes for finding in outcome.findings],
    }
