"""What an agent may touch before and after: wider access is never written silently."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from trips import read_back, understood

from converters.cli import compat_, specs
from converters.formats import FORMATS
from converters.leave import decided, leave_of, narrowest
from converters.model import AgentSpec, Tool, Tools
from converters.report import Report, report
from converters.tools import KINDS, gains
from converters.vocabulary import load

HEAD = "name: berth-clerk\ndescription: Assigns berths\n"


def read(text: str, fmt: str = "claude-code", path: str = "agents/berth-clerk.md") -> AgentSpec:
    (spec,) = understood(text.encode(), path, fmt=fmt).specs
    return spec


def claude(keys: str) -> AgentSpec:
    return read(f"---\n{HEAD}{keys}---\nAssign berths.\n")


def there(spec: AgentSpec, fmt: str) -> Tools | None:
    back = read_back(spec, FORMATS[fmt])
    assert back is not None
    return back.tools


def names(tools: Tools | None) -> set[str]:
    assert tools is not None and tools.allow is not None
    return {tool.name for tool in tools.allow}


def fates(made: Report) -> dict[str, str]:
    return {fate.field: fate.status for fate in made.fields}


def told(made: Report) -> dict[str, str]:
    return {fate.field: fate.note or "" for fate in made.fields}


def test_of_an_agent_with_servers_it_is_told_that_it_gains_others() -> None:
    """Codex gives an agent every server of the session; only what it did not have before is wider."""
    words = {}
    for tools in ("Read, mcp__tides__now", "Read"):
        made = report(read(f"---\n{HEAD}tools: {tools}\n---\nx\n", "claude-code"), FORMATS["codex"])
        assert made.gains == ("mcp",)
        (wider,) = [finding for finding in made.findings("a.md") if finding.rule.code == "A101"]
        words[tools] = wider.message
    assert words == {
        "Read, mcp__tides__now": "in Codex the agent may also use more MCP servers, or more of their tools",
        "Read": "in Codex the agent may also use MCP servers",
    }


def test_the_same_is_told_by_whatever_tells_what_is_gained(tmp_path: Path) -> None:
    """Also where two states of a library, or two agents, are held against each other."""
    for name, tools in {"old": "Read, mcp__tides__now", "new": "Read, mcp__tides__now, mcp__log__add"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "berth-clerk.md").write_text(f"---\n{HEAD}tools: {tools}\n---\nAssign berths.\n")
    both = [str(tmp_path / name) for name in ("old", "new")]
    for verb in ("diff", "compare"):
        told = " ".join(CliRunner().invoke(specs, [verb, *both]).stdout.split())
        assert "also use more MCP servers, or more of their tools" in told
    words = ["compat", str(tmp_path / "old" / "berth-clerk.md"), "--to", "codex"]
    assert "also use more MCP servers" in " ".join(CliRunner().invoke(specs, words).stdout.split())


def advice(made: Report) -> str:
    return "".join(finding.advice for finding in made.findings("a.md") if finding.rule.code == "A101")


ONE_LIST = sorted(
    fmt.id for fmt in FORMATS.values() if fmt.writes and "tools" in fmt.by_field and "tools.deny" not in fmt.by_field
)


@pytest.mark.parametrize("id_", ONE_LIST)
def test_what_is_denied_is_left_out_where_it_cannot_be_denied(id_: str) -> None:
    spec = claude("tools: Read, Grep, Bash, Edit\ndisallowedTools: Bash\n")
    made = report(spec, FORMATS[id_])
    assert not made.gains and "shell" not in made.access_after
    assert "shell" not in names(there(spec, id_))
    assert fates(made)["tools.deny"] in {"reduced", "dropped"}


def test_what_is_left_is_told() -> None:
    spec = claude("tools: Read, Grep, Bash, Edit\ndisallowedTools: Bash\n")
    made = report(spec, FORMATS["gemini-cli"])
    assert fates(made)["tools"] == fates(made)["tools.deny"] == "reduced"
    assert told(made)["tools"] == told(made)["tools.deny"] == "what is denied is only left out"
    apart = report(claude("tools: Read\ndisallowedTools: Bash\n"), FORMATS["gemini-cli"])
    assert fates(apart)["tools"] == "mapped"


def test_a_list_of_denied_tools_alone_is_refused_where_there_is_none() -> None:
    made = report(claude("disallowedTools: Bash\n"), FORMATS["copilot"])
    assert "shell" in made.gains


def test_a_denied_server_takes_its_tools_along() -> None:
    spec = claude("tools: Read, mcp__tides__high\ndisallowedTools: mcp__tides\n")
    assert report(spec, FORMATS["copilot"]).access_before == ("read",)
    assert names(there(spec, "copilot")) == {"read", "list"}


@pytest.mark.parametrize("id_", ["adk", "strands", "crewai-json", "autogen", "prompty", "dotprompt"])
def test_none_is_not_the_same_as_all(id_: str) -> None:
    """Where a missing key grants none, leaving all unsaid is a loss."""
    made = report(claude("tools: '*'\n"), FORMATS[id_])
    assert fates(made)["tools"] == "reduced"
    assert "means the same" not in told(made)["tools"]


def test_all_is_the_same_as_nothing_said_where_the_host_has_it() -> None:
    made = report(claude("tools: '*'\n"), FORMATS["cursor"])
    assert (fates(made)["tools"], told(made)["tools"]) == ("mapped", "left unsaid, which means the same there")
    assert not made.losses


@pytest.mark.parametrize(
    "id_",
    [
        *(
            "copilot",
            "vscode",
            "opencode",
            "kilo",
            "codex",
            "cline",
            "kiro",
            "goose-agent",
            "goose-recipe",
            "crewai",
            "adk",
        ),
        *("agent-skill", "agents-md", "cursor-rule", "windsurf-rule", "roo"),
    ],
)
def test_a_model_that_is_the_hosts_is_left_unsaid_without_loss(id_: str) -> None:
    """Where a missing key means it, and where an agent goes on with the model of whoever uses it."""
    made = report(claude("model: inherit\n"), FORMATS[id_])
    assert (fates(made)["model"], told(made)["model"]) == ("mapped", "left unsaid, which means the same there")
    assert "model" not in {loss.field for loss in made.losses}
    other = report(claude("model: opus\n"), FORMATS[id_])
    assert told(other)["model"] != "left unsaid, which means the same there"


@pytest.mark.parametrize("id_", ["bedrock-agent", "openai-assistant", "m365-declarative", "a2a-card"])
def test_a_model_is_lost_where_there_is_no_host_to_choose_it(id_: str) -> None:
    assert "model" in {loss.field for loss in report(claude("model: inherit\n"), FORMATS[id_]).losses}


def test_a_memory_brings_its_tools() -> None:
    spec = claude("tools: Grep\nmemory: project\n")
    assert spec.tools == Tools((Tool("grep"),)), "as written"
    assert spec.derived.access == ("read", "write")
    assert not report(spec, FORMATS["claude-plugin"]).gains
    assert report(spec, FORMATS["copilot"]).access_before == ("read", "write")
    assert report(spec, FORMATS["copilot"]).access_after == ("read",)
    by_hand = AgentSpec(name="berth-clerk", tools=Tools((Tool("grep"),)), memory="project")
    assert report(by_hand, FORMATS["claude-code"]).gains == ("write",)
    assert claude("tools: Grep\nmemory: project\ndisallowedTools: Write, Edit\n").derived.access == ("read",)


@pytest.mark.parametrize(
    ("fmt", "path", "text", "key"),
    [
        ("devin", ".devin/agents/a/AGENT.md", f"---\n{HEAD}permissions:\n  deny: [exec]\n---\nx\n", "permissions"),
        (
            "kiro-md",
            ".kiro/agents/a.md",
            f"---\n{HEAD}tools: ['*']\npermissions:\n  rules:\n  - {{capability: shell, effect: deny}}\n---\nx\n",
            "permissions",
        ),
        (
            "kiro-md",
            ".kiro/agents/a.md",
            f"---\n{HEAD}tools: ['*']\ntoolsSettings: {{subagent: {{availableAgents: [pilot]}}}}\n---\nx\n",
            "toolsSettings",
        ),
        ("vscode", ".github/agents/a.agent.md", "---\ndescription: x\nagents: [pilot]\n---\nx\n", "agents"),
        (
            "opencode",
            ".opencode/agents/a.md",
            "---\ndescription: x\npermissions:\n- {permission: bash, action: deny}\n---\nx\n",
            "permissions",
        ),
        ("opencode", ".opencode/agents/a.md", "---\ndescription: x\ndisabled: true\n---\nx\n", "disabled"),
    ],
)
def test_a_limit_under_a_key_of_its_own_does_not_fall_away_silently(fmt: str, path: str, text: str, key: str) -> None:
    spec = read(text, fmt, path)
    made = report(spec, FORMATS["claude-code"])
    assert made.gains == (f"limit:{key}",)
    (wider,) = [finding for finding in made.findings(path) if finding.rule.code == "A101"]
    assert f"do what `{key}` withheld" in wider.message
    assert report(spec, FORMATS["claude-code"], embed=True).gains == made.gains, "a comment limits nothing"
    assert not report(spec, FORMATS[fmt]).gains


def test_a_key_that_withholds_nothing_is_only_dropped() -> None:
    spec = read("---\ndescription: x\nagents: ['*']\n---\nx\n", "vscode", ".github/agents/a.agent.md")
    assert not report(spec, FORMATS["claude-code"]).gains


def test_a_letta_agent_has_the_tools_of_its_file() -> None:
    text = '{"agents": [{"id": "agent-0", "name": "a", "system": "x"%s}]}'
    for said in ("", ', "tool_ids": [], "include_base_tools": false'):
        spec = read(text % said, "letta-af", "a.af")
        assert spec.tools == Tools(())
        assert there(spec, "claude-code") == Tools(())
    spec = read(text % ', "tool_ids": ["tool-0"]', "letta-af", "a.af")
    assert spec.tools == Tools((Tool("letta-af:tool-0"),))
    assert names(there(spec, "claude-code")) == set()


RECIPE = "title: Berths\ndescription: Assigns berths\ninstructions: Assign berths.\n"


def test_a_recipe_has_the_tools_of_its_extensions() -> None:
    assert read(RECIPE, "goose-recipe", "a.yaml").tools is None, "the host's"
    assert read(f"{RECIPE}extensions: []\n", "goose-recipe", "a.yaml").tools == Tools(())
    spec = read(
        f"{RECIPE}extensions:\n- {{type: builtin, name: developer}}\n"
        "- {type: stdio, name: tides, cmd: tides}\n- {type: stdio, name: log, cmd: log, available_tools: [add]}\n",
        "goose-recipe",
        "a.yaml",
    )
    assert names(spec.tools) == {"shell", "read", "write", "edit", "mcp:tides", "mcp:log/add"}
    made = report(spec, FORMATS["claude-code"])
    assert not made.gains and names(there(spec, "claude-code")) == names(spec.tools)
    assert fates(report(spec, FORMATS["goose-recipe"]))["tools"] == "kept"


def test_codex_is_told_not_to_search_the_web() -> None:
    spec = claude("tools: Read, Grep, Glob\n")
    made = report(spec, FORMATS["codex"])
    assert made.gains == ("mcp",)
    assert fates(made)["extensions.codex.web_search"] == "defaulted"
    assert "sandbox" not in advice(made), "that is done already"
    assert names(there(spec, "codex")) == {"read", "list", "glob", "grep", "mcp:*"}
    assert "network" in report(claude("tools: Read, WebSearch\n"), FORMATS["codex"]).access_after
    assert "sandbox" in advice(report(claude("tools: Read, Edit\n"), FORMATS["codex"]))


@pytest.mark.parametrize("sandbox", ["", 'sandbox_mode = "read-only"\n', 'sandbox_mode = "danger-full-access"\n'])
def test_codex_without_web_search_is_read_so_and_comes_back(sandbox: str) -> None:
    text = f'name = "a"\ndescription = "x"\n{sandbox}web_search = "disabled"\ndeveloper_instructions = "x"\n'
    spec = read(text, "codex", ".codex/agents/a.toml")
    assert spec.tools is not None
    assert "web-search" in {tool.name for tool in spec.tools.deny} | ({"web-search"} - names_or_all(spec.tools))
    made = report(spec, FORMATS["codex"])
    assert not made.gains and set(fates(made).values()) == {"kept"}
    assert there(spec, "codex") == spec.tools


def names_or_all(tools: Tools) -> set[str]:
    return {"web-search"} if tools.allow is None else names(tools)


def test_a_cursor_agent_that_changes_nothing_runs_nothing() -> None:
    made = report(claude("tools: Read, Grep\n"), FORMATS["cursor"])
    assert made.gains == ("mcp", "network", "spawn")
    assert "readonly" not in advice(made), "that is done already"
    assert "readonly" in advice(report(claude("disallowedTools: Bash\n"), FORMATS["cursor"]))


@pytest.mark.parametrize("target", ["codex", "cursor"])
def test_a_switch_is_no_way_out_for_what_it_does_not_hold_back(target: str) -> None:
    made = report(claude("tools: Read, Write, Edit, Bash\n"), FORMATS[target])
    assert "mcp" in made.gains and not {"write", "shell"} & set(made.gains)
    assert "deny the tools" not in advice(made)


@pytest.mark.parametrize("target", ["codex", "cursor"])
def test_the_way_out_by_a_switch_leads_out(target: str) -> None:
    """Claude Code's users deny these three; that notebooks could still be edited there widens nothing."""
    first = report(claude("disallowedTools: Bash\n"), FORMATS[target])
    assert "deny the tools that change files or run commands" in advice(first)
    assert report(claude("disallowedTools: Write, Edit, Bash\n"), FORMATS[target]).gains == ()


