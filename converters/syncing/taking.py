"""Putting the files of a source where they can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from converters.collection import Collection
from converters.detect import SUFFIXES
from converters.fetching import Mirror, is_repository, lay_out
from converters.findings import LOCK_DIFFERS, UNFETCHED, UNREADABLE, Finding, Span
from converters.git import GitFault
from converters.leave import Access
from converters.licences import is_licence
from converters.lock import Lock
from converters.remotes import is_address


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a run goes about it."""

    project: Path
    """The folder that holds `specs`."""
    cache: Path
    """Where what is fetched is kept."""
    locked: bool = False
    """Whether just what the lock file says is taken."""
    offline: bool = False
    """Whether only the cache is asked."""
    access: Access = "refuse"
    """What to do where an agent could touch more than before."""
    access_apart: Mapping[str, Access] = field(default_factory=dict)
    """The collections, and the single agents by `collection/id`, for which that is another."""

    def access_to(self, agent: str) -> Access:
        """What to do where an agent, by its `collection/id`, could touch more than before."""
        of_all = self.access_apart.get(agent.partition("/")[0], self.access)
        return self.access_apart.get(agent, of_all)


@dataclass(frozen=True, slots=True)
class Taken:
    """A source, with its files on the disk."""

    top: Path
    commit: str | None = None
    left: tuple[str, ...] = ()
    """Paths of files that could not be put there."""


class Fault(Exception):
    """Why a source cannot be taken, as a finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def take(home: Collection, lock: Lock | None, how: How, scratch: Path) -> Taken:
    """Find a collection's source, or fetch it into `scratch`; raises `Fault`."""
    if home.source is None:
        return Taken(how.project)
    if how.locked and (lock is None or (lock.source, lock.revision) != (home.source, home.revision)):
        problem = "it has no entry" if lock is None else "the entry is of another `source` or `revision`"
        raise Fault(LOCK_DIFFERS.at(Span(home.name), collection=home.name, problem=problem))
    try:
        if is_address(home.source):
            return _fetched(home, home.source, lock, how, scratch)
        folder = (how.project / Path(home.source).expanduser()).resolve()
        if not folder.is_dir():
            raise GitFault("there is no such folder")
        if is_repository(folder):
            return _fetched(home, str(folder), lock, how, scratch)
        if home.revision:
            raise GitFault("it is no repository, and so has no `revision`")
        return Taken(folder)
    except GitFault as problem:
        raise Fault(UNFETCHED.at(Span(home.name), source=home.source, problem=problem)) from None
    except OSError as error:
        raise Fault(UNFETCHED.at(Span(home.name), source=home.source, problem=error.strerror or error)) from None


def _fetched(home: Collection, address: str, lock: Lock | None, how: How, scratch: Path) -> Taken:
    mirror = Mirror(address, how.cache)
    commit = _pinned(mirror, lock, how) if how.locked else _newest(mirror, home, lock, how)
    left = lay_out(mirror, commit, scratch, _wanted(home))
    return Taken(scratch, commit, tuple(left))


def _newest(mirror: Mirror, home: Collection, lock: Lock | None, how: How) -> str:
    if not how.offline:
        return mirror.fetch(home.revision)
    known = mirror.known(home.revision)
    if known is None and lock is not None and lock.commit and (lock.revision == home.revision):
        known = mirror.known(lock.commit)
    if known is None:
        raise GitFault("nothing of it was fetched yet, and --offline was asked for")
    return known


def _pinned(mirror: Mirror, lock: Lock | None, how: How) -> str:
    """The commit of the lock file; where a server gives out no single commits, by the name it was taken by."""
    assert lock is not None
    if lock.commit is None:
        raise GitFault("the lock file names no commit")
    if known := mirror.known(lock.commit):
        return known
    if how.offline:
        raise GitFault(f"commit {lock.commit[:12]} is not in the cache, and --offline was asked for")
    try:
        return mirror.fetch(lock.commit)
    except GitFault:
        if mirror.fetch(lock.revision) != lock.commit:
            raise
        return lock.commit


def _wanted(home: Collection) -> Callable[[str], bool]:
    """Which files of a commit are read: those below the root that may be agents, and licences."""
    below = f"{home.root.strip('/')}/" if home.root and home.root.strip("/.") else ""

    def wanted(path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if is_licence(name):
            return path.startswith(below) or below.startswith(f"{folder}/" if folder else "")
        return path.startswith(below) and name.lower().endswith(SUFFIXES)

    return wanted


def unlaid(home: Collection, path: str) -> Finding:
    """Tell of a file that is in a commit and cannot be on this disk."""
    return UNREADABLE.at(Span(f"{home.name}:{_spoken(path)}"), problem="no file here can have this path")


def _spoken(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
