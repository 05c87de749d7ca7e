"""What we write, judged by those it is written for: real clients and the official loaders of formats.

Nothing is installed here. A judge that is absent is skipped with the command that brings it. `ALL_CORPUS=1` takes
every Claude Code agent of the corpus, and `CLIENT_RUNS=N` asks N times where a prompt costs a run of the client.
`--junitxml FILE -o junit_family=legacy` keeps each judge's figures: how many agents were given, how many written,
how many refused and why, and what was compared.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SHARED

from converters.conversion import Artifact, Options, Outcome, understand
from converters.findings import ERROR, Finding
from converters.formats import FORMATS
from converters.formats._kit import KEYED, PROMPT, Container, Format
from converters.inputs import Input
from converters.planning import plan

JUDGES = SHARED / "judges"
HOME = Path(os.environ.get("JUDGES_HOME") or Path.home() / ".cache" / "agent-judges")
EXAMPLES = Path(__file__).parents[1] / "examples"
BATCH = Path(__file__).parent / "judge_batch"
EVERY, MORE = (1, 8) if os.environ.get("ALL_CORPUS") else (20, 1)
"""Which of the corpus are taken, and how often as many prompts are asked for."""
pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(not JUDGES.is_dir(), reason=f"the judges are not in {JUDGES}"),
]

Said = Mapping[str, Any]
"""What an artifact says: values by our name of the field, `file`, its name's stem, and `meant`, the agent's prompt."""


@dataclass(frozen=True, slots=True)
class Judge:
    """One client or loader, what it shows of an agent, and what it is known to do to it."""

    id: str
    """As `install.sh` names it."""
    format: str
    script: str
    installed: str
    """What lies below the judges' home where it is installed."""
    shows: Mapping[str, Callable[[Said], Any]]
    """For each value the judge shows, what it should be."""
    hears: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """How a shown value is spelled for comparison."""
    together: bool = False
    """Whether all files share one folder and one list of names."""
    runs: int = 0
    """How many agents are asked for their prompts, where each costs a run."""
    costly: frozenset[str] = frozenset({"prompt"})
    """What only such a run shows."""
    main: str = ""
    """How the path ends of the file that is judged, where an agent has several."""
    env: Mapping[str, str] = field(default_factory=dict)
    """What tells a script of several clients which it is to ask."""

    def command(self, files: Sequence[Path], *, prompts: bool) -> list[str]:
        """What judges these files, a line of JSON each."""
        script = str(JUDGES / self.script)
        paths = [str(file) for file in files]
        if not self.script.startswith("frameworks/"):
            program = "node" if script.endswith(".mjs") else sys.executable
            return [program, script, *(["--prompts"] if prompts else []), *paths]
        if script.endswith(".mjs"):
            return ["node", f"{BATCH}.mjs", script, *paths]
        return [str(HOME / self.id / "bin" / "python"), f"{BATCH}.py", script, *paths]


def value(name: str) -> Callable[[Said], Any]:
    """The value an artifact has for a field."""
    return lambda said: said.get(name)


def stripped(text: Any) -> Any:
    """Text as JavaScript trims it, which Rust and Python do much alike."""
    return text.strip("\t\n\v\f\r \xa0\ufeff\u1680\u2028\u2029\u202f\u205f\u3000") if isinstance(text, str) else text


def trimmed(name: str) -> Callable[[Said], Any]:
    """The value of a field as a client that trims it has it."""
    return lambda said: stripped(said.get(name))


def listed(names: Any) -> list[str]:
    """Tool names, from a list or from text with commas."""
    if isinstance(names, list):
        return [str(name) for name in names]
    return re.findall(r"[^\s,()]+(?:\([^()]*\))?", names or "")


def claude_tools(said: Said) -> Any:
    """As Claude Code lists them; what is left to the host and what is empty reads `All tools` there."""
    allowed, denied = listed(said.get("tools")), listed(said.get("tools.deny"))
    if allowed and allowed != ["*"]:
        return [name for name in allowed if name not in denied]
    return ["All", "tools", *(["except", *denied] if denied else [])]


