"""The words of the field as data: YAML files with their sources and dates, read once when first asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def load(name: str) -> Any:
    """Return what `<name>.yaml` in this folder says.

    The same object is returned every time: treat it as read-only.
    Raises `FileNotFoundError` where there is no such file.
    """
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, yaml.CSafeLoader)
