"""What clients call models: a family's word or an id, as each of them wants it, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from converters import vocabulary
from converters.derive import model_tier
from converters.vocabulary import load, remembered

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-\[\]]*")
"""What a maker's own id looks like: no provider before it, no words."""

_VERSION = re.compile(r"(?<=\d)-(?=\d{1,2}(?!\d))")
"""The dash inside a version, as in `claude-opus-4-8`; what follows is too short for a date."""

_SHOWN = re.compile(r"Claude (?:Opus|Sonnet|Haiku|Fable) [4-9](?:\.\d{1,2})?")
"""Names for people that follow from their ids: `Claude Opus 4.6`."""

_DOT = re.compile(r"(?<=\d)\.(?=\d)")

_LIKE = 0.7
"""How alike two spellings must be for one to be taken for the other's slip, from 0 to 1."""

UNSAID = "no model of the client's stands for it; give one with --map"


@dataclass(frozen=True, slots=True)
class ClientModel:
    """How a client is told a model."""

    name: str | None
    """What to write; `None` where the key is left out."""
    note: str | None = None
    """What is lost by that, in words and never a value; `None` if nothing."""
    chosen: bool = False
    """Whether the user's own map says so: whatever it stands for, nothing is lost."""


@remembered
def client_model(client: str, model: str) -> ClientModel:
    """How `client` is told `model`: a family's word (`inherit`, `sonnet`) or an id as written.

    First what the client's table says; then an id of a maker whose models the client has, spelled its
    way; then the same tier of what it has. An id of an unknown maker is written as it is.
    """
    said = vocabulary.client(client)
    table: Mapping[str, str | None] = said.get("models") or {}
    if model in table:
        return ClientModel(table[model], chosen=vocabulary.is_own(client, "models", model))
    maker = _maker(model)
    ids: Mapping[str, str] = said.get("model_ids") or {}
    if maker is None and model != "inherit":
        looks = said.get("model_looks")
        if looks is None or re.fullmatch(looks, model, re.DOTALL):
            return ClientModel(model)
    elif maker is not None and not _is_family(model):
        name = _spelled(ids.get(maker, ids.get("others", "")), model)
        if name:
            return ClientModel(name)
    tier = model_tier(model)
    alias = (said.get("model_tiers") or {}).get(tier)
    if alias is not None and tier and vocabulary.is_own(client, "model_tiers", tier):
        return ClientModel(alias, chosen=True)
    if alias is not None:
        return ClientModel(
            alias, "the same tier of another model" if maker in ids else "the same tier of another maker"
        )
    return ClientModel(None, _unsaid(model, maker, ids))


@remembered
def neutral_model(client: str, name: str) -> str:
    """What a client's name of a model means: a family's word where its table gives exactly this name for one.

    A maker's id that the client spells its own way is given in the maker's; any other name as written.
    """
    said = vocabulary.client(client)
    words = [word for word, own in (said.get("models") or {}).items() if own == name]
    if len(words) == 1:
        return str(words[0])
    for maker, pattern in (said.get("model_ids") or {}).items():
        plain = _plain(pattern, name)
        if plain and maker in {_maker(plain), "others"}:
            told = client_model(client, plain).name or ""
            if told == name:
                return plain
            if told.startswith(f"{name} ("):  # who sells it is left out
                return neutral_model(client, told)
    return name


def is_chosen(client: str, name: str) -> bool:
    """Whether the user's own map has a client's name for a model, so that others written so do not come back."""
    return name in vocabulary.overrides().get(client, {}).get("models", {}).values()


def misspelt() -> Iterator[tuple[str, str]]:
    """Models of the user's map that nobody is known to make: where each stands, and the family's word it is nearly."""
    families = ["inherit", *(family for maker in _makers().values() for family in maker["families"])]
    for client, tables in vocabulary.overrides().items():
        for model in tables.get("models", {}):
            if model != "inherit" and _maker(model) is None and model_tier(model) is None:
                for near in get_close_matches(model.casefold(), families, 1, _LIKE):
                    yield f"{client}.models.{model}", near


def _unsaid(model: str, maker: str | None, ids: Mapping[str, str]) -> str:
    """Why a model cannot be written."""
    if model == "inherit":
        return "the client chooses"
    makers = [str(_makers()[name]["title"]) for name in ids if name != "others"]
    if makers and maker is not None and maker not in ids:
        return f"no {' or '.join(makers)} model stands for it; give one with --map"
    return UNSAID


def _spelled(pattern: str, model: str) -> str | None:
    """A maker's id as a client's pattern has it: `{id}`, `{dotted}`, or `{shown}` as people are shown it."""
    if "{shown}" in pattern:
        shown = _shown(model)
        return shown and pattern.replace("{shown}", shown)
    return pattern.replace("{id}", model).replace("{dotted}", _VERSION.sub(".", model))


def _shown(model: str) -> str | None:
    """What people are shown for an id, where that follows from it."""
    name = " ".join(part.capitalize() for part in _VERSION.sub(".", model).split("-"))
    return name if _SHOWN.fullmatch(name) else None


def _plain(pattern: str, name: str) -> str | None:
    """The maker's id in a client's name of it."""
    if "{shown}" in pattern:
        name = name.removesuffix(pattern.partition("{shown}")[2])
        return _DOT.sub("-", name.lower().replace(" ", "-")) if _SHOWN.fullmatch(name) else None
    before, _, after = pattern.partition("{id}" if "{id}" in pattern else "{dotted}")
    if len(name) <= len(before) + len(after) or not name.startswith(before) or not name.endswith(after):
        return None
    model = name[len(before) : len(name) - len(after)]
    return _DOT.sub("-", model) if "{dotted}" in pattern else model


def _makers() -> Mapping[str, Any]:
    makers: Mapping[str, Any] = load("models")["makers"]
    return makers


def _is_family(model: str) -> bool:
    return any(model in maker["families"] for maker in _makers().values())


def _maker(model: str) -> str | None:
    """Who makes a model, by its family's word or what its id begins with."""
    for name, maker in _makers().items():
        if model in maker["families"]:
            return str(name)
        if _ID.fullmatch(model) and model.startswith(tuple(maker["ids"])):
            return str(name)
    return None
