"""`specs install`: from where to where, and that nothing of anybody else's is lost on the way."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from trips import understood

from converters import canonical
from converters.cli import specs
from converters.cli._run import _chunk
from converters.conversion import Options
from converters.formats import FORMATS
from converters.inputs import MANIFEST, Input, find_inputs
from converters.installing import digest
from converters.library import Library
from converters.manifest import text_of
from converters.model import AgentSpec
from converters.planning import plan
from converters.published import Published, Unreachable, _Absent
from converters.vocabulary import override

EXAMPLES = Path(__file__).parents[1] / "examples"
FILES = (
    "harbour/02-safety/incident-commander.md",
    "workshop/03-delivery/incident-commander.md",
    "newsroom/fact-checker.md",
)


QUAY = """# Modes of the quay
customModes:
  - slug: quay-guide
    name: Quay Guide
    roleDefinition: |
      You show ships the way.
    description: Shows the way.
    groups: [read]
  - slug: gate-keeper
    name: Gate Keeper
    roleDefinition: You keep the gate.
    description: Keeps the gate.
    groups: []
"""
MODES = understood(QUAY.encode(), ".roomodes", collection="quay")


def publish(root: Path, spec: AgentSpec, *, revision: str | None = None) -> None:
    """What the site has of one agent, for those who install it."""
    key, document = Library.key(spec), canonical.dump(spec).encode()
    assert spec.source is not None
    shared = "api/shared/quay/roomodes.yaml" if spec.source.member else None
    said = {
        "canonical_sha256": hashlib.sha256(document).hexdigest(),
        "source": {"sha256": spec.source.sha256, "revision": revision},
        "shared": shared,
    }
    for path, data in (
        (f"agents/{key}/agent.yaml", document),
        (f"api/agents/{key}.json", json.dumps(said).encode()),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The addresses of a published site that installing asks for, below a sub-path."""
    root = tmp_path / "served" / "base"
    agents = []
    for file in FILES:
        collection, _, path = file.partition("/")
        (spec,) = understood((EXAMPLES / file).read_bytes(), path, collection=collection).specs
        agents.append({"collection": collection, "id": spec.id, "name": spec.name})
        publish(root, spec, revision="a1b2c3")
    (mode,) = [mode for mode in MODES.specs if mode.name == "quay-guide"]
    agents.append({"collection": "quay", "id": mode.id, "name": mode.name})
    publish(root, mode)
    record = root / "api" / "shared" / "quay" / "roomodes.yaml"
    record.parent.mkdir(parents=True)
    assert MODES.shared is not None
    record.write_text(canonical.dump_shared(MODES.shared), encoding="utf-8")
    agents.append({"collection": "harbour", "id": "kept-back", "name": "kept-back"})
    (root / "api" / "index.json").write_text(json.dumps({"schema_version": 1, "agents": agents}), encoding="utf-8")
    (root / "broken").mkdir()
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path / "served"))
    )
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/base"
    server.shutdown()


def install(*words: str) -> Result:
    return CliRunner().invoke(specs, ["install", *words])


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".specs-manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("target", ["claude-code", "codex", "opencode-json", "roo"])
def test_what_is_installed_from_a_site_is_what_convert_writes(target: str, site: str, tmp_path: Path) -> None:
    done = install("fact-checker", "--to", target, "--from", site, "--project", str(tmp_path / "here"), "-q",
                   "--access", "allow")  # fmt: skip
    assert done.exit_code == 0, done.output
    out = tmp_path / "there"
    CliRunner().invoke(
        specs, ["convert", str(EXAMPLES / FILES[2]), "--to", target, "-o", str(out), "-q", "--access", "allow"]
    )
    assert files(tmp_path / "here") == files(out) != {}


def test_the_address_of_a_catalogue_is_said_once(site: str, tmp_path: Path) -> None:
    """What is found of its agents bears their names; scripts get the whole address."""
    words = ("fact-checker", "--to", "cline,roo", "--from", site, "--project", str(tmp_path / "here"))
    done = install(*words)
    assert done.stderr.startswith(f"from {site}/\nnewsroom/fact-checker:1:1: loss[")
    assert done.stderr.count(site) == 1
    told = json.loads(install(*words, "--json").stdout)["findings"]
    assert {one["path"] for one in told} == {f"{site}/agents/newsroom/fact-checker/agent.yaml"}


@pytest.mark.usefixtures("crew")
def test_agents_and_files_are_both_counted_where_they_differ() -> None:
    words = ("--all", "--from", "crew", "--project", "here", "--to")
    assert "2 agents: 2 written in 1 file, 0 unchanged\n" in install(*words, "roo").stderr
    assert "2 agents: 2 files written, 2 unchanged in 1 file\n" in install(*words, "roo,claude-code").stderr
    assert "2 agents: 0 files written, 2 unchanged\n" in install(*words, "claude-code").stderr


def test_from_a_folder_and_again(tmp_path: Path) -> None:
    words = ("fact-checker", "--to", "claude-code", "--from", str(EXAMPLES / "newsroom"), "--project", str(tmp_path))
    first, again = install(*words), install(*words)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "1 file written, 0 unchanged" in first.output
    assert "0 files written, 1 unchanged" in again.output


def test_nothing_of_a_users_is_overwritten_unasked(site: str, tmp_path: Path) -> None:
    mine = tmp_path / ".claude" / "agents" / "fact-checker.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    words = ("fact-checker", "--to", "claude-code", "--from", site, "--project", str(tmp_path))
    assert install(*words).exit_code == 1
    assert mine.read_text() == "mine\n"
    assert install(*words, "--dry-run", "--force").exit_code == 0
    assert mine.read_text() == "mine\n"
    assert install(*words, "--force").exit_code == 0
    assert mine.read_text() != "mine\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("incident-commander", "--to", "codex", "--from", "{site}"), "2 agents go by 'incident-commander'"),
        (("nobody", "--to", "codex", "--from", "{site}"), "There is no agent 'nobody'"),
        (("kept-back", "--to", "codex", "--from", "{site}"), "not there, or not given out"),
        (("x", "--to", "codex", "--from", "{site}/broken"), "not there, or not given out"),
        (("x", "--to", "codex", "--from", "http://127.0.0.1:1/"), "http://127.0.0.1:1/api/index.json"),
        (("x", "--to", "canonical", "--from", "{site}"), "--to names formats of tools"),
        (("--to", "codex", "--from", "{site}"), "say which agents"),
        (("--collection", "none", "--to", "codex", "--from", "{site}"), "no collection 'none'"),
        (("x", "--to", "codex", "--from", "file:///etc"), "file:///etc"),
    ],
)
def test_what_cannot_be_had_is_said(words: tuple[str, ...], said: str, site: str, tmp_path: Path) -> None:
    done = install(*(word.replace("{site}", site) for word in words), "--project", str(tmp_path / "here"))
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "here").exists()


