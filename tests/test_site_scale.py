"""Builds that begin where the last one ended: the same bytes, only what changed, and nothing torn."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters import canonical, fidelity
from converters.conversion import Artifact
from converters.library import library_of
from converters.model import AgentSpec, Collaboration, Derived, Evidence, Section, Source, Tool, Tools
from converters.originals import restore
from converters.output import Output
from converters.publish import Site, llms, load, publication, write_project
from converters.publish.addresses import agent_yaml
from converters.publish.delivery import STAGE, Delivery
from converters.publish.late import Late, changed, fingerprint, made
from converters.publish.memory import Memory
from converters.publish.press import Asset
from converters.publish.shell import Shell
from converters.publish.store import Store

NAMES = ("tide-forecaster", "berth-clerk", "crane-planner", "quay-inspector", "buoy-keeper", "rope-buyer")
OLD = 1_600_000_000
"""A time of change long ago: files younger than seconds are read again whatever their stamps say."""


def agent(number: int, *, word: str = "calm") -> AgentSpec:
    """One of a crew in which each names the next, and one names nobody there is."""
    name = f"{NAMES[number % 6]}-{number // 6}" if number >= 6 else NAMES[number]
    after = NAMES[(number + 1) % 6] if number % 5 else "harbour-ghost"
    said = f"Ask {after} about the {word} sea."
    spec = AgentSpec(
        id=f"crew/{name}",
        name=name,
        description=f"Use when the sea is {word}.",
        tools=Tools(allow=(Tool("read"),)) if number % 2 else None,
        sections=(
            Section(text=f"You are {name}.\n\n"),
            Section(heading="## Duties\n", title="Duties", level=2, text=f"- **{word}** seas\n- {said}\n"),
        ),
        source=Source(collection=("harbour", "market")[number % 2], path=f"crew/{name}.md", format="claude-code"),
        derived=Derived(
            title=name.replace("-", " ").title(),
            summary=f"Watches a {word} sea.",
            categories=(f"dock {number % 3}",),
            collaboration=(
                Collaboration(
                    agent=after,
                    relation="collaborates_with",
                    about=f"the {word} sea",
                    evidence=Evidence(where="body", text=said),
                ),
            ),
        ),
    )
    assert spec.source is not None
    (held,) = restore(library_of([spec])).values()
    return replace(spec, source=replace(spec.source, sha256=hashlib.sha256(held).hexdigest()))


def write(specs: Path, spec: AgentSpec) -> Path:
    path = specs / spec.source.collection / f"{spec.id}.yaml" if spec.source else specs / f"{spec.id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical.dump(spec), encoding="utf-8")
    os.utime(path, (OLD, OLD))
    return path


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    for number in range(14):
        write(tmp_path / "specs", agent(number))
    return tmp_path / "specs"


@pytest.fixture(autouse=True)
def _of_agents_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The formats' pages and what they measure take seconds and are none of this module's subjects."""
    monkeypatch.setattr(fidelity, "sample", lambda _: ())
    monkeypatch.setattr(publication, "PAGES", tuple(one for one in publication.PAGES if "format" not in one.__name__))


@dataclass
class Builder:
    """A site without MkDocs around it, as the plugin delivers it."""

    specs: Path
    out: Path
    memory: Memory

    def build(self) -> Delivery:
        """Build, and give what was written."""
        site = Site(load(self.specs, self.memory), "Harbour", "https://example.org/")
        shell = Shell(lambda address, section: f"<p>{address}{section}</p>zq-shell-title-zqzq-shell-content-zq")
        delivery = Delivery(self.out, self.memory.store)
        delivery.begin()
        for one in site.output():
            delivery.put(one.path, one.held if isinstance(one, Asset) else shell.late(one))
        delivery.end()
        return delivery


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in folder.rglob("*")
        if path.is_file()
    }


def cold(specs: Path, out: Path) -> dict[str, bytes]:
    """What a first build makes."""
    shutil.rmtree(out, ignore_errors=True)
    Builder(specs, out, Memory()).build()
    return tree(out)


# --- the same bytes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_a_warm_build_equals_a_cold_one(specs: Path, tmp_path: Path, seed: int) -> None:
    """Whatever is edited, added, renamed or deleted, in one process or a new one each time."""
    draw = random.Random(seed)
    memory = Memory(Store(tmp_path / "cache"))
    for step in range(5):
        for _ in range(draw.randrange(3)):
            edit(draw, specs, step)
        if draw.random() < 0.4:
            memory.store.close()
            memory = Memory(Store(tmp_path / "cache"))
        if draw.random() < 0.2:
            shutil.rmtree(tmp_path / "site", ignore_errors=True)
        Builder(specs, tmp_path / "site", memory).build()
        assert tree(tmp_path / "site") == cold(specs, tmp_path / "cold")


