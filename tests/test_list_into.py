"""Lists that files keep: what stands between markers is ours, every other byte its owner's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from converters import shelves
from converters.cli import specs
from converters.findings import Finding
from converters.library import Collection
from converters.listing import Ask, Entry, Ground, Kept, keep_marketplace, keep_plugin, keep_regions
from converters.listing.wording import code, inert, one_line, plain_of
from converters.model import AgentSpec, Derived, Source, Tool, Tools

ROOT = Path(__file__).parents[1]
NONE: Mapping[str, Collection] = {}


def entry(name: str, path: str | None = None, *fields: str, collection: str = "port", summary: str = "") -> Entry:
    source = Source(collection=collection, path=path or f"{name}.md", format="claude-code")
    derived = Derived(summary=summary or f"Does {name}.", categories=fields)
    return Entry(AgentSpec(id=name, name=name, description="x", source=source, derived=derived), path)


PORT = (
    entry("berth-clerk", "agents/berth-clerk.md", "trade"),
    entry("tide-forecaster", "agents/tide-forecaster.md", "safety"),
    entry("crane-planner", "agents/crane-planner.md", "data-ai"),
)


def kept(text: str, *entries: Entry, collections: Mapping[str, Collection] = NONE, usual: Ask | None = None) -> Kept:
    return keep_regions(text, "README.md", entries or PORT, collections, usual or Ask())


def problems(found: tuple[Finding, ...], text: str) -> list[tuple[int, str]]:
    """The line and the message of every finding."""
    return [(text.count("\n", 0, finding.span.start) + 1, finding.message) for finding in found]


# --- between markers ---------------------------------------------------------------------------------


def test_a_list_is_a_table_of_agents_by_name() -> None:
    made = kept("# Port\n\n<!-- specs:list -->\n<!-- /specs:list -->\nThe end")
    assert made.text == (
        "# Port\n\n<!-- specs:list -->\n\n"
        "| Agent | What it is for | Model |\n| --- | --- | --- |\n"
        "| [berth-clerk](agents/berth-clerk.md) | Does berth-clerk. |  |\n"
        "| [crane-planner](agents/crane-planner.md) | Does crane-planner. |  |\n"
        "| [tide-forecaster](agents/tide-forecaster.md) | Does tide-forecaster. |  |\n"
        "\n<!-- /specs:list -->\nThe end"
    )
    assert (made.lists, made.faults, len(made.stale)) == (1, (), 1)
    assert kept(made.text).stale == ()
    assert kept(made.text).text == made.text


def test_categories_are_told_as_readers_know_them_one_level_below_the_heading_above() -> None:
    made = kept("## Agents\n\n<!-- specs:list group-by=category as=list -->\n<!-- /specs:list -->\n")
    assert re.findall(r"^#+ .*$", made.text, re.MULTILINE) == ["## Agents", "### Data & AI", "### Safety", "### Trade"]
    assert "- [crane-planner](agents/crane-planner.md) - Does crane-planner.\n" in made.text


def test_categories_keep_the_order_of_numbered_folders() -> None:
    numbered = [
        entry("pilot", "02-craft/pilot.md", "craft"),
        entry("clerk", "10-berths/clerk.md", "berths"),
        entry("lead", "01-watch/lead.md", "watch"),
        entry("cook", "galley/cook.md", "galley"),
        entry("stray", "stray.md"),
    ]
    made = kept("# A\n\n<!-- specs:list group-by=category -->\n<!-- /specs:list -->\n", *numbered)
    assert re.findall(r"^## (.*)$", made.text, re.MULTILINE) == ["Watch", "Craft", "Berths", "Galley", "Others"]


def test_headings_of_one_list_do_not_lower_the_next() -> None:
    lists = "<!-- specs:list group-by=category -->\n<!-- /specs:list -->\n" * 2
    made = kept("# A\n\n" + lists)
    assert set(re.findall(r"^(#+) (?!A$)", made.text, re.MULTILINE)) == {"##"}
    assert kept(made.text).text == made.text


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("category=safety", ["tide-forecaster"]),
        ('category="Data & AI"', ["crane-planner"]),
        ("collection=port", ["berth-clerk", "crane-planner", "tide-forecaster"]),
        ("folder=agents", ["berth-clerk", "crane-planner", "tide-forecaster"]),
        ("folder=. category=trade", ["berth-clerk"]),
        ("level=0 group-by=category", ["berth-clerk", "crane-planner", "tide-forecaster"]),
    ],
)
def test_a_marker_says_which_agents_it_wants(options: str, named: list[str]) -> None:
    made = kept(f"<!-- specs:list {options} -->\n<!-- /specs:list -->\n")
    assert made.faults == ()
    assert re.findall(r"^\| \[([\w-]+)\]", made.text, re.MULTILINE) == named


def test_every_column_can_be_asked_for() -> None:
    spec = AgentSpec(
        id="x",
        name="x",
        description="d",
        model="sonnet",
        tools=Tools((Tool("read"), Tool("shell", ("git:*",))), (Tool("web-fetch"),)),
        source=Source(collection="port", path="x.md", format="roo"),
        derived=Derived(summary="S.", categories=("data-ai",), access=("read", "shell")),
    )
    names = "format,collection,category,access,model,tools,summary,name"
    made = kept(
        f"<!-- specs:list columns={names} -->\n<!-- /specs:list -->\n",
        Entry(spec),
        collections={"port": Collection("port", title="The port")},
    )
    assert made.text.splitlines()[2:5] == [
        "| Format | Collection | Category | May | Model | Tools | What it is for | Agent |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        r"| roo | The port | Data & AI | read, shell | sonnet | read, shell (git:\* only); never web-fetch | S. | x |",
    ]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("", "3"),
        ("2", "3"),
        ("3", "3"),
        ("2 agents", "3 agents"),
        ("**1,204+**", "**3+**"),
        ("about 3, in 2 fields", "about 3, in 2 fields"),
    ],
)
def test_a_number_is_kept_among_its_words(was: str, now: str) -> None:
    made = kept(f"We have <!-- specs:count -->{was}<!-- /specs:count -->!\n")
    assert made.text == f"We have <!-- specs:count -->{now}<!-- /specs:count -->!\n"
    assert bool(made.stale) == (was != now)


def test_a_number_may_be_that_of_some_and_none_is_a_number() -> None:
    some = "<!-- specs:count category=trade --><!-- /specs:count -->"
    none = "<!-- specs:count collection=sea -->5<!-- /specs:count -->"
    assert kept(f"{some} and {none}").text == f"{some.replace('><', '>1<')} and {none.replace('5', '0')}"


CODE = (
    "```markdown\n<!-- specs:list -->\n<!-- /specs:list -->\n```\n\n"
    "    <!-- specs:list -->\n\nWrite `<!-- specs:count -->` and ``<!-- /specs:list -->``.\n"
)


def test_in_code_nothing_is_a_marker() -> None:
    """CommonMark agrees: none of these is a comment in the page."""
    assert "<!--" not in cmarkgfm.github_flavored_markdown_to_html(CODE)
    assert [finding.rule.code for finding in kept(CODE).faults] == ["P121"]
    both = CODE + "\n<!-- specs:count -->3<!-- /specs:count -->\n"
    assert kept(both).text == both
    assert kept(both).faults == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Port\n", [(1, "nothing in README.md says where a list is to stand")]),
        ("a\n<!-- specs:list -->\n", [(2, "no <!-- /specs:list --> closes it")]),
        ("a\n<!-- /specs:list -->\n", [(2, "no <!-- specs:list --> is open here")]),
        (
            "<!-- specs:list -->\n<!-- specs:list -->\n<!-- /specs:list -->\n",
            [(1, "no <!-- /specs:list --> before the next marker")],
        ),
        ("<!-- specs:lst -->\n<!-- /specs:list -->\n", [
            (1, "there is no specs:lst; did you mean specs:list?"),
            (2, "no <!-- specs:list --> is open here"),
        ]),
        (
            "x <!-- specs:list -->\n<!-- /specs:list -->\n",
            [(1, "a marker of a list stands alone on its line"), (2, "no <!-- specs:list --> is open here")],
        ),
        (
            "<!-- specs:count -->1\n<!-- /specs:count -->\n",
            [(1, "no <!-- /specs:count --> on the same line")],
        ),
        (
            "<!-- specs:count -->1<!-- /specs:list -->\n",
            [(1, "no <!-- /specs:count --> closes it"), (1, "a marker of a list stands alone on its line")],
        ),
        (
            "<!-- specs:list grup-by=category -->\n<!-- /specs:list -->\n",
            [(1, "specs:list has no option 'grup-by'; did you mean group-by?")],
        ),
        (
            "<!-- specs:list group-by=colour -->\n<!-- /specs:list -->\n",
            [(1, "group-by: there is no 'colour'; there are category, collection")],
        ),
        (
            "<!-- specs:list columns=name,summry -->\n<!-- /specs:list -->\n",
            [(1, "columns: there is no 'summry'; did you mean summary?")],
        ),
        (
            "<!-- specs:list level=9 -->\n<!-- /specs:list -->\n",
            [(1, "level: there is no '9'; there are 0, 1, 2, 3, 4, 5, 6")],
        ),
        ("<!-- specs:list category -->\n<!-- /specs:list -->\n", [
            (1, "options are written name=value, and this is 'category'"),
        ]),
        (
            "<!-- specs:list category=a category=b -->\n<!-- /specs:list -->\n",
            [(1, "'category' stands twice")],
        ),
        (
            "<!-- specs:list -->\n<!-- /specs:list category=a -->\n",
            [(2, "options belong into the first marker")],
        ),
        (
            "<!-- specs:list category=safty -->\n<!-- /specs:list -->\n",
            [(1, "no agent belongs into this list; did you mean safety?")],
        ),
        (
            "<!-- specs:list collection=prt -->\n<!-- /specs:list -->\n",
            [(1, "no agent belongs into this list; did you mean port?")],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_marker_is_told_at_its_line_and_nothing_is_changed(
    text: str, found: list[tuple[int, str]]
) -> None:
    right = "<!-- specs:count -->1<!-- /specs:count -->\n"
    made = kept(text)
    assert problems(made.faults, text) == found
    assert made.text == text
    if "specs:" in text:
        assert kept(right + text).text == right + text


def test_other_comments_are_left_to_others() -> None:
    text = "<!-- specs: ignore G101 -- a person -->\n<!-- specs:ignore G101 -->\n<!-- toc -->\n"
    assert [finding.rule.code for finding in kept(text).faults] == ["P121"]


def test_what_differs_is_told_by_the_agents() -> None:
    text = kept("<!-- specs:list -->\n<!-- /specs:list -->\n").text
    text = text.replace("| [berth-clerk]", "| [old\\_clerk]").replace("Does tide-forecaster", "Did tide-forecaster")
    (found,) = kept(text).stale
    assert found.message == (
        "not in step: it lacks berth-clerk; old_clerk is not to be there; tide-forecaster is told otherwise"
    )
    rows = kept(text).text.splitlines()
    rows[4], rows[5] = rows[5], rows[4]
    (found,) = kept("\n".join(rows)).stale
    assert found.message == "not in step: its agents stand in another order, or under other headings"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("| --- | --- | --- |\n", "", "it lacks the line '| --- | --- | --- |'"),
        ("## Safety\n", "## Watch\n", "it lacks the line '## Safety'; the line '## Watch' is not to be there"),
        ("## Safety\n", "## Safety\n" + "by hand " * 9, f"the line '{('by hand ' * 9)[:40]}...' is not to be there"),
        ("## Safety\n", "## Safety\n\n", "its empty lines or spaces differ"),
        (
            "| Agent | What it is for | Model |\n",
            "| Agents | What it is for | Model |\n",
            (
                "it lacks the line '| Agent | What it is for | Model |';"
                " the line '| Agents | What it is for | Model |' is not to be there"
            ),
        ),
    ],
)
def test_what_differs_besides_the_agents_is_told_by_the_line(was: str, now: str, said: str) -> None:
    ask = Ask(group_by="category")
    text = kept("# A\n\n<!-- specs:list -->\n<!-- /specs:list -->\n", usual=ask).text
    (found,) = kept(text.replace(was, now, 1), usual=ask).stale
    assert found.message == f"not in step: {said}"


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\n`~<#"), max_size=30).filter(
    lambda line: "specs:" not in line
)


@given(
    before=st.lists(LINES, max_size=4),
    inside=st.lists(LINES, max_size=3),
    after=st.lists(LINES, max_size=4),
    newline=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_whatever_stands_outside_stays(
    before: list[str], inside: list[str], after: list[str], newline: str, mark: str
) -> None:
    head = mark + "".join(line + newline for line in [*before, "<!-- specs:list -->"])
    tail = newline.join(["<!-- /specs:list -->", *after])
    made = kept(head + "".join(line + newline for line in inside) + tail)
    assert made.faults == ()
    assert made.text.startswith(head)
    assert made.text.endswith(tail)
    ours = made.text[len(head) : len(made.text) - len(tail)]
    assert newline == "\n" or ours.count("\n") == ours.count("\r\n")
    assert kept(made.text).text == made.text


# --- strangers' words --------------------------------------------------------------------------------


class Page(HTMLParser):
    """The cells of the tables of a page, row by row, and every tag there is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []
        self.rows: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, and begin a row or a cell."""
        self.tags.append((tag, str(dict(attrs).get("href") or "")))
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        """Add to the last cell."""
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.replace("\n", "")


WORDS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Zs", "Zl", "Zp", "Cc"]), min_size=1, max_size=12),
    st.sampled_from(
        ["![x](y)", "[a](javascript:b)", "<img src=x onerror=y>", "https://x.example", "www.x.example", "|", "\\|",
         "`", "``", "a@b.example", "@port", "<!-- /specs:list -->", "**b**", "~~s~~", "$x$", "&lt;", "&", "\\", "\\\\",
         "mailto:a@b.example", "ftp://x.example", "- ", "#", "<https://x.example>", "{: .c }", "*", "_", "xmpp:a@b.c/d"]
    ),
)  # fmt: skip


@given(name=st.lists(WORDS, min_size=1, max_size=3).map(" ".join), summary=st.lists(WORDS, max_size=6).map(" ".join))
def test_strangers_words_are_shown_and_do_nothing(name: str, summary: str) -> None:
    """As GitHub's own renderer has it: one row of three cells, our link, and the words as they were."""
    made = kept(
        "<!-- specs:list columns=name,summary,format -->\n<!-- /specs:list -->\n", entry(name, "a.md", summary=summary)
    )
    page = Page(cmarkgfm.github_flavored_markdown_to_html(made.text))
    assert {tag for tag, _ in page.tags} <= {"table", "thead", "tbody", "tr", "th", "td", "a", "code"}
    assert [href for tag, href in page.tags if tag == "a"] == ["a.md"]
    assert [len(row) for row in page.rows] == [3, 3]
    shown = [re.sub(r"\s+", " ", cell).strip() for cell in page.rows[1]]
    assert shown[0] == re.sub(r"\s+", " ", one_line(name)).strip()
    if " - " not in summary and summary:
        assert shown[1] == re.sub(r"\s+", " ", one_line(summary)).strip()
    again = kept(made.text, entry(name, "a.md", summary=summary))
    assert (again.text, again.stale, again.faults) == (made.text, (), ()), "no marker among them"


