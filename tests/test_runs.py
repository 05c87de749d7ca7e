"""Whole runs of the command in places that would trip it: odd files, odd folders, odd surroundings."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from converters.inputs import MANIFEST

SPECS = Path(sys.executable).with_name("specs")
pytestmark = pytest.mark.skipif(not SPECS.is_file(), reason=f"{SPECS} is not installed")
AGENT = "---\nname: {name}\ndescription: Use when {name} is due.\ntools: Read\n---\nYou are {name}.\n"


def run(
    *words: str, cwd: Path, code: int | None = 0, env: Mapping[str, str] | None = None, **how: object
) -> subprocess.CompletedProcess[bytes]:
    """`specs` in a folder; it must end by itself, with this exit status, and without a traceback."""
    done = subprocess.run(
        [SPECS, *words], cwd=cwd, env={**os.environ, **(env or {})}, capture_output="stdout" not in how,
        check=False, timeout=60, **how,  # type: ignore[call-overload]
    )  # fmt: skip
    said = (done.stdout or b"") + (done.stderr or b"")
    assert b"Traceback" not in said, said.decode(errors="replace")
    assert code is None or done.returncode == code, (done.returncode, said.decode(errors="replace"))
    return done


def crew(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.md").write_text(AGENT.format(name=name), encoding="utf-8")
    return folder


def digest(folder: Path) -> str:
    """Of every file's path and bytes."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


# --- surroundings -----------------------------------------------------------------------------------


