"""VS Code custom agents: Markdown with YAML front matter, `<id>.agent.md`; chat modes before.

Facts: <https://code.visualstudio.com/docs/copilot/customization/custom-agents> and the validator of
microsoft/vscode, read 2026-11-21. The files lie where GitHub Copilot's do; VS Code takes single tools,
display names of models, agents that may be started, and handoffs besides. Unknown keys are marked
in the editor and passed over.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, choice, flag, free, text
from converters.formats._handoffs import HANDS_OFF, STARTS
from converters.formats._kit import Container, Dialect, Format, Home, Row
from converters.formats._mcp import copilot_servers
from converters.formats._models import model_choices
from converters.formats._names import VSCODE_AGENTS
from converters.formats._tools import tool_aliases
from converters.formats._withheld import names_few


def _is_chat_mode(keys: frozenset[str], _: str) -> bool:
    """Said no more than a chat mode could: those had no name of their own."""
    return "mode" in keys or ("name" not in keys and keys <= {"description", "tools", "model"})


FORMAT = Format(
    id="vscode",
    title="VS Code",
    source="https://code.visualstudio.com/docs/copilot/customization/custom-agents",
    read_on="2026-11-21",
    container=Container.FRONT_MATTER,
    files=(".github/agents/{name}.agent.md", "*.agent.md", "*.chatmode.md"),
    suffix=".agent.md",
    home=Home(
        folder=".copilot",
        place="agents/{name}.agent.md",
        source="https://code.visualstudio.com/docs/copilot/customization/custom-agents",
        read_on="2026-11-21",
    ),
    named_by="file",
    rows=(
        Row("name", "title", text, note="what people see; absent: the file's name"),
        Row("description", "description", text, default=best_summary, origin="the summary"),
        Row("argument-hint", ".argument-hint", text),
        Row("tools", "tools", tool_aliases("vscode"), strict=True, note="absent: all the host has"),
        Row(
            "agents",
            ".agents",
            free,
            withholds=names_few,
            refers=(STARTS,),
            note="whom it may start: names, `*` for all; needs the tool `agent`",
        ),
        Row("model", "model", model_choices("vscode"), note="`Name (vendor)`"),
        Row(
            "handoffs",
            ".handoffs",
            free,
            note="buttons that go on with another agent: `label`, `agent`, `prompt`",
            refers=(HANDS_OFF,),
        ),
        Row("target", ".target", choice("vscode", "github-copilot"), note="absent: both"),
        Row("infer", ".infer", text, note="retired: `true`, `false`, `all`, `user`, `agent` or `hidden`"),
        Row("user-invocable", ".user-invocable", flag),
        Row("disable-model-invocation", ".disable-model-invocation", flag),
        Row("mcp-servers", "mcp_servers", copilot_servers, note="for `target: github-copilot` only"),
        Row("hooks", "hooks", free, note="in preview"),
        Row("advancedOptions", ".advancedOptions", free),
        Row("github", ".github", free, note="what the agent's token may do on github.com"),
        Row("mode", ".mode", text, note="of chat modes; passed over"),
    ),
    dialects=(Dialect(id="chat-mode", title="chat modes, before they were agents", recognise=_is_chat_mode),),
    signature=frozenset({"agents", "handoffs", "advancedOptions", "argument-hint"}),
    marks=(
        r"^model:.*(?:\(copilot\)|\b[Gg][Pp][Tt]-\d)",
        r"^mode:[ \t]*[\"']?(?:agent|ask|edit)\b",
        r"^target:[ \t]*[\"']?vscode\b",
        r"^tools:[ \t]*(?:\[|\n)(?:.*\n[ \t]*-)*.*\b(?:codebase|editFiles|runCommands|githubRepo|usages)\b",
        r"^tools:[ \t]*(?:\[|\n)(?:.*\n[ \t]*-)*.*\b(?:read|edit|search|execute|web|vscode|agent)/\w",
    ),
    own_agents=VSCODE_AGENTS,
    also_loads=("claude-code", "copilot"),
    notes=(
        "the body is the prompt; it names files by Markdown links and tools as `#tool:web/fetch`",
        "no list of denied tools, effort, turns or memory",
    ),
)
