"""What a file says for one tool alone: obeyed for that tool, told plainly to others."""

from __future__ import annotations

from itertools import product

import pytest
from trips import converted, loaded, read_back, understood, written

from converters.addressed import addressed
from converters.fates import FieldFate
from converters.fields import tools_as_read
from converters.findings import DROPPED
from converters.fitting import with_defaults
from converters.formats import FORMATS
from converters.model import AgentSpec, Tool, Tools
from converters.report import report
from converters.tools import gains

HEAD = "---\n{targets}name: tide-forecaster\ndescription: Forecasts high water.\n"
BLOCKS = """claudecode:
  model: sonnet
  initialPrompt: Read the gauge.
copilot:
  tools: [read, search]
  harbour: north
codexcli:
  model_reasoning_effort: high
opencode:
  mode: subagent
  temperature: 0.1
  model: openai/gpt-5
takt:
  berth: 4
"""


def rulesync(blocks: str = BLOCKS, targets: str = 'targets: ["*"]\n') -> AgentSpec:
    text = f"{HEAD.format(targets=targets)}{blocks}---\nYou forecast tides.\n"
    (spec,) = understood(text.encode(), ".rulesync/subagents/tide-forecaster.md", fmt="rulesync").specs
    return spec


def fates(spec: AgentSpec, target: str) -> dict[str, FieldFate]:
    return {fate.field: fate for fate in report(spec, FORMATS[target]).fields}


def there(spec: AgentSpec, target: str) -> AgentSpec:
    back = read_back(spec, FORMATS[target])
    assert back is not None
    return back


# --- the tool it is for ------------------------------------------------------------------------------


def test_a_block_is_obeyed_where_its_tool_is_written() -> None:
    spec = rulesync()
    assert there(spec, "opencode").temperature == 0.1
    assert there(spec, "opencode").model == there(spec, "opencode-json").model == "gpt-5"
    assert there(spec, "codex").effort == "high"
    assert there(spec, "claude-code").extensions == {"claude-code": {"initialPrompt": "Read the gauge."}}
    assert b"model_reasoning_effort" in converted(spec, FORMATS["codex"])


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("copilot", {"tools"}),
        ("vscode", {"tools"}),
        ("codex", {"effort"}),
        ("opencode", {"temperature", "extensions.opencode.mode"}),
        ("claude-code", {"extensions.claude-code.initialPrompt"}),
    ],
)
def test_what_is_obeyed_is_no_loss(target: str, kept: set[str]) -> None:
    told = fates(rulesync(), target)
    assert {told[field].status for field in kept} <= {"kept", "renamed", "mapped"}
    assert not any(fate.status == "dropped" and FORMATS[target].title in (fate.note or "") for fate in told.values())


def test_what_its_tool_has_no_key_for_is_told_as_lost() -> None:
    lost = fates(rulesync(), "copilot")["extensions.rulesync.copilot"]
    assert (lost.status, lost.note) == ("dropped", "no key of its own says what stands there")
    spec = addressed(rulesync(), FORMATS["copilot"])
    assert spec.extensions["rulesync"]["copilot"] == {"harbour": "north"}


def test_what_only_another_tool_says_is_told_in_words() -> None:
    """Alike wherever it is told; `specs compat` says it so too."""
    said = [found.message for found in report(rulesync(), FORMATS["copilot"]).findings("a.md") if found.rule is DROPPED]
    assert any("cannot say rulesync's own copilot;" in message for message in said)
    assert not any("extensions." in message for message in said)


def test_a_block_counts_before_what_all_are_told() -> None:
    """Its owner gives one tool what the others have not: that is no access gained unseen."""
    spec = rulesync("claudecode:\n  tools: Read\ncopilot:\n  tools: [execute]\n")
    assert spec.tools == Tools((Tool("read"),))
    made = report(spec, FORMATS["copilot"])
    assert (made.access_before, made.gains) == (made.access_after, ())
    assert "shell" in made.access_after
    assert report(spec, FORMATS["opencode"]).access_after == ("read",)
    assert not report(spec, FORMATS["opencode"]).gains


def test_where_an_author_says_another_it_is_told() -> None:
    blocks = "claudecode:\n  model: sonnet\n  tools: Read\n  disallowedTools: Edit\ncodexcli:\n  {}\n"
    told = fates(rulesync(blocks.format("sandbox_mode: workspace-write\n  model: gpt-5")), "codex")
    for field in ("tools", "tools.deny", "model"):
        assert (told[field].status, told[field].note) == ("mapped", "its author says another for Codex")
    told = fates(rulesync(blocks.format("model_reasoning_effort: high")), "codex")
    assert not any("its author says" in (fate.note or "") for fate in told.values())


def test_a_block_that_only_denies_lifts_no_list() -> None:
    """`readonly` is no leave for all that changes nothing: the list holds, and its loss is told and refused."""
    spec = rulesync("claudecode:\n  tools: [Read, Grep]\n  disallowedTools: WebFetch\ncursor:\n  readonly: true\n")
    own = addressed(spec, FORMATS["cursor"])
    assert own.tools is not None
    assert own.tools.allow == (Tool("read"), Tool("grep"))
    assert {tool.name for tool in own.tools.deny} >= {"web-fetch", "write", "shell"}
    made = report(spec, FORMATS["cursor"])
    assert made.access_before == ("read",)
    assert set(made.gains) == {"mcp", "network", "spawn"}
    assert fates(spec, "cursor")["tools"].status == "reduced"
    assert b"readonly: true" in converted(spec, FORMATS["cursor"])


