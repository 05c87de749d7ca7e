"""`specs convert --watch`: what changes is converted again, and nothing else is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from converters import vocabulary
from converters.cli import _watch, specs
from converters.cli._console import Console
from converters.cli._run import use_map
from converters.cli._watch import Watch
from converters.conversion import Options
from converters.inputs import MANIFEST

TIDE = "---\nname: tide-forecaster\ndescription: Forecasts tides.\ntools: Read\n---\n\nYou forecast tides.\n"
CLERK = TIDE.replace("tide-forecaster", "berth-clerk").replace("tides", "berths")


@pytest.fixture(autouse=True)
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two agents in `crew`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "tide-forecaster.md").write_text(TIDE)
    (tmp_path / "crew" / "berth-clerk.md").write_text(CLERK)
    return tmp_path


def watching(*inputs: str, to: str = "claude-code,gemini-cli", root: str = "out", prune: bool = False) -> Watch:
    options = Options(targets=tuple(to.split(",")), access="allow")
    return Watch(inputs or ("crew",), Path(root), options, Console(quiet=True), prune=prune)


def edit(path: Path, was: str, now: str) -> None:
    """A change that its size or time shows, however coarse the clock."""
    path.write_text(path.read_text().replace(was, now))
    later = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(later, later))


def test_only_what_changed_is_converted_and_told(crew: Path) -> None:
    watch = watching()
    assert watch.round() == [
        "crew/berth-clerk.md -> claude-code, gemini-cli",
        "crew/tide-forecaster.md -> claude-code, gemini-cli",
    ]
    assert watch.round() == []
    other = crew / "out" / ".claude" / "agents" / "berth-clerk.md"
    before = other.stat()
    edit(crew / "crew" / "tide-forecaster.md", "You forecast", "You foretell")
    assert watch.round() == ["crew/tide-forecaster.md -> claude-code, gemini-cli"]
    assert "You foretell" in (crew / "out" / ".gemini" / "agents" / "tide-forecaster.md").read_text()
    assert other.stat() == before


def test_nothing_is_read_again_that_did_not_change(crew: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watching()
    watch.round()
    read = []
    inner = _watch.understand
    monkeypatch.setattr(
        _watch, "understand", lambda source, *rest: (read.append(source.shown), inner(source, *rest))[1]
    )
    edit(crew / "crew" / "berth-clerk.md", "berths", "quays")
    watch.round()
    assert read == ["crew/berth-clerk.md"]


def test_a_touch_changes_nothing(crew: Path) -> None:
    watch = watching()
    watch.round()
    edit(crew / "crew" / "tide-forecaster.md", "", "")
    assert watch.round() == ["crew/tide-forecaster.md -> nothing to change"]


def test_what_is_watched_is_what_a_run_writes(crew: Path) -> None:
    """After any changes, the output is that of one conversion."""
    watch = watching(to="claude-code,roo,agents-md", prune=True)
    watch.round()
    edit(crew / "crew" / "tide-forecaster.md", "You forecast", "You foretell")
    watch.round()
    (crew / "crew" / "crane-planner.md").write_text(TIDE.replace("tide-forecaster", "crane-planner"))
    (crew / "crew" / "berth-clerk.md").unlink()
    assert watch.round() == [
        "crew/crane-planner.md -> claude-code, roo, agents-md; 2 losses",
        "crew/berth-clerk.md -> gone",
    ]
    done = CliRunner().invoke(
        specs, ["convert", "crew", "--to", "claude-code,roo,agents-md", "-o", "once", "--access", "allow", "-q"]
    )
    assert done.exit_code == 0, done.output
    files = [
        {p.relative_to(crew / top): p.read_bytes() for p in (crew / top).rglob("*") if p.is_file()}
        for top in ("out", "once")
    ]
    assert files[0] == files[1]


def test_its_own_outputs_are_no_inputs(crew: Path) -> None:
    """Even where they lie among them."""
    watch = watching(".", root=".")
    assert len(watch.round()) == 2
    assert (crew / ".claude" / "agents" / "tide-forecaster.md").is_file()
    assert watch.round() == []
    edit(crew / "crew" / "tide-forecaster.md", "You forecast", "You foretell")
    assert watch.round() == ["crew/tide-forecaster.md -> claude-code, gemini-cli"]
    assert watch.round() == []


def test_one_bad_file_stops_nobody(crew: Path, capsys: pytest.CaptureFixture[str]) -> None:
    watch = watching()
    watch.round()
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("tools: Read", "tools: *every"))
    edit(crew / "crew" / "berth-clerk.md", "berths", "quays")
    lines = watch.round()
    assert lines == ["crew/berth-clerk.md -> claude-code, gemini-cli", "crew/tide-forecaster.md -> refused"]
    assert "error[S108" in capsys.readouterr().err
    assert "You forecast" in (crew / "out" / ".claude" / "agents" / "tide-forecaster.md").read_text()
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE)
    assert watch.round() == ["crew/tide-forecaster.md -> nothing to change"]
    (crew / "crew" / "tide-forecaster.md").write_bytes(b"\0\xff\0\xfe")
    assert [line.partition(":")[0] for line in watch.round()] == ["crew/tide-forecaster.md -> skipped"]


def test_a_target_that_cannot_have_it_is_told() -> None:
    """Codex has no way to limit tools so."""
    options = Options(targets=("claude-code", "codex"))
    watch = Watch(("crew",), Path("out"), options, Console(quiet=True))
    assert watch.round()[0] == "crew/berth-clerk.md -> claude-code; 1 withheld; 1 loss"


def test_edited_outputs_stay(crew: Path) -> None:
    watch = watching(to="claude-code")
    watch.round()
    out = crew / "out" / ".claude" / "agents" / "tide-forecaster.md"
    out.write_text("mine\n")
    edit(crew / "crew" / "tide-forecaster.md", "You forecast", "You foretell")
    assert watch.round() == ["crew/tide-forecaster.md -> kept as they are: claude-code"]
    assert out.read_text() == "mine\n"


def test_names_that_clash_and_then_do_not(crew: Path) -> None:
    watch = watching(to="claude-code")
    watch.round()
    (crew / "crew" / "other.md").write_text(TIDE.replace("You forecast", "I forecast"))
    assert watch.round() == ["crew/other.md -> refused"]
    (crew / "crew" / "other.md").unlink()
    edit(crew / "crew" / "tide-forecaster.md", "You forecast", "You foretell")
    assert "crew/tide-forecaster.md -> claude-code" in watch.round()


def test_names_of_the_map_that_change_convert_all_again(crew: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Like the settings of collections; a map that cannot be read leaves the names as they were."""
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("tools:", "model: sonnet\ntools:"))
    names = crew / "names.yaml"
    names.write_text("gemini-cli: {models: {sonnet: gemini-2.5-flash}}\n")
    try:
        use_map("names.yaml")
        options = Options(targets=("gemini-cli",), access="allow")
        watch = Watch(("crew",), Path("out"), options, Console(), names="names.yaml")
        watch.round()
        out = crew / "out" / ".gemini" / "agents" / "tide-forecaster.md"
        assert "model: gemini-2.5-flash" in out.read_text()
        edit(names, "2.5-flash", "3-pro-preview")
        assert watch.round() == ["crew/tide-forecaster.md -> gemini-cli"]
        assert "model: gemini-3-pro-preview" in out.read_text()
        capsys.readouterr()
        edit(names, "gemini-cli", "gemini-kli")
        assert watch.round() == []
        told = capsys.readouterr().err
        assert "--map names.yaml: 'gemini-kli' is no client" in told and "its former names are used" in told
        assert watch.round() == [] and not capsys.readouterr().err  # told once
        assert "model: gemini-3-pro-preview" in out.read_text()
    finally:
        vocabulary.override({})


