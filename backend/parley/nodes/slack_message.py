"""`slack_message`: posts to a Slack channel."""

from pydantic import BaseModel

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class SlackMessageConfig(Config):
    channel: Text = config_field(kind="template", title="Channel", placeholder="#support")
    text: Text = config_field(kind="text", title="Text", placeholder="{{ write_answer.text }}")


class SlackMessageOutput(BaseModel):
    ts: str


TYPE = NodeType(
    TypeSpec(
        type="slack_message",
        title="Send to Slack",
        category="message",
        icon="hash",
        description="Posts a message to a Slack channel.",
        config=SlackMessageConfig,
        output=SlackMessageOutput,
        summary=lambda config: said(config, "channel", "To a channel"),
        side_effect=True,
        tool=True,
        unrunnable_reason="Slack messages cannot be sent yet. Call a Slack webhook with an “HTTP request” step.",
    )
)
