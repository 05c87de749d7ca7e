"""The published site: safe whatever an agent says, complete, linked, and the same each time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import networkx as nx
import pytest
from click.testing import CliRunner

from converters import canonical, graph
from converters.cli import formats_
from converters.cli import specs as command_line
from converters.findings import MULTILINE, QUOTED, Span
from converters.formats import FORMATS
from converters.formats._kit import Dialect, Limit, Trap
from converters.library import Collection, library_of
from converters.model import (
    AgentSpec,
    Collaboration,
    Derived,
    Edit,
    Evidence,
    Example,
    HeaderEntry,
    Section,
    Source,
    Tool,
    Tools,
    Turn,
)
from converters.publish import Catalogue, Site, addresses, build, collection_pages, format_pages, render, shell

BASE = "/sub/path/"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %} {# x #}",
    "{: onclick=alert(1) }",
    '--8<-- "secret.txt"',
    "[click](javascript:alert(1)) [d](data:text/html,<script>alert(1)</script>) [v](vbscript:x)",
    "![x](data:text/html;base64,PHNjcmlwdD4=) ![y](https://example.org/track.gif)",
    "```mermaid\ngraph TD; A-->B\n```",
    "<iframe src=//example.org></iframe><form action=//example.org><input></form><base href=//example.org><meta http-equiv=refresh content=0><style>*{}</style>",
    '<a href="javascript:alert(1)" onmouseover=alert(1)>x</a> <https://example.org/"onclick=alert(1)>',
    "[ref]: javascript:alert(1)\n\n[ref] <div markdown='1' style='position:fixed'>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;script&#x3e;",
    "zq-shell-content-zq zq-shell-title-zq",
)
"""What must come out as text, wherever it stands."""


def _agent(number: int) -> AgentSpec:
    """A made agent; each differs from the next in what it says and leaves unsaid."""
    bad = HOSTILE[number % len(HOSTILE)] if number < 2 * len(HOSTILE) else ""
    name = f"agent-{number}{bad}" if number < len(HOSTILE) else f"agent-{number % 20}"
    access = (("read",), ("read", "write"), ("shell",), ("network", "spawn"), ("mcp",))[number % 5]
    tools = (
        None,
        Tools(allow=()),
        Tools(
            allow=(Tool("read"), Tool("shell", only=("git:*", bad or "ls:*")), Tool(f"mcp:{bad or 'x'}/y")),
            deny=(Tool(f"t{bad}"),),
        ),
        Tools(allow=None, deny=(Tool("shell"),)),
    )[number % 4]
    collection = ("harbour", "market", "quiet")[number % 3]
    target = f"agent-{(number + 3) % 45}" if number % 7 else f"nobody-{number}"
    return AgentSpec(
        id=f"dock-{number % 4}/agent-{number}",
        name=name,
        description=f"Use when tide {number} turns. {bad}\n\n<example>a List<String> b</example>",
        when_to_use=f"When {bad}" if number % 5 == 0 else None,
        tools=tools,
        model=("sonnet", None, f"m{bad}")[number % 3],
        temperature=0.5 if number % 3 else None,
        tags=(f"tag-{number % 6}", bad) if bad else (),
        aliases=(f"old/agent-{number}", "../../escape", f"dock-{number % 4}/agent-{number}") if number % 9 == 0 else (),
        deprecated=number == 13,
        replaced_by=f"agent-{number + 1}" if number == 13 else None,
        author=bad or None,
        sections=(
            Section(text=f"You are number {number}.\n\n"),
            Section(
                heading=f"## Checks {bad}\n",
                title=f"Checks {bad}",
                kind="checklist",
                level=2,
                text=f"- List<String>\n\n{bad}\n\n| a | b |\n|---|---|\n| {bad} | 2 |\n",
            ),
            Section(
                heading="<role>\n",
                title="role",
                level=2,
                text=f"Text {bad}\n</role>\n",
                edits=(Edit(rule="S102", at=0, was=bad, now="x"),) if bad else (),
            ),
        ),
        source=Source(
            collection=collection,
            path=f"dock-{number % 4}/agent-{number}.{'html' if number == 4 else 'md'}",
            format="claude-code",
            dialect=bad or None,
            sha256=f"{number:064x}",
            license="MIT" if number % 2 else "NOASSERTION",
            repository=f"javascript:alert({number})" if number % 2 else "https://example.org/agents",
            revision="0" * 40,
            header=(HeaderEntry(key=f"k{bad}", edits=(Edit(rule="S103", at=1, was="a", now=bad),)),) if bad else None,
        ),
        derived=Derived(
            title=f"Agent {number}{bad if number < len(HOSTILE) else ''}",
            summary=f"Use when tide {number} turns. {bad}",
            model_tier=("fast", "balanced", None)[number % 3],
            access=access,
            categories=(f"dock {number % 4}{bad if number == 1 else ''}",),
            language=("en", "de", None)[number % 3],
            examples=(
                Example(
                    context=bad or "A ship.",
                    turns=(
                        Turn(role="user", text=f"Hello {bad}"),
                        Turn(role="assistant", text="**Yes**"),
                        Turn(role="commentary", text=bad or "Because."),
                    ),
                ),
            ),
            collaboration=(
                Collaboration(
                    agent=target,
                    relation="hands_off_to",
                    about=f"berth {bad}",
                    when=bad or None,
                    evidence=Evidence(where="body", text=f"Hand it to {target}. {bad}"),
                ),
            ),
        ),
    )


def catalogue(count: int = 48) -> Catalogue:
    """A library of `count` made agents in five collections, one of them kept back and one in summary."""
    agents = [_agent(number) for number in range(count)]
    agents.append(
        AgentSpec(
            id="secret",
            name="secret-agent",
            sections=(Section(text="TOP SECRET"),),
            source=Source(collection="hidden", path="secret.md"),
        )
    )
    agents.append(
        AgentSpec(id="../../../escape", name="escape", source=Source(collection="harbour", path="../../escape.md"))
    )
    agents.append(
        AgentSpec(
            id="häfen/頁",
            name="頁",
            description="Zeigt 頁.",
            sections=(Section(text="頁"),),
            source=Source(collection="harbour", path="häfen/頁 1#?.md", format="claude-code"),
        )
    )
    told = {
        "harbour": Collection(
            "harbour",
            title=f"Harbour {HOSTILE[0]}",
            description=HOSTILE[1],
            license="MIT",
            repository="javascript:alert(1)",
        ),
        "market": Collection("market", title="Market"),
        "quiet": Collection("quiet", title="Quiet", publish="summary"),
        "hidden": Collection("hidden", publish="none"),
    }
    library = library_of(agents, told)
    network, _ = graph.build(library)
    originals = {
        (s.source.collection, s.source.path): f"<script>alert(1)</script> {s.name}\n\ud800".encode("utf-8", "replace")
        for s in library.agents
        if s.source
    }
    return Catalogue(
        library=library,
        network=network,
        findings={
            library.key(s): (
                QUOTED.at(Span(s.source.path, 3, 9), key=HOSTILE[3]),
                MULTILINE.at(Span(s.source.path), key="description"),
            )
            for s in library.agents
            if s.source
        },
        canonical={library.key(s): f"spec: 1\nname: {s.name}\n" for s in library.agents},
        originals=originals,
    )


@pytest.fixture(scope="session")
def made() -> Catalogue:
    return catalogue()


@pytest.fixture(scope="session")
def built(made: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "site"
    build(made, out, url=f"https://example.org{BASE}", strict=True)
    return out


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            self.scripts.append(data)
        self.text.append(data)


def read_html(path: Path) -> _Reader:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    return reader


def pages_of(out: Path) -> Iterator[Path]:
    yield from sorted(out.rglob("*.html"))


def test_nothing_an_agent_says_becomes_active(built: Path) -> None:
    """On every page: only the site's own scripts, no handlers, no odd addresses, no foreign elements."""
    count = 0
    for path in pages_of(built):
        count += 1
        redirect = 'http-equiv="refresh"' in path.read_text("utf-8")
        reader = read_html(path)
        for tag, attributes in reader.tags:
            where = f"{path.relative_to(built)}: <{tag} {attributes}>"
            assert tag not in {
                "iframe",
                "object",
                "embed",
                "base",
                "style",
                "frame",
                "applet",
                "video",
                "audio",
                "img",
                "math",
            }, where
            assert not any(
                name.startswith("on") or name in {"style", "srcdoc", "formaction", "ping"} for name in attributes
            ), where
            for name in ("href", "src", "action", "xlink:href"):
                scheme = urlsplit((attributes.get(name) or "").strip()).scheme.lower()
                assert scheme in {"", "https", "http", "mailto"}, where
            if tag == "script" and "src" in attributes:
                assert urlsplit(attributes["src"] or "").path.rpartition("assets/")[2] in OWN_SCRIPTS, where
            if tag == "meta" and attributes.get("http-equiv"):
                assert attributes["http-equiv"] in {"Content-Security-Policy", *(["refresh"] if redirect else [])}, (
                    where
                )
            if tag == "form":
                assert attributes.get("class") in {"as-find", "as-toolbar", "as-convert__form"}, where
        for script in reader.scripts:
            assert "alert(1)" not in script, path
    assert count > 60