def test_an_agent_is_told_apart_by_its_key(site: str, tmp_path: Path) -> None:
    key = "workshop/03-delivery/incident-commander"
    here = tmp_path / "here"
    done = install(key, "--to", "claude-code", "--from", site, "--project", str(here), "-q")
    assert done.exit_code == 0, done.output
    assert files(here) == {".claude/agents/incident-commander.md": (EXAMPLES / f"{key}.md").read_bytes()}


@pytest.mark.parametrize(
    "page",
    ["agents/newsroom/fact-checker/", "agents/newsroom/fact-checker/index.html", "collections/newsroom/",
     "agents/harbour/plugins/a/agents/b/", "guide/", "raw/newsroom/fact-checker.md"],
)  # fmt: skip
def test_a_page_of_a_site_leads_to_its_catalogue(page: str, site: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    done = install("fact-checker", "--to", "claude-code", "--from", f"{site}/{page}", "--project", str(here))
    assert done.exit_code == 0, done.output
    said = json.loads((here / MANIFEST).read_text())["files"][".claude/agents/fact-checker.md"]
    assert said["agents"]["newsroom/fact-checker"]["from"] == f"{site}/", "the catalogue, not its page"


def test_an_agent_published_in_summary_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the API says of it is the reason, not that a file is missing."""
    said = json.dumps({"id": "kept-back", "summary": "Counts crates.", "canonical": None}).encode()
    monkeypatch.setattr(Published, "_bytes", lambda *_: said)
    with pytest.raises(Unreachable) as told:
        Published("https://port.example/agents/").taken("harbour/kept-back")
    assert str(told.value) == "https://port.example/agents/ publishes only a summary, which cannot be installed"


def test_few_addresses_are_asked_for_a_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def not_there(_: Published, where: str, __: int) -> bytes:
        asked.append(where)
        raise _Absent(f"{where}: it is not there, or not given out")

    monkeypatch.setattr(Published, "_bytes", not_there)
    with pytest.raises(Unreachable, match="name the home page of the catalogue"):
        Published("https://port.example/agents/agents/a/agents/b/agents/c/?x#y").entries()
    assert asked == [
        f"https://port.example/agents/{below}api/index.json"
        for below in ("agents/a/agents/b/agents/c/", "agents/a/agents/b/", "agents/a/", "")
    ]


def test_a_server_that_is_away_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def away(_: Published, where: str, __: int) -> bytes:
        asked.append(where)
        raise Unreachable(f"{where}: timed out")

    monkeypatch.setattr(Published, "_bytes", away)
    with pytest.raises(Unreachable, match="timed out"):
        Published("https://port.example/agents/a/b/").entries()
    assert len(asked) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x.example/", "data:,x", "x"])
def test_only_the_web_is_asked(address: str) -> None:
    with pytest.raises(Unreachable):
        Published(address)


# --- where things go --------------------------------------------------------------------------------

TIDE = "---\nname: tide-forecaster\ndescription: Forecasts tides.\ntools: Read\n---\n\nYou forecast tides.\n"
BELL = "hooks:\n  Stop:\n    - hooks:\n        - {type: command, command: ring-the-bell}\n"
CLERK = "---\nname: berth-clerk\ndescription: Assigns berths.\ntools: Read\n---\n\nYou assign berths.\n"


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with two agents in `crew`, and an empty home in `home`; maps of names are taken back."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for fmt in FORMATS.values():
        for name, _ in fmt.home.moved if fmt.home else ():
            monkeypatch.delenv(name, raising=False)
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "tide-forecaster.md").write_text(TIDE)
    (tmp_path / "crew" / "berth-clerk.md").write_text(CLERK)
    yield tmp_path
    override({})


def test_several_tools_at_once_and_whole_collections(crew: Path) -> None:
    done = install("--collection", "crew", "--to", "claude-code,gemini-cli", "--from", "crew", "--project", "here")
    assert done.exit_code == 0, done.output
    assert "2 agents: 2 written in 4 files" in done.output
    assert sorted(files(crew / "here")) == [
        ".claude/agents/berth-clerk.md", ".claude/agents/tide-forecaster.md",
        ".gemini/agents/berth-clerk.md", ".gemini/agents/tide-forecaster.md",
    ]  # fmt: skip
    again = install("--all", "--to", "claude-code", "--from", "crew", "--project", "here")
    assert "2 agents: 0 files written, 2 unchanged" in again.output


HOMES = [id_ for id_, fmt in FORMATS.items() if fmt.home and fmt.writes]


@pytest.mark.parametrize("target", HOMES)
def test_ones_own_agents_go_where_the_tables_say(target: str, crew: Path) -> None:
    """Each below the client's folder in the home, with a manifest there."""
    done = install("tide-forecaster", "--to", target, "--from", "crew", "--user", "--access", "allow", "-q")
    assert done.exit_code == 0, done.output
    place = FORMATS[target].home
    assert place is not None
    written = list(files(crew / "home"))
    assert written == [f"{place.folder}/{place.place.replace('{name}', 'tide-forecaster')}"]
    assert (crew / "home" / place.folder / MANIFEST).is_file()
    assert not files(crew).keys() - {f"home/{written[0]}", "crew/tide-forecaster.md", "crew/berth-clerk.md"}


MOVED = [(id_, *moved) for id_, fmt in FORMATS.items() if fmt.home for moved in fmt.home.moved]


@pytest.mark.parametrize(("target", "variable", "below"), MOVED)
def test_variables_of_the_client_move_its_folder(
    target: str, variable: str, below: str, crew: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(crew / "elsewhere"))
    done = install("tide-forecaster", "--to", target, "--from", "crew", "--user", "--access", "allow")
    assert done.exit_code == 0, done.output
    assert (crew / "elsewhere" / below / MANIFEST).is_file()
    assert not (crew / "home").exists()


def test_a_client_without_a_place_in_the_home_is_told_and_the_others_go_on(crew: Path) -> None:
    done = install("tide-forecaster", "--to", "roo,claude-code", "--from", "crew", "--user")
    assert done.exit_code == 1
    assert "P131 no-personal-place" in done.output and "the editor's own storage" in done.output
    assert list(files(crew / "home")) == [".claude/agents/tide-forecaster.md"]
    assert install("tide-forecaster", "--to", "roo", "--from", "crew", "--user").exit_code == 2


def test_links_of_ones_own_are_followed_in_the_home_and_not_in_a_project(crew: Path) -> None:
    for home in (crew / "home" / ".claude", crew / "project" / ".claude"):
        home.mkdir(parents=True)
        (home / "agents").symlink_to(crew)
    words = ("tide-forecaster", "--to", "claude-code", "--from", "crew")
    assert install(*words, "--project", "project").exit_code == 1
    assert not (crew / "tide-forecaster.md").exists()
    assert install(*words, "--user").exit_code == 0
    assert (crew / "tide-forecaster.md").read_text() == TIDE


# --- what others wrote ------------------------------------------------------------------------------


def test_what_force_overwrites_is_kept_beside(crew: Path) -> None:
    mine = crew / ".claude" / "agents" / "tide-forecaster.md"
    mine.parent.mkdir(parents=True)
    words = ("tide-forecaster", "--to", "claude-code", "--from", "crew", "--force")
    for text, name in (("mine\n", ".bak"), ("mine again\n", ".bak2")):
        mine.write_text(text)
        done = install(*words)
        assert done.exit_code == 0, done.output
        assert f"backup    .claude/agents/tide-forecaster.md{name}" in done.output
        assert mine.with_name(mine.name + name).read_text() == text
        assert mine.read_text() == TIDE
    assert "backup" not in install(*words).output


def test_a_file_that_was_there_just_so_stays_its_owners(crew: Path) -> None:
    mine = crew / ".claude" / "agents" / "tide-forecaster.md"
    mine.parent.mkdir(parents=True)
    mine.write_text(TIDE)
    assert install("tide-forecaster", "--to", "claude-code", "--from", "crew").exit_code == 0
    assert not (crew / MANIFEST).exists()


def test_agents_join_those_of_others_in_one_file(crew: Path) -> None:
    (crew / ".roomodes").write_text(QUAY)
    done = install("--all", "--to", "roo", "--from", "crew", "--access", "allow")
    assert done.exit_code == 0, done.output
    text = (crew / ".roomodes").read_text()
    assert text.startswith(QUAY)
    slugs = [mode["slug"] for mode in yaml.safe_load(text)["customModes"]]
    assert slugs == ["quay-guide", "gate-keeper", "berth-clerk", "tide-forecaster"]


def test_a_name_that_somebody_elses_agent_has_is_left_to_it(crew: Path) -> None:
    theirs = QUAY.replace("quay-guide", "berth-clerk")
    (crew / ".roomodes").write_text(theirs)
    words = ("--all", "--to", "roo", "--from", "crew", "--access", "allow")
    done = install(*words)
    assert done.exit_code == 1
    assert "P134 name-taken" in done.output
    assert (crew / ".roomodes").read_text().startswith(theirs)
    assert install(*words, "--force").exit_code == 0
    modes = {mode["slug"]: mode for mode in yaml.safe_load((crew / ".roomodes").read_text())["customModes"]}
    assert "You assign berths." in modes["berth-clerk"]["roleDefinition"]
    assert (crew / ".roomodes.bak").read_text().startswith(theirs)


def test_a_broken_file_is_not_touched(crew: Path) -> None:
    (crew / "opencode.json").write_text('{"agent": {')
    done = install("tide-forecaster", "--to", "opencode-json", "--from", "crew")
    assert done.exit_code == 1
    assert "P133 cannot-join" in done.output
    assert (crew / "opencode.json").read_text() == '{"agent": {'


def test_conversions_neither_overwrite_nor_prune_what_was_installed(crew: Path) -> None:
    assert install("tide-forecaster", "--to", "roo,claude-code", "--from", "crew", "--access", "allow").exit_code == 0
    before = files(crew)
    (crew / "crew" / "tide-forecaster.md").unlink()
    done = CliRunner().invoke(
        specs, ["convert", "crew", "--to", "roo,claude-code", "--collection", "crew", "--prune", "--access", "allow"]
    )
    assert done.exit_code == 1
    assert "P132 holds-installed" in done.output
    after = files(crew)
    assert after[".roomodes"] == before[".roomodes"]
    assert after[".claude/agents/tide-forecaster.md"] == before[".claude/agents/tide-forecaster.md"]


def test_an_agent_that_is_renamed_leaves_its_old_place(crew: Path) -> None:
    words = ("--to", "claude-code,roo", "--from", "crew", "--access", "allow", "-q")
    assert install("crew/tide-forecaster", *words).exit_code == 0
    file = crew / "crew" / "tide-forecaster.md"
    file.write_text(TIDE.replace("name: tide-forecaster", "name: tide-teller"))
    assert install("crew/tide-forecaster", *words).exit_code == 0
    assert [path.name for path in (crew / ".claude" / "agents").iterdir()] == ["tide-teller.md"]
    assert [mode["slug"] for mode in yaml.safe_load((crew / ".roomodes").read_text())["customModes"]] == ["tide-teller"]


# --- catalogues -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["{}", "{}/", "{}/api", "{}/api/", "{}/api/index.json", "{}/?q=x#y"])
def test_a_catalogue_is_known_by_its_root_and_by_its_api(address: str, site: str) -> None:
    assert Published(address.format(site)).root == f"{site}/"


def test_what_is_installed_is_pinned(site: str, tmp_path: Path) -> None:
    assert (
        install("fact-checker", "--to", "claude-code", "--from", site, "--project", str(tmp_path / "here")).exit_code
        == 0
    )
    said = json.loads((tmp_path / "here" / MANIFEST).read_text())["files"][".claude/agents/fact-checker.md"]
    document = (tmp_path / "served" / "base" / "agents" / "newsroom" / "fact-checker" / "agent.yaml").read_bytes()
    (spec,) = understood((EXAMPLES / FILES[2]).read_bytes(), "fact-checker.md", collection="newsroom").specs
    assert said["agents"]["newsroom/fact-checker"] == {
        "name": "fact-checker",
        "from": f"{site}/",
        "spec": digest(spec),
        "revision": "a1b2c3",
        "document": hashlib.sha256(document).hexdigest(),
        "text": text_of(spec),
    }


def test_a_document_that_is_not_what_the_api_says_is_refused(site: str, tmp_path: Path) -> None:
    document = tmp_path / "served" / "base" / "agents" / "newsroom" / "fact-checker" / "agent.yaml"
    document.write_text(document.read_text().replace("fact", "fake"))
    done = install("fact-checker", "--to", "claude-code", "--from", site, "--project", str(tmp_path / "here"))
    assert done.exit_code == 1
    assert "is not what the catalogue says it is" in done.output
    assert not (tmp_path / "here").exists()


def test_of_a_whole_collection_those_that_are_given_out_come(site: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    done = install("--collection", "harbour", "--to", "claude-code", "--from", site, "--project", str(here))
    assert done.exit_code == 0, done.output
    assert "P135 not-given-out" in done.output and "harbour/kept-back" in done.output
    assert list(files(here)) == [".claude/agents/incident-commander.md"]
    assert done.output.count("kept-back cannot be had: ") == done.output.count("P135") == 1
    assert re.search(r"^\d+ agents: 1 file written, 0 unchanged, \d+ left out$", done.output, re.MULTILINE)


def test_a_part_of_a_shared_file_comes_with_what_stands_around_it(site: str, tmp_path: Path) -> None:
    """The record of the shared file is fetched, as the site's own archive does it."""
    here = tmp_path / "here"
    assert install("quay-guide", "--to", "roo", "--from", site, "--project", str(here)).exit_code == 0
    assert (here / ".roomodes").read_text() == QUAY[: QUAY.index("  - slug: gate-keeper")]


@pytest.mark.slow
def test_the_site_that_is_built_is_one_to_install_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its pages say, with the digests and records that its API publishes."""
    from converters.publish import build
    from converters.publish.loading import load, prepare

    monkeypatch.chdir(tmp_path)
    (tmp_path / "quay").mkdir()
    (tmp_path / "quay" / ".roomodes").write_text(QUAY)
    (tmp_path / "quay" / "tide-forecaster.md").write_text(TIDE)
    assert CliRunner().invoke(specs, ["convert", "quay", "-q"]).exit_code == 0
    build(prepare(load(tmp_path / "specs").library, tmp_path / "specs"), tmp_path / "site")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path / "site"))
    )
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/"
        done = install("--all", "--to", "roo,claude-code", "--from", address, "--project", "here", "--access", "allow")
        assert done.exit_code == 0, done.output
        assert files(tmp_path / "here").keys() == {".roomodes"} | {
            f".claude/agents/{name}.md" for name in ("tide-forecaster", "quay-guide", "gate-keeper")
        }
        assert (tmp_path / "here" / ".claude" / "agents" / "tide-forecaster.md").read_text() == TIDE
        assert (tmp_path / "here" / ".roomodes").read_text().startswith(QUAY)
        pinned = json.loads((tmp_path / "here" / MANIFEST).read_text())["files"][".roomodes"]["agents"]
        for key, said in pinned.items():
            document = (tmp_path / "site" / "agents" / key / "agent.yaml").read_bytes()
            assert said["document"] == hashlib.sha256(document).hexdigest()
        assert CliRunner().invoke(specs, ["status", "--project", "here", "--check"]).exit_code == 0
    finally:
        server.shutdown()


@pytest.mark.parametrize("target", FORMATS)
def test_facts_about_homes_have_a_source_and_a_day(target: str) -> None:
    fmt = FORMATS[target]
    if fmt.home is None:
        return
    assert not fmt.homeless
    assert fmt.home.source.startswith("https://") and re.fullmatch(r"\d{4}-\d\d-\d\d", fmt.home.read_on)
    parts = (*Path(fmt.home.folder).parts, *Path(fmt.home.place).parts)
    assert ".." not in parts and "/" not in parts
    assert fmt.home.place.endswith(fmt.suffix)
    assert ("{name}" in fmt.home.place) is ("{name}" in fmt.files[0])


# --- what is told, and the ways out that it names ---------------------------------------------------


def test_what_a_tool_cannot_say_is_told_from_a_folder_too(crew: Path) -> None:
    """At the line it is read from, in the words of `specs convert`."""
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("tools: Read", "color: cyan"))
    done = install("tide-forecaster", "--to", "copilot", "--from", "crew", "--dry-run")
    assert done.exit_code == 0
    assert "crew/tide-forecaster.md:4:8: loss[L101 dropped] GitHub Copilot cannot say color" in done.stderr
    said = CliRunner().invoke(specs, ["convert", "crew/tide-forecaster.md", "--to", "copilot", "--dry-run"]).stderr
    assert done.stderr.splitlines()[:-1] == said.splitlines()[:-1], "all but the end line"
    assert "  | color: cyan\n  |        ^^^^" in done.stderr
    told = json.loads(
        install("tide-forecaster", "--to", "copilot", "--from", "crew", "--dry-run", "--json", "-q").stdout
    )
    assert [(one["line"], one["column"]) for one in told["findings"] if one["code"] == "L101"] == [(4, 8)]
    assert "loss[" not in install("berth-clerk", "--to", "claude-code", "--from", "crew", "--dry-run").stderr


def test_what_is_refused_and_kept_is_counted(crew: Path) -> None:
    done = install("tide-forecaster", "--to", "claude-code,codex", "--from", "crew")
    assert done.exit_code == 1
    assert "1 agent: 1 file written, 0 unchanged; 1 artifact withheld" in done.stderr
    (crew / ".claude" / "agents" / "tide-forecaster.md").write_text("mine\n")
    done = install("tide-forecaster", "--to", "claude-code", "--from", "crew")
    assert "1 agent: 0 files written, 0 unchanged, 1 kept" in done.stderr


def test_a_model_without_a_name_is_given_one_with_map(crew: Path) -> None:
    """The way out that the loss names is there."""
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("tools: Read", "model: opus"))
    (crew / "names.yaml").write_text("codex:\n  models: {opus: tidal-9}\n")
    words = ["tide-forecaster", "--to", "codex", "--from", "crew"]
    lost = install(*words, "--dry-run")
    assert "give one with --map" in lost.stderr
    done = install(*words, "--map", "names.yaml")
    assert done.exit_code == 0 and "loss[" not in done.stderr
    assert 'model = "tidal-9"' in (crew / ".codex" / "agents" / "tide-forecaster.toml").read_text()


# --- again ------------------------------------------------------------------------------------------


def test_again_brings_everything_up_to_date_from_where_it_came(crew: Path) -> None:
    """Two sources, each agent for its own tools; nothing new comes."""
    (crew / "dock").mkdir()
    (crew / "dock" / "crane-planner.md").write_text(TIDE.replace("tide-forecaster", "crane-planner"))
    assert install("tide-forecaster", "--to", "claude-code,gemini-cli", "--from", "crew").exit_code == 0
    assert install("crane-planner", "--to", "claude-code", "--from", "dock").exit_code == 0
    for path in (crew / "crew" / "tide-forecaster.md", crew / "dock" / "crane-planner.md"):
        path.write_text(path.read_text().replace("You forecast", "You foretell"))
    only = install("--again", "--to", "gemini-cli", "--dry-run")
    assert only.stdout == "changed   .gemini/agents/tide-forecaster.md\n"
    done = install("--again")
    assert done.exit_code == 0
    assert sorted(done.stdout.splitlines()) == [
        "changed   .claude/agents/crane-planner.md",
        "changed   .claude/agents/tide-forecaster.md",
        "changed   .gemini/agents/tide-forecaster.md",
    ]
    assert "2 agents: 2 written in 3 files, 0 unchanged" in done.stderr
    assert not (crew / ".claude" / "agents" / "berth-clerk.md").exists()
    assert CliRunner().invoke(specs, ["status", "--check"]).exit_code == 0


def test_again_leaves_what_was_edited_and_names_what_is_gone(crew: Path) -> None:
    install("--all", "--to", "claude-code", "--from", "crew", "-q")
    (crew / "crew" / "berth-clerk.md").unlink()
    (crew / ".claude" / "agents" / "tide-forecaster.md").write_text("mine\n")
    done = install("--again")
    assert done.exit_code == 1
    assert "crew/berth-clerk is gone from crew; `specs uninstall` takes it out" in done.stderr
    assert done.stdout == "kept      .claude/agents/tide-forecaster.md\n"
    assert (crew / ".claude" / "agents" / "berth-clerk.md").exists()


def library(root: Path, *agents: tuple[str, str, tuple[str, ...]]) -> None:
    """Specs of one collection, each by its id, its name and the ids it had before."""
    shutil.rmtree(root, ignore_errors=True)
    for id_, name, aliases in agents:
        text = TIDE.replace("tide-forecaster", name)
        (spec,) = understood(text.encode(), f"{id_}.md", collection="quay").specs
        path = root / "quay" / f"{id_}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(canonical.dump(replace(spec, aliases=aliases)), encoding="utf-8")
    (root / "collections.yaml").write_text("quay: {}\n", encoding="utf-8")


def test_again_follows_an_agent_that_has_another_id_now(crew: Path) -> None:
    """To a folder, to another name, and into a file that others share; whose former id is somebody's, does not move."""
    source = crew / "held"
    library(source, ("tide", "tide", ()), ("berth", "berth", ()), ("crane", "crane", ()), ("fog", "fog", ()))
    install("tide", "berth", "crane", "fog", "--to", "claude-code,roo", "--from", "held", "-q")
    before = files(crew)
    library(
        source, ("tides/tide", "tide", ("tide",)), ("dock", "dock", ("berth",)), ("crane", "crane", ()),
        ("jib", "jib", ("crane",)), ("fog-a", "fog-a", ("fog",)), ("fog-b", "fog-b", ("fog",)),
    )  # fmt: skip
    told = json.loads(CliRunner().invoke(specs, ["status", "--json", "-q"]).stdout)["agents"]
    assert {(one["agent"], one["source"], one["now"]) for one in told} == {
        ("quay/tide", "moved", "quay/tides/tide"), ("quay/berth", "moved", "quay/dock"),
        ("quay/crane", "same", None), ("quay/fog", "gone", None),
    }  # fmt: skip
    done = install("--again")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "new       .claude/agents/dock.md", "changed   .roomodes", "removed   .claude/agents/berth.md",
    ]  # fmt: skip
    for line in ("quay/berth is quay/dock now", "quay/tide is quay/tides/tide now", "quay/fog is gone from held;"):
        assert line in done.stderr
    after = files(crew)
    assert after[".claude/agents/tide.md"] == before[".claude/agents/tide.md"]
    slugs = re.findall(r"slug: (.*)", after[".roomodes"].decode())
    assert sorted(slugs) == ["crane", "dock", "fog", "tide"]
    states = json.loads(CliRunner().invoke(specs, ["status", "--json", "-q"]).stdout)["states"]
    assert states == {"up to date": 6, "gone from its source": 2}
    assert install("--again").stdout == ""
    assert CliRunner().invoke(specs, ["uninstall", "--all"]).exit_code == 0
    assert not (crew / ".claude").exists() and not (crew / ".roomodes").exists()


def test_installed_by_its_new_name_an_agent_leaves_the_old_one(crew: Path) -> None:
    library(crew / "held", ("tide", "tide", ()), ("berth", "berth", ()))
    install("tide", "berth", "--to", "claude-code", "--from", "held", "-q")
    library(crew / "held", ("flow/tide", "tide", ("tide",)), ("dock", "dock", ("berth",)))
    done = install("flow/tide", "--to", "claude-code", "--from", "held")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "quay/tide is quay/flow/tide now\n" in done.stderr
    done = install("dock", "--to", "claude-code", "--from", "held")
    assert done.stdout == "new       .claude/agents/dock.md\nremoved   .claude/agents/berth.md\n"


@pytest.mark.parametrize("asked", ["quay/berth", "berth"])
def test_by_the_id_it_had_an_agent_is_installed_and_what_it_is_now_is_told(asked: str, crew: Path) -> None:
    library(crew / "held", ("dock", "dock", ("berth",)), ("fog-a", "fog-a", ("fog",)), ("fog-b", "fog-b", ("fog",)))
    done = install(asked, "--to", "claude-code", "--from", "held")
    assert (done.exit_code, done.stdout) == (0, "new       .claude/agents/dock.md\n"), done.output
    assert f"{asked} is quay/dock now\n" in done.stderr
    assert "now\n" not in install("dock", "--to", "claude-code", "--from", "held").stderr
    assert "2 agents go by 'quay/fog'; say which:" in install("quay/fog", "--to", "roo", "--from", "held").output
    installed_as = json.loads((crew / MANIFEST).read_text())["files"][".claude/agents/dock.md"]["agents"]
    assert list(installed_as) == ["quay/dock"]


@pytest.mark.parametrize("asked", ["quay/berth", "berth"])
def test_an_agent_that_is_here_by_the_id_it_had_is_told_of_once(asked: str, crew: Path) -> None:
    library(crew / "held", ("berth", "berth", ()))
    install("berth", "--to", "claude-code", "--from", "held", "-q")
    library(crew / "held", ("dock", "dock", ("berth",)))
    done = install(asked, "--to", "claude-code", "--from", "held")
    assert done.stdout == "new       .claude/agents/dock.md\nremoved   .claude/agents/berth.md\n"
    assert done.stderr.count("is quay/dock now\n") == 1


def test_an_edited_file_of_an_agent_that_moved_is_left(crew: Path) -> None:
    library(crew / "held", ("berth", "berth", ()))
    install("berth", "--to", "claude-code", "--from", "held", "-q")
    (crew / ".claude" / "agents" / "berth.md").write_text("mine\n")
    library(crew / "held", ("dock", "dock", ("berth",)))
    done = install("--again")
    assert (done.exit_code, "P103" in done.stderr) == (1, True)
    assert (crew / ".claude" / "agents" / "berth.md").read_text() == "mine\n"


def test_a_catalogue_tells_where_an_agent_went(site: str, crew: Path, tmp_path: Path) -> None:
    assert install("fact-checker", "--to", "claude-code", "--from", site, "-q").exit_code == 0
    root = tmp_path / "served" / "base"
    (spec,) = understood((EXAMPLES / FILES[2]).read_bytes(), "desk/fact-checker.md", collection="newsroom").specs
    publish(root, replace(spec, aliases=("fact-checker",)))
    (root / "api" / "agents" / "newsroom" / "fact-checker.json").unlink()
    index = json.loads((root / "api" / "index.json").read_text())
    rest = [one for one in index["agents"] if one["id"] != "fact-checker"]
    moved = {"collection": "newsroom", "id": spec.id, "name": spec.name, "aliases": ["fact-checker"]}
    (root / "api" / "index.json").write_text(json.dumps({**index, "agents": [*rest, moved]}))
    told = json.loads(CliRunner().invoke(specs, ["status", "--json", "-q"]).stdout)["agents"]
    assert [(one["states"], one["now"]) for one in told] == [(["moved at its source"], "newsroom/desk/fact-checker")]
    named = install("newsroom/fact-checker", "--to", "claude-code", "--from", site, "--project", "there")
    assert (named.exit_code, named.stdout) == (0, "new       .claude/agents/fact-checker.md\n"), named.output
    assert "newsroom/fact-checker is newsroom/desk/fact-checker now\n" in named.stderr
    done = install("--again")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "newsroom/fact-checker is newsroom/desk/fact-checker now\n" in done.stderr
    assert list(json.loads((crew / MANIFEST).read_text())["files"][".claude/agents/fact-checker.md"]["agents"]) == [
        "newsroom/desk/fact-checker"
    ]


def test_again_for_you_alone(crew: Path) -> None:
    install("tide-forecaster", "--to", "claude-code", "--from", "crew", "--user", "-q")
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("You forecast", "You foretell"))
    assert install("--again", "--user").stdout == "changed   ~/.claude/agents/tide-forecaster.md\n"
    here = install("--again")
    assert here.exit_code == 0 and not here.stdout
    assert here.stderr == "no agents were installed here\n0 agents: 0 files written, 0 unchanged\n"


