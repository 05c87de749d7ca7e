"""The words of the field as data: YAML files with their sources and dates, read once when first asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import yaml

P = ParamSpec("P")
R = TypeVar("R")

_HERE = Path(__file__).parent
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Pure Python where PyYAML was built without libyaml."""
_forget: list[Callable[[], None]] = []
_overrides: dict[str, dict[str, Any]] = {}


@cache
def load(name: str) -> Any:
    """Return what `<name>.yaml` in this folder says, or `<name>.json` where that lies in its place.

    The same object is returned every time: treat it as read-only.
    Raises `FileNotFoundError` where there is no such file.
    """
    ready = _HERE / f"{name}.json"
    if ready.is_file():  # as the site's engine has it: without libyaml, YAML takes a hundred times as long
        return json.loads(ready.read_text(encoding="utf-8"))
    text = (_HERE / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, _Loader)  # noqa: S506 - one of the safe loaders


@cache
def spellings() -> Mapping[str, str]:
    """How words are written that are not written like others, each by its lower case: `github` is GitHub."""
    titles = load("titles")
    return {**{word.lower(): word for word in titles["as_written"]}, **titles["spelled"]}


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Keep a function's answers until `override` changes what they rest on; its arguments are hashable."""
    kept = lru_cache(maxsize=4096)(function)
    _forget.append(kept.cache_clear)
    return cast("Callable[P, R]", kept)


@cache
def clients() -> tuple[str, ...]:
    """Every client that has a file of names, sorted."""
    return tuple(sorted(path.stem for path in (_HERE / "clients").iterdir() if path.suffix in {".yaml", ".json"}))


@remembered
def client(name: str) -> Mapping[str, Any]:
    """What a client calls tools and models: its own file over the one it is `same_as`, and the user's map over both.

    A table in the file replaces the other's; the user's is merged entry by entry. Treat it as read-only.
    Raises `FileNotFoundError` for a client without a file.
    """
    own: dict[str, Any] = load(f"clients/{name}")
    said = {**load(f"clients/{own['same_as']}"), **own} if "same_as" in own else dict(own)
    for table, entries in _overrides.get(name, {}).items():
        both = isinstance(entries, dict) and isinstance(said.get(table), dict)
        said[table] = {**said[table], **entries} if both else entries
    return said


def override(maps: Mapping[str, Any]) -> None:
    """Put a user's own names over the clients' from now on: `{codex: {models: {sonnet: gpt-5.1-codex}}}`.

    It takes the place of an earlier one; an empty mapping takes it back. Raises `ValueError`, worded for
    the author of the map, and changes nothing then.
    """
    checked = {name: _tables(name, tables) for name, tables in _mapping("the map", maps).items()}
    before = dict(_overrides)
    _put(checked)
    try:
        for name in checked:
            _no_name_twice(name)
    except ValueError:
        _put(before)
        raise


def overrides() -> dict[str, dict[str, Any]]:
    """What is in force of `override`, for handing on to another process."""
    return deepcopy(_overrides)


def is_own(client_id: str, table: str, key: str) -> bool:
    """Whether an entry of a client's table is the user's own word."""
    return key in _overrides.get(client_id, {}).get(table, {})


def _put(maps: Mapping[str, dict[str, Any]]) -> None:
    _overrides.clear()
    _overrides.update(deepcopy(dict(maps)))
    for forget in _forget:
        forget()


def _tables(name: str, tables: Any) -> dict[str, Any]:
    if name not in clients():
        raise ValueError(f"{name!r} is no client; {_hint(name, clients())}")
    return {table: _table(f"{name}.{table}", table, entries) for table, entries in _mapping(name, tables).items()}


def _table(where: str, table: str, entries: Any) -> Any:
    if table == "colors":
        return _names(where, entries)
    check = _CHECKS.get(table)
    if check is None:
        raise ValueError(f"{where}: there is no such table; {_hint(table, [*_CHECKS, 'colors'])}")
    return {key: check(f"{where}.{key}", key, value) for key, value in _mapping(where, entries).items()}