OWN_SCRIPTS = {
    "agent.js",
    "basket.js",
    "basket-page.js",
    "catalogue.js",
    "compare.js",
    "convert.js",
    "graph.js",
    "lost.js",
    "site.js",
}


def test_what_an_agent_says_is_shown_as_it_stands(built: Path) -> None:
    """Tags, generics and template marks are readable text, never swallowed."""
    text = "".join(read_html(built / "agents/harbour/dock-0/agent-0/index.html").text)
    assert HOSTILE[0] in text
    assert "List<String>" in text
    assert "<example>a List<String> b</example>" in text
    assert "{{ 7*7 }} {% raw %}" in "".join(read_html(built / "agents/quiet/dock-1/agent-5/index.html").text)
    assert "zq-shell-content-zq" in "".join(read_html(built / "agents/harbour/dock-3/agent-15/index.html").text)


def test_every_page_forbids_foreign_scripts(built: Path) -> None:
    """A policy stands before the first script, and its hashes are those of the page's inline scripts."""
    for path in pages_of(built):
        html = path.read_text("utf-8")
        if 'http-equiv="refresh"' in html:
            continue
        policy = html.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
        assert "'unsafe-inline'" not in policy.partition("style-src")[0], path
        assert html.index("Content-Security-Policy") < html.index("<script"), path
        assert all(digest in policy for digest in map(shell._digest, shell._SCRIPT.findall(html))), path


