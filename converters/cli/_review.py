"""What changed between two states of a library, set out for reviewers: what widens access comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from converters.changes import Change, Changes
from converters.cli._layout import WIDTH, count, cut, plain, wrapped
from converters.cli._values import hidden, told
from converters.fields import access_of_spec
from converters.listing.wording import code
from converters.model import AgentSpec
from converters.tools import touching
from converters.twins import Twin

MOST = 100
"""Entries of one heading; the comment on a pull request takes 65,536 characters."""

_NAMED_BY = 8
"""Agents that are listed of those who still name one that was removed."""

_LONGEST = 300
"""Characters of what one change says."""


class Fold(NamedTuple):
    """Of more entries than `beyond` only the `first` are told, and those that press."""

    beyond: int
    first: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a stranger's file: their markup takes no effect, and nobody is notified."""

    text: str


Words: TypeAlias = tuple[str | Quote, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One agent, and what there is to say of it."""

    words: Words
    details: tuple[Words, ...] = ()
    is_pressing: bool = False
    """Whether it is told also where others of its kind are only counted."""


Outline: TypeAlias = list[tuple[str, list[Entry]]]


def outline(changes: Changes) -> Outline:
    """Headings and their entries, those without any left out."""
    parts = [
        ("Access", list(_access(changes))),
        ("Added", [_added(changes, spec) for spec in changes.added]),
        ("Removed", [_removed(changes, spec) for spec in changes.removed]),
        ("Moved", [_changed(changes, one) for one in changes.changed if one.is_moved]),
        ("Changed", [_changed(changes, one) for one in changes.changed if not one.is_moved]),
        ("Names that are nobody's", list(_missing(changes))),
        ("New copies", [_copy(changes, one.agent, one.of) for one in changes.copies]),
    ]
    return [(heading, entries) for heading, entries in parts if entries]


def summary(changes: Changes) -> str:
    """How many agents became what, on one line."""
    moved = sum(change.is_moved for change in changes.changed)
    counts = {
        "added": len(changes.added),
        "removed": len(changes.removed),
        "moved": moved,
        "changed": len(changes.changed) - moved,
        "the same": len(changes.new.agents) - len(changes.added) - len(changes.changed),
    }
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number) or "no agents"


def _access(changes: Changes) -> Iterator[Entry]:
    """What reviewers read first: who may do more, then what guards it otherwise, then who may do less."""
    for change in changes.changed:
        if change.may_also:
            gained = f" may now also {touching(change.may_also, besides=access_of_spec(change.old))}"
            yield Entry((Quote(changes.key(change.new)), gained), is_pressing=True)
    for change in changes.changed:
        for field in change.guards:
            for name, words in told(field):
                guarded = Quote(changes.key(change.new)), " ", Quote(name), ": ", _quote(words)
                yield Entry(guarded, is_pressing=True)
    for change in changes.changed:
        if change.may_no_longer:
            yield Entry((Quote(changes.key(change.new)), f" may no longer {touching(change.may_no_longer)}"))


def _added(changes: Changes, spec: AgentSpec) -> Entry:
    about = hidden("summary", spec.derived.summary or spec.description)
    may = f"may {touching(access_of_spec(spec))}"
    return Entry((Quote(changes.key(spec)),), (*([(_quote(str(about)),)] if about else []), (may,)))


def _removed(changes: Changes, spec: AgentSpec) -> Entry:
    names = [("", changes.key(agent)) for agent in changes.who_names(spec)]
    if not names:
        return Entry((Quote(changes.key(spec)),))
    return Entry((Quote(changes.key(spec)),), (("still named by ", *_listed(names, _NAMED_BY)),), is_pressing=True)


def _changed(changes: Changes, change: Change) -> Entry:
    details: list[Words] = []
    if change.twin is not None:
        details.append((copied(change.twin),))
    details += [(Quote(name), ": ", _quote(words)) for field in change.fields for name, words in told(field)]
    if change.names or change.names_no_longer:
        signed = [("+ ", name) for name in change.names] + [("- ", name) for name in change.names_no_longer]
        details.append(("works with: ", *_listed(signed)))
    if change.is_reworded:
        details.append((f"prompt: {_reworded(change)}",))
        signed = [("+ ", title) for title in change.sections_added]
        signed += [("- ", title) for title in change.sections_removed]
        signed += [("", title) for title in change.sections_changed]
        details += [("sections: ", *_listed(signed))] if signed else []
    key = Quote(changes.key(change.new))
    was = Quote(changes.key(change.old))
    return Entry((was, " -> ", key) if change.is_moved else (key,), tuple(details))


def _reworded(change: Change) -> str:
    if change.is_respaced:
        return "white space only"
    if change.rearranged:
        return "the same lines in another order"
    return f"+{change.lines_added} -{change.lines_removed} lines"


def _listed(signed: Sequence[tuple[str, str]], most: int = MOST) -> Iterator[str | Quote]:
    for number, (sign, text) in enumerate(signed[:most]):
        yield (", " if number else "") + sign
        yield _quote(text)
    if len(signed) > most:
        yield f" and {len(signed) - most} more"


def _missing(changes: Changes) -> Iterator[Entry]:
    """But those of agents that were removed, where it is told who still names them."""
    removed, added = set(map(id, changes.removed)), set(map(id, changes.added))
    for broken in changes.missing:
        if id(broken.meant) in removed:
            continue
        why = "which it did not name before" if broken.is_new else "whom it named before"
        why = "and is new itself" if id(broken.agent) in added else why
        yield Entry((Quote(changes.key(broken.agent)), " names ", Quote(broken.name), f", {why}"))


def _copy(changes: Changes, agent: AgentSpec, twin: Twin) -> Entry:
    words: Words = (Quote(changes.key(agent)), f": {copied(twin)} of ", Quote(changes.key(twin.agent)))
    return Entry(
        (*words, "; they differ in ", *_listed([("", name) for name in twin.differs])) if twin.differs else words
    )


def copied(twin: Twin) -> str:
    """What a copy is, with what it shares."""
    if twin.kind == "exact":
        return "an exact copy"
    return f"a near copy, {percent(twin.share)}" if twin.share < 1 else "a near copy, all words the same"


def percent(share: float) -> str:
    """A share in words that never say more than there is."""
    return f"{int(share * 100 + 1e-9)} %"


def _quote(text: str) -> Quote:
    return Quote(cut(text, _LONGEST))


# --- as text, as Markdown ------------------------------------------------------------------------


def text_lines(entries: Sequence[Entry], *, fold: Fold | None = None, width: int = WIDTH) -> Iterator[str]:
    """Entries of one heading for the terminal."""
    shown = entries
    if fold and len(entries) > fold.beyond:
        shown = [entry for number, entry in enumerate(entries) if number < fold.first or entry.is_pressing]
    for entry in shown:
        yield from wrapped(_plain(entry.words), first="  ", rest="    ", width=width)
        for words in entry.details:
            yield from wrapped(_plain(words), first="    ", rest="      ", width=width)
    if len(shown) < len(entries):
        yield f"  and {len(entries) - len(shown)} more (--verbose names them)"


def _plain(words: Words) -> str:
    return "".join(plain(word.text) if isinstance(word, Quote) else word for word in words)


def markdown(changes: Changes, heading: str) -> str:
    """The whole for a comment on a pull request: strangers' words stand in code spans."""
    lines = [f"### {heading}: {summary(changes)}"]
    for title, entries in outline(changes):
        lines += ["", f"#### {title} ({len(entries)})", ""]
        for entry in entries[:MOST]:
            lines.append("- " + _marked_up(entry.words))
            lines += ["  - " + _marked_up(words) for words in entry.details]
        if len(entries) > MOST:
            lines.append(f"- and {count(len(entries) - MOST, 'more entry')}")
    return "\n".join(lines) + "\n"


def _marked_up(words: Words) -> str:
    return "".join(code(word.text) if isinstance(word, Quote) else word for word in words)


# --- as JSON --------------------------------------------------------------------------------------


def changes_json(changes: Changes) -> dict[str, Any]:
    """The whole for scripts."""
    return {
        "agents": {"old": len(changes.old.agents), "new": len(changes.new.agents)},
        "added": [{"agent": changes.key(spec), "access": sorted(access_of_spec(spec))} for spec in changes.added],
        "removed": [changes.key(spec) for spec in changes.removed],
        "changed": [_change_json(changes, change) for change in changes.changed],
        "missing": [
            {"agent": changes.key(broken.agent), "name": broken.name, "is_new": broken.is_new}
            for broken in changes.missing
        ],
        "copies": [{"agent": changes.key(copy.agent), **_twin_json(changes, copy.of)} for copy in changes.copies],
    }


def _change_json(changes: Changes, change: Change) -> dict[str, Any]:
    return {
        "agent": changes.key(change.new),
        "moved_from": changes.key(change.old) if change.is_moved else None,
        "copy": _twin_json(changes, change.twin) if change.twin else None,
        "access": {"gained": list(change.may_also), "lost": list(change.may_no_longer)},
        "fields": [
            {
                "field": field.name,
                "old": hidden(field.name, field.values[0]),
                "new": hidden(field.name, field.values[1]),
            }
            for field in change.fields
        ],
        "references": {"gained": list(change.names), "lost": list(change.names_no_longer)},
        "prompt": {
            "lines_added": change.lines_added,
            "lines_removed": change.lines_removed,
            "rearranged": change.rearranged,
            "white_space_only": change.is_respaced,
            "sections_added": list(change.sections_added),
            "sections_removed": list(change.sections_removed),
            "sections_changed": list(change.sections_changed),
        },
    }


def _twin_json(changes: Changes, twin: Twin) -> dict[str, Any]:
    return {
        "of": changes.key(twin.agent),
        "kind": twin.kind,
        "share": round(twin.share, 4),
        "differs": list(twin.differs),
    }
