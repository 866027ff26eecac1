"""`webhook_trigger`: a call from another system starts the run."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, JsonValue

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


def _path(value: str) -> str:
    path = value.strip()
    if "://" in path or any(character.isspace() or character in "?#" for character in path):
        raise ValueError("The path is only the last part of the address, such as orders/new.")
    return path


class WebhookTriggerConfig(Config):
    path: Annotated[Text, AfterValidator(_path)] = config_field(
        kind="plain", title="Path", description="The last part of the address to call.", placeholder="orders/new"
    )
    method: Literal["POST", "GET", "PUT", "PATCH", "DELETE"] = config_field("POST", kind="plain", title="Method")
    secret: Text = config_field("", kind="secret", title="Secret", placeholder="{{ secrets.WEBHOOK }}")


class WebhookCall(BaseModel):
    body: JsonValue
    headers: dict[str, str]
    query: dict[str, str]


def _summary(config: Mapping[str, JsonValue]) -> str:
    return f"{said(config, 'method', 'POST')} {said(config, 'path')}".strip()


TYPE = NodeType(
    TypeSpec(
        type="webhook_trigger",
        title="Webhook",
        category="trigger",
        icon="webhook",
        description="Starts when another system calls an address.",
        config=WebhookTriggerConfig,
        output=WebhookCall,
        summary=_summary,
        is_trigger=True,
    )
)
