"""Broken and malicious inputs: what must be refused is refused, the rest is read, nothing crashes or takes long."""

from __future__ import annotations

import csv
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SHARED
from trips import crashes, loaded, mended, path_of, through_disk, understood, written

from converters.canonical import dump
from converters.check import check, security
from converters.conversion import CANONICAL, Options, Outcome, understand
from converters.findings import ERROR, Finding
from converters.formats import FORMATS
from converters.formats._kit import Format
from converters.inputs import Input, find_inputs
from converters.model import AgentSpec, Section
from converters.planning import plan
from converters.report import report

HOSTILE = SHARED / "hostile"
MOST = 1.0
"""Seconds one file may take, read and planned for every format; the slowest takes less than half of that."""

OTHERWISE = {
    "023": "a directive is no header: read as prose, as every client has it, and S116 says so",
    "045": "the header ends at the first `---`, as for every client; S126 says that the quote is open",
    "046": "four dashes are no header: read as prose, and S116 says so",
    "052": "TOML front matter is no dialect of an agent: read as prose, and S116 says so",
    "101": "the name stays as data; no path is made of it",
    "111": "an empty name is none: V105 names the agent after its file",
    "112": "the name stays as data; the file is named after the source",
}
"""Rows where we read what the table would reject, and why."""


TOLD_OTHERWISE = {
    "160": "Claude Code itself ends the header at that `---`, so V201 is right to say that it refuses the file",
    "170": "what an agent says of itself is no reference: the loop is dropped, and nothing is left to tell",
    "173": "told where there are agents to miss one among: in a folder or a library",
    "175": "the same",
    "176": "JSON with comments and trailing commas is read, and S123 says that strict readers refuse it",
    "182": "no format has these keys, and the file was named: V118 refuses it",
}
"""Rows that `specs check` tells otherwise than the table has it, and why."""


def _rows() -> list[dict[str, str]]:
    try:
        with (HOSTILE / "EXPECT.csv").open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file) if (HOSTILE / row["file"]).is_file()]
    except FileNotFoundError:
        return []


ROWS = _rows()
pytestmark = pytest.mark.skipif(not ROWS, reason=f"the hostile files are not in {HOSTILE}")


def _number(row: dict[str, str]) -> int:
    return int(row["file"][:3])


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if not row["file"].endswith(".gen.sh")],
    ids=lambda row: row["file"][:40].encode("ascii", "replace").decode(),
)
def test_checking_says_what_the_table_says(row: dict[str, str]) -> None:
    """Reject: an error and nothing written. Warn: something is told. Repair, accept: it is read; accept: and sound."""
    if row["file"][:3] in {*OTHERWISE, *TOLD_OTHERWISE}:
        return
    source = Input(HOSTILE / row["file"], row["file"], row["file"], "hostile", explicit=True)
    severities = [finding.rule.severity for one in check([source], {}) for finding in one.findings]
    outcome = understand(source, Options())
    plan([outcome], Options())
    if row["verdict"] == "reject":
        assert ERROR in severities
        assert outcome.status == "refused"
        assert not outcome.artifacts
        return
    assert outcome.status == "read"
    if row["verdict"] == "warn":
        assert severities
    if row["verdict"] == "accept":
        assert ERROR not in severities


READING = [row for row in ROWS if _number(row) <= 116 or row["file"].startswith("174")]
STORED = [row for row in ROWS if not row["file"].endswith(".gen.sh")]


def read(number: str) -> Outcome:
    """The outcome of one hostile file, named by its number."""
    (name,) = (row["file"] for row in ROWS if row["file"].startswith(number))
    return understand(Input(HOSTILE / name, name, name, "hostile", explicit=True), Options())


def codes(outcome: Outcome) -> set[str]:
    return {finding.rule.code for finding in outcome.findings}


