"""The collections of a library, as their owner describes them in `specs/collections.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias, get_args

from converters import findings as rules
from converters import lock, remotes
from converters.findings import RULES, Finding, Span
from converters.identity import identity
from converters.lock import Lock
from converters.model import NO_LICENCE
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node, Scalar, SyntaxFault
from converters.syntax import Sequence as SequenceNode
from converters.syntax.yaml import compose

Origin: TypeAlias = Literal["files", "specs", "remote"]
Publish: TypeAlias = Literal["auto", "full", "summary", "none"]

_NONE: Mapping[str, str] = {}
_NO_WORDS: Mapping[str, tuple[str, ...]] = {}
_NO_CHOICES: Mapping[str, Publish] = {}


@dataclass(frozen=True, slots=True)
class Collection:
    """One source of agents, as its owner describes it in `specs/collections.yaml`."""

    name: str
    """Also the name of its folder below `specs/`."""
    _: KW_ONLY
    title: str | None = None
    description: str | None = None
    source: str | None = None
    """Folder or git address that its files are fetched from, by `specs sync`; `None` where they lie in the project."""
    root: str | None = None
    """Folder of the source files, below what is fetched, else below the project."""
    origin: Origin = "files"
    """Which copy is the truth: the source files, the specs, or a synced repository."""
    license: str = NO_LICENCE
    """SPDX identifier, or `NOASSERTION`."""
    repository: str | None = None
    """URL of the repository it is taken from."""
    revision: str | None = None
    """The commit, tag or branch to take."""
    format: str | None = None
    """Id of the format its files are read as; `None` leaves that to detection."""
    include: tuple[str, ...] = ()
    """Patterns of the files to read; empty means all."""
    exclude: tuple[str, ...] = ()
    publish: Publish = "auto"
    """How much of each agent the site shows; what `auto` comes to, `Library.shown` says."""
    publish_only: Mapping[str, Publish] = field(default_factory=lambda: _NO_CHOICES)
    """How much of some, by pattern of their paths; the last that fits counts."""
    ids: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Ids set by hand, by source path; `path#member` inside a shared file."""
    aliases: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Names the collection's agents use, and the name, id or `collection/id` they mean."""
    not_agents: tuple[str, ...] = ()
    """Names the collection's agents use that mean nobody."""
    check: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_WORDS)
    """Codes, their beginnings and names of the findings not to be told, by pattern of the files; `*` is all."""

    def id_of(self, path: str, *, suffixes: Sequence[str] = (), member: str | None = None) -> str:
        """The id set by hand for the agent at `path`, else its `identity`."""
        key = path if member is None else f"{path}#{member}"
        return self.ids.get(key) or identity(path, suffixes=suffixes, member=member)

    @property
    def folder(self) -> str | None:
        """The folder of the project that its source files lie in; `None` where they lie in none."""
        return None if self.source else self.root

    def published(self, path: str) -> Publish:
        """How much the owner lets be shown of the agent at `path`."""
        said = [value for pattern, value in self.publish_only.items() if fnmatchcase(path, pattern)]
        return said[-1] if said else self.publish

    def idle_choices(self, paths: Iterable[str]) -> Iterator[tuple[str, Publish]]:
        """The patterns of `publish` that fit none of its agents, those at `paths`, and what they say."""
        there = tuple(paths)
        for pattern, value in self.publish_only.items():
            if not any(fnmatchcase(path, pattern) for path in there):
                yield pattern, value


_TEXTS = ("title", "description", "source", "root", "origin", "license", "repository", "revision", "format")
_LISTS = ("include", "exclude", "not_agents")
_MAPPINGS = ("ids", "aliases")
_KEYS = (*_TEXTS, *_LISTS, *_MAPPINGS, "publish", "check")
_ALSO = {"from": "format"}
"""What keys may be called besides, as the command line calls them."""
_MEANT = {
    "url": "source", "git": "source", "path": "source", "branch": "revision", "tag": "revision", "commit": "revision",
    "ref": "revision", "rev": "revision", "licence": "license", "name": "title",
}  # fmt: skip
"""What others call keys of ours."""
_CHOICES: Mapping[str, tuple[str, ...]] = {"origin": get_args(Origin)}
PUBLISH: Mapping[str, Publish] = {
    "auto": "auto", "full": "full", "summary": "summary", "none": "none", "true": "auto", "false": "none",
    "yes": "auto", "no": "none",
}  # fmt: skip
"""What is said of publishing, in small letters, and what it means. Anything else shows nothing."""
_NAME = re.compile(r"(?!(?:con|prn|aux|nul|(?:com|lpt)\d)(?:\.|\Z))[^\W_](?:[\w.-]*\w)?\Z", re.IGNORECASE)


