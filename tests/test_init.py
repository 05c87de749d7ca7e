"""`specs init`: a catalogue repository in one step, and its owner's files left alone ever after."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from converters import canonical, starting
from converters.cli import specs
from converters.library import Collection, described_collections, library_of, load_library, load_locks
from converters.model import NO_LICENCE, AgentSpec, Source
from converters.shelves import categories
from converters.starting import Facts, facts, files

ROOT = Path(__file__).parents[1]
OWN = {"mkdocs.yml", "site/index.md", "README.md", ".github/workflows/pages.yml", ".gitattributes", ".gitignore",
       "requirements.txt", "specs/collections.yaml"}  # fmt: skip
MIT = """\
Permission is hereby granted, free of charge, to any person to deal in the Software
without restriction, provided that the above copyright notice and this
permission notice shall be included.

The Software is provided "as is", without warranty of the use or other dealings in the Software.
"""


def agent(name: str, *, keys: str = "") -> str:
    return (
        f"---\nname: {name}\ndescription: Use for what a {name} does.\ntools: Read\n{keys}---\n\nYou are the {name}.\n"
    )


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken from whoever runs the tests."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def crew(tmp_path: Path) -> Path:
    """A folder of agents, as somebody has them at hand."""
    folder = tmp_path / "harbour-crew"
    folder.mkdir()
    for name in ("tide-forecaster", "berth-clerk"):
        (folder / f"{name}.md").write_text(agent(name), encoding="utf-8")
    return folder


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@harbour.example")
    done = subprocess.run(["git", "-C", str(folder), *identity, *words], capture_output=True, text=True, check=True)
    return done.stdout


def repository(folder: Path) -> Path:
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


def init(*words: str) -> Result:
    result = CliRunner().invoke(specs, ["init", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def everything(folder: Path) -> dict[str, bytes]:
    below = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts[:1])
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in below}


# --- a new catalogue ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["folder", "repository", "address"])
def test_one_step_makes_a_catalogue(tmp_path: Path, crew: Path, kind: str) -> None:
    source = crew if kind == "folder" else repository(crew)
    result = init("mine", "--from", source.as_uri() if kind == "address" else "harbour-crew")
    assert result.exit_code == 0, result.output
    made = everything(tmp_path / "mine")
    specs_ = {"specs/harbour-crew/berth-clerk.yaml", "specs/harbour-crew/tide-forecaster.yaml"}
    kept = {".specs-manifest.json", "specs/.specs-manifest.json", "specs/collections.lock"}
    assert set(made) == OWN | specs_ | kept
    assert b"[tide-forecaster](specs/harbour-crew/tide-forecaster.yaml)" in made["README.md"]
    assert b"<!-- specs:count -->2<!-- /specs:count -->" in made["README.md"]
    assert re.fullmatch(rb"agent-specs==\d+\.\d+\.\d+\n", made["requirements.txt"])
    assert max(map(len, result.output.splitlines())) <= 80


@pytest.mark.parametrize(
    ("paths", "root"),
    [
        (["crew/day/tide.md", "crew/night/berth.md"], "crew"),
        (["port/crew/tide.md", "port/crew/berth.md"], "port/crew"),
        (["tide.md", "crew/berth.md"], None),
        (["read-gauges/SKILL.md"], None),
    ],
)
def test_a_folder_that_every_id_begins_with_can_be_left_out(tmp_path: Path, paths: list[str], root: str | None) -> None:
    """Where it says something of the agents that is for their owner to do, and told in a line that does it."""
    source = tmp_path / "upstream"
    for path in paths:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(agent(Path(path).stem), encoding="utf-8")
    repository(source)
    said = init("quays", "--from", source.as_uri()).stderr
    assert ("for shorter ids" in said) == (root is not None)
    if root is None:
        return
    assert f"\n  root: {root}\n" in said
    described = tmp_path / "quays" / "specs" / "collections.yaml"
    described.write_text(described.read_text("utf-8") + f"  root: {root}\n", encoding="utf-8")
    os.chdir(tmp_path / "quays")
    assert CliRunner().invoke(specs, ["sync"]).exit_code == 0
    home = tmp_path / "quays" / "specs" / "upstream"
    ids = {path.relative_to(home).with_suffix("").as_posix() for path in home.rglob("*.yaml")}
    short = {path.removeprefix(f"{root}/").removesuffix("/SKILL.md").removesuffix(".md") for path in paths}
    assert ids == short
    assert "for shorter ids" not in init(".").stderr


@pytest.mark.parametrize(
    ("paths", "root", "ids"),
    [
        (["agents/01-day/tide.md", "agents/02-night/berth.md"], "agents", ["01-day/tide", "02-night/berth"]),
        (["skills/read-gauges/SKILL.md"], "skills", ["read-gauges"]),
        ([".claude/agents/tide.md"], ".claude/agents", ["tide"]),
        (["src/agents/quay/tide.md", "src/agents/quay/berth.md"], "src/agents", ["quay/berth", "quay/tide"]),
    ],
)
def test_a_folder_that_says_nothing_of_its_agents_is_left_out(
    tmp_path: Path, paths: list[str], root: str, ids: list[str]
) -> None:
    """From the first day on, and nothing else is another for it: licence, categories, the way to the source."""
    source = tmp_path / "upstream"
    for path in paths:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(agent(Path(path).stem), encoding="utf-8")
    (source / "LICENSE").write_text(MIT, encoding="utf-8")
    (source / "README.md").write_text("# Agents\n", encoding="utf-8")
    repository(source)
    result = init("quays", "--from", source.as_uri())
    assert f"`root: {root}`" in " ".join(result.stderr.split())
    assert "for shorter ids" not in result.stderr
    assert max(map(len, result.output.splitlines())) <= 80
    folder = tmp_path / "quays" / "specs"
    assert described_collections(folder / "collections.yaml")[0]["upstream"].root == root
    assert load_locks(folder / "collections.lock")[0]["upstream"].license == "MIT"
    library = load_library(folder, canonical.load_file)
    assert [spec.id for spec in library.agents] == ids
    for spec in library.agents:
        assert spec.source
        assert f"{root}/{spec.source.path}" in paths
        assert library.provenance(spec).license == "MIT"
        assert spec.derived.categories == categories(f"{root}/{spec.source.path}", spec.name)
    before = everything(tmp_path / "quays")
    os.chdir(tmp_path / "quays")
    assert CliRunner().invoke(specs, ["sync", "--check"]).exit_code == 0, "as it is fetched from then on"
    assert init(".", "--from", source.as_uri()).exit_code == 0
    assert everything(tmp_path / "quays") == before, "the source is known, whatever its root"


@pytest.mark.parametrize(
    "files_",
    [
        {"berth.md": "---\nname: berth\ndescription: &it Berths.\ntools: *it\n---\nYou.\n"},
        {
            "texts/fog.txt": "You watch the fog.",
            "agents/day/opencode.json": json.dumps(
                {"agent": {"fog": {"description": "Fog.", "prompt": "{file:../../texts/fog.txt}"}}}
            ),
        },
    ],
    ids=["refused", "prompt"],
)
def test_a_folder_is_not_left_out_where_less_would_be_read(tmp_path: Path, files_: dict[str, str]) -> None:
    """A file that is refused today may be an agent tomorrow, and no prompt is read from outside the root."""
    source = tmp_path / "upstream"
    for path, text in {"agents/day/tide.md": agent("tide"), **files_}.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text, encoding="utf-8")
    repository(source)
    result = init("quays", "--from", source.as_uri())
    assert described_collections(tmp_path / "quays" / "specs" / "collections.yaml")[0]["upstream"].root is None
    assert "  root:" not in result.stderr, "nor is it advised"
    assert (tmp_path / "quays" / "specs" / "upstream" / "agents" / "day" / "tide.yaml").is_file()


def test_a_description_that_is_there_gets_no_root(tmp_path: Path) -> None:
    source = tmp_path / "upstream"
    (source / "agents").mkdir(parents=True)
    (source / "agents" / "tide.md").write_text(agent("tide"), encoding="utf-8")
    described = tmp_path / "quays" / "specs" / "collections.yaml"
    described.parent.mkdir(parents=True)
    said = "upstream:\n  source: ../upstream\n"
    described.write_text(said, encoding="utf-8")
    assert init("quays", "--from", "upstream").exit_code == 0
    assert described.read_text(encoding="utf-8") == said


def test_a_new_readme_does_not_name_who_is_not_published(tmp_path: Path, crew: Path) -> None:
    (crew / "berth-clerk.md").write_text(agent("berth-clerk", keys="publish: false\n"), encoding="utf-8")
    assert init("mine", "--from", "harbour-crew").exit_code == 0
    readme = (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    assert "tide-forecaster" in readme
    assert "<!-- specs:count -->1<!--" in readme
    assert "berth-clerk" not in readme


def test_what_follows_where_no_licence_is_known_is_told(crew: Path) -> None:
    source = repository(crew).as_uri()
    said = " ".join(init("quays", "--from", source).stdout.split())
    assert "no licence found: the site shows a summary of each agent" in said
    assert "state `license:`, or `publish: full` if you may, in specs/collections.yaml" in said
    (crew / "LICENSE").write_text("Permission is hereby granted, free of charge, to", encoding="utf-8")
    repository(crew)
    said = " ".join(init("piers", "--from", source).stdout.split())
    assert "LICENSE: not known which licence: the site shows a summary" in said


def test_skills_beside_agents_are_told_with_the_way_to_leave_them_out(tmp_path: Path, crew: Path) -> None:
    skill = crew / "skills" / "read-gauges" / "SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text("---\nname: read-gauges\ndescription: Reads gauges.\n---\nRead them.\n", encoding="utf-8")
    said = init("mine", "--from", "harbour-crew").stderr
    assert "harbour-crew: 2 agents and 1 skill;" in said
    assert 'exclude: ["*SKILL.md"]' in said
    described = tmp_path / "mine" / "specs" / "collections.yaml"
    described.write_text(described.read_text("utf-8") + '  exclude: ["*SKILL.md"]\n', encoding="utf-8")
    os.chdir(tmp_path / "mine")
    assert CliRunner().invoke(specs, ["sync"]).exit_code == 0
    assert not list(Path("specs").rglob("read-gauges.yaml"))
    assert len(list(Path("specs/harbour-crew").rglob("*.yaml"))) == 2
    os.chdir(tmp_path)
    skill.unlink()
    assert "skill" not in init("yours", "--from", "harbour-crew").stderr


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("license: MIT\n", "license: MIT\n"), "Each agent is under the licence its page names."),
        (("license: MIT\n", ""), "Pages name licences that are known."),
        (("", ""), None),
    ],
)
def test_a_readme_speaks_of_licences_where_there_are_some(crew: Path, keys: tuple[str, str], said: str | None) -> None:
    told = facts(crew, "Crew")
    known = [Source(collection="crew", license="MIT" if key else NO_LICENCE) for key in keys]
    agents = [AgentSpec(id=f"a{n}", name=f"a{n}", source=source) for n, source in enumerate(known)]
    (readme,) = (made for made in files(told, library_of(agents)) if made.path == "README.md")
    text = readme.data.decode()
    assert (said in text) if said else "licence" not in text
    assert "\n\n## Agents\n" in text


def test_again_changes_nothing(tmp_path: Path, crew: Path) -> None:
    init("mine", "--from", "harbour-crew")
    before = everything(tmp_path / "mine")
    result = init("mine")
    assert (result.exit_code, everything(tmp_path / "mine")) == (0, before)
    assert "0 files written, 8 as they were" in result.stderr
    init("mine", "--from", "harbour-crew")
    assert everything(tmp_path / "mine") == before, "a source that is there already is not added twice"
    assert crew.is_dir()


def test_what_an_old_release_wrote_is_brought_up_to_date_and_what_was_edited_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as old:
        old.setattr(sys.modules["converters.starting.files"], "version", lambda _: "0.0.1")
        init("mine")
    mkdocs = tmp_path / "mine" / "mkdocs.yml"
    mkdocs.write_text(mkdocs.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    (tmp_path / "mine" / "README.md").write_text("# All my own words\n", encoding="utf-8")
    result = init("mine")
    assert result.exit_code == 0
    assert "changed   requirements.txt" in result.stdout
    assert "kept      mkdocs.yml  (edited)" in result.stdout
    assert "0.0.1" not in (tmp_path / "mine" / "requirements.txt").read_text(encoding="utf-8")
    assert mkdocs.read_text(encoding="utf-8").endswith("# ours\n")
    assert (tmp_path / "mine" / "README.md").read_text(encoding="utf-8") == "# All my own words\n"
    assert init("mine", "--force").exit_code == 0
    assert "# ours" not in mkdocs.read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(tmp_path: Path, crew: Path) -> None:
    result = init("mine", "--from", str(crew), "--dry-run")
    assert result.exit_code == 0
    assert not (tmp_path / "mine").exists()
    for path in OWN:
        assert f"new       {path}" in result.stdout
    said = json.loads(init("mine", "--from", str(crew), "--dry-run", "--json").stdout)
    assert {file["path"] for file in said["files"]} >= OWN
    assert said["collections"][0]["name"] == "harbour-crew"


def test_a_source_can_be_added_later_and_the_owners_words_stay(tmp_path: Path, crew: Path) -> None:
    init("mine")
    path = tmp_path / "mine" / "specs" / "collections.yaml"
    path.write_text("# my words\nquay: {title: Quay}\n", encoding="utf-8")
    assert init("mine", "--from", str(crew)).exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("# my words\nquay: {title: Quay}\n\nharbour-crew:\n")
    found, findings = described_collections(path)
    assert (set(found), findings) == ({"quay", "harbour-crew"}, [])


def test_two_sources_of_one_name_are_told_apart(tmp_path: Path, crew: Path) -> None:
    other = tmp_path / "other" / "harbour-crew"
    shutil.copytree(crew, other)
    assert init("mine", "--from", str(crew), "--from", str(other)).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "mine" / "specs").iterdir() if path.is_dir()) == [
        "harbour-crew", "harbour-crew-2",
    ]  # fmt: skip


# --- what can be found out ---------------------------------------------------------------------


def test_where_only_the_folder_gives_a_title_init_says_where_it_is_written(crew: Path) -> None:
    said = " ".join(init(str(crew)).stderr.split())
    assert 'harbour-crew: its title is "Harbour crew", after the folder; ' in said
    assert "another goes behind `title:` in specs/collections.yaml" in said


def test_a_repository_with_agents_of_its_own_is_understood(tmp_path: Path) -> None:
    here = tmp_path / "checkout"
    (here / ".claude" / "agents").mkdir(parents=True)
    (here / ".claude" / "agents" / "berth-clerk.md").write_text(agent("berth-clerk"), encoding="utf-8")
    (here / "README.md").write_text("# Harbour\n", encoding="utf-8")
    shutil.copy(ROOT / "LICENSE", here)
    repository(here)
    git(here, "remote", "add", "origin", "git@github.com:Saltmere/harbour-agents.git")
    result = init("checkout")
    assert result.exit_code == 0, result.output
    assert "kept      README.md  (yours" in result.stdout
    assert "its title is" not in result.stderr, "the repository tells it"
    said = yaml.safe_load((here / "mkdocs.yml").read_text(encoding="utf-8"))
    assert (said["site_name"], said["site_url"], said["repo_url"]) == (
        "Harbour agents", "https://saltmere.github.io/harbour-agents/", "https://github.com/Saltmere/harbour-agents",
    )  # fmt: skip
    (entry,) = yaml.safe_load((here / "specs" / "collections.yaml").read_text(encoding="utf-8")).items()
    assert entry == (
        "harbour-agents",
        {
            "title": "Harbour agents", "root": ".claude/agents", "license": "MIT",
            "repository": "https://github.com/Saltmere/harbour-agents",
        },
    )  # fmt: skip
    assert (here / "specs" / "harbour-agents" / "berth-clerk.yaml").is_file()
    assert yaml.load((here / ".github/workflows/pages.yml").read_text(encoding="utf-8"), yaml.BaseLoader)["on"][
        "push"
    ] == {"branches": ["trunk"]}


@pytest.mark.parametrize(
    ("remote", "cname", "expected"),
    [
        ("https://github.com/Saltmere/saltmere.github.io.git", None, "https://saltmere.github.io/"),
        ("https://gitlab.com/saltmere/ops/agents", None, "https://saltmere.gitlab.io/ops/agents/"),
        ("https://github.com/Saltmere/agents", "agents.harbour.example\n", "https://agents.harbour.example/"),
        ("https://forge.example/saltmere/agents", None, None),
        ("https://github.com/Saltmere/agents", "<script>", "https://saltmere.github.io/agents/"),
        (None, None, None),
    ],
)
def test_the_address_of_the_site(tmp_path: Path, remote: str | None, cname: str | None, expected: str | None) -> None:
    git(tmp_path, "init", "--quiet")
    if remote:
        git(tmp_path, "remote", "add", "origin", remote)
    if cname:
        (tmp_path / "CNAME").write_text(cname)
    assert facts(tmp_path).site == expected


def test_an_existing_project_keeps_its_names(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text('site_name: "Say \\"ahoy\\" # loud"\nsite_url: https://a.example/  # mine\n')
    assert (facts(tmp_path).title, facts(tmp_path).site) == ('Say "ahoy" # loud', "https://a.example/")


@given(st.text(min_size=1, max_size=40))
def test_any_title_makes_files_that_can_be_read(title: str) -> None:
    """What a folder is called is anybody's, and every file is in a language that has words of its own."""
    made = {one.path: one.data.decode() for one in files(Facts(title=title, site="https://a.example/"), library_of(()))}
    said = yaml.safe_load(made["mkdocs.yml"])
    assert said["site_name"] == title.encode("utf-8", "replace").decode()
    assert made["README.md"].count("<!-- specs:list") == 1
    header = made["site/index.md"].removeprefix("---\n").removesuffix("---\n")
    assert yaml.safe_load(header)["agent-specs"] == "home"
    assert not re.search(r"@(?:title|about|branch|published)@", made["site/index.md"].replace(title, ""))