def broken_links(out: Path, base: str = BASE) -> list[str]:
    """Every `href` and `src` below `base` that leads nowhere, with the page it stands on."""
    ids = {path: {a["id"] for _, a in read_html(path).tags if a.get("id")} for path in pages_of(out)}
    broken = []
    for path in pages_of(out):
        at = base + path.relative_to(out).as_posix().removesuffix("index.html")
        if path.name == "404.html":
            at = base
        for tag, attributes in read_html(path).tags:
            for name in ("href", "src"):
                target = attributes.get(name)
                if not target or tag == "use" or (tag == "link" and attributes.get("rel") == "canonical"):
                    continue
                parts = urlsplit(urljoin(f"https://here{at}", target))
                if parts.netloc != "here":
                    continue
                if not parts.path.startswith(base):
                    broken.append(f"{at} -> {target} leaves the site")
                    continue
                file = out / unquote(parts.path.removeprefix(base))
                file = file / "index.html" if file.is_dir() else file
                if not file.is_file():
                    broken.append(f"{at} -> {target}")
                elif (
                    parts.fragment
                    and file in ids
                    and unquote(parts.fragment) not in ids[file]
                    and "graph/" not in parts.path
                ):
                    broken.append(f"{at} -> {target} (no such place)")
    return broken


def test_every_link_leads_somewhere(built: Path) -> None:
    assert broken_links(built) == []


def test_the_addresses_are_there(built: Path, made: Catalogue) -> None:
    """The contract with everyone who links here."""
    for name in (
        "",
        "catalogue/",
        "collections/",
        "categories/",
        "graph/",
        "health/",
        "formats/",
        "schema/",
        "compare/",
        "guide/",
    ):
        assert (built / name / "index.html").is_file(), name
    for name in (
        "404.html",
        "llms.txt",
        "sitemap.xml",
        "api/index.json",
        "api/graph.json",
        "api/formats.json",
        "assets/favicon.svg",
        "schema.json",
    ):
        assert (built / name).is_file(), name
    for key in made.agents:
        assert (built / addresses.agent(key) / "index.html").is_file()
        assert (built / addresses.agent_json(key)).is_file()
    for id_ in FORMATS:
        assert (built / addresses.format_page(id_) / "index.html").is_file()
        assert f"https://example.org{BASE}formats/{id_}/" in (built / "sitemap.xml").read_text()
    assert (built / "raw/harbour/dock-0/agent-0.md").read_bytes() == made.originals["harbour", "dock-0/agent-0.md"]
    assert (built / "agents/harbour/dock-0/agent-0/agent.yaml").is_file()
    assert f"https://example.org{BASE}agents/harbour/dock-0/agent-0/" in (built / "sitemap.xml").read_text()