def test_the_same_bytes_whatever_the_surroundings(tmp_path: Path) -> None:
    crew(tmp_path / "in", *(f"clerk-{number}" for number in range(30)), "öl-prüfer", "潮汐")
    run("convert", "in", "-o", "plain", "-q", cwd=tmp_path)
    for number, env in enumerate(
        (
            {"LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
            {"TZ": "Pacific/Chatham", "PYTHONHASHSEED": "1"},
            {"HOME": "/nonexistent", "LC_ALL": "POSIX"},
        )
    ):
        run("convert", "in", "-o", f"odd-{number}", "-q", "--jobs", "2", cwd=tmp_path, env=env)
        assert digest(tmp_path / f"odd-{number}") == digest(tmp_path / "plain")


@pytest.mark.skipif(os.name != "posix", reason="file names are Unicode on this system")
def test_a_name_the_system_cannot_write_is_a_finding(tmp_path: Path) -> None:
    crew(tmp_path / "in", "öl-prüfer", "clerk")
    env = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("convert", "in", "-o", "out", cwd=tmp_path, code=1, env=env)
    assert "have no 'ö' here" in done.stderr.decode()
    assert (tmp_path / "out/in/clerk.yaml").is_file()


@pytest.mark.parametrize(
    "words", [("show", "in"), ("check", "in", "-v"), ("formats",), ("convert", "in", "--dry-run"), ("list", "in")]
)
def test_a_reader_that_leaves_early_is_no_fault(words: tuple[str, ...], tmp_path: Path) -> None:
    crew(tmp_path / "in", *(f"clerk-{number}" for number in range(40)))
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as end:
        os.close(reading)
        run(*words, cwd=tmp_path, code=None, stdout=end, stderr=subprocess.PIPE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told_in_a_line(tmp_path: Path) -> None:
    crew(tmp_path / "in", "clerk")
    with Path("/dev/full").open("wb") as full:
        done = run("show", "in", "--json", cwd=tmp_path, code=None, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode != 0
    assert len(done.stderr.decode().splitlines()) <= 2


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal here")
def test_ctrl_c_ends_a_run_quietly(tmp_path: Path) -> None:
    crew(tmp_path / "in", *(f"clerk-{number}" for number in range(400)))
    process = subprocess.Popen([SPECS, "convert", "in", "-o", "out"], cwd=tmp_path, stderr=subprocess.PIPE)
    try:
        process.wait(timeout=0.6)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert b"Traceback" not in said
    assert process.returncode in {0, 130}


# --- inputs -----------------------------------------------------------------------------------------


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    folder = crew(tmp_path / "in", "clerk")
    (tmp_path / "secret.md").write_text(AGENT.format(name="ZZSECRETZZ"), encoding="utf-8")
    (folder / "passwd.md").symlink_to("/etc/passwd")
    (folder / "secret.md").symlink_to(tmp_path / "secret.md")
    (folder / "rootdir").symlink_to("/")
    (folder / "loop").symlink_to(folder)
    done = run("convert", "in", "-o", "out", cwd=tmp_path, code=1)
    assert done.stderr.count(b"a link that leaves the folder") == 2
    written = list((tmp_path / "out").rglob("*.yaml"))
    assert [path.name for path in written] == ["clerk.yaml"]
    assert not any(b"ZZSECRETZZ" in path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_files_that_vanish_on_the_way_are_findings(tmp_path: Path) -> None:
    folder = crew(tmp_path / "in", *(f"clerk-{number}" for number in range(600)))
    process = subprocess.Popen(
        [SPECS, "convert", "in", "-o", "out", "--json"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    for path in sorted(folder.iterdir())[-300:]:
        path.unlink()
    out, said = process.communicate(timeout=60)
    assert b"Traceback" not in said
    totals = json.loads(out)["totals"]
    assert totals["read"] + totals["refused"] + totals["skipped"] in range(300, 601)
    assert totals["read"] >= 300
    assert process.returncode == (1 if totals["refused"] else 0)


def test_names_that_differ_in_case_are_kept_apart(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("A.md", "a.md", "a.MD"):
        (folder / name).write_text(AGENT.format(name="a"), encoding="utf-8")
    if len(list(folder.iterdir())) < 3:
        pytest.skip("this file system takes them for one")
    done = run("convert", "in", "-o", "out", "--json", cwd=tmp_path, code=None)
    said = json.loads(done.stdout)
    written = [path.name.casefold() for path in (tmp_path / "out").rglob("*.yaml")]
    assert len(said["inputs"]) == 3
    assert len(set(written)) == len(written)
    refused = [entry for entry in said["inputs"] if not entry["outputs"]]
    assert len(written) + len(refused) == 3
    assert done.returncode == (1 if refused else 0)


# --- outputs ----------------------------------------------------------------------------------------


def test_an_output_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    crew(tmp_path / "in", "clerk", "pilot")
    (tmp_path / "file").write_bytes(b"mine\n")
    done = run("convert", "in", "-o", "file/", cwd=tmp_path, code=None)
    assert done.returncode != 0
    assert (tmp_path / "file").read_bytes() == b"mine\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_output_is_told_before_any_work(tmp_path: Path) -> None:
    crew(tmp_path / "in", "clerk")
    (tmp_path / "out").mkdir(mode=0o555)
    run("convert", "in", "-o", "out", cwd=tmp_path, code=2)


@pytest.mark.skipif(not shutil.which("mount") or os.name != "posix" or os.geteuid() != 0, reason="needs to mount")
def test_a_disk_that_fills_up_leaves_whole_files(tmp_path: Path) -> None:
    folder = crew(tmp_path / "in")
    for number in range(60):
        text = AGENT.format(name=f"clerk-{number:02}") + "You keep the berths.\n" * 300
        (folder / f"clerk-{number:02}.md").write_text(text, encoding="utf-8")
    run("convert", "in", "-o", "clean", "-q", cwd=tmp_path)
    (tmp_path / "small").mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", "small"], cwd=tmp_path, check=False, capture_output=True
    ).returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        done = run("convert", "in", "-o", "small/specs", cwd=tmp_path, code=None)
        assert done.returncode in {1, 2}
        assert b"No space left" in done.stderr
        for path in (tmp_path / "small/specs").rglob("*.yaml"):
            clean = tmp_path / "clean" / path.relative_to(tmp_path / "small/specs")
            assert path.read_bytes() == clean.read_bytes()
    finally:
        subprocess.run(["umount", "small"], cwd=tmp_path, check=False)


def test_runs_at_the_same_time_lose_nothing_of_each_other(tmp_path: Path) -> None:
    """Six collections into one library at once: every file is whole and the manifest knows all of them."""
    for number in range(6):
        crew(tmp_path / f"crew-{number}", *(f"clerk-{number}-{of}" for of in range(25)))
    running = [
        subprocess.Popen([SPECS, "convert", f"crew-{number}", "-o", "out", "-q"], cwd=tmp_path, stderr=subprocess.PIPE)
        for number in range(6)
    ]
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 6, said
    for number in range(6):
        run("convert", f"crew-{number}", "-o", "clean", "-q", cwd=tmp_path)
    assert digest(tmp_path / "out") == digest(tmp_path / "clean")
    assert len(json.loads((tmp_path / "out" / MANIFEST).read_bytes())["files"]) == 150


# --- places that would run something ----------------------------------------------------------------


def test_nothing_of_a_hostile_folder_is_imported_or_run(tmp_path: Path) -> None:
    """Modules that shadow ours, hooks, settings and a repository's own commands: not one is touched."""
    trap, folder = tmp_path / "PWNED", crew(tmp_path / "in", "clerk")
    run_it = f"import pathlib; pathlib.Path({str(trap)!r}).touch()\n"
    for name in ("sitecustomize", "usercustomize", "yaml", "click", "converters", "json", "frontmatter", "conftest"):
        (folder / f"{name}.py").write_text(run_it, encoding="utf-8")
    (folder / "mkdocs.yml").write_text("site_name: x\nhooks: [yaml.py]\nplugins: [yaml]\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.specs]\nplugins = ['yaml']\n", encoding="utf-8")
    (folder / ".env").write_text("PYTHONSTARTUP=yaml.py\n", encoding="utf-8")
    if shutil.which("git"):
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        for key, value in (("core.fsmonitor", f"touch {trap}"), ("core.pager", f"touch {trap}")):
            subprocess.run(["git", "config", key, value], cwd=folder, check=True)
        hook = folder / ".git" / "hooks" / "post-index-change"
        hook.write_text(f"#!/bin/sh\ntouch {trap}\n", encoding="utf-8")
        hook.chmod(0o755)
        (folder / ".gitattributes").write_text("*.md diff=evil filter=evil\n", encoding="utf-8")
        for key in ("diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "diff.evil.command"):
            subprocess.run(["git", "config", key, f"touch {trap};cat"], cwd=folder, check=True)
    for words in (
        ("convert", ".", "-o", "../out"), ("check", "."), ("show", "."), ("detect", "."), ("graph", "."),
        ("build", ".", "-o", "../site", "-q"), ("diff", ".", "."), ("list", "."),
    ):  # fmt: skip
        run(*words, cwd=folder, code=None)
        assert not trap.exists(), words
    assert (tmp_path / "site" / "index.html").is_file()