@pytest.mark.parametrize("text", ["a_b", "x|y", "[a]", "`code`", "a*b", "<b>", "C#", "R&D", "100 $", "&amp;"])
def test_escaped_words_read_as_they_were(text: str) -> None:
    assert plain_of(inert(text)) == text.strip("`")


def test_a_code_span_holds_anything() -> None:
    assert code("a`b") == "`` a`b ``"
    assert inert("see https://a.example|b") == "see `https://a.example\\|b`"


# --- manifests ---------------------------------------------------------------------------------------

FILES = frozenset({"agents/berth-clerk.md", "agents/crane-planner.md", "agents/tide-forecaster.md"})


def plugin(text: str, files: frozenset[str] = FILES) -> Kept:
    return keep_plugin(text, "plugin.json", Ground(files, files.__contains__))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{\n  "agents": [\n    "./agents/crane-planner.md",\n    "./agents/gone.md"\n  ],\n  "x": 1\n}\n',
            (
                '{\n  "agents": [\n    "./agents/berth-clerk.md",\n    "./agents/crane-planner.md",\n'
                '    "./agents/tide-forecaster.md"\n  ],\n  "x": 1\n}\n'
            ),
        ),
        (
            '{"agents": ["./agents/tide-forecaster.md", "./agents/berth-clerk.md"]}',
            '{"agents": ["./agents/tide-forecaster.md", "./agents/berth-clerk.md", "./agents/crane-planner.md"]}',
        ),
        (
            '\ufeff{\r\n\t"agents": [],\r\n\t"x": [ 1,2 ]\r\n}',
            (
                '\ufeff{\r\n\t"agents": [\r\n\t\t"./agents/berth-clerk.md",\r\n\t\t"./agents/crane-planner.md",\r\n'
                '\t\t"./agents/tide-forecaster.md"\r\n\t],\r\n\t"x": [ 1,2 ]\r\n}'
            ),
        ),
        (
            '{"agents":"./agents/"}',
            '{"agents":["./agents/berth-clerk.md", "./agents/crane-planner.md", "./agents/tide-forecaster.md"]}',
        ),
        (
            '{"agents":["agents/berth-clerk.md",  "./agents//crane-planner.md","./agents/crane-planner.md"]}',
            '{"agents":["./agents/berth-clerk.md",  "./agents//crane-planner.md",  "./agents/tide-forecaster.md"]}',
        ),
        ('{"name": "quay", "x": {"agents": []}}', '{"name": "quay", "x": {"agents": []}}'),
        ("{}", "{}"),
    ],
)
def test_a_manifest_lists_the_files_there_are_and_nothing_else_is_touched(before: str, after: str) -> None:
    made = plugin(before)
    assert made.text == after
    assert bool(made.stale) == (before != after)
    assert plugin(after).text == after
    assert plugin(after).stale == ()


