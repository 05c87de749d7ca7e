"""The shortest input that breaks a law in the same way."""

from __future__ import annotations

import time

from fuzzing.harnesses import Harness
from fuzzing.limits import fault


def shrunk(harness: Harness, data: bytes, kind: str, *, seconds: float = 20) -> bytes:
    """Leave out lines, then characters, as long as the fault stays one of the same kind."""
    end = time.monotonic() + seconds

    def breaks(one: bytes) -> bool:
        found = fault(harness, one)
        return found is not None and found[0] == kind

    address, raw = data[:1], data[1:]
    size = max(1, len(raw) // 2)
    while size and time.monotonic() < end:
        at = 0
        while at < len(raw) and time.monotonic() < end:
            less = raw[:at] + raw[at + size :]
            if breaks(address + less):
                raw = less
            else:
                at += size
        size //= 2
    return address + raw
