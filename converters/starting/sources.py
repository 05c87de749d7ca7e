"""The collections that folders and git addresses are to become."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import indent

from converters import remotes
from converters.conversion import CANONICAL, Options, understand
from converters.identity import identity, slug
from converters.inputs import Input, find_inputs
from converters.library import Collection
from converters.model import NO_LICENCE, AgentSpec, Json
from converters.shelves import categories
from converters.syntax.blocks import dump
from converters.syntax.yaml import word

from .facts import Facts, title

_OURS = ("specs/*", "site/*", "build/*", ".github/*")
"""What lies in a catalogue repository and is no source of agents."""
_MOST = 5_000
"""Files of a folder that are looked at for agents of its own."""


def sourced(folder: Path, source: str, known: Iterable[str]) -> Collection:
    """The collection that a folder or git address is to become; its name is that of none in `known`."""
    if remotes.is_address(source):
        return Collection(
            _free(remotes.called(source), known), source=source, origin="remote", repository=remotes.web(source)
        )
    there, here = Path(source).expanduser().resolve(), folder.absolute().resolve()
    name = _free(there.name, known)
    if there.is_relative_to(here):
        root = there.relative_to(here).as_posix()
        return Collection(name, root=root, title=title(there.name), exclude=_OURS if root == "." else ())
    try:
        path = Path(os.path.relpath(there, here)).as_posix()
    except ValueError:  # on Windows, from another drive
        path = there.as_posix()
    return Collection(name, source=path, title=title(there.name))


def own(folder: Path, told: Facts) -> Collection | None:
    """The collection of the agents that lie in a folder already, if any do."""
    name = _free(remotes.called(told.repository) if told.repository else folder.absolute().resolve().name, ())
    here = Collection(name, root=str(folder.absolute()), exclude=_OURS)
    homes: set[tuple[str, ...]] = set()
    found = (one for one in find_inputs((str(folder),), {name: here}, project=folder) if isinstance(one, Input))
    for number, one in enumerate(found):
        if number == _MOST:
            break
        outcome = understand(one, Options())
        if outcome.status == "read" and outcome.format != CANONICAL:
            homes.add(tuple(one.relative.split("/")[:-1]))
    if not homes:
        return None
    root = "/".join(_common(homes)) or "."
    repository = told.repository if told.license != NO_LICENCE else None
    exclude = _OURS if root == "." else ()
    return Collection(name, title=told.title, root=root, license=told.license, repository=repository, exclude=exclude)


def _common(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    first, last = min(paths), max(paths)
    size = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:size]


def _free(name: str, known: Iterable[str]) -> str:
    taken, stem = {one.casefold() for one in known}, slug(name).replace("/", "-") or "agents"
    return next(one for one in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if one not in taken)


def shared_root(specs: Sequence[AgentSpec]) -> str | None:
    """The folder that all these agents lie in, as far as their ids begin with it; `None` where no id would be shorter.

    It is what `root` can say of a collection that has none.
    """
    return next(_shared_roots(specs), None)


def quiet_root(specs: Sequence[AgentSpec]) -> str | None:
    """The same, as far as it says nothing of them: without it each has the categories that it has with it."""
    of = [(spec.source.path, spec.name) for spec in specs if spec.source]
    for root in _shared_roots(specs):
        if all(categories(path, name) == categories(path.removeprefix(f"{root}/"), name) for path, name in of):
            return root
    return None


def _shared_roots(specs: Iterable[AgentSpec]) -> Iterator[str]:
    """The folders that all of them lie in and all ids begin with, the innermost first."""
    of = [(spec.id, spec.source.path) for spec in specs if spec.source]
    common = _common({tuple(path.split("/")[:-1]) for _, path in of}) if of else ()
    for size in range(len(common), 0, -1):
        root = "/".join(common[:size])
        begin = identity(f"{root}/a").removesuffix("a")
        if all(id_.startswith(begin) for id_, _ in of):
            yield root


def described(collections: Iterable[Collection]) -> str:
    """Collections as `collections.yaml` says them, an empty line before each."""
    return "".join(f"\n{word(home.name)}:\n{indent(dump(_said(home)), '  ')}" for home in collections)


def _said(home: Collection) -> dict[str, Json]:
    texts = {"title": home.title, "source": home.source, "root": home.root}
    if home.source is None and home.license != NO_LICENCE:
        texts |= {"license": home.license, "repository": home.repository}
    said: dict[str, Json] = {key: value for key, value in texts.items() if value}
    return said | ({"exclude": list(home.exclude)} if home.exclude else {})
