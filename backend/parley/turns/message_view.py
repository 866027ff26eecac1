"""A message as everyone sees it: the one shape that the API answers with and that live events carry."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from parley.db.tables.chats import Message
from parley.workflow.catalogue import Catalogue
from parley.workflow.describe import Change
from parley.workflow.edits import EDITS, Edit
from parley.workflow.spec import Node, Workflow
from parley.workflow.validate import Issue

Role = Literal["user", "assistant", "edit"]
Status = Literal["streaming", "done", "stopped", "failed", "interrupted"]


class View(BaseModel):
    """Output shapes have no defaults, so that the generated TypeScript fields are not falsely optional."""

    model_config = ConfigDict(frozen=True)


class RejectedEdit(View):
    edit: JsonValue
    reason: str


class QuestionView(View):
    text: str
    choices: list[str]


class UsageView(View):
    """`cost` is in dollars; null where no price is known, as for the built-in planner, which has none."""

    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float | None


class MessageError(View):
    error: str
    message: str


class MessageView(View):
    """`edits` are what this message changed, `changes` the same in words, `workflow_data` the workflow after it (null on user
    messages, and in lists unless asked for), `summaries` the line under each node's label. `siblings` are the ids under the same
    parent, oldest first, this one included."""

    id: str
    chat_id: str
    parent_id: str | None
    role: Role
    content: str
    edits: list[Edit]
    changes: list[Change]
    rejected: list[RejectedEdit]
    workflow_data: Workflow | None
    summaries: dict[str, str]
    layout: dict[str, dict[str, list[float]]] | None
    issues: list[Issue]
    question: QuestionView | None
    suggestions: list[str]
    siblings: list[str]
    status: Status
    error: MessageError | None
    planner: str | None
    model: str | None
    usage: UsageView | None
    created_at: datetime
    finished_at: datetime | None


def summary_of(node: Node, catalogue: Catalogue) -> str:
    spec = catalogue.get(node.type)
    return spec.summary(node.config) if spec else ""


def summaries_of(workflow: Workflow, catalogue: Catalogue) -> dict[str, str]:
    return {node.id: summary_of(node, catalogue) for node in workflow.nodes}


def view_message(row: Message, siblings: list[str], catalogue: Catalogue, *, workflow: bool = True) -> MessageView:
    drawn = stored_workflow(row) if workflow and row.workflow_data is not None else None
    stored: dict[str, Any] = {
        "id": row.id,
        "chat_id": row.chat_id,
        "parent_id": row.parent_id,
        "role": row.role,
        "content": row.content,
        "edits": row.edits or [],
        "changes": row.changes or [],
        "rejected": row.rejected or [],
        "workflow_data": drawn,
        "summaries": summaries_of(drawn, catalogue) if drawn else {},
        "layout": row.layout if workflow else None,
        "issues": row.issues or [],
        "question": row.question,
        "suggestions": row.suggestions or [],
        "siblings": siblings or [row.id],
        "status": row.status,
        "error": row.error,
        "planner": row.planner,
        "model": row.model,
        "usage": row.usage,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }
    return MessageView.model_validate(stored)


def stored_workflow(row: Message | None) -> Workflow:
    """The workflow that a message left; the empty one before the first."""
    if row is None or row.workflow_data is None:
        return Workflow()
    return Workflow.model_validate(row.workflow_data)


def stored_edits(row: Message) -> list[Edit]:
    return EDITS.validate_python(row.edits or [])
