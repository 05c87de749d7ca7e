"""Where what can be made or fetched again is kept between runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_cache() -> Path:
    """Where the caches of the user's programs lie, and in it the folder for ours."""
    home, named = Path.home(), os.environ.get("XDG_CACHE_HOME")
    if sys.platform == "win32":
        named = os.environ.get("LOCALAPPDATA")
        return (Path(named) if named else home / "AppData" / "Local") / "agent-specs" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "agent-specs"
    return (Path(named) if named else home / ".cache") / "agent-specs"
