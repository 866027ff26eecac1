"""`approval`: a person says yes or no before the run goes on."""

from pydantic import BaseModel

from parley.nodes.base import Decision, NodeType, StepContext, StepResult, Wait
from parley.nodes.durations import Duration, seconds_of
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class ApprovalConfig(Config):
    message: Text = config_field(
        "Is this all right?", kind="text", title="Question", description="What the person is asked.", placeholder="Send this answer?"
    )
    wait: Duration = config_field(
        "", kind="duration", title="Wait at most", description="Without a decision by then it counts as rejected.", placeholder="2 days"
    )


class ApprovalOutput(BaseModel):
    decision: str
    by: str
    comment: str


async def run(config: ApprovalConfig, context: StepContext) -> Wait:
    seconds = seconds_of(config.wait) if config.wait.strip() else None
    return Wait(seconds=seconds, for_person=True, message=config.message)


async def resume(config: ApprovalConfig, context: StepContext, decision: Decision) -> StepResult:
    output = {"decision": decision.decision, "by": decision.by, "comment": decision.comment}
    return StepResult(output, branch="approved" if decision.decision == "approved" else "rejected")


TYPE = NodeType(
    TypeSpec(
        type="approval",
        title="Approval",
        category="human",
        icon="user-check",
        description="Waits until a person approves or rejects.",
        config=ApprovalConfig,
        output=ApprovalOutput,
        branches=lambda config: ("approved", "rejected"),
        summary=lambda config: f"Waits at most {said(config, 'wait')}" if said(config, "wait") else "Waits for a person",
    ),
    run=run,
    resume=resume,
)
