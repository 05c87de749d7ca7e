"""What is secret and may reach no spec, which is made to be shared: keys to programs, and the values of letta's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from converters.formats._codecs import blank
from converters.formats._kit import Codec
from converters.model import Json
from converters.syntax import Mapping, Node, Scalar, Sequence
from converters.syntax.yaml import value_of

HOLDS_SECRETS = "the file holds secrets: empty their values before it is read"

_KEY = re.compile(r"(?:provider_)?api_key|apiKey")
_IS_NONE = re.compile(
    r"[$=<{%].*|env:.*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?i:unused|empty|none|\*+|your[-_ ].*)|\s*", re.DOTALL
)
"""What stands for a secret and is none: a placeholder, a formula, the name of a variable, a word for nothing."""


def secrets_in(node: Node, key: str = "") -> Iterator[tuple[str, Scalar]]:
    """The keys to programs that are written out anywhere inside a value, each with the key it stands under."""
    if isinstance(node, Mapping):
        for name, value in node.pairs:
            yield from secrets_in(value, name.text)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from secrets_in(item)
    elif isinstance(node, Scalar) and _KEY.fullmatch(key) and not blank(node) and not _IS_NONE.fullmatch(node.text):
        yield key, node


def _without_secrets(node: Node) -> Json:
    if isinstance(node, Scalar) and (blank(node) or not node.text):
        return None
    values = [value for _, value in node.pairs] if isinstance(node, Mapping) else [node]
    if any(not isinstance(value, Scalar) or (value.text and not blank(value)) for value in values):
        if value_of(node) in ([], {}):
            return None
        raise ValueError(HOLDS_SECRETS)
    return value_of(node)


named_secrets: Codec[Json] = Codec(_without_secrets, lambda value: value, "names of secrets, their values left out")
"""A mapping of which every value is secret."""
