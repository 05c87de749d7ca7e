"""`specs sync`: fetched, pinned and told apart, and nothing of a stranger's repository is run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from converters import canonical, fetching, lock, remotes
from converters.cli import specs
from converters.git import GitFault
from converters.library import Collection, described_collections, library_of, load_collections, load_library
from converters.licences import is_licence, licence_of, together
from converters.lock import Lock
from converters.model import NO_LICENCE, AgentSpec, Source
from converters.publish.upstream import upstream as upstream_of

MIT = """\
Permission is hereby granted, free of charge, to any person to deal in the Software
without restriction, provided that the above copyright notice and this
permission notice shall be included.

The Software is provided "as is", without warranty of the use or other dealings in the Software.
"""


def agent(name: str, *, tools: str = "Read, Grep", body: str = "", **keys: str) -> str:
    more = "".join(f"{key}: {value}\n" for key, value in keys.items())
    text = body or f"You are the {name} of a harbour and answer for all that comes with it."
    return f"---\nname: {name}\ndescription: Use for what a {name} does.\ntools: {tools}\n{more}---\n\n{text}\n"


@dataclass
class Upstream:
    """A repository of agents that somebody else keeps."""

    folder: Path

    def git(self, *words: str, told: str | None = None) -> str:
        """What git says there."""
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@harbour.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", "-C", str(self.folder), *identity, *words], input=told, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Put a file there."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def commit(self, files: dict[str, str] | None = None) -> str:
        """Put files there and commit all there is; the commit."""
        for path, text in (files or {}).items():
            self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "next")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    folder = tmp_path / "upstream"
    folder.mkdir()
    made = Upstream(folder)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit(
        {
            "LICENSE": MIT,
            "README.md": "# Agents\n",
            "agents/tide-forecaster.md": agent("tide-forecaster"),
            "agents/berth-clerk.md": agent("berth-clerk"),
        }
    )
    return made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "catalogue"
    (folder / "specs").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def describe(project: Path, **said: Any) -> None:
    entry = {"source": "../upstream", "root": "agents", **said}
    (project / "specs" / "collections.yaml").write_text(
        yaml.safe_dump({"port": {key: value for key, value in entry.items() if value is not None}}), encoding="utf-8"
    )


def sync(*words: str) -> Result:
    result = CliRunner().invoke(specs, ["sync", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def held(project: Path) -> list[str]:
    below = project / "specs" / "port"
    return sorted(path.relative_to(below).as_posix() for path in below.rglob("*.yaml"))


def locked(project: Path) -> dict[str, Any]:
    said = json.loads((project / "specs" / "collections.lock").read_text(encoding="utf-8"))
    return dict(said["collections"])


def spec(project: Path, id_: str) -> AgentSpec:
    found, _ = canonical.load_file(project / "specs" / "port" / f"{id_}.yaml")
    assert found is not None
    return found


# --- taking ------------------------------------------------------------------------------------


def test_agents_are_taken_pinned_and_told_where_they_come_from(upstream: Upstream, project: Path) -> None:
    describe(project, repository="https://forge.example/harbour/agents")
    result = sync()
    assert result.exit_code == 0, result.output
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"]
    entry = locked(project)["port"]
    assert entry["commit"] == upstream.git("rev-parse", "HEAD")
    assert (entry["license"], entry["license_file"], entry["files"]) == ("MIT", "LICENSE", 2)
    source = spec(project, "berth-clerk").source
    assert source is not None
    assert (source.repository, source.license, source.path) == (
        "https://forge.example/harbour/agents", "MIT", "berth-clerk.md",
    )  # fmt: skip
    assert source.revision is None, "or every commit upstream would change every spec"
    library = load_library(project / "specs", canonical.load_file)
    terms = library.provenance(library.agents[0])
    assert (terms.revision, terms.license) == (entry["commit"], "MIT")
    assert library.shown(library.agents[0]) == "full", "its licence is known"


@pytest.mark.usefixtures("upstream")
def test_again_is_the_same_byte_for_byte(project: Path) -> None:
    describe(project)
    sync()
    files = {path: path.read_bytes() for path in (project / "specs").rglob("*") if path.is_file()}
    assert sync("--check").exit_code == 0
    assert "0 files written" in sync().stderr
    assert {path: path.read_bytes() for path in (project / "specs").rglob("*") if path.is_file()} == files


@pytest.mark.parametrize("form", ["path", "file", "relative", "bare"])
def test_a_repository_can_be_named_in_every_way(upstream: Upstream, project: Path, form: str) -> None:
    bare = upstream.folder.parent / "bare.git"
    if form == "bare":
        upstream.git("clone", "--quiet", "--bare", ".", str(bare))
    ways = {
        "path": str(upstream.folder),
        "file": upstream.folder.as_uri(),
        "relative": "../upstream",
        "bare": str(bare),
    }
    describe(project, source=ways[form])
    assert sync().exit_code == 0
    assert locked(project)["port"]["commit"] == upstream.git("rev-parse", "HEAD")


@pytest.mark.parametrize("kind", ["branch", "tag", "commit"])
def test_a_revision_is_taken(upstream: Upstream, project: Path, kind: str) -> None:
    first = upstream.git("rev-parse", "HEAD")
    upstream.git("branch", "steady")
    upstream.git("tag", "--annotate", "v1", "--message", "first")
    upstream.commit({"agents/crane-planner.md": agent("crane-planner")})
    describe(project, revision={"branch": "steady", "tag": "v1", "commit": first}[kind])
    assert sync().exit_code == 0
    assert locked(project)["port"]["commit"] == first
    assert "crane-planner.yaml" not in held(project)


def test_a_folder_that_is_no_repository_is_taken_as_it_lies(tmp_path: Path, project: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "berth-clerk.md").write_text(agent("berth-clerk"), encoding="utf-8")
    describe(project, source="../plain", root=None)
    assert sync().exit_code == 0
    entry = locked(project)["port"]
    assert "commit" not in entry
    assert entry["files"] == 1
    (tmp_path / "plain" / "berth-clerk.md").write_text(agent("berth-clerk", model="opus"), encoding="utf-8")
    result = sync("--locked")
    assert "P143" in result.stderr
    assert sync().exit_code == 0
    assert locked(project)["port"]["sha256"] != entry["sha256"]


def test_include_exclude_and_the_format_are_obeyed(upstream: Upstream, project: Path) -> None:
    upstream.commit({"agents/drafts/pilot.md": agent("pilot"), "agents/note.md": agent("note")})
    describe(project, exclude=["drafts/*", "note.md"], **{"from": "claude-code"})
    assert sync().exit_code == 0
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"]
    describe(project, include=["note.md"])
    assert sync().exit_code == 0
    assert held(project) == ["note.yaml"], "what is no longer asked for goes"


def test_a_collection_of_the_project_itself_is_read_where_it_lies(project: Path) -> None:
    (project / "agents").mkdir()
    (project / "agents" / "berth-clerk.md").write_text(agent("berth-clerk"), encoding="utf-8")
    describe(project, source=None)
    assert sync("--own").exit_code == 0
    assert held(project) == ["berth-clerk.yaml"]
    assert not (project / "specs" / "collections.lock").exists()
    made = CliRunner().invoke(specs, ["convert", "agents", "--check"])
    assert made.exit_code == 0, "sync writes what convert writes"
    wider = agent("berth-clerk", tools="Read, Bash")
    (project / "agents" / "berth-clerk.md").write_text(wider, encoding="utf-8")
    result = sync()
    assert (result.exit_code, "may now also run shell commands" in result.stdout) == (0, True), "one's own decision"


# --- telling and refusing ----------------------------------------------------------------------


def test_what_changed_upstream_is_told_before_it_lands(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    before = held(project)
    (upstream.folder / "agents" / "berth-clerk.md").unlink()
    upstream.commit(
        {
            "agents/tide-forecaster.md": agent("tide-forecaster", model="opus"),
            "agents/crane-planner.md": agent("crane-planner", body="You plan cranes, hour by hour, with care."),
        }
    )
    result = sync("--dry-run")
    assert result.exit_code == 0
    for words in ("1 added, 1 removed, 1 changed", "Added (1)", "crane-planner", "model: left to the host -> opus"):
        assert words in result.stdout, result.stdout
    assert held(project) == before
    assert max(map(len, result.output.splitlines())) <= 80
    assert sync("--check").exit_code == 1
    assert "-name: berth-clerk" in sync("--diff").stdout
    assert sync().exit_code == 0
    assert held(project) == ["crane-planner.yaml", "tide-forecaster.yaml"]


TIDES = "Read the gauge every hour, mark the height in the book, and tell the harbour office of every surge."


def quay_and_port(project: Path) -> None:
    """Two collections, whose agents name each other."""
    folder = project.parent / "quay"
    folder.mkdir()
    text = agent("pilot-planner", body="You send pilots. Coordinate with tide-forecaster before each shift.")
    (folder / "pilot-planner.md").write_text(text, encoding="utf-8")
    homes = {"port": {"source": "../upstream", "root": "agents"}, "quay": {"source": "../quay", "license": "MIT"}}
    (project / "specs" / "collections.yaml").write_text(yaml.safe_dump(homes), encoding="utf-8")


@pytest.mark.parametrize("names", [(), ("port",)])
def test_who_still_names_a_removed_agent_is_told_where_it_is_removed(
    upstream: Upstream, project: Path, names: tuple[str, ...]
) -> None:
    """Also of other collections, and of those that are not synced this time."""
    quay_and_port(project)
    clerk = agent("berth-clerk", body="You assign berths. Coordinate with tide-forecaster before each shift.")
    upstream.commit({"agents/berth-clerk.md": clerk})
    assert sync().exit_code == 0
    (upstream.folder / "agents" / "tide-forecaster.md").unlink()
    upstream.commit()
    result = sync(*names)
    assert result.exit_code == 0
    assert "    tide-forecaster\n      still named by berth-clerk, quay/pilot-planner\n" in result.stdout
    assert result.stdout.count("pilot-planner") == 1, "it is not told twice"
    assert "Names that are nobody's" not in result.stdout


def test_of_many_removed_agents_the_first_and_those_still_named_are_told(upstream: Upstream, project: Path) -> None:
    quay_and_port(project)
    upstream.commit({f"agents/guard-{number:02}.md": agent(f"guard-{number:02}") for number in range(30)})
    sync()
    for path in (upstream.folder / "agents").glob("guard-*.md"):
        path.unlink()
    (upstream.folder / "agents" / "tide-forecaster.md").unlink()
    upstream.commit()
    told = sync("--dry-run").stdout
    assert "Removed (31)" in told
    assert "guard-04" in told
    assert "guard-05" not in told
    assert (
        "    tide-forecaster\n      still named by quay/pilot-planner\n    and 25 more (--verbose names them)\n" in told
    )
    assert "guard-29" in sync("--dry-run", "--verbose").stdout
    assert len(json.loads(sync("--dry-run", "--json").stdout)["collections"][0]["changes"]["removed"]) == 31


def test_wider_access_of_many_agents_is_told_of_each(upstream: Upstream, project: Path) -> None:
    describe(project)
    names = [f"watch-{number:02}" for number in range(30)]
    upstream.commit({f"agents/{name}.md": agent(name) for name in names})
    sync()
    upstream.commit({f"agents/{name}.md": agent(name, tools="Read, Grep, Bash") for name in names})
    told = sync().stdout
    access, _, changed = told.partition("Changed (30)")
    assert access.count("may now also run shell commands") == 30
    assert "and 25 more (--verbose names them)" in changed


def test_a_name_that_somebody_else_bears_is_not_nobodys(upstream: Upstream, project: Path) -> None:
    """As `specs check` sees it: in the whole library, with what its keeper says of names."""
    quay_and_port(project)
    clerk = agent("berth-clerk", body="You assign berths. Coordinate with pilot-planner before each shift.")
    assert sync("quay").exit_code == 0
    assert sync("port").exit_code == 0
    upstream.commit({"agents/berth-clerk.md": clerk})
    assert "nobody's" not in sync("--dry-run").stdout
    (project / "specs" / "quay" / "pilot-planner.yaml").unlink()
    assert "berth-clerk names pilot-planner, which it did not name before" in sync("port", "--dry-run").stdout


# --- moving ------------------------------------------------------------------------------------


def moved(upstream: Upstream, old: str, new: str, text: str | None = None) -> None:
    (upstream.folder / "agents" / new).parent.mkdir(parents=True, exist_ok=True)
    upstream.git("mv", f"agents/{old}", f"agents/{new}")
    upstream.commit({f"agents/{new}": text} if text else None)


@pytest.mark.parametrize(
    ("new", "text"),
    [
        ("quay/tide-forecaster.md", None),
        ("quay/tide-forecaster.md", agent("tide-forecaster", body=TIDES.replace("every hour", "every two hours"))),
        ("tide-teller.md", None),
        ("tide-teller.md", agent("tide-forecaster", body=TIDES).replace("name: tide-forecaster", "name: tide-teller")),
    ],
    ids=["folder", "folder and words", "file", "file and name"],
)
def test_a_moved_agent_keeps_its_links(upstream: Upstream, project: Path, new: str, text: str | None) -> None:
    clerk = agent("berth-clerk", body="You assign berths. Coordinate with tide-forecaster before each shift.")
    upstream.commit({"agents/tide-forecaster.md": agent("tide-forecaster", body=TIDES), "agents/berth-clerk.md": clerk})
    describe(project)
    sync()
    moved(upstream, "tide-forecaster.md", new, text)
    id_ = new.removesuffix(".md")
    result = sync()
    assert result.exit_code == 0
    assert f"Moved (1)\n    tide-forecaster -> {id_}\n" in result.stdout
    assert not {"Added", "Removed", "nobody's", "alive"} & set(result.stdout.split())
    assert spec(project, id_).aliases == ("tide-forecaster",)
    assert locked(project)["port"]["moved"] == {"tide-forecaster": id_}
    assert sync("--check").exit_code == 0
    upstream.commit({"agents/note.md": agent("note")})
    assert sync().exit_code == 0
    assert spec(project, id_).aliases == ("tide-forecaster",), "for good"
    for path in (project / "specs" / "port").rglob("*.yaml"):
        path.unlink()
    assert sync("--locked").exit_code == 0
    assert spec(project, id_).aliases == ("tide-forecaster",), "by the lock file alone"


def test_an_agent_that_moves_again_keeps_all_its_links(upstream: Upstream, project: Path) -> None:
    upstream.commit({"agents/tide-forecaster.md": agent("tide-forecaster", body=TIDES)})
    describe(project)
    for old, new in (("tide-forecaster", "a/tide-forecaster"), ("a/tide-forecaster", "b/tide-forecaster")):
        sync()
        moved(upstream, f"{old}.md", f"{new}.md")
    sync()
    assert spec(project, "b/tide-forecaster").aliases == ("a/tide-forecaster", "tide-forecaster")
    moved(upstream, "b/tide-forecaster.md", "tide-forecaster.md")
    sync()
    assert spec(project, "tide-forecaster").aliases == ("a/tide-forecaster", "b/tide-forecaster"), "its own is none"
    (upstream.folder / "agents" / "tide-forecaster.md").unlink()
    upstream.commit()
    sync()
    assert "moved" not in locked(project)["port"]


def test_who_may_be_another_gets_no_links_and_the_way_to_them_is_told(upstream: Upstream, project: Path) -> None:
    """Two copies went and two came."""
    upstream.commit({f"agents/{where}/pilot.md": agent("pilot", body=TIDES) for where in ("east", "west")})
    describe(project)
    sync()
    upstream.git("mv", "agents/east/pilot.md", "agents/pilot-one.md")
    upstream.git("mv", "agents/west/pilot.md", "agents/pilot-two.md")
    upstream.commit()
    result = sync("--dry-run")
    assert "2 moved" in result.stdout
    words = " ".join(result.stdout.split())
    assert "If these are the same agents, `aliases` of port in specs/collections.yaml keep links to" in words
    assert "east/pilot: pilot-one west/pilot: pilot-two" in words
    assert max(map(len, result.stdout.splitlines())) <= 80
    describe(project, aliases={"east/pilot": "pilot-one"})
    assert sync().exit_code == 0
    assert spec(project, "pilot-one").aliases == ("east/pilot",)
    assert spec(project, "pilot-two").aliases == ("west/pilot",), "nobody else is left"
    assert locked(project)["port"]["moved"] == {"west/pilot": "pilot-two"}, "the owner says the other"


def test_of_ones_own_agents_that_moved_the_way_to_keep_links_is_told(project: Path) -> None:
    """`specs convert` reads them too, and has no lock file."""
    (project / "agents").mkdir()
    (project / "agents" / "berth-clerk.md").write_text(agent("berth-clerk"), encoding="utf-8")
    describe(project, source=None)
    sync()
    (project / "agents" / "quay").mkdir()
    (project / "agents" / "berth-clerk.md").rename(project / "agents" / "quay" / "berth-clerk.md")
    told = " ".join(sync("--dry-run").stdout.split())
    assert "`aliases` of port in specs/collections.yaml keep links to them alive: berth-clerk: quay/berth" in told
    describe(project, source=None, aliases={"berth-clerk": "quay/berth-clerk"})
    assert "alive" not in sync().stdout
    assert spec(project, "quay/berth-clerk").aliases == ("berth-clerk",)
    assert CliRunner().invoke(specs, ["convert", "agents", "--check"]).exit_code == 0


def test_copies_that_move_with_their_folders_are_known_by_them(upstream: Upstream, project: Path) -> None:
    upstream.commit({f"agents/{where}/pilot.md": agent("pilot", body=TIDES) for where in ("east", "west")})
    describe(project)
    sync()
    for where in ("east", "west"):
        moved(upstream, f"{where}/pilot.md", f"harbour/{where}/pilot.md")
    assert sync().exit_code == 0
    assert spec(project, "harbour/west/pilot").aliases == ("west/pilot",)
    assert spec(project, "harbour/east/pilot").aliases == ("east/pilot",)


def test_another_agent_of_the_same_words_is_not_the_old_one(upstream: Upstream, project: Path) -> None:
    """Prompts may be boilerplate: what it is for says that it is another."""
    upstream.commit({"agents/tide-forecaster.md": agent("tide-forecaster", body=TIDES)})
    describe(project)
    sync()
    moved(upstream, "tide-forecaster.md", "crane-planner.md", agent("crane-planner", body=TIDES))
    assert sync().exit_code == 0
    assert not spec(project, "crane-planner").aliases


def test_json_tells_the_same(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    old = upstream.git("rev-parse", "HEAD")
    new = upstream.commit({"agents/berth-clerk.md": agent("berth-clerk", model="opus")})
    (said,) = json.loads(sync("--json", "--dry-run").stdout)["collections"]
    assert said["commit"] == {"old": old, "new": new}
    assert said["status"] == "changed"
    assert [change["agent"] for change in said["changes"]["changed"]] == ["berth-clerk"]


WIDER = [
    agent("tide-forecaster", tools="Read, Grep, Bash"),
    agent("tide-forecaster", permissionMode="bypassPermissions"),
    agent("tide-forecaster").replace("tools: Read, Grep\n", ""),
]


@pytest.mark.parametrize("text", WIDER)
def test_wider_access_is_not_taken_unasked(upstream: Upstream, project: Path, text: str) -> None:
    describe(project)
    sync()
    files = {path: path.read_bytes() for path in (project / "specs").rglob("*") if path.is_file()}
    upstream.commit({"agents/tide-forecaster.md": text, "agents/berth-clerk.md": agent("berth-clerk", model="opus")})
    result = sync()
    assert result.exit_code == 1
    assert "A102 wider-upstream" in result.stderr
    if "tools" not in text:  # all there is, in the order of the list of changes
        said = " ".join(result.stdout.split())
        assert "may now also create and change files, run shell commands, reach the network, start" in said
    (error,) = [line for line in result.stderr.splitlines() if "A102" in line]
    assert error.startswith("specs/collections.yaml:1:1: "), "a file that is there"
    assert error.count("tide-forecaster") == 1
    said = " ".join(result.stderr.split())
    assert "1 collection, 2 agents: 0 files written; 1 not taken, its 2 agents here as before" in said
    assert "Access (" in result.stdout
    after = {path: path.read_bytes() for path in (project / "specs").rglob("*") if path.is_file()}
    assert after == files, "the lock file and the specs stay of one commit"
    (leave,) = re.findall(r"then pass --access port/tide-forecaster=(\S+),", " ".join(result.stderr.split()))
    assert ("shell" in leave.split("+")) == (leave != "allow"), "kinds of access, or all where something else is wider"
    assert sync("--access", "quay=allow").exit_code == 2, "there is no such collection"
    assert sync("--access", "allow", "--access", "port=refuse").exit_code == 1
    assert sync("--access", "port=read+other").exit_code == 1
    if "tools" not in text:
        half = " ".join(sync("--access", "port=write+shell").stderr.split())
        lacking = re.search(r"may touch more than there is leave for \(([a-z, ]+)\)", half)
        assert lacking and "network" in lacking[1].split(", ") and "shell" not in lacking[1].split(", ")
    assert sync("--access", f"port/tide-forecaster={leave}").exit_code == 0
    assert locked(project)["port"]["commit"] == upstream.git("rev-parse", "HEAD")


def test_wider_access_is_allowed_to_the_agents_that_were_read(upstream: Upstream, project: Path) -> None:
    describe(project)
    names = ["tide-forecaster", "berth-clerk"]
    upstream.commit({f"agents/{name}.md": agent(name) for name in names})
    sync()
    upstream.commit({f"agents/{name}.md": agent(name, tools="Read, Grep, Bash") for name in names})
    result = sync("--access", "port/berth-clerk=allow")
    assert result.exit_code == 1
    assert [line.count("port/tide-forecaster") for line in result.stderr.splitlines() if "A102" in line] == [1]
    assert "than there is leave for" not in result.stderr, "there was none"
    assert sync("--check", "--access", "port=allow,port/berth-clerk=refuse").exit_code != 0
    result = sync("--access", "port/berth-cleric=allow")
    assert result.exit_code == 2
    assert "Did you mean 'port/berth-clerk'?" in " ".join(result.stderr.split())
    assert sync("--access", "port/berth-clerk=allow,port/tide-forecaster=allow").exit_code == 0
    assert locked(project)["port"]["commit"] == upstream.git("rev-parse", "HEAD")


def test_less_access_is_taken(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    upstream.commit({"agents/tide-forecaster.md": agent("tide-forecaster", tools="Read")})
    assert sync().exit_code == 0


def test_a_source_without_agents_changes_nothing(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    before = held(project)
    upstream.git("mv", "agents/tide-forecaster.md", "notes.md")
    upstream.git("rm", "--quiet", "agents/berth-clerk.md")
    upstream.commit({"agents/README.md": "# None\n"})
    result = sync()
    assert result.exit_code != 0
    assert "P146 nothing-left" in result.stderr
    assert held(project) == before


def test_an_edited_spec_is_kept_and_named(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    path = project / "specs" / "port" / "berth-clerk.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("description: Use", "description: Mostly use"))
    upstream.commit({"agents/berth-clerk.md": agent("berth-clerk", model="opus")})
    result = sync()
    assert result.exit_code == 1
    assert "P103 edited-output" in result.stderr
    assert "Mostly use" in path.read_text(encoding="utf-8")
    assert sync("--force").exit_code == 0
    assert "Mostly use" not in path.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_any_more_keeps_its_spec(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    (upstream.folder / "agents" / "berth-clerk.md").write_bytes(b"---\nname: berth-clerk\n---\n\0\0\0")
    upstream.commit()
    result = sync()
    assert result.exit_code == 1
    assert "@" in result.stderr
    assert "agents/berth-clerk.md:" in result.stderr
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"]


@pytest.mark.usefixtures("upstream")
def test_a_collection_described_no_more_goes(project: Path) -> None:
    describe(project)
    sync()
    text = (project / "specs" / "collections.yaml").read_text(encoding="utf-8")
    (project / "specs" / "collections.yaml").write_text(text.replace("port:", "quay:"), encoding="utf-8")
    assert sync("quay").exit_code == 0
    assert held(project), "one that was not asked for stays"
    result = sync()
    assert "port: described no more, 2 files removed" in result.stdout
    assert held(project) == []
    assert list(locked(project)) == ["quay"]


@pytest.mark.usefixtures("upstream")
def test_folders_that_only_specs_lay_in_go_with_them(project: Path) -> None:
    """One that holds a file of somebody's own stays, and so does what lies above the specs."""
    describe(project, root=None)
    sync()
    home = project / "specs" / "port"
    assert (home / "agents").is_dir()
    describe(project, root="agents")
    assert sync().exit_code == 0
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"]
    assert not (home / "agents").exists()
    describe(project, root=None)
    sync()
    (home / "agents" / "notes.txt").write_text("mine", encoding="utf-8")
    describe(project, root="agents")
    sync()
    assert [path.name for path in (home / "agents").iterdir()] == ["notes.txt"]
    (project / "specs" / "collections.yaml").write_text("quay: {root: ., include: [none.md]}\n", encoding="utf-8")
    sync()
    assert (home / "agents" / "notes.txt").is_file()
    assert (project / "specs").is_dir()