def test_a_model_that_comes_back_as_another_word_is_told_so() -> None:
    made = report(claude("model: gpt-5.1-codex\n"), FORMATS["codex"])
    assert "no such word" not in told(made)["model"]


@pytest.mark.parametrize(
    ("before", "after", "gained"),
    [
        # Denied tools that the target brings back with a group.
        (
            Tools(None, (Tool("write"), Tool("edit"))),
            Tools((Tool("read"), Tool("edit"), Tool("notebook-edit"))),
            ("write",),
        ),
        (Tools(None, (Tool("mcp:github"),)), None, ("mcp",)),
        (
            Tools((Tool("read"), Tool("shell")), (Tool("shell", ("rm:*",)), Tool("mcp:github"))),
            Tools((Tool("read"), Tool("shell"))),
            ("shell",),
        ),
        # All servers where one tool of one was named.
        (Tools((Tool("read"), Tool("mcp:github/get_issue"))), Tools((Tool("read"), Tool("mcp:*"))), ("mcp",)),
        (Tools((Tool("mcp:github"),), (Tool("mcp:github/delete"),)), Tools((Tool("mcp:github"),)), ("mcp",)),
        # Narrower, or the same.
        (Tools((Tool("mcp:github"),)), Tools((Tool("mcp:github/get_issue"),)), ()),
        (Tools(None, (Tool("shell"),)), Tools(None, (Tool("shell"),)), ()),
        (None, None, ()),
    ],
)
def test_a_denial_or_a_server_that_is_lost_is_a_gain(
    before: Tools | None, after: Tools | None, gained: tuple[str, ...]
) -> None:
    assert gains(before, after) == gained


