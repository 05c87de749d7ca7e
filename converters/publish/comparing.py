"""What the page that compares agents must know beside the agents: our words, and who is a copy of whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from converters.model import AgentSpec
from converters.vocabulary import load

from . import api, words
from .press import Asset, Press

PLACE = "api/comparing.json"


def assets(press: Press) -> Iterator[Asset]:
    """`api/comparing.json`."""
    yield Asset(PLACE, api.dump(document(press)))


def document(press: Press) -> dict[str, Any]:
    """The order and the names of fields, access in words, the words English is told by, and families of copies."""
    keys = {id(spec): key for key, spec in press.catalogue.agents.items()}
    return {
        "schema_version": api.VERSION,
        "fields": {field.name: words.field(field.name) for field in fields(AgentSpec)},
        "access": {badge.id: badge.phrase for badge in words.ACCESS.values()},
        "common_english": sorted(load("sections")["common_english"]),
        "families": [
            {"exact": family.exact, "agents": [keys[id(spec)] for spec in family.agents]}
            for family in press.catalogue.twins.families
        ],
    }
