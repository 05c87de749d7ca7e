"""A library's graph: building, resolving and reporting, beside networkx building the same edges and nothing else.

python benchmarks/graph.py [--sizes 1000 10000 100000] [--references 8]

The agents are made up: crews of a hundred that mostly name each other, one name in a hundred borne by nobody, one
agent in a hundred with the name of another.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from timing import machine, table

sys.path.insert(0, str(Path(__file__).parents[1]))

from converters.library import Library, library_of
from converters.model import AgentSpec, Collaboration, Derived, Evidence, Source

T = TypeVar("T")

CREW = 100
ROLES = (
    "planner",
    "forecaster",
    "clerk",
    "inspector",
    "pilot",
    "surveyor",
    "steward",
    "dispatcher",
    "keeper",
    "master",
)
TRADES = ("tide", "berth", "crane", "quay", "buoy", "hull", "cargo", "rope", "lock", "dredge", "light", "sluice")
MATTERS = ("schedule", "soundings", "manifest", "moorings", "draught", "storm warnings", "customs papers", "repairs")
RELATIONS = ("collaborates_with", "supports", "coordinates_with", "hands_off_to", "delegates_to", "depends_on")
HEAD = (
    "agents",
    "references",
    "networkx, s",
    "build, s",
    "x networkx",
    "report, s",
    "x networkx",
    "peak, MB",
    "ways from",
)


def main() -> None:
    """Measure each size in a process of its own and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--references", type=int, default=8, help="for each agent")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(measured(asked.sizes[0], asked.references)))
        return
    rows = []
    for size in asked.sizes:
        child = [sys.executable, __file__, "--here", "--sizes", str(size), "--references", str(asked.references)]
        found = json.loads(subprocess.run(child, capture_output=True, text=True, check=True).stdout)
        floor = found["networkx"]
        rows.append(
            (
                f"{found['agents']:,}",
                f"{found['references']:,}",
                f"{floor:.2f}",
                f"{found['build']:.2f}",
                f"{found['build'] / floor:.1f}",
                f"{found['report']:.2f}",
                f"{found['report'] / floor:.1f}",
                f"{found['peak'] / 2**20:,.0f}",
                found["sampled"] or "all",
            )
        )
    print(f"{machine()}\n")
    print(table(HEAD, rows))


def measured(size: int, references: int) -> dict[str, Any]:
    """CPU seconds of each step, and the peak of resident memory, in bytes."""
    import networkx as nx

    from converters.graph import build, to_text

    gc.set_threshold(100_000, 20, 20)  # as the command line does
    library = made_up(size, references)
    build_time, (graph, _) = timed(lambda: build(library))
    report_time, text = timed(lambda: to_text(graph))
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    nodes, edges = list(graph.nodes(data=True)), list(graph.edges(data=True))

    def floor() -> nx.MultiDiGraph:
        plain = nx.MultiDiGraph()
        plain.add_nodes_from(nodes)
        plain.add_edges_from(edges)
        return plain

    floor_time, plain = timed(floor)
    assert plain.number_of_edges() == graph.number_of_edges()
    return {
        "agents": size,
        "references": graph.number_of_edges(),
        "networkx": floor_time,
        "build": build_time,
        "report": report_time,
        "peak": peak,
        "sampled": said[1] if (said := re.search(r"from\s(\d+)\sof", text)) else None,
    }


def timed(thing: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds, and what came of them."""
    start = time.process_time()
    made = thing()
    return time.process_time() - start, made


def made_up(size: int, references: int) -> Library:
    """Agents in crews, the same on every machine."""
    chance = Random(size)  # noqa: S311  # no secret
    names = [name_of(number) for number in range(size)]
    specs = []
    for number in range(size):
        crew = number // CREW * CREW
        told: dict[tuple[str, str], Collaboration] = {}
        while len(told) < min(references, size - 1):
            near = chance.random() < 0.8
            other = min(size - 1, crew + chance.randrange(CREW)) if near else chance.randrange(size)
            name = f"{TRADES[other % 12]}-{other}-broker" if chance.random() < 0.01 else names[other]
            relation, matter = chance.choice(RELATIONS), chance.choice(MATTERS)
            said = f"- Work with {name} on the {TRADES[crew // CREW % 12]} {matter}"
            if other != number:
                told[name, relation] = Collaboration(
                    agent=name,
                    relation=relation,  # type: ignore[arg-type]  # one of RELATIONS
                    about=f"the {TRADES[crew // CREW % 12]} {matter}",
                    evidence=Evidence(where="body", text=said),
                )
        specs.append(
            AgentSpec(
                id=f"crew-{crew // CREW}/agent-{number}",
                name=names[number],
                source=Source(collection="port", path=f"crew-{crew // CREW}/agent-{number}.md"),
                derived=Derived(
                    title=names[number].replace("-", " ").title(),
                    summary=f"Looks after the {TRADES[number % 12]} of crew {crew // CREW}.",
                    categories=(f"crew-{crew // CREW}",),
                    access=("read", "write"),
                    collaboration=tuple(told.values()),
                ),
            )
        )
    return library_of(specs)


def name_of(number: int) -> str:
    """An agent's name; one in a hundred has that of its neighbour."""
    number -= number % 100 == 1
    return f"{TRADES[number % 12]}-{number}-{ROLES[number // 12 % 10]}"


if __name__ == "__main__":
    main()
