"""The command line: transcripts of whole sessions, and what scripts and terminals rely on."""

from __future__ import annotations

import gc
import io
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from converters import validation
from converters.check import security
from converters.cli import _VERBS, build_, main, specs
from converters.conversion import Options, understand
from converters.findings import RULES
from converters.formats import FORMATS
from converters.inputs import Input
from converters.vocabulary import load, override

ROOT = Path(__file__).parents[1]
TRANSCRIPTS = sorted(path for path in (ROOT / "tests" / "transcripts").glob("*.md") if path.stem != "README")
FILES = ROOT / "tests" / "transcripts" / "files"
EXAMPLES = ROOT / "examples"
AGENT = EXAMPLES / "harbour" / "01-operations" / "tide-forecaster.md"


def run(*args: object, cwd: Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `specs` in this process, with a folder and streams of its own; what it would leave behind is undone."""
    words = ["specs", *map(str, args)]
    given, out, said = (io.TextIOWrapper(io.BytesIO(begin), "utf-8") for begin in ((text or "").encode(), b"", b""))
    threshold, first = gc.get_threshold(), os.dup(1)
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("SPECS_", "NO_COLOR")):
                patch.delenv(name)
        for name, its in {"argv": words, "stdin": given, "stdout": out, "stderr": said}.items():
            patch.setattr(sys, name, its)
        patch.chdir(cwd)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            gc.set_threshold(*threshold)
            os.dup2(first, 1)
            os.close(first)
            override({})
    assert isinstance(ended.value.code, int)
    return subprocess.CompletedProcess(words, ended.value.code, _heard(out), _heard(said))


def _heard(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def run_alone(
    *args: object, cwd: Path, text: str | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, as a shell would."""
    return subprocess.run(
        [sys.executable, "-c", "from converters.cli import main; main()", *map(str, args)],
        cwd=cwd, input=text or "", capture_output=True, encoding="utf-8", check=False,
        env={**{k: v for k, v in os.environ.items() if not k.startswith(("SPECS_", "NO_COLOR"))}, **(env or {})},
    )  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A fresh folder with the transcripts' files."""
    shutil.copytree(FILES, tmp_path / "here")
    return tmp_path / "here"


# --- transcripts -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path, here: Path, accept: bool) -> None:
    said = path.read_text(encoding="utf-8")
    done = "".join(_replayed(said, here, run))
    if accept:
        path.write_text(done, encoding="utf-8", newline="\n")
    assert done == said, "`pytest tests/test_cli.py --accept` takes the new output; then read the diff"


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=() if path.stem in {"detect", "explain"} else pytest.mark.heavy) for path in TRANSCRIPTS],
    ids=lambda path: path.stem,
)
def test_a_process_of_its_own_says_the_same(path: Path, here: Path) -> None:
    """So `run` may stand for a shell in all other tests; `make corpus` asks of every transcript."""
    said = path.read_text(encoding="utf-8")
    assert "".join(_replayed(said, here, run_alone)) == said


def _replayed(said: str, here: Path, how: Callable[..., subprocess.CompletedProcess[str]]) -> Iterator[str]:
    """The transcript with every command's output as it is now."""
    lines = iter(said.splitlines(keepends=True))
    inside, command = False, ""
    for line in lines:
        if line.startswith("````"):
            inside = not inside
            yield line
        elif not inside:
            yield line
        elif line.startswith("% "):
            command = line
            yield line
            given = []
            if shlex.split(command[2:])[-1] == "-":
                for given_line in lines:
                    given.append(given_line)
                    if given_line == "^D\n":
                        break
                yield from given
            verb, *args = shlex.split(command[2:])
            assert verb == "specs"
            yield from _output(how(*args, cwd=here, text="".join(given[:-1])))


