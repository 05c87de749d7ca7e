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
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from corpus import agent_files, lay_out
from timing import Cost, alternate, command, machine, table

PACKAGES = ("node@22", "rulesync@17")
IMPORT = ("import", "--targets", "claudecode", "--features", "subagents")
HEAD = ("process", "files/s, wall", "files/s, CPU", "x rulesync, wall", "x rulesync, CPU", "agents", "with tools")
SPECS = (sys.executable, "-c", "from converters.cli import main; main()")

_HEADER = re.compile(r"\n(?:---|sections:)[ \t]*\r?\n")
_TOOLS = re.compile(r"^(?:claudecode:\n(?:  .*\n)*?  )?(?:tools|permission):", re.MULTILINE)


class Kept(NamedTuple):
    """What is left of the files."""

    agents: int
    tools: int | None
    """How many of them say which tools the agent may use."""


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
        given = _kept(agents.iterdir())
        convert = [*SPECS, "convert", str(agents), "-q", "-o"]
        costs = alternate(
            {
                "rulesync import": _fresh(project, ".rulesync", [*rulesync, *IMPORT]),
                "specs convert to YAML files": _fresh(project, "specs", [*convert, "specs"]),
                "specs convert to JSON lines": _fresh(project, "agents.jsonl", [*convert, "agents.jsonl"]),
            },
            asked.rounds,
        )
        kept = [
            _kept((project / ".rulesync").rglob("*.md")),
            _kept((project / "specs").rglob("*.yaml")),
            Kept(len((project / "agents.jsonl").read_bytes().splitlines()), None),
        ]
        left, said = _in_opencode(rulesync, project)
    print(f"{machine()}\n")
    print(f"{len(files)} files; rulesync ends its whole run at {refused} of them, so {given.agents} were measured.")
    print(f"{given.tools} of these say in their header which tools the agent may use.\n")
    peer = costs["rulesync import"]
    rows = [
        (
            name,
            f"{given.agents / cost.wall:,.0f}",
            f"{given.agents / cost.cpu:,.0f}",
            f"{peer.wall / cost.wall:.2f}",
            f"{peer.cpu / cost.cpu:.2f}",
            left.agents,
            "" if left.tools is None else left.tools,
        )
        for (name, cost), left in zip(costs.items(), kept, strict=True)
    ]
    print(table(HEAD, rows))
    print(f"\nrulesync from there to OpenCode's format: {left.agents} agents, {left.tools} with tools or permissions;")
    print(f"{said} lines of its output speak of tools.")


def _installed(folder: Path) -> list[str]:
    """The command that runs rulesync; ends the run with the reason where it cannot be had."""
    npm = shutil.which("npm")
    script = folder / "node_modules" / "rulesync" / "dist" / "cli" / "index.js"
    if not script.is_file():
        if npm is None:
            raise SystemExit("skipped: npm is not installed, so rulesync cannot be fetched")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", *PACKAGES],
            capture_output=True,
            text=True,
            check=False,
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
            raise SystemExit(
                f"skipped: rulesync fails without naming a file: {(done.stderr or done.stdout).strip()[-300:]}"
            )
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


def _in_opencode(rulesync: list[str], project: Path) -> tuple[Kept, int]:
    """What is left in OpenCode's format of the agents imported last, and how many lines say that tools are not."""
    argv = [*rulesync, "generate", "--targets", "opencode", "--features", "subagents"]
    done = subprocess.run(argv, cwd=project, capture_output=True, text=True, check=True)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if ".md" not in line]
    return _kept((project / ".opencode").rglob("*.md")), sum("tools" in line.lower() for line in lines)


def _kept(files: Iterable[Path]) -> Kept:
    """Count files, and those whose header still says which tools the agent may use."""
    headers = [_HEADER.split(path.read_text(encoding="utf-8", errors="replace"), maxsplit=1)[0] for path in files]
    return Kept(len(headers), sum(bool(_TOOLS.search(header)) for header in headers))


if __name__ == "__main__":
    main()
