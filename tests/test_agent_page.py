"""An agent's page: what it says, where it leads, and how the agent is taken home from it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsing import Visitor, grave, judged_by_axe, served, visitor
from hypothesis import given
from hypothesis import strategies as st
from test_cli import run

from converters import canonical
from converters.conversion import Options, understand
from converters.engine import answer
from converters.inputs import Input
from converters.library import Collection, Library, library_of, load_library
from converters.model import AgentSpec, Source
from converters.publish import Catalogue, build, prepare
from converters.publish.engine import is_at_hand
from converters.publish.history import changes
from converters.publish.pages import Pages
from converters.publish.project import site_sources
from converters.publish.upstream import upstream

ROOT = Path(__file__).parents[1]
HASH = "0123456789abcdef0123456789abcdef01234567"

TIDE = """\
---
name: tide-forecaster
description: "Use when a berth plan depends on the tide. <example>Context: A deep ship is due. user: 'When can she pass the bar?' assistant: 'I will ask the tide-forecaster.' <commentary>Depth decides.</commentary></example>"
tools: Read, Grep, Bash(gauge:*)
model: sonnet
color: blue
---

You forecast tides for the harbour. Read [the tables](https://tables.example/2026).

## Responsibilities

- Read the gauge at the bar
- Name the hour of slack water

## Collaboration

- Hand the passage window to berth-clerk
"""
CLERK = """\
---
name: berth-clerk
description: Gives every ship a berth. Use after the tide is known.
tools: Read, Write
---

You keep the berth plan.

## Working with others

- Ask tide-forecaster for the passage window
- Report delays to the harbour-master
"""
SECRET = "You weigh anchors by a method nobody else knows."
WEIGHER = f"""\
---
name: anchor-weigher
description: Weighs anchors. Use when a chain is slack, and the secret word is bollard.
tools: Read
---

{SECRET}

## Collaboration

- Hand the weight to berth-clerk
"""


def agents_of(collection: str, files: dict[str, str]) -> list[AgentSpec]:
    """What the reader makes of files."""
    found: list[AgentSpec] = []
    for path, text in files.items():
        source = Input(Path(path), path, path, collection, explicit=True)
        found += understand(source, Options(), None, text.encode()).specs
    return found


def harbour() -> Library:
    """Two collections under a licence and one, from somebody's repository, without."""
    return library_of(
        [
            *agents_of("harbour", {"ops/tide-forecaster.md": TIDE, "berth-clerk.md": CLERK}),
            *agents_of("market", {"tide-forecaster.md": TIDE.replace("slack water", "high water")}),
            *agents_of("found", {"agents/anchor-weigher.md": WEIGHER}),
        ],
        {
            "harbour": Collection(
                "harbour", title="Harbour", license="MIT", repository="https://github.com/saltmere/agents.git",
                revision="main", root="crew",
            ),
            "market": Collection("market", license="MIT"),
            "found": Collection(
                "found", repository="https://gitlab.com/saltmere/chandlery", revision=HASH, origin="remote",
            ),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return prepare(harbour())


@pytest.fixture(scope="module")
def built(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "sub" / "site"
    build(catalogue, out, strict=True)
    return out


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[str]:
    """The site below a sub-path."""
    with served(built.parent) as address:
        yield f"{address}site/"


TIDE_PAGE = "agents/harbour/ops/tide-forecaster/"

# --- how much is shown -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"license": "MIT"}, "full"),
        ({"license": "MIT", "repository": "https://git.example/x"}, "full"),
        ({}, "full"),  # nobody else's: the publisher's own files
        ({"repository": "https://git.example/x"}, "summary"),
        ({"origin": "remote"}, "summary"),
        ({"repository": "https://git.example/x", "publish": "full"}, "full"),
        ({"license": "MIT", "publish": "summary"}, "summary"),
        ({"license": "MIT", "publish": "none"}, "none"),
    ],
)
def test_the_licence_decides_unless_the_owner_does(facts: dict[str, Any], shown: str) -> None:
    """Without a licence an agent of somebody else's is a summary."""
    spec = AgentSpec(id="x", name="x", source=Source(collection="c", path="x.md"))
    assert library_of([spec], {"c": Collection("c", **facts)}).shown(spec) == shown


def test_an_agent_s_own_licence_counts_before_its_collections() -> None:
    source = Source(collection="c", path="x.md", repository="https://git.example/x")
    named = AgentSpec(id="x", source=replace(source, license="Apache-2.0"))
    silent = AgentSpec(id="y", source=source)
    library = library_of([named, silent])
    assert (library.shown(named), library.shown(silent)) == ("full", "summary")


def test_without_a_licence_no_prompt_leaves_the_site(built: Path) -> None:
    """Neither prompt nor description nor a quotation of it stands in any file; the summary and the way there do."""
    for path in built.rglob("*"):
        if path.is_file() and path.suffix in {".html", ".json", ".txt", ".yaml", ".md", ".xml"}:
            text = path.read_text("utf-8")
            assert SECRET not in text and "bollard" not in text and "Hand the weight" not in text, path
    page = (built / "agents/found/agents/anchor-weigher/index.html").read_text("utf-8")
    assert "Weighs anchors." in page
    assert (
        page.count(
            'href="https://gitlab.com/saltmere/chandlery/-/blob/0123456789abcdef0123456789abcdef01234567/agents/anchor-weigher.md"'
        )
        >= 2
    )
    assert "No licence allows others to copy its prompt" in page and "data-as-take" not in page
    assert not (built / "raw/found").exists()


def test_check_says_what_a_site_will_not_show(tmp_path: Path) -> None:
    """P104 where whole prompts are published without a licence, P107 where they are kept back for want of one."""
    (tmp_path / "specs/found").mkdir(parents=True)
    spec = agents_of("found", {"anchor-weigher.md": WEIGHER})[0]
    (tmp_path / "specs/found/anchor-weigher.yaml").write_text(canonical.dump(spec))
    told = {}
    for said in (
        "{}",
        "{repository: 'https://git.example/x'}",
        "{repository: 'https://git.example/x', publish: full}",
        "{license: MIT}",
    ):
        (tmp_path / "specs/collections.yaml").write_text(f"found: {said}\n")
        out = run("check", "specs", "--format", "json", cwd=tmp_path).stdout
        told[said] = {code for code in ("P104", "P107") if code in out}
    assert list(told.values()) == [{"P104"}, {"P107"}, {"P104"}, set()]


# --- where it comes from ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repository", "revision", "file", "edit", "report"),
    [
        (
            "https://github.com/o/r.git", "main", "https://github.com/o/r/blob/main/a/b%20c.md",
            "https://github.com/o/r/edit/main/a/b%20c.md", "https://github.com/o/r/issues/new?title=Tide%3A%20",
        ),
        (
            "https://github.com/o/r/", HASH, f"https://github.com/o/r/blob/{HASH}/a/b%20c.md",
            "https://github.com/o/r/blob/HEAD/a/b%20c.md", "https://github.com/o/r/issues/new?title=Tide%3A%20",
        ),
        (
            "https://gitlab.example/g/s/r", None, "https://gitlab.example/g/s/r/-/blob/HEAD/a/b%20c.md",
            "https://gitlab.example/g/s/r/-/blob/HEAD/a/b%20c.md", "https://gitlab.example/g/s/r/-/issues/new?issue[title]=Tide%3A%20",
        ),
        (
            "https://codeberg.org/o/r", HASH, f"https://codeberg.org/o/r/src/commit/{HASH}/a/b%20c.md", None,
            "https://codeberg.org/o/r/issues/new?title=Tide%3A%20",
        ),
        (
            "https://codeberg.org/o/r", "next", "https://codeberg.org/o/r/src/branch/next/a/b%20c.md",
            "https://codeberg.org/o/r/_edit/next/a/b%20c.md", "https://codeberg.org/o/r/issues/new?title=Tide%3A%20",
        ),
        ("https://git.example/o/r", "main", None, None, None),
    ],
)  # fmt: skip
def test_the_way_to_the_source(
    repository: str, revision: str | None, file: str | None, edit: str | None, report: str | None
) -> None:
    """A branch leads into the host's editor; a commit cannot be edited, so the newest state is shown."""
    spec = AgentSpec(id="x", source=Source(collection="c", path="a/b c.md", repository=repository, revision=revision))
    found = upstream(library_of([spec]), spec, "Tide")
    assert found is not None
    assert (found.file, found.edit, found.report) == (file, edit, report)


@pytest.mark.parametrize(
    "repository",
    [None, "", "git@github.com:o/r.git", "javascript:alert(1)", "file:///etc", "https://u:p@github.com/o/r", "x"],
)
def test_no_way_where_a_browser_has_none(repository: str | None) -> None:
    spec = AgentSpec(id="x", source=Source(collection="c", path="a.md", repository=repository))
    assert upstream(library_of([spec]), spec, "Tide") is None


def test_a_path_never_leads_out_of_the_repository() -> None:
    spec = AgentSpec(
        id="x", source=Source(collection="c", path="../../o.md", repository="https://github.com/o/r", revision="a?b#c")
    )
    found = upstream(library_of([spec]), spec, "T")
    assert found is not None and found.file is None
    inside = replace(spec, source=replace(spec.source or Source(), path="x.md"))
    found = upstream(library_of([inside]), inside, "T")
    assert found is not None and found.file == "https://github.com/o/r/blob/a%3Fb%23c/x.md"


# --- what git knows -----------------------------------------------------------------------------------

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@b.example",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@b.example",
}


