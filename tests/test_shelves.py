"""Shelves: the fields that folders sort agents by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.identity import slug
from converters.shelves import categories, is_field, order, title


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("harbour/tide-forecaster.md", ("harbour",)),
        ("01-quay_work/tide-forecaster.md", ("quay-work",)),
        ("agents/safety/divers/tide-forecaster.md", ("safety", "divers")),
        ("tide-forecaster.md", ()),
    ],
)
def test_folders_sort(path: str, found: tuple[str, ...]) -> None:
    assert categories(path, "tide-forecaster") == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("cli-tool/components/agents/safety/tide-forecaster.md", ("safety",)),
        ("plugins/quay-work/agents/tide-forecaster.md", ("quay-work",)),
        (".gemini/agents/cargo/tide-forecaster.md", ("cargo",)),
        ("port/agents/en/tide-forecaster.md", ("port",)),
    ],
)
def test_what_stands_below_the_folder_of_a_kind_sorts_or_else_what_stands_above(
    path: str, found: tuple[str, ...]
) -> None:
    assert categories(path, "tide-forecaster") == found


@pytest.mark.parametrize(
    "path",
    [
        "src/tide-forecaster.md",
        "agent-templates/tide-forecaster.md",
        "agents/yaml/tide-forecaster.yaml",
        ".claude/agents/tide-forecaster.md",
        "_drafts/tide-forecaster.md",
        "cn/tide-forecaster.md",
        "pt-br/tide-forecaster.md",
        "v2/agents/tide-forecaster.md",
        "tide-forecaster/tide_forecaster.md",
        "tests/fixtures/broken/agents/tide-forecaster.md",
    ],
)
def test_what_says_nothing_is_no_field(path: str) -> None:
    assert categories(path, "tide-forecaster") == ()


def test_a_file_whose_name_says_nothing_is_called_as_its_folder() -> None:
    """Which is its own, then, and sorts nothing."""
    assert categories("skills/reading-gauges/SKILL.md", "gauges") == ()
    assert categories("skills/weather/reading-gauges/SKILL.md", "gauges") == ("weather",)
    assert categories("skills/weather/gauges.md", "gauges") == ("weather",)


def test_a_number_is_a_place_only_in_front() -> None:
    assert categories("agents/c4-architecture/drawer.md") == ("c4-architecture",)
    assert categories("agents/12_rope.work/drawer.md") == ("rope-work",)


def test_categories_stand_as_their_folders_are_numbered_and_then_by_their_titles() -> None:
    paths = ["2-safety/a.md", "port/10-trade/a.md", "01-operations/a.md", "far/07_safety/b.md", "berths/a.md", "x.md"]
    wanted = ["operations", "safety", "trade", "berths", "zones"]
    assert sorted(["zones", "trade", "berths", "safety", "operations"], key=order(paths)) == wanted
    assert sorted(["trade", "safety"], key=order([])) == ["safety", "trade"]
    assert order(["9" * 5000 + "-deep/a.md"])("deep")[0] == 999_999_999


@pytest.mark.parametrize(
    ("category", "said"),
    [
        ("harbour", "Harbour"),
        ("data-ai", "Data & AI"),
        ("core-development", "Core Development"),
        ("devops", "DevOps"),
        ("ab-testing", "A/B Testing"),
        ("phase2", "Phase 2"),
        ("ports-of-the-north", "Ports of the North"),
        ("cicd-automation", "CI/CD Automation"),
        ("web3", "Web3"),
        ("github-nextjs", "GitHub Next.js"),
        ("灯台", "灯台"),
        ("", ""),
    ],
)
def test_a_category_is_read_as_a_field(category: str, said: str) -> None:
    assert title(category) == said


PATHS = st.lists(st.text(st.characters(exclude_characters="/"), max_size=12), min_size=1, max_size=6).map("/".join)


@given(PATHS, st.text(max_size=10))
def test_categories_are_slugs_each_once(path: str, name: str) -> None:
    found = categories(path, name)
    assert list(dict.fromkeys(found)) == list(found)
    for category in found:
        assert category == slug(category) != slug(name)
        assert is_field(category) or category in {"readme", "index", "main", "system", "prompt", "skill", "agent"}
        assert title(category)
