"""Conversions in the reader's browser: the same program, the same bytes, the same words."""

from __future__ import annotations

import ast
import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import browsing
import pytest
import yaml
from click.testing import CliRunner

from converters import engine, vocabulary
from converters.cli import specs as command
from converters.formats import FORMATS
from converters.inputs import MANIFEST
from converters.library import library_of
from converters.publish import Catalogue, Site, shell, vendoring
from converters.publish import engine as pressed
from converters.syntax import yaml as syntax

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "site"
PLANNER = ROOT / "specs" / "harbour" / "01-operations" / "berth-planner.yaml"
EDITOR = ROOT / "specs" / "newsroom" / "photo-editor.yaml"
"""It may do less than everything, so that Codex refuses it."""
MODE = next((ROOT / "specs" / "roo" / "roomodes").glob("*.yaml"))
AGENTS = (PLANNER, EDITOR, MODE)
TEAM = (PLANNER, EDITOR, ROOT / "specs" / "harbour" / "02-safety" / "weather-watch.yaml")
WRITTEN = [id_ for id_, fmt in FORMATS.items() if fmt.writes]
FIRST = 11
"""Formats a page asks about, and shows, before all others."""
TEN = ("claude-code", "codex", "roo", "opencode-json", "kiro", "crewai", "agents-md", "prompty", "gitagent", "a2a-card")
"""Formats of every container: front matter, TOML, YAML, JSON and Markdown, alone and shared, with files beside."""

AT_HAND = pytest.mark.skipif(
    not pressed.is_at_hand(SOURCES), reason="the interpreter for browsers is not there; `make vendor` fetches it"
)


def canonical(path: Path) -> dict[str, str]:
    """An agent as a page sends it; the record of the file it shares goes along."""
    place = ROOT / "specs" / path.relative_to(ROOT / "specs").parts[0] / ".documents"
    record = next(iter(sorted(place.glob("*.yaml"))), None) if path == MODE else None
    shared = {"shared": record.read_text(encoding="utf-8")} if record else {}
    return {"canonical": path.read_text(encoding="utf-8"), **shared}


def converted(paths: Sequence[Path], target: str, folder: Path, *more: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """What `specs convert` writes, by path, and its report."""
    arguments = [
        "convert",
        *map(str, paths),
        "--to",
        target,
        "-o",
        str(folder),
        "--quiet",
        "--report",
        f"{folder}.json",
    ]
    CliRunner().invoke(command, [*arguments, *more])
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return (
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in files},
        json.loads(Path(f"{folder}.json").read_text(encoding="utf-8")),
    )


def asked(verb: str, **arguments: Any) -> dict[str, Any]:
    return dict(engine.answer({"verb": verb, **arguments}))


def said(findings: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(finding["code"], finding["message"]) for finding in findings]


# --- the program, in the Python that tests it --------------------------------------------------------


@pytest.mark.parametrize("target", WRITTEN)
@pytest.mark.parametrize("path", AGENTS, ids=lambda path: path.stem)
def test_it_writes_what_the_command_writes(path: Path, target: str, tmp_path: Path) -> None:
    files, report = converted([path], target, tmp_path / "out")
    answer = asked("convert", agents=[canonical(path)], target=target)
    assert {one["path"]: one["bytes"] for one in answer["files"]} == files
    (row,) = report["inputs"]
    assert said(answer["findings"]) == said(row["findings"])
    assert bool(answer["refused"]) == (row["outputs"] == [])
    fates = {field["field"]: field["word"] for field in row["fields"][0]["fields"]}
    (told,) = answer["reports"]
    assert {field["field"]: word for word in engine.COUNTED for field in told[word]} == fates
    assert list(told["access"]["after"]) == row["fields"][0]["access_after"]


@pytest.mark.parametrize("target", ["opencode-json", "roo", "claude-code"])
def test_many_agents_share_what_they_share_there(target: str, tmp_path: Path) -> None:
    files, _ = converted(AGENTS, target, tmp_path / "out")
    answer = asked("bundle", agents=[canonical(path) for path in AGENTS], target=target)
    with zipfile.ZipFile(io.BytesIO(answer["zip"])) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    again = asked("bundle", agents=[canonical(path) for path in AGENTS], target=target)
    assert again["zip"] == answer["zip"]
    assert again["findings"] == answer["findings"]