@pytest.mark.parametrize("row", READING, ids=lambda row: row["file"][:40])
def test_the_verdict_is_kept(row: dict[str, str]) -> None:
    outcome = read(row["file"][:3])
    assert not crashes(outcome)
    if row["verdict"] == "reject" and row["file"][:3] not in OTHERWISE:
        assert outcome.status != "read"
        assert outcome.findings
    else:
        assert outcome.status == "read", [f.message for f in outcome.findings]


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["file"][:30].encode("ascii", "replace").decode())
def test_nothing_crashes_or_takes_long(row: dict[str, str]) -> None:
    """Whatever it is, it is read, skipped or refused at once, and every format can be made of it."""
    start = time.process_time()
    outcome = read(row["file"][:3])
    plan([outcome], Options(targets=(CANONICAL, *FORMATS), access="allow", layout="flat"))
    took = time.process_time() - start
    assert not crashes(outcome), crashes(outcome)
    assert outcome.status == "read" or outcome.findings
    assert took < MOST, f"{took:.2f} s"


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["file"][:30].encode("ascii", "replace").decode())
def test_hostile_files_come_back_byte_for_byte(row: dict[str, str]) -> None:
    outcome = read(row["file"][:3])
    if outcome.status != "read" or outcome.format == CANONICAL:
        return
    fmt = FORMATS[str(outcome.format)]
    raw = (HOSTILE / row["file"]).read_bytes()
    specs, shared = through_disk(outcome)
    assert written(specs, fmt, shared, as_read=True) == raw
    if not mended(outcome):
        assert written(specs, fmt, shared) == raw


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["file"][:30].encode("ascii", "replace").decode())
def test_no_artifact_leaves_the_folder(row: dict[str, str]) -> None:
    """Names become slugs: no artifact's path is absolute, climbs, or is a device or a dot-file of git."""
    outcome = read(row["file"][:3])
    for layout in ("tool", "flat"):
        outcome.artifacts.clear()
        plan([outcome], Options(targets=(CANONICAL, *FORMATS), access="allow", layout=layout))
        for artifact in outcome.artifacts:
            parts = artifact.path.split("/")
            assert not artifact.path.startswith("/")
            assert not set(parts) & {"", ".", "..", ".git"}
            assert not re.search(r'[\\:*?"<>|\x00-\x1f]', artifact.path)
            stem = parts[-1].partition(".")[0]
            assert not re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem), artifact.path
            assert len(parts[-1].encode()) <= 255


# --- what the table says in words -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "field", "value"),
    [
        ("015", "tools", ("read", "shell")),
        ("022", "description", "*important* agent"),
        ("027", "name", "no"),
        ("027", "description", "on"),
        ("028", "name", "1:20"),
        ("028", "version", "190:20:30"),
        ("029", "name", "0o7"),
        ("029", "version", "010"),
        ("030", "version", "1.10"),
        ("033", "name", ".nan"),
        ("035", "name", "1e400"),
        ("037", "name", "12345"),
        ("078", "id", "078-enc-nfd-name"),
    ],
)
def test_values_are_what_was_written(number: str, field: str, value: object) -> None:
    (spec,) = read(number).specs
    said = getattr(spec, field)
    if field == "tools":
        said = tuple(tool.name for tool in said.allow)
    if field == "description" and number == "022":
        assert said.startswith("*")
        return
    assert said == value


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("001", "S108"),
        ("003", "S108"),
        ("005", "S108"),
        ("010", "S109"),
        ("011", "S109"),
        ("013", "V101"),
        ("014", "S113"),
        ("015", "S104"),
        ("016", "S102"),
        ("017", "S102"),
        ("018", "S114"),
        ("019", "S126"),
        ("021", "S102"),
        ("022", "S102"),
        ("023", "S116"),
        ("024", "S111"),
        ("039", "V103"),
        ("045", "S126"),
        ("046", "S116"),
        ("047", "S115"),
        ("050", "S120"),
        ("051", "S116"),
        ("052", "S116"),
        ("053", "S116"),
        ("055", "S006"),
        ("056", "S117"),
        ("057", "S001"),
        ("058", "S001"),
        ("060", "S005"),
        ("062", "S002"),
        ("064", "S004"),
        ("065", "S004"),
        ("068", "S007"),
        ("070", "S007"),
        ("071", "S002"),
        ("073", "S101"),
        ("074", "S003"),
        ("075", "S003"),
        ("077", "S009"),
        ("111", "V105"),
    ],
)
def test_the_fault_is_named(number: str, code: str) -> None:
    assert code in codes(read(number))


def test_a_full_description_is_recovered() -> None:
    """A bare `: ` or `<example>` costs no character, an open quote no key."""
    assert ": " in str(read("016").specs[0].description)
    assert "</example>" in str(read("017").specs[0].description)
    assert read("019").specs[0].model == "opus"
    assert str(read("044").specs[0].description).count("\n") >= 2


def test_mojibake_is_mended_once_and_for_all() -> None:
    for number in ("068", "070"):
        outcome = read(number)
        fmt = FORMATS[str(outcome.format)]
        again = understood(written(outcome.specs, fmt), fmt=fmt.id)
        assert not mended(again)
        assert again.specs[0].prompt == outcome.specs[0].prompt


def test_two_agents_never_share_a_file() -> None:
    """Names that differ in case or signs only: a clash is refused for both, and both specs are kept."""
    pairs = (("113", "114"),)
    for pair in pairs:
        outcomes = [read(number) for number in pair]
        plan(outcomes, Options(targets=(CANONICAL,)))
        assert len({artifact.path.casefold() for outcome in outcomes for artifact in outcome.artifacts}) == 2
        for outcome in outcomes:
            outcome.artifacts.clear()
        plan(outcomes, Options(targets=("claude-code",), access="allow"))
        assert not any(outcome.artifacts for outcome in outcomes)
        assert all("P101" in codes(outcome) for outcome in outcomes)


