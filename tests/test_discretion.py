"""What is kept back is named by nothing that the site says: only by the words of agents that are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mkdocs.config import load_config
from mkdocs.exceptions import ConfigurationError

from converters import canonical
from converters.cli import specs as command_line
from converters.collection import meant_pattern
from converters.findings import CLASH, Span
from converters.library import Collection, Library, idle_choices, library_of
from converters.model import AgentSpec, Collaboration, Derived, Evidence, Section, Source
from converters.publish import write_project
from converters.publish.catalogue import Catalogue
from converters.publish.discretion import Discretion, are_shown_alike
from converters.publish.loading import prepare
from converters.publish.publication import FRAGMENTS, Site

NO_LICENCE = "No licence allows others to copy its prompt, so only a summary is shown here."
HIDDEN = ("lamp-trimmer", "Lamp Trimmer", "lamp trimmer")


def _agent(name: str, *named: str, prompt: str = "You count crates.\n", **said: Any) -> AgentSpec:
    ties = tuple(
        Collaboration(agent=one, relation="supports", evidence=Evidence(where="body", text=one)) for one in named
    )
    source = Source(collection="port", path=f"{name}.md", format="claude-code", license="MIT")
    made = AgentSpec(
        id=name, name=name, sections=(Section(text=prompt),), source=source, derived=Derived(collaboration=ties)
    )
    return replace(made, **said)


def _library() -> Library:
    """One agent is kept back; others name it rightly, nearly, by an alias, and as what replaces them."""
    agents = (
        _agent("lamp-trimmer", "berth-clerk"),
        _agent("berth-clerk", "lamp-trimer", "crane-planner"),
        _agent("crane-planner", "lamp-trimmer", prompt="Ask lamp-trimmer for light.\n"),
        _agent("pilot", "the-oracle", "port/lamp-trimmer"),
        _agent("first-mate", deprecated=True, replaced_by="lamp-trimmer"),
        _agent("quiet-clerk", "lamp-trimmer"),
    )
    home = Collection(
        "port", license="MIT", aliases={"the-oracle": "lamp-trimmer"},
        publish="full", publish_only={"lamp-trimmer.md": "none", "quiet-clerk.md": "summary"},
    )  # fmt: skip
    clash = CLASH.at(Span("port/berth-clerk"), count=2, clash="have the id x", owners="a.md, lamp-trimmer.md")
    return library_of(agents, {"port": home}, [clash])


def _files(site: Site) -> Iterator[tuple[str, str]]:
    """Everything the site holds of the library."""
    for name in FRAGMENTS:
        yield name, site.fragment(name)
    for one in site.pages():
        yield one.path, one.html + one.title + one.description
    for asset in site.assets():
        yield asset.path, asset.content.decode("utf-8", "replace")


def test_no_file_of_the_site_names_who_is_kept_back() -> None:
    """Suggestions, findings, ties, replacements and the search do not; a prompt that is shown may."""
    site = Site(prepare(_library()))
    naming = {path for path, text in _files(site) if any(name in text for name in HIDDEN)}
    own = {
        "agents/port/crane-planner/index.html", "agents/port/crane-planner/agent.yaml",
        "api/agents/port/crane-planner.json", "raw/port/crane-planner.md", "llms-full.txt",
    }  # fmt: skip
    documents = {f"agents/port/{name}/agent.yaml" for name in ("pilot", "first-mate")}  # as they were written
    assert naming <= own | documents
    said = json.loads(next(a.content for a in site.assets() if a.path == "api/agents/port/crane-planner.json"))
    assert "lamp" in json.dumps(said.pop("sections")) and "lamp" not in json.dumps(said)


def test_who_is_kept_back_is_no_missing_agent_either() -> None:
    """A name that its keeper knows is not told to be nobody's."""
    site = Site(prepare(_library()))
    assert [(tie.label, tie.suggestions) for tie in site.made.ties("port/berth-clerk")] == [
        ("Crane Planner", ()), ("lamp-trimer", ()),
    ]  # fmt: skip
    assert not site.made.ties("port/crane-planner") and not site.made.ties("port/pilot")
    assert site.made.agent("port/first-mate").replaced_by is None


def test_health_does_not_quote_whose_prompt_is_kept_back() -> None:
    """Of an agent shown in summary one reads whom it names, not about what."""
    agents = [_agent("berth-clerk", "nobody"), _agent("quiet-clerk", "nobody")]
    about = [replace(one, about=f"rope {n}") for n, one in enumerate(s.derived.collaboration[0] for s in agents)]
    told = [replace(s, derived=Derived(collaboration=(one,))) for s, one in zip(agents, about, strict=True)]
    home = Collection("port", license="MIT", publish_only={"quiet-clerk.md": "summary"})
    page = Site(prepare(library_of(told, {"port": home}))).fragment("health")
    assert "rope 0" in page and "rope 1" not in page and "Quiet Clerk" in page


