"""Amazon Bedrock agents: resources of a CloudFormation template, which may hold several.

Facts: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-bedrock-agent.html>
and the service model of botocore 1.44.5, both read 2026-11-21. A property that is not known is refused, and so
is a text out of its bounds. Short forms such as `!Ref` are YAML tags, which are not obeyed here: their long
forms, and templates in JSON, are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from converters.formats._codecs import best_summary, choice, count, flag, free, replaced, text
from converters.formats._granted import granted
from converters.formats._kit import KEYED, PROMPT, Codec, Container, Format, Limit, Refers, Row
from converters.formats._models import model_names
from converters.formats._names import name_like
from converters.model import Tool, Tools
from converters.nesting import dig
from converters.syntax import Mapping, Node, Scalar

_ID = "bedrock-agent"
_TYPE = "AWS::Bedrock::Agent"


def _agents(root: Mapping) -> Iterator[Mapping]:
    """The resources that are agents."""
    resources = dig(root, ["Resources"])
    for _, resource in resources.pairs if isinstance(resources, Mapping) else ():
        kind = dig(resource, ["Type"])
        if isinstance(resource, Mapping) and isinstance(kind, Scalar) and kind.text == _TYPE:
            yield resource


def _resource(name: str) -> str:
    """A name as CloudFormation takes it for a resource: `tide-forecaster` is TideForecaster."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    return "".join(word[:1].upper() + word[1:] for word in words) or "Agent"


_logical: Codec[str] = Codec(text.decode, _resource, "letters and digits", lost=lambda *_: "what parts its words")


def _group(node: Node) -> tuple[Tool, ...]:
    for key in ("ParentActionGroupSignature", "ActionGroupName"):
        found = dig(node, [key])
        if isinstance(found, Scalar) and found.text:
            return (Tool(f"{_ID}:{found.text}"),)
    raise ValueError("expected action groups, each with its `ActionGroupName`")


_LONGEST = 200


def _short(said: str) -> str:
    """A description within its limit: whole sentences, or words where the first is too long."""
    if len(said) <= _LONGEST:
        return said
    start = said[:_LONGEST]
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)", said[: _LONGEST + 1])]
    return start[: ends[-1]] if ends else f"{start[:-1].rpartition(' ')[0] or start[:-1]}…"


FORMAT = Format(
    id=_ID,
    title="Amazon Bedrock agent",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-bedrock-agent.html",
    read_on="2026-11-21",
    container=Container.YAML,
    files=("bedrock-agents.template.yaml", "**/*.template.yaml", "**/*.template.json"),
    suffix=".template.yaml",
    members=_agents,
    around=('AWSTemplateFormatVersion: "2010-09-09"\nResources:\n', ""),
    rows=(
        Row("Type", ".Type", text, required=True, default=lambda _: _TYPE, origin="what the resource is"),
        Row(
            "Properties/AgentName",
            "name",
            name_like(r"(?:[0-9a-zA-Z][_-]?)+", "letters and digits, one `_` or `-` between them", 100),
            required=True,
        ),
        Row(KEYED, "name", _logical, note="the resource's own name; written only"),
        Row(
            "Properties/Description",
            "description",
            replaced("text of at most 200 characters", f"what is over {_LONGEST} characters", _short),
            default=best_summary,
            origin="the summary",
        ),
        Row("Properties/FoundationModel", "model", model_names(_ID), note="an id of Amazon Bedrock, or an ARN"),
        Row("Properties/Instruction", PROMPT, text),
        Row(
            "Properties/ActionGroups",
            "tools.whole",
            granted(_group, lambda _: None, "action groups, each with its name"),
            strict=True,
            default=lambda _: Tools(()),
            origin="the client, which gives an agent only what its file names",
            note="absent: none",
        ),
        Row("Properties/AgentResourceRoleArn", ".Properties/AgentResourceRoleArn", free),
        Row(
            "Properties/AgentCollaboration",
            ".Properties/AgentCollaboration",
            choice("SUPERVISOR", "SUPERVISOR_ROUTER", "DISABLED"),
        ),
        Row(
            "Properties/AgentCollaborators",
            ".Properties/AgentCollaborators",
            free,
            note="each by the ARN of an alias",
            refers=(Refers("delegates_to", agent=("CollaboratorName",), when=("CollaborationInstruction",)),),
        ),
        Row("Properties/AutoPrepare", ".Properties/AutoPrepare", flag),
        Row("Properties/IdleSessionTTLInSeconds", ".Properties/IdleSessionTTLInSeconds", count, note="60 to 5400"),
        Row("Properties/KnowledgeBases", ".Properties/KnowledgeBases", free),
        Row("Properties/GuardrailConfiguration", ".Properties/GuardrailConfiguration", free),
        Row("Properties/MemoryConfiguration", ".Properties/MemoryConfiguration", free),
        Row("Properties/PromptOverrideConfiguration", ".Properties/PromptOverrideConfiguration", free),
        Row("Properties/OrchestrationType", ".Properties/OrchestrationType", choice("DEFAULT", "CUSTOM_ORCHESTRATION")),
        Row("Properties/CustomOrchestration", ".Properties/CustomOrchestration", free),
        Row("Properties/CustomerEncryptionKeyArn", ".Properties/CustomerEncryptionKeyArn", free),
        Row("Properties/SkipResourceInUseCheckOnDelete", ".Properties/SkipResourceInUseCheckOnDelete", flag),
        Row("Properties/Tags", ".Properties/Tags", free),
        Row("Properties/TestAliasTags", ".Properties/TestAliasTags", free),
        Row("DependsOn", ".DependsOn", free),
        Row("DeletionPolicy", ".DeletionPolicy", text),
        Row("UpdateReplacePolicy", ".UpdateReplacePolicy", text),
        Row("Condition", ".Condition", text),
        Row("Metadata", ".Metadata", free),
    ),
    limits=(
        Limit("prompt", most=4000, least=40, advice="an instruction has 40 to 4,000 characters: make it fit"),
        Limit("description", most=_LONGEST, least=1),
    ),
    marks=(r"AWS::Bedrock::Agent[\"']?\s*(?:,|$|\n)",),
    unsaid_tools=Tools(()),
    safest="an action group is a function of the account's own, and none is written",
    notes=(
        "the role, the guardrail and the alias of an agent are the account's, and are left to its owner",
        "a file with `!Ref` or `!GetAtt` is refused: write `Ref:` or `Fn::GetAtt:`",
    ),
)
