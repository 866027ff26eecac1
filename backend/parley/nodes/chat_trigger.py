"""`chat_trigger`: a message from a person starts the run."""

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType
from parley.nodes.values import Config
from parley.workflow.catalogue import TypeSpec


class ChatTriggerConfig(Config):
    pass


class ChatMessage(BaseModel):
    message: str
    history: list[JsonValue]


TYPE = NodeType(
    TypeSpec(
        type="chat_trigger",
        title="Chat message",
        category="trigger",
        icon="message-square",
        description="Starts when somebody asks or writes something in a chat.",
        config=ChatTriggerConfig,
        output=ChatMessage,
        summary=lambda config: "Chat message",
        is_trigger=True,
    )
)