# --- security --------------------------------------------------------------------------------------

TOLD = {
    "079": "X103",
    "080": "X101",
    "082": "X104",
    "085": "X107",
    "090": "X109",
    "091": "X102",
    "093": "X109",
    "094": "X109",
    "095": "X109",
    "096": "X109",
    "097": "X109",
    "098": "X109",
    "099": "X109",
    "101": "X109",
    "107": "X109",
    "108": "X109",
    "109": "X109",
    "112": "X109",
    "136": "X122",
    "141": "X123",
    "142": "X122",
    "143": "X122",
    "144": "X122",
    "145": "X122",
    "146": "X121",
    "149": "X122",
    "150": "X123",
    "154": "X123",
    "156": "X124",
    "158": "X118",
    "166": "X113",
    "167": "X113",
    "174": "X125",
}
"""What names the threat of a row; other warnings of the table are no matter of security."""
OTHERS = {"111", "113", "114", "116"}  # an empty name is none, and clashes are found among several files


def told(number: str) -> dict[str, list[Finding]]:
    """What checking one hostile file finds, by code."""
    (name,) = (row["file"] for row in ROWS if row["file"].startswith(number))
    source = Input(HOSTILE / name, name, name, "hostile", explicit=True)
    outcome = understand(source, Options(targets=()))
    found: dict[str, list[Finding]] = {}
    for finding in (*outcome.findings, *security.findings(outcome, source)):
        found.setdefault(finding.rule.code, []).append(finding)
    return found


@pytest.mark.parametrize("number", [row["file"][:3] for row in STORED if row["file"][:3] in TOLD])
def test_the_threat_is_told(number: str) -> None:
    found = told(number)
    assert TOLD[number] in found
    verdict = next(row["verdict"] for row in ROWS if row["file"].startswith(number))
    grave = {finding.rule.severity for finding in found[TOLD[number]]}
    assert grave == {ERROR} if verdict == "reject" and number not in OTHERWISE else not grave & {ERROR}


@pytest.mark.parametrize("number", [row["file"][:3] for row in STORED if row["verdict"] == "accept"])
def test_what_is_harmless_is_not_suspected(number: str) -> None:
    """No finding of security: a flag, placeholders, other scripts, templates nobody expands, floods of marks."""
    assert not [code for code in told(number) if code.startswith("X")]


def test_every_warning_of_security_is_told() -> None:
    rows = [row for row in STORED if 79 <= _number(row) <= 168 and row["verdict"] in {"warn", "repair", "reject"}]
    assert {row["file"][:3] for row in rows} - OTHERS - {"130"} <= set(TOLD)  # 130 is an open fence: S119


def test_suspicion_costs_little() -> None:
    """Reading a hostile file and suspecting it, whatever it was built to slow down."""
    for row in STORED:
        start = time.process_time()
        told(row["file"][:3])
        assert time.process_time() - start < 2 * MOST, row["file"]


# --- what cannot be stored ------------------------------------------------------------------------

AGENT = b"---\nname: x\ndescription: Use when x is due.\n---\nYou are x.\n"


def _inputs(folder: Path) -> list[Input | Finding]:
    return list(find_inputs((str(folder),), {}, project=folder))


def _read_all(folder: Path) -> list[Outcome]:
    outcomes = []
    for found in _inputs(folder):
        if isinstance(found, Finding):
            outcomes.append(Outcome(shown=found.span.path, status="refused", findings=[found]))
        else:
            outcomes.append(understand(found, Options()))
    return outcomes


def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/118-bad\xff\xfename.md")).write_bytes(AGENT)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (outcome,) = _read_all(tmp_path)
    assert not crashes(outcome)
    plan([outcome], Options(targets=(CANONICAL, *FORMATS), access="allow"))
    for spec in outcome.specs:
        assert loaded(spec).id == spec.id
        dump(spec).encode()
    for finding in outcome.findings:
        finding.message.encode()


def test_special_files_are_refused_and_folders_walked(tmp_path: Path) -> None:
    """A FIFO, a socket, a device and a link out of the folder are refused at once; a folder `x.md` is a folder."""
    (tmp_path / "agent.md").mkdir()
    (tmp_path / "agent.md" / "inner.md").write_bytes(AGENT)
    (tmp_path / "secret.txt").write_bytes(AGENT)
    folder = tmp_path / "agent.md"
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "fifo.md")
        (folder / "null.md").symlink_to("/dev/zero")
        (folder / "out.md").symlink_to(tmp_path / "secret.txt")
        with socket.socket(socket.AF_UNIX) as server:
            here = Path.cwd()
            os.chdir(folder)  # a socket's path has to be short
            server.bind("s.md")
            os.chdir(here)
    outcomes = {Path(outcome.shown).name: outcome for outcome in _read_all(tmp_path / "agent.md")}
    assert outcomes.pop("inner.md").status == "read"
    assert all(outcome.status == "refused" and "S010" in codes(outcome) for outcome in outcomes.values())
    assert len(outcomes) == 4 or not hasattr(os, "mkfifo")