def test_an_agent_beside_the_usual_folder_brings_the_key() -> None:
    """Where the key is there, the client reads no more than it lists: so it lists them all."""
    files = FILES | {"more/pilot.md"}
    wanted = [f"./{path}" for path in sorted(files)]
    for before in ('{"name": "quay"}', '{\n    "name": "quay",\n    "x": {}\n}\n', "{}"):
        after = plugin(before, files).text
        assert json.loads(after) == {**json.loads(before), "agents": wanted}
        assert after.startswith(before.rstrip("}\n "))


def test_what_belongs_to_a_plugin_further_in_is_left_to_it() -> None:
    files = frozenset({"agents/a.md", "plugins/quay/agents/b.md", "plugins/quay/.claude-plugin/plugin.json"})
    assert plugin('{"agents": ["./agents/a.md"]}', files).stale == ()
    agents = {"agents/a.md", "plugins/quay/agents/b.md"}
    text = '{"plugins": [{"source": "./", "agents": []}, {"source": "./plugins/quay", "agents": []}]}'
    made = keep_marketplace(text, "m.json", Ground(agents, files.__contains__))
    assert json.loads(made.text)["plugins"] == [
        {"source": "./", "agents": ["./agents/a.md"]},
        {"source": "./plugins/quay", "agents": ["./agents/b.md"]},
    ]


