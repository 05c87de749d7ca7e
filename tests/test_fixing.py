"""Mending files where they lie: what each mend makes, that it changes no meaning, and that twice is once."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import frontmatter
import pytest
from click.testing import CliRunner, Result
from conftest import SHARED
from test_client_verdicts import ASKED, HOME, JUDGES
from trips import understood

from converters.check.clients import CLIENTS, file_of, rulings
from converters.check.clients._closest import _names as tools_of
from converters.check.clients._closest import closest_tool
from converters.check.fixing import Mended, mended
from converters.cli import _fixes
from converters.cli.check_ import check
from converters.cli.convert_ import convert
from converters.conversion import Options, understand
from converters.findings import ERROR, RULES
from converters.inputs import Input
from converters.text import decode

HEAD = "---\nname: tide-clerk\ndescription: Reads the gauge.\n---\n"
BODY = "You read the tide gauge, and you say when it is high.\n"


def fixed(raw: bytes, *, unsafe: bool = False, path: str = "agents/tide-clerk.md", **how: object) -> Mended:
    source = Input(Path(path), path, path, "harbour", explicit=True)
    return mended(source, None, raw, **{"codes": set(RULES), "unsafe": unsafe, **how})  # type: ignore[arg-type]


def codes(some: Mended) -> list[str]:
    return [mend.rule.code for mend in some.done]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("S005", ("\ufeff" + HEAD + BODY).encode(), (HEAD + BODY).encode()),
        ("S004", (HEAD + "Café au port.\n").encode("cp1252"), (HEAD + "Café au port.\n").encode()),
        ("S007", (HEAD + "Donâ€™t sail.\n").encode(), (HEAD + "Don’t sail.\n").encode()),
        ("S106", ("\n\n" + HEAD + BODY).encode(), (HEAD + BODY).encode()),
        ("S115", HEAD.replace("---\nname", "---  \nname").encode() + BODY.encode(), (HEAD + BODY).encode()),
        (
            "S105",
            b"---\nname: tide-clerk\ndescription: Reads the gauge.\n" + BODY.encode(),
            HEAD.encode() + BODY.encode(),
        ),
        (
            "S102",
            b"---\nname: tide-clerk\ndescription: Use it so: at high water.\n---\n" + BODY.encode(),
            b'---\nname: tide-clerk\ndescription: "Use it so: at high water."\n---\n' + BODY.encode(),
        ),
        (
            "S126",
            b'---\nname: tide-clerk\ndescription: "Reads the gauge.\n---\n' + BODY.encode(),
            b'---\nname: tide-clerk\ndescription: "Reads the gauge."\n---\n' + BODY.encode(),
        ),
        (
            "S104",
            b"---\nname: tide-clerk\ndescription: Reads the gauge.\ntools:\n\t- Read\n\t- Grep\n---\n" + BODY.encode(),
            b"---\nname: tide-clerk\ndescription: Reads the gauge.\ntools:\n  - Read\n  - Grep\n---\n" + BODY.encode(),
        ),
        (
            "V105",
            b"---\ndescription: Reads the gauge.\ntools: Read\n---\n" + BODY.encode(),
            b"---\nname: tide-clerk\ndescription: Reads the gauge.\ntools: Read\n---\n" + BODY.encode(),
        ),
    ],
)
def test_what_each_mend_makes(code: str, before: bytes, after: bytes) -> None:
    made = fixed(before)
    assert made.data == after
    assert code in codes(made)
    assert all(mend.is_safe for mend in made.done)


def test_an_indented_file_is_put_to_the_margin() -> None:
    text = (HEAD + "\nYou read.\n\n    a table\n").replace("\n", "\n    ").rstrip(" ")
    assert fixed(("    " + text).encode()).data == (HEAD + "\nYou read.\n\n    a table\n").encode()


def test_line_ends_are_made_alike_only_when_asked_for() -> None:
    """Every line would show as changed."""
    raw = (HEAD + "One.\r\nTwo.\n").encode()
    made = fixed(raw)
    assert made.data == raw
    assert [mend.rule.code for mend in made.left] == ["S006"]
    assert fixed(raw, unsafe=True).data == (HEAD + "One.\nTwo.\n").encode()


def test_the_spelling_of_what_is_not_mended_stays() -> None:
    """CRLF, a comment, odd spacing: nothing beside the mended value is touched."""
    raw = b"---\r\nname:   tide-clerk  # ours\r\ndescription: So: it reads.\r\n---\r\n" + BODY.encode() + b"\r\n"
    assert fixed(raw).data == raw.replace(b"So: it reads.", b'"So: it reads."')


def test_a_file_is_mended_as_the_format_that_is_asked_for() -> None:
    """Claude Code wants a name in the header; to OpenCode the file's name is the agent's."""
    raw = b"---\ndescription: Reads the gauge.\n---\n" + BODY.encode()
    assert fixed(raw, source_format="claude-code").data == raw.replace(b"---\nd", b"---\nname: tide-clerk\nd", 1)
    assert fixed(raw, source_format="opencode").data == raw


def test_only_the_rules_that_are_wanted() -> None:
    raw = ("\ufeff---\nname: tide-clerk\ndescription: So: it reads.\n---\n" + BODY).encode()
    made = fixed(raw, codes={"S005"})
    assert made.data == raw.removeprefix("\ufeff".encode())
    assert codes(made) == ["S005"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01",
        b"---\n- one\n---\nx\n",
        b"Just prose: about the harbour.\n",
        b"spec: 1\nname: x\n",
        HEAD.encode() + BODY.encode(),
    ],
)
def test_what_cannot_or_need_not_be_mended_is_left(raw: bytes) -> None:
    assert fixed(raw).data == raw


@pytest.mark.parametrize(
    "value", ["a: b", "*starred*", "@mention it", "`code` first", "[x] then: y", "100%: sure", 'say "x": y']
)
def test_a_strict_reader_takes_what_was_mended(value: str) -> None:
    """python-frontmatter refuses the file before, and reads the value that was meant after."""
    raw = f"---\nname: tide-clerk\ndescription: {value}\n---\n{BODY}".encode()
    with pytest.raises(Exception, match=r"."):
        frontmatter.loads(raw.decode())
    assert frontmatter.loads(fixed(raw).data.decode())["description"] == value


TYPOS = b"""---
name: tide-clerk
description: Reads the gauge.
tools: Read, Gerp, Wrte
model: sonet
---
Sonet and Gerp stay what they are in prose.
"""
MEANT = TYPOS.replace(b"Read, Gerp, Wrte", b"Read, Grep, Write").replace(b"sonet", b"sonnet")


def test_what_a_client_probably_was_to_read_is_put_there_when_asked_for() -> None:
    """The proposals of V203: every one of a list, at its word, and nowhere else."""
    made = fixed(TYPOS)
    assert made.data == TYPOS
    assert {mend.rule.code for mend in made.left} == {"V203"}
    assert fixed(TYPOS, unsafe=True).data == MEANT
    assert fixed(MEANT, unsafe=True).data == MEANT
    assert fixed(TYPOS, unsafe=True, codes=set(RULES) - {"V203"}).data == TYPOS


def test_a_name_that_stands_otherwise_than_it_reads_is_looked_for_in_its_entry_only() -> None:
    """An escape spells it: the word below is another."""
    raw = TYPOS.replace(b"tools: Read, Gerp, Wrte\nmodel: sonet", b'tools: ["G\\x65rp"]')
    assert fixed(raw, unsafe=True).data == raw


@pytest.mark.parametrize("id_", sorted(CLIENTS))
def test_a_name_that_is_proposed_is_one_that_the_client_knows(id_: str) -> None:
    """Else mending would not come to an end."""
    for meant in filter(None, {closest_tool(id_, word) for word in tools_of(id_)}):
        text = f"---\nname: tide\ndescription: Tides.\ntools: [{meant}]\n---\n{BODY}"
        client = CLIENTS[id_]
        met = [ruling.met for ruling in rulings(client, client.reader.see(file_of(decode(text.encode(), "a.md"))))]
        assert not [one for one in met if one.items], meant


def test_what_nobody_sees_is_taken_out_when_asked_for() -> None:
    """However often it stands there; a report tells but the first few."""
    raw = (HEAD + "Read\u200bers of the gau\u2063ge.\n" * 100).encode()
    assert {mend.rule.code for mend in fixed(raw).left} == {"X104", "X106"}
    assert fixed(raw).data == raw
    assert fixed(raw, unsafe=True).data == (HEAD + "Readers of the gauge.\n" * 100).encode()


# --- the command ------------------------------------------------------------------------------------

LOOSE = b"---\nname: tide-clerk\ndescription: So: it reads.\n---\n" + BODY.encode()
STRICT = LOOSE.replace(b"So: it reads.", b'"So: it reads."')


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three agents, one to be mended and one that only unsafe mends change."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "agents"
    folder.mkdir()
    (folder / "tide-clerk.md").write_bytes(LOOSE)
    (folder / "pilot.md").write_bytes(HEAD.replace("tide-clerk", "pilot").encode() + b"One.\r\nTwo.\n")
    (folder / "berth.md").write_bytes(HEAD.replace("tide-clerk", "berth").encode() + BODY.encode())
    return folder


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(check, [*words])
    assert result.exit_code == code, (result.exit_code, result.output, result.stderr, result.exception)
    return result


def test_a_diff_is_shown_and_nothing_written(crew: Path) -> None:
    result = run("agents", "--diff", code=1)
    assert '-description: So: it reads.\n+description: "So: it reads."\n' in result.stdout
    assert "would mend S102 quoted-scalar in 1 file" in result.stderr
    assert "left: S006 mixed-newlines" in result.stderr
    assert (crew / "tide-clerk.md").read_bytes() == LOOSE


def test_fixing_writes_what_is_safe_and_checks_what_is_then_there(crew: Path) -> None:
    mode = (crew / "tide-clerk.md").stat().st_mode | 0o100
    (crew / "tide-clerk.md").chmod(mode)
    result = run("agents", "--fix")
    assert "mended S102 quoted-scalar in 1 file" in result.stderr
    assert "S102" not in result.stdout
    assert (crew / "tide-clerk.md").read_bytes() == STRICT
    assert (crew / "tide-clerk.md").stat().st_mode == mode
    assert b"\r" in (crew / "pilot.md").read_bytes()
    assert "mended" not in run("agents", "--fix").stderr
    run("agents", "--fix", "--unsafe-fixes")
    assert b"\r" not in (crew / "pilot.md").read_bytes()
    assert run("agents", "--diff").stdout == ""


def test_proposals_are_shown_and_made_and_then_nothing_is_left(crew: Path) -> None:
    (crew / "tide-clerk.md").write_bytes(TYPOS)
    shown = run("agents/tide-clerk.md", "--diff", "--unsafe-fixes", code=1)
    assert "+tools: Read, Grep, Write\n+model: sonnet\n" in shown.stdout
    assert (crew / "tide-clerk.md").read_bytes() == TYPOS
    assert "left: V203 client-reads-otherwise, which may" in run("agents/tide-clerk.md", "--fix").stderr
    made = run("agents/tide-clerk.md", "--fix", "--unsafe-fixes")
    assert "mended V203 client-reads-otherwise x3 in 1 file" in made.stderr
    assert "V203" not in made.stdout
    assert (crew / "tide-clerk.md").read_bytes() == MEANT
    assert "mended" not in run("agents/tide-clerk.md", "--fix", "--unsafe-fixes").stderr


def test_what_another_client_would_read_is_no_mend_of_this_file(crew: Path) -> None:
    told = crew / "tide-clerk.md"
    told.write_bytes(TYPOS)
    result = run("agents/tide-clerk.md", "--for", "copilot", "--select", "V205", "--fix", "--unsafe-fixes")
    assert told.read_bytes() == TYPOS
    assert "it has no tool 'Gerp'" in result.stdout
    assert "  = a copy for it would say `grep`\n" in result.stdout


def test_only_what_is_selected_is_mended(crew: Path) -> None:
    run("agents", "--fix", "--ignore", "S102")
    assert (crew / "tide-clerk.md").read_bytes() == LOOSE


COLON = "description: Use it so: at high water.\n"
QUOTED = COLON.replace(": Use", ': "Use').replace(".\n", '."\n')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "---\nname: tide-clerk\n# specs: ignore S102 -- our client reads it\n" + COLON + "---\nDonâ€™t sail.\n",
            "---\nname: tide-clerk\n# specs: ignore S102 -- our client reads it\n" + COLON + "---\nDon’t sail.\n",
        ),
        (
            HEAD + "Donâ€™t sail. <!-- specs: ignore S007 -->\nDonâ€™t row.\n",
            HEAD + "Donâ€™t sail. <!-- specs: ignore S007 -->\nDon’t row.\n",
        ),
        (HEAD + "<!-- specs: ignore S006 -->\r\nYou read.\n", HEAD + "<!-- specs: ignore S006 -->\r\nYou read.\n"),
        (
            "---\nname: tide-clerk\ndescription: Tides.\ntools: Gerp  # specs: ignore V203\nmodel: sonet\n---\nYou.\n",
            "---\nname: tide-clerk\ndescription: Tides.\ntools: Gerp  # specs: ignore V203\nmodel: sonnet\n---\nYou.\n",
        ),
    ],
    ids=["for the file", "for a line", "for its spelling", "for a proposal"],
)
def test_what_a_file_suppresses_is_left_as_it_is(crew: Path, before: str, after: str) -> None:
    told = crew / "tide-clerk.md"
    told.write_bytes(before.encode())
    run("agents/tide-clerk.md", "--fix", "--unsafe-fixes", "--fail-on", "error")
    assert told.read_bytes().decode() == after


def test_what_the_project_suppresses_is_left_as_it_is(crew: Path) -> None:
    Path("specs").mkdir()
    Path("specs", "collections.yaml").write_text("port: {root: agents, check: {paths: {loose.md: [S102]}}}\n")
    for name in ("loose", "strict"):
        (crew / f"{name}.md").write_text(f"---\nname: {name}\n" + COLON + "---\nYou read.\n")
    run("agents", "--fix", "--select", "S102")
    assert COLON in (crew / "loose.md").read_text()
    assert QUOTED in (crew / "strict.md").read_text()


def header(*lines: str) -> bytes:
    return "\n".join(["---", "name: tide-clerk", *lines, "---", BODY]).encode()


@pytest.mark.parametrize("limit", ["tools: Read", "disallowedTools: Bash", "permissionMode: plan", "permission: {}"])
@pytest.mark.parametrize("above", ["Use it so: now", '"Use it', "Use it so: now\nand then", "|\n   Use it."])
def test_an_agent_never_loses_a_limit_that_is_indented_by_mistake(limit: str, above: str) -> None:
    raw = header(f"description: {above}", f" {limit}")
    assert fixed(raw, unsafe=True).data == raw
    outcome = understood(raw, fmt="claude-code")
    (told,) = [finding for finding in outcome.findings if finding.rule.severity >= ERROR]
    assert (outcome.specs, told.rule.code) == ((), "S125")
    assert raw.decode()[told.span.start :].startswith(limit)


def test_what_a_value_may_have_taken_in_is_no_safe_mend() -> None:
    raw = header("description: Use it so: now", " model: haiku", "  color: blue", "skills: a: b")
    safe = fixed(raw)
    assert safe.data == raw.replace(b"a: b", b'"a: b"'), "what it has no part in is mended"
    assert [mend.rule.code for mend in safe.left] == ["S124"]
    assert fixed(safe.data).data == safe.data
    made = fixed(raw, unsafe=True)
    assert made.data == header('description: "Use it so: now"', "model: haiku", "color: blue", 'skills: "a: b"')
    assert fixed(made.data, unsafe=True).data == made.data


def test_a_quote_is_closed_only_where_one_line_has_it() -> None:
    raw = header('description: "Reads', "  the gauge.", "model: haiku")
    assert fixed(raw, unsafe=True).data == raw


def test_an_open_quote_and_an_indented_key_are_told_with_their_own_way_out(crew: Path) -> None:
    (crew / "pilot.md").unlink()
    (crew / "tide-clerk.md").write_bytes(header('description: "Reads the gauge.', "model: haiku"))
    told = run("agents", code=1).stdout
    assert told.count("tide-clerk.md:3:14: ") == 2, "the quote itself, in S126 and V201"
    assert "a quote is never closed" in told
    (crew / "tide-clerk.md").write_bytes(header("description: Reads it: now.", " model: haiku"))
    told = run("agents", code=1).stdout
    assert told.count("= begin 'model' at the margin") == 2
    assert "put such values in quotes" not in told


def test_a_file_that_cannot_be_written_is_a_finding(crew: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(_fixes, "write_whole", fail)
    assert "S010 unreadable" in run("agents", "--fix").stderr
    assert (crew / "tide-clerk.md").read_bytes() == LOOSE


@pytest.mark.usefixtures("crew")
def test_generated_specs_are_mended_at_their_source() -> None:
    assert CliRunner().invoke(convert, ["agents", "-o", "specs", "-q"]).exit_code == 0
    before = {path: path.read_bytes() for path in Path("specs").rglob("*.yaml")}
    run("specs", "--fix")
    assert {path: path.read_bytes() for path in Path("specs").rglob("*.yaml")} == before


@pytest.mark.usefixtures("crew")
def test_unsafe_alone_is_misuse() -> None:
    assert "goes with --fix or --diff" in run("agents", "--unsafe-fixes", code=2).stderr


CORPUS = SHARED / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus is not in {CORPUS}")
@pytest.mark.parametrize(
    ("unsafe", "every"), [(False, 8), *(pytest.param(how, 1, marks=pytest.mark.heavy) for how in (False, True))]
)
def test_on_the_corpus_twice_is_once_and_safe_keeps_the_meaning(unsafe: bool, every: int) -> None:
    changed = 0
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[::every]:
        path = CORPUS / row["collection"] / row["path"]
        source = Input(path, row["path"], row["path"], row["collection"], explicit=True)
        raw = path.read_bytes()
        once = mended(source, None, raw, codes=set(RULES), unsafe=unsafe)
        if once.data == raw:
            continue
        changed += 1
        assert mended(source, None, once.data, codes=set(RULES), unsafe=unsafe).data == once.data, row["path"]
        before, after = (understand(source, Options(), None, data) for data in (raw, once.data))
        if not unsafe:
            for was, now in zip(before.specs, after.specs, strict=True):
                assert (was.name, was.description, was.tools, was.model, was.prompt) == (
                    now.name, now.description, now.tools, now.model, now.prompt,
                ), row["path"]  # fmt: skip
    assert changed > 40 / every


@pytest.mark.clients
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus is not in {CORPUS}")
@pytest.mark.parametrize("judge", ["claude", "qwen", "copilot"])
def test_clients_take_what_was_mended(judge: str, tmp_path: Path) -> None:
    """Every mended file of the corpus, before and after; what still stands in the way is a key that stands twice."""
    script, installed, _ = ASKED[judge]
    if not installed.exists():
        pytest.skip(f"{judge} is not installed")
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["format"] == "claude-agent-md"]
    for row in rows:
        path = CORPUS / row["collection"] / row["path"]
        raw = path.read_bytes()
        made = fixed(raw, path=row["path"])
        name = path.stem + (".agent.md" if judge == "copilot" else ".md")
        if made.data != raw and not (before / name).exists():
            (before / name).write_bytes(raw)
            (after / name).write_bytes(made.data)
    program = "node" if script.endswith(".mjs") else sys.executable
    taken, refusals = {}, []
    for folder in (before, after):
        ran = subprocess.run(
            [program, str(JUDGES / script), *map(str, sorted(folder.iterdir()))],
            env={**os.environ, "JUDGES_HOME": str(HOME)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = [json.loads(line) for line in ran.stdout.splitlines()]
        assert len(said) == len(list(folder.iterdir())) > 40, ran.stderr[-500:]
        taken[folder] = {Path(one["file"]).name for one in said if one["ok"]}
        refusals = [str(one["error"]) for one in said if not one["ok"]]
    assert taken[before] < taken[after]
    assert all("duplicate entry" in why for why in refusals), refusals
