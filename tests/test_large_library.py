"""A library so large that its pages leave each prompt to the files beside them: readers see and take the same."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from browsing import Visitor, served, visitor
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from test_agent_page import TIDE, TIDE_PAGE, harbour
from test_site_safety import ACTIVE, FIRE, OPENED, VECTORS, hostile

from converters import canonical
from converters.library import Collection, library_of
from converters.model import AgentSpec, Edit, Section
from converters.publish import build, prepare, press, vendoring
from converters.publish.pages import parts
from converters.publish.press import LARGE
from converters.sections import split

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "site" / "assets"
browsed = pytest.mark.browser


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The harbour's site, made as that of a large library, below a sub-path."""
    out = tmp_path_factory.mktemp("large") / "sub" / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "LARGE", 0)
        build(prepare(harbour()), out, strict=True)
    return out


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[str]:
    with served(built.parent) as address:
        yield f"{address}site/"


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Any]:
    """A page on which the site's own modules run by themselves."""
    with served(ASSETS) as address, visitor(browser, address) as one:
        page = one.visit("site.css")
        for name in ("sections", "prose"):
            page.evaluate("([name, at]) => import(at).then((m) => { window[name] = m; })", [name, f"/{name}.js"])
        page.evaluate(f"() => {{ {ALIKE} }}")
        yield page


# --- what lies where --------------------------------------------------------------------------------


def test_pages_and_records_leave_the_prompt_to_its_files(built: Path) -> None:
    """It stands whole in the canonical document and in the original, and nowhere beside them."""
    page = (built / TIDE_PAGE / "index.html").read_text("utf-8")
    record = json.loads((built / "api/agents/harbour/ops/tide-forecaster.json").read_text())
    said = "Name the hour of slack water"
    assert said not in page and said not in json.dumps(record)
    assert 'href="agent.yaml"' in page and "raw/harbour/ops/tide-forecaster.md" in page
    assert record["sections_in"] == "canonical" and "sections" not in record
    assert said in (built / record["canonical"]).read_text() and said in (built / record["raw"]).read_text()
    assert "Use when a berth plan depends on the tide." in page and record["description"]


def test_what_is_not_published_is_in_no_file(built: Path) -> None:
    record = json.loads((built / "api/agents/found/agents/anchor-weigher.json").read_text())
    assert record["sections"] is None and "sections_in" not in record


