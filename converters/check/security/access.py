"""Settings by which an agent acts without being asked about."""

from __future__ import annotations

from collections.abc import Iterator

from converters.check.security._page import Page, short
from converters.findings import UNASKED, Finding
from converters.model import AgentSpec, Json

_NEVER_ASKS = {
    "permission_mode": frozenset({"bypassPermissions"}),
    "permissionMode": frozenset({"bypassPermissions", "yolo"}),
    "approval_policy": frozenset({"never"}),
    "approvalMode": frozenset({"yolo"}),
    "approval_mode": frozenset({"yolo", "never"}),
    "sandbox_mode": frozenset({"danger-full-access"}),
    "dangerouslySkipPermissions": frozenset({"true"}),
    "skipPermissions": frozenset({"true"}),
    "yolo": frozenset({"true"}),
    "trust": frozenset({"true"}),
    "alwaysAllow": frozenset({"*", "true"}),
    "autoApprove": frozenset({"*", "true", "all"}),
    "auto_approve": frozenset({"*", "true", "all"}),
    "trustedTools": frozenset({"*"}),
    "allowedTools": frozenset({"*"}),
}
"""Keys, and the values by which the client asks nobody any more."""


def unasked(page: Page, spec: AgentSpec) -> Iterator[Finding]:
    """What lets the agent act without a question, in its own settings and in those of its servers."""
    own = [("permission_mode", spec.permission_mode)]
    theirs = (pair for said in spec.extensions.values() for pair in _pairs(dict(said)))
    for key, value in (*own, *_pairs(spec.mcp_servers), *theirs):
        said = value if isinstance(value, str) else "true" if value is True else None
        if said is not None and said in _NEVER_ASKS.get(key, ()):
            at = page.text.find(said) if said != "true" else page.text.find(key)
            span = page.span(at, at + len(said if said != "true" else key)) if at >= 0 else page.span(0, 0)
            shown = "permissionMode" if key == "permission_mode" else key
            yield UNASKED.at(span, key=shown, value=short(said))


def _pairs(value: Json, key: str = "") -> Iterator[tuple[str, Json]]:
    """Every key with its value, and every item of a list with the list's key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _pairs(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner, key)
    elif key:
        yield key, value
