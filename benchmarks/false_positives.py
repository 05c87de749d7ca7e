"""How often each rule of `specs check` speaks up in a corpus, and a sample of one rule's findings to judge by eye."""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from corpus import CORPUS, ROOT
from timing import table

from converters.check import Checked, check
from converters.findings import RULES, Finding, show
from converters.inputs import find_inputs
from converters.text import decode

SEED = 20261121
"""So that a sample can be drawn again."""
MUCH = 0.02
"""Share of the files from which a rule is looked at by eye."""


def main() -> None:
    """Check each folder as a user would check a repository; print a table, or a sample of one rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="repositories side by side, each a folder")
    parser.add_argument("--sample", metavar="CODE", help="show findings of this rule instead, drawn by lot")
    parser.add_argument("--number", type=int, default=30, help="how many of them (default: 30)")
    parser.add_argument("--for", dest="asked", default="", metavar="FORMATS", help="as of `specs check`")
    said = parser.parse_args()
    os.chdir(said.folder or (CORPUS if CORPUS.is_dir() else ROOT / "examples"))
    asked = tuple(filter(None, said.asked.split(",")))
    if said.sample:
        drawn = sorted(_drawn(said.sample, said.number, asked), key=_place)
        print("\n\n".join(show(finding, _text(finding, text)) for finding, text in drawn))
    else:
        print(_counted(asked))


def _checked(asked: tuple[str, ...]) -> Iterator[Checked]:
    for home in sorted(path.name for path in Path().iterdir() if path.is_dir()):
        yield from check(find_inputs((home,), {}, project=Path()), {}, asked=asked)


def _counted(asked: tuple[str, ...]) -> str:
    hits, where, files = Counter[str](), defaultdict[str, set[str]](set), set[str]()
    for one in _checked(asked):
        files.add(one.shown)
        for finding in one.findings:
            hits[finding.rule.code] += 1
            where[finding.rule.code].add(finding.span.path)
    rows = [
        (f"`{code} {RULES[code].name}`", RULES[code].severity.word, f"{hits[code]:,}", len(where[code]), _share(share))
        for code, share in sorted((code, len(where[code]) / len(files)) for code in hits)
    ]
    return f"{len(files):,} files\n\n" + table(("rule", "severity", "hits", "files", "share"), rows)


def _share(share: float) -> str:
    return f"**{share:.1%}**" if share > MUCH else f"{share:.1%}"


def _drawn(code: str, number: int, asked: tuple[str, ...]) -> list[tuple[Finding, str | None]]:
    found = [(f, one.text) for one in _checked(asked) for f in one.findings if f.rule.code == code]
    return random.Random(SEED).sample(found, min(number, len(found)))  # noqa: S311 - nobody is to be kept from guessing


def _place(one: tuple[Finding, str | None]) -> tuple[str, int]:
    return one[0].span.path, one[0].span.start


def _text(finding: Finding, text: str | None) -> str:
    path = Path(finding.span.path)
    return text if text is not None else decode(path.read_bytes(), path.as_posix()).text


if __name__ == "__main__":
    main()
