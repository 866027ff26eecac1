"""`classify`: puts a text under one of several labels; each label is a way out."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, JsonValue

from parley.nodes.base import NodeType, StepContext, StepFailed, StepResult, StepUsage
from parley.nodes.values import Config, Names, Text, names_in
from parley.workflow.catalogue import TypeSpec, config_field


def _distinct(labels: list[str]) -> list[str]:
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise ValueError(f"The label “{twice}” is there twice.")
    if any(not label.strip() or len(label) > 120 for label in labels):
        raise ValueError("A label has 1 to 120 characters.")
    return labels


class ClassifyConfig(Config):
    text: Text = config_field(kind="text", title="Text", placeholder="{{ input.message }}")
    labels: Annotated[Names, AfterValidator(_distinct)] = config_field(
        kind="plain", title="Labels", description="Each label is a way out.", placeholder="billing, technical, other"
    )


class ClassifyOutput(BaseModel):
    label: str
    scores: dict[str, float]


async def run(config: ClassifyConfig, context: StepContext) -> StepResult:
    if not config.labels:
        raise StepFailed("There are no labels to choose from. Add at least two.", {"retryable": False})
    if not config.text.strip():
        raise StepFailed("There is no text to sort. Check the step that it comes from.", {"retryable": False})
    chosen = await context.services.llm.classify(config.text, config.labels)
    usage = StepUsage.of(chosen.usage)
    return StepResult({"label": chosen.label, "scores": dict(chosen.scores)}, branch=chosen.label, usage=usage)


def _summary(config: Mapping[str, JsonValue]) -> str:
    labels = names_in(config, "labels")
    return f"{len(labels)} labels" if len(labels) > 1 else "No labels yet" if not labels else "1 label"


TYPE = NodeType(
    TypeSpec(
        type="classify",
        title="Sort by topic",
        category="ai",
        icon="list",
        description="Puts a text under one of several labels and goes that way.",
        config=ClassifyConfig,
        output=ClassifyOutput,
        branches_from="labels",
        branches=lambda config: names_in(config, "labels"),
        summary=_summary,
        tool=True,
    ),
    run=run,
)
