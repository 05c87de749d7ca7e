"""The collaboration graph: who an agent's prose says it works with. Imports networkx, so import it late."""

from converters.graph.analyse import (
    Analysis,
    Coverage,
    Cycle,
    Hub,
    Missing,
    analyse,
    around,
    communities,
    find,
)
from converters.graph.build import Network, build
from converters.graph.export import to_csv, to_dot, to_graphml, to_json, to_mermaid
from converters.graph.layout import gap, layout
from converters.graph.reading import to_text

__all__ = [
    "Analysis",
    "Coverage",
    "Cycle",
    "Hub",
    "Missing",
    "Network",
    "analyse",
    "around",
    "build",
    "communities",
    "find",
    "gap",
    "layout",
    "to_csv",
    "to_dot",
    "to_graphml",
    "to_json",
    "to_mermaid",
    "to_text",
]
