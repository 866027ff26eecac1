"""`switch`: the first case whose expression is true names the way out."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, JsonValue

from parley.nodes.base import NodeType, StepContext, StepResult
from parley.nodes.values import Config, Text, as_truth, names_in
from parley.workflow.catalogue import TypeSpec, config_field

DEFAULT = "default"


def _case_name(name: str) -> str:
    if not name.strip() or len(name) > 120:
        raise ValueError("A case needs a name of at most 120 characters.")
    if name == DEFAULT:
        raise ValueError("“default” is there already: it is taken when no case fits.")
    return name


class Case(Config):
    name: Annotated[str, AfterValidator(_case_name)] = config_field(kind="plain", title="Name", placeholder="urgent")
    expression: Text = config_field(kind="expression", title="When", placeholder="input.priority > 3")


def _distinct(cases: list[Case]) -> list[Case]:
    names = [case.name for case in cases]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"Two cases are called “{twice}”. Give each its own name.")
    return cases


class SwitchConfig(Config):
    cases: Annotated[list[Case], AfterValidator(_distinct)] = config_field(
        kind="plain", title="Cases", description="The first case that is true is taken, otherwise default."
    )


class SwitchOutput(BaseModel):
    case: str


async def run(config: SwitchConfig, context: StepContext) -> StepResult:
    taken = next((case.name for case in config.cases if as_truth(context.evaluate(case.expression))), DEFAULT)
    return StepResult({"case": taken}, branch=taken)


def _summary(config: Mapping[str, JsonValue]) -> str:
    return ", ".join(names_in(config, "cases", "name")) or "No cases yet"


TYPE = NodeType(
    TypeSpec(
        type="switch",
        title="Switch",
        category="control",
        icon="signpost",
        description="Goes one of several ways, by the first case that is true.",
        config=SwitchConfig,
        output=SwitchOutput,
        branches_from="cases",
        branches=lambda config: (*(name for name in names_in(config, "cases", "name") if name != DEFAULT), DEFAULT),
        summary=_summary,
    ),
    run=run,
    computes=True,
)
