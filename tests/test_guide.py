"""The guide: what it shows is what happens, its reference tells all there is, and its parts can be found."""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click
import pytest
import yaml
from click.testing import CliRunner
from test_house import pattern_of

from converters.check.clients import CLIENTS
from converters.cli import _watch, specs
from converters.findings import FAMILIES, RULES
from converters.formats import FORMATS
from converters.inputs import MANIFEST
from converters.library import library_of
from converters.lock import NAME as LOCK
from converters.publish.catalogue import Catalogue
from converters.publish.publication import Site
from converters.twins import NEAR, SHORTEST, TRANSLATED
from converters.vocabulary import override

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "site" / "guide"
PAGES = sorted(path.stem for path in GUIDE.glob("*.md"))


def text_of(page: str) -> str:
    return (GUIDE / f"{page}.md").read_text(encoding="utf-8")


# --- what is shown ----------------------------------------------------------------------------------
#
# A page is followed from top to bottom: a file it shows below "`path`:" is saved, a command is run, a program in Python
# too. A page that leads to the tutorial begins where that ends, any other in an empty folder; the reader's home has
# `AT_HOME`. What is shown below a command is what a terminal shows, to the letter, but for two things: a line `...`
# stands for any lines or none, and a commit (seven hexadecimal digits) for any commit.

NOT_RUN = {
    r"pip install .*": "fetches packages",
    r"specs serve.*": "runs until it is stopped; test_kill and test_large_library run it",
    r"specs mcp.*": "runs until it is stopped; test_mcp talks to it",
    r".*https?://.*": "asks a server; test_sync, test_install and test_search_verb ask one of their own",
    r"(claude|codex|gemini|copilot) mcp add .*": "another program's",
    r".*_SPECS_COMPLETE=.*": "is for another shell each; test_ci asks for completions",
    r"python -m converters\.publish\.vendoring.*": "fetches packages",
}
"""Commands that are shown without what they print and are not run, as patterns, with the reason."""

NOT_A_PROGRAM = {
    "api": "asks a server; test_feeds reads the graph",
    "own-formats": "is part of a package; test_conformance runs it",
}
"""Pages whose Python is not run, with the reason."""

FAILS = {
    r"specs check \.gemini": "an error is found",
    r"specs check agents --diff": "there is something to mend",
    r"specs convert agents --to copilot --report .* --check": "a file is not up to date",
    r"specs convert agents --to opencode,gemini-cli": "a file is somebody else's",
    r"specs install tide-forecaster --to codex": "it may touch more there",
    r"specs list .* --check": "a list is not in step",
}
"""Commands that end in exit status 1, as patterns, with the reason; all others end in 0."""

AT_HOME = ".claude/agents"
"""Where pages say the reader has agents: those of the tutorial."""

FENCE = re.compile(r"(?:`([\w./-]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMIT = re.compile(r"(?<!\w)(?=[a-f]*\d)[0-9a-f]{7}(?!\w)")


class Step(NamedTuple):
    """A file to save, a program to run, or a command with what it prints."""

    kind: str
    said: str
    more: str


def steps(page: str) -> Iterator[Step]:
    for path, language, text in FENCE.findall(text_of(page)):
        if language == "console":
            for shown in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = shown.partition("\n")
                yield Step("command", command, output)
        elif path:
            yield Step("file", path, text)
        elif language == "python" and page not in NOT_A_PROGRAM:
            yield Step("program", text, "")


def commands_of(page: str) -> Iterator[Step]:
    return (step for step in steps(page) if step.kind == "command")


def is_(command: str, patterns: Iterable[str]) -> bool:
    return any(re.fullmatch(pattern, command) for pattern in patterns)


class Reader:
    """Somebody who does what a page says, in a folder."""

    def __init__(self, here: Path) -> None:
        self.here = here

    def does(self, step: Step) -> str:
        """What a terminal shows then."""
        if step.kind == "file":
            (self.here / step.said).parent.mkdir(parents=True, exist_ok=True)
            (self.here / step.said).write_text(step.more, encoding="utf-8", newline="\n")
            return ""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.here)
            if step.kind == "program":
                exec(compile(step.said, "guide", "exec"), {})
                return ""
            return self._runs(step.said)

    def _runs(self, command: str) -> str:
        line, _, into = command.partition(" > ")
        program, *words = (
            word.replace("~", os.environ["HOME"], 1) if word[0] == "~" else word
            for word in shlex.split(line, comments=True)
        )
        if program == "cd":
            self.here = (self.here / words[0]).resolve()
            return ""
        if program == "cat":
            return "".join((self.here / word).read_text(encoding="utf-8") for word in words)
        if program == "git":
            return subprocess.run(["git", *words], capture_output=True, check=True, encoding="utf-8").stdout
        assert program == "specs", f"{command}: say how it is run, or why not"
        try:
            done = CliRunner().invoke(specs, words, prog_name="specs", catch_exceptions=False)
        finally:
            override({})
        assert done.exit_code == is_(command, FAILS), f"$ {command}\n{done.output}"
        if into:
            (self.here / into).write_text(done.stdout, encoding="utf-8")
        return done.stderr if into else done.output


def like(shown: str) -> str:
    """What was shown, as a pattern."""
    return COMMIT.sub("[0-9a-f]{7}", pattern_of(shown))


