"""Commands and instructions that stand in base64, where nobody reads them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from converters.check.security._page import Page, short
from converters.check.security.commands import harm
from converters.check.security.phrases import phrase
from converters.findings import ENCODED, Finding
from converters.secrecy import long_words

_RUN = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/_=-])")
_LONGEST = 4096
"""Characters of one run that are decoded."""
_SHELL = re.compile(
    r"(?m)^\s*(?:sudo\s|curl\s|wget\s|bash\s|sh\s-|rm\s-|nc\s|ncat\s|chmod\s|eval\s|exec\s|powershell|pwsh|iex\s|python3?\s-c|perl\s-e"
    r"|#!/)|\|\s*(?:ba|z)?sh\b"
)
_READABLE = re.compile(r"[\t\n\r\x20-\x7e]+")


def decoded(page: Page) -> Iterator[Finding]:
    """Runs of base64 that decode to words a shell or a model would act on."""
    if not _RUN.search(long_words(page.text)):
        return
    for run in _RUN.finditer(page.text):
        said = _text_of(run[0])
        if said is None:
            continue
        what = "a shell command" if harm(said) or _SHELL.search(said) else "instructions" if phrase(said) else None
        if what:
            yield ENCODED.at(page.span(*run.span()), what=what, said=short(said))


def _text_of(run: str) -> str | None:
    run = run.rstrip("=")[:_LONGEST]
    size = len(run) % 4
    try:
        said = base64.b64decode(run[:-1] if size == 1 else run + "=" * (-size % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return said if _READABLE.fullmatch(said) else None
