"""The owner's five documents, read as he describes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import SHARED
from trips import through_disk, understood, written

from converters import canonical, validation
from converters.conversion import Outcome
from converters.formats import FORMATS
from converters.identity import slug
from converters.model import AgentSpec

FOLDER = SHARED / "seeds"
FILES = tuple(sorted(FOLDER.glob("*.txt"))) if FOLDER.is_dir() else ()
pytestmark = pytest.mark.skipif(len(FILES) != 5, reason=f"the five seeds are not in {FOLDER}")


def _outcome(path: Path) -> Outcome:
    return understood(path.read_bytes(), path.name, collection="seeds")


def seed(number: int) -> AgentSpec:
    (spec,) = _outcome(FILES[number]).specs
    return spec


def _gold(name: str) -> dict[str, dict[str, Any]]:
    lines = (SHARED / "gold" / name).read_text(encoding="utf-8").splitlines()
    return {
        row["file"].removeprefix("seeds/"): row for row in map(json.loads, lines) if row["file"].startswith("seeds/")
    }


def test_names() -> None:
    """Four say their name, the fifth has it in its title."""
    assert [seed(n).name for n in range(5)] == ["backend-developer"] * 4 + ["backend-development-specialist"]


def test_tools() -> None:
    tools = seed(1).tools
    assert tools is not None
    assert tools.allow is not None
    assert tuple(tool.name for tool in tools.allow) == ("read", "write", "edit", "shell", "glob", "grep")
    assert not any(tool.only for tool in tools.allow)
    assert [seed(n).tools for n in (0, 2, 3, 4)] == [None] * 4


def test_models() -> None:
    assert [seed(n).model for n in range(5)] == [None, None, "sonnet", "sonnet", None]
    assert seed(2).color == "green"


@pytest.mark.parametrize(("number", "count"), list(enumerate((5, 29, 5, 6, 16))))
def test_titled_sections(number: int, count: int) -> None:
    """Every section a person sees, the agent's own title not counted."""
    titled = [section for section in seed(number).sections if section.title]
    own = [section for section in titled if section.level == 1]
    assert len(titled) - len(own) == count, [section.title for section in titled]
    assert len(own) == (number in {0, 4})


@pytest.mark.parametrize(("number", "count"), list(enumerate((0, 0, 1, 3, 2))))
def test_examples(number: int, count: int) -> None:
    assert len(seed(number).derived.examples) == count


@pytest.mark.parametrize(("number", "count"), list(enumerate((0, 8, 5, 0, 6))))
def test_collaboration(number: int, count: int) -> None:
    """Whom each agent works with, as two people labelled it; every edge quotes its file."""
    gold = _gold("edges.jsonl")[FILES[number].name]["edges"]
    wanted = {edge["target"] for edge in gold if not edge.get("optional")}
    optional = {edge["target"] for edge in gold if edge.get("optional")}
    spec = seed(number)
    found = {edge.agent for edge in spec.derived.collaboration}
    assert len(wanted) == count
    assert found - optional == wanted
    for edge in spec.derived.collaboration:
        assert slug(edge.agent) == edge.agent
        assert edge.evidence.text in (spec.prompt if edge.evidence.where == "body" else str(spec.description))


@pytest.mark.parametrize("number", range(5))
def test_relations(number: int) -> None:
    accepted = {
        edge["target"]: {edge["relation"], *edge.get("alt_relations", ())}
        for edge in _gold("edges.jsonl")[FILES[number].name]["edges"]
    }
    for edge in seed(number).derived.collaboration:
        if edge.agent in accepted:
            assert edge.relation in accepted[edge.agent], edge


def test_mojibake_reads_as_what_was_meant() -> None:
    """004 was UTF-8 read as MacRoman: the magnifying glass came as an apple and three letters."""
    spec = seed(4)
    assert "\uf8ff" in FILES[4].read_text(encoding="utf-8")
    assert "**🔍 ANALYSIS-ONLY SPECIALIST**" in spec.prompt
    assert "\uf8ff" not in spec.prompt
    assert {edit.rule for section in spec.sections for edit in section.edits} == {"S007"}


def test_written_line_breaks_are_line_breaks() -> None:
    r"""002 writes `\n` in its bare description, which Claude Code takes for line breaks."""
    description = str(seed(2).description)
    assert "\\n" not in description
    assert "Examples:\n\n<example>\nContext: Implementing REST API endpoints\n" in description


def test_the_phase_of_eipas_is_typed() -> None:
    outcome = _outcome(FILES[0])
    assert outcome.format == "eipas"
    own = outcome.specs[0].extensions["eipas"]
    assert own["phase"] == "phase4"
    assert own["role"] == "implementation"
    assert own["threshold"] == 0.95
    assert isinstance(own["threshold"], float)
    assert own["iterative"] is True
    assert outcome.specs[0].version == "1.0.0"


def test_dialects() -> None:
    outcomes = [_outcome(path) for path in FILES]
    assert [outcome.format for outcome in outcomes] == ["eipas", "claude-code", "claude-code", "claude-code", "prompt"]
    assert outcomes[1].dialect == "voltagent"


@pytest.mark.parametrize("number", range(5))
def test_valid_by_plain_jsonschema(number: int) -> None:
    """By the reference validator, not by ours."""
    validator = jsonschema.Draft202012Validator(json.loads(validation.schema_text()))
    validator.validate(canonical.to_json(seed(number)))


@pytest.mark.parametrize("number", range(5))
def test_seeds_come_back_byte_for_byte(number: int) -> None:
    outcome = _outcome(FILES[number])
    fmt = FORMATS[str(outcome.format)]
    specs, shared = through_disk(outcome)
    assert written(specs, fmt, shared, as_read=True) == FILES[number].read_bytes()


def test_no_two_seeds_share_an_id() -> None:
    assert len({seed(n).id for n in range(5)}) == 5
