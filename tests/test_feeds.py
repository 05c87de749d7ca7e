"""What the site tells programs of itself: feeds, badges, lists for language models, the sitemap, the API's promise."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from test_publish import BASE, HOSTILE, catalogue

from converters.library import library_of
from converters.model import AgentSpec, Derived, Section, Source
from converters.publish import Catalogue, Site, badges, build, feeds, llms, load, statistics
from converters.publish.history import Change

feedparser = pytest.importorskip("feedparser", reason="feedparser is not installed")
ROOT = Path(__file__).parents[1]
URL = f"https://example.org{BASE}"
ATOM = "{http://www.w3.org/2005/Atom}"
CHANGED = Change("2026-11-20", "b" * 40, "Tides by the hour", "2026-11-20T23:30:00-02:00")
ADDED = Change("2026-11-01", "a" * 40, "The first agents", "2026-11-01T09:00:00+01:00", new=True)


def agent(name: str, text: str = "You forecast tides.\n", collection: str = "harbour") -> AgentSpec:
    return AgentSpec(
        id=name,
        name=name,
        sections=(Section(text=text),),
        source=Source(collection=collection, path=f"{name}.md", format="claude-code"),
        derived=Derived(summary="Tells when there is water enough.", model_tier="fast", language="en"),
    )


def site(*agents: AgentSpec, url: str | None = URL, **more: Any) -> Site:
    return Site(Catalogue(library=library_of(agents), **more), "Harbour guide", url)


def files(one: Site) -> dict[str, bytes]:
    makers = (badges.assets, feeds.assets, llms.assets, statistics.assets)
    return {asset.path: asset.content for maker in makers for asset in maker(one)}


@pytest.fixture(scope="module")
def told() -> Site:
    """Two agents, one of them added and later changed."""
    history = {"harbour/tide-forecaster": (CHANGED, ADDED), "market/fish-clerk": (ADDED,)}
    return site(agent("tide-forecaster"), agent("fish-clerk", collection="market"), history=history)


@pytest.fixture(scope="module")
def hostile() -> Site:
    """Agents that say what must not be obeyed, with a history that does too."""
    made = catalogue()
    subject = f"{HOSTILE[2]} ]]> \x00\x1b \ufffe &amp;"
    change = Change("2026-11-20", "c" * 40, subject, "2026-11-20T10:00:00+00:00")
    history = dict.fromkeys(made.library.key(spec) for spec in made.library.agents) | {}
    return Site(replace(made, history=dict.fromkeys(history, (change,))), f"A {HOSTILE[0]} site", URL)


# --- feeds -----------------------------------------------------------------------------------------


def test_a_feed_tells_changes_newest_first(told: Site) -> None:
    """What a feed reader sees: each commit's change once, its moment in UTC, the agent's page."""
    read = feedparser.parse(files(told)["feed.xml"])
    assert not read.bozo and read.version == "atom10"
    page = f"{URL}agents/harbour/tide-forecaster/"
    assert [(e.title, e.link, e.updated) for e in read.entries] == [
        ("Tide Forecaster changed", page, "2026-11-21T01:30:00Z"),
        ("Tide Forecaster added", page, "2026-11-01T08:00:00Z"),
        ("Fish Clerk added", f"{URL}agents/market/fish-clerk/", "2026-11-01T08:00:00Z"),
    ]
    assert read.feed.updated == "2026-11-21T01:30:00Z"
    assert read.entries[0].summary == "Tells when there is water enough.\n\nCommit: Tides by the hour"
    assert len({e.id for e in read.entries}) == 3 and all(e.id.startswith("urn:uuid:") for e in read.entries)
    assert {link["rel"]: link["href"] for link in read.feed.links} == {"self": f"{URL}feed.xml", "alternate": URL}


def test_the_json_feed_says_the_same(told: Site) -> None:
    """Keys as https://jsonfeed.org/version/1.1 asks for them."""
    made = files(told)
    read, said = feedparser.parse(made["feed.xml"]), json.loads(made["feed.json"])
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert (said["title"], said["home_page_url"], said["feed_url"]) == ("Harbour guide", URL, f"{URL}feed.json")
    assert [(i["id"], i["url"], i["title"], i["date_modified"], i["content_text"]) for i in said["items"]] == [
        (e.id, e.link, e.title, e.updated, e.summary) for e in read.entries
    ]