def _mapping(where: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(where, "a mapping", value)
    for key in value:
        if not isinstance(key, str):
            raise _wrong(where, "keys of text, in quotes where needed", key)
    return value


def _wrong(where: str, expected: str, value: Any) -> ValueError:
    found = "nothing" if value is None else "a list" if isinstance(value, list) else repr(value)[:40]
    return ValueError(f"{where}: expected {expected}, found {found}")


def _names(where: str, value: Any) -> list[str]:
    """One name or a list of them."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise _wrong(where, "a name or a list of names", value)
    return list(names)


def _hint(word: str, known: Iterable[str], others: Iterable[str] = ()) -> str:
    """What may be meant by a word that is none of those known; all of them where none is spelled nearly so.

    `others` are known too, and too many to tell.
    """
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(word.casefold(), names, 1) or get_close_matches(word, sorted(others), 1)
    return f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"


def _neutral(where: str, name: str, others: Iterable[str] = ()) -> None:
    known = load("tools")["tools"]
    if name not in known and not name.startswith("mcp:"):
        raise ValueError(f"{where}: {name!r} is no tool; {_hint(name, known, others)}")


@cache
def _own_tools() -> frozenset[str]:
    """The tools that one client alone has, as it calls them: nobody else has a word for them but the user."""
    return frozenset(name for id_ in clients() for name in load(f"clients/{id_}").get("others", ()))


def _tool_entry(where: str, key: str, value: Any) -> list[str]:
    if key not in _own_tools():
        _neutral(where, key, _own_tools())
    return _names(where, value)


def _group_entry(where: str, _: str, value: Any) -> list[str]:
    names = _names(where, value)
    for name in names:
        _neutral(where, name)
    return names


def _understood_entry(where: str, name: str, value: Any) -> list[str]:
    """The tools a name stands for; an empty list is what the client passes over."""
    return [] if value == [] else _group_entry(where, name, value)


def _model_entry(where: str, _: str, value: Any) -> str | None:
    if value is not None and not (isinstance(value, str) and value):
        raise _wrong(where, "a model's name, or nothing to leave it out", value)
    return value


def _tier_entry(where: str, tier: str, value: Any) -> str | None:
    tiers = load("models")["tiers"]
    if tier not in tiers:
        raise ValueError(f"{where}: {tier!r} is no tier; {_hint(tier, tiers)}")
    return _model_entry(where, tier, value)


def _mcp_entry(where: str, key: str, value: Any) -> str:
    wanted = {"server": ("{server}",), "tool": ("{server}", "{tool}"), "all": ()}.get(key)
    if wanted is None:
        raise ValueError(f"{where}: expected `server`, `tool` or `all`")
    if not isinstance(value, str) or any(value.count(part) != (part in wanted) for part in ("{server}", "{tool}")):
        raise _wrong(where, " and ".join(["text", *(f"{part} once" for part in wanted)]), value)
    return value


_CHECKS: Mapping[str, Callable[[str, str, Any], Any]] = {
    "tools": _tool_entry,
    "groups": _group_entry,
    "group_names": lambda where, _, value: _names(where, value),
    "understood": _understood_entry,
    "models": _model_entry,
    "model_tiers": _tier_entry,
    "mcp": _mcp_entry,
    "permission_modes": lambda where, _, value: _names(where, value),
}
"""What a user's map may hold: a table, and what an entry of it must be."""


def _no_name_twice(name: str) -> None:
    owner: dict[str, str] = {}
    for neutral, names in client(name).get("tools", {}).items():
        for spelled in names:
            other = owner.setdefault(spelled.lower(), neutral)
            if other != neutral:
                raise ValueError(f"{name}.tools.{neutral}: {spelled!r} already stands for {other}")