def test_what_leads_to_nobody_is_no_tie_between_agents() -> None:
    """Home and graph count alike: two ties between three agents, and one that leads to nobody."""
    agents = [_agent("berth-clerk", "pilot", "nobody"), _agent("pilot", "crane-planner"), _agent("crane-planner")]
    site = Site(prepare(library_of(agents)))
    assert (site.numbers["ties"], site.numbers["between"]) == (3, 2)
    assert "<strong>2</strong> ties between them" in site.fragment("home")
    graph = " ".join(site.fragment("graph").split())
    assert "3 agents and 2 statements by which they name each other" in graph
    assert "1 more leads to 1 name that nobody has." in graph
    assert "<strong>3</strong> references, 1 to nobody" in site.fragment("statistics")


def test_skills_are_counted_apart() -> None:
    """As the command line counts them; one number of both says what it counts."""
    skill = AgentSpec(
        id="knots", name="knots", source=Source(collection="port", path="k/SKILL.md", format="agent-skill")
    )
    agents = [_agent("berth-clerk"), _agent("pilot")]
    site = Site(prepare(library_of([*agents, skill])))
    assert "<h1>2 agents and 1 skill, one catalogue</h1>" in site.fragment("home")
    assert "<strong>3</strong> agents and skills</a>" in site.fragment("home")
    assert 'aria-live="polite">2 agents and 1 skill</p>' in site.fragment("catalogue")
    again = Site(prepare(library_of([*agents, replace(agents[0], id="b/berth-clerk")])))
    assert 'aria-live="polite">3 agents, 2 different names</p>' in again.fragment("catalogue")
    assert "<h1>1 skill, one page</h1>" in Site(prepare(library_of([skill]))).fragment("home")
    assert "<strong>2</strong> agents</a>" in Site(prepare(library_of(agents))).fragment("home")


def test_the_whole_library_is_as_it_was_where_nobody_is_kept_back() -> None:
    library = library_of([_agent("berth-clerk", "lamp-trimer"), _agent("lamp-trimmer")])
    discretion = Discretion(library)
    assert discretion.library is library
    assert all(discretion.told(spec) is spec for spec in library.agents)
    assert not discretion.names_hidden("Add lamp-trimmer")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Add lamp-trimmer", True),
        ("tune private/lamp-trimmer.md and more", True),
        ("Lamp Trimmer: a calmer voice", True),
        ("Mend the lamp-trimmers' table", False),
        ("Add berth-clerk", False),
    ],
)
def test_a_commit_s_subject_that_names_who_is_kept_back_is_known(line: str, names: bool) -> None:
    assert Discretion(_library()).names_hidden(line) is names


def test_a_file_is_not_shown_where_one_of_its_agents_is_kept_back() -> None:
    """Neither the file of several agents nor the record that names them all."""
    shared = Source(collection="port", path="crew.yaml", format="claude-code", license="MIT")
    pair = [_agent("berth-clerk"), _agent("lamp-trimmer", extensions={"x": {"publish": False}})]
    library = library_of([replace(spec, source=replace(shared, member=spec.name)) for spec in pair])
    assert [library.shown(spec) for spec in library.agents] == ["full", "none"]
    assert not are_shown_alike(library, list(library.agents))
    assert are_shown_alike(library, [library.agents[0]])
    catalogue = prepare(library)
    assert ("port", "crew.yaml") not in catalogue.originals


@pytest.mark.parametrize(
    ("home", "said", "sentence"),
    [
        ({"publish": "summary"}, {}, "Its collection publishes summaries only."),
        ({"publish_only": {"berth-*": "summary"}}, {}, "Its keeper chose to show only a summary here."),
        (
            {"license": "NOASSERTION", "origin": "remote"},
            {},
            f"{NO_LICENCE} Nobody said where it comes from.",
        ),
        (
            {"license": "NOASSERTION", "repository": "https://github.com/example/harbour"},
            {},
            f"{NO_LICENCE} It can be read, and taken from, where it was published.",
        ),
        (
            {"license": "NOASSERTION"},
            {"extensions": {"claude-code": {"publish": "summary"}}},
            "Its own file asks that only a summary be shown.",
        ),
    ],
)
def test_why_only_a_summary_is_shown_is_said_as_it_is(
    home: dict[str, Any], said: dict[str, Any], sentence: str
) -> None:
    """Whose choice it was; nothing of licences or of where it comes from unless that is the reason."""
    licence = str(home.get("license", "MIT"))
    spec = _agent("berth-clerk", **said)
    assert spec.source
    spec = replace(spec, source=replace(spec.source, license=licence))
    collection = Collection("port", **{"license": licence, **home})
    page = Site(Catalogue(library=library_of([spec], {"port": collection}))).made.agent("port/berth-clerk")
    assert not page.full
    assert page.held_back == sentence


