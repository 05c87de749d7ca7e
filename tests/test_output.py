"""Artifacts onto the disk: whole or not at all, never over what somebody else wrote, and accounted for."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from converters import output
from converters.cli.convert_ import convert
from converters.conversion import CANONICAL, Artifact
from converters.drafts import write_whole
from converters.inputs import MANIFEST
from converters.output import Change, Output
from converters.vocabulary import override

AGENT = "---\nname: {name}\ndescription: Use when {name} is due.\ntools: Read\n---\nYou are {name}.\n"


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three agents, where the command is run."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "crew"
    folder.mkdir()
    for name in ("tide", "berth", "pilot"):
        (folder / f"{name}.md").write_bytes(AGENT.format(name=name).encode())
    return folder


def run(*words: str, code: int = 0) -> Result:
    """`specs convert` with these words; its exit status is checked."""
    result = CliRunner().invoke(convert, [*words])
    assert result.exit_code == code, (result.exit_code, result.output, result.stderr, result.exception)
    return result


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def artifact(path: str, data: bytes = b"new\n", target: str = "claude-code") -> Artifact:
    return Artifact(path, data, target, ("crew/tide",))


def kinds(changes: list[Change]) -> list[str]:
    return [change.kind for change in changes]


# --- whole or not at all ----------------------------------------------------------------------------


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old\n")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new\n")
    assert tree(tmp_path) == {"a.md": b"old\n"}


def test_one_file_that_cannot_be_written_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    out = Output(tmp_path)
    changes = [
        Change("a.md", "new", None, b"x", None, artifact("a.md")),
        Change("b.md", "new", None, b"y", None, artifact("b.md")),
    ]
    found = out.apply(changes)
    assert [finding.rule.code for finding in found] == ["S010"]
    assert (tmp_path / "b.md").read_bytes() == b"y"
    assert set(Output(tmp_path).owned) == {"b.md"}


def test_drafts_of_killed_runs_go_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / f".a.md.{gone.pid}-0.tmp").write_bytes(b"half")
    running, own = tmp_path / f".a.md.{os.getppid()}-0.tmp", tmp_path / "notes.1-0.tmp"
    for path in (running, own):
        path.write_bytes(b"whole")
    assert not Output(tmp_path).apply([Change("a.md", "new", None, b"x", None, artifact("a.md"))])
    assert {path.name for path in tmp_path.iterdir()} == {"a.md", MANIFEST, running.name, own.name}


# --- the manifest -----------------------------------------------------------------------------------


class Killed(BaseException):
    """What ends a run here as `kill -9` would."""


def test_two_killed_runs_leave_no_file_that_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is killed having written the new edition, the next, back to the old one, before it writes anything."""

    def written(data: bytes, kill_at: int | None = None) -> list[Change]:
        written_files = iter(range(100))

        def write(path: Path, content: bytes) -> None:
            if next(written_files) == kill_at:
                raise Killed
            write_whole(path, content)

        monkeypatch.setattr(output, "write_whole", write)
        place = Output(tmp_path)
        changes = place.plan([artifact("tide.md", data)])
        place.apply(changes)
        return changes

    written(b"old\n")
    with pytest.raises(Killed):
        written(b"new\n", kill_at=2)  # the manifest, the file, the manifest
    assert (tmp_path / "tide.md").read_bytes() == b"new\n"
    with pytest.raises(Killed):
        written(b"old\n", kill_at=1)
    assert kinds(written(b"newest\n")) == ["changed"]
    assert (tmp_path / "tide.md").read_bytes() == b"newest\n"


@pytest.mark.usefixtures("crew")
def test_the_manifest_names_every_file_one_a_line() -> None:
    run("crew")
    text = Path("specs", MANIFEST).read_text(encoding="utf-8")
    said = json.loads(text)
    assert said["version"] == 1
    assert list(said["files"]) == ["crew/berth.yaml", "crew/pilot.yaml", "crew/tide.yaml"]
    for path, entry in said["files"].items():
        assert entry["sha256"] == hashlib.sha256(Path("specs", path).read_bytes()).hexdigest()
        assert entry["target"] == CANONICAL
        assert entry["collections"] == ["crew"]
    assert len(text.splitlines()) == 2 + 3
    run("crew")
    assert Path("specs", MANIFEST).read_text(encoding="utf-8") == text


