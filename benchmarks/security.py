"""What looking for harm costs beside reading: the same files in one process, both timed on each."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from corpus import agent_files
from timing import machine

from converters.check import security
from converters.conversion import Options, understand
from converters.inputs import Input


def main() -> None:
    """Read each file, look for harm in it, and print milliseconds a file and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="a corpus of agent files")
    files = agent_files(parser.parse_args().folder)
    reading = looking = 0.0
    for number, path in enumerate(files):
        source = Input(path, path.name, f"{number:05}/{path.name}", "corpus", explicit=True)
        start = time.process_time()
        outcome = understand(source, Options(targets=()))
        read = time.process_time()
        security.findings(outcome, source)
        looking += time.process_time() - read
        reading += read - start
    each = 1000 / len(files)
    print(f"{len(files)} files on {machine()}")
    print(f"reading {reading * each:.2f} ms a file, looking for harm {looking * each:.2f} ms: {looking / reading:.0%}")


if __name__ == "__main__":
    main()