def _output(done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    yield from (line + "\n" for line in done.stdout.removesuffix("\n").split("\n") if done.stdout)
    yield from (f"2> {line}".rstrip() + "\n" for line in done.stderr.removesuffix("\n").split("\n") if done.stderr)
    if done.returncode:
        yield f"=> {done.returncode}\n"


# --- what scripts rely on ----------------------------------------------------------------------


def test_show_gives_canonical_documents(here: Path) -> None:
    said = json.loads(run("show", EXAMPLES / "roo" / ".roomodes", "--json", cwd=here).stdout)
    assert set(said) == {"agents", "findings"}
    assert len(said["agents"]) == 4
    assert not [found for agent in said["agents"] for found in validation.validate(agent, "x")]


@pytest.mark.parametrize("named", ["harbour/old-watch", "old-watch"])
def test_show_finds_an_agent_that_moved_by_the_id_it_had(here: Path, named: str) -> None:
    library = here / "library"
    (library / "harbour").mkdir(parents=True)
    (library / "collections.yaml").write_text("harbour: {license: MIT}\n")
    (library / "harbour" / "tides.yaml").write_text(
        "spec: 1\nid: tides\nname: tide-watch\naliases: [old-watch]\nsections: [{text: You watch tides.}]\n"
    )
    done = run("show", named, "--in", "library", "--json", cwd=here)
    assert [agent["name"] for agent in json.loads(done.stdout)["agents"]] == ["tide-watch"]
    assert done.stderr == f"{named} is now harbour/tides\n"
    assert run("show", "harbour/tides", "--in", "library", cwd=here).stderr == ""
    assert run("compat", named, "--in", "library", "--json", cwd=here).stderr == f"{named} is now harbour/tides\n"
    for words in (("team", named), ("graph", "--around", named)):
        followed = run(*words, *(["--in"] if words[0] == "team" else []), "library", cwd=here)
        assert (followed.returncode, followed.stderr) == (0, f"{named} is now harbour/tides\n")
    (here / "library").rename(here / "specs")
    compared = run("compare", named, EXAMPLES / "roo" / ".roomodes", cwd=here)
    assert compared.stderr.startswith(f"{named} is now harbour/tides\n")
    (here / "specs").rename(here / "library")
    none = run("show", "harbour/older-watch", "--in", "library", cwd=here)
    assert (none.returncode, none.stdout) == (2, "")
    assert "There is no agent 'harbour/older-watch'" in none.stderr


def test_a_file_that_cannot_be_read_is_still_a_document(here: Path) -> None:
    done = run("show", "odd/alias.md", "--json", cwd=here)
    said = json.loads(done.stdout)
    assert said["agents"] == []
    assert [found["code"] for found in said["findings"]] == ["S108"]
    assert {"path", "code", "name", "severity", "message", "line", "column"} <= set(said["findings"][0])
    assert done.returncode == 2


def test_detect_says_format_dialect_confidence_and_why(here: Path) -> None:
    said = json.loads(run("detect", EXAMPLES, "--json", cwd=here).stdout)
    assert all(set(row) == {"path", "format", "dialect", "confidence", "why"} for row in said["inputs"])
    assert {row["format"] for row in said["inputs"]} == {"claude-code", "eipas", "prompt", "roo", None}
    assert "voltagent" in {row["dialect"] for row in said["inputs"]}


def test_formats_tells_every_row(here: Path) -> None:
    said = json.loads(run("formats", "--json", cwd=here).stdout)["formats"]
    assert [fmt["id"] for fmt in said] == [*FORMATS, "canonical"]
    for told, fmt in zip(said, FORMATS.values(), strict=False):
        assert [row["key"] for row in told["table"]] == [row.key or "(its name)" for row in fmt.rows]
    alone = json.loads(run("formats", "canonical", "--json", cwd=here).stdout)
    assert alone == said[-1]


def test_compat_counts_every_field_once(here: Path) -> None:
    (agent,) = json.loads(run("compat", AGENT, "--json", cwd=here).stdout)["agents"]
    assert [fate["format"] for fate in agent["formats"]] == list(FORMATS)
    for fate in agent["formats"]:
        assert fate["kept"] + fate["changed"] + fate["added"] + fate["lost"] == len(fate["fields"])
        assert len(fate["lost_fields"]) == fate["lost"]
        assert fate["refused"] == bool(fate["gains"] or fate["refused_for"])


def test_check_totals_are_those_of_its_findings(here: Path) -> None:
    done = run("check", EXAMPLES, "odd", "--json", cwd=here)
    said = json.loads(done.stdout)
    for severity in ("error", "loss", "warning", "info"):
        assert said["totals"][severity] == sum(found["severity"] == severity for found in said["findings"])
    assert done.returncode == 1


def test_graph_is_node_link_data(here: Path) -> None:
    said = json.loads(run("graph", EXAMPLES / "workshop", "--json", cwd=here).stdout)
    assert {"nodes", "edges", "directed", "multigraph"} <= set(said)
    wanted = {"source", "target", "relation", "about", "resolution", "evidence"}
    assert all(wanted <= set(edge) for edge in said["edges"])
    assert {edge["resolution"] for edge in said["edges"]} <= {"exact", "alias", "elsewhere", "missing"}


def test_a_library_is_checked_against_its_sources(here: Path) -> None:
    """A clean library has no finding of a spec; each kind of drift has its own."""
    specs = here / "specs"
    specs.mkdir()
    (specs / "collections.yaml").write_text("team: {root: team, license: MIT}\nmodes: {root: modes, license: MIT}\n")
    run("convert", "team", "modes", cwd=here)
    assert _codes(here) == {"G101"}
    spec = specs / "team" / "booking-builder.yaml"
    written = spec.read_text(encoding="utf-8")

    spec.write_text(written.replace("You build", "You test"), encoding="utf-8")
    assert _codes(here) == {"G101", "V112"}
    spec.write_text(written.replace("language: en", "language: de"), encoding="utf-8")
    assert _codes(here) == {"G101", "V112", "V110"}
    (specs / ".specs-manifest.json").unlink()
    spec.write_text(written.replace("You build", "You test"), encoding="utf-8")
    assert _codes(here) == {"G101", "V112"}
    spec.write_text(written.replace("name: booking-builder", "name: booking-builder\ncolour: teal"), encoding="utf-8")
    assert _codes(here) == {"G101", "V108"}
    spec.write_text(written, encoding="utf-8")
    (here / "team" / "booking-builder.md").write_text("---\nname: booking-builder\n---\nYou test.\n")
    assert _codes(here) == {"G101", "V113"}
    (specs / "collections.yaml").write_text("team: {root: team, origin: specs, colour: x}\nmodes: {root: modes}\n")
    run("convert", "--force", "team", "modes", cwd=here)
    spec.write_text(spec.read_text().replace("You test", "You build"), encoding="utf-8")
    assert _codes(here) == {"G101", "V103", "P104"}


def _codes(here: Path) -> set[str]:
    return {found["code"] for found in json.loads(run("check", "specs", "--json", cwd=here).stdout)["findings"]}


def test_the_agents_of_a_folder_are_held_against_each_other(here: Path) -> None:
    """A lone file cannot be asked whom it means; a folder can, without a library."""
    (found,) = json.loads(run("check", "team", "--select", "G101", "--json", cwd=here).stdout)["findings"]
    assert (found["path"], found["line"], found["code"]) == ("team/change-reviewer.md", 19, "G101")
    alone = run("check", "team/change-reviewer.md", "--select", "G", "--json", cwd=here)
    assert json.loads(alone.stdout)["findings"] == []


def test_part_of_a_library_is_checked_from_anywhere(here: Path) -> None:
    run("convert", "team", "modes", cwd=here)
    (here / "specs" / "collections.yaml").write_text("team: {root: team, license: MIT}\n")
    for cwd, path in (
        (here, "specs/team"),
        (here / "specs", "team/change-reviewer.yaml"),
        (here / "specs" / "team", "."),
        (here / "team", here / "specs"),
    ):
        said = json.loads(run("check", path, "--select", "G", "--json", cwd=cwd).stdout)
        (found,) = said["findings"]
        assert (cwd / found["path"]).resolve() == (here / "team" / "change-reviewer.md").resolve()
        assert found["line"] == 19


_MISUSE = (
    "show", "show no-such", "formats no-such", "compat x.md --to no-such", "explain no-such", "check --select no-such",
    "graph team --around no-such", "graph team --format svg3", "list", "detect", "no-such",
)  # fmt: skip


@pytest.mark.parametrize("line", _MISUSE)
def test_misuse_ends_in_two(line: str, here: Path) -> None:
    done = run(*line.split(), cwd=here)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr and "internal error" not in done.stderr
    assert done.stderr.strip()


def test_a_written_graph_is_not_somebody_elses_file(here: Path) -> None:
    (here / "mine.dot").write_text("digraph mine {}\n")
    done = run("graph", "team", "--format", "dot", "-o", "mine.dot", cwd=here)
    assert done.returncode == 1
    assert "P102" in done.stderr
    assert (here / "mine.dot").read_text() == "digraph mine {}\n"
    assert run("graph", "team", "--format", "dot", "-o", "mine.dot", "--force", cwd=here).returncode == 0
    assert (here / "mine.dot").read_text().startswith("digraph agents")


# --- what terminals rely on --------------------------------------------------------------------

_PRINTS_TEXT = (
    ["show", EXAMPLES / "harbour"], ["show", EXAMPLES / "newsroom"], ["show", EXAMPLES / "observatory"],
    ["show", EXAMPLES / "roo"], ["show", EXAMPLES / "workshop"], ["compat", EXAMPLES / "workshop"],
    ["compat", EXAMPLES / "roo", "-v"], ["list", EXAMPLES], ["list", EXAMPLES, "--group-by", "category"],
    ["graph", EXAMPLES], ["graph", EXAMPLES, "--around", "tide-forecaster", "--depth", "9"],
    ["formats"], *(["formats", id_] for id_ in (*FORMATS, "canonical")), ["explain"], ["--help"],
    *([verb, "--help"] for verb in _VERBS),
)  # fmt: skip


@pytest.mark.parametrize("args", _PRINTS_TEXT, ids=lambda args: " ".join(Path(str(a)).name for a in args))
def test_text_fits_eighty_columns(args: list[Any], here: Path) -> None:
    if (
        args[0] in _VERBS
        and not (ROOT / "converters" / "cli" / f"{'build' if args[0] == 'serve' else args[0]}_.py").exists()
    ):
        pytest.skip("not there yet")
    done = run(*args, cwd=here)
    assert done.returncode == 0, done.stderr
    width = 100 if "--help" in args else 80
    assert [line for line in done.stdout.splitlines() if _columns(line) > width and "://" not in line] == []


def _columns(line: str) -> int:
    marks = {"Mn", "Me", "Cf"}
    return sum(0 if unicodedata.category(c) in marks else 1 + (unicodedata.east_asian_width(c) in "WF") for c in line)


_SHOWS_FILES = (
    ["show", "odd/trojan.md"], ["detect", "odd"], ["compat", "odd/trojan.md"], ["check", "odd", "-v"], ["list", "odd"],
    ["list", "odd", "--format", "markdown"], ["graph", "odd"], ["graph", "odd", "--around", "odd/trojan"],
    ["check", "odd", "--format", "github", "-v"], ["show", "\x1b[31m\u202e.md"], ["explain", "\x1b[31m"],
    ["graph", "odd", "--collection", "\x1b[2J"],
)  # fmt: skip


@pytest.mark.parametrize("args", _SHOWS_FILES, ids=lambda args: " ".join(args).encode("unicode_escape").decode())
def test_nothing_in_a_file_reaches_the_terminal(args: list[str], here: Path) -> None:
    done = run(*args, cwd=here)
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", done.stdout + done.stderr
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "args",
    [["show", "."], ["detect", "."], ["compat", "."], ["check", "."], ["list", "."], ["graph", "."]],
    ids=lambda args: args[0],
)
def test_hostile_files_end_no_verb(args: list[str], shared: Path) -> None:
    done = run(*args, "--json", cwd=shared / "hostile")
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    assert "Traceback" not in done.stderr and "internal error" not in done.stderr
    json.loads(done.stdout)