LISTS = ("", "  tools: []\n", "  tools: [Read, Grep]\n", "  tools: [Read, Bash]\n", "  tools: [Read, SendMessage]\n")
DENIALS = ("", "  disallowedTools: [Bash]\n", "  disallowedTools: [Read, WebFetch]\n")
_TOOLS = {"tools", "tools.deny"}
OWN_BLOCKS = [
    ("cursor", "cursor", "readonly: true"),
    ("cursor", "cursor", "readonly: false"),
    ("cursor", "cursor", "model: fast"),
    ("codexcli", "codex", "sandbox_mode: read-only"),
    ("codexcli", "codex", "sandbox_mode: workspace-write"),
    ("codexcli", "codex", "sandbox_mode: danger-full-access"),
    ("copilot", "copilot", "tools: [read]"),
    ("copilot", "copilot", "tools: [execute]"),
    ("copilot", "vscode", "tools: []"),
    ("opencode", "opencode", "permission: {bash: allow, edit: deny}"),
    ("opencode", "opencode", 'permission: {"*": deny, bash: allow}'),
    ("opencode", "opencode-json", "tools: {write: false}"),
    ("geminicli", "gemini-cli", "tools: [read_file]"),
    ("qwencode", "qwen-code", "tools: [read_file]"),
    ("factorydroid", "factory", "tools: [Read]"),
]


@pytest.mark.parametrize(("tool", "target", "said"), OWN_BLOCKS)
def test_whatever_a_block_says_access_never_grows_unsaid(tool: str, target: str, said: str) -> None:
    """More than the file says for all is guarded, or its author's own word for that client, which is told."""
    for allowed, denied in product(LISTS, DENIALS):
        ours = f"claudecode:\n  model: sonnet\n{allowed}{denied}"
        spec = rulesync(f"{ours}{tool}:\n  {said}\n")
        made, told = report(spec, FORMATS[target]), fates(spec, target)
        for field, value in (("tools", allowed), ("tools.deny", denied)):
            assert field in told or not value, field
        if not gains(spec.tools, tools_as_read(with_defaults(spec, FORMATS[target]), FORMATS[target])):
            continue
        said_so = any("its author says another" in (told[field].note or "") for field in _TOOLS & told.keys())
        assert made.gains or said_so, (allowed, denied)


def test_a_block_that_cannot_be_read_widens_nothing() -> None:
    spec = rulesync("claudecode:\n  tools: Read\ncopilot:\n  tools: {read: true}\n  model: gpt-5\n")
    made = report(spec, FORMATS["copilot"])
    assert made.access_after == ("read",)
    assert fates(spec, "copilot")["extensions.rulesync.copilot"].status == "dropped"
    assert there(spec, "copilot").model == "gpt-5"
    odd = rulesync("copilot: gpt-5\n")
    assert fates(odd, "copilot")["extensions.rulesync.copilot"].status == "dropped"


@pytest.mark.parametrize("target", [id_ for id_, fmt in FORMATS.items() if fmt.writes])
def test_taken_in_twice_it_is_the_same(target: str) -> None:
    fmt = FORMATS[target]
    once = addressed(rulesync(), fmt)
    assert addressed(once, fmt) == once
    assert [fate.field for fate in report(once, fmt).fields] == [fate.field for fate in report(rulesync(), fmt).fields]


def test_at_home_nothing_moves() -> None:
    spec = rulesync()
    assert addressed(spec, FORMATS["rulesync"]) is spec
    again = loaded(spec)
    assert addressed(again, FORMATS["opencode"]).temperature == 0.1, "from the canonical file, too"
    assert written([again], FORMATS["rulesync"]) == written([spec], FORMATS["rulesync"])
    assert b"  harbour: north\n" in written([spec], FORMATS["rulesync"])


# --- the others --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "others"),
    [
        ("copilot", {"codexcli": "Codex", "opencode": "OpenCode", "takt": "another tool", "claudecode": "Claude Code"}),
        ("gemini-cli", {"copilot": "GitHub Copilot", "codexcli": "Codex", "takt": "another tool"}),
    ],
)
def test_a_block_for_another_tool_is_dropped_with_a_plain_word(target: str, others: dict[str, str]) -> None:
    told = fates(rulesync(), target)
    for key, whose in others.items():
        fate = told[f"extensions.rulesync.{key}"]
        assert (fate.status, fate.note) == ("dropped", f"it is for {whose} alone")


@pytest.mark.parametrize(
    ("targets", "target", "status"),
    [
        ('targets: ["*"]\n', "copilot", "kept"),
        ('targets: "*"\n', "adk", "kept"),
        ("targets: [claudecode, copilot]\n", "copilot", "kept"),
        ("targets: [claudecode, copilot]\n", "vscode", "kept"),
        ("targets: [claudecode, copilot]\n", "codex", "dropped"),
        ("targets: [takt]\n", "claude-code", "dropped"),
        ("targets: 4\n", "claude-code", "dropped"),
    ],
)
def test_targets_are_lost_only_where_they_leave_the_tool_out(targets: str, target: str, status: str) -> None:
    fate = fates(rulesync("", targets), target)["extensions.rulesync.targets"]
    left_out = f"its author did not mean the agent for {FORMATS[target].title}"
    assert (fate.status, fate.note) == (status, left_out if status == "dropped" else None)


def test_every_block_is_a_row_and_for_formats_there_are() -> None:
    for fmt in FORMATS.values():
        for key, ids in fmt.blocks:
            assert key in fmt.by_entry
            assert set(ids) <= FORMATS.keys() - {fmt.id}