def git(folder: Path, *arguments: str, day: str = "2026-03-01") -> None:
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00+0000", "GIT_COMMITTER_DATE": f"{day}T12:00:00+0000"}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=os.environ | WHO | when | alone
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A catalogue below the root of a work tree: one agent read from a file there, another written as a spec."""
    top = tmp_path / "the work"
    home = top / "site of mine"
    (home / "specs/crew").mkdir(parents=True)
    (home / "specs/own").mkdir()
    (home / "raw files").mkdir()
    (home / "raw files/berth-clerk.md").write_text(CLERK)
    (home / "specs/collections.yaml").write_text(
        "crew: {root: raw files, license: MIT}\nown: {origin: specs, license: MIT}\n"
    )
    (home / "specs/crew/berth-clerk.yaml").write_text(canonical.dump(agents_of("crew", {"berth-clerk.md": CLERK})[0]))
    (home / "specs/own/pilot.yaml").write_text("spec: 1\nname: pilot\ndescription: Guides ships.\n")
    git(tmp_path, "init", "-q", str(top))
    git(top, "add", ".")
    git(top, "commit", "-qm", "The first crew", day="2026-01-02")
    (home / "raw files/berth-clerk.md").write_text(CLERK + "\n- Greet the pilot\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "The clerk greets\u202e <b>pilots</b>", day="2026-02-03")
    return home


def told(home: Path) -> dict[str, list[tuple[str, str]]]:
    library = load_library(home / "specs", canonical.load_file)
    return {key: [(c.day, c.subject) for c in said] for key, said in changes(library, home / "specs").items()}


@needs_git
def test_the_last_changes_are_those_of_the_file(repository: Path) -> None:
    """Of the file an agent was read from, or of its spec; the newest first."""
    assert told(repository) == {
        "crew/berth-clerk": [("2026-02-03", "The clerk greets\u202e <b>pilots</b>"), ("2026-01-02", "The first crew")],
        "own/pilot": [("2026-01-02", "The first crew")],
    }
    page = Pages(prepare(load_library(repository / "specs", canonical.load_file), repository / "specs")).agent(
        "crew/berth-clerk"
    )
    assert page.changes[0].day == "2026-02-03"


@needs_git
def test_git_runs_nothing_of_the_repository_s(repository: Path) -> None:
    """Its hooks, monitors, pagers, drivers and signature checkers stay unused."""
    top = repository.parent
    trap = top / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(top / 'sprung'))}\nexit 1\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "pager.log",
        "gpg.program",
        "diff.external",
        "diff.trap.textconv",
        "core.sshCommand",
        "core.editor",
    ):
        git(top, "config", key, str(trap))
    git(top, "config", "log.showSignature", "true")
    git(top, "config", "core.hooksPath", str(top))
    (top / ".gitattributes").write_text("*.md diff=trap\n")
    assert told(repository)["crew/berth-clerk"][0][0] == "2026-02-03"
    assert not (top / "sprung").exists()


@needs_git
def test_where_git_cannot_know_nothing_is_said(repository: Path, tmp_path: Path) -> None:
    """A clone without its past would date every file by its last commit; a plain folder has no past at all."""
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository.parent}", str(shallow))
    assert told(shallow / repository.name) == {}
    shutil.rmtree(repository.parent / ".git")
    assert told(repository) == {}


# --- taking it home --------------------------------------------------------------------------------------


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"], exclude_characters="/"),
        min_size=1,
        max_size=30,
    )
)
def test_a_command_names_its_file_whatever_that_is_called(name: str) -> None:
    """A shell takes the word for one word, for the file, and for no option."""
    spec = AgentSpec(id="x", name="x", source=Source(collection="c", path=f"a/{name}.md"))
    take = Pages(Catalogue(library=library_of([spec]))).agent("c/x").take
    assert take is not None
    words = shlex.split(f"specs convert {take.raw_argument} --to roo")
    assert len(words) == 5
    assert os.path.normpath(words[2]) == os.path.normpath(f"{name}.md") and not words[2].startswith("-")


def test_what_works_without_a_script(built: Path) -> None:
    """Both files, the API and a command stand in the page itself; the formats can be fetched."""
    page = (built / TIDE_PAGE / "index.html").read_text("utf-8")
    plain = page.partition("as-take__plain")[2].partition("</section>")[0]
    for address in (
        "../../../../raw/harbour/ops/tide-forecaster.md",
        "agent.yaml",
        "../../../../api/agents/harbour/ops/tide-forecaster.json",
    ):
        assert f'href="{address}"' in plain
        assert (built / TIDE_PAGE / address).is_file()
    assert "specs install harbour/ops/tide-forecaster --to FORMAT" in plain
    assert (built / "raw/harbour/ops/tide-forecaster.md").read_text() == TIDE
    targets = json.loads((built / "api/targets.json").read_text())
    assert {one["id"] for one in targets["formats"]} >= {"claude-code", "codex", "roo"}
    assert len(targets["formats"]) > targets["first"] > 3


def test_the_page_says_what_the_file_says(built: Path) -> None:
    """Purpose, examples, access, ties both ways with their evidence, variants, provenance, the way upstream."""
    page = (built / TIDE_PAGE / "index.html").read_text("utf-8")
    for said in (
        "Use when a berth plan depends on the tide.",
        "When can she pass the bar?",
        "may run shell commands",
        "shell, only gauge:*",
        "Hand the passage window to berth-clerk",
        "Ask tide-forecaster for the passage window",
        'href="../../../../compare/?a=harbour/ops/tide-forecaster">Compare</a>',
        "compare/?a=harbour/ops/tide-forecaster&amp;b=market/tide-forecaster",
        'href="https://github.com/saltmere/agents/edit/main/crew/ops/tide-forecaster.md"',
        'href="https://github.com/saltmere/agents/issues/new?title=Tide%20Forecaster%3A%20"',
        "about four letters of English make a token",
        "(tables.example)</span>",
        "responsibilities",
    ):
        assert said in page, said
    assert page.count('class="neighbourhood"') == 1


def choose(seen: Visitor, value: str) -> None:
    seen.page.locator(f".as-chooser input[value={value}]").check(force=True)


def test_the_original_is_taken_byte_for_byte(seen: Visitor) -> None:
    page = seen.visit(TIDE_PAGE)
    page.wait_for_selector(".as-chooser")
    assert page.locator("input[name=as-format]:checked").get_attribute("value") == "original"
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download", exact=True).click()
    assert caught.value.suggested_filename == "tide-forecaster.md"
    assert Path(caught.value.path()).read_text() == TIDE
    page.locator(".as-take__words").get_by_role("button", name="Copy").click()
    page.locator(".as-take__words").get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == TIDE


def test_the_last_choice_is_remembered(seen: Visitor, site: str) -> None:
    """On every agent's page; a format outside the first row joins it."""
    page = seen.visit(TIDE_PAGE)
    page.get_by_role("button", name="more formats").click()
    page.get_by_label("Find a format").fill("windsurf")
    assert page.locator(".as-choices--all label:visible").count() == 1
    page.get_by_label("Find a format").fill("no such thing")
    assert page.get_by_text("No format is called that.").is_visible()
    page.get_by_label("Find a format").fill("")
    page.evaluate("delete document.querySelector('[data-as-take]').dataset.converts")
    page.evaluate("localStorage.setItem('as-format', 'windsurf-rule')")
    seen.visit("agents/harbour/berth-clerk/")
    page.wait_for_selector(".as-chooser")
    assert page.locator(".as-choices input:checked").first.get_attribute("value") == "windsurf-rule"
    command = page.locator("#as-install").text_content()
    assert command == f"specs install harbour/berth-clerk --to windsurf-rule --from {site}"


