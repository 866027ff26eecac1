"""`set_variables`: gives values a name that every later step can use as `vars.name`."""

from pydantic import JsonValue

from parley.nodes.base import NodeType, StepContext, StepResult
from parley.nodes.field_names import FieldName
from parley.nodes.values import Config, counted, keys_in
from parley.workflow.catalogue import TypeSpec, config_field


class SetVariablesConfig(Config):
    variables: dict[FieldName, JsonValue] = config_field(
        kind="template", title="Variables", description="Later steps use them as vars.name.", placeholder="{{ input.message }}"
    )


async def run(config: SetVariablesConfig, context: StepContext) -> StepResult:
    return StepResult(dict(config.variables))


TYPE = NodeType(
    TypeSpec(
        type="set_variables",
        title="Set variables",
        category="data",
        icon="variable",
        description="Keeps values under a name for all later steps.",
        config=SetVariablesConfig,
        output=None,
        output_fields=lambda config: keys_in(config, "variables"),
        summary=lambda config: ", ".join(keys_in(config, "variables")) or counted(0, "variable", "variables"),
    ),
    run=run,
    computes=True,
)
