"""What others' repositories run of ours: the action's steps, the hooks, the job for GitLab, and shells' completion."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result

from converters.check.report import is_gitlab
from converters.cli import _VERBS, specs

ROOT = Path(__file__).parents[1]
ACTION = ROOT / ".github" / "actions" / "specs"
SAID: dict[str, Any] = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = SAID["runs"]["steps"]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
GUIDE = (ROOT / "site" / "guide" / "automation.md").read_text(encoding="utf-8")
PROGRAM = Path(sys.executable).with_name("specs")

shell = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("bash") or not shutil.which("git") or not PROGRAM.is_file(),
    reason="a shell, Git and the installed command are needed",
)


def git(folder: Path, *words: str) -> str:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=Port", "-c", "user.email=port@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def agent(folder: Path, name: str, more: str = "") -> Path:
    path = folder / "agents" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"---\nname: {name}\ndescription: Looks after {name}.\n{more}---\n\nYou work.\n", encoding="utf-8")
    return path


@pytest.fixture
def port(tmp_path: Path) -> Path:
    """A repository with two agents and a README that lists them, committed on `main`."""
    here = tmp_path / "port"
    here.mkdir()
    git(here, "init", "-q", "-b", "main")
    agent(here, "berth-clerk")
    agent(here, "old-hand", "description: twice\n")
    (here / "README.md").write_text("# Port\n\n<!-- specs:count -->2<!-- /specs:count --> agents\n", encoding="utf-8")
    git(here, "add", ".")
    git(here, "commit", "-qm", "begin")
    return here


# --- a runner of actions, as far as ours needs one ---------------------------------------------------


@dataclass
class Job:
    """One run of the action in a repository: what it was given, and what came of each step."""

    folder: Path
    inputs: dict[str, str]
    event: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    log: str = ""
    used: list[str] = field(default_factory=list)
    failed: bool = False

    def __post_init__(self) -> None:
        """Fill in what was left out, and make the runner's own folder."""
        self.temp = self.folder.parent / "runner"
        self.temp.mkdir(exist_ok=True)
        self.inputs = {name: said.get("default", "") for name, said in SAID["inputs"].items()} | self.inputs
        self.summary = self.temp / "summary.md"
        self.summary.touch()

    def run(self) -> Job:
        """Take every step that its condition lets."""
        for step in STEPS:
            self._step(step, str(step.get("id", step.get("name", step.get("uses")))))
        return self

    def _step(self, step: dict[str, Any], id_: str) -> None:
        if not (self.value(step["if"]) if "if" in step else not self.failed):
            self.outcomes[id_] = "skipped"
            return
        if "uses" in step:
            self.used.append(step["uses"].partition("@")[0])
            self.outcomes[id_] = "success"
            self.outputs[id_] = {"python-path": str(self._python())} if id_ == "python" else {}
            return
        assert step["shell"] == "bash"
        script, output = self.temp / "step.sh", self.temp / "output"
        script.write_text(step["run"], encoding="utf-8")
        output.write_text("")
        given = {name: str(self.value(said) or "") for name, said in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"], "HOME": str(self.temp), "LC_ALL": "C.UTF-8", "RUNNER_TEMP": str(self.temp),
                "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(ACTION), "GIT_CONFIG_GLOBAL": os.devnull, **given,
            },
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
        )  # fmt: skip
        self.log += done.stdout
        self.outcomes[id_] = "failure" if done.returncode else "success"
        self.failed |= done.returncode != 0
        self.outputs[id_] = dict(line.split("=", 1) for line in output.read_text().splitlines())

    def _python(self) -> Path:
        """A Python that makes environments at once, with our command in them, and says what it is asked to install."""
        stub = self.temp / "python"
        stub.write_text(
            f'#!/bin/sh\nif [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python" '
            f'&& ln -sf "{PROGRAM}" "$3/bin/specs"; else echo "installing $*"; fi\n'
        )
        stub.chmod(0o755)
        return stub

    def value(self, said: object) -> object:
        """An expression of a workflow, by what the job knows."""
        found = re.fullmatch(r"\$\{\{(.*)\}\}", str(said), re.DOTALL)
        if found is None:
            return re.sub(r"\$\{\{(.*?)\}\}", lambda part: str(self._evaluated(part[1])), str(said))
        return self._evaluated(found[1])

    def _evaluated(self, expression: str) -> object:
        words = expression.replace("!cancelled()", " True ").replace("&&", " and ").replace("||", " or ")
        words = re.sub(r"\b((?:inputs|steps|github|runner)\.[\w.-]+)", lambda name: repr(self._known(name[1])), words)
        return eval(words.strip(), {"__builtins__": {}})  # of our own file

    def _known(self, name: str) -> object:
        kind, _, rest = name.partition(".")
        if kind == "inputs":
            return self.inputs[rest]
        if kind == "runner":
            return str(self.temp)
        if kind == "steps":
            id_, what, *more = rest.split(".")
            return (
                self.outputs.get(id_, {}).get(more[0], "") if what == "outputs" else self.outcomes.get(id_, "skipped")
            )
        value: object = {"event": self.event, "event_name": "pull_request" if "pull_request" in self.event else "push",
                         "repository": "port/agents", "actor": "clerk"}  # fmt: skip
        for part in rest.split("."):
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value

    def commands(self, kind: str) -> list[str]:
        """The annotations of a kind, those left out that the runner was told to pass over."""
        live = re.sub(r"^::stop-commands::(\S+)$.*?^::\1::$", "", self.log, flags=re.MULTILINE | re.DOTALL)
        return re.findall(rf"^::{kind} (.*)$", live, re.MULTILINE)