# --- patterns that fit nobody --------------------------------------------------------------------

PATHS = ("08-business/legal-advisor.md", "08-business/sales-clerk.md", "10-research/tide-reader.md", "drafts/a[1].md")


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("08-business/legal-adviser.md", "08-business/legal-advisor.md"),
        ("10-research/legal-advisor.md", "08-business/legal-advisor.md"),  # who moved, not who is near
        ("categories/08-business/legal-advisor.md", "08-business/legal-advisor.md"),
        ("categories/08-business/*", "08-business/*"),
        ("draft/*", "drafts/*"),
        ("old/a[1].md", "drafts/a[[]1].md"),
        ("x/*", None),
        ("nobody-at-all.md", None),
    ],
)
def test_what_a_pattern_was_to_be_is_told(pattern: str, meant: str | None) -> None:
    assert meant_pattern(pattern, PATHS) == meant
    assert meant is None or not list(Collection("port", publish_only={meant: "none"}).idle_choices(PATHS))


def _at(name: str, pattern: str) -> Span:
    return Span(f"{name}: {pattern}")


def test_patterns_are_held_against_what_is_published() -> None:
    """What counts is the path, or the id of who has none; all agents, and a collection still to be read, need none."""
    assert not list(idle_choices(_library(), _at))
    home = Collection(
        "port",
        publish="none",
        publish_only={"pilot.md": "none", "mate": "none", "a.md": "none", "b.md": "summary", "c.md": "full"},
    )
    mate = AgentSpec(id="mate", name="mate", source=Source(collection="port"))
    empty = Collection("quay", publish_only={"x.md": "none"})
    found = idle_choices(library_of([_agent("pilot"), mate], {"port": home, "quay": empty}), _at)
    assert [(one.rule.code, one.span.path) for one in found] == [
        ("P114", "port: a.md"), ("P114", "port: b.md"), ("P115", "port: c.md"),
    ]  # fmt: skip


DESCRIBED = 'port:\n  license: MIT\n  publish:\n    "*": full\n    "08-business/legal-advisor.md": {said}\n'


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library one of whose agents is elsewhere now."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "specs" / "port" / "10-research" / "legal-advisor.yaml"
    path.parent.mkdir(parents=True)
    source = Source(collection="port", path="10-research/legal-advisor.md", license="MIT")
    spec = AgentSpec(name="legal-advisor", description="Reads charters.", source=source)
    path.write_text(canonical.dump(spec), encoding="utf-8")
    described = tmp_path / "specs" / "collections.yaml"
    described.write_text(DESCRIBED.format(said="false"), encoding="utf-8")
    return described


def test_a_check_tells_of_a_pattern_that_fits_nobody(moved: Path) -> None:
    for said, code in (("false", "P114"), ("none", "P114"), ("summary", "P114"), ("full", "P115")):
        moved.write_text(DESCRIBED.format(said=said), encoding="utf-8")
        done = CliRunner().invoke(command_line, ["check", "specs", "--json"])
        (one,) = [row for row in json.loads(done.stdout)["findings"] if row["code"].startswith("P11")]
        assert (one["code"], one["path"], one["line"]) == (code, "specs/collections.yaml", 5)
        assert one["message"].endswith("did you mean '10-research/legal-advisor.md'?")
        assert done.exit_code == (code == "P114")


def test_nothing_is_built_where_what_was_held_back_may_be_shown(
    moved: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for said, command in (("false", "build"), ("summary", "build"), ("false", "serve"), ("full", "build")):
        moved.write_text(DESCRIBED.format(said=said), encoding="utf-8")
        config = load_config(str(write_project(tmp_path, name="Port")))
        config.plugins.on_startup(command=command, dirty=False)  # type: ignore[arg-type]
        caplog.clear()
        told = r"specs/collections\.yaml:5:5: `publish` .*10-research/legal-advisor\.md"
        try:
            if said != "full" and command == "build":
                with pytest.raises(ConfigurationError, match=told):
                    config.plugins["agent-specs"].on_config(config)
            else:
                config.plugins["agent-specs"].on_config(config)
                assert re.search(told, caplog.text)
        finally:
            config.plugins.on_shutdown()
