"""Many agents to YAML files on disk: time, memory, and a second run in which nothing has changed.

python benchmarks/scale.py [FOLDER] [--sizes 1000 10000] [--jobs 1 2]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from corpus import agent_files, lay_out
from timing import command, machine, table

HEAD = ("files", "jobs", "agents", "wall, s", "CPU, s", "agents/s", "peak of one process, MB", "again, unchanged, s")
SPECS = (sys.executable, "-c", "from converters.cli import main; main()")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a corpus of agent files")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000])
    parser.add_argument("--jobs", nargs="+", type=int, default=[1, 2])
    asked = parser.parse_args()
    files = agent_files(asked.folder)
    rows = []
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder)
            lay_out(list(islice(cycle(files), size)), here / "agents")
            for jobs in asked.jobs:
                convert = [
                    *SPECS,
                    "convert",
                    "agents",
                    "--quiet",
                    "--from",
                    "claude-code",
                    "--jobs",
                    str(jobs),
                    "-o",
                    f"out-{jobs}",
                ]
                first = command(convert, here, expect=None)
                again = command(convert, here, expect=None)
                agents = sum(1 for _ in (here / f"out-{jobs}").rglob("*.yaml"))
                if agents < size // 2:
                    raise SystemExit(f"specs convert wrote {agents} of {size} agents")
                rows.append(
                    (
                        f"{size:,}",
                        jobs,
                        f"{agents:,}",
                        f"{first.wall:.1f}",
                        f"{first.cpu:.1f}",
                        f"{agents / first.wall:,.0f}",
                        f"{max(first.peak, again.peak) / 2**20:.0f}",
                        f"{again.wall:.1f}",
                    )
                )
    print(f"{machine()}\n")
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