COPILOT_ALIASES = {
    "read": {"view"},
    "edit": {"apply_patch"},
    "search": {"rg", "glob"},
    "execute": {"bash", "read_bash", "stop_bash", "list_bash"},
    "agent": {"task", "read_agent", "list_agents", "write_agent"},
    "todo": {"update_todo"},
    "web": set[str](),
}
"""What each alias brings in Copilot CLI 1.0, asked one by one; offline there is nothing on the web."""


def copilot_tools(said: Said) -> set[str] | str:
    """The client's own tools behind the aliases; `skill` and `sql` are always there, names nobody knows bring none."""
    names = said.get("tools")
    if names in (None, ["*"]):
        return "all"
    return {"skill", "sql"}.union(*(COPILOT_ALIASES.get(str(name), set()) for name in names))


def copilot_heard(tools: Any) -> set[str] | str:
    """The client's tools; only one that is not limited has its documentation."""
    return "all" if "fetch_copilot_cli_documentation" in tools else set(tools)


PLAIN = {"name": value("name"), "description": value("description")}
PROMPTED = {**PLAIN, "prompt": trimmed(PROMPT)}
EXACT = {**PLAIN, "prompt": value(PROMPT)}
CREW = {
    "role": value("title"),
    "goal": value("description"),
    "backstory": value(PROMPT),
    # the loader takes the maker off, and has a model of its own where neither file nor environment names one
    "model": lambda said: said.get("model", "openai/gpt-4.1-mini").partition("/")[2] or said["model"],
}
MEANT = {**PLAIN, "prompt": value("meant")}
"""Where the loader fills in a template before the model sees it."""


def in_order(rules: Any) -> str | None:
    """Rules of which the last that fits decides; without any there is nothing."""
    return json.dumps(rules) if rules else None


OPENED = {
    "name": lambda said: said.get("name") or said["file"],
    "description": value("description"),
    "model": value("model"),
    "permission": lambda said: in_order(said.get("tools.whole")),
    "prompt": trimmed(PROMPT),
}
"""What OpenCode shows of its configuration, and Kilo Code after it."""


def named(key: str, field: str = "tools") -> Callable[[Said], Any]:
    """What each of an artifact's tools says under a key; none where it has none."""
    return lambda said: [tool.get(key) for tool in said.get(field) or ()]


KNOWN: Mapping[tuple[str, str], str] = {
    # a name is missing and is not made up: what was read is written back
    ("claude", "avifenesh__agnix/tests/fixtures/invalid/agents/missing-name.md#missing-name"): "silently not listed",
}
"""What a judge says of single agents, by its id and their label, where that is as it should be."""

KILO = "kilo/node_modules/@kilocode/cli-linux-x64/bin/kilo"

