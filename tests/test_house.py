"""What the repository says of itself is so: README, changelog, workflows, and the wheel people install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from converters.cli import specs
from converters.formats import FORMATS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

bash = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("bash"), reason="the README's commands are for a shell"
)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that Git knows; without Git there is nothing to say."""
    git = shutil.which("git")
    listed = git and subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if not listed or listed.returncode or not listed.stdout:
        pytest.skip("this is no checkout of Git")
    names = listed.stdout.decode().strip("\0").split("\0")
    return tuple(path for path in (ROOT / name for name in names) if path.is_file())


# --- README -----------------------------------------------------------------------------------------


def consoles() -> list[tuple[str, str]]:
    """Every command of the README's console blocks, with the output shown below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = shown.partition("\n")
            found.append((command, output))
    return found


def pattern_of(output: str) -> str:
    """A line `...` stands for any lines, or none."""
    lines = output.splitlines()
    return "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"[ ]*\n" for line in lines)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples and their specs, to run commands in."""
    here = tmp_path_factory.mktemp("readme")
    for name in ("examples", "specs"):
        shutil.copytree(ROOT / name, here / name)
    return here


@bash
@pytest.mark.parametrize(("command", "output"), consoles(), ids=[command for command, _ in consoles()])
def test_the_readme_shows_what_happens(copy: Path, command: str, output: str) -> None:
    programs = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    quiet = {"PATH": programs, "COLUMNS": "80", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=copy,
        env=os.environ | quiet,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    said = done.stdout if done.stdout.endswith("\n") or not done.stdout else done.stdout + "\n"
    assert re.fullmatch(pattern_of(output), said), f"$ {command}\n{said}"


def test_the_readme_names_every_verb_and_no_other() -> None:
    table = README.partition("\n## Commands\n")[2].partition("\n## ")[0]
    listed = re.findall(
        r"`specs ([a-z]+)`", "".join(line for line in table.splitlines(keepends=True) if line[:1] == "|")
    )
    assert sorted(listed) == sorted(specs.list_commands(specs.make_context("specs", ["convert"])))


@pytest.mark.parametrize("id_", FORMATS)
def test_the_readme_names_every_format(id_: str) -> None:
    table = README.partition("\n## What it reads and writes\n")[2].partition("\n## ")[0]
    assert f"`{id_}`" in table


def test_every_way_to_test_is_the_same() -> None:
    """`make test`, the README's plain commands and the workflow without make."""
    target = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ntest:")[2].partition("\n\n")[0]
    commands = [line.removeprefix("\t$(BIN)/").removesuffix(" --quiet") for line in target.splitlines()[1:]]
    assert len(commands) > 5
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert [c for c in commands if f".venv/bin/{c}" not in README] == []
    assert [c for c in commands if f"- run: {c}" not in workflow] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"https?:|#", link)]
    gone = [link for link in targets if not (page.parent / unquote(link.partition("#")[0])).exists()]
    assert gone == []


# --- changelog, workflows, tracked files -----------------------------------------------------------


def test_the_changelog_knows_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[?(\d+\.\d+\.\d+)\]?(?: - (\d{4}-\d{2}-\d{2}))?$", changelog, re.MULTILINE)
    assert released, "no version in the changelog"
    assert released[0][0] == PROJECT["project"]["version"]
    dates = [day for _, day in released if day]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_permissions_said(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    used = re.findall(r"uses: (.+)", text)
    pinned = r"[\w/-]+@[0-9a-f]{40} # v[\d.]+|\./\.github/actions/\w+"  # by a hash, or part of this very commit
    assert [action for action in used if not re.fullmatch(pinned, action)] == []
    assert "\npermissions:\n" in text


PLACES = re.compile(rb"(?<![\w.~/])/(?:work|root|home|Users)/\w|(?<!\w)[A-Z]:\\Users\\")
HOSTS = re.compile(rb"\b(?:pypi|pythonhosted|npmjs|crates|rubygems)\.(?:org|com|io)\b")


@pytest.mark.parametrize("pattern", [PLACES, HOSTS], ids=["machines' paths", "registries' hosts"])
def test_tracked_files_speak_of_the_project_alone(pattern: re.Pattern[bytes]) -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {line.decode(errors='replace').strip()[:80]}"
        for path in tracked()
        for line in path.read_bytes().splitlines()
        if pattern.search(line)
    ]
    assert found == []


def test_bytes_that_matter_are_left_alone_by_git() -> None:
    git = shutil.which("git")
    kept = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.is_relative_to(ROOT / "examples") and path != ROOT / "examples" / "README.md"
    ]
    asked = subprocess.run(
        [str(git), "check-attr", "text", "--", *kept], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {line.rpartition(": ")[2] for line in asked.stdout.splitlines()} == {"unset"}


# --- the wheel ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_wheel_carries_everything_it_needs(wheel: Path) -> None:
    wanted = {
        *(
            file.relative_to(ROOT)
            for file in (ROOT / "converters").rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        ),
        *(Path("converters/publish") / file.relative_to(ROOT) for file in (ROOT / "site").rglob("*") if file.is_file()),
        Path("converters/schema.json"),
        Path("converters/py.typed"),
    }
    assert sorted(str(path) for path in wanted if not (wheel / path).is_file()) == []


@pytest.mark.slow
def test_the_wheel_works_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "newsroom", tmp_path / "newsroom")
    ours = f"import converters; assert converters.__file__.startswith({str(wheel)!r})"
    program = f"{ours}; from converters.cli import main; main()"
    for arguments in (["convert", "newsroom"], ["check", "specs"], ["build", "newsroom", "--strict", "-o", "site"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments, "--quiet"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(wheel)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "specs" / "newsroom" / "photo-editor.yaml").is_file()
    assert (tmp_path / "site" / "agents" / "newsroom" / "photo-editor" / "index.html").is_file()


def test_the_source_archive_has_what_its_tests_look_at() -> None:
    included = {name.strip("/") for name in PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]}
    looked_at = re.compile(r'\bROOT / "([^"/]+)')
    wanted = {name for path in (ROOT / "tests").glob("*.py") for name in looked_at.findall(path.read_text("utf-8"))}
    always = {"pyproject.toml"}
    assert sorted(name for name in wanted - included - always if (ROOT / name).exists()) == []