def asked(crew: Path) -> dict[str, tuple[str | None, str | None]]:
    """What the manifest remembers for each file: `access` and `names`."""
    said = json.loads((crew / MANIFEST).read_text())["files"]
    return {path: (one.get("access"), one.get("names")) for path, e in said.items() for one in e["agents"].values()}


def test_again_does_as_it_was_asked(crew: Path) -> None:
    """A map and wider access for one tool are remembered for it, and for no other; what is said anew counts first."""
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("tools: Read", "tools: Read\nmodel: opus"))
    (crew / "names.yaml").write_text("codex:\n  models: {opus: tidal-9}\n")
    done = install("tide-forecaster", "--to", "claude-code,codex", "--from", "crew", "--access", "codex=allow",
                   "--map", "names.yaml", "--project", "here")  # fmt: skip
    assert done.exit_code == 0, done.output
    claude, codex = ".claude/agents/tide-forecaster.md", ".codex/agents/tide-forecaster.toml"
    assert asked(crew / "here") == {claude: (None, "../names.yaml"), codex: ("allow", "../names.yaml")}
    file = crew / "crew" / "tide-forecaster.md"
    file.write_text(file.read_text().replace("You forecast", "You foretell"))
    again = install("--again", "--project", "here")
    assert again.exit_code == 0, again.output
    assert again.stdout == f"changed   {claude}\nchanged   {codex}\n"
    assert "with --access codex=allow --map names.yaml: crew/tide-forecaster\n" in again.stderr
    assert 'model = "tidal-9"' in (crew / "here" / codex).read_text()
    assert asked(crew / "here")[codex] == ("allow", "../names.yaml")
    refused = install("--again", "--project", "here", "--access", "refuse")
    assert refused.exit_code == 1 and "A101" in refused.stderr
    (crew / "names.yaml").rename(crew / "others.yaml")
    lost = install("--again", "--project", "here")
    assert lost.exit_code == 1 and "names.yaml, a map of names that was given, is not there" in lost.stderr
    assert install("--again", "--project", "here", "--map", "others.yaml").exit_code == 0
    assert asked(crew / "here")[claude] == (None, "../others.yaml")