def test_the_keyboard_is_enough(seen: Visitor) -> None:
    """Tab reaches the chooser, arrows choose, Tab goes on to the buttons and to the command."""
    page = seen.visit(TIDE_PAGE)
    page.wait_for_selector(".as-chooser")
    page.locator("input[value=original]").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.value") == "canonical"
    assert page.locator("#as-convert").text_content() == "specs convert tide-forecaster.yaml --to FORMAT"
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent || document.activeElement.id"))
    assert [word for word in reached if word in {"Download", "Copy"}] == ["Download", "Copy", "Copy", "Copy"]
    for tab in ("ArrowRight", "ArrowLeft"):
        page.locator("[role=tab][aria-selected=true]").focus()
        page.keyboard.press(tab)
    assert page.locator("#tab-read").get_attribute("aria-selected") == "true"


def test_what_a_shell_covers_is_told(seen: Visitor) -> None:
    """`After` names more than is wider: what the shell it had reaches anyway, which is said."""
    report = {
        "kept": [], "changed": [], "added": [], "lost": [], "refused": ["Wider."], "format": "codex",
        "access": {"before": ["shell"], "after": ["mcp", "read", "shell"], "wider": ["mcp"]},
        "phrases": {"shell": "run shell commands", "read": "read files", "mcp": "use MCP servers"},
    }  # fmt: skip
    made = {"report": report, "reports": [report], "files": [], "refused": ["Wider."], "leave": "mcp"}
    script = f"export const open = async () => ({{ convert: async () => ({json.dumps(made)}), reports: async function* () {{}} }});"
    seen.page.route("**/engine/engine.js", lambda route: route.fulfill(content_type="text/javascript", body=script))
    page = seen.visit(TIDE_PAGE)
    page.wait_for_selector(".as-chooser")
    page.route(f"**/{TIDE_PAGE}agent.yaml", lambda route: route.fulfill(body=""))
    choose(seen, "codex")
    page.locator(".as-commands__refused").wait_for()
    assert page.locator(".as-take__said .as-quiet").first.inner_text() == (
        "Before, it may run shell commands. After, it may use MCP servers, read files, run shell commands. "
        "Its shell reaches these already: read files."
    )