def test_only_markdown_is_a_plugin_s_agent() -> None:
    files = frozenset({"agents/a.md", "agents/b.toml"})
    assert json.loads(plugin('{"agents": []}', files).text) == {"agents": ["./agents/a.md"]}


OTHERS = frozenset({".github/agents/berth-clerk.agent.md", ".claude/agents/pilot.md", "plugin/agents/pilot.md"})


def test_what_lies_there_for_others_is_no_agent_of_a_plugin() -> None:
    """Nor does it stay where it was listed; what the plugin's own folder holds is shipped whoever wrote it."""
    files = FILES | OTHERS
    ground = Ground(files, files.__contains__, lambda path: path in OTHERS or path == "agents/crane-planner.md")
    listed = json.dumps([f"./{path}" for path in sorted(files)])
    for said in ("[]", listed):
        made = keep_plugin(f'{{"agents": {said}}}', "plugin.json", ground)
        assert json.loads(made.text) == {"agents": [f"./{path}" for path in sorted(FILES)]}
        made = keep_marketplace(f'{{"plugins": [{{"source": "./", "agents": {said}}}]}}', "m.json", ground)
        assert json.loads(made.text)["plugins"][0]["agents"] == [f"./{path}" for path in sorted(FILES)]
    assert keep_plugin('{"name": "quay"}', "plugin.json", ground).stale == ()


