"""The guide: its commands run, its reference tells all there is, and its parts can be found."""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from test_cli import run
from test_house import pattern_of

from converters.cli import specs
from converters.findings import FAMILIES, RULES
from converters.formats import FORMATS
from converters.inputs import MANIFEST
from converters.library import library_of
from converters.lock import NAME as LOCK
from converters.publish.catalogue import Catalogue
from converters.publish.publication import Site

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "site" / "guide"
PAGES = sorted(path.stem for path in GUIDE.glob("*.md"))
EXAMPLES = ROOT / "examples"


def text_of(page: str) -> str:
    return (GUIDE / f"{page}.md").read_text(encoding="utf-8")


# --- commands ---------------------------------------------------------------------------------------

NOT_RUN = {
    r"pip install .*": "fetches packages",
    r"specs serve.*": "runs until it is stopped; test_kill and test_large_library run it",
    r"specs mcp.*": "runs until it is stopped; test_mcp talks to it",
    r".* --watch": "runs until it is stopped; test_watch runs it",
    r".*https?://.*": "asks a server; test_sync, test_install and test_search_verb ask one of their own",
    r"(claude|codex) mcp add .*": "another program's",
    r".*_SPECS_COMPLETE=.*": "is for another shell each; test_ci asks for completions",
    r"python -m converters\.publish\.vendoring.*": "fetches packages",
    r"specs check agents --since main": "needs a branch; test_check makes one",
    r"specs list agents --into .claude-plugin/.*": "needs a plugin; test_list_into has them",
    r"specs list \. --into .*": "needs plugins; test_list_into has them",
    r"specs list agents --format badge .*": "needs .github; test_list_into writes one",
    r"cd my-catalogue": "what went before is not run",
}
"""Commands that are shown and not run, as patterns, with the reason."""

SKETCHED = {"checking", "installing", "lists", "old-repository", "own-catalogue", "several"}
"""Pages whose outputs are of agents that the examples do not have: their commands are run, and not what they print."""

FAILS = {
    r"specs check .*": "findings are what it is for",
    r"specs convert .* --check": "it tells what would change",
    r"specs convert .*": "artifacts may be withheld, which is told",
    r"specs status.*": "nothing may be installed",
}
"""Commands that may end in exit status 1."""

SAVED = re.compile(r"`([\w./-]+)`:\n\n```markdown\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(?:console|sh|shell|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(page: str) -> Iterator[tuple[str, str]]:
    """Files to save and commands to run, in their order, each with its content or its output."""
    text = text_of(page)
    found = [(m.start(), m[1], m[2]) for m in SAVED.finditer(text)] if SAVED.search(text) else []
    for block in BLOCK.finditer(text):
        for number, shown in enumerate(re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]):
            command, _, output = shown.partition("\n")
            found.append((block.start() + number, f"$ {command}", output))
    return ((said, more) for _, said, more in sorted(found))


