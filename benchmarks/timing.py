"""Alternating rounds, medians, and tables to paste into the README."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What one run took, in seconds."""

    wall: float
    cpu: float
    peak: int = 0
    """The largest process' resident memory, in bytes; 0 where not measured."""


def median(costs: Sequence[Cost]) -> Cost:
    """Each figure's own median."""
    return Cost(*(statistics.median(figures) for figures in zip(*costs, strict=True)))


def alternate(things: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Cost]:
    """Run each thing once to warm up, then all of them in turn, and return the medians."""
    for thing in things.values():
        thing()
    costs: dict[str, list[Cost]] = {name: [] for name in things}
    for _ in range(rounds):
        for name, thing in things.items():
            costs[name].append(_timed(thing))
    return {name: median(spent) for name, spent in costs.items()}


def _timed(thing: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    said = thing()
    spent = Cost(time.perf_counter() - wall, time.process_time() - cpu)
    return said if isinstance(said, Cost) else spent


def command(argv: Sequence[str | Path], folder: Path | None = None, *, expect: int | None = 0) -> Cost:
    """Run a command in a process of its own, its output thrown away; raises where its exit status is not `expect`."""
    wall = time.perf_counter()
    nothing = subprocess.DEVNULL
    child = subprocess.Popen(argv, cwd=folder, env=_environment(), stdin=nothing, stdout=nothing, stderr=nothing)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - wall
    child.returncode = os.waitstatus_to_exitcode(status)
    if expect is not None and child.returncode != expect:
        raise subprocess.CalledProcessError(child.returncode, [str(word) for word in argv])
    unit = 1 if platform.system() == "Darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def _environment() -> dict[str, str]:
    """The environment, in which Python keeps the bytecode of what it imports, as it does for installed packages."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir(), "agent-specs-bytecode"))}


def machine() -> str:
    """The machine in plain words."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        named = (
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        )
        model = next(named, model)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({model}), {platform.system()}, {python}{load}"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; every column but the first is set right."""
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