def test_leave_for_some_kinds_of_access_is_remembered_and_for_these_alone(crew: Path) -> None:
    """What a source gains is beyond it; the way out that is told keeps what there was leave for."""
    codex = ".codex/agents/tide-forecaster.toml"
    words = ("tide-forecaster", "--to", "codex", "--from", "crew", "--project", "here")
    assert "--access codex=mcp\n" in install(*words).stderr
    assert install(*words, "--access", "codex=mcp").exit_code == 0
    assert asked(crew / "here") == {codex: ("mcp", None)}
    before = files(crew / "here")
    with_tools(crew, "Read, Write, Bash")
    done = install("--again", "--project", "here")
    assert (done.exit_code, files(crew / "here")) == (1, before)
    assert "with --access codex=mcp: crew/tide-forecaster\n" in done.stderr and "A103" in done.stderr
    (leave,) = re.findall(r"pass --access (codex=\S+)", " ".join(done.stderr.split()))
    assert set(leave.removeprefix("codex=").split("+")) == {"write", "shell", "mcp"}
    assert install("--again", "--project", "here", "--access", "codex=mcp").exit_code == 1
    assert install("--again", "--project", "here", "--access", leave).exit_code == 0
    assert asked(crew / "here") == {codex: (leave.removeprefix("codex="), None)}


