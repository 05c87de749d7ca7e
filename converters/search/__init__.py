"""Finding agents by what people call things: one ranking, for the command line, for programs and in the browser."""

from __future__ import annotations

from converters.search.analysis import stem, tables, words
from converters.search.index import Index, count, counts_of, document, index_of, prompts_of, standing
from converters.search.query import FACTORS, Hit, Term, asked, find

__all__ = [
    "FACTORS",
    "Hit",
    "Index",
    "Term",
    "asked",
    "count",
    "counts_of",
    "document",
    "find",
    "index_of",
    "prompts_of",
    "standing",
    "stem",
    "tables",
    "words",
]