def test_versions_in_one_other_collection_are_told_apart(tmp_path: Path) -> None:
    """A collection that has several versions does not name one; its path does."""
    clerks = [
        *agents_of("harbour", {"clerk.md": CLERK}),
        *agents_of("market", {"a/clerk.md": CLERK, "b/clerk.md": CLERK}),
    ]
    out = tmp_path / "site"
    build(prepare(library_of(clerks)), out, strict=True)
    page = (out / "agents/harbour/clerk/index.html").read_text("utf-8").partition('id="variants"')[2]
    assert ">market/a/clerk</a>" in page and ">market/b/clerk</a>" in page


def test_a_site_without_the_converters_says_so(seen: Visitor) -> None:
    """The command is given, and no button that could do nothing."""
    page = seen.page
    page.route(f"**/{TIDE_PAGE}", lambda route: route.fulfill(
        response=(answered := route.fetch()), body=answered.text().replace("data-converts", "data-without")
    ))  # fmt: skip
    seen.visit(TIDE_PAGE)
    page.wait_for_selector(".as-chooser")
    choose(seen, "codex")
    assert page.get_by_text("This site was built without conversions in the browser.").is_visible()
    assert not page.get_by_role("button", name="Download", exact=True).is_visible()
    assert page.locator("#as-convert").text_content() == "specs convert tide-forecaster.md --to codex"