def test_each_collection_has_its_own(told: Site) -> None:
    made = files(told)
    read = feedparser.parse(made["collections/market/feed.xml"])
    assert [e.title for e in read.entries] == ["Fish Clerk added"]
    assert read.feed.links[0]["href"] == f"{URL}collections/market/feed.xml"
    assert read.feed.id != feedparser.parse(made["feed.xml"]).feed.id


def test_links_are_relative_where_the_address_is_not_known(told: Site) -> None:
    """Nothing is made up: a reader resolves them against where it found the feed."""
    made = files(Site(told.catalogue, told.name))
    feed = ET.fromstring(made["collections/market/feed.xml"])
    assert [link.get("href") for link in feed.iter(f"{ATOM}link")] == [
        "feed.xml",
        "./",
        "../../agents/market/fish-clerk/",
    ]
    assert json.loads(made["feed.json"])["items"][0]["url"] == "agents/harbour/tide-forecaster/"


def test_without_dates_there_is_no_feed() -> None:
    """And no page links to one: see test_publish."""
    assert not [path for path in files(site(agent("tide-forecaster"))) if "feed" in path]


def test_whatever_is_said_the_feed_is_well_formed(hostile: Site) -> None:
    """As RFC 4287 wants it: one of each of these, no markup of strangers, no character XML forbids."""
    made = files(hostile)
    for path in (p for p in made if p.endswith("feed.xml")):
        feed = ET.fromstring(made[path])
        assert not feedparser.parse(made[path]).bozo, path
        for entry in (feed, *feed.iter(f"{ATOM}entry")):
            assert all(len(entry.findall(ATOM + tag)) == 1 for tag in ("id", "title", "updated"))
            assert datetime.fromisoformat(str(entry.findtext(f"{ATOM}updated"))).tzinfo
            assert {e.tag.removeprefix(ATOM) for e in entry.iter()} <= {
                "feed", "entry", "id", "title", "updated", "author", "name", "generator", "link", "category", "summary",
            }  # fmt: skip
    assert b"alert(1)" in made["feed.xml"] and b"<script" not in made["feed.xml"]
    assert not re.search(r"secret-agent|collections/hidden", made["feed.xml"].decode())


def test_a_feed_is_bounded() -> None:
    many = [agent(f"crane-{number}") for number in range(feeds.MOST + 10)]
    one = site(*many, history={f"harbour/crane-{number}": (ADDED,) for number in range(feeds.MOST + 10)})
    assert len(feedparser.parse(files(one)["feed.xml"]).entries) == feeds.MOST


