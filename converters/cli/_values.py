"""What fields say, and how they changed, on lines for people; what looks secret is never shown in a change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from converters.comparison import Field, Piece, passages
from converters.model import Json
from converters.secrecy import secrets

HIDDEN = "(hidden)"

_LEFT_TO_HOST = frozenset({"tools", "model"})

_KEEPS_SECRETS = re.compile(
    r"token|secret|passw|credential|authorization|api_?-?key|private_?key|(?:\A|\.)(?:env|headers)(?:\.|\Z)",
    re.IGNORECASE,
)
"""Names of fields whose values are nobody's business; variables and headers commonly hold them."""

_PLACEHOLDER = re.compile(r"\s*|[$<{%].*|env:.*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", re.DOTALL)
"""What stands for a secret and is none: a variable, a formula, nothing."""

_SECRET = re.compile(
    r"""
    -----BEGIN | \bBearer[ ]\S{8} | ://[^/\s:@]+:[^/\s@]+@ | \b(?:sk|pk|rk)[-_][\w-]{16}
    | (?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24,}
    """,
    re.VERBOSE,
)
"""What may be secret without the shape of a known make: where hiding costs little, more is hidden than is told of."""

_NEAR = 6
"""Words shown on either side of a change."""

_MOST = 12
"""Parts of one field's change that are told."""


def said(name: str, value: Json) -> str:
    """What a field says, in short."""
    if value is None:
        return "left to the host" if name in _LEFT_TO_HOST else "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if name == "tools" and isinstance(value, dict):
        allow, deny = value.get("allow"), value.get("deny")
        granted = "all the host has" if allow == "all" else ", ".join(_items(allow)) or "none"
        return granted + (f"; never {', '.join(_items(deny))}" if deny else "")
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return ", ".join(_items(value)) or "none"
    return json.dumps(value, ensure_ascii=False)


def _items(value: Json) -> list[str]:
    """The members of a list in words, a restricted tool as `shell (git:* only)`."""
    return [_item(item) for item in value] if isinstance(value, list) else [str(value)]


def _item(item: Json) -> str:
    if isinstance(item, dict) and isinstance(only := item.get("only"), list):
        return f"{item.get('tool')} ({', '.join(map(str, only))} only)"
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)


def hidden(name: str, value: Json) -> Json:
    """A value with `(hidden)` for whatever looks secret in it."""
    if isinstance(value, dict):
        return {key: hidden(f"{name}.{key}", inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [hidden(name, item) for item in value]
    if not isinstance(value, str) or not value:
        return value
    named = _KEEPS_SECRETS.search(name) and not _PLACEHOLDER.fullmatch(value)
    return HIDDEN if named or secrets(value) or _SECRET.search(value) else value


def told(field: Field) -> Iterator[tuple[str, str]]:
    """How a field changed: name and change, one for each part of a mapping that is another."""
    old, new = field.values
    if isinstance(old, dict) and isinstance(new, dict):
        parts = list(_parts(field.name, old, new))
        for name, was, now in parts[:_MOST]:
            yield name, _told(name, was, now)
        if len(parts) > _MOST:
            yield field.name, f"and {len(parts) - _MOST} more"
    else:
        yield field.name, _told(field.name, old, new)


def _parts(name: str, old: dict[str, Json], new: dict[str, Json]) -> Iterator[tuple[str, Json, Json]]:
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if was != now:
            if isinstance(was, dict) and isinstance(now, dict):
                yield from _parts(f"{name}.{key}", was, now)
            else:
                yield f"{name}.{key}", was, now


def _told(name: str, old: Json, new: Json) -> str:
    shown = hidden(name, old), hidden(name, new)
    if isinstance(old, list) and isinstance(new, list):
        was, now = _items(shown[0]), _items(shown[1])
        steps = [f"+ {item}" for item in now if item not in was] + [f"- {item}" for item in was if item not in now]
        return ", ".join(steps) or ("another value" if HIDDEN in now else "in another order")
    if isinstance(shown[0], str) and isinstance(shown[1], str) and " " in shown[0] + shown[1]:
        return "; ".join(marked(passage) for passage in passages(*shown))  # type: ignore[arg-type]  # both are text
    if shown == (HIDDEN, HIDDEN):
        return f"another value {HIDDEN}"
    return f"{said(name, shown[0])} -> {said(name, shown[1])}"


def marked(passage: Sequence[Piece]) -> str:
    """A reworded passage on one line, what went as `[-so-]` and what came as `{+so+}`."""
    parts = []
    for number, piece in enumerate(passage):
        if piece.sign == "same":
            parts.append(_shortened(piece.text, first=number == 0, last=number == len(passage) - 1))
        else:
            parts.append(f"[-{piece.text}-]" if piece.sign == "only-first" else f"{{+{piece.text}+}}")
    return " ".join(parts)


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Words that stayed, those far from any change left out."""
    words = text.split()
    before, after = (0 if first else _NEAR), (0 if last else _NEAR)
    if len(words) <= before + after + 1:
        return text
    return " ".join([*words[:before], "...", *(words[-after:] if after else [])])