def test_what_is_refused_can_be_allowed(tmp_path: Path) -> None:
    refused = asked("convert", agents=[canonical(EDITOR)], target="codex")
    assert refused["files"] == []
    assert len(refused["refused"]) == 1
    assert refused["reports"][0]["access"]["wider"]
    assert refused["reports"][0]["refused"] == refused["refused"]
    files, _ = converted([EDITOR], "codex", tmp_path / "out", "--access", "allow")
    allowed = asked("convert", agents=[canonical(EDITOR)], target="codex", access="allow")
    assert {one["path"]: one["bytes"] for one in allowed["files"]} == files
    assert files
    assert allowed["refused"] == allowed["reports"][0]["refused"] == []
    wider = "+".join(refused["reports"][0]["access"]["wider"])
    assert asked("convert", agents=[canonical(EDITOR)], target="codex", access=wider) == allowed
    assert asked("convert", agents=[canonical(EDITOR)], target="codex", access="read")["refused"] == refused["refused"]


def test_the_least_leave_is_told() -> None:
    """The one that lets all pass together, and none where none is needed."""

    def leave(target: str, *agents: dict[str, Any]) -> str:
        return str(asked("convert", agents=agents, target=target)["leave"])

    raw = b"---\nname: clerk\ndescription: Keeps the book.\ntools: Read, Bash(gauge:*)\n---\n\nKeep the book.\n"
    clerk = {"raw": raw, "path": "clerk.md", "format": "claude-code"}
    assert (leave("roo", canonical(EDITOR)), leave("codex", canonical(EDITOR))) == ("", "mcp")
    assert leave("codex", clerk) == leave("codex", canonical(EDITOR), clerk) == "write+shell+mcp"
    assert asked("convert", agents=[clerk], target="codex", access=leave("codex", clerk))["refused"] == []


def test_reports_are_those_of_conversions() -> None:
    answer = asked("reports", agent=canonical(PLANNER), targets=list(FORMATS))
    for told in answer["reports"]:
        if FORMATS[told["format"]].writes:
            whole = asked("convert", agents=[canonical(PLANNER)], target=told["format"])
            assert told == whole["reports"][0]
        else:
            assert told["refused"]


def test_a_file_that_is_pasted_is_read_where_it_is() -> None:
    raw = (ROOT / "examples" / "newsroom" / "photo-editor.md").read_bytes()
    answer = asked("read", raw=memoryview(raw), path="photo-editor.md")
    assert answer["format"] == "claude-code"
    assert [(finding["code"], finding["line"]) for finding in answer["findings"]] == [("S104", 5)]
    (agent,) = answer["agents"]
    files = asked("convert", agents=[{"canonical": agent["canonical"]}], target="roo")["files"]
    assert files == asked("convert", agents=[{"raw": raw, "path": "photo-editor.md"}], target="roo")["files"]


def test_a_shared_file_gives_each_of_its_agents() -> None:
    raw = (ROOT / "examples" / "roo" / ".roomodes").read_bytes()
    answer = asked("read", raw=raw, path=".roomodes")
    assert len(answer["agents"]) > 1
    agents = [{"canonical": agent["canonical"], "shared": agent["shared"]} for agent in answer["agents"]]
    (file,) = asked("convert", agents=agents, target="roo")["files"]
    assert file["bytes"] == raw


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"verb": "exec", "code": "1"},
        {"verb": "convert"},
        {"verb": "convert", "agents": [{}], "target": "roo"},
        {"verb": "convert", "agents": [], "target": "nowhere"},
        {"verb": "reports", "agent": {"canonical": "{"}, "targets": ["roo"]},
        {"verb": "read", "raw": b"", "path": "x", "more": 1},
    ],
)
def test_what_cannot_be_done_is_said(message: dict[str, Any]) -> None:
    answer = engine.answer(message)
    assert list(answer) == ["problem"]
    assert answer["problem"].isprintable()


@pytest.mark.parametrize("text", ["", "{", "spec: 1\n", "spec: 99\nname: x\n", "spec: 1\nname: x\nodd: 1\n", "\ud800"])
def test_a_document_that_is_none_is_refused_with_its_reason(text: str) -> None:
    answer = asked("convert", agents=[{"canonical": text}], target="roo")
    assert answer["files"] == []
    assert answer["refused"] or answer["findings"]


