"""Asks one loader judge about many files in one process, inside the loader's own environment.

usage: VENV/bin/python judge_batch.py JUDGE.py FILE...   -> JSON lines, as the judges of clients give them

The verdict is the judge's own, which is run as it is. Beside it stands what the loader holds then: its official code
is asked again, and its values are read off the object that it made.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import io
import json
import os
import runpy
import ssl
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENAI_API_KEY", "unused")
os.environ.setdefault("OPENAI_CHAT_MODEL_ID", "unused")
os.environ.setdefault("ANTHROPIC_API_KEY", "unused")

Shown = Mapping[str, Any]


def a2a_card(path: str) -> Shown:
    """The card's own fields."""
    from a2a.types import AgentCard
    from google.protobuf import json_format

    card = json_format.Parse(Path(path).read_text(encoding="utf-8"), AgentCard())
    return {"name": card.name, "description": card.description}


def adk_agent(path: str) -> Shown:
    """The agent as ADK builds it, its instruction with the session's state put in, as at each turn."""
    from google.adk.agents import config_agent_utils

    agent = config_agent_utils.from_config(path)
    return {
        "name": agent.name,
        "description": agent.description,
        "model": agent.model or None,
        "tools": [getattr(tool, "name", type(tool).__name__) for tool in agent.tools],
        "prompt": str(agent.static_instruction or "") + asyncio.run(_filled(agent.instruction)),
    }


async def _filled(instruction: str) -> str:
    """An instruction after ADK's templating, in a session that holds nothing."""
    from google.adk.agents.invocation_context import InvocationContext
    from google.adk.agents.llm_agent import LlmAgent
    from google.adk.agents.readonly_context import ReadonlyContext
    from google.adk.sessions import InMemorySessionService
    from google.adk.utils.instructions_utils import inject_session_state

    service = InMemorySessionService()
    session = await service.create_session(app_name="judge", user_id="judge")
    context = InvocationContext(
        session_service=service, invocation_id="1", agent=LlmAgent(name="judge"), session=session
    )
    return await inject_session_state(instruction, ReadonlyContext(context))


