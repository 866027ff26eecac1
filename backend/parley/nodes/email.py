"""`email`: sends a mail."""

from pydantic import BaseModel

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class EmailConfig(Config):
    to: Text = config_field(kind="template", title="Recipient", placeholder="name@example.com")
    subject: Text = config_field(kind="template", title="Subject", placeholder="Your question")
    body: Text = config_field(kind="text", title="Text", placeholder="{{ write_answer.text }}")


class EmailOutput(BaseModel):
    message_id: str


TYPE = NodeType(
    TypeSpec(
        type="email",
        title="Send mail",
        category="message",
        icon="mail",
        description="Sends a mail.",
        config=EmailConfig,
        output=EmailOutput,
        summary=lambda config: f"To {said(config, 'to', 'somebody')}",
        side_effect=True,
        tool=True,
        unrunnable_reason="Mail cannot be sent yet. Call a mail service with an “HTTP request” step.",
    )
)