def edit(draw: random.Random, specs: Path, step: int) -> None:
    """One of the things people do."""
    files = sorted(specs.rglob("*.yaml"))
    path, kind = draw.choice(files), draw.randrange(5)
    if kind == 0 and len(files) > 3:
        path.unlink()
    elif kind == 1:
        write(specs, agent(20 + draw.randrange(9), word=f"rough {step}"))
    elif kind == 2:
        (specs / "collections.yaml").write_text(
            f"harbour:\n  title: Harbour {step}\n  publish: {draw.choice(['full', 'summary', 'none'])}\n"
        )
    else:
        spec = canonical.load_file(path)[0]
        if spec is not None:
            derived = (
                replace(spec.derived, summary=f"Step {step}.") if kind == 3 else replace(spec.derived, collaboration=())
            )
            path.write_text(canonical.dump(replace(spec, derived=derived)), encoding="utf-8")


def test_the_order_of_files_on_disk_does_not_matter(specs: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    for path in sorted(specs.rglob("*.yaml"), reverse=True):
        copy = again / path.relative_to(specs)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert cold(specs, tmp_path / "one") == cold(again, tmp_path / "two")


# --- only what changed -----------------------------------------------------------------------------


def test_nothing_is_written_where_nothing_changed(specs: Path, tmp_path: Path) -> None:
    """Times of change and inodes stay, also in a new process and after a change and its reverse."""
    memory = Memory(Store(tmp_path / "cache"))
    Builder(specs, tmp_path / "site", memory).build()
    before = stamps(tmp_path / "site")
    memory.store.close()
    delivery = Builder(specs, tmp_path / "site", Memory(Store(tmp_path / "cache"))).build()
    assert delivery.written == 0
    assert stamps(tmp_path / "site") == before


def test_a_change_rewrites_its_page_and_those_that_tell_of_it(specs: Path, tmp_path: Path) -> None:
    """A new title: on the agent's own page, those of the agents around it, and its collection's."""
    memory = Memory(Store(tmp_path / "cache"))
    Builder(specs, tmp_path / "site", memory).build()
    before = stamps(tmp_path / "site")
    spec = agent(2)
    assert spec.name == "crane-planner"
    write(specs, replace(spec, derived=replace(spec.derived, title="Planner of cranes")))
    os.utime(specs / "harbour/crew/crane-planner.yaml", (OLD + 9, OLD + 9))
    Builder(specs, tmp_path / "site", memory).build()
    after = stamps(tmp_path / "site")
    pages = {path for path in after if after[path] != before.get(path) and path.endswith("index.html")}
    named_by = {f"agents/market/crew/berth-clerk{which}/index.html" for which in ("", "-1", "-2")}
    names = {"agents/market/crew/quay-inspector/index.html"}
    own = {"agents/harbour/crew/crane-planner/index.html", "collections/harbour/index.html"}
    assert pages <= own | named_by | names
    assert "agents/harbour/crew/crane-planner/index.html" in pages
    assert "agents/market/crew/berth-clerk/index.html" in pages
    assert not any(path.startswith("raw/") for path in after if after[path] != before.get(path))


def test_what_is_late_is_not_made_twice(tmp_path: Path) -> None:
    """Made on the first delivery, and again only for other inputs or where the file is not as it was left."""
    asked: list[str] = []

    def deliver(inputs: str) -> None:
        delivery = Delivery(tmp_path / "site", store)
        delivery.begin()
        delivery.put("a/b.txt", Late(inputs, lambda: asked.append(inputs) or inputs.encode()))
        delivery.end()

    store = Store(tmp_path / "cache")
    deliver("calm")
    deliver("calm")
    assert asked == ["calm"]
    deliver("rough")
    assert asked == ["calm", "rough"]
    (tmp_path / "site/a/b.txt").write_bytes(b"other")
    deliver("rough")
    assert asked == ["calm", "rough", "rough"]
    assert (tmp_path / "site/a/b.txt").read_bytes() == b"rough"


def test_a_file_that_we_wrote_is_the_canonical_document(specs: Path, tmp_path: Path) -> None:
    """To the byte, whichever edition wrote it; one that somebody has edited is spelled anew."""
    place = "harbour/crew/tide-forecaster.yaml"
    spec = agent(0)
    older = canonical.dump(spec).encode() + b"# as an older edition ends\n"
    output = Output(specs)
    output.apply(
        output.plan([Artifact(place, older, "canonical", ("harbour/crew/tide-forecaster",))], refresh=True, force=True)
    )
    os.utime(specs / place, (OLD, OLD))
    memory = Memory(Store(tmp_path / "cache"))
    published = tmp_path / "site" / agent_yaml("harbour/crew/tide-forecaster")
    Builder(specs, tmp_path / "site", memory).build()
    assert published.read_bytes() == older
    (specs / place).write_bytes(older + b"# by hand\n")
    Builder(specs, tmp_path / "site", memory).build()
    assert published.read_bytes() == canonical.dump(spec).encode()
    assert tree(tmp_path / "site") == cold(specs, tmp_path / "cold")


def test_what_is_gone_goes(specs: Path, tmp_path: Path) -> None:
    """Files and folders of a deleted agent; hidden files at the top, and what others write meanwhile, stay."""
    memory = Memory(Store(tmp_path / "cache"))
    site = tmp_path / "site"
    Builder(specs, site, memory).build()
    (site / ".nojekyll").touch()
    (site / "left.txt").write_text("by nobody")
    os.utime(site / "left.txt", (OLD, OLD))
    (site / "agents/harbour").joinpath(".hidden").write_text("x")
    os.utime(site / "agents/harbour/.hidden", (OLD, OLD))
    (specs / "harbour/crew/crane-planner.yaml").unlink()
    Builder(specs, site, memory).build()
    left = set(tree(site))
    assert not [path for path in left if "harbour/crew/crane-planner/" in path or "harbour/crew/crane-planner." in path]
    assert not (site / "agents/harbour/crew/crane-planner").exists()
    assert ".nojekyll" in left
    assert {"left.txt", "agents/harbour/.hidden"}.isdisjoint(left)


def test_a_file_may_become_a_folder_and_back(tmp_path: Path) -> None:
    store = Store()
    for paths in (["a"], ["a/b"], ["a/b/c"], ["a"]):
        delivery = Delivery(tmp_path / "site", store)
        delivery.begin()
        for path in paths:
            delivery.put(path, path.encode())
        delivery.end()
        assert tree(tmp_path / "site") == {path: path.encode() for path in paths}


def test_the_last_of_two_files_counts_where_one_is_the_others_folder(tmp_path: Path) -> None:
    delivery = Delivery(tmp_path / "site", Store())
    delivery.begin()
    for path in ("a/b/c", "a", "a/b/d"):
        delivery.put(path, path.encode())
    delivery.end()
    assert tree(tmp_path / "site") == {"a/b/d": b"a/b/d"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """Links in the place of a file, of a folder and of what was left: they go, and what they led to stays."""
    outside, site = tmp_path / "outside", tmp_path / "site"
    (outside / "agents").mkdir(parents=True)
    (outside / "agents/a.txt").write_bytes(b"calm")
    (outside / "b.txt").write_bytes(b"calm")
    before = tree(outside)
    store = Store(tmp_path / "cache")
    for word in (b"calm", b"calm", b"rough"):
        for name, to in {"agents": "agents", "b.txt": "b.txt", "left": "agents"}.items():
            if (site / name).is_dir() and not (site / name).is_symlink():
                shutil.rmtree(site / name)
            site.mkdir(exist_ok=True)
            (site / name).unlink(missing_ok=True)
            (site / name).symlink_to(outside / to)
            os.utime(site / name, (OLD, OLD), follow_symlinks=False)
        delivery = Delivery(site, store)
        delivery.begin()
        delivery.put("agents/a.txt", Late(word.decode(), lambda word=word: word))
        delivery.put("b.txt", word)
        delivery.end()
        assert tree(outside) == before
        assert tree(site) == {"agents/a.txt": word, "b.txt": word}
        assert not any(path.is_symlink() for path in site.rglob("*"))


@pytest.mark.parametrize("listed", [3, 100])
def test_prompts_that_are_too_many_are_not_copied_again(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    """`llms-full.txt` then leads to lists that are there, and no prompt stands in any of them."""
    monkeypatch.setattr(llms, "LISTED", listed)
    monkeypatch.setattr(llms, "LARGEST", 700)
    monkeypatch.setattr(llms, "MOST", 1_400)
    made = cold(specs, tmp_path / "site")
    told = made["llms-full.txt"].decode()
    lists = re.findall(r"\(https://example\.org/(\S+)\)", told)
    assert lists == (["llms/harbour.txt", "llms/market.txt"] if listed == 3 else ["llms.txt"])
    pages = re.findall(r"\(https://example\.org/(agents/\S+)\)", "".join(made[path].decode() for path in lists))
    assert len(pages) == 14
    assert all(f"{page}agent.yaml" in made for page in pages)
    assert not any(b"You are" in content for path, content in made.items() if path.startswith("llms"))


# --- nothing torn -----------------------------------------------------------------------------------

KILLED = """
    import sys
    from pathlib import Path
    from converters.publish.delivery import Delivery
    from converters.publish.store import Store
    delivery = Delivery(Path(sys.argv[1], "site"), Store(Path(sys.argv[1], "cache")))
    delivery.begin()
    print("begun", flush=True)
    for number in range(100_000):
        delivery.put(f"{number % 400}.txt" if number < 400 else f"x/{number}.txt", bytes([number % 251]) * 200_000)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("wait", [0.02, 0.09, 0.2])
def test_a_killed_build_leaves_no_torn_file(tmp_path: Path, wait: float) -> None:
    """Each file there is whole, and the next build takes the leftovers away."""
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(wait)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    for path, content in tree(tmp_path / "site").items():
        if not path.startswith(STAGE):
            assert len(content) == 200_000
            assert content == content[:1] * 200_000
    delivery = Delivery(tmp_path / "site", Store(tmp_path / "cache"))
    delivery.begin()
    delivery.put("0.txt", b"\x00" * 200_000)
    delivery.put("1.txt", b"rough")
    delivery.end()
    assert tree(tmp_path / "site") == {"0.txt": b"\x00" * 200_000, "1.txt": b"rough"}


def test_a_build_that_fails_is_made_good_by_the_next(specs: Path, tmp_path: Path) -> None:
    """Half of the files delivered, then an end without a farewell."""
    memory = Memory(Store(tmp_path / "cache"))
    Builder(specs, tmp_path / "site", memory).build()
    write(specs, agent(1, word="rough"))
    site = Site(load(specs, memory), "Harbour", "https://example.org/")
    delivery = Delivery(tmp_path / "site", memory.store)
    delivery.begin()
    for number, one in enumerate(site.output()):
        if number > 20:
            break
        delivery.put(one.path, b"half a build")
    Builder(specs, tmp_path / "site", memory).build()
    assert tree(tmp_path / "site") == cold(specs, tmp_path / "cold")


# --- the store --------------------------------------------------------------------------------------


def test_the_store_gives_what_was_put(tmp_path: Path) -> None:
    with_file = Store(tmp_path / "cache")
    with_file.put("html", "a", b"calm")
    assert with_file.get("html", "a") == b"calm"
    assert with_file.get("spec", "a") is None
    with_file.close()
    again = Store(tmp_path / "cache")
    assert again.get("html", "a") == b"calm"
    again.close()
    assert (tmp_path / "cache/.gitignore").read_text().endswith("*\n")
    again = Store(tmp_path / "cache")
    again.put("html", "b", b"rough")
    assert (again.get("html", "a"), again.get("html", "b")) == (b"calm", b"rough")
    again.close()
    alone = Store()
    alone.put("html", "a", b"calm")
    assert alone.get("html", "a") is None


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 255)), min_size=1, max_size=40))
def test_a_spoilt_store_is_never_believed(spots: list[tuple[int, int]]) -> None:
    """Bytes of its file overwritten anywhere: what comes back is what was put, or nothing, and no error."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder)
        for number in range(40):
            store.put("html", str(number), f"calm {number}".encode() * 60)
        store.close()
        file = folder / "store.sqlite"
        content = bytearray(file.read_bytes())
        for at, byte in spots:
            content[at % len(content)] = byte
        file.write_bytes(content)
        for _ in range(2):
            store = Store(folder)
            for number in range(40):
                assert store.get("html", str(number)) in {None, f"calm {number}".encode() * 60}
            store.put("html", "new", b"rough")
            store.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_file_that_is_no_store_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.sqlite").write_bytes(content)
    for _ in range(2):
        store = Store(tmp_path)
        store.put("html", "a", b"calm")
        store.close()
    store = Store(tmp_path)
    assert store.get("html", "a") == b"calm"
    store.close()


def test_a_store_that_cannot_be_is_done_without(tmp_path: Path, specs: Path) -> None:
    """A file where its folder should be: the site is the same."""
    (tmp_path / "cache").write_text("in the way")
    Builder(specs, tmp_path / "site", Memory(Store(tmp_path / "cache"))).build()
    assert tree(tmp_path / "site") == cold(specs, tmp_path / "cold")


def test_foreign_entries_are_no_entries(tmp_path: Path, specs: Path) -> None:
    """Every row's value replaced: none is taken for ours."""
    memory = Memory(Store(tmp_path / "cache"))
    Builder(specs, tmp_path / "site", memory).build()
    memory.store.close()
    with sqlite3.connect(tmp_path / "cache/store.sqlite") as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone()[0] > 14
        database.execute("UPDATE kept SET value = ?", (b'{"x": "<script>alert(1)</script>"}',))
    database.close()
    shutil.rmtree(tmp_path / "site")
    Builder(specs, tmp_path / "site", Memory(Store(tmp_path / "cache"))).build()
    assert tree(tmp_path / "site") == cold(specs, tmp_path / "cold")


def test_what_no_build_needs_goes_from_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(3_000):
        store.put("html", str(number), b"calm")
    store.close()
    store = Store(tmp_path)
    store.get("html", "7")
    store.close()
    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    database.close()


# --- what things are made from ------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_fingerprints_tell_values_apart(one: object, other: object) -> None:
    alike = fingerprint(one) == fingerprint(other)
    assert alike == (repr(one) == repr(other)) or fingerprint(one) is None


def test_fingerprints_know_records_and_sets() -> None:
    spec = agent(1)
    assert fingerprint(spec) == fingerprint(agent(1)) != fingerprint(agent(2))
    assert fingerprint({"b", "a"}) == fingerprint({"a", "b"}) != fingerprint({"a"})
    assert fingerprint("\ud800") is None
    assert fingerprint(object()) is None


def test_late_things_are_made_when_asked_for() -> None:
    late = changed(Late("calm", lambda: "calm"), str.upper)
    assert isinstance(late, Late)
    assert (late.inputs, made(late), changed("calm", str.upper)) == ("calm", "CALM", "CALM")


# --- while the site is served -------------------------------------------------------------------------


@pytest.fixture
def served(specs: Path, tmp_path: Path) -> Iterator[tuple[object, Path]]:
    """The plugin after MkDocs' first build for `mkdocs serve`, and the folder that is served."""
    yield from _served(specs, tmp_path, "served")


def _served(specs: Path, tmp_path: Path, name: str) -> Iterator[tuple[object, Path]]:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    project = write_project(specs.parent, name="Harbour", cache=tmp_path / "caches" / name)
    config = load_config(str(project), site_dir=str(tmp_path / name))
    config.plugins.on_startup(command="serve", dirty=False)
    config.site_url = "http://127.0.0.1:8000/"
    build(config, serve_url=config.site_url)
    yield config.plugins["agent-specs"], tmp_path / name
    config.plugins.on_shutdown()


def _no_build() -> None:
    raise AssertionError("MkDocs was asked to build")


@pytest.mark.slow
def test_a_change_while_serving_ends_as_a_build_by_mkdocs_would(
    specs: Path, tmp_path: Path, served: tuple[object, Path]
) -> None:
    """Edited, deleted, new: without MkDocs the site becomes what MkDocs makes of it, to the byte."""
    plugin, site = served
    write(specs, agent(2, word="rough"))
    os.utime(specs / "harbour/crew/crane-planner.yaml", (OLD + 9, OLD + 9))
    plugin._rebuild(_no_build)
    assert b"rough" in (site / "agents/harbour/crew/crane-planner/index.html").read_bytes()
    (specs / "market/crew/berth-clerk.yaml").unlink()
    write(specs, agent(31, word="new"))
    plugin._rebuild(_no_build)
    plugin._wait()
    for _, fresh in _served(specs, tmp_path, "fresh"):
        assert tree(site) == tree(fresh)


@pytest.mark.slow
def test_a_change_of_the_sites_own_sources_is_a_build_by_mkdocs(specs: Path, served: tuple[object, Path]) -> None:
    plugin, _ = served
    (specs.parent / "mkdocs.yml").touch()
    asked: list[int] = []
    plugin._rebuild(lambda: asked.append(1))
    assert asked == [1]
