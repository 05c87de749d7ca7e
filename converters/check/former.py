"""What agents were called in files as git keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from converters.conversion import Options, understand
from converters.git import GitFault, git
from converters.identity import slug
from converters.inputs import Input


def former_names(
    top: Path, objects: dict[Path, str], folders: Iterable[Path], source_format: str | None
) -> Iterator[str]:
    """All that agents went by, as references are looked up, in files of the repository at `top` as they were.

    `objects` are the contents of the files, as git calls them; `folders` those that are checked, of which the
    files lie in one or more. An agent that cannot be read went by its file's name.
    """
    for (path, _), data in zip(objects.items(), _contents(top, list(objects.values())), strict=True):
        root = min((folder for folder in folders if path.is_relative_to(folder)), default=path.parent)
        relative = path.relative_to(path.parent if root == path else root).as_posix()
        source = Input(path, relative, relative, root.name)
        outcome = understand(source, Options(source=source_format, targets=()), raw=data) if data is not None else None
        if outcome is None or outcome.status == "refused":
            yield slug(path.stem)
        for spec in outcome.specs if outcome else ():
            yield from map(slug, (spec.name, spec.title or spec.derived.title or ""))
            yield from (slug(id_.rpartition("/")[2]) for id_ in (spec.id, *spec.aliases))


def _contents(top: Path, objects: list[str]) -> Iterator[bytes | None]:
    """The bytes that git keeps by these names, in their order; `None` for what this clone has not."""
    try:
        said = git(top, "cat-file", "--batch", told="".join(f"{name}\n" for name in objects).encode())
    except GitFault:
        said = b""
    at = 0
    for name in objects:
        line_end = said.find(b"\n", at) + 1
        words = said[at:line_end].split()
        if words[:2] != [name.encode(), b"blob"]:
            yield None
            at = line_end or len(said)
            continue
        at = line_end + int(words[2])
        yield said[line_end:at]
        at += 1
