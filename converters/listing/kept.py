"""What keeping a file in step with the agents comes to."""

from __future__ import annotations

from dataclasses import dataclass

from converters.findings import Finding


@dataclass(frozen=True, slots=True)
class Kept:
    """A file's text as it ought to be; where there are faults, as it is."""

    text: str
    lists: int = 0
    """How many lists of agents the file holds."""
    stale: tuple[Finding, ...] = ()
    """Those that are not in step, each with what differs."""
    faults: tuple[Finding, ...] = ()
    """What stands in the way of keeping the file."""
    remarks: tuple[Finding, ...] = ()
    """What does not, and its owner should know."""
    idle: tuple[str, ...] = ()
    """In some lines, why the file holds no list, where it may go without."""


_MOST = 3
"""Names told of one kind of difference."""


def differences(lacking: list[str], gone: list[str], otherwise: list[str], else_: str = "") -> str:
    """What differs, in words."""
    parts = [
        f"it lacks {named(lacking)}" if lacking else "",
        f"{named(gone)} {'is' if len(gone) == 1 else 'are'} not to be there" if gone else "",
        f"{named(otherwise)} {'is' if len(otherwise) == 1 else 'are'} told otherwise" if otherwise else "",
    ]
    return "; ".join(filter(None, parts)) or else_


def named(names: list[str]) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - _MOST
    shown = names if more <= 1 else names[:_MOST]
    words = [*shown, *([f"{more} more"] if more > 1 else [])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