def load_collections(path: Path) -> tuple[dict[str, Collection], list[Finding]]:
    """The collections described at `path`, by name and sorted; what is wrong there is found, never raised.

    Values are text exactly as spelled (`license: 1.10` is `1.10`). A collection keeps what is
    right about it. A file that does not exist describes none. Of what was fetched, the lock file
    beside it tells the commit, and the licence where the description tells none.
    """
    described, found = described_collections(path)
    if not any(collection.source for collection in described.values()):
        return described, found
    locks, problems = load_locks(path.with_name(lock.NAME))
    return {name: _locked(home, locks.get(name)) for name, home in described.items()}, [*found, *problems]


def load_locks(path: Path) -> tuple[dict[str, Lock], list[Finding]]:
    """What the lock file at `path` says, by collection; one that does not exist says nothing."""
    try:
        return lock.parse(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, lock.LockFault) as error:
        return {}, [rules.BAD_LOCK.at(Span(path.as_posix()), problem=str(error))]


def _locked(home: Collection, taken: Lock | None) -> Collection:
    """A collection as it was fetched."""
    if not home.source or taken is None or taken.source != home.source:
        return home
    known = home.license if home.license != NO_LICENCE else taken.license
    return replace(home, revision=taken.commit, license=known)


def described_collections(path: Path) -> tuple[dict[str, Collection], list[Finding]]:
    """The collections as their owner describes them at `path`, whatever was fetched."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        return {}, [rules.UNREADABLE.at(Span(path.as_posix()), problem=str(error))]
    reader = _Reader(path.as_posix())
    try:
        root = compose(text)
    except SyntaxFault as fault:
        facts: dict[str, Any] = {
            "problem": fault.problem,
            "what": fault.problem,
            "size": len(text),
            "unit": "characters",
            "limit": "65,536",
        }
        return {}, [RULES[fault.code].at(Span(reader.path, fault.at, fault.at + 1), **facts)]
    found = dict(reader.collections(root)) if root is not None else {}
    return dict(sorted(found.items())), reader.findings


def meant_pattern(pattern: str, paths: Iterable[str]) -> str | None:
    """What a pattern that fits none of `paths` was probably to be: without `root`, or where a file is now."""
    there = sorted(set(paths))
    for start in range(1, len(parts := pattern.split("/"))):
        rest = "/".join(parts[start:])
        if rest.strip("*?/") and any(fnmatchcase(path, rest) for path in there):
            return rest
    same = [path for path in there if path.rpartition("/")[2] == parts[-1]]
    if near := get_close_matches(pattern, same, 1, 0):
        return escape(near[0])
    folders = {f"{parent}/*" for path in there for parent in PurePosixPath(path).parents if parent.name}
    if folders and "*" in pattern:
        return next(iter(get_close_matches(pattern, sorted(folders), 1)), None)
    return next((escape(path) for path in get_close_matches(pattern, there, 1)), None)


def choice_place(path: str, text: str, name: str, pattern: str) -> Span:
    """Where a collection's `publish` speaks of a pattern, or the nearest key above it."""
    try:
        node = compose(text)
    except SyntaxFault:
        return Span(path)
    span = Span(path)
    for key in (name, "publish", pattern):
        pairs = node.pairs if isinstance(node, MappingNode) else ()
        found = next(((said, value) for said, value in reversed(pairs) if said.text == key), None)
        if found is None:
            break
        span, node = Span(path, found[0].start, found[0].stop), found[1]
    return span


