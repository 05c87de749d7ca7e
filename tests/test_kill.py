"""`kill -9` at any moment: every file is whole, and the next run gives what a clean one gives."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from converters.cli.build_ import build
from converters.cli.convert_ import convert
from converters.inputs import MANIFEST

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

FEW, MANY = 15, 1_000
"""Kills in an ordinary run, and where there is time."""


def agents(folder: Path, edition: int) -> None:
    """Eighty agents in one of two editions; each edition has an agent the other has not."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "dock").mkdir(parents=True)
    for number in (*range(79), 100 + edition):
        name = f"clerk-{number:03}"
        (folder / "dock" / f"{name}.md").write_text(
            f"---\nname: {name}\ndescription: Edition {edition} of the {name}.\n---\n"
            + f"You keep berth {number}, {edition}.\n\nAsk clerk-{number // 2:03} for the tides.\n" * (40 + edition),
            encoding="utf-8",
        )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but drafts, which nobody takes for more."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".tmp"
    }


def forked(action: Callable[[], object], kill_after: float | None = None) -> int:
    """Do something in a process of its own, which is killed after so many seconds; how it ended."""
    process = os.fork()
    if not process:
        code = 70
        try:
            with (
                Path(os.devnull).open("w") as quiet,
                contextlib.redirect_stdout(quiet),
                contextlib.redirect_stderr(quiet),
            ):
                action()
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def converted(out: str) -> int:
    return forked(lambda: convert.main(["agents", "-o", out, "--prune", "--quiet"]))


def is_whole(found: Mapping[str, bytes], *editions: Mapping[str, bytes]) -> bool:
    """Whether every file is what one of the editions has there; the manifest is written last."""
    return all(data in [edition.get(path) for edition in editions] for path, data in found.items() if path != MANIFEST)


@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY, marks=pytest.mark.heavy)])
def test_a_killed_conversion_tears_nothing(kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    agents(Path("agents"), 0)
    assert converted("clean-0") == 0
    agents(Path("agents"), 1)
    start = time.monotonic()
    assert converted("clean-1") == 0
    whole = time.monotonic() - start
    clean = [tree(Path("clean-0")), tree(Path("clean-1"))]
    drawn, killed = random.Random(20261121), 0
    for turn in range(kills):
        agents(Path("agents"), turn % 2)
        action = ["agents", "-o", "out", "--prune", "--quiet"]
        ended = forked(lambda: convert.main(action), drawn.uniform(0, 1.1 * whole))  # noqa: B023
        killed += ended == -signal.SIGKILL
        found = tree(Path("out")) if Path("out").is_dir() else {}
        assert is_whole(found, *clean), turn
        if turn % 10 == 9:
            assert converted("out") == 0
            assert tree(Path("out")) == clean[turn % 2]
            assert not list(Path("out").rglob("*.tmp"))
    assert killed > kills / 2


@pytest.mark.heavy
def test_a_killed_build_tears_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page and file of a site is that of one edition or of the other, whenever its build was killed."""
    monkeypatch.chdir(tmp_path)
    clean = []
    for edition in (0, 1):
        agents(Path("agents"), edition)
        assert forked(lambda: build.main(["agents", "-o", f"clean-{edition}", "-q"])) == 0  # noqa: B023
        clean.append(tree(Path(f"clean-{edition}")))
    start = time.monotonic()
    assert forked(lambda: build.main(["agents", "-o", "out", "-q"])) == 0
    whole, drawn, killed = time.monotonic() - start, random.Random(20261121), 0
    for turn in range(40):
        agents(Path("agents"), turn % 2)
        ended = forked(lambda: build.main(["agents", "-o", "out", "-q"]), drawn.uniform(0, 1.2 * whole))
        killed += ended == -signal.SIGKILL
        found = {path: data for path, data in tree(Path("out")).items() if not path.startswith(".")}
        assert is_whole(found, *clean), turn
    assert forked(lambda: build.main(["agents", "-o", "out", "-q"])) == 0
    assert {p: d for p, d in tree(Path("out")).items() if not p.startswith(".")} == clean[1]
    assert killed > 10
