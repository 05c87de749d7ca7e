"""The leave users give where an agent could touch more than before: a word for all it gains, or kinds of access."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias, get_args

from converters.tools import KINDS

Access: TypeAlias = str
"""What is done where an agent could touch more than before: a `Decision`, or kinds of access joined by `+`.

Kinds give leave for themselves alone: an agent that gains no others is allowed, any other is refused.
"""

Decision: TypeAlias = Literal["refuse", "warn", "allow"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


def decided(access: Access, gains: Collection[str]) -> Decision:
    """What is done with an agent that gains these; what is no kind of access is beyond any kind."""
    said = next((one for one in DECISIONS if one == access), None)
    return said or ("allow" if set(gains) <= set(access.split("+")) else "refuse")


def narrowest(gains: Collection[str], given: Access = "refuse") -> Access:
    """The least leave that lets an agent gain these, and whatever it was `given` leave for before."""
    if given == "allow" or not set(gains) <= set(KINDS):
        return "allow"
    return "+".join(kind for kind in KINDS if kind in {*gains, *given.split("+")})


def leave_of(said: object) -> Access | None:
    """A leave as it is said, each kind once and in their order; `None` where it is none."""
    if not isinstance(said, str) or said in DECISIONS:
        return said if isinstance(said, str) else None
    kinds = {kind.strip() for kind in said.split("+")}
    return narrowest(kinds) if kinds <= set(KINDS) else None
