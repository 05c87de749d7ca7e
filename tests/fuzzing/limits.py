"""What one input may take of the machine, and how a failure is told from others."""

from __future__ import annotations

import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from fuzzing.harnesses import Harness, Seen

try:
    import resource
except ImportError:  # on Windows, where only time is minded
    resource = None  # type: ignore[assignment]

SECONDS = 1.0
"""Process time of one input, all that its harness does with it included."""
MEMORY = 100 * 2**20
"""Bytes by which one input may raise the process's peak."""
_HOPELESS = 10
"""Seconds after which an input is broken off."""


class TooMuch(BaseException):
    """An input takes more than it may; no `except Exception` of ours is to catch it."""


def held(harness: Harness, data: bytes) -> Seen:
    """Run an input within limits."""
    peak, start = _peak(), time.process_time()
    seen = harness(data)
    took = time.process_time() - start
    if took > SECONDS:
        start = time.process_time()
        harness(data)  # once more: what is loaded or compiled at its first use is nobody's fault
        took = min(took, time.process_time() - start)
        if took > SECONDS:
            raise TooMuch(f"it takes {took:.1f} s")
    if _peak() - peak > MEMORY:
        raise TooMuch(f"it takes {(_peak() - peak) // 2**20} MB")
    return seen


def _peak() -> int:
    """The most memory the process has had, in bytes; 0 where nobody counts."""
    if resource is None:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise TooMuch(f"it takes more than {_HOPELESS} s")


@contextmanager
def watched(memory: int = 2 * 2**30) -> Iterator[None]:
    """Break off what takes far too long, and refuse the process more than `memory`, where the system can."""
    if resource is None:
        yield
        return
    before, limits = signal.signal(signal.SIGPROF, _stop), resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, limits[1]))
    try:
        yield
    finally:
        signal.signal(signal.SIGPROF, before)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, limits)


@contextmanager
def _timed() -> Iterator[None]:
    """Give the hopeless their time and no more, if anybody watches."""
    if resource is None or signal.getsignal(signal.SIGPROF) is not _stop:
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, _HOPELESS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def fault(harness: Harness, data: bytes) -> tuple[str, str] | None:
    """What is wrong with an input: a name for the kind, and the whole story; `None` where all holds."""
    seen, story = attempt(harness, data)
    return None if seen is not None else story


def attempt(harness: Harness, data: bytes) -> tuple[Seen | None, tuple[str, str] | None]:
    """What a harness saw of an input, or what is wrong with it."""
    try:
        with _timed():
            return held(harness, data), None
    except (Exception, TooMuch) as error:  # noqa: BLE001 - that is what is looked for
        return None, (_kind(error), "".join(traceback.format_exception(error)))


def _kind(error: BaseException) -> str:
    """Where it broke and how, the same for all inputs that break it alike."""
    frames = traceback.extract_tb(error.__traceback__)
    where = next((f for f in reversed(frames) if "/converters/" in f.filename), frames[-1])
    if isinstance(error, AssertionError):
        where = next((f for f in reversed(frames) if "/fuzzing/" in f.filename), where)
    said = "".join(c for c in str(error)[:40] if c.isascii() and (c.isalpha() or c in " :"))
    if isinstance(error, TooMuch):
        return f"TooMuch: {said}"
    return f"{type(error).__name__}: {where.filename.rpartition('/')[2]}:{where.name}:{where.lineno}: {said}"