TABLE = (
    Judge(
        "claude",
        "claude-code",
        "claude.py",
        "claude/node_modules/@anthropic-ai/claude-code-linux-x64/claude",
        {
            **PROMPTED,
            # a written `\\n` is a line break to this client
            "description": lambda said: said["description"].replace("\\n", "\n"),
            "tools": claude_tools,
            "model": value("model"),
        },
        hears={"tools": listed},
        together=True,
        runs=16,
    ),
    Judge(
        "copilot",
        "copilot",
        "copilot.py",
        "copilot/node_modules/@github/copilot-linux-x64/copilot",
        # the client lists an agent by its `name`, which is what people see elsewhere, else by its file's name
        {
            **PROMPTED,
            "name": lambda said: said.get("title") or said["file"],
            # the judge cuts where the list of agents, as the model gets it, seems to end; the client has the whole
            "description": lambda said: re.split(r"\n\n(?=[A-Z]|- \*\*)", said["description"])[0],
            "tools": copilot_tools,
        },
        hears={"tools": copilot_heard},
        together=True,
        runs=12,
        costly=frozenset({"prompt", "tools"}),
    ),
    Judge(
        "roo",
        "roo",
        "roo.mjs",
        "roo/node_modules/@roo-code/types",
        # the judge shows `whenToUse` where there is no description
        {
            "name": value("name"),
            "description": lambda said: said.get("description") or said.get("when_to_use"),
            "tools": value("tools"),
            "prompt": value(PROMPT),
        },
    ),
    Judge(
        "gemini",
        "gemini-cli",
        "gemini.mjs",
        "gemini/node_modules/@google/gemini-cli-core/dist/src/agents/agentLoader.js",
        {**PROMPTED, "tools": value("tools"), "model": lambda said: said.get("model") or "inherit"},
    ),
    Judge(
        "qwen",
        "qwen-code",
        "qwen.mjs",
        "qwen/node_modules/@qwen-code/qwen-code/chunks",
        {**PROMPTED, "tools": value("tools"), "model": value("model")},
    ),
    Judge(
        "opencode",
        "opencode",
        "opencode.py",
        "opencode/node_modules/opencode-linux-x64/bin/opencode",
        OPENED,
        hears={"permission": in_order},
        together=True,
    ),
    Judge(
        "kilo",
        "kilo",
        "opencode.py",
        KILO,
        OPENED,
        hears={"permission": in_order},
        together=True,
        env={"OPENCODE_BIN": str(HOME / KILO), "OC_DIR": ".kilo"},
    ),
    Judge(
        "codex",
        "codex",
        "codex.py",
        "codex/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
        {**EXACT, "description": trimmed("description"), "model": value("model")},
        together=True,
        runs=3,
    ),
    Judge("skill", "agent-skill", "frameworks/skillmd.py", "skill/bin/python", PROMPTED, main="SKILL.md"),
    Judge(
        "skill",
        "cagent",
        "frameworks/cagent.py",
        "skill/bin/python",
        {**EXACT, "model": value("model"), "tools": named("type", "tools.whole")},
        hears={"tools": lambda sets: [each["type"] for each in sets or ()]},
    ),
    Judge(
        "agentspec",
        "agentspec",
        "frameworks/agentspec.py",
        "agentspec/bin/python",
        {**EXACT, "model": value("model"), "tools": named("name")},
    ),
    Judge("a2a", "a2a-card", "frameworks/a2a_card.py", "a2a/bin/python", PLAIN),
    Judge(
        "adk",
        "adk",
        "frameworks/adk_agent.py",
        "adk/bin/python",
        {
            **PLAIN,
            "description": lambda said: said.get("description") or "",
            "model": value("model"),
            "tools": named("name"),
            # a prompt with braces is written where ADK fills in nothing
            "prompt": lambda said: said.get(PROMPT) or said["meant"],
        },
    ),
    Judge(
        "af",
        "agent-framework",
        "frameworks/af_agent.py",
        "af/bin/python",
        {**EXACT, "model": value("model"), "tools": named("name", "tools.whole")},
    ),
    Judge("crewai", "crewai", "frameworks/crewai_agents.py", "crewai/bin/python", {"name": value("name"), **CREW}),
    Judge("crewai", "crewai-json", "frameworks/crewai_agents.py", "crewai/bin/python", CREW),
    Judge(
        "autogen",
        "autogen",
        "frameworks/autogen_component.py",
        "autogen/bin/python",
        {**EXACT, "model": value("model"), "tools": named("label", "tools.whole")},
    ),
    Judge("sk", "semantic-kernel", "frameworks/sk_agent.py", "sk/bin/python", MEANT),
    Judge(
        "prompty", "prompty", "frameworks/prompty_file.py", "prompty/bin/python", {**PLAIN, "prompt": trimmed("meant")}
    ),
    Judge("bedrock", "bedrock-agent", "frameworks/bedrock_agent.py", "bedrock/bin/python", EXACT),
    Judge(
        "strands",
        "strands",
        "frameworks/strands_agent.py",
        "strands/bin/python",
        {"name": value("name"), "prompt": value(PROMPT)},
    ),
    Judge("openai", "openai-assistant", "frameworks/openai_assistant.py", "openai/bin/python", EXACT),
    Judge(
        "node",
        "m365-declarative",
        "frameworks/m365.mjs",
        "node/node_modules/@microsoft/app-manifest",
        {**EXACT, "name": value("title"), "tools": named("name", "tools.whole")},
    ),
    Judge("node", "dotprompt", "frameworks/dotprompt.mjs", "node/node_modules/dotprompt", {"prompt": trimmed("meant")}),
    Judge(
        "node",
        "gitagent",
        "frameworks/gitagent.mjs",
        "node/node_modules/@open-gitagent/gitagent",
        PROMPTED,
        main="agent.yaml",
    ),
)