def is_(command: str, patterns: dict[str, str]) -> bool:
    return any(re.fullmatch(pattern, command) for pattern in patterns)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with agents wherever the guide says there are some, and a home."""
    here = tmp_path / "project"
    shutil.copytree(ROOT / "specs", here / "specs")
    shutil.copytree(EXAMPLES, here / "examples")
    for name in ("agents", "old-folder", "new-folder"):
        shutil.copytree(EXAMPLES / "newsroom", here / name)
    shutil.copytree(ROOT / "specs", here / "specs-before")
    forecaster = (EXAMPLES / "harbour" / "01-operations" / "tide-forecaster.md").read_bytes()
    theirs = forecaster.replace(b"tide", b"tides")
    for path in (
        "agents/tide-forecaster.md", "agents/berth-clerk.md", "ours/tide-forecaster.md",
        ".claude/agents/tide-forecaster.md", ".opencode/agents/tide-forecaster.md",
    ):  # fmt: skip
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_bytes(forecaster.replace(b"tide-forecaster", Path(path).stem.encode()))
    (here / "reviewer.md").write_bytes(forecaster)
    (here / "theirs").mkdir()
    (here / "theirs/tide-forecaster.toml").write_text(
        f'name = "tide-forecaster"\ndescription = "Tides."\ndeveloper_instructions = """{theirs.decode()}"""\n', "utf-8"
    )
    (here / "names.yaml").write_text("codex:\n  models: {sonnet: gpt-5.1-codex}\n", encoding="utf-8")
    (here / "README.md").write_text("# Ours\n\n<!-- specs:list -->\n<!-- /specs:list -->\n", encoding="utf-8")
    home = tmp_path / "home"
    shutil.copytree(EXAMPLES / "newsroom", home / ".claude" / "agents")
    shutil.copytree(EXAMPLES / "newsroom", home / "agents" / "newsroom")
    shutil.copytree(EXAMPLES / "harbour", home / "agents" / "harbour")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for fmt in FORMATS.values():
        for variable, _ in fmt.home.moved if fmt.home else ():
            monkeypatch.delenv(variable, raising=False)
    return here


@pytest.mark.parametrize("page", [page for page in PAGES if any(said[0] == "$" for said, _ in steps(page))])
def test_its_commands_run_and_print_what_it_shows(
    page: str, scene: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    if page == "tutorial":
        scene = tmp_path / "harbour"
        scene.mkdir()
    elif page == "installing":  # where nothing lies yet
        shutil.rmtree(scene / ".claude")
    for said, more in steps(page):
        if said[0] != "$":
            (scene / said).parent.mkdir(parents=True, exist_ok=True)
            (scene / said).write_text(more, encoding="utf-8")
            continue
        command = said[2:]
        if is_(command, NOT_RUN):
            continue
        words, _, out = command.partition(" > ")
        program, *arguments = shlex.split(words, comments=True)
        assert program == "specs", f"{page}: {command}: say how it is run, or why not"
        done = run(*(a.replace("~", os.environ["HOME"], 1) if a[0] == "~" else a for a in arguments), cwd=scene)
        assert done.returncode in ({0, 1} if is_(command, FAILS) else {0}), f"$ {command}\n{done.stderr}{done.stdout}"
        if more.strip() and not out and page not in SKETCHED:
            printed = done.stdout, done.stdout + done.stderr, done.stderr + done.stdout
            assert any(re.fullmatch(pattern_of(more), one) for one in printed), f"$ {command}\n{printed[1]}"


def test_what_is_not_run_is_still_there() -> None:
    """A reason for nothing would hide the next one."""
    shown = [said[2:] for page in PAGES for said, _ in steps(page) if said[0] == "$"]
    assert [pattern for pattern in (*NOT_RUN, *FAILS) if not any(re.fullmatch(pattern, one) for one in shown)] == []


# --- the reference ----------------------------------------------------------------------------------


def fragment(name: str) -> str:
    return Site(Catalogue(library=library_of(()))).fragment(name)


def commands() -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(specs, info_name="specs")
    for name in specs.list_commands(ctx):
        command = specs.get_command(ctx, name)
        assert command is not None
        yield name, command


def words_of(part: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", part))


def test_every_option_of_every_command_is_in_the_reference() -> None:
    parts = dict(re.findall(r'<section id="(\w+)">(.*?)</section>', fragment("commands"), re.DOTALL))
    names = []
    for name, command in commands():
        names.append(name)
        told = words_of(parts[name])
        codes = {words_of(code) for code in re.findall(r"<code>(.*?)</code>", parts[name])}
        spelled = {word.strip() for code in codes for word in re.split(r"[\s,/]+", code)}
        for param in command.params:
            if isinstance(param, click.Option):
                assert {*param.opts, *param.secondary_opts} <= spelled, f"specs {name} {param.opts}"
                common = words_of(parts["common"])
                assert " ".join((param.help or "").replace("`", "").split()) in " ".join((told + common).split()), (
                    f"specs {name} {param.opts}"
                )
            else:
                assert param.make_metavar(click.Context(command)).strip("[].") in told
    assert [key for key in parts if key != "common"] == names


def test_every_finding_is_in_the_reference_escaped() -> None:
    told = fragment("codes")
    articles = dict(re.findall(r'<article class="as-fault" id="(\w+)">(.*?)</article>', told, re.DOTALL))
    assert sorted(articles) == sorted(RULES)
    for code, article in articles.items():
        rule = RULES[code]
        assert f"</a> {rule.name} " in article
        assert f"as-badge--{rule.severity.word}" in article
    assert re.findall(r'<section id="(\w)">', told) == list(FAMILIES)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f\u202a-\u202e\U000e0000-\U000e007f]", told)
    assert set(re.findall(r"</?([a-z0-9]+)", told)) <= {
        "a", "article", "code", "details", "em", "h2", "h3", "link", "nav", "p", "pre", "section", "span", "strong",
        "summary",
    }  # fmt: skip


def test_a_command_line_of_strangers_is_shown_and_not_obeyed() -> None:
    from converters.publish import manual

    @click.group()
    def group() -> None:
        pass

    @group.command(help="Sail <b>on</b> & `up`, or --hoist <!-- it -->.\n\n\b\n  as <is>\n    deep\n")
    @click.option("--hoist", metavar="<flag>", default="x", show_default=True, help="The `<i>` flag.")
    @click.option("--secret", hidden=True)
    def sail(hoist: str, secret: str) -> None:
        pass

    (verb,) = manual.verbs(group)
    assert verb.summary == (
        "Sail &lt;b&gt;on&lt;/b&gt; &amp; <code>up</code>, or <code>--hoist</code> <code>&lt;!-- it --&gt;</code>."
    )
    assert verb.paragraphs == ("<pre><code>as &lt;is&gt;\n  deep</code></pre>",)
    both = [*verb.options, *verb.common]
    assert {(one.spelled, str(one.meaning)) for one in both if one.names == ("--hoist",)} == {
        ("--hoist <flag>", "The <code>&lt;i&gt;</code> flag.  [default: x]")
    }
    assert not [one for one in both if "--secret" in one.names]


VARIABLE = r"\b(?:_?SPECS_[A-Z]+|NO_COLOR|XDG_[A-Z_]+|LOCALAPPDATA|GITHUB_STEP_[A-Z]+)\b"


def test_it_names_every_variable_and_every_file() -> None:
    told = text_of("behaviour")
    read = set()
    for path in (ROOT / "converters").rglob("*.py"):
        read |= set(re.findall(VARIABLE, path.read_text(encoding="utf-8")))
    read |= {name for fmt in FORMATS.values() if fmt.home for name, _ in fmt.home.moved}
    assert {name for name in read if f"`{name}`" not in told} == set()
    assert set(re.findall(r"`([A-Z_]{5,})`", told.partition("## Variables")[2])) == read
    assert f"`{MANIFEST}`" in told
    assert f"`specs/{LOCK}`" in told


def test_every_verb_has_a_page_that_shows_it() -> None:
    from converters.publish import manual

    assert list(manual.GUIDES) == [name for name, _ in commands()]
    for verb, page in manual.GUIDES.items():
        assert f"specs {verb} " in text_of(page) or f"`specs {verb}`" in text_of(page), verb


# --- finding one's way ------------------------------------------------------------------------------


def leaves(entries: Any) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            yield from leaves(value) if isinstance(value, list) else [value]


def test_every_page_is_in_the_navigation_once_and_on_the_overview() -> None:
    nav = yaml.safe_load((ROOT / "site" / "site.yml").read_text(encoding="utf-8"))["nav"]
    (guide,) = [entry["Guide"] for entry in nav if "Guide" in entry]
    listed = [page for page in leaves(guide) if page.startswith("guide/")]
    assert sorted(listed) == sorted(f"guide/{page}.md" for page in PAGES)
    linked = set(re.findall(r"\]\((?!\.\.)([\w-]+)\.md", text_of("index")))
    assert linked == {*PAGES} - {"index"}


@pytest.mark.parametrize("page", PAGES)
def test_its_links_lead_to_headings_that_are_there(page: str) -> None:
    for target, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", text_of(page)):
        path = (GUIDE / target).resolve() if target else GUIDE / f"{page}.md"
        if path.parent == GUIDE:
            heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", head).strip().lower()) for head in heads}
            assert anchor in anchors, f"{page}: {target}#{anchor}"


def test_the_glossary_is_sorted() -> None:
    terms = re.findall(r"^(\S.*)\n:   ", text_of("glossary"), re.MULTILINE)
    assert len(terms) > 30
    assert terms == sorted(terms, key=str.lower)
