"""Identity, collections and the library."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.findings import UNREADABLE, Finding, Span
from converters.identity import ascii_slug
from converters.library import Collection, Library, identity, library_of, load_collections, load_library, slug
from converters.model import AgentSpec, Source

SUFFIXES = (".agent.md", ".md", ".txt")


def digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tide-forecaster.md", "tide-forecaster"),
        ("crew/Night Watch/Tide_Forecaster.agent.md", "crew/night-watch/tide-forecaster"),
        ("spring-2.8-expert.md", "spring-2-8-expert"),
        ("a - _ b.txt", "a-b"),
        ("notes.toml", "notes"),
        ("UPPER.MD", "upper"),
        ("powershell-5.1", "powershell-5-1"),
        ("C++ Expert.md", "cpp-expert"),
        ("lang/c#.md", "lang/csharp"),
        (".roomodes", "roomodes"),
        (".claude/agents/x.md", "claude/agents/x"),
        ("ｆｕｌｌ.md", "full"),
        ("café.md", "café"),
        ("cafe\u0301.md", "café"),
        ("灯台守.md", "灯台守"),
        ("हिन्दी एजेंट.md", "हिन्दी-एजेंट"),
    ],
)
def test_what_may_fold_folds_without_a_hash(path: str, expected: str) -> None:
    assert identity(path, suffixes=SUFFIXES) == expected


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("F#.md", "f-"),
        ("R&D/lead.md", "rd/lead-"),
        ("🚀rocket.md", "rocket-"),
        ("crew/!!!.md", "crew/"),
        ("!!!/x.md", "x-"),
        ("!!!.md", ""),
        ("a//b.md", "a/b-"),
        ("a/../b.md", "a/b-"),
        ("../../etc/passwd", "etc/passwd-"),
        ("/etc/x.md", "etc/x-"),
        ("con.md", "con-"),
        ("a\\b.md", "ab-"),
        ("", ""),
    ],
)
def test_any_other_change_is_paid_for_with_a_hash(path: str, stem: str) -> None:
    assert identity(path, suffixes=SUFFIXES) == stem + digits(path)


def test_members_append_their_key() -> None:
    assert identity(".roomodes", member="Code Reviewer") == "roomodes/code-reviewer"
    one, other = (identity("team!.yaml", member=key) for key in ("a?", "a!"))
    assert one != other
    assert one.split("/")[0] == other.split("/")[0] == f"team-{digits('team!.yaml')}"
    assert re.fullmatch(r"roomodes/[0-9a-f]{8}", identity(".roomodes", member="🏗️"))


def test_a_device_name_of_windows_is_no_folder() -> None:
    assert identity("aux/x.md").split("/")[0] == f"aux-{digits('aux/x.md')}"


def test_long_names_fit_every_file_system() -> None:
    assert all(len(part.encode()) < 250 for part in identity("灯" * 300 + ".md").split("/"))
    assert identity("x" * 300 + "a.md") != identity("x" * 300 + "b.md")


@given(st.text(), st.none() | st.text())
def test_an_id_is_always_a_safe_relative_path(path: str, member: str | None) -> None:
    found = identity(path, suffixes=SUFFIXES, member=member)
    assert found
    for segment in found.split("/"):
        assert segment
        assert segment.strip("-. ") == segment
        assert all(c == "-" or unicodedata.category(c)[0] in "LMN" for c in segment)
    assert "--" not in found
    assert identity(f"{found}/x") == f"{found}/x"


@given(st.text())
def test_a_slug_stays_as_it_is(text: str) -> None:
    assert slug(slug(text)) == slug(text)


def test_slugs_are_what_references_use() -> None:
    assert slug("@Backend Architect") == slug("backend_architect") == "backend-architect"
    assert slug("powershell-5.1-expert") == "powershell-5-1-expert"
    assert slug("灯台守 (夜)") == "灯台守-夜"
    assert slug("🏗️") == ""


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Café Crème", "cafe-creme"),
        ("bücher", "bucher"),
        ("灯台守", "灯台守".encode("punycode").decode()),
        ("灯台守-agent", "agent-" + "灯台守-agent".encode("punycode").decode().rpartition("-")[2]),
        ("?!", "agent"),
    ],
)
def test_a_name_is_spelled_in_ascii(name: str, found: str) -> None:
    assert ascii_slug(name) == found


@given(st.text())
def test_every_name_can_be_spelled_in_ascii(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", ascii_slug(name))


# --- collections ---------------------------------------------------------------------------------


def collections(tmp_path: Path, text: str) -> tuple[dict[str, Collection], list[Finding]]:
    path = tmp_path / "collections.yaml"
    path.write_text(text, encoding="utf-8")
    return load_collections(path)


def test_every_key_is_read(tmp_path: Path) -> None:
    found, findings = collections(
        tmp_path,
        """\