def test_without_dates_no_page_links_to_a_feed(built: Path) -> None:
    assert not list(built.rglob("feed.*"))
    for path in pages_of(built):
        assert "guide" in path.parts or "feed.xml" not in path.read_text("utf-8"), path


def test_nothing_is_written_outside_the_site(built: Path) -> None:
    """Ids, paths and aliases that climb are left out."""
    assert not list(built.parent.rglob("*escape*"))
    assert sorted(p.name for p in built.parent.iterdir()) == ["site"]


def test_what_is_kept_back_is_not_published(built: Path) -> None:
    """`none` shows nothing at all, `summary` neither prompt nor files."""
    for path in built.rglob("*"):
        if path.is_file() and path.suffix in {".html", ".json", ".txt", ".xml", ".yaml"}:
            text = path.read_text("utf-8")
            assert "TOP SECRET" not in text and "secret-agent" not in text, path
    assert not (built / "raw/quiet").exists()
    assert not list((built / "agents/quiet").rglob("agent.yaml"))
    for path in (built / "api/agents/quiet").rglob("*.json"):
        said = json.loads(path.read_text("utf-8"))
        assert said["sections"] is None and said["raw"] is None
        assert "You are number" not in path.read_text("utf-8")
    for path in (built / "agents/quiet").rglob("index.html"):
        assert "You are number" not in path.read_text("utf-8")


def test_former_ids_redirect(built: Path) -> None:
    """An alias leads to its agent, and never replaces one."""
    moved = (built / "agents/harbour/old/agent-9/index.html").read_text("utf-8")
    assert 'content="0; url=../../../../agents/harbour/dock-1/agent-9/"' in moved
    assert "has moved" not in (built / "agents/harbour/dock-1/agent-9/index.html").read_text("utf-8")


def test_no_raw_file_runs_in_a_browser(built: Path) -> None:
    """Endings that a server would serve as a page get `.txt`."""
    assert addresses.raw("c", "a/B.HTML") == "raw/c/a/B.HTML.txt"
    assert not [p for p in (built / "raw").rglob("*") if p.suffix.lower() in {".html", ".htm", ".svg", ".xml", ".js"}]


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "a/./b", "a/\x00", "a\\b", "c:x", "a/b ", "a/..", "", "a/\u202eb", "x" * 300]
)
def test_paths_that_could_leave_the_site_are_refused(path: str) -> None:
    assert addresses.segments(path) is None


def test_the_api_says_what_the_library_says(built: Path, made: Catalogue) -> None:
    """Valid JSON with its version; every agent once; every address in it exists."""
    index = json.loads((built / "api/index.json").read_text("utf-8"))
    assert index["schema_version"] == 1
    assert [f"{a['collection']}/{a['id']}" for a in index["agents"]] == list(made.agents)
    for agent in index["agents"]:
        assert (built / unquote(agent["url"]) / "index.html").is_file()
        one = json.loads((built / unquote(agent["api"])).read_text("utf-8"))
        assert one["schema_version"] == 1
        assert one["name"] == agent["name"]
        assert tuple(agent.get("aliases", ())) == made.agents[f"{agent['collection']}/{agent['id']}"].aliases
        if one["sections"] is not None:
            spec = made.agents[f"{agent['collection']}/{agent['id']}"]
            assert "".join((s["heading"] or "") + s["text"] for s in one["sections"]) == spec.prompt
    by_id = {c["name"]: c["agents"] for c in index["collections"]}
    assert sum(by_id.values()) == len(made.agents)
    assert "hidden" not in by_id


