"""Telling what a check found: to people as it comes, to programs in their language, into a file whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from converters.check import Checked
from converters.check.baseline import Baseline
from converters.check.report import counted, is_gitlab, is_sarif, to_github, to_gitlab, to_junit, to_sarif
from converters.check.report.github import KINDS, MOST
from converters.cli._console import Console, dumped, finding_json
from converters.cli._layout import count, wrapped
from converters.drafts import write_whole
from converters.findings import ELSEWHERE, INFO, MISSING_AGENT, Finding, Severity

_PLACES = 3
"""Places that are shown to people where one and the same missing agent is named; of more they are told how many."""
_MANY = 20
"""Findings beyond which it is told how many there are of each rule."""


@dataclass(slots=True)
class Run:
    """What a run prints, and what it comes to."""

    console: Console
    form: str
    output: Path | None
    agents: int = 0
    """How many files of agents were checked."""
    besides: int = 0
    """How many others: collections.yaml, and records of files that agents share."""
    suppressed: int = 0
    counts: Counter[Severity] = field(default_factory=Counter)
    notes: int = 0
    """How many of the notes were told."""
    rules: Counter[str] = field(default_factory=Counter)
    """How often each rule was told, by code and name."""
    annotations: Counter[str] = field(default_factory=Counter)
    """How many annotations of each kind GitHub is given."""

    @property
    def files(self) -> int:
        """How many files were checked, as a reader counts them: those of agents, where there are any."""
        return self.agents or self.besides

    def print(self, checked: Iterable[Checked], known: Baseline | None) -> None:
        """Print or write everything; text as it comes, the other formats at the end."""
        counted_ = self._counted(checked)
        if self.form == "text" and self.output is None:
            for finding, text, more in self._folded(self._told(counted_), _PLACES):
                click.echo(self._shown(finding, text, more), color=self.console.color or None)
            return
        said = self._document(list(counted_), known)
        if self.output is not None:
            write_report(self.output, said, self.form)
        else:
            click.echo(said, nl=False)

    def _counted(self, checked: Iterable[Checked]) -> Iterator[Checked]:
        for one in checked:
            self.agents += one.counts and one.holds_agents
            self.besides += one.counts and not one.holds_agents
            self.suppressed += len(one.suppressed)
            self.counts.update(finding.rule.severity for finding in one.findings)
            told = [finding for finding in one.findings if self._is_told(finding)]
            self.notes += sum(finding.rule.severity is INFO for finding in told)
            self.rules.update(f"{finding.rule.code} {finding.rule.name}" for finding in told)
            yield one

    def _told(self, checked: Iterable[Checked]) -> Iterator[tuple[Finding, str | None]]:
        """The findings that are grave enough to be told, each with its file's text."""
        for one in checked:
            for finding in one.findings:
                if self._is_told(finding):
                    yield finding, one.text

    def _folded(
        self, told: Iterable[tuple[Finding, str | None]], places: int
    ) -> Iterator[tuple[Finding, str | None, int]]:
        """What is told, and last who names agents that are missing: of each the first `places`.

        The last of these comes with how many more there are. Where every finding is asked for, each is told.
        """
        held: list[tuple[Finding, str | None]] = []
        for finding, text in told:
            if finding.rule is MISSING_AGENT and self.console.least > INFO:
                held.append((finding, text))
            else:
                yield finding, text, 0
        left = Counter(finding.facts["agent"] for finding, _ in held)
        shown: Counter[object] = Counter()
        for finding, text in held:
            name = finding.facts["agent"]
            shown[name], left[name] = shown[name] + 1, left[name] - 1
            if shown[name] <= places:
                yield finding, text, left[name] if shown[name] == places else 0

    def _shown(self, finding: Finding, text: str | None, more: int) -> str:
        return self.console.styled(finding, text) + (f"\n  = {_more(more)} (--verbose shows them)" if more else "")

    def _is_told(self, finding: Finding) -> bool:
        """Whether a finding is grave enough, or what --for asks."""
        asked = finding.rule is ELSEWHERE and not self.console.quiet
        return asked or finding.rule.severity >= self.console.least

    def _document(self, checked: list[Checked], known: Baseline | None) -> bytes:
        if self.form == "json":
            rows = [finding_json(finding, one.text) for one in checked for finding in one.findings]
            totals = {s.word: self.counts[s] for s in reversed(Severity)}
            also = {"suppressed": self.suppressed, "known": known.matched if known else 0}
            return dumped({"findings": rows, "totals": {"files": self.files, **totals, **also}}).encode(
                "utf-8", "backslashreplace"
            )
        if self.form == "sarif":
            return to_sarif(map(self._grave, checked), version_of_ours())
        if self.form == "junit":
            return to_junit(map(self._grave, checked), self.console.fail_on).encode("utf-8", "backslashreplace")
        if self.form == "gitlab":
            return to_gitlab(map(self._grave, checked))
        told = list(self._told(checked))
        if self.form == "github":
            told.sort(key=lambda case: -case[0].rule.severity)  # only the first of each kind are shown
            self._summarise(told)
            cases = sorted(self._folded(told, 1), key=lambda case: -case[0].rule.severity)
            self.annotations.update(KINDS[finding.rule.severity] for finding, _, _ in cases)
            lines = [to_github(finding, text, _more(more) if more else "") for finding, text, more in cases]
        else:
            lines = [self._shown(*case) for case in self._folded(told, _PLACES)]
            lines.append(_sum(self))
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")

    def _grave(self, one: Checked) -> Checked:
        least = self.console.least
        return replace(
            one,
            findings=tuple(filter(self._is_told, one.findings)),
            suppressed=tuple(hushed for hushed in one.suppressed if hushed.finding.rule.severity >= least),
        )

    def _summarise(self, told: list[tuple[Finding, str | None]]) -> None:
        where = os.environ.get("GITHUB_STEP_SUMMARY")
        if not where:
            return
        from converters.cli._summary import append, job_summary

        try:
            append(Path(where), job_summary(told, self.files, self.counts))
        except OSError as error:
            self.console.say(f"cannot write the job's summary: {error.strerror or error}")


