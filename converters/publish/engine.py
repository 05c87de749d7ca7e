"""What a visitor's browser needs to convert agents itself: our own modules and their words, as one file of text.

The interpreter they run in is not ours: `site/assets/engine/vendor.json` names it, `vendoring` fetches it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import yaml

from converters import validation, vocabulary

PLACE = "assets/engine"
"""The engine's folder, below the site's sources and below the site."""
_PACKAGE = Path(__file__).parents[1]
_ENTRY = "converters.engine"
_IMPORT = re.compile(r"^ *from (converters[\w.]*) import (\([^)]*\)|.*)", re.MULTILINE)
"""An import as our own modules spell it; found in a tenth of the time that taking them apart would need."""
_NAME = re.compile(r"\w+")
_LEFT_OUT = frozenset({"explanations", "licences", "synonyms"})
"""Words that no conversion says or reads."""


def is_at_hand(sources: Path) -> bool:
    """Whether the site's sources hold the interpreter that `vendor.json` pins, whole."""
    from .vendoring import absent  # runs by itself too, as `python -m`

    return (sources / PLACE / "vendor.json").is_file() and not absent(sources / PLACE)


def files(sources: Path) -> Iterator[tuple[str, bytes]]:
    """What the build adds to the engine's folder: the program, and an index of all there is to load."""
    from .vendoring import pinned, place

    program = program_text().encode()
    yield f"{PLACE}/program.json", program
    vendor = pinned(sources / PLACE)
    held: dict[str, Any] = {
        "program": {"sha256": sha256(program).hexdigest(), "size": len(program)},
        "pyodide": {
            "folder": f"pyodide/{vendor['version']}/",
            "sizes": {name: (place(sources / PLACE) / name).stat().st_size for name in vendor["files"]},
            "lock": vendor["lock"],
        },
    }
    yield f"{PLACE}/index.json", json.dumps(held, indent=1).encode()


def weight(sources: Path) -> int:
    """The bytes a browser loads before its first conversion."""
    from .vendoring import pinned, place

    files = (place(sources / PLACE) / name for name in pinned(sources / PLACE)["files"])
    size: int = sum(file.stat().st_size for file in files)
    return size + len(program_text().encode())


@cache
def program_text() -> str:
    """Every module that converting needs and every word it knows: a mapping of paths to texts."""
    held = {path.relative_to(_PACKAGE.parent).as_posix(): _text(path) for path in modules().values()}
    words = _PACKAGE / "vocabulary"
    for path in sorted(words.rglob("*.yaml")):
        name = path.relative_to(words).with_suffix("").as_posix()
        if name not in _LEFT_OUT:
            held[f"converters/vocabulary/{name}.json"] = _compact(vocabulary.load(name))
    held["converters/schema.json"] = _compact(json.loads(validation.schema_text()))
    for path in Path(yaml.__file__).parent.glob("*.py"):
        if path.name != "cyaml.py":  # it needs libyaml
            held[f"yaml/{path.name}"] = _text(path)
    held["yaml/LICENSE"] = _licence("PyYAML")
    return _compact(dict(sorted(held.items())))


def modules() -> dict[str, Path]:
    """Where each module lies that conversions import, at once or when they come to it, and every format."""
    found: dict[str, Path] = {}
    formats = sorted((_PACKAGE / "formats").glob("[!_]*.py"))
    todo = [_ENTRY, *(f"converters.formats.{path.stem}" for path in formats)]
    while todo:
        name = todo.pop()
        path = _home(name)
        if name in found or path is None:
            continue
        found[name] = path
        todo.append(name.rpartition(".")[0])
        for module, names in _IMPORT.findall(_text(path)):
            todo += [module, *(f"{module}.{name}" for name in _NAME.findall(names))]
    return found


def _home(name: str) -> Path | None:
    """The file of one of our modules."""
    if name.partition(".")[0] != "converters":
        return None
    path = _PACKAGE.parent.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _compact(value: Any) -> str:
    """JSON without spaces; the days of the vocabulary's sources as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _licence(package: str) -> str:
    """The text of an installed package's licence, or its name where the package brings no text."""
    try:
        held = distribution(package)
    except PackageNotFoundError:
        return ""
    return held.read_text("licenses/LICENSE") or held.read_text("LICENSE") or held.metadata["License"]
