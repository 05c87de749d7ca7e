"""Strangers' text on the site: whatever it holds and wherever it stands, it is read and never run."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import Visitor, served, visitor
from hypothesis import given
from hypothesis import strategies as st

from converters import graph
from converters.conversion import Options, understand
from converters.findings import MULTILINE, QUOTED, Span
from converters.inputs import Input
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
from converters.publish import Catalogue, addresses, build, prepare, render
from converters.publish.history import Change

FOREIGN = "foreign.invalid"
"""A host that nothing on the site may ask anything of."""
FIRE = "window.fired=(window.fired||0)+1"

VECTORS = (
    f"<script>{FIRE}</script>",
    f'"><script>{FIRE}</script>',
    f"'><img src=x onerror={FIRE}>",
    f"</title><script>{FIRE}</script>",
    f"</script><script>{FIRE}</script>",
    f"--><script>{FIRE}</script><!--",
    f"]]><script>{FIRE}</script>",
    f"</textarea></style></noscript><script>{FIRE}</script>",
    f"<svg onload={FIRE}><animate onbegin={FIRE} attributeName=x dur=1s></svg>",
    f"<svg><style><img src=x onerror={FIRE}></style></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={FIRE}>",
    f'<noscript><p title="</noscript><img src=x onerror={FIRE}>">',
    f"<details open ontoggle={FIRE}>x</details><input autofocus onfocus={FIRE}>",
    f'<iframe srcdoc="<script>parent.fired=1</script>"></iframe><iframe src="//{FOREIGN}/"></iframe>',
    f'<object data="data:text/html,<script>{FIRE}</script>"></object><embed src="//{FOREIGN}/x.svg">',
    f'<meta http-equiv="refresh" content="0; url=//{FOREIGN}/"><base href="//{FOREIGN}/">',
    f'<link rel="stylesheet" href="//{FOREIGN}/x.css"><style>@import "//{FOREIGN}/y.css"; * {{ display: none }}</style>',
    f'<form action="//{FOREIGN}/"><input name=p type=password autofocus><button>Sign in</button></form>',
    f'<div style="position:fixed;inset:0;background:url(//{FOREIGN}/z.png)">overlay</div>',
    f'<video src="//{FOREIGN}/v" autoplay></video><audio src="//{FOREIGN}/a"></audio><img src="//{FOREIGN}/i.png" srcset="//{FOREIGN}/j.png 2x">',
    f"![a](https://{FOREIGN}/a.png) ![b][r]\n\n[r]: https://{FOREIGN}/b.png",
    f"[go](javascript:{FIRE}) [go](JaVaScRiPt&colon;{FIRE}) [go](&#106;avascript:{FIRE}) [go](\x01javascript:{FIRE})",
    f"[go](data:text/html;base64,PHNjcmlwdD4=) [go](vbscript:x) [go](file:///etc/passwd) [go](blob:x) <javascript:{FIRE}>",
    f'[a](https://{FOREIGN}/"onmouseover="{FIRE}) [b](https://{FOREIGN}/ \'t"onmouseover="{FIRE}\') <https://{FOREIGN}/\'onclick={FIRE}>',
    f'```mermaid\ngraph TD; A["<img src=x onerror={FIRE}>"] --> B; click A href "javascript:{FIRE}"\n```',
    f'```html" onmouseover="{FIRE}\n<script>{FIRE}</script>\n```\n~~~{{.js onclick={FIRE}}}\nx\n~~~',
    f"{{{{ config }}}} {{% include 'secret.txt' %}} {{{{ ''.__class__ }}}} ${{{FIRE}}} #{{7*7}} <%= 7*7 %>",
    f"{{: onclick={FIRE} }} [x]{{onclick={FIRE}}} {{style=position:fixed}} ^[note]",
    '--8<-- "/etc/passwd"\n\n::: converters\n\n!!! note "<b>"\n    x\n\n[TOC]',
    "zq-shell-content-zq zq-shell-title-zq zq-shell-address-zq zq-shell-description-zq",
    "__proto__",
    "constructor",
    "a\u202ecod.exe\u2066 b\u200bc\u00add \u2028\u2029\u0085 \x1b[31m\x07 \U000e0041\U000e0042",
    "\ud800 \ufdd0 \uffff \x00 \x0b\x0c",
    "=cmd|'/c calc'!A0 +1 -1 @x\t\r\n%0d%0aSet-Cookie: a=b",
    "../../../etc/passwd%00.html ?a=b#c&d;e \\\\server\\share C:\\x con nul",
    "<" * 40 + "a" * 200 + ">" * 40,
    "&lt;script&gt; &#60;script&#62; &amp;lt; &#x0; &#xD800;",
)
"""What people who mean harm write; each stands in every field of an agent of its own."""


def hostile(number: int, bad: str) -> AgentSpec:
    """An agent that says `bad` wherever an agent can say anything."""
    return AgentSpec(
        id=f"ship-{number}",
        name=bad,
        title=bad,
        description=f"{bad}\n\n{bad} <example>{bad}</example>",
        when_to_use=bad,
        tools=Tools(allow=(Tool(bad, only=(bad,)), Tool("shell", only=(bad,))), deny=(Tool(f"no {bad}"),)),
        model=bad,
        effort=bad,
        permission_mode=bad,
        color=bad,
        skills=(bad,),
        memory=bad,
        isolation=bad,
        author=bad,
        version=bad,
        deprecated=number % 2 == 0,
        replaced_by=bad,
        tags=(bad, f"x{bad}"),
        aliases=(bad, f"old-{number}"),
        mcp_servers={bad: {"command": bad}},
        hooks={bad: [bad]},
        sections=(
            Section(text=f"{bad}\n\n"),
            Section(heading=f"# {bad}\n", title=bad, kind="role", level=1, text=f"{bad}\n\n- {bad}\n\n> {bad}\n\n"),
            Section(heading=f"<{bad}>\n", title=bad, level=2, text=f"| {bad} | b |\n|---|---|\n| {bad} | `{bad}` |\n"),
        ),
        source=Source(
            collection="harbour",
            path=f"{bad[:60]}/{number}.md" if number % 3 else f"{number}.html",
            member=bad,
            format=bad if number % 2 else "claude-code",
            dialect=bad,
            sha256=bad,
            license=bad if number % 3 else "MIT",
            repository=(f"https://git.example/{bad}", f"javascript:{FIRE}", bad)[number % 3],
            revision=bad,
            header=(HeaderEntry(key=bad, edits=(Edit(rule="S101", at=0, was=bad, now=bad),)),),
        ),
        extensions={bad: {bad: [bad, {bad: bad}]}},
        derived=Derived(
            title=bad,
            summary=bad,
            model_tier=bad,
            access=("shell", bad),
            categories=(bad,),
            language=bad,
            examples=(Example(context=bad, turns=(Turn(role="user", text=bad), Turn(role="assistant", text=bad))),),
            collaboration=tuple(
                Collaboration(
                    agent=to, relation="hands_off_to", about=bad, when=bad, evidence=Evidence(where="body", text=bad)
                )
                for to in (bad, f"nobody {bad}", VECTORS[(number + 1) % len(VECTORS)])
            ),
        ),
    )


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """A library in which every word is a stranger's."""
    agents = [hostile(number, bad) for number, bad in enumerate(VECTORS)]
    twins = [
        replace(agent, source=replace(agent.source or Source(), collection="market"), sections=())
        for agent in agents[::12]
    ]
    told = {
        "harbour": Collection(
            "harbour", title=VECTORS[1], description=VECTORS[3], license=VECTORS[4], repository=f"javascript:{FIRE}",
            revision=VECTORS[2], publish="full",
        ),
        "market": Collection("market", title=VECTORS[5], description=VECTORS[20], publish="full"),
    }  # fmt: skip
    library = library_of([*agents, *twins], told)
    network, _ = graph.build(library)
    keys = {library.key(spec): spec for spec in library.agents}
    return Catalogue(
        library=library,
        network=network,
        findings={
            key: (QUOTED.at(Span(key, 3, 9), key=spec.name), MULTILINE.at(Span(key), key=spec.name))
            for key, spec in keys.items()
        },
        canonical={key: f"spec: 1\nname: {json.dumps(spec.name)}\n" for key, spec in keys.items()},
        originals={
            (spec.source.collection, spec.source.path): spec.name.encode("utf-8", "replace")
            for spec in keys.values()
            if spec.source
        },
        history={key: (Change("2026-11-21", "0" * 40, spec.name),) for key, spec in keys.items()},
    )