@dataclass(frozen=True, slots=True)
class Made:
    """One agent in one format."""

    label: str
    """Where it was read."""
    files: tuple[Artifact, ...]
    said: Said


@dataclass(slots=True)
class Lot:
    """What became of all agents in one format."""

    made: list[Made] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    """Agents that were not written though no error says why."""
    refused: Counter[str] = field(default_factory=Counter)
    """How many were not written, by the rule that says why."""


def _sources() -> Iterator[tuple[Path, Path]]:
    """The files to convert, each with the root its path is counted from."""
    for file in sorted(path for path in EXAMPLES.rglob("*") if path.suffix == ".md" or path.name == ".roomodes"):
        yield file, EXAMPLES
    manifest = SHARED / "corpus" / "MANIFEST.csv"
    if manifest.is_file():
        with manifest.open(encoding="utf-8", newline="") as rows:
            agents = [row for row in csv.DictReader(rows) if row["format"] == "claude-agent-md"]
        for row in agents[::EVERY]:
            root = manifest.parent / row["collection"]
            yield root / row["path"], root


@cache
def _agents() -> tuple[tuple[str, Outcome], ...]:
    """Every agent read, alone in its outcome."""
    read = []
    for file, root in _sources():
        path = file.relative_to(root).as_posix()
        source = Input(file, path, path, root.name, explicit=root != EXAMPLES)
        outcome = understand(source, Options(targets=("roo",)), raw=file.read_bytes())
        label = f"{root.name}/{path}"
        read += [(f"{label}#{spec.name}", replace(outcome, specs=(spec,), shared=None)) for spec in outcome.specs]
    return tuple(read)


def _said(outcome: Outcome, id_: str, files: Sequence[Artifact]) -> Said:
    """What an artifact says, read by other libraries than ours, by our names of the fields.

    `meant` is the prompt as it is to reach the model, which a format with templates spells otherwise.
    """
    fmt, (spec,) = FORMATS[id_], outcome.specs
    key, record, body = _parted(fmt, files[0].data)
    said: dict[str, Any] = {"meant": spec.prompt, "file": _stem(files[0].path, fmt)}
    for row in fmt.rows:
        value = key if row.key == KEYED else _dug(record, row.key.split("/"))
        if value is not None:
            said.setdefault(row.field, value)
    if body is not None:
        said[PROMPT] = body
    elif len(files) > 1 and PROMPT not in said:
        said[PROMPT] = files[1].data.decode()
    return said


def _stem(path: str, fmt: Format) -> str:
    """An artifact's name as its client sees it: the file's, or its folder's."""
    return path.removesuffix(fmt.suffix).rpartition("/")[2]


def _dug(record: Any, path: Sequence[str]) -> Any:
    """The value at the end of a path of keys; `None` where there is none."""
    for key in path:
        record = record.get(key) if isinstance(record, dict) else None
    return record