def test_a_file_that_vanishes_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    outcome = understand(Input(path, "x.md", "x.md", "c", explicit=True), Options())
    assert outcome.status == "refused"
    assert codes(outcome) == {"S010"}


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "a: [" * n,
        lambda n: "- " * n,
        lambda n: "{a: " * n,
        lambda n: "? " * n,
        lambda n: "a:\n " * n,
        lambda n: "\n".join(" " * i + "a:" for i in range(n // 50)),
        lambda n: "&a " * n,
        lambda n: "*a " * n,
        lambda n: "!!str " * n,
        lambda n: "x: " + "'" * n,
        lambda n: "x: " + '"' * n,
        lambda n: "k: a: b\n" * n,
        lambda n: "name: a: b\n" * n,
        lambda n: "x\n" * n,
        lambda n: "\t" * n,
        lambda n: "---\n" * n,
        lambda n: "description: |\n" + " a\n" * n,
        lambda n: "name: \\" * n,
        lambda n: "#" * n,
        lambda n: "description: x\n\nContext: y\n" * (n // 8),
    ],
)
def test_any_header_takes_linear_time(make: object) -> None:
    """The guard holds before a parser can swell, recurse or hang: 60,000 characters in half a second."""
    header = make(12_000)[:60_000]  # type: ignore[operator]  # one of the lambdas above
    raw = f"---\nname: x\n{header}\n---\nbody\n".encode()
    start = time.process_time()
    outcome = understood(raw, fmt="claude-code")
    assert not crashes(outcome), crashes(outcome)
    assert time.process_time() - start < 1.5


def test_every_exception_is_a_row() -> None:
    rejected = {row["file"][:3] for row in READING if row["verdict"] == "reject"}
    assert rejected >= OTHERWISE.keys()
    for number in OTHERWISE:
        assert read(number).status == "read"


def test_shared_files_refuse_whole() -> None:
    """A file of several agents, one of them unreadable, could not be written back: none is read."""
    (fmt,) = (fmt for fmt in FORMATS.values() if fmt.shared and fmt.id == "roo")
    raw = b"customModes:\n  - slug: a\n    groups: [read]\n  - slug: b\n    groups: {x: y}\n"
    outcome = understood(raw, fmt.suffix, fmt=fmt.id)
    assert outcome.status == "refused"
    assert "V103" in codes(outcome)


# --- texts that are one long run --------------------------------------------------------------------

RUNS = (" ", "\t", "\n", " \n", "\\", "{", "${", "<", "<example>", '"', "'", "- ", "#", "\u2028")
LENGTH = 20_000


BEFORE = ("a", "# ", "{artifact.", '"mcp_servers":[', "Example:", "---\nname: x\ndescription: y\n---\n#")


def _texts() -> Iterator[str]:
    """Each run, and spaces behind what a pattern may begin with, or before what it may end in."""
    yield from (run * (LENGTH // len(run)) + "a" for run in RUNS)
    yield from (before + " " * LENGTH + "a" for before in BEFORE)
    yield " " * LENGTH + "a</example>"


def _seconds(text: str, fmt: Format) -> float:
    """What it takes to read, detect and report a text as a prompt, a description, and a file of this format."""
    spec = AgentSpec(name="x", description=f"x{text}", sections=(Section(text=text),))
    start = time.process_time()
    report(spec, fmt)
    assert not crashes(understood(text.encode(), path_of(fmt), fmt=fmt.id))
    assert not crashes(understood(f"system:\n{text}".encode(), path_of(fmt), fmt=fmt.id))
    for mark in fmt.marks:
        re.compile(mark, re.MULTILINE).search(text)
    if fmt.likely:
        fmt.likely(frozenset({"name", "description"}), text)
    return time.process_time() - start


@pytest.mark.parametrize("id_", FORMATS)
def test_a_long_run_of_one_character_costs_no_more_than_other_text(id_: str) -> None:
    """A pattern that begins anew at each character of a run takes hundreds of times as long."""
    plain = max(_seconds("You plan the cranes of the yard.\n" * (LENGTH // 33), FORMATS[id_]), 0.005)
    for text in _texts():
        took = _seconds(text, FORMATS[id_])
        assert took < 50 * plain, f"{text[:40]!r}: {took:.2f} s, and plain text {plain:.3f} s"