def test_two_thousand_agents_are_not_large() -> None:
    catalogue = prepare(library_of([AgentSpec(id=f"a{n}", name=f"a{n}") for n in range(3)]))
    for size, whole in ((3, True), (2, False)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(press, "LARGE", size)
            assert press.Press(catalogue).whole is whole
    assert f"{LARGE:,}" in (ROOT / "site/guide/publishing.md").read_text()


# --- reading, with a browser --------------------------------------------------------------------------


@browsed
def test_the_prompt_is_read_as_everywhere(seen: Visitor) -> None:
    """Rendered, with its outline and a link to each section; as source; copied to the character."""
    page = seen.visit(f"{TIDE_PAGE}#section-2")
    page.get_by_role("heading", name="Responsibilities").wait_for()
    assert page.locator("#section-2 li").all_text_contents() == [
        "Read the gauge at the bar",
        "Name the hour of slack water",
    ]
    link = page.locator("#pane-read a", has_text="the tables")
    assert link.get_attribute("rel") == "nofollow noopener noreferrer"
    assert link.locator("+ .as-host").text_content() == " (tables.example)"
    assert page.locator(".as-outline li").count() == 2
    assert page.locator("#pane-read .as-kind").first.text_content() == "responsibilities"
    prompt = TIDE.partition("---\n\n")[2]
    page.get_by_role("tab", name="Source").click()
    page.locator("#prompt-source:not(:empty)").wait_for()
    assert page.locator("#prompt-source").text_content().strip("\n") == prompt.strip("\n")
    page.get_by_role("button", name="Copy prompt").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").strip("\n") == prompt.strip("\n")


@browsed
def test_a_telephone_waits_until_the_prompt_is_near(browser: Any, site: str) -> None:
    """What nobody may read is not loaded; the link to a section is somebody's wish to."""
    with visitor(browser, site, viewport={"width": 390, "height": 300}) as one:
        asked: list[str] = []
        one.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        page = one.visit(TIDE_PAGE)
        page.wait_for_selector(".as-chooser")
        assert "agent.yaml" not in asked and "prose.js" not in asked
        page.locator("#prompt").scroll_into_view_if_needed()
        page.get_by_role("heading", name="Responsibilities").wait_for()
        one.visit(f"{TIDE_PAGE}?again#section-2").get_by_role("heading", name="Responsibilities").wait_for()
        assert one.minded() == []


@browsed
def test_agents_are_compared_as_everywhere(seen: Visitor) -> None:
    page = seen.visit("compare/?a=harbour/ops/tide-forecaster&b=market/tide-forecaster")
    page.wait_for_selector("[data-as-compare][data-ready]", state="attached")
    assert page.locator("del", has_text="slack").count() == page.locator("ins", has_text="high").count() == 1


@browsed
def test_without_a_script_the_page_leads_to_the_prompt(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + TIDE_PAGE)
    page.locator("#pane-read").get_by_role("link", name="original file").click()
    assert page.url.endswith("raw/harbour/ops/tide-forecaster.md")
    context.close()


@browsed
def test_a_prompt_that_does_not_come_is_told(browser: Any, site: str) -> None:
    with visitor(browser, site) as one:
        one.page.route("**/agent.yaml", lambda route: route.abort())
        one.visit(TIDE_PAGE).get_by_text("The prompt could not be loaded.").first.wait_for()


# --- the canonical document, read by the page -----------------------------------------------------------

WORDS = st.text("aé頁😀 \n\t:#-\"\\'{}[],|>?&*%@`!0~=\x00\x85\u2028\ufeff\r", max_size=12)
SECTIONS = st.lists(
    st.builds(
        Section,
        heading=st.none() | WORDS | st.just("## Watch the tide\n"),
        title=st.none() | WORDS,
        kind=st.sampled_from((None, "role")),
        level=st.sampled_from((None, 1, 3)),
        slot=st.none() | WORDS,
        text=st.builds(
            lambda text, breaks: text + "\n" * breaks, WORDS | st.just("high water " * 9), st.integers(0, 3)
        ),
        edits=st.lists(st.builds(Edit, rule=st.just("S101"), at=st.just(3), was=WORDS, now=WORDS), max_size=2).map(
            tuple
        ),
    ),
    max_size=4,
)


def told(sections: tuple[Section, ...]) -> list[dict[str, Any]]:
    names = ("heading", "title", "kind", "level", "slot", "text")
    return [{name: getattr(section, name) for name in names} for section in sections]


@browsed
@given(
    st.lists(
        st.builds(lambda found: AgentSpec(id="a", name="a", sections=tuple(found)), SECTIONS), min_size=30, max_size=30
    )
)
def test_the_page_reads_a_document_as_the_reader_of_specs_does(script: Any, specs: list[AgentSpec]) -> None:
    """Whatever sections hold: what our own YAML gives back, the page's reader gives back too."""
    documents = [canonical.dump(spec) for spec in specs]
    wanted = []
    for document in documents:
        spec, _ = canonical.load(document, "a.yaml")
        assert spec is not None
        wanted.append(told(spec.sections))
    assert script.evaluate("all => all.map((one) => sections.read(one))", documents) == wanted


@browsed
@pytest.mark.parametrize(
    "document",
    [
        "sections:\n- text: >\n    folded\n",
        "sections:\n- text: 'x'\n  text : y\n",
        "sections: [{text: x]\n",
        "sections:\n- kind: role\n",
        "x",
    ],
)
def test_another_spelling_is_refused(script: Any, document: str) -> None:
    assert (
        script.evaluate("one => { try { return sections.read(one); } catch (error) { return error.name; } }", document)
        == "SyntaxError"
    )


# --- the same elements -------------------------------------------------------------------------------------

ALIKE = """
  const inside = (node) => Boolean(node.parentElement?.closest('pre'));
  window.outline = (root) => {
    const found = [];
    const walk = (node) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) {
          const text = inside(child) ? child.data : child.data.replace(/[ \\t\\n]+/g, ' ');
          if (typeof found.at(-1) === 'string') found[found.length - 1] = found.at(-1) + text; else found.push(text);
        } else {
          found.push([child.localName, ...[...child.attributes].map(({ name, value }) => `${name}=${value}`).sort()]);
          walk(child);
          found.push([`/${child.localName}`]);
        }
      }
    };
    walk(root);
    return found.map((one) => (typeof one === 'string' ? one.trim() : one)).filter((one) => one.length);
  };
  window.alike = (given, html) => {
    const made = document.createElement('div');
    made.append(...prose.parts(given));
    return [outline(made), outline(new DOMParser().parseFromString(`<div>${html}</div>`, 'text/html').body.firstChild)];
  };
"""
"""An element as tags with their attributes and texts, white space between blocks aside."""


def page_s(sections: tuple[Section, ...]) -> str:
    """The sections as the template lays them out."""
    told, above = [], 2
    for part in parts(sections):
        told.append(f'<section id="{part.anchor}">')
        if part.title:
            above = min(part.depth, above + 1)
            kind = f'<span class="as-kind">{escape(part.kind)}</span>' if part.kind else ""
            told.append(f'<h{above} class="as-part">{part.heading}{kind}</h{above}>')
        told.append(f"{part.html}</section>")
    return "".join(told)


PROSE = (
    "# Tides\n\nRead the *gauge*, then **say**.\nA line.  \nAnother\\\none.\n\n### Deep\n\n###### Deeper\n",
    "- a\n- b\n  1. c\n  2. d\n\n7. seven\n\n8. eight\n\n> quoted\n> > twice\n\n---\n\n- [ ] to do\n- [x] done\n",
    "| port | depth |\n|:---|---:|\n| `Kiel` | 9 |\n| a \\| b |\n\n~~struck~~ and `code <b>` and ``a ` b``\n",
    "```sh\necho <tide> &amp; \n```\n\n    indented <i>\n\n~~~\n~~~\n",
    '[table](https://tides.example/a?b=c&d=é "title") [x](../near.md) [y](javascript:x) [z](mailto:a@port.example)\n',
    "<https://tides.example/x> https://tides.example/(a). (www.tides.example) a@port.example, b@3.0.1 //x.example\n",
    "[github.com](https://github.com@bad.example/x) [k](https://\u0430pple.example/) [r][one]\n\n[one]: http://r.example/\n",
    '![chart](https://pictures.example/a.png "t") ![](x) [![in](y)](https://z.example/)\n',
    "<role>\nYou are <b>bold</b> &lt;i&gt; &#60;u&#62; <!-- said -->\n</role>\n\n<details>\n<summary>x</summary>\n",
    "zero\u200bwidth \u202eover \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f \x07 \x00\n",
    "> " * 70 + "deep\n",
    "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|x|\n" * 300,
    "*" * 50 + "a" + "*" * 50 + "\n\n" + "[" * 200 + "x\n",
)
"""What prompts are written in, by kind."""


@browsed
@pytest.mark.parametrize("text", PROSE)
def test_the_page_makes_the_elements_the_build_makes(script: Any, text: str) -> None:
    sections = split(text) or (Section(text=text),)
    mine, build_s = script.evaluate("([given, html]) => alike(given, html)", [told(sections), page_s(sections)])
    assert mine == build_s


@browsed
def test_our_own_agents_read_the_same(script: Any) -> None:
    for path in sorted((ROOT / "specs").glob("*/**/*.yaml")):
        spec, _ = canonical.load_file(path)
        if spec is not None:
            mine, build_s = script.evaluate(
                "([given, html]) => alike(given, html)", [told(spec.sections), page_s(spec.sections)]
            )
            assert mine == build_s, path


# --- strangers' text -------------------------------------------------------------------------------------

KNOWN = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


@browsed
@given(
    st.lists(
        st.text("<>\"'&`[]()!:/\\*_#|-~= \n\tjavscriptonhe@w.\x00\u202e\ue000", max_size=120), min_size=20, max_size=20
    )
)
def test_no_text_becomes_an_element_of_its_own(script: Any, texts: list[str]) -> None:
    for text in texts:
        mine, _ = script.evaluate(
            "([given, html]) => alike(given, html)", [told((Section(text=text, title=text),)), ""]
        )
        for one in mine:
            if isinstance(one, list) and not one[0].startswith("/"):
                assert one[0] in KNOWN
                names = dict(said.partition("=")[::2] for said in one[1:])
                assert set(names) <= {"href", "rel", "start", "align", "class", "data-point", "id"}
                assert re.match(r"(?i)https?:|mailto:", names.get("href", "mailto:"))


@browsed
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.heavy)])
def test_no_vector_runs_where_the_page_reads_the_prompt(every: int, tmp_path: Path, browser: Any) -> None:
    """What people who mean harm write, in documents of our own spelling: read, rendered, and never run.

    A quick run tries one in three of it, `make corpus` all.
    """
    agents = [hostile(number, bad) for number, bad in enumerate(VECTORS)]
    agents = [
        replace(one, name=f"ship-{n}", source=replace(one.source, header=None))
        for n, one in enumerate(agents)
        if one.source
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "LARGE", 0)
        build(prepare(library_of(agents, {"harbour": Collection("harbour", publish="full")})), tmp_path, strict=True)
    with served(tmp_path) as site, visitor(browser, site) as seen:
        for number in range(0, len(VECTORS), every):
            page = seen.visit(f"agents/harbour/ship-{number}/")
            page.locator("#pane-read > section").first.wait_for()
            page.evaluate(OPENED)
            assert (page.evaluate("window.fired"), page.evaluate(ACTIVE), seen.minded()) == (None, [], []), VECTORS[
                number
            ]
        page.evaluate(
            "(fire) => { document.getElementById('pane-read').innerHTML = `<img src=x onerror='${fire}'>`; }", FIRE
        )
        page.wait_for_timeout(100)
        assert page.evaluate("window.fired") is None


# --- the parser that is not ours -----------------------------------------------------------------------


def test_the_parser_is_the_one_that_is_pinned() -> None:
    """Its files lie in the repository; their hashes, and the page's way to them, are those of `vendor.json`."""
    folder = ASSETS / "markdown"
    for name, file in vendoring.pinned(folder)["files"].items():
        assert sha256((vendoring.place(folder) / name).read_bytes()).hexdigest() == file["sha256"]
    place = os.path.relpath(vendoring.place(folder), ASSETS)
    assert f'from "./{Path(place).as_posix()}/dist/browser/' in (ASSETS / "prose.js").read_text()
    assert "MIT" in vendoring.pinned(folder)["licence"] and (vendoring.place(folder) / "LICENSE").is_file()
