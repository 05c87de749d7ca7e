"""Checking one file: what is found when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from converters.check import security
from converters.check._checked import Checked
from converters.check.beneath import beneath
from converters.check.clients import at_home, elsewhere
from converters.check.conversions import costs
from converters.check.names import Folder
from converters.check.publishing import unclear
from converters.conversion import Options, Outcome, crashed, understand
from converters.findings import ERROR, WARNING, Finding, worst
from converters.inputs import Input, read_bytes
from converters.leave import Access
from converters.library import Collection
from converters.text import decode

NO_CLIENTS: Mapping[str, Access] = MappingProxyType({})


def check_file(  # noqa: PLR0913 - all that a file is checked by
    source: Input,
    collection: Collection | None,
    raw: bytes | None = None,
    *,
    source_format: str | None = None,
    asked: Mapping[str, Access] = NO_CLIENTS,
    folder: Folder,
) -> Checked:
    """Read a file as a conversion would, and keep only what was found; `folder` takes the agents of one not named.

    `asked` has the formats whose clients are asked about it as well, each with the leave there is for wider access.
    """
    taken = read_bytes(source.path, source.shown) if raw is None else raw
    raw = taken if isinstance(taken, bytes) else None
    outcome = understand(source, Options(source=source_format, targets=()), collection, raw)
    found = found_in(outcome, source, raw, asked)
    fails = raw is not None and outcome.status != "skipped" and (worst(found) or WARNING) >= ERROR
    rest = beneath(outcome, source, decode(raw, source.shown), collection) if raw and fails else None
    if rest is not None:
        found = rest.added(found, found_in(rest.outcome, source, rest.raw, asked))
    if not source.explicit:
        folder.take(source, outcome.specs)
        if rest is not None and not outcome.specs and rest.is_named:
            folder.take(source, rest.outcome.specs, whole=False)
    return Checked(
        outcome.shown,
        outcome.text,
        found,
        counts=outcome.status != "skipped",
        collection=source.collection,
        alone=source.explicit,
    )


def found_in(
    outcome: Outcome, source: Input, raw: bytes | None, asked: Mapping[str, Access] = NO_CLIENTS
) -> tuple[Finding, ...]:  # fmt: skip
    """All that is found in one file that was read, whatever lies beside it; its text comes with it."""
    if raw is not None and outcome.status != "skipped":
        _ask_clients(outcome, raw, asked)
    return (*outcome.findings, *unclear(outcome), *security.findings(outcome, source))


def _ask_clients(outcome: Outcome, raw: bytes, asked: Mapping[str, Access]) -> None:
    """Add what clients do with the file to what reading it found; a failure of ours is a finding too."""
    try:
        decoded = decode(raw, outcome.shown)
        found: tuple[Finding, ...] = at_home(outcome, decoded)
        outcome.findings = [*found, *elsewhere(outcome, decoded, tuple(asked)), *costs(outcome, asked)]
        outcome.text = decoded.text
    except Exception as error:  # noqa: BLE001 - as in `understand`
        outcome.findings.append(crashed(outcome.shown, error))