def test_a_manifest_of_an_earlier_release_or_with_another_word_refuses(crew: Path) -> None:
    assert install("tide-forecaster", "--to", "codex", "--from", "crew", "--access", "allow").exit_code == 0
    manifest = (crew / MANIFEST).read_text()
    assert '"access": "allow"' in manifest
    for access in ('"access": "everything"', '"access": 1', '"note": ""'):
        (crew / MANIFEST).write_text(manifest.replace('"access": "allow"', access))
        done = install("--again")
        assert done.exit_code == 1 and "A101 wider-access" in done.stderr


@pytest.mark.parametrize("words", [["--again", "--all"], ["--again", "x"], ["--again", "--from", "crew"], ["x"]])
def test_again_says_what_it_takes(words: list[str]) -> None:
    assert install(*words).exit_code == 2


@pytest.mark.usefixtures("crew")
def test_a_server_that_is_away_is_told_without_its_systems_numbers() -> None:
    done = install("x", "--to", "roo", "--from", "http://127.0.0.1:1/")
    assert done.exit_code
    assert "http://127.0.0.1:1/api/index.json: " in done.stderr and "[Errno" not in done.stderr


def test_names_to_which_nobody_answers_once_installed_are_told_once(crew: Path) -> None:
    """A file's name leads to an agent in the folder it lies in, and a client knows the name in the file alone."""
    for name in ("harbour-master", "crane-planner"):
        text = TIDE.replace("tide-forecaster", name) + "\n## Working with others\n\n- Hand off plans to berth-clerk\n"
        (crew / "crew" / f"{name}.md").write_text(text)
    assert "G109" not in install("--all", "--to", "claude-code,codex", "--from", "crew", "--access", "allow").output
    (crew / "crew" / "berth-clerk.md").write_text(CLERK.replace("berth-clerk", "quay-berth-clerk"))
    told = install("--all", "--to", "claude-code,codex", "--from", "crew", "--access", "allow").stderr
    assert told.count("G109") == 1
    assert "others call quay-berth-clerk 'berth-clerk'" in told
    alone = install("harbour-master", "--to", "claude-code", "--from", "crew", "--project", "alone").stderr
    assert "G109" not in alone  # who is not there cannot be miscalled
    for to, times in (("claude-code", 1), ("canonical", 0)):
        done = CliRunner().invoke(specs, ["convert", "crew", "--to", to, "-o", f"made-{to}", "--access", "allow"])
        assert done.stderr.count("G109") == times
    checked = CliRunner().invoke(specs, ["check", "made-claude-code"]).output
    assert checked.count("G101") == 2  # as they were told