# --- the lock file -----------------------------------------------------------------------------


def test_locked_takes_just_what_is_pinned(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    pinned = locked(project)
    upstream.commit({"agents/crane-planner.md": agent("crane-planner")})
    for path in (project / "specs" / "port").glob("*.yaml"):
        path.unlink()
    assert sync("--locked", "--cache", "elsewhere").exit_code == 0
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"]
    assert locked(project) == pinned
    describe(project, revision="other")
    result = sync("--frozen")
    assert (result.exit_code, "P143 lock-differs" in result.stderr) == (2, True)


@pytest.mark.usefixtures("upstream")
def test_locked_needs_an_entry(project: Path) -> None:
    describe(project)
    assert "it has no entry" in sync("--locked").stderr


def test_offline_asks_nobody(upstream: Upstream, project: Path) -> None:
    describe(project)
    assert "P142 not-fetched" in sync("--offline").stderr
    sync()
    upstream.folder.rename(upstream.folder.with_name("gone"))
    describe(project, source=upstream.folder.as_uri())
    assert sync("--offline").exit_code == 2, "of that address nothing was fetched"
    upstream.folder.with_name("gone").rename(upstream.folder)
    sync()
    pinned = locked(project)
    upstream.folder.rename(upstream.folder.with_name("gone"))
    assert sync("--offline").exit_code == 0
    assert sync("--offline", "--locked").exit_code == 0
    assert locked(project) == pinned
    assert sync().exit_code == 2


LOCKS = st.dictionaries(
    st.text("abc-", min_size=1, max_size=6),
    st.builds(
        Lock,
        source=st.text(min_size=1),
        revision=st.none() | st.text(min_size=1),
        commit=st.none() | st.just("0c2b675074" * 4),
        sha256=st.text("0123456789abcdef", min_size=1, max_size=8),
        files=st.integers(0, 10**6),
        license=st.sampled_from(["MIT", NO_LICENCE]),
        license_file=st.none() | st.just("LICENSE"),
        tool=st.just("1.0"),
    ),
)


@given(LOCKS)
def test_a_lock_file_says_what_it_was_told(entries: dict[str, Lock]) -> None:
    text = lock.dump(entries)
    assert lock.parse(text) == entries
    assert list(json.loads(text)["collections"]) == sorted(entries)


JSON = st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))


