"""How many small faults in a subject's code the tests notice: a sample of mutants, and those that survived.

    python benchmarks/mutants.py text --sample 40 --seed 1

mutmut makes the mutants and runs, of the tests listed here, those that reach the function it changed. A copy of the
tree, with whatever is not committed yet, is worked on in `build/mutants`. What survives is shown, to be read.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parents[1]
WORK = HERE / "build" / "mutants"
COPIED = ("docs", "examples", "site", "specs", "schema.json", "mkdocs.yml", "README.md", "CHANGELOG.md", "SECURITY.md")
LOADING = "tests/test_loading.py"
"""A first test that does nothing: what was called before it ends is called when modules are loaded."""
PRELOADED = ("click", "hypothesis", "jsonschema", "networkx", "orjson", "pytest", "yaml")
"""What no mutant changes, loaded once for all."""
KILLED = frozenset({1, 2, 3, 255})
"""Exit codes of mutmut's workers: a test failed, or none could be loaded."""
OTHERS = {0: "survived", 33: "never reached"} | dict.fromkeys((24, -24, 36, 152), "timed out")
"""What has no word here is `broken`, and to be looked into."""


class Subject(NamedTuple):
    """Code that is mutated, and the quick tests that are to notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


SUBJECTS = {
    "text": Subject(("text.py",), ("text", "mending", "misread", "inputs", "client_verdicts")),
    "syntax": Subject(
        ("syntax/*.py",), ("syntax", "notations", "mending", "misread", "formats", "written", "client_verdicts")
    ),
    "sections": Subject(("sections.py",), ("sections", "prose", "misread", "formats")),
    "kit": Subject(
        ("formats/_kit.py", "formats/_codecs.py", "kit.py"),
        ("kit", "formats", "written", "misread", "vocabulary", "fidelity", "references", "shared_files"),
    ),
    "check": Subject(
        ("check/*.py",), ("check", "check_reports", "fixing", "indexes", "references", "security", "client_verdicts")
    ),
    "security": Subject(("check/security/*.py",), ("security", "check")),
    "clients": Subject(("check/clients/*.py",), ("client_verdicts",)),
    "report": Subject(("check/report/*.py",), ("check_reports",)),
}
"""By name; `check` is what lies in the package itself."""


def main() -> int:
    """Mutate, test and tell; 1 where fewer than `--least` per cent are killed."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("subject", nargs="*", choices=[*SUBJECTS, []], help="what to break; all by default")
    asked.add_argument("--sample", type=int, default=40, help="how many mutants of each (%(default)s)")
    asked.add_argument("--seed", type=int, default=1, help="where chance begins (%(default)s)")
    asked.add_argument("--least", type=float, default=85, help="per cent that must be killed (%(default)s)")
    asked.add_argument("--only", nargs="+", metavar="MUTANT", help="these mutants, by name, and no sample")
    chosen = asked.parse_args()
    low = False
    for name in chosen.subject or SUBJECTS:
        subject = SUBJECTS[name]
        folder = _copied(name, subject)
        names = chosen.only or _sampled(folder, subject, chosen.sample, f"{name} {chosen.seed}")
        states = _tested(folder, names)
        counts = Counter(states.values())
        share = 100 * counts["killed"] / len(states)
        low = low or share < chosen.least
        print(f"{name}: {counts['killed']} of {len(states)} killed ({share:.0f} %), {dict(counts)}", flush=True)
        for mutant in sorted(mutant for mutant, state in states.items() if state != "killed"):
            print(f"\n# {states[mutant]}")
            subprocess.run([sys.executable, "-m", "mutmut", "show", mutant], cwd=folder, check=True)
    return 1 if low else 0


