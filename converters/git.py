"""Asking git about a work tree, so that nothing the repository configures is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_PATIENCE = 20
"""Seconds git may take."""
_INERT = (
    "core.fsmonitor=", "core.hooksPath=/dev/null", "core.pager=cat", "log.showSignature=false", "protocol.allow=never",
)  # fmt: skip
"""Settings that keep a repository's own configuration from running a program or asking a server."""
_ELSEWHERE = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF"})


class GitFault(Exception):
    """Why git has no answer, in its own first line."""


def git(folder: Path, *arguments: str) -> bytes:
    """What git says in `folder`; raises `GitFault`.

    Only questions about commits, trees and names belong here: whatever compares the work tree's files
    would run the filters that the repository names for them.
    """
    program = shutil.which("git")
    if program is None:
        raise GitFault("git is not installed")
    settings = [part for setting in _INERT for part in ("-c", setting)]
    environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - git, which runs nothing of the repository's
            [program, *settings, "-C", str(folder), "--no-pager", "--literal-pathspecs", *arguments],
            capture_output=True, timeout=_PATIENCE, check=False, env=environment, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise GitFault(error.strerror or str(error)) from None
    except subprocess.TimeoutExpired:
        raise GitFault(f"git took longer than {_PATIENCE} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise GitFault(said.removeprefix("fatal: ") or f"git {arguments[0]} failed")
    return done.stdout