def test_a_marketplace_whose_entries_list_no_agents_says_so() -> None:
    made = keep_marketplace('{"plugins": [{"name": "a", "source": "./"}]}', "m.json", Ground(FILES, FILES.__contains__))
    assert (made.lists, made.stale, made.faults) == (0, (), ())
    assert made.idle
    made = keep_marketplace('{"plugins": [{"source": "./", "agents": []}]}', "m.json", Ground((), FILES.__contains__))
    assert (made.lists, made.idle) == (1, ())


def test_of_plugins_that_share_a_folder_none_is_given_what_is_new() -> None:
    text = (
        '{"plugins": [{"name": "a", "source": "./", "agents": ["./agents/berth-clerk.md", "./agents/gone.md"]},'
        ' {"name": "b", "source": "./", "agents": ["./agents/crane-planner.md"]},'
        ' {"name": "far", "source": {"source": "github"}, "agents": ["./agents/x.md"]},'
        ' {"name": "own", "source": "./", "skills": []}]}'
    )
    made = keep_marketplace(text, "m.json", Ground(FILES, FILES.__contains__))
    assert made.text == text.replace(', "./agents/gone.md"', "")
    assert [(found.rule.code, found.facts["agent"]) for found in made.remarks] == [
        ("P125", "agents/tide-forecaster.md")
    ]
    assert made.lists == 2


def test_a_plugin_that_a_marketplace_does_not_list_is_told_and_left_to_its_owner() -> None:
    agents = {
        "top.md",
        "plugins/quay/agents/a.md",
        "plugins/quay/agents/b.md",
        "plugins/dock/agents/deep/c.md",
        "plugins/far/agents/d.md",
        "plugins/crane/agents/e.toml",
        "loose/agents/f.md",
    }
    homes = {f"plugins/{name}/.claude-plugin/plugin.json" for name in ("quay", "dock", "far", "crane")}
    text = (
        '\ufeff{"plugins": [{"name": "dock", "source": "./plugins/dock"},'
        ' {"name": "far", "source": {"source": "github", "repo": "port/far"}}]}'
    )
    made = keep_marketplace(text, "m.json", Ground(agents, homes.__contains__))
    assert (made.text, made.stale, made.faults) == (text, (), ())
    assert [(found.rule.code, found.message, found.span.start) for found in made.remarks] == [
        ("P127", "plugins/quay is a plugin with 2 agents, and this marketplace does not list it", 1)
    ]
    listed = text.replace('"plugins": [', '"plugins": [{"name": "q", "source": "./plugins/quay"}, ')
    assert keep_marketplace(listed, "m.json", Ground(agents, homes.__contains__)).remarks == ()


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"agents": []} x', '{"agents": [],}', "// c\n{}", '{"agents": "\\ud800"}', "\ufeff", "1"]
)
def test_a_manifest_that_its_client_cannot_read_is_left_alone(text: str) -> None:
    made = plugin(text)
    assert made.text == text
    assert [found.rule.code for found in made.faults] == ["P124"]


