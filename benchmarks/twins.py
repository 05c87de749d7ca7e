"""Copies among many agents: what finding them costs beside reading them, and beside comparing each with all.

python benchmarks/twins.py [FOLDER] [--sizes 1000 3000 10000]
"""

from __future__ import annotations

import argparse
import random
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, cycle, islice
from pathlib import Path

from corpus import agent_files
from timing import machine, table

from converters.conversion import Options, understand
from converters.identity import slug
from converters.inputs import Input
from converters.model import AgentSpec, Source
from converters.sections import split
from converters.twins import NEAR, SHORTEST, Twins, words_of

HEAD = (
    "agents", "reading, ms/agent", "finding families, ms/agent", "x reading", "telling all twins, ms/agent", "peak, MB",
    "pairs", "each with all, ms/agent", "recall", "precision",
)  # fmt: skip
CHANGED = 0.05
"""Share of words that a made copy has changed, at most."""
MOST = 3_000
"""Agents that are compared each with all; more take minutes and a gigabyte."""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a corpus of agent files")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 3_000, 10_000])
    asked = parser.parse_args()
    files = list(dict.fromkeys(agent_files(asked.folder)))
    begun = time.process_time()
    agents = [spec for path in files for spec in _read(path)]
    reading = (time.process_time() - begun) / len(agents)
    rows = [_row(_many(agents, size), reading) for size in asked.sizes]
    print(f"{machine()}\n\n{table(HEAD, rows)}")


def _read(path: Path) -> tuple[AgentSpec, ...]:
    shown = path.as_posix()
    return understand(Input(path, shown, path.name, path.parent.name, explicit=True), Options()).specs


def _many(agents: Sequence[AgentSpec], size: int) -> list[AgentSpec]:
    """So many agents: the real ones, and then copies with some words changed, each in a collection of its own."""
    lots = random.Random(size)  # noqa: S311 - the same lots each time
    made = []
    for number, spec in enumerate(islice(cycle(agents), size)):
        again = number // len(agents)
        source = Source(collection=f"collection-{again}", path=f"{number}.md", format="claude-code")
        sections = split(_changed(spec.prompt, lots)) if again else spec.sections
        made.append(replace(spec, id=str(number), sections=sections, source=source))
    return made


def _changed(text: str, lots: random.Random) -> str:
    words = text.split(" ")
    for _ in range(int(len(words) * lots.uniform(0, CHANGED))):
        words[lots.randrange(len(words))] = f"word{lots.randrange(10_000)}"
    return " ".join(words)


def _row(agents: Sequence[AgentSpec], reading: float) -> Sequence[object]:
    begun = time.process_time()
    twins = Twins(agents)
    families = (time.process_time() - begun) / len(agents)
    begun = time.process_time()
    told = {
        frozenset((spec.id, twin.agent.id))
        for spec in agents
        for twin in twins.of(spec)
        if twin.kind in {"exact", "near"}
    }
    telling = (time.process_time() - begun) / len(agents)
    begun = time.process_time()
    expected = _brute(agents) if len(agents) <= MOST else None
    brute = (time.process_time() - begun) / len(agents)
    tracemalloc.start()
    Twins(agents)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    against = ("", "", "")
    if expected is not None:
        common = len(told & expected)
        against = (f"{brute * 1e3:.2f}", f"{common / len(expected):.3f}", f"{common / len(told):.3f}")
    return (
        f"{len(agents):,}", f"{reading * 1e3:.2f}", f"{families * 1e3:.2f}", f"{families / reading:.2f}",
        f"{telling * 1e3:.2f}", f"{peak / 2**20:.0f}", f"{len(told):,}", *against,
    )  # fmt: skip


def _brute(agents: Sequence[AgentSpec]) -> set[frozenset[str]]:
    """Every pair of copies by the same measure, each text counted against all that share anything with it."""
    runs, sizes = [], []
    same: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, spec in enumerate(agents):
        words = words_of(spec.prompt)
        told = f" {' '.join(words)} "
        for name in _names(spec):
            while name and f" {name} " in told:
                told = told.replace(f" {name} ", " <name> ")
        words_told = told.split()
        runs.append({" ".join(words_told[n : n + 3]) for n in range(len(words_told) - 2)})
        sizes.append(len(words))
        if words:  # a short text is a copy only under the same name
            same[" ".join(spec.prompt.split()), "" if len(words) >= SHORTEST else slug(spec.name)].append(number)
    found = {pair for numbers in same.values() for pair in combinations(numbers, 2)}
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(runs):
        common: Counter[int] = Counter()
        for run in own:
            common.update(having[run])
            having[run].append(number)
        for other, many in common.items():
            if many / (len(own) + len(runs[other]) - many) >= NEAR and min(sizes[number], sizes[other]) >= SHORTEST:
                found.add((other, number))
    return {frozenset((agents[one].id, agents[other].id)) for one, other in found}


def _names(spec: AgentSpec) -> list[str]:
    names = (spec.name, spec.title, spec.derived.title, spec.id)
    said = {" ".join(words_of(name)) for name in names if name}
    said |= {name.replace(" ", "") for name in said}
    return sorted(said, key=lambda name: (-len(name.split()), name.split()))


if __name__ == "__main__":
    main()