@pytest.mark.parametrize(
    ("keys", "target", "said"),
    [
        ("tools: Read\n", "codex", "Read"),
        ("disallowedTools: Bash\n", "copilot", "Bash"),
        ("tools: Read\ndisallowedTools: Bash\n", "codex", "Read"),
    ],
)
def test_wider_access_is_told_at_the_line_that_limits_it(keys: str, target: str, said: str) -> None:
    text = f"---\n{HEAD}{keys}---\nAssign berths.\n"
    outcome = understood(text.encode(), fmt="claude-code")
    found = report(outcome.specs[0], FORMATS[target]).findings("x.md", outcome.places[0])
    (wider,) = [finding for finding in found if finding.rule.code == "A101"]
    assert text[wider.span.start : wider.span.stop] == said


# --- --access ------------------------------------------------------------------------------------


def convert(folder: Path, *words: str) -> Result:
    (folder / "berth-clerk.md").write_text(f"---\n{HEAD}tools: Read\n---\nAssign berths.\n")
    return CliRunner().invoke(specs, ["convert", str(folder / "berth-clerk.md"), "-o", str(folder / "out"), *words])


TEAM = ("--to", "claude-code,codex,cursor,gemini-cli")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ((), {"Codex", "Cursor"}),
        (("--access", "codex=allow"), {"Cursor"}),
        (("--access", "codex=allow", "--access", "cursor=allow"), set()),
        (("--access", "codex=allow, cursor=allow"), set()),
        (("--access", "allow", "--access", "cursor=refuse"), {"Cursor"}),
        (("--access", "cursor=refuse", "--access", "allow"), {"Cursor"}),
        (("--access", "codex=allow", "--access", "codex=refuse"), {"Codex", "Cursor"}),
    ],
)
def test_access_is_said_for_one_format(words: tuple[str, ...], refused: set[str], tmp_path: Path) -> None:
    done = convert(tmp_path, *TEAM, *words)
    assert set(re.findall(r"A101 wider-access\] in (\w+) ", done.stderr)) == refused
    assert done.exit_code == bool(refused)
    there = {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()}
    assert there == {".claude", ".gemini", *({".codex", ".cursor"} - {f".{name.lower()}" for name in refused})}


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ((), {"Codex", "Cursor"}),
        (("--access", "codex=mcp"), {"Cursor"}),
        (("--access", "codex=mcp", "--access", "cursor=network+spawn+mcp"), set()),
        (("--access", "mcp"), {"Cursor"}),
        (("--access", "codex=warn,cursor=allow"), {"Codex"}),
        (("--access", "allow"), set()),
    ],
)
def test_leave_is_told_to_a_check_as_to_a_conversion(words: tuple[str, ...], refused: set[str], tmp_path: Path) -> None:
    converted = convert(tmp_path, "--to", "codex,cursor", *words)
    checked = CliRunner().invoke(specs, ["check", str(tmp_path / "berth-clerk.md"), "--for", "codex,cursor", *words])
    assert set(re.findall(r"A101 wider-access\] in (\w+) ", checked.stdout)) == refused
    assert checked.exit_code == converted.exit_code == bool(refused)
    assert set(re.findall(r"L102 reduced\] (\w+) ", checked.stdout)) == {"Codex", "Cursor"}, "losses are told as before"