@pytest.mark.parametrize("value", ["null", "3", "{}", "[1, null, {}]", '["./agents/berth-clerk.md", 3]'])
def test_a_list_of_odd_things_becomes_one_of_files(value: str) -> None:
    made = plugin(f'{{"agents": {value}}}')
    assert json.loads(made.text) == {"agents": [f"./{path}" for path in sorted(FILES)]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(
    other=st.dictionaries(st.text(max_size=5).filter(lambda key: key != "agents"), JSON, max_size=4),
    listed=st.lists(st.sampled_from([*sorted(FILES), "agents/gone.md"]), max_size=5, unique=True),
    at=st.integers(0, 4),
    indent=st.sampled_from([None, 2, 4, "\t"]),
)
def test_any_manifest_comes_to_list_its_files(
    other: dict[str, object], listed: list[str], at: int, indent: int | str | None
) -> None:
    pairs = list(other.items())
    pairs.insert(at, ("agents", [f"./{path}" for path in listed]))
    before = json.dumps(dict(pairs), indent=indent, ensure_ascii=False)
    made = plugin(before)
    said = json.loads(made.text)
    assert list(said) == [key for key, _ in pairs]
    assert {key: value for key, value in said.items() if key != "agents"} == other
    assert sorted(said["agents"]) == [f"./{path}" for path in sorted(FILES)]
    assert made.text == json.dumps(said, indent=indent, ensure_ascii=False), "its own style"


# --- the command -------------------------------------------------------------------------------------


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with three agents, in which commands run."""
    (tmp_path / ".git").mkdir()
    for folder, name in (("safety", "tide-forecaster"), ("safety", "fog-watch"), ("trade", "berth-clerk")):
        path = tmp_path / "agents" / folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\nname: {name}\ndescription: Looks after {name}.\n---\nYou work.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(specs, ["list", *words])


EMPTY = "# Port\n\n<!-- specs:list group-by=category -->\n<!-- /specs:list -->\n"


def test_a_readme_is_written_once_and_then_in_step(port: Path) -> None:
    readme = port / "README.md"
    readme.write_text(EMPTY)
    readme.chmod(0o755)
    first = run("agents", "--into", "README.md", "--check")
    assert (first.exit_code, readme.read_text()) == (1, EMPTY)
    assert "README.md:3:1: error[P123 stale-list] not in step: it lacks" in first.stderr
    done = run("agents", "--into", "README.md")
    assert (done.exit_code, done.stdout) == (0, "changed   README.md\n")
    assert "| [berth-clerk](agents/trade/berth-clerk.md) | Looks after berth-clerk. |  |\n" in readme.read_text()
    assert f"## {shelves.title('trade')}\n" in readme.read_text()
    assert readme.stat().st_mode & 0o777 == 0o755
    again = run("agents", "--into", "README.md", "--check")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "README.md: in step\n")
    assert sorted(path.name for path in port.iterdir()) == [".git", "README.md", "agents"]


@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",), ("--json",)])
def test_what_cannot_be_read_keeps_its_row(port: Path, options: tuple[str, ...]) -> None:
    readme, broken = port / "README.md", port / "agents" / "trade" / "berth-clerk.md"
    readme.write_text(EMPTY)
    run("agents", "--into", "README.md")
    before = readme.read_text()
    broken.write_text("---\nname: berth-clerk\ndescription: &a [*a]\n---\nYou work.\n")
    told = run("agents", "--into", "README.md", *options)
    assert (told.exit_code, readme.read_text()) == (1, before)
    assert "agents/trade/berth-clerk.md:3:14: error[S108" in told.stderr
    assert "mend what is told above first" in told.stderr
    assert "stale-list" not in told.stderr
    assert '"status": "kept"' in told.stdout if options == ("--json",) else not told.stdout


def test_links_are_seen_from_the_file_and_stay_in_the_repository(port: Path) -> None:
    (port / "docs").mkdir()
    (port / "docs" / "list.md").write_text(EMPTY)
    assert run("agents", "--into", "docs/list.md").exit_code == 0
    assert "](../agents/trade/berth-clerk.md)" in (port / "docs" / "list.md").read_text()
    inner = port / "docs" / "inner"
    (inner / ".git").mkdir(parents=True)
    (inner / "README.md").write_text(EMPTY)
    assert run("agents", "--into", "docs/inner/README.md").exit_code == 0
    assert "](" not in (inner / "README.md").read_text()


def test_a_file_in_an_unknown_encoding_keeps_its_bytes(port: Path) -> None:
    readme = port / "README.md"
    readme.write_bytes(b"caf\xe9 \xff\x00\r\n\r\n" + EMPTY.encode().replace(b"\n", b"\r\n") + b"\xfe\xff end")
    assert run("agents", "--into", "README.md").exit_code == 0
    data = readme.read_bytes()
    assert data.startswith(b"caf\xe9 \xff\x00\r\n\r\n# Port\r\n")
    assert data.endswith(b"<!-- /specs:list -->\r\n\xfe\xff end")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_a_link_stays_a_link(port: Path) -> None:
    (port / "docs").mkdir()
    (port / "docs" / "README.md").write_text(EMPTY)
    (port / "README.md").symlink_to(Path("docs", "README.md"))
    assert run("agents", "--into", "README.md").exit_code == 0
    assert (port / "README.md").is_symlink()
    assert "berth-clerk" in (port / "docs" / "README.md").read_text()


def test_one_bad_marker_and_nothing_is_written(port: Path) -> None:
    text = EMPTY + "\n<!-- specs:list colour=red -->\n"
    (port / "README.md").write_text(text)
    done = run("agents", "--into", "README.md")
    assert (done.exit_code, done.stdout, (port / "README.md").read_text()) == (1, "", text)
    assert "README.md:6:1: error[P122 bad-marker] no <!-- /specs:list --> closes it" in done.stderr


def test_without_markers_it_is_told_how_to_put_them(port: Path) -> None:
    (port / "README.md").write_text("# Port\n")
    done = run("agents", "--into", "README.md")
    assert (done.exit_code, (port / "README.md").read_text()) == (1, "# Port\n")
    assert "P121 no-markers" in done.stderr
    assert "<!-- specs:list -->" in done.stderr


def test_quiet_says_nothing_of_what_is_written(port: Path) -> None:
    (port / "README.md").write_text(EMPTY)
    done = run("agents", "--into", "README.md", "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    assert "[berth-clerk]" in (port / "README.md").read_text()


def test_what_is_not_published_stands_in_no_list_for_readers(port: Path) -> None:
    """A client's manifest is what it loads, and JSON and text are for whoever has the files."""
    (port / "agents/trade/berth-clerk.md").write_text(
        "---\nname: berth-clerk\ndescription: Looks after berths.\npublish: false\n---\nYou clerk.\n"
    )
    (port / "README.md").write_text(f"<!-- specs:count -->3<!-- /specs:count --> agents\n\n{EMPTY}")
    (port / ".claude-plugin").mkdir()
    manifest = port / ".claude-plugin" / "plugin.json"
    manifest.write_text('{"name": "port", "agents": []}\n')
    done = run("agents", "--into", "README.md", "--into", "badge.json", "--into", ".claude-plugin/plugin.json")
    assert done.exit_code == 0, done.output
    assert "1 agent left out: not published (`publish: false`)\n" in done.stderr
    readme = (port / "README.md").read_text()
    assert ("tide-forecaster" in readme, "berth-clerk" in readme) == (True, False)
    assert readme.startswith("<!-- specs:count -->2<!--")
    assert json.loads((port / "badge.json").read_text())["message"] == "2"
    assert "./agents/trade/berth-clerk.md" in json.loads(manifest.read_text())["agents"]
    assert "left out" not in run("agents", "--into", ".claude-plugin/plugin.json").stderr
    assert "berth-clerk" not in run("agents", "--format", "markdown").stdout
    assert "berth-clerk" in run("agents").stdout
    assert "berth-clerk" in run("agents", "--format", "json").stdout


def test_several_files_and_patterns_are_kept_at_once(port: Path) -> None:
    (port / ".claude-plugin").mkdir()
    (port / ".claude-plugin" / "plugin.json").write_text('{"name": "port", "agents": []}\n')
    for folder in ("safety", "trade"):
        (port / "agents" / folder / "README.md").write_text(
            "<!-- specs:list folder=. -->\n<!-- /specs:list -->\n<!-- specs:count folder=. -->0<!-- /specs:count -->\n"
        )
    done = run("agents", "--into", "agents/*/README.md", "--into", ".claude-plugin/plugin.json", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)["files"]
    assert [(file["path"], file["kind"], file["status"], file["lists"]) for file in told] == [
        ("agents/safety/README.md", "markdown", "changed", 2),
        ("agents/trade/README.md", "markdown", "changed", 2),
        (".claude-plugin/plugin.json", "plugin", "changed", 1),
    ]
    assert "-->2<!--" in (port / "agents/safety/README.md").read_text()
    assert "[fog-watch](fog-watch.md)" in (port / "agents/safety/README.md").read_text()
    assert json.loads((port / ".claude-plugin/plugin.json").read_text())["agents"] == [
        "./agents/safety/fog-watch.md",
        "./agents/safety/tide-forecaster.md",
        "./agents/trade/berth-clerk.md",
    ]


def test_copies_for_other_assistants_stay_out_of_a_plugin(port: Path) -> None:
    """Those that a conversion or an install wrote, and files of other formats."""
    (port / ".claude-plugin").mkdir()
    manifest = port / ".claude-plugin" / "plugin.json"
    manifest.write_text('{"name": "port", "agents": []}\n')
    to = "copilot,claude-code,opencode,claude-plugin"
    assert CliRunner().invoke(specs, ["convert", "agents", "--to", to, "-q"]).exit_code == 0
    (port / ".qwen" / "agents").mkdir(parents=True)
    (port / ".qwen" / "agents" / "pilot.md").write_text(
        "---\nname: pilot\ndescription: Tides.\n---\nYou pilot the ship.\n"
    )
    own = sorted(f"./{path.relative_to(port).as_posix()}" for path in (port / "agents").rglob("*.md"))
    own = [path for path in own if not path.endswith("README.md")]
    assert run(".", "--into", ".claude-plugin/plugin.json").exit_code == 0
    assert json.loads(manifest.read_text())["agents"] == own
    copies = [*own, "./.github/agents/berth-clerk.agent.md", "./.claude/agents/berth-clerk.md"]
    assert all((port / path).is_file() for path in copies)
    manifest.write_text(json.dumps({"name": "port", "agents": copies}))
    checked = run("agents", "--into", ".claude-plugin/plugin.json", "--check")
    assert (checked.exit_code, "are not to be there" in checked.output) == (1, True)
    run("agents", "--into", ".claude-plugin/plugin.json")
    assert json.loads(manifest.read_text())["agents"] == own


def test_a_marketplace_without_lists_is_no_count_of_nothing(port: Path) -> None:
    (port / ".claude-plugin").mkdir()
    (port / ".claude-plugin" / "marketplace.json").write_text('{"plugins": [{"name": "port", "source": "./"}]}\n')
    done = run("agents", "--into", ".claude-plugin/marketplace.json")
    assert done.exit_code == 0
    assert done.output == (
        ".claude-plugin/marketplace.json: no entry lists agents: nothing to keep\n"
        "  Claude Code reads the folder `agents` of each plugin by itself\n"
    )


def test_the_end_line_tells_of_each_file_what_it_is(port: Path) -> None:
    """A manifest that lists nothing is in step with nothing, and one with a remark is not simply in step."""
    for name, listed in (("quay", {}), ("port", {"agents": []})):
        home = port / name / ".claude-plugin"
        home.mkdir(parents=True)
        (home / "plugin.json").write_text(json.dumps({"name": name, **listed}))
    (port / "README.md").write_text("<!-- specs:count -->2<!-- /specs:count --> agents\n")
    (port / "notes.md").write_text("Nothing.\n")
    into = ("--into", "README.md", "--into", "*/.claude-plugin/plugin.json", "--into", "notes.md")
    for words, said in (("--check",), "not in step"), ((), "written"), (("--check",), "in step"):
        done = run("agents", *into, *words)
        end = " ".join(done.stderr[done.stderr.rindex("4 files: ") :].split())
        told, _, without = end.partition("; ")
        assert without == "without a list is quay/.claude-plugin/plugin.json"
        assert max(map(len, done.stderr.splitlines()[-2:])) <= 80
        name, _, parts = told.partition(": ")
        lists = ["2 in step"] if said == "in step" else ["1 in step", f"1 {said}"]
        assert (name, sorted(parts.split(", "))) == ("4 files", sorted(["1 not touched", "1 without a list", *lists]))
    alone = run("agents", "--into", "quay/.claude-plugin/plugin.json")
    assert alone.stderr == (
        "quay/.claude-plugin/plugin.json: it lists no agents: nothing to keep\n"
        "  Claude Code reads the folder `agents` by itself\n"
    )
    assert run("agents", "--into", "notes.md").stderr.endswith("notes.md: not touched\n")


def test_a_marketplace_with_a_remark_is_not_simply_in_step(port: Path) -> None:
    for name in ("quay", "lock"):
        (port / "plugins" / name / ".claude-plugin").mkdir(parents=True)
        (port / "plugins" / name / ".claude-plugin" / "plugin.json").write_text("{}")
        (port / "plugins" / name / "agents").mkdir()
        (port / "plugins" / name / "agents" / f"{name}-hand.md").write_text(
            f"---\nname: {name}-hand\ndescription: x\n---\nWork.\n"
        )
    market = port / ".claude-plugin" / "marketplace.json"
    market.parent.mkdir()
    market.write_text('{"plugins": [{"name": "q", "source": "./plugins/quay", "agents": ["./agents/quay-hand.md"]}]}')
    done = run("plugins", "--into", ".claude-plugin/marketplace.json", "--check")
    assert "P127" in done.stderr
    assert done.stderr.endswith(".claude-plugin/marketplace.json: in step, but for what is told above\n")


def test_a_folder_without_agents_says_what_was_looked_for(port: Path) -> None:
    (port / "docs").mkdir()
    (port / "docs" / "README.md").write_text("# Docs\n")
    done = run("docs")
    assert (done.exit_code, done.stderr.splitlines()) == (
        2,
        [
            "no agents in docs",
            "  looked for specs, and for agent files of any format",
            "  1 file passed over; `specs detect docs` says why",
        ],
    )


def test_a_difference_is_shown_and_nothing_written(port: Path) -> None:
    (port / "README.md").write_text("<!-- specs:count -->2<!-- /specs:count --> agents\n")
    done = run("agents", "--into", "README.md", "--diff")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[3:] == [
        "-<!-- specs:count -->2<!-- /specs:count --> agents",
        "+<!-- specs:count -->3<!-- /specs:count --> agents",
    ]
    assert "-->2<!--" in (port / "README.md").read_text()


def test_a_badge_is_written_and_kept_and_no_other_file_is_taken_for_one(port: Path) -> None:
    assert run("agents", "--into", "badge.json", "--check").exit_code == 1
    assert not (port / "badge.json").exists()
    assert run("agents", "--into", "badge.json").stdout == "new       badge.json\n"
    said = json.loads((port / "badge.json").read_text())
    assert said == {"schemaVersion": 1, "label": "agents", "message": "3", "color": "0b5c5c"}
    assert json.loads(run("agents", "--format", "badge").stdout) == said
    (port / "package.json").write_text("{}")
    done = run("agents", "--into", "package.json")
    assert (done.exit_code, (port / "package.json").read_text()) == (1, "{}")
    assert "P102 not-ours" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("agents", "--check"),
        ("agents", "--diff"),
        ("agents", "--into", "NOWHERE.md"),
        ("agents", "--into", "no/*.md"),
        ("agents", "--into", "README.md", "--format", "text"),
        ("agents", "--format", "plugin"),
        ("agents", "--columns", "name,colour"),
        ("empty", "--into", "README.md"),
    ],
)
def test_misuse_is_told(port: Path, words: tuple[str, ...]) -> None:
    (port / "README.md").write_text(EMPTY)
    (port / "empty").mkdir()
    done = run(*words)
    assert done.exit_code in {1, 2}
    assert isinstance(done.exception, SystemExit)
    assert (port / "README.md").read_text() == EMPTY


