"""Asking git about a work tree, so that nothing the repository configures is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path

_PATIENCE = 20
"""Seconds git may take."""
_INERT = (
    "core.fsmonitor=", "core.hooksPath=/dev/null", "core.pager=cat", "log.showSignature=false", "protocol.allow=never",
)  # fmt: skip
"""Settings that keep a repository's own configuration from running a program or asking a server."""
_ELSEWHERE = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_EXTERNAL_DIFF",
     "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"}
)  # fmt: skip
"""What a hook of git that calls us is told, and what is run whatever git is asked."""


class GitFault(Exception):
    """Why git has no answer, in its own first line."""


def git(folder: Path, *arguments: str, told: bytes = b"", fine: Collection[int] = (0,), literal: bool = True) -> bytes:
    """What git says in `folder`, `told` being its standard input; raises `GitFault` where its status is not `fine`.

    Paths mean themselves, but to the few verbs that refuse to be told so, which want `literal` off.
    Only questions about commits, trees and names belong here: whatever compares the work tree's files
    would run the filters that the repository names for them.
    """
    try:
        done = subprocess.run(  # noqa: S603 - git, which runs nothing of the repository's
            [*command(folder), *(["--literal-pathspecs"] if literal else []), *arguments],
            capture_output=True, timeout=_PATIENCE, check=False, env=surroundings(), input=told,
        )  # fmt: skip
    except OSError as error:
        raise GitFault(error.strerror or str(error)) from None
    except subprocess.TimeoutExpired:
        raise GitFault(f"git took longer than {_PATIENCE} seconds") from None
    if done.returncode not in fine:
        raise GitFault(complaint(done.stderr) or f"git {arguments[0]} failed")
    return done.stdout


def command(folder: Path, *settings: str) -> list[str]:
    """How git is called there, up to its verb, with `settings` over those that keep it inert; raises `GitFault`."""
    program = shutil.which("git")
    if program is None:
        raise GitFault("git is not installed")
    said = [part for setting in (*_INERT, *settings) for part in ("-c", setting)]
    return [program, *said, "-C", str(folder), "--no-pager"]


def surroundings() -> dict[str, str]:
    """The environment git runs in: the user's, without what would lead it elsewhere or let it ask."""
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


def complaint(said: bytes) -> str:
    """The first line of what git says went wrong."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    first = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[0] if lines else "")
    return first.removeprefix("fatal: ").removeprefix("error: ")
