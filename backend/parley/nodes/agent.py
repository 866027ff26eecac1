"""`agent`: a language model that works towards a goal with tools."""

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Names, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class AgentConfig(Config):
    goal: Text = config_field(kind="text", title="Goal", placeholder="Find out why {{ input.order }} is late")
    tools: Names = config_field([], kind="plain", title="Tools", description="Step types that it may use, such as web_search.")
    max_turns: int = config_field(10, title="Most turns", ge=1, le=100)


class AgentOutput(BaseModel):
    text: str
    calls: list[JsonValue]


TYPE = NodeType(
    TypeSpec(
        type="agent",
        title="Agent",
        category="ai",
        icon="bot",
        description="A language model that works towards a goal and picks its tools.",
        config=AgentConfig,
        output=AgentOutput,
        summary=lambda config: said(config, "goal", "Works towards a goal"),
        side_effect=True,
        unrunnable_reason="Agents cannot run yet. Use a search step and a “Write text” step instead.",
    )
)
