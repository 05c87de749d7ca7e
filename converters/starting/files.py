"""The files of a catalogue repository, and what becomes of each where there are some already."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from converters import lock
from converters.conversion import Artifact
from converters.inputs import MANIFEST
from converters.library import Library
from converters.listing import Ask, Entry, keep_regions
from converters.listing.wording import inert
from converters.model import NO_LICENCE, AgentSpec
from converters.output import Change, Output
from converters.syntax.yaml import quoted, word

from .facts import Facts

TARGET = "catalogue"
"""What the manifest calls the files of a catalogue repository."""
COLLECTIONS = "specs/collections.yaml"

_TEMPLATES = Path(__file__).parent / "templates"
_ONCE = frozenset({"README.md", "site/index.md"})
"""Files that are their owner's from the first day: made where there are none, and never again."""
_MARK = re.compile(r"@(title|branch|about|published|licences)@(\n?)")


def files(told: Facts, library: Library) -> list[Artifact]:
    """Every file of the repository but those in `specs/`, for what is known of it."""
    from converters.publish import settings

    about = f"{told.title}: what each agent is for, what it may touch, and whom it works with."
    filled = {
        "title": inert(told.title),
        "branch": word(told.branch),
        "about": quoted(about),
        "published": f"Browse it at <{told.site}>.\n" if told.site else "",
        "licences": _licences(library),
    }
    head = "# The site of this catalogue. What is not said here is as Agent Specs brings it: pages, look and search.\n"
    texts = {
        "mkdocs.yml": head + settings(name=told.title, url=told.site, repository=told.repository),
        "site/index.md": _filled("index.md", filled),
        "README.md": _listed(_filled("README.md", filled), library),
        ".github/workflows/pages.yml": _filled("pages.yml", filled),
        ".gitattributes": template("gitattributes"),
        ".gitignore": template("gitignore"),
        "requirements.txt": f"agent-specs=={version('agent-specs')}\n",
    }
    return [Artifact(path, text.encode(), TARGET, ()) for path, text in texts.items()]


def _licences(library: Library) -> str:
    """What a reader may be told of the agents' licences, as far as any is known."""
    known = [library.provenance(spec).license != NO_LICENCE for spec in library.agents]
    if not any(known):
        return ""
    return "Each agent is under the licence its page names." if all(known) else "Pages name licences that are known."


def template(name: str) -> str:
    """The text that a file of a catalogue begins with."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _filled(name: str, words: Mapping[str, str]) -> str:
    """A template with its marks filled; a line that holds only an empty one goes."""
    return _MARK.sub(lambda met: words[met[1]] + met[2] if words[met[1]] else "", template(name))


def _listed(text: str, library: Library) -> str:
    """A README with its list of agents in step."""
    entries = [Entry(spec, _place(spec, library)) for spec in library.published.agents]
    return keep_regions(text, "README.md", entries, library.collections, Ask()).text if entries else text


def _place(spec: AgentSpec, library: Library) -> str:
    """The file of an agent in the repository: its source where that lies there, else its spec."""
    home = library.collections.get(spec.source.collection if spec.source else "")
    if home and home.folder and spec.source and spec.source.path:
        return posixpath.normpath(f"{home.folder}/{spec.source.path}")
    return f"specs/{Library.key(spec)}.yaml"


def planned(folder: Path, artifacts: Iterable[Artifact], *, force: bool = False) -> list[Change]:
    """What becomes of each file: new, brought up to date, or its owner's and kept.

    A file that could not be read, or lies behind a link, has a finding; one that is kept has none.
    """
    output, artifacts = Output(folder), list(artifacts)
    changes = []
    for change in output.plan(artifacts, force=force):
        is_owners = change.kind == "kept" and change.before is not None
        if change.path in _ONCE and change.before is not None and change.path in output.owned and not force:
            changes.append(Change(change.path, "unchanged", change.before, change.before))
        else:
            changes.append(replace(change, finding=None) if is_owners else change)
    return changes + output.prunable({artifact.path for artifact in artifacts}, {TARGET}, ())


def is_edited(folder: Path, path: str) -> bool:
    """Whether a kept file was made by us and edited since, rather than its owner's from the start."""
    return path in Output(folder).owned


def needed(changes: Iterable[Change], collections: Iterable[str]) -> list[str]:
    """The files that git must hold for the site to be built elsewhere."""
    paths = [change.path for change in changes if change.kind != "removed"]
    paths += [MANIFEST, f"specs/{MANIFEST}", COLLECTIONS, f"specs/{lock.NAME}"]
    return paths + [f"specs/{name}/agent.yaml" for name in collections]
