"""`webhook_response`: answers the call that started the run."""

from collections.abc import Mapping

from pydantic import JsonValue

from parley.nodes.base import NodeType
from parley.nodes.values import Config, said
from parley.workflow.catalogue import TypeSpec, config_field


class WebhookResponseConfig(Config):
    status: int = config_field(200, title="Status", ge=100, le=599)
    body: JsonValue = config_field(None, kind="code", title="Body", placeholder="{{ write_answer.text }}")


def _summary(config: Mapping[str, JsonValue]) -> str:
    return f"Status {said(config, 'status', '200')}"


TYPE = NodeType(
    TypeSpec(
        type="webhook_response",
        title="Answer the call",
        category="web",
        icon="reply",
        description="Answers the call that started the workflow.",
        config=WebhookResponseConfig,
        output=None,
        output_fields=lambda config: (),
        summary=_summary,
        side_effect=True,
        unrunnable_reason="Webhook calls cannot be answered yet. Use an “Answer” step; the run shows its result.",
    )
)
