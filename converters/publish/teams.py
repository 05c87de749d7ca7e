"""Whom each agent hands work to, for the page that completes a team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from converters.formats import FORMATS
from converters.graph.analyse import HANDING_ON
from converters.graph.roles import Profiles

from . import api, engine, graph_view, words
from .atlas import Network
from .press import Asset, Press

PLACE = "api/teams.json"


def facts(press: Press) -> dict[str, Any]:
    """What `basket.html` lays out."""
    size = engine.weight(press.sources) if press.sources is not None and press.converts else 0
    return {
        "converts": press.converts,
        "megabytes": round(size / 1_000_000),
        "url": press.url,
        "writes": sum(fmt.writes for fmt in FORMATS.values()),
    }


def assets(press: Press) -> Iterator[Asset]:
    """`api/teams.json`."""
    yield Asset(PLACE, api.dump(document(press)))


def document(press: Press) -> dict[str, Any]:
    """For each agent that hands work on its requests: relation, who is meant, and who else may be, the nearest first.

    Agents and missing roles are told by number: agents as `keys` has them, then roles as `roles` has them. Of those
    in `held` only a summary is published, so nobody can take them home from here.
    """
    network = graph_view.chart(press.made).network
    agents = [node for node in network if not node.startswith("?")]
    wanted = {v for _, v, said in network.edges(data=True) if said["relation"] in HANDING_ON}
    roles = [node for node in network if node.startswith("?") and node in wanted]
    numbers = {node: number for number, node in enumerate([*agents, *roles])}
    profiles = Profiles(network)
    return {
        "schema_version": api.VERSION,
        "relations": {name: words.relation(name) for name in sorted(HANDING_ON)},
        "keys": agents,
        "titles": [press.made.cards[key].title for key in agents],
        "held": [number for number, key in enumerate(agents) if not press.made.cards[key].full],
        "requests": {str(numbers[key]): found for key in agents if (found := list(_requests(network, key, numbers)))},
        "roles": [
            {
                "key": role,
                "name": str(network.nodes[role]["name"]),
                "candidates": [
                    [numbers[one.agent], one.looks_alike, list(one.shared)]
                    for one in profiles.candidates(role)
                    if one.agent in numbers
                ],
            }
            for role in roles
        ],
    }


def _requests(network: Network, key: str, numbers: Mapping[str, int]) -> Iterator[list[Any]]:
    for _, target, said in network.out_edges(key, data=True):
        if said["relation"] in HANDING_ON:
            others = [one for one in said.get("candidates") or () if one != target and one in numbers]
            meant = [numbers[target]] if target.startswith("?") else [numbers[one] for one in (target, *others)]
            yield [said["relation"], *meant]
