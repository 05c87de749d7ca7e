"""What git would leave out of a catalogue repository, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from converters.findings import GIT_HIDES, Finding, Span
from converters.git import GitFault, git

from .facts import said


def hidden(folder: Path, paths: Sequence[str]) -> list[Finding]:
    """The patterns that keep files of a catalogue out of git, each with the files it hides; none without git."""
    every = list(dict.fromkeys(part for path in paths for part in _down_to(path)))
    with TemporaryDirectory(prefix="specs-") as scratch:
        where = () if said(folder, "rev-parse", "--git-dir") else _elsewhere(Path(scratch), folder)
        asked = "".join(f"{path}\0" for path in every).encode("utf-8", "surrogateescape")
        try:
            words = *where, "check-ignore", "-v", "-z", "--no-index", "--stdin"
            told = git(folder, *words, told=asked, fine={0, 1}, literal=False)
        except GitFault:
            return []
    parts = told.decode("utf-8", "replace").split("\0")
    hits: dict[tuple[str, str, str], list[str]] = {}
    for source, line, pattern, path in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=False):
        if not pattern.startswith("!"):
            hits.setdefault((source, line, pattern), []).append(path)
    return [_hides(folder, *by, hit) for by, hit in hits.items()]


def _elsewhere(scratch: Path, folder: Path) -> tuple[str, ...]:
    """How git is to look at a folder that is no work tree yet."""
    said(scratch, "init", "--quiet", "--bare", "--template=", ".")
    return f"--git-dir={scratch}", f"--work-tree={folder.absolute()}"


def _down_to(path: str) -> Iterator[str]:
    """The folders on the way to a file, and the file."""
    parts = path.split("/")
    yield from ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
    yield path


def _hides(folder: Path, source: str, line: str, pattern: str, paths: Sequence[str]) -> Finding:
    top = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    span = Span(source)
    with suppress(OSError, ValueError):
        text = (folder / source).read_text(encoding="utf-8", errors="replace")
        start = sum(len(one) + 1 for one in text.split("\n")[: int(line) - 1])
        span = Span(source, start, start + len(pattern))
    shown = ", ".join(top[:3]) + (f" and {len(top) - 3} more" if len(top) > 3 else "")
    return GIT_HIDES.at(span, pattern=pattern, paths=shown, cure=" ".join(f"!/{path}" for path in top[:3]))
