"""The files the benchmarks read: a corpus folder where there is one, else the shipped examples, many times over."""

from __future__ import annotations

import csv
import shutil
from itertools import cycle, islice
from pathlib import Path

from converters.detect import detect
from converters.text import decode

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
FORMAT = "claude-code"
ENOUGH = 1_000
"""Files a corpus is replicated to where it has fewer."""


def agent_files(folder: Path | None) -> list[Path]:
    """Claude Code's agent files below `folder`, at least `ENOUGH`, some of them repeatedly if need be.

    A `MANIFEST.csv` (collection, path, format) says which they are; without one, detection does.
    """
    folder = folder or (CORPUS if CORPUS.is_dir() else ROOT / "examples")
    found = _listed(folder) if (folder / "MANIFEST.csv").is_file() else _detected(folder)
    if not found:
        raise SystemExit(f"no Claude Code agent files below {folder}")
    return list(islice(cycle(found), max(ENOUGH, len(found))))


def _listed(folder: Path) -> list[Path]:
    with (folder / "MANIFEST.csv").open(newline="", encoding="utf-8") as manifest:
        rows = [row for row in csv.DictReader(manifest) if row["format"] == "claude-agent-md"]
    return [folder / row["collection"] / row["path"] for row in rows]


def _detected(folder: Path) -> list[Path]:
    files = sorted(folder.rglob("*.md"))
    return [path for path in files if detect(decode(path.read_bytes(), path.as_posix())).format == FORMAT]


def lay_out(files: list[Path], folder: Path) -> None:
    """Copy files side by side under names of their own."""
    folder.mkdir(parents=True)
    for number, path in enumerate(files):
        shutil.copyfile(path, folder / f"{number:05}-{path.stem}.md")
