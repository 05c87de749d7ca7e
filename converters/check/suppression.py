"""Findings that somebody does not want to be told: by a comment in the file, or by the project's configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from converters.check._checked import TOGETHER, Checked, Suppressed
from converters.check.comments import Comment, comments
from converters.check.places import Places, text_of
from converters.check.sources import folder, presumed_folder, synced_folder
from converters.findings import ERROR, IDLE, NO_RULE, NOT_IGNORED, RULES, Finding, Rule, Span, meant
from converters.library import Collection

_CONFIG = "collections.yaml"
_ASKED = ("L", "A", "V2", "G109", "P106")
"""How the codes begin that are found only when somebody asks for another format."""


def rule_of(word: str) -> Rule | None:
    """The rule of a whole code or name, in any case: a file may not ignore a family at a stroke."""
    return RULES.get(word.upper()) or next((rule for rule in RULES.values() if rule.name == word.lower()), None)


def is_ignorable(rule: Rule) -> bool:
    """Whether a file may ignore it about itself: not what concerns its reader's safety, nor what is not done."""
    return rule.severity < ERROR and rule.code[0] != "X"


@dataclass(slots=True)
class _File:
    """A file's own suppressions, and what they have done."""

    text: str
    comments: list[Comment]
    alone: bool
    partial: bool = False
    met: set[tuple[int, str]] = field(default_factory=set)
    """The number of a comment and the code of a finding it was meant for."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One word of the configuration."""

    collection: str
    pattern: str
    word: str
    pointer: str
    """Where it stands in collections.yaml."""
    codes: frozenset[str]


class Suppressions:
    """All suppressions of one run; `project` is the folder that holds `specs/`.

    Of the configuration what suppresses nothing is told only about collections of which `whole`, the
    folders that are checked, leaves nothing out.
    """

    def __init__(self, collections: Mapping[str, Collection], project: Path, *, whole: Iterable[Path] = ()) -> None:
        self._specs = Path(os.path.normpath(project.absolute() / "specs"))
        self._project = project.absolute()
        self._entries = {name: tuple(_entries(home)) for name, home in collections.items() if home.check}
        self._homes = [(lie_in, name) for name in self._entries for lie_in in self._folders(collections[name])]
        others = (
            (where(collections[name], self._project), name)
            for name in self._entries
            for where in (synced_folder, presumed_folder)
        )
        self._elsewhere = [(lie_in, name) for lie_in, name in others if lie_in is not None]
        self._whole = [Path(os.path.normpath(path.absolute())) for path in whole]
        self._files: dict[str, _File] = {}
        self._done: set[_Entry] = set()

    def _folders(self, home: Collection) -> Iterator[Path]:
        """Where a collection's files lie: its specs, and their sources."""
        yield self._specs / home.name
        lie_in = folder(home, self._project)
        if lie_in is not None:
            yield lie_in

    def apply(self, checked: Iterable[Checked]) -> Iterator[Checked]:
        """Move what is suppressed out of the findings; at the end, tell which suppressions did nothing."""
        for one in checked:
            yield self._applied(one)
        for path, file in self._files.items():
            idle = () if file.partial else tuple(_idle(path, file))
            if idle:
                yield self._applied(Checked(path, file.text, idle, counts=False), silent=True)
        yield from self._idle_entries()

    def within(self, text: str, path: str) -> Callable[[Finding], bool]:
        """What says of a finding about a file of this text whether it is suppressed; it counts for nothing else."""
        file = _File(text, comments(text, path), alone=True)

        def is_hushed(finding: Finding) -> bool:
            inside = is_ignorable(finding.rule) and _number(finding, file) is not None
            return inside or any(finding.rule.code in entry.codes for entry in self._about(finding))

        return is_hushed

    def _applied(self, one: Checked, *, silent: bool = False) -> Checked:
        file = None if silent else self._file(one)
        found = [*one.findings, *(_unknown(one.shown, file.comments) if file and one.counts else ())]
        kept: list[Finding] = []
        hushed: list[Suppressed] = []
        for finding in found:
            number = _number(finding, file) if file else None
            if self._is_configured(finding):
                hushed.append(Suppressed(finding, inside=False, reason=f"by {_CONFIG}"))
            elif file is None or number is None:
                kept.append(finding)
            elif is_ignorable(finding.rule):
                hushed.append(Suppressed(finding, inside=True, reason=file.comments[number].reason))
            else:
                kept.append(finding)
                if (number, finding.rule.code) not in file.met:
                    kept.append(NOT_IGNORED.at(_span(one.shown, file.comments[number]), rule=_called(finding.rule)))
            if file is not None and number is not None:
                file.met.add((number, finding.rule.code))
        return replace(one, findings=tuple(kept), suppressed=(*one.suppressed, *hushed))

    # --- in the file ---------------------------------------------------------------------------

    def _file(self, one: Checked) -> _File | None:
        """The suppressions in a file; a clean one comes without its text."""
        if one.shown not in self._files:
            text = one.text if one.text is not None or one.shown == "-" else text_of(Path(one.shown))
            found = comments(text, one.shown) if text else []
            if text is None or not found:
                return None
            self._files[one.shown] = _File(text, found, one.alone, one.partial)
        return self._files[one.shown]

    # --- in the configuration ------------------------------------------------------------------

    def _is_configured(self, finding: Finding) -> bool:
        for entry in self._about(finding):
            if finding.rule.code in entry.codes:
                self._done.add(entry)
                return True
        return False

    def _about(self, finding: Finding) -> Iterator[_Entry]:
        """The entries that speak of a finding's file, or of its collection as such."""
        if not self._homes:
            return
        path = Path(os.path.normpath(Path(finding.span.path).absolute()))
        inside = [(home, name) for home, name in (*self._homes, *self._elsewhere) if path.is_relative_to(home)]
        if inside:
            top, name = max(inside, key=lambda home: len(home[0].parts))
            below = path.relative_to(top).as_posix()
            yield from (entry for entry in self._entries[name] if fnmatchcase(below, entry.pattern))
        elif path == self._specs / _CONFIG:
            name = str(finding.facts.get("collection", ""))
            yield from (entry for entry in self._entries.get(name, ()) if entry.pattern == "*")

    def _idle_entries(self) -> Iterator[Checked]:
        path = self._specs / _CONFIG
        shown = Path(os.path.relpath(path)).as_posix()
        seen = {name for name in self._entries if all(map(self._is_seen, self._all_folders(name)))}
        idle = [
            entry
            for name in sorted(seen)
            for entry in self._entries[name]
            if entry not in self._done and not any(code.startswith(_ASKED) for code in entry.codes)
        ]
        text = text_of(path) if idle else None
        if text:
            places = Places(shown, text)
            found = tuple(IDLE.at(places.key(entry.pointer), rule=entry.word) for entry in idle)
            yield Checked(shown, text, found, counts=False)

    def _all_folders(self, name: str) -> Iterator[Path]:
        return (folder for folder, home in self._homes if home == name)

    def _is_seen(self, folder: Path) -> bool:
        return not folder.is_dir() or any(folder.is_relative_to(path) for path in self._whole)


