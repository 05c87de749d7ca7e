"""Addresses that agents are fetched from: what may be one, and how it is told to people."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_SCHEMES = ("https", "ssh", "file", "http")
_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SCP = re.compile(r"(?:([\w.-]+)@)?([\w][\w.-]+):(?!//|[\\/]?[\\/]|\d+\Z)(\S+)\Z")
"""`git@host.example:owner/name.git`, as git takes it; a drive's letter is no host."""
_REVISION = re.compile(r"(?![-/])(?!.*(?:\.\.|@\{|//|\.lock(?:/|\Z)))[\w./+#@-]{1,200}(?<![./])\Z")


def is_address(source: str) -> bool:
    """Whether a source names a repository by its address, not a folder."""
    return bool(_SCHEME.match(source) or _SCP.match(source) or "::" in source)


def is_web_address(where: str) -> bool:
    """Whether something is to be fetched over the web."""
    return where.startswith(("http://", "https://"))


def fault(source: str) -> str | None:
    """Why nothing may be fetched from there, in words; `None` where it may."""
    if not source.strip() or not source.isprintable():
        return "is no address and no path"
    if source.startswith("-"):
        return "begins with `-`, as an option of git does"
    if "::" in source and not (_SCHEME.match(source) and "[" in source):
        return f"`{source.partition('::')[0]}::` would have git run a program"
    if not is_address(source) or _SCP.match(source):
        return None
    parts = urlsplit(source)
    if parts.scheme.lower() not in _SCHEMES:
        return f"`{parts.scheme}://` is none of https, ssh and file"
    try:
        host, secret = parts.hostname or "", parts.password is not None
    except ValueError:
        return "is no address"
    if secret or (parts.scheme.lower() == "https" and parts.username):
        return "holds a name or a password, which everyone who reads this file would know; leave that to git or ssh"
    if parts.scheme.lower() == "http" and host not in _NEAR:
        return "is plain http, on which anybody between may change the agents; use https"
    if parts.scheme.lower() != "file" and (not host or host.startswith("-")):
        return "names no host"
    return None


def revision_fault(revision: str) -> str | None:
    """Why that is no branch, tag or commit, in words."""
    return None if _REVISION.match(revision) else "is no name of a branch or tag, and no whole commit"


def protocol(source: str) -> str:
    """The one way that git may go to a source."""
    scheme = _SCHEME.match(source)
    return scheme[1].lower() if scheme else "ssh" if _SCP.match(source) else "file"


def web(address: str | None) -> str | None:
    """The web address of a repository, as people visit it; `None` where there is none to tell."""
    if not address:
        return None
    scp = _SCP.match(address) if not _SCHEME.match(address) else None
    try:
        parts = urlsplit(f"ssh://{scp[2]}/{scp[3]}" if scp else address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    path = parts.path.strip("/").removesuffix(".git")
    if parts.scheme not in {"https", "ssh"} or not host or not path or host in _NEAR:
        return None
    shown = f"{host}:{port}" if port and parts.scheme == "https" else host
    return urlunsplit(("https", shown, f"/{path}", "", ""))


def called(source: str) -> str:
    """What the repository or folder of a source is called: the last word of its path."""
    return re.split(r"[/\\:]", source.rstrip("/\\"))[-1].removesuffix(".git")
