"""Things that are made only where they are asked for, known before that by what they are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import orjson

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Late(Generic[T]):
    """What `make` gives; where `inputs` are equal, so is that."""

    inputs: object
    """Everything that decides what is made, but the program itself: values that `fingerprint` can tell apart."""
    make: Callable[[], T] = field(compare=False)


def made(held: T | Late[T]) -> T:
    """What is held, made now if need be."""
    return held.make() if isinstance(held, Late) else held


def changed(held: T | Late[T], change: Callable[[T], U]) -> U | Late[U]:
    """The same after a change that does not depend on anything else."""
    return Late(held.inputs, lambda: change(held.make())) if isinstance(held, Late) else change(held)


def fingerprint(*values: object) -> str | None:
    """A digest in hexadecimal that is equal for equal values; `None` for what has no JSON, such as half a character.

    Records are told apart by their fields, not by their types.
    """
    try:
        said = orjson.dumps(values, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return None
    return blake2b(said, digest_size=20).hexdigest()


def _plain(value: Any) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value, key=repr)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError
