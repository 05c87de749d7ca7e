"""A site of many agents: time, memory and size beside rendering the same Markdown alone, one change, one visit.

python benchmarks/site.py [FOLDER] [--sizes 150 1000 10000] [--serve 1000] [--rounds 3] [--browser PROGRAM]

`FOLDER` holds collections of agents in any format, a folder each. A size below what is there takes some of them, the
same ones each time; one above takes them again, as another collection, under other names, with a word of their own in
every section. Rendering alone is each prompt, whole, through Python-Markdown as a site of MkDocs has it, and through
markdown-it-py, which is left out where it is not installed, each followed by nh3, for prompts are strangers' text.
Beside them stands our own renderer, which cuts prompts into their sections. The largest size is built cold once. The
visit is the catalogue's, by a Chromium with nothing kept, from a server that packs with gzip; it needs playwright, and
is left out where `PROGRAM` is not there.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, count, islice
from pathlib import Path
from random import Random
from statistics import median

from corpus import CORPUS, ROOT
from timing import Cost, command, machine, table
from timing import median as middle

sys.path.insert(0, str(ROOT))

from converters import canonical
from converters.library import library_of
from converters.model import AgentSpec
from converters.originals import restore

BUILT = (
    "agents",
    "ms CPU an agent",
    "x Python-Markdown",
    "x markdown-it-py",
    "x own renderer",
    "again, x cold",
    "one changed, x cold",
    "peak, MB",
    "site, MB",
    "files",
    "cache, MB",
)
RENDERERS = ("Python-Markdown", "markdown-it-py", "own")
EXTENSIONS = ("tables", "toc", "pymdownx.superfences", "pymdownx.highlight")
"""What Material's own documentation sets for prose with code."""
KINDS = {
    "pages of agents": r"agents/.*/index\.html",
    "canonical YAML": r"agents/.*/agent\.yaml",
    "original files": r"raw/.*",
    "JSON of agents": r"api/agents/.*",
    "pictures": r".*/preview\.png",
    "llms": r"llms.*",
    "search": r"api/(search|prompts).*",
    "graph, index": r"api/.*",
    "collections": r"collections/.*",
    "converters": r"assets/engine/.*",
    "the rest": r".*",
}
"""Kinds of files, by their paths; the first that fits counts."""
VISITED = ("agents", "requests", "transferred, kB", "loaded, ms", "facets after load, ms", "a facet's answer, ms")
SERVED = ("agents", "cold, s", "seen after, s", "x cold", "cold, s CPU", "until seen, s CPU", "in all, s CPU", "x cold")
SPECS = (sys.executable, "-c", "from converters.cli import main; main()")


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS if CORPUS.is_dir() else ROOT / "examples")
    parser.add_argument("--sizes", nargs="*", type=int, default=[150, 1_000, 10_000])
    parser.add_argument("--serve", type=int, default=1_000, help="agents that are served; 0 leaves that out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--browser", type=Path, default=Path("/usr/bin/chromium"))
    parser.add_argument("--render", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.render:
        print(json.dumps(rendered_alone(asked.render)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        real = agents(asked.folder, here / "read")
        print(f"{machine()}; {len(real):,} agents below the folder\n")
        if asked.sizes:
            folders = {size: here / str(size) for size in asked.sizes}
            once = max(asked.sizes) if len(asked.sizes) > 1 else None
            rows = [built(real, size, at, 1 if size == once else asked.rounds) for size, at in folders.items()]
            print(table(BUILT, rows), "\n")
            print(table(("agents", *KINDS, "in all"), [weighed(size, at) for size, at in folders.items()]))
            print("\nkB of site an agent; the last two but one are the same in every library.\n")
            if asked.browser.is_file():
                print(table(VISITED, [visited(size, at, asked) for size, at in folders.items()]), "\n")
        if asked.serve:
            print(table(SERVED, [served(real, asked.serve, here / "served", asked.rounds)]))


# --- what is built ---------------------------------------------------------------------------------


def agents(folder: Path, scratch: Path) -> list[AgentSpec]:
    """Every agent below `folder` that has a file of its own, in an order that mixes the collections."""
    inside = sorted(str(path) for path in folder.iterdir() if path.is_dir())
    command([*SPECS, "convert", *inside, "--quiet", "-o", str(scratch)], expect=None)
    found = [canonical.load_file(path)[0] for path in sorted(scratch.glob("*/**/*.yaml"))]
    specs = [spec for spec in found if spec and spec.source and spec.source.member is None]
    Random(1).shuffle(specs)  # noqa: S311  # no secret
    return specs


def lay_out(real: list[AgentSpec], size: int, folder: Path) -> None:
    """Write a project of `size` agents, and the account of it that `specs convert` keeps."""
    from converters.conversion import Artifact
    from converters.output import Output
    from converters.publish import write_project

    again = (copied(spec, number) for number in count(2) for spec in real)
    library = library_of(islice(chain(real, again), size))
    output = Output(folder / "specs")
    files = {library.key(spec): canonical.dump(spec).encode() for spec in library.agents}
    output.apply(output.plan(Artifact(f"{key}.yaml", file, "canonical", (key,)) for key, file in files.items()))
    write_project(folder, name="Harbour")


def copied(spec: AgentSpec, number: int) -> AgentSpec:
    """The agent as another one, in another collection, with the names it uses changed in the same way."""
    assert spec.source is not None
    source = replace(spec.source, collection=f"{spec.source.collection}-{number}")
    derived = replace(
        spec.derived,
        collaboration=tuple(replace(tie, agent=f"{tie.agent}-{number}") for tie in spec.derived.collaboration),
    )
    sections = tuple(
        replace(section, text=f"{section.text.rstrip()} copy-{number}\n", edits=()) for section in spec.sections
    )
    other = replace(spec, name=f"{spec.name}-{number}", source=source, derived=derived, sections=sections)
    held = restore(library_of([other])).get((source.collection, source.path))
    return other if held is None else replace(other, source=replace(source, sha256=hashlib.sha256(held).hexdigest()))


# --- building ----------------------------------------------------------------------------------------


def built(real: list[AgentSpec], size: int, folder: Path, rounds: int) -> tuple[object, ...]:
    """A row: cold builds and rendering alone in turn, then builds on what is there."""
    lay_out(real, size, folder)
    spec = a_spec(folder)
    colds, alones, agains, changes = list[Cost](), list[dict[str, float]](), list[Cost](), list[Cost]()
    for turn in range(rounds):
        put_aside(folder, turn)
        colds.append(build(folder))
        alones.append(json.loads(said([sys.executable, __file__, "--render", str(folder / "specs")])))
        agains.append(build(folder))
        change(spec, f"round {turn}")
        changes.append(build(folder))
    cold = middle(colds)
    alone = {name: median(one[name] for one in alones) for name in alones[0]}
    files = [path for path in (folder / "build" / "site").rglob("*") if path.is_file()]
    kept = [path for path in (folder / ".cache").rglob("*") if path.is_file()]
    return (
        f"{size:,}",
        f"{cold.cpu / size * 1e3:.1f}",
        *(f"{cold.cpu / alone[name]:.1f}" if name in alone else "" for name in RENDERERS),
        f"{middle(agains).cpu / cold.cpu:.2f}",
        f"{middle(changes).cpu / cold.cpu:.2f}",
        f"{max(cost.peak for cost in colds) / 2**20:,.0f}",
        f"{sum(path.stat().st_size for path in files) / 2**20:,.0f}",
        f"{len(files):,}",
        f"{sum(path.stat().st_size for path in kept) / 2**20:,.0f}",
    )


def put_aside(folder: Path, turn: int) -> None:
    """Have no build there. Nothing is deleted: ext4 looks past each file deleted in the last minutes for a new one."""
    aside = folder.with_name(f"{folder.name}.{turn}")
    for name in ("build", ".cache"):
        if (folder / name).is_dir():
            aside.mkdir(exist_ok=True)
            (folder / name).rename(aside / name)


def weighed(size: int, folder: Path) -> tuple[object, ...]:
    """A row: how much of the site each kind of file takes, an agent."""
    site = folder / "build" / "site"
    weights = Counter[str]()
    for path in site.rglob("*"):
        if path.is_file():
            told = path.relative_to(site).as_posix()
            weights[next(kind for kind, known in KINDS.items() if re.fullmatch(known, told))] += path.stat().st_size
    held = [weights[kind] for kind in KINDS]
    return (f"{size:,}", *(f"{weight / size / 1e3:.1f}" for weight in (*held, sum(held))))


def build(folder: Path) -> Cost:
    """The project's site, by the command that people run."""
    return command([*SPECS, "build", "--quiet"], folder)


def said(argv: list[str]) -> str:
    """What a command prints."""
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def rendered_alone(specs: Path) -> dict[str, float]:
    """CPU seconds of rendering every prompt, by renderer, in a process that has read them all before."""
    import nh3
    from markdown import Markdown

    from converters.publish.pages import parts

    found = [spec for path in sorted(specs.glob("*/**/*.yaml")) if (spec := canonical.load_file(path)[0])]
    usual = Markdown(extensions=list(EXTENSIONS))
    renderers: dict[str, Callable[[AgentSpec], object]] = {
        "own": lambda spec: parts(spec.sections),
        "Python-Markdown": lambda spec: nh3.clean(usual.reset().convert(spec.prompt)),
    }
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        pass
    else:
        reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
        renderers["markdown-it-py"] = lambda spec: nh3.clean(reader.render(spec.prompt))
    spent = {}
    for name, render in renderers.items():
        start = time.process_time()
        for spec in found:
            render(spec)
        spent[name] = time.process_time() - start
    return spent


def a_spec(folder: Path) -> Path:
    """An agent in the middle of the library."""
    found = sorted((folder / "specs").glob("*/**/*.yaml"))
    return found[len(found) // 2]


def change(spec: Path, word: str) -> None:
    """Have an agent's summary end in a word of its own."""
    text = spec.read_text(encoding="utf-8")
    spec.write_text(re.sub(r"(?m)^( *summary:).*$", rf"\1 Watches the tide, {word}.", text, count=1), encoding="utf-8")


# --- visiting ----------------------------------------------------------------------------------------


def visited(size: int, folder: Path, asked: argparse.Namespace) -> tuple[object, ...]:
    """A row: the catalogue's first visit, the best of several, and a facet chosen as soon as there is one."""
    from playwright.sync_api import sync_playwright

    class Packing(SimpleHTTPRequestHandler):
        def __init__(self, *args: object, **named: object) -> None:
            super().__init__(*args, directory=str(folder / "build" / "site"), **named)  # type: ignore[arg-type]

        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file():
                self.send_error(404)
                return
            content = gzip.compress(path.read_bytes(), 6)
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Packing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = list[tuple[float, ...]]()
    try:
        with sync_playwright() as playing:
            browser = playing.chromium.launch(executable_path=str(asked.browser), args=["--no-sandbox"])
            for _ in range(max(3, asked.rounds)):
                context = browser.new_context()
                page, sizes = context.new_page(), list[float]()
                told = context.new_cdp_session(page)
                told.send("Network.enable")
                told.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
                page.add_init_script(WATCH)
                page.goto(f"http://127.0.0.1:{server.server_port}/catalogue/", wait_until="networkidle")
                page.wait_for_function("window.watched?.answered")
                at = page.evaluate("watched")
                found.append((len(sizes), sum(sizes) / 1e3, at["loaded"], at["there"] - at["loaded"], at["took"]))
                context.close()
            browser.close()
    finally:
        server.shutdown()
    best = [min(column) for column in zip(*found, strict=True)]
    return (f"{size:,}", *(f"{max(0, value):,.0f}" for value in best))


WATCH = """
window.watched = { there: 0, answered: false };
new MutationObserver((_, watch) => {
  const first = document.querySelector(".as-facets input[type=checkbox]");
  if (!first || watched.there) return;
  watch.disconnect();
  watched.there = performance.now();
  addEventListener("load", () => setTimeout(choose));
  if (document.readyState === "complete") setTimeout(choose);
}).observe(document, { childList: true, subtree: true });
const choose = () => {
  if (watched.chosen) return;
  watched.loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  const status = document.querySelector(".as-status"), before = status.textContent;
  watched.chosen = performance.now();
  new MutationObserver((_, watch) => {
    if (status.textContent === before) return;
    watch.disconnect();
    watched.took = performance.now() - watched.chosen;
    watched.answered = true;
  }).observe(status, { childList: true, characterData: true, subtree: true });
  document.querySelector(".as-facets input[type=checkbox]").click();
};
"""
"""Notes when the first facet is there, chooses it once the page is loaded, and notes when the count has changed."""


# --- serving -----------------------------------------------------------------------------------------


def served(real: list[AgentSpec], size: int, folder: Path, rounds: int) -> tuple[object, ...]:
    """A row: from the start to the first page, then from a saved file to its page, polling as `mkdocs serve` does."""
    lay_out(real, size, folder)
    spec = a_spec(folder)
    page = f"agents/{spec.relative_to(folder / 'specs').with_suffix('').as_posix()}/"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    start = time.perf_counter()
    nothing = subprocess.DEVNULL
    server = subprocess.Popen(
        [*SPECS, "serve", "--quiet", "--address", address], cwd=folder, stdout=nothing, stderr=nothing
    )
    try:
        wait_for(f"http://{address}/", "<title>")
        cold, spent = time.perf_counter() - start, cpu(server.pid)
        seen, first, whole = list[float](), list[float](), list[float]()
        for turn in range(rounds):
            time.sleep(4)
            start, before = time.perf_counter(), cpu(server.pid)
            change(spec, f"change {turn}")
            wait_for(f"http://{address}/{page}", f"change {turn}.")
            seen.append(time.perf_counter() - start)
            first.append(cpu(server.pid) - before)
            time.sleep(max(4, cold / 2))
            whole.append(cpu(server.pid) - before)
    finally:
        server.terminate()  # an interrupt is ignored below a shell that runs this in the background
        server.wait()
    return (
        f"{size:,}",
        f"{cold:.1f}",
        f"{median(seen):.2f}",
        f"{median(seen) / cold:.2f}",
        f"{spent:.1f}",
        f"{median(first):.2f}",
        f"{median(whole):.2f}",
        f"{median(first) / spent:.2f}",
    )


def wait_for(address: str, word: str) -> None:
    """Ask for a page until it says `word`."""
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  # our own server
                if word in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)


def cpu(process: int) -> float:
    """The CPU seconds of a running process; Linux tells."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
