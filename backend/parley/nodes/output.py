"""`output`: what the run answers."""

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType, StepContext, StepResult
from parley.nodes.values import Config, said
from parley.workflow.catalogue import TypeSpec, config_field


class OutputConfig(Config):
    value: JsonValue = config_field(
        kind="text", title="Answer", description="What the run gives back.", placeholder="{{ write_answer.text }}"
    )


class OutputOutput(BaseModel):
    value: JsonValue


async def run(config: OutputConfig, context: StepContext) -> StepResult:
    return StepResult({"value": config.value})


TYPE = NodeType(
    TypeSpec(
        type="output",
        title="Answer",
        category="control",
        icon="flag",
        description="Gives the result of the run back.",
        config=OutputConfig,
        output=OutputOutput,
        summary=lambda config: said(config, "value", "The result"),
    ),
    run=run,
    computes=True,
)
