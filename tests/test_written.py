"""One Claude Code agent as every format, written by hand from that client's documentation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from trips import OWN, WRITTEN, is_refused, read_back, understood, written

from converters.fitting import refusals, with_defaults
from converters.formats import FORMATS
from converters.formats._kit import Container, Format
from converters.model import AgentSpec
from converters.report import report
from converters.writing import prompt_beside

FOLDER = Path(__file__).parent / "written"
AGENT = FOLDER / "agent.md"
EXTENSIONS = {
    Container.FRONT_MATTER: "md",
    Container.MARKDOWN: "md",
    Container.YAML: "yaml",
    Container.JSON: "json",
    Container.TOML: "toml",
}
KINDS = {"refused": "txt", "beside": "md"}
"""What is not the agent's own file: why there is none, and the prompt where it stands apart."""


def _spec() -> AgentSpec:
    (spec,) = understood(AGENT.read_bytes(), "agents/tide-forecaster.md", fmt="claude-code").specs
    return spec


def _refused(spec: AgentSpec, fmt: Format) -> bytes:
    """Why the client would not take it, a line each; nothing where it would."""
    rules = {refusal.rule for refusal in refusals(spec, fmt) if refusal.is_final}
    messages = [finding.message for finding in report(spec, fmt).findings(AGENT.name) if finding.rule in rules]
    return "".join(f"{message}\n" for message in messages).encode()


def _artifacts(spec: AgentSpec, fmt: Format) -> dict[str, bytes]:
    """What is made of the agent, by what its files are called here up to the extension."""
    if refused := _refused(spec, fmt):
        return {f"{fmt.id}.refused": refused}
    fitted = with_defaults(spec, fmt)
    beside = prompt_beside(fitted, fmt)
    return {fmt.id: written([fitted], fmt)} | ({f"{fmt.id}.beside": beside[1]} if beside else {})


def _expected(id_: str) -> dict[str, Path]:
    """The files there are for a format, by what they are called up to the extension."""
    names = {path: path.name.split(".") for path in FOLDER.glob(f"{id_}.*")}
    return {".".join(parts[:2] if parts[1] in KINDS else parts[:1]): path for path, parts in names.items()}


def _path(name: str, fmt: Format) -> Path:
    """What a file is called that is not there yet."""
    return FOLDER / f"{name}.{KINDS.get(name.rpartition('.')[2], EXTENSIONS[fmt.container])}"


@pytest.mark.parametrize("id_", WRITTEN)
def test_the_agent_is_written_as_its_client_wants_it(id_: str, accept: bool) -> None:
    """Byte for byte; what its client would not take is refused in the words somebody read."""
    fmt, expected = FORMATS[id_], _expected(id_)
    made = _artifacts(_spec(), fmt)
    if not expected and id_ not in OWN and not accept:
        pytest.skip("another package's")
    command = f"pytest tests/test_written.py -k '[{id_}]' --accept"
    if accept:
        for name in expected.keys() - made.keys():
            expected.pop(name).unlink()
        for name, seen in made.items():
            expected.setdefault(name, _path(name, fmt)).write_bytes(seen)
    assert expected.keys() == made.keys(), f"write what is missing by hand, or read what is written by {command}"
    for name, seen in made.items():
        assert seen.decode() == expected[name].read_bytes().decode(), f"if this is right, run {command}"


@pytest.mark.parametrize("id_", [id_ for id_ in WRITTEN if id_ != "agents-md"])  # where no agent has a name
def test_a_name_in_another_script_stays_a_name(id_: str) -> None:
    """Where the client takes none of its letters as well: it is not left empty, and no other agent is called so."""
    fmt, made = FORMATS[id_], []
    for name in ("灯台守", "潮見表"):
        spec = replace(_spec(), name=name, id="", title=None)
        if is_refused(spec, fmt):
            return
        back = read_back(spec, fmt)
        assert back is not None
        made.append(back.name)
    assert made[0] != made[1]
    assert all(any(map(str.isalnum, name)) for name in made), made


def test_every_written_file_is_of_a_format() -> None:
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir() if path != AGENT} <= set(WRITTEN)
