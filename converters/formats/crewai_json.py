"""CrewAI agents of a JSON project: `agents/<name>.jsonc`, one agent a file.

Facts: <https://docs.crewai.com/en/concepts/agents> and the project loader of crewai 1.15.30, both
read 2026-11-21. The file's name is the agent's. A key the client does not know makes it refuse the file.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, best_title, count, flag, free, number, text
from converters.formats._crews import INPUTS, NOTES
from converters.formats._kit import PROMPT, Container, Format, Row
from converters.formats._models import model_names
from converters.formats._tools import tool_names
from converters.model import Tools

FORMAT = Format(
    id="crewai-json",
    title="CrewAI JSON project",
    source="https://docs.crewai.com/en/concepts/agents",
    read_on="2026-11-21",
    container=Container.JSON,
    files=("agents/{name}.jsonc", "**/agents/*.jsonc"),
    suffix=".jsonc",
    named_by="file",
    rows=(
        Row("role", "title", text, required=True, default=best_title, origin="the title", note="what people see"),
        Row("goal", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("backstory", PROMPT, text, required=True),
        Row("llm/model", "model", model_names("crewai-json"), short=True, note="absent: the environment's"),
        Row("llm/temperature", "temperature", number),
        Row("llm/top_p", "top_p", number),
        Row(
            "tools",
            "tools",
            tool_names("crewai-json", unknown="never"),
            strict=True,
            default=lambda _: (),
            origin="the client's rule: none that is not named",
            note="`SerperDevTool`, `crewai_tools:Class`, `custom:name`; absent: none",
        ),
        Row("settings/max_iter", "max_turns", count),
        Row("max_iter", "max_turns", count, alias=True),
        Row("allow_delegation", ".allow_delegation", flag),
        Row("verbose", ".verbose", flag),
        Row("type", ".type", free, note="`agent`, or a class of the project's own"),
        Row("config", ".config", free),
        Row("mcps", ".mcps", free),
        Row("apps", ".apps", free),
        Row("a2a", ".a2a", free),
        Row("skills", ".skills", free, note="paths, or references to Python"),
        Row("memory", ".memory", free),
        Row("knowledge_sources", ".knowledge_sources", free),
        Row("knowledge_config", ".knowledge_config", free),
        Row("embedder", ".embedder", free),
        Row("planning", ".planning", flag),
        Row("planning_config", ".planning_config", free),
        Row("reasoning", ".reasoning", flag),
        Row("max_reasoning_attempts", ".max_reasoning_attempts", count),
        Row("function_calling_llm", ".function_calling_llm", free),
        Row("cache", ".cache", flag),
        Row("max_rpm", ".max_rpm", count),
        Row("max_tokens", ".max_tokens", count),
        Row("max_execution_time", ".max_execution_time", count, note="seconds"),
        Row("max_retry_limit", ".max_retry_limit", free),
        Row("respect_context_window", ".respect_context_window", flag),
        Row("allow_code_execution", ".allow_code_execution", flag),
        Row("code_execution_mode", ".code_execution_mode", text, note="`safe` or `unsafe`"),
        Row("multimodal", ".multimodal", flag),
        Row("use_system_prompt", ".use_system_prompt", flag),
        Row("system_template", ".system_template", text),
        Row("prompt_template", ".prompt_template", text),
        Row("response_template", ".response_template", text),
        Row("callbacks", ".callbacks", free),
        Row("step_callback", ".step_callback", free),
        Row("guardrail", ".guardrail", free),
        Row("guardrail_max_retries", ".guardrail_max_retries", free),
        Row("tool_failure_policy", ".tool_failure_policy", free),
        Row("security_config", ".security_config", free),
        Row("executor_class", ".executor_class", free),
        Row("agent_executor", ".agent_executor", free),
        Row("checkpoint", ".checkpoint", free),
        Row("i18n", ".i18n", free),
        Row("inject_date", ".inject_date", flag),
        Row("date_format", ".date_format", text),
        Row("from_repository", ".from_repository", text),
    ),
    signature=frozenset({"backstory"}),
    unsaid_tools=Tools(()),
    traps=(INPUTS,),
    notes=(*NOTES, "what runs an agent is a `crew.jsonc` that names it and its tasks; none is written"),
)
