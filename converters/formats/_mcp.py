"""Codecs of MCP servers: an agent's own, as a list of names and of `{name: settings}`, and how clients spell it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from converters.formats._codecs import blank, kind_of, name_in
from converters.formats._kit import Codec
from converters.model import Json
from converters.syntax import Mapping as MappingNode
from converters.syntax import Node, Sequence
from converters.syntax.yaml import value_of

Settings = dict[str, Json]
"""What a client is told of one server; ours are Claude Code's: `type`, `command`, `args`, `env`, `url`, `headers`."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BEARER = re.compile(r"Bearer \$\{([A-Za-z_][A-Za-z0-9_]*)\}")

_ALLOWED, _DENIED = "tools", "disabledTools"
"""Our words for which of a server's tools there are."""


def server_map(
    theirs: Callable[[Settings], Settings | None] = lambda settings: settings,
    ours: Callable[[Settings], Settings] = lambda settings: settings,
    *,
    allowed: str = "",
    denied: str = "",
) -> Codec[Json]:
    """Servers as a mapping of their names to their settings.

    `theirs` and `ours` translate one server's settings; `theirs` gives `None` where the client has no such
    server. `allowed` and `denied` are the client's words for which of a server's tools there are: without
    them, a server that is limited so is left out. A server that is only named, and set up elsewhere, cannot
    be said.
    """
    words = {our: their for our, their in ((_ALLOWED, allowed), (_DENIED, denied)) if their}

    def decode(node: Node) -> Json:
        if blank(node):
            return None
        if not isinstance(node, MappingNode):
            raise ValueError(f"expected servers by their names, found {kind_of(node)}")
        named = value_of(node)
        assert isinstance(named, dict)
        return [{name: understood(said) if isinstance(said, dict) else said} for name, said in named.items()]

    def understood(said: Settings) -> Settings:
        return _renamed(ours(said), {their: our for our, their in words.items()})

    def encode(servers: Json) -> Json:
        told: dict[str, Json] = {}
        for name, said in _set_up(servers):
            settings = theirs(_renamed(said, words)) if isinstance(said, dict) and _can_say(said, words) else None
            if settings is not None:
                told[name] = settings
        return told if told or servers in ([], {}) else None

    return Codec(decode, encode, "MCP servers by their names", lost=_lost)


def _can_say(settings: Settings, words: Mapping[str, str]) -> bool:
    """Whether nothing more of a server is there to a client than its settings allow."""
    return {_ALLOWED, _DENIED} & settings.keys() <= words.keys()


def _renamed(settings: Settings, words: Mapping[str, str]) -> Settings:
    return {words.get(key, key): value for key, value in settings.items()}


def _set_up(servers: Json) -> list[tuple[str, Json]]:
    """The servers that are set up here, by name."""
    if isinstance(servers, dict):
        return list(servers.items())
    items = servers if isinstance(servers, list) else []
    return [entry for item in items if isinstance(item, dict) for entry in item.items()]


def _lost(before: Json, after: Json) -> str | None:
    if after == before:
        return None
    was, now = dict(_set_up(before)), dict(_set_up(after))
    told = [
        _names_of(before) - _names_of(after) and "without the servers that are only named",
        was.keys() - now.keys() and "without the servers it has no words for",
        any(was.get(name, said) != said for name, said in now.items()) and "without some of their settings",
    ]
    return "; ".join(words for words in told if words) or "that they are listed otherwise"


def _names_of(servers: Json) -> set[str]:
    """The servers that are only named."""
    return {item for item in servers if isinstance(item, str)} if isinstance(servers, list) else set()


def _listed(node: Node) -> Json:
    if blank(node):
        return None
    if not isinstance(node, Sequence):
        raise ValueError(f"expected a list of servers, found {kind_of(node)}: the client passes over it")
    servers = value_of(node)
    assert isinstance(servers, list)
    if not all(map(_is_server, servers)):
        raise ValueError("expected servers, each a name or `name: {...}` with its settings")
    return servers


def _is_server(item: Json) -> bool:
    return isinstance(item, str) or (isinstance(item, dict) and all(isinstance(said, dict) for said in item.values()))


def _as_list(servers: Json) -> Json:
    items: list[Json] = [{name: said} for name, said in servers.items()] if isinstance(servers, dict) else []
    if isinstance(servers, list):
        items = servers
    told = [item for item in items if _is_server(item) and all(_can_say(said, {}) for _, said in _told_of(item))]
    return told if told or servers in ([], {}) else None


def _told_of(item: Json) -> list[tuple[str, Settings]]:
    return [(name, said) for name, said in _set_up([item]) if isinstance(said, dict)]


server_list: Codec[Json] = Codec(_listed, _as_list, "a list of servers, each a name or `name: {...}`", lost=_lost)
"""Servers as Claude Code takes them: by the name of one set up elsewhere, or with their settings.

Source: <https://code.claude.com/docs/en/sub-agents>, read 2026-11-21; a mapping is passed over.
"""


def _kind(settings: Settings) -> Json:
    """How a server is reached."""
    return settings.get("type", "stdio" if "command" in settings else "http")