def test_pure_python_reads_yaml_as_libyaml_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser has no libyaml: every example and golden is understood alike without it."""
    names = [path for path in (ROOT / "examples").rglob("*") if path.is_file()]
    names += [path for path in (ROOT / "tests" / "goldens").rglob("*") if path.is_file() and path.suffix != ".txt"]
    sent = [{"raw": path.read_bytes(), "path": path.name} for path in sorted(names)[::3]]
    sent.append({"raw": b'---\nname: x\ndescription: "half \\ud800"\n---\n', "path": "half.md"})
    fast = [asked("read", **one) for one in sent]
    monkeypatch.setattr(syntax, "_Events", yaml.BaseLoader)
    engine._read.cache_clear()
    slow = [asked("read", **one) for one in sent]
    engine._read.cache_clear()
    for one, quick, plain in zip(sent, fast, slow, strict=True):
        assert [agent["canonical"] for agent in plain["agents"]] == [agent["canonical"] for agent in quick["agents"]], (
            one["path"]
        )
        assert [f["code"] for f in plain["findings"]] == [f["code"] for f in quick["findings"]], one["path"]


# --- what the build writes ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def program() -> dict[str, str]:
    held: dict[str, str] = json.loads(pressed.program_text())
    return held


@pytest.fixture(scope="module")
def unpacked(program: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as the worker lays it out."""
    here = tmp_path_factory.mktemp("program")
    for name, text in program.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text, encoding="utf-8", newline="\n")
    return here


def test_the_program_needs_nothing_else(unpacked: Path) -> None:
    """It runs where nothing is installed, and answers as it does here."""
    script = f"""
import json, sys
sys.path.insert(0, {str(unpacked)!r})
from converters import engine
asked = json.load(sys.stdin)
answer = engine.answer(asked)
answer["files"] = [[one["path"], one["bytes"].decode()] for one in answer["files"]]
print(json.dumps([answer, engine.answer({{"verb": "formats"}})]))
"""
    message = {"verb": "convert", "agents": [canonical(EDITOR)], "target": "roo", "embed": True}
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        input=json.dumps(message),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    there, formats = json.loads(done.stdout)
    here = engine.answer(message)
    assert there["files"] == [[one["path"], one["bytes"].decode()] for one in here["files"]]
    assert there["files"]
    assert said(there["findings"]) == said(here["findings"])
    assert [one["id"] for one in formats["formats"]] == list(FORMATS)


def test_every_import_is_seen() -> None:
    modules = pressed.modules()
    for path in modules.values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "converters":
                named = {f"{node.module}.{alias.name}" for alias in node.names}
                inside = {name for name in named if ROOT.joinpath(*name.split(".")).with_suffix(".py").is_file()}
                assert {node.module, *inside} <= modules.keys(), path


def test_the_program_holds_no_more_than_it_runs(program: dict[str, str]) -> None:
    rooms = {name.split("/")[1].removesuffix(".py") for name in program if name.startswith("converters/")}
    assert not rooms & {"cli", "check", "publish", "graph", "testing", "output"}
    assert len(json.dumps(program)) < 2_000_000


def test_the_words_are_the_same(program: dict[str, str]) -> None:
    """Only the days of their sources became text."""
    folder = ROOT / "converters" / "vocabulary"
    every = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yaml")}
    names = every - {"explanations", "licences", "synonyms"}  # no conversion needs these
    assert {f"converters/vocabulary/{name}.json" for name in names} <= set(program)
    for name in names:
        whole = json.dumps(vocabulary.load(name), default=str)
        assert json.loads(program[f"converters/vocabulary/{name}.json"]) == json.loads(whole), name


def test_the_program_brings_the_licence_of_what_is_not_ours(program: dict[str, str]) -> None:
    assert "MIT" in program["yaml/LICENSE"] or "Permission is hereby granted" in program["yaml/LICENSE"]


@pytest.mark.slow
def test_the_program_does_not_depend_on_the_hash_seed() -> None:
    script = "import zlib; from converters.publish import engine; print(zlib.crc32(engine.program_text().encode()))"
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