@pytest.fixture(scope="module")
def built(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hostile") / "site"
    build(catalogue, out, name=VECTORS[4], strict=True)
    return out


def all_pages(built: Path) -> list[str]:
    """The address of each page, those that lead on to another left out."""
    pages = (
        path
        for path in sorted(built.rglob("index.html"))
        if '<meta http-equiv="refresh"' not in path.read_text("utf-8")
    )
    return [quote(path.parent.relative_to(built).as_posix().removeprefix(".") + "/").lstrip("/") for path in pages]


ACTIVE = """() => {
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(`${element.tagName} ${name}`);
      if (/^(href|src|action|formaction|data|xlink:href|srcset|poster|background)$/i.test(name) && element.tagName !== 'svg') {
        const to = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI) : { protocol: value.slice(0, value.indexOf(':') + 1) };
        if (!/^(https?|mailto):$/i.test(to.protocol)) found.push(`${element.tagName} ${value}`);
        if (to.origin !== location.origin && element.tagName !== 'A') found.push(`${element.tagName} ${value}`);
      }
    }
    if (/^(IFRAME|OBJECT|EMBED|BASE|APPLET|FRAME|VIDEO|AUDIO|IMG|MATH)$/.test(element.tagName)) found.push(element.tagName);
  }
  for (const link of document.querySelectorAll('main a[href]')) {
    const to = link.getAttribute('href'); // of a picture's link too
    if (!URL.canParse(to, document.baseURI) || new URL(to, document.baseURI).origin !== location.origin) { if (!/nofollow/.test(link.rel)) found.push(`rel ${link.href}`); }
  }
  return found;
}"""
"""Elements and attributes that could act, wherever they came from."""

OPENED = """async () => {
  for (const box of document.querySelectorAll('details')) box.open = true;
  for (const tab of document.querySelectorAll('[role=tab]')) tab.click();
  for (const radio of document.querySelectorAll('.as-chooser [value=canonical], .as-choice--more')) radio.click();
  await new Promise((done) => setTimeout(done, 30));
}"""
"""Everything a page shows only when asked."""


SMALL = {"width": 480, "height": 320}
"""A window of few pixels, for pages that nobody looks at."""


def go_through(seen: Visitor, pages: list[str]) -> None:
    """Visit every page and open all there is to open; nothing fires, nothing is asked of others."""
    for address in pages:
        page = seen.visit(address)
        if address.startswith("agents/"):
            page.evaluate(OPENED)
        assert page.evaluate("window.fired") is None, address
        assert page.evaluate(ACTIVE) == [], address
        assert seen.minded() == [], address


def test_no_vector_runs_in_any_field(built: Path, browser: Any) -> None:
    """Every page is visited: no dialog, no script, no foreign request, no complaint of the policy or the console."""
    pages = all_pages(built)
    assert sum(address.startswith("agents/harbour/") for address in pages) == len(VECTORS)
    with served(built) as site, visitor(browser, site, viewport=SMALL) as seen:
        go_through(seen, [a for a in pages if not re.match(r"formats/.|guide/.", a)])


def test_no_vector_runs_where_scripts_make_pages(built: Path, catalogue: Catalogue, browser: Any) -> None:
    """What scripts draw from the API is as inert: the catalogue's search, a comparison, the graph, the quick search."""
    first, other = list(catalogue.agents)[:2]
    with served(built) as site, visitor(browser, site) as seen:
        for address in (
            *(f"catalogue/?q={quote(bad.encode('utf-8', 'replace'))}" for bad in VECTORS[::6]),
            f"catalogue/?category={quote(VECTORS[1])}&access={quote(VECTORS[2])}&collection=__proto__",
            f"compare/?a={quote(first)}&b={quote(other)}",
            f"compare/?a={quote(VECTORS[1])}&b=__proto__",
            f"basket/?agents={quote(first)},{quote(other)}",
            f"basket/?agents={quote(VECTORS[1], safe='')},__proto__&to={quote(VECTORS[2])}",
            f"graph/#{quote(first)}",
            f"graph/#{quote(VECTORS[2])}",
        ):
            page = seen.visit(address)
            page.wait_for_timeout(400)
            found = [said for said in seen.minded() if " 404 " not in said and not said.startswith("404 ")]
            assert (page.evaluate("window.fired"), page.evaluate(ACTIVE), found) == (None, [], []), address


def test_the_policy_stops_what_would_slip_through(built: Path, browser: Any) -> None:
    """The second wall: a script, a handler and a picture put into a page by force do nothing, and are told."""
    with served(built) as site, visitor(browser, site) as seen:
        page = seen.visit("agents/harbour/ship-0/")
        page.evaluate(
            """(fire) => {
            const script = document.createElement('script');
            script.textContent = fire;
            document.body.append(script);
            document.body.insertAdjacentHTML('beforeend', `<img src="https://foreign.invalid/x.png" onerror="${fire}">`);
            document.body.insertAdjacentHTML('beforeend', '<iframe src="https://foreign.invalid/"></iframe>');
            }""",
            FIRE,
        )
        page.wait_for_timeout(200)
        assert page.evaluate("window.fired") is None
        stopped = "\n".join(page.evaluate("window.minded"))
        assert all(kind in stopped for kind in ("script-src-elem", "script-src-attr", "img-src", "frame-src"))


def scripts_of(html: str) -> list[str]:
    """What stands between a page's script tags, as a reader of HTML that is not ours finds them."""
    told: list[str] = []
    reader = HTMLParser()
    reader.handle_data = lambda text: told.append(text) if reader.cdata_elem == "script" else None
    reader.feed(html)
    return told


def test_no_script_holds_a_strangers_word(built: Path) -> None:
    """Inline scripts and JSON in pages are the site's own; the policy's hashes would bless whatever stood there."""
    for path in built.glob("agents/**/index.html"):
        text = path.read_text("utf-8")
        assert not any(
            word in script for script in scripts_of(text) for word in ("fired", FOREIGN, "ship-", "harbour")
        ), path
        if '<meta http-equiv="refresh"' not in text:
            rule = text.partition('Content-Security-Policy" content="')[2].partition('"')[0]
            scripts = re.search(r"script-src ([^;]*)", rule)
            assert scripts and not re.search(r"unsafe-inline|unsafe-eval'|https?:|\*|data:", scripts[1]), rule
            assert "default-src 'none'" in rule and "base-uri 'none'" in rule


def test_raw_files_are_served_as_text(built: Path) -> None:
    """No ending that a browser runs or a server executes, whatever the original was called."""
    endings = {path.suffix.lower() for path in (built / "raw").rglob("*") if path.is_file()}
    assert endings <= {".md", ".txt"}
    assert (built / "raw/harbour/0.html.txt").is_file()


@pytest.mark.parametrize(
    ("path", "served_as"),
    [
        ("a/b.md", "a/b.md"),
        (".roomodes", ".roomodes"),
        ("x.agent.yaml", "x.agent.yaml"),
        ("rules.MDC", "rules.MDC"),
        ("x.html", "x.html.txt"),
        ("x.SVG", "x.SVG.txt"),
        ("x.php", "x.php.txt"),
        ("x.shtml", "x.shtml.txt"),
        ("x.xsl", "x.xsl.txt"),
        (".htaccess", ".htaccess.txt"),
        ("deep/.HTPASSWD", "deep/.HTPASSWD.txt"),
        ("web.config", "web.config.txt"),
    ],
)
def test_only_plain_endings_are_kept(path: str, served_as: str) -> None:
    assert addresses.raw("c", path) == f"raw/c/{served_as}"


# --- what readers can tell ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("[our bank](https://bank.example/login)", "bank.example"),
        ("[https://good.example](https://bad.example/)", "bad.example"),
        ("[github.com](https://github.com@bad.example/x)", "bad.example"),
        ("[x](https://\u0430pple.example/)", "xn--pple-43d.example"),
        ("[x](//bad.example/x)", None),
        ("[write](mailto:clerk@harbour.example?subject=x)", "clerk@harbour.example"),
        ("<https://harbour.example/tides>", None),
        ("https://harbour.example/tides", None),
    ],
)
def test_a_link_says_where_it_leads(written: str, host: str | None) -> None:
    """Behind every link whose words are not its address stands the host, in letters nobody can mistake."""
    made = render.markdown(written)
    shown = re.search(r'class="as-host"> \((.*?)\)</span>', made)
    assert (shown[1] if shown else None) == host
    assert all("nofollow noopener noreferrer" in tag for tag in re.findall(r"<a href[^>]*>", made))


