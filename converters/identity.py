"""Identity: what an agent's id is, and how references spell its name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]*\Z")
_SIGNS = ((re.compile(r"(?<![^\W_])c\+\+"), "cpp"), (re.compile(r"(?<![^\W_])c#"), "csharp"))
_SEPARATORS = re.compile(r"[-\s_.]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])\Z")
_LONGEST = 200
"""Bytes a segment may have before its hash, so that every file system takes it as a name."""


def identity(path: str, *, suffixes: Sequence[str] = (), member: str | None = None) -> str:
    """The id of the agent in the file at `path`, a POSIX path below its collection's root.

    `suffixes` are the format's own; one that begins with `/` is cut with its slash, else the longest
    that ends the file's name, else its last extension. Separators at the ends of a segment vanish, so
    `.roomodes` is `roomodes`. What no id may keep (a sign, an empty segment, a device name of
    Windows) is paid for with eight digits of the path's sha256, at the end. `member` is the agent's
    key inside a shared file and adds a last segment. It depends on nothing else.
    """
    tail = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    parts = [_segment(part, tail) for part in _without_suffix(path, suffixes).split("/")]
    stem = "/".join(segment for segment, _ in parts if segment)
    if not all(faithful for _, faithful in parts) and tail not in stem:
        stem = f"{stem}-{tail}" if stem and parts[-1][0] else f"{stem}/{tail}".lstrip("/")
    if member is None:
        return stem
    tail = hashlib.sha256(f"{path}\0{member}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    segment, faithful = _segment(member, tail)
    return f"{stem}/{segment}" if faithful else f"{stem}/{_tailed(segment, tail)}"


def _without_suffix(path: str, suffixes: Sequence[str]) -> str:
    for suffix in suffixes:
        if suffix.startswith("/") and path.lower().endswith(suffix.lower()):
            return path[: -len(suffix)] or path
    folder, slash, name = path.rpartition("/")
    known = [s for s in suffixes if s and len(name) > len(s) and name.lower().endswith(s.lower())]
    if known:
        name = name[: -max(map(len, known))]
    elif (last := _EXTENSION.search(name, 1)) is not None:
        name = name[: last.start()]
    return folder + slash + name


def _segment(text: str, tail: str) -> tuple[str, bool]:
    """A segment as an id spells it, and whether only what may fold was folded."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    for sign, word in _SIGNS:
        folded = sign.sub(word, folded)
    kept = "".join(char for char, before in zip(folded, " " + folded, strict=False) if _stays(char, before))
    segment = _SEPARATORS.sub("-", kept).strip("-")
    faithful = kept == folded and segment != ""
    if len(segment.encode()) > _LONGEST:
        segment, faithful = segment.encode()[:_LONGEST].decode("utf-8", "ignore").strip("-"), False
    return (f"{segment}-{tail}", False) if _RESERVED.match(segment) else (segment, faithful)


def _stays(char: str, before: str) -> bool:
    """Letters, digits, separators, and the marks that belong to a letter (Thai, Devanagari)."""
    if char.isalnum() or char in "-_." or char.isspace():
        return True
    mark = unicodedata.category(char) in {"Mn", "Mc"} and not unicodedata.name(char, "").startswith("VARIATION")
    return mark and (before.isalpha() or unicodedata.category(before) in {"Mn", "Mc"})


def _tailed(segment: str, tail: str) -> str:
    return segment if segment.endswith(tail) else f"{segment}-{tail}".lstrip("-")


def slug(text: str) -> str:
    """An agent's name as references spell it: lower case, all but letters and digits one hyphen."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"[\W_]+", "-", plain).strip("-")


def ascii_slug(text: str) -> str:
    """`slug` for clients that take no letters but those of ASCII.

    Accents fall away; a name with letters of other scripts goes as Punycode (RFC 3492).
    """
    plain = "".join(map(_unaccented, slug(text)))
    if not plain.isascii():
        plain = plain.encode("punycode").decode()
    return re.sub("-+", "-", plain).strip("-") or "agent"


def _unaccented(char: str) -> str:
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return bare if bare.isascii() else char
