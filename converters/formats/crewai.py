"""CrewAI agents: one `agents.yaml`, a mapping of agents.

Facts: <https://docs.crewai.com/en/concepts/agents> and the loader of crewai 1.15.30, both read
2026-11-21. Keys the client does not know are passed over. An agent's key is the name of a Python
method, and its tools are functions of the crew's own.
"""

from __future__ import annotations

from converters.formats._codecs import best_summary, best_title, count, flag, free, identifier, text
from converters.formats._crews import INPUTS, NOTES
from converters.formats._kit import KEYED, PROMPT, Container, Format, Row
from converters.formats._models import model_names
from converters.formats._tools import tool_names

FORMAT = Format(
    id="crewai",
    title="CrewAI",
    source="https://docs.crewai.com/en/concepts/agents",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("config/agents.yaml", "**/config/agents.yaml", "**/agents.yaml"),
    suffix="agents.yaml",
    rows=(
        Row(KEYED, "name", identifier, required=True, note="the name of a method in the crew's class"),
        Row("role", "title", text, required=True, default=best_title, origin="the title", note="what people see"),
        Row("goal", "description", text, required=True, default=best_summary, origin="the summary"),
        Row("backstory", PROMPT, text, required=True),
        Row("llm", "model", model_names("crewai"), note="`provider/model`; absent: the environment's"),
        Row(
            "tools",
            "tools",
            tool_names("crewai", unknown="never"),
            strict=True,
            note="names of the crew's own functions; absent: what its Python gives",
        ),
        Row("max_iter", "max_turns", count),
        Row("allow_delegation", ".allow_delegation", flag, note="to every other agent of the crew"),
        Row("function_calling_llm", ".function_calling_llm", text),
        Row("verbose", ".verbose", flag),
        Row("cache", ".cache", flag),
        Row("max_rpm", ".max_rpm", count),
        Row("max_tokens", ".max_tokens", count),
        Row("max_execution_time", ".max_execution_time", count, note="seconds"),
        Row("max_retry_limit", ".max_retry_limit", free),
        Row("respect_context_window", ".respect_context_window", flag),
        Row("allow_code_execution", ".allow_code_execution", flag),
        Row("code_execution_mode", ".code_execution_mode", text, note="`safe` or `unsafe`"),
        Row("multimodal", ".multimodal", flag),
        Row("reasoning", ".reasoning", flag),
        Row("max_reasoning_attempts", ".max_reasoning_attempts", count),
        Row("use_system_prompt", ".use_system_prompt", flag),
        Row("system_template", ".system_template", text),
        Row("prompt_template", ".prompt_template", text),
        Row("response_template", ".response_template", text),
        Row("callbacks", ".callbacks", free),
        Row("step_callback", ".step_callback", text),
        Row("cache_handler", ".cache_handler", text),
        Row("knowledge_sources", ".knowledge_sources", free),
        Row("knowledge_config", ".knowledge_config", free),
        Row("embedder", ".embedder", free),
        Row("inject_date", ".inject_date", flag),
        Row("date_format", ".date_format", text),
        Row("from_repository", ".from_repository", text),
        Row("guardrail", ".guardrail", text),
        Row("guardrail_max_retries", ".guardrail_max_retries", free),
    ),
    members=KEYED,
    marks=(r"^[ \t]+backstory[ \t]*:", r"^[ \t]+goal[ \t]*:"),
    traps=(INPUTS,),
    notes=NOTES,
)