# --- with which names ----------------------------------------------------------------------------


def told(*words: str, code: int = 0) -> list[str]:
    """What converting the crew to Codex says of maps of names."""
    override({})  # as in a process of its own
    said = run("crew", "--to", "codex", "--access", "codex=mcp", *words, code=code).stderr
    return [line for line in said.splitlines() if "P148" in line]


@pytest.fixture
def named(crew: Path) -> Path:
    """The crew, two of whom have a model, after it was converted to Codex by the map `names.yaml`."""
    for name in ("tide", "pilot"):
        text = AGENT.format(name=name).replace("tools: Read", "model: sonnet")
        (crew / f"{name}.md").write_text(text, encoding="utf-8")
    Path("names.yaml").write_text("codex: {models: {sonnet: gpt-harbour}}\n", encoding="utf-8")
    assert told("--map", "names.yaml") == []
    return crew


@pytest.mark.usefixtures("named")
def test_a_run_without_the_map_that_files_were_written_with_says_so_once() -> None:
    before = Path(MANIFEST).read_bytes()
    assert {entry["names"] for entry in json.loads(before)["files"].values()} == {"names.yaml"}
    (said,) = told("--check", code=1)
    assert said == (
        ".codex/agents/pilot.toml:1:1: warning[P148 other-names] written with --map names.yaml the last time, and this"
        " run has none; so was 1 more"
    )
    assert Path(MANIFEST).read_bytes() == before, "looking changes nothing"
    assert told("--map", "names.yaml", "--check") == []
    assert len(told()) == 1
    assert told() == [], "what was written without it counts from then on"
    assert b"names" not in Path(MANIFEST).read_bytes()


@pytest.mark.usefixtures("named")
def test_another_map_is_told_and_a_changed_one_or_a_first_one_is_not() -> None:
    Path("others.yaml").write_text("codex: {models: {sonnet: gpt-quay}}\n", encoding="utf-8")
    (said,) = told("--map", "others.yaml", "--dry-run")
    assert "with --map names.yaml the last time, and this run has --map others.yaml; so was 1 more" in said
    Path("names.yaml").write_text("codex: {models: {sonnet: gpt-quay}}\n", encoding="utf-8")
    assert told("--map", "names.yaml") == [], "whoever edits the map means it"
    told()
    assert told("--map", "names.yaml") == [], "nor does anybody give one by mistake"


def test_files_that_stay_as_they_are_are_not_told_of(named: Path) -> None:
    for name in ("tide", "pilot"):
        (named / f"{name}.md").write_bytes(AGENT.format(name=name).encode())
    told("--map", "names.yaml")
    assert told("--check") == []


@pytest.mark.usefixtures("named")
def test_a_manifest_is_the_same_wherever_the_map_lies() -> None:
    before = Path(MANIFEST).read_bytes()
    told("--map", str(Path("names.yaml").absolute()))
    assert Path(MANIFEST).read_bytes() == before


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"files": 3}', '{"files": {"a": {}}}', "\udcff"])
def test_a_broken_manifest_says_nothing_is_ours(tmp_path: Path, broken: str) -> None:
    (tmp_path / MANIFEST).write_bytes(broken.encode("utf-8", "surrogateescape"))
    (tmp_path / "a.md").write_bytes(b"old\n")
    assert kinds(Output(tmp_path).plan([artifact("a.md")])) == ["kept"]


