"""The conformance kit passes our own formats, and catches those that break a law."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from converters import testing
from converters.formats import FORMATS
from converters.kit import PROMPT, Codec, Container, Format, Row, text

GOLDENS = Path(__file__).parent / "goldens"
OURS = {"spec.yaml", "findings.txt"}


def _samples(id_: str) -> dict[str, bytes]:
    """The goldens' inputs that are read, each in a folder of its own."""
    return {
        f"{case.name}/{path.name}": path.read_bytes()
        for case in sorted((GOLDENS / id_).iterdir())
        if not case.name.startswith("refused")
        for path in sorted(case.iterdir())
        if path.name not in OURS
    }


@pytest.mark.parametrize("id_", [id_ for id_ in FORMATS if (GOLDENS / id_).is_dir() and FORMATS[id_].reads])
def test_our_formats_keep_the_laws(id_: str) -> None:
    assert testing.broken(FORMATS[id_], _samples(id_)) == []


GOOD = Format(
    id="toy",
    title="Toy",
    source="https://example.org/toy",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("toys/{name}.toy.json",),
    suffix=".toy.json",
    rows=(
        Row("name", "name", text, required=True),
        Row("about/what", "description", text),
        Row("says", PROMPT, text),
        Row("heat", ".heat", text),
    ),
)
SAMPLES = {
    "toys/a.toy.json": b"""{
  "name": "a",
  "about": {"what": "An A.", "more": [1]},
  "says": "You are A.\\n\\n## Do\\n\\nIt.\\n"
}
"""
}
SHOUTED: Codec[str] = Codec(text.decode, str.upper, "text")
"""Writes what it does not read back."""
GROWING: Codec[str] = Codec(text.decode, lambda value: f"{value}!", "text")
"""Adds something with every writing."""
RAISING: Codec[str] = Codec(lambda _: str(1 / 0), str, "text")
SILENT: Codec[str] = Codec(text.decode, str, "")


def _with(key: str, codec: Codec[str]) -> Format:
    return replace(GOOD, rows=tuple(replace(row, codec=codec) if row.key == key else row for row in GOOD.rows))


def test_a_good_table_keeps_every_law() -> None:
    assert testing.broken(GOOD, SAMPLES) == []


@pytest.mark.parametrize(
    ("fmt", "law"),
    [
        (replace(GOOD, source="a friend"), "facts"),
        (replace(GOOD, read_on="lately"), "facts"),
        (_with("heat", SILENT), "facts"),
        (replace(GOOD, suffix=".other"), "samples"),
        (_with("says", RAISING), "totality"),
        (_with("says", GROWING), "stability"),
        (_with("about/what", SHOUTED), "locality"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_table_is_caught(fmt: Format, law: str) -> None:
    try:
        found = testing.broken(fmt, SAMPLES)
    except ZeroDivisionError:
        found = [f"totality: {words}" for words in testing.totality(fmt, SAMPLES)]
    assert any(words.startswith(f"{law}: ") for words in found), found


def test_the_template_for_other_packages_works(tmp_path: Path) -> None:
    """Copied and announced as an installed package would be, it passes its own tests and is listed."""
    template = Path(__file__).parents[1] / "docs" / "format-template"
    shutil.copytree(template, tmp_path / "lighthouse")
    folder = tmp_path / "lighthouse"
    announced = folder / "agent_specs_lighthouse-0.1.0.dist-info"
    announced.mkdir()
    entry = tomllib.loads((template / "pyproject.toml").read_text())["project"]["entry-points"]["converters.formats"]
    (announced / "METADATA").write_text("Metadata-Version: 2.1\nName: agent-specs-lighthouse\nVersion: 0.1.0\n")
    (announced / "entry_points.txt").write_text(
        "[converters.formats]\n" + "".join(f"{name} = {place}\n" for name, place in entry.items())
    )
    env = {**os.environ, "PYTHONPATH": str(folder)}
    tested = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)]
    run = subprocess.run(tested, env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert f"{len(testing.LAWS)} passed" in run.stdout, run.stdout + run.stderr
    listed = [sys.executable, "-c", "from converters.cli import main; main()", "formats", "lighthouse"]
    shown = subprocess.run(listed, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "engine/heat" in shown.stdout, shown.stdout + shown.stderr


def test_the_guide_shows_the_template() -> None:
    """The guide's table is the template's, less its notes."""
    root = Path(__file__).parents[1]
    guide = (root / "site" / "guide" / "own-formats.md").read_text(encoding="utf-8")
    template = (root / "docs" / "format-template" / "lighthouse.py").read_text(encoding="utf-8")
    shown = guide.partition("```python\n")[2].partition("```")[0]
    for line in shown.splitlines():
        assert re.sub(r"\),$|,\),?$", "", line) in template, line