class _Reader:
    """Gathers findings while it reads the nodes of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def bad(self, node: Node, key: str, problem: str) -> None:
        self.findings.append(rules.BAD_VALUE.at(Span(self.path, node.start, node.stop), key=key, problem=problem))

    def pairs(self, node: Node, key: str) -> Iterator[tuple[Scalar, Node]]:
        """Each key once, with its last value."""
        if _is_null(node):
            return
        if not isinstance(node, MappingNode):
            self.bad(node, key, "must be a mapping")
            return
        last: dict[str, tuple[Scalar, Node]] = {}
        for name, value in node.pairs:
            if name.text in last:
                earlier = last.pop(name.text)[0]
                self.findings.append(
                    rules.DUPLICATE_KEY.at(Span(self.path, earlier.start, earlier.stop), key=name.text)
                )
            last[name.text] = name, value
        yield from last.values()

    def text(self, node: Node, key: str) -> str | None:
        if isinstance(node, Scalar):
            return None if _is_null(node) else node.text.strip()
        self.bad(node, key, "must be text")
        return None

    def collections(self, root: Node) -> Iterator[tuple[str, Collection]]:
        folders: set[str] = set()
        for name, node in self.pairs(root, "collections"):
            if not _NAME.match(name.text):
                self.bad(name, name.text, "must be a plain folder name of letters, digits, `-`, `_` and `.`")
            elif name.text.casefold() in folders:
                self.bad(name, name.text, "differs only in case from another collection")
            else:
                folders.add(name.text.casefold())
                yield name.text, self.collection(name.text, node)

    def collection(self, name: str, node: Node) -> Collection:
        facts: dict[str, object] = {}
        for key, value in self.pairs(node, name):
            where = f"{name}.{key.text}"
            called = _ALSO.get(key.text, key.text)
            if called not in _KEYS:
                near = [_MEANT[key.text]] if key.text in _MEANT else get_close_matches(key.text, _KEYS, 1)
                self.bad(key, where, "no such key" + (f"; did you mean {near[0]}?" if near else ""))
            elif called == "publish":
                facts.update(self.publishing(value, where))
            elif key.text in _MAPPINGS:
                facts[key.text] = dict(self.mapping(value, key.text, where))
            elif key.text == "check":
                facts[key.text] = dict(self.ignored(value, where))
            elif key.text in _LISTS:
                facts[key.text] = tuple(text for _, text in self.listed(value, where))
            elif (text := self.text(value, where)) is not None:
                if problem := _fault(called, text):
                    self.bad(value, where, problem)
                else:
                    facts[called] = text
        if source := facts.get("source"):
            origin = "remote" if remotes.is_address(str(source)) else "files"  # a folder at hand is one's own
            facts = {"origin": origin, "repository": remotes.web(str(source)), **facts}
        return replace(Collection(name), **facts)  # type: ignore[arg-type]  # keys and types checked above

    def publishing(self, node: Node, where: str) -> dict[str, object]:
        """How much is shown: of all agents in one word, or of those at some paths each."""
        if not isinstance(node, MappingNode):
            said = self.choice(node, where)
            return {"publish": said} if said else {}
        found = {key.text: said for key, value in self.pairs(node, where) if (said := self.choice(value, where))}
        return {"publish": found.pop("*", "auto"), "publish_only": found}

    def choice(self, node: Node, where: str) -> Publish | None:
        """One word on how much is shown; one that is not understood shows nothing, for it may have meant that."""
        if _is_null(node):
            return None
        text = self.text(node, where)
        if text is not None and text.lower() not in PUBLISH:
            self.bad(node, where, f"must be one of {', '.join(get_args(Publish))}, or false")
        return PUBLISH.get((text or "").lower(), "none")

    def listed(self, node: Node, where: str) -> Iterator[tuple[Node, str]]:
        """The items of a list; text alone is a list of one."""
        for item in node.items if isinstance(node, SequenceNode) else () if _is_null(node) else (node,):
            if text := self.text(item, where):
                yield item, text

    def ignored(self, node: Node, where: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What is not to be told, by pattern: `ignore` for all files, `paths` for some."""
        for key, value in self.pairs(node, where):
            if key.text == "ignore":
                yield "*", tuple(self.rules(value, f"{where}.ignore"))
            elif key.text == "paths":
                for pattern, words in self.pairs(value, f"{where}.paths"):
                    yield pattern.text, tuple(self.rules(words, f"{where}.paths.{pattern.text}"))
            else:
                self.bad(key, f"{where}.{key.text}", "no such key; there are ignore and paths")

    def rules(self, node: Node, where: str) -> Iterator[str]:
        """Words that mean findings."""
        for item, word in self.listed(node, where):
            if rules.meant(word):
                yield word
            else:
                near = get_close_matches(word.lower(), [rule.name for rule in RULES.values()], 1)
                hint = f"did you mean {near[0]}?" if near else "`specs explain` lists them"
                self.bad(item, where, f"no rule is called {word!r}; {hint}")

    def mapping(self, node: Node, kind: str, where: str) -> Iterator[tuple[str, str]]:
        for key, value in self.pairs(node, where):
            text = self.text(value, f"{where}.{key.text}")
            if text and kind == "ids" and identity(f"{text}/x").removesuffix("/x") != text:
                self.bad(
                    value, f"{where}.{key.text}", "an id is lower-case words joined by `-`, in folders joined by `/`"
                )
            elif text:
                yield key.text, text


def _fault(key: str, text: str) -> str | None:
    """What is wrong with the value of a key, in words."""
    if text not in (allowed := _CHOICES.get(key, (text,))):
        also = "; the address of a repository is its `repository`" if "/" in text else ""
        return f"must be one of {', '.join(allowed)}{also}"
    if key == "source":
        return remotes.fault(text)
    if key == "revision":
        return remotes.revision_fault(text)
    if key == "root" and (PurePosixPath(text).is_absolute() or not text.isprintable()):
        return "must be a folder below the source or the project, as in `agents`"
    if key == "format":
        from converters.formats import FORMATS

        if text not in FORMATS:
            near = get_close_matches(text, FORMATS, 1)
            return f"there is no format {text!r}; " + (
                f"did you mean {near[0]}?" if near else "`specs formats` lists them"
            )
    return None


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and node.text in {"", "~", "null"}
