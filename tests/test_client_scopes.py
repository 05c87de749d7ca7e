"""Where `specs install` puts agents, asked of the clients themselves: those of a project and those of a person.

As in test_clients.py, a client that is absent is skipped with the command that brings it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import SHARED

from converters.cli import specs

JUDGES = SHARED / "judges"
HOME = Path(os.environ.get("JUDGES_HOME") or Path.home() / ".cache" / "agent-judges")
pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(not JUDGES.is_dir(), reason=f"the judges are not in {JUDGES}"),
]

MINE, OURS = "berth-clerk", "tide-forecaster"
"""The agent of the person, and that of the project."""


def _ran(words: Iterable[str | Path], here: Path, env: Mapping[str, str], given: str | None = None) -> str:
    """What a program says, with no more of the environment than it is given."""
    usual = {"PATH": os.environ["PATH"], "TERM": "dumb", "NO_COLOR": "1"}
    with (here.parent / "said").open("w+", encoding="utf-8") as said:  # a client may cut short what goes into a pipe
        subprocess.run(
            list(map(str, words)), cwd=here, env={**usual, **env}, input=given, stdout=said, stderr=subprocess.STDOUT,
            text=True, timeout=120, check=False, **({} if given is not None else {"stdin": subprocess.DEVNULL}),
        )  # fmt: skip
        said.seek(0)
        return said.read()


def _asked(log: Path) -> list[Any]:
    """All that a client sent to its model, and since it was asked last."""
    said = [json.loads(line)["body"] for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
    log.unlink(missing_ok=True)
    return said


def claude(binary: Path, here: Path, home: Path) -> set[str]:
    """The agents that the SDK's first answer lists."""
    env = {
        "HOME": str(home), "ANTHROPIC_BASE_URL": "http://127.0.0.1:8099", "ANTHROPIC_API_KEY": "dummy",
        "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }  # fmt: skip
    opening = {"type": "control_request", "request_id": "1", "request": {"subtype": "initialize"}}
    words = [JUDGES / "net.sh", home / "log", binary, "-p", "--input-format", "stream-json", "--output-format",
             "stream-json", "--verbose"]  # fmt: skip
    said = _ran(words, here, env, json.dumps(opening) + "\n")
    answers = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    found = [answer["response"]["response"] for answer in answers if answer.get("type") == "control_response"]
    return {agent["name"] for agent in found[0]["agents"]}


def opencode(binary: Path, here: Path, home: Path) -> set[str]:
    """The agents of the configuration, as it is put together; Kilo Code is asked alike."""
    env = {"HOME": str(home)} | {
        f"{name}_DISABLE_{what}": "1" for name in ("OPENCODE", "KILO") for what in ("AUTOUPDATE", "MODELS_FETCH")
    }
    said = _ran(["unshare", "-n" if os.geteuid() == 0 else "-rn", binary, "debug", "config"], here, env)
    return set(json.loads(said[said.index("{") :]).get("agent", {}))


def codex(binary: Path, here: Path, home: Path) -> set[str]:
    """The roles that the tool for starting agents offers; a project must be trusted for its own to count."""
    (home / ".codex").mkdir(parents=True, exist_ok=True)
    (home / ".codex" / "config.toml").write_text(f'[projects."{here}"]\ntrust_level = "trusted"\n')
    log = home / "log"
    provider = '{name="mock",base_url="http://127.0.0.1:8099/v1",wire_api="responses",env_key="MOCK_KEY"}'
    words = [JUDGES / "net.sh", log, binary, "exec", "-c", 'model_provider="mock"', "-c",
             f"model_providers.mock={provider}", "-m", "gpt-5.4", "--json", "hi"]  # fmt: skip
    _ran(words, here, {"HOME": str(home), "MOCK_KEY": "dummy"})
    kinds = [node["agent_type"]["description"] for node in _nodes(_asked(log)) if "agent_type" in node]
    return {name for kind in kinds for name in re.findall(r"^([a-z-]+): \{$", kind, re.MULTILINE)}


def _nodes(value: Any) -> Iterator[Any]:
    """Every mapping inside a value."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(inner)


def copilot(binary: Path, here: Path, home: Path) -> set[str]:
    """The agents that the tool for starting them offers."""
    env = {
        "HOME": str(home), "COPILOT_AUTO_UPDATE": "false", "COPILOT_OFFLINE": "true", "COPILOT_ALLOW_ALL": "true",
        "COPILOT_PROVIDER_BASE_URL": "http://127.0.0.1:8099/v1", "COPILOT_MODEL": "gpt-5.4",
    }  # fmt: skip
    log = home / "log"
    _ran([JUDGES / "net.sh", log, binary, "-p", "hi"], here, env)
    kinds = [node["agent_type"] for node in _nodes(_asked(log)) if "agent_type" in node]
    return {name for kind in kinds for name in kind.get("enum") or ()}


GEMINI = """
const [core, here] = process.argv.slice(1);
const { Storage } = await import(`${core}/config/storage.js`);
const { loadAgentsFromDirectory } = await import(`${core}/agents/agentLoader.js`);
for (const folder of [Storage.getUserAgentsDir(), new Storage(here).getProjectAgentsDir()])
  for (const { name } of (await loadAgentsFromDirectory(folder)).agents) console.log(name);
process.exit(0);
"""
QWEN = """
import fs from "node:fs";
const [chunks, here] = process.argv.slice(1), says = /var SubagentManager = class/;
const holds = (name) => name.endsWith(".js") && says.test(fs.readFileSync(`${chunks}/${name}`, "utf8"));
const { SubagentManager } = await import(`${chunks}/${fs.readdirSync(chunks).find(holds)}`);
const config = new Proxy({}, { get: (_, key) => () => (key === "getProjectRoot" ? here : undefined) });
const manager = new SubagentManager(config);
for (const level of ["user", "project"])
  for (const { name } of await manager.listSubagentsAtLevel(level)) console.log(name);
process.exit(0);
"""


def gemini(core: Path, here: Path, home: Path) -> set[str]:
    """What the client's own loader finds where its own storage looks."""
    said = _ran(["node", "--input-type=module", "-e", GEMINI, core, here], here, {"HOME": str(home)})
    return set(said.split())


def qwen(chunks: Path, here: Path, home: Path) -> set[str]:
    """What the client's own manager lists."""
    said = _ran(["node", "--input-type=module", "-e", QWEN, chunks, here], here, {"HOME": str(home)})
    return set(said.split())


Ask = Callable[[Path, Path, Path], set[str]]
CLIENTS: Mapping[str, tuple[Ask, str]] = {
    "claude-code": (claude, "claude/node_modules/@anthropic-ai/claude-code-linux-x64/claude"),
    "codex": (codex, "codex/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex"),
    "copilot": (copilot, "copilot/node_modules/@github/copilot-linux-x64/copilot"),
    "gemini-cli": (gemini, "gemini/node_modules/@google/gemini-cli-core/dist/src"),
    "kilo": (opencode, "kilo/node_modules/@kilocode/cli-linux-x64/bin/kilo"),
    "opencode": (opencode, "opencode/node_modules/opencode-linux-x64/bin/opencode"),
    "opencode-json": (opencode, "opencode/node_modules/opencode-linux-x64/bin/opencode"),
    "qwen-code": (qwen, "qwen/node_modules/@qwen-code/qwen-code/chunks"),
}


@pytest.mark.parametrize("target", CLIENTS)
def test_clients_list_what_was_installed(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agents of the project and of the person while they are installed, and neither before nor after."""
    ask, program = CLIENTS[target]
    if not (HOME / program).exists():
        pytest.skip(f"{program} is not in {HOME}; `judges/install.sh {program.partition('/')[0]}` brings it")
    here, home, crew = tmp_path / "project", tmp_path / "home", tmp_path / "crew"
    for folder in (here, home, crew):
        folder.mkdir()
    subprocess.run(["git", "init", "-q", here], check=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "GEMINI_CLI_HOME", "QWEN_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in (MINE, OURS):
        text = f"---\nname: {name}\ndescription: Use it for the {name}.\ntools: Read\n---\n\nYou are the {name}.\n"
        (crew / f"{name}.md").write_text(text)

    def run(*words: str) -> None:
        done = CliRunner().invoke(specs, [*words, "-q"])
        assert done.exit_code == 0, done.output

    assert not ask(HOME / program, here, home) & {MINE, OURS}
    source = ("--from", str(crew), "--to", target, "--access", "allow")
    run("install", OURS, *source, "--project", str(here))
    run("install", MINE, *source, "--user")
    assert ask(HOME / program, here, home) >= {MINE, OURS}
    run("uninstall", OURS, "--project", str(here))
    assert ask(HOME / program, here, home) & {MINE, OURS} == {MINE}
    run("uninstall", "--all", "--user")
    assert not ask(HOME / program, here, home) & {MINE, OURS}