def _copilot(settings: Settings) -> Settings | None:
    kind = _kind(settings)
    if kind == "stdio" and isinstance(settings.get("command"), str):
        needed: Settings = {"type": "local", "command": settings["command"], "args": settings.get("args", [])}
    elif kind in {"http", "sse"} and isinstance(settings.get("url"), str):
        needed = {"type": kind, "url": settings["url"]}
    else:
        return None
    rest = {key: value for key, value in settings.items() if key in {"cwd", "env", "headers"}}
    return {**needed, **rest, "tools": settings.get("tools", ["*"])}


def _from_copilot(told: Settings) -> Settings:
    settings = {key: value for key, value in told.items() if (key, value) != ("tools", ["*"])}
    return {**settings, "type": "stdio"} if settings.get("type") == "local" else settings


copilot_servers: Codec[Json] = server_map(_copilot, _from_copilot, allowed="tools")
"""GitHub Copilot's `mcp-servers`: a server of one's own is `local`, and each names its tools, `*` for all.

Source: <https://docs.github.com/en/copilot/reference/custom-agents-configuration>, read 2026-11-21.
"""


def _codex(settings: Settings) -> Settings | None:
    if _kind(settings) not in {"stdio", "http"} or ("command" not in settings and "url" not in settings):
        return None
    told = {key: value for key, value in settings.items() if key in _CODEX_KEYS}
    if isinstance(env := told.pop("env", None), dict):
        forwarded: list[Json] = [name for name, value in env.items() if value == f"${{{name}}}"]
        told |= _unless_empty("env", {name: value for name, value in env.items() if name not in forwarded})
        told |= _unless_empty("env_vars", forwarded)
    if isinstance(headers := settings.get("headers"), dict):
        told |= _codex_headers(headers)
    return None if _VARIABLE.search(str(told)) else told


def _codex_headers(headers: Mapping[str, Json]) -> Settings:
    """Headers by what fills them: a bearer's token, another variable, or nothing."""
    told: Settings = {}
    fixed, filled = dict(headers), dict[str, Json]()
    bearer = _BEARER.fullmatch(str(fixed.get("Authorization")))
    if bearer:
        told["bearer_token_env_var"] = bearer[1]
        del fixed["Authorization"]
    for name, value in headers.items():
        if name in fixed and (variable := _VARIABLE.fullmatch(str(value))):
            filled[name] = variable[1]
            del fixed[name]
    return told | _unless_empty("http_headers", fixed) | _unless_empty("env_http_headers", filled)


def _unless_empty(key: str, value: Json) -> Settings:
    return {key: value} if value else {}


def _from_codex(told: Settings) -> Settings:
    settings: Settings = {"type": "http" if "url" in told else "stdio", **told}
    env, forwarded = settings.get("env", {}), settings.get("env_vars")
    if isinstance(env, dict) and isinstance(forwarded, list) and not set(env) & set(map(str, forwarded)):
        del settings["env_vars"]
        settings["env"] = {**env, **{str(name): f"${{{name}}}" for name in forwarded}}
    headers: dict[str, Json] = {}
    bearer = settings.get("bearer_token_env_var")
    filled, fixed = settings.get("env_http_headers", {}), settings.get("http_headers", {})
    if isinstance(fixed, dict) and isinstance(filled, dict):
        headers = {**fixed, **{name: f"${{{variable}}}" for name, variable in filled.items()}}
        settings.pop("http_headers", None)
        settings.pop("env_http_headers", None)
        if isinstance(bearer, str) and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer ${{{bearer}}}"
            del settings["bearer_token_env_var"]
    return settings | _unless_empty("headers", headers)


_CODEX_KEYS = frozenset({
    "command", "args", "env", "env_vars", "cwd", "url", "bearer_token_env_var", "http_headers", "env_http_headers",
    "startup_timeout_sec", "startup_timeout_ms", "tool_timeout_sec", "enabled", "required", "enabled_tools",
    "disabled_tools", "scopes",
})  # fmt: skip
"""The client refuses a file with a setting it does not know."""

codex_servers: Codec[Json] = server_map(_codex, _from_codex, allowed="enabled_tools", denied="disabled_tools")
"""Codex's `mcp_servers`: no `type`, and what a variable fills stands under keys of its own.

No setting is filled in otherwise, so a server with `${...}` elsewhere is left out.
Source: <https://developers.openai.com/codex/mcp>, read 2026-11-21.
"""


def _names(node: Node) -> Json:
    if blank(node):
        return None
    if not isinstance(node, Sequence):
        raise ValueError(f"expected a list of servers' names, found {kind_of(node)}")
    return [name_in(item) for item in node.items]


def _only_named(servers: Json) -> Json:
    named: list[Json] = [item for item in servers if isinstance(item, str)] if isinstance(servers, list) else []
    return named if named or servers == [] else None


def _not_named(before: Json, after: Json) -> str | None:
    return None if after == before else "without the servers that are set up here"


server_names: Codec[Json] = Codec(_names, _only_named, "a list of servers' names", lost=_not_named)
"""Servers that are set up elsewhere."""