def af_agent(path: str) -> Shown:
    """The declarative model behind Agent Framework's agent."""
    import yaml
    from agent_framework_declarative._models import agent_schema_dispatch

    agent = agent_schema_dispatch(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    return {
        "name": agent.name,
        "description": agent.description,
        "model": getattr(agent.model, "id", None),
        "tools": [tool.name for tool in agent.tools or []],
        "prompt": agent.instructions,
    }


def agentspec(path: str) -> Shown:
    """The component that the deserializer makes."""
    import yaml
    from pyagentspec.serialization import AgentSpecDeserializer

    agent = AgentSpecDeserializer().from_dict(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    return {
        "name": agent.name,
        "description": agent.description,
        "model": getattr(agent.llm_config, "model_id", None),
        "tools": [tool.name for tool in agent.tools],
        "prompt": agent.system_prompt,
    }


def autogen_component(path: str) -> Shown:
    """The agent that the component loads as."""
    from autogen_agentchat.base import ChatAgent

    agent = ChatAgent.load_component(json.loads(Path(path).read_text(encoding="utf-8")))
    return {
        "name": agent.name,
        "description": agent.description,
        "model": agent._model_client._create_args["model"],
        "tools": [tool.name for tool in agent._tools],
        "prompt": "".join(message.content for message in agent._system_messages),
    }


def bedrock_agent(path: str) -> Shown:
    """The properties of the template's first agent, or of the request."""
    import yaml

    said = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    agents = [each for each in said.get("Resources", {}).values() if each.get("Type") == "AWS::Bedrock::Agent"]
    agent = (agents[0] if agents else said).get("Properties", said)
    small = {key[0].lower() + key[1:]: value for key, value in agent.items()}
    return {
        "name": small.get("agentName"),
        "description": small.get("description"),
        "model": small.get("foundationModel"),
        "prompt": small.get("instruction"),
    }


def cagent(path: str) -> Shown:
    """The file's first agent."""
    import yaml

    ((name, agent),) = list(yaml.safe_load(Path(path).read_text(encoding="utf-8"))["agents"].items())[:1]
    return {
        "name": name,
        "description": agent.get("description"),
        "model": agent.get("model"),
        "tools": agent.get("toolsets"),
        "prompt": agent.get("instruction"),
    }


def crewai_agents(path: str) -> Shown:
    """The first agent, from YAML or JSON."""
    from crewai import Agent
    from crewai.project.crew_base import load_yaml
    from crewai.project.json_loader import load_agent

    if Path(path).suffix in {".json", ".jsonc"}:
        name, agent = None, load_agent(Path(path))
    else:
        ((name, config),) = list(load_yaml(Path(path)).items())[:1]
        agent = Agent(config={key: value for key, value in config.items() if key != "tools"})
    return {
        "name": name,
        "model": agent.llm.model,
        "role": agent.role,
        "goal": agent.goal,
        "backstory": agent.backstory,
    }


def openai_assistant(path: str) -> Shown:
    """The SDK's own object."""
    from openai.types.beta import Assistant

    agent = Assistant.model_validate(json.loads(Path(path).read_text(encoding="utf-8")))
    return {
        "name": agent.name,
        "description": agent.description,
        "model": agent.model,
        "tools": [tool.type for tool in agent.tools],
        "prompt": agent.instructions,
    }


def prompty_file(path: str) -> Shown:
    """The agent that Prompty loads, and the system message that its own renderer and parser make of it."""
    import prompty

    agent = prompty.load(path)
    return {
        "name": agent.name,
        "description": agent.description,
        "model": getattr(agent.model, "id", None),
        "tools": [tool.name for tool in agent.tools or []],
        "prompt": "".join(part.value for said in prompty.prepare(agent, {}) for part in said.parts),
    }


def sk_agent(path: str) -> Shown:
    """The agent that Semantic Kernel makes, its instructions as its own template engine gives them."""
    from semantic_kernel import Kernel
    from semantic_kernel.agents import AgentRegistry
    from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion

    async def asked() -> Shown:
        kernel = Kernel()
        kernel.add_service(OpenAIChatCompletion(service_id="default"))
        agent = await AgentRegistry.create_from_file(path, kernel=kernel)
        said = await agent.format_instructions(kernel)
        return {"name": agent.name, "description": agent.description, "prompt": said}

    return asyncio.run(asked())


def skillmd(path: str) -> Shown:
    """The properties that skills-ref reads, and the body behind them."""
    from skills_ref.parser import parse_frontmatter

    header, body = parse_frontmatter(Path(path).read_text(encoding="utf-8"))
    return {"name": header.get("name"), "description": header.get("description"), "prompt": body.strip()}


def strands_agent(path: str) -> Shown:
    """The agent that the configuration becomes."""
    from strands.experimental.agent_config import config_to_agent

    agent = config_to_agent(path)
    return {
        "name": agent.name,
        "model": agent.model.get_config().get("model_id"),
        "tools": agent.tool_names,
        "prompt": agent.system_prompt,
    }


LOOKS: Mapping[str, Callable[[str], Shown]] = {
    look.__name__: look
    for look in (
        a2a_card,
        adk_agent,
        af_agent,
        agentspec,
        autogen_component,
        bedrock_agent,
        cagent,
        crewai_agents,
        openai_assistant,
        prompty_file,
        sk_agent,
        skillmd,
        strands_agent,
    )
}
"""How to look at what a loader holds, by the name of its judge."""


def verdict(judge: str, file: str) -> tuple[int, str]:
    """The judge's exit status and its one line."""
    said, status = io.StringIO(), 0
    sys.argv = [judge, file]
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(judge, run_name="__main__")
    except SystemExit as end:
        status = int(end.code or 0)
    return status, said.getvalue().strip()


def hosted(file: str) -> tuple[int, str]:
    """What Agent Framework says of an agent without a model when its host has a client."""
    from agent_framework import BaseChatClient
    from agent_framework_declarative import AgentFactory

    class Client(BaseChatClient):
        """A client that is never asked."""

        async def _inner_get_response(self, *_: Any, **__: Any) -> Any:
            raise NotImplementedError

    try:
        with contextlib.redirect_stdout(sys.stderr):
            AgentFactory(client=Client()).create_agent_from_yaml_path(file)
    except Exception as error:  # noqa: BLE001 - a verdict, as in the judge
        return 1, f"FAIL {type(error).__name__} {error}"[:600]
    return 0, "OK"


def judged(judge: str, file: str) -> dict[str, Any]:
    """One file's line."""
    status, words = verdict(judge, file)
    if status == 2:
        sys.exit(words)
    if "ChatClient must be provided" in words:  # the host's to bring; the judge brings one only where a model is named
        status, words = hosted(file)
    line: dict[str, Any] = {"file": file, "ok": status == 0, "error": words if status else None}
    if status == 0:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                line |= LOOKS[Path(judge).stem](file)
        except Exception as error:  # noqa: BLE001 - whatever a loader does at its second step is a verdict too
            line |= {"ok": False, "error": f"{type(error).__name__}: {error}"[:600]}
    prompt = line.pop("prompt", None)
    line["prompt_sha256"] = None if prompt is None else hashlib.sha256(prompt.encode()).hexdigest()
    return line


def hasten(judge: str) -> None:
    """Has done once what loaders do for each file.

    Certificates are read for the client of a model, which is never asked; pyagentspec builds the schema of all
    its components, which takes seconds.
    """
    ssl.create_default_context = functools.cache(ssl.create_default_context)
    if Path(judge).stem != "agentspec":
        return
    from pyagentspec.component import Component

    schema = functools.cache(Component.model_json_schema.__func__)
    Component.model_json_schema = classmethod(schema)


def main() -> None:
    """A line for each file, in the order given."""
    judge, *files = sys.argv[1:]
    hasten(judge)
    for file in files:
        sys.stdout.write(json.dumps(judged(judge, file), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