@pytest.mark.slow
@pytest.mark.skipif(not is_at_hand(site_sources()), reason="`make site` fetches the interpreter")
def test_a_conversion_is_that_of_the_command_line(seen: Visitor, built: Path) -> None:
    """The report stands beside the buttons, the bytes are those of our Python here, and wider access is asked about."""
    text = (built / TIDE_PAGE / "agent.yaml").read_text()
    page = seen.visit(TIDE_PAGE)
    page.wait_for_selector(".as-chooser")
    choose(seen, "opencode")
    page.wait_for_selector(".as-fates", state="attached", timeout=120_000)
    here = answer({"verb": "convert", "agents": [{"canonical": text}], "target": "opencode"})
    report = here["reports"][0]
    sentence = page.locator(".as-take__sentence").text_content()
    total = sum(len(report[word]) for word in ("kept", "changed", "lost"))
    assert sentence.startswith(f"Keeps {len(report['kept'])} of {total} fields")
    for word in ("kept", "changed", "added", "lost"):
        box = page.locator(f".as-fate--{word}")
        assert box.count() == bool(report[word])
        if report[word]:
            assert box.locator("strong").all_text_contents() == [
                one["field"].rpartition(".")[2].replace("_", " ")
                if one["field"].startswith("extensions.")
                else one["field"].replace("_", " ").replace("tools.deny", "denied tools")
                for one in report[word]
            ]
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download", exact=True).click()
    assert Path(caught.value.path()).read_bytes() == here["files"][0]["bytes"]
    choose(seen, "codex")  # it cannot name tools, so the agent would have all of them
    page.wait_for_selector(".as-take__sentence--wider", timeout=30_000)
    assert page.get_by_role("button", name="Download", exact=True).is_disabled()
    refused = page.locator(".as-commands__refused")
    assert refused.text_content().endswith("to add --access codex=write+shell+mcp.")
    assert "--access" not in page.locator("#as-install").text_content()
    page.get_by_label("It may touch more there").check()
    page.locator(".as-take .as-button--main:not([disabled])").wait_for()
    assert refused.count() == 0
    for line in ("#as-install", "#as-convert"):
        assert page.locator(line).text_content().endswith(" --access codex=write+shell+mcp")


