"""What the command costs before it does anything, as multiples of an empty Python process.

python benchmarks/startup.py [--rounds N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from corpus import agent_files
from timing import alternate, command, machine, table

MOST = {"specs --help": 8, "specs convert, one file": 16}
"""The multiples we allow ourselves."""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    asked = parser.parse_args()
    specs = [sys.executable, "-c", "from converters.cli import main; main()"]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        agent = here / "agent.md"
        agent.write_bytes(agent_files(None)[0].read_bytes())
        costs = alternate(
            {
                "python -c pass": lambda: command([sys.executable, "-c", "pass"], here),
                "specs --version": lambda: command([*specs, "--version"], here),
                "specs --help": lambda: command([*specs, "--help"], here),
                "specs convert, one file": lambda: command([*specs, "convert", str(agent), "-o", "-"], here),
            },
            asked.rounds,
        )
    empty = costs["python -c pass"]
    print(f"{machine()}\n")
    rows = [
        (
            name,
            f"{c.wall * 1e3:.0f}",
            f"{c.cpu * 1e3:.0f}",
            f"{c.wall / empty.wall:.1f}",
            f"{c.cpu / empty.cpu:.1f}",
            MOST.get(name, ""),
        )
        for name, c in costs.items()
    ]
    print(table(("command", "wall, ms", "CPU, ms", "x empty, wall", "x empty, CPU", "at most"), rows))


if __name__ == "__main__":
    main()