@given(st.text() | JSON.map(json.dumps) | JSON.map(lambda x: json.dumps({"version": 1, "collections": {"port": x}})))
def test_no_lock_file_raises_but_one_fault(text: str) -> None:
    with suppress(lock.LockFault):
        lock.parse(text)


@pytest.mark.usefixtures("upstream")
def test_a_broken_lock_file_stops_the_run(project: Path) -> None:
    describe(project)
    (project / "specs" / "collections.lock").write_text("<<<<<<< HEAD\n", encoding="utf-8")
    result = sync()
    assert (result.exit_code, "P144 bad-lock" in result.stderr, held(project)) == (2, True, [])


# --- licences ----------------------------------------------------------------------------------


@pytest.mark.parametrize("package", ["attrs", "click", "hypothesis", "mkdocs", "Pygments", "pytest", "ruff"])
def test_a_licence_is_what_its_package_says(package: str) -> None:
    """Packages state their licence beside its text: a judge who has not read our phrases."""
    try:
        about = distribution(package)
    except ModuleNotFoundError:
        pytest.skip(f"{package} is not installed")
    found = {licence_of(file.read_text()) for file in about.files or () if is_licence(file.name)}
    assert found == {about.metadata["License-Expression"]}


@pytest.mark.parametrize("package", ["attrs", "click", "cffi", "Pygments", "pytest"])
def test_a_text_that_was_cut_is_not_taken_for_its_neighbour(package: str) -> None:
    """However much of MIT is there, it is never MIT-0; of BSD-3-Clause, never BSD-2-Clause."""
    try:
        files = distribution(package).files or ()
    except ModuleNotFoundError:
        pytest.skip(f"{package} is not installed")
    for text in (file.read_text() for file in files if is_licence(file.name)):
        assert {licence_of(text[:end]) for end in range(0, len(text), 20)} <= {licence_of(text), NO_LICENCE}


