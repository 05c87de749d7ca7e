"""What checking one file came to."""

from __future__ import annotations

from dataclasses import dataclass

from converters.findings import Finding


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