def test_no_picture_is_loaded() -> None:
    """Of a picture only its words are shown; its title goes with it."""
    made = render.markdown(
        "![tide table](https://harbour.example/tides.png 'a title') [a](https://b.example 'title\u202e')"
    )
    assert "[image: tide table]" in made and "<img" not in made and "title=" not in made


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff", "\x07", "\x1b", "\U000e0041"])
def test_what_nobody_sees_is_marked(char: str) -> None:
    """In the rendered prompt, in its source and in titles; a copy of the source still has it."""
    point = f"U+{ord(char):04X}"
    assert f'data-point="{point}">{char}<' in render.markdown(f"one{char}two")
    assert f'data-point="{point}">{char}<' in render.source(f"<b>{char}")
    assert render.shown(f"one{char}two") == f"one[{point}]two"


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
        "\U0001f469\u200d\U0001f467",  # a family, joined
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a non-joiner
        "caf\u00e9 \u9801 \U0001f6a2\ufe0f\ttab\nline",
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert render.shown(text) == text
    assert "as-unseen" not in render.markdown(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_the_source_is_the_text_to_the_character(text: str) -> None:
    """A reader that is not ours gets exactly the prompt back from the HTML of its source."""
    told: list[str] = []
    reader = HTMLParser(convert_charrefs=True)
    reader.handle_data = told.append
    reader.feed(f"<pre>{render.source(text)}</pre>")
    reader.close()
    assert "".join(told) == text


@given(st.text("aB1é頁 ,()/?-_*.&'\n", min_size=1, max_size=20))
def test_a_line_is_the_inside_of_its_paragraph(text: str) -> None:
    """Plain words take a shorter way to the same HTML."""
    whole = render.markdown(text.strip().replace("\n", " "))
    if whole.startswith("<p>") and whole.count("<p>") == 1:
        assert render.inline(text) == whole[3:-5]


@given(st.text("<>\"'&`[]()!:/\\*_#|-~= \n\tjavscriptonhe\x00\u202e\ue000", max_size=300))
def test_no_text_becomes_an_element_of_its_own(text: str) -> None:
    """Only the elements Markdown knows, with only the attributes we set, whatever is written."""
    seen: list[tuple[str, list[tuple[str, str | None]]]] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: seen.append((tag, attrs))
    reader.feed(render.markdown(text))
    reader.close()
    for tag, attributes in seen:
        assert tag in render._TAGS | {"span"}
        assert {name for name, _ in attributes} <= {"href", "rel", "start", "align", "class", "data-point"}
        assert all(
            re.match(r"https?://|mailto:", value or "", re.IGNORECASE) for name, value in attributes if name == "href"
        )


# --- files that lie outside the repository ---------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.heavy)])
def test_the_hostile_files_do_nothing(every: int, shared: Path, tmp_path: Path, browser: Any) -> None:
    """All of them built into a site with their real names: nothing fires on any page that is visited.

    A quick run goes to the pages of one agent in six, `make corpus` to all.
    """
    specs = []
    for path in sorted((shared / "hostile").iterdir()):
        if path.is_file() and not path.name.endswith((".sh", "EXPECT.csv")):
            source = Input(path, os.fsdecode(path.name), os.fsdecode(path.name), "hostile", explicit=True)
            specs += understand(source, Options()).specs
    assert len(specs) > 60
    catalogue = prepare(library_of(specs, {"hostile": Collection("hostile", publish="full")}))
    build(catalogue, tmp_path / "site", strict=True)
    pages = [a for a in all_pages(tmp_path / "site") if not re.match(r"formats/.|guide/.", a)]
    agents = [a for a in pages if a.startswith("agents/")]
    assert len(agents) == len(catalogue.agents) > 60
    with served(tmp_path / "site") as site, visitor(browser, site, viewport=SMALL) as seen:
        go_through(seen, [*(a for a in pages if a not in agents), *agents[::every]])