def once(rounds: Callable[[], list[str]], _: Iterable[str]) -> NoReturn:
    """Watch no longer than one round."""
    for line in rounds():
        click.echo(line)
    raise click.exceptions.Exit(0)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place for the reader, whose home and settings are nobody's else."""
    root = tmp_path_factory.mktemp("guide")
    with pytest.MonkeyPatch.context() as patch:
        for fmt in FORMATS.values():
            for variable, _ in fmt.home.moved if fmt.home else ():
                patch.delenv(variable, raising=False)
        for variable, value in {
            "COLUMNS": "80", "NO_COLOR": "1", "HOME": root / "home", "USERPROFILE": root / "home",
            "XDG_CACHE_HOME": root / "cache", "LOCALAPPDATA": root / "cache",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Harbour", "GIT_AUTHOR_EMAIL": "harbour@example.org",
            "GIT_COMMITTER_NAME": "Harbour", "GIT_COMMITTER_EMAIL": "harbour@example.org",
        }.items():  # fmt: skip
            patch.setenv(variable, str(value))
        patch.setattr(_watch, "watch", once)
        yield root


@pytest.fixture(scope="module")
def harbour(desk: Path) -> Path:
    """The folder that the tutorial leaves, without the site."""
    (desk / "harbour").mkdir()
    reader = Reader(desk / "harbour")
    for step in steps("tutorial"):
        if not is_(step.said, (*NOT_RUN, r"specs build .*")):
            reader.does(step)
    return reader.here


@pytest.mark.parametrize("page", [page for page in PAGES if any(commands_of(page))])
def test_what_it_shows_is_what_happens(page: str, desk: Path, harbour: Path) -> None:
    begins = desk / page / "harbour"
    if "(tutorial.md)" in text_of(page):
        shutil.copytree(harbour, begins)
    else:
        begins.mkdir(parents=True)
    shutil.rmtree(desk / "home", ignore_errors=True)
    shutil.copytree(harbour / "agents", desk / "home" / AT_HOME)
    reader = Reader(begins)
    for step in steps(page):
        if not is_(step.said, NOT_RUN):
            printed = reader.does(step)
            assert not step.more or step.kind == "file" or re.fullmatch(like(step.more), printed), (
                f"$ {step.said}\n{printed}"
            )


def test_what_is_not_run_is_still_there_and_shows_nothing() -> None:
    """A reason for nothing would hide the next one; and nobody could say whether it prints that."""
    shown = [step for page in PAGES for step in commands_of(page)]
    assert [p for p in (*NOT_RUN, *FAILS) if not any(is_(step.said, [p]) for step in shown)] == []
    assert [step.said for step in shown if is_(step.said, NOT_RUN) and step.more] == []


@pytest.mark.parametrize("page", PAGES)
def test_what_is_printed_stands_below_a_command_and_fits(page: str) -> None:
    """A finding's first line is one line, however long: editors and scripts look for it."""
    assert {language for _, language, _ in FENCE.findall(text_of(page))} <= {
        "console", "js", "json", "make", "markdown", "python", "toml", "yaml",
    }  # fmt: skip
    long = [line for step in commands_of(page) for line in step.more.splitlines() if len(line) > 80]
    assert [line for line in long if not re.match(r"\S+:\d+:\d+: \w+\[", line)] == []


OTHERS = r"(git|pip|python|claude|codex|rulesync) .*|--(delete|global)"
"""What is said of other programs."""


@pytest.mark.parametrize("page", PAGES)
def test_every_option_it_names_is_one_of_the_verb_or_of_some(page: str) -> None:
    ours = {name: {"--help", *(o for p in shown(c) for o in (*p.opts, *p.secondary_opts))} for name, c in commands()}
    prose = FENCE.sub("", text_of(page))
    for code in [*re.findall(r"`([^`\n]+)`", prose), *(step.said for step in commands_of(page))]:
        verb = re.match(r"specs ([a-z]+)", code)
        known = ours[verb[1]] if verb else set().union(*ours.values())
        if not re.fullmatch(OTHERS, code):
            assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", code)) <= known, f"{page}: {code}"


def test_facts_it_repeats_are_those_of_the_program() -> None:
    relations = json.loads((ROOT / "schema.json").read_text("utf-8"))["$defs"]["collaboration"]["properties"][
        "relation"
    ]
    assert len(relations["enum"]) == 11
    assert "One of eleven *relations*" in text_of("glossary")
    told = text_of("checking").partition("asked of the client itself: ")[2].partition(". ")[0]
    clients = {name.replace("GitHub ", "").replace("Copilot CLI", "Copilot") for name in re.split(r", | and ", told)}
    assert clients == {f"{client.title} {client.release}".replace("GitHub ", "") for client in CLIENTS.values()}
    assert re.findall(r"(\d\d) % or more", text_of("variants")) == [f"{share:.0%}"[:-1] for share in (NEAR, TRANSLATED)]
    assert SHORTEST == 12
    assert "fewer than twelve words" in text_of("variants")


def test_the_places_of_installed_agents_are_those_of_the_formats() -> None:
    rows = re.findall(r"^\| (.+) \| `([^`]+)` \| `~/([^`]+)` \|$", text_of("installing"), re.MULTILINE)
    by_title = {fmt.title.replace("GitHub ", ""): fmt for fmt in FORMATS.values()}
    assert len(rows) > 5
    for titles, project, home in rows:
        for title in titles.split(", "):
            fmt = by_title[title]
            assert fmt.home is not None
            assert Path(fmt.files[0]).parent == Path(project)
            assert Path(fmt.home.folder, fmt.home.place).parent == Path(home)


# --- the reference ----------------------------------------------------------------------------------


def fragment(name: str) -> str:
    return Site(Catalogue(library=library_of(()))).fragment(name)


def commands() -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(specs, info_name="specs")
    for name in specs.list_commands(ctx):
        command = specs.get_command(ctx, name)
        assert command is not None
        yield name, command


def shown(command: click.Command) -> list[click.Parameter]:
    """The arguments and options that are offered; others only tell what to say instead."""
    return [param for param in command.params if not (isinstance(param, click.Option) and param.hidden)]


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
        for param in shown(command):
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
