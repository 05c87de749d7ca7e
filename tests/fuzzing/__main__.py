"""`python -m fuzzing reader --inputs 100000`: run a campaign, from the folder `tests`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if "--atheris" in sys.argv:  # it counts the lines of what is imported under its eyes
    import atheris

    with atheris.instrument_imports(include=["converters"]):
        import fuzzing.harnesses  # noqa: F401

from fuzzing.campaign import by_atheris, run
from fuzzing.harnesses import HARNESSES
from fuzzing.seeds import foreign, own


def main() -> int:
    """Run it, and tell what broke; 1 where something did."""
    asked = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    asked.add_argument("harness", nargs="*", choices=[*HARNESSES, []], help="what to feed; all by default")
    asked.add_argument("--inputs", type=int, default=10_000, help="how many for each (%(default)s)")
    asked.add_argument("--seconds", type=float, default=3_600, help="how long for each at most (%(default)s)")
    asked.add_argument("--seed", type=int, default=1, help="where chance begins (%(default)s)")
    asked.add_argument("--out", type=Path, default=Path("../build/fuzz"), help="where faults go (%(default)s)")
    asked.add_argument("--own", action="store_true", help="begin with the repository's own files only")
    asked.add_argument("--atheris", action="store_true", help="let atheris choose, by the lines that run")
    chosen = asked.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    seeds, more = own(), [] if chosen.own else foreign()
    broken = 0
    for name in chosen.harness or HARNESSES:
        limits = {"inputs": chosen.inputs, "seconds": chosen.seconds, "seed": chosen.seed, "out": chosen.out}
        if chosen.atheris:
            by_atheris(name, seeds + more, **limits)
        told = run(name, seeds, more, **limits)
        rate = told.inputs / max(told.seconds, 0.001)
        print(
            f"{name}: {told.inputs:,} inputs in {told.seconds:.0f} s ({rate:.0f}/s), {len(told.faults)} kinds of fault"
        )
        broken += len(told.faults)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
