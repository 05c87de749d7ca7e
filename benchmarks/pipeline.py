"""Files a second from bytes to validated JSON lines on one core, beside the floor, and what each stage costs.

python benchmarks/pipeline.py [FOLDER] [--rounds N]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import orjson
from corpus import agent_files
from timing import alternate, machine, table

from converters import canonical
from converters.conversion import Options, understand
from converters.derive import derive
from converters.detect import detect
from converters.formats import FORMATS
from converters.inputs import Input
from converters.model import AgentSpec
from converters.prose import collaboration, examples, language, summary
from converters.reading import parse, read
from converters.sections import split
from converters.text import decode
from converters.tools import access_of
from converters.validation import validate


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a corpus of agent files")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    files = agent_files(asked.folder)
    inputs = [Input(path, path.name, f"{n:05}/{path.name}", "corpus", explicit=True) for n, path in enumerate(files)]
    specs = _specs(inputs)
    print(
        f"{machine()}; {len(files)} files, {sum(path.stat().st_size for path in files) / len(files):.0f} bytes each\n"
    )

    whole = {
        "floor: read, decode as UTF-8": lambda: _floor(files),
        "pipeline: read, understand, validate, JSON": lambda: _pipeline(inputs),
    }
    costs = alternate(whole, asked.rounds)
    floor, full = costs.values()
    rows = [
        (name, f"{len(files) / cost.wall:,.0f}", f"{len(files) / cost.cpu:,.0f}", f"{cost.cpu / floor.cpu:.1f}")
        for name, cost in costs.items()
    ]
    print(table(("one core", "files/s, wall", "files/s, CPU", "x floor"), rows), "\n")

    spent = alternate(_stages(files, specs), asked.rounds)
    shares = [(name, f"{c.cpu / len(files) * 1e6:,.0f}", f"{c.cpu / full.cpu:.0%}") for name, c in spent.items()]
    print(table(("stage", "µs/file", "of the pipeline"), shares))


def _floor(files: list[Path]) -> None:
    for path in files:
        with path.open("rb") as file:
            file.read().decode("utf-8", "replace")


def _pipeline(inputs: list[Input]) -> list[bytes]:
    options, lines = Options(source="claude-code"), []
    for source in inputs:
        for spec in understand(source, options).specs:
            said = canonical.to_json(spec)
            if validate(said, source.shown):
                raise SystemExit(f"{source.path} becomes no valid spec")
            lines.append(orjson.dumps(said))
    return lines


def _specs(inputs: list[Input]) -> list[AgentSpec]:
    options = Options(source="claude-code")
    return [spec for source in inputs for spec in understand(source, options).specs]


def _stages(files: list[Path], specs: list[AgentSpec]) -> dict[str, Callable[[], object]]:
    """Each stage over the whole corpus, on what the stage before gave; `read` holds those below it up to `derive`."""
    fmt = FORMATS["claude-code"]
    raws = [path.read_bytes() for path in files]
    texts = [decode(raw, "agent.md") for raw in raws]
    documents = [parse(text, fmt) for text in texts]
    prompts = [spec.prompt for spec in specs]
    told = [(spec, spec.description or "") for spec in specs]
    reach = [access_of(spec.tools) for spec in specs]
    said = [canonical.to_json(spec) for spec in specs]
    return {
        "decode": lambda: [decode(raw, "agent.md") for raw in raws],
        "(detect, where no format is named)": lambda: [detect(text) for text in texts],
        "document": lambda: [parse(text, fmt) for text in texts],
        "read": lambda: [read(document, fmt, raw=raw) for document, raw in zip(documents, raws, strict=True)],
        "· sections": lambda: [split(prompt) for prompt in prompts],
        "· derive": lambda: [derive(spec, access) for spec, access in zip(specs, reach, strict=True)],
        "· · prose: summary": lambda: [summary(text, spec.sections) for spec, text in told],
        "· · prose: language": lambda: [language(prompt) for prompt in prompts],
        "· · prose: examples": lambda: [examples(text, "description") for _, text in told if "<example" in text],
        "· · prose: collaboration": lambda: [collaboration(spec.name, spec.sections, text) for spec, text in told],
        "to_json": lambda: [canonical.to_json(spec) for spec in specs],
        "validate": lambda: [validate(one, "agent.md") for one in said],
        "dump as JSON": lambda: [orjson.dumps(one) for one in said],
        "(dump as YAML instead)": lambda: [canonical.dump(spec) for spec in specs],
    }


if __name__ == "__main__":
    main()