def test_a_worker_leaves_the_names(crew: Path) -> None:
    """Where agents are let go after planning, who calls whom by what is known still."""
    options = Options(targets=("claude-code",))
    (crew / "crew" / "berth-clerk.md").write_text(CLERK.replace("berth-clerk", "quay-berth-clerk"))
    (crew / "crew" / "tide-forecaster.md").write_text(
        TIDE + "\n## Working with others\n\n- Hand off tables to berth-clerk\n"
    )
    files_ = [one for one in find_inputs(("crew",), {}, project=None) if isinstance(one, Input)]
    outcomes = _chunk(files_, options, {})
    assert not any(outcome.specs for outcome in outcomes)
    plan(outcomes, options)
    assert [f.rule.code for outcome in outcomes for f in outcome.findings if f.rule.code == "G109"] == ["G109"]


def test_losses_of_what_stays_as_it_was_are_counted_and_not_told_again(crew: Path) -> None:
    words = ("--all", "--to", "codex", "--from", "crew", "--access", "allow")
    first = install(*words).stderr
    assert (first.count("loss["), first.count("the same in 1 more agent")) == (1, 1)
    (crew / "crew" / "berth-clerk.md").write_text(CLERK + "More.\n")
    for again in (words, ("--again",)):
        (crew / ".codex" / "agents" / "berth-clerk.toml").write_text("mine\n") if again == words else None
        done = install(*again, *(("--force",) if again == words else ()))
        told = [line for line in done.stderr.splitlines() if "loss[" in line]
        assert [line.partition(":")[0] for line in told] == (["crew/berth-clerk.md"] if again == words else [])
        passed = "1 finding" if again == words else "2 findings"
        assert f"{passed} not told again, of agents that stay as they are" in done.stderr
    assert install("--again", "--verbose").stderr.count("loss[") == 2
    assert install("--again", "--fail-on", "loss").exit_code == 1  # as if they had been told
    told = json.loads(install("--again", "--json").stdout)["findings"]
    assert [found["severity"] for found in told].count("loss") == 2