def test_what_is_not_sure_is_not_said() -> None:
    assert licence_of("All rights reserved.") == NO_LICENCE
    assert licence_of(MIT) == "MIT"
    assert licence_of(MIT + "Licensed under the Apache License, Version 2.0.") == NO_LICENCE, "which of the two?"
    assert licence_of("<!-- SPDX-License-Identifier: CC-BY-4.0 -->\nAny words.") == "CC-BY-4.0"
    assert together(["MIT", "Apache-2.0", "MIT"]) == "Apache-2.0 OR MIT"
    assert together(["MIT", NO_LICENCE]) == NO_LICENCE


@pytest.mark.parametrize(
    ("name", "expected"),
    [("LICENSE", True), ("LICENCE.md", True), ("COPYING", True), ("LICENSE-MIT", True), ("LICENSE.json", False),
     ("license-engineer.md", False), ("licenses.md", False)],
)  # fmt: skip
def test_an_agent_about_licences_is_no_licence(name: str, expected: bool) -> None:
    assert is_licence(name) is expected


def test_the_nearest_licence_counts(upstream: Upstream, project: Path) -> None:
    upstream.commit({"agents/closed/pilot.md": agent("pilot"), "agents/closed/LICENSE.txt": "All rights reserved.\n"})
    describe(project)
    sync()
    said = {id_: spec(project, id_).source.license for id_ in ("berth-clerk", "closed/pilot")}  # type: ignore[union-attr]
    assert said == {"berth-clerk": "MIT", "closed/pilot": NO_LICENCE}


