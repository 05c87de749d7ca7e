"""The same files through rulesync's import, in the same run: files a second, and what is left of them.

    python benchmarks/peers.py [FOLDER] [--rounds N] [--packages FOLDER]

Needs npm; Node 22 and rulesync 17 are installed into a temporary folder, or into --packages to keep them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from corpus import agent_files, lay_out
from timing import Cost, alternate, command, machine, table

PACKAGES = ("node@22", "rulesync@17")
IMPORT = ("import", "--targets", "claudecode", "--features", "subagents")
SPECS = (sys.executable, "-c", "from converters.cli import main; main()")


def main() -> None:
    """Measure and print a table; say why where there is nothing to measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a corpus of agent files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--packages", type=Path, help="where Node and rulesync are, or are to be, installed")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        rulesync = _installed(asked.packages or here / "packages")
        files = list(dict.fromkeys(agent_files(asked.folder)))
        project = here / "project"
        agents = project / ".claude" / "agents"
        lay_out(files, agents)
        refused = _without_refused([*rulesync, *IMPORT], project, agents)
        left = len(list(agents.iterdir()))
        costs = alternate(
            {
                "rulesync import": _fresh(project, ".rulesync", [*rulesync, *IMPORT]),
                "specs convert to YAML files": _fresh(project, "specs", [*SPECS, "convert", str(agents), "-q", "-o", "specs"]),
                "specs convert to JSON lines": _fresh(project, "a.jsonl", [*SPECS, "convert", str(agents), "-q", "-o", "a.jsonl"]),
            },
            asked.rounds,
        )
        kept = {
            "rulesync import": _counts((project / ".rulesync").rglob("*.md")),
            "specs convert to YAML files": _counts((project / "specs").rglob("*.yaml")),
        }
        with_tools = _counts(agents.iterdir())[1]
    _print(len(files), refused, left, with_tools, costs, kept)


def _installed(folder: Path) -> list[str]:
    """The command that runs rulesync; ends the run with the reason where it cannot be had."""
    npm = shutil.which("npm")
    script = folder / "node_modules" / "rulesync" / "dist" / "cli" / "index.js"
    if not script.is_file():
        if npm is None:
            raise SystemExit("skipped: npm is not installed, so rulesync cannot be fetched")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", *PACKAGES], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"skipped: npm cannot install {' and '.join(PACKAGES)}: {done.stderr.strip()[-300:]}")
    for node in sorted(folder.glob("node_modules/**/bin/node")):
        if subprocess.run([str(node), "--version"], capture_output=True, check=False).returncode == 0:
            return [str(node), str(script)]
    raise SystemExit("skipped: the package node@22 brought no program for this machine")


def _without_refused(importing: list[str], project: Path, agents: Path) -> int:
    """Take away the files that rulesync stops at, one by one, until it runs to its end; how many those were."""
    refused = 0
    while True:
        done = subprocess.run(importing, cwd=project, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return refused
        stopper = re.search(rf"{re.escape(str(agents))}/[^:]*?\.md", done.stdout + done.stderr)
        if stopper is None:
            raise SystemExit(f"skipped: rulesync fails without naming a file: {(done.stderr or done.stdout).strip()[-300:]}")
        Path(stopper[0]).unlink()
        refused += 1


def _fresh(project: Path, made: str, argv: list[str]) -> Callable[[], Cost]:
    """A run that starts without the output of the one before."""

    def run() -> Cost:
        path = project / made
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        (project / "rulesync.jsonc").unlink(missing_ok=True)
        return command(argv, project, expect=None)

    return run


def _counts(files: object) -> tuple[int, int]:
    """How many files there are, and how many still say which tools the agent may use."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]  # type: ignore[attr-defined]
    return len(texts), sum(bool(re.search(r"^\s*tools:", text.partition("\nsections:")[0][:4000], re.MULTILINE)) for text in texts)


def _print(files: int, refused: int, left: int, tools: int, costs: dict[str, Cost], kept: dict[str, tuple[int, int]]) -> None:
    peer = costs["rulesync import"]
    print(f"{machine()}\n")
    print(f"{files} files. rulesync ends its whole run at {refused} of them; those were taken away, and {left} measured.\n")
    rows = []
    for name, cost in costs.items():
        agents, named = kept.get(name, ("", ""))
        rows.append((name, f"{left / cost.wall:,.0f}", f"{left / cost.cpu:,.0f}", f"{peer.wall / cost.wall:.2f}", f"{peer.cpu / cost.cpu:.2f}",
                     f"{agents} of {left}" if agents else "", f"{named} of {tools}" if agents else ""))  # fmt: skip
    print(table(("process", "files/s, wall", "files/s, CPU", "x rulesync, wall", "x rulesync, CPU", "agents kept", "tools kept"), rows))


if __name__ == "__main__":
    main()