def test_an_id_s_end_is_meant_in_a_catalogue_as_in_a_folder(tmp_path: Path, site: str) -> None:
    """Also where the names in the files are longer; a name that is nobody's hints at one that is somebody's."""
    index = tmp_path / "served" / "base" / "api" / "index.json"
    said = json.loads(index.read_text())
    said["agents"] += [
        {"collection": "yard", "id": f"{part}/crane-planner", "name": f"{part}-crane-planner"}
        for part in ("dry", "wet")
    ]
    index.write_text(json.dumps(said))
    for part in ("dry", "wet"):
        (tmp_path / "yard" / part).mkdir(parents=True)
        text = TIDE.replace("tide-forecaster", f"{part}-crane-planner")
        (tmp_path / "yard" / part / "crane-planner.md").write_text(text)
    for where in (site, str(tmp_path / "yard")):
        told = install("crane-planner", "--to", "codex", "--from", where, "--project", str(tmp_path / "here")).output
        assert "2 agents go by 'crane-planner'; say which:\n  yard/dry/crane-planner\n  yard/wet/crane-planner" in told
    for where, near in ((site, "quay/roomodes/quay-guide"), (str(tmp_path / "yard"), "crane-planner")):
        name = "quay-gide" if where == site else "crane-planer"
        done = install(name, "--to", "codex", "--from", where, "--project", str(tmp_path / "here"))
        assert f"There is no agent {name!r} in" in done.output and "Did you mean " in done.output
        assert near in done.output


# --- access that is gained at the source ---------------------------------------------------------------


CLIENTS = ("--to", "claude-code,codex,roo", "--from", "crew")
ALL_FILES = (".claude/agents/tide-forecaster.md", ".codex/agents/tide-forecaster.toml", ".roomodes")


def with_tools(crew: Path, tools: str) -> None:
    """What the forecaster's source lists from now on."""
    (crew / "crew" / "tide-forecaster.md").write_text(TIDE.replace("tools: Read", f"tools: {tools}"))


