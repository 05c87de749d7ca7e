"""The campaign: spoil what is known, keep what shows something new, tell what breaks.

What is new is told by the harness (formats, findings, what could be converted), not by lines covered; that is rougher,
costs nothing and needs nothing installed. `by_atheris` is guided by the lines and comparisons that run instead.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzzing.harnesses import HARNESSES, Harness
from fuzzing.limits import attempt, watched
from fuzzing.mutation import mutated
from fuzzing.shrinking import shrunk


@dataclass(slots=True)
class Told:
    """What a campaign came to."""

    inputs: int = 0
    seconds: float = 0.0
    kept: int = 0
    """Inputs that showed something new."""
    faults: dict[str, bytes] = field(default_factory=dict)
    """The shortest input of each kind of fault."""


def run(
    name: str, seeds: Sequence[bytes], more: Sequence[bytes] = (), *, inputs: int, seconds: float, seed: int,
    out: Path | None = None,
) -> Told:  # fmt: skip
    """Feed one harness: the seeds as they are, then what is made of them and of `more`; faults go to `out`."""
    harness, told, start = HARNESSES[name], Told(), time.monotonic()
    fresh = list[bytes]()
    known = set[str]()
    last = out / f"last-{name}-{seed}" if out else None
    with watched():
        for data in _inputs(seeds, more, fresh, Random(seed)):
            told.seconds = time.monotonic() - start
            if told.inputs >= inputs or told.seconds > seconds:
                break
            if last:
                last.write_bytes(data)  # what a crash of the interpreter leaves behind
            told.inputs += 1
            seen, fault = attempt(harness, data)
            if fault:
                _note(told, harness, data, *fault, out=out)
            elif seen and not seen <= known and told.inputs > len(seeds):
                fresh.append(data)
                told.kept += 1
            known |= seen or set()
            if out and told.inputs % 5_000 == 0:
                print(
                    f"{name}: {told.inputs:,} inputs, {told.inputs / told.seconds:.0f}/s, {told.kept} kept, {len(told.faults)} faults",
                    flush=True,
                )
    if last:
        last.unlink(missing_ok=True)
    return told


def _inputs(seeds: Sequence[bytes], more: Sequence[bytes], fresh: Sequence[bytes], rng: Random) -> Iterator[bytes]:
    """The seeds, and then for ever what is made of them and of what showed something new, the newest most often."""
    yield from seeds
    pool = [*seeds, *more]
    while True:
        if fresh and rng.random() < 0.5:
            parent = fresh[max(rng.randrange(len(fresh)), rng.randrange(len(fresh)))]
        else:
            parent = rng.choice(pool)
        yield mutated(parent, rng, pool)


def _note(told: Told, harness: Harness, data: bytes, kind: str, story: str, *, out: Path | None) -> None:
    if kind in told.faults:
        return
    short = shrunk(harness, data, kind)
    told.faults[kind] = short
    if out:
        place = out / f"{len(told.faults):03}-{''.join(c if c.isalnum() else '-' for c in kind)[:80]}"
        place.with_suffix(".input").write_bytes(short)
        place.with_suffix(".txt").write_text(f"{kind}\n\n{short!r}\n\n{story}", encoding="utf-8", errors="replace")
        print(f"FAULT {kind}\n  {short[:300]!r}", flush=True)


def by_atheris(name: str, seeds: Sequence[bytes], *, inputs: int, seconds: float, seed: int, out: Path) -> None:
    """The same, guided by what runs of the modules that `__main__` instruments; needs `atheris`, and ends the process."""
    import atheris

    harness, told, start = HARNESSES[name], Told(), time.monotonic()
    pool = list(seeds)

    def one(data: bytes) -> None:
        told.inputs += 1
        _, fault = attempt(harness, data)
        if fault:
            _note(told, harness, data, *fault, out=out)
        if told.inputs % 5_000 == 0:
            rate = told.inputs / (time.monotonic() - start)
            print(f"{name}: {told.inputs:,} inputs, {rate:.0f}/s, {len(told.faults)} faults", flush=True)

    def spoiled(data: bytes, most: int, number: int) -> bytes:
        rng = Random(number)
        return atheris.Mutate(data, most) if rng.random() < 0.3 else mutated(data, rng, pool)[:most]

    corpus = out / f"corpus-{name}"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds):
        (corpus / f"seed-{number:05}").write_bytes(data)
    options = ["-max_len=20000", f"-runs={inputs}", f"-max_total_time={int(seconds)}", f"-seed={seed}", "-verbosity=0"]
    with watched():
        atheris.Setup([sys.argv[0], *options, str(corpus)], one, custom_mutator=spoiled)
        atheris.Fuzz()