def _more(places: int) -> str:
    return f"{count(places, 'more place')} name{'s' if places == 1 else ''} it"


def _sum(run: Run) -> str:
    return f"{count(run.files, 'file')} checked: {counted(run.counts)}"


def end_lines(run: Run, known: Baseline | None, wanted: frozenset[str], since: str | None) -> Iterator[str]:
    """What the run comes to, and what else there is to know about it."""
    if since and not run.files and not run.counts.total():
        yield f"no file to check has changed since {since}"
        return
    if run.form == "text" and run.rules.total() > _MANY:
        ranked = sorted(run.rules.items(), key=lambda one: (-one[1], one[0]))
        often = (rule + (f" x{number}" if number > 1 else "") for rule, number in ranked)
        yield from wrapped(", ".join(often))
    told = _sum(run)
    if run.suppressed:
        told += f"; {run.suppressed} suppressed"
    if known and known.matched:
        told += f"; {known.matched} known"
    hidden = run.counts[INFO] - run.notes if run.form != "json" else 0
    yield told + (f" (--verbose shows {f'{hidden} more' if run.notes else 'notes'})" if hidden else "")
    gone = len(known.gone(wanted)) if known else 0
    if known and gone:
        yield f"{known.path}: {count(gone, 'finding')} no longer there; --write-baseline drops them"
    if run.form == "github" and max(run.annotations.values(), default=0) > MOST:
        yield f"GitHub shows {MOST} annotations of each kind, the gravest; the log has them all"


def version_of_ours() -> str:
    """The release that speaks."""
    from importlib.metadata import version

    return version("agent-specs")


def write_report(path: Path, said: bytes, form: str | None = None) -> None:
    """Put a report at `path`, whole, and not over what is none."""
    try:
        before = path.read_bytes() if path.is_file() else b""
        if form and before and before != said and not _is_report(before, form):
            raise click.ClickException(f"{path} is there and is no such report; delete it, or name another file.")
        write_whole(path, said)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None


def _is_report(data: bytes, form: str) -> bool:
    """Whether a file is what this verb writes in a format."""
    if form == "sarif":
        return is_sarif(data)
    if form == "gitlab":
        return is_gitlab(data)
    if form == "junit":
        return b'\n<testsuites name="specs check" ' in data[:200]
    if form == "json":
        return data.startswith(b'{\n  "findings": [') and b'\n  "totals": {' in data
    if form == "github":
        return all(line.startswith(b"::") for line in data.splitlines())
    return b" checked: " in data.splitlines()[-1]
