"""`loop`: its body runs once per item, several at a time; the engine drives it."""

from collections.abc import Mapping

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType
from parley.nodes.values import Config
from parley.workflow.catalogue import TypeSpec, config_field


class LoopConfig(Config):
    """`nodes.values.as_items` says what `items` goes through."""

    items: JsonValue = config_field(
        kind="template", title="Items", description="The list to go through.", placeholder="{{ read_orders.rows }}"
    )
    concurrency: int = config_field(3, title="At once", description="How many items run at the same time.", ge=1, le=50)
    batch_size: int = config_field(1, title="Batch size", description="Above 1, each turn gets a list of that many items.", ge=1, le=1000)


class LoopOutput(BaseModel):
    results: list[JsonValue]
    count: int


def _summary(config: Mapping[str, JsonValue]) -> str:
    at_once = config.get("concurrency", 3)
    return "One at a time" if at_once == 1 else f"{at_once} at once" if isinstance(at_once, int) else "Several at once"


TYPE = NodeType(
    TypeSpec(
        type="loop",
        title="Loop",
        category="control",
        icon="repeat",
        description="Does the steps inside it for each item of a list.",
        config=LoopConfig,
        output=LoopOutput,
        summary=_summary,
        is_container=True,
    )
)
