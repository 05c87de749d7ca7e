"""Spellings with their places: knows no dialect and types nothing."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Scalar(NamedTuple):
    """One written value and how it is spelled."""

    text: str
    style: str
    """`plain`, `single`, `double`, `literal` or `folded`."""
    start: int
    stop: int


class Sequence(NamedTuple):
    """Written values in order."""

    items: tuple[Node, ...]
    style: str
    """`flow` or `block`."""
    start: int
    stop: int


class Mapping(NamedTuple):
    """Written keys and values in order; keys may repeat."""

    pairs: tuple[tuple[Scalar, Node], ...]
    style: str
    """`flow` or `block`."""
    start: int
    stop: int


Node: TypeAlias = "Scalar | Sequence | Mapping"


class SyntaxFault(Exception):
    """Why a text cannot be taken apart, and at which character."""

    def __init__(self, problem: str, at: int, *, code: str = "S101") -> None:
        super().__init__(problem)
        self.problem = problem
        self.at = at
        self.code = code
