"""What each client does with odd files: a row a condition, read in its own loader and asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from converters import tools, vocabulary
from converters.check.clients._habits import (
    Habit,
    Verdict,
    blank,
    entries_unlike,
    items_unlike,
    keys_lost,
    lost_prompt,
    missing,
    misspelt,
    nfkc_colon,
    no_header,
    not_utf8,
    not_yaml,
    odd,
    other,
    servers_without,
    short_prompt,
    unknown_items,
    unknown_keys,
    unlike,
    whole_number,
)
from converters.check.clients._seen import Reader, by_lines, first_dashes, pattern, with_blocks, with_quotes
from converters.check.clients._yaml import DATE, LIST, MAPPING, NUMBER, TEXT, TRUTH
from converters.formats import FORMATS


@dataclass(frozen=True, slots=True)
class Client:
    """One client's way with files of its folder."""

    format: str
    """Id of the format it reads."""
    release: str
    source: str
    """Where its way was read, besides what it did with the files it was asked about."""
    read_on: str
    reader: Reader
    habits: tuple[Habit, ...]
    """Those that end in no agent come first."""
    joins_lines: bool = False
    r"""Whether a written `\n` is a line break to it."""

    @property
    def title(self) -> str:
        """The client's name for people."""
        return FORMATS[self.format].title


def _models(client: str) -> Iterable[str]:
    """The words the client has for models."""
    return filter(None, vocabulary.client(client).get("models", {}).values())


R, I, A, L, O = Verdict.REFUSES, Verdict.IGNORES, Verdict.REFUSES_ALL, Verdict.LOSES, Verdict.OTHERWISE  # noqa: E741

_LIST = "write a list: `tools: [one, two]`"

# --- Claude Code ---------------------------------------------------------------------------------


def _claude_knows(name: str) -> bool:
    name = name.partition("(")[0]
    return name == "*" or tools.meaning("claude-code", name) is not None or tools.is_own("claude-code", name)


_CLAUDE = Client(
    "claude-code",
    "2.1.330",
    "the loader inside the npm package @anthropic-ai/claude-code-linux-x64",
    "2026-11-21",
    Reader(pattern(r"---\s*\n([\s\S]*?)---\s*\n?([\s\S]*)"), once=False, mend=with_quotes),
    (
        Habit(no_header, I),
        Habit(not_yaml, R),
        Habit(missing("name"), I),
        Habit(blank("name"), I),
        Habit(unlike("name", TEXT, DATE, null=True), R),
        Habit(odd("name", lambda name: name[0] != "-", "begins with `-`", "rename the agent"), R),
        Habit(odd("name", nfkc_colon, "has a colon, which only plugins' agents have", "rename the agent"), R),
        Habit(odd("name", lambda name: len(name) <= 256, "has more than 256 characters", "shorten it"), R),
        Habit(missing("description"), R),
        Habit(blank("description"), R),
        Habit(unlike("description", TEXT, DATE, null=True), R),
        Habit(unlike("hooks", MAPPING, null=True), R),
        Habit(unlike("tools", TEXT, LIST, way="take the key out, or name tools"), L),
        Habit(unknown_items("tools", _claude_knows, way="name one that it has"), L),
        Habit(unlike("model", TEXT, way="name one", null=True), L),
        Habit(misspelt("model", lambda: _models("claude-code")), O),
        Habit(unlike("mcpServers", LIST, null=True), L),
    ),
    joins_lines=True,
)

# --- Gemini CLI ----------------------------------------------------------------------------------

_GEMINI_BUILTIN = frozenset(
    {
        *("glob", "write_todos", "write_file", "google_web_search", "web_fetch", "replace", "run_shell_command"),
        *("grep_search", "read_many_files", "read_file", "list_directory", "activate_skill", "ask_user"),
        *("get_internal_docs", "enter_plan_mode", "exit_plan_mode", "update_topic", "complete_task", "invoke_agent"),
        *("read_mcp_resource", "list_mcp_resources", "search_file_content", "*"),
        *("tracker_create_task", "tracker_update_task", "tracker_get_task", "tracker_list_tasks"),
        *("tracker_add_dependency", "tracker_visualize"),
    }
)
_GEMINI_SERVER = re.compile(
    r"discovered_tool_.*|mcp_\*|mcp_(?!_)[a-z0-9.:-]+_(?:\*|(?!_*\Z)[a-z0-9_.:-]+)", re.IGNORECASE
)