def test_leave_without_a_format_that_is_asked_about_is_misuse(tmp_path: Path) -> None:
    convert(tmp_path)
    done = CliRunner().invoke(specs, ["check", str(tmp_path / "berth-clerk.md"), "--access", "codex=mcp"])
    assert done.exit_code == 2
    assert "--access goes with --for" in done.stderr


def test_a_warning_for_one_format_is_written_and_told(tmp_path: Path) -> None:
    done = convert(tmp_path, *TEAM, "--access", "codex=warn")
    assert "in Codex the agent may also" in done.stderr
    assert (tmp_path / "out" / ".codex" / "agents" / "berth-clerk.toml").is_file()
    assert not (tmp_path / "out" / ".cursor").exists()


def test_the_way_out_is_for_one_format_and_leads_out(tmp_path: Path) -> None:
    done = convert(tmp_path, *TEAM)
    ways = re.findall(r"--access (\S+=\S+)", " ".join(done.stderr.split()))
    own, others = "cursor=network+spawn+mcp", "cursor=write+shell+network+spawn+mcp"
    assert ways == ["codex=mcp", own, others], "and it is no wider than it must be"
    assert convert(tmp_path, *TEAM, *(word for way in ways for word in ("--access", way))).exit_code == 0


@pytest.mark.parametrize(
    ("tools", "leave", "refused"),
    [
        ("Read", "mcp", False),
        ("Read", "mcp+network", False),
        ("Read", " network + mcp ", False),
        ("Read", "network+shell", True),
        ("Read, Edit", "mcp", True),
        ("Read, Edit", "shell+network", True),
        ("Read, Edit", "shell+mcp", False),
    ],
)
def test_leave_for_some_kinds_of_access_is_for_these_alone(
    tools: str, leave: str, refused: bool, tmp_path: Path
) -> None:
    """Codex gives whoever reads all servers; who edits gets a shell, too."""
    (tmp_path / "a.md").write_text(f"---\n{HEAD}tools: {tools}\n---\nAssign berths.\n")
    words = ("convert", str(tmp_path / "a.md"), "--to", "codex", "-o", str(tmp_path / "out"), "--access")
    done = CliRunner().invoke(specs, [*words, f"codex={leave}"])
    assert done.exit_code == refused
    assert ("A101" in done.stderr) == refused, "what is allowed is not told, as with `allow`"
    assert (tmp_path / "out" / ".codex").exists() != refused
    assert CliRunner().invoke(specs, [*words, leave]).exit_code == refused, "for all formats"


