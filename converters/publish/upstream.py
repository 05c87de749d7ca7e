"""Where an agent's file lies on the web, and where one edits it or reports a problem with it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from converters.library import Library
from converters.model import AgentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Addresses at the repository an agent was taken from; `None` where its host keeps no such page we know of."""

    repository: str
    file: str | None = None
    edit: str | None = None
    """The file in the host's editor where the branch is known, else where its editor is one click away."""
    history: str | None = None
    report: str | None = None
    """A new issue, its title begun."""


@dataclass(frozen=True, slots=True)
class _Forge:
    """How a host of repositories spells its addresses, below the repository's."""

    file: str
    edit: str
    history: str
    report: str
    latest: str = "HEAD"
    """What stands for the newest state of the branch that others see first."""


_FORGES = MappingProxyType(
    {
        "github": _Forge(
            "blob/{at}/{path}", "edit/{at}/{path}", "commits/{at}/{path}", "issues/new?title={title}"
        ),
        "gitlab": _Forge(
            "-/blob/{at}/{path}", "-/edit/{at}/{path}", "-/commits/{at}/{path}", "-/issues/new?issue[title]={title}"
        ),
        "bitbucket": _Forge(
            "src/{at}/{path}", "src/{at}/{path}?mode=edit", "history-node/{at}/{path}", "issues/new?title={title}"
        ),
        "codeberg": _Forge(
            "src/{kind}/{at}/{path}", "_edit/{at}/{path}", "commits/{kind}/{at}/{path}", "issues/new?title={title}", ""
        ),
    }
)  # fmt: skip
"""By the first word of the host's name, so that a company's own `gitlab.example` is known too."""

_HASH = re.compile(r"[0-9a-f]{7,64}\Z")


def upstream(library: Library, spec: AgentSpec, title: str) -> Upstream | None:
    """Where `spec` lies upstream, or `None` where no repository with a web address is named."""
    terms = library.provenance(spec)
    repository = _plain(terms.repository)
    if repository is None:
        return None
    forge = _FORGES.get((urlsplit(repository).hostname or "").split(".")[0])
    if forge is None:
        return Upstream(repository=repository)
    report = f"{repository}/{forge.report.format(title=quote(f'{title}: ', safe='', errors='replace'))}"
    path = _path(library, spec)
    if path is None:
        return Upstream(repository=repository, report=report)
    revision = terms.revision or ""
    fixed = bool(_HASH.match(revision))

    def link(pattern: str, at: str) -> str | None:
        kind = "commit" if _HASH.match(at) else "branch"
        return f"{repository}/{pattern.format(at=_quoted(at), path=_quoted(path), kind=kind)}" if at else None

    branch = "" if fixed else revision
    return Upstream(
        repository=repository,
        file=link(forge.file, revision or forge.latest),
        edit=link(forge.edit, branch) or link(forge.file, forge.latest),
        history=link(forge.history, revision or forge.latest),
        report=report,
    )


def _plain(address: str | None) -> str | None:
    """A repository's web address without what follows its name; `None` for any other kind of address."""
    parts = urlsplit(address or "")
    if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
        return None
    path = parts.path.strip("/").removesuffix(".git")
    return f"{parts.scheme}://{parts.netloc}/{_quoted(path)}".rstrip("/")


def _quoted(text: str) -> str:
    return quote(text, safe="/~", errors="replace")


def _path(library: Library, spec: AgentSpec) -> str | None:
    """The file's path below the repository's root."""
    if spec.source is None or not spec.source.path:
        return None
    home = library.collections.get(spec.source.collection)
    root = home.root if home and home.root and (home.source or home.origin != "remote") else ""
    path = posixpath.normpath(posixpath.join(root, spec.source.path))
    return None if path.startswith(("../", "/")) or path in {"..", "."} else path