# --- how it looks and reads ------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 768, 1024, 1920])
def test_it_fits(browser: Any, site: str, width: int) -> None:
    """No sideways scrolling, with the chooser open; the way to take it stands above the prompt."""
    with visitor(browser, site, viewport={"width": width, "height": 900}) as one:
        page = one.visit(TIDE_PAGE)
        page.wait_for_selector(".as-chooser")
        page.get_by_role("button", name="more formats").click()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.locator("#take").bounding_box()["y"] < page.locator("#prompt").bounding_box()["y"]
        assert one.minded() == []


def test_the_source_can_be_copied_to_the_character(seen: Visitor, catalogue: Catalogue) -> None:
    page = seen.visit(TIDE_PAGE)
    page.get_by_role("tab", name="Source").click()
    assert (
        page.locator("#prompt-source:not(:empty)").text_content()
        == catalogue.agents["harbour/ops/tide-forecaster"].prompt
    )


def test_on_paper_the_prompt_stands_whole(seen: Visitor) -> None:
    """Printed: the prompt and where it comes from; no buttons, no chooser."""
    page = seen.visit(TIDE_PAGE)
    page.wait_for_selector(".as-chooser")
    page.emulate_media(media="print")
    assert page.locator("#pane-read").is_visible() and page.locator("#origin").is_visible()
    assert not page.locator("#take").is_visible() and not page.locator(".as-header").is_visible()


@judged_by_axe
@pytest.mark.parametrize("address", [TIDE_PAGE, "agents/found/agents/anchor-weigher/"])
def test_axe_finds_nothing_grave(seen: Visitor, address: str) -> None:
    """No issue it calls serious or critical, with everything opened."""
    page = seen.visit(address)
    if address == TIDE_PAGE:
        page.wait_for_selector(".as-chooser")
        page.get_by_role("button", name="more formats").click()
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    for width in (1440, 390):
        assert grave(page, width) == set()


def test_what_helps_against_a_finding_is_laid_out_as_text(published: Path) -> None:
    page = (published / "site/agents/newsroom/fact-checker/index.html").read_text(encoding="utf-8")
    helps = page.partition("no agent is called &#39;legal-counsel&#39;")[2].partition("</li>")[0]
    assert "<code>aliases</code>, <code>not_agents</code></p>" in helps
    assert "`" not in helps
