"""Whether the table keeps the laws of every format, on files of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from lighthouse import FORMAT

from converters import testing

SAMPLES = {path.name: path.read_bytes() for path in (Path(__file__).parent / "samples").iterdir()}


@pytest.mark.parametrize("law", testing.LAWS, ids=lambda law: law.__name__)
def test_law(law: testing.Law) -> None:
    """Each law by its own name."""
    assert list(law(FORMAT, SAMPLES)) == []