@given(
    st.dictionaries(
        st.sampled_from(["title", "root", "source"]), st.text(st.characters(codec="utf-8"), min_size=1).map(str.strip)
    )
)
def test_what_is_said_of_a_collection_is_read_back(said: dict[str, str]) -> None:
    said = {key: value for key, value in said.items() if value}
    text = starting.described([Collection("port", **said)])  # type: ignore[arg-type]  # all are text
    assert (yaml.safe_load(text)["port"] or {}) == said


# --- what git would leave out ------------------------------------------------------------------


@pytest.mark.parametrize("is_repository", [True, False])
def test_a_gitignore_that_hides_the_site_is_told(tmp_path: Path, crew: Path, is_repository: bool) -> None:
    here = tmp_path / "mine"
    here.mkdir()
    (here / ".gitignore").write_text("*.log\nsite/\n*.lock\n!keep.lock\n", encoding="utf-8")
    if is_repository:
        git(here, "init", "--quiet")
    result = init("mine", "--from", str(crew))
    assert result.exit_code == 0, "a warning"
    assert ".gitignore:2:1: warning[P141 hidden-from-git] 'site/' hides site/ from git" in result.stderr
    assert "'*.lock' hides specs/collections.lock" in result.stderr
    assert "add below it: !/site/" in result.stderr
    assert result.stderr.count("P141") == 2
    assert "kept      .gitignore  (yours; add /build/ and /.cache/)" in result.stdout
    with (here / ".gitignore").open("a", encoding="utf-8") as file:
        file.write("!/site/\n!/specs/collections.lock\n")
    assert "P141" not in init("mine").stderr, "the cure cures"