def request(base: str, repository: str = "port/agents") -> dict[str, Any]:
    return {"pull_request": {"base": {"sha": base}, "head": {"repo": {"full_name": repository}}}}


@shell
def test_a_pull_request_is_told_about_what_it_changes(port: Path) -> None:
    base = git(port, "rev-parse", "HEAD")
    git(port, "checkout", "-qb", "more")
    agent(port, "crane-planner", "tools: Read, Hoist: all\n")
    agent(port, "tide-forecaster", "name: tides\n")
    git(port, "add", ".")
    git(port, "commit", "-qm", "more")
    job = Job(port, {"paths": "agents\n", "lists": "README.md\n", "fail-on": "warning"}, request(base)).run()
    told = [where for kind in ("error", "warning") for where in job.commands(kind)]
    assert job.failed
    assert job.outputs["base"] == {"since": base}
    assert any("file=agents/tide-forecaster.md" in where for where in told)
    assert any("file=agents/crane-planner.md" in where for where in told)
    assert not any("old-hand" in where for where in told), "nobody touched it"
    assert any("Run it and commit what it writes: specs list --into README.md agents" in where for where in told)
    summary = job.summary.read_text(encoding="utf-8")
    assert "S112 duplicate-key" in summary
    assert "it ought to say 4, and says 2" in summary
    assert job.used == ["actions/setup-python"]
    assert "installing -m pip install" in job.log


@shell
def test_what_is_in_order_passes(port: Path) -> None:
    base = git(port, "rev-parse", "HEAD")
    agent(port, "berth-clerk", "color: blue\n")
    git(port, "commit", "-qam", "blue")
    job = Job(port, {"paths": "agents", "lists": "README.md"}, request(base)).run()
    assert not job.failed, job.log
    assert not job.commands("error")
    assert job.outcomes["Check agents"] == "success"
    assert job.outcomes["sarif"] == "skipped"


@shell
def test_without_the_past_every_file_is_told_about(port: Path) -> None:
    job = Job(port, {"paths": "agents", "fail-on": "warning"}, request("0" * 40)).run()
    assert job.failed
    assert job.outputs["base"] == {"since": ""}
    assert "fetch-depth" in job.commands("notice")[0]
    assert any("old-hand" in where for where in job.commands("warning"))


