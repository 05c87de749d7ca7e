"""What all tests share: options, hypothesis profiles, and the data that lies beside the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visitor, chromium, served, visitor
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
"""Corpus, seeds, hostile files: for testing, never committed."""

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile(
    "few", max_examples=8, deadline=None, derandomize=True, suppress_health_check=_SLOW, phases=_UNSHRUNK
)
settings.register_profile("ci", max_examples=5, deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("desk", max_examples=12, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("rough", max_examples=50, deadline=None, suppress_health_check=_SLOW, phases=_UNSHRUNK)
settings.register_profile("deep", max_examples=100, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "desk"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the goldens; then read the diff")
    parser.addoption("--format", metavar="ID", help="only the laws and goldens of this format")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--format ID`, leave out what is about another format."""
    wanted = config.getoption("--format")
    if not wanted:
        return
    about = {
        item: item.callspec.params.get("id_")
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else None
        for item in items
    }
    config.hook.pytest_deselected(items=[item for item in items if about[item] not in {None, wanted}])
    items[:] = [item for item in items if about[item] in {None, wanted}]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours stay with one worker, so that a module's fixtures are made once; who is done helps the others."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are to be rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the repository."""
    if not (SHARED / "corpus" / "MANIFEST.csv").is_file():
        pytest.skip(f"the corpus, seeds and hostile files are not in {SHARED}")
    return SHARED


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, for all tests of a module; beyond it, its event loop would stand in the way of others."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of our own specs, in `site` below a folder; the observatory is published in summary."""
    from dataclasses import replace

    from converters.library import Library
    from converters.publish import build
    from converters.publish.loading import load, prepare

    specs = Path(__file__).parents[1] / "specs"
    library = load(specs).library
    told = {**library.collections, "observatory": replace(library.collections["observatory"], publish="summary")}
    folder = tmp_path_factory.mktemp("published")
    build(prepare(Library(told, library.agents), specs), folder / "site", strict=True)
    return folder


@pytest.fixture(scope="module")
def site(published: Path) -> Iterator[str]:
    """The address of our own specs' site, below a sub-path."""
    with served(published) as address:
        yield f"{address}site/"


@pytest.fixture
def seen(browser: Any, site: str) -> Iterator[Visitor]:
    """A visitor who minds everything."""
    with visitor(browser, site) as one:
        one.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield one
        assert one.minded() == []


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel people install, built from a copy, taken apart into a folder."""
    here = tmp_path_factory.mktemp("wheel")
    source = here / "source"
    for name in ("converters", "site"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "schema.json", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "wheel",
        str(source),
        "--no-deps",
        "-w",
        str(here),
    ]
    made = subprocess.run(pip, capture_output=True, text=True, check=False)
    if made.returncode and re.search("No matching distribution|ConnectionError|Temporary failure", made.stderr):
        pytest.skip("hatchling cannot be fetched")
    assert made.returncode == 0, made.stderr
    unpacked = here / "installed"
    with zipfile.ZipFile(next(here.glob("*.whl"))) as archive:
        archive.extractall(unpacked)
    return unpacked