@pytest.mark.usefixtures("upstream")
def test_the_owners_word_on_the_licence_counts_and_a_contradiction_is_told(project: Path) -> None:
    describe(project, license="Apache-2.0")
    result = sync()
    assert result.exit_code == 0
    assert "P145 other-licence" in result.stderr
    assert "specs/collections.yaml:1:1:" in result.stderr
    assert "license: Apache-2.0" in (project / "specs" / "port" / "berth-clerk.yaml").read_text(encoding="utf-8")


# --- collections.yaml --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("sorce: x", "did you mean source?"),
        ("url: x", "did you mean source?"),
        ("branch: x", "did you mean revision?"),
        ("licence: MIT", "did you mean license?"),
        ("source: 'ext::sh -c true'", "would have git run a program"),
        ("source: --upload-pack=x", "begins with `-`"),
        ("source: https://ada:Xk29sLq0pZ7tRw4v@forge.example/x", "holds a name or a password"),
        ("source: http://forge.example/x", "plain http"),
        ("source: ftp://forge.example/x", "none of https, ssh and file"),
        ("revision: --x", "no name of a branch"),
        ("revision: a..b", "no name of a branch"),
        ("revision: 'main:x'", "no name of a branch"),
        ("root: /etc", "below the source"),
        ("format: claude-cod", "did you mean claude-code?"),
        ("from: nonsense", "there is no format"),
        ("origin: https://forge.example/x", "is its `repository`"),
        ("publish: maybe", "or false"),
    ],
)
def test_a_slip_in_the_description_stops_the_run(project: Path, said: str, words: str) -> None:
    source = "" if said.startswith("source") else "  source: ../upstream\n"
    (project / "specs" / "collections.yaml").write_text(f"port:\n{source}  {said}\n", encoding="utf-8")
    result = sync()
    assert result.exit_code == 2
    assert "V103 bad-value" in result.stderr
    assert words in result.stderr
    assert "Xk29sLq0pZ7tRw4v" not in result.stderr, "and nobody is told a password"


