"""Names that are not what they seem: of mixed scripts, like another agent's, or like a path or a command.

Which letters look alike is from UTS #39 (Unicode security mechanisms, confusables), as known in 2026: those
of Cyrillic, Greek, Armenian and Cherokee that a reader takes for Latin ones. NFKC folds the letters that are
Latin in another cut, such as fullwidth and mathematical ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from converters.check.security._page import Page, short
from converters.findings import LOOKALIKE, MIXED_SCRIPTS, ODD_NAME, Finding, Span
from converters.library import Library
from converters.model import AgentSpec

_LIKE = {
    "'": "ꞌ",
    "-": "‐‑‒–—−",
    ".": "․",
    "/": "⁄∕",
    "3": "Зз",
    "4": "Ꮞ",
    "6": "б",
    "a": "аАαΑᎪɑ",
    "b": "вьВβΒᏴ",
    "c": "сСϲᏟᴄ",
    "d": "ԁᎠᏧ",
    "e": "еЕεΕᎬ",
    "g": "ցᏀɡ",
    "h": "һнНΗհᎻ",
    "i": "іІιΙıɩ",
    "j": "јЈϳյᎫȷ",
    "k": "кКκΚᏦ",
    "l": "ӏլԼᏞʟℓ∣ǀ",
    "m": "мМΜᎷ",
    "n": "пηΝո",
    "o": "оОοσΟօՕᴏ٥०",
    "p": "рРρΡքᏢ",
    "q": "ԛզ",
    "r": "гᎡᏒ",
    "s": "ѕЅՏᏚꜱ",
    "t": "тТτΤᎢ",
    "u": "υս",
    "v": "ѵνᏙᴠ",
    "w": "ԝωաᎳᏔᴡ",
    "x": "хХχΧ",
    "y": "уУγΥ",
    "z": "ΖᏃᴢ",
}
"""What is taken for each ASCII character: letters of Cyrillic, Greek, Armenian, Cherokee, other Latin ones, signs."""

_LOOKS = {char: ascii_ for ascii_, chars in _LIKE.items() for char in chars}

_TOGETHER = (frozenset({"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "LATIN", "HANGUL", "FULLWIDTH", "HALFWIDTH"}),)
"""Scripts that are written together in one word."""

_PATH = re.compile(
    r"\.{1,2}[/\\]|.*[/\\]\.\.?(?:[/\\]|$)|\.\.$|[/~\\]|[A-Za-z]:[/\\]|.*(?:^|[/\\])\.(?:git|ssh|env|claude|cursor)\b"
)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_SHELL = re.compile(r"\$[({]|`|[;|<>*?\"\\]|&&")
_PROTOTYPES = frozenset({"__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "valueOf"})
"""Keys that mean something to JavaScript in whatever object holds them."""


def odd_names(spec: AgentSpec, place: Span) -> Iterator[Finding]:
    """What is odd in an agent's own name, at most one thing of a kind."""
    name = spec.name
    if what := _oddity(name):
        yield ODD_NAME.at(place, name=short(name), what=what)
    if not name.isascii():
        for word in re.split(r"[\W_]+", name):
            if mixed := _mixed(word):
                scripts, letters = mixed
                yield MIXED_SCRIPTS.at(place, name=short(name), scripts=scripts, letters=letters)
                break


def odd_keys(page: Page, spec: AgentSpec) -> Iterator[Finding]:
    """Keys of the header that mean something to a program that keeps them in an object."""
    for said in spec.extensions.values():
        for key in said:
            if key in _PROTOTYPES:
                at = page.text.find(key)
                what = "is a key that means something to JavaScript"
                yield ODD_NAME.at(page.span(max(at, 0), max(at, 0) + len(key)), name=key, what=what)


def _oddity(name: str) -> str | None:
    if any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"} for char in name) and not _is_emoji(name):
        return "holds a character nobody sees"
    if name in _PROTOTYPES:
        return "is a word that means something to JavaScript"
    if not any(char.isalnum() for char in name):
        return "has neither letter nor digit"
    if _PATH.match(name):
        return "looks like a path"
    if _DEVICE.fullmatch(name):
        return "is a device to Windows"
    if _SHELL.search(name):
        return "holds characters that mean something to a shell"
    return None


def _is_emoji(name: str) -> bool:
    """Whether the unseen characters of a name only join emoji."""
    return "\u200d" in name and not any(
        unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"} for char in name.replace("\u200d", "")
    )


def _mixed(word: str) -> tuple[str, str] | None:
    """The scripts of a word that has letters of several, and the letters that are not what they look like."""
    scripts: dict[str, list[str]] = {}
    for char in word:
        if char.isalpha():
            scripts.setdefault(unicodedata.name(char, "?").split(" ")[0], []).append(char)
    scripts.pop("MICRO", None)
    if len(scripts) < 2 or any(set(scripts) <= together for together in _TOGETHER):
        return None
    rare = min(scripts, key=lambda script: (len(scripts[script]), script == "LATIN"))
    letters = ", ".join(f"{c} is U+{ord(c):04X}" for c in dict.fromkeys(scripts[rare]))
    named = " and ".join(script.capitalize() for script in sorted(scripts))
    return named, short(letters)


def skeleton(name: str) -> str:
    """What a name looks like: names of one skeleton cannot be told apart by eye."""
    folded = "".join(_LOOKS.get(char, char) for char in unicodedata.normalize("NFKC", name))
    return "".join(_LOOKS.get(char, char) for char in folded.casefold())


def lookalikes(specs: Iterable[AgentSpec]) -> Iterator[tuple[AgentSpec, Finding]]:
    """Agents whose names look like another's and are spelled with other characters; findings without a place."""
    specs = list(specs)
    if all(spec.name.isascii() for spec in specs):
        return
    looks: dict[str, list[AgentSpec]] = {}
    for spec in specs:
        looks.setdefault(skeleton(spec.name), []).append(spec)
    for alike in looks.values():
        for spec in alike:
            if spec.name.isascii():
                continue
            folded = unicodedata.normalize("NFKC", spec.name).casefold()
            other = next(
                (o for o in alike if unicodedata.normalize("NFKC", o.name).casefold() != folded or o.name.isascii()),
                None,
            )
            if other is not None:
                yield spec, LOOKALIKE.at(Span(Library.key(spec)), name=short(spec.name), other=short(other.name))
