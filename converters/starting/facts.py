"""What a folder tells of itself, so that nobody has to be asked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from converters import remotes
from converters.git import GitFault, git
from converters.licences import is_licence, licence_of, together
from converters.model import NO_LICENCE
from converters.vocabulary import spellings

_SETTING = re.compile(
    r"""^(site_name|site_url|repo_url):[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s#"'][^#\n]*?))[ \t]*(?:#.*)?$""", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a catalogue without asking."""

    title: str
    branch: str = "main"
    repository: str | None = None
    """Its web address."""
    site: str | None = None
    """The address its site will have."""
    license: str = NO_LICENCE


def facts(folder: Path, name: str | None = None) -> Facts:
    """What a folder tells of itself: by its `mkdocs.yml`, its git repository, its licence, its name."""
    known = _set(folder / "mkdocs.yml")
    repository = remotes.web(said(folder, "remote", "get-url", "origin"))
    called = repository.rpartition("/")[2] if repository else folder.absolute().resolve().name
    return Facts(
        title=name or known.get("site_name") or title(called),
        branch=said(folder, "symbolic-ref", "--short", "HEAD") or "main",
        repository=repository or known.get("repo_url"),
        site=known.get("site_url") or _site(folder, repository),
        license=_licence(folder),
    )


def title(name: str) -> str:
    """A name as a title: `harbour-agents` as `Harbour agents`."""
    first, *others = [word for word in re.split(r"[\s_.-]+", name) if word] or ["agents"]
    known = spellings()
    first = known.get(first.lower()) or first[:1].upper() + first[1:]
    return " ".join([first, *(known.get(word.lower(), word) for word in others)])


def _set(path: Path) -> dict[str, str]:
    """The site's name and addresses, where there is a project already."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    return {key: _unquoted(quoted) if quoted else plain for key, quoted, plain in _SETTING.findall(text)}


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def said(folder: Path, *arguments: str) -> str | None:
    """What git says there, on one line; `None` where it has no answer."""
    try:
        return git(folder, *arguments).decode("utf-8", "replace").strip() or None
    except GitFault:
        return None


def _site(folder: Path, repository: str | None) -> str | None:
    """Where Pages of a host would put the site; its own domain, where a file names one."""
    try:
        domain = (folder / "CNAME").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        domain = ""
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", domain):
        return f"https://{domain}/"
    match = re.fullmatch(r"https://(github|gitlab)\.com/([\w.-]+)/([\w./-]+)", repository or "")
    if not match:
        return None
    home = f"{match[2].lower()}.{match[1]}.io"
    return f"https://{home}/" if match[3].lower() == home else f"https://{home}/{match[3]}/"


def _licence(folder: Path) -> str:
    try:
        files = sorted(path for path in folder.iterdir() if is_licence(path.name) and path.is_file())
        return together(licence_of(path.read_text(encoding="utf-8", errors="replace")) for path in files)
    except OSError:
        return NO_LICENCE