def test_access_gained_at_the_source_is_not_taken_unasked(crew: Path) -> None:
    """Neither into a file of its own nor into one of several; others go on, and leave of another run does not count."""
    assert install("--all", *CLIENTS, "--access", "allow").exit_code == 0
    with_tools(crew, "Read, Bash, Write")
    (crew / "crew" / "berth-clerk.md").write_text(CLERK.replace("You assign", "You give"))
    before = files(crew)
    dry = install("--again", "--dry-run")
    assert (dry.exit_code, dry.stderr.count("error[A103 wider-than-installed]"), files(crew)) == (1, 3, before)
    done = install("--again")
    assert (done.exit_code, done.stderr.count("A103")) == (1, 3)
    assert "in Claude Code, crew/tide-forecaster may also create and change files, run shell commands" in done.stderr
    assert "pass --access claude-code=allow" in done.stderr
    after = files(crew)
    assert all(after[path] == before[path] for path in ALL_FILES[:2])
    assert b"You give" in after[".claude/agents/berth-clerk.md"]
    modes = {mode["slug"]: mode for mode in yaml.safe_load(after[".roomodes"])["customModes"]}
    assert modes["tide-forecaster"]["groups"] == ["read"] and "You give" in str(modes["berth-clerk"])
    told = json.loads(install("--again", "--json").stdout)["findings"]
    assert [one["code"] for one in told if one["severity"] == "error"] == ["A103"] * 3
    by_name = install("tide-forecaster", "--to", "claude-code", "--from", "crew")
    assert (by_name.exit_code, "A103" in by_name.stderr, files(crew)) == (1, True, after)
    assert install("--again", "--force").exit_code == 1 and files(crew) == after


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        (
            "",
            BELL,
            "set off other hooks",
        ),
        ("permissionMode: plan\n", "permissionMode: bypassPermissions\n", "act in another permission mode"),
        ("permissionMode: plan\n", "", "act in another permission mode"),
        (BELL, "", ""),
        ("color: blue\n", "color: red\n", ""),
    ],
)
def test_what_guards_an_agent_does_not_change_unseen(crew: Path, first: str, then: str, told: str) -> None:
    """Hooks that come or change, another mode of asking; hooks that go do nothing any more."""
    source = crew / "crew" / "tide-forecaster.md"
    source.write_text(TIDE.replace("tools: Read\n", f"tools: Read\n{first}"))
    words = ("tide-forecaster", "--to", "claude-code", "--from", "crew")
    assert install(*words).exit_code == 0
    source.write_text(TIDE.replace("tools: Read\n", f"tools: Read\n{then}"))
    done = install("--again")
    assert (done.exit_code, "A103" in done.stderr) == ((1, True) if told else (0, False)), done.output
    assert told in done.stderr
    assert install("--again", "--access", "claude-code=allow").exit_code == 0


def test_access_gained_at_the_source_is_taken_where_this_run_says_so(crew: Path) -> None:
    assert install("tide-forecaster", *CLIENTS, "--access", "allow").exit_code == 0
    with_tools(crew, "Read, Bash, Write")
    before = files(crew)
    one = install("--again", "--access", "codex=allow")
    assert (one.exit_code, one.stderr.count("A103")) == (1, 2)
    assert [path for path in ALL_FILES if files(crew)[path] != before[path]] == [ALL_FILES[1]]
    warned = install("--again", "--access", "claude-code=warn")
    assert "Bash" in (crew / ALL_FILES[0]).read_text()
    assert "A103" in warned.stderr and warned.stdout == f"changed   {ALL_FILES[0]}\nkept      .roomodes\n"
    done = install("--again", "--access", "allow")
    assert (done.exit_code, "A103" in done.stderr, done.stdout) == (0, False, "changed   .roomodes\n")


@pytest.mark.parametrize("tools", ["Read", "Grep", "[]"])
def test_access_that_stays_or_shrinks_is_not_told(tools: str, crew: Path) -> None:
    assert install("tide-forecaster", *CLIENTS, "--access", "allow").exit_code == 0
    with_tools(crew, tools)
    file = crew / "crew" / "tide-forecaster.md"
    file.write_text(file.read_text().replace("You forecast", "You foretell"))
    done = install("--again")
    assert (done.exit_code, "A103" in done.stderr) == (0, False), done.output
    assert len(done.stdout.splitlines()) == 3


def test_what_was_edited_here_is_told_as_edited_also_where_its_source_gains_access(crew: Path) -> None:
    install("tide-forecaster", "--to", "claude-code", "--from", "crew", "-q")
    with_tools(crew, "Read, Bash")
    (crew / ALL_FILES[0]).write_text("mine\n")
    done = install("--again")
    assert (done.exit_code, "P103" in done.stderr, "A103" in done.stderr) == (1, True, False)
    assert install("--again", "--force").exit_code == 0
    (crew / ALL_FILES[0]).unlink()
    assert install("--again").exit_code == 0


def test_access_gained_with_another_name_leaves_the_old_file(crew: Path) -> None:
    library(crew / "held", ("berth", "berth", ()))
    install("berth", "--to", "claude-code", "--from", "held", "-q")
    library(crew / "held", ("dock", "dock", ("berth",)))
    path = crew / "held" / "quay" / "dock.yaml"
    (spec,) = understood(TIDE.replace("tide-forecaster", "dock").replace(": Read", ": Bash").encode(), "dock.md",
                         collection="quay").specs  # fmt: skip
    path.write_text(canonical.dump(replace(spec, aliases=("berth",))), encoding="utf-8")
    before = files(crew)
    done = install("--again")
    assert (done.exit_code, done.stdout) == (1, "kept      .claude/agents/berth.md\n"), done.output
    assert "A103" in done.stderr and files(crew) == before
    done = install("--again", "--access", "claude-code=allow")
    assert done.stdout == "new       .claude/agents/dock.md\nremoved   .claude/agents/berth.md\n"


# --- an agent whose file was renamed at its source -------------------------------------------------------


def states() -> dict[str, int]:
    told: dict[str, int] = json.loads(CliRunner().invoke(specs, ["status", "--json", "-q"]).stdout)["states"]
    return told


def test_an_agent_whose_file_was_renamed_is_followed_by_its_name_and_prompt(crew: Path) -> None:
    install("tide-forecaster", "--to", "claude-code,roo", "--from", "crew", "-q")
    (crew / "crew" / "tide-forecaster.md").rename(crew / "crew" / "tides.md")
    assert states() == {"moved at its source": 2}
    done = install("--again")
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert "crew/tide-forecaster is crew/tides now\n" in done.stderr
    assert states() == {"up to date": 2}
    (crew / "crew" / "tides.md").rename(crew / "crew" / "flow.md")
    assert "crew/tides is crew/flow now\n" in install("flow", "--to", "claude-code,roo", "--from", "crew").stderr
    assert states() == {"up to date": 2}


@pytest.mark.parametrize("other", ["reworded", "renamed", "two", "installed"])
def test_an_agent_that_may_be_another_is_not_followed(other: str, crew: Path) -> None:
    install("tide-forecaster", "--to", "claude-code", "--from", "crew", "-q")
    (crew / "crew" / "tide-forecaster.md").unlink()
    text = {"reworded": TIDE.replace("You forecast", "You foretell"), "renamed": TIDE.replace("tide-f", "f")}
    (crew / "crew" / "tides.md").write_text(text.get(other, TIDE))
    if other == "two":
        (crew / "crew" / "waves.md").write_text(TIDE)
    if other == "installed":
        install("tides", "--to", "gemini-cli", "--from", "crew", "-q")
    assert states()["gone from its source"] == 1
    done = install("--again")
    assert "crew/tide-forecaster is gone from crew; `specs uninstall` takes it out" in done.stderr