demo:
  title: Demo
  description: 'A demo: with a colon'
  root: examples/demo
  origin: remote
  license: MIT
  repository: https://example.org/demo
  revision: 0123456
  format: eipas
  include: ["**/*.md"]
  exclude: drafts/*
  publish: summary
  ids: {a!.md: a, team.yaml#lead: team/lead}
  aliases: {tide-teller: tide-forecaster}
bare:
""",
    )
    assert not findings
    demo = found["demo"]
    assert list(found) == ["bare", "demo"]
    assert found["bare"] == Collection("bare")
    assert (demo.title, demo.root, demo.origin, demo.publish) == ("Demo", "examples/demo", "remote", "summary")
    assert demo.revision == "0123456", "text as spelled, not a number"
    assert (demo.include, demo.exclude) == (("**/*.md",), ("drafts/*",))
    assert demo.id_of("a!.md") == "a"
    assert demo.id_of("team.yaml", member="lead") == "team/lead"
    assert demo.id_of("b.md") == "b"
    assert demo.aliases["tide-teller"] == "tide-forecaster"


def test_what_is_wrong_is_found_and_the_rest_kept(tmp_path: Path) -> None:
    found, findings = collections(
        tmp_path,
        """\
demo:
  titel: Demo
  origin: nowhere
  title: [a, b]
  license: MIT
  license: Apache-2.0
  ids: {x.md: ../../x}
../up: {title: Up}
Demo: {title: Twin}
aux: {}
list: [1]
""",
    )
    assert found["demo"] == Collection("demo", license="Apache-2.0")
    assert set(found) == {"demo", "list"}
    said = [finding.message for finding in findings]
    for part in (
        "did you mean title?",
        "must be one of files, specs, remote",
        "must be text",
        "stands twice",
        "an id is",
    ):
        assert any(part in message for message in said), (part, said)
    assert sum("plain folder name" in message for message in said) == 2
    assert all(finding.span.path.endswith("collections.yaml") for finding in findings)


@pytest.mark.parametrize(
    "text", ["", "# only words\n", "a: &x [*x]\n", "- a\n", "a: {b\n", "{" * 99, "a: !!python/object:x {}\n", "\0"]
)
def test_no_content_raises(tmp_path: Path, text: str) -> None:
    found, findings = collections(tmp_path, text)
    assert not found or set(found) == {"a"}
    assert bool(findings) == (text.strip(" \n")[:1] not in {"", "#"})


def test_no_bytes_raise(tmp_path: Path) -> None:
    path = tmp_path / "collections.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    assert [f.rule for f in load_collections(path)[1]] == [UNREADABLE]
    assert load_collections(tmp_path / "none.yaml") == ({}, [])


def test_the_shipped_collections_are_sound() -> None:
    found, findings = load_collections(Path(__file__).parent.parent / "specs" / "collections.yaml")
    assert not findings
    assert {"harbour", "workshop", "newsroom", "observatory", "roo"} <= set(found)
    for name in ("harbour", "workshop", "newsroom", "observatory", "roo"):
        assert found[name].root == f"examples/{name}"
        assert found[name].license == "MIT"
        assert found[name].title and found[name].description


# --- the library ---------------------------------------------------------------------------------


def agent(collection: str, id: str, name: str = "", **source: str) -> AgentSpec:
    return AgentSpec(id=id, name=name or id.rpartition("/")[2], source=Source(collection=collection, **source))  # type: ignore[arg-type]  # text fields only


def test_a_library_is_sorted_and_found_by_key_name_and_collection() -> None:
    library = library_of([agent("b", "x"), agent("a", "z", "X"), agent("a", "b/c")])
    assert [library.key(spec) for spec in library.agents] == ["a/b/c", "a/z", "b/x"]
    assert [library.key(spec) for spec in library.by_name("x")] == ["a/z", "b/x"]
    assert [spec.id for spec in library.in_collection("a")] == ["b/c", "z"]
    assert library.get("b/x") is library.agents[2]
    assert library.get("b/y") is None
    assert library.by_name("!") == library.by_name("nobody") == library.in_collection("c") == ()
    assert list(library.collections) == ["a", "b"]


def test_of_two_with_one_key_the_second_is_found() -> None:
    library = library_of([agent("a", "x", "first", path="x.md"), agent("a", "x", "second", path="X.md")])
    assert [spec.name for spec in library.agents] == ["first"]
    assert [finding.rule.code for finding in library.findings] == ["P101"]
    assert library.findings[0].message == "2 agents have the id a/x, and only the first is taken: x.md, X.md"


def test_a_collection_fills_what_its_agents_leave_unsaid() -> None:
    homes = {"a": Collection("a", license="MIT", repository="https://example.org/a", revision="abc")}
    own, silent = agent("a", "x", license="BSD-2-Clause", path="x.md"), agent("a", "y", path="y.md")
    library = library_of([own, silent], homes)
    assert library.provenance(own).license == "BSD-2-Clause"
    found = library.provenance(silent)
    assert (found.license, found.repository, found.revision, found.path) == (
        "MIT",
        "https://example.org/a",
        "abc",
        "y.md",
    )
    edited = library_of([silent], {"a": Collection("a", origin="specs")})
    assert edited.provenance(silent).path == "", "the spec is the file to edit"


def read(path: Path) -> tuple[AgentSpec | None, list[Finding]]:
    text = path.read_text()
    if text == "bad":
        return None, [UNREADABLE.at(Span(str(path)), problem="bad")]
    return AgentSpec(name=text), []


def test_loading_walks_in_order_and_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    for name, text in {
        "collections.yaml": "demo: {title: Demo}",
        "demo/b.yaml": "b",
        "demo/a/c.yaml": "c",
        "demo/bad.yaml": "bad",
        "demo/.hidden/x.yaml": "x",
        ".git/x/y.yaml": "y",
        "demo/collections.yaml": "an agent that keeps collections",
        "demo/notes.md": "no",
        "other/b.yaml": "b",
        "top.yaml": "no",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "demo" / "gone.yaml").symlink_to(tmp_path / "nowhere")
    library = load_library(tmp_path, read)
    assert [library.key(spec) for spec in library.agents] == ["demo/a/c", "demo/b", "demo/collections", "other/b"]
    assert sorted(Path(f.span.path).name for f in library.findings) == ["bad.yaml", "gone.yaml"]
    assert library.collections["demo"].title == "Demo"
    assert library.collections["other"] == Collection("other")


def test_a_library_that_is_not_there_is_empty(tmp_path: Path) -> None:
    library: Library = load_library(tmp_path / "none", read)
    assert library.agents == ()
    assert [finding.rule for finding in library.findings] == [UNREADABLE]


@pytest.mark.parametrize("said", ["flase", "private", "[full]", "{'*': fulll}", "{'drafts/*': off}"])
def test_a_publish_that_is_not_understood_shows_nothing(tmp_path: Path, said: str) -> None:
    found, findings = collections(tmp_path, f"port: {{publish: {said}}}\n")
    assert found["port"].published("drafts/pilot.md") == "none"
    assert [finding.rule.name for finding in findings] == ["bad-value"]


def test_a_publish_that_says_nothing_changes_nothing(tmp_path: Path) -> None:
    found, findings = collections(tmp_path, "port: {publish: }\nquay: {publish: {'*': ~, 'a.md': false}}\n")
    assert (found["port"].published("a.md"), findings) == ("auto", [])
    assert (found["quay"].published("a.md"), found["quay"].published("b.md")) == ("none", "auto")