def _gemini_knows(name: str) -> bool:
    return name in _GEMINI_BUILTIN or _GEMINI_SERVER.fullmatch(name) is not None


_GEMINI = Client(
    "gemini-cli",
    "0.61.0",
    "packages/core/src/agents/agentLoader.ts",
    "2026-11-21",
    Reader(pattern(r"---\r?\n([\s\S]*?)\r?\n---(?:\r?\n([\s\S]*))?", bom=False)),
    (
        Habit(no_header, R),
        Habit(not_yaml, R),
        Habit(missing("name", null=False), R),
        Habit(blank("name"), R),
        Habit(unlike("name", TEXT), R),
        Habit(
            odd(
                "name",
                lambda name: re.fullmatch(r"[a-z0-9-_]+", name) is not None,
                "is not of lower-case letters, digits, `-` and `_` alone",
                "spell it so",
            ),
            R,
        ),
        Habit(missing("description", null=False), R),
        Habit(blank("description"), R),
        Habit(unlike("description", TEXT), R),
        Habit(
            unknown_keys(
                *("kind", "name", "description", "display_name", "tools", "mcp_servers", "model", "temperature"),
                *("max_turns", "timeout_mins"),
                why="it takes no other keys than its own, and here is {keys}",
                way="take them out",
            ),
            R,
        ),
        Habit(unlike("display_name", TEXT), R),
        Habit(unlike("tools", LIST, way=_LIST), R),
        Habit(items_unlike("tools", TEXT), R),
        Habit(unknown_items("tools", _gemini_knows, text=False, way="name one that it has, or take it out"), R),
        Habit(unlike("mcp_servers", MAPPING), R),
        Habit(unlike("model", TEXT), R),
        Habit(unlike("temperature", NUMBER), R),
        Habit(unlike("max_turns", NUMBER), R),
        Habit(whole_number("max_turns"), R),
        Habit(unlike("timeout_mins", NUMBER), R),
        Habit(whole_number("timeout_mins"), R),
        Habit(other("kind", "local"), R),
        Habit(lost_prompt, L),
    ),
)

# --- Qwen Code -----------------------------------------------------------------------------------

_BREAK = r"(?:\r\n?|\n)"
_QWEN_RESERVED = FORMATS["qwen-code"].reserved


def _is_qwen_name(name: str) -> bool:
    return re.fullmatch(r"[\w-]+", name.strip()) is not None


_QWEN = Client(
    "qwen-code",
    "0.24.4",
    "packages/core/src/subagents/subagent-manager.ts and validation.ts",
    "2026-11-21",
    Reader(pattern(rf"---{_BREAK}([\s\S]*?){_BREAK}---{_BREAK}([\s\S]*)"), mend=by_lines),
    (
        Habit(no_header, R),
        Habit(missing("name"), R),
        Habit(blank("name", trimmed=True), R),
        Habit(odd("name", _is_qwen_name, "has more than letters, digits, `-` and `_`", "spell it so"), R),
        Habit(odd("name", lambda name: 2 <= len(name.strip()) <= 50, "has not 2 to 50 characters", "change it"), R),
        Habit(
            odd(
                "name", lambda name: name.strip().strip("-_") == name.strip(), "begins or ends in `-` or `_`", "trim it"
            ),
            R,
        ),
        Habit(odd("name", lambda name: name.lower() not in _QWEN_RESERVED, "is a word of its own", "rename it"), R),
        Habit(missing("description"), R),
        Habit(blank("description", trimmed=True), R),
        Habit(other("approvalMode", "default", "plan", "auto-edit", "yolo", "bubble"), R),
        Habit(unlike("approvalMode", TEXT, null=True), R),
        Habit(short_prompt(10), R),
        Habit(unlike("tools", TEXT, LIST, way=_LIST, null=True), L),
        Habit(unlike("model", TEXT, NUMBER, DATE, way="name one", null=True), O),
    ),
)