@pytest.mark.usefixtures("crew")
def test_a_second_run_changes_nothing() -> None:
    run("crew", "--to", "canonical,claude-code", "-o", "out")
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")}
    result = run("crew", "--to", "canonical,claude-code", "-o", "out")
    assert {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")} == before
    assert "3 unchanged" in result.stderr


# --- what somebody else wrote -----------------------------------------------------------------------


def test_a_file_that_is_not_ours_is_kept_and_named(crew: Path) -> None:
    target = Path("out/.claude/agents/tide.md")
    target.parent.mkdir(parents=True)
    target.write_bytes(b"mine\n")
    result = run("crew", "--to", "claude-code", "-o", "out", code=1)
    assert "P102 not-ours" in result.stderr
    assert target.read_bytes() == b"mine\n"
    assert (target.parent / "berth.md").is_file()
    run("crew", "--to", "claude-code", "-o", "out", "--force")
    assert target.read_bytes() == (crew / "tide.md").read_bytes()


def test_a_file_that_is_equal_is_ours_at_once(crew: Path) -> None:
    target = Path("out/.claude/agents/tide.md")
    target.parent.mkdir(parents=True)
    target.write_bytes((crew / "tide.md").read_bytes())
    run("crew", "--to", "claude-code", "-o", "out")
    assert ".claude/agents/tide.md" in json.loads(Path("out", MANIFEST).read_text())["files"]


def test_an_edited_output_is_kept_and_named(crew: Path) -> None:
    run("crew", "--to", "claude-code", "-o", "out")
    target = Path("out/.claude/agents/tide.md")
    target.write_bytes(b"edited\n")
    (crew / "tide.md").write_bytes(AGENT.format(name="tide").encode() + b"More.\n")
    result = run("crew", "--to", "claude-code", "-o", "out", code=1)
    assert "P103 edited-output" in result.stderr
    assert target.read_bytes() == b"edited\n"
    run("crew", "--to", "claude-code", "-o", "out", "--force")
    assert target.read_bytes() == (crew / "tide.md").read_bytes()


def test_our_own_file_follows_its_source(crew: Path) -> None:
    run("crew", "--to", "claude-code", "-o", "out")
    (crew / "tide.md").write_bytes(AGENT.format(name="tide").encode() + b"More.\n")
    run("crew", "--to", "claude-code", "-o", "out")
    assert Path("out/.claude/agents/tide.md").read_bytes().endswith(b"More.\n")


def test_converting_in_place_keeps_the_sources(crew: Path) -> None:
    """`--layout source` over the input itself finds every file equal."""
    before = tree(crew)
    run("crew", "--to", "claude-code", "--layout", "source", "-o", "crew")
    after = tree(crew)
    after.pop(MANIFEST)
    assert after == before


# --- prune ------------------------------------------------------------------------------------------


def test_prune_removes_what_we_no_longer_make(crew: Path) -> None:
    run("crew", "--to", "claude-code", "-o", "out")
    (crew / "tide.md").unlink()
    run("crew", "--to", "claude-code", "-o", "out")
    assert Path("out/.claude/agents/tide.md").is_file(), "nothing is removed unasked"
    run("crew", "--to", "claude-code", "-o", "out", "--prune")
    assert not Path("out/.claude/agents/tide.md").exists()
    assert ".claude/agents/tide.md" not in json.loads(Path("out", MANIFEST).read_text())["files"]


def test_prune_removes_folders_of_specs_that_are_left_empty(crew: Path) -> None:
    (crew / "day").mkdir()
    (crew / "tide.md").rename(crew / "day" / "tide.md")
    run("crew", "-o", "out")
    assert Path("out/crew/day/tide.yaml").is_file()
    (crew / "day" / "tide.md").rename(crew / "tide.md")
    run("crew", "-o", "out", "--prune")
    assert Path("out/crew/tide.yaml").is_file()
    assert not Path("out/crew/day").exists()


def test_prune_keeps_what_is_withheld_this_time(crew: Path) -> None:
    """Its agent is not gone: what an earlier run was allowed to write for it stays as it is, a prompt beside it too."""
    (crew / "reader.md").write_bytes(b"---\nname: reader\ndescription: Reads.\ntools: Read\n---\n\nYou read.\n")
    for target in ("codex", "gitagent"):
        words = ("crew/reader.md", "crew/tide.md", "--collection", "crew", "--to", target, "-o", f"out-{target}")
        run(*words, "--access", "allow")
        before = tree(Path(f"out-{target}"))
        strict = ("--access", "refuse") if target == "codex" else ("--loss", "refuse")
        run(*words, *strict, "--prune", code=1)
        assert tree(Path(f"out-{target}")).keys() == before.keys()
        said = json.loads(run(*words, *strict, "--check", "--prune", "--json", code=1).stdout)
        held = [path for row in said["inputs"] for path in row["withheld"]]
        assert held
        assert said["totals"]["withheld"] > 0
        assert set(held) <= before.keys()


def test_prune_removes_nothing_while_an_input_is_refused(crew: Path) -> None:
    """Nobody can tell which files are those of an input that cannot be read."""
    run("crew", "--to", "claude-code", "-o", "out")
    (crew / "tide.md").unlink()
    (crew / "berth.md").write_bytes(b"---\nname: berth\ndescription: &it Berths.\ntools: *it\n---\n\nYou berth.\n")
    before = tree(Path("out"))
    result = run("crew", "--to", "claude-code", "-o", "out", "--prune", code=1)
    assert tree(Path("out")) == before
    assert "nothing was looked for to remove" in result.stderr


def test_prune_keeps_edits_other_targets_and_other_collections(crew: Path) -> None:
    other = crew.parent / "other"
    other.mkdir()
    (other / "cook.md").write_bytes(AGENT.format(name="cook").encode())
    run("other", "--to", "claude-code", "-o", "out")
    run("crew", "--to", "claude-code,canonical", "-o", "out")
    edited, foreign = Path("out/.claude/agents/tide.md"), Path("out/mine.md")
    edited.write_bytes(b"edited\n")
    foreign.write_bytes(b"mine\n")
    for name in ("tide", "berth"):
        (crew / f"{name}.md").unlink()
    result = run("crew", "--to", "claude-code", "-o", "out", "--prune", code=1)
    assert "P103 edited-output" in result.stderr
    left = tree(Path("out"))
    assert ".claude/agents/berth.md" not in left
    assert left.keys() >= {
        ".claude/agents/tide.md",
        ".claude/agents/cook.md",
        "mine.md",
        "crew/tide.yaml",
        "crew/berth.yaml",
    }


# --- links ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_a_link_leads_nobody_out_of_the_folder(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / "sub").symlink_to(outside)
    (change,) = Output(root).plan([artifact("sub/a.md")], force=True)
    assert change.kind == "kept"
    assert change.finding is not None
    assert change.finding.rule.code == "P102"
    Output(root).apply([change])
    assert not tree(outside)


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_link_at_the_target_is_replaced_not_followed(tmp_path: Path) -> None:
    victim, root = tmp_path / "victim", tmp_path / "root"
    victim.write_bytes(b"secret\n")
    root.mkdir()
    (root / "a.md").symlink_to(victim)
    assert kinds(Output(root).plan([artifact("a.md")])) == ["kept"]
    out = Output(root)
    out.apply(out.plan([artifact("a.md")], force=True))
    assert victim.read_bytes() == b"secret\n"


@pytest.mark.parametrize("path", ["../a.md", "x/../../a.md"])
def test_a_path_that_climbs_is_kept_out(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    assert kinds(Output(root).plan([artifact(path)], force=True)) == ["kept"]


# --- looking only -----------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--dry-run", "--diff", "--check"])
def test_looking_writes_nothing(crew: Path, option: str) -> None:
    before = tree(crew.parent)
    result = run("crew", option, code=1 if option == "--check" else 0)
    assert tree(crew.parent) == before
    assert "crew/tide.yaml" in result.output


def test_check_is_quiet_where_nothing_would_change(crew: Path) -> None:
    run("crew")
    before = tree(crew.parent)
    run("crew", "--check")
    assert tree(crew.parent) == before
    (crew / "tide.md").write_bytes(AGENT.format(name="tide").encode() + b"More.\n")
    run("crew", "--check", code=1)


@pytest.mark.usefixtures("crew")
def test_derived_fields_alone_change_only_on_refresh() -> None:
    """A newer release that understands more leaves the specs of unchanged sources as they are."""
    run("crew")
    spec, manifest = Path("specs/crew/tide.yaml"), Path("specs", MANIFEST)
    fresh = spec.read_bytes()
    older = fresh.replace(b"summary: Use when tide is due.", b"summary: An older summary.")
    assert older != fresh
    spec.write_bytes(older)
    said = json.loads(manifest.read_text())
    said["files"]["crew/tide.yaml"]["sha256"] = hashlib.sha256(older).hexdigest()
    manifest.write_text(json.dumps(said))
    run("crew")
    assert spec.read_bytes() == older
    run("crew", "--refresh")
    assert spec.read_bytes() == fresh


# --- many ways out ----------------------------------------------------------------------------------


def test_one_artifact_goes_to_standard_output_as_bytes(crew: Path) -> None:
    raw = (crew / "tide.md").read_bytes().replace(b"\n", b"\r\n")
    (crew / "tide.md").write_bytes(raw)
    result = run("crew/tide.md", "--to", "claude-code", "-o", "-", "--report", "told.json")
    assert json.loads(Path("told.json").read_text())["totals"]["written"] == 1
    assert result.stdout_bytes == raw
    assert set(tree(crew.parent)) == {"crew/tide.md", "crew/berth.md", "crew/pilot.md", "told.json"}


@pytest.mark.usefixtures("crew")
def test_records_are_packed_one_a_line() -> None:
    run("crew", "-o", "all.jsonl")
    lines = Path("all.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["name"] for line in lines) == ["berth", "pilot", "tide"]


@pytest.mark.usefixtures("crew")
@pytest.mark.parametrize("theirs", ['{"question": "mine"}\n', "no JSON\n", "[1]\n"])
def test_records_are_not_packed_over_somebody_elses(theirs: str) -> None:
    Path("all.jsonl").write_text(theirs, encoding="utf-8")
    assert "P102" in run("crew", "-o", "all.jsonl", code=1).stderr
    assert Path("all.jsonl").read_text(encoding="utf-8") == theirs
    run("crew", "-o", "all.jsonl", "--force")
    for target in ("claude-code", "canonical"):  # what we packed is ours to pack again
        run("crew", "-o", "all.jsonl", "--to", target)
    assert len(Path("all.jsonl").read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.usefixtures("crew")
def test_a_report_is_not_written_over_somebody_elses_file() -> None:
    theirs = '{"name": "package.json"}\n'
    Path("report.json").write_text(theirs, encoding="utf-8")
    for words in ((), ("--check",), ("--dry-run", "--force"), ("--diff", "--force")):
        assert "P102" in run("crew", "--report", "report.json", *words, code=1).stderr
        assert Path("report.json").read_text(encoding="utf-8") == theirs
    run("crew", "--report", "report.json", "--force")
    run("crew/tide.md", "--report", "report.json", "--check")  # a report is ours to write again
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["totals"]["inputs"] == 1


def test_every_input_is_in_the_report(crew: Path) -> None:
    (crew / "README.md").write_text("# Crew\n")
    (crew / "broken.md").write_text("---\nname: x\ntools: {a: b}\n---\n")
    run("crew", "--report", "report.json", code=1)
    said = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert {Path(row["path"]).name: row["status"] for row in said["inputs"]} == {
        "README.md": "skipped",
        "berth.md": "written",
        "broken.md": "refused",
        "pilot.md": "written",
        "tide.md": "written",
    }
    totals = said["totals"]
    assert totals["inputs"] == 5 == totals["written"] + totals["unchanged"] + totals["skipped"] + totals["refused"]


def test_nothing_read_is_misuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("nowhere", code=2)
    (tmp_path / "file").write_text("x")
    (tmp_path / "a.md").write_bytes(AGENT.format(name="a").encode())
    result = run("a.md", "-o", "file/below", code=1)
    assert "cannot write file/below: Not a directory" in result.stderr