def test_what_init_writes_hides_nothing_it_needs(tmp_path: Path, crew: Path) -> None:
    result = init("mine", "--from", str(crew))
    assert "P141" not in result.stderr
    here = tmp_path / "mine"
    git(here, "init", "--quiet")
    git(here, "add", "--all")
    assert set(git(here, "ls-files").split()) == set(everything(here))


# --- misuse ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["nowhere", "ext::sh -c true", "--upload-pack=x", "https://a:b@forge.example/x"])
def test_a_source_that_is_none_stops_the_run(tmp_path: Path, source: str) -> None:
    result = init("mine", f"--from={source}")
    assert result.exit_code == 2
    assert not (tmp_path / "mine").exists()


def test_a_folder_without_agents_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = init("mine", "--from", "empty")
    assert (result.exit_code, "P146 nothing-left" in result.stderr) == (2, True)
    assert not (tmp_path / "mine").exists()


def test_a_broken_description_is_left_alone(tmp_path: Path, crew: Path) -> None:
    path = tmp_path / "mine" / "specs" / "collections.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("harbour: {sorce: x}\n", encoding="utf-8")
    result = init("mine", "--from", str(crew))
    assert (result.exit_code, "did you mean source?" in result.stderr) == (2, True)
    assert everything(tmp_path / "mine") == {"specs/collections.yaml": b"harbour: {sorce: x}\n"}