def _parted(fmt: Format, data: bytes) -> tuple[str | None, Any, str | None]:
    """An agent's own key, its keys and values, and the body behind them; `None` where there is none."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    if fmt.container is Container.MARKDOWN:
        return None, {}, text
    if fmt.container is Container.FRONT_MATTER:
        parts = re.fullmatch(r"---\n(.*?\n)?---[ \t]*(?:\n(.*))?", text, re.DOTALL)
        return (None, yaml.load(parts[1] or "", yaml.BaseLoader), parts[2] or "") if parts else (None, {}, text)
    record = PARSERS[fmt.container](text)
    if isinstance(fmt.members, str):
        record = record[fmt.members] if fmt.members else record
        if isinstance(record, dict):
            key, record = next(iter(record.items()))
            return key, record, None
        record = record[0]
    elif fmt.members is not None:
        record = max(_mappings(record), key=lambda found: len({row.top for row in fmt.rows} & set(found)))
    return None, record, None


def _mappings(record: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a value, the outermost first."""
    if isinstance(record, dict):
        yield record
    for inner in record.values() if isinstance(record, dict) else record if isinstance(record, list) else ():
        yield from _mappings(inner)


PARSERS: Mapping[Container, Callable[[str], Any]] = {
    # all of YAML's values as they are spelled, so that no two versions of it differ
    Container.YAML: lambda text: yaml.load(text, yaml.BaseLoader),
    Container.JSON: json.loads,
    Container.TOML: tomllib.loads,
}


def _converted(label: str, outcome: Outcome, id_: str) -> Made | list[Finding]:
    """One agent's files in a format, or the errors that say why there are none."""
    planned = replace(outcome, keys=(), places=(), findings=[], reports=[], artifacts=[])
    plan([planned], Options(targets=(id_,), access="allow"))
    if planned.artifacts:
        return Made(label, tuple(planned.artifacts), _said(outcome, id_, planned.artifacts))
    return [finding for finding in planned.findings if finding.rule.severity is ERROR]


@cache
def _lot(id_: str) -> Lot:
    """Every agent in a format."""
    lot = Lot()
    for label, outcome in _agents():
        made = _converted(label, outcome, id_)
        if isinstance(made, Made):
            lot.made.append(made)
        elif not made:
            lot.unexplained.append(label)
        else:
            lot.refused[" and ".join(sorted({_reason(finding) for finding in made}))] += 1
    return lot


def _reason(finding: Finding) -> str:
    """An error's rule, and what it is about."""
    return f"{finding.rule.name} {finding.facts.get('field', '')}".strip()


def _batches(judge: Judge, lot: Iterable[Made]) -> list[list[Made]]:
    """The agents in as few rounds as their names allow, where all share one folder."""
    if not judge.together:
        return [list(lot)]
    rounds: list[tuple[set[str], list[Made]]] = []
    for made in lot:
        names = {str(name).casefold() for name in (made.said["file"], judge.shows["name"](made.said)) if name}
        taken, members = next((found for found in rounds if not names & found[0]), (None, None))
        if taken is None or members is None:
            taken, members = set(), []
            rounds.append((taken, members))
        taken |= names
        members.append(made)
    return [members for _, members in rounds]


def _laid(judge: Judge, batch: Sequence[Made], folder: Path) -> dict[str, Made]:
    """The agents' files on the disk, by the path of the file that is to be judged."""
    places: dict[int, tuple[str, Made]] = {}
    for number, made in enumerate(batch):
        for artifact in made.files:
            path = folder / f"{number:04}" / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.data)
            if artifact.path.endswith(judge.main):
                places.setdefault(number, (str(path), made))
    return dict(places.values())


WANTING = re.compile(r"No module named|provider not available, to install")
"""What a loader says whose parts for some model's provider have to be installed besides."""


