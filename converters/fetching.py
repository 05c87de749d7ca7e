"""Fetching a repository's files, so that nothing it brings along is run.

A commit is fetched into a bare repository of ours and its files are read out of it, object by object.
There is never a work tree, so no hook, filter, attribute, submodule or link of theirs has anything to act on.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from converters.git import GitFault, command, complaint, git, surroundings
from converters.remotes import protocol

PATIENCE = 300
"""Seconds a fetch may take."""
MOST_BYTES = 500_000_000
"""Bytes a fetched commit may take, packed."""
MOST_FILES = 20_000
"""Files of one commit that are read."""
MOST_TEXT = 200_000_000
"""Bytes of them, together."""

_LOOK = 0.05
"""Seconds between two looks at what has come."""
_ISOLATED = (
    "protocol.ext.allow=never", "fetch.recurseSubmodules=false", "submodule.recurse=false", "fetch.unpackLimit=1",
    "fetch.writeCommitGraph=false", "fetch.bundleURI=", "transfer.bundleURI=false", "gc.auto=0",
    "maintenance.auto=false", "core.attributesFile=/dev/null", "core.sshCommand=ssh -oBatchMode=yes",
)  # fmt: skip
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_LINK, _MODULE = "120000", "160000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a commit."""

    path: str
    """As the repository spells it, from its top."""
    object: str
    size: int


class Mirror:
    """What was ever fetched of one repository, kept between runs."""

    def __init__(self, address: str, cache: Path) -> None:
        self.address = address
        self.folder = cache / "git" / hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def known(self, revision: str | None) -> str | None:
        """The commit that a revision was when it was last fetched; `None` where it never was."""
        if revision and _COMMIT.match(revision):
            return revision if self._holds(revision) else None
        with suppress(GitFault):
            return (
                git(self.folder, "rev-parse", "--verify", "--quiet", f"{_slot(revision)}^{{commit}}").decode().strip()
            )
        return None

    def fetch(self, revision: str | None) -> str:
        """The commit that a branch, tag or commit is there today; raises `GitFault`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "HEAD").is_file():
            self._run("init", "--quiet", "--bare", "--template=", ".")
        self._run(
            "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force", "--no-write-fetch-head",
            "--update-shallow", "--", self.address, f"+{revision or 'HEAD'}:{_slot(revision)}",
        )  # fmt: skip
        commit = self.known(revision)
        if commit is None:
            raise GitFault(f"{revision or 'HEAD'} is no commit there")
        return commit

    def _run(self, *arguments: str) -> None:
        """Let git do something that takes time and room, but not too much of either; raises `GitFault`."""
        environment = surroundings() | {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": protocol(self.address),
        }
        try:
            process = subprocess.Popen(  # noqa: S603 - git, which runs nothing of the repository's
                [*command(self.folder, *_ISOLATED), *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise GitFault(error.strerror or str(error)) from None
        try:
            said = _watch(process, self.folder)
        except BaseException:
            _end(process)
            for half in (self.folder / "objects").rglob("tmp*"):
                half.unlink(missing_ok=True)
            raise
        if process.returncode:
            raise GitFault(complaint(said) or f"git {arguments[0]} failed")

    def _holds(self, commit: str) -> bool:
        with suppress(GitFault):
            return git(self.folder, "cat-file", "-t", commit).strip() == b"commit"
        return False

    def entries(self, commit: str) -> Iterator[Entry]:
        """The regular files of a commit, in git's order; links and other repositories are no files of its own."""
        for line in git(self.folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0"):
            about, _, path = line.partition(b"\t")
            words = about.decode("ascii", "replace").split()
            if len(words) == 4 and words[1] == "blob" and words[0] not in {_LINK, _MODULE}:
                yield Entry(path.decode("utf-8", "surrogateescape"), words[2], int(words[3]))

    def contents(self, entries: list[Entry]) -> Iterator[bytes]:
        """The bytes of files of a commit, in their order; raises `GitFault`."""
        asked = "".join(f"{entry.object}\n" for entry in entries).encode()
        said = git(self.folder, "cat-file", "--batch", told=asked) if entries else b""
        at = 0
        for entry in entries:
            line_end = said.find(b"\n", at) + 1
            if said[at:line_end].split() != [entry.object.encode(), b"blob", str(entry.size).encode()]:
                raise GitFault(f"{entry.path} cannot be read from the commit")
            yield said[line_end : line_end + entry.size]
            at = line_end + entry.size + 1


def lay_out(mirror: Mirror, commit: str, folder: Path, wanted: Callable[[str], bool]) -> list[str]:
    """Write the files of a commit that are `wanted` below `folder`; the paths no file here can have are returned.

    Raises `GitFault` where there are too many, or too much is in them.
    """
    entries = [entry for entry in mirror.entries(commit) if wanted(entry.path)]
    if len(entries) > MOST_FILES:
        raise GitFault(f"the commit has {len(entries):,} files to read; at most {MOST_FILES:,} are")
    if sum(entry.size for entry in entries) > MOST_TEXT:
        raise GitFault(f"the files of the commit hold more than {MOST_TEXT // 1_000_000} MB of text")
    left = [entry.path for entry in entries if not _is_plain(entry.path)]
    kept = [entry for entry in entries if _is_plain(entry.path)]
    for entry, data in zip(kept, mirror.contents(kept), strict=True):
        where = folder.joinpath(*PurePosixPath(entry.path).parts)
        try:
            where.parent.mkdir(parents=True, exist_ok=True)
            with where.open("xb") as file:
                file.write(data)
        except (OSError, ValueError):  # a name this system has no room for, or has already in another case
            left.append(entry.path)
    return left


def _is_plain(path: str) -> bool:
    """Whether a path leads to one place below a folder, on any system."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} or part.lower() == ".git" or set(part) & set("\\:\0") for part in parts)


def is_repository(folder: Path) -> bool:
    """Whether a folder is the top of a git repository, with a work tree or without."""
    return (folder / ".git").exists() or all((folder / name).exists() for name in ("HEAD", "objects", "refs"))


def _slot(revision: str | None) -> str:
    """Where a mirror keeps what a revision was."""
    return f"refs/fetched/{hashlib.sha256((revision or 'HEAD').encode()).hexdigest()[:32]}"


def _watch(process: subprocess.Popen[bytes], folder: Path) -> bytes:
    """Wait for a process to end, and what it complains of; raises `GitFault` where it takes too much."""
    begun, before = time.monotonic(), _size(folder)
    while True:
        try:
            return process.communicate(timeout=_LOOK)[1]
        except subprocess.TimeoutExpired:
            if time.monotonic() - begun > PATIENCE:
                raise GitFault(f"it took longer than {PATIENCE} seconds") from None
            if _size(folder) - before > MOST_BYTES:
                raise GitFault(f"it is larger than {MOST_BYTES // 1_000_000} MB") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and the programs it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()


def _size(folder: Path) -> int:
    """The bytes that lie in a folder now."""
    size = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += os.lstat(os.path.join(directory, name)).st_size  # noqa: PTH118 - looked at many times a second
    return size