def test_from_is_another_word_for_format_and_source_tells_the_repository(project: Path) -> None:
    path = project / "specs" / "collections.yaml"
    path.write_text("port: {source: 'git@forge.example:harbour/agents.git', from: eipas}\n", encoding="utf-8")
    found, findings = described_collections(path)
    assert not findings
    port = found["port"]
    assert (port.format, port.origin, port.repository) == ("eipas", "remote", "https://forge.example/harbour/agents")
    assert port.folder is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://forge.example/a/b.git", "https://forge.example/a/b"),
        ("git@forge.example:a/b.git", "https://forge.example/a/b"),
        ("ssh://git@forge.example:2222/a/b", "https://forge.example/a/b"),
        ("https://forge.example:8443/a/b/", "https://forge.example:8443/a/b"),
        ("https://ada:secret@forge.example/a/b", "https://forge.example/a/b"),
        ("file:///srv/agents", None),
        ("../agents", None),
        ("http://localhost/a", None),
    ],
)
def test_the_web_address_of_a_source(address: str, expected: str | None) -> None:
    assert remotes.web(address) == expected


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    remotes.fault(text)
    remotes.web(text)
    remotes.called(text)
    if remotes.fault(text) is None:
        assert not text.startswith("-")
        assert "ext::" not in text.partition("/")[0]


def test_nothing_to_take_is_misuse(project: Path) -> None:
    assert (sync().exit_code, "specs init" in sync().stderr) == (2, True)
    (project / "specs" / "collections.yaml").write_text("port: {title: Port}\n")
    assert sync().exit_code == 2
    assert "Did you mean 'port'?" in sync("prt").stderr
    assert "edited by hand" in sync("port").stderr


# --- what is not shown -------------------------------------------------------------------------


def shown(path: str, publish: Collection, **extensions: Any) -> str:
    one = AgentSpec(id="x", name="x", source=Source(collection="port", path=path), extensions=extensions)
    return library_of([one], {"port": publish}).shown(one)


def test_publishing_can_be_said_by_path_and_in_the_file(project: Path) -> None:
    path = project / "specs" / "collections.yaml"
    choices = '{"*": full, "drafts/*": false, "drafts/pilot.md": summary}'
    path.write_text(f"port:\n  publish: {choices}\nquay: {{publish: false}}\n", encoding="utf-8")
    found, findings = load_collections(path)
    assert not findings
    port = found["port"]
    assert [shown(one, port) for one in ("a.md", "drafts/a.md", "drafts/pilot.md")] == ["full", "none", "summary"]
    assert shown("a.md", found["quay"]) == "none"
    assert shown("a.md", port, **{"claude-code": {"publish": False}}) == "none"
    assert shown("a.md", port, **{"claude-code": {"publish": True}}) == "full"


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        (None, "full"), ("auto", "full"), ("Yes", "full"), ("full", "full"), ("summary", "summary"), ("No", "none"),
        ("none", "none"), (" FALSE", "none"), ("flase", "none"), ("", "none"), (0, "none"), ([False], "none"),
    ],
)  # fmt: skip
def test_an_agent_s_own_file_is_shown_as_it_says_and_not_at_all_where_nobody_understands_it(
    said: Any, comes_to: str
) -> None:
    for key in ("publish", "Publish"):
        own = {"claude-code": {key: said}}
        assert shown("a.md", Collection("port", publish="full"), **own) == comes_to
        assert shown("a.md", Collection("port", publish="none"), **own) == "none"
        least = "none" if comes_to == "none" else "summary"
        assert shown("a.md", Collection("port", publish="summary"), **own) == least


def test_pages_lead_to_the_file_at_the_commit_that_was_taken() -> None:
    address, commit = "https://github.com/example/harbour-agents", "0c2b675074" * 4
    home = Collection("port", source=address, repository=address, root="agents", revision=commit, origin="remote")
    one = AgentSpec(id="tide", name="tide", source=Source(collection="port", path="ops/tide.md"))
    found = upstream_of(library_of([one], {"port": home}), one, "Tide")
    assert found is not None
    assert found.file == f"{address}/blob/{commit}/agents/ops/tide.md"
    assert found.edit == f"{address}/blob/HEAD/agents/ops/tide.md"


