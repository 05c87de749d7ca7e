"""The codec of a model's name, told to each client the way it wants it."""

from __future__ import annotations

from dataclasses import replace

from converters.formats._codecs import blank, name_in
from converters.formats._kit import Codec
from converters.model import Json
from converters.models import client_model, is_chosen, neutral_model
from converters.syntax import Mapping, Node, Sequence


def model_names(client: str) -> Codec[str]:
    """A model as `client` calls it; text, or a list of one.

    `encode` gives `None` where nothing is written: the client has no such model, or leaving the key out says it.
    """

    def decode(node: Node) -> str | None:
        name = _only(node)
        return neutral_model(client, name) if name else None

    def encode(model: str) -> Json:
        return client_model(client, model).name

    def listed(model: str) -> Json:
        name = client_model(client, model).name
        return None if name is None else [name]

    def lost(before: str, after: str | None) -> str | None:
        if after == before:
            return None
        told = client_model(client, before)
        if told.chosen:
            return None
        return told.note or (None if told.name is None or is_chosen(client, told.name) else "its exact name")

    return Codec(decode, encode, "a model's name", listed=listed, lost=lost)


def model_choices(client: str) -> Codec[str]:
    """Models in the order they are tried; the first is the agent's, the rest stays with the client."""
    names = model_names(client)

    def decode(node: Node) -> str | None:
        rest(node)
        return names.decode(node.items[0] if isinstance(node, Sequence) and node.items else node)

    def rest(node: Node) -> Json:
        others = node.items[1:] if isinstance(node, Sequence) else ()
        return [name_in(item) for item in others] or None

    return replace(names, decode=decode, rest=rest, says="a model's name, or a list of them, the first tried first")


def _only(node: Node) -> str | None:
    if isinstance(node, Mapping):
        raise ValueError("expected a model's name, found a mapping")
    if isinstance(node, Sequence):
        names = [name_in(item) for item in node.items]
        if len(names) != 1:
            raise ValueError(f"expected one model, found a list of {len(names)}")
        return names[0]
    return None if blank(node) else node.text or None
