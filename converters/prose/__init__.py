"""What an agent's prose says of it: title, summary, examples, language and whom it works with."""

from converters.prose.dialogue import examples
from converters.prose.headline import is_own_title, name_from_title, own_title, summary, title
from converters.prose.statements import collaboration
from converters.prose.tongue import language

__all__ = [
    "collaboration",
    "examples",
    "is_own_title",
    "language",
    "name_from_title",
    "own_title",
    "summary",
    "title",
]
