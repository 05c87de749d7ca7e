"""Which files have changed since a commit, told without git looking at one of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from converters.check._checked import Checked
from converters.check.former import former_names
from converters.detect import SUFFIXES
from converters.findings import MISSING_AGENT, Finding
from converters.git import GitFault, git
from converters.identity import slug
from converters.inputs import read_bytes
from converters.text import LARGEST

_SUBMODULE = b"160000"


class Since:
    """The files that are not as they were where this branch left `ref`.

    `paths` are the files and folders that are checked, each in a repository; raises `GitFault` where one is not,
    or does not know `ref`. Git tells only what its commits hold, and the files are compared here: it would run
    the filters that a repository names for its files. New files count as changed unless they are
    ignored; what lies in a submodule or in no repository never does.
    """

    def __init__(self, ref: str, paths: Iterable[Path], *, source_format: str | None = None) -> None:
        paths = list(paths)
        self._asked = [Path(os.path.realpath(path)) for path in paths]
        self._format = source_format
        folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
        tops = dict.fromkeys(_top(folder) for folder in folders or [Path()])
        self._trees = {top: _tree(top, ref) for top in tops}

    def keep(self, checked: Iterable[Checked]) -> Iterator[Checked]:
        """Only what is about changed files, about what was made from one, or about names that were those of one."""
        is_changed = cache(self.is_changed)
        for one in checked:
            if one.shown == "-" or is_changed(one.shown) or (one.beside is not None and is_changed(one.beside)):
                yield one
            elif orphaned := tuple(filter(self._is_orphaned, one.findings)):
                yield replace(one, findings=orphaned, counts=False, partial=True)

    def _is_orphaned(self, finding: Finding) -> bool:
        """Whether a name is nobody's because its bearer has gone, or is called otherwise now."""
        return finding.rule is MISSING_AGENT and slug(str(finding.facts["agent"])) in self._former

    @cached_property
    def _former(self) -> frozenset[str]:
        """The names that agents had in files that have changed or gone."""
        return frozenset(
            name
            for top, tree in self._trees.items()
            for name in former_names(top, self._changed(top, tree), self._asked, self._format)
        )

    def _changed(self, top: Path, tree: _Tree) -> dict[Path, str]:
        """Where files lay among those that are checked and are not as they were, and what was in them."""
        before = ((top / os.fsdecode(name), content) for name, content in tree.files.items())
        return {
            path: content
            for path, content in before
            if path.name.lower().endswith(SUFFIXES)
            and any(path.is_relative_to(asked) for asked in self._asked)
            and self.is_changed(str(path))
        }

    def is_changed(self, shown: str) -> bool:
        """Whether a file is not what it was."""
        path = Path(os.path.realpath(Path(shown).parent), Path(shown).name)
        top = max(
            (top for top in self._trees if path.is_relative_to(top)), key=lambda top: len(top.parts), default=None
        )
        if top is None:
            return False
        tree, name = self._trees[top], os.fsencode(path.relative_to(top).as_posix())
        if any(name.startswith(module) for module in tree.modules):
            return False
        before = tree.files.get(name)
        if before is None:
            return not any(
                name == passed or (passed.endswith(b"/") and name.startswith(passed)) for passed in tree.ignored
            )
        if path.is_symlink():
            target = os.fsencode(path.readlink())
            return before != _name(target, len(before)) or self.is_changed(os.path.realpath(path))
        data = read_bytes(path, shown)
        if isinstance(data, Finding) or len(data) > LARGEST:
            return True
        return before not in {_name(data, len(before)), _name(data.replace(b"\r\n", b"\n"), len(before))}


@dataclass(frozen=True, slots=True)
class _Tree:
    """A repository as it was, paths below its top in git's bytes."""

    files: dict[bytes, str]
    """The name of each file's content."""
    modules: tuple[bytes, ...]
    ignored: tuple[bytes, ...]
    """New files and folders that its owner does not want in it."""


def _top(folder: Path) -> Path:
    try:
        return Path(os.path.realpath(os.fsdecode(git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n"))))
    except GitFault as fault:
        raise GitFault(f"{folder}: {fault}") from None


def _tree(top: Path, ref: str) -> _Tree:
    base = _base(top, ref)
    files: dict[bytes, str] = {}
    modules = []
    for entry in git(top, "ls-tree", "-r", "-z", "--full-tree", base).split(b"\0"):
        facts, _, name = entry.partition(b"\t")
        mode, _, rest = facts.partition(b" ")
        if mode == _SUBMODULE:
            modules.append(name + b"/")
        elif name:
            files[name] = rest.rpartition(b" ")[2].decode("ascii")
    ignored = git(top, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    return _Tree(files, tuple(modules), tuple(filter(None, ignored.split(b"\0"))))


def _base(top: Path, ref: str) -> str:
    """The commit where this branch left `ref`."""
    try:
        other = git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    except GitFault:
        raise GitFault(f"no commit is called {ref!r} in {top.name}") from None
    try:
        return git(top, "merge-base", other, "HEAD").decode().split("\n")[0]
    except GitFault:
        raise GitFault(
            f"{ref!r} and HEAD share no commit that is here; a shallow clone needs more of the past (fetch-depth: 0)"
        ) from None


def _name(data: bytes, length: int) -> str:
    """What git calls a file's content, in the repository's kind of hash."""
    kind = "sha1" if length == 40 else "sha256"
    return hashlib.new(kind, b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()