def test_what_is_passed_over_is_told_and_leaves_nothing_behind(crew: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (crew / "crew" / "README.md").write_text("# The crew\n")
    watch = Watch(("crew",), Path("out"), Options(targets=("claude-code",)), Console())
    assert len(watch.round()) == 2
    assert "1 of 3 inputs passed over; --verbose names them" in capsys.readouterr().err
    (crew / "crew" / "CHANGELOG.md").write_text("# Changes\n")
    (line,) = watch.round()
    assert line.startswith("crew/CHANGELOG.md -> skipped: ")
    (crew / "crew" / "CHANGELOG.md").unlink()
    assert watch.round() == ["crew/CHANGELOG.md -> gone"]
    (crew / "crew" / "berth-clerk.md").unlink()
    assert watch.round() == ["crew/berth-clerk.md -> gone; its outputs stay without --prune"]


@pytest.mark.parametrize("word", ["--check", "--diff", "--dry-run", "--json", "-o x.jsonl", "-o -", "--report r.json"])
def test_what_is_for_one_run_is_refused(word: str) -> None:
    done = CliRunner().invoke(specs, ["convert", "crew", "--watch", *word.split()])
    assert done.exit_code == 2
    assert "is for one run" in done.output


def _until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def test_bursts_are_one_round_and_something_wakes_it(crew: Path) -> None:
    """The system's own word of a change, debounced."""
    rounds: list[float] = []
    over = threading.Event()

    def rounds_() -> list[str]:
        rounds.append(time.monotonic())
        if over.is_set():
            raise KeyboardInterrupt
        return []

    def go() -> None:
        with pytest.raises(KeyboardInterrupt):
            _watch.watch(rounds_, ["crew"])

    runner = threading.Thread(target=go, daemon=True)
    runner.start()
    _until(lambda: len(rounds) == 1)
    for number in range(20):
        (crew / "crew" / f"a{number}.md").write_text(TIDE)
    _until(lambda: len(rounds) >= 2)
    time.sleep(0.6)
    assert len(rounds) <= 3
    over.set()
    (crew / "crew" / "last.md").write_text(TIDE)
    runner.join(30)
    assert not runner.is_alive()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_it_with_whole_files_only(crew: Path) -> None:
    words = [
        sys.executable,
        "-c",
        "from converters.cli import main; main()",
        "convert",
        "crew",
        "--to",
        "claude-code",
        "-o",
        "out",
        "--watch",
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as going:
        try:
            out = crew / "out" / ".claude" / "agents"
            _until(lambda: len(list(out.glob("*.md"))) == 2 and (crew / "out" / MANIFEST).is_file())
            (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("You forecast", "You foretell"))
            _until(lambda: "You foretell" in (out / "tide-forecaster.md").read_text())
            going.send_signal(signal.SIGINT)
            stdout, stderr = going.communicate(timeout=30)
        finally:
            going.kill()
    assert going.returncode == 130
    assert "Traceback" not in stderr
    assert stdout.splitlines()[-1] == "crew/tide-forecaster.md -> claude-code"
    assert sorted(path.name for path in out.iterdir()) == ["berth-clerk.md", "tide-forecaster.md"]