@shell
@pytest.mark.parametrize(("since", "base"), [("all", ""), ("HEAD~1", "HEAD~1")])
def test_what_changes_are_counted_from_can_be_said(port: Path, since: str, base: str) -> None:
    git(port, "commit", "-q", "--allow-empty", "-m", "nothing")
    job = Job(port, {"paths": "agents", "since": since}).run()
    assert job.outputs["base"] == {"since": base}
    assert not job.failed, job.log


@shell
def test_a_conversion_that_is_not_committed_fails(port: Path) -> None:
    inputs = {"paths": "agents", "convert": "\nagents --to codex -o .\n"}
    job = Job(port, inputs).run()
    assert job.failed
    assert [where for where in job.commands("error") if "Not in step" in where] == [
        "title=specs convert::Not in step. Run it and commit what it writes: specs convert agents --to codex -o ."
    ]
    subprocess.run([PROGRAM, "convert", *inputs["convert"].split(), "--quiet"], cwd=port, check=True)
    again = Job(port, inputs).run()
    assert not again.failed, again.log


@shell
def test_code_scanning_is_told_of_everything_where_it_may_be(port: Path) -> None:
    base = git(port, "rev-parse", "HEAD")
    inputs = {"paths": "agents", "sarif": "true"}
    job = Job(port, inputs, request(base)).run()
    assert job.used == ["actions/setup-python", "github/codeql-action/upload-sarif"]
    results = json.loads((job.temp / "agent-specs.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert {result["ruleId"] for result in results} >= {"S112"}, "of files that were not touched, too"
    (job.temp / "agent-specs.sarif").unlink()
    fork = Job(port, inputs, request(base, "somebody/agents")).run()
    assert fork.used == ["actions/setup-python"]
    assert not fork.failed


@shell
def test_a_site_is_uploaded_where_it_is_asked_for(port: Path) -> None:
    (port / "mkdocs.yml").write_text("site_name: none\nplugins: [no-such-plugin]\n")
    broken = Job(port, {"paths": "agents", "site": "true"}).run()
    assert broken.outcomes["site"] == "failure"
    assert "actions/upload-pages-artifact" not in broken.used


ATTACKS = ("$(touch PWNED)", "`touch PWNED`", '"; touch PWNED; "', "agents; touch PWNED", "--version", "*")


@shell
def test_no_input_is_a_command(port: Path) -> None:
    lines = "\n".join(ATTACKS)
    inputs = {"paths": lines, "since": lines, "lists": lines, "convert": ATTACKS[0], "baseline": ATTACKS[1]}
    job = Job(port, inputs | {"sarif": "true", "fail-on": ATTACKS[2]}).run()
    assert job.outcomes["Check agents"] == "failure", "it came that far"
    assert not list(port.parent.rglob("PWNED"))
    assert "touch: " not in job.log


@shell
def test_what_a_run_prints_is_no_command_to_the_runner(tmp_path: Path) -> None:
    printed = "::error file=x::not ours\\n::set-output name=a::b\\n::add-mask::c\\n~~~\\n"
    summary = tmp_path / "summary.md"
    done = subprocess.run(
        ["bash", ACTION / "in-step.sh", "bash", "-c", f"printf '{printed}'; exit 1", "--check", "100%\n::error::"],
        env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert re.fullmatch("specs-[0-9a-f]{32}", token)
    assert lines[1:5] == ["::error file=x::not ours", "::set-output name=a::b", "::add-mask::c", "~~~"]
    after = lines[lines.index(f"::{token}::") + 1 :]
    assert [line[:30] for line in after] == ["::error title=specs -c::Not in"]
    assert after[0].endswith("100%25%0A::error::")
    assert done.returncode == 1
    told = summary.read_text().split("\n\n")[1].splitlines()
    assert all(line.startswith("    ") for line in told), "code, to the page"


def test_scripts_hold_no_expressions_and_actions_are_pinned() -> None:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    assert not [step for step in STEPS if "${{" in step.get("run", "")]
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", action) for action in used)
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)


def test_what_expressions_name_is_there() -> None:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    ids = {step["id"] for step in STEPS if "id" in step}
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(SAID["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)", text)) <= ids
    assert all(said["description"] for said in SAID["inputs"].values())


# --- the guide's own files ---------------------------------------------------------------------------


def blocks(kind: str) -> Iterator[str]:
    yield from re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


WORKFLOWS = [yaml.load(block, yaml.BaseLoader) for block in blocks("yaml") if "\njobs:\n" in block]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: str(workflow["name"]))
def test_the_guide_s_workflows_use_the_action_as_it_is(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if ".github/actions/specs@" in step["uses"]:
                assert set(step["with"]) <= set(SAID["inputs"])
                needs = step["with"].get("sarif") == "true"
                assert (job.get("permissions", {}).get("security-events") == "write") == needs


def test_the_guide_tells_every_input_and_every_hook() -> None:
    tables = re.findall(r"^\| `([\w-]+)` \|", GUIDE, re.MULTILINE)
    assert [name for name in tables if name in SAID["inputs"]] == list(SAID["inputs"])
    assert {name for name in tables if name.startswith("specs-")} == {hook["id"] for hook in HOOKS}


@shell
def test_the_job_for_gitlab_runs_as_it_stands(port: Path) -> None:
    (said,) = [yaml.safe_load(block) for block in blocks("yaml") if ".gitlab-ci.yml" in block]
    job = said["agents"]
    base = git(port, "rev-parse", "HEAD")
    agent(port, "berth-clerk", "color: blue\n")
    environment = os.environ | {
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base
    }  # fmt: skip
    for line in job["script"]:
        done = subprocess.run(
            ["sh", "-ec", line], cwd=port, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    reports = job["artifacts"]["reports"]
    quality = json.loads((port / reports["codequality"]).read_text(encoding="utf-8"))
    assert [(row["check_name"], row["location"]) for row in quality if row["severity"] == "minor"] == [
        ("S112 duplicate-key", {"path": "agents/old-hand.md", "lines": {"begin": 4}})
    ]
    suites = ET.fromstring((port / reports["junit"]).read_text(encoding="utf-8"))
    assert [case.get("file") for case in suites.iter("testcase")] == ["agents/berth-clerk.md"], "what was changed"


# --- reports for GitLab ------------------------------------------------------------------------------


def check(*words: str) -> Result:
    return CliRunner().invoke(specs, ["check", *words])


def test_a_code_quality_report_is_one_that_gitlab_takes(port: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys, and their values, that its documentation asks for; a finding keeps its name while its line moves."""
    monkeypatch.chdir(port)
    done = check("./agents/", "--format", "gitlab", "-o", "report.json")
    assert done.exit_code == 0, done.stderr
    rows = json.loads(Path("report.json").read_text(encoding="utf-8"))
    for row in rows:
        assert set(row) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not row["location"]["path"].startswith(("/", "./"))
        assert row["location"]["lines"]["begin"] >= 1
    assert len({(row["location"]["path"], row["fingerprint"]) for row in rows}) == len(rows)
    (doubled,) = [row for row in rows if row["check_name"] == "S112 duplicate-key"]
    agent(port, "old-hand", "color: red\ndescription: twice\n")
    assert check("agents", "--format", "gitlab", "-o", "report.json").exit_code == 0, "over its own"
    (moved,) = [row for row in json.loads(Path("report.json").read_text()) if row["check_name"] == "S112 duplicate-key"]
    assert moved["fingerprint"] == doubled["fingerprint"]
    Path("package.json").write_text('{"name": "x"}')
    assert check("agents", "--format", "gitlab", "-o", "package.json").exit_code == 1
    assert is_gitlab(b"[]")
    assert not is_gitlab(b"[")


# --- hooks -------------------------------------------------------------------------------------------


NAMES = (
    "agents/tide-forecaster.md", ".claude/agents/deep/x.md", ".codex/agents/x.toml", ".github/agents/x.agent.md",
    ".github/chatmodes/x.chatmode.md", "modes/.roomodes", ".opencode/agent/x.md",
)  # fmt: skip
OTHERS = (
    "README.md", "agents/README.md", "agents/readme.de.md", "AGENTS.md", "agents/template.md", "docs/agents.md",
    "agents/run.py", "agents/CLAUDE.md", "src/agents.py",
)  # fmt: skip


def passed(hook: dict[str, Any], names: Sequence[str]) -> list[str]:
    """The files that pre-commit gives a hook."""
    return [name for name in names if re.search(hook["files"], name) and not re.search(hook["exclude"], name)]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_is_one(hook: dict[str, Any]) -> None:
    """The keys that https://pre-commit.com asks for (read on 2026-11-21), and a verb with options that it has."""
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert hook["language"] == "python"
    program, verb, *options = hook["entry"].split()
    command = specs.get_command(specs.make_context("specs", ["list"]), verb)
    assert program == "specs"
    assert command
    assert set(options) <= {word for param in command.params for word in param.opts}
    if hook.get("pass_filenames", True):
        assert passed(hook, NAMES) == list(NAMES)
        assert passed(hook, OTHERS) == []


def run_hook(id_: str, *words: str) -> Result:
    """As pre-commit does: the entry, what `args` says, then files."""
    (hook,) = [hook for hook in HOOKS if hook["id"] == id_]
    return CliRunner().invoke(specs, [*hook["entry"].split()[1:], *words])


def test_hooks_pass_what_is_in_order_and_stop_what_is_not(port: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(port)
    assert run_hook("specs-check", "agents/berth-clerk.md").exit_code == 0
    assert run_hook("specs-list", "agents", "--into", "README.md").exit_code == 0
    assert run_hook("specs-convert", "agents", "--to", "codex", "-o", ".").exit_code == 1
    bad = agent(port, "crane-planner", "when: at once: now\n")
    before = bad.read_text()
    assert run_hook("specs-check", "agents/crane-planner.md", "--fail-on", "warning").exit_code == 1
    assert run_hook("specs-fix", "agents/crane-planner.md").exit_code == 0
    assert bad.read_text() != before, "so that pre-commit stops the commit"
    assert run_hook("specs-list", "agents", "--into", "README.md").exit_code == 1


# --- completion --------------------------------------------------------------------------------------


def offered(monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
    """What a shell is offered for the last word."""
    monkeypatch.setenv("_SPECS_COMPLETE", "bash_complete")
    *before, last = words
    return [
        item.value if item.type == "plain" else f"({item.type})"
        for item in BashComplete(specs, {}, "specs", "_SPECS_COMPLETE").get_completions(list(before), last)
    ]


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (("com",), ["compat", "compare"]),
        (("convert", "--to", "claude-"), ["claude-code", "claude-plugin"]),
        (("convert", "--to", "codex,claude-c"), ["codex,claude-code"]),
        (("check", "--for", "open"), ["openai-assistant", "opencode", "opencode-json"]),
        (("formats", "roo"), ["roo"]),
        (("explain", "P12"), ["P121", "P122", "P123", "P124", "P125", "P126", "P127"]),
        (("check", "--select", "S101,undecod"), ["S101,undecodable-bytes"]),
        (("list", "--columns", "name,to"), ["name,tools"]),
        (("list", "--group-by", "c"), ["category", "collection"]),
        (("list", "--into", "RE"), ["(file)"]),
        (("check", "agen"), ["(file)"]),
        (("convert", "--collection", "ha"), ["harbour"]),
        (("show", "tide-"), ["tide-forecaster"]),
        (("show", "harbour/01-operations/tide"), ["harbour/01-operations/tide-forecaster"]),
        (("graph", "--around", "hull"), ["hull-inspector"]),
        (("show", "./x"), ["(file)"]),
        (("check", "--since", "ma"), []),
    ],
)
def test_a_shell_is_offered_what_may_come_next(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], some: list[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert offered(monkeypatch, *words) == some


def test_what_is_installed_is_offered_for_taking_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The manifest knows it; no library lies there."""
    home, project = tmp_path / "home", tmp_path / "quay"
    crew = tmp_path / "crew"
    for folder in (home, project, crew):
        folder.mkdir()
    for name in ("tide-forecaster", "berth-clerk"):
        (crew / f"{name}.md").write_text(f"---\nname: {name}\ndescription: Works at the harbour.\n---\nYou work.\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(project)
    for name, where in (("tide-forecaster", []), ("berth-clerk", ["--user"])):
        words = ["install", name, "--to", "claude-code", "--from", str(crew), *where]
        assert CliRunner().invoke(specs, words).exit_code == 0
    assert offered(monkeypatch, "uninstall", "") == ["tide-forecaster"]
    assert offered(monkeypatch, "uninstall", "berth") == []
    assert offered(monkeypatch, "uninstall", "crew/") == ["crew/tide-forecaster"]
    assert offered(monkeypatch, "uninstall", "--user", "") == ["berth-clerk"]
    monkeypatch.chdir(tmp_path)
    assert offered(monkeypatch, "uninstall", "") == []
    assert offered(monkeypatch, "uninstall", "--project", "quay", "tide") == ["tide-forecaster"]
    assert offered(monkeypatch, "uninstall", "--project", "nowhere", "") == []


def test_every_verb_is_offered_and_completes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(monkeypatch, "") == list(_VERBS)
    for verb in _VERBS:
        assert "--help" in offered(monkeypatch, verb, "--h")


ASKED = [
    ("convert agents --to codex,claude-c", "codex,claude-code"),
    ("convert agents --to=kiro-", "--to=kiro-md"),
    ("explain A10", "A101"),
    ("convert --dry", "--dry-run"),
    ("sta", "status"),
]


def environment_of_a_shell(home: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}


@shell
@pytest.mark.parametrize(("line", "some"), ASKED)
def test_fish_takes_it(line: str, some: str, tmp_path: Path) -> None:
    """Words with commas stay whole, and so do those with a sign of equality."""
    if not shutil.which("fish"):
        pytest.skip("fish is not installed")
    script = f"_SPECS_COMPLETE=fish_source specs | source; complete -C 'specs {line}'"
    told = subprocess.run(
        ["fish", "-c", script], cwd=tmp_path, env=environment_of_a_shell(tmp_path), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert some in [line.partition("\t")[0] for line in told.stdout.splitlines()]


@shell
@pytest.mark.parametrize("name", ["zsh", "fish"])
@pytest.mark.parametrize(("line", "some"), ASKED)
def test_other_shells_are_told_whole_words(name: str, line: str, some: str, tmp_path: Path) -> None:
    """As their scripts ask: zsh by the place of a word, fish by the word itself."""
    words = ["specs", *line.split()]
    asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1) if name == "zsh" else words[-1]}
    environment = environment_of_a_shell(tmp_path) | asked | {"_SPECS_COMPLETE": f"{name}_complete"}
    told = subprocess.run([str(PROGRAM)], env=environment, capture_output=True, text=True, check=True).stdout
    assert (f"plain\n{some}\n" if name == "zsh" else f"plain,{some}") in told


@shell
def test_bash_takes_it(port: Path) -> None:
    script = (
        'eval "$(_SPECS_COMPLETE=bash_source specs)"; COMP_WORDS=(specs formats kiro); COMP_CWORD=2;'
        ' _specs_completion specs; printf "%s\\n" "${COMPREPLY[@]}"; complete -p specs'
    )
    environment = os.environ | {"PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=port, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[:2] == ["kiro", "kiro-md"], done.stderr
    assert "_specs_completion specs" in done.stdout
