"""Checking: what is wrong with agent files, specs and libraries, in one stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from converters.check._checked import Checked
from converters.check.files import NO_CLIENTS, check_file
from converters.check.indexes import check_indexes
from converters.check.names import Folder
from converters.findings import Finding
from converters.inputs import Input
from converters.leave import Access
from converters.library import Collection

__all__ = ["Checked", "check", "is_library"]

_SPECS = (".yaml", ".yml", ".json")


def check(
    inputs: Iterable[Input | Finding],
    collections: Mapping[str, Collection],
    *,
    stdin: bytes = b"",
    source_format: str | None = None,
    asked: Mapping[str, Access] = NO_CLIENTS,
) -> Iterator[Checked]:
    """Check every input: raw files in their order, the libraries, how others of folders name each other, their lists.

    `stdin` stands for the input shown as `-`; `source_format` is the one to read raw files as, `asked` has those
    whose clients are asked about raw files as well, each with the leave there is for wider access. Of a library
    only the specs among the inputs are told about, though all of it is read; what a spec says as its file does is
    told once, where both are checked. What is found in one file comes by its places there.
    """
    return map(_in_order, _checked(inputs, collections, stdin, source_format, asked))


def _in_order(one: Checked) -> Checked:
    if len(one.findings) < 2:
        return one
    return replace(one, findings=tuple(sorted(one.findings, key=lambda f: (f.span.path != one.shown, f.span.start))))


def _checked(
    inputs: Iterable[Input | Finding],
    collections: Mapping[str, Collection],
    stdin: bytes,
    source_format: str | None,
    asked: Mapping[str, Access],
) -> Iterator[Checked]:
    libraries: dict[Path, dict[Path, str]] = {}
    folder = Folder()
    for found in inputs:
        if isinstance(found, Finding):
            yield Checked(found.span.path, findings=(found,), counts=False)
        elif found.shown == "-":
            home = collections.get(found.collection)
            yield check_file(found, home, stdin, source_format=source_format, asked=asked, folder=folder)
        elif found.path.suffix in _SPECS and (root := _library_of(found.path.absolute().parent)):
            libraries.setdefault(root, {})[found.path.absolute()] = found.shown
        else:
            home = collections.get(found.collection)
            yield check_file(found, home, source_format=source_format, asked=asked, folder=folder)
    agents, told = folder.files(), set[str]()
    for root, paths in libraries.items():
        from converters.check.library import check_library

        yield from check_library(root, paths, agents, folder, told)
    yield from folder.names(collections, told)
    yield from check_indexes(agents)


def is_library(folder: Path) -> bool:
    """Whether a folder holds canonical specs by collection: it has `collections.yaml`, or our manifest of specs."""
    if (folder / "collections.yaml").is_file():
        return True
    if not (folder / ".specs-manifest.json").is_file():
        return False
    from converters.output import Output

    return any(owned.target == "canonical" for owned in Output(folder).owned.values())


@cache
def _library_of(folder: Path) -> Path | None:
    """The innermost library that an absolute folder lies in."""
    if is_library(folder):
        return folder
    return None if folder.parent == folder else _library_of(folder.parent)