def _copied(name: str, subject: Subject) -> Path:
    """The tree as it stands, told to mutmut for one subject."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    asked = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for path in subprocess.run(asked, cwd=HERE, check=True, capture_output=True, text=True).stdout.split("\0"):
        if path and (HERE / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / path, folder / path)
    told = {
        "source_paths": ["converters"],
        "only_mutate": _paths(folder, subject),
        "also_copy": list(COPIED),
        "pytest_add_cli_args_test_selection": [LOADING, *(f"tests/test_{test}.py" for test in subject.tests)],
        "pytest_add_cli_args": ["-k", "not linear and not endless"],  # mutmut's own detours take time
        "process_isolation": "forkserver",  # what a test leaves in a cache must not hide what a mutant does
        "forkserver_warmup": "import",  # nor what was made when a module was loaded
        "preload_modules_file": "preloaded.txt",
        "use_git_change_detection": False,
        "debug": True,  # so that what fails before any mutant is told
    }
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in told.items()]
    with (folder / "pyproject.toml").open("a") as file:
        file.writelines(["\n[tool.mutmut]\n", *lines])
    (folder / "preloaded.txt").write_text("\n".join(PRELOADED))
    (folder / LOADING).write_text("def test_loading() -> None:\n    pass\n")
    return folder


def _paths(folder: Path, subject: Subject) -> list[str]:
    """The files of a subject; what a star finds lies in one folder, unlike in mutmut's patterns."""
    found = (path for pattern in subject.files for path in sorted((folder / "converters").glob(pattern)))
    return [path.relative_to(folder).as_posix() for path in found]


def _sampled(folder: Path, subject: Subject, size: int, seed: str) -> list[str]:
    """Names of mutants, drawn from all of a subject."""
    listing = (
        "import sys; from pathlib import Path\n"
        "from mutmut.mutation.file_mutation import mutate_file_contents\n"
        "from mutmut.utils.format_utils import get_mutant_name\n"
        "for path in map(Path, sys.argv[1:]):\n"
        "    for name in mutate_file_contents(str(path), path.read_text()).mutant_names:\n"
        "        print(get_mutant_name(path, name))\n"
    )
    run = [sys.executable, "-c", listing, *_paths(folder, subject)]
    names = subprocess.run(run, cwd=folder, check=True, capture_output=True, text=True).stdout.split()
    return sorted(random.Random(seed).sample(names, min(size, len(names))))  # noqa: S311  # a sample


def _tested(folder: Path, names: list[str]) -> dict[str, str]:
    """What became of each mutant."""
    states = _run(folder, names)
    again = _reach(folder / "mutants" / "mutmut-stats.json", [name for name in names if states[name] != "killed"])
    return states | _run(folder, again)


def _run(folder: Path, names: list[str]) -> dict[str, str]:
    if not names:
        return {}
    env = {**os.environ, "CI": "true", "HYPOTHESIS_PROFILE": "few"}
    run = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names]
    done = subprocess.run(run, cwd=folder, env=env, check=False, capture_output=True, text=True)
    codes: dict[str, int | None] = {}
    for meta in (folder / "mutants").rglob("*.meta"):
        codes |= json.loads(meta.read_text())["exit_code_by_key"]
    if done.returncode or any(codes.get(name) is None for name in names):
        sys.exit(f"mutmut did not come to an end:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return {name: _state(codes[name] or 0) for name in names}


def _reach(stats: Path, names: list[str]) -> list[str]:
    """The mutants that every test is to judge now: of what is called in loading, mutmut asks only the first test."""
    known = json.loads(stats.read_text())
    every, reached = list(known["duration_by_test"]), known["tests_by_mangled_function_name"]
    early = {name for name, tests in reached.items() if any(test.startswith(LOADING) for test in tests)}
    stats.write_text(json.dumps(known | {"tests_by_mangled_function_name": reached | dict.fromkeys(early, every)}))
    return [name for name in names if name.rpartition("__mutmut_")[0] in early]


def _state(code: int) -> str:
    return "killed" if code in KILLED else OTHERS.get(code, "broken")


if __name__ == "__main__":
    sys.exit(main())