# --- where the interpreter comes from -------------------------------------------------------------------


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine's folder that pins a package of ours, and an npm that packs it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in (("small.mjs", b"export {};\n"), ("other.txt", b"not asked for")):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    tarball = packed.getvalue()
    (tmp_path / "small.tgz").write_bytes(tarball)
    programs = tmp_path / "programs"
    programs.mkdir()
    npm = programs / "npm"
    npm.write_text(f"#!/bin/sh\n/bin/cp {tmp_path}/small.tgz small-1.0.0.tgz\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    folder = tmp_path / "engine"
    folder.mkdir()
    pinned = {
        "name": "small",
        "version": "1.0.0",
        "integrity": "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode(),
        "files": {"small.mjs": {"size": 11, "sha256": hashlib.sha256(b"export {};\n").hexdigest()}},
        "lock": {},
    }
    (folder / "vendor.json").write_text(json.dumps(pinned))
    return folder


posix = pytest.mark.skipif(sys.platform == "win32", reason="the npm of this test is a shell script")


@posix
def test_what_is_pinned_is_fetched_and_what_was_before_goes(registry: Path) -> None:
    old = registry / "small" / "0.9.0" / "small.mjs"
    old.parent.mkdir(parents=True)
    old.write_text("")
    assert vendoring.absent(registry) == ["small.mjs"]
    assert vendoring.fetch(registry) is None
    assert vendoring.absent(registry) == []
    files = {path.relative_to(registry).as_posix(): path.read_bytes() for path in registry.rglob("*.mjs")}
    assert files == {"small/1.0.0/small.mjs": b"export {};\n"}


@posix
@pytest.mark.parametrize("key", ["integrity", "files"])
def test_nothing_else_is_taken(registry: Path, key: str) -> None:
    pinned = json.loads((registry / "vendor.json").read_text())
    pinned["integrity"] = pinned["integrity"] if key == "files" else "sha512-AAAA"
    pinned["files"]["small.mjs"]["sha256"] = "0" * 64 if key == "files" else ""
    (registry / "vendor.json").write_text(json.dumps(pinned))
    with pytest.raises(ValueError, match=r"not the .* that vendor.json pins"):
        vendoring.fetch(registry)
    assert not (registry / "small").exists()


@posix
def test_without_npm_there_is_a_reason(registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(registry))
    assert vendoring.fetch(registry) == "npm is not installed"


@posix
def test_a_registry_that_does_not_answer_is_a_reason(registry: Path) -> None:
    (registry.parent / "programs" / "npm").write_text("#!/bin/sh\nexit 1\n")
    assert vendoring.fetch(registry) == "npm could not fetch small 1.0.0"


def test_it_runs_by_itself_without_a_word_of_python_s(tmp_path: Path) -> None:
    """As the workflow of a catalogue runs it, where the site's folder holds nothing of ours."""
    (tmp_path / "site" / "assets").mkdir(parents=True)
    for words, status in (([], 0), (["site"], 1)):
        command = [sys.executable, "-W", "error", "-m", "converters.publish.vendoring", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stderr
        assert "RuntimeWarning" not in done.stderr
        assert ("name no folder" in done.stderr) == bool(words)


@AT_HAND
def test_a_build_brings_the_engine() -> None:
    site = Site(Catalogue(library=library_of(())), sources=SOURCES)
    made = {asset.path: asset.content for asset in site.assets()}
    index = json.loads(made["assets/engine/index.json"])
    program = made["assets/engine/program.json"]
    assert index["program"] == {"sha256": hashlib.sha256(program).hexdigest(), "size": len(program)}
    for name, size in index["pyodide"]["sizes"].items():
        assert (SOURCES / pressed.PLACE / index["pyodide"]["folder"] / name).stat().st_size == size


def test_a_build_without_the_interpreter_says_so(tmp_path: Path) -> None:
    (tmp_path / pressed.PLACE).mkdir(parents=True)
    assert not pressed.is_at_hand(tmp_path)
    (tmp_path / pressed.PLACE / "vendor.json").write_bytes((SOURCES / pressed.PLACE / "vendor.json").read_bytes())
    assert not pressed.is_at_hand(tmp_path)
    site = Site(Catalogue(library=library_of(())), sources=tmp_path)
    assert not site.converts
    assert [asset.path for asset in site.assets() if asset.path.startswith(pressed.PLACE)] == []
    fragment = site.fragment("convert")
    assert "This site does not convert files itself" in fragment
    assert "specs convert" in fragment
    assert "<script" not in fragment


def test_what_is_pinned_is_named_with_its_licence() -> None:
    pinned = vendoring.pinned(SOURCES / pressed.PLACE)
    assert pinned["licence"].startswith("MPL-2.0")
    assert pinned["version"] in pinned["source"]
    assert pinned["integrity"].startswith("sha512-")


# --- in the browser ---------------------------------------------------------------------------------------

browser = pytest.mark.browser
BASE = "/sub/path/"
"""The site stands below a path, as on project pages."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site: the engine as a build lays it out, and a page under the policy of all pages."""
    root = tmp_path_factory.mktemp("engine")
    html = shell.policy('<!doctype html><html lang="en"><meta charset="utf-8"><title>Harbour</title>')
    for name in (BASE, f"{BASE}bare/"):
        here = root / name.strip("/")
        shutil.copytree(SOURCES / pressed.PLACE, here / pressed.PLACE)
        (here / "page").mkdir()
        (here / "page" / "index.html").write_text(html, encoding="utf-8")
    (root / BASE.strip("/") / "convert").mkdir()
    fragment = Site(Catalogue(library=library_of(())), sources=SOURCES).fragment("convert", "../")
    html = html.replace("</title>", '</title><script src="../assets/site.js" defer></script>') + fragment
    (root / BASE.strip("/") / "convert" / "index.html").write_text(html, encoding="utf-8")
    for name in ("site.js", "convert.js", "fates.js", "convert.css"):
        shutil.copy(SOURCES / "assets" / name, root / BASE.strip("/") / "assets" / name)
    for path, content in pressed.files(SOURCES):
        (root / BASE.strip("/") / path).write_bytes(content)
    with browsing.served(root) as host:
        yield host.removesuffix("/") + BASE


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browsing.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium: Any, site: str) -> Iterator[Any]:
    """A page with the engine running; any complaint of the browser and any foreign request fails the last test."""
    context = chromium.new_context()
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    context.on("request", lambda asked: None if asked.url.startswith(site) else complaints.append(asked.url))
    context.on("response", lambda got: complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    opened.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    opened.goto(f"{site}page/")
    assert opened.evaluate(OPEN) == {"problem": None, "last": 100}
    yield opened
    context.close()
    assert complaints == []


OPEN = """async () => {
  const { open } = await import("../assets/engine/engine.js");
  let last = 0;
  window.engine = await open("../", (percent) => { if (percent < last) throw new Error("backwards"); last = percent; });
  return { problem: window.engine.problem ?? null, last };
}"""
CONVERT = """async ({ verb, agents, format, options }) => {
  const made = await engine[verb](verb === "bundle" ? agents : agents[0], format, options ?? {});
  const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const files = made.files.map((one) => ({ ...one, bytes: text(one.bytes) }));
  return { ...made, files, bytes: null, zip: made.zip && text(made.zip) };
}"""


@AT_HAND
@browser
@pytest.mark.parametrize("target", TEN)
def test_the_browser_writes_what_the_command_writes(page: Any, target: str, tmp_path: Path) -> None:
    files, report = converted([PLANNER], target, tmp_path / "out")
    answer = page.evaluate(CONVERT, {"verb": "convert", "agents": [canonical(PLANNER)], "format": target})
    assert {one["path"]: base64.b64decode(one["bytes"]) for one in answer["files"]} == files
    assert files
    assert answer["path"] == answer["files"][0]["path"]
    assert said(answer["findings"]) == said(report["inputs"][0]["findings"])
    native = asked("convert", agents=[canonical(PLANNER)], target=target)["reports"]
    assert answer["report"] == json.loads(json.dumps(native))[0]


@AT_HAND
@browser
@pytest.mark.parametrize("target", ["opencode-json", "claude-code"])
def test_the_browser_packs_what_the_command_lays_out(page: Any, target: str, tmp_path: Path) -> None:
    files, _ = converted(TEAM, target, tmp_path / "out")
    message = {"verb": "bundle", "agents": [canonical(path) for path in TEAM], "format": target}
    answer = page.evaluate(CONVERT, message)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["zip"]))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert len(files) == (1 if FORMATS[target].shared else len(TEAM))


