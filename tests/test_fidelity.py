"""The measured matrix: counted by hand once, whole for those who stay, and made anew for other tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from converters import fidelity, load_library
from converters.findings import RESERVED
from converters.formats import FORMATS
from converters.formats._kit import Limit
from converters.library import Library
from converters.model import AgentSpec, Section
from converters.report import report

TIDE = AgentSpec(
    id="tide",
    name="tide",
    description="Tells the tide.",
    color="blue",
    max_turns=3,
    sections=(Section(text="You tell the tide.\n"),),
)
"""Five fields: name, description, colour, most turns, prompt."""
CLAUDE, CURSOR = FORMATS["claude-code"], FORMATS["cursor"]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_a_pair_counted_by_hand() -> None:
    """Cursor has no colour and no turns: three of five stay; on the way back there are but three."""
    there = fidelity.measure((TIDE,), (CLAUDE, CURSOR)).cells["claude-code"]["cursor"]
    back = fidelity.measure((TIDE,), (CLAUDE, CURSOR)).cells["cursor"]["claude-code"]
    assert there == fidelity.Cell(kept=3, fields=5, agents=1, refused=0)
    assert (there.share, there.percent) == (0.6, 60)
    assert back == fidelity.Cell(kept=3, fields=3, agents=1, refused=0)


def test_who_stays_loses_nothing(library: Library) -> None:
    """Written as a format and read back, an agent is whole there."""
    matrix = fidelity.measure(fidelity.sample(library.agents), FORMATS.values())
    measured = {id_: matrix.cells[id_][id_] for id_ in matrix.formats if matrix.cells[id_][id_].agents}
    assert {id_: cell.percent for id_, cell in measured.items()} == dict.fromkeys(measured, 100)
    assert len(measured) >= 6


def test_a_table_that_changes_changes_the_matrix() -> None:
    """Nothing is stored: without its row for descriptions, Cursor keeps two of five."""
    poorer = replace(CURSOR, rows=tuple(row for row in CURSOR.rows if row.field != "description"))
    assert fidelity.measure((TIDE,), (CLAUDE, CURSOR)).cells["claude-code"]["cursor"].kept == 3
    assert fidelity.measure((TIDE,), (CLAUDE, poorer)).cells["claude-code"]["cursor"].kept == 2


def test_one_way_is_not_measured() -> None:
    """A format that cannot be written and read back has no row; one that is not written has no column."""
    for one_way in (replace(CURSOR, reads=False), replace(CURSOR, writes=False)):
        cells = fidelity.measure((TIDE,), (CLAUDE, one_way)).cells
        assert cells["cursor"]["claude-code"].share is None
        assert (cells["claude-code"]["cursor"].share is None) == (not one_way.writes)


def test_what_a_client_refuses_is_not_counted() -> None:
    """An agent over a hard limit is none of the pair's agents."""
    strict = replace(CURSOR, limits=(Limit("description", 5),))
    assert fidelity.measure((TIDE,), (CLAUDE, strict)).cells["claude-code"]["cursor"] == fidelity.Cell(refused=1)
    assert fidelity.measure((TIDE,), (strict, CLAUDE)).cells["cursor"]["claude-code"].agents == 0


@pytest.mark.parametrize(
    ("target", "name", "refused"),
    [
        ("copilot", "explore", True),
        ("copilot", "Explore", True),  # its file is called `explore`
        ("copilot", "explorer", False),
        ("qwen-code", "config", True),
        ("qwen-code", "Config", True),
        ("qwen-code", "configurator", False),
        ("roo", "code", False),  # a mode of this name takes the place of the client's own
    ],
)
def test_a_name_the_client_keeps_for_itself_is_refused(target: str, name: str, refused: bool) -> None:
    """The client would leave the agent out, or ask its own instead."""
    made = report(replace(TIDE, name=name), FORMATS[target])
    assert [r.facts["called"].lower() for r in made.refusals if r.rule is RESERVED] == [name.lower()] * refused
    assert fidelity.measure((replace(TIDE, name=name),), (CLAUDE, FORMATS[target])).cells["claude-code"][
        target
    ].refused == int(refused)


def test_the_sample_says_as_much_as_few_can(library: Library) -> None:
    """Who says most comes first, then who adds most; each name once."""
    plain = AgentSpec(id="plain", name="plain", description="Plain.")
    model = AgentSpec(id="model", name="model", model="sonnet", effort="high")
    assert fidelity.sample((plain, model, TIDE, replace(TIDE, id="other"))) == (TIDE, model, plain)
    assert fidelity.sample((plain, model, TIDE), most=2) == (TIDE, model)
    assert fidelity.sample(()) == ()
    chosen = fidelity.sample(library.agents)
    assert len(chosen) == len({spec.name for spec in chosen}) == fidelity.SAMPLE


def test_nine_tenths_is_not_all() -> None:
    assert fidelity.Cell(kept=999, fields=1000).percent == 99
