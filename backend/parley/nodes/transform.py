"""`transform`: makes new fields out of earlier ones."""

from pydantic import JsonValue

from parley.nodes.base import NodeType, StepContext, StepResult
from parley.nodes.field_names import FieldName
from parley.nodes.values import Config, counted, keys_in
from parley.workflow.catalogue import TypeSpec, config_field


class TransformConfig(Config):
    fields: dict[FieldName, JsonValue] = config_field(
        kind="template", title="Fields", description="A name and what stands in it.", placeholder="{{ input.message }}"
    )


async def run(config: TransformConfig, context: StepContext) -> StepResult:
    return StepResult(dict(config.fields))


TYPE = NodeType(
    TypeSpec(
        type="transform",
        title="Transform",
        category="data",
        icon="square-function",
        description="Makes new fields out of the results of earlier steps.",
        config=TransformConfig,
        output=None,
        output_fields=lambda config: keys_in(config, "fields"),
        summary=lambda config: ", ".join(keys_in(config, "fields")) or counted(0, "field", "fields"),
        tool=True,
    ),
    run=run,
    computes=True,
)
