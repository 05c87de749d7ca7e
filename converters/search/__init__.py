"""Finding agents by what people call things: one ranking, for the command line, for programs and in the browser."""

from __future__ import annotations

from converters.search.analysis import stem, tables, words
from converters.search.asking import FACETS, Answer, Finder, Reason, Result, values_of
from converters.search.index import Index, count, counts_of, document, index_of, prompts_of, standing
from converters.search.query import FACTORS, Hit, Term, asked, find, likely

__all__ = [
    "FACETS",
    "FACTORS",
    "Answer",
    "Finder",
    "Hit",
    "Index",
    "Reason",
    "Result",
    "Term",
    "asked",
    "count",
    "counts_of",
    "document",
    "find",
    "index_of",
    "likely",
    "prompts_of",
    "standing",
    "stem",
    "tables",
    "values_of",
    "words",
]
