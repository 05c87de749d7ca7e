"""Trips that the laws are about: a file to specs, onto disk, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from converters import canonical, validation
from converters.conversion import Options, Outcome, understand
from converters.entries import own_spelling
from converters.fitting import refusals, with_defaults
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.inputs import Input
from converters.model import AgentSpec, SharedDocument
from converters.writing import artifact_name, prompt_beside, write, write_shared


def understood(
    raw: bytes,
    path: str = "crew/tide.md",
    *,
    fmt: str | None = None,
    explicit: bool = True,
    collection: str = "c",
    beside: tuple[str, bytes] | None = None,
) -> Outcome:
    """Read bytes as the command line does, without a file; `beside` is another one, by its path from there."""
    if beside is None:
        place = Path(collection, path)
        return understand(Input(place, path, path, collection, explicit=explicit), Options(source=fmt), raw=raw)
    with TemporaryDirectory() as folder:
        place = Path(folder, path)
        other = place.parent / beside[0]
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_bytes(beside[1])
        return understand(Input(place, path, path, collection, explicit=explicit), Options(source=fmt), raw=raw)


def path_of(fmt: Format, stem: str = "tide") -> str:
    """A place where a file of this format may lie."""
    return fmt.suffix if fmt.shared and not fmt.suffix.startswith("/") else f"crew/{stem}{fmt.suffix}"


def crashes(outcome: Outcome) -> list[str]:
    """What broke inside us, which nothing may."""
    return [f.message for f in outcome.findings if f.rule.code == "P105"]


def mended(outcome: Outcome) -> bool:
    """Whether anything was repaired on the way in, around the agents or inside them."""
    return outcome.repaired or bool(outcome.shared and outcome.shared.source.edits)


def through_disk(outcome: Outcome) -> tuple[tuple[AgentSpec, ...], SharedDocument | None]:
    """The outcome's specs and shared record, dumped as text, parsed, validated and loaded again."""
    specs = tuple(loaded(spec) for spec in outcome.specs)
    if outcome.shared is None:
        return specs, None
    said, found = canonical.parse(canonical.dump_shared(outcome.shared), "shared.yaml")
    assert said is not None, [f.message for f in found]
    assert not validation.validate(said, "shared.yaml")
    return specs, canonical.shared_from_json(said)


def loaded(spec: AgentSpec) -> AgentSpec:
    """A spec as it comes back from its canonical file."""
    said, found = canonical.parse(canonical.dump(spec), "spec.yaml")
    assert said is not None, [f.message for f in found]
    invalid = validation.validate(said, "spec.yaml")
    assert not invalid, [f.message for f in invalid]
    return canonical.from_json(said)


def written(
    specs: Sequence[AgentSpec], fmt: Format, shared: SharedDocument | None = None, *, as_read: bool = False
) -> bytes:
    """A file of `fmt` with these agents; one, where a file holds one."""
    if fmt.shared:
        return write_shared(specs, fmt, shared, as_read=as_read)
    (spec,) = specs
    return write(spec, fmt, as_read=as_read)


def converted(spec: AgentSpec, fmt: Format) -> bytes:
    """The artifact a conversion to `fmt` makes of one agent."""
    return written([fitted(spec, fmt)], fmt)


def fitted(spec: AgentSpec, fmt: Format) -> AgentSpec:
    """What is written of an agent: at home as it is, elsewhere with what the client requires."""
    return spec if own_spelling(spec, fmt) is not None else with_defaults(spec, fmt)


def is_refused(spec: AgentSpec, fmt: Format) -> bool:
    """Whether the client would not take the artifact, so that none is written."""
    return any(refusal.is_final for refusal in refusals(spec, fmt))


def again(spec: AgentSpec, fmt: Format) -> Outcome:
    """What reading the artifact gives that a conversion to `fmt` makes of one agent."""
    ready = fitted(spec, fmt)
    path = path_of(fmt, artifact_name(spec, fmt))
    outcome = understood(written([ready], fmt), path, fmt=fmt.id, beside=prompt_beside(ready, fmt))
    assert not crashes(outcome), crashes(outcome)
    return outcome


def read_back(spec: AgentSpec, fmt: Format) -> AgentSpec | None:
    """What a reader of the artifact has; `None` where it is refused."""
    specs = again(spec, fmt).specs
    return specs[0] if specs else None


def said_fields(spec: AgentSpec) -> dict[str, object]:
    """All that a spec says, by the report's names; told apart here anew, not by the report's own code."""
    said: dict[str, object] = {}
    for name, value in spec.said().items():
        if name == "sections":
            for slot in {section.slot for section in spec.sections}:
                text = "".join((s.heading or "") + s.text for s in spec.sections if s.slot == slot)
                said["prompt" if slot is None else f"prompt:{slot}"] = text
        elif name == "tools":
            assert spec.tools is not None
            if spec.tools.allow is not None or not spec.tools.deny:
                said["tools"] = spec.tools.allow
            if spec.tools.deny:
                said["tools.deny"] = spec.tools.deny
        else:
            said[name] = value
    for owner, keys in spec.extensions.items():
        for key, value in keys.items():
            said[f"extensions.{owner}.{key}"] = value
    return said


def fresh(spec: AgentSpec) -> AgentSpec:
    """The spec as if written by hand: without the spelling of any file."""
    sections = tuple(replace(section, edits=()) for section in spec.sections)
    return replace(spec, source=None, sections=sections)


OWN = tuple(id_ for id_ in FORMATS if find_spec(f"converters.formats.{id_.replace('-', '_')}"))
"""Formats of this package, not of others."""
WRITTEN = tuple(id_ for id_, fmt in FORMATS.items() if fmt.writes)
READ_AND_WRITTEN = tuple(id_ for id_ in WRITTEN if FORMATS[id_].reads)