def test_the_graph_is_networkx_node_link(built: Path, made: Catalogue) -> None:
    """Networkx reads it back; every edge carries what the contract names."""
    said = json.loads((built / "api/graph.json").read_text("utf-8"))
    read = nx.node_link_graph(
        {k: v for k, v in said.items() if k not in {"relations", "schema_version"}}, edges="edges"
    )
    assert said["schema_version"] == 1
    assert {n for n in read if not n.startswith("?")} == set(made.agents)
    for speaker, _, edge in read.edges(data=True):
        assert {"relation", "resolution"} <= edge.keys()
        assert ("evidence" in edge) == (made.publish(speaker) == "full")
    for _, node in read.nodes(data=True):
        assert 0 <= node["x"] <= 1000 and 0 <= node["y"] <= 1000


def test_a_missing_agent_comes_with_a_suggestion() -> None:
    """A misspelt name leads to the agent that was meant."""
    said = Collaboration(
        agent="harbour-mastr", relation="supports", evidence=Evidence(where="body", text="harbour-mastr")
    )
    here = Source(collection="port", path="a/harbour-master.md")
    library = library_of(
        (
            AgentSpec(id="a/harbour-master", name="harbour-master", source=here),
            AgentSpec(
                id="b/clerk", name="clerk", source=Source(collection="port"), derived=Derived(collaboration=(said,))
            ),
        )
    )
    site = Site(Catalogue(library=library, network=graph.build(library)[0]))
    assert site.made.ties("port/b/clerk")[0].suggestions == (("Harbour Master", "agents/port/a/harbour-master/"),)
    assert 'href="../agents/port/a/harbour-master/"' in site.fragment("health", "../")


def test_health_says_what_check_counts() -> None:
    """The page counts names, `specs check` the agents that use them; a keeper sees both numbers."""
    from converters.publish.loading import load

    specs = Path(__file__).parents[1] / "specs"
    said = json.loads(CliRunner().invoke(command_line, ["check", str(specs), "--select", "G101", "--json"]).stdout)
    page = " ".join(Site(load(specs)).fragment("health").split())
    missing = len({(one["message"], one["path"].split("/")[1]) for one in said["findings"]})
    assert f"<strong>{missing}</strong> names nobody answers to" in page
    assert len(said["findings"]) > missing > 1
    assert f"{len(said['findings'])} findings of <code>G101</code>" in page


def test_a_format_s_page_tells_its_table(built: Path, made: Catalogue) -> None:
    """Every key, limit, note and place of every format is on its page, and the way to its agents."""
    for fmt in FORMATS.values():
        reader = read_html(built / addresses.format_page(fmt.id) / "index.html")
        text = " ".join("".join(reader.text).split())
        for said in (fmt.title, fmt.container.value, *fmt.files, *(row.key for row in fmt.rows), fmt.read_on):
            assert " ".join(said.split()) in text, (fmt.id, said)
        assert fmt.limits_tools or ("only as a whole" if fmt.limits_whole else "cannot limit") in text
        assert ("Read only" in text or "Written only" in text) == (not (fmt.reads and fmt.writes))
        count = sum(bool(s.source and s.source.format == fmt.id) for s in made.agents.values())
        links = {a.get("href") for tag, a in reader.tags if tag == "a"}
        assert (f"../../catalogue/?format={fmt.id}" in links) == bool(count)


def test_the_matrix_is_a_table_for_everyone(built: Path) -> None:
    """A caption, a heading for each row and column, a number or words in each cell, and the same in the API."""
    reader = read_html(built / "formats/index.html")
    html = (built / "formats/index.html").read_text("utf-8").partition('<table class="as-matrix">')[2]
    html = html.partition("</table>")[0]
    assert "<caption" in html
    assert html.count('scope="col"') == html.count('scope="row"') == len(FORMATS)
    assert html.count('<td class="as-shade--') == len(FORMATS) ** 2
    cells = json.loads((built / "api/formats.json").read_text("utf-8"))["matrix"]["cells"]
    assert html.count("not measured") == len(FORMATS) ** 2 - sum(map(len, cells.values()))
    assert ("div", "0") in {(tag, a.get("tabindex")) for tag, a in reader.tags}, "the keyboard can scroll it"