def test_a_file_in_the_way_is_misuse(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    assert init("mine").exit_code == 2


# --- the workflow and the site -----------------------------------------------------------------


def test_every_action_is_pinned_as_in_our_own_workflows() -> None:
    used = re.compile(r"uses: (\S+)")
    ours = {one for path in (ROOT / ".github/workflows").glob("*.yml") for one in used.findall(path.read_text())}
    theirs = set(used.findall(starting.template("pages.yml")))
    assert theirs <= ours
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one) for one in theirs)


def test_what_is_uploaded_is_what_was_built() -> None:
    """Wherever a `site_dir` in mkdocs.yml would put it; our own workflow builds by the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    own = (ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    for workflow, built in ((starting.template("pages.yml"), None), (own, makefile)):
        said = yaml.safe_load(workflow.replace("@branch@", "main"))
        steps = said["jobs"]["build"]["steps"]
        (uploaded,) = (step["with"]["path"] for step in steps if "upload-pages-artifact" in step.get("uses", ""))
        runs = built or "\n".join(step.get("run", "") for step in steps)
        assert re.findall(r"specs build .*?-o (\S+)", runs) == [uploaded]


@pytest.mark.slow
def test_it_builds_at_once_and_what_is_private_is_nowhere(
    tmp_path: Path, crew: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site of a catalogue holds all that ours does; a page of its owner's own takes the place of one of ours."""
    (crew / "night-purser.md").write_text(agent("night-purser", keys="publish: false\n"), encoding="utf-8")
    (crew / "drafts").mkdir()
    (crew / "drafts" / "smuggler-watch.md").write_text(agent("smuggler-watch"), encoding="utf-8")
    assert init("mine", "--from", str(crew)).exit_code == 0
    here = tmp_path / "mine"
    with (here / "specs" / "collections.yaml").open("a", encoding="utf-8") as file:
        file.write('  publish: {"drafts/*": false}\n')
    (here / "site" / "graph.md").write_text(
        "---\ntitle: Map\nagent-specs: graph\n---\nOur own words.\n", encoding="utf-8"
    )
    monkeypatch.chdir(here)
    built = CliRunner().invoke(specs, ["build", "--strict", "--quiet"])
    assert built.exit_code == 0, built.output
    site = here / "build" / "site"
    for path in (
        "index.html", "catalogue/index.html", "guide/index.html", "assets/site.css", "robots.txt", "api/index.json",
        "agents/harbour-crew/tide-forecaster/index.html", "assets/engine/engine.js",
    ):  # fmt: skip
        assert (site / path).is_file(), path
    assert "Our own words." in (site / "graph" / "index.html").read_text(encoding="utf-8")
    assert "<title>Mine</title>" in (site / "index.html").read_text(encoding="utf-8")
    texts = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert any(b"tide-forecaster" in text for text in texts.values())
    for name in (b"night-purser", b"smuggler-watch"):
        assert not [path for path, text in texts.items() if name in text or name.decode() in path.as_posix()]
