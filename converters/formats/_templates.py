"""Codecs of texts that their client renders as Jinja templates before it reads the file."""

from __future__ import annotations

import re

from converters.formats._codecs import text
from converters.formats._kit import Codec

_MARK = re.compile(r"\{[{%#]")
_ESCAPED = re.compile(r"\{\{ '(\{[{%#])' \}\}")

jinja_text: Codec[str] = Codec(
    lambda node: _plain(text.decode(node)),
    lambda value: _MARK.sub(lambda mark: f"{{{{ '{mark[0]}' }}}}", value),
    "text, a template: `{{ name }}` stands for a parameter",
)
"""What would open an expression, a statement or a comment is written as an expression that gives it: `{{ '{{' }}`."""


def _plain(said: str | None) -> str | None:
    return _ESCAPED.sub(r"\1", said) if said else said
