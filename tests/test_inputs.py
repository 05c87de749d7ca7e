"""Which files of a folder are read, and which never are."""

from __future__ import annotations

from pathlib import Path

import pytest

from converters.convert import Options, understand
from converters.inputs import Input, find_inputs
from converters.library import Collection

AGENT = "---\nname: {name}\ndescription: Use when the {name} is due.\n---\nYou are the {name}.\n"


@pytest.fixture
def quay(tmp_path: Path) -> Path:
    for name in ("pilot", "cook", "README", "template"):
        (tmp_path / f"{name}.md").write_text(AGENT.format(name=name))
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "diver.md").write_text(AGENT.format(name="diver"))
    (tmp_path / "modes.yaml").write_text("customModes: []\n")
    return tmp_path


def _seen(folder: Path, collection: Collection) -> list[str]:
    found = find_inputs((str(folder),), {"quay": collection}, project=folder)
    return [one.relative for one in found if isinstance(one, Input)]


def test_a_collection_reads_what_its_owner_includes(quay: Path) -> None:
    assert _seen(quay, Collection("quay", root=".", include=("p*.md", "drafts/*"))) == ["pilot.md", "drafts/diver.md"]


def test_a_collection_leaves_out_what_its_owner_excludes(quay: Path) -> None:
    seen = _seen(quay, Collection("quay", root=".", exclude=("drafts/*", "*.yaml")))
    assert seen == ["README.md", "cook.md", "pilot.md", "template.md"]


@pytest.mark.parametrize("source", ["prompt", "claude-code"])
def test_a_format_that_is_asked_for_makes_no_agent_of_a_document(quay: Path, source: str) -> None:
    found = find_inputs((str(quay),), {}, project=quay)
    outcomes = {one.relative: understand(one, Options(source=source)) for one in found if isinstance(one, Input)}
    assert {path for path, one in outcomes.items() if one.status == "read"} == {
        "cook.md",
        "pilot.md",
        "drafts/diver.md",
    }
    assert {path for path, one in outcomes.items() if one.status == "skipped"} == {
        "README.md",
        "template.md",
        "modes.yaml",
    }


def test_a_file_that_is_named_is_always_read(quay: Path) -> None:
    (one,) = find_inputs((str(quay / "README.md"),), {}, project=quay)
    assert isinstance(one, Input)
    assert understand(one, Options(source="prompt")).status == "read"
