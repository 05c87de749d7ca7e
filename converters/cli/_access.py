"""`--access`: what is to be done where an agent could touch more than before, for all, or for one format alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click

from converters.formats import FORMATS, meant_by
from converters.leave import DECISIONS, Access, leave_of
from converters.tools import KINDS

F = TypeVar("F", bound=Callable[..., Any])

_WORDS = (*DECISIONS, *KINDS)


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


def access_option(kind: str, asks: str = "What to do with") -> Callable[[F], F]:
    """The option of a verb that names single formats, or collections and their agents; it gives an `Allowed`."""
    formats = kind == "FORMAT"
    example = (
        "one format: codex=mcp" if formats else "one collection: harbour=mcp, or one agent: harbour/berth-clerk=mcp"
    )
    return click.option(
        "--access",
        metavar=f"[{kind}=]{'|'.join(DECISIONS)}|KIND[+KIND...]",
        multiple=True,
        callback=lambda context, option, said: _together(said, option, context, formats=formats),
        shell_complete=lambda _, __, incomplete: list(_offered(incomplete, formats=formats)),
        help=f"{asks} an agent that could touch more than before; kinds of access "
        f"({', '.join(KINDS)}) allow it these alone. Said for {example}. May be repeated.  "
        "[default: refuse]",
    )


def _together(said: Iterable[str], option: click.Parameter, context: click.Context, *, formats: bool) -> Allowed:
    """All that was said, also with commas between; of two words on the same the last counts."""
    words: dict[str, Access] = {}
    for value in said:
        before = None
        for one in value.split(","):
            name, apart, word = (part.strip() for part in one.rpartition("="))
            if problem := _fault(name if apart else None, word, before, formats=formats):
                raise click.BadParameter(problem, context, option)
            words[name] = before = leave_of(word) or "refuse"
    return Allowed(words.pop("", None), words)


def _fault(name: str | None, word: str, before: Access | None, *, formats: bool) -> str | None:
    """What is wrong with a word, or with the name of the format it is for; `before` a comma stood another."""
    if leave_of(word) is None:
        from difflib import get_close_matches

        parts = [part.strip() for part in word.split("+")]
        wrong = next((part for part in parts if part not in _WORDS), None)
        if wrong is None:
            return f"{next(part for part in parts if part in DECISIONS)!r} is said alone, and not joined to others."
        near = get_close_matches(wrong, _WORDS, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        hint = f" For {word} alone say {word}=allow." if formats and name is None and word in FORMATS else hint
        return f"{wrong!r} is none of {', '.join(DECISIONS)}, and no kind of access: {', '.join(KINDS)}.{hint}"
    if name is None and before is not None and {before, word}.isdisjoint(DECISIONS):
        return f"Kinds of access are joined by +, as in {before}+{word}."
    if name == "":
        return f"'={word}' has no name before the sign."
    if formats and name is not None and name not in FORMATS:
        meant = meant_by(name)
        hint = f"Did you mean {' or '.join(map(repr, meant))}?" if meant else "`specs formats` lists them."
        return f"There is no format {name!r}. {hint}"
    return None


def _offered(incomplete: str, *, formats: bool) -> Iterator[str]:
    """What a shell offers: the words, and the formats they can be said of."""
    name, apart, said = incomplete.rpartition("=")
    joined, plus, _ = said.rpartition("+")
    more = [kind for kind in KINDS if kind not in joined.split("+")] if plus else _WORDS
    words = [f"{name}{apart}{joined}{plus}{word}" for word in more]
    yield from (
        word
        for word in [*words, *(f"{id_}=" for id_ in FORMATS if formats and not apart and not plus)]
        if word.startswith(incomplete)
    )