@AT_HAND
@browser
def test_the_browser_refuses_what_the_command_refuses(page: Any, tmp_path: Path) -> None:
    files, report = converted([EDITOR], "codex", tmp_path / "out")
    answer = page.evaluate(CONVERT, {"verb": "convert", "agents": [canonical(EDITOR)], "format": "codex"})
    assert files == {}
    assert answer["files"] == []
    assert said(answer["findings"]) == said(report["inputs"][0]["findings"])
    assert [finding["code"] for finding in answer["findings"] if finding["severity"] == "error"] == ["A101"]
    assert len(answer["refused"]) == 1
    allowed = {"verb": "convert", "agents": [canonical(EDITOR)], "format": "codex", "options": {"access": "allow"}}
    assert page.evaluate(CONVERT, allowed)["refused"] == []


@AT_HAND
@browser
def test_the_browser_reports_on_every_format(page: Any) -> None:
    ids = page.evaluate(
        """async (agent) => {
          const ids = [];
          for await (const one of engine.reports(agent)) ids.push(one.format);
          return ids;
        }""",
        canonical(PLANNER),
    )
    assert ids[0] == "claude-code"
    assert sorted(ids) == sorted(FORMATS)


@AT_HAND
@browser
def test_the_browser_reads_what_is_pasted(page: Any) -> None:
    text = (ROOT / "examples" / "newsroom" / "photo-editor.md").read_bytes().decode()
    answer = page.evaluate("(text) => engine.read(text, 'photo-editor.md')", text)
    native = asked("read", raw=text.encode(), path="photo-editor.md")
    assert answer == json.loads(json.dumps(native))


