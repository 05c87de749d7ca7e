"""Findings that are known and not told again, so that an old repository can begin today."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from converters.check._checked import TOGETHER, Checked
from converters.check.fingerprints import fingerprint
from converters.findings import RULES, SKIPPED, UNKNOWN_FORMAT, Finding
from converters.inputs import read_bytes

_VERSION = 1
_PASSED_OVER = frozenset({SKIPPED.code, UNKNOWN_FORMAT.code})
"""What is said of files that are no agents: no fault to know of, and no news."""


class Known(NamedTuple):
    """One finding as a baseline keeps it; sorted, equal ones are counted by `nth`."""

    path: str
    """POSIX, from the baseline's folder."""
    code: str
    digest: str
    """Of the words it is about, not of where they stand."""
    nth: int
    """Which of several alike in the file, from 1."""


class BaselineFault(ValueError):
    """Why a file is no baseline."""


class Baseline:
    """The known findings of one file, held against those of a run; that a file is passed over is none."""

    def __init__(self, path: Path, known: Iterable[Known] = ()) -> None:
        self.path = path
        self.known = frozenset(one for one in known if one.code not in _PASSED_OVER)
        self.met: set[Known] = set()
        """Every finding of the run, known or new."""
        self._seen: set[str] = set()
        self._alone: set[str] = set()
        """Those of them that were held against no others."""
        self._alike: Counter[tuple[str, str, str]] = Counter()

    @property
    def matched(self) -> int:
        """How many findings of the run were known."""
        return len(self.met & self.known)

    @property
    def new(self) -> int:
        """How many were not."""
        return len(self.met - self.known)

    def gone(self, wanted: Some[str]) -> frozenset[Known]:
        """What is known and holds no more: of codes that were looked for, in files that were checked or are gone."""
        left = self.known - self.met
        here = self.path.absolute().parent
        return frozenset(
            one for one in left if one.code in wanted and (self._is_judged(one) or not (here / one.path).exists())
        )

    def _is_judged(self, one: Known) -> bool:
        """Whether this run would have found it again."""
        return one.path in self._seen and not (one.path in self._alone and one.code.startswith(TOGETHER))

    def sift(self, checked: Iterable[Checked]) -> Iterator[Checked]:
        """Leave out what is known."""
        for one in checked:
            if not one.partial:
                self._seen.add(self._below(one.shown))
            if one.alone:
                self._alone.add(self._below(one.shown))
            yield replace(one, findings=tuple(finding for finding in one.findings if self._is_new(finding, one.text)))

    def _is_new(self, finding: Finding, text: str | None) -> bool:
        if finding.rule.code in _PASSED_OVER:
            return False
        alike = (self._below(finding.span.path), finding.rule.code, fingerprint(finding, text))
        self._alike[alike] += 1
        found = Known(*alike, self._alike[alike])
        self.met.add(found)
        return found not in self.known

    def _below(self, shown: str) -> str:
        try:
            return Path(os.path.relpath(shown, self.path.absolute().parent)).as_posix()
        except ValueError:  # on Windows, from another drive
            return Path(shown).as_posix()

    def dump(self, wanted: Some[str]) -> bytes:
        """The file as it should be now: what holds, and what this run did not look at; a line a finding."""
        kept = sorted(self.met | (self.known - self.gone(wanted)))
        lines = ",\n".join(
            json.dumps(
                {"path": k.path, "code": k.code, "name": _name(k.code), "digest": k.digest, "nth": k.nth},
                ensure_ascii=False,
            )
            for k in kept
        )
        text = f'{{\n"baseline": {_VERSION},\n"findings": [\n{lines}\n]\n}}\n'
        return text.encode("utf-8", "backslashreplace")


def is_baseline(path: Path) -> bool:
    """Whether a file begins as those do that `dump` makes."""
    data = read_bytes(path, str(path))
    return isinstance(data, bytes) and data[:40].split()[:2] == [b"{", b'"baseline":']


def load_baseline(path: Path) -> Baseline:
    """The baseline at `path`; raises `BaselineFault` for what is none."""
    try:
        said: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise BaselineFault("there is no such file; --write-baseline makes it") from None
    except OSError as error:
        raise BaselineFault(error.strerror or str(error)) from None
    except (ValueError, RecursionError) as error:
        raise BaselineFault(f"not a baseline: {error}") from None
    if not isinstance(said, dict) or not isinstance(said.get("findings"), list):
        raise BaselineFault("not a baseline: it has no list `findings`")
    if said.get("baseline") != _VERSION:
        raise BaselineFault(f"a baseline of version {said.get('baseline')!r}; this release reads {_VERSION}")
    return Baseline(path, [_known(row, number) for number, row in enumerate(said["findings"], 1)])


def _known(row: Any, number: int) -> Known:
    kinds = {"path": str, "code": str, "digest": str, "nth": int}
    if not isinstance(row, dict) or not all(isinstance(row.get(key), kind) for key, kind in kinds.items()):
        raise BaselineFault(f"finding {number} is not one: it needs `path`, `code`, `digest` and `nth`")
    return Known(row["path"], row["code"], row["digest"], row["nth"])


def _name(code: str) -> str:
    """What a code is called, as long as there is such a rule."""
    return RULES[code].name if code in RULES else ""