def _entries(home: Collection) -> Iterator[_Entry]:
    for pattern, words in home.check.items():
        key = "ignore" if pattern == "*" else f"paths/{pattern}"
        for number, word in enumerate(words):
            yield _Entry(home.name, pattern, word, f"/{home.name}/check/{key}/{number}", meant(word))


def _number(finding: Finding, file: _File) -> int | None:
    """The first comment that means a finding: it names the rule, and counts for its line or for the file."""
    code, span = finding.rule.code, finding.span
    for number, comment in enumerate(file.comments):
        if any((rule := rule_of(word)) and rule.code == code for word, _ in comment.words):
            begin, end = comment.lines or (0, len(file.text))
            placed = span.start or span.stop
            if comment.lines is None or (placed and span.start <= end and max(span.start, span.stop - 1) >= begin):
                return number
    return None


def _unknown(path: str, found: Iterable[Comment]) -> Iterator[Finding]:
    names = [rule.name for rule in RULES.values()]
    for comment in found:
        for word, at in comment.words:
            if rule_of(word) is None:
                near = get_close_matches(word.upper(), RULES, 1) or get_close_matches(word.lower(), names, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                yield NO_RULE.at(Span(path, at, at + len(word)), word=word, hint=hint)


def _idle(path: str, file: _File) -> Iterator[Finding]:
    unseen = _ASKED + TOGETHER if file.alone else _ASKED
    for number, comment in enumerate(file.comments):
        for word, at in comment.words:
            rule = rule_of(word)
            if rule and (number, rule.code) not in file.met and not rule.code.startswith(unseen):
                yield IDLE.at(Span(path, at, at + len(word)), rule=_called(rule))


def _span(path: str, comment: Comment) -> Span:
    return Span(path, comment.start, comment.stop)


def _called(rule: Rule) -> str:
    return f"{rule.code} {rule.name}"
