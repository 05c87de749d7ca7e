"""The collaboration graph: who an agent's prose says it works with. Imports networkx, so import it late."""

from converters.graph.analyse import (
    Ambiguous,
    Analysis,
    Community,
    Coverage,
    Cycle,
    Hub,
    Missing,
    analyse,
    around,
    communities,
    find,
    one_way,
)
from converters.graph.build import Network, build
from converters.graph.export import WRITERS, to_csv, to_dot, to_graphml, to_json, to_mermaid
from converters.graph.layout import gap, layout
from converters.graph.paths import Step, shortest_path
from converters.graph.picture import to_svg
from converters.graph.reading import to_text
from converters.graph.resolve import Resolver
from converters.graph.roles import Candidate
from converters.graph.team import Member, Request, Role, Team, team

__all__ = [
    "WRITERS",
    "Ambiguous",
    "Analysis",
    "Candidate",
    "Community",
    "Coverage",
    "Cycle",
    "Hub",
    "Member",
    "Missing",
    "Network",
    "Request",
    "Resolver",
    "Role",
    "Step",
    "Team",
    "analyse",
    "around",
    "build",
    "communities",
    "find",
    "gap",
    "layout",
    "one_way",
    "shortest_path",
    "team",
    "to_csv",
    "to_dot",
    "to_graphml",
    "to_json",
    "to_mermaid",
    "to_svg",
    "to_text",
]
