"""`--access`: what is to be done where an agent could touch more than before, for all, or for one format alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args

import click

from converters.conversion import Access
from converters.formats import FORMATS, meant_by

F = TypeVar("F", bound=Callable[..., Any])

_WORDS: tuple[Access, ...] = get_args(Access)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What `--access` said."""

    all: Access | None = None
    """For everything that is not said apart; `None` where it was not said."""
    apart: Mapping[str, Access] = field(default_factory=dict)
    """For single formats, or single collections and agents, by name."""

    @property
    def otherwise(self) -> Access:
        """What is done for everything that is not said apart."""
        return self.all or "refuse"

    def of(self, name: str, before: Access = "refuse") -> Access:
        """What is done for one; `before` is what was asked of it at another time."""
        return self.apart.get(name, self.all or before)


def access_option(kind: str) -> Callable[[F], F]:
    """The option of a verb that names single formats, or collections and their agents; it gives an `Allowed`."""
    formats = kind == "FORMAT"
    example = "codex=allow says it for one format" if formats else "harbour=allow says it for one collection, "
    example += "" if formats else "harbour/berth-clerk=allow for one agent"
    return click.option(
        "--access",
        metavar=f"[{kind}=]{'|'.join(_WORDS)}",
        multiple=True,
        callback=lambda context, option, said: _together(said, option, context, formats=formats),
        shell_complete=lambda _, __, incomplete: list(_offered(incomplete, formats=formats)),
        help="What to do with an agent that could touch more than before; "
        f"{example}. May be repeated.  "
        "[default: refuse]",
    )


def _together(said: Iterable[str], option: click.Parameter, context: click.Context, *, formats: bool) -> Allowed:
    """All that was said, also with commas between; of two words on the same the last counts."""
    words: dict[str, Access] = {}
    for one in (part for value in said for part in value.split(",")):
        name, apart, word = (part.strip() for part in one.rpartition("="))
        if problem := _fault(name if apart else None, word, formats=formats):
            raise click.BadParameter(problem, context, option)
        words[name] = word  # type: ignore[assignment]  # one of them, or it were at fault
    return Allowed(words.pop("", None), words)


def _fault(name: str | None, word: str, *, formats: bool) -> str | None:
    """What is wrong with a word, or with the name of the format it is for."""
    if word not in _WORDS:
        from difflib import get_close_matches

        near = get_close_matches(word, _WORDS, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        hint = f" For {word} alone say {word}=allow." if formats and name is None and word in FORMATS else hint
        return f"{word!r} is none of {', '.join(_WORDS)}.{hint}"
    if name == "":
        return f"'={word}' has no name before the sign."
    if formats and name is not None and name not in FORMATS:
        meant = meant_by(name)
        hint = f"Did you mean {' or '.join(map(repr, meant))}?" if meant else "`specs formats` lists them."
        return f"There is no format {name!r}. {hint}"
    return None


def _offered(incomplete: str, *, formats: bool) -> Iterator[str]:
    """What a shell offers: the words, and the formats they can be said of."""
    name, apart, _ = incomplete.rpartition("=")
    words = [f"{name}{apart}{word}" for word in _WORDS]
    yield from (
        word
        for word in [*words, *(f"{id_}=" for id_ in FORMATS if formats and not apart)]
        if word.startswith(incomplete)
    )
