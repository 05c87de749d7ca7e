"""Making and asking the search indexes: CPU beside rendering the same prompts, and what a reader's browser loads.

python benchmarks/find.py [FOLDER] [--sizes 1000 10000]
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TypeVar

from corpus import ROOT, agent_files
from timing import machine, table

sys.path.insert(0, str(ROOT))

from converters import search
from converters.conversion import Input, Options, understand
from converters.library import library_of
from converters.model import AgentSpec
from converters.publish import Catalogue, Site, render, search_index

T = TypeVar("T")
HEAD = (
    "agents",
    "rendering, ms/agent",
    "terms, ms/agent",
    "prompts, ms/agent",
    "x rendering",
    "cards, kB gz",
    "terms, kB gz",
    "prompts, MB",
    "files",
    "one of them, kB gz",
    "a request, ms",
)
ASKED = ("someone to make my SQL faster", "review my pull request", "databse migration", "accessib", "kubernetes")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    asked = parser.parse_args()
    found = {path: path.read_bytes() for path in dict.fromkeys(agent_files(asked.folder))}
    some = [
        spec
        for path in found
        for spec in understand(Input(path, str(path), path.name, path.parts[-3], explicit=True), Options()).specs
    ]
    print(f"{machine()}\n")
    print(table(HEAD, [_row(_many(some, size)) for size in asked.sizes]))


def _many(some: list[AgentSpec], size: int) -> dict[str, AgentSpec]:
    """`size` agents by key: those there are, then copies of them under names of their own."""
    many: dict[str, AgentSpec] = {}
    for turn in count():
        for spec in some:
            many[f"c{turn}/{len(many)}"] = replace(
                spec, id=str(len(many)), name=f"{spec.name}-{turn}" if turn else spec.name
            )
            if len(many) == size:
                return many
    raise AssertionError


def _row(agents: dict[str, AgentSpec]) -> tuple[object, ...]:
    few = list(agents.values())[:500]
    rendering = _spent(lambda: [render.markdown(section.text) for spec in few for section in spec.sections])[1] / len(
        few
    )
    index, terms = _spent(lambda: search.index_of(agents))
    _, prompts = _spent(lambda: search.prompts_of(agents))
    _, request = _spent(lambda: [search.find(index, text) for text in ASKED])
    library = library_of(agents.values())
    made = {asset.path: asset.content for asset in search_index.assets(Site(Catalogue(library=library)))}
    shards = [content for path, content in made.items() if path.startswith("api/prompts/")]
    assert json.loads(made["api/search.json"])["schema_version"]
    return (
        f"{len(agents):,}",
        f"{rendering * 1e3:.2f}",
        f"{terms / len(agents) * 1e3:.2f}",
        f"{prompts / len(agents) * 1e3:.2f}",
        f"{(terms + prompts) / len(agents) / rendering:.2f}",
        *(f"{len(gzip.compress(made[f'api/{name}.json'], 6)) / 1e3:.0f}" for name in ("search", "search-terms")),
        f"{sum(map(len, shards)) / 1e6:.1f}",
        len(shards),
        f"{max(len(gzip.compress(shard, 6)) for shard in shards) / 1e3:.0f}",
        f"{request / len(ASKED) * 1e3:.1f}",
    )


def _spent(thing: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the seconds of CPU it took."""
    began = time.process_time()
    given = thing()
    return given, time.process_time() - began


if __name__ == "__main__":
    main()