@AT_HAND
@browser
def test_the_browser_says_what_it_cannot_do(page: Any) -> None:
    assert "problem" in page.evaluate("engine.convert('spec: 1', 'nowhere')")
    assert page.evaluate("engine.convert('{', 'roo')")["refused"]


@AT_HAND
@browser
def test_a_pasted_agent_is_shown_in_every_format(chromium: Any, site: str) -> None:
    """The page tells what each format makes of it, and hands out the file the command would write."""
    context = chromium.new_context(accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(120_000)
    asked_for: list[str] = []
    opened.goto(f"{site}convert/")
    assert not opened.locator("progress").is_visible()
    opened.locator("input[type=file]").set_input_files(ROOT / "examples" / "newsroom" / "photo-editor.md")
    opened.locator(".as-fates tbody tr").nth(len(WRITTEN) - 1).wait_for(state="attached")
    context.on("request", lambda request: asked_for.append(request.url))
    assert opened.locator(".as-fates tbody tr").count() == len(WRITTEN)
    assert opened.locator(".as-fates tbody tr:visible").count() == FIRST
    rest = opened.locator(".as-convert__rest")
    rest.get_by_text(f"{len(WRITTEN) - FIRST} more formats").click()
    rest.get_by_label("Find a format").fill("bed rock")
    assert rest.locator("tbody tr:visible th").all_inner_texts() == ["Amazon Bedrock agent"]
    rest.get_by_role("button", name="Amazon Bedrock agent").click()
    rest.locator(".as-result").wait_for()
    rest.get_by_label("Find a format").fill("no such one")
    assert rest.locator("tbody tr:visible").count() == 0
    assert rest.get_by_role("status").inner_text() == "No other format is called that."
    assert "S104" in opened.locator(".as-convert__findings").inner_text()
    row = opened.locator(".as-fates tbody tr", has=opened.get_by_role("rowheader", name="Roo Code", exact=True))
    row.get_by_role("button").click()
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Download").click()
    raw = (ROOT / "examples" / "newsroom" / "photo-editor.md").read_bytes()
    (file,) = asked("convert", agents=[{"raw": raw, "path": "photo-editor.md"}], target="roo")["files"]
    assert Path(download.value.path()).read_bytes() == file["bytes"]
    refused = opened.locator(".as-fates tbody tr", has=opened.get_by_role("rowheader", name="Codex", exact=True))
    assert "wider" in refused.inner_text()
    refused.get_by_role("button").click()
    opened.get_by_role("button", name="Take it all the same").click()
    opened.locator(".as-result code", has_text=".codex/agents/photo-editor.toml").wait_for()
    assert [address for address in asked_for if not address.startswith("blob:")] == []
    context.close()


@AT_HAND
@browser
def test_a_site_without_the_engine_says_so(chromium: Any, site: str) -> None:
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(f"{site}bare/page/")
    assert opened.evaluate(OPEN)["problem"] == "This site was built without conversions in the browser."
    context.close()