def test_of_a_library_names_lead_to_the_sources_else_to_the_specs(port: Path) -> None:
    converted = CliRunner().invoke(specs, ["convert", "agents", "--collection", "port", "-q"])
    assert converted.exit_code == 0, converted.stderr
    (port / "README.md").write_text(EMPTY)
    assert run("--into", "README.md").exit_code == 0
    assert "](specs/port/trade/berth-clerk.yaml)" in (port / "README.md").read_text()
    (port / "specs" / "collections.yaml").write_text("port: {root: agents}\n")
    assert run("--into", "README.md").exit_code == 0
    assert "](agents/trade/berth-clerk.md)" in (port / "README.md").read_text()


def test_show_and_list_tell_categories_by_their_titles(port: Path) -> None:
    (port / "agents" / "data-ai").mkdir()
    (port / "agents" / "trade" / "berth-clerk.md").rename(port / "agents" / "data-ai" / "berth-clerk.md")
    assert "Data & AI (1)\n" in run("agents", "--group-by", "category").stdout
    shown = CliRunner().invoke(specs, ["show", "agents/data-ai/berth-clerk.md"])
    assert shown.exit_code == 0, shown.output


def test_the_list_of_our_own_examples_is_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = run("--into", "examples/README.md", "--check")
    assert done.exit_code == 0, done.stderr
