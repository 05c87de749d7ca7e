"""The names clients have for tools and models: the data, the codecs built on it, and a user's own names over it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import tools, vocabulary
from converters.fields import tools_as_read
from converters.formats import FORMATS
from converters.formats._kit import Codec
from converters.formats._models import model_names
from converters.formats._sandboxes import read_only, sandbox_mode
from converters.formats._tools import ALL, tool_aliases, tool_calls, tool_groups, tool_names
from converters.formats._words import color_names, permission_modes
from converters.model import AgentSpec, Json, Tool, Tools
from converters.models import client_model, misspelt, neutral_model
from converters.report import report
from converters.syntax.yaml import node_of
from converters.writing import write

CLIENTS = vocabulary.clients()
NEUTRAL = tuple(vocabulary.load("tools")["tools"])
every_client = pytest.mark.parametrize("name", CLIENTS)
MANY = 30 * settings.default.max_examples
"""Cases of a law about a hundred codecs, so that each has its turn."""


@pytest.fixture(autouse=True)
def _no_overrides() -> Iterator[None]:
    yield
    vocabulary.override({})


def named(*names: str) -> tuple[Tool, ...]:
    return tuple(Tool(name) for name in names)


def back(codec: Codec[Any], value: Any) -> Any:
    """What is read back of what is written; `None` where the key is left out."""
    written = codec.encode(value)
    return None if written is None else codec.decode(node_of(written))


# --- the data ---------------------------------------------------------------------------------------


def test_the_clients_are_those_we_know() -> None:
    wanted = """claude-code copilot vscode opencode kilo codex gemini-cli qwen-code cursor roo factory kiro amazonq
    cline augment junie antigravity cagent agent-skill devin goose crewai adk agentspec agent-framework autogen
    semantic-kernel a2a-card m365-declarative dotprompt prompty strands bedrock-agent openai-assistant"""
    assert set(wanted.split()) <= set(CLIENTS)


@every_client
def test_every_client_says_where_its_facts_are_from(name: str) -> None:
    said = vocabulary.client(name)
    assert re.match(r"https://\S+$", said["source"])
    assert said["read_on"] == date(2026, 11, 21)


TABLES = {"source", "read_on", "same_as", "all", "absent", "limits", "string", "others", "sets", "categories"} | {
    "model_ids",
    "model_looks",
    "model_registry",
    *vocabulary._CHECKS,
    "colors",
}


@every_client
def test_a_client_s_file_is_well_formed(name: str) -> None:
    said = vocabulary.client(name)
    assert said.keys() <= TABLES
    assert said.get("same_as", "codex") in CLIENTS
    user_may_say = {table: said[table] for table in vocabulary._CHECKS.keys() & said.keys() if said[table]}
    vocabulary.override({name: user_may_say})
    neutral = set(said.get("tools") or ())
    for table in ("groups", "understood", "categories"):
        for members in (said.get(table) or {}).values():
            neutral |= set(members)
    assert neutral <= {*NEUTRAL, "mcp:*"}
    assert set(said.get("group_names") or ()) <= set(said.get("groups") or ())


@every_client
def test_no_name_stands_for_two_tools(name: str) -> None:
    spelled = [one.lower() for names in (vocabulary.client(name).get("tools") or {}).values() for one in names]
    assert len(spelled) == len(set(spelled))
    others = [one for names in (vocabulary.client(name).get("group_names") or {}).values() for one in names]
    assert len(others) == len({one.lower() for one in others})
    for group, members in tools.groups(name).items():  # a group called like a tool brings that tool
        neutral = tools.neutral_names(name).get(group.lower())
        assert neutral is None or neutral in members, group


@every_client
def test_first_names_come_back(name: str) -> None:
    for neutral, spelled in tools.client_names(name).items():
        meant = tools.meaning(name, spelled)
        assert meant is not None and neutral in meant
        if spelled not in tools.groups(name):
            assert meant == (neutral,)


@every_client
def test_models_are_one_to_one(name: str) -> None:
    table: Mapping[str, str | None] = vocabulary.client(name).get("models") or {}
    spelled = [own for own in table.values() if own is not None]
    assert len(spelled) == len(set(spelled))
    for word, own in table.items():
        told = client_model(name, word)
        assert (told.name, told.note) == (own, None)
        assert own is None or neutral_model(name, own) == word


def test_vocabulary_is_read_when_it_is_used() -> None:
    """A codec made for a client that does not exist fails when it is asked, not when it is made."""
    codec = tool_names("no-such-client")
    tool_groups("no-such-client"), tool_aliases("no-such-client"), model_names("no-such-client")
    with pytest.raises(FileNotFoundError):
        codec.encode(named("read"))


# --- a user's own names ---------------------------------------------------------------------------------


def test_a_map_lies_over_the_data() -> None:
    codec, names = model_names("codex"), tool_names("kilo")
    assert codec.encode("sonnet") is None
    vocabulary.override({"codex": {"models": {"sonnet": "gpt-5.1-codex"}}, "kilo": {"tools": {"memory": "remember"}}})
    assert codec.encode("sonnet") == "gpt-5.1-codex"
    assert codec.decode(node_of("gpt-5.1-codex")) == "sonnet"
    assert codec.encode("inherit") is None
    assert names.encode(named("memory", "read")) == ["remember", "read"]
    assert vocabulary.overrides()["kilo"] == {"tools": {"memory": ["remember"]}}
    vocabulary.override(vocabulary.overrides())
    assert codec.encode("sonnet") == "gpt-5.1-codex"
    vocabulary.override({})
    assert codec.encode("sonnet") is None
    assert vocabulary.overrides() == {}


def test_two_words_for_one_model_are_told_apart_by_nobody() -> None:
    vocabulary.override({"codex": {"models": {"sonnet": "gpt-5.1", "opus": "gpt-5.1"}}})
    assert neutral_model("codex", "gpt-5.1") == "gpt-5.1"
    codec = model_names("codex")
    assert codec.lost is not None and codec.lost("sonnet", "gpt-5.1") is None  # the user said so


@pytest.mark.parametrize(
    "said", [{"models": {"sonnet": "gpt-5", "opus": "gpt-5"}}, {"model_tiers": {"balanced": "gpt-5"}}]
)
def test_what_the_user_s_own_map_says_of_a_model_is_a_change_and_no_loss(said: Any) -> None:
    spec = AgentSpec(name="tide-forecaster", description="Forecasts tides.", model="sonnet")
    assert "model" in {fate.field for fate in report(spec, FORMATS["codex"]).losses}
    vocabulary.override({"codex": said})
    made = report(spec, FORMATS["codex"])
    assert [(fate.status, fate.key) for fate in made.fields if fate.field == "model"] == [("mapped", "model")]
    assert not made.losses


@pytest.mark.parametrize("said", [{"models": {"fable": "claude-opus-5.5"}}, {"models": {"harbour": "gpt-5"}}])
def test_a_name_of_the_user_s_makes_no_loss_of_others_that_have_it(said: Any) -> None:
    for model in ("opus", "gpt-5"):
        spec = AgentSpec(name="tide-forecaster", description="Forecasts tides.", model=model)
        vocabulary.override({})
        assert not report(spec, FORMATS["copilot"]).losses
        vocabulary.override({"copilot": said})
        made = report(spec, FORMATS["copilot"])
        assert not made.losses
        shared = client_model("copilot", model).name in said["models"].values()
        assert [fate.status for fate in made.fields if fate.field == "model"] == ["mapped"] or not shared
    vocabulary.override({"gemini-cli": {"models": {"fable": str(client_model("gemini-cli", "opus").name)}}})
    assert "the same tier of another maker" in str(report(replace(spec, model="opus"), FORMATS["gemini-cli"]).losses)


def test_a_tool_of_one_client_alone_can_be_given_a_name_elsewhere() -> None:
    spec = AgentSpec(
        name="berth-clerk", description="Assigns berths.", tools=Tools((Tool("read"), Tool("SendMessage")))
    )
    assert "tools" in {fate.field for fate in report(spec, FORMATS["gemini-cli"]).losses}
    vocabulary.override({"gemini-cli": {"tools": {"SendMessage": "signal"}}})
    assert b"  - read_file\n  - signal\n" in write(spec, FORMATS["gemini-cli"])
    assert not report(spec, FORMATS["gemini-cli"]).losses
    assert tools_as_read(spec, FORMATS["gemini-cli"]) == spec.tools


def test_a_name_that_stands_for_more_is_guarded_as_ever() -> None:
    vocabulary.override({"copilot": {"tools": {"SendMessage": "execute"}}})
    spec = AgentSpec(name="berth-clerk", tools=Tools((Tool("read"), Tool("SendMessage"))))
    assert report(spec, FORMATS["copilot"]).gains == ("shell",)


@pytest.mark.parametrize(("client", "name"), [("gitagent", None), ("autogen", "gpt-4o-mini")])
def test_a_name_of_the_user_s_that_is_also_the_usual_one_is_no_placeholder(client: str, name: str | None) -> None:
    """A client that must have a model gets one of ours only where the user says nothing."""
    usual = name or str(client_model(client, "gpt-5").name)
    vocabulary.override({client: {"models": {"sonnet": usual, "opus": usual}}})
    spec = AgentSpec(name="tide-forecaster", description="Forecasts tides.", model="sonnet")
    assert "model" not in {fate.field for fate in report(spec, FORMATS[client]).losses}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"codx": {}}, "'codx' is no client; did you mean 'codex'?"),
        ({"mainframe": {}}, "'mainframe' is no client; there are: a2a-card, "),
        ({"codex": []}, "codex: expected a mapping"),
        ({"codex": {"model": {}}}, "codex.model: there is no such table; did you mean 'models'?"),
        ({"codex": {"model_tiers": {"balancd": "x"}}}, "'balancd' is no tier; did you mean 'balanced'?"),
        ({"codex": {"models": {"sonnet": 5}}}, "codex.models.sonnet"),
        ({"codex": {"models": {5: "x"}}}, "codex.models"),
        ({"factory": {"tools": {"reed": ["Read"]}}}, "factory.tools.reed"),
        ({"factory": {"tools": {"SendMesage": "x"}}}, "'SendMesage' is no tool; did you mean 'SendMessage'?"),
        ({"factory": {"groups": {"signals": "SendMessage"}}}, "'SendMessage' is no tool; there are: "),
        ({"factory": {"tools": {"read": []}}}, "factory.tools.read"),
        ({"factory": {"tools": {"memory": ["Read"]}}}, "factory.tools.memory"),
        ({"roo": {"groups": {"read": ["reed"]}}}, "roo.groups.read"),
        ({"kiro": {"mcp": {"tool": "@{server}"}}}, "kiro.mcp.tool"),
        ({"kiro": {"mcp": {"tools": "x"}}}, "kiro.mcp.tools"),
        ({"kiro": {"mcp": {"tool": "@{server}/{server}/{tool}"}}}, "kiro.mcp.tool: expected text and {server} once"),
        ({"kiro": {"mcp": {"server": "@{server}/{tool}"}}}, "kiro.mcp.server"),
        ({"kiro": {"mcp": {"all": "@{server}"}}}, "kiro.mcp.all"),
        ({"claude-code": {"colors": 5}}, "claude-code.colors"),
        ([], "the map"),
    ],
)
def test_a_wrong_map_is_refused_with_its_key(said: Any, words: str) -> None:
    vocabulary.override({"codex": {"models": {"opus": "gpt-5"}}})
    with pytest.raises(ValueError, match=re.escape(words)):
        vocabulary.override(said)
    assert vocabulary.overrides() == {"codex": {"models": {"opus": "gpt-5"}}}, "nothing changed"
    assert client_model("codex", "opus").name == "gpt-5"


def test_a_misspelt_model_is_told_and_one_s_own_is_not() -> None:
    """Any word may be what somebody's agents call a model; what is nearly a family's is rather a slip."""
    mine = ("opus", "Sonet", "harbour-large", "claude-opus-4-8", "openrouter/deepseek", "inherit", "fast", "gpt-5")
    vocabulary.override({"codex": {"models": dict.fromkeys([*mine, "opsu"], "x")}})
    assert list(misspelt()) == [("codex.models.Sonet", "sonnet"), ("codex.models.opsu", "opus")]


# --- models -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "model", "name", "lossless"),
    [
        ("claude-code", "inherit", "inherit", True),
        ("claude-code", "opus[1m]", "opus[1m]", True),
        ("claude-code", "claude-opus-4-8", "claude-opus-4-8", True),
        ("claude-code", "gpt-5", "opus", False),
        ("claude-code", "flash", "haiku", False),
        ("opencode", "sonnet", "anthropic/claude-sonnet-5", True),
        ("kilo", "haiku", "anthropic/claude-haiku-4-5", True),
        ("opencode", "claude-haiku-5-5", "anthropic/claude-haiku-5-5", True),
        ("opencode", "gpt-5.1", "openai/gpt-5.1", True),
        ("opencode", "openrouter/x", "openrouter/x", True),
        ("opencode", "fable", None, False),
        ("opencode", "house-model", None, False),
        ("copilot", "haiku", "claude-haiku-5.5", True),
        ("copilot", "claude-opus-4-8", "claude-opus-4.8", True),
        ("copilot", "gpt-5.1", "gpt-5.1", True),
        ("copilot", "inherit", None, True),
        ("vscode", "opus", "Claude Opus 4.6 (copilot)", True),
        ("vscode", "GPT-5 (copilot)", "GPT-5 (copilot)", True),
        ("vscode", "gpt-5", None, False),
        ("vscode", "claude-sonnet-4", "Claude Sonnet 4 (copilot)", True),
        ("vscode", "claude-opus-4-5", "Claude Opus 4.5 (copilot)", True),
        ("vscode", "claude-sonnet-4-20250514", None, False),
        ("codex", "gpt-5.1-codex", "gpt-5.1-codex", True),
        ("codex", "inherit", None, True),
        ("codex", "opus", None, False),
        ("codex", "claude-opus-4-8", None, False),
        ("gemini-cli", "opus", "pro", False),
        ("gemini-cli", "sonnet", "auto", False),
        ("gemini-cli", "haiku", "flash", False),
        ("gemini-cli", "gemini-2.5-flash", "gemini-2.5-flash", True),
        ("qwen-code", "inherit", "inherit", True),
        ("qwen-code", "sonnet", None, False),
        ("factory", "sonnet", "sonnet", True),
        ("factory", "custom:mine", "custom:mine", True),
        ("kiro", "sonnet", "claude-sonnet-4", True),
        ("antigravity", "opus", "pro", False),
        ("antigravity", "sonnet", None, False),
        ("dotprompt", "gemini-2.5-flash", "googleai/gemini-2.5-flash", True),
        ("adk", "gemini-2.5-flash", "gemini-2.5-flash", True),
        ("strands", "us.anthropic.claude-sonnet-4-20250514-v1:0", "us.anthropic.claude-sonnet-4-20250514-v1:0", True),
        ("strands", "claude-sonnet-5", None, False),
    ],
)
def test_a_model_is_told_as_the_client_wants_it(client: str, model: str, name: str | None, lossless: bool) -> None:
    told, codec = client_model(client, model), model_names(client)
    assert told.name == name
    assert (told.note is None) == lossless
    assert codec.lost is not None
    again = back(codec, model)
    assert (codec.lost(model, again) is None) == lossless
    if lossless and name is not None:
        assert again == model


def test_what_cannot_be_told_says_what_to_do() -> None:
    assert client_model("codex", "sonnet").note == "no OpenAI model stands for it; give one with --map"
    assert client_model("gemini-cli", "opus").note == "the same tier of another maker"
    assert "--map" in (client_model("qwen-code", "sonnet").note or "")


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
    ("opus", "claude-opus-4-8", "claude-opus-4.8", "gpt-5", "anthropic/claude-opus-4-8", "anthropic/opus", "a/b",
     "openai/gpt-5.1", "Claude Sonnet 4.5 (copilot)", "claude-3-5-sonnet-20241022", "gemini-2.5-pro", "custom:a", "pro")
)  # fmt: skip


@settings(max_examples=MANY)
@given(name=st.sampled_from(CLIENTS), model=NAMES)
def test_a_model_comes_back_or_its_loss_is_told(name: str, model: str) -> None:
    codec = model_names(name)
    assert codec.lost is not None
    again = back(codec, model)
    assert again == model or codec.lost(model, again) or (again is None and client_model(name, model).note is None)
    meant = neutral_model(name, model)  # read from the client, told again, read again: the same
    told = client_model(name, meant)
    assert told.note or told.name is None or neutral_model(name, told.name) == meant or codec.lost(meant, told.name)


def test_one_model_may_stand_in_a_list() -> None:
    codec = model_names("vscode")
    assert codec.decode(node_of(["Claude Sonnet 4.5 (copilot)"])) == "sonnet"
    assert codec.listed is not None and codec.listed("sonnet") == ["Claude Sonnet 4.5 (copilot)"]
    values: tuple[Json, ...] = (["a", "b"], {"a": "b"}, [["a"]])
    for value in values:
        with pytest.raises(ValueError, match="expected"):
            codec.decode(node_of(value))
    assert codec.decode(node_of(None)) is None


# --- tools ------------------------------------------------------------------------------------------------

GEMINI, QWEN = tool_names("gemini-cli", unknown="never"), tool_names("qwen-code", empty="all")
FACTORY = tool_names("factory", empty="all", unknown="never")
KIRO, AMAZONQ, CLINE = tool_names("kiro"), tool_names("amazonq"), tool_names("cline", unknown="never")
AUGMENT, JUNIE = tool_names("augment", empty="all"), tool_names("junie", empty="all")
SKILL, FREE, STRANDS = tool_names("agent-skill", listed=False), tool_names("dotprompt"), tool_names("strands")
VSCODE, COPILOT, CLAUDE, ROO = (
    tool_aliases("vscode"),
    tool_aliases("copilot"),
    tool_calls("claude-code"),
    tool_groups("roo"),
)
ANTIGRAVITY = tool_names("antigravity")
GIT = Tool("shell", ("git:*",))
RE = ("regex:x",)


@pytest.mark.parametrize(
    ("codec", "written", "meant"),
    [
        (CLAUDE, "Read, Bash(git:*), mcp__gh__issue, Task", (Tool("read"), GIT, *named("mcp:gh/issue", "spawn"))),
        (CLAUDE, "Read Grep", named("read", "grep")),
        (CLAUDE, ["mcp__gh", "mcp__jira__*"], named("mcp:gh", "mcp:jira")),
        (CLAUDE, "*", ALL),
        (CLAUDE, ["Read", "*"], ALL),
        (CLAUDE, "", ()),
        (CLAUDE, None, ()),
        (CLAUDE, "Foo, shell", named("Foo", "claude-code:shell")),
        (GEMINI, ["read_file", "read_many_files", "search_file_content"], named("read", "grep")),
        (GEMINI, ["mcp_*", "mcp_gh_*", "mcp_gh_issue"], named("mcp:*", "mcp:gh", "mcp:gh/issue")),
        (GEMINI, ["*"], ALL),
        (GEMINI, [], ()),
        (GEMINI, ["Read", "update_topic"], named("gemini-cli:Read", "gemini-cli:update_topic")),
        (QWEN, "read_file, ReadFolder, task", named("read", "list", "spawn")),
        (QWEN, ["save_memory", "mcp__gh__issue", "mine"], named("memory", "mcp:gh/issue", "mine")),
        (QWEN, [], None),
        (FACTORY, "read-only", named("read", "list", "glob", "grep")),
        (FACTORY, "execution", named("shell")),
        (FACTORY, "all", ALL),
        (FACTORY, "Read, MultiEdit", named("read", "edit")),
        (FACTORY, ["FetchUrl", "Create"], named("web-fetch", "write")),
        (KIRO, ["read", "@git", "@git/status"], named("read", "list", "glob", "grep", "mcp:git", "mcp:git/status")),
        (KIRO, ["fs_write", "@mcp", "use_aws"], named("write", "edit", "mcp:*", "use_aws")),
        (AMAZONQ, ["fs_read", "execute_bash"], named("read", "list", "glob", "grep", "shell")),
        (AMAZONQ, ["@git"], named("mcp:git")),
        (CLINE, "read_file, list_files, editor", named("read", "list", "glob", "shell", "write", "edit")),
        (CLINE, ["ask_question", "use_mcp_tool"], named("ask-user", "cline:use_mcp_tool")),
        (AUGMENT, ["view", "remove-files"], named("read", "remove-files")),
        (JUNIE, ["Read", "Bash"], named("read", "list", "shell")),
        (ANTIGRAVITY, ["view_file", "search_web"], named("read", "web-search")),
        (SKILL, "Read Bash(git:*)", (Tool("read"), GIT)),
        (FREE, ["read", "Tide Table"], named("read", "Tide Table")),
        (VSCODE, ["search", "edit/editFiles"], named("list", "glob", "grep", "code-search", "edit")),
        (VSCODE, ["gh/*", "gh/issue", "search/usages"], named("mcp:gh", "mcp:gh/issue", "vscode:search/usages")),
        (VSCODE, ["codebase", "editFiles", "fetch"], named("code-search", "edit", "web-fetch")),
        (COPILOT, ["Read", "shell"], named("read", "list", "shell", "shell-output", "shell-stop")),
        (COPILOT, "read, gh/issue", named("read", "list", "mcp:gh/issue")),
        (COPILOT, ["*"], ALL),
        (ROO, ["browser"], ()),
        (ROO, ["command", ["edit", {"fileRegex": "x"}]], (Tool("shell"), Tool("write", RE), Tool("edit", RE))),
    ],
)  # fmt: skip
def test_tools_are_understood(codec: Codec[tuple[Tool, ...]], written: Json, meant: tuple[Tool, ...] | None) -> None:
    assert codec.decode(node_of(written)) == meant


@pytest.mark.parametrize(
    ("codec", "meant", "written", "lost"),
    [
        (CLAUDE, (Tool("read"), GIT), "Read, Bash(git:*)", None),
        (CLAUDE, named("read", "code-search"), "Read", "without code-search"),
        (CLAUDE, named("roo:modes", "read"), "Read", "without roo:modes"),
        (CLAUDE, ALL, "*", None),
        (CLAUDE, (), [], None),
        (GEMINI, named("read", "mcp:gh", "mcp:gh/a", "mcp:*"), ["read_file", "mcp_gh_*", "mcp_gh_a", "mcp_*"], None),
        (GEMINI, named("read", "Foo", "lsp"), ["read_file"], "without Foo, lsp"),
        (GEMINI, (GIT,), ["run_shell_command"], "the limits on shell fall away"),
        (GEMINI, named("gemini-cli:update_topic"), ["update_topic"], None),
        (GEMINI, named("mcp:my_srv/x"), ["mcp_my_srv_x"], "without mcp:my_srv/x; also brings mcp:my/srv_x"),
        (GEMINI, ALL, ["*"], None),
        (GEMINI, (), [], None),
        (QWEN, named("read", "Foo", "mcp:gh"), ["read_file", "Foo", "mcp__gh"], None),
        (QWEN, (), None, "nothing limits the tools"),
        (QWEN, ALL, None, None),
        (FACTORY, named("write", "mcp:gh", "Foo"), ["Create"], "without Foo, mcp:gh"),
        (FACTORY, named("lsp"), None, "nothing limits the tools"),
        (FACTORY, ALL, "all", None),
        (KIRO, named("grep", "read"), ["grep", "fs_read"], "also brings list"),
        (KIRO, named("read", "list", "glob", "grep", "mcp:git/x"), ["read", "@git/x"], None),
        (KIRO, named("web-search"), ["web_search"], None),
        (AMAZONQ, named("write"), ["fs_write"], "also brings edit"),
        (AMAZONQ, named("mcp:*", "shell"), ["execute_bash"], "without mcp:*"),
        (CLINE, named("glob", "edit", "mcp:gh"), ["editor"], "without glob, mcp:gh; also brings write"),
        (CLINE, named("todo"), [], "without todo"),
        (AUGMENT, named("read", "mcp:gh"), ["view"], "without mcp:gh"),
        (JUNIE, named("read"), ["Read"], "also brings list"),
        (ANTIGRAVITY, named("read", "web-fetch"), ["view_file", "read_url_content"], None),
        (SKILL, (Tool("read"), GIT), "Read Bash(git:*)", None),
        (SKILL, named("read", "two words"), "Read", "without two words"),
        (SKILL, ALL, None, None),
        (FREE, named("read", "Tide Table"), ["read", "Tide Table"], None),
        (STRANDS, named("read", "./tides.py"), ["./tides.py"], "without read"),
        (VSCODE, named("read"), ["read/readFile"], None),
        (VSCODE, named("write", "edit", "notebook-edit"), ["edit"], None),
        (VSCODE, named("glob", "mcp:gh"), ["search/fileSearch", "gh/*"], None),
        (VSCODE, named("web-search"), ["web"], "also brings web-fetch"),
        (COPILOT, named("read", "grep"), ["read", "search"], "also brings code-search, glob, list"),
        (COPILOT, named("skill", "lsp"), ["skill", "lsp"], None),
        (ROO, named("mcp:gh"), ["mcp"], "without mcp:gh; also brings mcp:*"),
        (ROO, (Tool("write", ("regex:x",)), Tool("edit")), ["edit"], "the limits on write fall away"),
        (ROO, named("edit", "write", "roo:modes"), ["edit", "modes"], "their order"),
    ],
)  # fmt: skip
def test_tools_are_told(
    codec: Codec[tuple[Tool, ...]], meant: tuple[Tool, ...], written: Json, lost: str | None
) -> None:
    assert codec.encode(meant) == written
    assert codec.lost is not None
    assert codec.lost(meant, back(codec, meant)) == lost


def test_all_is_every_name_where_a_missing_list_means_none() -> None:
    written = ANTIGRAVITY.encode(ALL)
    assert isinstance(written, list) and {"view_file", "run_command"} <= {str(name) for name in written}


SOME = st.lists(
    st.sampled_from([*NEUTRAL, "mcp:gh", "mcp:gh/issue", "mcp:*", "Foo", "roo:modes", "", "roo:"]), unique=True
)
LIMITS = st.sampled_from([(), ("git:*",), ("a", "b"), ("regex:x",), ("odd(",)])
SETS = st.builds(
    lambda names, limits: tuple(Tool(name, only) for name, only in zip(names, limits, strict=False)),
    SOME,
    st.lists(LIMITS, min_size=40, max_size=40),
)
CODECS = {
    **{name: tool_names(name) for name in CLIENTS},
    **{f"{name} all": tool_names(name, empty="all") for name in CLIENTS},
    **{f"{name} never": tool_names(name, unknown="never") for name in CLIENTS},
    **{f"{name} string": tool_names(name, listed=False) for name in CLIENTS},
    "roo groups": ROO,
}


@settings(max_examples=MANY)
@given(kind=st.sampled_from(list(CODECS)), meant=SETS)
def test_what_differs_is_told_and_no_tool_comes_unsaid(kind: str, meant: tuple[Tool, ...]) -> None:
    codec = CODECS[kind]
    again = back(codec, meant)
    assert codec.lost is not None
    lost = codec.lost(meant, again)
    assert (lost is None) == (again == meant)
    brought = {tool.name for tool in again or ()} - {tool.name for tool in meant}
    assert not brought or "also brings" in (lost or "")
    if again is not None:  # what was read once stays as it is
        assert set(back(codec, again) or ()) == set(again)


@settings(max_examples=MANY)
@given(name=st.sampled_from(CLIENTS), names=SOME)
def test_names_of_a_client_come_back(name: str, names: list[str]) -> None:
    """What the client names singly is told and read as itself, whatever stands beside it."""
    single = [one for one in names if one in tools.client_names(name)]
    codec = tool_names(name)
    assert set(back(codec, named(*single)) or ()) >= set(named(*single))


@pytest.mark.parametrize("codec", [CLAUDE, GEMINI, VSCODE, ROO, SKILL])
@pytest.mark.parametrize("value", [{"a": "b"}, [["a"]], [{"a": "b"}], [None]])
def test_what_is_no_list_of_names_is_refused_in_words(codec: Codec[Any], value: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        codec.decode(node_of(value))


@pytest.mark.parametrize(
    ("client", "name", "neutral"),
    [
        ("claude-code", "mcp__my_srv__do_it", "mcp:my_srv/do_it"),
        ("qwen-code", "mcp__gh", "mcp:gh"),
        ("copilot", "gh/*", "mcp:gh"),
        ("opencode", "gh_create_issue", "mcp:gh/create_issue"),
        ("opencode", "gh_*", "mcp:gh"),
        ("kiro", "@gh/issue", "mcp:gh/issue"),
        ("gemini-cli", "mcp_*", "mcp:*"),
    ],
)
def test_mcp_is_spelled_both_ways(client: str, name: str, neutral: str) -> None:
    assert tools.mcp_tool(client, name) == neutral
    assert tools.mcp_name(client, neutral) == name


@pytest.mark.parametrize(
    ("client", "name"),
    [("opencode", "doom_loop"), ("opencode", "bash"), ("vscode", "search/usages"), ("claude-code", "Read")],
)
def test_other_names_are_not_mcp(client: str, name: str) -> None:
    assert tools.mcp_tool(client, name) is None
    assert tools.mcp_name("roo", "mcp:x") is None


# --- words, and switches for all tools ------------------------------------------------------------------------


def test_colours_are_those_of_the_client_s_list() -> None:
    claude, opencode = color_names("claude-code"), color_names("opencode")
    assert claude.decode(node_of("purple")) == claude.encode("purple") == "purple"
    assert opencode.encode("purple") is None
    assert opencode.lost is not None and opencode.lost("purple", None)
    assert opencode.encode("#a0B1c2") == opencode.decode(node_of("#a0B1c2")) == "#a0B1c2"
    assert opencode.encode("accent") == "accent"
    for color in ("#RRGGBB", "#12345", "purple"):
        assert opencode.decode(node_of(color)) == color
        assert opencode.encode(color) is None, "read as written, and not written anew"
    assert color_names("qwen-code").encode("auto") == "auto"
    assert color_names("roo").encode("red") is None


def test_permission_modes_are_told_in_the_client_s_words() -> None:
    claude, qwen = permission_modes("claude-code"), permission_modes("qwen-code")
    assert claude.decode(node_of("manual")) == "default"
    assert claude.encode("dontAsk") == "dontAsk"
    assert qwen.encode("acceptEdits") == "auto-edit"
    assert qwen.decode(node_of("yolo")) == "bypassPermissions"
    assert qwen.encode("dontAsk") is None
    assert qwen.lost is not None and qwen.lost("dontAsk", None) and qwen.lost("plan", "plan") is None
    with pytest.raises(ValueError, match="expected one of"):
        qwen.decode(node_of("bubble"))


CHANGING = named("write", "edit", "notebook-edit", "shell")


@pytest.mark.parametrize(
    ("tools_", "said"),
    [
        (Tools(named("read", "grep")), True),
        (Tools(()), True),
        (Tools(named("read", "shell")), None),
        (Tools((GIT,)), None),
        (Tools(None), None),
        (Tools(None, CHANGING), True),
        (Tools(None, CHANGING[:3]), None),
        (Tools(None, named("write", "edit", "shell")), True),
        (Tools(named("read", "write"), named("write")), True),
        (Tools(named("write"), (Tool("write", ("x",)),)), None),
    ],
)
def test_read_only_is_said_where_nothing_changes(tools_: Tools, said: bool | None) -> None:
    assert read_only.encode(tools_) is said


def test_read_only_is_read_as_what_it_denies() -> None:
    assert read_only.decode(node_of(value=True)) == Tools(None, CHANGING)
    assert read_only.decode(node_of(value=False)) is None
    assert read_only.lost is not None
    assert read_only.lost(Tools(None, CHANGING), Tools(None, CHANGING)) is None
    assert "nothing limits the tools" in (read_only.lost(Tools(named("read", "shell")), None) or "")
    assert read_only.lost(Tools(named("read")), Tools(None, CHANGING))


LOOKING = ("read", "list", "glob", "grep", "mcp:*", "web-search")
WORKING = ("read", "list", "glob", "grep", "write", "edit", "shell", "mcp:*", "web-search")


@pytest.mark.parametrize(
    ("tools_", "word"),
    [
        (Tools(named("read", "grep")), "read-only"),
        (Tools(named("web-fetch")), "read-only"),
        (Tools(named("read", "edit")), "workspace-write"),
        (Tools(named("shell")), "workspace-write"),
        (Tools(None, named("shell")), "workspace-write"),
        (Tools(None, CHANGING), "read-only"),
        (Tools(None, named("write", "edit", "shell")), "read-only"),
        (Tools(), None),
    ],
)
def test_the_narrowest_sandbox_is_taken(tools_: Tools, word: str | None) -> None:
    assert sandbox_mode.encode(tools_) == word


def test_a_sandbox_is_read_as_what_it_leaves() -> None:
    assert sandbox_mode.decode(node_of("read-only")) == Tools(named(*LOOKING))
    assert sandbox_mode.decode(node_of("workspace-write")) == Tools(named(*WORKING))
    assert sandbox_mode.decode(node_of("danger-full-access")) == Tools()
    with pytest.raises(ValueError, match="expected one of"):
        sandbox_mode.decode(node_of("none"))
    assert sandbox_mode.lost is not None
    lost = sandbox_mode.lost(Tools(named("read", "web-fetch")), Tools(named(*LOOKING))) or ""
    assert "without web-fetch" in lost and "also brings glob, grep, list, mcp:*, web-search" in lost


@given(allow=st.none() | SETS, deny=SETS)
def test_a_switch_tells_every_difference(allow: tuple[Tool, ...] | None, deny: tuple[Tool, ...]) -> None:
    meant = Tools(allow, deny)
    for codec in (read_only, sandbox_mode):
        again = back(codec, meant)
        assert codec.lost is not None
        if meant != Tools():
            assert (codec.lost(meant, again) is None) == (again == meant)
