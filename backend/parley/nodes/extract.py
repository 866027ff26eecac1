"""`extract`: pulls named fields out of a text."""

from typing import Literal

from parley.llm.base import FieldToExtract
from parley.nodes.base import NodeType, StepContext, StepFailed, StepResult, StepUsage
from parley.nodes.field_names import FieldName
from parley.nodes.values import Config, Text, names_in
from parley.workflow.catalogue import TypeSpec, config_field


class ExtractField(Config):
    name: FieldName = config_field(kind="plain", title="Name", placeholder="due_date")
    type: Literal["text", "number", "boolean", "date", "list"] = config_field("text", kind="plain", title="Type")
    description: Text = config_field("", kind="plain", title="Description", placeholder="When the invoice is due")


class ExtractConfig(Config):
    text: Text = config_field(kind="text", title="Text", placeholder="{{ input.message }}")
    fields: list[ExtractField] = config_field(kind="plain", title="Fields", description="What to look for in the text.")


async def run(config: ExtractConfig, context: StepContext) -> StepResult:
    if not config.fields:
        raise StepFailed("There are no fields to look for. Add at least one.", {"retryable": False})
    wanted = [FieldToExtract(field.name, field.type, field.description) for field in config.fields]
    found = await context.services.llm.extract(config.text, wanted)
    usage = StepUsage.of(found.usage)
    return StepResult({field.name: found.fields.get(field.name) for field in config.fields}, usage=usage)


TYPE = NodeType(
    TypeSpec(
        type="extract",
        title="Extract fields",
        category="ai",
        icon="scan-text",
        description="Pulls fields such as a name, a date or an amount out of a text.",
        config=ExtractConfig,
        output=None,
        output_fields=lambda config: names_in(config, "fields", "name"),
        summary=lambda config: ", ".join(names_in(config, "fields", "name")) or "No fields yet",
        tool=True,
    ),
    run=run,
)
