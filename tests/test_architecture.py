"""The house itself: imports point upstream, formats stand alone, and few modules touch the disk."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

import converters
from converters.findings import RULES
from converters.formats import FORMATS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "converters"

ORDER = (
    "model",
    "secrecy",
    "findings",
    "hidden",
    "identity",
    "caches",
    "remotes",
    "lock",
    "mending",
    "text",
    "mojibake",
    "vocabulary",
    "licences",
    "syntax",
    "nesting",
    "document",
    "sections",
    "prose",
    "tools",
    "leave",
    "shelves",
    "derive",
    "models",
    "formats",
    "kit",
    "schema",
    "validation",
    "canonical",
    "fields",
    "addressed",
    "overlap",
    "references",
    "embedding",
    "spelling",
    "records",
    "reading",
    "entries",
    "writing",
    "fitting",
    "parts",
    "fates",
    "report",
    "fidelity",
    "evidence",
    "detect",
    "collection",
    "library",
    "calling",
    "listing",
    "search",
    "comparison",
    "twins",
    "originals",
    "published",
    "inputs",
    "conversion",
    "testing",
    "planning",
    "engine",
    "manifest",
    "drafts",
    "output",
    "scopes",
    "widening",
    "installing",
    "front",
    "graph",
    "changes",
    "git",
    "fetching",
    "syncing",
    "check",
    "mcp",
    "publish",
    "starting",
    "cli",
)
"""Downstream: a module may import what stands before it."""

DISK = frozenset(
    {
        "vocabulary",
        "formats",
        "validation",
        "canonical",
        "collection",
        "library",
        "originals",
        "inputs",
        "conversion",
        "manifest",
        "drafts",
        "output",
        "fetching",
        "syncing",
        "starting",
        "front",
        "check",
        "publish",
        "cli",
    }
)
"""Rooms that may touch the disk: the data files of our own, the library and its specs, and what runs for people."""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "templates" not in path.parts:
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


NAMES = dict(modules())


def imports_of(name: str, path: Path) -> Iterator[str]:
    """Our own modules that a module imports when it is imported, those for types only left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _at_import(tree.body):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "converters":
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in NAMES else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "converters")


def _at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If):
            if "TYPE_CHECKING" not in ast.unparse(node.test):
                yield from _at_import(node.body)
            yield from _at_import(node.orelse)
        elif isinstance(node, ast.Try):
            yield from _at_import([*node.body, *node.orelse, *node.finalbody])
            for handler in node.handlers:
                yield from _at_import(handler.body)
        elif isinstance(node, ast.ClassDef):
            yield from _at_import(node.body)
        else:
            yield node


def graph() -> nx.DiGraph[str]:
    made: nx.DiGraph[str] = nx.DiGraph()
    for name, path in NAMES.items():
        made.add_node(name)
        made.add_edges_from((name, there) for there in imports_of(name, path) if there != name)
    return made


def room(name: str) -> str:
    """The part of the house a module is in: `formats` for `converters.formats.roo`."""
    return name.split(".")[1] if "." in name else ""


def test_no_import_comes_back_to_itself() -> None:
    assert not list(nx.simple_cycles(graph()))


def test_every_room_is_on_the_plan() -> None:
    assert {room(name) for name in NAMES} - {""} <= set(ORDER)


def test_no_module_takes_the_name_of_what_the_package_exports() -> None:
    """Importing `converters.x` would put the module where the function was."""
    assert not {room(name) for name in NAMES} & set(converters.__all__)


def test_imports_point_upstream() -> None:
    for here, there in graph().edges:
        if room(here) and room(there):
            assert ORDER.index(room(there)) <= ORDER.index(room(here)), f"{here} imports {there}"


def test_the_model_knows_nobody() -> None:
    assert not list(graph().successors("converters.model"))


def test_formats_never_import_each_other() -> None:
    """Relatives share a codec, not a parent."""
    public = {f"converters.formats.{id_.replace('-', '_')}" for id_ in FORMATS}
    for here, there in graph().edges:
        assert not (here in public and there in public), f"{here} imports {there}"
        if there in public:
            assert here == "converters.formats", f"{here} knows the format {there}"


def test_no_module_knows_a_format_by_name() -> None:
    """What is true of one format stands in its table."""
    ids = set(FORMATS) - {"prompt"}
    for name, path in NAMES.items():
        if room(name) in {"formats", "publish", "cli", "check", "vocabulary"}:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not words & ids, f"{name} names {words & ids}"


READS = frozenset(
    {
        "open",
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "mkdir",
        "unlink",
        "rename",
        "rmtree",
        "scandir",
        "walk",
        "iterdir",
        "rglob",
        "glob",
        "stat",
        "exists",
        "is_file",
        "is_dir",
        "is_symlink",
        "makedirs",
        "remove",
        "touch",
        "symlink_to",
        "copyfile",
        "copytree",
    }
)


def disk_calls(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if name in READS and not (isinstance(called, ast.Attribute) and ast.unparse(called.value) in {"re", "ast"}):
            yield node.lineno, ast.unparse(called)


def test_few_modules_touch_the_disk() -> None:
    found = {
        f"{name}:{line} {call}"
        for name, path in NAMES.items()
        if room(name) and room(name) not in DISK
        for line, call in disk_calls(path)
        if not call.startswith(("self.", "graph.", "reader."))
    }
    assert not found


def test_reading_and_writing_never_touch_the_disk() -> None:
    """Between bytes and bytes there is only meaning: no format, codec, reader or writer opens a file."""
    for name, path in NAMES.items():
        if name.startswith("converters.formats."):
            assert not list(disk_calls(path)), name


def test_no_room_for_things_without_a_home() -> None:
    homeless = {"utils", "helpers", "common", "base", "misc", "util"}
    assert not [name for name in NAMES if homeless & set(name.split("."))]


def test_every_module_and_public_thing_says_what_it_is() -> None:
    for name, path in NAMES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.stat().st_size:
            assert ast.get_docstring(tree), f"{name} has no docstring"
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"


def test_codes_are_unique_and_named_once() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(names) == len(set(names))
    tree = ast.parse((PACKAGE / "findings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Rule"]
    codes = [ast.literal_eval(call.args[0]) for call in calls]
    assert sorted(codes) == sorted(RULES)


# --- one format, one file ---------------------------------------------------------------------------


@pytest.mark.slow
def test_adding_a_format_touches_one_file(tmp_path: Path) -> None:
    """Another package's format is found by its entry point; every law holds for it with no other change."""
    shutil.copy(Path(__file__).parent / "fixtures" / "ninth.py", tmp_path / "ninth.py")
    package = tmp_path / "ninth-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: ninth\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[converters.formats]\nninth = ninth:FORMAT\n")
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "HYPOTHESIS_PROFILE": "few"}
    env.pop("PYTEST_ADDOPTS", None)
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-c",
        os.devnull,
        "--rootdir",
        str(tmp_path),
    ]
    words += [
        "-k",
        "ninth",
        "-W",
        "ignore::pytest.PytestUnknownMarkWarning",
        str(Path(__file__).parent / "test_laws.py"),
    ]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    told = subprocess.run(
        [sys.executable, "-c", "from converters.cli import main; main()", "formats", "--json"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert '"ninth"' in told.stdout


def test_a_module_s_name_is_its_format_s_id() -> None:
    modules_of_formats = {path.stem.replace("_", "-") for path in (PACKAGE / "formats").glob("[!_]*.py")}
    assert modules_of_formats <= set(FORMATS)