def test_the_api_tells_the_formats_as_the_command_line_does(built: Path) -> None:
    said = json.loads((built / "api/formats.json").read_text("utf-8"))
    assert said["schema_version"] == 1
    assert {f["id"] for f in said["formats"]} == set(FORMATS)
    for one in said["formats"]:
        told = json.loads(json.dumps(formats_._told(FORMATS[one["id"]])))
        assert {k: v for k, v in one.items() if k in told and k not in {"traps", "table"}} == {
            k: v for k, v in told.items() if k in one and k not in {"traps", "table"}
        }
        assert [row["field"] for row in one["table"]] == [row["field"] for row in told["table"]]
        assert (built / one["url"] / "index.html").is_file()


def test_nothing_a_format_says_becomes_active(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formats of other packages are foreign text too."""
    bad = HOSTILE[0]
    row = replace(FORMATS["cursor"].rows[1], key=f"k{bad}", note=bad, origin=bad, default=lambda _: "x")
    hostile = replace(
        FORMATS["cursor"], title=bad, rows=(FORMATS["cursor"].rows[0], row), files=(bad,), notes=HOSTILE,
        why=bad, safest=bad, limits_tools=False, reads=False, source="javascript:alert(1)", also_loads=(bad,),
        limits=(Limit("name", 9, advice=bad),), traps=(Trap(re.compile(re.escape(bad)), bad, bad),),
        dialects=(Dialect(id=bad, title=bad, recognise=lambda *_: False),),
    )  # fmt: skip
    monkeypatch.setattr(format_pages, "FORMATS", {"cursor": hostile, "roo": FORMATS["roo"]})
    site = Site(catalogue(3))
    pages = [site.fragment("formats"), *(page.html for page in site.pages() if page.section == "formats/")]
    assert any("&lt;script&gt;" in page for page in pages)
    for page in pages:
        reader = _Reader()
        reader.feed(page)
        assert not {tag for tag, _ in reader.tags} & {"script", "svg", "img", "iframe", "form", "style"}
        assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
        assert not any((attributes.get("href") or "").startswith("javascript:") for _, attributes in reader.tags)


def test_the_same_library_gives_the_same_bytes(made: Catalogue) -> None:
    again = catalogue()
    one, two = Site(made), Site(again)
    assert list(one.pages()) == list(two.pages())
    assert list(one.assets()) == list(two.assets())
    assert one.fragment("home") == two.fragment("home")


def test_pages_stay_small(built: Path, made: Catalogue) -> None:
    """Bytes a reader pays: a page, the index an agent, the site's own scripts and styles."""
    sizes = sorted((built / addresses.agent(k) / "index.html").stat().st_size for k in made.agents)
    assert sizes[len(sizes) // 2] < 45_000
    assert (built / "api/index.json").stat().st_size < 1_200 * len(made.agents)
    for name in ("", "catalogue", "graph", addresses.agent("harbour/dock-0/agent-0")):
        own = set(
            re.findall(r'(?:src|href)="[./]*(assets/[a-z-]+\.(?:js|css))"', (built / name / "index.html").read_text())
        )
        assert len(own) >= 3 and sum((built / asset).stat().st_size for asset in own) < 130_000, name


def test_a_page_costs_no_more_in_a_larger_library() -> None:
    """Nothing made for one agent looks at all of them: ten times the agents, about ten times the work."""

    def seconds(count: int) -> float:
        site = Site(catalogue(count))
        assert site.formats.matrix  # it costs the same in any library
        began = time.process_time()
        for _ in site.pages():
            pass
        for _ in site.assets():
            pass
        return time.process_time() - began

    seconds(48)
    assert seconds(600) < 4 * 10 * max(seconds(60), 0.02)


BAIT = (
    ">" * 100_000 + "a",
    "*a **b " * 20_000,
    "[" * 50_000,
    "`" * 30_000,
    "<" * 100_000,
    "- " * 5_000 + "a",
    "![a](" * 30_000,
    "<https://" * 20_000,
    "| a " * 20_000 + "\n" + "|--" * 20_000,
    "&lt;" * 40_000,
)


@pytest.mark.parametrize("text", BAIT, ids=range(len(BAIT)))
def test_rendering_takes_linear_time(text: str) -> None:
    began = time.perf_counter()
    render.markdown(text)
    assert time.perf_counter() - began < 1.5


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b> c", "<p>a &lt;b&gt; c</p>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("# H", "<h3>H</h3>\n"),
        ("[x](javascript:alert(1))", "<p><a>x</a></p>\n"),
        ("[x](../y.md)", "<p><a>x</a></p>\n"),
        ("![a tree](https://example.org/t.png)", "<p><em>[image: a tree]</em></p>\n"),
        (
            "<https://example.org>",
            '<p><a href="https://example.org" rel="nofollow noopener noreferrer">https://example.org</a></p>\n',
        ),
        ("- [x] done", "<ul>\n<li>☑ done</li>\n</ul>\n"),
        ("```mermaid\na<b\n```", "<pre><code>a&lt;b\n</code></pre>\n"),
        ("\ue000 <x>", "<p>\ue000 &lt;x&gt;</p>\n"),
        ("x" * (render.LARGEST + 1), f"<pre>\n{'x' * (render.LARGEST + 1)}</pre>\n"),
    ],
)
def test_markdown_becomes_safe_html(text: str, html: str) -> None:
    assert render.markdown(text) == html