def test_a_limit_that_falls_away_is_beyond_all_kinds_of_access() -> None:
    gained = ("mcp", "limit:permissions")
    assert decided("+".join(KINDS), gained) == "refuse"
    assert narrowest(gained) == "allow"


@given(st.sets(st.sampled_from(KINDS), min_size=1), st.sets(st.sampled_from(KINDS)))
def test_the_narrowest_leave_lets_pass_what_it_was_made_for_and_nothing_else(made: set[str], gained: set[str]) -> None:
    leave = narrowest(made)
    assert leave_of(leave) == leave
    assert (decided(leave, gained) == "allow") == (gained <= made)


def test_kinds_of_access_are_those_of_the_vocabulary() -> None:
    assert tuple(load("tools")["access"]) == KINDS
    guide = Path(__file__).parents[1] / "site/guide/access.md"
    first, _, _ = guide.read_text(encoding="utf-8").partition("## Absent")
    assert tuple(re.findall(r"^\| `(\w+)` \|", first, re.MULTILINE)) == KINDS


WORDS = "refuse, warn, allow, and no kind of access: read, write, shell, network, spawn, mcp, other."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("alow", f"'alow' is none of {WORDS} Did you mean 'allow'?"),
        ("", f"'' is none of {WORDS}"),
        ("codex", "For codex alone say codex=allow."),
        ("codex=yes", f"'yes' is none of {WORDS}"),
        ("codx=allow", "There is no format 'codx'. Did you mean 'codex'?"),
        ("=allow", "'=allow' has no name before the sign."),
        ("codex=allow,", f"'' is none of {WORDS}"),
        ("codex=mcp+shel", f"'shel' is none of {WORDS} Did you mean 'shell'?"),
        ("codex=mcp+", f"'' is none of {WORDS}"),
        ("codex=mcp+allow", "'allow' is said alone, and not joined to others."),
        ("codex=mcp,shell", "Kinds of access are joined by +, as in mcp+shell."),
        ("\x1b[1m=allow", "There is no format '\\x1b[1m'."),
    ],
)
def test_what_is_misspelt_is_told_with_what_was_meant(value: str, said: str, tmp_path: Path) -> None:
    done = convert(tmp_path, "--to", "codex", "--access", value)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert "\x1b" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_shell_offers_what_can_be_said() -> None:
    context = click.Context(specs)
    command = specs.get_command(context, "convert")
    assert command is not None
    (option,) = [param for param in command.params if param.name == "access"]
    assert {"allow", "adk=", "autogen="} <= {item.value for item in option.shell_complete(context, "a")}
    assert [item.value for item in option.shell_complete(context, "codex=")] == [
        f"codex={word}" for word in ("refuse", "warn", "allow", *KINDS)
    ]  # fmt: skip
    joined = [item.value for item in option.shell_complete(context, "codex=mcp+s")]
    assert joined == ["codex=mcp+shell", "codex=mcp+spawn"]
    assert "mcp+mcp" not in [item.value for item in option.shell_complete(context, "mcp+")]


def test_a_list_that_says_more_of_what_a_shell_can_do_anyway_is_no_narrower() -> None:
    fates = {"access_before": ["shell"], "refused_for": [], "gains": []}
    assert compat_._access({**fates, "access_after": ["read", "shell"]}) == "same"
    assert compat_._access({**fates, "access_after": ["read"]}) == "narrower"