# --- strangers' repositories -------------------------------------------------------------------


@pytest.fixture
def trap(tmp_path: Path) -> Callable[[], bool]:
    """Whether anything of the traps below was sprung; `trap.sh` in the folder springs it."""
    sprung = tmp_path / "sprung"
    script = tmp_path / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch '{sprung}'\nexec \"$@\"\n")
    script.chmod(0o755)
    return sprung.exists


@pytest.mark.skipif(os.name != "posix", reason="the traps are shell scripts")
def test_nothing_of_a_repository_is_run(
    upstream: Upstream, project: Path, tmp_path: Path, trap: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = str(tmp_path / "trap.sh")
    upstream.commit(
        {".gitattributes": "* filter=trap diff=trap merge=trap\n*.md filter=lfs\n", ".lfsconfig": "[lfs]\n"}
    )
    hooks = upstream.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\n{script}\n")
        (hooks / name).chmod(0o755)
    mine = tmp_path / "mine.gitconfig"
    settings = {
        "filter.trap.smudge": script, "filter.trap.process": script, "filter.lfs.smudge": script,
        "filter.lfs.process": script, "core.fsmonitor": script, "core.hooksPath": str(hooks), "core.pager": script,
        "core.sshCommand": script, "uploadpack.packObjectsHook": script, "credential.helper": f"!{script}",
        "core.alternateRefsCommand": script, "diff.external": script, "gpg.program": script,
    }  # fmt: skip
    for name, value in settings.items():
        if name != "uploadpack.packObjectsHook":  # git takes it from the user alone
            upstream.git("config", name, value)
        subprocess.run(["git", "config", "--file", str(mine), name, value], check=True)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(mine))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(mine))
    (tmp_path / "template" / "hooks").mkdir(parents=True)
    (tmp_path / "template" / "hooks" / "reference-transaction").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "template" / "hooks" / "reference-transaction").chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path / "template"))
    subprocess.run(["git", "clone", "--quiet", str(upstream.folder), str(tmp_path / "clone")], check=False)
    assert trap(), "an ordinary clone springs them"
    (tmp_path / "sprung").unlink()
    describe(project)
    result = sync()
    assert result.exit_code == 0, result.output
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"]
    assert not trap()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_and_other_repositories_are_not_followed(upstream: Upstream, project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(agent("secret-keeper"), encoding="utf-8")
    (upstream.folder / "agents" / "link.md").symlink_to(tmp_path / "secret.md")
    (upstream.folder / "agents" / "inside.md").symlink_to("berth-clerk.md")
    (upstream.folder / "agents" / "folder").symlink_to(tmp_path)
    upstream.git("add", "--all")
    commit = upstream.git("rev-parse", "HEAD")
    upstream.git("update-index", "--add", "--cacheinfo", f"160000,{commit},agents/module")
    upstream.git("commit", "--quiet", "--message", "links")
    describe(project)
    assert sync().exit_code == 0
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_root_that_leads_away_is_not_followed(tmp_path: Path, project: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "berth-clerk.md").write_text(agent("berth-clerk"), encoding="utf-8")
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "agents").symlink_to(tmp_path / "secrets")
    for root in ("agents", "../secrets"):
        describe(project, source="../plain", root=root)
        assert (sync().exit_code, held(project)) == (2, [])


def test_paths_that_lead_away_are_not_written(upstream: Upstream, tmp_path: Path) -> None:
    blob = upstream.git("hash-object", "-w", "--stdin", told=agent("pilot"))
    inner = upstream.git("mktree", told=f"100644 blob {blob}\tpilot.md\n")
    tree = upstream.git(
        "mktree", told=f"040000 tree {inner}\t..\n040000 tree {inner}\t.GIT\n040000 tree {inner}\tgood\n"
    )
    commit = upstream.git("commit-tree", tree, "-m", "away")
    mirror = fetching.Mirror(str(upstream.folder), tmp_path / "cache")
    mirror.fetch(commit)
    (tmp_path / "out" / "below").mkdir(parents=True)
    left = fetching.lay_out(mirror, commit, tmp_path / "out" / "below", lambda _: True)
    assert sorted(left) == ["../pilot.md", ".GIT/pilot.md"]
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["below", "good", "pilot.md"]


def test_a_fetch_that_is_too_large_or_too_slow_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PATIENCE", 0.3)
    monkeypatch.setenv("GIT_SSH_COMMAND", "sleep 60 #")
    begun = time.monotonic()
    with pytest.raises(GitFault, match="took longer"):
        fetching.Mirror("ssh://forge.example/x", tmp_path / "cache").fetch(None)
    assert time.monotonic() - begun < 20
    monkeypatch.setattr(fetching, "PATIENCE", 60)
    monkeypatch.setattr(fetching, "MOST_BYTES", 100_000)
    drip = tmp_path / "drip.sh"
    cache = tmp_path / "cache"
    fill = f"for f in {cache}/git/*; do head -c 200000 /dev/zero > $f/objects/tmp; done"
    drip.write_text(f"#!/bin/sh\n{fill}\nsleep 60\n")
    drip.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{drip} #")
    with pytest.raises(GitFault, match="larger than"):
        fetching.Mirror("ssh://forge.example/x", cache).fetch(None)
    assert sum(path.stat().st_size for path in cache.rglob("*")) < 100_000, "what came of it is not kept"


