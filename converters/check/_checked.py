"""What checking one file came to."""

from __future__ import annotations

from dataclasses import dataclass

from converters.findings import Finding

TOGETHER = ("G", "P")
"""How the codes begin that are found where agents are held against each other, not in one file alone."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that somebody does not want to be told."""

    finding: Finding
    inside: bool
    """Whether the file itself says so, not the project's configuration."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """One file and what was found about it."""

    shown: str
    """The file, as the user would write it."""
    text: str | None = None
    """Its decoded text, where findings have places in it."""
    findings: tuple[Finding, ...] = ()
    counts: bool = True
    """Whether this is a file of its own, not more about one that was checked before, or one that was passed over."""
    holds_agents: bool = True
    """Whether it is a file of agents; what describes a library, or records a file that agents share, is none."""
    collection: str = ""
    """The one its agents belong to, where that is known."""
    suppressed: tuple[Suppressed, ...] = ()
    beside: str | None = None
    """Another file that the findings follow from: a spec's source."""
    partial: bool = False
    """Whether only some of what was found about the file is told, which nobody changed."""
    alone: bool = False
    """Whether the file was named itself, so that no others were there to hold it against."""