def test_dates_are_those_of_commits(tmp_path: Path) -> None:
    """From a library in a work tree; a shallow clone knows too little of its past to tell."""
    specs = tmp_path / "project/specs/harbour"
    specs.mkdir(parents=True)

    def git(*said: str, at: str = "2026-11-01T09:00:00+01:00", where: Path = tmp_path / "project") -> None:
        names = {f"GIT_{who}_{what}": "tide" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        days = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path)}
        subprocess.run(["git", *said], cwd=where, env=environment | names | days, check=True, capture_output=True)

    path = specs / "tide-forecaster.yaml"
    path.write_text("spec: 1\nname: tide-forecaster\n", encoding="utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "The first agents")
    path.write_text("spec: 1\nname: tide-forecaster\ndescription: Forecasts tides.\n", encoding="utf-8")
    git("commit", "-qam", "What it is for", at="2026-11-02T12:00:00+00:00")
    one = Site(load(tmp_path / "project/specs"), "Harbour guide", URL)
    assert [(e.title, e.moment, e.change.subject) for e in feeds.entries(one, one.catalogue.agents)] == [
        ("Tide Forecaster changed", "2026-11-02T12:00:00Z", "What it is for"),
        ("Tide Forecaster added", "2026-11-01T08:00:00Z", "The first agents"),
    ]
    git("clone", "-q", "--depth", "1", f"file://{tmp_path}/project", "shallow", where=tmp_path)
    assert not feeds.are_kept(Site(load(tmp_path / "shallow/specs"), "Harbour guide", URL))


# --- badges ----------------------------------------------------------------------------------------


def test_badges_are_endpoints(hostile: Site) -> None:
    """The keys, and nothing else, that https://shields.io/badges/endpoint-badge asks for."""
    made = {path: json.loads(content) for path, content in files(hostile).items() if path.startswith(badges.PLACE)}
    shown = [*hostile.catalogue.members]
    assert set(made) == {
        f"{badges.PLACE}{folder}{name}.json"
        for folder in ("", *(f"collections/{name}/" for name in shown))
        for name in ("agents", "health", "references")
    }
    for badge in made.values():
        assert list(badge) == ["schemaVersion", "label", "message", "color"]
        assert badge["schemaVersion"] == 1 and badge["label"] and badge["message"]
        assert re.fullmatch("[0-9a-f]{6}", badge["color"])
    assert made[f"{badges.PLACE}agents.json"]["message"] == str(len(hostile.catalogue.agents))


@pytest.mark.parametrize("color", [badges._GOOD, badges._FAIR, badges._BAD, badges._PLAIN])
def test_white_letters_are_read_on_badges(color: str) -> None:
    """Contrast of at least 4.5 to 1, by https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


# --- for language models -----------------------------------------------------------------------------


def test_a_prompt_stays_in_its_fence() -> None:
    """Whatever fences a prompt holds, its own is longer, so nothing in it is read as the file's."""
    text = "Say:\n````\n```\n## Fish Clerk\n````\n`````sh\nls\n`````\n"
    made = files(site(agent("tide-forecaster", text)))["llms-full.txt"].decode()
    opened = [line for line in made.splitlines() if re.fullmatch("`{3,}markdown", line)]
    assert opened == ["``````markdown"]
    assert made.partition("``````markdown\n")[2].partition("``````\n")[0] == text


def test_full_prompts_are_those_that_may_be_copied(hostile: Site) -> None:
    made = files(hostile)["llms-full.txt"].decode()
    full = [key for key in hostile.catalogue.agents if hostile.catalogue.publish(key) == "full"]
    assert len(full) < len(hostile.catalogue.agents)
    assert made.count("\n- Address: ") == len(full)
    assert "TOP SECRET" not in made and "Collection: Quiet" not in made


def test_llms_txt_lists_every_agent_and_the_prompts(hostile: Site) -> None:
    """A title, a quotation, then lists of links, as https://llmstxt.org has it; each link whole and on one line."""
    lines = files(hostile)["llms.txt"].decode().splitlines()
    assert lines[0].startswith("# ") and lines[2].startswith("> ")
    links = [found[1] for line in lines if (found := re.match(r"- \[[^\[\]]*\]\(([^()\s]+)\)", line))]
    assert {f"{URL}{quote(f'agents/{key}/')}" for key in hostile.catalogue.agents} <= set(links)
    assert f"{URL}llms-full.txt" in links


def test_large_libraries_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is bounded, all prompts are there once, and the first file names every part."""
    monkeypatch.setattr(llms, "LISTED", 3)
    monkeypatch.setattr(llms, "LARGEST", 700)
    agents = [agent(f"crane-{n}", f"You are crane {n}.\n" * 5, ("harbour", "market")[n % 2]) for n in range(8)]
    made = {path: content.decode() for path, content in files(site(*agents)).items() if path.startswith("llms")}
    parts = [path for path in made if path.startswith("llms-full/")]
    assert len(parts) > 2 and all(len(made[path].encode()) <= 700 for path in parts)
    assert sorted(n for path in parts for n in re.findall(r"## Crane (\d)", made[path])) == sorted("01234567")
    assert re.findall(r"\((\S+)\)", made["llms-full.txt"]) == [URL + path for path in parts]
    assert f"{URL}llms/harbour.txt" in made["llms.txt"] and "crane" not in made["llms.txt"]
    assert made["llms/harbour.txt"].count("- [Crane") == made["llms/market.txt"].count("- [Crane") == 4


# --- statistics ------------------------------------------------------------------------------------


def test_statistics_count_what_is_there(hostile: Site) -> None:
    """Against the agents themselves; and what every agent has one of adds up to all of them."""
    agents = hostile.catalogue.agents
    said = json.loads(files(hostile)[statistics.PLACE])
    assert said["counts"]["agents"] == len(agents)
    for name in ("formats", "tiers", "languages", "licences"):
        assert sum(said[name].values()) == len(agents), name
    assert said["access"]["everything"] == sum(s.tools is None or s.tools.allow is None for s in agents.values())
    assert said["tools"]["shell"] == sum(
        "shell" in {t.name for t in (s.tools and s.tools.allow) or ()} for s in agents.values()
    )
    assert said["sections"] == {"checklist": len(agents) - 1}
    assert sum(said["tokens"]["from"].values()) == len(agents)
    shown = [(u, v) for u, v in hostile.catalogue.network.edges() if u in agents and (v in agents or v[0] == "?")]
    assert sum(said["references"].values()) == sum(said["relations"].values()) == len(shown)
    assert said["references"]["missing"] == sum(v.startswith("?") for _, v in shown)
    assert said["silent"] == len(agents) - len({u for u, _ in shown})


def test_bars_are_as_long_as_their_numbers(hostile: Site) -> None:
    """The longest fills its row, the others in proportion, and each number stands beside its bar."""
    html = hostile.fragment("statistics")
    told = statistics.count(hostile)
    for chart in told.charts:
        part = html.partition(f'<section id="{chart.id}"')[2].partition("</section>")[0]
        assert part.count("<rect ") == len(chart.shown)
        widths = [float(width) for width in re.findall(r'<rect width="([\d.]+)"', part)]
        counts = [int(number.replace(",", "")) for number in re.findall(r"<td>([\d,]+)</td>", part)]
        assert counts == [bar.count for bar in chart.shown]
        assert widths == pytest.approx([100 * n / max(counts) for n in counts], abs=0.01) if counts else not widths


def test_copies_are_counted() -> None:
    text = "You forecast the tides of the harbour from the gauges, hour by hour, and say how sure you are of each.\n"
    one = site(agent("tide-forecaster", text), agent("tide-teller", text, "market"), agent("fish-clerk", "Sell.\n"))
    told = statistics.count(one).copies
    assert (told.families, told.agents, told.exact, told.across) == (1, 2, 1, 1)


# --- the promise -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site of agents with a history."""
    out = tmp_path_factory.mktemp("published") / "site"
    made = catalogue(12)
    history = {made.library.key(spec): (ADDED,) for spec in made.library.agents}
    build(replace(made, history=history), out, url=URL)
    return out


def documented() -> list[str]:
    """The addresses the guide promises."""
    text = (ROOT / "site/guide/api.md").read_text(encoding="utf-8")
    table = text.partition("## Addresses")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    own = re.findall(r"`(api/[^`]+\.json)`", table)
    return [*rows, *(name for name in own if name not in rows)]


def pattern(address: str) -> re.Pattern[str]:
    """An address with its names open: a name is one folder, an id or a path may be several."""
    path = urlsplit(address).path
    path += "index.html" if path.endswith("/") else ""
    names = {"<id>": ".+", "<path>": ".+"}
    return re.compile(
        "".join(
            names.get(part, "[^/]+") if part[:1] == "<" else re.escape(part) for part in re.split("(<[^>]+>)", path)
        )
    )


ONLY_IN_LARGE_LIBRARIES = {"llms/<collection>.txt", "llms-full/<collection>/<number>.txt"}


def test_every_address_the_guide_promises_is_there(published: Path) -> None:
    there = [path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file()]
    assert len(documented()) > 25
    for address in documented():
        found = any(pattern(address).fullmatch(path) for path in there)
        assert found != (address in ONLY_IN_LARGE_LIBRARIES), address


def test_every_file_for_programs_is_in_the_guide(published: Path) -> None:
    """Pages of MkDocs and their assets are no part of the promise; everything else is."""
    known = [pattern(address) for address in documented()]
    own = re.compile(r"assets/.*|sitemap\.xml\.gz|404\.html|(?:[a-z-]+/)*index\.html")
    for path in sorted(published.rglob("*")):
        name = path.relative_to(published).as_posix()
        if path.is_file() and not own.fullmatch(name):
            assert any(one.fullmatch(name) for one in known), name


def test_the_guide_names_every_key(published: Path) -> None:
    """Of the documents it describes key by key."""
    guide = (ROOT / "site/guide/api.md").read_text(encoding="utf-8")
    said = json.loads((published / "api/index.json").read_text("utf-8"))
    keys = {key for one in (*said["agents"], *said["collections"]) for key in one}
    for path in (published / "api/agents").rglob("*.json"):
        keys |= set(json.loads(path.read_text("utf-8")))
    graph = json.loads((published / "api/graph.json").read_text("utf-8"))
    keys |= {key for edge in graph["edges"] for key in edge}
    assert {key for key in keys if f"`{key}`" not in guide} == set()


def test_every_document_of_ours_has_a_version(published: Path) -> None:
    for path in (published / "api").rglob("*.json"):
        said = json.loads(path.read_text("utf-8"))
        if "badges" in path.parts:
            assert said["schemaVersion"] == 1
        elif "prompts" not in path.parts or path.name == "index.json":
            assert isinstance(said["schema_version"], int), path


def test_the_sitemap_dates_what_commits_date(published: Path) -> None:
    """Every page once, at its whole address; agents with the day of their last change, none with that of today."""
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = ET.parse(published / "sitemap.xml").getroot().findall("s:url", spaces)
    days = {str(url.findtext("s:loc", "", spaces)): url.findtext("s:lastmod", None, spaces) for url in urls}
    assert len(days) == len(urls) and all(loc.startswith(URL) for loc in days)
    for loc, day in days.items():
        assert day == ("2026-11-01" if "/agents/" in loc else None), loc
    robots = (published / "robots.txt").read_text("utf-8")
    assert f"Sitemap: {URL}sitemap.xml\n" in robots and "Disallow" not in robots


@pytest.mark.parametrize("name", ["index.html", "statistics/index.html", "agents/harbour/dock-0/agent-0/index.html"])
def test_pages_say_what_others_show_of_them(published: Path, name: str) -> None:
    """Title, description and a picture that is there, at whole addresses."""
    html = (published / name).read_text("utf-8")
    said = dict(
        re.findall(
            r'<meta (?:name="description" )?(?:property|name)="((?:og|twitter):[a-z:]+)" content="([^"]*)"', html
        )
    )
    assert said["og:title"] and said["og:description"] and said["twitter:card"] == "summary_large_image"
    assert said["og:url"] == URL + name.removesuffix("index.html")
    assert (published / said["og:image"].removeprefix(URL)).is_file()


def test_the_same_library_gives_the_same_files(told: Site) -> None:
    again = Site(told.catalogue, told.name, told.url)
    assert files(told) == files(again)
