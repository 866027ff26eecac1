"""`delay`: waits a while, then goes on."""

from parley.nodes.base import Decision, NodeType, StepContext, StepFailed, StepResult, Wait
from parley.nodes.durations import Duration, seconds_of
from parley.nodes.values import Config, said
from parley.workflow.catalogue import TypeSpec, config_field


class DelayConfig(Config):
    duration: Duration = config_field(
        kind="duration", title="How long", description="For example 90 s, 2 h 30 m or 5 days.", placeholder="5 days"
    )


async def run(config: DelayConfig, context: StepContext) -> Wait:
    if not config.duration.strip():
        raise StepFailed("The duration is empty. Write for example 90 s or 5 days.", {"retryable": False})
    return Wait(seconds=seconds_of(config.duration), for_person=False)


async def resume(config: DelayConfig, context: StepContext, decision: Decision) -> StepResult:
    return StepResult({})


TYPE = NodeType(
    TypeSpec(
        type="delay",
        title="Wait",
        category="control",
        icon="hourglass",
        description="Waits for seconds, hours or days before going on.",
        config=DelayConfig,
        output=None,
        output_fields=lambda config: (),
        summary=lambda config: said(config, "duration", "For a while"),
    ),
    run=run,
    resume=resume,
)