def _judged(judge: Judge, files: Sequence[str], *, prompts: bool) -> dict[str, dict[str, Any]]:
    """What the judge says of each file."""
    ran = subprocess.run(
        judge.command([Path(file) for file in files], prompts=prompts),
        env={
            **os.environ,
            **judge.env,
            "JUDGES_HOME": str(HOME),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode == 2:
        pytest.skip(f"no verdict: {ran.stderr.strip()[-300:]}")
    assert ran.returncode == 0, ran.stderr[-2000:]
    verdicts = [json.loads(line) for line in ran.stdout.splitlines()]
    wanting = next((str(line["error"]) for line in verdicts if WANTING.search(str(line["error"]))), None)
    if wanting:
        pytest.skip(f"no verdict: a part of {judge.id} is not in {HOME / judge.id}: {wanting[-200:]}")
    return {verdict["file"]: verdict for verdict in verdicts}


def _differences(judge: Judge, made: Made, verdict: Mapping[str, Any], shown: Iterable[str]) -> Iterator[str]:
    """Where the judge has something else than the artifact says."""
    known = KNOWN.get((judge.id, made.label))
    if known and known in str(verdict["error"]):
        return
    if not verdict["ok"]:
        yield f"{made.label}: not accepted: {verdict['error']}"
        return
    verdict = {**(verdict.get("extra") or {}), **verdict}
    for what in shown:
        should, has = judge.shows[what](made.said), verdict.get("prompt_sha256" if what == "prompt" else what)
        if what == "prompt":
            should, none = (hashlib.sha256(text.encode()).hexdigest() for text in (should or "", ""))
            has = has or none
        has = judge.hears.get(what, lambda same: same)(has)
        if has != should:
            yield f"{made.label}: {what}: the client has {has!r}, the artifact says {should!r}"


def _examined(judge: Judge, lot: Lot, folder: Path, *, prompts: bool) -> list[str]:
    """Every difference over all rounds; `prompts` asks for what costs a run."""
    dear = judge.costly if judge.runs else frozenset[str]()
    shown = [what for what in judge.shows if prompts or what not in dear]
    found: list[str] = []
    for number, batch in enumerate(_batches(judge, lot.made)):
        places = _laid(judge, batch, folder / f"round{number}")
        verdicts = _judged(judge, list(places), prompts=prompts)
        for path, made in places.items():
            found += _differences(judge, made, verdicts.get(path, {"ok": False, "error": "no word"}), shown)
    return found


def _figures(judge: Judge, lot: Lot, some: Lot) -> dict[str, object]:
    """How many agents there were, what became of them, and how many values of each kind were compared."""
    given = len(lot.made) + len(lot.unexplained) + lot.refused.total()
    figures: dict[str, object] = {"given": given, "written": len(lot.made)}
    figures |= {f"refused: {reason}": count for reason, count in lot.refused.most_common()}
    for what, says in judge.shows.items():
        compared = some.made if judge.runs and what in judge.costly else lot.made
        said = sum(says(made.said) not in (None, "", []) for made in compared)
        figures[f"compared: {what}"] = f"{len(compared)}, of which {said} say something"
    return figures


@pytest.mark.parametrize(
    ("id_", "judge"), [(row.format, row) for row in TABLE], ids=lambda value: getattr(value, "id", value)
)
def test_clients_understand_what_we_write(
    id_: str, judge: Judge, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """All that is written loads, and says to the client what the artifact says."""
    if id_ not in FORMATS:
        pytest.skip(f"no format {id_} yet")
    if not FORMATS[id_].writes:
        pytest.skip(f"{id_} is not written: {FORMATS[id_].why}")
    if not (HOME / judge.installed).exists():
        pytest.skip(f"{judge.id} is not in {HOME}; `judges/install.sh {judge.id}` brings it")
    lot = _lot(id_)
    found = [f"{label}: not written, and no error says why" for label in lot.unexplained]
    found += _examined(judge, lot, tmp_path / "all", prompts=False)
    some = Lot()
    if judge.runs:
        runs = int(os.environ.get("CLIENT_RUNS") or judge.runs * MORE)
        some = Lot(lot.made[:: max(1, len(lot.made) // runs)])
        found += _examined(judge, some, tmp_path / "some", prompts=True)
    for name, figure in _figures(judge, lot, some).items():
        record_property(name, figure)
    record_property("different", len(found))
    assert not found, f"{len(found)} of {len(lot.made)}:\n" + "\n".join(found[:40])
