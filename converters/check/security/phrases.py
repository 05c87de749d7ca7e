"""Words by which injected instructions are known: a look at the surface, which proves nothing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from converters.check.security._page import Page, short
from converters.findings import HIDDEN_WORDS, INJECTION, Finding, Span
from converters.syntax import Scalar

_PHRASES = (
    (
        ("ignore ", "disregard ", "forget ", "override "),
        (
            r"\w+\s+(?:(?:all|any|the|your|of|my)\s+){0,4}"
            r"(?:previous|prior|above|earlier|preceding|other|system|safety|existing)\s+(?:(?:system|safety)\s+)?(?:instruction|prompt|rule|guideline|message|direction|command|polic)\w*"
        ),
    ),
    (
        ("do not ", "don't ", "never ", "without "),
        (
            r"(?:do not|don't|never|without)\s+(?:ever\s+)?"
            r"(?:(?:tell|inform|alert|lett?)(?:ing)?\s+the\s+user\s+(?:know\s+)?"
            r"(?:about\s+(?:this|these|it)\b|that\s+you\b|of\s+this\b|what\s+you\s+d(?:o|id)\b)"
            r"|(?:mention|reveal)(?:ing)?\s+this\s+to\s+(?:the\s+user|anyone))"
        ),
    ),
    (
        ("exfiltrate ",),
        r"exfiltrate\s+(?:(?:the|all|any|their)\s+)?(?:\w+\s+)?(?:~|/|\.\w|files?\b|data\b|credentials|secrets|keys)\S*",
    ),
    (
        ("you are now ", "from now on"),
        (
            r"(?:you are now|from now on,?\s+you\s+are)\s+(?:in\s+)?(?:dan\b|developer\s+mode|jailbroken|unrestricted"
            r"|free\s+of\s+(?:all\s+)?(?:rules|restrictions))"
        ),
    ),
    (
        ("reveal ", "print ", "output ", "repeat "),
        (
            r"\w+\s+(?:your|the)\s+(?:(?:full|entire|hidden)\s+)?"
            r"(?:system\s+prompt|initial\s+instructions|secret\s+keys?|api\s+keys)"
        ),
    ),
    (
        ("send ", "post ", "upload "),
        (
            r"\w+\s+(?:(?:the|all|any|its|their|contents?|of)\s+){1,4}[^\n.]{0,40}"
            r"(?:credentials?|api\s+keys?|passwords?|tokens?|\.env\b|~/\.ssh|private\s+keys?)[^\n.]{0,20}\sto\s+https?://\S+"
        ),
    ),
)
"""How a phrase begins, which a text is searched for first, and the phrase."""

_HIDDEN = re.compile(
    r"\b(?:system|assistant)\s*:|\bsystem\s+prompt\b|\bignore\s+(?:(?:all|any|the)\s+)?(?:previous|prior|above)|\bexfiltrat"
    r"|\bdo\s+not\s+(?:tell|inform|mention|reveal)|\b(?:ai|llm|model|agent|assistant)s?\s+(?:must|should|shall)\b"
    r"|\byou\s+must\b|\bsecretly\b|\bhidden\s+instruction|~/\.ssh|/etc/passwd|\bprint\s+(?:(?:the|all)\s+)?secrets?"
)
"""What a comment to the model says, and one to people hardly."""
_WORD = re.compile(r"\w+")
_ENOUGH = 6
"""Words of a phrase by which its place is found."""
_BETWEEN = r"(?:\\[nrt]|[\W_])+?"
"""What may stand between two words of a value as it is spelled."""
_SPACE = re.compile(r"\\[nrt\n]")
_LETTER = re.compile(r"\\[ux][0-9a-f]")
"""White space and letters in the spelling of a value."""
_WIDEST = 80
"""Characters of a value that are shown where the place of the words is not known."""
_COMPILED = tuple((words, re.compile(pattern)) for words, pattern in _PHRASES)


def phrase(text: str) -> str | None:
    """The first such phrase in a short text."""
    first = next(_found(text.replace("\u0130", "I").lower()), None)
    return text[slice(*first)] if first else None


def _found(small: str) -> Iterator[tuple[int, int]]:
    """Where such phrases stand in a text of small letters."""
    for words, pattern in _COMPILED:
        for word in words:
            at = small.find(word)
            while at >= 0:
                met = pattern.match(small, at)
                if met and not small[at - 1 : at].isalnum():
                    yield met.span()
                at = small.find(word, met.end() if met else at + len(word))


def _is_within(ranges: list[tuple[int, int]], starts: list[int], at: int) -> bool:
    number = bisect_right(starts, at) - 1
    return number >= 0 and at < ranges[number][1]


def injected(page: Page) -> Iterator[Finding]:
    """Phrases of injected instructions that are not in quotes or code, and comments that speak to the model.

    What a notation puts in double quotes is read as its client reads it: unescaped, and with nothing around it.
    """
    values = page.values() if _may_speak(page) else ()
    ranges = [(value.start, value.stop) for value in values]
    yield from _spoken(page, ranges)
    for value in values:
        for found in _spoken(Page(page.path, value.text), []):
            yield replace(found, span=_place(page, value, str(found.facts["found"])))


def _may_speak(page: Page) -> bool:
    """Whether any value in double quotes could hold what is looked for; taking a file apart costs most of the look."""
    if '"' not in page.text:
        return False
    bare = _SPACE.sub(" ", page.small)
    return "<!--" in bare or _LETTER.search(bare) is not None or any(_found(bare))


def _spoken(page: Page, values: list[tuple[int, int]]) -> Iterator[Finding]:
    """The same in one text, `values` left out, which are in order."""
    apart = [start for start, _ in values]
    hidden = sorted(one for one in page.comments() if not _is_within(values, apart, one[0]))
    starts = [start for start, _ in hidden]
    for start, stop in hidden:
        met = _HIDDEN.search(page.small, start, stop)
        if met:
            yield HIDDEN_WORDS.at(page.span(start, stop), found=short(page.text[met.start() : stop]))
    spoken = (
        (start, stop)
        for start, stop in _found(page.small)
        if not _is_within(values, apart, start)
        and not page.is_quoted(start, stop)
        and not _is_within(hidden, starts, start)
    )
    for start, stop in spoken:
        yield INJECTION.at(page.span(start, stop), found=short(page.text[start:stop]))


def _place(page: Page, value: Scalar, said: str) -> Span:
    """Where in its spelling a value says some words: at all of them, or else at the value."""
    words = _WORD.findall(said.removesuffix("..."))[:_ENOUGH]
    met = re.compile(_BETWEEN.join(map(re.escape, words))).search(page.text, value.start, value.stop)
    return page.span(*met.span()) if met and words else page.span(value.start, min(value.stop, value.start + _WIDEST))