def test_a_commit_of_too_many_files_is_not_laid_out(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = fetching.Mirror(str(upstream.folder), tmp_path / "cache")
    commit = mirror.fetch(None)
    monkeypatch.setattr(fetching, "MOST_FILES", 3)
    with pytest.raises(GitFault, match="4 files to read"):
        fetching.lay_out(mirror, commit, tmp_path / "out", lambda _: True)
    monkeypatch.setattr(fetching, "MOST_FILES", 4)
    monkeypatch.setattr(fetching, "MOST_TEXT", 10)
    with pytest.raises(GitFault, match="of text"):
        fetching.lay_out(mirror, commit, tmp_path / "out", lambda _: True)


def test_a_source_that_is_not_there_says_so(project: Path) -> None:
    describe(project, source="../nowhere")
    result = sync()
    assert (result.exit_code, "P142 not-fetched" in result.stderr, "no such folder" in result.stderr) == (2, True, True)


@pytest.fixture(autouse=True)
def _nobodys_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own git takes nothing from whoever runs them."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def test_files_that_are_only_brought_up_to_date_are_told_apart(upstream: Upstream, project: Path) -> None:
    """Such as those that an earlier release derived from the same words."""
    describe(project)
    upstream.commit({"agents/berth-clerk.md": agent("berth-clerk")})
    sync()
    clerk = project / "specs" / "port" / "berth-clerk.yaml"
    manifest = project / "specs" / ".specs-manifest.json"
    data = clerk.read_bytes()
    earlier = data.replace(b"summary: Use for what a berth-clerk does.", b"summary: Use for what clerks do.")
    assert earlier != data
    clerk.write_bytes(earlier)
    digests = [hashlib.sha256(one).hexdigest() for one in (data, earlier)]
    manifest.write_text(manifest.read_text().replace(*digests))
    told = " ".join(sync("--dry-run", "--refresh").stderr.split())
    assert "1 file would be written (1 only brought up to date, the agents in them say the same)" in told


def test_a_name_that_never_was_anybodys_stands_under_a_heading_that_is_true(upstream: Upstream, project: Path) -> None:
    describe(project)
    sync()
    body = "\n## Working with others\n\n- Hand off the cranes to crane-planner\n"
    upstream.commit({"agents/quay-guard.md": agent("quay-guard", body=body)})
    told = sync().stdout
    assert "Names that are nobody's (1)" in told
    assert "quay-guard names crane-planner, and is new itself" in told


# --- who was held back stays so ------------------------------------------------------------------


def test_an_agent_that_was_held_back_is_not_shown_because_it_moved(upstream: Upstream, project: Path) -> None:
    upstream.commit({"agents/drafts/pilot.md": agent("pilot", body=TIDES)})
    describe(project, publish={"*": "full", "drafts/*": False})
    upstream.commit({"agents/drafts/stoker.md": agent("stoker")})
    assert sync().exit_code == 0
    before = {path: path.read_bytes() for path in (project / "specs").rglob("*") if path.is_file()}
    moved(upstream, "drafts/pilot.md", "watch/pilot.md")
    result = sync()
    said = " ".join(result.stderr.split())
    assert result.exit_code == 1
    assert "P147 moved-into-view" in said
    assert "'drafts/pilot.md' was held back by `publish`" in said
    assert "as 'watch/pilot.md', where it is now; nothing of 'port' is taken" in said
    assert 'add `"watch/pilot.md": false` to `publish`' in said
    after = {path: path.read_bytes() for path in (project / "specs").rglob("*") if path.is_file()}
    assert after == before, "the old spec, which is held back, stays"
    describe(project, publish={"*": "full", "drafts/*": False, "watch/pilot.md": False})
    assert sync().exit_code == 0
    assert "watch/pilot.yaml" in held(project)


@pytest.mark.parametrize(
    ("publish", "stops"),
    [
        ({"*": "full", "drafts/*": "summary"}, True),
        ({"*": False}, False),
        ({"*": "full", "*/pilot.md": False}, False),
        ({"*": "full", "drafts/*": False, "watch/*": "summary"}, True),
        ({"*": "full", "drafts/*": "summary", "watch/*": False}, False),
        ({"*": "full", "drafts/*": False, "watch/pilot.md": "full"}, False),  # so it was said
        ({"*": "full", "drafts/*": False, "watch/pilot.md": False, "watch/pilot?md": "full"}, True),  # the last counts
        ({"*": "full"}, False),
    ],
)
def test_only_who_would_be_shown_more_stops_a_collection(
    upstream: Upstream, project: Path, publish: dict[str, Any], stops: bool
) -> None:
    upstream.commit({"agents/drafts/pilot.md": agent("pilot", body=TIDES), "agents/drafts/x.md": agent("stoker")})
    upstream.commit({"agents/watch/mate.md": agent("first-mate")})
    describe(project, publish=publish)
    sync()
    moved(upstream, "drafts/pilot.md", "watch/pilot.md")
    assert ("P147" in sync().stderr) == stops
    assert ("drafts/pilot.yaml" in held(project)) == stops


def test_one_that_moved_and_was_written_anew_is_still_held_back(upstream: Upstream, project: Path) -> None:
    upstream.commit({"agents/drafts/pilot.md": agent("pilot", body=TIDES), "agents/drafts/x.md": agent("stoker")})
    describe(project, publish={"drafts/*": False})
    sync()
    moved(upstream, "drafts/pilot.md", "pilot.md", agent("pilot", body="Bring the ship in. Mind the bar."))
    assert "P147" in sync().stderr


def test_an_own_agent_that_moved_is_not_shown_either(project: Path) -> None:
    (project / "crew" / "drafts").mkdir(parents=True)
    (project / "crew" / "drafts" / "pilot.md").write_text(agent("pilot", body=TIDES), encoding="utf-8")
    describe(project, source=None, root="crew", publish={"drafts/pilot.md": False})
    assert sync().exit_code == 0
    (project / "crew" / "drafts" / "pilot.md").rename(project / "crew" / "pilot.md")
    assert "P147" in sync().stderr
    describe(project, source=None, root="crew", publish={"pilot.md": False})
    assert sync().exit_code == 0
    assert held(project) == ["pilot.yaml"]


@pytest.mark.usefixtures("upstream")
def test_a_publish_that_fits_no_agent_is_told(project: Path) -> None:
    describe(project, publish={"agents/berth-clerk.md": False})
    result = sync()
    assert result.exit_code == 1
    assert "P114 holds-nobody" in result.stderr
    said = " ".join(result.stderr.split())
    assert "holds back 'agents/berth-clerk.md', and 'port' has no such agent; did you mean 'berth-clerk.md'?" in said
    assert held(project) == ["berth-clerk.yaml", "tide-forecaster.yaml"], "it is here, and not on the site"
    describe(project, publish={"berth-clerc.md": "full"})
    result = sync()
    assert result.exit_code == 0
    assert "P115 shows-nobody" in result.stderr