@pytest.mark.slow
def test_a_build_says_where_it_went_and_whom_nobody_can_tell_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "specs" / "port" / "pilot.yaml"
    path.parent.mkdir(parents=True)
    hidden = AgentSpec(
        name="pilot", description="Pilots.", source=Source(collection="port"), extensions={"x": {"publish": "flase"}}
    )
    path.write_text(canonical.dump(hidden), encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Port\nsite_dir: out/pages\ntheme: {name: material}\nplugins: [agent-specs]\n", encoding="utf-8"
    )
    (tmp_path / "docs").mkdir()
    done = CliRunner().invoke(command_line, ["build", "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"site": str(Path("out/pages"))}), done.output
    assert f"the site is in {Path('out/pages')}" in done.stderr
    assert (tmp_path / "out" / "pages" / "index.html").is_file()
    assert not (tmp_path / "out" / "pages" / "agents").exists()
    assert "port/pilot: `publish` says 'flase', which means nothing" in caplog.text


def test_a_collection_s_page_keeps_the_order_of_numbered_folders() -> None:
    agents = [
        AgentSpec(
            id=path, name=path, source=Source(collection="port", path=f"{path}.md"), derived=Derived(categories=of)
        )
        for path, *rest in (
            ("02-berths/clerk", "berths"),
            ("01-watch/pilot", "watch"),
            ("galley/cook", "galley"),
            ("x",),
        )
        for of in [tuple(rest)]
    ]
    cards = Site(Catalogue(library=library_of(agents))).made.cards
    assert [name for name, _ in collection_pages.groups(cards.values(), agents)] == ["watch", "berths", "galley", ""]


def test_the_home_page_leads_to_the_categories_it_does_not_show() -> None:
    """Only where there are some; and with one collection no category says whose it is."""

    def site(count: int) -> Site:
        return Site(
            Catalogue(
                library=library_of(
                    AgentSpec(
                        id=f"a{number}",
                        name=f"a{number}",
                        source=Source(collection="port", path=f"a{number}.md"),
                        derived=Derived(categories=(f"quay {number}",)),
                    )
                    for number in range(count)
                )
            )
        )

    assert 'href="./categories/">All 16 categories</a>' in site(16).fragment("home", "./")
    assert "categories</a>" not in site(8).fragment("home", "./")
    assert "collections/port" not in site(8).fragment("categories", "../")


def test_an_empty_library_is_a_site_too(tmp_path: Path) -> None:
    build(Catalogue(library=library_of(())), tmp_path / "site", strict=True)
    assert broken_links(tmp_path / "site", "/") == []


@pytest.mark.parametrize("said", ["port: {publsh: false}\n", "port: {publish: flase}\n", "port: [\n"])
def test_nothing_is_built_from_a_description_that_is_not_understood(
    tmp_path: Path, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    from mkdocs.config import load_config
    from mkdocs.exceptions import ConfigurationError

    from converters.publish import write_project

    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "collections.yaml").write_text(said)
    for command in ("build", "serve"):
        config = load_config(str(write_project(tmp_path, name="Port")))
        plugin = config.plugins["agent-specs"]
        config.plugins.on_startup(command=command, dirty=False)
        try:
            if command == "build":
                with pytest.raises(ConfigurationError, match=r"specs/collections\.yaml:\d+:\d+: "):
                    plugin.on_config(config)
            else:  # whoever edits it is told, and sees the rest
                plugin.on_config(config)
                assert "collections.yaml:" in caplog.text
        finally:
            config.plugins.on_shutdown()