def test_utf_8_comes_out_whatever_the_locale(here: Path) -> None:
    env = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run_alone("show", EXAMPLES / "roo" / ".roomodes", cwd=here, env=env)
    assert "🌱 Seed Librarian" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX shell")
@pytest.mark.parametrize(
    "args", ["show examples/roo", "show --json examples", "formats", "list examples", "explain", "graph examples"]
)
def test_a_reader_that_has_enough_is_no_error(args: str) -> None:
    program = f"{shlex.quote(sys.executable)} -c 'from converters.cli import main; main()'"
    done = subprocess.run(
        f"{program} {args} | head -1", shell=True, cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0
    assert "Broken pipe" not in done.stderr and "Exception" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_told_in_a_line(here: Path) -> None:
    code = [sys.executable, "-c", "from converters.cli import main; main()", "formats"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(code, cwd=here, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert done.stderr == "specs: No space left on device\n"


def test_no_color_where_nobody_looks(here: Path) -> None:
    told = run_alone("check", "team", cwd=here).stdout + run_alone("show", "team/change-reviewer.md", cwd=here).stdout
    assert "\x1b" not in told


# --- what a run may import ---------------------------------------------------------------------

_HEAVY = {
    "yaml",
    "networkx",
    "jsonschema",
    "jsonschema_rs",
    "mkdocs",
    "hypothesis",
    "jinja2",
    "orjson",
    "importlib.metadata",
}


@pytest.mark.parametrize(
    ("args", "allowed"),
    [
        (["--help"], set()),
        (["--version"], {"importlib.metadata"}),
        (["convert", str(AGENT), "-o", "-"], {"yaml"}),
        (["convert", str(AGENT), "-o", "-", "--to", "roo"], {"yaml"}),
        (["show", str(AGENT)], {"yaml"}),
        (["detect", str(AGENT)], {"yaml"}),
        (["compat", str(AGENT)], {"yaml"}),
        (["check", str(AGENT)], {"yaml"}),
        (["explain", "S102"], {"yaml"}),
        (["list", str(AGENT.parent)], {"yaml"}),
        (["graph", str(AGENT.parent)], {"yaml", "networkx", "importlib.metadata"}),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, list) else "",
)
def test_a_verb_imports_only_what_it_needs(args: list[str], allowed: set[str], here: Path) -> None:
    """Counted in modules, not in milliseconds: a slow import is seen on any machine."""
    code = (
        "import sys, json\n"
        "from converters.cli import main\n"
        "try: main()\n"
        "except SystemExit as done: status = done.code\n"
        "print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *args], cwd=here, capture_output=True, encoding="utf-8", check=False
    )
    status, modules = json.loads(done.stderr.splitlines()[-1])
    assert status == 0
    assert _HEAVY & set(modules) <= allowed


def test_the_verbs_are_there() -> None:
    for verb in _VERBS:
        module = ROOT / "converters" / "cli" / f"{'build' if verb == 'serve' else verb}_.py"
        assert module.is_file(), verb


# --- explanations ------------------------------------------------------------------------------


def test_every_rule_is_explained_and_no_other() -> None:
    assert set(load("explanations")) == set(RULES)
    for code, said in load("explanations").items():
        assert set(said) <= {"why", "bad", "good", "path", "good_path", "format", "encoding", "sketch"}, code
        assert all(key in said for key in ("why", "bad", "good")), code


@pytest.mark.parametrize("code", [code for code, said in load("explanations").items() if not said.get("sketch")])
def test_an_example_shows_the_fault_and_its_cure(code: str) -> None:
    said = load("explanations")[code]
    assert code in _found(code, said, "bad")
    others = {"V102", "V105", "V114"}  # a bare prompt has no name; that is no fault of the cure
    assert _found(code, said, "good") <= others - {code}


def _found(code: str, said: Mapping[str, Any], which: str) -> set[str]:
    path = said.get("good_path" if which == "good" else "path") or said.get("path") or "agents/tide-forecaster.md"
    raw = said[which].encode(said.get("encoding", "utf-8") if which == "bad" else "utf-8")
    source = Input(Path(path), path, path, "team", explicit=code not in {"V106", "V107"})
    outcome = understand(source, Options(source=said.get("format"), targets=()), None, raw)
    return {finding.rule.code for finding in (*outcome.findings, *security.findings(outcome, source))}


@pytest.mark.parametrize("code", RULES)
def test_an_explanation_fits_the_page(code: str) -> None:
    said = load("explanations")[code]
    for text in (said["bad"], said["good"]):
        assert max(map(len, text.split("\n"))) <= 76 or code == "S110"


def test_a_map_that_nests_too_deep_is_misuse(here: Path) -> None:
    (here / "map.yaml").write_text("{a: " * 20_000, encoding="utf-8")
    result = run("convert", AGENT, "--map", "map.yaml", cwd=here)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "nested too deep" in result.stderr


def test_a_misspelt_model_of_a_map_is_told(here: Path) -> None:
    (here / "map.yaml").write_text("codex: {models: {opsu: gpt-5}}\n", encoding="utf-8")
    result = run("compat", AGENT, "--to", "codex", "--map", "map.yaml", cwd=here)
    told = "--map map.yaml: codex.models.opsu: no model is known by this name; did you mean 'opus'?\n"
    assert (result.returncode, result.stderr) == (0, told)


def test_a_card_says_what_was_mended_and_where(here: Path) -> None:
    """Not how many edits that took: quotes around a value are two."""
    (here / "tide-clerk.md").write_text(
        "---\nname: tide-clerk\ndescription: So: it reads.\nmodel: a: b\n---\nDonâ€™t sail. Donâ€™t row.\n",
        encoding="utf-8",
    )
    card = run("show", "tide-clerk.md", cwd=here).stdout
    assert (
        "  mended     S007 mojibake in 2 places of the prompt; S102 quoted-scalar in\n"
        "             description, model; convert --as-read undoes it\n"
    ) in card


def test_an_agent_of_another_place_is_shown_and_compared_by_name(here: Path) -> None:
    """`--in` looks a name up in a folder or a library that is not `specs/`."""
    shown = json.loads(run("show", "fact-checker", "--in", EXAMPLES / "newsroom", "--json", cwd=here).stdout)
    assert [agent["name"] for agent in shown["agents"]] == ["fact-checker"]
    (told,) = json.loads(run("compat", "fact-checker", "--in", EXAMPLES, "--to", "roo", "--json", cwd=here).stdout)[
        "agents"
    ]
    assert told["agent"] == "fact-checker"
    card = run("show", "fact-checker", "--in", EXAMPLES / "newsroom", cwd=here).stdout
    assert "newsroom/fact-checker.md\n" in card and "Claude Code" in card
    for words, said in (
        (("show", "fact-cheker", "--in", EXAMPLES), "Did you mean fact-checker?"),
        (("show", "incident-commander", "--in", EXAMPLES), "2 agents go by 'incident-commander'; say which:"),
        (("show", "fact-checker", "--from", EXAMPLES), "A library or a folder is named with --in."),
        (("compat", "fact-checker", "--from", EXAMPLES), "A library or a folder is named with --in."),
    ):
        done = run(*words, cwd=here)
        assert done.returncode == 2
        assert said in done.stderr


def test_a_library_is_named_by_either_word(here: Path) -> None:
    """By `--from` and `--in` where one of them names it; where neither does, it is told what does."""
    for words in (("team", "fact-checker"), ("search", "facts"), ("install", "--all", "--to", "roo", "--dry-run")):
        said = [run(*words, option, EXAMPLES / "newsroom", cwd=here) for option in ("--from", "--in")]
        assert said[0].stdout == said[1].stdout != ""
        assert said[0].returncode == said[1].returncode != 2
    for words, told in (
        (("list", "--from", "agents"), "list takes folders as arguments: specs list agents\n"),
        (("graph", "--in", "agents"), "graph takes folders as arguments: specs graph agents\n"),
        (("check", "--from", EXAMPLES), "A library or a folder is named without an option.\n"),
    ):
        done = run(*words, cwd=here)
        assert done.returncode == 2
        assert done.stderr.endswith(told)


def test_what_is_found_in_a_file_comes_by_its_places(here: Path) -> None:
    """Whoever found it, and however grave it is."""
    text = "---\nname: tide\u202eforecaster\ndescription: Forecasts: tides.\nmodle: opus\ntools: Read, Reed\n---\nDo.\n"
    (here / "a.md").write_text(text, encoding="utf-8")
    said = json.loads(run("check", "a.md", "--json", cwd=here).stdout)["findings"]
    places = [(found["line"], found["column"]) for found in said]
    assert places == sorted(places) and len({line for line, _ in places}) > 2


def test_a_dry_run_tells_what_would_be_done_and_not_that_it_was(here: Path) -> None:
    (here / "crew").mkdir()
    for name in ("tide", "berth"):
        (here / "crew" / f"{name}.md").write_text(f"---\nname: {name}\ndescription: Does.\n---\nDo.\n")
    words = ["convert", "crew", "--to", "claude-code", "-o", "out"]
    assert "would add     .claude/agents/tide.md" in run(*words, "--dry-run", cwd=here).stdout
    run(*words, cwd=here)
    (here / "crew" / "tide.md").unlink()
    assert run(*words, "--check", cwd=here).returncode == 0  # its outputs are not asked for
    done = run(*words, "--check", "--prune", cwd=here)
    assert done.returncode == 1
    assert done.stdout == "would remove  .claude/agents/tide.md\n"
    assert "1 file would be removed" in done.stderr
    assert (here / "out" / ".claude" / "agents" / "tide.md").is_file()


def test_a_server_that_is_ended_leaves_nothing_behind(tmp_path: Path) -> None:
    """A shell keeps Ctrl-C from what it runs in the background, so `kill` ends that."""
    held = tmp_path / "held"
    held.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as lent:
        port = lent.getsockname()[1]
    with subprocess.Popen(
        [
            sys.executable, "-c", "from converters.cli import main; main()",
            "serve", str(ROOT / "examples" / "harbour"), "--port", str(port),
        ],
        stderr=subprocess.PIPE, text=True, cwd=tmp_path, env={**os.environ, "TMPDIR": str(held)},
    ) as serving:  # fmt: skip
        assert serving.stderr is not None
        assert any("Serving on" in line for line in serving.stderr)
        assert list(held.iterdir())
        serving.terminate()
        serving.stderr.read()
    assert serving.returncode == 143
    assert list(held.iterdir()) == []


def test_a_site_is_served_at_another_port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []
    monkeypatch.setattr(build_, "_serve", lambda _config, address, _open: asked.append(address))
    monkeypatch.setattr(build_, "_here", lambda: tmp_path)
    for words in (["--port", "9000"], ["-a", "0.0.0.0:80", "--port", "9000"], []):
        assert CliRunner().invoke(specs, ["serve", *words]).exit_code == 0
    assert asked == ["127.0.0.1:9000", "0.0.0.0:9000", "127.0.0.1:8000"]
    assert CliRunner().invoke(specs, ["serve", "--port", "0"]).exit_code == 2
