"""`specs status`: how installed agents stand, beside what they came from."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from trips import understood

from converters import canonical
from converters.cli import specs
from converters.formats import FORMATS

TIDE = "---\nname: tide-forecaster\ndescription: Forecasts tides.\ntools: Read\n---\n\nYou forecast tides.\n"
CLERK = TIDE.replace("tide-forecaster", "berth-clerk").replace("tides", "berths")


@pytest.fixture(autouse=True)
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two agents in `crew`, and an empty home in `home`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "tide-forecaster.md").write_text(TIDE)
    (tmp_path / "crew" / "berth-clerk.md").write_text(CLERK)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(specs, list(words))


def install(*words: str) -> None:
    done = run("install", *words, "--access", "allow", "-q")
    assert done.exit_code == 0, done.output


def states(*words: str) -> dict[str, list[str]]:
    """What is said of each agent, by its name and format."""
    said = json.loads(CliRunner().invoke(specs, ["status", "--json", "-q", *words]).stdout)
    return {f"{one['name']} {one['format']}": one["states"] for one in said["agents"]}


def test_each_way_an_agent_can_stand(crew: Path) -> None:
    install("--all", "--from", "crew", "--to", "claude-code,roo")
    assert set(map(tuple, states().values())) == {("up to date",)}
    assert run("status", "--check").exit_code == 0
    (crew / ".claude" / "agents" / "berth-clerk.md").write_text("mine\n")
    (crew / "crew" / "berth-clerk.md").write_text(CLERK.replace("You forecast", "You assign"))
    roo = crew / ".roomodes"
    roo.write_text(roo.read_text().replace("You forecast tides", "You foretell tides"))
    assert states() == {
        "berth-clerk claude-code": ["edited here", "source changed"],
        "tide-forecaster claude-code": ["up to date"],
        "berth-clerk roo": ["source changed"],
        "tide-forecaster roo": ["edited here"],
    }
    assert run("status", "--check").exit_code == 1
    assert states("--to", "roo").keys() == {"berth-clerk roo", "tide-forecaster roo"}
    (crew / ".claude" / "agents" / "tide-forecaster.md").unlink()
    (crew / "crew" / "tide-forecaster.md").unlink()
    assert states()["tide-forecaster claude-code"] == ["missing", "gone from its source"]
    (crew / "crew").rename(crew / "other")
    assert states()["tide-forecaster roo"] == ["edited here", "unknown"]
    assert states("--from", "other")["berth-clerk roo"] == ["gone from its source"]  # of another collection


def test_installing_again_brings_it_up_to_date(crew: Path) -> None:
    install("--all", "--from", "crew", "--to", "claude-code,opencode-json")
    (crew / "crew" / "berth-clerk.md").write_text(CLERK.replace("You forecast", "You assign"))
    assert ["source changed"] in states().values()
    install("berth-clerk", "--from", "crew", "--to", "claude-code,opencode-json")
    assert set(map(tuple, states().values())) == {("up to date",)}
    assert "You assign" in (crew / "opencode.json").read_text()


def test_what_is_derived_and_where_it_lies_are_no_change(crew: Path) -> None:
    """A newer release of ours, or a newer commit of the same text, changes nothing."""
    install("--all", "--from", "crew", "--to", "claude-code")
    assert run("convert", "crew", "-q").exit_code == 0
    (spec,) = (crew / "specs").rglob("tide-forecaster.yaml")
    text = spec.read_text()
    assert "derived:" in text
    spec.write_text(text[: text.index("derived:")].replace("source:\n", "source:\n  revision: abc\n"))
    assert states("--from", "specs")["tide-forecaster claude-code"] == ["up to date"]


def test_ones_own_agents(crew: Path) -> None:
    install("--all", "--from", "crew", "--to", "codex,gemini-cli", "--user")
    assert run("status").output == "no agents were installed here\n"
    assert len(states("--user")) == 4
    done = run("status", "--user", "--verbose")
    assert "at    ~/.gemini/agents/berth-clerk.md" in done.output
    assert f"from  {crew}/crew" in done.output.replace("\n            ", "")


def test_where_they_come_from_is_told_by_the_shortest_way(crew: Path) -> None:
    (crew / "quay").mkdir()
    install("berth-clerk", "--from", "quay/../crew", "--to", "gemini-cli", "--user")
    said = run("status", "--user", "--verbose").stdout.replace("\n            ", "")
    assert f"from  {crew}/crew\n" in said
    install("berth-clerk", "--in", "crew", "--to", "claude-code", "--project", "quay")
    assert "from  crew\n" in run("status", "--project", "quay", "--verbose").stdout


def test_people_read_it_on_eighty_columns(crew: Path) -> None:
    for number in range(30):
        name = f"a-rather-long-name-of-an-agent-for-the-quay-of-number-{number}"
        (crew / "crew" / f"{name}.md").write_text(TIDE.replace("tide-forecaster", name))
    install("--all", "--from", "crew", "--to", "claude-code")
    few, every = run("status"), run("status", "--verbose")
    assert "32 up to date (--verbose names them)" in few.stdout
    assert every.stdout.count("up to date") == 32
    assert "32 agents: 32 up to date" in few.output
    assert max(map(len, (few.output + every.output).splitlines())) <= 80


@pytest.mark.parametrize("target", [id_ for id_, fmt in FORMATS.items() if fmt.writes])
def test_of_every_format_what_was_just_installed_is_up_to_date(target: str) -> None:
    run("install", "tide-forecaster", "--from", "crew", "--to", target, "--access", "allow", "-q")
    if target == "bedrock-agent":  # its instruction is too short for an agent of Bedrock
        return
    assert list(states().values())[:1] == [["up to date"]]


def test_a_source_is_read_by_the_map_it_was_installed_by(crew: Path) -> None:
    """A map also says what names in the source mean."""
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("tools: Read", "model: tidal-9"))
    (crew / "names.yaml").write_text("claude-code:\n  models: {opus: tidal-9}\n")
    install("tide-forecaster", "--from", "crew", "--to", "opencode", "--map", "names.yaml")
    install("berth-clerk", "--from", "crew", "--to", "opencode")
    assert set(map(tuple, states().values())) == {("up to date",)}
    assert "with  --access allow --map names.yaml" in run("status", "--verbose").stdout
    (crew / "names.yaml").unlink()
    assert states() == {"tide-forecaster opencode": ["unknown"], "berth-clerk opencode": ["up to date"]}
    assert "names.yaml, a map of names that was given, is not there" in run("status").stderr


# --- catalogues -------------------------------------------------------------------------------------


class _Site(http.server.SimpleHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - each test's own, set by the fixture

    def log_message(self, *_: Any) -> None:
        type(self).asked.append(self.path)


def publish(root: Path, text: str) -> None:
    """A catalogue of one agent."""
    (spec,) = understood(text.encode(), "tide-forecaster.md", collection="quay").specs
    document = canonical.dump(spec).encode()
    said = {"canonical_sha256": hashlib.sha256(document).hexdigest()}
    index = {"agents": [{"collection": "quay", "id": "tide-forecaster", "name": "tide-forecaster"}]}
    for path, data in (
        ("agents/quay/tide-forecaster/agent.yaml", document),
        ("api/agents/quay/tide-forecaster.json", json.dumps(said).encode()),
        ("api/index.json", json.dumps(index).encode()),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


@pytest.fixture
def site(crew: Path) -> Iterator[str]:
    publish(crew / "site", TIDE)
    _Site.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Site, directory=str(crew / "site")))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_upstream_changes_are_told(site: str, crew: Path) -> None:
    install("tide-forecaster", "--from", site, "--to", "claude-code,codex")
    assert set(map(tuple, states().values())) == {("up to date",)}
    publish(crew / "site", TIDE.replace("You forecast", "You foretell"))
    assert set(map(tuple, states().values())) == {("source changed",)}
    install("tide-forecaster", "--from", f"{site}api/", "--to", "claude-code")
    assert states() == {"tide-forecaster claude-code": ["up to date"], "tide-forecaster codex": ["source changed"]}


def test_what_has_not_changed_is_not_fetched(site: str) -> None:
    install("tide-forecaster", "--from", site, "--to", "claude-code,codex")
    _Site.asked.clear()
    assert run("status", "--check").exit_code == 0
    assert not [path for path in _Site.asked if path.endswith("agent.yaml")]


def test_offline_nothing_is_asked(site: str) -> None:
    install("tide-forecaster", "--from", site, "--to", "claude-code")
    _Site.asked.clear()
    done = run("status", "--offline", "--check")
    assert done.exit_code == 1
    assert "unknown" in done.output and "was not asked" in done.output
    assert not _Site.asked


def test_a_catalogue_that_is_away_is_unknown(crew: Path) -> None:
    install("tide-forecaster", "--from", "crew", "--to", "claude-code")
    done = run("status", "--from", "http://127.0.0.1:1/", "--check")
    assert done.exit_code == 1
    assert "unknown" in done.stdout and "http://127.0.0.1:1/api/index.json" in done.output
    assert (crew / ".claude" / "agents" / "tide-forecaster.md").exists()


def test_a_long_key_and_all_that_is_said_of_it_fit_the_terminal(crew: Path) -> None:
    deep = crew / "crew" / "plugins" / ("quay-" * 8 + "side") / "agents"
    deep.mkdir(parents=True)
    (deep / "crane-planner.md").write_text(TIDE.replace("tide-forecaster", "crane-planner"))
    install("crane-planner", "--from", "crew", "--to", "claude-code")
    key = f"crew/plugins/{'quay-' * 8}side/agents/crane-planner"
    assert f"  {key}\n    up to date\n" in run("status").stdout
    (crew / ".claude" / "agents" / "crane-planner.md").write_text("mine\n")
    (deep / "crane-planner.md").write_text(TIDE.replace("tide-forecaster", "crane-planner") + "More.\n")
    done = run("status")
    assert done.stdout.splitlines()[1:] == [f"  {key}", "    edited here, source changed"]  # whole: it can be copied
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "1 agent: 1 edited here and source changed\n" in done.stderr  # a place is counted once


def test_places_are_listed_by_the_ids_that_are_shown(crew: Path) -> None:
    """And not by the names of the files that they were written to."""
    for id_, name in (("a-quay", "zebra"), ("m-quay", "yawl"), ("z-quay", "anchor")):
        (crew / "crew" / f"{id_}.md").write_text(TIDE.replace("tide-forecaster", name))
    install("--collection", "crew", "--from", "crew", "--to", "claude-code,codex", "--access", "codex=allow")
    told = [line.split()[0] for line in run("status").stdout.splitlines() if line.startswith("  ")]
    assert told == 2 * ["crew/a-quay", "crew/berth-clerk", "crew/m-quay", "crew/tide-forecaster", "crew/z-quay"]


def test_a_project_that_is_not_there_is_named() -> None:
    assert "there is no folder nowhere" in run("status", "--project", "nowhere").stderr