# --- GitHub Copilot ------------------------------------------------------------------------------


def _copilot_knows(name: str) -> bool:
    return name == "*" or tools.meaning("copilot", name) is not None


_COPILOT = Client(
    "copilot",
    "1.0.102",
    "the loader of Copilot CLI 0.0.423, and what 1.0.102 says of files",
    "2026-11-21",
    Reader(pattern(r"---[ \t]*\r?\n((?:[\s\S]*?\n)??)---[ \t]*(?:\r?\n([\s\S]*)|\Z)")),
    (
        Habit(not_utf8, R),
        Habit(no_header, R),
        Habit(not_yaml, R),
        Habit(missing("description", null=False), R),
        Habit(unlike("description", TEXT, DATE), R),
        Habit(unlike("name", TEXT, DATE), R),
        Habit(unlike("tools", LIST, TEXT, way=_LIST), R),
        Habit(unlike("mcp-servers", MAPPING), R),
        Habit(servers_without("mcp-servers", "tools"), R),
        Habit(unlike("hooks", MAPPING), R),
        Habit(unknown_items("tools", _copilot_knows, way="name one that it has"), L),
    ),
)

# --- OpenCode and Kilo Code ----------------------------------------------------------------------

_OPENCODE_KEYS = (
    *("name", "model", "variant", "prompt", "description", "temperature", "top_p", "mode", "hidden", "color"),
    *("steps", "maxSteps", "options", "permission", "disable", "tools"),
)
_COLORS = ("primary", "secondary", "accent", "success", "warning", "error", "info")


def _is_opencode_color(text: str) -> bool:
    return text in _COLORS or re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def _settings(refuses: Verdict) -> tuple[Habit, ...]:
    """What OpenCode's schema of an agent refuses, and what it does with what it does not know."""
    return (
        Habit(not_yaml, I),
        Habit(no_header, O),
        Habit(keys_lost, O),
        *(Habit(unlike(key, TEXT), refuses) for key in ("model", "variant", "prompt", "description", "mode", "color")),
        Habit(unlike("tools", MAPPING, way="write a mapping: `read: true`"), refuses),
        Habit(entries_unlike("tools", TRUTH), refuses),
        Habit(
            odd("color", _is_opencode_color, "is no colour to it", "write `#RRGGBB`, or a word such as `accent`"),
            refuses,
        ),
        Habit(other("mode", "subagent", "primary", "all"), refuses),
        *(Habit(unlike(key, NUMBER), refuses) for key in ("temperature", "top_p", "steps", "maxSteps")),
        *(Habit(whole_number(key), refuses) for key in ("steps", "maxSteps")),
        *(Habit(unlike(key, TRUTH), refuses) for key in ("hidden", "disable")),
        Habit(unlike("options", MAPPING), refuses),
        Habit(unlike("permission", MAPPING, TEXT), refuses),
        Habit(other("permission", "ask", "allow", "deny"), refuses),
        Habit(entries_unlike("permission", TEXT, MAPPING), refuses),
        Habit(unlike("name", TEXT, NUMBER, way="put it in quotes"), O),
    )


def _unknown_to_opencode(*more: str) -> Habit:
    return Habit(
        unknown_keys(*_OPENCODE_KEYS, *more, why="it sends {keys} to the model's provider", way="take them out"), O
    )


_OPENCODE = Client(
    "opencode",
    "1.18.34",
    "the loader inside the npm package opencode-linux-x64",
    "2026-11-21",
    Reader(first_dashes, mend=with_blocks),
    (*_settings(A), _unknown_to_opencode()),
)

_KILO = Client(
    "kilo",
    "7.7.9",
    "the loader inside the npm package @kilocode/cli-linux-x64",
    "2026-11-21",
    Reader(first_dashes, mend=with_blocks),
    (*_settings(I), _unknown_to_opencode("displayName", "source", "requirements")),
)

CLIENTS: Mapping[str, Client] = {
    client.format: client for client in (_CLAUDE, _GEMINI, _QWEN, _COPILOT, _OPENCODE, _KILO)
}
"""By the format each reads."""
