"""`condition`: a bare expression decides between two ways out."""

import re
from collections.abc import Mapping

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType, StepContext, StepResult
from parley.nodes.values import Config, Text, as_truth, said
from parley.workflow.catalogue import TypeSpec, config_field

_QUOTED_OR_ROOT = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.])([a-z]\w*)\.(?=[a-z_])""")


class ConditionConfig(Config):
    expression: Text = config_field(
        kind="expression", title="Condition", description="True or false, in terms of earlier steps.", placeholder="search.count > 0"
    )


class ConditionOutput(BaseModel):
    result: bool


def short_expression(expression: str) -> str:
    """`search.count > 0` as `count > 0`, where only one step is named."""
    roots = {match[2] for match in _QUOTED_OR_ROOT.finditer(expression) if match[2]}
    if len(roots) != 1:
        return expression
    return _QUOTED_OR_ROOT.sub(lambda match: match[1] or "", expression)


async def run(config: ConditionConfig, context: StepContext) -> StepResult:
    result = as_truth(context.evaluate(config.expression))
    return StepResult({"result": result}, branch="true" if result else "false")


def _summary(config: Mapping[str, JsonValue]) -> str:
    return short_expression(said(config, "expression", "True or false"))


TYPE = NodeType(
    TypeSpec(
        type="condition",
        title="Condition",
        category="control",
        icon="split",
        description="Goes one way when something is true and another when it is not.",
        config=ConditionConfig,
        output=ConditionOutput,
        branches=lambda config: ("true", "false"),
        summary=_summary,
    ),
    run=run,
    computes=True,
)
